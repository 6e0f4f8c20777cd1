r"""Policies of which a page says how likely each action is: they stand wherever the policy does, in values, visits and averages.

``\pi_\theta(a|s)=e^{h_\theta(s,a)}/\sum_be^{h_\theta(s,b)}`` says what the policy of :math:`V^{\pi_\theta}` is, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, num, op, rebuild, walk
from derive.core.terms import replace as put
from derive.core.types import ACTION, ACTION_SORT, POLICY, STATE
from derive.elaborate.knowledge.scope import Definition, Env, kinds, letter_key
from derive.elaborate.processes.process import Process
from derive.elaborate.spelling.tabular import value_of
from derive.syntax.flat import Item, Row


@dataclass(frozen=True, slots=True)
class SaidPolicy:
    """A policy, its parameter (none for a policy of its own), the table of its probabilities there, and the definition that says them."""

    policy: Var
    parameter: Core | None
    table: Core
    number: int

    def instead(self, term: Core) -> Core:
        """A term with the table in place of the policy, at each parameter."""
        if self.parameter is None and stands(term, self.policy, True) and isinstance(term, Op):
            return self.table if term.args[1] in walk(self.table) else term  # π_θ, where what is said of π has no θ: another
        if not stands(term, self.policy, self.parameter is not None):
            return rebuild(term, self.instead)
        if not isinstance(term, Op) or not isinstance(self.parameter, Var):
            return self.table
        return put(self.table, {self.parameter.number: self.instead(term.args[1])})


def as_said(e: Process, a: Core, b: Core, givens: list[CoreClaim]) -> tuple[Core, Core, list[CoreClaim]]:
    """The sides of a claim and its givens with policies as the page says them."""
    for _ in e.k.definitions:  # one may be said by another
        said = next(said_policies(e, (a, b, *(p for g in givens for p in g.parts()))), None)
        if said is None:
            break
        e.k.used.add(said.number)
        a, b, givens = said.instead(a), said.instead(b), [g.changed(said.instead) for g in givens]
        givens += actions_by(e.k.definitions[said.number])
    return a, b, givens


def said_policies(e: Process, terms: Sequence[Core]) -> Iterator[SaidPolicy]:
    """The policies that stand in terms and that the page says, once: π(L|s) and π(R|s) apart are of two actions."""
    heads = Counter(letter_key(d.head) for d in e.k.definitions)
    for number, definition in enumerate(e.k.definitions):
        head = definition.head
        if len(definition.args) != 2 or definition.args[1].seps != ("|",) or not e.is_policy(head) or heads[letter_key(head)] > 1:
            continue
        family, own = family_of(head)
        policy = e.k.free.get(letter_key(family))
        if policy is None or e.k.binding.solve(policy.type) != POLICY or [len(s) for s in own] not in ([], [1]):
            continue
        if not any(stands(t, policy, bool(own)) for term in terms for t in walk(term)):
            continue
        table = table_of(e, number, definition, own[0][0] if own else None)
        parameter = e.parameter(own[0][0], Env()) if own else None
        hangs_on_it = table is not None and (parameter is None or parameter in walk(table))  # or else it is said in other letters
        if table is not None and hangs_on_it and policy not in walk(table):
            said = SaidPolicy(policy, parameter, table, number)
            if any(said.instead(term) != term for term in terms):
                yield said


def family_of(head: Item) -> tuple[Item, list[Row]]:
    """A policy without its parameters, and the scripts with these."""
    own = [s for s in head.subs if any("parameter" in kinds(i.name) for i in s)]
    return replace(head, subs=tuple(s for s in head.subs if s not in own)), own


def stands(term: Core, policy: Core | None, moving: bool) -> bool:
    """Whether a term is a policy: at a parameter, if it has one."""
    return isinstance(term, Op) and term.name == "at_parameter" and term.args[0] == policy if moving else term == policy


def actions_by(definition: Definition) -> list[CoreClaim]:
    """How many actions there are, where each is as likely as a number says."""
    chance = value_of(definition.body)
    many = 1 / chance if chance else Fraction(0)
    whole = many >= 1 and many.denominator == 1
    return [CoreClaim(op("cardinality", info=(ACTION_SORT,)), "=", num(int(many)))] if whole else []


def table_of(e: Process, number: int, definition: Definition, parameter: Item | None) -> Core | None:
    """The probabilities of all actions in all states; None where the page says them of one action or in one state alone."""
    places = {key: e.place_in_policy(definition.args, str(n)) for n, key in enumerate(definition.holes)}
    drawn = {p: e.k.variable(p, letter) for p, letter in ((ACTION, "a"), (STATE, "s"))}
    if sum(p is not None for p in places.values()) != len(drawn) or not drawn.keys() <= set(places.values()):
        return None
    env = Env(unfolding=(number,))
    for key, place in places.items():
        if place is not None:
            env = env.bind(key, drawn[place], place)
        elif parameter is not None:
            env = env.bind(key, *e.letter(parameter, Env()))
    return Bind("table", (drawn[ACTION], drawn[STATE]), e.real(e.expression(definition.body, env)))


__all__ = ["as_said", "family_of", "stands"]
