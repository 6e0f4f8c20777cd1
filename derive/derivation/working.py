"""What SymPy makes of a formula: differentiated, factored, expanded, put together, expanded in a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.core.terms import CoreClaim, walk
from derive.derivation.given import StepError
from derive.rules.formulas import Formula
from derive.rules.matching.keys import key
from derive.symbolic.base import Gradient, Hessian, Slope, Stay, Unsupported
from derive.symbolic.calculus.lines import gradient, hessian, is_vector, symbol_of
from derive.symbolic.calculus.taylor_series import taylor
from derive.symbolic.crossing import Bridge

#: What SymPy may be asked for, in words.
HOW = {
    "diff": "Differentiated.",
    "series": "Expanded about a point.",
    "factor": "Factored.",
    "expand": "Multiplied out.",
    "together": "Over a common denominator.",
    "cancel": "Cancelled.",
    "apart": "In partial fractions.",
    "collect": "Collected.",
    "simplify": "Simplified.",
}
PLAIN: dict[str, Callable[..., Any]] = {
    "factor": sp.factor, "expand": sp.expand, "together": sp.together, "cancel": sp.cancel, "apart": sp.apart, "simplify": sp.simplify,
}  # fmt: skip


def worked(formula: Formula, how: str, arguments: tuple[Any, ...]) -> tuple[Formula, str, CoreClaim]:
    """The formula that SymPy gives, its relation to the one before, and the claim that it is right.

    Raises: StepError.
    """
    if how not in HOW:
        raise StepError(f"SymPy is not asked for {how!r}; there are {', '.join(HOW)}")
    bridge = Bridge(formula.names)
    expr = bridge.to_sympy(formula.term)
    try:
        if how == "series":
            return series(formula, bridge, expr, arguments)
        if how == "diff":
            made = carried_out(expr)
        elif how == "collect":
            made = sp.collect(sp.expand(expr), symbol_of(expr, arguments[0]))
        elif how == "apart" and arguments:
            made = sp.apart(expr, symbol_of(expr, arguments[0]))
        else:
            made = PLAIN[how](expr)
    except (NotImplementedError, sp.PolynomialError, IndexError) as why:  # Unsupported is one
        raise StepError(
            f"SymPy's {how} cannot be done here: {'it needs a letter' if isinstance(why, IndexError) else why}"
        ) from why
    if made == expr:
        raise StepError(f"SymPy's {how} changes nothing in {formula}")
    after = formula.to(bridge.to_core(made), bridge.names)
    return after, "=", formula.claim(after.term)


def agree(left: Formula, right: Formula, how: str) -> str:
    """Why SymPy does not make one formula of another; empty where it does.

    Differentiating carries out the derivatives on both sides; rearranging does what its name says and leaves nothing of their difference.
    """
    bridge = Bridge({**left.names, **right.names})
    try:
        one, other = bridge.to_sympy(left.term), bridge.to_sympy(right.term)
        if how == "diff":
            made = carried_out(one)
            if made == one:
                return f"there is nothing to differentiate in {left}"
            one, other = made, carried_out(other)
        elif why := other_work(left, right, one, bridge, how):
            return why
        left_over = sp.simplify(sp.expand_log(sp.simplify((one - other).doit())))
    except (Unsupported, sp.PolynomialError, TypeError, ValueError, AttributeError, NotImplementedError) as why:
        return f"SymPy cannot: {why}"
    return "" if left_over == 0 else f"SymPy is left with {left_over}"


def other_work(left: Formula, right: Formula, one: Any, bridge: Bridge, how: str) -> str:
    """Why a rearrangement is not what its name says; empty where it is.

    What is factored, multiplied out or put over one denominator is what SymPy makes of it, up to order; what is simplified is no longer than before.
    """
    if how == "simplify":
        before, after = (sum(1 for _ in walk(f.term)) for f in (left, right))
        if key(left.term) == key(right.term):
            return "nothing is simplified: the same stands there in another order"
        return "" if after <= before else f"nothing is simplified: {right} is longer than {left}"
    made = PLAIN[how](one)
    if key(bridge.to_core(made)) == key(right.term) != key(left.term):
        return ""
    return f"SymPy's {how} gives {left.to(bridge.to_core(made), bridge.names)}"


def series(formula: Formula, bridge: Bridge, expr: Any, arguments: tuple[Any, ...]) -> tuple[Formula, str, CoreClaim]:
    """The Taylor polynomial: in which letter, about which point, to which order."""
    if len(arguments) != 3:
        raise StepError("a series needs a letter, a point and an order")
    letter, about, order = arguments
    x = symbol_of(expr, letter)
    made = taylor(expr, x, about, order)
    step = made.step
    polynomial = made.expr if is_vector(x) else made.expr.subs(step, x - made.about)
    after = formula.to(bridge.to_core(polynomial), bridge.names)
    return after, "~", made.claim


def carried_out(expr: Any) -> Any:
    """Every derivative in an expression carried out, from the inside out."""
    if not expr.args:
        return expr
    made = expr.func(*(carried_out(a) for a in expr.args))
    if isinstance(made, Gradient):
        return gradient(made.body, made.letter).expr
    if isinstance(made, Hessian):
        return hessian(made.body, made.letter).expr
    if isinstance(made, Stay):
        return made.doit()
    if isinstance(made, Slope):
        return made.doit()
    return made


__all__ = ["HOW", "agree", "worked"]
