r"""Estimates from one step, ``Q(s,a) \approx r + \gamma V(s')``, or from the mean of samples, as statements that they are right on average."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.claims import Read
from derive.elaborate.scope import kinds, letter_key
from derive.glossary.functions import MEAN
from derive.syntax.flat import Item, Row, is_mark, row_key, walk


def mean_of(read: Read) -> Row | None:
    """The mean of the right side of a link, given the states and actions of the left one; None where it names none."""
    places: dict[object, Item] = {}
    for item in (i for part in walk(read.lhs) if part.kind == "group" for row in part.rows for i in row):
        if item.kind == "atom" and kinds(item.name).keys() & {"state", "action"} and not item.word:
            places.setdefault(letter_key(item), item)
    if not places or not read.rhs:
        return None
    start, end = read.rhs[0].start, read.rhs[-1].end
    given = tuple((item,) for item in places.values())
    inside: tuple[Row, ...] = (read.rhs, *given)
    seps = ("|", *("," for _ in given[1:]))
    return Item("atom", MEAN, start=start, end=start), Item("group", "[]", inside, seps, start=start, end=end)


def mean_of_samples(read: Read) -> Row | None:
    r"""``\frac1N\sum_{i=1}^N f(s_{i,t},a_{i,t})`` as the mean of f under the policy that it speaks of; None where no such sum stands there."""
    rhs = read.rhs
    if len(rhs) < 3 or rhs[0].kind != "frac" or rhs[1].kind != "big" or not is_one(rhs[0].rows[0]):
        return None
    index = sampled_by(rhs[1], rhs[0].rows[1])
    if index is None:
        return None
    body = tuple(one_sample(item, index) for item in rhs[2:])
    policies = [i for i in (*walk(body), *walk(read.lhs)) if i.kind == "atom" and kinds(i.name).get("policy") == 0]
    if not policies:
        return None
    start, end = rhs[0].start, rhs[-1].end
    return Item("atom", MEAN, subs=((policies[0],),), start=start, end=start), Item("group", "[]", (body,), start=start, end=end)


def is_one(row: Row) -> bool:
    return len(row) == 1 and row[0].value == 1


def sampled_by(total: Item, count: Row) -> Item | None:
    """The index of a sum over as many samples as it is divided by: ``i=1`` to N over N, or ``τ in D`` over ``|D|``."""
    if total.name != "sum" or len(total.subs) != 1 or len(total.subs[0]) != 3 or total.subs[0][0].kind != "atom":
        return None
    letter, sign, last = total.subs[0]
    numbered = is_mark(sign, "=") and last.value == 1 and len(total.sups) == 1 and row_key(total.sups[0]) == row_key(count)
    size = count[0] if len(count) == 1 and count[0].kind == "group" and len(count[0].rows) == 1 else None
    over = is_mark(sign, r"\in") and size is not None and size.name == "abs" and row_key(size.rows[0]) == row_key((last,))
    return letter if numbered or over else None


def one_sample(item: Item, index: Item) -> Item:
    """A quantity of one sample without the number of the sample: ``s_{i,t}``, ``s_t^{(i)}``, ``R(τ^{(i)})``."""

    def without(row: Row) -> Row:
        kept = tuple(one_sample(i, index) for i in row if i.key != index.key)
        return kept[1:] if kept and is_mark(kept[0], ",") else kept[:-1] if kept and is_mark(kept[-1], ",") else kept

    def numbered(row: Row) -> bool:
        return len(row) == 1 and row[0].kind == "group" and len(row[0].rows) == 1 and row_key(row[0].rows[0]) == row_key((index,))

    return replace(
        item,
        rows=tuple(tuple(one_sample(i, index) for i in r) for r in item.rows),
        subs=tuple(r for s in item.subs if (r := without(s))),
        sups=tuple(
            tuple(one_sample(i, index) for i in s) for s in item.sups if not numbered(s) and row_key(s) != row_key((index,))
        ),
    )


__all__ = ["mean_of", "mean_of_samples"]
