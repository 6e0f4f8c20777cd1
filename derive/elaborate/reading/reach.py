"""How far an operator that binds letters reaches in a row, and which letters it binds."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key, mentions
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.glossary.functions import EXPECTATIONS
from derive.syntax.flat import Item, Row, is_mark, row_key, stacked, walk

#: Relations that two running letters may have below a sum.
PAIRED = frozenset(("<", ">", r"\ne"))


def next_term_end(row: Row, at: int) -> int:
    """Where the term that starts with a sign ends."""
    i = at
    while i < len(row) and is_mark(row[i], "+", "-"):
        i += 1
    while i < len(row) and not is_mark(row[i], "+", "-"):
        i += 1
    return i


def sum_in_brackets(item: Item) -> bool:
    """Whether a sum stands here in round brackets."""
    return item.kind == "group" and item.name == "()" and len(item.rows) == 1 and any(is_mark(i, "+", "-") for i in item.rows[0])


def chances_behind(row: Row, at: int) -> int:
    """Where probabilities end that are written one after the other; what is differentiated takes its own product, and none of them."""
    beyond = at
    while beyond + 1 < len(row) and row[beyond].kind == "atom" and row[beyond + 1].kind == "group" and not row[beyond + 1].sups:
        may = kinds(row[beyond].name)
        if may.get("law") != 0 and may.get("policy") != 0:
            break
        beyond += 2
    return at if any(i.kind in ("nabla", "frac") for i in row[:at]) else beyond


def less_its_own(body: Row, rest: Row, letter: Item) -> bool:
    r"""Whether ``rest``, with its sign, takes from an extreme or a sum one of what that goes over: ``\max_aQ(s',a)-Q(s,a)``, ``\max_ix_i-x_i``.

    It is a difference of what is taken from, and not of what runs: the letter stands where it does in the body, and alone.
    """
    if not is_mark(rest[0], "-") or not 2 <= len(rest) <= 3 or rest[1].kind != "atom":
        return False
    head, own = rest[1], (letter,)
    if len(rest) == 2:
        same = [i for i in body if i.key == head.key]
        return len(same) == 1 == len(head.subs) and row_key(head.subs[0]) == row_key(own) and not head.sups
    places = [row_key(r) == row_key(own) for r in rest[2].rows]
    if rest[2].kind != "group" or not any(places):
        return False
    for item, behind in pairwise(body):
        if item.name == head.name and item.accents == head.accents and behind.kind == "group" and behind.seps == rest[2].seps:
            elsewhere = any(a != b for a, b in zip(map(row_key, behind.rows), map(row_key, rest[2].rows), strict=False))
            if [row_key(r) == row_key(own) for r in behind.rows] == places:
                return elsewhere or item.key == head.key
    return False


def occurs_free(row: Row, key: Hashable) -> bool:
    """Whether a letter stands in a row outside of the reach of an operator that binds it; what follows an operator is in its reach.

    What stands before a bar ``|_{a=b}`` is in the reach of that.
    """
    bars = [n for n, item in enumerate(row) if item.kind == "bar" and any(binds(sub, key) for sub in item.subs)]
    for item in row[bars[-1] + 1 :] if bars else row:
        if item.kind == "big" or item.kind == "atom" and item.name in EXPECTATIONS:
            if any(binds(sub, key) for sub in item.subs):
                return any(occurs_free(s, key) for s in item.sups)
        if item.kind == "atom" and letter_key(item) == key:
            return True
        if any(occurs_free(r, key) for r in (*item.rows, *item.subs, *item.sups)):
            return True
    return False


def bound_throughout(rows: list[Row], item: Item) -> bool:
    """Whether a letter stands in rows, and in the reach of operators that bind it alone."""
    keys = {letter_key(i) for row in rows for i in walk(row) if i.kind == "atom" and stem(i) == stem(item) and not i.subs}
    binders = [i for row in rows for i in walk(row) if i.kind in ("big", "bar") or i.kind == "atom" and i.name in EXPECTATIONS]
    bound = any(binds(sub, letter_key(item)) for i in binders for sub in i.subs)
    return bound and not any(occurs_free(row, key) for row in rows for key in keys)


def binds(under: Row, key: Hashable) -> bool:
    """Whether a letter is one that runs below an operator: the first of a range, or one of a pair."""
    for part in stacked(under):
        terms, rels = split_relations(part)
        running = terms if any(r in PAIRED for r in rels) or not rels else terms[:1] if len(rels) == 1 else terms[1:-1]
        if any(mentions([t], key) for t in running):
            return True
    return any(letter_key(letter) == key for letter, *_ in several_between(under))


def bound_inside(row: Row) -> list[Item]:
    """Letters that operators of a row bind."""
    return [i for item in walk(row) if item.kind == "big" for sub in item.subs for i in walk(sub) if i.kind == "atom"]


def several_between(under: Row) -> list[tuple[Item, Row, Row]]:
    r"""The letters of ``1\le i,j\le n``, each with the ends of its range."""
    terms, rels = split_relations(under)
    if len(rels) != 2 or any(r != r"\le" for r in rels) or not any(is_mark(i, ",") for i in terms[1]):
        return []
    letters = stacked(terms[1])
    return [(x[0], terms[0], terms[2]) for x in letters] if all(len(x) == 1 and x[0].kind == "atom" for x in letters) else []
