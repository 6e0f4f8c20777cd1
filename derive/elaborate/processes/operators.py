r"""Bellman operators: ``\\mathcal{T}^\\pi V``, ``\\mathcal{T}V``, ``\\mathcal{T}^*V`` on the values of all states."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.constants import VECTOR
from derive.core.terms import Bind, Core, Var, op
from derive.core.types import ACTION, NAT, REAL, STATE, function
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.shapes import OWN, stem
from derive.elaborate.processes.episode_returns import Returns
from derive.elaborate.processes.identities import whose
from derive.elaborate.reading.chains_of_rows import starts_factor
from derive.glossary.marks import (
    ACTION_LETTER,
    ACTION_VALUES,
    CAPITAL_VALUES,
    INFINITY,
    MARKS_OF_NAMES,
    ONES,
    OPERANDS,
    OPERATOR_LETTERS,
    OPERATORS,
    STATE_LETTER,
    STATE_VALUES,
)
from derive.syntax.flat import Item, Row, inner_rows, is_mark, walk

#: A state and an action, in letters of no text.
ANY_PAIR = Item("atom", STATE_LETTER, primes=OWN), Item("atom", ACTION_LETTER, primes=OWN)
AT_PAIR = Item("group", "()", tuple((x,) for x in ANY_PAIR), seps=(",",))


class Operators(Returns):
    """An operator takes the factor behind it."""

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if item.name in OPERATORS and following is not None and item.subs + item.sups != () and self.operates(item, following):
            return self.backed_up(row, at, env)
        if item.name in OPERATORS and item.name in CERTAIN and following is not None and self.operates(item, following):
            return self.backed_up(row, at, env)
        bare = (
            following is not None and following.kind == "atom" and item.name in OPERATOR_LETTERS and item.subs + item.sups == ()
        )
        if bare and following is not None and following.name in ACTION_VALUES | CAPITAL_VALUES and self.facts.discounted:
            if item.name not in OPERATORS or following.name in ACTION_VALUES:
                raise Outside("an operator on values that is not read")
        of_values = following is not None and (
            following.name in CAPITAL_VALUES or following.name in STATE_VALUES and bool(whose(following))
        )
        if bare and following is not None and item.name in OPERATORS and of_values:
            if self.facts.discounted or any(self.starred(s) for s in (*following.sups, *following.subs)):
                return self.backed_up(row, at, env)
            raise Outside("a letter before values: an operator, or a number")
        return super().special(row, at, env, group)

    def at_action(self, group: Item) -> bool:
        return group.kind == "group" and group.name == "()" and group.seps == (",",)

    def operates(self, item: Item, following: Item, operands: frozenset[str] = OPERANDS) -> bool:
        """Whether values stand behind an operator with a policy, a star or nothing on it."""
        scripts = (*item.subs, *item.sups)
        if len(scripts) > 1 or item.primes or item.accents:
            return False
        if scripts and not (self.of_policy(scripts[0]) or self.starred(scripts[0])):
            return False
        inside = following
        while inside.kind == "group" and len(inside.rows) == 1 and inside.rows[0]:
            terms = pairwise((*inside.rows[0], Item("mark", "end")))
            whole = (a for a, b in terms if a.kind == "atom" and a.name in operands and b.kind != "group")
            inside = next(whole, inside.rows[0][0])  # of all values, whatever they are multiplied by
        return inside.kind == "atom" and (inside.name in operands or inside.name in OPERATORS)

    def of_policy(self, script: Row) -> bool:
        return len(script) == 1 and self.is_policy(script[0])

    def starred(self, script: Row) -> bool:
        return len(script) == 1 and (is_mark(script[0], "*") or script[0].name in MARKS_OF_NAMES)

    def backed_up(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        scripts = (*item.subs, *item.sups)
        values, end = self.values_behind(row, at + 1, env)
        made = (
            op("backup", self.policy(scripts[0], env), values)
            if scripts and self.of_policy(scripts[0])
            else op("optimal_backup", values)
        )
        if end < len(row) and self.at_state(row[end], env):
            return (op("component", made, self.element(row[end].rows[0], STATE, env)), REAL), end + 1
        return (made, VECTOR), end

    def at_state(self, group: Item, env: Env) -> bool:
        return (
            group.kind == "group"
            and group.name == "()"
            and len(group.rows) == 1
            and len(group.rows[0]) == 1
            and group.rows[0][0].kind == "atom"
        )

    def head(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        """Values that an operator takes elsewhere are the same values at a state."""
        item = row[at]
        behind = row[at + 1] if at + 1 < len(row) else None
        if behind is not None and self.shifts(item, behind):
            raise Outside(f"{self.shown(item)}, which may be an operator on values")
        if behind is not None and at + 2 < len(row) and self.at_action(row[at + 2]) and self.takes_actions(item, behind):
            made = self.backed_up_action(item, behind, row[at + 2], env)  # 𝒯Q(s, a) is (𝒯Q)(s, a)
            return self.raised((made, REAL), row[at + 2].sups, (), env), at + 3
        plain = (
            item.kind == "atom"
            and not item.sups
            and not any(map(self.of_policy, item.subs))
            and letter_key(item) not in env.bound
        )
        if plain and behind is not None and self.at_action(behind) and stem(item) in self.operated_actions:
            state, action = self.element(behind.rows[0], STATE, env), self.element(behind.rows[1], ACTION, env)
            return self.raised((self.action_value(item, state, action), REAL), behind.sups, (), env), at + 2
        if stem(item) in self.iterates and self.is_iterate(item) and not (behind and self.at_state(behind, env)):
            return (self.values_letter(item, env), VECTOR), at + 1
        if stem(item) in self.facts.operated and not item.subs and not item.sups and letter_key(item) not in env.bound:
            if at + 1 < len(row) and self.at_state(row[at + 1], env):
                return (
                    op("component", self.values_letter(item, env), self.element(row[at + 1].rows[0], STATE, env)),
                    REAL,
                ), at + 2
            return (self.values_letter(item, env), VECTOR), at + 1
        return super().head(row, at, env)

    # --- values of actions -----------------------------------------------------------------------

    @property
    def operated_actions(self) -> set[Hashable]:
        """Letters for values of actions that an operator takes: any function of a state and an action."""
        pairs = [pair for row in self.every_row for part in inner_rows(row) for pair in pairwise(part)]
        return {
            stem(b) for a, b in pairs
            if a.kind == b.kind == "atom" and self.is_operator(a) and b.name in ACTION_VALUES and not (b.sups or any(map(self.of_policy, b.subs)))
        }  # fmt: skip

    def is_operator(self, item: Item) -> bool:
        """Whether a name is that of a Bellman operator, where values have norms and are discounted even a letter alone, and one with a policy."""
        of_policy = any(map(self.of_policy, item.sups)) or self.facts.normed
        return item.name in CERTAIN or item.name in OPERATORS and of_policy and self.facts.discounted

    def shifts(self, operator: Item, group: Item) -> bool:
        """Whether a plain letter for operators stands before values with a constant added to all of them, where something is discounted."""
        plain = (
            operator.kind == "atom"
            and operator.name in OPERATORS - CERTAIN
            and not (operator.subs or operator.sups or operator.primes)
        )
        shifted = group.kind == "group" and group.name == "()" and any(i.name in ONES for i in walk(group.rows[0]))
        discounted = (i.kind == "atom" and "discount" in kinds(i.name) for row in self.all_rows for i in walk(row))
        return plain and shifted and any(discounted)

    def takes_actions(self, operator: Item, values: Item) -> bool:
        """Whether a Bellman operator takes values of actions that are any."""
        named = operator.kind == "atom" and operator.name in OPERATORS and self.is_operator(operator)
        return named and stem(values) in self.operated_actions and self.operates(operator, values, ACTION_VALUES)

    def largest_over_pairs(self, group: Item, env: Env) -> Typed | None:
        r"""``\lVert\mathcal{T}Q-\mathcal{T}Q'\rVert_\infty``: the largest absolute value over states and actions; None for other norms."""
        over = len(group.subs) == 1 and len(group.subs[0]) == 1 and group.subs[0][0].name in INFINITY
        names = self.operated_actions if over and group.name == "norm" and len(group.rows) == 1 else set()
        if not any(i.kind == "atom" and stem(i) in names for i in walk(group.rows[0] if names else ())):
            return None
        row: list[Item] = []
        for item in group.rows[0]:
            known = item.kind == "atom" and stem(item) in names
            if known and row and row[-1].kind == "atom" and self.is_operator(row[-1]):
                row[-1] = Item("group", "()", ((row[-1], item),))
            else:
                row.append(item)
            if known:
                row.append(AT_PAIR)
        s, a = self.k.variable(STATE, "s"), self.k.variable(ACTION, "a")
        inner = env.bind(letter_key(ANY_PAIR[0]), s, STATE).bind(letter_key(ANY_PAIR[1]), a, ACTION)
        self.k.finite += [s, a]
        term = op("abs", self.real(self.expression(tuple(row), inner)))
        return Bind("max", (s,), Bind("max", (a,), term)), REAL

    def action_value(self, item: Item, state: Core, action: Core) -> Core:
        family = self.k.free_variable(("values of actions", letter_key(item)), self.spelled(item), function(STATE, ACTION, REAL))
        return op("call", family, state, action)

    def backed_up_action(self, operator: Item, values: Item, group: Item, env: Env) -> Core:
        r"""``(\mathcal{T}Q)(s,a)``: r(s, a) + γ E[Q(s', a')] for the action that a policy takes, or the best one."""
        state, action = self.element(group.rows[0], STATE, env), self.element(group.rows[1], ACTION, env)
        scripts = (*operator.subs, *operator.sups)
        policy = scripts[0] if scripts and self.of_policy(scripts[0]) else ()
        ahead = self.mean_ahead((values, AT_PAIR), state, action, env, policy)
        return op("add", op("reward", state, action), op("mul", op("discount"), ahead))

    def mean_ahead(self, row: Row, state: Core, action: Core, env: Env, policy: Row | None = None) -> Core:
        """The mean of what a row says of the state that follows, and of the action that a policy takes there, or the best one, ``()``; None for no action."""
        after, then = self.k.variable(STATE, "s"), self.k.variable(ACTION, "a")
        inner = env.bind(letter_key(ANY_PAIR[0]), after, STATE)
        if policy is not None:
            self.k.finite.append(then)
            inner = inner.bind(letter_key(ANY_PAIR[1]), then, ACTION)
        term = self.real(self.expression(row, inner))
        if policy is not None:
            law = (op("action_law", self.policy(policy, env), after),) if policy else ()
            term = Bind("expect" if policy else "max", (then,), term, law)
        return Bind("expect", (after,), term, (op("next_law", state, action),))

    def group(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        r"""``(\mathcal{T}V)(s)``: what an operator made, at a state, or at a state and an action."""
        largest = self.largest_over_pairs(row[at], env)
        if largest is not None:
            return self.raised(largest, row[at].sups, (), env), at + 1
        inner = row[at].rows[0] if row[at].rows else ()
        behind = row[at + 1] if at + 1 < len(row) else None
        if len(inner) == 2 and behind is not None and self.at_action(behind) and not row[at].sups:
            known = whose(inner[1]) and inner[0].name in OPERATORS and self.operates(inner[0], inner[1], ACTION_VALUES)
            if known or self.takes_actions(inner[0], inner[1]):
                made = self.backed_up_action(inner[0], inner[1], behind, env)
                return self.raised((made, REAL), behind.sups, (), env), at + 2
        (term, t), end = super().group(row, at, env)
        if end == at + 1 and behind is not None and self.is_placed(row[at], behind, env):
            if self.k.binding.solve(t).name == "Vector":
                placed = op("component", term, self.element(behind.rows[0], STATE, env)), REAL
                return self.raised(placed, behind.sups, (), env), end + 1
        return (term, t), end

    def is_placed(self, item: Item, behind: Item, env: Env) -> bool:
        """Whether a state stands behind brackets around what an operator or a matrix makes of values."""
        inner = item.rows[0] if item.rows and not item.sups and self.at_state(behind, env) else ()
        return bool(inner) and (inner[0].name in OPERATORS or len(inner) > 1 and "state" in kinds(behind.rows[0][0].name))

    def values_behind(self, row: Row, at: int, env: Env) -> tuple[Core, int]:
        """The values of all states that stand at a place: unknown ones, those of a policy, or what an operator made."""
        item = row[at]
        if not starts_factor(item):
            raise Outside("an operator without values behind it")
        if item.kind == "group" and len(item.rows) == 1 and not item.sups:
            for i in item.rows[0]:
                if i.kind == "atom" and i.name in OPERANDS and not i.sups and not i.subs:
                    self.values_letter(i, env)
            term, t = self.expression(item.rows[0], env)
            self.unify(t, VECTOR)
            return term, at + 1
        bare = (
            item.kind == "atom"
            and not item.sups
            and not (item.subs and (self.of_policy(item.subs[0]) or self.starred(item.subs[0])))
            and item.name not in OPERATORS
        )
        if bare:
            return self.values_letter(item, env), at + 1
        (term, t), end = self.factor(row, at, env)
        self.unify(t, VECTOR)
        return term, end

    @property
    def iterates(self) -> set[Hashable]:
        """Names of sequences of values on which an operator stands somewhere."""
        if "_iterates" not in self.__dict__:
            pairs = [pair for r in self.every_row for part in inner_rows(r) for pair in pairwise(part)]
            taken = [
                b.rows[0][0] if b.kind == "group" and b.rows and len(b.rows[0]) == 1 else b
                for a, b in pairs
                if a.name in OPERATORS
            ]
            self.__dict__["_iterates"] = {stem(i) for i in taken if i.name in OPERANDS and self.is_iterate(i)}
        return set(self.__dict__["_iterates"])

    def is_iterate(self, item: Item) -> bool:
        """Whether a letter for values is one of a sequence that goes on from one to the next: ``V_k`` beside ``V_{k+1}``."""
        if item.sups or len(item.subs) != 1 or not item.subs[0] or "index" not in kinds(item.subs[0][0].name):
            return False
        alike = (i for r in self.every_row for i in walk(r) if i.kind == "atom" and stem(i) == stem(item) and len(i.subs) == 1)
        return any(
            len(i.subs[0]) == 3 and is_mark(i.subs[0][1], "+", "-") and i.subs[0][0].name == item.subs[0][0].name for i in alike
        )

    def values_letter(self, item: Item, env: Env) -> Core:
        """A letter for the values of all states, or a member of a sequence of them."""
        known = env.bound.get(letter_key(item))
        if known is not None:
            self.unify(known[1], VECTOR)
            return known[0]
        if self.is_iterate(item):
            indices = tuple(self.index_terms(item.subs[0], env))
            name = replace(item, subs=())
            family = self.k.free_variable(("sequence", letter_key(name), len(indices)), self.spelled(name), None)
            self.unify(family.type, function(*(i.type if isinstance(i, Var) else NAT for i in indices), VECTOR))
            return op("call_vector", family, *indices, info=(VECTOR.args[0],))
        return self.typed_letter(item, VECTOR)[0]


#: Operators that nothing else is called by.
CERTAIN = frozenset(name for name in OPERATORS if ":" in name)
