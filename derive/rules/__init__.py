"""Named rewrite rules as data, one file per family."""

from derive.rules import algebra, calculus, group, policy, probability, taylor
from derive.rules.rule import Rule, Side

FAMILIES: dict[str, tuple[Rule, ...]] = {
    "calculus": calculus.RULES,
    "algebra": algebra.RULES,
    "probability": probability.RULES,
    "policy": policy.RULES,
    "taylor": taylor.RULES,
    "group": group.RULES,
}
RULES: dict[str, Rule] = {rule.name: rule for rules in FAMILIES.values() for rule in rules}

__all__ = ["FAMILIES", "RULES", "Rule", "Side"]
