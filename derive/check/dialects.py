r"""What a text writes otherwise than the models read it: π(a|s,θ) for π_θ(a|s), S_k for S_t.

>>> from derive.notation import parse_term, to_latex
>>> to_latex(common(parse_term(r"\pi(a\mid s,\theta)")))
'\\pi_\\theta(a \\mid s)'
"""

from __future__ import annotations

from dataclasses import replace

from derive.models.heads import PARAMETERS, POLICIES
from derive.terms import Add, App, Big, Grad, Mul, Op, Rel, Sym, Term, replace_terms


def common(t: Term) -> Term:
    """A term as most texts write it."""
    t = t.map_children(common)
    if isinstance(t, App) and isinstance(t.head, Sym) and t.head.name in POLICIES:
        return parametrised(t, t.head)
    return ended(t) if isinstance(t, Big) and t.op == "prod" else t


def parametrised(t: App, head: Sym) -> App:
    """π(a|s,θ) and π(a|s;θ) as π_θ(a|s)."""
    given: list[Term] = []
    for g in t.given:
        given.extend(g.args if isinstance(g, Op) and g.op == ";" else (g,))
    parameters = [g for g in given if isinstance(g, Sym) and g.name in PARAMETERS]
    rest = tuple(g for g in given if g not in parameters)
    if len(parameters) != 1 or not rest or head.subs:
        return t
    own = parameters[0]
    if own.subs == (Sym("t"),):
        own = replace(own, subs=())  # π(a|s,θ_t): the policy of now, differentiated in its parameters
    return replace(t, head=replace(head, subs=(own,)), given=rest)


def at_step(lhs: Term, rhs: Term) -> tuple[Term, Term]:
    """π_{θ_t} as π_θ where a claim speaks of the policy of one step only and differentiates."""
    terms = (lhs, rhs)
    if not any(isinstance(x, Grad) for t in terms for x in t.walk()):
        return lhs, rhs
    policies = {
        x for t in terms for x in t.walk() if isinstance(x, Sym) and x.name in POLICIES and len(x.subs) == 1 and not x.sups
    }
    parameters = {x.subs[0] for x in policies}
    own = next(iter(parameters)) if len(parameters) == 1 else None
    if not (isinstance(own, Sym) and own.name in PARAMETERS and own.subs in ((Sym("t"),), (Sym("k"),), (Sym("n"),), (Sym("i"),))):
        return lhs, rhs
    if any(isinstance(x, Grad) and x.wrt == own for t in terms for x in t.walk()):
        return lhs, rhs  # ∇_{θ_k} says itself what moves
    put: dict[Term, Term] = {x: replace(x, subs=(replace(own, subs=()),)) for x in policies}
    return replace_terms(lhs, put), replace_terms(rhs, put)


def at_one_time(lhs: Term, rhs: Term) -> tuple[Term, Term]:
    """V_{t+n-1}(S_{t+n}) in a return or its error as V(S_{t+n}): when an estimate was made does not matter to what it is put in."""
    terms = (lhs, rhs)
    if not any(
        isinstance(x, Sym) and x.name == "G" and (len(x.subs) + len(x.sups) > 1 or any(isinstance(i, Op) for i in x.subs))
        for x in lhs.walk()
    ):
        return lhs, rhs
    put: dict[Term, Term] = {
        x.head: replace(x.head, subs=())
        for t in terms
        for x in t.walk()
        if isinstance(x, App)
        and isinstance(x.head, Sym)
        and x.head.name in ("V", "v")
        and len(x.head.subs) == 1
        and timed(x.head.subs[0])
    }
    return (replace_terms(lhs, put), replace_terms(rhs, put)) if put else (lhs, rhs)


def timed(i: Term) -> bool:
    return any(isinstance(x, Sym) and x.name in ("t", "T", "h", "n", "k") for x in i.walk())


def ended(t: Big) -> Term:
    r"""``\prod_k ρ_k G`` as the product of the ρ_k, times G: what its index does not reach stands behind a product."""
    indices = {u.lhs for u in t.under if isinstance(u, Rel)} if t.upper is not None else set()
    body = t.body
    if not indices or not isinstance(body, Mul):
        return t
    reach = [any(x in indices for x in f.walk()) for f in body.factors]
    if all(reach) or not any(reach) or not reach[0]:
        return t
    last = max(i for i, found in enumerate(reach) if found)
    if last == len(reach) - 1:
        return t
    inside = body.factors[0] if last == 0 else Mul(body.factors[: last + 1], body.ops[:last])
    product = replace(t, body=inside)
    return Mul((product, *body.factors[last + 1 :]), body.ops[last:])


def in_time(lhs: Term, rhs: Term) -> tuple[Term, Term]:
    """S_k, A_k at a step that is called k, where nothing is called t: as S_t, A_t."""
    terms = (lhs, rhs)
    if any(isinstance(x, Sym) and x.name in ("t", "T") for t in terms for x in t.walk()):
        return lhs, rhs
    steps = {
        (x.name, i)
        for t in terms
        for x in t.walk()
        if isinstance(x, Sym) and x.name in ("S", "A") and not x.accents and len(x.subs) == 1
        for i in (x.subs[0].terms[0] if isinstance(x.subs[0], Add) else x.subs[0],)
        if isinstance(i, Sym) and i.name in ("k", "i", "n", "j")
    }
    letters = {i for name, i in steps if name == "S"} & {i for name, i in steps if name == "A"}
    bound = {u.lhs for t in terms for x in t.walk() if isinstance(x, Big) for u in x.under if isinstance(u, Rel)}
    if len(letters) != 1 or letters & bound:
        return lhs, rhs
    put: dict[Term, Term] = {letters.pop(): Sym("t")}
    return replace_terms(lhs, put), replace_terms(rhs, put)
