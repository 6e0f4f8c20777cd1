"""Named rewrite rules as data, one file per family, and the machinery that applies them to core terms.

May import ``verify``, ``elaborate`` and all below them.  Begin with ``rule.py``, which says what a rule is; the rules are in
``family``, and ``families.py`` has all of them.  ``formulas.py`` reads and prints, ``matching`` tells terms apart and matches
patterns, ``applying`` applies rules and finds which of them lead from one formula to another.
"""

from derive.rules.families import FAMILIES, RULES
from derive.rules.rule import Rule, Side

__all__ = ["FAMILIES", "RULES", "Rule", "Side"]
