r"""A closed claim at points of worlds: whether it holds there, exactly or in balls.

A point that cannot be used (a division by zero, a given that does not hold) is counted.  Equal givens among numbers are
used by solving them for one of their variables; sizes that are given are the world's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flint

from derive.core.terms import CALLED, ONE, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, op, variables, walk
from derive.decide.extents import DIFFERENTIATES, depth, divides, hangs, is_rough, looks_ahead, looks_behind, reaches_on
from derive.decide.premises.drawn_premises import bound_rewards, independent, recursions, structures
from derive.decide.premises.solved_premises import (
    bounds_of_numbers,
    mirror_givens,
    put_at_bounds,
    sizes_given,
    solve_givens,
    solve_others,
    solve_together,
)
from derive.decide.values_related import holds, infinite, is_endless, is_indefinite
from derive.evaluate.analysis import has_a_primitive
from derive.evaluate.binding import BINDERS, BeyondPath
from derive.evaluate.chances import CHANCES
from derive.evaluate.compiler import LEVELS, OUTCOMES, Code, Compiler, Frame
from derive.evaluate.operations import OPERATIONS
from derive.evaluate.processes.episodes import EPISODE_BINDERS, EPISODE_OPERATIONS
from derive.evaluate.processes.paths import a_path
from derive.evaluate.processes.soft_values import SOFT_OPERATIONS
from derive.evaluate.processes.token_trees import TOKENS
from derive.evaluate.processes.visits import VISITS
from derive.evaluate.quadratics import eigenvalue
from derive.evaluate.scalar_functions import applied
from derive.values.algebra import Algebra
from derive.values.arith import NeedsOrder, Redraw, Undefined
from derive.values.balls import Balls
from derive.values.matrices import Vec
from derive.values.modular import Modular
from derive.values.rational import Rational
from derive.worlds.world import COUNTS, VALUES, Element, Plan, World

ALL = {"eigenvalue": applied(eigenvalue), **OPERATIONS, **CHANCES, **SOFT_OPERATIONS, **VISITS, **TOKENS, **EPISODE_OPERATIONS}
ALL_BINDERS = {**BINDERS, **EPISODE_BINDERS}


#: Paths of one world on which a claim about a path must hold.
OTHER_PATHS = 16
#: The largest index at which a given for all indices is asked to hold where none are many: sums go no further.
COUNTED = 12


#: Relations of givens that a point is made to meet by the way it is drawn.
STRUCTURES = ("definite", "semidefinite", "independent", "follows", "certain", "even", "among", "member")


class GivenFails(Redraw):
    """What is given does not hold at this point: it says nothing of the claim."""


class PremiseUnused(GivenFails):
    """An equation that is given could not be made to hold: what holds by accident proves nothing."""


class Wide(Rational):
    """Rationals over magnitudes."""

    wide = True


#: Numbers far apart, for what must hold of every law and every size of a number.
EXTREMES = {
    "unit": ("1/1000000", "999999/1000000", "1/2", "1/1000"),
    "positive": ("1/1000000", "1000000", "1", "1/1000"),
    "real": ("-1000000", "1000000", "1", "-1/1000000"),
}


class Extreme(Rational):
    """Rationals of very different size."""

    def draw(self, rng: Any, kind: str) -> Any:
        return flint.fmpq(*map(int, (rng.choice(EXTREMES.get(kind, EXTREMES["real"])) + "/1").split("/")[:2]))


class ExtremeBalls(Balls):
    """Balls around them."""

    def draw(self, rng: Any, kind: str) -> Any:
        return flint.arb(Extreme.draw(Extreme(), rng, kind))


def field_of(name: str, seed: int) -> Any:
    if name == "modular":
        return Modular(seed)
    if name == "rational":
        return Rational()
    if name == "wide":
        return Wide()
    if name == "extreme":
        return Extreme()
    field_ = ExtremeBalls() if name == "extreme balls" else Balls()
    if name == "wide balls":
        field_.wide = True
    return field_


@dataclass(frozen=True, slots=True)
class Point:
    """What a claim comes to at one point."""

    holds: bool | None
    plan: Plan
    lhs: Any = None
    rhs: Any = None
    ordered: bool = False
    stepped: bool = False
    world: World | None = None
    exact: bool = True


@dataclass(slots=True)
class Prepared:
    """A claim compiled once."""

    claim: CoreClaim
    lhs: Code
    rhs: Code
    givens: list[tuple[CoreClaim, Code, Code]]
    moving: tuple[Var, ...]
    order: int
    spare: int
    free: tuple[Var, ...]
    random: bool
    episodic: bool
    extreme: bool
    on_paths: bool
    behind: int
    code: Any
    of_worlds: dict[str, Any]  # what the worlds in which it is tried have in common


def prepare(claim: CoreClaim) -> Prepared:
    """Compile a claim.

    Raises: Unmeant where an operation has no meaning yet.
    """
    compiler = Compiler(ALL, ALL_BINDERS)
    lhs, rhs = compiler.code(claim.lhs), compiler.code(claim.rhs)
    givens = [(g, compiler.code(g.lhs), compiler.code(g.rhs)) for g in claim.givens]
    moving: dict[int, Var] = {}
    terms = [t for p in claim.parts() for t in walk(p)]
    for t in terms:
        if isinstance(t, Op) and t.name in (*DIFFERENTIATES, "at"):
            if isinstance(v := t.args[1], Var):
                moving[v.number] = v
        elif isinstance(t, Bind) and t.name in ("slope", "limit"):
            moving[t.vars[0].number] = t.vars[0]
    order, spare = max(map(depth, claim.parts())), 0
    if claim.order is not None:
        sides = [t for p in (claim.lhs, claim.rhs) for t in walk(p)]
        spare = 2 * any(divides(t, claim.small) for t in sides)
        order += claim.order - 1 + any(map(is_rough, sides)) + spare
        moving |= {v.number: v for v in claim.small}
    operations = [t for t in terms if isinstance(t, Op)]
    names = {t.name for t in terms if isinstance(t, Op | Bind)}
    episodic = bool(names & (EPISODE_OPERATIONS.keys() | EPISODE_BINDERS.keys()))
    free = tuple(sorted(set().union(*(free_variables(p) for p in claim.parts())), key=lambda v: v.number))
    given = [(g.lhs.number, g) for g in claim.givens if isinstance(g.lhs, Var)]
    behind = looks_behind(claim)
    rewards_by = "state" if "state_reward" in names else "next" if "arrival_reward" in names else ""
    undiscounted = any(g.relation == "=" and {g.lhs, g.rhs} == {op("discount"), ONE} for g in claim.givens)
    of_worlds = {
        "lengths": {v.number: v for v in free},
        "members": members(claim),
        "runs_out": episodic or undiscounted and not rewards_by,  # values are sums over episodes that end
        "ahead": looks_ahead(claim) + behind,
        "reaches": reaches_on(claim),
        "to_the_end": "infinity" not in names and any(t.name == "last_step" and t.info for t in operations),
        "rewards_by": rewards_by,
        "without_chance": frozenset(t.args[0].number for t in operations if t.name == "chosen" and isinstance(t.args[0], Var)),
        "in_tokens": bool(names & TOKENS.keys()),
        "polynomial": any(map(averages_unknown, terms)),
        "even": frozenset(number for number, g in given if g.relation == "even"),
        "among": {
            number: tuple(x.value for x in below(g.rhs) if isinstance(x, Num))
            for number, g in given if g.relation in ("among", "member")
        },
        "times": frozenset(v.number for v in claim.times if claim.clock is None),
        "certain": any(g.relation == "certain" for g in claim.givens),
        "levelled": frozenset(owner for _, owner in claim.supports) | owners(claim),
    }  # fmt: skip
    return Prepared(
        claim,
        lhs,
        rhs,
        givens,
        tuple(moving.values()),
        order,
        spare,
        free,
        any(v.random for v in free),
        episodic,
        any(
            isinstance(t, Bind) and t.name in ("max", "min", "argmax", "argmin") for p in (claim.lhs, claim.rhs) for t in walk(p)
        ),
        any(hangs(p) for p in (claim.lhs, claim.rhs)),
        behind,
        compiler.code,
        of_worlds,
    )


def owners(claim: CoreClaim) -> frozenset[int]:
    """The random variables over whose values something is summed."""
    sorts = {v.type.args[0].name for p in claim.parts() for v in variables(p) if v.type.name == "Elem"}
    return frozenset(int(s.removeprefix(VALUES)) for s in sorts if s.startswith(VALUES))


def averages_unknown(t: Core) -> bool:
    """Whether an unknown function is averaged over a normal distribution, or integrated between two numbers."""
    line = isinstance(t, Bind) and t.name == "expect" and isinstance(t.args[0], Op) and t.args[0].name == "normal_law"
    finite = isinstance(t, Bind) and t.name == "integral" and not any(x == op("infinity") for a in t.args for x in walk(a))
    finite = finite and not (isinstance(t, Bind) and has_a_primitive(t))
    normal = line or finite or isinstance(t, Bind) and t.name == "normal_vector"
    return normal and isinstance(t, Bind) and any(isinstance(x, Op) and x.name in CALLED for x in walk(t.body))


def members(claim: CoreClaim) -> dict[int, Core]:
    """Free indices of sequences that a sum runs through, and what is said to be one, with where it ends: they name one of its members."""
    ends: dict[int, Core] = {}
    parts = [t for p in claim.parts() for t in walk(p)]
    for t in parts:
        if isinstance(t, Bind) and len(t.args) == 2 and t.vars[0].type.name == "Nat":
            for x in walk(t.body):
                if isinstance(x, Op) and x.name in (*CALLED, "member") and isinstance(x.args[0], Var) and t.vars[0] in x.args[1:]:
                    ends.setdefault(x.args[0].number, t.args[1])
    out = {g.lhs.number: g.rhs for g in claim.givens if g.relation == "member" and isinstance(g.lhs, Var)}
    free = {v.number for p in claim.parts() for v in free_variables(p)}
    for t in parts:
        if isinstance(t, Op) and t.name in (*CALLED, "member") and isinstance(t.args[0], Var) and t.args[0].number in ends:
            for index in t.args[1:]:
                if isinstance(index, Var) and index.number in free and index.type.name == "Nat":
                    out[index.number] = ends[t.args[0].number]
    return out


def at_point(p: Prepared, plan: Plan) -> Point:
    """The claim at one point.

    Raises: Redraw, Undefined, Irrational, NeedsOrder where the point or the arithmetic cannot be used.
    """
    if p.spare:
        try:
            point = at_point(replace(p, order=p.order - p.spare, spare=0), plan)
            if point.world is not None and not point.world.algebra.shortened:
                return point
        except Undefined:
            pass
    world = World(plan, Algebra(field_of(plan.arithmetic, plan.seed)), p.order, p.moving, **p.of_worlds)
    world.origin = p.claim.first if p.claim.clock is None else COUNTS[plan.spread % len(COUNTS)]
    if p.claim.clock is not None:
        world.cache[("free", p.claim.clock.number)] = world.origin + p.behind
    for v in p.claim.small:
        world.cache[("free", v.number)] = small(world, v)
    for number, owner in p.claim.supports:
        level = world.rng("support", number).randrange(LEVELS)
        world.cache[("free", number)] = world.scalar("real", "level value", owner, level)
    frame: Frame = {"omega": plan.seed % OUTCOMES} if p.random else {}
    sizes_given(p, world)
    structures(p, world)
    recursions(p, world)
    bounded = bounds_of_numbers(p)
    mirror_givens(bounded, world, frame)  # before what is made of these numbers is known
    put_at_bounds(p, bounded, world, frame)
    bound_rewards(bounded, world, frame)
    if p.episodic:
        frame["path"] = a_path(world, plan.seed)
    solve_givens(p, world, frame)
    solve_together(p, world, frame)
    solve_others(p, world, frame)
    mirror_givens(p.givens, world, frame)
    world.known = {}
    unordered = False
    for given, lhs, rhs in p.givens:
        if given.relation in STRUCTURES or independent(given) is not None:
            continue  # made to hold
        told = False
        for inner in every(p, world, given, frame):
            try:
                met = holds(world, given, lhs(world, inner), rhs(world, inner))
            except NeedsOrder:
                if given.relation == "=" or plan.arithmetic != "modular":
                    raise
                unordered = True  # residues have no order: what holds there holds without the bound, which is more
                continue
            except (Redraw, Undefined, ZeroDivisionError):
                own = given.every and all(v in p.free and inner[v.number] == world.free(v) for v in given.every)
                if own and given.relation != "=":
                    raise GivenFails from None  # it has no value for what the claim is about
                continue  # it says nothing of an index beyond the last, or of what has no value
            told = True
            if met is not True:
                raise PremiseUnused if given.relation == "=" else GivenFails
        if not told and not unordered:
            raise GivenFails
    a, b = p.lhs(world, frame), p.rhs(world, frame)
    if is_indefinite(a) or is_indefinite(b):
        raise Undefined("an infinite value less an infinite value, or 0 times one")
    if p.free and is_endless(a) != is_endless(b):
        if not p.extreme:
            raise Undefined("one side has no bound")  # what converges is claimed where it does
        return Point(False, plan, a, b, world.ordered, world.stepped, world)  # the largest value is none
    if world.one_sided and (p.claim.relation != "=" or bool(infinite(a)) == bool(infinite(b))):
        raise Undefined("a limit that does not exist")  # it is no number, which is all that is known of it
    found = holds(world, p.claim, a, b)
    if unordered and not found:
        raise NeedsOrder
    if p.episodic and found and not p.givens and p.on_paths:
        # one path may have ended before the sides can differ: others of the same world
        for other in range(1, OTHER_PATHS):
            path = a_path(world, plan.seed + 7919 * other)
            try:
                there = p.lhs(world, {**frame, "path": path}), p.rhs(world, {**frame, "path": path})
            except BeyondPath:
                continue
            if holds(world, p.claim, *there) is False:
                (a, b), found = there, False
                break
    exact = plan.arithmetic in ("modular", "rational", "wide", "extreme")
    return Point(found, plan, a, b, world.ordered, world.stepped, world, exact)


def every(p: Prepared, world: World, given: CoreClaim, frame: Frame) -> list[Frame]:
    """The frames in which a given must hold: each element for its universal letters, each outcome for random variables outside of a mean."""
    frames, most = [frame], max(COUNTED, world.plan.crowd)
    if any(v.type.name == "Nat" for v in given.every) and any(v.type.name == "Nat" and world.free(v) > most for v in p.free):
        raise GivenFails  # it is said of members further on than are looked at
    for v in given.every:
        values = range(most + 1) if v.type.name == "Nat" else world.elements(v.type.args[0])
        frames = [{**f, v.number: x} for f in frames for x in values]
    if any(v.random for part in (given.lhs, given.rhs) for v in free_variables(part)):
        frames = [{**f, "omega": omega} for f in frames for omega in range(OUTCOMES)]
    return frames


def small(world: World, v: Var) -> Any:
    if v.type.name == "Vector":
        return Vec(tuple(world.moved(world.algebra.field.lift(flint.fmpq(0)), v, i) for i in range(world.size(v.type.args[0]))))
    return world.moved(world.algebra.field.lift(flint.fmpq(0)), v, 0)


__all__ = ["Element", "Point", "Prepared", "at_point", "prepare"]
