"""What is said again of a name: a second equation is held against the first, a number against what makes it, a closed form against a recursion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from derive.elaborate.claims import is_objective
from derive.elaborate.given.elided_arguments import filled_in
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import AVERAGES
from derive.page.examples.computed import Example
from derive.page.link_outcomes import Judged, averages_over, usually_meant, weakened
from derive.page.link_reader import LinkReader
from derive.page.saying.bearing import rows_of
from derive.page.saying.instances import at_letter, instance_of
from derive.page.saying.numbers_put_in import is_number, is_table
from derive.page.saying.occurrences import averages, is_numeric, names_in
from derive.page.saying.roles import Role, cues_in, is_name, qualifiers
from derive.page.saying.told import Told, recurs, whole
from derive.page.standing import Objection
from derive.page.words.around import Words
from derive.page.words.cues import (
    ANOTHER_CASE,
    ANOTHER_WAY,
    HEDGES,
    IN_TURN,
    SOLVED_FOR,
    SOLVING,
    SOLVING_FOR,
    THIS_IS,
    TOGETHER,
    VARIED,
)
from derive.page.words.role_names import DEFINITION, STATED
from derive.syntax.flat import Row, everywhere, row_key, walk
from derive.verify.links import LinkVerdict
from derive.verify.text_conventions import is_numbered
from derive.verify.verdicts import HOLDS, in_full, left_out


def concluded(words: Words) -> bool:
    """Whether the clause before a formula concludes it from what stands before that, also with others."""
    clause = TOGETHER.sub("", words.before).rpartition("§")[2]
    follows = any(c.follows or c.claims for c, _ in cues_in(clause)) and not qualifiers(HEDGES).search(clause)
    return (follows or bool(SOLVING.search(clause))) and not in_turn(words)


def in_turn(words: Words) -> bool:
    """Whether words around a formula are of one case of several, or of what comes one after another."""
    return bool(IN_TURN.search(SOLVING_FOR.sub(" ", f"{words.supposing} {words.before}")))


def of_another(words: Words) -> bool:
    """Whether the words before a formula are of another example than the one whose numbers the section gives."""
    return bool(ANOTHER_CASE.search(words.before))


def goes_on(role: Role, words: Words) -> bool:
    """Whether a formula goes on with the one before: a display behind a display, or what words conclude."""
    return role.claimed or words.display and not words.before.strip(" .,;:§")


class Restated(LinkReader):
    """Links that say nothing by themselves, with what the page has said before of what stands on their left."""

    def restated(self, one: Statement, made: Judged, latex: str, words: Words, alone: bool) -> Judged:
        """A link that says nothing by itself, held against what was said of its left side; one that holds as the field means it, against what
        the page says that it is; any other as it is."""
        if made.verdict is not None and made.verdict.status in (*HOLDS, "conditional"):
            return self.as_the_page_means(one, made, latex, words)
        undecided = made.verdict is None or made.verdict.status in ("undecided", "definition")
        if not undecided or one.rels != ("=",) or made.role.name not in STATED or not all(one.terms):
            return made
        at_numbers = self.at_numbers(one, made, latex, words)
        if at_numbers is not made:
            return at_numbers
        held = self.by_definition(one, made, latex, words)
        return self.equal_to_earlier(one, held, latex, words) if held is made and alone else held

    def in_full(self, one: Statement) -> Statement | None:
        """A statement with the arguments that its names leave out; None where none does, one without terms where a name stands for all its values."""
        terms = filled_in(one.terms, (said for said, section in self.said.applied if section == self.said.section))
        return replace(one, terms=terms) if terms is not None else None

    def fuller(self, one: Statement, made: Judged, judged: Callable[[Statement], Judged]) -> tuple[Statement, Judged]:
        """A link as it is written or in full, whichever is meant, with the verdict on it."""
        holds = made.verdict is not None and made.verdict.status in HOLDS
        full = self.in_full(one) if not holds else None
        if full is None or len(full.terms) == 2 and row_key(full.terms[0]) == row_key(full.terms[1]):
            return one, made
        if not full.terms:
            return one, replace(made, verdict=left_out(made.verdict)) if made.verdict is not None else made
        inner = judged(full)
        if inner.verdict is None or inner.verdict.status == "definition":
            return one, made
        verdict = in_full(made.verdict or made.outside, inner.verdict, one.terms[0])
        if verdict is inner.verdict:
            return full, inner
        return one, made if isinstance(verdict, str) else replace(made, verdict=verdict)

    def with_numbers(self, one: Statement, made: Judged, line: int, latex: str, words: Words) -> Judged:
        """A link that is not decided by itself, with the numbers that the page gives."""
        if made.verdict is not None and made.verdict.status in (*HOLDS, "conditional"):
            return made
        undecided = made.verdict is None or made.verdict.status in ("undecided", "definition")
        if self.said.generally:
            return made
        varied = VARIED.search(f"{words.supposing} {words.before}") is not None
        computed = self.worked.verdict(one, self.said.section, line, latex, self.said.sentence, varied)
        if undecided and (computed is None or computed.status == "definition"):
            computed = (
                Example(self.said, self.worked, line, latex).computed(one, in_turn(words), of_another(words))
                or self.worked.system.verdict(
                    one,
                    self.said.section,
                    latex,
                    concluded(words) and not self.worked.values(one.terms[0], self.said.section),
                    not varied and goes_on(made.role, words),
                    self.seconds,
                )
                or computed
                or self.worked.at_last(one, latex)
            )
        open_here = undecided or made.objection is not None and not made.role.under
        if computed is None or not open_here and computed.status not in HOLDS:
            return made
        if computed.status == "refuted" and made.role.name not in STATED:
            return made
        if computed.status == "definition" and self.operates(one.terms[0]):
            return made
        if computed.status == "definition" and not undecided and one.terms[0] and averages(one.terms[0][0]):
            return made  # a mean has no other value in an example
        return replace(made, verdict=computed, outside="", under=self.worked.used, objection=None)

    def operates(self, row: Row) -> bool:
        """Whether a row is an operation on something of which the page gives the value: an inverse, a determinant."""
        whole_key = row_key(row)
        bare = {row_key((replace(i, sups=()),)) for i in row if i.kind == "atom" and not i.word}
        here = (t.statement for t in self.said.told if t.section == self.said.section)
        given = {row_key(s.terms[0]) for s in here if not is_numeric(s.terms[-1])}
        return whole_key not in bare and bool(bare & given)

    def as_the_page_means(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link that holds; conditional where its name is one of the field that the page defines in its own way, for which it is not seen to hold."""
        told = self.said.definition_of(one)
        again = made.role.same or ANOTHER_WAY.search(words.before)
        if told is not None and again and is_objective(one.terms[0]) and one.rels == told.statement.rels == ("=",):
            both = replace(one, terms=(told.statement.terms[1], one.terms[1]))
            found, _, _ = self.verdict(both, self.said.fixed, latex, made.role, words.display)
            return usually_meant(made, told) if found is not None and found.status in ("refuted", "doubtful") else made
        conditional = made.verdict is not None and made.verdict.status == "conditional"
        if told is None or told.known and not conditional or not (conditional or self.said.meant_otherwise(one)):
            return made
        under = [*self.said.fixed, *(t.statement for t in self.said.givens(one, known=conditional, again=True))]
        found, _, _ = self.verdict(one, under, latex, made.role, words.display)
        if found is not None and found.status in HOLDS or conditional and (found is None or found.status != "refuted"):
            return made
        return usually_meant(made, told)

    def at_numbers(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A number that is said of a name at numbers, where a definition says what it is at letters: a calculation."""
        said = [*self.instances(one)] if is_number(one.terms[1]) else []
        if len(said) != 1:
            return made  # what is said twice of a name is said of cases
        told, body = said[0]
        found, _, against = self.verdict(replace(one, terms=(body, one.terms[1])), [], latex, made.role, words.display)
        if found is None or against is not None or found.status not in (*HOLDS, "refuted"):
            return made
        if found.status == "refuted" and at_start(one.terms[0]) and not made.role.follows:
            return made
        left = whole(one.terms[0], latex)
        message = f"{found.message.rstrip('.')}, where line {told.line} says what {left} is."
        held = replace(found, start=made.start, end=made.end, lhs=left, message=message)
        return replace(made, verdict=held, outside="", under=(told,), objection=None)

    def instances(self, one: Statement) -> Iterator[tuple[Told, Row]]:
        """The definitions of this section of whose name the left side is an instance, with what each says that it is."""
        for told in self.said.told:
            said = told.statement
            mine = told.role == DEFINITION and told.section == self.said.section and not told.worked and is_law_of_places(said)
            if mine and not recurs(said) and not ends_there(said):
                body = instance_of(one.terms[0], (said.terms[0], said.terms[1]))
                if body is not None:
                    yield told, body

    def by_definition(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A second equation for a name of which the page has said what it is: true by the first, or wrong if the words say that it is the same.

        A name may be defined anew: where the words say no more than that it follows, the two may differ for a reason.
        """
        recursion = self.said.recursion_of(one)
        if recursion is not None:
            return self.by_induction(one, recursion, made, latex, words)
        told = self.said.definition_of(one)
        if told is None or (self.said.section, row_key(one.terms[0])) in self.worked.system.moved:
            return made
        begun = self.said.begun(told)
        under = [t for t in self.said.givens(one, known=True, again=True) if t in begun or not self.said.is_passed(t)]
        found, _, against = self.verdict(one, [*self.said.fixed, *(t.statement for t in under)], latex, made.role, words.display)
        own = self.speaks_of_no_more(one, told)
        same = made.role.same or bool(THIS_IS.search(words.before))
        instance = own and is_instance(one.terms[0], told.statement.terms[0]) and not recurs(told.statement)
        if instance or own and against is not None and against.unknown:
            against = None  # what it is made of the definition says
        if found is None or against is not None and against.status != "doubtful":
            return made
        if (
            instance
            and found.status not in HOLDS
            and (body := instance_of(one.terms[0], (told.statement.terms[0], told.statement.terms[1]))) is not None
        ):
            # what is said at any number, at this one
            put_in, apart = replace(one, terms=(body, one.terms[1])), [t for t in under if t is not told]
            tried, _, _ = self.verdict(put_in, [t.statement for t in apart], latex, made.role, words.display)
            if tried is None or found.status == "definition" and tried.status not in HOLDS:
                return made
            found = replace(tried, start=made.start, end=made.end, lhs=whole(one.terms[0], latex))
        held = replace(made, verdict=found, outside="", under=tuple(under), objection=None)
        if found.status in (*HOLDS, "conditional"):
            return held
        same = same or instance
        spoken = names_in([*one.terms, *rows_of(told.statement)])
        passed = any(t.role == DEFINITION and t.head in spoken and self.said.is_passed(t) for t in self.said.told)
        another = found.status == "refuted" and own and not passed and (same or made.role.follows)
        aside = is_objective(one.terms[0]) and (not same or any(map(averages_over, (told.statement, one))))
        if not another or aside or is_numeric(one.terms[1]) or is_table(one.terms[1]):
            return made
        left = whole(one.terms[0], latex)
        if not same and SOLVED_FOR.search(words.before):
            return made
        if not same:
            against = against or Objection(f"it is another {left} than line {told.line} says it is", "doubtful")
        if against is not None:
            return replace(held, verdict=weakened(found, against), objection=against)
        message = f"{found.message.rstrip('.')}, where line {told.line} says what {left} is."
        return replace(held, verdict=replace(found, message=message))

    def by_induction(self, one: Statement, told: Told, made: Judged, latex: str, words: Words) -> Judged:
        """A closed form of what the page has said by a recursion: it holds if it meets that, and begins as it does."""
        closed, own = closed_form(one)
        same = told.statement.terms[0][0]
        known = [*self.said.givens(told.statement), *self.said.givens(one), *self.said.data(one)]
        apart = [t for t in known if t.head != told.head or t.statement.terms[0][0].sups != same.sups]
        others = list(dict.fromkeys(t.statement for t in apart))
        begun = [t for t in self.said.begun(told) if t.statement.rels == ("=",)] if not own else []
        begun += [t for t in self.said.told if t.section == told.section and t.head == told.head and ends_there(t.statement)]
        bases = [(s, told) for s in own] + [(t.statement, t) for t in begun]

        def under_it(meant: Statement, where: Told) -> LinkVerdict | None:
            found, _, against = self.verdict(meant, [*self.said.fixed, closed, *others], where.latex, made.role, words.display)
            return found if against is None or is_number(meant.terms[1]) else None  # a first value is no example

        step = under_it(told.statement, told)
        first = [under_it(s, t) for s, t in bases] if step is not None and step.status in HOLDS else []
        found = next((v for v in (step, *first) if v is not None and v.status == "refuted"), None)
        if found is None and (not first or any(v is None or v.status not in HOLDS for v in first)):
            return made
        meant = told if found is step or found is None else bases[first.index(found)][1]
        says = f"where line {meant.line} says what {whole(meant.statement.terms[0], meant.latex)} is"
        if found is not None and found is not step and len({row_key(t.statement.terms[0]) for t in begun}) > 1:
            return made  # it begins here and there
        strange = not says_no_more(one, told.statement) and not names_in(one.terms[1:]) <= self.names_told(one, told)
        if found is not None and (strange or not (made.role.same or made.role.follows or made.role.claimed)):
            return made
        verdict = found or step
        assert verdict is not None
        message = f"{verdict.message.rstrip('.')}, {says}." if found else "It meets the recursion, and begins as that does."
        placed = replace(
            verdict,
            start=made.start,
            end=made.end,
            lhs=whole(one.terms[0], latex),
            rhs=whole(one.terms[1], latex),
            message=message,
        )
        return replace(made, verdict=placed, outside="", under=(told, *begun), objection=None)

    def speaks_of_no_more(self, one: Statement, told: Told) -> bool:
        """Whether a statement speaks of nothing else than a definition does, with what this section says of the names of both."""
        spoken = names_in([*one.terms, *rows_of(told.statement)])
        here = [t for t in self.said.told if t.section == told.section and t.head in spoken]
        known = names_in([r for t in (told, *here) for r in rows_of(t.statement)]) | running_in(one.terms)
        of_field = {stem(i) for t in one.terms for i in walk(t) if i.kind == "atom" and (i.word or i.name in AVERAGES)}
        return names_in(one.terms) <= known | of_field

    def names_told(self, one: Statement, told: Told) -> set[Hashable]:
        """The names of a closed form that its recursion has, that run in it, or of which this section has said what they are."""
        functions = {stem(i) for t in one.terms for i in walk(t) if i.kind == "atom" and i.word}
        here = [t for t in self.said.told if t.section == told.section]
        said = [r for t in here if t.head == told.head for r in rows_of(t.statement)]
        return names_in([*said, *one.terms[:1]]) | running_in(one.terms) | functions | {t.head for t in here}

    def equal_to_earlier(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link held against an earlier equation with the same left side: two things that are one are equal.

        A name may be defined anew, an operation on one means the same throughout: where the two differ it is wrong if the page says
        that the second follows.
        """
        earlier = self.said.earlier(one) if words.display else None
        if earlier is None:
            return made
        held = replace(one, terms=(earlier.statement.terms[1], one.terms[1]))
        under = self.said.givens(held)
        found, _, against = self.verdict(held, [*self.said.fixed, *(t.statement for t in under)], latex, made.role, True)
        if found is None or against is not None:
            return made
        left = whole(one.terms[0], latex)
        found = replace(found, lhs=left, message=f"{found.message.rstrip('.')}, where line {earlier.line} says what {left} is.")
        if found.status in (*HOLDS, "conditional"):
            return replace(made, verdict=found, outside="", under=tuple(under))
        if found.status != "refuted" or is_name(one.terms[0]) or not made.role.follows:
            return made
        return replace(made, verdict=found, outside="", under=tuple(under))


def closed_form(one: Statement) -> tuple[Statement, list[Statement]]:
    """What is said of a name at a letter, where it is said of the next one, with another name for its own first value; and that it begins there."""
    name, body = at_letter(one).terms[:2]
    numbered = {i.key: i for i in walk(body) if i.kind == "atom" and stem(i) == stem(name[0]) and is_numbered(i)}
    begins = [((i,), (replace(i, subs=(), accents=(*i.accents, FIRST)),)) for i in numbered.values()]
    table = {a[0].key: b[0] for a, b in begins}
    body = everywhere(body, lambda row: tuple(table.get(i.key, i) for i in row))
    return Statement((name, body), ("=",)), [Statement(pair, ("=",)) for pair in begins]


#: The mark of the first value of a sequence; no text writes it.
FIRST = "first"


def says_no_more(one: Statement, definition: Statement) -> bool:
    """Whether a statement speaks of nothing else than a definition does: its indices that run and named functions aside."""
    atoms = [i for t in one.terms for i in walk(t)]
    running = running_in(one.terms)
    functions = {stem(i) for i in atoms if i.kind == "atom" and i.word}
    return names_in(one.terms) <= names_in(rows_of(definition)) | running | functions


def running_in(rows: Iterable[Row]) -> set[Hashable]:
    """The letters that operators of rows run over."""
    return names_in(s[:1] for row in rows for i in walk(row) if i.kind == "big" for s in i.subs)


def is_law_of_places(definition: Statement) -> bool:
    """Whether a definition is made of nothing but numbers and the places of its name: ``α_t = 1/t``, ``f(x) = x² + 1``."""
    name, *rest = definition.terms
    if is_primed(name) and is_numeric(definition.terms[-1]):
        return False  # V(s') = 2 is of one place
    places = names_in([r for i in name for r in (*i.subs, *i.rows)])
    words = {stem(i) for t in rest for i in walk(t) if i.kind == "atom" and i.word}
    return names_in(rest) <= places | words | running_in(rest)


def is_primed(name: Row) -> bool:
    """Whether a place of a name has a prime."""
    return any(i.primes for part in name for r in (*part.rows, *part.subs) for i in walk(r))


def ends_there(definition: Statement) -> bool:
    """Whether a number is said of a name at the end of a range, ``A_T=0``: of no other place."""
    name, body = definition.terms[:2]
    if definition.rels != ("=",) or not is_number(body):
        return False
    capitals = {i.key for s in name[0].subs for i in s if i.kind == "atom" and i.name.isupper()}
    return any(key not in {i.key for i in walk(body)} for key in capitals)


def at_start(name: Row) -> bool:
    """Whether a name stands at 0 or 1, where what a definition says otherwise may be said apart: ``a_n=2^n`` for n ≥ 1, and ``a_0=5``."""
    places = name[1].rows if len(name) == 2 else name[0].subs
    return any(len(r) == 1 and r[0].value in (0, 1) for r in places)


def is_instance(row: Row, of: Row) -> bool:
    """Whether a name stands with numbers where it was defined for letters: ``G_{t:t+2}`` of ``G_{t:t+n}``."""
    numbers = [sum(i.kind == "number" for i in walk(r)) for r in (row, of)]
    return row_key(row) != row_key(of) and numbers[0] > numbers[1]


__all__ = ["Restated", "running_in"]
