"""Jupyter notebooks: the Markdown cells, with places in the file as well as cell and line.

>>> from derive.check.sources import scan
>>> text = '{"cells": [{"cell_type": "markdown", "source": ["so $x=1$"]}], "nbformat": 4}'
>>> [(piece.latex, piece.cell, piece.cell_line) for piece in scan("a.ipynb", text).formulas]
[('x=1', 1, 1)]
"""

from __future__ import annotations

import json
import re
from typing import Any

from derive.check.sources.formats.markdown import gather_markdown
from derive.check.sources.text.document import Document, Gathering
from derive.check.sources.text.strand import Strand, join

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_ATOM = re.compile(r"[^\s,\]}:]+")
_ESCAPED = {"n": "\n", '"': '"', "\\": "\\", "t": "\t", "/": "/"}
_SPACE = re.compile(r"[ \t\r\n]*")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|[^\\]+", re.S)


def scan_notebook(path: str, text: str) -> Document:
    """Every formula of a notebook's Markdown cells."""
    gathered = Gathering(path, text)
    try:
        json.loads(text.removeprefix("\ufeff"))
        notebook = _read(text, 1 if text.startswith("\ufeff") else 0)
    except json.JSONDecodeError as error:
        gathered.problem(error.pos, "D153", f"This notebook is not valid JSON: {error.msg}.")
        return gathered.document("notebook", "json")
    except (RecursionError, ValueError, IndexError):
        gathered.problem(0, "D153", "This notebook is nested too deeply to be read.")
        return gathered.document("notebook", "json")
    cells = _cells(notebook)
    if cells is None:
        gathered.problem(0, "D153", "This file is JSON, but not a notebook: it has no cells.")
        return gathered.document("notebook", "json")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or not isinstance(kind := cell.get("cell_type"), Strand) or kind.text != "markdown":
            continue
        source = cell.get("source")
        parts = source if isinstance(source, list) else [source]
        strands = [part for part in parts if isinstance(part, Strand)]
        if strands:
            gathered.cells.append((number, join(strands)))
            gather_markdown(gathered, gathered.cells[-1][1])
    return gathered.document("notebook", "json")


def _cells(notebook: Any) -> list[Any] | None:
    if not isinstance(notebook, dict):
        return None
    if isinstance(notebook.get("cells"), list):
        return list(notebook["cells"])
    sheets = notebook.get("worksheets")  # format 3
    if isinstance(sheets, list):
        listed = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in listed if isinstance(cells, list) for cell in cells]
    return None


def _read(text: str, start: int) -> Any:
    """JSON that is known to be valid, every string as a strand; other atoms as None."""
    value, _ = _value(text, _SPACE.match(text, start).end())  # type: ignore[union-attr]
    return value


def _value(text: str, at: int) -> tuple[Any, int]:
    char = text[at]
    if char == '"':
        match = _STRING.match(text, at)
        assert match is not None
        return _unescaped(text, at + 1, match.end() - 1), match.end()
    if char not in "{[":
        atom = _ATOM.match(text, at)
        assert atom is not None
        return None, atom.end()
    closer = "}" if char == "{" else "]"
    table: dict[str, Any] = {}
    items: list[Any] = []
    at = _skip(text, at + 1)
    while text[at] != closer:
        value, at = _value(text, at)
        at = _skip(text, at)
        if char == "{":
            key = value.text
            value, at = _value(text, _skip(text, at + 1))
            table[key] = value
            at = _skip(text, at)
        else:
            items.append(value)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return (table if char == "{" else items), at + 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _unescaped(text: str, start: int, end: int) -> Strand:
    """The inside of a JSON string, escapes resolved, each character at its place in the file."""
    parts = []
    for match in _ESCAPE.finditer(text, start, end):
        a, b = match.span()
        if text[a] != "\\":
            parts.append(Strand(match.group(), range(a, b), range(a + 1, b + 1), a))
        else:
            char = _ESCAPED.get(text[a + 1]) or json.loads(f'"{match.group()}"')
            parts.append(Strand(char, [a] * len(char), [b] * len(char), a))
    return join(parts) if parts else Strand("", (), (), start)
