"""Conventions that a text settles by what it states: how rewards are counted, how visits are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derive.core.terms import CoreClaim, Op
from derive.core.terms import walk as walk_terms
from derive.decide.judge import judge
from derive.elaborate.claims import Read, Reading, read_link
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.search import AGREED, CLOCK, VISITS, agreed
from derive.kernel import HOLDS
from derive.syntax.flat import Item, Row, is_mark, walk
from derive.verify.averaging import with_mean_rewards

#: Choices of a text, each with the kind of the letters that it is about; some may be made anew in each section.
DISCOUNTED = ("discounted",)
CHOICES: Mapping[Hashable, str] = {CLOCK: "reward", VISITS: "visitation", DISCOUNTED: "process"}
OF_SECTIONS = frozenset((CLOCK, DISCOUNTED))
#: Seconds for each option of a choice.
SETTLING = 0.3


@dataclass(frozen=True, slots=True)
class Convention:
    """What a statement settles: the choice, the option, and the letters for which it was made."""

    key: Hashable
    value: Any
    letters: frozenset[str]


def holds(reading: Reading) -> bool:
    """Whether a reading is seen to be true in a short time."""
    return judge(of_mean_rewards(reading), SETTLING).status in HOLDS


def fails(reading: Reading) -> bool:
    """Whether a reading is seen to be false in a short time, or to have no value at any of many points."""
    found = judge(of_mean_rewards(reading), SETTLING)
    return found.status == "refuted" or found.without_value


def of_mean_rewards(reading: Reading) -> CoreClaim:
    """The claim of a reading; of one that says what the reward of a step is, that it is so on average."""
    claim = reading.claim
    says = any(isinstance(side, Op) and side.name == "reward_at" for side in (claim.lhs, claim.rhs))
    return (with_mean_rewards(claim) if says else None) or claim


Ask = Callable[[Callable[[Reading], bool], Reading, str], bool]


def conventions_of(read: Read, ask: Ask = lambda question, reading, _: question(reading)) -> Iterator[Convention]:
    """What a statement settles that is true under one option and false under all others: what is not decided settles nothing.

    ``ask`` puts a question about the reading with an option, which is named by its reason.
    """
    if read.relation not in ("=", ":=") or not read.readings:
        return
    alone_or_beside: tuple[dict[Hashable, Any], ...] = ({}, {DISCOUNTED: True})
    for key, option, others in read.readings[0].reasons:
        for beside in alone_or_beside if key in CHOICES and others else ():
            options = [(o, made) for o in (option, *others) if (made := under(read, {**beside, key: o.value})) is not None]
            left = [(o, made) for o, made in options if not ask(fails, made, f"{o.why} {bool(beside)}")]
            if len(left) == 1 and ask(holds, left[0][1], f"{left[0][0].why} {bool(beside)}"):
                yield Convention(key, left[0][0].value, letters_of(CHOICES[key], (read.lhs, read.rhs)))
                break
    if is_discounted_return(read.readings[0]) and ask(holds, read.readings[0], "returns are discounted"):
        yield Convention(DISCOUNTED, False, letters_of(CHOICES[DISCOUNTED], (read.lhs,)))


def is_discounted_return(reading: Reading) -> bool:
    """Whether a statement says of a return that it is discounted, and writes how."""
    parts = [t for p in (reading.claim.lhs, reading.claim.rhs) for t in walk_terms(p) if isinstance(t, Op)]
    return any(t.name == "return_from" and not t.info for t in parts) and any(t.name == "discount" for t in parts)


def under(read: Read, options: dict[Hashable, Any]) -> Reading | None:
    """The likeliest reading of a statement with some options; None where it has none."""
    with agreed(options):
        return next(iter(read_link(read.lhs, read.relation, read.rhs, []).readings), None)


def letters_of(kind: str, rows: Iterable[Row]) -> frozenset[str]:
    """The letters of a kind that have an index or a policy; a law of visits with a number, ``ρ_0``, is that of the first state."""
    names = (i for row in rows for i in walk(row) if i.kind == "atom" and (i.subs or i.sups) and kind in kinds(i.name))
    return frozenset(i.name for i in names if kind != CHOICES[VISITS] or not is_numbered(i))


def is_numbered(item: Item) -> bool:
    """Whether a name has a number below it."""
    return any(s and s[-1].kind == "number" and all(is_mark(i, "-") for i in s[:-1]) for s in item.subs)


def binding(conventions: Iterable[Convention], rows: Iterable[Row]) -> dict[Hashable, Any]:
    """The options that hold for what rows say: those of the letters that they have, the last one said."""
    rows = list(rows)
    out: dict[Hashable, Any] = {}
    for convention in conventions:
        here = letters_of(CHOICES[convention.key], rows)
        # a return brings its discount to all that stands beside it
        if here & convention.letters if convention.key == DISCOUNTED else here and here <= convention.letters:
            out[convention.key] = convention.value
    return out


def lasting(conventions: Iterable[Convention]) -> tuple[Convention, ...]:
    """The conventions that a new section goes on with."""
    return tuple(c for c in conventions if c.key not in OF_SECTIONS)


def says_how_visits_count() -> bool:
    """Whether the text that is read says how visits are counted."""
    return VISITS in AGREED.get()


__all__ = ["Convention", "binding", "conventions_of", "is_numbered", "lasting", "says_how_visits_count"]
