r"""Whole trajectories: their score, the gradient over them, and the credit that an action can earn."""

from derive.derivation import Step
from derive.library.gradients.policy_gradient import MOVING
from derive.library.result import Result

WILLIAMS = "Williams 1992, Simple statistical gradient-following algorithms for connectionist reinforcement learning"
BAXTER = "Baxter and Bartlett 2001, Infinite-horizon policy-gradient estimation"

OBJECTIVE = r"J(\theta)=\mathbb{E}_{\tau\sim p_\theta}[R(\tau)]"
NEXT = r"\nabla_\theta\log\pi_\theta(a_{t+1}\mid s_{t+1})"
SCORE = r"\nabla_\theta\log\pi_\theta(a_t\mid s_t)"
WHOLE = rf"\mathbb{{E}}_{{\tau\sim\pi_\theta}}\left[R(\tau)\sum_{{t=0}}^{{T}}{SCORE}\right]"
ALL = rf"\mathbb{{E}}_{{\tau\sim\pi_\theta}}\left[\sum_{{t=0}}^{{T}}{SCORE}\sum_{{k=0}}^{{T}}\gamma^kR_{{k+1}}\right]"
LATER = rf"\mathbb{{E}}_{{\tau\sim\pi_\theta}}\left[\sum_{{t=0}}^{{T}}{SCORE}\sum_{{k=t}}^{{T}}\gamma^kR_{{k+1}}\right]"
TO_GO = rf"\mathbb{{E}}_{{\tau\sim\pi_\theta}}\left[\sum_{{t=0}}^{{T}}\gamma^tG_t{SCORE}\right]"

RESULTS = (
    Result(
        "trajectory/score",
        "The score of a trajectory",
        rf"\nabla_\theta\log p_\theta(\tau)=\sum_{{t=0}}^{{T-1}}{SCORE}",
        "The environment's probabilities do not depend on the parameters and drop out.",
        WILLIAMS,
        steps=(
            Step(
                "definition",
                r"\nabla_\theta\log\left(p(s_0)\prod_{t=0}^{T-1}\pi_\theta(a_t\mid s_t)P(s_{t+1}\mid s_t,a_t)\right)",
                "A start, then in turn an action of the policy and a step of the environment.",
            ),
            Step(
                "log-of-a-product",
                r"\nabla_\theta\left(\log p(s_0)+\sum_{t=0}^{T-1}\left(\log\pi_\theta(a_t\mid s_t)+\log P(s_{t+1}\mid s_t,a_t)\right)\right)",
            ),
            Step("constant", rf"\sum_{{t=0}}^{{T-1}}{SCORE}", "Start and transitions do not depend on the parameters."),
        ),
    ),
    Result(
        "trajectory/gradient",
        "The gradient over trajectories",
        r"\nabla_\theta J(\theta)=\mathbb{E}_{\tau\sim p_\theta}\left[R(\tau)\nabla_\theta\log p_\theta(\tau)\right]",
        "A whole trajectory is credited with its whole return.",
        WILLIAMS,
        given=(OBJECTIVE,),
        steps=(
            Step("expectation-to-sum", r"\nabla_\theta\sum_\tau p_\theta(\tau)R(\tau)"),
            Step("gradient-of-a-sum", r"\sum_\tau R(\tau)\nabla_\theta p_\theta(\tau)"),
            Step("log-derivative", r"\sum_\tau R(\tau)p_\theta(\tau)\nabla_\theta\log p_\theta(\tau)"),
            Step("sum-to-expectation", r"\mathbb{E}_{\tau\sim p_\theta}\left[R(\tau)\nabla_\theta\log p_\theta(\tau)\right]"),
        ),
    ),
    Result(
        "trajectory/gradient-sum",
        "The gradient over trajectories, action by action",
        rf"\nabla_\theta J(\theta)={WHOLE}",
        "The trajectory's score is the sum of its actions' scores.",
        WILLIAMS,
        steps=(
            Step(
                "trajectory/gradient",
                r"\mathbb{E}_{\tau\sim \pi_\theta}\left[R(\tau)\nabla_\theta\log p_\theta(\tau)\right]",
                "The gradient by the trajectory's score.",
            ),
            Step(
                "trajectory/score",
                r"\mathbb{E}_{\tau\sim\pi_\theta}\left[R(\tau)\sum_{t=0}^{T}\nabla_\theta\log\pi_\theta(a_t\mid s_t)\right]",
                "Only the policy's factors depend on the parameters.",
            ),
        ),
    ),
    Result(
        "trajectory/past-rewards",
        "An action earns nothing for the past",
        rf"\mathbb{{E}}_\pi[{NEXT}R_{{t+1}}]=0",
        "A reward that came before an action does not depend on it, and the score averages to zero.",
        BAXTER,
        assuming=MOVING,
        steps=(
            Step(
                "tower",
                rf"\mathbb{{E}}_\pi[\mathbb{{E}}_\pi[{NEXT}\mid s_{{t+1}}]R_{{t+1}}]",
                "Given the state, the reward that led there is settled.",
                stated="what came before a state and what follows it are independent given the state: no rule says so",
            ),
            Step("zero-mean-score", "0"),
        ),
    ),
    Result(
        "trajectory/reward-to-go",
        "Reward to go",
        rf"\nabla_\theta J(\theta)={TO_GO}",
        "Each action is credited with what follows it, and with nothing that came before.",
        BAXTER,
        steps=(
            Step(
                "trajectory/gradient-sum",
                ALL,
                "The gradient over trajectories, whose return is the sum of the discounted rewards.",
                stated="the return is written out on the way",
            ),
            Step(
                "causality",
                LATER,
                "Rewards before an action average to zero against its score.",
                stated="for every pair of steps at once",
            ),
            Step(
                "definition", TO_GO, "What follows an action is its discounted return.", stated="the return ends with the episode"
            ),
        ),
    ),
)
