"""Limits and integrals: over an interval, the line, or the outcomes of a distribution that stands in them."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import CALLED, ONE, Bind, Core, Op, Var, free_variables, num, op, walk
from derive.core.terms import replace as replaced
from derive.core.types import REAL, Hole, hole
from derive.elaborate.binding.binders import Binders
from derive.elaborate.knowledge.scope import Env, Outside, Typed, letter_key
from derive.elaborate.reading.chains_of_rows import split_relations
from derive.elaborate.reading.reach import occurs_free
from derive.glossary.marks import INFINITY, INTEGRATED
from derive.syntax.flat import Item, Row, is_mark


class Integrals(Binders):
    """Limits and integrals."""

    def limit(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        sub, side = from_one_side(item.subs[0] if item.subs else ())
        terms, rels = split_relations(sub)
        if rels != [r"\to"] or len(terms[0]) != 1:
            raise Outside("a limit of what is no letter")
        letter, point = terms[0][0], terms[1]
        if point and point[-1].name in INFINITY and len(point) == 1 + is_mark(point[0], "+", "-"):
            return self.limit_at_infinity(row, at, letter, -1 if is_mark(point[0], "-") else 1, env)
        if any(i.name in INFINITY for i in point):
            raise Outside("a limit from one side")
        variable = self.k.variable(REAL, self.spelled(letter))
        where = self.real(self.expression(point, env))
        body, end = self.body(row, at + 1, env.bind(letter_key(letter), variable, REAL), [letter])
        term = self.real(body)
        if side and is_steep(term, variable):
            far = self.k.variable(REAL, self.spelled(letter))  # what comes to a point from one side is 1/u away, for a growing u
            near = op("add", where, op("div", num(side), far))
            return (Bind("at_infinity", (far,), replaced(term, {variable.number: near}), info=(1,)), REAL), end
        return (Bind("limit", (variable,), term, (where,)), REAL), end

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
        if any(isinstance(t, Op) and t.name in CALLED and variable in free_variables(t) for t in walk(term)):
            raise Outside("what an unknown function comes to")
        return (Bind("at_infinity", (variable,), term, info=(sign,)), REAL), end

    def integral(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        depth_end = self.differential(row, at)
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

    def differential(self, row: Row, at: int) -> int | None:
        r"""Where the differential of an integral stands: ``ds`` of ``\int_S\int_A f\,da\,ds``; None where it has none."""
        ends = [
            i for i in range(at + 1, len(row) - 1)
            if row[i].kind == "atom" and row[i].name in INTEGRATED and not row[i].subs and row[i + 1].kind == "atom"
        ]  # fmt: skip
        inner = 0
        for i in range(at + 1, len(row)):
            if row[i].name == "int" and row[i].kind == "big":
                inner += 1
            elif i in ends and inner:
                inner -= 1
            elif i in ends:
                return i
        return ends[0] if ends else None

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


def from_one_side(sub: Row) -> tuple[Row, int]:
    r"""What stands below a limit without the side from which its letter comes, and that side: 1 for ``x\to0^+`` and ``x\downarrow0``, or 0."""
    arrows = {r"\downarrow": 1, r"\uparrow": -1}
    side = next((arrows[i.name] for i in sub if i.kind == "mark" and i.name in arrows), 0)
    row = tuple(replace(i, name=r"\to") if i.kind == "mark" and i.name in arrows else i for i in sub)
    last = row[-1] if len(row) > 2 else None
    if last is not None and is_mark(last, "+", "-"):
        return row[:-1], 1 if is_mark(last, "+") else -1
    if last is not None and len(last.sups) == 1 and len(last.sups[0]) == 1 and is_mark(last.sups[0][0], "+", "-"):
        return (*row[:-1], replace(last, sups=())), 1 if is_mark(last.sups[0][0], "+") else -1
    return row, side


def is_steep(term: Core, letter: Var) -> bool:
    """Whether a power or an exponential has what is divided by a letter in it, or it has a logarithm: there is a limit from one side alone."""
    if op("log", letter) in walk(term):
        return True
    inside = (a for t in walk(term) if isinstance(t, Op) and t.name in ("exp", "power") for a in t.args)
    quotients = (t for a in inside for t in walk(a) if isinstance(t, Op) and t.name == "div")
    return any(letter in free_variables(t.args[1]) for t in quotients)
