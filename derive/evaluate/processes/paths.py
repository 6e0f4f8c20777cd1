r"""Paths of an episode with their probabilities, and the marginals of what a mean reads of them.

A path is a tuple of steps (state, action, reward outcome, next state) from time 0 on.  In a world that runs out every
transition leads to a later state or to the last one, which it never leaves and where every reward is 0, so returns
are finite sums, no state knows the time, and all paths are equally long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.core.terms import Bind, Core, Op, below, free_variables
from derive.core.types import ACTION_SORT, STATE_SORT
from derive.evaluate.chances import outcomes, policy_row, start_masses
from derive.evaluate.means import same_as_outside
from derive.values.arith import Redraw
from derive.worlds.world import Drawn, World

Step = tuple[int, int, int, int]
Path = tuple[Step, ...]
#: Paths of one world; more would take too long.
MOST_PATHS = 4500
#: What is read of a single step: its entry.
ENTRIES = {"state_at": 0, "action_at": 1, "reward_at": 2, "outcome_at": 2}
#: What hangs on all that comes from a time on, and the place of the time among its arguments.
ONWARD = {"return_from": 0, "n_step_return": 1, "lambda_return": 1}
#: What is read of a path at a time.
ON_PATHS = (*ENTRIES, *ONWARD)
#: What hangs on a path as a whole.
WHOLE = ("path_mass", "path_function")
#: Binders whose body and conditions speak of paths of their own.
OVER_PATHS = ("episode", "all_paths")

#: Something that is read of a path: an operation and its time.
Read = tuple[str, Core]


def horizon(world: World) -> int:
    """Steps after which nothing happens any more, with one to spare for what runs without end, or as many as a claim names.

    The last two states end an episode. Where a claim speaks of its end, the longest path earns something in its last step.
    """
    return max(world.size(STATE_SORT) - (2 if world.to_the_end else 1), world.ahead + 1)


def paths(world: World, policy: Drawn | None, told: tuple[tuple[str, int], ...] | None = None) -> list[tuple[Path, Any]]:
    """Every path with its probability (the policy's factors included, if one is given; the last action included).

    With ``told``, what is read at which times, one path stands for all on which the same is read.  Those alike so far
    are followed as one, step by step, until nothing more is read: what comes after has probability 1, and any of it
    may stand there.

    Raises: Redraw where there are too many.
    """
    key = ("paths", None if policy is None else policy.whole, told)
    if key in world.cache:
        found: list[tuple[Path, Any]] = world.cache[key]
        return found
    add, mul, depth, steps = world.algebra.add, world.algebra.mul, horizon(world), steps_from(world, policy)
    last = depth - 1 if told is None else max([0, *(depth - 1 if n in ONWARD else min(t, depth - 1) for n, t in told)])
    at_end = told is not None and any(t >= depth and n in ("state_at", *ONWARD) for n, t in told)
    alike: dict[Any, tuple[int, Path, Any]] = {(s,): (s, (), mass) for s, mass in enumerate(start_masses(world))}
    for k in range(last + 1):
        after: dict[Any, tuple[int, Path, Any]] = {}
        for known, (s, path, p) in alike.items():
            for step, mass in steps[s]:
                place = step[3] if k < last or at_end else None
                now = (place, *known[1:], step if told is None else tuple(read_of(step, n, k - t) for n, t in told))
                chance = mul(p, mass)
                after[now] = (*after[now][:2], add(after[now][2], chance)) if now in after else (step[3], (*path, step), chance)
        if len(after) > MOST_PATHS:
            raise Redraw
        alike = after
    out = []
    for s, path, p in alike.values():
        while len(path) < depth:
            path = (*path, steps[s][0][0])
            s = path[-1][3]
        out.append((path, p))
    world.cache[key] = out
    return out


def read_of(step: Step, name: str, since: int) -> Any:
    """What an operation reads of a step that is taken so long after its time."""
    if name in ONWARD:
        return step if since >= 0 else None
    return step[ENTRIES[name]] if since == 0 else None


def read_on(path: Path, name: str, time: int) -> Any:
    """What an operation reads on a path at a time; where it has nothing to read there, the same on all paths."""
    if name in ONWARD:
        return path[max(time, 0) :], path[-1][3]
    if 0 <= time < len(path):
        return read_of(path[time], name, 0)
    return path[-1][3] if name == "state_at" and time > 0 else None


def steps_from(world: World, policy: Drawn | None) -> list[list[tuple[Step, Any]]]:
    """The steps that can be taken in each state, with their probabilities."""
    key = ("steps", None if policy is None else policy.whole)
    if key not in world.cache:
        mul = world.algebra.mul
        states = range(world.size(STATE_SORT))
        world.cache[key] = [[(step, mul(p, mass)) for step, p, mass in ways(world, policy, s)] for s in states]
    steps: list[list[tuple[Step, Any]]] = world.cache[key]
    return steps


def ways(world: World, policy: Drawn | None, s: int) -> Iterator[tuple[Step, Any, Any]]:
    """The steps that can be taken in a state, with the probabilities of the action (1 without a policy) and of what comes of it."""
    row = [1] * world.size(ACTION_SORT) if policy is None else policy_row(world, policy, s)
    for a, p in enumerate(row):
        for t, masses in enumerate(outcomes(world, s, a)):
            for r, mass in enumerate(masses):
                if not (isinstance(mass, int) and mass == 0):
                    yield (s, a, r, t), p, mass


def a_path(world: World, seed: int) -> Path:
    """A path that can happen; long ones as often as short ones, since what a claim says of late times shows there alone."""
    rng = world.rng("path", seed)
    long = rng.random() < 0.5
    path: Path = ()
    s = 0 if long else rng.randrange(world.size(STATE_SORT))
    while len(path) < horizon(world):
        steps = [step for step, _, _ in ways(world, None, s)]
        nearest = min(step[3] for step in steps)
        path = (*path, rng.choice([step for step in steps if not long or step[3] == nearest]))
        s = path[-1][3]
    return path


def reads(term: Core, bound: frozenset[int] = frozenset()) -> frozenset[Read] | None:
    """What a term reads of the path at hand, at times that are known before the path is; None if it may read all of it."""
    found: frozenset[Read] = frozenset()
    inner = bound
    parts = below(term)
    if isinstance(term, Op):
        if term.name in WHOLE:
            return None
        place = 0 if term.name in ENTRIES else ONWARD.get(term.name)
        if place is not None:
            time = term.args[place]
            if reads(time) != frozenset() or any(v.number in bound for v in free_variables(time)):
                return None
            found = frozenset({(term.name, time)})
    elif isinstance(term, Bind):
        inner = bound | {v.number for v in term.vars}
        if term.name in OVER_PATHS:
            parts = (*term.args, *same_as_outside(term))
    for part in parts:
        more = reads(part, inner)
        if more is None:
            return None
        found |= more
    return found


__all__ = ["MOST_PATHS", "ON_PATHS", "WHOLE", "Path", "Read", "Step", "a_path", "horizon", "paths", "read_on", "reads", "ways"]
