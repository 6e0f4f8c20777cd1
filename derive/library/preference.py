# ruff: noqa: E501  (a formula stays on one line)
r"""Preferences: Bradley-Terry, the KL-regularised optimum, and DPO."""

from derive.library.distributions import SIGMOID
from derive.library.result import Result

BRADLEY = "Bradley and Terry 1952, Rank analysis of incomplete block designs"
DPO = "Rafailov et al. 2023, Direct preference optimization"

OPTIMUM = r"\pi^*(y\mid x)=\frac{1}{Z(x)}\pi_{ref}(y\mid x)\exp\left(\frac{1}{\beta}r(x,y)\right)"

RESULTS = (
    Result(
        "preference/bradley-terry",
        "The Bradley-Terry model",
        r"\frac{\exp(r(x,y_w))}{\exp(r(x,y_w))+\exp(r(x,y_l))}=\sigma(r(x,y_w)-r(x,y_l))",
        "The odds of winning are the exponential of the difference in reward.",
        BRADLEY,
        given=(SIGMOID,),
    ),
    Result(
        "preference/bradley-terry-complement",
        "One of the two wins",
        r"\sigma(r(x,y_w)-r(x,y_l))+\sigma(r(x,y_l)-r(x,y_w))=1",
        "There are no ties.",
        BRADLEY,
        given=(SIGMOID,),
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
    ),
    Result(
        "preference/difference",
        "Differences of reward need no normaliser",
        r"r(x,y_w)-r(x,y_l)=\beta\log\frac{\pi^*(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi^*(y_l\mid x)}{\pi_{ref}(y_l\mid x)}",
        "The unknown term is the same for both answers and cancels.",
        f"{DPO}, equation 6",
        given=(OPTIMUM, r"\beta>0"),
    ),
    Result(
        "preference/loss-symmetric",
        "The loss of a preference",
        r"-\log\sigma(z)=\log(1+e^{-z})",
        "The negative log-likelihood of the preferred answer winning.",
        DPO,
        given=(SIGMOID,),
    ),
    Result(
        "preference/loss-slope",
        "The slope of the preference loss",
        r"\frac{d}{dz}\left(-\log\sigma(z)\right)=-\sigma(-z)",
        "The wronger the ranking, the stronger the pull.",
        f"{DPO}, equation 7",
        given=(SIGMOID,),
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
            SIGMOID,
            r"u(\theta)=\beta\log\frac{\pi_\theta(y_w\mid x)}{\pi_{ref}(y_w\mid x)}-\beta\log\frac{\pi_\theta(y_l\mid x)}{\pi_{ref}(y_l\mid x)}",
            r"L(\theta)=-\log\sigma(u(\theta))",
        ),
    ),
)
