r"""Bandits: the policy gradient without states, where it is easiest to see."""

from derive.derivation import Step
from derive.library.gradients.policy_gradient import WILLIAMS
from derive.library.result import Result

BOOK = "Sutton and Barto 2018, Reinforcement Learning, section 2.8"
OBJECTIVE = r"J(\theta)=\sum_a\pi_\theta(a)q(a)"

RESULTS = (
    Result("bandit/objective", "A bandit's objective", OBJECTIVE, "The average worth of an arm.", BOOK, define=True),
    Result(
        "bandit/gradient",
        "A bandit's policy gradient",
        r"\nabla_\theta J(\theta)=\mathbb{E}_{a\sim\pi_\theta}[q(a)\nabla_\theta\log\pi_\theta(a)]",
        "Arms are pulled; each is credited with its worth times its score.",
        WILLIAMS,
        given=(OBJECTIVE,),
        steps=(
            Step("definition", r"\nabla_\theta\sum_a\pi_\theta(a)q(a)"),
            Step("gradient-of-a-sum", r"\sum_aq(a)\nabla_\theta\pi_\theta(a)"),
            Step("log-derivative", r"\sum_a\pi_\theta(a)q(a)\nabla_\theta\log\pi_\theta(a)"),
            Step("sum-to-expectation", r"\mathbb{E}_{a\sim\pi_\theta}[q(a)\nabla_\theta\log\pi_\theta(a)]"),
        ),
    ),
    Result(
        "bandit/baseline",
        "A bandit's baseline",
        r"\mathbb{E}_{a\sim\pi_\theta}[b\nabla_\theta\log\pi_\theta(a)]=0",
        "Subtracting a number from every worth changes nothing on average.",
        WILLIAMS,
        steps=(
            Step("expectation-to-sum", r"\sum_ab\pi_\theta(a)\nabla_\theta\log\pi_\theta(a)"),
            Step("log-derivative", r"b\sum_a\nabla_\theta\pi_\theta(a)"),
            Step("total-probability", "0", "Probabilities sum to one, so their gradients cancel."),
        ),
    ),
)
