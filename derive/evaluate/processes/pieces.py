"""Means over episodes in pieces: what a term reads of a path at certain times hangs on little of it.

The mean of a sum is the sum of the means of its terms, and a term that reads a path at a few times is averaged over
what can be read there instead of over every path.  A series without end is summed for as long as an episode lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from derive.core.terms import Bind, Core, Op, Var, below, factors_of, free_variables
from derive.evaluate.binding import AFTER, BeyondPath, is_series_on_paths, nothing, ranged, vanishing_terms
from derive.evaluate.compiler import Code, Compiler, Frame
from derive.evaluate.means import conditions_of, is_same, met, same_as_outside
from derive.evaluate.processes.paths import horizon, paths, read_on, reads
from derive.evaluate.scalar_functions import folded_codes, whole_number
from derive.worlds.world import Element, World

#: Values with their chances, of which a mean is made, under conditions; None where the pieces cannot tell.
Pieces = Callable[[World, Frame, list[Any]], list[tuple[Any, Any]] | None]


def conditioned(
    compiler: Compiler, term: Bind, body: Core | None
) -> Callable[[World, Frame, list[Any]], list[tuple[Frame, Any]]]:
    """Frames, with their chances, in which the conditions of a mean hold: as many as these and a body can tell apart, every path without a body."""
    policy, where, equal = compiler.code(term.args[0]), conditions_of(compiler, term), same_as_outside(term)
    same = list(map(compiler.code, equal))
    told = [None if body is None else reads(body), *map(reads, equal), *(reads(c) for c in term.where if not is_same(c))]
    known = [one for one in told if one is not None]
    seen = sorted(frozenset().union(*known), key=str) if len(known) == len(told) else None
    timed = [(name, compiler.code(time)) for name, time in seen or ()]

    def run(world: World, frame: Frame, outside: list[Any]) -> list[tuple[Frame, Any]]:
        under = policy(world, frame)
        told = None  # a member of a sequence may read a path where nothing shows it
        if seen is not None and not world.follows:
            told = tuple((n, whole_number(c(world, frame)) - world.origin) for n, c in timed)
        apart = paths(world, under, told)
        return met(world, frame, "path", apart, where, list(zip(same, outside, strict=True)))

    return run


def pieces_of(compiler: Compiler, term: Bind, body: Core) -> Pieces | None:
    """The pieces of the mean of a body, under the conditions of a term; None where the body hangs on whole paths."""
    if reads(body) is not None:
        code, cases = factor_by_factor(compiler, body), conditioned(compiler, term, body)
        return lambda world, frame, outside: [(code(world, inner), chance) for inner, chance in cases(world, frame, outside)]
    match distributed(body):
        case Op(name="add", args=args):
            parts = [pieces_of(compiler, term, a) for a in args]
            known = [part for part in parts if part is not None]
            return all_of(known) if len(known) == len(parts) else None
        case Op(name="neg", args=(inner,)):
            return negated(pieces_of(compiler, term, inner))
        case Bind(name="sum") as sum_ if not captured(sum_, term) and all(
            reads(x) == frozenset() for x in (*sum_.args, *sum_.where)
        ):
            inner_pieces = pieces_of(compiler, term, sum_.body)
            if inner_pieces is None:
                return None
            return along(compiler, sum_, inner_pieces) if is_series_on_paths(sum_) else over(compiler, sum_, inner_pieces)
    return None


def factor_by_factor(compiler: Compiler, body: Core) -> Code:
    """A body of which each factor is worked out once for all that it reads of a path."""
    factors = factors_of(body)
    if len(factors) == 1:
        return compiler.code(body)
    parts = [remembered(compiler, factor) if below(factor) and reads(factor) else compiler.code(factor) for factor in factors]
    return folded_codes("mul", parts)


def remembered(compiler: Compiler, factor: Core) -> Code:
    """A factor, worked out once for each of what it reads in a world where nothing is moved any more."""
    code = compiler.code(factor)
    timed = [(name, compiler.code(time)) for name, time in reads(factor) or ()]
    letters = sorted(v.number for v in beside_times(factor))

    def run(world: World, frame: Frame) -> Any:
        around = [frame.get(letter) for letter in ("omega", *letters)]
        if world.known is None or world.follows or not all(x is None or isinstance(x, Element | int) for x in around):
            return code(world, frame)
        told = [read_on(frame["path"], name, whole_number(time(world, frame)) - world.origin) for name, time in timed]
        key = (id(code), *around, *told)
        return world.once(key, lambda: code(world, frame))

    return run


def beside_times(term: Core) -> set[Var]:
    """The free letters of a term, those that stand in the time of something read alone left out."""
    if isinstance(term, Var):
        return {term}
    parts = [a for a in below(term) if not (isinstance(term, Op) and (term.name, a) in (reads(term) or ()))]
    return set().union(*map(beside_times, parts)) - set(term.vars if isinstance(term, Bind) else ())


def all_of(parts: list[Pieces]) -> Pieces:
    def run(world: World, frame: Frame, outside: list[Any]) -> list[tuple[Any, Any]] | None:
        found = [part(world, frame, outside) for part in parts]
        return None if None in found else [piece for one in found for piece in one or ()]

    return run


def negated(inner: Pieces | None) -> Pieces | None:
    def run(world: World, frame: Frame, outside: list[Any]) -> list[tuple[Any, Any]] | None:
        found = inner(world, frame, outside) if inner is not None else None
        return None if found is None else [(world.algebra.neg(x), chance) for x, chance in found]

    return None if inner is None else run


def over(compiler: Compiler, term: Bind, inner: Pieces) -> Pieces:
    """The pieces of a sum that ends."""
    frames = ranged(compiler, term)

    def run(world: World, frame: Frame, outside: list[Any]) -> list[tuple[Any, Any]] | None:
        found = [inner(world, one, outside) for one in frames(world, frame)]
        return None if None in found else [piece for one in found for piece in one or ()]

    return run


def along(compiler: Compiler, term: Bind, inner: Pieces) -> Pieces:
    """The pieces of a series without end, of which nothing is left once episodes are over."""
    v, low, vanishing = term.vars[0], compiler.code(term.args[0]), vanishing_terms(term)

    def run(world: World, frame: Frame, outside: list[Any]) -> list[tuple[Any, Any]] | None:
        start = whole_number(low(world, frame))
        found: list[list[tuple[Any, Any]]] = []
        last = AFTER - 1
        for k in range(start, start + horizon(world) + world.ahead + AFTER):
            try:
                one = inner(world, {**frame, v.number: k}, outside)
            except BeyondPath:
                if 0 < len(found) < vanishing:
                    return None
                last = vanishing
                break
            if one is None:
                return None
            found.append(one)
        over = all(nothing(world.algebra, x) for one in found[-last:] for x, _ in one)
        return [piece for one in found for piece in one] if over else None

    return run


def distributed(term: Core) -> Core:
    """A product of which one factor is a sum that reads whole paths, as a sum of products; anything else as it is."""
    if not (isinstance(term, Op) and term.name == "mul"):
        return term
    for i, factor in enumerate(term.args):
        if reads(factor) is not None:
            continue
        match distributed(factor):
            case Op(name="add" | "neg") as found:
                return replace(found, args=tuple(times(term, i, a) for a in found.args))
            case Bind(name="sum") as found if not captured(found, term):
                return replace(found, body=times(term, i, found.body))
    return term


def times(product: Op, place: int, factor: Core) -> Op:
    """A product with another factor in a place."""
    return replace(product, args=(*product.args[:place], factor, *product.args[place + 1 :]))


def captured(inner: Bind, outer: Core) -> bool:
    """Whether a binder would bind letters of what is drawn into its scope."""
    parts = (*outer.args, *outer.where) if isinstance(outer, Bind) else below(outer)
    return any(v in free_variables(part) for v in inner.vars for part in parts)


__all__ = ["conditioned", "pieces_of"]
