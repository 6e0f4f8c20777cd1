r"""A pipe table of a Markdown text as a grid of cells, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
CELL = re.compile(r"((?:\\.|\$(?:\\.|[^$\\])+\$|[^|\\])*)(\||$)")
MATH = re.compile(r"\$((?:\\.|[^$\\])+)\$")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two bars: ``text`` without the blanks around it, ``start`` and ``end`` in the file."""

    text: str
    start: int
    end: int

    @property
    def formulas(self) -> list[str]:
        """The formulas in it, with bars unescaped."""
        return [m[1].replace(r"\|", "|") for m in MATH.finditer(self.text)]

    @property
    def words(self) -> str:
        """What stands beside its formulas."""
        return MATH.sub(" ", self.text).strip()


@dataclass(frozen=True, slots=True)
class Grid:
    """A header and rows of as many cells; ``start`` and ``end`` bound the table in the file."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int


def lines_at(text: str, offset: int) -> list[tuple[int, str]]:
    """The lines with bars around an offset of a text, each with its place."""
    start = text.rfind("\n", 0, offset) + 1
    while start and "|" in text[text.rfind("\n", 0, start - 1) + 1 : start - 1]:
        start = text.rfind("\n", 0, start - 1) + 1
    lines: list[tuple[int, str]] = []
    while start < len(text):
        stop = text.find("\n", start)
        line = text[start : stop if stop >= 0 else len(text)]
        if "|" not in line:
            break
        lines.append((start, line))
        start += len(line) + 1
    return lines


def grid_at(text: str, offset: int) -> Grid | None:
    r"""The pipe table around an offset of a text; None where there is none.

    >>> page = "| $x$ | $2x$ |\n| --- | --- |\n| 1 | $2$ |\n"
    >>> [[cell.text for cell in row] for row in grid_at(page, 4).rows]
    [['1', '$2$']]
    """
    return grid_of(lines_at(text, offset))


def grid_of(lines: list[tuple[int, str]]) -> Grid | None:
    """The table that some lines are; None where they are none."""
    if len(lines) < 3 or not RULE.fullmatch(lines[1][1].rstrip("\r")):
        return None
    header = cells(*lines[0])
    rows = tuple(cells(*line) for line in lines[2:])
    return Grid(header, tuple(r for r in rows if len(r) == len(header)), lines[0][0], sum(map(len, lines[-1][1:])) + lines[-1][0])


def cells(start: int, line: str) -> tuple[Cell, ...]:
    """The cells of a line; bars within formulas and escaped ones do not part them."""
    found = []
    line = line.rstrip()
    at = len(line) - len(line.lstrip())
    at += line[at : at + 1] == "|"
    while at < len(line):
        match = CELL.match(line, at)
        if match is None:
            break
        inner = match[1]
        left = match.start(1) + len(inner) - len(inner.lstrip())
        found.append(Cell(inner.strip(), start + left, start + left + len(inner.strip())))
        at = match.end() if match[2] else len(line)
    return tuple(found)
