r"""Worked numbers: what an example gives the quantities of a text, and whether the lines that follow come out so.

A quantity is what a page writes on the left of a number: ``V_0(A)``, ``\pi(R\mid S)``, ``\text{TD target}``.  What it is called does
not matter: its number is put wherever the same is written, and a line in which only numbers are left is a calculation.
A line that has the shape of the one before, with a number for each quantity, gives these quantities their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from derive.elaborate.knowledge.shapes import latex_name
from derive.elaborate.reading.statements import Statement
from derive.page.examples.numbers_spoken import Spoken
from derive.page.examples.quantities import Fact, apart, closed, index_of, is_count, is_quantity, names_nothing, of_functions, put
from derive.page.examples.systems import System, heads
from derive.page.saying.numbers_put_in import (
    agree,
    aligned,
    given_twice,
    is_number,
    is_power,
    is_table,
    plainly,
)
from derive.page.saying.roles import names_itself
from derive.page.saying.told import Place
from derive.page.words.role_names import AIM, ALTERNATIVE, CONDITION, QUOTATION, RANGE
from derive.syntax.flat import Row, is_mark, numeral, row_key, walk
from derive.syntax.row_parts import decimals
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS
from derive.verify.wording import place, text

#: Relations that give a name a number.
GIVES = ("=", ":=", r"\equiv", r"\approx", r"\leftarrow")
ROUGHLY = r"\approx"
#: Most facts that are put into one line, most that are kept.
MOST_USED, MOST_KEPT = 24, 400
#: Roles in which a number is only supposed.
PASSING = (CONDITION, ALTERNATIVE, RANGE, AIM, QUOTATION)


@dataclass(slots=True)
class Worked:
    """The facts of a page, the latest last."""

    facts: list[Fact] = field(default_factory=list)
    loose: set[tuple[int, object]] = field(default_factory=set)  # what a section supposes for a while
    supposed: list[Fact] = field(default_factory=list)  # the numbers of a case that a sentence is about: "for r = 2"
    used: tuple[Fact, ...] = ()
    system: System = field(default_factory=System)
    spoken: Spoken = field(default_factory=Spoken)
    checked: bool = False  # whether a statement was held against these: they may follow from it
    coming: dict[object, Fact] = field(default_factory=dict)  # the numbers that its section finds, where each has one alone
    around: frozenset[int] = frozenset()  # sections whose numbers hold in the one that is read
    asked: int = 0  # the section that it answers, with whose numbers it goes on

    def copy(self) -> Worked:
        """The same, to go its own way."""
        return Worked(
            list(self.facts),
            set(self.loose),
            list(self.supposed),
            system=self.system.copy(),
            spoken=self.spoken.copy(),
            coming=dict(self.coming),
            around=self.around,
            asked=self.asked,
        )

    def note(self, statement: Statement, role: str, section: int, line: int, latex: str, at: Place, sentence: int) -> None:
        """Keep the numbers that a chain gives the quantities in it; what is only supposed for a while makes a number unsure."""
        last = statement.terms[-1]
        if not statement.rels or not set(statement.rels) <= set(GIVES) or not (is_number(last) or is_table(last)):
            return
        rounded = statement.rels[-1] == ROUGHLY
        if rounded and len(statement.terms) > 2 and is_number(statement.terms[-2]):
            last, rounded = statement.terms[-2], False  # K = (1 + √5)/2 ≈ 1.618 is the first
        self.supposed = [f for f in self.supposed if f.sentence == sentence]
        known = {row_key(f.name) for f in (*self.facts, *self.supposed)}
        for term in statement.terms[:-1]:
            if is_power(term[-1]) and row_key((*term[:-1], replace(term[-1], sups=()))) in known:
                continue  # x² of an x that has a number
            if is_quantity(term) and role in PASSING:
                self.loose.add((section, row_key(term)))
                if role == CONDITION:
                    self.supposed.append(Fact(term, last, section, line, latex, at, sentence, rounded))
            elif is_quantity(term) or is_count(term) and role not in PASSING:
                self.facts.append(Fact(term, last, section, line, latex, at, sentence, rounded))
        del self.facts[:-MOST_KEPT]

    def go_on(self, number: Row, section: int, line: int, latex: str, sentence: int) -> None:
        """Keep that the last quantity of a sentence, which stands at a number, is followed by endlessly many that have another."""
        last = self.facts[-1] if self.facts else None
        at = index_of(last.name) if last is not None and last.sentence == sentence else None
        if last is None or at is None:
            return
        name = replace(last.name[0], subs=((numeral(at + 1),),))
        said, shift = f"{latex_name(name)} ", number[0].start
        moved = tuple(replace(i, start=i.start - shift + len(said), end=i.end - shift + len(said)) for i in number)
        name, said = replace(name, start=0, end=len(said)), said + latex[shift : number[-1].end]
        self.facts.append(Fact((name,), moved, section, line, said, sentence=sentence, endless=True))

    def announce(self, said: Iterable[tuple[Statement, str]]) -> None:
        """Take the numbers that a section gives quantities at places, wherever it does."""
        found: dict[object, dict[object, Fact]] = {}
        for statement, latex in said:
            name, number = statement.terms[0], statement.terms[-1]
            if statement.rels and set(statement.rels) <= {"="} and is_number(number) and heads([name]):
                found.setdefault(row_key(name), {})[row_key(number)] = Fact(name, number, 0, 0, latex)
        self.coming = {name: next(iter(facts.values())) for name, facts in found.items() if len(facts) == 1}

    def at_last(self, one: Statement, latex: str) -> LinkVerdict | None:
        """The verdict on an equation among quantities that holds with the numbers that its section finds for them; None for any other."""
        lhs, rhs = one.terms
        used: dict[object, Fact] = {}
        facts = sorted(self.coming.values(), key=lambda f: -len(f.name))
        left, right = put(lhs, facts, used), put(rhs, facts, used)
        if one.rels != ("=",) or not used or names_itself(one) or is_number(rhs):
            return None
        base = LinkVerdict(*place(lhs, rhs), text(lhs, latex), "=", text(rhs, latex), "undecided")
        found = closed(base, left, right)
        if found is None or found.status not in HOLDS:
            return None
        self.checked = True
        said = ", ".join(f"{f.said} = {f.value}" for f in used.values())
        return replace(found, sizes="this example", message=f"Holds with {said}, as its section finds.")

    def forget(self, name: Row) -> None:
        """Forget the numbers of a name that stands for something else from here on."""
        self.facts = [f for f in self.facts if row_key(f.name) != row_key(name)]

    def give(self, numbers: dict[Row, Row], section: int, line: int, latex: str) -> None:
        """Keep the numbers that a line gives the quantities of the one before."""
        known = {row_key(f.name) for f in self.facts if f.section == section}
        self.facts += [Fact(name, n, section, line, latex) for name, n in numbers.items() if row_key(name) not in known]

    def latest(self, section: int, sentence: int = -1) -> dict[object, Fact]:
        """The last number of each quantity, of this section where it has one; what a sentence supposes holds in it."""
        out: dict[object, Fact] = {}
        for fact in self.facts:
            key = row_key(fact.name)
            if key not in out or fact.section == section or out[key].section != section:
                out[key] = fact
        return out | {row_key(f.name): f for f in self.supposed if f.sentence == sentence}

    def standing(self, section: int) -> list[Fact]:
        """The numbers of quantities that a section, with the one that it answers, gives one number each."""
        return [f for f in self.latest(section).values() if self.stands(f, section)]

    def stands(self, fact: Fact, section: int) -> bool:
        """Whether a section, with the one that it answers, gives a quantity this number alone, and not for a while."""
        here, name = {section, self.asked}, row_key(fact.name)
        given = {row_key(f.number) for f in self.facts if f.section in here and row_key(f.name) == name}
        return fact.section in here and given == {row_key(fact.number)} and not any((s, name) in self.loose for s in here)

    def otherwise(self, shape: dict[Row, Row], section: int) -> bool:
        """Whether numbers put in are those that this section states for each name once, but for one of them or for their order."""
        known = self.latest(section)
        facts = [(known.get(row_key(name)), number) for name, number in shape.items()]
        here = [f for f in self.facts if f.section == section]
        stated = all(
            f is not None
            and (f.section, f.sentence >= 0) == (section, True)
            and (section, row_key(f.name)) not in self.loose
            and len({row_key(h.number) for h in here if row_key(h.name) == row_key(f.name)}) == 1
            for f, _ in facts
        )
        wrong = [(f, n) for f, n in facts if f is not None and not agree(f.number, n)]
        exchanged = len(wrong) == 2 and agree(wrong[0][0].number, wrong[1][1]) and agree(wrong[1][0].number, wrong[0][1])
        return stated and len(facts) > 2 and (len(wrong) == 1 or exchanged)

    def values(self, name: Row, section: int | None = None) -> int:
        """How many numbers the page, or one section of it, gives a quantity."""
        own = [f for f in self.facts if row_key(f.name) == row_key(name) and section in (None, f.section)]
        return len({row_key(f.number) for f in own}) + (section is None and any(key == row_key(name) for _, key in self.loose))

    def verdict(
        self, one: Statement, section: int, line: int, latex: str, sentence: int, varied: bool = False
    ) -> LinkVerdict | None:
        """The verdict on a link of an example; None where the page does not give what it takes.

        ``varied`` where words say that the numbers are others than they were.
        """
        lhs, rhs = one.terms
        self.used = ()
        numeric = any(i.kind == "number" for t in one.terms for i in walk(t))
        if one.rels[0] not in GIVES[:4] or not lhs or not rhs:
            return None
        latest = self.latest(section, sentence)
        powered = is_power(lhs[-1]) and row_key((*lhs[:-1], replace(lhs[-1], sups=()))) in latest
        named = is_count(lhs) or is_quantity(lhs) and not powered
        usable = [f for k, f in latest.items() if not named or k != row_key(lhs)]
        usable.sort(key=lambda f: -len(f.name))
        used: dict[object, Fact] = {}
        left, right = put(lhs, usable, used), put(rhs, usable, used)
        self.used = tuple(used.values())
        if not numeric and not any(is_table(f.number) for f in self.used):
            return None
        shape = {} if named else aligned(lhs, rhs) or {}
        base = LinkVerdict(*place(lhs, rhs), text(lhs, latex), one.rels[0], text(rhs, latex), "undecided")
        found = closed(base, left, right) if used and len(used) <= MOST_USED else None
        if found is not None and found.status in (*HOLDS, "conditional"):
            if not shape and plainly(left) != plainly(rhs) and by_nothing(lhs, rhs, used.values()):
                message = "Not decided: it holds with the values given on the page, but not for all."
                return replace(base, code="D508", message=message)
            if not shape and not any(is_quantity(t) and not of_functions(t) or names_nothing(t) for t in (lhs, rhs)):
                return as_example(
                    found, [f for f in used.values() if f.sentence != sentence]
                )  # it is said of letters on both sides
            return told(found, used.values(), {section, *self.around})
        if shape:
            if found is not None and found.status == "refuted" and not varied and self.otherwise(shape, section):
                return told(found, used.values(), {section, *self.around})
            self.give(shape, section, line, latex)
            return replace(base, status="definition", code="D001", message="The line before with its numbers put in.")
        if not named and (twice := given_twice(lhs, rhs)):
            name, *given = twice
            says = f"{text(name, latex)} is {' in one place and '.join(''.join(i.name for i in n) for n in given)} in another."
            return replace(base, status="refuted", code="D401", message=says)
        sure = all(f in self.supposed or self.stands(f, section) for f in used.values())
        if found is not None and found.status == "refuted" and sure and apart(base, lhs, rhs, usable):
            return told(found, used.values(), {section, *self.around})
        if named and lhs[0].kind != "nabla" and names_nothing(right):
            return replace(base, status="definition", code="D001", message="What a quantity is in an example.")
        return None


def solved(equation: Statement, one: Statement, line: int, latex: str) -> LinkVerdict | None:
    """The verdict on a number that is found for the letter of an equation: that must hold with it; None where it is no calculation then."""
    lhs, rhs = one.terms
    fact = Fact(lhs, rhs, 0, line, latex, rounded=any(i.kind == "number" and decimals(i.name) for i in rhs))
    base = LinkVerdict(*place(lhs, rhs), text(lhs, latex), "=", text(rhs, latex), "undecided")
    found = closed(base, put(equation.terms[0], [fact], {}), put(equation.terms[1], [fact], {}))
    if found is None or found.status not in (*HOLDS, "refuted"):
        return None
    return found if found.status != "refuted" or apart(base, equation.terms[0], equation.terms[1], [fact]) else None


def told(found: LinkVerdict, facts: Collection[Fact], sections: Collection[int]) -> LinkVerdict:
    """A verdict with the numbers that it leans on."""
    far = tuple(f"{f.said} = {f.value}, the value given in another section" for f in facts if f.section not in sections)
    said = ", ".join(f"{f.said} = {f.value} (line {f.line})" if f.line else f"{f.said} = {f.value}" for f in facts)
    if found.status in HOLDS and far:
        return replace(
            found, status="conditional", code="D420", sizes="", message=f"True only if {'; '.join(far)}.", assumptions=far
        )
    if found.status in HOLDS:
        return replace(found, sizes="this example", message=f"Holds with {said}.")
    return replace(found, message=f"With {said}: {found.message[0].lower()}{found.message[1:]}")


def as_example(found: LinkVerdict, facts: Collection[Fact]) -> LinkVerdict:
    """A verdict on what is said of letters and holds for the numbers that a page gives them."""
    says = tuple(f"{f.said} = {f.value}, as line {f.line} gives it" if f.line else f"{f.said} = {f.value}" for f in facts)
    if not says:
        return found
    return replace(
        found, status="conditional", code="D420", sizes="", message=f"True only if {'; '.join(says)}.", assumptions=says
    )


def by_nothing(lhs: Row, rhs: Row, used: Iterable[Fact]) -> bool:
    """Whether a line comes out because a quantity is 0: its signs are others than those of the numbers put in."""
    return any(is_zero(f.number) for f in used) and aligned(unsigned(lhs), unsigned(rhs)) is not None


def is_zero(row: Row) -> bool:
    return all(i.value == 0 for i in row if i.kind == "number")


def unsigned(row: Row) -> Row:
    """A row with all its signs the same, and none in front."""
    made = [replace(i, name="+") if is_mark(i, "-") else i for n, i in enumerate(row) if n or not is_mark(i, "-", "+")]
    return tuple(replace(i, rows=tuple(map(unsigned, i.rows))) if i.rows else i for i in made)


__all__ = ["Worked", "solved"]
