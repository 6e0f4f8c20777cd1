r"""Parameters written as a last argument, ``\pi(a|s,\theta)`` and ``p(x;\theta)``: moved below the name that they are of."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.scope import kinds
from derive.syntax.flat import Item, Row


def below(row: Row) -> Row:
    """A row with such parameters below their names."""
    out: list[Item] = []
    for item in row:
        if item.rows or item.subs or item.sups:
            item = replace(
                item, rows=tuple(map(below, item.rows)), subs=tuple(map(below, item.subs)), sups=tuple(map(below, item.sups))
            )
        head = out[-1] if out else None
        if head is not None and is_parametrised(head, item):
            out[-1] = replace(head, subs=(item.rows[-1],))
            item = replace(item, rows=item.rows[:-1], seps=item.seps[:-1])
        out.append(item)
    return tuple(out)


def is_parametrised(head: Item, group: Item) -> bool:
    """Whether a policy or a distribution stands here with its parameter as the last argument."""
    if (
        head.kind != "atom"
        or head.subs
        or group.kind != "group"
        or group.name != "()"
        or len(group.rows) < 2
        or len(group.rows[-1]) != 1
    ):
        return False
    last = group.rows[-1][0]
    may = kinds(last.name).keys() if last.kind == "atom" else set()
    if "parameter" not in may or may & {"state", "action"}:
        return False
    if kinds(head.name).get("policy") == 0:
        return group.seps in (("|", ","), ("|", ";"), (";",))
    return kinds(head.name).get("law") == 0 and group.seps[-1] == ";"
