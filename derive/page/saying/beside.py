"""What is written beside a link and above its sign; and letters that are short for what hangs on something."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace

from derive.elaborate.knowledge.glances import parameter_below
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.compounds import with_labels
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


def fuller(statement: Statement) -> tuple[Item, Row] | None:
    """The letter that a statement says is short for itself with its arguments or its parameter, "let b = b(s,a)", and that; None for any other."""
    left, right = (statement.terms[0], statement.terms[-1]) if statement.rels in (("=",), (":=",)) else ((), ())
    names = [row[0] for row in (left, right) if row and row[0].kind == "atom"]
    if len(left) != 1 or len(names) != 2 or left[0].subs or left[0].sups or left[0].name in VALUE_NAMES:
        return None
    short, full = names
    applied = len(right) == 2 and right[1].kind == "group" and right[1].name == "()" and not any(map(is_numeric, right[1].rows))
    same = full.name == short.name and full.accents == short.accents
    return (short, right) if same and (applied or len(right) == 1 and parameter_below(full)) else None


def written_out(statement: Statement, short: dict[Hashable, Row]) -> Statement:
    """A statement with what its letters are ``short`` for, powers of them too: a bare b is what hangs on the arguments of b(s,a)."""

    def change(row: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(row):
            full = short.get(replace(item, sups=()).key, ()) if item.kind == "atom" else ()
            applied = at + 1 < len(row) and row[at + 1].kind == "group" and row[at + 1].name == "()"
            if full and not (applied and len(full) > 1):
                *head, last = (replace(i, start=item.start, end=item.end) for i in full)
                out += [*head, replace(last, sups=item.sups)]
            else:
                out.append(item)
        return tuple(out)

    return replace(statement, terms=tuple(everywhere(t, change) for t in statement.terms)) if short else statement


def in_fonts(statement: Statement, words: frozenset[str]) -> Statement:
    """A statement whose labels are set as others are in its text."""
    if not words:
        return statement
    terms, conditions = (tuple(with_labels(row, words) for row in rows) for rows in (statement.terms, statement.conditions))
    return replace(statement, terms=terms, conditions=conditions)


__all__ = ["fuller", "in_fonts", "remarked", "written_out"]
