"""Pages from theorems: templates, targets, reading back, markers in hand-written pages."""
