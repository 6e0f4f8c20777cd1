r"""Formulas in another dialect: what the glossary spells otherwise there is spelled so, all else stays as it was written.

>>> from derive.notation import parse
>>> from derive.notation.print.printer import to_latex
>>> to_latex(respelled(parse(r"v_\pi(s)=\max_aq_{\pi_\theta}(s,a)"), "course"))
'V^\\pi(s) = \\max_aQ^{\\pi_\\theta}(s,a)'
>>> to_latex(respelled(parse(r"\mathbb{E}_\pi[V^\pi(s_{t+1})]"), "sutton-barto", timed=True))
'\\mathbb{E}_\\pi\\left[v_\\pi(S_{t+1})\\right]'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import lru_cache
from typing import TypeVar

from derive.glossary.letters import letters
from derive.glossary.printed import TIMED
from derive.glossary.row import Row
from derive.glossary.values import rows
from derive.notation.glossary import Lexicon
from derive.notation.parse.reading import parse_term
from derive.notation.trees.nodes import Term
from derive.notation.trees.term_trees import Add, App, Label, Neg, Num, Sym

T = TypeVar("T", bound=Term)
#: A letter for each hole of a row, and the kind of letter that may stand in its place.
HOLES = {"pi": (r"\pi", "policy"), "s": ("s", "state"), "t": ("s'", "state"), "a": ("a", "action"), "r": ("r", "reward")}
HOLE = re.compile(r"<(\w+)>")
#: The letters of what is known by its time, and what each of them is.
LETTERS = {row["course"]: name for name, row in TIMED.items()}
WORD = re.compile(r"[A-Za-z]{2,}")
KINDS = {(letter.name, letter.kind) for letter in letters()}


def dialects() -> list[str]:
    """The dialects that some row of the glossary is written in."""
    return sorted({d for row in rows() for d in row.dialects})


def respelled(term: T, dialect: str, timed: bool = False) -> T:
    """A tree in a dialect; ``timed``: also the letters of states, actions and rewards at a time, which elsewhere may be families."""

    def go(t: Term, letter: bool = timed) -> Term:
        head = t.head if isinstance(t, App) else None  # what is applied is a function: the ratio r_t(θ) is no reward
        t = t.map_children(lambda x: go(x, timed and x is not head))
        if isinstance(t, Label) and not t.font and WORD.fullmatch(t.text):
            return replace(t, font="mathrm")
        if isinstance(t, Sym) and letter:
            return at_a_time(t, dialect)
        for pattern, other in spellings(dialect):
            holes: dict[str, Term] = {}
            if matched(pattern, t, holes):
                return filled(other, holes)
        return t

    made = go(term)
    assert isinstance(made, type(term))
    return made


def at_a_time(sym: Sym, dialect: str) -> Sym:
    """A quantity of an episode by the letter that a dialect has for it."""
    name = LETTERS.get(sym.name.lower())
    if name is None or sym.accents or sym.sups or sym.primes or len(sym.subs) != 1 or not is_time(sym.subs[0]):
        return sym
    if isinstance(sym.subs[0], Num) and name not in ("state_at", "action_at"):  # numbers of rewards are of a group as well
        return sym
    row = TIMED[name]
    return replace(sym, name=row.get(dialect, row["course"]).removesuffix("+1"))


def is_time(term: Term) -> bool:
    """Whether a term is a time: a letter for one, and what is added to it; or a number."""
    if isinstance(term, Add):
        return any(is_time(t) and isinstance(t, Sym) for t in term.terms)
    if isinstance(term, Neg):
        return is_time(term.body)
    return isinstance(term, Num) or isinstance(term, Sym) and (term.name, "time") in KINDS and not term.subs


# --- rows as trees ---------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def spellings(dialect: str) -> tuple[tuple[Term, Term], ...]:
    """Every spelling that a dialect has another for, and that one."""
    out = []
    usable = [r for r in rows() if set(r.takes) <= set(HOLES) and not r.pattern.startswith("<")]
    for row in usable:
        like = [r for r in usable if r.means == row.means and set(r.takes) == set(row.takes)]
        best = min(like, key=lambda r: r.distance(dialect))
        near = [r for r in like if r.distance(dialect)[:2] == best.distance(dialect)[:2]]
        if not any(matched(tree(r), tree(row), {}) for r in near):  # what differs in the bar alone is its own
            out.append((tree(row), tree(best)))
    return tuple(out)


@lru_cache(maxsize=1024)
def tree(row: Row) -> Term:
    """The pattern of a row, read with a letter in each of its holes."""
    return parse_term(HOLE.sub(lambda m: HOLES[m[1]][0] + " ", row.pattern), Lexicon())


@lru_cache(maxsize=1)
def holes() -> dict[Term, tuple[str, str]]:
    """What stands in the holes of a pattern: the name of the hole, and the kind of letter that it takes."""
    return {parse_term(latex): (name, kind) for name, (latex, kind) in HOLES.items()}


def matched(pattern: Term, term: Term, found: dict[str, Term]) -> bool:
    """Whether a term is an instance of a pattern, and what stands in its holes."""
    if pattern in holes():
        name, kind = holes()[pattern]
        known = found.setdefault(name, term)
        return known == term and isinstance(term, Sym) and (term.name, kind) in KINDS
    if type(pattern) is not type(term):
        return False
    return all(same(a, b, found) for a, b in parts(pattern, term))


def parts(one: Term, other: Term) -> Iterator[tuple[object, object]]:
    """What two nodes of a kind are made of, side by side; which bar stands before what is given does not matter."""
    skipped = ("span", "bar") if isinstance(one, App) else ("span",)
    yield from ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one) if f.name not in skipped)


def same(one: object, other: object, found: dict[str, Term]) -> bool:
    if isinstance(one, Term) and isinstance(other, Term):
        return matched(one, other, found)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b, found) for a, b in zip(one, other, strict=True))
    return one == other


def filled(pattern: Term, found: dict[str, Term]) -> Term:
    """A pattern with its holes filled."""
    if pattern in holes():
        return found[holes()[pattern][0]]
    return pattern.map_children(lambda t: filled(t, found))


__all__ = ["dialects", "respelled"]
