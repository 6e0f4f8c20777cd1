r"""What is given of some members of a sequence: ``x_i=0`` for ``i>1`` says what these are, and nothing of the others."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.reading.statements import Statement
from derive.syntax.flat import Item, Row, is_mark, walk

#: Relations by which a condition picks members.
PICKS = frozenset(("<", ">", r"\le", r"\ge", r"\leq", r"\geq", r"\ne", r"\neq"))
#: The mark of members of which nothing is given; no text writes it.
REST = "rest"


def in_cases(given: Statement) -> Statement:
    """A given with a condition on the index of its name as a definition by cases, of which the last is anything; any other as it is."""
    name = given.terms[0]
    index = name[0].subs[0][0] if len(name) == 1 and len(name[0].subs) == 1 and len(name[0].subs[0]) == 1 else None
    if index is None or index.kind != "atom" or given.rels != ("=",) or len(given.conditions) != 1:
        return given
    where = without_words(given.conditions[0])
    picks = any(is_mark(i, *PICKS) for i in where) and any(i.kind == "atom" and i.key == index.key for i in walk(where))
    if not picks or any(i.kind == "atom" and i.name == name[0].name for i in walk(given.terms[1])):
        return given
    others = (replace(name[0], accents=(*name[0].accents, REST)),)
    rows = (given.terms[1], where, others, (Item("text", "text:otherwise"),))
    return Statement((name, (Item("cases", "cases", rows, ("2", "2")),)), ("=",))


def without_words(condition: Row) -> Row:
    """A condition without the words before it, "for all"."""
    return tuple(i for i in condition if i.kind != "text" and not (i.kind == "atom" and i.word) and i.name != r"\forall")


__all__ = ["PICKS", "in_cases"]
