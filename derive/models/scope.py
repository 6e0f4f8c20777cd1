r"""What a page, a ``given`` or a comment has defined so far: the scope in which a claim is read.

A :class:`Definition` is a pattern (``f(x)``, ``r_t(\theta)``, ``\hat A_i``, ``\mu``) and a body.  Its index and argument
variables are bound at use: ``G_t = r_t + \gamma G_{t+1}`` defines ``G_0`` and ``G_{t+1}`` alike.  *Data* assigns a number to a ground term
(``\gamma = 0.9``, ``V(s') = 4.0``); it is only used when a claim is read as an instance of the page's example.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derive.models.heads import PARAMETERS, POLICIES, Head, head_of
from derive.terms import Add, App, Func, Neg, Num, Op, Paren, Rel, Sym, Term, replace_terms


@dataclass(frozen=True, slots=True)
class Definition:
    """``pattern = body``, with where it was said."""

    pattern: Term
    body: Term
    line: int = 0
    section: int = 0

    @property
    def sym(self) -> Sym:
        head = self.pattern.head if isinstance(self.pattern, App) else self.pattern
        assert isinstance(head, Sym)
        return head

    @property
    def args(self) -> tuple[Term, ...]:
        return (*self.pattern.args, *self.pattern.given) if isinstance(self.pattern, App) else ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Definitions and data in force, the conventions they fix and the assumptions stated."""

    definitions: tuple[Definition, ...] = ()
    data: dict[Term, Term] = field(default_factory=dict, hash=False)
    assumptions: frozenset[str] = frozenset()
    conditions: tuple[Term, ...] = ()
    reward_shift: int | None = None
    use_data: bool = False
    discounted: bool = False
    trusting: bool = False
    restricted: frozenset[str] = frozenset()
    symmetric: frozenset[str] = frozenset()
    beyond: int = 0  #: how many steps, counted from T, what is given writes: 1 for a sum up to r_T

    def define(self, definition: Definition) -> Scope:
        """The scope with one more definition; a newer one with the same pattern key hides an older."""
        key = pattern_key(definition.pattern)
        kept = tuple(d for d in self.definitions if pattern_key(d.pattern) != key)
        return replace(self, definitions=(*kept, definition))

    def assign(self, term: Term, value: Term) -> Scope:
        """The scope with a datum."""
        return replace(self, data={**self.data, canonical(term): value})

    def find(self, term: Term) -> tuple[Definition, tuple[tuple[Term, Term], ...]] | None:
        """The newest definition that ``term`` is an instance of, with (variable, used term) pairs to bind."""
        last: tuple[Definition, tuple[tuple[Term, Term], ...]] | None = None
        for definition in reversed(self.definitions):
            bound = match_definition(definition, term)
            if bound is None:
                continue
            if definition.pattern == term or not ground_scripts(definition.pattern):
                return definition, bound
            if definition.sym.name not in IN_TIME:
                last = last or (definition, bound)  # R_T stands for R_t where no rule gives R_t
        return last or self._labelled(term)

    def _labelled(self, term: Term) -> tuple[Definition, tuple[tuple[Term, Term], ...]] | None:
        """A definition under the same letter with a label (``\\hat A_t^{GAE}`` for ``\\hat A_t``), where there is just one."""
        used = term.head if isinstance(term, App) else term
        if not isinstance(used, Sym) or not used.accents or used.primes:
            return None
        h = head_of(used)
        if h.labels or h.policy is not None or any(isinstance(i, Paren) for i in h.indices):
            return None  # Â_t^{(2)}, of two steps, is no other name of Â_t^{GAE}
        near = [
            d
            for d in self.definitions
            if head_of(d.sym).name == h.name and head_of(d.sym).accents == h.accents and head_of(d.sym).labels
        ]
        if len(near) != 1:
            return None
        bound = match_definition(
            near[0], Sym(used.name, used.accents, used.subs, near[0].sym.sups) if not isinstance(term, App) else term, loose=True
        )
        return (near[0], bound) if bound is not None else None


def canonical(term: Term) -> Term:
    """The term without brackets around it."""
    while isinstance(term, Paren):
        term = term.body
    return term


def pattern_key(pattern: Term) -> tuple[str, int, int, tuple[Term, ...]]:
    """Head, number of indices, whether it takes arguments, and the ground scripts of a pattern."""
    sym = pattern.head if isinstance(pattern, App) else pattern
    assert isinstance(sym, Sym)
    head = head_of(sym)
    ground = tuple(i for i in head.indices if is_number(i) or is_end(i))
    scripts = (*pattern.args, *pattern.given) if isinstance(pattern, App) else ()
    fixed = tuple(a for a in scripts if ground_argument(a, sym.name) or ends(a))
    return head.key, len(head.indices), int(isinstance(pattern, App)), (*ground, *fixed)


DENSITIES = frozenset({"p", "P", "q", "rho", "mu", "d"})
STATE_HEADS = frozenset({"V", "v", "Q", "q", "A", "pi", "R", "U"})


IN_TIME = frozenset({"G", "V", "v", "A", "s", "S", "a", "r", "delta"})  #: what an episode gives at every other step


def is_end(index: Term) -> bool:
    """The last step T: a place of its own beside a rule for t."""
    return index == Sym("T")


def is_number(index: Term) -> bool:
    return isinstance(index, Num) or isinstance(index, Neg) and isinstance(index.body, Num)


def ends(argument: Term) -> bool:
    """An argument at the last step: ``S_T``."""
    return isinstance(argument, Sym) and any(is_end(i) for i in argument.subs)


def ground_scripts(pattern: Term) -> bool:
    """Whether every script of a pattern names one place: ``f(0)``, ``V(S_T)``, ``G_T``, ``a_1``."""
    if isinstance(pattern, App):
        scripts = (*pattern.args, *pattern.given)
        name = pattern.head.name if isinstance(pattern.head, Sym) else ""
        return bool(scripts) and all(ground_argument(a, name) or ends(a) for a in scripts)
    indices = head_of(pattern).indices if isinstance(pattern, Sym) else ()
    return bool(indices) and all(is_number(i) or is_end(i) for i in indices)


def ground_argument(term: Term, head: str = "") -> bool:
    """A number or a word; for a value function also a numbered or capital letter: an argument that names one thing."""
    if isinstance(term, Sym) and head in STATE_HEADS:
        numbered = bool(term.subs) and all(isinstance(i, Num) for i in term.subs)
        if numbered or len(term.name) == 1 and term.name.isupper() and not term.subs:
            return True
    return isinstance(term, Num) or isinstance(term, Sym) and term.name.startswith("text:")


def is_variable(term: Term) -> bool:
    """A plain letter that a definition can bind."""
    return isinstance(term, Sym) and not term.name.startswith("text:")


def same_head(a: Head, b: Head) -> bool:
    return a.key == b.key and (a.params == b.params or not a.params or not b.params)


def match_definition(definition: Definition, term: Term, loose: bool = False) -> tuple[tuple[Term, Term], ...] | None:
    """How ``term`` instantiates the definition's pattern; None when it does not."""
    used = term.head if isinstance(term, App) else term
    if not isinstance(used, Sym) or used.name != definition.sym.name:
        return None
    mine, theirs = head_of(definition.sym), head_of(used)
    if not loose and not same_head(mine, theirs) or len(mine.indices) != len(theirs.indices):
        return None
    bound: list[tuple[Term, Term]] = []
    for pattern, actual in zip(mine.indices, theirs.indices, strict=True):
        if not bind_index(pattern, actual, bound):
            return None
    wanted = definition.args
    if isinstance(term, App):
        given = (*term.args, *term.given)
        if not isinstance(definition.pattern, App):
            if not given or not all(parameter_like(g) for g in given):
                return None
            return tuple(bound)
        if (
            len(given) != len(wanted)
            or len(term.given) != len(definition.pattern.given)
            and not all(parameter_like(g) for g in given)
        ):
            if not (all(parameter_like(g) for g in given) and all(parameter_like(w) for w in wanted)):
                return None
            return tuple(bound)
        for pattern, actual in zip(wanted, given, strict=True):
            if not match_term(pattern, actual, bound, used.name):
                return None
    elif wanted and not all(parameter_like(w) for w in wanted):
        # L for L(h): its own variable stands free in the body
        if (
            used.name in STATE_HEADS | DENSITIES | {"r"}
            or not all(isinstance(w, Sym) and not w.subs for w in wanted)
            or mine.indices
        ):
            return None
    return tuple(bound)


def match_term(pattern: Term, actual: Term, bound: list[tuple[Term, Term]], head: str = "") -> bool:
    """Bind the variables of an argument pattern; relations (``y_1 > y_2``) match side by side."""
    if isinstance(pattern, Rel) and isinstance(actual, Rel):
        return (
            pattern.op == actual.op and match_term(pattern.lhs, actual.lhs, bound) and match_term(pattern.rhs, actual.rhs, bound)
        )
    if ground_argument(pattern, head):
        return pattern == actual
    if is_variable(pattern):
        if head in DENSITIES and isinstance(pattern, Sym) and isinstance(actual, Sym) and pattern.name != actual.name:
            return False  # p(τ) says nothing of p(s)
        bound.append((pattern, actual))
        return True
    return pattern == actual


def parameter_like(term: Term) -> bool:
    """An argument that may be left out: ``J`` for ``J(θ)``, ``r_t`` for ``r_t(θ)``, ``L`` for ``L(π_θ; π_ref)``."""
    return isinstance(term, Sym) and (term.name in PARAMETERS or term.name in POLICIES)


def bind_index(pattern: Term, actual: Term, bound: list[tuple[Term, Term]]) -> bool:
    """Bind an index variable, or solve ``t+1`` against what is used."""
    pattern, actual = canonical(pattern), canonical(actual)
    if isinstance(actual, Op) and actual.op == ":" and not isinstance(pattern, Op):
        return False  # G_t says nothing of G_{t:t+n}
    if isinstance(pattern, Sym):
        bound.append((pattern, actual))
        return True
    if isinstance(pattern, Add) and len(pattern.terms) == 2 and isinstance(pattern.terms[0], Sym):
        variable, step = pattern.terms
        shift = step.body if isinstance(step, Neg) else Neg(step)
        bound.append((variable, Add((actual, shift))))
        return True
    if isinstance(pattern, Op) and isinstance(actual, Op) and pattern.op == actual.op and len(pattern.args) == len(actual.args):
        low, high = pattern.args[0], pattern.args[-1]
        if pattern.op == ":" and len(pattern.args) == 2 and isinstance(high, Add):
            if len(high.terms) == 2 and high.terms[0] == low and isinstance(high.terms[1], Sym):  # t:t+n binds t, then n
                return bind_index(low, actual.args[0], bound) and bind_index(
                    high.terms[1], Add((actual.args[1], Neg(Paren(actual.args[0])))), bound
                )
        return all(bind_index(p, a, bound) for p, a in zip(pattern.args, actual.args, strict=True))
    return pattern == actual


def functions_defined(scope: Scope) -> frozenset[str]:
    """Names that the scope uses as functions."""
    return frozenset(d.sym.name for d in scope.definitions if isinstance(d.pattern, App | Func))


def rename_scripts(body: Term, bound: tuple[tuple[Term, Term], ...], copies: bool = False) -> Term:
    """A definition's body for another letter: with a ↦ a_i, its tokens a_t become a_{i,t}; with u ↦ û, u_j becomes û_j."""
    for variable, actual in bound:
        if isinstance(variable, Sym) and isinstance(actual, Sym) and variable != actual:
            policy = variable.name in POLICIES  # J(π′) from a definition of J(π)
            copy = copies and {variable.name, actual.name} <= PARAMETERS and not variable.subs  # L(θ_old) from L(θ) by π_θ
            if policy or copy:
                body = replace_terms(body, {variable: actual})
                continue
        if variable == actual or not isinstance(variable, Sym) or not isinstance(actual, Sym) or variable.subs:
            continue
        if (variable.name, variable.accents) == (actual.name, actual.accents) and not actual.subs:
            continue

        def rename(t: Term, v: Sym = variable, a: Sym = actual) -> Term:
            if isinstance(t, Sym) and t.name == v.name and t.accents == v.accents and (t.subs or t.sups) and t != v:
                return Sym(a.name, a.accents, (*a.subs, *t.subs), t.sups, t.primes)
            return t.map_children(rename)

        if isinstance(variable, Sym) and any(
            isinstance(x, Sym) and x.name == variable.name and x.subs and any(isinstance(i, Sym | Rel | Op) for i in x.subs)
            for x in body.walk()
        ):
            body = rename(body)
    return body


def closure(terms: tuple[Term, ...], scope: Scope) -> list[Term]:
    """The terms and the bodies of the definitions they use."""
    out: list[Term] = []
    seen: set[int] = set()

    def visit(t: Term) -> None:
        out.append(t)
        if not scope.definitions:
            return
        for x in t.walk():
            if isinstance(x, Sym | App):
                found = scope.find(x)
                if found is not None and id(found[0]) not in seen:
                    seen.add(id(found[0]))
                    visit(found[0].body)

    for t in terms:
        visit(t)
    return out
