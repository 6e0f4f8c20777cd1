r"""A page as its writer stands by it: words by which a formula on it may be wrong are left out, so that every link of it is claimed.

>>> from derive.check.sources import scan
>>> page = claimed(scan("page.md", "**4.** Undiscounted, with a slip in the last step.\n\n$$a=b$$\n"))
>>> page.prose["page.md"].split("$$")[0].split()
['**4.**', 'Undiscounted,', '.']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from derive.check.sources import Document, HeadingPiece
from derive.page.saying.roles import cues_in
from derive.page.words.cues import OF_MISTAKES
from derive.page.words.role_names import QUOTATION

#: Where a clause begins and ends: words in another one may say under what a formula holds.
_BOUND = re.compile(r"[.,;:!?()|—–。，；：！？（）#]|\n[ \t>]*\n")


def claimed(document: Document) -> Document:
    """A document without its clauses about mistakes, every character in its place."""
    prose = {}
    for path, text in document.prose.items():
        formulas = [(p.start, p.end) for p in document.formulas if (p.path or document.path) == path]
        prose[path] = without_mistakes(text, formulas)
    pieces = tuple(replace(p, text=without_mistakes(p.text)) if isinstance(p, HeadingPiece) else p for p in document.pieces)
    return replace(document, prose=prose, pieces=pieces)


def without_mistakes(text: str, formulas: Iterable[tuple[int, int]] = ()) -> str:
    """Words with blanks in place of each clause about mistakes; what stands in formulas stays, and bounds a clause."""
    out, at = [], 0
    for start, end in [*formulas, (len(text), len(text))]:
        out += [*map(blanked, clauses(text[at:start])), text[max(at, start) : end]]
        at = max(at, end)
    return "".join(out)


def clauses(text: str) -> Iterable[str]:
    """A text in pieces: clauses, and what stands between them."""
    at = 0
    for bound in _BOUND.finditer(text):
        yield text[at : bound.start()]
        yield bound.group()
        at = bound.end()
    yield text[at:]


def blanked(clause: str) -> str:
    """A clause, or blanks where it speaks of mistakes."""
    speaks = OF_MISTAKES.search(clause) or any(cue.role == QUOTATION for cue, _ in cues_in(clause))
    return re.sub(r"[^\s*_]", " ", clause) if speaks else clause


__all__ = ["claimed", "without_mistakes"]
