"""Repairs written into the files: atomically, byte for byte elsewhere."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.check.findings import FileReport, Report
from derive.check.sources import read
from derive.files import Changed as ChangedMeanwhile
from derive.files import replace_file, visible_name

#: Checks a file's text again.
Recheck = Callable[[str, str], FileReport]

#: Repairs can uncover others; after so many rounds what is left stays.
ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Changed:
    """How many edits were made, in how many files; false when none were.

    ``stale`` files had changed meanwhile; ``refused`` ones could not be written, each with the reason.
    """

    edits: int = 0
    files: int = 0
    stale: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.edits > 0


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file's text before and after its repairs, and how many these are."""

    path: str
    before: str
    after: str
    edits: int


def edits_by_file(report: Report) -> dict[str, list[dict[str, Any]]]:
    """The repairs of unanswered errors, by file, in order; of two that overlap the first is kept.

    Of a formula's repairs only the first is taken: each is right while the rest of the formula stays as it is.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for formula in report.formulas:
        edits = (one.repair["edit"] for one in formula.claims if one.weight() == "error" and one.repair)
        first = next((edit for edit in edits if edit), None)
        if first is not None:
            found.setdefault(formula.path, []).append(first)
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


def rewrites(report: Report, check: Recheck | None = None) -> Iterator[Rewrite]:
    """What the repairs of a report make of its files; ``check`` looks at each again until nothing is left to repair."""
    alone = {file.path for file in report.files if not file.needs}
    for path, edits in edits_by_file(report).items():
        before, _ = read(Path(path))
        if before is None:
            continue
        after, count = repaired(before, edits), len(edits)
        seen = {before, after}
        for _ in range(ROUNDS if check is not None and path in alone else 0):
            assert check is not None
            more = edits_by_file(Report((check(path, after),))).get(path, [])
            again = repaired(after, more)
            if again in seen:
                break
            seen.add(again)
            after, count = again, count + len(more)
        yield Rewrite(path, before, after, count)


def apply_repairs(report: Report, check: Recheck | None = None) -> Changed:
    """Write every repair into its file; a file that has changed since it was checked is left alone."""
    count = files = 0
    checked = {path: of for file in report.files for path, of in file.texts}
    stale, refused = [], []
    for one in rewrites(report, check):
        now, _ = read(Path(one.path))
        if now != one.before or checked.get(one.path, digest(now)) != digest(now):
            stale.append(one.path)
            continue
        try:
            replace_file(Path(one.path), one.after, one.before)
        except ChangedMeanwhile:
            stale.append(one.path)
            continue
        except OSError as error:
            refused.append((one.path, (error.strerror or "unknown reason").lower()))
            continue
        count, files = count + one.edits, files + 1
    return Changed(count, files, tuple(stale), tuple(refused))


def digest(text: str) -> str:
    """What tells a text from every other."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def diff_of(report: Report, check: Recheck | None = None) -> str:
    """What :func:`apply_repairs` would change, as a unified diff."""
    parts = []
    for one in rewrites(report, check):
        name = visible_name(one.path)
        before, after = one.before.splitlines(keepends=True), one.after.splitlines(keepends=True)
        for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
            parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)
