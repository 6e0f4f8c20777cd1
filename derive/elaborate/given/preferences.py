r"""``p(y_1\succ y_2|x)`` beside the rewards of both: how likely the first is preferred (Bradley and Terry 1952), σ(r(x,y_1) − r(x,y_2))."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import PROBABILITIES
from derive.syntax.flat import Item, Row, applied_as_one, inner_rows, is_mark, numeral, row_key

#: What stands between two that are compared, the first of which is preferred.
PREFERRED = (r"\succ", ">")
#: What it stands between where no rewards are beside it: of random numbers ``P(X>Y)`` leaves out that they are equal.
ALWAYS_PREFERRED = (r"\succ",)
#: A score of which nothing more is known, of two: any chances of preferences are σ of how far it is from that of the two exchanged.
LIKED = Item("atom", "f", accents=("check",))

#: The score of the first of two, and that of the second.
Scores = tuple[Row, Row]


def as_rewards(lhs: Row, rhs: Row, givens: Iterable[Statement]) -> tuple[Row, Row]:
    """A claim with the chances of preferences as what the rewards beside them make of them; any other claim as it is."""
    terms = [t for g in givens for t in g.terms]
    pairs = {row_key((p.first, p.second)): p for row in (lhs, rhs) for p in preferences(row)}
    if not pairs or any(compared(*t) for t in terms if len(t) == 2):
        return lhs, rhs  # the page says what it is
    scores = {key: scores_of(p, [lhs, rhs, *terms]) for key, p in pairs.items()}
    if None in scores.values():
        named = [{p.first.key, p.second.key} for row in (lhs, rhs) for p in preferences(row)]
        if (
            len(named) < 2
            or any(names != named[0] for names in named)
            or any(scores.values())
            or not all(p.surely for p in pairs.values())
        ):
            return lhs, rhs
        scores = {key: (p.liked(p.first, p.second), p.liked(p.second, p.first)) for key, p in pairs.items()}

    def chance(p: Preference) -> Item:
        found = scores[row_key((p.first, p.second))]
        assert found is not None
        gap = (*found[1], Item("mark", "-"), *found[0])
        exponential = (Item("atom", "text:exp"), Item("group", "()", (gap,)))
        return Item("frac", "frac", ((numeral(1),), (numeral(1), Item("mark", "+"), *exponential)))

    return replaced(lhs, chance), replaced(rhs, chance)


@dataclass(frozen=True, slots=True)
class Preference:
    """How likely the first of two is preferred to the second, and what both are answers to; ``surely`` where no sign of numbers says so."""

    first: Item
    second: Item
    context: tuple[Row, ...]
    surely: bool

    def liked(self, first: Item, second: Item) -> Row:
        """The score of one beside another of which nothing is known."""
        rows = ((first,), (second,), *self.context)
        return (LIKED, Item("group", "()", rows, (",",) * (len(rows) - 1)))


def compared(head: Item, group: Item) -> Preference | None:
    """The preference of which a name with brackets is the chance."""
    if head.kind != "atom" or group.kind != "group" or group.sups or not group.rows or set(group.seps) - {"|", ","}:
        return None
    if group.seps and group.seps[0] != "|" or not (head.name in PROBABILITIES or "law" in kinds(head.name)):
        return None
    pair = group.rows[0]
    if len(pair) != 3 or not is_mark(pair[1], *PREFERRED) or pair[0].kind != "atom" or pair[2].kind != "atom":
        return None
    return Preference(pair[0], pair[2], group.rows[1:], is_mark(pair[1], *ALWAYS_PREFERRED))


def preferences(row: Row) -> Iterator[Preference]:
    """Every preference of which a row names the chance."""
    return (p for part in inner_rows(row) for pair in pairwise(part) if (p := compared(*pair)) is not None)


def replaced(row: Row, chance: Callable[[Preference], Item]) -> Row:
    """A row with what the chance of each preference is in its place."""

    def made(head: Item, group: Item) -> Item | None:
        found = compared(head, group)
        return None if found is None else replace(chance(found), start=head.start, end=group.end)

    return applied_as_one(row, made)


def scores_of(p: Preference, rows: Sequence[Row]) -> Scores | None:
    """The rewards of the two that are compared, as rows name them, None where they name none."""
    named = [part for row in rows for part in rewards_of(row, p.first)]
    others = {row_key(part) for row in rows for part in rewards_of(row, p.second)}
    for better in named:
        worse = exchanged(better, p.first, p.second)
        if row_key(worse) in others:
            return better, worse
    plain = replace(p.first, subs=())
    members = bool(p.first.subs) and plain.key == replace(p.second, subs=()).key
    of_any = [part for row in rows for part in rewards_of(row, plain)] if members else []
    return (exchanged(of_any[0], plain, p.first), exchanged(of_any[0], plain, p.second)) if of_any else None


def rewards_of(row: Row, item: Item) -> Iterator[Row]:
    """The rewards of one of those that are compared in a row: ``r(x,y_1)``, ``r_1``."""
    for part in inner_rows(row):
        for at, head in enumerate(part):
            if head.kind != "atom" or "reward" not in kinds(head.name):
                continue
            group = part[at + 1] if at + 1 < len(part) and part[at + 1].kind == "group" else None
            if group is not None and any(row_key(r) == row_key((item,)) for r in group.rows):
                yield head, group
            elif group is None and len(head.subs) == 1 and row_key(head.subs[0]) in (row_key((item,)), *map(row_key, item.subs)):
                yield (head,)


def exchanged(reward: Row, first: Item, second: Item) -> Row:
    """The reward of another: its name for the first's, among the arguments or below."""
    if len(reward) == 2:
        head, group = reward
        return head, replace(group, rows=tuple((second,) if row_key(r) == row_key((first,)) else r for r in group.rows))
    own = row_key(reward[0].subs[0]) == row_key((first,))
    return (replace(reward[0], subs=((second,),) if own else second.subs),)


__all__ = ["as_rewards"]
