r"""What is given of some members of a sequence: ``x_i=0`` for ``i>1`` says what these are, and nothing of the others.

And what conditions and statements behind a claim say of names and functions in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.elaborate.given.givens import own_head
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import PROBABILITIES
from derive.syntax.flat import Item, Row, before_brackets, is_mark, walk

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


def definitions_behind(conditions: tuple[Row, ...]) -> tuple[tuple[Row, ...], list[Statement]]:
    """Conditions behind a claim, apart from those that say what a function is, or what names are where several do: one may be made of another."""
    parts = [(c, *split_relations(c)) for c in conditions]
    equal = [(c, terms) for c, terms, rels in parts if rels == ["="] and terms[0] and terms[0][0].kind == "atom"]
    named = [c for c, terms in equal if len(terms[0]) == 1]
    said = [*(c for c, terms in equal if is_applied(terms[0])), *(named if len(named) > 1 else ())]
    told = [Statement(tuple(map(strip_commas, terms)), tuple(rels)) for c, terms, rels in parts if c in said]
    return tuple(c for c in conditions if c not in said), told


def gives_law(given: Statement, rows: Iterable[Row]) -> bool:
    """Whether a given says by a formula how likely each value of a name is, ``P(N=k)=(1-p)^{k-1}p``, and rows speak of that name as a whole.

    At one value of k it says less: nothing here draws from such a law.
    """
    head, *behind = given.terms[0] or (None,)
    event = behind[0].rows[0] if len(behind) == 1 and behind[0].kind == "group" and len(behind[0].rows) == 1 else ()
    if given.rels != ("=",) or head is None or head.name not in PROBABILITIES or len(event) != 3 or not is_mark(event[1], "="):
        return False
    name, _, value = event
    met = any(i.key == value.key for i in walk(given.terms[1]) if i.kind == "atom")
    law = len(given.terms[1]) == 2 and is_applied(given.terms[1])
    own = [g for a, g in before_brackets(rows) if a.name in PROBABILITIES]
    spoken = sum(i.key == name.key for row in rows for i in walk(row)) - sum(i.key == name.key for g in own for i in walk((g,)))
    return value.kind == "atom" and met and not law and spoken > 0


def is_applied(row: Row) -> bool:
    """Whether a row is a name with round brackets behind it."""
    return len(row) == 2 and row[0].kind == "atom" and row[1].name == "()"


def says_what_stands_in(said: Statement, statement: Statement) -> bool:
    """Whether a statement behind another says what a function is that stands in it."""
    if said.rels != ("=",) or not is_applied(said.terms[0]) or own_head(said) is None:
        return False
    head = stem(said.terms[0][0])
    return any(stem(a) == head for a, _ in before_brackets(statement.terms)) and stem(statement.terms[0][0]) != head


__all__ = ["PICKS", "definitions_behind", "gives_law", "in_cases", "says_what_stands_in"]
