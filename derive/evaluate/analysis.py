"""Bodies of one real variable: limits and slopes, integrals over an interval or a line, normal means of polynomials.

Limits and integrals are numbers in balls whose radius is what two approximations differ by; they confirm and refute, and prove nothing.
Means of polynomials are exact: a body is one if the polynomial through some of its values gives others too.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log2
from typing import Any

import flint

from derive.core.terms import Bind, Core, Op
from derive.evaluate.compiler import Code, Compiler, Frame, bare
from derive.evaluate.operations import lifted, settled
from derive.evaluate.scalar_functions import sign_of
from derive.values.arith import Irrational, Redraw, Undefined
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec
from derive.worlds.world import World

#: Bits while a limit is taken, and how far out its body is looked at.
BITS, FAR = 900, (150, 220)
#: Numbers larger than this, and growing, are on their way to infinity.
HUGE = flint.arb(2) ** 20
#: Steps of the double exponential rule and how far its sum goes.
STEPS, REACH = (20, 40), 5
#: Sizes of numbers that a rule of these steps can follow.
TAME = (0.1, 10)
#: What is left out at the ends of an integral, and what two steps may differ by.
NEGLIGIBLE, AGREE = flint.arb("1e-35"), flint.arb("1e-25")
#: How many values before an end tell whether an integral has a bound.
SEEN = 12
#: The largest degree of a polynomial that is looked for.
DEGREE = 6

Body = Callable[[Any], Any]


def in_balls(world: World) -> None:
    if not world.plan.arithmetic.endswith("balls"):
        raise Irrational


def plain(x: Any) -> Any:
    """A number as a ball; what moves or has components is not read here."""
    if isinstance(x, Jet):
        if any(c != 0 for c in x.c[1:]):
            raise Redraw
        x = bare(x)
    if not isinstance(x, int | flint.fmpq | flint.arb):
        raise Redraw
    return flint.arb(x)


def at_infinity(compiler: Compiler, term: Bind) -> Code:
    """The limit of a body as its variable grows, or falls, without bound."""
    body = compiler.code(term.body)
    v, sign = term.vars[0], term.info[0]

    def run(world: World, frame: Frame) -> Any:
        in_balls(world)
        before = flint.ctx.prec
        flint.ctx.prec = BITS
        try:
            far = [sign * (flint.arb(2) ** n + odd) for n in FAR for odd in (0, 1)]
            values = [plain(body(world, {**frame, v.number: x})) for x in far]
        finally:
            flint.ctx.prec = before
        first, last = values[0], values[-1]
        if abs(first) > HUGE and abs(last) > HUGE * abs(first):
            if all(x > HUGE for x in values) or all(x < -HUGE for x in values):
                return flint.arb("inf") if last > 0 else flint.arb("-inf")
            raise Undefined("a limit that does not exist")
        gap = max((abs(x - last).upper() for x in values[:-1]), key=float)
        if not gap < AGREE * (1 + abs(last)):
            raise Undefined("a limit that was not reached")
        return flint.arb(last.mid(), (gap + last.rad()).upper())

    return run


def integral(compiler: Compiler, term: Bind) -> Code:
    """An integral by the double exponential rule; its ends must contribute nothing."""
    if has_a_primitive(term):
        return by_its_primitive(compiler, term)
    body = compiler.code(term.body)
    v = term.vars[0]
    ends = [(end_of(a), None if end_of(a) else compiler.code(a)) for a in term.args]

    def exact(world: World, frame: Frame) -> Any:
        algebra = world.algebra
        c = polynomial(world, lambda x: body(world, {**frame, v.number: x}))
        total: Any = 0
        for code, sign in ((ends[1][1], 1), (ends[0][1], -1)):
            assert code is not None
            x = code(world, frame)
            for k, a in enumerate(c):
                power = algebra.product([x] * (k + 1))
                total = algebra.add(total, algebra.mul(sign, algebra.div(algebra.mul(a, power), k + 1)))
        return total

    def run(world: World, frame: Frame) -> Any:
        if not world.plan.arithmetic.endswith("balls"):
            try:
                if all(code is not None for _, code in ends):
                    return exact(world, frame)
            except (Undefined, Redraw, ZeroDivisionError):
                pass
            raise Irrational
        if not is_tame(world):
            raise Redraw
        (low, a), (high, b) = ((sign, None if code is None else plain(code(world, frame))) for sign, code in ends)

        if low == high != 0:
            raise Undefined("an integral from one infinity to itself")
        turned = low > 0 or high < 0  # downwards: from the upper end
        if turned:
            a, b = b, a

        def weighed(t: Any) -> Any:
            x, slope = substituted(t, a, b)
            return plain(body(world, {**frame, v.number: x})) * slope

        if a is not None and b is not None and (a - b).contains(0):
            weighed(flint.arb(0))  # what has no value there has no integral
            return flint.arb(0)
        return by_steps(weighed) * (-1 if turned else 1)

    return run


def is_tame(world: World) -> bool:
    """Whether numbers are of a size that a rule of such steps can follow: what changes within less than a step, or far out, is missed."""
    moved = (*(x for _, x in world.plan.pins), *(x for _, x in world.plan.moved))
    return world.plan.arithmetic == "balls" and all(not x or TAME[0] <= abs(x) <= TAME[1] for x in moved)


def by_steps(weighed: Body) -> Any:
    """What the values of a substituted integrand add up to, as a ball in which two steps agree.

    Raises: Undefined where they do not, or where too much is left at the ends.
    """
    sums = []
    for steps in STEPS:
        points = [flint.arb(k) / steps for k in range(-REACH * steps, REACH * steps + 1)]
        values = [weighed(t) for t in points]
        if not (abs(values[0]) < NEGLIGIBLE and abs(values[-1]) < NEGLIGIBLE):
            without_bound = {grows(values[:SEEN][::-1]), grows(values[-SEEN:])} - {0}
            if len(without_bound) == 1:
                return flint.arb("inf") * without_bound.pop()
            raise Undefined("an integral that may be infinite")
        sums.append(sum(values, flint.arb(0)) / steps)
    gap = abs(sums[1] - sums[0]) + NEGLIGIBLE  # and what is left out beyond the ends
    if not gap < AGREE * (1 + abs(sums[1])):
        raise Undefined("an integral that was not reached")
    return flint.arb(sums[1].mid(), (gap + sums[1].rad()).upper())


def grows(last: list[Any]) -> int:
    """The sign of the last values before an end, where they only grow and are large: what they add up to has no bound; else 0."""
    for sign in (1, -1):
        sizes = [x * sign for x in last]
        if all(b > a > 0 for a, b in pairwise(sizes)) and sizes[-1] > 1:
            return sign
    return 0


def has_a_primitive(term: Bind) -> bool:
    """Whether an integrand is the derivative of an unknown function at the variable itself."""
    return isinstance(term.body, Op) and term.body.name == "call" and bool(term.body.info) and term.body.args[1:] == term.vars


def by_its_primitive(compiler: Compiler, term: Bind) -> Code:
    """∫ f' from a to b is f(b) − f(a)."""
    assert isinstance(term.body, Op)
    times = term.body.info[0] - 1
    ends = [compiler.code(Op("call", (term.body.args[0], a), (times,) if times else ())) for a in term.args]

    def run(world: World, frame: Frame) -> Any:
        low, high = (code(world, frame) for code in ends)
        return world.algebra.sub(high, low)

    return run


def end_of(bound: Core) -> int:
    """1 or −1 for an end at infinity, 0 for one that is a number."""
    if isinstance(bound, Op) and bound.name == "infinity":
        return 1
    return -1 if isinstance(bound, Op) and bound.name == "neg" and end_of(bound.args[0]) == 1 else 0


def substituted(t: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """x(t) and dx/dt, with x between the ends: so that the integrand vanishes doubly exponentially, if it does exponentially at infinity."""
    if a is not None and b is not None:
        # from the nearer end, so that nothing cancels there
        u, du = flint.arb.pi() / 2 * t.sinh(), flint.arb.pi() / 2 * t.cosh()
        half = (b - a) / 2
        small = (-abs(u)).exp() / u.cosh()
        x = b - half * small if u > 0 else a + half * small
        return x, half * du / u.cosh() ** 2
    if a is None and b is None:
        return t.sinh(), t.cosh()
    x = (t - (-t).exp()).exp()
    slope = x * (1 + (-t).exp())
    return (a + x, slope) if b is None else (b - x, slope)


def polynomial(world: World, body: Body, largest: int = DEGREE) -> list[Any]:
    """The coefficients of a polynomial, lowest first.

    Raises: Undefined where the body is none of a small degree.
    """
    algebra = world.algebra
    nodes = [lifted(world, n) for n in range(-2, largest + 1)]
    values = [body(x) for x in nodes]
    if any(isinstance(y, Vec | Mat) for y in values):
        raise Redraw
    # Newton's divided differences
    table, newton = list(values), [values[0]]
    for k in range(1, len(nodes)):
        table = [algebra.div(algebra.sub(q, p), k) for p, q in pairwise(table)]
        newton.append(table[0])
    if not all(negligible(algebra, c) for c in newton[-2:]):
        raise Undefined("what is no polynomial of a small degree")
    out: list[Any] = [0]
    for k in range(len(newton) - 3, -1, -1):
        shifted = [0, *out]
        for i, c in enumerate(out):
            shifted[i] = algebra.sub(shifted[i], algebra.mul(c, nodes[k]))
        out = [algebra.add(shifted[0], newton[k]), *shifted[1:]]
    while len(out) > 1 and negligible(algebra, out[-1]):
        out.pop()
    return out


def negligible(algebra: Any, c: Any) -> bool:
    """Whether a coefficient is zero as far as it is known."""
    if isinstance(c, Jet):
        return all(negligible(algebra, x) for x in c.c)
    return bool(c.contains(0) and c.rad() < AGREE) if isinstance(c, flint.arb) else algebra.vanishing(c)


def normal_mean(compiler: Compiler, term: Bind) -> Code:
    """E of a body in a normal variable: of a polynomial by its moments, E[(X − μ)^{2k}] = v^k (2k − 1)!!; of another by an integral."""
    law = term.args[0]
    assert isinstance(law, Op)
    body, mu, var = compiler.code(term.body), *(compiler.code(a) for a in law.args)
    v = term.vars[0]

    def run(world: World, frame: Frame) -> Any:
        algebra = world.algebra
        m, s = mu(world, frame), var(world, frame)
        unit = unit_of(s)  # in balls a polynomial is known by values that lie as far apart as those of the variable
        at = lambda x: body(world, {**frame, v.number: algebra.add(m, algebra.mul(unit, x))})  # noqa: E731
        try:
            c = polynomial(world, at, 2 * DEGREE + 2)
        except Undefined:
            if not is_tame(world) or not plain(s) > 0:
                raise
            std = plain(s).sqrt()
            return by_steps(density_times(lambda x: plain(body(world, {**frame, v.number: algebra.add(m, std * x)}))))
        total: Any = 0
        for k in range(0, len(c), 2):
            moment: Any = 1
            for odd in range(1, k, 2):
                moment = algebra.mul(algebra.mul(moment, odd), algebra.div(s, unit * unit))
            total = algebra.add(total, algebra.mul(c[k], moment))
        return total

    return run


def unit_of(var: Any) -> Any:
    """A power of two near the root of a variance in balls; 1 elsewhere."""
    base = bare(var)
    size = float(base.mid()) if isinstance(base, flint.arb) and base.is_finite() else 1.0
    return flint.fmpq(2) ** round(log2(size) / 2) if size > 0 else flint.fmpq(1)


def density_times(body: Body) -> Body:
    """The values of a body times the standard normal density, on the whole line."""

    def weighed(t: Any) -> Any:
        x, slope = substituted(t, None, None)
        return body(x) * (-x * x / 2).exp() / (2 * flint.arb.pi()).sqrt() * slope

    return weighed


# --- at a point -------------------------------------------------------------------------------------


def limit(compiler: Compiler, term: Bind) -> Code:
    """The value of a body at a point, what vanishes above and below cancelled; infinite at a pole."""
    body, point = compiler.code(term.body), compiler.code(term.args[0])
    v = term.vars[0]
    parts = tuple(map(compiler.code, term.body.args)) if isinstance(term.body, Op) and term.body.name == "div" else ()

    def run(world: World, frame: Frame) -> Any:
        base = lifted(world, bare(point(world, frame)))
        inner = {**frame, v.number: world.moved(base, v, 0)}
        if parts:
            above, below = (part(world, inner) for part in parts)
            if world.algebra.is_zero(below) and not world.algebra.is_zero(above):
                in_balls(world)
                return flint.arb("inf") * sign_of(world, bare(above)) * sign_around(world, below, world.epsilons[v.number][0])
        value = body(world, inner)
        return settled(value, world.epsilons.get(v.number, ()))

    return run


def sign_around(world: World, value: Any, place: int) -> int:
    """The sign next to a point where a value vanishes: that of the first order in the variable that does not.

    The world remembers where it is another on the other side.

    Raises: Undefined where no order is seen.
    """
    if isinstance(value, Jet):
        for monomial, c in zip(value.ring.monomials, value.c, strict=False):
            if sum(monomial) == monomial[place] > 0 and (sign := sign_of(world, c)):
                world.one_sided = world.one_sided or bool(monomial[place] % 2)
                return sign
    raise Undefined("a limit that does not exist")


def slope(compiler: Compiler, term: Bind) -> Code:
    """The derivative of the body in its variable, at a point that may move itself."""
    body, point = compiler.code(term.body), compiler.code(term.args[0])
    v = term.vars[0]
    times = term.info[0]

    def run(world: World, frame: Frame) -> Any:
        x = point(world, frame)
        place = world.epsilons[v.number][0]
        slot = world.ring.variable(place, 0)
        value = body(world, {**frame, v.number: world.algebra.add(slot, lifted(world, x) if not isinstance(x, Jet) else x)})
        for _ in range(times):
            value = value.diff(place) if isinstance(value, Jet) else 0
        return settled(value, (place,))

    return run
