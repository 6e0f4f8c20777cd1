r"""Rules of probability and expectation."""

from derive.rules.rule import Rule, Side

ROSS = "Ross 2014, Introduction to Probability Models"
KAHN = "Kahn and Marshall 1953"

RULES = (
    Rule(
        name="expectation-to-sum",
        pattern=r"\mathbb{E}_{x\sim p}[f(x)]",
        becomes=r"\sum_x p(x)f(x)",
        also=((r"\mathbb{E}_{\tau\sim\pi_\theta}[R(\tau)]", r"\sum_\tau p_\theta(\tau)R(\tau)"),),
        says="An expectation is a sum weighted by the probabilities.",
        source=ROSS,
    ),
    Rule(
        name="sum-to-expectation",
        pattern=r"\sum_x p(x)f(x)",
        becomes=r"\mathbb{E}_{x\sim p}[f(x)]",
        where=(Side("the weights are the probabilities", violated=r"\sum_x q(x)f(x)=\mathbb{E}_{x\sim p}[f(x)]"),),
        also=(
            (r"\sum_\tau p_\theta(\tau)R(\tau)", r"\mathbb{E}_{\tau\sim\pi_\theta}[R(\tau)]"),
            (r"\sum_sd^\pi(s)\sum_a\pi(a\mid s)f(s,a)", r"\mathbb{E}_{s\sim d^\pi,a\sim\pi}[f(s,a)]"),
            (r"\mathbb{E}_\pi\left[\sum_a\pi(a\mid s_t)f(s_t,a)\right]", r"\mathbb{E}_\pi[f(s_t,a_t)]"),
        ),
        says="A sum weighted by probabilities is an expectation.",
        source=ROSS,
    ),
    Rule(
        name="linearity",
        pattern=r"\mathbb{E}_{x\sim p}[f(x)+g(x)]",
        becomes=r"\mathbb{E}_{x\sim p}[f(x)]+\mathbb{E}_{x\sim p}[g(x)]",
        where=(
            Side(
                "sums, not products",
                violated=r"\mathbb{E}_{x\sim p}[f(x)g(x)]=\mathbb{E}_{x\sim p}[f(x)]\mathbb{E}_{x\sim p}[g(x)]",
            ),
        ),
        also=(
            (
                r"\mathbb{E}_{\tau\sim\pi}[R(\tau)+F(\tau)]",
                r"\mathbb{E}_{\tau\sim\pi}[R(\tau)]+\mathbb{E}_{\tau\sim\pi}[F(\tau)]",
            ),
            (r"\mathbb{E}_{\tau\sim\pi}[cR(\tau)]", r"c\mathbb{E}_{\tau\sim\pi}[R(\tau)]"),
            (r"\mathbb{E}_{x\sim p}[f(x)-g(x)]", r"\mathbb{E}_{x\sim p}[f(x)]-\mathbb{E}_{x\sim p}[g(x)]"),
            (r"\mathbb{E}_{x\sim p}[cf(x)]", r"c\mathbb{E}_{x\sim p}[f(x)]"),
            (
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{\infty}\gamma^tG_tf(s_t,a_t)\right]",
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi[G_tf(s_t,a_t)]",
            ),
            (
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{\infty}\gamma^tf(s_t,a_t)\right]",
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi[f(s_t,a_t)]",
            ),
            (r"\mathbb{E}[X+Y]", r"\mathbb{E}[X]+\mathbb{E}[Y]"),
            (r"\mathbb{E}[cX]", r"c\mathbb{E}[X]"),
            (r"\mathbb{E}[X+c]", r"\mathbb{E}[X]+c"),
        ),
        says="The expectation of a sum is the sum of the expectations.",
        source=ROSS,
    ),
    Rule(
        name="total-probability",
        pattern=r"\sum_x p(x)",
        becomes="1",
        where=(Side("over all values, each once", violated=r"\sum_x p(x)^2=1"),),
        also=(
            (r"\sum_x \nabla_\theta p_\theta(x)", r"0"),
            (r"\sum_x \nabla_\theta^2 p_\theta(x)", r"0"),
            (r"\mathbb{E}_{x\sim p}[c]", r"c"),
        ),
        says="Probabilities sum to one.",
        source=ROSS,
    ),
    Rule(
        name="importance-weight",
        pattern=r"\mathbb{E}_{x\sim p}[f(x)]",
        becomes=r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}f(x)\right]",
        where=(
            Side(
                "the weight is $p$ over $q$",
                violated=r"\mathbb{E}_{x\sim p}[f(x)]=\mathbb{E}_{x\sim q}\left[\frac{q(x)}{p(x)}f(x)\right]",
            ),
        ),
        says="Draw from another distribution and weigh each draw by the ratio of the probabilities.",
        source=KAHN,
    ),
    Rule(
        name="importance-weight-mean",
        pattern=r"\mathbb{E}_{x\sim q}\left[\frac{p(x)}{q(x)}\right]",
        becomes="1",
        where=(Side("drawn from the denominator", violated=r"\mathbb{E}_{x\sim p}\left[\frac{p(x)}{q(x)}\right]=1"),),
        says="Importance weights average to one.",
        source=KAHN,
    ),
    Rule(
        name="variance",
        pattern=r"\mathbb{E}_{x\sim p}[f(x)^2]-\mathbb{E}_{x\sim p}[f(x)]^2",
        becomes=r"\mathbb{E}_{x\sim p}\left[(f(x)-\mathbb{E}_{x\sim p}[f(x)])^2\right]",
        says="Mean of the square less square of the mean is the mean squared distance from the mean.",
        source=ROSS,
    ),
    Rule(
        name="gradient-of-a-sum",
        pattern=r"\nabla_\theta\sum_x p_\theta(x)f(x)",
        becomes=r"\sum_x f(x)\nabla_\theta p_\theta(x)",
        where=(
            Side(
                r"$f$ does not depend on $\theta$",
                violated=r"\nabla_\theta\sum_x p_\theta(x)\log p_\theta(x)^2=\sum_x \log p_\theta(x)\nabla_\theta p_\theta(x)",
            ),
        ),
        also=(
            (r"\nabla_\theta\sum_\tau p_\theta(\tau)R(\tau)", r"\sum_\tau R(\tau)\nabla_\theta p_\theta(\tau)"),
            (r"\nabla_\theta\sum_x f_\theta(x)", r"\sum_x\nabla_\theta f_\theta(x)"),
            (r"\nabla_\theta\left(c\sum_x f_\theta(x)\right)", r"c\sum_x\nabla_\theta f_\theta(x)"),
            (r"\nabla_\theta\mathbb{E}_{x\sim p}[f_\theta(x)]", r"\mathbb{E}_{x\sim p}[\nabla_\theta f_\theta(x)]"),
        ),
        says="The gradient of a finite sum is the sum of the gradients.",
        source=ROSS,
    ),
    Rule(
        name="tower",
        pattern=r"\mathbb{E}_\pi[\mathbb{E}_\pi[G_{t+1}\mid s_{t+1}]\mid s_t=s]",
        becomes=r"\mathbb{E}_\pi[G_{t+1}\mid s_t=s]",
        where=(
            Side(
                "the outer condition is the weaker one",
                violated=r"\mathbb{E}_\pi[\mathbb{E}_\pi[G_t\mid s_{t+1}]\mid s_t=s,a_t=a]=\mathbb{E}_\pi[G_t\mid s_t=s]",
            ),
        ),
        also=(
            (r"\mathbb{E}[\mathbb{E}[X\mid Y]]", r"\mathbb{E}[X]"),
            (r"\mathbb{E}_\pi[G_{t+1}\mid s_t=s,a_t=a]", r"\mathbb{E}_\pi[V^\pi(s_{t+1})\mid s_t=s,a_t=a]"),
            (r"\mathbb{E}_\pi[Q^\pi(s_t,a_t)f(s_t,a_t)]", r"\mathbb{E}_\pi[G_tf(s_t,a_t)]"),
            (
                r"\mathbb{E}_{s_0}\left[\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_\pi[f(s_{t+k})\mid s_t=s_0]\right]",
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi[f(s_t)]",
            ),
            (r"\mathbb{E}_\pi[G_t\mid s_t=s]", r"\sum_a\pi(a\mid s)\mathbb{E}_\pi[G_t\mid s_t=s,a_t=a]"),
            (
                r"\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t=s]",
                r"\sum_a\pi(a\mid s)\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t=s,a_t=a]",
            ),
            (
                r"\mathbb{E}_\pi[G_{t+1}\mid s_t=s,a_t=a]",
                r"\sum_{s'}P(s'\mid s,a)\mathbb{E}_\pi[G_{t+1}\mid s_{t+1}=s']",
            ),
            (r"\mathbb{E}_{\tau\sim\pi}[\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t,a_t]]", r"\mathbb{E}_{\tau\sim\pi}[R(\tau)]"),
            (r"\mathbb{E}_{\tau\sim\pi}[\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t]]", r"\mathbb{E}_{\tau\sim\pi}[R(\tau)]"),
        ),
        says="Averaging averages gives the average.",
        source=ROSS,
    ),
    Rule(
        name="known-factor",
        pattern=r"\mathbb{E}_\pi[V(s_t)G_t\mid s_t=s]",
        becomes=r"V(s)\mathbb{E}_\pi[G_t\mid s_t=s]",
        where=(
            Side(
                "known from the condition",
                violated=r"\mathbb{E}_\pi[V(s_{t+1})G_t\mid s_t=s]=V(s)\mathbb{E}_\pi[G_t\mid s_t=s]",
            ),
        ),
        also=(
            (r"\mathbb{E}_\pi[V^\pi(s_t)\mid s_t=s,a_t=a]", r"V^\pi(s)"),
            (r"\mathbb{E}_\pi[f(s_t)G_t\mid s_t=s]", r"f(s)\mathbb{E}_\pi[G_t\mid s_t=s]"),
            (
                r"\mathbb{E}_{\tau\sim\pi}[f(s_t,a_t)R(\tau)\mid s_t,a_t]",
                r"f(s_t,a_t)\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t,a_t]",
            ),
            (r"\mathbb{E}_{\tau\sim\pi}[f(s_t)R(\tau)\mid s_t]", r"f(s_t)\mathbb{E}_{\tau\sim\pi}[R(\tau)\mid s_t]"),
        ),
        says="What is known once the condition is given comes out of the expectation.",
        source=ROSS,
    ),
    Rule(
        name="completing-the-softmax",
        pattern=r"\sum_x p(x)\left(f(x)-\log p(x)\right)",
        becomes=r"\log\left(\sum_y\exp(f(y))\right)-\sum_xp(x)\log\frac{p(x)}{\exp(f(x))/\sum_y\exp(f(y))}",
        where=(
            Side(
                "the normaliser counts",
                violated=r"\sum_x p(x)\left(f(x)-\log p(x)\right)=-\sum_xp(x)\log\frac{p(x)}{\exp(f(x))/\sum_y\exp(f(y))}",
            ),
        ),
        says="Average plus entropy is the log-normaliser, less the divergence from the softmax.",
        source="Cover and Thomas 2006, Elements of Information Theory, chapter 12",
    ),
)
