"""True at the sizes tried, or true at every size: what may be lifted, and what may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.check.config import Config
from derive.check.proofread import verify_by_terms as verify
from derive.kernel import Proposal, Rejected, Trials, Verdict, admit
from derive.models.cutoff import at_sizes, sizes_that_suffice
from derive.models.trial import Claim, prepare, run_trial
from derive.notation import parse

EVERY = [
    r"\nabla_\theta\pi_\theta(a|s)=\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)",
    r"\sum_a\nabla_\theta\pi_\theta(a|s)=0",
    r"\sum_a\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)b(s)=0",
    r"\mathbb{E}_{a\sim\pi_\theta(\cdot|s)}[\nabla_\theta\log\pi_\theta(a|s)]=0",
    r"\sum_a\pi(a|s)A^\pi(s,a)=0",
    r"\sum_sd^\pi(s)\sum_a\nabla_\theta\pi_\theta(a|s)Q^\pi(s,a)=\sum_sd^\pi(s)\sum_a\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)Q^\pi(s,a)",
    r"\mathbb{E}_{a\sim\pi_\theta(\cdot|s)}[\nabla_\theta^2\log\pi_\theta(a|s)]"
    r"=-\mathbb{E}_{a\sim\pi_\theta(\cdot|s)}[\nabla_\theta\log\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)^\top]",
    r"\sum_xp(x)f(x)=\sum_xq(x)\frac{p(x)}{q(x)}f(x)",
    r"\frac{1}{n}\sum_{i=1}^nx_i^2-\left(\frac{1}{n}\sum_{i=1}^nx_i\right)^2=\frac{1}{n}\sum_{i=1}^n\left(x_i-\frac{1}{n}\sum_{j=1}^nx_j\right)^2",
    r"\sum_{i=1}^n\sum_{j\ne i}x_ix_j=\left(\sum_{i=1}^nx_i\right)^2-\sum_{i=1}^nx_i^2",
    r"\sum_{i=1}^n(x_i+c)=\sum_{i=1}^nx_i+nc",
    r"\min(x,y)+\max(x,y)=x+y",
]

#: True, but by the equations of the process, by an order of the indices or by constructs without a cutoff.
TRIED = [
    r"V^\pi(s)=\sum_a\pi(a|s)\sum_{s'}P(s'|s,a)\left[r(s,a,s')+\gamma V^\pi(s')\right]",
    r"\sum_{k=0}^{3}\gamma^k=\frac{1-\gamma^4}{1-\gamma}",
    r"\sum_{i=1}^ni=\frac{n(n+1)}{2}",
    r"\log\prod_{i=1}^nx_i=\sum_{i=1}^n\log x_i",
]

#: True of small sets only: never ``every size``, and not proved.
SMALL_ONLY = [
    r"\sum_a\pi(a|s)^2=1-2\pi(a|s)(1-\pi(a|s))",
    r"\sum_xp(x)^2=1-2p(x)(1-p(x))",
    r"\sum_{i=1}^n(x_i-\bar x)^3=0",
    r"\sum_{i=1}^n\sum_{j=1}^nx_ix_j=\sum_{i=1}^nx_i^2+2x_1x_2",
]


def claim(latex: str) -> Claim:
    (statement,) = parse(latex).statements
    ((lhs, relation, rhs),) = statement.links()
    return Claim(lhs, rhs, relation.op)


def sizes_said(latex: str, *given: str) -> str:
    (found,) = verify(latex, given, Config()).claims
    assert found.status == "proved", found.message
    return found.sizes


@pytest.mark.parametrize("latex", EVERY)
def test_proved_for_every_size(latex):
    assert sizes_said(latex) == "every size"


@pytest.mark.parametrize("latex", EVERY)
def test_what_is_lifted_holds_at_larger_sizes_too(latex):
    prepared = prepare(claim(latex))
    larger = {"states": 5, "actions": 9, "outcomes": 8, "group": 9, "dim": 3}
    arithmetic = "paired" if r"\min" in latex else "modular"
    assert run_trial(at_sizes(prepared, larger), arithmetic, 31, frozenset()).equal


@pytest.mark.parametrize("latex", TRIED)
def test_proved_at_the_sizes_tried(latex):
    assert sizes_said(latex) != "every size"


@pytest.mark.parametrize("latex", SMALL_ONLY)
def test_true_of_small_sets_only(latex):
    (found,) = verify(latex, (), Config()).claims
    assert found.status not in ("proved", "confirmed")


def test_a_definition_is_followed_to_its_sum():
    assert sizes_said(r"\sum_{i=1}^n(r_i-\mu)=0", r"\mu=\frac{1}{n}\sum_{i=1}^nr_i") == "every size"


def test_taylor_in_every_dimension():
    f = r"f(\theta+\Delta\theta)\approx f(\theta)+\nabla f(\theta)^\top\Delta\theta+\frac{1}{2}\Delta\theta^\top\nabla^2f(\theta)\Delta\theta"
    assert sizes_said(f) == "every size"


def test_more_slots_need_more_sizes():
    plans = [sizes_that_suffice(prepare(claim(rf"\left(\sum_{{i=1}}^nx_i\right)^{k}=0"))) for k in (1, 2, 3)]
    assert all(plans)
    assert [max(p["group"] for p in plan) for plan in plans if plan] == [4, 5, 6]  # one named element, and two to start with


@pytest.mark.parametrize("latex", [TRIED[0], SMALL_ONLY[0], r"\sum_a\pi(a|s)=2"])
def test_every_size_cannot_be_forged(latex):
    with pytest.raises(Rejected):
        admit(Proposal(Verdict("proved", sizes="every size"), Trials(claim(latex), "modular", every_size=True)))


def test_the_words_and_the_certificate_agree():
    certificate = Trials(claim(EVERY[1]), "modular", every_size=True)
    assert admit(Proposal(Verdict("proved", sizes="every size"), certificate)).sizes == "every size"
    with pytest.raises(Rejected, match="sizes"):
        admit(Proposal(Verdict("proved", sizes="every size"), replace(certificate, every_size=False)))
