r"""Core terms: variables, numbers, operations, binders.  Frozen and hash-consed.

>>> x = Var(1, REAL)
>>> str(op("add", x, num(1)))
'add(v1, 1)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as with_fields
from fractions import Fraction
from typing import Any

from derive.core.types import REAL, Type


@dataclass(frozen=True, slots=True)
class Core:
    """Base of every core term."""


@dataclass(frozen=True, slots=True)
class Var(Core):
    """A variable: told from others by its number alone; ``moves`` are the numbers of the parameters it depends on."""

    number: int
    type: Type
    moves: frozenset[int] = frozenset()
    random: bool = False

    def __str__(self) -> str:
        return f"v{self.number}"


@dataclass(frozen=True, slots=True)
class Num(Core):
    """An exact number; ``digits`` are the decimals printed, where it stands for a rounding."""

    value: Fraction
    digits: int = 0

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Op(Core):
    """An operation of :mod:`derive.core.constants` on arguments; ``info`` holds what is no term (an index of a derivative, a count)."""

    name: str
    args: tuple[Core, ...]
    info: tuple[Any, ...] = ()

    def __str__(self) -> str:
        inner = ", ".join([*map(str, self.args), *map(str, self.info)])
        return f"{self.name}({inner})"


@dataclass(frozen=True, slots=True)
class Bind(Core):
    """A binder: ``vars`` are bound in ``body`` and ``where``; ``args`` (bounds, laws, points) stand outside of their scope."""

    name: str
    vars: tuple[Var, ...]
    body: Core
    args: tuple[Core, ...] = ()
    where: tuple[Core, ...] = ()
    info: tuple[Any, ...] = ()

    def __str__(self) -> str:
        head = ", ".join([*map(str, self.vars), *map(str, self.args), *map(str, self.where), *map(str, self.info)])
        return f"{self.name}[{head}]({self.body})"


_MADE: dict[Core, Core] = {}


def share(term: Core) -> Core:
    """The one copy of a term."""
    return _MADE.setdefault(term, term)


def op(name: str, *args: Core, info: tuple[Any, ...] = ()) -> Core:
    """An operation."""
    return Op(name, args, info)


def num(value: int | Fraction, digits: int = 0) -> Core:
    return Num(Fraction(value), digits)


ZERO, ONE = num(0), num(1)


#: Operations that apply an unknown function: its values are numbers, or vectors.
CALLED = ("call", "call_vector")


def below(term: Core) -> tuple[Core, ...]:
    """The terms directly below one."""
    match term:
        case Op():
            return term.args
        case Bind():
            return (*term.args, *term.where, term.body)
    return ()


def walk(term: Core) -> list[Core]:
    """A term and all below it."""
    out, stack = [], [term]
    while stack:
        t = stack.pop()
        out.append(t)
        stack.extend(below(t))
    return out


def factors_of(term: Core) -> tuple[Core, ...]:
    """The factors of a product in their order; the term itself where it is none."""
    return tuple(f for a in term.args for f in factors_of(a)) if isinstance(term, Op) and term.name == "mul" else (term,)


def terms_of(term: Core) -> tuple[Core, ...]:
    """The terms of a sum in their order; the term itself where it is none."""
    return tuple(s for a in term.args for s in terms_of(a)) if isinstance(term, Op) and term.name == "add" else (term,)


def free_variables(term: Core, bound: frozenset[int] = frozenset()) -> set[Var]:
    """Variables that nothing in the term binds."""
    match term:
        case Var():
            return set() if term.number in bound else {term}
        case Op():
            return set().union(*(free_variables(a, bound) for a in term.args)) if term.args else set()
        case Bind():
            inner = bound | {v.number for v in term.vars}
            out = free_variables(term.body, inner)
            for a in term.args:
                out |= free_variables(a, bound)
            for a in term.where:
                out |= free_variables(a, inner)
            return out
    return set()


def variables(term: Core) -> set[Var]:
    """Every variable of a term, bound ones too."""
    out: set[Var] = set()
    for t in walk(term):
        if isinstance(t, Var):
            out.add(t)
        elif isinstance(t, Bind):
            out.update(t.vars)
    return out


def unused(terms: Iterable[Core], names: Iterable[int] = ()) -> int:
    """A number that no variable of the terms has, nor any that is named; those above it are free too."""
    return 1 + max([0, *names, *(v.number for t in terms for v in variables(t))])


def in_place(term: Core, old: Core, new: Core) -> Core:
    """A term with another in place of one in it."""
    return new if term == old else rebuild(term, lambda t: in_place(t, old, new))


def same_term(a: Core, b: Core, bound: dict[int, int] | None = None) -> bool:
    """Whether two terms differ at most in the numbers of the variables that they bind.

    >>> x, y, z = (Var(n, REAL) for n in (1, 2, 3))
    >>> same_term(op("add", x, y), op("add", x, y)), same_term(op("add", x, y), op("add", x, z))
    (True, False)
    """
    bound = bound or {}
    match a, b:
        case Var(), Var():
            return a.number in bound and bound[a.number] == b.number or a == b and b.number not in bound.values()
        case Num(), Num():
            return a.value == b.value
        case Op(), Op():
            alike = a.name == b.name and a.info == b.info and len(a.args) == len(b.args)
            return alike and all(same_term(x, y, bound) for x, y in zip(a.args, b.args, strict=True))
        case Bind(), Bind():
            if (a.name, a.info, len(a.vars), len(a.args), len(a.where)) != (
                b.name,
                b.info,
                len(b.vars),
                len(b.args),
                len(b.where),
            ):
                return False
            if any((v.type, v.random) != (w.type, w.random) for v, w in zip(a.vars, b.vars, strict=True)):
                return False
            inner = {**bound, **{v.number: w.number for v, w in zip(a.vars, b.vars, strict=True)}}
            outside = all(same_term(x, y, bound) for x, y in zip(a.args, b.args, strict=True))
            inside = zip((a.body, *a.where), (b.body, *b.where), strict=True)
            return outside and all(same_term(x, y, inner) for x, y in inside)
    return False


def rebuild(term: Core, change: Any) -> Core:
    """The same node with ``change`` applied to each term below it."""
    match term:
        case Op():
            return Op(term.name, tuple(change(a) for a in term.args), term.info)
        case Bind():
            return Bind(
                term.name,
                term.vars,
                change(term.body),
                tuple(change(a) for a in term.args),
                tuple(change(a) for a in term.where),
                term.info,
            )
    return term


def replace(term: Core, table: dict[int, Core]) -> Core:
    """``term`` with variables replaced; a binder hides its own."""
    match term:
        case Var():
            return table.get(term.number, term)
        case Bind():
            inner = {k: v for k, v in table.items() if k not in {x.number for x in term.vars}}
            return Bind(
                term.name, term.vars, replace(term.body, inner), tuple(replace(a, table) for a in term.args),
                tuple(replace(a, inner) for a in term.where), term.info,
            )  # fmt: skip
    return rebuild(term, lambda t: replace(t, table))


@dataclass(frozen=True, slots=True)
class CoreClaim:
    """Two terms and a relation (``=``, ``<``, ``<=``, ``!=``, ``~``, ``propto``), under givens; ``order`` of a Taylor remainder.

    ``times`` are the free times of an episode that begins at ``first``, or at ``clock``, if there is one.
    ``small`` are the variables that tend to zero (or to the point expanded about) where an order is claimed.
    """

    lhs: Core
    relation: str
    rhs: Core
    givens: tuple[CoreClaim, ...] = ()
    order: int | None = None
    small: tuple[Var, ...] = ()
    every: tuple[Var, ...] = ()
    supports: tuple[tuple[int, int], ...] = ()
    clock: Var | None = None
    first: int = 0
    times: tuple[Var, ...] = ()

    def __str__(self) -> str:
        return f"{self.lhs} {self.relation} {self.rhs}"

    def changed(self, change: Callable[[Core], Core]) -> CoreClaim:
        """The claim and what is given with both sides of each changed alike."""
        given = tuple(g.changed(change) for g in self.givens)
        return with_fields(self, lhs=change(self.lhs), rhs=change(self.rhs), givens=given)

    def both_ways(self) -> tuple[tuple[Core, Core], tuple[Core, Core]]:
        """Each side with the other."""
        return (self.lhs, self.rhs), (self.rhs, self.lhs)

    def parts(self) -> tuple[Core, ...]:
        return (self.lhs, self.rhs, *(p for g in self.givens for p in g.parts()))


def strip_coerce(t: Core) -> Core:
    """What a whole number taken for a number is."""
    return t.args[0] if isinstance(t, Op) and t.name == "coerce" else t


__all__ = [
    "CALLED", "ONE", "REAL", "ZERO", "Bind", "Core", "CoreClaim", "Num", "Op", "Var", "below", "factors_of",
    "free_variables", "num", "op", "rebuild", "replace", "same_term", "share", "strip_coerce", "terms_of", "unused",
    "variables", "walk",
]  # fmt: skip
