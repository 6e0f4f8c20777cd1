r"""Divergences, entropies and values with what they are of in brackets of their own.

``D_{KL}(\pi'\|\pi)[s]`` is that of the policies in s, ``V(\pi)(s)`` is ``V^\pi(s)``, and ``D_{KL}(\theta\|\theta')`` is that of the
distributions with these parameters.  A bar behind a derivative, ``f'(x)|_{x=a}``, reaches back to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.functions import DIVERGENCE_WORDS, EXPECTATIONS, VARIANCES
from derive.glossary.marks import DIFFERENTIALS, ENTROPIES, PLAIN_EXPECTATIONS, VALUE_NAMES
from derive.syntax.flat import Item, Row, everywhere, is_mark, parts_between, row_key, walk

#: Brackets in which a state stands behind what it is the place of.
BRACKETS = ("()", "[]")


def families(rows: Iterable[Row]) -> tuple[Item, ...]:
    """The distributions that stand with parameters below them, without those."""
    found: dict[str, Item] = {}
    for item in (i for row in rows for i in walk(row) if i.kind == "atom"):
        below = [s for s in item.subs if len(s) == 1 and "parameter" in kinds(s[0].name)]
        if below and len(item.subs) == 1 and kinds(item.name).keys() & {"policy", "law"}:
            found.setdefault(item.name, replace(item, subs=(), sups=(), primes=0))
    return tuple(found.values())


def means_bracketed(part: Row) -> Row:
    r"""Brackets around what a mean or a variance is of that stands without: ``\mathbb{E}X^2`` of the square, up to a sign, ``\mathrm{Var}X`` of X."""
    for at, head in enumerate(part[:-1]):
        mean = head.name in EXPECTATIONS - PLAIN_EXPECTATIONS
        lone = head.kind == "atom" and not (head.subs or head.sups or head.accents or head.primes)
        if not lone or part[at + 1].kind in ("group", "mark") or not (mean or head.name in VARIANCES and len(head.word) > 1):
            continue
        end = at + 2
        while end < len(part) and (not is_mark(part[end], "+", "-", ",", ";") if mean else goes_on(part[end], part[end - 1])):
            end += 1
        content = means_bracketed(part[at + 1 : end])
        group = Item("group", "[]", (content,), start=content[0].start, end=content[-1].end)
        return (*part[: at + 1], group, *means_bracketed(part[end:]))
    return part


def goes_on(item: Item, before: Item) -> bool:
    """Whether what a variance without brackets is of goes on with an item: a letter, a number, or the brackets of what is applied."""
    applied = item.kind == "group" and before.kind == "atom"
    return applied or item.kind in ("atom", "number", "frac") and item.name not in EXPECTATIONS and not item.word


def in_places(row: Row, of: tuple[Item, ...]) -> Row:
    """A row in which divergences, entropies and values name what they are of, and where."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        at = 0
        while at < len(part):
            head, group, place = (part[at + n] if at + n < len(part) else None for n in range(3))
            at += 1
            if head is None or head.kind != "atom" or group is None or group.kind != "group":
                out += [head] if head is not None else []
                continue
            if is_measure(head) and len(of) == 1 and parameters_alone(group):
                group = replace(group, rows=tuple((replace(of[0], subs=(r,)),) for r in group.rows))
            there = place is not None and is_place(place) and policies_alone(group)
            if there and place is not None and is_measure(head):
                out += [head, replace(group, rows=tuple((*r, at_state(place)) for r in group.rows), sups=place.sups)]
                at += 2
            elif (
                there
                and place is not None
                and head.name in VALUE_NAMES
                and not head.sups
                and not head.subs
                and len(group.rows) == 1
            ):
                out += [replace(head, sups=(group.rows[0],)), place]
                at += 2
            else:
                out += [head, group]
                at += 1
        return tuple(out)

    return everywhere(row, change)


def is_measure(head: Item) -> bool:
    return head.name in DIVERGENCE_WORDS or head.name in ENTROPIES


def is_place(group: Item) -> bool:
    plain = group.kind == "group" and group.name in BRACKETS and len(group.rows) == 1 and len(group.rows[0]) == 1
    return plain and group.rows[0][0].kind == "atom" and not group.subs


def policies_alone(group: Item) -> bool:
    return all(len(r) == 1 and r[0].kind == "atom" and kinds(r[0].name).get("policy") == 0 for r in group.rows)


def parameters_alone(group: Item) -> bool:
    return len(group.rows) == 2 and all(
        len(r) == 1 and r[0].kind == "atom" and "parameter" in kinds(r[0].name) for r in group.rows
    )


def at_state(place: Item) -> Item:
    r"""``(\cdot|s)``."""
    return Item("group", "()", ((Item("placeholder"),), place.rows[0]), ("|",), start=place.start, end=place.end)


# --- evaluated brackets behind a derivative


def evaluated_last(row: Row) -> Row:
    r"""A row in which ``\nabla_x\left.f\right|_{x=a}`` is differentiated before it is evaluated: afterwards nothing would move."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            by = differentiated_by(out[-1]) if out else None
            evaluated = item.kind == "group" and item.name == "|" and len(item.subs) == 1 and not item.sups
            if by is not None and evaluated and item.subs[0][:1] and item.subs[0][0].key == by.key:
                operator = out.pop()
                inside = (
                    operator,
                    replace(item, name="()", subs=()),
                    Item("bar", subs=item.subs, start=item.start, end=item.end),
                )
                item = Item("group", "()", (inside,), start=operator.start, end=item.end)
            out.append(item)
        return tuple(out)

    return everywhere(row, change)


def evaluated_from_operator(row: Row) -> Row:
    r"""A row in which a bar behind a derivative reaches back to it alone where a factor before would vanish: ``(x-a) f'(x)|_{x=a}``."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            if item.kind == "bar" and item.subs:
                term = next((i + 1 for i in range(len(out) - 1, -1, -1) if is_mark(out[i], "+", "-", "=", ",")), 0)
                found = next((i for i in range(len(out) - 1, term - 1, -1) if differentiates(out[i])), None)
                if found is not None and any(vanishes(i, item.subs[0]) for i in out[term:found]):
                    inside = (*out[found:], item)
                    item = Item("group", "row", (inside,), start=out[found].start, end=item.end)
                    out = out[:found]
            out.append(item)
        return tuple(out)

    return everywhere(row, change)


def vanishes(factor: Item, where: Row) -> bool:
    r"""Whether a factor is the difference between a letter and the point at which it is evaluated: ``(\theta-\theta_0)^\top``."""
    inside = factor.rows[0] if factor.kind == "group" and len(factor.rows) == 1 else ()
    letter, point = where[:1], where[2:]
    sides = {row_key(part) for part in parts_between(inside, "-", "+")}
    return bool(point) and any(is_mark(i, "-") for i in inside) and {row_key(letter), row_key(point)} <= sides


def differentiates(item: Item) -> bool:
    """Whether a gradient, a quotient of differentials or a name with primes stands here."""
    above = item.rows[0] if item.kind == "frac" else ()
    return item.kind == "nabla" or item.primes > 0 or bool(above) and above[0].kind == "atom" and above[0].name in DIFFERENTIALS


def differentiated_by(operator: Item) -> Item | None:
    """The letter that a bare operator differentiates by: of a gradient or of d/dx, with nothing behind its d."""
    if operator.kind == "nabla":
        letter = operator.subs[0] if len(operator.subs) == 1 else ()
    elif operator.kind == "frac" and len(operator.rows[0]) == 1 and len(operator.rows[1]) == 2:
        above, below = operator.rows[0][0], operator.rows[1]
        letter = below[1:] if above.kind == below[0].kind == "atom" and above.name == below[0].name else ()
    else:
        letter = ()
    return letter[0] if len(letter) == 1 and letter[0].kind == "atom" else None


__all__ = ["evaluated_from_operator", "evaluated_last", "families", "in_places"]
