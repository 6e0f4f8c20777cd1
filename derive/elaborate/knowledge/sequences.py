r"""Sequences as they are written: the token ``y_t``, the prefix ``y_{<t}``, and which letters a claim writes for responses and lengths."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import letter_key
from derive.glossary.marks import BOLD
from derive.syntax.flat import Item, Row, is_mark, walk


def token_of(row: Row) -> tuple[Item, Row] | None:
    """``y_t``, ``o_{i,t}``: the response and the number of the token."""
    if len(row) != 1 or row[0].kind != "atom" or len(row[0].subs) != 1 or row[0].sups:
        return None
    before, last = parted(row[0].subs[0])
    return (replace(unbold(row[0]), subs=(before,) if before else ()), last) if last else None


def prefix_of(row: Row) -> tuple[Item, tuple[Row, bool]] | None:
    r"""``y_{<t}``, ``o_{i,<t}``, ``y_{\le t}``, ``y_{1:t}``: the response, a number, and whether its own token is left out."""
    if len(row) != 1 or row[0].kind != "atom" or len(row[0].subs) != 1 or row[0].sups:
        return None
    before, last = parted(row[0].subs[0])
    response = replace(unbold(row[0]), subs=(before,) if before else ())
    if len(last) > 1 and is_mark(last[0], "<", r"\le"):
        return response, (last[1:], last[0].name == "<")
    if len(last) > 2 and last[0].name == "1" and is_mark(last[1], ":"):
        return response, (last[2:], False)
    return None


def parted(sub: Row) -> tuple[Row, Row]:
    """What stands before the last comma of a subscript, and behind it."""
    sub = tuple(i for i in sub if not is_mark(i, r"\quad"))
    place = max((k for k, i in enumerate(sub) if is_mark(i, ",")), default=-1)
    if place < 0 and len(sub) == 2 and all(i.kind == "atom" for i in sub):
        return sub[:1], sub[1:]
    return sub[:place] if place > 0 else (), sub[place + 1 :]


def is_before(end: tuple[Row, bool], time: Row) -> bool:
    """Whether a prefix has all the tokens before the one with a number, and no others."""
    last, left_out = end
    if left_out:
        return [i.key for i in last] == [i.key for i in time]
    less = len(last) == len(time) + 2 and is_mark(last[-2], "-") and last[-1].name == "1"
    return less and [i.key for i in last[:-2]] == [i.key for i in time]


def prefixes(row: Row) -> list[tuple[Item, tuple[Row, bool]]]:
    """The prefixes on which something is conditioned in a row."""
    given = [r for i in walk(row) if i.kind == "group" and "|" in i.seps for r in i.rows]
    return [p for r in given if (p := prefix_of(r)) is not None]


def unbold(item: Item) -> Item:
    """A response set bold is the one whose tokens are not."""
    font = next((font for font in BOLD if item.name.startswith(font)), "")
    return replace(item, name=item.name.removeprefix(font)) if font else item


def heads_of(rows: Iterable[Row]) -> set[Hashable]:
    """Names of what gives the next token its chances: what is conditioned on a prefix."""
    found: set[Hashable] = set()
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for head, group in pairwise(part):
                given = group.rows if group.kind == "group" and "|" in group.seps else ()
                if head.kind == "atom" and any(prefix_of(r) is not None for r in given):
                    found.add((head.name, head.accents, head.primes))
    return found


def responses_of(rows: Iterable[Row]) -> set[Hashable]:
    r"""Names of responses: those that have prefixes, and those to whose length ``|y|`` a sum goes."""
    found: set[Hashable] = set()
    for row in rows:
        found |= {(r.name, r.accents, r.primes) for r, _ in prefixes(row)}
        for item in walk(row):
            end = item.sups[0] if item.kind == "big" and len(item.sups) == 1 else ()
            if len(end) == 1 and end[0].kind == "group" and end[0].name == "abs" and len(end[0].rows[0]) == 1:
                inner = end[0].rows[0][0]
                if inner.kind == "atom":
                    found.add((unbold(inner).name, inner.accents, inner.primes))
    return found


def ends_of(rows: Iterable[Row]) -> dict[Hashable, Item]:
    """Letters up to which the tokens of a response are numbered, with the response."""
    found: dict[Hashable, Item] = {}
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for at, item in enumerate(part):
                end = item.sups[0] if item.kind == "big" and len(item.sups) == 1 and len(item.subs) == 1 else ()
                if len(end) != 1 or end[0].kind != "atom" or len(item.subs[0]) != 3 or item.subs[0][2].name != "1":
                    continue
                for response, prefix in prefixes(part[at + 1 :]):
                    if is_before(prefix, item.subs[0][:1]):
                        found.setdefault(letter_key(end[0]), response)
    return found
