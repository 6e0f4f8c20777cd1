r"""Targets and errors wherever they stand: ``y=r+\gamma\max_{a'}Q(s',a')``, ``(r+\gamma V_\phi(s')-V_\phi(s))^2``.

What a value is moved to is, at the true values and on average, the value itself.  So a target and an error say what an update says,
and are held against the same known ones.  Parameters, copies and samples by number do not matter for that: ``Q_{\phi'}(s_i',a')``
is the value of an action, ``\min_{i=1,2}Q_{\theta_i}`` of two estimates of it one, ``(1-d)`` before what comes next is 1 where an episode goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import ACTION_LETTER, ACTION_VALUES, STATE_VALUES
from derive.page.updating.updates import STEPPED, is_one_value, is_value_letter, signed
from derive.syntax.flat import Item, Row, before_brackets, is_mark, numeral, row_key, walk

#: What an alternative to each of these must fail, too: the statements of one group are one finding.
Alternatives = list[Statement]


def implied(one: Statement) -> Iterator[Alternatives]:
    """The updates that a statement implies, each as the ways in which it may be meant."""
    if len(one.terms) != 2 or not all(one.terms):
        return
    lhs, rhs = (estimates(t) for t in one.terms)
    if may_be_target(lhs):
        yield as_target(rhs)
        yield as_error(rhs)
    for side in (lhs, rhs):
        for item in walk(side):
            if item.kind == "group" and len(item.rows) == 1 and len(item.rows[0]) > 3:
                yield as_error(item.rows[0])


def may_be_target(row: Row) -> bool:
    r"""A letter that is not the value of something, a reward or an error: ``y``, ``y_i``, ``\hat y_t``."""
    plain = len(row) == 1 and row[0].kind == "atom" and not is_value(row[0])
    return plain and not kinds(row[0].name).keys() & {"reward", "error"}


def as_target(row: Row) -> Alternatives:
    """What is moved to a target, where that has a reward and the value of what comes next alone: the value of what came before."""
    parts = signed(row)
    values = [pair for pair in before_brackets([row]) if is_one_value(pair)]
    if len(values) != 1 or not of_a_step(parts, 2) or any(is_one_value(part) and not comes_next(part) for _, part in parts):
        return []
    head, group = values[0]
    where = group.rows[0]
    made = []
    for state in before(where[0]) if len(where) == 1 else ():
        action = Item("atom", ACTION_LETTER, subs=state.subs)
        rows: tuple[Row, ...] = ((state,), (action,)) if len(group.rows) == 2 else ((state,),)
        value = (head, replace(group, rows=rows))
        made.append(Statement((value, row), ("=",)))
    return made


def before(state: Item) -> list[Item]:
    """The states whose value may be moved to a target in which this one stands: the same without its prime, or now and one step ago."""
    if state.kind != "atom" or "state" not in kinds(state.name) or len(state.subs) > 1 or state.sups:
        return []
    under = state.subs[0] if state.subs else ()
    if not under:
        return [replace(state, primes=0)]
    if len(under) == 1:
        return [state, replace(state, subs=((*under, Item("mark", "-"), numeral(1)),))]
    if len(under) == 3 and is_mark(under[1], "+") and under[2].value == 1:
        return [replace(state, subs=(under[:1],))]
    return []


def as_error(row: Row) -> Alternatives:
    """The update by an error, whichever sign it has, where that has a reward, the value of what comes next and one that is moved."""
    parts = signed(row)
    alone = [part for _, part in parts if is_one_value(part)]
    if len(alone) == 2:
        alone = [part for part in alone if not comes_next(part)]
    values = [i for i in walk(row) if i.kind == "atom" and is_value(i)]
    inner = [
        signed(part[0].rows[0]) for _, part in parts if len(part) == 1 and part[0].kind == "group" and len(part[0].rows) == 1
    ]
    if (
        len(alone) != 1
        or len(values) != 2
        or not (of_a_step(parts, 3) or len(parts) == 2 and any(of_a_step(p, 2) for p in inner))
    ):
        return []
    value = alone[0]
    whole = Item("group", "()", (row,))
    return [Statement((value, (*value, Item("mark", sign), whole)), ("=",)) for sign in "+-"]


def of_a_step(parts: list[tuple[str, Row]], count: int) -> bool:
    """Whether the terms of a sum are one reward, with nothing before it, and values."""
    rewards = [p for _, p in parts if p[0].kind == "atom" and "reward" in kinds(p[0].name)]
    plain = all(len(p) == 1 or len(p) == 2 and p[1].kind == "group" for p in rewards)
    valued = [p for _, p in parts if any(i.kind == "atom" and is_value(i) for i in walk(p))]
    return plain and len(rewards) == 1 and len(valued) == count - 1 and len(parts) == count


def comes_next(value: Row) -> bool:
    """Whether a value is of a state with a prime or at the next time."""
    where = value[1].rows[0] if value[1].rows else ()
    under = where[0].subs[0] if where and len(where[0].subs) == 1 else ()
    return bool(where) and (where[0].primes == 1 or len(under) == 3 and is_mark(under[1], "+"))


# --- estimates as what they estimate ----------------------------------------------------------------------------------


def estimates(row: Row) -> Row:
    """A row in which each estimate of a value is the value, samples have no numbers, and episodes go on; empty where iterations are told apart."""
    marks = [i for i in walk(row) if i.kind == "atom" and is_value(i)]
    if any(counted(i) for i in marks):
        return ()
    numbers: set[object] = {
        row_key(s) for i in walk(row) if stepping(i) for s in i.subs if len(s) == 1 and is_number_of_sample(s[0])
    }
    return without_ends(changed(row, numbers if len(numbers) == 1 else set()))


def is_value(item: Item) -> bool:
    """A letter for values of states or actions."""
    return item.name in (*STATE_VALUES, *ACTION_VALUES) and is_value_letter(item)


def counted(value: Item) -> bool:
    """Whether a value carries the number of an iteration or a time."""
    return any(
        i.kind == "atom" and kinds(i.name).keys() & {"index", "time"} and "parameter" not in kinds(i.name)
        for script in (*value.subs, *value.sups)
        for i in script[:1]
    )


def stepping(item: Item) -> bool:
    return item.kind == "atom" and bool(kinds(item.name).keys() & STEPPED)


def is_number_of_sample(item: Item) -> bool:
    return item.kind == "atom" and "index" in kinds(item.name) and "time" not in kinds(item.name)


def changed(row: Row, numbers: set[object]) -> Row:
    out: list[Item] = []
    for item in row:
        rows = tuple(changed(r, numbers) for r in item.rows)
        item = replace(item, rows=rows) if rows != item.rows else item
        if item.kind == "atom" and is_value(item):
            item = replace(item, subs=(), sups=(), primes=0, accents=())
        elif stepping(item) and any(row_key(s) in numbers for s in item.subs):
            item = replace(item, subs=())
        if item.kind == "group" and out and is_value(out[-1]):
            item, extreme = of_actions(of_places(item))
            out[-1:] = [*extreme, out[-1]]
            if len(out) > 1 and (apart := own_letter(out[-2], item)):
                out[-2], item = apart
        out.append(item)
    return tuple(i for n, i in enumerate(out) if not over_estimates(i, out[n + 1 :]))


def of_places(group: Item) -> Item:
    """Arguments without the parameters behind them; parameters alone as they are."""
    kept = 1 + next((n for n, sep in enumerate(group.seps) if sep != ","), len(group.seps))
    rows = [r for r in group.rows[:kept] if not (len(r) == 1 and r[0].kind == "atom" and "parameter" in kinds(r[0].name))]
    return replace(group, rows=tuple(rows), seps=group.seps[: len(rows) - 1]) if rows else group


def own_letter(extreme: Item, group: Item) -> tuple[Item, Item] | None:
    r"""The extreme over an action before a value with a letter of its own: ``\max_aQ(s',a)`` beside ``Q(s,a)``."""
    under = extreme.subs[0] if extreme.kind == "big" and len(extreme.subs) == 1 else ()
    last = group.rows[-1]
    if len(under) != 1 or under[0].kind != "atom" or under[0].primes or len(last) != 1 or row_key(last) != row_key(under):
        return None
    letter = (replace(under[0], primes=2),)
    return replace(extreme, subs=(letter,)), replace(group, rows=(*group.rows[:-1], letter))


def of_actions(group: Item) -> tuple[Item, Row]:
    r"""Arguments with an action for what a policy or another estimate chooses, and the extreme that stands before the value then.

    ``\mu_\theta(s')`` and ``\tilde a`` are an action in the state, ``\arg\max_{a'}Q(s',a')`` is the best one.
    """
    if len(group.rows) != 2 or not all(group.rows):
        return group, ()
    where, what = group.rows
    first, last = what[0], what[-1]
    if first.kind == "big" and first.name == "argmax" and len(first.subs) == 1 and len(first.subs[0]) == 1:
        return replace(group, rows=(where, first.subs[0])), (replace(first, name="max"),)
    given = len(what) == 2 and last.kind == "group" and first.kind == "atom" and len(last.rows) == 1
    if given and row_key(last.rows[0]) == row_key(where) or len(what) == 1 and first.accents and "action" in kinds(first.name):
        action = Item("atom", ACTION_LETTER, primes=where[0].primes, subs=where[0].subs)
        return replace(group, rows=(where, (action,))), ()
    return group, ()


def over_estimates(item: Item, behind: list[Item]) -> bool:
    """Whether an extreme is over the numbers of several estimates, which are one value now."""
    under = item.subs[0] if item.kind == "big" and item.name in ("min", "max") and len(item.subs) == 1 else ()
    if not under or under[0].kind != "atom" or "index" not in kinds(under[0].name):
        return False
    return not any(i.kind == "atom" and letter_key(i) == letter_key(under[0]) for i in walk(tuple(behind)))


def without_ends(row: Row) -> Row:
    """A row without the factors ``(1-d)`` that end an episode before the value of what comes next."""
    out: list[Item] = []
    for part in terms_of(row):
        later = any(is_one_value(pair) and comes_next(pair) for pair in before_brackets([part]))
        kept = [i for i in part if not (later and is_end(i))]
        out += [replace(i, rows=tuple(without_ends(r) for r in i.rows)) if i.rows else i for i in kept]
    return tuple(out)


def terms_of(row: Row) -> list[Row]:
    """The terms of a sum with the signs before them."""
    starts = [0, *(n for n, i in enumerate(row) if n and is_mark(i, "+", "-")), len(row)]
    return [row[a:b] for a, b in pairwise(starts)]


def is_end(item: Item) -> bool:
    r"""``(1-d)`` for a letter or a word that is no number of the field."""
    inner = item.rows[0] if item.kind == "group" and len(item.rows) == 1 and not item.sups else ()
    if len(inner) != 3 or inner[0].value != 1 or not is_mark(inner[1], "-") or inner[2].kind != "atom":
        return False
    return not kinds(inner[2].name).keys() & {"discount", "decay", "coefficient", "small", "parameter", "reward", "weight"}


__all__ = ["implied"]
