"""Meaning of laws, joints, divergences, entropies, policies and the values of a decision process."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, cast

from derive.core.terms import Op
from derive.core.types import ACTION_SORT, REWARD_SORT, STATE_SORT
from derive.evaluate.compiler import Code, Compiler
from derive.evaluate.laws import (
    cross_entropy,
    divergence,
    entropy,
    entropy_of,
    joint,
    joint_law,
    mass,
    on_normals,
    over_laws,
    total_variation,
)
from derive.evaluate.scalar_functions import applied, maximum, sign_of, whole_number
from derive.values.arith import Redraw, Undefined, fmpq
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec
from derive.worlds.world import GIVEN, Drawn, Element, World

# --- joints ----------------------------------------------------------------------------------------


# --- policies and processes ------------------------------------------------------------------------


def chosen(w: World, policy: Drawn, s: Element) -> Element:
    """What a policy without chance does."""
    if policy.number == BEST:
        w.stepped = True
        return Element(ACTION_SORT, best_row(w, s.k).index(1))
    return Element(ACTION_SORT, w.rng("chosen", policy.number, s.k).randrange(w.size(ACTION_SORT)))


#: The number of the policy that is best: no variable has it.
BEST = -1


def optimal_policy(w: World) -> Drawn:
    return Drawn(BEST)


def best_row(w: World, s: int) -> list[Any]:
    """All chance on the best action; two that are equally good leave open which policy is meant."""
    values = [optimal_q(w, Element(STATE_SORT, s), a) for a in w.elements(ACTION_SORT)]
    best = maximum(w, *values)
    row = [int(sign_of(w, w.algebra.sub(v, best)) == 0) for v in values]
    if sum(row) != 1:
        raise Redraw
    return row


def steps_to(w: World, policy: Drawn, s: Element, t: Element, k: int) -> Any:
    """The entry of a power of the matrix of transitions."""
    row: list[Any] = [int(x.k == s.k) for x in w.elements(STATE_SORT)]
    states = w.elements(STATE_SORT)
    for _ in range(whole_number(k)):
        row = [
            w.algebra.total([w.algebra.mul(p, policy_transition(w, policy, y, x)) for x, p in zip(states, row, strict=True)])
            for y in states
        ]
    return row[t.k]


def policy_row(world: World, policy: Drawn, s: int) -> list[Any]:
    if policy.number == BEST:
        return best_row(world, s)
    if policy.number == GIVEN:
        width = world.size(ACTION_SORT)
        row = list(policy.at[s * width : (s + 1) * width])
        if None in row:
            raise Undefined("several policies are best")
        return row
    if policy.number in world.even:
        m = world.size(ACTION_SORT)
        return [world.algebra.div(1, m)] * m
    if policy.number in world.without_chance:
        return [int(a == chosen(world, policy, Element(STATE_SORT, s)).k) for a in range(world.size(ACTION_SORT))]
    return world.masses((*policy.key[:1], "state", s), world.size(ACTION_SORT), policy.at)


def prob(w: World, policy: Drawn, a: Element, s: Element) -> Any:
    return policy_row(w, policy, s.k)[a.k]


def action_law(w: World, policy: Drawn, s: Element) -> Any:
    return policy_row(w, policy, s.k)


def start_masses(w: World) -> list[Any]:
    """The probabilities that an episode begins in each state."""
    return w.masses(("start",), w.size(STATE_SORT), ())


def outcomes(world: World, s: int, a: int) -> list[list[Any]]:
    """p(s', r | s, a) by next state and reward outcome."""
    key = ("outcomes", s, a)
    if key not in world.cache:
        n, m = world.size(STATE_SORT), world.size(REWARD_SORT)
        if world.runs_out:
            world.cache[key] = ending(world, s, a, n, m)
            return list(world.cache[key])
        if world.rewards_by:
            by = [rewarded(world, s if world.rewards_by == "state" else t) for t in range(n)]
            mass = one_of(world, key, n) if world.certain else world.masses(key, n, ())
            world.cache[key] = [[mass[t] if r == by[t] else 0 for r in range(m)] for t in range(n)]
            return list(world.cache[key])
        flat = one_of(world, key, n * m) if world.certain else world.masses(key, n * m, ())
        world.cache[key] = [flat[t * m : (t + 1) * m] for t in range(n)]
    found: list[list[Any]] = world.cache[key]
    return found


def one_of(world: World, key: tuple[Any, ...], count: int) -> list[Any]:
    """A distribution that leaves nothing to chance."""
    which = world.rng("one of", *key).randrange(count)
    return [int(i == which) for i in range(count)]


def ending(world: World, s: int, a: int, n: int, m: int) -> list[list[Any]]:
    """Outcomes in a world where every episode ends: later states alone, and the last one for ever, without reward."""
    if s >= n - 2:  # two ways to end, so that the last step is no certainty either
        return [[int(t == s and r == 0) for r in range(m)] for t in range(n)]
    # the reward is known from the step: a path is then as likely as its states and actions
    key = ("outcomes", s, a)
    flat = one_of(world, key, n - 1 - s) if world.certain else world.masses(key, n - 1 - s, ())
    out = [[0] * m for _ in range(n)]
    for place, t in enumerate(range(s + 1, n)):
        by = (
            rewarded(world, s if world.rewards_by == "state" else t)
            if world.rewards_by
            else world.rng("reward of", s, a, t).randrange(1, m)
        )
        out[t][by] = flat[place]
    return out


def rewarded(world: World, s: int) -> int:
    """The reward outcome that goes with a state, in a world where the reward hangs on nothing else."""
    last = world.runs_out and s >= world.size(STATE_SORT) - 2
    return 0 if last else world.rng("reward of", s).randrange(int(world.runs_out), world.size(REWARD_SORT))


def reward_of_state(w: World, s: Element) -> Any:
    return reward_values(w)[rewarded(w, s.k)]


def reward_values(world: World) -> list[Any]:
    """The numbers that rewards may be."""
    found: list[Any] | None = world.cache.get(("numbers of", REWARD_SORT))
    if found is None:
        found = world.cache["numbers of", REWARD_SORT] = [
            0 if world.runs_out and k == 0 else world.scalar("real", "number of", REWARD_SORT, k)
            for k in range(world.size(REWARD_SORT))
        ]
    return found


def transition(w: World, t: Element, s: Element, a: Element) -> Any:
    return w.algebra.total(outcomes(w, s.k, a.k)[t.k])


def next_law(w: World, s: Element, a: Element) -> Any:
    return [w.algebra.total(row) for row in outcomes(w, s.k, a.k)]


def outcome(w: World, t: Element, r: Element, s: Element, a: Element) -> Any:
    return outcomes(w, s.k, a.k)[t.k][r.k]


def reward_law(w: World, r: Element, s: Element, a: Element) -> Any:
    return w.algebra.total([row[r.k] for row in outcomes(w, s.k, a.k)])


def expected_reward(world: World, s: int, a: int) -> Any:
    values = reward_values(world)
    return world.algebra.total(
        [world.algebra.mul(p, r) for row in outcomes(world, s, a) for p, r in zip(row, values, strict=True)]
    )


def reward(w: World, s: Element, a: Element) -> Any:
    return expected_reward(w, s.k, a.k)


def reward_to(w: World, s: Element, a: Element, t: Element) -> Any:
    row = outcomes(w, s.k, a.k)[t.k]
    top = w.algebra.total([w.algebra.mul(p, r) for p, r in zip(row, reward_values(w), strict=True)])
    if w.runs_out and all(isinstance(p, int) and not p for p in row):
        return w.scalar("real", "reward never met", s.k, a.k, t.k)
    return w.algebra.div(top, w.algebra.total(row))


def discount(w: World) -> Any:
    if "discount" not in w.cache:
        w.cache["discount"] = w.scalar("unit", "discount")
    return w.cache["discount"]


def policy_transition(w: World, policy: Drawn, t: Element, s: Element) -> Any:
    actions = w.elements(ACTION_SORT)
    return w.algebra.total(
        [w.algebra.mul(p, transition(w, t, s, a)) for a, p in zip(actions, policy_row(w, policy, s.k), strict=True)]
    )


def policy_reward(w: World, policy: Drawn, s: Element) -> Any:
    return w.algebra.total([w.algebra.mul(p, expected_reward(w, s.k, a)) for a, p in enumerate(policy_row(w, policy, s.k))])


def values_under(w: World, policy: Drawn) -> list[Any]:
    """V = (I − γP)⁻¹ r."""
    key = ("values", policy.whole)
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        p = [[policy_transition(w, policy, t, s) for t in states] for s in states]
        w.cache[key] = fixed_point(w, p, [policy_reward(w, policy, s) for s in states])
    return list(w.cache[key])


def fixed_point(w: World, p: list[list[Any]], r: list[Any]) -> list[Any]:
    """v = r + γ P v, by solving; the ε of a moving policy by Newton's steps on the nilpotent part."""
    g, n = discount(w), len(r)
    if w.runs_out and isinstance(g, int) and g == 1:
        # without a discount the last states, which have no rewards, are left out
        p = [[0] * n if i >= n - 2 else row for i, row in enumerate(p)]
    base = [[w.algebra.sub(int(i == j), w.algebra.mul(g, bare_of(p[i][j]))) for j in range(n)] for i in range(n)]
    v = w.algebra.solve([list(row) for row in base], [bare_of(x) for x in r])
    if w.ring is not None:
        for _ in range(w.order):
            right = []
            for i in range(n):
                moved = r[i]
                for j in range(n):
                    nil = w.algebra.mul(g, w.algebra.sub(p[i][j], bare_of(p[i][j])))
                    moved = w.algebra.add(moved, w.algebra.mul(nil, v[j]))
                right.append(moved)
            v = w.algebra.solve([list(row) for row in base], right)
    return list(v)


def bare_of(x: Any) -> Any:
    return x.c[0] if isinstance(x, Jet) else x


def value(w: World, policy: Drawn, s: Element) -> Any:
    return values_under(w, policy)[s.k]


def backed_up(w: World, v: list[Any], s: int, a: int) -> Any:
    """r(s,a) + γ Σ p(s'|s,a) v(s')."""
    ahead = w.algebra.total([w.algebra.mul(w.algebra.total(row), x) for row, x in zip(outcomes(w, s, a), v, strict=True)])
    return w.algebra.add(expected_reward(w, s, a), w.algebra.mul(discount(w), ahead))


def q_value(w: World, policy: Drawn, s: Element, a: Element) -> Any:
    return backed_up(w, values_under(w, policy), s.k, a.k)


def advantage(w: World, policy: Drawn, s: Element, a: Element) -> Any:
    return w.algebra.sub(q_value(w, policy, s, a), value(w, policy, s))


def optimal_values(w: World) -> list[Any]:
    """The best value of each state, by policy iteration: exact, since each change of an action improves."""
    if "optimal" not in w.cache:
        n, m, g = w.size(STATE_SORT), w.size(ACTION_SORT), discount(w)
        if sign_of(w, g) < 0:
            raise Redraw  # no policy is the best one of every state then
        chosen_in, better = [0] * n, True
        while better:
            rows = [[w.algebra.total(row) for row in outcomes(w, s, chosen_in[s])] for s in range(n)]
            v = fixed_point(w, rows, [expected_reward(w, s, chosen_in[s]) for s in range(n)])
            better = False
            for s, a in product(range(n), range(m)):
                gain = w.algebra.sub(backed_up(w, v, s, a), backed_up(w, v, s, chosen_in[s]))
                if a != chosen_in[s] and sign_of(w, gain) > 0:
                    chosen_in[s], better = a, True
        w.cache["optimal"] = v
    return list(w.cache["optimal"])


def optimal_value(w: World, s: Element) -> Any:
    return optimal_values(w)[s.k]


def optimal_q(w: World, s: Element, a: Element) -> Any:
    return backed_up(w, optimal_values(w), s.k, a.k)


def optimal_advantage(w: World, s: Element, a: Element) -> Any:
    return w.algebra.sub(optimal_q(w, s, a), optimal_value(w, s))


def value_vector(w: World, policy: Drawn) -> Any:
    return Vec(tuple(values_under(w, policy)))


def reward_vector(w: World, policy: Drawn) -> Any:
    return Vec(tuple(policy_reward(w, policy, s) for s in w.elements(STATE_SORT)))


def transition_matrix(w: World, policy: Drawn) -> Any:
    states = w.elements(STATE_SORT)
    return Mat(tuple(tuple(policy_transition(w, policy, t, s) for t in states) for s in states))


def optimal_vector(w: World) -> Any:
    return Vec(tuple(optimal_values(w)))


def backup(w: World, policy: Drawn, v: Any) -> Any:
    return w.algebra.add(reward_vector(w, policy), w.algebra.mul(discount(w), w.algebra.mul(transition_matrix(w, policy), v)))


def optimal_backup(w: World, v: Any) -> Any:
    return Vec(
        tuple(
            maximum(w, *(backed_up(w, list(v.items), s, a) for a in range(w.size(ACTION_SORT))))
            for s in range(w.size(STATE_SORT))
        )
    )


def cardinality(w: World, info: tuple[Any, ...]) -> Any:
    return w.size(info[0])


def remembered(name: str, change: Callable[..., Any]) -> Callable[..., Any]:
    """A function of policies, states and actions that is worked out once for each of them in a world where nothing is moved any more."""

    def run(world: World, *args: Any) -> Any:
        if world.known is None:
            return change(world, *args)
        if not all(isinstance(a, Element | Drawn) for a in args):
            raise Undefined("a number in place of a state or an action")
        key = (name, *(a.k if isinstance(a, Element) else (a.number, *map(id, a.at)) for a in args))
        return world.once(key, lambda: change(world, *args), args)

    return run


#: What is asked for again and again along the paths of a world.
ALONG = (
    "prob",
    "transition",
    "outcome",
    "reward",
    "reward_to",
    "policy_transition",
    "policy_reward",
    "value",
    "q_value",
    "advantage",
)

CHANCES: dict[str, Callable[[Compiler, Op], Code]] = {
    "mass": mass,
    "joint": joint,
    "joint_law": joint_law,
    "entropy_of": entropy_of,
    **{name: on_normals(name, over_laws(cast("Callable[..., Any]", change)))
        for name, change in {"divergence": divergence, "entropy": entropy, "cross_entropy": cross_entropy, "total_variation": total_variation}.items()},
    **{
        name: applied(remembered(name, change) if name in ALONG else change)
        for name, change in cast("dict[str, Callable[..., Any]]", {
            "prob": prob, "chosen": chosen, "optimal_policy": optimal_policy, "steps_to": steps_to,
            "action_law": action_law, "next_law": next_law, "transition": transition,
            "outcome": outcome, "reward_law": reward_law, "reward": reward, "reward_to": reward_to,
            "discount": discount,
            "state_reward": reward_of_state, "arrival_reward": reward_of_state, "policy_transition": policy_transition, "policy_reward": policy_reward,
            "value": value, "q_value": q_value, "advantage": advantage,
            "optimal_value": optimal_value, "optimal_q": optimal_q, "optimal_advantage": optimal_advantage, "cardinality": cardinality,
            "value_vector": value_vector, "reward_vector": reward_vector, "transition_matrix": transition_matrix, "optimal_vector": optimal_vector,
            "backup": backup, "optimal_backup": optimal_backup,
        }).items()
    },
}  # fmt: skip

__all__ = ["CHANCES", "fmpq"]
