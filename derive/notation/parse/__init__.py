"""From tokens to terms: a chain of classes, each reading what the one before leaves.

May import ``syntax``, ``notation.trees`` and the letters of ``notation``.  Begin with ``reading.py`` (LaTeX to a formula, and
what is said where reading stops); ``parser_statements.py`` reads chains and conditions, ``factors`` one factor and what it
takes, ``sums`` what joins factors. ``damage.py`` and ``mending.py`` find what a slip left behind, and the edit that mends it.
"""
