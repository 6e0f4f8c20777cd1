r"""The glossary's entries: name, role, whether it takes arguments, what it is, where the convention comes from.

Names are those of :mod:`derive.notation.trees.term_trees`; ``SB`` is Sutton and Barto (2018).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One symbol: ``applies`` is ``yes``, ``no`` or ``either`` (then the bracket's content decides)."""

    name: str
    role: str
    applies: str
    says: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of symbol: whether ``x(`` applies it, the arguments it usually takes, and what the models make of it."""

    applies: str
    arguments: str
    model: str


KINDS = {
    "action": Kind("no", "", "one of a finite set of actions"),
    "advantage": Kind("yes", "s, a", "Q minus V, or any number per step where it is an estimate"),
    "constant": Kind("no", "", "the number it always is"),
    "count": Kind("no", "", "a small whole number; several sizes are tried"),
    "distribution": Kind("yes", "x, or x given y", "positive numbers that sum to one over the first argument"),
    "divergence": Kind("yes", "p, q", "the sum of p log(p/q) for KL, and as defined for the others"),
    "expectation": Kind("yes", "a random quantity", "a sum over the outcomes of a finite world, weighted by their probabilities"),
    "function": Kind("yes", "anything", "a number for each argument, with unknown derivatives where it is differentiated"),
    "increment": Kind("no", "", "an unknown of its own, small where a side is an approximation"),
    "index": Kind("no", "", "a whole number within the bounds that the formula gives"),
    "indicator": Kind("yes", "an event", "one where the event holds, zero where it does not"),
    "matrix": Kind("no", "", "a matrix of unknowns"),
    "noise": Kind("no", "", "a random quantity of its own"),
    "objective": Kind("yes", "parameters", "the expected return, unless the page defines it"),
    "observation": Kind("no", "", "an outcome, or a smaller order in front of a bracket"),
    "operator": Kind("either", "a function", "what the page, or Bellman, says it does to a function"),
    "parameter-vector": Kind("no", "", "a vector of unknowns that gradients are taken in"),
    "policy": Kind(
        "yes", "a given s", "positive numbers that sum to one over actions; so each of their derivatives sums to zero"
    ),
    "q-function": Kind("yes", "s, a", "the solution of the Bellman equation of its policy in a finite world"),
    "return": Kind("either", "", "the discounted sum of the rewards of a trajectory from a step on"),
    "reward": Kind("either", "s, a, or s, a, s'", "an unknown number for each transition"),
    "scalar": Kind("no", "", "an unknown number; between zero and one for a discount"),
    "set": Kind("no", "", "a finite set"),
    "state": Kind("no", "", "one of a finite set of states, or a random one at a step"),
    "td-error": Kind("no", "", "reward plus discounted next value minus value"),
    "trajectory": Kind("no", "", "states, actions and rewards up to the end of an episode"),
    "transition": Kind("yes", "s' given s, a", "positive numbers that sum to one over next states"),
    "value-function": Kind("yes", "s", "the solution of the Bellman equation of its policy in a finite world"),
    "vector": Kind("no", "", "a vector of unknowns"),
}

#: How the symbols with more than one habit are usually written.
SPELLINGS = {
    "pi": (r"\pi(a\mid s)", r"\pi_\theta(a\mid s)", r"\pi_{\text{old}}", r"\pi^*", r"\pi'"),
    "V": (r"V^\pi(s)", r"V_\pi(s)", r"V_\phi(s)", r"V^*(s)", r"\hat V(s)"),
    "v": (r"v_\pi(s)", r"v_*(s)", r"\hat v(s,\mathbf w)"),
    "Q": (r"Q^\pi(s,a)", r"Q_\theta(s,a)", r"Q(s,a;\theta)", r"Q^*(s,a)"),
    "q": (r"q_\pi(s,a)", r"q_*(s,a)", r"q(x)"),
    "A": (r"A^\pi(s,a)", r"A_t", r"\hat A_t", r"\hat A_{i,t}", r"A^{\text{GAE}}_t"),
    "J": (r"J(\theta)", r"J(\pi)", r"J_{\text{PPO}}(\theta)"),
    "L": (r"L(\theta)", r"L^{\text{CLIP}}(\theta)", r"L_t(\theta)"),
    "G": (r"G_t", r"G_t^\lambda", r"G_{t:t+n}"),
    "r": (r"r_t", r"r(s,a)", r"r_t(\theta)", r"r_\phi(x,y)"),
    "R": (r"R_{t+1}", r"R(\tau)", r"R(s,a)"),
    "delta": (r"\delta_t", r"\delta_t^V"),
    "P": (r"P(s'\mid s,a)", r"P(X=x)", r"P^a_{ss'}"),
    "p": (r"p(x)", r"p(s',r\mid s,a)", r"p_\theta(\tau)"),
    "d": (r"d^\pi(s)", r"d_{\pi_\theta}(s)"),
    "H": (r"H(X)", r"H(\pi)", r"H(X\mid Y)", r"H(p,q)"),
    "I": (r"I(X;Y)", r"I"),
    "mathbb:E": (r"\mathbb{E}[X]", r"\mathbb{E}_\pi[G_t\mid S_t=s]", r"\mathbb{E}_{x\sim p}[f(x)]", r"\hat{\mathbb{E}}_t[A_t]"),
    "theta": (r"\theta", r"\theta_{\text{old}}", r"\theta_k", r"\theta^-", r"\theta'"),
    "gamma": (r"\gamma", r"\gamma^t"),
    "s": (r"s", r"s_t", r"s'", r"s_{t+1}"),
    "a": (r"a", r"a_t", r"a'"),
    "tau": (r"\tau", r"\tau_i"),
    "sigma": (r"\sigma(x)", r"\sigma", r"\sigma^2"),
    "rho": (r"\rho_t", r"\rho(s)", r"\rho_{t:T-1}"),
}


def _row(name: str, role: str, applies: str, says: str, source: str = "SB, notation") -> Entry:
    return Entry(name, role, applies, says, source)


ENTRIES: tuple[Entry, ...] = (
    # policies
    _row("pi", "policy", "yes", "A policy: the probability of each action in a state."),
    _row("mu", "distribution", "either", "A behaviour policy, a deterministic policy, or a mean."),
    _row("b", "function", "either", "A baseline, or the behaviour policy."),
    _row("beta", "scalar", "no", "A coefficient, usually of a KL penalty.", "Ouyang et al. 2022"),
    # values
    _row("V", "value-function", "yes", "The expected return from a state."),
    _row("v", "value-function", "yes", "The expected return from a state."),
    _row("Q", "q-function", "yes", "The expected return after an action in a state."),
    _row("q", "q-function", "yes", "The expected return after an action in a state, or a second distribution."),
    _row("A", "advantage", "yes", "How much better an action is than the policy's average.", "Baird 1993"),
    _row("U", "function", "yes", "A utility."),
    _row("J", "objective", "yes", "The objective that a policy maximises."),
    _row("mathcal:J", "objective", "yes", "The objective that a policy maximises."),
    _row("L", "objective", "yes", "A loss or surrogate objective.", "Schulman et al. 2017"),
    _row("mathcal:L", "objective", "yes", "A loss or surrogate objective.", "Rafailov et al. 2023"),
    _row("ell", "function", "yes", "A loss of one example."),
    _row("eta", "scalar", "either", "A step size, or the performance of a policy.", "Kakade and Langford 2002"),
    # rewards, returns, errors
    _row("r", "reward", "either", "A reward, a reward function, or the probability ratio r_t(θ)."),
    _row("R", "reward", "either", "A reward, or the return of a trajectory."),
    _row("G", "return", "either", "The return: the discounted sum of rewards; also the size of a group."),
    _row("delta", "td-error", "either", "The temporal-difference error."),
    _row("rho", "function", "either", "An importance ratio, or a start-state distribution.", "Espeholt et al. 2018"),
    # distributions
    _row("p", "distribution", "yes", "A probability or density; the transition probabilities."),
    _row("P", "transition", "yes", "A probability; the transition probabilities."),
    _row("Pr", "distribution", "yes", "A probability."),
    _row("mathbb:P", "distribution", "yes", "A probability."),
    _row("mathcal:P", "transition", "yes", "The transition probabilities."),
    _row("d", "distribution", "either", "A state distribution, as in the discounted visitation of a policy."),
    _row("mathcal:N", "distribution", "yes", "A normal distribution."),
    _row("mathcal:U", "distribution", "yes", "A uniform distribution."),
    _row("mathcal:D", "distribution", "either", "A data set or a replay buffer."),
    _row("D", "function", "yes", "A divergence, a data set or a discriminator."),
    _row("mathbb:D", "function", "yes", "A divergence."),
    _row("text:KL", "divergence", "yes", "The Kullback-Leibler divergence."),
    _row("H", "function", "yes", "The entropy; also a Hessian or a horizon."),
    _row("mathcal:H", "function", "yes", "The entropy."),
    _row("mathbb:H", "function", "yes", "The entropy."),
    _row("I", "function", "yes", "Mutual information, self-information; also the identity matrix."),
    _row("mathcal:I", "function", "yes", "An indicator or mutual information."),
    _row("mathbb:I", "indicator", "yes", "The indicator of an event."),
    _row("mathbb:1", "indicator", "yes", "The indicator of an event."),
    _row("mathbf:1", "indicator", "yes", "The indicator of an event, or the vector of ones."),
    _row("boldsymbol:1", "indicator", "yes", "The indicator of an event."),
    _row("mathbb:E", "expectation", "yes", "An expectation."),
    _row("E", "expectation", "yes", "An expectation."),
    _row("mathbb:V", "function", "yes", "A variance."),
    # functions
    _row("f", "function", "yes", "A function."),
    _row("F", "function", "yes", "A function, or the Fisher matrix."),
    _row("g", "function", "yes", "A function, or a gradient estimate."),
    _row("h", "scalar", "either", "A step, or preferences of a softmax policy."),
    _row("sigma", "function", "yes", "The logistic function in front of a bracket, a standard deviation otherwise."),
    _row("phi", "function", "yes", "Features, or parameters of a critic."),
    _row("varphi", "function", "yes", "Features, or parameters."),
    _row("Phi", "function", "yes", "A potential.", "Ng et al. 1999"),
    _row("psi", "function", "yes", "Features, or parameters."),
    _row("Psi", "function", "either", "A stand-in for return, advantage or error.", "Schulman et al. 2016"),
    _row("Z", "function", "yes", "A partition function.", "Rafailov et al. 2023"),
    _row("O", "function", "yes", "An order of growth."),
    _row("mathcal:O", "function", "yes", "An order of growth."),
    _row("o", "observation", "either", "An observation, an output, or a smaller order."),
    _row("T", "operator", "either", "A Bellman operator, a horizon, or a transpose."),
    _row("mathcal:T", "operator", "either", "A Bellman operator."),
    _row("mathcal:B", "operator", "either", "A Bellman operator, or a batch."),
    _row("mathcal:F", "function", "yes", "A function or a class of functions."),
    _row("B", "operator", "either", "A Bellman operator, or a batch size."),
    # states, actions, indices
    _row("s", "state", "no", "A state."),
    _row("S", "state", "either", "A state, as a random variable."),
    _row("a", "action", "no", "An action."),
    _row("x", "state", "no", "A variable or a prompt."),
    _row("y", "action", "no", "A target or a response."),
    _row("z", "vector", "either", "Logits or a latent variable."),
    _row("tau", "trajectory", "no", "A trajectory, or a temperature."),
    _row("t", "index", "no", "A time step."),
    _row("i", "index", "no", "An index."),
    _row("j", "index", "no", "An index."),
    _row("k", "index", "either", "An index, a number of steps, or a kernel."),
    _row("l", "index", "either", "An index."),
    _row("m", "index", "either", "An index or a count."),
    _row("n", "index", "either", "A number of steps or samples."),
    _row("N", "count", "either", "A number of samples, or a visit count."),
    _row("K", "count", "either", "A number of samples or epochs."),
    _row("M", "count", "either", "A number of samples, or a model."),
    # parameters and constants
    _row("theta", "parameter-vector", "no", "The parameters of a policy."),
    _row("vartheta", "parameter-vector", "no", "Parameters."),
    _row("w", "parameter-vector", "either", "Weights."),
    _row("omega", "parameter-vector", "either", "Parameters, or an outcome."),
    _row("gamma", "scalar", "no", "The discount."),
    _row("lambda", "scalar", "no", "The trace decay, or a multiplier."),
    _row("alpha", "scalar", "no", "A step size, or a temperature."),
    _row("epsilon", "scalar", "no", "A small number: exploration, clipping."),
    _row("varepsilon", "scalar", "no", "A small number: exploration, clipping."),
    _row("kappa", "scalar", "either", "A coefficient."),
    _row("xi", "noise", "either", "Noise, or a trajectory."),
    _row("zeta", "scalar", "either", "A coefficient."),
    _row("nu", "scalar", "either", "A coefficient or a distribution."),
    _row("c", "scalar", "either", "A coefficient or a cost."),
    _row("e", "constant", "no", "Euler's number."),
    _row("u", "vector", "either", "A control or a variable."),
    _row("mathbb:R", "set", "no", "The real numbers."),
    _row("mathbb:N", "set", "no", "The natural numbers."),
    _row("mathbb:Z", "set", "no", "The integers."),
    _row("mathcal:S", "set", "either", "The set of states."),
    _row("mathcal:A", "set", "either", "The set of actions."),
    _row("mathcal:X", "set", "no", "A set."),
    _row("mathcal:Y", "set", "no", "A set."),
    _row("mathcal:V", "set", "no", "The vocabulary."),
    _row("infty", "constant", "no", "Infinity."),
    _row("Delta", "increment", "either", "An increment, or the probability simplex."),
    _row("Omega", "set", "either", "The set of outcomes."),
    _row("Sigma", "matrix", "either", "A covariance matrix."),
    _row("Theta", "set", "yes", "A set of parameters, or an order of growth."),
)
