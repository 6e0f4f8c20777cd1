r"""Parameters written among the arguments: ``Q(s,a;\theta_i)``, ``V(s;\theta_v)``, ``\mu(s\mid\theta^\mu)``, ``\pi(a\mid s;\theta)``.

They are what ``Q_{\theta_i}(s,a)`` and ``\pi_\theta(a\mid s)`` say with a subscript, and are read as that: a function moves with
the parameters it names, wherever it names them.  Where one letter stands with several parameters (``\pi_\theta`` beside
``\pi_\phi``), each names a function of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.models.facts import closure
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.scope import Scope
from derive.terms import App, Label, Op, Sym, Term

PARAMETRISED = frozenset({"V", "v", "Q", "q", "A", "mu"})


def with_scripts(t: Term) -> Term:
    """The term with its parameters as subscripts; the same object where nothing is written otherwise."""
    if not any(isinstance(x, App) and parameters(x)[0] for x in t.walk()):
        return t
    t = t.map_children(with_scripts)
    if isinstance(t, App) and isinstance(t.head, Sym):
        own, rest = parameters(t)
        if own:
            return replace(t, head=replace(t.head, subs=(*t.head.subs, *own)), given=rest)
    return t


def parameters(t: App) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """(parameters among what an application is conditioned on, the rest of it)."""
    if not (isinstance(t.head, Sym) and t.given) or head_of(t.head).params:
        return (), t.given
    if t.head.name in POLICIES:
        last = t.given[-1]
        if isinstance(last, Op) and last.op == ";" and len(last.args) == 2 and is_parameter(last.args[1]):
            return (last.args[1],), (*t.given[:-1], last.args[0])
        return (), t.given
    if head_of(t.head).base in PARAMETRISED and all(is_parameter(g) for g in t.given):
        return t.given, ()
    return (), t.given


def is_parameter(t: Term) -> bool:
    return isinstance(t, Sym) and t.name in PARAMETERS


def apart(terms: list[Term]) -> dict[tuple[str, str], Label]:
    """(head, parameter) ↦ the label that sets it apart: where a letter has several parameters, all but its first."""
    found: dict[str, dict[str, None]] = {}
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and x.subs:
                h = head_of(x)
                if len(h.params) == 1:
                    found.setdefault(h.key, {})[h.params[0]] = None
    several = {key: sorted(names, key=lambda n: (n != "theta", n)) for key, names in found.items() if len(names) > 1}
    return {(key, name): Label(name) for key, names in several.items() for name in names[1:]}


def set_apart(t: Term, labels: dict[tuple[str, str], Label]) -> Term:
    """The term with those labels."""
    t = t.map_children(lambda c: set_apart(c, labels))
    if isinstance(t, Sym) and t.subs:
        h = head_of(t)
        label = labels.get((h.key, h.params[0])) if len(h.params) == 1 else None
        return replace(t, subs=(*t.subs, label)) if label is not None else t
    return t


def read_parameters(lhs: Term, rhs: Term, scope: Scope) -> tuple[Term, Term, Scope]:
    """A claim with its parameters as subscripts, and letters with several of them set apart."""
    lhs, rhs, scope = with_scripts(lhs), with_scripts(rhs), rewritten(scope, with_scripts)
    labels = apart(closure((lhs, rhs), scope))
    if not labels:
        return lhs, rhs, scope
    return set_apart(lhs, labels), set_apart(rhs, labels), rewritten(scope, lambda t: set_apart(t, labels))


def rewritten(scope: Scope, change: Callable[[Term], Term]) -> Scope:
    """The scope with its definitions rewritten."""
    made = tuple(replace(d, pattern=change(d.pattern), body=change(d.body)) for d in scope.definitions)
    same = all(a.pattern is b.pattern and a.body is b.body for a, b in zip(made, scope.definitions, strict=True))
    return scope if same else replace(scope, definitions=made)
