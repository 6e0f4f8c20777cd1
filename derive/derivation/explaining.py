r"""Somebody's steps: for each link of a formula, the rules that lead from one side to the other, or why none is named.

>>> for link in explained(r"\nabla_\theta\pi_\theta(a\mid s)=\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)=\pi_\theta(a\mid s)"):
...     print(link.kind, link.rules)
named ('log-derivative',)
wrong ()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from derive.core.terms import Bind, Core, Op, walk
from derive.decide.calculation import is_closed
from derive.derivation.working import agree
from derive.elaborate.claims import Read, readings
from derive.rules.applying.application import Condition
from derive.rules.applying.searching import way
from derive.rules.formulas import Formula
from derive.rules.matching.keys import key
from derive.rules.matching.linear import apart
from derive.rules.matching.rings import linear_key
from derive.rules.rule import Rule
from derive.verify.verdicts import HOLDS, link_verdict

#: What may be said of a link, and whether that is in order: ``None`` where nothing can be said.
KINDS: dict[str, bool | None] = {
    "named": True,
    "arithmetic": True,
    "calculated": True,
    "definition": True,
    "unnamed": True,
    "wrong": False,
    "undecided": None,
    "unread": None,
}


#: Parts of the longest formula that SymPy is asked to differentiate.
SHORT = 40


@dataclass(frozen=True)
class Explained:
    """One link of somebody's derivation: its two sides, what it is, the rules that it uses and their conditions."""

    before: str
    relation: str
    after: str
    kind: str
    rules: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    why: str = ""
    status: str = ""
    end: int = 0  # where it ends in the formula

    def left_open(self, why: str) -> Explained:
        """The link where nothing is decided of it where it stands."""
        return replace(self, kind="undecided", why=why)

    @property
    def reason(self) -> str:
        """What to write beside the line."""
        if self.kind == "named":
            held = [c.latex for c in self.conditions if not c.holds]
            return ", ".join(self.rules) + (f" (where ${'$, $'.join(held)}$)" if held else "")
        if self.kind == "unnamed":
            return f"{self.status}, by no rule known here"
        return {"definition": "a definition", "arithmetic": "arithmetic", "calculated": "differentiated"}.get(
            self.kind, self.why or self.kind
        )


def explained(
    latex: str,
    given: Iterable[str] = (),
    more: Iterable[Rule] = (),
    macros: Mapping[str, Any] | None = None,
    seconds: float = 3.0,
) -> list[Explained]:
    """The links of a formula, each explained.

    Raises: NotationError where the formula cannot be read at all.
    """
    more = tuple(more)
    return [one(read, latex, more, seconds) for read in readings(latex, list(given), macros)]


def one(read: Read, latex: str, more: tuple[Rule, ...], seconds: float) -> Explained:
    """One link: its verdict over all readings, and the rules that it uses under the likeliest."""
    verdict = link_verdict(read, latex, seconds)
    sides = [latex[row[0].start : row[-1].end] if row else "" for row in (read.lhs, read.rhs)]

    def made(kind: str, **said: Any) -> Explained:
        return Explained(sides[0], read.relation, sides[1], kind, end=read.rhs[-1].end if read.rhs else 0, **said)

    if isinstance(verdict, str):
        return made("unread", why=verdict)
    if verdict.status == "refuted":
        return made("wrong", why=verdict.message.rstrip("."), status="refuted")
    if verdict.status == "definition":
        return made("definition")
    if verdict.status not in (*HOLDS, "conditional"):
        return made("undecided", why=verdict.message.rstrip("."), status=verdict.status)
    first = read.readings[0]
    left, right = Formula(first.claim.lhs, dict(first.names), first.claim.givens), first.claim.rhs
    if key(left.term) == key(right):
        return made("definition" if read.relation == "=" else "arithmetic", status=verdict.status)
    if is_closed(first.claim):
        return made("arithmetic", status=verdict.status)
    if first.claim.relation in ("=", "<=", ">=", "<", ">"):
        steps = way(left, right, first.claim.relation, more, seconds)
        if steps:
            conditions = tuple({c.latex: c for s in steps for c in s.conditions}.values())
            return made("named", rules=tuple(dict.fromkeys(s.rule for s in steps)), conditions=conditions, status=verdict.status)
    if linear_key(apart(left.term)) == linear_key(apart(right)):
        return made("arithmetic", status=verdict.status)
    if first.claim.relation == "=" and is_of_one_number(left.term) and not agree(left, left.to(right), "diff"):
        return made("calculated", status=verdict.status)
    return made("unnamed", status=verdict.status)


def is_of_one_number(term: Core) -> bool:
    """Whether a term is a derivative by a number of something short, which SymPy carries out at once."""
    inside = walk(term)
    plain = not any(isinstance(t, Bind) or isinstance(t, Op) and t.name == "gradient" for t in inside)
    return plain and len(inside) < SHORT and any(isinstance(t, Op) and t.name == "derivative" for t in inside)


class Share(NamedTuple):
    """How many links are right, how many wrong, and of how many neither is known."""

    right: int
    wrong: int
    undecided: int

    def __str__(self) -> str:
        total = sum(self)
        return f"{self.right} of {total} link{'s are' if total != 1 else ' is'} right, {self.wrong} wrong, {self.undecided} undecided."


def share(links: Iterable[Explained]) -> Share:
    """How many links are right, wrong and undecided; one that cannot be read is undecided."""
    kinds = [KINDS[x.kind] for x in links]
    return Share(kinds.count(True), kinds.count(False), kinds.count(None))


__all__ = ["Explained", "Share", "explained", "share"]
