"""Random variables of a decision process: states, actions and rewards at times, returns, trajectories; expectations over them."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import Bind, Core, Num, Op, Var, free_variables, op
from derive.core.terms import walk as walk_terms
from derive.core.types import ACTION, NAT, POLICY, REAL, REWARD_SORT, STATE, Hole, Type, element, function
from derive.elaborate.knowledge.glances import timed_state
from derive.elaborate.knowledge.scope import Env, Outside, Typed, Unsure, WrongType, is_episode, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.processes.process_times import Times, first_step_of, shifted
from derive.elaborate.randomness.single_steps import without_powers
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.glossary.marks import END_OF_EPISODES, ENDS, INFINITY, INTEGRATED, POLICIES, RATIOS
from derive.syntax.flat import Item, Row, numeral, row_key, stacked, walk


class Process(Times):
    """What an expectation over a process speaks of."""

    # --- times ---------------------------------------------------------------------------------

    def letter(self, item: Item, env: Env) -> Typed:
        if self.is_open_end(item):
            return self.last_time(item), NAT
        if self.is_dotted_end(item):
            return shifted(op("last_step", info=("earns",)), self.facts.dotted_end or 0), NAT
        end = self.end_of_sums(item)
        return (end, NAT) if end is not None else super().letter(item, env)

    def named(self, item: Item, group: Item | None, at: int, env: Env) -> tuple[Typed, int]:
        if stem(item) in self.facts.recursive:
            for i in walk(item.subs[0] if item.subs else ()):
                if i.kind == "atom" and "time" in kinds(i.name) and i.name not in ENDS:
                    self.origin_of(i, env)
            return super().named(item, group, at, env)
        bare = without_powers(item) if item.subs else item
        made = self.process_variable(bare, env) if group is None or item.name not in RATIOS else None
        if made is not None:
            return made if bare.sups == item.sups else self.raised(made, item.sups, (), env), at + 1
        if group is not None and self.is_path(group, env) and "episode" in self.kinds_of_group(group):
            return self.of_path(item, group, env), at + 2
        return super().named(item, group, at, env)

    def path_variable(self, item: Item, env: Env) -> Typed | None:
        return self.process_variable(item, env)

    # --- trajectories --------------------------------------------------------------------------

    def kinds_of_group(self, group: Item) -> dict[str, float]:
        return kinds(group.rows[0][0].name) if group.rows and len(group.rows[0]) == 1 else {}

    def is_path(self, group: Item, env: Env) -> bool:
        """Whether the argument is a trajectory."""
        return bool(group.rows) and len(group.rows[0]) == 1 and group.rows[0][0].kind == "atom" and not group.rows[0][0].subs

    def of_path(self, item: Item, group: Item, env: Env) -> Typed:
        """p_θ(τ), π(τ), R(τ)."""
        may = kinds(item.name)
        powers = group.sups
        if env.random:
            raise Unsure("an episode inside of an expectation that names no law")
        if (
            len(group.rows) == 2
            and group.seps == ("|",)
            and "law" in may
            and len(group.rows[1]) == 1
            and self.is_policy(group.rows[1][0])
        ):
            return self.raised((op("path_mass", self.policy(group.rows[1], env)), REAL), powers, (), env)
        if len(group.rows) == 2 and group.seps in ((";",), ("|",)) and "law" in may and len(group.rows[1]) == 1:
            policy: Core = op("at_parameter", self.family(), self.parameter(group.rows[1][0], env))
            return self.raised((op("path_mass", policy), REAL), powers, (), env)
        if len(group.rows) != 1:
            raise Outside("a function of a trajectory and more")
        if may.get("policy") == 0:
            return self.raised((op("path_mass", self.policy((item,), env)), REAL), powers, (), env)
        if "law" in may:
            return self.raised((op("path_mass", self.law_policy(item, env)), REAL), powers, (), env)
        whole = self.whole_return(item)
        if whole is not None:
            return self.raised((whole, REAL), powers, (), env)
        family = self.k.free_variable(
            ("path function", letter_key(replace(item, primes=0))), self.spelled(item), function(Type("Path"), REAL)
        )
        if item.primes:
            raise Outside("a derivative by a trajectory")
        return self.raised((op("path_function", family), REAL), powers, (), env)

    def undiscounted(self) -> bool:
        raise NotImplementedError

    def whole_return(self, item: Item) -> Core | None:
        r"""``R(\tau)`` beside rewards or values of states: what is earned in the whole episode; None where it is any function of it."""
        plain = not (item.subs or item.sups or item.primes or item.accents) and "reward" in kinds(item.name)
        if not plain or not self.facts.earns or any(len(r) == 2 and r[0].key == item.key for r in self.all_rows):
            return None
        earned = (
            Option(0.0, True, "what is measured of an episode is what is earned in it"),
            Option(1.0, False, "what is measured of an episode is any function of it"),
        )
        if not self.k.oracle.choose(("measured", letter_key(item)), earned):
            return None
        if self.facts.returns or self.facts.speaks_of_values and not self.facts.discounted:
            discounted = not self.undiscounted()  # as the returns and values beside it are
        else:
            discounts = (
                Option(0.0 if self.facts.discounted else 0.3, True, "what is earned in an episode is discounted"),
                Option(0.3 if self.facts.discounted else 0.0, False, "what is earned in an episode is not discounted"),
            )
            discounted = self.k.oracle.choose(("measured discounted",), discounts)
        return op("return_from", op("first_step"), info=() if discounted else ("undiscounted",))

    def law_policy(self, item: Item, env: Env) -> Core:
        """The policy behind a law of trajectories: its subscript."""
        if not item.subs and not item.primes:
            if (*POLICIES, (), 0) in self.facts.parametrised and self.parameter_letter is not None:
                return op("at_parameter", self.family(), self.parameter(self.parameter_letter, env))
            return self.family()
        if len(item.subs) == 1 and len(item.subs[0]) == 1 and item.subs[0][0].kind == "atom":
            sub = item.subs[0][0]
            if self.is_policy(sub):
                return self.policy((sub,), env)
            if "parameter" in kinds(sub.name):
                return op("at_parameter", self.family(), self.parameter(sub, env))
        return self.k.free_variable(("trajectory policy", letter_key(item)), r"\pi", POLICY)

    def family(self) -> Core:
        """The family of policies of the claim: π, where it has one, or the only policy that it has."""
        heads = {i.name for i in self.policy_heads}
        if len(heads) == 1 and not heads & set(POLICIES):
            return self.free(self.policy_heads[0].bare(), POLICY)
        for key, v in self.k.free.items():
            if self.k.binding.solve(v.type) == POLICY and isinstance(key, tuple) and key and key[0] in POLICIES:
                return v
        return self.k.free_variable((*POLICIES, (), 0, (), ()), r"\pi", POLICY)

    # --- expectations --------------------------------------------------------------------------

    def draws(self, under: Row, env: Env) -> tuple[list[tuple[Item, Row]], Item | None]:
        self.episode_law = None
        parts = stacked(under)
        if len(under) == 1 and self.is_first_state(under[0]):
            return [(under[0], ())], None
        if len(under) == 1 and is_episode(under[0]) and self.process_here:
            self.episode_law = self.policy_of_process()
            return [], None
        terms, rels = split_relations(parts[-1]) if parts else ([], [])
        if rels == [r"\sim"] and self.is_law_of_step([*parts[:-1], terms[0]], terms[1]):
            self.episode_law = self.law_policy(terms[1][0], env)
            return [], None
        if len(parts) == 1:
            if rels == [r"\sim"] and len(terms[0]) == 1 and "episode" in kinds(terms[0][0].name):
                self.episode_law = self.law_of_paths(terms[1], env)
                return [], None
            if (
                len(under) == 2
                and under[1].kind == "group"
                and self.is_path(under[1], env)
                and "episode" in self.kinds_of_group(under[1])
            ):
                self.episode_law = self.law_of_paths(under, env)
                return [], None
        return super().draws(under, env)

    episode_law: Core | None = None

    def is_law_of_step(self, drawn: list[Row], law: Row) -> bool:
        r"""Whether the state at a time is drawn as a policy comes to it: ``s_t\sim p_\theta(s_t)``, ``(s_t,a_t)\sim p_\theta``."""
        if not self.process_here or not all(drawn) or not law or len(law[0].subs) != 1 or law[0].sups:
            return False
        letters = drawn[0][0].rows if len(drawn) == 1 and drawn[0][0].name == "()" else drawn
        steps = all(len(r) == 1 and timed_state(r[0]) for r in letters) and "state" in kinds(letters[0][0].name)
        whose = law[0].subs[0]
        named = len(whose) == 1 and (self.is_policy(whose[0]) or "parameter" in kinds(whose[0].name))
        places = [row_key(r) for r in law[1].rows] if len(law) == 2 and law[1].kind == "group" else None
        itself = len(law) == 1 or places == [row_key(r) for r in letters]
        return steps and named and itself and "law" in kinds(law[0].name) and not self.is_policy(law[0])

    def is_first_state(self, item: Item) -> bool:
        """Whether the state in which an episode begins stands here: s_1 too, if no s_0 does."""
        numbered = "state" in kinds(item.name) and len(item.subs) == 1 and len(item.subs[0]) == 1
        if not numbered or item.subs[0][0].kind != "number":
            return False
        earlier = replace(item, subs=((numeral(0),),)).key
        return item.subs[0][0].value == 0 or not any(i.key == earlier for row in self.every_row for i in walk(row))

    def law_of_paths(self, row: Row, env: Env) -> Core:
        if not row or row[0].kind != "atom" or len(row) > 2:
            raise Outside("a law of trajectories that is not read")
        if len(row) == 2 and (row[1].kind != "group" or len(row[1].rows) > 2):
            raise Outside("a law of trajectories that is not read")
        if len(row) == 2 and len(row[1].rows) == 2:
            return op("at_parameter", self.family(), self.parameter(row[1].rows[1][0], env))
        if self.is_policy(row[0]):
            return self.policy(row[:1], env)
        if "law" in kinds(row[0].name):
            return self.law_policy(row[0], env)
        raise Outside("a law of trajectories that is not read")

    def of_steps(self, under: Row, content: Row) -> Row:
        r"""``s,a \sim \pi`` over steps of an episode, where no bare s or a stands: the policy that the episode follows."""
        *letters, last = stacked(under) or [()]
        terms, rels = split_relations(last)
        if not letters or rels != [r"\sim"] or len(terms[1]) != 1 or not self.is_policy(terms[1][0]):
            return under
        drawn = [*letters, terms[0]]
        if any(len(x) != 1 or x[0].subs or x[0].primes or not kinds(x[0].name).keys() & {"state", "action"} for x in drawn):
            return under
        found = list(walk(content))
        bare = any(letter_key(i) == letter_key(x[0]) for x in drawn for i in found if i.kind == "atom")
        return under if bare or not any(self.is_timed(i) for i in found) else terms[1]

    def averaged(self, under: Row, content: Row, given: Row, body: object, env: Env) -> Typed:
        if given and len(under) == 1 and under[0].kind == "atom" and "time" in kinds(under[0].name):
            under = ()  # the time is that of the condition
        under = self.of_steps(under, content)
        draws, policy = self.drawn(under, content, given, env)
        law = self.episode_law
        self.episode_law = None
        speaks = self.process_here and any(self.is_timed(i) for r in (content, given) for i in walk(r))
        if law is None and not any(
            self.is_timed(i) or i.kind == "atom" and "process" in kinds(i.name) and i.subs for i in walk(content)
        ):
            speaks = False
        if law is None and not speaks or draws:
            return super().averaged(under, content, given, body, env)
        if law is None and under and policy is None:
            raise Outside("an expectation whose law is not stated")
        if law is None:
            law = self.policy((policy,), env) if policy is not None else self.policy_of_process()
        inner = replace(env, process="path", random=False)
        term, t = self.numeric(self.expression(content, self.with_reward(content, given, inner)))
        where = self.path_conditions(given, inner, term)
        return Bind("episode", (), term, (law,), where), REAL if t == NAT else t

    def with_reward(self, content: Row, given: Row, env: Env) -> Env:
        r"""Where a reward without a time is that of the step taken in the state that is given: ``\mathbb{E}[r + \gamma V(S_{t+1}) | S_t = s]``."""
        bare = next((i for i in walk(content) if self.is_bare_reward(content, i) and letter_key(i) not in env.bound), None)
        if bare is None:
            return env
        states = [i for i in walk(given) if i.kind == "atom" and "state" in kinds(i.name) and self.is_timed(i)]
        time = self.time_of(states[0], env) if len(states) == 1 else None
        if time is None:
            raise Outside("a reward without its time")
        return env.bind(letter_key(bare), op("reward_at", time), REAL)

    def is_bare_reward(self, content: Row, item: Item) -> bool:
        """Whether a letter for rewards stands alone: no index, no argument."""
        plain = item.kind == "atom" and len(item.name) == 1 and not (item.subs or item.sups or item.accents or item.primes)
        return plain and "reward" in kinds(item.name) and not self.is_applied(content, item)

    def elided_state(self, env: Env) -> Core:
        """The state of a policy that names none, in a claim about a process: the one at the claim's own time."""
        letter = self.facts.state_letter
        if self.process_here and letter is not None:
            made = self.process_variable(letter, env)
            if made is not None:
                return made[0]
        return super().elided_state(env)

    def applied(self, item: Item, group: Item, env: Env, powers: tuple[Row, ...]) -> Typed:
        """p(s_0): how likely an episode begins there."""
        if (
            self.process_here
            and kinds(item.name).keys() & {"law", "visitation"}
            and len(group.rows) == 1
            and len(group.rows[0]) == 1
            and group.rows[0][0].kind == "atom"
        ):
            letter = group.rows[0][0]
            if (
                "state" in kinds(letter.name)
                and len(letter.subs) == 1
                and len(letter.subs[0]) == 1
                and letter.subs[0][0].name in ("0", "1")
            ):
                x = self.process_variable(letter, env)
                if x is not None and self.k.clock.get("first", letter.subs[0][0].name) == letter.subs[0][0].name:
                    return self.raised((op("start_mass", x[0]), REAL), (*powers, *group.sups), (), env)
        return super().applied(item, group, env, powers)

    def policy_of_process(self) -> Core:
        """The policy that an expectation does not name: the one of the claim."""
        if len(self.policy_heads) == 1:
            return self.policy(self.policy_heads, Env())
        found = [v for v in self.k.free.values() if self.k.binding.solve(v.type) == POLICY]
        if len(found) > 1:
            raise Outside("an expectation under one of several policies")
        # beside its copies at parameters, a name is no policy of its own: which one is meant is chosen
        return found[0] if found and len(self.policy_heads) < 2 else self.policy_in_force()

    def outcome(self, name: Row, value: Row, want: Type, env: Env) -> Core:
        """The value that a condition says something has; a state for an action is an error of the text, by the letters' own types."""
        try:
            return self.element(value, want, env)
        except Outside:
            raise
        except Misread as why:
            if all(len(r) == 1 and r[0].kind == "atom" for r in (name, value)):
                raise WrongType(f"{self.spelled(name[0])} = {self.spelled(value[0])}: {why}") from why
            raise

    def path_conditions(self, given: Row, env: Env, of: Core | None = None) -> tuple[Core, ...]:
        r"""What holds of an episode; ``\mathbb{E}[G_{t+1}\mid s',a']`` says it of the first step that it speaks of."""
        out: list[Core] = []
        for part in stacked(given):
            terms, rels = split_relations(part)
            bare = self.bare_outcome(part)
            step = first_step_of(of) if bare and of is not None else None
            if bare is not None and isinstance(step, Op) == bool(part[0].primes) and step is not None:
                at_step = op("state_at" if bare == STATE else "action_at", step)
                out.append(op("eq", at_step, self.element(part, bare, env)))
            elif not rels:
                x, t = self.expression(part, env)
                if not (isinstance(x, type(op("true"))) and getattr(x, "name", "") in ("state_at", "action_at", "reward_at")):
                    raise Outside("a condition that is not read")
                out.append(op("same", x))
                del t
            elif rels == ["="]:
                left = self.expression(terms[0], env)
                if isinstance(left[0], Op) and left[0].name == "reward_at" and len(terms[1]) == 1 and terms[1][0].kind == "atom":
                    left = op("outcome_at", *left[0].args), element(REWARD_SORT)
                if self.k.binding.solve(left[1]).name == "Elem":
                    right = self.outcome(terms[0], terms[1], self.k.binding.solve(left[1]), env)
                    out.append(op("eq", left[0], right))
                else:
                    raise Outside("a condition on a reward")
            else:
                raise Outside("a condition that is not read")
        return tuple(out)

    def bare_outcome(self, row: Row) -> Type | None:
        """The type of a letter for states or for actions that stands without a time; None for everything else."""
        if len(row) != 1 or row[0].kind != "atom" or row[0].subs or row[0].sups or row[0].accents or row[0].name.isupper():
            return None
        may = kinds(row[0].name)
        return STATE if "state" in may else ACTION if "action" in may else None

    def series(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        """Σ_τ is a sum over trajectories."""
        sub = row[at].subs[0] if row[at].subs else ()
        if len(sub) == 1 and sub[0].kind == "atom" and "episode" in kinds(sub[0].name) and row[at].name == "sum":
            body, end = self.body(row, at + 1, replace(env, process="path"), [sub[0]])
            term, t = self.numeric(body)
            return (Bind("all_paths", (), term), REAL if t == NAT else t), end
        upper = row[at].sups[0] if row[at].sups else ()
        timed = bool(sub) and sub[0].kind == "atom" and "time" in kinds(sub[0].name) and sub[0].name not in ENDS
        if timed and self.of_episode and (len(sub) == 1 and not upper or len(upper) == 1 and upper[0].name in INFINITY):
            return self.along(row, at, env, len(sub) == 1)
        return super().series(row, at, env)

    def integral(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        r"""``\int_\tau f(\tau)\,d\tau`` is a sum over trajectories."""
        under = row[at].subs[0] if row[at].subs else ()
        ends = [i for i in range(at + 1, len(row) - 1) if row[i].name in INTEGRATED and is_episode(row[i + 1])]
        named = len(under) == 1 and is_episode(under[0])
        if row[at].sups or not (named or ends and not under):
            return super().integral(row, at, env)
        along = replace(env, process="path")
        if not ends:
            body, end = self.body(row, at + 1, along, [under[0]])
        else:
            body, end = self.expression(row[at + 1 : ends[0]], along), ends[0] + 2
        term, t = self.numeric(body)
        return (Bind("all_paths", (), term), t), end

    @property
    def of_episode(self) -> bool:
        """Whether a claim speaks of a whole trajectory by its letter."""
        return self.process_here and any("episode" in kinds(i.name) for r in self.every_row for i in walk(r) if i.kind == "atom")

    def along(self, row: Row, at: int, env: Env, ranged: bool) -> tuple[Typed, int]:
        r"""``\sum_t``, ``\sum_{t=0}^\infty`` along a trajectory: to its end, where the terms speak of what is done there."""
        item = row[at]
        if ranged:
            start, end_mark = self.first_time(item.subs[0][0]), Item("atom", END_OF_EPISODES)
            item = replace(item, subs=((item.subs[0][0], Item("mark", "="), start),), sups=((end_mark,),))
            return super().series((*row[:at], item, *row[at + 1 :]), at, env)
        made, end = super().series(row, at, env)
        term = made[0]
        if not (isinstance(term, Bind) and any(isinstance(t, Op) and t.name == "action_at" for t in walk_terms(term.body))):
            return made, end
        low = term.args[0]
        if isinstance(low, Num) and self.k.clock.setdefault("first", str(low.value)) != str(low.value):
            raise Outside("times that start at two numbers")
        self.k.ended = True
        return (replace(term, args=(low, op("last_step"))), made[1]), end

    def first_time(self, letter: Item) -> Item:
        """The number of the first step: the one at which another range over times begins."""
        for i in (i for r in self.every_row for i in walk(r) if i.kind == "big" and i.subs):
            terms, rels = split_relations(i.subs[0])
            if rels == ["="] and len(terms[0]) == 1 and "time" in kinds(terms[0][0].name) and len(terms[1]) == 1:
                if terms[1][0].kind == "number" and terms[1][0].value in (0, 1):
                    return terms[1][0]
        return numeral(0)


__all__ = ["Hole", "Misread", "Process", "Var", "element", "free_variables", "stem"]
