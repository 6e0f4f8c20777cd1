r"""``X = …``: a definition, a second definition, or a claim about a quantity that the field knows.

A page may use a letter again for something else.  A second definition is compared with the first only in the same
section; elsewhere it is a new definition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.check.customs import (
    definable_information,
    free_elements,
    known,
    mixes_times,
    names_an_element,
    plain,
    plain_return,
    windowed,
    windowed_return,
)
from derive.check.examples import Examples
from derive.check.judging import SOFT
from derive.check.ledger import Found, Settled
from derive.check.shapes import (
    CERTAIN,
    estimated,
    ground,
    is_datum,
    mentions,
    mentions_head,
    name_of,
    symbol_of,
    symbols_in,
    without_brackets,
    worded,
)
from derive.decide.assumptions import describe
from derive.decide.identity import undecided
from derive.decide.known import contradicts_known
from derive.decide.relations import closed
from derive.models.heads import POLICIES, head_of
from derive.models.kernel import Proposal, Trivial, Verdict
from derive.models.scope import Definition, canonical, closure
from derive.models.trial import Claim
from derive.notation import parse_term
from derive.terms import (
    Add,
    App,
    Expect,
    Num,
    Rel,
    Sym,
    Term,
)


def rewarded(t: Term) -> bool:
    """Whether a return is written with what it is made of: rewards, errors, values, other returns."""
    return any(isinstance(x, Sym) and head_of(x).base in ("r", "R", "G", "delta", "V", "v", "Q", "q", "U") for x in t.walk())


@dataclass(slots=True)
class Definitions(Examples):
    """Reads ``X = …``: what is defined, redefined or claimed of a known quantity."""

    def head(self, claim: Claim, display: bool) -> tuple[Found, Claim | None]:
        """``X = …`` where X is a bare symbol or application."""
        lhs, rhs = claim.lhs, claim.rhs
        before = self.scope.find(lhs)
        sort = known(lhs)
        if sort and not self.trusting and head_of(symbol_of(lhs)).base == "G" and not rewarded(rhs):
            # Σ_k γ^k: the return where every reward is one, by the words around it
            return undecided("a return without rewards is that of a special case", "D509"), claim
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
        if before is not None and mentions(before[0].body, lhs) and not self.trusting:
            return self.definition(lhs, rhs), None
        same_section = before is not None and self.sections.get(before[0].pattern) == self.section
        recursive = mentions_head(rhs, lhs)
        certain = sort == "certain" or sort == "weak" and recursive and before is None
        speaks_plainly = self.trusting or head_of(symbol_of(lhs)).base not in CERTAIN and not is_datum(rhs) or plain(rhs)
        if not self.trusting and ground(lhs) and any(isinstance(x, Num) for x in rhs.walk()):
            speaks_plainly = False  # v(s_1) = 2 + γ v(s_2): an equation of the page's example
        if head_of(symbol_of(lhs)).base == "G" and windowed_return(symbol_of(lhs)):
            certain = plain_return(rhs)
        if definable_information(lhs) and free_elements(rhs) - free_elements(lhs):
            certain = False  # a sample of the divergence rather than the divergence
        speaks_plainly = speaks_plainly and (self.trusting or not mixes_times(lhs, rhs))
        allow = (certain or same_section or recursive and before is not None) and speaks_plainly and display
        if before is not None and any(closed(v) for _, v in before[1]):
            allow = True  # L^{0.5}(u) of a family L^τ(u): one of its members, no new definition
        if recursive and before is not None and windowed(before[0].body, lhs):
            allow = False  # Σ from t to t+n ends elsewhere for t+1: the recursion means the end of the episode
        if windowed_return(symbol_of(lhs)) and not self.current(claim):
            allow = False  # an older definition of what stands on the right may have been replaced in words
        if names_an_element(lhs) and not self.trusting:
            allow = False  # V(A) = max{1 + V(B), 3 + V(C)}: what an example says of its own states
        proposal = self.judged(claim, allow)
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
                self.told = (*self.told, Definition(without_brackets(lhs), rhs))
            return proposal, claim
        if status == "conditional":
            if not self.trusting and proposal.verdict.assumptions == (describe("soft-values"),):
                self.scope = replace(self.scope, restricted=self.scope.restricted | {SOFT})
                return self.definition(lhs, rhs), None
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
            return self.only_here(found, proposal, lhs, rhs), claim
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

    def definition(self, lhs: Term, rhs: Term) -> Found:
        wrong = None if self.budget.brief else contradicts_known(lhs, rhs, self.budget)
        if wrong is not None:
            return wrong
        estimate = self.estimate(lhs, rhs)
        if not (names_an_element(lhs) and mentions_head(rhs, lhs)) or self.trusting:
            self.define(lhs, rhs)
        if estimate is None and not self.trusting:
            estimate = self.running_mean(lhs, rhs)
        if estimate is not None:
            return estimate
        return Proposal(Verdict("definition", f"Defines {name_of(lhs)}.", code="D001"), Trivial())

    def running_mean(self, lhs: Term, rhs: Term) -> Settled | None:
        """What a recursion says of an average: ``μ_n = μ_{n-1} + (x_n − μ_{n-1})/n`` is the mean of x_1 … x_n; else None."""
        index = lhs.subs[0] if isinstance(lhs, Sym) and len(lhs.subs) == 1 else None
        n = index.terms[0] if isinstance(index, Add) else index
        terms = {
            x
            for x in rhs.walk()
            if isinstance(x, Sym) and len(x.subs) == 1 and not x.sups and any(y == n for y in x.subs[0].walk())
        }
        sampled = {x.name for x in terms} - {symbol_of(lhs).name}
        if not isinstance(n, Sym) or len(sampled) != 1 or not mentions_head(rhs, lhs):
            return None
        sample = next(x for x in terms if x.name in sampled)
        every = name_of(replace(sample, subs=(Sym("i"),)))
        mean = parse_term(rf"\frac{{1}}{{{n.name}}}\sum_{{i=1}}^{{{n.name}}}{every}")
        scope = self.reading(lhs, rhs)
        kept = tuple(d for d in scope.definitions if d.sym.name not in (*sampled, symbol_of(lhs).name))
        scope = replace(scope, definitions=(*kept, Definition(lhs, mean)), restricted=frozenset(), data={})
        found = self.judge(Claim(lhs, rhs, "=", scope), share=4)
        if found.verdict.status != "proved":
            return None
        says = f"{name_of(lhs)} is the mean {name_of(mean)}"
        return Settled(replace(found.verdict, status="conditional", code="D420", message=f"True if {says}.", assumptions=(says,)))

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
        if h.base == "G" and windowed_return(sym) and plain_return(rhs) and not self.trusting:
            return  # the n-step return and the λ-return of the values of states: what the models mean by them
        if (
            (sym.name in POLICIES or h.base in POLICIES)
            and not (h.labels - {"old", "ref", "new", "target"})
            and not self.trusting
        ):
            self.scope = replace(self.scope, restricted=self.scope.restricted | {h.key})
            made = {head_of(x).base.lower() for x in rhs.walk() if isinstance(x, Sym)}
            taken = {head_of(x).base.lower() for x in lhs.walk() if isinstance(x, Sym)}
            self.built_of = {**self.built_of, h.key: self.built_of.get(h.key, frozenset()) | (made - taken - {"e"})}
            if isinstance(rhs, Sym) and rhs.name in POLICIES:
                self.moments = self.moments | {h.key}  # π_θ = π_ref where the training starts: true at a moment
            return
        if (
            not self.trusting
            and (known(lhs) == "certain" or known(lhs) and h.base == "H")
            and not (h.labels - {"*"})
            or mentions(rhs, lhs)
            and not (self.trusting and not isinstance(lhs, App) and not h.indices)
            or worded(rhs, rhs)
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
        self.defined_at[without_brackets(lhs)] = self.here(lhs)
        data = {k: v for k, v in self.scope.data.items() if k != canonical(lhs)}
        self.scope = replace(self.scope, data=data)
