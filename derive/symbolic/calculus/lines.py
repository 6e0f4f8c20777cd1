r"""Calculus of any dimension: a parameter is a point on a line θ + εΔ, so that every derivative is one by a number.

>>> from derive.symbolic import from_latex
>>> ratio = from_latex(r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}", parameters=[r"\theta", r"\theta_{old}"])
>>> made = gradient(ratio, "theta")
>>> made.status, made.latex
('proved', '\\frac{\\pi_{\\theta}(a|s)\\nabla_{\\theta} \\log\\left(\\pi_{\\theta}(a|s)\\right)}{\\pi_{\\theta_{old}}(a|s)}')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from derive.core.terms import Core, CoreClaim, op
from derive.core.types import ACTION, REAL
from derive.elaborate.write import Unwritable, write
from derive.rules.formulas import decide, sequences
from derive.symbolic.averages import EpisodeMean, Expectation, Objective, OverPaths, SumOver
from derive.symbolic.base import Binder, Gradient, Hessian, Slope, StopGradient, Unsupported
from derive.symbolic.calculus.entries import by_entry
from derive.symbolic.crossing import Bridge
from derive.symbolic.equations import Disproved
from derive.symbolic.field import (
    ActionAt,
    ActionValue,
    Call,
    Discount,
    Indicator,
    Largest,
    Mass,
    Probability,
    Smallest,
    Smooth,
    StateAt,
    Value,
)
from derive.symbolic.lettering import Letter, index, mapping, parameter, real
from derive.symbolic.tensors import Product, Transpose
from derive.verify.verdicts import HOLDS

#: Seconds that the judge has for a claim.
SECONDS = 10.0


@dataclass(frozen=True)
class Calculated:
    """What was calculated: the expression, in LaTeX, the claim that it is right, the judge's verdict on that, and what it rests on."""

    expr: Any
    latex: str
    claim: CoreClaim
    status: str
    steps: tuple[tuple[str, str], ...] = ()
    names: dict[int, str] = field(default_factory=dict, repr=False)
    conditions: tuple[str, ...] = ()
    start: str = ""  # what was differentiated, where it is not the expression by the letter: by one entry of it

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def symbol_of(expr: Any, name: Any) -> sp.Symbol:
    """The free letter of an expression that is called so, whatever SymPy assumes of one of that name.

    Raises: Unsupported where there is none.
    """
    if isinstance(name, sp.Symbol) and name in expr.free_symbols:
        return name
    bare = str(name).replace("\\", "").replace("{", "").replace("}", "")
    found = [x for x in expr.free_symbols if str(x.name).replace("\\", "").replace("{", "").replace("}", "") == bare]
    if len(found) != 1:
        raise Unsupported(f"{name} does not occur in {expr}" if not found else f"{name} is the name of two things")
    return found[0]


def is_vector(x: sp.Symbol) -> bool:
    return isinstance(x, Letter) and x.kind.name == "Vector"


def direction(x: Letter, *others: Any) -> Letter:
    """A letter for the direction Δ in which a vector moves, that nothing else has."""
    taken = set().union(*(getattr(e, "free_symbols", set()) for e in others))
    return Letter("Delta", x.kind).fresh(taken)


def derivatives(expr: Any, x: sp.Symbol, about: Any, step: Any, order: int) -> list[Any]:
    """The derivatives along the line about + εΔ at ε = 0, from the value on."""
    epsilon = real("epsilon").fresh({*expr.free_symbols, *getattr(about, "free_symbols", ())})
    current = with_pieces(expr.doit() if expr.has(sp.Derivative) else expr).subs(x, about + epsilon * step)
    out = []
    for k in range(order + 1):
        out.append(as_plain(current.subs(epsilon, 0)))
        if k < order:
            current = sp.diff(current, epsilon)
    return out


# --- linear and quadratic forms --------------------------------------------------------------------


def termwise(read: Callable[[Any], Any], made: Any, step: Letter) -> Any:
    """A form read off term by term, inside of sums and means whose ranges and laws do not hang on the direction; None for anything else."""
    if made == 0:
        return sp.S.Zero
    if isinstance(made, sp.Add):
        return sp.Add(*map(read, made.args))
    if isinstance(made, SumOver | Expectation | EpisodeMean | OverPaths) and not made.outside(step):
        safe = made.renamed({step})
        return safe.rebuilt(read(sp.expand(safe.body)), safe.letters, safe.bounds, safe.where)
    return None


def linear_form(made: Any, step: Letter, x: sp.Symbol) -> Any:
    """The vector g of gᵀΔ: what is linear in a direction, read off.

    Raises: Unsupported where it is not linear.
    """
    split = termwise(lambda part: linear_form(part, step, x), made, step)
    if split is not None:
        return split
    if isinstance(made, sp.Mul):
        moving = [a for a in made.args if step in a.free_symbols]
        if len(moving) == 1:
            return sp.Mul(*(a for a in made.args if a is not moving[0])) * linear_form(moving[0], step, x)
    if isinstance(made, Slope) and made.times == 1 and (whole := on_line(made, step)) is not None:
        return Gradient(whole, x)
    if isinstance(made, Product):
        parts = made.args
        if parts[-1] == step and not any(step in p.free_symbols for p in parts[:-1]):
            return Transpose(Product(*parts[:-1]))
        if parts[0] == Transpose(step) and not any(step in p.free_symbols for p in parts[1:]):
            return Product(*parts[1:])
    raise Unsupported(f"{made} is not linear in {step}")


def on_line(made: Slope, step: Letter) -> Any:
    """f(θ) of a slope of f(θ + uΔ) at u = 0; None where it is along no such line."""
    (u,), (point,) = made.letters, made.bounds
    if point != 0:
        return None
    off = made.body.subs(u, 0)
    return off if step not in off.free_symbols else None


def quadratic_form(made: Any, step: Letter, x: sp.Symbol) -> Any:
    """The matrix H of ΔᵀHΔ.

    Raises: Unsupported where it is not quadratic.
    """
    split = termwise(lambda part: quadratic_form(part, step, x), made, step)
    if split is not None:
        return split
    if isinstance(made, Slope) and made.times == 2 and (whole := on_line(made, step)) is not None:
        return Hessian(whole, x)
    factors = [
        b for a in sp.Mul.make_args(made) for b in ([a.base] * int(a.exp) if isinstance(a, sp.Pow) and a.exp == 2 else [a])
    ]
    moving = [a for a in factors if step in a.free_symbols]
    front = sp.Mul(*(a for a in factors if step not in a.free_symbols))
    if len(moving) == 1 and front != 1:
        return front * quadratic_form(moving[0], step, x)
    if len(moving) == 2:
        g, h = (linear_form(a, step, x) for a in moving)
        both = Product(g, Transpose(h)) if g == h else (Product(g, Transpose(h)) + Product(h, Transpose(g))) / 2
        return front * both
    if len(moving) == 1 and isinstance(made, Product) and made.args[-1] == step and made.args[0] == Transpose(step):
        inner = Product(*made.args[1:-1])
        return (inner + Transpose(inner)) / 2
    raise Unsupported(f"{made} is not quadratic in {step}")


def with_pieces(expr: Any) -> Any:
    """An expression whose extremes have slopes in pieces, also where several are tied all along."""
    return expr.replace(sp.Max, Largest).replace(sp.Min, Smallest)


def as_plain(made: Any) -> Any:
    """The same with extremes as SymPy has them."""
    return made.replace(Largest, sp.Max).replace(Smallest, sp.Min)


def by_number(expr: Any, x: sp.Symbol, order: int = 1) -> Any:
    """The derivative by a letter for a number."""
    return as_plain(sp.diff(with_pieces(expr), x, order))


def without_empty(made: Any, given: tuple[Any, ...]) -> Any:
    """A sum without the terms whose conditions nothing meets, by the judge."""
    pieced = [t for t in sp.Add.make_args(made) if len([f for f in sp.Mul.make_args(t) if isinstance(f, Indicator)]) > 1]
    return made - sp.Add(*(t for t in pieced if same(t, sp.S.Zero, given)))


def without_scores(made: Any, x: sp.Symbol) -> Any:
    """Sums and expectations without the terms that a score averages to nothing in: Σ p ∇log p = 0, times what the letter of the sum is not in."""
    table = {}
    for total in made.atoms(SumOver, Expectation):
        if total.where or isinstance(total, SumOver) and total.bounds:
            continue
        (letter,) = total.letters
        terms = sp.Add.make_args(sp.expand(total.body))
        left = [t for t in terms if not is_score(total, t, letter, x)]
        if len(left) < len(terms):
            table[total] = total.rebuilt(sp.Add(*left), total.letters, total.bounds, ()) if left else sp.S.Zero
    return made.xreplace(table)


def is_score(total: Any, term: Any, letter: sp.Symbol, x: sp.Symbol) -> bool:
    """Whether what moves with the letter of a sum is a probability of it times its score; under an expectation, the score alone."""
    inner = {f for f in sp.Mul.make_args(term) if letter in f.free_symbols}
    if isinstance(total, Expectation):
        return inner == {Gradient(sp.log(total.weight), x)}
    masses = [p for p in inner if isinstance(p, Probability | Mass) and p.args[1] == letter]
    return any(
        inner == {p, Gradient(sp.log(p), x)} and not any(letter in q.free_symbols for q in (p.args[0], *p.args[2:]))
        for p in masses
    )


def same(one: Any, other: Any, given: tuple[Any, ...]) -> bool:
    """Whether the judge finds two expressions equal."""
    bridge = Bridge()
    claim = CoreClaim(bridge.to_core(one), "=", bridge.to_core(other), bridge.under(given, one, other))
    return decide(claim, SECONDS).status in HOLDS


def is_positive(expr: Any) -> bool:
    """Whether an expression is positive by what it is made of: powers of e, probabilities, their sums over sets, products and quotients."""
    if expr.is_positive or isinstance(expr, sp.exp):
        return True
    if isinstance(expr, sp.Add | sp.Mul):
        return all(map(is_positive, expr.args))
    if isinstance(expr, SumOver | Expectation):
        return not expr.where and (isinstance(expr, Expectation) or not expr.bounds) and is_positive(expr.body)
    return isinstance(expr, sp.Pow) and is_positive(expr.base)


def holds(expr: Any, sign: str, given: tuple[Any, ...]) -> bool:
    """Whether the judge finds an expression in a relation to 0."""
    bridge = Bridge()
    return decide(CoreClaim(bridge.to_core(expr), sign, bridge.to_core(0), bridge.under(given, expr))).status in HOLDS


def fixed(expr: Any, x: sp.Symbol) -> tuple[Any, Callable[[Any], Any]]:
    """An expression in which what is held fixed is a letter that moves with nothing, or a function of the bound letters in it; and the way back."""
    bound = set().union(*(b.bound_symbols for b in expr.atoms(Binder)))
    held: dict[Any, Any] = {}
    known: dict[Any, tuple[Any, list[Any]]] = {}
    for a in sorted(expr.atoms(StopGradient), key=str):
        inside = sorted(a.free_symbols & bound, key=str)
        name = parameter("held") if a.args[0] == x else mapping("held", *(getattr(v, "kind", REAL) for v in inside))
        name = (name if inside or a.args[0] == x else real("held")).fresh({*expr.free_symbols, *known})
        held[a], known[name] = Call(name, *inside) if inside else name, (a, inside)

    def back(made: Any) -> Any:
        made = made.xreplace({name: a for name, (a, inside) in known.items() if not inside})
        own = {c: known[c.args[0]] for c in made.atoms(Call) if c.args[0] in known}
        return made.xreplace({c: a.xreplace(dict(zip(inside, c.terms[1:], strict=True))) for c, (a, inside) in own.items()})

    return expr.xreplace(held), back


def only_in_calls(expr: Any, x: sp.Symbol) -> bool:
    """Whether a letter is an argument of unknown functions, undifferentiated, and nothing else."""
    calls = [c for c in expr.atoms(Call) if x in c.terms[1:] and not c.info]
    return bool(calls) and x not in expr.xreplace(dict.fromkeys(calls, sp.S.One)).free_symbols


def taken_as_fixed(expr: Any, x: sp.Symbol) -> list[Any]:
    """Values of a policy that are taken at a letter as it is now, and do not move with it."""
    still = [a for a in expr.atoms(StopGradient) if a.args[0] == x]
    return sorted((v for v in expr.atoms(Smooth) if any(v.has(a) for a in still)), key=str)


# --- gradients -------------------------------------------------------------------------------------


def gradient(expr: Any, theta: Any, given: Iterable[Any] = ()) -> Calculated:
    """∇ of an expression by a letter, number or vector; sums and expectations are gone into, and the judge decides.

    Raises: Unsupported where it does not move with the letter or cannot be differentiated; Disproved where the judge refutes it.
    """
    x = symbol_of(expr, theta)
    if isinstance(x, Letter) and x.kind.name == "Function":
        return of_table(expr, x, tuple(given))
    moving, held = fixed(expr, x)
    if not is_vector(x):
        made = without_empty(sp.powsimp(by_number(moving, x), deep=True), tuple(given))
    else:
        step = direction(x, moving)
        first = without_empty(sp.expand_mul(derivatives(moving, x, x, step, 1)[1]), tuple(given))
        made = without_scores(linear_form(first, step, x), x)
    return verified("gradient", expr, x, held(made), tuple(given))


def of_table(expr: Any, x: Letter, given: tuple[Any, ...]) -> Calculated:
    """The derivative by any one entry of a table of parameters."""
    asked, made = by_entry(expr, x)
    bridge = Bridge()
    claim = CoreClaim(bridge.to_core(asked), "=", bridge.to_core(made), bridge.under(given, expr))
    status = decide(claim, SECONDS).status
    if status == "refuted":
        raise Disproved(f"the derivative by an entry that was calculated is wrong: {made}")
    start, latex = (written(side, bridge.names) for side in (claim.lhs, claim.rhs))
    return Calculated(made, latex, claim, status, names=bridge.names, start=start)


def hessian(expr: Any, theta: Any, given: Iterable[Any] = ()) -> Calculated:
    """∇² of an expression by a vector of parameters, or the second derivative by a number."""
    x = symbol_of(expr, theta)
    if not is_vector(x):
        made = by_number(expr, x, 2)
    else:
        step = direction(x, expr)
        made = quadratic_form(sp.expand(derivatives(expr, x, x, step, 2)[2]), step, x)
    return verified("hessian", expr, x, made, tuple(given))


def log_derivative(expr: Any, theta: Any, given: Iterable[Any] = ()) -> Calculated:
    r"""∇f = f ∇log f: the gradient as the expression times its score, on the condition that it is positive where nothing says so.

    >>> from derive.symbolic import from_latex
    >>> log_derivative(from_latex(r"V^{\pi_\theta}(s)", parameters=["theta"]), "theta").conditions
    ('V^{\\pi_{\\theta}}(s)>0',)
    """
    x = symbol_of(expr, theta)
    score = Gradient(sp.log(expr), x) if is_vector(x) else by_number(expr, x) / expr
    made = verified("gradient", expr, x, expr * score, tuple(given))
    if is_positive(expr) or holds(expr, ">", tuple(given)):
        return made
    if holds(expr, "<=", tuple(given)):
        raise Unsupported(f"{expr} is nowhere positive: it has no logarithm")
    return replace(made, conditions=(f"{latex_of(expr)}>0",))


def policy_gradient(whole: Any, theta: Any, sampled: bool = False) -> Calculated:
    r"""The gradient of a value by the policy gradient theorem: Σ_k γ^k E[Σ_a Q ∇π | s_t = s], or with the score of the action taken.

    The shorthand E_π[G_t ∇log π] stands for this: the sum over all times from t on, each with its weight γ^k.  Of an objective, a mean of
    values over the first state, the gradient of the value goes into the mean.

    Raises: Unsupported where no value, or more than one, is spoken of; Disproved where that is not the gradient.
    """
    x = symbol_of(whole, theta)
    start = whole.xreplace({j: j.written_out() for j in whole.atoms(Objective)})
    values = start.atoms(Value)
    if len(values) != 1:
        raise Unsupported(f"{whole} is no value of one policy, and no mean of its values")
    (value,) = values
    policy, s = value.args
    t, k = index("t").fresh(value.free_symbols), index("k").fresh(value.free_symbols)
    a = Letter("a", ACTION).fresh(value.free_symbols)
    here = StateAt(t + k)
    starts = sp.Eq(StateAt(t), s, evaluate=False)
    if sampled:
        taken = ActionAt(t + k)
        inside = Discount() ** k * ActionValue(policy, here, taken) * Gradient(sp.log(Probability(policy, taken, here)), x)
        made = EpisodeMean(SumOver(inside, (k, 0, sp.oo)), (policy,), starts)
    else:
        inside = SumOver(ActionValue(policy, here, a) * Gradient(Probability(policy, a, here), x), a)
        made = SumOver(Discount() ** k * EpisodeMean(inside, (policy,), starts), (k, 0, sp.oo))
    return verified("gradient", start, x, start.xreplace({value: made}), ())


def verified(what: str, expr: Any, x: sp.Symbol, made: Any, given: tuple[Any, ...]) -> Calculated:
    """A derivative with the judge's verdict."""
    bridge = Bridge()
    body, letter = bridge.to_core(expr), bridge.to_core(x)
    left = op("gradient", body, letter)
    if what == "hessian":
        left = op("gradient", left, letter)
    claim = CoreClaim(left, "=", bridge.to_core(made), bridge.under(given, expr))
    status = decide(claim, SECONDS).status
    if status == "refuted":
        raise Disproved(f"the {what} that was calculated is wrong: {made}")
    return Calculated(made, written(claim.rhs, bridge.names), claim, status, names=bridge.names)


def written(term: Core, names: dict[int, str]) -> str:
    try:
        return write(term, names, indexed=sequences(term))
    except Unwritable:
        return str(term)


def latex_of(expr: Any) -> str:
    bridge = Bridge()
    return written(bridge.to_core(expr), bridge.names)


__all__ = ["Calculated", "derivatives", "gradient", "hessian", "is_vector", "log_derivative", "symbol_of", "written"]
