"""Notation as data: rows of spellings and what they mean, letters and what they may be, dialects that group them.

May import ``core`` only (names of constants and types).  Begin with ``row.py``; the rows themselves are in ``values.py``,
letters in ``letters.py``, named functions in ``functions.py``, fixed marks in ``marks.py``, words beside formulas in
``remarks.py``, conventions with a name in ``conventions.py``, what the glossary writes in ``printed.py``, forms of the field
in ``known_forms.py``.  Adding notation is
adding a row.
"""
