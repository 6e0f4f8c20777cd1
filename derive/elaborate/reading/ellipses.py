r"""``a_1+a_2+\cdots+a_n``: the term that all those written are cases of, and where it ends."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from derive.core.terms import ONE, Core, Num, Op, Var, free_variables, num, op


def between(a: Core, b: Core, k: Var) -> Core | None:
    """The simplest term in k that is ``a`` at k = 1 and ``b`` at k = 2; None where there is no simple one."""
    if a == b:
        return a
    if isinstance(a, Num) and isinstance(b, Num):
        return linear(a.value, b.value - a.value, k)
    (rest, m), (other, n) = numbered(a), numbered(b)
    if rest is not None and rest == other:
        return op("add", rest, linear(m, n - m, k))
    (base, e), (same, f) = powered(a), powered(b)
    if base == same:
        exponent = between(e, f, k)
        return None if exponent is None else op("power", base, exponent)
    if a == ONE and not isinstance(b, Num):
        return op("power", same, before(k)) if f == ONE else None
    if isinstance(b, Op) and b.name == "neg":
        inner = between(a.args[0], b.args[0], k) if isinstance(a, Op) and a.name == "neg" else between(a, b.args[0], k)
        if inner is None:
            return None
        return op("neg", inner) if isinstance(a, Op) and a.name == "neg" else op("mul", op("power", num(-1), before(k)), inner)
    if isinstance(a, Op) and a.name == "neg":
        inner = between(a.args[0], b, k)
        return None if inner is None else op("mul", op("power", num(-1), k), inner)
    if isinstance(a, Op) and isinstance(b, Op) and a.name == b.name and len(a.args) == len(b.args) and a.info == b.info:
        parts = [between(x, y, k) for x, y in zip(a.args, b.args, strict=True)]
        if all(p is not None for p in parts):
            return Op(a.name, tuple(p for p in parts if p is not None), a.info)
    if isinstance(b, Op) and b.name == "mul" and len(b.args) == 2:
        inner = between(a, b.args[1], k)
        return None if inner is None else op("mul", op("power", b.args[0], before(k)), inner)
    return None


def from_first(a: Core, last: Core, k: Var) -> tuple[Core, Core, Core] | None:
    """The term of which ``a`` is the first case and ``last`` the last: with k for the number that differs, where it starts and ends."""
    found: list[tuple[Core, Core]] = []

    def merge(x: Core, y: Core) -> Core | None:
        if x == y:
            return x
        if isinstance(x, Num) and not isinstance(y, Num):
            found.append((x, y))
            return k
        if isinstance(x, Op) and isinstance(y, Op) and x.name == y.name and len(x.args) == len(y.args) and x.info == y.info:
            parts = [merge(p, q) for p, q in zip(x.args, y.args, strict=True)]
            if all(p is not None for p in parts):
                return Op(x.name, tuple(p for p in parts if p is not None), x.info)
        return None

    body = merge(a, last)
    if body is None or not found or any(pair != found[0] for pair in found):
        return None
    return body, found[0][0], found[0][1]


def ends_of(body: Core, last: Core, k: Var) -> list[Core]:
    """The k at which a term is the last one that is written: by each of its exponents and indices, those that agree once; none where it is of another form."""
    found: list[Core] = []

    def match(x: Core, y: Core) -> bool:
        if x == y:
            return True
        slope = slope_of(x, k)
        if slope is not None:
            start, step = slope
            shifted = y if not start else op("add", y, num(-start))
            found.append(shifted if step == 1 else op("div", shifted, num(step)))
            return True
        if isinstance(x, Op) and x.name == "add" and k not in free_variables(x.args[0]) and slope_of(x.args[1], k) is not None:
            rest, moving = x.args
            same = isinstance(y, Op) and y.name == "add" and y.args[0] == rest
            return match(moving, y.args[1] if same and isinstance(y, Op) else op("add", y, op("neg", rest)))
        if isinstance(x, Op) and x.name == "power" and powered(y)[0] == x.args[0] and x != y:
            return match(x.args[1], powered(y)[1])
        if isinstance(x, Op) and isinstance(y, Op) and x.name == y.name and len(x.args) == len(y.args) and x.info == y.info:
            return all(match(p, q) for p, q in zip(x.args, y.args, strict=True))
        return False

    return list({plain(f): f for f in reversed(found)}.values()) if match(body, last) else []


def plain(term: Core) -> tuple[frozenset[tuple[str, int]], Fraction]:
    """A sum with what is alike in it put together: what two ends must share."""
    parts: Counter[str] = Counter()
    total = Fraction(0)
    todo = [(term, 1)]
    while todo:
        t, sign = todo.pop()
        if isinstance(t, Op) and t.name == "add":
            todo += [(a, sign) for a in t.args]
        elif isinstance(t, Op) and t.name == "neg":
            todo.append((t.args[0], -sign))
        elif isinstance(t, Op) and t.name == "coerce":
            todo.append((t.args[0], sign))
        elif isinstance(t, Num):
            total += sign * t.value
        else:
            parts[str(t)] += sign
    return frozenset((t, n) for t, n in parts.items() if n), total


def linear(first: Fraction, step: Fraction, k: Var) -> Core:
    """first + (k − 1) step."""
    term: Core = k if step == 1 else op("mul", num(step), k)
    start = first - step
    return op("add", term, num(start)) if start else term


def slope_of(term: Core, k: Var) -> tuple[Fraction, Fraction] | None:
    """Start and step of what :func:`linear` made."""
    start, rest = Fraction(0), term
    if isinstance(term, Op) and term.name == "add" and isinstance(term.args[1], Num):
        rest, start = term.args[0], term.args[1].value
    if rest == k:
        return start, Fraction(1)
    if isinstance(rest, Op) and rest.name == "mul" and isinstance(rest.args[0], Num) and rest.args[1] == k:
        return start, rest.args[0].value
    return None


def before(k: Core) -> Core:
    return op("add", k, num(-1))


def numbered(term: Core) -> tuple[Core | None, Fraction]:
    """t + 1 as t and 1; t as t and 0."""
    if isinstance(term, Num):
        return None, term.value
    if isinstance(term, Op) and term.name == "add" and len(term.args) == 2:
        rest, last = term.args
        if isinstance(last, Num):
            return rest, last.value
        if isinstance(last, Op) and last.name == "neg" and isinstance(last.args[0], Num):
            return rest, -last.args[0].value
    return (term, Fraction(0)) if isinstance(term, Var) or isinstance(term, Op) and term.name == "coerce" else (None, Fraction(0))


def powered(term: Core) -> tuple[Core, Core]:
    """x³ as x and 3; x as x and 1."""
    if isinstance(term, Op) and term.name == "power":
        return term.args[0], term.args[1]
    return term, ONE
