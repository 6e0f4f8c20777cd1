"""What a claim may cost: counted in steps, the same on every machine; the clock stops what the steps do not foresee."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.check.config import Config
from derive.check.proofread import verify_by_terms as verify
from derive.decide.relations import decide
from derive.decide.repair import mend
from derive.models.trial import Claim, open_world, prepare, run_trial
from derive.notation import parse
from derive.values import budget as budgets
from derive.values.budget import Budget
from derive.values.jets import ring

DISCOUNTED = (
    r"\nabla_\theta J(\theta)=\mathbb{E}_{\pi_\theta}\left[\sum_{t=0}^{\infty}\gamma^{t+1}"
    r"\nabla_\theta\log\pi_\theta(a_t|s_t)A^{\pi_\theta}(s_t,a_t)\right]"
)
RETURN = r"J(\theta)=\mathbb{E}_{\pi_\theta}\left[\sum_{t=0}^{\infty}\gamma^tr_t\right]"
BELLMAN = r"V^\pi(s)=\sum_a\pi(a|s)\left(r(s,a)-\gamma\sum_{s'}P(s'|s,a)V^\pi(s')\right)"


def claim(latex: str) -> Claim:
    (statement,) = parse(latex).statements
    return Claim(statement.terms[0], statement.terms[1], statement.rels[0].op)


def taken(monkeypatch: pytest.MonkeyPatch, latex: str, given: list[str]) -> list[tuple[int, int]]:
    """(steps allowed, steps left) of every budget that a verification opened."""
    opened: list[tuple[int, Budget]] = []
    real = Budget.of_seconds

    def noted(seconds: float, seed: int) -> Budget:
        made = real(seconds, seed)
        opened.append((made.steps, made))
        return made

    monkeypatch.setattr(Budget, "of_seconds", staticmethod(noted))
    assert verify(latex, given, Config()).status == "refuted"
    return [(allowed, budget.steps) for allowed, budget in opened]


def test_a_part_is_charged_to_the_whole() -> None:
    whole = Budget(1000)
    part = whole.part(4)
    assert part.left() == 250
    part.spend(240)
    assert (part.left(), whole.left()) == (10, 760)
    whole.spend(755)
    assert part.left() == 5


def test_a_trial_charges_what_it_took_also_where_it_fails() -> None:
    budget = Budget(100_000)
    run_trial(prepare(claim(BELLMAN)), "modular", 0, budget=budget)
    once = 100_000 - budget.left()
    assert once > 100
    small = Budget(once // 2)
    with pytest.raises(Exception, match="too large for the budget"):
        run_trial(prepare(claim(BELLMAN)), "modular", 0, budget=small)
    assert small.left() == 0


@pytest.mark.parametrize(
    ("latex", "given"),
    [(DISCOUNTED, [RETURN]), (BELLMAN, []), (r"\nabla_\theta\log\pi_\theta(a|s)=\nabla_\theta\pi_\theta(a|s)", [])],
)
def test_deciding_and_mending_stay_within_the_budget(monkeypatch: pytest.MonkeyPatch, latex: str, given: list[str]) -> None:
    """The last trial may overdraw a budget, never by more than its own limit."""
    spent = [(allowed, left) for allowed, left in taken(monkeypatch, latex, given)]
    assert len(spent) >= 2
    assert all(left > -1000 for _, left in spent)


def test_the_outcome_hangs_on_steps_not_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    first = verify(DISCOUNTED, [RETURN], Config())
    monkeypatch.setattr(budgets, "PATIENCE", 1e9)
    assert verify(DISCOUNTED, [RETURN], Config()) == first


def test_a_spent_budget_leaves_a_claim_undecided() -> None:
    assert decide(claim(BELLMAN)).verdict.status == "refuted"
    assert decide(claim(BELLMAN), Budget(300)).verdict.status == "undecided"


def test_a_search_for_assumptions_that_is_cut_off_refutes_nothing() -> None:
    """A claim that would hold under an assumption not tried is not false."""
    latex = r"\nabla_\theta\sum_a\pi_\theta(a|s)Q^{\pi_\theta}(s,a)=\sum_a\nabla_\theta\pi_\theta(a|s)Q^{\pi_\theta}(s,a)"
    statuses = {steps: decide(claim(latex), Budget(steps)).verdict.status for steps in (200, 500, 1000, 2000, 4000, 200_000)}
    assert statuses[200_000] == "conditional"
    assert set(statuses.values()) <= {"conditional", "undecided"}


def test_the_clock_stops_a_claim_that_the_steps_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    late = replace(Budget.of_seconds(2.0), until=0.0)
    monkeypatch.setattr(Budget, "of_seconds", classmethod(lambda cls, seconds, seed: replace(late)))
    found = verify(BELLMAN, [], Config())
    assert (found.status, found.claims[0].code) == ("undecided", "D514")
    assert "longer than 10 seconds" in found.claims[0].message


def test_a_brief_budget_asks_only_what_holds() -> None:
    assert decide(claim(BELLMAN), Budget(brief=True)).verdict.status == "undecided"
    assert decide(claim(BELLMAN.replace("-", "+")), Budget(brief=True)).verdict.status == "proved"


def test_an_unfinished_search_offers_no_repair() -> None:
    """The first candidate that holds is the only one only if all of its cost were tried."""
    tried: list[str] = []

    def holds(latex: str) -> bool | None:
        tried.append(latex)
        return True if len(tried) == 1 else None

    assert mend("a = b - c - d", 3, 13, holds) is None
    assert mend("a = b - c - d", 3, 13, lambda latex: latex == "a = b + c - d") is not None


@pytest.mark.parametrize(
    "latex",
    [
        r"10^{10^{10}}=1",
        r"(10^{10})!=1",
        r"\sum_{i=1}^{10^{10}}i=21",
        r"\sum_{n=1}^{2000}2^{n^2}=1",
        r"\prod_{n=1}^{2000}3^n=1",
        r"\sum_{k=1}^{4000}k!=1",
        r"\left(\frac{123456789}{987654321}\right)^{99999}=\left(\frac{123456789}{987654322}\right)^{99999}",
        r"(1+10^{-300})^{90000}=1",
    ],
)
def test_a_claim_too_large_is_undecided_and_says_so(latex: str) -> None:
    (found,) = verify(latex, [], Config()).claims
    assert found.status == "undecided"
    assert "large" in found.message


def test_what_a_world_holds_is_counted_before_it_is_made() -> None:
    m, _ = open_world(prepare(claim("x=y")), "modular", 0, frozenset())
    with pytest.raises(budgets.Exhausted, match="memory"):
        m.world.simplex("table", 10**9, frozenset())
    other, _ = open_world(prepare(claim("x=y")), "modular", 0, frozenset())
    assert len(other.world.simplex("table", 1000, frozenset())) == 1000
    assert other.world.held == 1000 * budgets.CELL


def test_too_many_derivatives_have_no_ring() -> None:
    with pytest.raises(budgets.Exhausted, match="order"):
        ring(40, 6)
