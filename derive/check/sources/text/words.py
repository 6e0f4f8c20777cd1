"""The words of a file as the readers of its page see them: comments blanked, a notebook's cells without their JSON.

Every character keeps its place, so what is found in the prose is found in the file.

>>> prose("so <!-- not --> x", "markdown")
'so              x'
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.check.sources.text.strand import Strand

#: What opens and closes a comment in a page of Markdown.
BRACKETS = (("<!--", "-->"), ("{/*", "*/}"))
_TEX = re.compile(r"(?<!\\)(?:\\\\)*%[^\n]*")
_RST = re.compile(r"^[ \t]*\.\.[ \t](?!.*::)(?![_\[|])[^\n]*", re.M)
_WORD = re.compile(r"[^\s]")


def prose(text: str, flavour: str, cells: Iterable[Strand] = ()) -> str:
    """A text with everything blanked that no reader of its page sees."""
    if flavour == "latex":
        return _TEX.sub(blank, text)
    if flavour == "rst":
        return _RST.sub(blank, text)
    if flavour == "notebook":
        text = unfolded(text, cells)
    for opener, closer in BRACKETS:
        text = without(text, opener, closer)
    return text


def blank(match: re.Match[str]) -> str:
    """As many spaces as there are characters; lines stay lines."""
    return _WORD.sub(" ", match.group())


def without(text: str, opener: str, closer: str) -> str:
    """A text without what stands between two signs; an opener that is never closed is no comment."""
    parts, done = [], 0
    while (start := text.find(opener, done)) >= 0 and (end := text.find(closer, start + len(opener))) >= 0:
        end += len(closer)
        parts += [text[done:start], _WORD.sub(" ", text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def unfolded(text: str, cells: Iterable[Strand]) -> str:
    """The cells of a notebook where they stand in its file, a blank line between two of them."""
    out = [" "] * len(text)
    for cell in cells:
        for char, at in zip(cell.text, cell.starts, strict=True):
            out[at] = char
        if cell.end + 1 < len(out):
            out[cell.end : cell.end + 2] = "\n\n"
    return "".join(out)


__all__ = ["BRACKETS", "prose"]
