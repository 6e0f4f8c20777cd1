r"""Coverage: which formulas of a page the library already derives, by meaning.

A link of a page is covered by a result that says the same up to notation (brackets, spacing, names of labels), or whose
sides the kernel finds equal to the page's, side for side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from derive.decide.evidence import Budget
from derive.decide.relations import decide
from derive.derivation import Setup, StepError, setup_of
from derive.diagnostics import NotationError
from derive.kernel import Rejected, Trivial, admit
from derive.library import LIBRARY, Result
from derive.models.trial import Claim
from derive.notation import parse
from derive.terms import App, Decor, Expect, Formula, Func, Label, Missing, Mul, Num, Paren, Pos, Statement, Sym, Term

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
        how = "notation"
        for statement in formula.statements:
            links, last = links_of(statement, last)
            for lhs, op, rhs in links:
                found, said = covering(lhs, op, rhs)
                names.append(found)
                how = said if found and said == "kernel" else how
        yield Cover(place, tuple(names), how if names else "none")


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
        if rel.op in ("<", ">", r"\le", r"\ge") and isinstance(normal(rhs), Num) and isinstance(normal(lhs), Sym | App):
            continue  # a condition on a symbol
        found.append((lhs, rel.op, rhs))
    return found, statement.terms[-1] if statement.rels else last


def covering(lhs: Term, op: str, rhs: Term) -> tuple[str, str]:
    """The result that says the same, and how it was found: ``notation`` or ``kernel``."""
    a, b = normal(lhs), normal(rhs)
    key = "=" if op in EQUALITIES else op
    for name, links in table():
        for left, rel, right in links:
            if (
                rel == key
                and (a, b) in ((left, right), (right, left))
                or key == "="
                and rel == r"\approx"
                and (a, b) == (left, right)
            ):
                return name, "notation"
    for name, links in table():
        for left, rel, right in links:
            # the same subject on the left, and right sides that the kernel finds equal in that result's scope
            if rel == key and left == a and same(right, b, LIBRARY[name]):
                return name, "kernel"
    return "", ""


def same(a: Term, b: Term, result: Result) -> bool:
    """Whether the kernel finds two right sides equal, unconditionally, in a result's scope."""
    setup: Setup = setup_of(result.given, result.assuming)
    proposal = decide(Claim(a, b, "=", setup.scope), Budget(400_000), refute=False)
    if isinstance(proposal.certificate, Trivial) or proposal.verdict.status != "proved":
        return False
    try:
        return admit(proposal).status == "proved"
    except Rejected:
        return False


@cache
def table() -> list[tuple[str, list[tuple[Term, str, Term]]]]:
    """The links of every result, normalised; only what is proved may cover anything."""
    made = []
    for name, result in LIBRARY.items():
        try:
            formula: Formula = result.prove().formula
        except StepError:
            continue  # what is not proved covers nothing
        links: list[tuple[Term, str, Term]] = []
        for statement in formula.statements:
            links.extend((normal(a), "=" if r.op in EQUALITIES else r.op, normal(b)) for a, r, b in statement.links())
        made.append((name, links))
    return made


def normal(term: Term) -> Term:
    r"""A term without what is only notation: brackets, decorations, fonts of labels, signs of multiplication, spellings.

    >>> normal(parse(r"(x\cdot y)").statements[0].terms[0]) == normal(parse("xy").statements[0].terms[0])
    True
    """
    term = term.map_children(normal)
    match term:
        case Paren() | Decor() | Pos():
            return term.body
        case Label():
            return Label(term.text.lower())
        case Num():
            return Num(term.value, str(term.value))
        case Mul():
            factors: list[Term] = []
            for f in term.factors:
                factors.extend(f.factors if isinstance(f, Mul) else (f,))
            return Mul(tuple(factors), ("",) * (len(factors) - 1))
        case Func():
            return Func(term.name, term.args, term.sub, term.sup, term.given)
        case App():
            return App(term.head, term.args, term.given, ",", r"\mid")
        case Expect():
            return Expect(term.under, term.body, term.given, term.head)
    return term
