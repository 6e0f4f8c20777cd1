r"""How a formula is read: its core terms, what each name is taken for, and where reading stops."""

from __future__ import annotations

from collections.abc import Mapping

from derive.check.config import Config
from derive.check.proofreading.meaning import macros_for, page_reader
from derive.check.proofreading.proofread import directed
from derive.check.proofreading.sentences import words_around
from derive.check.sources import DirectivePiece, FormulaPiece, HeadingPiece, scan
from derive.diagnostics import NotationError
from derive.page.page_reader import PageReader
from derive.page.saying.told import Told, whole
from derive.syntax.lex.tokens import Macro
from derive.syntax.sound.whole import whole as sound
from derive.verify.describing import describe_readings

#: Seconds a claim of a page may take when only what the page says is wanted.
READING_SECONDS = 0.05


def show_reading(
    latex: str, macros: Mapping[str, Macro], symbols: Mapping[str, str], told: list[Told] | None = None, path: str = ""
) -> tuple[str, int]:
    """What each name of a formula is taken for, and what the page has said of it; or the place where reading stops; and the exit code."""
    try:
        sound(latex, macros)
    except NotationError as error:
        return _stopped(latex, error), 1
    given = [
        f"{whole(t.statement.terms[0], t.latex)}{t.statement.rels[0]}{whole(t.statement.terms[-1], t.latex)}" for t in told or []
    ]
    lines = [f"{path}:{t.line}: {t.role}: {said}" for t, said in zip(told or [], given, strict=True)]
    text = describe_readings(latex, symbols, macros) or describe_readings(f"{latex} = {latex}", symbols, macros)
    return "\n".join([*lines, text]) if lines else text, 0


def context_of(
    path: str, text: str, config: Config, latex: str, line: int | None = None
) -> tuple[Mapping[str, Macro], PageReader, list[Told]]:
    """The macros of a page down to a line, its reader, and what the page says there of the names in a formula."""
    document = scan(path, text, config)
    macros = macros_for(config, document.macros)
    pages = page_reader(config, macros)
    pages.seconds = min(pages.seconds, READING_SECONDS)
    for piece in document.pieces:
        at = document.locate(piece)[0]
        if line is not None and at >= line:
            break
        if isinstance(piece, HeadingPiece):
            pages.heading(piece.level)
        elif isinstance(piece, DirectivePiece):
            directed(document, piece, pages)
        elif isinstance(piece, FormulaPiece):
            try:
                pages.read(piece.latex, words_around(document, piece), at)
            except (NotationError, RecursionError):
                continue
    return macros, pages, pages.told_of(latex)


def _stopped(latex: str, error: NotationError) -> str:
    span = error.span
    begin = latex.rfind("\n", 0, span.start) + 1
    end = latex.find("\n", span.start)
    line = latex[begin : end if end >= 0 else len(latex)]
    number, column = latex.count("\n", 0, span.start) + 1, span.start - begin + 1
    width = max(1, min(span.end, begin + len(line)) - span.start)
    text = f"<formula>:{number}:{column}: {error.diagnostic.code} {error}\n  {line}\n  {' ' * (column - 1)}{'^' * width}\n"
    return text + (f"  help: {error.diagnostic.help}\n" if error.diagnostic.help else "")
