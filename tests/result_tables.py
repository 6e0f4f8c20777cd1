"""The rows of the tables in ``tests/results``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "results"
CELLS = re.compile(r"(?<!\\)\|")
FORMULA = re.compile(r"`([^`]*)`")


@dataclass(frozen=True)
class Row:
    """One result: its formula, what is given, its mistakes, and variants that need an assumption."""

    family: str
    name: str
    given: list[str]
    true: str
    mistakes: list[str]
    only_if: list[str]
    source: str


def formulas(cell: str) -> list[str]:
    return [found.replace(r"\|", "|") for found in FORMULA.findall(cell)]


def rows(path: Path) -> list[Row]:
    """The rows of a file's tables; ``open.md`` has no column "only if"."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in CELLS.split(line)[1:-1]]
        if len(cells) >= 5 and "`" in cells[2]:
            given, true, mistakes = (formulas(cell) for cell in cells[1:4])
            only_if = formulas(cells[4]) if len(cells) == 6 else []
            found.append(Row(path.stem, cells[0], given, true[0], mistakes, only_if, cells[-1]))
    return found


FAMILIES = [row for path in sorted(FOLDER.glob("*.md")) if path.stem not in ("open", "wrong") for row in rows(path)]
OPEN = rows(FOLDER / "open.md")
WRONG = rows(FOLDER / "wrong.md") if (FOLDER / "wrong.md").exists() else []


def label(row: Row) -> str:
    return f"{row.family}: {row.name}"
