"""Notation as data: rows of spellings and what they mean, letters and what they may be, dialects that group them.

May import ``core`` only (names of constants and types).  Begin with ``row.py``; the rows themselves are in ``values.py``,
``letters.py`` and their neighbours.  Adding notation is adding a row.
"""
