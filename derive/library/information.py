# ruff: noqa: E501  (a formula stays on one line)
r"""Information: entropy, cross-entropy, divergence, and the estimators of divergence in use."""

from derive.derivation import Step
from derive.library.result import Result

SHANNON = "Shannon 1948, A mathematical theory of communication"
KULLBACK = "Kullback and Leibler 1951, On information and sufficiency"
COVER = "Cover and Thomas 2006, Elements of Information Theory, chapter 2"
AMARI = "Amari 1998, Natural gradient works efficiently in learning"
ESTIMATORS = "Schulman 2020, Approximating KL divergence"

RESULTS = (
    Result("information/entropy", "Entropy", r"H(p)=-\sum_x p(x)\log p(x)", "The average surprise of a distribution.", SHANNON),
    Result(
        "information/entropy-expectation",
        "Entropy as an expectation",
        r"H(p)=-\mathbb{E}_{x\sim p}[\log p(x)]",
        "The same average, written as one.",
        SHANNON,
    ),
    Result(
        "information/cross-entropy",
        "Cross-entropy",
        r"H(p,q)=-\sum_x p(x)\log q(x)",
        "The surprise of one distribution at draws from another.",
        COVER,
    ),
    Result(
        "information/divergence",
        "Kullback-Leibler divergence",
        r"D_{KL}(p\|q)=\sum_x p(x)\log\frac{p(x)}{q(x)}",
        "How much a model is surprised beyond what it must be.",
        KULLBACK,
    ),
    Result(
        "information/decomposition",
        "Cross-entropy is entropy plus divergence",
        r"H(p,q)=H(p)+D_{KL}(p\|q)",
        "What must be paid, and what is paid for using the wrong model.",
        COVER,
        steps=(
            Step("definition", r"-\sum_x p(x)\log q(x)"),
            Step(
                "add-and-subtract",
                r"-\sum_x p(x)\log p(x)+\sum_x p(x)\left(\log p(x)-\log q(x)\right)",
                "Add and subtract the logarithm of p.",
            ),
            Step("log-of-a-quotient", r"-\sum_x p(x)\log p(x)+\sum_x p(x)\log\frac{p(x)}{q(x)}"),
            Step("definition", r"H(p)+D_{KL}(p\|q)"),
        ),
    ),
    Result("information/gibbs", "Divergence is never negative", r"D_{KL}(p\|q)\ge 0", "No model beats the truth.", COVER),
    Result(
        "information/self",
        "A distribution does not diverge from itself",
        r"D_{KL}(p\|p)=0",
        "The divergence of equals.",
        KULLBACK,
    ),
    Result(
        "information/estimator-k1",
        "The plain estimator of divergence",
        r"\mathbb{E}_{x\sim q}\left[\log\frac{q(x)}{p(x)}\right]=D_{KL}(q\|p)",
        "Unbiased, and of high variance.",
        ESTIMATORS,
    ),
    Result(
        "information/estimator-k3",
        "The low-variance estimator of divergence",
        r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}-1-\log\frac{p(x)}{q(x)}\right]=D_{KL}(q\|p)",
        "The ratio minus one has mean zero, so adding it changes nothing on average.",
        ESTIMATORS,
        steps=(
            Step(
                "linearity",
                r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}-1\right]-\mathbb{E}_{x\sim q}\left[\log\frac{p(x)}{q(x)}\right]",
            ),
            Step(
                "importance-weight-mean",
                r"-\mathbb{E}_{x\sim q}\left[\log\frac{p(x)}{q(x)}\right]",
                "Importance weights average to one.",
            ),
            Step("log-of-a-quotient", r"D_{KL}(q\|p)", "The minus sign turns the quotient over."),
        ),
    ),
    Result(
        "information/fisher",
        "Two forms of the Fisher information",
        r"\mathbb{E}_{x\sim p_\theta}[\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top]=-\mathbb{E}_{x\sim p_\theta}[\nabla_\theta^2\log p_\theta(x)]",
        "The spread of the score is the curvature of the log-likelihood.",
        AMARI,
    ),
    Result(
        "information/entropy-gradient",
        "The gradient of entropy",
        r"\nabla_\theta H(p_\theta)=-\sum_x\nabla_\theta p_\theta(x)\log p_\theta(x)",
        "The term from the logarithm's own gradient sums to zero.",
        "Williams and Peng 1991, Function optimization using connectionist reinforcement learning algorithms",
    ),
    Result(
        "information/cross-entropy-gradient",
        "Cross-entropy and divergence have the same gradient",
        r"\nabla_\theta H(p,q_\theta)=\nabla_\theta D_{KL}(p\|q_\theta)",
        "The entropy of the data does not depend on the model.",
        COVER,
    ),
    Result(
        "information/mutual",
        "Mutual information",
        r"I(X;Y)=H(X)-H(X\mid Y)",
        "How much one variable tells about another.",
        SHANNON,
    ),
    Result(
        "information/mutual-joint",
        "Mutual information from the joint entropy",
        r"I(X;Y)=H(X)+H(Y)-H(X,Y)",
        "What the joint saves over the parts.",
        SHANNON,
    ),
    Result(
        "information/chain-rule",
        "The chain rule of entropy",
        r"H(X,Y)=H(X)+H(Y\mid X)",
        "First one, then the other given it.",
        SHANNON,
    ),
    Result("information/entropy-positive", "Entropy is never negative", r"H(p)\ge 0", "Surprise cannot be negative.", SHANNON),
    Result(
        "information/divergence-gradient",
        "The gradient of divergence",
        r"\nabla_\theta D_{KL}(p_\theta\|q)=\sum_x\nabla_\theta p_\theta(x)\log\frac{p_\theta(x)}{q(x)}",
        "The log-ratio weighs how each probability moves.",
        AMARI,
    ),
)
