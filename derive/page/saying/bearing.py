"""Whether what a page supposes bears on a statement: it speaks of a letter of it, or of what its values are made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from derive.elaborate.given.given_numbers import pinned
from derive.elaborate.given.listed import list_of
from derive.elaborate.knowledge.glances import is_earned, rewards_come_later
from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.reach import occurs_free
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import TRANSPOSES, VALUE_NAMES
from derive.page.words.role_names import ORDERS
from derive.syntax.flat import Item, Row, walk

#: What powers are written with, and kinds of letters that are one where they stand above another.
POWERS = ("number", "mark")
COUNTS = {"index", "time"}


def rows_of(statement: Statement) -> tuple[Row, ...]:
    """All rows of a statement."""
    return (*statement.terms, *statement.conditions)


def letters_in(rows: Iterable[Row]) -> set[Hashable]:
    """The letters in rows, each with its scripts."""
    return {letter_key(item) for row in rows for item in walk(row) if item.kind == "atom"}


def without_powers(row: Row, counted: bool = True) -> Row:
    """A row without its powers and transposes: what stands under them is the same letter."""

    def plain(item: Item) -> Item:
        sups = tuple(without_powers(s) for s in item.sups if not all(is_of_power(i, counted) for i in s))
        return replace(item, rows=tuple(map(without_powers, item.rows)), subs=tuple(map(without_powers, item.subs)), sups=sups)

    return tuple(map(plain, row))


def is_of_power(item: Item, counted: bool) -> bool:
    r"""Whether what stands above a letter may be of a power, or transposes it: ``\gamma^{k-t}``, ``x^2``."""
    counts = counted and item.kind == "atom" and not item.sups and bool(kinds(item.name).keys() & COUNTS)
    return item.kind in POWERS or item.name in TRANSPOSES or counts


def meet(given: Statement, rows: Iterable[Row]) -> bool:
    """Whether a premise speaks of a letter of rows; one that orders letters, of one that is free in them: a letter that runs is another."""
    rows = [*map(without_powers, rows)]
    if says_reward(given) and any(i.kind == "atom" and i.name in VALUE_NAMES for row in rows for i in walk(row)):
        return True
    if pinned(given, rows):
        return True
    loose = not set(given.rels) <= set(ORDERS)  # γ^k c is another bound than γ
    own = [without_powers(r, loose) for r in (given.terms[:1] if given.rels in ((r"\in",), (r"\sim",)) else rows_of(given))]
    shared = letters_in(own) & letters_in(rows)
    if not shared and (lists(given) or whole_in(rows) & members_in(rows_of(given))):
        return bool(members_in(own, numbered=True) & members_in(rows, numbered=True))
    if given.rels and set(given.rels) <= set(ORDERS):
        return any(occurs_free(row, key) for row in rows for key in shared)
    return bool(shared)


def lists(given: Statement) -> bool:
    """Whether a premise lists the numbers that the members of a name are."""
    return bool(list_of(given))


def whole_in(rows: Iterable[Row]) -> set[Hashable]:
    """The letters in rows that have no scripts."""
    return {letter_key(i) for row in rows for i in walk(row) if i.kind == "atom" and not i.subs}


def members_in(rows: Iterable[Row], numbered: bool = False) -> set[Hashable]:
    """The names of sequences and vectors in rows of which members stand there, by a letter that runs (or a number); if so, whole ones, too."""
    out = whole_in(rows) if numbered else set()
    for item in (i for row in rows for i in walk(row) if i.kind == "atom" and len(i.subs) == 1 and len(i.subs[0]) == 1):
        place = item.subs[0][0]
        if place.kind == "atom" and "index" in kinds(place.name) or numbered and place.kind == "number":
            out.add(letter_key(replace(item, subs=())))
    return out


def counts_later(one: Statement, before: list[Row]) -> bool:
    """Whether rows before a statement count the reward of a step with the next one, those with its own letters for rewards if it has any."""
    own = {i.name for t in one.terms for i in walk(t) if is_earned(i)}
    alike = [r for r in before if not own or own & {i.name for i in walk(r) if is_earned(i)}]
    return rewards_come_later(alike)


def says_law(given: Statement) -> bool:
    """Whether something is said of chances, given what they hang on, ``P(s'|s,a) = …``: values are made of them."""
    lhs = given.terms[0]
    return len(lhs) == 2 and lhs[1].kind == "group" and "|" in lhs[1].seps


def speaks_of_values(statement: Statement) -> bool:
    """Whether a name of values stands in a statement."""
    return any(i.kind == "atom" and i.name in VALUE_NAMES for row in rows_of(statement) for i in walk(row))


def says_reward(given: Statement) -> bool:
    """Whether a premise says what rewards are, or between what they lie: values are made of them."""
    name = next((i for t in given.terms for i in walk(t) if i.kind == "atom"), None)
    bound = given.rels == (r"\in",) or set(given.rels) <= set(ORDERS) or given.rels == ("=",) and len(given.terms[1]) == 1
    return bool(given.rels) and name is not None and kinds(name.name).get("reward") == 0 and bound


__all__ = ["letters_in", "lists", "meet", "rows_of", "says_law", "says_reward", "speaks_of_values"]
