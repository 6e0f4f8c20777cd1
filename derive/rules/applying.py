r"""Rules at work: where a rule applies in a formula, what it makes of it, and what must hold for that.

>>> from derive.rules.formulas import expression
>>> for made in applications("log-derivative", expression(r"\sum_a\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)")):
...     print(made.after.latex)
\sum_{a}\pi_{\theta}(a|s)Q^{\pi_{\theta}}(s,a)\nabla_{\theta} \log\left(\pi_{\theta}(a|s)\right)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations
from math import inf
from time import perf_counter
from typing import Any

from derive.core.terms import ONE, ZERO, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, num, op, rebuild, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION_SORT, STATE_SORT, Type, element
from derive.elaborate.texts import folded
from derive.elaborate.write import Unwritable, write_claim
from derive.glossary.printed import BINDERS
from derive.rules.families import RULES
from derive.rules.formulas import Formula, Unread, beside, claims, decide, renumbered, sequences, variables
from derive.rules.keys import SCALAR, key, kind, summands, view
from derive.rules.linear import apart
from derive.rules.rings import linear_key, ring_key
from derive.rules.rule import Rule
from derive.rules.unify import Match, Pattern, apply
from derive.verify.verdicts import HOLDS

#: Numbers of a pattern's letters begin here, so that no formula has one of them.
OFFSET = 100_000
SIGNS = {r"\le": "<=", r"\ge": ">=", r"\leq": "<=", r"\geq": ">=", "<": "<", ">": ">", "=": "=", r"\approx": "~"}


FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


class NotApplicable(ValueError):
    """A rule that does not apply where it is asked to, or leads elsewhere."""


@dataclass(frozen=True)
class Form:
    """One way to read a rule: from a pattern to a term, under conditions; bound letters of the term are like some of the pattern."""

    pattern: Pattern
    becomes: Core
    relation: str
    conditions: tuple[CoreClaim, ...]
    names: Mapping[int, str]
    like: Mapping[int, int]
    closing: Callable[[Core], Any]  # two terms with one key are one to the rule: never so that the key gives what the rule says


@dataclass(frozen=True)
class Condition:
    """What must hold for a step: shown to hold, or to be assumed."""

    claim: CoreClaim
    latex: str
    holds: bool


@dataclass(frozen=True)
class Applied:
    """A rule applied at one place: the formula before and after, the relation between them, and the conditions."""

    rule: str
    before: Formula
    after: Formula
    path: tuple[int, ...]
    relation: str = "="
    backwards: bool = False
    claims: tuple[CoreClaim, ...] = ()
    closing: Callable[[Core], Any] = key
    open: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The side conditions: each decided, or left to be assumed."""
        return tuple(condition(c, self.after) for c in self.claims)

    def finding(self, seconds: float = 2.0) -> str:
        """The judge's verdict on the step, under its conditions."""
        claim = CoreClaim(self.before.term, self.relation, self.after.term, (*self.before.givens, *self.claims))
        return decide(claim, seconds).status

    def __str__(self) -> str:
        return f"{self.before} {self.relation} {self.after}  ({self.rule})"


def condition(claim: CoreClaim, formula: Formula) -> Condition:
    own = replace(claim, givens=formula.givens)
    try:
        latex = write_claim(claim, formula.names, indexed=sequences(claim.lhs))
    except Unwritable:
        latex = str(claim)
    return Condition(claim, latex, decide(own, 0.5).status in HOLDS)


# --- patterns --------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def forms_of(rule: Rule, backwards: bool = False) -> tuple[Form, ...]:
    """The patterns of a rule: the one it is written with, and its other spellings; none where it cannot be read."""
    out = []
    for pattern, becomes in ((rule.pattern, rule.becomes), *rule.also):
        try:
            ((claim, names),) = claims(f"{pattern} {rule.relation} {becomes}", rule.given)
        except (Unread, ValueError):
            continue
        out.append(form(claim, names, rule, backwards))
    return tuple(out)


@lru_cache(maxsize=1024)
def why_unread(rule: Rule) -> str:
    """Why no form of a rule can be read; empty where one can."""
    if forms_of(rule):
        return ""
    try:
        claims(rule.latex, rule.given)
    except Unread as why:
        return str(why)
    return "several links"


def form(claim: CoreClaim, names: Mapping[int, str], rule: Rule, backwards: bool) -> Form:
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

    left, right = shift(claim.lhs), shift(claim.rhs)
    if backwards:
        left, right = right, left
    conditions = tuple(
        CoreClaim(shift(g.lhs), g.relation, shift(g.rhs), every=tuple(shifted[v.number] for v in g.every)) for g in claim.givens
    )
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
    return Form(Pattern(left, frozenset(free), ends(parts) & free), right, relation, conditions, called, like, closing)


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


# --- places ----------------------------------------------------------------------------------------


def places(term: Core, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Core]]:
    """Every subterm with the way to it, the outermost first."""
    yield path, term
    for i, t in enumerate(below(term)):
        yield from places(t, (*path, i))


def put(term: Core, path: tuple[int, ...], new: Core) -> Core:
    """A term with another at the end of a way."""
    if not path:
        return new
    i = path[0]
    if isinstance(term, Bind):
        parts = [*term.args, *term.where, term.body]
        parts[i] = put(parts[i], path[1:], new)
        n, m = len(term.args), len(term.where)
        return Bind(term.name, term.vars, parts[-1], tuple(parts[:n]), tuple(parts[n : n + m]), term.info)
    assert isinstance(term, Op)
    return Op(term.name, tuple(put(a, path[1:], new) if j == i else a for j, a in enumerate(term.args)), term.info)


def find(name: str) -> Rule:
    """The rule of a name.

    Raises: NotApplicable.
    """
    if name not in RULES:
        raise NotApplicable(f"no rule is called {name!r}")
    return RULES[name]


def applications(
    rule: str | Rule, formula: Formula, backwards: bool = False, letters: Mapping[str, str] | None = None
) -> Iterator[Applied]:
    """Every place where a rule applies and what it makes of the formula; ``letters`` gives LaTeX for letters that the rule brings in."""
    rule = find(rule) if isinstance(rule, str) else rule
    formula = distinct(formula)
    seen = set()
    for one in forms_of(rule, backwards):
        if backwards and one.relation != "=":
            continue
        given: dict[int, Core] = {}
        for n in sorted(one.pattern.open):
            if letters and one.names.get(n) in letters:
                other = beside(formula, letters[one.names[n]])
                given[n], formula = other.term, formula.to(formula.term, other.names)
        for path, target in places(formula.term):
            relation = one.relation if one.relation == "=" else carried(one.relation, formula.term, path)
            if not relation:
                continue
            for m in one.pattern.matches(target):
                made = result(one, m, formula, path, given)
                if made is None or (k := key(made[0])) in seen or k == key(formula.term):
                    continue
                seen.add(k)
                term, names, conditions, still = made
                yield Applied(
                    rule.name,
                    formula,
                    formula.to(term, names),
                    path,
                    relation,
                    backwards,
                    conditions,
                    one.closing,
                    still,
                    one.names,
                )


def carried(relation: str, term: Core, path: tuple[int, ...]) -> str:
    """The relation that an inequality inside of a term makes outside; empty where it makes none that is sure to hold.

    A product carries it as if its other factors were positive: the judge has the last word.
    """
    sign = 1
    for i in path:
        if isinstance(term, Op) and (term.name in ("add", "mul") or term.name == "div" and i == 0):
            pass
        elif isinstance(term, Op) and term.name == "neg":
            sign = -sign
        elif not (isinstance(term, Bind) and term.name in ("sum", "expect", "episode", "mean") and i == len(below(term)) - 1):
            return ""
        term = below(term)[i]
    return relation if sign > 0 or relation not in FLIPPED else FLIPPED[relation]


def result(
    one: Form, m: Match, formula: Formula, path: tuple[int, ...], given: Mapping[int, Core]
) -> tuple[Core, dict[int, str], tuple[CoreClaim, ...], frozenset[int]] | None:
    """The whole formula with what the rule makes of one place, its new names, and the conditions."""
    start = 1 + max([0, *formula.names, *(v.number for v in variables(formula.term))])
    names: dict[int, str] = {}
    bound = dict(m.bound)
    for v in binders(one.becomes):
        twin = m.bound.get(one.like.get(v.number, 0))
        names[start] = formula.names.get(twin.number, "") if twin is not None else one.names.get(v.number, "")
        bound[v.number] = Var(start, v.type if twin is None else twin.type)
        start += 1
    m = replace(m, bound=bound)
    table = dict(given)
    new = replaced(one.pattern.fill(one.becomes, m), table)
    new = sorted_out(new, names)
    if m.rest is not None:
        new = op(m.rest_of, new, m.rest)
    conditions = tuple(
        CoreClaim(
            replaced(one.pattern.fill(c.lhs, m), table), c.relation, replaced(one.pattern.fill(c.rhs, m), table), every=c.every
        )
        for c in one.conditions
    )
    still = frozenset(v.number for v in free_variables(new) if v.number in one.pattern.open)
    whole = tidy(put(formula.term, path, new))
    more: dict[int, str] = {}
    made = renumbered(whole, {**formula.names, **names}, start, more)
    return made, {**names, **more}, conditions, still


def sorted_out(t: Core, names: dict[int, str]) -> Core:
    """A term whose letters for outcomes of any law have the sort of the law's outcomes, and a name for it."""
    if not isinstance(t, Bind):
        return rebuild(t, lambda x: sorted_out(x, names))
    t = rebuild(t, lambda x: sorted_out(x, names))
    assert isinstance(t, Bind)
    table: dict[int, Core] = {}
    letters = []
    for v in t.vars:
        sort = outcomes_of(v, t) if v.type.name == "Elem" and v.type.args[0].name.startswith("Sort") else None
        made = v if sort is None else replace(v, type=element(sort))
        if sort is not None and sort != v.type.args[0]:
            names[v.number] = BINDERS.get(sort.name, names.get(v.number, "x"))
        table[v.number] = made
        letters.append(made)
    return Bind(t.name, tuple(letters), replaced(t.body, table), t.args, tuple(replaced(c, table) for c in t.where), t.info)


def outcomes_of(v: Var, t: Bind) -> Type | None:
    """The sort of what a letter is an outcome of."""
    for law in t.args:
        if isinstance(law, Op) and law.name in ("action_law", "next_law"):
            return ACTION_SORT if law.name == "action_law" else STATE_SORT
    for x in walk(t.body):
        if isinstance(x, Op) and x.name == "prob" and x.args[1] == v:
            return ACTION_SORT
        if isinstance(x, Op) and x.name == "transition" and x.args[0] == v:
            return STATE_SORT
        if isinstance(x, Op) and x.name == "mass" and x.args[1] == v:
            law = x.args[0].args[0] if isinstance(x.args[0], Op) and x.args[0].name == "at_parameter" else x.args[0]
            return law.type.args[0] if isinstance(law, Var) and law.type.args else None
    return None


def distinct(formula: Formula) -> Formula:
    """The formula with bound variables that are all different."""
    start = 1 + max([0, *formula.names, *(v.number for v in variables(formula.term))])
    more: dict[int, str] = {}
    return formula.to(renumbered(formula.term, formula.names, start, more), more)


def tidy(t: Core) -> Core:
    """Without factors 1, terms 0, and signs that cancel."""
    if isinstance(t, Bind):
        made = Bind(t.name, t.vars, tidy(t.body), tuple(map(tidy, t.args)), tuple(map(tidy, t.where)), t.info)
        return ZERO if t.name == "sum" and made.body == ZERO else made
    if not isinstance(t, Op):
        return t
    args = tuple(map(tidy, t.args))
    if t.name == "mul":
        if ZERO in args:
            return ZERO
        args = tuple(a for a in args if a != ONE) or (ONE,)
        signs = sum(isinstance(a, Op) and a.name == "neg" for a in args)
        if signs:
            body = tuple(a.args[0] if isinstance(a, Op) and a.name == "neg" else a for a in args)
            return tidy(op("neg", op("mul", *body)) if signs % 2 else op("mul", *body))
        args = tuple(b for a in args for b in (a.args if isinstance(a, Op) and a.name == "mul" else (a,)))
        if sum(kind(a) != SCALAR for a in args) < 2:
            args = tuple(sorted(args, key=reach))
    if t.name == "add":
        args = tuple(b for a in args if a != ZERO for b in (a.args if isinstance(a, Op) and a.name == "add" else (a,))) or (ZERO,)
        if all(isinstance(a, Num) or isinstance(a, Op) and a.name == "neg" and isinstance(a.args[0], Num) for a in args):
            return summands(Op("add", args))[0]
    if t.name in ("add", "mul") and len(args) == 1:
        return args[0]
    if t.name == "neg":
        (inner,) = args
        if isinstance(inner, Num):
            return num(-inner.value)
        return inner.args[0] if isinstance(inner, Op) and inner.name == "neg" else Op("neg", args)
    if t.name == "power" and args[1] in (num(-1), op("neg", num(1))) and not isinstance(args[0], Var):
        return op("div", ONE, args[0])
    if t.name == "div" and args[1] == ONE:
        return args[0]
    if t.name in ("reward_at", "state_at", "action_at", "return_from"):
        args = (folded(args[0]),)
    return view(Op(t.name, args, t.info)) if t.name == "mass" else Op(t.name, args, t.info)


def reach(t: Core) -> int:
    """How far what stands in front of other factors would reach: numbers first, sums and derivatives last."""
    if isinstance(t, Num):
        return 0
    if isinstance(t, Bind):
        return 2 if t.name in ("sum", "prod", "max", "min", "limit") else 1
    return 3 if isinstance(t, Op) and t.name in ("gradient", "derivative", "partial") else 1


# --- steps that are cited --------------------------------------------------------------------------


def leads(
    rule: str | Rule,
    formula: Formula,
    target: Core,
    relation: str = "=",
    times: int = 3,
    most: int = 40,
    coarser: bool | None = None,
) -> list[Applied]:
    """The applications of one rule, at one place after another, that lead from a formula to a term; empty where none does.

    Where that is not enough, sums and derivatives are taken apart first: no rule is needed for linearity but its own.
    ``coarser`` asks only for what a rule gives up to its own kind of arithmetic, or only for what it gives by itself.
    """
    rule = find(rule) if isinstance(rule, str) else rule
    for loosely in (False, True) if coarser is None else (coarser,):
        for start in dict.fromkeys((formula.term, apart(formula.term))):
            found = followed(rule, formula.to(start), target, relation, times, most, loosely)
            if found:
                return found
    return []


#: What a rule of arithmetic may leave to arithmetic, once it has done something itself.
COARSER: dict[Callable[[Core], Any], Callable[[Core], Any]] = {key: ring_key, ring_key: linear_key, linear_key: linear_key}


def followed(rule: Rule, formula: Formula, target: Core, relation: str, times: int, most: int, coarser: bool) -> list[Applied]:
    """The applications that lead from a formula as it stands; ``coarser``: up to what arithmetic makes of the result."""
    if rule.shorter and shortens(formula.term, target):
        return [Applied(rule.name, formula, formula.to(target), ())]
    for backwards in (False, True):
        front: list[tuple[Formula, list[Applied]]] = [(formula, [])]
        seen = {key(formula.term)}
        # what matches anything is tried once
        bare = any(isinstance(one.pattern.term, Var) for one in forms_of(rule, backwards))
        for _ in range(1 if bare else times):
            following: list[tuple[Formula, list[Applied]]] = []
            for start, so_far in front:
                for made in applications(rule, start, backwards):
                    if made.relation not in ("=", relation):
                        continue
                    if not made.open and made.closing(made.after.term) == made.closing(start.term):
                        continue  # it changes nothing that arithmetic would not
                    closed = completed(made, target, COARSER[made.closing] if coarser else made.closing)
                    if closed is not None:
                        return [*so_far, closed]
                    if made.open or (k := key(made.after.term)) in seen:
                        continue
                    seen.add(k)
                    following.append((made.after, [*so_far, made]))
            front = following[:most]
    return []


def leads_together(
    rules: Sequence[Rule], formula: Formula, target: Core, relation: str = "=", most: int = 30, deadline: float = inf
) -> list[Applied]:
    """The applications of several rules, each at least once and in whatever order, that lead from a formula to a term."""
    for order in permutations(rules):
        front: list[tuple[Formula, list[Applied]]] = [(formula, [])]
        for rule in order[:-1]:
            following: dict[Any, tuple[Formula, list[Applied]]] = {}
            for start, so_far in front:
                for made in everywhere(rule, start, relation):
                    following.setdefault(linear_key(made.after.term), (made.after, [*so_far, made]))
                    for again in everywhere(rule, made.after, relation):
                        following.setdefault(linear_key(again.after.term), (again.after, [*so_far, made, again]))
                    if len(following) > most or perf_counter() > deadline:
                        break
            front = list(following.values())[:most]
        for start, so_far in front:
            if perf_counter() > deadline:
                return []
            found = leads(order[-1], start, target, relation, times=2)
            if found:
                return [*so_far, *found]
    return []


def everywhere(rule: Rule, formula: Formula, relation: str) -> Iterator[Applied]:
    """What a rule makes of a formula, read either way, taken apart or not."""
    for start in dict.fromkeys((formula.term, apart(formula.term))):
        for backwards in (False, True):
            for made in applications(rule, formula.to(start), backwards):
                if not made.open and made.relation in ("=", relation):
                    yield made


def shortens(before: Core, after: Core) -> bool:
    """Whether the laws of arithmetic alone make one term a shorter one."""
    return len(walk(after)) < len(walk(before)) and key(before) != key(after) and ring_key(before) == ring_key(after)


def completed(made: Applied, target: Core, closing: Callable[[Core], Any]) -> Applied | None:
    """The application if it gives the target; letters that the rule brings in are read off the target."""
    after = made.after.term
    if made.closing(made.before.term) == made.closing(target):
        return None  # it is there already
    if made.open:
        own = {v.number: v for v in binders(after)}
        for m in Pattern(after, made.open, inside=True).matches(target, part=False):
            back: dict[int, Core] = {v.number: own[n] for n, v in m.bound.items() if n in own}
            table = {n: replaced(found.body, back) for n, found in m.found.items() if not found.letters}
            for n, found in m.found.items():
                if found.letters:
                    table[n] = apply(found, found.letters)
            new = replaced(after, table)
            if free_variables(new) <= free_variables(target) | free_variables(made.before.term):
                claims_ = tuple(replace(c, lhs=replaced(c.lhs, table), rhs=replaced(c.rhs, table)) for c in made.claims)
                return replace(made, after=made.after.to(target), claims=claims_, open=frozenset())
        return None
    return replace(made, after=made.after.to(target)) if closing(after) == closing(target) else None


def would_give(rule: str | Rule, formula: Formula, most: int = 3) -> list[str]:
    """What a rule makes of a formula, in LaTeX: for the message where it does not lead to what was typed."""
    out = []
    for made in (
        m for start in dict.fromkeys((formula.term, apart(formula.term))) for m in applications(rule, formula.to(start))
    ):
        out.append(str(made.after) if not made.open else f"{made.rule} with letters of its own")
        if len(out) == most:
            break
    return out


__all__ = ["Applied", "Condition", "Iterable", "NotApplicable", "applications", "find", "leads", "would_give"]
