"""What the interpreter of surface terms refutes and the elaborator does not read: the kinds of claims in which it is known to be right.

Either a derivative of a function that the page defines by plain algebra; or values of states and actions, with laws and times that are
written out, in letters whose meaning the glossary fixes.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.elaborate.scope import compiled_rows, kinds
from derive.models.scope import Scope
from derive.terms import (
    Add,
    App,
    Big,
    Cases,
    Deriv,
    Div,
    Expect,
    Fence,
    Func,
    Grad,
    Label,
    Matrix,
    Mul,
    Neg,
    Num,
    Paren,
    Pow,
    Rel,
    Seq,
    Sym,
    Term,
)

#: What plain algebra is made of.
ALGEBRA = (Add, Neg, Mul, Div, Pow, Paren, Fence, Matrix, Seq, Cases, Func, Rel, Num, Sym, Label, Deriv, Grad, App)
#: Kinds of letters that mean one thing in a decision process.
FIXED = frozenset(("process", "state", "action", "reward", "discount", "error", "policy", "time", "index", "law"))


def sure(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether a refutation of a link is one of these kinds."""
    return derivative_of_defined(lhs, rhs, scope) or identity_of_algebra(lhs, rhs) or of_values(lhs, rhs)


def identity_of_algebra(lhs: Term, rhs: Term) -> bool:
    """Sums and products of numbers in the same letters on both sides: nothing of them is applied, primed, or stands above a letter."""
    for side in (lhs, rhs):
        for t in side.walk():
            if not isinstance(t, (*ALGEBRA, Big)) or isinstance(t, App | Deriv | Grad | Matrix | Seq | Rel):
                return False
            if isinstance(t, Sym) and (t.sups or t.accents or t.primes) or isinstance(t, Big) and t.op != "sum":
                return False
    letters = [{t for t in side.walk() if isinstance(t, Sym)} - bound_in(side) for side in (lhs, rhs)]
    ends = {x for side in (lhs, rhs) for t in side.walk() if isinstance(t, Big) and t.upper is not None for x in t.upper.walk()}
    return letters[0] ^ letters[1] <= ends and bool(letters[0] & letters[1])


def draws_nothing(t: Expect) -> bool:
    r"""``E_{s,a\sim\pi}[… s_t …]``: what is drawn is no letter of the body, which speaks of the steps of an episode."""
    drawn = {
        x for u in t.under for x in u.walk() if isinstance(x, Sym) and not x.subs and kinds(x.name).keys() & {"state", "action"}
    }
    inside = {x for x in t.body.walk() if isinstance(x, Sym)}
    return bool(drawn) and not drawn & inside and any(x.subs and x.name in {d.name for d in drawn} for x in inside)


def bound_in(side: Term) -> set[Sym]:
    """The letters that sums run over."""
    return {x for t in side.walk() if isinstance(t, Big) for u in t.under for x in u.walk() if isinstance(x, Sym)}


def derivative_of_defined(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """``J'(x) = …`` and ``∂J/∂x = …`` where the page says what J(x) is."""
    if not all(isinstance(t, ALGEBRA) for side in (lhs, rhs) for t in side.walk()):
        return False
    if isinstance(lhs, Grad | Deriv):
        body = lhs.body
    elif isinstance(lhs, App) and isinstance(lhs.head, Sym) and lhs.head.primes == 1:
        body = App(Sym(lhs.head.name, lhs.head.accents, lhs.head.subs, lhs.head.sups), lhs.args)
    else:
        return False
    name = body.head if isinstance(body, App) else body
    return any(d.pattern == body or isinstance(d.pattern, App) and d.pattern.head == name for d in scope.definitions)


def of_values(lhs: Term, rhs: Term) -> bool:
    """Values at states and actions, everything else by letters that the glossary fixes or that both sides have."""
    sides = (lhs, rhs)
    everything = [t for side in sides for t in side.walk()]
    if not any(is_value(t) or is_mean(t) for t in everything):
        return False
    if any(
        isinstance(t, Func)
        and t.sub is None
        and len(t.args) == 1
        and t.name in ("max", "min")
        or isinstance(t, Big)
        and t.op.startswith("int")
        or isinstance(t, Expect)
        and (not t.under and not t.given or draws_nothing(t))
        or isinstance(t, Sym)
        and kinds(t.name).keys() == {"process"}
        or is_marginal(t)
        for t in everything
    ):
        return False
    letters = [set(open_letters(side)) for side in sides]
    return letters[0] == letters[1]


def open_letters(t: Term) -> Iterator[str]:
    """Letters that the glossary does not fix; what a policy is parametrised by goes with the policy."""
    if isinstance(t, Sym):
        if not fixed(t):
            yield t.name
        if "policy" in kinds(t.name):
            return
    parts = [c for c in t.children() if c is not t.head] if isinstance(t, Expect) else t.children()
    for part in parts:
        yield from open_letters(part)


def is_value(t: Term) -> bool:
    """A value with its arguments: a name that has rows in the glossary, and is no distribution."""
    return (
        isinstance(t, App)
        and isinstance(t.head, Sym)
        and t.head.name in compiled_rows()[0]
        and not (kinds(t.head.name).keys() & {"reward", "joint"})
    )


def is_mean(t: Term) -> bool:
    """The mean of what happens at a time, given what holds there."""
    return (
        isinstance(t, Expect)
        and bool(t.given)
        and any(isinstance(x, Sym) and x.subs and "process" in kinds(x.name) for x in t.body.walk())
    )


def is_marginal(t: Term) -> bool:
    """The probability of one thing of which nothing says when it is: P(s)."""
    return (
        isinstance(t, App) and isinstance(t.head, Sym) and "joint" in kinds(t.head.name) and len(t.args) == 1 and not t.given
        and not any(isinstance(x, Num) for a in t.args for x in a.walk())
    )  # fmt: skip


def fixed(t: Sym) -> bool:
    """Whether the glossary fixes what a letter is."""
    may = kinds(t.name).keys()
    return not t.accents and (
        t.name in compiled_rows()[0] or bool(may) and may != {"process"} and bool(may & FIXED) and "parameter" not in may
    )
