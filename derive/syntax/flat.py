r"""Surface terms that decide nothing: a row is a sequence of items, an item keeps its scripts and its place.

Whether ``x(`` applies or multiplies, and how far ``\nabla``, ``\sum`` or ``\log`` reach, is left to the elaborator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

Kind = Literal[
    "atom",
    "number",
    "group",
    "frac",
    "binom",
    "root",
    "big",
    "nabla",
    "mark",
    "text",
    "matrix",
    "cases",
    "dots",
    "placeholder",
    "bar",
]


@dataclass(frozen=True, slots=True)
class Item:
    r"""One surface item.

    ``kind`` says what ``name`` and ``rows`` are: the letter of an ``atom`` (``x``, ``theta``, ``mathbb:E``, ``text:old``),
    the fences of a ``group`` (its ``rows`` are parted by ``seps``), the operator of a ``big``, the sign of a ``mark``,
    the rows of a ``frac`` (numerator, denominator), a ``root`` (body, index) or an evaluation ``bar``.
    """

    kind: Kind
    name: str = ""
    rows: tuple[Row, ...] = ()
    seps: tuple[str, ...] = ()
    subs: tuple[Row, ...] = ()
    sups: tuple[Row, ...] = ()
    primes: int = 0
    accents: tuple[str, ...] = ()
    value: Fraction | None = None
    start: int = 0
    end: int = 0

    def bare(self) -> Item:
        """The item without scripts and primes."""
        return Item(
            self.kind, self.name, self.rows, self.seps, accents=self.accents, value=self.value, start=self.start, end=self.end
        )

    @property
    def is_letter(self) -> bool:
        """Whether it is one Latin letter without a mark above."""
        return self.kind == "atom" and len(self.name) == 1 and self.name.isascii() and self.name.isalpha() and not self.accents

    @property
    def word(self) -> str:
        """The word that a name is (``old`` of ``text:old``), empty for a letter."""
        return self.name[5:] if self.name.startswith("text:") else ""

    @property
    def said(self) -> str:
        """The name without the mark of a word."""
        return self.name.removeprefix("text:")

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two items the same when printed, places left out."""
        return (
            self.kind, self.name, tuple(row_key(r) for r in self.rows), self.seps, tuple(row_key(r) for r in self.subs),
            tuple(row_key(r) for r in self.sups), self.primes, self.accents, self.value,
        )  # fmt: skip


Row = tuple[Item, ...]


def numeral(n: int) -> Item:
    """A whole number that is put in."""
    return Item("number", str(n), value=Fraction(n))


def row_key(row: Row) -> tuple[object, ...]:
    """What makes two rows the same when printed."""
    return tuple(item.key for item in row)


def walk(row: Row) -> Iterator[Item]:
    """Every item of a row, scripts and contents included, outermost first."""
    for item in row:
        yield item
        for part in (*item.rows, *item.subs, *item.sups):
            yield from walk(part)


def inner_rows(row: Row) -> list[Row]:
    """A row and every row in it."""
    return [row, *(part for item in row for inner in (*item.rows, *item.subs, *item.sups) for part in inner_rows(inner))]


def before_brackets(rows: Iterable[Row]) -> Iterator[tuple[Item, Item]]:
    r"""Every name in rows that has brackets behind it, and these.

    >>> from derive.syntax.row_reader import read
    >>> [(a.name, b.seps) for a, b in before_brackets([read(r"f(x)+\frac{1}{g(y,z)}")])]
    [('f', ()), ('g', (',',))]
    """
    for row in rows:
        for part in inner_rows(row):
            yield from ((a, b) for a, b in pairwise(part) if a.kind == "atom" and b.kind == "group")


def everywhere(row: Row, change: Callable[[Row], Row]) -> Row:
    """A row changed, and every row in it first."""

    def inside(item: Item) -> Item:
        if not (item.rows or item.subs or item.sups):
            return item
        parts = ((*(everywhere(r, change) for r in rows),) for rows in (item.rows, item.subs, item.sups))
        inner, subs, sups = parts
        return (
            item if (inner, subs, sups) == (item.rows, item.subs, item.sups) else replace(item, rows=inner, subs=subs, sups=sups)
        )

    return change(tuple(map(inside, row)))


def applied_as_one(row: Row, made: Callable[[Item, Item], Item | None]) -> Row:
    """A row in which a name and what it is applied to are one item, where ``made`` has one for the two."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        taken = False
        for item, behind in pairwise((*part, Item("mark", ""))):
            one = None if taken else made(item, behind)
            if not taken:
                out.append(item if one is None else one)
            taken = one is not None
        return tuple(out)

    return everywhere(row, change)


def is_mark(item: Item, *names: str) -> bool:
    """Whether an item is one of these signs."""
    return item.kind == "mark" and item.name in names


def parts_between(row: Row, *marks: str) -> list[Row]:
    """What stands between these signs; where nothing does, there is no part."""
    out: list[list[Item]] = [[]]
    for item in row:
        if is_mark(item, *marks):
            out.append([])
        else:
            out[-1].append(item)
    return [tuple(part) for part in out if part]


def stacked(under: Row) -> list[Row]:
    """What stands below an operator, between its commas and in its lines."""
    return parts_between(under, ",", r"\\")
