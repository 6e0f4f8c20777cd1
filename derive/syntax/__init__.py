"""Flat surface terms: what stands beside what, before anything is decided.

For: turning LaTeX into rows of items with their scripts, brackets and separators, and a display into statements.
May import: the tokens and brackets of :mod:`derive.notation`, nothing of meaning.  Begin with ``flat.py``, then ``reader.py``
(tokens to rows) and ``statements.py`` (rows to chains of relations with conditions).
"""
