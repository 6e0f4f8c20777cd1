r"""What a claim differentiates in, how often, and what that needs of its ring."""

from __future__ import annotations

from derive.models.heads import (
    PARAMETERS,
    POLICIES,
    head_of,
    local_gradient,
)
from derive.models.scope import Scope
from derive.terms import (
    Add,
    App,
    At,
    Deriv,
    Grad,
    Neg,
    Num,
    Paren,
    Pow,
    Seq,
    Sym,
    Term,
    Transpose,
)


def derivative_variables(terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """(variables of ∇, variables of d/dx) in order of appearance."""
    grads: dict[Term, None] = {}
    derivs: dict[Term, None] = {}
    bars = [local_gradient(x) for t in terms for x in t.walk() if isinstance(x, At)]
    local = {id(bar.body) for bar in bars if bar is not None}
    for t in terms:
        for x in t.walk():
            if id(x) in local:
                continue
            if isinstance(x, Grad) and x.wrt is not None:
                for v in x.wrt.items if isinstance(x.wrt, Seq) else (x.wrt,):
                    grads.setdefault(v)
            elif isinstance(x, Deriv):
                for v, _ in x.wrt:
                    derivs.setdefault(v)
    return list(grads), list(derivs)


def default_parameter(terms: list[Term]) -> list[Term]:
    """What a bare ∇ differentiates in: the arguments of its function, the parameter printed elsewhere, or θ."""
    found: dict[Term, None] = {}
    for t in terms:
        for x in t.walk():
            if isinstance(x, Grad) and x.wrt is None and x.body is not None:
                body = x.body
                while isinstance(body, Paren | Transpose):
                    body = body.body
                if isinstance(body, App) and body.args and isinstance(body.head, Sym) and not body.given:
                    named = [a for a in body.args if isinstance(a, Sym)]
                    known = head_of(body.head).base in ("log", "pi", "V", "Q", "v", "q", "A")
                    for a in [a for a in named if a.name in PARAMETERS] or ([] if known else named):
                        found.setdefault(a)
                    if not known and any(isinstance(a, Num) for a in body.args):
                        continue
                if found:
                    continue
                for y in x.walk():
                    if isinstance(y, Sym):
                        for p in head_of(y).params:
                            found.setdefault(Sym(p))
                    elif isinstance(y, App):
                        found.update((b, None) for b in (*y.args, *y.given) if isinstance(b, Sym) and b.name in PARAMETERS)
    return list(found)


def gradient_depth(t: Term, scope: Scope, level: int = 0) -> int:
    """How many derivatives are nested along the deepest path, definitions included."""
    if level > 12:
        return 0
    here = 0
    if isinstance(t, Grad):
        here = t.order
    elif isinstance(t, Deriv):
        here = sum(n for _, n in t.wrt)
    elif isinstance(t, App) and isinstance(t.head, Sym) and t.head.primes and len(t.args) == 1 and t.head.name not in POLICIES:
        here = t.head.primes
    below = max((gradient_depth(c, scope, level) for c in t.children()), default=0)
    if isinstance(t, Sym | App) and scope.definitions:
        found = scope.find(t)
        if found is not None:
            below = max(below, gradient_depth(found[0].body, scope, level + 3))
    return here + below


def components(g: Term, terms: list[Term]) -> list[Term]:
    """θ_1, θ_2, … where the claim writes out the components of what it differentiates in; else θ itself."""
    if isinstance(g, Sym) and not g.subs:
        parts = {
            x: None
            for t in terms
            for x in t.walk()
            if isinstance(x, Sym) and x.name == g.name and len(x.subs) == 1 and isinstance(x.subs[0], Num) and not x.sups
        }
        if len(parts) > 1:
            return sorted(parts, key=lambda x: x.subs[0].value)  # type: ignore[attr-defined]
    return [g]


def slots_needed(x: Term) -> int:
    """Nilpotents for derivatives taken in a function's own arguments: f'(3), ∇J(0,0)."""
    if isinstance(x, App) and isinstance(x.head, Sym) and x.head.primes and len(x.args) == 1:
        return 1
    if isinstance(x, At) and local_gradient(x) is not None:
        return 1
    if (
        isinstance(x, Grad)
        and isinstance(x.body, App)
        and x.body.args
        and not any(isinstance(y, Sym) for a in x.body.args for y in a.walk())
    ):
        return len(x.body.args)
    return 0


def scalar_usage(g: Sym, terms: list[Term], derivs: list[Term]) -> bool:
    """Whether a parameter is one number: differentiated by d/dθ, or added to and multiplied with plain numbers."""
    if g in derivs:
        return True
    for t in terms:
        for x in t.walk():
            if isinstance(x, Add) and g in x.terms and any(isinstance(y.body if isinstance(y, Neg) else y, Num) for y in x.terms):
                return True
            if isinstance(x, Pow) and x.base == g:
                return True
    return False
