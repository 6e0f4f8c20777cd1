"""A page's verdicts: those of the elaborator where it reads a link, of the interpreter of surface terms elsewhere.

What only the interpreter refutes is an error where its kind is one that needs no meaning of letters (numbers, a lost sign, a known
definition that is contradicted); else it is a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.check.context import LinkResult
from derive.check.judging import SOFT
from derive.check.sure import is_value, sure
from derive.decide.relations import closed
from derive.diagnostics import Span
from derive.models.kernel import Verdict
from derive.models.scope import Scope
from derive.page.reader import Judged
from derive.page.role_names import ALTERNATIVE, CLAIM, DEFINITION, QUOTATION, STATED
from derive.terms import Term
from derive.verify.verdicts import HOLDS, LinkVerdict

DECIDED = (*HOLDS, "conditional")
#: Findings of the interpreter that say themselves what is wrong: rounding, a lost sign, a known definition.
TELLING = ("D402", "D403", "D404", "D405", "D430", "D2", "D3")


def weighed(results: Sequence[LinkResult], judged: Sequence[Judged], display: bool, scope: Scope) -> list[LinkResult]:
    """The results of a formula with what the elaborator says of each link."""
    left = list(judged)
    out: list[LinkResult] = []
    for result in results:
        mine = next((j for j in left if meets(cover(result.rhs), j)), None)
        if mine is not None:
            left.remove(mine)
        after = any(r.verdict.status == "refuted" for r in out)
        out.append(one(result, mine, scope if display and not after else None))
    return out


def meets(span: Span | None, judged: Judged) -> bool:
    """Whether the right side of a link is that of another reading of it."""
    if span is None:
        return False
    shared = min(span.end, judged.end) - max(span.start, judged.start)
    return 2 * shared > max(span.end - span.start, judged.end - judged.start)


def one(result: LinkResult, judged: Judged | None, scope: Scope | None) -> LinkResult:
    """One link; without a scope what only the interpreter refutes is a note: it stands in a sentence, or behind another error."""
    old = result.verdict
    if judged is None:
        return replace(result, verdict=alone(result, None, scope))
    found = judged.verdict
    result = replace(result, role=judged.role.name, why=judged.role.why)
    if found is None:
        return replace(result, verdict=alone(result, judged, scope))
    readings = found.readings
    slipped = judged.objection is not None and judged.objection.status == "slip" and old.status != "conditional"
    if slipped and old.status == "refuted":
        return result  # as it is, with its own numbers
    if slipped and (old.status not in HOLDS or found.status == "doubtful"):
        return replace(result, verdict=as_verdict(found), readings=readings)
    if found.status in HOLDS:
        return result if old.status in HOLDS else replace(result, verdict=as_verdict(found), readings=readings)
    if found.status == "refuted":
        made = as_verdict(found)
        if old.status == "conditional" or scope is not None and SOFT in scope.restricted:
            return result  # a page that gives values a meaning of its own
        if old.status in HOLDS:
            made = Verdict(
                "doubtful",
                "False as it is most likely meant; it holds as a looser reading has it.",
                code="D423",
                witness=made.witness,
            )
        return replace(result, verdict=made, readings=readings)
    if old.status in DECIDED or telling(result):
        return result
    if found.status == "definition" and scope is not None and judged.role.name == CLAIM and sure(result.lhs, result.rhs, scope):
        return result
    if found.status == "undecided" and judged.objection is None:
        return replace(result, verdict=alone(result, judged, scope))
    if found.status == "definition" and old.status == "refuted" and result.related and judged.role.name in (CLAIM, DEFINITION):
        return replace(result, verdict=replace(old, status="doubtful", code="D423", repair=None))
    if old.status == "refuted" or found.status in ("conditional", "doubtful") and old.status == "undecided":
        return replace(result, verdict=as_verdict(found), readings=readings)
    return result


def alone(result: LinkResult, judged: Judged | None, scope: Scope | None) -> Verdict:
    """The verdict on a link that the elaborator does not read."""
    old = result.verdict
    role = judged.role.name if judged is not None else CLAIM
    if old.status != "refuted" or telling(result) and role not in (QUOTATION, ALTERNATIVE):
        return old
    said = role == CLAIM or role == DEFINITION and is_value(result.lhs)
    if said and scope is not None and sure(result.lhs, result.rhs, scope):
        return old
    return Verdict("doubtful", old.message, old.method, old.sizes, "D423", old.assumptions, old.residual, old.witness)


def telling(result: LinkResult) -> bool:
    """Whether a refutation does not hang on what letters mean, nor on numbers of the page in what is sought or supposed there."""
    old = result.verdict
    numbers_alone = closed(result.lhs) and closed(result.rhs)
    if old.code == "D402" and not numbers_alone and result.role not in STATED:
        return False
    return old.status == "refuted" and (old.code.startswith(TELLING) or numbers_alone)


def as_verdict(found: LinkVerdict) -> Verdict:
    witness = dict(found.witness) if found.witness is not None else None
    return Verdict(found.status, found.message, found.method, found.sizes, found.code, found.assumptions, None, witness)  # type: ignore[arg-type]


def cover(t: Term) -> Span | None:
    """The source span of a term, from its own or its children's."""
    if t.span is not None:
        return t.span
    found: Span | None = None
    for c in t.children():
        inner = cover(c)
        if inner is not None:
            found = inner if found is None else found.cover(inner)
    return found
