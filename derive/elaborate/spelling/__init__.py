"""One spelling for what texts write in several ways: rows in, rows out, nothing decided.

For: readers of rows need to know each thing once.  May import ``elaborate.letters`` and what that may. Begin with
``spellings.py``, which calls most of the others; each is named for what it rewrites: ``parameters.py``, ``superscripts.py``,
``counting.py`` (ranges of time), ``compounds.py`` (names of several letters), ``bracketed.py``, ``drawn_steps.py``,
``tabular.py``, ``underlaws.py``, ``sets.py``, ``units.py``.
"""
