r"""Means over the episodes of a small decision process: exact, from all paths through the times that are spoken of.

>>> import numpy as np
>>> one = np.ones((1, 1))
>>> process = Episodes(np.ones(1), one, np.ones((1, 1, 1)), one, 0.5, np.array([2.0]))
>>> float(process.mean(lambda path: process.onward(path, 3), lambda path: path.at(3) == (0, 0)))
2.0

A return counts as its mean given the path, so what a return stands in must be linear in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from derive.symbolic.base import Unsupported

#: How many times may be spoken of at once: all paths through them are gone through.
TIMES = 4


class Unknown(Exception):
    """A time that a path does not reach."""

    def __init__(self, time: int):
        super().__init__(time)
        self.time = time


@dataclass(frozen=True)
class Path:
    """States and actions at some times, how likely they are, and a number that is added to every return: whether it counts linearly."""

    taken: dict[int, tuple[int, int]] = field(default_factory=dict)
    chance: float = 1.0
    shift: float = 0.0

    def at(self, time: int) -> tuple[int, int]:
        if time not in self.taken:
            raise Unknown(time)
        return self.taken[time]


@dataclass(frozen=True)
class Episodes:
    """A process under a policy: arrays by state and action, and the values of the states."""

    start: Any
    policy: Any
    steps: Any
    rewards: Any
    discount: float
    values: Any

    def onward(self, path: Path, time: int) -> float:
        """The mean of the return from a time on, given a path."""
        path.at(time)
        last = max(path.taken)
        earned = sum(self.discount ** (k - time) * self.rewards[path.taken[k]] for k in range(time, last + 1))
        return earned + self.discount ** (last + 1 - time) * self.steps[path.taken[last]] @ self.values + path.shift

    def paths(self, first: int, last: int, shift: float) -> Iterator[Path]:
        law = self.start
        for _ in range(first):
            law = np.einsum("s,sa,sat->t", law, self.policy, self.steps)
        for taken in product(np.ndindex(self.policy.shape), repeat=last + 1 - first):
            chance = law[taken[0][0]]
            for k, place in enumerate(taken):
                chance = chance * self.policy[place] * (self.steps[taken[k - 1]][place[0]] if k else 1)
            yield Path(dict(enumerate(taken, first)), float(chance), shift)

    def mean(self, value: Callable[[Path], Any], holds: Callable[[Path], bool]) -> Any:
        """The mean of a value, given a condition.

        Raises: Unsupported where it takes too many times, is not linear in returns, or the condition never holds.
        """
        times: set[int] = set()
        while True:
            try:
                low, middle, high = (self.through(value, holds, times, shift) for shift in (0.0, 1.0, 2.0))
                break
            except Unknown as more:
                times.add(more.time)
                if more.time < 0 or max(times) - min(times) >= TIMES:
                    raise Unsupported(f"an episode's times {sorted(times)} have no number in a small world") from None
        if not np.allclose(middle - low, high - middle):
            raise Unsupported("a mean of what is not linear in returns has no number in a small world")
        return low

    def through(self, value: Callable[[Path], Any], holds: Callable[[Path], bool], times: set[int], shift: float) -> Any:
        paths = list(self.paths(min(times), max(times), shift) if times else [Path(shift=shift)])
        kept = [path for path in paths if holds(path)]
        weight = sum(path.chance for path in kept)
        if weight <= 0:
            raise Unsupported("what is given never holds in a small world")
        return sum(path.chance * value(path) for path in kept) / weight


__all__ = ["Episodes", "Path", "Unknown"]
