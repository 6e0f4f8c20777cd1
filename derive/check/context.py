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

from dataclasses import dataclass, replace
from typing import Any

from derive.check.customs import (
    COMPARED,
    SILENT,
    conditions_in,
    is_listed,
    known,
    lasts,
    law_like,
    mixes_times,
    names_a_place,
    names_an_element,
    needs_premise,
    new_numbers,
    ranges_over,
    same_quantities,
    states_a_property,
    unnamed,
)
from derive.check.dialects import at_one_time, at_step, common, in_time
from derive.check.givens import DEFINES, Givens
from derive.check.judging import Place
from derive.check.ledger import Found, Settled, letters_of
from derive.check.listed import continued, listed
from derive.check.shapes import (
    assignable,
    attach_gradients,
    circle_constant,
    definable,
    mentions_head,
    name_of,
    names_size,
    numeric,
    products,
    units,
    without_brackets,
    worded,
)
from derive.decide.identity import undecided
from derive.decide.known import contradicts_known, contradicts_update
from derive.decide.relations import closed, decide_numbers
from derive.guard import Overrun, last_limit, limited
from derive.models.closed import shown
from derive.models.heads import POLICIES, head_of
from derive.models.kernel import ORDERS, Numbers, Verdict
from derive.models.masses import summed_to_one
from derive.models.scope import Definition, canonical, closure
from derive.models.trial import Claim
from derive.statements import Formula, Relation, Statement
from derive.terms import Add, App, Big, Delta, Expect, Grad, Missing, Mul, Num, Pow, Rel, Sym, Term, strip
from derive.values.budget import PATIENCE

MOST_PLACES = 4
REVERSED = {
    "<": r"\ge",
    r"\lt": r"\ge",
    r"\le": r"\ge",
    r"\leq": r"\ge",
    ">": r"\le",
    r"\gt": r"\le",
    r"\ge": r"\le",
    r"\geq": r"\le",
}


@dataclass(frozen=True, slots=True)
class LinkResult:
    """One link's verdict, with the terms it is about."""

    lhs: Term
    relation: Relation
    rhs: Term
    verdict: Verdict
    claim: Claim | None = None
    left: int = 0
    related: tuple[tuple[Place, str], ...] = ()
    role: str = "claim"
    why: str = ""
    readings: tuple[Any, ...] = ()


@dataclass(slots=True)
class Reader(Givens):
    """Reads the formulas of a page in order, carrying its scope."""

    def snapshot(self) -> Reader:
        """A copy that can read ahead without moving this one."""
        return replace(
            self,
            defined_at=dict(self.defined_at),
            sections=dict(self.sections),
            data_sections=dict(self.data_sections),
            sides=list(self.sides),
            seen=list(self.seen),
            lists=list(self.lists),
        )

    def heading(self) -> None:
        """A new section: its letters may be used afresh."""
        self.section += 1
        self.written = self.moved = frozenset()
        self.last = None
        self.seen.clear()
        self.sides.clear()
        self.lists.clear()
        kept = tuple(c for c in self.scope.conditions if not (isinstance(c, Rel) and c.op == r"\in" and is_listed(c.rhs)))
        self.scope = replace(self.scope, conditions=kept, restricted=self.scope.restricted - self.moments)
        self.moments = frozenset()

    def read(self, formula: Formula, line: int = 0, display: bool = True) -> list[LinkResult]:
        """Results for every link of a formula, in order; the scope moves on."""
        self.line = line
        self.formula += 1
        results: list[LinkResult] = []
        if not self.scope.discounted and any(isinstance(x, Sym) and x.name == "gamma" for x in formula.walk()):
            self.scope = replace(self.scope, discounted=True)
        before = self.scope.conditions
        for statement in formula.statements:
            stated = tuple(c for other in formula.statements if other is not statement for c in conditions_in(other))
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, *stated))
            results.extend(self.statement(statement, display))
            if stated:
                kept = tuple(c for c in self.scope.conditions if c in before or c not in stated)
                self.scope = replace(self.scope, conditions=kept)
        if display:
            self.written |= {x for x in formula.walk() if isinstance(x, Sym)}
        return results

    def statement(self, statement: Statement, display: bool) -> list[LinkResult]:
        terms = list(statement.terms)
        before = self.scope
        extra = tuple(c for c in statement.conditions if isinstance(c, Rel) and c.op in ORDERS)
        if extra:
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, *extra))
        results: list[LinkResult] = []
        if not terms:  # "for all s" and nothing that would hold for them
            self.scope = replace(self.scope, conditions=before.conditions)
            return results
        if not statement.rels:
            if listed(terms[0]):
                self.lists.append(listed(terms[0]))
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
        hidden, data = self.hide(statement)
        for i, (lhs, rel, rhs) in enumerate(statement.links()):
            if isinstance(rhs, Missing):
                break
            results.append(self.link(lhs, rel, rhs, i == 0, display))
        if hidden or data:
            self.scope = replace(self.scope, definitions=(*hidden, *self.scope.definitions), data={**data, **self.scope.data})
        self.finish(statement, display)
        lasting = tuple(c for c in self.scope.conditions[len(before.conditions) :] if lasts(c) and c not in extra)
        self.scope = replace(self.scope, conditions=(*before.conditions, *lasting))
        return results

    def hide(self, statement: Statement) -> tuple[tuple[Definition, ...], dict[Term, Term]]:
        """Take the letters that ``f(u) = …`` is about out of the scope, whatever the page has called u before; what was taken."""
        head = without_brackets(statement.terms[0])
        if self.trusting or not isinstance(head, App) or not definable(head) or any(numeric(t) for t in statement.terms):
            return (), {}
        hidden = tuple(d for d in self.scope.definitions if d.pattern in head.args)
        data = {k: v for k, v in self.scope.data.items() if k in head.args}
        if hidden or data:
            kept = {k: v for k, v in self.scope.data.items() if k not in data}
            self.scope = replace(self.scope, definitions=tuple(d for d in self.scope.definitions if d not in hidden), data=kept)
        return hidden, data

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
            own = canonical(head)
            self.rounded = self.rounded | {own} if r"\approx" in ops else self.rounded - {own}

    def link(self, lhs: Term, rel: Relation, rhs: Term, first: bool, display: bool = True) -> LinkResult:
        """The verdict on one link, read as most texts write it and reported as it is written here."""
        before = self.scope
        try:
            with limited(last_limit(self.seconds)):
                left, right = at_one_time(*at_step(*in_time(common(lhs), common(rhs))))
                result = self.plain_link(left, rel, right, first, display)
        except Overrun:
            self.scope, self.budget.late = before, True
            return LinkResult(lhs, rel, rhs, self.too_long())
        except MemoryError:
            self.scope, self.budget.late = before, True
            return LinkResult(
                lhs, rel, rhs, Verdict("undecided", "Not decided: it took more memory than a claim may.", code="D514")
            )
        return result if (left, right) == (lhs, rhs) else replace(result, lhs=lhs, rhs=rhs)

    def plain_link(self, lhs: Term, rel: Relation, rhs: Term, first: bool, display: bool) -> LinkResult:
        self.open_budget()
        lhs, rhs = products((attach_gradients(lhs), attach_gradients(rhs)))
        lhs, rhs = self.with_arguments(lhs), self.with_arguments(rhs)
        op = "=" if rel.op == r"\equiv" and not definable(lhs) else rel.op
        if op in (r"\sim",):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
        if op == r"\in" and ranges_over(lhs, rhs):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
        if op in SILENT or worded(lhs, rhs):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "Nothing to decide.", code="D000"))
        if op in DEFINES:
            if definable(lhs):
                said = self.as_known(lhs, rhs, display) if op != r"\equiv" else None
                if said is not None and said.status == "refuted":
                    return LinkResult(lhs, rel, rhs, said)
                self.define(lhs, rhs)
                if said is not None and said.status in ("proved", "confirmed"):
                    self.agreed |= {without_brackets(lhs)}
                return LinkResult(lhs, rel, rhs, Verdict("definition", f"Defines {name_of(lhs)}.", code="D001"))
            op = "="
        wrong = contradicts_update(lhs, rhs, self.budget) if op == r"\leftarrow" else None
        if wrong is not None:
            return LinkResult(lhs, rel, rhs, self.admitted(wrong, None, self.budget))
        if op == "=" and not self.trusting and names_a_place(lhs, rhs):
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "A place, not a claim.", code="D000"))
        if op == "=" and summed_to_one(Rel(op, lhs, rhs)) and self.is_condition(lhs):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
            return LinkResult(lhs, rel, rhs, Verdict("no-claim", "A condition, not a claim.", code="D000"))
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
            verdict = self.too_long()
        related = self.places(lhs, rhs) if verdict.status in ("refuted", "conditional") else ()
        return LinkResult(lhs, rel, rhs, verdict, claim, self.budget.left(), related)

    def too_long(self) -> Verdict:
        """What is said of a claim that the clock has stopped."""
        return Verdict("undecided", f"Not decided: it took longer than {PATIENCE * self.seconds:g} seconds.", code="D514")

    def as_known(self, lhs: Term, rhs: Term, display: bool) -> Verdict | None:
        """What the field's own X says of ``X ≐ …``: proved where they are one, refuted where it is none; None where X is the page's own."""
        if self.trusting or not known(lhs) or self.scope.find(lhs) is not None:
            wrong = contradicts_known(lhs, rhs, self.budget)
            return None if wrong is None else self.admitted(wrong, None, self.budget)
        meant = Claim(lhs, rhs, "=", self.reading(lhs, rhs))
        if not self.current(meant):
            return None
        found, claim = self.head(meant, display)
        verdict = found.verdict if isinstance(found, Settled) else self.admitted(found, claim, self.budget)
        return verdict

    def is_condition(self, total: Term) -> bool:
        """Whether nothing on the page says what the members of a sum are, so that their sum is a condition on them."""
        members = [x for x in total.walk() if isinstance(x, Sym) and x.subs and isinstance(x.subs[0], Sym)]
        shares = all(x.name in POLICIES | {"p", "q", "w", "P"} for x in members)
        return (shares or not self.trusting) and all(self.scope.find(x) is None for x in members)

    def places(self, lhs: Term, rhs: Term) -> tuple[tuple[Place, str], ...]:
        """Where the page has said what a link's symbols are, nearest first: a few of them."""
        found: dict[tuple[Place, str], None] = {}
        for t in closure((lhs, rhs), self.scope):
            for x in t.walk():
                if not isinstance(x, Sym | App):
                    continue
                defined = self.scope.find(x)
                of = defined[0].pattern if defined is not None else canonical(x) if canonical(x) in self.scope.data else None
                place = self.defined_at.get(of) if of is not None else None
                if of is not None and place is not None and place.line and place.formula != self.formula:
                    found[place, f"{name_of(of)} is {'defined' if defined is not None else 'given its value'} here"] = None
        return tuple(found)[:MOST_PLACES]

    def propose(self, lhs: Term, op: str, rhs: Term, first: bool, display: bool) -> tuple[Found, Claim | None]:
        claim = Claim(lhs, rhs, op, self.reading(lhs, rhs))
        whole = continued(lhs, self.lists) if closed(lhs) and numeric(rhs) else None
        if whole is not None:
            claim = replace(claim, lhs=whole)
        if closed(lhs) and closed(rhs):
            return self.judge(claim), claim
        if circle_constant(lhs, rhs):
            return decide_numbers(claim), claim
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
        premised = (
            premised or op == "=" and not self.trusting and (states_a_property(lhs, rhs, self.scope) or mixes_times(lhs, rhs))
        )
        refute = not named and not premised and not new_numbers(lhs, rhs, self.scope) and self.current(claim)
        proposal = self.judged(claim, refute)
        if not named and not premised and proposal.verdict.code == "D502" and not new_numbers(lhs, rhs, self.scope):
            free = self.with_letters_free(claim) if not (self.softened(claim) or self.budget.brief) else None
            failed = self.judge(free) if free is not None else None
            if failed is not None and failed.verdict.status == "refuted":
                proposal = failed  # it fails whether a letter still means what an older section says of it, or anything
        if premised and op in ORDERS and proposal.verdict.status == "undecided" and same_quantities(lhs, rhs):
            back = self.judge(replace(claim, relation=REVERSED[op]))
            if back.verdict.status in ("proved", "confirmed"):
                proposal = self.judge(
                    claim
                )  # the other order holds wherever this one was tried: no premise on constants mends it
        if proposal.verdict.status == "undecided" and op == "=":
            bare = self.without_recursions(claim, refute)
            if bare is not None:
                return bare, claim
        if proposal.verdict.status in ("undecided", "refuted") and op in ("=", r"\approx") and self.scope.data:
            found = self.with_data(claim)
            if found is not None:
                return self.only_here(found, proposal, lhs, rhs), claim
        if proposal.verdict.status in ("undecided", "refuted") and op in ("=", r"\approx") and new_numbers(lhs, rhs, self.scope):
            put = self.leaves(claim)
            if put.verdict.status != "undecided":
                return put, put.certificate.claim if isinstance(put.certificate, Numbers) else claim
            named_number = self.with_names(claim)
            if named_number is not None:
                return named_number, claim
        if proposal.verdict.status == "refuted" and op == "=" and not self.fails_with_numbers(claim):
            return undecided("it shows an example's numbers, and does not fail with those of the page", "D507"), claim
        return proposal, claim

    def with_arguments(self, t: Term) -> Term:
        """``\\nabla f`` for the gradient of the f(x, y) that the page has defined."""
        t = t.map_children(self.with_arguments)
        if isinstance(t, Grad) and t.wrt is None and isinstance(t.body, Sym):
            defined = [d.pattern for d in self.scope.definitions if isinstance(d.pattern, App) and d.pattern.head == t.body]
            return replace(t, body=defined[-1]) if defined else t
        if isinstance(t, App) and isinstance(t.head, Pow) and isinstance(t.head.base, Sym) and isinstance(t.head.exp, Num):
            indexed = Sym(t.head.base.name, t.head.base.accents, t.head.base.subs, (t.head.exp,))
            if self.scope.find(replace(t, head=indexed)) is not None:
                return replace(t, head=indexed)  # L^{0.7}(u) of a family L^\tau(u), not a power
        return t

    def without_recursions(self, claim: Claim, refute: bool) -> Found | None:
        """The claim decided for any values of the symbols that a recursion defines; None where it takes the recursion."""
        kept = tuple(d for d in claim.scope.definitions if not mentions_head(d.body, d.pattern))
        if len(kept) == len(claim.scope.definitions):
            return None
        free = replace(claim, scope=replace(claim.scope, definitions=kept))
        found = self.judge(free, share=2)
        if found.verdict.status == "proved":
            return found
        names = letters_of(claim.lhs) | letters_of(claim.rhs)
        letters = {head_of(d.sym).key for d in claim.scope.definitions if d not in kept and d.sym.name in names}
        if not refute or not letters <= self.steady(claim.lhs, claim.rhs):
            return None
        found = self.judge(free, refute=True)
        return found if found.verdict.status == "refuted" else None

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
        for left, right, place, section in reversed(self.sides):
            if left == lhs and section == self.section and right != rhs:
                proposal = self.judge(Claim(right, rhs, "=", self.reading(right, rhs)), share=4)
                if proposal.verdict.status == "proved":
                    verdict = replace(proposal.verdict, message=f"The step from line {place.line} holds without any condition.")
                    found = LinkResult(right, rel, rhs, verdict, related=((place, "the expression compared with"),))
                break
        self.sides.append((lhs, rhs, self.here(rhs), self.section))
        return found
