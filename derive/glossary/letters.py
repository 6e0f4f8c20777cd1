"""Letters and what they may be where no row and no definition says: kinds with costs.

Kinds: ``policy``, ``parameter`` (what policies and models are moved by), ``state``, ``action``, ``discount``, ``index`` (a whole number),
``vector``, ``matrix``, ``number``, ``circle-constant``, ``euler``, ``law``, ``function``, ``small`` (an increment that tends to zero).
"""

from __future__ import annotations

from derive.glossary.row import Letter


def letters() -> tuple[Letter, ...]:
    out: list[Letter] = []

    def add(names: str, kind: str, cost: float, says: str) -> None:
        out.extend(Letter(name, kind, cost, says) for name in names.split())

    add("pi", "policy", 0, "a policy")
    add("b mu nu beta", "policy", 0.5, "the policy that gathered the data")
    add("pi", "circle-constant", 1, "3.14159…")
    add("e", "euler", 0.2, "2.71828…")
    add("S A R r s a d", "process", 1, "a quantity at a time of an episode")
    add("rho", "weight", 0, "a ratio of the chances of a target policy and of the one that gathered the data")
    add("J mathcal:J", "process", 0, "an objective")
    add("d rho mu eta", "visitation", 0, "a distribution of visited states, with a policy above or below it")
    add("alpha beta eta sigma kappa", "coefficient", 0, "a step size, a temperature, a spread: positive")
    add("epsilon varepsilon", "share", 0, "a share or a bound: positive")
    add("lambda", "decay", 0, "the decay of λ-returns")
    add("delta", "error", 0, "the TD error, beside values or rewards")
    add("G", "process", 0.5, "a quantity of an episode")
    add("tau", "episode", 0, "an episode")
    add("tau", "share", 0.5, "a temperature, a share: positive")
    add(
        "theta phi psi omega vartheta varphi w mathbf:w boldsymbol:theta mathbf:theta boldsymbol:w boldsymbol:phi",
        "parameter",
        0,
        "the parameters of a model",
    )
    add(
        "F H Lambda P Q R Sigma mathbf:F mathbf:H mathbf:P mathbf:Q mathbf:R mathbf:Sigma boldsymbol:Sigma boldsymbol:Lambda",
        "form",
        0,
        "the matrix of a quadratic form, a Hessian, a covariance: symmetric",
    )
    add("Phi Psi", "features", 0, "a matrix of features, with a row for each state or sample")
    add("gamma", "discount", 0, "the discount factor")
    add("s S", "state", 0, "a state")
    add("a A", "action", 0, "an action")
    add("r R", "reward", 0, "a reward")
    add("t T H", "time", 0, "a time")
    add("n m k N M K G T H i j l", "index", 0, "a whole number")
    add("p q P Q O rho nu m mathbb:P d", "law", 0, "a distribution")
    add("p P mathbb:P", "joint", 0, "a joint distribution of several letters")
    add("f g h phi psi u v F", "function", 0, "a function")
    add("h k delta epsilon varepsilon eta Delta", "small", 0, "an increment that tends to zero")
    add(
        "mathbf:x mathbf:y mathbf:z mathbf:u mathbf:v mathbf:w mathbf:g mathbf:a mathbf:b mathbf:h mathbf:p mathbf:q mathbf:e mathbf:1"
        " boldsymbol:1 boldsymbol:mu vec",
        "vector",
        0,
        "a vector",
    )
    add(
        "mathbf:A mathbf:B mathbf:C mathbf:H mathbf:F mathbf:P mathbf:X mathbf:W mathbf:M mathbf:I mathbf:J mathbf:R mathbf:S mathbf:Q mathbf:U mathbf:V",
        "matrix",
        0,
        "a matrix",
    )
    return tuple(out)
