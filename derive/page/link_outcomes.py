"""What is said of a link in the end: the verdict, as its role, the words before it and an objection have it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.decide.judge import judge
from derive.elaborate.claims import Reading, is_objective
from derive.elaborate.knowledge.scope import is_episode, kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS, FUNCTION_ROWS
from derive.glossary.marks import MEAN, RETURNS
from derive.page.examples.quantities import Fact, is_quantity
from derive.page.misprints.forms import is_known
from derive.page.misprints.slips import Slip
from derive.page.saying.bearing import rows_of
from derive.page.saying.numbers_put_in import is_number
from derive.page.saying.occurrences import occurrences
from derive.page.saying.roles import DEFINES, Role, cues_in
from derive.page.saying.told import Told, whole
from derive.page.standing import NEXT, Objection, article, following
from derive.page.words.role_names import ALTERNATIVE, CONDITION, DEFINITION, ORDERS, PREMISE, QUOTATION, STATED, UPDATE
from derive.syntax.flat import Row, walk
from derive.verify.links import LinkVerdict, sizes_of
from derive.verify.verdicts import HOLDS
from derive.verify.wording import place


@dataclass(frozen=True, slots=True)
class Judged:
    """One link of a formula: its place, role, and the verdict; ``outside`` says why there is none, ``objection`` why a failure is no error."""

    start: int
    end: int
    role: Role
    verdict: LinkVerdict | None = None
    outside: str = ""
    under: tuple[Told | Fact, ...] = ()
    objection: Objection | None = None


#: Said of a name of the field of which the page says something else.
USUALLY = "is what is usually meant"


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


def as_role(made: Judged, statement: Statement, at: int, latex: str, new: bool) -> Judged:
    """A link of a statement with the status of its role where nothing is decided of it: only what is said to be so claims anything.

    ``new``: it is the first to speak of the name on its left, and so says what that is.
    """
    lhs, rhs = statement.terms[at : at + 2]
    found, role, relation = made.verdict, made.role.name, statement.rels[at]
    if found is None:
        message = f"Not decided: nothing here reads it ({made.outside})."
        found = LinkVerdict(*place(lhs, rhs), whole(lhs, latex), relation, whole(rhs, latex), "undecided", "D502", message)
        named = at == 0 and (new or role == DEFINITION or is_quantity(lhs)) and lhs[0].kind != "nabla"
        named = named and (
            not is_known(lhs) or "does not define" in made.outside or any(i.kind == "number" for sub in lhs[0].subs for i in sub)
        )
        if relation in ("=", *DEFINES) and named:
            found = replace(found, status="definition", code="D001", message="What a name of the page stands for.")
    if found.status == "undecided" and is_number(statement.terms[-1]) and all(map(is_quantity, statement.terms[:-1])):
        found = replace(found, status="definition", code="D001", message="What quantities are in an example.")
    chosen = (
        at == 0
        and relation in ("=", *DEFINES)
        and (role == DEFINITION or lhs[0].kind == "atom" and "reward" in kinds(lhs[0].name))
    )
    named = is_known(lhs) or is_objective(lhs)
    if chosen and named and found.status == "conditional" and found.code == "D420" and USUALLY not in found.message:
        says = f"It says what is meant: {'; '.join(found.assumptions)}."  # of several ways to mean it, which
        found = LinkVerdict(
            found.start, found.end, found.lhs, relation, found.rhs, "definition", "D001", says, readings=found.readings
        )
    supposed = role in (PREMISE, CONDITION) and found.status == "doubtful"
    if (
        role == CONDITION
        and relation in ORDERS
        and found.status in HOLDS
        and any(i.kind == "atom" for t in (lhs, rhs) for i in walk(t))
    ):
        found, supposed = replace(found, status="undecided"), True  # what it follows from need not follow from it
    if (found.status == "undecided" or supposed) and (role not in STATED or role == UPDATE and at == 0):
        found = replace(found, status="no-claim", code="D000", message=f"No claim: {article(role)} ({made.role.why}).")
    return replace(made, verdict=found)


def usually_meant(judged: Judged, told: Told) -> Judged:
    """A link that holds as a name of the field is usually meant, where the page says otherwise."""
    assert judged.verdict is not None
    says = f"{whole(told.statement.terms[0], told.latex)} {USUALLY}, and not what line {told.line} says"
    held = weakened(judged.verdict, Objection(says, "conditional"))
    return replace(judged, verdict=held, outside="", under=(), objection=None)


def spoken_of_alike(told: Told, one: Statement) -> bool:
    """Whether a statement speaks of what a definition says, applied where that is and alone where it is not."""
    applied = len(told.statement.terms[0]) == 2
    return any(
        told.speaks_of(item, behind) and (behind is not None and behind.kind == "group" and behind.name == "()") == applied
        for item, behind in occurrences(rows_of(one))
    )


def averages_over(one: Statement) -> bool:
    """Whether a statement averages: what it says of a name it may say of each of its values."""
    return any(i.kind == "atom" and i.name in EXPECTATIONS for t in one.terms for i in walk(t))


def hangs_on_chance(told: Told) -> bool:
    """Whether a name of the page's own is said to be made of what an episode gives: of actions, rewards, returns, or all of it."""
    own = {i.key for i in told.statement.terms[0][1:] for r in i.rows for i in r}  # what it is applied to is no chance
    made = [i for i in walk(told.statement.terms[1]) if i.kind == "atom" and i.key not in own]
    chance = any(
        "action" in kinds(i.name) or kinds(i.name).get("reward") == 0 or i.name in RETURNS or is_episode(i) for i in made
    )
    return chance and not is_known(told.statement.terms[0])


def speaks_of_the_field(told: Told) -> bool:
    """Whether a page says in its own way what a name of the field is."""
    name = told.statement.terms[0]
    barred = len(name) == 1 and name[0].accents == MEAN
    return barred or is_objective(name) or is_known(name) or is_function_letter(name)


def is_function_letter(name: Row) -> bool:
    """Whether a name is a letter that stands for a function of the field where it is applied."""
    return len(name) == 2 and name[0].name in FUNCTION_ROWS


__all__ = [
    "Judged", "as_meant", "as_role", "averages_over", "hangs_on_chance", "is_function_letter", "misprinted", "quoted",
    "speaks_of_the_field", "spoken_of_alike", "usually_meant", "weakened",
]  # fmt: skip
