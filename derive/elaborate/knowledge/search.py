r"""Readings by best-first search over choices.

An elaboration runs straight through and asks :meth:`Oracle.choose` wherever a formula may mean several things.  The oracle
answers with the cheapest option, or with what this run was told, and notes the others; after the run they are queued with
their cost.  A key is chosen once for a whole claim, so a head keeps its meaning throughout it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")

#: Runs of one elaboration; what is cut off is remembered.
MOST_RUNS = 160
#: Readings whose cost is within this of the cheapest are admissible.
WITHIN = 2.0


#: The choice whose values those without a mark are: the best ones, or a policy's.
ELIDED = ("elided values",)
#: The choice whether the reward of the step at t has the index t + 1.
CLOCK = ("clock",)
#: What a choice comes to of which a text says two things.
UNSETTLED = -1
#: The choice whether visits add up to one.
VISITS = ("visits",)
#: The choice of the norm that bars without an index are.
NORM = ("norm",)
#: Options that hold by agreement: what the text says settles them.
AGREED: ContextVar[Mapping[Hashable, Any]] = ContextVar("agreed", default=MappingProxyType({}))


@contextmanager
def holding(variable: ContextVar[T], value: T) -> Iterator[None]:
    """A variable of the context has a value for a while."""
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


def agreed(options: Mapping[Hashable, Any]) -> AbstractContextManager[None]:
    """Read what follows with these options for these keys, wherever they are among those that a key may be."""
    return holding(AGREED, options)


class Misread(Exception):
    """This run's choices give no well-typed term: why."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a key may be: its cost, what it is, and the reason in words.

    ``grouping``: that it says what belongs together where no brackets do, and nothing of what is meant.
    """

    cost: float
    value: Any
    why: str = ""
    grouping: bool = False


@dataclass(slots=True)
class Oracle:
    """What is chosen in one run, and what else could have been."""

    told: dict[Hashable, int]
    made: dict[Hashable, tuple[Option, ...]] = field(default_factory=dict)
    cost: float = 0.0
    open: list[tuple[float, dict[Hashable, int]]] = field(default_factory=list)

    def choose(self, key: Hashable, options: tuple[Option, ...]) -> Any:
        """The option for a key: the same all through a claim."""
        if not options:
            raise Misread(f"nothing fits {key}")
        known = self.made.get(key)
        if known is not None:
            options = known
            return options[min(self.told.get(key, 0), len(options) - 1)].value
        options = tuple(sorted(options, key=lambda o: o.cost))
        settled = AGREED.get()
        if key in settled:
            options = tuple(replace(o, cost=0.0) for o in options if o.value == settled[key]) or options
        self.made[key] = options
        index = self.told.get(key)
        if index is None:
            index = 0
            for other in range(1, len(options)):
                self.open.append((options[other].cost - options[0].cost, {**self.settled(), key: other}))
            self.told[key] = 0
        index = min(index, len(options) - 1)
        self.cost += options[index].cost
        return options[index].value

    def settled(self) -> dict[Hashable, int]:
        return {k: self.told.get(k, 0) for k in self.made}

    def reasons(self) -> tuple[tuple[Hashable, Option, tuple[Option, ...]], ...]:
        """Each choice: its key, what was taken, and what else it could have been."""
        out = []
        for key, options in self.made.items():
            index = min(self.told.get(key, 0), len(options) - 1)
            out.append((key, options[index], tuple(o for i, o in enumerate(options) if i != index)))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Found:
    """A run that ended well: its result, cost and reasons."""

    result: Any
    cost: float
    reasons: tuple[tuple[Hashable, Option, tuple[Option, ...]], ...]


@dataclass(slots=True)
class Search:
    """All runs of one elaboration, cheapest first."""

    run: Callable[[Oracle], Any]
    first_failure: str = ""
    cut: bool = False

    def readings(self, most: int = 12) -> Iterator[Found]:
        """Readings in the order of their cost, those within reach of the cheapest."""
        number = count()
        queue: list[tuple[float, int, dict[Hashable, int]]] = [(0.0, next(number), {})]
        runs = found = 0
        cheapest: float | None = None
        while queue:
            bound, _, told = heapq.heappop(queue)
            if cheapest is not None and bound > cheapest + WITHIN:
                return
            runs += 1
            if runs > MOST_RUNS:
                self.cut = True
                return
            oracle = Oracle(dict(told))
            try:
                result = self.run(oracle)
            except Misread as why:
                self.first_failure = self.first_failure or str(why)
                result = None
            base = oracle.cost
            for extra, choice in oracle.open:
                heapq.heappush(queue, (bound + extra if result is None else max(bound, base) + extra, next(number), choice))
            if result is not None:
                if cheapest is None:
                    cheapest = oracle.cost
                if oracle.cost <= cheapest + WITHIN:
                    found += 1
                    yield Found(result, oracle.cost, oracle.reasons())
                    if found >= most:
                        self.cut = self.cut or bool(queue) and queue[0][0] <= cheapest + WITHIN
                        return
