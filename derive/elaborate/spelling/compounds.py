r"""Names that are written with several letters or marks, as one: ``UCB(a)``, ``\overline{VE}``, ``\sigma_n^2``, ``\delta_t^V``, ``r_{i,t}(\theta)``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.glances import is_big
from derive.elaborate.knowledge.scope import Outside, kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import LABELS, RATIOS, STATE_VALUES
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, row_key, walk

#: Fewest capitals that make a word.
WORD = 3


def errors_of_values(row: Row) -> Row:
    r"""A row with ``\delta_t`` for ``\delta_t^V`` and ``\delta_t^{V^\pi}``: the values that it is an error of are those of the claim."""

    def of_values(item: Item) -> bool:
        above: Row = item.sups[0] if len(item.sups) == 1 and len(item.sups[0]) == 1 else ()
        timed = item.kind == "atom" and len(item.subs) == 1 and "error" in kinds(item.name)
        return timed and bool(above) and (above[0].name in STATE_VALUES or kinds(above[0].name).get("policy") == 0)

    return tuple(replace(i, sups=()) if of_values(i) else i for i in row)


def squared_names(rows: list[Row], givens: list[Statement]) -> frozenset[str]:
    r"""Names with an index that something given says the square of, and that stand nowhere but squared: ``\sigma_n^2``."""
    heads = [g.terms[0][0] for g in givens if g.rels in (("=",), (":=",)) and len(g.terms[0]) == 1]
    named = {i.name for i in heads if i.kind == "atom" and len(i.subs) == 1 and is_squared(i)}
    other = {i.name for row in rows for i in walk(row) if i.kind == "atom" and not is_squared(i)}
    return frozenset(named - other)


def is_squared(item: Item) -> bool:
    return [[i.value for i in s] for s in item.sups] == [[2]]


def squares_by_name(row: Row, names: frozenset[str]) -> Row:
    """A row in which such a square is a name."""

    def change(part: Row) -> Row:
        return tuple(
            replace(i, name=f"text:{i.name} squared", sups=()) if i.kind == "atom" and i.name in names else i for i in part
        )

    return everywhere(row, change) if names else row


def runs_of_capitals(row: Row, whole: bool = False) -> Iterator[tuple[int, int]]:
    """Where three capitals or more stand close together and name something: applied, with an index, or a ``whole`` side."""
    at = 0
    while at < len(row):
        end = at
        while (
            end < len(row) and is_big(row[end]) and (end == at or unmarked(row[end - 1]) and row[end - 1].end == row[end].start)
        ):
            end += 1
        called = end < len(row) and row[end].kind == "group" and row[end].name == "()"
        if end - at >= WORD and (called or row[end - 1].subs or whole and end - at == len(row)):
            yield at, end
        at = max(end, at + 1)


def lone_capitals(rows: list[Row]) -> frozenset[str]:
    """Capitals that stand by themselves somewhere: a run of them is a product."""
    found: set[str] = set()
    sides = set(map(id, rows))
    for part in (p for row in rows for p in (row, *(q for q in inner_rows(row) if q is not row))):
        inside = {n for start, end in runs_of_capitals(part, id(part) in sides) for n in range(start, end)}
        found |= {i.name for n, i in enumerate(part) if n not in inside and is_big(i)}
    return frozenset(found)


def in_words(row: Row, alone: frozenset[str]) -> Row:
    """A row with the words that capitals make as one name: ``UCB(a)``, ``ELBO``."""

    def change(part: Row) -> Row:
        part = tuple(overlined(i) for i in part)
        out: list[Item] = []
        last = 0
        for start, end in runs_of_capitals(part, part == row):
            run = part[start:end]
            if not any(i.name in alone for i in run):
                word = "text:" + "".join(i.name for i in run)
                out += [*part[last:start], replace(run[-1], name=word, start=run[0].start)]
                last = end
        return (*out, *part[last:])

    return everywhere(row, change)


def labels_above(rows: list[Row]) -> Callable[[Row], Row]:
    r"""``V^{soft}`` as ``V^{\text{soft}}``: letters that stand side by side above a name are a word where they make one.

    Raises: Outside where they make none and are no product of letters that stand elsewhere.
    """
    parts = [p for row in rows for p in inner_rows(row)]
    runs = {id(s): s for part in parts for i in part if "euler" not in kinds(i.name) for s in i.sups if is_run(s)}
    spoken = {i.key for part in parts if id(part) not in runs for i in part if i.kind == "atom"}

    def labelled(item: Item) -> Item:
        if item.kind != "atom" or "euler" in kinds(item.name) or not any(map(is_run, item.sups)):
            return item
        sups: list[Row] = []
        for sup in item.sups:
            word = "".join(i.name for i in sup)
            if is_run(sup) and word in LABELS:
                sups.append((replace(sup[-1], name=f"text:{word}", start=sup[0].start),))
            elif is_run(sup) and not all(i.key in spoken for i in sup):
                raise Outside("letters above a name: a word, or a product")
            else:
                sups.append(sup)
        return replace(item, sups=tuple(sups))

    return lambda row: everywhere(row, lambda part: tuple(map(labelled, part))) if runs else row


def is_run(row: Row) -> bool:
    """Whether three plain letters or more stand side by side, with no space between them."""
    plain = len(row) >= WORD and all(i.is_letter and i.name.islower() and unmarked(i) for i in row)
    return plain and all(a.end == b.start for a, b in pairwise(row))


def overlined(item: Item) -> Item:
    r"""Capitals under one accent as a word: ``\\overline{VE}``; anything else as it is."""
    inner = item.rows[0] if item.kind == "group" and item.name.startswith("accent:") and len(item.rows) == 1 else ()
    if len(inner) < 2 or not all(is_big(i) and unmarked(i) for i in inner):
        return item
    word = "text:" + "".join(i.name for i in inner)
    accent = item.name.removeprefix("accent:")
    return Item("atom", word, subs=item.subs, sups=item.sups, accents=(accent,), start=item.start, end=item.end)


def unmarked(item: Item) -> bool:
    return not (item.subs or item.sups or item.primes or item.accents)


# --- ratios of tokens --------------------------------------------------------------------------------


def token_ratio(rows: Iterable[Row], givens: Iterable[Statement]) -> tuple[Row, Row] | None:
    """A ratio's name at a parameter, and the quotient that it stands for; None where policies stand at several places, or the page says what it is."""
    pairs = list(before_brackets(rows))
    ratios = {row_key((a, b)): (a, b) for a, b in pairs if is_ratio(a, b)}
    if len(ratios) != 1 or any(g.terms and g.terms[0][:1] and g.terms[0][0].name in RATIOS for g in givens):
        return None
    head, group = next(iter(ratios.values()))
    policies = {letter_key(a): (a, b) for a, b in pairs if kinds(a.name).get("policy") == 0}
    places = {row_key((b,)) for a, b in pairs if kinds(a.name).get("policy") == 0}
    parameter = row_key(group.rows[0])
    now = [(a, b) for a, b in policies.values() if any(row_key(s) == parameter for s in a.subs)]
    if len(policies) != 2 or len(places) != 1 or len(now) != 1 or not after_others(now[0][1]):
        return None
    other = next(p for p in policies.values() if p != now[0])
    return (head, group), (Item("frac", "frac", (now[0], other), start=head.start, end=group.end),)


def is_ratio(head: Item, group: Item) -> bool:
    """Whether the name of a ratio with two indices stands at a parameter alone."""
    alone = group.name == "()" and len(group.rows) == 1 == len(group.rows[0]) and group.rows[0][0].kind == "atom"
    return head.name in RATIOS and len(head.subs) == 1 and alone and "parameter" in kinds(group.rows[0][0].name) and not head.sups


def after_others(group: Item) -> bool:
    """Whether a token stands in brackets, behind a bar what it follows."""
    return "|" in group.seps and len(group.rows) > 2


def with_quotient(row: Row, made: tuple[Row, Row]) -> Row:
    """A row with the quotient for the name."""
    name, quotient = made
    key = row_key(name)

    def change(part: Row) -> Row:
        out: list[Item] = []
        at = 0
        while at < len(part):
            found = row_key(part[at : at + 2]) == key
            out += quotient if found else (part[at],)
            at += 2 if found else 1
        return tuple(out)

    return everywhere(row, change)


__all__ = ["errors_of_values", "in_words", "lone_capitals", "squared_names", "squares_by_name"]
