r"""What an expectation leaves to its reader: the law of a next state or action, the reward of the step, conditions that name the policy.

``\mathbb{E}_{s'}[r+\gamma V^\pi(s')]`` is over the transitions from the state and action of which the claim speaks;
``\mathbb{E}[G_t\mid s_t=s,\pi]`` is ``\mathbb{E}_\pi[G_t\mid s_t=s]``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Core, Var, op
from derive.core.types import ACTION, REAL, STATE, STATE_SORT, Type
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Option
from derive.elaborate.randomness.single_steps import stands_outside
from derive.elaborate.randomness.special import Special, joined
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import bound_inside
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import RETURNS, TRANSITION_LETTERS, VALUE_NAMES
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key, stacked, walk

#: Kinds of letters by which a claim speaks of more than one step.
OF_PROCESSES = frozenset(("state", "action", "visitation", "law", "process", "time", "episode", "discount"))


class Unstated(Special):
    """Expectations whose laws the letters below them, or inside of them, tell."""

    def divergence(self, item: Item, group: Item, env: Env) -> Typed:
        r"""``\mathbb{E}_{x\sim D,y\sim\pi}[r]-\beta D_{KL}(\pi(\cdot|x)\|q(\cdot|x))``: for one x, or on average over it as what stands beside it is."""
        under = self.drawn_beside(group, env)
        options = (
            Option(0.0, False, "for one of what is drawn"),
            Option(0.4, True, "the divergence is a mean over what is drawn, too"),
        )
        if not under or not self.k.oracle.choose(("averaged",), options):
            return super().divergence(item, group, env)
        mean = next(i for i in (j for r in self.every_row for j in walk(r)) if i.name in EXPECTATIONS)
        row = (replace(mean, subs=(under,), sups=()), Item("group", "[]", ((item, group),), start=item.start, end=group.end))
        return self.expression(row, env)

    def drawn_beside(self, group: Item, env: Env) -> Row:
        """What an expectation of the claim says of how the letter is drawn on which two distributions hang; nothing where that is bound."""
        last = [r[1].rows[-1] for r in group.rows if len(r) == 2 and r[1].kind == "group" and r[1].seps == ("|",)]
        keys = {letter_key(r[0]) for r in last if len(r) == 1 and r[0].kind == "atom"}
        if len(keys) != 1 or len(last) != len(group.rows) or keys & env.bound.keys():
            return ()
        means = (i for r in self.every_row for i in walk(r) if i.kind == "atom" and i.name in EXPECTATIONS and i.subs)
        parts = (p for i in means for p in stacked(i.subs[0]) if len(p) == 3 and is_mark(p[1], r"\sim"))
        return next((p for p in parts if p[0].kind == "atom" and letter_key(p[0]) in keys), ())

    def policy_of_process(self) -> Core:
        raise NotImplementedError

    def is_first_state(self, item: Item) -> bool:
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
        if not is_next_state(letter) or not named:
            return None
        if len(row) > 1 and not (row[1].kind == "group" and len(row[1].rows) == 1 and self.is_placeholder(row[1].rows[0])):
            return None
        self.unify(sort, STATE_SORT)
        return op("next_law", self.element((before(letter),), STATE, env), self.elided_action(env))

    def elided_action(self, env: Env) -> Core:
        """The action of transitions that name none: the one action of which the claim speaks."""
        bound = [(t, s) for key, (t, s) in reversed(env.bound.items()) if key not in self.next_actions]
        actions = [t for t, s in bound if self.k.binding.full(s) == ACTION and isinstance(t, Var)]
        actions += [v for v in self.k.free.values() if self.k.binding.full(v.type) == ACTION]
        letters = {letter_key(x): x for x in self.every_letter("action") if not is_next(x)}
        if not actions and len(letters) == 1:
            return self.element(tuple(letters.values()), ACTION, env)
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
        before_next = self.state_of_step(letter, content)
        if len(states) != 1 and before_next is not None:
            states = [(before_next,)]
        if len(self.laws_of_actions(content)) > 1:
            raise Outside("an expectation under one of several policies")
        if len(states) != 1:
            raise Outside("an expectation whose law is not stated")
        self.unify(sort, ACTION.args[0])
        return op("action_law", self.policy_of_process(), self.element(states[0], STATE, env))

    def hangs_on_draws(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> bool:
        """Whether a reward, a return, values or an error stands bare in what is averaged over states, actions or responses: it hangs on them."""
        inside = {
            letter_key(x) for x in (*(x for x, _ in draws), *(d.args[0] for d in self.k.definitions), *bound_inside(content))
        }
        ends = {
            letter_key(i) for big in walk(content) if big.kind == "big" for s in big.sups for i in walk(s) if i.kind == "atom"
        }
        held = env.bound.keys() | inside | ends
        process = any(kinds(x.name).keys() & {"state", "action"} and not is_next(x) for x, _ in draws)
        if not process and not any(self.is_policy(row[0]) and not is_next(x) for x, row in draws if row):
            return False
        return any(
            a.kind == "atom" and b.kind != "group" and not (a.subs or a.accents or a.primes)
            and all(len(s) == 1 and s[0].kind == "number" for s in a.sups)
            and (kinds(a.name).get("reward") == 0 or a.name in VALUE_NAMES | RETURNS or "error" in kinds(a.name) and self.facts.valued)
            and letter_key(replace(a, sups=())) not in held
            for part in without_scripts(content) for a, b in pairwise((*part, Item("mark", "")))
        )  # fmt: skip

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
        self.step = self.reward_of_step(draws, content, env)
        if self.step is None and self.hangs_on_draws(draws, content, env):
            raise Outside("a reward, a return or values that hang on what is drawn")
        try:
            return super().over_laws(draws, content, env)
        finally:
            self.step = None

    def reward_of_step(
        self, draws: list[tuple[Item, Row]], content: Row, env: Env
    ) -> tuple[Hashable, Callable[[Env], Core]] | None:
        """A bare reward, and its mean for each next state, or for each action, that is drawn; None where none stands here.

        Of what is linear in the reward its mean is enough: the reward stands once, and not inside of anything.
        """
        held = env.bound.keys() | {letter_key(i) for i in (*bound_inside(content), *(x for x, _ in draws))}
        bare = [i for i in walk(content) if self.is_bare_reward(content, i) and letter_key(i) not in held]
        if not bare:
            return None
        after = [x for x, row in draws if is_next_state(x) and (not row or row[0].name in TRANSITION_LETTERS)]
        acts = [x for x, _ in draws if "action" in kinds(x.name) and not is_next(x)]
        if len(after) == 1:
            if len(bare) > 1 or not stands_as_term(content, bare[0]):
                raise Outside("a reward that is no term, inside of an expectation over states")
            state, arrived = self.element((before(after[0]),), STATE, env), letter_key(after[0])
            return letter_key(bare[0]), lambda inner: op(
                "reward_to", state, self.elided_action(inner), self.drawn_letter(arrived, STATE, inner)
            )
        place = self.state_of_step(acts[0], content) if len(acts) == 1 and not after else None
        if place is None or len(bare) > 1 or bare[0] not in content:
            return None
        state, act = self.element((place,), STATE, env), letter_key(acts[0])
        return letter_key(bare[0]), lambda inner: op("reward", state, self.drawn_letter(act, ACTION, inner))

    def drawn_letter(self, key: Hashable, want: Type, env: Env) -> Core:
        """What a letter that is drawn stands for."""
        made, kind = env.bound[key]
        self.unify(kind, want)
        return made

    def state_of_step(self, action: Item, content: Row) -> Item | None:
        """The state in which an action that is drawn is taken: beside it, or before the next one that stands there; None where that is open."""
        beside = [r[0] for r in self.states_beside(action, content)]
        later = {letter_key(i): before(i) for i in walk(content) if i.kind == "atom" and is_next_state(i) and not i.subs}
        found = {letter_key(x): x for x in (*beside, *later.values()) if not is_next(x)}
        return next(iter(found.values())) if len(found) == 1 else None

    #: The letter of the reward of the step that an expectation is over, and what it is for what is drawn.
    step: tuple[Hashable, Callable[[Env], Core]] | None = None

    def numeric_content(self, content: Row, env: Env) -> Typed:
        """What an expectation averages, a bare reward in it as the mean of the step."""
        if self.step is None:
            return super().numeric_content(content, env)
        reward, mean = self.step
        self.step = None
        return super().numeric_content(content, env.bind(reward, mean(env), REAL))

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
        if given and (acting := self.acts_throughout(under, content)):
            under = acting
        drawn = self.drawn_by_process(under)
        following = self.what_follows(drawn, content, env)
        if following is not None:
            follows = (following, Item("mark", r"\sim"), Item("atom", min(TRANSITION_LETTERS)))
            return joined((follows, under) if is_next(drawn[0][0]) else (under, follows)), given
        policies = [law for _, law in drawn if law and self.is_policy(law[0])]
        times = {letter_key(i) for x, _ in drawn for sub in x.subs for i in walk(sub) if i.kind == "atom"}
        counted = any("time" not in kinds(i.name) for x, _ in drawn for s in x.subs for i in walk(s) if i.kind == "atom")
        if len(policies) == 1 and times and not counted and times <= {letter_key(i) for i in bound_inside(content)}:
            return policies[0][:1], given  # a_t ∼ π, s_{t+1} ∼ P of an episode: its times are bound where it is averaged
        if given:
            return under, given
        if self.is_every_step(under, content):
            return self.policy_heads[:1], given
        if not under and not env.random and not env.process:
            bound = {letter_key(i) for i in bound_inside(content)} | env.bound.keys()
            later = {letter_key(i): i for i in walk(content) if i.kind == "atom" and is_next_state(i)}
            if len(later) == 1 and not later.keys() & bound:
                acts = {x for x in self.every_letter("action") if not is_next(x)}
                then = {letter_key(i): i for i in walk(content) if "action" in kinds(i.name) and i.kind == "atom" and is_next(i)}
                follow = [*later.values(), *(x for key, x in then.items() if key not in bound)]
                under = joined(tuple((x,) for x in follow)) if acts else self.policy_heads[:1]
        if len(under) == 1 and self.is_policy(under[0]):
            under = self.in_one_state(under, content) or under
        return self.of_one_step(under, content, env)

    def what_follows(self, drawn: list[tuple[Item, Row]], content: Row, env: Env) -> Item | None:
        r"""The next state of which an expectation speaks that draws an action alone, ``\mathbb{E}_{a\sim\pi}[r+\gamma V(s')]``: it follows from that,
        or the action is taken in it."""
        letter, law = drawn[0] if len(drawn) == 1 else (None, ())
        if (
            letter is None
            or not law
            or not self.is_policy(law[0])
            or kinds(letter.name).get("action") != 0
            or env.process
            or env.random
        ):
            return None
        later = {letter_key(i): i for i in walk(content) if i.kind == "atom" and is_next_state(i) and not i.subs}
        bound = {letter_key(i) for i in bound_inside(content)} | env.bound.keys()
        acts = not is_next(letter) or any(not is_next(i) for i in self.every_letter("action"))
        if len(later) != 1 or later.keys() & bound or not acts:
            return None
        ((key, state),) = later.items()
        return None if any(stands_outside(row, key) for row in self.all_rows) else state

    def acts_throughout(self, under: Row, content: Row) -> Row:
        r"""The policy by which an action below an expectation is drawn that does not stand in it: ``\mathbb{E}_{a\sim\pi}[G_t\mid S_t=s]``."""
        drawn = self.drawn_by_process(under)
        letter, law = drawn[0] if len(drawn) == 1 else (None, ())
        if letter is None or not law or not self.is_policy(law[0]) or "action" not in kinds(letter.name) or is_next(letter):
            return ()
        timed = any(i.kind == "atom" and (i.name in RETURNS or i.subs and "reward" in kinds(i.name)) for i in walk(content))
        spoken = {letter_key(i) for i in walk(content) if i.kind == "atom"}
        return law[:1] if timed and letter_key(letter) not in spoken else ()

    def in_one_state(self, under: Row, content: Row) -> Row:
        r"""``A_k\sim b(\cdot\mid S_k)``, where what a policy averages speaks of one step alone.

        The claim names its state outside, or has no other mean: it then says so of every state.
        """
        timed = {letter_key(i): i for i in walk(content) if i.kind == "atom" and i.subs and "process" in kinds(i.name)}
        actions = [i for i in timed.values() if "action" in kinds(i.name) and not is_next(i)]
        states = [i for i in timed.values() if "state" in kinds(i.name) and not is_next(i)]
        if len(actions) != 1 or len(states) != 1 or len(timed) != 2 or not same_scripts(actions[0], states[0]):
            return ()
        if {letter_key(i) for s in actions[0].subs for i in walk(s) if i.kind == "atom"} & {
            letter_key(i) for i in bound_inside(content)
        }:
            return ()  # several steps
        named = any(stands_outside(row, letter_key(states[0])) for row in self.all_rows)
        inside = {i.start for i in (*walk(content), *walk(under))}
        others = [i for row in self.all_rows for i in walk(row) if i.kind == "atom" and i.start not in inside]
        of_process = any(kinds(i.name).keys() & OF_PROCESSES or i.name in VALUE_NAMES for i in others)
        means = [i for i in others if i.name in EXPECTATIONS]
        if not named and (len(means) > 1 or of_process or self.beside_objective):
            return ()
        group = Item(
            "group", "()", ((Item("placeholder", "cdot"),), (states[0],)), ("|",), start=under[0].start, end=under[-1].end
        )
        return actions[0], Item("mark", r"\sim"), *under, group

    def every_letter(self, kind: str) -> Iterator[Item]:
        """The letters of a kind in a claim."""
        return (i for row in self.every_row for i in walk(row) if i.kind == "atom" and kinds(i.name).get(kind) == 0)

    def drawn_by_process(self, under: Row) -> list[tuple[Item, Row]]:
        """The letters below an expectation, each with its law where one is written; none where something else draws one of them."""
        out: list[tuple[Item, Row]] = []
        for part in stacked(under):
            terms, rels = split_relations(part)
            if rels not in ([], [r"\sim"]) or len(terms[0]) != 1 or terms[0][0].kind != "atom":
                return []
            law = terms[1] if rels else ()
            if (
                law
                and not self.is_policy(law[0])
                and law[0].name not in TRANSITION_LETTERS
                and not self.is_first_state(terms[0][0])
            ):
                return []
            out.append((terms[0][0], law))
        return out

    def laws_of_actions(self, content: Row) -> set[Hashable]:
        """The policies that stand with an action in what is averaged."""
        return {
            head.key
            for part in inner_rows(content)
            for head, group in pairwise(part)
            if head.kind == "atom" and "|" in group.seps and group.rows[0] and "action" in kinds(group.rows[0][0].name)
        }

    def is_every_step(self, under: Row, content: Row) -> bool:
        """Whether an expectation names the state and the action, or the time, of any step under the one policy of the claim, or its family."""
        parts = stacked(under)
        if len({h.name for h in self.policy_heads}) != 1 or any(
            len(p) != 1 or p[0].kind != "atom" or p[0].primes or p[0].accents or is_next(p[0]) for p in parts
        ):
            return False
        if len(self.laws_of_actions(content)) > 1 or any(i.kind == "atom" and i.name in EXPECTATIONS for i in walk(content)):
            return False
        found = [kinds(p[0].name) for p in parts]
        if len(parts) == 1:
            timed = [
                i
                for i in walk(content)
                if any(letter_key(j) == letter_key(parts[0][0]) for s in i.subs for j in walk(s) if j.kind == "atom")
            ]
            return found[0].get("time") == 0 and any("action" in kinds(i.name) for i in timed)
        return len(parts) == 2 and found[0].get("state") == 0 and found[1].get("action") == 0

    def of_one_step(self, under: Row, content: Row, env: Env) -> tuple[Row, Row]:
        """Where the reward of a step is drawn with the state after it: the policy, and what is held, the state before and the action if it is not drawn."""
        drawn = self.drawn_by_process(under)
        rewarded = any(i.kind == "atom" and "reward" in kinds(i.name) and i.subs for i in walk(content))
        states = [before(x) for x, _ in drawn if x.subs and is_next_state(x)]
        here = [x for x, _ in drawn if x.subs and "action" in kinds(x.name) and not is_next(x)]
        after = [x for x, _ in drawn if "action" in kinds(x.name) and is_next(x)]
        if not rewarded or env.process or not (states or here) or len(drawn) > len(states) + len(here) + len(after):
            return under, ()
        state = next((x for x in (*states, *self.every_letter("state")) if not here or same_scripts(x, here[0])), None)
        action = next((i for i in self.every_letter("action") if state is not None and same_scripts(i, state)), None)
        if state is None or action is None:
            return under, ()
        policies = [law[:1] for _, law in drawn if law and self.is_policy(law[0])]
        return policies[0] if policies else (), (state,) if here else joined(((state,), (action,)))

    def follows(self, under: Row, policy: Row) -> bool:
        """Whether what an expectation is over is a policy too, the same one."""
        return len(under) == 1 and under[0].key == policy[0].key


def is_next_state(item: Item) -> bool:
    """Whether a letter is the state that comes next: s', s_{t+1}."""
    return "state" in kinds(item.name) and is_next(item)


def is_next(item: Item) -> bool:
    """Whether a letter is of the step that comes next: one prime, or one later."""
    later = len(item.subs) == 1 and len(item.subs[0]) == 3 and is_mark(item.subs[0][1], "+") and item.subs[0][2].value == 1
    return not item.accents and (item.primes == 1 and not item.subs or later)


def without_scripts(row: Row) -> Iterator[Row]:
    """A row and those inside of it, but for what stands above and below names, and for arguments of one letter."""
    yield row
    for head, item in pairwise((Item("mark", ""), *row)):
        for inner in item.rows:
            if len(inner) != 1 or head.kind != "atom":
                yield from without_scripts(inner)


def stands_as_term(row: Row, item: Item) -> bool:
    """Whether a letter is a term of a sum by itself."""
    whole = (Item("mark", "+"), *row, Item("mark", "+"))
    return any(
        whole[i] == item and is_mark(whole[i - 1], "+", "-") and is_mark(whole[i + 1], "+", "-") for i in range(1, len(whole) - 1)
    )


def same_scripts(a: Item, b: Item) -> bool:
    return [row_key(r) for r in a.subs] == [row_key(r) for r in b.subs]


def before(item: Item) -> Item:
    """The state before a next one."""
    return replace(item, primes=0, subs=(item.subs[0][:1],) if item.subs else ())


__all__ = ["Unstated"]
