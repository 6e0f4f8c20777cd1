"""Sums, products, extremes, limits, gradients and derivatives: what they bind and how far they reach."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, free_variables, num, op, rebuild, walk
from derive.core.types import NAT, REAL, Hole, Type, element, hole, matrix, vector
from derive.elaborate.expressions import COMPARED, split_relations, strip_commas
from derive.elaborate.facts import is_member, stem
from derive.elaborate.heads import Heads, is_d
from derive.elaborate.scope import Env, Outside, Typed, kinds, letter_key, mentions
from derive.elaborate.search import Misread, Option
from derive.glossary.functions import EXPECTATIONS, FUNCTIONS
from derive.glossary.marks import ADVANTAGES, BOLD, INFINITY, INTEGRATED, SORTS, TRANSPOSES
from derive.syntax.flat import Item, Row, is_mark, row_key, stacked
from derive.syntax.flat import walk as items_of

#: What a polynomial is made with.
ARITHMETIC = frozenset(("add", "mul", "neg", "div", "power", "coerce"))
#: Relations that two running letters may have below a sum.
PAIRED = frozenset(("<", ">", r"\ne"))
EXTREMES = {"max": "max", "min": "min", "sup": "max", "inf": "min", "argmax": "argmax", "argmin": "argmin"}


class Binders(Heads):
    """Operators with a body."""

    #: What is given not to move.
    still: frozenset[Hashable] = frozenset()

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
        under = item.subs[0] if item.subs else ()
        if not under:
            raise Outside("a sum without an index")
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
                sort_of[len(letters)] = self.named_set(terms[1])
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

    def values_of(self, letter: Item, body: Row, env: Env) -> Type:
        """The type of a letter that runs: the values of a random variable, where ``X=x`` stands in the body."""
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

    def named_set(self, row: Row) -> Type:
        """The sort of a set: one of the process's, or one of its own."""
        if self.is_set_of_state(row):
            row = row[:1]
        if len(row) == 1 and row[0].kind == "atom":
            name = row[0].name
            completed = name in SORTS and not row[0].subs and [i.name for s in row[0].sups for i in s] == ["+"]
            if (row[0].subs or row[0].sups) and not completed:
                raise Outside("a set that is not read")
            if name in SORTS:
                return Type(SORTS[name])
            return self.k.named_sorts.setdefault(letter_key(row[0]), Type(f"Set{len(self.k.named_sorts)}"))
        raise Outside("a set that is not named")

    # --- extremes, limits, integrals -----------------------------------------------------------

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
        if len(own) != 1 or len(group.rows) != 1:
            raise Outside(f"{item.name} without a range")
        (term, t), _ = self.extreme((replace(item, subs=(tuple(own),)), replace(group, sups=())), 0, env)
        return self.raised((term, t), group.sups, (), env), at + 2

    def extreme(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        if not item.subs or item.sups:
            raise Outside(f"{item.name} without a range")
        letters: list[tuple[Item, Type | None]] = []
        for part in stacked(item.subs[0]):
            terms, rels = split_relations(part)
            if len(terms[0]) != 1 or terms[0][0].kind != "atom" or rels not in ([], [r"\in"]):
                raise Outside("a range that is not read")
            if terms[0][0].name.isupper() and not rels:
                raise Outside("an extreme over sets")
            letters.append((terms[0][0], element(self.named_set(terms[1])) if rels else None))
        inner, made = env, []
        for letter, t in letters:
            free = self.vector_of_extreme(letter) if t is None and len(letters) == 1 else None
            variable = self.k.variable(t if t is not None else free or hole(), self.spelled(letter))
            self.k.letters[variable.number] = letter.name
            made.append(variable)
            inner = inner.bind(letter_key(letter), variable, variable.type)
        body, end = self.body(row, at + 1, inner, [x for x, _ in letters])
        term = self.real(body)
        if len(made) == 1 and self.k.binding.solve(made[0].type).name == "Vector":
            name = EXTREMES[item.name]
            return (Bind(name, (made[0],), term), made[0].type if name.startswith("arg") else REAL), end
        if len(made) == 1 and letters[0][1] is None and self.is_number(term, made[0]):
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
            and not any(isinstance(t, Op) and t.name not in ARITHMETIC for t in walk(term))
        )

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

    # --- derivatives ---------------------------------------------------------------------------

    def fraction(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        top, below = item.rows
        head = top[0] if top else None
        if head is not None and is_d(head) and len(below) >= 2 and is_d(below[0]):
            return self.derivative(row, at, env)
        made = self.quotient(self.expression(top, env), self.expression(below, env))
        return self.raised(made, item.sups, item.subs, env), at + 1

    def derivative(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        top, below = item.rows
        wrt: list[tuple[Item, int]] = []
        i = 0
        while i < len(below):
            if not is_d(below[i]) or i + 1 >= len(below) or below[i + 1].kind != "atom":
                raise Outside("a derivative with respect to what is no letter")
            letter = below[i + 1]
            times = 1
            if letter.sups and len(letter.sups[-1]) == 1 and letter.sups[-1][0].kind == "number":
                times = int(letter.sups[-1][0].value or 1)
                letter = replace(letter, sups=letter.sups[:-1])
            wrt.append((letter, times))
            i += 2
        rest = top[1:]
        given = [
            n
            for n, d in enumerate(self.k.definitions)
            if len(d.args) == 1 and not d.holes and any(letter_key(d.head) == letter_key(x) for x, _ in wrt)
        ]
        self.k.used |= set(given)
        outer, env = env, replace(env, unfolding=(*env.unfolding, *given))
        following = row[at + 1] if at + 1 < len(row) else None
        if len(rest) == 1 and following is not None and self.of_function(rest[0], following, wrt):
            body, end = self.head((rest[0], following), 0, env)[0], at + 2
        elif rest:
            self.differentiates, before = frozenset(letter_key(x) for x, _ in wrt), self.differentiates
            try:
                body, end = self.expression(rest, env), at + 1
            finally:
                self.differentiates = before
        else:
            body, end = None, at + 1
        variables = [(self.differentiated(letter, env), times) for letter, times in wrt]
        if body is None:
            bar = next((i for i in range(at + 1, len(row)) if row[i].kind == "bar" and row[i].subs), len(row))
            body, end = self.with_argument(variables[0][0][0], lambda: self.product(row[:bar], at + 1, env))
        elif self.k.binding.solve(body[1]).name == "Function":
            self.elided_argument = (variables[0][0][0], variables[0][0][1])
            body = self.numeric(body)
            self.elided_argument = None
        term, t = self.numeric(body)
        if not (
            self.premising
            or isinstance(term, Num)
            or any(self.moves(term, v) or v == op("discount") for (v, _, _), _ in variables)
        ):
            raise Outside("a derivative of what nothing says to move")
        if (
            isinstance(term, Var)
            and not any(term == v for (v, _, _), _ in variables)
            or isinstance(term, Op)
            and term.name == "coerce"
            and term.args[0] not in [v for (v, _, _), _ in variables]
        ):
            raise Outside("a derivative of a name that nothing says to move")
        for (variable, kind, index), times in variables:
            for _ in range(times):
                if index is not None:
                    term = op("partial", term, variable, index)
                elif kind.name in ("Vector",):
                    raise Misread("a derivative by a vector written as a quotient")
                else:
                    term = op("derivative", term, variable)
        for n in given:
            definition = self.k.definitions[n]
            point = self.real(self.expression(definition.body, replace(outer, unfolding=(*outer.unfolding, n))))
            here = next(
                v
                for (v, _, _), (x, _) in zip([x for x, _ in variables], wrt, strict=True)
                if letter_key(x) == letter_key(definition.head)
            )
            term = op("at", term, here, point)
        return self.raised((term, t), item.sups, (), env), end

    def of_function(self, name: Item, group: Item, wrt: list[tuple[Item, int]]) -> bool:
        r"""Whether ``\frac{\partial f}{\partial x}(x,y)`` stands here: f differentiated in arguments that are its letters."""
        return (
            name.kind == "atom" and group.kind == "group" and group.name == "()" and stem(name) in self.facts.applied
            and all(any(len(r) == 1 and r[0].key == x.key for r in group.rows) for x, _ in wrt)
        )  # fmt: skip

    def with_argument(self, variable: Core, run: object) -> tuple[Typed, int]:
        self.elided_argument = (variable, REAL)
        try:
            return run()  # type: ignore[operator]
        finally:
            self.elided_argument = None

    def differentiated(self, letter: Item, env: Env) -> tuple[Core, Type, Core | None]:
        """What is differentiated by: a variable, or a component of a parameter."""
        found = env.bound.get(letter_key(letter))
        if found is not None:
            return found[0], REAL, None
        part = self.component(letter, env)
        if part is not None:
            return part[0], REAL, part[1]
        if stem(letter) in self.facts.partials and (is_member(letter) or stem(letter) in self.facts.indexed):
            (which,) = self.index_terms(letter.subs[0], env)
            made = self.coordinate(letter, which)
            assert isinstance(made, Op)
            return made.args[0], REAL, which
        if letter.subs and stem(letter) in self.facts.indexed:
            raise Outside("a derivative by a member of a sequence")
        if letter.subs and "parameter" in kinds(letter.name):
            index = self.index_terms(letter.subs[0], env)
            base = replace(letter, subs=())
            if len(index) == 1 and stem(base) in self.facts.bare | self.facts.applied.keys():
                known = self.k.free.get(letter_key(base))
                vec = known if known is not None else self.typed_letter(base, vector(hole()))[0]
                return vec, REAL, index[0]
        term, t = self.letter(letter, env)
        if not isinstance(term, Var) and not (isinstance(term, type(op("discount"))) and getattr(term, "name", "") == "discount"):
            raise Outside("a derivative by what is no letter")
        t = self.k.binding.solve(t)
        if t.name in ("Matrix", "Vector"):
            raise Misread("a derivative by a vector")
        if not isinstance(t, Hole) and t.name != "Real":
            raise Misread(f"a derivative by {t}")
        self.unify(t, REAL)
        return term, REAL, None

    def gradient(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        order = 1
        for sup in item.sups:
            if len(sup) == 1 and sup[0].kind == "number" and sup[0].value == 2:
                order = 2
            else:
                raise Outside("a power of a gradient")
        following = row[at + 1] if at + 1 < len(row) else None
        if following is None:
            raise Outside("a gradient of nothing")
        if item.subs:
            sub = item.subs[0]
            if len(sub) != 1 or sub[0].kind != "atom":
                raise Outside("a gradient by what is no letter")
            variable, t = self.gradient_variable(sub[0], env)
        else:
            variable, t = self.elided_gradient(row, at, env)
        row, flipped = without_transpose(row, at + 1)
        if item.subs and isinstance(variable, Var) and self.at_other_point(row, at, item.subs[0][0]):
            if not self.moves(self.factor(row, at + 1, env)[0][0], variable):
                return self.gradient_at(row, at, variable, t, order, flipped, env)
        # a bar behind it evaluates the gradient: a gradient of what is evaluated already would be none
        bar = next((i for i in range(at + 1, len(row)) if row[i].kind == "bar" and row[i].subs), len(row))
        body, end = self.reach(row[:bar], at + 1, env, variable)
        term, s = self.numeric(body)
        if not self.moves(term, variable) and variable in free_variables(term):
            raise Misread("a gradient of what is held fixed")
        if (
            not self.moves(term, variable)
            and not isinstance(term, Num)
            and not self.premising
            and not self.stands_still(term)
            and not is_of_process(term)
            and row_key(row[at + 1 : end]) not in self.still
            and not self.made_to_move(term, variable)
        ):
            raise Outside(NOT_MOVED)
        for _ in range(order):
            term = op("gradient", term, variable)
            if t.name in ("Vector",):
                if s.name in ("Real", "Nat"):
                    s = vector(t.args[0])
                elif s.name == "Vector":
                    s = matrix(s.args[0], t.args[0])
                else:
                    raise Misread("a gradient of a matrix")
        return (self.power((term, s), flipped, env) if flipped else (term, s)), end

    def made_to_move(self, term: Core, variable: Core) -> bool:
        """Whether a gradient of unknown functions of outcomes stands here: then they move with the parameters, wherever they stand."""
        heads = [t.args[0] for t in walk(term) if isinstance(t, Op) and t.name == "call"]
        found = {h for h in heads if isinstance(h, Var) and h in self.k.free.values()}
        others = {v for v in free_variables(term) - found if self.k.binding.solve(v.type).name not in ("Elem", "?")}
        if not found or len(found) < len(set(heads)) or others or not isinstance(variable, Var):
            return False
        self.k.moving.update({h.number: variable for h in found})
        return True

    def at_other_point(self, row: Row, at: int, letter: Item) -> bool:
        r"""Whether ``\nabla_\theta f(\theta_0)`` stands here: the gradient of f, at another point than its letter."""
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        return (
            head.kind == "atom" and group is not None and group.kind == "group" and group.name == "()" and len(group.rows) == 1
            and not mentions([group.rows[0]], letter_key(letter))
            and any(i.kind == "atom" and (i.name == letter.name or "parameter" in kinds(i.name)) for i in group.rows[0])
        )  # fmt: skip

    def gradient_at(self, row: Row, at: int, variable: Var, t: Type, order: int, flipped: Row, env: Env) -> tuple[Typed, int]:
        point, s = self.numeric(self.expression(row[at + 2].rows[0], env))
        if t.name == "Vector" or s.name == "Vector":
            self.unify(t, s)
        there = replace(row[at + 2], rows=((row[at].subs[0][0],),))
        plain = (*row[: at + 2], there, *row[at + 3 :])
        if flipped:
            plain = (*row[: at + 2], replace(there, sups=(*there.sups, flipped)), *row[at + 3 :])
        (term, s), end = self.gradient(plain, at, env)
        return (op("at", term, variable, point), s), end

    def gradient_variable(self, letter: Item, env: Env) -> Typed:
        found = env.bound.get(letter_key(letter))
        if found is not None and isinstance(found[0], Var) and self.k.binding.solve(found[1]).name in ("Vector", "Real"):
            return found[0], self.k.binding.solve(found[1])
        if found is not None:
            raise Outside("a gradient by a bound letter")
        for font in BOLD:
            bold = replace(letter, name=font + letter.name)
            if stem(bold) in self.facts.whole and stem(letter) not in self.facts.bare:
                letter = bold  # the same letter, set bold where it is a vector
        term, t = self.letter(letter, env)
        if not isinstance(term, Var):
            raise Outside("a gradient by what is no letter")
        t = self.k.binding.solve(t)
        if isinstance(t, Hole):
            self.unify(t, vector(hole()) if "parameter" in kinds(letter.name) or self.facts.tensorial else REAL)
        t = self.k.binding.solve(t)
        if t.name not in ("Vector", "Real"):
            raise Misread(f"a gradient by {t}")
        return term, t

    def elided_gradient(self, row: Row, at: int, env: Env) -> Typed:
        """∇ without a letter: by the argument of f(x), by the one parameter of the claim, or by parameters that it does not name."""
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        if (
            head.kind == "atom"
            and group is not None
            and group.kind == "group"
            and len(group.rows) == 1
            and len(group.rows[0]) == 1
            and group.rows[0][0].kind == "atom"
        ):
            letter = group.rows[0][0]
            if "function" in kinds(head.name) or letter_key(letter) == (
                self.parameter_letter and letter_key(self.parameter_letter)
            ):
                return self.gradient_variable(letter, env)
        if self.parameter_letter is not None:
            return self.gradient_variable(self.parameter_letter, env)
        if self.implicit:
            made = self.implicit_parameter()
            return made, made.type
        raise Outside("a gradient without its variable")

    def reach(self, row: Row, at: int, env: Env, variable: Core) -> tuple[Typed, int]:
        """The body of ∇: an application, or a product of bare letters; more only where its right neighbour moves too."""
        first, end = self.factor(row, at, env)
        if end >= len(row) or not (is_mark(row[end], "*", "x") or self.juxtaposed(row[end])) or row[end].kind == "nabla":
            return first, end
        if is_mark(row[end], "*", "x") and end + 1 < len(row) and row[end + 1].kind == "nabla":
            return first, end
        simple = row[at].kind in ("atom", "number") and end == at + 1
        whole, far = self.product_until_gradient(row, at, env)
        if not self.moves(first[0], variable):
            return whole, far  # a constant in front of what is differentiated
        if self.k.binding.solve(first[1]).name == "Row":
            return whole, far  # there is no gradient of a row: of the number that it makes with what follows
        moving_rest = self.rest_moves(row, end, env, variable)
        if simple and moving_rest:
            return whole, far
        if not moving_rest:
            return first, end
        reach = self.k.oracle.choose(
            ("reach", row[at].start), (Option(0, "first", "∇ ends at an application"), Option(1.0, "all", "∇ takes the product"))
        )
        return (first, end) if reach == "first" else (whole, far)

    def juxtaposed(self, item: Item) -> bool:
        return item.kind in ("atom", "number", "group", "frac", "root", "big", "nabla")

    def product_until_gradient(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        stop = next((i for i in range(at, len(row)) if row[i].kind == "nabla"), len(row))
        return self.product(row[:stop], at, env)

    def rest_moves(self, row: Row, at: int, env: Env, variable: Core) -> bool:
        at += is_mark(row[at], "*", "x")
        if row[at].kind == "nabla":
            return False
        rest, _ = self.product_until_gradient(row, at, env)
        return self.moves(rest[0], variable)

    def stands_still(self, term: Core) -> bool:
        """Whether a term has estimates of an episode in it and, beside them, nothing but numbers and letters that stand for small ones."""
        found = free_variables(term)
        named = [(key, v.number) for key, v in self.k.free.items() if isinstance(key, tuple) and len(key) > 1]
        small = {n for key, n in named if "small" in kinds(str(key[0]))}
        estimates = {n for key, n in named if key[0] in ADVANTAGES and "hat" in key[1]}
        numbers = {v.number for v in found}
        return bool(numbers & estimates) and numbers <= estimates | small

    def moves(self, term: Core, variable: Core) -> bool:
        """Whether a term depends on a variable, by its own occurrence or a family's parameter."""
        return isinstance(variable, Var) and variable in free_variables(without_stopped(term))

    def evaluated_term(self, inner: Typed, where: Row, env: Env) -> Typed:
        """f |_{x=a}: evaluated at a point."""
        terms, rels = split_relations(strip_commas(where))
        if rels != ["="] or len(terms[0]) != 1:
            raise Outside("a point that is not read")
        letter = terms[0][0]
        variable = self.k.free.get(letter_key(letter))
        if variable is None:
            return inner
        point, t = self.numeric(self.expression(terms[1], env))
        if t.name == "Vector" or self.k.binding.solve(variable.type).name == "Vector":
            self.unify(variable.type, t)
        return op("at", inner[0], variable, point), inner[1]


#: Why a gradient of what has no parameter, or another one, is not read.
NOT_MOVED = "a gradient of what does not move"
#: What a process is made of, whatever the policy: nothing in it moves with parameters.
OF_PROCESS = frozenset(
    (
        "start_mass",
        "transition",
        "outcome",
        "reward",
        "reward_to",
        "reward_law",
        "reward_at",
        "state_at",
        "action_at",
        "return_from",
        "first_step",
    )
)
PLAIN = frozenset(("add", "mul", "neg", "div", "power", "log", "exp", "discount", "last_step"))


def is_of_process(term: Core) -> bool:
    """Whether a term is made of the process alone: its gradient is zero."""
    parts = walk(term)
    plain = all(isinstance(t, Num) or isinstance(t, Bind) and t.name in ("sum", "prod") or isinstance(t, Op) and t.name in OF_PROCESS | PLAIN
                or isinstance(t, Var) and t.type.name in ("Elem", "Nat") and not t.random for t in parts)  # fmt: skip
    return plain and any(isinstance(t, Op) and t.name in OF_PROCESS for t in parts)


def without_stopped(term: Core) -> Core:
    """A term with what is held fixed left out."""
    if isinstance(term, Op) and term.name == "stop":
        return ONE
    return rebuild(term, without_stopped)


def without_transpose(row: Row, at: int) -> tuple[Row, Row]:
    r"""``\nabla f(x)^\top`` is the gradient transposed: the row without the mark behind the application, and the mark."""
    while at < len(row) and row[at].kind == "atom" and row[at].said in FUNCTIONS:
        at += 1
    place = at + 1 if at + 1 < len(row) and row[at].kind == "atom" and row[at + 1].kind == "group" else at
    if place >= len(row) or row[place].kind not in ("group", "atom") or not row[place].sups:
        return row, ()
    last = row[place].sups[-1]
    if place == at and (row[at].kind == "atom" and not row[at].name.isupper() or row[at].kind == "group"):
        return row, ()
    if len(last) != 1 or last[0].name not in TRANSPOSES or last[0].kind != "atom":
        return row, ()
    return (*row[:place], replace(row[place], sups=row[place].sups[:-1]), *row[place + 1 :]), last


def next_term_end(row: Row, at: int) -> int:
    """Where the term that starts with a sign ends."""
    i = at
    while i < len(row) and is_mark(row[i], "+", "-"):
        i += 1
    while i < len(row) and not is_mark(row[i], "+", "-"):
        i += 1
    return i


def occurs_free(row: Row, key: Hashable) -> bool:
    """Whether a letter stands in a row outside of the reach of an operator that binds it; what follows an operator is in its reach."""
    for item in row:
        if item.kind == "big" or item.kind == "atom" and item.name in EXPECTATIONS:
            if any(binds(sub, key) for sub in item.subs):
                return any(occurs_free(s, key) for s in item.sups)
        if item.kind == "atom" and letter_key(item) == key:
            return True
        if any(occurs_free(r, key) for r in (*item.rows, *item.subs, *item.sups)):
            return True
    return False


def binds(under: Row, key: Hashable) -> bool:
    """Whether a letter is one that runs below an operator: the first of a range, or one of a pair."""
    for part in stacked(under):
        terms, rels = split_relations(part)
        running = terms if any(r in PAIRED for r in rels) or not rels else terms[:1] if len(rels) == 1 else terms[1:-1]
        if any(mentions([t], key) for t in running):
            return True
    return any(letter_key(letter) == key for letter, *_ in several_between(under))


def several_between(under: Row) -> list[tuple[Item, Row, Row]]:
    r"""The letters of ``1\le i,j\le n``, each with the ends of its range."""
    terms, rels = split_relations(under)
    if len(rels) != 2 or any(r != r"\le" for r in rels) or not any(is_mark(i, ",") for i in terms[1]):
        return []
    letters = stacked(terms[1])
    return [(x[0], terms[0], terms[2]) for x in letters] if all(len(x) == 1 and x[0].kind == "atom" for x in letters) else []


__all__ = ["ONE", "Binders", "Core", "Num", "num"]
