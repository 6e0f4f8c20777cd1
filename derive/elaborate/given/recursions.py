r"""Recursions that are given: ``Q_{n+1}=Q_n+\alpha[R_n-Q_n]``, ``f(n)=nf(n-1)``, ``V_{k+1}(s)=\max_a\cdots V_k(s')``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.core.terms import Core, CoreClaim, Op, below
from derive.core.types import NAT, element, hole
from derive.elaborate.knowledge.scope import Definition, Env, Premise, kinds, letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.chains_of_rows import letters_of, strip_commas
from derive.elaborate.reading.expressions import Expressions
from derive.elaborate.reading.matching import labels_of
from derive.elaborate.reading.statements import Statement
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key

#: The relation of a recursion: what is left of it follows from what is right of it, at every index.
FOLLOWS = "follows"


@dataclass(frozen=True, slots=True)
class Recursion:
    """The name of a sequence, the letter that counts its members, and the letters that stand for any argument."""

    head: Item
    letter: Item
    others: tuple[Item, ...] = ()


def recursion_of(given: Statement) -> Recursion | None:
    """The recursion that a given is: one member of a sequence by others of the same sequence; None for anything else."""
    if given.rels not in (("=",), (":=",)) or given.conditions or not given.terms[0]:
        return None
    lhs, rhs = given.terms
    member = member_at(lhs, 0)
    if member is None or member[2] != len(lhs):
        return None
    head, place, _ = member
    if kinds(head.name).get("policy") == 0 and lhs[-1].kind == "group" and "|" in lhs[-1].seps:
        return None  # a policy by another one
    letters = [i for i in place if i.kind == "atom"]
    if (
        len(letters) != 1
        or not counts(letters[0])
        or not all(i.kind in ("atom", "number") or is_mark(i, "+", "-") for i in place)
    ):
        return None
    others: list[Item] = []
    if head.subs and len(lhs) == 2:
        if any(len(r) != 1 or r[0].kind != "atom" for r in lhs[1].rows):
            return None
        others = [r[0] for r in lhs[1].rows]
    again = [m for row in inner_rows(rhs) for at in range(len(row)) if (m := member_at(row, at)) is not None and same(m[0], head)]
    if not again or any(row_key(m[1]) == row_key(place) for m in again):
        return None
    return Recursion(head, letters[0], tuple(others))


def member_at(row: Row, at: int) -> tuple[Item, Row, int] | None:
    """``Q_{n+1}`` or ``f(n-1)`` at a place: its name, its index, and where it ends; an index in brackets where none stands below."""
    item = row[at]
    if item.kind != "atom" or item.sups or item.primes:
        return None
    group = row[at + 1] if at + 1 < len(row) else None
    applied = group is not None and group.kind == "group" and group.name in ("()", "[]") and not group.subs and not group.sups
    if len(item.subs) == 1:
        return item, item.subs[0], at + 1 + bool(applied and group is not None and group.name == "()")
    if item.subs or group is None or not applied or len(group.rows) != 1:
        return None
    return item, group.rows[0], at + 2


def same(item: Item, head: Item) -> bool:
    return stem(item) == stem(head) and labels_of(item) == labels_of(head) and bool(item.subs) == bool(head.subs)


def counts(letter: Item) -> bool:
    """Whether a letter counts: an index or a time, by itself and in lower case."""
    plain = not (letter.subs or letter.sups or letter.primes or letter.accents) and letter.name.islower()
    return plain and bool(kinds(letter.name).keys() & {"index", "time"})


def own_recursions(givens: Iterable[Statement]) -> list[Recursion]:
    return [made for g in givens if (made := recursion_of(g)) is not None]


def read_recursion(e: Expressions, given: Statement, made: Recursion, env: Env) -> CoreClaim:
    """What a recursion says, its index and its other arguments letters of its own: they are any."""
    for letter, t in ((made.letter, NAT), *((x, element(hole())) for x in made.others)):
        env = env.bind(letter_key(letter), e.k.variable(t, letter.name), t)
    lhs, rhs = (e.expression(strip_commas(t), env) for t in given.terms)
    if family_of(lhs[0]) is None:
        raise Premise("a recursion of what is no sequence")
    (a, s), (b, t) = e.numeric(lhs), e.numeric(rhs)
    e.same(s, t)
    return CoreClaim(a, FOLLOWS, b)


def follows(claim: CoreClaim) -> bool:
    """Whether what a claim's left side is a member of is given by a recursion."""
    family = family_of(claim.lhs)
    return family is not None and any(g.relation == FOLLOWS and family_of(g.lhs) == family for g in claim.givens)


def family_of(term: Core) -> Core | None:
    return term.args[0] if isinstance(term, Op) and term.name in ("call", "call_vector") else None


def without_unspoken(claim: CoreClaim) -> CoreClaim:
    """A claim without the recursions of sequences of which nothing else speaks: they say nothing of it."""
    kept = list(claim.givens)
    while True:
        idle = [
            g for g in kept
            if g.relation == FOLLOWS
            and not any(occurs(family_of(g.lhs), p) for p in (claim.lhs, claim.rhs, *(q for o in kept if o is not g for q in o.parts())))
        ]  # fmt: skip
        if not idle:
            return replace(claim, givens=tuple(kept))
        kept = [g for g in kept if g not in idle]


def occurs(family: Core | None, term: Core) -> bool:
    return term == family or any(occurs(family, t) for t in below(term))


def by_one_another(definitions: list[Definition]) -> list[Definition]:
    """The definitions of letters that stand in what they are said to be, by way of others: equations, which hold of all of them at once."""
    heads = [letter_key(d.head) if not d.holes and len(d.args) == 1 else None for d in definitions]
    ahead = [{n for n, head in enumerate(heads) if head is not None and head in letters_of(d.body)} for d in definitions]
    for _ in definitions:
        ahead = [reached.union(*(ahead[n] for n in reached)) for reached in ahead]
    return [d for n, d in enumerate(definitions) if n in ahead[n]]


__all__ = [
    "FOLLOWS",
    "Recursion",
    "by_one_another",
    "follows",
    "own_recursions",
    "read_recursion",
    "recursion_of",
    "without_unspoken",
]
