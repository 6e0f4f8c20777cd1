"""Ellipses: sums, products and lists with dots.

The two printed terms before the dots fix the general term: wherever their integers differ by one, a counter runs.  The
first printed term must be what the general term gives at its place, or the dots stay unread.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.series import sum_sequence
from derive.terms import Add, App, Dots, Mul, Neg, Num, Paren, Pow, Sym, Term

COUNTER = Sym("text:·k")


def general_term(first: Term, second: Term) -> tuple[Term, int] | None:
    """(term with a counter, value of the counter at ``second``) when two terms differ by one step.

    >>> one, two = Num(Fraction(1), "1"), Num(Fraction(2), "2")
    >>> general_term(Sym("r", subs=(one,)), Sym("r", subs=(two,)))[1]
    2
    """
    anchor: list[int] = []

    def merge(a: Term, b: Term) -> Term | None:
        if a == b:
            return a
        if isinstance(a, Num) and isinstance(b, Num) and b.value - a.value == 1 and b.value.denominator == 1:
            if not anchor:
                anchor.append(int(b.value))
            gap = int(b.value) - anchor[0]
            return (
                COUNTER
                if gap == 0
                else Add((COUNTER, Num(Fraction(gap), str(gap)) if gap > 0 else Neg(Num(Fraction(-gap), str(-gap)))))
            )
        if isinstance(a, Paren) and isinstance(b, Paren):
            body = merge(a.body, b.body)
            return None if body is None else Paren(body, a.fences)
        implicit = _with_implicit(a, b)
        if implicit is not None:
            return merge(*implicit)
        if type(a) is not type(b):
            return None
        xs, ys = list(a.children()), list(b.children())
        if len(xs) != len(ys) or not xs:
            return None
        made: list[Term] = []
        for x, y in zip(xs, ys, strict=True):
            one = merge(x, y)
            if one is None:
                return None
            made.append(one)
        it = iter(made)
        rebuilt = b.map_children(lambda _: next(it))
        check = iter(xs)
        if b.map_children(lambda _: next(check)) != a:
            return None
        return rebuilt

    merged = merge(first, second)
    if merged is None or not anchor:
        return None
    return merged, anchor[0]


def _with_implicit(a: Term, b: Term) -> tuple[Term, Term] | None:
    """Write out the exponent 1, the offset 0 or the coefficient that the first of two terms leaves unsaid."""
    one, zero = Num(Fraction(1), "1"), Num(Fraction(0), "0")
    if a == one and isinstance(b, Sym | Paren):
        return Pow(b, zero), Pow(b, one)
    if isinstance(b, Pow) and not isinstance(a, Pow) and isinstance(b.exp, Num):
        base = a if not isinstance(b.base, Paren) or isinstance(a, Paren) else Paren(a)
        return (Pow(base, one if b.exp.value == 2 else zero), b) if a in (b.base, getattr(b.base, "body", None)) else None
    if isinstance(b, Add) and len(b.terms) == 2 and isinstance(b.terms[1], Num) and a == b.terms[0]:
        return Add((a, zero)), b
    if isinstance(b, Mul) and not isinstance(a, Mul):
        if b.factors[1:] == (a,):
            pass
        for i, f in enumerate(b.factors):
            if (
                isinstance(f, Pow)
                and isinstance(f.exp, Num)
                and f.exp.value == 1
                or not isinstance(f, Pow)
                and len(b.factors) == 2
            ):
                rest = tuple(x for j, x in enumerate(b.factors) if j != i)
                if len(rest) == 1 and not isinstance(a, Mul) and type(rest[0]) is type(a):
                    raised = f if isinstance(f, Pow) else Pow(f, one)
                    with_power = Mul(tuple(raised if j == i else x for j, x in enumerate(b.factors)), b.ops)
                    without = Mul(tuple(Pow(raised.base, zero) if j == i else a for j in range(2)), b.ops)
                    return without, with_power
    if isinstance(b, Mul) and isinstance(a, Mul) and len(a.factors) == len(b.factors):
        for i, (x, y) in enumerate(zip(a.factors, b.factors, strict=True)):
            if isinstance(y, Pow) and not isinstance(x, Pow) and isinstance(y.exp, Num) and y.exp.value == 2:
                lifted = tuple(Pow(z, one) if j == i else z for j, z in enumerate(a.factors))
                return Mul(lifted, b.ops), b
        if a.ops != b.ops:
            return Mul(a.factors, b.ops), b
    return None


def dotted_sum(m: Interpreter, t: Add, env: Env) -> Any:
    """a + b + ⋯ and a + b + ⋯ + z."""
    return _dotted(m, t.terms, env, product=False)


def dotted_product(m: Interpreter, t: Mul, env: Env) -> Any:
    """a b ⋯ z."""
    return _dotted(m, t.factors, env, product=True)


def _dotted(m: Interpreter, items: tuple[Term, ...], env: Env, product: bool) -> Any:
    """The first run of printed terms, dots and a last term; then what is added to it, which may have dots of its own."""
    at = next(i for i, x in enumerate(items) if isinstance(x, Dots))
    before, after = items[:at], items[at + 1 :]
    w = m.world
    if not before:
        raise Unknown("an ellipsis with too little before it")
    second = before[-1] if len(before) >= 2 else step(before[0])
    found = general_term(before[-2] if len(before) >= 2 else before[0], second) if second is not None else None
    if found is None:
        raise Unknown("an ellipsis whose terms show no pattern" if len(before) >= 2 else "an ellipsis after one term")
    general, k_last = found
    first = k_last - max(1, len(before) - 1)

    def term(k: int) -> Any:
        return m.number(general, env.bind(COUNTER, k))

    for i, printed in enumerate(before):
        if not w.is_zero(w.sub(m.number(printed, env), term(first + i))):
            if i == 0 and len(before) >= 3:
                # a first term outside the pattern is added on its own
                rest = _dotted(m, items[1:], env, product)
                head = m.number(printed, env)
                return w.mul(head, rest) if product else w.add(head, rest)
            raise Unknown("an ellipsis whose first terms do not fit its pattern")
    if after:
        last = solve_counter(m, general, after[0], env)
        values = [term(k) for k in range(first, last + 1)]
        whole = w.product(values) if product else w.total(values)
        return whole if len(after) == 1 else joined(m, whole, after[1:], env, product)
    if product:
        raise Unknown("a product without end")
    return sum_sequence(m, term, first)


def joined(m: Interpreter, whole: Any, rest: tuple[Term, ...], env: Env, product: bool) -> Any:
    r"""A run of terms with what is printed after its last one: ``\cdots+\gamma^{n-1}r_{n-1}+\gamma^nV(s_n)``."""
    if any(isinstance(x, Dots) for x in rest):
        other = _dotted(m, rest, env, product)
        return m.world.mul(whole, other) if product else m.world.add(whole, other)
    for x in rest:
        other = m.number(x, env)
        whole = m.world.mul(whole, other) if product else m.world.add(whole, other)
    return whole


def solve_counter(m: Interpreter, general: Term, last: Term, env: Env) -> int:
    """The counter at which the general term is the printed last one."""
    candidates: list[int] = []

    def look(g: Term, x: Term) -> None:
        counted = isinstance(g, Add) and bool(g.terms) and g.terms[0] == COUNTER
        if g == COUNTER or counted:
            shift = int(m.value(Add((Num(Fraction(0), "0"), *g.terms[1:])), env)) if isinstance(g, Add) else 0
            try:
                candidates.append(m.integer(x, env) - shift)
            except Unknown:
                return
            return
        for a, b in zip(g.children(), x.children(), strict=False):
            look(a, b)

    look(general, last)
    for k in candidates:
        if 0 <= k < 200 and m.world.is_zero(m.world.sub(m.number(general, env.bind(COUNTER, k)), m.number(last, env))):
            return k
    raise Unknown("an ellipsis whose last term does not fit its pattern")


def expand_dots(m: Interpreter, items: tuple[Term, ...], env: Env) -> list[Any]:
    """The values of a list, with ``r_1, …, r_n`` written out."""
    at = next((i for i, x in enumerate(items) if isinstance(x, Dots)), None)
    if at is None:
        return [m.value(x, env) for x in items]
    before, after = items[:at], items[at + 1 :]
    if len(after) != 1 or not before:
        raise Unknown("a list without end")
    if len(before) == 1:
        second = step(before[0])
        found = general_term(before[0], second) if second is not None else None
    else:
        found = general_term(before[-2], before[-1])
        second = before[-1]
    if found is None:
        raise Unknown("a list whose terms show no pattern")
    general, k_last = found
    first = k_last - (1 if len(before) == 1 else len(before) - 1)
    last = solve_counter(m, general, after[0], env)
    return [m.value(general, env.bind(COUNTER, k)) for k in range(first, last + 1)]


def step(t: Term) -> Term | None:
    """The term after ``t`` with its last number raised by one."""
    if isinstance(t, Num) and t.value.denominator == 1:
        return Num(t.value + 1, str(int(t.value) + 1))
    if isinstance(t, Sym) and t.subs:
        raised = step(t.subs[-1])
        return None if raised is None else Sym(t.name, t.accents, (*t.subs[:-1], raised), t.sups, t.primes)
    if isinstance(t, App) and isinstance(t.head, Sym):
        head = step(t.head)
        return None if head is None else App(head, t.args, t.given, t.sep, t.bar, t.fences)
    return None
