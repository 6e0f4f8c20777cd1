"""What an expectation draws: the letters below it, and the law of each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.core.terms import ONE, ZERO, Bind, Core, Op, Var, free_variables, op
from derive.core.terms import walk as walk_terms
from derive.core.types import ACTION, NAT, REAL, REWARD_SORT, STATE, Type, element, function, hole, law, vector
from derive.elaborate.knowledge.scope import SAMPLE, Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Misread
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.randomness.random_values import Chances
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import bound_inside
from derive.glossary.functions import EXPECTATIONS, INDICATOR
from derive.glossary.marks import COINS, DATA, EVEN_LAWS, IDENTITIES, NORMALS
from derive.syntax.flat import Item, Row, numeral, row_key, stacked, walk

#: What a step gives, and what follows from it: it hangs on the action that is taken there.
FOLLOWING = frozenset(("reward_at", "return_from", "n_step_return", "lambda_return", "td_error"))


def time_of_choice(law: Core) -> Core | None:
    """The time at which an action is chosen by a law, in the state that is met then; None for any other law."""
    state = law.args[-1] if isinstance(law, Op) and law.name == "action_law" else None
    return state.args[0] if isinstance(state, Op) and state.name == "state_at" else None


class Drawing(Chances):
    """Expectations over laws that are stated."""

    def draws(self, under: Row, env: Env) -> tuple[list[tuple[Item, Row]], Item | None]:
        """The letters that an expectation draws, each with its law; or the policy that it names."""
        found: list[tuple[Item, Row]] = []
        if len(under) == 1 and under[0].kind == "atom" and self.is_policy(under[0]):
            return [], under[0]
        if (
            len(under) == 2
            and under[0].kind == "atom"
            and under[1].kind == "group"
            and (len(under[1].rows) in (1, 2) or "|" in under[1].seps[:1])
        ):
            letter = under[1].rows[0]
            if len(letter) == 1 and letter[0].kind == "atom" and ("law" in kinds(under[0].name) or self.is_policy(under[0])):
                return [(letter[0], under)], None
        pending: list[Item] = []
        parts = stacked(under)
        if len(parts) == 3 and len(parts[1]) == 1 and parts[1][0].kind == "dots" and len(parts[0]) == 1:
            under = parts[2]  # x_1, …, x_n ∼ p: as many as n
        for part in stacked(under):
            terms, rels = split_relations(part)
            if rels == []:
                if len(part) == 1 and part[0].kind == "atom":
                    pending.append(part[0])
                    continue
                raise Outside("an expectation whose law is not read")
            if terms[0] and "episode" in kinds(terms[0][0].name):
                raise Outside("an expectation over episodes")
            visited = self.visited_pair(pending, terms, rels)
            if visited:
                found += visited
                pending = []
                continue
            letters = letters_of_data(pending, terms, rels)
            if letters:
                found += [(letter, terms[1]) for letter in letters]
                pending = []
                continue
            if rels != [r"\sim"] or len(terms[0]) != 1 or terms[0][0].kind != "atom":
                raise Outside("an expectation whose law is not read")
            alike = {i.name for i in pending} == {terms[0][0].name} and "state" not in kinds(terms[0][0].name)
            if pending and not alike:
                raise Outside("several letters of one law")
            found += [(letter, terms[1]) for letter in pending]  # x, x' ∼ p: each by itself
            pending = []
            found.append((terms[0][0], terms[1]))
        return found + self.as_told(pending), None

    def visited_pair(self, pending: list[Item], terms: list[Row], rels: list[str]) -> list[tuple[Item, Row]]:
        r"""A state and an action as they are visited, ``(s,a)\sim d^\pi``: the state by how often, the action by the policy there."""
        law_row = terms[1] if rels == [r"\sim"] and len(terms[1]) == 1 else ()
        if not law_row or law_row[0].kind != "atom" or kinds(law_row[0].name).get("visitation") != 0 or len(terms[0]) != 1:
            return []
        last = terms[0][0]
        rows = last.rows if last.kind == "group" and not pending and last.seps == (",",) else (*((x,) for x in pending), terms[0])
        named = [s[0] for s in (*law_row[0].subs, *law_row[0].sups) if len(s) == 1 and self.is_policy(s[0])]
        if len(rows) != 2 or any(len(r) != 1 or r[0].kind != "atom" for r in rows) or len(named) != 1:
            return []
        state, action = rows[0][0], rows[1][0]
        if "state" not in kinds(state.name) or "action" not in kinds(action.name):
            return []
        at_state = Item("group", "()", ((action,), (state,)), ("|",))
        return [(state, law_row), (action, (named[0], at_state))]

    def as_told(self, letters: list[Item]) -> list[tuple[Item, Row]]:
        """The laws of letters that an expectation names alone: what is given of them, or what another expectation says."""
        keys = {letter_key(x) for x in letters}
        if not keys <= self.told_laws.keys():
            raise Outside("an expectation whose law is not stated")
        told = [self.told_laws[key] for key in keys]
        if len(told) > 1 and not any(given or any(letter_key(i) in keys for i in walk(row)) for row, given in told):
            raise Outside("several letters of laws that are stated apart: drawn together, or each by itself")
        self.drawn_as_told.update(keys)
        return [(x, self.told_laws[letter_key(x)][0]) for x in letters]

    #: What letters are drawn from where an expectation names them alone, and whether that is given; the letters that were.
    told_laws: Mapping[Hashable, tuple[Row, bool]] = MappingProxyType({})

    @property
    def drawn_as_told(self) -> set[Hashable]:
        return self.__dict__.setdefault("_drawn_as_told", set())

    def law_of_data(self, letter: Item, row: Row, sort: Type, drawn: list[tuple[Item, Var]]) -> Core:
        """The law of a letter of a data set, given those that were drawn before it: any joint distribution is made of such."""
        key = ("joint", stem(row[0]), tuple(row_key(s) for s in row[0].subs))
        data = self.k.free_variable(key, self.spelled(row[0]), Type("Joint"))
        every = [[letter_key(i) for i in letters] for r in self.every_row for law, letters in data_draws(r) if law == row[0].key]
        places = places_of([letter_key(x) for x, _ in drawn], every)
        own = next(n for n, (x, _) in enumerate(drawn) if x is letter)
        for place in places:
            self.coordinates.setdefault((key, place), (place, hole()))
        self.unify(self.coordinates[key, places[own]][1], sort)
        return op("joint_law", data, *(v for _, v in drawn[:own]), info=((places[own],), tuple(places[:own])))

    def over_laws(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> Typed:
        """Nested expectations, each law seeing the letters that were drawn before it, in whatever order they are written."""
        samples = [letter for letter, _ in draws if self.is_sample(letter, content)]
        if samples:
            if len(draws) != 1:
                raise Outside("samples beside other letters that are drawn")
            return self.over_samples(*draws[0], content, env)
        if len(draws) == 1 and is_isotropic(draws[0][1]):
            return self.over_components(*draws[0], content, env)
        if len(draws) == 1 and (numbers := numbers_of(draws[0][1])) is not None:
            return self.over_numbers(draws[0][0], numbers, content, env)
        inner = env
        made: list[tuple[Var, Item, Row]] = []
        for letter, law_row in draws:
            reward = is_data(law_row) and "reward" in kinds(letter.name)
            variable = self.k.variable(element(REWARD_SORT if reward else hole()), self.spelled(letter))
            made.append((variable, letter, law_row))
            normal = law_row[:1] and law_row[0].name in NORMALS
            inner = inner.bind(letter_key(letter), *((op("coerce", variable), REAL) if normal else (variable, variable.type)))
        before = self.elided_argument
        self.elided_argument = (made[0][0], made[0][0].type) if len(made) == 1 else None
        term, t = self.numeric_content(content, inner)
        self.elided_argument = before
        laws: list[tuple[Var, Core]] = []
        for variable, letter, law_row in made:
            sort = self.k.binding.solve(variable.type).args[0]
            without = replace(inner, bound={k: v for k, v in inner.bound.items() if v[0] != variable})
            together = [(x, v) for v, x, row in made if row is law_row]
            own = (
                self.law_of_data(letter, law_row, sort, together)
                if is_data(law_row)
                else self.paired_law(letter, law_row, content, sort, without)
                or self.first_law(letter, law_row, sort)
                or self.next_law(letter, law_row, sort, without)
                or self.state_law(letter, law_row, sort, without)
            )
            if own is None and self.is_law_of_joint(law_row):
                own = self.law_of_joint(law_row[0], law_row[1], letter, sort, without)
            laws.append((variable, own or self.law(law_row, sort, without)))
        ordered: list[tuple[Var, Core]] = []
        names = {v for v, _ in laws}
        while laws:
            ready = [(v, p) for v, p in laws if not (free_variables(p) & names - {w for w, _ in ordered})]
            if not ready:
                raise Misread("laws that depend on each other")
            ordered.append(ready[0])
            laws.remove(ready[0])
        chosen = [time for _, p in ordered if (time := time_of_choice(p)) is not None]
        sums = [
            b
            for b in walk_terms(term)
            if isinstance(b, Bind) and b.name in ("sum", "prod") and b.args[:1] and b.args[0] in chosen
        ]
        times = [*chosen, *(v for b in sums for v in b.vars)]
        if any(isinstance(i, Op) and i.name in FOLLOWING and i.args and i.args[0] in times for i in walk_terms(term)):
            raise Outside("what follows an action, in a mean over actions alone")
        for variable, p in reversed(ordered):
            term = Bind("expect", (variable,), term, (p,))
        return term, REAL if t == NAT else t

    def over_components(self, letter: Item, law_row: Row, content: Row, env: Env) -> Typed:
        r"""The mean over a vector of independent normal components: ``\mathcal{N}(m,\sigma^2I)``."""
        middle, scale = law_row[1].rows
        variable = self.k.variable(vector(hole()), self.spelled(letter))
        term, t = self.numeric_content(content, env.bind(letter_key(letter), variable, variable.type))
        spread = self.real(self.expression(scale[:-1], env)) if len(scale) > 1 else ONE
        if len(middle) == 1 and middle[0].value == 0 and middle[0].kind == "number":
            return Bind("normal_vector", (variable,), term, (spread,)), t
        centre, of = self.numeric(self.expression(middle, env))
        self.unify(of, variable.type)
        return Bind("normal_vector", (variable,), term, (spread, centre)), t

    def over_numbers(self, letter: Item, numbers: tuple[Row, ...], content: Row, env: Env) -> Typed:
        r"""The mean over a coin, one with the chance that is named and else zero; or over what lies evenly between two ends."""
        key = letter_key(letter)
        ends = [self.real(self.expression(row, env)) for row in numbers]
        if len(ends) == 1:
            (chance,) = ends
            self.presumed((ZERO, "<=", chance), (chance, "<=", ONE))
            (hit, t), (missed, u) = (self.numeric_content(content, env.bind(key, x, REAL)) for x in (ONE, ZERO))
            self.unify(t, u)
            return op("add", op("mul", chance, hit), op("mul", op("add", ONE, op("neg", chance)), missed)), t
        low, high = ends
        self.presumed((low, "<", high))
        variable = self.k.variable(REAL, self.spelled(letter))
        term = self.real(self.numeric_content(content, env.bind(key, variable, REAL)))
        return op("div", Bind("integral", (variable,), term, (low, high)), op("add", high, op("neg", low))), REAL

    def presumed(self, *bounds: tuple[Core, str, Core]) -> None:
        """What must be so for a law to be one, where it is of letters that stand free."""
        free = {*self.k.free.values()}
        self.k.between += [b for b in bounds if free_variables(b[0]) | free_variables(b[2]) <= free]

    def probability(self, group: Item, env: Env) -> Typed:
        """The chance of an event of a coin is the mean of its indicator."""
        told = {letter_key(i) for row in group.rows for i in walk(row) if i.kind == "atom"} & self.told_laws.keys()
        if len(group.rows) == 1 and told and all(self.told_laws[key][0][0].name in COINS for key in told):
            draws, _ = self.draws(self.law_given(group, env), env)
            return self.over_laws(draws, (Item("atom", INDICATOR), Item("group", "[]", group.rows)), env)
        return super().probability(group, env)

    def is_sample(self, letter: Item, content: Row) -> bool:
        r"""Whether a letter that is drawn has an index that runs in what is averaged: ``x_i`` of ``\mathbb{E}_{x_i\sim p}[\sum_{i=1}^nf(x_i)]``."""
        index = letter.subs[0][0] if len(letter.subs) == 1 and len(letter.subs[0]) == 1 else None
        if index is None or index.kind != "atom":
            return False
        return any(letter_key(i) == letter_key(index) for i in bound_inside(content)) or bool(self.ranges(letter, content))

    def over_samples(self, letter: Item, law_row: Row, content: Row, env: Env) -> Typed:
        """The mean over independent draws from one law, as many as the index of the letter runs through."""
        ranges = self.ranges(letter, content)
        if len(ranges) != 1 or {start for start, _ in ranges} != {row_key((numeral(1),))}:
            raise Outside("samples of which nothing says how many there are")
        count = self.whole(next(iter(ranges.values())), env)
        sort = hole()
        base = replace(letter, subs=())
        family = self.k.variable(function(NAT, element(sort)), self.spelled(base))
        term, t = self.numeric_content(content, env.bind((SAMPLE, letter_key(base)), family, family.type))
        return Bind("sample", (family,), term, (self.law(law_row, sort, env), count)), REAL if t == NAT else t

    def ranges(self, letter: Item, content: Row) -> dict[tuple[Hashable, Hashable], Row]:
        """The ranges of the operators in what is averaged whose index, or whose end, stands below a letter: from where, and the end."""
        own = row_key(letter.subs[0])
        operators = [i for i in walk(content) if i.kind == "big" and len(i.subs) == len(i.sups) == 1 and len(i.subs[0]) == 3]
        fit = [i for i in operators if own in (row_key(i.subs[0][:1]), row_key(i.sups[0]))]
        return {(row_key(i.subs[0][2:]), row_key(i.sups[0])): i.sups[0] for i in fit}

    def numeric_content(self, content: Row, env: Env) -> Typed:
        """What an expectation averages."""
        return self.numeric(self.expression(content, env))

    def paired_law(self, letter: Item, row: Row, content: Row, sort: Type, env: Env) -> Core | None:
        """The law of an action under a policy that names no state: in the state beside which the action stands."""
        if len(row) != 1 or not self.is_policy(row[0]) or "action" not in kinds(letter.name):
            return None
        states = self.states_beside(letter, content)
        if len(states) != 1:
            return None
        self.unify(sort, ACTION.args[0])
        return op("action_law", self.policy(row, env), self.element(states[0], STATE, env))

    def states_beside(self, letter: Item, content: Row) -> list[Row]:
        """The states that stand beside an action in what is averaged."""
        groups = [i for i in walk(content) if i.kind == "group" and any(len(r) == 1 and r[0].key == letter.key for r in i.rows)]
        found = {
            r[0].key: r for g in groups for r in g.rows if len(r) == 1 and r[0].kind == "atom" and "state" in kinds(r[0].name)
        }
        return list(found.values())

    def state_law(self, letter: Item, row: Row, sort: Type, env: Env) -> Core | None:
        """A law of states is no policy, though its letter may be one elsewhere."""
        if "state" in kinds(letter.name) and len(row) == 1 and row[0].kind == "atom" and kinds(row[0].name).get("policy", 0) > 0:
            return self.copy(row[0], law(sort), env)
        return None

    def next_law(self, letter: Item, row: Row, sort: Type, env: Env) -> Core | None:
        """The law of the next state where only the name of the transitions is written: after the state and action in force."""
        return None

    def first_law(self, letter: Item, row: Row, sort: Type) -> Core | None:
        """The law of the state in which an episode begins, whatever it is called."""
        return None


def letters_of_data(pending: list[Item], terms: list[Row], rels: list[str]) -> list[Item]:
    """What is drawn from a data set, ``(x, y) ∼ D``: its letters in order; none where something else stands here.

    Raises: Outside for letters of one name without brackets, ``x, x' ∼ D``: drawn together, or each by itself.
    """
    if len(terms) != 2 or not is_data(terms[1]) or rels not in ([r"\sim"], [r"\in"]) or len(terms[0]) != 1:
        return []
    first = terms[0][0]
    rows = first.rows if first.kind == "group" and not pending and set(first.seps) <= {",", ";"} else (terms[0],)
    letters = [*pending, *(r[0] for r in rows if len(r) == 1 and r[0].kind == "atom")]
    if len(letters) < len(pending) + len(rows):
        raise Outside("an expectation whose law is not read")
    if pending and len({i.name for i in letters}) == 1:
        raise Outside("several letters of one law")
    return letters


def data_draws(row: Row) -> Iterator[tuple[Hashable, list[Item]]]:
    """Each draw from a data set in a row: the name of the set, and the letters."""
    for under in (sub for item in walk(row) if item.kind == "atom" and item.name in EXPECTATIONS for sub in item.subs):
        pending: list[Item] = []
        for part in stacked(under):
            terms, rels = split_relations(part)
            if not rels and len(part) == 1 and part[0].kind == "atom":
                pending.append(part[0])
                continue
            letters = letters_of_data(pending, terms, rels)
            if letters:
                yield terms[1][0].key, letters
            pending = []


def places_of(drawn: list[Hashable], every: list[list[Hashable]]) -> list[int]:
    """Which part of a datum each letter of a draw is: by its name where a wider draw or one of the same letters has it, and else by its place."""
    widest = max(every, key=len, default=drawn)
    if set(drawn) <= set(widest):
        return [widest.index(x) for x in drawn]
    if len(drawn) == len(widest) and all(
        a == b or a not in widest and b not in drawn for a, b in zip(drawn, widest, strict=True)
    ):
        return list(range(len(drawn)))
    raise Outside("a data set that is drawn from in two ways")


def is_isotropic(row: Row) -> bool:
    """Whether a law is normal with a multiple of the identity for its covariance."""
    named = len(row) == 2 and row[0].kind == "atom" and row[0].name in NORMALS and row[1].kind == "group"
    if not named or row[1].seps != (",",) or not row[1].rows[1]:
        return False
    last = row[1].rows[1][-1]
    return last.kind == "atom" and last.name in IDENTITIES and not (last.subs or last.sups)


def numbers_of(row: Row) -> tuple[Row, ...] | None:
    r"""What names a law of numbers: the chance of a coin, ``\mathrm{Bernoulli}(p)``, or the ends of ``U(a,b)``; None for any other law."""
    if len(row) != 2 or row[0].kind != "atom" or row[0].subs or row[0].sups or row[1].kind != "group":
        return None
    wanted = 1 if row[0].name in COINS else 2 if row[0].name in EVEN_LAWS else 0
    return row[1].rows if wanted == len(row[1].rows) and set(row[1].seps) <= {","} else None


def is_data(row: Row) -> bool:
    """Whether the name of a data set or of a batch stands here."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in DATA and not row[0].primes


__all__ = ["Drawing"]
