r"""One formula, proved: every link of it a theorem, or the definition of a symbol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from derive.derivation.given import DEFINING, StepError, check_given, latex_of, read, several
from derive.derivation.written import Formula
from derive.diagnostics import NotationError
from derive.kernel import STANDS, Proposal, Rejected, Theorem, Trivial, Untyped, Verdict, admit, theorem
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import KNOWING, link_verdict, read_formula

#: Seconds of the processor that one link may take.
SECONDS = 15.0


#: What is no sentence.
NAME = re.compile(r"[\w:-]+")
ORDER = re.compile(r"[<>]|\\(?:le|ge|leq|geq)(?![A-Za-z])")


@dataclass(frozen=True, slots=True, repr=False)
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
        return tuple(dict.fromkeys((*self.assuming, *(a for t in self.theorems for a in t.verdict.assumptions))))

    @property
    def evidence(self) -> str:
        """How the kernel decided it."""
        said = [", ".join(part for part in (t.verdict.method, t.verdict.sizes) if part) for t in self.theorems]
        return "; ".join(dict.fromkeys(text for text in said if text)) or "definition"

    def __repr__(self) -> str:
        return f"{self.latex}  ({self.status}: {self.evidence})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def stated(proved: Proved) -> Proved:
    """The formula, unless it holds only under something that it does not state.

    Raises:
        StepError: with the condition that is missing.
    """
    missing = [a for a in proved.conditions if a not in proved.assuming]
    if missing:
        verdict = next(t.verdict for t in proved.theorems if t.verdict.assumptions)
        raise StepError(f"{proved.latex} holds only if {'; '.join(missing)}", verdict)
    return proved


def prove(latex: object, given: Iterable[object] = (), assuming: Iterable[str] = (), define: bool = False) -> Proved:
    r"""The formula with a theorem for each of its links; with ``define`` its first left side is introduced by it.

    ``assuming`` are conditions in the words of verdicts: of what a name is taken for, or of what is averaged.

    >>> prove(r"\frac{8-5}{\sqrt{5}}\approx 1.34").status
    'proved'

    A relation of SymPy will do as well:

    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> prove(sp.Eq((x + 1) ** 2, x**2 + 2 * x + 1)).status
    'proved'

    Raises:
        StepError: a link does not hold, or is not decided.
    """
    assuming = several("assuming", assuming)
    for name in assuming:
        if NAME.fullmatch(name):
            raise StepError(f"no condition is called {name!r}: it is given in LaTeX, or assumed in the words of a verdict")
    return _proved(latex_of(latex), several("given", given), assuming, define)


@lru_cache(maxsize=4096)
def _proved(latex: str, given: tuple[str, ...], assuming: tuple[str, ...], define: bool) -> Proved:
    check_given(given)
    formula = read(latex)
    theorems: list[Theorem] = []
    defines: list[Verdict] = []
    links: list[tuple[str, bool]] = []
    for statement in formula.statements:
        if not statement.rels:
            raise StepError(f"{statement.latex} says nothing that could be proved")
        for i, (lhs, rel, rhs) in enumerate(statement.links()):
            if not lhs.row or not rhs.row:
                raise StepError(f"{statement.latex} has a side missing")
            introduces = define and i == 0 and rel in DEFINING and lhs.head is not None
            if introduces:
                defines.append(admit(Proposal(Verdict("definition", f"Defines {lhs.latex}.", code="D001"))))
            links.append((f"{lhs.latex} {rel} {rhs.latex}", introduces))
    printed = formula.latex
    if read(printed) != formula:
        raise StepError(f"printed as {printed}, which reads back as something else")
    claimed = [i for i, (_, introduces) in enumerate(links) if not introduces]
    for i in claimed:
        theorems.append(theorem_of(link_of(printed, i, len(links), given, assuming), links[i][0]))
    return Proved(printed, formula, tuple(theorems), tuple(defines), given, assuming)


def link_of(latex: str, at: int, count: int, given: tuple[str, ...], assuming: tuple[str, ...]) -> LinkVerdict | str:
    """The verdict on one link, under all that is given or, where some of it speaks of something else, under the rest: that shows more.

    Raises:
        StepError: the formula cannot be read.
    """
    first: LinkVerdict | str | None = None
    for some, knowing in ((given, 0.0), (given, KNOWING), *((some, 0.0) for some in subsets(given))):
        try:
            reads = read_formula(latex, some, assuming, seconds=knowing)
        except NotationError as error:
            raise StepError(f"cannot be read: {error}: {latex}", Verdict("unreadable", str(error), code="D101")) from error
        if len(reads) != count:
            raise StepError(f"{latex} is read as {len(reads)} links and printed as {count}")
        found = link_verdict(reads[at], latex, SECONDS)
        if not isinstance(found, str) and found.status in STANDS and all(a in assuming for a in found.assumptions):
            return found
        first = first or found
        if not isinstance(found, str) and found.status not in ("undecided", "doubtful"):
            break
    assert first is not None
    return first


def subsets(given: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Less and less of what is given: without conditions, without one of it, one of it, nothing."""
    made = [tuple(g for g in given if not ORDER.search(g))]
    made += [tuple(h for h in given if h is not g) for g in given]
    made += [(g,) for g in given]
    yield from (some for some in dict.fromkeys((*made, ())) if some != given)


def theorem_of(found: LinkVerdict | str, latex: str) -> Theorem:
    """The theorem that a link's verdict shows.

    Raises:
        StepError: there is none; with the witness.
    """
    if isinstance(found, str):
        verdict = Verdict("undecided", f"not read: {found}", code="D502")
        raise StepError(f"{latex} is undecided: it is not read: {found}", verdict)
    verdict, certificate = found.proposal.verdict, found.certificate
    if verdict.status in STANDS and not isinstance(certificate, Untyped | Trivial):
        try:
            return theorem(certificate.claim, found.proposal)
        except Rejected as why:
            verdict = Verdict("undecided", f"the kernel did not admit it: {why}", code="D591")
    example = ", ".join(f"{k} = {v}" for k, v in (verdict.witness or {}).items())
    shown = f" (for example {example})" if example else ""
    raise StepError(f"{latex} is {verdict.status}: {verdict.message}{shown}", verdict)
