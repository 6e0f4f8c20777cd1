"""The state of a page's reading, and verdicts on claims in it, remembered by what they hang on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from derive.check.customs import speaks_of_values, windowed_return
from derive.check.ledger import Ledger, Settled, key_of, pertinent
from derive.check.shapes import mentions_head, symbol_of
from derive.decide.evidence import try_points
from derive.decide.identity import decide_identity
from derive.decide.relations import decide
from derive.guard import beat
from derive.models.heads import head_of
from derive.models.kernel import Proposal, Rejected, Sampled, Verdict, admit
from derive.models.scope import Definition, Scope, canonical
from derive.models.times import outside_scripts, reward_shift
from derive.models.trial import TROUBLE, Claim, Outcome, prepare
from derive.terms import (
    App,
    Grad,
    Seq,
    Sym,
    Term,
    strip,
)
from derive.values.budget import Budget

SOFT = "soft values"

#: What the kernel says of a claim that fails where nobody had tried it: no bug, an event too rare to be met before.
FRESH = "at a fresh point"

#: How far the seed lies of the points at which a claim is tried once more.
ELSEWHERE = 1000


class Place(NamedTuple):
    """Where a page says something: file, line and column, and the number of the formula among those read so far."""

    path: str
    line: int
    column: int
    formula: int


@dataclass(slots=True)
class Judge:
    """What a page has said so far, and verdicts on claims in it."""

    scope: Scope = field(default_factory=Scope)
    section: int = 0
    line: int = 0
    seconds: float = 2.0
    allowance: Budget | None = None
    budget: Budget = field(default_factory=Budget)
    ledger: Ledger = field(default_factory=Ledger)
    seed: int = 1
    last: Term | None = None
    path: str = ""
    formula: int = 0
    locate: Callable[[Term], tuple[int, int]] | None = None
    defined_at: dict[Term, Place] = field(default_factory=dict)
    sections: dict[Term, int] = field(default_factory=dict)
    trusting: bool = False
    data_sections: dict[Term, int] = field(default_factory=dict)
    sides: list[tuple[Term, Term, Place, int]] = field(default_factory=list)
    seen: list[tuple[Term, int]] = field(default_factory=list)
    lists: list[tuple[Fraction, ...]] = field(default_factory=list)
    rounded: frozenset[Term] = frozenset()  # what has its value by a rounding only
    moved: frozenset[Term] = frozenset()  # what has had several values in this section
    agreed: frozenset[Term] = frozenset()  # what the page defines as the field does
    written: frozenset[Term] = frozenset()  # symbols of the formulas of this section
    built_of: dict[str, frozenset[str]] = field(
        default_factory=dict
    )  # policy ↦ the letters of the formula that the page gives it

    def here(self, t: Term) -> Place:
        """The place of a term of the formula that is being read."""
        line, column = self.locate(t) if self.locate is not None else (self.line, 1)
        return Place(self.path, line, column, self.formula)

    moments: frozenset[str] = frozenset()
    told: tuple[Definition, ...] = ()  # what the page has said of quantities that keep their own meaning

    def open_budget(self) -> None:
        """What the next claim may cost: as much as any other, or what is left of an allowance."""
        beat()
        whole = Budget.of_seconds(self.seconds, self.seed)
        if self.allowance is not None:
            whole = self.allowance.part(3)
        self.budget = whole

    def judge(self, claim: Claim, refute: bool = True, share: int = 0) -> Settled:
        """The verdict on a claim, from an earlier run where nothing that it hangs on has changed.

        With a ``share`` of the budget only whether it holds is asked, without assumptions.
        """
        claim = pertinent(claim)
        budget = self.budget.part(share) if share else self.budget
        key = key_of(claim, refute=refute, share=share, left=budget.left(), brief=budget.brief, seed=budget.seed)
        known = self.ledger.find(key)
        if known is not None:
            budget.spend(known[0])
            return Settled(known[1])
        before = budget.steps
        proposal = decide_identity(claim, budget, refute=False, assume=False) if share else decide(claim, budget, refute)
        verdict = self.admitted(proposal, claim, budget)
        if not budget.late:
            self.ledger.keep(key, before - budget.steps, verdict)
        return Settled(verdict)

    def judged(self, claim: Claim, refute: bool) -> Settled:
        """A claim on a page that may give values a meaning of its own: what holds of soft values holds there."""
        share = self.softened(claim)
        found = self.judge(claim, refute=refute, share=share)
        if share and found.verdict.status == "undecided" and claim.relation == "=":
            under = replace(claim, scope=replace(claim.scope, assumptions=claim.scope.assumptions | {"soft-values"}))
            soft = self.judge(under, share=share)
            if soft.verdict.status in ("proved", "confirmed"):
                return soft
        return found

    def admitted(self, proposal: Proposal, claim: Claim | None, budget: Budget) -> Verdict:
        """What the kernel says of a proposal."""
        try:
            return admit(proposal)
        except Rejected as why:
            return self.reconsidered(claim, str(why), budget)

    def reconsidered(self, claim: Claim | None, why: str, budget: Budget) -> Verdict:
        """After a rejection: what is found at other points, where those tried first were too much alike to show a difference."""
        if claim is not None and not budget.spent():
            budget.seed += ELSEWHERE
            try:
                return admit(decide(claim, budget))
            except Rejected:
                pass
            finally:
                budget.seed -= ELSEWHERE
        return self.resampled(claim, why, budget)

    def resampled(self, claim: Claim | None, why: str, budget: Budget) -> Verdict:
        """After a rejection: agreement in balls, where residues followed the algebra of logs only in part."""
        if claim is not None and claim.relation in ("=", r"\approx"):
            outcomes: list[Outcome] = []
            try:
                outcomes, _ = try_points(prepare(claim), "balls", claim.scope.assumptions, budget)
            except TROUBLE:
                outcomes = []
            if len(outcomes) >= 4:
                verdict = Verdict(
                    "confirmed",
                    f"Both sides agree to 45 digits at {len(outcomes)} random points.",
                    "balls",
                    f"{len(outcomes)} points",
                    "D410",
                )
                try:
                    return admit(
                        Proposal(
                            verdict, Sampled(replace(claim, relation="="), "balls", len(outcomes), 45, claim.scope.assumptions)
                        )
                    )
                except Rejected:
                    pass
        if why.endswith(FRESH):
            return Verdict("undecided", "Not decided: both sides agree at most points, and not at all of them.", code="D503")
        return Verdict("undecided", f"Not decided: the kernel did not admit the proposal ({why}).", code="D591")

    def reading(self, lhs: Term, rhs: Term) -> Scope:
        """The scope for a claim, with the reward convention that the page or the claim shows."""
        shift = self.scope.reward_shift
        if shift is None or not self.trusting:
            own = reward_shift([lhs, rhs])
            shift = shift if own is None else own
        scope = self.scope
        if any(isinstance(x, Sym) and x.name in ("gamma", "G", "V", "delta") for t in (lhs, rhs) for x in t.walk()):
            # beside a discount or a value, r_t is the reward even on a page that calls the ratio r_t(θ)
            scope = replace(
                scope, definitions=tuple(d for d in scope.definitions if not (d.sym.name == "r" and isinstance(d.pattern, App)))
            )
        if any(isinstance(x, Sym) and x.name == "G" and windowed_return(x) for t in (lhs, rhs) for x in t.walk()):
            # G_{t:t+n} is built from V whatever the page estimates V by
            scope = replace(scope, definitions=tuple(d for d in scope.definitions if d.sym.name not in ("V", "v")))
        moved = {x.wrt for t in (lhs, rhs) for x in t.walk() if isinstance(x, Grad) and isinstance(x.wrt, Sym)}
        if any(d.pattern in moved for d in scope.definitions):
            # what a gradient is taken in is a variable there, whatever value the page has found for it
            scope = replace(scope, definitions=tuple(d for d in scope.definitions if d.pattern not in moved))
        steady = self.steady(lhs, rhs)
        return replace(scope, reward_shift=shift, restricted=scope.restricted - steady if steady else scope.restricted)

    def steady(self, lhs: Term, rhs: Term) -> frozenset[str]:
        """Keys of which a claim speaks in general: one step of a recursion (w_{t+1} := w_t + …), a policy apart from its formula."""
        letters = {head_of(x).base.lower() for t in (lhs, rhs) for x in t.walk() if isinstance(x, Sym)}
        # a law of policies that has nothing of the page's own formula for one holds for every policy or for none
        found = {key for key, made in self.built_of.items() if not made & letters}
        for d in self.scope.definitions:
            key = head_of(d.sym).key
            if key in self.scope.restricted and mentions_head(d.body, d.pattern):
                spoken = {x for t in (lhs, rhs) for x in outside_scripts(t) if isinstance(x, Sym) and x.name == d.sym.name}
                if len(spoken) <= 1 and symbol_of(d.pattern) not in spoken:
                    found.add(key)
        return frozenset(found)

    def current(self, claim: Claim) -> bool:
        """Whether the definitions that a claim uses were made in this section: an older one may have been replaced in words."""
        for t in (claim.lhs, claim.rhs):
            for x in t.walk():
                if isinstance(x, Sym | App):
                    found = claim.scope.find(x)
                    if (
                        found is not None
                        and found[0].pattern not in self.agreed
                        and self.sections.get(found[0].pattern, self.section) != self.section
                        and not isinstance(found[0].pattern, App)
                        and not isinstance(strip(found[0].body), Seq)  # what a trajectory consists of
                    ):
                        return False
        return True

    def with_letters_free(self, claim: Claim) -> Claim | None:
        """The claim without what older sections say of its bare letters; None where they say nothing."""
        old = {
            found[0].pattern
            for t in (claim.lhs, claim.rhs)
            for x in t.walk()
            if isinstance(x, Sym)
            and (found := claim.scope.find(x)) is not None
            and self.sections.get(found[0].pattern, self.section) != self.section
        }
        if not old or any(isinstance(pattern, App) for pattern in old):
            return None
        kept = tuple(d for d in claim.scope.definitions if d.pattern not in old)
        return replace(claim, scope=replace(claim.scope, definitions=kept))

    def softened(self, claim: Claim) -> int:
        """1 where the page gives values a meaning of its own (an entropy bonus): then what fails of them, or needs a condition, is not said to."""
        return int(SOFT in self.scope.restricted and speaks_of_values(claim.lhs, claim.rhs))

    def assign(self, head: Term, value: Term) -> None:
        own = canonical(head)
        if self.data_sections.get(own) == self.section and self.scope.data.get(own, value) != strip(value):
            self.moved |= {own}
        self.scope = self.scope.assign(head, strip(value))
        self.data_sections[canonical(head)] = self.section
        self.defined_at[canonical(head)] = self.here(head)

    def learn(self, lhs: Term, rhs: Term) -> None:
        """The reward convention that a definition of the return or the TD error fixes."""
        shift = reward_shift([rhs])
        if shift is not None:
            self.scope = replace(self.scope, reward_shift=shift)

    def fit_shift(self, claim: Claim) -> Claim:
        """The claim under the reward convention that makes it hold, which the context then keeps."""
        if self.scope.reward_shift is None and any(
            isinstance(x, Sym) and x.name in ("r", "R") and x.subs for x in claim.rhs.walk()
        ):
            for shift in (0, 1):
                tried = replace(claim, scope=replace(claim.scope, reward_shift=shift))
                if self.judge(tried, share=4).verdict.status in (
                    "proved",
                    "confirmed",
                ):
                    self.scope = replace(self.scope, reward_shift=shift)
                    return tried
        return claim
