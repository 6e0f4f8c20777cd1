"""Sums, products and reach: how far an operator goes, and what stands beside what."""

from __future__ import annotations

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, num, op
from derive.core.types import BOOL, NAT, REAL, STATE_SORT, Type, element, function, hole, vector
from derive.elaborate.knowledge.scope import Env, OfVectors, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import NORM, Misread, Option
from derive.elaborate.reading.chains_of_rows import starts_factor
from derive.elaborate.reading.ellipses import before, between, ends_of, from_first, from_the_first
from derive.elaborate.reading.set_out import SetOut
from derive.elaborate.reading.typed_arithmetic import NUMBERS, TENSORS
from derive.glossary.marks import (
    CLEAR_TRANSPOSES,
    FROBENIUS,
    INFINITY,
    SETS,
    TRANSPOSES,
)
from derive.syntax.flat import Item, Row, is_mark, row_key
from derive.syntax.row_parts import decimals

_LARGEST, _EUCLIDEAN = "the norm is the largest component", "the norm is the Euclidean one"
#: What bars without an index are: of vectors of parameters and the like, of those of all states in an equation, and in an order, where the
#: field measures by the largest.
NORMS = {
    "parameters": (Option(0.0, 2, _EUCLIDEAN), Option(3.0, 0, _LARGEST)),
    "equation": (Option(0.0, 2, _EUCLIDEAN), Option(0.4, 0, _LARGEST)),
    "order": (Option(0.0, 0, _LARGEST), Option(0.4, 2, _EUCLIDEAN)),
}


class Expressions(SetOut):
    """The grammar of terms; heads, binders and probability are mixed in."""

    # --- sums and products ---------------------------------------------------------------------

    def expression(self, row: Row, env: Env) -> Typed:
        """All of a row as one term."""
        row = tuple(i for i in row if not is_mark(i, r"\quad", "&"))
        if not row:
            raise Misread("nothing stands here")
        typed, at = self.sum(row, 0, env)
        if at != len(row):
            raise Outside(f"{self.shown(row[at])} cannot be read here")
        return typed

    def sum(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        total: Typed | None = None
        done: Typed | None = None  # what stands before the terms of which dots may be the rest
        terms: list[Typed] = []
        while at < len(row):
            sign = 1
            while at < len(row) and is_mark(row[at], "+", "-"):
                sign = -sign if row[at].name == "-" else sign
                at += 1
            if at < len(row) and row[at].kind == "dots" and terms and sign > 0:
                rest, at = self.continued(terms, row, at, env)
                total = rest if done is None else self.plus(done, rest)
                done, terms = total, []
                if at < len(row) and is_mark(row[at], "+", "-"):
                    continue
                break
            if at < len(row) and self.is_order(row, at):
                at = self.order_term(row, at, env)
                term: Typed = (num(0), REAL)
            else:
                term, at = self.product(row, at, env)
            if sign < 0:
                term = (op("neg", self.numeric(term)[0]), self.numeric(term)[1])
            total = term if total is None else self.plus(total, term)
            terms.append(term)
            if at < len(row) and is_mark(row[at], "+", "-"):
                continue
            break
        if total is None:
            raise Misread("a term is missing")
        return total, at

    def counter(self) -> Var:
        return self.k.variable(NAT, "k")

    def continued(self, terms: list[Typed], row: Row, at: int, env: Env) -> tuple[Typed, int]:
        r"""``a_1+a_2+\cdots+a_n`` and ``1+x+x^2+\cdots``: the sum that is begun."""
        k = self.k.variable(NAT, "k")
        kind = self.numeric(terms[-1])[1]
        kind = (
            kind
            if kind.name == "Vector" or kind.name == "Matrix" and len(set(map(self.k.binding.solve, kind.args))) == 1
            else REAL
        )
        value = self.real if kind == REAL else (lambda t: self.numeric(t)[0])  # I + A + A² + ⋯
        last: Core | None = None
        minus = at + 1 < len(row) and is_mark(row[at + 1], "-")
        if at + 1 < len(row) and is_mark(row[at + 1], "+", "-"):
            term, at = self.product(row, at + 2, env)
            last = op("neg", value(term)) if minus else value(term)
        else:
            at += 1
        first, second = (value(t) for t in (terms[-2:] if len(terms) > 1 else (terms[-1], terms[-1])))
        body = between(first, second, k, self.counter) if len(terms) > 1 else None
        if len(terms) > 2 and not evenly([value(t) for t in terms[-3:]]):
            raise Outside("dots after numbers that do not grow evenly")  # squares, powers of two
        low: Core = ONE
        over: Core | None = None
        if body is not None:
            ends = [] if last is None else ends_of(body, last, k)
            if last is not None and not ends and not minus:
                raise Outside("dots whose end is not read")
            end = (
                ends[self.k.oracle.choose(("dots", row_key(row), len(ends)), tuple(Option(n, n) for n in range(len(ends))))]
                if ends
                else op("infinity")
            )
            # A last term that ends in two ways is none of those that were begun: it is added as it stands to those before it.
            # One that is subtracted and of another form comes after all of them: r_t + γ r_{t+1} + ⋯ − V(s_t).
            over = last if len(ends) != 1 else None
            self.k.uneven = self.k.uneven or len(ends) > 1
            end = before(end) if len(ends) > 1 else end
        elif len(terms) == 1 and last is not None:
            found = from_first(first, last, k)
            if found is None:
                raise Outside("dots whose terms are not read")
            body, low, end = found
        else:
            raise Outside("dots whose terms are not read")
        earlier = [value(t) for t in terms[: -2 if len(terms) > 1 else -1]]
        if last is None:
            body, earlier = from_the_first(body, earlier, k)
        rest: Core = Bind("sum", (k,), body, (low, end))
        rest = rest if over is None else op("add", rest, over)
        for standing in reversed(earlier):
            rest = op("add", standing, rest)
        return (rest, kind), at

    def product(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        total, at = self.factor_and_marks(row, at, env)
        done: Typed | None = None  # what stands before the factors of which dots may be the rest
        factors = [total]
        while at < len(row):
            item = row[at]
            if is_mark(item, "/"):
                first, half = at + 1, at > 0 and row[at - 1].kind == "number"
                below, at = self.factor_and_marks(row, first, env)
                beside = row[first].kind == "number" and at < len(row) and row[at].kind == "atom" and not row[at].word
                while beside and self.below_a_slash(half) and at < len(row) and row[at].kind == "atom" and not row[at].word:
                    more, at = self.factor_and_marks(row, at, env)
                    below = self.times(below, more)
                total = self.quotient(total, below)
                done, factors = total, []
                continue
            if item.kind == "dots" and len(factors) > 1:
                rest, at = self.multiplied(factors, row, at, env)
                total = rest if done is None else self.times(done, rest)
                done, factors = total, []
                continue
            if item.kind == "bar" and item.subs:
                total = self.raised(self.evaluated_term(total, item.subs[0], env), item.sups, (), env)
                at += 1
                continue
            dot = is_mark(item, "*", "x")
            if not dot and not starts_factor(item):
                break
            at += dot
            if dot and at < len(row) and row[at].kind == "dots" and len(factors) > 1:
                continue
            sign = False
            while dot and at < len(row) and is_mark(row[at], "-", "+"):
                sign ^= row[at].name == "-"
                at += 1
            more, at = self.factor_and_marks(row, at, env)
            total = self.times(total, more, dot)
            factors.append(more)
            if sign:
                total = (op("neg", total[0]), total[1])
                done, factors = total, []
        return total, at

    def below_a_slash(self, half: bool) -> bool:
        r"""Whether all that stands beside the number behind a slash is below it: ``x/2\sigma^2``, and not ``1/2x``."""
        whole = Option(0.3 if half else 0.0, True, "what stands beside a number behind a slash is below it, too", True)
        first = Option(0.0 if half else 0.3, False, "only the number behind a slash is below it", True)
        return bool(self.k.oracle.choose(("slash", half), (first, whole) if half else (whole, first)))

    def multiplied(self, factors: list[Typed], row: Row, at: int, env: Env) -> tuple[Typed, int]:
        r"""``x_1x_2\cdots x_n`` and ``n(n-1)\cdots1``: the product that is begun."""
        at += 1 + (at + 1 < len(row) and is_mark(row[at + 1], "*", "x"))
        last, at = self.factor_and_marks(row, at, env)
        k = self.k.variable(NAT, "k")
        body = between(self.real(factors[-2]), self.real(factors[-1]), k, self.counter)
        ends = [] if body is None else ends_of(body, self.real(last), k)
        if body is None or len(ends) != 1:
            raise Outside("dots whose factors are not read")
        rest: Core = Bind("prod", (k,), body, (ONE, ends[0]))
        for earlier in reversed(factors[:-2]):
            rest = op("mul", self.real(earlier), rest)
        return (rest, REAL), at

    def factor_and_marks(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        """A factor with the factorial that stands behind it."""
        made, at = self.factor(row, at, env)
        while at < len(row) and is_mark(row[at], "!"):
            made, at = (op("factorial", self.whole_term(made)), NAT), at + 1
        return made, at

    def whole(self, row: Row, env: Env) -> Core:
        """A whole number: letters of no known type are whole numbers here."""
        return self.whole_term(self.expression(row, env))

    # --- what other parts of the grammar say ---------------------------------------------------

    def evaluated(self, body: Row, where: Row, env: Env) -> Typed:
        return self.evaluated_term(self.expression(body, env), where, env)

    # --- factors -------------------------------------------------------------------------------

    def factor(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        if at >= len(row):
            raise Misread("a factor is missing")
        item = row[at]
        match item.kind:
            case "number":
                digits = decimals(item.name)
                assert item.value is not None
                made: Typed = (
                    Num(item.value, digits),
                    NAT if item.value.denominator == 1 and item.value >= 0 and not digits else REAL,
                )
                return self.raised(made, item.sups, item.subs, env, item.primes), at + 1
            case "group":
                return self.group(row, at, env)
            case "frac":
                return self.fraction(row, at, env)
            case "binom":
                n, k = self.whole(item.rows[0], env), self.whole(item.rows[1], env)
                return self.raised((op("binomial", n, k), REAL), item.sups, item.subs, env), at + 1
            case "root":
                body = self.real(self.expression(item.rows[0], env))
                index = self.real(self.expression(item.rows[1], env)) if item.rows[1] else num(2)
                return self.raised((op("root", body, index), REAL), item.sups, item.subs, env), at + 1
            case "big":
                return self.big(row, at, env)
            case "nabla":
                return self.gradient(row, at, env)
            case "matrix":
                return self.raised(self.matrix(item, env), item.sups, item.subs, env), at + 1
            case "cases":
                return self.cases(item, env), at + 1
            case "atom":
                return self.head(row, at, env)
        raise Outside(f"{self.shown(item)} cannot be read here")

    def group(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        column = self.list_of_numbers(item, env)
        if column is not None:
            return column, at + 1
        if len(item.rows) != 1 and not (item.name == "<>" and len(item.rows) == 2):
            raise Outside("a list where a number is needed")
        if item.name == "<>" and len(item.rows) == 2:
            a, b = (self.expression(r, env) for r in item.rows)
            return self.raised(self.inner_product(a, b), item.sups, (), env), at + 1
        if item.name == "|" and item.subs:
            return self.evaluated(item.rows[0], item.subs[0], env), at + 1
        if item.name == "[]" and len(item.subs) == 1 and len(item.subs[0]) == 1 and is_mark(item.subs[0][0], "+"):
            return self.raised(
                (op("maximum", self.real(self.expression(item.rows[0], env)), num(0)), REAL), item.sups, (), env
            ), at + 1
        named = len(item.rows[0]) == 1 and item.rows[0][0].kind == "atom" and item.rows[0][0].name in SETS
        if item.name == "abs" and (named or self.is_set_of_state(item.rows[0]) or self.is_set(item.rows[0])):
            sort = self.named_set(item.rows[0])
            return self.raised((op("cardinality", info=(sort,)), NAT), item.sups, (), env), at + 1
        inner = self.expression(item.rows[0], env)
        if item.name == "abs":
            x, t = self.numeric(inner)
            if t.name == "Matrix":
                made: Typed = (op("det", x), REAL)
            else:
                made = (op("abs", self.real(inner)), REAL)
        elif item.name == "norm":
            made = self.norm(inner, item.subs, env)
            return self.raised(made, item.sups, (), env), at + 1
        elif item.name in ("floor", "ceil"):
            made = (op(item.name, self.real(inner)), REAL)
        elif item.name in ("()", "[]", "{}", "row", "env"):
            made = inner
        else:
            raise Outside(f"brackets {item.name}")
        return self.raised(made, item.sups, item.subs, env, item.primes), at + 1

    def norm(self, inner: Typed, subs: tuple[Row, ...], env: Env) -> Typed:
        x, t = self.numeric(inner)
        if t.name == "Matrix" and len(subs) == 1 and len(subs[0]) == 1 and subs[0][0].name in FROBENIUS:
            return op("root", op("trace", op("mul", op("transpose", x), x)), num(2)), REAL
        if t.name not in ("Vector", "Row", "Matrix"):
            raise Misread("a norm of what is no vector")
        which = subs[0] if subs else ()
        largest = len(which) == 1 and which[0].name in INFINITY
        if largest or len(which) == 1 and which[0].kind == "number" and which[0].value == 1:
            return op("norm", x, info=(0 if largest else 1,)), REAL
        if t.name == "Matrix" and (not subs or len(which) == 1 and which[0].kind == "number" and which[0].value == 2):
            return op("root", op("eigenvalue", op("mul", op("transpose", x), x), info=("max",)), num(2)), REAL
        if t.name == "Matrix":
            raise Outside("a norm of another kind")
        if not subs:
            over_states = t.name != "Matrix" and self.k.binding.solve(t.args[0]) == STATE_SORT
            options = NORMS["parameters" if not over_states else "equation" if self.claimed == "=" else "order"]
            return op("norm", x, info=(self.k.oracle.choose(NORM, options),)), REAL
        if len(which) == 1 and which[0].kind == "number" and which[0].value == 2:
            return op("norm", x, info=(2,)), REAL
        if len(which) == 1 and which[0].kind == "atom":
            m, s = self.expression(which, env)
            s = self.k.binding.solve(s)
            if s.name == "Matrix":
                return op("root", op("mul", op("transpose", x), op("mul", m, x)), num(2)), REAL
            # by which distribution an order holds is said elsewhere: that it is a stationary one
            weighs = "visitation" in kinds(which[0].name) and not self.facts.applied and self.claimed == "="
            if weighs and s.name in ("Vector", "?") and t.name in ("Vector", "Row"):
                self.unify(s, vector(t.args[0]))
                i = self.k.variable(element(t.args[0]), "i")
                square = op("power", op("component", x, i), num(2))
                return op("root", Bind("sum", (i,), op("mul", op("component", m, i), square)), num(2)), REAL
        raise Outside("a norm of another kind")

    def raised(self, typed: Typed, sups: tuple[Row, ...], subs: tuple[Row, ...], env: Env, primes: int = 0) -> Typed:
        """A term with the powers, transposes and indices that stand on it."""
        if primes:
            raise Outside("a prime on what is no name")
        for sub in subs:
            x, t = self.numeric(typed)
            indices = self.index_terms(sub, env)
            if len(indices) == (2 if t.name == "Matrix" else 1) and t.name in TENSORS:
                for place, index in enumerate(indices):
                    self.index_into(t, index, place)
            if t.name in ("Vector", "Row") and len(indices) == 1:
                typed = (op("component", x, indices[0]), REAL)
            elif t.name == "Matrix" and len(indices) == 2:
                typed = (op("component", x, *indices), REAL)
            else:
                raise Misread("an index on what has no components")
        for sup in sups:
            if len(sup) == 1 and sup[0].kind == "mark" and sup[0].name == "!":
                raise Outside("a factorial")
            typed = self.power(typed, sup, env)
        return typed

    def power(self, typed: Typed, sup: Row, env: Env) -> Typed:
        x, t = self.numeric(typed)
        if (
            len(sup) == 1
            and sup[0].kind == "atom"
            and sup[0].name in TRANSPOSES
            and (sup[0].name not in CLEAR_TRANSPOSES or t.name in TENSORS)
        ):
            if t.name in NUMBERS and not self.facts.transposed:
                raise Misread("a transposed number")
            if t.name in NUMBERS:
                raise Misread("a transposed number")
            flipped = {"Vector": Type("Row", t.args), "Row": Type("Vector", t.args), "Matrix": Type("Matrix", t.args[::-1])}[
                t.name
            ]
            self.k.raises(sup[0].name, "transpose")
            return op("transpose", x), flipped
        if len(sup) == 1 and sup[0].name in ("*", "ast", "star", "+", "-", "dagger", "perp") and sup[0].kind in ("atom", "mark"):
            raise Outside("a mark where a power is needed")
        if len(sup) == 2 and is_mark(sup[0], "-") and sup[1].name in TRANSPOSES and t.name == "Matrix":
            return op("transpose", op("inverse", x)), t
        if len(sup) == 1 and sup[0].name in TRANSPOSES:
            self.k.raises(sup[0].name, "power")
        if (
            isinstance(x, Op)
            and x == op("exp", num(1))
            and any(i.key == IMAGINARY.key and letter_key(i) not in env.bound for i in sup)
        ):
            raise Outside("a letter for a number or for the imaginary unit")
        above = self.expression(sup, env)
        if self.k.binding.solve(above[1]).name == "Matrix":
            raise Outside("a matrix as an exponent")
        exponent = self.real(above)
        if t.name == "Matrix":
            self.unify(t.args[0], t.args[1])
            return op("power", x, exponent), t
        if t.name in TENSORS:
            raise OfVectors("a power of a vector")
        return op("power", x, exponent), REAL


def evenly(terms: list[Core]) -> bool:
    """Whether numbers grow by the same from one to the next; what are no numbers alone do not count."""
    values = [
        t.value if isinstance(t, Num)
        else t.args[0].value / t.args[1].value
        if isinstance(t, Op) and t.name == "div" and isinstance(t.args[0], Num) and isinstance(t.args[1], Num) and t.args[1].value
        else None
        for t in terms
    ]  # fmt: skip
    a, b, c = values
    return a is None or b is None or c is None or b - a == c - b


#: What is written for the imaginary unit.
IMAGINARY = Item("atom", "i")


__all__ = ["BOOL", "ONE", "Expressions", "Op", "function", "hole"]
