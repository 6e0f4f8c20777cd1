r"""Formulas as SymPy objects and back: what is read from LaTeX crosses over by its meaning, and comes back as LaTeX that is read.

>>> from derive.notation import parse_term
>>> to_sympy(parse_term(r"\frac{x^2}{y}"))
x**2/y
>>> from derive.notation.print.printer import to_latex
>>> to_latex(from_sympy(to_sympy(r"\pi_\theta(a\mid s)")))
'\\pi_\\theta(a \\mid s)'
"""

from __future__ import annotations

from typing import Any

from derive.notation import parse_term
from derive.notation.print.printer import to_latex
from derive.notation.trees.term_trees import Term
from derive.symbolic import spelling


def to_sympy(formula: Term | str) -> Any:
    """The SymPy object of a formula.

    Raises: Unread, Unbridged.
    """
    return spelling.from_latex(formula if isinstance(formula, str) else to_latex(formula))


def from_sympy(expr: Any) -> Term:
    """The formula of a SymPy object.

    Raises: Unbridged, Unwritable.
    """
    return parse_term(spelling.to_latex(expr))


__all__ = ["from_sympy", "to_sympy"]
