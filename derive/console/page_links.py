"""The links of a page's derivations: each explained by itself, and judged with what the page has said before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import ClaimReport, FileReport, FormulaReport
    from derive.derivation.explaining import Explained


class Placed(NamedTuple):
    """A link, its line, and where in the text it ends; −1 where the text does not have it as it is read."""

    line: int
    end: int
    link: Explained


def links_of(page: str, text: str, config: Config, given: Iterable[str] = (), report: FileReport | None = None) -> list[Placed]:
    """The links of a page's formulas in order.

    Every one is claimed by its writer, whatever words near it say of mistakes; what only supposes or bounds something is none.
    A ``report`` on the page is taken where no words say such a thing.
    """
    from derive.check.proofreading.claimed import claimed
    from derive.check.proofreading.meaning import macros_for
    from derive.check.proofreading.proofread import proofread
    from derive.check.run import check_text
    from derive.check.sources import scan
    from derive.derivation.explaining import explained
    from derive.diagnostics import NotationError

    given, own = tuple(given), config.for_file(page)
    document = scan(page, text, own)
    macros = macros_for(own, document.macros)
    if report is None or claimed(document) != document:
        report = check_text(page, text, config, lambda document, config: proofread(claimed(document), config))
    checked = {(f.line, f.column): f for f in report.formulas}
    found: list[Placed] = []
    after = 0
    for piece in document.formulas:
        try:
            links = explained(piece.latex, given, macros=macros)
        except (NotationError, RecursionError):
            continue
        line, column, _, _ = document.locate(piece)
        start = text.find(piece.latex, after)  # a formula over quoted lines is found nowhere
        after = start + len(piece.latex) if start >= 0 else after
        for link in standing(links, checked.get((line, column)), bool(given)):
            end = start + link.end if start >= 0 else -1
            found.append(Placed(text.count("\n", 0, end) + 1 if end >= 0 else line, end, link))
    return found


def standing(links: Iterable[Explained], checked: FormulaReport | None, more: bool) -> Iterable[Explained]:
    """The links of a formula as they stand where they do; ``more``: what is given beside the page goes before what that says."""
    from derive.derivation.explaining import KINDS
    from derive.page.words.role_names import CONDITION, INSTANCE, PREMISE, RANGE
    from derive.verify.verdicts import HOLDS

    supposed = (PREMISE, CONDITION, RANGE, INSTANCE)
    claims: Mapping[tuple[str, str], ClaimReport] = {spelled(c.lhs, c.rhs): c for c in checked.claims} if checked else {}
    display = checked is not None and checked.kind == "display"
    refuted = any(c.status == "refuted" for c in claims.values())
    for link in links:
        here = claims.get(spelled(link.before, link.after))
        right = KINDS[link.kind]
        if here is not None and here.role in supposed and (here.status == "no-claim" or not display):
            continue
        if here is None:
            yield link if right is not False or refuted else link.left_open("by itself it says too little")
        elif here.status == "refuted" and not (more and right):
            yield replace(link, kind="wrong", rules=(), conditions=(), why=here.message.rstrip("."), status=here.status)
        elif here.status in HOLDS and (not right or link.kind == "definition" and not link.status):
            yield replace(link, kind="unnamed", why="", status=here.status)
        elif right:
            yield link
        elif here.status == "definition":
            yield replace(link, kind="definition", why="", status=here.status)
        else:
            # one slip is one finding of the check, and as many links as are false by themselves
            yield link if right is False and refuted else link.left_open(here.message.rstrip("."))


def spelled(*sides: str) -> tuple[str, str]:
    """Two sides without their spaces."""
    one, other = ("".join(side.split()) for side in sides)
    return one, other


__all__ = ["Placed", "links_of"]
