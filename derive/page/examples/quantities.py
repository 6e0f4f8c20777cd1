"""A quantity of an example with its number, and rows with numbers in place of their quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.decide.calculation import is_closed
from derive.diagnostics import NotationError
from derive.elaborate.claims import read_link
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import FUNCTIONS
from derive.glossary.marks import SETS
from derive.page.saying.numbers_put_in import (
    is_argument,
    is_inverse,
    is_number,
    is_place,
    is_power,
    is_table,
    is_transposed,
    shifted,
)
from derive.page.saying.occurrences import CONSTANTS
from derive.page.saying.told import Place
from derive.syntax.flat import Item, Row, row_key, walk
from derive.verify.links import LinkVerdict, reckoned


@dataclass(frozen=True, slots=True)
class Fact:
    """A quantity, its number as the page prints it, and where it says so."""

    name: Row
    number: Row
    section: int
    line: int
    latex: str
    at: Place = ("", 0, 0)
    sentence: int = -1
    rounded: bool = False
    endless: bool = False  # whether all that come after it have the same number

    @property
    def told(self) -> tuple[Place, str]:
        """Where the page says so."""
        return self.at, f"{self.said} is given its value here"

    @property
    def said(self) -> str:
        """The quantity as it is written."""
        return self.latex[self.name[0].start : self.name[-1].end].strip()

    @property
    def value(self) -> str:
        return self.latex[self.number[0].start : self.number[-1].end].strip()


def closed(base: LinkVerdict, lhs: Row, rhs: Row) -> LinkVerdict | None:
    """The verdict on a link as a calculation with its numbers put in; None where names are left in it."""
    try:
        read = read_link(lhs, base.relation, rhs, [])
    except (NotationError, RecursionError):
        return None
    if not read.readings or not is_closed(read.readings[0].claim):
        return None
    return reckoned(base, read.readings)


def is_quantity(row: Row) -> bool:
    """Whether a row is a name, applied or not: no sum, no product and no number."""
    return (
        bool(row)
        and sum(i.kind == "atom" and not i.word for i in row) < 2
        and row[0].kind in ("atom", "text", "nabla")
        and len(row) <= 3
        and all(i.kind in ("atom", "text", "nabla") or i.kind == "group" and all(map(is_place, i.rows)) for i in row)
    )


def is_count(row: Row) -> bool:
    r"""Whether a row is how many members a set has: ``\lvert\mathcal{A}\rvert``."""
    of = row[0].rows[0] if len(row) == 1 and row[0].kind == "group" and row[0].name == "abs" else ()
    return len(of) == 1 and of[0].kind == "atom" and of[0].name in SETS


def lists_of(facts: Iterable[Fact]) -> list[Statement]:
    """The lists whose members are given one by one, by their numbers from 1 on: ``r_1=1``, ``r_2=0``, ``r_3=0``.

    They are all of them where there are as many as a letter says that there are of something, or, where none says so, more than two.
    """
    facts, found = list(facts), dict[Item, dict[int, Row]]()
    sizes = {whole_number(f.number) for f in facts if is_capital(f.name, "index")}
    for fact in facts:
        at = index_of(fact.name)
        if at is not None and is_number(fact.number):
            found.setdefault(replace(fact.name[0], subs=(), start=0, end=0), {})[at] = fact.number
    out = []
    for name, numbers in found.items():
        count = len(numbers)
        if sorted(numbers) == [*range(1, count + 1)] and (count in sizes if sizes else count > 2):
            members = Item("group", "()", tuple(n for _, n in sorted(numbers.items())), (",",) * (count - 1))
            out.append(Statement(((name,), (members,)), ("=",)))
    return out


def is_capital(name: Row, kind: str) -> bool:
    """Whether a name is a capital without marks that may be of a kind: how many there are of something, the last time."""
    return len(name) == 1 and name[0].name.isupper() and kind in kinds(name[0].name) and not (name[0].subs or name[0].sups)


def index_of(name: Row) -> int | None:
    """The whole number below a name that has no other marks; None for any other."""
    item = name[0] if len(name) == 1 else None
    if item is None or item.kind != "atom" or item.sups or item.accents or item.primes or len(item.subs) != 1:
        return None
    return whole_number(item.subs[0])


def whole_number(row: Row) -> int | None:
    """The whole number that a row is; None for any other."""
    value = row[0].value if len(row) == 1 and row[0].kind == "number" else None
    return int(value) if value is not None and value.denominator == 1 else None


def put(row: Row, facts: list[Fact], used: dict[object, Fact]) -> Row:
    """The row with numbers in place of the quantities that have one; ``facts`` are those of longer names first."""
    out: list[Item] = []
    at = 0
    while at < len(row):
        hit = next((f for f in facts if starts(row, at, f)), None)
        if hit is None:
            item = row[at]
            rows, sups = (tuple(put(r, facts, used) for r in part) for part in (item.rows, item.sups))
            out.append(replace(item, rows=rows, sups=sups) if rows or sups else item)
            at += 1
            continue
        used[row_key(hit.name)] = hit
        last = row[at + len(hit.name) - 1]
        power = last.sups if not hit.name[-1].sups else ()
        out.append(Item("group", "()", (hit.number,), sups=power, start=row[at].start, end=last.end))
        at += len(hit.name)
    return tuple(out)


def starts(row: Row, at: int, fact: Fact) -> bool:
    """Whether a name stands at a place of a row: all of it, with nothing that it is applied to; a power may stand above it."""
    name = fact.name
    part = row[at : at + len(name)]
    if len(part) < len(name):
        return False
    last = part[-1]
    tensor = is_table(fact.number) and (is_transposed(last) or is_inverse(last))
    if not name[-1].sups and last.sups and (is_power(last) or tensor):
        part = (*part[:-1], replace(last, sups=()))
    if row_key(part) != row_key(name):
        return False
    behind = row[at + len(name)] if at + len(name) < len(row) else None
    at_number = behind is not None and behind.name == "()" and all(len(r) == 1 and r[0].kind == "frac" for r in behind.rows)
    return not (name[-1].kind == "atom" and (at_number or is_argument(name[-1], behind)))


def names_nothing(row: Row) -> bool:
    """Whether a row is a calculation, with no name in it but those of functions and constants."""
    return any(i.kind == "number" for i in walk(row)) and all(
        i.kind != "text" and (i.kind != "atom" or i.word or bool(kinds(i.name).keys() & CONSTANTS.keys())) for i in walk(row)
    )


def of_functions(row: Row) -> bool:
    """Whether a named function is applied: log r is no quantity of a page."""
    return any(i.kind == "atom" and i.said in FUNCTIONS for i in row)


def apart(base: LinkVerdict, lhs: Row, rhs: Row, facts: list[Fact]) -> bool:
    """Whether one side is the larger whatever the numbers were that the page has rounded."""
    if not any(f.rounded for f in facts):
        return True
    orders = set()
    for side in (-1, 1):
        ends = [replace(f, number=shifted(f.number, side)) if f.rounded else f for f in facts]
        found = closed(replace(base, relation=r"\le"), put(lhs, ends, {}), put(rhs, ends, {}))
        orders.add(found.status if found is not None else "")
    return len(orders) == 1 and "" not in orders


__all__ = [
    "Fact",
    "apart",
    "closed",
    "index_of",
    "is_capital",
    "is_count",
    "is_quantity",
    "lists_of",
    "names_nothing",
    "of_functions",
    "put",
    "whole_number",
]
