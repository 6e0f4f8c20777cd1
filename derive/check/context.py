r"""The context of a page: what it has defined and assigned so far, and what each link of a formula is in it.

A link is a claim, a definition, or nothing to decide.  The order of reading:

1. numbers on both sides: compute;
2. a left side that nothing defines: a definition;
3. a claim in general, in random worlds;
4. an instance of the page's example: the same claim with the page's own numbers;
5. a datum: symbols on one side, numbers on the other, leaf for leaf.

A page may use a letter again for something else.  A second definition is compared with the first only in the same
section; elsewhere it is a new definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.check.ledger import Found, Ledger, Settled, key_of, pertinent
from derive.decide.evidence import try_points
from derive.decide.identity import decide_identity, undecided
from derive.decide.known import contradicts_known, contradicts_update
from derive.decide.relations import closed, decide
from derive.kernel import ORDERS, Numbers, Proposal, Rejected, Sampled, Trivial, Verdict, admit
from derive.models.algebra import Vec
from derive.models.budget import PATIENCE, Budget
from derive.models.closed import compare_closed, shown
from derive.models.facts import closure
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.jets import constant
from derive.models.scope import Definition, Scope, canonical, ground_argument
from derive.models.times import reward_shift
from derive.models.trial import TROUBLE, Claim, Outcome, prepare, run_trial
from derive.terms import (
    Add,
    App,
    Big,
    Decor,
    Delta,
    Deriv,
    Dots,
    Expect,
    Fence,
    Formula,
    Func,
    Grad,
    Matrix,
    Missing,
    Mul,
    Neg,
    Num,
    Paren,
    Placeholder,
    Pos,
    Pow,
    Rel,
    Relation,
    Seq,
    Statement,
    Sym,
    Term,
    Text,
    Transpose,
    replace_terms,
    strip,
)

DEFINES = frozenset({":=", r"\coloneqq", r"\doteq", r"\triangleq", r"\equiv", r"\overset{\text{def}}{=}"})
SILENT = frozenset(
    {
        r"\to",
        r"\mapsto",
        r"\longmapsto",
        r"\rightarrow",
        r"\longrightarrow",
        r"\in",
        r"\notin",
        r"\subset",
        r"\subseteq",
        r"\sim",
        r"\implies",
        r"\iff",
        r"\Rightarrow",
        r"\Leftrightarrow",
        r"\succ",
        r"\prec",
        r"\perp",
        r"\mid",
        r"\xrightarrow",
        r"\ll",
        r"\gg",
        r"\cong",
        r"\leftrightarrow",
        r"\Longrightarrow",
        r"\uparrow",
        r"\downarrow",
        r"\succeq",
        r"\preceq",
        r"\rightsquigarrow",
        r"\supset",
        r"\supseteq",
    }
)
COMPARED = frozenset({"=", r"\approx", r"\simeq", r"\approxeq", r"\ne", r"\neq", r"\propto", *ORDERS})
ADOPTED = (
    "values-fixed",
    "values-exact",
    "advantage-unbiased",
    "gamma-one",
    "visitation",
    "start-state",
    "one:lambda",
    "zero:lambda",
)
CERTAIN = frozenset({"V", "v", "Q", "q", "A"})
SOFT = "soft values"
WEAK = frozenset({"J", "G", "delta", "d", "rho", "r", "eta", "p"})
MOST_PLACES = 4
SMALL = frozenset({Fraction(0), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(4)})


@dataclass(frozen=True, slots=True)
class LinkResult:
    """One link's verdict, with the terms it is about."""

    lhs: Term
    relation: Relation
    rhs: Term
    verdict: Verdict
    claim: Claim | None = None
    left: int = 0
    related: tuple[tuple[str, int, str], ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads the formulas of a page in order, carrying its scope."""

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
    defined_at: dict[Term, tuple[str, int]] = field(default_factory=dict)
    sections: dict[Term, int] = field(default_factory=dict)
    trusting: bool = False
    data_sections: dict[Term, int] = field(default_factory=dict)
    sides: list[tuple[Term, Term, int, int]] = field(default_factory=list)
    seen: list[tuple[Term, int]] = field(default_factory=list)

    # reading

    def snapshot(self) -> Reader:
        """A copy that can read ahead without moving this one."""
        return replace(
            self,
            defined_at=dict(self.defined_at),
            sections=dict(self.sections),
            data_sections=dict(self.data_sections),
            sides=list(self.sides),
            seen=list(self.seen),
        )

    def heading(self) -> None:
        """A new section: its letters may be used afresh."""
        self.section += 1
        self.last = None
        self.seen.clear()
        self.sides.clear()

    def read(self, formula: Formula, line: int = 0, display: bool = True) -> list[LinkResult]:
        """Results for every link of a formula, in order; the scope moves on."""
        self.line = line
        results: list[LinkResult] = []
        if not self.scope.discounted and any(isinstance(x, Sym) and x.name == "gamma" for x in formula.walk()):
            self.scope = replace(self.scope, discounted=True)
        for statement in formula.statements:
            results.extend(self.statement(statement, display))
        return results

    def statement(self, statement: Statement, display: bool) -> list[LinkResult]:
        terms = list(statement.terms)
        before = self.scope
        extra = tuple(c for c in statement.conditions if isinstance(c, Rel) and c.op in ORDERS)
        if extra:
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, *extra))
        results: list[LinkResult] = []
        if not statement.rels:
            results.extend(self.expression(terms[0], display))
            self.scope = replace(self.scope, conditions=before.conditions)
            return results
        if isinstance(terms[0], Missing):
            if self.last is None or not display:
                terms = terms[1:]
                statement = replace(statement, terms=tuple(terms), rels=statement.rels[1:])
                if not statement.rels:
                    self.last = terms[0] if display else self.last
                    self.scope = replace(self.scope, conditions=before.conditions)
                    return []
            else:
                terms[0] = self.last
                statement = replace(statement, terms=tuple(terms))
        for i, (lhs, rel, rhs) in enumerate(statement.links()):
            if isinstance(rhs, Missing):
                break
            results.append(self.link(lhs, rel, rhs, i == 0, display))
        self.finish(statement, display)
        self.scope = replace(self.scope, conditions=before.conditions)
        return results

    def finish(self, statement: Statement, display: bool) -> None:
        """What a statement leaves behind: the value its chain ends in, the side a next display may continue."""
        head, end = statement.terms[0], statement.terms[-1]
        ops = {r.op for r in statement.rels}
        if display:
            self.last = end if not isinstance(end, Missing) else statement.terms[-2]
            for t in statement.terms:
                if not isinstance(t, Missing) and not closed(t):
                    self.seen.append((t, self.line))
            del self.seen[:-8]
        if numeric(end) and ops <= {"=", r"\approx", r"\leftarrow", ":="} and assignable(head):
            self.assign(head, end)

    def assign(self, head: Term, value: Term) -> None:
        self.scope = self.scope.assign(head, strip(value))
        self.data_sections[canonical(head)] = self.section
        self.defined_at[canonical(head)] = (self.path, self.line)

    # links

    def open_budget(self) -> None:
        """What the next claim may cost: as much as any other, or what is left of an allowance."""
        whole = Budget.of_seconds(self.seconds, self.seed)
        if self.allowance is not None:
            whole = self.allowance.part(3)
        self.budget = whole

    def link(self, lhs: Term, rel: Relation, rhs: Term, first: bool, display: bool = True) -> LinkResult:
        self.open_budget()
        lhs, rhs = products((attach_gradients(lhs), attach_gradients(rhs)))
        lhs, rhs = self.with_arguments(lhs), self.with_arguments(rhs)
        op = "=" if rel.op == r"\equiv" and not definable(lhs) else rel.op
        if op in (r"\sim",):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
        if (
            op in SILENT
            or worded(lhs, rhs)
        ):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "Nothing to decide.", code="D000"))
        if op in DEFINES:
            if definable(lhs):
                self.define(lhs, rhs)
                return LinkResult(lhs, rel, rhs, Verdict("definition", f"Defines {name_of(lhs)}.", code="D001"))
            op = "="
        wrong = contradicts_update(lhs, rhs, self.budget) if op == r"\leftarrow" else None
        if wrong is not None:
            return LinkResult(lhs, rel, rhs, self.admitted(wrong, None, self.budget))
        if op == r"\leftarrow":
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "An update, not a claim.", code="D000"))
        if op == r"\propto" and first and isinstance(strip(lhs), Delta):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "The direction of an update, not a claim.", code="D000"))
        if op == "=" and names_size(lhs, rhs, self.scope):
            return LinkResult(lhs, rel, rhs, Verdict("definition", f"Defines {name_of(rhs)}.", code="D001"))
        if units(lhs) != units(rhs) and units(lhs) and (units(rhs) or shown(lhs) is not None):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "A change of units.", code="D000"))
        if (
            op in ORDERS
            and not self.trusting
            and not (display and law_like(lhs, rhs))
            and not (closed(lhs) and closed(rhs) and display)
        ):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "A condition, not a claim.", code="D000"))
        if op not in COMPARED:
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "Nothing to decide.", code="D000"))
        proposal, claim = self.propose(lhs, op, rhs, first, display)
        verdict = proposal.verdict if isinstance(proposal, Settled) else self.admitted(proposal, claim, self.budget)
        if self.budget.late and verdict.status not in ("proved", "confirmed"):
            verdict = Verdict("undecided", f"Not decided: it took longer than {PATIENCE * self.seconds:g} seconds.", code="D514")
        related = self.places(lhs, rhs) if verdict.status in ("refuted", "conditional") else ()
        return LinkResult(lhs, rel, rhs, verdict, claim, self.budget.left(), related)

    def places(self, lhs: Term, rhs: Term) -> tuple[tuple[str, int, str], ...]:
        """Where the page has said what a link's symbols are, nearest first: a few of them."""
        found: dict[tuple[str, int, str], None] = {}
        for t in closure((lhs, rhs), self.scope):
            for x in t.walk():
                if not isinstance(x, Sym | App):
                    continue
                defined = self.scope.find(x)
                of = defined[0].pattern if defined is not None else canonical(x) if canonical(x) in self.scope.data else None
                path, line = self.defined_at.get(of, ("", 0)) if of is not None else ("", 0)
                if of is not None and line and (path, line) != (self.path, self.line):
                    found[path, line, f"{name_of(of)} is {'defined' if defined is not None else 'given its value'} here"] = None
        return tuple(found)[:MOST_PLACES]

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

    def admitted(self, proposal: Proposal, claim: Claim | None, budget: Budget) -> Verdict:
        """What the kernel says of a proposal."""
        try:
            return admit(proposal)
        except Rejected as why:
            return self.resampled(claim, str(why), budget)

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
        return Verdict("undecided", f"Not decided: the kernel did not admit the proposal ({why}).", code="D591")

    def propose(self, lhs: Term, op: str, rhs: Term, first: bool, display: bool) -> tuple[Found, Claim | None]:
        claim = Claim(lhs, rhs, op, self.reading(lhs, rhs))
        if closed(lhs) and closed(rhs):
            return self.judge(claim), claim
        if circle_constant(lhs, rhs):
            return decide_numbers_in(claim), claim
        if numeric(rhs) or numeric(lhs):
            return self.instance(claim, first)
        if op in ("=", r"\propto") and first and definable(lhs):
            return self.head(claim, display)
        if op == r"\approx" and first:
            estimate = self.estimate(lhs, rhs)
            if estimate is not None:
                return estimate, claim
        if op in ("=", r"\approx") and self.is_example(lhs, rhs):
            found = self.with_data(claim)
            if found is not None:
                return found, claim
        named = not first and (unnamed(lhs, self.scope) or unnamed(rhs, self.scope))
        named = named or first and not self.trusting and names_an_element(lhs) and mentions_head(rhs, lhs)
        premised = op in ORDERS and not self.trusting and needs_premise(lhs, rhs, self.scope)
        refute = not named and not premised and not new_numbers(lhs, rhs, self.scope) and self.current(claim)
        proposal = self.judge(claim, refute=refute, share=self.softened(claim))
        if proposal.verdict.status == "undecided" and op == "=":
            bare = self.without_recursions(claim)
            if bare is not None:
                return bare, claim
        if proposal.verdict.status in ("undecided", "refuted") and op in ("=", r"\approx") and self.scope.data:
            found = self.with_data(claim)
            if found is not None:
                return found, claim
        if proposal.verdict.status in ("undecided", "refuted") and op in ("=", r"\approx") and new_numbers(lhs, rhs, self.scope):
            put = self.leaves(claim)
            if put.verdict.status != "undecided":
                return put, put.certificate.claim if isinstance(put.certificate, Numbers) else claim
        return proposal, claim

    def with_arguments(self, t: Term) -> Term:
        """``\\nabla f`` for the gradient of the f(x, y) that the page has defined."""
        t = t.map_children(self.with_arguments)
        if isinstance(t, Grad) and t.wrt is None and isinstance(t.body, Sym):
            defined = [d.pattern for d in self.scope.definitions if isinstance(d.pattern, App) and d.pattern.head == t.body]
            return replace(t, body=defined[-1]) if defined else t
        return t

    def softened(self, claim: Claim) -> int:
        """1 where the page gives values a meaning of its own (an entropy bonus): then what fails of them, or needs a condition, is not said to."""
        return int(SOFT in self.scope.restricted and speaks_of_values(claim.lhs, claim.rhs))

    def without_recursions(self, claim: Claim) -> Found | None:
        """The claim proved for any values of the symbols that a recursion defines; None where it takes the recursion."""
        kept = tuple(d for d in claim.scope.definitions if not mentions_head(d.body, d.pattern))
        if len(kept) == len(claim.scope.definitions):
            return None
        free = replace(claim, scope=replace(claim.scope, definitions=kept))
        found = self.judge(free, share=2)
        return found if found.verdict.status == "proved" else None

    def current(self, claim: Claim) -> bool:
        """Whether the definitions that a claim uses were made in this section: an older one may have been replaced in words."""
        for t in (claim.lhs, claim.rhs):
            for x in t.walk():
                if isinstance(x, Sym | App):
                    found = claim.scope.find(x)
                    if (
                        found is not None
                        and self.sections.get(found[0].pattern, self.section) != self.section
                        and not isinstance(found[0].pattern, App)
                    ):
                        return False
        return True

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
        moved = {x.wrt for t in (lhs, rhs) for x in t.walk() if isinstance(x, Grad) and isinstance(x.wrt, Sym)}
        if any(d.pattern in moved for d in scope.definitions):
            # what a gradient is taken in is a variable there, whatever value the page has found for it
            scope = replace(scope, definitions=tuple(d for d in scope.definitions if d.pattern not in moved))
        return replace(scope, reward_shift=shift)

    # heads: definition, redefinition, known quantities

    def head(self, claim: Claim, display: bool) -> tuple[Found, Claim | None]:
        """``X = …`` where X is a bare symbol or application."""
        lhs, rhs = claim.lhs, claim.rhs
        before = self.scope.find(lhs)
        sort = known(lhs)
        if sort and before is None:
            claim = self.fit_shift(claim)
        if claim.relation != r"\propto" and before is None and not sort and self.through_definitions(rhs, lhs):
            return self.judge(claim), claim
        if claim.relation == r"\propto" and self.trusting and (before is not None or sort):
            return self.judge(claim), claim
        if claim.relation == r"\propto" or before is None and not sort:
            if self.is_example(lhs, rhs):
                found = self.with_data(claim)
                if found is not None:
                    return found, claim
            return self.definition(lhs, rhs), None
        if before is not None and mentions(before[0].body, lhs):
            return self.definition(lhs, rhs), None
        same_section = before is not None and self.sections.get(before[0].pattern) == self.section
        recursive = mentions_head(rhs, lhs)
        certain = sort == "certain" or sort == "weak" and recursive and before is None
        speaks_plainly = self.trusting or head_of(symbol_of(lhs)).base not in CERTAIN and not is_datum(rhs) or plain(rhs)
        if not self.trusting and ground(lhs) and any(isinstance(x, Num) for x in rhs.walk()):
            speaks_plainly = False  # v(s_1) = 2 + γ v(s_2): an equation of the page's example
        if definable_information(lhs) and free_elements(rhs) - free_elements(lhs):
            certain = False  # a sample of the divergence rather than the divergence
        allow = (certain or same_section or recursive and before is not None) and speaks_plainly and display
        if recursive and before is not None and windowed(before[0].body, lhs):
            allow = False  # Σ from t to t+n ends elsewhere for t+1: the recursion means the end of the episode
        if names_an_element(lhs) and not self.trusting:
            allow = False  # V(A) = max{1 + V(B), 3 + V(C)}: what an example says of its own states
        proposal = self.judge(claim, refute=allow, share=self.softened(claim))
        status = proposal.verdict.status
        base = head_of(symbol_of(lhs)).base
        if (
            before is None
            and sort == "weak"
            and base in ("r", "rho", *CERTAIN)
            and not recursive
            and status in ("proved", "confirmed", "conditional")
        ):
            if base in ("r", "rho"):
                self.define(lhs, rhs)
            elif not self.assumed_by(claim):
                return proposal, claim
            return Proposal(Verdict("definition", f"Defines {name_of(lhs)}, as the field does.", code="D001"), Trivial()), None
        if status in ("proved", "confirmed"):
            if before is None and sort == "weak":
                self.learn(lhs, rhs)
            return proposal, claim
        if status == "conditional":
            if before is None and head_of(symbol_of(lhs)).base in ("J", "eta"):
                self.define(lhs, rhs)
            elif before is not None and not same_section:
                return self.definition(lhs, rhs), None
            return proposal, claim
        if allow and (status == "refuted" or self.budget.brief and proposal.verdict.code == "D502"):
            found = self.with_data(claim)
            return (found, claim) if found is not None else (proposal, claim)
        found = self.with_data(claim) if self.scope.data else None
        if found is not None:
            return found, claim
        if sort == "certain" and base in CERTAIN and not plain(rhs) and not self.trusting:
            self.scope = replace(self.scope, restricted=self.scope.restricted | {SOFT})
        return self.definition(lhs, rhs), None

    def assumed_by(self, claim: Claim) -> bool:
        """Take a page's own definition of V or Q as the true values: ``V(s) = E[G_t | S_t = s]`` says what V means there."""
        if not any(isinstance(x, Expect) for x in claim.rhs.walk()):
            return False
        under = replace(claim, scope=replace(claim.scope, assumptions=claim.scope.assumptions | {"values-exact"}))
        if self.judge(under, share=4).verdict.status != "proved":
            return False
        self.scope = replace(self.scope, assumptions=self.scope.assumptions | {"values-exact"})
        return True

    def through_definitions(self, rhs: Term, lhs: Term) -> bool:
        """Whether a right side comes back to the left side through what is defined: then it is a claim about it."""
        bare = without_brackets(lhs)
        head = symbol_of(lhs)
        return any(
            x == bare or isinstance(bare, App) and isinstance(x, App) and x.head == head
            for t in closure((rhs,), self.scope)[1:]
            for x in t.walk()
        )

    def learn(self, lhs: Term, rhs: Term) -> None:
        """The reward convention that a definition of the return or the TD error fixes."""
        shift = reward_shift([rhs])
        if shift is not None:
            self.scope = replace(self.scope, reward_shift=shift)

    def definition(self, lhs: Term, rhs: Term) -> Found:
        wrong = None if self.budget.brief else contradicts_known(lhs, rhs, self.budget)
        if wrong is not None:
            return wrong
        estimate = self.estimate(lhs, rhs)
        if not (names_an_element(lhs) and mentions_head(rhs, lhs)) or self.trusting:
            self.define(lhs, rhs)
        if estimate is not None:
            return estimate
        return Proposal(Verdict("definition", f"Defines {name_of(lhs)}.", code="D001"), Trivial())

    def estimate(self, lhs: Term, rhs: Term) -> Settled | None:
        """What a hat claims: the right side estimates the quantity under it, without bias or under a condition; else None."""
        meant = estimated(lhs)
        if meant is None or not symbols_in(rhs) or self.trusting:
            return None
        found = self.judge(Claim(meant, rhs, r"\approx", self.reading(meant, rhs)))
        if found.verdict.status != "conditional":
            return None
        return Settled(replace(found.verdict, message=f"Defines {name_of(lhs)}. {found.verdict.message}"))

    def define(self, lhs: Term, rhs: Term) -> None:
        """Add a definition, unless it would hide what the models know better, or refer to itself."""
        sym = symbol_of(lhs)
        h = head_of(sym)
        self.learn(lhs, rhs)
        if (
            (sym.name in POLICIES or h.base in POLICIES)
            and not (h.labels - {"old", "ref", "new", "target"})
            and not self.trusting
        ):
            self.scope = replace(self.scope, restricted=self.scope.restricted | {h.key})
            return
        if (
            not self.trusting
            and (known(lhs) == "certain" or known(lhs) and h.base == "H")
            and not (h.labels - {"*"})
            or mentions(rhs, lhs)
            or any(isinstance(x, Text) for x in rhs.walk())
        ):
            return
        if (
            not self.trusting
            and isinstance(lhs, App)
            and h.base in ("P", "p")
            and not h.labels
            and not any(isinstance(a, Rel) for a in lhs.args)
        ):
            return
        if not symbols_in(rhs) and not h.indices and not isinstance(lhs, App):
            self.assign(lhs, rhs)
            return
        if mentions_head(rhs, lhs) and not known(lhs):
            # a recursion fixes its symbol only with its start: what fails about it is not refuted
            self.scope = replace(self.scope, restricted=self.scope.restricted | {h.key})
        self.scope = self.scope.define(Definition(without_brackets(lhs), rhs, self.line, self.section))
        self.sections[without_brackets(lhs)] = self.section
        self.defined_at[without_brackets(lhs)] = (self.path, self.line)
        data = {k: v for k, v in self.scope.data.items() if k != canonical(lhs)}
        self.scope = replace(self.scope, data=data)

    # data

    def is_example(self, lhs: Term, rhs: Term) -> bool:
        """Whether a side shows an example's own decimals."""
        return is_datum(rhs)

    def with_data(self, claim: Claim) -> Settled | None:
        """The claim read with the page's numbers; None unless it holds so."""
        if not self.scope.data:
            return None
        scope = replace(claim.scope, use_data=True)
        moved = wrt_of(claim.lhs) | wrt_of(claim.rhs)
        kept = {k: v for k, v in scope.data.items() if k != canonical(claim.lhs) and not (moved and self.moves(k, moved))}
        scope = replace(scope, data=kept)
        found = self.judge(replace(claim, scope=scope, relation="="), share=3)
        if found.verdict.status in ("proved", "confirmed"):
            message = "Holds with the values given on the page."
            return Settled(replace(found.verdict, message=message, sizes="this example"))
        return None

    def moves(self, t: Term, variables: set[Term]) -> bool:
        """Whether what is given a number is defined through a variable that the claim differentiates in."""
        found = self.scope.find(t)
        return found is not None and any(x in variables for body in closure((found[0].body,), self.scope) for x in body.walk())

    def instance(self, claim: Claim, first: bool) -> tuple[Found, Claim | None]:
        """Symbols against numbers: a computation with the page's data, or a datum."""
        lhs, rhs = claim.lhs, claim.rhs
        if numeric(lhs) and not numeric(rhs):
            lhs, rhs = rhs, lhs
        own = canonical(lhs)
        data = {k: v for k, v in self.scope.data.items() if k != own}
        scope = replace(claim.scope, use_data=True, data=data)
        if claim.relation in ORDERS or claim.relation in (r"\ne", r"\neq"):
            law = compound(lhs) or self.trusting and law_like(lhs, rhs)
            decided = self.judge(claim, refute=law)
            if decided.verdict.status in ("proved", "confirmed", "conditional", "refuted") and law:
                return decided, claim
            if assignable(lhs):
                return Proposal(Verdict("no-claim", "A condition, not a claim.", code="D000"), Trivial()), None
            return decided, claim
        if any(isinstance(x, Deriv | Grad) for x in lhs.walk()):
            found = self.with_data(replace(claim, lhs=lhs, rhs=rhs))
            if found is not None:
                return found, claim
        relation = claim.relation if claim.relation != r"\propto" else "="
        try:
            comparison = compare_closed(lhs, rhs, relation, scope)
        except (*TROUBLE, TypeError, ValueError, AttributeError, KeyError, IndexError):
            comparison = None
        made = Claim(lhs, rhs, relation, scope)
        if comparison is not None:
            proposal = decide_numbers_in(made)
            if proposal.verdict.status in ("proved", "confirmed", "conditional"):
                hidden = sign_hidden_by_zero(lhs, rhs)
                return (undecided(hidden, "D508") if hidden else proposal), made
            if proposal.verdict.status == "refuted" and (
                self.computed(lhs)
                or self.trusting and (compound(lhs) or isinstance(lhs, App) and claim.scope.find(lhs) is not None)
                or not free_symbols(lhs)
            ):
                return proposal, made
        if (
            comparison is None
            and (
                compound(lhs) or self.trusting and definable_information(lhs) or isinstance(without_brackets(lhs), Expect | Func)
            )
            and not closed(lhs)
        ):
            general = self.judge(claim, refute=self.universal(lhs, rhs))
            if general.verdict.status in ("proved", "confirmed", "conditional") or general.verdict.status == "refuted":
                return general, claim
        counts = self.factors_differ(lhs, rhs) if comparison is None and first else None
        if counts is not None:
            return undecided(f"its definition has {counts[0]} terms, the computation {counts[1]}", "D508"), claim
        if first and assignable(lhs):
            self.assign(lhs, rhs)
            return Proposal(Verdict("no-claim", f"Gives {name_of(lhs)} a value.", code="D000"), Trivial()), None
        put = self.leaves(replace(claim, lhs=lhs, rhs=rhs))
        if (
            put.verdict.status == "undecided"
            and comparison is not None
            and comparison.supports == "refuted"
            and shown(rhs) is not None
            and self.all_given_here(lhs)
        ):
            return decide_numbers_in(made), made
        return put, put.certificate.claim if isinstance(put.certificate, Numbers) else claim

    def all_given_here(self, t: Term) -> bool:
        """Whether every symbol of a computation was given its number in this section."""
        atoms = [x for x in t.walk() if isinstance(x, Sym | App)]
        heads = {x.head for x in atoms if isinstance(x, App)}
        indices = {i for x in atoms if isinstance(x, Sym) for i in x.subs}
        wanted = [
            x
            for x in atoms
            if x not in heads and x not in indices and not any(isinstance(a, App) and x in (*a.args, *a.given) for a in atoms)
        ]
        return bool(wanted) and compound(t) and all(self.data_sections.get(canonical(x)) == self.section for x in wanted)

    def factors_differ(self, lhs: Term, rhs: Term) -> tuple[int, int] | None:
        """(terms of the definition, terms of the computation) where a defined sum or product is put in numbers with another count."""
        found = self.scope.find(without_brackets(lhs))
        body = without_brackets(found[0].body) if found is not None else None
        numbers = without_brackets(rhs)
        if (
            found is None
            or not isinstance(body, Big)
            or body.op not in ("sum", "prod")
            or len(body.under) != 1
            or body.upper is None
        ):
            return None
        if not isinstance(numbers, Mul if body.op == "prod" else Add):
            return None
        parts = numbers.factors if isinstance(numbers, Mul) else numbers.terms if isinstance(numbers, Add) else ()
        if not all(literal(x) for x in parts):
            return None
        low, high = replace_terms(body.under[0], dict(found[1])), replace_terms(body.upper, dict(found[1]))
        if isinstance(low, Rel) and isinstance(low.rhs, Num) and isinstance(high, Num):
            n = int(high.value - low.rhs.value) + 1
            return (n, len(parts)) if n != len(parts) else None
        return None

    def computed(self, lhs: Term) -> bool:
        """Whether a left side is fixed by the page: a defined function at numbers, entropy of listed values."""
        if isinstance(lhs, App):
            arguments = (*lhs.args, *lhs.given)
            listed = all(not symbols_in(a) for a in arguments)
            if listed and arguments:
                return True
        if (
            isinstance(lhs, Grad)
            and isinstance(lhs.body, App)
            and lhs.body.args
            and all(not symbols_in(a) for a in lhs.body.args)
        ):
            return self.scope.find(App(lhs.body.head, lhs.body.args)) is not None
        if isinstance(lhs, Deriv | Grad):
            return False
        if (
            isinstance(lhs, App | Func)
            and definable_information(lhs)
            and all(
                self.data_sections.get(x) == self.section
                for x in lhs.walk()
                if isinstance(x, Sym) and canonical(x) in self.scope.data
            )
        ):
            return True
        return isinstance(lhs, Add | Mul | Func) and all(
            isinstance(x, App) and all(not symbols_in(a) for a in x.args) or not isinstance(x, Sym)
            for x in lhs.walk()
            if isinstance(x, App | Sym) and not any(x is y.head for y in lhs.walk() if isinstance(y, App))
        )

    def universal(self, lhs: Term, rhs: Term) -> bool:
        """Whether ``lhs = 0`` or ``= 1`` is a law rather than an equation to solve: it averages or sums over something."""
        if self.trusting or constant_side(Claim(lhs, rhs, "=", self.scope), self.budget):
            return True
        number = strip(rhs)
        return (
            isinstance(number, Num)
            and number.value in (0, 1)
            and any(isinstance(x, Expect | Big | Grad) for x in lhs.walk())
            and any(isinstance(x, Sym) and x.name in POLICIES or isinstance(x, App | Func) for x in lhs.walk())
        )

    def leaves(self, claim: Claim) -> Proposal:
        """Symbols matched with the numbers of the other side, part for part: data, where the values come out."""
        lhs, rhs = claim.lhs, claim.rhs
        for bound in (unify(lhs, rhs, {}), bind_leaves(lhs, rhs)):
            if bound is None or not bound:
                continue
            if any(
                numbered(k)
                and self.data_sections.get(canonical(k)) == self.section
                and not same_number(self.scope.data[canonical(k)], v)
                for k, v in bound.items()
                if canonical(k) in self.scope.data
            ):
                continue
            put = replace_terms(lhs, bound)
            holds = False
            if closed(put) and closed(rhs):
                try:
                    holds = compare_closed(put, rhs, claim.relation, claim.scope).supports in (
                        "proved",
                        "confirmed",
                        "conditional",
                    )
                except (*TROUBLE, TypeError, ValueError, AttributeError, KeyError, IndexError):
                    holds = False
            else:
                holds = self.judge(Claim(put, rhs, "=", claim.scope), share=4).verdict.status in ("proved", "confirmed")
            if holds:
                for k, v in bound.items():
                    if isinstance(k, Sym | App):
                        self.scope = self.scope.assign(k, v)
                return Proposal(Verdict("no-claim", "Puts numbers in place of symbols.", code="D000"), Trivial())
        return self.near_miss(claim) or undecided("the page does not give the values of all its symbols", "D507")

    def near_miss(self, claim: Claim) -> Proposal | None:
        """Numbers that follow the formula but for one sign, exponent or discount: the formula as written gives another value.

        Refutes only where the numbers fit the varied formula part for part, agree with what the page says of its symbols,
        and do not fit the formula as it stands.
        """
        if not closed(claim.rhs) or claim.relation not in ("=", r"\approx"):
            return None
        for varied, what in one_step_variants(claim.lhs):
            bound = unify(varied, claim.rhs, {})
            if not bound or not all(isinstance(k, Sym | App) for k in bound):
                continue
            known_here = [
                k for k in bound if canonical(k) in self.scope.data and self.data_sections.get(canonical(k)) == self.section
            ]
            agrees = [k for k in known_here if same_number(self.scope.data[canonical(k)], bound[k])]
            if len(bound) < 2 and not agrees or any(numbered(k) and k not in agrees for k in known_here):
                continue
            put, meant = replace_terms(claim.lhs, bound), replace_terms(varied, bound)
            if not (closed(put) and closed(meant)):
                continue
            try:
                as_written = compare_closed(put, claim.rhs, claim.relation, Scope())
                as_meant = compare_closed(meant, claim.rhs, claim.relation, Scope())
            except (*TROUBLE, TypeError, ValueError):
                continue
            if as_written.supports != "refuted":
                return None  # a zero hides the difference
            if as_meant.supports == "proved":
                message = f"The numbers on the right follow the formula only {what}: as written it gives {as_written.lhs}, not {as_written.rhs}."
                made = Claim(put, claim.rhs, claim.relation, Scope())
                verdict = Verdict(
                    "refuted",
                    message,
                    "the page's own numbers",
                    "",
                    "D404",
                    witness={"lhs": as_written.lhs, "rhs": as_written.rhs},
                )
                return Proposal(verdict, Numbers(made, as_written))
        return None

    # expressions

    def expression(self, t: Term, display: bool) -> list[LinkResult]:
        """A bare expression: a continued derivation where it equals something above, else nothing to decide."""
        rel = Relation("=")
        nothing = [LinkResult(t, rel, t, Verdict("no-claim", "An expression without a claim.", code="D000"))]
        if not display or not isinstance(t, Mul | Big | Expect | Add):
            return nothing
        found = nothing
        self.open_budget()
        for earlier, line in reversed(self.seen[-5:]):
            if earlier == t or not any(isinstance(x, Big | Expect | Grad | App) for x in earlier.walk()):
                continue
            proposal = self.judge(Claim(earlier, t, "=", self.reading(earlier, t)), share=4)
            if proposal.verdict.status == "proved":
                verdict = replace(proposal.verdict, message=f"Equal to the expression of line {line}.")
                found = [LinkResult(earlier, rel, t, verdict)]
                break
        self.last = t
        self.seen.append((t, self.line))
        return found

    def compare_with_previous(self, lhs: Term, rhs: Term) -> LinkResult | None:
        """Two displays of a section with the same left side: their right sides, where they are equal."""
        rel = Relation("=")
        found = None
        self.open_budget()
        for left, right, line, section in reversed(self.sides):
            if left == lhs and section == self.section and right != rhs:
                proposal = self.judge(Claim(right, rhs, "=", self.reading(right, rhs)), share=4)
                if proposal.verdict.status == "proved":
                    verdict = replace(proposal.verdict, message=f"The step from line {line} holds without any condition.")
                    found = LinkResult(right, rel, rhs, verdict, related=((self.path, line, "the expression compared with"),))
                break
        self.sides.append((lhs, rhs, self.line, self.section))
        return found

    # what is given

    def trust(self) -> None:
        """Read single claims: their symbols mean what is given, and free ones stand for anything."""
        self.trusting = True
        self.scope = replace(self.scope, trusting=True)

    def give(self, formula: Formula) -> None:
        """Take statements as given: definitions, data, conditions, assumptions."""
        self.trust()
        for statement in formula.statements:
            for condition in statement.conditions:
                if isinstance(condition, Rel):
                    self.scope = replace(self.scope, conditions=(*self.scope.conditions, condition))
            links = list(statement.links())
            if len(links) > 1 and all(r.op in ORDERS for _, r, _ in links):
                self.scope = replace(self.scope, conditions=(*self.scope.conditions, *(Rel(r.op, a, b) for a, r, b in links)))
                continue
            for lhs, rel, rhs in links:
                if isinstance(rhs, App) and isinstance(lhs, Sym) and head_of(lhs).base in ("s", "S", "a", "A") and rel.op == "=":
                    name = "deterministic-transitions" if head_of(lhs).base in ("s", "S") else "deterministic-policy"
                    self.scope = replace(self.scope, assumptions=self.scope.assumptions | {name})
                elif not statement.remarks or not numeric(statement.terms[-1]):
                    self.take(lhs, rel.op, rhs)

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

    def take(self, lhs: Term, op: str, rhs: Term) -> None:
        self.open_budget()
        if op in ORDERS or op in (r"\ne", r"\neq", r"\sim", r"\in"):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
            return
        if op not in ("=", r"\equiv", *DEFINES):
            return
        if numeric(rhs) and assignable(lhs):
            self.assign(lhs, rhs)
            self.scope = replace(self.scope, use_data=True)
            return
        if isinstance(rhs, Transpose) and rhs.body == lhs and isinstance(lhs, Sym):
            self.scope = replace(self.scope, symmetric=self.scope.symmetric | {lhs.name})
            return
        sort = known(lhs) if definable(lhs) else "compound"
        if definable(lhs) and not sort:
            self.define(lhs, rhs)
            return
        claim = self.fit_shift(Claim(lhs, rhs, "=", self.reading(lhs, rhs)))
        self.learn(lhs, rhs)
        if definable(lhs) and head_of(symbol_of(lhs)).base in ("J", "eta"):
            self.define(lhs, rhs)
            return
        plain_case = self.judge(claim, share=2)
        if plain_case.verdict.status in ("proved", "confirmed"):
            return
        for name in ADOPTED:
            under = replace(claim, scope=replace(claim.scope, assumptions=claim.scope.assumptions | {name}))
            if self.judge(under, share=4).verdict.status == "proved":
                self.scope = replace(self.scope, assumptions=self.scope.assumptions | {name})
                return
        if definable(lhs):
            self.define(lhs, rhs)


def decide_numbers_in(claim: Claim) -> Proposal:
    from derive.decide.relations import decide_numbers

    return decide_numbers(claim)


# --- shapes of terms -----------------------------------------------------------------------------


def symbols_in(t: Term) -> bool:
    """Whether a term has any symbol (units and words aside)."""
    return any(isinstance(x, Sym | Delta) for x in t.walk())


def numeric(t: Term) -> bool:
    """A closed number, list or matrix of numbers, or arithmetic on them."""
    if closed(t):
        return True
    inner = strip(t)
    if isinstance(inner, Seq | Matrix):
        return not symbols_in(inner) and not any(isinstance(x, Dots) for x in inner.walk())
    return False


def worded(lhs: Term, rhs: Term) -> bool:
    """Whether words stand in the place of mathematics: not as a unit, nor as a note under a brace."""
    notes = {id(d.note) for t in (lhs, rhs) for d in t.walk() if isinstance(d, Decor)}
    beside = {id(y) for t in (lhs, rhs) for d in t.walk() if isinstance(d, Decor) and d.note is not None for y in d.note.walk()}
    return any(isinstance(x, Text) and id(x) not in notes | beside for t in (lhs, rhs) for x in t.walk())


def circle_constant(lhs: Term, rhs: Term) -> bool:
    """Whether π is the number: beside decimals that begin like it."""
    return lhs == Sym("pi") and isinstance(rhs, Num) and rhs.digits >= 2 and 3 < rhs.value < Fraction(7, 2)


def without_brackets(t: Term) -> Term:
    while isinstance(t, Paren | Decor | Pos):
        t = t.body
    return t


def definable(t: Term) -> bool:
    """A bare symbol, or a symbol applied to variables: what an equation can define."""
    t = without_brackets(t)
    if isinstance(t, Sym):
        return not t.name.startswith("text:·")
    if isinstance(t, App) and isinstance(t.head, Sym):
        return (not t.head.primes or t.head.name in POLICIES) and all(variable_like(a) for a in (*t.args, *t.given))
    return False


def estimated(t: Term) -> Term | None:
    """A^π(s,a) for Â(s,a), A^π(s_t,a_t) for Â_t: what an estimate with a hat stands for; None for anything else."""
    t = without_brackets(t)
    if not definable(t):
        return None
    sym = symbol_of(t)
    h = head_of(sym)
    if h.accents != ("hat",) or h.base not in CERTAIN or h.params or h.primes or h.policy is None and h.labels:
        return None
    exact = Sym(sym.name, sups=(h.policy or Sym("pi"),))
    if isinstance(t, App):
        return replace(t, head=exact) if not h.indices else None
    if len(h.indices) != 1 or not any(isinstance(x, Sym) and x.name == "t" for x in h.indices[0].walk()):
        return None
    letters = ("s",) if h.base in ("V", "v") else ("s", "a")
    return App(exact, tuple(Sym(x, subs=h.indices) for x in letters))


def names_size(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether |A| = n gives the size of a set a name of its own."""
    size, name = strip(lhs), strip(rhs)
    if not (isinstance(size, Fence) and size.kind == "abs" and isinstance(name, Sym) and scope.find(name) is None):
        return False
    counted = size.args[0]
    return isinstance(counted, Sym) and (":" in counted.name or len(counted.name) == 1 and counted.name.isupper())


def ground(t: Term) -> bool:
    """Whether an application names one state or action: v(s_1), V(A)."""
    t = without_brackets(t)
    return isinstance(t, App) and any(ground_argument(a, symbol_of(t).name) for a in (*t.args, *t.given))


def variable_like(t: Term) -> bool:
    if isinstance(t, Rel):
        return isinstance(t.lhs, Sym) and isinstance(t.rhs, Sym)
    return isinstance(t, Sym | Placeholder) or ground_argument(t) and not isinstance(t, Num)


def assignable(t: Term) -> bool:
    """What a page can give a number: a symbol, an application, an entropy or divergence."""
    t = without_brackets(t)
    if isinstance(t, Expect) or isinstance(t, Func) and t.name in ("Var", "Cov", "var", "cov", "mean", "std"):
        return True
    return isinstance(t, Sym) or isinstance(t, App) and isinstance(t.head, Sym)


def compound(t: Term) -> bool:
    return not assignable(t)


def symbol_of(t: Term) -> Sym:
    t = without_brackets(t)
    head = t.head if isinstance(t, App) else t
    assert isinstance(head, Sym)
    return head


def known(t: Term) -> str:
    """``certain`` for heads whose meaning no page changes, ``weak`` for those with conventions, empty for the rest."""
    t = without_brackets(t)
    sym = symbol_of(t)
    h = head_of(sym)
    if sym.accents:
        return ""
    applied = isinstance(t, App)
    if (
        h.base in CERTAIN
        and applied
        and (h.policy is not None or "*" in h.labels)
        and not h.params
        and not (h.labels - {"*"})
        and not h.indices
    ):
        return "certain"
    if h.base in ("V", "v") and not applied and h.policy is not None and not (h.params or h.labels or h.indices):
        return "weak"
    if applied and isinstance(t, App) and h.base == "H" and any(isinstance(a, Sym) and a.name in POLICIES for a in t.args):
        return "weak"
    if (
        applied
        and isinstance(t, App)
        and (
            h.base in ("H", "I", "KL")
            and not h.indices
            and not h.labels
            or h.base in ("D", "KL")
            and h.labels <= {"kl"}
            and (h.labels or t.sep == r"\|")
        )
    ):
        return "certain"
    if applied and isinstance(t, App) and any(isinstance(a, Rel) for a in t.args):
        return "certain" if h.base in ("P", "Pr", "p") and not h.labels and all(isinstance(a, Rel) and a.op == "=" for a in t.args) else ""
    if (
        applied
        and isinstance(t, App)
        and h.base in ("P", "p")
        and len(t.args) == 1
        and isinstance(t.args[0], Sym)
        and t.args[0].name == "tau"
        and not h.labels
    ):
        return "certain"
    if applied and h.base in ("P", "p", "Pr") and not h.params and not h.labels and not h.primes:
        return "certain"
    if sym.name in POLICIES and applied:
        return "weak" if not (h.labels - {"old", "ref"} or h.indices or h.primes) else ""
    if h.base in CERTAIN and applied and not h.labels and not h.params and not h.indices:
        return "weak"
    if h.base in WEAK and not h.labels and not h.accents:
        if h.base in ("r", "rho"):
            return "weak" if applied and h.indices and isinstance(t, App) and len(t.args) == 1 else ""
        if h.base in ("G", "delta"):
            return (
                "weak"
                if len(h.indices) == 1
                and not applied
                and isinstance(h.indices[0], Sym | Add)
                and any(isinstance(x, Sym) and x.name == "t" for x in h.indices[0].walk())
                else ""
            )
        if h.base == "d":
            return "weak" if applied and h.policy is not None else ""
        if h.base == "p":
            return "weak" if applied else ""
        return "weak"
    return ""


def plain(t: Term) -> bool:
    """A right side that speaks the same dialect: no entropy bonus, no temperature, no numbers of an example."""
    for x in t.walk():
        if isinstance(x, Sym) and x.name in ("alpha", "beta", "tau", "mathcal:H", "eta", "H"):
            return False
        if isinstance(x, Num) and x.value not in SMALL:
            return False
    return True


def mentions(t: Term, what: Term) -> bool:
    """Whether a body uses what it would define, in the same form."""
    what = without_brackets(what)
    return any(x == what for x in t.walk())


def mentions_head(t: Term, what: Term) -> bool:
    """Whether a body uses the symbol it would define, at other arguments or times: a recursion."""
    key = head_of(symbol_of(what)).key
    return any(isinstance(x, Sym) and head_of(x).key == key for x in t.walk())


def name_of(t: Term) -> str:
    from derive.notation.printer import to_latex

    return to_latex(without_brackets(t))


def unify(lhs: Term, rhs: Term, bound: dict[Term, Term]) -> dict[Term, Term] | None:
    """Symbols of ``lhs`` ↦ closed parts of ``rhs`` where the two have the same shape; None where they have not."""
    a, b = without_brackets(lhs), without_brackets(rhs)
    if a == b:
        return bound
    if isinstance(a, Num) and isinstance(b, Num):
        return bound if a.value == b.value else None
    if (
        isinstance(a, Sym | App)
        and literal(b)
        or isinstance(a, Func)
        and a.name in ("log", "ln")
        and closed(b)
        and not isinstance(b, Func)
    ):
        if bound.get(a, b) != b:
            return None
        return {**bound, a: b}
    if type(a) is not type(b):
        return None
    xs, ys = list(a.children()), list(b.children())
    if len(xs) != len(ys) or not xs or isinstance(a, Func) and isinstance(b, Func) and a.name != b.name:
        return None
    for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
        if isinstance(a, Add) and i and isinstance(x, Neg) != isinstance(y, Neg):
            return None
        found = unify(x, y, bound)
        if found is None:
            return None
        bound = found
    return bound


def sign_hidden_by_zero(lhs: Term, rhs: Term) -> str:
    """Why numbers that come out equal are no instance of their formula: a zero hides a sign; empty where nothing is hidden."""
    if not symbols_in(lhs) or literal(rhs) or unify(lhs, rhs, {}) is not None:
        return ""
    for varied, what in one_step_variants(lhs):
        bound = unify(varied, rhs, {})
        if bound and any(isinstance(strip(v), Num) and strip(v).value == 0 for v in bound.values()):  # type: ignore[attr-defined]
            return f"the values are equal, but the numbers follow the formula only {what}; a zero hides the difference"
    return ""


def one_step_variants(t: Term) -> list[tuple[Term, str]]:
    """The term with one sign flipped, one exponent moved, one discount put in; what was done."""
    out: list[tuple[Term, str]] = []

    def visit(x: Term, rebuild: Callable[[Term], Term]) -> None:
        if isinstance(x, Add):
            for i, y in enumerate(x.terms):
                flipped = y.body if isinstance(y, Neg) else Neg(y)
                out.append((rebuild(Add((*x.terms[:i], flipped, *x.terms[i + 1 :]))), "with the opposite sign of one term"))
                inner = y.body if isinstance(y, Neg) else y
                factors = (Sym("gamma"), *inner.factors) if isinstance(inner, Mul) else (Sym("gamma"), inner)
                product = Mul(factors, ("",) * (len(factors) - 1))
                out.append(
                    (
                        rebuild(Add((*x.terms[:i], Neg(product) if isinstance(y, Neg) else product, *x.terms[i + 1 :]))),
                        "with a discount γ that is missing",
                    )
                )
        if isinstance(x, Pow) and isinstance(x.exp, Num) and x.exp.value in (2, 3):
            other = Num(Fraction(5) - x.exp.value, str(5 - int(x.exp.value)))
            out.append((rebuild(Pow(x.base, other)), f"with the exponent {other.text}"))
        children = list(x.children())
        for i, c in enumerate(children):
            if isinstance(x, App | Sym):
                continue

            def inner_rebuild(new: Term, x: Term = x, i: int = i) -> Term:
                counter = iter(range(len(children)))
                return rebuild(x.map_children(lambda old: new if next(counter) == i else old))

            visit(c, inner_rebuild)

    visit(t, lambda new: new)
    return out


def attach_gradients(t: Term) -> Term:
    """``\\nabla_x b^\\top x`` read as the gradient of the product where only what follows depends on x."""
    t = t.map_children(attach_gradients)
    if not isinstance(t, Mul):
        return t
    for i, f in enumerate(t.factors[:-1]):
        grad = f.body if isinstance(f, Transpose) else f
        if (
            isinstance(grad, Grad)
            and grad.body is not None
            and isinstance(grad.wrt, Sym)
            and not any(x == grad.wrt for x in grad.body.walk())
        ):
            rest = t.factors[i + 1 :]
            if isinstance(grad.body, Sym) and not grad.body.subs and grad.wrt.name not in PARAMETERS and any(x == grad.wrt for r in rest for x in r.walk()):
                first = Transpose(grad.body, f.mark) if isinstance(f, Transpose) else grad.body
                whole = Grad(Mul((first, *rest), ("",) * len(rest)), grad.wrt, grad.order)
                return whole if i == 0 else Mul((*t.factors[:i], whole), t.ops[:i])
    return t


def literal(t: Term) -> bool:
    """A number as an example writes it: 2, −0.5, (−1), 3/4."""
    t = without_brackets(t)
    if isinstance(t, Neg):
        t = without_brackets(t.body)
    return isinstance(t, Num) or type(t).__name__ == "Div" and all(isinstance(strip(c), Num) for c in t.children())


def numbered(t: Term) -> bool:
    """V_2(M), G_0: a symbol that a number tells apart, so that an example gives it one value."""
    sym = t.head if isinstance(t, App) else t
    return isinstance(sym, Sym) and any(isinstance(i, Num) for i in sym.subs)


def same_number(a: Term, b: Term) -> bool:
    try:
        return compare_closed(a, b, "=", Scope()).supports == "proved"
    except TROUBLE:
        return False


def units(t: Term) -> frozenset[str]:
    """The units printed after numbers."""
    return frozenset(getattr(x.note, "text", "").strip() for x in t.walk() if isinstance(x, Decor) and x.kind == "unit")


def law_like(lhs: Term, rhs: Term) -> bool:
    """Whether an inequality states a law rather than a condition: it averages, sums, or compares entropies."""
    for t in (lhs, rhs):
        for x in t.walk():
            if (
                isinstance(x, Expect | Big)
                or isinstance(x, Func)
                and x.name in ("log", "Var", "KL", "H", "exp")
                or isinstance(x, App)
                and isinstance(x.head, Sym)
                and head_of(x.head).base in ("H", "I", "D", "KL")
            ):
                return True
    return False


def products(sides: tuple[Term, Term]) -> tuple[Term, Term]:
    """``p(1-q)`` beside ``pq`` as the product of a number p: a letter that is multiplied is no function in the same equation."""
    numbers: set[Term] = set()

    def collect(t: Term) -> None:
        if isinstance(t, Mul):
            numbers.update(f for f in t.factors if isinstance(f, Sym) and len(f.name) == 1 and not f.subs)
        for c in (*t.args, *t.given) if isinstance(t, App) else t.children():
            collect(c)

    def multiply(t: Term) -> Term:
        t = t.map_children(multiply)
        if (
            isinstance(t, App)
            and t.head in numbers
            and len(t.args) == 1
            and not t.given
            and isinstance(t.args[0], Add)
            and any(isinstance(x.body if isinstance(x, Neg) else x, Num) for x in t.args[0].terms)
        ):
            return Mul((t.head, Paren(t.args[0], span=t.args[0].span)), ("",), span=t.span)
        return t

    for side in sides:
        collect(side)
    return (multiply(sides[0]), multiply(sides[1])) if numbers else sides


def windowed(body: Term, lhs: Term) -> bool:
    """Whether a definition sums over a window that moves with its index: from t to t+n."""
    index = {i for x in lhs.walk() if isinstance(x, Sym) for i in x.subs if isinstance(i, Sym)}
    return any(
        isinstance(x, Big)
        and isinstance(x.upper, Add)
        and any(y in index for y in x.upper.walk())
        and any(isinstance(y, Sym) and y not in index for y in x.upper.walk())
        for x in body.walk()
    )


def names_an_element(t: Term) -> bool:
    """Whether a symbol is applied to a state or action with a name of its own: V(A), V(s_1), Q(2, left)."""
    t = without_brackets(t)
    if not (isinstance(t, App) and isinstance(t.head, Sym) and head_of(t.head).base in (*CERTAIN, "J")):
        return False
    return any(
        isinstance(a, Num)
        or isinstance(a, Sym)
        and (
            a.name.startswith("text:")
            or len(a.name) == 1 and a.name.isupper() and not a.subs
            or len(a.subs) == 1 and isinstance(a.subs[0], Num)
        )
        for a in (*t.args, *t.given)
    )


def speaks_of_values(lhs: Term, rhs: Term) -> bool:
    """Whether values of states or actions stand in a claim."""
    return any(
        isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in CERTAIN for t in (lhs, rhs) for x in t.walk()
    )


def needs_premise(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether an order speaks of what a page restricts in words: values of policies, functions, sizes and constants, many variables."""
    variables = set()
    for t in (lhs, rhs):
        heads = {x.head for x in t.walk() if isinstance(x, App)}
        for x in t.walk():
            if not isinstance(x, Sym):
                continue
            if len(x.name) == 1 and x.name.isupper() and x not in heads:
                variables.add(x.name)
            if scope.find(x) is None and (
                head_of(x).base in ("V", "v", "Q", "q", "A", "J", "eta", "G") and (x in heads or head_of(x).policy is not None)
                or x.name in ("f", "g", "h", "phi", "psi", "F", "ell", "L") and x in heads
                or x.name in ("n", "N", "m", "M", "k", "K", "d", "T", "c", "C", "L", "B", "delta", "epsilon", "varepsilon") and x not in heads
                or x.name.startswith("mathcal:") and x not in heads
            ):
                return True
    return len(variables) > 2


def is_datum(t: Term) -> bool:
    """Whether a side shows an example's decimals."""
    return any(isinstance(x, Num) and x.value not in SMALL for x in t.walk())


def definable_information(t: Term) -> bool:
    return isinstance(t, App) and known(t) == "certain" and head_of(symbol_of(t)).base in ("H", "D", "KL", "I")


def free_symbols(t: Term) -> bool:
    """Whether a term has symbols besides bound variables and functions with a fixed meaning."""
    bound = {v.lhs if isinstance(v, Rel) else v for x in t.walk() if isinstance(x, Big) for v in x.under}
    heads = {x.head for x in t.walk() if isinstance(x, App) and isinstance(x.head, Sym) and x.head.name == "sigma"}
    return any(isinstance(x, Sym | Delta) and x not in bound and x not in heads for x in t.walk())


def free_elements(t: Term) -> set[Term]:
    """Elements that stand free as arguments: the samples a term speaks of."""
    bound = {
        v
        for x in t.walk()
        if isinstance(x, Big | Expect)
        for u in x.under
        for w in (u.items if isinstance(u, Seq) else (u,))
        for v in ((w.lhs,) if isinstance(w, Rel) else (w,))
    }
    bound |= {v for b in bound if isinstance(b, Seq) for v in b.items}
    bound |= {
        a  # KL(p(x,y)‖q(x,y)) sums over x and y
        for x in t.walk()
        if isinstance(x, App) and definable_information(x)
        for y in x.walk()
        if isinstance(y, App) and y is not x
        for a in y.args
    }
    return {
        a
        for x in t.walk()
        if isinstance(x, App)
        for a in (*x.args, *x.given)
        if isinstance(a, Sym) and a not in bound and a.name not in POLICIES and not (len(a.name) == 1 and a.name.isupper())
    }


def constant_side(claim: Claim, budget: Budget) -> bool:
    """Whether the left side is the same exact number in every world: 0 for an averaged score, 1 for a sum of probabilities."""
    values = []
    for seed in (0, 1, 2):
        try:
            outcome = run_trial(prepare(claim), "modular", seed, claim.scope.assumptions, budget)
        except TROUBLE:
            return False
        value = constant(outcome.lhs)
        if isinstance(value, Vec):
            value = value.items[0] if all(str(x) == str(value.items[0]) for x in map(constant, value.items)) else None
        if value is None:
            return False
        values.append(str(constant(value)))
    return len(set(values)) == 1


def leaves_of(t: Term) -> list[tuple[Term, bool]] | None:
    """Numbers and ground symbols in printed order, each with whether it is subtracted; None where leaves do not show the structure."""
    t = without_brackets(t)
    if isinstance(t, Num | Sym | App):
        return [(t, False)]
    if isinstance(t, Neg):
        inner = without_brackets(t.body)
        if isinstance(inner, Num):
            return [(Num(-inner.value, "-" + inner.text), False)]
        return leaves_of(inner)
    if isinstance(t, Big | Expect | Grad | Deriv | Dots | Seq | Matrix):
        return None
    out: list[tuple[Term, bool]] = []
    for i, c in enumerate(t.children()):
        if isinstance(c, Relation | Text):
            continue
        subtracted = isinstance(t, Add) and i > 0 and isinstance(c, Neg)
        inner_leaves = leaves_of(c.body if subtracted and isinstance(c, Neg) else c)
        if inner_leaves is None:
            return None
        out.extend([(inner_leaves[0][0], subtracted), *inner_leaves[1:]] if inner_leaves else [])
    return out


def unnamed(t: Term, scope: Scope) -> bool:
    """Whether a side is a bare symbol that nothing defines: a chain may just give its value another name."""
    return definable(t) and scope.find(without_brackets(t)) is None and known(t) != "certain"


def new_numbers(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether one side shows decimals that the other lacks, and lacks symbols that the other shows: numbers put for symbols."""
    numbers = [{x.value for x in t.walk() if isinstance(x, Num) and x.value not in SMALL} for t in (lhs, rhs)]
    names = [{x for x in t.walk() if isinstance(x, Sym)} - wrt_of(t) - defined_heads(t, scope) for t in (lhs, rhs)]
    return bool(numbers[1] - numbers[0] and names[0] - names[1]) or bool(numbers[0] - numbers[1] and names[1] - names[0])


def defined_heads(t: Term, scope: Scope) -> set[Sym]:
    """Heads of applications that the page defines by a formula: their values are computed, not put in."""
    found: set[Sym] = set()
    for x in t.walk():
        if isinstance(x, App) and isinstance(x.head, Sym):
            head = x.head
            plain_head = Sym(head.name, head.accents, head.subs, head.sups, 0)
            if scope.find(App(plain_head, x.args, x.given)) is not None or scope.find(x) is not None:
                found |= {head}
        elif isinstance(x, Sym) and scope.find(x) is not None:
            found.add(x)
    return found


def wrt_of(t: Term) -> set[Term]:
    """What derivatives in a term are taken in."""
    found: set[Term] = set()
    for d in t.walk():
        if isinstance(d, Grad) and d.wrt is not None:
            found.add(d.wrt)
        elif isinstance(d, Deriv):
            found.update(v for v, _ in d.wrt)
    return found


def bind_leaves(lhs: Term, rhs: Term) -> dict[Term, Term] | None:
    """Symbol ↦ number where the leaves of two sides correspond one to one."""
    left, right = leaves_of(lhs), leaves_of(rhs)
    if left is None or right is None or len(left) != len(right) or not left:
        return None
    bound: dict[Term, Term] = {}
    for (a, minus_a), (b, minus_b) in zip(left, right, strict=True):
        if minus_a != minus_b:
            return None
        if isinstance(a, Num) and isinstance(b, Num):
            if a.value != b.value:
                return None
        elif isinstance(b, Num):
            if canonical(a) in bound and bound[canonical(a)] != b:
                return None
            bound[canonical(a)] = b
        elif a != b:
            return None
    return bound or None
