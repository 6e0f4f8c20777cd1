"""Objects as numbers of a small world: what is proved holds there, derivatives are those of the numbers, expansions miss what they say."""

import re

import numpy as np
import pytest
import sympy as sp

from derive.library import LIBRARY
from derive.rules.formulas import Unread, claims
from derive.symbolic import (
    EpisodeMean,
    Gradient,
    Occupancy,
    Return,
    SmallWorld,
    SumOver,
    Unbridged,
    Unsupported,
    from_latex,
    gradient,
    hessian,
    lambdify,
    parameter,
    policy_letter,
    real,
    state,
    taylor,
)
from derive.symbolic.crossing import Bridge
from derive.symbolic.field import StateAt

BOTH = [r"\theta", r"\theta_{old}"]
RATIO = r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}"
DIVERGENCE = r"D_{KL}(\pi_{\theta_{old}}(\cdot\mid s)\|\pi_\theta(\cdot\mid s))"
THETA = parameter("theta")
POINT = np.array([0.4, -0.7, 1.1])


def sides():
    """The sides of the library's equations that stand by themselves."""
    for result in LIBRARY.values():
        if result.given or result.assuming or result.define:
            continue
        try:
            for claim, names in claims(result.latex):
                bridge = Bridge(names)
                if claim.relation == "=" and claim.order is None and not claim.givens:
                    yield pytest.param(bridge.to_sympy(claim.lhs), bridge.to_sympy(claim.rhs), id=result.name)
        except (Unread, Unbridged):
            continue


@pytest.mark.parametrize("left, right", list(sides()))
def test_what_is_proved_holds_in_numbers(left, right):
    for seed in range(2):
        world = SmallWorld(seed)
        try:
            one, other = (lambdify([], side, world)() for side in (left, right))
        except (Unsupported, AttributeError) as why:
            pytest.skip(str(why))
        assert one == pytest.approx(other, rel=1e-6, abs=1e-7)


def test_most_that_stands_by_itself_has_numbers():
    told = 0
    for case in sides():
        try:
            lambdify([], case.values[0])()
            told += 1
        except (Unsupported, AttributeError):
            continue
    assert told > 40


@pytest.mark.parametrize("latex", [RATIO, DIVERGENCE, r"\pi_{\theta_{old}}(a\mid s)V^{\pi_\theta}(s)"])
def test_derivatives_are_those_of_the_numbers(latex):
    expr = from_latex(latex, parameters=BOTH)
    f, g, h = (lambdify([THETA], x, SmallWorld(3)) for x in (expr, gradient(expr, "theta").expr, hessian(expr, "theta").expr))
    way, e = np.array([0.3, 1.0, -0.5]), 1e-3
    slope = (f(POINT + e * way) - f(POINT - e * way)) / (2 * e)
    bend = (f(POINT + e * way) - 2 * f(POINT) + f(POINT - e * way)) / e**2
    assert way @ g(POINT) == pytest.approx(slope, rel=1e-4, abs=1e-6)
    assert way @ h(POINT) @ way == pytest.approx(bend, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("latex", [RATIO, DIVERGENCE])
def test_an_expansion_worked_out_misses_what_its_order_says(latex, order):
    made = taylor(from_latex(latex, parameters=BOTH), "theta", r"\theta_{old}", order)
    example = made.example(SmallWorld(1), 0.05)
    assert example.sum + example.error == pytest.approx(example.value)
    assert 2 ** (order + 0.5) < example.error / example.halved < 2 ** (order + 1.5)


def test_a_divergence_in_a_sum_begins_with_fishers_information():
    surrogate = rf"\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}(\cdot\mid s)}}\left[{RATIO}r(s,a)\right]-\beta {DIVERGENCE}"
    made = taylor(from_latex(surrogate, parameters=BOTH), "theta", r"\theta_{old}", 2)
    assert made.status == "proved"
    assert "KL" not in made.latex
    assert "Fisher" in dict(made.steps)["order 2"]


@pytest.mark.parametrize(
    "one, other",
    [
        (r"\mathbb{E}_{\pi_\theta}[G_t\mid s_t=s]", r"V^{\pi_\theta}(s)"), (r"\mathbb{E}_{\pi_\theta}[G_t\mid s_t=s,a_t=a]", r"Q^{\pi_\theta}(s,a)"),
        (r"\mathbb{E}_{\pi_\theta}[r_t+\gamma V^{\pi_\theta}(s_{t+1})\mid s_t=s]", r"V^{\pi_\theta}(s)"),
        (r"\mathbb{E}_{\pi_\theta}[r_t+\gamma r_{t+1}+\gamma^2G_{t+2}]", r"\mathbb{E}_{\pi_\theta}[G_t]"),
        (r"\mathbb{E}_{\pi_\theta}[G_t\nabla_\theta\log\pi_\theta(a_t|s_t)\mid s_t=s]", r"\sum_aQ^{\pi_\theta}(s,a)\nabla_\theta\pi_\theta(a|s)"),
        (r"J(\pi_\theta)", r"\sum_s\rho_0(s)V^{\pi_\theta}(s)"),
    ],
)  # fmt: skip
def test_means_over_episodes_are_those_of_the_process(one, other):
    numbers = [lambdify([THETA], from_latex(x, parameters=[r"\theta"]), SmallWorld(4))(POINT) for x in (one, other)]
    assert numbers[0] == pytest.approx(numbers[1])


@pytest.mark.parametrize(
    "latex, name",
    [
        (r"\frac{e^{\theta^\top\phi(s,a)}}{\sum_be^{\theta^\top\phi(s,b)}}", r"\theta"),
        (r"(r+\gamma\operatorname{sg}(V_w(s'))-V_w(s))^2", "w"),
        (r"\sum_a\pi_\theta(a|s)\operatorname{sg}(A^{\pi_\theta}(s,a))", r"\theta"),
    ],
)  # fmt: skip
def test_features_and_what_is_held_fixed_have_numbers(latex, name):
    expr = from_latex(latex, parameters=[name])
    letter = next(v for v in expr.free_symbols if str(v) == name.removeprefix("\\"))
    made = gradient(expr, letter).expr
    one, other = (lambdify([letter], g, SmallWorld(2))(POINT) for g in (made, Gradient(expr, letter)))
    assert one == pytest.approx(other, abs=1e-9)
    assert taylor(expr, letter, "w_0", 1).example().error != 0


def test_visits_solve_their_equation():
    at = from_latex(r"\sum_sd^\pi(s)")
    assert at.has(Occupancy)
    world = SmallWorld(2)
    assert lambdify([], at, world)() == pytest.approx(1)
    pi, s = policy_letter("pi"), state("s")
    assert lambdify([], SumOver(Occupancy(pi, s), s), world)() == pytest.approx(1 / (1 - world.discount))


def test_a_corner_has_no_expansion():
    for latex, about in ((r"\min(x,1)", 1), ("|x|", 0), (r"\max(2x,x+a)", "a")):
        with pytest.raises(Unsupported, match="has a corner there"):
            taylor(from_latex(latex), "x", about, 1)
    assert taylor(from_latex(r"\min(x,1)"), "x", 0, 1).status == "proved"


def test_what_has_no_number_is_named():
    x = real("x")
    pi = policy_letter("pi")
    for made, why in (
        (Return(0) + x, "Return(0) has no number by itself"),
        (EpisodeMean(Return(0) ** 2, (pi,)), "not linear in returns"),
        (EpisodeMean(StateAt(0) * StateAt(9), (pi,)), "times"),
        (EpisodeMean(StateAt(0), (pi,), sp.Eq(StateAt(0), 7, evaluate=False)), "never holds"),
    ):
        with pytest.raises(Unsupported, match=re.escape(why)):
            lambdify([x], made)(1.0)
    with pytest.raises(TypeError, match="1 values are wanted"):
        lambdify([x], x)()


@pytest.mark.parametrize(
    ("relation", "below", "there", "above"),
    [(sp.Lt, 1, 0, 0), (sp.Le, 1, 1, 0), (sp.Gt, 0, 0, 1), (sp.Ge, 0, 1, 1), (sp.Eq, 0, 1, 0), (sp.Ne, 1, 0, 1)],
)
def test_a_condition_counts_where_it_holds(relation, below, there, above):
    x = real("x")
    f = lambdify([x], sp.Piecewise((1, relation(x, 2)), (0, True)))
    assert (f(1.0), f(2.0), f(3.0)) == (below, there, above)
