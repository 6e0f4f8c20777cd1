"""What a page says with its terms: chains of relations, their conditions, and the formulas that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derive.notation.trees.nodes import Term
from derive.notation.trees.term_trees import Text


@dataclass(frozen=True, slots=True)
class Relation(Term):
    r"""The sign between two links of a chain.

    ``op`` is normalised LaTeX (``=``, ``\approx``, ``\le``, ``:=``, ``\leftarrow``, ``\propto``, ``\sim``, ``\to``, ``\in``, …);
    ``spelling`` is how it was written; ``note`` what stands above it (``\overset{(a)}{=}``).
    """

    op: str
    spelling: str = ""
    note: Term | None = None


@dataclass(frozen=True, slots=True)
class Statement(Term):
    r"""One statement of a formula: a chain ``terms[0] rels[0] terms[1] …`` (one term and no relation for a bare expression).

    ``conditions`` hold what follows it (``for all s``, ``\text{if } x > 0``, ``\forall a``); ``remarks`` are words beside it.
    ``joiner`` is the LaTeX printed before it (``,\qquad ``, ``\\``, ``\implies``), empty for the first.
    """

    terms: tuple[Term, ...]
    rels: tuple[Relation, ...] = ()
    conditions: tuple[Term, ...] = ()
    remarks: tuple[Text, ...] = ()
    joiner: str = ""

    def links(self) -> Iterator[tuple[Term, Relation, Term]]:
        """(left, relation, right) for each relation of the chain."""
        for i, rel in enumerate(self.rels):
            yield self.terms[i], rel, self.terms[i + 1]


@dataclass(frozen=True, slots=True)
class Formula(Term):
    """Everything one display, inline formula or table cell says, with its tag and closing punctuation."""

    statements: tuple[Statement, ...]
    tag: str = ""
    closing: str = ""
    env: str = ""
