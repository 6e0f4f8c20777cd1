"""Rules at work on a formula.

May import ``rules.matching``, ``rules.formulas`` and the rules.  Begin with ``application.py`` (where a rule applies, and
what it makes of it); ``needs.py`` says what must hold, ``leading.py`` whether rules lead from one formula to another,
``searching.py`` which, ``unfolding.py``
what names stand for, ``tidying.py`` puts terms in order afterwards.
"""
