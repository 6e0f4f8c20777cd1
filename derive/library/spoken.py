r"""Results in other dialects: a result with its formulas respelled, which say what they said.

>>> from derive.library import result
>>> spoken(result("value/state-return"), "sutton-barto").latex
'v_\\pi(s) = \\mathbb{E}_\\pi\\left[G_t \\mid S_t = s\\right]'
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derive.core.canonical import canonical
from derive.derivation import StepError
from derive.library.respelling import respelled
from derive.library.result import Result
from derive.rules.formulas import Unread, claims
from derive.syntax.printing import printed


@lru_cache(maxsize=1024)
def spoken(result: Result, dialect: str) -> Result:
    """A result in a dialect: its formula, what is given and its steps; it means what it meant, and is proved as it is written there.

    Raises:
        StepError: the dialect has no spelling of it that is read as the same.
    """
    for timed in (True, False):
        made = said(result, dialect, timed)
        if made == result or means_the_same(result, made) or decided_alike(result, made):
            return made
    raise StepError(f"{result.name}: in {dialect} nothing says {result.latex}")


def said(result: Result, dialect: str, timed: bool) -> Result:
    """A result with every formula respelled."""
    return replace(
        result,
        latex=latex_in(result.latex, dialect, timed),
        given=tuple(latex_in(g, dialect, timed) for g in result.given),
        steps=tuple(replace(s, latex=latex_in(s.latex, dialect, timed)) for s in result.steps),
    )


def latex_in(latex: str, dialect: str, timed: bool) -> str:
    """A formula in a dialect; as it was written where nothing is spelled otherwise there."""
    made = respelled(latex, dialect, timed)
    return latex if made == latex else printed(made)


def means_the_same(one: Result, other: Result) -> bool:
    """Whether two results say the same of core terms, what is given included; where the one is not read, the other need not be."""
    for i, (a, b) in enumerate(zip((*one.given, one.latex), (*other.given, other.latex), strict=True)):
        if meaning(a, one.given[:i]) != meaning(b, other.given[:i]):
            return False
    return True


def decided_alike(one: Result, other: Result) -> bool:
    """Whether the same is found of two results that are read otherwise: a state at a time is an element too, an equation a definition."""
    try:
        a, b = one.prove(), other.prove()
    except StepError:
        return False
    return (a.status, a.conditions) == (b.status, b.conditions)


def meaning(latex: str, given: tuple[str, ...]) -> list[str] | None:
    """The claims of a formula as core terms, and those that are given; None where it is not read as claims."""
    try:
        found = claims(latex, given)
    except Unread:
        return None
    return [canonical(c) for claim, _ in found for c in (claim, *claim.givens)]


__all__ = ["spoken"]
