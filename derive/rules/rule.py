r"""What a rule is: a pattern, what it becomes, and what must hold for that.

A rule is written in the project's own notation and is itself a claim, ``pattern = becomes``: the tests decide it like
any other, and see it fail where a side condition is violated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """A side condition and an instance that violates it: a claim that must then be refuted or undefined."""

    condition: str
    violated: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` may be replaced by ``becomes`` where every side condition holds.

    Every free letter of the pattern stands for anything of its kind, but those in ``fixed``; ``also`` has other spellings of the rule.
    ``recursion``: a pattern with the whole v(s) inside of it becomes the solution, on the condition that the whole is equal to it.
    ``shorter``: whatever the laws of arithmetic alone make shorter is an instance too.
    """

    name: str
    pattern: str
    becomes: str
    says: str
    source: str
    relation: str = "="
    where: tuple[Side, ...] = ()
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    fixed: tuple[str, ...] = ()
    shorter: bool = False
    recursion: tuple[str, str, str] = ()  # type: ignore[assignment]  # what a whole, that it has in it, is equal to, what it becomes, the whole

    @property
    def latex(self) -> str:
        """The rule as a formula."""
        return f"{self.pattern} {self.relation} {self.becomes}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"
