r"""Components of vectors: ``x_i`` and ``x_2`` beside ``\mathbf{x}`` or ``x``, sums over them, and how many there are."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.core.terms import Core, Num, Op, Var, num, op
from derive.core.types import NAT, REAL, Hole, Type, element, hole, vector
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.applications import Applications
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import BOLD, TRANSPOSES
from derive.syntax.flat import Item, Row, is_mark, row_key, walk


class Components(Applications):
    """What stands for a component where the vector stands beside it."""

    #: Vectors whose components a page lists, with the index of the last.
    listed: Mapping[Hashable, Row] = MappingProxyType({})

    def whole_vector(self, item: Item) -> Item | None:
        """The vector of which a letter with one index is a component: the same letter alone, or set bold."""
        if len(item.subs) != 1 or not self.facts.tensorial or stem(item) in self.facts.groups:
            return None
        plain = replace(item, subs=(), sups=())
        bold = [
            replace(plain, name=font + item.name) for font in BOLD if (font + item.name, item.accents, item.primes) in self.spoken
        ]
        if stem(plain) in self.spoken:
            if bold:
                raise Outside("components of a vector in another font")
            if item.name.startswith(BOLD) and item.subs[0] and item.subs[0][0].kind == "number":
                raise Outside("one of several vectors, or a component set bold")
            return plain
        return bold[0] if len(bold) == 1 else None

    @property
    def spoken(self) -> set[Hashable]:
        return self.facts.whole | self.listed.keys()

    def component(self, item: Item, env: Env) -> tuple[Core, Core] | None:
        """A vector and the index of one of its components; None where no component stands here."""
        whole = self.whole_vector(item)
        if whole is None:
            return None
        sub = item.subs[0]
        single = sub[0] if len(sub) == 1 else None
        if single is None or single.kind not in ("atom", "number") or single.word or single.value == 0:
            return None
        named = (
            whole.name != item.name
            and "index" in kinds(single.name)
            or stem(item) in self.facts.indexed | self.facts.partials
            or row_key(sub) in self.facts.slopes
            and "index" in kinds(single.name)  # x_j beside ∂/∂w_j
            or "index" in kinds(single.name)
            and self.is_said(whole)
        )
        if single.kind == "atom" and not named and not self.dotted(item):
            if "index" not in kinds(single.name):
                return None
            options = (Option(0.0, True, f"a component of {self.shown(whole)}"), Option(0.3, False, "a name of its own"))
            if not self.k.oracle.choose(("component", stem(item)), options):
                return None
        said = self.defined((whole,), 0, env)
        vec, t = said[0] if said is not None else self.letter(whole, env)
        t = self.k.binding.solve(t)
        if t.name != "Vector":
            raise Misread("components of what is no vector")
        size = t.args[0]
        last = self.listed.get(stem(whole))
        if last is not None:
            self.unify(size, self.as_size(last))
        if single.kind == "number":
            if last is None and not self.dotted(item):
                self.counted(whole, item, size)
            assert single.value is not None
            return vec, num(single.value)
        (index,) = self.index_terms(sub, env)
        if isinstance(index, Var) and index in self.k.free.values() and self.dotted(item):
            self.unify(index.type, NAT)
            self.unify(size, Type(f"length:{index.number}"))
        else:
            self.index_into(t, index)
        return vec, index

    def is_said(self, whole: Item | None) -> bool:
        """Whether the page says what a vector is, by its letter alone."""
        return whole is not None and any(d.is_of(whole) for d in self.k.definitions)

    def dotted(self, item: Item) -> bool:
        """Whether components are listed with dots, up to this one or another with a letter."""
        return any(i.kind == "dots" for row in self.every_row for i in walk(row))

    def counted(self, whole: Item, item: Item, size: Type) -> None:
        """A vector of which components with numbers are written has no others; where nothing else tells it, that is an assumption."""
        if not isinstance(self.k.binding.solve(size), Hole):
            return
        numbers = [
            int(s[0].value)
            for row in self.every_row
            for i in walk(row)
            if i.kind == "atom" and stem(i) == stem(item)
            for s in i.subs
            if len(s) == 1 and s[0].kind == "number" and s[0].value is not None
        ]
        n = max(numbers)
        told = whole.name != item.name
        options = (
            Option(0.0 if told else 0.3, n, f"a vector of {n} components"),
            Option(3.0 if told else 0.0, None, "a vector of any number of components"),
        )
        if self.k.oracle.choose(("components", letter_key(whole)), options) is not None:
            self.unify(size, Type(str(n)))

    def as_size(self, row: Row) -> Type:
        if len(row) == 1 and row[0].kind == "number" and row[0].value is not None:
            return Type(str(row[0].value))
        if len(row) != 1 or row[0].kind != "atom":
            raise Outside("a list of components whose end is not read")
        return Type(f"length:{self.free(row[0], NAT).number}")

    def coordinate(self, name: Item, index: Core) -> Core:
        """A component of the vector that a sequence is, where something is differentiated by its members."""
        vec = self.free(replace(name, subs=()), vector(hole()))
        self.index_into(self.k.binding.solve(vec.type), index)
        return op("component", vec, index)

    def index_into(self, t: Type, index: Core, place: int = 0) -> None:
        """An index of a vector's components: one of its dimension, one that runs as far, or a number."""
        if isinstance(index, Num):
            return
        if not isinstance(index, Var):
            raise Outside("components by what is no index")
        solved = self.k.binding.solve(index.type)
        if isinstance(solved, Hole) or solved.name == "Elem":
            self.unify(index.type, element(t.args[place]))
            return
        low, high = self.k.ranges.get(index.number, (None, None))
        if isinstance(high, Op) and high.name == "add" and len(high.args) == 2 and is_whole(high.args[1]):
            high = high.args[0]  # to one less than all of them
        while isinstance(high, Op) and high.name == "coerce":
            high = high.args[0]
        if not (isinstance(low, Num) and low.value >= 1):
            raise Outside("components over a range")
        if isinstance(high, Num):
            if isinstance(self.k.binding.solve(t.args[place]), Hole):
                self.unify(t.args[place], Type(str(high.value)))
        elif isinstance(high, Var) and high in self.k.free.values():
            self.unify(t.args[place], Type(f"length:{high.number}"))
        else:
            raise Outside("components over a range")

    def list_of_numbers(self, item: Item, env: Env) -> Typed | None:
        r"""``(1,2)^\top``: a column of its entries, transposed or not; None for anything else."""
        if (
            item.name not in ("()", "[]")
            or len(item.rows) < 2
            or set(item.seps) != {","}
            or item.subs
            or not self.facts.tensorial
        ):
            return None
        if any(not (len(s) == 1 and s[0].kind == "atom" and s[0].name in TRANSPOSES) for s in item.sups):
            return None
        cells = [self.real(self.expression(r, env)) for r in item.rows]
        return op("vector", *cells), vector(Type(str(len(cells))))


def is_whole(term: Core) -> bool:
    return isinstance(term, Num) or isinstance(term, Op) and term.name == "neg" and isinstance(term.args[0], Num)


def listed_components(given: Statement) -> tuple[Hashable, Row] | None:
    r"""``\mathbf{x}=(x_1,\dots,x_d)^\top``: the vector whose components are listed, and the index of the last; None for anything else."""
    if given.rels not in (("=",), (":=",)) or given.conditions or len(given.terms[0]) != 1 or len(given.terms[1]) != 1:
        return None
    head, body = given.terms[0][0], given.terms[1][0]
    if head.kind != "atom" or head.subs or head.sups or body.kind not in ("group", "matrix") or len(body.rows) < 2:
        return None
    letter = next((head.name.removeprefix(font) for font in BOLD if head.name.startswith(font)), head.name)
    entries = [tuple(i for i in r if not is_mark(i, r"\quad", "&")) for r in body.rows]
    members = [r[0] for r in entries if len(r) == 1 and r[0].kind == "atom" and r[0].name == letter and len(r[0].subs) == 1]
    dots = sum(len(r) == 1 and r[0].kind == "dots" for r in entries)
    if len(members) + dots != len(entries) or dots > 1 or not members:
        return None
    places = [m.subs[0][0].value if len(m.subs[0]) == 1 else None for m in members]
    wanted = range(1, len(places) + 1)
    if not all(p == w for p, w in zip(places[:-1] if dots else places, wanted, strict=False)):
        return None
    return stem(head), members[-1].subs[0]


__all__ = ["REAL", "Components", "listed_components"]
