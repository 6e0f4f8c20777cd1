r"""Generalised advantage estimation: the sum, its recursion and its two ends."""

from derive.derivation import Step
from derive.library.result import Result
from derive.library.values.value import TD_ERROR

GAE = "Schulman et al. 2016, High-dimensional continuous control using generalized advantage estimation"
SUM = r"\hat{A}^{GAE}_t=\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"
LENGTH = r"\hat{A}^{(n)}_t=\sum_{l=0}^{n-1}\gamma^l\delta_{t+l}"

RESULTS = (
    Result("gae/sum", "GAE", SUM, "TD errors to come, each later one weighted down.", f"{GAE}, equation 16", define=True),
    Result(
        "gae/sum-short",
        "GAE, in short",
        r"\hat{A}^{GAE}_t=\sum_l(\gamma\lambda)^l\delta_{t+l}",
        "The same sum with its bounds left out.",
        f"{GAE}, equation 16",
        define=True,
    ),
    Result(
        "gae/terms",
        "GAE term by term",
        r"\hat{A}^{GAE}_t=\delta_t+(\gamma\lambda)\delta_{t+1}+(\gamma\lambda)^2\delta_{t+2}+\cdots",
        "The first terms show the weights.",
        f"{GAE}, equation 16",
        given=(SUM,),
        steps=(
            Step("definition", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
            Step(
                "write-out",
                r"\delta_t+(\gamma\lambda)\delta_{t+1}+(\gamma\lambda)^2\delta_{t+2}+\cdots",
                stated="not read as core terms",
            ),
        ),
    ),
    Result(
        "gae/recursion",
        "GAE backwards in time",
        r"\hat{A}^{GAE}_t=\delta_t+\gamma\lambda\hat{A}^{GAE}_{t+1}",
        "One pass from the end of a trajectory computes every estimate.",
        GAE,
        given=(SUM,),
        steps=(
            Step("definition", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
            Step("split-first-term", r"\delta_t+\sum_{l=1}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
            Step("shift-index", r"\delta_t+\gamma\lambda\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l+1}"),
            Step("definition", r"\delta_t+\gamma\lambda\hat{A}^{GAE}_{t+1}"),
        ),
    ),
    Result(
        "gae/lambda-zero",
        "GAE with λ = 0",
        r"\hat{A}^{GAE}_t=\delta_t",
        "One step: little noise, and all the bias of the values.",
        f"{GAE}, equation 17",
        given=(SUM, r"\lambda=0"),
        steps=(
            Step("definition", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
            Step(
                "split-first-term",
                r"\delta_t+\gamma\lambda\sum_{l=1}^{\infty}(\gamma\lambda)^{l-1}\delta_{t+l}",
            ),
            Step("cancel", r"\delta_t", "With λ = 0 nothing follows the first error."),
        ),
    ),
    Result(
        "gae/lambda-one",
        "GAE with λ = 1",
        r"\hat{A}^{GAE}_t=\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}=G_t-V(s_t)",
        "The whole return: no bias, and all of the noise.",
        f"{GAE}, equation 18",
        given=(TD_ERROR, SUM, r"\lambda=1"),
        steps=(
            Step("definition", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
            Step("definition", r"\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}", "With λ = 1 only the discount weighs."),
            Step("definition", r"\sum_{l=0}^{\infty}\gamma^l\left(R_{t+l+1}+\gamma V(s_{t+l+1})-V(s_{t+l})\right)"),
            Step("telescoping", r"\sum_{l=0}^{\infty}\gamma^lR_{t+l+1}-V(s_t)", "All values but the first cancel."),
            Step("definition", "G_t-V(s_t)"),
        ),
    ),
    Result(
        "gae/average",
        "GAE averages advantages of every length",
        r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}\hat{A}^{(n)}_t=\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}",
        "Each length's estimate is a sum of surprises; the average weights the later ones down.",
        f"{GAE}, equation 16",
        given=(LENGTH,),
        steps=(
            Step("definition", r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}\sum_{l=0}^{n-1}\gamma^l\delta_{t+l}"),
            Step("swap-sums", r"(1-\lambda)\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}\sum_{n=l+1}^{\infty}\lambda^{n-1}"),
            Step("geometric-series", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
        ),
    ),
    Result(
        "gae/length",
        "The advantage over n steps",
        r"\hat{A}^{(n)}_t=\sum_{l=0}^{n-1}\gamma^lR_{t+l+1}+\gamma^nV(s_{t+n})-V(s_t)",
        "Inner values telescope away.",
        f"{GAE}, equation 14",
        given=(LENGTH, TD_ERROR),
        steps=(
            Step("definition", r"\sum_{l=0}^{n-1}\gamma^l\left(R_{t+l+1}+\gamma V(s_{t+l+1})-V(s_{t+l})\right)"),
            Step("telescoping", r"\sum_{l=0}^{n-1}\gamma^lR_{t+l+1}+\gamma^nV(s_{t+n})-V(s_t)"),
        ),
    ),
)
