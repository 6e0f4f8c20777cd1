"""What an equation before it makes of a number, or of what a name is said to be: it is solved by that, has a fixed point or an extreme there."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace

from derive.core.terms import ZERO, free_variables
from derive.core.types import REAL
from derive.diagnostics import NotationError
from derive.elaborate.claims import Read, Reading, read_link
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import latex_name, stem
from derive.elaborate.parametric import LARGEST as EXTREMES
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.underlaws import normalised
from derive.glossary.marks import IDENTITIES, STARS, TRANSPOSES
from derive.page.examples.worked import solved
from derive.page.link_outcomes import Judged
from derive.page.qualifying import everywhere as above_zero
from derive.page.restated import Restated, running_in
from derive.page.saying.bearing import rows_of
from derive.page.saying.numbers_put_in import is_number
from derive.page.saying.occurrences import is_numeric, names_in, stands_in
from derive.page.saying.roles import Role, is_name
from derive.page.saying.sought import BEST_PLACE, LIMITED, STAR, Sought, one_in, plainly, spelled
from derive.page.saying.told import Told, recurs, whole
from derive.page.words.around import Words
from derive.page.words.cues import CONFINED, FIXED_POINT, FOUND, OF_A_CONDITION, SOLVED_FOR, VARIED
from derive.page.words.role_names import CONDITION, DEFINITION, INSTANCE, OPEN, ORDERS, PREMISE
from derive.syntax.flat import Item, Row, everywhere, numeral, row_key, walk
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS, link_verdict

#: Relations that say where something lies.
SIDES = tuple((rel,) for rel in (*ORDERS, r"\in"))

#: The relation of a value to the largest.
LESS = r"\le"
#: How it is seen that a place is the best one.
AT_BEST = "an extreme"
#: What stands behind a formula of which nothing more is said.
END_OF_IT = re.compile(r"\s*(?:$|[.,;:)]|where\b|with\b|and\b|so\b|which\b|since\b|because\b|(?-i:[A-Z]))", re.IGNORECASE)
#: Words by which a solution is not quite one.
NOT_QUITE = re.compile(
    r"\b(?:approximat\w*|first order|leading order|lower order|higher order|small|large|round\w*|about|roughly|up to|asymptotic\w*|"
    r"limit|nearly|unit|dropping|ignoring|neglecting|constants?|at the end|same|union)\b|近似",
    re.IGNORECASE,
)
#: Words of a sentence that says what an equation gives and nothing else.
_OF_EQUATIONS = (
    "the a this that its equation equations condition conditions constraint equality stationarity first-order first order balance normal gives "
    "yields so hence thus therefore is met with holds then which we get and from"
)
OF_EQUATIONS = frozenset(_OF_EQUATIONS.split())
#: Words for where something is best.
PLACES = frozenset(("maximiser", "maximizer", "minimiser", "minimizer"))


class Solving(Restated):
    """Links that say what solves an equation of their section."""

    def solution(self, one: Statement, made: Judged, around: list[Statement], line: int, latex: str, words: Words) -> Judged:
        """A number that a sentence finds for the letter of an equation in it: the equation must hold with it."""
        silent = made.verdict is None or made.verdict.status in ("undecided", "definition")
        if one.rels == ("=",) and silent and (told := self.equation_for(one, made.role, words)) is not None:
            return self.solved_for(one, told, made, latex, words)
        if one.rels[0] in ("=", r"\propto") and silent and all(one.terms):
            made = self.at_name(one, self.at_best(one, made, around, latex, words), latex, words)
        if one.rels == ("=",) and all(one.terms):
            self.said.to_solve = Told(one, made.role.name, self.said.section, self.said.paragraph, line, latex)
        if words.display or one.rels != ("=",) or not silent:
            return made
        lhs, rhs = one.terms
        if not (len(lhs) == 1 and is_name(lhs) and is_numeric(rhs)):
            if len(names_in(rows_of(one))) == 1 and not one.conditions:
                self.said.equation = (one, self.said.sentence)
            return made
        equation, sentence = self.said.equation or (one, -1)
        other = VARIED.search(FOUND.sub(" ", words.before))  # the letter may have another value by now
        if (
            sentence != self.said.sentence
            or names_in(equation.terms) != names_in([lhs])
            or other
            or not FOUND.search(words.before)
        ):
            return made
        found = solved(equation, one, line, latex)
        if found is None:
            return made
        says = f"{found.message.rstrip('.')}, in the equation of this sentence."
        return replace(made, verdict=replace(found, message=says), outside="", objection=None)

    def equation_for(self, one: Statement, role: Role, words: Words) -> Told | None:
        """The equation of this section that what is said of a name must solve: the one before it that words solve for it, or that has the name on
        both sides; the recursion of which it is the fixed point."""
        name, body = one.terms
        told = self.said.to_solve
        if told is not None and (SOLVED_FOR.search(words.before) or OF_A_CONDITION.search(words.before)):
            return told
        if FIXED_POINT.search(words.before) and len(name) == 1 and name[0].kind == "atom":
            found = next((t for t in reversed(self.said.told) if recurs(t.statement) and t.section == self.said.section), None)
            if found is None or found.statement.terms[0][0].name != name[0].name or is_number(body):
                return None

            def fixed(row: Row) -> Row:
                return tuple(name[0] if i.kind == "atom" and i.name == name[0].name and i.subs else i for i in row)

            return replace(
                found, statement=replace(found.statement, terms=tuple(everywhere(t, fixed) for t in found.statement.terms))
            )
        if (
            told is None
            or not (role.follows or role.claimed)
            or row_key(told.statement.terms[0]) != row_key(name)
            or is_numeric(body)
        ):
            return None
        again = [stands_in(name[0], [row]) for row in (told.statement.terms[1], body)]
        return told if again == [True, False] else None

    def at_best(self, one: Statement, made: Judged, around: list[Statement], latex: str, words: Words) -> Judged:
        """A place of which words say that something that the page looks for is best there: wrong where it is better elsewhere."""
        first, place = normalised(one).terms
        near = (s for s in self.said.sought if s.section == self.said.section)
        here = [s for s in near if s.letter is not None or s.sentence == self.said.sentence]
        sought = next((s for s in reversed(here) if s.letter is None or spelled(s.letter) == spelled(first[0])), None)
        starred = made.role.follows and any(i.name in STARS or i.name == STAR.name for s in first[0].sups for i in s)
        if sought is None or not (BEST_PLACE.search(words.before) or starred):
            return made
        best = sought.best_at(first, words.before)
        if best is None or not is_name(first) or is_name(place) and not place[0].word:
            return made
        order, name = best
        own = Statement((name, place), ("=",))
        beside = [s for s in around if s.rels == ("=",) and not s.joiner and row_key(s.terms[0]) != row_key(one.terms[0])]
        spoken = dict.fromkeys((*self.said.givens(order), *self.said.givens(own), *self.said.data(own), *self.said.data(order)))
        apart = [
            t for t in spoken if not (t.role == DEFINITION and t.line == sought.line and says_what_is_sought(t.statement, sought))
        ]
        under = [t.statement for t in apart if t.role != DEFINITION or spelled(t.statement.terms[0][0]) != spelled(name[0])]
        givens = [*beside, *self.said.fixed, *under]
        read = read_of_all(order, [own, *givens])
        found = link_verdict(read, latex, self.seconds) if read is not None else ""
        if read is not None and isinstance(found, LinkVerdict) and found.status in ("refuted", "conditional"):
            # temperatures and step sizes are positive, whether that is said or not
            status, found = found.status, link_verdict(positively(read, sought), latex, self.seconds)
            if isinstance(found, LinkVerdict) and found.status not in (*HOLDS, status):
                return made
        if not isinstance(found, LinkVerdict):
            return made
        end = f"what line {sought.line} looks for is {'largest' if order.rels == (LESS,) else 'smallest'}"
        if found.status in HOLDS and self.adds_up(own, givens, latex):
            says = f"It is where {end}."
        elif found.status == "conditional":
            says = f"{found.message.rstrip('.')}, for it to be where {end}."
        elif found.status == "refuted" and self.is_plain(first, place, sought, words):
            known = names_in([*order.terms, *(r for s in (*beside, *under) for r in s.terms[:1]), first])
            if letters_of(place) - known:
                return made
            says = f"It is not where {end}. {found.message.partition('.')[2].strip()}"
        else:
            return made
        self.said.likened |= PLACES
        there = replace(
            found, start=made.start, end=made.end, lhs=whole(first, latex), relation=one.rels[0], rhs=whole(place, latex)
        )
        return replace(made, verdict=replace(there, message=says, method=AT_BEST), outside="", objection=None)

    def is_plain(self, first: Row, place: Row, sought: Sought, words: Words) -> bool:
        """Whether plain words say where one thing is best, that nothing else binds: only then it is wrong where it is better elsewhere."""
        if (
            not plainly(words.before)
            or END_OF_IT.match(words.after) is None
            or LIMITED.search(f"{self.said.heard} {words.after}")
        ):
            return False
        if is_numeric(place) and self.may_be_end(first, words):
            return False
        mine = [
            s for s in self.said.sought if s.section == self.said.section and s.letter and spelled(s.letter) == spelled(first[0])
        ]
        return len({row_key(s.body) for s in mine}) <= 1 and not any(
            self.constrains(t, first[0], sought.line) for t in self.said.told
        )

    def adds_up(self, own: Statement, givens: list[Statement], latex: str) -> bool:
        """Whether a place that is a law is one: what it gives to all outcomes comes to one."""
        name, place = own.terms
        if not kinds(name[0].name).keys() & {"policy", "law"}:
            return True
        outcome = name[1].rows[0] if len(name) == 2 and name[1].kind == "group" else name[0].subs[0] if name[0].subs else ()
        if len(outcome) != 1 or outcome[0].kind != "atom":
            return False
        total = (Item("big", "sum", subs=(outcome,)), Item("group", "()", (place,)))
        read = read_of_all(Statement((total, (numeral(1),)), ("=",)), givens)
        found = link_verdict(read, latex, self.seconds) if read is not None else ""
        return isinstance(found, LinkVerdict) and found.status in (*HOLDS, "conditional")

    def constrains(self, told: Told, letter: Item, line: int) -> bool:
        """Whether something that this section says may bind what is looked for: an equation, or an order with something else than 0."""
        said = told.statement
        if (
            told.section != self.said.section
            or told.role == DEFINITION
            or (told.line == line and told.role not in (PREMISE, CONDITION, OPEN, INSTANCE))
        ):
            return False
        speaks = any(i.kind == "atom" and spelled(i) == spelled(letter) for t in said.terms for i in walk(t))
        return speaks and said.rels[0] != r"\in" and not any(len(t) == 1 and t[0].value == 0 for t in said.terms)

    def at_name(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        r"""What a functional of the page is said to be at another name, of which the page says what it is: ``J(\pi^*)``, beside ``J(\pi)=…``."""
        name = one.terms[0]
        place = one_in(name[1]) if len(name) == 2 and name[1].kind == "group" else None
        of = next(
            (s for s in reversed(self.said.sought) if s.name and s.letter is not None and row_key(s.name) == row_key(name[:1])),
            None,
        )
        if place is None or of is None or of.letter is None or of.section != self.said.section or one.rels != ("=",):
            return made
        if stem(place) != stem(of.letter) or of.is_letter(place) or made.verdict is not None and made.verdict.status in HOLDS:
            return made
        told = self.said.told_of_name(place)
        if told is None:
            return made
        held = replace(one, terms=(of.at(place), one.terms[1]), conditions=(*one.conditions, *of.conditions))
        under = [t for t in self.said.givens(held) if t.line != of.line]
        found, _, against = self.verdict(held, [*self.said.fixed, *(t.statement for t in under)], latex, made.role, words.display)
        if found is None or against is not None or found.status not in (*HOLDS, "refuted", "conditional"):
            return made
        known = names_in([of.body, *(t.statement.terms[0] for t in under)])
        if found.status == "refuted" and not letters_of(told.statement.terms[1]) <= known | names_in([told.statement.terms[0]]):
            return made  # a letter of its own, of which nothing is said
        left = whole(name, latex)
        message = f"{found.message.rstrip('.')}, where lines {of.line} and {told.line} say what {left} is."
        return replace(made, verdict=replace(found, lhs=left, message=message), outside="", under=tuple(under), objection=None)

    def may_be_end(self, name: Row, words: Words) -> bool:
        """Whether a number may be the end of where a letter lies."""
        bounds = (t.statement for t in self.said.told if t.section == self.said.section and t.statement.rels[:1] in SIDES)
        bounded = any(stands_in(name[0], s.terms) and not any(map(is_numeric, s.terms)) for s in bounds)
        return bounded or CONFINED.search(f"{words.supposing} {words.before}") is not None

    def solved_for(self, one: Statement, equation: Told, made: Judged, latex: str, words: Words) -> Judged:
        """What a letter of the equation before comes to, where words say that it is solved for it: the equation must hold with it."""
        name, body = one.terms
        asked = names_in(equation.statement.terms)
        if not is_name(name) or equation.section != self.said.section or not names_in([name]) <= asked - names_in([body]):
            return made
        known = {t.head for t in self.said.givens(equation.statement)}
        if not asked - names_in([name, body]) <= known:
            return made  # one of several unknowns
        own = {row_key(name), row_key(equation.statement.terms[0])}
        told = (*self.said.givens(equation.statement), *self.said.data(equation.statement))
        under = [t.statement for t in told if row_key(t.statement.terms[0]) not in own]
        read = read_of_all(equation.statement, [*self.said.fixed, *under, one])
        found = link_verdict(read, equation.latex, self.seconds) if read is not None else ""
        if read is not None and isinstance(found, LinkVerdict) and found.status not in HOLDS:
            # the letters of a solution are positive where that matters
            found = link_verdict(replace(read, readings=[*map(of_positive, read.readings)]), equation.latex, self.seconds)
        if not isinstance(found, LinkVerdict) or found.status not in (*HOLDS, "refuted"):
            return made
        said = f"{words.before} {words.after}"
        rounded = is_number(body) and any("." in i.name for i in body) or any(i.name in ("floor", "ceil") for i in walk(body))
        odd = OF_A_CONDITION.search(words.before) and not plainly(words.before, OF_EQUATIONS)
        if found.status == "refuted" and (odd or rounded or NOT_QUITE.search(said) or not END_OF_IT.match(words.after)):
            return made
        message = f"{found.message.rstrip('.')}, in the equation of line {equation.line} with it."
        placed = replace(found, start=made.start, end=made.end, lhs=whole(name, latex), rhs=whole(body, latex), message=message)
        return replace(made, verdict=placed, outside="", under=(equation,), objection=None)


def of_positive(reading: Reading) -> Reading:
    """A reading in which its numbers are positive."""
    claim = reading.claim
    free = free_variables(claim.lhs) | free_variables(claim.rhs)
    numbers = [
        v for v in free if v.type == REAL or v.type.name == "Function" and v.type.args[-1:] == (REAL,) and v not in reading.drawn
    ]
    return replace(reading, claim=replace(claim, givens=(*claim.givens, *(above_zero(v, ">", ZERO, claim) for v in numbers))))


def read_of_all(one: Statement, givens: list[Statement]) -> Read | None:
    """A statement as one of all values of its letters; None where it cannot be read."""
    try:
        read = read_link(one.terms[0], one.rels[0], one.terms[1], givens, one.conditions)
    except (NotationError, RecursionError):
        return None
    read.everywhere = True
    return read


def says_what_is_sought(said: Statement, sought: Sought) -> bool:
    """Whether a statement is the one that says what is to be largest or smallest."""
    return row_key(said.terms[0][:1]) == row_key(sought.name) or bool(said.terms[1]) and said.terms[1][0].name in EXTREMES


def letters_of(place: Row) -> set[Hashable]:
    """The letters that stand in a row and are no constants; none that an operator there runs over."""
    free = (
        i
        for i in walk(place)
        if i.kind == "atom" and not i.word and i.name not in IDENTITIES | TRANSPOSES and "euler" not in kinds(i.name)
    )
    return {stem(i) for i in free} - running_in([place])


def positively(read: Read, sought: Sought) -> Read:
    """A link in which numbers are positive, but for the one that is looked for."""
    letter = latex_name(sought.letter) if sought.letter is not None else ""

    def of_others(reading: Reading) -> Reading:
        made = of_positive(reading)
        free = [
            v
            for v in free_variables(reading.claim.lhs) | free_variables(reading.claim.rhs)
            if reading.names.get(v.number) == letter
        ]
        given = tuple(
            g for g in made.claim.givens if g in reading.claim.givens or not any(v in free_variables(g.lhs) for v in free)
        )
        return replace(made, claim=replace(made.claim, givens=given))

    return replace(read, readings=[*map(of_others, read.readings)])


__all__ = ["AT_BEST", "Solving"]
