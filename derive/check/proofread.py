r"""Proofread a document: read each formula, decide each link in the page's context, say where and why."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from types import MappingProxyType

from derive.check.cases import INDEPENDENT, conditional_sentence, hedge, premised
from derive.check.config import Config
from derive.check.context import LinkResult, Reader
from derive.check.findings import ClaimReport, FormulaReport, Related
from derive.check.first_reading import cover, weighed
from derive.check.ledger import Ledger
from derive.check.meaning import KINDS, claim_by_meaning, symbols_of
from derive.check.sentences import words_around
from derive.check.sources.document import DirectivePiece, Document, FormulaPiece, HeadingPiece, Piece
from derive.check.sources.grid import grid_of, lines_at
from derive.check.sources.strand import Strand
from derive.check.tables import Failing, failing_cells
from derive.check.vocabulary import VocabularyError, from_comment, with_macros, with_symbols
from derive.decide.assumptions import BY_NAME
from derive.decide.relations import closed
from derive.decide.repair import mend, mend_number
from derive.diagnostics import Edit, LineMap, NotationError, Span
from derive.guard import OUT_OF_TIME, Overrun, beat, last_limit, limited
from derive.kernel import Repair
from derive.models.closed import closed_value, shown
from derive.models.core import Unknown
from derive.models.scope import Scope
from derive.notation import Lexicon, parse
from derive.notation.printer import to_latex
from derive.page.reader import Judged, PageReader
from derive.statements import Formula
from derive.terms import App, Grad, Missing, Sym, Term
from derive.values.arith import Undefined, fraction
from derive.values.budget import Budget


def proofread(
    document: Document, config: Config, ledger: Ledger | None = None, without: Mapping[int, str] = MappingProxyType({})
) -> Iterator[FormulaReport]:
    """A report on every formula of a document, in source order; what a ledger knows is not decided again.

    Formulas that have cost an earlier attempt its process are passed over: ``without`` says by their numbers for what reason.
    The context (definitions, data, conventions) is carried from one formula to the next and never leaves the document.
    """
    reader, lexicon = begin(config, document)
    pages = page_reader(config, lexicon)
    section = 0
    if ledger is not None:
        reader.ledger = ledger
    tables = Tables(document)
    number, looked, path = -1, 0, ""
    for piece in document.pieces:
        yield from tables.bare_cells(piece)
        if isinstance(piece, HeadingPiece):
            reader.heading()
            if pages is not None:
                pages.heading()
            reader.scope = replace(reader.scope, assumptions=reader.scope.assumptions - {"iid"})
            section = looked = piece.end
        elif isinstance(piece, DirectivePiece):
            lexicon = directed(document, piece, reader, lexicon)
            pages = told_by_comment(piece, pages)
        elif isinstance(piece, FormulaPiece):
            number += 1
            if number in without:
                tables.enter(piece, None, lexicon)  # it may be the table that was too much
                yield document.report(piece, (stopped(document, piece, without[number]),))
                continue
            beat(number)
            if piece.path != path:
                path, looked = piece.path, section
            if INDEPENDENT.search(document.prose[path or document.path], max(section, looked - LONGEST_CUE), piece.end + 200):
                reader.scope = replace(reader.scope, assumptions=reader.scope.assumptions | {"iid"})
            looked = piece.end + 200
            before = reader.snapshot()
            try:
                with limited(last_limit(config.budget) * (LINKS + piece.latex.count("="))):
                    tables.enter(piece, reader, lexicon)
                    report = tables.told(piece, formula_report(document, piece, reader, lexicon, pages))
                yield report
            except Overrun:
                reader = before
                yield document.report(piece, (stopped(document, piece, OUT_OF_TIME),))
            except Exception as error:  # a bug in deciding costs its own formula, and what that formula would have defined
                reader = before
                yield document.report(piece, (crashed(document, piece, error),))
            lexicon = with_functions(lexicon, reader)
    yield from tables.bare_cells(None)


#: Characters of the longest cue that a section is searched for, formula by formula.
LONGEST_CUE = 40

#: Seconds for one link that is read by meaning.
SECONDS = 1.0

#: Links that a formula is taken to have beside those at its equals signs, where its time is limited as a whole.
LINKS = 4


@dataclass(slots=True)
class Tables:
    """The tables of a document as they are come to, and the cells of the one at hand that fail."""

    document: Document
    end: int = 0
    path: str = ""
    failing: list[Failing] = field(default_factory=list)

    def enter(self, piece: FormulaPiece, reader: Reader | None, lexicon: Lexicon) -> None:
        """Check the table that a formula opens, with what the page has said before it; pass over it without a reader."""
        path = piece.path or self.document.path
        if piece.kind != "table" or self.document.escape or path == self.path and piece.start < self.end:
            return
        lines = lines_at(self.document.sources[path].text, piece.start)
        grid = grid_of(lines)
        self.path, self.end = path, max(piece.end, lines[-1][0] + len(lines[-1][1]) if lines else 0)
        self.failing = []
        if grid is not None and reader is not None:
            self.failing = list(failing_cells(grid, reader.snapshot(), lexicon))

    def told(self, piece: FormulaPiece, report: FormulaReport) -> FormulaReport:
        """The report on a formula of a table, with what its cell fails."""
        if piece.kind != "table":
            return report
        mine = [f for f in self.failing if f.cell.start <= piece.start < f.cell.end]
        self.failing = [f for f in self.failing if f not in mine]
        whole = (*self.document.locate(piece),)
        more = tuple(
            replace(
                claim_report(self.document, piece, f.link), line=whole[0], column=whole[1], end_line=whole[2], end_column=whole[3]
            )
            for f in mine
        )
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
            yield self.document.report(piece, (claim_report(self.document, piece, found.link),))


def begin(config: Config, document: Document | None = None) -> tuple[Reader, Lexicon]:
    """A reader and a lexicon that know what the project's settings say, and the macros of the document."""
    reader = Reader(seconds=config.budget, seed=config.seed)
    lexicon = Lexicon()
    for name, macro in (document.macros if document is not None else {}).items():
        lexicon = lexicon.with_macro(name, macro.body, macro.arity, macro.default)
    lexicon = with_symbols(with_macros(lexicon, config.macros), config.symbols, "settings")
    reader.scope = replace(reader.scope, assumptions=reader.scope.assumptions | frozenset(config.conventions))
    for text in config.assume:
        give(reader, text, lexicon)
    return reader, lexicon


def page_reader(config: Config, lexicon: Lexicon) -> PageReader | None:
    """What reads a page by meaning; None where settings say what it does not know of."""
    symbols = symbols_of(config)
    if symbols is None or config.conventions:
        return None
    made = PageReader({m.name: m for m in lexicon.macros}, symbols, min(config.budget, SECONDS))
    for text in config.assume:
        with contextlib.suppress(NotationError):
            made.give(text)
    return made


def told_by_comment(piece: DirectivePiece, pages: PageReader | None) -> PageReader | None:
    """The reader by meaning with what a comment says; None where it says what that does not know of."""
    if pages is None or piece.verb == "convention":
        return None
    if piece.verb in ("assume", "let", "define", "given"):
        with contextlib.suppress(NotationError):
            pages.give(piece.body.strip().strip("$"))
    elif piece.verb == "symbol":
        with contextlib.suppress(VocabularyError):
            entry = from_comment(piece.body, "")
            if entry.role not in KINDS:
                return None
            pages.symbols[entry.name] = KINDS[entry.role]
    return pages


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


def directed(document: Document, piece: DirectivePiece, reader: Reader, lexicon: Lexicon) -> Lexicon:
    """What a comment adds to the context; one that cannot be used is reported where findings are suppressed."""
    if piece.verb in ("assume", "let", "define", "given"):
        line, column, _, _ = document.locate(piece)
        reader.path, reader.line, reader.locate = piece.path or document.path, line, lambda _: (line, column)
        reader.formula += 1
        give(reader, piece.body, lexicon)
    elif piece.verb == "symbol":
        line = document.locate(piece)[0]
        with contextlib.suppress(VocabularyError):
            lexicon = lexicon.with_entry(from_comment(piece.body, f"{piece.path or document.path}:{line}"))
    elif piece.verb == "convention" and piece.body.strip() in BY_NAME:
        reader.scope = replace(reader.scope, assumptions=reader.scope.assumptions | {piece.body.strip()})
    return lexicon


def with_functions(lexicon: Lexicon, reader: Reader) -> Lexicon:
    """The lexicon with the functions that the page has defined by now."""
    for definition in reader.scope.definitions:
        if (
            isinstance(definition.pattern, App)
            and lexicon.applies(definition.sym.name) == "either"
            and (lexicon.entry(definition.sym.name) is None or indexed_function(definition.pattern))
        ):
            lexicon = lexicon.with_function(definition.sym.name)
    return lexicon


def indexed_function(pattern: App) -> bool:
    """ρ_τ(u): a function of a plain letter, in a family; its letter is applied from here on."""
    head = pattern.head
    return (
        isinstance(head, Sym) and bool(head.subs) and len(pattern.args) == 1 and pattern.args[0] in (Sym("u"), Sym("x"), Sym("z"))
    )


def give(reader: Reader, latex: str, lexicon: Lexicon) -> None:
    """Take a relation as given; what cannot be read is left alone (``derive check`` reports it where it stands)."""
    try:
        with limited(last_limit(reader.seconds)):
            reader.give(parse(latex.strip().strip("$"), lexicon))
    except (NotationError, Overrun):
        return


def read_by_meaning(document: Document, piece: FormulaPiece, pages: PageReader | None, line: int) -> list[Judged] | None:
    """The links of a formula as the elaborator judges them, with what the page has said; None where it cannot be read so."""
    if pages is None:
        return None
    try:
        with limited(last_limit(pages.seconds) * (LINKS + piece.latex.count("="))):
            return pages.read(piece.latex, words_around(document, piece), line)
    except (NotationError, RecursionError, Overrun):
        return None


def formula_report(
    document: Document, piece: FormulaPiece, reader: Reader, lexicon: Lexicon, pages: PageReader | None = None
) -> FormulaReport:
    started = time.perf_counter()
    line, column, end_line, end_column = document.locate(piece)
    path = piece.path or document.path
    try:
        formula = parse(piece.latex, lexicon)
    except NotationError as error:
        claims = by_meaning_alone(document, piece, pages, line, error)
        if claims is None:
            at = document.locate(piece, error.span)
            found = error.diagnostic
            repair = edit_of(document, piece, whole_edit(piece.latex, found.edit, lexicon))
            claims = (
                ClaimReport(*at, found.code, "", "", "", "unreadable", message=found.message, help=found.help, repair=repair),
            )
    else:
        if too_large(formula):
            claim = ClaimReport(line, column, end_line, end_column, "D513", "", "", "", "undecided", message=TOO_LARGE)
            return FormulaReport(path, line, column, end_line, piece.kind, piece.verbatim, (claim,), piece.cell, piece.cell_line)
        display = piece.kind == "display"
        hedged = premised(document, piece) if display else conditional_sentence(document, piece)
        reader.path, reader.locate = path, partial(place_of, document, piece)
        before = reader.snapshot()
        judged = read_by_meaning(document, piece, pages, line) or []
        results = weighed(reader.read(formula, line, display), judged, display, reader.scope)
        results = mended(results, before, piece.latex, lexicon, display)
        results.extend(compared(reader, formula) if display else [])
        if hedged:
            results = [hedge(r) for r in results]
        claims = tuple(claim_report(document, piece, r) for r in results)
    return FormulaReport(
        path,
        line,
        column,
        end_line,
        piece.kind,
        piece.verbatim,
        claims,
        piece.cell,
        piece.cell_line,
        time.perf_counter() - started,
    )


#: An ellipsis as people type it.
ELLIPSIS = re.compile(r"\.\s*\.|\\[lcd]?dots")


def by_meaning_alone(
    document: Document, piece: FormulaPiece, pages: PageReader | None, line: int, error: NotationError
) -> tuple[ClaimReport, ...] | None:
    """What the elaborator says of a formula that cannot be read as surface terms; None where it does not read it either.

    A command that nobody defines matters only where something is claimed.
    """
    if error.diagnostic.code not in ("D101", "D102"):
        return None
    judged = read_by_meaning(document, piece, pages, line)
    if judged is None or error.diagnostic.code == "D102" and judged:
        return None
    if judged and not any(one.verdict for one in judged) and not ELLIPSIS.search(piece.latex):
        return None
    claims = []
    for one in judged:
        found = one.verdict
        at = document.locate(piece, Span(one.start, one.end) if one.end > one.start else None)
        if found is None:
            said = f"Not decided: nothing here reads it ({one.outside})."
            claims.append(ClaimReport(*at, "D502", "", "", "", "undecided", message=said, role=one.role.name))
            continue
        witness = dict(found.witness) if found.witness is not None else None
        claims.append(
            ClaimReport(
                *at, found.code, found.relation, found.lhs, found.rhs, found.status, found.method, found.sizes, found.message,
                found.assumptions, None, witness, role=one.role.name, readings=found.readings,
            )
        )  # fmt: skip
    return tuple(claims)


def mended(results: list[LinkResult], before: Reader, latex: str, lexicon: Lexicon, display: bool) -> list[LinkResult]:
    """Refuted links with the one-edit repair that makes them hold, where there is just one."""
    out = []
    for i, result in enumerate(results):
        span = cover(result.rhs)
        if result.verdict.status != "refuted" or span is None or span.end > len(latex):
            out.append(result)
            continue

        numbers = closed(result.lhs) and closed(result.rhs)
        good = ("proved", "confirmed", "conditional") if numbers else ("proved", "confirmed")
        ahead = before.snapshot()
        ahead.allowance = replace(Budget.of_seconds(before.seconds, before.seed), brief=True)
        ahead.allowance.steps = max(result.left, ahead.allowance.steps // 4)
        attempt = partial(holds, ahead, lexicon, display, i, len(results), good)
        try:
            with limited(2 * last_limit(before.seconds)):
                repair = mend_value(result, latex, span) if numbers else None
                if repair is None or not attempt(repair.latex):
                    repair = None if numbers and shown(result.rhs) is not None else mend(latex, span.start, span.end, attempt)
        except Overrun:  # no repair is found in time
            repair = None
        out.append(replace(result, verdict=replace(result.verdict, repair=repair)) if repair is not None else result)
    return out


#: What reading a formula costs, in steps a character.
READING = 3


def holds(before: Reader, lexicon: Lexicon, display: bool, at: int, count: int, good: tuple[str, ...], latex: str) -> bool | None:
    """Whether the link at a place of a mended formula holds; None where the allowance is spent."""
    assert before.allowance is not None
    if before.allowance.spent():
        return None
    before.allowance.spend(READING * len(latex))
    try:
        again = before.snapshot().read(parse(latex, lexicon), 0, display)
    except NotationError:
        return False
    if len(again) == count and again[at].verdict.status in good:
        return True
    return None if before.allowance.overrun() else False


def mend_value(result: LinkResult, latex: str, span: Span) -> Repair | None:
    """A wrong number replaced by the right one, with as many decimals as were printed."""
    literal = shown(result.rhs)
    if literal is None:
        return None
    try:
        value = closed_value(result.lhs, Scope())
        rounded = round(float(value.str(20, radius=False) if hasattr(value, "str") else fraction(value)), literal.digits)
    except (Unknown, Undefined, TypeError, ValueError, OverflowError):
        return None
    text = f"{abs(rounded):.{literal.digits}f}"
    return mend_number(latex, span.start, span.end, text)


LARGEST = 4000
TOO_LARGE = f"Not decided: the formula has more than {LARGEST} parts."


def too_large(formula: Formula) -> bool:
    """Whether a formula has too many parts to be decided within a budget."""
    return sum(1 for _ in islice(formula.walk(), LARGEST + 1)) > LARGEST


def compared(reader: Reader, formula: Formula) -> list[LinkResult]:
    """Right sides of the same gradient, compared with the one before."""
    found: list[LinkResult] = []
    for statement in formula.statements:
        if statement.rels and statement.rels[0].op == "=" and not isinstance(statement.terms[0], Missing):
            lhs, rhs = statement.terms[0], statement.terms[1]
            if any(isinstance(x, Grad) for x in lhs.walk()):
                result = reader.compare_with_previous(lhs, rhs)
                if result is not None:
                    found.append(result)
    return found


#: A formula damaged in more places than this is mended step by step.
MOST_DAMAGE = 40


def whole_edit(latex: str, edit: Edit | None, lexicon: Lexicon) -> Edit | None:
    """The edit that mends a damaged formula in every place, where mending the first uncovers the next."""
    if edit is None:
        return None
    text = edit.apply(latex)
    for _ in range(MOST_DAMAGE):
        try:
            parse(text, lexicon)
            break
        except NotationError as error:
            if error.diagnostic.edit is None:
                break
            text = error.diagnostic.edit.apply(text)
    return Edit(Span(0, len(latex)), text)


def edit_of(document: Document, piece: FormulaPiece, edit: Edit | None) -> dict[str, object] | None:
    """A repair of what could not be read, as an edit of the file."""
    if edit is None:
        return None
    return {"latex": edit.apply(piece.latex), "edit": document.edit(piece, edit)}


def claim_report(document: Document, piece: FormulaPiece, result: LinkResult) -> ClaimReport:
    v = result.verdict
    span = cover(result.rhs) or cover(result.lhs)
    at = document.locate(piece, span) if span is not None and span.end <= len(piece.latex) else document.locate(piece)
    own = piece.path or document.path
    related = tuple(
        Related(place.line, place.column, said, "" if place.path == own else place.path) for place, said in result.related
    )
    repair = None
    if v.repair is not None:
        edit = Edit(Span(v.repair.start, v.repair.end), v.repair.text)
        repair = {"latex": v.repair.latex, "what": v.repair.what, "edit": document.edit(piece, edit)}
    return ClaimReport(
        *at, v.code, result.relation.op, latex_of(result.lhs), latex_of(result.rhs), v.status, v.method, v.sizes, v.message,
        v.assumptions, v.residual, v.witness, repair, related=related, role=result.role, readings=result.readings,
    )  # fmt: skip


def place_of(document: Document, piece: FormulaPiece, t: Term) -> tuple[int, int]:
    """Line and column of a term of a formula; of the formula where the term was made up in reading it."""
    span = cover(t)
    line, column, _, _ = document.locate(piece, span if span is not None and span.end <= len(piece.latex) else None)
    return line, column


def latex_of(t: Term) -> str:
    return "" if isinstance(t, Missing) else to_latex(t)


def verify(latex: str, given: list[str], config: Config) -> FormulaReport:
    """The report on one claim, with what is given taken as true: over its readings where the elaborator reads all of it."""
    beat(0)
    try:
        with limited(last_limit(config.budget)):
            found = claim_by_meaning(latex, given, config)
    except (Overrun, MemoryError) as cut:
        why = "it took more memory than a claim may" if isinstance(cut, MemoryError) else OUT_OF_TIME
        lines = LineMap(latex)
        at = (*lines.position(0), *lines.position(len(latex)))
        claim = ClaimReport(*at, "D514", "", "", "", "undecided", message=f"Not decided: {why}.")
        return FormulaReport("<claim>", 1, 1, at[2], "display", latex, (claim,))
    return found or verify_by_terms(latex, given, config)


def verify_by_terms(latex: str, given: list[str], config: Config) -> FormulaReport:
    """The report on one claim by the interpreter of surface terms, for what the elaborator does not read."""
    reader, lexicon = begin(config)
    for text in given:
        give(reader, text, lexicon)
        lexicon = with_functions(lexicon, reader)
    lines = LineMap(latex)

    def place(span: Span | None) -> tuple[int, int, int, int]:
        span = span or Span(0, len(latex))
        return (*lines.position(span.start), *lines.position(span.end))

    reader.trust()
    beat(0)
    started = time.perf_counter()
    try:
        with limited(last_limit(config.budget)):
            formula = parse(latex, lexicon)
    except Overrun:
        claims: tuple[ClaimReport, ...] = (
            ClaimReport(*place(None), "D514", "", "", "", "undecided", message=f"Not decided: {OUT_OF_TIME}."),
        )
    except NotationError as error:
        found = error.diagnostic
        claims = (ClaimReport(*place(error.span), found.code, "", "", "", "unreadable", message=found.message, help=found.help),)
    else:
        if too_large(formula):
            claim = ClaimReport(*place(None), "D513", "", "", "", "undecided", message=TOO_LARGE)
            return FormulaReport("<claim>", 1, 1, lines.position(len(latex))[0], "display", latex, (claim,))
        before = reader.snapshot()
        results = mended(reader.read(formula, 1, True), before, latex, lexicon, True)
        claims = tuple(
            ClaimReport(
                *place(cover(r.rhs)), r.verdict.code, r.relation.op, latex_of(r.lhs), latex_of(r.rhs), r.verdict.status, r.verdict.method,
                r.verdict.sizes, r.verdict.message, r.verdict.assumptions, r.verdict.residual, r.verdict.witness,
                None if r.verdict.repair is None else {"latex": r.verdict.repair.latex, "what": r.verdict.repair.what, "edit": None},
            )
            for r in results
        )  # fmt: skip
    end_line = lines.position(len(latex))[0]
    return FormulaReport("<claim>", 1, 1, end_line, "display", latex, claims, seconds=time.perf_counter() - started)


__all__ = ["Sym", "proofread", "verify", "verify_by_terms"]
