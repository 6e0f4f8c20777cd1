r"""SymPy objects for the field, a bridge to core terms, and calculus on them: gradients and Taylor expansions of any dimension.

``lettering.py`` and ``field.py`` have the classes, ``averages.py`` those that bind; ``crossing.py`` is the bridge; ``spelling.py`` LaTeX;
``equations.py`` proves; ``calculus`` differentiates, expands and evaluates,
``rewriting.py`` applies rules.  SymPy calculates, the judge decides.

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
    SumOver,
)
from derive.symbolic.base import At, Gradient, Hessian, Info, Slope, StopGradient, Unsupported
from derive.symbolic.calculus.lines import Calculated, gradient, hessian, log_derivative, policy_gradient
from derive.symbolic.calculus.small_worlds import SmallWorld, lambdify
from derive.symbolic.calculus.taylor_series import Expansion, taylor
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
    Occupancy,
    Policy,
    Probability,
    Return,
    Reward,
    Transition,
    Value,
)
from derive.symbolic.lettering import Letter, action, distribution, index, mapping, parameter, policy_letter, real, state
from derive.symbolic.rewriting import Rewritten, apply, places
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
    "Occupancy",
    "Policy",
    "Probability",
    "Product",
    "ProductOver",
    "Proof",
    "Ratio",
    "Return",
    "Reward",
    "Rewritten",
    "Slope",
    "SmallWorld",
    "StopGradient",
    "SumOver",
    "TotalVariation",
    "Transition",
    "Transpose",
    "Unbridged",
    "Unsupported",
    "Value",
    "action",
    "apply",
    "distribution",
    "from_latex",
    "gradient",
    "hessian",
    "index",
    "lambdify",
    "log_derivative",
    "mapping",
    "parameter",
    "places",
    "policy_gradient",
    "policy_letter",
    "prove",
    "real",
    "state",
    "taylor",
    "to_core",
    "to_latex",
    "to_sympy",
]
