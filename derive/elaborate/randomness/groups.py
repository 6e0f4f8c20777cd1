"""Statistics of a group: the mean and the spread of the members of a sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial, reduce

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, num, op
from derive.core.terms import walk as walk_terms
from derive.core.types import NAT, REAL
from derive.elaborate.binding.extremes import Extremes
from derive.elaborate.given.listed import shown
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.sequences import unbold
from derive.elaborate.knowledge.shapes import OWN, stem
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.ellipses import from_first
from derive.glossary.functions import (
    VARIANCES,
)
from derive.glossary.marks import (
    RANDOM_CAPITALS,
    RETURNS,
)
from derive.syntax.flat import Item, inner_rows, walk


class Groups(Extremes):
    """Means and spreads over lists."""

    def is_list(self, item: Item, group: Item) -> bool:
        """Whether the members of a group stand in the brackets, and nothing random."""
        atoms = [i for r in group.rows for i in walk(r) if i.kind == "atom"]
        random = any(i.name in RANDOM_CAPITALS and not i.subs for i in atoms)
        known = any(stem(i) in self.facts.lengths or stem(i) in self.facts.groups for i in atoms)
        return not (item.name in VARIANCES and random and not known)

    def statistic(self, name: str, group: Item, env: Env) -> Typed:
        r"""``\mathrm{mean}(r_1,\dots,r_G)``, ``\mathrm{std}(r)``: over the members of a sequence."""
        group = shown(group)
        if len(group.rows) > 1 and not group.subs and not any(i.kind == "dots" for r in group.rows for i in r):
            return self.of_members([self.real(self.expression(r, env)) for r in group.rows], name)
        k, body, low, high = self.members_of(group, env)
        count = high if low == num(1) else op("add", op("add", high, op("neg", low)), num(1))

        def average(term: Callable[[Core], Core]) -> Core:
            return op("div", Bind("sum", (k,), term(body), (low, high)), count)

        return self.average_or_spread(name, average, count)

    def of_members(self, members: list[Core], name: str) -> Typed:
        """The mean or the spread of members that are written one by one."""
        count = num(len(members))

        def average(term: Callable[[Core], Core]) -> Core:
            return op("div", reduce(partial(op, "add"), map(term, members)), count)

        return self.average_or_spread(name, average, count)

    def average_or_spread(self, name: str, average: Callable[[Callable[[Core], Core]], Core], count: Core) -> Typed:
        """The mean of members, or the root of their mean squared distance from it; ``average`` takes the mean of something of each."""
        mean = average(lambda member: member)
        if name == "mean":
            return mean, REAL

        def squared(member: Core) -> Core:
            gap = op("add", member, op("neg", mean))
            return op("mul", gap, gap)

        spread = average(squared)
        options = (
            Option(0.0, False, "divided by the number of members"),
            Option(0.4, True, "divided by one less than the number of members"),
        )
        if self.k.oracle.choose(("spread",), options):
            spread = op("mul", spread, op("div", count, op("add", count, num(-1))))
        return op("root", spread, num(2)), REAL

    def members_of(self, group: Item, env: Env) -> tuple[Var, Core, Core, Core]:
        """A number, the member with that number, and the first and last numbers."""
        k = self.k.variable(NAT, "j")
        if group.subs and group.sups and len(group.rows) == 1:
            terms, rels = split_relations(group.subs[0])
            if rels == ["="] and len(terms[0]) == 1:
                low, high = self.whole(terms[1], env), self.whole(group.sups[0], env)
                self.k.ranges[k.number] = (low, high)
                inner = env.bind(letter_key(terms[0][0]), k, NAT)
                return k, self.real(self.expression(group.rows[0], inner)), low, high
            raise Outside("a list that is not read")
        places = [i for i, r in enumerate(group.rows) if len(r) == 1 and r[0].kind == "dots"]
        if len(places) == 1 and 0 < places[0] < len(group.rows) - 1:
            first = self.real(self.expression(group.rows[0], env))
            last = self.real(self.expression(group.rows[-1], env))
            found = from_first(first, last, k)
            if found is not None:
                return k, found[0], found[1], found[2]
        if len(group.rows) == 1 and len(group.rows[0]) == 1 and group.rows[0][0].kind == "atom":
            letter = group.rows[0][0]
            length = self.facts.lengths.get(stem(letter))
            if length is None and stem(unbold(letter)) in self.facts.groups:
                letter = unbold(letter)
                length = self.facts.lengths.get(stem(letter))
            if not letter.subs and (length is not None or stem(letter) in self.facts.groups):
                high = self.whole(length, env) if length is not None else self.size_of_group(letter)
                number = Item("atom", "j", primes=OWN)
                member = replace(letter, subs=((number,),))
                return k, self.real(self.expression((member,), env.bind(letter_key(number), k, NAT))), num(1), high
        raise Outside("a statistic of what is no list")

    def size_of_group(self, letter: Item) -> Core:
        """How many members a group has of which a claim names one by its number and not how many there are.

        Raises: Outside where a letter of the claim may say how many.
        """
        atoms = (i for row in self.every_row for part in inner_rows(row) for i in part if i.kind == "atom")
        below = {i.key for row in self.every_row for i in walk(row) for s in i.subs for i in s}
        if any(not i.subs and i.key not in below and (i.name in RETURNS or "index" in kinds(i.name)) for i in atoms):
            raise Outside("how many members a group has")
        if any(is_member_beyond_first(i, letter) for row in self.every_row for i in walk(row)):
            raise Outside("how many members a group has")
        size = self.k.free_variable(("group size",), "G", NAT)
        self.k.groups.append((size, ("sequence", letter_key(letter), 1)))
        return size

    def memberships(self, sides: tuple[Core, ...]) -> list[CoreClaim]:
        """The numbers of members that a claim names are among those of the group."""
        out: list[CoreClaim] = []
        for size, key in dict.fromkeys(self.k.groups):
            family = self.k.free.get(key)
            calls = [
                t
                for side in sides
                for t in walk_terms(side)
                if isinstance(t, Op) and t.name == "call" and t.args[:1] == (family,)
            ]
            for index in dict.fromkeys(a for t in calls for a in t.args[1:] if isinstance(a, Var)):
                if index in self.k.free.values():
                    out += [CoreClaim(num(1), "<=", index), CoreClaim(index, "<=", size)]
        return out


def is_member_beyond_first(item: Item, letter: Item) -> bool:
    """Whether a member of a group is named by a number, of which a small group has none."""
    places = [s[0].value for s in item.subs if len(s) == 1]
    return item.kind == "atom" and stem(item) == stem(letter) and any(n is not None and n > 1 for n in places)
