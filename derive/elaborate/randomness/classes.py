r"""What is counted by classes is in one of them: ``y_i`` in ``\sum_{k=1}^K\sum_i1\{y_i=k\}`` is a number from 1 to K."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.core.terms import CALLED, ONE, Bind, Core, CoreClaim, Num, Op, Var, free_variables, op, strip_coerce, walk
from derive.core.types import NAT, REAL
from derive.elaborate.knowledge.scope import Outside


def in_classes(claim: CoreClaim) -> CoreClaim:
    """A claim with what it counts by classes in one of them, where nothing given speaks of it.

    Raises: Outside where the classes may not be all: they do not begin at 1, end one before a number, or are others elsewhere.
    """
    told = {v for g in claim.givens for p in g.parts() for v in free_variables(p)}
    free = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p)} - told
    terms = [t for p in (claim.lhs, claim.rhs) for t in walk(p)]
    last: dict[Var, Core] = {}
    for t in terms:
        if not (isinstance(t, Bind) and len(t.args) == 2 and t.vars[0].type == NAT):
            continue
        for name in {name for name in in_one_of(t, terms) if name in free}:
            low, high = t.args[0], strip_coerce(t.args[1])
            if low != ONE or not isinstance(high, Var | Num) or last.setdefault(name, high) != high:
                raise Outside("what is counted by classes that need not be all")
    said = [given for name, high in last.items() for given in from_to(name, ONE, high, name.type == REAL)]
    return replace(claim, givens=(*claim.givens, *said))


def in_one_of(total: Bind, terms: list[Core]) -> Iterator[Var | None]:
    """The letters of what is counted by the numbers that a sum runs through: held against them, or an index where they are one."""
    number, body = total.vars[0], walk(total.body)
    yield from (classed(x, number) for x in body if total.name == "sum")
    counted = {x.args[0] for x in body if isinstance(x, Op) and x.name in CALLED and number in x.args[1:]}
    for x in terms:
        if isinstance(x, Op) and x.name in CALLED and x.args[0] in counted:
            yield from (head(a) for a in x.args[1:] if isinstance(a, Op) and a.name == "call")


def from_to(name: Core, first: Core, last: Core, number: bool) -> list[CoreClaim]:
    """That a letter, or each member of a sequence, is a whole number from the first to the last; ``number`` where it is no number that counts."""
    if name == last:
        return []
    if not number and first == ONE and isinstance(last, Var | Num):
        return [CoreClaim(name, "member", last)]
    return [
        *([CoreClaim(name, "among", op("vector"))] if number else []),
        CoreClaim(first, "<=", name),
        CoreClaim(name, "<=", last),
    ]


def classed(term: Core, number: Var) -> Var | None:
    """The letter of what a condition says to be a number; None for any other term."""
    sides = [strip_coerce(a) for a in term.args] if isinstance(term, Op) and term.name == "eq" else []
    return head(sides[1 - sides.index(number)]) if number in sides else None


def head(term: Core) -> Var | None:
    """The letter of a number or of a member of a sequence."""
    letter = strip_coerce(term.args[0]) if isinstance(term, Op) and term.name == "call" else term
    return letter if isinstance(letter, Var) and letter.type.name in ("Nat", "Real", "Function") else None


__all__ = ["from_to", "in_classes"]
