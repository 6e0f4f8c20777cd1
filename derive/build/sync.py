r"""Formulas kept up to date in a hand-written page, between markers that no renderer shows.

``<!-- derive: result=policy-gradient/log-derivative -->`` … ``<!-- /derive -->`` (in LaTeX, ``% derive: result=…`` and
``% /derive`` on lines of their own) enclose one formula, which is rewritten from the library.  Everything else is left
byte for byte as it was; markers inside fenced code are only text.
"""

from __future__ import annotations

import difflib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from derive.derivation import Proved, StepError
from derive.files import read_regular, replace_file, visible_name
from derive.library import UnknownResult, result

_NAME = r"[ \t]*derive:[ \t]*result[ \t]*=[ \t]*"
OPENING = re.compile(rf"<!--{_NAME}(?P<name>[^\s>]*)[ \t]*-->|^[ \t]*%{_NAME}(?P<tex>\S*)[ \t]*(?=\r?$)", re.M)
CLOSING = re.compile(r"<!--[ \t]*/derive[ \t]*-->|^[ \t]*%[ \t]*/derive[ \t]*(?=\r?$)", re.M)
FENCE = re.compile(r"^[ \t]*(?P<mark>```+|~~~+)(?P<words>[^\n]*)", re.M)
MATH = re.compile(r"math\b|\{math\}")
MARGIN = re.compile(r"[ \t]*(?:>[ \t]*)*")
DELIMITERS = (
    ("$$", "$$"),
    (r"\[", r"\]"),
    (r"\(", r"\)"),
    ("```math", "```"),
    ("```{math}", "```"),
    (r"\begin{equation}", r"\end{equation}"),
    (r"\begin{equation*}", r"\end{equation*}"),
    ("$", "$"),
)


class SyncError(Exception):
    """A marker that cannot be followed: path, line and reason."""


@dataclass(frozen=True, slots=True)
class Synced:
    """A page before and after."""

    path: Path
    before: str
    after: str
    markers: int

    @property
    def changed(self) -> bool:
        """Whether any formula was out of date."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        name = visible_name(self.path.as_posix())
        lines = difflib.unified_diff(self.before.splitlines(True), self.after.splitlines(True), name, name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def sync_file(path: Path) -> Synced:
    """The page with every marked formula rewritten; nothing is written yet.

    Raises:
        SyncError: the file cannot be read, or a marker cannot be followed.
    """
    try:
        text = read_regular(path).decode("utf-8")
    except OSError as error:
        raise SyncError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SyncError(f"{path}: is not UTF-8 text (byte {error.start})") from None
    after, markers = (sync_notebook if path.suffix == ".ipynb" else sync_text)(text, str(path))
    return Synced(path, text, after, markers)


def sync_text(text: str, path: str = "<text>") -> tuple[str, int]:
    r"""The text with marked formulas rewritten, and how many markers it has.

    >>> sync_text("<!-- derive: result=group/zero-sum -->\n$$\nx\n$$\n<!-- /derive -->\n")[0].split("\n")[2]
    '\\sum_{i=1}^n\\hat{A}_i = 0'
    """
    code = code_of(text)
    out, at, count = [], 0, 0
    for opening in OPENING.finditer(text):
        before = bisect_right(code, opening.start(), key=itemgetter(0)) - 1
        if before >= 0 and opening.start() < code[before][1]:
            continue
        place = f"{path}:{text.count(chr(10), 0, opening.start()) + 1}"
        if opening.start() < at:
            raise SyncError(f"{place}: a marker inside another; is the closing <!-- /derive --> missing?")
        closing = CLOSING.search(text, opening.end())
        if closing is None:
            raise SyncError(f"{place}: this marker is never closed; end it with <!-- /derive -->")
        following = OPENING.search(text, opening.end())
        if following is not None and following.start() < closing.start():
            raise SyncError(f"{place}: this marker is not closed before the next one opens")
        try:
            proved = result(opening["name"] or opening["tex"] or "").prove()
        except (UnknownResult, StepError) as error:
            raise SyncError(f"{place}: {error}") from error
        start = text.rfind("\n", 0, opening.start()) + 1
        margin = text[start : opening.start()]
        margin = margin if MARGIN.fullmatch(margin) else ""
        out += [text[at : opening.end()], rewrite(text[opening.end() : closing.start()], proved, text, place, margin)]
        at, count = closing.start(), count + 1
    return "".join([*out, text[at:]]), count


def code_of(text: str) -> list[tuple[int, int]]:
    r"""Where fenced code stands, formulas in fences aside; a fence that is never closed is none.

    >>> code_of("```math\nx\n```\n\n~~~\ny\n~~~\n")
    [(15, 24)]
    """
    fences = list(FENCE.finditer(text))
    closing: dict[str, list[int]] = {}
    for n, fence in enumerate(fences):
        if not fence["words"].strip():
            closing.setdefault(fence["mark"], []).append(n)
    found, n = [], 0
    while n < len(fences):
        later = closing.get(fences[n]["mark"], [])
        end = bisect_right(later, n)
        if end < len(later):
            if not MATH.match(fences[n]["words"]):
                found.append((fences[n].start(), fences[later[end]].end()))
            n = later[end]
        n += 1
    return found


def sync_notebook(text: str, path: str) -> tuple[str, int]:
    """A notebook with the marked formulas of its cells rewritten, and how many markers it has.

    Raises:
        SyncError: it is no notebook, or a marker cannot be followed.
    """
    try:
        cells = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SyncError(f"{path}: is no notebook ({type(error).__name__}: {error})") from None
    if not all(isinstance(line, str) for cell in cells for line in (cell if isinstance(cell, list) else [cell])):
        raise SyncError(f"{path}: is no notebook (the source of a cell is neither a string nor a list of strings)")
    out, at, count = [], 0, 0
    for cell in cells:
        lines = [cell] if isinstance(cell, str) else cell
        # A cell is found again by its strings as they are written, so that no other byte of the file changes.
        for ascii_only in (False, True):
            written = [json.dumps(line, ensure_ascii=ascii_only) for line in lines]
            found = re.compile(r"(\s*,\s*)".join(map(re.escape, written))).search(text, at) if lines else None
            if found is not None:
                break
        else:
            continue
        after, markers = sync_text("".join(lines), path)
        count += markers
        if found is None or after == "".join(lines):
            continue
        new = [after] if isinstance(cell, str) else after.splitlines(keepends=True)
        between = found[1] if found.re.groups else ",\n    "
        out += [text[at : found.start()], between.join(json.dumps(line, ensure_ascii=ascii_only) for line in new)]
        at = found.end()
    return "".join([*out, text[at:]]), count


def rewrite(old: str, proved: Proved, text: str, place: str, margin: str = "") -> str:
    """What stands between two markers, with its formula replaced and its delimiters, spaces and closing mark kept.

    ``margin`` is what each line of a quotation or a list starts with.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    if margin and "\n" in old:
        lines = old.split("\n")
        if all(line.startswith(margin) for line in lines[1:]):
            plain = "\n".join([lines[0], *(line[len(margin) :] for line in lines[1:])])
            return rewrite(plain, proved, text, place).replace("\n", f"\n{margin}")
    body = old.strip()
    if not body:
        return f"{newline}$$" + newline + proved.latex + newline + "$$" + newline if "\n" in old else f"${proved.latex}$"
    for start, end in DELIMITERS:
        if body.startswith(start) and body.endswith(end) and len(body) >= len(start) + len(end):
            inner = body[len(start) : len(body) - len(end)]
            if start in inner and start == end:
                break
            lead = inner[: len(inner) - len(inner.lstrip())]
            tail = inner[len(inner.rstrip()) :]
            mark = re.search(r"(?:\\[,;:!])?[.,;]$", inner.rstrip())
            made = start + lead + proved.latex + (mark[0] if mark else "") + tail + end
            return old.replace(body, made, 1)
    raise SyncError(f"{place}: between the markers there must be one formula and nothing else")


def save(page: Synced) -> None:
    """Put a changed page in its place.

    Raises:
        OSError: it cannot be written, or has changed since it was read; the file is as it was.
    """
    replace_file(page.path, page.after, page.before)
