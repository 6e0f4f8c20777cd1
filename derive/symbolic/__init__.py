r"""SymPy objects for the field, a bridge to core terms, and calculus on them: gradients and Taylor expansions of any dimension.

``lettering.py`` and ``field.py`` have the classes, ``averages.py`` those that bind; ``crossing.py`` is the bridge; ``spelling.py`` LaTeX;
``equations.py`` proves; ``lines.py`` differentiates along θ + εΔ.  SymPy calculates, the judge decides.

>>> from derive.symbolic import from_latex
>>> import sympy as sp
>>> score = from_latex(r"\nabla_\theta\log\pi_\theta(a\mid s)")
>>> sorted(str(x) for x in score.free_symbols)
['a', 'pi', 's', 'theta']
"""

from derive.symbolic.averages import (
    EpisodeMean,
    Expectation,
    GroupMean,
    GroupStd,
    Objective,
    ProductOver,
    Ratio,
    StopGradient,
    SumOver,
)
from derive.symbolic.base import At, Gradient, Hessian, Info, Slope, Unsupported
from derive.symbolic.crossing import Bridge, Unbridged, to_core, to_sympy
from derive.symbolic.divergences import CrossEntropy, Divergence, Entropy, TotalVariation
from derive.symbolic.equations import Disproved, Proof, prove
from derive.symbolic.field import (
    ActionLaw,
    ActionValue,
    Advantage,
    Call,
    Clip,
    Discount,
    Mass,
    NextLaw,
    Policy,
    Probability,
    Return,
    Reward,
    Transition,
    Value,
)
from derive.symbolic.lettering import Letter, action, distribution, index, mapping, parameter, policy_letter, real, state
from derive.symbolic.lines import Calculated, Expansion, gradient, hessian, log_derivative, taylor
from derive.symbolic.spelling import from_latex, to_latex
from derive.symbolic.tensors import Product, Transpose

__all__ = [
    "ActionLaw",
    "ActionValue",
    "Advantage",
    "At",
    "Bridge",
    "Calculated",
    "Call",
    "Clip",
    "CrossEntropy",
    "Discount",
    "Disproved",
    "Divergence",
    "Entropy",
    "EpisodeMean",
    "Expansion",
    "Expectation",
    "Gradient",
    "GroupMean",
    "GroupStd",
    "Hessian",
    "Info",
    "Letter",
    "Mass",
    "NextLaw",
    "Objective",
    "Policy",
    "Probability",
    "Product",
    "ProductOver",
    "Proof",
    "Ratio",
    "Return",
    "Reward",
    "Slope",
    "StopGradient",
    "SumOver",
    "TotalVariation",
    "Transition",
    "Transpose",
    "Unbridged",
    "Unsupported",
    "Value",
    "action",
    "distribution",
    "from_latex",
    "gradient",
    "hessian",
    "index",
    "log_derivative",
    "mapping",
    "parameter",
    "policy_letter",
    "prove",
    "real",
    "state",
    "taylor",
    "to_core",
    "to_latex",
    "to_sympy",
]
