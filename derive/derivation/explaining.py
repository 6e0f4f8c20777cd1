r"""Somebody's steps: for each link of a formula, the rules that lead from one side to the other, or why none is named.

>>> for link in explained(r"\nabla_\theta\pi_\theta(a\mid s)=\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)=\pi_\theta(a\mid s)"):
...     print(link.kind, link.rules)
named ('log-derivative',)
wrong ()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from derive.elaborate.claims import readings
from derive.elaborate.closing import is_definition
from derive.rules.applying import Condition
from derive.rules.formulas import Formula, decide
from derive.rules.keys import key
from derive.rules.linear import apart
from derive.rules.rings import linear_key, ring_key
from derive.rules.rule import Rule
from derive.rules.searching import way
from derive.verify.verdicts import HOLDS

#: What may be said of a link, and whether that is in order: ``None`` where nothing can be said.
KINDS: dict[str, bool | None] = {
    "named": True,
    "arithmetic": True,
    "definition": True,
    "unnamed": True,
    "wrong": False,
    "undecided": None,
    "unread": None,
}


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

    @property
    def reason(self) -> str:
        """What to write beside the line."""
        if self.kind == "named":
            held = [c.latex for c in self.conditions if not c.holds]
            return ", ".join(self.rules) + (f" (where ${'$, $'.join(held)}$)" if held else "")
        if self.kind == "unnamed":
            return f"{self.status}, by no rule known here"
        if self.kind == "arithmetic":
            return "arithmetic"
        return {"definition": "a definition"}.get(self.kind, f"{self.kind}{': ' + self.why if self.why else ''}")


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
    out = []
    more = tuple(more)
    for read in readings(latex, list(given), macros):
        sides = [latex[row[0].start : row[-1].end] if row else "" for row in (read.lhs, read.rhs)]
        if not read.readings:
            kind = "unread" if read.outside else "wrong"
            out.append(Explained(sides[0], read.relation, sides[1], kind, why=read.why))
            continue
        first = read.readings[0]
        out.append(
            link(
                Formula(first.claim.lhs, dict(first.names), first.claim.givens), first.claim, sides, read.relation, more, seconds
            )
        )
    return out


def link(left: Formula, claim: Any, sides: list[str], relation: str, more: tuple[Rule, ...], seconds: float) -> Explained:
    """One link that is read."""

    def made(kind: str, **said: Any) -> Explained:
        return Explained(sides[0], relation, sides[1], kind, **said)

    if is_definition(claim):
        return made("definition")
    finding = decide(claim)
    if finding.status == "refuted":
        return made("wrong", why="the two sides differ", status="refuted")
    if claim.relation in ("=", "<=", ">=", "<", ">"):
        steps = way(left, claim.rhs, claim.relation, more, seconds)
        if steps and finding.status in HOLDS:
            conditions = tuple({c.latex: c for s in steps for c in s.conditions}.values())
            return made("named", rules=tuple(dict.fromkeys(s.rule for s in steps)), conditions=conditions, status=finding.status)
    if finding.status not in HOLDS:
        return made("undecided", why=finding.why, status=finding.status)
    same = (f(left.term) == f(claim.rhs) for f in (key, ring_key, linear_key))
    if any(same) or linear_key(apart(left.term)) == linear_key(apart(claim.rhs)):
        return made("arithmetic", status=finding.status)
    return made("unnamed", status=finding.status)


def share_right(links: Iterable[Explained]) -> tuple[int, int]:
    """How many links are right, of those of which something can be said."""
    said = [KINDS[x.kind] for x in links if KINDS[x.kind] is not None]
    return sum(bool(x) for x in said), len(said)


__all__ = ["Explained", "explained", "share_right"]
