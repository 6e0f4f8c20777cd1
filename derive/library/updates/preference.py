# ruff: noqa: E501  (a formula stays on one line)
r"""Preferences: Bradley-Terry, the KL-regularised optimum, and DPO."""

from derive.derivation import Step
from derive.library.basics.distributions import SIGMOID
from derive.library.result import Result

BRADLEY = "Bradley and Terry 1952, Rank analysis of incomplete block designs"
DPO = "Rafailov et al. 2023, Direct preference optimization"

OPTIMUM = r"\pi^*(y\mid x)=\frac{1}{Z(x)}\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)"
NORMALISER = r"Z(x)=\sum_y\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)"
PENALISED = r"\mathbb{E}_{y\sim\pi(\cdot\mid x)}[r(x,y)]-\beta D_{KL}(\pi(\cdot\mid x)\|\pi_{ref}(\cdot\mid x))"
WRITTEN_OUT = r"\sum_y\pi(y\mid x)\left(r(x,y)-\beta\log\frac{\pi(y\mid x)}{\pi_{ref}(y\mid x)}\right)"

RESULTS = (
    Result(
        "preference/bradley-terry",
        "The Bradley-Terry model",
        r"\frac{\exp(r(x,y_w))}{\exp(r(x,y_w))+\exp(r(x,y_l))}=\sigma(r(x,y_w)-r(x,y_l))",
        "The odds of winning are the exponential of the difference in reward.",
        BRADLEY,
        given=(SIGMOID,),
        steps=(
            Step(
                "cancel",
                r"\frac{1}{1+\frac{\exp(r(x,y_l))}{\exp(r(x,y_w))}}",
                "Divide numerator and denominator by the winner's weight.",
            ),
            Step("exp-of-a-difference", r"\frac{1}{1+\exp(-(r(x,y_w)-r(x,y_l)))}"),
            Step("definition", r"\sigma(r(x,y_w)-r(x,y_l))"),
        ),
    ),
    Result(
        "preference/bradley-terry-complement",
        "One of the two wins",
        r"\sigma(r(x,y_w)-r(x,y_l))+\sigma(r(x,y_l)-r(x,y_w))=1",
        "There are no ties.",
        BRADLEY,
        given=(SIGMOID,),
        steps=(
            Step(
                "distributions/sigmoid-symmetry",
                r"\sigma(r(x,y_w)-r(x,y_l))+1-\sigma(r(x,y_w)-r(x,y_l))",
                "The sigmoid's symmetry.",
            ),
            Step("cancel", "1"),
        ),
    ),
    Result(
        "preference/optimum",
        "The KL-regularised optimum",
        OPTIMUM,
        "The reference policy, tilted towards reward.",
        f"{DPO}, equation 4",
        define=True,
    ),
    Result(
        "preference/reward",
        "Reward from the optimal policy",
        r"r(x,y)=\beta\log\frac{\pi^*(y\mid x)}{\pi_{ref}(y\mid x)}+\beta\log Z(x)",
        "The policy knows its reward up to a term that depends on the prompt alone.",
        f"{DPO}, equation 5",
        given=(OPTIMUM, r"\beta>0"),
        steps=(
            Step("multiply-and-divide", r"\beta\cdot\frac{r(x,y)}{\beta}"),
            Step("log-exp", r"\beta\log\exp\left(\frac{1}{\beta}r(x,y)\right)"),
            Step(
                "definition", r"\beta\log\frac{Z(x)\pi^*(y\mid x)}{\pi_{ref}(y\mid x)}", "Solve the optimum for the exponential."
            ),
            Step("log-of-a-product", r"\beta\log\frac{\pi^*(y\mid x)}{\pi_{ref}(y\mid x)}+\beta\log Z(x)"),
        ),
    ),
    Result(
        "preference/difference",
        "Differences of reward need no normaliser",
        r"r(x,y_w)-r(x,y_l)=\beta\log\frac{\pi^*(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi^*(y_l\mid x)}{\pi_{ref}(y_l\mid x)}",
        "The unknown term is the same for both answers and cancels.",
        f"{DPO}, equation 6",
        given=(OPTIMUM, r"\beta>0"),
        steps=(
            Step(
                "preference/reward",
                r"\left(\beta\log\frac{\pi^*(y_w\mid x)}{\pi_{ref}(y_w\mid x)}+\beta\log Z(x)\right)-\left(\beta\log\frac{\pi^*(y_l\mid x)}{\pi_{ref}(y_l\mid x)}+\beta\log Z(x)\right)",
                "Reward from the optimal policy.",
                stated="the letters of the result are named otherwise",
            ),
            Step(
                "cancel",
                r"\beta\log\frac{\pi^*(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi^*(y_l\mid x)}{\pi_{ref}(y_l\mid x)}",
            ),
        ),
    ),
    Result(
        "preference/loss-symmetric",
        "The loss of a preference",
        r"-\log\sigma(z)=\log(1+e^{-z})",
        "The negative log-likelihood of the preferred answer winning.",
        DPO,
        given=(SIGMOID,),
        steps=(
            Step("definition", r"-\log\frac{1}{1+e^{-z}}"),
            Step("log-of-a-quotient", r"-\left(\log 1-\log(1+e^{-z})\right)"),
            Step("log-of-one", r"\log(1+e^{-z})"),
        ),
    ),
    Result(
        "preference/loss-slope",
        "The slope of the preference loss",
        r"\frac{d}{dz}\left(-\log\sigma(z)\right)=-\sigma(-z)",
        "The wronger the ranking, the stronger the pull.",
        f"{DPO}, equation 7",
        given=(SIGMOID,),
        steps=(
            Step("diff", r"-\frac{\sigma'(z)}{\sigma(z)}"),
            Step(
                "distributions/sigmoid-derivative", r"-(1-\sigma(z))", "The derivative of the sigmoid.", using=("common-factor",)
            ),
            Step("distributions/sigmoid-symmetry", r"-\sigma(-z)", "The probability of the other side."),
        ),
    ),
    Result(
        "preference/dpo-loss",
        "The DPO loss",
        r"L(\theta)=-\log\sigma\left(\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{ref}(y_l\mid x)}\right)",
        "The preferred answer should win by the policy's own reward.",
        f"{DPO}, equation 7",
        given=(SIGMOID,),
        define=True,
    ),
    Result(
        "preference/dpo-gradient",
        "The gradient of the DPO loss",
        r"\nabla_\theta L(\theta)=-\beta\sigma(-u(\theta))\left(\nabla_\theta\log\pi_\theta(y_w\mid x)-\nabla_\theta\log\pi_\theta(y_l\mid x)\right)",
        "Raise the winner, lower the loser, most where the ranking is wrong.",
        f"{DPO}, section 4",
        given=(
            r"u(\theta)=\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{ref}(y_l\mid x)}",
            r"L(\theta)=-\log\sigma(u(\theta))",
        ),
        steps=(
            Step("chain-rule", r"-\frac{\nabla_\theta\sigma(u(\theta))}{\sigma(u(\theta))}"),
            Step(
                "chain-rule",
                r"-\frac{\sigma(u(\theta))(1-\sigma(u(\theta)))\nabla_\theta u(\theta)}{\sigma(u(\theta))}",
                "The derivative of the sigmoid.",
            ),
            Step("cancel", r"-(1-\sigma(u(\theta)))\nabla_\theta u(\theta)"),
            Step("definition", r"-\frac{1}{1+e^{u(\theta)}}\nabla_\theta u(\theta)"),
            Step("definition", r"-\sigma(-u(\theta))\nabla_\theta u(\theta)", "The probability of the other side."),
            Step(
                "log-of-a-quotient",
                r"-\beta\sigma(-u(\theta))\left(\nabla_\theta\log\pi_\theta(y_w\mid x)-\nabla_\theta\log\pi_\theta(y_l\mid x)\right)",
                "The reference does not depend on the parameters.",
            ),
        ),
    ),
    Result(
        "preference/normaliser",
        "The optimum is a distribution",
        r"\sum_y\pi^*(y\mid x)=1",
        "The normaliser is what makes the tilted reference sum to one.",
        f"{DPO}, equation 4",
        given=(OPTIMUM, NORMALISER),
        steps=(
            Step("constant-factor", r"\frac{1}{Z(x)}\sum_y\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)"),
            Step("definition", r"\frac{Z(x)}{Z(x)}"),
            Step("cancel", "1"),
        ),
    ),
    Result(
        "preference/completing",
        "Reward less divergence, completed",
        rf"{WRITTEN_OUT}=\beta\log Z(x)-\beta\sum_y\pi(y\mid x)\log\frac{{\pi(y\mid x)}}{{\pi^*(y\mid x)}}",
        "What can be had does not depend on the policy; what is missed is its divergence from the optimum.",
        f"{DPO}, appendix A.1",
        given=(NORMALISER, OPTIMUM, r"\beta>0"),
        steps=(
            Step(
                "multiply-and-divide",
                r"\sum_y\pi(y\mid x)\left(\beta\cdot\frac{r(x,y)}{\beta}-\beta\log\frac{\pi(y\mid x)}{\pi_{ref}(y\mid x)}\right)",
            ),
            Step(
                "log-exp",
                r"\beta\sum_y\pi(y\mid x)\left(\log\exp\left(\frac{1}{\beta}r(x,y)\right)-\log\frac{\pi(y\mid x)}{\pi_{ref}(y\mid x)}\right)",
            ),
            Step(
                "log-of-a-quotient",
                r"\beta\sum_y\pi(y\mid x)\log\frac{\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)}{\pi(y\mid x)}",
            ),
            Step(
                "log-of-a-quotient",
                r"-\beta\sum_y\pi(y\mid x)\log\frac{\pi(y\mid x)}{\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)}",
                "The minus sign turns the quotient over.",
            ),
            Step(
                "definition",
                r"-\beta\sum_y\pi(y\mid x)\log\frac{\pi(y\mid x)}{Z(x)\pi^*(y\mid x)}",
                "The tilted reference is the optimum times its normaliser.",
            ),
            Step(
                "log-of-a-quotient",
                r"-\beta\sum_y\pi(y\mid x)\left(\log\frac{\pi(y\mid x)}{\pi^*(y\mid x)}-\log Z(x)\right)",
            ),
            Step(
                "total-probability",
                r"\beta\log Z(x)-\beta\sum_y\pi(y\mid x)\log\frac{\pi(y\mid x)}{\pi^*(y\mid x)}",
                "The normaliser does not depend on the answer.",
            ),
        ),
    ),
    Result(
        "preference/bound",
        "No policy does better than the optimum",
        rf"{PENALISED}\le\beta\log Z(x)",
        "Divergence is never negative, so the logarithm of the normaliser is the most that can be had.",
        f"{DPO}, appendix A.1",
        given=(NORMALISER, OPTIMUM, r"\beta>0"),
        steps=(
            Step("expectation-to-sum", WRITTEN_OUT, using=("divergence-definition",)),
            Step(
                "preference/completing",
                r"\beta\log Z(x)-\beta\sum_y\pi(y\mid x)\log\frac{\pi(y\mid x)}{\pi^*(y\mid x)}",
                "Reward less divergence, completed.",
            ),
            Step(
                "information/gibbs",
                r"\beta\log Z(x)",
                "Divergence is never negative.",
                stated="what is divided by sums to one by what is given",
            ),
        ),
    ),
    Result(
        "preference/lagrange",
        "The optimum by Lagrange",
        r"\frac{\partial}{\partial p}\left(pr-\beta p\log\frac{p}{q}-\lambda p\right)=r-\beta\log\frac{p}{q}-\beta-\lambda",
        "Flat where the log-ratio is the reward over β, less a constant: the tilted reference.",
        f"{DPO}, appendix A.1",
        given=("p>0", "q>0"),
        steps=(
            Step(
                "linearity-of-gradient",
                r"r-\beta\frac{\partial}{\partial p}\left(p\log\frac{p}{q}\right)-\lambda",
            ),
            Step("product-rule", r"r-\beta\left(\log\frac{p}{q}+p\cdot\frac{1}{p}\right)-\lambda", using=("chain-rule-log",)),
            Step("cancel", r"r-\beta\log\frac{p}{q}-\beta-\lambda"),
        ),
    ),
)
