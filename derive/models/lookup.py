r"""What the page gives a term: its data, the points that are given, its definitions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import show
from derive.models.given import at_point, points_of
from derive.models.heads import POLICIES, head_of
from derive.models.scope import Definition, canonical, rename_scripts
from derive.models.timeline import linear, plus, scaled
from derive.models.world import Index
from derive.terms import App, Placeholder, Seq, Sym, Term
from derive.values.algebra import Mat, ShapeError, Vec
from derive.values.arith import Undefined


def from_scope(m: Interpreter, t: Term, env: Env) -> Any:
    """The value that the page's data or definitions give a term; None when they are silent."""
    moving = bool(m.world.setting.fixed_numbers) and show(t) in m.world.setting.fixed_numbers
    if m.scope.use_data and not moving:  # what is differentiated keeps its nilpotent; its number is its base point
        datum = m.scope.data.get(canonical(t))
        if datum is not None and not ranges(t, env):
            return m.value(datum, env)
        if isinstance(t, Sym) and len(t.subs) == 1 and not t.sups:
            item = listed_datum(m, t, env)
            if item is not None:
                return item
    if m.scope.trusting:
        given = at_point(m, t, env)
        if given is not None:
            return given
    if not m.scope.definitions:
        return None
    found = m.scope.find(t)
    if found is None:
        return None
    definition, bound = found
    return unroll(m, definition, bound, env)


#: Below and above every index that a claim writes: there a recursion begins whose first value nothing gives.
LOWEST, HIGHEST = -4, 12


def unroll(m: Interpreter, definition: Definition, bound: tuple[tuple[Term, Term], ...], env: Env) -> Any:
    """The value of a definition; None, an unknown, where a recursion begins.

    A sequence obeys x_n = f(x_{n−1}) from some first value on, which may be anything where nothing gives it: it lies below every
    index that a claim writes, or above for x_n = f(x_{n+1}), or where f has no value, as in x_{n+1} = x_n + (y_n − x_n)/n at n = 0.
    """
    n = place_of(m, bound, env)
    if n is None:
        return (
            fixed_point(m, definition, env) if definition.pattern in definition.body.walk() else expand(m, definition, bound, env)
        )
    before = next((k for key, k in reversed(env.unrolled) if key == id(definition)), None)
    if before is not None and (n < before and n <= LOWEST or n > before and n >= HIGHEST):
        return None
    if m.scope.trusting and n < first_given(m, definition) and descends(definition):
        raise Undefined("a sequence before its first value")
    inner = replace(env, unrolled=(*env.unrolled, (id(definition), n)))
    try:
        return expand(m, definition, bound, inner)
    except Undefined:
        if before is None or before == n:
            raise
        return None


def first_given(m: Interpreter, definition: Definition) -> int:
    """The least index at which a value is given of what a recursion defines; below every index without one."""
    points = points_of(m, definition.sym, isinstance(definition.pattern, App))
    return min((where[0] for where, _ in points if len(where) == 1 and isinstance(where[0], int)), default=LOWEST)


def descends(definition: Definition) -> bool:
    """Whether a definition goes back to earlier values, one index at a time: x_n by x_{n−1}."""
    own = definition.sym
    here = linear(own.subs[0]) if len(own.subs) == 1 else None
    steps = [
        plus(there, scaled(here, Fraction(-1)) or {})
        for x in definition.body.walk()
        if isinstance(x, Sym) and x.name == own.name and x.accents == own.accents and len(x.subs) == 1
        if here is not None and (there := linear(x.subs[0])) is not None
    ]
    return any(set(step) <= {None} and step.get(None, Fraction(0)) < 0 for step in steps)


def fixed_point(m: Interpreter, definition: Definition, env: Env) -> Any:
    """x where x = A x + b is given: the solution of (I − A) x = b.

    Raises:
        Unknown: the right side is no affine function of x.
    """
    w, x = m.world, definition.pattern
    key = ("fixed point", id(definition))
    if key in m.pinned:
        return m.pinned[key]
    shape = m.facts.shapes.get(definition.sym.name, ())
    if len(shape) > 1 or env.path is not None or any(isinstance(v, Index) for v in env.vars.values()):
        raise Unknown("definitions that refer to each other without end")
    n = shape[0] if shape else 1

    def right(items: list[Any]) -> list[Any]:
        value = m.number(definition.body, env.deeper().bind(x, Vec(tuple(items)) if shape else items[0]))
        if isinstance(value, Vec) and len(value.items) != n or isinstance(value, Mat) or isinstance(value, Vec) != bool(shape):
            raise Unknown("an equation between values of different shape")
        return list(value.items) if isinstance(value, Vec) else [value]

    b = right([0] * n)
    columns = [[w.sub(y, c) for y, c in zip(right([int(i == j) for i in range(n)]), b, strict=True)] for j in range(n)]
    probe = [w.draw(("probe", j)) for j in range(n)]
    expected = [w.add(b[i], w.total(w.mul(columns[j][i], probe[j]) for j in range(n))) for i in range(n)]
    if not all(w.is_zero(w.sub(y, e)) for y, e in zip(right(probe), expected, strict=True)):
        raise Unknown("an equation that is not linear in what it defines")
    solution = w.solve([[w.sub(int(i == j), columns[j][i]) for j in range(n)] for i in range(n)], b)
    m.pinned[key] = Vec(tuple(solution)) if shape else solution[0]
    return m.pinned[key]


def place_of(m: Interpreter, bound: tuple[tuple[Term, Term], ...], env: Env) -> int | None:
    """The whole number that a definition is used at, if it is one of the variables that it binds."""
    for variable, actual in bound:
        if (
            isinstance(variable, Sym)
            and not variable.subs
            and not isinstance(actual, Placeholder)
            and variable.name not in POLICIES
        ):
            try:
                value = m.value(actual, env)
            except (Unknown, ShapeError):
                continue
            if isinstance(value, int):
                return value
    return None


def ranges(t: Term, env: Env) -> bool:
    """Whether an application stands for all values of one of its arguments: the number given for one of them is not theirs."""
    return isinstance(t, App) and any(a in env.vars for a in (*t.args, *t.given))


def listed_datum(m: Interpreter, t: Sym, env: Env) -> Any:
    """r_2 where the page lists r = [2, 4, 6, 8]."""
    listed = m.scope.data.get(Sym(t.name, t.accents))
    if not isinstance(listed, Seq):
        return None
    try:
        i = m.integer(t.subs[0], env)
    except Unknown:
        return None
    return m.value(listed.items[i - 1], env) if 1 <= i <= len(listed.items) else None


def expand(m: Interpreter, definition: Definition, bound: tuple[tuple[Term, Term], ...], env: Env) -> Any:
    """The value of a definition's body with its variables bound to what was used."""
    inner = env.deeper()
    bindings: dict[Term, Any] = {}
    body = rename_scripts(definition.body, bound, copies=not (m.facts.increments or m.facts.variables))
    for variable, actual in bound:
        if isinstance(variable, Sym) and variable.name in POLICIES:
            continue
        if actual == variable and actual not in env.vars:
            if isinstance(variable, Sym) and head_of(variable).indices and not isinstance(actual, Placeholder):
                bindings[variable] = m.value(actual, env)
            continue
        bindings[variable] = m.value(actual, env)
        pattern_head = head_of(variable) if isinstance(variable, Sym) else None
        actual_head = head_of(actual) if isinstance(actual, Sym) else None
        if (
            pattern_head
            and actual_head
            and len(pattern_head.indices) == 1 == len(actual_head.indices)
            and isinstance(pattern_head.indices[0], Sym)
        ):
            bindings[pattern_head.indices[0]] = m.value(actual_head.indices[0], env)
    return m.value(body, inner.bind_all(bindings))
