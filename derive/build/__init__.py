"""Pages from theorems: templates, targets, reading back, markers in hand-written pages.

May import ``derivation``, ``library`` and all below them.  Begin with ``pages.py``, which builds the chapters:
``templates.py`` renders, ``slots.py`` is what a template may print, ``targets.py`` how each target writes it, ``readback.py``
reads it back.  ``setting`` sets rows and prose, ``graphics`` draws; ``sync.py`` keeps
hand-written pages up to date, ``coverage.py`` (with ``normal.py``) says what of a page the library derives.
"""
