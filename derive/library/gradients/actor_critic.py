r"""Actors and critics: TD errors as advantages, and critics whose form does not bend the gradient."""

from derive.derivation import Step
from derive.library.gradients.policy_gradient import BOOK, EACH_STEP, SUTTON
from derive.library.result import Result
from derive.library.values.value import TRUE_ERROR

KAKADE = "Kakade 2001, A natural policy gradient"

SCORE = r"\nabla_\theta\log\pi_\theta(a\mid s)"
IN_TIME = r"\nabla_\theta\log\pi_\theta(a_t\mid s_t)"
CRITIC = rf"f_w(s,a)=w^\top {SCORE}"
FISHER = rf"F=\sum_a\pi_\theta(a\mid s){SCORE}{SCORE}^\top"
GRADIENT = rf"g=\sum_a\pi_\theta(a\mid s)Q^\pi(s,a){SCORE}"
ERROR = rf"\nabla_w\left(\frac{{1}}{{2}}\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-w^\top {SCORE}\right)^2\right)"
FITTED = r"L(w)=\frac{1}{2}\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-f_w(s,a)\right)^2"

RESULTS = (
    Result(
        "actor-critic/td-error",
        "The TD error as an advantage",
        rf"\nabla_\theta J(\theta)=\mathbb{{E}}_\pi[\delta_t{IN_TIME}]",
        "With exact values one step's surprise is an unbiased advantage.",
        BOOK,
        given=(TRUE_ERROR,),
        assuming=EACH_STEP,
        steps=(
            Step(
                "policy-gradient/advantage",
                rf"\mathbb{{E}}_\pi[A^\pi(s_t,a_t){IN_TIME}]",
                "The advantage form.",
                stated="the advantage form is cited along a trajectory, stated over states",
            ),
            Step(
                "value/td-error-advantage",
                rf"\mathbb{{E}}_\pi[\mathbb{{E}}_\pi[\delta_t\mid s_t,a_t]{IN_TIME}]",
                "The advantage is the TD error's average.",
            ),
            Step(
                "known-factor",
                rf"\mathbb{{E}}_\pi[\mathbb{{E}}_\pi[\delta_t{IN_TIME}\mid s_t,a_t]]",
                "Given the state and the action, the score is known.",
            ),
            Step("tower", rf"\mathbb{{E}}_\pi[\delta_t{IN_TIME}]"),
        ),
    ),
    Result(
        "actor-critic/compatible-critic",
        "A compatible critic",
        CRITIC,
        "Linear in the actor's own scores.",
        f"{SUTTON[: SUTTON.index(', theorem')]}, theorem 2",
        define=True,
    ),
    Result(
        "actor-critic/compatible-slope",
        "A compatible critic's gradient is the score",
        rf"\nabla_w f_w(s,a)={SCORE}",
        "What the critic learns along is what the actor moves along.",
        f"{SUTTON[: SUTTON.index(', theorem')]}, theorem 2",
        given=(CRITIC,),
        steps=(
            Step("definition", rf"\nabla_w\left(w^\top {SCORE}\right)"),
            Step("linear-form", SCORE),
        ),
    ),
    Result(
        "actor-critic/compatible-mean",
        "A compatible critic estimates advantages",
        r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[f_w(s,a)\right]=0",
        "Its average under the policy is zero at every state, as an advantage's is.",
        f"{SUTTON[: SUTTON.index(', theorem')]}, section 3",
        given=(CRITIC,),
        steps=(
            Step("definition", rf"\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[w^\top {SCORE}\right]"),
            Step(
                "linearity",
                rf"w^\top\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[{SCORE}\right]",
            ),
            Step("zero-mean-score", "0"),
        ),
    ),
    Result(
        "actor-critic/compatible-error",
        "What a compatible critic's error asks for",
        rf"{ERROR}=Fw-g",
        "The squared error is flat where the Fisher matrix times the weights is the policy gradient.",
        KAKADE,
        given=(FISHER, GRADIENT),
        steps=(
            Step(
                "chain-rule-square",
                rf"\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-w^\top {SCORE}\right)\nabla_w\left(Q^\pi(s,a)-w^\top {SCORE}\right)",
            ),
            Step(
                "linear-form",
                rf"-\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-w^\top {SCORE}\right){SCORE}",
                "The values do not move with the critic's weights.",
            ),
            Step("split-sum", "Fw-g", "One sum for the weights, one for the values."),
        ),
    ),
    Result(
        "actor-critic/compatible-gradient",
        "A compatible critic gives the exact gradient",
        rf"\sum_a\pi_\theta(a\mid s)f_w(s,a){SCORE}=Fw",
        "Where the critic's error is flat this is the policy gradient: the approximation costs nothing.",
        f"{SUTTON[: SUTTON.index(', theorem')]}, theorem 2",
        given=(CRITIC, FISHER),
        steps=(
            Step("definition", rf"\sum_a\pi_\theta(a\mid s){SCORE}\left({SCORE}^\top w\right)"),
            Step("definition", "Fw", "The matrix of the scores' products, times the weights."),
        ),
    ),
    Result(
        "actor-critic/compatible-theorem",
        "Compatible function approximation",
        rf"\sum_a\pi_\theta(a\mid s)Q^\pi(s,a){SCORE}-\sum_a\pi_\theta(a\mid s)f_w(s,a){SCORE}=-\nabla_wL(w)",
        "The true gradient and the critic's differ by the gradient of the critic's own error: where that is flat, they agree.",
        f"{SUTTON[: SUTTON.index(', theorem')]}, theorem 2",
        given=(CRITIC, FITTED),
        steps=(
            Step(
                "split-sum",
                rf"\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-f_w(s,a)\right){SCORE}",
                "Read the other way: two sums are one.",
            ),
            Step(
                "linear-form",
                r"\sum_a\pi_\theta(a\mid s)\left(Q^\pi(s,a)-f_w(s,a)\right)\nabla_wf_w(s,a)",
                "A compatible critic's gradient is the score.",
            ),
            Step(
                "chain-rule-square",
                r"-\nabla_wL(w)",
                "Half a square differentiates to the base times its gradient; the critic is subtracted.",
            ),
        ),
    ),
    Result(
        "actor-critic/natural-weights",
        "The natural gradient is the critic's weights",
        "F^{-1}g=w",
        "A fitted compatible critic already holds the natural gradient.",
        f"{KAKADE}, theorem 1",
        given=("g=Fw",),
        steps=(
            Step("definition", "F^{-1}Fw", "The critic's error is flat."),
            Step("inverse", "w"),
        ),
    ),
)
