"""Whether a rule, or several together, lead from one formula to another, and through which applications."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from math import inf
from time import process_time
from typing import Any

from derive.core.terms import ZERO, Bind, Core, CoreClaim, Op, Var, below, free_variables, walk
from derive.core.terms import replace as replaced
from derive.rules.applying.application import SYMMETRIC, Applied, applications, find
from derive.rules.formulas import Formula
from derive.rules.matching.keys import key
from derive.rules.matching.linear import spellings
from derive.rules.matching.matched import apply, fits
from derive.rules.matching.patterns import binders, forms_of
from derive.rules.matching.rings import linear_key, ring_key
from derive.rules.matching.unify import Pattern
from derive.rules.rule import Rule


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
        for start in spellings(formula.term):
            found = followed(rule, formula.to(start), target, relation, times, most, loosely)
            if found:
                return found
    return []


def leads_back(rule: str | Rule, formula: Formula, target: Core, relation: str) -> list[Applied]:
    """The applications of one rule that lead from a term to a formula, turned round where the relation between them may be."""
    if relation not in SYMMETRIC:
        return []
    found = leads(rule, formula.to(target), formula.term, relation)
    out = [replace(made, before=made.after, after=made.before, backwards=not made.backwards) for made in reversed(found)]
    return [*out[:-1], replace(out[-1], after=out[-1].after.to(target))] if out else []


#: What a rule of arithmetic may leave to arithmetic, once it has done something itself.
COARSER: dict[Callable[[Core], Any], Callable[[Core], Any]] = {key: ring_key, ring_key: linear_key, linear_key: linear_key}


def followed(rule: Rule, formula: Formula, target: Core, relation: str, times: int, most: int, coarser: bool) -> list[Applied]:
    """The applications that lead from a formula as it stands; ``coarser``: up to what arithmetic makes of the result."""
    if rule.shorter and shortens(formula.term, target):
        return [Applied(rule.name, formula, formula.to(target), (), claims=tuple(vanished(formula.term, target)))]
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
                    if len(following) > most or process_time() > deadline:
                        break
            front = list(following.values())[:most]
        for start, so_far in front:
            if process_time() > deadline:
                return []
            found = leads(order[-1], start, target, relation, times=2)
            if found:
                return [*so_far, *found]
    return []


def everywhere(rule: Rule, formula: Formula, relation: str) -> Iterator[Applied]:
    """What a rule makes of a formula, read either way, taken apart or not."""
    for start in spellings(formula.term):
        for backwards in (False, True):
            for made in applications(rule, formula.to(start), backwards):
                if not made.open and made.relation in ("=", relation):
                    yield made


def vanished(before: Core, after: Core) -> Iterator[CoreClaim]:
    """That what was divided by is not zero, for each number that is divided by no more."""
    left, free = {key(d) for d in divisors(after)}, free_variables(before)
    for name, d in {key(d): d for d in divisors(before)}.items():
        if name not in left and (own := free_variables(d)) and own <= free:
            yield CoreClaim(d, "!=", ZERO)


def divisors(term: Core) -> Iterator[Core]:
    """What a term divides by."""
    for t in walk(term):
        if isinstance(t, Op) and t.name == "div":
            yield t.args[1]


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
        return brought_in(made, target)
    return replace(made, after=made.after.to(target)) if closing(after) == closing(target) else None


def brought_in(made: Applied, target: Core) -> Applied | None:
    """The application if it gives the target with a part of the target, whichever, for the one letter that the rule brings in."""
    after = made.after.term
    if len(made.open) != 1 or ring_key(made.before.term) != ring_key(target):
        return None
    (letter,) = (v for v in free_variables(after) if v.number in made.open)
    end = key(target)
    scope = [v for t in ancestors(after, made.path) if isinstance(t, Bind) for v in t.vars]
    bound = {v.number for v in binders(target)}
    for part in dict.fromkeys(t for t in walk(target) if fits(letter, t)):
        loose = [v for v in free_variables(part) if v.number in bound]
        for own in permutations(scope, len(loose)):
            if all(v.type == w.type for v, w in zip(loose, own, strict=True)):
                table: dict[int, Core] = {letter.number: replaced(part, {v.number: w for v, w in zip(loose, own, strict=True)})}
                if key(replaced(after, table)) == end:
                    claims = tuple(replace(c, lhs=replaced(c.lhs, table), rhs=replaced(c.rhs, table)) for c in made.claims)
                    return replace(made, after=made.after.to(target), claims=claims, open=frozenset())
    return None


def ancestors(term: Core, path: tuple[int, ...]) -> list[Core]:
    """What a place in a term lies in, as far as the way leads."""
    out = [term]
    for i in path:
        inside = below(out[-1])
        if i >= len(inside):
            break
        out.append(inside[i])
    return out


def would_give(rule: str | Rule, formula: Formula, most: int = 3) -> list[str]:
    """What a rule makes of a formula, in LaTeX: for the message where it does not lead to what was typed."""
    out = []
    for made in (m for start in spellings(formula.term) for m in applications(rule, formula.to(start))):
        out.append(str(made.after) if not made.open else f"{made.rule} with letters of its own")
        if len(out) == most:
            break
    return out
