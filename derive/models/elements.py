r"""Elements of finite sets: which state, action or outcome a letter names, and how large its set is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import Head, head_of
from derive.models.world import Index
from derive.notation.show import show as show_term
from derive.terms import Label, Num, Op, Rel, Seq, Sym, Term
from derive.values.algebra import is_exact


@lru_cache(maxsize=8192)
def show(t: Term) -> str:
    """The compact name of a term, remembered."""
    return show_term(t)


def element_like(t: Sym, h: Head) -> bool:
    """Whether a symbol can name an element of a set (a state, an outcome, a word)."""
    return not h.accents and (t.name.startswith("text:") or len(h.base) == 1 or h.base in ("tau", "omega", "xi", "zeta"))


def current_state(m: Interpreter, env: Env) -> Index:
    """The state at hand: ``s`` if bound, the time-t state of the episode, or a free one."""
    for term, value in env.vars.items():
        if (
            isinstance(value, Index)
            and value.sort == "state"
            and isinstance(term, Sym)
            and term.name in ("s", "S")
            and term.primes == 0
        ):
            return value
    for value in env.vars.values():
        if isinstance(value, Index) and value.sort == "x":
            return value
    if env.path is not None or timed(m) and Sym("s") not in m.facts.names:
        path = env.path or m.world.free_path()
        return Index("state", path.state(m.integer(Sym("t"), env)))
    return free_element(m, Sym("s"), "state")


def current_action(m: Interpreter, env: Env) -> Index:
    for term, value in env.vars.items():
        if isinstance(value, Index) and value.sort in ("action", "y") and isinstance(term, Sym) and term.primes == 0:
            return value
    if env.path is not None or timed(m) and Sym("a") not in m.facts.names:
        path = env.path or m.world.free_path()
        action = path.action(m.integer(Sym("t"), env))
        return Index("action", -1 if action is None else action)
    return free_element(m, Sym("a"), "action")


def shorthand_args(m: Interpreter, name: str, env: Env) -> list[Any]:
    """The arguments left out of ``Q^\\pi`` or ``V``: the state and action at hand."""
    return [current_state(m, env)] if name in ("V", "v") else [current_state(m, env), current_action(m, env)]


SORTS = {"s": "state", "S": "state", "a": "action", "A": "action", "u": "action"}


def sort_of(m: Interpreter, t: Sym) -> str:
    """The set that a symbol's values come from, by its letter or by what the claim says of it."""
    name = t.name[5:] if t.name.startswith("text:") else head_of(t).base
    if t.name.startswith("text:"):
        return m.facts.sorts.get(t.name, "action")
    return m.facts.sorts.get(name) or SORTS.get(name, name)


def element(m: Interpreter, t: Sym, h: Head, env: Env) -> Index:
    """A free element: the same for the same symbol, different from other free ones where the set is large enough."""
    sort = sort_of(m, t)
    numbered = [i for i in h.indices if not isinstance(i, Rel | Op | Label)]
    if numbered and sort not in ("state",):
        try:
            k = sum(m.integer(i, env) for i in numbered)
        except Unknown:
            return free_element(m, t, sort)
        size = sort_size(m, sort)
        return Index(sort, (m.world.choice(("element", sort), size) + k) % size)
    return free_element(m, t, sort)


def sort_size(m: Interpreter, sort: str) -> int:
    s = m.world.setting
    return s.states if sort == "state" else max(s.actions, len(m.facts.words)) if sort == "action" else s.outcomes


def free_element(m: Interpreter, t: Term, sort: str) -> Index:
    if (
        sort == "state"
        and isinstance(t, Sym)
        and any(isinstance(i, Num) and i.value == m.world.setting.first for i in head_of(t).indices)
    ):
        m.notes.add("first-state")
        if m.world.holds("starts-at-first"):
            return Index(sort, 0)
    taken = m.allocated.setdefault(sort, [])
    if sort == "state" and isinstance(t, Sym) and t.primes and not taken:
        taken.append(Sym("s"))  # s' comes after some s: never the first state of all
    if t not in taken:
        taken.append(t)
    offset = m.world.present() if sort == "state" else m.world.choice(("element", sort), sort_size(m, sort))
    found = Index(sort, (offset + (0 if coincide(m) else taken.index(t))) % sort_size(m, sort))
    m.world.memo["named", t] = found  # for those who tell of this point
    return found


def coincide(m: Interpreter) -> bool:
    """Whether free letters name the same thing at this point: at every other one, where it matters to the claim."""
    if not m.facts.compares or m.world.holds("distinct-names"):
        return False
    m.notes.add("names")
    return m.world.seed % 2 == 0


def size_value(m: Interpreter, name: str) -> int:
    """A size (n, N, G, K, …): different names get different sizes."""
    names = m.facts.size_names
    if m.scope.use_data:
        lengths = {len(v.items) for v in m.scope.data.values() if isinstance(v, Seq)}
        if len(lengths) == 1:
            return lengths.pop()
    return m.world.setting.group + names.index(name)


def size_of(m: Interpreter, t: Sym, env: Env) -> int | None:
    """|A|, |y|, |D|: a number of elements or tokens; None for an absolute value."""
    h = head_of(t)
    if t.name in m.facts.sequences or h.base in m.facts.sequences:
        return m.world.setting.group
    if t.name.startswith(("mathcal:", "mathbb:")):
        sort = {"S": "state", "A": "action"}.get(h.base)
        return sort_size(m, sort) if sort else m.world.integer(("size", t.name), 2, 4)
    return None


def time_like(index: Term) -> bool:
    """An index built on t or τ: ``t``, ``t+k``, ``t'``, ``T-1``."""
    return any(isinstance(x, Sym) and x.name in ("t", "T") for x in index.walk())


def timed(m: Interpreter) -> bool:
    """Whether the claim speaks of an episode, so that ``r_1`` is a reward in time."""
    return "time" in m.facts.capitals


def index_value(m: Interpreter, index: Term, env: Env) -> Any:
    """An index as part of a name: a number, an element, or the printed range (``<t``, ``1:T``)."""
    if isinstance(index, Rel | Op | Label | Seq):
        return show(index)
    value = m.value(index, env)
    if isinstance(value, Index):
        return (value.sort, value.k)
    if is_exact(value):
        return str(value)
    return show(index)
