"""Named rewrite rules as data, one file per family, and the machinery that applies them to core terms.

``rule.py`` says what a rule is, ``families.py`` has all of them; ``formulas.py`` reads and prints, ``keys.py`` tells terms apart,
``unify.py`` matches, ``application.py`` applies, ``leading.py`` and ``searching.py`` say which rules lead from one formula to another.
"""

from derive.rules.families import FAMILIES, RULES
from derive.rules.rule import Rule, Side

__all__ = ["FAMILIES", "RULES", "Rule", "Side"]
