r"""What is given to a claim: formulas that hold, in LaTeX; and how formulas of a derivation are read and printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from derive.derivation.written import Formula, parse
from derive.diagnostics import NotationError
from derive.elaborate.elaborator import RELATIONS
from derive.elaborate.write import Unwritable
from derive.kernel import Verdict

DEFINING = frozenset({"=", ":=", r"\doteq", r"\triangleq", r"\coloneqq", r"\equiv"})
#: Relations that may be given beside those that may be claimed: what things are, and how they are drawn.
GIVABLE = frozenset({*DEFINING, *RELATIONS, r"\leq", r"\geq", r"\neq", r"\in", r"\sim", r"\perp", r"\succ", r"\succeq"})


class StepError(Exception):
    """A formula that does not hold, or cannot be read: ``verdict`` says why."""

    __module__ = "derive.derivation"  # where it is imported from, and what a traceback should name

    def __init__(self, message: str, verdict: Verdict | None = None):
        super().__init__(message)
        self.verdict = verdict


def latex_of(value: object) -> str:
    """LaTeX of a string, or of a SymPy expression.

    Raises:
        StepError: it is none of them, or SymPy's object has no word in the notation.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ in ("BooleanTrue", "BooleanFalse"):
        raise StepError(f"SymPy has made {value} of it: build it with evaluate=False")
    from derive.symbolic import Unsupported  # SymPy takes a while to import: only for those who use it
    from derive.symbolic import to_latex as spelled

    try:
        return spelled(value)
    except (Unsupported, Unwritable, AttributeError, TypeError, ValueError) as error:
        raise StepError(f"LaTeX or a SymPy expression is wanted, not {value!r}") from error


def several(what: str, values: Iterable[object]) -> tuple[str, ...]:
    """The formulas given, or the conditions assumed, as a tuple.

    Raises:
        StepError: there is a string where several are expected.
    """
    if isinstance(values, str):
        raise StepError(f"{what} takes several: write {what}=({values!r},), with the comma")
    return tuple(map(latex_of, values))


@lru_cache(maxsize=512)
def check_given(given: tuple[str, ...] = ()) -> None:
    r"""Refuse what cannot be given.

    >>> check_given((r"u(x)=x^2", r"\sigma>0"))

    Raises:
        StepError: something given cannot be read, or gives nothing.
    """
    for text in given:
        for statement in read(text).statements:
            if not statement.rels:
                raise StepError(f"{statement.latex} is no relation: it gives nothing")
            for rel in statement.rels:
                if rel not in GIVABLE:
                    raise StepError(f"{rel} cannot be given: only relations that hold can")


#: What Python makes of commands in a string that is not raw: a tab for the ``\\t`` of ``\\theta``, and so on.
SWALLOWED = re.compile(r"[\x07\x08\x0b\x0c]|\t(?=heta|au|ext|op\b|imes|ilde)|\n(?=abla|eq?\b|u\b|ot\b)|\r(?=ho|ight|angle)")


def read(latex: str) -> Formula:
    """A formula of a derivation.

    Raises:
        StepError: it cannot be read.
    """
    if SWALLOWED.search(latex):
        raise StepError(f'a backslash was lost on the way: write the formula as a raw string, r"…": {latex!r}')
    try:
        return parse(latex)
    except NotationError as error:
        place = error.span.start + 1
        raise StepError(
            f"cannot be read at character {place}: {error}: {latex}", Verdict("unreadable", str(error), code="D101")
        ) from error
