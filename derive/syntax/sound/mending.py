"""The bracket that is missing or too many, put in or taken out where the formula then reads."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.diagnostics import Edit, NotationError, Span

CLOSERS = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\langle": r"\rangle", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
OPENING = re.compile(r"(\\left\s*)?(\(|\[|\\\{|\{|\\langle|\\lfloor|\\lceil)")
SIDE_END = re.compile(r"=|\\approx|\\leq?(?![A-Za-z])|\\geq?(?![A-Za-z])|<|>|\\\\|\\end\{|,?\s*\\q?quad|\Z")
TAIL = re.compile(r"[\s.,;:&]*\Z")


def bracket_edit(latex: str, error: NotationError, reads: Callable[[str], bool]) -> Edit | None:
    r"""The edit that gives a bracket its partner, or takes a stray one away; None where no place does.

    An opening bracket is closed at the end of its side of the equation, else at the end of the formula.

    >>> from derive.diagnostics import NotationError, Span
    >>> bracket_edit("(a+b = c", NotationError("( is never closed", Span(0, 1), "D106"), lambda text: text == "(a+b) = c").text
    ')'
    """
    start = error.span.start
    opening = OPENING.match(latex, start)
    candidates: list[Edit] = []
    if opening and "never closed" in str(error):
        closer = (r"\right" if opening.group(1) else "") + CLOSERS[opening.group(2)]
        ends = [match.start() for match in SIDE_END.finditer(latex, opening.end())]
        for end in dict.fromkeys([ends[0], len(latex)]):
            tail = TAIL.search(latex, opening.end(), end)
            at = tail.start() if tail else end
            candidates.append(Edit(Span(at, at), closer))
    elif "never opened" in str(error):
        candidates.append(Edit(error.span, ""))
    elif "does not close" in str(error) and (partner := re.search(r"does not close (?:\\left)?(.+)", str(error))):
        if partner.group(1) in CLOSERS:
            sized = r"\right" if r"\left" in str(error) else ""
            candidates.append(Edit(error.span, sized + CLOSERS[partner.group(1)]))
    return next((edit for edit in candidates if reads(edit.apply(latex))), None)
