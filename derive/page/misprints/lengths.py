r"""The steps that an episode has by a sum or product over all its actions: ``\sum_{t=0}^{T-1}`` here and ``\prod_{t=0}^T`` there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.reach import next_term_end
from derive.elaborate.reading.statements import Statement
from derive.page.saying.told import whole
from derive.syntax.flat import Item, Row, inner_rows, is_mark, numeral, row_key, walk


@dataclass(frozen=True, slots=True)
class Steps:
    """The first and last step of an episode, as a page writes them; ``last`` is the letter for the last one, ``key`` what tells two apart."""

    last: str
    key: Hashable
    text: str
    section: int
    line: int


def steps_of(one: Statement, latex: str, section: int, line: int) -> Iterator[Steps]:
    """The ranges from a number to an end of which actions are taken at every step."""
    for part in (p for term in one.terms for p in inner_rows(term)):
        for at, item in enumerate(part):
            ends = ends_of_range(item)
            if ends is None or not acts(part[at + 1 :], ends[0]):
                continue
            letter, low, high = ends
            last = next((i.name for i in high if i.kind == "atom"), "")
            text = f"{whole((letter,), latex)} from {whole(low, latex)} to {whole(high, latex)}"
            yield Steps(last, (row_key(low), row_key(high)), text, section, line)


def listed_steps(one: Statement, latex: str, section: int, line: int) -> Iterator[Steps]:
    r"""The steps of a trajectory that is written out, ``\tau=(s_0,a_0,\dots,s_T)``: from its first action to its last, one before a state at the end."""
    group = one.terms[1][0] if len(one.terms) == 2 and len(one.terms[1]) == 1 else None
    if group is None or group.kind != "group" or set(group.seps) != {","} or one.rels not in (("=",), (":=",)):
        return
    members = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom" and len(r[0].subs) == 1]
    acted = [i for i in members if "action" in kinds(i.name)]
    dotted = any(len(r) == 1 and r[0].kind == "dots" for r in group.rows)
    if not acted or not dotted or acted[0].subs[0][0].kind != "number" or len(acted[0].subs[0]) != 1:
        return
    low, last = acted[0].subs[0], members[-1]
    letters = [i for i in last.subs[0] if i.kind == "atom" and kinds(i.name).keys() & {"index", "time"}]
    at_end = "state" in kinds(last.name)
    if len(letters) != 1 or at_end and len(last.subs[0]) != 1:
        return
    high = (letters[0], Item("mark", "-"), numeral(1)) if at_end else last.subs[0]
    yield Steps(letters[0].name, (row_key(low), row_key(high)), f"those of {whole(one.terms[1], latex)}", section, line)


def ends_of_range(item: Item) -> tuple[Item, Row, Row] | None:
    r"""The letter, the first number and the last step of ``\sum_{t=0}^{T-1}``."""
    under = item.subs[0] if item.kind == "big" and item.name in ("sum", "prod") and len(item.subs) == len(item.sups) == 1 else ()
    if len(under) != 3 or not is_mark(under[1], "=") or under[2].kind != "number" or "time" not in kinds(under[0].name):
        return None
    high = item.sups[0]
    letters = [i for i in high if i.kind == "atom" and not i.subs and kinds(i.name).keys() & {"index", "time"}]
    return (under[0], under[2:], high) if len(letters) == 1 and len(high) in (1, 3) else None


def acts(rest: Row, letter: Item) -> bool:
    """Whether what is summed has an action at the step that runs."""
    body = rest[: next_term_end(rest, 0)]
    timed = (i for i in walk(body) if i.kind == "atom" and "action" in kinds(i.name) and len(i.subs) == 1)
    return any(len(i.subs[0]) == 1 and i.subs[0][0].key == letter.key for i in timed)


__all__ = ["Steps", "listed_steps", "steps_of"]
