r"""LaTeX to SymPy and back, each one call.

>>> from_latex(r"\nabla_\theta\log\pi_\theta(a\mid s)")
Gradient(log(Probability(Policy(pi, theta), a, s)), theta)
>>> to_latex(from_latex(r"\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)"))
'\\sum_{a}Q^{\\pi_{\\theta}}(s,a)\\pi_{\\theta}(a|s)'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.elaborate.write import Unwritable, write
from derive.rules.formulas import as_differentiated, claims, expression, sequences
from derive.symbolic.averages import OfGroup
from derive.symbolic.base import Field, Info
from derive.symbolic.crossing import RELATIONS, Bridge, Unbridged
from derive.symbolic.field import Call
from derive.symbolic.lettering import Letter

MADE = {sign: kind for kind, sign in RELATIONS.items()}


def from_latex(latex: str, given: Iterable[str] = (), parameters: Iterable[str] = ()) -> Any:
    r"""The SymPy object of an expression, or of a relation of two; letters named as parameters are vectors where nothing makes them numbers.

    A letter that only unknown functions are of is what it is where one differentiates by it: θ of ``J(\theta)`` a vector, x of ``f(x)`` a number.

    Raises: Unread.
    """
    if any(sign in latex for sign in ("=", "<", ">", r"\le", r"\ge", r"\ne")) and (found := relation(latex, given)) is not None:
        return found
    formula = expression(latex, given)
    for name in parameters:
        formula = as_differentiated(formula, latex, name)
    return Bridge(formula.names).to_sympy(formula.term)


def relation(latex: str, given: Iterable[str]) -> Any:
    """The SymPy relation of a formula with one link; None where the sign stands inside of something."""
    try:
        found = claims(latex, given)
    except ValueError:
        return None
    if len(found) != 1 or found[0][0].relation not in MADE:
        return None
    claim, names = found[0]
    bridge = Bridge(names)
    return MADE[claim.relation](bridge.to_sympy(claim.lhs), bridge.to_sympy(claim.rhs), evaluate=False)


def to_latex(expr: Any, dialect: str = "course") -> str:
    """The LaTeX of a SymPy object, by the glossary.

    Raises: Unbridged, Unwritable.
    """
    bridge = Bridge()
    expr = sp.sympify(expr)
    for group in expr.atoms(OfGroup):
        if group.free_symbols <= expr.free_symbols:  # it means the same wherever it stands
            name = Letter(group.word).fresh(expr.free_symbols)
            expr = expr.xreplace({group: name})
            bridge.names[bridge.variable(name).number] = group_latex(group, dialect)
    term = bridge.to_core(expr)
    return write(term, bridge.names, dialect, sequences(term))


def group_latex(group: OfGroup, dialect: str) -> str:
    """A number made from those of a group, by its name and the first and last of them."""
    values, size, _ = group.args
    first, last = (to_latex(Call(values, k), dialect) for k in (1, size))
    return rf"\operatorname{{{group.word}}}\left({first},\dots,{last}\right)"


def _latex(self: Field, printer: Any) -> str:
    try:
        return to_latex(self)
    except (Unwritable, Unbridged):  # no text writes it so: by its class, and never as something else
        inner = ", ".join(printer._print(a) for a in self.args if not isinstance(a, Info))
        return rf"\operatorname{{{type(self).__name__}}}\left({inner}\right)"


Field._latex = _latex  # SymPy's printer asks the class, and this module knows how it is written

__all__ = ["Unwritable", "from_latex", "sp", "to_latex"]
