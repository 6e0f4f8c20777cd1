"""Matching items against the pattern of a glossary row: holes take rows, everything else must be the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derive.elaborate.knowledge.scope import hole_name, kinds
from derive.glossary.marks import TRANSPOSES
from derive.syntax.flat import Item, Row, row_key

Holes = dict[str, Row]


def match_items(pattern: Row, items: Row, at: int) -> tuple[Holes, int, tuple[Row, ...]] | None:
    """Holes filled by matching ``pattern`` at a place, where it ends, and superscripts left over on its last item."""
    if at + len(pattern) > len(items):
        return None
    holes: Holes = {}
    left: tuple[Row, ...] = ()
    for offset, want in enumerate(pattern):
        found = items[at + offset]
        last = offset == len(pattern) - 1
        rest = match_item(want, found, holes, allow_power=last)
        if rest is None:
            return None
        if last:
            left = rest
    return holes, at + len(pattern), left


def match_item(want: Item, found: Item, holes: Holes, allow_power: bool = False) -> tuple[Row, ...] | None:
    """Superscripts left over, or None where the item does not fit."""
    name = hole_name(want)
    if name:
        if want.subs or want.sups or found.kind == "mark":
            return None
        return () if fill(holes, name, (found,)) else None
    if want.kind != found.kind or want.name != found.name or want.accents != found.accents or want.primes != found.primes:
        return None
    if want.seps != found.seps or len(want.rows) != len(found.rows) or len(want.subs) != len(found.subs):
        return None
    for a, b in zip(want.rows, found.rows, strict=True):
        if not match_row(a, b, holes):
            return None
    for a, b in zip(want.subs, found.subs, strict=True):
        if not match_script(a, b, holes):
            return None
    if len(want.sups) > len(found.sups):
        return None
    for a, b in zip(want.sups, found.sups, strict=False):
        if not match_script(a, b, holes):
            return None
    left = found.sups[len(want.sups) :]
    return left if not left or allow_power else None


def match_row(want: Row, found: Row, holes: Holes) -> bool:
    """A row in brackets: one hole takes it whole."""
    if len(want) == 1 and hole_name(want[0]):
        return bool(found) and fill(holes, hole_name(want[0]), found)
    return len(want) == len(found) and all(match_item(a, b, holes) == () for a, b in zip(want, found, strict=True))


def match_script(want: Row, found: Row, holes: Holes) -> bool:
    """A script: commas between letters count for nothing."""
    found = tuple(item for item in found if not (item.kind == "mark" and item.name == ","))
    want = tuple(item for item in want if not (item.kind == "mark" and item.name == ","))
    if len(want) == 1 < len(found) and all(item.kind == "atom" for item in found):
        return False  # several letters are several indices
    if len(want) > 1 and all(map(hole_name, want)):
        indices = list(indices_of(found))
        return len(want) == len(indices) and all(fill(holes, hole_name(w), i) for w, i in zip(want, indices, strict=True))
    return match_row(want, found, holes)


def indices_of(row: Row) -> Iterator[Row]:
    r"""The indices in a script, one letter each, or one with its argument: ``s``, ``\pi(s)``."""
    for item, behind in pairwise((*row, None)):
        if item is not None and item.kind != "group":
            yield (item, behind) if behind is not None and behind.kind == "group" and behind.name == "()" else (item,)


def fill(holes: Holes, name: str, row: Row) -> bool:
    known = holes.get(name)
    if known is not None:
        return tuple(i.key for i in known) == tuple(i.key for i in row)
    holes[name] = row
    return True


def labels_of(item: Item) -> tuple[object, ...]:
    """The scripts that are part of a name: those without an index or a time."""

    def is_index(row: Row) -> bool:
        spelled = len(row) > 2 and all(i.kind == "atom" and not (i.subs or i.sups) for i in row)  # n, e, w of π_{new}
        return not spelled and any(
            i.kind == "number" or i.kind == "atom" and kinds(i.name).keys() & {"index", "time"} for i in row
        )

    return tuple(
        row_key(s) for s in (*item.subs, *item.sups) if not (len(s) == 1 and s[0].name in TRANSPOSES) and not is_index(s)
    )
