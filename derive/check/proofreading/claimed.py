r"""A page as its writer stands by it: words by which a formula on it may be wrong are left out, so that every link of it is claimed.

>>> from derive.check.sources import scan
>>> page = claimed(scan("page.md", "**4.** Undiscounted, with a slip in the last step.\n\n$$a=b$$\n"))
>>> page.prose["page.md"].split("$$")[0].split()
['**4.**', 'Undiscounted,', 'with', 'a', '.']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from derive.check.sources import Document, HeadingPiece
from derive.page.saying.roles import cues_in
from derive.page.words.cues import OF_MISTAKES
from derive.page.words.role_names import QUOTATION

#: Where a mistake is said to be: not under what a formula holds.
_WHERE = re.compile(
    r"\s+(?:in|at|on|near)\s+(?:the|this|that|its|one)\s+\w+(?:\s+(?:step|line|link|row|term|sign|equality)s?\b)?|在?最后一步"
)


def claimed(document: Document) -> Document:
    """A document without its words about mistakes, every other character in its place."""
    prose = {}
    for path, text in document.prose.items():
        formulas = [(p.start, p.end) for p in document.formulas if (p.path or document.path) == path]
        prose[path] = without_mistakes(text, formulas)
    pieces = tuple(replace(p, text=without_mistakes(p.text)) if isinstance(p, HeadingPiece) else p for p in document.pieces)
    return replace(document, prose=prose, pieces=pieces)


def without_mistakes(text: str, formulas: Iterable[tuple[int, int]] = ()) -> str:
    """A text with blanks in place of words about mistakes; what stands in formulas stays."""
    out, at = [], 0
    for start, end in [*formulas, (len(text), len(text))]:
        out += [blanked(text[at:start]), text[max(at, start) : end]]
        at = max(at, end)
    return "".join(out)


def blanked(words: str) -> str:
    """Words with blanks in place of those about mistakes, and of where these are."""
    for match in (*OF_MISTAKES.finditer(words), *(m for cue, m in cues_in(words) if cue.role == QUOTATION)):
        where = _WHERE.match(words, match.end())
        end = where.end() if where else match.end()
        words = words[: match.start()] + re.sub(r"\S", " ", words[match.start() : end]) + words[end:]
    return words


__all__ = ["claimed"]
