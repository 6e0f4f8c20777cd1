r"""When two core terms are the same modulo the laws of a ring, and modulo linearity of sums, expectations and derivatives.

>>> from derive.rules.formulas import equation
>>> one, _, other = equation(r"\sum_{i=1}^n 2(x_i-\mu) = 2\sum_{i=1}^nx_i-2\sum_{i=1}^n\mu")
>>> linear_key(one.term) == linear_key(other.term), ring_key(one.term) == ring_key(other.term)
(True, False)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive.core.terms import Bind, Core, Num, Op, Var, free_variables
from derive.rules.keys import SCALAR, Env, deeper, factors, head_key, is_product, is_sum, kind, summands, view, whole_number
from derive.rules.linear import MEANS, apart

Atom = Any
Monomial = frozenset[tuple[Atom, int]]
Poly = dict[Monomial, Fraction]
#: The largest power that is written out.
HIGHEST = 6
ONE: Monomial = frozenset()
#: Binders that are linear in their body, and whose value moves with nothing but their letter.
LINEAR = ("sum", "expect")
#: Binders that numbers come out of.
AVERAGES = ("sum", "expect", "mean", "episode", "all_paths")


@dataclass(frozen=True)
class Ring:
    """Normal forms; ``linear`` takes sums and derivatives apart too."""

    linear: bool

    def key(self, term: Core, env: Env | None = None) -> Any:
        return ("ring", frozenset(self.polynomial(term, env or {}).items()))

    def polynomial(self, term: Core, env: Env) -> Poly:
        """A term as a polynomial in what is neither sum nor product; what divides has a negative power."""
        t = view(term)
        if isinstance(t, Num):
            return {ONE: t.value} if t.value else {}
        if is_sum(t):
            total: Poly = {}
            for part in summands(t):
                total = plus(total, self.polynomial(part, env))
            return total
        if is_product(t):
            number, parts = factors(t)
            if len(parts) != 1 or number != 1 or parts[0] != t:
                return self.product(number, parts, env)
        if isinstance(t, Op) and t.name == "power" and isinstance(t.args[1], Num) and t.args[1].value.denominator == 1:
            n = int(t.args[1].value)
            if abs(n) <= HIGHEST and kind(t.args[0]) == SCALAR:
                base = self.polynomial(t.args[0], env)
                base = inverse(base) if n < 0 else base
                out: Poly = {ONE: Fraction(1)}
                for _ in range(abs(n)):
                    out = times(out, base)
                return out
        if isinstance(t, Op) and t.name == "power" and kind(t.args[0]) == SCALAR and whole_number(t.args[1]):
            return self.powers(t, env)
        if (
            self.linear
            and isinstance(t, Op)
            and t.name == "at"
            and (loose := view(Op("at", (apart(t.args[0]), *t.args[1:])))) != t
        ):
            return self.polynomial(loose, env)
        if self.linear and isinstance(t, Bind) and t.name in LINEAR and len(t.vars) == 1:
            return self.sum(t, env)
        if self.linear and isinstance(t, Op) and t.name == "gradient" and isinstance(t.args[1], Var):
            loose = apart(t)
            if not (isinstance(loose, Op) and loose.name == "gradient"):
                return self.polynomial(loose, env)
            return self.derivative(t, env)
        if self.linear and isinstance(t, Bind) and t.name in MEANS:
            loose = apart(t)
            if not (isinstance(loose, Bind) and loose.name == t.name):
                return self.polynomial(loose, env)
        if isinstance(t, Bind) and t.name in AVERAGES or isinstance(t, Op) and t.name == "gradient":
            return self.scaled(t, env)
        return atom(head_key(t, env, self.key))

    def powers(self, t: Op, env: Env) -> Poly:
        """x^(k+2) as x²·x^k, and (xy)^k as x^k·y^k, for whole exponents."""
        *terms, last = summands(t.args[1])
        steps = int(last.value) if isinstance(last, Num) else 0
        if not isinstance(last, Num):
            terms.append(last)
        if not terms or abs(steps) > HIGHEST:
            return atom(head_key(t, env, self.key))
        exponent = ("ring", frozenset(Counter(self.key(x, env) for x in terms).items()))
        base = self.polynomial(t.args[0], env)
        if len(base) == 1:
            ((monomial, c),) = base.items()
            parts = [(("power", a, exponent), k) for a, k in monomial] + (
                [(("power", ("num", c), exponent), 1)] if c != 1 else []
            )
            out: Poly = {frozenset(parts): Fraction(1)}
        else:
            out = atom(("power", ("ring", frozenset(base.items())), exponent))
        for _ in range(abs(steps)):
            out = times(out, base if steps > 0 else inverse(base))
        return out

    def product(self, number: Fraction, parts: list[Core], env: Env) -> Poly:
        out: Poly = {ONE: number} if number else {}
        for p in (p for p in parts if kind(p) == SCALAR):
            out = times(out, self.polynomial(p, env))
        tight = [p for p in parts if kind(p) != SCALAR]
        if len(tight) == 1:
            return times(out, self.polynomial(tight[0], env))
        if tight:
            out = times(out, self.ordered(tight, env))
        return out

    def ordered(self, parts: list[Core], env: Env) -> Poly:
        """A product whose order counts, multiplied out: numbers come in front, what stands by itself is kept in a row."""
        rows: list[tuple[Fraction, Monomial, tuple[Any, ...]]] = [(Fraction(1), ONE, ())]
        for p in parts:
            grown = []
            for monomial, c in self.polynomial(p, env).items():
                for d, m, row in rows:
                    own = tuple(a for a, k in monomial if k == 1 and is_tensor(a))
                    rest = frozenset((a, k) for a, k in monomial if not (k == 1 and is_tensor(a)))
                    grown.append((c * d, joined(m, rest), (*row, *own)))
            rows = grown
        out: Poly = {}
        for c, m, row in rows:
            out = plus(out, {joined(m, frozenset({(("row", *row), 1)})): c})
        return out

    def scaled(self, t: Op | Bind, env: Env) -> Poly:
        """A sum, an average or a derivative with the number in front of its body in front of it."""
        scale = Fraction(1)
        below_head = t.body if isinstance(t, Bind) else t.args[0]

        def below(x: Core, inner: Env) -> Any:
            nonlocal scale
            if x is not below_head:
                return self.key(x, inner)
            made = self.polynomial(x, inner)
            if made:
                scale = made[first(made)]
            return ("ring", frozenset((m, c / scale) for m, c in made.items()))

        key = head_key(t, env, below)
        return {frozenset({(key, 1)}): scale}

    def sum(self, t: Bind, env: Env) -> Poly:
        """Σ of a polynomial: each of its monomials by itself, with what does not move with the letter in front."""
        inner = {**env, t.vars[0].number: deeper(env)}
        letter = ("bound", deeper(env))
        frame = (
            t.name,
            t.vars[0].type,
            tuple(self.key(a, env) for a in t.args),
            frozenset(self.key(c, inner) for c in t.where),
            t.info,
        )
        out: Poly = {}
        for monomial, c in self.polynomial(t.body, inner).items():
            outside = frozenset((a, k) for a, k in monomial if not has(a, letter))
            inside = monomial - outside
            if t.name == "expect" and not inside:
                out = plus(out, {outside: c})
                continue
            out = plus(out, {joined(outside, frozenset({(mark(("bind", frame, inside), inside), 1)})): c})
        return out

    def derivative(self, t: Op, env: Env) -> Poly:
        """∇ of a polynomial: each of its monomials by itself; into finite sums; what does not move in front."""
        body, v = view(t.args[0]), t.args[1]
        letter = self.key(v, env)
        if isinstance(body, Bind) and body.name in LINEAR and not any(v in free_variables(x) for x in (*body.args, *body.where)):
            made = Bind(body.name, body.vars, Op("gradient", (body.body, v), t.info), body.args, body.where, body.info)
            return self.polynomial(made, env)
        out: Poly = {}
        name = (
            ("bound", env[v.number]) if isinstance(v, Var) and v.number in env else ("var", v.number if isinstance(v, Var) else 0)
        )
        for monomial, c in self.polynomial(body, env).items():
            outside = frozenset((a, k) for a, k in monomial if not has(a, name))
            inside = monomial - outside
            if inside == frozenset({(name, 1)}) and isinstance(v, Var) and v.type.name == "Real":
                out = plus(out, {outside: c})
            elif inside:
                tag = "gradient" if isinstance(v, Var) and v.type.name == "Real" else "tensor"
                out = plus(out, {joined(outside, frozenset({((tag, "gradient", inside, letter), 1)})): c})
        return out


def first(p: Poly) -> Monomial:
    """One of the monomials, always the same."""
    return min(p, key=lambda m: sorted(map(stable, m)))


@lru_cache(maxsize=65536)
def stable(x: Any) -> str:
    """A text of a key that does not hang on the order in which sets are kept."""
    if isinstance(x, frozenset):
        return "{" + ",".join(sorted(map(stable, x))) + "}"
    return "(" + ",".join(map(stable, x)) + ")" if isinstance(x, tuple) else repr(x)


def atom(made: Any) -> Poly:
    return {frozenset({(made, 1)}): Fraction(1)}


def is_tensor(a: Any) -> bool:
    """Whether a factor is a vector or matrix: it has its place in a product."""
    return (
        isinstance(a, tuple)
        and bool(a)
        and a[0] in ("tensor", "row", "transpose", "inverse", "vector", "matrix", "var", "bound", "at")
    )


def mark(made: Any, inside: Monomial) -> Any:
    """A sum of vectors is one."""
    return ("tensor", made) if any(a[0] == "tensor" for a, _ in inside if isinstance(a, tuple) and a) else made


@lru_cache(maxsize=65536)
def has(a: Any, part: Any) -> bool:
    """Whether a key has another in it."""
    if a == part:
        return True
    return isinstance(a, tuple | frozenset) and any(has(x, part) for x in a)


def joined(m: Monomial, n: Monomial) -> Monomial:
    powers: Counter[Any] = Counter()
    for a, k in (*m, *n):
        powers[a] += k
    return frozenset((a, k) for a, k in powers.items() if k)


def inverse(p: Poly) -> Poly:
    if len(p) == 1:
        ((monomial, c),) = p.items()
        return {frozenset((a, -n) for a, n in monomial): 1 / c}
    if not p:
        return {frozenset({(("nothing",), -1)}): Fraction(1)}
    # what all terms have in common comes out, and the number of the term that comes first
    common = {a: min(dict(m).get(a, 0) for m in p) for a in {a for m in p for a, _ in m}}
    common = {a: k for a, k in common.items() if k}
    less = frozenset((a, -k) for a, k in common.items())
    reduced = {joined(m, less): c for m, c in p.items()}
    lead = reduced[first(reduced)]
    out = frozenset({(("poly", frozenset((m, c / lead) for m, c in reduced.items())), -1)})
    return {joined(out, less): 1 / lead}


def plus(p: Poly, q: Poly) -> Poly:
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, Fraction(0)) + c
        if not out[m]:
            del out[m]
    return out


def times(p: Poly, q: Poly) -> Poly:
    out: Poly = {}
    for m, c in p.items():
        for n, d in q.items():
            out = plus(out, {joined(m, n): c * d})
    return reduced(out)


def reduced(p: Poly) -> Poly:
    """A polynomial over its own value is 1."""
    over = {a: k for m in p for a, k in m if isinstance(a, tuple) and a[0] == "poly" and k < 0}
    for a in over:
        if not all((a, k) in m for m in p for k in (over[a],)):
            continue
        top = {joined(m, frozenset({(a, -over[a])})): c for m, c in p.items()}
        for power in range(-over[a], 0, -1):
            if len(top) > 1 and (q := quotient(top, dict(a[1]))) is not None:
                top = q
                if power == 1:
                    return top
            else:
                return {joined(m, frozenset({(a, -power)})): c for m, c in top.items()}
    return p


def quotient(p: Poly, d: Poly) -> Poly | None:
    """p / d where p is a monomial times d."""
    if len(p) != len(d):
        return None
    lead = next(iter(d))
    for m in p:
        factor = joined(m, frozenset((a, -k) for a, k in lead))
        scale = p[m] / d[lead]
        if {joined(factor, n): scale * c for n, c in d.items()} == p:
            return {factor: scale}
    return None


RING, LINEARLY = Ring(False), Ring(True)


def ring_key(term: Core, env: Env | None = None) -> Any:
    """What two terms have in common exactly if the laws of a ring, and bound names, are all that tells them apart."""
    return RING.key(term, env)


def linear_key(term: Core, env: Env | None = None) -> Any:
    """What two terms have in common exactly if the laws of a ring and linearity are all that tells them apart."""
    return LINEARLY.key(term, env)
