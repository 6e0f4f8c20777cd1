"""A document as the checker sees it: formulas, headings and directives in source order, with exact places."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from derive.check.findings import ClaimReport, FormulaReport, Problem
from derive.check.sources.text.places import closing_brace, count
from derive.check.sources.text.strand import Lines, Strand
from derive.check.sources.text.words import prose
from derive.diagnostics import Edit, Span


@dataclass(frozen=True, slots=True)
class FormulaPiece:
    r"""One formula.

    ``latex`` is what a reader is given; ``verbatim`` is the file's own text between the delimiters wherever
    that is one unbroken stretch (they differ only in line endings, quotation marks, comments and table escapes).
    ``start`` and ``end`` are file offsets that include the delimiters.  ``cell`` counts notebook cells from 1.
    ``path`` is the file that the offsets belong to, which an ``\input`` makes another than the document's.
    """

    kind: str
    strand: Strand
    verbatim: str
    start: int
    end: int
    env: str = ""
    cell: int | None = None
    cell_line: int | None = None
    path: str = ""

    @property
    def latex(self) -> str:
        """The text to parse."""
        return self.strand.text

    def offset_of(self, offset: int) -> int:
        """The file offset of a character of ``latex``."""
        return self.strand.place(offset)

    def file_span(self, span: Span | None) -> tuple[int, int]:
        """File offsets of a span of ``latex``; of the whole formula for None."""
        if span is None or not self.strand.text:
            return self.start, self.end
        start = self.strand.place(span.start)
        return start, max(start, self.strand.place_end(span.end)) if span.end > span.start else start


#: How a paragraph begins that stands for itself, as a section does: what one exercise supposes says nothing of the next.
RUN_IN = r"(?:Exercise|Problem|Question|习题|练习|问题)(?![A-Za-z])"
RUN_IN_LEVEL = 6


@dataclass(frozen=True, slots=True)
class HeadingPiece:
    """A section heading: definitions made below it end with the section."""

    level: int
    text: str
    start: int
    end: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class DirectivePiece:
    r"""An instruction in a comment: ``derive: assume \gamma = 1``, ``derive: ignore D401 because …``.

    ``verb`` is the first word in lower case, ``body`` what follows it (without the reason), ``reason`` what
    stands after "because".
    """

    verb: str
    body: str
    reason: str | None
    start: int
    end: int
    strand: Strand | None = field(default=None, compare=False, repr=False)
    path: str = ""


Piece = FormulaPiece | HeadingPiece | DirectivePiece


class Macro(NamedTuple):
    """A macro found in the source: how many arguments it takes, its body with ``#1`` … in their places, and what the first is where it is left out."""

    arity: int
    body: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and its line table."""

    text: str = field(repr=False)
    lines: Lines = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file read: its pieces in source order, the macros it defines, and what could not be read.

    ``sources`` holds the file itself and every file it includes;
    ``beside`` the files of its site that macros are from; ``cells`` the Markdown cells of a notebook by their numbers;
    ``prose`` what readers of the page see of each file, every character in its place.
    """

    path: str
    flavour: str
    sources: Mapping[str, Source] = field(repr=False)
    pieces: tuple[Piece, ...] = ()
    macros: Mapping[str, Macro] = field(default_factory=dict)
    broken: tuple[FormulaReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    escape: str = ""
    cells: tuple[tuple[int, Strand], ...] = field(default=(), repr=False)
    beside: tuple[str, ...] = ()
    prose: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The text of the file itself."""
        return self.sources[self.path].text

    @property
    def formulas(self) -> Iterator[FormulaPiece]:
        """The formulas alone."""
        return (piece for piece in self.pieces if isinstance(piece, FormulaPiece))

    @property
    def needs(self) -> tuple[str, ...]:
        """The other files that were read."""
        return (*(path for path in self.sources if path != self.path), *self.beside)

    def position(self, offset: int, path: str = "") -> tuple[int, int]:
        """(line, column) of a file offset, both from 1."""
        return self.sources[path or self.path].lines.position(offset)

    def locate(self, piece: Piece, span: Span | None = None) -> tuple[int, int, int, int]:
        """(line, column, end_line, end_column) of a piece, or of a span of a formula's LaTeX, in the file."""
        start, end = piece.file_span(span) if isinstance(piece, FormulaPiece) else (piece.start, piece.end)
        return (*self.position(start, piece.path), *self.position(end, piece.path))

    def cell_at(self, line: int, column: int) -> tuple[int, int] | None:
        """(cell, line in it), both from 1, of a place in a notebook; None outside of its Markdown cells."""
        offset = self.sources[self.path].lines.offset(line, column)
        return next(
            ((number, cell_line(cell, offset)) for number, cell in self.cells if cell.start <= offset <= cell.end),
            None,
        )

    def edit(self, piece: FormulaPiece, edit: Edit) -> dict[str, Any] | None:
        """An edit of a formula's LaTeX as an edit of the file; None where the file's text is not one stretch there.

        >>> from derive.check.sources import scan
        >>> page = scan("page.md", "so $a=b$")
        >>> page.edit(next(page.formulas), Edit(Span(1, 2), "<"))["start"]
        5
        """
        old, new, start, end = edit.span.of(piece.latex), edit.text, edit.span.start, edit.span.end
        # The smallest change: what both texts share stays as the file has it (line prefixes, escapes).
        while old and new and old[0] == new[0]:
            old, new, start = old[1:], new[1:], start + 1
        while old and new and old[-1] == new[-1]:
            old, new, end = old[:-1], new[:-1], end - 1
        at = piece.strand.place(start)
        to = max(at, piece.strand.place_end(end)) if end > start else at
        if self.escape == "" and piece.strand.cut(start, end + 1).contiguous:
            text = new
        else:
            spliced = self._spliced(piece, start, old, new, at, to)
            if spliced is None:
                return None
            text, to = spliced
        line, column = self.position(at, piece.path)
        end_line, end_column = self.position(to, piece.path)
        return {
            "start": at,
            "end": to,
            "text": text,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        }

    def _spliced(self, piece: FormulaPiece, start: int, old: str, new: str, at: int, to: int) -> tuple[str, int] | None:
        """The file's text from ``at`` on with each difference put in, so that quotation marks between lines stay; and its end."""
        source = self.sources[piece.path or self.path].text
        parts = []
        done = at
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            if not piece.strand.cut(start + a, start + b).contiguous:
                return None
            begin = piece.strand.place(start + a)
            finish = piece.strand.place_end(start + b) if b > a else begin
            text = json.dumps(new[c:d], ensure_ascii=False)[1:-1] if self.escape == "json" else new[c:d]
            parts += [source[done:begin], text]
            done = finish
        return "".join([*parts, source[done:to]]), max(done, to)

    def report(self, piece: FormulaPiece, claims: tuple[ClaimReport, ...] = (), seconds: float = 0.0) -> FormulaReport:
        """The report on a formula, its place filled in."""
        line, column = self.position(piece.start, piece.path)
        end_line, _ = self.position(max(piece.start, piece.end - 1), piece.path)
        return FormulaReport(
            piece.path or self.path,
            line,
            column,
            end_line,
            piece.kind,
            piece.verbatim,
            claims,
            piece.cell,
            piece.cell_line,
            seconds,
        )


@dataclass(slots=True)
class Gathering:
    """What a scanner has collected so far (the only mutable thing here; scanners return a Document)."""

    path: str
    text: str
    pieces: list[Piece] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=dict)
    broken: list[FormulaReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    lines: Lines = field(init=False)
    cells: list[tuple[int, Strand]] = field(default_factory=list)
    depth: int = 0

    def __post_init__(self) -> None:
        self.lines = Lines.of(self.text)
        self.sources[self.path] = Source(self.text, self.lines)

    def within(self, path: str, text: str) -> Gathering:
        """A gathering for an included file, into the same lists."""
        return Gathering(path, text, self.pieces, self.macros, self.broken, self.problems, self.sources)

    @property
    def cell(self) -> int | None:
        """The number of the notebook cell that is being read."""
        return self.cells[-1][0] if self.cells else None

    def _cell_line(self, start: int) -> int | None:
        return cell_line(self.cells[-1][1], start) if self.cells else None

    def formula(self, kind: str, body: Strand, start: int, end: int, env: str = "") -> None:
        """Keep a formula, unless there is nothing between its delimiters or it only defines macros."""
        if not body.text.strip():
            return
        left = self.take_macros(body.text)
        if not left.strip():
            return
        verbatim = self.text[body.start : body.end] if body.contiguous and self.cell is None else body.text
        place = (self.cell, self._cell_line(start), self.path)
        self.pieces.append(FormulaPiece(kind, body, verbatim, start, end, env, *place))

    def heading(self, level: int, text: str, start: int, end: int) -> None:
        """Keep a heading."""
        self.pieces.append(HeadingPiece(level, text, start, end, self.path))

    def unclosed(self, delimiter: str, body: Strand, start: int, kind: str = "display") -> None:
        """Report a delimiter that nothing closes as a formula that cannot be read."""
        line, column = self.lines.position(start)
        end_line, _ = self.lines.position(max(start, body.end))
        message = f"This {delimiter} is never closed; reading goes on at the next blank line."
        claim = ClaimReport(
            line, column, line, column + len(delimiter), "D110", "", "", "", "unreadable", message=message,
            help=f"Close the formula with {_CLOSERS.get(delimiter, delimiter)}.", severity="error",
        )  # fmt: skip
        place = (self.cell, self._cell_line(start))
        latex = body.text.rstrip()
        self.broken.append(FormulaReport(self.path, line, column, max(line, end_line), kind, latex, (claim,), *place))

    def directive(self, text: str, strand: Strand | None, start: int, end: int) -> None:
        """Keep a ``derive:`` comment's instruction."""
        match = re.match(r"\s*derive:\s*([A-Za-z-]+)\s*(.*?)\s*$", text, re.S)
        if not match:
            return
        verb, body = match[1].lower(), match[2]
        reason = None
        if verb in ("ignore", "ignore-file"):
            parts = re.split(r"\s*\bbecause\b:?\s*", body, maxsplit=1)
            body, reason = parts[0], parts[1].strip() or None if len(parts) > 1 else None
        inner = strand.cut(match.start(2), match.start(2) + len(body)) if strand else None
        self.pieces.append(DirectivePiece(verb, body, reason, start, end, inner, self.path))

    def problem(self, offset: int, code: str, message: str, help: str | None = None, severity: str = "error") -> None:
        """Keep a finding about the file itself."""
        line, column = self.lines.position(offset)
        self.problems.append(Problem(self.path, line, column, code, message, severity, help))

    def take_macros(self, latex: str) -> str:
        r"""Collect ``\newcommand`` and its relatives; give back what is left.

        >>> page = Gathering("p.md", "")
        >>> page.take_macros(r"\newcommand{\E}{\mathbb{E}} x"), page.macros["E"].body
        (' x', '\\mathbb{E}')
        """
        if not _MACRO_HINT.search(latex):
            return latex
        left, at = [], 0
        for match in _MACRO.finditer(latex):
            if match.start() < at:
                continue
            end = self._take(latex, match)
            if end is not None:
                left.append(latex[at : match.start()])
                at = end
        return "".join([*left, latex[at:]])

    def take_macro(self, latex: str, start: int) -> int | None:
        """Collect the macro that is defined at an offset; the offset after it, None where there is none."""
        match = _MACRO.match(latex, start)
        return self._take(latex, match) if match else None

    def _take(self, latex: str, match: re.Match[str]) -> int | None:
        body_end = closing_brace(latex, match.end())
        if body_end is None:
            return None
        body = latex[match.end() : body_end] if body_end - match.end() <= LONGEST_MACRO else ""
        if match["operator"]:
            body = r"\operatorname" + ("*" if match["star"] else "") + "{" + body + "}"
        arity = int(match["arity"] or 0) or len(re.findall("#", match["hashes"] or ""))
        name = match["name"] or match["name2"] or match["name3"] or match["name4"]
        self.macros[name.removeprefix("\\")] = Macro(arity, body, match["default"] if arity else None)
        return body_end + 1

    def document(self, flavour: str, escape: str = "") -> Document:
        """The finished document."""
        alone = len(self.sources) == 1
        pieces = tuple(sorted(self.pieces, key=lambda piece: piece.start)) if alone else tuple(self.pieces)
        found = (pieces, dict(self.macros), tuple(self.broken), tuple(self.problems))
        cells = [cell for _, cell in self.cells]
        words = {path: prose(source.text, flavour, cells) for path, source in self.sources.items()}
        return Document(self.path, flavour, self.sources, *found, escape, tuple(self.cells), prose=words)


def cell_line(cell: Strand, offset: int) -> int:
    """The line of a notebook cell, from 1, on which a file offset stands."""
    return count(cell.text, "\n", bisect_right(cell.starts, offset)) + 1


#: Characters of the longest macro that is kept; what is longer is no notation, and a macro for it is empty.
LONGEST_MACRO = 10_000

_CLOSERS = {r"\[": r"\]", r"\(": r"\)"}
_MACRO_HINT = re.compile(r"\\(?:(?:new|renew|provide)command|def|DeclareMathOperator)(?![A-Za-z])")
_MACRO = re.compile(
    r"""(?:\\(?:new|renew|provide)command\*?\s*(?:\{\s*(?P<name>\\[A-Za-z]+)\s*\}|(?P<name2>\\[A-Za-z]+))\s*
            (?:\[(?P<arity>\d)\]\s*)?(?:\[(?P<default>[^\]]{0,500})\]\s*)?
       | \\def\s*(?P<name3>\\[A-Za-z]+)\s*(?P<hashes>(?:\#\d)*)\s*
       | \\(?P<operator>DeclareMathOperator)(?P<star>\*?)\s*\{\s*(?P<name4>\\[A-Za-z]+)\s*\}\s*)\{""",
    re.X,
)
