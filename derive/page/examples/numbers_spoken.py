r"""Numbers that words say a formula comes to: "The bound is $c/n$. With $c=3$ and $n=6$ this is $0.5$."

The formula is the last that a paragraph names, bare or behind an equals sign; the numbers of its letters are those of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.elaborate.reading.statements import Statement
from derive.page.examples.quantities import Fact, closed, is_quantity, names_nothing, of_functions, put
from derive.page.saying.numbers_put_in import is_number
from derive.page.saying.said import Said
from derive.page.saying.told import Place
from derive.page.words.around import Words
from derive.page.words.cues import PASSING_CASE
from derive.syntax.flat import Item, Row, is_mark, row_key
from derive.syntax.row_parts import decimals
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS
from derive.verify.wording import text

#: Words between what a formula is and its number that change nothing.
_THEN = r"(?:then|thus|therefore|hence|now|just|only|already|exactly|precisely|again)"
_ROUGHLY = r"(?:about|approximately|approx|roughly|around|nearly|almost|some|circa)"
_IS = (
    r"(?:is|are|equals|becomes|gives|yields|evaluates to|comes to|comes out (?:as|to|at)|amounts to|works out (?:to|as|at)"
    r"|has (?:the )?value|takes the value|is equal to|turns out to be|reads)"
)
#: The words before a number that say what it is of: what was named last, or what the noun names.
SPOKEN = re.compile(
    rf"(?:\b(?P<last>this|it|that|which|they|these)|\bthe (?P<noun>[a-z][a-z -]{{2,40}}?))(?: {_THEN},?)? {_IS}(?: {_THEN})?(?: (?:{_ROUGHLY}))? ?$"
    rf"|\b(?:we|one) (?:then )?(?:gets?|obtains?|finds?|have|has)(?: (?:{_ROUGHLY}))? ?$"
    rf"|, ?(?:giving|yielding|which gives|so we get)(?: (?:{_ROUGHLY}))? ?$"
    r"|(?:此时|结果|这)(?:为|是|等于) ?$|(?:得到|约为|等于) ?$",
    re.IGNORECASE,
)
#: Words that make a number something else than what a formula comes to.
OTHERWISE = re.compile(
    r"\b(?:not|never|no longer|would|could|might|wrong\w*|mistaken\w*|instead|without|forget\w*|unlike|rather|were|was|another|other|different"
    r"|least|most|than|over|under|below|above|beyond|exceeds?|per cent|half|twice|double[sd]?|halve[sd]?|change[sd]?|increas\w+|decreas\w+"
    r"|grow\w*|drop\w*|two|three|four|five|six|seven|eight|nine|ten)\b|不",
    re.IGNORECASE,
)
#: What stands behind a number that is the value and no more: the end of what is said, or what is counted.
BEHIND = re.compile(
    r"\s*(?!times\b|per ?cent|percent|more\b|less\b|fewer|larger|smaller|bigger|higher|lower|above|below|beyond|away|apart|off\b|each\b|altogether"
    r"|half\b|bits?\b|shannons?|db\b|million|thousand|billion|dozens?|minutes?|hours?|days?|weeks?|(?:mega|giga|kilo|tera|milli|micro|nano)\w*|(?:ms|us|ns|kb|mb|gb|km|cm|mm|k?hz|mhz)\b)"
    r"(?:(?!in\b|or\b|to\b|of\b|on\b|at\b|out\b|per\b|from\b|after\b|if\b|when\b|for\b|with\b|as\b|than\b|by\b)[a-z-]+ ?){0,2}"
    r"(?:[.,;:)!?，。；]|$|and\b|but\b|while\b)",
    re.IGNORECASE,
)
#: Words between a number and what its letters are.
FOR = re.compile(r"\s*(?:(?!and\b|or\b|but\b|while\b)[a-z]+ )?(?:for|when|if|with|at|where|once) (?:an? |the |all )?§")
#: Words of a sentence by which something is done with the formula in it: what comes of it is another number.
OPERATED = re.compile(
    r"\b(?:per|each|every|twice|half|double[sd]?|halves?|times|multipl\w+|divid\w+|factors?|plus|minus|add(?:s|ed|ing)?|subtract\w*|scal\w+|weigh\w+"
    r"|reduc\w+|shr[iu]nk\w*|decay\w*|discounted by|raised?|rate|proportional|order of|up to|\d+"
    r"|(?:thir|four|fif|six|seven|eigh|nin|ten|hundred|thousand)ths?|thirds?|quarters?|fractions?|shares?|percent\w*|squared?|roots?|logarithms?"
    r"|inverse|reciprocal|negative|sum|difference|product|exponent\w*|power|chang\w+|differs?|increas\w+|decreas\w+|rises?|falls?|drops?)\b|倍|乘|除",
    re.IGNORECASE,
)
#: Words of a sentence by which what it is about is no more, or no less, than its formula.
BOUNDING = re.compile(
    r"\b(?:at most|at least|exceeds?|below|above|less|more|greater|smaller|grows?|like|scales?|order|bounded|within|dominate[sd]?|under|over|lies)\b|至多|至少",
    re.IGNORECASE,
)
#: Words of a noun that name no other thing.
SAME = frozenset(
    ("resulting", "corresponding", "same", "whole", "final", "value", "result", "formula", "expression", "number", "answer")
)


@dataclass(frozen=True, slots=True)
class Named:
    """A formula that a sentence names, and the words of this sentence."""

    row: Row
    latex: str
    at: Place
    sentence: int
    paragraph: int
    words: str

    def is_called(self, noun: str) -> bool:
        """Whether a noun, with all that is said of it, stands in its sentence."""
        parts = [w for w in noun.split() if w not in SAME]
        return all(re.search(rf"\b{re.escape(w[: max(4, len(w) - 2)])}", self.words) for w in parts)


@dataclass(slots=True)
class Spoken:
    """The formula that was named last, and the numbers that its sentence gives letters."""

    named: tuple[Named, ...] = ()
    given: list[Fact] = field(default_factory=list)
    before: list[Fact] = field(default_factory=list)  # those before the last number of the sentence
    met: int = -1  # the last sentence with a number that words may mean by a formula's
    apart: int = -1  # the last sentence with a number that is not known to be a formula's

    def copy(self) -> Spoken:
        """The same, to go its own way."""
        return Spoken(self.named, list(self.given), list(self.before), self.met, self.apart)

    def note(self, statement: Statement, latex: str, at: Place, said: Said, words: Words, known: bool) -> None:
        """Take a formula of a sentence: what it names, or the number that it gives a letter; ``known`` where it comes to a number as told."""
        sentence = said.sentence
        lhs, *others = statement.terms
        last = others[-1] if others else lhs
        self.given = [f for f in self.given if f.sentence == sentence]
        self.before = [f for f in self.before if f.sentence == sentence]
        if all(map(names_nothing, statement.terms)):
            self.apart = self.apart if known or statement.rels or self.met == sentence else sentence
            self.before = merged(self.given, self.before)
            self.given = []
            return
        if others and set(statement.rels) == {"="} and is_quantity(lhs) and is_number(last):
            self.given.append(Fact(lhs, last, 0, at[1], latex, at, sentence))
            return
        if not others and is_quantity(lhs) and not of_functions(lhs):
            return
        whole = set(statement.rels) <= {"="} and not statement.conditions
        one = Named(last, latex, at, sentence, said.paragraph, f"{words.before} {words.after}")
        if not whole or others and not is_quantity(lhs):
            self.named = ()
        elif self.named and self.named[-1].sentence == sentence:
            self.named = (*self.named, one)
        else:
            self.named = (one,)

    def verdict(
        self,
        number: Row,
        latex: str,
        words: Words,
        said: Said,
        standing: Iterable[Fact],
        behind: Iterable[tuple[Statement, str, Place]],
    ) -> tuple[LinkVerdict, tuple[Fact, ...]] | None:
        """The verdict on a number that words say the last formula comes to, with the numbers used; None where they say no such thing."""
        spoken, sentence, section = SPOKEN.search(words.before), said.sentence, said.section
        clause = words.before.rpartition("§")[2]
        if spoken is None or OTHERWISE.search(clause) or not is_number(number):
            return None
        if not (BEHIND.match(words.after) or FOR.match(words.after)):
            return None
        near = [n for n in self.named if sentence - n.sentence <= 1 and said.paragraph - n.paragraph <= 1]
        noun = spoken.group("noun")
        near = [n for n in near if n.is_called(noun)] if noun else near
        done = any(OPERATED.search(n.words) or n.sentence < sentence and PASSING_CASE.search(n.words) for n in near)
        done = done or bool(re.search(r"\d", clause))  # what is said of a case need not hold of the numbers of another sentence
        if not near or done or self.apart >= near[-1].sentence:
            return None
        own = [f for f in self.given if f.sentence == sentence]
        if FOR.match(words.after):
            own += [
                Fact(s.terms[0], s.terms[-1], section, at[1], tex, at, sentence)
                for s, tex, at in behind
                if s.rels == ("=",) and is_quantity(s.terms[0]) and is_number(s.terms[-1])
            ]
        twice = len({row_key(f.name) for f in own}) < len(own)
        own = merged(own, [f for f in self.before if f.sentence == sentence])
        bounded = spoken.group("last") not in (None, "this") and any(BOUNDING.search(n.words) for n in near)
        anew = not self.before or self.given or FOR.match(words.after)  # another number of the sentence is of another thing
        if twice or bounded or not anew or not own and near[-1].sentence != sentence:
            return None
        names = {row_key(f.name) for f in own}
        facts = sorted(merged(own, [*standing]), key=lambda f: -len(f.name))
        roughly = bool(re.search(rf"\b{_ROUGHLY} ?$|约", words.before))
        found: list[tuple[LinkVerdict, tuple[Fact, ...]]] = []
        for one in near:
            used: dict[object, Fact] = {}
            value = put(one.row, facts, used)
            place = (number[0].start, number[-1].end)
            base = LinkVerdict(*place, text(one.row, one.latex), r"\approx", text(number, latex), "undecided")
            made = closed(base, value, number) if names <= used.keys() else None
            if made is None or made.status not in (*HOLDS, "conditional", "refuted"):
                return None
            if made.status == "refuted" and is_near(made, value, number, roughly):
                self.met = sentence
                return None
            found.append((told(made, used.values(), one.at[1]), tuple(used.values())))
        self.named = tuple(replace(n, sentence=sentence, paragraph=said.paragraph) for n in near)
        return next((f for f in found if f[0].status != "refuted"), found[-1])


def merged(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Facts, and others of which none of them says something else."""
    names = {row_key(f.name) for f in facts}
    return [*facts, *(f for f in others if row_key(f.name) not in names)]


def told(made: LinkVerdict, used: Collection[Fact], line: int) -> LinkVerdict:
    """A verdict that says with what numbers the formula of a line comes to what."""
    comes = dict(made.witness or {}).get("lhs", "")
    given = " and ".join(f"{f.said} = {f.value}" for f in used)
    says = f"With {given} the formula of line {line} comes to {comes}."
    return replace(made, message=says) if made.status == "refuted" else replace(made, sizes="this example")


def is_near(base: LinkVerdict, value: Row, number: Row, roughly: bool) -> bool:
    """Whether words may mean a number by what a formula comes to: rounded to few digits, up to a whole number, or in percent."""
    *sign, last = number
    printed = last.value if last.kind == "number" else None
    if printed is None or not all(is_mark(i, "-") for i in sign):
        return True
    comes = dict(base.witness or {}).get("lhs", "")
    coarse, whole = decimals(last.name) < 2, not decimals(last.name)
    margin = printed * Fraction(10 if roughly else 2 if coarse else 0, 100)
    bands = [(printed - margin, printed + margin), (printed * Fraction(99, 10000), printed * Fraction(101, 10000))]
    bands += [(printed - 1, printed + 1)] if whole and not comes.lstrip("-").isdigit() else []
    bands += [(printed * Fraction(995, 10), printed * Fraction(1005, 10))]
    return any(between(base, value, tuple(sign), low, high) for low, high in bands)


def between(base: LinkVerdict, value: Row, sign: Row, low: Fraction, high: Fraction) -> bool:
    """Whether what a formula comes to lies between two numbers, with a sign in front of both."""
    orders = (r"\ge", r"\le") if not sign else (r"\le", r"\ge")
    ends = ((*sign, Item("number", f"{float(end)!r}", value=end)) for end in (low, high))
    made = [closed(replace(base, relation=rel), value, end) for rel, end in zip(orders, ends, strict=True)]
    return all(m is not None and m.status in HOLDS for m in made)


__all__ = ["Spoken"]
