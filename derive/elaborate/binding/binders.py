"""Sums, products, extremes, limits, gradients and derivatives: what they bind and how far they reach."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, free_variables, op
from derive.core.types import ACTION, NAT, REAL, STATE, Hole, Type, element, hole
from derive.elaborate.binding.differentials import Differentials
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key, mentions
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import PAIRED, next_term_end, occurs_free, several_between
from derive.elaborate.reading.typed_arithmetic import COMPARED
from derive.glossary.marks import INFINITY, INTEGRATED, SORTS, STATE_VALUES, VALUE_NAMES
from derive.syntax.flat import Item, Row, inner_rows, is_mark, stacked
from derive.syntax.flat import walk as items_of

#: What a polynomial is made with.
ARITHMETIC = frozenset(("add", "mul", "neg", "div", "power", "coerce"))
EXTREMES = {"max": "max", "min": "min", "sup": "max", "inf": "min", "argmax": "argmax", "argmin": "argmin"}


class Binders(Differentials):
    """Operators with a body."""

    def big(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if item.name in ("max", "min") and not item.subs and following is not None and following.kind == "group":
            if len(following.rows) > 1 and all(s == "," for s in following.seps):
                parts = [self.real(self.expression(r, env)) for r in following.rows]
                name = "maximum" if item.name == "max" else "minimum"
                return self.raised((op(name, *parts), REAL), following.sups, (), env), at + 2
            return self.extreme_over_actions(row, at, env)
        if item.name in ("sum", "prod"):
            return self.series(row, at, env)
        if item.name in EXTREMES:
            return self.extreme(row, at, env)
        if item.name == "lim":
            return self.limit(row, at, env)
        if item.name == "int":
            return self.integral(row, at, env)
        raise Outside(item.name)

    def body(self, row: Row, at: int, env: Env, letters: list[Item]) -> tuple[Typed, int]:
        """The body of an operator: a product, and further terms while a bound letter occurs in them."""
        total: Typed | None = None
        while True:
            sign = 1
            while at < len(row) and is_mark(row[at], "+", "-"):
                sign = -sign if row[at].name == "-" else sign
                at += 1
            term, at = self.product(row, at, env)
            if sign < 0:
                term = (op("neg", self.numeric(term)[0]), self.numeric(term)[1])
            total = term if total is None else self.plus(total, term)
            end = next_term_end(row, at)
            while at < len(row) and is_mark(row[at], "+", "-"):
                end = next_term_end(row, at)
                rest = row[at:end]
                if any(occurs_free(rest, letter_key(letter)) for letter in letters):
                    break
                return total, at
            else:
                return total, at

    # --- sums and products ---------------------------------------------------------------------

    def series(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        if len(item.sups) > 1 or len(item.subs) > 1:
            raise Outside("an operator with several ranges")
        conditions: list[Row] = []
        pair: list[tuple[Item, Row, Row]] = []
        letters: list[tuple[Item, Row | None]] = []  # a letter and where its range starts
        sort_of: dict[int, Type] = {}
        under = item.subs[0] if item.subs else self.left_out(row, at, env)
        upper = item.sups[0] if item.sups else None
        between = several_between(under)
        pair += between
        ordered = False  # whether two running letters come one after the other: they are whole numbers
        for part in () if between else stacked(under):
            terms, rels = split_relations(part)
            if not rels:
                if len(part) == 1 and part[0].kind == "atom":
                    letters.append((part[0], None))
                elif all(i.kind == "atom" for i in part):
                    letters += [(i, None) for i in part]
                else:
                    raise Outside("an index that is no letter")
            elif rels == ["="] and len(terms[0]) == 1 and terms[0][0].kind == "atom":
                letters.append((terms[0][0], terms[1]))
            elif rels == [r"\in"] and len(terms[0]) == 1:
                sort_of[len(letters)] = self.named_set(terms[1], terms[0][0])
                letters.append((terms[0][0], None))
            elif all(r in COMPARED for r in rels) and len(terms[0]) == 1 and terms[0][0].kind == "atom" and len(rels) == 1:
                if all(letter_key(terms[0][0]) != letter_key(x) for x, _ in letters):
                    letters.append((terms[0][0], None))
                other = terms[1][0] if len(terms[1]) == 1 and terms[1][0].kind == "atom" else None
                if (
                    other is not None
                    and rels[0] in PAIRED
                    and self.runs_too(other, row, at, env, [x for x, _ in letters], terms[0][0])
                ):
                    letters.append((other, None))
                    ordered = rels[0] != r"\ne"
                conditions.append(part)
            elif (
                all(r in COMPARED for r in rels)
                and len(rels) == 3
                and all(len(t) == 1 and t[0].kind == "atom" for t in terms[1:3])
            ):
                # 1 ≤ i < j ≤ n: both run
                pair += [(terms[1][0], terms[0], terms[3]), (terms[2][0], terms[0], terms[3])]
                conditions.append((*terms[1], Item("mark", rels[1]), *terms[2]))
            elif all(r in COMPARED for r in rels):
                if len(rels) > 2:
                    raise Outside("a range that is not read")
                if len(rels) == 2 and len(terms[1]) == 1 and terms[1][0].kind == "atom":
                    letters.append((terms[1][0], None))
                conditions.append(part)
            else:
                raise Outside("a range that is not read")
        inner = env
        made: list[Var] = []
        bounds: list[tuple[Core, Core] | None] = []
        for index, (letter, start) in enumerate(letters):
            if start is not None or upper is not None:
                if upper is None or start is None and len(letters) > 1:
                    raise Outside("a range without its end")
                low = self.whole(start, env) if start is not None else ONE
                if self.facts.process and upper and "time" in kinds(upper[0].name) and isinstance(low, Num) and low.value <= 1:
                    if self.k.clock.setdefault("first", str(low.value)) != str(low.value):
                        raise Outside("times that start at two numbers")
                high = self.upper_bound(upper, env)
                variable = self.k.variable(NAT, self.spelled(letter))
                self.k.ranges[variable.number] = (low, high.args[0] if isinstance(high, Op) and high.name == "coerce" else high)
                bounds.append((low, high))
            else:
                t: Type = (
                    element(sort_of[index])
                    if index in sort_of
                    else NAT
                    if ordered
                    else self.values_of(letter, row[at + 1 :], env)
                )
                variable = self.k.variable(t, self.spelled(letter))
                self.k.letters[variable.number] = letter.name
                self.k.ordered |= {variable.number} if ordered else set()
                bounds.append(None)
            made.append(variable)
            inner = inner.bind(letter_key(letter), *self.standing_for(variable))
        for letter, start, stop in pair:
            variable = self.k.variable(NAT, self.spelled(letter))
            low, high = self.whole(start, env), self.upper_bound(stop, env)
            self.k.ranges[variable.number] = (low, high.args[0] if isinstance(high, Op) and high.name == "coerce" else high)
            letters.append((letter, start))
            bounds.append((low, high))
            made.append(variable)
            inner = inner.bind(letter_key(letter), variable, variable.type)
        if not letters:
            raise Outside("a sum without an index that is read")
        where = [self.relation(c, inner) for c in conditions]
        body, end = (self.body if item.name == "sum" else self.factors)(row, at + 1, inner, [x for x, _ in letters])
        term, t = self.numeric(body)
        for i in range(len(made) - 1, -1, -1):
            own = tuple(where) if i == len(made) - 1 else ()
            bound = bounds[i]
            if bound is None:
                self.k.unranged.append(made[i])
                term = Bind(item.name, (made[i],), term, (), own)
            else:
                term = Bind(item.name, (made[i],), term, bound, own)
        return (term, REAL if t.name in ("Nat",) else t), end

    def left_out(self, row: Row, at: int, env: Env) -> Row:
        r"""The index of ``\sum P_{ss'}^av(s')``: the one state or action behind it that stands nowhere else.

        Raises: Outside where there is none, or more than one.
        """
        behind = list(items_of(row[at + 1 :]))
        inner = min((i.start for i in behind if i.kind == "big" and not i.subs), default=row[-1].end + 1)
        own = {
            letter_key(i): i
            for i in behind
            if i.kind == "atom" and i.start < inner and kinds(i.name).keys() & {"state", "action"}
        }
        places = {i.start for i in behind}
        elsewhere = {letter_key(i) for r in self.all_rows for i in items_of(r) if i.kind == "atom" and i.start not in places}
        found = [i for key, i in own.items() if key not in env.bound and key not in elsewhere and occurs_free(row[at + 1 :], key)]
        if len(found) != 1 or row[at].sups:
            raise Outside("a sum without an index")
        return (replace(found[0], sups=(), start=row[at].start, end=row[at].end),)

    def values_of(self, letter: Item, body: Row, env: Env) -> Type:
        """The type of a letter that runs: a state or an action where values and policies have it in that place."""
        for part in inner_rows(body):
            for head, group in pairwise(part):
                takes = 1 if head.name in STATE_VALUES else 2
                if head.kind != "atom" or head.name not in VALUE_NAMES or head.accents or not (head.subs or head.sups):
                    continue
                if group.kind == "group" and len(group.rows) == takes and set(group.seps) <= {","}:
                    places = [n for n, r in enumerate(group.rows) if len(r) == 1 and r[0].key == letter.key]
                    if places and self.facts.speaks_of_values:
                        return (STATE, ACTION)[places[0]]
        return hole()

    def standing_for(self, variable: Var) -> Typed:
        """What a letter that runs stands for: itself, or the number that a value is."""
        return variable, variable.type

    def runs_too(self, letter: Item, row: Row, at: int, env: Env, known: list[Item], first: Item) -> bool:
        """Whether the other letter of ``i<j`` or ``i\\ne j`` is bound here as well: it stands in the body, and nothing outside knows it."""
        key = letter_key(letter)
        if (
            key in env.bound
            or key in {letter_key(x) for x in known}
            or key in self.k.free
            or not kinds(letter.name).keys() & {"index"}
        ):
            return False
        spoken = mentions([row[at + 1 :]], key) or not mentions([row[at + 1 :]], letter_key(first))
        return spoken and not any(occurs_free(r, key) for r in self.all_rows)

    def factors(self, row: Row, at: int, env: Env, letters: list[Item]) -> tuple[Typed, int]:
        """The body of a product: factors as long as they speak of a bound letter."""
        total, end = self.factor(row, at, env)
        while end < len(row):
            start = end + is_mark(row[end], "*", "x")
            if start >= len(row) or not self.juxtaposed(row[start]) or row[start].kind == "big":
                break
            more, after = self.factor(row, start, env)
            if not any(mentions([row[start:after]], letter_key(x)) for x in letters):
                break
            total, end = self.times(total, more, start > end), after
        return total, end

    def upper_bound(self, upper: Row, env: Env) -> Core:
        if len(upper) == 1 and upper[0].name in INFINITY:
            return op("infinity")
        if (
            self.facts.process
            and "time" in kinds(upper[0].name)
            and upper[0].name.isupper()
            and all(i.kind in ("atom", "number") or is_mark(i, "-") for i in upper)
        ):
            gone = next((n for n in range(2, len(upper)) if is_mark(upper[n - 1], "-") and upper[n].kind == "atom"), None)
            if gone is not None:  # T − t: so many steps before the end
                rest = (*upper[: gone - 1], *upper[gone + 1 :])
                return op("add", self.upper_bound(rest, env), op("neg", self.whole((upper[gone],), env)))
            self.k.ends.add(len(upper))
            if len(self.k.ends) > 1 or len(upper) not in (1, 3) or len(upper) == 3 and upper[2].name != "1":
                raise Outside("episodes that end at two times")
            return op("last_step")
        return self.whole(upper, env)

    def is_set_of_state(self, row: Row) -> bool:
        r"""``\mathcal{A}(s)``: the actions of a state."""
        return (
            len(row) == 2 and row[0].kind == "atom" and SORTS.get(row[0].name) == "Action" and row[1].kind == "group"
            and len(row[1].rows) == 1 and len(row[1].rows[0]) == 1 and "state" in kinds(row[1].rows[0][0].name)
        )  # fmt: skip

    def is_set(self, row: Row) -> bool:
        r"""Whether a plain letter is that of the states or of the actions: ``|A|`` where A stands so, and behind ∈, alone, beside an action or a policy."""
        if len(row) != 1 or row[0].kind != "atom" or row[0].name not in SORTS or row[0].subs or row[0].sups:
            return False
        said = sized = 0
        for part in (p for r in self.every_row for p in inner_rows(r)):
            for at, item in enumerate(part):
                said += item.kind == "atom" and item.name == row[0].name
                sized += item.key == row[0].key and at > 0 and is_mark(part[at - 1], r"\in")
                sized += item.kind == "group" and item.name == "abs" and [i.key for r in item.rows for i in r] == [row[0].key]
        kind = SORTS[row[0].name].lower()
        letters = [i for r in self.every_row for i in items_of(r) if i.kind == "atom" and i.name != row[0].name]
        return said == sized and any(kind in kinds(i.name) or kinds(i.name).get("policy") == 0 for i in letters)

    def named_set(self, row: Row, of: Item | None = None) -> Type:
        """The sort of a set: one of the process's, that of the letter ``of`` which runs through it, or one of its own."""
        if self.is_set_of_state(row):
            row = row[:1]
        may = kinds(of.name) if of is not None else {}
        if len(row) == 1 and row[0].name not in SORTS and self.facts.speaks_of_values and ("state" in may) != ("action" in may):
            return Type("State" if "state" in may else "Action")
        if len(row) == 1 and row[0].kind == "atom":
            name = row[0].name
            completed = name in SORTS and not row[0].subs and [i.name for s in row[0].sups for i in s] == ["+"]
            if (row[0].subs or row[0].sups) and not completed:
                raise Outside("a set that is not read")
            if name in SORTS:
                return Type(SORTS[name])
            return self.k.named_sorts.setdefault(letter_key(row[0]), Type(f"Set{len(self.k.named_sorts)}"))
        raise Outside("a set that is not named")

    # --- limits, integrals -----------------------------------------------------------

    def extreme_over_actions(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def extreme(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def limit(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        terms, rels = split_relations(item.subs[0] if item.subs else ())
        if rels != [r"\to"] or len(terms[0]) != 1:
            raise Outside("a limit of what is no letter")
        letter, point = terms[0][0], terms[1]
        if point and point[-1].name in INFINITY and len(point) == 1 + is_mark(point[0], "+", "-"):
            return self.limit_at_infinity(row, at, letter, -1 if is_mark(point[0], "-") else 1, env)
        if any(i.name in INFINITY for i in point) or point and is_mark(point[-1], "+", "-"):
            raise Outside("a limit from one side")
        variable = self.k.variable(REAL, self.spelled(letter))
        where = self.real(self.expression(point, env))
        body, end = self.body(row, at + 1, env.bind(letter_key(letter), variable, REAL), [letter])
        return (Bind("limit", (variable,), self.real(body), (where,)), REAL), end

    def limit_at_infinity(self, row: Row, at: int, letter: Item, sign: int, env: Env) -> tuple[Typed, int]:
        """The limit as a letter grows without bound; a sum up to it is then a series."""
        variable = self.k.variable(hole(), self.spelled(letter))
        body, end = self.body(row, at + 1, env.bind(letter_key(letter), variable, variable.type), [letter])
        term = self.real(body)
        if isinstance(term, Bind) and term.name in ("sum", "prod") and len(term.args) == 2 and sign > 0:
            last = term.args[1].args[0] if isinstance(term.args[1], Op) and term.args[1].name == "coerce" else term.args[1]
            if last == variable and variable not in free_variables(term.body) | free_variables(term.args[0]):
                return (replace(term, args=(term.args[0], op("infinity"))), REAL), end
        if not isinstance(self.k.binding.solve(variable.type), Hole):
            raise Outside("a limit at infinity of what is counted")
        self.unify(variable.type, REAL)
        return (Bind("at_infinity", (variable,), term, info=(sign,)), REAL), end

    def integral(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        depth_end = None
        for i in range(at + 1, len(row) - 1):
            if row[i].kind == "atom" and row[i].name in INTEGRATED and not row[i].subs and row[i + 1].kind == "atom":
                depth_end = i
                break
        if (
            depth_end is None
            and not item.sups
            and len(item.subs) == 1
            and len(item.subs[0]) == 1
            and item.subs[0][0].kind == "atom"
        ):
            return self.integral_over(row, at, item.subs[0][0], env)
        if depth_end is None or bool(item.sups) and not item.subs:
            raise Outside("an integral without its bounds")
        letter = row[depth_end + 1]
        if not item.sups:
            return self.whole_integral(row, at, depth_end, env)
        low, high = self.real(self.bound_of_integral(item.subs[0], env)), self.real(self.bound_of_integral(item.sups[0], env))
        variable = self.k.variable(REAL, self.spelled(letter))
        inner = env.bind(letter_key(replace(letter, sups=())), variable, REAL)
        content = row[at + 1 : depth_end]
        term = self.real(self.expression(content, inner)) if content else ONE
        return (Bind("integral", (variable,), term, (low, high)), REAL), depth_end + 2

    def integral_over(self, row: Row, at: int, letter: Item, env: Env) -> tuple[Typed, int]:
        r"""``\int_xp(x)f(x)``, with nothing behind it: over the outcomes of a distribution that stands in it."""
        variable = self.k.variable(self.values_of(letter, row[at + 1 :], env), self.spelled(letter))
        body, end = self.body(row, at + 1, env.bind(letter_key(letter), variable, variable.type), [letter])
        solved = self.k.binding.solve(variable.type)
        if isinstance(solved, Hole) or solved.name != "Elem":
            raise Outside("an integral without its bounds")
        term, t = self.numeric(body)
        return (Bind("sum", (variable,), term), t), end

    def whole_integral(self, row: Row, at: int, d: int, env: Env) -> tuple[Typed, int]:
        """An integral over everything: a sum over the outcomes of a distribution that stands in it, or over the line."""
        letter = row[d + 1]
        variable = self.k.variable(hole(), self.spelled(letter))
        inner = env.bind(letter_key(replace(letter, sups=())), variable, variable.type)
        term, t = self.numeric(self.expression(row[at + 1 : d], inner)) if d > at + 1 else (ONE, REAL)
        solved = self.k.binding.solve(variable.type)
        if solved.name == "Elem" and not isinstance(solved, Hole):
            return (Bind("sum", (variable,), term), t), d + 2
        if row[at].subs or not isinstance(solved, Hole) or any(occurs_free(r, letter_key(letter)) for r in self.all_rows):
            raise Outside("an integral without its bounds")
        self.unify(solved, REAL)
        return (Bind("integral", (variable,), self.real((term, t)), (op("neg", op("infinity")), op("infinity"))), REAL), d + 2

    def bound_of_integral(self, row: Row, env: Env) -> Typed:
        if row and row[-1].name in INFINITY and len(row) == 1 + is_mark(row[0], "+", "-"):
            return (op("neg", op("infinity")) if is_mark(row[0], "-") else op("infinity")), REAL
        return self.expression(row, env)
