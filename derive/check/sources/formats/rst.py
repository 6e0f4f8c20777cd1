r"""reStructuredText: ``.. math::`` directives and ``:math:`` roles, read line by line so that every place is exact.

>>> from derive.check.sources import scan
>>> [piece.latex for piece in scan("a.rst", "so :math:`x=1` holds\n\n.. math:: y = 2\n").formulas]
['x=1', 'y = 2']
"""

from __future__ import annotations

import re

from derive.check.sources.text.document import Document, Gathering
from derive.check.sources.text.strand import Strand, join, normalise_newlines

_DIRECTIVE = re.compile(r"(?P<indent>[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+)?)\.\.(?:[ \t]+|$)(?P<rest>.*)$")
_NAME = re.compile(r"(?:\|[^|]+\|\s+)?(?P<name>[\w:+.-]+)::(?:[ \t]+(?P<argument>.*))?$")
_ROLE = re.compile(
    r"``.+?``(?!`)|:math:`(?P<before>(?:[^`\\]|\\.)+)`|`(?P<after>(?:[^`\\]|\\.)+)`:math:|(?<![:`\w])`(?P<default>(?:[^`\\]|\\.)+)`(?![`_:])",
    re.S,
)
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_<>])\1{2,}[ \t]*$")
_HIDDEN = {
    "code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "raw", "highlight", "doctest", "testcode",
    "testoutput", "ipython", "prompt", "mermaid", "graphviz", "digraph", "program-output", "command-output", "jupyter-execute",
    "plot", "csv-table",
}  # fmt: skip


def scan_rst(path: str, text: str) -> Document:
    """Every formula, heading and directive of a reStructuredText page."""
    gathered = Gathering(path, text)
    source = normalise_newlines(Strand.of(text))
    if source.text.startswith("\ufeff"):
        source = source.cut(1, len(source.text))
    _Page(gathered, source).read()
    return gathered.document("rst")


class _Page:
    """One run over the lines of one text."""

    def __init__(self, gathered: Gathering, source: Strand):
        self.gathered, self.source = gathered, source
        starts = [0, *(match.end() for match in re.finditer("\n", source.text))]
        self.lines = [(start, end - 1) for start, end in zip(starts, [*starts[1:], len(source.text) + 1], strict=True)]
        self.levels: list[str] = []
        self.default_role = False

    def text(self, number: int) -> str:
        """A line without its newline."""
        return self.source.text[slice(*self.lines[number])]

    def indent(self, number: int) -> int:
        """White space before a line; tabs count to the next multiple of eight."""
        line = self.text(number).expandtabs(8)
        return len(line) - len(line.lstrip())

    def block_end(self, first: int, indent: int) -> int:
        """The line after an indented block whose lines stand further right than ``indent``."""
        stop = first
        for number in range(first, len(self.lines)):
            if not self.text(number).strip():
                continue
            if self.indent(number) <= indent:
                break
            stop = number + 1
        return stop

    def read(self) -> None:
        """Collect from all lines, in order."""
        self.span(0, len(self.lines))

    def span(self, first: int, last: int, kind: str = "inline") -> None:
        """Collect from some lines; paragraphs are read as a whole, because a role may run over a line's end."""
        number = first
        while number < last:
            line = self.text(number)
            match = _DIRECTIVE.match(line)
            if match:
                number = self.directive(number, match, last)
                continue
            if not line.strip():
                number += 1
                continue
            if line.lstrip().startswith(">>>"):
                number = self.paragraph_end(number, last)
                continue
            stop = self.paragraph_end(number, last)
            self.paragraph(number, stop, kind)
            number = stop
            if self.text(stop - 1).rstrip().endswith("::"):
                after = next((n for n in range(stop, last) if self.text(n).strip()), last)
                if after < last and self.indent(after) > self.indent(stop - 1):
                    number = self.block_end(after, self.indent(stop - 1))

    def paragraph_end(self, first: int, last: int) -> int:
        """The line after a paragraph."""
        number = first
        while number < last and self.text(number).strip() and not (number > first and _DIRECTIVE.match(self.text(number))):
            number += 1
        return number

    def paragraph(self, first: int, last: int, kind: str) -> None:
        """Collect headings and roles from one paragraph."""
        for number in range(first, last - 1):
            title, under = self.text(number), self.text(number + 1)
            if _UNDERLINE.match(under) and title.strip() and not _UNDERLINE.match(title) and not title[0].isspace():
                mark = under[0] + ("o" if number > first and _UNDERLINE.match(self.text(number - 1)) else "")
                if mark not in self.levels:
                    self.levels.append(mark)
                start, end = self.lines[number][0], self.lines[number + 1][1]
                place, place_end = self.source.place(start), self.source.place_end(end)
                self.gathered.heading(self.levels.index(mark) + 1, title.strip(), place, place_end)
        line = self.text(first).lstrip()
        if line.startswith("+-") or re.match(r"=+ +=+", line):
            kind = "table"
        start, end = self.lines[first][0], self.lines[last - 1][1]
        self.roles(start, end, kind)

    def roles(self, start: int, end: int, kind: str) -> None:
        """Collect ``:math:`` roles (and bare backquotes where the default role is math)."""
        for match in _ROLE.finditer(self.source.text, start, end):
            group = next((name for name in ("before", "after", "default") if match[name] is not None), None)
            if group is None or (group == "default" and not self.default_role):
                continue
            body = self.source.cut(*match.span(group))
            self.gathered.formula(kind, body, self.source.place(match.start()), self.source.place_end(match.end()))

    def directive(self, number: int, match: re.Match[str], last: int) -> int:
        """Read ``.. something``; the first line after it."""
        indent = len(match["indent"].expandtabs(8))
        stop = max(number + 1, min(last, self.block_end(number + 1, indent)))
        named = _NAME.match(match["rest"])
        start = self.lines[number][0] + len(match["indent"])
        if named is None:
            if re.match(r"\[[^\]]+\]\s|_", match["rest"]):  # a footnote, citation or target holds text
                self.roles(self.lines[number][0], self.lines[number][1], "inline")
                self.span(number + 1, stop)
                return stop
            end = self.lines[stop - 1][1]
            body = self.source.cut(start + 2, end)
            self.gathered.directive(body.text, body, self.source.place(start), self.source.place_end(end))
            return stop
        name = named["name"].lower()
        if name == "default-role":
            self.default_role = (named["argument"] or "").strip() == "math"
        elif name == "math":
            self.maths(number, stop, start, match.start("rest") + named.start("argument") if named["argument"] else None)
        elif name not in _HIDDEN:
            self.roles(self.lines[number][0], self.lines[number][1], "inline")
            self.span(number + 1, stop, "table" if name in ("list-table", "table") else "inline")
        return stop

    def maths(self, number: int, stop: int, start: int, argument: int | None) -> None:
        """A ``math`` directive: its argument, then its content; a blank line parts one formula from the next."""
        groups: list[list[tuple[int, int]]] = [[]]
        if argument is not None:
            groups[-1].append((self.lines[number][0] + argument, self.lines[number][1]))
        options = True
        for inner in range(number + 1, stop):
            line = self.text(inner)
            if options and re.match(r"\s*:[\w-]+:", line):
                continue
            options = False
            if line.strip():
                groups[-1].append(self.lines[inner])
            elif groups[-1]:
                groups.append([])
        for n, lines in enumerate(group for group in groups if group):
            body = join(self.source.cut(a, b + (m < len(lines) - 1)) for m, (a, b) in enumerate(lines))
            begin = self.source.place(start) if n == 0 else body.strip().start
            self.gathered.formula("display", body, begin, body.strip().end)
