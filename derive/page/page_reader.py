"""Verdicts on the statements of a page, each with what the page has said so far in its scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from time import process_time

from derive.core.terms import free_variables
from derive.diagnostics import NotationError
from derive.elaborate.claims import Reading, is_objective, links_of, lone, read_link
from derive.elaborate.estimates import is_learnt
from derive.elaborate.given.elided_arguments import defined_at
from derive.elaborate.given.examples import is_met
from derive.elaborate.knowledge.scope import declared, kinds
from derive.elaborate.knowledge.search import ELIDED, agreed
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.compounds import labels_set
from derive.elaborate.spelling.sets import is_range
from derive.elaborate.spelling.tabular import chances_in
from derive.elaborate.spelling.underlaws import normalised
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import IDENTITIES, MEAN, NORMALS
from derive.page.agreeing import Agreeing, best_over_policies, whose
from derive.page.examples.worked import PASSING
from derive.page.ledger import key_of
from derive.page.link_outcomes import Judged, as_role, is_function_letter, quoted, weakened
from derive.page.link_reader import FAILED, TRIES, UNTRIED
from derive.page.misprints.forms import (
    as_limit,
    discounts_in,
    is_advantage,
    is_episode,
    is_error,
    is_known,
    is_place,
    is_table_of_policy,
    is_value,
    names_a_place,
    of_all_rewards,
    says_anew,
)
from derive.page.misprints.indices import ends_of, escaped, misbound, miscounted
from derive.page.misprints.known import unlike_known
from derive.page.misprints.unspelled import not_equal, unspelled
from derive.page.saying.bearing import counts_later, rows_of, says_law
from derive.page.saying.beside import fuller, in_fonts, remarked, written_out
from derive.page.saying.occurrences import at_numbers, head_of, is_numeric, names_in, says_what, shape_of
from derive.page.saying.roles import ARROW, CONDITIONED, NAMES_ITSELF, ONE_OF_TWO, Role, is_name, qualifiers, role_behind, role_of
from derive.page.saying.roles import UPDATES as ARROWS
from derive.page.saying.said import ALL_SECTIONS
from derive.page.saying.sought import sought_in
from derive.page.saying.told import Told, recurs, whole
from derive.page.solutions import AT_BEST
from derive.page.standing import AT_THE_BEST, Objection
from derive.page.suppositions import is_its_own
from derive.page.updating.directions import against_words
from derive.page.updating.implied_updates import implied
from derive.page.updating.updates import by_error, compared, discounts, message
from derive.page.words.around import Words
from derive.page.words.cues import (
    AT_A_POINT,
    AT_LARGE,
    AT_THE_END,
    BECOMES,
    DEPENDENT,
    IN_A_CASE,
    IN_GENERAL,
    IN_SOME,
    LEFT_OUT,
    MET,
    OPPOSITE,
    QUALIFIERS,
    SUPPOSED_WRONG,
    UNDER_WORDS,
    UNDISCOUNTED,
)
from derive.page.words.likenesses import without
from derive.page.words.moves import BEST_POLICY
from derive.page.words.role_names import (
    AIM,
    CLAIM,
    CONDITION,
    DEFINITION,
    INSTANCE,
    OPEN,
    ORDERS,
    PREMISE,
    QUOTATION,
    RANGE,
    STATED,
    UPDATE,
)
from derive.page.words.stated_conditions import conceded, plain
from derive.syntax.flat import Row, walk
from derive.verify.links import LinkVerdict
from derive.verify.text_conventions import Convention, binding, conventions_of, lasting
from derive.verify.verdicts import HOLDS
from derive.verify.wording import witness

#: What is said of a letter that tends to something.
TENDS = "tends to"
#: How much of what was said last bears on a formula.
NEAR = 250
#: Rows of a section by which its clock is told.
MOST_TIMED = 40


@dataclass(slots=True)
class PageReader(Agreeing):
    """Reads the formulas of a page in order."""

    last: tuple[Row, str] = ((), "")
    fonts: frozenset[str] = frozenset()  # words that label names in a font of their own, here or there

    def snapshot(self) -> PageReader:
        """A reader that knows what this one knows, and goes its own way."""
        return replace(
            self,
            until=inf,
            symbols=dict(self.symbols),
            said=self.said.copy(),
            worked=self.worked.copy(),
            steps=[*self.steps],
            elided=dict(self.elided),
            marked=dict(self.marked),
            meant=dict(self.meant),
        )

    def heading(self, level: int = 1, title: str = "") -> None:
        """A new section, which is part of those above it of a lower level."""
        self.said.open_section(level, title)
        self.worked.around, self.worked.asked = self.said.around | {ALL_SECTIONS}, self.said.asked
        self.said.paragraph += 1
        self.said.timed = []
        self.said.discounted, self.said.taken_back = False, 0
        self.said.likened, self.said.like, self.said.random, self.said.other, self.said.any = frozenset(), {}, set(), {}, {}
        self.said.short, self.said.either = {}, frozenset()
        self.said.conventions = lasting(self.said.conventions)
        self.soft, self.weighed, self.elided, self.meant, self.marked = 0, 0, {}, {}, {}
        self.last = ((), "")

    def announce(self, formulas: Iterable[str], words: str = "") -> None:
        """What this section writes, what is to come included: whether it has a discount, and the words between its headings."""
        written = [(s, latex) for latex in formulas for s in self.readable(latex)]
        said = [s for s, _ in written]
        self.worked.announce(written)
        self.fonts |= labels_set(t for s in said for t in s.terms)
        self.said.written = frozenset(i.name for s in said for t in s.terms for i in walk(t) if i.kind == "atom")
        with declared(self.letters):
            self.said.discounts_somewhere = any(map(discounts_in, said))
        self.said.announce(plain(words))

    def readable(self, latex: str) -> list[Statement]:
        """The statements of a formula; none where it cannot be read."""
        try:
            return links_of(latex, self.macros)
        except (NotationError, RecursionError):
            return []

    def give(self, latex: str) -> None:
        """Take a relation as given for the rest of the page."""
        self.said.fixed.extend(links_of(latex, self.macros))

    def told_of(self, latex: str) -> list[Told]:
        """What the page has said that a formula stands under."""
        with declared(self.letters):
            return list(dict.fromkeys(t for s in links_of(latex, self.macros) for t in self.said.givens(s)))

    def read(self, latex: str, words: Words, line: int = 0) -> list[Judged]:
        """The links of a formula with their verdicts; what it says is kept.

        Raises: NotationError where it cannot be read.
        """
        self.said.paragraph += words.fresh
        self.said.sentence += words.apart
        self.said.hear(words)
        with declared(self.letters):
            statements = [in_fonts(s, self.fonts) for s in links_of(latex, self.macros)]
            self.said.discounted |= any(map(discounts_in, statements))
            self.suppose_behind(words)
            self.explain_behind(words)
            self.said.dependent = bool(re.search(DEPENDENT, words.before, re.IGNORECASE))
            self.said.generally = bool(qualifiers(IN_GENERAL).search(words.before))
            other = qualifiers(OPPOSITE).search(words.before)
            self.said.opposite = other.group() if other else ""
            self.said.at_large = bool(qualifiers(AT_LARGE).search(words.before))
            out: list[Judged] = []
            for at, statement in enumerate(statements):
                out.extend(self.statement(statement, statements, at, latex, words, line))
            if not quoted(words.before):
                out.extend(odd for s in statements for t in rows_of(s) for odd in oddities(unspelled(t), latex))
                out.extend(odd for s in statements for odd in oddities(not_equal(s), latex))
        return out

    def statement(
        self, statement: Statement, around: list[Statement], at: int, latex: str, words: Words, line: int
    ) -> list[Judged]:
        """The links of one statement."""
        before = latex
        if not statement.terms[0]:
            if not self.last[0] or not words.display:
                return []
            before = self.last[1]
            statement = replace(statement, terms=(self.last[0], *statement.terms[1:]))
        elif not statement.rels:
            if words.display:
                self.last = (statement.terms[0], latex)
            self.suppose_alone(statement, words, latex)
            self.look_for(statement, words, line, latex)
            return self.spoken_number(statement, latex, words)
        self.liken(statement, words, latex)
        self.choose_in_words(words)
        said, own = whose(statement), fuller(statement)
        if own is not None:
            self.said.short[own[0].key] = own[1]
        elif said is None:
            statement = self.with_marks(written_out(statement, self.said.short))
        role = role_of(statement, without(words, self.said.likened))
        if role.why == ONE_OF_TWO:
            self.said.either |= names_in(rows_of(statement))
        if statement.rels == (r"\to",) and not words.display and len(statement.terms[0]) == 1:
            self.said.tending = (self.said.sentence, frozenset(names_in(statement.terms[:1])))
        self.said.tied, beside = arrows(around, at)
        if self.said.tied and role.name in (PREMISE, CONDITION, INSTANCE, CLAIM):
            role = Role(CLAIM, ARROW, under=role.under)
        if said and not beside and role.name not in PASSING and not CONDITIONED.match(words.after):
            self.marked[said[0].key] = said[1]
        statement = self.of_some(statement, words)
        self.normalise(statement, latex)
        self.suppose_signs(statement, words, latex)
        out: list[Judged] = []
        self.worked.checked = False
        left_out = LEFT_OUT.match(words.after)
        behind = next(filter(None, left_out.groups()), "") if left_out is not None and len(statement.rels) == 1 else ""
        later = BECOMES.search(words.before) if statement.terms[0] and statement.terms[0][0].primes else None
        behind = behind or (later.group().strip() if later is not None else "")
        above = next((m.group() for said in self.said.above for m in qualifiers(QUALIFIERS).finditer(said)), "")
        for i, rel in enumerate(statement.rels):
            self.until, self.hurried = process_time() + TRIES * self.seconds, False
            one = Statement(statement.terms[i : i + 2], (rel,), statement.conditions)
            part = role_behind(role, one) if i else role
            beside_it = remarked(latex, one, statement.terms[i + 2] if i + 2 < len(statement.terms) else ())
            sentence, tending = self.said.tending
            tends = TENDS if rel != r"\to" and sentence == self.said.sentence and names_in(rows_of(one)) & tending else ""
            part = replace(part, under=part.under or beside_it or self.said.left_open(one) or tends or behind or above)
            made = self.update(one, role, words, latex) if i == 0 else None
            if made is None:
                with agreed({**binding(self.said.conventions, rows_of(one)), **self.said.chosen}):
                    made = self.judged(one, part, around, at, latex, words)
                    if i:
                        made = self.as_begun(
                            one, made, statement, out[0], partial(self.judged, one, part, around, at, latex, words)
                        )
                    one, made = self.fuller(
                        one, made, partial(self.judged, role=part, around=around, at=at, latex=latex, words=words)
                    )
                    made = self.solution(
                        one,
                        self.with_numbers(one, made, line, latex, words),
                        [*around[:at], *around[at + 1 :]],
                        line,
                        latex,
                        words,
                    )
                    if i == 0:
                        made = self.restated(one, made, latex, words, len(around) == 1)
                    made = self.as_known(one, self.bound_well(one, made, latex, words), around, latex, words)
                    made = self.of_likeness(one, self.in_its_base(one, self.solved_behind(one, made, latex, words), latex, words))
            if made.verdict is not None and made.verdict.status == "doubtful" and UNDER_WORDS.search(words.before):
                made = replace(made, verdict=weakened(made.verdict, Objection("it is said under a condition in words")))
            best = made.objection is not None and made.objection.why == AT_THE_BEST and BEST_POLICY.search(self.said.own_words)
            if made.verdict is not None and best:
                made = replace(made, verdict=weakened(made.verdict, Objection("the policy is one of the best", "conditional")))
            if made.verdict is not None and not (self.said.dependent or self.said.every_policy):
                made = replace(made, verdict=conceded(made.verdict, " . ".join([self.said.standing, *self.said.above])))
            made = self.in_one_way(one, made, latex, line)
            if self.hurried and made.verdict is not None and made.verdict.status in FAILED:
                made = replace(made, verdict=weakened(made.verdict, Objection(UNTRIED)))
            if i == 0 and before is not latex and made.verdict is not None:
                made = replace(made, verdict=replace(made.verdict, lhs=whole(one.terms[0], before)))
            out.append(made)
        new = self.said.is_new(statement)
        if role.name in STATED and statement.terms[1] and defined_at(statement):
            self.said.applied.append((statement, self.said.section))
        if len(statement.terms) == 2 and ends_of(statement.terms[0]):
            self.said.ranged.append(statement)
        if not beside:
            self.keep(statement, role, out, line, latex)
            self.look_for(statement, words, line, latex)
        stands = role.name in STATED and not IN_SOME.search(f"{words.before} {words.after}") and not IN_A_CASE.match(words.before)
        if stands and out[0].verdict is not None and out[0].verdict.status in (*HOLDS, "conditional"):
            self.said.conventions += tuple(self.settled(Statement(statement.terms[:2], statement.rels[:1], statement.conditions)))
        silent = out[0].verdict is None or out[0].verdict.status in ("undecided", "definition")
        alone = sum(bool(s.rels) for s in around) == 1 and not any(i.kind == "text" for i in walk(statement.terms[0]))
        if words.display and statement.rels[0] == "=" and role.name in STATED and silent and alone:
            one = Statement(statement.terms[:2], ("=",), statement.conditions)
            self.said.equated.append(Told(one, role.name, self.said.section, self.said.paragraph, line, latex))
        place = self.here(statement.terms[0][0].start)
        if not beside and (out[0].verdict is None or out[0].verdict.status != "refuted"):
            section = ALL_SECTIONS if self.said.everywhere else self.said.section
            self.worked.note(statement, role.name, section, line, latex, place, self.said.sentence)
            open_ = out[0].verdict is None or out[0].verdict.status not in HOLDS
            if role.name not in PASSING and (open_ or self.worked.checked):
                self.worked.system.note(statement, self.said.section, line)
        spoken = self.spoken_number(statement, latex, words)
        if words.display and statement.terms[-1]:
            self.last = (statement.terms[-1], latex)
            self.said.timed = [*self.said.timed, *statement.terms][-MOST_TIMED:]
        return [*(as_role(made, statement, i, latex, new and i == 0) for i, made in enumerate(out)), *spoken]

    def look_for(self, statement: Statement, words: Words, line: int, latex: str) -> None:
        """Keep what a statement looks for."""
        found = sought_in(statement, f"{words.supposing} {words.before}", self.said.section, line, latex, self.said.sentence)
        if found is not None:
            self.said.sought.append(found)

    def judged(self, one: Statement, role: Role, around: list[Statement], at: int, latex: str, words: Words) -> Judged:
        """What is said of a link of one of the statements of a formula."""
        limit = as_limit(one) if not AT_A_POINT.match(words.after) else None
        found = self.verdict(limit, [], latex, role, words.display)[0] if limit is not None else None
        if limit is not None and found is not None and found.status in (*HOLDS, "refuted"):
            told = (
                f"As {whole(limit.terms[0][0].subs[0][:1], latex)} grows, the left side does not tend there."
                if found.status == "refuted"
                else found.message
            )
            lhs = whole(one.terms[0], latex)
            return Judged(found.start, found.end, role, replace(found, lhs=lhs, relation=one.rels[0], message=told))
        beside = [] if self.said.tied else [*around[:at], *around[at + 1 :]]
        return self.link(one, role, around[:at], beside, latex, words.display)

    def as_begun(self, one: Statement, made: Judged, chain: Statement, first: Judged, judge: Callable[[], Judged]) -> Judged:
        """A link that nothing else decides, or that fails by what was said before of a name, where the first link of its chain says what the
        name on its left is, as ``Q_{n+1}``."""
        begun = Statement(chain.terms[:2], chain.rels[:1], chain.conditions)
        says = first.verdict is not None and first.verdict.status == "definition" and says_what(begun.terms[0])
        if not says or made.verdict is None or made.verdict.status not in ("undecided", *FAILED):
            return made
        if head_of(begun.terms[0]) not in names_in(rows_of(one)):
            return made
        self.said.tell(begun, DEFINITION)
        tried = judge()
        self.said.told.pop()
        decided = tried.verdict is not None and tried.objection is None and tried.verdict.status in (*HOLDS, "refuted")
        other = any(isinstance(t, Told) and t.head == head_of(begun.terms[0]) for t in made.under)
        return tried if decided or other and made.verdict.status in FAILED else made

    def settled(self, one: Statement) -> Iterator[Convention]:
        """The conventions that a true statement settles, of which it says what a quantity is."""
        if not lone(one.terms[0]):
            return
        try:
            read = read_link(one.terms[0], one.rels[0], one.terms[1], [], one.conditions)
        except (NotationError, RecursionError):
            return

        def ask(question: Callable[[Reading], bool], reading: Reading, why: str) -> bool:
            return self.ledger.holds(key_of(question.__name__, one, (), why, self.letters), lambda: question(reading))

        yield from conventions_of(read, ask)

    def update(self, one: Statement, role: Role, words: Words, latex: str) -> Judged | None:
        """An update that is none of the known ones, though it has their shape; None for every other statement."""
        if (
            quoted(words.before)
            or AT_THE_END.search(words.before)
            or LEFT_OUT.match(words.after)
            or one.rels[0] not in (*ARROWS, "=", ":=")
        ):
            return None
        if any(self.likened(i) for t in one.terms for i in walk(t) if i.kind == "atom"):
            return None
        if self.said.meant_otherwise(one):
            return None
        tried = by_error(one) if is_error(one.terms[0]) and one.rels[0] not in ARROWS else one
        if tried is None or self.gives_discount(one):
            return None
        arrow = tried is not one or one.rels[0] in ARROWS or role.name == UPDATE
        later = counts_later(tried, self.said.timed)
        key = key_of("update", tried, (), arrow, self.said.discounted, later, words.display, self.seconds, self.letters)
        found, _, _ = self.ledger.found(key, lambda: (self.no_update(tried, arrow, words.display), "", None))
        if found is None and tried is one and not misbound(one):
            found, _, _ = self.ledger.found(f"implied {key}", lambda: (self.no_target(one, words.display), "", None))
        wrong = against_words(one, words.before) if found is None else ""
        if wrong:
            status, code = ("refuted", "D430") if words.display else ("doubtful", "D423")
            found = LinkVerdict(0, 0, "", "", "", status, code, wrong, "words")
        if found is None:
            return None
        lhs, rhs = one.terms
        found = replace(found, start=rhs[0].start, end=rhs[-1].end, lhs=whole(lhs, latex), rhs=whole(rhs, latex))
        return Judged(found.start, found.end, role, replace(found, relation=one.rels[0]))

    def gives_discount(self, one: Statement) -> bool:
        """Whether the section gives the discount a number that a statement writes in its place, or leaves out where it is 1."""
        told = self.said.discount(one)
        number = told.statement.terms[-1] if told is not None and told.section == self.said.section else ()
        written = {i.value for t in one.terms for i in walk(t) if i.kind == "number"}
        return len(number) == 1 and number[0].value in (1, *written)

    def no_update(self, tried: Statement, arrow: bool, display: bool) -> LinkVerdict | None:
        """What is wrong with a statement that has the shape of a known update; None where nothing is."""
        found = compared(tried, arrow, self.seconds / 2, counts_later(tried, self.said.timed))
        if found is None or not (self.said.discounted or discounts(found)):
            return None
        free = {v for side in found.reading.claim.parts() for v in free_variables(side)}
        unnamed = {str(v) for v in free if v.number not in found.reading.names}
        shown = {name: value for name, value in witness(found.reading, found.finding).items() if name not in unnamed}
        status, code = ("refuted", "D430") if display else ("doubtful", "D423")
        return LinkVerdict(0, 0, "", "", "", status, code, message(found, shown), "a point", witness=shown)

    def no_target(self, one: Statement, display: bool) -> LinkVerdict | None:
        """What is wrong with a target or an error in a statement, however it is meant; None where nothing is."""
        undiscounted = UNDISCOUNTED in self.said.supposes and not discounts_in(one)
        for alternatives in implied(one) if not undiscounted else ():
            found = [self.no_update(way, True, display) for way in alternatives]
            if found and None not in found:
                return found[0]
        return None

    def bound_well(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link whose indices do not reach what they should, whatever its names stand for; any other as it is."""
        status = made.verdict.status if made.verdict is not None else ""
        if status in (*HOLDS, "refuted") or quoted(words.before) or made.role.name not in (CLAIM, DEFINITION, UPDATE):
            return made
        wrong = misbound(one) or miscounted(one, self.said.ranged)
        outside = escaped(one) if not wrong else ""
        if not (wrong or outside):
            return made
        lhs, rhs = one.terms
        status, code = ("refuted", "D431") if words.display and wrong else ("doubtful", "D423")
        verdict = LinkVerdict(
            made.start, made.end, whole(lhs, latex), one.rels[0], whole(rhs, latex), status, code, wrong or outside, "indices"
        )
        return replace(made, verdict=verdict, outside="", objection=None)

    def as_known(self, one: Statement, made: Judged, around: list[Statement], latex: str, words: Words) -> Judged:
        """A link that nothing decides and that is one slip away from how the field writes something; any other as it is."""
        status = made.verdict.status if made.verdict is not None else "undecided"
        if status not in ("undecided", "definition") or one.rels[0] not in ("=", ":=", *ARROWS) or quoted(words.before):
            return made
        if made.role.name not in (CLAIM, DEFINITION, UPDATE, AIM):
            return made
        own = f"{self.said.heard[-NEAR:]} {words.supposing} {words.before} {words.after}"
        near = unlike_known(one, f"{self.said.words} {own}", own, around) if not SUPPOSED_WRONG.search(words.before) else None
        if near is None:
            return made
        slip = f"{near[1]}, of {near[0].says} ({near[0].source})"
        lhs, rhs = one.terms
        status, code = ("refuted", "D430") if words.display else ("doubtful", "D423")
        says = f"It is one slip away from how the field writes it: {slip}."
        at = (rhs[0].start, rhs[-1].end) if rhs else (made.start, made.end)
        verdict = LinkVerdict(*at, whole(lhs, latex), one.rels[0], whole(rhs, latex), status, code, says, "a known form")
        return replace(made, verdict=verdict, outside="", objection=None)

    def of_any_value(self, first: Statement) -> bool:
        """Whether what a name is said to be is made of a function in the place of values that is learnt, or any."""
        return any(i.kind == "atom" and (is_learnt(i) or stem(i) in self.said.any) for i in walk(first.terms[1]))

    def keep(self, statement: Statement, role: Role, judged: list[Judged], line: int, latex: str) -> None:
        """What a statement gives to those that follow."""
        first = Statement(statement.terms[:2], statement.rels[:1], statement.conditions)
        if not all(first.terms) or fuller(statement) is not None or is_met(first) and role.name not in (PREMISE, CONDITION):
            return  # s_t = s is an event
        if (full := self.in_full(first)) is not None and full.terms:
            first = replace(first, terms=(first.terms[0], *full.terms[1:]))  # a bare name on the left is said to be something
        at = self.here(first.terms[0][0].start)
        if best_over_policies(first):
            self.said.choose(ELIDED, True)
        if first.rels[0] in ORDERS and role.name == PREMISE:
            self.said.free_again(first.terms[0])
        if role.name in (PREMISE, CONDITION) and (first.rels[0] in ORDERS or first.rels == ("=",) and is_numeric(first.terms[1])):
            self.said.turn(first)
        verdict = judged[0].verdict if judged else None
        status = verdict.status if verdict is not None else ""
        equation = first.rels[0] in ("=", ":=", r"\equiv")
        if role.name == UPDATE and first.rels == ("=",) and role.why == NAMES_ITSELF:
            self.said.tell(first, OPEN, line, latex, at)  # no arrow: it may be an equation for what it names
            return
        if verdict is not None and verdict.method == AT_BEST:
            self.said.tell(first, DEFINITION, line, latex, at)
            return
        if equation and status in HOLDS and says_anew(first):
            self.said.tell(first, DEFINITION, line, latex, at, known=not self.of_any_value(first))
        elif equation and status in HOLDS and len(first.terms[0]) == 1 and first.terms[0][0].accents == MEAN:
            self.said.tell(first, DEFINITION, line, latex, at)  # a bar says over what a mean is where a formula does
        if status in HOLDS or equation and is_episode(first):
            return
        against = judged[0].objection if judged else None
        if against is not None and against.around:
            return  # it holds there, and gives no name a meaning of its own
        name, objected = first.terms[0], against is not None
        if first.rels == ("=",) and len(name) == 1 and chances_in(first.terms[1]):
            self.said.tell(first, PREMISE, line, latex, at)
            return
        if first.rels == (r"\propto",) and normalised(first) is not first and not is_known(name):
            self.said.tell(first, DEFINITION, line, latex, at)
            return
        if first.rels == ("=",) and role.name in (PREMISE, CONDITION, DEFINITION) and of_all_rewards(first):
            self.said.tell(first, CONDITION if role.name == CONDITION else PREMISE, line, latex, at)
            return
        function = is_function_letter(name) and objected
        if equation and (is_known(name) or is_error(name) or function) and not (status == "definition" and is_objective(name)):
            if IN_A_CASE.match(self.said.own_words) and role.name not in PASSING and (objected or says_anew(first)):
                self.said.tell(first, DEFINITION, line, latex, at, passing=True)
            elif objected and (is_value(name) or is_error(name) or function or is_redefined(first, role)) and not role.under:
                self.said.own[shape_of(name[0])] = self.said.section if is_error(name) else ALL_SECTIONS
                self.said.tell(first, DEFINITION, line, latex, at)
            elif role.name in (PREMISE, CONDITION) and not (is_numeric(statement.terms[-1]) and at_numbers(name)):
                self.said.tell(first, role.name, line, latex, at)
            elif not objected and says_anew(first) and status != "refuted":
                self.said.tell(
                    first,
                    DEFINITION,
                    line,
                    latex,
                    at,
                    known=is_as_usual(name, status),
                )
            elif status == "definition" and is_redefined(first, role):
                self.said.tell(first, DEFINITION, line, latex, at)
            elif objected and role.name in (DEFINITION, PREMISE) or status == "conditional" and is_numeric(first.terms[1]):
                self.said.tell(first, OPEN, line, latex, at)
            return
        if equation and is_numeric(first.terms[1]) and is_table_of_policy(name) and role.name not in PASSING:
            self.said.tell(first, DEFINITION, line, latex, at)
            return
        if equation and role.name == RANGE and not is_range(first.terms[1]):
            return  # where something is looked at: no value of it
        if equation and (is_numeric(statement.terms[-1]) or is_place(first.terms[1]) or names_a_place(first)):
            kept = CONDITION if role.name in PASSING else PREMISE if first.conditions else INSTANCE
            if role.name == PREMISE and (name[0].name in EXPECTATIONS or not is_name(name)):
                kept = PREMISE  # "Suppose E[ξ] = 0", "Let a + b = 1"
            if (
                kept == INSTANCE
                and role.name in (PREMISE, DEFINITION)
                and (is_its_own(first) or len(statement.terms) > 2 and not is_name(name))
            ):
                kept = PREMISE  # "Let A = Aᵀ"
            anew = status == "definition" or verdict is None and self.said.is_new(first)
            if kept == INSTANCE and anew and is_name(name) and len(statement.terms) > 2 and not is_numeric(first.terms[1]):
                self.said.tell(first, DEFINITION, line, latex, at, worked=True)
            alike = set(statement.rels) == {"="} and (
                kept != INSTANCE or all(map(is_name, statement.terms[:-1]))
            )  # \|x\| = \|y\| = 1
            for one in statement.terms[:-1] if alike else first.terms[:1]:
                self.said.tell(Statement((one, statement.terms[-1]), ("=",), first.conditions), kept, line, latex, at)
        elif (
            status == "definition"
            or equation
            and (role.name == DEFINITION or verdict is None and (self.said.is_new(first, chooses(first)) or recurs(first)))
        ):
            if objected and is_redefined(first, role) and is_name(name):
                self.said.own[shape_of(name[0])] = ALL_SECTIONS
            goes_on = set(statement.rels) == {"="} and all(j.verdict is None or j.verdict.status != "refuted" for j in judged)
            also = tuple(filter(None, statement.terms[2:])) if goes_on else ()
            self.said.tell(first, DEFINITION, line, latex, at, passing=role.name == CONDITION, also=also)
        elif role.name in (PREMISE, CONDITION) or role.name == RANGE and is_range(first.terms[1]):
            self.tell_links(first if role.name == RANGE else statement, PREMISE if role.name == RANGE else role.name, latex, at)
        elif first.rels == (r"\perp",):
            self.said.tell(first, PREMISE, line, latex, at)
        elif first.rels == (r"\sim",) and len(name) == 1 and first.terms[1][0].name in NORMALS:
            if not any(i.name in IDENTITIES for i in walk(first.terms[1])):
                self.said.tell(first, PREMISE, line, latex, at)
        elif role.name == QUOTATION:
            return  # nobody says so
        elif status == "undecided" and first.rels == ("=",) or status in ("", "undecided") and first.rels[0] in ORDERS:
            met = bool(MET.search(self.said.own_words)) and not is_name(first.terms[0])
            self.said.tell(first, OPEN, line, latex, at, met=met)


def arrows(around: list[Statement], at: int) -> tuple[list[Statement], bool]:
    """The statements from which an arrow leads to one of several, and whether one leads to it or from it: it is not said by itself."""
    own, behind = around[at].joiner, around[at + 1].joiner if at + 1 < len(around) else ""
    tied = ([around[at - 1]] if own and at else []) + ([around[at + 1]] if behind == "iff" else [])
    return [link for s in tied for link in s.links], bool(behind or own)


def is_as_usual(name: Row, status: str) -> bool:
    """Whether a name of the field means what it usually does behind a statement that says in words of its own what it is."""
    if status == "conditional":
        return "reward" in kinds(name[0].name)  # it says which of several ways is meant
    return status == "doubtful" or is_value(name) and not is_advantage(name)


def chooses(first: Statement) -> bool:
    """Whether a name is said to be where something is largest or smallest: that it is in this section, whatever it was before."""
    return first.terms[1][0].name in ("argmax", "argmin")


def is_redefined(first: Statement, role: Role) -> bool:
    """Whether words define a name of the field, which the field means otherwise; laws and rewards are data, errors differ from text to text."""
    return role.name == DEFINITION and not says_law(first) and not is_error(first.terms[0])


def oddities(places: Iterator[tuple[int, int, str]], latex: str) -> list[Judged]:
    """What is not written as what it is, the first of it."""
    role = Role(CLAIM, "it is printed so")
    found = next(places, None)
    if found is None:
        return []
    start, end, why = found
    verdict = LinkVerdict(start, end, latex[start:end], "", "", "refuted", "D432", why, "spelling")
    return [Judged(start, end, role, verdict)]


__all__ = ["Judged", "PageReader"]
