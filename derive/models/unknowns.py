r"""Unknown numbers, vectors and functions, drawn by name; the derivatives of unknown functions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from derive.models.core import INTERVALS, Env, Interpreter, Table, Unknown
from derive.models.elements import index_value
from derive.models.heads import Head, head_of
from derive.models.masses import mass
from derive.models.mdp import (
    moved_by,
)
from derive.models.shapes import BEYOND, bold
from derive.models.world import Index, Path
from derive.terms import App, Fence, Neg, Num, Placeholder, Rel, Seq, Sym, Term
from derive.values.algebra import Mat, Vec, is_exact, whole
from derive.values.arith import fmpq
from derive.values.jets import Jet, constant
from derive.values.jets import ring as make_ring

UNIT = frozenset({"gamma", "lambda", "alpha", "epsilon", "varepsilon", "eta", "kappa"})
POSITIVE = frozenset({"beta", "sigma", "Z", "N", "rho", "c", "tau", "zeta", "p", "q", "P", "Q_sum"})
FUNCTION_NAMES = frozenset(
    {"f", "g", "h", "F", "J", "L", "phi", "Phi", "psi", "ell", "u", "sigma", "E", "mathcal:L", "mathcal:J"}
)
#: Letters that stand for anything where nothing defines them; every other unknown may be defined by the words of a page.
ARBITRARY = frozenset(
    [
        "f",
        "g",
        "h",
        "b",
        "x",
        "y",
        "z",
        "c",
        "theta",
        "phi",
        "gamma",
        "lambda",
        "alpha",
        "beta",
        "epsilon",
        "varepsilon",
        "r",
        "R",
        "u",
        "v",
        "w",
        "p",
        "q",
        "P",
        "Q",
        "X",
        "Y",
        "Z",
        "i",
        "j",
        "k",
        "n",
        "A",
        "B",
        "V",
        "s",
        "a",
        "t",
        "rho",
        "sigma",
        "mu",
        "G",
        "N",
        "K",
        "delta",
        "eta",
        "tau",
        "m",
        "M",
        "Delta",
        "Phi",
    ]
)


def unknown_scalar(m: Interpreter, t: Sym, h: Head, env: Env) -> Any:
    """An unknown number of the kind its letter suggests."""
    w = m.world
    indices = tuple(index_value(m, i, env) for i in h.indices)
    depends = moved_by(m, h)
    key = (h.key, *indices)
    kind = "unit" if h.base in UNIT or h.base == "tau" and m.facts.quantiles else "positive" if h.base in POSITIVE else "real"
    if h.base == "gamma" and not h.indices:
        return w.gamma()
    if w.holds("one:" + h.key) or w.holds("zero:" + h.key):
        return int(w.holds("one:" + h.key))
    if h.base not in ARBITRARY or h.base == "delta":
        w.loose.add(h.key)
    if (h.key, *indices) in m.pinned:
        return m.pinned[(h.key, *indices)]
    w.unknown.add(h.key)
    probability = mass(m, h, env, depends) if m.facts.masses else None
    if probability is not None:
        return probability
    for condition in m.scope.conditions:
        # r_i ∈ {0, 1}: drawn from the set
        if (
            isinstance(condition, Rel)
            and condition.op == r"\in"
            and isinstance(condition.lhs, Sym)
            and head_of(condition.lhs).key == h.key
            and isinstance(condition.rhs, Seq)
            and condition.rhs.fences == "{}"
            and all(isinstance(x, Num) for x in condition.rhs.items)
        ):
            return m.value(condition.rhs.items[w.choice(("member", key), len(condition.rhs.items))], env)
    shape = m.facts.shapes.get(h.name) if not h.indices else (w.setting.dim,) if bold(t) and m.facts.shapes else None
    if shape is not None and any(head_of(d.sym).key == h.key and len(head_of(d.sym).indices) == 1 for d in m.scope.definitions):
        raise Unknown("a vector of which the components are defined")
    if shape is not None and m.facts.components and not h.indices:
        return by_components(m, t, h, key, shape, depends, env)
    if shape is not None:
        return shaped(m, key, shape, depends)
    low, high = bounds_of(m, h)
    if low is None and high is None or low is not None and high is not None and low >= high:
        return w.value(key, kind, depends)
    if low is not None and high is not None:
        value = w.add(low, w.mul(high - low, w.value(("variable", "share", key), "unit", depends)))
    elif low is not None:
        value = w.add(low, w.value(("variable", "above", key), "positive", depends))
    else:
        value = w.sub(high, w.value(("variable", "below", key), "positive", depends))
    w.memo[key, kind] = constant(value)  # what a witness tells of it
    return value


def bounds_of(m: Interpreter, h: Head) -> tuple[Any, Any]:
    """The numbers between which the conditions of the context put a letter: c < 0, 0 < ε < 1, |x| ≤ 1; None where they do not."""
    low: Any = None
    high: Any = None
    for condition in m.scope.conditions:
        links = [condition] if isinstance(condition, Rel) else []
        if links and isinstance(links[0].lhs, Rel):  # a < x < b
            links = [links[0].lhs, Rel(links[0].op, links[0].lhs.rhs, links[0].rhs)]
        for link in links:
            if link.op == r"\in" and names(link.lhs, h) and isinstance(link.rhs, Seq) and link.rhs.fences in INTERVALS:
                ends = [exact(x) for x in link.rhs.items]
                low, high = ends if len(ends) == 2 else (low, high)
            below, above = (link.lhs, link.rhs) if link.op in LESS else (link.rhs, link.lhs) if link.op in MORE else (None, None)
            least, most = exact(below), exact(above)
            if most is not None and names(below, h):
                high = most if high is None else min(high, most)
            elif least is not None and names(above, h):
                low = least if low is None else max(low, least)
            elif most is not None and isinstance(below, Fence) and below.kind == "abs" and names(below.args[0], h) and most > 0:
                low, high = -most, most
    return low, high


LESS = frozenset({"<", r"\lt", r"\le", r"\leq"})
MORE = frozenset({">", r"\gt", r"\ge", r"\geq"})


def exact(t: Term | None) -> Any:
    """A printed number, with its sign; None for anything else."""
    if isinstance(t, Neg):
        inner = exact(t.body)
        return None if inner is None else -inner
    return whole(fmpq(t.value)) if isinstance(t, Num) else None


def names(t: Term | None, h: Head) -> bool:
    """Whether a term is the letter, or stands for all that have its indices: the w_t of w_t > 0."""
    return isinstance(t, Sym) and head_of(t).key == h.key and len(head_of(t).indices) == len(h.indices)


def by_components(m: Interpreter, t: Sym, h: Head, key: Any, shape: tuple[int, ...], depends: Any, env: Env) -> Any:
    """A vector in a claim that writes components: made of its own x_1, …, x_n, as long as the claim's indices run."""
    if len(m.facts.size_names) > 1 or BEYOND in m.facts.components.values():
        raise Unknown("components of vectors under derivatives, of matrices or beside several sizes")
    length = max(m.facts.components.values()) or m.world.setting.group
    if h.name not in m.facts.components:
        return shaped(m, key, (length,) * len(shape), depends)
    plain = Sym(h.name.split(":")[-1])
    return Vec(tuple(m.number(replace(plain, subs=(Num(Fraction(i), str(i)),)), env) for i in range(1, length + 1)))


def shaped(m: Interpreter, key: Any, shape: tuple[int, ...], depends: frozenset[str]) -> Any:
    """An unknown vector or matrix; the names of symmetric ones (Hessian, Fisher, covariance) give symmetric ones."""
    w = m.world
    if len(shape) == 1:
        return Vec(tuple(w.value((key, i), "real", depends) for i in range(shape[0])))
    if key[0] == "I":
        return Mat(tuple(tuple(int(i == j) for j in range(shape[1])) for i in range(shape[0])))
    symmetric = key[0] in m.scope.symmetric or key[0] in ("H", "F", "Sigma", "mathbf:H", "mathbf:F")
    return Mat(
        tuple(
            tuple(w.value((key, min(i, j), max(i, j)) if symmetric else (key, i, j), "real", depends) for j in range(shape[1]))
            for i in range(shape[0])
        )
    )


def defined_function(m: Interpreter, head: Sym) -> bool:
    """Whether the page defines the function whose derivative a prime denotes."""
    return any(d.sym == Sym(head.name, head.accents, head.subs, head.sups, 0) for d in m.scope.definitions)


def prime_derivative(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """f'(x): the derivative of f where its argument stands, through a nilpotent slot."""
    w = m.world
    head = t.head
    assert isinstance(head, Sym)
    plain = Sym(head.name, head.accents, head.subs, head.sups, 0)
    slots = [i for i, v in enumerate(w.setting.variables) if v.startswith("slot")]
    if not slots:
        raise Unknown("a derivative that the claim's ring has no room for")
    at = m.number(t.args[0], env)
    if isinstance(at, Vec):
        raise Unknown("a derivative at a vector")
    base = w.field.lift(at) if is_exact(at) else at
    variable = w.ring.variable(slots[0], w.field.lift(0))
    place = Sym("text:·slot")
    value = m.value(App(plain, (place,)), env.bind(place, w.add(variable, base)))
    for _ in range(h.primes):
        value = value.diff(slots[0]) if isinstance(value, Jet) else 0
    return without(value, slots[0])


def without(value: Any, i: int) -> Any:
    """A jet at ε_i = 0."""
    if not isinstance(value, Jet):
        return value
    kept = [c if value.ring.monomials[j][i] == 0 else 0 for j, c in enumerate(value.c)]
    return Jet(value.ring, value.order, kept)


def generic(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """An unknown function: one unknown value per element, a Taylor series with unknown coefficients per number."""
    w = m.world
    values: list[Any] = []
    for a in (*t.args, *t.given):
        if isinstance(a, Placeholder):
            raise Unknown("a placeholder in an unknown function")
        v = m.value(a, env)
        values.extend(v.items if isinstance(v, Vec) else [v])
    if h.base not in ARBITRARY:
        w.loose.add(h.key)
    w.unknown.add(h.key)
    if w.holds("one:" + h.key):
        return 1
    name = (h.key, *(index_value(m, i, env) for i in h.indices))
    kind = "positive" if h.base in ("Z", "N", "sigma", "w") else "real"
    depends = moved_by(m, h)
    if h.key in m.facts.vector_functions:
        return Vec(tuple(unknown_function(m, (*name, f"[{i}]"), values, kind, depends) for i in range(w.setting.dim)))
    return unknown_function(m, name, values, kind, depends)


def value_key(value: Any) -> str:
    """A constant as part of a name."""
    if isinstance(value, Index):
        return f"{value.sort}{value.k}"
    if isinstance(value, flint.nmod):
        return f"m{int(value)}"
    if hasattr(value, "res"):
        return f"m{int(value.res)}"
    if isinstance(value, flint.arb):
        return value.str(15, radius=False)
    return str(value)


def unknown_function(m: Interpreter, name: tuple[Any, ...], values: list[Any], kind: str, depends: frozenset[str]) -> Any:
    """f at ``values``: Σ_m D_m(c) Πν_i^{m_i} with one unknown coefficient per monomial, remembered by the base point c."""
    w = m.world
    if any(isinstance(v, list | Path | Table) for v in values):
        raise Unknown("a function of this argument")
    constants = tuple(value_key(v.c[0] if isinstance(v, Jet) else v) for v in values)
    moving = [i for i, v in enumerate(values) if isinstance(v, Jet)]
    if not moving:
        return w.value((name, constants), kind, depends)
    order = min(values[i].order for i in moving)
    nus = [values[i].nilpotent() for i in moving]
    total: Any = w.value((name, constants), kind, depends)
    powers: dict[tuple[int, ...], Any] = {}
    for monomial in make_ring(len(moving), order).monomials[1:]:
        w.tick(w.ring.cost)
        full = tuple(monomial[moving.index(i)] if i in moving else 0 for i in range(len(values)))
        last = max(i for i, e in enumerate(monomial) if e)
        below = powers.get((*monomial[:last], monomial[last] - 1, *monomial[last + 1 :]))
        term = powers[monomial] = nus[last] if below is None else below * nus[last]
        coefficient = w.draw((name, constants, full) if any(full) else (name, constants), "real")
        total = total + term * coefficient
    return total
