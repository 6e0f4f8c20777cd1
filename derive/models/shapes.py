r"""Letters that must be vectors or matrices."""

from __future__ import annotations

from collections.abc import Iterable

from derive.models.heads import (
    head_of,
)
from derive.terms import (
    Add,
    App,
    Big,
    Delta,
    Deriv,
    Fence,
    Func,
    Grad,
    Mul,
    Neg,
    Num,
    Paren,
    Pow,
    Sym,
    Term,
    Transpose,
)

BEYOND = -1
MATRIX_FUNCTIONS = frozenset({"tr", "trace", "det", "diag", "rank"})


def shapes_of(terms: list[Term], equations: Iterable[tuple[Term, Term]] = ()) -> dict[str, tuple[int, ...]]:
    """Letters that must be vectors or matrices: transposed, traced, inverted as a product, or set bold."""
    linear = False
    tall = False
    transposed: set[str] = set()
    capitals: set[str] = set()
    lower: set[str] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, Transpose):
                inner = x.body
                while isinstance(inner, Paren):
                    inner = inner.body
                plain = (
                    [y for y in inner.walk() if isinstance(y, Sym)]
                    if not any(isinstance(y, Grad | Delta | App) for y in inner.walk())
                    else []
                )
                if plain:
                    linear = True
                    transposed.update(y.name for y in plain)
            elif (
                isinstance(x, Fence)
                and x.kind == "norm"
                and any(
                    isinstance(y, Mul) and isinstance(y.factors[0], Sym) and head_of(y.factors[0]).base.isupper()
                    for y in x.walk()
                )
            ):
                linear = True
                transposed.update(y.factors[0].name for y in x.walk() if isinstance(y, Mul) and isinstance(y.factors[0], Sym))
                transposed.update(y.name for y in x.walk() if isinstance(y, Sym) and y.name.islower())
            elif (
                isinstance(x, Func)
                and x.name in MATRIX_FUNCTIONS
                and any(isinstance(y, Sym) for a in x.args for y in a.walk())
                or (
                    isinstance(x, Pow)
                    and isinstance(x.exp, Neg)
                    and isinstance(x.base, Paren)
                    and any(isinstance(y, Mul) for y in x.base.walk())
                    and any(isinstance(y, Sym) and len(head_of(y).base) == 1 and head_of(y).base.isupper() for y in x.base.walk())
                )
                or (
                    isinstance(x, Add)
                    and any((y.body if isinstance(y, Neg) else y) == Sym("I") for y in x.terms)
                    and any(
                        isinstance(y, Sym) and y.name != "I" and len(y.name) == 1 and y.name.isupper()
                        for z in x.terms
                        for y in z.walk()
                    )
                )
            ):
                linear = True
            elif isinstance(x, Mul):
                for a, b in zip(x.factors, x.factors[1:], strict=False):
                    inverse = isinstance(a, Pow) and isinstance(a.base, Sym) and a.base.name.isupper() and isinstance(a.exp, Neg)
                    if inverse and isinstance(b, Sym) and b.name.islower() and len(b.name) == 1 and b.name not in ("c", "k"):
                        linear = True
            if isinstance(x, Sym) and not x.subs and not x.sups and not x.primes:
                name = head_of(x).base
                if x.name.startswith(("mathbf:", "boldsymbol:")):
                    linear = linear or len(name) == 1
                if len(name) == 1 and name.isupper() and name not in ("T", "N", "E", "J", "L", "V", "Q"):
                    capitals.add(x.name)
                elif len(name) == 1 and name.islower():
                    lower.add(x.name)
    if not linear:
        return {}
    out: dict[str, tuple[int, ...]] = {}
    tall = "X" in transposed or "Phi" in transposed
    for name in capitals:
        out[name] = (3, 2) if tall and name in ("X", "Phi") else (2, 2)
    for t in terms:
        for x in t.walk():
            if isinstance(x, Mul):
                for a, b in zip(x.factors, x.factors[1:], strict=False):
                    near = [y.name for y in a.walk() if isinstance(y, Sym)]
                    if isinstance(b, Sym) and b.name in lower and any(n in capitals or n in transposed for n in near):
                        transposed.add(b.name)
            if isinstance(x, Fence) and x.kind in ("norm", "inner"):
                for y in x.walk():
                    if isinstance(y, Sym) and y.name in lower:
                        transposed.add(y.name)
    for name in transposed & lower:
        out[name] = (3,) if tall and name in ("y", "r", "t") else (2,)
    for name in lower:
        if name.startswith(("mathbf:", "boldsymbol:")):
            out.setdefault(name, (2,))
    spread(out, lower, [x.terms for t in terms for x in t.walk() if isinstance(x, Add)] + list(equations))
    return out


def spread(out: dict[str, tuple[int, ...]], lower: set[str], sums: list[tuple[Term, ...]]) -> None:
    """What is added to a vector, or equal to one, is a vector."""
    for _ in range(3):
        for parts in sums:
            shapes = [shape for x in parts if (shape := column(x, out)) is not None]
            if shapes:
                for x in parts:
                    inner = x.body if isinstance(x, Neg) else x
                    if isinstance(inner, Sym) and inner.name in lower and not (inner.subs or inner.sups):
                        out.setdefault(inner.name, shapes[0])


def column(t: Term, shapes: dict[str, tuple[int, ...]]) -> tuple[int, ...] | None:
    """The shape of a term that is certainly a column: a vector, a matrix times one, a multiple or a sum of them."""
    if isinstance(t, Neg | Paren):
        return column(t.body, shapes)
    if isinstance(t, Sym):
        own = shapes.get(t.name) if not (t.subs or t.sups) else None
        return own if own is not None and len(own) == 1 else None
    if isinstance(t, Add):
        return next((shape for x in t.terms if (shape := column(x, shapes)) is not None), None)
    if isinstance(t, Mul) and not any(isinstance(x, Transpose) for f in t.factors for x in f.walk()):
        last = column(t.factors[-1], shapes)
        return last if last is None or not any(column(f, shapes) for f in t.factors[:-1]) else None
    return None


BOLD = ("mathbf:", "boldsymbol:")


def vector_functions(terms: list[Term]) -> frozenset[str]:
    """Heads of functions with vectors for values: set bold, or multiplied by what is transposed (θᵀφ(s))."""
    found: set[str] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, App) and isinstance(x.head, Sym) and bold(x.head):
                found.add(head_of(x.head).key)
            if isinstance(x, Transpose) and isinstance(x.body, App) and isinstance(x.body.head, Sym) and feature(x.body):
                found.add(head_of(x.body.head).key)
            if isinstance(x, Mul):
                for a, b in zip(x.factors, x.factors[1:], strict=False):
                    if isinstance(a, Transpose) and isinstance(a.body, Sym) and isinstance(b, App) and feature(b):
                        assert isinstance(b.head, Sym)
                        found.add(head_of(b.head).key)
    return frozenset(found)


def bold(t: Term) -> bool:
    return isinstance(t, Sym) and t.name.startswith(BOLD) and len(head_of(t).base) == 1 and head_of(t).base.islower()


def feature(t: App) -> bool:
    """φ(s), x(s,a): a feature by its letter."""
    return isinstance(t.head, Sym) and head_of(t.head).base in ("phi", "x", "psi", "varphi", "f") and not t.head.primes


def components_of(terms: list[Term], shapes: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """Vector and matrix letters that the claim also writes by components ↦ the greatest index written, 0 where that is a letter.

    ``BEYOND`` where components are not followed: under a derivative they are variables of their own, in a matrix they have two indices.
    """
    differentiates = any(isinstance(x, Grad | Deriv) for t in terms for x in t.walk())
    heads = {x.head for t in terms for x in t.walk() if isinstance(x, App)}
    counted = {Sym("i"), Sym("j")} | {
        y for t in terms for x in t.walk() if isinstance(x, Big) for u in x.under for y in u.walk() if isinstance(y, Sym)
    }  # θ_k is the parameter at step k unless a sum runs over k
    found: dict[str, int] = {}
    for name, shape in shapes.items():
        for x in (x for t in terms for x in t.walk() if isinstance(x, Sym) and x not in heads and not x.accents):
            if x.name not in (name, name.split(":")[-1]) or not 0 < len(x.subs) <= 2:
                continue
            index = x.subs[0]
            if isinstance(index, Num) and index.value.denominator == 1 and index.value > 0:
                found[name] = max(found.get(name, 0), int(index.value))
            elif index in counted:
                found.setdefault(name, 0)
        if name in found and (differentiates or len(shape) > 1):
            found[name] = BEYOND
    written = {x.name for t in terms for x in t.walk() if isinstance(x, Sym) and len(x.subs) == 1 and x.subs[0] in counted}
    for g in (x for t in terms for x in t.walk() if isinstance(x, Grad)):
        own = [g.wrt] if g.wrt is not None else list(g.body.args) if isinstance(g.body, App) else []
        found.update((a.name, BEYOND) for a in own if isinstance(a, Sym) and not a.subs and a.name in written)  # ∇f(x) of Σ x_i²
    applied = [x for x in heads if isinstance(x, Sym)]
    if {x.name.split(":")[-1] for x in applied if bold(x) and not x.subs} & {x.name for x in applied if len(x.subs) == 1}:
        found["features"] = BEYOND  # x(s) beside x_i(s)
    return found


def with_normed(terms: list[Term], shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The shapes with the x of ‖x‖ beside components x_i: a vector, though nothing else says so."""
    indexed = {x.name for t in terms for x in t.walk() if isinstance(x, Sym) and len(x.subs) == 1}
    normed = {
        x.args[0].name
        for t in terms
        for x in t.walk()
        if isinstance(x, Fence) and x.kind == "norm" and len(x.args) == 1 and isinstance(x.args[0], Sym) and not x.args[0].subs
    }
    return {**dict.fromkeys(sorted(normed & indexed), (2,)), **shapes}
