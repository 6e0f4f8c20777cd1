"""Repairs written into the files: atomically, byte for byte elsewhere."""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.check.findings import Report
from derive.check.sources import read


@dataclass(frozen=True, slots=True)
class Changed:
    """How many edits were made, in how many files; false when none were.  ``stale`` files had changed meanwhile."""

    edits: int = 0
    files: int = 0
    stale: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.edits > 0


def edits_by_file(report: Report) -> dict[str, list[dict[str, Any]]]:
    """The repairs of unanswered errors, by file, in order; of two that overlap the first is kept."""
    found: dict[str, list[dict[str, Any]]] = {}
    for formula in report.formulas:
        for claim in formula.claims:
            if claim.repair and claim.repair.get("edit") and claim.weight(report.strict) == "error":
                found.setdefault(formula.path, []).append(claim.repair["edit"])
    return {path: list(_apart(edits)) for path, edits in found.items()}


def _apart(edits: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    end = -1
    for edit in sorted(edits, key=lambda edit: (edit["start"], edit["end"], edit["text"])):
        if edit["start"] >= end and not (edit["start"] == edit["end"] == end):
            yield edit
            end = edit["end"]


def repaired(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits that do not overlap.

    >>> repaired("a-b", [{"start": 1, "end": 2, "text": "+"}])
    'a+b'
    """
    for edit in sorted(edits, key=lambda edit: -int(edit["start"])):
        text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    return text


def apply_repairs(report: Report) -> Changed:
    """Write every repair into its file; a file that has changed since it was checked is left alone."""
    count = files = 0
    checked = {path: of for file in report.files for path, of in file.texts}
    stale = []
    for path, edits in edits_by_file(report).items():
        text, _ = read(Path(path))
        if text is None or checked.get(path, digest(text)) != digest(text):
            stale.append(path)
            continue
        replace_file(Path(path), repaired(text, edits))
        count, files = count + len(edits), files + 1
    return Changed(count, files, tuple(stale))


def digest(text: str) -> str:
    """What tells a text from every other."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def replace_file(path: Path, text: str) -> None:
    """Put a text in place of a file at one stroke, its mode and line endings kept; a link's target is what changes."""
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(temporary, target.stat().st_mode & 0o7777)
        else:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def diff_of(report: Report) -> str:
    """What :func:`apply_repairs` would change, as a unified diff."""
    parts = []
    for path, edits in edits_by_file(report).items():
        text, _ = read(Path(path))
        if text is not None:
            before, after = text.splitlines(keepends=True), repaired(text, edits).splitlines(keepends=True)
            for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"):
                parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)
