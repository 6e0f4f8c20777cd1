r"""Derivations: a goal, what is given, and steps, each decided by the kernel before it counts.

May import ``rules``, ``symbolic`` and all below them.  Begin with ``steps.py`` (a derivation and its steps); ``computing.py``
says how a step comes about, ``chain.py`` computes every link of a formula, ``working.py`` with SymPy; ``proving.py`` proves
one formula, ``given.py`` takes what is given, ``written.py`` reads formulas, ``explaining.py`` names the rules in somebody else's steps.

>>> d = Derivation(r"\nabla_\theta\pi_\theta(a\mid s) = \pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)")
>>> quotient = r"\pi_\theta(a\mid s)\frac{\nabla_\theta\pi_\theta(a\mid s)}{\pi_\theta(a\mid s)}"
>>> d = d.by("multiply-and-divide", quotient, says="Multiply and divide.")
>>> d = d.by("log-derivative", r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)")
>>> [step.status for step in d.check().steps]
['proved', 'proved']

A step that does not follow is refused, with the reason and a point where it fails:

>>> Derivation(r"\sum_a\pi(a\mid s) = 1").by("total-probability", "2").check()
Traceback (most recent call last):
    ...
derive.derivation.StepError: step 1 (total-probability): \sum_a\pi(a \mid s) = 2 is refuted: ...
"""

from derive.derivation.chain import Chain, Link, chain
from derive.derivation.given import StepError
from derive.derivation.proving import Proved, prove, stated
from derive.derivation.steps import Checked, CheckedDerivation, Derivation, Step

__all__ = [
    "Chain",
    "Checked",
    "CheckedDerivation",
    "Derivation",
    "Link",
    "Proved",
    "Step",
    "StepError",
    "chain",
    "prove",
    "stated",
]
