r"""What moves with the parameters because a claim differentiates it.

``\nabla_\theta V(s)`` says that V is a function of θ although no subscript does.  Read otherwise both sides of a claim would
be zero and anything would be "true" of them.  So where nothing else under a gradient moves, the value functions, losses
and unknown functions there do, everywhere in the claim.  What never moves: baselines, rewards, the environment,
numbers, and copies that are held fixed (old, target, reference).
"""

from __future__ import annotations

from derive.models.heads import PARAMETERS, POLICIES, Head, head_of
from derive.models.scope import Scope
from derive.notation.show import show
from derive.terms import App, At, Decor, Grad, Paren, Sym, Term

#: Letters that no parameter of a policy or critic moves, by convention.
STILL = frozenset(
    {
        "b",
        "r",
        "R",
        "P",
        "p",
        "T",
        "rho",
        "d",
        "mu",
        "G",
        "y",
        "s",
        "S",
        "a",
        "x",
        "z",
        "t",
        "i",
        "j",
        "k",
        "n",
        "N",
        "e",
        "c",
        "C",
    }
)
STILL_GREEK = frozenset(
    {"gamma", "lambda", "alpha", "beta", "epsilon", "varepsilon", "eta", "tau", "kappa", "pi", "sigma", "infty"}
)
FUNCTIONS = frozenset({"V", "v", "Q", "q", "A", "f", "g", "h", "F", "u", "L", "ell", "J", "delta", "phi", "Phi", "psi"})
#: Heads whose bare gradient is taken in a parameter that they do not show: ∇V(s).
DEPENDENT = frozenset({"log", "pi", "V", "Q", "v", "q", "A"})
STILL_ARGUMENTS = frozenset({"s", "S", "a"})
DEEPEST = 6


def moving_heads(terms: list[Term], scope: Scope) -> frozenset[str]:
    """Keys of the heads that move although nothing written says so."""
    found: set[str] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, Grad) and x.body is not None and not taken_there(x) and not in_arguments(x):
                wrt = x.wrt
                leaves = leaves_of(x.body, scope)
                if not any(moves_itself(leaf, wrt) for leaf in leaves):
                    found.update(head_of(head(leaf)).key for leaf in leaves if could_move(leaf, x.body))
    return frozenset(found)


def taken_there(t: Grad) -> bool:
    """∇_θ f(θ_old): the gradient of f(θ) at θ_old, which moves as its argument does."""
    args = t.body.args if isinstance(t.body, App) else ()
    return isinstance(t.wrt, Sym) and any(isinstance(a, Sym) and a.name == t.wrt.name and a != t.wrt for a in args)


def in_arguments(t: Grad) -> bool:
    """A bare ∇f(x): the derivatives of f in its own argument, which is what moves."""
    body = t.body
    while isinstance(body, Paren | Decor | At):
        body = body.body
    return (
        t.wrt is None
        and isinstance(body, App)
        and isinstance(body.head, Sym)
        and not body.given
        and head_of(body.head).base not in DEPENDENT
        and any(isinstance(a, Sym) and a.name not in STILL_ARGUMENTS for a in body.args)
    )


def leaves_of(t: Term, scope: Scope, level: int = 0) -> list[Term]:
    """The symbols and applications of a term, definitions followed."""
    out: list[Term] = []
    for x in top_symbols(t):
        found = scope.find(x) if scope.definitions and level < DEEPEST else None
        out.append(x)
        if found is not None:
            out.extend(leaves_of(found[0].body, scope, level + 1))
    return out


def top_symbols(t: Term) -> list[Term]:
    """Applications with what they are applied to, and the symbols outside of them."""
    if isinstance(t, Sym):
        return [t]
    if isinstance(t, App):
        return [t, *(y for a in (*t.args, *t.given) for y in top_symbols(a))]
    return [y for c in t.children() for y in top_symbols(c)]


def head(leaf: Term) -> Sym:
    return leaf if isinstance(leaf, Sym) else leaf.head  # type: ignore[attr-defined]


def moves_itself(leaf: Term, wrt: Term | None) -> bool:
    """Whether a leaf moves with the parameters by what is written."""
    if not isinstance(leaf, Sym) and not (isinstance(leaf, App) and isinstance(leaf.head, Sym)):
        return True
    if leaf == wrt or isinstance(leaf, Sym) and leaf.name in PARAMETERS and not leaf.subs:
        return True
    h = head_of(head(leaf))
    if wrt is not None and show(wrt) in h.own:
        return True
    if h.frozen or stepped(h) or of_another(leaf, wrt):
        return False
    return bool(h.params or h.policy is not None or h.name in POLICIES or h.base in POLICIES or h.base in ("J", "eta"))


def of_another(leaf: Term, wrt: Term | None) -> bool:
    """Whether a leaf names its parameters, and they are others than a gradient is taken in: π_θ under ∇_w."""
    own = {x.name for x in head(leaf).walk() if isinstance(x, Sym) and x.name in PARAMETERS}
    return isinstance(wrt, Sym) and wrt.name in PARAMETERS and bool(own) and wrt.name not in own


def stepped(h: Head) -> bool:
    """π_{θ_t}: a policy at a step's own parameters, which are no θ."""
    return (h.name in POLICIES or h.base in POLICIES) and bool(h.param_labels)


def could_move(leaf: Term, body: Term) -> bool:
    """Whether a gradient of ``body`` says that this leaf moves."""
    h = head_of(head(leaf))
    if still(h):
        return False
    if isinstance(leaf, App):
        return h.base in FUNCTIONS or ":" in h.name
    while isinstance(body, Paren | Decor | At):
        body = body.body
    return leaf == body or h.base in FUNCTIONS


def still_by_convention(t: Term, wrt: Term | None) -> bool:
    """Whether a term without a gradient is none by convention: numbers, baselines, rewards, estimates, the environment, copies.

    A term in which something moves may be constant where it is looked at (a clipped ratio); that is no convention.
    """
    leaves = top_symbols(t)
    return any(moves_itself(x, wrt) for x in leaves) or all(still(head_of(head(x))) for x in leaves)


def still(h: Head) -> bool:
    estimate = h.base == "A" and (h.accents or h.indices)
    return h.frozen or h.base in STILL | STILL_GREEK and not stepped(h) or bool(estimate)
