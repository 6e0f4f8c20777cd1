r"""Derivations: a goal, what is given, and steps, each decided by the kernel before it counts.

>>> d = Derivation(r"\nabla_\theta\pi_\theta(a\mid s) = \pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)")
>>> quotient = r"\pi_\theta(a\mid s)\frac{\nabla_\theta\pi_\theta(a\mid s)}{\pi_\theta(a\mid s)}"
>>> d = d.by("multiply-and-divide", quotient, says="Multiply and divide.")
>>> d = d.by("log-derivative", r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)")
>>> [step.status for step in d.check().steps]
['proved', 'proved']

A step that does not follow is refused, with the reason and a point where it fails:

>>> Derivation(r"\sum_a\pi(a\mid s) = 1").by("total-probability", "2").check()
Traceback (most recent call last):
    ...
derive.derivation.StepError: step 1 (total-probability): \sum_a\pi(a \mid s) = 2 is refuted: ...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape

from derive.decide.assumptions import BY_NAME, describe
from derive.decide.evidence import Budget
from derive.decide.relations import closed, decide, number_verdict
from derive.diagnostics import NotationError
from derive.kernel import HOLDS, ORDERS, Numbers, Proposal, Rejected, Theorem, Trivial, Verdict, admit, theorem
from derive.models.arith import Undefined
from derive.models.closed import compare_closed
from derive.models.core import Unknown
from derive.models.facts import reward_shift
from derive.models.scope import Definition, Scope
from derive.models.trial import Claim
from derive.notation import Lexicon, parse
from derive.notation.printer import to_latex
from derive.rules import RULES, Rule
from derive.terms import App, Decor, Formula, Missing, Paren, Pos, Rel, Relation, Seq, Statement, Sym, Term, strip

STEPS = 3_000_000
CONDITIONS = frozenset({*ORDERS, r"\ne", r"\neq", r"\sim", r"\in"})
DEFINING = frozenset({"=", ":=", r"\doteq", r"\triangleq", r"\coloneqq", r"\equiv"})


class StepError(Exception):
    """A formula that does not hold, or cannot be read: ``verdict`` says why."""

    def __init__(self, message: str, verdict: Verdict | None = None):
        super().__init__(message)
        self.verdict = verdict


# --- what is given ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """The scope that statements taken as given make, and the functions they name."""

    scope: Scope = field(default_factory=Scope)
    lexicon: Lexicon = field(default_factory=Lexicon)


@lru_cache(maxsize=512)
def setup_of(given: tuple[str, ...] = (), assuming: tuple[str, ...] = ()) -> Setup:
    r"""The scope of definitions, data and conditions written as LaTeX, and of assumptions by their names.

    >>> setup_of((r"r=[2,4,6,8]", r"\sigma>0"), ("values-fixed",)).scope.assumptions
    frozenset({'values-fixed'})

    Raises:
        StepError: something given cannot be read, or an assumption is not in the catalogue.
    """
    for name in assuming:
        if name not in BY_NAME:
            raise StepError(f"no assumption is called {name!r}; there are {', '.join(sorted(BY_NAME))}")
    scope, lexicon = Scope(assumptions=frozenset(assuming)), Lexicon()
    for text in given:
        for statement in _read(text, lexicon).statements:
            scope = _take(scope, statement)
        for definition in scope.definitions:
            if isinstance(definition.pattern, App) and lexicon.applies(definition.sym.name) == "either":
                lexicon = lexicon.with_function(definition.sym.name)
    return Setup(scope, lexicon)


def _read(latex: str, lexicon: Lexicon | None = None) -> Formula:
    try:
        return parse(latex, lexicon)
    except NotationError as error:
        place = error.span.start + 1
        raise StepError(
            f"cannot be read at character {place}: {error}: {latex}", Verdict("unreadable", str(error), code="D101")
        ) from error


def _take(scope: Scope, statement: Statement) -> Scope:
    """The scope with one more statement taken as true."""
    for lhs, rel, rhs in statement.links():
        if rel.op in CONDITIONS:
            scope = replace(scope, conditions=(*scope.conditions, Rel(rel.op, lhs, rhs)))
        elif rel.op not in DEFINING:
            raise StepError(f"{rel.op} cannot be given: only definitions, data and conditions can")
        elif _numeric(rhs) and isinstance(_bare(lhs), Sym | App):
            scope = replace(scope.assign(_bare(lhs), strip(rhs)), use_data=True)
        elif _head(lhs) is not None:
            scope = scope.define(Definition(_bare(lhs), rhs))
            shift = reward_shift([rhs])
            scope = replace(scope, reward_shift=shift if shift is not None else scope.reward_shift)
        else:
            raise StepError(f"{to_latex(lhs)} is no symbol: it cannot be defined")
    return scope


def _bare(t: Term) -> Term:
    while isinstance(t, Paren | Decor | Pos):
        t = t.body
    return t


def _head(t: Term) -> Sym | None:
    """The symbol that ``t`` would define."""
    t = _bare(t)
    head = t.head if isinstance(t, App) else t
    return head if isinstance(head, Sym) else None


def _numeric(t: Term) -> bool:
    inner = strip(t)
    return closed(t) or isinstance(inner, Seq) and not any(isinstance(x, Sym) for x in inner.walk())


# --- one formula, proved -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proved:
    """A formula that may be printed: every link of it is a theorem, or introduces a symbol.

    ``latex`` is the formula as printed; reading it gives ``formula`` back.
    """

    latex: str
    formula: Formula
    theorems: tuple[Theorem, ...]
    defines: tuple[Verdict, ...] = ()
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The weakest status among the links."""
        order = ("conditional", "confirmed", "proved", "definition")
        found = {t.verdict.status for t in self.theorems} | {v.status for v in self.defines}
        return next(s for s in order if s in found)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the formula assumes, in plain words."""
        said = [describe(name) for name in self.assuming]
        for t in self.theorems:
            said.extend(a for a in t.verdict.assumptions if a not in said)
        return tuple(said)

    @property
    def evidence(self) -> str:
        """How the kernel decided it."""
        said = []
        for t in self.theorems:
            text = ", ".join(part for part in (t.verdict.method, t.verdict.sizes) if part)
            if text and text not in said:
                said.append(text)
        return "; ".join(said) or "definition"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def stated(proved: Proved) -> Proved:
    """The formula, unless it holds only under something that it does not state.

    Raises:
        StepError: with the condition that is missing.
    """
    for t in proved.theorems:
        if t.verdict.assumptions:
            says = "; ".join(t.verdict.assumptions)
            raise StepError(f"{to_latex(t.claim.lhs)} {t.claim.relation} {to_latex(t.claim.rhs)} holds only if {says}", t.verdict)
    return proved


@lru_cache(maxsize=4096)
def prove(latex: str, given: tuple[str, ...] = (), assuming: tuple[str, ...] = (), define: bool = False) -> Proved:
    r"""The formula with a theorem for each of its links; with ``define`` its first left side is introduced by it.

    >>> prove(r"\frac{8-5}{\sqrt{5}}\approx 1.34").status
    'proved'

    Raises:
        StepError: a link does not hold, or is not decided.
    """
    setup = setup_of(given, assuming)
    formula = _read(latex, setup.lexicon)
    scope, theorems, defines = setup.scope, [], []
    for statement in formula.statements:
        if not statement.rels:
            raise StepError(f"{to_latex(statement)} says nothing that could be proved")
        here = tuple(c for c in statement.conditions if isinstance(c, Rel) and c.op in CONDITIONS)
        within = replace(scope, conditions=(*scope.conditions, *here))
        for i, (lhs, rel, rhs) in enumerate(statement.links()):
            if isinstance(lhs, Missing) or isinstance(rhs, Missing):
                raise StepError(f"{to_latex(statement)} has a side missing")
            if define and i == 0 and rel.op in DEFINING and _head(lhs) is not None:
                proposal = Proposal(Verdict("definition", f"Defines {to_latex(_bare(lhs))}.", code="D001"), Trivial())
                defines.append(admit(proposal))
                scope = _take(scope, replace(statement, terms=(lhs, rhs), rels=(rel,)))
                within = replace(scope, conditions=within.conditions)
            else:
                theorems.append(prove_link(lhs, rel, rhs, within))
    printed = to_latex(formula)
    if parse(printed, setup.lexicon) != formula:
        raise StepError(f"printed as {printed}, which reads back as something else")
    return Proved(printed, formula, tuple(theorems), tuple(defines), given, assuming)


def prove_link(lhs: Term, rel: Relation, rhs: Term, scope: Scope) -> Theorem:
    """The theorem ``lhs rel rhs`` in a scope.

    Raises:
        StepError: the kernel does not admit it; with the residual or the witness.
    """
    op = "=" if rel.op in DEFINING else rel.op
    shift = reward_shift([lhs, rhs])
    claim = Claim(lhs, rhs, op, replace(scope, reward_shift=scope.reward_shift if shift is None else shift))
    proposal = propose(claim)
    if proposal.verdict.status not in HOLDS and claim.scope.reward_shift is None and _rewards(lhs, rhs):
        # the reward that follows a step may be called R_{t+1}: the theorem's scope then says so
        claim = replace(claim, scope=replace(claim.scope, reward_shift=1))
        second = propose(claim)
        proposal = second if second.verdict.status in HOLDS else proposal
    verdict = proposal.verdict
    made = proposal.certificate.claim if not isinstance(proposal.certificate, Trivial) else claim
    if verdict.status in HOLDS:
        try:
            return theorem(made, proposal)
        except Rejected as why:
            verdict = Verdict("undecided", f"the kernel did not admit it: {why}", code="D591")
    raise StepError(f"{to_latex(lhs)} {op} {to_latex(rhs)} is {verdict.status}: {verdict.message}{_shown(verdict)}", verdict)


def _rewards(*sides: Term) -> bool:
    return any(isinstance(x, Sym) and x.name in ("R", "r") and x.subs for side in sides for x in side.walk())


def propose(claim: Claim) -> Proposal:
    """A proposal for a claim: a computation where the given data make it one, else a claim about all values."""
    numbers = _numeric(claim.rhs) or _numeric(claim.lhs)
    if claim.scope.use_data and numbers and not (closed(claim.lhs) and closed(claim.rhs)):
        try:
            comparison = compare_closed(claim.lhs, claim.rhs, claim.relation, claim.scope)
        except (Unknown, Undefined, TypeError, ValueError, AttributeError, KeyError, IndexError):
            comparison = None
        if comparison is not None and comparison.supports in ("proved", "confirmed", "refuted"):
            return Proposal(number_verdict(comparison), Numbers(claim, comparison))
    general = claim if not claim.scope.use_data else replace(claim, scope=replace(claim.scope, use_data=False))
    found = decide(general, Budget(STEPS))
    if found.verdict.status in HOLDS or not claim.scope.use_data:
        return found
    with_data = decide(claim, Budget(STEPS))
    return with_data if with_data.verdict.status in HOLDS else found


def _shown(verdict: Verdict) -> str:
    """The witness and the residual, as an appendix to a message."""
    parts = []
    if verdict.residual:
        parts.append(f"left minus right is {verdict.residual}")
    if verdict.witness:
        parts.append("for example " + ", ".join(f"{k} = {v}" for k, v in verdict.witness.items()))
    return "" if not parts else " (" + "; ".join(parts) + ")"


# --- derivations -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the rule's name (or a reason in words), the expression it leads to, and what to say about it.

    ``latex`` is the next right side of the chain, or a whole relation (a lemma beside the chain).
    """

    rule: str
    latex: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A step with its theorem."""

    step: Step
    proved: Proved
    rule: Rule | None = None

    @property
    def status(self) -> str:
        """The kernel's verdict on the step."""
        return self.proved.status

    @property
    def reason(self) -> str:
        """What to print beside the step."""
        if self.step.says or self.rule:
            return self.step.says or (self.rule.says if self.rule else "")
        return "By definition." if self.step.rule == "definition" else self.step.rule


@dataclass(frozen=True, slots=True)
class CheckedDerivation:
    """A derivation whose goal and steps are theorems."""

    goal: Proved
    steps: tuple[Checked, ...]
    start: str

    @property
    def chain(self) -> str:
        """The steps below one another, as an ``aligned`` block."""
        rows = [f"{self.start} &= {to_latex(_last(self.steps[0].proved))}"] if self.steps else []
        rows += [f"&= {to_latex(_last(s.proved))}" for s in self.steps[1:]]
        return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.goal.latex}$"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{n}</td><td>$\\displaystyle {escape(s.proved.latex)}$</td>"
            f"<td>{escape(s.reason)}</td><td>{s.status}</td></tr>"
            for n, s in enumerate(self.steps, 1)
        )
        head = f"<p>$\\displaystyle {escape(self.goal.latex)}$ ({self.goal.status})</p>"
        return head + f"<table><tr><th>#</th><th>step</th><th>reason</th><th>verdict</th></tr>{rows}</table>"


def _last(proved: Proved) -> Term:
    return proved.formula.statements[-1].terms[-1]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A goal and the steps to it, in the scope of what is given."""

    goal: str
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def by(self, rule: str, latex: object, says: str = "") -> Derivation:
        """The derivation with one more step; ``latex`` is LaTeX, a term, or a SymPy expression."""
        return replace(self, steps=(*self.steps, Step(rule, latex_of(latex), says)))

    def check(self) -> CheckedDerivation:
        """Every step and the goal, decided.

        Raises:
            StepError: which step does not follow, why, and a point where it fails.
        """
        setup = setup_of(self.given, self.assuming)
        formula = _read(self.goal, setup.lexicon)
        statement = formula.statements[0]
        if len(formula.statements) != 1 or not statement.rels:
            raise StepError(f"the goal is no relation: {self.goal}")
        current, done = statement.terms[0], []
        for n, step in enumerate(self.steps, 1):
            relation = statement.rels[0] if n == len(self.steps) else Relation("=")
            try:
                proved, current = self._step(step, current, relation, setup)
            except StepError as error:
                raise StepError(f"step {n}{f' ({step.rule})' if step.rule else ''}: {error}", error.verdict) from error
            done.append(Checked(step, proved, RULES.get(step.rule)))
        if self.steps and current != statement.terms[-1]:
            try:
                prove_link(current, Relation("="), statement.terms[-1], setup.scope)
            except StepError as error:
                raise StepError(f"the steps do not reach the goal: {error}", error.verdict) from error
        goal = stated(prove(self.goal, self.given, self.assuming))
        return CheckedDerivation(goal, tuple(done), to_latex(statement.terms[0]))

    def _step(self, step: Step, current: Term, relation: Relation, setup: Setup) -> tuple[Proved, Term]:
        formula = _read(step.latex, setup.lexicon)
        if formula.statements[0].rels:
            return stated(prove(step.latex, self.given, self.assuming)), current
        term = formula.statements[0].terms[0]
        link = Formula((Statement((current, term), (relation,)),))
        return stated(prove(to_latex(link), self.given, self.assuming)), term


def latex_of(value: object) -> str:
    """LaTeX of a string, a term, or a SymPy expression."""
    if isinstance(value, str):
        return value
    if isinstance(value, Term):
        return to_latex(value)
    from derive.models.bridge import from_sympy  # SymPy takes a while to import: only for those who use it

    return to_latex(from_sympy(value))


def conditions_latex(assuming: Iterable[str]) -> tuple[str, ...]:
    """The assumptions of a result as LaTeX.

    >>> conditions_latex(["gamma-one"])
    ('\\\\gamma=1',)
    """
    return tuple(BY_NAME[name].latex for name in assuming)
