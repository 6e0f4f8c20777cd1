"""Meaning of what happens in an episode: states, actions and rewards at times, returns, laws of trajectories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derive.core.terms import ONE, Bind, Op
from derive.core.types import ACTION_SORT, REWARD_SORT, STATE_SORT
from derive.evaluate.binding import BeyondPath
from derive.evaluate.chances import discount, reward_values, start_masses, values_under
from derive.evaluate.compiler import Code, Compiler, Frame
from derive.evaluate.means import same_as_outside, weighed
from derive.evaluate.processes.paths import Path, Step, paths
from derive.evaluate.processes.pieces import conditioned, pieces_of
from derive.evaluate.scalar_functions import applied, whole_number
from derive.worlds.world import Drawn, Element, World


def step_at(frame: Frame, time: int) -> Step:
    path: Path = frame["path"]
    if not 0 <= time < len(path):
        raise BeyondPath
    return path[time]


def state_number(frame: Frame, time: int) -> int:
    """The state at a time; after the end of the path the last one, for ever."""
    path: Path = frame["path"]
    if time < 0 or not path:
        raise BeyondPath
    return path[time][0] if time < len(path) else path[-1][3]


def state_at_time(compiler: Compiler, term: Op) -> Code:
    """The state at a time; the one after the last step too."""
    time = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        return Element(STATE_SORT, state_number(frame, whole_number(time(world, frame)) - world.origin))

    return run


def reward_at_time(compiler: Compiler, term: Op) -> Code:
    """The reward of the step that is taken at a time: none after the end."""
    time = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        index = whole_number(time(world, frame)) - world.origin
        return reward(world, frame, index)

    return run


def outcome_at_time(compiler: Compiler, term: Op) -> Code:
    """What is drawn as the reward of a step, of which the reward is the number; after the end of the path the first, which is 0."""
    time = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        index = whole_number(time(world, frame)) - world.origin
        return Element(REWARD_SORT, 0 if index >= len(frame["path"]) else step_at(frame, index)[2])

    return run


def reward(world: World, frame: Frame, index: int) -> Any:
    return 0 if index >= len(frame["path"]) else reward_values(world)[step_at(frame, index)[2]]


def n_step_return(compiler: Compiler, term: Op) -> Code:
    """n discounted rewards and the discounted value of the state that is reached."""
    policy, time, count = (compiler.code(a) for a in term.args)

    def run(world: World, frame: Frame) -> Any:
        index, n = whole_number(time(world, frame)) - world.origin, whole_number(count(world, frame))
        if n < 0 or n > 50:
            raise BeyondPath
        values = values_under(world, policy(world, frame))
        total = values[state_number(frame, index + n)]
        for k in reversed(range(n)):
            total = world.algebra.add(reward(world, frame, index + k), world.algebra.mul(discount(world), total))
        return total

    return run


def lambda_return(compiler: Compiler, term: Op) -> Code:
    r"""G^λ_t = r_t + γ((1 − λ) V(s_{t+1}) + λ G^λ_{t+1}), from the end backwards."""
    policy, time, decay = (compiler.code(a) for a in term.args)

    def run(world: World, frame: Frame) -> Any:
        index = whole_number(time(world, frame)) - world.origin
        values, lam, algebra = values_under(world, policy(world, frame)), decay(world, frame), world.algebra
        total = values[state_number(frame, max(index, len(frame["path"])))]
        for k in reversed(range(index, len(frame["path"]))):
            ahead = algebra.add(algebra.mul(algebra.sub(1, lam), values[state_number(frame, k + 1)]), algebra.mul(lam, total))
            total = algebra.add(reward(world, frame, k), algebra.mul(discount(world), ahead))
        return total

    return run


def at_time(read: Callable[[World, Step], Any]) -> Callable[[Compiler, Op], Code]:
    def make(compiler: Compiler, term: Op) -> Code:
        time = compiler.code(term.args[0])

        def run(world: World, frame: Frame) -> Any:
            return read(world, step_at(frame, whole_number(time(world, frame)) - world.origin))

        return run

    return make


def start_mass(w: World, s: Element) -> Any:
    """The probability that an episode begins in a state."""
    return start_masses(w)[s.k]


def action_at(w: World, step: Step) -> Any:
    return Element(ACTION_SORT, step[1])


def return_from(compiler: Compiler, term: Op) -> Code:
    """Σ_k γᵏ (reward of step t+k)."""
    time = compiler.code(term.args[0])
    discounted = not term.info

    def run(world: World, frame: Frame) -> Any:
        start = whole_number(time(world, frame)) - world.origin
        path: Path = frame["path"]
        if start < 0:
            raise BeyondPath
        values = reward_values(world)
        total: Any = 0
        for _, _, r, _ in reversed(path[start:]):
            total = world.algebra.add(values[r], world.algebra.mul(discount(world), total) if discounted else total)
        return total

    return run


def last_step(compiler: Compiler, term: Op) -> Code:
    return lambda world, frame: world.origin + len(frame["path"]) - 1


def path_mass(compiler: Compiler, term: Op) -> Code:
    """The probability of the path at hand under a policy."""
    policy = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        table = world.cache.setdefault(("mass of path", (q := policy(world, frame)).whole), None)
        if table is None:
            table = world.cache["mass of path", q.whole] = dict(paths(world, q))
        return table[frame["path"]]

    return run


def path_function(compiler: Compiler, term: Op) -> Code:
    """An unknown function of a whole path."""
    head = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        f: Drawn = head(world, frame)
        return world.function("real", (f.number, "path", str(frame["path"])), tuple(f.at))

    return run


def episode(compiler: Compiler, term: Bind) -> Code:
    """E over paths under a policy, given conditions; ``same(x)`` asks that x be what it is on the path outside."""
    same = list(map(compiler.code, same_as_outside(term)))
    body, whole = compiler.code(term.body), conditioned(compiler, term, None)
    pieces, kept = pieces_of(compiler, term, term.body), conditioned(compiler, term, ONE)

    def values(world: World, frame: Frame, outside: list[Any]) -> Iterator[tuple[Any, Any]]:
        found = pieces(world, frame, outside) if pieces is not None else None
        if found is not None:
            yield from found
        else:
            yield from ((body(world, inner), chance) for inner, chance in whole(world, frame, outside))

    def averaged(world: World, frame: Frame, outside: list[Any]) -> Any:
        weights = [chance for _, chance in kept(world, frame, outside)] if term.where else None
        return weighed(world, weights, values(world, frame, outside))

    def run(world: World, frame: Frame) -> Any:
        outside = [code(world, frame) for code in same]
        key = mean_key(term, frame, outside)
        return averaged(world, frame, outside) if key is None else world.once(key, lambda: averaged(world, frame, outside))

    return run


def mean_key(term: Bind, frame: Frame, outside: list[Any]) -> Any:
    """What a mean over episodes hangs on: the letters around it and the states and actions that are given, not the path at hand; None for other values."""
    here = [(name, value) for name, value in frame.items() if name != "path"]
    plain = all(isinstance(value, Element | int) for value in (*outside, *(value for _, value in here)))
    return (term, tuple(outside), frozenset(here)) if plain else None


def all_paths(compiler: Compiler, term: Bind) -> Code:
    """A sum over every path."""
    body = compiler.code(term.body)

    def run(world: World, frame: Frame) -> Any:
        return world.algebra.total([body(world, {**frame, "path": path}) for path, _ in paths(world, None)])

    return run


EPISODE_OPERATIONS: dict[str, Callable[[Compiler, Op], Code]] = {
    "state_at": state_at_time,
    "start_mass": applied(start_mass),
    "action_at": at_time(action_at),
    "reward_at": reward_at_time,
    "outcome_at": outcome_at_time,
    "n_step_return": n_step_return,
    "lambda_return": lambda_return,
    "return_from": return_from,
    "first_step": lambda compiler, term: lambda world, frame: world.origin,
    "last_step": last_step,
    "path_mass": path_mass,
    "path_function": path_function,
}
EPISODE_BINDERS: dict[str, Callable[[Compiler, Bind], Code]] = {"episode": episode, "all_paths": all_paths}
