r"""Random worlds: a small Markov decision process over unknowns that are drawn by name.

The process is *episodic and acyclic*: states 0 … n−1 are ordered, every transition leads to a later state or to the
terminal one, so every infinite-horizon quantity is a finite sum over a handful of trajectories and is computed exactly,
and no state knows the time.

Math:
    V(s) = Σ_a π(a|s) Q(s,a),   Q(s,a) = Σ_{s'} P(s'|s,a) [r(s,a,s') + γ V(s')],   V(terminal) = 0
    d_t(s) = P(s_t = s),   d(s) = Σ_t γᵗ d_t(s)  (unnormalised),   (1−γ) d(s)  (normalised)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derive.models.draws import Draws, Exhausted
from derive.values.algebra import Mat, Vec
from derive.values.arith import Undefined

TERMINAL = -1
OPTIMAL = "pi_*"


@dataclass(frozen=True, slots=True)
class Index:
    """An element of a finite set: the k-th state, action, outcome, …."""

    sort: str
    k: int


@dataclass(frozen=True, slots=True)
class Path:
    """States s_0 … s_n (the last one terminal) and actions a_0 … a_{n−1} of one episode."""

    states: tuple[int, ...]
    actions: tuple[int, ...]
    start: int = 0

    def state(self, t: int) -> int:
        i = t - self.start
        return self.states[i] if 0 <= i < len(self.states) else TERMINAL

    def action(self, t: int) -> int | None:
        i = t - self.start
        return self.actions[i] if 0 <= i < len(self.actions) else None


class World(Draws):
    """One random world over one field."""

    generic = False
    soft = False

    @property
    def horizon(self) -> int:
        return self.setting.states

    def gamma(self) -> Any:
        if "gamma" in self.setting.fixed_numbers:
            return self.setting.fixed_numbers["gamma"]
        return 1 if self.holds("gamma-one") else self.draw("gamma", "unit")

    def transition(self, s: int, a: int) -> dict[int, Any]:
        """P(· | s, a): next state (or terminal) ↦ probability."""
        if s == TERMINAL:
            return {TERMINAL: 1}
        if self.setting.endless:
            return dict(enumerate(self.simplex(("P", s, a), self.setting.states, frozenset())))
        nexts = [*range(s + 1, self.setting.states), TERMINAL]
        if self.holds("deterministic-transitions"):
            return {nexts[int(a != self.onward(s) and len(nexts) > 1)]: 1}
        if len(nexts) == 1:
            return {TERMINAL: 1}
        return dict(zip(nexts, self.simplex(("P", s, a), len(nexts), frozenset()), strict=True))

    def onward(self, s: int) -> int:
        """The action that leads to the next state where transitions are deterministic; the others skip one."""
        return self.choice(("next", s), self.setting.actions)

    def reward(self, s: int, a: int, nxt: int) -> Any:
        """r(s, a, s'); zero once the episode has ended."""
        if s == TERMINAL:
            return 0
        if self.holds("deterministic-rewards"):
            nxt = 99
        if self.setting.reward_palette:
            return self.reward_value(self.reward_outcome(s, a, nxt))
        return self.draw(("r", s, a, nxt))

    def reward_outcome(self, s: int, a: int, nxt: int) -> int:
        return self.choice(("palette", s, a, nxt), 3)

    def reward_value(self, k: int) -> Any:
        return self.draw(("reward value", k))

    def expected_reward(self, s: int, a: int) -> Any:
        """E[r | s, a]."""
        return self.total(self.mul(p, self.reward(s, a, n)) for n, p in self.transition(s, a).items())

    def policy(self, key: str, s: int, depends: frozenset[str] | None) -> list[Any]:
        """π(· | s) as a list over actions."""
        if self.holds("deterministic-policy") and key == "pi" or key in self.setting.certain:
            best = self.chosen(key, s)
            return [int(a == best) for a in range(self.setting.actions)]
        return self.simplex(("cond", key, "action", (Index("state", s),)), self.setting.actions, depends)

    def chosen(self, key: str, s: int) -> int:
        """The action of a deterministic policy; the optimal policy takes the first best one."""
        if key == OPTIMAL:
            _, q = self.optimal()
            best = self.largest([q[s, a] for a in range(self.setting.actions)])
            for a in range(self.setting.actions):
                if self.is_zero(self.sub(q[s, a], best)):
                    return a
            raise Undefined("no action is seen to be the best one")
        return self.choice(("act", key, s), self.setting.actions)

    def values(self, act: Callable[[int], list[Any]], key: Any) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        """V and Q of a policy given as s ↦ π(·|s), by backward recursion."""
        full = ("values", key)
        if full not in self.memo:
            if self.setting.endless:
                self.memo[full] = self._solved(act)
                return self.memo[full]
            v: dict[int, Any] = {TERMINAL: 0}
            q: dict[tuple[int, int], Any] = {}
            gamma = self.gamma()
            for s in reversed(range(self.setting.states)):
                probabilities = act(s)
                total: Any = 0
                for a in range(self.setting.actions):
                    q[s, a] = self.total(
                        self.mul(p, self.add(self.reward(s, a, n), self.mul(gamma, v[n])))
                        for n, p in self.transition(s, a).items()
                    )
                    total = self.add(total, self.mul(probabilities[a], q[s, a]))
                v[s] = self.valued(total, probabilities)
                self.tick(4)
            self.memo[full] = (v, q)
        return self.memo[full]

    def valued(self, mean: Any, probabilities: list[Any]) -> Any:
        """V(s) from Σ_a π(a|s) Q(s,a) and π(·|s): the same, unless values are soft."""
        return mean

    def best(self, s: int) -> list[Any]:
        """π*(·|s) as a list over actions: the first best one."""
        chosen = self.chosen(OPTIMAL, s)
        return [int(a == chosen) for a in range(self.setting.actions)]

    def _solved(self, act: Callable[[int], list[Any]]) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        """V = (I − γP_π)⁻¹ r_π and its Q, where the process never ends."""
        states, gamma = range(self.setting.states), self.gamma()
        system = Mat(
            tuple(
                tuple(
                    self.sub(
                        int(s == n),
                        self.mul(gamma, self.total(self.mul(p, self.transition(s, a)[n]) for a, p in enumerate(act(s)))),
                    )
                    for n in states
                )
                for s in states
            )
        )
        rewards = Vec(tuple(self.total(self.mul(p, self.expected_reward(s, a)) for a, p in enumerate(act(s))) for s in states))
        found = self.mul(self.inverse_matrix(system), rewards)
        v: dict[int, Any] = {TERMINAL: 0, **dict(enumerate(found.items))}
        q = {
            (s, a): self.total(
                self.mul(p, self.add(self.reward(s, a, n), self.mul(gamma, v[n]))) for n, p in self.transition(s, a).items()
            )
            for s in states
            for a in range(self.setting.actions)
        }
        self.tick(20)
        return v, q

    def _improved(self) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        """V* and Q* by policy iteration, where the process never ends."""
        return self._improved_from((0,) * self.setting.states)

    def _improved_from(self, chosen: tuple[int, ...]) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        actions = range(self.setting.actions)
        v, q = self._solved(lambda s: [int(a == chosen[s]) for a in actions])
        better = tuple(next((a for a in actions if self.sign(self.sub(q[s, a], q[s, k])) > 0), k) for s, k in enumerate(chosen))
        return (v, q) if better == chosen else self._improved_from(better)

    def optimal(self) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        """V* and Q*, by backward induction; needs an ordered arithmetic."""
        if "optimal" not in self.memo and self.setting.endless:
            self.memo["optimal"] = self._improved()
        if "optimal" not in self.memo:
            v: dict[int, Any] = {TERMINAL: 0}
            q: dict[tuple[int, int], Any] = {}
            gamma = self.gamma()
            for s in reversed(range(self.setting.states)):
                for a in range(self.setting.actions):
                    q[s, a] = self.total(
                        self.mul(p, self.add(self.reward(s, a, n), self.mul(gamma, v[n])))
                        for n, p in self.transition(s, a).items()
                    )
                v[s] = self.largest([q[s, a] for a in range(self.setting.actions)])
            self.memo["optimal"] = (v, q)
        return self.memo["optimal"]

    def largest(self, values: list[Any]) -> Any:
        best = values[0]
        for value in values[1:]:
            if self.sign(self.sub(value, best)) > 0:
                best = value
        return best

    def present(self) -> int:
        """The state that a free ``s`` names: at every third point the first, since near the end of an episode much is zero.

        The step that a free ``t`` names alternates, so that the two meet in every way.
        """
        own = self.choice(("element", "state"), self.setting.states)
        return own if self.setting.endless or self.seed % 3 else 0

    def start(self) -> dict[int, Any]:
        """The start distribution over states."""
        if self.holds("start-state"):
            return {self.present(): 1}
        if self.holds("starts-at-first"):
            return {0: 1}  # where ``free_path`` begins: what s_0 means outside an expectation
        n = self.setting.states
        return dict(enumerate(self.simplex("start", n, frozenset())))

    def paths(
        self, act: Callable[[int], list[Any]], start: dict[int, Any], first: int | None = None, at: int | None = None
    ) -> Iterator[tuple[Any, Path]]:
        """(probability, path) of every episode from ``start`` (with its first action fixed, if given)."""
        if self.setting.endless:
            raise Exhausted("episodes of a process that never ends")
        for s, p in start.items():
            yield from self._extend(act, p, (s,), (), first, self.setting.first if at is None else at)

    def _extend(
        self, act: Any, p: Any, states: tuple[int, ...], actions: tuple[int, ...], first: int | None, at: int
    ) -> Iterator[tuple[Any, Path]]:
        s = states[-1]
        self.tick(3)
        if s == TERMINAL:
            yield p, Path(states, actions, at)
            return
        chances = [int(a == first) for a in range(self.setting.actions)] if first is not None else act(s)
        for a, chance in enumerate(chances):
            if type(chance) is int and chance == 0:
                continue
            reached = self.mul(p, chance)
            for n, q in self.transition(s, a).items():
                yield from self._extend(act, self.mul(reached, q), (*states, n), (*actions, a), None, at)

    def occupancy(self, act: Callable[[int], list[Any]], key: Any, discounted: bool = True) -> dict[int, Any]:
        """d(s) = Σ_t γᵗ P(s_t = s), unnormalised; without ``discounted``, Σ_t P(s_t = s)."""
        full = ("occupancy", key, discounted)
        if full not in self.memo:
            total: dict[int, Any] = dict.fromkeys(range(self.setting.states), 0)
            now, weight = self.start(), 1
            for _ in range(self.setting.states):
                after: dict[int, Any] = {}
                for s, p in now.items():
                    if s == TERMINAL:
                        continue
                    total[s] = self.add(total[s], self.mul(weight, p))
                    for a, chance in enumerate(act(s)):
                        for n, q in self.transition(s, a).items():
                            after[n] = self.add(after.get(n, 0), self.mul(self.mul(p, chance), q))
                now, weight = after, self.mul(weight, self.gamma()) if discounted else 1
            self.memo[full] = total
        return self.memo[full]

    def free_path(self) -> Path:
        """One episode through every state, with random actions: what s_t, a_t, r_t mean outside an expectation."""
        n = self.setting.states
        if self.holds("deterministic-transitions"):
            states = [0]
            actions: list[int] = []
            while states[-1] != TERMINAL:
                if len(actions) > n:  # one step leads to a later state, or nothing ends the episode
                    raise Exhausted("an episode has no end")
                actions.append(self.onward(states[-1]))
                states.append(next(iter(self.transition(states[-1], actions[-1]))))
            return Path(tuple(states), tuple(actions), self.setting.first)
        free = tuple(self.choice(("free action", t), self.setting.actions) for t in range(n))
        return Path((*range(n), TERMINAL), free, self.setting.first)
