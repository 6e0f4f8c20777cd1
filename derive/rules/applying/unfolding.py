r"""What names stand for: rules that every step by "definition" may use."""

from derive.rules.rule import Rule

SHANNON = "Shannon 1948, A mathematical theory of communication"
KULLBACK = "Kullback and Leibler 1951, On information and sufficiency"
BOOK = "Sutton and Barto 2018, Reinforcement Learning"
ROSS = "Ross 2014, Introduction to Probability Models"

DEFINITIONS = (
    Rule(
        name="entropy-definition",
        pattern="H(p)",
        becomes=r"-\sum_x p(x)\log p(x)",
        also=((r"\mathcal{H}(\pi(\cdot\mid s))", r"-\sum_a\pi(a\mid s)\log\pi(a\mid s)"),),
        says="The entropy is the average of minus the logarithm of the probability.",
        source=SHANNON,
    ),
    Rule(
        name="cross-entropy-definition",
        pattern="H(p,q)",
        becomes=r"-\sum_x p(x)\log q(x)",
        says="The cross-entropy is the average of minus the other's logarithm.",
        source=SHANNON,
    ),
    Rule(
        name="divergence-definition",
        pattern=r"D_{KL}(p\|q)",
        becomes=r"\sum_x p(x)\log\frac{p(x)}{q(x)}",
        also=(
            (r"D_{KL}(p\|q)", r"\sum_x p(x)(\log p(x)-\log q(x))"),
            (r"D_{KL}(p\|q)", r"\mathbb{E}_{x\sim p}\left[\log\frac{p(x)}{q(x)}\right]"),
        ),
        says="The divergence is the average of the logarithm of the ratio.",
        source=KULLBACK,
    ),
    Rule(
        name="return-definition",
        pattern="G_t",
        becomes=r"\sum_{k=0}^{\infty}\gamma^kR_{t+k+1}",
        says="The return is the discounted sum of the rewards that follow.",
        source=BOOK,
    ),
    Rule(
        name="n-step-definition",
        pattern=r"G_{t:t+n}",
        becomes=r"\sum_{k=0}^{n-1}\gamma^kR_{t+k+1}+\gamma^nV(s_{t+n})",
        says="Some rewards, and an estimate for the rest.",
        source=BOOK,
    ),
    Rule(
        name="lambda-definition",
        pattern=r"G_t^\lambda",
        becomes=r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}G_{t:t+n}",
        says="Returns of every length, each longer one weighted down.",
        source=BOOK,
    ),
    Rule(
        name="sigmoid-definition",
        pattern=r"\sigma(x)",
        becomes=r"\frac{1}{1+e^{-x}}",
        also=(
            (r"\sigma(x)", r"\frac{e^x}{1+e^x}"),
            (r"1-\sigma(x)", r"\frac{1}{1+e^x}"),
            (r"1-\sigma(x)", r"\frac{e^{-x}}{1+e^{-x}}"),
            (r"\sigma(-x)", r"\frac{1}{1+e^x}"),
            (r"\sigma(x)(1-\sigma(x))", r"\frac{e^{-x}}{(1+e^{-x})^2}"),
        ),
        says="The logistic function.",
        source=ROSS,
    ),
    Rule(
        name="conditional-definition",
        pattern=r"P(x\mid y)P(y)",
        becomes="P(x,y)",
        also=(
            (r"P(x\mid y)", r"\frac{P(x,y)}{P(y)}"),
            (r"\Pr(A\mid B)", r"\frac{\Pr(A,B)}{\Pr(B)}"),
            (r"\Pr(A\mid B)\Pr(B)", r"\Pr(B,A)"),
        ),
        says="A joint probability is a conditional one times what it is conditional on.",
        source=ROSS,
    ),
    Rule(
        name="variance-definition",
        pattern=r"\mathrm{Var}(X)",
        becomes=r"\mathbb{E}[(X-\mathbb{E}[X])^2]",
        says="The variance is the mean squared distance from the mean.",
        source=ROSS,
    ),
    Rule(
        name="advantage-definition",
        pattern=r"A^\pi(s,a)",
        becomes=r"Q^\pi(s,a)-V^\pi(s)",
        says="The advantage is what an action is worth beyond the policy's average.",
        source=BOOK,
    ),
    Rule(
        name="gae-definition",
        pattern=r"\hat{A}_t^{GAE}",
        becomes=r"\sum_{l=0}^{\infty}(\gamma\lambda)^l\delta_{t+l}",
        also=((r"\hat{A}_t^{(n)}", r"\sum_{l=0}^{n-1}\gamma^l\delta_{t+l}"),),
        says="The estimate sums up the errors that follow, each discounted by how late it comes.",
        source="Schulman et al. 2016",
    ),
    Rule(
        name="reward-definition",
        pattern=r"\mathbb{E}_\pi[R_{t+1}\mid s_t=s,a_t=a]",
        becomes="R(s,a)",
        says="What an action earns at once, on average.",
        source=BOOK,
    ),
    Rule(
        name="trajectory-probability",
        pattern=r"p_\theta(\tau)",
        becomes=r"p(s_0)\prod_{t=0}^{T-1}\pi_\theta(a_t\mid s_t)P(s_{t+1}\mid s_t,a_t)",
        also=(
            (
                r"\log p_\theta(\tau)",
                r"\log p(s_0)+\sum_{t=0}^{T-1}\log\pi_\theta(a_t\mid s_t)+\sum_{t=0}^{T-1}\log P(s_{t+1}\mid s_t,a_t)",
            ),
        ),
        says="A start, then in turn an action of the policy and a step of the environment.",
        source=BOOK,
    ),
    Rule(
        name="objective-definition",
        pattern=r"J(\pi)",
        becomes=r"\mathbb{E}_\pi\left[\sum_{t=0}^{\infty}\gamma^tR_{t+1}\right]",
        says="What a policy is worth is the discounted sum of its rewards, on average.",
        source=BOOK,
    ),
)
