r"""A term with sums, averages and derivatives taken apart: of each term of a sum by itself, what does not move in front.

>>> from derive.rules.formulas import expression
>>> f = expression(r"\frac{d}{dx}(x^3+cx)")
>>> f.to(apart(f.term)).latex
'\\frac{d}{dx}\\left(x^{3}\\right)+c'
"""

from __future__ import annotations

from collections.abc import Callable

from derive.core.terms import ONE, ZERO, Bind, Core, Op, Var, below, free_variables, op, rebuild
from derive.rules.matching.keys import DERIVATIVES, SCALAR, kind
from derive.rules.matching.matched import hangs_on_chance

#: Binders that are linear, and out of which what does not move with their letter comes.
SUMS, MEANS = ("sum", "expect"), ("mean", "episode", "all_paths")


def apart(t: Core) -> Core:
    """The term taken apart, from the inside out."""
    t = rebuild(t, apart)
    if isinstance(t, Op) and t.name in ("gradient", "derivative") and len(t.args) == 2 and isinstance(t.args[1], Var):
        return derived(t, t.args[0])
    if isinstance(t, Bind) and t.name in SUMS + MEANS:
        return summed(t, t.body)
    return t


def gathered(t: Core) -> Core:
    """The term with each bar that evaluates it at a point as far out as it goes: around a whole sum, a whole product."""
    t = rebuild(t, gathered)
    bars = [x for x in below(t) if isinstance(x, Op) and x.name == "at"]
    if not bars or isinstance(t, Op) and t.name in ("at", *DERIVATIVES):
        return t
    _, v, point = bars[0].args
    if isinstance(t, Bind):
        if not {x.number for x in free_variables(point)} & {x.number for x in t.vars} and not any(
            v in free_variables(x) for x in (*t.args, *t.where)
        ):
            return op("at", Bind(t.name, t.vars, bars[0].args[0], t.args, t.where, t.info), v, point) if t.body == bars[0] else t
        return t
    assert isinstance(t, Op)
    args = [x.args[0] if isinstance(x, Op) and x.name == "at" and x.args[1:] == (v, point) else x for x in t.args]
    still = all(v not in free_variables(x) for x, y in zip(t.args, args, strict=True) if x is y)
    return op("at", Op(t.name, tuple(args), t.info), v, point) if still else t


def derived(t: Op, body: Core) -> Core:
    """∇ of a body."""
    v = t.args[1]
    if v not in free_variables(body):
        return ZERO
    if body == v and isinstance(v, Var) and v.type.name == "Real":
        return ONE
    made = pieces(body, lambda x: v not in free_variables(x), lambda x: derived(t, x))
    if made is not None:
        return made
    if isinstance(body, Bind) and body.name in SUMS and not any(v in free_variables(x) for x in (*body.args, *body.where)):
        return Bind(body.name, body.vars, derived(t, body.body), body.args, body.where, body.info)
    return Op(t.name, (body, v), t.info)


def summed(t: Bind, body: Core) -> Core:
    """A sum or an average of a body."""

    def still(x: Core) -> bool:
        return (
            not hangs_on_chance(x) if t.name in MEANS else not {v.number for v in free_variables(x)} & {v.number for v in t.vars}
        )

    if body == ZERO:
        return ZERO
    if t.name == "expect" and still(body):
        return body
    made = pieces(body, still, lambda x: summed(t, x))
    return made if made is not None else Bind(t.name, t.vars, body, t.args, t.where, t.info)


def pieces(body: Core, still: Callable[[Core], bool], go: Callable[[Core], Core]) -> Core | None:
    """What a linear operation makes of a sum, a sign, a product or quotient with a constant; None where it stops."""
    if not isinstance(body, Op):
        return None
    if body.name == "add":
        terms = [x for x in (go(a) for a in body.args) if x != ZERO]
        return op("add", *terms) if len(terms) > 1 else terms[0] if terms else ZERO
    if body.name == "neg":
        return op("neg", go(body.args[0]))
    if body.name == "mul":
        front = [a for a in body.args if still(a) and kind(a) == SCALAR]
        rest = [a for a in body.args if not (still(a) and kind(a) == SCALAR)]
        if front and rest:
            inner = go(rest[0] if len(rest) == 1 else op("mul", *rest))
            return (
                ZERO
                if inner == ZERO
                else op("mul", *front, inner)
                if inner != ONE
                else front[0]
                if len(front) == 1
                else op("mul", *front)
            )
    if body.name == "div" and still(body.args[1]):
        if still(body.args[0]):
            return None
        return op("div", go(body.args[0]), body.args[1])
    return None


def spellings(t: Core) -> tuple[Core, ...]:
    """A term as it stands, taken apart, multiplied out before that, and with its bars gathered: what a rule may look at."""
    together = gathered(t)
    return tuple(dict.fromkeys((t, apart(t), together, apart(together), apart(multiplied_out(t)))))


def multiplied_out(t: Core) -> Core:
    """The term with the products in what is summed, averaged or differentiated multiplied out."""
    t = rebuild(t, multiplied_out)
    if isinstance(t, Bind) and t.name in SUMS + MEANS:
        return Bind(t.name, t.vars, spread(t.body), t.args, t.where, t.info)
    if isinstance(t, Op) and t.name == "gradient":
        return op(t.name, spread(t.args[0]), *t.args[1:])
    return t


def spread(t: Core) -> Core:
    """A product with sums among its factors as a sum of products."""
    if isinstance(t, Op) and t.name in ("add", "neg"):
        return Op(t.name, tuple(map(spread, t.args)), t.info)
    if not (isinstance(t, Op) and t.name == "mul"):
        return t
    args = tuple(map(spread, t.args))
    for i, a in enumerate(args):
        if isinstance(a, Op) and a.name == "add":
            return spread(op("add", *(op("mul", *args[:i], x, *args[i + 1 :]) for x in a.args)))
        if isinstance(a, Op) and a.name == "neg":
            return op("neg", spread(op("mul", *args[:i], *a.args, *args[i + 1 :])))
    return op("mul", *args)
