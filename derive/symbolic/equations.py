r"""Relations of SymPy objects, decided.

>>> import sympy as sp
>>> x = sp.Symbol("x")
>>> prove(sp.Eq((x + 1) ** 2, x**2 + 2 * x + 1)).status
'proved'
>>> prove(sp.Eq(x, 2 * x))
Traceback (most recent call last):
    ...
derive.symbolic.equations.Disproved: x=2x is refuted
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.core.terms import CoreClaim
from derive.elaborate.write import Unwritable, write_claim
from derive.rules.formulas import decide, sequences
from derive.symbolic.crossing import Bridge
from derive.verify.verdicts import HOLDS


class Disproved(ValueError):
    """A relation that does not hold, or that was not decided."""


@dataclass(frozen=True)
class Proof:
    """A relation that holds: as a core claim, in LaTeX, and how it was decided."""

    claim: CoreClaim
    latex: str
    status: str
    method: str


def prove(relation: Any, given: Iterable[Any] = ()) -> Proof:
    """The proof of a relation of SymPy (``Eq``, ``<``, …) where the relations given hold.

    Raises: Disproved; Unbridged where there is no core term for it.
    """
    if relation in (True, False, sp.true, sp.false):
        raise Disproved(f"SymPy has made {relation} of it: build it with evaluate=False")
    bridge = Bridge()
    claim = bridge.claim(relation, tuple(given))
    try:
        latex = write_claim(claim, bridge.names, indexed=sequences(claim.lhs) | sequences(claim.rhs))
    except Unwritable:
        latex = str(relation)
    finding = decide(claim)
    if finding.status == "refuted" and bridge.narrowed:
        only = ", ".join(sorted(bridge.narrowed))
        raise Disproved(f"{latex} is undecided: it fails for real numbers, and of {only} SymPy assumes more than a claim can say")
    if finding.status not in HOLDS:
        raise Disproved(f"{latex} is {finding.status}{': ' + finding.message if finding.message else ''}")
    return Proof(claim, latex, finding.status, finding.method)
