"""Witnesses: a small point where a claim fails."""

from __future__ import annotations

from derive.decide.telling import tell
from derive.models.kernel import Witness, order_holds
from derive.models.trial import TROUBLE, Outcome, Prepared, run_trial
from derive.values.budget import Budget

#: Numbers that a reader looks at; those behind them may be long.
SEEN = 12
#: After so many steps a witness is taken as it comes: a simpler one is not looked for.
ENOUGH = 40_000


def find_witness(
    prepared: Prepared, budget: Budget, relation: str = "=", tries: int = 24, assumptions: frozenset[str] = frozenset()
) -> tuple[Witness, dict[str, str], Outcome] | None:
    """The simplest of the first few small points where the claim certainly fails; None when none was found."""
    best: tuple[int, Witness, dict[str, str], Outcome] | None = None
    found, start = 0, budget.left()
    for arithmetic in ("rational", "balls"):
        for seed in range(budget.first(), budget.first() + tries * (12 if prepared.claim.scope.conditions else 1)):
            try:
                outcome = run_trial(prepared, arithmetic, seed, assumptions, budget)
            except TROUBLE as trouble:
                if type(trouble).__name__ in ("Irrational", "Unknown", "Exhausted", "ShapeError"):
                    break
                continue
            except (ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError):
                break
            if order_holds(outcome, relation) is not False:
                continue
            values = tell(outcome)
            cost = len(values) + sum(len(v) for v in list(values.values())[:SEEN]) + 4 * (len(values["lhs"]) + len(values["rhs"]))
            if best is None or cost < best[0]:
                best = (cost, Witness(prepared.claim, arithmetic, seed, assumptions), values, outcome)
            found += 1
            if found >= 6 or start - budget.left() > ENOUGH:
                break
        if best is not None:
            return best[1], best[2], best[3]
    return None
