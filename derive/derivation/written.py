r"""A formula as it is written: its statements and their sides, each in normal spacing.

>>> parse(r"V(s)=\max_a Q(s,a)").statements[0].sides[1].latex
'\\max_aQ(s,a)'
>>> parse("a + b = c") == parse("a+{b}=c")
True
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from derive.elaborate.reading.statements import statements_of
from derive.syntax.flat import Row, row_key
from derive.syntax.lex.lexer import tokenize
from derive.syntax.pairing.brackets import Structure, structure
from derive.syntax.printing import text_of
from derive.syntax.sound.whole import whole


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on one side of a relation; two are the same where they are read as the same items."""

    key: tuple[object, ...] = field(repr=False)
    latex: str = field(compare=False)
    row: Row = field(compare=False, repr=False)

    @property
    def head(self) -> Hashable | None:
        """The name that the side would define, alone or before its arguments; None for anything else."""
        row = self.row
        while len(row) == 1 and row[0].kind == "group" and len(row[0].rows) == 1 and not (row[0].subs or row[0].sups):
            row = row[0].rows[0]
        named = 0 < len(row) <= 2 and row[0].kind == "atom" and all(item.kind == "group" for item in row[1:])
        return row[0].name if named else None


@dataclass(frozen=True, slots=True)
class Written:
    """One chain of relations, what it stands under, and how it follows from the one before."""

    sides: tuple[Side, ...]
    rels: tuple[str, ...] = ()
    conditions: tuple[Side, ...] = ()
    joiner: str = ""

    def links(self) -> Iterator[tuple[Side, str, Side]]:
        """The links of the chain."""
        for (left, right), rel in zip(pairwise(self.sides), self.rels, strict=True):
            yield left, rel, right

    @property
    def latex(self) -> str:
        """The chain on one line."""
        rest = (f" {rel} {side.latex}" for rel, side in zip(self.rels, self.sides[1:], strict=True))
        return f"{self.sides[0].latex}{''.join(rest)}".strip()


@dataclass(frozen=True, slots=True)
class Formula:
    """Statements in order; ``latex`` is the formula in normal spacing."""

    statements: tuple[Written, ...]
    latex: str = field(compare=False)


def parse(latex: str) -> Formula:
    """A formula, its statements apart.

    Raises: NotationError at the first place that cannot be read.
    """
    row = whole(latex)
    parts = structure(tokenize(latex))
    starts = [token.start for token in parts.tokens]

    def side(part: Row) -> Side:
        return Side(row_key(part), _text(parts, starts, part), part)

    statements = tuple(
        Written(tuple(map(side, s.terms)), s.rels, tuple(map(side, s.conditions)), s.joiner) for s in statements_of(row)
    )
    return Formula(statements, text_of(parts, 0, len(parts.tokens)))


def _text(parts: Structure, starts: list[int], part: Row) -> str:
    if not part:
        return ""
    return text_of(parts, bisect_left(starts, part[0].start), bisect_left(starts, part[-1].end))


__all__ = ["Formula", "Side", "Written", "parse"]
