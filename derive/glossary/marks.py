# ruff: noqa: SIM905  word lists read better as text
"""Names with a fixed part to play in notation: signs, sets, words, and the letters that stand for one thing in a given place."""

from __future__ import annotations

from derive.glossary.functions import VARIANCES

WITHOUT_END = "infty"
INFINITY = frozenset((WITHOUT_END,))
#: What a derivative or an integral is written with.
PARTIAL = r"\partial"
DIFFERENTIALS = frozenset(("d", "text:d", "partial"))
INTEGRATED = frozenset(("d", "text:d"))
#: Sets of the field, in a range or between bars.
SORTS = {"mathcal:S": "State", "S": "State", "mathcal:A": "Action", "A": "Action", "mathcal:R": "RewardOutcome"}
ACTION_SETS = frozenset(("mathcal:A",))
SETS = frozenset(f"mathcal:{x}" for x in "SAXYZOVUW") | {"Omega"}
NAMELESS = "chi"  # a letter that stands for nothing in particular
REALS = frozenset(("mathbb:R",))
NATURAL_NUMBERS = frozenset(("mathbb:N",))
WHOLE_NUMBERS = frozenset(("mathbb:Z",)) | NATURAL_NUMBERS
#: Orders of what is left out; the little ones are one order smaller.
ORDERS = frozenset(("O", "o", "mathcal:O", "text:O"))
LITTLE_ORDERS = frozenset(("o",))
#: δ with two indices: one where they are the same, else nought.
KRONECKERS = frozenset(("delta",))
#: What stands before a letter for a small change of it.
SMALL_CHANGES = frozenset(("d", "text:d", "mathrm:d", "delta"))
#: Letters that stand alone for a standard deviation, or for a variance.
DEVIATIONS = frozenset(("sigma", "s"))
#: Normal distributions, by mean and variance; the plain letter only behind ∼ or where a distribution is needed.
NORMALS = frozenset(("mathcal:N", "N", "text:N", "text:Normal"))
#: A law of one and zero, by the chance of one; a law that is even between two numbers.
COINS = frozenset(("text:Bernoulli", "text:Bern", "text:Ber"))
EVEN_LAWS = frozenset(("mathcal:U", "U", "text:U", "text:Unif", "text:Uniform"))
#: Data sets, replay buffers and batches from which a loss draws.
DATA = frozenset(("mathcal:D", "D", "mathcal:B", "text:D", "text:data", "mathcal:R"))
#: Below the norm of a matrix: the root of the sum of the squares of its entries.
FROBENIUS = frozenset(("F", "text:F", "text:Fro", "text:Frob"))
#: The sign of what is transposed, and all that stand for it.
TRANSPOSE = "top"
TRANSPOSES = frozenset((TRANSPOSE, "T", "intercal", "text:T", "mathsf:T"))
#: Transposition marks that are powers too.
LETTER_TRANSPOSES = frozenset(("T", "text:T"))
CLEAR_TRANSPOSES = frozenset(("T",))
LABEL_EXCEPTIONS = frozenset(("text:T",))
#: Words at the name of values that count entropy.
SOFT_WORDS = frozenset(("soft", "Soft", "ent", "maxent", "MaxEnt"))
#: Other ways to write the star of what is best.
STARS = frozenset(("star", "ast", "text:opt", "text:optimal"))
MARKS_OF_NAMES = frozenset(("*", "star", "ast", "dagger"))
COMPLEMENTS = frozenset(("c", "text:c", "complement"))
CONDITION_WORDS = frozenset(("text:if", "text:otherwise", "text:for", "text:when", "text:else", "text:and"))
CONDITION_PLAIN = frozenset(("if", "for", "when", "otherwise", "else", "and"))
#: The identity, the vector of ones, letters that may be the length of a vector.
IDENTITIES = frozenset(("I", "mathbf:I"))
ONES = frozenset(("mathbf:1", "boldsymbol:1", "mathbb:1"))
LENGTHS = frozenset(("n", "d", "m", "N", "D"))
#: Words for what hangs on the size of a matrix.
SIZED_WORDS = frozenset(("text:det", "text:tr", "text:Tr"))
TENSOR_WORDS = frozenset(("text:det", "text:tr", "text:diag", "text:rank", "text:Tr", "text:adj", "text:softmax")) | ONES
#: The transition matrix of a Markov chain, where a claim has a discount too.
CHAIN_MATRICES = frozenset(("P", "mathcal:P", "mathbf:P"))
DISCOUNTS = frozenset(("gamma",))
#: Words that are names of whether an episode has ended.
ENDINGS = frozenset(("done", "mask", "term", "terminal", "terminated", "end"))
#: What says that a claim speaks of states: values and returns.
VALUE_LETTERS = frozenset(("G", "V", "v"))
VALUE_NAMES = frozenset(("V", "v", "Q", "q", "A"))
RETURNS = frozenset(("G",))
ADVANTAGES = frozenset(("A",))
DECAY = "lambda"
#: What members of a list are counted by.
INDEX = "i"
STATE_LETTER = "s"
REWARD_LETTERS = ("r", "R")
ACTION_LETTER = "a"
PATH_LETTER = "tau"
#: The mark over the letter of a sequence that means its mean.
MEAN = ("bar",)
#: The mark of an estimate.
ESTIMATE = ("hat",)
#: Sets of weights that sum to one.
SIMPLICES = frozenset(("Delta", "varDelta"))
ACTION_VALUES = frozenset(("Q", "q"))
OPERATOR_LETTERS = frozenset(("T", "B", "L", "H"))
CAPITAL_VALUES = frozenset(("V", "U", "W"))
#: Bellman operators.
OPERANDS = frozenset(("V", "v", "W", "w", "U", "u", "J", "f", "g", "h"))
OPERATORS = frozenset(("mathcal:T", "T", "mathcal:B", "mathbb:T", "mathscr:T"))
STATE_VALUES = frozenset(("V", "v"))
#: Ends of episodes, counters of steps, names that are a ratio where they are applied.
#: Letters for whole numbers that are as often numbers of any kind.
REAL_TOO = frozenset(("l", "h", "M", "m", "k", "t", "i", "j", "G"))
TRANSITION_LETTER = "P"
#: Transitions that stand before values as an operator, and are no Bellman operator.
MATRICES_OF_TRANSITIONS = frozenset(("P", "mathcal:P", "mathbb:P", "mathbf:P"))
TRANSITION_LETTERS = frozenset((TRANSITION_LETTER, "p", "T", "mathcal:P", "mathcal:T", "mathbb:P", "mathbb:T", "mathbf:P"))
#: Letters that are a function where they are applied to a state, however else they are used.
ENDS = frozenset(("T",))
END_OF_EPISODES = "T"
STEP_COUNTERS = frozenset(("k",))
RATIOS = frozenset(("r",))
#: Eligibility traces, where they have a time and a state.
TRACE = "E"
ENTROPIES = frozenset(("H", "mathcal:H", "mathbb:H", "text:H"))
#: Letters for functions of which nothing is known.
FUNCTION_LETTERS = ("f", "g", "h")
#: Letters that the field has no use for by themselves.
PLAIN_LETTERS = ("z", "y", "x", "c", "o")
PLAIN_ENTROPIES = frozenset(("H",))
INFORMATION = frozenset(("I",))
#: Indicators that are something else where nothing stands in brackets behind them, or below them.
AMBIGUOUS_INDICATORS = frozenset(("I", "1"))
PLAIN_EXPECTATIONS = frozenset(("E", "mathbf:E", "boldsymbol:E"))
DIVERGENCE_NAMES = frozenset(("text:KL", "text:TV"))
DIVERGENCES = frozenset(("KL", "TV"))
#: What makes values soft where it stands beside them.
LOGARITHMS = ("text:log", "text:ln")
SOFTENING = ENTROPIES | {"text:exp", "text:log", "text:ln", "text:softmax", "e", "tau"}
#: Capitals that are random variables in an entropy.
RANDOM_CAPITALS = frozenset(("X", "Y", "Z", "W", "U", "S", "A"))
SPREADS = frozenset(VARIANCES) - {"text:V"}
#: Heads that no page defines by an equation of its own.
FIXED_WORDS = frozenset(("text:KL", "text:log", "text:det", "text:tr"))
AVERAGES = frozenset(VARIANCES) | {
    "mathbb:E",
    "mathbf:E",
    "boldsymbol:E",
    "E",
    "text:E",
    "text:Corr",
    "Pr",
    "P",
    "mathbb:P",
    "text:Pr",
    "H",
    "I",
}
#: The family of policies, as it is called where a claim names none.
POLICIES = ("pi",)
MULTIPLICATIONS = frozenset(("x", "*"))
#: Capitals in script that are something of the field's, and no unknown.
SCRIPTS = ("mathcal:", "mathscr:")
BOLD = ("mathbf:", "boldsymbol:")
#: What numbers count; it stands behind them.
UNITS = frozenset((
    "bit", "bits", "nat", "nats", "step", "steps", "point", "points", "token", "tokens", "s", "ms", "sec", "second",
    "seconds", "minute", "minutes", "hour", "hours", "day", "days", "year", "years", "h", "m", "cm", "mm", "km", "kg", "g",
    "N", "Hz", "rad", "deg", "degrees", "degree", "GB", "MB", "KB", "TB", "B", "K", "M", "k", "times", "x", "episode",
    "episodes", "sample", "samples", "iteration", "iterations", "epoch", "epochs", "state", "states", "action", "actions",
    "word", "words", "example", "examples", "parameter", "parameters", "params", "dim", "dims", "dimensions", "round",
    "rounds", "trial", "trials", "frame", "frames", "units", "unit", "GPUs", "GPU", "FLOPs", "FLOPS", "prompts", "prompt",
    "responses", "response", "layers", "layer", "images", "pixels", "games", "game", "moves", "move", "trajectories",
))  # fmt: skip
#: Names of letters that no product of letters is written as, and one that may be: only below and behind it is it seen to be a letter.
WRITTEN_OUT = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa", "lambda", "sigma", "omega", "varepsilon")
SHORT_NAME = "pi"
#: Letters for elements of one kind: a bound one may be called by any other of its row.
ALIKE = (("s", "S"), ("a", "b", "u", "A"), ("i", "j", "k", "l", "ell", "m", "n", "t"), ("x", "y", "z", "o", "X"))
#: Words that label a bound: r_{\\max}.
BOUND_LABELS = frozenset(("max", "min"))
#: Words that label a name, as texts set them without a font: V^{soft}, θ^{new}.
LABELS = frozenset(
    word.strip()
    for word in (
        "old; new; soft; hard; ref; tot; total; ext; int; intr; extr; eff; opt; est; true; target; pred; adv; ret; env; sim; real; train;"
        " test; init; final; prev; next; clip; reg; ent; aux; main; base; prior; post; data; model; expert; learner; teacher; student;"
        " online; offline; local; global; avg; mean; std"
    ).split(";")
)
