r"""A compiler for the mathematics of reinforcement learning: formulas in, verdicts and verified pages out.

>>> import derive
>>> derive.prove(r"\sum_a \pi(a\mid s) = 1").status
'proved'
>>> derive.result("gae/recursion").derivation().steps[1].status
'proved'

A formula can be read, printed, and handed to others:

>>> formula = derive.parse(r"V(s) = r + \gamma V(s')")
>>> derive.to_latex(formula.statements[0].terms[1])
"r + \\gamma V(s')"
>>> derive.to_sympy(derive.parse_term(r"\frac{x^2-1}{2}"))
x**2/2 - 1/2
>>> derive.to_mathml(derive.parse_term("x^2"))
'<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>'

Begin with ``kernel.py``, the only module that admits a verdict, and ``core``, the terms that it is about.  From a text to a verdict:
``syntax``, ``elaborate`` (with ``glossary``), ``decide`` (with ``evaluate``, ``worlds``, ``values``), ``verify``, ``page``, ``check``.
From theorems to pages: ``rules`` and ``symbolic``, ``derivation``, ``library``, ``notation``, ``build``.  Around them: ``console``,
``integrations``, ``guides``; ``guard.py`` keeps time, ``diagnostics.py`` places, ``files.py`` reads and writes.
Imports run downward only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.derivation import Derivation, Proved, Step, StepError, prove
    from derive.kernel import Theorem, Verdict
    from derive.library import LIBRARY, Result, result
    from derive.notation import Lexicon, parse, parse_term
    from derive.notation.markup.mathml import to_mathml
    from derive.notation.print.printer import to_latex
    from derive.rules import RULES, Rule, Side
    from derive.symbolic.surface import from_sympy, to_sympy

_NAMES = {
    "derive.derivation": "Derivation Proved Step StepError prove",
    "derive.kernel": "Theorem Verdict",
    "derive.library": "LIBRARY Result result",
    "derive.notation": "Lexicon parse parse_term",
    "derive.notation.markup.mathml": "to_mathml",
    "derive.notation.print.printer": "to_latex",
    "derive.rules": "RULES Rule Side",
    "derive.symbolic.surface": "from_sympy to_sympy",
}
_HOME = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])


__all__ = [
    "LIBRARY", "RULES", "Derivation", "Lexicon", "Proved", "Result", "Rule", "Side", "Step", "StepError", "Theorem", "Verdict",
    "from_sympy", "parse", "parse_term", "prove", "result", "to_latex", "to_mathml", "to_sympy",
]  # fmt: skip
