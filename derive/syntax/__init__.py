"""From LaTeX to flat rows: what stands beside what, before anything is decided.

For: whoever reads a formula.  May import ``diagnostics`` only.  Begin with ``lex`` (tokens), then ``pairing`` (brackets and
rows); ``flat.py`` is a row of items, ``row_reader.py`` goes from LaTeX to rows: scripts attach, brackets nest, nothing else.
``row_parts.py`` has words, numbers and cells of rows; ``printing.py`` prints a formula in normal spacing, ``sound`` says what
is broken in one.
"""
