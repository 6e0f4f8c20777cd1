"""What is at hand put in its place: values at named states as numbers, ``V(A)`` with ``V(B)=2`` given, and the state that is met, ``s_t=s``."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.elaborate.knowledge.glances import timed_state
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import PLACE, latex_name
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS, FUNCTION_ROWS, FUNCTIONS
from derive.glossary.marks import DIFFERENTIALS, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, is_mark, parts_between, row_key, walk


def of_example(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    """A claim of values at named states as one of numbers, if it is told all of them, but for the one that its left side may be alone."""
    rows = [lhs, rhs, *(t for g in givens for t in g.terms)]
    if any(
        i.kind == "big" or i.kind == "atom" and (i.name in EXPECTATIONS or kinds(i.name).get("policy") == 0)
        for r in rows
        for i in walk(r)
    ):
        return lhs, rhs, givens
    told = {row_key(g.terms[0]) for g in givens if g.rels == ("=",) and len(g.terms[0]) == 2 and not letters(g.terms[1])}
    every = [pair for row in rows for pair in applied(row)]
    named = [pair for pair in every if is_named(pair[1])]
    if not named or len({pair[0].name for pair in every}) > 1 or len(named) < len(every):
        return lhs, rhs, givens
    open_ = {row_key(pair) for row in (lhs, rhs) for pair in applied(row)} - told
    if not told or open_ - {row_key(lhs)} or open_ and row_key(lhs) in {row_key(pair) for pair in applied(rhs)}:
        return lhs, rhs, givens
    return as_number(lhs), as_number(rhs), [replace(g, terms=tuple(map(as_number, g.terms))) for g in givens]


def where_it_is(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    """A claim at the state or the action that a time is said to meet: ``s_t=s`` makes V(s_t) the value of s, and says nothing of what is averaged."""
    met = [g for g in givens if is_met(g)]
    for given in met:
        (item,), (letter,) = given.terms
        if any(i.key == letter.key for row in (lhs, rhs) for i in walk(row)):
            lhs, rhs = met_at(lhs, item, letter), met_at(rhs, item, letter)
    return (lhs, rhs, [g for g in givens if g not in met]) if met else (lhs, rhs, givens)


def is_met(given: Statement) -> bool:
    """Whether a state or an action at a time is said to be a letter: ``s_t=s``."""
    if given.rels != ("=",) or given.conditions or [len(t) for t in given.terms] != [1, 1]:
        return False
    (item,), (letter,) = given.terms
    plain = letter.kind == "atom" and not (letter.subs or letter.sups or letter.accents)
    return timed_state(item) and plain and bool(kinds(item.name).keys() & kinds(letter.name).keys() & {"state", "action"})


def met_at(row: Row, item: Item, letter: Item) -> Row:
    """A row with a letter for a state at a time, but where an event is that it is one: ``P(s_t=s)``."""
    out: list[Item] = []
    for part, behind in pairwise((*row, Item("mark", ""))):
        if part.key == item.key and not is_mark(behind, "="):
            part = replace(letter, start=part.start, end=part.end)
        elif part.kind != "atom":
            part = replace(part, rows=tuple(met_at(r, item, letter) for r in part.rows))
        out.append(part)
    return tuple(out)


def applied(row: Row) -> Iterator[tuple[Item, Item]]:
    """The values of a row, each with what they are at."""
    for part in inner_rows(row):
        for head, group in pairwise(part):
            if head.kind == "atom" and head.name in VALUE_NAMES and group.kind == "group" and group.name == "()":
                yield head, group


def is_named(group: Item) -> bool:
    """Whether capitals, or letters with numbers, stand in brackets: the names of states and actions of an example."""

    def name(item: Item) -> bool:
        numbered = len(item.subs) == 1 and [i.kind for i in item.subs[0]] == ["number"]
        return (
            item.kind == "number" or item.kind == "atom" and (numbered or item.name.isupper() and "state" not in kinds(item.name))
        )

    return all(len(r) == 1 and name(r[0]) for r in group.rows)


def letters(row: Row) -> set[Hashable]:
    return {i.key for i in walk(row) if i.kind == "atom"}


def as_number(row: Row) -> Row:
    """A row with ``V_A`` for ``V(A)``."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            head = out[-1] if out else None
            if (
                head is not None
                and head.kind == "atom"
                and head.name in VALUE_NAMES
                and item.kind == "group"
                and item.name == "()"
                and is_named(item)
            ):
                whose = "".join(i.name for s in (*head.subs, *head.sups) for i in s)
                out[-1] = replace(head, name=f"text:{head.name}{whose}", subs=item.rows, sups=item.sups, end=item.end)
            else:
                out.append(item)
        return tuple(out)

    return everywhere(row, change)


#: Named functions of numbers, which stay what they are where any numbers are put in.
OF_NUMBERS = frozenset((*FUNCTIONS, *FUNCTION_ROWS, "clip", "max", "min"))
#: Marks of a calculation.
CALCULATING = frozenset(("+", "-", "*", r"\cdot", r"\times", "/", r"\pm", ",", r"\,", r"\;", r"\!", r"\quad"))


@dataclass(frozen=True, slots=True)
class Calculation:
    """A claim that only calculates, with any numbers for its quantities; ``alike``: its sides calculate with the same ones,
    several of steps, and none is one alone."""

    lhs: Row
    rhs: Row
    givens: list[Statement]
    alike: bool


def with_numbers(lhs: Row, rhs: Row, givens: Iterable[Statement]) -> Iterator[Calculation]:
    """A calculation with any numbers in the places of its quantities: what holds of these holds of those.

    A quantity is a name with what stands below and behind it, ``A_t`` or ``V(s_{t+1})``; of what is given calculations stay.  First all
    quantities are any numbers, then those that are applied alone: what is left is what it is in the field.  Nothing where there are no
    quantities, or where a claim does more than calculate with them.
    """
    tried: list[tuple[Row, Row]] = []
    for bare in (True, False):
        numbers = Numbers(bare)
        left, right = numbers.row(lhs), numbers.row(rhs)
        if left is None or right is None or not numbers.names(left) | numbers.names(right):
            return
        if may_not_commute(left) or may_not_commute(right) or (left, right) in tried:
            continue
        tried.append((left, right))
        kept = []
        for given in givens:
            terms = [t for t in map(numbers.row, given.terms) if t is not None]
            if given.rels and not given.conditions and len(terms) == len(given.terms):
                kept.append(replace(given, terms=tuple(terms)))
        names = numbers.names(left)
        several = len(names) > 1 and names == numbers.names(right) and min(len(left), len(right)) > 1
        # what is said of values at places may be an equation for them
        solved = any(head.name in VALUE_NAMES for head, _ in before_brackets((lhs, rhs)))
        alike = bare and several and not solved
        yield Calculation(left, right, kept, alike)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Rows with any numbers for quantities: for all, or (not ``bare``) for those that are applied."""

    bare: bool

    def row(self, row: Row) -> Row | None:
        """A calculation with a number for each of its quantities, None where a row is none."""
        out: list[Item] = []
        taken = False
        for item, behind in pairwise((*row, Item("mark", ""))):
            if taken:
                taken = False
                continue
            places = ("atom", "number") if item.name in VALUE_NAMES else ("atom",)
            names_place = behind.kind == "group" and all(len(r) == 1 and r[0].kind in places for r in behind.rows)
            taken = item.kind == "atom" and names_place and (item.word or item.name) not in OF_NUMBERS
            made = self.quantity(item, behind) if taken else self.item(item)
            if made is None:
                return None
            out.append(made)
        return tuple(out)

    def item(self, item: Item) -> Item | None:
        """What stands alone: a sign, a number, what a function or a bracket is of, a letter, or a quantity."""
        name = item.word or item.name
        if item.kind == "mark" and item.name in CALCULATING or item.kind == "number":
            return item
        if item.kind in ("frac", "root", "group") or item.kind == "big" and name in OF_NUMBERS:
            return self.inside(item)
        if item.kind != "atom" or item.name in DIFFERENTIALS or item.name in EXPECTATIONS:
            return None
        if name in OF_NUMBERS or "euler" in kinds(item.name) and item.sups:
            return self.inside(item)
        if item.subs or is_label(item):
            return self.quantity(item, None)
        return None if may_be_matrix(item) else item

    def inside(self, item: Item) -> Item | None:
        """A fraction, a bracket or a power, with what is in it."""
        parts = [self.row(r) for r in (*item.rows, *item.sups)]
        filled = tuple(p for p in parts if p is not None)
        if item.subs or len(filled) < len(parts):
            return None
        return replace(item, rows=filled[: len(item.rows)], sups=filled[len(item.rows) :])

    def quantity(self, item: Item, behind: Item | None) -> Item | None:
        """A name with what stands below and behind it as a number that may be any, to the power that it has."""
        if not is_number(item, behind is not None):
            return None
        if behind is None and not self.bare:
            return item
        powers = behind.sups if behind is not None else () if is_label(item) else item.sups
        head = replace(item, sups=()) if behind is None and powers else item
        whole: Row = (head,) if behind is None else (head, replace(behind, sups=()))
        raised = self.inside(Item("group", "()", sups=powers))
        if raised is None:
            return None
        end = (behind or item).end
        return Item("atom", f"{PLACE}:{printed(whole)}", sups=raised.sups, start=item.start, end=end)

    @staticmethod
    def names(row: Row) -> set[str]:
        """The quantities of a calculation."""
        return {i.name for i in walk(row) if i.name.startswith(PLACE)}


def may_not_commute(row: Row) -> bool:
    """Whether a product or a power has two capitals in it that stand at a step alone, ``A_tQ_t``: they may be matrices."""
    for product in (p for part in inner_rows(row) for p in parts_between(part, "+", "-")):
        factors = [(item, capitals(item)) for item in product]
        parted = sum(bool(own) for _, own in factors) > 1 or any(item.sups and own for item, own in factors)
        if parted and len(frozenset().union(*(own for _, own in factors))) > 1:
            return True
    return False


def capitals(item: Item) -> frozenset[str]:
    """The quantities in an item that are capitals with no mark above and nothing that they are applied to."""
    called = (i.name.removeprefix(f"{PLACE}:") for i in walk((item,)) if i.name.startswith(PLACE))
    return frozenset(name for name in called if name[0].isupper() and not name.endswith(")"))


def is_label(item: Item) -> bool:
    """Whether something else than a number stands above a name, which may be no power."""
    return any([i.kind for i in s] != ["number"] for s in item.sups)


def printed(row: Row) -> str:
    """A name with its brackets as it is printed."""
    return "".join(
        f"({','.join(map(printed, i.rows))})" if i.kind == "group" else latex_name(i) if i.kind == "atom" else i.name for i in row
    )


def is_number(item: Item, applied: bool) -> bool:
    """Whether a name is that of a number of the field: a reward, a value at a state, an advantage or an error of a step, a weight."""
    may = kinds(item.name).keys()
    below = [kinds(i.name).keys() for s in item.subs for i in s if i.kind == "atom"]
    if item.name in VALUE_NAMES:
        return applied or bool(below) and (bool(item.accents) or any("time" in k for k in below))
    known = bool(may & {"reward", "error", "weight"}) or "process" in may and not may & {"state", "action"}
    return known and (applied or bool(item.subs))


def may_be_matrix(item: Item) -> bool:
    """Whether a bare name may be that of a matrix, of which products do not commute."""
    return ":" in item.name or item.name.isupper() and not kinds(item.name).keys() & {"index", "time"}


__all__ = ["of_example", "with_numbers"]
