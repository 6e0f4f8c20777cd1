"""Expectations that leave unsaid what is random: which of the letters of the body are averaged over.

They are read in this order: the process variables of the body (s_t, a_t, r_t, G_t: whole episodes under the sampling
policy, conditioned on what is given), then plain transition letters (s, a, r, s', a': a state from the occupancy, an
action from the policy, a step), then outcomes (x, y: a data distribution), then capital letters (random variables on a
small space).
"""

from __future__ import annotations

from derive.models.core import Env, Interpreter
from derive.models.episodic import process_samples, step_samples
from derive.models.free_letters import STEP, Weighted, in_process, unbound_symbols
from derive.models.heads import POLICIES, head_of
from derive.models.joint import random_letter, variable_samples
from derive.models.sampled import bound_samples, drawn_from, stated_distribution
from derive.terms import Rel, Seq, Sym, Term


def unbound_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env, sampler: str) -> Weighted:
    marked = {Sym(v.name[6:], v.accents) for v in env.vars if isinstance(v, Sym) and v.name.startswith("text:·")}
    if marked:
        yield from variable_samples(m, body, given, env)
        return
    body_vars = unbound_symbols(m, (body, *given), env)
    process = [v for v in body_vars if in_process(m, v) or head_of(v).base in ("G", "R") and head_of(v).indices]
    if (
        process
        or any(in_process(m, g) or isinstance(g, Rel) and in_process(m, g.lhs) for g in given)
        or any(head_of(v).base == "G" and not head_of(v).indices for v in body_vars)
        and given
        and state_given(m, given)
    ):
        yield from process_samples(m, body, given, env, sampler)
        return
    steps = [
        v
        for v in body_vars
        if (head_of(v).base in STEP and (v in m.facts.names or v.name == "r" or v not in m.facts.numbers) or v == Sym("delta"))
        and not head_of(v).indices
        and not head_of(v).accents
    ]
    policies = [v for v in body_vars if v.name in POLICIES or head_of(v).policy is not None]
    if steps and (any(v.name in ("s", "a") for v in steps)) or policies and not any(v.name in ("x", "y") for v in body_vars):
        yield from step_samples(m, body, given, env, sampler, body_vars)
        return
    capitals = {v.name.lower() for v in body_vars if random_letter(v) and v.name.isupper()}
    letters = [
        v
        for v in body_vars
        if v not in m.facts.numbers and head_of(v).base in ("x", "y", "z") and v.name.islower() and v.name not in capitals
    ]
    if letters:
        ordered = sorted(letters, key=lambda v: (head_of(v).base, str(v.subs)))
        items: list[Term] = []
        for v in ordered:
            stated = stated_distribution(m, v)
            if stated is not None:
                items.append(Rel(r"\sim", v, stated))
            elif sampler != "pi" or head_of(v).base == "y" and any(p.name in POLICIES for p in body_vars) and env.sampler:
                items.append(Rel(r"\sim", v, Sym("pi")) if head_of(v).base == "y" else v)
            else:
                items.append(v)
        plain = [i for i in items if isinstance(i, Sym)]
        if len(plain) == len(items) and len(plain) > 1:
            yield from drawn_from(m, Seq(tuple(plain)), Sym("mathcal:D"), body, env)
        else:
            yield from bound_samples(m, items, body, given, env)
        return
    yield from variable_samples(m, body, given, env)


def state_given(m: Interpreter, given: tuple[Term, ...]) -> bool:
    return any(
        isinstance(g, Sym) and g.name in ("s", "S") or isinstance(g, Rel) and isinstance(g.lhs, Sym) and g.lhs.name in ("s", "S")
        for g in given
    )
