r"""Equations of an example, solved together: ``V(E)=\frac12+\frac14[V(C)+V(E)]`` and ``V(C)=0.5`` make V(E) five sixths.

A quantity is a name at a place; each is one unknown, whatever it is called.  What a statement says of them is held against the
equations and numbers of its section: they decide it where they leave it one value.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate

from derive.diagnostics import NotationError
from derive.elaborate.claims import read_link
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import PLACE, latex_name, stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import FUNCTIONS
from derive.page.saying.numbers_put_in import is_argument, is_number, is_power, shifted
from derive.page.saying.roles import UPDATES as ARROWS
from derive.page.saying.roles import names_itself
from derive.syntax.flat import Item, Row, everywhere, is_mark, numeral, row_key, walk
from derive.syntax.row_parts import decimals
from derive.verify.links import LinkVerdict
from derive.verify.text_conventions import is_numbered
from derive.verify.verdicts import HOLDS, link_verdict
from derive.verify.wording import text

#: Kinds of letters that stay what they are in an example: of one value, which it may leave open.
STANDING = frozenset(("discount", "decay"))
EQUALS = ("=", r"\approx")
#: Kinds of items that an equation among quantities is made of, beside their names.
MADE_OF = frozenset(("number", "mark", "group", "frac", "root"))
#: Most equations that are solved together, most that are kept.
MOST_SOLVED, MOST_KEPT = 12, 200


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sides that an example says are equal, and where."""

    lhs: Row
    rhs: Row
    section: int
    line: int
    statement: int
    rounded: bool = False


@dataclass(slots=True)
class System:
    """The equations of a page, the latest last."""

    equations: list[Equation] = field(default_factory=list)
    statements: int = 0
    moved: set[Hashable] = field(default_factory=set)  # what is given other values as the text goes on

    def copy(self) -> System:
        """The same, to go its own way."""
        return System(list(self.equations), self.statements, set(self.moved))

    def note(self, statement: Statement, section: int, line: int) -> None:
        """Keep what a chain of equations says of quantities."""
        self.statements += 1
        lhs, *others = statement.terms
        if set(statement.rels) & {*ARROWS} or any(names_itself(replace(statement, terms=(lhs, other))) for other in others):
            self.moved.add((section, row_key(lhs)))
            return
        equal = bool(statement.rels) and set(statement.rels) <= {*EQUALS} and not statement.conditions
        if not equal or not heads([lhs]) and not is_constant(lhs):
            return
        for rhs, rel in zip(filter(None, others), accumulate(statement.rels, max), strict=False):
            rounded = rel != "=" or is_number(rhs) and digits(rhs) > 1
            self.equations.append(Equation(lhs, rhs, section, line, self.statements, rounded))
        del self.equations[:-MOST_KEPT]

    def verdict(self, one: Statement, section: int, latex: str, sure: bool, near: bool, seconds: float) -> LinkVerdict | None:
        """The verdict on what is said of a quantity by the equations of its section; None where they leave it open.

        It can be wrong where it is ``sure`` that it follows from them, or where it goes on with the statement just before (``near``).
        """
        lhs, rhs = one.terms
        if one.rels[0] not in EQUALS or names_itself(one):
            return None
        here = [e for e in self.equations if e.section == section]
        names = heads([lhs, *(e.lhs for e in here)])
        if not names:
            return None
        met: set[Item] = set()
        left, right = in_letters(lhs, names, met), in_letters(rhs, names, met)
        used = connected(here, names, met)
        if left is None or right is None or not used:
            return None

        def decided(a: Row, rel: str, b: Row, twice: bool = False) -> LinkVerdict | None:
            under = [s for _, s in used]
            under += [replace(s, terms=tuple(map(again, s.terms))) for s in under] if twice else []
            try:
                found = link_verdict(read_link(a, rel, b, under), latex, seconds)
            except (NotationError, RecursionError):
                return None
            return found if isinstance(found, LinkVerdict) else None

        def holds(a: Row, rel: str, b: Row, twice: bool = False) -> bool:
            found = decided(a, rel, b, twice)
            return found is not None and found.status in HOLDS

        found = decided(left, "=", right)
        lines = sorted({e.line for e, _ in used})
        by = f"by line{'s' if len(lines) > 1 else ''} {' and '.join(map(str, lines))}"

        def placed(verdict: LinkVerdict, message: str, sizes: str = "") -> LinkVerdict:
            place = replace(verdict, start=rhs[0].start, end=rhs[-1].end, lhs=text(lhs, latex), rhs=text(rhs, latex))
            return replace(place, relation=one.rels[0], message=message, sizes=sizes or verdict.sizes)

        if found is None or found.status in HOLDS:
            return found and placed(found, f"It follows {by}.", "this example")
        difference = minus(left, right)
        if found.status != "refuted" or not holds(difference, "=", again(difference), True):
            return None
        if is_number(rhs) and (one.rels[0] != "=" or digits(rhs)):
            low, high = shifted(right, -1), shifted(right, 1)
            if holds(left, r"\ge", low) and (over := decided(left, r"\le", high)) is not None and over.status in HOLDS:
                return placed(over, f"It follows {by}, rounded.", "this example")
        if digits(rhs) > 1 and not is_number(rhs):  # its numbers may be rounded
            margin = numeral(1), Item("mark", "/"), numeral(10 ** (digits(rhs) - 1))
            if holds(difference, r"\le", margin) and holds(difference, r"\ge", (Item("mark", "-"), *margin)):
                return None
        near &= all(e.statement == self.statements for e, _ in used)
        said = {(row_key(e.lhs), e.statement) for e, _ in used}
        named = {name for name, _ in said}
        stated = any(row_key(e.lhs) == row_key(lhs) and is_one_number(e.rhs) for e, _ in used)  # and again, with another number
        moves = stated or len(named) < len(said) or any((section, n) in self.moved for n in (*named, row_key(lhs)))
        if moves or any(e.rounded for e, _ in used) or one.rels[0] != "=" or not (sure or near):
            return None
        return placed(found, f"{found.message.rstrip('.')}, {by}.")


def is_one_number(row: Row) -> bool:
    """Whether one number stands here, and no calculation."""
    bare = row[1:] if row and is_mark(row[0], "-", "+") else row
    return len(bare) == 1 and is_number(bare)


def in_letters(row: Row, named: set[Hashable], met: set[Item]) -> Row | None:
    """A row with a letter for each quantity, called as it is written; None where it is made of anything else than these, numbers and constants.

    ``met`` are the letters and constants that come to stand in it.
    """
    out: list[Item] = []
    at = 0
    while at < len(row):
        item, name = row[at], quantity(row, at)
        if name and stem(item) in named:
            letter = Item("atom", f"{PLACE}:{called(name)}")
            met.add(letter)
            out.append(replace(letter, sups=power_of(name), start=item.start, end=name[-1].end))
            at += len(name)
            continue
        rows = [in_letters(r, named, met) for r in (*item.rows, *item.sups)]
        constant = is_constant((item,))
        if item.subs or None in rows or item.kind not in MADE_OF and not constant:
            return None
        if constant:
            met.add(Item("atom", item.name))
        inner = tuple(r for r in rows if r is not None)
        out.append(replace(item, rows=inner[: len(item.rows)], sups=inner[len(item.rows) :]) if inner else item)
        at += 1
    return tuple(out)


def connected(here: list[Equation], names: set[Hashable], met: set[Item]) -> list[tuple[Equation, Statement]]:
    """The equations that hang together with letters, in letters."""
    rows = []
    for one in here:
        own: set[Item] = set()
        left, right = in_letters(one.lhs, names, own), in_letters(one.rhs, names, own)
        if left is not None and right is not None:
            itself = {i.name for i in left} & {i.name for i in walk(right)}
            sides = (minus(left, right), (numeral(0),)) if itself else (left, right)
            rows.append((one, Statement(sides, ("=",)), own))
    reached, used = set(met), []
    while found := [r for r in rows if r not in used and r[2] & reached]:
        used += found
        reached.update(*(own for _, _, own in found))
    return [(one, said) for one, said, _ in used] if len(used) <= MOST_SOLVED else []


def heads(rows: Iterable[Row]) -> set[Hashable]:
    """The names of rows that are one quantity each."""
    return {stem(row[0]) for row in rows if row and len(quantity(row, 0)) == len(row)}


def quantity(row: Row, at: int) -> Row:
    """The name at a place that stands somewhere in a row, with what it is applied to; empty where none does."""
    item = row[at]
    behind = row[at + 1] if at + 1 < len(row) else None
    if item.kind not in ("atom", "text") or item.kind == "atom" and item.said in FUNCTIONS:
        return ()
    if behind is not None and is_argument(item, behind):
        return (item, behind) if all(map(is_somewhere, behind.rows)) else ()
    return (item,) if item.subs and all(map(is_somewhere, item.subs)) else ()


def is_somewhere(row: Row) -> bool:
    """Whether a place is one: numbers, capitals and words stand for what they are, small letters for any."""
    return bool(row) and all(
        i.kind in ("number", "text") or i.kind == "mark" or i.kind == "atom" and (i.word or i.name.isupper() or is_numbered(i))
        for i in row
    )


def is_constant(row: Row) -> bool:
    """Whether a row is a letter that stands for one number throughout."""
    return len(row) == 1 and row[0].kind == "atom" and not row[0].subs and bool(kinds(row[0].name).keys() & STANDING)


def power_of(name: Row) -> tuple[Row, ...]:
    """The power to which a quantity is raised."""
    return name[-1].sups if is_power(name[-1]) else ()


def called(name: Row) -> str:
    """A quantity as it is written, without a power."""
    head, *behind = name
    if not behind:
        return latex_name(replace(head, sups=()) if is_power(head) else head)
    places = ["".join(latex_name(i) if i.kind == "atom" else i.name for i in r) for r in behind[0].rows]
    return latex_name(head) + "(" + "".join(map(str.__add__, places, (*behind[0].seps, ")")))


def minus(a: Row, b: Row) -> Row:
    """One row less another."""
    return (*a, Item("mark", "-"), Item("group", "()", (b,)))


def again(row: Row) -> Row:
    """A row about quantities that may be others."""
    return everywhere(row, lambda r: tuple(replace(i, primes=1) if i.name.startswith(PLACE) else i for i in r))


def digits(row: Row) -> int:
    """The decimals of the number in a row that has most of them."""
    return max((decimals(i.name) for i in walk(row) if i.kind == "number"), default=0)


__all__ = ["System", "heads", "is_somewhere"]
