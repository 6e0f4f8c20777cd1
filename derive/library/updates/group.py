r"""Groups of answers: GRPO's normalisation, a worked group recomputed from its rewards, and leave-one-out baselines."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.derivation import Step
from derive.library.numbers import decimal, root, rounded, shown
from derive.library.result import Result

GRPO = "Shao et al. 2024, DeepSeekMath, section 4.1"
RLOO = "Ahmadian et al. 2024, Back to basics: revisiting REINFORCE style optimization"
DR_GRPO = "Liu et al. 2025, Understanding R1-Zero-like training"

MEAN = r"\mu=\frac{1}{n}\sum_{i=1}^n r_i"
DEVIATION = r"\sigma=\sqrt{\frac{1}{n}\sum_{i=1}^n(r_i-\mu)^2}"
ADVANTAGE = r"\hat{A}_i=\frac{r_i-\mu}{\sigma}"
GROUP = (MEAN, DEVIATION, ADVANTAGE)


def worked_group(rewards: Sequence[int | str], prefix: str = "group/example") -> tuple[Result, ...]:
    r"""A group of rewards: mean, deviation and last advantage, every number computed.

    >>> [r.latex for r in worked_group([2, 4, 6, 8])][3]
    '\\hat{A}_4=\\frac{8-5}{\\sqrt{5}}\\approx1.34'
    """
    values = [Fraction(r) for r in rewards]
    n = len(values)
    texts = [shown(v) for v in values]
    mean = sum(values, Fraction(0)) / n
    variance = sum(((v - mean) ** 2 for v in values), Fraction(0)) / n
    exact, approximate = root(variance)
    data = f"r=[{','.join(texts)}]"
    mu = shown(mean)
    squares = "+".join(rf"({t}-{mu})^2" for t in texts)
    about = "" if decimal(mean) is not None else rf"\approx{rounded(float(mean))}"
    last = (float(values[-1]) - float(mean)) / float(variance) ** 0.5
    source = "worked example"
    return (
        Result(f"{prefix}-data", "The group's rewards", data, "What each answer to one question scored.", source, define=True),
        Result(
            f"{prefix}-mean",
            "The group's mean",
            rf"\mu=\frac{{{'+'.join(texts)}}}{{{n}}}={mu}{about}",
            "Their average.",
            source,
            (data, *GROUP),
        ),
        Result(
            f"{prefix}-deviation",
            "The group's standard deviation",
            rf"\sigma=\sqrt{{\frac{{{squares}}}{{{n}}}}}={exact}" + ("" if exact == approximate else rf"\approx{approximate}"),
            "The root of the mean squared distance from the mean: divided by the group's size.",
            source,
            (data, *GROUP),
        ),
        Result(
            f"{prefix}-advantage",
            "The last answer's advantage",
            rf"\hat{{A}}_{n}=\frac{{{texts[-1]}-{mu}}}{{{exact}}}\approx{rounded(last)}",
            "How far above the mean, in standard deviations.",
            source,
            (data, *GROUP),
        ),
    )


RESULTS = (
    *worked_group((2, 4, 6, 8)),
    Result("group/mean", "The mean of a group", MEAN, "The average reward of a group's answers.", GRPO, define=True),
    Result(
        "group/deviation",
        "The standard deviation of a group",
        DEVIATION,
        "The root of the mean squared distance from the mean.",
        GRPO,
        (MEAN,),
        define=True,
    ),
    Result(
        "group/advantage",
        "The group-normalised advantage",
        ADVANTAGE,
        "Distance from the mean in units of the deviation.",
        GRPO,
        (MEAN, DEVIATION),
        define=True,
    ),
    Result(
        "group/advantage-safe",
        "The group-normalised advantage with a floor",
        r"\hat{A}_i=\frac{r_i-\mu}{\sigma+\epsilon}",
        "A small constant keeps the division defined when all rewards are equal.",
        GRPO,
        (MEAN, DEVIATION),
        define=True,
    ),
    Result(
        "group/advantage-inline",
        "The group-normalised advantage, inline",
        r"\hat{A}_i=(r_i-\mu)/\sigma",
        "The same quotient on one line.",
        GRPO,
        GROUP,
    ),
    Result(
        "group/centred",
        "Distances from the mean cancel",
        r"\sum_{i=1}^n(r_i-\mu)=0",
        "What some answers have above the mean others have below.",
        GRPO,
        GROUP,
        steps=(
            Step("split-sum", r"\sum_{i=1}^n r_i-\sum_{i=1}^n\mu"),
            Step("constant-sum", r"\sum_{i=1}^n r_i-n\mu", "The mean does not depend on the answer."),
            Step("definition", r"\sum_{i=1}^n r_i-\sum_{i=1}^n r_i", "n times the mean is the sum."),
            Step("cancel", "0", "A sum minus itself."),
        ),
    ),
    Result(
        "group/zero-sum",
        "Advantages sum to zero",
        r"\sum_{i=1}^n\hat{A}_i=0",
        "A group's advantages balance.",
        GRPO,
        GROUP,
        steps=(
            Step("definition", r"\sum_{i=1}^n\frac{r_i-\mu}{\sigma}", "Write each advantage out."),
            Step("constant-factor", r"\frac{1}{\sigma}\sum_{i=1}^n(r_i-\mu)"),
            Step("centred", "0", "Distances from the mean cancel."),
        ),
    ),
    Result(
        "group/unit-variance",
        "Advantages have unit variance",
        r"\frac{1}{n}\sum_{i=1}^n\hat{A}_i^2=1",
        "Dividing by the deviation makes the spread one.",
        GRPO,
        GROUP,
        steps=(
            Step("definition", r"\frac{1}{n}\sum_{i=1}^n\frac{(r_i-\mu)^2}{\sigma^2}"),
            Step("constant-factor", r"\frac{1}{\sigma^2}\cdot\frac{1}{n}\sum_{i=1}^n(r_i-\mu)^2"),
            Step(
                "root-of-a-square",
                r"\frac{\sigma^2}{\sigma^2}",
                "The mean squared distance is the square of the deviation.",
            ),
            Step("cancel", "1"),
        ),
    ),
    Result(
        "group/variance",
        "Two forms of the variance",
        r"\frac{1}{n}\sum_{i=1}^n(r_i-\mu)^2=\frac{1}{n}\sum_{i=1}^n r_i^2-\mu^2",
        "The mean of the squares less the square of the mean.",
        GRPO,
        GROUP,
        steps=(
            Step("square-of-a-difference", r"\frac{1}{n}\sum_{i=1}^n\left(r_i^2-2\mu r_i+\mu^2\right)"),
            Step(
                "constant-sum",
                r"\frac{1}{n}\sum_{i=1}^nr_i^2-2\mu\cdot\frac{1}{n}\sum_{i=1}^nr_i+\mu^2",
                "The mean does not depend on the answer.",
            ),
            Step(
                "definition", r"\frac{1}{n}\sum_{i=1}^nr_i^2-2\mu\cdot\mu+\mu^2", "The average in the middle is the mean itself."
            ),
            Step("cancel", r"\frac{1}{n}\sum_{i=1}^nr_i^2-\mu^2"),
        ),
    ),
    Result(
        "group/shift",
        "Advantages ignore a shift",
        r"\frac{(r_i+c)-\frac{1}{n}\sum_{j=1}^n(r_j+c)}{\sigma}=\frac{r_i-\mu}{\sigma}",
        "Adding the same amount to every reward changes nothing.",
        GRPO,
        GROUP,
        steps=(
            Step("constant-sum", r"\frac{(r_i+c)-(\mu+c)}{\sigma}"),
            Step("cancel", r"\frac{r_i-\mu}{\sigma}"),
        ),
    ),
    Result(
        "group/scale",
        "Advantages ignore a positive scale",
        r"\frac{c r_i-c\mu}{\sqrt{\frac{1}{n}\sum_{j=1}^n(c r_j-c\mu)^2}}=\frac{r_i-\mu}{\sigma}",
        "Multiplying every reward by the same positive number changes nothing.",
        GRPO,
        (*GROUP, "c>0"),
        steps=(
            Step(
                "constant-factor",
                r"\frac{c(r_i-\mu)}{\sqrt{c^2\frac{1}{n}\sum_{j=1}^n(r_j-\mu)^2}}",
            ),
            Step(
                "root-of-a-square",
                r"\frac{c(r_i-\mu)}{c\sigma}",
                "The scale is positive, so it leaves the root as it is.",
            ),
            Step("cancel", r"\frac{r_i-\mu}{\sigma}"),
        ),
    ),
    Result(
        "group/leave-one-out",
        "Leave one out, in terms of the mean",
        r"r_i-\frac{1}{n-1}\sum_{j\neq i}r_j=\frac{n}{n-1}(r_i-\mu)",
        "A baseline from the other answers only rescales the distance from the mean.",
        RLOO,
        (MEAN,),
        steps=(
            Step("split-first-term", r"r_i-\frac{1}{n-1}\left(\sum_{j=1}^nr_j-r_i\right)"),
            Step("definition", r"r_i-\frac{1}{n-1}(n\mu-r_i)"),
            Step("common-denominator", r"\frac{n}{n-1}(r_i-\mu)"),
        ),
    ),
    Result(
        "group/mean-advantage",
        "The advantage without division",
        r"\tilde{A}_i=r_i-\mu",
        "Only the mean is subtracted, so hard questions are not weighted up.",
        DR_GRPO,
        (MEAN,),
        define=True,
    ),
    Result(
        "group/mean-advantage-sum",
        "Undivided advantages sum to zero",
        r"\sum_{i=1}^n\tilde{A}_i=0",
        "Subtracting the mean alone already balances a group.",
        DR_GRPO,
        (MEAN, r"\tilde{A}_i=r_i-\mu"),
        steps=(Step("definition", r"\sum_{i=1}^n(r_i-\mu)"), Step("centred", "0")),
    ),
    *worked_group((2, 4, 10), "group/second-example"),
    Result(
        "group/shrunk",
        "What the small constant does",
        r"\frac{r_i-\mu}{\sigma+\epsilon}=\frac{\sigma}{\sigma+\epsilon}\cdot\frac{r_i-\mu}{\sigma}",
        "It shrinks a group's advantages, most where rewards hardly differ.",
        GRPO,
        (MEAN, DEVIATION, r"\epsilon>0"),
        steps=(Step("multiply-and-divide", r"\frac{\sigma}{\sigma+\epsilon}\cdot\frac{r_i-\mu}{\sigma}"),),
    ),
    Result(
        "group/equal-rewards",
        "Equal rewards teach nothing",
        r"\frac{r_i-\mu}{\sigma+\epsilon}=0",
        "When every answer earns the same, every advantage vanishes.",
        GRPO,
        (MEAN, "r_i=c", r"\sigma\ge 0", r"\epsilon>0"),
        steps=(
            Step("definition", r"\frac{c-\frac{1}{n}\sum_{j=1}^nc}{\sigma+\epsilon}"),
            Step("constant-sum", r"\frac{c-c}{\sigma+\epsilon}"),
            Step("cancel", "0"),
        ),
    ),
    Result(
        "group/rloo-baseline",
        "The leave-one-out baseline",
        r"b_i=\frac{1}{n-1}\sum_{j\neq i}r_j",
        "The average of the other answers: it does not depend on the answer it judges.",
        RLOO,
        define=True,
    ),
    Result(
        "group/rloo-sum",
        "Leave-one-out advantages sum to zero",
        r"\sum_{i=1}^n(r_i-b_i)=0",
        "They too balance within a group.",
        RLOO,
        (MEAN, r"b_i=\frac{1}{n-1}\sum_{j\neq i}r_j"),
        steps=(
            Step(
                "group/leave-one-out",
                r"\sum_{i=1}^n\frac{n}{n-1}(r_i-\mu)",
                "Each is the distance from the mean, rescaled.",
            ),
            Step("constant-factor", r"\frac{n}{n-1}\sum_{i=1}^n(r_i-\mu)"),
            Step("centred", "0"),
        ),
    ),
    Result(
        "group/dr-grpo-scale",
        "Dr. GRPO's advantage is leave-one-out, shrunk",
        r"r_i-\mu=\frac{n-1}{n}\left(r_i-\frac{1}{n-1}\sum_{j\neq i}r_j\right)",
        "Subtracting the group's mean is an unbiased baseline up to a constant factor.",
        DR_GRPO,
        (MEAN,),
        steps=(
            Step(
                "multiply-and-divide",
                r"\frac{n-1}{n}\cdot\frac{n}{n-1}(r_i-\mu)",
            ),
            Step(
                "group/leave-one-out",
                r"\frac{n-1}{n}\left(r_i-\frac{1}{n-1}\sum_{j\neq i}r_j\right)",
                "The rescaled distance is the leave-one-out advantage.",
                stated="several rules at once",
            ),
        ),
    ),
)
