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


ALGEBRA = [
    ("x+y", "y+x"), ("(x+1)^2", "x^2+2x+1"), ("x+x", "2x"), (r"x\cdot y", "yx"), ("x(y+z)", "xy+xz"), (r"\frac{x}{2}", "0.5x"), ("x-x", "0"),
    (r"\sum_a\pi(a\mid s)(x+1)^2", r"\sum_a\pi(a\mid s)(x^2+2x+1)"), ("H(p)+x", "x+H(p)"), (r"\sum_af(a)", r"\sum_bf(b)"), ("G_t+1", "1+G_t"),
]  # fmt: skip
DEFINED = [
    ("H(p)+x", r"x-\sum_xp(x)\log p(x)", ()), (r"A^\pi(s,a)", r"Q^\pi(s,a)-V^\pi(s)", ()), (r"\delta_t", r"R_{t+1}+\gamma V(s_{t+1})-V(s_t)", ()),
    ("y+1", "x^2+1", ("y=x^2",)), ("x^2+1", "y+1", ("y=x^2",)), (r"\lambda x", "x", (r"\lambda=1",)),
    (r"\pi_{\theta_{old}}(a\mid s)\Big|_{\theta=\theta_{old}}", r"\pi_\theta(a\mid s)\Big|_{\theta=\theta_{old}}", ()),
]  # fmt: skip


@pytest.mark.parametrize("given", [(), ("z=3",), ("w=x^2",)])
@pytest.mark.parametrize("before, after", ALGEBRA)
def test_algebra_is_no_definition(before, after, given):
    with pytest.raises(StepError, match="by no definition"):
        computed("definition", before, "=", after, given)


@pytest.mark.parametrize("before, after, given", DEFINED)
def test_a_name_is_what_it_is_defined_to_be(before, after, given):
    assert computed("definition", before, "=", after, given).computed


@pytest.mark.parametrize(
    "name, before, after",
    [
        ("factor", "x^2+2x+1", "(x+1)^2"),
        ("factor", "2x+2", "2(x+1)"),
        ("factor", "xy+xz", "(z+y)x"),
        ("expand", "(x+1)^2", "1+x^2+2x"),
        ("together", r"\frac1x+\frac1y", r"\frac{x+y}{xy}"),
        ("simplify", r"\frac{e^{-z}}{1+e^{-z}}", r"\frac{1}{1+e^z}"),
    ],
)
def test_a_rearrangement_is_what_its_name_says_one_way_alone(name, before, after):
    assert computed(name, before, "=", after).computed
    with pytest.raises(StepError, match=name):
        computed(name, after, "=", before)


@pytest.mark.parametrize("name", ["factor", "expand", "together", "simplify"])
@pytest.mark.parametrize("before, after", [("x+y", "y+x"), (r"x\cdot y", "yx"), (r"\sum_af(a)", r"\sum_bf(b)")])
def test_another_order_is_no_rearrangement(name, before, after):
    with pytest.raises(StepError, match=name):
        Derivation(f"{before} = {after}").by(name, after).check()
