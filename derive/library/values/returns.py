r"""Returns of every length: discounted sums, n-step returns and the λ-return."""

from derive.derivation import Step
from derive.library.result import Result
from derive.library.values.value import BOOK, TD, TD_ERROR

WATKINS = "Watkins 1989, Learning from delayed rewards"
CHAPTER = "Sutton and Barto 2018, Reinforcement Learning, chapter 12"

N_STEP = r"G_{t:t+n}=\sum_{k=0}^{n-1}\gamma^kR_{t+k+1}+\gamma^nV(s_{t+n})"
LAMBDA = r"G_t^\lambda=(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}G_{t:t+n}"

RESULTS = (
    Result(
        "returns/return",
        "The return",
        r"G_t=\sum_{k=0}^{\infty}\gamma^k R_{t+k+1}",
        "Rewards to come, each later one counting a little less.",
        BOOK,
    ),
    Result(
        "returns/recursion",
        "The return, one step at a time",
        r"G_t=R_{t+1}+\gamma G_{t+1}",
        "The next reward, and what follows it discounted once more.",
        BOOK,
        given=(r"G_t=\sum_{k=0}^{\infty}\gamma^k R_{t+k+1}",),
        steps=(
            Step("definition", r"\sum_{k=0}^{\infty}\gamma^k R_{t+k+1}"),
            Step("split-first-term", r"R_{t+1}+\sum_{k=1}^{\infty}\gamma^k R_{t+k+1}"),
            Step("shift-index", r"R_{t+1}+\gamma\sum_{k=0}^{\infty}\gamma^k R_{t+k+2}"),
            Step("definition", r"R_{t+1}+\gamma G_{t+1}"),
        ),
    ),
    Result(
        "returns/geometric",
        "A constant reward for ever",
        r"\sum_{k=0}^{\infty}\gamma^k=\frac{1}{1-\gamma}",
        "The weight of all rewards together.",
        "Euclid, Elements IX.35",
        given=(r"0<\gamma<1",),
        steps=(Step("geometric-series", r"\frac{1}{1-\gamma}"),),
    ),
    Result(
        "returns/telescoping",
        "TD errors telescope",
        r"\sum_{l=0}^{k-1}\gamma^l\delta_{t+l}=\sum_{l=0}^{k-1}\gamma^l R_{t+l+1}+\gamma^k V(s_{t+k})-V(s_t)",
        "Inner values cancel; the first and the last remain.",
        TD,
        given=(TD_ERROR,),
        steps=(
            Step("definition", r"\sum_{l=0}^{k-1}\gamma^l\left(R_{t+l+1}+\gamma V(s_{t+l+1})-V(s_{t+l})\right)"),
            Step(
                "split-sum",
                r"\sum_{l=0}^{k-1}\gamma^lR_{t+l+1}+\sum_{l=0}^{k-1}\left(\gamma^{l+1}V(s_{t+l+1})-\gamma^lV(s_{t+l})\right)",
            ),
            Step("telescoping", r"\sum_{l=0}^{k-1}\gamma^lR_{t+l+1}+\gamma^kV(s_{t+k})-V(s_t)"),
        ),
    ),
    Result(
        "returns/td-sum",
        "All TD errors together",
        r"\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}=G_t-V(s_t)",
        "Discounted surprises add up to the return less what was expected.",
        TD,
        given=(TD_ERROR,),
        steps=(
            Step("definition", r"\sum_{l=0}^{\infty}\gamma^l\left(R_{t+l+1}+\gamma V(s_{t+l+1})-V(s_{t+l})\right)"),
            Step("telescoping", r"\sum_{l=0}^{\infty}\gamma^lR_{t+l+1}-V(s_t)", "All values but the first cancel."),
            Step("definition", "G_t-V(s_t)"),
        ),
    ),
    Result(
        "returns/two-step",
        "The two-step return",
        r"R_{t+1}+\gamma R_{t+2}+\gamma^2V(s_{t+2})-V(s_t)=\delta_t+\gamma\delta_{t+1}",
        "Two rewards and an estimate, as two TD errors.",
        BOOK,
        given=(TD_ERROR,),
        steps=(
            Step(
                "add-and-subtract",
                r"R_{t+1}+\gamma R_{t+2}+\gamma^2V(s_{t+2})-V(s_t)+\gamma V(s_{t+1})-\gamma V(s_{t+1})",
                "Add and subtract the discounted value in between.",
            ),
            Step("definition", r"\delta_t+\gamma\delta_{t+1}"),
        ),
    ),
    Result(
        "returns/lambda-weights",
        "The weights of the λ-return",
        r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}=1",
        "The returns of every length are averaged.",
        BOOK,
        given=(r"0<\lambda<1",),
        steps=(
            Step("shift-index", r"(1-\lambda)\sum_{n=0}^{\infty}\lambda^n"),
            Step("geometric-series", r"(1-\lambda)\frac{1}{1-\lambda}"),
            Step("cancel", "1"),
        ),
    ),
    Result("returns/n-step", "The n-step return", N_STEP, "Some rewards, and an estimate for the rest.", WATKINS, define=True),
    Result(
        "returns/one-step",
        "The one-step return",
        r"G_{t:t+1}=R_{t+1}+\gamma V(s_{t+1})",
        "The target of temporal-difference learning.",
        TD,
        given=(N_STEP,),
        steps=(
            Step("definition", r"\sum_{k=0}^{0}\gamma^kR_{t+k+1}+\gamma V(s_{t+1})"),
            Step("split-first-term", r"R_{t+1}+\gamma V(s_{t+1})"),
        ),
    ),
    Result(
        "returns/n-step-recursion",
        "The n-step return, one step at a time",
        r"G_{t:t+n}=R_{t+1}+\gamma G_{t+1:t+n}",
        "The next reward, and a return that is one step shorter.",
        WATKINS,
        given=(N_STEP,),
        steps=(
            Step("definition", r"\sum_{k=0}^{n-1}\gamma^kR_{t+k+1}+\gamma^nV(s_{t+n})"),
            Step(
                "split-first-term",
                r"R_{t+1}+\sum_{k=1}^{n-1}\gamma^kR_{t+k+1}+\gamma^nV(s_{t+n})",
            ),
            Step(
                "shift-index",
                r"R_{t+1}+\gamma\left(\sum_{k=0}^{n-2}\gamma^kR_{t+k+2}+\gamma^{n-1}V(s_{t+n})\right)",
            ),
            Step("definition", r"R_{t+1}+\gamma G_{t+1:t+n}"),
        ),
    ),
    Result(
        "returns/n-step-error",
        "The n-step error as TD errors",
        r"G_{t:t+n}-V(s_t)=\sum_{k=0}^{n-1}\gamma^k\delta_{t+k}",
        "A longer return is a sum of surprises.",
        WATKINS,
        given=(N_STEP, TD_ERROR),
        steps=(
            Step("definition", r"\sum_{k=0}^{n-1}\gamma^kR_{t+k+1}+\gamma^nV(s_{t+n})-V(s_t)"),
            Step("telescoping", r"\sum_{k=0}^{n-1}\gamma^k\left(R_{t+k+1}+\gamma V(s_{t+k+1})-V(s_{t+k})\right)"),
            Step("definition", r"\sum_{k=0}^{n-1}\gamma^k\delta_{t+k}"),
        ),
    ),
    Result(
        "returns/lambda",
        "The λ-return",
        LAMBDA,
        "Returns of every length, each longer one weighted down.",
        WATKINS,
        given=(N_STEP,),
        define=True,
    ),
    Result(
        "returns/lambda-recursion",
        "The λ-return, one step at a time",
        r"G_t^\lambda=R_{t+1}+\gamma\left((1-\lambda)V(s_{t+1})+\lambda G_{t+1}^\lambda\right)",
        "Part of the future is estimated, the rest is looked at.",
        f"{CHAPTER}, exercise 12.1",
        given=(N_STEP, LAMBDA),
        steps=(
            Step("definition", r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}G_{t:t+n}"),
            Step("split-first-term", r"(1-\lambda)G_{t:t+1}+(1-\lambda)\sum_{n=2}^{\infty}\lambda^{n-1}G_{t:t+n}"),
            Step(
                "returns/n-step-recursion",
                r"(1-\lambda)\left(R_{t+1}+\gamma V(s_{t+1})\right)+(1-\lambda)\sum_{n=2}^{\infty}\lambda^{n-1}\left(R_{t+1}+\gamma G_{t+1:t+n}\right)",
                "Each longer return starts with the same reward; a return one step shorter follows.",
                using=("returns/one-step",),
            ),
            Step(
                "geometric-series",
                r"R_{t+1}+(1-\lambda)\gamma V(s_{t+1})+\gamma(1-\lambda)\sum_{n=2}^{\infty}\lambda^{n-1}G_{t+1:t+n}",
                "The weights of that reward add up to one.",
            ),
            Step(
                "shift-index",
                r"R_{t+1}+\gamma(1-\lambda)V(s_{t+1})+\gamma\lambda(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}G_{t+1:t+1+n}",
            ),
            Step(
                "definition",
                r"R_{t+1}+\gamma\left((1-\lambda)V(s_{t+1})+\lambda G_{t+1}^\lambda\right)",
            ),
        ),
    ),
    Result(
        "returns/lambda-error",
        "The λ-return's error is GAE",
        r"G_t^\lambda-V(s_t)=\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}",
        "Averaging over lengths weights each surprise once more.",
        CHAPTER,
        given=(N_STEP, LAMBDA, TD_ERROR),
        steps=(
            Step(
                "geometric-series",
                r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}\left(G_{t:t+n}-V(s_t)\right)",
                "The weights add up to one.",
            ),
            Step(
                "telescoping",
                r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}\sum_{l=0}^{n-1}\gamma^l\delta_{t+l}",
                "Each length's error is a sum of surprises.",
            ),
            Step("swap-sums", r"(1-\lambda)\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}\sum_{n=l+1}^{\infty}\lambda^{n-1}"),
            Step("geometric-series", r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}"),
        ),
    ),
)
