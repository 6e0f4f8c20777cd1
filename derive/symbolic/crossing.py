r"""The bridge: core terms as SymPy expressions, and back, with the letters of both sides.

>>> from derive.core.terms import Var, num, op
>>> bridge = Bridge({1: "x"})
>>> bridge.to_sympy(op("power", Var(1, REAL), num(2)))
x**2
>>> str(bridge.to_core(sp.Symbol("y") + sp.pi))
'add(v2, pi())'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var, num, op, walk
from derive.core.types import NAT, REAL, Type, function
from derive.elaborate.written_terms import REST, share_of_visits
from derive.symbolic import averages, divergences, field, tensors
from derive.symbolic.assumptions import is_count, narrows, outside, signs
from derive.symbolic.base import At, Binder, Field, Gradient, Hessian, Info, Operation, Slope, Stay, StopGradient, Unsupported
from derive.symbolic.lettering import Letter, latex_name, plain_name
from derive.symbolic.tensors import Product, shape


def classes() -> dict[str, type[Field]]:
    """The class of each core name that has one."""
    found = [c for module in (averages, divergences, field, tensors) for c in vars(module).values() if isinstance(c, type)]
    return {c.core: c for c in [*found, Slope, At, StopGradient] if issubclass(c, Field) and c.core and c is not Product}


CLASSES = classes()
PLAIN: dict[str, Any] = {
    "log": sp.log, "exp": sp.exp, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh,
    "asin": sp.asin, "acos": sp.acos, "atan": sp.atan, "sign": sp.sign, "abs": sp.Abs, "floor": sp.floor, "ceil": sp.ceiling,
    "factorial": sp.factorial, "binomial": sp.binomial, "maximum": sp.Max, "minimum": sp.Min, "and": sp.And, "or": sp.Or, "not": sp.Not,
    "eq": sp.Eq, "ne": sp.Ne, "lt": sp.StrictLessThan, "le": sp.LessThan, "gt": sp.StrictGreaterThan, "ge": sp.GreaterThan,
}  # fmt: skip
NAMES = {v: k for k, v in PLAIN.items()}
ATOMS: dict[str, Any] = {"pi": sp.pi, "infinity": sp.oo, "true": sp.true}
RELATIONS = {sp.Eq: "=", sp.Ne: "!=", sp.StrictLessThan: "<", sp.LessThan: "<=", sp.StrictGreaterThan: ">", sp.GreaterThan: ">="}


class Unbridged(Unsupported):
    """An object that the other side has no word for."""


#: How often a state is visited as its share of all visits, discounted: what a text writes as a distribution.
SHARE = "share"


class OtherOp(Operation):
    """An operation without a class of its own: ``OtherOp(…, Info(name, …))``."""


class OtherBind(Binder):
    """A binder without a class of its own."""


class Bridge:
    """Letters of both sides: what a core variable is called, and which symbol it is."""

    def __init__(self, names: Mapping[int, str] | None = None):
        self.names: dict[int, str] = dict(names or {})
        self.letters: dict[Var, sp.Symbol] = {}
        self.variables: dict[sp.Basic, Var] = {}
        self.functions: dict[Any, Var] = {}
        self.shorthands: dict[Core, sp.Expr] = {}  # what was written under one name, by the term that it is
        self.narrowed: set[str] = set()  # of whose values SymPy assumes more than claims say
        self.next = max(self.names, default=0) + 1

    # --- core to SymPy -------------------------------------------------------------------------

    def symbol(self, v: Var) -> sp.Symbol:
        """The symbol of a variable."""
        if v not in self.letters:
            name = plain_name(self.names.get(v.number, f"v{v.number}"))
            self.names.setdefault(v.number, name)
            made = Letter(name, v.type, 0, v.random).fresh(set(self.variables))
            self.letters[v], self.variables[made] = made, v
            self.next = max(self.next, v.number + 1)
        return self.letters[v]

    def to_sympy(self, term: Core) -> sp.Expr:
        """A core term as a SymPy expression."""
        if term in self.shorthands:
            return self.shorthands[term]
        match term:
            case Num():
                return sp.Rational(term.value.numerator, term.value.denominator)
            case Var():
                return self.symbol(term)
            case Bind():
                return self.binder(term)
            case Op():
                return self.operation(term)
        raise Unbridged(f"no SymPy object for {term}")

    def binder(self, term: Bind) -> sp.Expr:
        letters = [self.symbol(v) for v in term.vars]
        limits = sp.Tuple(*letters, *map(self.to_sympy, term.args))
        where = [self.to_sympy(c) for c in term.where]
        made = CLASSES.get(term.name)
        if made is None or getattr(made, "width", -1) != len(letters):
            raise Unbridged(f"no SymPy class for {term.name} of {len(letters)} letters")
        return made(self.to_sympy(term.body), limits, *where, *([Info(*term.info)] if term.info else []))

    @staticmethod
    def times(args: list[Any]) -> sp.Expr:
        return Product(*args) if sum(shape(a) != "scalar" for a in args) > 1 else tensors.times(*args)

    def operation(self, term: Op) -> sp.Expr:
        name = term.name
        share = share_of_visits(term) if name == "mul" else None
        if share is not None:  # no expansion takes it apart
            visits, others = share
            return self.times([field.Occupancy(*map(self.to_sympy, visits.args), Info(SHARE)), *map(self.to_sympy, others)])
        args = [self.to_sympy(a) for a in term.args]
        if name in ATOMS:
            return ATOMS[name]
        if name == "add":
            return sp.Add(*args)
        if name == "neg":
            return -args[0]
        if name == "mul":
            return self.times(args)
        if name == "div":
            return args[0] / args[1]
        if name == "power":
            return self.power(*args)
        if name == "root":
            return sp.Pow(args[0], 1 / args[1])
        if name == "cases":
            return sp.Piecewise(*((v, c) for c, v in zip(args[::2], args[1::2], strict=True)))
        if name == "at":
            return At(args[0], (args[1], args[2]))
        if name in ("derivative", "partial"):
            return self.derivative(args)
        if name == "gradient":
            body, letter = args
            if shape(letter) != "vector":
                return self.derivative(args)
            if isinstance(body, Gradient) and body.letter == letter:
                return Hessian(body.body, letter)
            return Gradient(body, letter)
        if name in PLAIN:
            return PLAIN[name](*args)
        info = [Info(*term.info)] if term.info else []
        if name in CLASSES:
            return CLASSES[name](*args, *info)
        return OtherOp(*args, Info(name, *term.info))

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if shape(base) == "scalar":
            return sp.Pow(base, exponent)
        if exponent.is_Integer and exponent > 0:
            return Product(*([base] * int(exponent)))
        if exponent == -1:
            return tensors.Inverse(base)
        return OtherOp(base, exponent, Info("power"))

    def derivative(self, args: list[sp.Expr]) -> sp.Expr:
        body, letter, *rest = args
        if rest:
            return OtherOp(body, letter, *rest, Info("partial"))
        if letter not in body.free_symbols:
            return sp.S.Zero
        if isinstance(body, Stay) and body.letter == letter:
            return Stay(body.body, letter, Info(body.info[0] + 1))
        return Stay(body, letter, Info(1))

    # --- SymPy to core -------------------------------------------------------------------------

    def variable(self, symbol: sp.Basic, kind: Type = REAL) -> Var:
        """The variable of a symbol.

        Raises: Unbridged where SymPy assumes that it is no real number.
        """
        if symbol not in self.variables:
            self.real(symbol)
            kind = symbol.kind if isinstance(symbol, Letter) else NAT if is_count(symbol) else kind
            made = Var(self.next, kind, random=isinstance(symbol, Letter) and symbol.random)
            self.next += 1
            self.variables[symbol], self.letters[made] = made, symbol
            self.names[made.number] = latex_name(symbol)
        return self.variables[symbol]

    @staticmethod
    def real(x: Any) -> None:
        """Raises: Unbridged where SymPy assumes that a symbol or a function is no real number."""
        if why := outside(x):
            raise Unbridged(f"{x} is assumed to be {why}: here a letter is a real number")

    def applied(self, head: Any, count: int) -> Var:
        if head not in self.functions:
            self.real(head)
            self.narrowed |= {str(head)} if narrows(head) else set()
            made = Var(self.next, function(*([REAL] * count), REAL))
            self.next += 1
            self.functions[head] = made
            self.names[made.number] = sp.latex(sp.Symbol(head.__name__))
        return self.functions[head]

    def to_core(self, expr: Any) -> Core:
        """A SymPy expression as a core term.

        Raises: Unbridged, naming what core has no word for.
        """
        expr = sp.sympify(expr)
        if isinstance(expr, sp.Symbol):
            return self.variable(expr)
        if isinstance(expr, sp.Idx):
            return self.variable(expr.label, NAT)
        if isinstance(expr, sp.Float):
            return Num(decimal(expr))
        if isinstance(expr, sp.Rational):
            return Num(Fraction(int(expr.p), int(expr.q)))
        for name, atom in ATOMS.items():
            if expr == atom:
                return op(name)
        if expr == sp.E:
            return op("exp", num(1))
        if expr is sp.S.NegativeInfinity:
            return op("neg", op("infinity"))
        if expr in (sp.zoo, sp.nan):
            return op("div", num(int(expr is sp.zoo)), num(0))  # it has no value, and so says core
        if isinstance(expr, Field):
            return self.own(expr)
        if isinstance(expr, sp.Add):
            shape(expr)
            return op("add", *(self.to_core(a) for a in ordered(expr)))
        if isinstance(expr, sp.Mul):
            return self.product(expr)
        if isinstance(expr, sp.Pow):
            return self.powered(expr)
        if isinstance(expr, sp.exp):
            return op("exp", self.to_core(expr.args[0]))
        if isinstance(expr, sp.Piecewise):
            return op("cases", *(self.to_core(x) for value, condition in expr.args for x in (condition, value)))
        if type(expr) in NAMES:
            return op(NAMES[type(expr)], *map(self.to_core, expr.args))
        return self.foreign(expr)

    def own(self, expr: Field) -> Core:
        """An object of one of our classes."""
        if isinstance(expr, averages.SHORTHANDS):
            term = self.to_core(expr.written_out())
            self.shorthands[term] = expr
            return term
        if isinstance(expr, Stay):
            out = self.to_core(expr.body)
            for _ in range(expr.info[0]):
                out = op("derivative", out, self.to_core(expr.letter))
            return out
        if isinstance(expr, At):
            return op("at", self.to_core(expr.body), self.to_core(expr.letters[0]), self.to_core(expr.bounds[0]))
        if isinstance(expr, Hessian):
            return op("gradient", op("gradient", *map(self.to_core, expr.args)), self.to_core(expr.letter))
        if isinstance(expr, Gradient):
            return op("gradient", *map(self.to_core, expr.args))
        if isinstance(expr, OtherOp):
            name, *info = expr.info
            return Op(name, tuple(map(self.to_core, expr.terms)), tuple(info))
        if isinstance(expr, Binder):
            expr = expr.renamed(set().union(*(b.free_symbols for b in expr.bounds)))  # a bound is outside of what it bounds
            bound = tuple(self.variable(v) for v in expr.letters)
            return Bind(
                expr.core, bound, self.to_core(expr.body), tuple(map(self.to_core, expr.bounds)), tuple(map(self.to_core, expr.where)), expr.info
            )  # fmt: skip
        if isinstance(expr, field.Occupancy) and expr.info == (SHARE,):
            return op("mul", REST, Op(expr.core, tuple(map(self.to_core, expr.terms))))
        return Op(expr.core, tuple(map(self.to_core, expr.terms)), expr.info)

    def product(self, expr: sp.Expr) -> Core:
        """A product: its sign in front, and a quotient where it has one."""
        shape(expr)
        if expr.could_extract_minus_sign():
            return op("neg", self.to_core(-expr))
        top, bottom = sp.fraction(expr)
        if bottom != 1 and not expr.has(sp.Float):
            return op("div", self.to_core(top), self.to_core(bottom))
        parts = sorted(expr.as_ordered_factors(), key=lambda x: shape(x) != "scalar")
        return op("mul", *map(self.to_core, parts))

    def powered(self, expr: sp.Expr) -> Core:
        base, exponent = expr.as_base_exp()
        if shape(base) != "scalar":
            raise Unbridged(f"a power of a {shape(base)}: {expr}")
        if exponent.could_extract_minus_sign():
            return op("div", num(1), self.to_core(1 / expr))
        if exponent.is_Rational and exponent.p == 1 and exponent.q != 1:
            return op("root", self.to_core(base), num(int(exponent.q)))
        if base == sp.E:
            return op("exp", self.to_core(exponent))
        return op("power", self.to_core(base), self.to_core(exponent))

    def foreign(self, expr: sp.Basic) -> Core:
        """SymPy's own sums, integrals, derivatives, matrices and functions."""
        for kind, name in ((sp.Sum, "sum"), (sp.Product, "prod"), (sp.Integral, "integral")):
            if isinstance(expr, kind):
                expr = bound_apart(expr)
                out = self.to_core(expr.function)
                for limit in expr.limits:
                    if len(limit) != 3:
                        raise Unbridged(f"{name} without its bounds: {expr}")
                    v, low, high = limit
                    bound = self.variable(v, NAT if name != "integral" else REAL)
                    out = Bind(name, (bound,), out, (self.to_core(low), self.to_core(high)))
                return out
        if isinstance(expr, sp.Derivative):
            out = self.to_core(expr.expr)
            for v, times in expr.variable_count:
                for _ in range(int(times)):
                    out = op("derivative", out, self.to_core(v))
            return out
        if isinstance(expr, sp.Subs):
            out = self.to_core(expr.expr)
            for v, point in zip(expr.variables, expr.point, strict=True):
                out = op("at", out, self.to_core(v), self.to_core(point))
            return out
        if isinstance(expr, AppliedUndef):
            return op("call", self.applied(expr.func, len(expr.args)), *map(self.to_core, expr.args))
        if isinstance(expr, sp.Indexed):
            base = self.variable(expr.base.label, function(*([NAT] * len(expr.indices)), REAL))
            return op("call", base, *map(self.index, expr.indices))
        if isinstance(expr, sp.MatrixBase):
            cells = [self.to_core(x) for x in expr]
            return op("vector", *cells) if expr.shape[1] == 1 else Op("matrix", tuple(cells), expr.shape)
        if isinstance(expr, sp.LambertW | sp.Function):
            raise Unbridged(f"core has no {type(expr).__name__}")
        raise Unbridged(f"core has no word for {type(expr).__name__}: {expr}")

    def index(self, i: sp.Expr) -> Core:
        """An index of a sequence: a letter in it is a whole number."""
        for v in i.free_symbols:
            self.variable(v, NAT)
        return self.to_core(i)

    def claim(self, relation: Any, givens: tuple[Any, ...] = ()) -> CoreClaim:
        """A relation of SymPy as a claim, under others and what SymPy assumes of the symbols."""
        return replace(self.relation(relation), givens=self.under(givens, relation))

    def relation(self, relation: Any) -> CoreClaim:
        """A relation of SymPy by itself."""
        if type(relation) not in RELATIONS:
            raise Unbridged(f"a claim is a relation, not {relation!r}")
        return CoreClaim(self.to_core(relation.lhs), RELATIONS[type(relation)], self.to_core(relation.rhs))

    def under(self, givens: Iterable[Any], *exprs: Any) -> tuple[CoreClaim, ...]:
        """Relations of SymPy that are given, and what SymPy assumes of the symbols of expressions."""
        free = set().union(*(e.free_symbols for e in (*exprs, *givens)))
        return (*map(self.relation, givens), *self.assumed(free))

    def assumed(self, symbols: Iterable[sp.Basic]) -> Iterator[CoreClaim]:
        """What SymPy assumes of the signs of symbols for numbers."""
        for x in sorted((x for x in symbols if isinstance(x, sp.Symbol)), key=str):
            v = self.to_core(x)
            if not isinstance(v, Var) or v.type not in (REAL, NAT):
                self.narrowed |= {str(x)} if any(signs(x)) else set()
                continue
            self.narrowed |= {str(x)} if narrows(x) else set()
            for sign in signs(x):
                if v.type == REAL or sign != ">=":
                    yield CoreClaim(v, sign, Num(Fraction(0)))


def bound_apart(expr: Any) -> Any:
    """A sum, a product or an integral of SymPy with other bound letters of the same names, where these stand free in it as well."""
    both = {limit[0] for limit in expr.limits} & expr.free_symbols
    return expr if not both else expr.func(*apart(expr.function, expr.limits, both))


def apart(body: Any, limits: Iterable[Any], both: set[Any]) -> tuple[Any, ...]:
    """Letters renamed limit by limit: each is bound in the body and in the bounds before its own."""
    done: list[Any] = []
    for v, *bounds in limits:
        if v in both:
            made = sp.Dummy(v.name, **v._assumptions_orig)
            body = body.subs(v, made)
            done = [(w, *(b.subs(v, made) for b in ends)) for w, *ends in done]
            v = made
        done.append((v, *bounds))
    return (body, *done)


def decimal(x: sp.Float) -> Fraction:
    """The decimal of as many digits as a float is good for, if it is read as this float; else the number that the float is.

    >>> decimal(sp.Float("0.1")), decimal(sp.Float(2.0**60)) == 2**60
    (Fraction(1, 10), True)
    """
    made = sp.Float(str(x), precision=x._prec)
    return Fraction(str(x)) if made == x else Fraction(*map(int, sp.Rational(x).as_numer_denom()))


def ordered(expr: sp.Expr) -> list[sp.Expr]:
    """Terms of a sum as people write them: what is positive first."""
    terms = list(expr.as_ordered_terms())
    return sorted(terms, key=lambda t: bool(t.could_extract_minus_sign()))


def to_sympy(term: Core, names: Mapping[int, str] | None = None) -> sp.Expr:
    """A core term as a SymPy expression."""
    return Bridge(names).to_sympy(term)


def to_core(expr: Any) -> tuple[Core, dict[int, str]]:
    """A SymPy expression as a core term, with the names of its variables."""
    bridge = Bridge()
    return bridge.to_core(expr), bridge.names


__all__ = ["Bridge", "Unbridged", "to_core", "to_sympy", "walk"]
