"""Elements of finite sorts, policies and their copies, distributions: what an argument of a given type may be."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.core.terms import Bind, Core, Var, op
from derive.core.types import ACTION, NAT, POLICY, REAL, STATE, Hole, Type, element, function, hole, law, vector
from derive.elaborate.knowledge.scope import SAMPLE, Env, Outside, Premise, Typed, Unsure, is_moved_parameter, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import latex_name, stem
from derive.elaborate.reading.expressions import Expressions
from derive.elaborate.reading.matching import match_items
from derive.glossary.marks import COINS, DEVIATIONS, MARKS_OF_NAMES, NORMALS
from derive.syntax.flat import Item, Row, is_mark, row_key

CALLS = ("()", "[]", "{}")
#: Parameters are a vector, unless no reading of the claim is one with a vector.
PARAMETER_SHAPES = (Option(0.0, "vector", "the parameters are a vector"), Option(2.5, "number", "the parameter is a number"))


#: What a letter alone behind the mean of a normal distribution is.
SPREADS = (Option(0.0, True, "a standard deviation"), Option(0.3, False, "a variance"))
#: The cost of a letter that is a parameter or an index everywhere else.
UNLIKELY = 1.5


class Elements(Expressions):
    """Arguments whose type is known."""

    joint_names: frozenset[Hashable] = frozenset()

    redefined: bool = False

    process_here: bool = False

    implicit: bool = False

    parameter_letter: Item | None = None

    declared_policies: frozenset[Hashable] = frozenset()

    #: The policies that a claim names, those without a label first.
    policy_heads: tuple[Item, ...] = ()

    #: Parameters with a label, by it: π_old is π at θ_old where a claim has both.
    labelled_parameters: Mapping[Hashable, Item] = MappingProxyType({})

    #: The two sides of a claim; and all its rows, those of what is given too.
    all_rows: tuple[Row, ...] = ()

    every_row: tuple[Row, ...] = ()

    #: Whether what is given is being read: that something does not move may be given.
    premising: bool = False

    #: Policies with a star of which something is given, in a claim without values: each is one of its own.
    told_policies: frozenset[Hashable] = frozenset()

    def is_policy(self, item: Item) -> bool:
        if (
            item.kind != "atom"
            or "policy" not in kinds(item.name)
            and stem(item) not in self.declared_policies | self.facts.token_heads
        ):
            return False
        if self.is_optimal(item) or letter_key(item) in self.told_policies:
            return True
        return all(not is_mark(s[0], "*") if s else True for s in (*item.sups, *item.subs)) and not any(
            len(s) == 1 and s[0].kind in ("atom", "mark") and s[0].name in ("*", "ast", "star") for s in (*item.sups, *item.subs)
        )

    def is_optimal(self, item: Item) -> bool:
        r"""Whether ``\pi^*`` or ``\pi_*`` stands here, in a claim about the optimal values of the field."""
        scripts = (*item.subs, *item.sups)
        return (
            self.facts.best and kinds(item.name).get("policy") == 0 and len(scripts) == 1 and len(scripts[0]) == 1
            and scripts[0][0].name in MARKS_OF_NAMES and not item.primes and not item.accents
        )  # fmt: skip

    def element(self, row: Row, want: Type, env: Env) -> Core:
        """An element of a finite sort: a bound letter, or a free one."""
        row = tuple(i for i in row if not is_mark(i, r"\quad"))
        if self.is_choice(row):
            chosen = any(len(d.args) == 2 and d.args[0].name == row[0].name for d in self.k.definitions)
            said = self.defined(row, 0, env) if chosen else None
            if said is not None:
                return self.best_of(said[0], want)
            policy = self.policy(row[:1], env)
            if not isinstance(policy, Var) and not self.is_optimal(row[0]):
                raise Outside("an action that parameters choose")
            self.unify(want, element(Type("Action")))
            return op("chosen", policy, self.element(row[1].rows[0], STATE, env))
        if len(row) != 1 or row[0].kind != "atom":
            if len(row) == 1 and row[0].kind == "number":
                raise Outside("a number where an element is needed")
            return self.best_of(self.expression(row, env), want)
        item = row[0]
        found = env.bound.get(letter_key(item))
        if found is not None:
            self.unify(found[1], want)
            return found[0]
        path = self.path_variable(item, env)
        if path is not None:
            self.unify(path[1], want)
            return path[0]
        if any(d.is_of(item) for d in self.k.definitions):
            said = self.defined(row, 0, env)
            if said is None:
                raise Outside("an element that the page defines by itself")
            return self.best_of(said[0], want)
        may = kinds(item.name)
        if may.get("policy") == 0:
            raise Misread("a policy where an element is needed")
        if self.k.binding.solve(want.args[0]).name == "Action" and "state" in may and "action" not in may:
            raise Misread("a state where an action is needed")
        if self.process_here and "process" in may and any("time" in kinds(i.name) for s in item.subs for i in s):
            raise Outside(f"{self.shown(item)} at a time")
        indexed = any(i.kind == "atom" for s in item.subs for i in s)
        numbered = not indexed and any(i.kind == "number" and not ("state" in may and i.value == 0) for s in item.subs for i in s)
        if item.word or numbered and may.keys() & {"state", "action"} and not self.process_here:
            raise Outside("elements of an example")
        sort = self.k.binding.solve(want.args[0]).name
        if (
            sort in ("State", "Action")
            and item.name.isupper()
            and len(item.name) == 1
            and sort.lower() not in may
            and not item.subs
        ):
            raise Outside("states of an example")
        member = self.member(item, want, env)
        if member is not None:
            return member
        if env.random:
            raise Unsure("a state, an action or a sample inside of an expectation that names no law")
        if "parameter" in may or "index" in may and self.k.binding.solve(want.args[0]).name in ("State", "Action"):
            self.k.oracle.cost += UNLIKELY  # a parameter or an index where an element is needed
        if "episode" in may:
            raise Outside(f"{item.name}, an episode")
        return self.free(item, want)

    def best_of(self, typed: Typed, want: Type) -> Core:
        """A term as an element: the arguments of an extreme are the one that is best."""
        term, t = typed[0], self.k.binding.solve(typed[1])
        if t.name == "Chosen":
            self.unify(t.args[0], want)
            return op("only", term, info=(self.k.binding.solve(want).args[0],))
        self.unify(t, want)
        return term

    def defined(self, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        raise NotImplementedError

    def member(self, item: Item, want: Type, env: Env) -> Core | None:
        """A member of a sequence of elements, a_i or s_t, where its index is bound or runs in the claim."""
        if len(item.subs) != 1 or item.sups or item.primes:
            return None
        letters = [i for i in item.subs[0] if i.kind == "atom"]
        if not any(letter_key(i) in env.bound for i in letters) and stem(item) not in self.facts.indexed:
            return None
        if any(i.word for i in letters) or any(i.kind not in ("atom", "number", "mark") for i in item.subs[0]):
            return None
        indices = self.index_terms(item.subs[0], env)
        base = replace(item, subs=())
        sample = env.bound.get((SAMPLE, letter_key(base)))
        if sample is not None:
            self.unify(sample[1], function(NAT, want))
            return op("member", sample[0], *indices)
        if len(indices) == 1 and isinstance(indices[0], Var):
            counted = self.enumerated(indices[0], want, base)
            if counted is not None:
                return counted
        types = [i.type if isinstance(i, Var) else NAT for i in indices]
        family = self.k.free_variable(("members", letter_key(base), len(indices)), self.spelled(base), function(*types, want))
        self.unify(family.type, function(*types, want))
        return op("member", family, *indices)

    def enumerated(self, index: Var, want: Type, base: Item) -> Core | None:
        """The index itself, where a_i runs through all the elements one after another."""
        solved = self.k.binding.solve(index.type)
        if isinstance(solved, Hole):
            counts = (Option(0.0, True, "all the elements, one after another"), Option(1.0, False, "a sequence of elements"))
            if self.k.oracle.choose(("counted", letter_key(base)), counts):
                self.unify(index.type, want)
                return index
            return None
        chosen = self.k.oracle.made.get(("counted", letter_key(base)))
        if solved.name == "Elem" and chosen is not None and self.k.oracle.choose(("counted", letter_key(base)), chosen):
            self.unify(solved, want)
            return index
        _, high = self.k.ranges.get(index.number, (None, None))
        sort = self.k.binding.solve(want.args[0])
        if solved == NAT and isinstance(high, Var) and (isinstance(sort, Hole) or sort.name.startswith("length:")):
            samples = (Option(0.0, False, "a sequence of elements"), Option(0.3, True, "all the elements, one after another"))
            if self.k.oracle.choose(("counted", letter_key(base)), samples):
                self.unify(sort, Type(f"length:{high.number}"))
                return op("nth", index, info=(want.args[0],))
        return None

    def spread(self, row: Row, value: Core) -> Core:
        """The variance of a normal distribution by what stands behind its mean: a letter alone may be the standard deviation."""
        lone = len(row) == 1 and row[0].name in DEVIATIONS and not row[0].sups
        return op("mul", value, value) if lone and self.k.oracle.choose(("spread", letter_key(row[0])), SPREADS) else value

    def is_choice(self, row: Row) -> bool:
        r"""Whether ``\pi(s)`` stands where an action is needed: what a policy without chance does."""
        return (
            len(row) == 2 and row[0].kind == "atom" and self.is_policy(row[0])
            and (kinds(row[0].name).get("policy") == 0 or stem(row[0]) in self.facts.valued_policies)
            and row[1].kind == "group" and row[1].name == "()" and len(row[1].rows) == 1
        )  # fmt: skip

    def path_variable(self, item: Item, env: Env) -> Typed | None:
        return None

    def free(self, item: Item, want: Type | None = None) -> Var:
        """The free variable of a letter with all its scripts."""
        key = letter_key(item)
        known = self.k.free.get(key)
        if known is not None:
            if want is not None:
                self.unify(known.type, want)
            return known
        return self.k.free_variable(key, self.spelled(item), want)

    def spelled(self, item: Item) -> str:
        return latex_name(item)

    #: The definitions of policies that are being read.
    within: frozenset[int] = frozenset()

    def policy(self, row: Row, env: Env, valued: bool = False) -> Core:
        """A policy: a name with a label, or a family at its parameter."""
        if len(row) != 1 or not self.is_policy(row[0]):
            raise Misread("no policy")
        item = row[0]
        for number, definition in enumerate(self.k.definitions):
            if number not in env.unfolding and len(definition.args) == 1 and definition.args[0].key == item.key:
                self.k.used.add(number)
                inside = replace(env, unfolding=(*env.unfolding, number))
                if len(definition.body) == 1 and self.is_policy(definition.body[0]):
                    return self.policy(definition.body, inside, valued)
                if number in self.within:
                    raise Outside("a policy that is defined by itself")
                self.within = self.within | {number}
                try:
                    made, t = self.expression(definition.body, inside)
                finally:
                    self.within = self.within - {number}
                if self.k.binding.solve(t) != POLICY:
                    raise Premise("a policy that the page defines")
                return made
        if self.is_optimal(item) and self.redefined:
            raise Unsure("the best policy beside values that the page defines in its own way")
        return op("optimal_policy") if self.is_optimal(item) else self.copy(item, POLICY, env, valued)

    def copy(self, item: Item, type_: Type, env: Env, valued: bool = False) -> Core:
        """A name, or a family at the parameter that stands below it."""
        bound = env.bound.get(letter_key(item))
        if bound is not None:
            self.unify(bound[1], type_)
            return bound[0]
        for sub in item.subs:
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                family = self.free(replace(item, subs=tuple(s for s in item.subs if s is not sub)), type_)
                return op("at_parameter", family, self.parameter(sub[0], env))
            if len(sub) > 1 and is_moved_parameter(sub):
                family = self.free(replace(item, subs=tuple(s for s in item.subs if s is not sub)), type_)
                return op("at_parameter", family, self.numeric(self.expression(sub, env))[0])
        if type_ == POLICY and len(item.subs) == 1 and not item.sups and not item.primes:
            tied = self.labelled_parameters.get(row_key(item.subs[0]))
            if tied is not None:
                return op("at_parameter", self.free(replace(item, subs=()), type_), self.parameter(tied, env))
        if self.implicit and not item.subs and not item.sups and not item.primes and type_.name in ("Policy", "Law"):
            return op("at_parameter", self.free(item, type_), self.implicit_parameter())
        if (
            type_ == POLICY
            and not item.subs
            and not item.sups
            and not item.primes
            and stem(item) in self.facts.parametrised
            and self.parameter_letter is not None
        ):
            # Q^π beside π_θ is the value of π_θ; a law that is drawn from may be another, and often is not
            own, same = (0.5, 0.0) if valued else (0.0, 0.5)
            options = (
                Option(own, False, "a policy of its own, held fixed"),
                Option(same, True, "the policy that moves with the parameters"),
            )
            if self.k.oracle.choose(("same policy", stem(item)), options):
                return op("at_parameter", self.free(item, type_), self.parameter(self.parameter_letter, env))
        return self.free(item, type_)

    def implicit_parameter(self) -> Var:
        """The parameters of a gradient that names none."""
        shape = self.k.oracle.choose(("parameters",), PARAMETER_SHAPES)
        return self.k.free_variable(("implicit parameter",), r"\theta", vector(hole()) if shape == "vector" else REAL)

    def parameter(self, item: Item, env: Env) -> Core:
        """The parameter of a model: a vector, whose copies (θ', θ_old) are points of one space."""
        found = env.bound.get(letter_key(item))
        if found is not None:
            return found[0]
        return self.letter(item, env)[0]

    def law(self, row: Row, sort: Type, env: Env) -> Core:
        """A distribution: its name, or a policy in a state."""
        row = tuple(i for i in row if not is_mark(i, r"\quad"))
        if not row or row[0].kind != "atom" or len(row) > 2:
            raise Misread("no distribution")
        item = row[0]
        if len(row) == 1 and "visitation" in kinds(item.name):
            scripts = [s for s in (*item.subs, *item.sups) if len(s) == 1 and self.is_policy(s[0])]
            if len(scripts) == 1 == len(item.subs) + len(item.sups):
                self.unify(sort, Type("State"))
                return op("visitation_law", self.policy(scripts[0], env, valued=True))
            others = [s for s in (*item.subs, *item.sups) if len(s) == 1 and "state" in kinds(s[0].name) and s not in scripts]
            if len(scripts) == len(others) == 1 and len(item.subs) + len(item.sups) == 2:
                self.unify(sort, Type("State"))
                return op("visitation_from", self.policy(scripts[0], env, valued=True), self.element(others[0], STATE, env))
        said = self.defined_law(row, sort, env)
        if said is not None:
            return said
        if self.is_policy(item) and (len(row) == 1 or row[1].kind == "group" and len(row[1].rows) == 2):
            self.unify(sort, Type("Action"))
            if len(row) == 2:
                first = row[1].rows[0]
                if not self.is_placeholder(first) and not (len(first) == 1 and first[0].kind == "atom"):
                    raise Misread("no distribution")
                return op("action_law", self.policy(row[:1], env), self.element(row[1].rows[1], STATE, env))
            return op("action_law", self.policy(row, env), self.elided_state(env))
        if self.is_law_of_joint(row):
            return self.law_of_joint(item, row[1], None, sort, env)
        if (
            len(row) == 2
            and item.name in NORMALS
            and row[1].kind == "group"
            and row[1].seps == (",",)
            and not (item.subs or item.sups)
        ):
            self.unify(sort, Type("Line"))
            mean, spread = (self.real(self.expression(r, env)) for r in row[1].rows)
            return op("normal_law", mean, self.spread(row[1].rows[1], spread))
        if item.name in COINS and len(row) == 2:
            raise Outside("a coin beside what else is drawn, or apart from its mean")
        if len(row) == 2:
            inner = row[1]
            if inner.kind != "group" or len(inner.rows) != 1:
                raise Outside("a conditional distribution")
            if not self.is_placeholder(inner.rows[0]):
                x = inner.rows[0]
                if len(x) != 1 or x[0].kind != "atom":
                    raise Misread("no distribution")
        if letter_key(item) in env.bound:
            return self.copy(item, law(sort), env)
        if any(len(s) == 1 and self.is_policy(s[0]) for s in (*item.subs, *item.sups)):
            raise Outside("a distribution of a policy that is not read")
        if item.name[-1:].isupper() and "law" not in kinds(item.name) or stem(item) in self.joint_names:
            raise Outside("a distribution that the claim takes apart")
        if any(d.args[0].name == item.name for d in self.k.definitions):
            raise Outside("a distribution that the page defines")
        return self.copy(item, law(sort), env)

    def defined_law(self, row: Row, sort: Type, env: Env) -> Core | None:
        """A distribution of which the page says how likely each outcome is, ``π(y|x)=…``: given x, or in the state of which the claim speaks."""
        for number, definition in enumerate(self.k.definitions):
            group = definition.args[1] if len(definition.args) == 2 else None
            if group is None or number in env.unfolding or match_items(definition.args[:1], row[:1], 0) is None:
                continue
            if len(group.rows) != len(definition.holes) or len(group.rows) > 2 or len(group.rows) == 2 and group.seps != ("|",):
                continue
            given = row[1].rows[1:] if len(row) == 2 else ()
            if len(row) == 2 and (row[1].kind != "group" or len(row[1].rows) != len(group.rows)):
                raise Outside("a distribution in another form than the page defines")
            outcome, *condition = definition.holes
            v = self.k.variable(element(sort), "y")
            if self.is_policy(row[0]):
                self.unify(v.type, ACTION)
            bound = {**env.bound, outcome: (v, v.type)}
            for key in condition:
                bound[key] = self.expression(given[0], env) if given else (self.elided_state(env), STATE)
            self.k.used.add(number)
            inner = replace(env, bound=bound, unfolding=(*env.unfolding, number))
            return Bind("table", (v,), self.real(self.expression(definition.body, inner)))
        return None

    def tabulated(self, row: Row, letter: Item, sort: Type, env: Env) -> Core:
        """A distribution by a formula in the letter of its outcome."""
        v = self.k.variable(element(sort), self.spelled(letter))
        return Bind("table", (v,), self.real(self.expression(row, env.bind(letter_key(letter), v, v.type))))

    def is_law_of_joint(self, row: Row) -> bool:
        """Whether a distribution with its letters stands here that the claim takes apart, and that is none of the process's."""
        if (
            len(row) != 2
            or row[0].kind != "atom"
            or stem(row[0]) not in self.joint_names - self.facts.token_heads
            or row[1].kind != "group"
        ):
            return False
        return not any(kinds(i.name).keys() & {"state", "action"} for r in row[1].rows for i in r if i.kind == "atom")

    def law_of_joint(self, item: Item, group: Item, letter: Item | None, sort: Type, env: Env) -> Core:
        raise NotImplementedError

    def elided_state(self, env: Env) -> Core:
        """The state of a policy that names none: the one state of which the claim speaks."""
        states = [t for t, s in reversed(env.bound.values()) if self.k.binding.full(s) == STATE and isinstance(t, Var)]
        states += [v for v in self.k.free.values() if self.k.binding.full(v.type) == STATE]
        if len(states) > 1:
            chosen = self.k.oracle.choose(
                ("elided state", len(states)), tuple(Option(0.2 * i, i, "the state of the policy") for i in range(len(states)))
            )
            return states[chosen]
        return states[0] if states else self.k.free_variable(("elided state",), "s", STATE)
