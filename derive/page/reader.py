"""Verdicts on the statements of a page, each with what the page has said so far in its scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from derive.core.terms import free_variables
from derive.diagnostics import NotationError
from derive.elaborate.claims import Reading, is_objective, links_of, read_link
from derive.elaborate.facts import stem
from derive.elaborate.heads import VALUE_FAMILY
from derive.elaborate.matching import match_items
from derive.elaborate.scope import compiled_rows, declared, kinds, letter_key
from derive.elaborate.statements import Statement
from derive.notation.tokens import Macro
from derive.page.role_names import ALTERNATIVE, CLAIM, CONDITION, DEFINITION, INSTANCE, PREMISE, QUOTATION, STATED, UPDATE
from derive.page.roles import UPDATES as ARROWS
from derive.page.roles import Role, Words, cues_in, role_of
from derive.page.said import Said, Told, head_of, occurrences, rows_of, shape_of, whole
from derive.page.slips import Slip, meant
from derive.page.standing import NEXT, Objection, following, is_algebra, objection
from derive.page.updates import compared, discounts, message
from derive.page.worked import Worked
from derive.syntax.flat import Item, Row, is_mark, walk
from derive.verify.judge import judge
from derive.verify.verdicts import HOLDS, LinkVerdict, link_verdict, sizes_of
from derive.verify.wording import witness

#: Kinds of letters whose value is an example's: which state, which step.
PLACES = frozenset(("state", "action", "time", "index"))
#: Why a gradient of what has another parameter is not read.
NOT_MOVED = "a gradient of what does not move"
#: Seconds for one statement that is a slip away.
SLIPPED = 0.2
#: Rows of a section by which its clock is told.
MOST_TIMED = 40


@dataclass(frozen=True, slots=True)
class Judged:
    """One link of a formula: its place, role, and the verdict; ``outside`` says why there is none, ``objection`` why a failure is no error."""

    start: int
    end: int
    role: Role
    verdict: LinkVerdict | None = None
    outside: str = ""
    under: tuple[Told, ...] = ()
    objection: Objection | None = None


@dataclass(slots=True)
class PageReader:
    """Reads the formulas of a page in order."""

    macros: Mapping[str, Macro] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    said: Said = field(default_factory=Said)
    last: tuple[Row, str] = ((), "")
    worked: Worked = field(default_factory=Worked)

    def heading(self) -> None:
        """A new section."""
        self.said.section += 1
        self.said.paragraph += 1
        self.said.timed = []
        self.said.discounted = False
        self.last = ((), "")

    def give(self, latex: str) -> None:
        """Take a relation as given for the rest of the page."""
        self.said.fixed.extend(links_of(latex, self.macros))

    def read(self, latex: str, words: Words, line: int = 0) -> list[Judged]:
        """The links of a formula with their verdicts; what it says is kept.

        Raises: NotationError where it cannot be read.
        """
        self.said.paragraph += words.fresh
        with declared(self.symbols):
            statements = links_of(latex, self.macros)
            self.said.discounted |= any(
                i.kind == "atom" and "discount" in kinds(i.name) for s in statements for t in rows_of(s) for i in walk(t)
            )
            out: list[Judged] = []
            for at, statement in enumerate(statements):
                out.extend(self.statement(statement, statements, at, latex, words, line))
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
            made = self.update(one, role, words, latex) if len(statement.rels) == 1 else None
            if made is None:
                made = self.link(one, role, around[:at], [*around[:at], *around[at + 1 :]], latex, words.display)
                made = self.with_numbers(one, made, line, latex)
            if i == 0 and before is not latex and made.verdict is not None:
                made = replace(made, verdict=replace(made.verdict, lhs=whole(one.terms[0], before)))
            out.append(made)
        self.keep(statement, role, out, line, latex)
        self.worked.note(statement, role.name, self.said.section, line, latex)
        if words.display and statement.terms[-1]:
            self.last = (statement.terms[-1], latex)
            self.said.timed = [*self.said.timed, *statement.terms][-MOST_TIMED:]
        return out

    def update(self, one: Statement, role: Role, words: Words, latex: str) -> Judged | None:
        """An update that is none of the known ones, though it has their shape; None for every other statement."""
        if quoted(words.before) or one.rels[0] not in (*ARROWS, "=", ":="):
            return None
        if self.said.meant_otherwise(one) or any(shape_of(i) in self.said.own for i in one.terms[0][:1]):
            return None
        found = compared(one, one.rels[0] in ARROWS or role.name == UPDATE, self.seconds / 2)
        if found is None or not (self.said.discounted or discounts(found)):
            return None
        lhs, rhs = one.terms
        free = {v for side in found.reading.claim.parts() for v in free_variables(side)}
        unnamed = {str(v) for v in free if v.number not in found.reading.names}
        shown = {name: value for name, value in witness(found.reading, found.finding).items() if name not in unnamed}
        status, code = ("refuted", "D430") if words.display else ("doubtful", "D423")
        verdict = LinkVerdict(
            rhs[0].start,
            rhs[-1].end,
            whole(lhs, latex),
            one.rels[0],
            whole(rhs, latex),
            status,
            code,
            message(found, shown),
            "a point",
            witness=shown,
        )
        return Judged(rhs[0].start, rhs[-1].end, role, verdict)

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
        return replace(made, verdict=computed, outside="", objection=None)

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
        base = [*self.said.fixed, *(s for s in before if s.rels[:1] == (":=",))]
        found, why, against = self.verdict(one, [*base, *(t.statement for t in under)], latex, role, display)
        judged = Judged(start, end, role, found, why, tuple(under), against)
        if found is not None and found.status == "definition" and is_objective(lhs) and not self.said.meant_otherwise(one):
            misprint = self.misprint(one, role, base, latex, display, scaled=False)
            if misprint is not None:
                return replace(judged, verdict=misprinted(found, misprint), objection=Objection(misprint.what, "slip"))
        if found is not None and found.status in (*HOLDS, "definition", "conditional"):
            return judged
        if under:
            bare, _, _ = self.verdict(one, base, latex, role, display)
            if bare is not None and bare.status in HOLDS:
                return replace(judged, verdict=bare, outside="", under=(), objection=None)
            if found is None and bare is not None:
                said = ", ".join(dict.fromkeys(whole(t.statement.terms[0], t.latex) for t in under))
                objected = Objection(f"what the page says of {said} cannot be used")
                return replace(judged, verdict=weakened(bare, objected), outside="", objection=objected)
        if found is not None and found.status == "refuted" and is_error(lhs):
            against = Objection("it says what an error is")
        if (
            found is not None
            and found.status == "refuted"
            and any(t[0].kind == "nabla" and is_objective(t[1:]) for t in one.terms)
        ):
            against = Objection("what is dropped from the gradient of an objective differs from text to text", "doubtful")
        if found is not None and found.status == "refuted" and acts_somewhere(one):
            against = Objection("it does not say in which state the policy acts", "doubtful")
        if found is not None and found.status == "refuted" and against is None and self.open_beside(beside, latex, role, display):
            against = Objection("what stands beside it may be what it needs")
        other = self.said.meant_otherwise(one)
        if found is not None and found.status == "refuted" and other:
            against = Objection(f"the page gives {other} a meaning of its own")
        if found is not None and found.status == "refuted" and sizes:
            against = Objection(f"{sizes} is written in two sizes", "doubtful")
        if found is not None and found.status in ("refuted", "doubtful"):
            data = [t.statement for t in self.said.data(one)]
            for more, tried_on in ((data, one), (beside, one), ([], reaching(one))):
                if more or tried_on is not one:
                    tried, _, _ = self.verdict(tried_on, [*base, *more, *(t.statement for t in under)], latex, role, display)
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
        if unsaid or why == NOT_MOVED:
            misprint = self.misprint(one, role, base, latex, display)
            if misprint is not None:
                failed = found or LinkVerdict(start, end, whole(lhs, latex), one.rels[0], whole(rhs, latex), "")
                slipped = misprinted(failed, misprint)
                return replace(judged, verdict=slipped, outside="", objection=Objection(misprint.what, "slip"))
        if found is not None and against is not None:
            return replace(judged, verdict=weakened(found, against), objection=against)
        return judged

    def misprint(
        self, one: Statement, role: Role, givens: list[Statement], latex: str, display: bool, scaled: bool = True
    ) -> Slip | None:
        """The slip by which a false statement is off from a true one; None where there is none, or it is not stated as true."""
        if not display or role.name not in (CLAIM, DEFINITION):
            return None

        def holds(other: Statement) -> bool:
            try:
                read = read_link(
                    other.terms[0], other.rels[0], other.terms[1], givens, latex, other.conditions, tuple(self.said.timed)
                )
                made = link_verdict(read, latex, SLIPPED)
            except (NotationError, RecursionError):
                return False
            return not isinstance(made, str) and made.status in HOLDS

        return meant(one, holds, self.said.discounted, self.seconds, scaled)

    def open_beside(self, beside: list[Statement], latex: str, role: Role, display: bool) -> bool:
        """Whether an equation stands beside a claim that is not true by itself: what is meant may be that the claim holds under it."""
        for other in beside:
            if other.rels == ("=",) and not other.joiner and all(other.terms):
                made, _, _ = self.verdict(other, self.said.fixed, latex, role, display)
                if made is None or made.status not in HOLDS:
                    return True
        return False

    def verdict(
        self, one: Statement, givens: list[Statement], latex: str, role: Role, display: bool
    ) -> tuple[LinkVerdict | None, str, Objection | None]:
        """The verdict and the objection to it; or none, and what is not read."""
        lhs, rhs = one.terms
        try:
            read = read_link(lhs, one.rels[0], rhs, givens, latex, one.conditions, tuple(self.said.timed))
            made = link_verdict(read, latex, self.seconds)
        except (NotationError, RecursionError) as why:
            return None, f"{why}", None
        if isinstance(made, str):
            return None, made, None
        if made.status != "refuted" or not read.readings:
            return made, "", None
        reading = read.readings[0]
        against = objection(reading.claim, role, reading.names, display, self.said.discounted)
        defined = {head_of(g.terms[0]) for g in givens if len(g.terms[0]) == 2}
        applied = [a for a, g in occurrences(one.terms) if looks_applied(a, g) and stem(a) not in defined]
        if against is None and is_algebra(reading.claim) and applied:
            against = Objection("a letter before a bracket may be a function", "doubtful")
        if against is not None and against.status == "meant":
            return as_meant(made, reading, self.seconds), "", None
        return made, "", against

    def keep(self, statement: Statement, role: Role, judged: list[Judged], line: int, latex: str) -> None:
        """What a statement gives to those that follow."""
        first = Statement(statement.terms[:2], statement.rels[:1], statement.conditions)
        if not all(first.terms):
            return
        verdict = judged[0].verdict if judged else None
        status = verdict.status if verdict is not None else ""
        equation = first.rels[0] in ("=", ":=", r"\equiv")
        if status in HOLDS or equation and is_episode(first):
            return
        if equation and is_known(first.terms[0]):
            if judged[0].objection is not None and is_value(first.terms[0]):
                self.said.own.add(shape_of(first.terms[0][0]))
            return
        if equation and (is_number(statement.terms[-1]) or any(is_place(t) for t in first.terms)):
            self.said.tell(Statement((first.terms[0], statement.terms[-1]), ("=",)), INSTANCE, line, latex)
        elif status == "definition" or equation and (role.name == DEFINITION or verdict is None and self.said.is_new(first)):
            self.said.tell(first, DEFINITION, line, latex)
        elif role.name in (PREMISE, CONDITION):
            self.said.tell(first, role.name, line, latex)


def as_meant(found: LinkVerdict, reading: Reading, seconds: float) -> LinkVerdict:
    """The verdict on a claim as its letters with a prime are meant."""
    meant = following(reading.claim)
    finding = judge(meant, seconds) if meant is not None else None
    if finding is None or finding.status not in HOLDS:
        return replace(found, status="undecided", code="D502", message=f"Not decided: {NEXT}.", witness=None)
    sizes = sizes_of(reading.claim) if finding.status == "proved" else f"{finding.points} points"
    method, code = ("identity", "D400") if finding.status == "proved" else ("points", "D410")
    said = f"Both sides are equal; {NEXT}."
    return replace(found, status=finding.status, code=code, message=said, method=method, sizes=sizes, witness=None)


def misprinted(found: LinkVerdict, slip: Slip) -> LinkVerdict:
    """The verdict on a false statement that is one slip away from a true one."""
    if found.status not in ("refuted", "doubtful"):  # no point was found, or none was looked for
        return replace(found, status="doubtful", code="D423", message=f"It would hold but for one slip: {slip.what}.")
    return replace(
        found,
        status="refuted",
        code=found.code or "D401",
        message=f"{found.message} It would hold but for one slip: {slip.what}.",
    )


def quoted(before: str) -> bool:
    """Whether the words before a formula say that it is wrong, or one of several, or what is sought."""
    return bool({cue.role for cue, _ in cues_in(before)} & {QUOTATION, ALTERNATIVE})


def weakened(found: LinkVerdict, why: Objection) -> LinkVerdict:
    """A verdict that is not given, and why."""
    if why.status == "conditional":
        return replace(found, status="conditional", code="D420", message=f"True only if {why.why}.", assumptions=(why.why,))
    if why.status == "doubtful":
        return replace(found, status="doubtful", code="D423", message=f"False as it stands; but {why.why}.")
    return replace(found, status="undecided", code="D502", message=f"Not decided: {why.why}.", witness=None, assumptions=())


def is_error(row: Row) -> bool:
    """An error by its letter alone: δ, δ_t."""
    return len(row) == 1 and row[0].kind == "atom" and "error" in kinds(row[0].name)


def acts_somewhere(one: Statement) -> bool:
    """Whether an action is drawn from a policy whose state is left out, where there are states at several times."""
    drawn = any(
        is_mark(sub[i], r"\sim") and i + 2 == len(sub) and sub[i + 1].kind == "atom" and "policy" in kinds(sub[i + 1].name)
        for row in one.terms
        for item in walk(row)
        for sub in item.subs
        for i in range(len(sub) - 1)
    )
    states = {letter_key(i) for row in one.terms for i in walk(row) if i.kind == "atom" and i.subs and "state" in kinds(i.name)}
    return drawn and len(states) > 1


def looks_applied(item: Item, following_: Item | None) -> bool:
    """Whether a letter stands before a bracket that holds a letter or a number alone: ``p(1)``."""
    group = following_
    return group is not None and group.kind == "group" and group.name == "()" and all(len(r) == 1 for r in group.rows)


def two_sizes(rows: list[Row]) -> str:
    """A function that is applied in capitals and in small letters, as often as not one and the same."""
    applied = {
        (item.name, len(group.rows))
        for item, group in occurrences(rows)
        if group is not None
        and group.kind == "group"
        and group.name == "()"
        and len(item.name) == 1
        and not item.subs
        and not item.sups
    }
    return next(
        (
            name
            for name, count in sorted(applied)
            if name.islower() and (name.upper(), count) in applied and "process" not in kinds(name)
        ),
        "",
    )


#: Letters of the shortest name that is written as letters side by side; of a shorter one where an argument follows.
LONGEST_PRODUCT = 4


def spelled_words(row: Row) -> list[str]:
    """Names that are written as letters side by side, with no space between: ``prob(x)``."""
    out: list[str] = []
    run: list[Item] = []
    for item in (*row, Item("mark", "")):
        plain = item.kind == "atom" and len(item.name) == 1 and item.name.isascii() and item.name.isalpha() and not item.accents
        if plain and (not run or run[-1].end == item.start and not run[-1].subs and not run[-1].sups):
            run.append(item)
            continue
        applied = item.kind == "group" and item.name == "()"
        if len(run) >= LONGEST_PRODUCT or len(run) == LONGEST_PRODUCT - 1 and applied:
            out.append("".join(i.name for i in run))
        run = [item] if plain else []
        for part in (*item.rows, *item.subs, *item.sups):
            out += spelled_words(part)
    return out


def reaching(one: Statement) -> Statement:
    """The statement with what follows an operator at the beginning of a side in brackets; itself where there is none."""
    return replace(one, terms=tuple(wide(t) for t in one.terms))


def wide(row: Row) -> Row:
    """A row whose first operator reaches over all of it."""
    for at, item in enumerate(row):
        if is_mark(item, "+", "-"):
            return row
        if item.kind in ("nabla", "big") or item.kind == "frac" and item.rows[1][:1] and item.rows[1][0].name in ("d", "partial"):
            rest = row[at + 1 :]
            if len(rest) > 1 and any(is_mark(i, "+", "-") for i in rest):
                return (*row[: at + 1], Item("group", "()", (rest,), start=rest[0].start, end=rest[-1].end))
            return row
    return row


def is_number(row: Row) -> bool:
    """Whether a row holds numbers and no letters."""
    return any(i.kind == "number" for i in walk(row)) and not any(i.kind == "atom" for i in walk(row))


def is_known(row: Row) -> bool:
    """Whether the glossary has a row for what is defined, or it is a quantity of an episode at a time: what the field calls so."""
    if not row or row[0].kind != "atom" or len(row) > 2:
        return False
    by_name, _ = compiled_rows()
    mine = by_name.get(row[0].name, ())
    if any(match_items(c.items, row, 0) for c in mine):
        return True
    if len(row) == 1 and (row[0].subs or row[0].sups) and any(c.row.means in VALUE_FAMILY for c in mine):
        return True  # a value without its arguments
    return len(row) == 1 and bool(row[0].subs) and "process" in kinds(row[0].name)


def is_episode(one: Statement) -> bool:
    """Whether a statement says what an episode is made of, as the field does: τ = (s_1, a_1, …)."""
    lhs, rhs = one.terms
    if len(lhs) != 1 or lhs[0].kind != "atom" or "episode" not in kinds(lhs[0].name) or len(rhs) != 1 or rhs[0].kind != "group":
        return False
    named = [i for part in rhs[0].rows for i in part if i.kind == "atom"]
    return bool(named) and len(rhs[0].rows) > 1 and all(kinds(i.name).keys() & {"state", "action", "reward"} for i in named)


def is_value(row: Row) -> bool:
    """Whether what is defined is a value of states or actions, in any spelling."""
    return any(c.row.means in VALUE_FAMILY for c in compiled_rows()[0].get(row[0].name, ()))


def is_place(row: Row) -> bool:
    """A bare letter for a state, an action, a time or an index."""
    return len(row) == 1 and row[0].kind == "atom" and not row[0].subs and bool(kinds(row[0].name).keys() & PLACES)


__all__ = ["Judged", "PageReader"]
