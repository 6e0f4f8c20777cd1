r"""Rules at work: where a rule applies in a formula, what it makes of it, and what must hold for that.

>>> from derive.rules.formulas import expression
>>> for made in applications("log-derivative", expression(r"\sum_a\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)")):
...     print(made.after.latex)
\sum_{a}\pi_{\theta}(a|s)Q^{\pi_{\theta}}(s,a)\nabla_{\theta} \log\left(\pi_{\theta}(a|s)\right)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, below, free_variables, op, unused
from derive.core.terms import replace as replaced
from derive.rules.applying.needs import FLIPPED, Condition, certain, condition, words_with
from derive.rules.applying.tidying import all_places, put, sorted_out, tidy
from derive.rules.families import RULES
from derive.rules.formulas import Formula, beside, decide, renumbered
from derive.rules.matching.keys import key
from derive.rules.matching.matched import Match
from derive.rules.matching.patterns import Form, binders, forms_of
from derive.rules.rule import Rule
from derive.verify.verdicts import HOLDS

#: Relations that hold the other way round too.
SYMMETRIC = ("=", "~")
OPPOSITE = {"!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class NotApplicable(ValueError):
    """A rule that does not apply where it is asked to, or leads elsewhere."""


@dataclass(frozen=True, repr=False)
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
    matched: tuple[Form, Match] | None = field(default=None, compare=False)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The side conditions: each decided, or left to be assumed."""
        return tuple(condition(c, self.after) for c in self.claims if not certain(c))

    @property
    def words(self) -> tuple[str, ...]:
        """What else it needs, in words, with what letters of the rule stand for between dollars."""
        return words_with(*self.matched, self.before) if self.matched else ()

    def finding(self, seconds: float = 2.0) -> str:
        """The judge's verdict on the step, under its conditions."""
        claim = CoreClaim(self.before.term, self.relation, self.after.term, (*self.before.givens, *self.claims))
        return decide(claim, seconds).status

    def __str__(self) -> str:
        return f"{self.before} {self.relation} {self.after}  ({self.rule})"

    __repr__ = __str__


def find(name: str) -> Rule:
    """The rule of a name.

    Raises: NotApplicable.
    """
    if name not in RULES:
        near = get_close_matches(name, RULES, n=1)
        raise NotApplicable(f"no rule is called {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return RULES[name]


def applications(
    rule: str | Rule, formula: Formula, backwards: bool = False, letters: Mapping[str, str] | None = None
) -> Iterator[Applied]:
    """Every place where a rule applies and what it makes of the formula; ``letters`` gives LaTeX for letters that the rule brings in."""
    rule = find(rule) if isinstance(rule, str) else rule
    formula = distinct(formula)
    seen = set()
    for one in forms_of(rule, backwards):
        if backwards and one.relation not in SYMMETRIC:
            continue
        given: dict[int, Core] = {}
        for n in sorted(one.pattern.open):
            if letters and one.names.get(n) in letters:
                other = beside(formula, letters[one.names[n]])
                given[n], formula = other.term, formula.to(formula.term, other.names)
        for spelled, path, target in all_places(formula.term):
            relation = one.relation if one.relation == "=" else carried(one.relation, spelled, path)
            if not relation:
                continue
            for m in one.pattern.matches(target):
                made = result(one, m, formula.to(spelled), path, given)
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
                    (one, m),
                )


def picked(found: Iterable[Applied], at: int, rule: str, start: object) -> Applied:
    """One of the places where a rule applies, counted from 1; those are left out where a letter of its own has no meaning yet.

    Raises: NotApplicable where there are not so many.
    """
    every = list(found)
    usable = [made for made in every if not made.open]
    if not usable and every:
        own = ", ".join(sorted({every[0].names.get(n, "?") for n in every[0].open}))
        raise NotApplicable(f"{rule} brings in {own}: say what it is, letters={{…}}")
    if not 1 <= at <= len(usable):
        raise NotApplicable(
            f"{rule} applies to {start} at {len(usable)} places" if usable else f"{rule} does not apply to {start}"
        )
    return usable[at - 1]


def possible(made: Applied) -> Applied:
    """A rule that is applied, unless the opposite of a condition is known.

    Raises: NotApplicable.
    """
    for c in made.conditions:
        if c.claim is None or c.holds or c.claim.relation not in OPPOSITE:
            continue
        against = replace(c.claim, relation=OPPOSITE[c.claim.relation], givens=made.after.givens)
        if decide(against, 0.5).status in HOLDS:
            raise NotApplicable(f"{made.rule} needs {c.latex}, and that fails here")
    return made


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
    """The whole formula with what the rule makes of one place, its new names, and the conditions; None where a letter moves that may not."""
    if any(moves(m, letter, by) for letter, by in one.still):
        return None
    start = unused([formula.term], formula.names)
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


def moves(m: Match, letter: int, by: int) -> bool:
    """Whether what a letter stands for moves with what another stands for, other than as a function of it."""
    known, variable = m.found.get(letter), m.found.get(by)
    return (
        known is not None
        and variable is not None
        and bool(free_variables(variable.body) & (free_variables(known.body) - set(known.letters)))
    )


def distinct(formula: Formula) -> Formula:
    """The formula with bound variables that are all different."""
    start = unused([formula.term], formula.names)
    more: dict[int, str] = {}
    return formula.to(renumbered(formula.term, formula.names, start, more), more)
