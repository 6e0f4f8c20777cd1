"""Named rewrite rules, one file per family."""

from derive.rules.rule import Rule, Side

RULES: dict[str, Rule] = {}

__all__ = ["RULES", "Rule", "Side"]
