r"""Displays broken at relations and operators, so that no row is wider than a page: what is said stays what it was.

>>> print(broken(r"y = aaaa + bbbb + cccc", 10))
\begin{aligned}
y &= aaaa \\
&\quad + bbbb \\
&\quad + cccc
\end{aligned}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derive.build.setting.measure import measure

#: What a row is made of: commands, with the spaces behind them, and single characters.
TOKENS = re.compile(r"\\(?:left|right)(?:\\[A-Za-z]+|\\.|.)|\\[A-Za-z]+|\\.|.", re.S)
OPENING, CLOSING = ("(", "[", r"\{"), (")", "]", r"\}")
#: Relations before which a row may end.
RELATIONS = frozenset(("=", "<", ">", r"\le", r"\ge", r"\approx", r"\leq", r"\geq", r"\equiv", r"\propto"))
ALIGNED = re.compile(r"\A\\begin\{aligned\}\s*(.*?)\s*\\end\{aligned\}\Z", re.S)
#: How wide a step to the right is, in letters; a left side that other rows may be moved behind; brackets that are not broken.
STEP, NARROW, SHORT = 2, 6, 14
#: The room that the number of a row takes.
NUMBER = 4.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row may end: before or behind a sign, how deep in brackets, and which brackets are open there."""

    at: int
    open: tuple[int, ...]
    relation: bool = False


def places(row: str) -> tuple[list[Place], dict[int, int]]:
    """Where a row may end, and which bracket closes which."""
    found: list[Place] = []
    pairs: dict[int, int] = {}
    braces, stack, before = 0, list[int](), ""
    for match in TOKENS.finditer(row):
        token, at = match[0], match.start()
        if token == "{":
            braces += 1
        elif token == "}":
            braces -= 1
        elif braces == 0:
            if token in OPENING or token.startswith(r"\left"):
                stack.append(at)
            elif (token in CLOSING or token.startswith(r"\right")) and stack:
                pairs[stack.pop()] = at
            spaced = row[at - 1 : at] == " " and row[at + len(token) : at + len(token) + 1] == " "
            if token in "+-" and spaced and before not in RELATIONS and before not in (",", "&", ""):
                found.append(Place(at, tuple(stack)))
            elif token in RELATIONS and not stack and before not in ("&", ""):
                found.append(Place(at, (), relation=True))
            elif token == "," and stack:
                found.append(Place(at + 1, tuple(stack)))
        before = before if token.isspace() else token
    return found, pairs


def rows_of(row: str, most: float) -> Iterator[str]:
    """A row, broken where it is wider than ``most``: outside of brackets rather than within, late rather than early."""
    lead, depth = "", 0
    while measure(row) + STEP * (depth + bool(lead)) > most:
        cuts, pairs = places(row)
        cuts = [
            c
            for c in cuts
            if measure(row[: c.at]) > STEP and all(o in pairs and measure(row[o : pairs[o]]) > SHORT for o in c.open)
        ]
        if not cuts:
            break
        fits = [c for c in cuts if measure(row[: c.at]) + STEP * (depth + bool(lead)) <= most] or cuts[:1]
        least = min(len(c.open) for c in fits)
        cut = max((c for c in fits if len(c.open) == least), key=lambda c: (c.relation, c.at))
        row = opened(row, cut, pairs)
        shift = len(row) - len(row.lstrip())
        at = cut.at + sum(grown(row, o) for o in cut.open) + shift
        yield lead + row[:at].rstrip()
        row, depth = row[at:].lstrip(), len(cut.open)
        lead = "&" if cut.relation else r"&\quad " + r"\quad " * depth
    yield lead + row


def opened(row: str, cut: Place, pairs: dict[int, int]) -> str:
    r"""A row in which the brackets that a cut goes through may end on another row: ``\Bigl(`` for ``\left(``."""
    changes = [(a, "Bigl" if row.startswith(r"\left", a) else "bigl", 5) for a in cut.open]
    changes += [(pairs[a], "Bigr" if row.startswith(r"\right", pairs[a]) else "bigr", 6) for a in cut.open]
    for at, name, length in sorted(changes, reverse=True):
        stretched = row.startswith((r"\left", r"\right"), at)
        row = row[:at] + "\\" + name + row[at + (length if stretched else 0) :]
    return row


def grown(row: str, at: int) -> int:
    r"""By how much an opened bracket is longer than it was: ``\left`` becomes ``\Bigl``, and ``(`` gets ``\bigl``."""
    return 0 if row[at:].startswith(r"\Bigl") else len(r"\bigl")


def broken(latex: str, most: float, numbers: tuple[int, ...] = ()) -> str:
    """A display whose rows are at most so many letters wide, where it can be broken; ``numbers`` stand beside its links."""
    inside = ALIGNED.match(latex)
    rows = re.split(r"\s*\\\\\s*", inside[1]) if inside else split(latex)
    if any("\\begin" in row for row in rows) or not inside and (r"\quad" in latex or measure(latex) <= most):
        return latex
    left, links = taken_apart(rows)
    counted = len(numbers) == len(links) > 1
    most -= NUMBER * counted
    if left is None:
        out = [part for row in rows for part in rows_of(row, most)]
        return joined(out) if inside or len(out) > 1 else latex
    beside = measure(left)
    widest = max(map(measure, links))
    stands = beside + widest > most and (beside > NARROW or any(overfull(link, most - beside) for link in links))
    out = [f"&{' ' if n == 0 else ''}{part.removeprefix('&')}" for n, part in enumerate(rows_of(left, most))] if stands else []
    room = most if stands else most - beside
    for at, link in enumerate(links):
        parts = list(rows_of(link, max(room, NARROW)))
        parts[0] = f"&{parts[0]}" if stands or at > 0 else f"{left} &{parts[0]}"
        if counted:
            parts[-1] += rf" && \text{{{numbers[at]}.}}"
        out += parts
    return joined(out) if inside or len(out) > 1 else latex


def overfull(row: str, most: float) -> bool:
    """Whether a row is too wide and cannot be broken to be less."""
    return any(measure(part) > most for part in rows_of(row, max(most, NARROW)))


def joined(rows: list[str]) -> str:
    """Rows below one another."""
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def split(latex: str) -> list[str]:
    """A formula of one row, with each relation on a row of its own."""
    cuts = [c.at for c in places(latex)[0] if c.relation]
    ends = [*cuts, len(latex)]
    return [latex[: ends[0]].rstrip(), *(f"&{latex[a:b].rstrip()}" for a, b in zip(cuts, ends[1:], strict=True))]


def taken_apart(rows: list[str]) -> tuple[str | None, list[str]]:
    """The left side of rows that are lined up at their relations, and the links from it; no left side for other rows."""
    if len(rows) > 1 and (rows[0].startswith("&") or "&" not in rows[0]):
        left, links = rows[0].removeprefix("&").strip(), [row.strip() for row in rows[1:]]
    else:
        left, _, link = rows[0].partition("&")
        left, links = left.strip(), [f"&{link}", *(row.strip() for row in rows[1:])]
    bare = [link.removeprefix("&").strip() for link in links]
    related = all(link.startswith("&") and begins_with_relation(one) for link, one in zip(links, bare, strict=True))
    return (left, bare) if related and left and "&" not in left else (None, [])


def begins_with_relation(row: str) -> bool:
    """Whether a row begins with a relation."""
    match = TOKENS.match(row)
    return match is not None and match[0] in RELATIONS


__all__ = ["broken"]
