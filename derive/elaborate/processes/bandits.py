r"""Bandits and values with a meaning of the page's own: rewards of arms, ``q_*(a)``, and action values beside state values that are defined by them."""

from __future__ import annotations

from derive.core.terms import Bind, Core, op
from derive.core.types import ACTION, NAT, REAL, REWARD_SORT, STATE, element, function
from derive.elaborate.given.givens import redefines
from derive.elaborate.knowledge.scope import Compiled, Definition, Env, Outside, Typed, kinds, letter_key
from derive.elaborate.processes.lookahead import Lookahead
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.matching import Holes
from derive.glossary.marks import ACTION_VALUES, STATE_VALUES
from derive.syntax.flat import Item, Row, row_key, stacked, walk

#: Values of actions, and the rewards that follow from them.
OF_ACTIONS = ("q_value", "optimal_q")


class Bandits(Lookahead):
    """One state that nothing names; values that the page defines."""

    # --- bandits -------------------------------------------------------------------------------

    def averaged(self, under: Row, content: Row, given: Row, body: object, env: Env) -> Typed:
        made = self.of_arms(under, content, given, env) if self.facts.stateless else None
        return made if made is not None else super().averaged(under, content, given, body, env)

    def of_arms(self, under: Row, content: Row, given: Row, env: Env) -> Typed | None:
        r"""``\mathbb{E}[R_t\mid A_t=a]``: the arm is drawn by the policy, if it is not given, and the reward by the arm."""
        timed = {
            letter_key(i): i
            for r in (content, given)
            for i in walk(r)
            if i.kind == "atom" and i.subs and "process" in kinds(i.name)
        }
        rewards = [i for i in timed.values() if "reward" in kinds(i.name)]
        actions = [i for i in timed.values() if "action" in kinds(i.name)]
        if len(rewards) != 1 or len(actions) > 1 or len(timed) != len(rewards) + len(actions):
            return None
        if any(row_key(a.subs[0]) != row_key(rewards[0].subs[0]) for a in actions):
            return None
        if under and not (len(under) == 1 and self.is_policy(under[0])):
            return None
        state = self.elided_state(env)
        arm: Core | None = None
        for part in stacked(given):
            terms, rels = split_relations(part)
            if rels != ["="] or len(terms[0]) != 1 or not actions or letter_key(terms[0][0]) != letter_key(actions[0]):
                return None
            arm = self.element(terms[1], ACTION, env)
        drawn = self.k.variable(ACTION, "a")
        r, after = self.k.variable(element(REWARD_SORT), "r"), self.k.variable(STATE, "s")
        inner = env.bind(letter_key(rewards[0]), r, r.type)
        if actions:
            inner = inner.bind(letter_key(actions[0]), arm or drawn, ACTION)
        term, t = self.numeric(self.expression(content, inner))
        weight = op("outcome", after, r, state, arm or drawn)
        term = Bind("sum", (after,), Bind("sum", (r,), op("mul", weight, term)))
        if arm is None:
            policy = self.policy(under, env) if under else self.policy_in_force()
            term = Bind("expect", (drawn,), term, (op("action_law", policy, state),))
        return term, REAL if t == NAT else t

    # --- values that the page defines ----------------------------------------------------------

    @property
    def own_values(self) -> tuple[int, Definition] | None:
        """The definition of the values of states by those of actions, where the page has one."""
        found = [
            (n, d)
            for n, d in enumerate(self.k.definitions)
            if d.head.name in STATE_VALUES and len(d.holes) == 1 and redefines(d)
            and any(i.kind == "atom" and i.name in ACTION_VALUES for i in walk(d.body))
        ]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def meant(self, compiled: Compiled, holes: Holes, env: Env) -> Typed:
        """Action values that nothing else fixes are any numbers; the rewards are then those with which they satisfy Q = r + γ E[V]."""
        means = compiled.row.means
        own = self.own_values if self.redefined and (means in OF_ACTIONS or means == "reward") else None
        if own is None or "?state" in compiled.row.takes:
            return super().meant(compiled, holes, env)
        state, action = self.element(holes["s"], STATE, env), self.element(holes["a"], ACTION, env)
        if means in OF_ACTIONS:
            return self.own_action_value(row_key(holes["pi"]) if "pi" in holes else (), state, action), REAL
        number, definition = own
        if number in env.unfolding:
            raise Outside("rewards in what the page says values are")
        after = self.k.variable(STATE, "s")
        inner = Env({definition.holes[0]: (after, STATE)}, env.process, (*env.unfolding, number), env.random)
        self.k.used.add(number)
        ahead = Bind("expect", (after,), self.real(self.expression(definition.body, inner)), (op("next_law", state, action),))
        labels = [row_key(s) for i in walk(definition.body) if i.name in ACTION_VALUES for s in (*i.subs, *i.sups)]
        policies = [s for i in walk(definition.body) if i.name in ACTION_VALUES for s in (*i.subs, *i.sups) if self.of_policy(s)]
        value = self.own_action_value(row_key(policies[0]) if policies else (), state, action)
        if len(set(labels)) > 1:
            raise Outside("values of actions under several policies")
        return op("add", value, op("neg", op("mul", op("discount"), ahead))), REAL

    def own_action_value(self, policy: object, state: Core, action: Core) -> Core:
        family = self.k.free_variable(("own action values", policy), "Q", function(STATE, ACTION, REAL))
        return op("call", family, state, action)


__all__ = ["Bandits", "Item"]
