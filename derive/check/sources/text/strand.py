"""Text that remembers, character by character, where in the file it came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Strand:
    r"""``text[i]`` stands in the file at ``starts[i]`` up to but not including ``ends[i]``.

    A whole file is its own strand; cutting, joining and unescaping keep the places.

    >>> word = Strand.of("say $x$").cut(5, 6)
    >>> word.text, word.start, word.end
    ('x', 5, 6)
    """

    text: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)
    origin: int = 0

    @staticmethod
    def of(text: str) -> Strand:
        """The strand of a whole file."""
        return Strand(text, range(len(text)), range(1, len(text) + 1))

    def cut(self, start: int, end: int) -> Strand:
        """The characters from ``start`` up to ``end``."""
        return Strand(self.text[start:end], self.starts[start:end], self.ends[start:end], self.place(start))

    def place(self, offset: int) -> int:
        """The file offset of a character; of the end for an offset at or past the end."""
        if offset < len(self.starts):
            return self.starts[offset]
        return self.ends[-1] if len(self.ends) else self.origin

    def place_end(self, offset: int) -> int:
        """The file offset just past the character before ``offset``."""
        return self.ends[min(offset, len(self.ends)) - 1] if offset > 0 and len(self.ends) else self.origin

    @property
    def start(self) -> int:
        """Where the first character begins in the file."""
        return self.place(0)

    @property
    def end(self) -> int:
        """Where the last character ends in the file."""
        return self.place_end(len(self.text))

    @property
    def contiguous(self) -> bool:
        """Whether the file holds these characters one beside the other, nothing between them."""
        if isinstance(self.starts, range) and isinstance(self.ends, range):
            return True
        return all(end == start for end, start in zip(self.ends[:-1], self.starts[1:], strict=True))

    def strip(self) -> Strand:
        """Without white space around."""
        lead = len(self.text) - len(self.text.lstrip())
        return self.cut(lead, max(lead, len(self.text.rstrip())))

    def replace(self, pattern: str, text: str) -> Strand:
        r"""Each match of a pattern becomes one replacement that stands where the match stood.

        >>> Strand.of("a\r\nb").replace("\r\n?", "\n").text
        'a\nb'
        """
        parts: list[Strand] = []
        at = 0
        for match in re.finditer(pattern, self.text):
            begin, end = match.span()
            if begin == end:
                continue
            parts.append(self.cut(at, begin))
            parts.append(Strand(text, [self.place(begin)] * len(text), [self.place_end(end)] * len(text), self.place(begin)))
            at = end
        if not parts:
            return self
        return join([*parts, self.cut(at, len(self.text))])


def join(parts: Iterable[Strand]) -> Strand:
    """Strands one after the other."""
    kept = list(parts)
    starts: list[int] = []
    ends: list[int] = []
    for part in kept:
        starts.extend(part.starts)
        ends.extend(part.ends)
    return Strand("".join(part.text for part in kept), starts, ends, kept[0].origin if kept else 0)


def normalise_newlines(strand: Strand) -> Strand:
    r"""Every ``\r\n`` and lone ``\r`` as one newline, as Markdown and TeX read them."""
    return strand.replace("\r\n?", "\n") if "\r" in strand.text else strand


@dataclass(frozen=True, slots=True)
class Lines:
    r"""1-based lines and columns of a file; a byte order mark takes no column.

    >>> Lines.of("ab\ncd").position(4)
    (2, 2)
    """

    starts: tuple[int, ...]
    mark: bool = False

    @staticmethod
    def of(text: str) -> Lines:
        """The line table of a text."""
        starts = (0, *(match.end() for match in re.finditer("\n", text)))
        return Lines(starts, text.startswith("\ufeff"))

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of a character."""
        line = bisect_right(self.starts, max(0, offset))
        column = offset - self.starts[line - 1] + 1
        return line, max(1, column - 1) if self.mark and line == 1 else column

    def offset(self, line: int, column: int) -> int:
        r"""The offset of a position: the inverse of :meth:`position`.

        >>> Lines.of("ab\ncd").offset(2, 2)
        4
        """
        return self.starts[line - 1] + column - 1 + (self.mark and line == 1)

    def text(self, source: str, number: int) -> str:
        """A line of the source, without its newline."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(source)
        line = source[start:end].rstrip("\r\n")
        return line.removeprefix("\ufeff") if self.mark and number == 1 else line
