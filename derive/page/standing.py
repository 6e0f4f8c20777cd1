"""Whether what fails on a page is an error of the page: a refutation stands only where the page itself says enough.

The words of a page may say what its formulas do not: what a name is, what a number is the value of, how an outcome is drawn, what is
independent of what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from fractions import Fraction

from derive.core.constants import CONSTANTS
from derive.core.terms import (
    ONE,
    ZERO,
    Bind,
    Core,
    CoreClaim,
    Num,
    Op,
    Var,
    below,
    free_variables,
    rebuild,
    replace,
    unused,
    walk,
)
from derive.core.types import ACTION, ACTION_SORT, POLICY, STATE
from derive.decide.calculation import is_closed
from derive.decide.judge import judge
from derive.elaborate.closing import strip_coerce
from derive.page.saying.role_names import CLAIM, DEFINITION, INSTANCE, STATED
from derive.page.saying.roles import Role
from derive.page.settled import counted_from_start, is_quantity, is_settled
from derive.verify.conditions import for_symmetric
from derive.verify.text_conventions import says_how_visits_count
from derive.verify.verdicts import HOLDS

#: Types whose letters are bound by what a claim holds for: all states, all times.
UNIVERSAL = frozenset(("Nat", "Elem"))
#: Operators and constants of plain arithmetic.
ARITHMETIC = frozenset(("add", "mul", "neg", "div", "power", "root", "log", "exp", "pi", "abs", "maximum", "minimum"))
ORDERS = frozenset(("<", ">", "<=", ">=", "!="))
#: What a process and a policy are made of.
PRIMITIVES = frozenset(("prob", "transition", "outcome", "start_mass", "reward_at", "state_at", "action_at"))
#: How often states are visited.
VISITS = frozenset(("visitation", "visitation_law"))
#: Values under a policy, and all values.
FOLLOWING = frozenset(("value", "q_value", "advantage"))
VALUES = FOLLOWING | {"optimal_value", "optimal_q", "optimal_advantage", "value_vector", "optimal_vector"}
#: Probabilities of a step.
STEPS = frozenset(("transition", "policy_transition", "outcome", "steps_to"))
EXPECTATIONS = frozenset(("mean", "episode", "expect"))
#: What is meant by a letter with a prime in an expectation over an episode.
NEXT = "what a prime marks is what follows in the episode"
#: Seconds for trying whether two letters are meant to be one.
TRYING = 0.3


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a refutation is no error of the page, and what is said instead: ``doubtful`` where it may be one."""

    why: str
    status: str = "undecided"


def objection(
    claim: CoreClaim, role: Role, names: Mapping[int, str], display: bool, discounted: bool = True, later: bool = False
) -> Objection | None:
    """Why a refutation of a claim is no error of the page; None where it stands.

    ``discounted``: the section has written a discount; ``later``: it writes one somewhere, which bears on values by their successors.
    """
    against = objections(claim, role, names, display)
    if against is None:
        even = for_symmetric(claim, TRYING)
        if even is not None:
            return Objection(f"{' and '.join(spelled(v, names) for v in even[0])} is symmetric", "conditional")
    if against is None and not discounted:
        plain = undiscounted(claim)
        if plain is not None and judge(plain, TRYING).status in HOLDS:
            if later and all(any(isinstance(t, Op) and t.name in VALUES for t in walk(side)) for side in (claim.lhs, claim.rhs)):
                return None
            return Objection("nothing is discounted", "conditional")
        parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side)]
        if not any(isinstance(t, Op) and t.name == "discount" for t in parts) and any(adds_rewards(t) for t in parts):
            return Objection("nothing may be discounted here", "doubtful")
    return against


def is_calculation(claim: CoreClaim) -> bool:
    """Whether a claim is of numbers alone, or of functions that are given whole."""
    sides = (claim.lhs, claim.rhs)
    if is_closed(claim):
        return True
    return not any(free_variables(t) for t in sides) and not any(
        isinstance(t, Op) and (t.name in CONSTANTS or t.name == "cardinality") for side in sides for t in walk(side)
    )


def objections(claim: CoreClaim, role: Role, names: Mapping[int, str], display: bool) -> Objection | None:
    if is_calculation(claim) and role.name in STATED:
        return None  # a calculation leans on nothing that words could say
    if role.under:
        return Objection(f"the words before it say {role.under!r}, which no formula here says")
    if role.name not in (CLAIM, DEFINITION, INSTANCE):
        return Objection(f"it is no claim here but {article(role.name)} ({role.why})")
    if role.name == DEFINITION and not (display and (is_quantity(claim.lhs) or is_settled(claim))):
        return Objection(f"it is a definition here ({role.why})")
    if any(isinstance(side, Op) and side.name == "sigmoid" and isinstance(side.args[0], Var) for side in (claim.lhs, claim.rhs)):
        return Objection("it may say what a letter for a function is here")
    if role.name == DEFINITION and counted_from_start(claim):
        return Objection("its discount is counted from the beginning of the episode")
    told: dict[Core, Core] = {
        g.lhs: g.rhs for g in claim.givens if g.relation == "=" and isinstance(g.lhs, Var) and not free_variables(g.rhs)
    }
    if any(is_number(side) for side in (claim.lhs, claim.rhs)) and not law_of_numbers(claim, display):
        return Objection("it gives the value that something has in an example")
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
    unknown = [names_ - told.keys() for names_ in unknown]
    if claim.relation == "~":  # an expansion fails in the orders in which no unknown coefficient stands, or it is not decided
        unknown = [{v for v in names_ if v.type.name not in ("Vector", "Matrix", "Function")} for names_ in unknown]
    alone = sorted(unknown[0] ^ unknown[1], key=lambda v: v.number)
    if alone and not law_of_numbers(claim, display):
        needed = next((v for v in alone if matters(claim, v)), None)
        if needed is not None:
            return Objection(f"nothing here says what {spelled(needed, names)} is")
    begun = {
        t.args[0] for side in (claim.lhs, claim.rhs) for t in walk(side)
        if isinstance(t, Bind) and t.name in ("sum", "prod") and t.args and isinstance(t.args[0], Var)
    }  # fmt: skip
    nowhere = [v for v in begun if (v in free_variables(claim.lhs)) != (v in free_variables(claim.rhs))]
    if nowhere:
        return Objection(f"nothing here says what {spelled(nowhere[0], names)} is, from which something is summed")
    if claim.relation in ORDERS and not display:
        return Objection("it states a condition")
    if claim.relation in ORDERS and unknown[0]:
        return Objection(f"it holds or not by the sign of {spelled(min(unknown[0], key=lambda v: v.number), names)}")
    if claim.relation == "=" and (head_of(claim.lhs) or head_of(claim.rhs)):
        return Objection(f"it is an equation for {spelled(head_of(claim.lhs) or head_of(claim.rhs), names)}")
    if claim.relation == "=" and any(is_primitive(a) and a not in walk(b) for a, b in claim.both_ways()):
        return Objection("it says what a process or a policy is")
    if any(is_objective(t) for side in (claim.lhs, claim.rhs) for t in walk(side)):
        return Objection("what an objective is, and what is dropped from its gradient, differs from text to text", "doubtful")
    visited = any(isinstance(t, Op) and t.name in VISITS for side in (claim.lhs, claim.rhs) for t in walk(side))
    if visited and not says_how_visits_count():
        return Objection("which visits are counted, and from where on, differs from text to text", "doubtful")
    if follows_surely(claim):
        return Objection("it holds where what follows an action is certain", "doubtful")
    twice = called_alike(claim, names)
    if twice:
        return Objection(f"two things are called {twice} here", "doubtful")
    sequence = recursive(claim) if claim.relation != "~" else None
    if sequence is not None:
        return Objection(f"it may use how one {spelled(sequence, names)} follows from another")
    drawn = undrawn(claim) if not law_of_numbers(claim, display) else None
    meant = following(claim) if drawn is not None else None
    if meant is not None and undrawn(meant) is None:
        return objections(meant, role, names, display) if judge(meant, TRYING).status == "refuted" else Objection(NEXT, "meant")
    if drawn is not None:
        return Objection(f"nothing here says how {spelled(drawn, names)} is drawn")
    joints = tuple(CoreClaim(v, "independent", v) for v in unknown[0] if v.type.name == "Joint")
    if joints and judge(replaced(claim, givens=(*claim.givens, *joints)), TRYING).status != "refuted":
        return Objection("it fails unless something is independent of something", "doubtful")
    if (
        claim.relation == "="
        and greedy(claim.lhs) != greedy(claim.rhs)
        and any(follows_policy(side) for side in (claim.lhs, claim.rhs))
    ):
        return Objection("it holds where the policy is one of the best", "doubtful")
    if one_letter(claim):
        return Objection("it holds where the letters that the two sides do not share are one", "doubtful")
    if not display and not is_algebra(claim):
        return Objection("it stands in a sentence, whose words may say when it holds", "doubtful")
    return None


def matters(claim: CoreClaim, v: Var) -> bool:
    """Whether a name that one side alone has may make a claim true: that side hangs on it, and a policy where there is a choice."""
    if v.type == POLICY:
        single = CoreClaim(Op("cardinality", (), (ACTION_SORT,)), "=", ONE)
        return judge(replaced(claim, givens=(*claim.givens, single)), TRYING).status != "refuted"
    side = claim.lhs if v in free_variables(claim.lhs) else claim.rhs
    other = Var(unused(claim.parts()), v.type)
    still = CoreClaim(side, "=", replace(side, {v.number: other}))
    return judge(still, TRYING).status != "proved"


def follows_surely(claim: CoreClaim) -> bool:
    """Whether the probability of an episode stands against what has no chances of transitions in it."""
    for side, other in claim.both_ways():
        moves = any(isinstance(t, Op) and t.name == "path_mass" for t in above_scores(side))
        if moves and not any(isinstance(t, Op) and t.name in ("path_mass", *STEPS) for t in walk(other)):
            return True
    return False


def above_scores(term: Core) -> Iterator[Core]:
    """The parts of a term that are in no gradient of a logarithm: what does not move, as chances of transitions, leaves it."""
    if isinstance(term, Op) and term.name == "gradient" and isinstance(term.args[0], Op) and term.args[0].name == "log":
        return
    yield term
    for part in below(term):
        yield from above_scores(part)


def parameters(claim: CoreClaim) -> set[Var]:
    """What gradients are taken in: a side that does not move may leave it out."""
    return {
        t.args[1]
        for side in (claim.lhs, claim.rhs)
        for t in walk(side)
        if isinstance(t, Op) and t.name == "gradient" and len(t.args) > 1 and isinstance(t.args[1], Var)
    }


def article(role: str) -> str:
    return ("an " if role[0] in "aeiou" else "a ") + role


def spelled(v: Var | None, names: Mapping[int, str]) -> str:
    return names.get(v.number, "a name").removeprefix("text:") if v is not None else "a name"


def is_number(term: Core) -> bool:
    """Whether a side is a calculation with numbers alone."""
    return all(isinstance(t, Num) or isinstance(t, Op) and t.name in ARITHMETIC for t in walk(term))


def law_of_numbers(claim: CoreClaim, display: bool) -> bool:
    """Whether a side that is 0 or 1 is what a sum or a mean over given laws always is, or any number that of a gradient: no value in an example."""
    for side, other in claim.both_ways():
        if not is_number(side):
            continue
        if differentiated(other):
            return True
        plain = {v.type.name for v in free_variables(other)} <= {"Policy", *UNIVERSAL, "Vector"}
        drawn = any(isinstance(t, Bind) and t.name in ("expect", "episode", "sum") for t in walk(other))
        if display and plain and drawn and isinstance(side, Num):
            always = (replaced(claim, lhs=other, rhs=n) for n in (ZERO, ONE))
            return side.value in (0, 1) or any(judge(c, TRYING).status == "proved" for c in always)
    return False


def differentiated(term: Core) -> bool:
    """Whether a side has a gradient in it: no quantity that an example gives a value."""
    return any(isinstance(t, Op) and t.name == "gradient" for t in walk(term))


def is_algebra(claim: CoreClaim) -> bool:
    """Whether a claim is one of numbers in letters, and nothing else."""
    parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side)]
    return all(
        isinstance(t, Num) or isinstance(t, Var) and t.type.name == "Real" or isinstance(t, Op) and t.name in ARITHMETIC
        for t in parts
    )


def decimals(term: Core, told: Mapping[Core, Core]) -> bool:
    """Whether a term has a number that is written with decimals, or a name of which one is told."""
    return any(isinstance(n, Num) and n.digits for t in walk(term) for n in walk(told.get(t, t)))


def adds_rewards(term: Core) -> bool:
    """A sum of rewards over times."""
    return (
        isinstance(term, Bind)
        and term.name == "sum"
        and any(v.type.name == "Nat" for v in term.vars)
        and any(isinstance(t, Op) and t.name in ("reward", "reward_at") for t in walk(term.body))
    )


def is_objective(term: Core) -> bool:
    """The gradient of what a whole episode brings."""
    if not (isinstance(term, Op) and term.name == "gradient"):
        return False
    body = term.args[0]
    return (
        isinstance(body, Op) and body.name == "objective" or isinstance(body, Bind) and body.name == "episode" and not body.where
    )


def is_primitive(term: Core) -> bool:
    """Whether a side is what a process or a policy is made of: π(a|s), p(s'|s,a)."""
    return isinstance(term, Op) and term.name in PRIMITIVES and not any(isinstance(t, Bind) for t in walk(term))


def head_of(term: Core) -> Var | None:
    """The unknown that a side is: bare, or an unknown function at letters."""
    if isinstance(term, Var) and term.type.name not in UNIVERSAL:
        return term
    if isinstance(term, Op) and term.name in ("call", "mass") and term.args:
        name = callee(term)
        if name is not None and all(is_letter(strip_coerce(a)) for a in term.args[1:]):
            return name
    return None


def is_letter(term: Core) -> bool:
    """A letter, a number, or a constant such as the discount."""
    return isinstance(term, Var | Num) or isinstance(term, Op) and not term.args


def callee(term: Op) -> Var | None:
    """The unknown function that a call is of."""
    name = term.args[0]
    while isinstance(name, Op) and name.args:
        name = name.args[0]
    return name if isinstance(name, Var) else None


def called_alike(claim: CoreClaim, names: Mapping[int, str]) -> str:
    """A name of two free letters, or of two that differ in the size of the letter only."""
    seen: dict[str, str] = {}
    for v in sorted(free_variables(claim.lhs) | free_variables(claim.rhs), key=lambda v: v.number):
        name = names.get(v.number, "")
        if name and name.lower() in seen:
            return name
        seen[name.lower()] = name
    bound = {
        names.get(v.number, "") for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Bind) for v in t.vars
    }
    return next((n for n in seen.values() if n and n not in bound and n.swapcase() in bound), "")


def recursive(claim: CoreClaim) -> Var | None:
    """An unknown function or sequence that the two sides have at different places: how its values hang together is not in the claim."""
    at: list[dict[Var, set[Core]]] = []
    for side in (claim.lhs, claim.rhs):
        free = free_variables(side)
        calls: dict[Var, set[Core]] = {}
        for t in walk(side):
            if isinstance(t, Op) and t.name == "call" and t.args:
                name = callee(t)
                if name is not None and name in free and free_variables(t) <= free:
                    calls.setdefault(name, set()).add(t)
        at.append(calls)
    differing = [v for v in {*at[0]} & {*at[1]} if at[0][v] != at[1][v]]
    return min(differing, key=lambda v: v.number, default=None)


def undrawn(claim: CoreClaim) -> Var | None:
    """A letter that one side has inside of expectations only, which do not bind it, and the other side not at all."""
    for side, other in claim.both_ways():
        found = undrawn_in(side) - free_variables(other)
        if found:
            return min(found, key=lambda v: v.number)
    return None


def undrawn_in(side: Core) -> set[Var]:
    """Letters that stand inside of expectations only, which do not bind them."""
    inside: set[Var] = set()
    outside: set[Var] = set()

    def visit(term: Core, within: bool) -> None:
        if isinstance(term, Var):
            (inside if within else outside).add(term)
        elif isinstance(term, Bind) and term.name in EXPECTATIONS:
            for part in (term.body, *term.args):
                visit(part, True)
            for part in term.where:
                visit(part, within)
        else:
            for part in below(term):
                visit(part, within)

    visit(side, False)
    lost = (inside - outside) & free_variables(side)
    return {v for v in lost if v.type.name == "Elem" or v.type.name == "Real" and not v.random}


def greedy(term: Core) -> bool:
    """Whether a side takes the best of all actions."""
    return any(isinstance(t, Bind) and t.name == "max" and any(v.type == ACTION for v in t.vars) for t in walk(term))


def follows_policy(term: Core) -> bool:
    """Whether a side is a value under a policy: not the best one."""
    return any(isinstance(t, Op) and t.name in FOLLOWING for t in walk(term))


def following(claim: CoreClaim) -> CoreClaim | None:
    """The claim with s′ and a′, which nothing draws, as what follows in the episode that an expectation is over; None where that says nothing."""
    times = [
        c.args[0].args[0]
        for side in (claim.lhs, claim.rhs)
        for t in walk(side)
        if isinstance(t, Bind) and t.name == "episode"
        for c in t.where
        if isinstance(c, Op) and c.name in ("eq", "same") and isinstance(c.args[0], Op) and c.args[0].name == "state_at"
    ]
    if not times:
        return None
    after = Op("add", (times[0], Num(Fraction(1))))
    sides = []
    for side, other in claim.both_ways():
        lost = {v for v in undrawn_in(side) if v not in free_variables(other)}
        table = {
            v.number: Op({STATE: "state_at", ACTION: "action_at"}[v.type], (after,)) for v in lost if v.type in (STATE, ACTION)
        }
        sides.append(replace(side, dict(table)))
    return None if (sides[0], sides[1]) == (claim.lhs, claim.rhs) else replaced(claim, lhs=sides[0], rhs=sides[1])


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


__all__ = ["NEXT", "Objection", "following", "is_algebra", "objection"]
