"""Whether what fails on a page is an error of the page: a refutation stands only where the page itself says enough.

The words of a page may say what its formulas do not: what a name is, what a number is the value of, how an outcome is drawn, what is
independent of what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from fractions import Fraction

from derive.core.constants import CONSTANTS, REWARDS, SOFT_VALUES, VALUE_FAMILY, VALUE_VECTORS
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
    free_variables,
    num,
    op,
    rebuild,
    replace,
    unused,
    walk,
)
from derive.core.types import ACTION, ACTION_SORT, POLICY, STATE, element
from derive.decide.calculation import ORDERS
from derive.decide.judge import judge
from derive.elaborate.claims import Reading
from derive.evaluate.compiler import bare
from derive.page.claim_forms import (
    STEPS,
    TRYING,
    UNIVERSAL,
    VALUES,
    adds_rewards,
    called_alike,
    counted_from_start,
    decimals,
    differentiated,
    follows_policy,
    follows_surely,
    greedy,
    head_of,
    is_algebra,
    is_calculation,
    is_number,
    is_objective,
    is_primitive,
    is_quantity_of_policy,
    is_settled,
    of_discount,
    parameters,
    recursive,
    singled_out,
    undrawn,
    undrawn_in,
)
from derive.page.qualifying import bounds_nothing, fails_for_each_sign, is_turned, may_rescue, seeks_number, the_other_way
from derive.page.saying.roles import ARROW, Role
from derive.page.words.cues import AT_END_ALONE, COSTS, DETERMINISTIC, HELLINGER, INDEPENDENT, UNDISCOUNTED, UNIT_SUM
from derive.page.words.role_names import CLAIM, DEFINITION, INSTANCE, STATED
from derive.values.arith import fraction
from derive.values.matrices import is_exact
from derive.verify.conditions import for_symmetric
from derive.verify.silence import NUMBERS, hangs_on_path, weighs_its_path
from derive.verify.text_conventions import says_how_visits_count
from derive.verify.verdicts import HOLDS

#: How often states are visited.
VISITS = frozenset(("visitation", "visitation_law"))
#: What a claim that writes a reward has in it.
REWARDED = frozenset((*REWARDS, "outcome", "return_from", "td_error"))
#: What has the discount in it that its definition has.
HIDING = frozenset(("objective", "return_from", "td_error", *VALUES))
#: What letters for entropies are read as.
ENTROPY_NAMES = frozenset(("entropy", "entropy_of", "cross_entropy"))
#: What is meant by a letter with a prime in an expectation over an episode.
NEXT = "what a prime marks is what follows in the episode"
#: That what fails for a policy holds for the best one.
AT_THE_BEST = "it holds where the policy is one of the best"


#: Words by which numbers are those of a machine, the last word of a norm, and the operations that measure a vector.
ROUNDED = ("floating point", "floating-point", "float arithmetic", "machine precision", "double precision")
CIRCLE = op("pi")
NORM, NORMS = "norm", ("norm", "abs", "root")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a refutation is no error of the page, and what is said instead: ``doubtful`` where it may be one."""

    why: str
    status: str = "undecided"
    #: Whether it is that nothing says what a name is.
    unknown: bool = False
    #: Whether it is what words say of all that stands there, and of no name.
    around: bool = False


def objection(reading: Reading, role: Role, display: bool, discounted: bool = True, later: bool = False) -> Objection | None:
    """Why a refutation of a claim is no error of the page; None where it stands.

    ``discounted``: the section has written a discount; ``later``: it writes one somewhere, which bears on values by their successors.
    """
    claim, names = reading.claim, reading.names
    against = objections(claim, role, names, display, reading.explained)
    if against is None:
        even = for_symmetric(claim, TRYING)
        if even is not None and not set(even[0]) & set(reading.features):
            return Objection(f"{' and '.join(spelled(v, names) for v in even[0])} is symmetric", "conditional")
    if against is None and (
        role.why == ARROW or claim.relation in ORDERS and (not display or is_bounded(claim)) or seeks_number(claim)
    ):
        letters = positive_for(claim)
        if letters:
            return Objection(" and ".join(f"{spelled(v, names)} > 0" for v in letters), "conditional")
    if (against is None or against.status == "doubtful") and not discounted:
        plain = undiscounted(claim)
        if plain is not None and judge(plain, TRYING).status in HOLDS:
            if later and all(any(isinstance(t, Op) and t.name in VALUES for t in walk(side)) for side in (claim.lhs, claim.rhs)):
                return against
            return Objection(UNDISCOUNTED, "conditional")
        parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side)]
        names_in = {t.name for t in parts if isinstance(t, Op)}
        if "discount" not in names_in and names_in & HIDING and any(adds_rewards(t) for t in parts):
            return against or Objection("nothing may be discounted here", "doubtful")
    return against


def is_bounded(claim: CoreClaim) -> bool:
    """Whether something given bounds what an order speaks of: the signs of the others are left to the reader there."""
    spoken = free_variables(claim.lhs) | free_variables(claim.rhs)
    return any(g.relation in ORDERS and (free_variables(g.lhs) | free_variables(g.rhs)) & spoken for g in claim.givens)


def positive_for(claim: CoreClaim) -> list[Var]:
    """The numbers that have to be positive for a claim to hold; none where it fails for positive ones, too."""
    letters = sorted(
        (v for v in free_variables(claim.lhs) | free_variables(claim.rhs) if v.type.name == "Real"), key=lambda v: v.number
    )

    def holds(some: list[Var]) -> bool:
        return judge(replaced(claim, givens=(*claim.givens, *(CoreClaim(ZERO, "<", v) for v in some))), TRYING).status in HOLDS

    if not letters or not holds(letters):
        return []
    return [v for v in letters if len(letters) == 1 or not holds([w for w in letters if w != v])] or letters


def objections(
    claim: CoreClaim, role: Role, names: Mapping[int, str], display: bool, said: frozenset[int] = frozenset()
) -> Objection | None:
    if is_calculation(claim) and role.name in STATED:
        return told_of_numbers(claim, role)
    if nothing_open(claim) and role.name in STATED and not role.under:
        return None  # all that it speaks of has been given its numbers
    if role.under and may_rescue(role.under, claim) and not fails_everywhere(claim):
        return Objection(f"the words before it say {role.under!r}, which no formula here says")
    if role.name not in (CLAIM, DEFINITION, INSTANCE):
        return Objection(f"it is no claim here but {article(role.name)} ({role.why})")
    if role.name == DEFINITION and not (display and (is_quantity_of_policy(claim.lhs) or is_settled(claim))):
        return Objection(f"it is a definition here ({role.why})")
    if any(isinstance(side, Op) and side.name == "sigmoid" and isinstance(side.args[0], Var) for side in (claim.lhs, claim.rhs)):
        return Objection("it may say what a letter for a function is here")
    if role.name == DEFINITION and counted_from_start(claim):
        return Objection("its discount is counted from the beginning of the episode")
    told: dict[Core, Core] = {
        g.lhs: g.rhs for g in claim.givens if g.relation == "=" and isinstance(g.lhs, Var) and not free_variables(g.rhs)
    }
    numbered = any(is_number(side) for side in (claim.lhs, claim.rhs)) and role.why != ARROW
    if numbered and not law_of_numbers(claim) and not (role.claimed and bounds_nothing(claim) or display and is_turned(claim)):
        return Objection("it gives the value that something has in an example")
    if claim.relation == "=" and any(is_quantity_of_policy(a) and of_discount(b) for a, b in claim.both_ways()):
        return Objection("it gives the value that a state has in an example")
    if decimals(claim.lhs, told) != decimals(claim.rhs, told):
        return Objection("it has numbers of an example in it")
    moved = parameters(claim)
    raised = {t.args[1] for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Op) and t.name == "power"}
    unknown = [
        {v for v in free_variables(side) - moved if v.type.name not in UNIVERSAL or v in raised}
        for side in (claim.lhs, claim.rhs)
    ]
    if any(
        differentiated(side) for side in (claim.lhs, claim.rhs)
    ):  # what all of a policy's probabilities come to does not name it
        unknown = [{v for v in names_ if v.type.name != "Policy"} for names_ in unknown]
    # what bounds a name, or says what something random comes to: any other equation may be one of several for it
    spoken = [{v for p in (g.lhs, g.rhs) for v in free_variables(p)} for g in claim.givens]
    explained = {
        v for g, s in zip(claim.givens, spoken, strict=True) for v in s
        if g.relation != "=" or any(x.random for x in s) or is_primitive(g.lhs) or is_primitive(g.rhs)
    }  # fmt: skip
    unknown = [{v for v in names_ - told.keys() - explained if v.number not in said} for names_ in unknown]
    if claim.relation == "~":  # an expansion fails in the orders in which no unknown coefficient stands, or it is not decided
        unknown = [{v for v in names_ if v.type.name not in ("Vector", "Matrix", "Function")} for names_ in unknown]
    alone = sorted(unknown[0] ^ unknown[1], key=lambda v: v.number)
    of_one = any(weighs_its_path(a) and not hangs_on_path(b) for a, b in claim.both_ways())  # one episode beside all of them
    if alone and not law_of_numbers(claim) and not of_one:
        needed = next((v for v in alone if matters(claim, v)), None)
        if needed is not None:
            return Objection(f"nothing here says what {spelled(needed, names)} is", unknown=True)
    begun = {
        t.args[0] for side in (claim.lhs, claim.rhs) for t in walk(side)
        if isinstance(t, Bind) and t.name in ("sum", "prod") and t.args and isinstance(t.args[0], Var)
    }  # fmt: skip
    nowhere = [v for v in begun if (v in free_variables(claim.lhs)) != (v in free_variables(claim.rhs))]
    if nowhere:
        return Objection(f"nothing here says what {spelled(nowhere[0], names)} is, from which something is summed")
    claimed = role.claimed or role.plain and the_other_way(claim)
    turned_there = role.claimed and of_a_process(claim) and is_turned(claim)
    if claim.relation in ORDERS and not display and (not claimed or of_a_process(claim) and not turned_there):
        return Objection("it states a condition")
    signs = [v for v in unknown[0] if v.type != POLICY and v.type.name != "Law"]
    stated = claimed or display and not any(v.type.name == "Real" for v in signs)
    turned = (display or claimed) and claim.relation in ORDERS and bool(signs) and is_turned(claim)
    if (
        claim.relation in ORDERS
        and signs
        and not (turned or role.anywhere)
        and not (stated and fails_for_each_sign(claim, signs))
    ):
        return Objection(f"it holds or not by the sign of {spelled(min(signs, key=lambda v: v.number), names)}")
    if claim.relation == "=" and (head_of(claim.lhs) or head_of(claim.rhs)):
        return Objection(f"it is an equation for {spelled(head_of(claim.lhs) or head_of(claim.rhs), names)}", unknown=True)
    if claim.relation == "=" and any(is_primitive(a) and a not in walk(b) for a, b in claim.both_ways()):
        return Objection("it says what a process or a policy is")
    if any(is_objective(t) for side in (claim.lhs, claim.rhs) for t in walk(side)):
        return Objection("what an objective is, and what is dropped from its gradient, differs from text to text", "doubtful")
    visited = any(isinstance(t, Op) and t.name in VISITS for side in (claim.lhs, claim.rhs) for t in walk(side))
    if visited and not says_how_visits_count():
        return Objection("which visits are counted, and from where on, differs from text to text", "doubtful")
    singled = singled_out(claim, names)
    if singled:
        return Objection(f"{' and '.join(singled)} may be what an example has", around=True)
    if follows_surely(claim):
        if not any(isinstance(t, Op) and t.name == "prob" for p in (claim.lhs, claim.rhs) for t in walk(p)):
            return Objection("it says in a way of its own how likely something is")
        return Objection("it holds where what follows an action is certain", "doubtful")
    twice = called_alike(claim, names)
    if twice:
        return Objection(f"two things are called {twice} here", "doubtful")
    sequence = recursive(claim) if claim.relation != "~" else None
    if sequence is not None:
        return Objection(f"it may use how one {spelled(sequence, names)} follows from another")
    drawn = undrawn(claim) if not law_of_numbers(claim) else None
    meant = following(claim) if drawn is not None else None
    if meant is not None and undrawn(meant) is None:
        return (
            objections(meant, role, names, display, said)
            if judge(meant, TRYING).status == "refuted"
            else Objection(NEXT, "meant")
        )
    if drawn is not None:
        return Objection(f"nothing here says how {spelled(drawn, names)} is drawn")
    joints = tuple(CoreClaim(v, "independent", v) for v in unknown[0] if v.type.name == "Joint")
    if joints and judge(replaced(claim, givens=(*claim.givens, *joints)), TRYING).status != "refuted":
        return Objection("it fails unless something is independent of something", "doubtful")
    if (
        claim.relation == "="
        and greedy(claim.lhs) != greedy(claim.rhs)
        and any(follows_policy(side) for side in (claim.lhs, claim.rhs))
        and judge(at_the_best(claim), TRYING).status != "refuted"
    ):
        return Objection(AT_THE_BEST, "doubtful")
    if one_letter(claim):
        return Objection("it holds where the letters that the two sides do not share are one", "doubtful")
    if not display and not role.plain and not is_algebra(claim):
        return Objection("it stands in a sentence, whose words may say when it holds", "doubtful")
    return None


def of_a_process(claim: CoreClaim) -> bool:
    """Whether a claim is of what the field has names for: what is said of that in a sentence is often said of some states alone."""
    return any(isinstance(t, Op) and t.name in CONSTANTS for side in (claim.lhs, claim.rhs) for t in walk(side))


def matters(claim: CoreClaim, v: Var) -> bool:
    """Whether a name that one side alone has may make a claim true: that side hangs on it, and a policy where there is a choice."""
    side = claim.lhs if v in free_variables(claim.lhs) else claim.rhs
    other = Var(unused(claim.parts()), v.type)
    still = CoreClaim(side, "=", replace(side, {v.number: other}))
    if v.type == POLICY and judge(still, TRYING).status == "proved":
        return False
    if v.type == POLICY:
        single = CoreClaim(Op("cardinality", (), (ACTION_SORT,)), "=", ONE)
        return judge(replaced(claim, givens=(*claim.givens, single)), TRYING).status != "refuted"
    return judge(still, TRYING).status != "proved"


def article(role: str) -> str:
    return ("an " if role[0] in "aeiou" else "a ") + role


def spelled(v: Var | None, names: Mapping[int, str]) -> str:
    return names.get(v.number, "a name").removeprefix("text:") if v is not None else "a name"


def told_of_numbers(claim: CoreClaim, role: Role) -> Objection | None:
    """What words say of a calculation: which norm is meant, how a machine counts; and that π may be no number of circles."""
    sides = (claim.lhs, claim.rhs)
    if claim.relation == "=" and any(s in (CIRCLE, op("log", CIRCLE)) for s in sides):
        return Objection(r"\pi may be a probability or a policy here, and not 3.14159…")
    normed = role.under.lower().endswith(NORM) and any(isinstance(t, Op) and t.name in NORMS for s in sides for t in walk(s))
    if normed or role.under.lower() in ROUNDED:
        return Objection(f"the words before it say {role.under!r}, which no formula here says")
    return None


def nothing_open(claim: CoreClaim) -> bool:
    """Whether a claim is of numbers that lists have given, and of nothing else: sums over them."""
    parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side)]
    listed = any(isinstance(t, Op) and t.name == "cases" for t in parts)
    known = all(isinstance(t, Num | Var | Bind) or isinstance(t, Op) and t.name in (*NUMBERS, "cases", "eq") for t in parts)
    return listed and known and not any(free_variables(side) for side in (claim.lhs, claim.rhs))


def law_of_numbers(claim: CoreClaim) -> bool:
    """Whether a side that is 0 or 1 is what a sum or a mean over given laws always is, or any number that of a gradient: no value in an example."""
    for side, other in claim.both_ways():
        if not is_number(side):
            continue
        if differentiated(other):
            return True
        below = {v for t in walk(other) if isinstance(t, Op) and t.name == "at_parameter" for v in free_variables(t.args[1])}
        plain = {v.type.name for v in free_variables(other) - below} <= {"Policy", *UNIVERSAL, "Vector"}
        drawn = any(isinstance(t, Bind) and t.name in ("expect", "episode", "sum") for t in walk(other))
        return plain and drawn and side in (ZERO, ONE) or has_one_value(claim, other)
    return False


def fails_everywhere(claim: CoreClaim) -> bool:
    """Whether one side is a number, and the other always another: nothing that words could suppose makes them equal."""
    return claim.relation == "=" and any(is_number(a) and has_one_value(claim, b) for a, b in claim.both_ways())


def has_one_value(claim: CoreClaim, term: Core) -> bool:
    """Whether a term with free letters is one number whatever these are: it has no value of its own in an example."""
    apart = judge(replaced(claim, relation="=", lhs=term, rhs=ONE), TRYING).witness if free_variables(term) else None
    value = bare(apart.lhs) if apart is not None else 1
    known = num(fraction(value)) if is_exact(value) else ZERO
    return bool(free_variables(term)) and judge(replaced(claim, relation="=", lhs=term, rhs=known), TRYING).status == "proved"


def following(claim: CoreClaim) -> CoreClaim | None:
    """The claim with s′ and a′, which nothing draws, as what follows in the episode that an expectation is over; None where that says nothing."""
    every = (t for side in (claim.lhs, claim.rhs) for t in walk(side))
    told = [c for t in every if isinstance(t, Bind) and t.name == "episode" for c in t.where]
    held = {v for c in told for v in free_variables(c)}  # these are where an episode is, not what follows there
    times = [
        c.args[0].args[0]
        for c in told
        if isinstance(c, Op) and c.name in ("eq", "same") and isinstance(c.args[0], Op) and c.args[0].name == "state_at"
    ]
    if not times:
        return None
    after = Op("add", (times[0], Num(Fraction(1))))
    sides = []
    for side, other in claim.both_ways():
        lost = {v for v in undrawn_in(side) - held if v not in free_variables(other)}
        table = {
            v.number: Op({STATE: "state_at", ACTION: "action_at"}[v.type], (after,)) for v in lost if v.type in (STATE, ACTION)
        }
        sides.append(replace(side, dict(table)))
    return None if (sides[0], sides[1]) == (claim.lhs, claim.rhs) else replaced(claim, lhs=sides[0], rhs=sides[1])


def holds_as_supposed(reading: Reading, supposes: Collection[str], discounted: bool) -> str:
    """What a claim that fails takes to hold, of what the words of its section suppose; empty where that is not it.

    ``discounted`` where it writes a discount.
    """
    claim = reading.claim
    sides = (claim.lhs, claim.rhs)
    if INDEPENDENT in supposes:
        letters = sorted({v for p in sides for v in free_variables(p) if v.random}, key=lambda v: v.number)
        if len(letters) == 2 and holds_under(claim, CoreClaim(letters[0], "independent", letters[1])):
            return f"{' and '.join(spelled(v, reading.names) for v in letters)} are independent"
    if UNIT_SUM in supposes:
        for letter, total in sums_of_weights(claim):
            if holds_under(claim, CoreClaim(total, "=", ONE)):
                return f"{spelled(letter, reading.names)} sums to one"
    if COSTS in supposes and (costly := of_costs(claim)) != claim and judge(costly, TRYING).status in HOLDS:
        return COSTS
    if UNDISCOUNTED in supposes and not discounted:
        if holds_under(claim, CoreClaim(Op("discount", ()), "=", ONE)):
            return UNDISCOUNTED
    return ""


def left_to_words(claim: CoreClaim, supposes: Collection[str]) -> str:
    """What the words of a section say that no formula says: how states follow on one another, what a letter for an entropy stands for, when rewards come."""
    named = {t.name for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op)}
    if HELLINGER in supposes and named & ENTROPY_NAMES:
        return HELLINGER
    if AT_END_ALONE in supposes and named & VALUES and named & {*STEPS, "state_at"} and not named & REWARDED:
        return AT_END_ALONE
    lone = {v.type for side, other in claim.both_ways() for v in free_variables(side) - free_variables(other)}
    return DETERMINISTIC if DETERMINISTIC in supposes and STATE in lone else ""


#: Most names of which it is tried whether their members sum to one.
MOST_WEIGHTS = 4


def sums_of_weights(claim: CoreClaim) -> list[tuple[Var, Core]]:
    """The sequences, functions and vectors of a claim that it sums over, each with the sum of its members."""
    sides = (claim.lhs, claim.rhs)
    found: dict[Var, Core] = {}
    for total in (t for side in sides for t in walk(side) if isinstance(t, Bind) and t.name == "sum"):
        for term in walk(total.body):
            if not isinstance(term, Op) or term.name not in (*CALLED, "component") or term.args[1:] != total.vars:
                continue
            if isinstance(term.args[0], Var):
                found.setdefault(term.args[0], Bind("sum", total.vars, term, total.args))
    number = unused(sides)
    for at, v in enumerate(
        sorted({v for s in sides for v in free_variables(s) if v.type.name == "Vector"}, key=lambda v: v.number)
    ):
        place = Var(number + at, element(v.type.args[0]))
        found.setdefault(v, Bind("sum", (place,), Op("component", (v, place))))
    return [*found.items()][:MOST_WEIGHTS]


#: What is the negative of itself where costs stand for rewards, and what is made of one and is.
EARNED = frozenset(
    (*VALUE_FAMILY, *VALUE_VECTORS, *REWARDS, *SOFT_VALUES, "objective", "return_from", "n_step_return", "lambda_return")
)
BACKUPS = ("backup", "optimal_backup")


def of_costs(claim: CoreClaim) -> CoreClaim:
    """A claim about values of costs as one about values of rewards: each is the other's negative, and the best policy the same."""

    def change(t: Core) -> Core:
        made = rebuild(t, change)
        if isinstance(made, Op) and made.name in BACKUPS:
            return op("neg", Op(made.name, (*made.args[:-1], op("neg", made.args[-1])), made.info))
        return op("neg", made) if isinstance(made, Op) and made.name in EARNED else made

    givens = tuple(replaced(g, lhs=change(g.lhs), rhs=change(g.rhs)) for g in claim.givens)
    return replaced(claim, lhs=change(claim.lhs), rhs=change(claim.rhs), givens=givens)


def holds_under(claim: CoreClaim, given: CoreClaim) -> bool:
    """Whether a claim is seen to hold with something more given."""
    return judge(replaced(claim, givens=(*claim.givens, given)), TRYING).status in HOLDS


def undiscounted(claim: CoreClaim) -> CoreClaim | None:
    """The claim for episodes that end by themselves, where nothing is discounted: each step is one more chance to end; None where it has no step."""
    parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Op)]
    if any(t.name == "discount" for t in parts) or not any(t.name in STEPS for t in parts):
        return None

    def ending(t: Core) -> Core:
        made = rebuild(t, ending)
        if not (isinstance(t, Op) and t.name in STEPS):
            return made
        weight = Op("power", (Op("discount", ()), t.args[-1])) if t.name == "steps_to" else Op("discount", ())
        return Op("mul", (weight, made))

    return replaced(claim, lhs=ending(claim.lhs), rhs=ending(claim.rhs))


def at_the_best(claim: CoreClaim) -> CoreClaim:
    """A claim of policies, for the best ones."""
    best = {v.number: op("optimal_policy") for side in (claim.lhs, claim.rhs) for v in free_variables(side) if v.type == POLICY}
    return replaced(claim, lhs=replace(claim.lhs, best), rhs=replace(claim.rhs, best))


def one_letter(claim: CoreClaim) -> bool:
    """Whether a claim holds where a letter that only the left side has is the one that only the right side has."""
    left, right = ({v for v in free_variables(side) if v.type.name in UNIVERSAL} for side in (claim.lhs, claim.rhs))
    for v in left - right:
        for w in right - left:
            if v.type == w.type:
                made = replaced(claim, rhs=replace(claim.rhs, {w.number: v}))
                if judge(made, TRYING).status in HOLDS:
                    return True
    return False


__all__ = ["AT_THE_BEST", "NEXT", "Objection", "following", "objection", "of_costs"]
