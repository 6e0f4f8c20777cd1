"""Forged certificates: whatever a decider claims, the kernel sees it again or refuses it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from derive.decide.relations import decide, decide_numbers
from derive.kernel import Numbers, Proposal, Rejected, Sampled, Theorem, Trials, Trivial, Verdict, Witness, admit, theorem
from derive.models.trial import Claim
from derive.notation import parse

TRUE = r"(x+y)^2=x^2+2xy+y^2"
FALSE = r"(x+y)^2=x^2+y^2"
BELLMAN = r"V^\pi(s)=\sum_a\pi(a|s)Q^\pi(s,a)"
UNDISCOUNTED = r"Q^\pi(s,a)=r(s,a)+\sum_{s'}P(s'|s,a)V^\pi(s')"
KL = r"\sum_xp(x)\log\frac{p(x)}{q(x)}=\sum_xp(x)\log p(x)-\sum_xp(x)\log q(x)"
WRONG_KL = r"\sum_xp(x)\log\frac{p(x)}{q(x)}=\sum_xp(x)\log p(x)+\sum_xp(x)\log q(x)"
PROVED = Verdict("proved")
REFUTED = Verdict("refuted")
CONFIRMED = Verdict("confirmed")


def claim(latex: str) -> Claim:
    """The one link of a formula, in an empty scope."""
    (statement,) = parse(latex).statements
    ((lhs, relation, rhs),) = statement.links()
    return Claim(lhs, rhs, relation.op)


def refused(verdict: Verdict, certificate: object) -> str:
    """Why the kernel refuses a proposal."""
    with pytest.raises(Rejected) as caught:
        admit(Proposal(verdict, certificate))  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("latex", [TRUE, BELLMAN])
def test_what_is_true_is_admitted(latex):
    assert admit(Proposal(PROVED, Trials(claim(latex), "modular"))).status == "proved"
    made = theorem(claim(latex), Proposal(PROVED, Trials(claim(latex), "modular")))
    assert made.claim == claim(latex)


# --- trials ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("arithmetic", ["modular", "paired", "rational"])
@pytest.mark.parametrize("latex", [FALSE, UNDISCOUNTED, r"V^\pi(s)=\sum_aQ^\pi(s,a)"])
def test_trials_of_a_false_identity(latex, arithmetic):
    assert "differ" in refused(PROVED, Trials(claim(latex), arithmetic))


def test_trials_in_an_arithmetic_that_proves_nothing():
    assert "exact" in refused(PROVED, Trials(claim(TRUE), "balls"))


def test_trials_prove_identities_only():
    """Both sides of ``x < x`` are equal at every point, which is no reason to believe it."""
    refused(PROVED, Trials(claim(r"x<x"), "modular"))
    refused(PROVED, Trials(claim(r"x\ne x"), "modular"))


@pytest.mark.parametrize("verdict", [CONFIRMED, REFUTED])
def test_trials_support_no_other_status(verdict):
    refused(verdict, Trials(claim(TRUE), "modular"))


# --- assumptions -----------------------------------------------------------------------------------


def test_an_assumption_makes_a_verdict_conditional():
    """A claim that needs γ = 1 is not proved by assuming it in the certificate."""
    refused(PROVED, Trials(claim(UNDISCOUNTED), "modular", frozenset({"gamma-one"})))
    refused(CONFIRMED, Sampled(claim(UNDISCOUNTED), "rational", 4, 0, frozenset({"gamma-one"})))


def test_a_conditional_verdict_names_its_assumptions():
    refused(Verdict("conditional"), Trials(claim(UNDISCOUNTED), "modular", frozenset({"gamma-one"})))
    refused(Verdict("conditional"), Sampled(claim(UNDISCOUNTED), "rational", 4, 0, frozenset({"gamma-one"})))


def test_a_conditional_verdict_assumes_something():
    refused(Verdict("conditional", assumptions=("γ = 1",)), Trials(claim(TRUE), "modular"))


def test_an_assumption_that_does_not_help():
    refused(Verdict("conditional", assumptions=("γ = 1",)), Trials(claim(FALSE), "modular", frozenset({"gamma-one"})))


def test_the_condition_that_is_found_is_admitted():
    proposal = decide(claim(UNDISCOUNTED))
    assert proposal.verdict.status == "conditional"
    assert admit(proposal).assumptions == proposal.verdict.assumptions


# --- points in balls -------------------------------------------------------------------------------


def test_balls_confirm_and_do_not_prove():
    refused(PROVED, Sampled(claim(KL), "balls", 5, 45))
    assert admit(Proposal(CONFIRMED, Sampled(claim(KL), "balls", 5, 45))).status == "confirmed"


def test_balls_on_a_false_claim():
    refused(CONFIRMED, Sampled(claim(WRONG_KL), "balls", 5, 45))


def test_an_order_that_fails_somewhere():
    refused(CONFIRMED, Sampled(claim(r"\mathbb{E}[X^2]\le\mathbb{E}[X]^2"), "rational", 24))
    assert admit(Proposal(CONFIRMED, Sampled(claim(r"\mathbb{E}[X^2]\ge\mathbb{E}[X]^2"), "rational", 24))).status == "confirmed"


def test_no_points_at_all():
    refused(CONFIRMED, Sampled(claim(KL), "balls", 0, 45))


# --- witnesses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("latex", [TRUE, BELLMAN])
def test_a_witness_where_the_claim_holds(latex, seed):
    assert "holds" in refused(REFUTED, Witness(claim(latex), "rational", seed))


def test_a_witness_where_balls_cannot_tell():
    refused(REFUTED, Witness(claim(KL), "balls", 0))


def test_a_witness_in_residues():
    """A residue is no number that a reader could check."""
    assert "real" in refused(REFUTED, Witness(claim(FALSE), "modular", 0))


def test_a_witness_supports_no_other_status():
    refused(PROVED, Witness(claim(FALSE), "rational", 0))


def test_a_witness_under_an_assumption_that_nobody_made():
    """With the action values held fixed the two sides differ; the claim does not hold them fixed, and is true."""
    true = claim(r"\nabla_\theta V^\pi(s)=\nabla_\theta\sum_a\pi_\theta(a|s)Q^\pi(s,a)")
    assert decide(true).verdict.status == "proved"
    refused(REFUTED, Witness(true, "balls", 0, frozenset({"values-fixed"})))


def test_a_true_witness_is_admitted():
    proposal = decide(claim(r"V^\pi(s)=\sum_aQ^\pi(s,a)"))
    assert isinstance(proposal.certificate, Witness)
    assert admit(proposal).status == "refuted"
    assert {"lhs", "rhs"} <= set(proposal.verdict.witness or {})


# --- numbers ---------------------------------------------------------------------------------------


def test_numbers_that_were_altered():
    proposal = decide_numbers(claim(r"\frac{2}{3}\approx 0.66"))
    assert isinstance(proposal.certificate, Numbers)
    comparison = proposal.certificate.comparison
    forged = replace(proposal.certificate, comparison=replace(comparison, supports="proved", kind="rounded"))
    assert "come out" in refused(PROVED, forged)


def test_a_computation_does_not_support_another_status():
    proposal = decide_numbers(claim(r"1+1=3"))
    assert proposal.verdict.status == "refuted"
    assert "rounding" in refused(PROVED, proposal.certificate)


def test_numbers_of_another_claim():
    proposal = decide_numbers(claim(r"1+1=2"))
    with pytest.raises(Rejected, match="another claim"):
        theorem(claim(r"1+1=3"), proposal)
    moved = replace(proposal.certificate, claim=claim(r"1+1=3"))
    refused(PROVED, moved)


# --- nothing to show -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["proved", "confirmed", "conditional", "refuted"])
def test_a_verdict_without_a_certificate(status):
    assert "without" in refused(Verdict(status), Trivial())


@pytest.mark.parametrize("status", ["definition", "no-claim", "undecided", "unreadable"])
def test_a_verdict_that_says_nothing_needs_no_certificate(status):
    assert admit(Proposal(Verdict(status))).status == status


# --- theorems --------------------------------------------------------------------------------------


def test_a_theorem_made_by_hand():
    with pytest.raises(Rejected):
        Theorem(claim(FALSE), PROVED)
    with pytest.raises(Rejected):
        Theorem(claim(FALSE), PROVED, object())


def test_a_theorem_made_from_another():
    true = theorem(claim(TRUE), Proposal(PROVED, Trials(claim(TRUE), "modular")))
    with pytest.raises((Rejected, TypeError, ValueError)):
        replace(true, claim=claim(FALSE))
    with pytest.raises(FrozenInstanceError):
        true.claim = claim(FALSE)  # type: ignore[misc]


def test_no_theorem_from_a_refutation():
    with pytest.raises(Rejected):
        theorem(claim(FALSE), decide(claim(FALSE)))


def test_no_theorem_from_a_certificate_about_another_claim():
    with pytest.raises(Rejected, match="another claim"):
        theorem(claim(FALSE), Proposal(PROVED, Trials(claim(TRUE), "modular")))


def test_a_verdict_has_no_truth_value():
    with pytest.raises(TypeError, match="status"):
        bool(PROVED)
    with pytest.raises(TypeError):
        assert not REFUTED
