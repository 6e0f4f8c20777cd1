"""The terms of the field's notation: frozen trees that print as written.

For: all that prints formulas.  May import ``diagnostics`` only.  Begin with ``nodes.py`` (place, children, walking and
changing); ``term_trees.py`` has every kind of term, ``statement_trees.py`` the chains, conditions and formulas that they
make.
"""
