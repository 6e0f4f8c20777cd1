"""Conditions that a text leaves unsaid, under which a claim that fails holds: ranges, sizes, symmetric forms, where an episode ends.

Each is tried on the reading that is most likely meant; a claim that holds under one is conditional on it, with the words and what shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from derive.core.constants import ADVANTAGES, REWARDS, VALUE_VECTORS
from derive.core.terms import ONE, ZERO, Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, rebuild, unused, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, ACTION_SORT, POLICY, REAL, STATE, STATE_SORT, function, law
from derive.decide.calculation import compare
from derive.decide.judge import Finding, judge
from derive.elaborate.claims import Reading
from derive.kernel import HOLDS, Certificate, Numbers
from derive.verify.admitting import certificate_of
from derive.verify.silence import ORDERED, VALUES

#: Most coefficients whose ranges are tried, and seconds for each; those for what held at all points that there was time for.
MOST_RANGED = 3
RANGING, LONGER = 0.6, 4.0
#: A time at which an episode has begun.
LATER = 1
#: All values, and what is as large as rewards are.
ALL_VALUES = VALUES | {*VALUE_VECTORS}
EARNED = ALL_VALUES | REWARDS | {"return_from", "n_step_return", "lambda_return"}
#: Where texts take rewards from.
RANGES = ((0, 1), (-1, 1), (-1, 0))
#: What texts take every reward for.
EQUAL = (1, -1)
#: Rewards that a return must list before its last one is taken for the last of the episode.
LISTED = 3


def condition_of(reading: Reading) -> tuple[str, Certificate] | None:
    """The first condition, in words, under which the claim of a reading holds, and what shows it; None where there is none."""
    claim = reading.claim
    gradients = any(isinstance(t, Op) and t.name == "gradient" for p in claim.parts() for t in walk(p))
    for made in (
        for_one_size(claim),
        for_range(reading),
        for_end(claim),
        for_long_run(reading),
        for_independent(reading),
        for_return(claim),
        even_in_words(reading),
        for_rewards(reading),
        for_rewards_of_states(claim),
        symmetric_in_words(reading) if gradients else None,  # as the matrices of quadratic forms are
        semidefinite_in_words(reading),
    ):
        if made is not None:
            says, bound, finding = made
            return says, certificate_of(bound, finding)
    only = for_one_number(claim)
    if only is None:
        return None
    v = next(iter(free_variables(claim.lhs) | free_variables(claim.rhs)))
    return f"{reading.names.get(v.number, 'the letter')} is {only[0]}", Numbers(only[1], compare(only[1]))


def found_under(claim: CoreClaim, seconds: float = RANGING) -> Finding:
    """What is found of a claim under a condition, with more time where it held wherever it was tried: no refutation hangs on the clock."""
    finding = judge(claim, seconds)
    return judge(claim, LONGER) if finding.status == "undecided" and finding.points > 1 else finding


def begins_there(claim: CoreClaim, seconds: float) -> bool:
    """Whether a claim about a time holds there only because the episode is taken to begin at it.

    A mean over episodes under no condition is one over whole episodes: what was met before the time at hand bears on it.
    """
    if claim.clock is None or claim.relation == "~" or claim.order is not None:
        return False
    means = [t for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Bind) and t.name == "episode"]
    if not any(claim.clock in free_variables(m.body) and not m.where for m in means):
        return False
    clock = claim.clock

    def at(t: Core) -> Core:
        """The term at the later time, its numbers added up: how far a claim looks ahead is told from them."""
        if t == clock:
            return num(LATER)
        t = rebuild(t, at)
        numbers = [a.value for a in t.args if isinstance(a, Num)] if isinstance(t, Op) and t.name == "add" else []
        return num(sum(numbers)) if isinstance(t, Op) and numbers and len(numbers) == len(t.args) else t

    given = tuple(replace(g, lhs=at(g.lhs), rhs=at(g.rhs)) for g in claim.givens)
    rest = tuple(v for v in claim.times if v != clock)
    later = replace(claim, lhs=at(claim.lhs), rhs=at(claim.rhs), givens=given, clock=None, times=rest, first=0)
    return judge(later, seconds).status == "refuted"


def symmetric_in_words(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """That the matrices of quadratic forms are symmetric."""
    even = for_symmetric(reading.claim, forms=reading.forms)
    if even is None:
        return None
    says = " and ".join(f"{reading.names.get(v.number, 'a matrix')} is symmetric" for v in even[0])
    return says, *even[1:]


def semidefinite_in_words(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """That the matrices of quadratic forms in an order, or under a root, are positive definite, and the numbers beside them under it positive."""
    claim = reading.claim
    sides = (claim.lhs, claim.rhs)
    free = sorted({v for p in sides for v in free_variables(p)}, key=lambda v: v.number)
    rooted = any(isinstance(t, Op) and t.name == "root" for p in sides for t in walk(p))
    forms = [v for v in free if v in reading.forms or rooted and v.type.name == "Matrix"]
    if claim.relation not in ORDERED and not rooted or not forms or any(v.type.name != "Matrix" for v in forms):
        return None
    numbers = [v for v in free if v.type.name == "Real" and not v.random] if rooted else []
    definite = (*(CoreClaim(v, "definite", ZERO) for v in forms), *(CoreClaim(ZERO, "<", v) for v in numbers))
    made = replace(claim, givens=(*claim.givens, *definite))
    finding = found_under(made)
    named = [reading.names.get(v.number, "a matrix") for v in (*forms, *numbers)]
    says = [f"{name} is positive definite" for name in named[: len(forms)]] + [f"{name} > 0" for name in named[len(forms) :]]
    return (" and ".join(says), made, finding) if finding.status in HOLDS else None


def even_in_words(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """That a policy takes all actions equally often, in a claim that averages over actions in this way, and in which no policy is said."""
    claim = reading.claim
    policies = [v for v in free_variables(claim.lhs) | free_variables(claim.rhs) if v.type == POLICY]
    inside = [t for p in (claim.lhs, claim.rhs) for t in walk(p)]
    counted = Op("cardinality", (), (ACTION_SORT,)) in inside
    valued = any(isinstance(t, Op) and t.name in VALUES for t in inside)
    said = any(isinstance(t, Bind) and t.name == "table" and t.vars[-1].type == STATE for t in inside)
    if said or not counted or not valued or len(policies) != 1 or claim.relation != "=":
        return None
    made = replace(claim, givens=(*claim.givens, CoreClaim(policies[0], "even", ZERO)))
    finding = found_under(made)
    return ("the policy takes all actions equally often", made, finding) if finding.status in HOLDS else None


def for_long_run(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """That what weighs states on both sides is how often they are met in the long run: ``Σ_s μ(s) Σ_s' p(s'|s) f(s') = Σ_s μ(s) f(s)``."""
    claim = reading.claim
    policies = [v for v in free_variables(claim.lhs) | free_variables(claim.rhs) if v.type == POLICY]
    if claim.relation != "=" or len(policies) != 1:
        return None
    weights = [
        {t.args[0] for t in walk(p) if isinstance(t, Op) and t.name in ("call", "mass") and t.args[0] not in policies}
        for p in (claim.lhs, claim.rhs)
    ]
    for weight in weights[0] & weights[1]:
        if not isinstance(weight, Var) or weight.type not in (function(STATE, REAL), law(STATE_SORT)):
            continue

        def often(t: Core, weight: Var = weight) -> Core:
            made = rebuild(t, often)
            weighed = isinstance(made, Op) and made.name in ("call", "mass") and made.args[0] == weight
            return Op("stationary", (policies[0], made.args[1])) if isinstance(made, Op) and weighed else made

        made = replace(claim, lhs=often(claim.lhs), rhs=often(claim.rhs))
        finding = found_under(made)
        if finding.status in HOLDS:
            return (
                f"{reading.names.get(weight.number, 'the weight')} is the distribution of states in the long run",
                made,
                finding,
            )
    return None


def for_rewards(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """How large rewards are: bounds, in an order that holds what is earned against what is not; what all are, in an equation of such."""
    claim = reading.claim
    if not scaled_by_rewards(claim) or is_gap_of_values(claim):
        return None
    if claim.relation == "=":
        tried = with_equal_rewards(claim)
    else:  # V ≤ 0, where rewards are costs
        tried = with_bounded_rewards(claim, RANGES if ZERO in (claim.lhs, claim.rhs) else RANGES[:-1])
    return next((made for made in tried if made[2].status in HOLDS), None)


def scaled_by_rewards(claim: CoreClaim) -> bool:
    """Whether one side grows with the rewards and the other does not, and nothing given says how large they are; in an equation, by the discount."""
    sides = [{t.name for t in walk(p) if isinstance(t, Op)} & EARNED for p in (claim.lhs, claim.rhs)]
    told = any(isinstance(t, Op) and t.name in EARNED for g in claim.givens for p in (g.lhs, g.rhs) for t in walk(p))
    own, other = (claim.rhs, claim.lhs) if sides[1] else (claim.lhs, claim.rhs)
    discounted = any(isinstance(t, Op) and t.name == "discount" for t in walk(other)) and not free_variables(other)
    number = claim.relation == "=" and isinstance(own, Op) and own.name in ALL_VALUES and discounted
    return (claim.relation in ORDERED or number) and bool(sides[0]) != bool(sides[1]) and not told


def is_gap_of_values(claim: CoreClaim) -> bool:
    """Whether an order bounds how far values lie apart: only processes at the far ends tell, and none of those is tried."""
    if claim.relation not in ORDERED or ZERO in (claim.lhs, claim.rhs):
        return False
    found = [[t for t in walk(p) if isinstance(t, Op) and t.name in ALL_VALUES] for p in (claim.lhs, claim.rhs)]
    earned = [t for side in found for t in side]
    apart = len(earned) > 1 or any(t.name in ADVANTAGES for t in earned)
    return bool(found[0]) != bool(found[1]) and apart


#: Chances of which none is 0 or 1 in the processes that are tried.
CHANCED = frozenset(
    ("visitation", "visitation_law", "stationary", "start_mass", "transition", "policy_transition", "steps_to", "outcome")
)


def is_sure_chance(claim: CoreClaim) -> bool:
    """Whether a claim says that a chance, alone or times numbers, is neither 0 nor 1: where nothing may happen is not tried."""
    number, other = (claim.lhs, claim.rhs) if isinstance(claim.lhs, Num) else (claim.rhs, claim.lhs)
    parts = [*walk(other)]
    chances = [t for t in parts if isinstance(t, Op) and t.name in CHANCED]
    plain = all(
        isinstance(t, Num | Var) or isinstance(t, Op) and t.name in (*CHANCED, "mul", "add", "neg", "discount", "coerce")
        for t in parts
    )
    return claim.relation in ("<", ">", "!=") and isinstance(number, Num) and len(chances) == 1 and plain


def with_rewards(claim: CoreClaim, *said: tuple[str, Core]) -> tuple[CoreClaim, Finding]:
    """A claim with the reward of every state and action in each of some relations, and what comes of it."""
    state, action = letters_of_a_reward(claim)
    earned = Op("reward", (state, action))
    givens = (CoreClaim(earned, relation, other, every=(state, action)) for relation, other in said)
    made = replace(claim, givens=(*claim.givens, *givens))
    return made, found_under(made)


def letters_of_a_reward(claim: CoreClaim) -> tuple[Var, Var]:
    """A state and an action of which a claim does not speak."""
    first = unused(claim.parts())
    return Var(first, STATE), Var(first + 1, ACTION)


def with_bounded_rewards(
    claim: CoreClaim, ranges: tuple[tuple[int, int], ...] = RANGES
) -> Iterator[tuple[str, CoreClaim, Finding]]:
    """A claim with rewards in each of the ranges that texts take them from, and what comes of it."""
    for low, high in ranges:
        yield f"rewards are between {low} and {high}", *with_rewards(claim, (">=", num(low)), ("<=", num(high)))


def for_rewards_of_states(claim: CoreClaim) -> tuple[str, CoreClaim, Finding] | None:
    """That rewards hang on states alone, for best values whose reward is not written: π*(s) = argmax_a Σ_s' p(s'|s,a) V*(s')."""
    parts = [t for p in claim.parts() for t in walk(p) if isinstance(t, Op)]
    written = any(t.name in (*REWARDS, "outcome", "reward_law") for t in parts)
    if claim.relation != "=" or written or not any(t.name.startswith("optimal_") for t in parts):
        return None
    made, finding = with_rewards(claim, ("=", Op("state_reward", letters_of_a_reward(claim)[:1])))
    return ("rewards hang on the state alone", made, finding) if finding.status in HOLDS else None


def with_equal_rewards(claim: CoreClaim) -> Iterator[tuple[str, CoreClaim, Finding]]:
    """A claim with every reward one of the numbers that texts take for all, and what comes of it."""
    for number in EQUAL:
        yield f"every reward is {number}", *with_rewards(claim, ("=", num(number)))


def for_independent(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """That what is conditioned on one thing hangs on nothing else: the condition that a conditional distribution leaves out.

    ``p(y|D) = Σ_w p(y|w) p(w|D)`` holds with ``p(y|w,D)``, and as it stands where y hangs on D through w alone.
    """
    claim = reading.claim
    if claim.relation != "=" or claim.givens:
        return None
    parts = [t for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op) and t.name == "joint"]
    places = {place: arg for t in parts for place, arg in zip((*t.info[0], *t.info[1]), t.args[1:], strict=True)}
    free = free_variables(claim.lhs) | free_variables(claim.rhs)
    for one in dict.fromkeys(t for t in parts if t.info[1]):
        own, given, sorts = one.info
        for place, letter in places.items():
            if place in own or place in given or letter not in free:
                continue
            whole = Op("joint", (*one.args, letter), (own, (*given, place), sorts))

            def told(t: Core, one: Op = one, whole: Op = whole) -> Core:
                return whole if t == one else rebuild(t, lambda inner: told(inner))

            made = replace(claim, lhs=told(claim.lhs), rhs=told(claim.rhs))
            finding = found_under(made)
            if finding.status in HOLDS:
                what, of, through = (
                    reading.names.get(a.number, "it") if isinstance(a, Var) else "it" for a in (one.args[1], letter, one.args[-1])
                )
                says = f"{what} hangs on {of} through {through} alone"
                return says, made, finding
    return None


def for_return(claim: CoreClaim) -> tuple[str, CoreClaim, Finding] | None:
    """That what looks like the reward before a state is the return from it on, in a mean that is said to be a value: R_t, in older texts."""
    for own, other in claim.both_ways():
        valued = isinstance(own, Op) and own.name in ("value", "q_value")
        if not valued or not isinstance(other, Bind) or other.name != "episode" or not isinstance(other.body, Op):
            continue
        times = [t.args[0] for c in other.where for t in walk(c) if isinstance(t, Op) and t.name == "state_at"]
        if other.body.name == "reward_at" and times and other.body.args[0] == Op("add", (times[0], Num(Fraction(-1)))):
            made = replace(claim, lhs=own, rhs=replace(other, body=Op("return_from", (times[0],))))
            finding = found_under(made)
            if finding.status in HOLDS:
                return "the letter for a reward stands for the return", made, finding
    return None


def for_end(claim: CoreClaim) -> tuple[str, CoreClaim, Finding] | None:
    """That an episode ends with the last of several rewards that a return is said to be the sum of."""
    for own, other in claim.both_ways():
        if claim.relation != "=" or not isinstance(own, Op) or own.name != "return_from" or claim.givens:
            continue
        start = own.args[0]
        later = {t.args[0] for t in walk(other) if isinstance(t, Op) and t.name == "reward_at"}
        if any(isinstance(t, Bind) or isinstance(t, Op) and t.name == "last_step" for t in walk(other)):
            continue
        # G_t = r_t + … + γ^{n−1} r_{t+n−1} + γⁿ G_{t+n}, and nothing comes after
        n = len(later)
        if n >= LISTED:
            rest = Op(
                "mul",
                (Op("power", (Op("discount", ()), Num(Fraction(n)))), Op("return_from", (Op("add", (start, Num(Fraction(n)))),))),
            )
            whole = replace(claim, lhs=own, rhs=Op("add", (other, rest)))
            finding = found_under(whole)
            if finding.status in HOLDS:
                return "the episode ends with the last of these rewards", whole, finding
    return None


def for_range(reading: Reading) -> tuple[str, CoreClaim, Finding] | None:
    """The range in which coefficients must lie for a claim to hold, as a text takes such letters to: positive, or between 0 and 1.

    The condition in words, the claim under it, and what shows it.
    """
    claim = reading.claim
    told = set(reading.coefficients)
    if claim.relation in ORDERED and any(isinstance(t, Bind) and is_chance(t) for p in (claim.lhs, claim.rhs) for t in walk(p)):
        told |= free_variables(claim.lhs) | free_variables(claim.rhs)  # how far out a tail begins
    told |= letters_of_chances(claim)
    told -= {
        a for g in claim.givens if g.relation in ORDERED for a, b in g.both_ways() if not free_variables(b)
    }  # it is said where they lie
    free = sorted((v for v in told if v.type.name == "Real" and not v.random), key=lambda v: v.number)
    if claim.relation not in ORDERED | {"="} or claim.order is not None or not 0 < len(free) <= MOST_RANGED:
        return None
    if claim.relation != "=" and any(isinstance(a, Var) and not free_variables(b) for a, b in claim.both_ways()):
        return None  # it says itself where a letter lies
    unsettled: set[tuple[Var, ...]] = set()
    for bounds, says in (((), "{} > 0"), ((ONE,), "0 < {} < 1")):
        for letters in dict.fromkeys((*((v,) for v in free), tuple(free))):
            if letters in unsettled:
                continue  # a narrower range may not be needed
            ranges = [CoreClaim(ZERO, "<", v) for v in letters] + [CoreClaim(v, "<", top) for v in letters for top in bounds]
            bound = replace(claim, givens=(*claim.givens, *ranges))
            finding = found_under(bound)
            if finding.status in HOLDS:
                return " and ".join(says.format(reading.names.get(v.number, "a number")) for v in letters), bound, finding
            if finding.status == "undecided":
                unsettled.add(letters)
    return None


def letters_of_chances(claim: CoreClaim) -> set[Var]:
    """The letters of which a claim takes the logarithm, and of what is left to 1: they stand for probabilities."""
    logs = [t.args[0] for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op) and t.name == "log"]
    rest = {
        t.args[1].args[0]
        for inside in logs
        for t in walk(inside)
        if isinstance(t, Op) and t.name == "add" and t.args[0] == ONE and isinstance(t.args[1], Op) and t.args[1].name == "neg"
    }
    return {v for v in rest if isinstance(v, Var) and v.type == REAL and any(v in walk(inside) for inside in logs)}


def is_chance(term: Bind) -> bool:
    return term.name == "mean" and isinstance(term.body, Op) and term.body.name == "indicator"


def for_symmetric(
    claim: CoreClaim, seconds: float = RANGING, forms: Iterable[Var] | None = None
) -> tuple[list[Var], CoreClaim, Finding] | None:
    """The matrices that must be symmetric for a claim to hold, the claim with that, and what shows it; None where that is not it.

    ``forms``: those that a text takes to be symmetric; any where it is not given.
    """
    square = {v for side in (claim.lhs, claim.rhs) for v in free_variables(side) if v.type.name == "Matrix"}
    matrices = sorted(square if forms is None else square & set(forms), key=lambda v: v.number)
    even = tuple(CoreClaim(v, "=", Op("transpose", (v,))) for v in matrices)
    made = replace(claim, givens=(*claim.givens, *even))
    finding = found_under(made, seconds) if even else None
    return (matrices, made, finding) if finding is not None and finding.status in HOLDS else None


def for_one_number(claim: CoreClaim) -> tuple[int, CoreClaim] | None:
    """The whole number for which an equation with a number holds, if it has just one free letter and there is just one: the data of an example."""
    free = free_variables(claim.lhs) | free_variables(claim.rhs)
    closed = any(isinstance(p, Num) for p in (claim.lhs, claim.rhs))
    if any(isinstance(t, Bind) for p in (claim.lhs, claim.rhs) for t in walk(p)):
        return None
    if len(free) != 1 or next(iter(free)).type.name != "Nat" or claim.givens or not closed or claim.relation != "=":
        return None
    v = next(iter(free))
    made = [(n, with_number(claim, v, n)) for n in range(1, 41)]
    good = [(n, at) for n, at in made if compare(at).status == "proved"]
    return good[0] if len(good) == 1 else None


def with_number(claim: CoreClaim, v: Var, n: int) -> CoreClaim:
    table: dict[int, Core] = {v.number: Num(Fraction(n))}
    return replace(claim, lhs=replaced(claim.lhs, table), rhs=replaced(claim.rhs, table))


def for_rounded_size(claim: CoreClaim) -> tuple[int, CoreClaim] | None:
    """The one size for which a number is rightly rounded: that of an example; None where there is none, or several."""
    sizes = {t.info[0] for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op) and t.name == "cardinality"}
    if len(sizes) != 1 or claim.givens or free_variables(claim.lhs) | free_variables(claim.rhs):
        return None
    decimals = any(isinstance(t, Num) and t.digits for p in (claim.lhs, claim.rhs) for t in walk(p))

    def at(term: Core, n: int) -> Core:
        return Num(Fraction(n)) if isinstance(term, Op) and term.name == "cardinality" else rebuild(term, lambda t: at(t, n))

    made = [(n, replace(claim, lhs=at(claim.lhs, n), rhs=at(claim.rhs, n))) for n in range(1, 41)] if decimals else []
    good = [(n, sized) for n, sized in made if compare(sized).status in HOLDS]
    return good[0] if len(good) == 1 else None


def for_one_size(claim: CoreClaim) -> tuple[str, CoreClaim, Finding] | None:
    """The size for which a claim about a decimal holds, if there is just one: the numbers of an example."""
    sizes = {t.info[0] for p in claim.parts() for t in walk(p) if isinstance(t, Op) and t.name == "cardinality"}
    decimals = any(isinstance(t, Num) and t.digits for p in (claim.lhs, claim.rhs) for t in walk(p))
    if len(sizes) != 1 or not decimals or claim.givens:
        return None
    sort = next(iter(sizes))
    good = []
    for n in range(1, 8):
        sized = replace(claim, givens=(CoreClaim(Op("cardinality", (), (sort,)), "=", Num(Fraction(n))),))
        finding = judge(sized, 0.3)
        if finding.status in HOLDS:
            good.append((f"there are {n}", sized, finding))
    return good[0] if len(good) == 1 else None
