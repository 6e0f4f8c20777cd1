"""Expectations over one step of a process: the state is told, the action drawn, the rest follows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Bind, Core, Var, op
from derive.core.types import ACTION, NAT, REAL, STATE, Type, element
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.randomness.draws import Drawing
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import binds, bound_inside
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import RETURNS
from derive.syntax.flat import Item, Row, inner_rows, stacked, walk


class SingleSteps(Drawing):
    """Means over one step."""

    def drawn(self, under: Row, content: Row, given: Row, env: Env) -> tuple[list[tuple[Item, Row]], Item | None]:
        """What an expectation draws, as it says below or as what it averages shows; or the policy that it names."""
        elided = self.elided_draw(under, content, env) if not given else None
        return ([(elided, under)], None) if elided is not None else self.draws(under, env)

    def elided_draw(self, under: Row, content: Row, env: Env) -> Item | None:
        r"""The letter of ``\mathbb{E}_{p_\theta}[f(x)]``: the one argument of what is averaged, where nothing outside of expectations has it."""
        if len(under) != 1 or under[0].kind != "atom" or kinds(under[0].name).get("law") != 0 or self.is_policy(under[0]):
            return None
        found: dict[Hashable, Item] = {}
        for row in inner_rows(content):
            for head, group in pairwise(row):
                if head.kind == "atom" and group.kind == "group" and group.name == "()":
                    found |= {letter_key(r[0]): r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom"}
        free = {
            key: x
            for key, x in found.items()
            if key not in env.bound and not any(letter_key(i) == key for i in bound_inside(content))
        }
        if len(free) != 1 or any(stands_outside(r, next(iter(free))) for r in self.all_rows):
            return None
        return next(iter(free.values()))

    def one_step(self, policy: Item | None, content: Row, given: Row, env: Env) -> Typed | None:
        """E[… | s, a] and E_π[… | s]: what is not given is drawn by the policy and the transition; None where that is not what stands here."""
        parts = [self.plain_given(p) for p in stacked(given)] if not any(self.timed(i) for i in walk(content)) else stacked(given)
        if any(len(p) != 1 or p[0].kind != "atom" or p[0].subs for p in parts) or policy is None and not parts:
            return None
        inner = env
        known: dict[str, Core] = {}
        for part in parts:
            kind = "state" if "state" in kinds(part[0].name) else "action" if "action" in kinds(part[0].name) else ""
            if not kind or kind in known or part[0].name[-1:].isupper():
                return None
            known[kind] = self.element(part, STATE if kind == "state" else ACTION, env)
        letters = {
            letter_key(bare): bare
            for i in walk(content)
            if i.kind == "atom" and len(i.name) == 1 and not i.subs and i.name.islower()
            for bare in (without_powers(i),)
        }
        given_keys = {letter_key(p[0]) for p in parts}
        if (
            policy is not None
            and not parts
            and any(i.kind == "atom" and i.subs and "process" in kinds(i.name) for i in walk(content))
        ):
            return None
        fresh = {
            key: i
            for key, i in letters.items()
            if key not in given_keys and key not in env.bound and not any(letter_key(j) == key for j in bound_inside(content))
        }
        find = {}
        for key, i in fresh.items():
            for kind in ("state", "action", "reward"):
                if kind in kinds(i.name) and i.primes <= 1 and not self.is_applied(content, i):
                    find[kind, i.primes] = (key, i)
        if "state" not in known:
            if ("state", 0) in find and policy is not None and not parts:
                known["state"] = self.free(find["state", 0][1], STATE)
            elif policy is not None and not parts and ("action", 0) in find:
                known["state"] = self.elided_state(env)
            elif ("state", 1) in find and policy is not None and not parts:
                known["state"] = self.element((replace(find["state", 1][1], primes=0),), STATE, env)
            else:
                return None
        binds: list[tuple[str, Var]] = []
        chosen = find.get(("action", 0))
        if chosen is not None and "action" not in known and any(stands_outside(r, chosen[0]) for r in self.all_rows):
            known["action"] = self.element((chosen[1],), ACTION, env)  # the claim is about that action
        if "action" not in known and ("action", 0) in find:
            if policy is None:
                return None
            a = self.k.variable(ACTION, "a")
            inner = inner.bind(find["action", 0][0], a, ACTION)
            known["action"] = a
            binds.append(("action", a))
        ahead = ("state", 1) in find or ("reward", 0) in find
        if ahead:
            if "action" not in known and (told := self.told_action()) is not None:
                known["action"] = self.element((told,), ACTION, env)
            if "action" not in known:
                if policy is None:
                    return None
                known["action"] = self.k.variable(ACTION, "a")
                binds.append(("action", known["action"]))  # type: ignore[arg-type]
            t = self.k.variable(STATE, "s'")
            known["next"] = t
            if ("state", 1) in find:
                inner = inner.bind(find["state", 1][0], t, STATE)
            binds.append(("next", t))
            if ("reward", 0) in find:
                r = self.k.variable(element(Type("RewardOutcome")), "r")
                inner = inner.bind(find["reward", 0][0], r, r.type)
                binds.append(("reward", r))
        if ("action", 1) in find and "next" in known:
            if policy is None:
                return None
            b = self.k.variable(ACTION, "a'")
            inner = inner.bind(find["action", 1][0], b, ACTION)
            binds.append(("action'", b))
        if not binds and policy is None:
            return None
        if any(self.is_bare_process(i) and letter_key(i) not in inner.bound for i in walk(content)):
            raise Outside("a reward or a return that hangs on what is drawn")
        term, t_ = self.numeric(self.expression(content, inner))
        if t_ == NAT:
            t_ = REAL
        under = self.policy((policy,), env) if policy is not None else None
        reward = next((v for kind, v in binds if kind == "reward"), None)
        for kind, v in reversed(binds):
            if kind == "reward":
                continue
            if kind == "next" and reward is not None:
                weight = op("outcome", v, reward, known["state"], known["action"])
                term = Bind("sum", (v,), Bind("sum", (reward,), op("mul", weight, term)))
            elif kind == "next":
                term = Bind("expect", (v,), term, (op("next_law", known["state"], known["action"]),))
            else:
                assert under is not None
                at_state = known["state"] if kind == "action" else known["next"]
                term = Bind("expect", (v,), term, (op("action_law", under, at_state),))
        return term, t_

    def is_bare_process(self, item: Item) -> bool:
        """Whether the letter of a reward or a return stands alone."""
        plain = item.kind == "atom" and not (item.subs or item.sups or item.accents or item.primes)
        capital = item.name.isupper() and (kinds(item.name).get("reward") == 0 or item.name in RETURNS)
        return plain and capital and not any(self.is_applied(r, item) for r in self.all_rows)

    def told_action(self) -> Item | None:
        """The action that a claim about a step names outside of its expectations; None where it names none, or several."""
        found = {
            letter_key(i): i for row in self.all_rows for i in walk(row)
            if i.kind == "atom" and kinds(i.name).get("action") == 0 and i.name.islower() and not (i.primes or i.subs)
        }  # fmt: skip
        outside = [i for key, i in found.items() if any(stands_outside(r, key) for r in self.all_rows)]
        return outside[0] if len(outside) == 1 else None

    def timed(self, item: Item) -> bool:
        late = any(i.kind == "atom" and "time" in kinds(i.name) for s in item.subs for i in s)
        return item.kind == "atom" and (late or "process" in kinds(item.name) and bool(item.subs))

    def plain_given(self, part: Row) -> Row:
        """``S_t=s`` where nothing else has a time says only that the state is s."""
        terms, rels = split_relations(part)
        if rels == ["="] and len(terms[0]) == 1 and self.timed(terms[0][0]) and len(terms[1]) == 1 and terms[1][0].kind == "atom":
            return terms[1]
        return part

    def is_applied(self, content: Row, item: Item) -> bool:
        """Whether a letter is followed by a bracket somewhere: a function, no reward."""
        return any(
            row[i].kind == "atom" and letter_key(row[i]) == letter_key(item) and i + 1 < len(row) and row[i + 1].kind == "group" and row[i + 1].name == "()"
            for row in inner_rows(content) for i in range(len(row))
        )  # fmt: skip


def without_powers(item: Item) -> Item:
    """A letter without the numbers that it is raised to."""
    return replace(item, sups=tuple(s for s in item.sups if not all(i.kind == "number" for i in s)))


def stands_outside(row: Row, key: Hashable) -> bool:
    """Whether a letter stands in a row outside of every expectation."""
    for at, item in enumerate(row):
        if item.kind == "big" and any(binds(sub, key) for sub in item.subs):
            return False
        averaged = at > 0 and row[at - 1].kind == "atom" and row[at - 1].name in EXPECTATIONS and item.kind == "group"
        if item.kind == "atom" and letter_key(item) == key:
            return True
        inner = item.rows if item.name in EXPECTATIONS else (*item.rows, *item.subs, *item.sups)
        if not averaged and any(stands_outside(r, key) for r in inner):
            return True
    return False
