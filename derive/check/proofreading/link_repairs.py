"""Repairs of refuted links: one edit of the formula's own text after which the link holds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from derive.decide.repair import Repair, mend, mend_number
from derive.diagnostics import NotationError
from derive.page.link_outcomes import Judged
from derive.page.page_reader import PageReader
from derive.page.words.around import Words
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS

#: What the search for a repair may take, in seconds.
REPAIRING = 1.0
#: Findings whose repair is a number: both sides are calculations.
NUMBERS = "D402"
#: What is said of a link that a wrong one leads to.
MENDED = "Not decided: what it follows from is wrong; without that it holds."
LITERAL = re.compile(r"\d+(?:\.(\d+))?")


def mended(judged: Sequence[Judged], latex: str, before: PageReader) -> list[tuple[Judged, LinkVerdict]]:
    """The links of a formula, the refuted ones with the repair that makes them hold, where there is just one.

    Where two links fail that hold as one, what stands between them is wrong, and the second is no error of its own.
    """

    def again(text: str) -> list[LinkVerdict | None]:
        reader = replace(before.snapshot(), seconds=min(before.seconds, REPAIRING))
        return [one.verdict for one in reader.read(text, Words())]

    out: list[tuple[Judged, LinkVerdict]] = []
    for at, one in enumerate(judged):
        assert one.verdict is not None
        made = one.verdict
        if made.status == "refuted" and made.end > made.start:
            before_it = out[-1][1] if out and out[-1][1].status == "refuted" and out[-1][1].rhs == made.lhs else None
            without = latex[: before_it.start] + latex[made.start :] if before_it is not None else ""
            if without and attempt(again, at - 1, len(judged) - 1)(without):
                made = replace(made, status="undecided", code="D502", message=MENDED, witness=None)
            else:
                made = replace(made, repair=repair_of(made, latex, attempt(again, at, len(judged))))
        out.append((one, made))
    return out


def repair_of(found: LinkVerdict, latex: str, holds: Callable[[str], bool | None]) -> Repair | None:
    """The one edit of a refuted link's right side that makes it hold; None where there is none, or more than one."""
    if found.code != NUMBERS:
        return mend(latex, found.start, found.end, holds)
    number = right_number(found, latex)
    repair = None if number is None else mend_number(latex, found.start, found.end, number)
    return repair if repair is not None and holds(repair.latex) else None


def right_number(found: LinkVerdict, latex: str) -> str | None:
    """The value of the left side with as many decimals as the right side shows."""
    shown = LITERAL.findall(latex[found.start : found.end])
    try:
        value = Fraction((found.witness or {})["lhs"])
    except (KeyError, ValueError, ZeroDivisionError):
        return None
    return f"{abs(float(value)):.{len(shown[-1])}f}" if shown else None


def attempt(read: Callable[[str], Sequence[LinkVerdict | None]], at: int, count: int) -> Callable[[str], bool | None]:
    """Whether a link of a mended formula holds, of as many as there were; None where the time is spent."""
    deadline = time.process_time() + REPAIRING

    def holds(latex: str) -> bool | None:
        if time.process_time() > deadline:
            return None
        try:
            again = read(latex)
        except (NotationError, RecursionError):
            return False
        made = again[at] if len(again) == count else None
        return made is not None and made.status in HOLDS

    return holds


__all__ = ["REPAIRING", "attempt", "mended", "repair_of"]
