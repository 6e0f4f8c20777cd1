"""What a letter is: bound, defined by the page, a row of the glossary, or an unknown whose type its use tells."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Op, Var, num, op
from derive.core.types import NAT, POLICY, REAL, Hole, Type
from derive.elaborate.knowledge.glances import timed_state
from derive.elaborate.knowledge.scope import (
    Compiled,
    Definition,
    Env,
    Outside,
    Typed,
    WrongType,
    compiled_rows,
    hole_name,
    is_episode,
    kinds,
    letter_key,
)
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.ratios import Ratios
from derive.elaborate.reading.matching import Holes, labels_of, match_items
from derive.glossary.functions import FUNCTION_ROWS, FUNCTIONS, INVERSES
from derive.glossary.marks import ACTION_VALUES, DIFFERENTIALS, STATE_VALUES
from derive.syntax.flat import Item, Row, walk

CALLS = ("()", "[]", "{}")
VALUE_FAMILY = ("value", "q_value", "advantage", "optimal_value", "optimal_q", "optimal_advantage")
OF_VECTORS = ("value_vector", "reward_vector", "transition_matrix", "optimal_vector")
OF_ANY_LAW = ("transition", "policy_transition", "outcome", "reward_law", "start_mass")
OPTIMAL = {"value": "optimal_value", "q_value": "optimal_q", "advantage": "optimal_advantage"}
KIND_OF_SORT = {"State": "state", "Action": "action", "RewardOutcome": "reward"}


#: How much dearer values of the policy in force are where values of a policy stand beside them.
LESS = 0.4


class Heads(Ratios):
    """Atoms and what is applied to them."""

    #: Both sides of the claim.
    all_rows: tuple[Row, ...] = ()

    def head(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        group = following if following is not None and following.kind == "group" and following.name in CALLS else None
        known = self.bound(item, env)
        if known is not None:
            typed, sups, subs = known
            if self.k.binding.solve(typed[1]).name == "Function" and group is not None:
                return self.called(typed, group, item.primes, env, sups), at + 2
            return self.raised(typed, sups, subs, env), at + 1
        defined = self.defined(row, at, env)
        if defined is not None:
            return defined
        if (
            group is not None
            and group.name == "()"
            and any([i.name for i in s] == ["-", "1"] for s in item.sups)
            and self.inverts(item, group)
        ):
            raise Outside("the inverse of a function")
        special = self.special(row, at, env, group)
        if special is not None:
            return special
        if group is not None and self.is_ratio(item, group):
            return self.raised((self.ratio(item, group, env), REAL), (*item.sups, *group.sups), (), env), at + 2
        fitting = self.fitting_rows(row, at, env)
        options = [Option(c.row.cost, (c, holes, end, sups), c.row.says) for c, holes, end, sups in fitting]
        if fitting:
            if group is not None or not item.subs and not item.sups:
                named = any(c.row.cost > 0 and "?policy" in c.row.takes for c, *_ in fitting)
                others = named and self.beside_a_policys(item)
                if others:
                    options = [replace(o, cost=o.cost + LESS) for o in options]
                if named or not self.redefined:
                    options.append(Option(0.0 if others else 1.0 if named else 3.0, None, "a name of its own"))
            elif item.sups and all(len(s) == 1 and s[0].kind == "number" for s in item.sups):
                options.append(Option(0.3, None, "a power of a member"))
            key = ("row", stem(item), tuple(sorted(c.row.pattern for c, *_ in fitting)))
            chosen = self.k.oracle.choose(key, tuple(options))
            if chosen is not None:
                pattern = chosen[0].row.pattern
                for compiled, holes, end, sups in fitting:
                    if compiled.row.pattern == pattern:
                        return self.raised(self.meant(compiled, holes, env), sups, (), env), end
        return self.named(item, group, at, env)

    def beside_a_policys(self, item: Item) -> bool:
        """Whether values of no policy stand beside the same values of one, ``|V(s) - v_π(s)|``: they are others."""
        alike = next((names for names in (STATE_VALUES, ACTION_VALUES) if item.name in names), frozenset())
        own = [i for row in self.all_rows for i in walk(row) if i.kind == "atom" and i.name in alike and not i.accents]
        return any(kinds(s[0].name).get("policy") == 0 for i in own for s in (*i.subs, *i.sups) if len(s) == 1)

    def inverts(self, item: Item, group: Item) -> bool:
        """Whether a function with −1 above it is applied: its inverse, and no reciprocal."""
        if item.word:
            return item.word in FUNCTIONS and FUNCTIONS[item.word] not in INVERSES
        if item.name in FUNCTION_ROWS or len(group.rows) != 1:
            return item.name in FUNCTION_ROWS
        return (
            "function" in kinds(item.name)
            or stem(item) not in self.facts.bare
            and (item.name[-1:].isupper() or item.name.istitle())
        )

    def bound(self, item: Item, env: Env) -> tuple[Typed, tuple[Row, ...], tuple[Row, ...]] | None:
        """A bound letter, with the scripts that are not part of its name."""
        timed = self.process_here and timed_state(item)  # a_t beside a bound a is the action at t
        for sups, subs in ((item.sups, item.subs), ((), item.subs), (item.sups, ()), ((), ())):
            if timed and not subs:
                continue
            if item.subs and not subs and "parameter" in kinds(item.name) and stem(item) not in self.facts.indexed:
                continue  # θ_k is a copy of θ, no part of it
            found = env.bound.get(letter_key(replace(item, sups=sups, subs=subs)))
            if found is not None:
                rest_sups = item.sups if not sups else ()
                rest_subs = item.subs if not subs else ()
                return found, rest_sups, rest_subs
        return None

    def defined(self, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        item = row[at]
        same_name = False
        following = row[at + 1] if at + 1 < len(row) else None
        for number, definition in enumerate(self.k.definitions):
            if number in env.unfolding:
                continue
            want = definition.args
            if want[0].name != item.name:
                continue
            bare = len(want) == 2 and (following is None or following.kind != "group") and match_items(want[:1], row, at)
            if bare and self.differentiates & set(definition.holes):
                self.k.used.add(number)  # df/dx of f(x, y): at the letters with which the page defines it
                return self.expression(definition.body, replace(env, unfolding=(*env.unfolding, number))), at + 1
            if bare and len(definition.holes) == 1:
                if self.elided_argument is None:
                    raise Outside(f"{self.shown(item)} without its argument")
                self.k.used.add(number)
                inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: self.elided_argument})
                return self.expression(definition.body, inner), at + 1
            if at + len(want) > len(row):
                continue
            found = match_items(want, row, at)
            if found is None:
                same_name = same_name or (
                    stem(want[0]) == stem(replace(item, primes=want[0].primes))
                    and len(want) > 1
                    and labels_of(want[0]) == labels_of(item)
                )
                if item.primes and len(want) == 2 and len(definition.holes) == 1:
                    slope = self.defined_slope(definition, number, row, at, env)
                    if slope is not None:
                        return slope
                continue
            holes, end, sups = found
            if len(want) == 1 and not definition.holes and following is not None and self.names_what_moves(following):
                end, sups = end + 1, (*sups, *following.sups)  # L(π_θ; π_ref), where the page says what L is
            self.k.used.add(number)
            inner = replace(env, unfolding=(*env.unfolding, number), bound=self.outer_bound(env))
            bound = dict(inner.bound)
            for name, given in holes.items():
                key = definition.holes[int(name)]
                if len(given) == 1 and given[0].kind == "atom" and kinds(given[0].name).get("policy") == 0:
                    bound[key] = (self.policy(given, env), POLICY)
                    continue
                if len(given) == 1 and given[0].kind == "atom" and "time" in kinds(given[0].name):
                    self.origin_of(given[0], env)
                bound[key] = self.expression(given, env) if not self.is_placeholder(given) else self.placeholder(key)
                if name in counting(want) and isinstance(self.k.binding.solve(bound[key][1]), Hole):
                    self.unify(bound[key][1], NAT)
            points: list[tuple[Var, Core]] = []
            for key in [k for k in bound if k in definition.holes and differentiates_by(definition.body, k)]:
                term, t = bound[key]
                if not (isinstance(term, Var) and term in self.k.free.values()):
                    u = self.k.variable(t, "u")
                    points.append((u, term))
                    bound[key] = (u, t)
            made = self.expression(definition.body, replace(inner, bound=bound))
            for u, point in points:
                made = (op("at", made[0], u, self.numeric((point, u.type))[0]), made[1])
            return self.raised(made, sups, (), env), end
        if same_name and at + 1 < len(row) and row[at + 1].kind == "group":
            raise Outside(f"{self.shown(item)} in another form than the page defines")
        return None

    def names_what_moves(self, group: Item) -> bool:
        """Whether brackets name policies and parameters alone: what an objective hangs on."""
        plain = group.kind == "group" and group.name == "()" and all(len(r) == 1 and r[0].kind == "atom" for r in group.rows)
        return plain and all(self.is_policy(r[0]) or "parameter" in kinds(r[0].name) for r in group.rows)

    def defined_slope(self, definition: Definition, number: int, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        """f'(x) where the page says what f(x) is."""
        plain = (replace(row[at], primes=definition.args[0].primes), *row[at + 1 :])
        found = match_items(definition.args, plain, 0)
        if found is None or "0" not in found[0]:
            return None
        self.k.used.add(number)
        u = self.k.variable(REAL, "u")
        point = self.real(self.expression(found[0]["0"], env))
        inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: (u, REAL)})
        body = self.real(self.expression(definition.body, inner))
        made = Bind("slope", (u,), body, (point,), info=(row[at].primes,))
        return self.raised((made, REAL), found[2], (), env), at + found[1]

    #: The letters by which what is being read is differentiated.
    differentiates: frozenset[Hashable] = frozenset()

    def origin_of(self, item: Item, env: Env) -> None:
        """A free time that a definition is used at starts the clock."""

    def outer_bound(self, env: Env) -> dict[Hashable, Typed]:
        """A letter that is free in a definition and bound where it is used is the same letter: k₁ = −log r, r = p(x)/q(x) under E_{x∼q}."""
        return env.bound

    def is_placeholder(self, row: Row) -> bool:
        return len(row) == 1 and row[0].kind == "placeholder"

    def placeholder(self, key: Hashable) -> Typed:
        raise Outside("a definition used without its argument")

    def fitting_rows(self, row: Row, at: int, env: Env) -> list[tuple[Compiled, Holes, int, tuple[Row, ...]]]:
        """Rows whose pattern matches here, longest first."""
        by_name, open_heads = compiled_rows()
        out = []
        for compiled in (*by_name.get(row[at].name, ()), *(open_heads if self.is_policy(row[at]) else ())):
            if compiled.row.means not in CONSTANTS:
                continue
            found = match_items(compiled.items, row, at)
            if found is None:
                continue
            holes, end, sups = found
            if self.process_here and any(len(r) == 1 and is_episode(r[0]) for r in holes.values()):
                continue  # an episode is no state
            if hole_name(compiled.items[0]) and (row[at].sups and not self.is_policy(row[at])):
                continue
            scripted = compiled.row.means == "reward" and end == at + 1
            named = [kinds(i.name).keys() for r in holes.values() for i in r if i.kind == "atom"]
            if scripted and any(may & {"time", "decay"} and not may & {"state", "action"} for may in named):
                continue  # R_t^λ
            loose = (
                compiled.row.means in OF_ANY_LAW
                and "law" in kinds(row[at].name)
                or compiled.row.means == "policy_reward"
                and "?policy" in compiled.row.takes
            )
            if compiled.row.means == "state_reward" and not (self.facts.valued and self.facts.discounted):
                continue
            if compiled.row.means == "visitation" and "?policy" in compiled.row.takes and not self.beside_objective:
                continue
            if loose and not self.names_process(compiled, holes, env):
                continue
            if (
                compiled.row.means in OF_VECTORS
                and end < len(row)
                and row[end].kind == "group"
                and row[end].name in CALLS
                and all(len(r) == 1 and r[0].kind in ("atom", "placeholder") for r in row[end].rows)
            ):
                continue
            if (
                "?state" in compiled.row.takes
                and len(holes["a"]) == 1
                and (
                    kinds(holes["a"][0].name).keys() & {"state", "action"} == {"state"}
                    or self.process_here
                    and "episode" in kinds(holes["a"][0].name)
                )
            ):
                continue  # a function of a state, or a law of episodes, no policy of a bandit
            if "pi" in holes and not (len(holes["pi"]) == 1 and self.is_policy(holes["pi"][0])):
                continue
            out.append((compiled, holes, end, sups))
        longest = max((end for _, _, end, _ in out), default=0)
        return [x for x in out if x[2] == longest]

    @property
    def beside_objective(self) -> bool:
        """Whether an objective stands in the claim: what weighs states beside it is how often they are visited."""
        return any(i.kind == "atom" and kinds(i.name).get("process") == 0 for row in self.every_row for i in walk(row))

    def names_process(self, compiled: Compiled, holes: Holes, env: Env) -> bool:
        """Whether a head that may be any distribution is one of the process's: its letters are states, actions and rewards."""
        takes, _ = CONSTANTS[compiled.row.means].instance()
        known = 0
        for name, want in zip(compiled.row.takes, takes, strict=True):
            if want.name != "Elem" or name not in holes:
                continue
            row = holes[name]
            if want.args[0].name == "Action" and self.is_choice(row):
                known += 1
                continue
            if len(row) != 1 or row[0].kind != "atom":
                return False
            found = env.bound.get(letter_key(row[0])) or (
                (v, v.type) if (v := self.k.free.get(letter_key(row[0]))) is not None else None
            )
            solved = self.k.binding.solve(found[1]) if found is not None else None
            sort = self.k.binding.solve(solved.args[0]) if solved is not None and solved.name == "Elem" else None
            if sort is not None and not isinstance(sort, Hole):
                if sort != want.args[0]:
                    return False
                known += 1
                continue
            may = kinds(row[0].name).keys() & {"state", "action", "reward"}
            if KIND_OF_SORT[want.args[0].name] in may:
                known += 1
            elif may:
                return False
        return known >= min(2, len(takes) - ("?policy" in compiled.row.takes))

    def meant(self, compiled: Compiled, holes: Holes, env: Env) -> Typed:
        """The constant that a row names, applied to what fills its holes."""
        constant = CONSTANTS[compiled.row.means]
        if self.redefined and constant.name in VALUE_FAMILY:
            raise Misread("a value beside one that the page defines in its own way")
        takes, gives = constant.instance()
        if (
            constant.name == "prob"
            and "s" in holes
            and is_of(holes["a"], "state", "action")
            and is_of(holes["s"], "action", "state")
        ):
            raise WrongType("a state where the policy has its action, and an action where it has its state")
        args: list[Core] = []
        if "?policy" in compiled.row.takes and constant.name in OPTIMAL:
            constant = CONSTANTS[self.elided_values(constant.name)]
            if constant.name not in OPTIMAL:
                takes, gives = constant.instance()
                return op(
                    constant.name, *(self.argument(holes[n], w, env) for n, w in zip(compiled.row.takes[1:], takes, strict=True))
                ), gives
        for name, want in zip(compiled.row.takes, takes, strict=True):
            if name == "?state":
                args.append(self.elided_state(env))
                continue
            if name == "?policy":
                whose = self.policy_heads[:1] if constant.name == "visitation" else ()
                args.append(self.policy(whose, env, valued=True) if whose else self.policy_in_force())
                continue
            if want == POLICY and constant.name in (*VALUE_FAMILY, "visitation"):
                args.append(self.policy(holes[name], env, valued=True))
                continue
            args.append(self.argument(holes[name], want, env))
        if constant.name == "state_reward" and len(holes["s"]) == 1 and is_later(holes["s"][0]):
            return op("arrival_reward", *args), gives
        made = op(constant.name, *args)
        return self.visits(made) if constant.name == "visitation" else made, gives

    def is_timed(self, item: Item) -> bool:
        """Whether a name is a quantity at a time."""
        late = any(i.kind == "atom" and "time" in kinds(i.name) for s in item.subs for i in s)
        return item.kind == "atom" and (
            late or "process" in kinds(item.name) and any(i.kind == "number" for s in item.subs for i in s)
        )

    def visits(self, visited: Core) -> Core:
        """Visits, or their distribution: the convention of a claim."""
        options = (
            Option(0.0, True, "visits are a distribution, (1-γ)Σγ^t P(s_t=s)"),
            Option(0.3, False, "visits are a sum, Σγ^t P(s_t=s)"),
        )
        chosen = self.k.oracle.choose(("visits",), (*options, Option(0.5, None, "visits are those of the long run")))
        if chosen is None:
            return op("stationary", *getattr(visited, "args", ()))
        if not chosen:
            return visited
        return op("mul", op("add", num(1), op("neg", op("discount"))), visited)

    def policy_in_force(self) -> Core:
        """The policy of V and Q that name none: the one policy of the claim."""
        heads = self.policy_heads
        if not heads:
            return self.k.free_variable(("policy in force",), r"\pi", POLICY)
        options = tuple(
            Option(0.4 * place, head, f"{self.spelled(head)} is the policy whose values stand without a name")
            for place, head in enumerate(heads)
        )
        chosen = self.k.oracle.choose(("policy in force",), options) if len(heads) > 1 else heads[0]
        made = self.policy((chosen,), Env(), valued=True)
        if not (self.gradients and isinstance(made, Op) and made.name == "at_parameter"):
            return made
        moves = (
            Option(0.0, False, "values without a policy's name are held fixed where something is differentiated"),
            Option(0.4, True, "values without a policy's name move with its parameters"),
        )
        if self.k.oracle.choose(("values move",), moves):
            return made
        return op("at_parameter", made.args[0], op("stop", made.args[1]))

    def elided_values(self, name: str) -> str:
        """Which constant V, Q or A without a policy's name is: that of a policy, or the optimal one."""
        greedy, named = self.facts.greedy, bool(self.policy_heads)
        options = (
            Option(0.3 if greedy and not named else 0.0, False, "the values of the policy in force"),
            Option(0.0 if greedy and not named else 0.4 if greedy else 1.2, True, "the optimal values"),
        )
        return OPTIMAL[name] if name in OPTIMAL and self.k.oracle.choose(("elided values",), options) else name

    def argument(self, row: Row, want: Type, env: Env) -> Core:
        """A term of a given type."""
        want = self.k.binding.solve(want)
        if want == POLICY:
            return self.policy(row, env)
        if want.name == "Law":
            return self.law(row, want.args[0], env)
        if want.name == "Elem":
            return self.element(row, want, env)
        if want == NAT:
            return self.whole(row, env)
        term, t = self.expression(row, env)
        if want == REAL:
            return self.real((term, t))
        self.unify(t, want)
        return term

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        """Named functions, expectations and the like."""
        return None


def counting(pattern: Row) -> set[str]:
    """The holes that stand for an index of an argument: a whole number."""
    arguments = [i for group in pattern[1:] for r in group.rows for i in r]
    return {hole_name(j) for i in arguments for sub in i.subs for j in sub if hole_name(j)}


def is_of(row: Row, kind: str, other: str) -> bool:
    """Whether a letter stands here that is of one kind and never of another."""
    may = kinds(row[0].name).keys() if len(row) == 1 and row[0].kind == "atom" else set()
    return kind in may and other not in may


def is_later(item: Item) -> bool:
    """Whether a letter is that of the next state: s', s_{t+1}."""
    return item.primes == 1 or len(item.subs) == 1 and any(i.kind == "mark" and i.name == "+" for i in item.subs[0])


def differentiates_by(body: Row, key: Hashable) -> bool:
    """Whether a letter is differentiated by in a row."""
    return any(
        item.kind == "nabla" and any(letter_key(i) == key for sub in item.subs for i in sub)
        or item.kind == "frac" and any(is_d(a) and letter_key(b) == key for a, b in pairwise(item.rows[1]))
        for item in walk(body)
    )  # fmt: skip


def is_d(item: Item) -> bool:
    """Whether the d or ∂ of a derivative stands here."""
    return item.kind == "atom" and item.name in DIFFERENTIALS or item.kind == "mark" and item.name == r"\partial"
