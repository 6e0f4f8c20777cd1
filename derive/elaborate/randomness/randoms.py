"""Letters that stand for something random: what means, spreads and entropies that name no law are of."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import pairwise

from derive.elaborate.knowledge.glances import is_big
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.glossary.functions import EXPECTATIONS, PROBABILITIES, VARIANCES
from derive.glossary.marks import CAPITAL_VALUES, INFORMATION, PLAIN_ENTROPIES, RANDOM_CAPITALS, SPREADS, TRANSPOSES
from derive.syntax.flat import Item, Row, inner_rows
from derive.syntax.flat import walk as items_of

#: Uses of letters that are not random numbers.
USED = frozenset(("process", "parameter", "time", "episode", "error", "policy"))
#: What takes all that stands in the brackets behind it as random.
TAKEN_WHOLE = EXPECTATIONS | PROBABILITIES | set(VARIANCES) | SPREADS | INFORMATION | PLAIN_ENTROPIES


def names_of_random(rows: list[Row]) -> tuple[frozenset[Hashable], frozenset[Hashable], frozenset[Hashable]]:
    """Letters that stand inside an expectation without a law, or a variance: capitals, and others where the mean or spread of them alone is spoken of.

    A capital that multiplies another random letter, and that stands outside of every mean too, is a constant: ``E[Ax] = A E[x]``;
    not where a mean is taken for a value of it, ``E[XY|X]``.
    All are returned: what is random, those constants, and what the mean or spread alone is spoken of.
    """
    out: set[Hashable] = set()
    lone: set[Hashable] = set()
    drawn: set[Hashable] = set()
    known: set[Hashable] = set()
    beside: dict[Hashable, set[Hashable]] = {}
    used = USED - {"process", "parameter"} if speaks_of_no_process(rows) else USED
    for row in rows:
        for current in inner_rows(row):
            for item, following in pairwise((*current, Item("mark", ""))):
                if item.kind == "atom" and item.name in EXPECTATIONS:
                    drawn |= {stem(i) for sub in item.subs for i in items_of(sub) if i.kind == "atom"}
                if following.kind != "group" or item.kind != "atom":
                    continue
                lawless = item.name in EXPECTATIONS and not item.subs
                spread = item.name in SPREADS and not item.subs
                entropic = (
                    item.name in INFORMATION
                    or item.name in PLAIN_ENTROPIES
                    and (len(following.rows) > 1 or len(following.rows[0]) == 1 and following.rows[0][0].name in RANDOM_CAPITALS)
                )
                if not (lawless or spread or entropic):
                    continue
                told = following.rows[following.seps.index("|") + 1 :] if "|" in following.seps else ()
                known |= {stem(x) for r in told for x in items_of(r) if is_bare_capital(x)}
                for inner in following.rows:
                    found = {stem(x) for x in items_of(inner) if is_bare_capital(x)}
                    out |= found
                    for key in found:
                        beside.setdefault(key, set()).update({stem(x) for x in items_of(inner) if x.kind == "atom"} - {key})
                if lawless or spread:
                    alone = [r[0] for r in following.rows if len(r) == 1] if spread or len(following.rows) == 1 else []
                    lone |= {stem(x) for x in alone if may_be_random(x, used) or is_bare_capital(x)}
    out |= {key for key in lone - drawn if not str(key[0]).isupper()}  # type: ignore[index]
    outside = {stem(x) for row in rows for x in outside_of_means(row) if is_bare_capital(x)}
    fixed = {key for key in (out & outside) - known if beside.get(key, set()) & (out - outside)}
    return frozenset(out - fixed - {("E", (), 0), ("I", (), 0)}), frozenset(fixed), frozenset(lone)


def is_bare_capital(item: Item) -> bool:
    return is_big(item) and not item.subs and not item.sups


def of_vectors(rows: list[Row]) -> bool:
    """Whether a mean that names no law is of a small letter that is transposed: a random vector, which nothing here draws."""
    for part in (p for row in rows for p in inner_rows(row)):
        for head, group in pairwise(part):
            if (
                head.kind == "atom"
                and head.name in EXPECTATIONS
                and not head.subs
                and group.kind == "group"
                and len(group.rows) == 1
            ):
                flipped = [i for i in items_of(group.rows[0]) if any(len(s) == 1 and s[0].name in TRANSPOSES for s in i.sups)]
                if any(i.kind == "atom" and len(i.name) == 1 and i.name.islower() and not i.subs for i in flipped):
                    return True
    return False


def speaks_of_no_process(rows: list[Row]) -> bool:
    """Whether no policy, no value, no gradient and nothing at a time stands in a claim: a letter for a reward may be any random number there."""
    every = [i for row in rows for i in items_of(row)]
    return not any(
        i.kind == "nabla"
        or i.kind == "atom"
        and (i.subs or i.primes or kinds(i.name).get("policy") == 0 or i.name in CAPITAL_VALUES)
        for i in every
    )


def may_be_random(item: Item, used: frozenset[str]) -> bool:
    """Whether a letter, or a power of it, that a mean is of may stand for something random: it has no other use."""
    plain = item.kind == "atom" and not (item.subs or item.primes or item.accents or item.word)
    powered = all(len(s) == 1 and s[0].kind == "number" for s in item.sups)
    return plain and powered and not {k for k, cost in kinds(item.name).items() if k != "policy" or not cost} & used


def outside_of_means(row: Row) -> Iterator[Item]:
    """The letters of a row that stand in no mean, spread, entropy or chance."""
    for before, item in pairwise((Item("mark", ""), *row)):
        if item.kind == "group" and before.kind == "atom" and before.name in TAKEN_WHOLE:
            continue
        if item.kind == "atom":
            yield item
        for part in item.rows:
            yield from outside_of_means(part)


__all__ = ["names_of_random", "of_vectors"]
