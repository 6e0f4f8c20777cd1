"""Rows cut at their relation signs and commas, and what may begin a factor."""

from __future__ import annotations

from derive.core.terms import Core, Num
from derive.elaborate.knowledge.scope import letter_key
from derive.syntax.flat import Item, Row, is_mark, walk

RELATION_MARKS = frozenset(
    ("=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx", r"\simeq", r"\propto", r"\equiv", ":=", r"\in", r"\notin", r"\sim", r"\to",
     r"\succeq", r"\succ", r"\preceq",
     r"\prec", r"\perp", r"\ll", r"\gg", r"\cong", r"\leftarrow", r"\mapsto", r"\subset", r"\subseteq", r"\lesssim", r"\gtrsim", "=:", r"\doteq")
)  # fmt: skip


def split_relations(row: Row) -> tuple[list[Row], list[str]]:
    """The terms of a chain and the relations between them."""
    terms: list[list[Item]] = [[]]
    rels: list[str] = []
    for item in row:
        if is_mark(item, r"\perp", "=") and rels[-1:] == [item.name] and not strip_commas(tuple(terms[-1])):
            continue  # two of them are one sign: ``x == y``, or one that its next row repeats
        if item.kind == "mark" and item.name in RELATION_MARKS:
            rels.append(item.name)
            terms.append([])
        else:
            terms[-1].append(item)
    return [tuple(t) for t in terms], rels


def strip_commas(row: Row) -> Row:
    """A row without punctuation at its ends."""
    while row and is_mark(row[-1], ",", ".", ";", r"\quad", r"\\", "&", ":"):
        row = row[:-1]
    while row and is_mark(row[0], ",", r"\quad", r"\\", "&"):
        row = row[1:]
    return row


def starts_factor(item: Item) -> bool:
    return item.kind in ("atom", "number", "group", "frac", "binom", "root", "big", "nabla", "matrix", "cases")


def is_zero(term: Core) -> bool:
    return isinstance(term, Num) and term.value == 0


def letters_of(row: Row) -> set[object]:
    return {letter_key(i) for i in walk(row) if i.kind == "atom"}


def hole_like(sub: Row) -> bool:
    """A word or a mark below a name: a label."""
    return len(sub) == 1 and (bool(sub[0].word) or sub[0].kind == "mark")
