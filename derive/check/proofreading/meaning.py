"""Verdicts over readings as findings: what a project's settings give the reader, one claim, and a link as it is reported."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from derive.check.config import Config
from derive.check.findings import ClaimReport, FormulaReport, Related
from derive.check.proofreading.link_repairs import REPAIRING, attempt, repair_of
from derive.check.sources.text.document import Macro as Written
from derive.check.vocabulary import CONVENTIONS, KIND_OF, declared, of_settings
from derive.decide.judge import SEED
from derive.decide.repair import Repair
from derive.diagnostics import LineMap, NotationError
from derive.elaborate.claims import BOUNDS, links_of
from derive.guard import OUT_OF_TIME, Overrun, beat, last_limit, limited
from derive.page.page_reader import PageReader
from derive.page.words.around import Words
from derive.syntax.lex.tokens import Macro
from derive.syntax.sound.whole import whole
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import answer

#: Most seconds for one link of a page.
SECONDS = 1.0
#: The code of what nothing reads or decides.
UNREAD = "D502"
#: What is printed otherwise than it is meant; that, an update that is none, and indices that do not reach what they should.
SPELLING = "D432"
SLIPS = frozenset(("D430", "D431", SPELLING))


def macros_for(config: Config, written: Mapping[str, Written] | None = None) -> dict[str, Macro]:
    """The macros of a document and, before them, those of a project's settings."""
    own = {name: Macro(name, macro.arity, macro.body, macro.default) for name, macro in (written or {}).items()}
    return {**own, **of_settings(config.macros)}


def page_reader(config: Config, macros: Mapping[str, Macro]) -> PageReader:
    """What reads a page under a project's settings."""
    SEED.set(config.seed)
    made = PageReader(symbols_of(config), min(config.budget, SECONDS), macros=macros)
    for text in (*(CONVENTIONS[name] for name in config.conventions), *config.assume):
        with contextlib.suppress(NotationError):
            made.give(text)
    return made


def symbols_of(config: Config) -> dict[str, str]:
    """The declared symbols as kinds of the glossary."""
    entries = (declared(latex, what) for latex, what in config.symbols.items())
    return {entry.name: KIND_OF[entry.kind] for entry in entries}


def claim_report(
    found: LinkVerdict,
    at: tuple[int, int, int, int],
    role: str,
    edit: Callable[[Repair], object] | None = None,
    related: tuple[Related, ...] = (),
) -> ClaimReport:
    """A link as it is reported, at a place; ``edit`` makes its repair an edit of the file."""
    witness = dict(found.witness) if found.witness is not None else None
    repair = None
    if found.repair is not None:
        repair = {
            "latex": found.repair.latex,
            "what": found.repair.what,
            "edit": edit(found.repair) if edit is not None else None,
        }
    return ClaimReport(
        *at, found.code, found.relation, found.lhs, found.rhs, found.status, found.method, found.sizes, found.message, found.assumptions, None,
        witness, repair, related=related, role=role, readings=found.readings,
    )  # fmt: skip


def verify(latex: str, given: list[str], config: Config) -> FormulaReport:
    """The report on one claim, with what is given taken as true: over its readings."""
    beat(0)
    started = time.perf_counter()
    SEED.set(config.seed)
    try:
        with limited(last_limit(config.budget)):
            claims = claims_of(latex, given, config)
            states = {c.code if c.code == UNREAD else c.status for c in claims}
            if UNREAD in states and states <= {UNREAD, "definition"} and time.perf_counter() - started < config.budget:
                claims = as_on_a_page(latex, given, config, claims)
    except (Overrun, MemoryError) as cut:
        why = "it took more memory than a claim may" if isinstance(cut, MemoryError) else OUT_OF_TIME
        claims = (undecided(latex, "D514", f"Not decided: {why}."),)
    end_line = LineMap(latex).position(len(latex))[0]
    return FormulaReport("<claim>", 1, 1, end_line, "display", latex, claims, seconds=time.perf_counter() - started)


def claims_of(latex: str, given: list[str], config: Config) -> tuple[ClaimReport, ...]:
    """A claim's links as they are reported."""
    macros = macros_for(config)
    given = [*(CONVENTIONS[name] for name in config.conventions), *config.assume, *given]
    symbols = symbols_of(config)
    lines = LineMap(latex)
    try:
        found = answer(latex, given, config.budget, macros, symbols)
    except (NotationError, RecursionError) as error:
        return (unread(latex, macros, error),)
    if found.premise:
        return (undecided(latex, "D503", f"Not decided: what is given cannot be used ({found.outside})."),)

    def again(text: str) -> list[LinkVerdict]:
        made = answer(text, given, REPAIRING / 2, macros, symbols)
        return [] if made.outside else made.links

    claims = []
    for at, link in enumerate(found.links):
        if link.status == "refuted" and link.end > link.start:
            link = replace(link, repair=repair_of(link, latex, attempt(again, at, len(found.links))))
        place = (*lines.position(link.start), *lines.position(link.end))
        claims.append(claim_report(link, place, "definition" if link.status == "definition" else "claim"))
    if found.outside and (found.outside != "no claim" or not claims):
        try:
            whole(latex, macros)
        except NotationError as error:
            return (unread(latex, macros, error),)
        if found.outside != "no claim":
            claims.append(undecided(latex, UNREAD, f"Not decided: nothing here reads it ({found.outside})."))
    return tuple(claims)


def as_on_a_page(latex: str, given: list[str], config: Config, claims: tuple[ClaimReport, ...]) -> tuple[ClaimReport, ...]:
    """What a page with this formula alone says of it where that is a slip, a definition or an update; else the ``claims`` as they are.

    What is given as an equation may say otherwise: then only what is printed otherwise than it is meant is a slip.
    """
    macros = macros_for(config)
    try:
        free = all(s.rels and not set(s.rels) - BOUNDS for g in given for s in links_of(g, macros))
        judged = page_reader(config, macros).read(latex, Words(display=True), 1)
    except (NotationError, RecursionError):
        return claims
    found = [(j, j.verdict) for j in judged if j.verdict is not None]
    slips = [(j, v) for j, v in found if v.status == "refuted" and (v.code in SLIPS if free else v.code == SPELLING)]
    idle = bool(found) and free and all(v.status in ("definition", "no-claim") for _, v in found)
    if not slips and not idle:
        return claims
    lines = LineMap(latex)
    return tuple(claim_report(v, (*lines.position(v.start), *lines.position(v.end)), j.role.name) for j, v in slips or found)


def undecided(latex: str, code: str, message: str) -> ClaimReport:
    """A claim of which nothing is said, as a whole."""
    lines = LineMap(latex)
    return ClaimReport(*lines.position(0), *lines.position(len(latex)), code, "", "", "", "undecided", message=message)


def unread(latex: str, macros: Mapping[str, Macro], error: NotationError | RecursionError) -> ClaimReport:
    """A claim that cannot be read, with the first place where it is broken."""
    try:
        whole(latex, macros)
    except NotationError as said:
        error = said
    if isinstance(error, RecursionError):
        return undecided(latex, "D513", "Not decided: it is nested too deeply.")
    lines, found = LineMap(latex), error.diagnostic
    at = (*lines.position(error.span.start), *lines.position(error.span.end))
    return ClaimReport(*at, found.code, "", "", "", "unreadable", message=found.message, help=found.help)


__all__ = ["claim_report", "macros_for", "page_reader", "symbols_of", "verify"]
