"""Forged certificates: whatever a decider claims, the kernel sees it again or refuses it; and what the kernel itself leans on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import flint
import pytest

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, num, op
from derive.core.types import ACTION_SORT, NAT, REAL, Type, function, law
from derive.decide.calculation import compare
from derive.decide.judge import Attempt, alike, in_special_worlds, judge, poor, several, single
from derive.decide.points import Point, at_point, field_of, prepare
from derive.decide.premises.drawn_matrices import orthogonal
from derive.decide.premises.drawn_premises import independent, is_product, is_start
from derive.decide.values_related import holds as relates
from derive.decide.values_related import is_indefinite
from derive.elaborate.claims import readings
from derive.evaluate.recursive_sequences import shape_of, shifted_index
from derive.kernel import (
    Expansion,
    Numbers,
    Points,
    Proposal,
    Rejected,
    Theorem,
    Trivial,
    Untyped,
    Verdict,
    Witness,
    admit,
    fresh,
    theorem,
)
from derive.values.algebra import Algebra
from derive.values.arith import fraction
from derive.values.jets import Jet, Ring
from derive.values.matrices import Mat, Vec
from derive.verify.admitting import certificate_of, decide
from derive.verify.verdicts import answer
from derive.worlds.world import AWKWARD, Plan

TRUE = r"(x+y)^2=x^2+2xy+y^2"
FALSE = r"(x+y)^2=x^2+y^2"
BELLMAN = r"V^\pi(s)=\sum_a\pi(a|s)Q^\pi(s,a)"
UNDISCOUNTED = r"Q^\pi(s,a)=r(s,a)+\sum_{s'}P(s'|s,a)V^\pi(s')"
KL = r"\sum_xp(x)\log\frac{p(x)}{q(x)}=\sum_xp(x)\log p(x)-\sum_xp(x)\log q(x)"
WRONG_KL = r"\sum_xp(x)\log\frac{p(x)}{q(x)}=\sum_xp(x)\log p(x)+\sum_xp(x)\log q(x)"
PROVED, CONFIRMED, REFUTED = Verdict("proved"), Verdict("confirmed"), Verdict("refuted")
CONDITIONAL = Verdict("conditional", assumptions=("x is 1",))
X, Y = Var(1, REAL), Var(2, REAL)
RESIDUES = tuple(Plan(seed, "modular", spread=seed) for seed in range(8))
FRACTIONS = tuple(Plan(seed, "rational", spread=seed) for seed in range(60))
BALLS = tuple(Plan(seed, "balls", spread=seed) for seed in range(60))


def claim(latex: str, *given: str) -> CoreClaim:
    """The likeliest reading of the one link of a formula."""
    (found,) = readings(latex, list(given))
    return found.readings[0].claim


def refused(verdict: Verdict, certificate: object) -> str:
    """Why the kernel refuses a proposal."""
    with pytest.raises(Rejected) as caught:
        admit(Proposal(verdict, certificate))  # type: ignore[arg-type]
    return str(caught.value)


# --- points ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("latex", [TRUE, BELLMAN])
def test_what_is_true_is_admitted(latex):
    proposal = Proposal(PROVED, Points(claim(latex), RESIDUES))
    assert admit(proposal).status == "proved"
    assert theorem(claim(latex), proposal).claim == claim(latex)


@pytest.mark.parametrize("plans", [RESIDUES, FRACTIONS], ids=["residues", "fractions"])
@pytest.mark.parametrize("latex", [FALSE, UNDISCOUNTED, r"V^\pi(s)=\sum_aQ^\pi(s,a)"])
def test_points_of_a_false_identity(latex, plans):
    assert "fails" in refused(PROVED, Points(claim(latex), plans))


def test_balls_confirm_and_do_not_prove():
    assert "balls" in refused(PROVED, Points(claim(KL), BALLS))
    assert admit(Proposal(CONFIRMED, Points(claim(KL), BALLS))).status == "confirmed"
    assert "fails" in refused(CONFIRMED, Points(claim(WRONG_KL), BALLS))


def test_one_plan_in_balls_among_exact_ones_proves_nothing():
    for plans in (RESIDUES, FRACTIONS):
        assert "balls" in refused(PROVED, Points(claim(TRUE), (*plans, BALLS[0])))


def test_points_prove_identities_only():
    """Both sides of ``x ≤ x`` are equal at every point, which is no reason to believe an order."""
    for relation in ("<=", "<", "!=", "~"):
        refused(PROVED, Points(replace(claim("x=x"), relation=relation), FRACTIONS))
    refused(PROVED, Points(CoreClaim(X, "<=", X, order=1, small=(X,)), FRACTIONS))


def test_a_claim_about_orders_is_an_identity_of_coefficients():
    near = CoreClaim(op("exp", X), "~", op("add", num(1), X), order=2, small=(X,))
    assert admit(Proposal(PROVED, Points(near, RESIDUES))) == PROVED
    assert "fails" in refused(PROVED, Points(replace(near, order=3), RESIDUES))


def test_too_few_points():
    assert "few" in refused(PROVED, Points(claim(TRUE), RESIDUES[:3]))
    assert "few" in refused(PROVED, Points(claim(TRUE), RESIDUES[:1] * 20))
    assert "few" in refused(PROVED, Points(claim(TRUE), FRACTIONS[:8]))
    assert "few" in refused(CONFIRMED, Points(claim(KL), BALLS[:5]))
    refused(PROVED, Points(claim(TRUE), ()))


@pytest.mark.parametrize(
    "verdict, latex, plans, enough",
    [
        (PROVED, TRUE, RESIDUES, 6),
        (PROVED, TRUE, FRACTIONS, 40),
        (CONFIRMED, KL, BALLS, 12),
        (CONFIRMED, r"x^2\ge 0", FRACTIONS, 40),
        (PROVED, r"x+y=x+y", RESIDUES, 2),
    ],
    ids=["residues", "fractions", "balls", "an order", "one term"],
)
def test_one_point_too_few(verdict, latex, plans, enough):
    assert admit(Proposal(verdict, Points(claim(latex), plans[:enough]))) == verdict
    assert "few" in refused(verdict, Points(claim(latex), plans[: enough - 1]))


NOWHERE = CoreClaim(op("div", num(1), op("add", X, op("neg", X))), "=", Y)


@pytest.mark.parametrize("plans", [RESIDUES, FRACTIONS], ids=["residues", "fractions"])
@pytest.mark.parametrize(
    "made", [NOWHERE, CoreClaim(X, "=", Y, (CoreClaim(op("mul", X, X), "<", num(0)),))], ids=["no value", "nothing given"]
)
def test_no_point_that_can_be_used_shows_nothing(made, plans):
    """A claim that has a value nowhere, and one under what holds nowhere."""
    for verdict in (PROVED, CONFIRMED, CONDITIONAL):
        refused(verdict, Points(made, plans))


def test_residues_among_fractions_are_no_more_than_fractions():
    assert "few" in refused(PROVED, Points(claim(TRUE), (*RESIDUES[:5], *FRACTIONS[:30])))


def test_what_balls_cannot_tell_shows_nothing():
    made = CoreClaim(op("exp", X), ">=", op("exp", X))
    assert "usable" in refused(CONFIRMED, Points(made, BALLS))


@pytest.mark.parametrize("latex", [WRONG_KL, r"\log(xy)=\log x+\log y+1", r"\log(-1-x^2)=1+\log(-1-x^2)"])
def test_what_fails_in_residues_fails_where_logarithms_are_met(latex):
    """Also where it has no value in numbers, so that residues are all that there is."""
    assert "fails" in refused(PROVED, Points(claim(latex), RESIDUES))


def test_what_holds_at_all_small_numbers_fails_in_residues():
    """No number that is drawn tells it from 0, so that nothing but residues can."""
    drawn = [Fraction(n, d) for n in (-3, -2, -1, 1, 2, 3, 4) for d in (1, 2)]
    made = CoreClaim(op("mul", *(op("add", X, num(-x)) for x in drawn)), "=", num(0))
    assert admit(Proposal(CONFIRMED, Points(made, FRACTIONS))) == CONFIRMED
    assert "fails" in refused(PROVED, Points(made, RESIDUES))


def test_a_claim_is_seen_at_two_points():
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("derive.kernel.at_point", lambda prepared, plan: seen.append(plan) or at_point(prepared, plan))
        admit(Proposal(PROVED, Points(claim(TRUE), RESIDUES)))
    assert len(set(seen)) == 2


@pytest.mark.parametrize("plans", [RESIDUES, (Plan(3, "rational", ((X.number, num(0).value),), "unit", 7), *BALLS)])
def test_the_points_of_the_kernel_are_its_own(plans):
    """As many as are asked for, each with a seed that neither another nor a decider has, and nothing pinned in them."""
    own = list(fresh(plans, 50))
    assert len({plan.seed for plan in own} - {plan.seed for plan in plans}) == len(own) == 50
    assert {plan.arithmetic for plan in own} == {plan.arithmetic for plan in plans}
    assert not any(plan.pins for plan in own)
    assert len({plan.spread for plan in own}) > len({plan.spread for plan in plans}) or len(plans) > 50


def test_what_is_piecewise_constant_is_not_proved():
    assert "piecewise" in refused(PROVED, Points(claim(r"\lfloor x\rfloor=\lfloor x\rfloor"), FRACTIONS))


def test_an_order_that_fails_somewhere():
    assert "fails" in refused(CONFIRMED, Points(claim(r"\mathbb{E}[X^2]\le\mathbb{E}[X]^2"), FRACTIONS))
    assert admit(Proposal(CONFIRMED, Points(claim(r"\mathbb{E}[X^2]\ge\mathbb{E}[X]^2"), FRACTIONS))).status == "confirmed"


@pytest.mark.parametrize("verdict", [REFUTED, Verdict("undecided"), Verdict("definition"), Verdict("certain")])
def test_points_show_nothing_else(verdict):
    refused(verdict, Points(claim(TRUE), RESIDUES))


# --- conditions ------------------------------------------------------------------------------------


def test_a_conditional_verdict_names_a_condition_and_no_other_does():
    refused(Verdict("conditional"), Points(claim(TRUE), RESIDUES))
    refused(Verdict("proved", assumptions=("γ = 1",)), Points(claim(TRUE), RESIDUES))


def test_a_condition_that_does_not_help():
    refused(CONDITIONAL, Points(claim(FALSE), RESIDUES))


# --- witnesses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("latex", [TRUE, BELLMAN])
def test_a_witness_where_the_claim_holds(latex, seed):
    assert "fail" in refused(REFUTED, Witness(claim(latex), Plan(seed, "rational")))


def test_a_witness_where_balls_cannot_tell():
    refused(REFUTED, Witness(claim(KL), Plan(0, "balls")))


def test_a_witness_in_residues():
    """A residue is no number that a reader could check."""
    assert "numbers" in refused(REFUTED, Witness(claim(FALSE), Plan(0, "modular")))


def test_a_witness_without_a_value():
    assert "evaluated" in refused(REFUTED, Witness(claim(WRONG_KL), Plan(0, "rational")))
    assert "no value" in refused(REFUTED, Witness(NOWHERE, Plan(0, "rational")))
    assert "meaning" in refused(REFUTED, Witness(CoreClaim(op("unheard of", X), "=", X), Plan(0, "rational")))


def test_a_witness_shows_nothing_else():
    for verdict in (PROVED, CONFIRMED, CONDITIONAL):
        refused(verdict, Witness(claim(FALSE), Plan(0, "rational")))


@pytest.mark.parametrize(
    "made, given, at",
    [
        (CoreClaim(op("abs", X), "=", X), CoreClaim(num(0), "<", X), -2),
        (CoreClaim(op("power", X, num(2)), "=", num(1)), CoreClaim(X, "=", num(1)), 3),
        (CoreClaim(op("mul", X, X), "<=", X), CoreClaim(op("mul", X, X), "<", num(1)), 7),
    ],
    ids=["a sign", "a value", "a bound"],
)
def test_a_witness_that_violates_what_is_given(made, given, at):
    """Without what is given the claim fails at the point pinned; with it that point says nothing."""
    certificate = Witness(made, Plan(1, "rational", ((X.number, num(at).value),)))
    assert admit(Proposal(REFUTED, certificate)).status == "refuted"
    refused(REFUTED, replace(certificate, claim=replace(made, givens=(given,))))


@pytest.mark.parametrize(
    "given", [CoreClaim(op("div", num(1), op("add", X, op("neg", X))), "=", num(1)), CoreClaim(op("exp", X), ">", op("exp", X))]
)
@pytest.mark.parametrize("arithmetic", ["rational", "balls"])
def test_a_witness_where_nothing_tells_that_what_is_given_holds(given, arithmetic):
    """It has no value there, or balls cannot tell."""
    made = CoreClaim(X, "=", op("add", X, num(1)))
    assert admit(Proposal(REFUTED, Witness(made, Plan(1, arithmetic)))) == REFUTED
    refused(REFUTED, Witness(replace(made, givens=(given,)), Plan(1, arithmetic)))


def test_every_reading_must_fail():
    fails, stands = Witness(claim(FALSE), Plan(0, "rational")), Witness(claim(TRUE), Plan(0, "rational"))
    assert admit(Proposal(REFUTED, fails)).status == "refuted"
    refused(REFUTED, replace(fails, others=(stands,)))


def test_a_true_witness_is_admitted():
    (link,) = answer(r"V^\pi(s)=\sum_aQ^\pi(s,a)", []).links
    assert isinstance(link.certificate, Witness)
    assert admit(link.proposal).status == "refuted"
    assert {"lhs", "rhs"} <= set(link.witness or {})


# --- expansions ------------------------------------------------------------------------------------


def expansion(latex: str) -> Expansion:
    (link,) = answer(latex, []).links
    assert isinstance(link.certificate, Expansion)
    return link.certificate


def test_an_expansion_is_about_what_the_approximation_says():
    made = expansion(r"e^x\approx 1+x")
    assert admit(Proposal(PROVED, made)).status == "proved"
    weaker = replace(made.points.claim, order=1)
    assert "not what" in refused(PROVED, replace(made, points=replace(made.points, claim=weaker)))
    other = expansion(r"e^y\approx 1+y+\frac{y^2}{2}")
    assert "not what" in refused(PROVED, replace(made, points=other.points))


def test_a_coefficient_that_is_wrong():
    made = expansion(r"e^x\approx 1+x")
    wrong = claim(r"e^x\approx 1+2x")
    ordered = replace(made.points.claim, rhs=wrong.rhs)
    assert "fails" in refused(PROVED, Expansion(wrong, made.tends, Points(ordered, made.points.plans)))


@pytest.mark.parametrize("order", [2, 3])
def test_orders_that_are_divided_away(order):
    """(eˣ − 1 − x − x²/2)/x³ = 1/6 + x/24 + x²/120 + …: of what cannot be seen any more, nothing is said."""
    powers = [op("power", X, num(n)) for n in range(4)]
    left = op("add", op("exp", X), num(-1), op("neg", X), op("neg", op("div", powers[2], num(2))))
    right = op(
        "add",
        *(op("mul", num(c), powers[n]) for n, c in enumerate([Fraction(1, 6), Fraction(1, 24), Fraction(1, 120)][: order - 1])),
    )
    wrong = op("add", right, op("mul", num(5), powers[order - 1]))
    refused(PROVED, Points(CoreClaim(op("div", left, powers[3]), "=", wrong, order=order, small=(X,)), RESIDUES))
    refused(CONFIRMED, Points(CoreClaim(op("div", left, powers[3]), "=", wrong, order=order, small=(X,)), FRACTIONS))
    assert judge(CoreClaim(op("div", left, powers[3]), "=", wrong, order=order, small=(X,))).status in ("refuted", "undecided")


# --- numbers ---------------------------------------------------------------------------------------


def test_numbers_that_were_altered():
    rounded = claim(r"\frac{2}{3}\approx 0.66")
    forged = replace(compare(rounded), status="proved", why="rounded")
    assert "come out" in refused(PROVED, Numbers(rounded, forged))


def test_a_calculation_shows_no_other_status():
    wrong = claim("1+1=3")
    assert compare(wrong).status == "refuted"
    assert "rounding" in refused(PROVED, Numbers(wrong, compare(wrong)))


@pytest.mark.parametrize("latex, status", [("1+1=2", "proved"), (r"\sin\frac{\pi}{6}=\frac12", "confirmed")])
def test_a_condition_on_what_holds_anyway(latex, status):
    made = Numbers(claim(latex), compare(claim(latex)))
    assert made.comparison.status == status
    assert admit(Proposal(CONDITIONAL, made)) == CONDITIONAL


@pytest.mark.parametrize("latex", ["1+1=3", r"\frac10=1"])
def test_a_condition_on_what_does_not_hold(latex):
    for verdict in (PROVED, CONFIRMED, CONDITIONAL):
        assert "rounding" in refused(verdict, Numbers(claim(latex), compare(claim(latex))))


CALCULATIONS = [
    (r"\frac23\approx0.67", "proved", "rounded"),
    (r"\frac23\approx0.66", "conditional", "cut off, not rounded"),
    (r"\frac23\approx0.68", "refuted", "different"),
    (r"\frac23=0.67", "conditional", "equal after rounding"),
    (r"\frac23=0.66", "conditional", "cut off, not rounded"),
    (r"\frac23=0.65", "refuted", "different"),
    (r"0.67=\frac23", "conditional", "equal after rounding"),
    (r"-\frac23\approx-0.67", "proved", "rounded"),
    (r"-\frac23\approx-0.66", "conditional", "cut off, not rounded"),
    (r"-\frac23\approx0.67", "refuted", "different"),
    (r"\frac23=1", "refuted", "different"),
    (r"\frac23=0", "refuted", "different"),
    (r"\frac23\approx1", "proved", "rounded"),
    (r"149\approx100", "proved", "rounded"),
    (r"151\approx100", "conditional", "cut off, not rounded"),
    (r"251\approx100", "refuted", "different"),
    (r"149=100", "refuted", "different"),
    (r"0.4\approx0", "proved", "rounded"),
    (r"0.6\approx0", "conditional", "cut off, not rounded"),
    (r"\pi\approx3.14", "proved", "rounded"),
    (r"\pi=3.14", "conditional", "equal after rounding"),
    (r"\pi\approx3.15", "refuted", "different"),
    (r"\pi=3.15", "refuted", "different"),
    (r"\pi=3", "refuted", "different"),
    (r"\log2<0.7", "proved", "order"),
    (r"\log2>0.7", "refuted", "order"),
    (r"\log2\ne0.7", "proved", "order"),
    (r"2\ne2", "refuted", "order"),
    (r"2<2", "refuted", "order"),
    (r"2\le2", "proved", "order"),
    (r"\sqrt2\sqrt2=2", "proved", "exact"),
    (r"\log6=\log2+\log3", "proved", "exact"),
    (r"\log6=\log2+\log4", "refuted", "different"),
    (r"10^{70}\left(\sin\frac{\pi}{6}-\frac12\right)=1", "undecided", "too close"),
    (r"\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}=\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}", "proved", "exact"),
    (r"\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}=\begin{pmatrix}1&2&3\\4&5&7\end{pmatrix}", "refuted", "different"),
    (r"\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}=\begin{pmatrix}1&2&4\\4&5&6\end{pmatrix}", "refuted", "different"),
    (r"\begin{pmatrix}1&2\\3&4\\5&6\end{pmatrix}=\begin{pmatrix}1&2\\3&4\\5&7\end{pmatrix}", "refuted", "different"),
    (r"\begin{pmatrix}1&2\\3&4\\5&6\end{pmatrix}=\begin{pmatrix}1&2\\3&4\\7&6\end{pmatrix}", "refuted", "different"),
    (r"\sin0=0", "proved", "exact"),
    (r"\sin1=0", "refuted", "different"),
    (r"\cos0=1", "proved", "exact"),
    (r"\cos0=0", "refuted", "different"),
    (r"\cos1=1", "refuted", "different"),
    (r"\tan1=0", "refuted", "different"),
    (r"\sin\frac{\pi}{6}=\frac12", "confirmed", "agrees"),
    (r"\sin\frac{\pi}{6}\ge\frac12", "undecided", "too close"),
    (r"\sin\frac{\pi}{6}<\frac12", "undecided", "too close"),
    (r"\frac23+\frac17\approx0.667+0.143", "proved", "within the rounding"),
    (r"\frac23+\frac17=0.667+0.143", "conditional", "within the rounding"),
    (r"\frac23+\frac17\approx0.667+0.243", "refuted", "different"),
    (r"\frac23+\frac17\approx0.657+0.143", "refuted", "different"),
    (r"\frac23+\frac17\approx0.657+0.153", "proved", "within the rounding"),
    (r"\frac23\cdot\frac17\approx0.667\cdot0.143", "proved", "within the rounding"),
    (r"\frac23+\frac17=0.67+0.14", "refuted", "different"),
    (r"\frac23+\frac17\approx0.67+0.14", "proved", "within the rounding"),
    (r"\frac23+\frac17\approx0.7+0.1", "undecided", "an approximation without a stated precision"),
    (r"\frac23\approx\frac{33}{50}", "undecided", "an approximation without a stated precision"),
    (r"\frac23=\frac{33}{50}", "refuted", "different"),
    (r"2+2\approx5", "refuted", "different"),
    (r"\frac18=0.12", "conditional", "equal after rounding"),
    (r"\frac18\approx0.13", "proved", "rounded"),
    (r"\frac18=0.13", "conditional", "equal after rounding"),
    (r"\frac{1}{2}=0.50", "proved", "exact"),
    (r"\begin{pmatrix}1\\2\end{pmatrix}=\begin{pmatrix}1\\3\end{pmatrix}", "refuted", "different"),
    (r"\begin{pmatrix}\frac13\\2\end{pmatrix}\approx\begin{pmatrix}0.33\\2\end{pmatrix}", "proved", "rounded"),
    (r"\begin{pmatrix}\frac13\\2\end{pmatrix}\approx\begin{pmatrix}0.32\\2\end{pmatrix}", "refuted", "different"),
    (r"\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}1\\1\end{pmatrix}=\begin{pmatrix}2\\3\end{pmatrix}", "proved", "exact"),
    (
        r"\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}1\\1\end{pmatrix}=\begin{pmatrix}3\\2\end{pmatrix}",
        "refuted",
        "different",
    ),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}1\\1\end{pmatrix}=\begin{pmatrix}3\\7\end{pmatrix}", "proved", "exact"),
    (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}1\\1\end{pmatrix}=\begin{pmatrix}7\\3\end{pmatrix}",
        "refuted",
        "different",
    ),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}^\top=\begin{pmatrix}1&3\\2&4\end{pmatrix}", "proved", "exact"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}^\top=\begin{pmatrix}1&2\\3&4\end{pmatrix}", "refuted", "different"),
    (r"0.9\cdot0.25+0.1\cdot\frac13\approx0.9\cdot0.25+0.1\cdot0.333", "proved", "within the rounding"),
    (r"\frac{1}{3}\approx0.3333\cdot1.000", "proved", "within the rounding"),
]


@pytest.mark.parametrize("latex, status, why", CALCULATIONS)
def test_a_calculation_comes_to_what_its_digits_allow(latex, status, why):
    found = compare(claim(latex))
    assert (found.status, found.why) == (status, why)


def test_numbers_of_another_claim():
    made = Numbers(claim("1+1=2"), compare(claim("1+1=2")))
    with pytest.raises(Rejected, match="another claim"):
        theorem(claim("1+1=3"), Proposal(PROVED, made))
    refused(PROVED, replace(made, claim=claim("1+1=3")))


# --- nothing to show -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["proved", "confirmed", "conditional", "refuted"])
def test_a_verdict_without_a_certificate(status):
    assert "without" in refused(Verdict(status, assumptions=("γ = 1",) * (status == "conditional")), Trivial())


@pytest.mark.parametrize("status", ["definition", "no-claim", "undecided", "unreadable", "doubtful"])
def test_a_verdict_that_says_nothing_needs_no_certificate(status):
    assert admit(Proposal(Verdict(status))).status == status


def test_a_status_that_there_is_not():
    assert "no such" in refused(Verdict("certain"), Trivial())


def test_that_nothing_is_typed_refutes_and_must_say_why():
    assert admit(Proposal(REFUTED, Untyped("State where Action is needed"))).status == "refuted"
    refused(REFUTED, Untyped(""))
    refused(PROVED, Untyped("State where Action is needed"))


# --- theorems --------------------------------------------------------------------------------------


def test_a_theorem_made_by_hand():
    with pytest.raises(Rejected):
        Theorem(claim(FALSE), PROVED)
    with pytest.raises(Rejected):
        Theorem(claim(FALSE), PROVED, object())


def test_a_theorem_made_from_another():
    true = theorem(claim(TRUE), Proposal(PROVED, Points(claim(TRUE), RESIDUES)))
    with pytest.raises((Rejected, TypeError, ValueError)):
        replace(true, claim=claim(FALSE))
    with pytest.raises(FrozenInstanceError):
        true.claim = claim(FALSE)  # type: ignore[misc]


def test_no_theorem_from_a_refutation():
    with pytest.raises(Rejected, match="no theorem"):
        theorem(claim(FALSE), decide(claim(FALSE)))


def test_no_theorem_from_a_certificate_about_another_claim():
    with pytest.raises(Rejected, match="another claim"):
        theorem(claim(FALSE), Proposal(PROVED, Points(claim(TRUE), RESIDUES)))
    with pytest.raises(Rejected, match="another claim"):
        theorem(claim(FALSE), Proposal(REFUTED, Untyped("no type")))


def test_a_verdict_has_no_truth_value():
    with pytest.raises(TypeError, match="status"):
        bool(PROVED)
    with pytest.raises(TypeError):
        assert not REFUTED


# --- laws ------------------------------------------------------------------------------------------

SAME = [
    op("power", op("add", X, Y), num(2)),
    op("add", op("power", X, num(2)), op("mul", num(2), X, Y), op("power", Y, num(2))),
    op("mul", op("add", Y, X), op("add", X, Y)),
]
OTHER = [op("add", op("power", X, num(2)), op("power", Y, num(2))), op("mul", num(2), X, Y)]


@pytest.mark.parametrize("a, b, c", list(product(SAME + OTHER, repeat=3)))
def test_proofs_compose(a, b, c):
    """``a = b`` and ``b = c`` proved give ``a = c``; and what is proved is proved the other way round."""

    def status(x, y):
        return decide(CoreClaim(x, "=", y), 1.0).verdict.status

    if status(a, b) == status(b, c) == "proved":
        assert status(a, c) == "proved"
        assert status(b, a) == "proved"


@pytest.mark.parametrize("latex", [TRUE, FALSE, BELLMAN, UNDISCOUNTED, KL, WRONG_KL, r"x^2\ge 0", r"x\le x^2"])
def test_what_the_judge_finds_the_kernel_admits(latex):
    made = claim(latex)
    finding = judge(made)
    proposal = Proposal(Verdict(finding.status), certificate_of(made, finding))
    assert admit(proposal).status == finding.status != "undecided"


@pytest.mark.parametrize(
    "true, false",
    [
        (r"\sqrt{e^{2x}}=e^x", r"\sqrt{e^{3x}}=e^x"),
        (r"e^{2x}=(e^x)^2", r"e^{3x}=(e^x)^2"),
        (r"e^{x-y}=\frac{e^x}{e^y}", r"e^{x-y}=e^xe^y"),
        (r"e^{-x}=\frac1{e^x}", r"e^{-x}=e^x"),
        (r"\log\frac{x^2}{y^2}=\log x^2-\log y^2", r"\log\frac{x^2}{y^2}=\log x^2+\log y^2"),
        (r"\log\frac{1}{x^2}=-\log x^2", r"\log\frac{1}{x^2}=\log x^2"),
        (r"\log(xy)=\log x+\log y", r"\log(xy)=\log x-\log y"),
        (r"\sqrt{x^2y^2}=\sqrt{x^2}\sqrt{y^2}", r"\sqrt{x^2+y^2}=\sqrt{x^2}+\sqrt{y^2}"),
        (r"\sqrt6=\sqrt2\sqrt3+x-x", r"\sqrt5=\sqrt2\sqrt3+x-x"),
    ],
)
def test_what_residues_know_of_functions(true, false):
    assert admit(Proposal(PROVED, Points(claim(true), RESIDUES))) == PROVED
    assert "fails" in refused(PROVED, Points(claim(false), RESIDUES))


def test_a_matrix_is_zero_where_all_of_it_is():
    algebra = Algebra(field_of("rational", 0))
    assert algebra.is_zero(Mat(((0, 0), (0, 0))))
    assert not algebra.is_zero(Mat(((0, 1), (0, 0))))
    assert not algebra.is_zero(Vec((1, 0)))


@pytest.mark.parametrize(
    "a, relation, b, holds",
    [
        ((1, 2), "propto", (2, 4), True), ((1, 2), "propto", (2, 1), False), ((1, 2), "propto", (-1, -2), False),
        ((1, 2, 3), "propto", (1, 2, 4), False), ((0, 0), "propto", (1, 1), False), ((0, 0), "propto", (0, 0), None),
        ((1,), "propto", (2,), None), ((1, 2), "=", (1, 2), True), ((1, 2), "=", (1, 3), False), ((1, 2), "<=", (1, 3), True),
        ((1, 2), "<", (1, 3), False), ((1, 2), "<=", (0, 3), False), ((1, 2), ">=", (1, 1), True), ((1, 2), "!=", (1, 3), True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("arithmetic", ["rational", "balls"])
def test_relations_between_vectors(a, relation, b, holds, arithmetic):
    world = at_point(prepare(CoreClaim(X, "=", X)), Plan(0, arithmetic)).world
    one, other = (Vec(tuple(world.algebra.field.lift(x) for x in side)) for side in (a, b))
    assert relates(world, CoreClaim(X, relation, Y), one, other) is holds


@pytest.mark.parametrize("relation, signs", [("<", "-"), ("<=", "-0"), (">", "+"), (">=", "0+"), ("!=", "-+"), ("=", "0")])
def test_relations_between_numbers(relation, signs):
    prepared = prepare(CoreClaim(X, relation, num(2)))
    for value, sign in ((1, "-"), (2, "0"), (3, "+")):
        assert at_point(prepared, Plan(0, "rational", ((X.number, num(value).value),))).holds == (sign in signs)


def test_what_is_left_of_infinities_is_no_number():
    infinite, one = flint.arb("inf"), flint.arb(1)
    nothing = infinite - infinite
    ring = Ring(1, 1)
    for value in (nothing, Vec((one, nothing)), Mat(((one, one), (nothing, one))), Jet(ring, 1, [one, nothing])):
        assert is_indefinite(value)
    for value in (infinite, one, num(1).value, Vec((one, infinite)), Mat(((one, infinite),)), Jet(ring, 1, [one, infinite])):
        assert not is_indefinite(value)
    world = at_point(prepare(CoreClaim(X, "=", X)), Plan(0, "balls")).world
    for a, b, equal in (
        (infinite, infinite, True),
        (-infinite, -infinite, True),
        (infinite, -infinite, False),
        (infinite, one, False),
    ):
        assert relates(world, CoreClaim(X, "=", Y), a, b) is equal
    assert relates(world, CoreClaim(X, "=", Y), nothing, one) is None


# --- what is the best ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "latex, holds", [(r"V^*(s)=\max_aQ^*(s,a)", True), (r"V^*(s)\ge V^\pi(s)", True), (r"V^*(s)=\min_aQ^*(s,a)", False)]
)
def test_no_other_action_is_better_than_the_best(latex, holds):
    """In every world: a policy that could still be improved would be the best one of some."""
    prepared = prepare(claim(latex))
    found = {at_point(prepared, plan).holds for plan in FRACTIONS[:24]}
    assert found == {True} if holds else False in found


def test_normal_distributions_in_closed_form():
    """H(p, q) = H(p) + KL(p‖q), and not H(q) + KL(q‖p); a normal distribution beside another kind has no meaning here."""
    p, q = (op("normal_law", Var(n, REAL), op("exp", Var(n + 1, REAL))) for n in (1, 3))
    crossed = op("cross_entropy", p, q)
    for a, b, holds in ((p, q, True), (q, p, False)):
        made = CoreClaim(crossed, "=", op("add", op("entropy", a), op("divergence", a, b)))
        assert (judge(made).status, holds) in (("confirmed", True), ("proved", True), ("refuted", False))
    beside = CoreClaim(op("divergence", p, Var(7, law(Type("Coin")))), "=", num(0))
    assert "meaning" in refused(CONFIRMED, Points(beside, BALLS))


@pytest.mark.parametrize("latex", ["G_{t+1}=0", r"\sum_{k=0}^\infty\gamma^kr_{t+k}=r_t"])
def test_a_path_that_has_ended_tells_little(latex):
    """On half of the paths that are drawn nothing is earned any more: other paths of the same world show it."""
    prepared = prepare(claim(latex))
    found = Counter(at_point(prepared, plan).holds for plan in FRACTIONS[:24])
    assert found[False] > 20


# --- recursions ------------------------------------------------------------------------------------

N, M, SEQUENCE = Var(31, NAT), Var(32, NAT), Var(33, function(NAT, REAL))


def member(index: Core) -> Op:
    return Op("call", (SEQUENCE, index))


def plus(index: Core, shift: int) -> Core:
    return op("add", index, num(shift)) if shift > 0 else op("add", index, op("neg", num(-shift))) if shift else index


def test_an_index_is_a_letter_and_a_whole_number():
    assert [shifted_index(plus(N, c)) for c in (-2, 0, 3)] == [(N, -2), (N, 0), (N, 3)]
    assert shifted_index(op("add", num(3), N)) == (N, 3)
    for other in (op("add", N, num(Fraction(1, 2))), op("add", N, M), op("mul", num(2), N), num(2)):
        assert shifted_index(other) is None


@pytest.mark.parametrize(
    "head, others, shift, steps, backwards",
    [
        (0, (-1,), 0, 1, False),
        (1, (0,), 1, 1, False),
        (2, (1, 0), 2, 2, False),
        (0, (-3,), 0, 3, False),
        (0, (1,), 0, 1, True),
        (0, (1, 2), 0, 2, True),
    ],
)
def test_a_recursion_runs_one_way(head, others, shift, steps, backwards):
    right = op("add", num(1), *(member(plus(N, c)) for c in others))
    assert shape_of(member(plus(N, head)), right) == ((N.number,), 0, shift, steps, backwards)


@pytest.mark.parametrize("others", [(-1, 1), (0,), (0, -1), (0, 1)])
def test_what_runs_both_ways_or_nowhere_is_no_recursion(others):
    assert shape_of(member(N), op("add", num(1), *(member(plus(N, c)) for c in others))) is None
    assert shape_of(member(num(1)), num(1)) is None
    assert shape_of(Op("call", (SEQUENCE, N, M)), num(1)) is None


def test_where_a_recursion_starts():
    other = Op("call", (Var(34, function(NAT, REAL)), num(0)))
    starts = [
        (member(num(0)), True),
        (member(M), True),
        (member(X), False),
        (other, False),
        (op("exp", num(0)), False),
        (num(0), False),
    ]
    assert [is_start(m, member(N), 0) for m, _ in starts] == [start for _, start in starts]


# --- what the judge must have seen -----------------------------------------------------------------


def trials(used: int, tried: int, **more: object) -> Attempt:
    return Attempt(prepare(claim(TRUE)), [Point(True, Plan(seed, "rational")) for seed in range(used)], tried, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "used, tried, few",
    [(0, 0, True), (0, 3, True), (0, 5, True), (1, 4, False), (1, 5, False), (1, 6, True), (2, 10, False), (2, 11, True)],
)
def test_less_than_a_fifth_of_the_points_is_too_few(used, tried, few):
    assert poor(trials(used, tried)) == few


def test_points_at_which_all_letters_are_one_are_no_failure():
    assert not poor(trials(0, 0, alike=3))
    assert poor(trials(0, 9, alike=3))


@pytest.mark.parametrize(
    "used, unmet, unused", [(0, 0, False), (0, 1, True), (4, 1, False), (4, 2, True), (40, 10, False), (40, 11, True)]
)
def test_what_is_given_must_hold_at_most_points(used, unmet, unused):
    assert trials(used, used, unmet=unmet).unused is unused
    narrow = in_special_worlds(trials(0, 0), trials(used, used, unmet=unmet))
    assert (narrow is not None and narrow.status == "undecided") == unused


@pytest.mark.parametrize(
    "used, tried, without, says", [(0, 10, 10, True), (0, 10, 6, True), (0, 10, 5, False), (1, 10, 9, False), (0, 0, 0, False)]
)
def test_what_has_no_value_at_most_points_has_none(used, tried, without, says):
    assert ("nothing has a value" in trials(used, tried, reasons=Counter({"a root": without})).without_value) == says


def test_what_holds_at_every_number_that_is_drawn_is_not_decided():
    """Residues alone tell it from an identity."""
    kinds = product(("rational", "wide", "extreme"), ("real", "positive", "unit"))
    drawn = {fraction(field_of(name, 0).draw(rng, kind)) for name, kind in kinds for rng in [Random(1)] for _ in range(600)}
    made = CoreClaim(op("mul", *(op("add", X, num(-x)) for x in sorted({*drawn, *AWKWARD}))), "=", num(0))
    assert judge(made).status == "undecided"


@pytest.mark.parametrize("latex", [r"\pi(b|s)=1", r"\pi(b|s)\ge\frac12"])
def test_what_is_given_and_met_by_accident_alone(latex):
    """A policy of one action takes it for certain; of those of several, no point has one that does."""
    assert judge(claim(latex, r"\pi(b|s)^2=\pi(b|s)")).status == "undecided"


def test_worlds_with_one_element_of_a_kind_say_little():
    made = claim(BELLMAN)
    points = [at_point(prepare(made), Plan(seed, "rational", spread=seed)) for seed in range(20)]
    sizes = [{key[1].name: n for key, n in p.world.cache.items() if key[0] == "size"} for p in points]
    lonely = [p for p, size in zip(points, sizes, strict=True) if size["Action"] == 1]
    others = [p for p, size in zip(points, sizes, strict=True) if size["Action"] > 1 and size["State"] > 1]
    assert lonely
    assert single(lonely)
    assert not single([*lonely, others[0]])
    found = in_special_worlds(Attempt(prepare(made), lonely, len(lonely)))
    assert found is not None
    assert found.status == "undecided"
    given = replace(made, givens=(CoreClaim(op("cardinality", info=(ACTION_SORT,)), "=", num(1)),))
    assert not single([at_point(prepare(given), p.plan) for p in others])


def test_letters_that_stand_for_one_element_say_nothing_of_two():
    prepared = prepare(claim(r"\pi(a|s)\pi(b|s)=\pi(b|s)\pi(a|s)"))
    (pair,) = several(prepared)
    found = set()
    for seed in range(20):
        point = at_point(prepared, Plan(seed, "rational", spread=seed))
        same = len({point.world.free(v) for v in pair}) == 1
        assert alike(prepared, point) == same
        found.add(same)
    assert found == {True, False}
    assert not several(prepare(claim(BELLMAN)))


# --- what is given, and made to hold ----------------------------------------------------------------

INDEPENDENT = [
    r"H(X)-H(X\mid Y)=0", "I(X;Y)=0", r"P(A\cap B)=P(A)P(B)", r"P(A)P(B)=P(A\cap B)",
]  # fmt: skip
NOT_INDEPENDENT = [
    r"H(X)-H(X\mid Y)=1", r"H(X)-H(Z\mid Y)=0", r"H(X)+H(X\mid Y)=0", "I(X;Y)=1", r"I(X;Y)\le0", r"P(A\cap B)\ge P(A)P(B)",
    r"P(A\cap B)=P(A)P(C)", r"P(A\cup B)=P(A)P(B)", r"P(A\cap B)=2P(A)P(B)", r"P(A\cap B)=P(A)P(B)P(C)", r"P(A\cap B\cap C)=P(A)P(B)",
    r"P(A\cap B)=P(A)P(A)", r"P(A\cap A)=P(A)P(A)", "P(X=1,Y=2)=P(X=1)P(Y=2)", r"P(X\le x,Y=y,Z=z)=P(Y=y)P(Z=z)", r"P(X\le x,Y=y)=P(X\le x)P(Y=y)",
]  # fmt: skip


@pytest.mark.parametrize("latex", INDEPENDENT)
def test_what_says_that_two_are_independent(latex):
    found = independent(claim(latex))
    assert found is not None
    assert found[0] != found[1]


@pytest.mark.parametrize("latex", NOT_INDEPENDENT)
def test_what_does_not_say_that_two_are_independent(latex):
    """What is made to hold by the way a point is drawn is not asked again: nothing else may be taken for it."""
    assert independent(claim(latex)) is None


def test_what_is_equal_or_ordered_is_not_independent():
    a, b = (Var(n, REAL, random=True) for n in (1, 2))
    assert [independent(CoreClaim(a, relation, b)) is not None for relation in ("independent", "=", "<=", "!=")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_third_that_happens_too_is_not_left_out():
    """P(A, B) = P(A) P(B) says that two are independent; P(A, B, X ≤ 1) = P(A) P(B) does not."""
    a, b = (Var(n, Type("Event"), random=True) for n in (1, 2))
    third = op("le", Var(3, REAL, random=True), num(1))

    def chance(*events: Core) -> Core:
        return Bind("mean", (), op("indicator", op("and", *events)))

    apart = op("mul", chance(a), chance(b))
    assert independent(CoreClaim(chance(a, b), "=", apart)) == (a, b)
    assert independent(CoreClaim(chance(a, b, third), "=", apart)) is None


@pytest.mark.parametrize(
    "latex, product_of_marginals",
    [
        ("p(x,y)=p(x)p(y)", True), ("p(x,y)=p(y)p(x)", True), (r"p(x,y)=p(x)p(y\mid x)", False), (r"p(x,y)=p(x)p(x\mid y)", False),
        ("p(x,y)=p(x)p(x)", False), ("p(x,y,z)=p(x)p(y,z)", False), ("p(x,y,z)=p(x)p(y)", False), ("p(x,y)=p(x)+p(y)", False),
    ],
)  # fmt: skip
def test_what_says_that_coordinates_are_independent(latex, product_of_marginals):
    made = claim(latex)
    assert isinstance(made.lhs, Op)
    assert is_product(made.lhs, made.rhs) == product_of_marginals


@pytest.mark.parametrize(
    "latex, turned",
    [
        (r"A^\top A=I", True),
        (r"AA^\top=I", True),
        (r"A^\top A=B", False),
        (r"A^\top B=I", False),
        ("AA=I", False),
        (r"A^\top=I", False),
    ],
)
def test_what_says_that_a_matrix_is_orthogonal(latex, turned):
    made = claim(latex)
    assert (orthogonal(made.lhs, made.rhs) is not None) == turned


# --- what the kernel leans on ----------------------------------------------------------------------

#: One certificate of each kind, checked; then the modules that were needed.
CHECKED = """
import json, sys
from derive.core.terms import Bind, Core, CoreClaim, Op, Var, num, op
from derive.core.types import ACTION_SORT, NAT, REAL, Type, function, law
from derive.decide.calculation import compare
from derive.kernel import *
from derive.worlds.world import Plan
x = Var(1, REAL)
square, sum_ = op("power", op("add", x, num(1)), num(2)), op("add", op("power", x, num(2)), op("mul", num(2), x), num(1))
plans = tuple(Plan(seed, "modular", spread=seed) for seed in range(8))
admit(Proposal(Verdict("proved"), Points(CoreClaim(square, "=", sum_), plans)))
near = CoreClaim(op("exp", x), "~", op("add", num(1), x))
made = CoreClaim(near.lhs, "=", near.rhs, order=2, small=(x,))
admit(Proposal(Verdict("proved"), Expansion(near, (x,), Points(made, plans))))
admit(Proposal(Verdict("refuted"), Witness(CoreClaim(square, "=", x), Plan(1, "rational"))))
two = CoreClaim(op("add", num(1), num(1)), "=", num(2))
admit(Proposal(Verdict("proved"), Numbers(two, compare(two))))
admit(Proposal(Verdict("refuted"), Untyped("State where Action is needed")))
admit(Proposal(Verdict("definition"), Trivial()))
print(json.dumps({name: getattr(m, "__file__", None) for name, m in sys.modules.items()}))
"""


def test_what_the_kernel_imports_is_small_and_knows_no_notation():
    found = subprocess.run([sys.executable, "-c", CHECKED], capture_output=True, text=True, check=True)
    modules = json.loads(found.stdout)
    own = {name: Path(file) for name, file in modules.items() if name.split(".")[0] == "derive" and file}
    assert not {name.split(".")[1] for name in own if "." in name} & {
        "syntax", "notation", "glossary", "elaborate", "verify", "terms", "statements", "models",
    }  # fmt: skip
    assert not {"sympy", "numpy", "mpmath"} & set(modules)
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in own.values()) < 8000
    text = "".join(path.read_text(encoding="utf-8") for path in own.values())
    for word in ("isclose", "abs_tol", "rel_tol", "math.log", "math.exp", "numpy"):
        assert word not in text, word
