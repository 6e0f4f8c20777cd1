"""All rules, by family and by name."""

from derive.rules import algebra, calculus, group, policy, probability, taylor
from derive.rules.rule import Rule

FAMILIES: dict[str, tuple[Rule, ...]] = {
    "calculus": calculus.RULES,
    "algebra": algebra.RULES,
    "probability": probability.RULES,
    "policy": policy.RULES,
    "taylor": taylor.RULES,
    "group": group.RULES,
}
RULES: dict[str, Rule] = {rule.name: rule for rules in FAMILIES.values() for rule in rules}
