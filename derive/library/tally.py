"""How the steps of the library come about: how many its rules compute, how many are stated, and how often each rule is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from derive.derivation import Derivation
from derive.library import LIBRARY
from derive.library.result import KNOWN


@dataclass(frozen=True)
class Row:
    """One step: of which result, by which rules, and whether they compute it."""

    result: str
    number: int
    rules: tuple[str, ...]
    computed: bool
    reason: str = ""

    @property
    def rule(self) -> str:
        """The rules that the step cites."""
        return " and ".join(self.rules)

    def described(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "step": self.number,
            "rules": list(self.rules),
            "computed": self.computed,
            "reason": self.reason,
        }


def counted(words: Iterable[str] = ()) -> list[Row]:
    """Every step of the library, or of the results whose names have all of some words."""
    out = []
    for r in (r for r in LIBRARY.values() if all(w.lower() in r.name for w in words)):
        made = Derivation(r.latex, r.given, r.assuming, r.steps, KNOWN).hows() if r.steps else []
        out += [Row(r.name, n, (step.rule, *step.using), how.computed, how.reason) for n, (step, how) in enumerate(made, 1)]
    return out


def summary(rows: Iterable[Row]) -> dict[str, Any]:
    """Counts; a rule that computes one step alone counts as stating it."""
    rows = list(rows)
    uses = Counter(rule for row in rows if row.computed for rule in row.rules)
    once = [row for row in rows if row.computed and any(uses[rule] == 1 for rule in row.rules)]
    computed = sum(row.computed for row in rows) - len(once)
    return {"computed": computed, "stated": len(rows) - computed, "once": len(once), "uses": dict(uses.most_common())}
