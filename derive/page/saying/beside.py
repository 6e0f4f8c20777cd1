"""What is written beside a link and above its sign; and letters that are short for what hangs on something."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import VALUE_NAMES
from derive.page.saying.occurrences import is_numeric
from derive.page.saying.roles import qualifiers
from derive.page.words.cues import QUALIFIERS
from derive.syntax.flat import Item, Row, everywhere

#: Words in a formula, and a question above its sign.
REMARK = re.compile(r"\\(?:text\w*|mathrm|mbox)\s*\{([^{}]*)\}")
QUESTIONED = re.compile(r"\\(?:overset|stackrel)\s*\{\s*(?:\\text\w*\s*\{)?\s*\?")


def remarked(latex: str, one: Statement, following: Row) -> str:
    """The words above the sign of a link, or beside its row, that say under what it holds and that no formula says; empty where there are none."""
    (left, right), last = one.terms, len(latex)
    if not right:
        return ""
    row = latex[right[-1].end : following[0].start if following else last].partition("\\\\")[0]
    above = latex[left[-1].end if left else right[0].start : right[0].start]
    told = qualifiers(QUALIFIERS).search(" ".join(REMARK.findall(f"{above} {row}")))
    return told.group() if told else "?" if QUESTIONED.search(above) else ""


def written_out(statement: Statement, short: dict[Hashable, Row]) -> Statement:
    """A statement with what a letter is ``short`` for: behind "let b = b(s,a)" a bare b is what hangs on these; such a statement is kept."""
    left, right = (statement.terms[0], statement.terms[-1]) if statement.rels in (("=",), (":=",)) else ((), ())
    if len(left) == 1 and left[0].kind == "atom" and not (left[0].subs or left[0].sups) and is_fuller(left[0], right):
        short[left[0].key] = right
        return statement

    def change(row: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(row):
            full = short.get(item.key, ()) if item.kind == "atom" else ()
            applied = at + 1 < len(row) and row[at + 1].kind == "group" and row[at + 1].name == "()"
            used = full and not (applied and len(full) > 1)
            out.extend(replace(i, start=item.start, end=item.end) for i in full) if used else out.append(item)
        return tuple(out)

    return replace(statement, terms=tuple(everywhere(t, change) for t in statement.terms)) if short else statement


def is_fuller(short: Item, row: Row) -> bool:
    """Whether a row is a name with its arguments or its parameter, of which a bare name is short."""
    if (
        not row
        or row[0].kind != "atom"
        or row[0].name != short.name
        or row[0].accents != short.accents
        or short.name in VALUE_NAMES
    ):
        return False
    applied = len(row) == 2 and row[1].kind == "group" and row[1].name == "()" and not any(map(is_numeric, row[1].rows))
    below = row[0].subs[0] if len(row) == 1 and len(row[0].subs) == 1 else ()
    return applied or len(below) == 1 and below[0].kind == "atom" and "parameter" in kinds(below[0].name)


__all__ = ["remarked", "written_out"]
