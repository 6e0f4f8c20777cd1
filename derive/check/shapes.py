"""The shapes of terms that a page's reading turns on: numbers, names, what can be defined or given a value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.decide.relations import closed
from derive.models.closed import compare_closed
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.nodes import otherwise
from derive.models.scope import Scope, ground_argument
from derive.models.trial import TROUBLE
from derive.terms import (
    Add,
    App,
    Big,
    Cases,
    Decor,
    Delta,
    Deriv,
    Dots,
    Expect,
    Fence,
    Func,
    Grad,
    Matrix,
    Mul,
    Neg,
    Num,
    Paren,
    Placeholder,
    Pos,
    Rel,
    Seq,
    Sym,
    Term,
    Text,
    Transpose,
    strip,
)

CERTAIN = frozenset({"V", "v", "Q", "q", "A"})
SMALL = frozenset({Fraction(0), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(4)})


def symbols_in(t: Term) -> bool:
    """Whether a term has any symbol (units and words aside)."""
    return any(isinstance(x, Sym | Delta) for x in t.walk())


def numeric(t: Term) -> bool:
    """A closed number, list or matrix of numbers, or arithmetic on them."""
    if closed(t):
        return True
    inner = strip(t)
    while isinstance(inner, Transpose):
        inner = strip(inner.body)
    if isinstance(inner, Seq | Matrix):
        return not symbols_in(inner) and not any(isinstance(x, Dots) for x in inner.walk())
    return False


def worded(lhs: Term, rhs: Term) -> bool:
    """Whether words stand in the place of mathematics: not as a unit, nor as a note under a brace."""
    last = {id(row[1]) for t in (lhs, rhs) for c in t.walk() if isinstance(c, Cases) for row in c.rows[-1:] if otherwise(row[1])}
    notes = {id(d.note) for t in (lhs, rhs) for d in t.walk() if isinstance(d, Decor)}
    beside = {id(y) for t in (lhs, rhs) for d in t.walk() if isinstance(d, Decor) and d.note is not None for y in d.note.walk()}
    return any(isinstance(x, Text) and id(x) not in notes | beside | last for t in (lhs, rhs) for x in t.walk())


def circle_constant(lhs: Term, rhs: Term) -> bool:
    """Whether π is the number: beside decimals that begin like it."""
    return lhs == Sym("pi") and isinstance(rhs, Num) and rhs.digits >= 2 and 3 < rhs.value < Fraction(7, 2)


def without_brackets(t: Term) -> Term:
    while isinstance(t, Paren | Decor | Pos):
        t = t.body
    return t


def definable(t: Term) -> bool:
    """A bare symbol, or a symbol applied to variables: what an equation can define."""
    t = without_brackets(t)
    if isinstance(t, Sym):
        return not t.name.startswith("text:·")
    if isinstance(t, App) and isinstance(t.head, Sym):
        return (not t.head.primes or t.head.name in POLICIES) and all(variable_like(a) for a in (*t.args, *t.given))
    return False


def estimated(t: Term) -> Term | None:
    """A^π(s,a) for Â(s,a), A^π(s_t,a_t) for Â_t: what an estimate with a hat stands for; None for anything else."""
    t = without_brackets(t)
    if not definable(t):
        return None
    sym = symbol_of(t)
    h = head_of(sym)
    if h.accents != ("hat",) or h.base not in CERTAIN or h.params or h.primes or h.policy is None and h.labels:
        return None
    exact = Sym(sym.name, sups=(h.policy or Sym("pi"),))
    if isinstance(t, App):
        return replace(t, head=exact) if not h.indices else None
    if len(h.indices) != 1 or not any(isinstance(x, Sym) and x.name == "t" for x in h.indices[0].walk()):
        return None
    letters = ("s",) if h.base in ("V", "v") else ("s", "a")
    return App(exact, tuple(Sym(x, subs=h.indices) for x in letters))


def names_size(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether |A| = n gives the size of a set a name of its own."""
    size, name = strip(lhs), strip(rhs)
    if not (isinstance(size, Fence) and size.kind == "abs" and isinstance(name, Sym) and scope.find(name) is None):
        return False
    counted = size.args[0]
    return isinstance(counted, Sym) and (":" in counted.name or len(counted.name) == 1 and counted.name.isupper())


def ground(t: Term) -> bool:
    """Whether an application names one state or action: v(s_1), V(A)."""
    t = without_brackets(t)
    return isinstance(t, App) and any(ground_argument(a, symbol_of(t).name) for a in (*t.args, *t.given))


def variable_like(t: Term) -> bool:
    if isinstance(t, Rel):
        return isinstance(t.lhs, Sym) and isinstance(t.rhs, Sym)
    return isinstance(t, Sym | Placeholder) or ground_argument(t) and not isinstance(t, Num)


def assignable(t: Term) -> bool:
    """What a page can give a number: a symbol, an application, an entropy or divergence."""
    t = without_brackets(t)
    if isinstance(t, Expect) or isinstance(t, Func) and t.name in ("Var", "Cov", "var", "cov", "mean", "std"):
        return True
    if isinstance(t, Big) and t.op in ("max", "min") and t.upper is None and all(isinstance(u, Sym) for u in t.under):
        t = without_brackets(t.body)  # max_a Q(s,a) = 3: the best of values that the page does not list
        return isinstance(t, App) and isinstance(t.head, Sym) and not (t.head.subs or t.head.sups)
    return isinstance(t, Sym) or isinstance(t, App) and isinstance(t.head, Sym)


def compound(t: Term) -> bool:
    return not assignable(t)


def symbol_of(t: Term) -> Sym:
    t = without_brackets(t)
    head = t.head if isinstance(t, App) else t
    assert isinstance(head, Sym)
    return head


def mentions(t: Term, what: Term) -> bool:
    """Whether a body uses what it would define, in the same form."""
    what = without_brackets(what)
    return any(x == what for x in t.walk())


def mentions_head(t: Term, what: Term) -> bool:
    """Whether a body uses the symbol it would define, at other arguments or times: a recursion."""
    key = head_of(symbol_of(what)).key
    return any(isinstance(x, Sym) and head_of(x).key == key for x in t.walk())


def name_of(t: Term) -> str:
    from derive.notation.printer import to_latex

    return to_latex(without_brackets(t))


def literal(t: Term) -> bool:
    """A number as an example writes it: 2, −0.5, (−1), 3/4."""
    t = without_brackets(t)
    if isinstance(t, Neg):
        t = without_brackets(t.body)
    return isinstance(t, Num) or type(t).__name__ == "Div" and all(isinstance(strip(c), Num) for c in t.children())


def numbered(t: Term) -> bool:
    """V_2(M), G_0: a symbol that a number tells apart, so that an example gives it one value."""
    sym = t.head if isinstance(t, App) else t
    return isinstance(sym, Sym) and any(isinstance(i, Num) for i in sym.subs)


def same_number(a: Term, b: Term) -> bool:
    try:
        return compare_closed(a, b, "=", Scope()).supports == "proved"
    except TROUBLE:
        return False


def units(t: Term) -> frozenset[str]:
    """The units printed after numbers."""
    return frozenset(getattr(x.note, "text", "").strip() for x in t.walk() if isinstance(x, Decor) and x.kind == "unit")


def is_datum(t: Term) -> bool:
    """Whether a side shows an example's decimals."""
    return any(isinstance(x, Num) and x.value not in SMALL for x in t.walk())


def free_symbols(t: Term) -> bool:
    """Whether a term has symbols besides bound variables and functions with a fixed meaning."""
    bound = {v.lhs if isinstance(v, Rel) else v for x in t.walk() if isinstance(x, Big) for v in (*x.under, *x.measure)}
    heads = {x.head for x in t.walk() if isinstance(x, App) and isinstance(x.head, Sym) and x.head.name == "sigma"}
    return any(isinstance(x, Sym | Delta) and x not in bound and x not in heads for x in t.walk())


def wrt_of(t: Term) -> set[Term]:
    """What derivatives in a term are taken in."""
    found: set[Term] = set()
    for d in t.walk():
        if isinstance(d, Grad) and d.wrt is not None:
            found.add(d.wrt)
        elif isinstance(d, Deriv):
            found.update(v for v, _ in d.wrt)
    return found


def attach_gradients(t: Term) -> Term:
    """``\\nabla_x b^\\top x`` read as the gradient of the product where only what follows depends on x."""
    t = t.map_children(attach_gradients)
    if not isinstance(t, Mul):
        return t
    for i, f in enumerate(t.factors[:-1]):
        grad = f.body if isinstance(f, Transpose) else f
        if (
            isinstance(grad, Grad)
            and grad.body is not None
            and isinstance(grad.wrt, Sym)
            and not any(x == grad.wrt for x in grad.body.walk())
        ):
            rest = t.factors[i + 1 :]
            if (
                isinstance(grad.body, Sym)
                and not grad.body.subs
                and grad.wrt.name not in PARAMETERS
                and any(x == grad.wrt for r in rest for x in r.walk())
            ):
                first = Transpose(grad.body, f.mark) if isinstance(f, Transpose) else grad.body
                whole = Grad(Mul((first, *rest), ("",) * len(rest)), grad.wrt, grad.order)
                return whole if i == 0 else Mul((*t.factors[:i], whole), t.ops[:i])
    return t


def products(sides: tuple[Term, Term]) -> tuple[Term, Term]:
    """``p(1-q)`` beside ``pq`` as the product of a number p: a letter that is multiplied is no function in the same equation."""
    numbers: set[Term] = set()
    beside: set[tuple[Term, Term]] = set()

    def collect(t: Term) -> None:
        if isinstance(t, Mul):
            own = [f for f in t.factors if isinstance(f, Sym) and len(f.name) == 1 and not f.subs]
            numbers.update(own)
            beside.update((f, g) for f in own for g in t.factors if g != f)
        for c in (*t.args, *t.given) if isinstance(t, App) else t.children():
            collect(c)

    def multiply(t: Term) -> Term:
        t = t.map_children(multiply)
        if (
            isinstance(t, App)
            and t.head in numbers
            and len(t.args) == 1
            and not t.given
            and isinstance(t.args[0], Add)
            and any(
                isinstance(x, Num) or (t.head, x) in beside
                for y in t.args[0].terms
                for x in (y.body if isinstance(y, Neg) else y,)
            )
            or isinstance(t, App)
            and isinstance(t.head, Sym)
            and t.head.subs
            and len(t.args) == 1
            and not t.given
            and isinstance(t.args[0], Add)
            and any(x == t.head for x in t.args[0].walk())  # p_k(\log p_k + H)
        ):
            return Mul((t.head, Paren(t.args[0], span=t.args[0].span)), ("",), span=t.span)
        return t

    for side in sides:
        collect(side)
    return multiply(sides[0]), multiply(sides[1])
