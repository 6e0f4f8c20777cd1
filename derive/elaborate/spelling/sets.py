r"""Sets written as what they say: ``x\in[0,1)`` is ``0\le x<1``, ``x\in\Delta_n`` is ``\sum_ix_i=1`` and ``x_i\ge0``."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.intervals import between, interval
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.tabular import value_of
from derive.glossary.marks import INDEX, NATURAL_NUMBERS, SIMPLICES, WHOLE_NUMBERS
from derive.syntax.flat import Item, Row, is_mark, numeral, parts_between


def opened(given: Statement) -> list[Statement]:
    """A given with each letter of an interval between its ends, or with what a simplex says of its weights; any other as it is."""
    if given.rels != (r"\in",):
        return [given]
    ends = interval(given.terms[1])
    letters = parts_between(given.terms[0], ",")
    if ends is None and is_simplex(given.terms[1]) and all(is_vector(letter) for letter in letters):
        return [replace(given, terms=terms, rels=rels) for letter in letters for terms, rels in weights(letter[0])]
    if ends is None:
        return [given]
    return [replace(given, terms=terms, rels=rels) for letter in letters for terms, rels in (between(letter, ends),)]


def is_simplex(row: Row) -> bool:
    r"""``\Delta``, ``\Delta_n``, ``\Delta^{n-1}``: weights by number; ``\Delta(A)`` is of laws, which have no numbers but elements."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in SIMPLICES and not row[0].primes


def is_vector(row: Row) -> bool:
    """A letter without index that names no law."""
    return len(row) == 1 and row[0].kind == "atom" and not row[0].subs and not kinds(row[0].name).keys() & {"policy", "law"}


def weights(letter: Item) -> list[tuple[tuple[Row, ...], tuple[str, ...]]]:
    """That the components of a letter sum to one, and that none is negative."""
    index = Item("atom", INDEX)
    component = replace(letter, subs=((index,),))
    total = Item("big", "sum", subs=((index,),))
    return [(((total, component), (numeral(1),)), ("=",)), (((component,), (numeral(0),)), (r"\ge",))]


def is_range(row: Row) -> bool:
    """Whether a set is an interval or a simplex, or lists numbers."""
    listed = len(row) == 1 and row[0].kind == "group" and row[0].name == "{}" and row[0].rows
    return (
        interval(row) is not None
        or is_simplex(row)
        or bool(listed)
        and all(len(r) == 1 and r[0].kind == "number" for r in row[0].rows)
    )


def chain_of(row: Row) -> Row | None:
    """A condition ``x in [0,1)`` as one chain; None for any other."""
    at = next((i for i, item in enumerate(row) if is_mark(item, r"\in")), None)
    ends = interval(row[at + 1 :]) if at is not None else None
    if at is None or ends is None or len(parts_between(row[:at], ",")) != 1:
        return None
    terms, rels = between(row[:at], ends)
    out = list(terms[0])
    for rel, term in zip(rels, terms[1:], strict=True):
        out += [Item("mark", rel), *term]
    return tuple(out) if rels else ()


# --- whole numbers ---------------------------------------------------------------------------------


def is_whole(row: Row) -> bool:
    r"""Whether a set is one of whole numbers: ``\mathbb{N}_0``, ``\mathbb{Z}_{>0}``, ``\mathbb{Z}^+``."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in WHOLE_NUMBERS


def least_whole(row: Row) -> int | None:
    r"""The least number of a set of whole numbers, 1 for ``\mathbb{N}``; None where it has none."""
    marks = [i for script in (*row[0].subs, *row[0].sups) for i in script]
    if row[0].name in NATURAL_NUMBERS and not marks:
        return 1
    numbers = [int(i.value) for i in marks if i.value is not None]
    names = [i.name for i in marks if i.value is None]
    if names in (["+"], [">"]) or names == ["*"] and row[0].name in NATURAL_NUMBERS:
        return 1 + (numbers[0] if numbers else 0)
    return numbers[0] if numbers and names in ([], [r"\ge"]) else None


def first_and_last(row: Row) -> tuple[Row, Row] | None:
    r"""The first and the last of the whole numbers of a set, ``\{1,\ldots,n\}`` or ``[n]``; None for any other."""
    if len(row) != 1 or row[0].kind != "group" or row[0].subs or row[0].sups or any(sep != "," for sep in row[0].seps):
        return None
    rows = row[0].rows
    if row[0].name == "[]" and len(rows) == 1 and len(rows[0]) == 1 and rows[0][0].kind == "atom":
        return (numeral(1),), rows[0]
    between = rows[1:-1]
    if row[0].name != "{}" or not between or not (len(between[-1]) == 1 and between[-1][0].kind == "dots"):
        return None
    numbers = [value_of(r) for r in (rows[0], *between[:-1])]
    counted = all(n is not None and numbers[0] is not None and n == numbers[0] + at for at, n in enumerate(numbers))
    return (rows[0], rows[-1]) if counted else None


def says_whole(terms: Sequence[Row], rels: Sequence[str]) -> bool:
    """Whether letters are put into a set of whole numbers."""
    return any(
        rel == r"\in" and (is_whole(right) or first_and_last(right) is not None)
        for rel, right in zip(rels, terms[1:], strict=False)
    )


def of_any_sign(premises: Iterable[tuple[Sequence[Row], Sequence[str]]]) -> frozenset[Hashable]:
    """Letters said to be whole numbers, and not from which on."""
    told: set[Hashable] = set()
    bounded: set[Hashable] = set()
    for terms, rels in premises:
        for left, rel, right in zip(terms, rels, terms[1:], strict=False):
            if rel == r"\in" and is_whole(right) and least_whole(right) is None:
                told |= {letter_key(i) for i in left if i.kind == "atom"}
            above = left if rel in (r"\ge", ">") else right if rel in (r"\le", "<") else ()
            bounded |= {letter_key(i) for i in above if i.kind == "atom"}
    return frozenset(told - bounded)
