"""Claims that only say what something is: a name, a policy, the discount, a law."""

from __future__ import annotations

from derive.core.constants import CONSTANTS
from derive.core.terms import (
    CALLED,
    Bind,
    Core,
    CoreClaim,
    Num,
    Op,
    Var,
    below,
    free_variables,
    num,
    strip_coerce,
    walk,
)
from derive.core.types import NAT
from derive.elaborate.claims import Reading
from derive.elaborate.given.listed import NUMERALS
from derive.elaborate.given.recursions import follows
from derive.glossary.marks import MEAN
from derive.syntax.flat import Row, is_mark
from derive.syntax.flat import walk as items_of
from derive.verify.silence import BOUNDING, VALUES


def says_discount(claim: CoreClaim) -> bool:
    """Whether a claim says what the discount is, in letters: ``γ = 1 − 1/H``."""

    def plain(t: Core) -> bool:
        return isinstance(t, Var | Num) or isinstance(t, Op) and t.name in BOUNDING - {"discount"}

    return claim.relation == "=" and any(
        a == Op("discount", ()) and free_variables(b) and all(map(plain, walk(b))) for a, b in claim.both_ways()
    )


#: What has the reward of a step in it, whatever that is.
MADE_OF_REWARDS = ("n_step_return", "lambda_return", "return_from", "td_error")


def is_definition(claim: CoreClaim) -> bool:
    """Whether a claim only says what an unknown is: a bare variable, or an unknown function of bare letters, that occurs nowhere else."""
    if claim.relation not in ("=", "propto") or claim.order is not None or follows(claim):
        return False
    head = claim.lhs
    if isinstance(head, Op) and head.name == "power" and head.args[1] in free_variables(claim.rhs):
        head = head.args[0] if isinstance(head.args[1], Var) and not isinstance(head.args[0], Var) else head  # L_2^τ(u)
    if (
        isinstance(head, Op)
        and head.name == "power"
        and head.args[1] == num(2)
        and any(isinstance(t, Bind) for t in walk(claim.rhs))
    ):
        head = head.args[0]  # σ² = 1/n Σ (x_i − μ)²
    if (
        isinstance(head, Op)
        and head.name in CALLED
        and isinstance(head.args[0], Var)
        and head.args[0].type.args[:1] == (NAT,)
        and (not head.info or head.name == "call_vector")
    ):
        # a member of a sequence: what it is, or how it follows from another
        return head not in walk(claim.rhs)
    if (
        isinstance(head, Op)
        and head.name in CALLED
        and isinstance(with_any_parameter(head.args[0]), Var)
        and all(isinstance(strip_coerce(a), Var) or is_met(a) for a in head.args[1:])
        and (not head.info or head.name == "call_vector")
        or isinstance(head, Op)
        and head.name in ("mass", "path_function")
        and isinstance(head.args[0], Var)
    ):
        name = with_any_parameter(head.args[0])
    elif (
        isinstance(head, Op)
        and head.name == "prob"
        and not isinstance(head.args[0], Bind)
        and all(isinstance(a, Var) for a in head.args[1:])
        and any(v.type.name in ("Function", "Vector") for v in free_variables(claim.rhs))
    ):
        # a policy by a formula of unknown scores or preferences
        policy = head.args[0].args[0] if isinstance(head.args[0], Op) and head.args[0].args else head.args[0]
        return policy not in walk(claim.rhs)
    elif isinstance(head, Var):
        name = head
    else:
        return False
    others = set(walk(claim.rhs)) | {t for g in claim.givens for p in g.parts() for t in walk(p)}
    return name not in others


def is_met(argument: Core) -> bool:
    """Whether an argument is the state or the action of any step: ``g(s_t, a_t)`` says what g is wherever an episode goes."""
    return (
        isinstance(argument, Op)
        and argument.name in ("state_at", "action_at")
        and isinstance(strip_coerce(argument.args[0]), Var)
    )


def with_any_parameter(called: Core) -> Core:
    """What is called, f_w as f: that it is given at a letter w says what it is at any."""
    at_letter = isinstance(called, Op) and called.name == "at_parameter" and all(isinstance(a, Var) for a in called.args)
    return called.args[0] if isinstance(called, Op) and at_letter else called


def says_policy(reading: Reading) -> bool:
    """Whether a claim says what a policy or the reward of a step is: one side is its chance at letters, or it, and the other does not name it.

    Values that name no policy may be others than its own; another policy alone is a claim that the two are one.  The logarithm of a
    chance, or a score, says so in names of its own: log π(a|s) = −(a−μ(s))²/2σ² − log σ − ½ log 2π, ∇log π(a|s) = φ(s,a) − Σ_b π(b|s)φ(s,b).
    """
    elided = any(key == ("elided values",) for key, _, _ in reading.reasons)

    def head(t: Core) -> Core | None:
        if isinstance(t, Op) and t.name == "reward_at" and not isinstance(t.args[0], Num):
            return t
        if isinstance(t, Op) and t.name == "prob" and len(set(t.args[1:])) == len(t.args) - 1 and all(map(is_place, t.args[1:])):
            policy = t.args[0]
            while isinstance(policy, Op) and policy.args:
                policy = policy.args[0]
            return policy if isinstance(policy, Var) else None
        return None

    def is_place(t: Core) -> bool:
        return isinstance(t, Var) or isinstance(t, Op) and t.name in ("state_at", "action_at")

    def parts(t: Core) -> list[Core]:
        if elided and isinstance(t, Op) and t.name in VALUES:
            return [t]
        return [t, *(p for inner in below(t) for p in parts(inner))]

    claim = reading.claim
    if claim.relation == "=" and is_score(claim.lhs) and strange_in(claim.rhs, claim.lhs, reading):
        return True
    for side, other in claim.both_ways():
        name, inner = head(side), parts(other)
        follows = any(isinstance(t, Op) and t.name in MADE_OF_REWARDS for t in inner)
        if name is not None and name not in inner and head(other) is None and not follows and claim.relation == "=":
            return True
    return False


def is_score(term: Core) -> bool:
    """Whether a side is the logarithm of a policy's chance at letters, or its gradient."""
    while isinstance(term, Op) and term.name in ("gradient", "neg"):
        term = term.args[0]
    chance = term.args[0] if isinstance(term, Op) and term.name == "log" else None
    return isinstance(chance, Op) and chance.name == "prob" and all(isinstance(a, Var) for a in chance.args[1:])


def strange_in(other: Core, known: Core, reading: Reading) -> bool:
    """Whether a side has names of the page's own that the other does not have."""
    new = free_variables(other) - free_variables(known)
    return any(v.type.name in ("Real", "Vector", "Function", "Law") and v not in reading.tends for v in new)


#: What a name at a time may have been read as.
OF_EPISODES = ("add", "prod", "n_step_return", "lambda_return", "return_from")


def own_names(reading: Reading, lone: str) -> bool:
    """Whether one side is a quantity of the field, and the other has names of the page's own that say what it is there."""
    claim = reading.claim
    for head, other in claim.both_ways():
        if (
            strange_in(other, head, reading)
            and isinstance(head, Op | Bind)
            and (head.name in CONSTANTS if lone == "applied" else head.name in OF_EPISODES)
        ):
            return True
    return False


def says_bar(lhs: Row, rhs: Row) -> bool:
    """Whether a name with a bar is said to be what divides by nothing: no mean, and so something that the page calls so."""
    name = lhs[0] if len(lhs) == 1 else None
    barred = name is not None and name.kind == "atom" and name.accents == MEAN and not name.subs
    return barred and not any(i.kind == "frac" or is_mark(i, "/") for i in items_of(rhs))


def says_number(lhs: Row, rhs: Row) -> bool:
    """Whether a name at numbers is said to be a number: ``J(0)=0``."""
    at = lhs[1] if len(lhs) == 2 and lhs[0].kind == "atom" and lhs[1].kind == "group" else None
    return at is not None and all(i.kind in NUMERALS for row in (*at.rows, rhs) for i in items_of(row))


def says_law(claim: CoreClaim) -> bool:
    """Whether a claim gives a moment of a random variable a value: it says how the variable is distributed."""

    def moment(t: Core) -> bool:
        if isinstance(t, Op) and t.name == "add" and len(t.args) == 2 and isinstance(t.args[1], Op) and t.args[1].name == "neg":
            square = t.args[1].args[0]  # of the mean: a variance
            return isinstance(square, Op) and square.name in ("mul", "power") and moment(t.args[0]) and moment(square.args[0])
        body = t.body if isinstance(t, Bind) and t.name == "mean" and not t.where else None
        while isinstance(body, Op) and body.name in ("mul", "power"):
            body = body.args[0]
        return isinstance(body, Var) and body.random

    def mean(t: Core) -> bool:
        """The mean of what hangs on random variables that nothing says how they are distributed; no mean in it."""
        inner = walk(t.body) if isinstance(t, Bind) and t.name == "mean" and not t.where else ()
        return any(isinstance(i, Var) and i.random for i in inner) and not any(isinstance(i, Bind) for i in inner)

    def certain(t: Core) -> bool:
        return not any(isinstance(i, Var) and i.random or isinstance(i, Bind) and i.name == "mean" for i in walk(t))

    if claim.relation != "=" or claim.givens:
        return False
    return any(moment(a) and isinstance(b, Num) or mean(a) and certain(b) and free_variables(b) for a, b in claim.both_ways())


__all__ = ["is_definition", "own_names", "says_bar", "says_discount", "says_law", "says_number", "says_policy"]
