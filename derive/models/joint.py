"""Random variables X, Y, … on a small product space with one joint distribution."""

from __future__ import annotations

from itertools import product
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.free_letters import Weighted, unbound_symbols
from derive.models.heads import head_of
from derive.models.probability import distributed, joint_cells, size_of_sort
from derive.models.world import Index
from derive.terms import Num, Op, Rel, Sym, Term


def variable_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env) -> Weighted:
    """Capital letters (and lone letters) as random variables on a product space with one joint distribution."""
    # an expectation inside another averages afresh: what the outer one bound is free again
    marked = {Sym(v.name[6:], v.accents) for v in env.vars if isinstance(v, Sym) and v.name.startswith("text:·")}
    env = Env({k: v for k, v in env.vars.items() if k not in marked}, env.path, env.sampler, env.depth)
    letters = [v for v in unbound_symbols(m, (body, *given), env) if random_letter(v)]
    if not given and any(numbered(v) for v in letters):
        yield from numbered_samples(m, letters, env)
        return
    if any(v.name.isupper() for v in letters):
        letters = [v for v in letters if v.name.isupper()]  # beside capitals, small letters are numbers
    estimators = (
        [v for v in unbound_symbols(m, (body,), env) if v.accents == ("hat",) and not (v.subs or v.sups)] if not letters else []
    )
    if len(estimators) == 1 and not given:
        yield from estimated(m, estimators[0], env)
        return
    if not letters:
        raise Unknown("an expectation of which nothing is random")
    names = (
        sorted({v.name for v in (*m.facts_letters(), *letters)})
        if hasattr(m, "facts_letters")
        else sorted({v.name for v in letters} | set(m.facts.capitals) - {"time"})
    )
    yield from joint_samples(m, names, letters, given, env)


def estimated(m: Interpreter, letter: Sym, env: Env) -> Weighted:
    """θ̂, where nothing else is random: an estimator is a function of the data."""
    w = m.world
    for k, p in enumerate(w.simplex(("estimator", letter.name), w.setting.outcomes, frozenset())):
        value = w.draw(("estimate", letter.name, k))
        yield p, env.bind_all({letter: value, Sym("text:·" + letter.name, letter.accents): k})


#: The most outcomes that a sample may have.
LARGEST_SAMPLE = 300


def numbered(v: Sym) -> bool:
    """X_i: one of several draws of a random variable."""
    return (
        len(v.subs) == 1
        and not v.sups
        and len(v.name) == 1
        and v.name.isupper()
        and not v.accents
        and not isinstance(v.subs[0], Rel | Op)
    )


def numbered_samples(m: Interpreter, letters: list[Sym], env: Env) -> Weighted:
    """X_1, …, X_n: jointly distributed in any way, or independent with one mean μ and one variance σ² where that is assumed.

    Math: X takes μ − aσ with probability 1/(1+a²) and μ + σ/a with a²/(1+a²), for any a: its mean is μ, its variance σ².
    """
    w = m.world
    names = sorted({v.name for v in letters if numbered(v)})
    places = range(w.setting.group + max(0, len(m.facts.size_names) - 1) + 1)  # the draw 0 is the X without a number
    if any(v.subs and not numbered(v) for v in letters) or 2 ** (len(names) * len(places)) > LARGEST_SAMPLE:
        raise Unknown("a sample of this size")
    keys = [(n, i) for n in names for i in places]
    m.notes.add("sample")
    alike = w.holds("iid")
    if alike:
        values, chance = {}, {}
        for n in names:
            mean, deviation = (m.number(Sym(x), env) for x in ("mu", "sigma"))
            own = w.draw(("skew", n), "positive")
            square = w.mul(own, own)
            values[n] = (w.sub(mean, w.mul(own, deviation)), w.add(mean, w.div(deviation, own)))
            chance[n] = (w.div(1, w.add(1, square)), w.div(square, w.add(1, square)))
        if len(names) > 1:
            raise Unknown("samples of several variables")
    else:
        weights = w.simplex(("joint", "sample", tuple(names)), 2 ** len(keys), frozenset())
    before = dict(m.pinned)
    try:
        for at, combo in enumerate(product((0, 1), repeat=len(keys))):
            w.tick()
            p: Any = w.product([chance[n][k] for (n, _), k in zip(keys, combo, strict=True)]) if alike else weights[at]
            bindings: dict[Term, Any] = {}
            for (n, i), k in zip(keys, combo, strict=True):
                value = values[n][k] if alike else w.draw(("sample", n, i, k))
                m.pinned[(n, str(i))] = value
                if i == 0:
                    bindings[Sym(n)] = value
            yield p, env.bind_all(bindings)
    finally:
        m.pinned.clear()
        m.pinned.update(before)


def stated_positive(m: Interpreter, name: str) -> bool:
    """Whether ``X > 0`` is stated of a random variable."""
    return any(
        isinstance(c, Rel) and c.op in (">", r"\gt") and c.lhs == Sym(name) and isinstance(c.rhs, Num) and c.rhs.value == 0
        for c in m.scope.conditions
    )


def random_letter(v: Sym) -> bool:
    h = head_of(v)
    return (
        not h.primes
        and (
            h.base.isupper()
            and len(h.base) == 1
            or h.base in ("x", "y", "z", "g", "r", "epsilon", "xi", "u", "v", "w", "f", "q", "p")
        )
        and not h.labels
    )


def joint_samples(m: Interpreter, names: list[str], letters: list[Sym], given: tuple[Term, ...], env: Env) -> Weighted:
    """Outcomes of random variables: each letter bound to its number, and under a mark of its own to which outcome it is."""
    w = m.world
    size = 2 if len(names) > 2 else min(3, w.setting.outcomes)
    combos = list(product(range(size), repeat=len(names)))
    own = distributed(m, names)
    if own is not None:
        yield from distributed_samples(m, own, names, given, env)
        return
    weights = w.simplex(("joint", "variables", tuple(names)), len(combos), frozenset())
    fixed: dict[str, int] = {}
    for g in given:
        letter = g.lhs if isinstance(g, Rel) else g
        if not isinstance(letter, Sym):
            raise Unknown("a condition of this kind")
        mark = env.vars.get(Sym("text:·" + letter.name))
        fixed[letter.name] = mark if isinstance(mark, int) else w.choice(("given", letter.name), size)
    for v in env.vars:
        if isinstance(v, Sym) and v.name.startswith("text:·") and v.name[6:] in fixed:
            continue
    mass: Any = 0
    kept = []
    for p, combo in zip(weights, combos, strict=True):
        values = dict(zip(names, combo, strict=True))
        if all(values.get(n) == k for n, k in fixed.items()):
            mass = w.add(mass, p)
            kept.append((p, values))
    for p, values in kept:
        w.tick()
        bindings: dict[Term, Any] = {}
        for n, k in values.items():
            bindings[Sym(n)] = w.draw(
                ("numeric", n.lower(), k),
                "positive" if n in m.facts.size_names or n in ("P", "p", "q") or stated_positive(m, n) else "real",
            )
            bindings[Sym("text:·" + n)] = k
        yield (w.div(p, mass) if fixed else p), env.bind_all(bindings)


def distributed_samples(
    m: Interpreter, own: tuple[str, tuple[str, ...]], names: list[str], given: tuple[Term, ...], env: Env
) -> Weighted:
    """X, Y beside p(x,y): outcomes x, y with the probabilities p(x,y), which have numeric values of their own."""
    w = m.world
    key, signature = own
    fixed: dict[int, int] = {}
    for g in given:
        letter, at = (g.lhs, m.value(g.rhs, env)) if isinstance(g, Rel) else (g, env.vars.get(g))
        if not isinstance(letter, Sym) or letter.name.lower() not in signature:
            raise Unknown("a condition of this kind")
        place = signature.index(letter.name.lower())
        fixed[place] = at.k if isinstance(at, Index) else w.choice(("given", letter.name), size_of_sort(m, signature[place]))
    kept = [(p, cell) for p, cell in joint_cells(m, key, signature) if all(cell[i] == k for i, k in fixed.items())]
    mass = w.total(p for p, _ in kept) if fixed else 1
    for p, cell in kept:
        w.tick()
        bound: dict[Term, Any] = {Sym(s.upper()): Index(s, k) for s, k in zip(signature, cell, strict=True)}
        yield (w.div(p, mass) if fixed else p), env.bind_all(bound)
