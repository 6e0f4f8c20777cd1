"""Vectors and matrices of values, and numbers that are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flint

from derive.values.jets import Jet


class ShapeError(Exception):
    """Operands whose shapes do not fit."""


@dataclass(frozen=True, slots=True)
class Vec:
    """A column of values, or a row."""

    items: tuple[Any, ...]
    row: bool = False


@dataclass(frozen=True, slots=True)
class Mat:
    """A matrix of values, by rows."""

    rows: tuple[tuple[Any, ...], ...]


#: Types of two values that are combined as they are: no tensors, and of exact numbers, which a budget weighs, at most one that is whole.
PLAIN = frozenset(
    (a, b) for a in (flint.nmod, flint.arb, Jet, int) for b in (flint.nmod, flint.arb, Jet, int) if (a, b) != (int, int)
)


def is_exact(value: Any) -> bool:
    """An int or a flint rational."""
    return type(value) is int or isinstance(value, flint.fmpq)


def whole(value: Any) -> Any:
    """An int where an exact number is whole."""
    if isinstance(value, flint.fmpq) and value.q == 1:
        return int(value.p)
    return value
