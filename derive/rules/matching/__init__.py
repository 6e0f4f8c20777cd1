"""When two core terms are the same, and when one is a case of a pattern.

May import ``core``, ``rules.rule`` and ``rules.formulas``.  Begin with ``keys.py`` (modulo order, grouping and bound names)
and ``rings.py`` (modulo the laws of a ring, with ``polynomials.py`` and ``linear.py``); ``patterns.py`` makes a pattern of a
rule, ``unify.py`` matches it, ``matched.py`` is what was found.
"""
