"""Conventions that a text settles by what it states: how rewards are counted, how visits are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derive.decide.judge import judge
from derive.elaborate.claims import Read, Reading, read_link
from derive.elaborate.scope import kinds
from derive.elaborate.search import AGREED, agreed
from derive.kernel import HOLDS
from derive.syntax.flat import Row, walk

#: Choices of a text, each with the kind of the letters that it is about; some may be made anew in each section.
CLOCK, VISITS = ("clock",), ("visits",)
CHOICES: Mapping[Hashable, str] = {CLOCK: "reward", VISITS: "visitation"}
OF_SECTIONS = frozenset((CLOCK,))
#: Seconds for each option of a choice.
SETTLING = 0.3


@dataclass(frozen=True, slots=True)
class Convention:
    """What a statement settles: the choice, the option, and the letters for which it was made."""

    key: Hashable
    value: Any
    letters: frozenset[str]


def conventions_of(
    read: Read, holds: Callable[[str, Reading], bool] = lambda _, r: judge(r.claim, SETTLING).status in HOLDS
) -> Iterator[Convention]:
    """What a statement settles that is true under one option alone; ``holds`` is asked for each option, with its reason."""
    if read.relation not in ("=", ":=") or not read.readings:
        return
    for key, option, others in read.readings[0].reasons:
        if key in CHOICES and others:
            true = [o.value for o in (option, *others) if (made := under(read, key, o.value)) is not None and holds(o.why, made)]
            if len(true) == 1:
                yield Convention(key, true[0], letters_of(CHOICES[key], (read.lhs, read.rhs)))


def under(read: Read, key: Hashable, value: Any) -> Reading | None:
    """The likeliest reading of a statement with one option; None where it has none."""
    with agreed({key: value}):
        return next(iter(read_link(read.lhs, read.relation, read.rhs, []).readings), None)


def letters_of(kind: str, rows: Iterable[Row]) -> frozenset[str]:
    """The letters of a kind that have an index or a policy."""
    return frozenset(
        i.name for row in rows for i in walk(row) if i.kind == "atom" and (i.subs or i.sups) and kind in kinds(i.name)
    )


def binding(conventions: Iterable[Convention], rows: Iterable[Row]) -> dict[Hashable, Any]:
    """The options that hold for what rows say: those of the letters that they have, the last one said."""
    rows = list(rows)
    out: dict[Hashable, Any] = {}
    for convention in conventions:
        here = letters_of(CHOICES[convention.key], rows)
        if here and here <= convention.letters:
            out[convention.key] = convention.value
    return out


def lasting(conventions: Iterable[Convention]) -> tuple[Convention, ...]:
    """The conventions that a new section goes on with."""
    return tuple(c for c in conventions if c.key not in OF_SECTIONS)


def says_how_visits_count() -> bool:
    """Whether the text that is read says how visits are counted."""
    return VISITS in AGREED.get()


__all__ = ["Convention", "binding", "conventions_of", "lasting", "says_how_visits_count"]
