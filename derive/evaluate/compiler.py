"""A core term as a function of a frame of bound values: compiled once, run at many points of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.core.terms import Bind, Core, Num, Op, Var
from derive.values.jets import Jet
from derive.worlds.world import FACTORS, LEVELS, OUTCOMES, World

Frame = dict[Any, Any]
Code = Callable[[World, Frame], Any]


class Unmeant(Exception):
    """An operation without a meaning function: a gap of ours, known before any evaluation."""


class Compiler:
    """Compiles terms with the meaning functions of a table; equal subterms share their code."""

    def __init__(
        self, operations: dict[str, Callable[[Compiler, Op], Code]], binders: dict[str, Callable[[Compiler, Bind], Code]]
    ):
        self.operations, self.binders = operations, binders
        self.made: dict[Core, Code] = {}

    def code(self, term: Core) -> Code:
        known = self.made.get(term)
        if known is None:
            known = self.made[term] = self._code(term)
        return known

    def _code(self, term: Core) -> Code:
        match term:
            case Num():
                value = term.value

                def constant(world: World, frame: Frame) -> Any:
                    return world.lift(value)

                return constant
            case Var():
                return variable(term)
            case Op():
                make = self.operations.get(term.name)
                if make is None:
                    raise Unmeant(term.name)
                return make(self, term)
            case Bind():
                bind = self.binders.get(term.name)
                if bind is None:
                    raise Unmeant(term.name)
                return bind(self, term)
        raise Unmeant(type(term).__name__)


def variable(v: Var) -> Code:
    number = v.number
    if v.random:

        def outcome(world: World, frame: Frame) -> Any:
            return random_value(world, v, frame["omega"])

        return outcome

    def read(world: World, frame: Frame) -> Any:
        value = frame.get(number)
        return value if value is not None else world.free(v)

    return read


def random_value(world: World, v: Var, omega: int) -> Any:
    """The value of a random variable at an outcome."""
    return world.outcome(v, omega)


def bare(value: Any) -> Any:
    """The constant term of a jet."""
    return value.c[0] if isinstance(value, Jet) else value


__all__ = ["FACTORS", "LEVELS", "OUTCOMES", "Code", "Compiler", "Frame", "Unmeant", "bare", "random_value"]
