"""A verdict on one reading: an identity at random points of an exact arithmetic and at awkward ones, an order by trying to break it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import process_time

from derive.core.terms import Bind, CoreClaim, Num, Op, Var, free_variables, same_term, walk
from derive.decide.calculation import ORDERS, is_closed
from derive.decide.crowds import corner_plans, crowded_plans, edge_plans, far_plans, has_pieces, nears_bound
from derive.decide.descent import nearest
from derive.decide.points import STRUCTURES, GivenFails, Point, PremiseUnused, Prepared, at_point, prepare
from derive.decide.premises.drawn_premises import pairs_apart
from derive.decide.thresholds import drawn_thresholds, lonely_plans, opposite_plans, threshold_plans
from derive.evaluate.binding import BeyondPath, GoesOn, Unsettled
from derive.evaluate.compiler import Unmeant, bare
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.budget import Exhausted
from derive.values.matrices import ShapeError, is_exact
from derive.worlds.world import AWKWARD, Plan

#: Points that must agree before an identity is proved, before one is confirmed in balls, before an order is confirmed.
PROVING, CONFIRMING, ORDERING = 6, 12, 40
#: Signs that the reals of a world have, in turn: any, all positive, between 0 and 1, any.
SIGNS = ("real", "positive", "unit", "real")
#: Functions that have a value at some numbers only.
PARTIAL = frozenset(("log", "root"))
#: Points of an arithmetic after which, if none could be used, no more are tried: what is left of the time is for another arithmetic.
HOPELESS = 60
#: Points of which a reading that none of them fits has been tried enough.
FEW = 20
#: Points after which a claim of which none can be used speaks of times at which nothing happens.
BEYOND = 4
NO_TIME = "it speaks of times before an episode begins or after it ends"
ONE_NUMBER = "only one number of steps could be used"
LEVEL = "what is given was met by special points alone"
UNUSED = "an equation that is given could not be used"
#: Of the points tried, the share that must have been usable.
USABLE = 0.2
#: Points at which an equation that is given could not be made to hold, as a share of those at which it holds.
UNMET = 0.25


@dataclass(slots=True)
class Finding:
    """What is known of one reading: ``proved``, ``confirmed``, ``refuted`` or ``undecided``, and how."""

    status: str
    why: str = ""
    method: str = ""
    points: int = 0
    tried: int = 0
    witness: Point | None = None
    prepared: Prepared | None = None
    late: bool = False  # undecided for want of time
    seen: tuple[Plan, ...] = ()

    @property
    def without_value(self) -> bool:
        """Whether none of the points could be used: it has no value at any."""
        return self.status == "undecided" and "only 0 of" in self.why and not self.late


@dataclass(slots=True)
class Attempt:
    """Points of one arithmetic."""

    prepared: Prepared
    used: list[Point] = field(default_factory=list)
    tried: int = 0
    failed: Point | None = None
    blocked: str = ""
    unsure: int = 0
    beyond: int = 0
    going_on: int = 0
    alike: int = 0
    unmet: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def without_value(self) -> str:
        """What has no value, where a claim has none at most of the points that were tried, and at no other; empty elsewhere."""
        if self.used or self.reasons.total() * 2 <= self.tried:
            return ""
        return f"{VALUELESS}: {self.reasons.most_common(1)[0][0]}"

    @property
    def unused(self) -> bool:
        """Whether something given held at too few points for what was tried there to be general."""
        return self.unmet > UNMET * len(self.used)


#: How a finding begins that says of a claim that it has no value at any point.
VALUELESS = "nothing has a value here"
#: Points at which two sides that are one term must have had a value.
SAME = 2
#: How many choices there are at every third point of a claim about the best of them: the more, the oftener two rules come apart.
MANY = 6
#: The seed of the points of a run.
SEED: ContextVar[int] = ContextVar("seed", default=1)


def judge(claim: CoreClaim, seconds: float = 2.0, seed: int | None = None) -> Finding:
    """The verdict on one reading."""
    seed = SEED.get() if seed is None else seed
    deadline = process_time() + seconds
    if is_closed(claim):
        return Finding("undecided", "numbers alone")
    try:
        prepared = prepare(claim)
    except Unsettled as why:
        return Finding("undecided", f"nothing here settles {why}", points=1)
    except Unmeant as why:
        return Finding("undecided", f"no meaning yet for {why}")
    try:
        found = _order(prepared, seed, deadline) if claim.relation in ORDERS else _identity(prepared, seed, deadline)
        if found.status in ("proved", "confirmed"):
            found = beyond_thresholds(prepared, found, seed, deadline)
        found.late = found.status == "undecided" and process_time() > deadline and (found.tried < FEW or not found.points)
        return found
    except ShapeError as why:
        return Finding("undecided", f"shapes do not fit ({why})", points=1, prepared=prepared)
    except (Exhausted, RecursionError) as why:
        return Finding("undecided", f"too large ({why})", points=1, prepared=prepared)


def beyond_thresholds(prepared: Prepared, found: Finding, seed: int, deadline: float) -> Finding:
    """What was found of a claim, unless it fails on another side of a number that it names."""
    kind = found.seen[0].arithmetic if found.seen else "rational"
    opposite = opposite_plans(prepared, found.seen if prepared.claim.givens else (), deadline)
    moved = drawn_thresholds(prepared, found.seen if has_pieces(prepared.claim) else (), deadline)
    for plans in (threshold_plans(prepared, kind, seed), moved, opposite):
        tried = attempt(prepared, plans, 10 * ORDERING, deadline)
        if tried.failed is not None:
            return Finding("refuted", "", "a point", len(tried.used), tried.tried, tried.failed, prepared)
    return found


def attempt(prepared: Prepared, plans: Iterator[Plan], wanted: int, deadline: float) -> Attempt:
    """Points until enough were usable, one fails, or the arithmetic does not fit."""
    out = Attempt(prepared)
    for plan in plans:
        if len(out.used) >= wanted or process_time() > deadline or out.tried >= HOPELESS and not (out.used or out.unsure):
            break
        out.tried += 1
        try:
            point = at_point(prepared, plan)
        except GivenFails as why:
            out.tried -= 1
            out.unmet += isinstance(why, PremiseUnused)
            continue
        except BeyondPath as why:
            out.beyond += 1
            out.going_on += isinstance(why, GoesOn)
            if out.beyond == out.tried > BEYOND:
                return out
            continue
        except (Redraw, Undefined, ZeroDivisionError, OverflowError) as why:
            out.reasons[str(why)] += isinstance(why, Undefined)
            continue
        except NeedsOrder:
            out.blocked = "order"
            return out
        except Irrational:
            out.blocked = "irrational"
            return out
        if point.holds is None:
            out.unsure += 1
            continue
        if point.holds is False and point.world is not None and point.world.guessed:
            out.blocked = "order"
            return out
        if point.holds and alike(prepared, point):
            out.tried -= 1
            out.alike += 1
            continue
        out.used.append(point)
        if point.holds is False:
            out.failed = point
            return out
    return out


def alike(prepared: Prepared, point: Point) -> bool:
    """Whether the letters of a claim for elements of one kind all stand for the same one: what holds there says little of others."""
    drawn = point.world.cache if point.world is not None else {}
    return any(len({drawn.get(("free", v.number), v.number) for v in letters}) == 1 for letters in several(prepared))


def several(prepared: Prepared) -> list[list[Var]]:
    """The letters of a claim for elements of one kind, where there are several."""
    named: dict[object, list[Var]] = {}
    for v in prepared.free:
        if v.type.name == "Elem":
            named.setdefault(v.type, []).append(v)
    return [letters for letters in named.values() if len(letters) > 1]


def held(status: str, method: str, trials: Attempt) -> Finding:
    """The finding on a claim that held wherever it could be tried: at points where a series happens to end it says nothing of the others."""
    if trials.going_on:
        return Finding("undecided", "a series goes on after the episode", prepared=trials.prepared)
    seen = tuple(p.plan for p in trials.used)
    return Finding(status, "", method, len(seen), trials.tried, prepared=trials.prepared, seen=seen)


def random_plans(arithmetic: str, seed: int, count: int) -> Iterator[Plan]:
    for i in range(count):
        yield Plan(seed * 1009 + i, arithmetic, spread=i, sign=SIGNS[i % 4])


def awkward_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Each real variable at each awkward value, all at once at 0 and 1, all equal, all positive."""
    reals = [v for v in prepared.free if v.type.name in ("Real", "Vector") and not v.random and v not in prepared.claim.small]
    for j, value in enumerate(AWKWARD):
        for i, v in enumerate(reals[:6]):
            yield Plan(seed * 2003 + 31 * i + j, arithmetic, ((v.number, value),), spread=i + j)
    if reals:
        yield Plan(seed * 2003 + 997, arithmetic, tuple((v.number, AWKWARD[0]) for v in reals))
        yield Plan(seed * 2003 + 998, arithmetic, tuple((v.number, AWKWARD[1]) for v in reals))
    yield Plan(seed * 2003 + 999, arithmetic, coincide=True)
    sides = (prepared.claim.lhs, prepared.claim.rhs)
    partial = reals and any(isinstance(t, Op) and t.name in PARTIAL for side in sides for t in walk(side))
    # domains of functions, and conditions such as 0 < p < 1, are met more often where the numbers lie there
    for i in range(60 if prepared.claim.givens else 20 if partial else 0):
        yield Plan(seed * 2003 + 500 + i, arithmetic, sign=SIGNS[1 + i % 2], spread=i)
    for i in range(4):
        yield Plan(seed * 2003 + 1000 + i, arithmetic, sign=SIGNS[i % 4], spread=i)


def _identity(prepared: Prepared, seed: int, deadline: float) -> Finding:
    claim = prepared.claim
    if claim.relation == "=" and same_term(claim.lhs, claim.rhs):
        seen = numeric_points(prepared, mixed_plans, SAME, seed, deadline)
        if len(seen.used) >= SAME and seen.failed is None and all(p.exact and not p.stepped for p in seen.used):
            return held("proved", "both sides are one term", seen)
    trials = attempt(
        prepared,
        random_plans(
            "modular", seed, PROVING * (20 if claim_given(prepared) or prepared.on_paths else 10 if several(prepared) else 5)
        ),
        PROVING + (14 if prepared.on_paths else 4) * any(v.type.name == "Nat" for v in prepared.free),
        deadline,
    )
    if trials.beyond == trials.tried > BEYOND:
        return Finding("undecided", NO_TIME, prepared=prepared)
    if trials.blocked or trials.failed is not None or len(trials.used) < PROVING:
        return _numeric(prepared, seed, deadline, trials)
    # an identity of the algebra; now where it might fail as an identity of numbers
    awkward = numeric_points(prepared, awkward_plans, 60, seed, deadline)
    if awkward.failed is not None:
        return Finding("refuted", "", "a point", len(awkward.used), awkward.tried, awkward.failed, prepared)
    narrow = in_special_worlds(trials, awkward)
    if narrow is not None:
        return narrow
    if awkward.without_value:
        return Finding("undecided", awkward.without_value, prepared=prepared)
    if poor(trials) or poor(awkward):
        return too_few(awkward, trials.tried + awkward.tried)
    if any(p.stepped for p in trials.used):
        return held("confirmed", "points", trials)
    return held("proved", "random points of an exact arithmetic", trials)


def in_special_worlds(trials: Attempt, *others: Attempt) -> Finding | None:
    """That what held where it was tried may hold there alone: where something given played no part, some sort had one element, or so many steps
    were taken as could be; None elsewhere."""
    if any(t.unused for t in (trials, *others)):
        return Finding("undecided", UNUSED, points=1, prepared=trials.prepared)
    if len(pairs_apart(trials.prepared.claim)) > 1:
        why = "of several pairs that are independent, more than the pairs were taken to be"
        return Finding("undecided", why, points=1, prepared=trials.prepared)
    if single(trials.used):
        return Finding("undecided", "only worlds with one element of a kind could be used", points=1, prepared=trials.prepared)
    if trials.beyond and stuck(trials):
        return Finding("undecided", ONE_NUMBER, points=1, prepared=trials.prepared)
    return None


def too_few(trials: Attempt, tried: int) -> Finding:
    """That a claim held, but at too few of the points that were tried."""
    used = len(trials.used)
    if trials.unmet > tried:
        return Finding("undecided", UNUSED, points=used, tried=tried, prepared=trials.prepared)
    why = f"only {used} of {trials.tried} points could be used"
    return Finding("undecided", why, points=used, tried=tried, prepared=trials.prepared)


def single(points: list[Point]) -> bool:
    """Whether some sort had one element at every point: nothing is known of larger ones."""
    largest: dict[object, int] = {}
    for p in points:
        for key, n in p.world.cache.items() if p.world is not None else ():
            if isinstance(key, tuple) and key[0] == "size":
                largest[key[1]] = max(largest.get(key[1], 0), int(n))
    given = {t.info[0] for p in points[:1] if p.world is not None for t in p.world.given_sizes}
    return any(n == 1 for sort, n in largest.items() if sort not in given)


def level(prepared: Prepared, points: list[Point]) -> bool:
    """Whether sides were equal at all points, or one that is no number was zero at all of them: what is given was met by chance."""
    pairs = [(bare(p.lhs), bare(p.rhs)) for p in points]
    if not all(is_exact(x) for pair in pairs for x in pair):
        return False
    told = [k for k, side in enumerate((prepared.claim.lhs, prepared.claim.rhs)) if not isinstance(side, Num)]
    return all(a == b for a, b in pairs) or any(all(pair[k] == 0 for pair in pairs) for k in told)


def stuck(trials: Attempt) -> bool:
    """Whether a whole number of which nothing is given was the same at every point that could be used: nothing is known of others."""
    given = {v.number for g in trials.prepared.claim.givens for side in (g.lhs, g.rhs) for v in free_variables(side)}
    whole = [v.number for v in trials.prepared.free if v.type.name == "Nat" and v.number not in given]
    seen = [{p.world.cache.get(("free", number)) for p in trials.used if p.world is not None} for number in whole]
    return any(len(values) == 1 and None not in values for values in seen)


def claim_given(prepared: Prepared) -> bool:
    return bool(prepared.claim.givens)


def poor(trials: Attempt) -> bool:
    """Whether too few points could be used."""
    return trials.tried > 4 and len(trials.used) < max(1, USABLE * trials.tried) or not trials.used and not trials.alike


def numeric_points(prepared: Prepared, plans: object, wanted: int, seed: int, deadline: float) -> Attempt:
    """Points in rationals, or in balls where the values leave them."""
    exact = attempt(prepared, plans(prepared, "rational", seed), wanted, deadline)  # type: ignore[operator]
    if not exact.blocked:
        return exact
    return attempt(prepared, plans(prepared, "balls", seed), wanted, deadline)  # type: ignore[operator]


def mixed_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Random, wide and awkward points in turn."""
    wide = "wide" if arithmetic == "rational" else "wide balls"
    plain = [
        Plan(seed * 4001 + i, arithmetic if i % 3 else wide, spread=i, sign=SIGNS[i % 4])
        for i in range(2500 if prepared.claim.givens else 240)
    ]
    awkward = list(awkward_plans(prepared, arithmetic, seed))
    extreme = "extreme" if arithmetic == "rational" else "extreme balls"
    awkward += [Plan(seed * 6007 + i, extreme, spread=i, sign=SIGNS[i % 4]) for i in range(24)]
    awkward += [Plan(seed * 6007 + 100 + i, arithmetic, coincide=True, spread=i) for i in range(20)]
    for i in range(max(len(plain), len(awkward))):
        if i < len(plain):
            yield plain[i]
        if i < len(awkward):
            yield awkward[i]


def chooses(prepared: Prepared) -> bool:
    """Whether a claim says which of several is best: at most points two rules choose the same one."""
    terms = (t for side in (prepared.claim.lhs, prepared.claim.rhs) for t in walk(side))
    return any(isinstance(t, Op | Bind) and t.name in ("chosen", "only", "argmax", "argmin", "direction") for t in terms)


def choosing_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Points with numbers of very different size and worlds of little chance, where choices come apart, among the others."""
    extreme = "extreme" if arithmetic == "rational" else "extreme balls"
    for i, plan in enumerate(mixed_plans(prepared, arithmetic, seed)):
        yield plan
        yield Plan(seed * 7001 + i, extreme, spread=i, sign=SIGNS[i % 4])
        yield Plan(seed * 7001 + 3500 + i, extreme, spread=i, sign=SIGNS[i % 4], crowd=MANY)


def _numeric(prepared: Prepared, seed: int, deadline: float, before: Attempt) -> Finding:
    """An identity that residues do not carry, or that fails there: rationals, then balls."""
    choosing = chooses(prepared)
    # what is no identity of the algebra fails at most numbers, but where episodes have ended both sides are often 0
    if choosing:
        wanted = 3 * ORDERING
    elif before.blocked == "order":
        wanted = ORDERING
    else:
        wanted = CONFIRMING if before.failed is None else 4 * CONFIRMING
    found = numeric_points(prepared, choosing_plans if choosing else mixed_plans, wanted, seed, deadline)
    if found.failed is None and before.blocked == "order" and not found.blocked and found.used:
        corners = attempt(prepared, corner_plans(prepared, found.used[0].plan.arithmetic, seed), 3 * ORDERING, deadline)
        found.failed = corners.failed
    if found.failed is not None:
        return Finding("refuted", "", "a point", len(found.used), found.tried, found.failed, prepared)
    if found.blocked:
        return Finding("undecided", f"the values need {found.blocked}", points=1, prepared=prepared)
    if before.failed is not None:
        if all(p.exact for p in found.used) or len(found.used) < CONFIRMING:
            return Finding(
                "undecided",
                "it fails as an identity of the algebra, but no number was found where it fails",
                points=1,
                prepared=prepared,
            )
    if found.without_value:
        return Finding("undecided", found.without_value, prepared=prepared)
    if len(found.used) < min(wanted, 2 * CONFIRMING) or poor(found):
        return too_few(found, found.tried)  # residues that could not be used say nothing of numbers
    narrow = in_special_worlds(found)
    if narrow is not None:
        return narrow
    exact = all(p.exact for p in found.used) and not any(p.stepped for p in found.used)
    if exact and len(found.used) >= ORDERING:
        return held("proved", "points of exact rationals", found)
    return held("confirmed", "points", found)


def _order(prepared: Prepared, seed: int, deadline: float) -> Finding:
    found = numeric_points(prepared, mixed_plans, 2 * ORDERING, seed, deadline)
    if found.failed is not None:
        return Finding("refuted", "", "a point", len(found.used), found.tried, found.failed, prepared)
    if found.unused or found.blocked or len(found.used) < ORDERING or poor(found):
        return too_few(found, found.tried)
    if found.beyond and stuck(found):
        return Finding("undecided", ONE_NUMBER, points=1, prepared=prepared)
    drawn = all(g.relation in STRUCTURES for g in prepared.claim.givens)  # met by the way points are drawn
    if prepared.claim.givens and (single(found.used) or not drawn and level(prepared, found.used)):
        return Finding("undecided", LEVEL, points=1, prepared=prepared)
    lower, meet = nearest(prepared, found.used, seed, deadline)
    if lower is not None:
        return Finding("refuted", "", "a point", len(found.used) + 1, found.tried + 1, lower, prepared)
    kind = found.used[0].plan.arithmetic
    for plans in (corner_plans, edge_plans, far_plans, crowded_plans):
        many = attempt(prepared, plans(prepared, kind, seed), ORDERING, deadline)
        if many.failed is not None:
            return Finding("refuted", "", "a point", len(many.used), many.tried, many.failed, prepared)
    alone = attempt(prepared, lonely_plans(many.used), ORDERING, deadline)
    if alone.failed is not None:
        return Finding("refuted", "", "a point", len(alone.used), alone.tried, alone.failed, prepared)
    if meet:
        return Finding("undecided", "its sides come as near to one another as was tried", points=1, prepared=prepared)
    if nears_bound(prepared, many.used):
        return Finding("undecided", "it may hang on how many there are", points=1, prepared=prepared)
    return held("confirmed", "points", found)
