r"""How operations and binders are spelled where the glossary writes: one spelling each, that its rows read back."""

from __future__ import annotations

#: Operations without arguments.
NAMED = {
    "pi": r"\pi", "discount": r"\gamma", "infinity": r"\infty", "identity": "I", "ones": r"\mathbf{1}", "last_step": "T", "true": r"\text{otherwise}",
}  # fmt: skip
#: Operations with their arguments in brackets behind them.
APPLIED = {
    "log": r"\log", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "sinh": r"\sinh", "cosh": r"\cosh", "tanh": r"\tanh", "asin": r"\arcsin",
    "acos": r"\arccos", "atan": r"\arctan", "sigmoid": r"\sigma", "sign": r"\mathrm{sign}", "maximum": r"\max", "minimum": r"\min",
    "clip": r"\mathrm{clip}", "det": r"\det", "trace": r"\mathrm{tr}", "diag": r"\mathrm{diag}", "diagonal": r"\mathrm{diag}",
}  # fmt: skip
#: Functions that may carry primes.
PRIMED = {"sigmoid": r"\sigma"}
#: Operations whose arguments stand between two marks.
BETWEEN = {"abs": (r"\left|", r"\right|"), "floor": (r"\lfloor ", r"\rfloor "), "ceil": (r"\lceil ", r"\rceil ")}
#: Operations that stand behind their argument.
AFTER = {"factorial": "!", "inverse": "^{-1}"}
COMPARISONS = {"eq": "=", "ne": r"\ne ", "lt": "<", "le": r"\le ", "gt": ">", "ge": r"\ge "}
#: Distributions, as they stand behind ∼; their arguments in order.
LAWS = {"action_law": r"{0}(\cdot|{1})", "next_law": r"p(\cdot|{0},{1})"}
#: Sets of the field.
SETS = {"State": r"\mathcal{S}", "Action": r"\mathcal{A}"}
#: Quantities at a time, by dialect; ``+1`` where a text calls the reward of the step at t by t + 1.
TIMED = {
    "state_at": {"course": "s", "sutton-barto": "S", "silver": "S"},
    "action_at": {"course": "a", "sutton-barto": "A", "silver": "A"},
    "reward_at": {"course": "r", "sutton-barto": "R+1", "silver": "R+1"},
    "outcome_at": {"course": "r", "sutton-barto": "R+1", "silver": "R+1"},
    "return_from": {"course": "G"},
}
#: Letters for bound variables that have no name, by their sort.
BINDERS = {"State": "s", "Action": "a", "RewardOutcome": "r", "Nat": "k", "Real": "x"}
