r"""The residual of a conditional gradient claim: what the assumption drops, as a formula.

Math:
    ∇ Σ_a π Q = Σ_a (∇π) Q + Σ_a π ∇Q
A claim that is true only with Q held fixed equals one part of the product rule; the rest is the residual LHS − RHS.
"""

from __future__ import annotations

from itertools import combinations

from derive.decide.evidence import gather
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.scope import Scope
from derive.models.trial import Claim, prepare
from derive.notation.printer import to_latex
from derive.terms import Add, App, Big, Expect, Grad, Mul, Neg, Paren, Rel, Sym, Term
from derive.values.budget import Budget


def residual(claim: Claim, budget: Budget) -> str | None:
    """LHS − RHS of ``∇f = part of it`` as LaTeX; None where the product rule does not show it."""
    lhs = claim.lhs
    if not isinstance(lhs, Grad) or lhs.body is None or lhs.order != 1:
        return None
    body = unfold(lhs.body, claim.scope)
    parts = spread(body, lhs.wrt)
    if parts is None or not 2 <= len(parts) <= 5:
        return None
    for size in range(1, len(parts)):
        for kept in combinations(range(len(parts)), size):
            chosen = [parts[i] for i in kept]
            same = gather(
                prepare(Claim(chosen[0] if size == 1 else Add(tuple(chosen)), claim.rhs, "=", claim.scope)),
                claim.scope.assumptions,
                budget,
            )
            if same.kind == "equal":
                rest = [parts[i] for i in range(len(parts)) if i not in kept]
                return to_latex(rest[0] if len(rest) == 1 else Add(tuple(rest)))
    return None


def unfold(t: Term, scope: Scope) -> Term:
    """The body of a definition in place of its name."""
    found = scope.find(t) if isinstance(t, Sym | App) else None
    return found[0].body if found is not None else t


def spread(t: Term, wrt: Term | None) -> list[Term] | None:
    """The summands of ∇t by linearity and the product rule; None for a term that has no such form."""
    if isinstance(t, Paren):
        return spread(t.body, wrt)
    if isinstance(t, Add):
        out: list[Term] = []
        for x in t.terms:
            inner = spread(x.body if isinstance(x, Neg) else x, wrt)
            if inner is None:
                return None
            out.extend(Neg(y) for y in inner) if isinstance(x, Neg) else out.extend(inner)
        return out
    if isinstance(t, Big) and t.op == "sum":
        inner = spread(t.body, wrt)
        return None if inner is None else [Big(t.op, t.under, t.upper, x, t.measure, t.spelling) for x in inner]
    if isinstance(t, Expect) and len(t.under) == 1 and isinstance(t.under[0], Rel) and isinstance(t.under[0].rhs, App):
        variable, dist = t.under[0].lhs, t.under[0].rhs
        chance = App(dist.head, (variable,), dist.given, dist.sep, dist.bar, dist.fences)
        return spread(Big("sum", (variable,), None, Mul((chance, t.body), ("",))), wrt)
    if isinstance(t, Mul):
        out = []
        for i, f in enumerate(t.factors):
            if moves(f):
                out.append(Mul(tuple(Grad(x, wrt) if j == i else x for j, x in enumerate(t.factors)), t.ops))
        return out or None
    return [Grad(t, wrt)] if moves(t) else None


def moves(t: Term) -> bool:
    """Whether a factor depends on the parameters: a policy, a value of it, or something written with θ."""
    for x in t.walk():
        if isinstance(x, Sym):
            h = head_of(x)
            if h.frozen:
                continue
            if x.name in POLICIES or h.policy is not None or x.name in PARAMETERS or any(p in PARAMETERS for p in h.params):
                return True
    return False
