r"""Sums, products, extremes and ellipses: operators with bound variables.

Infinite sums.  The terms are evaluated one by one; a sequence that obeys a linear recurrence (found by
Berlekamp–Massey over an exact field) has a rational generating function, and the sum is its value at one.  That
covers sums that end with the episode, geometric series and their derivatives, without knowing which is meant.
Assumes: the series converges.

Ellipses.  The two printed terms before the dots fix the general term: wherever their integers differ by one, a
counter runs.  The first printed term must be what the general term gives at its place, or the dots stay unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

from derive.models.algebra import Vec, is_exact
from derive.models.core import Env, Interpreter, Permutation, Unknown, truth
from derive.models.elements import sort_of
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.jets import Jet
from derive.models.mdp import act_of
from derive.models.probability import outcomes
from derive.models.world import Index
from derive.terms import Add, App, Big, Dots, Func, Label, Mul, Neg, Num, Op, Paren, Pow, Rel, Seq, Sym, Term

INFINITE = 10**9


def big(m: Interpreter, t: Big, env: Env) -> Any:
    """Σ, Π, max, min, argmax, lim over their variables."""
    w = m.world
    if t.op == "sum":
        infinite = infinite_variable(m, t, env)
        if infinite is not None:
            return infinite_sum(m, t, infinite, env)
        return w.total(m.number(t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if t.op == "prod":
        return w.product(m.number(t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if t.op in ("max", "min", "sup", "inf", "argmax", "argmin"):
        if policy_variable(t) is not None:
            return m.value(best_value(t), env)
        refuse_continuum(m, t)
    if t.op in ("max", "min", "sup", "inf"):
        inners = list(bindings_of(m, t.under, t.upper, env, t.body))
        if not inners:
            raise Unknown("an extreme over nothing")
        sign = 1 if t.op in ("max", "sup") else -1
        values = [m.number(t.body, inner) for inner in inners]
        best = values[0]
        for v in values[1:]:
            if w.sign(w.sub(v, best)) == sign:
                best = v
        return best
    if t.op in ("argmax", "argmin"):
        variable = t.under[0].lhs if isinstance(t.under[0], Rel) else t.under[0]
        best_at, best = None, None
        for inner in bindings_of(m, t.under, t.upper, env, t.body):
            v = m.number(t.body, inner)
            if best_at is None or w.sign(w.sub(v, best)) == (1 if t.op == "argmax" else -1):
                best_at, best = inner.vars[variable], v
        return best_at
    if t.op == "int":
        variables = t.measure or t.under
        if variables and all(isinstance(v, Sym) and (v.name == "tau" or v not in m.facts.numbers) for v in variables):
            m.notes.add("finite-sum-for-integral")
            return w.total(m.number(t.body, inner) for inner in bindings_of(m, tuple(variables), None, env, t.body))
    raise Unknown(f"the operator {t.op}")


def policy_variable(t: Big) -> Sym | None:
    """The variable of an extreme over policies."""
    variable = _variable(t.under[0]) if len(t.under) == 1 else None
    return variable if isinstance(variable, Sym) and variable.name in POLICIES and not variable.subs else None


def best_value(t: Big) -> Term:
    """``\\max_\\pi V^\\pi(s)`` as ``V^*(s)``: the one extreme over all policies that the models know.

    Raises:
        Unknown: for every other extreme over policies.
    """
    variable, body = policy_variable(t), t.body
    while isinstance(body, Paren):
        body = body.body
    if t.op in ("max", "sup") and isinstance(body, App) and isinstance(body.head, Sym):
        h = head_of(body.head)
        if h.base in ("V", "v", "Q", "q") and h.policy == variable and not (h.labels or h.params or h.indices or h.accents or h.primes):
            return App(Sym(body.head.name, sups=(Label("*"),)), body.args, body.given)
    raise Unknown("an extreme over policies")


def refuse_continuum(m: Interpreter, t: Big) -> None:
    """An extreme over a real variable is no extreme over a few numbers.

    Raises:
        Unknown: where a variable is used as a number and no finite range is printed.
    """
    for item in t.under:
        ranged = isinstance(item, Rel) and (item.op == "=" or item.op == r"\in" and isinstance(item.rhs, Seq | Paren))
        for variable in item.items if isinstance(item, Seq) else (_variable(item),):
            counts = isinstance(variable, Sym) and (variable.name in PARAMETERS or variable in m.facts.numbers)
            if counts and not ranged and not (t.upper is not None):
                raise Unknown("an extreme over a continuum")


# --- what a variable ranges over -----------------------------------------------------------------


def bindings_of(m: Interpreter, under: tuple[Term, ...], upper: Term | None, env: Env, body: Term | None = None) -> Iterator[Env]:
    """The environments in which a big operator evaluates its body, in order."""
    ranged: list[Term] = []
    conditions: list[Rel] = []
    for item in under:
        if isinstance(item, Rel) and item.op in (r"\ne", r"\neq") and not any(_variable(r) == item.lhs for r in ranged):
            if upper is None and not ranged:
                ranged.append(item.lhs)
            conditions.append(item)
        elif isinstance(item, Rel) and item.op in (r"\ne", r"\neq", "<", ">", r"\le", r"\ge", r"\leq", r"\geq"):
            conditions.append(item)
            if not ranged:
                ranged.append(_order_variable(item))
        elif isinstance(item, Seq) and item.fences in ("", "()"):
            ranged.extend(item.items)
        else:
            ranged.append(item)

    def go(i: int, inner: Env) -> Iterator[Env]:
        if i == len(ranged):
            if all(truth(m, c, inner) for c in conditions):
                yield inner
            return
        variable = _variable(ranged[i])
        for value in domain(m, ranged[i], upper if i == 0 or len(ranged) == 1 else None, inner, body):
            m.world.tick()
            yield from go(
                i + 1, inner.bind(variable, value) if not isinstance(value, tuple) else bind_path(inner, variable, value)
            )

    return go(0, env)


def bind_path(env: Env, variable: Term, value: tuple[Any, ...]) -> Env:
    """Bind a trajectory variable: the episode at hand becomes its value."""
    return env.bind(variable, value[0]).on(value[0])


def _variable(item: Term) -> Term:
    return item.lhs if isinstance(item, Rel) else item


def _order_variable(item: Rel) -> Term:
    return item.lhs if isinstance(item.lhs, Sym) else item.rhs


def domain(m: Interpreter, item: Term, upper: Term | None, env: Env, body: Term | None) -> list[Any]:
    """The values of one bound variable."""
    if isinstance(item, Rel) and item.op == "=":
        if isinstance(item.rhs, Seq):
            return [m.value(x, env) for x in item.rhs.items]
        low = m.integer(item.lhs if False else item.rhs, env)
        if upper is None:
            raise Unknown("a sum without an upper bound")
        high = upper_bound(m, upper, env)
        if high >= INFINITE:
            high = low + m.world.horizon + 2
        if high - low > 5000:
            raise Unknown("a sum of too many terms")
        return list(range(low, high + 1))
    if isinstance(item, Rel) and item.op == r"\in":
        return membership(m, item, env)
    if isinstance(item, Rel) and item.op == r"\sim":
        return domain(m, item.lhs, upper, env, body)
    if isinstance(item, Rel):
        return domain(m, _order_variable(item), upper, env, body)
    if not isinstance(item, Sym):
        raise Unknown("a bound variable that is no symbol")
    return values_of(m, item, env, body)


def upper_bound(m: Interpreter, upper: Term, env: Env) -> int:
    if any(isinstance(x, Sym) and x.name == "infty" for x in upper.walk()):
        return INFINITE
    return m.integer(upper, env)


def membership(m: Interpreter, item: Rel, env: Env) -> list[Any]:
    """i ∈ {1,…,n}, s ∈ S, a ∈ A(s)."""
    if isinstance(item.rhs, Seq | Paren):
        inner = item.rhs.items if isinstance(item.rhs, Seq) else (item.rhs.body,)
        return expand_dots(m, inner, env)
    variable = item.lhs
    if isinstance(variable, Seq):
        raise Unknown("a sum over pairs of a set")
    if isinstance(item.rhs, Sym) and item.rhs.name in ("S", "mathcal:S", "mathfrak:S") and len(item.rhs.subs) == 1:
        n, first = m.integer(item.rhs.subs[0], env), 0 if m.facts.from_zero else 1
        if n > 5:
            raise Unknown("permutations of this many")
        return [Permutation(order, first) for order in permutations(range(first, first + n))]
    if isinstance(item.rhs, Sym) and item.rhs.subs and isinstance(item.rhs.subs[0], Sym):
        raise Unknown("a sum over this set")
    if isinstance(variable, Sym):
        return values_of(m, variable, env, None)
    raise Unknown("a sum over this set")


def values_of(m: Interpreter, variable: Sym, env: Env, body: Term | None) -> list[Any]:
    """The range of a bare variable: its sort's elements, the steps of an episode, the members of the group, all episodes."""
    w = m.world
    h = head_of(variable)
    name = h.base
    if name == "tau" and not h.indices:
        return [(path,) for _, path in w.paths(act_of(m, "pi"), dict.fromkeys(w.start(), 1))]
    if name == "t" or h.name == "t":
        return list(range(w.horizon))
    if (
        name in ("r", "R")
        and variable not in m.facts.numbers | frozenset()
        and w.setting.reward_palette
        or name == "r"
        and w.setting.reward_palette
    ):
        return [RewardValue(k) for k in range(3)]
    applied = m.facts.sorts.get(name)
    if (name in "ijklmn" and len(name) == 1 and not applied) or variable in m.facts.numbers and name not in ("s", "a"):
        if name in ("k", "l", "n") and open_ended(body):
            return list(range(w.horizon + 2))
        return list(range(1, w.setting.group + 1))
    return list(outcomes(m, sort_of(m, variable)))


def open_ended(body: Term | None) -> bool:
    """Whether a body indexes steps of time, so that a bare ``\\sum_l`` runs from 0 without end."""
    return body is not None and any(isinstance(x, Sym) and x.name in ("delta", "gamma", "lambda") for x in body.walk())


class RewardValue(Index):
    """The k-th possible reward: an element of the reward set that has a numeric value."""

    def __init__(self, k: int):
        object.__setattr__(self, "sort", "reward")
        object.__setattr__(self, "k", k)


# --- infinite sums -------------------------------------------------------------------------------


def infinite_variable(m: Interpreter, t: Big, env: Env) -> tuple[Term, int] | None:
    """(variable, first value) of a sum without end; None for a finite one."""
    if len(t.under) == 1 and isinstance(t.under[0], Rel) and t.under[0].op in ("=", r"\ge", r"\geq", ">"):
        rel = t.under[0]
        endless = t.upper is not None and any(isinstance(x, Sym) and x.name == "infty" for x in t.upper.walk())
        if endless or t.upper is None and rel.op != "=":
            return rel.lhs, m.integer(rel.rhs, env) + (1 if rel.op == ">" else 0)
    if (
        len(t.under) == 1
        and t.upper is None
        and isinstance(t.under[0], Sym)
        and t.under[0].name in ("k", "l", "n")
        and open_ended(t.body)
    ):
        return t.under[0], 0
    return None


def infinite_sum(m: Interpreter, t: Big, infinite: tuple[Term, int], env: Env) -> Any:
    variable, first = infinite
    return sum_sequence(m, lambda k: m.number(t.body, env.bind(variable, k)), first)


def sum_sequence(m: Interpreter, term: Any, first: int) -> Any:
    """Σ_{k≥first} term(k) by the recurrence its terms obey."""
    w = m.world
    count = 2 * w.horizon + 8
    terms = [term(first + k) for k in range(count)]
    tail = next((i for i in range(count) if all(is_null(m, x) for x in terms[i:])), count)
    if tail <= count - 3:
        return w.total(terms[:tail])
    if any(isinstance(x, Vec) for x in terms):
        size = next(len(x.items) for x in terms if isinstance(x, Vec))
        parts = [recurrent_sum(m, [x.items[i] if isinstance(x, Vec) else 0 for x in terms]) for i in range(size)]
        return Vec(tuple(parts))
    return recurrent_sum(m, terms)


def is_null(m: Interpreter, value: Any) -> bool:
    """Zero in every component and every order."""
    if isinstance(value, Vec):
        return all(is_null(m, x) for x in value.items)
    if isinstance(value, Jet):
        return all(is_null(m, x) for x in value.c)
    return bool(value == 0) if is_exact(value) else bool(m.world.field.is_zero(value))


def recurrent_sum(m: Interpreter, terms: list[Any]) -> Any:
    """Berlekamp–Massey on the base values, then the generating function at one, carried out on the jets.

    Math: if Σ_j c_j u_{k−j} = 0 with c_0 = 1 for all k ≥ L, then Σ_k u_k = (Σ_{i<L} Σ_{j≤i} c_j u_{i−j}) / Σ_j c_j.
    """
    w = m.world
    if not w.field.exact and not all(is_exact(x) for x in terms):
        raise Unknown("an infinite sum in inexact arithmetic")
    if any(isinstance(x, Jet) for x in terms):
        raise Unknown("an infinite sum that moves with the parameters")
    c: list[Any] = [1]
    b: list[Any] = [1]
    length, shift, last = 0, 1, 1
    for k, u in enumerate(terms):
        d = w.total([u, *(w.mul(c[j], terms[k - j]) for j in range(1, min(length, len(c) - 1) + 1))])
        if w.is_zero(d):
            shift += 1
            continue
        factor = w.div(d, last)
        padded = [0] * shift + [w.mul(factor, x) for x in b]
        updated = [w.sub(c[i] if i < len(c) else 0, padded[i] if i < len(padded) else 0) for i in range(max(len(c), len(padded)))]
        if 2 * length <= k:
            b, last, length, shift = c, d, k + 1 - length, 1
        else:
            shift += 1
        c = updated
    if length > len(terms) // 2 - 2:
        raise Unknown("an infinite sum whose terms obey no short recurrence")
    top = w.total(w.mul(c[j], terms[i - j]) for i in range(length) for j in range(min(i, len(c) - 1) + 1))
    bottom = w.total(c)
    if w.is_zero(bottom):
        raise Unknown("a series that does not converge")
    return w.div(top, bottom)


# --- ellipses ------------------------------------------------------------------------------------

COUNTER = Sym("text:·k")


def general_term(first: Term, second: Term) -> tuple[Term, int] | None:
    """(term with a counter, value of the counter at ``second``) when two terms differ by one step.

    >>> one, two = Num(Fraction(1), "1"), Num(Fraction(2), "2")
    >>> general_term(Sym("r", subs=(one,)), Sym("r", subs=(two,)))[1]
    2
    """
    anchor: list[int] = []

    def merge(a: Term, b: Term) -> Term | None:
        if a == b:
            return a
        if isinstance(a, Num) and isinstance(b, Num) and b.value - a.value == 1 and b.value.denominator == 1:
            if not anchor:
                anchor.append(int(b.value))
            gap = int(b.value) - anchor[0]
            return (
                COUNTER
                if gap == 0
                else Add((COUNTER, Num(Fraction(gap), str(gap)) if gap > 0 else Neg(Num(Fraction(-gap), str(-gap)))))
            )
        if isinstance(a, Paren) and isinstance(b, Paren):
            body = merge(a.body, b.body)
            return None if body is None else Paren(body, a.fences)
        implicit = _with_implicit(a, b)
        if implicit is not None:
            return merge(*implicit)
        if type(a) is not type(b):
            return None
        xs, ys = list(a.children()), list(b.children())
        if len(xs) != len(ys) or not xs:
            return None
        made: list[Term] = []
        for x, y in zip(xs, ys, strict=True):
            one = merge(x, y)
            if one is None:
                return None
            made.append(one)
        it = iter(made)
        rebuilt = b.map_children(lambda _: next(it))
        check = iter(xs)
        if b.map_children(lambda _: next(check)) != a:
            return None
        return rebuilt

    merged = merge(first, second)
    if merged is None or not anchor:
        return None
    return merged, anchor[0]


def _with_implicit(a: Term, b: Term) -> tuple[Term, Term] | None:
    """Write out the exponent 1, the offset 0 or the coefficient that the first of two terms leaves unsaid."""
    one, zero = Num(Fraction(1), "1"), Num(Fraction(0), "0")
    if isinstance(b, Pow) and not isinstance(a, Pow) and isinstance(b.exp, Num):
        base = a if not isinstance(b.base, Paren) or isinstance(a, Paren) else Paren(a)
        return (Pow(base, one if b.exp.value == 2 else zero), b) if a in (b.base, getattr(b.base, "body", None)) else None
    if isinstance(b, Add) and len(b.terms) == 2 and isinstance(b.terms[1], Num) and a == b.terms[0]:
        return Add((a, zero)), b
    if isinstance(b, Mul) and not isinstance(a, Mul):
        if b.factors[1:] == (a,):
            pass
        for i, f in enumerate(b.factors):
            if (
                isinstance(f, Pow)
                and isinstance(f.exp, Num)
                and f.exp.value == 1
                or not isinstance(f, Pow)
                and len(b.factors) == 2
            ):
                rest = tuple(x for j, x in enumerate(b.factors) if j != i)
                if len(rest) == 1 and not isinstance(a, Mul) and type(rest[0]) is type(a):
                    raised = f if isinstance(f, Pow) else Pow(f, one)
                    with_power = Mul(tuple(raised if j == i else x for j, x in enumerate(b.factors)), b.ops)
                    without = Mul(tuple(Pow(raised.base, zero) if j == i else a for j in range(2)), b.ops)
                    return without, with_power
    if isinstance(b, Mul) and isinstance(a, Mul) and len(a.factors) == len(b.factors):
        for i, (x, y) in enumerate(zip(a.factors, b.factors, strict=True)):
            if isinstance(y, Pow) and not isinstance(x, Pow) and isinstance(y.exp, Num) and y.exp.value == 2:
                lifted = tuple(Pow(z, one) if j == i else z for j, z in enumerate(a.factors))
                return Mul(lifted, b.ops), b
        if a.ops != b.ops:
            return Mul(a.factors, b.ops), b
    return None


def dotted_sum(m: Interpreter, t: Add, env: Env) -> Any:
    """a + b + ⋯ and a + b + ⋯ + z."""
    return _dotted(m, t.terms, env, product=False)


def dotted_product(m: Interpreter, t: Mul, env: Env) -> Any:
    """a b ⋯ z."""
    return _dotted(m, t.factors, env, product=True)


def _dotted(m: Interpreter, items: tuple[Term, ...], env: Env, product: bool) -> Any:
    at = next(i for i, x in enumerate(items) if isinstance(x, Dots))
    before, after = items[:at], items[at + 1 :]
    if any(isinstance(x, Dots) for x in after) or len(after) > 1:
        raise Unknown("several ellipses")
    w = m.world
    if len(before) >= 2:
        found = general_term(before[-2], before[-1])
        if found is None:
            raise Unknown("an ellipsis whose terms show no pattern")
        general, k_last = found
    elif after and before:
        found = general_term(before[0], after[0])
        raise Unknown("an ellipsis after one term")
    else:
        raise Unknown("an ellipsis with too little before it")

    def term(k: int) -> Any:
        return m.number(general, env.bind(COUNTER, k))

    first = k_last - len(before) + 1
    for i, printed in enumerate(before):
        if not w.is_zero(w.sub(m.number(printed, env), term(first + i))):
            if i == 0 and len(before) >= 3:
                # a first term outside the pattern is added on its own
                rest = _dotted(m, items[1:], env, product)
                head = m.number(printed, env)
                return w.mul(head, rest) if product else w.add(head, rest)
            raise Unknown("an ellipsis whose first terms do not fit its pattern")
    if after:
        last = solve_counter(m, general, after[0], env)
        values = [term(k) for k in range(first, last + 1)]
        return w.product(values) if product else w.total(values)
    if product:
        raise Unknown("a product without end")
    return sum_sequence(m, term, first)


def solve_counter(m: Interpreter, general: Term, last: Term, env: Env) -> int:
    """The counter at which the general term is the printed last one."""
    candidates: list[int] = []

    def look(g: Term, x: Term) -> None:
        counted = isinstance(g, Add) and bool(g.terms) and g.terms[0] == COUNTER
        if g == COUNTER or counted:
            shift = int(m.value(Add((Num(Fraction(0), "0"), *g.terms[1:])), env)) if isinstance(g, Add) else 0
            try:
                candidates.append(m.integer(x, env) - shift)
            except Unknown:
                return
            return
        for a, b in zip(g.children(), x.children(), strict=False):
            look(a, b)

    look(general, last)
    for k in candidates:
        if 0 <= k < 200 and m.world.is_zero(m.world.sub(m.number(general, env.bind(COUNTER, k)), m.number(last, env))):
            return k
    raise Unknown("an ellipsis whose last term does not fit its pattern")


def expand_dots(m: Interpreter, items: tuple[Term, ...], env: Env) -> list[Any]:
    """The values of a list, with ``r_1, …, r_n`` written out."""
    at = next((i for i, x in enumerate(items) if isinstance(x, Dots)), None)
    if at is None:
        return [m.value(x, env) for x in items]
    before, after = items[:at], items[at + 1 :]
    if len(after) != 1 or not before:
        raise Unknown("a list without end")
    if len(before) == 1:
        second = step(before[0])
        found = general_term(before[0], second) if second is not None else None
    else:
        found = general_term(before[-2], before[-1])
        second = before[-1]
    if found is None:
        raise Unknown("a list whose terms show no pattern")
    general, k_last = found
    first = k_last - (1 if len(before) == 1 else len(before) - 1)
    last = solve_counter(m, general, after[0], env)
    return [m.value(general, env.bind(COUNTER, k)) for k in range(first, last + 1)]


def step(t: Term) -> Term | None:
    """The term after ``t`` with its last number raised by one."""
    if isinstance(t, Num) and t.value.denominator == 1:
        return Num(t.value + 1, str(int(t.value) + 1))
    if isinstance(t, Sym) and t.subs:
        raised = step(t.subs[-1])
        return None if raised is None else Sym(t.name, t.accents, (*t.subs[:-1], raised), t.sups, t.primes)
    return None


__all__ = ["App", "Func", "Op", "big", "bindings_of"]
