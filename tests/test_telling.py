"""A refuted claim comes with all the numbers that its two sides are worked out from."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.check.config import Config
from derive.check.proofread import verify_by_terms as verify


def witness(latex: str) -> dict[str, str]:
    (claim,) = verify(latex, [], Config()).claims
    assert claim.status == "refuted"
    assert claim.witness is not None
    return claim.witness


def numbers(text: str) -> list[Fraction]:
    return [Fraction(part) for part in text.strip("()").split(", ")]


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"\min(r\hat{A},2)=\max(r,1+\epsilon)\hat{A}", ["r", "Â", "ε"]),
        (r"(AB)^\top = A^\top B^\top", ["A", "B"]),
        (r"\nabla_x (x^\top A x) = A x", ["x", "A"]),
        (r"\mathbb{E}[XY] = \mathbb{E}[X]\mathbb{E}[Y]", ["X", "Y", "P(X, Y)"]),
        (r"\sum_{i=1}^n x_i = n", ["x_1", "x_2"]),
        (r"f(x+h) \approx f(x) + f'(x)h + f''(x)h^2", ["x", "f(2)", "f'(2)", "f''(2)"]),
    ],
)
def test_every_symbol_is_given_by_the_name_that_a_page_has_for_it(latex: str, names: list[str]) -> None:
    assert [name for name in witness(latex) if name not in ("lhs", "rhs")] == names


def test_an_expansion_is_told_by_the_derivatives_it_is_made_of() -> None:
    told = witness(r"f(x+h) \approx f(x) + f'(x)h + f''(x)h^2")
    value, first, second = (Fraction(told[name]) for name in ("f(2)", "f'(2)", "f''(2)"))
    assert (value, first, second) == (3, -1, -2)
    assert told["lhs"] == "3 - h - h^2 + …"
    assert told["rhs"] == "3 - h - 2 h^2 + …"


def test_a_step_of_a_decision_process_can_be_worked_out_by_hand() -> None:
    told = witness(r"Q^\pi(s,a) = r(s,a) + \gamma\sum_{s'} P(s'\mid s,a)\, V^\pi(s)")
    s, a = told["s"], told["a"]
    chances = numbers(told[f"P(·|{s},{a})"])
    nexts = [*(f"s{n}" for n in range(int(s[1:]) + 1, 3)), "end"]
    values = {"end": Fraction(0)} | {f"s{n}": Fraction(told[f"V(s{n})"]) for n in range(3)}
    gamma = Fraction(told["γ"])
    right = sum(p * (Fraction(told[f"r({s},{a},{n})"]) + gamma * values[n]) for p, n in zip(chances, nexts, strict=True))
    wrong = sum(p * (Fraction(told[f"r({s},{a},{n})"]) + gamma * values[s]) for p, n in zip(chances, nexts, strict=True))
    assert right == Fraction(told["lhs"])
    # Nobody stands in a state whose episode is over: what comes after the end is worth nothing.
    assert wrong != right
