"""What the SymPy classes of the field have in common: operations, binders, and what they refuse."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

from derive.symbolic.lettering import Letter, shape


class Unsupported(NotImplementedError):
    """A question that a class of the field has no answer to: it says so, rather than give zero or itself."""


def simplifying() -> bool:
    """Whether ``doit`` is SymPy's ``simplify`` at work.

    It ends with ``doit`` on the whole, also where a class sees to its own simplification, and says so to nobody: only the caller tells.
    """
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_name in ("doit", "<listcomp>"):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "")).startswith("sympy.simplify")


class Info(sp.Atom):
    """What an operation carries that is no term: a number of primes, a sort, places of coordinates."""

    __slots__ = ("content",)
    content: tuple[Any, ...]

    def __new__(cls, *content: Any) -> Info:
        made = sp.Atom.__new__(cls)
        made.content = content
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.content

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.content

    def _sympystr(self, printer: Any) -> str:
        return ",".join(map(str, self.content))


class Field(sp.Expr):
    """Base of all classes of the field: real, commutative unless said otherwise, and never expanded by ``series``."""

    core: ClassVar[str] = ""
    shape: ClassVar[str] = "scalar"
    #: How tightly what SymPy prints holds together: a sum over letters no more than a sum, so that it stands in brackets in products and powers.
    precedence: ClassVar[int] = PRECEDENCE["Atom"]
    is_commutative = True
    is_number = False  # even without a free letter its value depends on a world

    @property
    def info(self) -> tuple[Any, ...]:
        """What the operation carries that is no term."""
        return self.args[-1].content if self.args and isinstance(self.args[-1], Info) else ()

    @property
    def terms(self) -> tuple[sp.Basic, ...]:
        """The arguments that are terms."""
        return self.args[:-1] if self.args and isinstance(self.args[-1], Info) else self.args

    def written_out(self, **hints: Any) -> sp.Expr:
        """What the object is a name for; itself, its arguments worked out, where it is a name for nothing else."""
        return super().doit(**hints)

    def doit(self, **hints: Any) -> sp.Expr:
        """What the object is a name for; ``simplify`` keeps the name.

        >>> from derive.symbolic import Clip
        >>> x = sp.Symbol("x")
        >>> Clip(x, 0, 1).doit(), sp.simplify(Clip(x * (x + 1) / (x + 1), 0, 1) + 1)
        (Min(1, Max(0, x)), Clip(x, 0, 1) + 1)
        """
        return super().doit(**hints) if simplifying() else self.written_out(**hints)

    def _refuse(self, *args: Any, **options: Any) -> Any:
        raise Unsupported(f"{type(self).__name__} has no series: expand it with derive.symbolic.taylor")

    series = _eval_nseries = _eval_aseries = _eval_as_leading_term = as_leading_term = _eval_lseries = _refuse

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        raise Unsupported(f"{type(self).__name__} is not differentiated by {x}")

    def _eval_conjugate(self) -> sp.Expr:
        return self

    def _numpycode(self, printer: Any) -> str:
        raise Unsupported(f"{type(self).__name__} has no code of its own")

    _pythoncode = _lambdacode = _numpycode

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"

    def _pretty(self, printer: Any) -> Any:
        return printer._print(sp.Symbol(str(self)))


class Binder(Field):
    """A class that binds letters: ``args`` are the body, a tuple of bound letters and bounds, conditions, and ``Info``."""

    width: ClassVar[int] = 1
    precedence: ClassVar[int] = PRECEDENCE["Add"]

    def __new__(cls, body: Any, limits: Any = (), *rest: Any) -> Any:
        limits = limits if isinstance(limits, tuple | list | sp.Tuple) else (limits,)
        made = sp.Expr.__new__(cls, sp.sympify(body), sp.Tuple(*map(sp.sympify, limits)), *map(sp.sympify, rest))
        if any(not isinstance(v, sp.Symbol) for v in made.letters):
            raise TypeError(f"{cls.__name__} binds letters, not {made.letters}")
        return made

    @property
    def body(self) -> sp.Expr:
        return self.args[0]

    @property
    def letters(self) -> tuple[sp.Symbol, ...]:
        """The letters that are bound in the body and in the conditions."""
        return tuple(self.args[1][: self.width])

    @property
    def bounds(self) -> tuple[sp.Basic, ...]:
        """Bounds, laws, points: what stands outside of the scope of the bound letters."""
        return tuple(self.args[1][self.width :])

    @property
    def where(self) -> tuple[sp.Basic, ...]:
        return tuple(self.terms[2:])

    @property
    def bound_symbols(self) -> set[sp.Symbol]:
        return set(self.letters)

    @property
    def free_symbols(self) -> set[sp.Basic]:
        inner = set().union(self.body.free_symbols, *(c.free_symbols for c in self.where))
        return (inner - self.bound_symbols).union(*(b.free_symbols for b in self.bounds))

    def rebuilt(self, body: Any, letters: Any, bounds: Any, where: Any) -> sp.Expr:
        """The same binder with other parts."""
        rest = (*where, Info(*self.info)) if self.info else where
        return self.func(body, (*letters, *bounds), *rest)

    def renamed(self, taken: set[sp.Basic]) -> Binder:
        """The same with bound letters that are none of those taken."""
        table: dict[sp.Basic, sp.Basic] = {}
        for v in self.letters:
            if v in taken:
                avoid = taken | self.body.free_symbols | set(table.values())
                made = v.fresh(avoid) if isinstance(v, Letter) else sp.Dummy(v.name, **v._assumptions_orig)
                table[v] = made
        if not table:
            return self
        # the new letters are nowhere else: every occurrence is another one's name, those by which is differentiated included
        letters = [table.get(v, v) for v in self.letters]
        return self.rebuilt(self.body.xreplace(table), letters, self.bounds, [c.xreplace(table) for c in self.where])

    def _eval_subs(self, old: sp.Basic, new: sp.Basic) -> sp.Basic:
        """Substitution that neither touches nor captures what is bound."""
        bounds = [b._subs(old, new) for b in self.bounds]
        if old.free_symbols & self.bound_symbols:
            return self.rebuilt(self.body, self.letters, bounds, self.where)
        safe = self.renamed(set(new.free_symbols)) if self.bound_symbols & new.free_symbols else self
        return safe.rebuilt(safe.body._subs(old, new), safe.letters, bounds, [c._subs(old, new) for c in safe.where])

    def outside(self, x: sp.Basic) -> bool:
        """Whether a letter occurs in bounds or conditions, where nothing is differentiated."""
        return any(x in b.free_symbols for b in (*self.bounds, *self.where))


class Slope(Binder):
    r"""The k-th derivative of the body in a real letter, at a point: ``Slope(body, (u, point), Info(k))``.

    >>> from derive.symbolic.lettering import real
    >>> u, x = real("u"), real("x")
    >>> Slope(u**3, (u, x), Info(2)).doit()
    6*x
    """

    core = "slope"

    @property
    def times(self) -> int:
        return int(self.info[0])

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        (u,), (point,) = self.letters, self.bounds
        further = Slope(self.body, (u, point), Info(self.times + 1)) * sp.diff(point, x)
        inside = sp.diff(self.body, x) if x != u else sp.S.Zero
        return further + (Slope(inside, (u, point), Info(self.times)) if inside != 0 else 0)

    def doit(self, **hints: Any) -> sp.Expr:
        """Differentiated where SymPy can: what stays a slope of an operation of the field stays one."""
        (u,), (point,) = self.letters, self.bounds
        made = sp.diff(self.body, u, self.times)
        return self if made.has(Slope) else made.subs(u, point)


class Derived(Field):
    """A derivative by a letter at the letter's own value: gradients, and partial derivatives of what SymPy does not know."""

    shape = "vector"
    precedence: ClassVar[int] = PRECEDENCE["Add"]

    def __new__(cls, body: Any, letter: Any, *rest: Any) -> Any:
        body, letter = sp.sympify(body), sp.sympify(letter)
        if not isinstance(letter, sp.Symbol):
            raise TypeError(f"a derivative is by a letter, not by {letter}")
        if not moves(body, letter):
            return sp.S.Zero  # it does not move with the letter
        return sp.Expr.__new__(cls, body, letter, *map(sp.sympify, rest))

    @property
    def body(self) -> sp.Expr:
        return self.args[0]

    @property
    def letter(self) -> sp.Symbol:
        return self.args[1]

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if x == self.letter:
            raise Unsupported(f"a second derivative by {x}: write hessian(…, {x}), or expand along a line")
        return self.func(sp.diff(self.body, x), *self.args[1:])

    def _eval_subs(self, old: sp.Basic, new: sp.Basic) -> sp.Basic:
        if self.letter not in old.free_symbols:
            if self.letter in new.free_symbols:
                raise Unsupported(f"{new} in what is differentiated by {self.letter}")
            return self.func(self.body._subs(old, new), *(a._subs(old, new) for a in self.args[1:]))
        if old != self.letter:
            return self
        return At(self, (old, new))


class Gradient(Derived):
    """∇ of the body by a vector of parameters."""

    core = "gradient"


class Hessian(Derived):
    """∇² of the body by a vector of parameters."""

    core = "gradient"
    shape = "matrix"


class At(Binder):
    """The body with a letter at a point: ``At(body, (letter, point))``."""

    core = "at"

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if any(x in b.free_symbols for b in self.bounds):
            raise Unsupported(f"the derivative of a value at {self.bounds[0]} by {x}")
        return At(sp.diff(self.body, x), self.args[1])

    def doit(self, **hints: Any) -> sp.Expr:
        """The body at the point, where nothing in it is left to differentiate; else the value at the point as it stands."""
        (letter,), (point,) = self.letters, self.bounds
        body = self.body.doit(**hints)
        made = body.subs(letter, point)
        return At(body, (letter, point)) if made.has(At) else made

    @property
    def shape(self) -> str:  # type: ignore[override]
        return getattr(self.body, "shape", "scalar") if isinstance(self.body, Field) else "scalar"


def derived(term: Operation, x: sp.Symbol) -> sp.Expr:
    """The derivative of an operation: the log-derivative where the value is positive, a slope along the line where its parameter moves."""
    if not moves(term, x):
        return sp.S.Zero
    if any(moves(s, x) for i, s in enumerate(term.terms) if i not in term.slots()):
        raise Unsupported(f"{type(term).__name__} is not differentiated by {x} through what {x} stands in")
    return term * whole(sp.log(term), x) if term.is_positive else whole(term, x)


def whole(term: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """The derivative of a term as one thing: a gradient by parameters, a slope along the line on which a parameter lies."""
    if isinstance(x, Letter) and x.kind.name == "Vector":
        if not direct(term, x):
            raise Unsupported(f"a gradient of what moves with a function of {x}: differentiate along a line")
        return Gradient(term, x)
    u = Letter("u").fresh(term.free_symbols | {x})
    still = {a: sp.Dummy() for a in term.atoms(StopGradient)}
    along = term.xreplace(still).subs(x, u).xreplace({new: old for old, new in still.items()})
    return Slope(along, (u, x), Info(1))


def moves(term: sp.Basic, x: sp.Symbol) -> bool:
    """Whether a letter occurs outside of what is held fixed."""
    if x not in term.free_symbols or isinstance(term, StopGradient):
        return False
    return term == x or any(moves(a, x) for a in term.args)


def direct(term: sp.Basic, x: sp.Symbol) -> bool:
    """Whether a letter occurs as a parameter itself, never inside of something that is computed from it."""
    if term == x or not moves(term, x):
        return True
    if isinstance(term, sp.log | sp.Tuple | Binder):
        return all(direct(a, x) for a in term.args)
    return isinstance(term, Operation) and all(direct(a, x) for a in term.terms)


class Operation(Field):
    """An operation of the field on its arguments; this class itself holds those that have no class of their own: ``Operation(name, …)``."""

    def __new__(cls, *args: Any) -> Any:
        return sp.Expr.__new__(cls, *map(sp.sympify, args))

    def slots(self) -> tuple[int, ...]:
        """Places of the arguments through which the value moves smoothly."""
        return tuple(range(len(self.terms)))

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return derived(self, x)


class StopGradient(Operation):
    r"""A value that is held fixed where it is differentiated; with a letter and a value for it, the value there.

    >>> x, y = sp.symbols("x y")
    >>> sp.diff(x * StopGradient(x**2), x), StopGradient(x**2, x, y).doit()
    (StopGradient(x**2), y**2)
    """

    core = "stop"

    def __new__(cls, body: Any, letter: Any = None, held: Any = None) -> Any:
        body = sp.sympify(body)
        if letter is not None:
            return super().__new__(cls, At(body, (letter, held)))
        return body if body.is_Number or isinstance(body, cls) else super().__new__(cls, body)

    @property
    def shape(self) -> str:  # type: ignore[override]
        body = self.args[0]
        return (
            getattr(body, "shape", "scalar")
            if isinstance(body, Field)
            else shape(body.kind)
            if isinstance(body, Letter)
            else "scalar"
        )

    def written_out(self, **hints: Any) -> sp.Expr:
        """The value at the point where it is held; by itself it stays, for without its name it would move."""
        body = self.args[0].doit(**hints)
        return body if isinstance(self.args[0], At) and not isinstance(body, At) else self.func(body)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return sp.S.Zero


class Stay(Operation):
    """A derivative by a real letter that has not been carried out: ``doit`` carries it out."""

    @property
    def body(self) -> sp.Expr:
        return self.args[0]

    @property
    def letter(self) -> sp.Symbol:
        return self.args[1]

    def doit(self, **hints: Any) -> sp.Expr:
        return sp.diff(self.body.doit(**hints), self.letter, self.info[0])

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if x == self.letter:
            return Stay(self.body, x, Info(self.info[0] + 1))
        return Stay(sp.diff(self.body, x), self.letter, Info(*self.info))

    def _eval_subs(self, old: sp.Basic, new: sp.Basic) -> sp.Basic:
        if self.letter in old.free_symbols:
            return At(self, (old, new)) if old == self.letter else self
        if self.letter in new.free_symbols:
            raise Unsupported(f"{new} in what is differentiated by {self.letter}")
        return Stay(self.body._subs(old, new), self.letter, Info(*self.info))
