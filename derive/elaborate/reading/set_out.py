"""What is set out in rows or stands under a condition: matrices, cases, truth values; and the order of what is left out."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import Core, Var, op
from derive.core.types import NAT, REAL, Hole, Type, matrix, vector
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.elaborate.reading.typed_arithmetic import COMPARED, Arithmetic
from derive.glossary.marks import (
    CONDITION_PLAIN,
    CONDITION_WORDS,
    LITTLE_ORDERS,
    ORDERS,
)
from derive.syntax.flat import Item, Row


class SetOut(Arithmetic):
    """Matrices, cases, conditions and orders."""

    def expression(self, row: Row, env: Env) -> Typed:
        raise NotImplementedError

    def matrix(self, item: Item, env: Env) -> Typed:
        sizes = [int(s) for s in item.seps]
        cells = [self.real(self.expression(r, env)) for r in item.rows]
        if len(set(sizes)) != 1:
            raise Outside("rows of different lengths")
        n, m = len(sizes), sizes[0]
        if m == 1:
            return op("vector", *cells), vector(Type(str(n)))
        if n == 1:
            return op("transpose", op("vector", *cells)), Type("Row", (Type(str(m)),))
        return op("matrix", *cells, info=(n, m)), matrix(Type(str(n)), Type(str(m)))

    def cases(self, item: Item, env: Env) -> Typed:
        parts: list[Core] = []
        at = 0
        for size in map(int, item.seps):
            cells = item.rows[at : at + size]
            at += size
            value = self.real(self.expression(strip_commas(cells[0]), env))
            condition = self.condition(cells[1], env) if len(cells) > 1 else op("true")
            parts += [condition, value]
        return op("cases", *parts), REAL

    def condition(self, row: Row, env: Env) -> Core:
        """A relation as a truth value; words such as "otherwise" hold always."""
        words = [i for i in row if i.kind == "text" or i.kind == "atom" and i.name in CONDITION_WORDS]
        rest = strip_commas(tuple(i for i in row if i not in words))
        if not rest:
            return op("true")
        for word in words:
            if word.said.lower() not in CONDITION_PLAIN:
                raise Outside("words in a condition")
        return self.relation(rest, env)

    def relation(self, row: Row, env: Env) -> Core:
        """A chain of relations as a truth value."""
        terms, rels = split_relations(row)
        if not rels:
            raise Outside("a condition without a relation")
        parts: list[Core] = []
        for i, rel in enumerate(rels):
            if rel not in COMPARED:
                raise Outside(f"the relation {rel} in a condition")
            a, b = self.expression(terms[i], env), self.expression(terms[i + 1], env)
            parts.append(self.compared(a, rel, b))
        return parts[0] if len(parts) == 1 else op("and", *parts)

    def is_order(self, row: Row, at: int) -> bool:
        """Whether O(hⁿ) or o(hⁿ) stands here: the order of what is left out."""
        return (
            at + 1 < len(row)
            and row[at].kind == "atom"
            and row[at].name in ORDERS
            and not row[at].subs
            and row[at + 1].kind == "group"
            and row[at + 1].name == "()"
            and "|" not in row[at + 1].seps
        )

    def order_term(self, row: Row, at: int, env: Env) -> int:
        """Take note of the order of a remainder: the least that is claimed."""
        inside = row[at + 1].rows
        if len(inside) != 1:
            raise Outside("an order that is not read")
        content = inside[0]
        power = 1
        if len(content) == 1 and content[0].kind == "group" and content[0].name in ("abs", "norm") and len(content[0].rows) == 1:
            power = power_of(content[0])
            content = content[0].rows[0]
        elif len(content) == 1:
            power = power_of(content[0])
            content = (replace(content[0], sups=()),)
            if content[0].kind == "group" and content[0].name == "()" and len(content[0].rows) == 1:
                content = content[0].rows[0]
                if len(content) == 1 and content[0].sups:
                    power, content = power * power_of(content[0]), (replace(content[0], sups=()),)
        if len(content) != 1 or content[0].kind != "atom":
            raise Outside("an order that is not read")
        variable, t = self.expression(content, env)
        if not isinstance(variable, Var):
            raise Outside("an order of what is no letter")
        if self.k.binding.solve(t) == NAT or "index" in kinds(content[0].name) and "small" not in kinds(content[0].name):
            raise Outside("an order of what counts, which says how something grows")
        if isinstance(self.k.binding.solve(t), Hole):
            self.unify(t, REAL)
        little = row[at].name in LITTLE_ORDERS
        self.k.order = power + little if self.k.order is None else min(self.k.order, power + little)
        if variable not in self.k.small:
            self.k.small.append(variable)
        return at + 2


def power_of(item: Item) -> int:
    if not item.sups:
        return 1
    sup = item.sups[0]
    if len(sup) == 1 and sup[0].kind == "number" and sup[0].value is not None and sup[0].value.denominator == 1:
        return int(sup[0].value)
    raise Outside("an order that is no number")


__all__ = ["SetOut"]
