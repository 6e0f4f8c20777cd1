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
        steps=(
            Step("definition", r"-\sum_xp(x)\log p(x)"),
            Step("sum-to-expectation", r"-\mathbb{E}_{x\sim p}[\log p(x)]"),
        ),
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
                r"-\sum_x p(x)\left(\log p(x)-\left(\log p(x)-\log q(x)\right)\right)",
                "Add and subtract the logarithm of p.",
            ),
            Step("split-sum", r"-\sum_x p(x)\log p(x)+\sum_x p(x)\left(\log p(x)-\log q(x)\right)"),
            Step("log-of-a-quotient", r"-\sum_x p(x)\log p(x)+\sum_x p(x)\log\frac{p(x)}{q(x)}"),
            Step("definition", r"H(p)+D_{KL}(p\|q)"),
        ),
    ),
    Result(
        "information/gibbs",
        "Divergence is never negative",
        r"D_{KL}(p\|q)\ge 0",
        "No model beats the truth.",
        COVER,
        steps=(
            Step("definition", r"\sum_xp(x)\log\frac{p(x)}{q(x)}"),
            Step("log-of-a-quotient", r"-\sum_xp(x)\log\frac{q(x)}{p(x)}", "The minus sign turns the quotient over."),
            Step("tangent-line", r"\ge-\sum_xp(x)\left(\frac{q(x)}{p(x)}-1\right)"),
            Step("split-sum", r"\sum_xp(x)-\sum_xq(x)"),
            Step("total-probability", "0"),
        ),
    ),
    Result(
        "information/self",
        "A distribution does not diverge from itself",
        r"D_{KL}(p\|p)=0",
        "The divergence of equals.",
        KULLBACK,
        steps=(
            Step("definition", r"\sum_xp(x)\log\frac{p(x)}{p(x)}"),
            Step("cancel", r"\sum_xp(x)\log 1"),
            Step("log-of-one", "0"),
        ),
    ),
    Result(
        "information/estimator-k1",
        "The plain estimator of divergence",
        r"\mathbb{E}_{x\sim q}\left[\log\frac{q(x)}{p(x)}\right]=D_{KL}(q\|p)",
        "Unbiased, and of high variance.",
        ESTIMATORS,
        steps=(
            Step("expectation-to-sum", r"\sum_x q(x)\log\frac{q(x)}{p(x)}"),
            Step("definition", r"D_{KL}(q\|p)"),
        ),
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
            Step("expectation-to-sum", r"\sum_x(p(x)-q(x))-\mathbb{E}_{x\sim q}\left[\log\frac{p(x)}{q(x)}\right]"),
            Step(
                "total-probability",
                r"-\mathbb{E}_{x\sim q}\left[\log\frac{p(x)}{q(x)}\right]",
                "Importance weights average to one.",
            ),
            Step(
                "log-of-a-quotient", r"D_{KL}(q\|p)", "The minus sign turns the quotient over.", using=("divergence-definition",)
            ),
        ),
    ),
    Result(
        "information/fisher",
        "Two forms of the Fisher information",
        r"\mathbb{E}_{x\sim p_\theta}[\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top]=-\mathbb{E}_{x\sim p_\theta}[\nabla_\theta^2\log p_\theta(x)]",
        "The spread of the score is the curvature of the log-likelihood.",
        AMARI,
        steps=(
            Step("expectation-to-sum", r"\sum_x p_\theta(x)\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top"),
            Step(
                "second-log-derivative",
                r"\sum_x\left(\nabla_\theta^2p_\theta(x)-p_\theta(x)\nabla_\theta^2\log p_\theta(x)\right)",
            ),
            Step(
                "total-probability",
                r"-\sum_xp_\theta(x)\nabla_\theta^2\log p_\theta(x)",
                "Probabilities sum to one, so their second derivatives cancel.",
            ),
            Step("sum-to-expectation", r"-\mathbb{E}_{x\sim p_\theta}[\nabla_\theta^2\log p_\theta(x)]"),
        ),
    ),
    Result(
        "information/entropy-gradient",
        "The gradient of entropy",
        r"\nabla_\theta H(p_\theta)=-\sum_x\nabla_\theta p_\theta(x)\log p_\theta(x)",
        "The term from the logarithm's own gradient sums to zero.",
        "Williams and Peng 1991, Function optimization using connectionist reinforcement learning algorithms",
        steps=(
            Step("definition", r"-\nabla_\theta\sum_xp_\theta(x)\log p_\theta(x)"),
            Step(
                "product-rule", r"-\sum_x\nabla_\theta p_\theta(x)\log p_\theta(x)-\sum_xp_\theta(x)\nabla_\theta\log p_\theta(x)"
            ),
            Step("log-derivative", r"-\sum_x\nabla_\theta p_\theta(x)\log p_\theta(x)-\sum_x\nabla_\theta p_\theta(x)"),
            Step("total-probability", r"-\sum_x\nabla_\theta p_\theta(x)\log p_\theta(x)"),
        ),
    ),
    Result(
        "information/cross-entropy-gradient",
        "Cross-entropy and divergence have the same gradient",
        r"\nabla_\theta H(p,q_\theta)=\nabla_\theta D_{KL}(p\|q_\theta)",
        "The entropy of the data does not depend on the model.",
        COVER,
        steps=(
            Step("definition", r"-\nabla_\theta\sum_xp(x)\log q_\theta(x)"),
            Step(
                "log-of-a-quotient",
                r"\nabla_\theta\sum_xp(x)\log\frac{p(x)}{q_\theta(x)}",
                "The logarithm of the data's own distribution does not move.",
            ),
            Step("definition", r"\nabla_\theta D_{KL}(p\|q_\theta)"),
        ),
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
        steps=(
            Step(
                "definition",
                r"H(X)-H(X\mid Y)",
                "What is left of the surprise once the other is known.",
            ),
            Step(
                "information/chain-rule",
                "H(X)+H(Y)-H(X,Y)",
                "First one, then the other given it.",
                stated="several rules at once",
            ),
        ),
    ),
    Result(
        "information/chain-rule",
        "The chain rule of entropy",
        r"H(X,Y)=H(X)+H(Y\mid X)",
        "First one, then the other given it.",
        SHANNON,
    ),
    Result(
        "information/entropy-positive",
        "Entropy is never negative",
        r"H(p)\ge 0",
        "Surprise cannot be negative.",
        SHANNON,
        steps=(
            Step("definition", r"-\sum_xp(x)\log p(x)"),
            Step("tangent-line", r"\ge\sum_xp(x)(1-p(x))"),
            Step("total-probability", r"\ge 0", "No probability exceeds one.", stated="several rules at once"),
        ),
    ),
    Result(
        "information/divergence-gradient",
        "The gradient of divergence",
        r"\nabla_\theta D_{KL}(p_\theta\|q)=\sum_x\nabla_\theta p_\theta(x)\log\frac{p_\theta(x)}{q(x)}",
        "The log-ratio weighs how each probability moves.",
        AMARI,
        steps=(
            Step("definition", r"\nabla_\theta\sum_xp_\theta(x)\log\frac{p_\theta(x)}{q(x)}"),
            Step(
                "product-rule",
                r"\sum_x\nabla_\theta p_\theta(x)\log\frac{p_\theta(x)}{q(x)}+\sum_xp_\theta(x)\nabla_\theta\log p_\theta(x)",
                using=("log-of-a-quotient",),
            ),
            Step("zero-mean-score", r"\sum_x\nabla_\theta p_\theta(x)\log\frac{p_\theta(x)}{q(x)}"),
        ),
    ),
    Result(
        "information/estimator-k2-bias",
        "The bias of the squared estimator",
        r"\mathbb{E}_{x\sim q}\left[\frac{1}{2}\left(\log\frac{p(x)}{q(x)}\right)^2\right]-D_{KL}(q\|p)=\mathbb{E}_{x\sim q}\left[\frac{1}{2}\left(\log\frac{p(x)}{q(x)}\right)^2+\log\frac{p(x)}{q(x)}\right]",
        "Half the squared log-ratio is positive and quiet, but off by what is left on the right.",
        ESTIMATORS,
        steps=(
            Step(
                "definition",
                r"\mathbb{E}_{x\sim q}\left[\frac{1}{2}\left(\log\frac{p(x)}{q(x)}\right)^2\right]-\mathbb{E}_{x\sim q}\left[\log\frac{q(x)}{p(x)}\right]",
            ),
            Step(
                "log-of-a-quotient",
                r"\mathbb{E}_{x\sim q}\left[\frac{1}{2}\left(\log\frac{p(x)}{q(x)}\right)^2\right]+\mathbb{E}_{x\sim q}\left[\log\frac{p(x)}{q(x)}\right]",
            ),
            Step(
                "linearity",
                r"\mathbb{E}_{x\sim q}\left[\frac{1}{2}\left(\log\frac{p(x)}{q(x)}\right)^2+\log\frac{p(x)}{q(x)}\right]",
            ),
        ),
    ),
    Result(
        "information/estimator-k2-gradient",
        "The squared estimator has the right gradient",
        r"\mathbb{E}_{x\sim p_\theta}\left[\nabla_\theta\left(\frac{1}{2}\left(\log\frac{p_\theta(x)}{q(x)}\right)^2\right)\right]=\nabla_\theta D_{KL}(p_\theta\|q)",
        "Biased in value, yet differentiated sample by sample it gives the divergence's own gradient.",
        ESTIMATORS,
        steps=(
            Step(
                "chain-rule-square",
                r"\mathbb{E}_{x\sim p_\theta}\left[\log\frac{p_\theta(x)}{q(x)}\nabla_\theta\log p_\theta(x)\right]",
                using=("log-of-a-quotient",),
            ),
            Step("log-derivative", r"\sum_x\nabla_\theta p_\theta(x)\log\frac{p_\theta(x)}{q(x)}", using=("expectation-to-sum",)),
            Step("information/divergence-gradient", r"\nabla_\theta D_{KL}(p_\theta\|q)", "The gradient of divergence."),
        ),
    ),
    Result(
        "information/estimator-k1-gradient",
        "The plain estimator has no gradient",
        r"\mathbb{E}_{x\sim p_\theta}\left[\nabla_\theta\log\frac{p_\theta(x)}{q(x)}\right]=0",
        "Differentiated sample by sample it averages to nothing: it must not be used as a loss.",
        ESTIMATORS,
        steps=(
            Step("log-of-a-quotient", r"\mathbb{E}_{x\sim p_\theta}\left[\nabla_\theta\log p_\theta(x)\right]"),
            Step("zero-mean-score", "0", "The score has mean zero."),
        ),
    ),
    Result(
        "information/estimator-k3-gradient",
        "The low-variance estimator pulls the other way",
        r"\mathbb{E}_{x\sim p_\theta}\left[\nabla_\theta\left(\frac{q(x)}{p_\theta(x)}-1-\log\frac{q(x)}{p_\theta(x)}\right)\right]=\nabla_\theta D_{KL}(q\|p_\theta)",
        "Differentiated sample by sample it gives the gradient of the divergence with its arguments exchanged.",
        ESTIMATORS,
        steps=(
            Step(
                "log-of-a-quotient",
                r"\mathbb{E}_{x\sim p_\theta}\left[\nabla_\theta\frac{q(x)}{p_\theta(x)}+\nabla_\theta\log p_\theta(x)\right]",
                "What does not depend on the parameters is left out.",
            ),
            Step(
                "quotient-rule",
                r"\mathbb{E}_{x\sim p_\theta}\left[-\frac{q(x)}{p_\theta(x)^2}\nabla_\theta p_\theta(x)+\nabla_\theta\log p_\theta(x)\right]",
            ),
            Step(
                "log-derivative",
                r"\mathbb{E}_{x\sim p_\theta}\left[\left(1-\frac{q(x)}{p_\theta(x)}\right)\nabla_\theta\log p_\theta(x)\right]",
            ),
            Step(
                "zero-mean-score",
                r"-\mathbb{E}_{x\sim p_\theta}\left[\frac{q(x)}{p_\theta(x)}\nabla_\theta\log p_\theta(x)\right]",
            ),
            Step("expectation-to-sum", r"-\sum_xq(x)\nabla_\theta\log p_\theta(x)"),
            Step(
                "log-of-a-quotient",
                r"\nabla_\theta\sum_xq(x)\log\frac{q(x)}{p_\theta(x)}",
                "Only the logarithm of the second moves.",
            ),
            Step("definition", r"\nabla_\theta D_{KL}(q\|p_\theta)"),
        ),
    ),
    Result(
        "information/tangent",
        "The logarithm lies below its tangent",
        r"\log x\le x-1",
        "They touch at one; everywhere else the line is above.",
        COVER,
        given=("x>0",),
        steps=(Step("tangent-line", "x-1"),),
    ),
    Result(
        "information/estimator-k3-positive",
        "The low-variance estimator is never negative",
        r"x-1-\log x\ge 0",
        "Sample by sample, as the divergence itself.",
        ESTIMATORS,
        given=("x>0",),
        steps=(
            Step("tangent-line", r"\ge (x-1)-(x-1)"),
            Step("cancel", "0", "A number minus itself."),
        ),
    ),
)
