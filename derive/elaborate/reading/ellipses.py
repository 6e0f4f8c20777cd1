r"""``a_1+a_2+\cdots+a_n``: the term that all those written are cases of, and where it ends."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from derive.core.terms import ONE, ZERO, Bind, Core, Num, Op, Var, free_variables, num, op, rebuild, replace


def between(a: Core, b: Core, k: Var, fresh: Callable[[], Var]) -> Core | None:
    """The simplest term in k that is ``a`` at k = 1 and ``b`` at k = 2; None where there is no simple one."""
    if a == b:
        return a
    if isinstance(a, Num) and isinstance(b, Num):
        return linear(a.value, b.value - a.value, k)
    (rest, m), (other, n) = numbered(a), numbered(b)
    if rest is not None and other is not None and bare(rest) == bare(other):
        return op("add", rest, linear(m, n - m, k))
    (base, e), (same, f) = powered(a), powered(b)
    if base == same:
        exponent = between(e, f, k, fresh)
        return None if exponent is None else op("power", base, exponent)
    if a == ONE and not isinstance(b, Num):
        return op("power", same, before(k)) if f == ONE else None
    if isinstance(b, Op) and b.name == "neg":
        inner = (
            between(a.args[0], b.args[0], k, fresh) if isinstance(a, Op) and a.name == "neg" else between(a, b.args[0], k, fresh)
        )
        if inner is None:
            return None
        return op("neg", inner) if isinstance(a, Op) and a.name == "neg" else op("mul", op("power", num(-1), before(k)), inner)
    if isinstance(a, Op) and a.name == "neg":
        inner = between(a.args[0], b, k, fresh)
        return None if inner is None else op("mul", op("power", num(-1), k), inner)
    if isinstance(a, Bind) and isinstance(b, Bind) and same_binder(a, b):
        inner = between(a.body, replace(b.body, {b.vars[0].number: a.vars[0]}), k, fresh)
        return None if inner is None else Bind(a.name, a.vars, inner, a.args, a.where, a.info)
    if (growing := sum_so_far(a, b, k, fresh)) is not None:
        return growing
    if isinstance(a, Op) and isinstance(b, Op) and a.name == b.name and len(a.args) == len(b.args) and a.info == b.info:
        parts = [between(x, y, k, fresh) for x, y in zip(a.args, b.args, strict=True)]
        if all(p is not None for p in parts):
            return Op(a.name, tuple(p for p in parts if p is not None), a.info)
    if isinstance(b, Op) and b.name == "mul" and len(b.args) == 2:
        inner = between(a, b.args[1], k, fresh)
        return None if inner is None else op("mul", op("power", b.args[0], before(k)), inner)
    return None


def same_binder(a: Bind, b: Bind) -> bool:
    """Whether two sums differ in nothing but what is added."""
    alike = [v.type for v in a.vars] == [v.type for v in b.vars] and len(a.vars) == 1
    return alike and (a.name, a.args, a.where, a.info) == (b.name, b.args, b.where, b.info)


def rest_and_last(term: Core) -> tuple[Core, Core] | None:
    """a + b and c of (a + b) + c."""
    if not (isinstance(term, Op) and term.name == "add" and len(term.args) > 1):
        return None
    return op("add", *term.args[:-1]) if len(term.args) > 2 else term.args[0], term.args[-1]


def sum_so_far(first: Core, longer: Core, k: Var, fresh: Callable[[], Var]) -> Core | None:
    """``1+x`` and ``1+x+x^2`` as the sum of as many terms, one more with each k, where all of them are cases of one."""
    ends, further = rest_and_last(first), rest_and_last(longer)
    if ends is None or further is None or bare(further[0]) != bare(first):
        return None
    j = fresh()
    each = between(ends[1], further[1], j, fresh)
    count = 0 if each is None else how_many(first, each, j, 1)
    if each is None or not count:
        return None
    each = replace(each, {j.number: op("add", j, num(1 - count))})  # counted from 1
    return Bind("sum", (j,), each, (ONE, op("add", k, num(count - 1))))


def how_many(total: Core, each: Core, j: Var, last: int) -> int:
    """How many terms a sum has that are the cases of one up to the last; none where others are among them."""
    ends, one = rest_and_last(total), bare(case(each, j, last))
    if one == bare(total):
        return 1
    before = how_many(ends[0], each, j, last - 1) if ends is not None and bare(ends[1]) == one else 0
    return before + 1 if before else 0


def from_the_first(body: Core, earlier: list[Core], k: Var) -> tuple[Core, list[Core]]:
    """A sum without end and what stands before it, where terms before it are its own cases: it begins with these."""
    more = 0
    while more < len(earlier) and bare(case(body, k, -more)) == bare(earlier[-1 - more]):
        more += 1
    return (shifted(body, k, -more), earlier[: len(earlier) - more]) if more else (body, earlier)


def shifted(term: Core, k: Var, n: int) -> Core:
    """A term in k + n for k."""
    start = slope_of(term, k)
    if start is not None and start[1] == 1:
        return linear(start[0] + n + 1, Fraction(1), k)
    return rebuild(term, lambda t: shifted(t, k, n))


def case(term: Core, k: Var, n: int) -> Core:
    """A term at one k, with sums and powers of numbers worked out as they would be written."""
    if term == k:
        return num(n)
    if not isinstance(term, Op):
        return term
    args = [case(a, k, n) for a in term.args]
    numbers = [a.value for a in args if isinstance(a, Num)]
    if term.name == "add" and len(numbers) == len(args):
        return num(sum(numbers))
    if term.name == "mul" and len(numbers) == len(args):
        return num(math.prod(numbers))
    if term.name == "add":
        args = [a for a in args if a != ZERO]
    if term.name == "mul":
        args = [a for a in args if a != ONE]
    if term.name == "power" and args[1] == ZERO:
        return ONE
    if term.name == "power" and args[1] == ONE or term.name in ("add", "mul") and len(args) == 1:
        return args[0]
    return Op(term.name, tuple(args), term.info)


def bare(term: Core) -> Core:
    """A term without what says that a whole number is used as a number."""
    if isinstance(term, Op):
        return bare(term.args[0]) if term.name == "coerce" else Op(term.name, tuple(map(bare, term.args)), term.info)
    return term


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
