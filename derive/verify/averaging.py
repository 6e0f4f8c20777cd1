r"""What holds on average: a mean over the steps of an episode that is written for one step, and the estimate from one sample.

``\mathbb{E}_\pi[G_t\nabla\log\pi(a_t\mid s_t)]`` fixes no t, and no state in ``\mathbb{E}_\pi[Q(s,a)\nabla\log\pi(a\mid s)]``: what is meant is
all the steps that an episode takes, each weighed by how much its rewards count at the start (Sutton and Barto 2018, 13.2 and 13.3):
``E[Σ_t γ^t f(s_t, a_t)]``.  A single sample stands for the same mean where a text writes ``≈``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.core.terms import (
    ONE,
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
    rebuild,
    unused,
    walk,
)
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, NAT, STATE, STATE_SORT, law
from derive.verify.samples import mean_of_sample, over_sample
from derive.verify.silence import hangs_on_path

#: What is made of discounted rewards.
DISCOUNTED = ("value", "q_value", "advantage", "return_from", "td_error", "objective")
#: What is met at a step.
MET = ("state_at", "action_at", "reward_at")
#: What a state may be weighed by.
OF_STATES = ("mass", "start_mass", "visitation")
WEIGHTS = (("each weighed by its discount", True), ("all weighed alike", False))


def averaged(claim: CoreClaim) -> Iterator[tuple[CoreClaim, str]]:
    """The claim with a mean over all steps for one that names no step, and what this takes; none where nothing is left open."""
    if claim.relation not in ("=", "~", "propto"):
        return
    plain = undiscounted(claim)
    if plain is not None:
        yield plain, "γ = 1, as the objective has no discount"
    from_first = begun(claim)
    if from_first is not None:
        yield replace(from_first, relation="=" if claim.relation == "~" else claim.relation), "every episode begins in that state"
    for whole, part, flipped in ((claim.lhs, claim.rhs, False), (claim.rhs, claim.lhs, True)):
        for lhs, rhs, says in (
            *of_one_step(whole, part),
            *of_visits(whole, part),
            *of_first_state(whole, part),
            *of_same_states(whole, part),
            *of_that_step(whole, part),
        ):
            sides = (rhs, lhs) if flipped else (lhs, rhs)
            yield replace(claim, lhs=sides[0], rhs=sides[1], relation="=" if claim.relation == "~" else claim.relation), says
        sample = mean_of_sample(whole, part) if claim.relation == "~" else None
        if sample is not None:
            yield replace(claim, lhs=whole, relation="=", rhs=sample), "it is an estimate from one sample"
        for drawn, of in over_sample(whole, part):
            lhs, rhs = (drawn, whole) if flipped else (whole, drawn)
            yield replace(claim, lhs=lhs, rhs=rhs, relation="="), f"it is an estimate from one sample of {of}"
        policy = of_policy(whole)
        if policy is None or any(v.type in (NAT, STATE, ACTION) for v in free_variables(whole)):
            continue
        relation = "=" if claim.relation == "~" else claim.relation
        for mean, says in means(part, policy, claim):
            lhs, rhs = (mean, whole) if flipped else (whole, mean)
            times = tuple(v for v in claim.times if v in free_variables(mean))
            yield replace(claim, lhs=lhs, rhs=rhs, relation=relation, times=times), says
    by_step = with_mean_rewards(claim)
    if by_step is not None:
        yield by_step, "the reward of a step is what its state and action give"


def with_mean_rewards(claim: CoreClaim) -> CoreClaim | None:
    """A claim with the rewards of steps, outside of means over episodes, as the means that their states and actions give; None where none stands there."""

    def plain(t: Core) -> Core:
        if isinstance(t, Bind) and t.name in ("episode", "all_paths"):
            return t
        if isinstance(t, Op) and t.name == "reward_at":
            return op("reward", op("state_at", *t.args), op("action_at", *t.args))
        return rebuild(t, plain)

    made = replace(claim, lhs=plain(claim.lhs), rhs=plain(claim.rhs))
    return made if claim.relation == "=" and made != claim else None


def means(part: Core, policy: Core, claim: CoreClaim) -> Iterator[tuple[Core, str]]:
    """What a side may stand for, and what is then taken to be so."""
    if normalised(part) and claim.relation == "=":
        total = op("div", part, op("add", ONE, op("neg", op("discount"))))
        yield total, "states count by how often they are visited, discounted, and not by their share"
    weighed = with_discounts(part)
    if weighed is not None:
        yield weighed, "each step is weighed by its discount, which is left out"
    if hangs_on_path(part) and not any(v.type in (NAT, STATE, ACTION) for v in free_variables(part)):
        yield Bind("episode", (), part, (policy,)), "what is written for one episode stands for its mean over episodes"
    body = open_body(part, claim.relation == "~")
    if body is None:
        return
    for says, discounted in WEIGHTS:
        made = over_steps(body, policy, claim, discounted)
        if made is not None:
            yield made, f"it is the mean over all steps of an episode, {says}"


def of_that_step(whole: Core, part: Core) -> Iterator[tuple[Core, Core, str]]:
    r"""``\mathbb{E}_\pi[f(s,a)]`` beside means over episodes that speak of one step: the state and action of that step."""
    law = (
        whole.args[0] if isinstance(whole, Bind) and whole.name == "expect" and len(whole.args) == 1 and not whole.where else None
    )
    if not (isinstance(whole, Bind) and isinstance(law, Op) and law.name == "action_law" and isinstance(law.args[1], Var)):
        return
    policy, state = law.args
    episodes = [t for t in walk(part) if isinstance(t, Bind) and t.name == "episode" and not t.where]
    times = {v for t in episodes for v in free_variables(t) if v.type == NAT}
    if not episodes or len(times) != 1 or state in free_variables(part) or any(t.args != (policy,) for t in episodes):
        return
    (time,) = times
    table: dict[int, Core] = {law.args[1].number: op("state_at", time), whole.vars[0].number: op("action_at", time)}
    yield Bind("episode", (), replaced(whole.body, table), (policy,)), part, "the state and the action are those of that step"


def of_one_step(whole: Core, part: Core) -> Iterator[tuple[Core, Core, str]]:
    """The gradient of an objective as that of the mean reward of one step, its states drawn as those of the other side; none for anything else."""
    orders: list[Core] = []
    inner = whole
    while isinstance(inner, Op) and inner.name == "gradient":
        orders.append(inner.args[1])
        inner = inner.args[0]
    drawn = next((t for t in walk(part) if isinstance(t, Bind) and t.vars and t.vars[0].type == STATE and not t.where), None)
    if not orders or not (isinstance(inner, Op) and inner.name == "objective"):
        return
    if drawn is None:
        yield from of_one_state(inner.args[0], orders, part)
        return
    s, drawn_from = drawn.vars[0], drawn.args[:1]
    a = Var(unused((whole, part)), ACTION)
    policy = inner.args[0]
    mean: Core = Bind("sum", (a,), op("mul", op("prob", policy, a, s), op("reward", s, a)), ())
    for letter in reversed(orders):
        mean = op("gradient", mean, letter)
    if drawn.name == "sum":
        weight = weight_of(drawn)
        if weight is None:
            return
        mean, drawn_from = op("mul", weight, mean), ()
    elif drawn.name != "expect":
        return
    yield (
        Bind(drawn.name, (s,), mean, drawn_from),
        part,
        "the objective is the mean reward of one step, its states drawn as here whatever the policy",
    )


def of_first_state(whole: Core, part: Core) -> Iterator[tuple[Core, Core, str]]:
    """An objective as the value of the one state that the other side leaves open; none for anything else."""
    states = [v for v in free_variables(part) - free_variables(whole) if v.type == STATE]
    if len(states) != 1 or not any(isinstance(t, Op) and t.name == "objective" for t in walk(whole)) or is_objective(whole):
        return  # of the objective itself a text says what it is

    def begun(t: Core) -> Core:
        return op("value", t.args[0], states[0]) if isinstance(t, Op) and t.name == "objective" else rebuild(t, begun)

    yield begun(whole), part, "every episode begins in that state"


def begun(claim: CoreClaim) -> CoreClaim | None:
    """A claim of which only the first state hangs on what happens in an episode, for episodes that begin in it; None for any other."""
    sides = (claim.lhs, claim.rhs)
    first, *others = {t for p in sides for t in steps_outside(p)} or (ONE,)
    at_first = isinstance(first, Op) and first.name == "state_at" and isinstance(first.args[0], Num) and not others
    if not at_first or not any(isinstance(t, Bind) and t.name == "episode" and not t.where for p in sides for t in walk(p)):
        return None

    def beginning(t: Core) -> Core:
        if isinstance(t, Bind) and t.name == "episode":
            return replace(t, where=(op("same", first),)) if not t.where else t
        return rebuild(t, beginning)

    return replace(claim, lhs=beginning(claim.lhs), rhs=beginning(claim.rhs))


def steps_outside(term: Core) -> set[Core]:
    """What happens at the steps that a term speaks of outside of means over episodes."""
    return {t for t in outside_of_means(term) if isinstance(t, Op) and t.name in MET}


def outside_of_means(term: Core) -> Iterator[Core]:
    """A term and what is below it, but for what is averaged over episodes."""
    yield term
    if not (isinstance(term, Bind) and term.name in ("episode", "all_paths")):
        for part in below(term):
            yield from outside_of_means(part)


def of_same_states(whole: Core, part: Core) -> Iterator[tuple[Core, Core, str]]:
    """A mean under a policy that names no state, over the states that the other side sums or averages over; none for anything else."""
    drawn = (
        whole if isinstance(whole, Bind) and len(whole.vars) == 1 and whole.vars[0].type == STATE and not whole.where else None
    )
    if drawn is None or drawn.name not in ("sum", "expect"):
        return
    weight = weight_of(drawn)
    if drawn.name == "sum" and weight is None:
        return
    says = "the mean is over the states of the other side too"
    for there in in_state(part, drawn.vars[0]):
        body = op("mul", weight, there) if drawn.name == "sum" and weight is not None else there
        yield whole, Bind(drawn.name, drawn.vars, body, drawn.args), says
    states = [v for v in free_variables(part) - free_variables(whole) if v.type == STATE]
    if len(states) != 1:
        return
    moving = {t.args[0]: t for t in walk(whole) if isinstance(t, Op) and t.name == "at_parameter"}

    def moved(t: Core) -> Core:
        """E_π beside π_θ as an average under π_θ."""
        t = rebuild(t, moved)
        return (
            op("action_law", moving[t.args[0]], *t.args[1:])
            if isinstance(t, Op) and t.name == "action_law" and t.args[0] in moving
            else t
        )

    for mean in dict.fromkeys((part, moved(part))):
        body = replaced(mean, {states[0].number: drawn.vars[0]})
        body = op("mul", weight, body) if drawn.name == "sum" and weight is not None else body
        yield whole, Bind(drawn.name, drawn.vars, body, drawn.args), says


def in_state(part: Core, state: Var) -> Iterator[Core]:
    """A mean over episodes of what one step of any number gives, for a step in one state, and one that leads there; none for anything else."""
    if not (isinstance(part, Bind) and part.name == "episode" and not part.where):
        return
    steps = {t.args[0] for t in walk(part.body) if isinstance(t, Op) and t.name in (*MET, "return_from")}
    letters = {v for step in steps for v in free_variables(step) & free_variables(part)}
    if len(letters) != 1 or not steps:
        return
    for step in dict.fromkeys((*letters, *steps)):
        yield replace(part, where=(op("eq", op("state_at", step), state),))


def is_objective(term: Core) -> bool:
    return isinstance(term, Op) and term.name == "objective"


def of_one_state(policy: Core, orders: list[Core], part: Core) -> Iterator[tuple[Core, Core, str]]:
    r"""``\nabla J=\mathbb{E}_{y\sim\pi(\cdot|x)}[r(x,y)\nabla\log\pi(y|x)]``: an objective in the one state of which the other side speaks."""
    states = [v for v in free_variables(part) if v.type == STATE]
    acts = {t.args[-1] for t in walk(part) if isinstance(t, Op) and t.name in ("action_law", "prob")}
    if len(states) != 1 or acts != {*states} or hangs_on_path(part):
        return
    a = Var(unused((part, policy)), ACTION)
    mean: Core = Bind("sum", (a,), op("mul", op("prob", policy, a, states[0]), op("reward", states[0], a)), ())
    for letter in reversed(orders):
        mean = op("gradient", mean, letter)
    yield mean, part, "the objective is the mean reward of one step in that state"


def of_visits(whole: Core, part: Core) -> Iterator[tuple[Core, Core, str]]:
    """A side with a law of states that nothing explains as an average over the states that are visited; none for anything else."""
    policy = of_policy(whole)
    if policy is None or isinstance(whole, Bind):
        return
    for v in free_variables(part) - free_variables(whole):
        if v.type == law(STATE_SORT):
            visited = replaced(part, {v.number: op("visitation_law", policy)})
            yield whole, visited, "states are drawn as they are visited"
            total = op("div", visited, op("add", ONE, op("neg", op("discount"))))
            yield whole, total, "states count by how often they are visited, discounted, and not by their share"


def weight_of(drawn: Bind) -> Core | None:
    """How much each state counts in a sum over states: the factor that weighs them; None where none does."""
    factors = (t for t in factors_of(drawn.body) if isinstance(t, Op) and t.name in OF_STATES and t.args[-1:] == drawn.vars)
    return next(factors, None)


def of_policy(term: Core) -> Core | None:
    """The policy whose objective a side is, or is the gradient of."""
    while isinstance(term, Op) and term.name in ("gradient", "neg"):
        term = term.args[0]
    if isinstance(term, Op) and term.name == "objective":
        return term.args[0]
    return term.args[0] if isinstance(term, Bind) and term.name == "episode" and not term.where else from_start(term)


def from_start(term: Core) -> Core | None:
    """The policy whose values a side averages over the first state, ``Σ_s d_0(s)V^π(s)``; None for anything else."""
    if not (isinstance(term, Bind) and term.name in ("sum", "expect") and len(term.vars) == 1):
        return None
    begun = any(
        isinstance(t, Op) and t.name in ("start_mass", "start_law") for part in (term.body, *term.args) for t in walk(part)
    )
    values = [t for t in walk(term.body) if isinstance(t, Op) and t.name == "value"]
    return values[0].args[0] if begun and len(values) == 1 and values[0].args[1:] == (term.vars[0],) else None


def undiscounted(claim: CoreClaim) -> CoreClaim | None:
    """The claim for γ = 1, where one side is the gradient of what is collected without a discount and only the other discounts; None elsewhere."""
    for whole, part in claim.both_ways():
        plain = not any(
            isinstance(t, Op) and t.name in ("discount", *DISCOUNTED) and t.info != ("undiscounted",) for t in walk(whole)
        )
        if (
            of_policy(whole) is not None
            and plain
            and any(isinstance(t, Op) and t.name in ("discount", *DISCOUNTED) for t in walk(part))
        ):
            return replace(claim, givens=(*claim.givens, CoreClaim(op("discount"), "=", ONE)))
    return None


def normalised(term: Core) -> bool:
    """Whether a side averages over the law of the states visited."""
    return any(isinstance(t, Bind) and any(isinstance(a, Op) and a.name == "visitation_law" for a in t.args) for t in walk(term))


def with_discounts(term: Core) -> Core | None:
    """A mean of a sum over the steps of an episode with the discount of each step, which texts leave out; None for anything else."""
    if not (isinstance(term, Bind) and term.name == "episode" and not term.where):
        return None
    total = term.body
    if not (isinstance(total, Bind) and total.name == "sum" and len(total.vars) == 1 and total.vars[0].type == NAT):
        return None
    steps = op("add", total.vars[0], op("neg", op("first_step")))
    inner = op("mul", op("power", op("discount"), steps), total.body)
    return replace(term, body=replace(total, body=inner))


def open_body(term: Core, sample: bool) -> Core | None:
    """What is averaged in a mean under a policy; of an estimate, the sample itself."""
    if isinstance(term, Bind) and term.name == "episode" and not term.where:
        return term.body
    if isinstance(term, Bind) and term.name == "expect" and len(term.vars) == 1 and not term.where:
        if any(isinstance(a, Op) and a.name == "action_law" for a in term.args):
            return term.body
    return term if sample and not isinstance(term, Bind) else None


def over_steps(body: Core, policy: Core, claim: CoreClaim, discounted: bool) -> Core | None:
    """``E[Σ_t γ^t body]`` with the state and the action of step t for those that the body leaves open; None where it leaves none."""
    free = free_variables(body)
    states = [v for v in free if v.type == STATE]
    actions = [v for v in free if v.type == ACTION]
    times = [v for v in free if v.type == NAT]
    if max(len(states), len(actions), len(times)) > 1 or not (states or times):
        return None
    t = times[0] if times else Var(unused(claim.parts()), NAT)
    table: dict[int, Core] = {v.number: op("state_at", t) for v in states} | {v.number: op("action_at", t) for v in actions}
    inner = replaced(body, table)
    if discounted:
        inner = op("mul", op("power", op("discount"), op("add", t, op("neg", op("first_step")))), inner)
    summed = Bind("sum", (t,), inner, (op("first_step"), op("last_step")))
    return Bind("episode", (), summed, (policy,))


__all__ = ["averaged", "with_mean_rewards"]
