r"""Proofread a document: read each formula, decide each link with what the page has said, say where and why."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from types import MappingProxyType

from derive.check.config import Config
from derive.check.findings import ClaimReport, FormulaReport, Related
from derive.check.proofreading.link_repairs import mended
from derive.check.proofreading.meaning import claim_report, macros_for, page_reader
from derive.check.proofreading.sentences import words_around
from derive.check.proofreading.tables import Failing, failing_cells
from derive.check.sources.text.document import DirectivePiece, Document, FormulaPiece, HeadingPiece, Piece
from derive.check.sources.text.grid import grid_of, lines_at
from derive.check.sources.text.strand import Strand
from derive.check.vocabulary import CONVENTIONS, KIND_OF, VocabularyError, from_comment
from derive.decide.repair import Repair
from derive.diagnostics import Edit, NotationError, Span
from derive.guard import OUT_OF_TIME, Overrun, beat, last_limit, limited
from derive.page.ledger import Ledger
from derive.page.page_reader import Judged, PageReader
from derive.syntax.flat import Row, walk
from derive.syntax.lex.tokens import Macro
from derive.syntax.sound.whole import whole
from derive.verify.links import LinkVerdict

#: Links that a formula is taken to have beside those at its equals signs, where its time is limited as a whole.
LINKS = 4


def proofread(
    document: Document, config: Config, ledger: Ledger | None = None, without: Mapping[int, str] = MappingProxyType({})
) -> Iterator[FormulaReport]:
    """A report on every formula of a document, in source order; what a ledger knows is not decided again.

    Formulas that have cost an earlier attempt its process are passed over: ``without`` says by their numbers for what reason.
    What a page has said (definitions, data, conventions) is carried from one formula to the next and never leaves the document.
    """
    macros = macros_for(config, document.macros)
    pages = page_reader(config, macros)
    pages.ledger = ledger if ledger is not None else pages.ledger
    tables = Tables(document)
    number = -1
    pages.announce(formulas_of_section(document.pieces, 0), words_of_section(document, 0))
    for at, piece in enumerate(document.pieces):
        yield from tables.bare_cells(piece)
        if isinstance(piece, HeadingPiece):
            pages.heading(piece.level, piece.text)
            pages.announce(formulas_of_section(document.pieces, at + 1), words_of_section(document, at + 1))
        elif isinstance(piece, DirectivePiece):
            directed(document, piece, pages)
        elif isinstance(piece, FormulaPiece):
            number += 1
            if number in without:
                tables.enter(piece, None)  # it may be the table that was too much
                yield document.report(piece, (stopped(document, piece, without[number]),))
                continue
            beat(number)
            before = pages.snapshot()
            try:
                with limited(last_limit(config.budget) * (LINKS + piece.latex.count("="))):
                    tables.enter(piece, pages)
                    report = tables.told(piece, formula_report(document, piece, pages, macros))
                yield report
            except Overrun:
                pages = before
                yield document.report(piece, (stopped(document, piece, OUT_OF_TIME),))
            except Exception as error:  # a bug in deciding costs its own formula, and what that formula would have defined
                pages = before
                yield document.report(piece, (crashed(document, piece, error),))
    yield from tables.bare_cells(None)


def formulas_of_section(pieces: Sequence[Piece], start: int) -> Iterator[str]:
    """The formulas from a piece on, before the next heading."""
    for at in range(start, len(pieces)):
        piece = pieces[at]
        if isinstance(piece, HeadingPiece):
            return
        if isinstance(piece, FormulaPiece):
            yield piece.latex


def words_of_section(document: Document, start: int) -> str:
    """What readers see from a piece on, before the next heading: words and formulas."""
    pieces = document.pieces
    if start >= len(pieces):
        return ""
    path = pieces[start].path or document.path
    here = (pieces[at] for at in range(start, len(pieces)) if (pieces[at].path or document.path) == path)
    end = next((piece.start for piece in here if isinstance(piece, HeadingPiece)), None)
    before = pieces[start - 1] if start else None
    begin = before.end if before is not None and (before.path or document.path) == path else 0
    return document.prose[path][begin:end]


@dataclass(slots=True)
class Tables:
    """The tables of a document as they are come to, and the cells of the one at hand that fail."""

    document: Document
    end: int = 0
    path: str = ""
    failing: list[Failing] = field(default_factory=list)

    def enter(self, piece: FormulaPiece, pages: PageReader | None) -> None:
        """Check the table that a formula opens, with what the page has said before it; pass over it without a reader."""
        path = piece.path or self.document.path
        if piece.kind != "table" or self.document.escape or path == self.path and piece.start < self.end:
            return
        lines = lines_at(self.document.sources[path].text, piece.start)
        grid = grid_of(lines)
        self.path, self.end = path, max(piece.end, lines[-1][0] + len(lines[-1][1]) if lines else 0)
        self.failing = list(failing_cells(grid, pages.snapshot())) if grid is not None and pages is not None else []

    def told(self, piece: FormulaPiece, report: FormulaReport) -> FormulaReport:
        """The report on a formula of a table, with what its cell fails."""
        if piece.kind != "table":
            return report
        mine = [f for f in self.failing if f.cell.start <= piece.start < f.cell.end]
        self.failing = [f for f in self.failing if f not in mine]
        more = tuple(claim_report(f.verdict, self.document.locate(piece), "claim") for f in mine)
        return replace(report, claims=(*report.claims, *more))

    def bare_cells(self, until: Piece | None) -> Iterator[FormulaReport]:
        """Reports on failing cells that hold a number without a formula, those that stand before a piece."""
        while self.failing and (
            until is None or self.failing[0].cell.end <= until.start or (until.path or self.document.path) != self.path
        ):
            found = self.failing.pop(0)
            cell = found.cell
            strand = Strand(cell.text, range(cell.start, cell.end), range(cell.start + 1, cell.end + 1), cell.start)
            piece = FormulaPiece("table", strand, cell.text, cell.start, cell.end, path=self.path)
            yield self.document.report(piece, (claim_report(found.verdict, self.document.locate(piece), "claim"),))


def crashed(document: Document, piece: FormulaPiece, error: Exception) -> ClaimReport:
    """What is said of a formula that a bug left undecided."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    message = f"Not decided: an internal error stopped the check of this formula ({said})."
    return ClaimReport(*document.locate(piece), "D590", "", "", "", "undecided", message=message, severity="warning")


def stopped(document: Document, piece: FormulaPiece, reason: str) -> ClaimReport:
    """What is said of a formula that has taken too long, or its process with it."""
    code = "D514" if reason == OUT_OF_TIME else "D590"
    return ClaimReport(
        *document.locate(piece), code, "", "", "", "undecided", message=f"Not decided: {reason}.", severity="warning"
    )


def directed(document: Document, piece: DirectivePiece, pages: PageReader) -> None:
    """What a comment adds to the page; one that cannot be used is reported where findings are suppressed."""
    body = piece.body.strip()
    if piece.verb in ("assume", "let", "define", "given"):
        with contextlib.suppress(NotationError):
            pages.give(body.strip("$"))
    elif piece.verb == "symbol":
        with contextlib.suppress(VocabularyError):
            declared = from_comment(piece.body)
            pages.symbols[declared.name] = KIND_OF[declared.kind]
    elif piece.verb == "convention" and body in CONVENTIONS:
        pages.give(CONVENTIONS[body])


def formula_report(document: Document, piece: FormulaPiece, pages: PageReader, macros: Mapping[str, Macro]) -> FormulaReport:
    """The report on one formula; what it says is kept by the reader."""
    started = time.perf_counter()
    problem: NotationError | None = None
    try:
        if too_large(whole(piece.latex, macros)):
            large = ClaimReport(*document.locate(piece), "D513", "", "", "", "undecided", message=TOO_LARGE)
            return document.report(piece, (large,))
    except NotationError as error:
        problem = error
    before = pages.snapshot()
    pages.here = partial(place_in, document, piece)
    judged = read_links(document, piece, pages) if problem is None or problem.diagnostic.code in OPEN else None
    if problem is not None and (judged is None or not bears(judged, problem, piece.latex)):
        claims: tuple[ClaimReport, ...] = (unreadable(document, piece, problem, macros),)
    else:
        claims = tuple(
            claim_report(
                v,
                place_of(document, piece, v),
                j.role.name,
                partial(edit_of, document, piece),
                places_of(j, piece.path or document.path),
            )
            for j, v in mended(judged or [], piece.latex, before)
        )
    return replace(document.report(piece, claims), seconds=time.perf_counter() - started)


#: An ellipsis as people type it.
ELLIPSIS = re.compile(r"\.\s*\.|\\[lcd]?dots")

#: What the grammar does not read and the elaborator may: an open end, a command that nobody defines.
OPEN = ("D101", "D102")


def read_links(document: Document, piece: FormulaPiece, pages: PageReader) -> list[Judged] | None:
    """The links of a formula as they are judged with what the page has said; None where it cannot be read."""
    try:
        return pages.read(piece.latex, words_around(document, piece), document.locate(piece)[0])
    except (NotationError, RecursionError):
        return None


def bears(judged: list[Judged], problem: NotationError, latex: str) -> bool:
    """Whether what the grammar does not read has been read all the same; a command that nobody defines matters where something is claimed."""
    if problem.diagnostic.code == "D102":
        return not judged
    return not judged or any(not one.outside for one in judged) or bool(ELLIPSIS.search(latex))


def place_in(document: Document, piece: FormulaPiece, offset: int) -> tuple[str, int, int]:
    """Where a place of a formula is: the file, line and column."""
    inside = offset < len(piece.latex)
    line, column, _, _ = document.locate(piece, Span(offset, offset + 1) if inside else None)
    return piece.path or document.path, line, column


def places_of(judged: Judged, path: str) -> tuple[Related, ...]:
    """Where the page says what a finding leans on."""
    if judged.verdict is None or judged.verdict.status not in ("refuted", "doubtful", "conditional"):
        return ()
    told = dict.fromkeys(t.told for t in judged.under if t.at[1])
    return tuple(Related(line, column, said, "" if file == path else file) for (file, line, column), said in told)


def place_of(document: Document, piece: FormulaPiece, found: LinkVerdict) -> tuple[int, int, int, int]:
    """Where the right side of a link stands; the formula where it was made up in reading it."""
    inside = 0 <= found.start < found.end <= len(piece.latex)
    return document.locate(piece, Span(found.start, found.end) if inside else None)


def edit_of(document: Document, piece: FormulaPiece, repair: Repair) -> object:
    """A repair as an edit of the file."""
    return document.edit(piece, Edit(Span(repair.start, repair.end), repair.text))


def unreadable(document: Document, piece: FormulaPiece, error: NotationError, macros: Mapping[str, Macro]) -> ClaimReport:
    """What is said of a formula that cannot be read, with the edit that mends it where there is one."""
    found = error.diagnostic
    edit = whole_edit(piece.latex, found.edit, macros)
    repair = None if edit is None else {"latex": edit.apply(piece.latex), "edit": document.edit(piece, edit)}
    at = document.locate(piece, error.span)
    return ClaimReport(*at, found.code, "", "", "", "unreadable", message=found.message, help=found.help, repair=repair)


LARGEST = 4000
TOO_LARGE = f"Not decided: the formula has more than {LARGEST} parts."


def too_large(row: Row) -> bool:
    """Whether a formula has too many parts to be decided within a budget."""
    return sum(1 for _ in islice(walk(row), LARGEST + 1)) > LARGEST


#: A formula damaged in more places than this is mended step by step.
MOST_DAMAGE = 40


def whole_edit(latex: str, edit: Edit | None, macros: Mapping[str, Macro]) -> Edit | None:
    """The edit that mends a damaged formula in every place, where mending the first uncovers the next."""
    if edit is None:
        return None
    text = edit.apply(latex)
    for _ in range(MOST_DAMAGE):
        try:
            whole(text, macros)
            break
        except NotationError as error:
            if error.diagnostic.edit is None:
                break
            text = error.diagnostic.edit.apply(text)
    return Edit(Span(0, len(latex)), text)


__all__ = ["proofread"]
