"""What a bound variable ranges over: printed bounds, a set, the elements of its sort, or the whole numbers without end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from derive.models.core import Env, Interpreter, Permutation, Unknown, truth
from derive.models.elements import sort_of
from derive.models.ellipses import expand_dots
from derive.models.heads import head_of
from derive.models.mdp import act_of
from derive.models.probability import outcomes
from derive.models.world import Index
from derive.terms import Big, Paren, Rel, Seq, Sym, Term

#: Terms of a sum.
LONGEST = 5000


def bindings_of(m: Interpreter, under: tuple[Term, ...], upper: Term | None, env: Env, body: Term | None = None) -> Iterator[Env]:
    """The environments in which a big operator evaluates its body, in order."""
    ranged: list[Term] = []
    conditions: list[Rel] = []
    for item in under:
        if isinstance(item, Rel) and item.op in (r"\ne", r"\neq") and not any(bound_variable(r) == item.lhs for r in ranged):
            if upper is None and not ranged:
                ranged.append(item.lhs)
            conditions.append(item)
        elif isinstance(item, Rel) and item.op in (r"\ne", r"\neq", "<", ">", r"\le", r"\ge", r"\leq", r"\geq"):
            conditions.append(item)
            if not ranged:
                ranged.append(_order_variable(item))
        elif isinstance(item, Seq) and item.fences in ("", "()"):
            ranged.extend(item.items)
        else:
            ranged.append(item)

    def go(i: int, inner: Env) -> Iterator[Env]:
        if i == len(ranged):
            if all(truth(m, c, inner) for c in conditions):
                yield inner
            return
        variable = bound_variable(ranged[i])
        for value in domain(m, ranged[i], upper if i == 0 or len(ranged) == 1 else None, inner, body):
            m.world.tick()
            yield from go(
                i + 1, inner.bind(variable, value) if not isinstance(value, tuple) else bind_path(inner, variable, value)
            )

    return go(0, env)


def bind_path(env: Env, variable: Term, value: tuple[Any, ...]) -> Env:
    """Bind a trajectory variable: the episode at hand becomes its value."""
    return env.bind(variable, value[0]).on(value[0])


def bound_variable(item: Term) -> Term:
    return item.lhs if isinstance(item, Rel) else item


def _order_variable(item: Rel) -> Term:
    return item.lhs if isinstance(item.lhs, Sym) else item.rhs


def domain(m: Interpreter, item: Term, upper: Term | None, env: Env, body: Term | None) -> list[Any]:
    """The values of one bound variable."""
    if isinstance(item, Rel) and item.op == "=":
        if isinstance(item.rhs, Seq):
            return [m.value(x, env) for x in item.rhs.items]
        low = m.integer(item.lhs if False else item.rhs, env)
        if upper is None:
            raise Unknown("a sum without an upper bound")
        high = low + m.world.horizon + 2 if endless(upper) else m.integer(upper, env)
        if high - low > LONGEST:
            raise Unknown("a sum of too many terms")
        return list(range(low, high + 1))
    if isinstance(item, Rel) and item.op == r"\in":
        return membership(m, item, env)
    if isinstance(item, Rel) and item.op == r"\sim":
        return domain(m, item.lhs, upper, env, body)
    if isinstance(item, Rel):
        return domain(m, _order_variable(item), upper, env, body)
    if not isinstance(item, Sym):
        raise Unknown("a bound variable that is no symbol")
    return values_of(m, item, env, body)


def endless(upper: Term) -> bool:
    return any(isinstance(x, Sym) and x.name == "infty" for x in upper.walk())


def membership(m: Interpreter, item: Rel, env: Env) -> list[Any]:
    """i ∈ {1,…,n}, s ∈ S, a ∈ A(s)."""
    if isinstance(item.rhs, Seq | Paren):
        inner = item.rhs.items if isinstance(item.rhs, Seq) else (item.rhs.body,)
        return expand_dots(m, inner, env)
    variable = item.lhs
    if isinstance(variable, Seq):
        raise Unknown("a sum over pairs of a set")
    if isinstance(item.rhs, Sym) and item.rhs.name in ("S", "mathcal:S", "mathfrak:S") and len(item.rhs.subs) == 1:
        n, first = m.integer(item.rhs.subs[0], env), 0 if m.facts.from_zero else 1
        if n > 5:
            raise Unknown("permutations of this many")
        return [Permutation(order, first) for order in permutations(range(first, first + n))]
    if isinstance(item.rhs, Sym) and item.rhs.subs and isinstance(item.rhs.subs[0], Sym):
        raise Unknown("a sum over this set")
    if isinstance(variable, Sym):
        return values_of(m, variable, env, None)
    raise Unknown("a sum over this set")


def values_of(m: Interpreter, variable: Sym, env: Env, body: Term | None) -> list[Any]:
    """The range of a bare variable: its sort's elements, the steps of an episode, the members of the group, all episodes."""
    w = m.world
    h = head_of(variable)
    name = h.base
    if name == "tau" and not h.indices:
        return [(path,) for _, path in w.paths(act_of(m, "pi"), dict.fromkeys(w.start(), 1))]
    if name == "t" or h.name == "t":
        return list(range(w.setting.first, w.setting.first + w.horizon))
    if (
        name in ("r", "R")
        and variable not in m.facts.numbers | frozenset()
        and w.setting.reward_palette
        or name == "r"
        and w.setting.reward_palette
    ):
        return [RewardValue(k) for k in range(3)]
    applied = m.facts.sorts.get(name)
    if (name in "ijklmn" and len(name) == 1 and not applied) or variable in m.facts.numbers and name not in ("s", "a"):
        if name in ("k", "l", "n") and open_ended(body):
            return list(range(w.horizon + 2))
        return list(range(1, w.setting.group + 1))
    return list(outcomes(m, sort_of(m, variable)))


def open_ended(body: Term | None) -> bool:
    """Whether a body indexes steps of time, so that a bare ``\\sum_l`` runs from 0 without end."""
    return body is not None and any(isinstance(x, Sym) and x.name in ("delta", "gamma", "lambda") for x in body.walk())


class RewardValue(Index):
    """The k-th possible reward: an element of the reward set that has a numeric value."""

    def __init__(self, k: int):
        object.__setattr__(self, "sort", "reward")
        object.__setattr__(self, "k", k)


def infinite_variable(m: Interpreter, t: Big, env: Env) -> tuple[Term, int] | None:
    """(variable, first value) of a sum without end; None for a finite one."""
    if len(t.under) == 1 and isinstance(t.under[0], Rel) and t.under[0].op in ("=", r"\ge", r"\geq", ">"):
        rel = t.under[0]
        if t.upper is not None and endless(t.upper) or t.upper is None and rel.op != "=":
            return rel.lhs, m.integer(rel.rhs, env) + (1 if rel.op == ">" else 0)
    if (
        len(t.under) == 1
        and t.upper is None
        and isinstance(t.under[0], Sym)
        and t.under[0].name in ("k", "l", "n")
        and open_ended(t.body)
    ):
        return t.under[0], 0
    return None
