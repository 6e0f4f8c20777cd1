r"""Probability vectors: the p_1, …, p_n of ``H(p) = -\sum_i p_i\log p_i``.

A family of indexed letters is a distribution over its indices where a claim takes its entropy or divergence, averages a
logarithm with it, or stands under the condition ``\sum_i p_i = 1``: its members are then positive and sum to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from derive.models.core import Env, Interpreter
from derive.models.heads import POLICIES, Head, head_of
from derive.models.ranges import bindings_of
from derive.terms import App, Big, Func, Mul, Num, Rel, Sym, Term, strip

#: Letters that are probabilities wherever a logarithm is averaged with them.
WEIGHTS = frozenset({"p", "q"})
INFORMATION = frozenset({"H", "D", "KL", "CE", "mathbb:D"})
COUNTERS = frozenset("ijklmn")

Name = tuple[str, tuple[str, ...], frozenset[str]]
Range = tuple[tuple[Term, ...], Term | None] | int


def name_of(h: Head) -> Name:
    """What a bare p and its members p_i have in common; bold type aside."""
    return h.base, h.accents, h.labels


def masses_of(terms: list[Term], conditions: tuple[Term, ...]) -> dict[Name, tuple[Sym, Range]]:
    """Families that are probability vectors ↦ one member, and the range of its index as a sum prints it, or how many there are."""
    members = {name_of(head_of(x)): x for x in members_in([*terms, *conditions])}
    found: dict[Name, None] = {}
    for c in conditions:
        if summed_to_one(c):
            found.update((name_of(head_of(x)), None) for x in members_in([c]))
    for t in terms:
        for x in t.walk():
            if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in INFORMATION:
                bare = (a.head if isinstance(a, App) else a for a in map(strip, x.args))
                found.update((name_of(head_of(a)), None) for a in bare if isinstance(a, Sym) and not head_of(a).indices)
            if isinstance(x, Mul):
                found.update((name, None) for name in averaged_logarithms(x))
    ranges = {name: range_of(name, [*terms, *conditions]) for name in found if name in members}
    return {name: (members[name], of) for name, of in ranges.items() if of is not None}


def members_in(terms: list[Term]) -> Iterator[Sym]:
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and len(head_of(x).indices) == 1 and x.name not in POLICIES and not x.primes:
                index = head_of(x).indices[0]
                if isinstance(index, Num) or isinstance(index, Sym) and index.name in COUNTERS:
                    yield x


def summed_to_one(c: Term) -> bool:
    """Whether a condition says that a family sums to one."""
    if not (isinstance(c, Rel) and c.op == "="):
        return False
    total, one = strip(c.lhs), strip(c.rhs)
    counted = isinstance(total, Big) and total.op == "sum" and isinstance(strip(total.body), Sym)
    return counted and isinstance(one, Num) and one.value == 1


def averaged_logarithms(x: Mul) -> Iterator[Name]:
    """p and q of ``p_i\\log\\frac{p_i}{q_i}``."""
    own = [f for f in map(strip, x.factors) if isinstance(f, Sym) and head_of(f).base in WEIGHTS]
    logs = [y for f in x.factors for y in f.walk() if isinstance(y, Func) and y.name in ("log", "ln")]
    inside = [y for log in logs for y in members_in(list(log.args)) if head_of(y).base in WEIGHTS]
    if own and inside:
        for y in (*own, *inside):
            yield name_of(head_of(y))


def range_of(name: Name, terms: list[Term]) -> Range | None:
    """The range of the first sum over all members of a family; without one, the largest index written."""
    largest = 0
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and len(x.under) == 1:
                first = x.under[0]
                variable = first.lhs if isinstance(first, Rel) and first.op in ("=", r"\in") else first
                if any(name_of(head_of(y)) == name and head_of(y).indices[0] == variable for y in members_in([x.body])):
                    return x.under, x.upper
    for y in members_in(terms):
        index = head_of(y).indices[0]
        if name_of(head_of(y)) == name and isinstance(index, Num):
            largest = max(largest, int(index.value))
    return largest or None


def every_index(m: Interpreter, name: Name) -> list[Any]:
    """The indices of a family's members."""
    of = m.facts.masses[name][1]
    if isinstance(of, int):
        return list(range(1, of + 1))
    under, upper = of
    variable = under[0].lhs if isinstance(under[0], Rel) else under[0]
    return [e.vars[variable] for e in bindings_of(m, under, upper, Env())]


def mass(m: Interpreter, h: Head, env: Env, depends: frozenset[str]) -> Any:
    """The probability p_i of a family; None where the letter is no family, or the index no member."""
    name = name_of(h)
    if name not in m.facts.masses or len(h.indices) != 1:
        return None
    indices = every_index(m, name)
    i = m.value(h.indices[0], env)
    if i not in indices:
        return None
    return m.world.simplex(("masses", name[0], name[1], tuple(sorted(name[2]))), len(indices), depends)[indices.index(i)]


def is_family(m: Interpreter, t: Sym | App) -> bool:
    bare = t.head if isinstance(t, App) else t
    return isinstance(bare, Sym) and not head_of(bare).indices and name_of(head_of(bare)) in m.facts.masses


def members(m: Interpreter, t: Sym | App, env: Env) -> dict[Any, Any] | None:
    """Index ↦ probability for the bare letter of a family, as ``p`` or ``p(s,a)``; None for any other letter."""
    if not is_family(m, t):
        return None
    name = name_of(head_of(t.head if isinstance(t, App) else t))
    letter = m.facts.masses[name][0]
    place = Sym("·member")
    member = replace(letter, subs=tuple(place if i in head_of(letter).indices else i for i in letter.subs))
    value = replace(t, head=member) if isinstance(t, App) else member
    return {i: m.number(value, env.bind(place, i)) for i in every_index(m, name)}
