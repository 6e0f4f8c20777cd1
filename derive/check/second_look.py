"""A second look at a page's findings: what the elaborator makes of the same link weighs beside the first verdict.

Adding a reading can only weaken a refutation.  What is proved under the cheapest reading, whatever its letters stand for, is true;
what was refuted and is not false under every admissible reading is a note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.check.context import LinkResult, Reader
from derive.diagnostics import NotationError, Span
from derive.guard import Overrun, limited
from derive.kernel import Verdict
from derive.notation import Lexicon, parse_term
from derive.notation.printer import to_latex
from derive.terms import App, Missing, Sym, Term
from derive.verify.verdicts import HOLDS, LinkVerdict, answer

#: Seconds for one link.
PATIENCE = 1.0
#: Definitions of a page that one link may use.
MOST_DEFINITIONS = 8


def second_look(results: Iterable[LinkResult], latex: str, reader: Reader, lexicon: Lexicon) -> list[LinkResult]:
    """The results of a formula with what the elaborator says of each."""
    return [weighed(result, latex, reader, lexicon) for result in results]


def weighed(result: LinkResult, latex: str, reader: Reader, lexicon: Lexicon) -> LinkResult:
    """One result: proved where the elaborator proves it, doubtful where the two disagree."""
    old = result.verdict
    if (
        old.status not in ("refuted", "undecided", "proved", "confirmed")
        or lexicon.macros
        or isinstance(result.lhs, Missing)
        or isinstance(result.rhs, Missing)
    ):
        return result
    if old.code.startswith(("D2", "D3", "D402", "D404", "D405", "D430", "D513", "D514", "D59")):
        return result
    found = looked(result, latex, reader, lexicon)
    if found is None:
        return result
    if found.status in HOLDS and old.status in ("refuted", "undecided"):
        return replace(result, verdict=as_verdict(found))
    if found.status in ("doubtful", "definition") and old.status == "refuted":
        said = found.message or "As it stands it only says what a name means."
        return replace(
            result, verdict=Verdict("doubtful", said, code="D423", witness=dict(found.witness) if found.witness else old.witness)
        )
    return result


def as_verdict(found: LinkVerdict) -> Verdict:
    status = "proved" if found.status == "proved" else "confirmed"
    return Verdict(status, found.message, found.method, found.sizes, found.code)  # type: ignore[arg-type]


def looked(result: LinkResult, latex: str, reader: Reader, lexicon: Lexicon) -> LinkVerdict | None:
    """The elaborator's verdict on a link with the definitions of the page that it speaks of; None where it does not read it."""
    sides = [source(t, latex, lexicon) for t in (result.lhs, result.rhs)]
    if not all(sides):
        return None
    claim = f"{sides[0]} {result.relation.op} {sides[1]}"
    try:
        with limited(2 * PATIENCE):
            found = answer(claim, definitions(result, reader), PATIENCE)
    except (NotationError, RecursionError, Overrun):
        return None
    return found.links[0] if not found.outside and len(found.links) == 1 else None


def source(t: Term, latex: str, lexicon: Lexicon) -> str:
    """What a term was written as; printed anew where its place is in another formula."""
    span = cover(t)
    written = latex[span.start : span.end] if span is not None and span.end <= len(latex) else ""
    try:
        same = bool(written) and parse_term(written, lexicon) == t
    except NotationError:
        same = False
    return written if same else to_latex(t)


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


def definitions(result: LinkResult, reader: Reader) -> list[str]:
    """The page's definitions of what a link speaks of, and of what those speak of."""
    wanted = {x.name for t in (result.lhs, result.rhs) for x in t.walk() if isinstance(x, Sym)}
    out: list[str] = []
    for definition in reversed(reader.scope.definitions):
        head = definition.pattern.head if isinstance(definition.pattern, App) else definition.pattern
        if isinstance(head, Sym) and head.name in wanted and len(out) < MOST_DEFINITIONS:
            out.append(f"{to_latex(definition.pattern)} = {to_latex(definition.body)}")
            wanted |= {x.name for x in definition.body.walk() if isinstance(x, Sym)}
    return out
