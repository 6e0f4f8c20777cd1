r"""Claims read with the numbers that their page gives: which of them a claim may lean on, and what holds with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.check.judging import Judge
from derive.check.ledger import Found, Settled
from derive.check.shapes import SMALL, is_datum, name_of, numbered, same_number, wrt_of
from derive.decide.identity import undecided
from derive.models.closed import significant
from derive.models.heads import POLICIES
from derive.models.kernel import Proposal
from derive.models.scope import Scope, canonical, closure
from derive.models.trial import Claim
from derive.terms import App, Deriv, Grad, Num, Seq, Sym, Term, replace_terms, strip

#: Parameters of the problem and of the methods: an example gives them values, a law holds for all of theirs.
KNOBS: frozenset[Term] = frozenset(
    Sym(name) for name in ("gamma", "lambda", "alpha", "beta", "eta", "epsilon", "varepsilon", "tau", "kappa")
)


@dataclass(slots=True)
class GivenNumbers(Judge):
    """Reads claims with the numbers that a page has given so far."""

    def is_example(self, lhs: Term, rhs: Term) -> bool:
        """Whether a side shows an example's own decimals."""
        return is_datum(rhs)

    def with_data(self, claim: Claim) -> Settled | None:
        """The claim read with the page's numbers; None unless it holds so.

        A formula that shows no number of its own may lean on the numbers of its own section; on those of another only as a
        condition: the example of one section is not said of the formulas of the next, and least of all where these write the
        parameter themselves.
        """
        for scope, here in self.with_numbers(claim):
            found = self.judge(replace(claim, scope=scope, relation="="), share=3)
            if found.verdict.status not in ("proved", "confirmed"):
                continue
            kept = scope.data
            if kept is here:
                message = "Holds with the values given on the page."
                return Settled(replace(found.verdict, message=message, sizes="this example"))
            needed = dict(kept)
            for k in sorted(kept.keys() - here.keys(), key=name_of):
                fewer = {a: b for a, b in needed.items() if a != k}
                if self.judge(replace(claim, scope=replace(scope, data=fewer), relation="="), share=4).verdict.status == "proved":
                    needed = fewer
            says = tuple(
                f"{name_of(k)} = {name_of(v)}, the value given in another section" for k, v in needed.items() if k not in here
            )
            message = f"True only if {'; '.join(says)}."
            return Settled(replace(found.verdict, status="conditional", message=message, code="D420", assumptions=says))
        return None

    def fails_with_numbers(self, claim: Claim) -> bool:
        """Whether a claim whose one side shows numbers of its own fails with those of the page too, as far as that can be told."""
        shown_by = [{x.value for x in t.walk() if isinstance(x, Num) and x.value not in SMALL} for t in (claim.lhs, claim.rhs)]
        if self.trusting or not self.scope.data or not shown_by[0] ^ shown_by[1]:
            return True
        scope, _ = next(iter(self.with_numbers(claim)))
        return self.judge(replace(claim, scope=scope, relation="=")).verdict.status == "refuted"

    def with_numbers(self, claim: Claim) -> Iterator[tuple[Scope, dict[Term, Term]]]:
        """The scopes in which a claim is read with the page's numbers: with those of its section, then with all; and those of its section."""
        if not self.scope.data:
            return
        moved = wrt_of(claim.lhs) | wrt_of(claim.rhs)
        differentiated = {
            canonical(x.body) for t in (claim.lhs, claim.rhs) for x in t.walk() if isinstance(x, Grad | Deriv) and x.body
        }
        # s = [0.05, 0.2] are the features of a state: π(a|s) is of the state they describe
        named = {
            a
            for t in closure((claim.lhs, claim.rhs), claim.scope)
            for x in t.walk()
            if isinstance(x, App) and isinstance(x.head, Sym) and x.head.name in POLICIES | {"V", "v", "Q", "q"}
            for a in (*x.args, *x.given)
        }
        scope = replace(claim.scope, use_data=True)
        kept = {
            k: v
            for k, v in scope.data.items()
            if k != canonical(claim.lhs)
            and k not in differentiated
            and not (isinstance(strip(v), Seq) and k in named)
            and not (moved and self.moves(k, moved))
            and not (k in KNOBS and k in self.written and self.data_sections.get(k) != self.section)
        }
        here = {k: v for k, v in kept.items() if self.data_sections.get(k) == self.section}
        if self.trusting or is_datum(claim.lhs) or is_datum(claim.rhs) or len(here) == len(kept):
            here = kept
        yield replace(scope, data=here), here
        if len(here) < len(kept):
            yield replace(scope, data=kept), here

    def with_names(self, claim: Claim) -> Settled | None:
        """The claim with a symbol in place of the number that this section gives it: ``∇J ≈ ∇log π × 1.97`` where δ is 1.97."""
        before = {x.value for x in claim.lhs.walk() if isinstance(x, Num)}
        put: dict[Term, Term] = {}
        for x in claim.rhs.walk():
            if isinstance(x, Num) and x.value not in before and significant(x.text) >= 3:
                named = [k for k, v in self.scope.data.items() if self.data_sections.get(k) == self.section and same_number(v, x)]
                if len(named) == 1:
                    put[x] = named[0]
        if not put or any(k in put.values() for k in claim.rhs.walk()):
            return None
        found = self.judge(replace(claim, rhs=replace_terms(claim.rhs, put)))
        if found.verdict.status not in ("proved", "confirmed", "conditional"):
            return None
        says = tuple(f"{name_of(k)} for {x.text}" for x, k in put.items() if isinstance(x, Num))
        message = f"With {', '.join(says)}: {found.verdict.message}"
        return Settled(replace(found.verdict, message=message, sizes="this example"))

    def only_here(self, found: Settled, proposal: Proposal | Settled, lhs: Term, rhs: Term) -> Found:
        """What holds with the page's numbers and fails in general: an example's where it shows numbers, else not decided."""
        if (
            proposal.verdict.status != "refuted"
            and proposal.verdict.code != "D502"
            or any(isinstance(x, Num) and x.value not in SMALL or numbered(x) for t in (lhs, rhs) for x in t.walk())
        ):
            return found
        return undecided("it holds with the values given on the page, but not for all", "D508")

    def moves(self, t: Term, variables: set[Term]) -> bool:
        """Whether what is given a number moves with a variable that the claim differentiates in: by its name, or its definition."""
        if (
            isinstance(t, App)
            and isinstance(t.head, Sym)
            and t.head.name in POLICIES | {"V", "v", "Q", "q"}
            and t not in variables
        ):
            return True
        found = self.scope.find(t)
        return found is not None and any(x in variables for body in closure((found[0].body,), self.scope) for x in body.walk())
