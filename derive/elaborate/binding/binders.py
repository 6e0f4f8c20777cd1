"""Sums, products, extremes, limits, gradients and derivatives: what they bind and how far they reach."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, num, op
from derive.core.types import ACTION, ACTION_SORT, NAT, REAL, STATE, STATE_SORT, TOKEN_SORT, Hole, Type, element, hole
from derive.elaborate.binding.differentials import Differentials
from derive.elaborate.knowledge.glances import before_end, dots_end_elsewhere, first_times, last_times, without_letter
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key, mentions
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.sequences import prefix_of
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import PAIRED, less_its_own, next_term_end, occurs_free, several_between
from derive.elaborate.reading.typed_arithmetic import COMPARED
from derive.glossary.marks import INFINITY, SORTS, STATE_VALUES, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, stacked
from derive.syntax.flat import walk as items_of

#: What a polynomial is made with.
ARITHMETIC = frozenset(("add", "mul", "neg", "div", "power", "coerce"))
EXTREMES = {"max": "max", "min": "min", "sup": "max", "inf": "min", "argmax": "argmax", "argmin": "argmin"}


class Binders(Differentials):
    """Operators with a body."""

    def big(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        if item.primes or item.accents:
            raise Outside("a mark on an operator")
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
        start = at
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
                if total is term and self.ends_before(row[start - 1], row[start:at], rest, letters):
                    return total, at
                if any(occurs_free(rest, letter_key(letter)) for letter in letters):
                    break
                return total, at
            else:
                return total, at

    def ends_before(self, operator: Item, body: Row, rest: Row, letters: list[Item]) -> bool:
        """Whether an extreme or a sum ends before one of what it goes over is taken from it: as a rule it does."""
        named = EXTREMES.get(operator.name) == operator.name or operator.name == "sum" and len(rest) > 2
        if not named or len(letters) != 1 or not less_its_own(body, rest, letters[0]):
            return False
        options = (Option(0.0, True, "it ends before the minus"), Option(1.0, False, "it takes in what is subtracted"))
        return bool(self.k.oracle.choose(("ends before", operator.start), options))

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
                low = self.whole(start, env) if start is not None else self.from_below(letter, conditions, env)
                if self.facts.process and upper and "time" in kinds(upper[0].name) and isinstance(low, Num) and low.value <= 1:
                    if self.k.clock.setdefault("first", str(low.value)) != str(low.value):
                        raise Outside("times that start at two numbers")
                high = self.upper_bound(upper, env)
                variable = self.k.variable(NAT, self.spelled(letter))
                self.k.ranges[variable.number] = (low, high.args[0] if isinstance(high, Op) and high.name == "coerce" else high)
                bounds.append((low, high))
            else:
                within = self.beside_another(letter, conditions, env) if len(letters) == len(conditions) == 1 else None
                t: Type = (
                    element(sort_of[index])
                    if index in sort_of
                    else NAT
                    if ordered or within
                    else self.values_of(letter, row[at + 1 :], env)
                )
                variable = self.k.variable(t, self.spelled(letter))
                self.k.letters[variable.number] = letter.name
                self.k.ordered |= {variable.number} if ordered else set()
                if within:
                    self.k.ranges[variable.number] = within
                    conditions.clear()
                bounds.append(within)
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

    def from_below(self, letter: Item, conditions: list[Row], env: Env) -> Core:
        r"""Where a range starts that has its end alone: at 1, or where its one condition lets it, ``\sum_{k\ge t}^T``."""
        terms, rels = split_relations(conditions[0]) if len(conditions) == 1 else ([], [])
        if len(terms) != 2 or rels[0] not in (r"\ge", ">") or terms[0][0].key != letter.key:
            return ONE
        low = self.whole(terms[1], env)
        conditions.clear()
        return low if rels[0] == r"\ge" else op("add", low, ONE)

    def beside_another(self, letter: Item, conditions: list[Row], env: Env) -> tuple[Core, Core] | None:
        r"""The range of ``\sum_{k<t}`` below a sum over t: from where t starts to just before it; None where no such letter runs."""
        terms, rels = split_relations(conditions[0])
        other = terms[1][0] if len(terms) == 2 and len(terms[1]) == 1 else None
        if other is None or terms[0][0].key != letter.key or other.kind != "atom":
            return None
        known = env.bound.get(letter_key(other), (None,))[0]
        low, high = self.k.ranges.get(known.number, (None, None)) if isinstance(known, Var) else (None, None)
        if low is None or high is None or known is None:
            return None
        if rels[0] in ("<", r"\le"):
            return low, op("add", known, num(-1)) if rels[0] == "<" else known
        return (op("add", known, ONE) if rels[0] == ">" else known, high) if rels[0] in (">", r"\ge") else None

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
                visits = head.kind == "atom" and kinds(head.name).get("visitation") == 0
                takes = len(group.rows) if visits else 1 if head.name in STATE_VALUES else 2
                if head.kind != "atom" or not visits and head.name not in VALUE_NAMES or head.accents:
                    continue
                if (
                    not (head.subs or head.sups)
                    or visits
                    and not any(self.is_policy(i) for s in (*head.subs, *head.sups) for i in s)
                ):
                    continue
                if group.kind == "group" and len(group.rows) == takes and set(group.seps) <= {","}:
                    places = [n for n, r in enumerate(group.rows) if len(r) == 1 and r[0].key == letter.key]
                    if places and places[0] < 2 and (visits or self.facts.speaks_of_values):
                        return (STATE, ACTION)[places[0]]
        return hole()

    def standing_for(self, variable: Var) -> Typed:
        """What a letter that runs stands for: itself, or the number that a value is."""
        return variable, variable.type

    def runs_too(self, letter: Item, row: Row, at: int, env: Env, known: list[Item], first: Item) -> bool:
        r"""Whether the other letter of ``i<j`` or ``i\ne j`` is bound here as well: it stands in the body, and nothing outside knows it."""
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
            end, before = without_letter(upper)
            if before:  # T − t: so many steps before the end
                return op("add", self.upper_bound(end, env), op("neg", self.whole(before, env)))
            return self.end_of_steps(upper)
        return self.whole(upper, env)

    def end_of_steps(self, upper: Row) -> Core:
        """T, T − 1 or T − 2 as steps of an episode: the last one of which a claim speaks is the last, where its times tell which that is."""
        rows = list(self.every_row)
        tops = [s for row in rows for i in items_of(row) if i.kind == "big" for s in i.sups if s and s[0].name == upper[0].name]
        ends = {before_end(row) for row in (*last_times(rows), *tops, upper)}
        if dots_end_elsewhere(rows):
            raise Outside("episodes that end at two times")
        starts = {value for row in rows for value in first_times(row)}
        own, last = before_end(upper), min((e for e in ends if e is not None), default=None)
        if (
            own is None
            or None in ends
            or last not in (0, 1)
            or len(ends) > 1
            and starts not in (({1},) if last == 0 else ({0}, set()))
        ):
            raise Outside("episodes that end at two times")
        step = op("last_step")
        return op("add", step, num(last - own)) if own > last else step

    def is_set_of_state(self, row: Row) -> bool:
        r"""``\mathcal{A}(s)``: the actions of a state."""
        return (
            len(row) == 2 and row[0].kind == "atom" and SORTS.get(row[0].name) == "Action" and row[1].kind == "group"
            and len(row[1].rows) == 1 and len(row[1].rows[0]) == 1 and "state" in kinds(row[1].rows[0][0].name)
        )  # fmt: skip

    def is_set(self, row: Row) -> bool:
        r"""Whether a letter is nowhere but in bars and behind ∈: a set.

        ``|A|`` is of actions where it stands in bars alone, too, beside an action or a policy.
        """
        if len(row) != 1 or row[0].kind != "atom" or row[0].subs or row[0].sups:
            return False
        said = sized = held = 0
        for part in (p for r in self.every_row for p in inner_rows(r)):
            for at, item in enumerate(part):
                said += item.kind == "atom" and item.name == row[0].name
                held += item.key == row[0].key and at > 0 and is_mark(part[at - 1], r"\in")
                sized += item.kind == "group" and item.name == "abs" and [i.key for r in item.rows for i in r] == [row[0].key]
        if held or row[0].name not in SORTS:
            return held > 0 and said == sized + held
        kind = SORTS[row[0].name].lower()
        letters = [i for r in self.every_row for i in items_of(r) if i.kind == "atom" and i.name != row[0].name]
        return said == sized and any(kind in kinds(i.name) or kinds(i.name).get("policy") == 0 for i in letters)

    def named_set(self, row: Row, of: Item | None = None) -> Type:
        """The sort of a set: one of the process's, that of the letter ``of`` which runs through it, or one of its own.

        Raises: Outside for two sets of one sort, and for sets with marks.
        """
        if self.is_set_of_state(row):
            row = row[:1]
        if len(row) != 1 or row[0].kind != "atom":
            raise Outside("a set that is not named")
        name, may = row[0].name, kinds(of.name) if of is not None else {}
        completed = name in SORTS and not row[0].subs and [i.name for s in row[0].sups for i in s] == ["+"]
        if name not in SORTS and self.facts.speaks_of_values and ("state" in may) != ("action" in may):
            sort = Type("State" if "state" in may else "Action")
            self.unify(self.k.named_sorts.setdefault(letter_key(row[0]), sort), sort)
        elif row[0].primes or row[0].accents or (row[0].subs or row[0].sups) and not completed:
            raise Outside("a set that is not read")
        elif name in SORTS:
            sort = Type(SORTS[name])
        else:
            # beside values and prefixes, what is done with its elements says whether they are states, or tokens
            told = self.facts.speaks_of_values or any(prefix_of(r) for _, b in before_brackets(self.every_row) for r in b.rows)
            own = hole() if told else Type(f"Set{len(self.k.named_sorts)}")
            sort = self.k.named_sorts.setdefault(letter_key(row[0]), of is not None and self.sort_under_policy(of) or own)
        letter = name.rpartition(":")[2]
        if not isinstance(sort, Hole) and self.k.sets.setdefault(sort.name, letter) != letter:
            raise Outside("two sets of one sort")
        return sort

    def sort_under_policy(self, letter: Item) -> Type | None:
        r"""The sort of what runs through a set and is what a policy chooses, or chooses in: ``\sum_{o\in O}\pi(o\mid q)``."""
        for head, group in before_brackets(self.every_row):
            chosen = group.rows[0] if "|" in group.seps and kinds(head.name).get("policy") == 0 else ()
            if len(chosen) == 1 and chosen[0].key == letter.key and any(prefix_of(r) is not None for r in group.rows[1:]):
                return TOKEN_SORT
            if kinds(head.name).get("policy") == 0 and group.seps == ("|",):
                for rows, sort in zip(group.rows, (ACTION_SORT, STATE_SORT), strict=True):
                    if len(rows) == 1 and rows[0].key == letter.key:
                        return sort
        return None

    def extreme_over_actions(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def extreme(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def limit(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def integral(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError
