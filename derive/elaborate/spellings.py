r"""One spelling for what texts write in several places: parameters in brackets, the label of a sample, empty braces.

``\pi(a|s;\theta)`` and ``\pi(a|s,\theta)`` are ``\pi_\theta(a|s)``; ``s_t^{(i)}`` is ``s_t`` where a claim speaks of one sample
alone; ``\E{}[x]``, as macros leave it, is ``\E[x]``; ``\nabla_x\left.f\right|_{x=a}`` is ``(\nabla_xf)|_{x=a}``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.facts import stem
from derive.elaborate.scope import kinds, letter_key
from derive.elaborate.statements import Statement
from derive.elaborate.superscripts import bracketed
from derive.glossary.marks import VALUE_NAMES, WITHOUT_END
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key, walk

#: What may stand in brackets behind a head that is applied.
CALLED = ("()", "[]")


def in_one_spelling(
    lhs: Row, rhs: Row, conditions: tuple[Row, ...], givens: list[Statement]
) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
    """All rows of a claim, each with its parameters below its names and without the label of its one sample."""

    def changed(change: Callable[[Row], Row]) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
        given = [replace(g, terms=tuple(map(change, g.terms)), conditions=tuple(map(change, g.conditions))) for g in givens]
        return change(lhs), change(rhs), tuple(map(change, conditions)), given

    lhs, rhs, conditions, givens = changed(without_empty)
    lhs, rhs, conditions, givens = changed(evaluated_last)
    plain = applied_names([lhs, rhs, *(t for g in givens for t in g.terms)])
    lhs, rhs, conditions, givens = changed(lambda row: with_primes(row, plain))
    lhs, rhs, conditions, givens = changed(without_end)
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in (*g.terms, *g.conditions))]
    fixed = not_moved(rows) | bound_letters(rows)
    lhs, rhs, conditions, givens = changed(lambda row: moved_below(row, fixed))
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in (*g.terms, *g.conditions))]
    copy = moved_copy(rows)
    if copy is not None:
        lhs, rhs, conditions, givens = changed(lambda row: with_variables(row, copy))
    label = sample_label(rows)
    return changed(lambda row: without_label(row, label)) if label is not None else (lhs, rhs, conditions, givens)


def everywhere(row: Row, change: Callable[[Row], Row]) -> Row:
    """A row changed, and every row in it first."""

    def inside(item: Item) -> Item:
        if not (item.rows or item.subs or item.sups):
            return item
        parts = ((*(everywhere(r, change) for r in rows),) for rows in (item.rows, item.subs, item.sups))
        inner, subs, sups = parts
        return (
            item if (inner, subs, sups) == (item.rows, item.subs, item.sups) else replace(item, rows=inner, subs=subs, sups=sups)
        )

    return change(tuple(map(inside, row)))


def without_empty(row: Row) -> Row:
    """A row without braces around nothing; what they carry as scripts stands on what is before them."""

    def drop(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            empty = item.kind == "group" and item.name == "row" and not any(item.rows)
            if empty and out and out[-1].kind == "atom":
                out[-1] = replace(out[-1], subs=(*out[-1].subs, *item.subs), sups=(*out[-1].sups, *item.sups))
            elif not empty or item.subs or item.sups or len(part) == 1:
                out.append(item)
        return tuple(out)

    return everywhere(row, drop)


# --- orders of derivatives -------------------------------------------------------------------------


def applied_names(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Functions that are applied without any mark."""
    pairs = [pair for row in rows for part in inner_rows(row) for pair in pairwise(part)]
    return frozenset(
        stem(a) for a, b in pairs if a.kind == "atom" and b.kind == "group" and not a.sups and "function" in kinds(a.name)
    )


def with_primes(row: Row, plain: frozenset[Hashable]) -> Row:
    """A row in which ``f^{(2)}(x)`` is f''(x), where f(x) stands beside it."""

    def change(part: Row) -> Row:
        out = list(part)
        for at, (head, group) in enumerate(pairwise(part)):
            inner = bracketed(head) if head.kind == "atom" and group.kind == "group" else None
            order = inner[0].value if inner is not None and len(inner) == 1 else None
            if order is not None and order.denominator == 1 and stem(head) in plain and not head.subs:
                out[at] = replace(head, sups=(), primes=int(order))
        return tuple(out)

    return everywhere(row, change)


# --- sums that go on -------------------------------------------------------------------------------


def without_end(row: Row) -> Row:
    r"""A row in which ``\sum_{k\ge0}``, and ``\sum_{t'\ge t}`` over times, go on without end."""

    def change(part: Row) -> Row:
        return tuple(goes_on(item) if item.kind == "big" and len(item.subs) == 1 and not item.sups else item for item in part)

    return everywhere(row, change)


def goes_on(item: Item) -> Item:
    sub = item.subs[0]
    if item.name not in ("sum", "prod") or len(sub) != 3 or not is_mark(sub[1], r"\ge") or sub[0].kind != "atom":
        return item
    letter, _, start = sub
    later = start.kind == "atom" and "time" in kinds(start.name) and "time" in kinds(letter.name)
    if not later and start.value not in (0, 1):
        return item
    return replace(item, subs=((letter, Item("mark", "="), start),), sups=((Item("atom", WITHOUT_END),),))


# --- evaluated brackets behind a derivative --------------------------------------------------------


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


# --- parameters in brackets ------------------------------------------------------------------------


def parametrised(head: Item, group: Item) -> Row | None:
    r"""The parameter that stands last in the brackets of a head: behind ``;``, or behind the state of a policy or of a value."""
    if head.kind != "atom" or group.kind != "group" or group.name not in CALLED or len(group.rows) < 2:
        return None
    last, sep = group.rows[-1], group.seps[-1]
    if len(last) != 1 or last[0].kind != "atom" or "parameter" not in kinds(last[0].name):
        return None
    if any("parameter" in kinds(i.name) for s in head.subs for i in s if i.kind == "atom"):
        return None
    before = [kinds(i.name) for r in group.rows[:-1] for i in r if i.kind == "atom"]
    of_policy = kinds(head.name).get("policy") == 0 and "|" in group.seps[:-1]
    of_value = head.name in VALUE_NAMES and bool(before) and all(may.keys() & {"state", "action"} for may in before)
    return last if sep == ";" or sep == "," and (of_policy or of_value) else None


def not_moved(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Heads that have something else behind a semicolon too: what stands there is no parameter, or a point of its own."""
    found: set[Hashable] = set()
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for head, group in pairwise(part):
                if head.kind == "atom" and group.kind == "group" and ";" in group.seps and parametrised(head, group) is None:
                    found.add(stem(head))
    return frozenset(found)


def bound_letters(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Letters that a sum or an expectation runs through: no parameters."""
    found: set[Hashable] = set()
    for item in (i for row in rows for i in walk(row) if i.kind in ("big", "atom")):
        for sub in item.subs:
            found |= {stem(i) for i in sub if i.kind == "atom" and item.kind == "big"}
            found |= {stem(i) for i, behind in pairwise(sub) if i.kind == "atom" and is_mark(behind, r"\sim")}
    return frozenset(found)


def moved_below(row: Row, fixed: frozenset[Hashable]) -> Row:
    """A row with the parameters of its heads below them."""

    def move(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            parameter = parametrised(out[-1], item) if out and stem(out[-1]) not in fixed else None
            if parameter is not None and stem(parameter[0]) not in fixed:
                out[-1] = replace(out[-1], subs=(*out[-1].subs, parameter))
                item = replace(item, rows=item.rows[:-1], seps=item.seps[:-1])
            out.append(item)
        return tuple(out)

    return everywhere(row, move)


def moved_copy(rows: Iterable[Row]) -> Item | None:
    """The one parameter, or copy of it (θ_t), that heads behind a bare ∇ have below them; None where there are two, or one stands alone there."""
    found: dict[Hashable, Item] = {}
    bare = False
    for item in (i for row in rows for i in walk(row)):
        bare = bare or item.kind == "nabla" and not item.subs
        for sub in item.subs if item.kind == "atom" else ():
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                found[letter_key(sub[0])] = sub[0]
    return next(iter(found.values())) if bare and len(found) == 1 else None


def with_variables(row: Row, letter: Item) -> Row:
    """A row with the parameter below each bare ∇ behind which a head stands that has it."""

    def name(part: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(part):
            behind = part[at + 1 : at + 4] if item.kind == "nabla" and not item.subs else ()
            moves = any(letter_key(i) == letter_key(letter) for b in behind for i in walk((b,)) if i.kind == "atom")
            out.append(replace(item, subs=((letter,),)) if moves else item)
        return tuple(out)

    return everywhere(row, name)


# --- the label of one sample -----------------------------------------------------------------------


def sample_label(rows: list[Row]) -> Hashable | None:
    r"""The label ``(i)`` above states and actions at times, where it is one letter all through a claim and nothing else."""
    found = [(item, timed_label(item)) for row in rows for item in walk(row) if item.kind == "atom"]
    labels = {row_key(label) for _, label in found if label is not None}
    whose = {kind for item, label in found if label is not None for kind in kinds(item.name)}
    if len(labels) != 1 or not whose & {"state", "episode"}:
        return None  # a return or an advantage alone has a number of steps there
    label_key = next(iter(labels))
    bound = any(row_key((i,)) == label_key for row in rows for item in walk(row) for s in item.subs for i in s)
    return None if bound else label_key


def timed_label(item: Item) -> Row | None:
    """What stands in brackets above a quantity of an episode: of a state at a time, or of the episode."""
    inner = bracketed(item)
    if inner is None or len(inner) != 1 or "index" not in kinds(inner[0].name):
        return None
    may = kinds(item.name)
    timed = any("time" in kinds(i.name) or i.kind == "number" for s in item.subs for i in s)
    return inner if "process" in may and timed or "episode" in may else None


def without_label(row: Row, label: Hashable) -> Row:
    """A row whose states, actions and episodes have no label."""

    def drop(part: Row) -> Row:
        def one(item: Item) -> Item:
            inner = timed_label(item) if item.kind == "atom" else None
            return replace(item, sups=()) if inner is not None and row_key(inner) == label else item

        return tuple(map(one, part))

    return everywhere(row, drop)
