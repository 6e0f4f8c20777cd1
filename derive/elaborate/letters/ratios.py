r"""The ratio of a policy to the one that acted, by its name: ``r_t(\theta)``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Core, op
from derive.core.types import ACTION, POLICY, STATE
from derive.elaborate.knowledge.scope import Env, Outside, kinds, letter_key
from derive.elaborate.letters.names import Names
from derive.glossary.letters import letters
from derive.glossary.marks import RATIOS
from derive.syntax.flat import Item, Row, inner_rows, row_key, walk


class Ratios(Names):
    """Names that are a ratio where they are applied to a parameter."""

    def is_ratio(self, item: Item, group: Item) -> bool:
        """``r_t(θ)``: a ratio's letter with one index, at a parameter alone, that the page does not define."""
        alone = len(group.rows) == 1 and len(group.rows[0]) == 1 and "parameter" in kinds(group.rows[0][0].name)
        own = any(d.head.name == item.name for d in self.k.definitions)
        return item.name in RATIOS and len(item.subs) == 1 and alone and not own and not item.accents and not item.primes

    def ratio(self, item: Item, group: Item, env: Env) -> Core:
        """π_θ(a_t|s_t) over the same of the policy that acted: the other one of the claim, or one that it does not name."""
        place = self.place(item, env)
        parameter = group.rows[0][0]
        at = row_key((parameter,))
        now = next((h for h in self.policy_heads if any(row_key(s) == at for s in h.subs)), None)
        others = [h for h in self.policy_heads if h is not now and (now is None or h.name == now.name) and (h.subs or h.sups)]
        if len(others) > 1:
            raise Outside("a ratio beside several policies")
        family = (
            self.policy((now,), env) if now is not None else op("at_parameter", self.family(), self.parameter(parameter, env))
        )
        before = self.labelled_parameter()
        if others:
            acted = self.policy((others[0],), env)
        elif before is not None:
            acted = op("at_parameter", self.family(), self.parameter(before, env))
        else:
            acted = self.k.free_variable(("who acted",), r"\pi_{old}", POLICY)
        return op("div", op("prob", family, *place), op("prob", acted, *place))

    def place(self, item: Item, env: Env) -> tuple[Core, Core]:
        """The action and the state of a ratio: those at which the claim's policies stand, or a_t and s_t by its index."""
        groups = self.places_of_policies(self.all_rows) or self.places_of_policies(self.every_row)
        named = {row_key((g,)): g for g in groups}
        if len(named) > 1 or any(g.seps != ("|",) or any(len(r) != 1 or r[0].kind != "atom" for r in g.rows) for g in groups):
            raise Outside("a ratio beside policies at several places")
        below = {i.key for g in groups for r in g.rows for i in r for s in i.subs for i in s if i.kind == "atom"}
        if below and any(i.kind == "atom" and i.key not in below for i in item.subs[0]):
            raise Outside("a ratio at another place than the policies beside it")
        if groups:
            action, state = (r[0] for r in groups[0].rows)
        else:
            action, state = (
                replace(next(Item("atom", x.name) for x in letters() if x.kind == kind), subs=item.subs)
                for kind in ("action", "state")
            )
        return self.element((action,), ACTION, env), self.element((state,), STATE, env)

    def places_of_policies(self, rows: Iterable[Row]) -> list[Item]:
        """What stands in brackets behind policies."""
        pairs = (pair for row in rows for part in inner_rows(row) for pair in pairwise(part))
        return [b for a, b in pairs if self.is_policy(a) and b.kind == "group"]

    def labelled_parameter(self) -> Item | None:
        """The parameter with a label that a claim speaks of, by which a policy acted: θ_old."""
        every = [i for row in self.every_row for i in walk(row) if i.kind == "atom" and "parameter" in kinds(i.name) and i.subs]
        return every[0] if len({letter_key(i) for i in every}) == 1 else None

    def family(self) -> Core:
        raise NotImplementedError
