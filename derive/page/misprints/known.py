"""Whether a formula is one slip away from how the field writes what it has made, and from no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from derive.elaborate.claims import links_of
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.known_forms import FORMS, PREFERRED, KnownForm
from derive.glossary.marks import LOGARITHMS
from derive.page.misprints.slips import everywhere as slipped
from derive.page.misprints.slips import orders, signs
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, row_key, walk

#: What the names of holes begin with.
HOLE = "mathfrak:"
REJECTED = {v: k for k, v in PREFERRED.items()}
#: Signs of products, and what is no sign at all.
PRODUCTS = frozenset((r"\cdot", r"\times", "*", "cdot", "times"))

Env = dict[str, Any]


@cache
def patterns() -> tuple[tuple[KnownForm, tuple[Row, ...]], ...]:
    """Each form with its spellings."""
    return tuple((form, tuple(plain(links_of(s)[0].terms[0]) for s in form.spellings.split(";;"))) for form in FORMS)


def plain(row: Row) -> Row:
    """A row without signs of products, brackets that hold one factor, and sizes of brackets."""

    def change(part: Row) -> Row:
        out = [replace(i, name="()") if i.kind == "group" and i.name in ("[]", "{}") else i for i in part]
        out = [replace(i, name=LOGARITHMS[0]) if i.name in LOGARITHMS else i for i in out]
        return tuple(i for i in out if not (i.kind == "mark" and i.name in PRODUCTS))

    return everywhere(row, change)


def ends(row: Row, at: int, bare: bool) -> Iterator[int]:
    """Where a factor that begins at a place may end: a name with its brackets, or without where those are looked at by themselves."""
    if at >= len(row) or row[at].kind in ("mark", "text"):
        return
    stop = at + 1
    while not bare and row[at].kind == "atom" and stop < len(row) and row[stop].kind == "group":
        stop += 1
    yield stop


def fits(name: str, part: Row) -> bool:
    """Whether a part may stand in a hole of a name."""
    if name in ("w", "l"):
        marks = [i.name for i in walk(part) if i is not part[0]]
        return any(m in (PREFERRED if name == "w" else REJECTED) for m in marks)
    if name == "i":
        return any(i.value == 2 for i in walk(part))
    return name != "f" or "reward" in kinds(part[0].name)


def match(pattern: Row, row: Row, env: Env, p: int = 0, at: int = 0, whole: bool = True) -> bool:
    """Whether a row is what a pattern says from some place on; holes are noted where it is."""
    if p == len(pattern):
        return at == len(row) or not whole
    first = pattern[p]
    if not first.name.startswith(HOLE):
        return at < len(row) and same(first, row[at], env) and match(pattern, row, env, p + 1, at + 1, whole)
    hole = first.name.removeprefix(HOLE)
    applied = p + 1 < len(pattern) and pattern[p + 1].kind == "group"
    every = len(pattern) == 1 and whole and hole in ("i", "x")
    for stop in [len(row)] if every else ends(row, at, applied):
        part, key = row[at:stop], row_key(row[at:stop])
        made = {**env, hole: key}
        if part and env.get(hole) in (None, key) and fits(hole, part) and match(pattern, row, made, p + 1, stop, whole):
            env.update(made)
            return True
    return False


def same(first: Item, item: Item, env: Env) -> bool:
    """Whether an item is what one of a pattern says, its parts included."""
    if (first.kind, first.said, first.value, first.primes, first.seps) != (
        item.kind,
        item.said,
        item.value,
        item.primes,
        item.seps,
    ):
        return False
    for mine, its in ((first.rows, item.rows), (first.subs, item.subs), (first.sups, item.sups)):
        if len(mine) != len(its) or not all(match(a, b, env) for a, b in zip(mine, its, strict=True)):
            return False
    return True


def is_form(form: KnownForm, spellings: tuple[Row, ...], one: Statement) -> bool:
    """Whether a form stands somewhere in what a statement says of a name; one that begins with a factor, where a term does."""
    row, name = one.terms[-1], one.terms[0][0].name if one.terms[0] else ""

    def begins(spelled: Row, r: Row, at: int) -> bool:
        return not spelled[0].name.startswith(HOLE) or at == 0 or is_mark(r[at - 1], "+")

    def found(spelled: Row, r: Row, at: int) -> bool:
        env: Env = {}
        if not (begins(spelled, r, at) and match(spelled, r[at:], env, whole=False)):
            return False
        if "i" in env and "Q" in env and repr(first_name(env["i"])) not in repr(env["Q"][0][4]):
            return False  # an extreme over arguments
        return not form.alike or first_name(env["x"]) == first_name(env["y"]) == name

    rows = inner_rows(plain(row))
    return any(found(s, r, at) for s in spellings for r in rows for at in range(len(r)))


def first_name(key: tuple[Any, ...]) -> object:
    """The letter with which what is in a hole begins."""
    return key[0][1]


def exchanged(one: Statement) -> Statement:
    """A statement with the preferred for the rejected of two answers, and the other way round."""
    table = {**PREFERRED, **REJECTED}

    def swap(item: Item) -> Item:
        def inner(row: Row) -> Row:
            return tuple(replace(i, name=table.get(i.name, i.name)) for i in row)

        return replace(item, subs=tuple(map(inner, item.subs)), sups=tuple(map(inner, item.sups)))

    return replace(one, terms=tuple(everywhere(t, lambda row: tuple(map(swap, row))) for t in one.terms))


def operators(row: Row) -> set[str]:
    """The operators and functions of a row; extremes, which may be exchanged, as one."""
    named = (
        i.said if i.word else i.name if i.kind == "big" else i.kind for i in walk(row) if i.word or i.kind in ("big", "root")
    )
    return {name.replace("max", "min") for name in named}


def differences(row: Row) -> Iterator[tuple[Row, str]]:
    """The other one first, of two of which the difference is taken."""
    at = [n for n, i in enumerate(row) if is_mark(i, "+", "-")]
    if len(at) == 1 and 0 < at[0] < len(row) - 1 and is_mark(row[at[0]], "-"):
        yield (*row[at[0] + 1 :], row[at[0]], *row[: at[0]]), "the two of a difference are in each other's place"


def speaks(words: str, some: str) -> bool:
    """Whether words are among those that are parted by semicolons."""
    return any(re.search(rf"\b{re.escape(w)}\b", words, re.IGNORECASE) for w in some.split("; ") if w)


def unlike_known(one: Statement, section: str, sentence: str, beside: Iterable[Statement] = ()) -> tuple[KnownForm, str] | None:
    """The form that a statement is one slip away from, and the slip; None where it or what stands beside it is one of them, or near none."""
    rhs = one.terms[-1]
    if (
        not rhs
        or not any(i.kind == "atom" for i in walk(rhs))
        or any(is_form(form, spelled, s) for form, spelled in patterns() for s in (one, *beside) if s.terms[-1])
    ):
        return None
    own = operators(plain(rhs))
    for form, spelled in patterns():
        if not speaks(section, form.words) or speaks(sentence, form.but):
            continue
        if not any(operators(s) <= own for s in spelled):
            continue
        if is_form(form, spelled, exchanged(one)):
            return form, "the two answers are in each other's place"
        changes = (orders, *((signs,) if form.signed else ()), *((differences,) if form.turned else ()))
        near = (
            what
            for change in changes
            for row, what in slipped(rhs, change)
            if is_form(form, spelled, replace(one, terms=(*one.terms[:-1], row)))
        )
        if (what := next(near, None)) is not None:
            return form, what
    return None


__all__ = ["unlike_known"]
