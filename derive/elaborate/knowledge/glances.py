"""Single glances over rows: whether a sum ends, whether a capital multiplies, at which times rewards stand."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.glossary.functions import EXPECTATIONS, PROBABILITIES
from derive.glossary.marks import (
    DISCOUNTS,
    ENDS,
    INFINITY,
    LETTER_TRANSPOSES,
    LOGARITHMS,
    MARKS_OF_NAMES,
    RETURNS,
    TRANSPOSES,
    VALUE_NAMES,
)
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, row_key, walk


def parameter_below(item: Item) -> bool:
    """Whether a parameter is all that stands below a name."""
    return len(item.subs) == 1 and len(item.subs[0]) == 1 and "parameter" in kinds(item.subs[0][0].name)


def sums_without_end(row: Row) -> bool:
    """Whether a side is a sum without end: with dots behind its terms, or up to infinity."""
    ends = [s for i in walk(row) if i.kind == "big" and i.name == "sum" for s in i.sups]
    return bool(row) and row[-1].kind == "dots" or any(len(s) == 1 and s[0].name in INFINITY for s in ends)


def of_sums(rows: list[Row], sums: set[Hashable]) -> bool:
    r"""Whether the logarithm of a name stands here that is said to be a sum: ``\tau\log Z(s)``, a soft largest value as log Σ exp is."""
    pairs = ((a, b) for row in rows for part in inner_rows(row) for a, b in pairwise(part) if a.name in LOGARITHMS)
    return any(stem(i) in sums for _, b in pairs for i in ((b,) if b.kind == "atom" else (r[0] for r in b.rows if r)))


def end_of_dots(rows: list[Row]) -> int | None:
    r"""How many steps after the last one T is, where a sum with dots ends at it: ``\cdots+\gamma^{T-t-1}R_T``; None where none does."""
    for row in rows:
        for part in inner_rows(row):
            at = next((n for n, i in enumerate(part) if i.kind == "dots"), len(part))
            for item in (
                i for i in part[at:] if i.kind == "atom" and len(i.subs) == 1 and kinds(i.name).keys() & {"reward", "error"}
            ):
                sub = item.subs[0]
                if sub[0].name in ENDS and not sub[0].subs:
                    if len(sub) == 1:
                        own = [i.subs[0] for i in part[:at] if i.kind == "atom" and i.name == item.name and len(i.subs) == 1]
                        return int(bool(own) and all(any(is_mark(j, "+") for j in s) for s in own))  # R_{t+1}, …, R_T
                    if len(sub) == 3 and is_mark(sub[1], "-") and sub[2].value == 1:
                        return 1
    return None


def dots_end_elsewhere(rows: list[Row]) -> bool:
    r"""Whether rewards with dots go as far as another than those of a sum: ``r_0+\dots+r_T`` beside ``\sum_{t=0}^{T-1}r_t``."""
    last = set()
    for part in (p for row in rows for p in inner_rows(row)):
        at = next((n for n, i in enumerate(part) if i.kind == "dots"), len(part))
        for item in part[at:]:
            ended = item.kind == "atom" and "reward" in kinds(item.name) and len(item.subs) == 1 and item.subs[0][0].name in ENDS
            if ended and (steps := before_end(item.subs[0])) is not None:
                last.add((item.name, -steps))
        for n, big in enumerate(part):
            end = big.sups[0] if big.kind == "big" and len(big.sups) == len(big.subs) == 1 else ()
            if not end or end[0].name not in ENDS or (steps := before_end(end)) is None:
                continue
            for item in (i for i in walk(part[n + 1 :]) if i.kind == "atom" and "reward" in kinds(i.name) and len(i.subs) == 1):
                after = steps_after(item.subs[0], big.subs[0][0])
                if after is not None:
                    last.add((item.name, after - steps))
    names = [name for name, _ in last]
    dotted = any(i.kind == "dots" for row in rows for i in walk(row))
    return dotted and any(names.count(name) > 1 for name in names)


def steps_after(sub: Row, letter: Item) -> int | None:
    """n for t + n below a name; None for anything else."""
    if not sub or sub[0].key != letter.key or len(sub) not in (1, 3):
        return None
    if len(sub) == 1:
        return 0
    value = sub[2].value
    return None if value is None or not is_mark(sub[1], "+", "-") else int(value) * (1 if is_mark(sub[1], "+") else -1)


def last_times(rows: list[Row]) -> list[Row]:
    """The ends of sums, products and weights at T, or near it."""
    found = [s for row in rows for i in walk(row) if i.kind == "big" for s in i.sups]
    for item in (i for row in rows for i in walk(row) if i.kind == "atom"):
        for sub in item.subs:
            place = next((n for n, part in enumerate(sub) if is_mark(part, ":")), None)
            found += [sub[place + 1 :]] if place is not None else []
    return [s for s in found if any(i.name in ENDS for i in s)]


def speaks_of_one_step(rows: list[Row]) -> bool:
    """Whether values or actions stand beside a state and the next, and nothing draws or sums: ``Q(s_t,a_t)=r(s_t,a_t)+γV(s_{t+1})``.

    A value of which there is a gradient is of a step where it is of one state: ``∇(V_φ(s_t)-y)²``.
    """
    every = [i for row in rows for i in walk(row)]
    states = {
        row_key(i.subs[0]) for i in every
        if timed_state(i) and "state" in kinds(i.name) and any("time" in kinds(j.name) for j in i.subs[0])
    }  # fmt: skip
    draws = any(i.kind == "big" or i.kind == "atom" and i.name in (*EXPECTATIONS, *PROBABILITIES) for i in every)
    values = any(i.kind == "atom" and i.name in VALUE_NAMES for i in every)
    acts = any(timed_state(i) and "action" in kinds(i.name) and "state" not in kinds(i.name) for i in every)
    sloped = any(i.kind == "nabla" for i in every) and any(
        a.name in VALUE_NAMES and b.rows and len(b.rows[0]) == 1 and timed_state(b.rows[0][0]) and first_keys(b.rows[0][0])
        for a, b in before_brackets(rows)
    )
    return ((values or acts) and len(states) > 1 or sloped) and not draws


def counts_of_steps(rows: list[Row]) -> set[Hashable]:
    r"""Letters that count the steps of an episode: of sums from nought on through its states or discounted rewards, of a return and the next.

    The k of ``\sum_{k=0}^\infty\gamma^kr(s_k,a_k)``, of ``G_k=R_{k+1}+\gamma G_{k+1}``, and of ``\mathbb{E}_b[\rho_k\mid S_k]``.
    """
    every = [i for row in rows for i in walk(row)]
    counted = {
        i.subs[0][0].key for i in every
        if i.kind == "big" and i.subs and i.sups and len(i.subs[0]) == 3 and is_mark(i.subs[0][1], "=")
        and i.subs[0][2].value == 0 and any(j.name in ENDS | INFINITY for j in i.sups[0])
    }  # fmt: skip
    atoms = [i for i in every if i.kind == "atom"]
    arguments = [row[0] for i in every if i.kind == "group" and i.name == "()" for row in i.rows if len(row) == 1]
    met = {key for i in arguments if timed_state(i) and "state" in kinds(i.name) for key in first_keys(i)}
    acted = {
        key
        for i in atoms
        if timed_state(i) and "action" in kinds(i.name) and "state" not in kinds(i.name)
        for key in first_keys(i)
    }
    discounted = {j.key for i in atoms if "discount" in kinds(i.name) for s in i.sups for j in s}
    earned = {key for i in atoms if {"process", "reward"} <= kinds(i.name).keys() for key in first_keys(i)}
    returns = [i for i in atoms if i.name in RETURNS and len(i.subs) == 1]
    here, next_ = ({key for i in returns for key in first_keys(i) if is_next(i.subs[0]) == later} for later in (False, True))
    known = {key for a, b in before_brackets(rows) if a.name in EXPECTATIONS and a.subs for key in known_step(b)}
    return counted & (met & (acted | discounted) | earned & discounted) | here & next_ | known  # or else they are samples


def known_step(group: Item) -> set[Hashable]:
    """The index of the state that a mean is taken in, where all that has it in the mean is of an episode."""
    behind = group.rows[group.seps.index("|") + 1 :] if "|" in group.seps else ()
    states = [r[0] for r in behind if r and timed_state(r[0]) and r[0].name.isupper() and "state" in kinds(r[0].name)]
    of_episode = {"process", "weight", "error"}
    other = {
        key
        for r in group.rows for i in walk(r) if i.kind == "atom" and not kinds(i.name).keys() & of_episode
        for key in first_keys(i)
    }  # fmt: skip
    return {key for i in states for key in first_keys(i)} - other


def first_keys(item: Item) -> set[Hashable]:
    """The letter with which the index of a name begins."""
    return {sub[0].key for sub in item.subs if sub and sub[0].kind == "atom"}


def steps_outside_means(row: Row) -> bool:
    """Whether states or actions at times stand outside of means: what is averaged beside them is given them."""
    skipped = {id(b) for a, b in pairwise(row) if a.kind == "atom" and a.name in EXPECTATIONS}
    return any(
        timed_state(i) or id(i) not in skipped and any(map(steps_outside_means, (*i.rows, *(() if i.kind == "atom" else i.subs))))
        for i in row
    )


def before_end(row: Row) -> int | None:
    """How many steps before T an end is: 0, 1 or 2, of T − t − 1 those before T − 1; None for any other."""
    row, _ = without_letter(row)
    if len(row) == 1:
        return 0
    steps = row[2].value if len(row) == 3 and is_mark(row[1], "-") else None
    return int(steps) if steps in (1, 2) else None


def without_letter(row: Row) -> tuple[Row, Row]:
    """T − t as T and t: so many steps before an end, and the end."""
    gone = next((n for n in range(2, len(row)) if is_mark(row[n - 1], "-") and row[n].kind == "atom"), None)
    return (row, ()) if gone is None else ((*row[: gone - 1], *row[gone + 1 :]), row[gone : gone + 1])


def first_times(row: Row) -> Iterator[int]:
    """The numbers from which sums and products to T, or near it, begin."""
    for item in walk(row):
        if item.kind == "big" and len(item.subs) == 1 and any(i.name in ENDS for s in item.sups for i in s):
            start = item.subs[0][2:]
            if len(start) == 1 and start[0].value in (0, 1):
                yield int(start[0].value)


def speaks_of_optima(rows: list[Row]) -> bool:
    """Whether a claim has optimal values."""
    every = [i for row in rows for i in walk(row) if i.kind == "atom"]
    of_values = [s for i in every if i.name in VALUE_NAMES for s in (*i.subs, *i.sups)]
    return any(i.name in MARKS_OF_NAMES for s in of_values if len(s) == 1 for i in walk(s))


def speaks_of_earnings(rows: list[Row]) -> bool:
    """Whether a claim has rewards or returns at times, rewards of what is at a time, or values of states."""
    every = [(a, b) for row in rows for part in inner_rows(row) for a, b in pairwise((*part, Item("mark", "end")))]
    timed = [a for a, _ in every if a.kind == "atom" and len(a.subs) == 1 and any("time" in kinds(i.name) for i in a.subs[0])]
    earned = any("reward" in kinds(i.name) or i.name in RETURNS for i in timed)
    at_steps = (
        a.kind == "atom"
        and "reward" in kinds(a.name)
        and b.kind == "group"
        and any(i.key in {t.key for t in timed} for r in b.rows for i in r)
        for a, b in every
    )
    return (
        earned
        or any(at_steps)
        or any(a.kind == "atom" and a.name in VALUE_NAMES and b.kind == "group" and b.name == "()" for a, b in every)
    )


def has_one_index(item: Item) -> bool:
    """Whether a letter or a number, and no word, stands below a name."""
    return (
        len(item.subs) == 1 and len(item.subs[0]) == 1 and item.subs[0][0].kind in ("atom", "number") and not item.subs[0][0].word
    )


def is_member(item: Item) -> bool:
    """Whether a letter with one index stands here."""
    return len(item.subs) == 1 and len(item.subs[0]) == 1 and "index" in kinds(item.subs[0][0].name) and not item.sups


def drawn_from(row: Row) -> list[Item]:
    """What stands behind ∼ below an operator: the laws from which something is drawn."""
    subs = [sub for item in walk(row) if item.kind == "atom" and item.name in EXPECTATIONS for sub in item.subs]
    return [b for sub in subs for a, b in pairwise(sub) if is_mark(a, r"\sim")]


def rewards_come_later(rows: list[Row]) -> bool:
    """Whether the rewards of a letter have the next time wherever they have one; of those of a sum from a time on, the first counts, the last nowhere."""
    times: dict[str, list[Row]] = {}
    summed: set[int] = set()
    for part in (p for row in rows for p in inner_rows(row)):
        for n, big in enumerate(part):
            bound, first = counted_from(big)
            for item in (i for i in walk(part[n + 1 :]) if first and is_earned(i) and row_key(i.subs[0]) == row_key(bound)):
                times.setdefault(item.name, []).append(first)
                summed.add(id(item))
    for item in (i for row in rows for i in walk(row)):
        if is_earned(item) and id(item) not in summed:
            sub = item.subs[0]
            if len(sub) == 1 and "time" in kinds(sub[0].name) and sub[0].name not in ENDS or is_next(sub):
                times.setdefault(item.name, []).append(sub)
    return any(all(map(is_next, subs)) for subs in times.values())


def is_earned(item: Item) -> bool:
    """Whether a reward with one index stands here."""
    return item.kind == "atom" and "reward" in kinds(item.name) and len(item.subs) == 1


def is_next(time: Row) -> bool:
    """Whether one is added in a time."""
    return any(is_mark(a, "+") and b.name == "1" for a, b in pairwise(time))


def counted_from(big: Item) -> tuple[Row, Row]:
    """The letter of a sum and the time from which it runs; neither where it begins at a number."""
    sub = big.subs[0] if big.kind == "big" and big.name == "sum" and len(big.subs) == 1 else ()
    timed = len(sub) > 2 and is_mark(sub[1], "=") and sub[2].kind == "atom" and "time" in kinds(sub[2].name)
    return (sub[:1], sub[2:]) if timed else ((), ())


def only_above(rows: list[Row]) -> bool:
    """Whether T stands above letters alone, each time with a factor beside it, or twice over: a transpose rather than a power."""
    products = [
        (before, item, behind) for row in rows for part in above_nothing(row)
        for before, item, behind in zip((None, *part), part, (*part[1:], None), strict=False)
    ]  # fmt: skip
    followed = {
        a.key for _, a, b in products if b is not None and a.kind == "atom" and is_t(a) and b.kind == "atom" and is_big(b)
    }
    twice = any(
        i.kind == "group" and is_t(i) and any(is_t(j) for r in i.rows for j in walk(r)) for row in rows for i in walk(row)
    )
    beside = any(is_t(i) and is_factor(b) and not (b is not None and b.kind == "big") or is_own(a, i) for a, i, b in products)
    ends = any(
        len(s) == 1 and s[0].name in LETTER_TRANSPOSES for row in rows for i in walk(row) if i.kind == "big" for s in i.sups
    )
    above = 0
    for before, item, behind in products:
        if (
            item.kind == "atom"
            and item.name in LETTER_TRANSPOSES
            or any(i.name in LETTER_TRANSPOSES for s in item.subs for i in s)
        ):
            return False
        if ends and item.kind == "big":
            continue
        if not is_t(item):
            if any(i.name in LETTER_TRANSPOSES for s in item.sups for i in s):
                return False
            continue
        if item.kind == "big" or item.name in DISCOUNTS or ends and not (item.kind == "atom" and "parameter" in kinds(item.name)):
            return False
        if not is_factor(behind):
            # xx^T, (xy^T)^T, d^TP = d^T, A + A^T, or the last factor of a product beside others that are transposes
            alone = behind is None or is_mark(behind, "+", "-", ",")
            again = twice or item.kind == "atom" and item.key in followed or is_own(before, item)
            capital = item.kind == "atom" and item.name[-1:].isupper() and behind is None and beside_itself(rows, item)
            if not alone or not (again or capital or beside and is_factor(before)):
                return False
        above += 1
    return above > 0


def above_nothing(row: Row) -> Iterator[Row]:
    """A row and those inside of its parts, but for what stands below letters or alone above them."""
    yield row
    yield from (r for i in walk(row) for r in (*i.rows, *(s for s in i.sups if len(s) > 1)))


def is_factor(item: Item | None) -> bool:
    return item is not None and item.kind in ("atom", "group", "nabla")


def is_own(before: Item | None, item: Item) -> bool:
    """Whether a transpose stands behind what it is the transpose of: ``xx^T``."""
    return is_t(item) and before is not None and before.key == replace(item, sups=()).key and item.name not in DISCOUNTS


def beside_itself(rows: list[Row], item: Item) -> bool:
    """Whether a matrix stands in a row beside its own transpose: ``A+A^T``."""
    plain = replace(item, sups=()).key
    return any(
        any(j.key == item.key for j in part) and any(j.key == plain for j in part) for row in rows for part in above_nothing(row)
    )


def is_t(item: Item) -> bool:
    return any(len(s) == 1 and s[0].name in LETTER_TRANSPOSES for s in item.sups)


def only_capitals(atoms: list[Item]) -> bool:
    atoms = [i for i in atoms if "euler" not in kinds(i.name)]
    return len({stem(i) for i in atoms}) > 1 and all(len(i.name) == 1 and i.name.isupper() and not i.subs for i in atoms)


def from_both_sides(rows: list[Row]) -> set[Hashable]:
    """Capitals that multiply a small letter now from the left, now from the right, and those letters: nobody does so with numbers."""
    pairs = {
        ((a.name, a.accents), (b.name, b.accents)) for row in rows for part in inner_rows(row) for a, b in pairwise(part)
        if a.kind == b.kind == "atom" and (is_big(a) and is_small(b) or is_small(a) and is_big(b) or is_big(a) and is_big(b))
        and a.name != b.name
        and not any(i.name in TRANSPOSES for s in a.sups for i in s)
    }  # fmt: skip
    return {a[0] for a, b in pairs if (b, a) in pairs}


def dotted(rows: list[Row]) -> set[Hashable]:
    r"""Letters with a dot between them beside a gradient by one of them, ``\nabla_w(w\cdot x)``: a product of vectors."""
    by = {i.name for row in rows for n in walk(row) if n.kind == "nabla" for sub in n.subs if len(sub) == 1 for i in sub}
    threes = (
        (a, b) for row in rows for p in inner_rows(row) for a, by, b in zip(p, p[1:], p[2:], strict=False) if is_mark(by, "*")
    )
    return {
        i.name
        for pair in threes
        if all(i.kind == "atom" and not i.word for i in pair) and by & {p.name for p in pair}
        for i in pair
    }


def is_big(item: Item) -> bool:
    """Whether a capital stands here."""
    return item.kind == "atom" and len(item.name) == 1 and item.name.isupper()


def is_small(item: Item) -> bool:
    return item.name.islower() and item.name.isalpha() and not item.word


def over_outcomes(item: Item, group: Item) -> bool:
    """Whether a distribution stands here: a law at an outcome, or anything with a bar in its brackets."""
    may = kinds(item.name).keys()
    return bool(may & {"law", "policy"}) and not may & {"function", "index"} or len(group.rows) > 1 and "|" in group.seps


def timed_state(item: Item) -> bool:
    """Whether a state or an action at a time stands here."""
    may = kinds(item.name).keys() if item.kind == "atom" else set()
    return "process" in may and bool(may & {"state", "action"}) and len(item.subs) == 1
