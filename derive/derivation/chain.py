r"""A chain of formulas in which every link is computed: by a rule, by a search for rules, or by SymPy; the judge decides each.

>>> c = chain(r"\sum_a\nabla_\theta\pi_\theta(a\mid s)r(s,a)").apply("log-derivative").apply("sum-to-expectation")
>>> print(c.latex)
\mathbb{E}_{a\sim \pi_{\theta}(\cdot|s)}\left[r(s,a)\nabla_{\theta} \log\left(\pi_{\theta}(a|s)\right)\right]
>>> [(link.rule, link.status) for link in c.links]
[('log-derivative', 'proved'), ('sum-to-expectation', 'proved')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html import escape
from typing import Any

from derive.core.terms import Core, CoreClaim
from derive.derivation.given import StepError, latex_of, several
from derive.derivation.proving import prove
from derive.derivation.working import HOW, worked
from derive.elaborate.write import SIGNS, Unwritable, write_claim
from derive.rules.applying.application import Applied, Condition, NotApplicable, applications, condition, picked
from derive.rules.applying.leading import leads, vanished, would_give
from derive.rules.applying.searching import way
from derive.rules.applying.unfolding import DEFINITIONS
from derive.rules.families import RULES
from derive.rules.formulas import Formula, Unread, beside, decide, equation, expression, sequences
from derive.rules.matching.rings import linear_key
from derive.rules.rule import Rule
from derive.verify.verdicts import HOLDS

#: The relations of core claims as LaTeX.
SIGN = {relation: sign.strip() for relation, sign in SIGNS.items()}
#: What a chain may pass through on its way to a relation, beside equality.
WAYS = {"<": ("<", r"\le", r"\leq"), ">": (">", r"\ge", r"\geq"), r"\le": (r"\leq", "<"), r"\ge": (r"\geq", ">")}
EQUAL = ("=", ":=", r"\equiv", r"\doteq", r"\triangleq", r"\coloneqq")


def leads_to(op: str, goal: str) -> bool:
    r"""Whether a step by one relation may stand in a chain whose ends are in another.

    >>> leads_to("=", r"\le"), leads_to("<", r"\le"), leads_to(r"\ge", r"\le")
    (True, True, False)
    """
    goal = {r"\leq": r"\le", r"\geq": r"\ge"}.get(goal, goal)
    return op in EQUAL or op == goal or op in WAYS.get(goal, ())


@dataclass(frozen=True)
class Link:
    """One link: what it was made by, the formula it leads to, the relation, the verdict, and the conditions."""

    rule: str
    after: Formula
    relation: str = "="
    status: str = ""
    conditions: tuple[Condition, ...] = ()
    backwards: bool = False
    says: str = ""


@dataclass(frozen=True, repr=False)
class Chain:
    """A start and the links from it; ``goal`` is where it must end, if it has one; ``known`` are rules beside ``derive.RULES``."""

    start: Formula
    links: tuple[Link, ...] = ()
    goal: Formula | None = None
    relation: str = "="
    known: Mapping[str, Rule] = field(default_factory=dict, compare=False)

    @property
    def current(self) -> Formula:
        """The formula that the chain has come to."""
        return self.links[-1].after if self.links else self.start

    @property
    def latex(self) -> str:
        """LaTeX of the formula that the chain has come to."""
        return str(self.current)

    @property
    def expr(self) -> Any:
        """The formula that the chain has come to, as a SymPy object."""
        from derive.symbolic import to_sympy  # SymPy takes a while to import: only for those who use it

        return to_sympy(self.current.term, self.current.names)

    def places(self, rule: str, backwards: bool = False) -> list[Applied]:
        """Every place where a rule applies, with what it would give."""
        try:
            return list(applications(named(rule, self.known), self.current, backwards))
        except NotApplicable as why:
            raise StepError(str(why)) from why

    def apply(self, rule: str, at: int = 1, backwards: bool = False, letters: Mapping[str, str] | None = None) -> Chain:
        """The chain with a rule applied, at the first place or at another (``at``, from 1 on); ``letters`` says what letters of the rule's own are.

        Raises: StepError where it does not apply, or where the judge does not hold the step.
        """
        try:
            found = list(applications(named(rule, self.known), self.current, backwards, letters))
        except (NotApplicable, Unread) as why:
            raise StepError(f"{rule}: {why}") from why
        try:
            return self.with_applied([picked(found, at, rule, self.latex)])
        except NotApplicable as why:
            raise StepError(str(why)) from why

    def by(self, rule: str, latex: object) -> Chain:
        """The chain with a typed expression, to which the rule must lead.

        Raises: StepError, with what the rule would give.
        """
        target = self.read(latex)
        found = leads(named(rule, self.known), self.current, target.term)
        if not found:
            gives = would_give(named(rule, self.known), self.current)
            raise StepError(
                f"{rule} does not lead to {latex}: it gives {' or '.join(gives)}"
                if gives
                else f"{rule} does not apply to {self.latex}"
            )
        return self.with_applied(found)

    def to(self, latex: object) -> Chain:
        """The chain with a typed expression, and the rules that lead there: at most three, the shortest way first.

        Raises: StepError where none do, with whether it is true.
        """
        target = self.read(latex)
        found = way(self.current, target.term)
        if found:
            return self.with_applied(found)
        status = decide(self.current.claim(target.term)).status
        if linear_key(self.current.term) == linear_key(target.term):
            return replace(self, links=(*self.links, Link("arithmetic", target, "=", status)))
        raise StepError(f"no three rules lead from {self.latex} to {latex}; that they are equal is {status}")

    def calculate(self, how: str, *arguments: Any) -> Chain:
        """The chain with what SymPy makes of the formula: ``diff``, ``factor``, ``expand``, ``together``, ``cancel``, ``apart``, ``collect``, ``series``.

        Raises: StepError where SymPy cannot, or where the judge does not hold what it gives.
        """
        made, relation, claim = worked(self.current, how, arguments)
        status = decide(claim, 10.0).status
        if status not in HOLDS:
            raise StepError(f"SymPy's {how} gives {made}, and that is {status}")
        conditions = tuple(condition(c, self.current) for c in vanished(self.current.term, made.term))
        return replace(self, links=(*self.links, Link(how, made, relation, status, conditions, says=HOW[how])))

    def check(self) -> Chain:
        """The chain, if it ends at its goal, and by what the goal says: a chain of ≤ shows no equality.

        Raises: StepError where it does not.
        """
        if self.goal is None:
            return self
        if linear_key(self.current.term) != linear_key(self.goal.term):
            raise StepError(f"the chain ends at {self.latex}, which is not the goal {self.goal}")
        made = [link.relation for link in self.links]
        wrong = next((r for r in made if not leads_to(SIGN[r], SIGN[self.relation])), "")
        if wrong or self.relation in ("<", ">", "!=") and self.relation not in made:
            shown = SIGN[wrong or "="]
            raise StepError(
                f"the chain reaches its goal by {shown}, which does not show {self.start} {SIGN[self.relation]} {self.goal}"
            )
        return self

    def read(self, latex: object) -> Formula:
        latex = latex_of(latex)
        try:
            return beside(self.current, latex)
        except Unread as why:
            raise StepError(f"{latex} cannot be read: {why}") from why

    def with_applied(self, found: list[Applied]) -> Chain:
        """The chain with applications, each decided under its conditions."""
        links = []
        before = self.current.term
        for made in found:
            says, assumed = said(made.rule, self.known)
            if made.relation == "~":  # to which order, its letters say
                status = as_estimate(made, assumed)
            else:
                claim = CoreClaim(before, made.relation, made.after.term, (*made.before.givens, *made.claims))
                status, assumed = decide(claim, 5.0).status, ()
            if status not in HOLDS and not (assumed and status == "conditional"):
                raise StepError(f"{made.rule} gives {made.after}, and that is {status}")
            conditions = (*made.conditions, *(Condition(None, words, False) for words in assumed))
            links.append(Link(made.rule, made.after, made.relation, status, conditions, made.backwards, says))
            before = made.after.term
        return replace(self, links=(*self.links, *links))

    def aligned(self) -> str:
        """The chain as an ``aligned`` block.

        Raises: Unwritable.
        """
        rows = [f"&{SIGN[link.relation]} {link.after.latex}" for link in self.links]
        head = f"{self.start.latex} {rows[0]}" if rows else self.start.latex
        return "\\begin{aligned}\n" + " \\\\\n".join([head, *rows[1:]]) + "\n\\end{aligned}"

    def __repr__(self) -> str:
        rows = [
            f"  {SIGN[link.relation]} {link.after}  ({link.rule}{', read backwards' if link.backwards else ''}, {link.status})"
            + (f"  where {needs(link.conditions)}" if link.conditions else "")
            for link in self.links
        ]
        return "\n".join([str(self.start), *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{n}</td><td style='text-align:left;white-space:nowrap'>$\\displaystyle {SIGN[k.relation]} {escape(str(k.after))}$</td>"
            f"<td>{escape(k.says)}</td><td>{escape(k.rule)}</td><td>{k.status}</td><td>{needs(k.conditions, math=True)}</td></tr>"
            for n, k in enumerate(self.links, 1)
        )
        head = f"<p>$\\displaystyle {escape(str(self.start))}$</p>"
        return head + (
            f"<table><tr><th>#</th><th>step</th><th>reason</th><th>rule</th><th>verdict</th><th>where</th></tr>{rows}</table>"
            if rows
            else ""
        )


def needs(conditions: tuple[Condition, ...], math: bool = False) -> str:
    """Conditions for a line, each shown to hold or to be assumed; as HTML with formulas where these are wanted."""
    shown = [(f"${escape(c.latex)}$" if c.claim is not None else escape(c.latex)) if math else c.latex for c in conditions]
    return "; ".join(f"{text} ({'shown' if c.holds else 'assumed'})" for text, c in zip(shown, conditions, strict=True))


def named(rule: str, known: Mapping[str, Rule]) -> Rule:
    """The rule of a name, definitions and what else is known included.

    Raises: StepError.
    """
    found = RULES.get(rule) or next((d for d in DEFINITIONS if d.name == rule), None) or known.get(rule)
    if found is None:
        near = get_close_matches(rule, RULES, n=1)
        raise StepError(f"no rule is called {rule!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return found


def said(rule: str, known: Mapping[str, Rule]) -> tuple[str, tuple[str, ...]]:
    """What a rule says, and what it assumes in words; nothing where no rule is called so."""
    try:
        return named(rule, known).says, named(rule, known).assuming
    except StepError:
        return "", ()


def as_estimate(made: Applied, assumed: tuple[str, ...]) -> str:
    """The verdict on a step by ≈, as it is written: an expansion to the order that it is written to, or an estimate."""
    try:
        return prove(rf"{made.before.latex} \approx {made.after.latex}", made.before.given, assumed).status
    except Unwritable:
        return "undecided"
    except StepError as why:
        return why.verdict.status if why.verdict is not None else "undecided"


def chain(
    latex: object, given: tuple[object, ...] = (), assuming: tuple[str, ...] = (), known: Mapping[str, Rule] | None = None
) -> Chain:
    """A chain from an expression, or from the left side of a relation to its right side.

    Raises: StepError where it cannot be read.
    """
    latex, given = latex_of(latex), several("given", given)
    try:
        return Chain(expression(latex, given), known=known or {})
    except Unread:
        pass
    try:
        left, relation, right = equation(latex, given, assuming)
    except Unread as why:
        raise StepError(f"{latex} cannot be read: {why}") from why
    return Chain(left, (), right, relation, known or {})


def written(claim: CoreClaim, formula: Formula) -> str:
    """A claim as LaTeX, with a formula's names."""
    try:
        return write_claim(claim, formula.names, indexed=sequences(claim.lhs))
    except Unwritable:
        return str(claim)


__all__ = ["Chain", "Core", "Link", "chain"]
