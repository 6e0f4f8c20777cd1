"""Indices and labels of names that nothing else explains, and the sequences that they are members of."""

from __future__ import annotations

from collections.abc import Hashable

from derive.core.terms import Core, Var, op
from derive.core.types import NAT, REAL, Hole, Type, element, function, hole, vector
from derive.elaborate.knowledge.scope import Env, Outside, Typed, Unsure, is_moved_parameter, kinds, letter_key
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.components import Components
from derive.elaborate.reading.chains_of_rows import hole_like
from derive.glossary.marks import LABEL_EXCEPTIONS, MARKS_OF_NAMES
from derive.syntax.flat import Item, Row, before_brackets, is_mark, walk


class Indices(Components):
    """What stands below and above a name."""

    def powered_twice(self, base: Hashable) -> bool:
        """Whether a name has a power, and so has the sum in brackets behind it: ``g^2(r-b)^2`` is a product of squares."""
        return any(
            stem(a) == base and a.sups and b.sups and len(b.rows) == 1 and any(is_mark(i, "+", "-") for i in b.rows[0])
            for a, b in before_brackets(self.every_row)
        )

    def is_family_of_functions(self, item: Item, group: Item) -> bool:
        """Whether ``V_k(s)`` or ``f_i(x)`` stands here: one function of several, applied."""
        if group.name != "()" or any(s not in (",", ";") for s in group.seps) or item.primes:
            return False
        letters_ = all(len(r) == 1 and r[0].kind == "atom" for r in group.rows)
        return letters_ and stem(item) not in self.facts.bare

    def member_function(self, name: Item, indices: tuple[Core, ...], group: Item, env: Env) -> Typed:
        args = [self.expression(r, env) for r in group.rows]
        types = [i.type if isinstance(i, Var) else NAT for i in indices] + [t for _, t in args]
        family = self.k.free_variable(("family", letter_key(name), len(indices), len(args)), self.spelled(name), None)
        self.unify(family.type, function(*types, REAL))
        return op("call", family, *indices, *(x for x, _ in args)), REAL

    def lawful(self, item: Item) -> bool:
        """Whether the members of a family are the masses of a distribution: where a claim speaks of it as one, or by its letter alone."""
        spoken = stem(item) in self.facts.as_laws | self.facts.drawn
        options = (
            Option(0.0 if spoken else 0.2, True, "the probabilities of a distribution"),
            Option(2.5 if spoken else 0.0, False, "numbers of a sequence"),
        )
        return bool(self.k.oracle.choose(("masses", stem(item)), options))

    def nth(self, index: Core, sort: Type) -> Core:
        """The outcome with a number: the index itself where it runs through the outcomes."""
        if isinstance(index, Var):
            solved = self.k.binding.solve(index.type)
            if isinstance(solved, Hole) or solved.name == "Elem":
                self.unify(index.type, element(sort))
                return index
            _, high = self.k.ranges.get(index.number, (None, None))
            if isinstance(high, Var) and high in self.k.free.values():
                self.unify(sort, Type(f"length:{high.number}"))
                return op("nth", index, info=(sort,))
        raise Unsure("a probability with a number")

    def labels(self, item: Item, applied: bool) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Superscripts that belong to a name, and those that are powers."""
        labels, powers = [], []
        for sup in item.sups:
            one = sup[0] if len(sup) == 1 else None
            if (
                one is not None
                and (
                    one.kind == "atom"
                    and (one.word and one.name not in LABEL_EXCEPTIONS or one.name in MARKS_OF_NAMES)
                    or one.kind == "mark"
                    or one.kind == "group"
                    and one.name == "()"
                    or one.kind == "atom"
                    and kinds(one.name).get("policy") == 0
                    and self.is_policy(one)
                )
                or len(sup) > 1
                and all(i.kind == "atom" and i.name.isupper() and len(i.name) == 1 for i in sup)
            ):
                labels.append(sup)
            else:
                powers.append(sup)
        return tuple(labels), tuple(powers)

    def indices(self, item: Item, env: Env) -> tuple[Core, ...] | None:
        """The indices of a member of a sequence, None where subscripts are part of the name."""
        if not item.subs or stem(item) not in self.facts.indexed or any(len(s) > 1 and is_moved_parameter(s) for s in item.subs):
            return None
        if any(hole_like(sub) for sub in item.subs):
            return None
        out: list[Core] = []
        for sub in item.subs:
            out += self.index_terms(sub, env)
        return tuple(out)

    def index_letter(self, item: Item) -> Core:
        """A letter alone as an index."""
        return self.free(item)

    def member_as_index(self, row: Row, env: Env) -> Core:
        r"""``A_t`` in ``x_{A_t}``, where t is bound: a member of a sequence, another for each t."""
        term, t = self.expression(row, env)
        if self.k.binding.solve(t) != REAL:
            raise Outside("an index that changes with another")
        return term

    def index_terms(self, sub: Row, env: Env) -> list[Core]:
        parts: list[Row] = []
        plain = tuple(i for i in sub if not is_mark(i, r"\quad"))
        if any(is_mark(i, ",") for i in plain):
            current: list[Item] = []
            for i in plain:
                if is_mark(i, ","):
                    parts.append(tuple(current))
                    current = []
                else:
                    current.append(i)
            parts.append(tuple(current))
        elif len(plain) > 1 and all(i.kind in ("atom", "number") for i in plain):
            parts = [(i,) for i in plain]
        else:
            parts = [plain]
        out = []
        for part in parts:
            if len(part) == 1 and part[0].kind == "atom":
                found = env.bound.get(letter_key(part[0]))
                if found is not None:
                    out.append(found[0])
                    continue
                if part[0].word:
                    raise Outside("a word as an index")
                if any(letter_key(i) in env.bound for s in part[0].subs for i in walk(s)):
                    out.append(self.member_as_index(part, env))
                    continue
                out.append(self.index_letter(part[0]))
                continue
            out.append(self.whole(part, env))
        return out

    def sequence(self, name: Item, indices: tuple[Core, ...], random: bool = False) -> Typed:
        """A member of a family of numbers."""
        if random:
            raise Unsure("a member of a sequence inside of an expectation that names no law")
        types = []
        for index in indices:
            types.append(index.type if isinstance(index, Var) else NAT)
        key = ("sequence", letter_key(name), len(indices))
        family = self.k.free_variable(key, self.spelled(name), None)
        if self.of_vectors(name):
            self.unify(family.type, function(*types, vector(size := hole())))
            return op("call_vector", family, *indices, info=(size,)), vector(size)
        self.unify(family.type, function(*types, REAL))
        return op("call", family, *indices), REAL

    def of_vectors(self, name: Item) -> bool:
        """Whether the members of a sequence are vectors, in a claim that speaks of some."""
        if not self.facts.tensorial:
            return False
        apart = 1.0 if stem(name) in self.facts.transposed else 0.0
        options = (
            Option(apart, False, "numbers of a sequence"),
            Option(0.2 if not apart else 0.0, True, "vectors of a sequence"),
        )
        return bool(self.k.oracle.choose(("members", stem(name)), options))
