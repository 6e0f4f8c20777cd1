r"""Well-known quantities under their well-known names, and a property that each of their definitions must have.

A page that defines one of them otherwise is told so, with the property that breaks and the source.  A property is a
claim like any other, refuted by a witness; an unusual but sound variant keeps the property and is left alone.

=====================  ==================================================================  =======================
quantity               property                                                            source
=====================  ==================================================================  =======================
TD error               with the true values its mean given the state is zero                Sutton and Barto, eq. 6.5
soft Bellman target    with γ = 0 it is the reward: nothing of the next step is undiscounted  Haarnoja et al. 2018, eq. 3
V-trace target         with all weights 1, the TD error j steps on has the weight γ^j          Espeholt et al. 2018, eq. 1
=====================  ==================================================================  =======================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.decide.identity import decide_identity, refutation, relabel
from derive.models.heads import POLICIES, head_of
from derive.models.kernel import Proposal
from derive.models.scope import Scope
from derive.models.trial import Claim, prepare
from derive.terms import Add, App, Big, Expect, Func, Mul, Neg, Num, Paren, Pow, Sym, Term, replace_terms, strip
from derive.values.budget import Budget

GAMMA = Sym("gamma")
ZERO, ONE = Num(Fraction(0), "0"), Num(Fraction(1), "1")


@dataclass(frozen=True, slots=True)
class Known:
    """A known quantity: what its property says of a definition, as a claim under each convention; none where it is another's."""

    name: str
    source: str
    says: str
    property: Callable[[Term, Term], tuple[Claim, ...]]


def soft_target(lhs: Term, rhs: Term) -> tuple[Claim, ...]:
    """r + γ(… s′ …) − α log π(a′|s′): at γ = 0 what is left must be r."""
    for x in rhs.walk():
        if not isinstance(x, Add):
            continue
        parts = [p.body if isinstance(p, Neg) else p for p in x.terms]
        reward = next((p for p in parts if isinstance(p, Sym) and head_of(p).base in ("r", "R")), None)
        discounted = [p for p in parts if isinstance(p, Mul) and GAMMA in p.factors and any(next_step(y) for y in p.walk())]
        entropy = [
            p
            for p in parts
            if p not in discounted and any(isinstance(y, Func) and y.name in ("log", "ln") and next_policy(y) for y in p.walk())
        ]
        if reward is not None and discounted and entropy:
            return (Claim(replace_terms(x, {GAMMA: ZERO}), reward, "=", Scope(trusting=True)),)
    return ()


def next_step(t: Term) -> bool:
    """s′, a′, s_{t+1}."""
    return isinstance(t, Sym) and t.name in ("s", "a", "S", "A") and (t.primes > 0 or any(isinstance(i, Add) for i in t.subs))


def next_policy(t: Term) -> bool:
    return any(
        isinstance(y, App)
        and isinstance(y.head, Sym)
        and y.head.name in POLICIES
        and any(next_step(a) for a in (*y.args, *y.given))
        for y in t.walk()
    )


def vtrace(lhs: Term, rhs: Term) -> tuple[Claim, ...]:
    """v_s = V(s) + Σ_t γ^{t−s} (Π c_k) ρ_t δ_t: with c = 1 the weight of δ_t must be γ^{t−s}."""
    head = strip(lhs)
    if not (isinstance(head, Sym) and head.name == "v" and len(head.subs) == 1):
        return ()
    for x in rhs.walk():
        if not (isinstance(x, Big) and x.op == "sum" and isinstance(x.body, Mul) and len(x.under) == 1):
            continue
        factors = x.body.factors
        products = [f for f in factors if isinstance(strip(f), Big) and strip(f).op == "prod"]  # type: ignore[attr-defined]
        powers = [f for f in factors if isinstance(f, Pow) and f.base == GAMMA]
        if not products or not powers or not any(isinstance(y, Sym) and y.name == "rho" for y in x.walk()):
            continue
        weight = Mul((powers[0], products[0]), ("",))
        index = x.under[0].lhs if hasattr(x.under[0], "lhs") else None
        start = x.under[0].rhs if hasattr(x.under[0], "rhs") else None
        traces: dict[Term, Term] = {y: ONE for y in weight.walk() if isinstance(y, Sym) and y.name == "c"}
        if index is None or start is None or not traces:
            continue
        at: dict[Term, Term] = {index: Num(Fraction(3), "3"), start: ONE}
        put = replace_terms(replace_terms(weight, traces), at)
        return (Claim(put, replace_terms(powers[0], at), "=", Scope(trusting=True)),)
    return ()


def td_error(lhs: Term, rhs: Term) -> tuple[Claim, ...]:
    """r + γV(s′) − V(s): with the true values its mean given s is 0, whatever the index of the reward that follows a_t."""
    head = strip(lhs)
    if not (isinstance(head, Sym) and head_of(head).base == "delta" and isinstance(rhs, Add) and len(rhs.terms) == 3):
        return ()
    parts = [p.body if isinstance(p, Neg) else p for p in rhs.terms]
    reward = [p for p in parts if isinstance(p, Sym) and p.name in ("r", "R") and not p.accents]
    after = [
        p for p in parts if isinstance(p, Mul) and p.factors[0] == GAMMA and len(p.factors) == 2 and of_value(p.factors[1], True)
    ]
    now = [p for p in parts if of_value(p, False)]
    if not (len(reward) == len(after) == len(now) == 1):
        return ()
    here = now[0].args[0]  # type: ignore[attr-defined]
    usual = Add((Sym(reward[0].name, subs=here.subs), after[0], Neg(now[0])))
    if decide_identity(mean_given(usual, here, 0), Budget(), refute=False, assume=False).verdict.status != "proved":
        return ()  # these letters are not read as a process here
    return tuple(mean_given(rhs, here, shift) for shift in (0, 1))


def mean_given(t: Term, state: Term, shift: int) -> Claim:
    """E[t | state] = 0 with the true values, under a convention for the reward's index."""
    scope = Scope(trusting=True, reward_shift=shift, assumptions=frozenset({"values-exact"}))
    return Claim(Expect((), t, (state,)), ZERO, "=", scope)


def of_value(t: Term, after: bool) -> bool:
    """V at the next state, or at the present one."""
    return (
        isinstance(t, App)
        and isinstance(t.head, Sym)
        and t.head.name in ("V", "v")
        and not (head_of(t.head).labels or head_of(t.head).accents or head_of(t.head).params)
        and len(t.args) == 1
        and isinstance(t.args[0], Sym)
        and t.args[0].name in ("s", "S")
        and next_step(t.args[0]) == after
    )


KNOWN = (
    Known(
        "TD error",
        "Sutton and Barto 2018, eq. 6.5",
        "with the true values its mean given the state should be zero",
        td_error,
    ),
    Known(
        "soft Bellman target",
        "Haarnoja et al. 2018, eq. 3",
        "the entropy of the next step is not discounted: with γ = 0 the target should be the reward alone",
        soft_target,
    ),
    Known(
        "V-trace target",
        "Espeholt et al. 2018, eq. 1",
        "γ is counted twice: with all importance weights 1 the TD error j steps on should have the weight γ^j",
        vtrace,
    ),
)


def contradicts_known(lhs: Term, rhs: Term, budget: Budget | None = None) -> Proposal | None:
    """A refutation of a definition that breaks, under every convention, the property of what it names; None for every other."""
    for known in KNOWN:
        claims = known.property(lhs, rhs)
        found = [refutation(prepare(claim), budget or Budget()) for claim in claims]
        if found and all(f.verdict.status == "refuted" for f in found):
            return relabel(found[0], message=f"Not the {known.name} ({known.source}): {known.says}.", code="D430")
    return None


def contradicts_update(lhs: Term, rhs: Term, budget: Budget | None = None) -> Proposal | None:
    r"""A refutation of ``Q(s,a) ← Q(s,a) + α[target − V(s)]``: an update toward a target must stop where the estimate has reached it.

    At the true values the mean of the target is what the estimate on the left estimates, so what is subtracted must be that
    estimate.  Only V and Q without labels are compared, each with its own arguments.
    """
    estimate = strip(lhs)
    if not isinstance(estimate, App) or not plain_value(estimate) or not isinstance(rhs, Add) or len(rhs.terms) != 2:
        return None
    kept, step = rhs.terms
    if strip(kept) != estimate or not isinstance(step, Mul):
        return None
    bracket = strip(step.factors[-1])
    if not isinstance(bracket, Add):
        return None
    last = bracket.terms[-1]
    added = strip(last) == estimate  # target + V(s): the estimate with the sign of the target
    taken = estimate if added else strip(last.body) if isinstance(last, Neg) else None
    if not isinstance(taken, App) or not plain_value(taken) or taken == estimate and not added:
        return None
    if taken.head == estimate.head and not added and not any(next_step(x) for x in taken.args):
        return None
    own, other = (App(Sym(head_name(t), sups=(Sym("pi"),)), t.args) for t in (estimate, taken))
    exact = (own, Neg(other) if added else other)
    found = refutation(prepare(Claim(exact[0], exact[1], "=", Scope(trusting=True))), budget or Budget())
    if found.verdict.status != "refuted":
        return None
    message = (
        "The update moves its estimate by the distance of its target from another quantity: at the true values it does not stop."
    )
    return relabel(found, message=message, code="D430")


def head_name(t: App) -> str:
    return t.head.name if isinstance(t.head, Sym) else ""


def plain_value(t: App) -> bool:
    """V(s) or Q(s,a) without a label, a policy or parameters."""
    if not isinstance(t.head, Sym) or t.given:
        return False
    h = head_of(t.head)
    return t.head == Sym(t.head.name) and h.base in ("V", "v", "Q", "q") and len(t.args) == (1 if h.base in ("V", "v") else 2)


__all__ = ["KNOWN", "Known", "Paren", "contradicts_known", "contradicts_update"]
