r"""Derivations: steps under named rules, each decided before it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html import escape
from typing import Any

from derive.derivation.chain import EQUAL, Chain, chain, leads_to, needs
from derive.derivation.computing import CALCULATED, How, computed
from derive.derivation.given import StepError, check_given, latex_of, read, several
from derive.derivation.proving import Proved, prove, stated
from derive.derivation.written import Side, Written
from derive.rules import RULES, Rule
from derive.rules.applying.application import Applied

#: What the name of a rule looks like; anything else is a result's name, or a reason in words.
NAME = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z0-9]+)*")
#: How wide the first row of a chain may be, in letters, before its two sides go below one another.
BESIDE = 55


@dataclass(frozen=True, slots=True)
class Step:
    r"""One step: the rule's name (or a reason in words), the expression it leads to, and what to say about it.

    ``latex`` is the next right side of the chain, with its relation before it where that is not ``=`` (``\le x``),
    or a whole relation (a lemma beside the chain).  The last step has the goal's relation, unless one before it has.
    The rule must lead there; ``using`` names others that it needs; ``stated`` says why nothing
    computes the step, where nothing does.
    """

    rule: str
    latex: str
    says: str = ""
    stated: str = ""
    using: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A step with its theorem; a ``lemma`` stands beside the chain."""

    step: Step
    proved: Proved
    rule: Rule | None = None
    lemma: bool = False
    how: How = field(default_factory=lambda: How(False))

    @property
    def relation(self) -> str:
        """The relation between what was and what the step leads to."""
        return self.proved.formula.statements[-1].rels[-1]

    @property
    def status(self) -> str:
        """The kernel's verdict on the step."""
        return self.proved.status

    @property
    def reason(self) -> str:
        """What to print beside the step."""
        if self.step.says or self.rule:
            return self.step.says or (self.rule.says if self.rule else "")
        return CALCULATED.get(self.step.rule) or ("By definition." if self.step.rule == "definition" else self.step.rule)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the step needs and nothing shows: as LaTeX or in words, in the step's own letters."""
        assumed = (c.latex for c in self.how.conditions if not c.holds and c.written)
        words = (w for made in self.how.applied for w in made.words)
        return tuple(dict.fromkeys((*assumed, *words)))

    @property
    def source(self) -> str:
        """Where the step's rule comes from."""
        return self.rule.source if self.rule else ""


@dataclass(frozen=True, slots=True, repr=False)
class CheckedDerivation:
    """A derivation whose goal and steps are theorems."""

    goal: Proved
    steps: tuple[Checked, ...]
    start: Side

    @property
    def chain(self) -> Proved:
        """The steps below one another, as an ``aligned`` block: one formula with the theorems of all its links.

        Raises:
            StepError: the block does not read back as the chain that was proved.
        """
        links = [step.proved for step in self.steps if not step.lemma]
        if not links:
            return self.goal
        relations = tuple(step.relation for step in self.steps if not step.lemma)
        chained = (self.start, *map(_last, links))
        sides, signs = [side.latex for side in chained], relations
        beside = width(sides[0]) + width(sides[1]) <= BESIDE
        rows = [f"{sides[0]} &{signs[0]} {sides[1]}"] if beside else [f"& {sides[0]}", f"&{signs[0]} {sides[1]}"]
        rows += [f"&{sign} {side}" for sign, side in zip(signs[1:], sides[2:], strict=True)]
        latex = "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"
        found = read(latex)
        if found.statements != (Written(chained, relations),):
            raise StepError(f"printed as {latex}, which reads back as something else")
        theorems = tuple(t for p in links for t in p.theorems)
        return Proved(latex, found, theorems, (), self.goal.given, self.goal.assuming)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.chain.latex}$"

    def __repr__(self) -> str:
        rows = [
            f"  {n}. {s.proved.latex}  ({s.step.rule}, {s.status})"
            + (f"  where {needs(s.how.conditions)}" if s.how.conditions else "")
            for n, s in enumerate(self.steps, 1)
        ]
        return "\n".join([f"{self.goal.latex}  ({self.goal.status})", *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{n}</td><td style='text-align:left;white-space:nowrap'>$\\displaystyle {escape(s.proved.latex)}$</td>"
            f"<td>{escape(s.reason)}</td><td>{escape(s.step.rule)}</td><td>{s.status}</td>"
            f"<td>{needs(s.how.conditions, math=True)}</td></tr>"
            for n, s in enumerate(self.steps, 1)
        )
        head = f"<p>$\\displaystyle {escape(self.goal.latex)}$ ({self.goal.status})</p>"
        head += "".join(f"<p>Assumes: {escape(condition)}.</p>" for condition in self.goal.conditions)
        if not rows:
            return head
        return (
            head
            + f"<table><tr><th>#</th><th>step</th><th>reason</th><th>rule</th><th>verdict</th><th>where</th></tr>{rows}</table>"
        )


def width(latex: str) -> int:
    r"""About how many letters wide a formula is when set.

    >>> width(r"\frac{\alpha}{b_i}"), width(r"\left(x+y\right)")
    (3, 5)
    """
    bare = re.sub(r"\\(?:left|right|mathbb|mathrm|frac|hat|tilde|Big|text)(?![A-Za-z])|\s", "", latex)
    return len(re.sub(r"[{}^_\\]", "", re.sub(r"\\[A-Za-z]+", "x", bare)))


def _last(proved: Proved) -> Side:
    return proved.formula.statements[-1].sides[-1]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A goal and the steps to it, in the scope of what is given."""

    goal: str
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    known: Mapping[str, Rule] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", latex_of(self.goal))
        for what in ("given", "assuming"):
            object.__setattr__(self, what, several(what, getattr(self, what)))

    def by(self, rule: str, latex: object, says: str = "", using: tuple[str, ...] = (), stated: str = "") -> Derivation:
        """The derivation with one more step; ``latex`` is LaTeX, or a SymPy expression, to which the rule must lead.

        ``using`` names other rules that the step needs; ``stated`` says why nothing computes it.
        """
        return replace(self, steps=(*self.steps, Step(rule, latex_of(latex), says, stated, several("using", using))))

    def chain(self) -> Chain:
        """The goal's left side, or the expression given, as a chain without a link."""
        return chain(self.goal, self.given, self.assuming, self.known)

    def apply(self, rule: str, at: int = 1, backwards: bool = False, letters: Mapping[str, str] | None = None) -> Chain:
        """A chain from the goal's left side, or from the expression given, with a rule applied: nothing is typed."""
        return self.chain().apply(rule, at, backwards, letters)

    def places(self, rule: str, backwards: bool = False) -> list[Applied]:
        """Every place where a rule applies to the start, with what it would give."""
        return self.chain().places(rule, backwards)

    def to(self, latex: object) -> Chain:
        """A chain with the rules that lead to a typed expression."""
        return self.chain().to(latex)

    def calculate(self, how: str, *arguments: Any) -> Chain:
        """A chain with what SymPy makes of the start."""
        return self.chain().calculate(how, *arguments)

    def check(self) -> CheckedDerivation:
        """Every step and the goal, decided.

        Raises:
            StepError: which step does not follow, why, and a point where it fails; or a rule's name is misspelt.
        """
        check_given(self.given)
        formula = read(self.goal)
        statement = formula.statements[0]
        if len(formula.statements) != 1:
            raise StepError(f"a derivation has one goal; this holds {len(formula.statements)} statements: {self.goal}")
        if not statement.rels:
            raise StepError(f"the goal is no relation: {self.goal}")
        current = statement.sides[0]
        done: list[Checked] = []
        for n, step in enumerate(self.steps, 1):
            if NAME.fullmatch(step.rule) and step.rule not in RULES and step.rule not in ("definition", *CALCULATED):
                near = get_close_matches(step.rule, RULES, n=1)
                hint = f"did you mean {near[0]!r}?" if near else "derive.RULES has them all"
                raise StepError(f"step {n}: no rule is called {step.rule!r}; {hint} (a reason of your own is written in words)")
            last = n == len(self.steps) and all(c.relation in EQUAL for c in done if not c.lemma)
            relation = statement.rels[0] if last else "="
            try:
                proved, following, lemma = self._step(step, current, relation)
                how = self._how(step, proved)
                current = following
            except StepError as error:
                raise StepError(f"step {n}{f' ({step.rule})' if step.rule else ''}: {error}", error.verdict) from error
            done.append(Checked(step, proved, RULES.get(step.rule), lemma, how))
            if not lemma and not leads_to(done[-1].relation, statement.rels[0]):
                made, wanted = done[-1].relation, statement.rels[0]
                raise StepError(f"step {n} ({step.rule}): a step by {made} does not lead to a goal by {wanted}")
        if self.steps and current != statement.sides[-1]:
            try:
                self._link(current, "=", statement.sides[-1])
            except StepError as error:
                raise StepError(f"the steps do not reach the goal: {error}", error.verdict) from error
        goal = stated(prove(self.goal, self.given, self.assuming))
        return CheckedDerivation(goal, tuple(done), statement.sides[0])

    def _step(self, step: Step, current: Side, relation: str) -> tuple[Proved, Side, bool]:
        formula = read(step.latex)
        first = formula.statements[0]
        if first.rels and not first.sides[0].row:
            if len(first.rels) != 1 or len(formula.statements) != 1:
                raise StepError(f"a step leads to one expression: {step.latex}")
            return self._link(current, first.rels[0], first.sides[1]), first.sides[1], False
        if first.rels:
            return stated(prove(step.latex, self.given, self.assuming)), current, True
        return self._link(current, relation, first.sides[0]), first.sides[0], False

    def _link(self, before: Side, relation: str, after: Side) -> Proved:
        return stated(prove(f"{before.latex} {relation} {after.latex}", self.given, self.assuming))

    def hows(self) -> list[tuple[Step, How]]:
        """How each step comes about, without deciding whether it is true: a rule that does not lead there is the reason it is only stated."""
        statement = read(self.goal).statements[0]
        current, out = statement.sides[0], []
        for n, step in enumerate(self.steps, 1):
            link = read(step.latex).statements[-1]
            relation = statement.rels[0] if n == len(self.steps) else "="
            if not link.rels:
                before, current = current, link.sides[-1]
                after = current
            elif not link.sides[0].row:
                before, relation, current = current, link.rels[0], link.sides[1]
                after = current
            else:
                before, relation, after = link.sides[-2], link.rels[-1], link.sides[-1]
            try:
                how = self._led(step, before, relation, after)
            except StepError as why:
                how = How(False, str(why))
            out.append((step, how))
        return out

    def _how(self, step: Step, proved: Proved) -> How:
        """How the step comes about: by its rule, or stated."""
        link = proved.formula.statements[-1]
        return self._led(step, link.sides[-2], link.rels[-1], link.sides[-1])

    def _led(self, step: Step, before: Side, relation: str, after: Side) -> How:
        return computed(
            step.rule, before.latex, relation, after.latex, self.given, self.assuming, self.known, step.stated, step.using
        )
