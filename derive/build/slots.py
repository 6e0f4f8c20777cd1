r"""What a template may print: formulas that the kernel proved, and names of things.

A :class:`Slot` stands in the rendered text for one formula until the target writes it.  Anything else that looks like
mathematics is refused, with the template's name and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.build.graphics.figures import Figure, figures
from derive.derivation import Proved, StepError
from derive.derivation.written import Formula, Side, parse
from derive.diagnostics import NotationError
from derive.library import Result, UnknownResult, result
from derive.library.sources import link
from derive.library.spoken import latex_in, spoken
from derive.rules import Rule
from derive.rules.rule import LETTER, in_words

OPEN, CLOSE = "\ue000", "\ue001"
PICTURE = re.compile("\ue002([a-z-]+)\ue003")
SLOT = re.compile(f"{OPEN}(\\d+){CLOSE}")
RELATION = re.compile(r"[<>=]|\\(?:ne|neq|le|ge)(?![A-Za-z])")
MATHS = re.compile(r"\$|\\[A-Za-z(\[]|<math\b")


#: What assumptions call things in words, and how a page writes it.
CALLED = {"Σγ^t P(s_t=s)": r"\sum_t\gamma^tP(s_t=s)", "pi": r"\pi"}
CALLS = re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in CALLED))


class BuildError(Exception):
    """A page that must not be written, and the place in the template that asked for it."""


@dataclass(frozen=True, slots=True)
class Printable:
    """One formula of a page: its LaTeX, what was read, and the theorems behind it."""

    latex: str
    formula: Formula
    kind: str
    display: bool
    proved: Proved | None = None
    name: str = ""
    numbers: tuple[int, ...] = ()
    tag: int = 0

    def means(self, latex: str) -> bool:
        """Whether LaTeX found on a page says what was proved, link for link."""
        try:
            return claims_of(parse(latex)) == claims_of(self.formula)
        except NotationError:
            return False


def claims_of(formula: Formula) -> list[tuple[Side, str, Side] | Side]:
    """The links of a formula, or its terms where it claims nothing.

    >>> [op for _, op, _ in claims_of(parse("a=b=c"))]
    ['=', '=']
    """
    found: list[tuple[Side, str, Side] | Side] = []
    for statement in formula.statements:
        if not statement.rels:
            found.append(statement.sides[0])
        found.extend(statement.links())
        found.extend(statement.conditions)
    return found


class Token(str):
    """Text that stands for a formula; only the functions of :class:`Page` make it."""

    __slots__ = ()


@dataclass(slots=True)
class Page:
    """The formulas of one page, in the order in which a template asked for them."""

    printed: list[Printable] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    pictures: list[Figure] = field(default_factory=list)
    used: list[Rule] = field(default_factory=list)
    say: Callable[[str], str] = str
    others: Mapping[str, str] = field(default_factory=dict)
    dialect: str = "course"
    labels: dict[str, int] = field(default_factory=dict)

    def functions(self) -> dict[str, Any]:
        """What a chapter's template can call."""
        return {
            "result": self.result, "display": self.display, "inline": self.inline, "notation": self.notation,
            "given": self.given, "steps": self.steps, "chain": self.chain, "conditions": self.conditions,
            "condition": self.condition, "link": link, "figure": self.figure, "caption": self.caption,
            "rules": self.rules, "law": self.law, "needs": self.needs, "say": self.say,
            "ref": self.ref, "chapter_link": self.chapter_link,
        }  # fmt: skip

    def result(self, name: str) -> Result:
        """A result of the library, in the page's dialect."""
        try:
            found = spoken(result(name), self.dialect)
        except (UnknownResult, StepError) as error:
            raise BuildError(str(error)) from error
        if found not in self.results:
            self.results.append(found)
        return found

    def display(self, what: str | Proved, label: bool = False) -> Token:
        """A formula on lines of its own: a result by its name, or a proved step; with a number, if it has a ``label``."""
        made = self._print(what, True)
        if label:
            number = self.labels[str(what)] = len(self.labels) + 1
            self.printed[-1] = replace(self.printed[-1], tag=number)
        return made

    def ref(self, name: str) -> str:
        """The number of a formula that was displayed with a label."""
        if name not in self.labels:
            raise BuildError(f"{name} has no number: display it with label=true before it is referred to")
        return f"({self.labels[name]})"

    def chapter_link(self, name: str) -> str:
        """A link to another chapter, by its name."""
        if name not in self.others:
            raise BuildError(f"no chapter is called {name!r}; there are {', '.join(self.others)}")
        return f"[{self.others[name]}](./{name}.md)"

    def inline(self, what: str | Proved) -> Token:
        """A formula in the line."""
        return self._print(what, False)

    def _print(self, what: str | Proved, display: bool, numbers: tuple[int, ...] = ()) -> Token:
        if isinstance(what, Proved):
            proved, name = what, ""
        elif isinstance(what, str):
            found = self.result(what)
            name = found.name
            try:
                proved = found.prove()
            except StepError as error:
                raise BuildError(str(error)) from error
        else:
            raise BuildError(f"{type(what).__name__} is no theorem: only theorems can be printed")
        kind = "definition" if not proved.theorems else proved.status
        return self._slot(Printable(proved.latex, proved.formula, kind, display, proved, name, numbers))

    def notation(self, latex: str) -> Token:
        r"""A name of something (``\theta``, ``\pi_\theta(a\mid s)``): an expression that claims nothing."""
        try:
            formula = parse(latex_in(latex, self.dialect, True))
        except NotationError as error:
            raise BuildError(f"{latex} cannot be read: {error}") from error
        if any(s.rels or s.conditions for s in formula.statements):
            raise BuildError(f"{latex} makes a claim: only a theorem can be printed; put it into the library")
        return self._slot(Printable(formula.latex, formula, "notation", False))

    def given(self, name: str, index: int = 0) -> Token:
        """What a result takes as given: printed as its condition, not as a truth."""
        found = self.result(name)
        found.prove()
        formula = parse(found.given[index])
        return self._slot(Printable(formula.latex, formula, "condition", False, None, name))

    def steps(self, name: str) -> list[Any]:
        """The steps of a derivation, each with its theorem."""
        try:
            found = list(self.result(name).derivation().steps)
        except StepError as error:
            raise BuildError(str(error)) from error
        for step in found:
            if step.rule is not None and step.rule not in self.used:
                self.used.append(step.rule)
        return found

    def chain(self, name: str) -> Token:
        """The steps of a derivation below one another, as one formula."""
        try:
            made = self.result(name).derivation()
            numbers = tuple(n for n, step in enumerate(made.steps, 1) if not step.lemma)
            return self._print(made.chain, True, numbers)
        except StepError as error:
            raise BuildError(str(error)) from error

    def condition(self, text: str) -> str:
        """A side condition: a formula that states what must hold, or words with names between dollars."""
        names = LETTER.findall(text)
        if in_words(text):
            holes = iter("abcdef")
            said = self.say(LETTER.sub(lambda _: f"{{{next(holes)}}}", text))
            return said.format(**dict(zip("abcdef", map(self.notation, names), strict=False)))
        formula = parse(latex_in(text, self.dialect, True))
        return self._slot(Printable(formula.latex, formula, "condition", False))

    def conditions(self, name: str) -> list[str]:
        """What a result assumes, in words, with the things it names set as formulas."""
        return [CALLS.sub(lambda m: self._called(m[0]), self.say(text)) for text in self.result(name).prove().conditions]

    def _called(self, words: str) -> str:
        formula = parse(latex_in(CALLED[words], self.dialect, True))
        kind = "condition" if any(s.rels for s in formula.statements) else "notation"
        return self._slot(Printable(formula.latex, formula, kind, False))

    def rules(self) -> list[Rule]:
        """The rules that the derivations of the page used so far, by name."""
        return sorted(self.used, key=lambda rule: rule.name)

    def needs(self, rule: Rule, formulas: bool) -> list[str]:
        """What a rule needs: what its letters are and its side conditions as ``formulas``, or those and what it assumes in words."""
        said = [g for g in rule.given if "=" in g and not RELATION.search(g.replace("=", ""))]
        found = dict.fromkeys((*said, *(side.condition for side in rule.where), *rule.assuming))
        return [self.condition(c) for c in found if in_words(c) != formulas]

    def law(self, rule: Rule) -> Token:
        """A rule as a formula, proved with its side conditions."""
        law = Result(rule.name, rule.name, rule.latex, rule.says, rule.source, rule.given, rule.assuming)
        try:
            return self.inline(spoken(law, self.dialect).prove())
        except StepError as error:
            raise BuildError(f"{rule.name}: {error}") from error

    def figure(self, name: str) -> Token:
        """A figure, drawn from the data of the worked examples."""
        if name not in figures():
            raise BuildError(f"no figure is called {name!r}; there are {', '.join(figures())}")
        self.pictures.append(figures()[name])
        return Token(f"\ue002{name}\ue003")

    def caption(self, name: str) -> str:
        """What is seen in a figure, in words."""
        if name not in figures():
            raise BuildError(f"no figure is called {name!r}; there are {', '.join(figures())}")
        return self.say(figures()[name].says)

    def _slot(self, printable: Printable) -> Token:
        if printable.kind != "notation" and not all(side.row for s in printable.formula.statements for side in s.sides):
            raise BuildError(f"{printable.latex} has a side missing")
        self.printed.append(printable)
        return Token(f"{OPEN}{len(self.printed) - 1}{CLOSE}")

    def finalize(self, value: Any) -> Any:
        """What Jinja may write out: formulas as tokens, and words without mathematics in them."""
        if isinstance(value, Token):
            return value
        if isinstance(value, Proved | Result | Printable):
            raise BuildError("a theorem is printed with display(…) or inline(…)")
        text = str(value)
        if MATHS.search(text) and not SLOT.search(text):
            raise BuildError(f"{text!r} holds mathematics that nothing verified: only theorems can be printed")
        return value
