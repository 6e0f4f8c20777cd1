"""A rule as patterns: each spelling of it elaborated once, its letters open, the ends of its ranges any, its conditions beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from derive.core.terms import ONE, Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, rebuild, variables, walk
from derive.rules.formulas import Unread, claims
from derive.rules.matching.keys import key, without_opposites
from derive.rules.matching.rings import linear_key, ring_key
from derive.rules.matching.unify import Pattern
from derive.rules.rule import Rule, in_words

#: Numbers of a pattern's letters begin here, so that no formula has one of them.
OFFSET = 100_000
SIGNS = {r"\le": "<=", r"\ge": ">=", r"\leq": "<=", r"\geq": ">=", "<": "<", ">": ">", "=": "=", r"\approx": "~"}
#: Operations whose values are positive wherever they may stand below a logarithm.
POSITIVE = ("prob", "mass", "transition", "joint", "path_mass", "token_prob", "exp")


@dataclass(frozen=True)
class Form:
    """One way to read a rule: from a pattern to a term, under conditions; bound letters of the term are like some of the pattern."""

    pattern: Pattern
    becomes: Core
    relation: str
    conditions: tuple[CoreClaim, ...]
    names: Mapping[int, str]
    like: Mapping[int, int]
    still: frozenset[tuple[int, int]]  # letters with the one that they are differentiated by: they do not move with it
    words: tuple[str, ...]  # conditions in words, with letters of the pattern between dollars
    closing: Callable[[Core], Any]  # two terms with one key are one to the rule: never so that the key gives what the rule says


@lru_cache(maxsize=1024)
def forms_of(rule: Rule, backwards: bool = False) -> tuple[Form, ...]:
    """The patterns of a rule: the one it is written with, and its other spellings; none where it cannot be read."""
    out = []
    for n, (pattern, becomes, given) in enumerate(rule.spellings):
        try:
            ((claim, names),) = claims(f"{pattern} {rule.relation} {becomes}", given, rule.assuming)
        except (Unread, ValueError):
            continue
        # words that name letters speak of the spelling that the rule is written with
        words = tuple(side.condition for side in rule.where if in_words(side.condition) and (n == 0 or "$" not in side.condition))
        out.append(form(claim, names, rule, backwards, words))
    if rule.recursion and not backwards:
        out.append(recursive(rule))
    return tuple(out)


@lru_cache(maxsize=1024)
def why_unread(rule: Rule) -> str:
    """Why no form of a rule can be read; empty where one can."""
    if forms_of(rule):
        return ""
    try:
        claims(rule.latex, rule.given, rule.assuming)
    except Unread as why:
        return str(why)
    return "several links"


def recursive(rule: Rule) -> Form:
    """The form of a rule that solves a recursion: its condition is the recursion itself."""
    pattern, becomes, whole = rule.recursion
    ((claim, names),) = claims(f"{pattern} = {becomes} + {whole}", rule.given, rule.assuming)
    assert isinstance(claim.rhs, Op)
    solution, unknown = claim.rhs.args
    return form(replace(claim, rhs=solution, givens=(*claim.givens, CoreClaim(unknown, "=", claim.lhs))), names, rule, False)


def concerns(given: CoreClaim, claim: CoreClaim) -> bool:
    """Whether what is given for a rule speaks of something in this spelling of it."""
    mine, its = ({t for p in parts for t in walk(p) if is_name(t)} for parts in ((given.lhs, given.rhs), (claim.lhs, claim.rhs)))
    return not mine or bool(mine & its)


def is_name(t: Core) -> bool:
    return isinstance(t, Var) or isinstance(t, Op) and not t.args


def form(claim: CoreClaim, names: Mapping[int, str], rule: Rule, backwards: bool, words: tuple[str, ...] = ()) -> Form:
    shifted = {v.number: replace(v, number=v.number + OFFSET) for p in claim.parts() for v in variables(p)}

    def shift(t: Core) -> Core:
        if isinstance(t, Var):
            return shifted[t.number]
        if isinstance(t, Bind):
            return Bind(
                t.name,
                tuple(shifted[v.number] for v in t.vars),
                shift(t.body),
                tuple(map(shift, t.args)),
                tuple(map(shift, t.where)),
                t.info,
            )
        return Op(t.name, tuple(map(shift, t.args)), t.info) if isinstance(t, Op) else t

    left, right = counted(shift(claim.lhs)), counted(shift(claim.rhs))
    if backwards:
        left, right = right, left
    conditions = tuple(
        CoreClaim(shift(g.lhs), g.relation, shift(g.rhs), every=tuple(shifted[v.number] for v in g.every))
        for g in claim.givens
        if concerns(g, claim)
    )
    stated = {v for c in conditions for v in free_variables(c.lhs)}
    conditions = (*conditions, *(c for c in positive(left, right) if not free_variables(c.lhs) <= stated))
    called = {n + OFFSET: name for n, name in names.items()}
    parts = (left, right, *(p for g in conditions for p in g.parts()))
    free = {v.number for p in parts for v in free_variables(p)} - {n for n, name in called.items() if name in rule.fixed}
    own = {v.number: called.get(v.number, "") for v in binders(left)}
    like = {v.number: next((n for n, name in own.items() if name == called.get(v.number)), 0) for v in binders(right)}
    relation = SIGNS.get(rule.relation, rule.relation)
    closing: Callable[[Core], Any] = linear_key
    if relation == "=" and ring_key(left) == ring_key(right):
        closing = key
    elif relation == "=" and linear_key(left) == linear_key(right):
        closing = ring_key
    return Form(
        Pattern(left, frozenset(free), ends(parts) & free, ones=frozenset(n for n in free if called[n] in rule.ones)),
        right,
        relation,
        conditions,
        called,
        like,
        standing(left, right),
        words,
        closing,
    )


def positive(left: Core, right: Core) -> list[CoreClaim]:
    """What must be positive for the logarithms that a rule brings in; chances are."""
    known = {t.args[0] for t in walk(left) if isinstance(t, Op) and t.name == "log"}
    free = free_variables(right)
    found = dict.fromkeys(t.args[0] for t in walk(right) if isinstance(t, Op) and t.name == "log" and t.args[0] not in known)
    return [CoreClaim(a, ">", num(0)) for a in found if free_variables(a) <= free and not surely(a)]


def surely(t: Core) -> bool:
    """Whether a term is positive by what it is: a chance, an exponential, or made of such."""
    if isinstance(t, Num):
        return t.value > 0
    if isinstance(t, Bind):  # over all values, of which there is one at least
        return t.name in ("sum", "prod") and not t.args and not t.where and surely(t.body)
    return isinstance(t, Op) and (
        t.name in POSITIVE
        or t.name in ("add", "mul", "div")
        and all(map(surely, t.args))
        or t.name in ("power", "root")
        and surely(t.args[0])
    )


def standing(*terms: Core) -> frozenset[tuple[int, int]]:
    """The letters of what is differentiated, each with the letter that it is differentiated by."""
    return frozenset(
        (v.number, by.number)
        for term in terms
        for t in walk(term)
        if isinstance(t, Op) and t.name == "gradient" and isinstance(by := t.args[1], Var)
        for v in free_variables(t.args[0])
        if v != by
    )


def counted(t: Core) -> Core:
    """A term in which t+n−t is n."""
    return without_opposites(rebuild(t, counted))


def binders(term: Core) -> list[Var]:
    return [v for t in walk(term) if isinstance(t, Bind) for v in t.vars]


def ends(parts: tuple[Core, ...]) -> frozenset[int]:
    """Letters that are nothing but the end of ranges from 1 on: the range may then be any."""
    inside: dict[int, int] = {}
    total: dict[int, int] = {}
    odd: set[int] = set()
    for t in (t for p in parts for t in walk(p)):
        if isinstance(t, Var):
            total[t.number] = total.get(t.number, 0) + 1
        if isinstance(t, Bind) and t.name in ("sum", "prod") and t.args:
            end = t.args[-1]
            if isinstance(end, Var) and t.args[0] == ONE and not t.where:
                inside[end.number] = inside.get(end.number, 0) + 1
            else:
                odd |= {v.number for a in t.args for v in free_variables(a)}
    return frozenset(n for n, k in inside.items() if total[n] == k and n not in odd)
