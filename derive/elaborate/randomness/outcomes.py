"""Random variables of a finite space: expectations without a law, variances, probabilities of events, entropies and divergences."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.constants import AT_TIMES, CONSTANTS
from derive.core.terms import Bind, Core, Op, Var, num, op
from derive.core.terms import walk as walk_terms
from derive.core.types import EVENT, REAL, Type, hole
from derive.elaborate.knowledge.scope import Env, Outside, Typed, Unsure, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.randomness.groups import Groups
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.glossary.functions import (
    DIVERGENCE_WORDS,
    PROBABILITIES,
    VARIANCES,
)
from derive.glossary.marks import (
    COMPLEMENTS,
    DIVERGENCE_NAMES,
    DIVERGENCES,
    IDENTITIES,
    MEAN,
    NORMALS,
    RANDOM_CAPITALS,
    TRANSPOSE,
)
from derive.syntax.flat import Item, Row, inner_rows, is_mark, stacked

#: What is drawn with the world: random where a text averages it, without a word of it here.
UNSAID = (frozenset(CONSTANTS) | {"call", "mass", "joint"}) - {"discount"}


class Outcomes(Groups):
    """What is averaged over outcomes that nothing names."""

    def draws(self, under: Row, env: Env) -> tuple[list[tuple[Item, Row]], Item | None]:
        raise NotImplementedError

    def over_laws(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> Typed:
        raise NotImplementedError

    def over_outcomes(self, content: Row, given: Row, env: Env) -> Typed:
        """E[… | …] over random variables of a finite space."""
        inner = replace(env, random=True)
        term, t = self.numeric(self.random_term(content, inner))
        where = self.given_terms(given, inner)
        if not any(isinstance(x, Var) and x.random for x in walk_terms(term)) and any(
            isinstance(x, Op) and x.name in UNSAID for x in walk_terms(term)
        ):
            raise Unsure("an expectation of functions of which nothing says that they are random")
        return (Bind("mean", (), term, (), where), t)

    def random_term(self, content: Row, env: Env) -> Typed:
        return self.expression(content, env)

    def given_terms(self, given: Row, env: Env) -> tuple[Core, ...]:
        """Conditions: an event, ``X=x``, or a random variable whose value is the one that holds."""
        out: list[Core] = []
        for part in stacked(given):
            rels = split_relations(part)[1]
            if not rels and len(part) == 1 and part[0].kind == "atom" and stem(part[0]) in self.event_names:
                out.append(self.event(part, env))
                continue
            if not rels:
                x = self.expression(part, env)
                solved = self.k.binding.solve(x[1])
                out.append(x[0] if solved == EVENT or solved.name == "Bool" else op("same", x[0]))
                continue
            if rels[0] not in ("=", "<", ">", r"\le", r"\ge", r"\ne"):
                raise Outside("a condition that is not read")
            out.append(self.relation(part, env))
        return tuple(out)

    @property
    def event_names(self) -> set[Hashable]:
        """Capitals whose chance a claim speaks of: ``P(A)``."""
        pairs = (p for r in self.every_row for part in inner_rows(r) for p in pairwise(part))
        return {
            stem(b.rows[0][0]) for a, b in pairs
            if a.kind == "atom" and a.name in PROBABILITIES and b.kind == "group" and len(b.rows) == 1 == len(b.rows[0])
            and b.rows[0][0].kind == "atom" and b.rows[0][0].name.isupper()
        }  # fmt: skip

    def letter(self, item: Item, env: Env) -> Typed:
        """Inside an expectation without a law, what is no constant of the claim is random."""
        known = self.k.free.get(letter_key(item))
        if known is not None:
            return known, known.type
        if item.accents and item.name[-1:].isupper() and (env.random or self.random_anywhere(replace(item, accents=()))):
            raise Unsure("a mean of random variables under a name")
        if stem(item) in self.fixed_names:
            return super().letter(item, env)
        if self.facts.events_here and item.name[-1:].isupper() and ":" not in item.name and len(item.name) == 1:
            if not env.random and not self.random_anywhere(item):
                return super().letter(item, env)
            may = kinds(item.name)
            counts = "index" in may and not (stem(item) in self.alone_names and not self.facts.process)
            if counts or not may and stem(item) in self.facts.outside and item.name not in RANDOM_CAPITALS:
                likely = stem(item) in self.facts.outside or "index" in may
                options = (
                    Option(0.0 if likely else 0.6, False, "a constant"),
                    Option(0.6 if likely else 0.0, True, "a random variable"),
                )
                if not self.k.oracle.choose(("random", letter_key(item)), options):
                    return super().letter(item, env)
            made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
            return made, REAL
        if self.random_anywhere(item) and not item.name.isupper() and self.could_be_random(item):
            return self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True), REAL
        if env.random and self.could_be_random(item):
            only = stem(item) not in self.facts.outside
            if self.facts.events_here and only and len(item.name) == 1 and not item.accents:
                options = (Option(1.2, True, "a random variable"), Option(0.0, False, "a constant"))
                if self.k.oracle.choose(("random", letter_key(item)), options):
                    made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
                    return made, REAL
                return super().letter(item, env)
            options = (Option(0.0 if only else 1.5, True, "a random variable"), Option(1.2 if only else 0.0, False, "a constant"))
            if self.k.oracle.choose(("random", letter_key(item)), options):
                made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
                return made, REAL
        return super().letter(item, env)

    def random_anywhere(self, item: Item) -> bool:
        return stem(item) in self.random_names

    #: Letters that multiply what is random and are not, and letters whose mean or spread alone is spoken of.
    fixed_names: frozenset[object] = frozenset()
    alone_names: frozenset[object] = frozenset()

    def could_be_random(self, item: Item) -> bool:
        may = kinds(item.name)
        moved = self.gradients or bool(self.facts.parametrised)
        fixed = {"circle-constant", "euler", "discount", "policy"} | ({"parameter"} if moved and not item.accents else set())
        certain = {kind for kind, cost in may.items() if kind != "policy" or not cost}
        return not certain & fixed and item.name not in IDENTITIES

    def law_given(self, content: Item, env: Env) -> Row:
        """What is given of how the letters in brackets are drawn, where nothing else says it."""
        return ()

    def variance(self, item: Item, group: Item, env: Env) -> Typed:
        name = VARIANCES[item.name]
        inner = replace(env, random=True)
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
        main, given = group.rows[:cut], joined(group.rows[cut:])
        where = self.given_terms(given, inner)
        under = item.subs[0] if item.subs else self.law_given(group, env)
        draws, policy = self.draws(under, env) if under else ([], None)
        if policy is not None or item.accents:
            raise Outside("a variance over a process")
        parts = [self.real(self.expression(r, inner)) for r in main] if not draws else []
        of: Type = REAL
        if parts and not any(may_vary(x) for p in parts for x in walk_terms(p)):
            raise Misread("a variance of what is no random variable")
        if draws:
            if len(main) > (2 if name == "covariance" else 1) or given:
                raise Outside("a variance that is not read")
            (x, of), (y, by) = (self.over_laws(draws, r, env) for r in (main[0], main[-1]))
            factors = [Item("group", "()", (r,)) for r in (main[0], main[-1])]
            if {self.k.binding.solve(t).name for t in (of, by)} == {"Vector"}:
                if name != "covariance":
                    raise Outside("a variance of vectors")
                factors[1] = replace(factors[1], sups=((Item("atom", TRANSPOSE),),))
                y = op("transpose", y)
            elif name == "covariance" and len(main) == 1:
                raise Misread("a covariance of one number")
            product, of = self.over_laws(draws, tuple(factors), env)
            made: Core = op("add", product, op("neg", op("mul", x, y)))
        elif name == "covariance" and len(parts) == 2:
            product = Bind("mean", (), op("mul", parts[0], parts[1]), (), where)
            means = [Bind("mean", (), p, (), where) for p in parts]
            made = op("add", product, op("neg", op("mul", *means)))
        elif len(parts) == 1:
            square = Bind("mean", (), op("mul", parts[0], parts[0]), (), where)
            mean = Bind("mean", (), parts[0], (), where)
            made = op("add", square, op("neg", op("mul", mean, mean)))
        else:
            raise Outside("a variance of a list")
        if name == "deviation":
            made = op("root", made, num(2))
        return self.raised((made, of), (*item.sups, *group.sups), (), env)

    def speaks_of_events(self, group: Item, env: Env) -> bool:
        """Whether the arguments of P are events: capital letters, or relations."""
        for r in group.rows:
            if any(i.kind == "mark" and i.name in ("=", "<", ">", r"\le", r"\ge", r"\cap", r"\cup") for i in r):
                return not any(i.kind == "atom" and i.subs for i in r)
        return all(len(r) == 1 and r[0].kind == "atom" and len(r[0].name) == 1 and r[0].name.isupper() for r in group.rows)

    def probability(self, group: Item, env: Env) -> Typed:
        inner = replace(env, random=True)
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
        if any(s not in ("|", ",") for s in group.seps):
            raise Outside("a probability that is not read")
        events = [self.event(r, inner) for r in group.rows[:cut]]
        if env.random and cut < len(group.rows):
            raise Unsure("a conditional probability inside of an expectation: of what is drawn there, or of an event")
        given = tuple(self.event(r, inner) for r in group.rows[cut:])
        return Bind("mean", (), op("indicator", *events), (), given), REAL

    def event(self, row: Row, env: Env) -> Core:
        """An event: a letter, a complement, an intersection, a union, or a relation of random variables."""
        row = strip_commas(row)
        rels = split_relations(row)[1]
        if rels:
            return self.relation(row, env)
        for name, made in ((r"\cup", "or"), (r"\cap", "and")):
            if any(is_mark(i, name) for i in row):
                parts: list[list[Item]] = [[]]
                for i in row:
                    if is_mark(i, name):
                        parts.append([])
                    else:
                        parts[-1].append(i)
                return op(made, *(self.event(tuple(p), env) for p in parts))
        if len(row) == 1 and row[0].kind == "group" and row[0].name in ("()", "row") and len(row[0].rows) == 1:
            return self.event(row[0].rows[0], env)
        if len(row) == 1 and row[0].kind == "atom":
            item = row[0]
            complement = bool(item.sups) and len(item.sups[0]) == 1 and item.sups[0][0].name in COMPLEMENTS
            if item.accents == MEAN:
                complement, item = True, replace(item, accents=())
            if complement:
                item = replace(item, sups=())
            if any(letter_key(i) in env.bound for s in item.subs for i in s if i.kind == "atom"):
                raise Outside("events of a sequence")
            made_event = self.k.free_variable(("event", letter_key(item)), self.spelled(item), EVENT, random=True)
            return op("not", made_event) if complement else made_event
        if len(row) == 2 and is_mark(row[0], r"\neg", r"\lnot"):
            return op("not", self.event(row[1:], env))
        raise Outside("an event that is not read")

    # --- divergences and entropies -------------------------------------------------------------

    def is_divergence(self, item: Item, group: Item) -> bool:
        if item.name in DIVERGENCE_WORDS:
            label = "".join(i.said for s in item.subs for i in s)
            if item.name in DIVERGENCE_NAMES or not item.subs and group.seps == ("||",):
                return True
            return label in DIVERGENCES
        return False

    def divergence(self, item: Item, group: Item, env: Env) -> Typed:
        if len(group.rows) != 2 and not (len(group.rows) == 2):
            raise Outside("a divergence of other than two distributions")
        firsts = [r[1].rows[0] for r in group.rows if len(r) == 2 and r[1].kind == "group" and r[0].name not in NORMALS]
        letters = {letter_key(first[0]) for first in firsts if len(first) == 1 and first[0].kind == "atom"}
        if len(letters) > 1:
            raise Outside("a divergence of distributions of two letters")
        letter = next((first[0] for first in firsts if len(first) == 1 and first[0].kind == "atom"), None)
        label = item.said + "".join(i.said for s in item.subs for i in s)
        sort = hole()
        p, q = (
            self.law(r, sort, env) if letter is None or is_head(r) else self.tabulated(r, letter, sort, env) for r in group.rows
        )
        name = "total_variation" if "TV" in label else "divergence"
        return self.raised((op(name, p, q), REAL), (*item.sups, *group.sups), (), env)

    def entropy(self, item: Item, group: Item, env: Env) -> Typed | None:
        rows = group.rows
        if all(is_random(r) or len(r) == 2 and is_function_of_random(r) for r in rows):
            cut = group.seps.index("|") + 1 if "|" in group.seps else len(rows)
            for r in rows:
                for inner in r[1].rows if len(r) == 2 else ():
                    self.random_symbol(inner[0])
            parts = [self.random_symbol(r[0]) if len(r) == 1 else self.real(self.expression(r, Env(random=True))) for r in rows]
            return op("entropy_of", *parts, info=(cut,)), REAL
        if len(rows) == 2 and group.seps == (",",):
            sort = hole()
            return op("cross_entropy", self.law(rows[0], sort, env), self.law(rows[1], sort, env)), REAL
        if len(rows) == 1:
            if item.subs and len(rows[0]) == 1 and rows[0][0].kind == "number":
                return None  # a preference, of an action with a number
            if len(rows[0]) == 1 and rows[0][0].kind == "atom" and not kinds(rows[0][0].name).keys() & {"law", "policy"}:
                return None
            number = len(rows[0]) == 1 and not (rows[0][0].subs and self.is_policy(rows[0][0]))
            if number and any(multiplies(r, letter_key(rows[0][0])) for r in self.every_row):
                x = self.real(self.letter(rows[0][0], env))
                other = op("add", num(1), op("neg", x))
                terms = (op("mul", p, op("log", p)) for p in (x, other))
                return op("neg", op("add", *terms)), REAL  # of an event with that probability
            return op("entropy", self.law(rows[0], hole(), env)), REAL
        return None

    def random_symbol(self, item: Item) -> Core:
        """A random variable, or the function of others that the page says it is."""
        for number, definition in enumerate(self.k.definitions):
            if not definition.holes and len(definition.args) == 1 and definition.args[0].key == item.key:
                self.k.used.add(number)
                return self.real(self.expression(definition.body, Env(random=True, unfolding=(number,))))
        return self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)

    def mutual_information(self, group: Item, env: Env) -> Typed:
        """I(X;Y|Z) = H(X|Z) − H(X|Y,Z)."""
        rows = group.rows
        if not all(len(r) == 1 and r[0].kind == "atom" for r in rows) or group.seps[0] != ";":
            raise Outside("an information that is not read")
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(rows)
        x, *more = (self.random_symbol(r[0]) for r in rows)
        y, z = more[: cut - 1], more[cut - 1 :]
        return op("add", op("entropy_of", x, *z, info=(1,)), op("neg", op("entropy_of", x, *y, *z, info=(1,)))), REAL


def is_head(row: Row) -> bool:
    """Whether the name of a distribution stands here, with what it is of or without."""
    return len(row) == 1 or len(row) == 2 and row[0].kind == "atom" and row[1].kind == "group"


def may_vary(term: Core) -> bool:
    """Whether a term is random, or is made of terms in a way that only evaluating it tells."""
    return isinstance(term, Bind) or isinstance(term, Var) and term.random or isinstance(term, Op) and term.name in AT_TIMES


def multiplies(row: Row, key: Hashable) -> bool:
    """Whether a letter stands in a row as a factor or a term, not alone and not applied: a number."""
    for at, item in enumerate(row):
        applied = at + 1 < len(row) and row[at + 1].kind == "group"
        if item.kind == "atom" and letter_key(item) == key and len(row) > 1 and not applied:
            return True
        if any(multiplies(r, key) for r in item.rows):
            return True
    return False


def is_random(row: Row) -> bool:
    """Whether a capital stands alone: a random variable, in an entropy."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in RANDOM_CAPITALS and not row[0].subs


def is_function_of_random(row: Row) -> bool:
    return (
        row[0].kind == "atom"
        and "function" in kinds(row[0].name)
        and row[1].kind == "group"
        and row[1].name == "()"
        and all(map(is_random, row[1].rows))
    )


def joined(rows: tuple[Row, ...]) -> Row:
    """Rows with commas between them again."""
    out: list[Item] = []
    for i, row in enumerate(rows):
        if i:
            out.append(Item("mark", ","))
        out.extend(row)
    return tuple(out)
