"""A rule cited by another's name is refused, unless that other rule leads there too."""

import os
from itertools import permutations
from random import Random

import pytest

from derive.derivation import Derivation, StepError
from derive.derivation.computing import computed
from derive.rules import RULES
from derive.rules.formulas import Unread, equation
from derive.rules.matching.rings import linear_key

EQUATIONS = [r for r in RULES.values() if r.relation == "="]
PAIRS = list(permutations(EQUATIONS, 2))


def refused(rule, other):
    """Whether the step that a rule makes is refused under another's name; where it is not, the other's applications end at it."""
    try:
        _, _, target = equation(f"{rule.pattern} = {rule.becomes}", rule.given)
    except Unread:
        return True
    try:
        how = computed(other.name, rule.pattern, "=", rule.becomes, rule.given)
    except StepError:
        return True
    if how.computed:
        assert {a.rule for a in how.applied} == {other.name}
        assert linear_key(how.applied[-1].after.term) == linear_key(target.term)
    return not how.computed


@pytest.mark.parametrize("rule, other", Random(5).sample(PAIRS, 120), ids=lambda r: r.name)
def test_another_name_is_refused_or_leads_there_too(rule, other):
    refused(rule, other)


@pytest.mark.slow
@pytest.mark.skipif("DERIVE_SLOW" not in os.environ, reason="it takes minutes: DERIVE_SLOW=1 runs it")
@pytest.mark.parametrize("rule", EQUATIONS, ids=lambda r: r.name)
def test_every_other_name_is_refused_or_leads_there_too(rule):
    assert sum(refused(rule, other) for other in EQUATIONS if other is not rule) > len(EQUATIONS) // 2


def test_a_refusal_says_what_the_rule_would_give():
    step = r"\sum_ar(s,a)\nabla_\theta\pi_\theta(a\mid s)"
    with pytest.raises(StepError, match="it gives"):
        Derivation(rf"\nabla_\theta\sum_a\pi_\theta(a\mid s)r(s,a) = {step}").by("log-derivative", step).check()
    with pytest.raises(StepError, match="bellman"):
        Derivation("x+y = y+x").by("bellman", "y+x").check()


def test_a_derivation_ends_at_its_goal_or_fails():
    with pytest.raises(StepError, match="goal"):
        Derivation(r"\log(\exp(x)) = x+1").by("log-exp", "x").check()
