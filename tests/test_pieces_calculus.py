"""Derivatives of extremes: right in every piece, also where several of the numbers are equal all along; corners are refused."""

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.symbolic import Disproved, Unsupported, from_latex, gradient, lambdify, taylor
from derive.symbolic.calculus.lines import by_number, verified
from derive.symbolic.field import Clip, Indicator
from derive.verify.verdicts import HOLDS

x = sp.Symbol("x", real=True)
SMOOTH = st.sampled_from([x, 2 * x, x**2, -x, sp.Integer(0), sp.Integer(1), sp.Rational(-1, 2)])
PIECED = st.recursive(
    SMOOTH,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda a: sp.Max(*a)),
        st.lists(inner, min_size=2, max_size=3).map(lambda a: sp.Min(*a)),
        st.tuples(inner, st.integers(-2, 0), st.integers(1, 3)).map(lambda a: Clip(*a)),
        st.tuples(inner, inner).map(lambda a: a[0] * a[1]),
    ),
    max_leaves=6,
)


@given(PIECED, st.integers(-30, 30).map(lambda k: k / 10 + 0.0317))
@settings(max_examples=60, deadline=None)
def test_a_derivative_in_pieces_is_that_of_the_numbers(expr, at):
    f, slope, h = lambdify([x], expr), lambdify([x], by_number(expr, x)), 1e-6
    left, right = (f(at) - f(at - h)) / h, (f(at + h) - f(at)) / h
    assume(abs(left - right) < 1e-3)  # no corner
    assert slope(at) == pytest.approx((left + right) / 2, abs=1e-3)


@pytest.mark.parametrize(
    "latex", [r"\min(x,\mathrm{clip}(x,0,2))", r"\min(xA,\mathrm{clip}(x,1-c,1+c)A)", r"\max(x,0)", r"\min(x,y,x)"]
)
def test_a_gradient_in_pieces_is_decided(latex):
    assert gradient(from_latex(latex), "x").status in HOLDS


def test_the_judge_tries_points_that_are_tied_all_along():
    expr = from_latex(r"\min(x,\mathrm{clip}(x,0,2))")
    (letter,) = expr.free_symbols
    with pytest.raises(Disproved):
        verified("gradient", expr, letter, Indicator(letter < Clip(letter, 0, 2)), ())


def test_the_clipped_surrogate_moves_with_the_ratio_inside_of_the_clip():
    ratio = r"\frac{\pi_\theta(a|s)}{\pi_{\theta_{old}}(a|s)}"
    expr = from_latex(rf"\min({ratio}A,\operatorname{{clip}}({ratio},0.8,1.2)A)", parameters=[r"\theta", r"\theta_{old}"])
    made = taylor(expr, "theta", "theta_{old}", 1)
    assert made.status in HOLDS
    assert made.terms[0] == next(v for v in expr.free_symbols if v.name == "A")
    assert made.terms[1] != 0


@pytest.mark.parametrize(
    "latex, about", [(r"\min(x,\mathrm{clip}(x,0,2))", 2), (r"\max(x,-x)", 0), (r"|x|", 0), (r"\mathrm{clip}(x,0,2)", 0)]
)
def test_a_corner_is_named(latex, about):
    with pytest.raises(Unsupported, match="has a corner there"):
        taylor(from_latex(latex), "x", about, 1)


def test_what_is_tied_beside_the_point_is_no_corner():
    assert taylor(from_latex(r"\min(x,\mathrm{clip}(x,0,2))"), "x", 1, 2).terms == (
        1,
        taylor(from_latex("x"), "x", 1, 1).terms[1],
        0,
    )
