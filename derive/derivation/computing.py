r"""How a step comes about: computed by the rule that it cites, or stated, with the reason why nothing computes it.

>>> how = computed("log-derivative", r"\nabla_\theta\pi_\theta(a\mid s)", "=", r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)")
>>> how.computed, how.places
(True, 1)
>>> computed("bellman", "x+y", "=", "y+x")
Traceback (most recent call last):
    ...
derive.derivation.StepError: bellman does not apply to x+y
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from derive.core.terms import Core, Op, Var, rebuild, walk
from derive.derivation.defined import by_definition
from derive.derivation.given import StepError
from derive.rules.applying.application import Applied, Condition
from derive.rules.applying.leading import leads, leads_back, leads_together, would_give
from derive.rules.applying.searching import unfolded
from derive.rules.applying.unfolding import DEFINITIONS
from derive.rules.families import RULES
from derive.rules.formulas import Formula, Unread, equation
from derive.rules.matching.rings import linear_key
from derive.rules.rule import Rule

#: What SymPy may be asked for in a step, and what to say of it.
CALCULATED = {
    "diff": "Differentiated.",
    "expand": "Multiplied out.",
    "factor": "Factored.",
    "together": "Over a common denominator.",
    "simplify": "Simplified.",
}
#: The rule of a step that says what a name stands for.
DEFINED = "definition"
#: What gives a letter a number.
NUMBER = re.compile(r"\A\s*\\?[A-Za-z]+\s*=\s*-?\d+(?:\.\d+)?\s*\Z")


@dataclass(frozen=True)
class How:
    """How a step comes about: by applications of its rule, or stated for a reason."""

    computed: bool
    reason: str = ""
    applied: tuple[Applied, ...] = ()

    @property
    def places(self) -> int:
        """At how many places the rule was applied."""
        return len(self.applied)

    @property
    def backwards(self) -> bool:
        return any(a.backwards for a in self.applied)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The side conditions of the applications: each shown to hold, or assumed."""
        return tuple(c for a in self.applied for c in a.conditions)


def computed(
    rule: str,
    before: str,
    relation: str,
    after: str,
    given: tuple[str, ...] = (),
    assuming: tuple[str, ...] = (),
    known: Mapping[str, Rule] | None = None,
    stated: str = "",
    using: tuple[str, ...] = (),
) -> How:
    """How a rule leads from one expression to another.

    Raises: StepError where it does not, unless the step says why it is only stated.
    """
    loose = tuple(g for g in given if not NUMBER.search(g))
    if loose != given:  # a letter that is given as a number may none the less be carried along
        how = computed(rule, before, relation, after, loose, assuming, known, "it needs what is given", using)
        if how.computed:
            return how
    rules = called(rule, known)
    if not rules and rule not in CALCULATED:
        return How(False, stated or "a reason in words")
    try:
        left, sign, right = equation(f"{before} {relation} {after}", given, assuming)
    except Unread as why:
        return How(False, stated or f"not read as core terms: {why}")
    if rule in CALCULATED:
        return calculated(rule, left, right, stated)
    others = tuple(called(name, known)[0] for name in using)
    for one, other in ((left, right), *one_policy(left, right)):
        if rule == DEFINED and sign == "=" and linear_key(one.term) == linear_key(other.term):
            if by_definition(before, after, given, assuming, one, other):
                return How(True, "what is given says so")
            continue  # the same on both sides: what is written out of it says nothing
        made = led(rule, rules, one, sign, other, others)
        if made is not None:
            return made
    if using:
        raise StepError(f"{', '.join((rule, *using))} do not lead there together")
    if stated:
        return How(False, stated)
    if rule == DEFINED and linear_key(left.term) == linear_key(right.term):
        raise StepError(
            "by no definition: nothing that is given, and no name that the field defines, stands in one of the lines alone"
        )
    raise StepError(refusal(rule, rules, left))


def led(rule: str, rules: tuple[Rule, ...], left: Formula, sign: str, right: Formula, using: tuple[Rule, ...]) -> How | None:
    """How rules lead from one formula to another; None where they do not."""
    if using:
        found = leads_together([rules[0], *using], left, right.term, sign)
        return How(True, "", tuple(found)) if found else None
    for one in rules:
        found = leads(one, left, right.term, sign) or leads_back(one, left, right.term, sign)
        if found:
            return How(True, "", tuple(found))
    if rule == DEFINED and sign == "=":
        (left_end, written), (right_end, back) = unfolded(left), unfolded(right)
        if linear_key(left_end.term) == linear_key(right_end.term):
            return How(True, "", (*written, *(replace(made, backwards=True) for made in back)))
    return None


def one_policy(left: Formula, right: Formula) -> tuple[tuple[Formula, Formula], ...]:
    r"""The formulas as they are read where the bare name of a policy beside π_θ is that policy too: ``\mathbb{E}_\pi``; nothing where none is."""
    moving = {t.args[0]: t for f in (left, right) for t in walk(f.term) if is_moving(t) and isinstance(t, Op)}
    if len(moving) != 1:
        return ()
    ((bare, policy),) = moving.items()

    def go(t: Core) -> Core:
        return t if is_moving(t) else policy if t == bare else rebuild(t, go)

    made = (left.to(go(left.term)), right.to(go(right.term)))
    return (made,) if (made[0].term, made[1].term) != (left.term, right.term) else ()


def is_moving(t: Core) -> bool:
    """Whether a term is a policy at a parameter."""
    return isinstance(t, Op) and t.name == "at_parameter" and isinstance(t.args[0], Var) and t.args[0].type.name == "Policy"


def calculated(how: str, left: Formula, right: Formula, stated: str) -> How:
    """Whether SymPy, asked to differentiate or to rearrange, makes one side of the other.

    Raises: StepError where it does not.
    """
    from derive.derivation.working import agree  # SymPy takes a while to import: only for steps that it calculates

    why = agree(left, right, how)
    if not why:
        return How(True, CALCULATED[how])
    if stated:
        return How(False, stated)
    raise StepError(f"{how}: {why}")


def called(name: str, known: Mapping[str, Rule] | None) -> tuple[Rule, ...]:
    """The rules of a name: one, all definitions, or none where it is a reason in words."""
    if name == DEFINED:
        return DEFINITIONS
    own = next((d for d in DEFINITIONS if d.name == name), None)
    return tuple(r for r in (RULES.get(name) or own, (known or {}).get(name)) if r is not None)


def refusal(name: str, rules: tuple[Rule, ...], left: Formula) -> str:
    """Why a rule does not lead where a step says: what it would give."""
    gives = list(dict.fromkeys(text for one in rules for text in would_give(one, left)))[:3]
    if not gives:
        return f"{name} does not apply to {left}"
    return f"{name} does not lead there: it gives {' or '.join(gives)}"
