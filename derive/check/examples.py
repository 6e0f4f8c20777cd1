r"""The page's example: claims read with its own numbers.

Symbols against numbers are a computation where the page gives the values, a datum where they come out leaf for leaf, and
else undecided: an example may say its numbers in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from derive.check.customs import constant_side, definable_information, law_like
from derive.check.given_numbers import KNOBS, GivenNumbers
from derive.check.ledger import Found
from derive.check.matching import bind_leaves, one_step_variants, sign_hidden_by_zero, unify
from derive.check.shapes import (
    assignable,
    compound,
    free_symbols,
    literal,
    name_of,
    numbered,
    numeric,
    same_number,
    symbols_in,
    without_brackets,
)
from derive.decide.identity import undecided
from derive.decide.relations import closed, decide_numbers
from derive.models.closed import compare_closed, shown
from derive.models.heads import POLICIES
from derive.models.kernel import ORDERS, Numbers, Proposal, Trivial, Verdict
from derive.models.scope import Scope, canonical, match_definition
from derive.models.trial import TROUBLE, Claim
from derive.terms import (
    Add,
    App,
    Big,
    Deriv,
    Expect,
    Func,
    Grad,
    Matrix,
    Mul,
    Neg,
    Num,
    Paren,
    Pow,
    Rel,
    Sym,
    Term,
    replace_terms,
    strip,
)

COUNTS: frozenset[Term] = frozenset(Sym(name) for name in "nkNKT")


@dataclass(slots=True)
class Examples(GivenNumbers):
    """Reads claims with the numbers of a page's example."""

    def instance(self, claim: Claim, first: bool) -> tuple[Found, Claim | None]:
        """Symbols against numbers: a computation with the page's data, or a datum."""
        lhs, rhs = claim.lhs, claim.rhs
        if numeric(lhs) and not numeric(rhs):
            lhs, rhs = rhs, lhs
        lhs = self.by_moments(lhs)
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
        if (
            not first
            and claim.relation == "="
            and assignable(lhs)
            and own in self.scope.data
            and same_number(self.scope.data[own], rhs)
        ):
            again = Claim(lhs, rhs, "=", replace(scope, data=self.scope.data))
            return decide_numbers(again), again  # G_2 = r_3 = 1, and r_3 is 1
        relation = claim.relation if claim.relation != r"\propto" else "="
        try:
            comparison = compare_closed(lhs, rhs, relation, scope)
        except (*TROUBLE, TypeError, ValueError, AttributeError, KeyError, IndexError):
            comparison = None
        made = Claim(lhs, rhs, relation, scope)
        if comparison is not None:
            proposal = decide_numbers(made)
            if proposal.verdict.status in ("proved", "confirmed", "conditional"):
                hidden = sign_hidden_by_zero(lhs, rhs)
                return (undecided(hidden, "D508") if hidden else proposal), made
            if proposal.verdict.status == "refuted" and (
                self.computed(lhs)
                or self.trusting
                and (compound(lhs) or isinstance(lhs, App) and claim.scope.find(lhs) is not None)
                or not free_symbols(lhs)
            ):
                return proposal, made
        if (
            comparison is None
            and (
                compound(lhs)
                or self.trusting
                and definable_information(lhs)
                or isinstance(without_brackets(lhs), Big | Expect | Func)
            )
            and not closed(lhs)
        ):
            best = isinstance(without_brackets(lhs), Big) and assignable(lhs)  # max_a Q(s,a) = 1: an example may say so
            general = self.judge(claim, refute=self.universal(lhs, rhs) and (self.trusting or not best))
            if general.verdict.status in ("proved", "confirmed", "conditional") or general.verdict.status == "refuted":
                return general, claim
        counts = self.factors_differ(lhs, rhs) if comparison is None and first else None
        if counts is not None:
            return undecided(f"its definition has {counts[0]} terms, the computation {counts[1]}", "D508"), claim
        missed = self.near_miss_of_definition(claim, lhs, rhs) if first and not self.trusting else None
        if missed is not None:
            return missed, missed.certificate.claim if isinstance(missed.certificate, Numbers) else claim
        if first and assignable(lhs):
            self.assign(lhs, rhs)
            return Proposal(Verdict("no-claim", f"Gives {name_of(lhs)} a value.", code="D000"), Trivial()), None
        put = self.leaves(replace(claim, lhs=lhs, rhs=rhs))
        if (
            put.verdict.status == "undecided"
            and comparison is not None
            and comparison.supports == "refuted"
            and (shown(rhs) is not None or any(isinstance(x, Matrix) for x in rhs.walk()))
            and self.all_given_here(lhs)
        ):
            return decide_numbers(made), made
        return put, put.certificate.claim if isinstance(put.certificate, Numbers) else claim

    def by_moments(self, t: Term) -> Term:
        """``Var[X]`` as ``E[X^2] - (E[X])^2`` where the page has given both of these."""
        variance = without_brackets(t)
        if not (isinstance(variance, Func) and variance.name in ("Var", "var") and len(variance.args) == 1):
            return t
        means = {k.body: k for k in self.scope.data if isinstance(k, Expect)}
        first, second = means.get(variance.args[0]), means.get(Pow(variance.args[0], Num(Fraction(2), "2")))
        if first is None or second is None or canonical(t) in self.scope.data or {first, second} & self.rounded:
            return t
        square = Pow(Paren(self.scope.data[first]), Num(Fraction(2), "2"))
        return Add((self.scope.data[second], Neg(square)))

    def near_miss_of_definition(self, claim: Claim, lhs: Term, rhs: Term) -> Proposal | None:
        """Numbers put for a defined quantity that follow its definition only with another sign, exponent or discount."""
        head = without_brackets(lhs)
        found = self.scope.find(head) if isinstance(head, Sym | App) else None
        told = (found[0].body, dict(found[1])) if found is not None else self.told_of(head)
        if told is None or literal(rhs):
            return None
        body = replace_terms(told[0], told[1])
        if unify(body, rhs, {}) is not None or bind_leaves(body, rhs) is not None:
            return None
        return self.near_miss(replace(claim, lhs=body, rhs=rhs))

    def told_of(self, head: Term) -> tuple[Term, dict[Term, Term]] | None:
        """What the page has said of a quantity that the field knows: the δ_t of ``δ_t = r_t + γV(s_{t+1}) - V(s_t)``."""
        for said in reversed(self.told):
            bound = match_definition(said, head)
            if bound is not None:
                return said.body, dict(bound)
        return None

    def all_given_here(self, t: Term) -> bool:
        """Whether every symbol of a computation was given its number in this section, and just one."""
        atoms = [x for x in t.walk() if isinstance(x, Sym | App)]
        heads = {x.head for x in atoms if isinstance(x, App)}
        indices = {i for x in atoms if isinstance(x, Sym) for i in x.subs}
        wanted = [
            x
            for x in atoms
            if x not in heads and x not in indices and not any(isinstance(a, App) and x in (*a.args, *a.given) for a in atoms)
        ]
        given = {canonical(x) for x in wanted}
        return (
            bool(given)
            and compound(t)
            and not given & self.moved
            and all(self.data_sections.get(x) == self.section for x in given)
        )

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
        if isinstance(number, Num) and number.value in (0, 1) and any(isinstance(x, Big) and x.op == "sum" for x in lhs.walk()):
            bound = {u.lhs for x in lhs.walk() if isinstance(x, Big) for u in x.under if isinstance(u, Rel)}
            free = {x for x in lhs.walk() if isinstance(x, Sym)} - bound - {Sym("infty")}
            if free and free <= KNOBS | COUNTS and not any(self.data_sections.get(x) == self.section for x in free):
                return True  # weights that sum to one do so for every γ, λ, α
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
        if not free_symbols(lhs):
            return undecided("the computation is too large, or beyond the arithmetic here", "D501")
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
            agrees = [
                k for k in bound if canonical(k) in self.scope.data and same_number(self.scope.data[canonical(k)], bound[k])
            ]
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
