r"""Named functions: how a text spells them, and the operation that each is.

``FUNCTIONS`` maps a word (of a command or in an upright font) to an operation of one real argument; ``FUNCTION_ROWS`` are
letters that stand for one when they are applied.
"""

from __future__ import annotations

FUNCTIONS = {
    "log": "log", "ln": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sign": "sign",
    "sgn": "sign", "sigmoid": "sigmoid", "relu": "relu", "ReLU": "relu", "softplus": "softplus",
}  # fmt: skip
INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan"}
#: Functions of a vector that give one.
VECTOR_FUNCTIONS = {"softmax": "softmax"}
#: Eigenvalues, by the letter and what stands below it.
EIGENVALUES = {("lambda", "max"): "max", ("lambda", "min"): "min"}
MATRIX_FUNCTIONS = {"det": "det", "tr": "trace", "Tr": "trace", "trace": "trace", "diag": "diag"}
FUNCTION_ROWS = {"sigma": "sigmoid"}
#: What holds its argument fixed where something is differentiated; the last stand below brackets.
STOPS = frozenset(("sg", "stopgrad", "stop_gradient", "stop-gradient", "StopGrad", "StopGradient", "detach", "stop"))
STOP_MARKS = frozenset(("nabla", "bot", "text:sg", "text:stop", "text:detach", "text:no grad"))
GROUP_WORDS = {"mean": "mean", "std": "std", "Std": "std", "avg": "mean", "median": "median"}
#: Operators that a mark below makes another: softmax_τ, KL_{rev}.
MARKED = frozenset(("softmax", "clip", "KL"))
DIVERGENCE_WORDS = frozenset(("text:KL", "text:D", "mathbb:D", "mathcal:D", "D", "d", "text:d", "text:TV"))
INDICATORS = frozenset(("mathbb:1", "mathbb:I", "mathbf:1", "text:1", "1", "boldsymbol:1", "text:I", "I"))
#: How a mean is written where one is put in, and what is one where something is so.
MEAN, INDICATOR = "mathbb:E", "mathbb:1"
EXPECTATIONS = frozenset(("mathbb:E", "E", "text:E", "mathcal:E", "mathbf:E", "boldsymbol:E"))
VARIANCES = {
    "text:Var": "variance",
    "text:var": "variance",
    "mathbb:V": "variance",
    "text:V": "variance",
    "text:std": "deviation",
    "text:Std": "deviation",
    "text:Cov": "covariance",
    "text:cov": "covariance",
}
#: How the chance of an event is written where one is put in.
CHANCE = "P"
PROBABILITIES = frozenset(("Pr", "text:Pr", "mathbb:P", "mathbf:P", "P", "text:P"))
