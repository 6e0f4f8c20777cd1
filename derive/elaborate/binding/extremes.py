"""Largest and smallest values, and where they are: over what they go, and over policies."""

from __future__ import annotations

from dataclasses import replace

from derive.core.constants import VECTOR
from derive.core.terms import Bind, Core, Op, Var, factors_of, free_variables, num, op, walk
from derive.core.types import ACTION, POLICY, REAL, STATE, Hole, Type, element, hole, law, vector
from derive.elaborate.binding.binders import ARITHMETIC, EXTREMES
from derive.elaborate.binding.integrals import Integrals
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.parametric import CORNERS
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.intervals import between, interval
from derive.glossary.marks import REALS, SIMPLICES, WHOLE_NUMBERS
from derive.syntax.flat import Item, Row, before_brackets, stacked
from derive.syntax.flat import walk as items_of

#: What numbers are calculated with.
CALCULATED = ARITHMETIC | {"exp", "log", "root", "sin", "cos"}
#: Kinds of letters that run through no numbers on the line.
COUNTING = frozenset(("index", "time", "action", "state", "policy", "outcome"))
#: What a process makes of the probabilities of a policy.
OF_A_PROCESS = frozenset((
    "value", "q_value", "advantage", "episode", "policy_transition", "policy_reward", "steps_to", "visitation", "visitation_law",
    "stationary", "value_vector", "reward_vector", "transition_matrix", "backup", "objective",
))  # fmt: skip


class Extremes(Integrals):
    """Operators that choose."""

    def extreme_over_actions(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        r"""``\max(q_*(s,a))``: over the one action that stands in the brackets and nowhere else."""
        item, group = row[at], row[at + 1]
        inside = {
            letter_key(i): i
            for i in items_of(group.rows[0])
            if i.kind == "atom" and "action" in kinds(i.name) and i.name.islower()
        }
        places = {i.start for i in items_of(group.rows[0])}
        elsewhere = {letter_key(i) for r in self.all_rows for i in items_of(r) if i.kind == "atom" and i.start not in places}
        own = [i for key, i in inside.items() if key not in env.bound and key not in elsewhere]
        if not own and len(group.rows) == 1:  # max(v_π(s)): over what nothing else names, the policy
            whose = {letter_key(i): i for i in items_of(group.rows[0]) if i.kind == "atom" and kinds(i.name).get("policy") == 0}
            own = [replace(i, start=item.start) for key, i in whose.items() if key not in env.bound and key not in elsewhere]
        if len(own) != 1 or len(group.rows) != 1:
            raise Outside(f"{item.name} without a range")
        (term, t), _ = self.extreme((replace(item, subs=(tuple(own),)), replace(group, sups=())), 0, env)
        return self.raised((term, t), group.sups, (), env), at + 2

    def extreme(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        if not item.subs or item.sups:
            raise Outside(f"{item.name} without a range")
        if (ends := number_between(item.subs[0])) is not None:
            return self.extreme_of_number(row, at, *ends, env)
        letters: list[tuple[Item, Type | None]] = []
        for part in stacked(item.subs[0]):
            terms, rels = split_relations(part)
            if len(terms[0]) != 1 or terms[0][0].kind != "atom" or rels not in ([], [r"\in"]):
                raise Outside("a range that is not read")
            if terms[0][0].name.isupper() and not rels:
                raise Outside("an extreme over sets")
            if rels and terms[1][0].name in WHOLE_NUMBERS:
                raise Outside("an extreme over whole numbers")
            listed = rels and kinds(terms[0][0].name).get("policy") != 0  # a set of policies is all of them
            of_laws = rels and terms[1][0].kind == "atom" and terms[1][0].name in SIMPLICES
            if not rels and kinds(terms[0][0].name).keys() & {"law", "visitation", "policy"}:
                of_laws = any(a.key == terms[0][0].key and is_place(b) for a, b in before_brackets([row[at + 1 :]]))
            lies = law(hole()) if of_laws else element(self.named_set(terms[1], terms[0][0])) if listed else None
            letters.append((terms[0][0], lies))
        inner, made = env, []
        for letter, t in letters:
            free = self.vector_of_extreme(letter) if t is None and len(letters) == 1 else None
            variable = self.k.variable(t if t is not None else free or hole(), self.spelled(letter))
            self.k.letters[variable.number] = letter.name
            made.append(variable)
            inner = inner.bind(letter_key(letter), variable, variable.type)
        body, end = self.body(row, at + 1, inner, [x for x, _ in letters])
        if item.name == "max" and len(made) == 1 and self.k.binding.solve(body[1]) == VECTOR:
            return (best_vector(body[0], made[0]), VECTOR), end
        term = self.real(body)
        if len(made) == 1 and self.k.binding.solve(made[0].type).name in ("Policy", "Law"):
            self.is_smooth(term, made[0])
        if len(made) == 1 and self.k.binding.solve(made[0].type) == POLICY:
            return self.best_policy(EXTREMES[item.name], term, made[0]), end
        if len(made) == 1 and self.k.binding.solve(made[0].type).name in ("Vector", "Law"):
            name = EXTREMES[item.name]
            return (Bind(name, (made[0],), term), made[0].type if name.startswith("arg") else REAL), end
        averaged = any(isinstance(t, Bind) and t.name in ("expect", "mean") and made[0] in free_variables(t) for t in walk(term))
        placed = self.k.binding.solve(made[0].type).name == "Elem"  # it stands where actions and states do
        if averaged and not placed and kinds(letters[0][0].name).get("function") == 0:
            raise Outside("an extreme over functions")
        policies = kinds(letters[0][0].name).get("policy") == 0
        if len(made) == 1 and letters[0][1] is None and not policies and self.is_number(term, made[0]):
            self.unify(made[0].type, REAL)
            return (Bind(EXTREMES[item.name], (made[0],), term), REAL), end
        for (x, _), variable in zip(letters, made, strict=True):
            continuous = self.k.binding.solve(variable.type).name != "Elem"
            if continuous and ("parameter" in kinds(x.name) or kinds(x.name).get("policy") == 0):
                raise Outside("an extreme over parameters or policies")
        name = EXTREMES[item.name]
        self.k.finite += made
        if name.startswith("arg"):
            if len(made) != 1:
                raise Outside("arguments of several variables")
            return (Bind(name, (made[0],), term), Type("Chosen", (made[0].type,))), end
        for variable in reversed(made):
            term = Bind(name, (variable,), term)
        return (term, REAL), end

    def extreme_of_number(
        self, row: Row, at: int, letter: Item, low: Row, high: Row, shut: tuple[bool, bool], env: Env
    ) -> tuple[Typed, int]:
        """An extreme over the numbers between two ends, those that are not said at infinity; bounds, which ``sup`` is, need not be reached."""
        variable = self.k.variable(REAL, self.spelled(letter))
        self.k.letters[variable.number] = letter.name
        ends = (
            self.real(self.expression(low, env)) if low else op("neg", op("infinity")),
            self.real(self.expression(high, env)) if high else op("infinity"),
        )
        body, end = self.body(row, at + 1, env.bind(letter_key(letter), variable, REAL), [letter])
        reached = row[at].name not in ("sup", "inf") and not all(shut)
        opened = tuple(num(int(not own)) for own in shut) if reached else ()
        return (Bind(EXTREMES[row[at].name], (variable,), self.real(body), (*ends, *opened) if low or high else ()), REAL), end

    def is_smooth(self, term: Core, v: Var) -> None:
        """Whether what is largest or smallest over distributions has no corners in them, and says what they are distributions of.

        Raises: Outside where it has, or does not.
        """
        if any(t.name in CORNERS and v in free_variables(t) for t in walk(term) if isinstance(t, Op | Bind)):
            raise Outside("an extreme over distributions of what has corners in them")
        own = self.k.binding.solve(v.type)
        sort = self.k.binding.solve(own.args[0]) if own.name == "Law" else None
        if isinstance(sort, Hole) and not any(sort in self.holes_of(x.type) for x in self.k.free.values()):
            raise Outside("an extreme over distributions of which nothing says what they are of")

    def holes_of(self, t: Type) -> set[Type]:
        """What is open in a type."""
        solved = self.k.binding.solve(t)
        return {solved} if isinstance(solved, Hole) else {h for a in solved.args if isinstance(a, Type) for h in self.holes_of(a)}

    def best_policy(self, name: str, term: Core, policy: Var) -> Typed:
        r"""``\max_\pi V^\pi(s)``: the optimal value, which one policy has in all states (Sutton and Barto 2018, 3.6).

        Of what is made of the policy's probabilities alone, the extreme over them.

        Raises: Outside for the extreme of anything else that a process makes of a policy.
        """
        at: tuple[Core, ...] = ()
        if isinstance(term, Op) and term.name in ("value", "q_value") and term.args[0] == policy:
            at = term.args[1:]
        elif isinstance(term, Bind) and term.name == "episode" and term.args == (policy,):
            given = [c.args for c in term.where if isinstance(c, Op) and c.name == "eq"]
            body = term.body
            if isinstance(body, Op) and body.name == "return_from" and not body.info and len(given) == len(term.where):
                known = {a.name: b for a, b in given if isinstance(a, Op) and a.args == body.args}
                at = tuple(known[n] for n in ("state_at", "action_at") if n in known) if len(known) == len(given) else ()
        if not any(isinstance(t, Op | Bind) and t.name in OF_A_PROCESS and policy in free_variables(t) for t in walk(term)):
            if policy not in free_variables(term):
                raise Outside("an extreme over what does not hang on it")
            return Bind(name, (policy,), term), POLICY if name.startswith("arg") else REAL
        if name != "max" or not at or any(policy in free_variables(t) for t in at):
            raise Outside("an extreme over parameters or policies")
        return op("optimal_value" if len(at) == 1 else "optimal_q", *at), REAL

    def as_problems(self, a: Core, b: Core) -> tuple[Core, Core]:
        r"""``\max_\pi F=\min_\pi G``: of the values, or of the policies that have them."""
        pair = (a, b)
        chances = all(
            isinstance(z, Bind) and z.name in ("max", "min") and self.k.binding.solve(z.vars[0].type).name in ("Policy", "Law")
            for z in pair
        )
        options = (
            Option(0.0, False, "the extremes are numbers"),
            Option(0.4, True, "max and min stand for where they are reached"),
        )
        if not chances or not self.k.oracle.choose(("problems",), options):
            return pair
        a, b = (replace(z, name=f"arg{z.name}") for z in pair if isinstance(z, Bind))
        return self.alike(a, b, self.k.binding.solve(b.vars[0].type))

    def alike(self, a: Core, b: Core, t: Type) -> tuple[Core, Core]:
        """What makes two policies or distributions one: each outcome is as likely, in the state of which they speak."""
        if t.name == "Law":
            x: Core = self.k.free_variable(("any outcome",), "x", element(t.args[0]))
            return op("mass", a, x), op("mass", b, x)
        action = self.k.free_variable(("any action",), "a", ACTION)
        spoken = {v for v in free_variables(a) | free_variables(b) if self.k.binding.solve(v.type) == STATE}
        state = spoken.pop() if len(spoken) == 1 else self.k.free_variable(("any state",), "s", STATE)
        return op("prob", a, action, state), op("prob", b, action, state)

    def vector_of_extreme(self, letter: Item) -> Type | None:
        """A vector over which an extreme is taken, where a claim speaks of vectors; None for anything else."""
        if (
            not self.facts.tensorial
            or not kinds(letter.name).keys() & {"parameter", "vector"}
            and stem(letter) not in self.facts.transposed
        ):
            return None
        options = (Option(0.0, True, "an extreme over vectors"), Option(1.0, False, "an extreme over something else"))
        return vector(hole()) if self.k.oracle.choose(("extreme over", letter_key(letter)), options) else None

    def is_number(self, term: Core, v: Var) -> bool:
        """Whether a letter is calculated with, and stands for nothing else: a number on the line."""
        solved = self.k.binding.solve(v.type)
        calculated = any(isinstance(t, Op) and t.name == "coerce" and t.args[0] == v for t in walk(term))
        return (
            calculated
            and isinstance(solved, Hole)
            and not any(isinstance(t, Op) and t.name not in CALCULATED and v in free_variables(t) for t in walk(term))
        )


def is_place(group: Item) -> bool:
    """Whether brackets hold one letter: the outcome of a distribution."""
    return group.name == "()" and len(group.rows) == 1 == len(group.rows[0]) and group.rows[0][0].kind == "atom"


def number_between(under: Row) -> tuple[Item, Row, Row, tuple[bool, bool]] | None:
    r"""The letter below an operator that runs through numbers, the ends between which it does, as far as they are said, and whether they belong
    to it: ``x\in\mathbb R``, ``\lambda>0``, ``0\le x\le1``; None for one that counts, or names an element."""
    terms, rels = split_relations(under)
    counting = COUNTING if rels != [r"\in"] else frozenset(("policy",))
    if rels == [r"\in"] and (ends := interval(terms[1])) is not None:
        chain = between(terms[0], ends)
        terms, rels = list(chain[0]), list(chain[1])
    elif rels == [r"\in"] and len(terms[1]) == 1 and terms[1][0].name in REALS and not (terms[1][0].sups or terms[1][0].subs):
        terms, rels = terms[:1], []
    elif not rels:
        return None
    at = next(
        (k for k, t in enumerate(terms) if len(t) == 1 and t[0].kind == "atom" and not kinds(t[0].name).keys() & counting), None
    )
    if at is None or len(terms) > 3 or set(rels) - {"<", ">", r"\le", r"\ge", r"\leq", r"\geq", r"\leqslant", r"\geqslant"}:
        return None
    rising = [r in ("<", r"\le", r"\leq", r"\leqslant") for r in rels]
    if len(set(rising)) > 1:
        return None
    ordered = list(terms) if not rising or rising[0] else list(reversed(terms))
    at = next(k for k, t in enumerate(ordered) if t == terms[at])
    before, behind = ordered[:at], ordered[at + 1 :]
    if len(before) > 1 or len(behind) > 1:
        return None
    bounds = rels if rising and rising[0] else rels[::-1]
    shut = not (before and bounds[0] in "<>"), not (behind and bounds[-1] in "<>")
    return ordered[at][0], before[0] if before else (), behind[0] if behind else (), shut


def best_vector(term: Core, policy: Var) -> Core:
    r"""``\max_\pi(r_\pi + \gamma P_\pi v)``: the largest values in every state, which one policy has in all of them.

    Raises: Outside for the extreme of any other vector.
    """
    if isinstance(term, Op) and term.args[:1] == (policy,) and term.name == "value_vector":
        return op("optimal_vector")
    if isinstance(term, Op) and term.name == "backup" and term.args[0] == policy and policy not in free_variables(term.args[1]):
        return op("optimal_backup", term.args[1])
    earned = op("reward_vector", policy)
    ahead = [t for t in term.args if t != earned] if isinstance(term, Op) and term.name == "add" and earned in term.args else []
    factors = list(factors_of(ahead[0])) if len(ahead) == 1 else []
    values = [f for f in factors if f not in (op("discount"), op("transition_matrix", policy))]
    if len(factors) != 3 or len(values) != 1 or policy in free_variables(values[0]):
        raise Outside("an extreme of vectors over policies")
    return op("optimal_backup", values[0])
