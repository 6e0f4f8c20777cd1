"""Rational functions: equality for all values of the unknowns at a given size."""

from __future__ import annotations

import pytest

from derive.kernel import Proposal, Rejected, Trials, Verdict, admit
from derive.models.trial import Claim, prepare, run_trial
from derive.notation import parse
from derive.values.arith import Irrational

TRUE = [
    r"(x+y)^2=x^2+2xy+y^2",
    r"\nabla_\theta\pi_\theta(a|s)=\pi_\theta(a|s)\frac{\nabla_\theta\pi_\theta(a|s)}{\pi_\theta(a|s)}",
    r"\sum_a\nabla_\theta\pi_\theta(a|s)=0",
    r"f(x+h)\approx f(x)+f'(x)h+\frac{1}{2}f''(x)h^2",
]
FALSE = [r"(x+y)^2=x^2+y^2", r"\sum_a\pi_\theta(a|s)=2", r"f(x+h)\approx f(x)+f'(x)h+\frac{1}{3}f''(x)h^2"]


def claim(latex: str) -> Claim:
    ((lhs, relation, rhs),) = parse(latex).statements[0].links()
    return Claim(lhs, rhs, relation.op, expand=relation.op == r"\approx")


@pytest.mark.parametrize("latex", TRUE)
def test_an_identity_of_rational_functions_is_admitted(latex):
    assert run_trial(prepare(claim(latex)), "functions", 0).equal
    assert admit(Proposal(Verdict("proved"), Trials(claim(latex), "functions"))).status == "proved"


@pytest.mark.parametrize("latex", FALSE)
def test_what_differs_as_a_function_is_refused(latex):
    assert run_trial(prepare(claim(latex)), "functions", 0).equal is False
    with pytest.raises(Rejected):
        admit(Proposal(Verdict("proved"), Trials(claim(latex), "functions")))


def test_a_root_leaves_the_field():
    with pytest.raises(Irrational):
        run_trial(prepare(claim(r"\sqrt{x}=y")), "functions", 0)
