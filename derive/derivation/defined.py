r"""Whether two lines that are read as one are so by a definition, and not by algebra alone.

>>> from derive.rules.formulas import equation
>>> def ask(before, after, *given):
...     left, _, right = equation(f"{before} = {after}", given)
...     return by_definition(before, after, given, (), left, right)
>>> ask("x+y", "y+x"), ask("y+x", "x+3", "y=3"), ask(r"\mathrm{Var}(X)", r"\mathrm{Var}(X)+0")
(False, True, False)
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.core.terms import Core, Op, rebuild, variables
from derive.derivation.given import read
from derive.diagnostics import NotationError
from derive.rules.formulas import Formula, Unread, equation
from derive.rules.matching.rings import linear_key
from derive.syntax.flat import Row


def by_definition(
    before: str, after: str, given: tuple[str, ...], assuming: tuple[str, ...], left: Formula, right: Formula
) -> bool:
    """Whether an equation that is given, a letter at a point, or a name that the field defines makes two lines one."""
    return needs_given(before, after, given, assuming) or at_a_point(left, right) or bool(written_out(before, after, left, right))


def needs_given(before: str, after: str, given: tuple[str, ...], assuming: tuple[str, ...]) -> bool:
    """Whether two lines are not one without the equations that are given."""
    loose = tuple(g for g in given if "=" not in g)
    if loose == given:
        return False
    try:
        left, _, right = equation(f"{before} = {after}", loose, assuming)
    except Unread:
        return True
    return linear_key(left.term) != linear_key(right.term)


def at_a_point(left: Formula, right: Formula) -> bool:
    """Whether two terms are not one where no letter is at a point."""
    return linear_key(anywhere(left.term)) != linear_key(anywhere(right.term))


def anywhere(term: Core) -> Core:
    """A term in which what stands at a point stands by itself."""
    return anywhere(term.args[0]) if isinstance(term, Op) and term.name == "at" else rebuild(term, anywhere)


def written_out(before: str, after: str, left: Formula, right: Formula) -> frozenset[str]:
    """Names that stand in one of two lines alone and in no letter of what is read there: reading writes them out."""
    letters = {f.names.get(v.number, "") for f in (left, right) for v in variables(f.term)}
    own = {name for letter in letters if letter for name in names_in(letter)}
    return frozenset(set(names_in(before)) ^ set(names_in(after))) - own


def names_in(latex: str) -> Iterator[str]:
    """The names that are written in an expression."""
    try:
        sides = [side for statement in read(latex).statements for side in statement.sides]
    except (NotationError, ValueError):
        return
    for side in sides:
        yield from named(side.row)


def named(row: Row) -> Iterator[str]:
    for item in row:
        if item.kind == "atom":
            yield item.name
        for inner in (*item.rows, *item.subs, *item.sups):
            yield from named(inner)


__all__ = ["by_definition"]
