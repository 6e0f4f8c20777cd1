r"""Statements of a formula: chains of relations, the conditions beside them, and what joins them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.elaborate.reading.chains_of_rows import RELATION_MARKS, split_relations, strip_commas
from derive.syntax.flat import Item, Row, is_mark

#: Words that open a condition, and those that only stand before one.
CONDITION_WORDS = (
    "if", "for", "when", "where", "with", "whenever", "given", "as", "provided", "since", "assuming", "其中", "当", "若", "如果", "对", "对于", "给定",
)  # fmt: skip
#: Those behind which a list may follow.
LISTING = ("where", "with", "given", "assuming", "其中", "给定")
#: Words inside a remark that say when what is beside them holds.
STANDS_UNDER = re.compile(
    r"\b(?:only if|if|when|whenever|unless|provided|assuming|suppose|supposing|valid for|holds for|as long as)\b", re.I
)
#: Words before a statement that say nothing that it does not.
OPENING = frozenset(
    ("so", "so that", "and so", "and", "and also", "then", "hence", "thus", "therefore", "let", "we have",
     "we get", "which gives", "that is", "that is,", "i.e.", "i.e.,", "所以", "且", "以及", "因此", "于是", "则", "即", "令", "设")
)  # fmt: skip
#: Words between two statements that are both made.
JOINING = ("and", "und", "且", "和")
SKIPPED = ("all", "any", "every", "each", "that", "and", "the", "case", "所有", "任意", "每个")
#: What joins the parts of a list.
LISTED = ","
JOINERS = {
    r"\implies": "implies",
    r"\Rightarrow": "implies",
    r"\Longrightarrow": "implies",
    r"\iff": "iff",
    r"\Leftrightarrow": "iff",
    r"\Longleftrightarrow": "iff",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One chain, its conditions, and how it follows from the one before (``implies``, ``iff`` or nothing)."""

    terms: tuple[Row, ...]
    rels: tuple[str, ...] = ()
    conditions: tuple[Row, ...] = ()
    joiner: str = ""
    words: tuple[str, ...] = ()

    @property
    def links(self) -> list[Statement]:
        """The links of the chain, each by itself under its conditions."""
        return [Statement(ends, (rel,), self.conditions) for ends, rel in zip(pairwise(self.terms), self.rels, strict=True)]


def rewritten(
    change: Callable[[Row], Row], lhs: Row, rhs: Row, conditions: tuple[Row, ...], givens: list[Statement]
) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
    """All rows of a claim and of what is given, each changed in the same way."""
    given = [replace(g, terms=tuple(map(change, g.terms)), conditions=tuple(map(change, g.conditions))) for g in givens]
    return change(lhs), change(rhs), tuple(map(change, conditions)), given


def statements_of(row: Row) -> list[Statement]:
    """The statements of a row, in order."""
    if len(row) == 1 and row[0].kind == "group" and row[0].name == "env":
        row = row[0].rows[0]
    out: list[Statement] = []
    ahead: tuple[Row, ...] = ()
    cut = 0  # of how many terms a chain was that went on behind a condition of its own
    listing = False  # whether a list of what is given goes on
    for joiner, segment in segments(row):
        goes_on, joiner = listing and joiner == LISTED, "" if joiner == LISTED else joiner
        listing = False
        segment = without_opening(segment)
        terms, rels = without_ellipses(*split_relations(segment))
        head = strip_commas(segment)
        if out and not joiner and rels and not terms[0] and out[-1].rels:
            last = out[-1]  # a line that carries on a chain behind its condition
            carried = (*last.terms, *(strip_commas(t) for t in terms[1:]))
            cut = len(last.terms) if last.conditions else 0
            out[-1] = Statement(carried, (*last.rels, *rels), last.conditions, last.joiner, last.words)
            continue
        condition = condition_of(head)
        own = own_row(row, head, condition) if out else None
        if own is not None:
            out.append(own)
            continue
        if condition is None and goes_on and len(rels) == 1:
            condition = head
        if condition is not None and out:
            out[-1:] = under(out[-1], (condition,) if condition else (), cut)
            listing, cut = goes_on or opens_list(head), 0
            continue
        if condition and not out:
            ahead = (*ahead, condition)  # ``for x > 0, …``: what follows stands under it
            continue
        if not rels and out and joiner == "":
            if head:
                last = out[-1]
                words = tuple(i for i in head if i.kind == "text" and STANDS_UNDER.search(i.name[5:]))[:1]
                out[-1] = Statement(
                    last.terms,
                    last.rels,
                    (*last.conditions, words) if words else last.conditions,
                    last.joiner,
                    (*last.words, "words"),
                )
            continue
        if out and not joiner and out[-1].rels and is_condition(terms, rels):
            said = relational(head) if r"\in" in rels else head
            out[-1:] = under(out[-1], (said,) if said else (), cut)
            cut = 0
            continue
        out.append(Statement(tuple(strip_commas(t) for t in terms), tuple(rels), ahead, joiner))
        ahead, cut = (), 0
    return out


def opens_list(segment: Row) -> bool:
    """Whether a condition begins with a word behind which a list may follow."""
    return bool(segment) and segment[0].said.strip(" ,:").lower() in LISTING


def own_row(row: Row, head: Row, condition: Row | None) -> Statement | None:
    r"""What a row of its own says behind "where": ``\\ \text{where }V(s) &= \cdots``; None for anything else."""
    opens = next((n for n, item in enumerate(row) if item is head[0]), 0) if head and condition else 0
    before = next((i for i in reversed(row[:opens]) if not is_mark(i, "&", r"\quad")), None)
    if not condition or head[0].said.strip(" ,:").lower() != "where" or before is None or not is_mark(before, r"\\"):
        return None
    terms, rels = split_relations(condition)
    return Statement(tuple(map(strip_commas, terms)), tuple(rels)) if rels and set(rels) <= {"=", ":="} and all(terms) else None


def under(last: Statement, conditions: tuple[Row, ...], cut: int) -> list[Statement]:
    """A statement under conditions behind it; as two where each of its rows has one: what its left side is in either case."""
    if not (cut and conditions and set(last.rels) == {"="}):
        return [Statement(last.terms, last.rels, (*last.conditions, *conditions), last.joiner, last.words)]
    first = Statement(last.terms[:cut], last.rels[: cut - 1], last.conditions, last.joiner, last.words)
    return [first, Statement((last.terms[0], *last.terms[cut:]), last.rels[cut - 1 :], conditions, "", last.words)]


def without_opening(segment: Row) -> Row:
    r"""A statement without a word before it that only leads to it: ``\text{so }x=1``."""
    bare = strip_commas(segment)
    first = bare[0] if len(bare) > 1 and bare[0].word and not (bare[0].subs or bare[0].sups) else None
    opens = first is not None and first.word.strip(" ,:").lower() in OPENING
    return bare[1:] if opens else segment


def without_ellipses(terms: list[Row], rels: list[str]) -> tuple[list[Row], list[str]]:
    r"""A chain of equations without its links that are dots alone: what stands on their two sides is equal, too.

    >>> from derive.syntax.row_reader import read
    >>> len(without_ellipses(*split_relations(read(r"a = b = \vdots = c")))[0])
    3
    """
    if any(rel != "=" for rel in rels):
        return terms, rels
    kept = [n for n, term in enumerate(terms) if not (0 < n < len(terms) - 1 and len(term) == 1 and term[0].kind == "dots")]
    return [terms[n] for n in kept], rels[: len(kept) - 1]


def is_condition(terms: list[Row], rels: list[str]) -> bool:
    r"""Whether a chain behind another statement only bounds a letter: ``x>0``, ``t'<t``, ``r>1+\epsilon``, ``j\ne i``, ``x\in[0,1]``."""
    if rels == [r"\in"]:
        return len(strip_commas(terms[0])) == 1 and terms[0][0].kind == "atom"
    plain = [len(strip_commas(t)) == 1 and strip_commas(t)[0].kind in ("atom", "number") for t in terms]
    bounds = len(terms) == 2 and any(p and strip_commas(t)[0].kind == "atom" for p, t in zip(plain, terms, strict=True))
    return all(r in ("<", ">", r"\le", r"\ge", r"\ne") for r in rels) and bool(rels) and (all(plain) or bounds)


def condition_of(segment: Row) -> Row | None:
    """The condition that a segment states after words such as "for" or behind a quantifier or in brackets; empty for words that say nothing."""
    if not segment:
        return ()
    first = segment[0]
    if (
        first.kind == "group"
        and first.name == "()"
        and len(segment) == 1
        and any(i.name in RELATION_MARKS for r in first.rows for i in r)
    ):
        return first.rows[0] if len(first.rows) == 1 else None
    if is_mark(first, r"\forall"):
        return relational(segment[1:])
    if first.kind in ("text", "atom") and bool(first.word):
        words = first.name[5:].lower().replace(",", " ").split()
        if words and words[0] in CONDITION_WORDS:
            rest = [w for w in words[1:] if w not in SKIPPED]
            return relational(segment[1:]) if not rest else (Item("text", first.name),)
    return None


def relational(row: Row) -> Row:
    """A condition; a quantifier over a set says nothing more than the letter's own type."""
    row = strip_commas(tuple(i for i in row if not (i.kind in ("text", "atom") and i.said.lower() in SKIPPED)))
    ranged = any(is_mark(a, r"\in") and b.kind == "group" and b.seps == (",",) and b.name != "{}" for a, b in pairwise(row))
    if (
        any(is_mark(i, r"\in") for i in row)
        and not ranged
        and not any(is_mark(i, "<", ">", r"\le", r"\ge", r"\ne", "=") for i in row)
    ):
        return ()
    if not any(i.kind == "mark" and i.name in RELATION_MARKS for i in row):
        return tuple(i for i in row if i.kind == "text" or i.word)[:1]  # words that nothing here understands
    return row


def segments(row: Row) -> list[tuple[str, Row]]:
    """Parts of a row between quads, line ends and arrows; a comma parts only where a condition or a wide space follows."""
    out: list[tuple[str, list[Item]]] = [("", [])]
    wide = broken = False
    for at, item in enumerate(row):
        if is_mark(item, r"\quad", r"\\", ";"):
            wide, broken = True, broken or is_mark(item, r"\\")
            continue
        if is_mark(item, "&"):
            continue
        if item.kind == "mark" and item.name in JOINERS:
            out.append((JOINERS[item.name], []))
            wide = False
            continue
        if (
            item.kind in ("text", "atom")
            and item.said.strip().lower() in JOINING
            and chained(out[-1][1])
            and chained(row[at + 1 :])
        ):
            out.append((LISTED, []))
            wide = broken = False
            continue
        if wide and out[-1][1] and not (item.kind == "mark" and (item.name in RELATION_MARKS or item.name in ("+", "-"))):
            out.append(("", []))
        elif is_mark(item, ",") and top_comma_opens(row, at):
            out.append((LISTED, []))
            wide = False
            continue
        elif (
            (
                item.kind == "text"
                and out[-1][1]
                and condition_of((item, Item("atom", "x"), Item("mark", "="))) is not None
                or (item.kind == "atom" and item.said.lower() in CONDITION_WORDS and bool(item.word) and out[-1][1])
                or is_mark(item, r"\forall")
                and out[-1][1]
                or item.kind == "group"
                and item.name == "()"
                and wide
                and out[-1][1]
            )
            or broken
            and len(out) > 1
            and item.kind == "mark"
            and item.name in RELATION_MARKS
            and stands_apart(tuple(out[-1][1]))
        ):
            out.append(("", []))
        wide = broken = False
        out[-1][1].append(item)
    return [(joiner, tuple(part)) for joiner, part in out if part]


def chained(part: Iterable[Item]) -> bool:
    """Whether a relation stands in a part of a row."""
    return any(i.kind == "mark" and i.name in RELATION_MARKS for i in part)


def stands_apart(segment: Row) -> bool:
    """Whether a segment is a condition or words beside a line: what begins the next line carries on the chain before it."""
    said = condition_of(strip_commas(segment)) is not None or all(i.kind == "text" for i in segment)
    return said or is_condition(*split_relations(segment))


def top_comma_opens(row: Row, at: int) -> bool:
    """Whether a comma is followed by a new statement: another relation stands in what follows."""
    rest = row[at + 1 :]
    before = row[:at]
    return any(i.kind == "mark" and i.name in RELATION_MARKS for i in before) and any(
        i.kind == "mark" and i.name in RELATION_MARKS for i in rest
    )
