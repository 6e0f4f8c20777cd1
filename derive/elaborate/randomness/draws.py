"""What an expectation draws: the letters below it, and the law of each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.core.terms import Bind, Core, Var, free_variables, op
from derive.core.types import ACTION, NAT, REAL, REWARD_SORT, STATE, Type, element, hole, law
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Misread
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.randomness.random_values import Chances
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import DATA
from derive.syntax.flat import Item, Row, row_key, stacked, walk


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
        for part in stacked(under):
            terms, rels = split_relations(part)
            if rels == []:
                if len(part) == 1 and part[0].kind == "atom":
                    pending.append(part[0])
                    continue
                raise Outside("an expectation whose law is not read")
            if terms[0] and "episode" in kinds(terms[0][0].name):
                raise Outside("an expectation over episodes")
            letters = letters_of_data(pending, terms, rels)
            if letters:
                found += [(letter, terms[1]) for letter in letters]
                pending = []
                continue
            if rels != [r"\sim"] or len(terms[0]) != 1 or terms[0][0].kind != "atom":
                raise Outside("an expectation whose law is not read")
            if pending:
                raise Outside("several letters of one law")
            found.append((terms[0][0], terms[1]))
        return found + self.as_told(pending), None

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
        inner = env
        made: list[tuple[Var, Item, Row]] = []
        for letter, law_row in draws:
            reward = is_data(law_row) and "reward" in kinds(letter.name)
            variable = self.k.variable(element(REWARD_SORT if reward else hole()), self.spelled(letter))
            made.append((variable, letter, law_row))
            inner = inner.bind(letter_key(letter), variable, variable.type)
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
        for variable, p in reversed(ordered):
            term = Bind("expect", (variable,), term, (p,))
        return term, REAL if t == NAT else t

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


def is_data(row: Row) -> bool:
    """Whether the name of a data set or of a batch stands here."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in DATA and not row[0].primes


__all__ = ["Drawing"]
