"""Slips of the pen: statements that differ from one that is false in one place, as misprints do.

That a false statement is one slip away from a true one says that the true one was meant: no words of the page are needed for that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from time import process_time

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import LOGARITHMS
from derive.syntax.flat import Item, Row, is_mark, numeral, row_key, walk

#: Orders turned round.
TURNED = {r"\le": r"\ge", r"\ge": r"\le", "<": ">", ">": "<"}
#: Extremes exchanged.
EXCHANGED = {"max": "min", "min": "max"}
#: What may stand between two arguments that are exchanged.
BETWEEN = ("||", "|", ",", ";")
#: Other letters that one letter is tried as.
MOST_LETTERS = 6
#: No slip: the same name, written otherwise.
RESPELLED = "another spelling"

Change = Callable[[Row], Iterator[tuple[Row, str]]]


@dataclass(frozen=True, slots=True)
class Slip:
    """A statement with one place changed, and what was slipped there."""

    statement: Statement
    what: str


def meant(
    one: Statement, holds: Callable[[Statement], bool], discounted: bool, seconds: float, scaled: bool = True
) -> Slip | None:
    """The first slip away from a statement that holds; None where there is none, or none is found in time.

    ``scaled``: a factor or sign may have been lost; not of what each text scales as it likes.
    """
    deadline = process_time() + seconds
    for slip in slips(one, discounted, scaled):
        if process_time() > deadline:
            return None
        if not empties(slip.statement, one) and holds(slip.statement):
            return None if slip.what == RESPELLED else slip
    return None


def empties(made: Statement, one: Statement) -> bool:
    """Whether a slip would leave nothing to say: both sides alike, one side a name that only now stands on the other, a name or an index gone.

    What says that two things are equal (θ' and θ, y and x) is true where the one is written for the other: it is no slip, but a condition.
    """
    lhs, rhs = (row_key(t) for t in made.terms)
    if lhs == rhs or names_of(one) - names_of(made) or idle(made) - idle(one):
        return True
    for side, other, before in ((0, 1, one.terms[1]), (1, 0, one.terms[0])):
        alone = made.terms[side]
        if (
            len(alone) == 1
            and any(i.key == alone[0].key for i in walk(made.terms[other]))
            and not any(i.key == alone[0].key for i in walk(before))
        ):
            return True
    return False


def idle(one: Statement) -> set[Hashable]:
    """The letters that sums run over and that stand nowhere else."""
    items = [i for row in one.terms for i in walk(row)]
    running = [i.subs[0][0] for i in items if i.kind == "big" and i.subs and i.subs[0]]
    return {r.key for r in running if sum(i.key == r.key for i in items) == sum(s.key == r.key for s in running)}


def names_of(one: Statement) -> set[Hashable]:
    """The letters of a statement with their primes and accents, whatever their indices."""
    return {(i.name, i.primes, i.accents) for row in one.terms for i in walk(row) if i.kind == "atom" and not i.word}


def slips(one: Statement, discounted: bool, scaled: bool = True) -> Iterator[Slip]:
    """Statements that differ in one place from one of two sides; a lost discount only where the page has one."""
    lhs, rhs = one.terms
    if any(not is_law_value(t) and not any(i.kind == "atom" for i in walk(t)) for t in one.terms):
        return  # a calculation with numbers of an example
    if one.rels[0] in TURNED:
        yield Slip(replace(one, rels=(TURNED[one.rels[0]],)), "the order is turned round")
    atoms = [i for row in one.terms for i in walk(row) if i.kind == "atom"]
    discounts = [i for i in atoms if "discount" in kinds(i.name)][:1] if discounted else []
    seen = {(row_key(lhs), row_key(rhs))}
    changes: tuple[Change, ...] = (
        orders,
        places,
        letters_of(atoms),
        starts,
        signs,
        powers,
        logarithms,
        factors_of(atoms, discounts),
    )
    if one.rels[0] in TURNED:
        changes = (orders,)  # with another letter or factor an order may hold for reasons of its own: what is larger still
    elif not scaled:
        changes = changes[:4]
    for change in changes:
        for side in (1, 0):
            for row, what in everywhere(one.terms[side], change):
                terms = (lhs, row) if side else (row, rhs)
                key = (row_key(terms[0]), row_key(terms[1]))
                if key not in seen:
                    seen.add(key)
                    yield Slip(replace(one, terms=terms), what)


def is_law_value(row: Row) -> bool:
    """What a law of the field may come to without a letter: 0 or 1."""
    return len(row) == 1 and row[0].kind == "number" and row[0].value in (0, 1)


def everywhere(row: Row, change: Change) -> Iterator[tuple[Row, str]]:
    """A row changed in one place, at its own level or in any row in it."""
    yield from change(row)
    for at, item in enumerate(row):
        for made, what in within(item.rows, change):
            yield (*row[:at], replace(item, rows=made), *row[at + 1 :]), what
        for made, what in within(item.subs, change):
            yield (*row[:at], replace(item, subs=made), *row[at + 1 :]), what
        for made, what in within(item.sups, change):
            yield (*row[:at], replace(item, sups=made), *row[at + 1 :]), what


def within(parts: tuple[Row, ...], change: Change) -> Iterator[tuple[tuple[Row, ...], str]]:
    """Rows of which one is changed in one place."""
    for n, part in enumerate(parts):
        for made, what in everywhere(part, change):
            yield (*parts[:n], made, *parts[n + 1 :]), what


def signs(row: Row) -> Iterator[tuple[Row, str]]:
    """A sign for the other."""
    for at, item in enumerate(row):
        if is_mark(item, "+", "-"):
            other = "-" if item.name == "+" else "+"
            yield (*row[:at], replace(item, name=other), *row[at + 1 :]), f"{item.name} for {other}"


def orders(row: Row) -> Iterator[tuple[Row, str]]:
    """Arguments, a fraction's parts, neighbouring operators and extremes in each other's place."""
    for at, item in enumerate(row):
        if item.kind == "group" and len(item.rows) == 2 and item.seps[0] in BETWEEN:
            yield (*row[:at], replace(item, rows=item.rows[::-1]), *row[at + 1 :]), "arguments in each other's place"
        if item.kind == "frac":
            yield (*row[:at], replace(item, rows=item.rows[::-1]), *row[at + 1 :]), "a fraction upside down"
        if item.kind == "big" and item.name in EXCHANGED:
            yield (*row[:at], replace(item, name=EXCHANGED[item.name]), *row[at + 1 :]), f"{item.name} for {EXCHANGED[item.name]}"
            for other in (at - 1, at + 1):
                if 0 <= other < len(row) and row[other].kind == "big":
                    made = list(row)
                    made[at], made[other] = made[other], made[at]
                    yield tuple(made), "operators in each other's place"


def places(row: Row) -> Iterator[tuple[Row, str]]:
    """A prime too few or too many; an index one too small or too large."""
    for at, item in enumerate(row):
        if item.kind != "atom":
            continue
        may = kinds(item.name).keys()
        if may & {"state", "action", "parameter"}:
            primed = replace(item, primes=0 if item.primes else 1)
            yield (*row[:at], primed, *row[at + 1 :]), "a prime lost" if primed.primes else "a prime too many"
        if len(item.subs) == 1:
            for made in moved(item.subs[0]):
                yield (*row[:at], replace(item, subs=(made,)), *row[at + 1 :]), "an index that is one off"


def moved(row: Row) -> Iterator[Row]:
    """Whole numbers next to one: ``t+1`` and ``t``."""
    one = numeral(1)
    if row and row[0].kind == "atom" and kinds(row[0].name).keys() & {"time", "index"}:
        last = row[-2:] if len(row) > 2 else ()
        if last and is_mark(last[0], "+", "-") and last[1].value == 1:
            yield row[:-2]
        elif last and is_mark(last[0], "+", "-") and last[1].kind == "number":
            yield (*row[:-1], one)
        else:
            yield (*row, Item("mark", "+"), one)
            yield (*row, Item("mark", "-"), one)


def starts(row: Row) -> Iterator[tuple[Row, str]]:
    """A sum or a product that begins with the first."""
    for at, item in enumerate(row):
        under = item.subs[0] if item.kind == "big" and len(item.subs) == 1 else ()
        if len(under) == 3 and is_mark(under[1], "=") and under[2].kind == "number" and under[2].value not in (0, 1):
            for first in (0, 1):
                number = numeral(first)
                yield (*row[:at], replace(item, subs=((*under[:2], number),)), *row[at + 1 :]), "a range that begins elsewhere"


def powers(row: Row) -> Iterator[tuple[Row, str]]:
    """A power that is one off, lost, or a square too many."""
    two = numeral(2)
    for at, item in enumerate(row):
        if item.kind not in ("atom", "group") or item.primes:
            continue
        if len(item.sups) == 1 and item.sups[0]:
            power = item.sups[0]
            options = [*moved(power)]
            if len(power) == 1 and power[0].value == 2:
                options = [()]
            elif len(power) == 3 and is_mark(power[1], "-"):
                options += [power[:1]]
        elif item.kind == "atom" and not item.sups and item.name.islower():
            options = [(two,)]
        else:
            continue
        for made in options:
            yield (*row[:at], replace(item, sups=(made,) if made else ()), *row[at + 1 :]), "a power that is wrong"


def letters_of(atoms: list[Item]) -> Change:
    """A letter in the place of another of its kind."""

    def change(row: Row) -> Iterator[tuple[Row, str]]:
        for at, item in enumerate(row):
            if item.kind != "atom" or item.word:
                continue
            tried: list[tuple[object, ...]] = [item.key]
            for other in atoms:
                if other.key in tried or other.word or not alike(item, other) or len(tried) > MOST_LETTERS:
                    continue
                tried.append(other.key)
                what = RESPELLED if respelled(item, other) else "one letter for another"
                yield (*row[:at], replace(other, start=item.start, end=item.end), *row[at + 1 :]), what

    return change


def respelled(one: Item, other: Item) -> bool:
    """Whether two names are one with its marks in other places: p'_θ and p_θ'."""
    return sorted(marks(one)) == sorted(marks(other))


def marks(item: Item) -> list[str]:
    """The letters of a name and of what stands above and below it, and its primes."""
    inner = [m for part in (*item.subs, *item.sups) for i in part for m in marks(i)]
    return [item.name, *"'" * item.primes, *item.accents, *inner]


def alike(one: Item, other: Item) -> bool:
    """Whether two names may be mistaken for each other: one letter in two forms, or two of one kind."""
    if one.name == other.name:
        return True
    mine, its = kinds(one.name), kinds(other.name)
    return bool(mine.keys() & its.keys()) or not mine and not its


def logarithms(row: Row) -> Iterator[tuple[Row, str]]:
    """A logarithm lost behind a gradient or before a quantity, or one too many."""
    log = Item("atom", LOGARITHMS[0])
    for at, item in enumerate(row):
        if item.kind == "nabla" and at + 1 < len(row) and row[at + 1].name not in LOGARITHMS:
            yield (*row[: at + 1], log, *row[at + 1 :]), "a logarithm lost"
        if item.name in LOGARITHMS:
            yield (*row[:at], *row[at + 1 :]), "a logarithm too many"


def factors_of(atoms: list[Item], discounts: list[Item]) -> Change:
    """A factor lost or too many: a sign, the discount, a half, a temperature, 1−λ, the letter that a sum runs through."""
    number = numeral(1)
    halves = (numeral(2), Item("frac", rows=((number,), (numeral(2),))))
    decays = dict.fromkeys(i.name for i in atoms if kinds(i.name).keys() & {"discount", "decay"} and not (i.subs or i.sups))
    rest = [Item("group", "()", ((number, Item("mark", "-"), Item("atom", name)),)) for name in decays]
    scales = [Item("atom", n) for n in dict.fromkeys(i.name for i in atoms if "coefficient" in kinds(i.name) and not i.subs)]

    def change(row: Row) -> Iterator[tuple[Row, str]]:
        first = 1 if row and is_mark(row[0], "-") else 0
        if row and not first and len(row) > 1:
            yield (Item("mark", "-"), *row), "a minus lost"
        elif row and first and len(row) > 1:
            yield row[1:], "a minus too many"
        for at, item in enumerate(row):
            starts = at == 0 or is_mark(row[at - 1], "+", "-")
            behind = at + 1 < len(row) and not is_mark(row[at + 1], "+", "-")
            single = (
                item.kind == "number"
                or item.kind == "frac"
                or item.kind == "atom"
                and item.name in {*decays, *(s.name for s in scales)}
            )
            if single and behind and not item.sups:
                yield (*row[:at], *row[at + 1 :]), "a factor too many"
            if item.kind == "big" and item.subs and len(item.subs[0]) == 1 and item.subs[0][0].kind == "atom":
                yield (*row[: at + 1], replace(item.subs[0][0]), *row[at + 1 :]), "a factor lost"
            if starts and not is_mark(item):
                for factor in (*discounts, *halves, *rest, *scales):
                    yield (*row[:at], factor, *row[at:]), "a factor lost"
                for factor in rest:
                    yield (*row[:at], Item("frac", rows=((number,), factor.rows[0])), *row[at:]), "a factor lost"

    return change


__all__ = ["Slip", "everywhere", "meant", "orders", "signs", "slips"]
