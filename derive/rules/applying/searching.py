r"""Which rules lead from one formula to another: at most three of them, the shortest way first.

>>> from derive.rules.formulas import equation
>>> f, _, g = equation(r"\nabla_\theta\sum_a\pi_\theta(a\mid s)r(s,a)=\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}[r(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]")
>>> [(made.rule, made.backwards) for made in way(f, g.term)]
[('log-derivative', False), ('expectation-to-sum', True)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import process_time

from derive.core.terms import Core, Var
from derive.rules.applying.application import Applied, applications
from derive.rules.applying.leading import leads, leads_back
from derive.rules.applying.unfolding import DEFINITIONS
from derive.rules.families import RULES
from derive.rules.formulas import Formula
from derive.rules.matching.linear import spellings
from derive.rules.matching.patterns import forms_of
from derive.rules.matching.rings import linear_key
from derive.rules.rule import Rule

#: Formulas that are looked at behind the first step.
WIDTH = 40


def known_rules(more: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """All rules that a search may use."""
    return (*RULES.values(), *DEFINITIONS, *more)


def ways(formula: Formula, target: Core, relation: str = "=", more: Iterable[Rule] = ()) -> Iterator[list[Applied]]:
    """Single rules that lead there, or back, each with its applications: those read forwards and applied once before the others."""
    for coarser in (False, True):
        found = [leads(rule, formula, target, relation, coarser=coarser) for rule in known_rules(more)]
        yield from sorted((f for f in found if f), key=lambda f: (f[0].backwards, len(f)))
        if not coarser and relation == "=" and (both := by_definitions(formula, target)):
            yield both
    yield from (f for rule in known_rules(more) if (f := leads_back(rule, formula, target, relation)))


def way(formula: Formula, target: Core, relation: str = "=", more: Iterable[Rule] = (), seconds: float = 12.0) -> list[Applied]:
    """The shortest way from a formula to a term; empty where no three rules lead there."""
    for found in ways(formula, target, relation, more):
        return found
    if relation != "=":
        return []
    deadline = process_time() + seconds
    rules = [r for r in known_rules(more) if r.relation == "="]
    end = linear_key(target)
    if end == linear_key(formula.term):
        return []  # a way there and back says nothing
    behind: dict[object, Applied] = {}
    for made in around(formula.to(target), rules, deadline):
        behind.setdefault(linear_key(made.after.term), made)
    first = [made for made in around(formula, rules, deadline) if linear_key(made.after.term) != linear_key(formula.term)]
    for made in first:
        if (last := behind.get(linear_key(made.after.term))) is not None:
            return [made, turned(last, made.after, target)]
    longer: list[Applied] = []
    for made in first[:WIDTH]:
        if process_time() > deadline:
            break
        for second in around(made.after, rules, deadline):
            k = linear_key(second.after.term)
            if k == end:
                return [made, second]
            if not longer and (last := behind.get(k)) is not None:
                longer = [made, second, turned(last, second.after, target)]
    return longer


def around(formula: Formula, rules: list[Rule], deadline: float) -> Iterator[Applied]:
    """What every rule makes of a formula, read either way."""
    for start in spellings(formula.term):
        for rule in rules:
            if process_time() > deadline:
                return
            for backwards in (False, True):
                if bare(rule, backwards):
                    continue
                for made in applications(rule, formula.to(start), backwards):
                    if not made.open and made.closing is linear_key:
                        yield made


def turned(made: Applied, before: Formula, target: Core) -> Applied:
    """An application at the end read the other way: from what it gives to what it starts from."""
    return Applied(
        made.rule,
        before,
        before.to(target),
        made.path,
        made.relation,
        not made.backwards,
        made.claims,
        made.closing,
        names=made.names,
    )


def bare(rule: Rule, backwards: bool) -> bool:
    """Whether a rule begins at a letter alone: it applies anywhere, and leads anywhere."""
    return any(isinstance(f.pattern.term, Var) for f in forms_of(rule, backwards))


def by_definitions(formula: Formula, target: Core) -> list[Applied]:
    """The definitions by which two formulas are the same once all names are written out, if these are three at most."""
    (left, written), (right, back) = unfolded(formula), unfolded(formula.to(target))
    made = [*written, *(turned(b, b.after, b.before.term) for b in reversed(back))]
    same = linear_key(left.term) == linear_key(right.term) and linear_key(formula.term) != linear_key(target)
    return made if same and len({m.rule for m in made}) <= 3 else []


def unfolded(formula: Formula) -> tuple[Formula, list[Applied]]:
    """A formula in which everything that has a definition is written out."""
    done: list[Applied] = []
    for _ in range(8):
        made = next((m for d in DEFINITIONS for m in applications(d, formula) if not m.open), None)
        if made is None:
            break
        done.append(made)
        formula = made.after
    return formula, done
