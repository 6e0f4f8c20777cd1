r"""What the page gives a term: its data, the points that are given, its definitions."""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import show
from derive.models.given import at_point
from derive.models.heads import POLICIES, head_of
from derive.models.scope import Definition, canonical, rename_scripts
from derive.terms import Placeholder, Seq, Sym, Term


def from_scope(m: Interpreter, t: Term, env: Env) -> Any:
    """The value that the page's data or definitions give a term; None when they are silent."""
    moving = bool(m.world.setting.fixed_numbers) and show(t) in m.world.setting.fixed_numbers
    if m.scope.use_data and not moving:  # what is differentiated keeps its nilpotent; its number is its base point
        datum = m.scope.data.get(canonical(t))
        if datum is not None:
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
    return expand(m, definition, bound, env)


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
    body = rename_scripts(definition.body, bound)
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
