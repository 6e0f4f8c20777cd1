"""One thing that a page says, and what it speaks of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import VECTOR_FUNCTIONS
from derive.page.saying.bearing import rows_of
from derive.page.saying.occurrences import head_of, letters_of, names_in, words_above
from derive.page.words.role_names import CONDITION, DEFINITION, INSTANCE
from derive.syntax.flat import Item, Row, row_key, walk
from derive.verify.text_conventions import is_numbered

#: Brackets in which arguments stand.
BRACKETS = ("()", "[]")


#: A file, a line and a column.
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a page says: a statement of one relation, its role, and where it is said."""

    statement: Statement
    role: str
    section: int
    paragraph: int
    line: int = 0
    latex: str = ""
    at: Place = ("", 0, 0)
    passing: bool = False
    known: bool = False
    #: What the same chain goes on to say that it is.
    also: tuple[Row, ...] = ()
    sentence: int = 0
    #: Whether words say it and no formula.
    worded: bool = False
    #: Whether its chain goes on to the number that it comes to in an example: another example may say something else.
    worked: bool = False
    #: Whether words say that something meets it, whose left side is no name: an equation for what stands in it.
    met: bool = False

    @property
    def told(self) -> tuple[Place, str]:
        """Where it is said, and what is said there."""
        what = {DEFINITION: "is defined", INSTANCE: "is given its value"}.get(self.role, "is supposed")
        return self.at, f"{whole(self.statement.terms[0], self.latex)} {what} here"

    @property
    def head(self) -> Hashable:
        """The name that is spoken of, without its scripts; None where the left side is no name."""
        return head_of(self.statement.terms[0])

    @property
    def bare(self) -> bool:
        """Whether it speaks of a letter that takes no arguments and has no index: such a letter is used afresh in each section."""
        first = self.statement.terms[0]
        return len(first) == 1 and not first[0].subs

    def speaks_of(self, item: Item, following: Item | None) -> bool:
        """Whether an occurrence of a name is one of what was defined, or of its derivative: ``f'(x)``."""
        if stem(item) != self.head:
            applied = item.primes > 0 and len(self.statement.terms[0]) == 2 and following is not None and len(following.rows) == 1
            if not applied or stem(replace(item, primes=0)) != self.head:
                return False
        return self.fits(item, following)

    @property
    def is_vector(self) -> bool:
        """Whether a letter was said to be what a function of vectors comes to: ``p = softmax(z)``."""
        lhs, rhs = self.statement.terms[0], self.statement.terms[-1]
        return len(lhs) == 1 and len(rhs) == 2 and rhs[0].said in VECTOR_FUNCTIONS and not (lhs[0].subs or lhs[0].sups)

    def is_policy_of(self, item: Item, following: Item | None) -> bool:
        """Whether a policy that was defined stands alone: what is said of it is said of its values too."""
        lhs, cost = self.statement.terms[0], kinds(item.name).get("policy")
        conditional = len(lhs) == 2 and lhs[1].seps == ("|",)
        return following is None and stem(item) == self.head and (cost == 0 or cost is not None and conditional)

    def is_family_of(self, item: Item) -> bool:
        """Whether a policy was defined at its parameter, and an occurrence of its letter is at none: another section may mean any policy."""
        own = self.statement.terms[0][0].subs
        at = any(i.kind == "atom" and "parameter" in kinds(i.name) for s in own for i in s)
        return at and not item.subs and "policy" in kinds(item.name)

    def fits(self, item: Item, following: Item | None) -> bool:
        """Whether an occurrence of the name is one of what was defined: with as many arguments, and for a distribution the same ones."""
        lhs = self.statement.terms[0]
        if self.is_vector and item.subs and not item.sups:
            return following is None or following.kind != "group"  # one of its components
        if words_above(item) != words_above(lhs[0]) or lhs[0].sups and not item.sups:
            return False
        counted = set() if "parameter" in kinds(item.name) else names_in(lhs[0].subs) & names_in(self.statement.terms[1:])
        numbered = [
            row_key(s) for s in lhs[0].subs if any(i.kind == "number" for i in s) and not names_in([s]) & counted
        ]  # x_{n+1} is said of every n, x_1 is not
        if any(key not in map(row_key, item.subs) for key in numbered):
            return False
        group = lhs[1] if len(lhs) == 2 else None
        applied = following if following is not None and following.kind == "group" and following.name in BRACKETS else None
        if group is None:
            return len(item.subs) == len(lhs[0].subs)
        if applied is None and "law" in kinds(item.name) and len(group.rows) == 1:
            return len(item.subs) == len(lhs[0].subs)  # the law of which p(x) is said: H(p), x ~ p
        if applied is None or len(applied.rows) != len(group.rows) or applied.seps != group.seps:
            return False
        if "law" in kinds(item.name):
            return all(letters_of(a) == letters_of(b) for a, b in zip(group.rows, applied.rows))
        return True


def bears_on(given: Statement, rows: Iterable[Row]) -> bool:
    """Whether something given for a whole page speaks of a name in rows, or of a discount or a decay, which values have without showing it.

    The parameters that everything moves with are no such names, if it speaks of others.
    """
    atoms = [i for row in rows_of(given) for i in walk(row) if i.kind == "atom"]
    if any(kinds(i.name).keys() & {"discount", "decay"} for i in atoms):
        return True
    own = {stem(i) for i in atoms if "parameter" not in kinds(i.name)} or {stem(i) for i in atoms}
    return not own or bool(own & names_in(rows))


def recurs(statement: Statement) -> bool:
    """Whether the name on the left stands at another index on the right."""
    head, first = head_of(statement.terms[0]), statement.terms[0][0]
    indices = {i.key for s in first.subs for i in s if i.kind == "atom" and kinds(i.name).keys() & {"index", "time"}}
    again = (i for t in statement.terms[1:] for i in walk(t) if i.kind == "atom" and stem(i) == head and i.key != first.key)
    return head is not None and any(i.key in indices for item in again for s in item.subs for i in s)


def begins(given: Iterable[Statement], one: Statement) -> Item | None:
    """The name of a recursion that is given without where it begins, and of which a statement says nothing at a number; None where there is none."""
    given = tuple(given)
    numbered = {stem(i) for s in (one, *given) for row in rows_of(s) for i in walk(row) if i.kind == "atom" and is_numbered(i)}
    return next((s.terms[0][0] for s in given if recurs(s) and head_of(s.terms[0]) not in numbered), None)


def is_weight(told: Told, kind: str) -> bool:
    """Whether a discount, or a decay, is given its value."""
    return told.role in (INSTANCE, CONDITION) and kind in kinds(told.statement.terms[0][0].name)


def whole(row: Row, latex: str) -> str:
    return latex[row[0].start : row[-1].end] if row else ""


__all__ = ["Place", "Told", "bears_on", "begins", "is_weight", "recurs", "whole"]
