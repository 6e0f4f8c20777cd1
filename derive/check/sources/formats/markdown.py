"""Markdown pages: VitePress, MkDocs, MyST, Docusaurus, GitHub, notebook cells.

>>> from derive.check.sources import scan
>>> [(piece.kind, piece.latex) for piece in scan("a.md", "It costs $5 and $6, but $x=1$.").formulas]
[('inline', 'x=1')]
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from derive.check.sources.formats.markdown_rules import NESTING, comments, holds_markdown, parser
from derive.check.sources.text.document import RUN_IN, RUN_IN_LEVEL, Document, Gathering
from derive.check.sources.text.strand import Strand, join, normalise_newlines

_FRONT_MATTER = re.compile(r"\ufeff?(---[ \t]*\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?^\+\+\+)[ \t]*(?:\n|\Z)", re.S | re.M)
_MODULE = re.compile(r"(?:(?<=\n\n)|\A)(?:(?:import|export)\s[^\n]*(?:\n(?!\n)[^\n]*)*)")
_SILENT_HTML = re.compile(r"\s*<(script|style|pre|textarea|svg|code)\b", re.I)


_RELATION = re.compile(r"[=<>≤≥≈]|\\(?:leq?|geq?|approx|propto|leftarrow|sim)(?![A-Za-z])")
_HEADED = re.compile(rf"(\*\*|__){RUN_IN}(?:(?!\1)[^\n$]){{0,60}}\1")
_REMARK = re.compile(r"[.,;:]|\(.*\)[.,;:]?")
_EXPLAINED = re.compile(r",?\s*(?:where|as|since|because)\s(?!in\b)", re.I)
_GOES_ON = re.compile(r"\s*(?:&\s*)?(?:=|\\(?:leq?|geq?|approx|propto)(?![A-Za-z]))")

#: Directives inside directives are read this deep.
MAX_DEPTH = 20


@cache
def _parser() -> MarkdownIt:
    return parser()


def scan_markdown(path: str, text: str) -> Document:
    """Every formula, heading and directive of a Markdown page."""
    gathered = Gathering(path, text)
    gather_markdown(gathered, Strand.of(text))
    return gathered.document("markdown")


def gather_markdown(gathered: Gathering, source: Strand) -> None:
    """Collect from Markdown that stands anywhere in a file: a page, a notebook cell, the body of a directive."""
    source = normalise_newlines(source)
    front = _FRONT_MATTER.match(source.text)
    if front:
        source = source.cut(front.end(), len(source.text))
    elif source.text.startswith("\ufeff"):
        source = source.cut(1, len(source.text))
    if gathered.path.endswith(".mdx"):
        source = _without_modules(source)
    tokens = _parser().parse(source.text)
    deep = next((token for token in tokens if token.level >= NESTING - 1), None)
    if deep is not None:
        start = _Page(gathered, source).starts[deep.map[0]] if deep.map else 0
        message = f"Lists and quotations stand more than {NESTING // 2} deep in one another: what is below is not read."
        gathered.problem(source.place(start), "D156", message)
    _Page(gathered, source).read(tokens)


def stands_alone(children: list[Token]) -> bool:
    """Whether a paragraph opens with a formula that is a display in all but name.

    It states a relation and has only punctuation, a remark in brackets or a clause that explains it behind it; or it starts with a relation
    and goes on from the display above.
    """
    shown = [token for token in children if token.type != "softbreak" and (token.type != "text" or token.content.strip())]
    if not shown or shown[0].type != "derive_inline" or not _RELATION.search(shown[0].content):
        return False
    if len(shown) == 1 or _GOES_ON.match(shown[0].content):
        return True
    if shown[1].type != "text":
        return False
    behind = shown[1].content.strip()
    return len(shown) == 2 and bool(_REMARK.fullmatch(behind)) or bool(_EXPLAINED.match(behind))


def _without_modules(source: Strand) -> Strand:
    """MDX without its imports and exports: from their line to the next blank one they are JavaScript."""
    kept, at = [], 0
    for match in _MODULE.finditer(source.text):
        kept.append(source.cut(at, match.start()))
        at = match.end()
    return join([*kept, source.cut(at, len(source.text))]) if kept else source


class _Page:
    """One run over the tokens of one text; a class only because every step needs the text's line table."""

    def __init__(self, gathered: Gathering, source: Strand):
        self.gathered, self.source = gathered, source
        self.starts = [0, *(match.end() for match in re.finditer("\n", source.text))]

    def read(self, tokens: list[Token]) -> None:
        """Collect from block tokens, in order."""
        row: int | None = None
        row_cell = 0
        for at, token in enumerate(tokens):
            if token.type == "derive_display":
                self._display(token.meta)
            elif token.type == "derive_unclosed":
                body = self._join(token.meta["lines"])
                self.gathered.unclosed(token.meta["delimiter"], body, self.source.place(token.meta["start"]))
            elif token.type == "fence":
                self._fence(token)
            elif token.type == "html_block":
                self._html(token)
            elif token.type == "heading_open":
                self._heading(token, tokens[at + 1])
            elif token.type == "tr_open":
                row, row_cell = (token.map or [0])[0], 0
            elif token.type == "tr_close":
                row = None
            elif token.type == "inline" and row is not None:
                row_cell += 1
                if row_cell == 1:
                    self._row(row)
            elif token.type == "inline":
                if token.level == 1 and (headed := _HEADED.match(token.content)):
                    start = self._line((token.map or [0])[0])[0]
                    self.gathered.heading(RUN_IN_LEVEL, headed.group(), self.source.place(start), self.source.place_end(start))
                strand = self._inline_source(token)
                if strand is not None:
                    self._inline(token.children or [], strand, "display" if stands_alone(token.children or []) else None)

    def _line(self, number: int) -> tuple[int, int]:
        start = self.starts[number]
        end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.source.text)
        return start, end

    def _join(self, slices: list[tuple[int, int]]) -> Strand:
        """Line slices as one strand, a newline between them."""
        if len(slices) == 1:
            return self.source.cut(*slices[0])
        parts = []
        for n, (start, end) in enumerate(slices):
            # The newline itself is part of every line but the last.
            parts.append(self.source.cut(start, end + (n < len(slices) - 1)))
        return join(parts)

    def _display(self, meta: dict[str, Any]) -> None:
        start, end = self.source.place(meta["start"]), self.source.place_end(meta["end"])
        if meta["env"]:
            slices = [(meta["start"], meta["lines"][0][1]), *meta["lines"][1:]]
            slices[-1] = (slices[-1][0], meta["end"])
            self.gathered.formula("display", self._join(slices), start, end, meta["env"])
        else:
            self.gathered.formula("display", self._join(meta["lines"]), start, end)

    def _inline_source(self, token: Token) -> Strand | None:
        """The strand behind an inline token's content, which markdown-it strips of container prefixes line by line."""
        if token.map is None:
            return None
        parts: list[Strand] = []
        lines = token.content.split("\n")
        for n, line in enumerate(lines):
            if token.map[0] + n >= len(self.starts):
                return None
            start, end = self._line(token.map[0] + n)
            body = line.lstrip()
            raw = self.source.text[start:end]
            at = len(raw) - len(body) if raw.endswith(body) else raw.rstrip().rfind(body.rstrip())
            if at < 0:
                return None
            spaces = len(line) - len(body)
            place = self.source.place(start + at)
            parts.append(Strand(" " * spaces, [place] * spaces, [place] * spaces, place))
            body_end = start + at + len(body)
            parts.append(self.source.cut(start + at, min(body_end, end)))
            if n < len(lines) - 1:
                parts.append(self.source.cut(end, end + 1))
        made = join(parts)
        return made if made.text == token.content else None

    def _row(self, line: int) -> None:
        r"""A table row is read as a whole, so that an unescaped bar inside dollars does not hide a formula."""
        start, end = self._line(line)
        raw = self.source.cut(start, end).replace(r"\\\|", "|")
        tokens = _parser().parseInline(raw.text)
        self._inline(tokens[0].children or [], raw, "table")

    def _inline(self, children: list[Token], strand: Strand, kind: str | None = None) -> None:
        for token in children:
            if not token.type.startswith("derive_"):
                continue
            meta = token.meta
            start, end = strand.place(meta["start"]), strand.place_end(meta["end"])
            body = strand.cut(*meta["body"])
            if token.type == "derive_comment":
                self.gathered.directive(body.text, body, start, end)
            elif token.type == "derive_inline_unclosed":
                self.gathered.unclosed("$$", body, start, kind or "display")
            else:
                self.gathered.formula(kind or meta["kind"], body, start, end)
                kind = None if kind == "display" else kind  # only the first of a paragraph is one

    def _heading(self, token: Token, inline: Token) -> None:
        first, last = token.map or [0, 1]
        start, end = self._line(first)[0], self._line(last - 1)[1]
        self.gathered.heading(int(token.tag[1:]), inline.content, self.source.place(start), self.source.place_end(end))

    def _html(self, token: Token) -> None:
        """Directives in comments; formulas in other HTML, which sites that render in the browser do show."""
        first, last = token.map or [0, 0]
        if last <= first:
            return
        block = self.source.cut(self._line(first)[0], self._line(min(last, len(self.starts)) - 1)[1])
        shown, done = [], 0
        for start, words, close, end in comments(block.text):
            body = block.cut(words, close)
            self.gathered.directive(body.text, body, block.place(start), block.place_end(end))
            shown += [block.text[done:start], " " * (end - start)]
            done = end
        if _SILENT_HTML.match(block.text) or ("$" not in block.text and "\\" not in block.text):
            return
        tokens = _parser().parseInline("".join([*shown, block.text[done:]]))
        self._inline([t for t in tokens[0].children or [] if t.type == "derive_inline"], block)

    def _fence(self, token: Token) -> None:
        info = token.info.strip()
        first, last = token.map or [0, 0]
        name = re.match(r"\{([\w:-]+)\}", info)
        if not (info == "math" or name):
            return
        last = min(last, len(self.starts))
        lines = [self._body_line(number) for number in range(first + 1, last)]
        raw_last = self.source.text[slice(*self._line(last - 1))] if last - 1 > first else ""
        if lines and token.markup and raw_last.strip(" \t>").startswith(token.markup):
            lines.pop()
        opening = self._line(first)
        mark = opening[0] + max(0, self.source.text[slice(*opening)].find(token.markup or "```"))
        end = self.source.place_end(self._line(last - 1)[1])
        if name and holds_markdown(name[1]):
            if lines and self.gathered.depth < MAX_DEPTH:
                self.gathered.depth += 1
                gather_markdown(self.gathered, self._join(lines))
                self.gathered.depth -= 1
            return
        if info == "math" or (name and name[1] == "math"):
            if name:
                lines = self._after_options(lines)
                argument = self._argument(opening)
                lines = [argument, *lines] if argument else lines
            if lines:
                body = self._join(lines)
                self.gathered.formula("display", body, self.source.place(mark), end)

    def _argument(self, opening: tuple[int, int]) -> tuple[int, int] | None:
        """The words after ``{math}`` on the line of a directive: the first line of its formula."""
        text = self.source.text[slice(*opening)]
        match = re.search(r"\{math\}[ \t]*(?=\S)", text)
        return (opening[0] + match.end(), opening[1]) if match else None

    def _after_options(self, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The lines of a directive without its options, which stand as ``:label: one`` or between lines of dashes."""
        texts = [self.source.text[slice(*line)].strip() for line in lines]
        if texts and texts[0] == "---" and "---" in texts[1:]:
            return lines[texts.index("---", 1) + 1 :]
        first = next((n for n, text in enumerate(texts) if not re.match(r":[\w-]+:", text)), len(texts))
        return lines[first:]

    def _body_line(self, number: int) -> tuple[int, int]:
        """A line inside a fence, without quotation marks before it."""
        start, end = self._line(number)
        prefix = re.match(r"(?:[ \t]*>)*[ \t]?", self.source.text[start:end])
        quoted = prefix is not None and ">" in prefix.group()
        return (start + prefix.end() if quoted and prefix else start), end
