"""The base of every node: its place, its children, walking and changing a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from derive.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Term:
    """Base of every node; ``span`` is its place in the source."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    def children(self) -> Iterator[Term]:
        """The terms directly below this one, in printed order."""
        return iter(_below(self))

    def walk(self) -> Iterator[Term]:
        """This term and every term below it, outermost first."""
        stack: list[Term] = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(_below(term)))

    def map_children(self, change: Any) -> Term:
        """The same node with ``change`` applied to each child."""
        new = {}
        for name in _names(type(self)):
            old = getattr(self, name)
            made = _map_in(old, change)
            if made is not old:
                new[name] = made
        return replace(self, **new) if new else self


#: The fields of each class of nodes that may hold terms: all but its place.
_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Term]) -> tuple[str, ...]:
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(f.name for f in fields(kind) if f.name != "span")
    return names


def _below(term: Term) -> list[Term]:
    # Every question about a claim walks its terms, often many times: so no generators and no reflection here.
    found: list[Term] = []
    for name in _names(type(term)):
        value = getattr(term, name)
        if isinstance(value, Term):
            found.append(value)
        elif type(value) is tuple:
            _gather(value, found)
    return found


def _gather(values: tuple[Any, ...], found: list[Term]) -> None:
    for value in values:
        if isinstance(value, Term):
            found.append(value)
        elif type(value) is tuple:
            _gather(value, found)


def _map_in(value: Any, change: Any) -> Any:
    if isinstance(value, Term):
        return change(value)
    if isinstance(value, tuple):
        made = tuple(_map_in(item, change) for item in value)
        return made if any(a is not b for a, b in zip(made, value, strict=True)) else value
    return value
