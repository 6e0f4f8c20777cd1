"""Texts that know their places, and the document that scanners make of them.

For: line and column of every formula in the file that its author edits.  May import ``diagnostics`` and ``check.findings``.
Begin with ``document.py`` (formulas, headings, directives in order); ``strand.py`` is text that remembers where it came from,
``places.py`` finds brackets and marks in linear time, ``words.py`` blanks what is no prose, ``grid.py`` is a pipe table.
"""
