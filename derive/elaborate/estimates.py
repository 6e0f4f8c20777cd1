r"""An estimate from one step, ``Q(s,a) \\approx r + \\gamma V(s')``, as the statement that it is right on average."""

from __future__ import annotations

from derive.elaborate.claims import Read, read_link
from derive.elaborate.scope import kinds, letter_key
from derive.glossary.functions import MEAN
from derive.syntax.flat import Item, Row, walk


def mean_of(read: Read, source: str) -> Read | None:
    """The link that the left side is the mean of the right one, given its states and actions; None where it names none."""
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
    mean: Row = (Item("atom", MEAN, start=start, end=start), Item("group", "[]", inside, seps, start=start, end=end))
    return read_link(read.lhs, "=", mean, [], source)


__all__ = ["mean_of"]
