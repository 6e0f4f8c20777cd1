"""Symbols matched with the numbers that stand for them, part for part, and formulas one step away from those printed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.check.shapes import literal, symbols_in, without_brackets
from derive.decide.relations import closed
from derive.models.scope import canonical
from derive.statements import Relation
from derive.terms import Add, App, Big, Deriv, Dots, Expect, Func, Grad, Matrix, Mul, Neg, Num, Pow, Seq, Sym, Term, Text, strip


def unify(lhs: Term, rhs: Term, bound: dict[Term, Term]) -> dict[Term, Term] | None:
    """Symbols of ``lhs`` ↦ closed parts of ``rhs`` where the two have the same shape; None where they have not."""
    a, b = without_brackets(lhs), without_brackets(rhs)
    if a == b:
        return bound
    if isinstance(a, Num) and isinstance(b, Num):
        return bound if a.value == b.value else None
    if (
        isinstance(a, Sym | App)
        and literal(b)
        or isinstance(a, Func)
        and a.name in ("log", "ln")
        and closed(b)
        and not isinstance(b, Func)
    ):
        if bound.get(a, b) != b:
            return None
        return {**bound, a: b}
    if type(a) is not type(b):
        return None
    xs, ys = list(a.children()), list(b.children())
    if len(xs) != len(ys) or not xs or isinstance(a, Func) and isinstance(b, Func) and a.name != b.name:
        return None
    for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
        if isinstance(a, Add) and i and isinstance(x, Neg) != isinstance(y, Neg):
            return None
        found = unify(x, y, bound)
        if found is None:
            return None
        bound = found
    return bound


def sign_hidden_by_zero(lhs: Term, rhs: Term) -> str:
    """Why numbers that come out equal are no instance of their formula: a zero hides a sign; empty where nothing is hidden."""
    if not symbols_in(lhs) or literal(rhs) or unify(lhs, rhs, {}) is not None:
        return ""
    for varied, what in one_step_variants(lhs):
        bound = unify(varied, rhs, {})
        if bound and any(isinstance(strip(v), Num) and strip(v).value == 0 for v in bound.values()):  # type: ignore[attr-defined]
            return f"the values are equal, but the numbers follow the formula only {what}; a zero hides the difference"
    return ""


def one_step_variants(t: Term) -> list[tuple[Term, str]]:
    """The term with one sign flipped, one exponent moved, one discount put in; what was done."""
    out: list[tuple[Term, str]] = []

    def visit(x: Term, rebuild: Callable[[Term], Term]) -> None:
        if isinstance(x, Add):
            for i, y in enumerate(x.terms):
                flipped = y.body if isinstance(y, Neg) else Neg(y)
                out.append((rebuild(Add((*x.terms[:i], flipped, *x.terms[i + 1 :]))), "with the opposite sign of one term"))
                inner = y.body if isinstance(y, Neg) else y
                factors = (Sym("gamma"), *inner.factors) if isinstance(inner, Mul) else (Sym("gamma"), inner)
                product = Mul(factors, ("",) * (len(factors) - 1))
                out.append(
                    (
                        rebuild(Add((*x.terms[:i], Neg(product) if isinstance(y, Neg) else product, *x.terms[i + 1 :]))),
                        "with a discount γ that is missing",
                    )
                )
        if isinstance(x, Pow) and isinstance(x.exp, Num) and x.exp.value in (2, 3):
            other = Num(Fraction(5) - x.exp.value, str(5 - int(x.exp.value)))
            out.append((rebuild(Pow(x.base, other)), f"with the exponent {other.text}"))
        children = list(x.children())
        for i, c in enumerate(children):
            if isinstance(x, App | Sym):
                continue

            def inner_rebuild(new: Term, x: Term = x, i: int = i) -> Term:
                counter = iter(range(len(children)))
                return rebuild(x.map_children(lambda old: new if next(counter) == i else old))

            visit(c, inner_rebuild)

    visit(t, lambda new: new)
    return out


def leaves_of(t: Term) -> list[tuple[Term, bool]] | None:
    """Numbers and ground symbols in printed order, each with whether it is subtracted; None where leaves do not show the structure."""
    t = without_brackets(t)
    if isinstance(t, Num | Sym | App):
        return [(t, False)]
    if isinstance(t, Neg):
        inner = without_brackets(t.body)
        if isinstance(inner, Num):
            return [(Num(-inner.value, "-" + inner.text), False)]
        return leaves_of(inner)
    if isinstance(t, Big | Expect | Grad | Deriv | Dots | Seq | Matrix):
        return None
    out: list[tuple[Term, bool]] = []
    for i, c in enumerate(t.children()):
        if isinstance(c, Relation | Text):
            continue
        subtracted = isinstance(t, Add) and i > 0 and isinstance(c, Neg)
        inner_leaves = leaves_of(c.body if subtracted and isinstance(c, Neg) else c)
        if inner_leaves is None:
            return None
        out.extend([(inner_leaves[0][0], subtracted), *inner_leaves[1:]] if inner_leaves else [])
    return out


def bind_leaves(lhs: Term, rhs: Term) -> dict[Term, Term] | None:
    """Symbol ↦ number where the leaves of two sides correspond one to one."""
    left, right = leaves_of(lhs), leaves_of(rhs)
    if left is None or right is None or len(left) != len(right) or not left:
        return None
    bound: dict[Term, Term] = {}
    for (a, minus_a), (b, minus_b) in zip(left, right, strict=True):
        if minus_a != minus_b:
            return None
        if isinstance(a, Num) and isinstance(b, Num):
            if a.value != b.value:
                return None
        elif isinstance(b, Num):
            if canonical(a) in bound and bound[canonical(a)] != b:
                return None
            bound[canonical(a)] = b
        elif a != b:
            return None
    return bound or None
