"""Sums, products, quotients and relations of typed terms: what fits together, and what is broadcast."""

from __future__ import annotations

from derive.core.terms import ONE, Core, Num, Op, Var, free_variables, op
from derive.core.types import ACTION, NAT, POLICY, REAL, Hole, Type, TypeMismatch, matrix, vector
from derive.elaborate.knowledge.scope import Env, Knowledge, Outside, Typed, WrongType, kinds
from derive.elaborate.knowledge.search import Misread
from derive.elaborate.knowledge.shapes import Facts
from derive.elaborate.reading.chains_of_rows import is_zero
from derive.syntax.flat import Item, Row, walk

TENSORS = ("Vector", "Row", "Matrix")

NUMBERS = ("Real", "Nat")

COMPARED = {"=": "eq", "<": "lt", ">": "gt", r"\le": "le", r"\ge": "ge", r"\ne": "ne"}


class Arithmetic:
    """Typed terms put together; heads, binders and probability, which are mixed in, are named here."""

    def __init__(self, knowledge: Knowledge, facts: Facts):
        self.k, self.facts = knowledge, facts

    def shown(self, item: Item) -> str:
        return item.said or item.kind

    def plus(self, a: Typed, b: Typed) -> Typed:
        (x, s), (y, t) = self.numeric(a), self.numeric(b)
        if is_zero(x):
            return y, t
        if is_zero(y):
            return x, s
        if isinstance(x, Num) and t.name == "Matrix" and not s.args:
            x, s = self.scaled_identity(x, t), t  # 1 − γP is I − γP
        if isinstance(y, Num) and s.name == "Matrix" and not t.args:
            y, t = self.scaled_identity(y, s), s
        if self.broadcasts and {s.name, t.name} in ({"Vector", "Real"}, {"Vector", "Nat"}):
            of = s if s.name == "Vector" else t
            ones = op("ones", info=of.args)
            return op("add", *(op("mul", z, ones) if u.name != "Vector" else z for z, u in ((x, s), (y, t)))), of
        return op("add", x, y), self.same(s, t)

    #: Whether a number may be added to a vector: to each of its components.
    broadcasts: bool = False

    def scaled_identity(self, x: Num, t: Type) -> Core:
        """A number that is added to a square matrix: so many times the identity."""
        self.unify(t.args[0], t.args[1])
        identity = op("identity", info=(t.args[0],))
        return identity if x == ONE else op("mul", x, identity)

    def same(self, s: Type, t: Type) -> Type:
        """The type of a sum."""
        s, t = self.k.binding.solve(s), self.k.binding.solve(t)
        if s.name in NUMBERS and t.name in NUMBERS:
            return NAT if s == t == NAT else REAL
        self.unify(s, t)
        return s

    def unify(self, s: Type, t: Type) -> None:
        try:
            self.k.binding.unify(s, t)
        except TypeMismatch as why:
            raise Misread(str(why)) from why

    def times(self, a: Typed, b: Typed, dot: bool = False) -> Typed:
        if a[0] == op("discount") and self.k.binding.full(b[1]) == Type("Chosen", (ACTION,)):
            of_both = all(any(i.name in ("argmax", "argmin") for i in walk(row)) for row in self.all_rows)
            raise (Outside if of_both else WrongType)("the actions that are best (a set) where a value is discounted")
        (x, s), (y, t) = self.numeric(a), self.numeric(b)
        if s.name in NUMBERS and t.name in NUMBERS:
            return op("mul", x, y), NAT if s == t == NAT else REAL
        if s.name in NUMBERS or t.name in NUMBERS:
            return op("mul", x, y), t if s.name in NUMBERS else s
        if s.name == "Row" and t.name == "Vector":
            self.unify(s.args[0], t.args[0])
            return op("mul", x, y), REAL
        if s.name == "Matrix" and t.name in ("Vector", "Matrix"):
            self.unify(s.args[1], t.args[0])
            return op("mul", x, y), vector(s.args[0]) if t.name == "Vector" else matrix(s.args[0], t.args[1])
        if s.name == "Row" and t.name == "Matrix":
            self.unify(s.args[0], t.args[0])
            return op("mul", x, y), Type("Row", (t.args[1],))
        if s.name == "Vector" and t.name == "Row":
            return op("mul", x, y), matrix(s.args[0], t.args[0])
        if dot and s.name == t.name == "Vector":
            self.unify(s.args[0], t.args[0])
            return op("dot", x, y), REAL
        raise Misread(f"{self.k.binding.full(s)} times {self.k.binding.full(t)}")

    def inner_product(self, a: Typed, b: Typed) -> Typed:
        """A number made of two vectors, or of two matrices of one shape."""
        (x, s), (y, t) = self.numeric(a), self.numeric(b)
        if s.name == t.name == "Matrix":
            self.unify(s, t)
            return op("trace", op("mul", op("transpose", x), y)), REAL
        if s.name != "Vector" or t.name != "Vector":
            raise Misread("an inner product of what are no vectors")
        return self.times((x, s), (y, t), dot=True)

    def quotient(self, a: Typed, b: Typed) -> Typed:
        (x, s), (y, t) = self.numeric(a), self.numeric(b)
        if t.name not in NUMBERS:
            raise Misread(f"division by {self.k.binding.full(t)}")
        return op("div", x, y), s if s.name in TENSORS else REAL

    def numeric(self, a: Typed) -> Typed:
        """A number, vector or matrix; an element stands for the number that it names."""
        x, t = a
        t = self.k.binding.solve(t)
        if t.name in (*NUMBERS, *TENSORS):
            return x, t
        if t.name == "Elem" and self.k.binding.solve(t.args[0]).name == "State":
            raise Outside("a state in a calculation")
        if isinstance(x, Op) and x.name in ("action_at", "chosen"):
            raise Outside("an action in a calculation")
        if isinstance(t, Hole) or t.name == "Elem":
            return op("coerce", x), REAL
        if t.name == "Function" and len(t.args) == 2 and self.elided_argument is not None:
            self.unify(t.args[0], self.elided_argument[1])
            return op("call", x, self.elided_argument[0]), t.args[1]
        if t == POLICY and self.is_circle_constant(x):
            return op("pi"), REAL
        raise Misread(f"{self.k.binding.full(t)} where a number is needed")

    def is_circle_constant(self, term: Core) -> bool:
        r"""Whether a policy goes by the bare letter of 3.14159…: in a calculation, ``\sqrt{2\pi}`` beside ``\pi(a|s)``, it is that."""
        key = next((key for key, v in self.k.free.items() if v is term), None)
        plain = isinstance(key, tuple) and bool(key) and isinstance(key[0], str) and not any(key[1:])
        return plain and isinstance(key, tuple) and "circle-constant" in kinds(key[0])

    def whole_term(self, typed: Typed) -> Core:
        term = self.real(typed)
        for v in free_variables(term):
            if isinstance(self.k.binding.solve(v.type), Hole):
                self.unify(v.type, NAT)
        return term

    elided_argument: Typed | None = None
    all_rows: tuple[Row, ...] = ()  # those of the claim
    claimed: str = "="  # what is claimed of the two sides

    def real(self, a: Typed) -> Core:
        """A scalar."""
        x, t = self.numeric(a)
        if t.name not in NUMBERS:
            raise Misread(f"{self.k.binding.full(t)} where a number is needed")
        return x

    def head(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def big(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def gradient(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def fraction(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        raise NotImplementedError

    def evaluated_term(self, inner: Typed, where: Row, env: Env) -> Typed:
        raise NotImplementedError

    def index_terms(self, sub: Row, env: Env) -> list[Core]:
        raise NotImplementedError

    def letter(self, item: Item, env: Env) -> Typed:
        raise NotImplementedError

    def is_placeholder(self, row: Row) -> bool:
        raise NotImplementedError

    def policy_in_force(self) -> Core:
        raise NotImplementedError

    def named_set(self, row: Row, of: Item | None = None) -> Type:
        raise NotImplementedError

    def is_set(self, row: Row) -> bool:
        raise NotImplementedError

    def index_into(self, t: Type, index: Core, place: int = 0) -> None:
        raise NotImplementedError

    def list_of_numbers(self, item: Item, env: Env) -> Typed | None:
        raise NotImplementedError

    def is_set_of_state(self, row: Row) -> bool:
        raise NotImplementedError

    def compared(self, a: Typed, rel: str, b: Typed) -> Core:
        s, t = self.k.binding.solve(a[1]), self.k.binding.solve(b[1])
        for x, y in ((a[0], b[0]), (b[0], a[0])):
            if rel == "=" and isinstance(x, Var) and x.random and isinstance(y, Var) and not y.random:
                if y not in self.k.free.values():
                    raise Outside("a sum over the values of a random variable")
                if self.k.supports.setdefault(y.number, x.number) != x.number:
                    raise Outside("a value of two random variables")
        if (
            rel in ("=", r"\ne")
            and isinstance(a[0], Var)
            and isinstance(b[0], Var)
            and (isinstance(s, Hole) or isinstance(t, Hole))
        ):
            self.unify(s, t)  # two indices of one range
            return op(COMPARED[rel], a[0], b[0])
        if {s.name, t.name} == {"Elem", "Chosen"} and rel in ("=", r"\ne"):
            best, sort = (b[0], t) if t.name == "Chosen" else (a[0], s)
            self.unify(sort.args[0], s if sort is t else t)
            only = op("only", best, info=((s if sort is t else t).args[0],))
            return op(COMPARED[rel], a[0] if sort is t else b[0], only)
        if (s.name == "Elem" or t.name == "Elem") and rel in ("=", r"\ne"):
            if s.name in NUMBERS or t.name in NUMBERS:
                return op(COMPARED[rel], self.real(a), self.real(b))
            self.unify(s, t)
            return op(COMPARED[rel], a[0], b[0])
        return op(COMPARED[rel], self.real(a), self.real(b))
