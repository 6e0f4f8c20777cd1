"""Verdicts on the statements of a page, each with what the page has said so far in its scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from derive.core.terms import free_variables
from derive.diagnostics import NotationError
from derive.elaborate.binding.gradients import NOT_MOVED
from derive.elaborate.claims import Reading, is_objective, links_of, lone, read_link
from derive.elaborate.given.givens import NOT_DEFINED
from derive.elaborate.knowledge.facts import facts_of
from derive.elaborate.knowledge.scope import declared, kinds
from derive.elaborate.knowledge.search import agreed
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.tabular import chances_in
from derive.elaborate.spelling.underlaws import normalised
from derive.glossary.functions import FUNCTION_ROWS
from derive.page.claim_forms import is_algebra
from derive.page.ledger import Found, Ledger, key_of, placed
from derive.page.link_outcomes import Judged, as_meant, as_role, misprinted, quoted, weakened
from derive.page.misprints.forms import (
    acts_somewhere,
    counted,
    is_episode,
    is_error,
    is_known,
    is_number,
    is_place,
    is_value,
    looks_applied,
    reaching,
    speaks_of_letters,
    spelled_words,
    two_laws,
    two_sizes,
)
from derive.page.misprints.indices import ends_of, misbound, miscounted
from derive.page.misprints.slips import Slip, meant
from derive.page.misprints.unspelled import unspelled
from derive.page.saying.role_names import CLAIM, CONDITION, DEFINITION, INSTANCE, OPEN, ORDERS, PREMISE, STATED, UPDATE
from derive.page.saying.roles import UPDATES as ARROWS
from derive.page.saying.roles import Role, Words, is_list, is_name, role_of
from derive.page.saying.said import (
    Place,
    Said,
    Told,
    bears_on,
    head_of,
    letters_in,
    names_in,
    occurrences,
    rows_of,
    says_what,
    shape_of,
    whole,
)
from derive.page.saying.stated_conditions import conceded, plain
from derive.page.standing import Objection, objection
from derive.page.updates import by_error, compared, discounts, message
from derive.page.worked import PASSING, Worked, is_quantity
from derive.syntax.flat import Row, row_key, walk
from derive.syntax.lex.tokens import Macro
from derive.verify.links import UNTIMELY, LinkVerdict
from derive.verify.text_conventions import Convention, binding, conventions_of, lasting
from derive.verify.verdicts import HOLDS, link_verdict
from derive.verify.wording import place, witness

#: Seconds for one statement that is a slip away.
SLIPPED = 0.2
#: Rows of a section by which its clock is told.
MOST_TIMED = 40


#: An objection of a link whose names do not have the types that the page gives them.
MISFIT = "misfit"


@dataclass(slots=True)
class PageReader:
    """Reads the formulas of a page in order."""

    macros: Mapping[str, Macro] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    said: Said = field(default_factory=Said)
    last: tuple[Row, str] = ((), "")
    worked: Worked = field(default_factory=Worked)
    ledger: Ledger = field(default_factory=Ledger)
    here: Callable[[int], Place] = lambda offset: ("", 0, offset)

    def snapshot(self) -> PageReader:
        """A reader that knows what this one knows, and goes its own way."""
        return replace(self, symbols=dict(self.symbols), said=self.said.copy(), worked=self.worked.copy())

    def heading(self) -> None:
        """A new section."""
        self.said.section += 1
        self.said.paragraph += 1
        self.said.timed, self.said.later = [], False
        self.said.discounted = False
        self.said.conventions = lasting(self.said.conventions)
        self.last = ((), "")

    def announce(self, formulas: Iterable[str], words: str = "") -> None:
        """What this section writes, what is to come included: whether it has a discount, and the words between its headings."""
        self.said.discounts_somewhere = any(map(self.writes_discount, formulas))
        self.said.words = plain(words)

    def writes_discount(self, latex: str) -> bool:
        """Whether a discount stands in a formula; in none that cannot be read."""
        try:
            with declared(self.symbols):
                return any(map(discounts_in, links_of(latex, self.macros)))
        except (NotationError, RecursionError):
            return False

    def give(self, latex: str) -> None:
        """Take a relation as given for the rest of the page."""
        self.said.fixed.extend(links_of(latex, self.macros))

    def told_of(self, latex: str) -> list[Told]:
        """What the page has said that a formula stands under."""
        with declared(self.symbols):
            return list(dict.fromkeys(t for s in links_of(latex, self.macros) for t in self.said.givens(s)))

    def read(self, latex: str, words: Words, line: int = 0) -> list[Judged]:
        """The links of a formula with their verdicts; what it says is kept.

        Raises: NotationError where it cannot be read.
        """
        self.said.paragraph += words.fresh
        with declared(self.symbols):
            statements = links_of(latex, self.macros)
            self.said.discounted |= any(map(discounts_in, statements))
            out: list[Judged] = []
            for at, statement in enumerate(statements):
                out.extend(self.statement(statement, statements, at, latex, words, line))
            if not quoted(words.before):
                out.extend(odd for s in statements for t in rows_of(s) for odd in oddities(t, latex))
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
            return []
        role = role_of(statement, words)
        out = []
        for i, rel in enumerate(statement.rels):
            one = Statement(statement.terms[i : i + 2], (rel,), statement.conditions)
            part = (
                role
                if i == 0 or role.name not in (DEFINITION, UPDATE)
                else Role(CLAIM, "it stands behind the first link of a chain", under=role.under)
            )
            made = self.update(one, role, words, latex) if len(statement.rels) == 1 else None
            if made is None:
                with agreed(binding(self.said.conventions, rows_of(one))):
                    made = self.link(one, part, around[:at], [*around[:at], *around[at + 1 :]], latex, words.display)
                    made = self.with_numbers(one, made, line, latex)
                    if i == 0 and len(around) == 1:
                        made = self.equal_to_earlier(one, made, latex, words)
                    made = self.bound_well(one, made, latex, words)
            if made.verdict is not None:
                made = replace(made, verdict=conceded(made.verdict, self.said.words))
            if i == 0 and before is not latex and made.verdict is not None:
                made = replace(made, verdict=replace(made.verdict, lhs=whole(one.terms[0], before)))
            out.append(made)
        new = self.said.is_new(statement)
        if len(statement.terms) == 2 and ends_of(statement.terms[0]):
            self.said.ranged.append(statement)
        self.keep(statement, role, out, line, latex)
        if role.name in STATED and out[0].verdict is not None and out[0].verdict.status in (*HOLDS, "conditional"):
            self.said.conventions += tuple(self.settled(Statement(statement.terms[:2], statement.rels[:1], statement.conditions)))
        silent = out[0].verdict is None or out[0].verdict.status in ("undecided", "definition")
        alone = sum(bool(s.rels) for s in around) == 1 and not any(i.kind == "text" for i in walk(statement.terms[0]))
        if words.display and statement.rels[0] == "=" and role.name in STATED and silent and alone:
            one = Statement(statement.terms[:2], ("=",), statement.conditions)
            self.said.equated.append(Told(one, role.name, self.said.section, self.said.paragraph, line, latex))
        self.worked.note(statement, role.name, self.said.section, line, latex, self.here(statement.terms[0][0].start))
        if words.display and statement.terms[-1]:
            self.last = (statement.terms[-1], latex)
            self.said.timed = [*self.said.timed, *statement.terms][-MOST_TIMED:]
            self.said.later = facts_of(self.said.timed).later_rewards
        return [as_role(made, statement, i, latex, new and i == 0) for i, made in enumerate(out)]

    def settled(self, one: Statement) -> Iterator[Convention]:
        """The conventions that a true statement settles, of which it says what a quantity is."""
        if not lone(one.terms[0]):
            return
        try:
            read = read_link(one.terms[0], one.rels[0], one.terms[1], [], one.conditions)
        except (NotationError, RecursionError):
            return

        def ask(question: Callable[[Reading], bool], reading: Reading, why: str) -> bool:
            return self.ledger.holds(key_of(question.__name__, one, (), why, self.symbols), lambda: question(reading))

        yield from conventions_of(read, ask)

    def update(self, one: Statement, role: Role, words: Words, latex: str) -> Judged | None:
        """An update that is none of the known ones, though it has their shape; None for every other statement."""
        if quoted(words.before) or one.rels[0] not in (*ARROWS, "=", ":="):
            return None
        if self.said.meant_otherwise(one) or any(shape_of(i) in self.said.own for i in one.terms[0][:1]):
            return None
        tried = by_error(one) if is_error(one.terms[0]) and one.rels[0] not in ARROWS else one
        if tried is None:
            return None
        arrow = tried is not one or one.rels[0] in ARROWS or role.name == UPDATE
        key = key_of("update", tried, (), arrow, self.said.discounted, words.display, self.seconds, self.symbols)
        found, _, _ = self.ledger.found(key, lambda: (self.no_update(tried, arrow, words.display), "", None))
        if found is None:
            return None
        lhs, rhs = one.terms
        found = replace(found, start=rhs[0].start, end=rhs[-1].end, lhs=whole(lhs, latex), rhs=whole(rhs, latex))
        return Judged(found.start, found.end, role, replace(found, relation=one.rels[0]))

    def no_update(self, tried: Statement, arrow: bool, display: bool) -> LinkVerdict | None:
        """What is wrong with a statement that has the shape of a known update; None where nothing is."""
        found = compared(tried, arrow, self.seconds / 2)
        if found is None or not (self.said.discounted or discounts(found)):
            return None
        free = {v for side in found.reading.claim.parts() for v in free_variables(side)}
        unnamed = {str(v) for v in free if v.number not in found.reading.names}
        shown = {name: value for name, value in witness(found.reading, found.finding).items() if name not in unnamed}
        status, code = ("refuted", "D430") if display else ("doubtful", "D423")
        return LinkVerdict(0, 0, "", "", "", status, code, message(found, shown), "a point", witness=shown)

    def bound_well(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link whose indices do not reach what they should, whatever its names stand for; any other as it is."""
        status = made.verdict.status if made.verdict is not None else ""
        if status in (*HOLDS, "refuted") or quoted(words.before) or made.role.name not in (CLAIM, DEFINITION, UPDATE):
            return made
        wrong = misbound(one) or miscounted(one, self.said.ranged)
        if not wrong:
            return made
        lhs, rhs = one.terms
        status, code = ("refuted", "D431") if words.display else ("doubtful", "D423")
        verdict = LinkVerdict(
            made.start, made.end, whole(lhs, latex), one.rels[0], whole(rhs, latex), status, code, wrong, "indices"
        )
        return replace(made, verdict=verdict, outside="", objection=None)

    def with_numbers(self, one: Statement, made: Judged, line: int, latex: str) -> Judged:
        """A link that is not decided by itself, with the numbers that the page gives."""
        if made.verdict is not None and made.verdict.status in (*HOLDS, "conditional"):
            return made
        undecided = made.verdict is None or made.verdict.status in ("undecided", "definition")
        computed = self.worked.verdict(one, self.said.section, line, latex)
        if computed is None or not undecided and computed.status not in HOLDS:
            return made
        if computed.status == "refuted" and made.role.name not in STATED:
            return made
        if computed.status == "definition" and self.operates(one.terms[0]):
            return made
        return replace(made, verdict=computed, outside="", under=self.worked.used, objection=None)

    def operates(self, row: Row) -> bool:
        """Whether a row is an operation on something of which the page gives the value: an inverse, a determinant."""
        whole_key = row_key(row)
        bare = {row_key((replace(i, sups=()),)) for i in row if i.kind == "atom" and not i.word}
        given = {row_key(t.statement.terms[0]) for t in self.said.told if t.section == self.said.section}
        return whole_key not in bare and bool(bare & given)

    def equal_to_earlier(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link that says nothing by itself, held against an earlier equation with the same left side: two things that are one are equal.

        A name may be defined anew, an operation on one means the same throughout: where the two differ it is wrong if the page says
        that the second follows.
        """
        undecided = made.verdict is None or made.verdict.status in ("undecided", "definition")
        earlier = self.said.earlier(one) if undecided and one.rels == ("=",) and made.role.name in STATED else None
        if earlier is None or not words.display or not all(one.terms):
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

    def link(
        self, one: Statement, role: Role, before: list[Statement], beside: list[Statement], latex: str, display: bool
    ) -> Judged:
        """One link under what the page says; what fails is looked at without its definitions and with its examples, too."""
        lhs, rhs = one.terms
        start, end = (rhs[0].start, rhs[-1].end) if rhs else (0, 0)
        if not rhs or not lhs:
            return Judged(start, end, role, None, "nothing stands here")
        word = next((w for t in one.terms for w in spelled_words(t)), "")
        if word:
            return Judged(start, end, role, None, f"the word {word} is written as letters")
        under = self.said.givens(one)
        sizes = two_sizes([t for s in (one, *(t.statement for t in under)) for t in s.terms])
        near = [r for s in (one, *before, *(t.statement for t in under)) for r in rows_of(s)]
        base = [*(g for g in self.said.fixed if bears_on(g, near)), *(s for s in before if s.rels[:1] == (":=",))]
        found, why, against = self.verdict(one, [*base, *(t.statement for t in under)], latex, role, display)
        judged = Judged(start, end, role, found, why, tuple(under), against)
        if found is not None and found.status == "definition" and is_objective(lhs) and not self.said.meant_otherwise(one):
            misprint = self.misprint(one, role, base, latex, display, scaled=False)
            if misprint is not None:
                return replace(judged, verdict=misprinted(found, misprint), objection=Objection(misprint.what, "slip"))
        if found is not None and found.status == "conditional" and under:
            alone, _, _ = self.verdict(one, base, latex, role, display)
            if alone is not None and alone.status in HOLDS:
                return replace(judged, verdict=alone, under=(), objection=None)
        if found is not None and found.status in (*HOLDS, "definition", "conditional"):
            return judged
        if under:
            bare, _, of_bare = self.verdict(one, base, latex, role, display)
            if found is None and bare is not None and against is not None and against.status == MISFIT:
                # what the page says of the name is of another: it does not fit its arguments here
                found, why, against, under = bare, "", of_bare, []
                judged = Judged(start, end, role, found, why, (), against)
            own = [t for t in under if t.role == DEFINITION and t.section == self.said.section and speaks_of_the_field(t)]
            if bare is not None and bare.status in HOLDS and own and found is not None and found.status == "refuted":
                against = Objection(f"it holds for what is usually meant, and not for what line {own[0].line} says", "doubtful")
                return replace(judged, verdict=weakened(found, against), objection=against)
            far = all(t.section != self.said.section for t in under)
            fits = (*HOLDS, "definition") if found is None else HOLDS
            if bare is not None and (bare.status in fits or far and bare.status == "conditional"):
                return replace(judged, verdict=bare, outside="", under=(), objection=None)
            if found is None and bare is not None:
                fewer = self.spelled_out(one, judged, base, latex, role, display)
                if fewer is not judged:
                    return fewer
                said = ", ".join(dict.fromkeys(whole(t.statement.terms[0], t.latex) for t in under))
                objected = Objection(f"what the page says of {said} cannot be used")
                return replace(judged, verdict=weakened(bare, objected), outside="", objection=objected)
        if found is not None and found.status == "refuted" and against is None:
            for open_ in self.said.undecided(one):
                tried, _, _ = self.verdict(one, [*base, open_.statement, *(t.statement for t in under)], latex, role, display)
                if tried is not None and tried.status in HOLDS:
                    return replace(judged, verdict=tried, under=(*under, open_), objection=None)
                if tried is None or tried.status != "refuted":
                    against = Objection(f"line {open_.line} may say what it needs")
                    break
        if found is not None and found.status == "refuted" and is_error(lhs):
            against = Objection("it says what an error is")
        if (
            found is not None
            and found.status == "refuted"
            and any(t[0].kind == "nabla" and is_objective(t[1:]) for t in one.terms)
            and not any(is_objective(t.statement.terms[0]) and speaks_of_letters(t.statement.terms[-1]) for t in under)
        ):
            against = Objection("what is dropped from the gradient of an objective differs from text to text", "doubtful")
        if (
            found is not None
            and found.status == "refuted"
            and against is None
            and self.open_beside(one, beside, latex, role, display)
        ):
            against = Objection("what stands beside it may be what it needs")
        other = self.said.meant_otherwise(one)
        if found is not None and found.status == "refuted" and other:
            against = Objection(f"the page gives {other} a meaning of its own")
        if found is not None and found.status == "refuted" and sizes:
            against = Objection(f"{sizes} is written in two sizes", "doubtful")
        if found is not None and found.status in ("refuted", "doubtful"):
            timed = any(i.kind == "atom" and counted(i) for t in one.terms for i in walk(t))
            stated = one.rels[0] == "=" and role.name in STATED and timed
            hidden = stated and self.hidden(one, base, [t.statement for t in under], latex, role, display)
            if hidden:
                return replace(judged, verdict=hidden, objection=None)
            told = [
                t for t in self.said.data(one) if not (is_quantity(lhs) and t.head == stem(lhs[0]))
            ]  # of what it says itself, nothing
            data = [t.statement for t in told]
            sure = bool(data) and len({t.head for t in told}) == len(told) and all(t.role == DEFINITION for t in under)
            for more, tried_on in ((data, one), (beside, one), ([], reaching(one))):
                if more or tried_on is not one:
                    tried, _, but = self.verdict(tried_on, [*base, *more, *(t.statement for t in under)], latex, role, display)
                    if more is data and sure and tried is not None and tried.status == "refuted" and but is None:
                        return replace(judged, verdict=tried, under=(*under, *told), objection=None)
                    if tried is not None and tried.status in HOLDS:
                        if tried_on is one:
                            return replace(judged, verdict=tried, objection=None)
                        against = Objection("it holds where an operator reaches over all that follows it", "doubtful")
        unsaid = (
            found is not None
            and found.status == "refuted"
            and against is not None
            and against.status == "undecided"
            and not other
        )
        untimely = found is not None and found.message == UNTIMELY
        if unsaid or untimely or why == NOT_MOVED:
            misprint = self.misprint(one, role, base, latex, display)
            if misprint is not None:
                failed = found or LinkVerdict(start, end, whole(lhs, latex), one.rels[0], whole(rhs, latex), "")
                slipped = misprinted(failed, misprint)
                return replace(judged, verdict=slipped, outside="", objection=Objection(misprint.what, "slip"))
        if found is not None and against is not None:
            judged = replace(judged, verdict=weakened(found, against), objection=against)
        return self.spelled_out(one, judged, base, latex, role, display)

    def spelled_out(self, one: Statement, judged: Judged, base: list[Statement], latex: str, role: Role, display: bool) -> Judged:
        """A link of which nothing is decided, with what the page says of names that the field knows, or without one thing that it says."""
        if judged.verdict is not None and judged.verdict.status != "undecided":
            return judged
        under = self.said.givens(one, known=True)
        fewer = [[t for t in under if t is not left] for left in under if left.role == DEFINITION]
        for some in ([under] if len(under) > len(judged.under) else []) + (fewer if len(under) > 1 else []):
            found, why, against = self.verdict(one, [*base, *(t.statement for t in some)], latex, role, display)
            if found is None or found.status in ("undecided", "definition") or some is not under and found.status not in HOLDS:
                continue
            verdict = found if against is None else weakened(found, against)
            return replace(judged, verdict=verdict, outside=why, under=tuple(some), objection=against)
        used = [t for t in judged.under if isinstance(t, Told)] if judged.verdict is None else []
        for told in used:
            for row in told.also:
                said = replace(told, statement=Statement((told.statement.terms[0], row), ("=",)))
                some = [said if t is told else t for t in used]
                found, why, _ = self.verdict(one, [*base, *(t.statement for t in some)], latex, role, display)
                if found is not None and found.status in (*HOLDS, "conditional"):
                    return replace(judged, verdict=found, outside=why, under=tuple(some), objection=None)
        return judged

    def hidden(
        self, one: Statement, base: list[Statement], under: list[Statement], latex: str, role: Role, display: bool
    ) -> LinkVerdict | None:
        """What holds with the discount that the page gives its steps, which a link does not write; None where that does not make it hold."""
        told = self.said.discount(one)
        if told is None:
            return None
        tried, _, _ = self.verdict(one, [*base, told.statement, *under], latex, role, display)
        if tried is None or tried.status not in HOLDS:
            return None
        says = "".join(whole(t, told.latex) + r for t, r in zip(told.statement.terms, (*told.statement.rels, ""), strict=True))
        says = f"{says}, as line {told.line} gives it" if told.line else says
        return replace(tried, status="conditional", code="D420", message=f"True only if {says}.", assumptions=(says,))

    def misprint(
        self, one: Statement, role: Role, givens: list[Statement], latex: str, display: bool, scaled: bool = True
    ) -> Slip | None:
        """The slip by which a false statement is off from a true one; None where there is none, or it is not stated as true."""
        if not display or role.name not in (CLAIM, DEFINITION):
            return None

        def tried(other: Statement) -> bool:
            try:
                lhs, rhs = other.terms
                read = read_link(lhs, other.rels[0], rhs, givens, other.conditions, self.said.later)
                made = link_verdict(read, latex, SLIPPED)
            except (NotationError, RecursionError):
                return False
            return not isinstance(made, str) and made.status in HOLDS

        def holds(other: Statement) -> bool:
            key = key_of("slip", other, givens, self.said.later, self.symbols)
            return self.ledger.holds(key, lambda: tried(other))

        return meant(one, holds, self.said.discounted, self.seconds, scaled)

    def open_beside(self, one: Statement, beside: list[Statement], latex: str, role: Role, display: bool) -> bool:
        """Whether an equation stands beside a claim that is not true by itself: what is meant may be that the claim holds under it.

        One that says what something else is says nothing of the claim.
        """
        spoken = letters_in(rows_of(one))
        for other in beside:
            if other.rels == ("=",) and not other.joiner and all(other.terms):
                made, _, _ = self.verdict(other, self.said.fixed, latex, role, display)
                left = other.terms[0]
                names = is_list(left) or is_name(left) and left[0].name not in NOT_DEFINED
                if names and not letters_in(other.terms[:1]) & spoken:
                    continue
                if made is None or made.status not in HOLDS:
                    return True
        return False

    def verdict(self, one: Statement, givens: list[Statement], latex: str, role: Role, display: bool) -> Found:
        """The verdict and the objection to it; or none, and what is not read."""
        key = key_of(
            "link",
            one,
            givens,
            self.said.later,
            role,
            display,
            self.said.discounted,
            self.said.discounts_somewhere,
            self.seconds,
            self.symbols,
        )
        found = self.ledger.found(key, lambda: self.decided(one, givens, latex, role, display))
        lhs, rhs = one.terms
        return placed(found, *place(lhs, rhs), whole(lhs, latex), whole(rhs, latex))

    def decided(self, one: Statement, givens: list[Statement], latex: str, role: Role, display: bool) -> Found:
        """The verdict on a link, decided now."""
        lhs, rhs = one.terms
        try:
            read = read_link(lhs, one.rels[0], rhs, givens, one.conditions, self.said.later)
            made = link_verdict(read, latex, self.seconds)
        except (NotationError, RecursionError) as why:
            return None, f"{why}", None
        if isinstance(made, str):
            return None, made, Objection(made, MISFIT if read.misfit else "undecided") if read.premise or read.misfit else None
        if made.status != "refuted" or not read.readings:
            return made, "", None
        reading = read.readings[0]
        against = objection(reading.claim, role, reading.names, display, self.said.discounted, self.said.discounts_somewhere)
        defined = {head_of(g.terms[0]) for g in givens if len(g.terms[0]) == 2}
        applied = [a for a, g in occurrences(one.terms) if looks_applied(a, g) and stem(a) not in defined]
        if against is None and is_algebra(reading.claim) and applied:
            against = Objection("a letter before a bracket may be a function", "doubtful")
        if acts_somewhere(one):
            against = Objection("it does not say in which state the policy acts", "doubtful")
        if against is None and two_laws(one.terms):
            against = Objection("the law of episodes that names no parameter may be what does not hang on the policy", "doubtful")
        if against is not None and against.status == "meant":
            return as_meant(made, reading, self.seconds), "", None
        return made, "", against

    def keep(self, statement: Statement, role: Role, judged: list[Judged], line: int, latex: str) -> None:
        """What a statement gives to those that follow."""
        first = Statement(statement.terms[:2], statement.rels[:1], statement.conditions)
        if not all(first.terms):
            return
        at = self.here(first.terms[0][0].start)
        verdict = judged[0].verdict if judged else None
        status = verdict.status if verdict is not None else ""
        equation = first.rels[0] in ("=", ":=", r"\equiv")
        if equation and status in HOLDS and says_anew(first):
            self.said.tell(first, DEFINITION, line, latex, at, known=True)
        if status in HOLDS or equation and is_episode(first):
            return
        name, objected = first.terms[0], bool(judged) and judged[0].objection is not None
        if first.rels == ("=",) and len(name) == 1 and chances_in(first.terms[1]):
            self.said.tell(first, PREMISE, line, latex, at)
            return
        if first.rels == (r"\propto",) and normalised(first) is not first and not is_known(name):
            self.said.tell(first, DEFINITION, line, latex, at)
            return
        function = is_function_letter(name) and objected
        if equation and (is_known(name) or function) and not (status == "definition" and is_objective(name)):
            if objected and (is_value(name) or function) and not role.under:
                self.said.own.add(shape_of(name[0]))
                self.said.tell(first, DEFINITION, line, latex, at)
            elif role.name in (PREMISE, CONDITION) and not is_number(statement.terms[-1]):
                self.said.tell(first, role.name, line, latex, at)
            elif not objected and says_anew(first):
                self.said.tell(first, DEFINITION, line, latex, at, known=True)
            return
        if equation and (is_number(statement.terms[-1]) or any(is_place(t) for t in first.terms)):
            kept = CONDITION if role.name in PASSING else INSTANCE
            self.said.tell(Statement((first.terms[0], statement.terms[-1]), ("=",)), kept, line, latex, at)
        elif status == "definition" or equation and (role.name == DEFINITION or verdict is None and self.said.is_new(first)):
            goes_on = set(statement.rels) == {"="} and all(j.verdict is None or j.verdict.status != "refuted" for j in judged)
            also = tuple(filter(None, statement.terms[2:])) if goes_on else ()
            self.said.tell(first, DEFINITION, line, latex, at, passing=role.name == CONDITION, also=also)
        elif role.name in (PREMISE, CONDITION):
            self.said.tell(first, role.name, line, latex, at)
        elif status == "undecided" and (first.rels == ("=",) or first.rels[0] in ORDERS):
            self.said.tell(first, OPEN, line, latex, at)


def says_anew(first: Statement) -> bool:
    """Whether an equation says in other words what a name of the field is, at letters."""
    name = first.terms[0]
    if is_number(first.terms[-1]):
        return False  # a value in an example
    return (is_known(name) or is_error(name)) and says_what(name) and head_of(name) not in names_in(first.terms[1:])


def speaks_of_the_field(told: Told) -> bool:
    """Whether a page says in its own way what a name of the field is."""
    name = told.statement.terms[0]
    return is_objective(name) or is_known(name) or is_function_letter(name)


def is_function_letter(name: Row) -> bool:
    """Whether a name is a letter that stands for a function of the field where it is applied."""
    return len(name) == 2 and name[0].name in FUNCTION_ROWS


def discounts_in(statement: Statement) -> bool:
    """Whether a statement writes a discount."""
    return any(i.kind == "atom" and "discount" in kinds(i.name) for t in rows_of(statement) for i in walk(t))


def oddities(row: Row, latex: str) -> list[Judged]:
    """What is not written as what it is in a row, the first of it."""
    role = Role(CLAIM, "it is printed so")
    found = next(unspelled(row), None)
    if found is None:
        return []
    start, end, why = found
    verdict = LinkVerdict(start, end, latex[start:end], "", "", "refuted", "D432", why, "spelling")
    return [Judged(start, end, role, verdict)]


__all__ = ["Judged", "PageReader"]
