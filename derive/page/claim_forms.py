"""Forms of claims that say whether a refutation may stand: calculations, definitions, objectives, letters that nothing draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from derive.core.constants import CONSTANTS, SOFT_VALUES, VALUE_FAMILY, VALUE_VECTORS
from derive.core.terms import CALLED, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, op, strip_coerce, walk
from derive.core.types import ACTION, NAT, STATE
from derive.decide.calculation import is_closed
from derive.decide.judge import judge
from derive.elaborate.given.recursions import FOLLOWS
from derive.elaborate.knowledge.scope import kinds
from derive.verify.verdicts import HOLDS

#: Seconds for trying what a statement may stand under: what words say of a letter, that two letters are one, how a discount is counted.
TRYING = 1.0
#: Types whose letters are bound by what a claim holds for: all states, all times.
UNIVERSAL = frozenset(("Nat", "Elem"))

#: Operators and constants of plain arithmetic.
ARITHMETIC = frozenset(("add", "mul", "neg", "div", "power", "root", "log", "exp", "pi", "abs", "maximum", "minimum"))

#: What a process and a policy are made of.
PRIMITIVES = frozenset(("prob", "transition", "outcome", "start_mass", "reward_at", "state_at", "action_at"))

#: Values under a policy, and all values.
FOLLOWING = frozenset(("value", "q_value", "advantage"))

VALUES = frozenset((*VALUE_FAMILY, *VALUE_VECTORS, *SOFT_VALUES))

#: Probabilities of a step.
STEPS = frozenset(("transition", "policy_transition", "outcome", "steps_to"))

EXPECTATIONS = frozenset(("mean", "episode", "expect"))


def is_calculation(claim: CoreClaim) -> bool:
    """Whether a claim is of numbers alone, or of functions that are given whole."""
    sides = (claim.lhs, claim.rhs)
    if is_closed(claim):
        return True
    return not any(free_variables(t) for t in sides) and not any(
        isinstance(t, Op) and (t.name in CONSTANTS or t.name == "cardinality") for side in sides for t in walk(side)
    )


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


def is_number(term: Core) -> bool:
    """Whether a side is a calculation with numbers alone."""
    return all(isinstance(t, Num) or isinstance(t, Op) and t.name in ARITHMETIC for t in walk(term))


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
    if isinstance(term, Op) and term.name in (*CALLED, "mass") and term.args:
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
    """A name of two free letters, or of two that differ in the size of the letter only; of whole numbers T is the end of what t counts."""
    seen: dict[str, str] = {}
    for v in sorted(free_variables(claim.lhs) | free_variables(claim.rhs), key=lambda v: v.number):
        name = names.get(v.number, "")
        if name and name.lower() in seen and (v.type != NAT or seen[name.lower()] == name):
            return name
        if v.type != NAT or name.lower() not in seen:
            seen[name.lower()] = name
    bound = {
        names.get(v.number, "")
        for side in (claim.lhs, claim.rhs)
        for t in walk(side)
        if isinstance(t, Bind)
        for v in t.vars
        if v.type != NAT
    }
    return next((n for n in seen.values() if n and n not in bound and n.swapcase() in bound), "")


def recursive(claim: CoreClaim) -> Var | None:
    """An unknown sequence that the two sides have at different places and no recursion speaks of: how it goes on is not in the claim."""
    at: list[dict[Var, set[Core]]] = []
    for side in (claim.lhs, claim.rhs):
        free = free_variables(side)
        calls: dict[Var, set[Core]] = {}
        for t in walk(side):
            if isinstance(t, Op) and t.name in CALLED and t.args:
                name = callee(t)
                if name is not None and name in free and free_variables(t) <= free:
                    calls.setdefault(name, set()).add(t)
        at.append(calls)
    said = {v for g in claim.givens if g.relation == FOLLOWS for p in g.parts() for v in free_variables(p)}
    differing = [v for v in {*at[0]} & {*at[1]} - said if at[0][v] != at[1][v]]
    return min(differing, key=lambda v: v.number, default=None)


def singled_out(claim: CoreClaim, names: Mapping[int, str]) -> list[str]:
    """Capitals for states or actions that the field has no such letters for, several of them or on one side alone: those of an example."""
    left, right = ({v for v in free_variables(side) if v.type in (STATE, ACTION)} for side in (claim.lhs, claim.rhs))
    own = {v for v in left | right if is_capital(names.get(v.number, ""))}
    apart = own & (left ^ right) or {v for v in own if any(w.type == v.type for w in own - {v})}
    return sorted(names[v.number] for v in apart)


def is_capital(name: str) -> bool:
    """Whether a name is a capital that stands for no state and for no action by itself."""
    return len(name) == 1 and name.isupper() and not kinds(name).keys() & {"state", "action"}


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


def is_quantity_of_policy(term: Core) -> bool:
    """Whether a side is a quantity that follows from a process and a policy, at letters: V^π(s)."""
    return isinstance(term, Op) and term.name in VALUE_FAMILY and not any(isinstance(t, Bind) for t in walk(term))


def of_discount(term: Core) -> bool:
    """Whether a side is made of numbers and the discount alone: ``γ³``, ``1/(1 − γ)``."""
    return all(
        isinstance(t, Num) or isinstance(t, Var) and t.type == NAT or isinstance(t, Op) and t.name in (*ARITHMETIC, "discount")
        for t in walk(term)
    )


def counted_from_start(claim: CoreClaim) -> bool:
    """Whether a return is defined with every reward discounted from the first step of the episode on: γᵗ times the usual one."""
    if not (isinstance(claim.lhs, Op) and claim.lhs.name == "return_from"):
        return False
    early = op("mul", op("power", op("discount"), claim.lhs.args[0]), claim.lhs)
    return judge(replace(claim, lhs=early), TRYING).status in HOLDS


def is_weight(term: Core) -> bool:
    """The importance weight of a step or of several: a ratio of two policies."""
    body = term.body if isinstance(term, Bind) and term.name == "prod" else term
    return isinstance(body, Op) and body.name == "div" and all(isinstance(a, Op) and a.name == "prob" for a in body.args)


#: What has one definition in the field, at distributions and along an episode; a discount or a λ that is written belongs to it.
SETTLED = frozenset(("divergence", "cross_entropy", "total_variation", "entropy", "return_from", "lambda_return"))


def is_settled(claim: CoreClaim) -> bool:
    """Whether a definition says what the field means one thing by, of nothing but what its name has: D(p‖q), G_t, the estimator of GAE."""
    named = [t for t in walk(claim.lhs) if isinstance(t, Op) and t.name in SETTLED or is_weight(t)]
    written = walk(claim.rhs)
    discounts = any(isinstance(t, Op) and t.name == "discount" for t in written)
    episodic = any(isinstance(t, Op) and t.name in ("return_from", "lambda_return") for t in named)
    named = named or [t for t in walk(claim.lhs) if adds_rewards(t)]  # a return that goes on with a value
    return bool(named) and free_variables(claim.rhs) <= free_variables(claim.lhs) and (discounts or not episodic)
