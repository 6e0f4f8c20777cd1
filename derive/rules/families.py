"""All rules, by family and by name."""

from derive.rules.family import arithmetic, calculus, expansions, group_rewards, policy, probability
from derive.rules.rule import Rule

FAMILIES: dict[str, tuple[Rule, ...]] = {
    "calculus": calculus.RULES,
    "algebra": arithmetic.RULES,
    "probability": probability.RULES,
    "policy": policy.RULES,
    "taylor": expansions.RULES,
    "group": group_rewards.RULES,
}
RULES: dict[str, Rule] = {rule.name: rule for rules in FAMILIES.values() for rule in rules}
