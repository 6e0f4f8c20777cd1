r"""Coverage: which formulas of a page the library already derives, by meaning.

A link of a page is covered by a result, or a step on the way to one, that says the same up to notation (brackets, spacing,
names of labels and of bound variables), or whose right side the kernel finds equal to the page's.  Only what is proved covers anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from derive.build.normal import normal
from derive.derivation import StepError, prove
from derive.derivation.written import Side, Written, parse
from derive.diagnostics import NotationError
from derive.library import LIBRARY, Result

EQUALITIES = frozenset({"=", ":=", r"\doteq", r"\triangleq", r"\equiv", r"\coloneqq"})


@dataclass(frozen=True, slots=True)
class Place:
    """A formula of a page and where it stands."""

    line: int
    latex: str


@dataclass(frozen=True, slots=True)
class Cover:
    """A formula with what covers it: names of results, one per link; empty names are links nothing covers."""

    place: Place
    names: tuple[str, ...]
    how: str = ""
    near: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """``covered``, ``missing``, or ``none`` where nothing is said."""
        if not self.names:
            return self.how or "none"
        return "covered" if all(self.names) else "missing"


def coverage(places: Iterable[Place]) -> Iterator[Cover]:
    """What covers each formula, in order; a display that starts with a relation continues the one before."""
    last: Side | None = None
    for place in places:
        try:
            formula = parse(place.latex)
        except NotationError:
            yield Cover(place, (), "unreadable")
            continue
        names: list[str] = []
        near: list[str] = []
        how = "notation"
        for statement in formula.statements:
            links, last = links_of(statement, last)
            for lhs, op, rhs in links:
                found, said = covering(lhs, op, rhs)
                names.append(found)
                near += [] if found else nearest(lhs)
                how = said if found and said == "kernel" else how
        yield Cover(place, tuple(names), how if names else "none", tuple(dict.fromkeys(near))[:3])


def links_of(statement: Written, last: Side | None) -> tuple[list[tuple[Side, str, Side]], Side | None]:
    """The links of a statement that say something, and the side a next display may continue."""
    found = []
    for lhs, rel, rhs in statement.links():
        lhs = last if not lhs.row and last is not None else lhs
        if not lhs.row or not rhs.row or rel in (r"\in", r"\to", r"\sim", r"\leftarrow"):
            continue
        numbered = len(rhs.row) == 1 and rhs.row[0].kind == "number"
        if rel in ("<", ">", r"\le", r"\ge", r"\ne") and numbered and lhs.head is not None:
            continue  # a condition on a symbol
        found.append((lhs, rel, rhs))
    return found, statement.sides[-1] if statement.rels else last


@dataclass(frozen=True, slots=True)
class Known:
    """A link of the library: of a result, or of a step on the way to it (its number, from 1)."""

    name: str
    step: int
    left: tuple[object, ...]
    op: str
    right: tuple[object, ...]
    latex: str

    @property
    def place(self) -> str:
        """The result's name, with the step's number."""
        return f"{self.name} (step {self.step})" if self.step else self.name


def covering(lhs: Side, op: str, rhs: Side) -> tuple[str, str]:
    """The result that says the same, and how it was found: ``notation`` or ``kernel``."""
    a, b = normal(lhs.row), normal(rhs.row)
    key = "=" if op in EQUALITIES else op
    for known in table():
        sides = (known.left, known.right)
        exact = known.op == key and (a, b) in (sides, sides[::-1])
        if (exact or key == "=" and known.op == r"\approx" and (a, b) == sides) and holds(known.name, known.step):
            return known.place, "notation"
    for known in table():
        # the same subject on the left, and right sides that the kernel finds equal in that result's scope
        if not known.step and known.op == key and known.left == a and holds(known.name, 0):
            if same(known.latex, rhs.latex, LIBRARY[known.name]):
                return known.place, "kernel"
    return "", ""


def nearest(lhs: Side) -> list[str]:
    """Results about the same left side."""
    a = normal(lhs.row)
    return [known.name for known in table() if not known.step and known.left == a]


def same(a: str, b: str, result: Result) -> bool:
    """Whether the kernel finds two right sides equal, unconditionally, in a result's scope."""
    try:
        return prove(f"{a} = {b}", result.given).status == "proved"
    except StepError:
        return False


@cache
def table() -> list[Known]:
    """The links of every result, then those of the steps, normalised and not yet proved."""
    results: list[Known] = []
    steps: list[Known] = []
    for name, result in LIBRARY.items():
        formula = parse(result.latex)
        results += [known for statement in formula.statements for known in knowns(name, 0, statement)]
        current = formula.statements[0].sides[0]
        for n, step in enumerate(result.steps, 1):
            statement = parse(step.latex).statements[0]
            if statement.rels and statement.sides[0].row:
                steps += knowns(name, n, statement)
                continue
            op = formula.statements[0].rels[0] if n == len(result.steps) else "="
            steps.append(known(name, n, current, statement.rels[0] if statement.rels else op, statement.sides[-1]))
            current = statement.sides[-1]
    return results + steps


def knowns(name: str, step: int, statement: Written) -> list[Known]:
    """The links of a statement of the library."""
    return [known(name, step, *link) for link in statement.links()]


def known(name: str, step: int, left: Side, op: str, right: Side) -> Known:
    return Known(name, step, normal(left.row), "=" if op in EQUALITIES else op, normal(right.row), right.latex)


@cache
def holds(name: str, step: int) -> bool:
    """Whether a result, or the derivation that a step belongs to, is proved."""
    try:
        if step:
            LIBRARY[name].derivation()
        else:
            LIBRARY[name].prove()
    except StepError:
        return False
    return True
