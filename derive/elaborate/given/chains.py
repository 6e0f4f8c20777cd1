r"""``\frac{dz}{dx}=\frac{dz}{dy}\frac{dy}{dx}``: what depends on what, where derivatives of bare letters say it and nothing else does."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from derive.elaborate.knowledge.scope import letter_key
from derive.elaborate.letters.heads import is_d
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import FUNCTIONS
from derive.syntax.flat import Item, Row, walk

#: An accent that no text has: on the letter of an unknown function.
UNKNOWN = "check"


def dependences(rows: Iterable[Row]) -> list[Statement]:
    """What derivatives of letters say that the letters are: unknown functions of those by which they are differentiated.

    A letter that follows from another one between is a function of that one alone. Nothing is said where a letter also
    stands outside of the derivatives that link them, or where one would depend on itself.
    """
    rows = tuple(rows)
    found: dict[Hashable, dict[Hashable, Item]] = {}
    letters: dict[Hashable, Item] = {}
    uses: dict[Hashable, int] = {}
    quotients: dict[Hashable, int] = {}
    for item in (i for row in rows for i in walk(row)):
        if item.kind == "atom":
            uses[letter_key(item)] = uses.get(letter_key(item), 0) + 1
        pair = slope_of(item)
        if pair is None:
            continue
        for letter in pair:
            letters[letter_key(letter)] = letter
            quotients[letter_key(letter)] = quotients.get(letter_key(letter), 0) + 1
        found.setdefault(letter_key(pair[0]), {})[letter_key(pair[1])] = pair[1]
    between = {key for below in found.values() for key in below} & found.keys()
    if not between or any(uses[key] > quotients[key] for key in letters):
        return []
    if any(key in reached(found, other) for key in found for other in found[key]):
        return []
    partial = {letter_key(i.rows[0][1]) for row in rows for i in walk(row) if slope_of(i) and i.rows[0][0].kind == "mark"}
    total = any(slope_of(i) and i.rows[0][0].kind == "atom" for row in rows for i in walk(row))
    out = []
    for number, (key, below) in enumerate(found.items(), 1):
        own = [x for k, x in below.items() if not any(k in reached(found, other) for other in below if other != k)]
        if total and len(own) == 1 and key in partial:
            return []  # ∂ beside d says that it depends on more than stands here
        function = Item("atom", "F", accents=(UNKNOWN,) * number)
        arguments = Item("group", "()", tuple((x,) for x in own), seps=(",",) * (len(own) - 1))
        out.append(Statement(((letters[key],), (function, arguments)), ("=",)))
    return out


def slope_of(item: Item) -> tuple[Item, Item] | None:
    """The two letters of a derivative of one letter by another."""
    if item.kind != "frac" or [len(r) for r in item.rows] != [2, 2] or not all(is_d(r[0]) for r in item.rows):
        return None
    above, below = (r[1] for r in item.rows)
    plain = all(i.kind == "atom" and not i.sups and i.name not in FUNCTIONS for i in (above, below))
    return (above, below) if plain and letter_key(above) != letter_key(below) else None


def reached(found: dict[Hashable, dict[Hashable, Item]], start: Hashable) -> set[Hashable]:
    """The letters on which a letter depends, those between included."""
    seen: set[Hashable] = set()
    todo = [start]
    while todo:
        for key in found.get(todo.pop(), ()):
            if key not in seen:
                seen.add(key)
                todo.append(key)
    return seen


__all__ = ["dependences"]
