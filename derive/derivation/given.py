r"""What is given to a claim: definitions, data, conditions and assumptions, as the scope they make."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache

from derive.decide.assumptions import BY_NAME
from derive.decide.relations import closed
from derive.diagnostics import NotationError
from derive.kernel import ORDERS, Verdict
from derive.models.scope import Definition, Scope
from derive.models.times import reward_shift
from derive.notation import Lexicon, parse
from derive.notation.printer import to_latex
from derive.statements import Formula, Statement
from derive.terms import App, Decor, Paren, Pos, Rel, Seq, Sym, Term, strip

CONDITIONS = frozenset({*ORDERS, r"\ne", r"\neq", r"\sim", r"\in"})
DEFINING = frozenset({"=", ":=", r"\doteq", r"\triangleq", r"\coloneqq", r"\equiv"})


class StepError(Exception):
    """A formula that does not hold, or cannot be read: ``verdict`` says why."""

    __module__ = "derive.derivation"  # where it is imported from, and what a traceback should name

    def __init__(self, message: str, verdict: Verdict | None = None):
        super().__init__(message)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Setup:
    """The scope that statements taken as given make, and the functions they name."""

    scope: Scope = field(default_factory=Scope)
    lexicon: Lexicon = field(default_factory=Lexicon)


def several(what: str, values: Iterable[str]) -> tuple[str, ...]:
    """The formulas given, or the names of assumptions, as a tuple.

    Raises:
        StepError: there is a string where several are expected.
    """
    if isinstance(values, str):
        raise StepError(f"{what} takes several: write {what}=({values!r},), with the comma")
    return tuple(values)


@lru_cache(maxsize=512)
def setup_of(given: tuple[str, ...] = (), assuming: tuple[str, ...] = ()) -> Setup:
    r"""The scope of definitions, data and conditions written as LaTeX, and of assumptions by their names.

    >>> setup_of((r"r=[2,4,6,8]", r"\sigma>0"), ("values-fixed",)).scope.assumptions
    frozenset({'values-fixed'})

    Raises:
        StepError: something given cannot be read, or an assumption is not in the catalogue.
    """
    for name in assuming:
        if name not in BY_NAME:
            near = get_close_matches(name, BY_NAME, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(BY_NAME))}"
            raise StepError(f"no assumption is called {name!r}; {hint}")
    scope, lexicon = Scope(assumptions=frozenset(assuming)), Lexicon()
    for text in given:
        for statement in read(text, lexicon).statements:
            if not statement.rels:
                raise StepError(f"{to_latex(statement)} is no relation: it gives nothing")
            scope = take(scope, statement)
        for definition in scope.definitions:
            if isinstance(definition.pattern, App) and lexicon.applies(definition.sym.name) == "either":
                lexicon = lexicon.with_function(definition.sym.name)
    return Setup(scope, lexicon)


#: What Python makes of commands in a string that is not raw: a tab for the ``\\t`` of ``\\theta``, and so on.
SWALLOWED = re.compile(r"[\x07\x08\x0b\x0c]|\t(?=heta|au|ext|op\b|imes|ilde)|\n(?=abla|eq?\b|u\b|ot\b)|\r(?=ho|ight|angle)")


def read(latex: str, lexicon: Lexicon | None = None) -> Formula:
    """A formula of a derivation.

    Raises:
        StepError: it cannot be read.
    """
    if SWALLOWED.search(latex):
        raise StepError(f'a backslash was lost on the way: write the formula as a raw string, r"…": {latex!r}')
    try:
        return parse(latex, lexicon)
    except NotationError as error:
        place = error.span.start + 1
        raise StepError(
            f"cannot be read at character {place}: {error}: {latex}", Verdict("unreadable", str(error), code="D101")
        ) from error


def take(scope: Scope, statement: Statement) -> Scope:
    """The scope with one more statement taken as true."""
    for lhs, rel, rhs in statement.links():
        if rel.op in CONDITIONS:
            scope = replace(scope, conditions=(*scope.conditions, Rel(rel.op, lhs, rhs)))
        elif rel.op not in DEFINING:
            raise StepError(f"{rel.op} cannot be given: only definitions, data and conditions can")
        elif numeric(rhs) and isinstance(bare(lhs), Sym | App):
            scope = replace(scope.assign(bare(lhs), strip(rhs)), use_data=True)
        elif head(lhs) is not None:
            scope = scope.define(Definition(bare(lhs), rhs))
            shift = reward_shift([rhs])
            scope = replace(scope, reward_shift=shift if shift is not None else scope.reward_shift)
        else:
            raise StepError(f"{to_latex(lhs)} is no symbol: it cannot be defined")
    return scope


def bare(t: Term) -> Term:
    while isinstance(t, Paren | Decor | Pos):
        t = t.body
    return t


def head(t: Term) -> Sym | None:
    """The symbol that ``t`` would define."""
    t = bare(t)
    head = t.head if isinstance(t, App) else t
    return head if isinstance(head, Sym) else None


def numeric(t: Term) -> bool:
    inner = strip(t)
    return closed(t) or isinstance(inner, Seq) and not any(isinstance(x, Sym) for x in inner.walk())
