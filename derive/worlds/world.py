r"""A world: an arithmetic, sizes of the sorts, and a value for everything that is free, drawn by the number of its variable.

Draws are keyed by what is drawn and by the arguments it is drawn at, so that equal things have equal values and nothing else has.
A function of real numbers is drawn by its derivatives: its value at c + ν is Σ_α D^α f(c) ν^α / α!, each D^α f(c) a draw of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import factorial, prod
from typing import Any

from derive.core.terms import Core, Num, Var
from derive.core.types import ACTION_SORT, NAT, STATE_SORT, TOKEN_SORT, Type
from derive.values.algebra import Algebra
from derive.values.arith import Redraw, Undefined, fmpq
from derive.values.jets import Jet, constant, ring
from derive.values.matrices import Mat, Vec

#: Sizes that a sort may have; small ones more often, since larger worlds cost more.
SIZES = (2, 3, 1, 4, 2, 3, 5)
#: Numbers of responses, where they have tokens, and how many may follow each prefix; 0 where it is not as many after each.
RESPONSES = ((4, 0), (4, 2), (5, 0), (3, 3), (3, 0), (4, 2), (6, 0))
#: Places of tokens, and whole numbers beside them.
PLACES = (1, 2, 1, 3, 2, 1, 4, 5)
#: Outcomes of the space on which random variables are functions, and how many values they have there.
OUTCOMES, LEVELS = 6, 3
#: Outcomes as pairs of two parts, for what is independent, or takes every pair of values.
FACTORS = tuple((omega // 3, omega % 3) for omega in range(OUTCOMES))
#: Values of whole numbers.
COUNTS = (3, 1, 2, 5, 4, 9, 7, 6, 11, 8)
#: The degree of unknown polynomials, of one number and of several.
LARGEST_POWER = (6, 4)
#: Sorts of the values of a random variable, by its number.
VALUES = "values:"
#: Values at which every real variable is tried in turn.
AWKWARD = tuple(Fraction(x) for x in ("0", "1", "-1", "1/2", "-2", "1000", "-1/3"))


@dataclass(frozen=True, slots=True)
class Element:
    """The k-th element of a finite sort."""

    sort: Type
    k: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a world is drawn: which seed and arithmetic, which values are pinned, what sign the reals have.

    ``ends``: random variables that take two values alone, by their numbers. ``crowd``: how many there are of what is
    counted, states (``crowded`` is "states") or anything else; 0 for a few of each. ``moved``: numbers that are not
    drawn but these, by what they are drawn for.
    """

    seed: int
    arithmetic: str
    pins: tuple[tuple[int, Fraction], ...] = ()
    sign: str = "real"
    spread: int = 0
    coincide: bool = False
    crowd: int = 0
    crowded: str = "others"
    ends: tuple[tuple[int, Fraction, Fraction], ...] = ()
    moved: tuple[tuple[str, Fraction], ...] = ()


@dataclass(slots=True)
class World:
    """Draws for one point."""

    plan: Plan
    algebra: Algebra
    order: int
    variables: tuple[Var, ...]  # those that move: each has its own ε (a vector one for each component)
    cache: dict[Any, Any] = field(default_factory=dict)
    known: dict[Any, Any] | None = None  # what was worked out once, since nothing is moved any more
    epsilons: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ring: Any = None
    guessed: bool = False  # whether an extreme stands for any function of the same values
    ordered: bool = False  # whether something was decided by order
    runs_out: bool = False  # whether every episode ends
    to_the_end: bool = False  # whether a claim speaks of what the last step earns, and of nothing without end
    without_chance: frozenset[int] = frozenset()  # policies that take one action in each state
    even: frozenset[int] = frozenset()  # policies that take all actions equally often
    certain: bool = False  # whether each action in a state has one outcome
    in_tokens: bool = False  # whether actions are responses, which have tokens
    rewards_by: str = ""  # whether rewards hang on the state alone, or on the next one
    ahead: int = 1
    reaches: bool = False  # whether a claim has values or returns: behind the last step that it names, two are to come
    origin: int = 0
    times: frozenset[int] = frozenset()  # free times, where several are told apart
    members: dict[int, Core] = field(default_factory=dict)
    lengths: dict[int, Var] = field(default_factory=dict)
    factors: dict[int, int] = field(default_factory=dict)  # random variables that hang on one of two independent parts
    levelled: frozenset[int] = frozenset()  # random variables of which a claim names values
    products: frozenset[int] = frozenset()  # joint distributions of independent coordinates
    given_sizes: tuple[Any, ...] = ()
    stepped: bool = False  # whether something piecewise constant was met
    one_sided: bool = False  # whether a limit was taken that is another from the other side
    follows: dict[int, Any] = field(default_factory=dict)  # sequences that recursions give
    among: dict[int, tuple[Fraction, ...]] = field(
        default_factory=dict
    )  # the few values that a number, or each of a sequence, has; none where it is any whole number
    polynomial: bool = False  # whether unknown functions are polynomials: what is averaged over a line
    drawn: dict[str, tuple[str, Any]] = field(default_factory=dict)  # numbers that were drawn, with their kinds
    moved_to: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.moved_to = dict(self.plan.moved)
        at = 0
        for v in self.variables:
            width = prod(map(self.size, v.type.args)) if v.type.name in ("Vector", "Matrix") else 1
            self.epsilons[v.number] = tuple(range(at, at + width))
            at += width
        self.ring = ring(at, self.order) if at and self.order else None

    # --- numbers -------------------------------------------------------------------------------

    def rng(self, *key: Any) -> random.Random:
        return random.Random(f"{self.plan.seed}|{key}")

    def scalar(self, kind: str, *key: Any) -> Any:
        """A random number of a kind (``real``, ``positive``, ``unit``)."""
        name = str(key)
        value = self.moved_to.get(name)
        if value is None:
            value = self.algebra.field.draw(self.rng(*key), self.plan.sign if kind == "real" else kind)
        else:
            value = self.algebra.field.lift(fmpq(value) if isinstance(value, Fraction | int) else value)
        self.drawn[name] = (kind, value)
        return value

    def one_of(self, number: int, *key: Any) -> Any:
        """One of the few values that a number has, or any whole number; what holds for those that are drawn is seen, not proved."""
        self.stepped = True
        rng = self.rng("among", number, key)
        if number in self.members:
            if not (last := self.last(number)):
                raise Redraw  # no number is one of none
            return 1 + rng.randrange(last)
        values: tuple[Fraction | int, ...] = self.among[number] or (rng.choice((1, 1, 12)) * rng.randint(-9, 9),)
        return self.algebra.field.lift(fmpq(rng.choice(values)))

    def last(self, number: int) -> int:
        """The last of the members of which a number is one; 0 where nothing says so."""
        end = self.members.get(number)
        return int(end.value) if isinstance(end, Num) else self.free(end) if isinstance(end, Var) and end.number != number else 0

    @property
    def held(self) -> set[int]:
        """Numbers that nothing given may move: what is differentiated by, and what has few values."""
        return {*self.epsilons, *self.among}

    def lift(self, value: Fraction | int) -> Any:
        return fmpq(value) if isinstance(value, Fraction) and value.denominator != 1 else int(value)

    @property
    def branches(self) -> int:
        """How many tokens follow each prefix of a response, if it is as many after each, or else 0."""
        count, many = RESPONSES[self.plan.spread % len(RESPONSES)]
        return many if self.size(ACTION_SORT) == count else 0

    # --- sizes ---------------------------------------------------------------------------------

    def size(self, sort: Type) -> int:
        """How many elements a sort has, or how many components a vector of a dimension."""
        if sort.name.isdigit():
            return int(sort.name)
        if sort.name.startswith("length:"):
            number = int(sort.name[7:])
            n = self.free(self.lengths.get(number) or Var(number, NAT))  # a length that stands in the type alone
            if not 1 <= n <= 7:
                raise Redraw
            return int(n)
        if sort.name.startswith(VALUES):
            return len(self.attained(int(sort.name.removeprefix(VALUES))))
        key = ("size", sort)
        if sort == TOKEN_SORT:
            return self.branches or self.size(ACTION_SORT)  # no more tokens follow a prefix than there are responses
        if key not in self.cache:
            if self.runs_out and sort.name in ("State", "Action", "RewardOutcome"):
                # a state that is reached after as many steps as a claim looks ahead need not be the last one
                choices = {"State": (self.ahead + 3 + self.reaches,), "Action": (2, 1, 2), "RewardOutcome": (4, 3)}[sort.name]
                self.cache[key] = choices[self.plan.spread % len(choices)]
                return int(self.cache[key])
            if self.in_tokens and sort.name == "Action":
                self.cache[key] = RESPONSES[self.plan.spread % len(RESPONSES)][0]
                return int(self.cache[key])
            if self.plan.crowd and (sort.name == "State") == (self.plan.crowded == "states"):
                self.cache[key] = self.plan.crowd
                return self.plan.crowd
            choices = (
                SIZES if sort.name not in ("State", "Action") else (2, 3, 2, 1, 5) if sort.name == "Action" else (2, 3, 3, 2)
            )
            if self.order > 3 and any(v.type.name == "Vector" and v.type.args[0] == sort for v in self.variables):
                choices = (2, 1, 3, 2)  # jets of high order in many components cost too much
            self.cache[key] = choices[
                (self.plan.spread + (self.rng("size", sort).randrange(2) if self.plan.spread % 2 else 0)) % len(choices)
            ]
        return int(self.cache[key])

    def elements(self, sort: Type) -> list[Element]:
        return [Element(sort, k) for k in range(self.size(sort))]

    # --- random variables ----------------------------------------------------------------------

    def outcome(self, v: Var, omega: int) -> Any:
        """The value of a random variable at an outcome: one of a few levels, so that it has events of its own."""
        part = self.factors.get(v.number)
        if part is not None and ("random", v.number, omega) not in self.cache:
            # the first outcome with the same part decides
            omega = next(o for o in range(OUTCOMES) if FACTORS[o][part] == FACTORS[omega][part])
        key = ("random", v.number, omega)
        for number, *values in self.plan.ends:
            if number == v.number and key not in self.cache and number not in self.among:
                self.cache[key] = self.algebra.field.lift(fmpq(values[omega % 2]))
        if key not in self.cache and v.number in self.among:
            self.cache[key] = self.one_of(v.number, omega)
        if key not in self.cache:
            choice = self.rng("level", v.number, omega)
            if v.type.name == "Event":
                self.cache[key] = choice.random() < 0.5
            else:
                level = choice.randrange(LEVELS if self.plan.spread % 2 or v.number in self.levelled else OUTCOMES)
                if self.plan.spread % 4 and len(self.levelled) == 2 and v.number in self.levelled:
                    level = FACTORS[omega][sorted(self.levelled).index(v.number)]  # every pair of values can happen
                self.cache[key] = self.scalar("real", "level value", v.number, level)
        return self.cache[key]

    def attained(self, number: int) -> list[int]:
        """Outcomes at which a random variable has its values, one for each."""
        v = self.lengths[number]
        seen: dict[str, int] = {}
        for omega in range(OUTCOMES):
            seen.setdefault(token(self.outcome(v, omega)), omega)
        return list(seen.values())

    # --- what is free --------------------------------------------------------------------------

    def free(self, v: Var) -> Any:
        """The value of a free variable."""
        key = ("free", v.number)
        if key not in self.cache:
            self.cache[key] = self._draw(v)
        return self.cache[key]

    def _draw(self, v: Var) -> Any:
        name = v.type.name
        pinned = dict(self.plan.pins).get(v.number)
        if name == "Real":
            few = self.among.get(v.number)
            if pinned is not None and few is not None and (pinned not in few if few else pinned.denominator != 1):
                raise Redraw
            base = (
                self.algebra.field.lift(fmpq(pinned))
                if pinned is not None
                else self.one_of(v.number)
                if v.number in self.among
                else self.scalar("real", "free", 0 if self.plan.coincide else v.number)
            )
            return self.moved(base, v, 0)
        if name == "Nat":
            last = self.last(v.number)
            if pinned is not None:
                if pinned.denominator != 1 or pinned < 0 or last and not 1 <= pinned <= last:  # a member is none far out
                    raise Redraw
                return int(pinned)
            if last:
                return 1 + self.rng("member", v.number).randrange(last)
            if v.number in self.times:
                return self.origin + self.rng("time", v.number).randrange(self.ahead + 2)
            if self.plan.crowd and self.plan.crowded != "states":
                return self.plan.crowd
            if self.in_tokens:
                return PLACES[(self.plan.spread + self.rng("count", v.number).randrange(3)) % len(PLACES)]
            if self.runs_out and len(self.lengths) > 0:
                return 1 + self.rng("count", v.number).randrange(self.ahead + 2)
            return COUNTS[(self.plan.spread * 3 + self.rng("count", v.number).randrange(3)) % len(COUNTS)]
        if name == "Elem":
            # only early states have as many steps before them as a claim may look ahead: half of the points have one
            draws = 6 if self.runs_out and v.type.args[0] == STATE_SORT and self.plan.spread % 2 else 1
            return Element(v.type.args[0], min(self.rng("element", v.number).choices(range(self.size(v.type.args[0])), k=draws)))
        if name == "Vector":
            n = self.size(v.type.args[0])
            return Vec(tuple(self.moved(self.pinned_or(pinned, "component", v.number, i), v, i) for i in range(n)))
        if name == "Matrix":
            n, m = (self.size(t) for t in v.type.args)
            return Mat(
                tuple(
                    tuple(self.moved(self.scalar("real", "entry", v.number, i, j), v, i * m + j) for j in range(m))
                    for i in range(n)
                )
            )
        if name in ("Function", "Law", "Policy", "Joint"):
            return Drawn(v.number)
        raise Redraw

    def pinned_or(self, pinned: Fraction | None, *key: Any) -> Any:
        return self.algebra.field.lift(fmpq(pinned)) if pinned is not None else self.scalar("real", *key)

    def moved(self, base: Any, v: Var, i: int) -> Any:
        """A base value with its ε, where the variable moves."""
        places = self.epsilons.get(v.number)
        if places is None or self.ring is None:
            return base
        return self.ring.variable(places[i], base)

    def once(self, key: Any, make: Callable[[], Any], of: Any = ()) -> Any:
        """What is worked out once in a world where nothing is moved any more; what it is made ``of`` is kept, and so are its names."""
        if self.known is None:
            return make()
        if key not in self.known:
            self.known[key] = make(), of
        return self.known[key][0]

    # --- functions -----------------------------------------------------------------------------

    def function(self, kind: str, key: Any, numbers: tuple[Any, ...], primes: int = 0) -> Any:
        """An unknown smooth function of numbers, by its Taylor coefficients at their constant terms."""
        if primes and not numbers:
            raise Undefined("a derivative of what has no argument in numbers")
        if self.polynomial and kind == "real" and numbers:
            return self.polynomial_value(key, numbers, primes)
        return self.once((kind, key, primes, *map(id, numbers)), lambda: self.extended(kind, key, numbers, primes), numbers)

    def extended(self, kind: str, key: Any, numbers: tuple[Any, ...], primes: int) -> Any:
        bases = tuple(token(constant(x)) for x in numbers)
        zero = (0,) * len(numbers)

        def derivative(alpha: tuple[int, ...]) -> Any:
            shifted = (alpha[0] + primes, *alpha[1:]) if primes else alpha
            return self.scalar(kind if shifted == zero else "real", "function", key, bases, shifted)

        jets = [x for x in numbers if isinstance(x, Jet)]
        if not jets:
            return derivative(zero)
        order = min(x.order for x in jets)
        total: Any = derivative(zero)
        nus = [x.nilpotent() if isinstance(x, Jet) else None for x in numbers]

        def extend(alpha: tuple[int, ...], product: Any, start: int, left: int) -> None:
            nonlocal total
            for i in range(start, len(numbers)):
                if nus[i] is None or left == 0:
                    continue
                more = (*alpha[:i], alpha[i] + 1, *alpha[i + 1 :])
                made = nus[i] if product is None else product * nus[i]
                scale = 1
                for a in more:
                    scale *= factorial(a)
                weight = derivative(more)
                total = self.algebra.add(total, self.algebra.mul(self.algebra.mul(made, weight), fmpq(Fraction(1, scale))))
                extend(more, made, i, left - 1)

        extend(zero, None, 0, order)
        return total

    def polynomial_value(self, key: Any, numbers: tuple[Any, ...], primes: int) -> Any:
        """An unknown polynomial of numbers, or its derivative by the first of them; what holds for all of them is seen, not proved."""
        self.stepped = True
        total: Any = 0
        largest = LARGEST_POWER[len(numbers) > 1]
        for alpha in product(range(largest + 1), repeat=len(numbers)):
            if sum(alpha) > largest or alpha[0] < primes:
                continue
            term: Any = factorial(alpha[0]) // factorial(alpha[0] - primes)
            for x, power in zip(numbers, (alpha[0] - primes, *alpha[1:]), strict=True):
                term = self.algebra.product([term, *[x] * power])
            total = self.algebra.add(total, self.algebra.mul(self.scalar("real", "coefficient", key, alpha), term))
        return total

    def masses(self, key: Any, count: int, parameters: tuple[Any, ...]) -> list[Any]:
        """Positive masses that sum to one, smooth in the parameters."""
        if self.plan.coincide:
            if self.plan.spread % 2 and not parameters:
                return [fmpq(Fraction(1, count))] * count
            key = ("same",)
        at = ("masses", key, count, tuple(whole_token(x) for x in parameters))
        if at not in self.cache:
            weights = [self.function("positive", (key, k), parameters) for k in range(count)]
            total = self.algebra.total(weights)
            self.cache[at] = [self.algebra.div(w, total) for w in weights]
        return list(self.cache[at])


#: The number of a policy whose probabilities are what it is ``at``, state by state: no variable has it.
GIVEN = -2


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that is drawn where it is used: a function, a law, a policy; ``at`` are the numbers it moves with."""

    number: int
    at: tuple[Any, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.number, tuple(token(constant(x)) for x in self.at))

    @property
    def whole(self) -> tuple[Any, ...]:
        """What tells it from others that move another way from the same point."""
        return (self.number, tuple(whole_token(x) for x in self.at))


def whole_token(value: Any) -> tuple[str, ...]:
    """A text that is the same for equal values with equal increments."""
    return tuple(token(c) for c in value.c) if isinstance(value, Jet) else (token(value),)


def token(value: Any) -> str:
    """A text that is the same for equal values."""
    if isinstance(value, Element):
        return f"{value.sort.name}:{value.k}"
    if isinstance(value, Vec):
        return "(" + ",".join(token(constant(x)) for x in value.items) + ")"
    if isinstance(value, Mat):
        return "(" + ";".join(",".join(token(constant(x)) for x in row) for row in value.rows) + ")"
    if hasattr(value, "str") and hasattr(value, "rad"):
        return str(value.str(30, radius=False))
    return str(value)
