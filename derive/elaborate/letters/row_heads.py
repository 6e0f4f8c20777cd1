"""Rows of the glossary as heads: which of them fit what is written, and what they mean."""

from __future__ import annotations

from derive.core.constants import ANY, CONSTANTS, OTHER, VALUE_FAMILY, Constant
from derive.core.terms import Core, Op, num, op
from derive.core.types import ACTION, NAT, POLICY, REAL, Hole, Type, hole
from derive.elaborate.knowledge.scope import (
    Compiled,
    Env,
    Typed,
    Unsure,
    WrongType,
    compiled_rows,
    hole_name,
    is_episode,
    kinds,
    letter_key,
)
from derive.elaborate.knowledge.search import ELIDED, VISITS, Misread, Option
from derive.elaborate.letters.ratios import Ratios
from derive.elaborate.reading.matching import Holes, match_items
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import MATRICES_OF_TRANSITIONS
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, walk

CALLS = ("()", "[]", "{}")


OF_VECTORS = ("value_vector", "reward_vector", "transition_matrix", "optimal_vector")

#: How often states are visited: a share, or a sum.
COUNTED = ("visitation", "visitation_since")

OF_ANY_LAW = ("transition", "policy_transition", "outcome", "reward_law", "start_mass")

OPTIMAL = {"value": "optimal_value", "q_value": "optimal_q", "advantage": "optimal_advantage"}

KIND_OF_SORT = {"State": "state", "Action": "action", "RewardOutcome": "reward"}


def instance(constant: Constant) -> tuple[tuple[Type, ...], Type]:
    """The signature of a constant with fresh holes for its sort variables."""
    table: dict[Type, Hole] = {}

    def fresh(t: Type) -> Type:
        return table.setdefault(t, hole()) if t in (ANY, OTHER) else Type(t.name, tuple(map(fresh, t.args)))

    return tuple(map(fresh, constant.takes)), fresh(constant.gives)


class RowHeads(Ratios):
    """What the glossary says a letter is."""

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
            scripts = bool(row[at].subs or row[at].sups)
            loose = loose or scripts and compiled.row.means in ("reward", "reward_to") and "reward" in kinds(row[at].name)
            if compiled.row.means == "visitation_since" and is_a_law(holes["z"]):
                continue  # d^π_μ, where episodes begin as μ says
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
        takes, _ = instance(CONSTANTS[compiled.row.means])
        known, acts = 0, False
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
                known, acts = known + 1, acts or sort.name == "Action"
                continue
            placed = self.of_policies.get(letter_key(row[0]))
            may = {placed} if placed is not None else kinds(row[0].name).keys() & {"state", "action", "reward"}
            if KIND_OF_SORT[want.args[0].name] in may:
                known, acts = known + 1, acts or want.args[0].name == "Action"
            elif may:
                return False
        matrix = compiled.row.means == "transition" and compiled.items[0].name in MATRICES_OF_TRANSITIONS
        if matrix and known == 1 and not any("|" in i.seps for i in compiled.items):
            return acts  # P_a(i,j): nothing is known of i and j
        return known >= min(2, len(takes) - ("?policy" in compiled.row.takes))

    def meant(self, compiled: Compiled, holes: Holes, env: Env) -> Typed:
        """The constant that a row names, applied to what fills its holes."""
        constant = CONSTANTS[compiled.row.means]
        if self.redefined and constant.name in VALUE_FAMILY:
            raise Misread("a value beside one that the page defines in its own way")
        takes, gives = instance(constant)
        if constant.name == "visitation" and "a" in holes:
            takes = (*takes, ACTION)  # the visits of a pair
        if (
            constant.name == "prob"
            and "s" in holes
            and is_of(holes["a"], "state", "action")
            and is_of(holes["s"], "action", "state")
        ):
            raise WrongType("a state where the policy has its action, and an action where it has its state")
        args: list[Core] = []
        if "?policy" in compiled.row.takes and constant.name in OPTIMAL:
            letter = compiled.items[0].name
            if self.k.elided.setdefault(constant.name, letter) != letter:
                raise Unsure("two letters for values that name no policy: the same, or others")
            constant = CONSTANTS[self.elided_values(constant.name)]
            if constant.name not in OPTIMAL:
                takes, gives = instance(constant)
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
            if want == POLICY and constant.name in (*VALUE_FAMILY, *COUNTED):
                args.append(self.policy(holes[name], env, valued=True))
                continue
            args.append(self.argument(holes[name], want, env))
        if constant.name == "state_reward" and len(holes["s"]) == 1 and is_later(holes["s"][0]):
            if not holes["s"][0].primes or self.comes_next(holes["s"][0]):
                return op("arrival_reward", *args), gives
        if constant.name not in COUNTED:
            return op(constant.name, *args), gives
        policy, *places = args
        if constant.name == "visitation" and "a" in holes:
            state, action = places
            return op("mul", self.visits("visitation", policy, state), op("prob", policy, action, state)), gives
        return self.visits(constant.name, *args), gives

    def comes_next(self, letter: Item) -> bool:
        """Whether a state is drawn as the next one: given another, as the last of a step ``T(s,a,s')``, ``P_{ss'}``, or inside of a mean."""
        names = (i for row in self.every_row for i in walk(row) if i.kind == "atom")
        if any(len(sub) > 1 and sub[-1].key == letter.key for i in names for sub in i.subs):
            return True
        for head, group in before_brackets(self.every_row):
            cut = group.seps.index("|") + 1 if "|" in group.seps else 0
            ahead = group.rows[-1:] if group.seps == (",", ",") else group.rows[:cut]
            if any(len(r) == 1 and r[0].key == letter.key for r in ahead):
                return True
            spoken = (p for r in group.rows for p in inner_rows(r) if any(i.key == letter.key for i in p))
            if head.name in EXPECTATIONS and any(not any(is_mark(i, "=") for i in p) for p in spoken):
                return True
        return False

    def visits(self, name: str, *args: Core) -> Core:
        """Visits, or their distribution: the convention of a claim."""
        options: tuple[Option, ...] = (
            Option(0.0, True, "visits are a distribution, (1-γ)Σγ^t P(s_t=s)"),
            Option(0.3, False, "visits are a sum, Σγ^t P(s_t=s)"),
        )
        if name == "visitation":  # from a state on there is no long run of its own
            options = (*options, Option(0.5, None, "visits are those of the long run"))
        chosen = self.k.oracle.choose(VISITS, options)
        if chosen is None:
            return op("stationary", *args)
        visited = op(name, *args)
        return op("mul", op("add", num(1), op("neg", op("discount"))), visited) if chosen else visited

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
        if not (self.facts.differentiates and isinstance(made, Op) and made.name == "at_parameter"):
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
        return OPTIMAL[name] if name in OPTIMAL and self.k.oracle.choose(ELIDED, options) else name

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


def is_a_law(row: Row) -> bool:
    """Whether a letter stands here that may be a distribution, and no state."""
    may = kinds(row[0].name).keys() if len(row) == 1 and row[0].kind == "atom" else set()
    return bool(may & {"law", "visitation", "policy"}) and "state" not in may


def is_of(row: Row, kind: str, other: str) -> bool:
    """Whether a letter stands here that is of one kind and never of another."""
    may = kinds(row[0].name).keys() if len(row) == 1 and row[0].kind == "atom" else set()
    return kind in may and other not in may


def is_later(item: Item) -> bool:
    """Whether a letter is that of the next state, s' or s_{t+1}; s_{t+l} is the state after any number of steps."""
    below = item.subs[0] if len(item.subs) == 1 else ()
    return item.primes == 1 or len(below) > 2 and is_mark(below[-2], "+") and below[-1].kind == "number"
