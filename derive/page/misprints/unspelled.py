r"""What is not written as what it is, wherever it stands: a Greek letter without its backslash, a value of states with an action.

Such a formula is printed otherwise than it is meant; nothing is evaluated to see that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.marks import MARKS_OF_NAMES, SHORT_NAME, STATE_VALUES, WRITTEN_OUT
from derive.syntax.flat import Row, inner_rows


def unspelled(row: Row) -> Iterator[tuple[int, int, str]]:
    """Each place that is not written as what it is: where it begins and ends, and what is wrong with it, in a sentence."""
    for part in inner_rows(row):
        yield from letters_by_name(part)
        yield from values_with_actions(part)


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


__all__ = ["unspelled"]
