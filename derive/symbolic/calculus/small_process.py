"""A made-up decision process: rewards, transitions, a softmax policy, all drawn from a seed.

>>> world = SmallWorld(seed=1)
>>> world.steps.shape, world.steps.sum(axis=2).round(12).tolist()
((2, 3, 2), [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import numpy as np

from derive.symbolic.base import Unsupported
from derive.symbolic.lettering import Letter


@dataclass(frozen=True)
class SmallWorld:
    """A decision process with a softmax policy whose preferences are curved in the parameters; all of it drawn from a seed."""

    seed: int = 0
    states: int = 2
    actions: int = 3
    parameters: int = 3
    discount: float = 0.8

    def draw(self, *key: object, shape: tuple[int, ...] = (), low: float = -1, high: float = 1) -> Any:
        """Numbers that hang on the seed and on what they are for."""
        rng = Random(f"{self.seed}|{key}")
        made = np.array([rng.uniform(low, high) for _ in range(int(np.prod(shape, dtype=int)))]).reshape(shape)
        return made if shape else float(made.reshape(()))

    def law(self, *key: object, count: int) -> Any:
        made = self.draw(*key, shape=(count,), low=0.1)
        return made / made.sum()

    @cached_property
    def rewards(self) -> Any:
        return self.draw("rewards", shape=(self.states, self.actions))

    @cached_property
    def steps(self) -> Any:
        """p(s'|s,a), by s and a."""
        cells = [[self.law("step", s, a, count=self.states) for a in range(self.actions)] for s in range(self.states)]
        return np.array(cells)

    def policy(self, name: str, point: Any) -> Any:
        """The probabilities of all actions in all states; shape (states, actions)."""
        flat = np.ravel(point)
        shape = (self.states, self.actions, len(flat))
        heights = self.draw(name, "slopes", shape=shape) @ flat + np.sin(self.draw(name, "waves", shape=shape) @ flat)
        weights = np.exp(heights)
        return weights / weights.sum(axis=1, keepdims=True)

    def values(self, policy: Any) -> tuple[Any, Any]:
        """V and Q of a policy, by the linear equations that they solve."""
        onward = np.einsum("sa,sat->st", policy, self.steps)
        v = np.linalg.solve(np.eye(self.states) - self.discount * onward, (policy * self.rewards).sum(axis=1))
        return v, self.rewards + self.discount * self.steps @ v

    def visits(self, policy: Any) -> Any:
        """How often each state is visited, later visits discounted; by the linear equations that they solve."""
        onward = np.einsum("sa,sat->ts", policy, self.steps)
        return np.linalg.solve(np.eye(self.states) - self.discount * onward, self.law("start", count=self.states))

    def count(self, letter: Letter) -> int:
        """How many elements a letter runs through."""
        return {"State": self.states, "Action": self.actions}.get(letter.kind.args[0].name, 3)

    def free(self, letter: Any) -> Any:
        """A value for a letter that nothing gives one."""
        kind = letter.kind if isinstance(letter, Letter) else None
        if kind is None or kind.name == "Real":
            return self.draw("free", letter.name, low=0.2, high=1.5)
        if kind.name == "Nat":
            return 3
        if kind.name == "Elem":
            return Random(f"{self.seed}|{letter.name}").randrange(self.count(letter))
        if kind.name == "Vector":
            return self.draw("free", letter.name, shape=(self.parameters, 1))
        if kind.name == "Matrix":
            return self.draw("free", letter.name, shape=(self.parameters, self.parameters))
        raise Unsupported(f"{letter} has no number in a small world")
