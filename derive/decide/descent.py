"""An order tried where its sides come nearest: from points at which it holds, everything drawn there is moved so that the gap shrinks.

Each number that a world draws (a variable, a reward, a weight of a distribution, a value of a function) is a coordinate.  A step that
leaves less of the gap is kept and made longer, another is turned round and made shorter, as in a pattern search; what the search
finds is a world like any other, and counts as a point there alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import exp
from time import process_time
from typing import Any

import flint

from derive.core.terms import Op, walk
from derive.decide.crowds import ordering
from derive.decide.points import Point, Prepared, at_point
from derive.evaluate.compiler import bare
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined, fraction
from derive.values.matrices import Vec
from derive.worlds.world import Plan

#: Points from which a search starts, coordinates that it moves, steps that it takes from each.
STARTS, COORDINATES, STEPS = 3, 60, 240
#: Of the time that a claim has left, the share that a search may take.
SHARE = 0.4
#: Decimals of a coordinate, and the denominators to which it is rounded at the end: strict orders fail where sides touch.
DECIMALS, DENOMINATORS = 10**8, (1, 2, 12, 100)
#: Relations that do not hold where sides are equal; how much nearer these must come to seem to meet, and what is far out.
STRICT, NEARER, OUT = ("<", ">", "!="), 1000, 100
#: The denominators of plain numbers beside which sides may meet.
BESIDE = 8
#: What is made of probabilities, of which some may be nothing.
OF_CHANCE = frozenset(
    ("prob", "mass", "joint", "transition", "outcome", "entropy", "entropy_of", "divergence", "total_variation", "cross_entropy")
)
#: A coordinate does not leave these bounds.
FARTHEST = Fraction(10**6)


def nearest(prepared: Prepared, held: Sequence[Point], seed: int, deadline: float) -> tuple[Point | None, bool]:
    """A point at which an order fails, looked for from those at which it held, None where the search finds none; and whether its sides
    come, at numbers that are neither large nor excluded, as near to one another as was looked for."""
    now = process_time()
    end = now + SHARE * max(0.0, deadline - now)
    plain = [p for p in held if "wide" not in p.plan.arithmetic and "extreme" not in p.plan.arithmetic]
    # where both sides are equal all moves seem to be as good
    ranked = sorted((not gap, gap, i) for i, p in enumerate(plain) if (gap := left(prepared, p)) is not None)
    meet = False
    for _, gap, i in islice(various(ranked, plain), STARTS):
        best, least = search(prepared, plain[i], random.Random(seed * 31 + i), end)
        failed = best if best.holds is False else touching(prepared, best) if prepared.claim.relation in STRICT else None
        if failed is not None:
            return failed, False
        meet = meet or prepared.claim.relation in STRICT and least < gap / NEARER and attained(prepared, best)
    return None, meet


def various(ranked: list[tuple[bool, float, int]], held: Sequence[Point]) -> list[tuple[bool, float, int]]:
    """Starts in the order in which they are taken: the nearest, then the nearest of those that draw more kinds of numbers, since a number
    that one world has by chance alone (a discount of nothing, a single state) is moved in another."""
    kinds = [frozenset(map(sort, world.drawn if (world := held[i].world) is not None else ())) for _, _, i in ranked]
    firsts = {kind: j for j, kind in reversed(list(enumerate(kinds)))}
    first = sorted(firsts.values(), key=lambda j: (j > 0, -len(kinds[j]), j))
    return [ranked[j] for j in (*first, *(j for j in range(len(ranked)) if j not in first))]


def attained(prepared: Prepared, best: Point) -> bool:
    """Whether numbers at which sides all but meet may be where they do: none is far out, and what is given holds at plain numbers beside them."""
    drawn = coordinates(best)
    chance = any(t.name in OF_CHANCE for p in prepared.claim.parts() for t in walk(p) if isinstance(t, Op))
    for kind, value in drawn.values():
        near = 1 / OUT < value < 1 - 1 / OUT or kind == "positive" and 1 <= value <= OUT
        if abs(value) > OUT if kind == "real" else not (chance or near):
            return False
    beside = {key: value.limit_denominator(BESIDE) if kind == "real" else value for key, (kind, value) in drawn.items()}
    return at(prepared, replace(best.plan, moved=tuple(beside.items()))) is not None


def left(prepared: Prepared, point: Point) -> float | None:
    """How much is left of the gap by which an order holds, None where it is no number."""
    a, b = (point.lhs, point.rhs) if prepared.claim.relation in (">", ">=") else (point.rhs, point.lhs)
    if isinstance(a, Vec) or isinstance(b, Vec):
        width = len(a.items if isinstance(a, Vec) else b.items)
        pairs = zip(*(x.items if isinstance(x, Vec) else [x] * width for x in (a, b)), strict=True)
        gaps = [number(x) - number(y) for x, y in pairs]
        found = min(gaps, default=None)
    else:
        found = number(a) - number(b)
    if found is None or found != found:
        return None
    return abs(found) if prepared.claim.relation == "!=" else found


def number(value: Any) -> float:
    x = bare(value)
    if isinstance(x, flint.arb):
        return float(x.mid()) if x.is_finite() else float("nan")
    return float(fraction(x)) if isinstance(x, int | flint.fmpq) else float("nan")


def search(prepared: Prepared, start: Point, rng: random.Random, end: float) -> tuple[Point, float]:
    """The search from one point: one at which the order fails, or where it came nearest to that, and how near."""
    best, least = start, left(prepared, start)
    arithmetic = ordering(start.plan.arithmetic)
    lengths: dict[str, float] = {}
    waiting: list[str] = []
    for turn in range(STEPS):
        drawn = coordinates(best)
        if process_time() > end or least is None or not drawn:
            break
        if turn % 2 and len(drawn) > 1:
            chosen, name = list(drawn), "several"
        else:
            waiting = [key for key in waiting if key in drawn] or rng.sample(list(drawn), len(drawn))
            chosen = [name := waiting.pop()]
        length = lengths.setdefault(name, 0.5)
        moved = dict(best.plan.moved)
        for key in chosen:
            moved[key] = stepped(*drawn[key], length * (rng.gauss(0, 1) if name == "several" else 1))
        point = at(prepared, replace(start.plan, arithmetic=arithmetic, moved=tuple(moved.items())))
        if point is not None and point.holds is False:
            return point, 0.0
        gap = left(prepared, point) if point is not None and point.holds else None
        if point is not None and gap is not None and gap < least:
            best, least = point, gap
            lengths[name] = 2 * length
        else:
            lengths[name] = -0.6 * length
    return best, least if least is not None else float("inf")


def touching(prepared: Prepared, best: Point) -> Point | None:
    """A point at which sides of a strict order are equal: the numbers found, as fractions of small denominators."""
    drawn = coordinates(best)
    for denominator in DENOMINATORS:
        rounded = {key: value.limit_denominator(denominator) for key, (_, value) in drawn.items()}
        if all(within(kind, rounded[key]) for key, (kind, _) in drawn.items()):
            point = at(prepared, replace(best.plan, moved=tuple(rounded.items())))
            if point is not None and point.holds is False:
                return point
    return None


def coordinates(point: Point) -> dict[str, tuple[str, Fraction]]:
    """What a world drew: for each number its kind, and the number; of those of which there are few, all."""
    drawn = point.world.drawn if point.world is not None else {}
    many = Counter(map(sort, drawn))
    chosen = set(islice(sorted(drawn, key=lambda key: many[sort(key)]), COORDINATES))
    return {key: (kind, approximate(value)) for key, (kind, value) in drawn.items() if key in chosen}


def sort(key: str) -> str:
    """What a world drew a number for: a discount, a function."""
    return key.split(",")[0]


def approximate(value: Any) -> Fraction:
    return Fraction(float(value.mid())).limit_denominator(DECIMALS) if isinstance(value, flint.arb) else fraction(value)


def stepped(kind: str, value: Fraction, step: float) -> Fraction:
    """A number moved: what is positive by a factor, a share by its odds, any other by a difference."""
    x, step = float(value), max(-20.0, min(20.0, step))
    if kind == "positive":
        x *= exp(step)
    elif kind == "unit":
        odds = x / (1 - x) * exp(step)
        x = odds / (1 + odds)
    else:
        x += step
    made = Fraction(round(x * DECIMALS), DECIMALS)
    return made if within(kind, made) else value


def within(kind: str, value: Fraction) -> bool:
    """Whether a number may be drawn for a kind."""
    return {"positive": value > 0, "unit": 0 < value < 1}.get(kind, True) and abs(value) <= FARTHEST


def at(prepared: Prepared, plan: Plan) -> Point | None:
    """The claim at a point, None where it has no value there or something given does not hold."""
    try:
        return at_point(prepared, plan)
    except NeedsOrder:
        return None
    except Irrational:
        return at(prepared, replace(plan, arithmetic="balls")) if plan.arithmetic != "balls" else None
    except (Redraw, Undefined, ZeroDivisionError, OverflowError):
        return None
