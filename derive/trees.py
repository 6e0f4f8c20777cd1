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
        for f in fields(self):
            yield from _terms_in(getattr(self, f.name))

    def walk(self) -> Iterator[Term]:
        """This term and every term below it, outermost first."""
        stack: list[Term] = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(list(term.children())))

    def map_children(self, change: Any) -> Term:
        """The same node with ``change`` applied to each child."""
        new = {}
        for f in fields(self):
            if f.name != "span":
                old = getattr(self, f.name)
                made = _map_in(old, change)
                if made is not old:
                    new[f.name] = made
        return replace(self, **new) if new else self


def _terms_in(value: object) -> Iterator[Term]:
    if isinstance(value, Term):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _terms_in(item)


def _map_in(value: Any, change: Any) -> Any:
    if isinstance(value, Term):
        return change(value)
    if isinstance(value, tuple):
        made = tuple(_map_in(item, change) for item in value)
        return made if any(a is not b for a, b in zip(made, value, strict=True)) else value
    return value
