r"""Generic worlds: every quantity of the decision process that a claim does not sum over itself is an unknown.

In a :class:`GenericWorld` any state can follow any other, Q^π is *any* function of state and action that moves with the
parameters, V^π(s) = Σ_a π(a|s) Q^π(s,a), A^π = Q^π − V^π, and the occupancy and the rewards are any numbers.  Every
decision process of every size and horizon is an instance.  A claim that holds here uses none of the process's own
equations, so it holds in all of them.  What would need those equations (returns, trajectories, optimal values, start
states) has no meaning here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derive.models.core import Unknown
from derive.models.world import TERMINAL, Path, World

_NEEDS_PROCESS = "a quantity that depends on how long an episode is"


class GenericWorld(World):
    """A world without equations between its values."""

    generic = True

    @property
    def horizon(self) -> int:
        raise Unknown(_NEEDS_PROCESS)

    def transition(self, s: int, a: int) -> dict[int, Any]:
        n = self.setting.states
        return dict(enumerate(self.simplex(("P", s, a), n, frozenset())))

    def expected_reward(self, s: int, a: int) -> Any:
        return self.draw(("expected reward", s, a))

    def values(self, act: Callable[[int], list[Any]], key: Any) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        full = ("values", key)
        if full not in self.memo:
            v: dict[int, Any] = {TERMINAL: 0}
            q: dict[tuple[int, int], Any] = {}
            for s in range(self.setting.states):
                for a, p in enumerate(act(s)):
                    q[s, a] = self.value(("any value", key, s, a))
                    v[s] = self.add(v.get(s, 0), self.mul(p, q[s, a]))
            self.memo[full] = (v, q)
        return self.memo[full]

    def occupancy(self, act: Callable[[int], list[Any]], key: Any, discounted: bool = True) -> dict[int, Any]:
        return {s: self.draw(("any occupancy", key, discounted, s)) for s in range(self.setting.states)}

    def optimal(self) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        raise Unknown(_NEEDS_PROCESS)

    def start(self) -> dict[int, Any]:
        raise Unknown(_NEEDS_PROCESS)

    def paths(
        self, act: Callable[[int], list[Any]], start: dict[int, Any], first: int | None = None, at: int | None = None
    ) -> Iterator[tuple[Any, Path]]:
        raise Unknown(_NEEDS_PROCESS)
