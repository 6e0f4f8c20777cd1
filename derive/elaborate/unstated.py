r"""What an expectation leaves to its reader: the law of a next state or action, the reward of the step, conditions that name the policy.

``\mathbb{E}_{s'}[r+\gamma V^\pi(s')]`` is over the transitions from the state and action of which the claim speaks;
``\mathbb{E}[G_t\mid s_t=s,\pi]`` is ``\mathbb{E}_\pi[G_t\mid s_t=s]``.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from derive.core.terms import Core, Var, op
from derive.core.types import ACTION, REAL, STATE, STATE_SORT, Type
from derive.elaborate.expressions import split_relations
from derive.elaborate.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.special import Special, bound_inside, joined
from derive.glossary.marks import TRANSITION_LETTERS
from derive.syntax.flat import Item, Row, is_mark, row_key, stacked, walk


class Unstated(Special):
    """Expectations whose laws the letters below them, or inside of them, tell."""

    def policy_of_process(self) -> Core:
        raise NotImplementedError

    def is_bare_reward(self, content: Row, item: Item) -> bool:
        raise NotImplementedError

    # --- laws ----------------------------------------------------------------------------------

    def as_told(self, letters: list[Item]) -> list[tuple[Item, Row]]:
        """The laws of letters that an expectation names alone: as they are told, or what the process does next, ``()``."""
        keys = {letter_key(x) for x in letters}
        later = [x for x in letters if is_next_state(x)]
        acts = [x for x in letters if "action" in kinds(x.name) and not x.accents]
        rewards = [x for x in letters if x not in (*later, *acts) and "reward" in kinds(x.name) and not x.subs and not x.accents]
        if (
            keys & self.told_laws.keys()
            or len(later) > 1
            or len(acts) > 1
            or len(later) + len(acts) + len(rewards) < len(letters)
        ):
            return super().as_told(letters)
        if rewards and not later:
            return super().as_told(letters)
        first, then = (later, acts) if acts and is_next(acts[0]) else (acts, later)
        return [(x, ()) for x in (*first, *then)]

    def next_law(self, letter: Item, row: Row, sort: Type, env: Env) -> Core | None:
        named = row and row[0].name in TRANSITION_LETTERS and not row[0].sups and not any(self.is_policy(i) for i in walk(row))
        if not is_next_state(letter) or not named or len(row) > 1 and not self.is_placeholder(row[1].rows[0]):
            return None
        if len(row) > 1 and len(row[1].rows) != 1:
            return None
        self.unify(sort, STATE_SORT)
        return op("next_law", self.element((before(letter),), STATE, env), self.elided_action(env))

    def elided_action(self, env: Env) -> Core:
        """The action of transitions that name none: the one action of which the claim speaks."""
        bound = [(t, s) for key, (t, s) in reversed(env.bound.items()) if key not in self.next_actions]
        actions = [t for t, s in bound if self.k.binding.full(s) == ACTION and isinstance(t, Var)]
        actions += [v for v in self.k.free.values() if self.k.binding.full(v.type) == ACTION]
        if not actions:
            raise Outside("a next state after an action that is not named")
        return actions[0]

    def paired_law(self, letter: Item, row: Row, content: Row, sort: Type, env: Env) -> Core | None:
        """The law of an action under a policy that names no state; the policy of the claim where no law is written."""
        if row or not is_next_state(letter) and "action" not in kinds(letter.name):
            return super().paired_law(letter, row, content, sort, env)
        if is_next_state(letter):
            return self.next_law(letter, (Item("atom", min(TRANSITION_LETTERS)),), sort, env)
        states = self.states_beside(letter, content)
        if len(states) != 1:
            raise Outside("an expectation whose law is not stated")
        self.unify(sort, ACTION.args[0])
        return op("action_law", self.policy_of_process(), self.element(states[0], STATE, env))

    def over_laws(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> Typed:
        """Expectations over a next state see the reward of the step that leads there."""
        before_these = self.next_actions
        self.next_actions = before_these | {letter_key(x) for x, _ in draws if "action" in kinds(x.name) and is_next(x)}
        try:
            return self.over_steps(draws, content, env)
        finally:
            self.next_actions = before_these

    #: Actions after a next state, which no transition follows from.
    next_actions: frozenset[Hashable] = frozenset()

    def over_steps(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> Typed:
        """The same, where the actions that come next are known."""
        after = [x for x, row in draws if is_next_state(x) and (not row or row[0].name in TRANSITION_LETTERS)]
        bare = next((i for i in walk(content) if self.is_bare_reward(content, i) and letter_key(i) not in env.bound), None)
        if len(after) != 1 or bare is None:
            return super().over_laws(draws, content, env)
        if any(i.sups for i in walk(content) if i.kind == "group" and any(letter_key(j) == letter_key(bare) for j in walk((i,)))):
            raise Outside("a reward in a power, inside of an expectation over states")
        # of what is linear in the reward, its mean for each next state is enough
        self.step = (self.element((before(after[0]),), STATE, env), letter_key(after[0]), letter_key(bare))
        try:
            return super().over_laws(draws, content, env)
        finally:
            self.step = None

    #: The state before, and the letters of the next state and of the reward, of the step that an expectation is over.
    step: tuple[Core, Hashable, Hashable] | None = None

    def numeric_content(self, content: Row, env: Env) -> Typed:
        if self.step is None:
            return super().numeric_content(content, env)
        state, after, reward = self.step
        self.step = None
        there, kind = env.bound[after]
        self.unify(kind, STATE)
        made = op("reward_to", state, self.elided_action(env), there)
        return super().numeric_content(content, env.bind(reward, made, REAL))

    # --- conditions ----------------------------------------------------------------------------

    def restored(self, under: Row, content: Row, given: Row, env: Env) -> tuple[Row, Row]:
        """What an expectation is over and what is given, with the policy that stands among the conditions below it, and next states that nothing draws."""
        kept: list[Row] = []
        policy: Row = ()
        for part in stacked(given):
            terms, rels = split_relations(part)
            named = part if not rels else terms[1] if rels == [r"\sim"] else ()
            if named and self.is_policy(named[0]) and (len(named) == 1 or rels):
                policy = policy or named[:1]
            elif not (rels == [r"\sim"] and named[:1] and named[0].name in TRANSITION_LETTERS):
                kept.append(part)
        if policy and (not under or self.follows(under, policy)):
            under, given = policy, joined(tuple(kept))
        parts = stacked(under)
        drawn = [split_relations(p) for p in parts] if under else []
        if drawn and all(rels == [r"\sim"] and len(terms[0]) == 1 for terms, rels in drawn):
            # a_t ∼ π, s_{t+1} ∼ P of an episode: its times are bound where it is averaged
            policies = [terms[1] for terms, _ in drawn if self.is_policy(terms[1][0])]
            times = {letter_key(i) for terms, _ in drawn for sub in terms[0][0].subs for i in walk(sub) if i.kind == "atom"}
            if len(policies) == 1 and times and times <= {letter_key(i) for i in bound_inside(content)}:
                under = policies[0][:1]
        held = self.held_before(under, content) if not given else ()
        if held:
            under, given = (), held
        if not under and not given:
            bound = {letter_key(i) for i in bound_inside(content)} | env.bound.keys()
            later = {
                letter_key(i): i for i in walk(content) if i.kind == "atom" and is_next_state(i) and letter_key(i) not in bound
            }
            if len(later) == 1 and not env.random and not env.process:
                under = (next(iter(later.values())),)
        return under, given

    def held_before(self, under: Row, content: Row) -> Row:
        """What is held where the reward of a step is drawn with the state after it: the state before, and the action if it is not drawn."""
        letters = [part[0] for part in stacked(under) if len(part) == 1 and part[0].kind == "atom" and part[0].subs]
        later = [x for x in letters if is_next_state(x)]
        rewarded = any(i.kind == "atom" and "reward" in kinds(i.name) and i.subs for i in walk(content))
        if len(later) != 1 or len(letters) != len(stacked(under)) or not rewarded:
            return ()
        state = before(later[0])
        acts = [i for row in (under, *self.every_row) for i in walk(row) if "action" in kinds(i.name) and same_scripts(i, state)]
        if not acts or len(letters) > 1 + (acts[0] in letters):
            return ()
        return (state,) if acts[0] in letters else joined(((state,), (acts[0],)))

    def follows(self, under: Row, policy: Row) -> bool:
        """Whether what an expectation is over is a policy too, the same one."""
        return len(under) == 1 and under[0].key == policy[0].key


def is_next_state(item: Item) -> bool:
    """Whether a letter is the state that comes next: s', s_{t+1}."""
    return "state" in kinds(item.name) and is_next(item)


def is_next(item: Item) -> bool:
    return not item.accents and (
        item.primes == 1 and not item.subs or len(item.subs) == 1 and len(item.subs[0]) == 3 and is_mark(item.subs[0][1], "+")
    )


def same_scripts(a: Item, b: Item) -> bool:
    return [row_key(r) for r in a.subs] == [row_key(r) for r in b.subs]


def before(item: Item) -> Item:
    """The state before a next one."""
    return replace(item, primes=0, subs=(item.subs[0][:1],) if item.subs else ())


__all__ = ["Unstated"]
