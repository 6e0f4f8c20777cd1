r"""What a rule is: a pattern, what it becomes, and what must hold for that.

A rule is written in the project's own notation and is itself a claim, ``pattern = becomes``: the tests decide it like
any other, and see it fail where a side condition is violated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.rules.applying.application import Applied
    from derive.rules.formulas import Formula


#: What makes a condition a formula, and a letter in one that is said in words.
RELATION = re.compile(r"[<>=]|\\(?:ne|neq|le|ge|in)(?![A-Za-z])")
LETTER = re.compile(r"\$([^$]+)\$")


def in_words(condition: str) -> bool:
    r"""Whether a condition is said in words, which may name letters between dollars.

    >>> in_words(r"x\ne 0"), in_words("$c$ does not depend on $i$"), in_words("of one alone")
    (False, True, True)
    """
    return bool(LETTER.search(condition)) or not RELATION.search(condition)


def read(latex: str, given: tuple[str, ...]) -> Formula:
    """An expression as a formula.

    Raises: Unread; TypeError for what is no LaTeX.
    """
    from derive.rules.formulas import expression  # the judge takes a while to import: only for what is applied

    if not isinstance(latex, str):
        raise TypeError(
            f"a rule is applied to LaTeX here, not to {type(latex).__name__}: derive.symbolic.apply takes objects of SymPy"
        )
    return expression(latex, given)


@dataclass(frozen=True, slots=True)
class Side:
    """A side condition and an instance that violates it: a claim that must then be refuted or undefined.

    A formula, or words in which letters of the pattern stand between dollars.
    """

    condition: str
    violated: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` may be replaced by ``becomes`` where every side condition holds.

    Every free letter of the pattern stands for anything of its kind, but those in ``fixed``; ``also`` has other spellings of the rule, each a
    pattern, what it becomes, and what must hold for it if that is not what is given for the rule.
    Those in ``ones`` may be the factor 1 that nobody writes.
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
    also: tuple[tuple[str, ...], ...] = ()
    fixed: tuple[str, ...] = ()
    ones: tuple[str, ...] = ()
    shorter: bool = False
    recursion: tuple[str, str, str] = ()  # type: ignore[assignment]  # what a whole, that it has in it, is equal to, what it becomes, the whole

    @property
    def latex(self) -> str:
        """The rule as a formula."""
        return f"{self.pattern} {self.relation} {self.becomes}"

    @property
    def spellings(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Each spelling: a pattern, what it becomes, and what must hold for that."""
        yield self.pattern, self.becomes, self.given
        for pattern, becomes, *given in self.also:
            yield pattern, becomes, tuple(given) or self.given

    def places(self, latex: str, given: tuple[str, ...] = (), backwards: bool = False) -> list[Applied]:
        """Every place of an expression where the rule applies, with what it makes of it there and what must hold for that.

        Raises: Unread; TypeError.
        """
        from derive.rules.applying.application import applications

        return [made for made in applications(self, read(latex, given), backwards) if not made.open]

    def apply(
        self,
        latex: str,
        at: int = 1,
        given: tuple[str, ...] = (),
        backwards: bool = False,
        letters: Mapping[str, str] | None = None,
    ) -> Applied:
        r"""What the rule makes of an expression at the first place where it applies, or at another (``at``, from 1 on); ``letters`` gives LaTeX for its own.

        >>> from derive.rules import RULES
        >>> made = RULES["log-of-a-product"].apply(r"\log(xy)")
        >>> str(made.after), [(c.latex, c.holds) for c in made.conditions]
        ('\\log\\left(x\\right)+\\log\\left(y\\right)', [('x>0', False), ('y>0', False)])

        Raises: Unread; TypeError; NotApplicable where it does not apply, or where a condition of it is known to fail.
        """
        from derive.rules.applying.application import applications, picked, possible

        return possible(picked(applications(self, read(latex, given), backwards, letters), at, self.name, latex))

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def _repr_html_(self) -> str:
        needs = "; ".join(escape(side.condition) for side in self.where)
        cells = (escape(self.name), f"$\\displaystyle {escape(self.latex)}$", escape(self.says), needs)
        left = "style='text-align:left;white-space:nowrap'"
        return (
            "<table><tr><th>rule</th><th>formula</th><th>says</th><th>needs</th></tr><tr>"
            + "".join(f"<td {left}>{c}</td>" for c in cells)
            + "</tr></table>"
        )
