r"""What is made of rewards and values along an episode: TD errors, n-step and λ-returns, generalised advantage estimates."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from derive.core.terms import ZERO, Bind, Core, Op, Var, num, op
from derive.core.types import ACTION, NAT, POLICY, REAL, STATE_SORT, Type
from derive.elaborate.knowledge.scope import (
    Env,
    Outside,
    Typed,
    Unsure,
    compiled_rows,
    is_episode,
    is_moved_parameter,
    kinds,
    letter_key,
)
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.shapes import OWN, stem
from derive.elaborate.processes.process import Process
from derive.elaborate.processes.process_times import shifted
from derive.elaborate.randomness.special import joined
from derive.elaborate.reading.matching import match_items
from derive.glossary.functions import EXPECTATIONS, PROBABILITIES
from derive.glossary.marks import (
    ACTION_VALUES,
    ADVANTAGES,
    DECAY,
    ENDS,
    INFINITY,
    PATH_LETTER,
    RETURNS,
    STATE_LETTER,
    STATE_VALUES,
    VALUE_NAMES,
)
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, numeral, row_key, walk


class Returns(Process):
    """Letters at a time that stand for such a quantity where the page does not define them."""

    def process_variable(self, item: Item, env: Env) -> Typed | None:
        if not self.process_here or item.primes or not item.subs or len(item.subs) != 1:
            return super().process_variable(item, env)
        may = kinds(item.name)
        if self.is_weight(item):
            return self.weight(item, env)
        if "error" in may and not item.accents and not item.sups:
            time = self.time_of(item, env)
            return None if time is None else (self.td_error(item, time, env), REAL)
        if item.name in RETURNS and not item.accents:
            made = self.return_of_steps(item, env)
            if made is None and not item.sups and not self.facts.discounted and self.undiscounted():
                time = self.time_of(item, env)
                return None if time is None else (op("return_from", time, info=("undiscounted",)), REAL)
            if made is not None:
                return made
        letter = self.facts.state_letter
        bare = self.facts.errors and not item.accents and not (letter is not None and letter.name.isupper())
        if item.name in ADVANTAGES and (item.accents == ("hat",) or bare):
            return self.advantage_estimate(item, env)
        return super().process_variable(item, env)

    # --- importance sampling -------------------------------------------------------------------

    #: Whether an expectation that is being read weighs episodes by a ratio.
    weighted: bool = False

    def is_weight(self, item: Item) -> bool:
        r"""Whether ``\\rho_{t:h}`` stands here, or ``\\rho_t`` in a claim that names the policy that gathered the data."""
        plain = (
            item.kind == "atom"
            and "weight" in kinds(item.name)
            and len(item.subs) == 1
            and not (item.sups or item.accents or item.primes)
        )
        if not plain:
            return False
        ranged = any(is_mark(i, ":") for i in item.subs[0])
        beside = any(
            i.kind == "atom" and i.name == item.name and any(is_mark(j, ":") for s in i.subs for j in s)
            for row in self.all_rows for i in walk(row)
        )  # fmt: skip
        first = item.subs[0][0]
        return (
            ranged
            or (beside or self.behaviour_head is not None)
            and ("time" in kinds(first.name) or first.key in self.facts.steps)
        )

    def weight(self, item: Item, env: Env) -> Typed | None:
        r"""∏ π(A_k|S_k) / b(A_k|S_k) for k from t to h."""
        if any(i.kind == "atom" and kinds(i.name).get("process") == 0 for r in self.all_rows for i in walk(r)):
            raise Unsure("an objective beside weights: over whose states")
        averaged = any(i.kind == "atom" and i.name in EXPECTATIONS for r in self.all_rows for i in walk(r))
        if averaged and env.process != "path" and not self.premising:
            raise Outside("a weight outside of the expectation beside it")
        if any(self.k.binding.solve(t) == ACTION for _, t in env.bound.values()):
            raise Outside("a weight beside actions that are summed over")
        sub = item.subs[0]
        colon = next((i for i, part in enumerate(sub) if is_mark(part, ":")), len(sub))
        low = self.time_of(replace(item, subs=(sub[:colon],)), env)
        if low is None:
            return None
        end = sub[colon + 1 :] or sub[:colon]
        high = self.time_of(replace(item, subs=(end,)), env) or self.upper_bound(end, env)
        k = self.k.variable(NAT, "k")
        self.k.ranges[k.number] = (low, high)
        chances = (
            op("prob", policy, op("action_at", k), op("state_at", k)) for policy in (self.policy_in_force(), self.behaviour(env))
        )
        return Bind("prod", (k,), op("div", *chances), (low, high)), REAL

    @property
    def behaviour_head(self) -> Item | None:
        """The policy that gathered the data, where a claim names it: below an expectation, or with an action and a state."""
        for row in self.every_row:
            for part in inner_rows(row):
                for item, behind in zip_longest(part, part[1:]):
                    average = item.kind == "atom" and item.name in EXPECTATIONS
                    drawn = [s for s in item.subs if average and len(s) == 3 and is_mark(s[1], r"\sim") and is_episode(s[0])]
                    under = [s[0] for s in item.subs if average and len(s) == 1] + [s[2] for s in drawn]
                    if item.kind == "atom" and "law" in kinds(item.name) and behind is not None and behind.kind == "group":
                        under += [s[0] for s in item.subs if len(s) == 1 and all(map(is_episode, behind.rows[0]))]
                    barred = behind is not None and behind.kind == "group" and behind.seps == ("|",)
                    for i in (*under, *((item,) if barred else ())):
                        if i.kind == "atom" and kinds(i.name).get("policy", 0) > 0 and not i.subs:
                            return i
        return None

    def behaviour(self, env: Env) -> Core:
        head = self.behaviour_head
        return self.policy((head,), env) if head is not None else self.k.free_variable(("policy of the data",), "b", POLICY)

    def averaged(self, under: Row, content: Row, given: Row, body: object, env: Env) -> Typed:
        before, self.weighted = self.weighted, any(self.is_weight(i) for i in walk(content))
        try:
            return super().averaged(under, content, given, body, env)
        finally:
            self.weighted = before

    def policy_of_process(self) -> Core:
        """What weighs episodes by a ratio is an expectation over the data."""
        return self.behaviour(Env()) if self.weighted else super().policy_of_process()

    def named(self, item: Item, group: Item | None, at: int, env: Env) -> tuple[Typed, int]:
        if kinds(item.name).get("process") == 0 and not self.unknown_objective:
            made = self.objective(item, group, env)
            if made is not None:
                return made, at + 1 + (group is not None)
        return super().named(item, group, at, env)

    def objective(self, item: Item, group: Item | None, env: Env) -> Typed | None:
        r"""J(θ), J(π), J: what a policy collects in an episode."""
        if item.subs or item.primes or item.accents or group is not None and (len(group.rows) != 1 or group.name != "()"):
            return None
        policy = self.policy_of_objective(group, env)
        if policy is None:
            return None
        if self.facts.path_head is not None:
            episode = Item("group", "()", ((Item("atom", PATH_LETTER),),))
            whole = self.expression((self.facts.path_head, episode), replace(env, process="path", random=False))
            made: Core = Bind("episode", (), self.real(whole), (policy,))
        elif self.facts.process and not self.facts.discounted and not self.facts.speaks_of_values and self.undiscounted():
            made = Bind("episode", (), op("return_from", op("first_step"), info=("undiscounted",)), (policy,))
        else:
            made = op("objective", policy)
        powers = (*item.sups, *(group.sups if group is not None else ()))
        return self.raised((made, REAL), powers, (), env)

    def policy_of_objective(self, group: Item | None, env: Env) -> Core | None:
        if group is None:
            return self.policy(self.policy_heads[:1], env) if self.policy_heads else self.policy_in_force()
        row = group.rows[0]
        if len(row) == 1 and self.is_policy(row[0]):
            return self.policy(row, env)
        if row and is_moved_parameter(row):
            return op("at_parameter", self.family(), self.numeric(self.expression(row, env))[0])
        return None

    def first_law(self, letter: Item, row: Row, sort: Type) -> Core | None:
        """The law of the first state, where one is drawn from it; what is drawn given a step is another."""
        if any(i.kind == "group" and "|" in i.seps for i in row):
            return None
        named = len(row) == 1 and self.is_start(letter, row[0])
        applied = bool(row) and stem(row[0]) in self.facts.applied and row[0].name not in VALUE_NAMES
        started = len(row) == 1 and any(self.is_first_state(i) for i in self.drawn_with(row[0]))
        drawn = (self.is_first_state(letter) or started) and not (applied and len(row) == 1)
        if not (named or drawn) or len(row) > 2 or any(self.is_policy(i) for i in walk(row)) and not named:
            return None
        self.unify(sort, STATE_SORT)
        return op("start_law")

    def is_start(self, letter: Item, law: Item) -> bool:
        """Whether a state is drawn from what a row of the glossary has for the law of the first one."""
        group = Item("group", "()", ((letter,),))
        rows = compiled_rows()[0].get(law.name, ())
        return "state" in kinds(letter.name) and any(
            c.row.means == "start_mass" and match_items(c.items, (law, group), 0) for c in rows
        )

    def drawn_with(self, law: Item) -> list[Item]:
        """The letters that a claim draws from one law."""
        subs = [s for row in self.all_rows for i in walk(row) if i.kind == "atom" and i.name in EXPECTATIONS for s in i.subs]
        return [a for s in subs for a, b, c in zip(s, s[1:], s[2:], strict=False) if is_mark(b, r"\sim") and c.key == law.key]

    def undiscounted(self) -> bool:
        """Whether returns are plain sums: where a claim shows no discount it may have none."""
        options = (Option(0.0, False, "returns are discounted"), Option(0.3, True, "returns are not discounted"))
        return bool(not self.facts.discounted and self.k.oracle.choose(("discounted",), options))

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        r"""``P(s_t=s\mid\pi)``: how likely something is along an episode."""
        item = row[at]
        above = item.sups[0] if len(item.sups) == 1 else ()
        if item.name in RETURNS | ADVANTAGES and item.subs and group is None and [i.value for i in above] in ([0], [1]):
            time = self.time_of(replace(item, sups=(), accents=()), env) if item.name in RETURNS and above[0].value == 0 else None
            if time is None:
                raise Outside(f"{self.shown(item)}: of so many steps, or with λ = {above[0].name}")
            return (self.decaying(item.subs[0], time, num(0), env), REAL), at + 1
        if item.name in PROBABILITIES and group is not None and self.process_here and any(is_mark(i, "=") for i in group.rows[0]):
            cut = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
            given = group.rows[cut:]
            own = [r for r in given if len(r) == 1 and self.is_policy(r[0])]
            law = (
                self.policy(own[0], env)
                if own
                else self.policy((item.subs or item.sups)[0], env)
                if item.subs or item.sups
                else None
            )
            inner = replace(env, process="path", random=False)
            where = self.path_conditions(joined(tuple(r for r in given if r not in own)), inner)
            what = [self.path_event(r, inner) for r in group.rows[:cut]]
            made = Bind("episode", (), op("indicator", *what), (law or self.policy_of_process(),), where)
            return self.raised((made, REAL), group.sups, (), env), at + 2
        return super().special(row, at, env, group)

    def path_event(self, row: Row, env: Env) -> Core:
        (event,) = self.path_conditions(row, env)
        if isinstance(event, Op) and event.name == "same":
            raise Outside("an event that is not read")
        return event

    def td_error(self, item: Item, time: Core, env: Env) -> Core:
        """r_t + γ V(s_{t+1}) − V(s_t), with the value function of which the claim speaks."""
        head = self.facts.value_head
        of_actions = any(i.kind == "atom" and i.name in ACTION_VALUES for row in self.every_row for i in walk(row))
        if head is None and not self.facts.state_values and of_actions:
            raise Outside("an error of other values than those of states")
        if head is None:
            now, then = (op("value", self.policy_in_force(), op("state_at", x)) for x in (time, shifted(time, 1)))
        else:
            step = (Item("mark", "+"), numeral(1))
            now, then = (self.estimate_at(head, sub, env) for sub in (item.subs[0], (*item.subs[0], *step)))
        return op("add", op("add", op("reward_at", time), op("mul", op("discount"), then)), op("neg", now))

    @property
    def estimate_head(self) -> Item | None:
        """The text's own estimate of values: neither the value of a policy, nor what a table has at a time, which changes."""
        head = self.facts.value_head
        if head is None:
            return None
        of_policy = not head.accents and any(len(s) == 1 and self.is_policy(s[0]) for s in head.subs)
        return None if of_policy or of_table(head) else head

    def estimate_at(self, head: Item, time: Row, env: Env) -> Core:
        """The text's own estimate of the value of the state at a time."""
        letter = self.facts.state_letter or Item("atom", STATE_LETTER)
        return self.real(self.expression((head, Item("group", "()", ((replace(letter, subs=(time,)),),))), env))

    def closing_value(self, end: Row) -> Row | None:
        """The value with which a return goes on behind its last step: the only one of which the claim speaks, of what is met there."""
        found = {row_key(pair): pair for pair in before_brackets(self.every_row) if pair[0].name in ACTION_VALUES | STATE_VALUES}
        if len(found) != 1:
            return None
        ((head, group),) = found.values()
        if head.name in STATE_VALUES and not of_table(head):
            return None  # the value of a policy, or the text's own estimate
        met = [row[0].name for row in group.rows if len(row) == 1 and [row_key(s) for s in row[0].subs] == [row_key(end)]]
        sorts = ("state", "action") if head.name in ACTION_VALUES else ("state",)
        return (head, group) if len(met) == len(sorts) and all(s in kinds(m) for s, m in zip(sorts, met, strict=True)) else None

    def steps_and_estimate(self, first: Core, count: Core, end: Row, env: Env) -> Core:
        """The rewards of so many steps, discounted, and the text's own estimate of what follows."""
        own = {i.name for row in self.all_rows for i in walk(row)}
        if any(i.kind == "atom" and i.name in ENDS and i.name not in own for row in self.every_row for i in walk(row)):
            raise Outside("steps of which something is given that go beyond the end of an episode, or not")
        head, closing = self.estimate_head, self.closing_value(end)
        if closing is None:
            self.goes_on_with_states()
        if closing is not None:
            value = self.real(self.expression(closing, env))
        elif head is not None:
            value = self.estimate_at(head, end, env)
        else:
            return op("n_step_return", self.policy_in_force(), first, count)
        k = self.k.variable(NAT, "k")
        last = op("add", count, num(-1))
        self.k.ranges[k.number] = (ZERO, last)
        reward = op("mul", op("power", op("discount"), k), op("reward_at", op("add", first, k)))
        return op("add", Bind("sum", (k,), reward, (ZERO, last)), op("mul", op("power", op("discount"), count), value))

    def return_of_steps(self, item: Item, env: Env) -> Typed | None:
        r"""``G_{t:t+n}``, ``G_t^{(n)}``, ``G_t^\\lambda``."""
        sub = item.subs[0]
        colon = next((i for i, part in enumerate(sub) if is_mark(part, ":")), None)
        if colon is not None and not item.sups:
            start, end = sub[:colon], sub[colon + 1 :]
            first = self.time_of(replace(item, subs=(start,)), env)
            last = self.time_of(replace(item, subs=(end,)), env)
            if first is None or last is None:
                return None
            count = op("add", last, op("neg", first))
            return self.steps_and_estimate(first, count, end, env), REAL
        if len(item.sups) != 1 or colon is not None:
            return None
        mark = item.sups[0]
        steps = steps_of(mark)
        if steps is None and not is_decay(mark):
            return None
        time = self.time_of(replace(item, sups=()), env)
        if time is None:
            return None
        if steps is not None:
            return self.after_steps(item.subs[0], time, steps, env), REAL
        self.goes_on_with_states()
        return self.decaying(item.subs[0], time, self.real(self.expression(mark, env)), env), REAL

    def decaying(self, sub: Row, time: Core, decay: Core, env: Env) -> Core:
        """The λ-return: of the text's own estimate V, V(s_t) and what its errors add up to, each λγ times the one before."""
        head = self.estimate_head
        if head is None:
            return op("lambda_return", self.policy_in_force(), time, decay)
        n = self.k.variable(NAT, "l")
        letter = Item("atom", "l", primes=OWN)
        later = (*sub, Item("mark", "+"), letter)
        inner = env.bind(letter_key(letter), n, NAT)
        self.k.ranges[n.number] = (ZERO, op("infinity"))
        error = self.td_error(Item("atom", "delta", subs=(later,)), op("add", time, n), inner)
        weight = op("power", op("mul", op("discount"), decay), n)
        errors = Bind("sum", (n,), op("mul", weight, error), (ZERO, op("infinity")))
        return op("add", self.estimate_at(head, sub, env), errors)

    def after_steps(self, sub: Row, time: Core, steps: Row, env: Env) -> Core:
        """The return of so many steps; of infinitely many, the whole one."""
        if len(steps) == 1 and steps[0].name in INFINITY:
            return op("return_from", time)
        return self.steps_and_estimate(time, self.whole(steps, env), (*sub, Item("mark", "+"), *steps), env)

    def goes_on_with_states(self) -> None:
        """Raises: Outside where the claim has values of actions alone: then a return that is cut off goes on with one of them."""
        applied = {key[0] for key in self.facts.applied if isinstance(key, tuple)}
        if applied & ACTION_VALUES and not applied & STATE_VALUES:
            raise Outside("returns that go on with the values of actions")

    def advantage_estimate(self, item: Item, env: Env) -> Typed | None:
        r"""``\\hat A_t^{(n)}``: what n steps gained; ``\\hat A_t`` beside λ: the generalised estimate, in a claim that speaks of TD errors."""
        plain = replace(item, accents=(), sups=())
        if self.facts.pointwise and not item.sups:
            # nothing is averaged and no value is spoken of: whatever it estimates, it is a number that no parameter moves
            time = self.time_of(plain, env)
            if isinstance(time, Var) and not env.bound:
                return self.k.free_variable(letter_key(item), self.spelled(item), REAL), REAL
        steps = steps_of(item.sups[0]) if len(item.sups) == 1 else None
        decay = named_decay(item.sups[0]) if len(item.sups) == 1 else None
        if (
            steps is None
            and decay is None
            and (item.sups and not is_decay(item.sups[0]) and not is_word(item.sups[0]) or not self.facts.errors)
        ):
            alone = any(len(row) == 1 and row[0].key == item.key for row in self.all_rows)
            if alone and not item.sups and any(i.kind == "dots" for row in self.all_rows for i in walk(row)):
                return self.k.free_variable(letter_key(item), self.spelled(item), REAL), REAL  # the claim says what it is
            raise Outside(f"{self.shown(item)}, an estimate that the page does not define")
        time = self.time_of(plain, env)
        if time is None:
            return None
        if steps is not None:
            gained = self.after_steps(item.subs[0], time, steps, env)
        else:
            gained = self.decaying(item.subs[0], time, self.real(self.expression(decay or (Item("atom", DECAY),), env)), env)
        head = self.estimate_head
        now = (
            op("value", self.policy_in_force(), op("state_at", time))
            if head is None
            else self.estimate_at(head, item.subs[0], env)
        )
        return op("add", gained, op("neg", now)), REAL


def of_table(head: Item) -> bool:
    """Whether a value is what a table has at a time, ``V_{t+n-1}``."""
    return any("time" in kinds(i.name) for s in head.subs for i in walk(s) if i.kind == "atom")


def steps_of(mark: Row) -> Row | None:
    """The number of steps in brackets above a name."""
    return (
        mark[0].rows[0]
        if len(mark) == 1 and mark[0].kind == "group" and mark[0].name == "()" and len(mark[0].rows) == 1
        else None
    )


def is_decay(mark: Row) -> bool:
    return len(mark) == 1 and mark[0].kind == "atom" and "decay" in kinds(mark[0].name)


def named_decay(mark: Row) -> Row | None:
    r"""The decay that a word is said of above a name, beside the discount: 0 in ``\mathrm{GAE}(\gamma,0)``."""
    *word, group = mark or (Item("atom", ""),)
    if not word or not is_word(tuple(word)) or group.kind != "group" or group.name != "()" or len(group.rows) != 2:
        return None
    discount, decay = group.rows
    return decay if len(discount) == 1 and "discount" in kinds(discount[0].name) else None


def is_word(mark: Row) -> bool:
    inside = [j for i in mark if i.kind == "group" for r in i.rows for j in r]
    plain = all(j.kind == "atom" and kinds(j.name).keys() & {"discount", "decay"} for j in inside)
    return plain and all(i.kind == "atom" and (i.word or i.name.isupper()) or i.kind == "group" for i in mark)
