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
from derive.rules.matching.keys import (
    SCALAR,
    Env,
    deeper,
    factors,
    head_key,
    is_product,
    is_sum,
    kind,
    summands,
    view,
    whole_number,
)
from derive.rules.matching.linear import MEANS, apart
from derive.rules.matching.polynomials import ONE, Monomial, Poly, first, inverse, joined, plus, stable, times

#: The largest power that is written out.
HIGHEST = 6
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
        if isinstance(t, Op) and t.name == "transpose":
            return turned(self.polynomial(t.args[0], env))
        if isinstance(t, Bind) and t.name in AVERAGES or isinstance(t, Op) and t.name == "gradient":
            return self.scaled(t, env)
        return atom(kept_in_place(head_key(t, env, self.key), t))

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
        for group in rows_apart([p for p in parts if kind(p) != SCALAR]):
            out = times(out, self.polynomial(group[0], env) if len(group) == 1 else self.ordered(group, env))
        return out

    def ordered(self, parts: list[Core], env: Env) -> Poly:
        """A product whose order counts, multiplied out: numbers come in front, what stands by itself is kept in a row."""
        rows: list[tuple[Fraction, Monomial, tuple[Any, ...]]] = [(Fraction(1), ONE, ())]
        for p in parts:
            grown = []
            for monomial, c in self.polynomial(p, env).items():
                for d, m, row in rows:
                    own = tuple(x for a, k in monomial if k == 1 and is_tensor(a) for x in in_row(a))
                    rest = frozenset((a, k) for a, k in monomial if not (k == 1 and is_tensor(a)))
                    grown.append((c * d, joined(m, rest), (*row, *own)))
            rows = grown
        number = kind(parts[0]) == "row" and kind(parts[-1]) == "vector"
        out: Poly = {}
        for c, m, row in rows:
            out = plus(out, {joined(m, frozenset({(form(row) if number else ("row", *row), 1)})): c})
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

        key = kept_in_place(head_key(t, env, below), t)
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
            before, inside, after = still_in_row(inside, letter, kind(t) == "vector")
            rows = [a for a, _ in inside if is_turned(a)]
            if len(rows) == 1 and (rows[0], 1) in inside and sum(is_tensor(a) for a, _ in inside) == 1:  # (Σx)⊤ is Σx⊤
                inside = inside - {(rows[0], 1)} | {(turned_factor(rows[0]), 1)}
                made = turned_factor(mark(("bind", frame, inside), inside))
            else:
                made = mark(("bind", frame, inside), inside)
            if before or after:
                row = (*before, made, *after)
                made = form(row) if kind(t) == SCALAR else ("row", *row)
            out = plus(out, {joined(outside, frozenset({(made, 1)})): c})
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


def atom(made: Any) -> Poly:
    return {frozenset({(made, 1)}): Fraction(1)}


def rows_apart(parts: list[Core]) -> list[list[Core]]:
    """A product whose order counts as the numbers x⊤Ay in it, each by itself, and what is left."""
    groups: list[list[Core]] = []
    left: list[Core] = []
    for p in parts:
        left.append(p)
        if kind(p) == "vector":
            start = max((i for i, x in enumerate(left) if kind(x) == "row"), default=None)
            if start is not None:
                groups.append(left[start:])
                del left[start:]
    return [*groups, left] if left else groups


def is_tensor(a: Any) -> bool:
    """Whether a factor is a vector or matrix: it has its place in a product."""
    return isinstance(a, tuple) and bool(a) and a[0] in ("tensor", "row")


def kept_in_place(made: Any, t: Core) -> Any:
    """The key of what is no sum and no product, marked where it is a vector or a matrix."""
    return ("tensor", made) if kind(t) in ("vector", "row", "matrix") else made


def in_row(a: Any) -> tuple[Any, ...]:
    """The factors of a vector or matrix, in order."""
    return tuple(a[1:]) if a[0] == "row" else (a,)


def turned_factor(a: Any) -> Any:
    """A factor transposed; twice is not at all."""
    return a[1][1] if a[0] == "tensor" and a[1][0] == "turned" else ("tensor", ("turned", a))


def turned(p: Poly) -> Poly:
    """A polynomial transposed: products the other way round."""
    out: Poly = {}
    for m, c in p.items():
        made = frozenset(
            (turned_factor(a) if len(in_row(a)) == 1 else ("row", *map(turned_factor, reversed(in_row(a)))), k)
            if is_tensor(a)
            else (a, k)
            for a, k in m
        )
        out = plus(out, {made: c})
    return out


def form(row: tuple[Any, ...]) -> Any:
    """A product whose order counts and that is a number: it is its own transpose."""
    return ("form", frozenset({row, tuple(map(turned_factor, reversed(row)))}))


def still_in_row(inside: Monomial, letter: Any, column: bool) -> tuple[tuple[Any, ...], Monomial, tuple[Any, ...]]:
    """What stands first and last in the product whose order counts and does not move with a letter, and the rest.

    A number u⊤w that a vector v is multiplied by stands in its row too: v(u⊤w) is vu⊤ by w.
    """
    rows = [a for a, k in inside if k == 1 and is_tensor(a)]
    forms = [a for a, k in inside if k == 1 and a[0] == "form" and any(not has(x, letter) for x in next(iter(a[1])))]
    if len(rows) > 1 or len(forms) > 1:
        return (), inside, ()
    taken = {*rows, *forms}
    row = in_row(rows[0]) if rows else ()
    if forms:  # read so that what stands still comes last, the first of what moves not transposed
        ways = sorted(
            forms[0][1],
            key=lambda r: (has(r[-1], letter) if rows else is_turned(next(x for x in r if has(x, letter))), stable(r)),
        )
        if rows and not column:
            return (), inside, ()
        row = (*row, *ways[0])
    moving = [i for i, x in enumerate(row) if has(x, letter)]
    if not moving or len(moving) == len(row):
        return (), inside, ()
    start, end = moving[0], moving[-1] + 1
    middle = row[start] if end - start == 1 else ("row", *row[start:end])
    rest = frozenset((a, k) for a, k in inside if a not in taken)
    return row[:start], rest | {(middle, 1)}, row[end:]


def is_turned(a: Any) -> bool:
    return bool(a[0] == "tensor" and a[1][0] == "turned")


def mark(made: Any, inside: Monomial) -> Any:
    """A sum of vectors is one."""
    return ("tensor", made) if any(is_tensor(a) for a, _ in inside) else made


@lru_cache(maxsize=65536)
def has(a: Any, part: Any) -> bool:
    """Whether a key has another in it."""
    if a == part:
        return True
    return isinstance(a, tuple | frozenset) and any(has(x, part) for x in a)


RING, LINEARLY = Ring(False), Ring(True)


def ring_key(term: Core, env: Env | None = None) -> Any:
    """What two terms have in common exactly if the laws of a ring, and bound names, are all that tells them apart."""
    return RING.key(term, env)


def linear_key(term: Core, env: Env | None = None) -> Any:
    """What two terms have in common exactly if the laws of a ring and linearity are all that tells them apart."""
    return LINEARLY.key(term, env)
