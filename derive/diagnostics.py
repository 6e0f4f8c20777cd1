"""Spans in a source text, and what is said about them.

A :class:`Span` is a half-open range of character offsets in one formula's LaTeX.  A
:class:`Diagnostic` is a finding with a stable code (``D1xx`` reading, ``D2xx`` types and shapes,
``D3xx`` names and scope, ``D4xx`` false or conditional, ``D5xx`` undecided).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` up to but not including ``end`` of a formula's source.

    >>> Span(2, 5).cover(Span(4, 9))
    Span(start=2, end=9)
    """

    start: int
    end: int

    def cover(self, other: Span | None) -> Span:
        """The smallest span that holds both."""
        if other is None:
            return self
        return Span(min(self.start, other.start), max(self.end, other.end))

    def of(self, source: str) -> str:
        """The characters of ``source`` that the span names."""
        return source[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of ``span`` by ``text``."""

    span: Span
    text: str

    def apply(self, source: str) -> str:
        """``source`` after the edit.

        >>> Edit(Span(1, 2), "+").apply("a-b")
        'a+b'
        """
        return source[: self.span.start] + self.text + source[self.span.end :]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and what would mend it."""

    code: str
    message: str
    span: Span | None = None
    severity: Severity = "error"
    help: str | None = None
    edit: Edit | None = None


class NotationError(Exception):
    """A formula that cannot be read in full: ``span`` is the first offending place."""

    def __init__(self, message: str, span: Span, code: str = "D101", help: str | None = None, edit: Edit | None = None):
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, span, help=help, edit=edit)

    @property
    def span(self) -> Span:
        assert self.diagnostic.span is not None
        return self.diagnostic.span


@dataclass(slots=True)
class LineMap:
    r"""Turns character offsets of a text into 1-based lines and columns.

    >>> LineMap("ab\ncd").position(4)
    (2, 2)
    """

    text: str
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0]
        for at, char in enumerate(self.text):
            if char == "\n":
                self.starts.append(at + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of a character, both counted from 1."""
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle)
        return low + 1, offset - self.starts[low] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its newline."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r")
