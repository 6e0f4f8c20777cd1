r"""Formulas in another dialect: what the glossary spells otherwise there is spelled so, all else stays as it was written.

>>> respelled(r"v_\pi(s)=\max_aq_{\pi_\theta}(s,a)", "course")
'V^{\\pi}(s)=\\max_aQ^{\\pi_\\theta}(s,a)'
>>> respelled(r"\mathbb{E}_\pi[V^\pi(s_{t+1})]", "sutton-barto", timed=True)
'\\mathbb{E}_\\pi[v_{\\pi}(S_{t+1})]'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from derive.diagnostics import Edit, Span
from derive.elaborate.knowledge.scope import hole_text
from derive.elaborate.reading.matching import Holes, match_items
from derive.glossary.letters import letters
from derive.glossary.printed import TIMED
from derive.glossary.values import rows
from derive.syntax.flat import Item, Row, inner_rows, is_mark, parts_between, row_key
from derive.syntax.lex.symbols import LABEL_WORDS
from derive.syntax.row_reader import read

#: The kind of letter that may stand in each hole of a row.
HOLES = {"pi": "policy", "s": "state", "t": "state", "a": "action", "r": "reward"}
HOLE = re.compile(r"<(\w+)>")
#: The letters of what is known by its time, and what each of them is.
LETTERS = {row["course"]: name for name, row in TIMED.items()}
KINDS = {(letter.name, letter.kind) for letter in letters()}
#: Letters that are indices side by side, and no word.
INDICES = tuple(map(frozenset, ("ijklmnt", "sa", "SAR", "xyz")))


def dialects() -> list[str]:
    """The dialects that some row of the glossary is written in."""
    return sorted({d for row in rows() for d in row.dialects})


def respelled(latex: str, dialect: str, timed: bool = False) -> str:
    """A formula in a dialect; ``timed``: also the letters of states, actions and rewards at a time, which elsewhere may be families.

    Raises: NotationError where it cannot be read.
    """
    latex = edited(latex, labels(read(latex), latex))
    if timed:
        latex = edited(latex, (edit for row in inner_rows(read(latex)) for edit in at_times(row, latex, dialect)))
    return edited(latex, (edit for row in inner_rows(read(latex)) for edit in values(row, latex, dialect)))


def edited(latex: str, edits: Iterator[Edit]) -> str:
    """A text with edits, none of which stands in another."""
    for edit in sorted(edits, key=lambda e: e.span.start, reverse=True):
        latex = edit.apply(latex)
    return latex


def labels(row: Row, latex: str) -> Iterator[Edit]:
    """Words that are typed as letters below and above names, in an upright font."""
    for item in (i for inner in inner_rows(row) for i in inner):
        for script in (*item.subs, *item.sups):
            word = text_of(script, latex) if script else ""
            typed = word.isalpha() and word.isascii()
            if typed and (word in LABEL_WORDS or len(word) > 2 and not any(set(word) <= some for some in INDICES)):
                yield Edit(Span(script[0].start, script[-1].end), rf"\mathrm{{{word}}}")


def at_times(row: Row, latex: str, dialect: str) -> Iterator[Edit]:
    """Quantities of an episode by the letters that a dialect has for them; what is applied is a function: ``r_t(θ)`` is no reward."""
    for item, behind in pairwise((*row, Item("mark"))):
        applied = behind.kind == "group" and behind.name == "()"
        name = LETTERS.get(item.name.lower()) if item.is_letter and not applied else None
        if name is None or item.sups or item.primes or len(item.subs) != 1 or not is_time(item.subs[0]):
            continue
        numbered = item.subs[0][0].kind == "number" and len(item.subs[0]) == 1
        if numbered and name not in ("state_at", "action_at"):  # numbers of rewards are of a group as well
            continue
        letter = TIMED[name].get(dialect, TIMED[name]["course"]).removesuffix("+1")
        if letter != item.name and latex.startswith(item.name, item.start):
            yield Edit(Span(item.start, item.start + len(item.name)), letter)


def is_time(row: Row) -> bool:
    """Whether a row is a time: a letter for one, and what is added to it; or a number."""
    parts = parts_between(row, "+", "-")
    named = any(len(p) == 1 and p[0].kind == "atom" and not p[0].subs and (p[0].name, "time") in KINDS for p in parts)
    return named and not any(is_mark(i, ",") for i in row) or len(row) == 1 and row[0].kind == "number"


def values(row: Row, latex: str, dialect: str) -> Iterator[Edit]:
    """What the glossary has another spelling for in a dialect."""
    at = 0
    while at < len(row):
        for pattern, other in spellings(dialect):
            found = match_items(read_pattern(pattern), row, at)
            if found is not None and fits(found[0]):
                holes, end, above = found
                text = filled(other, {name: text_of(filling, latex) for name, filling in holes.items()})
                text += "".join(f"^{{{text_of(script, latex)}}}" for script in above)
                yield Edit(Span(row[at].start, row[end - 1].end), text)
                at = end
                break
        else:
            at += 1


def fits(holes: Holes) -> bool:
    """Whether in every hole stands one letter of its kind."""
    return all(len(r) == 1 and r[0].kind == "atom" and (r[0].name, HOLES[name]) in KINDS for name, r in holes.items())


def filled(pattern: str, holes: Mapping[str, str]) -> str:
    """A pattern with its holes filled."""
    return HOLE.sub(lambda m: holes[m[1]], pattern)


def text_of(row: Row, latex: str) -> str:
    return latex[row[0].start : row[-1].end]


@lru_cache(maxsize=16)
def spellings(dialect: str) -> tuple[tuple[str, str], ...]:
    """Every spelling that a dialect has another for, and that one, with holes."""
    out = []
    usable = [r for r in rows() if set(r.takes) <= set(HOLES) and not r.pattern.startswith("<")]
    for row in usable:
        like = [r for r in usable if r.means == row.means and set(r.takes) == set(row.takes)]
        best = min(like, key=lambda r: r.distance(dialect))
        near = [r for r in like if r.distance(dialect)[:2] == best.distance(dialect)[:2]]
        own = row_key(read_pattern(row.pattern))
        if all(row_key(read_pattern(r.pattern)) != own for r in near):  # what differs in the bar alone is its own
            out.append((row.pattern, best.pattern))
    return tuple(out)


@lru_cache(maxsize=1024)
def read_pattern(pattern: str) -> Row:
    return read(hole_text(pattern))


__all__ = ["dialects", "respelled"]
