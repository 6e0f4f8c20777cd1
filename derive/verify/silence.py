"""Claims that say nothing which points could settle: estimates, data of an example, strangers, words."""

from __future__ import annotations

from dataclasses import replace

from derive.core.constants import CONSTANTS, SOFT_VALUES, VALUE_FAMILY, VALUE_VECTORS
from derive.core.terms import (
    CALLED,
    ONE,
    ZERO,
    Bind,
    Core,
    CoreClaim,
    Num,
    Op,
    Var,
    below,
    factors_of,
    free_variables,
    op,
    same_term,
    walk,
)
from derive.core.types import ACTION, POLICY, REAL, STATE, STATE_SORT, function, law
from derive.elaborate.claims import Read, Reading
from derive.elaborate.given.recursions import FOLLOWS
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.randomness.special import MEAN_OF_NO_LAW
from derive.evaluate.processes.paths import ON_PATHS, WHOLE
from derive.syntax.flat import Row, is_mark, row_key
from derive.syntax.flat import walk as items_of

#: Operations whose value is that of one episode.
OF_ONE_PATH = (*ON_PATHS, *WHOLE)


#: Most coefficients whose ranges are tried, and seconds for each.
MOST_RANGED = 3
RANGING = 0.2


def hangs_on_path(term: Core) -> bool:
    """Whether a term speaks of an episode outside of any expectation."""
    if isinstance(term, Bind) and term.name in ("episode", "all_paths"):
        return any(isinstance(c, Op) and c.name == "same" for c in term.where)
    return isinstance(term, Op) and term.name in OF_ONE_PATH or any(hangs_on_path(t) for t in below(term))


DRAWN_LATER = ("reward_at", "return_from", "n_step_return", "lambda_return")


def samples(claim: CoreClaim) -> bool:
    """Whether one side is what a step happened to give, and the other only values of the states and actions before it."""
    sides = [{t.name for t in walk(p) if isinstance(t, Op)} for p in (claim.lhs, claim.rhs)]
    binds = any(isinstance(t, Bind) for p in (claim.lhs, claim.rhs) for t in walk(p))
    values = {"value", "q_value", "advantage", "call", *SOFT_VALUES}
    late = [bool(s & set(DRAWN_LATER)) for s in sides]
    return claim.relation == "=" and not binds and late[0] != late[1] and all(bool(s & values) for s in sides)


def estimates(claim: CoreClaim) -> bool:
    """Whether one side is random and the other is not."""
    return (
        claim.relation == "="
        and not isinstance(claim.lhs, Num)
        and not isinstance(claim.rhs, Num)
        and hangs_on_path(claim.lhs) != hangs_on_path(claim.rhs)
        and not any(weighs_its_path(side) for side in (claim.lhs, claim.rhs))
    )


def values_a_step(claim: CoreClaim) -> bool:
    """Whether values stand on the left, and on the right what an episode happened to bring: ``q(S_t,A_t)=R_{t+1}+γ v(S_{t+1})``."""
    ops = {t.name for t in walk(claim.lhs) if isinstance(t, Op)}
    valued = bool(ops & set(VALUES)) and not ops & set(DRAWN_LATER) and not any(isinstance(t, Bind) for t in walk(claim.lhs))
    return claim.relation == "=" and valued and hangs_on_path(claim.rhs)


def weighs_its_path(side: Core) -> bool:
    """Whether a side is a term of a sum over episodes, with the probability of the one that it hangs on for a factor: no estimate has it."""
    return any(isinstance(t, Op) and t.name == "path_mass" for t in factors_of(side))


MEASURED = frozenset(
    (
        "value",
        "q_value",
        "advantage",
        "prob",
        "mass",
        "joint",
        "divergence",
        "entropy",
        "cross_entropy",
        "entropy_of",
        "call",
        "reward",
        "reward_to",
        "transition",
        "policy_reward",
        "total_variation",
    )
)
NUMBERS = frozenset(("add", "mul", "neg", "div", "power", "root", "log", "exp", "pi"))


def is_value_of_example(claim: CoreClaim) -> bool:
    """Whether a claim gives a quantity a number: the data of an example, not a law."""

    def closed(t: Core) -> bool:
        return t not in (ZERO, ONE) and all(isinstance(x, Num) or isinstance(x, Op) and x.name in NUMBERS for x in walk(t))

    def measured(t: Core) -> bool:
        if isinstance(t, Op) and t.name in ("add", "neg") and any(isinstance(x, Op) and x.name == "entropy_of" for x in walk(t)):
            return all(measured(a) for a in t.args)
        if isinstance(t, Op) and t.name in CALLED and told(claim, t.args[0]):
            return False
        return isinstance(t, Op) and t.name in MEASURED and not any(isinstance(x, Bind) for x in walk(t))

    return claim.relation == "=" and any(measured(a) and closed(b) for a, b in claim.both_ways())


def strangers(claim: CoreClaim) -> bool:
    """Whether two sides have unknowns and none in common: nothing says how they hang together."""
    if any(isinstance(t, Op) and t.name in CONSTANTS for p in (claim.lhs, claim.rhs) for t in walk(p)):
        return False
    sides = [{v for v in free_variables(p) if v.type.name not in ("Nat", "Elem")} for p in (claim.lhs, claim.rhs)]
    return claim.relation == "=" and bool(sides[0]) and bool(sides[1]) and not sides[0] & sides[1] and not claim.givens


def worded(reading: Reading) -> bool:
    """Whether a claim speaks of something by a word: what it stands for, only the words around say."""
    free = {v.number for p in (reading.claim.lhs, reading.claim.rhs) for v in free_variables(p)}
    return any(n in free and name.startswith(r"\text{") for n, name in reading.names.items())


def told(claim: CoreClaim, name: Core) -> bool:
    """Whether a recursion that is given speaks of a name: it says how it hangs together with others."""
    return any(g.relation == FOLLOWS and name in walk(p) for g in claim.givens for p in (g.lhs, g.rhs))


def without_law(reading: Reading) -> bool:
    """Whether a claim has expectations of which nothing says what they are over: it may hold for what is meant."""
    return any(reading.names.get(v.number) == MEAN_OF_NO_LAW for p in reading.claim.parts() for v in free_variables(p))


#: What the values of the field are.
VALUES = frozenset(("objective", *VALUE_FAMILY, *SOFT_VALUES))


def functions_of(term: Core) -> set[int]:
    """The unknown functions that move with parameters and are applied in a term."""
    heads = [t.args[0] for t in walk(term) if isinstance(t, Op) and t.name in CALLED]
    return {h.args[0].number for h in heads if isinstance(h, Op) and h.name == "at_parameter" and isinstance(h.args[0], Var)}


#: How often states are visited.
VISITED = ("visitation", "visitation_law", "visitation_from", "stationary")


def lopsided(reading: Reading) -> str:
    """An unknown function whose value or gradient is one side, and that the other does not have: nothing says what it is."""
    claim = reading.claim
    for own, other in claim.both_ways():
        of_paths = {t.args[0] for t in walk(own) if isinstance(t, Op) and t.name == "path_function"} - set(walk(other))
        estimated = (hangs_on_path(own) or not weighs_its_path(other)) and not weighs_its_path(own)
        if of_paths and claim.relation == "=" and estimated:
            return "what is measured of an episode"
        laws = {v.number for v in free_variables(own) - free_variables(other) if v.type == law(STATE_SORT)}
        if laws and any(isinstance(t, Op) and t.name in ("objective", *VISITED) for t in walk(other)):
            return reading.names.get(min(laws), "a distribution")  # of the states that are visited, it may be, or none
        weights = {v.number for v in free_variables(own) - free_variables(other) if v.type.name in ("Real", "Function")}
        if weights and any(isinstance(t, Op) and t.name == "objective" for t in walk(other)):
            return reading.names.get(min(weights), "a weight")  # an advantage or a return, it may be
        values = {v.number for v in free_variables(own) - free_variables(other) if v.type == function(STATE, ACTION, REAL)}
        if values and any(isinstance(t, Bind) and t.name == "episode" for t in walk(other)):
            return reading.names.get(min(values), "a function")  # what is earned from there on, it may be
        joints = {v.number for v in free_variables(own) - free_variables(other) if v.type.name == "Joint"}
        if joints and all({t.name for t in walk(p) if isinstance(t, Op)} & VALUES for p in (own, other)):
            return reading.names.get(min(joints), "a distribution")  # a process of another kind, it may be
        masses = {v.number for v in free_variables(own) - free_variables(other) if v.type == function(STATE, REAL)}
        if masses and (other == ONE or any(isinstance(t, Op) and t.name in VISITED for t in walk(other))):
            return reading.names.get(min(masses), "a distribution")  # of the first state, or a belief, it may be
        places = {a for t in walk(other) if isinstance(t, Op) and t.name == "component" for a in t.args[1:]}
        vectors = {v.number for v in free_variables(own) - free_variables(other) if v.type.name == "Vector"}
        if vectors and places & (free_variables(other) - free_variables(own)) and claim.relation == "=":
            return reading.names.get(min(vectors), "a vector")  # the unit vector of that place, it may be
        unknown = functions_of(own) - functions_of(other)
        if unknown and claim.relation == "=" and {t.name for t in walk(other) if isinstance(t, Op)} & VALUES:
            return reading.names.get(min(unknown), "a function")  # an estimate of values, it may be, or none
        head = own
        while isinstance(head, Op) and head.name in ("gradient", "derivative", "neg", "at"):
            head = head.args[0]
        summed = isinstance(head, Bind) and head.name == "sum"  # that weights add up to one is what a text asks of them
        while isinstance(head, Bind) and head.name == "sum":
            head = head.body
        if claim.relation == "=" and isinstance(head, Op) and head.name in CALLED and (summed or isinstance(other, Op | Bind)):
            name = (
                head.args[0] if isinstance(head.args[0], Var) else head.args[0].args[0] if isinstance(head.args[0], Op) else None
            )
            if isinstance(name, Var) and name not in walk(other) and not told(claim, name):
                return reading.names.get(name.number, "a function")
    return ""


def held_still(reading: Reading) -> str:
    """A reward or an error in an average that nothing draws it in, beside quantities of the field: what it is there, nothing says."""
    for own, other in reading.claim.both_ways():
        averages = [t for t in walk(own) if isinstance(t, Bind) and t.name in ("episode", "expect", "mean")]
        for v in reading.drawn:
            of_field = any(isinstance(t, Op) and t.name in VALUES for t in walk(other))
            if of_field and v not in free_variables(other) and any(v in free_variables(t.body) for t in averages):
                return reading.names.get(v.number, "a reward")
    return ""


#: Relations that say which is larger.
ORDERED = frozenset(("<", ">", "<=", ">="))
#: Where one letter in an order says how large another thing may be.
BOUNDING = frozenset(("add", "mul", "neg", "div", "power", "root", "discount", "log", "exp", "cardinality"))


def bounded(reading: Reading) -> str:
    """What an order holds a quantity of the field against that nothing here explains: a bound."""
    claim = reading.claim
    if claim.relation not in ORDERED:
        return ""
    told = {v for g in claim.givens for p in (g.lhs, g.rhs) for v in free_variables(p)}
    for own, other in claim.both_ways():
        mine, others = free_variables(own), free_variables(other) | told
        of_field = any(isinstance(t, Op) and t.name in CONSTANTS for t in walk(other))
        letters = {v for v in mine - others if v.type.name == "Real" and not v.random}
        if of_field and letters and all(isinstance(t, Var | Num) or isinstance(t, Op) and t.name in BOUNDING for t in walk(own)):
            return reading.names.get(min(v.number for v in letters), "a number")
    return ""


def unrelated(reading: Reading) -> list[str]:
    """The policies of two sides of an order: either may be the better one, unless one is made from the other, in a way that is not said."""
    claim = reading.claim
    sides = [{v for v in free_variables(p) if v.type == POLICY} for p in (claim.lhs, claim.rhs)]
    if claim.relation not in ORDERED or claim.givens or not all(sides):
        return []
    worth = any(
        isinstance(t, Op) and t.name in (*VALUE_FAMILY, *VALUE_VECTORS, "objective")
        for p in (claim.lhs, claim.rhs)
        for t in walk(p)
    )
    if sides[0] == sides[1] and not (worth and len(sides[0]) > 1):
        return []
    return [reading.names.get(v.number, "a policy") for v in sorted(sides[0] | sides[1], key=lambda v: v.number)]


def greedy(reading: Reading) -> str:
    """The policy whose step is said to be the best one, and of which nothing else is said: ``T^π' v = T v``, ``Σ_a π'(a|s) f(a) = max_a f(a)``."""
    claim = reading.claim
    for own, best in claim.both_ways():
        if claim.relation == "=" and not claim.givens and is_step(own, best):
            policies = {v for v in free_variables(own) - free_variables(best) if v.type == POLICY}
            if len(policies) == 1:
                return reading.names.get(policies.pop().number, "a policy")
    return ""


def is_step(own: Core, best: Core) -> bool:
    """Whether one term is what a step of a policy makes of something, and the other what the best step makes of it."""
    if isinstance(own, Op) and isinstance(best, Op):
        return (own.name, best.name) == ("backup", "optimal_backup") and own.args[-1] == best.args[-1]
    if not (isinstance(own, Bind) and isinstance(best, Bind) and best.name == "max" and own.vars and own.vars[0].type == ACTION):
        return False
    taken = own.body
    if own.name == "sum":
        weights = [f for f in factors_of(taken) if isinstance(f, Op) and f.name == "prob" and f.args[1] == own.vars[0]]
        rest = [f for f in factors_of(taken) if f not in weights]
        taken = op("mul", *rest) if len(rest) > 1 else rest[0] if rest and len(weights) == 1 else own
    return same_term(replace(best, body=taken, vars=own.vars), best)


def made_of(claim: CoreClaim, names: frozenset[str]) -> bool:
    """Whether both sides are made of letters, numbers and these alone."""
    return all(
        isinstance(t, Var | Num) or isinstance(t, Op | Bind) and t.name in names for p in (claim.lhs, claim.rhs) for t in walk(p)
    )


#: What properties of functions and matrices are written with.
MEASURES = frozenset(("abs", "norm", "mean", "gradient", "derivative", "partial", "transpose", "trace", "det", "identity"))
SLOPES = frozenset(("gradient", "derivative", "partial"))


def property_of(claim: CoreClaim) -> Var | None:
    """The one unknown function or matrix of which an order says what it is like, and of which nothing is given: convex, Lipschitz, smooth,
    monotone, positive, a contraction.  A function is related to itself elsewhere, or to its slopes."""
    calls = {t for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op) and t.name in CALLED}
    slopes = any(
        isinstance(t, Op) and (t in calls and t.info or t.name in SLOPES) for p in (claim.lhs, claim.rhs) for t in walk(p)
    )
    matrices = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p) if v.type.name == "Matrix"}
    heads = {t.args[0] for t in calls} | matrices
    lone = next(iter(heads)) if len(heads) == 1 else None
    stretched = any(isinstance(t, Op) and t.name == "norm" for p in (claim.lhs, claim.rhs) for t in walk(p))
    if not isinstance(lone, Var) or not (matrices and stretched or slopes or not matrices and len(calls) > 1):
        return None
    told = any(lone in walk(p) for g in claim.givens for p in (g.lhs, g.rhs))
    return (
        lone
        if not told and made_of(claim, BOUNDING | MEASURES | ({*VALUES, *VALUE_VECTORS} if matrices else {*CALLED}))
        else None
    )


def functional(reading: Reading) -> str:
    """An unknown function or sequence that a claim relates to itself at other places: that says what it is, and nothing else here does."""
    claim = reading.claim
    if claim.relation in ORDERED and (name := property_of(claim)) is not None:
        return reading.names.get(name.number, "a function")
    if claim.givens or claim.order is not None:
        return ""
    sides = (claim.lhs, claim.rhs)
    calls = [{t for t in walk(p) if isinstance(t, Op) and t.name in CALLED} for p in sides]
    every = calls[0] | calls[1]
    heads, slopes = {t.args[0] for t in every}, any(t.info for t in every)
    lone = next(iter(heads)) if len(heads) == 1 else None
    if isinstance(lone, Var) and not slopes and len(every) > 1:
        apart = calls[0] != calls[1] and all(calls) and any(isinstance(p, Op) for t in every for p in t.args[1:])
        if claim.relation == "=" and made_of(claim, BOUNDING | {*CALLED}) and apart:
            return reading.names.get(lone.number, "a function")  # additive, even, periodic
    for side, other in ((0, 1), (1, 0)):
        call = sides[side]
        while isinstance(call, Bind) and call.name == "sum":
            call = call.body  # Σ_a ρ(s,a) = …
        if call is not sides[side] and not (isinstance(call, Op) and set(call.args[1:]) & free_variables(sides[side])):
            continue  # Σ_x f(x) is a number
        if isinstance(call, Op) and call.name == "add" and sum(not isinstance(t, Var) for t in call.args) == 1:
            call = next(t for t in call.args if not isinstance(t, Var))  # g + h(s) = …
        if claim.relation != "=" or call not in calls[side] or not isinstance(call, Op) or not isinstance(call.args[0], Var):
            continue
        again = {t.args[1:] for t in calls[other] if t.args[0] == call.args[0]}
        moved = [
            places for places in again if places != call.args[1:] and not set(places) & free_variables(claim.lhs, frozenset())
        ]
        own = call.args[0].type.args[:1]
        single = len(call.args) == 2 or call is not sides[side]  # ρ(s,a) as it flows in and out of states
        single = single and all(isinstance(p, Var) for p in call.args[1:]) and call.args[0].number not in reading.indexed
        if moved and own and own[0].name == "Elem" and single:
            return reading.names.get(call.args[0].number, "a function")  # μ(s') = Σ_s μ(s) p(s'|s)
        bare = len(set(call.args[1:])) == len(call.args) - 1 and all(isinstance(p, Var) for p in call.args[1:])
        inside = any(isinstance(t, Op) and t.name in CALLED for places in again for p in places for t in walk(p))
        if bare and inside and call.args[1:] not in again:
            return reading.names.get(call.args[0].number, "a function")
    return ""


def iterated(read: Read) -> str:
    r"""A sequence of which an order holds one member against another, and of which nothing is given: ``\lVert x_k-x^*\rVert\le c\lVert x_0-x^*\rVert``."""
    if read.relation not in (*ORDERED, r"\le", r"\ge") or any(i.kind == "big" for r in (read.lhs, read.rhs) for i in items_of(r)):
        return ""
    told = {stem(i) for g in read.givens for r in g.terms for i in items_of(r)}
    sides = [[i for i in items_of(r) if i.kind == "atom" and len(i.subs) == 1 and i.subs[0]] for r in (read.lhs, read.rhs)]
    for one in sides[0]:
        members = [{row_key(i.subs[0]): i.subs[0] for i in side if stem(i) == stem(one)} for side in sides]
        pairs = [(a, b) for a in members[0].values() for b in members[1].values() if row_key(a) != row_key(b)]
        if stem(one) in told or members[0].keys() == members[1].keys():
            continue
        if any(is_step_of(a, b) and is_step_of(b, a) and any("index" in kinds(x[0].name) for x in (a, b)) for a, b in pairs):
            return one.said
    return ""


def is_step_of(sub: Row, other: Row) -> bool:
    """Whether an index is a number, or a letter with a number added that stands in the other, unless that is a number."""
    letters = {i.key for i in other if i.kind == "atom"}
    plain = all(i.kind in ("atom", "number") or is_mark(i, "+", "-") for i in sub)
    return plain and all(i.key in letters or not letters for i in sub if i.kind == "atom")


def eigen(reading: Reading) -> str:
    """An unknown that stands alone on one side, and as a factor beside a matrix on the other: an equation that says what it is."""
    claim = reading.claim
    for side, other in claim.both_ways():
        own = side.args[0] if isinstance(side, Op) and side.name == "transpose" else side
        factors = {f.args[0] if isinstance(f, Op) and f.name == "transpose" else f for f in factors_of(other)}
        beside = [f for f in factors if f != own and any(is_matrix(t) for t in walk(f))]
        if claim.relation == "=" and isinstance(own, Var) and own.type.name == "Vector" and own in factors and beside:
            return reading.names.get(own.number, "a vector")
    return ""


def is_matrix(term: Core) -> bool:
    return isinstance(term, Var) and term.type.name == "Matrix" or isinstance(term, Op) and term.name == "transition_matrix"
