r"""Coverage: which formulas of a page the library already derives, by meaning.

A link of a page is covered by a result, or a step on the way to one, that says the same up to notation (brackets, spacing,
names of labels and of bound variables), or whose right side the kernel finds equal to the page's.  Only what is proved covers anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from derive.build.normal import normal
from derive.derivation import StepError, lexicon_of, prove
from derive.diagnostics import NotationError
from derive.library import LIBRARY, Result
from derive.notation import parse
from derive.notation.print.printer import to_latex
from derive.notation.trees.statement_trees import Formula, Statement
from derive.notation.trees.term_trees import App, Missing, Num, Sym, Term

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
    last: Term | None = None
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


def links_of(statement: Statement, last: Term | None) -> tuple[list[tuple[Term, str, Term]], Term | None]:
    """The links of a statement that say something, and the side a next display may continue."""
    found = []
    for lhs, rel, rhs in statement.links():
        lhs = last if isinstance(lhs, Missing) and last is not None else lhs
        if (
            isinstance(lhs, Missing)
            or isinstance(rhs, Missing)
            or rel.op in (r"\in", r"\to", r"\sim", r"\implies", r"\leftarrow")
        ):
            continue
        if (
            rel.op in ("<", ">", r"\le", r"\ge", r"\ne", r"\neq")
            and isinstance(normal(rhs), Num)
            and isinstance(normal(lhs), Sym | App)
        ):
            continue  # a condition on a symbol
        found.append((lhs, rel.op, rhs))
    return found, statement.terms[-1] if statement.rels else last


@dataclass(frozen=True, slots=True)
class Known:
    """A link of the library: of a result, or of a step on the way to it (its number, from 1)."""

    name: str
    step: int
    left: Term
    op: str
    right: Term

    @property
    def place(self) -> str:
        """The result's name, with the step's number."""
        return f"{self.name} (step {self.step})" if self.step else self.name


def covering(lhs: Term, op: str, rhs: Term) -> tuple[str, str]:
    """The result that says the same, and how it was found: ``notation`` or ``kernel``."""
    a, b = normal(lhs), normal(rhs)
    key = "=" if op in EQUALITIES else op
    for known in table():
        sides = (known.left, known.right)
        exact = known.op == key and (a, b) in (sides, sides[::-1])
        if (exact or key == "=" and known.op == r"\approx" and (a, b) == sides) and holds(known.name, known.step):
            return known.place, "notation"
    for known in table():
        # the same subject on the left, and right sides that the kernel finds equal in that result's scope
        if not known.step and known.op == key and known.left == a and holds(known.name, 0):
            if same(known.right, b, LIBRARY[known.name]):
                return known.place, "kernel"
    return "", ""


def nearest(lhs: Term) -> list[str]:
    """Results about the same left side."""
    a = normal(lhs)
    return [known.name for known in table() if not known.step and known.left == a]


def same(a: Term, b: Term, result: Result) -> bool:
    """Whether the kernel finds two right sides equal, unconditionally, in a result's scope."""
    try:
        return prove(f"{to_latex(a)} = {to_latex(b)}", result.given).status == "proved"
    except StepError:
        return False


@cache
def table() -> list[Known]:
    """The links of every result, then those of the steps, normalised and not yet proved."""
    results: list[Known] = []
    steps: list[Known] = []
    for name, result in LIBRARY.items():
        lexicon = lexicon_of(result.given)
        formula: Formula = parse(result.latex, lexicon)
        results += [known for statement in formula.statements for known in knowns(name, 0, statement)]
        current = formula.statements[0].terms[0]
        for n, step in enumerate(result.steps, 1):
            statement = parse(step.latex, lexicon).statements[0]
            op = formula.statements[0].rels[0].op if n == len(result.steps) else "="
            if statement.rels and not isinstance(statement.terms[0], Missing):
                steps += knowns(name, n, statement)
                continue
            op = statement.rels[0].op if statement.rels else op
            steps.append(Known(name, n, normal(current), "=" if op in EQUALITIES else op, normal(statement.terms[-1])))
            current = statement.terms[-1]
    return results + steps


def knowns(name: str, step: int, statement: Statement) -> list[Known]:
    """The links of a statement of the library."""
    ops = [("=" if rel.op in EQUALITIES else rel.op, a, b) for a, rel, b in statement.links()]
    return [Known(name, step, normal(a), op, normal(b)) for op, a, b in ops]


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
