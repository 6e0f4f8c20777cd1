r"""One trial of a claim: both sides evaluated at one random point of one arithmetic.

A :class:`Trial` is replayable: the claim, its scope, the assumptions in force, the arithmetic's name and the seed
determine it.  The kernel replays trials; the deciders only choose which to run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from derive.models.core import ClaimFacts, Env, Interpreter, Table, Unknown, truth
from derive.models.draws import Exhausted, Setting
from derive.models.elements import index_value
from derive.models.expansions import remainder_order, written_order
from derive.models.facts import facts_of
from derive.models.fractions_field import RationalFunctions
from derive.models.generic import GenericWorld
from derive.models.heads import head_of
from derive.models.interpreter import interpreter
from derive.models.parametrised import read_parameters
from derive.models.proportion import minors
from derive.models.scope import Scope
from derive.models.soft import SoftWorld
from derive.models.world import Index, Path, World
from derive.notation.show import show
from derive.terms import Add, App, Deriv, Neg, Rel, Sym, Term
from derive.values.algebra import Mat, ShapeError, Vec, is_exact
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.balls import Balls
from derive.values.budget import LARGEST_TRIAL, POINTS_APART, Budget
from derive.values.fields import Field
from derive.values.jets import Jet, ring
from derive.values.modular import Modular
from derive.values.paired import Paired
from derive.values.rational import Rational

#: What a trial costs besides its steps: a world, a field, an interpreter.
OPENING = 50

FIELDS: dict[str, Any] = {
    "modular": Modular,
    "paired": Paired,
    "rational": Rational,
    "balls": Balls,
    "functions": RationalFunctions,
}


#: Points below this seed are small friendly numbers, fit for a witness; later ones range over magnitudes.
FRIENDLY = 16


@dataclass(frozen=True, slots=True)
class Claim:
    """``lhs relation rhs`` read in a scope; ``expand`` makes increments formal (Taylor)."""

    lhs: Term
    rhs: Term
    relation: str = "="
    scope: Scope = field(default_factory=Scope)
    expand: bool = False


@dataclass(slots=True)
class Outcome:
    """What one trial saw."""

    lhs: Any = None
    rhs: Any = None
    difference: Any = None
    equal: bool | None = None
    notes: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    world: World | None = None
    order: int = 0


def make_field(name: str, seed: int) -> Field:
    return FIELDS[name](seed) if name in ("modular", "paired") else FIELDS[name]()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claim with its facts, ready for trials."""

    claim: Claim
    facts: ClaimFacts
    setting: Setting


@lru_cache(maxsize=32)
def prepare(claim: Claim, dim: int = 2) -> Prepared:
    """A claim with its facts; ``dim`` is the dimension of the parameters.

    The facts are read off the claim alone and never change; deciding and replaying one claim asks for them several times.
    """
    lhs, rhs, scope = read_parameters(claim.lhs, claim.rhs, claim.scope)
    claim = replace(claim, lhs=lhs, rhs=rhs, scope=scope)
    facts, setting = facts_of(claim.lhs, claim.rhs, claim.scope, expand=claim.expand, dim=dim)
    return Prepared(claim, facts, setting)


def open_world(
    prepared: Prepared, arithmetic: str, seed: int, assumptions: frozenset[str], budget: Budget | None = None
) -> tuple[Interpreter, Env]:
    """The world, interpreter and environment of a trial; variables of d/dx are bound to their value plus a nilpotent."""
    own = prepared.setting
    odd = 0 if own.generic else seed % 2  # every other trial has other sizes: what holds at one size only must show
    setting = replace(
        own,
        assumptions=assumptions,
        group=own.group - odd,
        actions=own.actions + odd,
        outcomes=own.outcomes + odd,
        fixed_numbers={},
    )
    field = make_field(arithmetic, seed)
    if isinstance(field, Rational):
        field.wide = seed % POINTS_APART >= FRIENDLY
    letter = (prepared.facts.temperature or Sym("alpha")) if "soft-values" in assumptions else None
    if letter is not None and setting.generic:
        raise Unknown("soft values where nothing is known of the process")
    kind = GenericWorld if setting.generic else World if letter is None else SoftWorld
    world = kind(field, seed, setting, ring(len(setting.variables), setting.order))
    if budget is not None:
        world.max_steps, world.budget = min(LARGEST_TRIAL, budget.left()), budget
    m = interpreter(world, prepared.claim.scope, prepared.facts)
    pin_numbers(m, prepared.claim.scope)
    if letter is not None and isinstance(world, SoftWorld):
        world.temperature = m.number(letter, Env())
    return m, bind_variables(m, (prepared.claim.lhs, prepared.claim.rhs), Env())


def bind_variables(m: Interpreter, terms: tuple[Term, ...], env: Env) -> Env:
    """Bind every variable of a d/dx in the terms."""
    for term in terms:
        for x in term.walk():
            if isinstance(x, Deriv):
                for v, _ in x.wrt:
                    if v not in env.vars:
                        env = bind_variable(m, v, env)
    return env


def pin_numbers(m: Interpreter, scope: Scope) -> None:
    """Under a scope that uses data, differentiate and discount at the page's own numbers."""
    if not scope.use_data:
        return
    for term, value in scope.data.items():
        name = show(term)
        if any(v.split("[")[0] == name for v in m.world.setting.variables) and name in m.world.setting.scalars:
            m.world.setting.fixed_numbers[name] = m.world.field.lift(m.number(value, Env()))
    datum = scope.data.get(Sym("gamma"))
    if datum is not None:
        m.world.setting.fixed_numbers["gamma"] = m.number(datum, Env())


def bind_variable(m: Interpreter, v: Term, env: Env) -> Env:
    """Bind what a derivative differentiates in to its own value plus its nilpotent."""
    w = m.world
    i = next((j for j, name in enumerate(w.setting.variables) if name == show(v)), None)
    if i is None or not w.ring.order:
        return env
    if isinstance(v, Sym) and m.scope.find(v) is None and not (v.subs or v.accents):
        return env  # a parameter: parameter_value binds it
    own: Any
    try:
        own = m.number(v, env) if not (isinstance(v, Sym) and m.scope.find(v) is None) else w.draw(("variable", show(v)))
    except Unknown:
        own = w.draw(("variable", show(v)))
    if isinstance(own, Vec | Mat):
        return env
    own = w.field.lift(own) if is_exact(own) else own
    moved = w.add(w.ring.variable(i, w.field.lift(0)), own)
    if isinstance(v, Sym) and v.subs and m.scope.find(v) is None:
        # z_i is z_j where j comes to i: remembered under its index, not under its letters
        h = head_of(v)
        m.pinned[(h.key, *(index_value(m, x, env) for x in h.indices))] = moved
        return env
    return env.bind(v, moved)


def run_trial(
    prepared: Prepared, arithmetic: str, seed: int, assumptions: frozenset[str] = frozenset(), budget: Budget | None = None
) -> Outcome:
    """Evaluate both sides once; what that takes is charged to the budget, also where it comes to nothing.

    Raises:
        Unknown, ShapeError, NeedsOrder, Irrational, Redraw, Undefined, Exhausted: why no outcome.
    """
    if "expected-return" in assumptions:
        claim = prepared.claim
        kept = tuple(d for d in claim.scope.definitions if head_of(d.sym).base not in ("J", "eta"))
        prepared = replace(prepared, claim=replace(claim, scope=replace(claim.scope, definitions=kept)))
    m, env = open_world(prepared, arithmetic, seed, assumptions, budget)
    try:
        return evaluated(prepared, m, env, arithmetic)
    finally:
        if budget is not None:
            budget.spend(m.world.steps + OPENING)


def evaluated(prepared: Prepared, m: Interpreter, env: Env, arithmetic: str) -> Outcome:
    """Both sides and their difference in a world."""
    claim = prepared.claim
    enforce(m, claim.scope, env, arithmetic)
    lhs, rhs = drop_remainder(claim.lhs), drop_remainder(claim.rhs)
    order = taylor_order(prepared)
    if claim.relation == r"\propto":
        a, b, difference = minors(m, lhs, rhs, env)
        notes, loose = frozenset(m.notes), frozenset(m.world.loose)
        return Outcome(a, b, difference, vanishes(m.world, difference, 0), notes, loose, m.world)
    a, b = sides(m, lhs, rhs, env)
    if isinstance(a, Index) or isinstance(b, Index):
        equal = a == b
        return Outcome(a, b, None, equal, frozenset(m.notes), frozenset(m.world.loose), m.world)
    if isinstance(a, Table) or isinstance(b, Table):
        if not (isinstance(a, Table) and isinstance(b, Table)):
            raise Unknown("a distribution compared with a number")
        a, b = Vec(tuple(a.values.values())), Vec(tuple(b.values.values()))
    if any(isinstance(x, Path | list) or callable(x) for x in (a, b)):
        raise Unknown("a comparison of things that are no numbers")
    if isinstance(a, Vec) and isinstance(b, Vec) and a.row != b.row and len(a.items) == len(b.items):
        b = m.world.transpose(b)
    difference = m.world.sub(a, b)
    equal = vanishes(m.world, difference, order)
    return Outcome(a, b, difference, equal, frozenset(m.notes), frozenset(m.world.loose), m.world, order)


ORDER = frozenset({"<", ">", r"\lt", r"\gt", r"\le", r"\ge", r"\leq", r"\geq", r"\ne", r"\neq", r"\in"})


def enforce(m: Interpreter, scope: Scope, env: Env, arithmetic: str) -> None:
    """Draw again where a stated condition (``A > 0``, ``0 < ε < 1``) does not hold; residues know no order and skip it.

    Raises:
        Redraw: the point violates a condition.
    """
    if arithmetic == "modular":
        return
    for condition in scope.conditions:
        if isinstance(condition, Rel) and condition.op in ORDER:
            try:
                holds = truth(m, condition, env)
            except (Unknown, ShapeError, Irrational, NeedsOrder):
                continue
            if not holds:
                raise Redraw


def sides(m: Interpreter, lhs: Term, rhs: Term, env: Env) -> tuple[Any, Any]:
    a, b = m.value(lhs, env), m.value(rhs, env)
    if isinstance(a, Index) != isinstance(b, Index):
        a, b = m.as_number(a), m.as_number(b)
    return a, b


def drop_remainder(t: Term) -> Term:
    """A side without its O(h^k) term."""
    if isinstance(t, Add):
        kept = tuple(
            x
            for x in t.terms
            if not (
                isinstance(x.body if isinstance(x, Neg) else x, App) and remainder_order(x, []) is not None and is_remainder(x)
            )
        )
        if len(kept) < len(t.terms) and kept:
            return kept[0] if len(kept) == 1 else Add(kept)
    return t


def is_remainder(t: Term) -> bool:
    inner = t.body if isinstance(t, Neg) else t
    return isinstance(inner, App) and isinstance(inner.head, Sym) and inner.head.name.split(":")[-1] in ("O", "o")


def taylor_order(prepared: Prepared) -> int:
    """Through which order a Taylor claim must agree; 0 for an exact claim."""
    if not prepared.claim.expand:
        return 0
    pairs = list(prepared.facts.increments)
    for side in (prepared.claim.lhs, prepared.claim.rhs):
        k = remainder_order(side, pairs)
        if k is not None:
            return k - 1
    return max(written_order(drop_remainder(s), pairs) for s in (prepared.claim.lhs, prepared.claim.rhs))


def vanishes(world: World, difference: Any, order: int) -> bool:
    """Whether a difference is zero at the base point, and for a Taylor claim in every increment through ``order``."""
    if isinstance(difference, Vec):
        return all(vanishes(world, x, order) for x in difference.items)
    if isinstance(difference, Mat):
        return all(vanishes(world, x, order) for row in difference.rows for x in row)
    if not isinstance(difference, Jet):
        return world.is_zero(difference)
    names = world.setting.variables
    if difference.order < order:
        raise Unknown("derivatives of higher order than the model carries")
    for monomial, c in zip(difference.ring.monomials, difference.c, strict=False):
        degree = sum(monomial)
        if degree > order:
            break
        if degree and any(e and not is_increment(world, names[i]) for i, e in enumerate(monomial)):
            continue
        if not world.is_zero(c):
            return False
    return True


def is_increment(world: World, name: str) -> bool:
    return world.setting.taylor and name != "slot"


TROUBLE = (
    Unknown,
    ShapeError,
    NeedsOrder,
    Irrational,
    Redraw,
    Undefined,
    Exhausted,
    ZeroDivisionError,
    OverflowError,
    RecursionError,
)
