r"""Cutoffs: sizes that stand for every size.

Theorem.  Write a claim's difference, its denominators cleared, as a sum over *slots*: P_m = Σ_{i₁…i_E ∈ [m]} M(x_{i₁}, …, x_{i_E}),
with M a fixed function, x_i the data of element i (π(a|s), its derivatives, r_i, …) and m the size of the set.  If P_m
vanishes identically for the sizes m = 2, …, E + 2, it vanishes for every m ≥ 1.

Proof.  Group the tuples by which slots coincide: P_m is a sum over subsets U of [m], |U| ≤ E, of fixed functions f_k(x_U), k = |U|.
Fix a base point and decompose each f_k into g_{k,V}, V ⊆ U, that vanish where an argument is the base point (the
anchored decomposition, which is unique).  The part of P_m that belongs to a set V of v elements is Σ_k C(m−v, k−v) g_{k,v}, at each
point a polynomial in m of degree ≤ E − v.  It vanishes at the E + 1 − v or more sizes tried that are ≥ v, hence identically. ∎

Elements that a claim names (the a of π(a|s)) are blocks of their own; F of them shift the sizes by F.  A size itself is a
slot: n = Σ_i 1.  Probabilities are quotients of free weights, π(a|s) = w_a / Σ_b w_b, whose k-th derivative has the
denominator (Σ_b w_b)^{k+1} and k more slots above; log π(a|s) is an unknown of its own whose derivative is ∇π/π.  Other
sets are kept at a fixed size while one is lifted, so the theorem applies to them one after the other.

Assumes: :class:`~derive.models.generic.GenericWorld`, where no value hides a sum over a set.  Whatever this module does not
recognise has no cutoff, and its claim is proved only at the sizes tried.

Source: the decomposition is that of Hoeffding (1948) with an anchor (Kuo et al. 2010); cutoffs for parametrised systems are
due to Emerson and Namjoshi (1995).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.models.scope import closure
from derive.models.slots import Counter, NoCutoff, Slots
from derive.models.trial import Prepared, drop_remainder, prepare, taylor_order
from derive.terms import App, Delta, Div, Fence, Func, Grad, Mul, Pow, Sym, Term, Transpose

SETS = ("states", "actions", "outcomes", "group")
MOST_TRIALS = 80
LARGEST = 24


def sizes_that_suffice(prepared: Prepared) -> tuple[dict[str, int], ...] | None:
    """The sizes at which a claim must hold to hold at every size; one empty entry where no size matters; None if unknown.

    Raises: nothing; what is not recognised has no cutoff.
    """
    try:
        of_sets = tuple(grid(prepared, {}, tuple(s for s in SETS if in_play(prepared, s))))
        return tuple({**sizes, "dim": n} for n in dimensions(prepared) for sizes in of_sets)
    except (NoCutoff, RecursionError):
        return None


def at_sizes(prepared: Prepared, sizes: dict[str, int]) -> Prepared:
    """The claim in generic worlds of these sizes."""
    if sizes["dim"] != prepared.setting.dim:
        prepared = prepare(prepared.claim, sizes["dim"])
    return replace(prepared, setting=replace(prepared.setting, generic=True, **sizes))  # type: ignore[arg-type]


def dimensions(prepared: Prepared) -> tuple[int, ...]:
    """The dimensions of the parameters that stand for all: every contraction (xᵀy, ⟨x, y⟩, ‖x‖²) is a slot.

    Without one, a claim is a claim about each component (or pair of components) on its own, and two of them are enough.
    """
    claim = prepared.claim
    bodies = (claim.lhs, claim.rhs)
    found = sum(contractions(t) for t in bodies)
    if not found:
        return (2,)
    if sum(contractions(t) for t in closure(bodies, claim.scope)) > found:
        raise NoCutoff  # a definition with a contraction may be used more than once
    slots = found * (1 + prepared.setting.order if any(divided(t) for t in bodies) else 1)
    if slots > 8:
        raise NoCutoff
    return tuple(range(1, slots + 2))


def contractions(t: Term) -> int:
    """How many contractions a term writes, powers multiplied out."""
    own = int(isinstance(t, Fence) and t.kind in ("inner", "norm"))
    below = sum(contractions(c) for c in t.children())
    if isinstance(t, Mul):
        moving = sum(any(isinstance(x, Grad | Delta) for x in f.walk()) for f in t.factors)
        turned = sum(any(isinstance(x, Transpose) for x in f.walk()) for f in t.factors)
        own += max(0, turned, moving - 1)
    if isinstance(t, Pow) and below and not (isinstance(t.base, Fence) and t.base.kind == "norm"):
        raise NoCutoff
    return own + below


def in_play(prepared: Prepared, which: str) -> bool:
    return not difference(prepared, which, dict.fromkeys(SETS, 2)).plain


def grid(prepared: Prepared, chosen: dict[str, int], left: tuple[str, ...]) -> Iterator[dict[str, int]]:
    """Every combination of sizes needed: first a set whose slots do not grow with the sets still to come."""
    if not left:
        yield chosen
        return
    for which in left:
        small, large = ({**dict.fromkeys(SETS, n), **chosen} for n in (2, 3))
        slots = difference(prepared, which, small).top
        if slots == difference(prepared, which, large).top:
            break
    else:
        raise NoCutoff
    first = 2 + named(prepared, which)
    rest = tuple(s for s in left if s != which)
    if first + slots > LARGEST:
        raise NoCutoff
    count = 0
    for n in range(first, first + slots + 1):
        for sizes in grid(prepared, {**chosen, which: n}, rest):
            count += 1
            if count > MOST_TRIALS:
                raise NoCutoff
            yield sizes


def difference(prepared: Prepared, which: str, sizes: dict[str, int]) -> Slots:
    """The slots of lhs − rhs in one set, the others at fixed sizes."""
    claim = prepared.claim
    if (
        claim.scope.use_data
        or prepared.facts.shapes
        or prepared.facts.sequences
        or prepared.facts.joints
        or prepared.facts.masses
    ):
        raise NoCutoff
    if set(prepared.facts.capitals) - {"time"} or prepared.facts.dataset or prepared.setting.reward_palette:
        raise NoCutoff
    counter = Counter(prepared, which, sizes)
    order = taylor_order(prepared)
    return counter.slots(drop_remainder(claim.lhs), order).plus(counter.slots(drop_remainder(claim.rhs), order))


def named(prepared: Prepared, which: str) -> int:
    """How many elements of a set a claim can name."""
    counter = Counter(prepared, which, {})
    found = {
        a
        for t in closure((prepared.claim.lhs, prepared.claim.rhs), prepared.claim.scope)
        for x in t.walk()
        for a in (((*x.args, *x.given) if isinstance(x, App) else x.subs) if isinstance(x, App | Sym) else ())
        if isinstance(a, Sym) and counter.kind(a) == which
    }
    return len(found)


def divided(t: Term) -> bool:
    """Whether a contraction stands in a denominator or inside a function."""
    return any(
        contractions(x.den) if isinstance(x, Div) else any(contractions(a) for a in x.args)
        for x in t.walk()
        if isinstance(x, Div | Func | App)
    )
