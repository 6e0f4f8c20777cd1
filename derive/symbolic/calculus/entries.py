r"""Derivatives by one entry of a table of parameters, θ_a: what a softmax of a table, or of a row of one, has.

>>> from derive.symbolic import from_latex, to_latex
>>> expr = from_latex(r"\log\sum_be^{\theta_b}")
>>> (theta,) = expr.free_symbols
>>> asked, found = by_entry(expr, theta)
>>> to_latex(asked)
'\\frac{\\partial}{\\partial \\theta_{c}}\\left(\\log\\left(\\sum_{b}\\exp\\left(\\theta_{b}\\right)\\right)\\right)'
>>> to_latex(found)
'\\frac{\\exp\\left(\\theta_{c}\\right)}{\\sum_{b}\\exp\\left(\\theta_{b}\\right)}'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.core.types import vector
from derive.symbolic.averages import SumOver
from derive.symbolic.base import Binder, Info, Unsupported
from derive.symbolic.crossing import OtherOp
from derive.symbolic.field import Call, Indicator
from derive.symbolic.lettering import Letter, real
from derive.symbolic.tensors import Component

#: Letters for the entry, in the order in which one that is free is looked for.
PLACES = "cbijkmn"


def by_entry(expr: Any, x: Letter) -> tuple[Any, Any]:
    """The derivative of an expression by any one entry of a table, as it is asked for and carried out; the table is a function of its places.

    Raises: Unsupported where it is no function of one element of a set.
    """
    places = x.kind.args[0]
    if len(x.kind.args) != 2 or places.name != "Elem":
        raise Unsupported(f"{x} is a function here, and no table of parameters: nothing says by which of its values")
    table = Letter(x.name, vector(places.args[0])).fresh(expr.free_symbols)
    entries = {c: Component(table, c.terms[1]) for c in expr.atoms(Call) if c.terms[0] == x and not c.info}
    body = expr.xreplace(entries)
    if x in body.free_symbols:
        raise Unsupported(f"{x} is more than a table of parameters in {expr}")
    taken = {str(v) for v in expr.free_symbols.union(*(b.bound_symbols for b in expr.atoms(Binder)))}
    place = next((Letter(name, places) for name in PLACES if name not in taken), Letter("c", places).fresh(expr.free_symbols))
    step = real("epsilon").fresh(expr.free_symbols)
    moved = body.xreplace({c: c + step * Indicator(sp.Eq(c.args[1], place)) for c in body.atoms(Component) if c.args[0] == table})
    made = picked(sp.diff(moved, step).subs(step, 0), place)
    ways = (made, sp.expand(made), body * sp.expand(made / body))
    return OtherOp(body, table, place, Info("partial")), min(ways, key=sp.count_ops)


def picked(made: Any, place: Letter) -> Any:
    """Sums over all places without those that are not the one: of what is there only at the place, its value there stays."""

    def at_place(total: SumOver) -> Any:
        (letter,) = total.letters
        here = Indicator(sp.Eq(letter, place))
        terms = sp.Add.make_args(sp.expand(total.body))
        alone = [t for t in terms if here in sp.Mul.make_args(t)]
        if not alone:
            return total
        rest = [t for t in terms if t not in alone]
        return sp.Add(*((t / here).subs(letter, place) for t in alone)) + (SumOver(sp.Add(*rest), letter) if rest else 0)

    return made.replace(lambda t: isinstance(t, SumOver) and not t.bounds and not t.where, at_place)


__all__ = ["by_entry"]
