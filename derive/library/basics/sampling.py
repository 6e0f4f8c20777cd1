r"""Sampling: importance weights, the score-function estimator, and laws of expectation."""

from derive.derivation import Step
from derive.library.result import Result

KAHN = "Kahn and Marshall 1953, Methods of reducing sample size in Monte Carlo computations"
MOHAMED = "Mohamed et al. 2020, Monte Carlo gradient estimation in machine learning"
ROSS = "Ross 2014, Introduction to Probability Models"

RESULTS = (
    Result(
        "sampling/importance",
        "Importance sampling",
        r"\mathbb{E}_{x\sim p}[f(x)]=\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}f(x)\right]",
        "Draw from one distribution, weigh as for another.",
        KAHN,
        steps=(
            Step("expectation-to-sum", r"\sum_x p(x)f(x)"),
            Step("multiply-and-divide", r"\sum_x q(x)\frac{p(x)}{q(x)}f(x)"),
            Step("sum-to-expectation", r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}f(x)\right]"),
        ),
    ),
    Result(
        "sampling/weights",
        "Importance weights average to one",
        r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}\right]=1",
        "The weights only move mass about.",
        KAHN,
        steps=(
            Step("expectation-to-sum", r"\sum_xq(x)\frac{p(x)}{q(x)}"),
            Step("cancel", r"\sum_xp(x)"),
            Step("total-probability", "1"),
        ),
    ),
    Result(
        "sampling/score-function",
        "The score-function estimator",
        r"\nabla_\theta\mathbb{E}_{x\sim p_\theta}[f(x)]=\mathbb{E}_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]",
        "The gradient of an average is an average of scores.",
        MOHAMED,
        steps=(
            Step("expectation-to-sum", r"\nabla_\theta\sum_x p_\theta(x)f(x)"),
            Step("gradient-of-a-sum", r"\sum_x f(x)\nabla_\theta p_\theta(x)"),
            Step("log-derivative", r"\sum_x f(x)p_\theta(x)\nabla_\theta\log p_\theta(x)"),
            Step("sum-to-expectation", r"\mathbb{E}_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]"),
        ),
    ),
    Result(
        "sampling/score-mean",
        "The score has mean zero",
        r"\mathbb{E}_{x\sim p_\theta}[\nabla_\theta\log p_\theta(x)]=0",
        "Probabilities sum to one whatever the parameters.",
        MOHAMED,
        steps=(
            Step("expectation-to-sum", r"\sum_xp_\theta(x)\nabla_\theta\log p_\theta(x)"),
            Step("log-derivative", r"\sum_x\nabla_\theta p_\theta(x)"),
            Step("gradient-of-a-sum", r"\nabla_\theta\sum_xp_\theta(x)"),
            Step("total-probability", r"\nabla_\theta 1"),
            Step("constant", "0"),
        ),
    ),
    Result(
        "sampling/linearity",
        "Expectation is linear",
        r"\mathbb{E}[\alpha X+\beta Y]=\alpha\mathbb{E}[X]+\beta\mathbb{E}[Y]",
        "Averages of sums are sums of averages.",
        ROSS,
        steps=(
            Step("linearity", r"\mathbb{E}[\alpha X]+\mathbb{E}[\beta Y]"),
            Step("constant-factor", r"\alpha\mathbb{E}[X]+\beta\mathbb{E}[Y]"),
        ),
    ),
    Result(
        "sampling/variance",
        "Two forms of the variance",
        r"\mathrm{Var}(X)=\mathbb{E}[X^2]-\mathbb{E}[X]^2",
        "Mean of the square less square of the mean.",
        ROSS,
        steps=(
            Step("definition", r"\mathbb{E}[(X-\mathbb{E}[X])^2]"),
            Step("square-of-a-difference", r"\mathbb{E}[X^2-2X\mathbb{E}[X]+\mathbb{E}[X]^2]"),
            Step("linearity", r"\mathbb{E}[X^2]-2\mathbb{E}[X]\mathbb{E}[X]+\mathbb{E}[X]^2"),
            Step("cancel", r"\mathbb{E}[X^2]-\mathbb{E}[X]^2"),
        ),
    ),
    Result(
        "sampling/variance-scale",
        "Variance under scale and shift",
        r"\mathrm{Var}(aX+b)=a^2\mathrm{Var}(X)",
        "A shift changes nothing, a scale counts twice.",
        ROSS,
        steps=(
            Step("definition", r"\mathbb{E}[(aX+b-\mathbb{E}[aX+b])^2]"),
            Step("linearity", r"\mathbb{E}[(aX-a\mathbb{E}[X])^2]", stated="which letters are random is read otherwise"),
            Step("constant-factor", r"a^2\mathbb{E}[(X-\mathbb{E}[X])^2]", using=("common-factor",)),
            Step("definition", r"a^2\mathrm{Var}(X)"),
        ),
    ),
    Result(
        "sampling/bayes",
        "Bayes' rule",
        r"P(A\mid B)=\frac{P(B\mid A)P(A)}{P(B)}",
        "Evidence turns a conditional probability round.",
        "Bayes 1763",
        steps=(
            Step("definition", r"\frac{P(A,B)}{P(B)}", "A conditional probability is a share of the joint one."),
            Step(
                "definition",
                r"\frac{P(B\mid A)P(A)}{P(B)}",
                "The joint probability, taken apart the other way.",
            ),
        ),
    ),
    Result(
        "sampling/best-constant",
        "The best constant is the mean",
        r"\frac{d}{dc}\mathbb{E}_{x\sim p}\left[(f(x)-c)^2\right]=2c-2\mathbb{E}_{x\sim p}[f(x)]",
        "The squared error is flat where the constant is the mean.",
        ROSS,
        steps=(
            Step("gradient-of-a-sum", r"\mathbb{E}_{x\sim p}\left[\frac{d}{dc}(f(x)-c)^2\right]"),
            Step("power-rule", r"\mathbb{E}_{x\sim p}\left[-2(f(x)-c)\right]"),
            Step("common-factor", r"2c-2\mathbb{E}_{x\sim p}[f(x)]"),
        ),
    ),
    Result(
        "sampling/tower",
        "The tower property",
        r"\mathbb{E}[\mathbb{E}[X\mid Y]]=\mathbb{E}[X]",
        "Averaging averages gives the average.",
        ROSS,
        steps=(Step("tower", r"\mathbb{E}[X]"),),
    ),
)
