"""Named functions, expectations, probabilities, divergences: heads that are words of the field rather than letters."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Bind, Core, Op, Var, num, op
from derive.core.terms import walk as walk_terms
from derive.core.types import REAL, STATE_SORT, Type
from derive.elaborate.knowledge.scope import Env, Outside, Typed, Unsure, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.parametric import ANY, CORNERS, DIRECTION, stands_for_itself
from derive.elaborate.randomness.outcomes import joined
from derive.elaborate.randomness.single_steps import SingleSteps, stands_outside
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import chances_behind, sum_in_brackets
from derive.glossary.functions import (
    EIGENVALUES,
    EXPECTATIONS,
    FUNCTION_ROWS,
    FUNCTIONS,
    GROUP_WORDS,
    INDICATORS,
    INVERSES,
    MARKED,
    MATRIX_FUNCTIONS,
    PROBABILITIES,
    STOP_MARKS,
    STOPS,
    VARIANCES,
    VECTOR_FUNCTIONS,
)
from derive.glossary.marks import AMBIGUOUS_INDICATORS, ENTROPIES, INFORMATION, KRONECKERS, NORMALS, PLAIN_EXPECTATIONS
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key, stacked, walk

#: How the value of an expectation that names no law is called.
MEAN, MEAN_OF_NO_LAW = "an expectation", "an expectation without a law"


#: Named operators of which a mark makes others.
OPERATORS = frozenset((*MATRIX_FUNCTIONS, *VECTOR_FUNCTIONS, *GROUP_WORDS, "clip", "max", "min"))


class Special(SingleSteps):
    """Heads with a meaning of their own."""

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        item = row[at]
        if item.name in (DIRECTION, ANY) and group is not None:
            return self.of_parameters(item, group, env), at + 2
        word = item.word
        self.unmarked(item, group)
        if word in FUNCTIONS:
            return self.function(row, at, env, FUNCTIONS[word])
        if word in MATRIX_FUNCTIONS:
            return self.matrix_function(row, at, env, MATRIX_FUNCTIONS[word])
        which = (
            EIGENVALUES.get((item.name, item.subs[0][0].said or item.subs[0][0].name))
            if len(item.subs) == 1 and item.subs[0]
            else None
        )
        if which is not None and group is not None and group.name == "()" and len(group.rows) == 1:
            return self.raised(self.eigenvalue(which, group, env), (*item.sups, *group.sups), (), env), at + 2
        if word in VECTOR_FUNCTIONS and group is not None and len(group.rows) == 1:
            return self.raised(self.vector_function(VECTOR_FUNCTIONS[word], group, env), group.sups, group.subs, env), at + 2
        plain = item.name in FUNCTION_ROWS and group is not None and group.name == "()" and len(group.rows) == 1 and not item.subs
        if plain and group is not None and not self.is_of_states(group.rows[0]):
            return self.primed(FUNCTION_ROWS[item.name], item, group, env), at + 2
        if word in GROUP_WORDS and group is not None and GROUP_WORDS[word] in ("mean", "std") and self.is_list(item, group):
            return self.raised(self.statistic(GROUP_WORDS[word], group, env), group.sups, (), env), at + 2
        if word in STOPS and group is not None and len(group.rows) == 1:
            return self.raised(self.stopped(group, env), group.sups, (), env), at + 2
        if word == "clip" and group is not None and len(group.rows) == 3:
            a, b, c = (self.real(self.expression(r, env)) for r in group.rows)
            return self.raised((op("clip", a, b, c), REAL), group.sups, (), env), at + 2
        if word in ("max", "min") and group is not None and len(group.rows) > 1:
            parts = [self.real(self.expression(r, env)) for r in group.rows]
            return self.raised((op("maximum" if word == "max" else "minimum", *parts), REAL), group.sups, (), env), at + 2
        if item.name in EXPECTATIONS and not (item.name in PLAIN_EXPECTATIONS and group is None and not item.subs):
            return self.expectation(row, at, env)
        if item.name in VARIANCES and group is not None and (bool(word) or group.name == "[]"):
            return self.variance(item, group, env), at + 2
        if item.name in INDICATORS and item.subs and item.name not in AMBIGUOUS_INDICATORS:
            inside = item.subs[0]
            if len(inside) == 1 and inside[0].kind == "group" and inside[0].name in ("{}", "[]", "()", "row"):
                inside = inside[0].rows[0]
            of_event = len(inside) == 1 and inside[0].kind == "atom" and inside[0].name[-1:].isupper() and not inside[0].word
            made_one = op("indicator", self.event(inside, env) if of_event else self.relation(inside, env))
            return self.raised((made_one, REAL), item.sups, (), env), at + 1
        if item.name in INDICATORS and group is not None and (item.name not in INFORMATION or group.name != "()"):
            return self.indicator(item, group, env), at + 2
        if item.name in PROBABILITIES and group is not None and self.speaks_of_events(group, env):
            return self.raised(self.probability(group, env), group.sups, (), env), at + 2
        if group is not None and self.is_divergence(item, group):
            return self.divergence(item, group, env), at + 2
        if item.name in ENTROPIES and group is not None:
            made = self.entropy(item, group, env)
            if made is not None:
                return self.raised(made, group.sups, (), env), at + 2
        pair = tuple(i for i in item.subs[0] if not is_mark(i, ",")) if len(item.subs) == 1 else ()
        if (
            item.name in KRONECKERS
            and group is None
            and len(pair) == 2
            and all(kinds(i.name).keys() & {"index", "time"} == {"index"} for i in pair)
        ):
            same = self.compared(self.expression((pair[0],), env), "=", self.expression((pair[1],), env))
            return self.raised((op("indicator", same), REAL), item.sups, (), env), at + 1
        if (
            item.name in NORMALS
            and group is not None
            and len(group.rows) == 3
            and group.seps[0] in (";", "|")
            and group.seps[1] == ","
        ):
            return self.raised(self.normal_density(group, env), group.sups, (), env), at + 2
        if item.name in INFORMATION and group is not None and ";" in group.seps:
            return self.mutual_information(group, env), at + 2
        return None

    def normal_density(self, group: Item, env: Env) -> Typed:
        """exp(−(x − μ)²/2v)/√(2πv)."""
        x, mu, v = (self.real(self.expression(r, env)) for r in group.rows)
        v = self.spread(group.rows[2], v)
        gap = op("add", x, op("neg", mu))
        exponent = op("neg", op("div", op("mul", gap, gap), op("mul", num(2), v)))
        return op("div", op("exp", exponent), op("root", op("mul", op("mul", num(2), op("pi")), v), num(2))), REAL

    def stopped(self, group: Item, env: Env) -> Typed:
        """What is held fixed where something is differentiated."""
        term, t = self.numeric(self.expression(group.rows[0], env))
        return op("stop", term), t

    def group(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        marks = [i.name or i.kind for i in item.subs[0]] if len(item.subs) == 1 else []
        if item.name in ("[]", "()") and len(item.rows) == 1 and len(marks) == 1 and marks[0] in STOP_MARKS:
            return self.raised(self.stopped(item, env), item.sups, (), env), at + 1
        return super().group(row, at, env)

    # --- functions -----------------------------------------------------------------------------

    def function(self, row: Row, at: int, env: Env, name: str) -> tuple[Typed, int]:
        item = row[at]
        base: Core | None = None
        if item.subs:
            if name != "log":
                raise Outside("an index on a function")
            base = self.real(self.expression(item.subs[0], env))
        following = row[at + 1] if at + 1 < len(row) else None
        called = (
            following is not None
            and following.kind == "group"
            and following.name in ("()", "[]", "{}")
            and len(following.rows) == 1
        )
        if item.primes and called and following is not None and base is None:
            x = self.real(self.expression(following.rows[0], env))
            u = self.k.variable(REAL, "u")
            slope = Bind("slope", (u,), self.unary(name, u), (x,), info=(item.primes,))
            return self.raised((slope, REAL), (*item.sups, *following.sups), (), env), at + 2
        if item.primes:
            raise Outside("a derivative of a function without its argument")
        inverse = False
        powers: tuple[Row, ...] = item.sups
        if len(item.sups) == 1 and [i.name for i in item.sups[0]] == ["-", "1"] and name in INVERSES:
            name, powers, inverse = INVERSES[name], (), True
        if called and following is not None:
            argument, end = self.expression(following.rows[0], env), at + 2
            powers = (*powers, *following.sups)
        else:
            argument, end = self.bare_argument(row, at + 1, env)
        x = self.real(argument)
        made = self.unary(name, x)
        if base is not None:
            made = op("div", made, op("log", base))
        del inverse
        return self.raised((made, REAL), powers, (), env), end

    def unmarked(self, item: Item, group: Item | None) -> None:
        r"""Refuse marks on a named operator that make it another one: ``\max'``, ``H_2(p)``, ``\widehat{\mathrm{KL}}(p\|q)``.

        Raises: Outside.
        """
        if group is None:
            return
        operator = item.word in OPERATORS or item.name in VARIANCES or item.name in EXPECTATIONS
        law = item.name in ENTROPIES or self.is_divergence(item, group)
        if item.primes and (operator or law) or item.accents and (law or item.word in OPERATORS):
            raise Outside("a mark on a named operator")
        spoken = {i.key for r in group.rows for i in walk(r)}
        strange = any(i.key not in spoken for s in item.subs for i in s)
        numbered = any(i.kind == "number" for s in item.subs for i in s)
        if strange and item.word in MARKED or numbered and item.name in ENTROPIES:
            raise Outside("a mark on a named operator")

    def unary(self, name: str, x: Core) -> Core:
        if name == "relu":
            return op("maximum", x, num(0))
        if name == "softplus":
            return op("log", op("add", num(1), op("exp", x)))
        return op(name, x)

    def bare_argument(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        """What a function without brackets takes: an application, or a product of bare letters and numbers."""
        if at < len(row) and is_mark(row[at], "-"):
            inner, end = self.bare_argument(row, at + 1, env)
            return (op("neg", self.real(inner)), REAL), end
        total, end = self.factor_and_marks(row, at, env)
        share = row[at].kind == "frac" and [i.value for i in row[at].rows[0]] == [1] and not row[at].sups
        if share and end < len(row) and row[end].kind == "big":
            mean, end = self.factor(row, end, env)  # log 1/n Σ: of the mean
            return self.times(total, mean), end
        simple = row[at].kind in ("atom", "number") and all(is_mark(i, "!") for i in row[at + 1 : end])
        while simple and end < len(row) and row[end].kind in ("atom", "number", "frac", "root"):
            following = row[end + 1] if end + 1 < len(row) else None
            named = row[end].said in FUNCTIONS or row[end].said in MATRIX_FUNCTIONS
            if named or following is not None and following.kind == "group":
                break
            more, end = self.factor_and_marks(row, end, env)
            total = self.times(total, more)
        if (beyond := self.further_chances(row, at, end)) > end:
            more, end = self.product(row[:beyond], end, env)
            total = self.times(total, more)
        if end + 1 < len(row) and is_mark(row[end], "/") and (simple or row[at].kind == "atom") and self.of_the_quotient(simple):
            more, end = self.factor(row, end + 1, env)
            total = self.quotient(total, more)
        return total, end

    def further_chances(self, row: Row, at: int, end: int) -> int:
        r"""Where the probabilities end that a function without brackets may be of, ``\log p(x\mid z)p(z)``: it is of the first as a rule."""
        beyond = chances_behind(row, at)
        if end != at + 2 or beyond <= end:
            return end
        first = Option(0.0, False, "a function without brackets is of the first probability", True)
        every = Option(1.0, True, "a function without brackets is of the product of probabilities", True)
        return beyond if self.k.oracle.choose(("function and product",), (first, every)) else end

    def of_the_quotient(self, simple: bool) -> bool:
        r"""Whether a function without brackets is of all that a slash parts: ``\log x/y``, and not ``\log p(x)/q(x)``."""
        whole = Option(0.0, True, "a function without brackets is of what stands above and below the slash", True)
        first = Option(0.0, False, "a function without brackets is of what stands above the slash alone", True)
        return bool(self.k.oracle.choose(("function and slash", simple), (whole, first) if simple else (first, whole)))

    def primed(self, name: str, item: Item, group: Item, env: Env) -> Typed:
        """σ(x), σ'(x)."""
        x = self.real(self.expression(group.rows[0], env))
        made: Core
        if item.primes:
            u = self.k.variable(REAL, "u")
            made = Bind("slope", (u,), op(name, u), (x,), info=(item.primes,))
        else:
            made = op(name, x)
        return self.raised((made, REAL), (*item.sups, *group.sups), (), env)

    def eigenvalue(self, which: str, group: Item, env: Env) -> Typed:
        x, t = self.numeric(self.expression(group.rows[0], env))
        if t.name != "Matrix":
            raise Misread("an eigenvalue of what is no matrix")
        self.unify(t.args[0], t.args[1])
        return op("eigenvalue", x, info=(which,)), REAL

    def vector_function(self, name: str, group: Item, env: Env) -> Typed:
        """softmax of a vector; a number that is added to one is added to each of its components."""
        before, self.broadcasts = self.broadcasts, True
        try:
            x, t = self.numeric(self.expression(group.rows[0], env))
        finally:
            self.broadcasts = before
        if t.name != "Vector":
            raise Misread(f"{name} of what is no vector")
        return op(name, x), t

    def matrix_function(self, row: Row, at: int, env: Env, name: str) -> tuple[Typed, int]:
        following = row[at + 1] if at + 1 < len(row) else None
        if following is not None and following.kind == "group" and len(following.rows) == 1:
            inner, end, powers = self.expression(following.rows[0], env), at + 2, following.sups
        else:
            inner, end = self.bare_argument(row, at + 1, env)
            powers = ()
        x, t = self.numeric(inner)
        if name == "diag" and t.name == "Vector":
            return (op("diagonal", x), Type("Matrix", (t.args[0], t.args[0]))), end
        if t.name != "Matrix":
            raise Misread(f"{name} of {self.k.binding.full(t)}")
        self.unify(t.args[0], t.args[1])
        factors = list(walk_terms(x))
        if name == "det" and all(isinstance(f, Var) or isinstance(f, Op) and f.name == "mul" for f in factors):
            for of in (self.k.binding.solve(f.type) for f in factors if isinstance(f, Var)):
                if of.name == "Matrix":  # the determinant of a product is that of its factors: they have one each
                    self.unify(of.args[0], of.args[1])
        return self.raised((op(name, x), REAL), powers, (), env), end

    def indicator(self, item: Item, group: Item, env: Env) -> Typed:
        conditions = [self.relation(r, env) for r in group.rows]
        made = op("indicator", *conditions)
        return self.raised((made, REAL), group.sups, (), env)

    # --- expectations --------------------------------------------------------------------------

    def expectation(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if item.accents or item.sups and not any(len(s) == 1 and self.is_policy(s[0]) for s in item.sups):
            raise Outside("an estimate of an expectation")
        if following is None:
            raise Outside("an expectation of nothing")
        under = (
            item.subs[0]
            if item.subs
            else (item.sups[0] if item.sups else self.law_beside(following, env) or self.law_given(following, env))
        )
        given: Row = ()
        if following.kind == "group" and following.name in ("()", "[]", "{}") and all(s in ("|", ",") for s in following.seps):
            cut = following.seps.index("|") + 1 if "|" in following.seps else len(following.rows)
            if cut != 1:
                raise Outside("an expectation of a list")
            content = following.rows[0]
            given = joined(following.rows[cut:])
            end = at + 2

            def body(inner: Env) -> Typed:
                return self.expression(content, inner)

            powers = following.sups
            last = at + 1
            while last < len(row) and sum_in_brackets(row[last]):
                last += 1
            within = last > at + 2 or last == at + 2 and bool(powers)
            options = (
                Option(0.0, True, "a mean is of the power or the product"),
                Option(1.0, False, "a mean is of the first brackets"),
            )
            if within and not given and self.k.oracle.choose(("reach of a mean",), options):
                content, powers, end = row[at + 1 : last], (), last
        else:
            stop = at + 1
            while stop < len(row) and not is_mark(row[stop], "+", "-"):
                stop += 1
            content = row[at + 1 : stop]
            end, powers = stop, ()

            def body(inner: Env) -> Typed:
                return self.expression(content, inner)

        try:
            under, given = self.restored(under, content, given, env)
            made = self.averaged(under, content, given, body, env)
        except Unsure:
            whole = self.whole_mean(item, following, env) if powers == following.sups else None
            if whole is None:
                raise
            made = whole
        return self.raised(made, powers, (), env), end

    def whole_mean(self, item: Item, content: Item, env: Env) -> Typed | None:
        """An expectation that names no law, where a claim has it in several places: one number, whatever is averaged; None for any other."""
        letters = {letter_key(i) for i in walk((content,)) if i.kind == "atom"}
        if item.subs or item.sups or content.kind != "group" or letters & env.bound.keys() or env.process or env.random:
            return None
        key = (item.key, replace(content, sups=()).key)
        places = [
            at
            for row in self.every_row
            for part in inner_rows(row)
            for at, behind in pairwise(part)
            if (at.key, replace(behind, sups=()).key) == key
        ]
        if len(places) < 2:
            return None
        # the mean of a function that stands nowhere else is any number
        inner = content.rows[0]
        applied = len(inner) == 2 and inner[0].kind == "atom" and not kinds(inner[0].name).keys() & {"law", "policy"}
        uses = [i for row in self.every_row for i in walk(row) if applied and i.kind == "atom" and i.name == inner[0].name]
        free = applied and len(uses) == len(places)
        return self.k.free_variable(("mean", key), MEAN if free else MEAN_OF_NO_LAW, REAL), REAL

    def law_beside(self, content: Item, env: Env) -> Row:
        r"""What an expectation without a law averages over: what the one with a law beside it draws, where its letters stand here and nowhere outside."""
        stated: dict[Hashable, Row] = {}
        for item in (i for row in self.every_row for i in walk(row) if i.kind == "atom" and i.name in EXPECTATIONS and i.subs):
            if any(is_mark(i, r"\sim") for i in item.subs[0]):
                stated.setdefault(row_key(item.subs[0]), item.subs[0])
        if len(stated) != 1 or content.kind != "group" or "|" in content.seps or env.process or env.random:
            return ()
        (under,) = stated.values()
        left = (split_relations(part)[0][0] for part in stacked(under))
        drawn = {letter_key(j) for row in left for j in walk(row) if j.kind == "atom"}
        here = {letter_key(i) for r in content.rows for i in walk(r) if i.kind == "atom"}
        outside = any(stands_outside(r, key) for r in self.all_rows for key in drawn)
        return under if drawn & here and not drawn & env.bound.keys() and not outside else ()

    def law_given(self, content: Item, env: Env) -> Row:
        """What an expectation without a law averages over: the letters in it, and in what its names are, of which it is given how they are drawn."""
        if content.kind != "group" or "|" in content.seps or env.process or env.random:
            return ()
        atoms = [i for r in content.rows for i in walk(r) if i.kind == "atom"]
        said = [d.body for d in self.k.definitions if any(d.is_of(replace(i, sups=())) for i in atoms)]
        atoms += [i for body in said for i in walk(body) if i.kind == "atom"]
        letters = {letter_key(j): j for i in atoms for j in (i, replace(i, sups=()))}  # ε² is a power of what is drawn
        given = {key for key, (_, told) in self.told_laws.items() if told and key in letters and key not in env.bound}
        self.drawn_as_told.update(given)
        parts = [
            (replace(letters[key], sups=()), Item("mark", r"\sim"), *self.told_laws[key][0]) for key in letters if key in given
        ]
        return joined(tuple(parts))

    def of_parameters(self, head: Item, group: Item, env: Env) -> Typed:
        """The direction of a gradient, or a value at any parameters.

        Raises: Outside where parameters are vectors of which more is said than what hangs on them, or a direction is of what has corners.
        """
        term, t = self.numeric(self.expression(group.rows[0], env))
        letter, _ = self.expression(head.subs[0], env)
        of = term.args[0] if head.name == DIRECTION and isinstance(term, Op) and term.name == "gradient" else term
        if stands_for_itself(of, letter):
            raise Outside("an extreme over parameters that stand for themselves")
        if head.name == ANY:
            return term, t
        if any(isinstance(x, Op | Bind) and x.name in CORNERS for x in walk_terms(term)):
            raise Outside("an extreme over parameters of what has corners")
        return op("direction", term), t

    def is_of_states(self, row: Row) -> bool:
        r"""Whether a function is applied to what a policy acts in: ``\sigma(s)`` beside ``\pi(a|s)`` is a spread, no sigmoid."""
        return len(row) == 1 and row[0].kind == "atom" and self.sort_under_policy(row[0]) == STATE_SORT

    def restored(self, under: Row, content: Row, given: Row, env: Env) -> tuple[Row, Row]:
        """What an expectation is over and what is given, with what a text leaves out."""
        return under, given

    def averaged(self, under: Row, content: Row, given: Row, body: object, env: Env) -> Typed:
        """E_under[content | given]."""
        draws, policy = self.drawn(under, content, given, env)
        if not draws and (policy is not None or not under):
            made = self.one_step(policy, content, given, env)
            if made is not None:
                return made
        if policy is not None and not draws:
            raise Outside("an expectation over a process")
        if draws:
            if given and not all(self.is_held(p, draws) for p in stacked(given)):
                raise Outside("a condition in an expectation over a stated law")
            return self.over_laws(draws, content, env)
        if under:
            raise Outside("an expectation whose law is not stated")
        return self.over_outcomes(content, given, env)

    def is_held(self, part: Row, draws: list[tuple[Item, Row]]) -> bool:
        """Whether a condition names a state or an action alone that an expectation over next states and actions does not draw."""
        steps = all(kinds(x.name).keys() & {"state", "action"} for x, _ in draws)
        named = len(part) == 1 and part[0].kind == "atom" and bool(kinds(part[0].name).keys() & {"state", "action"})
        return steps and named and all(letter_key(x) != letter_key(part[0]) for x, _ in draws)


__all__ = ["Special", "joined"]
