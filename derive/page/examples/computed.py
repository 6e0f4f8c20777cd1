"""What a name of an example comes to: by what the section says of it at letters, by the rewards of an episode, by the members of a list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.elaborate.given.listed import by_lists
from derive.elaborate.knowledge.search import AGREED, CLOCK
from derive.elaborate.reading.statements import Statement
from derive.page.examples.at_places import at_places
from derive.page.examples.episode_numbers import returns, says_nothing_else
from derive.page.examples.quantities import closed, lists_of
from derive.page.examples.worked import Worked
from derive.page.saying.bearing import lists
from derive.page.saying.instances import at_letter, counted, instance_of
from derive.page.saying.occurrences import is_numeric
from derive.page.saying.said import Said
from derive.page.saying.told import bears_on, whole
from derive.page.words.role_names import DEFINITION, PREMISE
from derive.syntax.flat import everywhere
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS
from derive.verify.wording import place

#: Of a return whose rewards are given, where nothing says how many there are.
LAST = "the episode ends with the last reward that is given"
EQUAL = ("=", r"\approx")


@dataclass(frozen=True, slots=True)
class Example:
    """The section of an example with its numbers, at a line of the page."""

    said: Said
    worked: Worked
    line: int
    latex: str

    def computed(self, one: Statement, again: bool, other: bool) -> LinkVerdict | None:
        """The verdict on an equation by what the example gives; None where that leaves it open.

        ``again`` where words say that one number comes after another, ``other`` where it is of another example: nothing here refutes that.
        """
        if one.rels[0] not in EQUAL:
            return None
        found = self.by_definition(one, again) or self.by_rewards(one) or self.by_members(one) or self.by_places(one)
        return None if other and found is not None and found.status == "refuted" else found

    def verdict(self, one: Statement, section: int | None = None) -> LinkVerdict | None:
        """The verdict with the numbers that the section gives."""
        return self.worked.verdict(
            one, self.said.section if section is None else section, self.line, self.latex, self.said.sentence
        )

    def by_definition(self, one: Statement, again: bool) -> LinkVerdict | None:
        """The number of a name at numbers by what this section says of it at letters, where the numbers that it is made of are given."""
        name, number = one.terms[:2]
        for told in reversed(self.said.told) if is_numeric(number) else ():
            here = told.section == self.said.section and not told.worked
            if told.role in (DEFINITION, PREMISE) and here and told.statement.rels == ("=",):
                said = at_letter(told.statement)
                body = instance_of(name, (said.terms[0], said.terms[1]))
                if body is not None:
                    at_number = replace(one, terms=(everywhere(body, counted), number))
                    found = self.verdict(at_number, told.section) or self.by_members(at_number)
                    if found is None or found.status not in (*HOLDS, "conditional", "refuted"):
                        return None
                    if found.status == "refuted" and again and self.worked.values(name, self.said.section):
                        return None  # it has one number after another
                    message = f"{found.message.rstrip('.')}, by line {told.line}."
                    return replace(found, lhs=whole(name, self.latex), message=message)
        return None

    def by_members(self, one: Statement) -> LinkVerdict | None:
        """What is said of members of lists whose numbers this section gives, or of their mean and spread."""
        given = [t.statement for t in self.said.data(one) if lists(t.statement)]
        given += [s for s in lists_of(self.worked.standing(self.said.section)) if bears_on(s, one.terms)]
        lhs, rhs = one.terms[:2]
        left, right, _ = by_lists(lhs, rhs, given)
        if (left, right) == (lhs, rhs):
            return None
        base = LinkVerdict(*place(lhs, rhs), whole(lhs, self.latex), one.rels[0], whole(rhs, self.latex), "undecided")
        return closed(base, left, right) or self.verdict(replace(one, terms=(left, right)))

    def by_places(self, one: Statement) -> LinkVerdict | None:
        """What is said of sums and extremes over places whose numbers this section gives one by one."""
        found = at_places(one, self.worked.standing(self.said.section), self.verdict)
        if found is None:
            return None
        return replace(found, lhs=whole(one.terms[0], self.latex), rhs=whole(one.terms[1], self.latex))

    def by_rewards(self, one: Statement) -> LinkVerdict | None:
        """What is said of the return from a step on, by the rewards, the discount and the end that this example gives.

        It is wrong where it is so however rewards may be counted.
        """
        name, number = one.terms[:2]
        if not says_nothing_else(number):
            return None
        rows, ends = returns(name, self.worked.standing(self.said.section), AGREED.get().get(CLOCK))
        tried = [self.verdict(replace(one, terms=(row, number))) for row in rows]
        found = next((t for t in tried if t is not None and t.status in HOLDS), None)
        if found is not None and not ends:
            found = replace(found, status="conditional", code="D420", message=f"True only if {LAST}.", assumptions=(LAST,))
        if found is None and ends and tried and all(t is not None and t.status == "refuted" for t in tried):
            found = tried[0]
        return replace(found, lhs=whole(name, self.latex)) if found is not None else None


__all__ = ["Example"]
