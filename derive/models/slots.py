r"""How many slots a term has: the size of the sets its sums run over, counted by the shape of the term.

See :mod:`derive.models.cutoff` for what a slot is and what the count is good for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derive.models.applications import VALUE_NAMES
from derive.models.elements import SORTS, time_like
from derive.models.heads import POLICIES, head_of
from derive.models.mdp import policy_name
from derive.models.trial import Prepared
from derive.terms import (
    Add,
    App,
    At,
    Big,
    Decor,
    Delta,
    Deriv,
    Div,
    Expect,
    Fence,
    Func,
    Grad,
    Label,
    Mul,
    Neg,
    Num,
    Paren,
    Placeholder,
    Pos,
    Pow,
    Rel,
    Seq,
    Sym,
    Term,
    Transpose,
)

#: Letters whose meaning sums over time, a trajectory or a distribution.
HIDDEN = frozenset({"J", "eta", "G", "R", "T", "H", "I", "D", "KL", "CE", "S", "mathbb:D", "L", "ell", "Z", "M"})
DISTRIBUTIONS = frozenset({"P", "p", "q", "mu", "nu", "rho", "b", "beta", "Pr"})
ELEMENTWISE = frozenset({"exp", "sigmoid", "tanh", "softplus", "log", "ln", "min", "max", "clip", "abs", "sqrt", "relu", "sg"})


class NoCutoff(Exception):
    """A construct whose slots are not counted."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A denominator: its name, how many slots one power of it has, and the variables it moves with."""

    name: Any
    weight: int
    over: frozenset[Term]


@dataclass(frozen=True, slots=True)
class Slots:
    """A quotient: slots above, and powers of the factors below."""

    top: int = 0
    below: dict[Factor, int] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """A function of the data of named elements only."""
        return not self.top and not self.below

    def times(self, other: Slots) -> Slots:
        below = dict(self.below)
        for factor, power in other.below.items():
            below[factor] = below.get(factor, 0) + power
        return Slots(self.top + other.top, below)

    def plus(self, other: Slots) -> Slots:
        below = {f: max(self.below.get(f, 0), other.below.get(f, 0)) for f in {**self.below, **other.below}}
        return Slots(max(self.top + missing(below, self.below), other.top + missing(below, other.below)), below)

    def inverse(self, name: Term, over: frozenset[Term]) -> Slots:
        bottom = sum(f.weight * power for f, power in self.below.items())
        return Slots(bottom, {Factor(name, self.top, over): 1} if self.top else {})


def missing(common: dict[Factor, int], own: dict[Factor, int]) -> int:
    return sum(f.weight * (power - own.get(f, 0)) for f, power in common.items())


PLAIN = Slots()


class Counter:
    """Counts the slots of terms in one set."""

    def __init__(self, prepared: Prepared, which: str, sizes: dict[str, int]):
        self.prepared, self.which, self.sizes = prepared, which, sizes
        self.facts, self.scope = prepared.facts, prepared.claim.scope
        self.sorts: set[str] = set()
        self.depth = 0

    def kind(self, variable: Sym) -> str:
        """The set a variable runs over."""
        h = head_of(variable)
        name = variable.name if variable.name.startswith("text:") else h.base
        if name in ("tau", "t", "T") or h.accents:
            return "time"
        sort = self.facts.sorts.get(name) or SORTS.get(name, name)
        if sort in ("state", "action"):
            return sort + "s"
        if name in "ijklmn" and len(name) == 1 and not self.facts.sorts.get(name):
            return "group"
        if variable in self.facts.numbers:
            return "group"
        return "outcomes"

    def uses(self, variable: Sym) -> None:
        """Note that the size of a variable's own set matters; the world has one size for all sets of outcomes."""
        if self.kind(variable) == "outcomes" == self.which:
            self.sorts.add(self.facts.sorts.get(variable.name, head_of(variable).base))
            if len(self.sorts) > 1:
                raise NoCutoff

    def slots(self, t: Term, k: int) -> Slots:
        """The slots of the k-th derivative of a term."""
        self.depth += 1
        if self.depth > 4000:
            raise NoCutoff
        if isinstance(t, Sym | App):
            found = self.scope.find(t)
            if found is not None:
                return self.defined(found, k)
        match t:
            case Num() | Delta() | Label():
                return PLAIN
            case Sym():
                return self.symbol(t, k)
            case App():
                return self.application(t, k)
            case Paren() | Neg() | Pos() | At() | Decor() | Transpose():
                return self.slots(t.body, k)
            case Add():
                total = self.slots(t.terms[0], k)
                for term in t.terms[1:]:
                    total = total.plus(self.slots(term, k))
                return total
            case Mul():
                return self.product(t.factors, k)
            case Div():
                bottom = self.slots(t.den, 0)
                # d(1/y) = −dy/y²: every derivative brings one more power of the denominator
                below = bottom.inverse(t.den, free(t.den))
                moved = self.slots(t.den, k).times(below) if k else PLAIN
                out = self.slots(t.num, k).times(below)
                for _ in range(k):
                    out = out.times(moved)
                return out
            case Pow():
                return self.power(t, k)
            case Func():
                return self.function(t, k)
            case Grad() if t.body is not None:
                return self.slots(t.body, k + t.order)
            case Deriv() if t.body is not None and not any(isinstance(v, Sym) and v.subs for v, _ in t.wrt):
                return self.slots(t.body, k + sum(n for _, n in t.wrt))
            case Big() if t.op == "sum":
                return self.bound(t.under, t.upper, t.body, k)
            case Expect() if not t.given:
                return self.expectation(t, k)
            case Fence() if t.kind == "abs" and len(t.args) == 1:
                return self.elementwise(t.args, k)
            case Fence() if t.kind == "inner":
                return self.product(t.args, k)
        raise NoCutoff

    def defined(self, found: Any, k: int) -> Slots:
        definition, bound = found
        if any(isinstance(v, Sym) and v.name in POLICIES for v, _ in bound):
            raise NoCutoff
        inside = self.slots(definition.body, k)
        names = dict(bound)
        below: dict[Factor, int] = {}
        for f, power in inside.below.items():
            over = frozenset(y for x in f.over for y in (free(names[x]) if x in names else {x}))
            below[Factor((f.name, tuple(names.values())), f.weight, over)] = power
        return Slots(inside.top, below)

    def symbol(self, t: Sym, k: int) -> Slots:
        h = head_of(t)
        if t.name in self.facts.size_names:
            if len(self.facts.size_names) > 1:
                raise NoCutoff
            return Slots(1) if self.which == "group" else PLAIN
        if h.name in POLICIES or h.base in POLICIES or h.base in HIDDEN:
            raise NoCutoff
        if h.base in VALUE_NAMES and not h.indices and (h.policy is not None or "*" in h.labels or h.params):
            raise NoCutoff
        if h.base in ("r", "rho", "w") and self.facts.ratio and any(time_like(i) for i in h.indices):
            return self.ratio(k)
        for index in h.indices:
            if not isinstance(index, Sym | Num | Label) and self.mentions_bound(index):
                raise NoCutoff
        return PLAIN

    def mentions_bound(self, index: Term) -> bool:
        return any(isinstance(x, Sym) and x.name in "ijklmn" for x in index.walk())

    def ratio(self, k: int) -> Slots:
        weights = Factor("old", 1, frozenset())
        return self.probability("new", (), k).times(Slots(1)).plus(Slots(0, {weights: 1})) if self.which == "actions" else PLAIN

    def probability(self, name: Any, given: tuple[Term, ...], k: int) -> Slots:
        """w_a / Σ_b w_b and its derivatives."""
        over = frozenset(x for g in given for x in free(g))
        return Slots(k, {Factor((name, given), 1, over): k + 1})

    def application(self, t: App, k: int) -> Slots:
        if not isinstance(t.head, Sym) or t.sep in (r"\|", r"\parallel"):
            raise NoCutoff
        h = head_of(t.head)
        if any(not isinstance(a, Sym | Num | Add | Mul | Neg | Paren | Delta | Div) for a in (*t.args, *t.given)):
            raise NoCutoff
        if h.name in POLICIES or h.base in POLICIES or h.base in DISTRIBUTIONS - ({"b"} if not t.given else set()):
            if not all(isinstance(a, Sym) for a in (*t.args, *t.given)) or len(t.args) != 1 or h.base in POLICIES and not t.given:
                raise NoCutoff
            policy = h.base in POLICIES
            name = policy_name(h) if policy else h.key
            moves = k if policy or h.params else 0
            arg = t.args[0]
            assert isinstance(arg, Sym)
            if self.kind(arg) == "states" and len(t.given) < 2:
                raise NoCutoff  # an occupancy or a start distribution
            if self.kind(arg) != self.which:
                return PLAIN
            self.uses(arg)
            return self.probability(name, t.given, moves)
        if h.base in VALUE_NAMES and h.policy is not None and h.base.upper() in ("V", "A"):
            if self.which != "actions":
                return PLAIN
            return self.probability(policy_name(head_of(h.policy)), t.args[:1], k).times(Slots(1))
        if h.base in ("rho", "r", "w") and h.indices and len(t.args) == 1 and t.args[0] in (Sym("theta"), Sym("phi")):
            return self.ratio(k)
        if h.base in HIDDEN or h.base in VALUE_NAMES and "*" in h.labels:
            raise NoCutoff
        return self.elementwise((*t.args, *t.given), k)

    def elementwise(self, args: tuple[Term, ...], k: int) -> Slots:
        if all(self.slots(a, k).plain for a in args):
            return PLAIN
        raise NoCutoff

    def product(self, factors: tuple[Term, ...], k: int) -> Slots:
        out = PLAIN
        for f in factors:
            out = out.times(self.slots(f, k))
        return out

    def power(self, t: Pow, k: int) -> Slots:
        if isinstance(t.base, Fence) and t.base.kind == "norm" and isinstance(t.exp, Num) and t.exp.value == 2:
            return self.product(t.base.args * 2, k)
        base = self.slots(t.base, k)
        if base.plain and self.slots(t.exp, k).plain and not self.bound_number(t.exp):
            return PLAIN
        if isinstance(t.exp, Num) and t.exp.value.denominator == 1 and 1 <= t.exp.value <= 4:
            return self.product((t.base,) * int(t.exp.value), k)
        raise NoCutoff

    def bound_number(self, t: Term) -> bool:
        return any(isinstance(x, Sym) and x.name in "ijklmntT" for x in t.walk())

    def function(self, t: Func, k: int) -> Slots:
        if t.name in ("log", "ln", "log2") and len(t.args) == 1:
            return self.logarithm(t.args[0], k)
        if t.name in ELEMENTWISE:
            return self.elementwise(t.args, k)
        raise NoCutoff

    def logarithm(self, t: Term, k: int) -> Slots:
        """log of a product is a sum; log π is an unknown whose k-th derivative is a polynomial in the ∂^jπ/π."""
        if isinstance(t, Paren | At):
            return self.logarithm(t.body, k)
        if isinstance(t, Mul):
            parts = [self.logarithm(f, k) for f in t.factors]
        elif isinstance(t, Div):
            parts = [self.logarithm(t.num, k), self.logarithm(t.den, k)]
        elif isinstance(t, App | Sym) and self.scope.find(t) is None:
            inner = self.slots(t, 0)
            if inner.plain and self.slots(t, k).plain:
                return PLAIN
            if not (isinstance(t, App) and isinstance(t.head, Sym) and head_of(t.head).base in POLICIES | DISTRIBUTIONS):
                raise NoCutoff
            # log π = log w − log W: k derivatives of log W bring k slots above and W^k below
            return Slots(k, dict.fromkeys(inner.below, k) if k else {})
        elif isinstance(t, Num):
            return PLAIN
        else:
            raise NoCutoff
        total = parts[0]
        for part in parts[1:]:
            total = total.plus(part)
        return total

    # binders

    def bound(self, under: tuple[Term, ...], upper: Term | None, body: Term, k: int) -> Slots:
        variables: list[Sym] = []
        for item in under:
            if isinstance(item, Sym):
                variables.append(item)
            elif isinstance(item, Seq) and item.fences == "" and all(isinstance(x, Sym) for x in item.items):
                variables.extend(x for x in item.items if isinstance(x, Sym))
            elif isinstance(item, Rel) and item.op == r"\in" and isinstance(item.lhs, Sym) and isinstance(item.rhs, Sym):
                variables.append(item.lhs)
            elif isinstance(item, Rel) and item.op in (r"\ne", r"\neq") and isinstance(item.lhs, Sym):
                if not any(v == item.lhs for v in variables):
                    variables.append(item.lhs)
            elif isinstance(item, Rel) and item.op == "=" and isinstance(item.lhs, Sym) and isinstance(upper, Sym):
                if upper.name not in self.facts.size_names or not (isinstance(item.rhs, Num) and item.rhs.value == 1):
                    raise NoCutoff
                variables.append(item.lhs)
            else:
                raise NoCutoff
        inside = self.slots(body, k)
        for v in reversed(variables):
            if self.kind(v) == "time" or self.kind(v) == "group" and as_number(v, body):
                raise NoCutoff
            inside = self.summed(v, inside)
        return inside

    def summed(self, v: Sym, inside: Slots) -> Slots:
        kind = self.kind(v)
        if kind == self.which:
            self.uses(v)
            if any(v in f.over for f in inside.below):
                raise NoCutoff
            return Slots(inside.top + 1, inside.below)
        # a sum of N terms whose denominators differ: their product is common to all
        size = self.sizes.get(kind, 2)
        top, below = inside.top, {}
        for f, power in inside.below.items():
            if v in f.over:
                top += (size - 1) * f.weight * power
                below[Factor((f.name, "over", v), f.weight * size, f.over - {v})] = power
            else:
                below[f] = power
        return Slots(top, below)

    def expectation(self, t: Expect, k: int) -> Slots:
        inside = self.slots(t.body, k)
        items = [y for x in t.under for y in (x.items if isinstance(x, Seq) and x.fences == "" else (x,))]
        for item in reversed(items):
            if not (isinstance(item, Rel) and item.op == r"\sim" and isinstance(item.lhs, Sym)):
                raise NoCutoff
            v, dist = item.lhs, item.rhs
            kind = self.kind(v)
            head = dist.head if isinstance(dist, App) else dist
            if not isinstance(head, Sym) or v.subs:
                raise NoCutoff
            h = head_of(head)
            if isinstance(dist, App):
                if not all(isinstance(a, Placeholder) for a in dist.args) or not all(isinstance(g, Sym) for g in dist.given):
                    raise NoCutoff
                given = dist.given
            elif h.base in POLICIES:
                given = (Sym("s"),)
            else:
                given = ()
            if h.base in POLICIES and kind in ("actions", "outcomes") and given:
                name: Any = policy_name(h)
            elif kind == "outcomes" and h.base in ("p", "q"):
                name = h.key
            elif kind == "states" and h.base == "d":
                inside = self.summed(v, inside)
                continue
            elif kind == "states" and len(given) == 2 and h.base in ("P", "p"):
                name = "P"
            else:
                raise NoCutoff
            if kind == self.which:
                inside = inside.times(self.probability(name, given, k if h.base in POLICIES or h.params else 0))
            inside = self.summed(v, inside)
        return inside


def as_number(v: Sym, body: Term) -> bool:
    """Whether an index is used for its number (γ^i, r_{i+1}, i·x) and not only to name an element."""
    if body == v:
        return True
    if isinstance(body, Sym | App) or isinstance(body, Rel) and body.op in (r"\ne", r"\neq"):
        return any(c != v and as_number(v, c) for c in body.children())
    return any(as_number(v, c) for c in body.children())


def free(t: Term) -> frozenset[Term]:
    """The symbols of a term."""
    return frozenset(x for x in t.walk() if isinstance(x, Sym))
