r"""Expectation, variance and covariance: what is random, with which weights.

Who is random is read in this order: the variables that the subscript binds (``a\sim\pi_\theta(\cdot|s)``,
:mod:`derive.models.sampled`), then what the body leaves free (:mod:`derive.models.averaged`).
"""

from __future__ import annotations

from typing import Any

from derive.models.averaged import unbound_samples
from derive.models.core import Env, Interpreter, Unknown
from derive.models.free_letters import Weighted, is_process, is_process_action, unbound_symbols
from derive.models.functions import sample, variance
from derive.models.heads import POLICIES, head_of, policy_key
from derive.models.sampled import bound_samples
from derive.models.scope import closure
from derive.terms import App, Div, Expect, Func, Mul, Rel, Seq, Sym, Term
from derive.values.algebra import Vec


def expect(m: Interpreter, t: Expect, env: Env) -> Any:
    """E[body | given] under its sampler."""
    w = m.world
    total: Any = 0
    for p, inner in samples(m, t.under, t.body, t.given, env):
        total = w.add(total, scaled(m, p, m.number(t.body, inner)))
    return total


def scaled(m: Interpreter, p: Any, value: Any) -> Any:
    return m.world.mul(p, value)


def samples(m: Interpreter, under: tuple[Term, ...], body: Term, given: tuple[Term, ...], env: Env) -> Weighted:
    """(weight, environment) for every outcome of what an expectation is over."""
    items: list[Term] = []
    for item in under:
        items.extend(item.items if isinstance(item, Seq) and not any(isinstance(x, Rel) for x in item.items[:-1]) else [item])
    items = spread(items)
    if not items and not env.sampler:
        nothing_stated(m, body, env)
    sampler = env.sampler or weighed_by(m, body, env) or "pi"
    for g in given:
        if isinstance(g, Rel) and g.op == r"\sim" and sampling(m, g.rhs):
            sampler = sampling(m, g.rhs)  # E[… | S_t=s, A_t∼π]: where the actions come from, no condition
    given = tuple(g for g in given if not (isinstance(g, Rel) and g.op == r"\sim" and sampling(m, g.rhs)))
    explicit: list[Term] = []
    for item in items:
        if sampling(m, item):
            sampler = sampling(m, item)
        elif isinstance(item, Sym) and head_of(item).base in ("t", "i", "n", "D", "mathcal:D"):
            sampler = "pi_old" if mentions_old(body, m) else sampler
        else:
            explicit.append(item)
    whole = [i for i in explicit if isinstance(i, Rel) and sampling(m, i.rhs) and of_episodes(i.lhs, given)]
    if whole:
        sampler = sampling(m, whole[0].rhs)
        explicit = [i for i in explicit if not (isinstance(i, Rel) and (is_process(i.lhs) or i in whole))]
    if sampler not in ("pi", "pi_old") and sampler.startswith("pi_") and m.facts.old_is_base:
        sampler = "pi_old"
    if explicit:
        yield from bound_samples(m, explicit, body, given, env)
        return
    yield from unbound_samples(m, body, given, env, sampler)


def nothing_stated(m: Interpreter, body: Term, env: Env) -> None:
    """Nothing: an expectation without a subscript is over what is random in it.

    Raises:
        Unknown: the claim writes densities of what it averages, and the expectation does not say under which.
    """
    letters = [v for v in unbound_symbols(m, (body,), env) if v.name in ("x", "y", "z") and not v.subs]
    weighed = {v for k, v in m.facts.sorts.items() if k.startswith(ARGUMENT)}
    several = (
        len(
            {
                a.name
                for a in (*m.facts.numbers, *m.facts.names)
                if isinstance(a, Sym) and a.name in ("x", "y", "z") and not a.subs
            }
        )
        > 1
    )
    if letters and (several or any(v.name in weighed for v in letters)):
        raise Unknown("an expectation that does not say under which distribution")


ARGUMENT = "argument of "


def sampling(m: Interpreter, t: Term) -> str:
    """The name of a policy that episodes are sampled from; empty for anything else."""
    if not isinstance(t, Sym):
        return ""
    return policy_key(t) if t.name in POLICIES else head_of(t).key if head_of(t).key in m.facts.behaviours else ""


def of_episodes(t: Term, given: tuple[Term, ...]) -> bool:
    """What a policy samples by whole episodes: their states or rewards, and the episodes themselves where a step of them is given."""
    return is_process(t) and not is_process_action(t) or t == Sym("tau") and bool(given)


def weighed_by(m: Interpreter, body: Term, env: Env) -> str:
    """The policy that an average must be over where its body divides by that policy's probabilities; empty where it does not."""
    if not m.facts.behaviours:
        return ""
    if m.facts.data_policy:
        return m.facts.data_policy
    for t in closure((body,), m.scope):
        for x in t.walk():
            if isinstance(x, Div):
                for y in x.den.walk():
                    if isinstance(y, App) and isinstance(y.head, Sym) and head_of(y.head).key in m.facts.behaviours:
                        return head_of(y.head).key
    return ""


def spread(items: list[Term]) -> list[Term]:
    """``s,a ~ π`` binds both letters."""
    out: list[Term] = []
    for item in items:
        if isinstance(item, Seq) and item.fences == "":
            out.extend(item.items)
        else:
            out.append(item)
    return out


def mentions_old(body: Term, m: Interpreter) -> bool:
    """Whether the body speaks of the old policy or a ratio to it: then the data were sampled from the old policy."""
    for x in body.walk():
        if isinstance(x, Sym) and x.name in POLICIES and head_of(x).frozen:
            return True
        if (
            isinstance(x, App)
            and isinstance(x.head, Sym)
            and head_of(x.head).base in ("r", "rho")
            and len(x.args) == 1
            and isinstance(x.args[0], Sym)
            and x.args[0].name == "theta"
        ):
            return True
    return False


def moment(m: Interpreter, t: Func, env: Env) -> Any:
    """Var(X) = E[X²] − E[X]², Cov(X,Y) = E[XY] − E[X]E[Y]; of lists, the population moments."""
    w = m.world
    under: tuple[Term, ...] = (t.sub,) if t.sub is not None else ()
    if isinstance(t.sub, Seq):
        under = t.sub.items
    body = t.args[0]
    listed = isinstance(body, Seq) or m.scope.use_data and body in m.scope.data
    if t.name in ("Var", "var") and listed:
        return variance(m, sample(m, t, env))
    if t.name in ("Var", "var"):
        pairs = [(p, m.number(body, inner)) for p, inner in samples(m, under, body, t.given, env)]
        first = w.total(w.mul(p, v) for p, v in pairs)
        if isinstance(first, Vec):
            second = w.total(w.mul(p, w.dot(v, v)) for p, v in pairs)
            raise Unknown("the variance of a vector")
        second = w.total(w.mul(p, w.mul(v, v)) for p, v in pairs)
        return w.sub(second, w.mul(first, first))
    if t.name in ("Cov", "cov") and len(t.args) == 1:
        pairs = [(p, m.number(body, inner)) for p, inner in samples(m, under, body, t.given, env)]
        first = w.total(w.mul(p, v) for p, v in pairs)
        if not isinstance(first, Vec):
            return w.sub(w.total(w.mul(p, w.mul(v, v)) for p, v in pairs), w.mul(first, first))
        second = w.total(w.mul(p, w.mul(v, w.transpose(v))) for p, v in pairs)
        return w.sub(second, w.mul(first, w.transpose(first)))
    if t.name in ("Cov", "cov") and len(t.args) == 2:
        x, y = t.args
        whole = Mul((x, y), ("",))
        triples = [(p, m.number(x, inner), m.number(y, inner)) for p, inner in samples(m, under, whole, t.given, env)]
        ex, ey = (
            w.total(w.mul(p, v) for p, v in pairs) for pairs in ([(p, a) for p, a, _ in triples], [(p, b) for p, _, b in triples])
        )
        return w.sub(w.total(w.mul(p, w.mul(a, b)) for p, a, b in triples), w.mul(ex, ey))
    raise Unknown(f"the moment {t.name}")
