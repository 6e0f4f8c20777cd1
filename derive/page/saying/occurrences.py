"""Names in rows: what a formula speaks of, and how."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.heads import is_d
from derive.glossary.functions import EXPECTATIONS, FUNCTIONS, PROBABILITIES
from derive.glossary.marks import ENTROPIES, MARKS_OF_NAMES
from derive.syntax.flat import Item, Row, inner_rows, row_key, walk
from derive.verify.text_conventions import is_numbered

#: Names of averages, and of what is made of one.
AVERAGING = EXPECTATIONS | PROBABILITIES | ENTROPIES


def head_of(row: Row) -> Hashable:
    """The name that a row is, bare or applied; None for anything else."""
    if not row or row[0].kind != "atom" or len(row) > 2 or len(row) == 2 and row[1].kind != "group":
        return None
    return stem(row[0])


def labelled(row: Row) -> Hashable:
    """The name that a row is with its numbers and labels, none of which runs: k_1 and k_3 are two things; None where it has none."""
    head = head_of(row)
    labels = (
        [r for r in (*row[0].subs, *row[0].sups) if all(i.word or i.kind in ("number", "text") or i.name.isupper() for i in r)]
        if row
        else []
    )
    return (head, tuple(map(row_key, labels))) if head is not None and labels else None


def says_what(row: Row) -> bool:
    """Whether a left side may say what its name is: bare, or at letters alone; ``f(3)`` and ``f(y+1)`` speak of what ``f(x)`` is."""
    return (
        head_of(row) is not None
        and not any(i.kind == "number" for s in row[0].sups for i in s)
        and (len(row) == 1 or all(len(r) < 2 and all(i.kind != "number" for i in r) for r in row[1].rows))
    )


#: A name, the rows above it, and how much stands below it.
Shape = tuple[Hashable, tuple[Hashable, ...], tuple[tuple[int, bool], ...]]


def shape_of(item: Item) -> Shape:
    """A name with what stands above it, and how much below; a star below tells it from others."""
    starred = (any(i.name in MARKS_OF_NAMES for i in r) for r in item.subs)
    return (stem(item), tuple(row_key(r) for r in item.sups), tuple(zip(map(len, item.subs), starred, strict=True)))


def stands_in(name: Item, rows: Iterable[Row]) -> bool:
    r"""Whether a name stands in rows; laws and policies are told apart by what stands above and below them: ``\pi^*`` is not ``\pi_{ref}``."""
    laws = bool(kinds(name.name).keys() & {"policy", "law"})
    atoms = (i for row in rows for i in walk(row) if i.kind == "atom")
    return any(shape_of(i) == shape_of(name) if laws else stem(i) == stem(name) for i in atoms)


def is_numeric(row: Row) -> bool:
    """Whether a row holds numbers and no letters."""
    return any(i.kind == "number" for i in walk(row)) and not any(i.kind == "atom" for i in walk(row))


#: Kinds of letters that stand for one number everywhere, which texts use for other things, too.
CONSTANTS = {"euler": math.e, "circle-constant": math.pi}


def renames_constant(name: Row, number: Row) -> bool:
    """Whether the letter of a constant is given another number, far from its own: ``e = 0.5`` is of an error."""
    value = number[0].value if len(number) == 1 else None
    own = next((CONSTANTS[k] for k in kinds(name[0].name) if k in CONSTANTS), None) if len(name) == 1 else None
    return value is not None and own is not None and not name[0].sups and abs(value - own) > 0.1


def constant_as_letter(rows: Iterable[Row]) -> str:
    r"""The letter of a constant that stands as another letter would, ``|e|``, ``1-\pi``, ``\log\pi``; empty where none does.

    One of which powers stand beside it is the base of an exponential function: ``e^2/(e^2+e+1)``.
    """
    rows = tuple(rows)
    bases = {i.name for row in rows for i in walk(row) if i.kind == "atom" and i.sups and "euler" in kinds(i.name)}
    for row in (part for r in rows for part in inner_rows(r)):
        for before, item, behind in zip((None, *row), row, (*row[1:], None), strict=False):
            found = kinds(item.name).keys() & CONSTANTS.keys() if item.kind == "atom" and not item.sups else ()
            lone = (before is None or before.kind == "mark" or before.word) and (behind is None or behind.kind == "mark")
            if found and lone and item.name not in bases:
                return item.name
    return ""


def at_numbers(name: Row) -> bool:
    """Whether a name stands at numbers, ``r_1``, ``V(s_1)``, ``Q(2,1)``: one of an example."""
    places = [r for i in name for r in i.rows]
    return any(is_numbered(i) for i in walk(name)) or any(map(is_numeric, places))


def averages(item: Item) -> bool:
    """Whether what stands here may be an expectation, or a word for what is made of one."""
    word = bool(item.word) and item.said not in FUNCTIONS
    return item.kind == "atom" and (word or item.name in AVERAGING) or item.kind == "big" and item.name == "int"


def marked(rows: Iterable[Row]) -> set[Hashable]:
    """The names of rows with an index, or that are applied, or that are no letter of the field: what a text says something of."""
    return {
        stem(item)
        for item, behind in occurrences(rows)
        if not item.word and (item.subs or behind is not None and behind.kind == "group" or not kinds(item.name))
    }


def letters_of(row: Row) -> set[str]:
    return {item.name for item in row if item.kind == "atom"}


def occurrences(rows: Iterable[Row]) -> list[tuple[Item, Item | None]]:
    """Names in rows, each with what stands behind it."""
    out: list[tuple[Item, Item | None]] = []
    for row in rows:
        for at, item in enumerate(row):
            if item.kind == "atom":
                out.append((item, row[at + 1] if at + 1 < len(row) else None))
            out += occurrences((*item.rows, *item.subs, *item.sups))
    return out


def words_above(item: Item) -> list[str]:
    """The words above a name: J^CLIP is another than J."""
    return [i.name for s in item.sups for i in s if i.word]


def names_derived(rows: Iterable[Row]) -> set[Hashable]:
    r"""Names that are differentiated without their arguments: f of ``\frac{df}{dx}``."""
    tops = [i.rows[0] for row in rows for i in walk(row) if i.kind == "frac"]
    return {stem(t[1]) for t in tops if len(t) == 2 and is_d(t[0]) and t[1].kind == "atom"}


def names_in(rows: Iterable[Row]) -> set[Hashable]:
    """The names in rows, without their scripts."""
    return {stem(item) for row in rows for item in walk(row) if item.kind == "atom"}


__all__ = [
    "Shape",
    "at_numbers",
    "averages",
    "head_of",
    "labelled",
    "letters_of",
    "marked",
    "names_derived",
    "names_in",
    "occurrences",
    "says_what",
    "shape_of",
    "words_above",
]
