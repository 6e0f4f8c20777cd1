r"""Numbers for objects of the field, in a small decision process with a softmax policy: what ``lambdify`` is for plain SymPy.

>>> import numpy as np
>>> from derive.symbolic import from_latex, parameter
>>> total = from_latex(r"\sum_a\pi_\theta(a\mid s)", parameters=["theta"])
>>> f = lambdify([parameter("theta")], total)
>>> round(f(np.array([0.3, -1.0, 2.0])), 12)
1.0

Every value is a float of a made-up world: it shows, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
import sympy as sp

from derive.symbolic.averages import (
    BestOf,
    EpisodeMean,
    Expectation,
    MaxOver,
    MinOver,
    Objective,
    OfGroup,
    ProductOver,
    Ratio,
    SumOver,
)
from derive.symbolic.base import At, Gradient, Hessian, Slope, StopGradient, Unsupported
from derive.symbolic.calculus.episode_paths import Episodes, Path
from derive.symbolic.calculus.small_process import SmallWorld
from derive.symbolic.divergences import CrossEntropy, Divergence, Entropy, TotalVariation
from derive.symbolic.field import (
    ActionAt,
    ActionLaw,
    ActionValue,
    Advantage,
    Call,
    Clip,
    Discount,
    Indicator,
    Mass,
    NextLaw,
    Occupancy,
    Policy,
    Probability,
    Return,
    Reward,
    RewardAt,
    Sigmoid,
    StartProbability,
    StateAt,
    Transition,
    Value,
    VectorCall,
)
from derive.symbolic.lettering import Letter
from derive.symbolic.tensors import Components, Dot, Entries, Inverse, Norm, Product, Trace, Transpose

Env = Mapping[Any, Any]
#: In an environment: what letters are where nothing moves them, and the path of the episode.
STILL, PATH, EPISODES = "still", "path", "episodes"
#: Central differences of the eighth order, for the first three derivatives: the weight of each place, which the other side has with its sign.
STENCILS = {
    1: {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280},
    2: {0: -205 / 72, 1: 8 / 5, 2: -1 / 5, 3: 8 / 315, 4: -1 / 560},
    3: {1: -61 / 30, 2: 169 / 120, 3: -3 / 10, 4: 7 / 240},
}
STEP = 0.02
RELATIONS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
#: Plain functions as NumPy has them.
PLAIN = {
    sp.log: np.log, sp.exp: np.exp, sp.sin: np.sin, sp.cos: np.cos, sp.tan: np.tan, sp.sinh: np.sinh, sp.cosh: np.cosh, sp.tanh: np.tanh,
    sp.asin: np.arcsin, sp.acos: np.arccos, sp.atan: np.arctan, sp.Abs: np.abs, sp.sign: np.sign, sp.floor: np.floor, sp.ceiling: np.ceil,
    sp.Min: lambda *x: min(x), sp.Max: lambda *x: max(x),
}  # fmt: skip


@dataclass(frozen=True)
class Evaluator:
    """Objects as numbers of one world; vectors are columns."""

    world: SmallWorld

    def number(self, expr: Any, env: Env) -> Any:
        """The value of an object, given those of some letters.

        Raises: Unsupported where it has none in a small world.
        """
        if expr in env:
            return env[expr]
        if expr.is_Number or expr.is_NumberSymbol:
            return float(expr)
        if isinstance(expr, sp.Symbol):
            return self.world.free(expr)
        for kinds, method in METHODS:
            if isinstance(expr, kinds):
                return method(self, expr, env)
        raise Unsupported(f"{type(expr).__name__} has no number in a small world")

    def all(self, terms: Sequence[Any], env: Env) -> list[Any]:
        return [self.number(t, env) for t in terms]

    def add(self, expr: Any, env: Env) -> Any:
        first, *rest = self.all(expr.args, env)
        return sum(rest, first)

    def product(self, expr: Any, env: Env) -> Any:
        out: Any = 1.0
        for part in self.all(expr.args, env):
            out = out @ part if np.ndim(out) == 2 and np.ndim(part) == 2 else out * part
        return out.item() if np.shape(out) == (1, 1) else out

    def power(self, expr: Any, env: Env) -> Any:
        base, exponent = self.all(expr.args, env)
        return base**exponent

    def plain(self, expr: Any, env: Env) -> Any:
        function: Any = PLAIN[type(expr)]
        return function(*self.all(expr.args, env))

    def piecewise(self, expr: Any, env: Env) -> Any:
        for value, condition in expr.args:
            if condition is sp.true or self.number(condition, env):
                return self.number(value, env)
        raise Unsupported(f"{expr} says nothing there")

    def relation(self, expr: Any, env: Env) -> Any:
        left, right = self.all(expr.args, env)
        return RELATIONS[expr.rel_op](left, right)

    # --- policies and processes ----------------------------------------------------------------

    def table(self, policy: Any, env: Env) -> Any:
        """The probabilities of all actions in all states."""
        if isinstance(policy, Policy):
            return self.world.policy(policy.args[0].name, self.number(policy.args[1], env))
        return self.world.policy(policy.name, self.world.draw("own", policy.name, shape=(self.world.parameters,)))

    def chances(self, law: Any, env: Env) -> Any:
        """The masses of a distribution."""
        if isinstance(law, ActionLaw):
            return self.table(law.args[0], env)[self.number(law.args[1], env)]
        if isinstance(law, NextLaw):
            return self.world.steps[tuple(self.all(law.args, env))]
        if isinstance(law, Letter) and law.kind.name == "Law":
            return self.world.law("law", law.name, count=self.world.count(Letter("x", law.kind)))
        if isinstance(law, Policy) and isinstance(law.args[0], Letter) and law.args[0].kind.name == "Law":
            count = self.world.count(Letter("x", law.args[0].kind))
            weights = np.exp(
                self.world.draw(law.args[0].name, shape=(count, self.world.parameters)) @ self.number(law.args[1], env)
            )
            return np.ravel(weights / weights.sum())
        raise Unsupported(f"{law} has no masses in a small world")

    def probability(self, expr: Any, env: Env) -> Any:
        a, s = self.all(expr.args[1:], env)
        return self.table(expr.args[0], env)[s, a]

    def mass(self, expr: Any, env: Env) -> Any:
        return self.chances(expr.args[0], env)[self.number(expr.args[1], env)]

    def value(self, expr: Any, env: Env) -> Any:
        v, q = self.world.values(self.table(expr.args[0], env))
        place = tuple(self.all(expr.args[1:], env))
        if isinstance(expr, Value):
            return v[place]
        return q[place] - (v[place[0]] if isinstance(expr, Advantage) else 0)

    def occupancy(self, expr: Any, env: Env) -> Any:
        visits = self.world.visits(self.table(expr.args[0], env))[self.number(expr.args[1], env)]
        return visits * (1 - self.world.discount) if expr.info else visits

    def process(self, expr: Any, env: Env) -> Any:
        places = tuple(self.all(expr.terms, env))
        if isinstance(expr, Discount):
            return self.world.discount
        if isinstance(expr, Reward):
            return self.world.rewards[places]
        if isinstance(expr, StartProbability):
            return self.world.law("start", count=self.world.states)[places]
        after, s, a = places
        return self.world.steps[s, a, after]

    def call(self, expr: Any, env: Env) -> Any:
        """An unknown function: waves in its numbers, others for each of its elements."""
        head, *arguments = expr.terms
        family, moving = (head.args[0], [head.args[1]]) if isinstance(head, Policy) else (head, [])
        name, whole, numbers = family.name, [], [np.ravel(self.number(x, env)) for x in moving]
        for kind, x in zip(family.kind.args, arguments, strict=False):
            value = self.number(x, env)
            whole.append(int(value)) if kind.name in ("Elem", "Nat") else numbers.append(np.ravel(value))
        key, z = tuple(whole), np.concatenate(numbers or [np.zeros(1)])
        primes = expr.info[0] if expr.info else 0
        rates = self.world.draw(name, key, "rates", shape=(3, len(z)))
        shifts = self.world.draw(name, key, "shifts", shape=(3,), high=2) + primes * np.pi / 2
        return float((rates[:, 0] ** primes * np.sin(rates @ z + shifts)).sum())

    def vector_call(self, expr: Any, env: Env) -> Any:
        """An unknown function with values as long as the parameters: one of numbers for each of its places."""
        (head, *arguments), places = expr.terms, range(self.world.parameters)
        family = head.args[0] if isinstance(head, Policy) else head
        parts = [Letter(f"{family.name}|{k}", family.kind) for k in places]
        heads = [Policy(f, head.args[1]) for f in parts] if isinstance(head, Policy) else parts
        return np.array([[self.call(Call(f, *arguments), env)] for f in heads])

    def clip(self, expr: Any, env: Env) -> Any:
        x, low, high = self.all(expr.args, env)
        return min(max(x, low), high)

    def indicator(self, expr: Any, env: Env) -> Any:
        return float(all(self.number(c, env) for c in expr.terms))

    def written_out(self, expr: Any, env: Env) -> Any:
        return self.number(expr.doit(), env)

    # --- what binds ----------------------------------------------------------------------------

    def over(self, expr: Any, env: Env) -> Any:
        (v,) = expr.letters
        if expr.bounds:
            low, high = self.all(expr.bounds, env)
            if not np.isfinite([low, high]).all():
                raise Unsupported(f"{expr} has no end")
            places = list(range(int(low), int(high) + 1))
        else:
            places = list(range(self.world.count(v)))
        inner = [{**env, v: k} for k in places]
        found = [self.number(expr.body, e) for e in inner if all(self.number(c, e) for c in expr.where)]
        if isinstance(expr, BestOf):
            raise Unsupported(f"{expr} is the place of an extreme, and no number")
        if isinstance(expr, MaxOver):
            return min(found) if isinstance(expr, MinOver) else max(found)
        return np.prod(found) if isinstance(expr, ProductOver) else sum(found[1:], found[0]) if found else 0.0

    def expectation(self, expr: Any, env: Env) -> Any:
        masses = self.chances(expr.bounds[0], env)
        parts = [m * self.number(expr.body, {**env, expr.letters[0]: k}) for k, m in enumerate(masses)]
        return sum(parts[1:], parts[0])

    def episode_mean(self, expr: Any, env: Env) -> Any:
        table, world = self.table(expr.bounds[0], env), self.world
        start = world.law("start", count=world.states)
        known = Episodes(start, table, world.steps, world.rewards, world.discount, world.values(table)[0])

        def along(path: Path) -> Env:
            return {**env, EPISODES: known, PATH: path}

        return known.mean(
            lambda path: self.number(expr.body, along(path)),
            lambda path: all(self.number(c, along(path)) for c in expr.where),
        )

    def at_time(self, expr: Any, env: Env) -> Any:
        """What happens at a time of an episode."""
        if PATH not in env or expr.info:
            raise Unsupported(f"{expr} has no number by itself in a small world")
        time = int(self.number(expr.args[0], env))
        if isinstance(expr, Return):
            return env[EPISODES].onward(env[PATH], time)
        place = env[PATH].at(time)
        return self.world.rewards[place] if isinstance(expr, RewardAt) else place[isinstance(expr, ActionAt)]

    def at(self, expr: Any, env: Env) -> Any:
        return self.number(expr.body, {**env, expr.letters[0]: self.number(expr.bounds[0], env)})

    # --- derivatives ---------------------------------------------------------------------------

    def held(self, expr: Any, env: Env) -> Any:
        """The value of what is held fixed: where no letter has been moved."""
        return self.number(expr.args[0], {**env, **env.get(STILL, {})})

    @staticmethod
    def moved(env: Env, letter: Any, point: Any, by: Any) -> Env:
        """A letter moved from a point; what is held fixed stays at the first."""
        return {**env, letter: point + by, STILL: {letter: point, **env.get(STILL, {})}}

    def slope(self, expr: Any, env: Env) -> Any:
        point = self.number(expr.bounds[0], env)
        return derivative(lambda t: self.number(expr.body, self.moved(env, expr.letters[0], point, t)), expr.times)

    def along(self, expr: Any, env: Env, way: Any, times: int) -> Any:
        point = self.number(expr.letter, env)
        return derivative(lambda t: self.number(expr.body, self.moved(env, expr.letter, point, t * way)), times)

    def gradient(self, expr: Any, env: Env) -> Any:
        units = np.eye(np.size(self.number(expr.letter, env)))
        return np.array([[self.along(expr, env, u.reshape(-1, 1), 1)] for u in units])

    def hessian(self, expr: Any, env: Env) -> Any:
        units = [u.reshape(-1, 1) for u in np.eye(np.size(self.number(expr.letter, env)))]
        own = [self.along(expr, env, u, 2) for u in units]
        both = [[self.along(expr, env, u + v, 2) for v in units] for u in units]
        return np.array([[(both[i][j] - own[i] - own[j]) / 2 for j in range(len(units))] for i in range(len(units))])

    # --- vectors and matrices ------------------------------------------------------------------

    def tensor(self, expr: Any, env: Env) -> Any:
        parts = self.all(expr.terms, env)
        if isinstance(expr, Components):
            return np.array(parts).reshape(-1, 1)
        if isinstance(expr, Entries):
            return np.array(parts).reshape(expr.info)
        if isinstance(expr, Transpose):
            return np.transpose(parts[0])
        if isinstance(expr, Dot):
            return float(np.vdot(*parts))
        if isinstance(expr, Norm):
            return float(np.linalg.norm(np.ravel(parts[0]), {2: 2, 1: 1, 0: np.inf}[expr.info[0]]))
        return np.linalg.inv(parts[0]) if isinstance(expr, Inverse) else float(np.trace(parts[0]))


def derivative(f: Callable[[float], Any], times: int) -> Any:
    """A derivative at 0, by differences."""
    if times not in STENCILS:
        raise Unsupported(f"the derivative of order {times} has no number in a small world")
    sign = 1 if times == 2 else -1
    parts = [w * (f(k * STEP) + sign * f(-k * STEP) if k else f(0.0)) for k, w in STENCILS[times].items()]
    return sum(parts[1:], parts[0]) / STEP**times


#: What gives a number to objects of some classes; the first that fits counts.
METHODS: tuple[tuple[Any, Callable[[Evaluator, Any, Env], Any]], ...] = (
    (sp.Add, Evaluator.add),
    (sp.Mul | Product, Evaluator.product),
    (sp.Pow, Evaluator.power),
    (tuple(PLAIN), Evaluator.plain),
    (sp.Piecewise, Evaluator.piecewise),
    (sp.core.relational.Relational, Evaluator.relation),
    (Probability, Evaluator.probability),
    (Mass, Evaluator.mass),
    (Value | ActionValue | Advantage, Evaluator.value),
    (Occupancy, Evaluator.occupancy),
    (Discount | Reward | StartProbability | Transition, Evaluator.process),
    (Call, Evaluator.call),
    (VectorCall, Evaluator.vector_call),
    (StopGradient, Evaluator.held),
    (StateAt | ActionAt | RewardAt | Return, Evaluator.at_time),
    (EpisodeMean, Evaluator.episode_mean),
    (Clip, Evaluator.clip),
    (Indicator, Evaluator.indicator),
    (Divergence | Entropy | CrossEntropy | TotalVariation | Sigmoid | Ratio | Objective | OfGroup, Evaluator.written_out),
    (SumOver | ProductOver | MaxOver, Evaluator.over),
    (Expectation, Evaluator.expectation),
    (At, Evaluator.at),
    (Slope, Evaluator.slope),
    (Gradient, Evaluator.gradient),
    (Hessian, Evaluator.hessian),
    (Components | Entries | Transpose | Dot | Norm | Inverse | Trace, Evaluator.tensor),
)


def lambdify(arguments: Sequence[Any], expr: Any, world: SmallWorld | None = None) -> Callable[..., Any]:
    """A function of NumPy arrays and numbers that gives the value of an object in a small world; what is free and no argument is drawn.

    An argument is the letter of the object that is called so.

    Raises: Unsupported, when it is called, where an object has no number there.
    """
    evaluator = Evaluator(world or SmallWorld())
    expr = sp.sympify(expr)
    named = {str(x): x for x in expr.free_symbols}
    letters = [named.get(str(a), a) for a in arguments]

    def function(*values: Any) -> Any:
        if len(values) != len(arguments):
            raise TypeError(f"{len(arguments)} values are wanted, not {len(values)}")
        columns = [np.reshape(v, (-1, 1)) if np.ndim(v) == 1 else v for v in values]
        made = evaluator.number(expr, dict(zip(letters, columns, strict=True)))
        if np.ndim(made) == 0:
            return float(made)
        return np.ravel(made) if 1 in np.shape(made) else made

    return function


__all__ = ["Evaluator", "SmallWorld", "lambdify"]
