r"""A compiler for the mathematics of reinforcement learning: formulas in, verdicts and verified pages out.

>>> import derive
>>> derive.prove(r"\sum_a \pi(a\mid s) = 1").status
'proved'
>>> derive.result("gae/recursion").derivation().steps[1].status
'proved'

A formula can be read, printed, and handed to SymPy:

>>> formula = derive.parse(r"V(s)=r+\gamma V(s')")
>>> formula.latex, formula.statements[0].sides[1].latex
("V(s) = r + \\gamma V(s')", "r + \\gamma V(s')")
>>> derive.from_latex(r"\frac{x^2-1}{2}")
x**2/2 - 1/2
>>> derive.to_latex(derive.from_latex("(x+1)^2").expand())
'x^{2}+2x+1'

Begin with ``kernel.py``, the only module that admits a verdict, and ``core``, the terms that it is about.  From a text to a verdict:
``syntax``, ``elaborate`` (with ``glossary``), ``decide`` (with ``evaluate``, ``worlds``, ``values``), ``verify``, ``page``, ``check``.
From theorems to pages: ``rules`` and ``symbolic``, ``derivation``, ``library``, ``build``.  Around them: ``console``,
``integrations``, ``guides``; ``guard.py`` keeps time, ``diagnostics.py`` places, ``files.py`` reads and writes.
Imports run downward only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.derivation import Derivation, Proved, Step, StepError, prove
    from derive.derivation.written import parse
    from derive.kernel import Theorem, Verdict
    from derive.library import LIBRARY, Result, result
    from derive.rules import RULES, Rule, Side
    from derive.symbolic.spelling import from_latex, to_latex

_NAMES = {
    "derive.derivation": "Derivation Proved Step StepError prove",
    "derive.derivation.written": "parse",
    "derive.kernel": "Theorem Verdict",
    "derive.library": "LIBRARY Result result",
    "derive.rules": "RULES Rule Side",
    "derive.symbolic.spelling": "from_latex to_latex",
}
_HOME = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])


__all__ = [
    "LIBRARY", "RULES", "Derivation", "Proved", "Result", "Rule", "Side", "Step", "StepError", "Theorem", "Verdict",
    "from_latex", "parse", "prove", "result", "to_latex",
]  # fmt: skip
