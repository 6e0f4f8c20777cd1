r"""Policies of which a page says how likely each action is: they stand wherever the policy does, in values, visits and averages.

``\pi_\theta(a|s)=e^{h_\theta(s,a)}/\sum_be^{h_\theta(s,b)}`` says what the policy of :math:`V^{\pi_\theta}` is, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var, num, op, rebuild, walk
from derive.core.terms import replace as put
from derive.core.types import ACTION, ACTION_SORT, POLICY, STATE
from derive.elaborate.knowledge.scope import Definition, Env, kinds, letter_key
from derive.elaborate.processes.process import Process
from derive.syntax.flat import Item


@dataclass(frozen=True, slots=True)
class Said:
    """A policy, its parameter (none for a policy of its own), and the table of its probabilities there."""

    number: int
    policy: Var
    parameter: Core | None
    table: Core

    def instead(self, term: Core) -> Core:
        """A term with the table in place of the policy, at each parameter."""
        if self.parameter is None and term == self.policy:
            return self.table
        if isinstance(term, Op) and term.name == "at_parameter" and term.args[0] == self.policy and self.parameter is not None:
            at = self.instead(term.args[1])
            return put(self.table, {self.parameter.number: at}) if isinstance(self.parameter, Var) else self.table
        return rebuild(term, self.instead)

    def size(self) -> list[CoreClaim]:
        """How many actions there are, where each is as likely as a number says."""
        body = self.table.body if isinstance(self.table, Bind) else self.table
        chance = quotient(body)
        many = 1 / chance if chance else Fraction(0)
        return (
            [CoreClaim(op("cardinality", info=(ACTION_SORT,)), "=", num(int(many)))]
            if many >= 1 and many.denominator == 1
            else []
        )

    def stands_in(self, terms: Iterator[Core]) -> bool:
        heads = (t for term in terms for t in walk(term))
        if self.parameter is None:
            return self.policy in heads
        return any(isinstance(t, Op) and t.name == "at_parameter" and t.args[0] == self.policy for t in heads)


def as_said(e: Process, a: Core, b: Core, givens: list[CoreClaim]) -> tuple[Core, Core, list[CoreClaim]]:
    """The sides of a claim and its givens with policies as the page says them."""
    for _ in e.k.definitions:  # one may be said by another
        for said in said_policies(e, a, b, givens):
            e.k.used.add(said.number)
            a, b, givens = said.instead(a), said.instead(b), [g.changed(said.instead) for g in givens]
            givens += said.size()
            break
        else:
            break
    return a, b, givens


def said_policies(e: Process, a: Core, b: Core, givens: list[CoreClaim]) -> Iterator[Said]:
    """The policies that stand in a claim and that the page says, once: π(L|s) and π(R|s) apart are of two actions."""
    heads = Counter(letter_key(d.head) for d in e.k.definitions)
    for number, definition in enumerate(e.k.definitions):
        head = definition.head
        if len(definition.args) != 2 or definition.args[1].seps != ("|",) or not e.is_policy(head):
            continue
        if heads[letter_key(head)] > 1:
            continue
        own = [s for s in head.subs if len(s) == 1 and s[0].kind == "atom" and "parameter" in kinds(s[0].name)]
        policy = e.k.free.get(letter_key(replace(head, subs=tuple(s for s in head.subs if s not in own))))
        if policy is None or e.k.binding.solve(policy.type) != POLICY or len(own) > 1:
            continue
        parameter = e.parameter(own[0][0], Env()) if own else None
        if not Said(number, policy, parameter, policy).stands_in(p for g in (CoreClaim(a, "=", b), *givens) for p in g.parts()):
            continue
        table = table_of(e, number, definition, own[0][0] if own else None)
        if table is not None and policy not in walk(table):
            yield Said(number, policy, parameter, table)


def table_of(e: Process, number: int, definition: Definition, parameter: Item | None) -> Core | None:
    """The probabilities of all actions in all states; None where the page says them of one action or in one state alone."""
    places = {key: e.place_in_policy(definition.args, str(n)) for n, key in enumerate(definition.holes)}
    if sorted(str(p) for p in places.values() if p is not None) != sorted(map(str, (ACTION, STATE))):
        return None
    drawn = {p: e.k.variable(p, letter) for p, letter in ((ACTION, "a"), (STATE, "s"))}
    env = Env(unfolding=(number,))
    for key, place in places.items():
        if place is not None:
            env = env.bind(key, drawn[place], place)
        elif parameter is not None:
            env = env.bind(key, *e.letter(parameter, Env()))
    return Bind("table", (drawn[ACTION], drawn[STATE]), e.real(e.expression(definition.body, env)))


def quotient(term: Core) -> Fraction | None:
    """The number that a term is: 1/4, or what is written so."""
    if isinstance(term, Op) and term.name == "div" and all(isinstance(x, Num) and x.value for x in term.args):
        above, below = (x.value for x in term.args if isinstance(x, Num))
        return Fraction(above) / Fraction(below)
    return Fraction(term.value) if isinstance(term, Num) else None


__all__ = ["as_said"]
