"""Laws that no single formula shows: arithmetics agree, a claim and its mirror agree, names of bound variables do not matter."""

from __future__ import annotations

import os
from functools import lru_cache

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.check.config import Config
from derive.check.proofreading.meaning import verify
from derive.core.terms import CoreClaim
from derive.decide.points import at_point, prepare
from derive.derivation.written import parse
from derive.elaborate.claims import readings
from derive.evaluate.processes import episodes
from derive.values.arith import Irrational, Redraw, Undefined
from derive.values.jets import Jet, differentiate, lift_function, ring
from derive.verify.admitting import decide
from derive.worlds.world import Plan

SMALL = settings(max_examples=int(os.environ.get("DERIVE_EXAMPLES", "25")))

LEAVES = st.sampled_from(["x", "y", "z", "2", "3", r"\gamma", r"\frac{1}{2}"])


def grown(inner):
    """One more operation around smaller terms."""
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"({p[0]}+{p[1]})"),
        two.map(lambda p: f"({p[0]}-{p[1]})"),
        two.map(lambda p: rf"({p[0]})\cdot({p[1]})"),
        two.map(lambda p: rf"\frac{{{p[0]}}}{{1+({p[1]})^2}}"),
        inner.map(lambda t: f"({t})^2"),
    )


TERMS = st.recursive(LEAVES, grown, max_leaves=6)


def claim(lhs: str, rhs: str, relation: str = "=") -> CoreClaim:
    (found,) = readings(f"{lhs} {relation} {rhs}", [])
    return found.readings[0].claim


def decided(lhs: str, rhs: str, relation: str = "=") -> str:
    return decide(claim(lhs, rhs, relation)).verdict.status


def seen_equal(one: CoreClaim, arithmetic: str) -> bool | None:
    """Whether both sides are equal at each of three usable points; None where there are none."""
    prepared, found = prepare(one), []
    for seed in range(40):
        try:
            found.append(at_point(prepared, Plan(seed, arithmetic, spread=seed)).holds)
        except (Redraw, Undefined, ZeroDivisionError):
            continue
        if len(found) == 3:
            break
    return all(found) if found else None


# --- arithmetics -----------------------------------------------------------------------------------


@SMALL
@given(TERMS, TERMS)
def test_arithmetics_agree_on_any_two_terms(left, right):
    one = claim(left, right)
    assert seen_equal(one, "modular") == seen_equal(one, "rational") == seen_equal(one, "balls") is not None


@SMALL
@given(TERMS, TERMS, TERMS)
def test_arithmetics_agree_on_what_is_true(a, b, c):
    one = claim(rf"({a})\cdot(({b})+({c}))", rf"({c})\cdot({a})+({a})\cdot({b})")
    assert all(seen_equal(one, arithmetic) for arithmetic in ("modular", "rational", "balls"))


# --- mirrors, names, print and read ----------------------------------------------------------------


@SMALL
@given(TERMS, TERMS)
def test_a_claim_and_its_mirror_agree(left, right):
    assert decided(left, right) == decided(right, left)


@SMALL
@given(TERMS, TERMS)
def test_an_order_and_its_mirror_agree(left, right):
    square = f"({left}-{right})^2"
    assert decided(square, "0", r"\ge") == decided("0", square, r"\le")
    assert decided(square, "0", r"\ge") in ("proved", "confirmed")


@lru_cache(maxsize=512)
def status(latex: str) -> str:
    return verify(latex, [], Config()).status


PAIRS = (
    (r"\sum_a\pi(a|s)Q^\pi(s,a)", r"V^\pi(s)"),
    (r"\sum_aQ^\pi(s,a)", r"V^\pi(s)"),
    (r"\nabla_\theta\log\pi_\theta(a|s)", r"\frac{\nabla_\theta\pi_\theta(a|s)}{\pi_\theta(a|s)}"),
    (r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}\right]", "1"),
    (r"\mathbb{E}[X^2]-\mathbb{E}[X]^2", r"\mathrm{Var}(X)"),
    (r"\max(a,b)+\min(a,b)", "a+b"),
    (r"\max(a,b)-\min(a,b)", "a-b"),
    (r"\frac{2}{3}+\frac{1}{6}", r"\frac{5}{6}"),
)


@pytest.mark.parametrize("left, right", PAIRS)
def test_a_formula_and_its_mirror_agree(left, right):
    assert status(f"{left}={right}") == status(f"{right}={left}")


RENAMED = (
    (r"\sum_{@}\pi_\theta(@|s)\nabla_\theta\log\pi_\theta(@|s)=0", ("a", "a'", "u")),
    (r"V^\pi(s)=\sum_{@}\pi(@|s)Q^\pi(s,@)", ("a", "a'", "u")),
    (r"V^\pi(s)=\sum_{@}Q^\pi(s,@)", ("a", "a'", "u")),
    (r"\sum_{@=1}^{n}(x_@-c)=\sum_{@=1}^{n}x_@-nc", ("i", "j", "k", "m")),
    (r"\sum_{@=1}^{n}(x_@-c)=\sum_{@=1}^{n}x_@-c", ("i", "j", "k", "m")),
    (r"\mathbb{E}_{@\sim q}\left[\frac{p(@)}{q(@)}\right]=1", ("x", "y", "z")),
    (r"\sum_@p(@)\log\frac{p(@)}{q(@)}=\sum_@p(@)\log p(@)-\sum_@p(@)\log q(@)", ("x", "y", "z")),
)


@pytest.mark.parametrize("pattern, letters", RENAMED)
def test_names_of_bound_variables_do_not_matter(pattern, letters):
    found = {letter: status(pattern.replace("@", letter)) for letter in letters}
    assert len(set(found.values())) == 1, found
    assert set(found.values()) <= {"proved", "confirmed", "refuted"}, found


@SMALL
@given(TERMS, TERMS)
def test_printing_and_reading_keep_the_verdict(left, right):
    again = parse(f"{left}={right}").statements[0].sides
    assert decided(*(side.latex for side in again)) == decided(left, right)


@pytest.mark.parametrize("left, right", PAIRS)
def test_printing_and_reading_keep_the_verdict_on_a_formula(left, right):
    assert status(parse(f"{left}={right}").latex) == status(f"{left}={right}")


# --- jets ------------------------------------------------------------------------------------------

RING = ring(2, 3)
RATIONALS = st.fractions(min_value=-4, max_value=4, max_denominator=6).map(lambda f: flint.fmpq(f.numerator, f.denominator))
JETS = st.lists(RATIONALS, min_size=RING.sizes[3], max_size=RING.sizes[3]).map(lambda c: Jet(RING, 3, c))


def same(a: Jet, b: Jet) -> bool:
    return a.order == b.order and a.c == b.c


@SMALL
@given(JETS, JETS, st.integers(0, 1))
def test_the_product_rule(f, g, i):
    assert same((f * g).diff(i), f.diff(i) * g + f * g.diff(i))


@SMALL
@given(JETS, st.integers(0, 1))
def test_the_chain_rule_for_a_reciprocal(f, i):
    """d(1/f) = −df / f²."""
    if f.c[0] == 0:
        return

    def inverse(c, order):
        return [(-1) ** k / c ** (k + 1) for k in range(order + 1)]

    inverted = lift_function(f, inverse)
    assert same(f * inverted, Jet(RING, 3, [flint.fmpq(1)] + [flint.fmpq(0)] * (RING.sizes[3] - 1)))
    assert same(inverted.diff(i), -(f.diff(i) * inverted * inverted))


@SMALL
@given(JETS)
def test_partial_derivatives_commute(f):
    assert same(f.diff(0).diff(1), f.diff(1).diff(0))


def test_a_constant_has_no_derivative():
    assert differentiate(flint.fmpq(3), 0) == 0


# --- means over episodes ---------------------------------------------------------------------------

#: Bodies of every shape that is taken apart, and some that are not: what a path holds at times, sums that end or do not, products.
BODIES = (
    r"r_t",
    r"\sum_{t=0}^{T}\gamma^tr_t",
    r"\sum_{t=0}^{\infty}\gamma^tr_t",
    r"\sum_{t=0}^{\infty}\gamma^tr_tV^\pi(s_{t+1})",
    r"G_0Q^\pi(s_0,a_0)",
    r"f(s_1)(G_1-V^\pi(s_1))",
    r"\sum_{t=0}^{T}\nabla_\theta\log\pi_\theta(a_t|s_t)\sum_{k=t}^{T}\gamma^kr_k",
    r"\left(\sum_{t=0}^{T}\nabla_\theta\log\pi_\theta(a_t|s_t)\right)\left(\sum_{t=0}^{T}r_t\right)",
    r"\sum_{t=0}^{\infty}\nabla_\theta\log\pi_\theta(a_t|s_t)(b(s_t)-\sum_{k=t}^{\infty}\gamma^kr_k)",
    r"\left(\sum_{t=0}^{T}r_t\right)^2",
)


@pytest.mark.parametrize("given_", ["", r"\mid s_0=s", r"\mid s_0=s,a_0=a"])
@pytest.mark.parametrize("body", BODIES)
def test_a_mean_in_pieces_is_the_mean_over_whole_paths(body, given_, monkeypatch):
    one = claim(rf"\mathbb{{E}}_{{\tau\sim\pi_\theta}}\left[{body}{given_}\right]", "0")
    plans = [Plan(seed, arithmetic, spread=seed) for seed in range(3) for arithmetic in ("modular", "rational")]
    apart = [value_at(one, plan) for plan in plans]
    monkeypatch.setattr(episodes, "pieces_of", lambda *_: None)
    whole = [value_at(one, plan) for plan in plans]
    assert apart == whole
    assert any(value is not None for value in whole), "no point can be used"


def value_at(one: CoreClaim, plan: Plan) -> object:
    """The left side at a point, as text; None where it has no value."""
    try:
        found = at_point(prepare(one), plan).lhs
    except (Redraw, Undefined, Irrational, ZeroDivisionError):
        return None
    return str([x.c if isinstance(x, Jet) else x for x in getattr(found, "items", [found])])
