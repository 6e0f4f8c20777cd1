r"""Means with their law alone below them, ``\mathbb{E}_p[f]`` and ``\mathbb{E}_q[\log q-\log p]``, as means of what is drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import partial
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key, renamed
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import DIVERGENCE_WORDS, EXPECTATIONS, VARIANCES
from derive.glossary.marks import NORMALS
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, is_mark, numeral, parts_between, walk
from derive.syntax.row_reader import read

#: The letter of what is drawn where a claim has none.
DRAWN = Item("atom", "x")


def with_densities(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    r"""``\pi(a\mid s)=\mathcal{N}(m,v)`` as a density at a, in a claim and in what is given; and what is given up to a factor with its factor.

    ``\pi(\cdot\mid s)`` is taken at the letter to which it is applied elsewhere.
    """
    rows = [lhs, rhs, *(t for g in givens for t in g.terms)]

    def as_densities(a: Row, b: Row) -> tuple[Row, Row]:
        named = len(a) == 2 and a[1].kind == "group" and a[1].seps[:1] == ("|",) and len(a[1].rows[0]) == 1
        if not (named and len(b) == 2 and b[0].name in NORMALS and b[1].seps == (",",) and not (b[0].subs or b[0].sups)):
            return a, b
        outcome = a[1].rows[0]
        if outcome[0].kind == "placeholder":
            applied = (
                q.rows[0] for r in rows for part in inner_rows(r) for p, q in pairwise(part) if p.key == a[0].key and q.rows
            )
            outcome = next((x for x in applied if len(x) == 1 and x[0].kind == "atom"), ())
        if len(outcome) != 1 or outcome[0].kind != "atom":
            return a, b
        head = replace(a[1], rows=(outcome, *a[1].rows[1:]))
        return (a[0], head), (b[0], replace(b[1], rows=(outcome, *b[1].rows), seps=(";", ",")))

    lhs, rhs = as_densities(lhs, rhs)
    equations = [g if g.rels != ("=",) else replace(g, terms=as_densities(*g.terms)) for g in map(normalised, givens)]
    return lhs, rhs, equations


def normalised(given: Statement) -> Statement:
    r"""``\pi(a\mid s)\propto f(a)`` as ``\pi(a\mid s)=\frac{f(a)}{\sum_{a'}f(a')}``; any other as it is."""
    if given.rels != (r"\propto",) or len(given.terms[0]) != 2 or given.terms[0][1].seps[:1] != ("|",):
        return given
    head, body = given.terms
    letter = head[1].rows[0][0] if len(head[1].rows[0]) == 1 else None
    if letter is None or letter.kind != "atom":
        return given
    letters = [i for row in given.terms for i in walk(row) if i.kind == "atom" and i.name == letter.name]
    other = replace(letter, primes=max(i.primes for i in letters) + 1)
    start, end = body[0].start, body[-1].end
    moved = Item("group", "()", (renamed(body, letter, other),), start=start, end=end)
    total = (Item("big", "sum", subs=((other,),), start=start, end=start), moved)
    return replace(given, terms=(head, (Item("frac", "frac", (body, total), start=start, end=end),)), rels=("=",))


def law_below(head: Item) -> Item | None:
    """The law that stands alone below a mean or a variance, and is nothing else."""
    if head.kind != "atom" or head.name not in EXPECTATIONS and head.name not in VARIANCES or len(head.subs) != 1 or head.sups:
        return None
    law = head.subs[0][0] if len(head.subs[0]) == 1 else None
    named = law is not None and law.kind == "atom" and kinds(law.name).get("law") == 0 and "policy" not in kinds(law.name)
    return law if named else None


def draws_under(rows: Iterable[Row]) -> dict[Hashable, Item]:
    """The letter that each such mean draws, by its law: the one that its law is applied to, or that all laws and functions of a claim are."""
    rows = tuple(rows)
    laws = {stem(law) for row in rows for i in walk(row) if (law := law_below(i)) is not None}
    if not laws:
        return {}
    of_law: dict[Hashable, dict[Hashable, Item]] = {}
    every: dict[Hashable, Item] = {}
    several = False
    for part in (p for row in rows for p in inner_rows(row)):
        for head, group in pairwise(part):
            applied = head.kind == "atom" and group.kind == "group" and group.name == "()"
            if applied and kinds(head.name).keys() & {"law", "function"}:
                several = several or any(len(r) != 1 or r[0].kind != "atom" for r in group.rows) or len(group.rows) > 1
                every |= {letter_key(r[0]): r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom"}
                if stem(head) in laws and len(group.rows[0]) == 1 and (len(group.rows) == 1 or group.seps[0] == "|"):
                    of_law.setdefault(stem(head), {})[letter_key(group.rows[0][0])] = group.rows[0][0]
    made = {law: next(iter(found.values())) for law, found in of_law.items() if len(found) == 1}
    common = DRAWN if not every else next(iter(every.values())) if len(every) == 1 and not several else None
    return made | (dict.fromkeys(laws - of_law.keys(), common) if common is not None else {})


def drawn_under(row: Row, letters: dict[Hashable, Item]) -> Row:
    """A row in which such means draw their letters, at which the laws and functions in them are."""

    def inside(part: Row, letter: Item) -> Row:
        out: list[Item] = []
        for item, behind in pairwise((*part, Item("mark", ""))):
            out.append(item)
            bare = item.kind == "atom" and not (item.sups or item.primes) and behind.kind != "group"
            if bare and kinds(item.name).keys() & {"law", "function"} and letter_key(item) != letter_key(letter):
                out.append(Item("group", "()", ((letter,),), start=item.start, end=item.end))
        return tuple(out)

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            head = out[-1] if out else None
            law = law_below(head) if head is not None else None
            letter = letters.get(stem(law)) if law is not None else None
            plain = item.kind == "group" and len(item.rows) == 1 and not draws_within(item)
            if head is not None and law is not None and letter is not None and plain:
                out[-1] = replace(head, subs=((letter, Item("mark", r"\sim"), law),))
                item = replace(item, rows=(everywhere(item.rows[0], partial(inside, letter=letter)),))
            out.append(item)
        return tuple(out)

    return everywhere(row, change)


def draws_within(content: Item) -> bool:
    """Whether a mean inside says what it draws."""
    return any(is_mark(i, r"\sim") for j in walk(content.rows[0]) for s in j.subs for i in s)


def distances(rows: Iterable[Row]) -> Callable[[Row], Row]:
    r"""How a row is read: with ``2D_{TV}(p,q)`` for ``\|p-q\|_1``, the distance of two distributions; vectors stay."""
    rows = tuple(rows)
    between = (g for head, g in before_brackets(rows) if head.name in DIVERGENCE_WORDS and len(g.rows) == 2)
    laws = {stem(r[0]) for g in between for r in g.rows if len(r) == 1}
    drawn = (three for row in rows for p in inner_rows(row) for three in zip(p, p[1:], p[2:], strict=False))
    laws |= {stem(law) for _, by, law in drawn if is_mark(by, r"\sim") and law.kind == "atom"}

    def is_law(row: Row) -> bool:
        if len(row) == 2 and row[0].kind == "atom" and row[1].kind == "group":
            return any(len(r) == 1 and r[0].kind == "placeholder" for r in row[1].rows)
        return len(row) == 1 and row[0].kind == "atom" and stem(row[0]) in laws

    def apart(item: Item) -> Item:
        one = len(item.subs) == 1 and len(item.subs[0]) == 1 and item.subs[0][0].value == 1
        if item.kind != "group" or item.name != "norm" or not one or len(item.rows) != 1:
            return item
        sides = parts_between(item.rows[0], "-")
        if len(sides) != 2 or not all(map(is_law, sides)):
            return item
        distance, pair = read(r"D_{TV}(p,q)")
        inner = (numeral(2), distance, replace(pair, rows=tuple(sides)))
        return replace(item, name="()", rows=(inner,), subs=())

    return lambda row: everywhere(row, lambda part: tuple(map(apart, part)))


__all__ = ["distances", "drawn_under", "draws_under"]
