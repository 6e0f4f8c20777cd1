r"""Extremes over parameters: ``\arg\max_\theta F=\arg\min_\theta G``, whatever the parameters may be.

That two functions are largest at the same parameters for every set of these says that they grow together: their gradients point the
same way wherever they do not vanish (of two parameters near one another between which one function grows and the other falls, each
has another one for its largest value).  That their largest values are equal for every set says so for every pair.  Where parameters
are vectors of which more is said than what hangs on them, as in ``\min_\theta\|\theta\|^2``, they are all vectors, and this says too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.core.terms import CALLED, Core, Op, below
from derive.elaborate.knowledge.scope import kinds, letter_key, mentions, renamed
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.elaborate.reading.statements import Statement
from derive.syntax.flat import Item, Row, walk

#: What is not smooth in what it is made of.
CORNERS = frozenset(
    ("abs", "minimum", "maximum", "clip", "sign", "indicator", "norm", "max", "min", "argmax", "argmin", "total_variation")
)
#: The heads of the direction of a gradient, and of a value at one of any parameters, with their letter below; no text writes them.
DIRECTION, ANY = "direction:", "at any:"
#: Operators that choose, as the largest or the smallest value.
LARGEST = {"max": True, "sup": True, "argmax": True, "min": False, "inf": False, "argmin": False}


def extreme_of_parameters(row: Row, told: Sequence[Statement]) -> tuple[Item, Item, Row] | None:
    """The operator, its letter and its body, where a side is an extreme over parameters, on which something in it hangs as is told; None for any other."""
    row = strip_commas(row)
    if len(row) < 2 or row[0].kind != "big" or row[0].name not in LARGEST or len(row[0].subs) != 1 or row[0].sups:
        return None
    terms, rels = split_relations(row[0].subs[0])
    letter = terms[0][0] if terms and len(terms[0]) == 1 and rels in ([], [r"\in"]) else None
    if (
        letter is None
        or letter.kind != "atom"
        or "parameter" not in kinds(letter.name)
        or not mentions([row[1:], *(t for g in told if speaks_of_head(row[1:], g) for t in g.terms)], letter_key(letter))
    ):
        return None
    return row[0], letter, row[1:]


def speaks_of_head(row: Row, given: Statement) -> bool:
    """Whether the name that begins what is given stands in a row."""
    head = given.terms[0][:1]
    return bool(head) and head[0].kind == "atom" and any(i.kind == "atom" and i.name == head[0].name for i in walk(row))


def pair_of(lhs: Row, rhs: Row, told: Sequence[Statement] = ()) -> tuple[tuple[Item, Item, Row], tuple[Item, Item, Row]] | None:
    """Both sides as extremes over the same parameters; None where they are none."""
    a, b = (extreme_of_parameters(side, told) for side in (lhs, rhs))
    if a is None or b is None or letter_key(a[1]) != letter_key(b[1]):
        return None
    return (a, b) if a[0].name.startswith("arg") == b[0].name.startswith("arg") else None


def reached_together(lhs: Row, rhs: Row, told: Sequence[Statement]) -> tuple[Row, Row] | None:
    """What says that two extremes over parameters are reached at the same ones; None where the sides are no such extremes."""
    pair = pair_of(lhs, rhs, told)
    return None if pair is None else (direction(*pair[0]), direction(*pair[1]))


def direction(extreme: Item, letter: Item, body: Row) -> Row:
    """The direction of the gradient on its way to the extreme."""
    start, end = extreme.start, body[-1].end
    gradient = (
        Item("nabla", subs=((letter,),), start=start, end=start),
        Item("group", "()", (body,), start=body[0].start, end=end),
    )
    head = Item("atom", DIRECTION, subs=((letter,),), start=start, end=start)
    made = (head, Item("group", "()", (gradient,), start=start, end=end))
    return made if LARGEST[extreme.name] else (Item("mark", "-", start=start, end=start), *made)


def for_every_pair(lhs: Row, rhs: Row) -> tuple[Row, Row] | None:
    """What says that the extremes of two parameters are equal; None where the sides are none, or speak of the other one already."""
    pair = pair_of(lhs, rhs)
    if pair is None or pair[0][0].name.startswith("arg"):
        return None
    letter = pair[0][1]
    other = replace(letter, primes=letter.primes + 1)
    if any(i.kind == "atom" and letter_key(i) == letter_key(other) for *_, body in pair for i in walk(body)):
        return None

    def of_two(extreme: Item, letter: Item, body: Row) -> Row:
        start, end = body[0].start, body[-1].end
        two = tuple(
            (
                Item("atom", ANY, subs=((x,),), start=start, end=start),
                Item("group", "()", (renamed(body, letter, x),), start=start, end=end),
            )
            for x in (letter, other)
        )
        of = Item("group", "()", two, (",",), start=start, end=end)
        return replace(extreme, name="max" if LARGEST[extreme.name] else "min", subs=()), of

    return of_two(*pair[0]), of_two(*pair[1])


def stands_for_itself(term: Core, v: Core) -> bool:
    """Whether more is made of parameters than something unknown that hangs on them."""
    if isinstance(term, Op) and term.name in ("at_parameter", *CALLED):
        return any(stands_for_itself(t, v) for t in term.args if t != v)
    return any(t == v or stands_for_itself(t, v) for t in below(term))


__all__ = ["ANY", "CORNERS", "DIRECTION", "LARGEST", "for_every_pair", "reached_together", "stands_for_itself"]
