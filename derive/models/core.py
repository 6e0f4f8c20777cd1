r"""The one interpreter: the value of any term in any world over any arithmetic.

``Interpreter.value(term, env)`` dispatches on the kind of node.  Symbols and applications are given meaning by
:mod:`derive.models.symbols`, expectations by :mod:`derive.models.randoms`, sums and other binders by
:mod:`derive.models.binders`, named functions by :mod:`derive.models.functions`.  Nothing here knows a formula.

Raises:
    Unknown: a symbol or construct has no meaning here; the claim is then undecided, never false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from derive.models.scope import Scope
from derive.models.world import Index, Path, World
from derive.terms import Decor, Op, Paren, Rel, Seq, Term
from derive.values.algebra import Vec, whole
from derive.values.arith import fmpq

HALF = fmpq(Fraction(1, 2))


class Unknown(Exception):
    """A meaning that the model does not have: what, for the reader of an undecided verdict."""


@dataclass(frozen=True, slots=True)
class Env:
    """Values of bound variables, the episode at hand, and the policy that expectations sample from."""

    vars: dict[Term, Any] = field(default_factory=dict)
    path: Path | None = None
    sampler: str = ""
    depth: int = 0
    unrolled: tuple[tuple[int, int], ...] = ()

    def bind(self, term: Term, value: Any) -> Env:
        return replace(self, vars={**self.vars, term: value})

    def bind_all(self, pairs: dict[Term, Any]) -> Env:
        return replace(self, vars={**self.vars, **pairs}) if pairs else self

    def on(self, path: Path) -> Env:
        return replace(self, path=path)

    def deeper(self) -> Env:
        if self.depth > 40:
            raise Unknown("definitions that refer to each other without end")
        return replace(self, depth=self.depth + 1)


Handler = Callable[["Interpreter", Any, Env], Any]


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What the shape of a claim says about its variables: which are numbers, which name elements of a set."""

    numbers: frozenset[Term] = frozenset()
    sequences: frozenset[str] = frozenset()
    sorts: dict[str, str] = field(default_factory=dict)
    increments: tuple[tuple[Term, Term | None], ...] = ()
    old_is_base: bool = False
    size_names: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    policy_args: str = "action"
    actions: frozenset[Term] = frozenset()
    joints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    policy_parameters: frozenset[str] = frozenset()
    defaults: tuple[str, ...] = ()
    moving: frozenset[str] = frozenset()
    variables: tuple[str, ...] = ()
    log_base: int = 0
    expanded: Term | None = None
    value_head: Term | None = None
    ratio: bool = False
    rounds: bool = False
    soft_optimum: bool = False
    families: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    beyond: int = 0
    ends: bool = False
    dataset: bool = False
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    components: dict[str, int] = field(default_factory=dict)
    names: frozenset[Term] = frozenset()
    bootstraps: bool = False
    flow: bool = False
    divergent: frozenset[Term] = frozenset()
    bandit: bool = False
    from_zero: bool = False
    operators: str = ""
    free_state: bool = False
    critic: Term | None = None
    events: dict[str, tuple[str, ...]] = field(default_factory=dict)
    compares: bool = False
    temperature: Term | None = None
    behaviours: frozenset[str] = frozenset()
    masses: dict[Any, Any] = field(default_factory=dict)
    quantiles: bool = False
    data_policy: str = ""
    vector_functions: frozenset[str] = frozenset()


class Interpreter:
    """Evaluates terms in one world under one scope."""

    def __init__(self, world: World, scope: Scope, facts: ClaimFacts, handlers: dict[type, Handler]):
        self.world, self.scope, self.facts = world, scope, facts
        self.handlers = handlers
        self.notes: set[str] = set()
        self.allocated: dict[str, list[Any]] = {}
        self.pinned: dict[Any, Any] = {}

    def value(self, term: Term, env: Env) -> Any:
        self.world.tick()
        bound = env.vars.get(term)
        if bound is not None:
            return bound
        handler = self.handlers.get(type(term))
        if handler is None:
            raise Unknown(f"no meaning for {type(term).__name__}")
        return handler(self, term, env)

    def number(self, term: Term, env: Env) -> Any:
        """A scalar, vector or matrix; an index or function is refused."""
        return self.as_number(self.value(term, env))

    def as_number(self, value: Any) -> Any:
        """A value for arithmetic; an outcome that is no state or action has a numeric value of its own."""
        if isinstance(value, Index):
            if value.sort == "reward":
                return self.world.reward_value(value.k)
            if value.sort in ("state", "action", "y") or value.k < 0:
                raise Unknown("a name used as a number")
            return self.world.draw(("numeric", value.sort, value.k))
        if callable(value) or isinstance(value, Path | Table | list | str):
            raise Unknown("a name used as a number")
        return value

    def integer(self, term: Term, env: Env) -> int:
        value = whole(self.value(term, env))
        if not isinstance(value, int):
            raise Unknown("an index that is no whole number")
        return value


@dataclass(frozen=True, slots=True)
class Permutation:
    """An order of 1 … n, or of 0 … n−1 where a claim counts from zero."""

    items: tuple[int, ...]
    first: int

    def at(self, k: int) -> int:
        """The k-th item.

        Raises:
            Unknown: there is no k-th.
        """
        if not 0 <= k - self.first < len(self.items):
            raise Unknown("a place beyond a permutation")
        return self.items[k - self.first]


@dataclass(frozen=True, slots=True)
class Table:
    """A function on a finite set, as in KL(p‖q): outcome ↦ value."""

    values: dict[Any, Any]
    logs: dict[Any, Any] | None = None


def truth(m: Interpreter, condition: Term, env: Env) -> bool:
    """Whether a relation holds at this point."""
    if isinstance(condition, Paren | Decor):
        return truth(m, condition.body, env)
    if isinstance(condition, Op) and condition.op in (r"\land", r"\wedge"):
        return all(truth(m, a, env) for a in condition.args)
    if isinstance(condition, Op) and condition.op in (r"\lor", r"\vee"):
        return any(truth(m, a, env) for a in condition.args)
    if isinstance(condition, Seq):
        return all(truth(m, a, env) for a in condition.items)
    if not isinstance(condition, Rel):
        raise Unknown("a condition that is no relation")
    lhs, rhs = condition.lhs, condition.rhs
    op = condition.op
    if isinstance(lhs, Rel):  # a < x < b
        return truth(m, lhs, env) and truth(m, Rel(op, lhs.rhs, rhs), env)
    a = m.value(lhs, env)
    if op in (r"\in", r"\notin"):
        domain = m.value(rhs, env)
        if isinstance(domain, Vec) and isinstance(rhs, Seq) and rhs.fences in INTERVALS and len(domain.items) == 2:
            a = m.as_number(a)
            inside = m.world.sign(m.world.sub(a, domain.items[0])) >= 0 and m.world.sign(m.world.sub(domain.items[1], a)) >= 0
        else:
            inside = any(same(m, a, b) for b in members(domain))
        return inside == (op == r"\in")
    b = m.value(rhs, env)
    if isinstance(a, Index) != isinstance(b, Index):
        a, b = m.as_number(a), m.as_number(b)  # X = x for a number X and an outcome x
    if isinstance(a, Index) or isinstance(b, Index):
        if op in ("=", r"\equiv"):
            return bool(a == b)
        if op in (r"\ne", r"\neq"):
            return bool(a != b)
        raise Unknown("an order between names")
    if op in ("=", r"\equiv"):
        return same(m, a, b)
    if op in (r"\ne", r"\neq"):
        return not same(m, a, b)
    sign = m.world.sign(m.world.sub(a, b))
    if op in ("<", r"\lt"):
        return sign < 0
    if op in (">", r"\gt"):
        return sign > 0
    if op in (r"\le", r"\leq", r"\leqslant"):
        return sign <= 0
    if op in (r"\ge", r"\geq", r"\geqslant"):
        return sign >= 0
    raise Unknown(f"the relation {op}")


#: Brackets of intervals; a random point meets no end of one.
INTERVALS = ("[]", "()", "(]", "[)")


def members(domain: Any) -> list[Any]:
    """The elements of a finite collection."""
    if isinstance(domain, Vec):
        return list(domain.items)
    if isinstance(domain, list):
        return domain
    raise Unknown("a set without listed elements")


def same(m: Interpreter, a: Any, b: Any) -> bool:
    if isinstance(a, Index) or isinstance(b, Index):
        return bool(a == b)
    return m.world.is_zero(m.world.sub(a, b))


def absolute(m: Interpreter, value: Any) -> Any:
    """|x|, by the sign of the base point."""
    if isinstance(value, Vec):
        return m.world.power(m.world.dot(value, value), HALF)
    return m.world.neg(value) if m.world.sign(value) < 0 else value
