"""What is given, made to hold at a point: sizes, equations solved, bounds met.  ``drawn_premises.py`` has what is drawn so that it holds.

A point at which something given does not hold says nothing of a claim; where nothing made it hold at any point, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

import flint

from derive.core.terms import CALLED, Core, CoreClaim, Num, Op, Var, free_variables, op, strip_coerce, walk
from derive.evaluate.compiler import FACTORS, OUTCOMES, Code, Frame, bare, random_value
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.matrices import Mat, Vec, is_exact
from derive.worlds.world import World

if TYPE_CHECKING:
    from derive.decide.points import Prepared

Gap = Callable[[], Any]
Givens = Sequence[tuple[CoreClaim, Code, Code]]


def sizes_given(p: Prepared, world: World) -> None:
    """A number that is given for a size is the size."""
    for given, lhs, rhs in p.givens:
        for size, value in ((given.lhs, given.rhs), (given.rhs, given.lhs)):
            if given.relation == "=" and isinstance(size, Op) and size.name == "cardinality" and isinstance(value, Num):
                if value.value.denominator != 1 or not 0 < value.value < 8:
                    raise Redraw
                world.cache[("size", size.info[0])] = int(value.value)
                world.given_sizes = (*world.given_sizes, size)
            if given.relation == "=" and isinstance(size, Op) and size.name == "discount" and not free_variables(value):
                known = bare((rhs if value == given.rhs else lhs)(world, {}))
                world.cache["discount"] = int(known) if is_exact(known) and known == 1 else known


#: Values at which a given is tried to find how it depends on a variable: it is a polynomial of a degree below their number.
NODES = (0, 1, 2, -1, 3, -2, 5)


def solve_givens(p: Prepared, world: World, frame: Frame) -> None:
    """Equal givens among numbers, each solved for a variable in which it is a polynomial: of first degree, or with a rational root."""
    used: set[int] = set()
    for given, lhs, rhs in p.givens:
        if given.relation != "=":
            continue
        free = free_variables(given.lhs) | free_variables(given.rhs)
        zeros: list[tuple[Var, Any]] = []
        for v in sorted(free, key=lambda x: -x.number):
            if v.type.name != "Real" or v.random or v.number in {*used, *world.held}:
                continue
            before = world.free(v)
            try:
                root = root_in(world, v, lambda lhs=lhs, rhs=rhs: bare(world.algebra.sub(lhs(world, frame), rhs(world, frame))))
            except (Redraw, Undefined, NeedsOrder, Irrational, TypeError):
                root = None
            nothing = root is not None and negligible(root)
            world.cache[("free", v.number)] = before if root is None or nothing else root
            if nothing:
                zeros.append((v, root))
            elif root is not None:
                used.add(v.number)
                break
        else:
            # a product that vanishes, c E[X] = 0: by any factor, but by a number only where nothing else can be moved
            if zeros and not any(moves(v) for v in free):
                v, root = zeros[world.rng("vanishing", zeros[0][0].number).randrange(len(zeros))]
                world.cache[("free", v.number)] = root
                used.add(v.number)


def solve_together(p: Prepared, world: World, frame: Frame) -> None:
    """Equations of first degree in the same numbers, ``x=2+y/2`` and ``y=1+x/2``, solved together where one after the other does not do."""
    algebra = world.algebra
    spoken = [(lhs, rhs, free_variables(g.lhs) | free_variables(g.rhs)) for g, lhs, rhs in p.givens if g.relation == "="]
    equal = [one for one in spoken if one[2]]
    unknown = sorted({v for *_, free in equal for v in free}, key=lambda v: -v.number)
    if len(equal) < 2 or any(v.type.name != "Real" or v.random or v.number in world.held for v in unknown):
        return

    def gaps(moved: dict[Var, Any]) -> list[Any]:
        for v in unknown:
            world.cache[("free", v.number)] = moved.get(v, before[v])
        return [bare(algebra.sub(lhs(world, frame), rhs(world, frame))) for lhs, rhs, _ in equal]

    before = {v: world.free(v) for v in unknown}
    try:
        if all(map(negligible, here := gaps({}))):
            return
        columns = {v: [*map(algebra.sub, gaps({v: algebra.add(before[v], 1)}), here)] for v in unknown}
    except (Redraw, Undefined, NeedsOrder, Irrational, TypeError):
        return
    for chosen in islice(combinations(unknown, len(equal)), 20):
        try:
            system = [[columns[v][i] for v in chosen] for i in range(len(equal))]
            found = algebra.solve(system, [algebra.neg(x) for x in here])
            if all(map(negligible, gaps({v: algebra.add(before[v], x) for v, x in zip(chosen, found, strict=True)}))):
                return
        except (Redraw, Undefined, NeedsOrder, Irrational, TypeError, ZeroDivisionError):
            continue
    gaps({})


def moves(v: Var) -> bool:
    """Whether an equation may be made to hold by moving this: a vector, or a random variable."""
    return v.type.name == "Vector" or v.random and v.type.name == "Real"


#: Operations of a computation with numbers alone.
ARITHMETIC = ("add", "mul", "neg", "div", "power", "root", "maximum", "minimum", "clip", "abs", "floor", "ceil")
#: What bounds on numbers, on rewards and on the discount are written with.
OF_NUMBERS = frozenset((*ARITHMETIC, "coerce", "discount", "reward"))


def bounds_of_numbers(p: Prepared) -> Givens:
    """The orders that are given of numbers, rewards and the discount alone: what is made of these is in none of them."""

    def plain(term: Core) -> bool:
        return all(isinstance(t, Var | Num) or isinstance(t, Op) and t.name in OF_NUMBERS for t in walk(term))

    return tuple(given for given in p.givens if plain(given[0].lhs) and plain(given[0].rhs))


def mirror_givens(givens: Givens, world: World, frame: Frame) -> None:
    """A number on the wrong side of a bound that is given is moved to the other side: as far from it as it was."""
    orders = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}
    for _ in range(3):
        for given, lhs, rhs in givens:
            if given.relation not in orders or given.every:
                continue
            for v, own, bound, flip in ((given.lhs, lhs, rhs, 1), (given.rhs, rhs, lhs, -1)):
                if not isinstance(v, Var) or v.type.name != "Real" or v.random or v.number in world.held:
                    continue
                limit = bare(bound(world, frame))
                gap = world.algebra.sub(bare(own(world, frame)), limit)
                try:
                    side = flip * world.algebra.sign(gap)
                except NeedsOrder:
                    return
                if side and side not in orders[given.relation]:
                    moved = world.algebra.sub(limit, gap)
                    world.cache[("free", v.number)] = world.algebra.field.lift(
                        moved if not isinstance(moved, int) else flint.fmpq(moved)
                    )
                break


#: In one of how many worlds a number is at a bound that is given of it.
AT_BOUND = 4


def put_at_bounds(p: Prepared, bounds: Givens, world: World, frame: Frame) -> None:
    """A number that may be as large or as small as something given is so in some worlds: ends of a range are met by chance never."""
    kinds = ("Real",) if world.plan.crowd else ("Real", "Nat")
    fixed = {*world.held, *dict(world.plan.pins)}
    for given, lhs, rhs in bounds if all(given.relation != "=" for given, _, _ in p.givens) else ():
        if given.relation not in ("<=", ">=") or given.every:
            continue
        for own, bound in ((strip_coerce(given.lhs), rhs), (strip_coerce(given.rhs), lhs)):
            discounts = own == op("discount")
            plain = isinstance(own, Var) and own.type.name in kinds and not own.random and own.number not in fixed
            if not (discounts or plain) or world.rng("at bound", str(own), given.relation).randrange(AT_BOUND):
                continue
            limit = bare(bound(world, frame))
            exact = limit if isinstance(limit, flint.fmpq) else flint.fmpq(limit) if isinstance(limit, int) else None
            if discounts and exact is not None and 0 <= exact < 1:
                world.cache["discount"] = world.algebra.field.lift(exact)
            elif isinstance(own, Var) and own.type.name == "Real":
                world.cache[("free", own.number)] = world.algebra.field.lift(exact) if exact is not None else limit
            elif isinstance(own, Var) and own.number not in {*world.members, *world.times} and exact is not None:
                if exact.denom() == 1 and 0 <= exact < MOST_AT:
                    world.cache[("free", own.number)] = int(exact.numer())


#: Counts from which on nothing more is tried.
MOST_AT = 30


def negligible(x: Any) -> bool:
    """Whether a number is zero as far as it is known."""
    return bool(x == 0) if not hasattr(x, "rad") else bool(x.contains(0))


def root_in(world: World, v: Var, gap: Any) -> Any:
    """A value of a variable at which a difference vanishes, None where it is no polynomial with a root that is a number."""
    lift, algebra, side = world.algebra.field.lift, world.algebra, world.rng("side", v.number).choice((1, -1))

    def at(x: int) -> Any:
        world.cache[("free", v.number)] = lift(flint.fmpq(side * x))
        return gap()

    values = [at(x) for x in (0, 1, 2)]
    if any(isinstance(x, Vec | Mat) for x in values):
        return None
    slope = algebra.sub(values[1], values[0])
    curved = algebra.sub(algebra.sub(values[2], values[1]), slope)
    if negligible(curved):
        return None if negligible(slope) else algebra.mul(side, algebra.div(algebra.neg(values[0]), slope))
    more = [*values, *(at(x) for x in NODES[3:])]
    if not all(is_exact(x) for x in more):
        return None
    total = flint.fmpq_poly([0])
    for i, x in enumerate(NODES):
        basis = flint.fmpq_poly([more[i]])
        for j, y in enumerate(NODES):
            if i != j:
                basis = basis * flint.fmpq_poly([-y, 1]) / flint.fmpq(x - y)
        total = total + basis
    if total.degree() >= len(NODES) - 1:
        return None
    roots = [-factor[0] / factor[1] for factor, _ in total.factor()[1] if factor.degree() == 1]
    return side * roots[world.rng("root", v.number).randrange(len(roots))] if roots else None


# --- equations among vectors and random variables ---------------------------------------------------


def solve_others(p: Prepared, world: World, frame: Frame) -> None:
    """Equations among vectors and random variables: one of them is shifted, bent at one place or scaled until they hold."""

    def bends(given: CoreClaim) -> bool:
        free = free_variables(given.lhs) | free_variables(given.rhs)
        called = any(isinstance(t, Op) and t.name in CALLED for p in (given.lhs, given.rhs) for t in walk(p))
        return given.relation == "=" and (called or any(map(moves, free)))

    open_ones = [(given, lhs, rhs) for given, lhs, rhs in p.givens if bends(given)]
    irrational = False
    for _ in range(3 if len(open_ones) > 1 else 1):
        for given, lhs, rhs in open_ones:

            def gap(lhs: Any = lhs, rhs: Any = rhs) -> Any:
                return bare(world.algebra.sub(lhs(world, frame), rhs(world, frame)))

            try:
                if negligible(gap()):
                    continue
            except (Redraw, Undefined, NeedsOrder):
                continue
            except Irrational:
                irrational = True
            for v in sorted(free_variables(given.lhs) | free_variables(given.rhs), key=lambda v: -v.number):
                if solved_whole(world, v, gap):
                    break
                solved, failed = moved_until(world, v, gap)
                irrational = irrational or failed
                if solved:
                    break
            else:
                solve_value(world, gap)
    if irrational and world.plan.arithmetic in ("rational", "wide", "extreme"):
        raise Irrational
    if world.plan.arithmetic == "modular":
        for _, lhs, rhs in open_ones:
            if not negligible(bare(world.algebra.sub(lhs(world, frame), rhs(world, frame)))):
                raise Redraw  # not every residue has a root


def solve_value(world: World, gap: Gap) -> bool:
    """Whether one value of an unknown function or sequence could be moved so that a difference vanishes that is of first degree in it."""
    algebra = world.algebra

    def moved(name: str, value: Any) -> Any:
        world.moved_to[name] = value
        return gap()

    gap()
    values = [name for name, (kind, _) in world.drawn.items() if kind == "real" and name.startswith("('function'")]
    for name in reversed(values):
        try:
            at = [moved(name, x) for x in (0, 1, 2)]
            slope, curve = algebra.sub(at[1], at[0]), algebra.sub(algebra.add(at[2], at[0]), algebra.mul(2, at[1]))
            if not isinstance(slope, Vec | Mat) and negligible(curve) and not negligible(slope):
                moved(name, algebra.div(algebra.neg(at[0]), slope))
                return True
        except (Redraw, Undefined, NeedsOrder, Irrational, ZeroDivisionError):
            pass
        del world.moved_to[name]
    return False


def solved_whole(world: World, v: Var, gap: Gap) -> bool:
    """Whether equations of first degree could be solved for a vector, or for a row or a column of a matrix, other than by zero."""
    if v.type.name not in ("Vector", "Matrix") or v.number in world.epsilons:
        return False
    algebra, before = world.algebra, world.free(v)
    rows = [before.items] if isinstance(before, Vec) else before.rows
    wide = len(rows[0])
    places = [[(i, j) for j in range(wide)] for i in range(len(rows))]
    places += [[(i, j) for i in range(len(rows))] for j in range(wide) if len(rows) > 1]

    def at(group: list[tuple[int, int]], moves: Sequence[Any]) -> Any:
        made = [list(row) for row in rows]
        for (i, j), move in zip(group, moves, strict=True):
            made[i][j] = algebra.add(made[i][j], move)
        world.cache[("free", v.number)] = Vec(tuple(made[0])) if isinstance(before, Vec) else Mat(tuple(map(tuple, made)))
        if all(negligible(x) for row in made for x in row):
            raise Redraw  # what vanishes meets anything
        return gap()

    for group in places:
        n = len(group)
        try:
            here = at(group, [0] * n)
            if not isinstance(here, Vec) or len(here.items) != n:
                continue
            columns = [algebra.sub(at(group, [int(i == k) for i in range(n)]), here).items for k in range(n)]
            told = algebra.sub(at(group, range(2, n + 2)), here).items
            straight = [
                algebra.sub(told[i], algebra.total([algebra.mul(k + 2, columns[k][i]) for k in range(n)])) for i in range(n)
            ]
            if not all(map(negligible, straight)):
                continue
        except (Redraw, Undefined, NeedsOrder, Irrational, ZeroDivisionError):
            continue
        for m in (n, n - 1):  # one component as it is, where the others follow from it
            try:
                system = [[columns[k][i] for k in range(m)] for i in range(m)]
                moves = algebra.solve(system, [algebra.neg(x) for x in here.items[:m]])
                if all(map(negligible, at(group, [*moves, *[0] * (n - m)]).items)):
                    return True
            except (Redraw, Undefined, NeedsOrder, Irrational, ZeroDivisionError):
                continue
    world.cache[("free", v.number)] = before
    return False


def moved_until(world: World, v: Var, gap: Gap) -> tuple[bool, bool]:
    """Whether a vector or random variable could be moved so that a difference vanishes; and whether only roots were in the way."""
    if v.number in world.epsilons:
        return False, False
    if v.type.name == "Vector":
        base = list(world.free(v).items)

        def put(values: list[Any]) -> None:
            world.cache[("free", v.number)] = Vec(tuple(values))

        bends = [[int(i == k) for i in range(len(base))] for k in range(len(base))]
    elif v.random and v.type.name == "Real":
        base = [random_value(world, v, omega) for omega in range(OUTCOMES)]

        def put(values: list[Any]) -> None:
            for omega, value in enumerate(values):
                world.cache[("random", v.number, omega)] = value

        place = world.factors.get(v.number)
        same = [omega if place is None else FACTORS[omega][place] for omega in range(OUTCOMES)]
        bends = [[1] * OUTCOMES, *([int(x == k) for x in same] for k in sorted(set(same)))]
    else:
        return False, False
    algebra, failed = world.algebra, False

    def along(direction: list[Any], straight: bool) -> bool:
        def at(c: Any) -> Any:
            moved = [algebra.add(x, algebra.mul(c, d)) for x, d in zip(base, direction, strict=True)]
            put(moved)
            if len(moved) > 1 and all(map(negligible, moved)):
                raise Redraw  # what vanishes meets anything
            return gap()

        lift = algebra.field.lift
        values = [at(lift(flint.fmpq(x))) for x in (0, 1, 2)]
        if any(isinstance(x, Vec | Mat) for x in values):
            return False
        slope = algebra.sub(values[1], values[0])
        curve = algebra.sub(algebra.sub(values[2], values[1]), slope)
        if negligible(curve):
            if negligible(slope):
                return False
            at(algebra.div(algebra.neg(values[0]), slope))
            return True
        if straight:
            return False
        # a + b c + d c²: by its root
        d = algebra.div(curve, 2)
        b = algebra.sub(slope, d)
        root = algebra.power(algebra.sub(algebra.mul(b, b), algebra.mul(4, algebra.mul(d, values[0]))), flint.fmpq(1, 2))
        at(algebra.div(algebra.sub(root, b), algebra.mul(2, d)))
        return negligible(gap())

    # linear equations by a bend, then squares by a scale, which keeps what is orthogonal or uncorrelated, then by a bend
    for direction, straight in (*((d, True) for d in bends), (base, False), *((d, False) for d in bends)):
        try:
            if along(direction, straight):
                return True, failed
        except Irrational:
            failed = True
        except (Redraw, Undefined, NeedsOrder, ZeroDivisionError, ValueError):
            pass
        put(base)
    put(base)
    return False, failed
