r"""What is not written as what it is, wherever it stands: a Greek letter without its backslash, a value of states with an action.

Such a formula is printed otherwise than it is meant; nothing is evaluated to see that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import DIVERGENCE_WORDS
from derive.glossary.marks import ACTION_SETS, MARKS_OF_NAMES, SHORT_NAME, STATE_VALUES, VALUE_NAMES, WRITTEN_OUT
from derive.syntax.flat import Item, Row, inner_rows


def unspelled(row: Row) -> Iterator[tuple[int, int, str]]:
    """Each place that is not written as what it is: where it begins and ends, and what is wrong with it, in a sentence."""
    for part in inner_rows(row):
        yield from letters_by_name(part)
        yield from values_with_actions(part)
        yield from values_twice(part)
        yield from laws_of_two_letters(part)
        yield from actions_in_an_action(part)


def not_equal(statement: Statement) -> Iterator[tuple[int, int, str]]:
    r"""An equation between an action and how likely it is, ``a=\pi(a\mid s)``."""
    for (left, right), rel in zip(pairwise(statement.terms), statement.rels, strict=True):
        head = left[0] if rel == "=" and len(left) == 1 and left[0].kind == "atom" else None
        if head is None or not right:
            continue
        if kinds(head.name).get("action") == 0 and is_chance_of(right, head):
            yield head.start, right[-1].end, "An action is no probability: it is drawn from the policy."


def is_chance_of(row: Row, action: Item) -> bool:
    r"""Whether ``\pi(a\mid s)`` stands here, with the letter of the action in it."""
    if len(row) != 2 or row[0].kind != "atom" or kinds(row[0].name).get("policy") != 0 or row[1].seps != ("|",):
        return False
    drawn = row[1].rows[0]
    return len(drawn) == 1 and drawn[0].kind == "atom" and drawn[0].name == action.name


def actions_in_an_action(part: Row) -> Iterator[tuple[int, int, str]]:
    r"""``\mathcal{A}(a)``: the actions that there are in an action."""
    for head, group in pairwise(part):
        inside = group.rows[0] if group.kind == "group" and group.name == "()" and len(group.rows) == 1 else ()
        letter = inside[0] if len(inside) == 1 and inside[0].kind == "atom" else None
        if letter is not None and head.kind == "atom" and head.name in ACTION_SETS and kinds(letter.name).get("action") == 0:
            if "state" not in kinds(letter.name):
                yield head.start, group.end, "The actions that there are in a state stand here with an action."


def letters_by_name(part: Row) -> Iterator[tuple[int, int, str]]:
    r"""``gamma`` where ``\\gamma`` is meant."""
    plain = "".join(i.name if i.is_letter else " " for i in part)
    for name in (*WRITTEN_OUT, SHORT_NAME):
        at = plain.find(name)
        run = part[at : at + len(name)] if at >= 0 else ()
        around = [
            *(zip(part[at - 1 : at], run[:1], strict=True) if at > 0 else ()),
            *zip(run[-1:], part[at + len(name) :][:1], strict=False),
        ]
        if not run or any(a.is_letter and b.is_letter and a.end == b.start for a, b in around):
            continue
        together = all(a.end == b.start and not (a.subs or a.sups) for a, b in pairwise(run))
        last, behind = run[-1], part[at + len(name)] if at + len(name) < len(part) else None
        policy = any("parameter" in kinds(i.name) for s in last.subs for i in s) and behind is not None and behind.kind == "group"
        if together and (name != SHORT_NAME or policy):
            yield (
                run[0].start,
                run[0].start + len(name),
                f"The letter {name} is written without its backslash: it is printed as a product of letters.",
            )


def values_with_actions(part: Row) -> Iterator[tuple[int, int, str]]:
    r"""``v_*(s,a)``: the value of a state, with an action."""
    for at, (head, group) in enumerate(pairwise(part)):
        if at and part[at - 1].is_letter and part[at - 1].end == head.start:
            continue  # the last letter of a word
        marked = [s[0] for s in (*head.subs, *head.sups) if len(s) == 1]
        known = (
            head.kind == "atom"
            and head.name in STATE_VALUES
            and any(i.name in MARKS_OF_NAMES or kinds(i.name).get("policy") == 0 for i in marked)
        )
        if (
            known
            and group.kind == "group"
            and len(group.rows) == 2
            and set(group.seps) == {","}
            and all(len(r) == 1 for r in group.rows)
        ):
            state, action = (r[0] for r in group.rows)
            if (
                state.kind == action.kind == "atom"
                and kinds(state.name).get("state") == 0
                and kinds(action.name).get("action") == 0
            ):
                yield head.start, group.end, "The value of a state stands here with an action."


def values_twice(part: Row) -> Iterator[tuple[int, int, str]]:
    r"""``v v_\pi(s)``: the letter of a value before that value, with nothing that it is of."""
    for first, second, group in zip(part, part[1:], part[2:], strict=False):
        bare = first.is_letter and first.name in VALUE_NAMES and not (first.subs or first.sups or first.primes or first.accents)
        marked = [s[0] for s in (*second.subs, *second.sups) if len(s) == 1]
        known = any(i.name in MARKS_OF_NAMES or kinds(i.name).get("policy") == 0 for i in marked)
        valued = second.name == first.name and known and group.kind == "group" and group.name == "()"
        if bare and second.kind == "atom" and valued and not any(i.is_letter and i.end == first.start for i in part):
            yield (
                first.start,
                first.end,
                f"The letter {first.name} stands here twice, the first time without what it is the value of.",
            )


def laws_of_two_letters(part: Row) -> Iterator[tuple[int, int, str]]:
    r"""``D_{KL}(q(x)\|p(z\mid x))``: distributions of two letters, of which there is no divergence."""
    for head, group in pairwise(part):
        if head.kind != "atom" or head.name not in DIVERGENCE_WORDS or group.kind != "group" or group.seps != ("||",):
            continue
        outcomes = [outcome_of(row) for row in group.rows]
        first, second = outcomes if len(outcomes) == 2 else (None, None)
        if first is not None and second is not None and first.name != second.name:
            why = f"The first distribution is one of {first.name}, the second one of {second.name}: they have no divergence."
            yield head.start, group.end, why


def outcome_of(law: Row) -> Item | None:
    """The small letter of which a distribution says how likely it is, where it is written with it alone; None for anything else."""
    if len(law) != 2 or law[0].kind != "atom" or law[1].kind != "group" or law[1].name != "()" or "policy" in kinds(law[0].name):
        return None
    rows, seps = law[1].rows, law[1].seps
    alone = len(rows) == 1 or seps[:1] == ("|",)
    letter = rows[0][0] if alone and len(rows[0]) == 1 else None
    return letter if letter is not None and letter.is_letter and letter.name.islower() else None


__all__ = ["not_equal", "unspelled"]
