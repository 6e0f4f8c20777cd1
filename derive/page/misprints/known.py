"""Whether a formula is one slip away from how the field writes what it has made, and from no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from derive.elaborate.claims import links_of
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.known_forms import FORMS, HOLES, INDEXED, PREFERRED, WIDE, KnownForm
from derive.glossary.marks import LOGARITHMS
from derive.page.misprints.slips import everywhere as slipped
from derive.page.misprints.slips import orders, signs
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, row_key, walk
from derive.syntax.lex.symbols import PRODUCT_OPS

#: What the names of holes begin with.
HOLE = "mathfrak:"
REJECTED = {v: k for k, v in PREFERRED.items()}
PRODUCTS = frozenset((*PRODUCT_OPS, *PRODUCT_OPS.values()))

#: What stands in the holes.
Env = dict[str, Row]


@cache
def patterns() -> tuple[tuple[KnownForm, tuple[Row, ...], tuple[set[str], ...]], ...]:
    """Each form with its spellings, and with the operators of each."""
    spelled = ((form, tuple(plain(links_of(s)[0].terms[0]) for s in form.spellings.split(";;"))) for form in FORMS)
    return tuple((form, rows, tuple(map(operators, rows))) for form, rows in spelled)


def plain(row: Row) -> Row:
    """A row without signs of products, with one kind of brackets and of logarithms."""

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
    match HOLES.get(name):
        case "preferred" | "rejected" as which:
            marks = PREFERRED if which == "preferred" else REJECTED
            return any(i.name in marks for i in walk(part) if i is not part[0])
        case "pair":
            return any(i.value == 2 for i in walk(part))
        case "reward":
            return "reward" in kinds(part[0].name)
    return True


def match(pattern: Row, row: Row, env: Env, p: int = 0, at: int = 0, whole: bool = True) -> bool:
    """Whether a row is what a pattern says from some place on; holes are noted where it is."""
    if p == len(pattern):
        return at == len(row) or not whole
    first = pattern[p]
    if not first.name.startswith(HOLE):
        return at < len(row) and same(first, row[at], env) and match(pattern, row, env, p + 1, at + 1, whole)
    hole = first.name.removeprefix(HOLE)
    applied = p + 1 < len(pattern) and pattern[p + 1].kind == "group"
    every = len(pattern) == 1 and whole and hole in WIDE
    for stop in [len(row)] if every else ends(row, at, applied):
        part = row[at:stop]
        made = {**env, hole: part}
        if not part or row_key(env.get(hole, part)) != row_key(part) or not fits(hole, part):
            continue
        if match(pattern, row, made, p + 1, stop, whole):
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
        index, whose = map(env.get, INDEXED)
        if index and whose and not any(i.name == index[0].name for below in whose[0].subs for i in walk(below)):
            return False  # an extreme over arguments
        return all(env[hole][0].name == name for hole in form.alike)

    rows = inner_rows(plain(row))
    return any(found(s, r, at) for s in spellings for r in rows for at in range(len(r)))


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


@cache
def any_of(some: str) -> re.Pattern[str]:
    """Any of some words, as parts of longer ones too: ``UCB-like``, ``risk-averse``."""
    return re.compile("|".join(rf"\b{re.escape(w)}\b" for w in some.split("; ")), re.IGNORECASE)


def unlike_known(one: Statement, section: str, sentence: str, beside: Iterable[Statement] = ()) -> tuple[KnownForm, str] | None:
    """The form that a statement is one slip away from, and the slip; None where it or what stands beside it is one of them, or near none."""
    rhs = one.terms[-1]
    own = operators(plain(rhs))
    near = [
        (form, spelled)
        for form, spelled, named in patterns()
        if any(n <= own for n in named) and any_of(form.words).search(section) and not any_of(form.but).search(sentence)
    ]
    if not near or not any(i.kind == "atom" for i in walk(rhs)):
        return None
    if any(is_form(form, spelled, s) for form, spelled, _ in patterns() for s in (one, *beside) if s.terms[-1]):
        return None
    for form, spelled in near:
        if is_form(form, spelled, exchanged(one)):
            return form, "the two answers are in each other's place"
        changes = (orders, *((signs,) if form.signed else ()), *((differences,) if form.turned else ()))
        slips = ((replace(one, terms=(*one.terms[:-1], row)), what) for change in changes for row, what in slipped(rhs, change))
        if (what := next((what for made, what in slips if is_form(form, spelled, made)), None)) is not None:
            return form, what
    return None


__all__ = ["unlike_known"]
