r"""What is written for one sample stands for its mean: ``D(p‖q)`` by ``log p(x)/q(x)``, by one response or one token of it.

Under ``≈`` any mean may be meant by one of its samples; a divergence is written so under ``=``, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derive.core.terms import Bind, Core, Num, Op, Var, below, free_variables, in_place, op, rebuild, unused, walk
from derive.core.types import ACTION, TOKEN_SORT, element


def mean_of_sample(whole: Core, part: Core) -> Core | None:
    """The mean, over what a mean over episodes is over, of what is written for one episode; None for anything else."""
    if not (isinstance(whole, Bind) and whole.name == "episode") or isinstance(part, Bind) and part.name == "episode":
        return None
    return replace(whole, body=part)


#: What a sample may be drawn from.
OF_FIRST, OF_OTHER = "the first distribution", "the distribution by whose chances it is divided"


def over_sample(whole: Core, part: Core) -> Iterator[tuple[Core, str]]:
    """The means, under a divergence's first distribution or one that the outcome is weighed by, of what is written for one outcome:
    ``D(p‖q)`` by ``log p(x)/q(x)``, by ``p(x)/u(x) log p(x)/q(x)``."""
    if not (
        isinstance(whole, Op) and whole.name in ("divergence", "entropy", "cross_entropy") and isinstance(whole.args[0], Op | Var)
    ):
        return
    first = whole.args[0]
    over = over_token if isinstance(first, Op) and first.name == "token_law" else over_outcome
    found = over(first, first, whole, part)
    if found is not None:
        yield found, OF_FIRST
    for other in weighing(first, part) if found is not None else ():
        made = over(other, first, whole, part)
        if made is not None:
            yield made, OF_OTHER


def weighing(first: Core, part: Core) -> set[Core]:
    """The other laws by whose chances something is divided in a part."""
    below_it = {t for d in walk(part) if isinstance(d, Op) and d.name == "div" for t in walk(d.args[1]) if isinstance(t, Op)}
    laws = {t.args[0] for t in below_it if t.name == "mass"}
    if isinstance(first, Op) and first.name in ("token_law", "action_law"):
        laws |= {replace(first, args=(t.args[0], *first.args[1:])) for t in below_it if t.name in ("prob", "token_prob")}
    return laws - {first}


def over_outcome(law: Core, first: Core, whole: Core, part: Core) -> Core | None:
    """The mean under a law of what is written for one outcome of the first; None where that stands nowhere."""
    drawn = [v for v in free_variables(part) - free_variables(whole) if v.type.name == "Elem"]
    members = {t for t in walk(part) if isinstance(t, Op) and t.name == "member"}  # one of a group of responses
    likely = [x for x in (*drawn, *members) if any(is_chance(t, first, x) for t in walk(part))]
    if len(likely) != 1 or len(drawn) > 1:
        return None
    if isinstance(likely[0], Var):
        return Bind("expect", (likely[0],), part, (law,))
    v = Var(unused((whole, part)), ACTION)
    return Bind("expect", (v,), in_place(part, likely[0], v), (law,))


def over_token(law: Core, first: Core, whole: Core, part: Core) -> Core | None:
    """The mean over the token that follows a prefix, of what is written for the one that does; None where no such token stands there."""
    _, response, prompt, at = behind = below(first)
    v = Var(unused((whole, part)), element(TOKEN_SORT))

    def drawn(t: Core) -> Core:
        if (
            isinstance(t, Op)
            and t.name == "token_prob"
            and t.args[1:3] == (response, prompt)
            and settled(t.args[3]) == settled(at)
        ):
            return op("mass", op("token_law", t.args[0], *behind[1:]), v)
        return rebuild(t, drawn)

    made = drawn(part)
    return Bind("expect", (v,), made, (law,)) if made != part else None


def settled(time: Core) -> tuple[Core, Fraction]:
    """A time as what it is counted from, and how much later it is."""
    later = Fraction(0)
    while isinstance(time, Op) and time.name == "add" and len(time.args) == 2 and isinstance(time.args[1], Num):
        later, time = later + time.args[1].value, time.args[0]
    return time, later


def is_chance(term: Core, law: Core, outcome: Core) -> bool:
    """Whether a term is the probability of an outcome under a law, or of a part of it."""
    if not isinstance(term, Op):
        return False
    if isinstance(law, Op) and law.name == "action_law":
        said = (law.args[0], outcome, *law.args[1:])
        return term.name == "prob" and term.args == said or term.name == "token_prob" and term.args[:-1] == said
    return term.name == "mass" and term.args == (law, outcome)


__all__ = ["mean_of_sample", "over_sample"]
