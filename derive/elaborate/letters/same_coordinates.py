"""Letters of a joint distribution that stand for one coordinate: a letter that runs may be any."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from derive.elaborate.knowledge.scope import letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import occurs_free
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import INTEGRATED
from derive.syntax.flat import Item, Row, before_brackets, everywhere, row_key, stacked, walk

#: What one letter is beside: its place, whether behind the bar, and what else stands there.
Place = tuple[Hashable, ...]


@dataclass(slots=True)
class Spoken:
    """A letter of a distribution: where it stands in it, what stands there too, and of what else it is an argument."""

    letter: Item
    places: set[Place] = field(default_factory=set)
    beside: set[Hashable] = field(default_factory=set)
    elsewhere: set[Place] = field(default_factory=set)


def same_coordinates(head: Item, rows: tuple[Row, ...]) -> dict[Hashable, Hashable]:
    r"""For letters of a distribution the first letter that stands for the same coordinate: ``p(y|x)c(x)`` beside ``\sum_zp(y|z)c(z)``.

    One of the two runs and stands nowhere free; they stand in the same places of the distribution, never in one together, and differ in
    their primes alone or are arguments of one thing.
    """
    spoken = letters_of(head, rows)
    groups: list[list[Hashable]] = []
    for key, own in spoken.items():
        for group in groups:
            if own.beside.isdisjoint(group) and any(one_coordinate(own, spoken[other], rows) for other in group):
                group.append(key)
                break
        else:
            groups.append([key])
    return {key: group[0] for group in groups for key in group[1:]}


def one_coordinate(one: Spoken, other: Spoken, rows: tuple[Row, ...]) -> bool:
    """Whether two letters of a distribution stand for the same coordinate."""
    a, b = one.letter, other.letter
    primed = replace(a, primes=0).key == replace(b, primes=0).key
    if not primed and one.elsewhere.isdisjoint(other.elsewhere) or not (one.places <= other.places or other.places <= one.places):
        return False
    return not all(any(occurs_free(without_integrals(row, x), letter_key(x)) for row in rows) for x in (a, b))


def without_integrals(row: Row, letter: Item) -> Row:
    r"""A row without the integrals over a letter, ``\int p(x)q(x)\,dx``."""

    def change(part: Row) -> Row:
        for at, item in enumerate(part):
            for end in range(at + 1, len(part) if item.kind == "big" and item.name == "int" else 0):
                if part[end].key == letter.key and part[end - 1].name in INTEGRATED:
                    return (*part[:at], *change(part[end + 1 :]))
        return part

    return everywhere(row, change)


def letters_of(head: Item, rows: tuple[Row, ...]) -> dict[Hashable, Spoken]:
    """The letters of a distribution, in the order in which they stand."""
    out: dict[Hashable, Spoken] = {}
    for drawn, group in applications_of(head, rows):
        letters = [r[0] if r[0].kind == "atom" else drawn for r in group.rows if len(r) == 1]
        if len(letters) < len(group.rows) or None in letters:
            continue
        bar = group.seps.index("|") + 1 if "|" in group.seps else len(letters)
        for at, letter in enumerate(letters):
            if letter is not None:
                others = frozenset(
                    (n < bar, x.name, tuple(map(row_key, x.subs))) for n, x in enumerate(letters) if x is not None and n != at
                )
                own = out.setdefault(letter_key(letter), Spoken(letter))
                own.places.add((at < bar, others))
                own.beside |= {letter_key(x) for n, x in enumerate(letters) if x is not None and n != at}
    for name, group in before_brackets(rows):
        for at, r in enumerate(group.rows if stem(name) != stem(head) else ()):
            if len(r) == 1 and letter_key(r[0]) in out:
                out[letter_key(r[0])].elsewhere.add((name.key, at))
    return out


def applications_of(head: Item, rows: tuple[Row, ...]) -> Iterator[tuple[Item | None, Item]]:
    """Every place where a distribution has its brackets, with the letter that is drawn from it there."""
    drawn = {}
    for under in (sub for row in rows for i in walk(row) if i.kind == "atom" and i.name in EXPECTATIONS for sub in i.subs):
        for part in stacked(under):
            terms, rels = split_relations(part)
            if rels == [r"\sim"] and len(terms[0]) == 1 and len(terms[1]) == 2:
                drawn[terms[1][1].start] = terms[0][0]
    for name, group in before_brackets(rows):
        if stem(name) == stem(head) and [row_key(s) for s in name.subs] == [row_key(s) for s in head.subs]:
            yield drawn.get(group.start), group


__all__ = ["same_coordinates"]
