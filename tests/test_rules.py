"""Every rule is proved with its side conditions, and fails where one is violated."""

import re

import pytest

from derive.derivation import StepError, prove
from derive.rules import FAMILIES, RULES

UNCONDITIONAL = {
    "add-and-subtract", "expectation-to-sum", "exponential-derivative", "power-rule", "product-rule", "split-sum", "swap-sums", "telescoping", "variance",
}  # fmt: skip
#: Seen at points: orders, powers that are no numbers, and integrals of unknown functions, which are seen for polynomials.
POINTWISE = {
    "completing-the-softmax", "fundamental-theorem", "greedy", "higher-order", "integration-by-parts", "log-of-a-power", "vanishing-power",
}  # fmt: skip
SIDES = [(rule, side) for rule in RULES.values() for side in rule.where]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_proved(rule):
    proved = prove(rule.latex, rule.given, rule.assuming)
    # an order, a choice and a limit are held against points: they have no identity to prove
    assert proved.status == "proved" or rule.relation == r"\le" or rule.name in POINTWISE or rule.assuming
    assert set(proved.conditions) <= set(rule.assuming)


@pytest.mark.parametrize("rule, side", SIDES, ids=[f"{rule.name}-{n}" for n, (rule, _) in enumerate(SIDES)])
def test_a_violated_side_condition_makes_it_false_or_undefined(rule, side):
    with pytest.raises(StepError) as caught:
        prove(side.violated, side.given)
    verdict = caught.value.verdict
    assert verdict is not None
    assert verdict.status == "refuted" or verdict.code == "D511", verdict


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_documents_itself(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name)
    assert rule.says.endswith(".")
    assert rule.source


def test_names_are_not_used_twice():
    assert len(RULES) == sum(map(len, FAMILIES.values()))


def test_a_rule_without_conditions_needs_none():
    """Rules that hold always: each condition that could be violated has an instance in which it is."""
    assert {rule.name for rule in RULES.values() if not rule.where} == UNCONDITIONAL
