r"""Means and divergences of laws by their letters as sums: ``D(p(x,y)\|q(x,y))`` is ``\sum_{x,y}p(x,y)\log\frac{p(x,y)}{q(x,y)}``."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import LOGARITHMS
from derive.syntax.flat import Item, Row, applied_as_one, is_mark, row_key


def is_law_at(head: Item, group: Item) -> bool:
    """Whether a law stands here with letters that it is of, and perhaps letters that are given."""
    return (
        head.kind == "atom" and kinds(head.name).get("law") == 0 and group.kind == "group" and group.name == "()"
        and all(len(r) == 1 and r[0].kind == "atom" and len(r[0].name) == 1 and r[0].name.islower() for r in group.rows)
    )  # fmt: skip


def letters_of(law: Row) -> list[Row]:
    """The letters that are drawn from a law, or from a product of laws; none for any other row."""
    pairs = list(zip(law[::2], law[1::2], strict=False))
    if not law or len(law) % 2 or not all(is_law_at(head, group) for head, group in pairs):
        return []
    own = [r for _, group in pairs for r in group.rows[: group.seps.index("|") + 1 if "|" in group.seps else None]]
    return own if len({row_key(r) for r in own}) == len(own) else []


def over(letters: list[Row]) -> Item:
    """A sum over letters."""
    listed = tuple(i for at, r in enumerate(letters) for i in ((Item("mark", ","),) if at else ()) + r)
    return Item("big", "sum", subs=(listed,))


def as_sum(head: Item, group: Item, means: bool) -> Row:
    """A divergence of two laws of several letters as a sum; where ``means`` are sums too, one of conditional laws, or a mean by a law; or nothing."""
    if group.kind != "group" or head.kind != "atom":
        return ()
    if group.seps == ("||",) and "KL" in head.said + "".join(i.said for s in head.subs for i in s):
        first, second = (tuple(i for i in r if not is_mark(i, r"\otimes")) for r in group.rows)
        letters = letters_of(first)
        given = any("|" in i.seps for i in (*first, *second))
        if {row_key(r) for r in letters} != {row_key(r) for r in letters_of(second)} or (
            not given if means else len(letters) < 2
        ):
            return ()
        return (over(letters), *first, Item("atom", LOGARITHMS[0]), Item("frac", "frac", (first, second)))
    if not means or head.name not in EXPECTATIONS or len(head.subs) != 1 or head.sups or group.seps or len(group.rows) != 1:
        return ()
    law = head.subs[0]
    drawn = law[:1] if len(law) > 2 and is_mark(law[1], r"\sim") else ()
    law = law[2:] if drawn else law
    letters = letters_of(law)
    return (
        (over(letters), *law, replace(group, sups=()))
        if letters and (not drawn or [*map(row_key, letters)] == [row_key(drawn)])
        else ()
    )


def with_sums(row: Row, means: bool) -> Row:
    """A row with its divergences of laws of several letters as sums; with ``means``, every mean and divergence by letters."""

    def made(item: Item, behind: Item) -> Item | None:
        total = tuple(i if i.end else replace(i, start=item.start, end=behind.end) for i in as_sum(item, behind, means))
        sups = (*item.sups, *behind.sups)
        return Item("group", "()", (total,), sups=sups, start=item.start, end=behind.end) if total else None

    return applied_as_one(row, made)


__all__ = ["is_law_at", "with_sums"]
