r"""Taylor expansions of any dimension: each coefficient by repeated ``diff`` along a line, the order of what is left out decided.

>>> from derive.symbolic import from_latex
>>> taylor(from_latex(r"e^x"), "x", 0, order=2).latex
'1+x+\\frac{x^{2}}{2}+O(x^{3})'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from derive.core.terms import CoreClaim
from derive.rules.formulas import decide
from derive.symbolic.averages import SumOver
from derive.symbolic.base import Field, Gradient, Hessian, Slope, Unsupported
from derive.symbolic.calculus.lines import (
    SECONDS,
    Calculated,
    derivatives,
    direction,
    fixed,
    is_vector,
    on_line,
    same,
    symbol_of,
    written,
)
from derive.symbolic.calculus.small_worlds import Evaluator, SmallWorld
from derive.symbolic.crossing import Bridge
from derive.symbolic.equations import Disproved
from derive.symbolic.field import Clip
from derive.symbolic.lettering import Letter, plain_name, real
from derive.symbolic.tensors import Product, Transpose, shape


@dataclass(frozen=True)
class Example:
    """An expansion in numbers: each of its terms, what they come to, the value that they are for, and what half the step leaves."""

    terms: tuple[float, ...]
    value: float
    halved: float

    @property
    def sum(self) -> float:
        return sum(self.terms)

    @property
    def error(self) -> float:
        """What the terms miss."""
        return self.value - self.sum

    def rows(self) -> list[tuple[str, float]]:
        """What to show, with its name."""
        named = [(f"order {k}", x) for k, x in enumerate(self.terms)]
        return [
            *named,
            ("their sum", self.sum),
            ("the value", self.value),
            ("the error", self.error),
            ("for half the step", self.halved),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{name:<18}{x: .8f}" for name, x in self.rows())


@dataclass(frozen=True)
class Expansion(Calculated):
    """A Taylor expansion: its terms from the value on, the step Δ, and the order of what is left out."""

    terms: tuple[Any, ...] = ()
    step: Any = None
    order: int = 0
    x: Any = None
    about: Any = None
    shifted: Any = None

    def example(self, world: SmallWorld | None = None, size: float = 0.1) -> Example:
        """The expansion worked out in a small world, with a step of a size: every term, and the error.

        >>> from derive.symbolic import from_latex
        >>> print(taylor(from_latex("e^x"), "x", 0, order=2).example())
        order 0            1.00000000
        order 1            0.10000000
        order 2            0.00500000
        their sum          1.10500000
        the value          1.10517092
        the error          0.00017092
        for half the step  0.00002110

        Raises: Unsupported.
        """
        evaluator = Evaluator(world or SmallWorld())
        way = evaluator.world.free(self.step) if is_vector(self.x) else 1.0

        def at(h: float) -> tuple[tuple[float, ...], float]:
            env = {self.step: h * way}
            return tuple(float(evaluator.number(t, env)) for t in self.terms), float(evaluator.number(self.shifted, env))

        terms, value = at(size)
        half, nearer = at(size / 2)
        return Example(terms, value, nearer - sum(half))


def taylor(expr: Any, theta: Any, about: Any, order: int = 2, given: Iterable[Any] = ()) -> Expansion:
    """The expansion of an expression about a point, to an order; each coefficient by repeated ``diff``, the remainder's order decided.

    A coefficient that the judge finds to vanish is left out; a second-order term takes the form of Fisher's where that is the same.

    Raises: Unsupported, Disproved.
    """
    x = symbol_of(expr, theta)
    about = point(expr, x, about)
    if about == x or about.is_Relational:
        raise Unsupported(f"{about} is no point to expand about: a number, or another letter")
    expr = expr.xreplace({s: s.doit() for s in expr.atoms(SumOver) if len(s.bounds) == 2 and all(b.is_Integer for b in s.bounds)})
    if is_vector(x) and about != 0 and shape(about) != "vector":
        raise Unsupported(f"{about} is no point for {x}, which is a vector")
    step: Any = (
        direction(x, expr, about) if is_vector(x) else real("h").fresh(expr.free_symbols | getattr(about, "free_symbols", set()))
    )
    moving, held = fixed(expr, x)
    steps = []
    terms = []
    if (corner := next(corners(moving, x, about, step, order), None)) is not None:
        raise Unsupported(f"{expr} has no expansion about {about}: {corner} has a corner there")
    for k, made in enumerate(derivatives(moving, x, about, step, order)):
        found, why = settled(
            sp.expand(made) if made.has(Slope) else sp.simplify(made) if not made.has(Field) else made, tuple(given)
        )
        if found.has(sp.zoo, sp.nan, sp.oo, sp.DiracDelta):
            raise Unsupported(f"{expr} has no expansion about {about}: its derivative of order {k} has no value there")
        terms.append(held(found) / sp.factorial(k))
        steps.append((f"order {k}", why))
    bridge = Bridge()
    shifted = held(moving.subs(x, about + step))
    left = bridge.to_core(shifted)
    polynomial = sp.Add(*terms)
    claim = CoreClaim(left, "~", bridge.to_core(polynomial), bridge.under(given, expr), order + 1, (bridge.variable(step),))
    status = decide(claim, 2 * SECONDS).status
    if status == "refuted":
        raise Disproved(f"the expansion that was calculated is wrong: {polynomial}")
    return Expansion(
        polynomial,
        expansion_latex(terms, x, about, step, order),
        claim,
        status,
        tuple(steps),
        bridge.names,
        terms=tuple(terms),
        step=step,
        order=order,
        x=x,
        about=about,
        shifted=shifted,
    )


def corners(expr: Any, x: sp.Symbol, about: Any, step: Any, order: int) -> Iterator[Any]:
    """What has a corner at a point: sizes of what is nothing there, extremes of what is equal there, numbers clipped at a bound; not where what
    is equal there is so beside it as well."""
    for t in expr.atoms(sp.Abs, sp.sign, sp.Min, sp.Max, Clip):
        gaps = [a - b for a, b in combinations(t.args, 2)] if isinstance(t, sp.Min | sp.Max | Clip) else t.args
        closed = [gap for gap in gaps if gap.subs(x, about).equals(0)] if x in t.free_symbols else []
        if any(isinstance(t, sp.sign) or not all(d.equals(0) for d in derivatives(g, x, about, step, order)) for g in closed):
            yield t


def point(expr: Any, x: sp.Symbol, about: Any) -> Any:
    """The point to expand about: a number, an expression, or a letter by its name."""
    if not isinstance(about, str):
        return sp.sympify(about)  # a Fraction too
    try:
        return sp.Rational(about)
    except (TypeError, ValueError):
        pass
    if set(about) & set("<>="):
        raise Unsupported(f"{about} is no point to expand about: a number, or another letter")
    try:
        return symbol_of(expr, about)
    except Unsupported:
        return Letter(plain_name(about), x.kind) if isinstance(x, Letter) else sp.Symbol(about)


def settled(made: Any, given: tuple[Any, ...]) -> tuple[Any, str]:
    """A coefficient as short as the judge lets it be, and why."""
    if made == 0 or not made.has(Field):
        return made, "calculated"
    candidates = [(sp.S.Zero, "it vanishes")]
    if made.has(Slope):
        candidates.append(
            (
                fisher(made),
                "Fisher's information: the second derivative of the logarithm averages to minus the square of the first",
            )
        )
    for other, why in candidates:
        if other != made and other is not None and same(made, other, given):
            return other, why
    if not isinstance(made, sp.Add):
        return made, "calculated"
    parts = [settled(a, given) for a in made.args]
    whys = dict.fromkeys(why for _, why in parts if why != "calculated")
    return sp.Add(*(part for part, _ in parts)), "; a part of it: ".join(("calculated", *whys))


def fisher(made: Any) -> Any:
    """The same with −(Dlog p)² in place of D²log p."""
    table = {
        t: -(Slope(t.body, t.args[1], type(t.args[2])(1)) ** 2)
        for t in made.atoms(Slope)
        if t.times == 2 and isinstance(t.body, sp.log)
    }
    return sp.expand(made.xreplace(table)) if table else None


def pieces_latex(made: Expansion) -> list[str]:
    """The terms of an expansion, each as people write it: gradients and Hessians at the point, the step as θ − θ_old."""
    return spelled(list(made.terms), made.x, made.about, made.step)[0]


def spelled(terms: list[Any], x: sp.Symbol, about: Any, step: Any) -> tuple[list[str], str]:
    """Terms as LaTeX, and the step."""
    bridge = Bridge()
    shown = [in_gradients(t, step, about) if is_vector(x) and isinstance(about, sp.Symbol) else t for t in terms]
    for t in shown:
        bridge.to_core(t)
    name, point = (written(bridge.to_core(v), bridge.names) for v in (x, about))
    between = (
        f"({name}-{point})"
        if isinstance(about, sp.Symbol) or about.is_nonnegative and about.is_number
        else rf"({name}-\left({point}\right))"
    )
    if about.is_number and about.is_negative:
        between = f"({name}+{written(bridge.to_core(-about), bridge.names)})"
    between = name if about == 0 else between
    bridge.names[bridge.variable(step).number] = between
    return [written(bridge.to_core(t), bridge.names) for t in shown], between


def expansion_latex(terms: list[Any], x: sp.Symbol, about: Any, step: Any, order: int) -> str:
    """The expansion with the order of what is left out."""
    pieces, between = spelled(terms, x, about, step)
    parts = [p for p in pieces if p != "0"] or ["0"]
    size = rf"\left\|{between.removeprefix('(').removesuffix(')')}\right\|" if is_vector(x) else between
    return "+".join(parts).replace("+-", "-") + f"+O({size}^{{{order + 1}}})"


def in_gradients(made: Any, step: Letter, about: sp.Symbol) -> Any:
    """Slopes along Δ at the point as Δᵀ∇ and Δᵀ∇²Δ there."""
    table = {}
    for t in made.atoms(Slope):
        whole = on_line(t, step)
        if whole is not None and t.times == 1:
            table[t] = Product(Transpose(Gradient(whole, about)), step)
        elif whole is not None and t.times == 2:
            table[t] = Product(Transpose(step), Hessian(whole, about), step)
    return made.xreplace(table)


__all__ = ["Expansion", "pieces_latex", "taylor"]
