r"""Expansions: what a Taylor claim expands in, and through which order it speaks.

An increment is read off f(x+h) beside an h on the other side, off θ − θ_old, or, where nothing is so written, off a closed
function of a small letter beside a polynomial in it: ``e^h \approx 1 + h``, ``\log(1+x) \approx x``.
"""

from __future__ import annotations

from derive.models.heads import PARAMETERS, head_of, moved_policy
from derive.terms import Add, App, Big, Delta, Div, Expect, Fence, Func, Mul, Neg, Num, Paren, Pow, Sym, Term

#: Letters that are small wherever they are expanded in; any other may be large in a rule of thumb.
SMALL = frozenset({"h", "epsilon", "varepsilon"})
EXPANDED = SMALL | {"x", "u", "z", "delta", "eta", "y", "gamma", "lambda", "beta"}
PLAIN_FUNCTIONS = frozenset({"min", "max", "clip", "abs"})


def increments_of(lhs: Term, rhs: Term) -> tuple[list[tuple[Term, Term | None]], int]:
    """The increments a claim expands in, as (h, None), (Δθ, None) or (θ, θ_old), and the order it writes."""
    found: dict[tuple[Term, Term | None], None] = {}
    sides = (lhs, rhs)
    for t in sides:
        for x in t.walk():
            if isinstance(x, App) and len(x.args) == 1 and not x.given:
                arg = x.args[0]
                if isinstance(arg, Add) and len(arg.terms) == 2:
                    for step in arg.terms[1:]:
                        step = step.body if isinstance(step, Neg) else step
                        small = step.factors[-1] if isinstance(step, Mul) else step
                        for candidate in (step, small):
                            if (
                                isinstance(candidate, Delta)
                                or isinstance(candidate, Sym)
                                and candidate.name
                                in ("h", "epsilon", "varepsilon", "delta", "d", "u", "v", "p", "mathbf:h", "mathbf:d")
                            ):
                                other = rhs if t is lhs else lhs
                                if any(y == candidate for y in other.walk()):
                                    found.setdefault((candidate, None))
            moved = moved_policy(x)
            if moved is not None and any(y == moved for y in (rhs if t is lhs else lhs).walk()):
                found.setdefault((moved, None))
            if (
                isinstance(x, Add)
                and len(x.terms) == 2
                and isinstance(x.terms[0], Sym)
                and isinstance(x.terms[1], Neg)
                and isinstance(x.terms[1].body, Sym)
            ):
                u, v = x.terms[0], x.terms[1].body
                labelled = u.name == v.name and (v.subs or v.sups or v.primes) and not (u.subs or u.sups)
                if (
                    labelled
                    and (u.name in PARAMETERS or u.name in ("x", "mathbf:x"))
                    or not labelled
                    and isinstance(lhs, App)
                    and lhs.args == (u,)
                    and any(isinstance(y, App) and y.args == (v,) for y in rhs.walk())
                ):
                    found.setdefault((u, v))
    if not found:
        letter = expanded_letter(lhs, rhs)
        if letter is not None:
            found[letter, None] = None
    pairs = list(found)
    if any(p[1] is not None for p in pairs):
        pairs = [p for p in pairs if p[1] is not None][:1]
    return pairs, max((written_order(t, pairs) for t in sides), default=0)


def expanded_letter(lhs: Term, rhs: Term) -> Term | None:
    """The letter that one side is a polynomial in and the other a closed function of; None where there is no such letter."""
    remainders = [x.args[0] for t in (lhs, rhs) for x in t.walk() if isinstance(x, App) and is_big_oh(x)]
    for inner in remainders:
        base = inner.base if isinstance(inner, Pow) else inner
        if isinstance(base, Sym) and all(any(y == base for y in t.walk()) for t in (lhs, rhs)):
            return base
    letters = [x for x in lhs.walk() if isinstance(x, Sym) and x.name in EXPANDED and not (x.subs or x.sups or x.accents)]
    for letter in sorted(dict.fromkeys(letters), key=lambda x: x.name not in SMALL):
        for side, other in ((lhs, rhs), (rhs, lhs)):
            if degree(other, letter) in range(1, 7) and degree(side, letter) > 6 and closed_in(side, letter):
                return letter
    return None


def conventional(pairs: list[tuple[Term, Term | None]]) -> bool:
    """Whether the increments are small by their writing: a failing expansion in any other letter may be a rule of thumb."""
    return all(not isinstance(u, Sym) or v is not None or u.name not in EXPANDED - SMALL for u, v in pairs)


def closed_in(t: Term, letter: Term) -> bool:
    """Whether a letter stands under named functions and arithmetic only, not as the argument of an unknown function."""
    return not any(
        isinstance(x, App | Big | Expect) and any(y == letter for y in x.walk()) and not is_sigmoid(x) for x in t.walk()
    )


def is_sigmoid(x: Term) -> bool:
    return isinstance(x, App) and x.head == Sym("sigma")


def degree(t: Term, variable: Term) -> int:
    """The degree of a polynomial in a variable, its remainder aside; large when it is none."""
    if t == variable:
        return 1
    if is_big_oh(t) or not any(x == variable for x in t.walk()):
        return 0
    if isinstance(t, Add):
        return max(degree(x, variable) for x in t.terms)
    if isinstance(t, Mul):
        return sum(degree(x, variable) for x in t.factors)
    if isinstance(t, Neg | Paren):
        return degree(t.body, variable)
    if isinstance(t, Pow) and isinstance(t.exp, Num) and t.exp.value.denominator == 1 and t.exp.value >= 0:
        return int(t.exp.value) * degree(t.base, variable)
    if isinstance(t, Div) and degree(t.den, variable) == 0:
        return degree(t.num, variable)
    return 99


def is_big_oh(x: Term) -> bool:
    """O(h^k) or o(h^k)."""
    return isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in ("O", "o") and len(x.args) == 1


def divided_order(t: Term, pairs: list[tuple[Term, Term | None]]) -> int:
    """How many orders a term loses by dividing by an increment: one in (f(x+h) − f(x))/h."""
    below = max((divided_order(c, pairs) for c in t.children()), default=0)
    return below + (written_order(t.den, pairs) if isinstance(t, Div) else 0)


def written_order(t: Term, pairs: list[tuple[Term, Term | None]]) -> int:
    """The highest degree in the increments that a side writes."""
    for u, v in pairs:
        if v is None and t == u or v is not None and isinstance(t, Add) and t.terms == (u, Neg(v)):
            return 1
    if isinstance(t, Pow) and not isinstance(t.exp, Num):
        return 0
    if isinstance(t, Add):
        return max(written_order(x, pairs) for x in t.terms)
    if isinstance(t, Mul):
        return sum(written_order(x, pairs) for x in t.factors)
    if isinstance(t, Pow) and isinstance(t.exp, Num) and t.exp.value.denominator == 1 and t.exp.value >= 0:
        return int(t.exp.value) * written_order(t.base, pairs)
    if isinstance(t, Div):
        return max(0, written_order(t.num, pairs) - written_order(t.den, pairs))
    if isinstance(t, Func) and t.name not in PLAIN_FUNCTIONS:
        return 0
    if isinstance(t, App | Big | Expect):
        return 0 if isinstance(t, App) else written_order(t.body, pairs)
    if isinstance(t, Fence) and t.kind == "inner":
        return sum(written_order(x, pairs) for x in t.args)
    return max((written_order(c, pairs) for c in t.children()), default=0)


def remainder_order(t: Term, pairs: list[tuple[Term, Term | None]]) -> int | None:
    """k of an O(h^k) term in a sum; None without one."""
    for x in t.walk():
        if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in ("O", "o") and len(x.args) == 1:
            inner = x.args[0]
            k = power_of(inner)
            return k if head_of(x.head).base == "O" else k + 1
    return None


def power_of(t: Term) -> int:
    if isinstance(t, Pow) and isinstance(t.exp, Num):
        return int(t.exp.value)
    return 1


def base_function(lhs: Term, rhs: Term, increments: list[tuple[Term, Term | None]]) -> Term | None:
    """f(θ) for a claim about f(θ+Δθ): the function whose Hessian a bare H denotes."""
    for t in (lhs, rhs):
        if isinstance(t, App) and len(t.args) == 1 and isinstance(t.args[0], Add) and len(t.args[0].terms) == 2:
            return App(t.head, (t.args[0].terms[0],), t.given, t.sep, t.bar, t.fences)
        if isinstance(t, App) and len(t.args) == 1 and any(u == t.args[0] for u, v in increments if v is not None):
            return t
    return None
