r"""What a result of the library is: a formula with its name, source and assumptions, and how it is derived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from derive.derivation import CheckedDerivation, Derivation, Proved, Step, StepError, prove, stated
from derive.derivation.written import parse
from derive.rules import Rule


@dataclass(frozen=True, slots=True)
class Result:
    r"""A result: ``latex`` holds where ``given`` and the assumptions named by ``assuming`` hold.

    ``define`` says that the first left side is introduced by the formula; ``steps`` lead to it.

    >>> Result("demo", "A sum of two", r"1+1=2", "Counting.", "arithmetic").prove().status
    'proved'
    """

    name: str
    title: str
    latex: str
    says: str
    source: str
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()
    define: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def family(self) -> str:
        """The part of the name before the slash."""
        return self.name.split("/")[0]

    def prove(self) -> Proved:
        """The formula as theorems.

        Raises:
            StepError: it does not hold as stated.
        """
        try:
            return stated(prove(self.latex, self.given, self.assuming, self.define))
        except StepError as error:
            raise StepError(f"{self.name}: {error}", error.verdict) from error

    def derivation(self) -> CheckedDerivation:
        """The steps to the result, each decided.

        Raises:
            StepError: a step does not follow.
        """
        return _derived(self)

    def _repr_latex_(self) -> str:
        return self.prove()._repr_latex_()

    def _repr_html_(self) -> str:
        words = f"<p><b>{escape(self.title, quote=False)}.</b> {escape(self.says, quote=False)}</p>"
        return words + self.derivation()._repr_html_() + f"<p><i>Source: {escape(self.source, quote=False)}</i></p>"


#: Every result as a rule, by its name: steps may cite one.
KNOWN: dict[str, Rule] = {}


def as_rule(result: Result) -> Rule | None:
    """A result as a rule that leads from its left side to its right; None where it is no single statement."""
    statements = parse(result.latex).statements
    if len(statements) != 1 or not statements[0].rels:
        return None
    sides = [side.latex for side in statements[0].sides]
    links = [(a, b) for a, b, rel in zip(sides, sides[1:], statements[0].rels, strict=False) if rel == statements[0].rels[0]]
    first, *more = [(sides[0], sides[-1]), *links] if len(sides) > 2 else links
    return Rule(
        result.name,
        *first,
        result.says,
        result.source,
        statements[0].rels[0],
        given=result.given,
        assuming=result.assuming,
        also=tuple(more),
    )


@lru_cache(maxsize=1024)
def _derived(result: Result) -> CheckedDerivation:
    if result.define and not result.steps:
        proved = result.prove()  # a definition is where a derivation starts
        return CheckedDerivation(proved, (), proved.formula.statements[0].sides[0])
    try:
        return Derivation(result.latex, result.given, result.assuming, result.steps, KNOWN).check()
    except StepError as error:
        raise StepError(f"{result.name}: {error}", error.verdict) from error
