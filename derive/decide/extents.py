"""How far a claim reaches: along an episode, which steps it speaks of; in what is small, how many orders it takes."""

from __future__ import annotations

from collections.abc import Mapping

from derive.core.constants import AT_TIMES, SOFT_VALUES, VALUE_FAMILY, VALUE_VECTORS
from derive.core.terms import ONE, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, op, walk
from derive.evaluate.compiler import Unmeant
from derive.evaluate.processes.episodes import EPISODE_BINDERS, EPISODE_OPERATIONS
from derive.evaluate.processes.paths import ON_PATHS


def hangs(term: Core, met: frozenset[str] = frozenset()) -> bool:
    """Whether a term speaks of a path outside of every expectation: of more than what is ``met`` there."""
    if isinstance(term, Bind) and term.name in EPISODE_BINDERS:
        return False
    own = isinstance(term, Op) and term.name in EPISODE_OPERATIONS and term.name not in met
    return own or any(hangs(t, met) for t in below(term))


#: What is met at a step: a value there is of all that follows, all the same.
MET = frozenset(("state_at", "action_at"))
#: What hangs on all that follows, and not on the steps alone of which a claim speaks.
REACHING = frozenset(
    ("return_from", "n_step_return", "lambda_return", "td_error", "objective", "path_function", *VALUE_FAMILY, *VALUE_VECTORS, *SOFT_VALUES)
)  # fmt: skip

#: What is as long as the episode is, or the best that may follow.
BEYOND_VALUES = frozenset(
    ("return_from", "n_step_return", "lambda_return", "path_function", "optimal_value", "optimal_q", "optimal_advantage")
)

#: The longest look ahead: further off nothing happens any more where a claim is tried, and anything would hold there.
LONGEST = 12


def looks_ahead(claim: CoreClaim) -> int:
    """The latest step after the first of which a claim speaks by a number; two at least where it goes along an episode.

    Raises: Unmeant where that is too far off.
    """
    if latest(claim) > LONGEST:
        raise Unmeant("steps further on than any that are tried")
    return max(1 + bool(along(claim)), latest(claim))


def reaches_on(claim: CoreClaim) -> bool:
    """Whether a claim has values or returns that hang on what follows the last step that it looks ahead to."""
    names = {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Op)}
    if any(hangs(side, MET) for side in (claim.lhs, claim.rhs)) and not names & BEYOND_VALUES:
        return False  # beside what happens, the mean of what may follow is another number
    return bool(names & REACHING) and (latest(claim) > 1 or not along(claim))


def latest(claim: CoreClaim) -> int:
    """The largest number that a time of a claim has beside its letter, or that a return goes on for; with what sums over steps add to it."""
    at = (t for p in claim.parts() for t in walk(p) if isinstance(t, Op) and t.name in (*AT_TIMES, "n_step_return"))
    ends = (a for t in along(claim) for a in t.args)
    named, added = (max((abs(int(x.value)) for t in ts for x in walk(t) if isinstance(x, Num)), default=0) for ts in (at, ends))
    return max(1, named + (added if added > 1 else 0))  # an end one before another is no further off


def along(claim: CoreClaim) -> list[Bind]:
    """What a claim sums or multiplies over the steps of an episode."""
    sums = (t for p in claim.parts() for t in walk(p) if isinstance(t, Bind) and t.name in ("sum", "prod"))
    return [t for t in sums if any(isinstance(x, Op) and x.name in ON_PATHS for x in walk(t.body))]


def looks_behind(claim: CoreClaim) -> int:
    """How many steps before the time of which a claim speaks it speaks of one: what the clock of its rewards may bring about."""
    if claim.clock is None:
        return 0
    terms = [t for p in claim.parts() for t in walk(p)]
    starts = {claim.clock.number: 0}
    for t in terms:  # what runs from the time at hand starts there
        if isinstance(t, Bind) and len(t.args) == 2 and (start := offset_from(t.args[0], starts)) is not None:
            starts[t.vars[0].number] = start
    timed = (offset_from(t.args[0], starts) for t in terms if isinstance(t, Op) and t.name in AT_TIMES)
    return max(0, min(3, -min((n for n in timed if n is not None), default=0)))


def offset_from(term: Core, starts: Mapping[int, int]) -> int | None:
    """n for the time t + n, None for any other; letters that run from a time count from there."""
    match term:
        case Var():
            return starts.get(term.number)
        case Num():
            return int(term.value)
        case Op(name="neg", args=(Num() as steps,)):
            return -int(steps.value)
        case Op(name="add"):
            parts = [offset_from(a, starts) for a in term.args]
            named = any(isinstance(x, Var) for a in term.args for x in walk(a))
            return None if None in parts or not named else sum(x for x in parts if x is not None)
    return None


DIFFERENTIATES = ("derivative", "partial", "gradient")


def is_rough(term: Core) -> bool:
    """Whether an operation may have a value where it has no derivative, so that what is left out is of its order only if one more is there."""
    if isinstance(term, Op) and term.name == "power":
        base, exponent = term.args
        return not (base == op("exp", ONE) or isinstance(exponent, Num) and exponent.value.denominator == 1)
    return isinstance(term, Op) and term.name in ("root", "abs", "maximum", "minimum", "clip", "norm")


def divides(term: Core, small_ones: tuple[Var, ...]) -> bool:
    """Whether something that tends to zero is divided by: orders are lost."""
    if not isinstance(term, Op) or term.name not in ("div", "power"):
        return False
    lower = term.args[1]
    negative = term.name == "power" and isinstance(lower, Num) and lower.value < 0
    return negative or bool(free_variables(lower) & set(small_ones))


def depth(term: Core) -> int:
    """How often something is differentiated below a term."""
    inner = max(map(depth, below(term)), default=0)
    if isinstance(term, Bind):
        return inner + (term.info[0] if term.name == "slope" else 3 if term.name == "limit" else 0)
    return inner + (isinstance(term, Op) and term.name in DIFFERENTIATES)
