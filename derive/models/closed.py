r"""Closed computations: exact where the rationals reach, balls beyond, and what a printed decimal claims.

A decimal printed with n digits after its point claims its value to half a unit of the last digit.  ``≈`` is then right
rounding; ``=`` between values that differ by no more is an equality after rounding; a value cut off instead of rounded
is said to be so; anything further away is wrong.  Inputs that are themselves rounded (at least three significant
digits) carry half a unit each through a chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from derive.models.core import ClaimFacts, Env, Interpreter, Table, Unknown
from derive.models.draws import Exhausted, Setting
from derive.models.facts import facts_of
from derive.models.interpreter import interpreter
from derive.models.scope import Scope
from derive.models.world import Index, World
from derive.terms import Decor, Func, Neg, Num, Paren, Pos, Term, strip
from derive.values.algebra import Mat, Vec, is_exact
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined, fmpq
from derive.values.balls import Balls
from derive.values.display import show_value
from derive.values.jets import constant, ring
from derive.values.modular import Modular
from derive.values.rational import Rational


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two closed sides compare: ``supports`` the status it supports, ``kind`` why, with both values as text."""

    supports: str
    kind: str
    lhs: str
    rhs: str
    digits: int = 0


class StrictWorld(World):
    """A world in which nothing may be drawn: every value must come from the page."""

    def draw(self, key: Any, kind: str = "real") -> Any:
        raise Unknown("a value that the page does not give")

    def simplex(self, key: Any, n: int, depends: Any) -> list[Any]:
        raise Unknown("a distribution that the page does not give")

    def choice(self, key: Any, n: int) -> int:
        if key and key[0] == "element":
            return 0
        raise Unknown("a choice that the page does not make")

    def integer(self, key: Any, low: int, high: int) -> int:
        if key and key[0] == "choice":
            return 0
        raise Unknown("a number that the page does not give")


def strict_interpreter(scope: Scope, arithmetic: str, facts: ClaimFacts, setting: Setting) -> Interpreter:
    field = {"rational": Rational, "balls": Balls, "modular": Modular}[arithmetic]()
    world = StrictWorld(field, 0, setting, ring(len(setting.variables), setting.order))
    return interpreter(world, scope, facts)


def closed_value(t: Term, scope: Scope, other: Term | None = None) -> Any:
    """The value of a term that only depends on numbers and the page's data: exact if it can be, else a ball.

    Raises:
        Unknown: something in it has no value.
        Undefined: division by zero, the root or log of a negative number.
    """
    facts, setting = facts_of(t, other if other is not None else t, scope)
    for arithmetic in ("rational", "balls"):
        m = strict_interpreter(scope, arithmetic, facts, setting)
        try:
            pin(m, scope)
            from derive.models.trial import bind_variables

            value = m.value(t, bind_variables(m, (t,), Env()))
            if isinstance(value, Index):
                value = m.as_number(value)
            if isinstance(value, Table | list) or callable(value):
                raise Unknown("a value that is no number")
            return strip_jets(value)
        except (Irrational, NeedsOrder):
            continue
        except (Redraw, ZeroDivisionError):
            raise Undefined("division by zero") from None
        except (Exhausted, OverflowError, RecursionError):
            raise Unknown("a computation that is too large") from None
    raise Unknown("a value that no arithmetic here reaches")


def pin(m: Interpreter, scope: Scope) -> None:
    """Differentiate at the page's own numbers."""
    from derive.models.trial import pin_numbers

    pin_numbers(m, scope)


def strip_jets(value: Any) -> Any:
    if isinstance(value, Vec):
        return Vec(tuple(strip_jets(x) for x in value.items), value.row)
    if isinstance(value, Mat):
        return Mat(tuple(tuple(strip_jets(x) for x in row) for row in value.rows))
    return constant(value)


def shown(t: Term) -> Num | None:
    """The decimal that a side is, sign and unit aside."""
    while isinstance(t, Paren | Decor | Pos | Neg):
        t = t.body
    return t if isinstance(t, Num) else None


def half_unit(n: Num) -> Fraction:
    """Half a unit in the last digit printed; of a whole number, half of one."""
    scale = Fraction(1, 100) if n.text.rstrip().endswith("%") else Fraction(1)
    body = n.text.replace("{,}", "")
    if "e" in body.lower() or "\\times" in body or "^" in body:
        return abs(n.value) * Fraction(1, 2 * 10 ** max(1, significant(body) - 1))
    return Fraction(1, 2 * 10**n.digits) * scale


def significant(text: str) -> int:
    digits = "".join(ch for ch in text.split("\\")[0].split("e")[0] if ch.isdigit()).lstrip("0")
    return max(1, len(digits))


def compare_closed(lhs: Term, rhs: Term, relation: str, scope: Scope) -> Comparison:
    """Compare two closed sides under a relation.

    Raises:
        Unknown, Undefined: a side has no value.
    """
    a, b = closed_value(lhs, scope, rhs), closed_value(rhs, scope, lhs)
    pairs = pair_up(a, b)
    results = [compare_scalars(x, y, tx, ty, relation, scope) for x, y, tx, ty in zip_terms(pairs, lhs, rhs)]
    order = ("refuted", "undecided", "conditional", "confirmed", "proved")
    kind = min(results, key=lambda r: order.index(r[0]))
    return Comparison(kind[0], kind[1], show_value(a), show_value(b), kind[2])


def pair_up(a: Any, b: Any) -> list[tuple[Any, Any]]:
    if isinstance(a, Vec) and isinstance(b, Vec):
        if len(a.items) != len(b.items):
            raise Unknown("vectors of different length")
        return list(zip(a.items, b.items, strict=True))
    if isinstance(a, Mat) and isinstance(b, Mat):
        if len(a.rows) != len(b.rows) or len(a.rows[0]) != len(b.rows[0]):
            raise Unknown("matrices of different shape")
        return [(x, y) for r, s in zip(a.rows, b.rows, strict=True) for x, y in zip(r, s, strict=True)]
    if isinstance(a, Vec | Mat) or isinstance(b, Vec | Mat):
        raise Unknown("a vector compared with a number")
    return [(a, b)]


def zip_terms(pairs: list[tuple[Any, Any]], lhs: Term, rhs: Term) -> list[tuple[Any, Any, Term | None, Term | None]]:
    if len(pairs) == 1:
        return [(*pairs[0], lhs, rhs)]
    return [(x, y, entry(lhs, i), entry(rhs, i)) for i, (x, y) in enumerate(pairs)]


def entry(t: Term, i: int) -> Term | None:
    """The i-th printed entry of a list or matrix."""
    while isinstance(t, Paren | Decor):
        t = t.body
    flat = [x for row in t.rows for x in row] if hasattr(t, "rows") else list(t.items) if hasattr(t, "items") else []
    return flat[i] if i < len(flat) else None


Result = tuple[str, str, int]


def compare_scalars(a: Any, b: Any, ta: Term | None, tb: Term | None, relation: str, scope: Scope) -> Result:
    exact = is_exact(a) and is_exact(b)
    if relation in (
        "<",
        r"\lt",
        ">",
        r"\gt",
        r"\le",
        r"\leq",
        r"\ge",
        r"\geq",
        r"\leqslant",
        r"\geqslant",
        r"\ne",
        r"\neq",
        r"\ll",
        r"\gg",
    ):
        return compare_order(a, b, relation)
    if exact and a == b:
        return "proved", "exact", 0
    x, y = ball(a), ball(b)
    gap = abs(x - y)
    if not exact and gap.contains(0):
        if symbolic_equal(ta, tb, scope):
            return "proved", "exact", 0
        if gap.rad() > flint.arb("1e-45") * (1 + abs(x.mid())):
            return "undecided", "too close to tell", 0
        return "confirmed", "agrees", 45
    literal = shown(tb) if tb is not None else None
    mirrored = literal is None and ta is not None and shown(ta) is not None
    if mirrored:
        literal = shown(ta)  # type: ignore[arg-type]
        x, y = y, x
    approximate = relation in (r"\approx", r"\simeq", r"\doteq", r"\approxeq", r"\sim")
    if literal is not None:
        unit = half_unit(literal)
        if approximate and literal.digits == 0 and literal.value and literal.value.denominator == 1:
            unit = max(unit, Fraction(trailing(int(literal.value)), 2))
        half = flint.arb(fmpq(unit))
        if (literal.digits or approximate) and gap <= half * flint.arb("1.0000000001"):
            return (
                ("proved", "rounded", literal.digits) if approximate else ("conditional", "equal after rounding", literal.digits)
            )
        if (literal.digits or approximate) and abs(y) <= abs(x) and gap < 2 * half:
            return "conditional", "cut off, not rounded", literal.digits
    slack = flint.arb(0) if tb is None else carried(tb, scope, approximate, ta)
    if slack > 0 and gap <= slack + (flint.arb(fmpq(half_unit(literal))) if literal is not None else 0):
        if approximate:
            return "proved", "within the rounding shown", 0
        return "conditional", "equal within the rounding shown", 0
    if slack > 0 and gap > slack and misplaced(ta, tb, scope):
        return "refuted", "different", 0
    # decimals that show how finely they were rounded, ten times further off and by half of either side: no approximation
    if slack > 0 and gap > 10 * slack and 2 * gap > abs(x) and 2 * gap > abs(y):
        return "refuted", "different", 0
    if approximate and literal is None:
        return "undecided", "an approximation without a stated precision", 0
    return "refuted", "different", 0


def trailing(n: int) -> int:
    """The power of ten that a whole number ends in."""
    scale = 1
    while n % (10 * scale) == 0:
        scale *= 10
    return scale


def compare_order(a: Any, b: Any, relation: str) -> Result:
    x, y = ball(a), ball(b)
    d = x - y
    sign = 1 if d > 0 else -1 if d < 0 else 0 if is_exact(a) and is_exact(b) and a == b else None
    if sign is None:
        return "undecided", "too close to tell", 0
    if relation in (r"\ll", r"\gg"):
        right = sign == (-1 if relation == r"\ll" else 1)
        return ("confirmed" if right else "refuted"), "order", 0
    good = {
        "<": (-1,),
        r"\lt": (-1,),
        ">": (1,),
        r"\gt": (1,),
        r"\le": (-1, 0),
        r"\leq": (-1, 0),
        r"\leqslant": (-1, 0),
        r"\ge": (1, 0),
        r"\geq": (1, 0),
        r"\geqslant": (1, 0),
        r"\ne": (-1, 1),
        r"\neq": (-1, 1),
    }[relation]
    return ("proved" if sign in good else "refuted"), "order", 0


def ball(value: Any) -> Any:
    flint.ctx.prec = 192
    return value if isinstance(value, flint.arb) else flint.arb(value)


def symbolic_equal(ta: Term | None, tb: Term | None, scope: Scope) -> bool:
    """Equality of two closed terms modulo the prime, where logs and roots keep their algebra."""
    if ta is None or tb is None:
        return False
    facts, setting = facts_of(ta, tb, scope)
    try:
        m = strict_interpreter(scope, "modular", facts, setting)
        pin(m, scope)
        a, b = m.number(ta, Env()), m.number(tb, Env())
        return m.world.is_zero(m.world.sub(a, b))
    except (Unknown, Undefined, Irrational, NeedsOrder, Redraw, Exhausted, ZeroDivisionError):
        return False


def carried(t: Term, scope: Scope, approximate: bool, before: Term | None) -> Any:
    """How far a side may move when the literals that are new in it move by half a unit each: Σ |∂t/∂x_i| · ½ulp_i, by differences.

    A literal that the side before already shows is exact; one that it does not may be a rounded value of part of it.
    """
    total = flint.arb(0)
    given = {x.value for x in before.walk() if isinstance(x, Num)} if before is not None else set()
    literals = [
        x
        for x in t.walk()
        if isinstance(x, Num)
        and x.value not in given
        and x.digits >= 2
        and (significant(x.text) >= 3 or approximate and significant(x.text) >= 2)
    ]
    if not literals or t in literals or len(literals) > 12 or shown(t) is not None:
        return total
    try:
        base = closed_value(t, scope)
        if isinstance(base, Vec | Mat):
            return total
        for literal in literals:
            moved = closed_value(_replace_one(t, literal, Num(literal.value + half_unit(literal), literal.text)), scope)
            total += abs(ball(moved) - ball(base))
    except (Unknown, Undefined):
        return flint.arb(0)
    return total


def misplaced(before: Term | None, after: Term | None, scope: Scope) -> bool:
    """Whether a side has the shape of the one before, with decimals in place of parts, one of which has quite another value."""
    for part, literal in counterparts(before, after) or () if before is not None and after is not None else ():
        number = shown(literal)
        if number is None or number.digits == 0:
            continue
        try:
            value = closed_value(part, scope)
        except (Unknown, Undefined):
            continue
        if not isinstance(value, Vec | Mat) and abs(ball(value) - ball(closed_value(literal, scope))) > 4 * flint.arb(
            fmpq(half_unit(number))
        ):
            return True
    return False


def counterparts(before: Term, after: Term) -> list[tuple[Term, Term]] | None:
    """The parts of a side that numbers stand for in the next, which has its shape otherwise; None where it has another shape."""
    a, b = strip(before), strip(after)
    if a == b:
        return []
    if shown(b) is not None:
        return [(a, b)]
    xs, ys = list(a.children()), list(b.children())
    if type(a) is not type(b) or len(xs) != len(ys) or not xs or isinstance(a, Func) and isinstance(b, Func) and a.name != b.name:
        return None
    pairs = [counterparts(x, y) for x, y in zip(xs, ys, strict=True)]
    return None if any(p is None for p in pairs) else [q for p in pairs for q in p or ()]


def _replace_one(t: Term, old: Num, new: Num) -> Term:
    if t is old:
        return new
    return t.map_children(lambda c: _replace_one(c, old, new))
