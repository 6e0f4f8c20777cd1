"""The verdict on one link under what a page says: without its definitions, with its examples, one slip away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf
from time import process_time

from derive.core.terms import CoreClaim, free_variables
from derive.diagnostics import NotationError
from derive.elaborate.binding.gradients import NOT_MOVED
from derive.elaborate.claims import is_objective, read_link
from derive.elaborate.given.givens import NOT_DEFINED, declares
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.heads import AROUND
from derive.elaborate.reading.statements import Statement
from derive.page.claim_forms import head_of as unknown_of
from derive.page.claim_forms import is_algebra, is_calculation
from derive.page.examples.quantities import is_quantity, names_nothing
from derive.page.examples.worked import Worked
from derive.page.ledger import Found, Ledger, key_of, placed
from derive.page.link_outcomes import (
    Judged,
    as_meant,
    averages_over,
    hangs_on_chance,
    misprinted,
    speaks_of_the_field,
    spoken_of_alike,
    usually_meant,
    weakened,
)
from derive.page.misprints.forms import (
    acts_somewhere,
    counted,
    is_error,
    is_known,
    looks_applied,
    names_discount,
    reaching,
    speaks_of_letters,
    spelled_words,
    stand_alone,
    two_laws,
    two_sizes,
)
from derive.page.misprints.slips import Slip, meant
from derive.page.qualifying import special_case
from derive.page.saying.bearing import counts_later, letters_in, lists, rows_of, says_law, speaks_of_values
from derive.page.saying.occurrences import (
    constant_as_letter,
    head_of,
    is_numeric,
    names_in,
    occurrences,
    renames_constant,
    says_what,
)
from derive.page.saying.roles import RANGE, Role, is_list, is_name
from derive.page.saying.said import Said
from derive.page.saying.told import Told, bears_on, begins, whole
from derive.page.standing import Objection, holds_as_supposed, left_to_words, objection
from derive.page.words.cues import THERE
from derive.page.words.role_names import CLAIM, CONDITION, DEFINITION, INSTANCE, ORDERS, PREMISE, STATED
from derive.syntax.flat import walk
from derive.verify.links import NOWHERE, UNTIMELY, LinkVerdict
from derive.verify.verdicts import HOLDS, link_verdict
from derive.verify.wording import place

#: Seconds for one statement that is a slip away.
SLIPPED = 0.6

#: An objection of a link whose names do not have the types that the page gives them.
MISFIT = "misfit"


#: How many times the time for a claim all that is tried for a link may take.
TRIES = 6
#: Said where the time for a link is over before all was tried that the page says.
UNTRIED = "there was no time for all that the page says of it"
#: What becomes of a link that fails.
FAILED = ("refuted", "doubtful")


@dataclass(slots=True)
class LinkReader:
    """Judges links under what a page has said."""

    symbols: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    #: The processor time from which on nothing more is tried for a link, and whether something was not.
    until: float = inf
    hurried: bool = False
    said: Said = field(default_factory=Said)
    ledger: Ledger = field(default_factory=Ledger)
    worked: Worked = field(default_factory=Worked)

    def link(
        self, one: Statement, role: Role, before: list[Statement], beside: list[Statement], latex: str, display: bool
    ) -> Judged:
        """One link under what the page says; what fails is looked at without its definitions and with its examples, too."""
        lhs, rhs = one.terms
        start, end = (rhs[0].start, rhs[-1].end) if rhs else (0, 0)
        if not rhs or not lhs:
            return Judged(start, end, role, None, "nothing stands here")
        if one.rels == (r"\in",) and declares(rhs):
            return Judged(start, end, Role(RANGE, "it says where something lies"))
        word = next((w for t in one.terms for w in spelled_words(t) if not stand_alone(w, one)), "")
        if word:
            return Judged(start, end, role, None, f"the word {word} is written as letters")
        every = self.said.givens(one) if not all(map(names_nothing, one.terms)) else []
        passed = [t for t in every if self.said.is_passed(t)]
        judged = self.under(one, [t for t in every if t not in passed], role, before, beside, latex, display)
        failed = judged.verdict is not None and judged.verdict.status in FAILED
        if failed and (far := self.said.said_elsewhere(one, every)):
            there = self.under(one, [*every, *far], role, before, beside, latex, display)
            if there.verdict is not None and there.verdict.status in HOLDS:
                return replace(there, verdict=self.only_if(there.verdict, [*passed, *far]), objection=None)
        if not passed or judged.verdict is not None and judged.verdict.status in (*HOLDS, "definition", "conditional"):
            return judged
        with_passed = self.under(one, every, role, before, beside, latex, display)
        tried = with_passed.verdict
        if tried is None or tried.status not in HOLDS:
            if tried is None or tried.status != "refuted":
                return with_passed
            if judged.verdict is None or judged.verdict.status != "refuted" or judged.objection is not None:
                return judged
            return replace(judged, verdict=tried, under=with_passed.under)  # at a point of which all holds that the page says
        return replace(with_passed, verdict=self.only_if(tried, passed))

    def under(
        self,
        one: Statement,
        under: list[Told],
        role: Role,
        before: list[Statement],
        beside: list[Statement],
        latex: str,
        display: bool,
    ) -> Judged:
        """One link under some of what the page says."""
        lhs, rhs = one.terms
        start, end = rhs[0].start, rhs[-1].end
        sizes = two_sizes([t for s in (one, *(t.statement for t in under)) for t in s.terms])
        near = [r for s in (one, *before, *(t.statement for t in under)) for r in rows_of(s)]
        base = [*(g for g in self.said.fixed if bears_on(g, near)), *self.said.tied]
        base += [s for s in before if s.rels[:1] == (":=",)]
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
        if found is not None and found.status == "definition":
            if (of_list := self.by_list(one, judged, base, latex, display)) is not None:
                return of_list
            return self.spelled_out(one, judged, base, latex, role, display)
        if found is not None and found.status in (*HOLDS, "conditional"):
            return judged
        if under:
            bare, _, of_bare = self.verdict(one, base, latex, role, display)
            if found is None and bare is not None and against is not None and against.status == MISFIT:
                # what the page says of the name is of another: it does not fit its arguments here
                found, why, against, under = bare, "", of_bare, []
                judged = Judged(start, end, role, found, why, (), against)
            mine = [t for t in under if t.role == DEFINITION and t.section == self.said.section]
            own = [t for t in mine if speaks_of_the_field(t)]
            if bare is not None and bare.status in HOLDS and own and found is not None and found.status == "refuted":
                against = Objection(f"it holds for what is usually meant, and not for what line {own[0].line} says", "doubtful")
                return replace(judged, verdict=weakened(found, against), objection=against)
            if bare is not None and bare.status in HOLDS and found is not None:
                if found.code == WITHOUT_VALUE and all(t.role != DEFINITION for t in under):
                    return judged
                otherwise = [t for t in mine if found.status == "refuted" and spoken_of_alike(t, one)]
                if otherwise:
                    return usually_meant(replace(judged, verdict=bare), otherwise[0])
            if bare is not None and bare.status in HOLDS and (found is None or found.status == "undecided"):
                held = [t for t in under if t.role == PREMISE and t.section == self.said.section and says_of(t, one)]
                unmet = next((t for t in held if found is None and (why == NOWHERE or says_law(t.statement))), None)
                unmet = unmet or next(
                    (t for t in mine if averages_over(one) and hangs_on_chance(t) and spoken_of_alike(t, one)), None
                )
                if unmet is not None:
                    objected = Objection(f"it is seen to hold for what is usually meant, and not where {saying(unmet)}")
                    return replace(judged, verdict=weakened(bare, objected), outside="", objection=objected)
            left_open = found is None or found.status == "undecided" or against is not None and against.unknown
            if bare is not None and bare.status == "definition" and left_open and self.names_anew(one):
                return replace(judged, verdict=bare, outside="", under=(), objection=None)
            far = all(t.section != self.said.section for t in under)
            fits = (*HOLDS, "definition") if found is None else HOLDS
            if bare is not None and (bare.status in fits or far and bare.status == "conditional"):
                return replace(judged, verdict=bare, outside="", under=(), objection=None)
            if found is None and bare is not None and not any(bears(t, one) for t in under):
                return replace(
                    judged, verdict=bare if of_bare is None else weakened(bare, of_bare), outside="", under=(), objection=of_bare
                )
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
        if found is not None and found.status == "refuted" and against is None:
            for used, another in self.said.said_twice(under):
                some = [another if t is used else t for t in under]
                tried, _, _ = self.verdict(one, [*base, *(t.statement for t in some)], latex, role, display)
                if tried is not None and tried.status in HOLDS:
                    return replace(judged, verdict=self.only_if(tried, [another]), under=tuple(some), objection=None)
        if found is not None and found.status == "refuted" and any(is_known(s.terms[0]) for s in self.said.tied):
            against = Objection("it is not seen what the arrow leads from says of it")
        if found is not None and found.status == "refuted" and is_error(lhs):
            against = Objection("it says what an error is")
        sloped = any(t[0].kind == "nabla" and is_objective(t[1:]) for t in one.terms)
        if found is not None and found.status in ("refuted", "doubtful") and sloped:
            others = [t for t in under if not is_objective(t.statement.terms[0])]
            tried = (
                self.verdict(one, [*base, *(t.statement for t in others)], latex, role, display)[0] if others != under else None
            )
            if tried is not None and tried.status == "conditional":
                return replace(judged, verdict=tried, under=tuple(others), objection=None)  # as the field means it
            still = [t for t in under if not says_law(t.statement)]
            tried = self.verdict(one, [*base, *(t.statement for t in still)], latex, role, display)[0] if still != under else None
            if tried is not None and tried.status in HOLDS:
                fixed = ", ".join(whole(t.statement.terms[0][:1], t.latex) for t in under if t not in still)
                only = weakened(tried, Objection(f"{fixed} is held fixed", "conditional"))
                return replace(judged, verdict=only, under=tuple(still), objection=None)
        if (
            found is not None
            and found.status == "refuted"
            and sloped
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
            timed = any(i.kind == "atom" and counted(i) for t in one.terms for i in walk(t)) or speaks_of_values(one)
            stated = one.rels[0] == "=" and role.name in STATED and timed
            hidden = stated and self.hidden(one, base, [t.statement for t in under], latex, role, display)
            if hidden:
                return replace(judged, verdict=hidden, objection=None)
            told = [
                t for t in self.said.data(one, under) if not (is_quantity(lhs) and t.head == stem(lhs[0]))
            ]  # of what it says itself, nothing
            data = [t.statement for t in told]
            sure = (
                bool(data)
                and len({t.head for t in told}) == len(told)
                and all(t.role == DEFINITION or lists(t.statement) for t in under)
            )
            for more, tried_on in ((data, one), (beside, one), ([], reaching(one))):
                if more or tried_on is not one:
                    tried, _, but = self.verdict(tried_on, [*base, *more, *(t.statement for t in under)], latex, role, display)
                    if more is data and sure and tried is not None and tried.status == "refuted" and but is None:
                        return replace(judged, verdict=tried, under=(*under, *told), objection=None)
                    if tried is not None and tried.status in HOLDS:
                        if more is data and not any(map(names_nothing, one.terms)):
                            return replace(judged, verdict=self.only_if(tried, told), under=(*under, *told), objection=None)
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
        if (unsaid or untimely or why == NOT_MOVED) and not role.under:
            misprint = self.misprint(one, role, base, latex, display)
            if misprint is not None:
                failed = found or LinkVerdict(start, end, whole(lhs, latex), one.rels[0], whole(rhs, latex), "")
                slipped = misprinted(failed, misprint)
                return replace(judged, verdict=slipped, outside="", objection=Objection(misprint.what, "slip"))
        if found is not None and against is not None:
            judged = replace(judged, verdict=weakened(found, against), objection=against)
        return self.spelled_out(one, judged, base, latex, role, display)

    def names_anew(self, one: Statement) -> bool:
        """Whether a statement says what a name is of which the page has said nothing, and which does not stand in it again."""
        head = head_of(one.terms[0])
        return says_what(one.terms[0]) and self.said.is_new(one) and head not in names_in(one.terms[1:])

    def by_list(self, one: Statement, judged: Judged, base: list[Statement], latex: str, display: bool) -> Judged | None:
        """A number that is said of members that a list has given; None where none has, or nothing is decided by it."""
        told = [t for t in self.said.data(one) if lists(t.statement)] if is_numeric(one.terms[1]) else []
        if not told:
            return None
        found, _, against = self.verdict(one, [*base, *(t.statement for t in told)], latex, judged.role, display)
        decided = found is not None and against is None and found.status in (*HOLDS, "refuted")
        return replace(judged, verdict=found, under=tuple(told), objection=None) if decided else None

    def spelled_out(self, one: Statement, judged: Judged, base: list[Statement], latex: str, role: Role, display: bool) -> Judged:
        """A link of which nothing is decided, with what the page says of names that the field knows, or without one thing that it says.

        One that is refuted holds if it does so with what the page says.
        """
        status = judged.verdict.status if judged.verdict is not None else "undecided"
        if status not in ("undecided", "refuted", "doubtful") and (status != "definition" or says_what(one.terms[0])):
            return judged
        failed = judged.verdict is not None and status in FAILED
        under = [t for t in self.said.givens(one, known=True, again=failed) if t in judged.under or not self.said.is_passed(t)]
        mine = [t for t in under if t in judged.under]
        fewer = [
            [t for t in told if t is not left]
            for told in (mine, under)
            if len(told) > 1
            for left in told
            if left.role == DEFINITION
        ]
        near = [t for t in under if t.section == self.said.section]
        fewer += [near] if near and len(near) < len(under) else []
        if failed:
            enough = HOLDS if status == "refuted" else (*HOLDS, "conditional")
            for some in ([under] if len(under) > len(judged.under) else []) + (fewer if not judged.under else []):
                holds, why, _ = self.verdict(one, [*base, *(t.statement for t in some)], latex, role, display)
                if holds is not None and holds.status in enough:
                    return replace(judged, verdict=holds, under=tuple(some), objection=None)
                if some is under and why != AROUND:
                    break
            return judged
        for some in ([under] if len(under) > len(judged.under) else []) + fewer:
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
        """What becomes of a link with the discount, or the decay, that the page gives its steps and the link does not write; None where that is none
        of its section and does not make it hold."""
        told, decay = self.said.discount(one), self.said.discount(one, "decay")
        in_force = decay is not None and decay.role != CONDITION and not decay.passing and not self.said.generally
        if decay is not None and in_force and decay.section in self.said.around:
            both = [t.statement for t in (decay, told) if t is not None and t.section == decay.section]
            tried, _, against = self.verdict(one, [*base, *both, *under], latex, role, display)
            return tried if against is None else None
        if told is None or told.section != self.said.section and self.said.discounted:
            return None  # a section that writes a discount has one
        here = told.section == self.said.section and (told.role == INSTANCE or told.sentence == self.said.sentence)
        tried, _, against = self.verdict(one, [*base, told.statement, *under], latex, role, display)
        if not here:
            return self.only_if(tried, [told]) if tried is not None and tried.status in HOLDS else None
        return weakened(tried, against) if tried is not None and against is not None and tried.status not in HOLDS else tried

    def only_if(self, found: LinkVerdict, told: Iterable[Told]) -> LinkVerdict:
        """A verdict on what holds under something that is said elsewhere; what is said in its own sentence is said to hold here."""
        here = {self.said.sentence, self.said.sentence - 1} if THERE.search(self.said.own_words) else {self.said.sentence}
        says = tuple(saying(t) for t in told if t.sentence not in here or self.said.opposite)
        if not says:
            return found
        return replace(found, status="conditional", code="D420", message=f"True only if {'; '.join(says)}.", assumptions=says)

    def misprint(
        self, one: Statement, role: Role, givens: list[Statement], latex: str, display: bool, scaled: bool = True
    ) -> Slip | None:
        """The slip by which a false statement is off from a true one; None where there is none, or it is not stated as true."""
        where = one.rels[0] in ORDERS and any(len(t) == 1 and t[0].kind == "atom" for t in one.terms)  # a letter lies there
        if not display or where or role.name not in (CLAIM, DEFINITION):
            return None

        later = counts_later(one, self.said.timed)

        def tried(other: Statement) -> bool:
            try:
                lhs, rhs = other.terms
                read = read_link(lhs, other.rels[0], rhs, givens, other.conditions, later)
                made = link_verdict(read, latex, SLIPPED)
            except (NotationError, RecursionError):
                return False
            return not isinstance(made, str) and made.status in HOLDS

        def holds(other: Statement) -> bool:
            key = key_of("slip", other, givens, later, self.letters)
            return self.ledger.holds(key, lambda: tried(other))

        return meant(one, holds, self.said.discounted, self.seconds, scaled)

    def open_beside(self, one: Statement, beside: list[Statement], latex: str, role: Role, display: bool) -> bool:
        """Whether an equation stands beside a claim that is not true by itself: what is meant may be that the claim holds under it.

        One that says what something else is says nothing of the claim.
        """
        spoken = letters_in(rows_of(one))
        for other in beside:
            if other.rels == ("=",) and not other.joiner and all(other.terms):
                told = (t.statement for t in self.said.givens(other) if not self.said.is_passed(t))
                made, _, _ = self.verdict(other, [*self.said.fixed, *told], latex, role, display)
                left = other.terms[0]
                names = is_list(left) or is_name(left) and left[0].name not in NOT_DEFINED
                if names and not letters_in(other.terms[:1]) & spoken:
                    continue
                if made is None or made.status not in HOLDS:
                    return True
        return False

    @property
    def letters(self) -> dict[str, str]:
        """The kinds of letters that words of the page say, and those that are declared."""
        return {**self.said.declared, **self.symbols}

    def verdict(self, one: Statement, givens: list[Statement], latex: str, role: Role, display: bool) -> Found:
        """The verdict and the objection to it; or none, and what is not read."""
        key = key_of(
            "link",
            one,
            givens,
            counts_later(one, self.said.timed),
            role,
            display,
            self.said.discounted,
            self.said.discounts_somewhere,
            self.said.supposes,
            self.said.qualified,
            self.seconds,
            self.letters,
        )
        if process_time() > self.until and not self.ledger.knows(key):
            self.hurried = True
            return None, UNTRIED, None
        found = self.ledger.found(key, lambda: self.decided(one, givens, latex, role, display))
        lhs, rhs = one.terms
        return placed(found, *place(lhs, rhs), whole(lhs, latex), whole(rhs, latex))

    def decided(self, one: Statement, givens: list[Statement], latex: str, role: Role, display: bool) -> Found:
        """The verdict on a link, decided now."""
        lhs, rhs = one.terms
        if one.rels[0] == "=" and renames_constant(lhs, rhs):
            return LinkVerdict(*place(lhs, rhs), "", "=", "", "definition", "D001"), "", None
        try:
            read = read_link(lhs, one.rels[0], rhs, givens, one.conditions, counts_later(one, self.said.timed))
            made = link_verdict(read, latex, self.seconds)
        except (NotationError, RecursionError) as why:
            return None, f"{why}", None
        if isinstance(made, str):
            return None, made, Objection(made, MISFIT if read.misfit else "undecided") if read.premise or read.misfit else None
        if made.status in ("refuted", "doubtful") and read.readings:
            supposed = holds_as_supposed(read.readings[0], self.said.supposes, names_discount(one))
            if supposed:
                return made, "", Objection(supposed, "conditional")
            if surely := left_to_words(read.readings[0].claim, self.said.supposes):
                return made, "", Objection(f"the words say that {surely}", around=True)
        named = self.said.qualified if role.under.lower() in self.said.qualified else ()
        case = special_case(named, read.readings[0].claim) if named and made.status == "refuted" and read.readings else None
        if case is not None:
            there = [replace(r, claim=replace(r.claim, givens=(*r.claim.givens, *case))) for r in read.readings]
            tried = link_verdict(replace(read, readings=there), latex, self.seconds)
            if isinstance(tried, LinkVerdict) and tried.status == "refuted":
                made, role = tried, replace(role, under="")
        calculated = made.status == "refuted" and bool(read.readings) and is_calculation(read.readings[0].claim)
        letter = constant_as_letter(one.terms) if calculated else ""
        if letter:
            return made, "", Objection(f"{letter} may be a letter here, and not the constant")
        if made.status == "doubtful" and role.under:
            return made, "", Objection(f"the words before it say {role.under!r}, which no formula here says")
        if made.status != "refuted" or not read.readings:
            return made, "", None
        reading = read.readings[0]
        against = objection(reading, role, display, self.said.discounted, self.said.discounts_somewhere)
        if against is not None and against.unknown and display and role.claimed and comes_back(one, reading.claim):
            against = None
        open_end = begins(givens, one)
        if against is None and open_end is not None:
            against = Objection("nothing here says where what it builds on begins")
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


def comes_back(one: Statement, claim: CoreClaim) -> bool:
    """Whether a link says of a name what definitions of the other side's names are made of: it follows from these, or it is wrong."""
    for row, other, side, across in zip(one.terms, one.terms[::-1], (claim.lhs, claim.rhs), (claim.rhs, claim.lhs), strict=True):
        name = unknown_of(side)
        if name is not None and name in free_variables(across) and head_of(row) is not None:
            return head_of(row) not in names_in([other])
    return False


def bears(told: Told, one: Statement) -> bool:
    """Whether what is told is of a name of a statement, or supposes more of its letters than that both have the discount."""
    if told.role == DEFINITION:
        return True
    shared = letters_in(rows_of(told.statement)) & letters_in(rows_of(one))
    return any("discount" not in kinds(key[0]) for key in shared if isinstance(key, tuple))


def says_of(told: Told, one: Statement) -> bool:
    """Whether what is told is of a name of a statement, or of nothing but its letters."""
    named = told.statement.rels == ("=",) and told.head is not None and told.head in names_in(one.terms)
    return named or letters_in(rows_of(told.statement)) <= letters_in(rows_of(one))


def saying(told: Told) -> str:
    """What is told, and where."""
    says = "".join(whole(t, told.latex) + r for t, r in zip(told.statement.terms, (*told.statement.rels, ""), strict=True))
    return f"{says}, as line {told.line} gives it" if told.line else says


#: The code of what has no value anywhere, under what is given.
WITHOUT_VALUE = "D511"


__all__ = ["LinkReader"]
