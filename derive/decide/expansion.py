r"""``f(x+h) ≈ f(x) + f'(x)h``: an approximation as a statement about orders.

The right side is a polynomial of degree n in something small; the two sides must then agree up to terms of order n + 1.
What is small is a letter for an increment, a difference such as θ − θ_old, or the letters in which the right side is a
polynomial and the left side is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, num, op, rebuild, unused, walk
from derive.core.terms import replace as replaced

#: What is small: letters that tend to zero, or a letter and the point that it tends to.
Small = tuple[Core, ...]
#: Operations that differentiate in, or evaluate at, their second argument.
IN_A_VARIABLE = ("gradient", "derivative", "partial", "at")


def expansions(claim: CoreClaim, tends: Iterable[Var] = ()) -> Iterator[tuple[CoreClaim, Small]]:
    """What an approximation may say: the order up to which the sides agree, and what is small there."""
    claim = replace(claim, relation="=")
    marked = tuple(v for v in tends if v in free_variables(claim.lhs))  # of what has no increment, nothing expands in one
    if marked:
        yield from ordered(claim, marked, marked)
    for v, centre in differences(claim):
        moved, increment = recentred(claim, v, centre)
        yield from ordered(moved, (increment,), (v, centre))
    if not marked:
        own = [
            v for v in sorted(free_variables(claim.rhs), key=lambda v: v.number)
            if (v.type.name == "Real" or v.type.name == "Vector" and is_step(v, claim.lhs))
            and degree(claim.rhs, {v}) and degree(claim.lhs, {v}) is None
        ]  # fmt: skip
        powers = [t.args for t in walk(claim.lhs) if isinstance(t, Op) and t.name == "power"]
        held = {v for v in own for base, n in powers if v in free_variables(n) and free_variables(base) & ({*own} - {v})}
        if small := tuple(v for v in own if v not in held):  # an exponent of what is small is a number of its own
            yield from ordered(claim, small, small)


def is_step(v: Var, term: Core) -> bool:
    """Whether a vector is added to another, within a function of the sum."""
    sums = (t for t in walk(term) if isinstance(t, Op) and t.name == "add" and v in t.args)
    return any(isinstance(a, Var) and a != v for t in sums for a in t.args)


def ordered(claim: CoreClaim, small: tuple[Var, ...], called: Small) -> Iterator[tuple[CoreClaim, Small]]:
    of = degree(claim.rhs, set(small))
    if of is not None:
        yield replace(claim, order=of + 1, small=small), called


def differences(claim: CoreClaim) -> list[tuple[Var, Core]]:
    """x − c, where c does not speak of x: what stands small beside c."""
    out: list[tuple[Var, Core]] = []
    for t in walk(claim.rhs):
        if isinstance(t, Op) and t.name == "add" and len(t.args) == 2:
            v, other = t.args
            if not isinstance(v, Var) and isinstance(other, Var):
                v, other = other, v
            centre = (
                other.args[0]
                if isinstance(other, Op) and other.name == "neg"
                else num(-other.value)
                if isinstance(other, Num)
                else None
            )
            pairs = [(v, centre), (centre, v)] if isinstance(v, Var) and isinstance(centre, Var) else [(v, centre)]
            for x, c in pairs:
                if isinstance(x, Var) and x.type.name in ("Real", "Vector") and isinstance(c, Var | Num) and (x, c) not in out:
                    out.append((x, c))
    return out


def recentred(claim: CoreClaim, v: Var, centre: Core) -> tuple[CoreClaim, Var]:
    """The claim with v = c + h, for a new h."""
    h = Var(unused(claim.parts()), v.type)
    there = op("add", centre, h)

    def moved(t: Core) -> Core:
        if isinstance(t, Op) and t.name in IN_A_VARIABLE and t.args[1] == v:
            if t.name == "at":
                return Op("at", (t.args[0], v, moved(t.args[2])), t.info)
            return Op("at", (t, v, there))
        if isinstance(t, Var):
            return there if t == v else t
        return rebuild(t, moved)

    def simple(t: Core) -> Core:
        """c + h − c is h."""
        t = rebuild(t, simple)
        if isinstance(t, Op) and t.name == "add" and len(t.args) == 2 and there in t.args:
            other = t.args[1] if t.args[0] == there else t.args[0]
            if other == op("neg", centre) or isinstance(centre, Num) and other == num(-centre.value):
                return h
        if isinstance(t, Op) and t.name == "add" and op("neg", there) in t.args and centre in t.args:
            return op("neg", h)
        return t

    return replace(claim, lhs=simple(moved(claim.lhs)), rhs=simple(moved(claim.rhs)), givens=tuple(
        replace(g, lhs=replaced(g.lhs, {v.number: there}), rhs=replaced(g.rhs, {v.number: there})) for g in claim.givens
    )), h  # fmt: skip


def degree(term: Core, small: set[Var]) -> int | None:
    """The degree of a polynomial in what is small; None where a term is none."""
    if not free_variables(term) & small:
        return 0
    if isinstance(term, Var):
        return 1
    if not isinstance(term, Op):
        inner = degree(term.body, small) if isinstance(term, Bind) and term.name in ("sum", "expect", "mean") else None
        return inner if isinstance(term, Bind) and not any(free_variables(a) & small for a in (*term.args, *term.where)) else None
    if term.name == "at":
        return order_of_slope(term, small)
    degrees = [degree(a, small) for a in term.args]
    known = [d for d in degrees if d is not None]
    if len(known) < len(degrees):
        return None
    match term.name:
        case "add" | "neg" | "transpose" | "component":
            return max(known)
        case "mul" | "dot":
            return sum(known)
        case "div" if known[1] == 0:
            return known[0]
        case "power" if isinstance(term.args[1], Num) and term.args[1].value.denominator == 1 and term.args[1].value > 0:
            return known[0] * int(term.args[1].value)
        case "norm":
            return known[0]
    return None


def order_of_slope(term: Op, small: set[Var]) -> int | None:
    """k for the k-th derivative of F(u h) by u at 0: it is a form of degree k in h, whatever F is.  None for anything else."""
    inside, v, point = term.args
    order = 0
    while isinstance(inside, Op) and inside.name == "derivative" and inside.args[1] == v:
        inside, order = inside.args[0], order + 1
    assert isinstance(v, Var)
    return order if point == num(0) and scaled(inside, v, small) else None


def scaled(term: Core, by: Var, small: set[Var]) -> bool:
    """Whether what is small stands nowhere without a number as its factor."""
    if isinstance(term, Op) and term.name == "mul":
        own = [a for a in term.args if isinstance(a, Var) and a in small]
        if own:
            rest = [a for a in term.args if a not in own]
            return rest.count(by) == len(own) and not any(free_variables(a) & small for a in rest)
    return term not in small and all(scaled(part, by, small) for part in below(term))
