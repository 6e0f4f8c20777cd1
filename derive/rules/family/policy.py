# ruff: noqa: E501  (a formula stays on one line)
r"""Rules about policies and values."""

from derive.rules.rule import Rule, Side

WILLIAMS = "Williams 1992"
BELLMAN = "Bellman 1957, Dynamic Programming"
BOOK = "Sutton and Barto 2018, Reinforcement Learning"

RULES = (
    Rule(
        name="policy-log-derivative",
        pattern=r"\nabla_\theta\pi_\theta(a\mid s)",
        becomes=r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)",
        where=(
            Side(
                r"the same policy throughout",
                violated=r"\nabla_\theta\pi_\theta(a\mid s)=\pi_{\theta_{old}}(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)",
            ),
        ),
        also=((r"\nabla_\theta f(\theta)", r"f(\theta)\nabla_\theta\log f(\theta)"),),
        says="The gradient of a policy is the policy times its score.",
        source=WILLIAMS,
    ),
    Rule(
        name="zero-mean-score",
        pattern=r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[\nabla_\theta\log\pi_\theta(a\mid s)\right]",
        becomes="0",
        where=(
            Side(
                "drawn from the policy itself",
                violated=r"\mathbb{E}_{a\sim\pi_{\theta_{old}}(\cdot\mid s)}\left[\nabla_\theta\log\pi_\theta(a\mid s)\right]=0",
            ),
        ),
        also=(
            (r"\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t\mid s_t)\mid s_t]", r"0"),
            (r"\sum_xp_\theta(x)\nabla_\theta\log p_\theta(x)", r"0"),
            (r"\mathbb{E}_{x\sim p_\theta}[\nabla_\theta\log p_\theta(x)]", r"0"),
        ),
        says="Under the policy's own actions the score averages to zero.",
        source=WILLIAMS,
    ),
    Rule(
        name="baseline",
        pattern=r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[b(s)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
        becomes="0",
        where=(
            Side(
                "$b$ depends on the state alone",
                violated=r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[b(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]=0",
            ),
        ),
        also=(
            (r"\sum_x(f(x)-c)\nabla_\theta p_\theta(x)", r"\sum_xf(x)\nabla_\theta p_\theta(x)"),
            (
                r"\mathbb{E}_{x\sim p_\theta}[(f(x)-c)\nabla_\theta\log p_\theta(x)]",
                r"\mathbb{E}_{x\sim p_\theta}[f(x)\nabla_\theta\log p_\theta(x)]",
            ),
        ),
        says="A baseline that depends on the state alone adds no bias.",
        source=WILLIAMS,
    ),
    Rule(
        name="bellman",
        pattern=r"Q^\pi(s,a)",
        becomes=r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')",
        where=(Side("the same policy's values", violated=r"Q^\pi(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')"),),
        also=(
            (r"Q^*(s,a)", r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')"),
            (r"Q^\pi(s,a)", r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})\mid s_t=s,a_t=a]"),
        ),
        says="An action is worth its reward and the discounted value of what follows.",
        source=BELLMAN,
    ),
    Rule(
        name="value-average",
        pattern=r"V^\pi(s)",
        becomes=r"\sum_a\pi(a\mid s)Q^\pi(s,a)",
        where=(Side("an average, not the best", violated=r"V^\pi(s)=\max_a Q^\pi(s,a)"),),
        says="A state is worth what its actions are worth on average.",
        source=BELLMAN,
    ),
    Rule(
        name="return-step",
        pattern="G_t",
        becomes=r"R_{t+1}+\gamma G_{t+1}",
        where=(Side("added", violated=r"G_t=R_{t+1}-\gamma G_{t+1}"),),
        says="The return is the next reward and the discounted return after it.",
        source=BOOK,
    ),
    Rule(
        name="advantage",
        pattern=r"A^\pi(s,a)",
        becomes=r"Q^\pi(s,a)-V^\pi(s)",
        where=(Side("in this order", violated=r"A^\pi(s,a)=V^\pi(s)-Q^\pi(s,a)"),),
        says="The advantage is what an action is worth beyond the policy's average.",
        source=BOOK,
    ),
    Rule(
        name="at-old",
        pattern=r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}\nabla_\theta\log\pi_\theta(a\mid s)\Big|_{\theta=\theta_{old}}",
        becomes=r"\nabla_\theta\log\pi_\theta(a\mid s)\Big|_{\theta=\theta_{old}}",
        where=(
            Side(
                "at the old parameters",
                violated=r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}\nabla_\theta\log\pi_\theta(a\mid s)=\nabla_\theta\log\pi_\theta(a\mid s)",
            ),
        ),
        also=((r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}\Big|_{\theta=\theta_{old}}", "1"),),
        says="At the old parameters the two policies are one.",
        source="Schulman et al. 2017",
    ),
    Rule(
        name="causality",
        pattern=r"\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_{t+1}\mid s_{t+1})R_{t+1}]",
        becomes="0",
        where=(
            Side(
                "the reward came before the action",
                violated=r"\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)R_{t+1}\mid s_t=s]=0",
            ),
        ),
        says="What came before an action averages to zero against its score.",
        source="Baxter and Bartlett 2001",
    ),
    Rule(
        name="visitation",
        pattern=r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi\left[R(s_t,a_t)\right]",
        becomes=r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a\pi(a\mid s)R(s,a)",
        where=(
            Side(
                "the same policy's actions",
                violated=r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi\left[R(s_t,a_t)\right]=\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a\pi'(a\mid s)R(s,a)",
            ),
        ),
        also=(
            (
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi[f(s_t,a_t)]",
                r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a\pi(a\mid s)f(s,a)",
            ),
            (r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_\pi[f(s_t)]", r"\frac{1}{1-\gamma}\sum_s d^\pi(s)f(s)"),
            (
                r"\mathbb{E}_\pi\left[\sum_{t=0}^{\infty}\gamma^tf(s_t,a_t)\right]",
                r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a\pi(a\mid s)f(s,a)",
            ),
        ),
        says="Summed over time, what happens at each step is weighed by how often, and how early, each state is met.",
        source=BOOK,
    ),
    Rule(
        name="unrolling",
        pattern="V^\\pi(s)",
        becomes=r"\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_\pi[R_{t+k+1}\mid s_t=s]",
        where=(
            Side(
                "the same policy throughout",
                violated=r"V^\pi(s)=\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_{\pi'}[R_{t+k+1}\mid s_t=s]",
            ),
        ),
        recursion=(
            r"f(s)+\gamma\mathbb{E}_\pi[h(s_{t+1})\mid s_t=s]",
            r"\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_\pi[f(s_{t+k})\mid s_t=s]",
            "h(s)",
        ),
        says="An equation that refers to the next step is put into itself, again and again.",
        source=BELLMAN,
    ),
    Rule(
        name="next-state",
        pattern=r"\sum_a\pi(a\mid s)\sum_{s'}P(s'\mid s,a)f(s')",
        becomes=r"\mathbb{E}_\pi[f(s_{t+1})\mid s_t=s]",
        where=(
            Side(
                "actions drawn from the policy",
                violated=r"\sum_a\pi'(a\mid s)\sum_{s'}P(s'\mid s,a)V^\pi(s')=\mathbb{E}_\pi[V^\pi(s_{t+1})\mid s_t=s]",
            ),
        ),
        says="Summed over actions and where they lead: the average over the next state.",
        source=BOOK,
    ),
    Rule(
        name="start-value",
        pattern=r"J(\pi)",
        becomes=r"\mathbb{E}_{s_0}[V^\pi(s_0)]",
        where=(
            Side(
                "the values of the same policy",
                violated=r"J(\pi)-J(\pi')=\mathbb{E}_{s_0}[V^{\pi'}(s_0)]-\mathbb{E}_{s_0}[V^\pi(s_0)]",
            ),
        ),
        says="A policy is worth what its first states are worth on average.",
        source=BOOK,
    ),
    Rule(
        name="td-advantage",
        pattern=r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)\mid s_t=s,a_t=a]",
        becomes=r"A^\pi(s,a)",
        where=(
            Side(
                "given the action",
                violated=r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)\mid s_t=s]=A^\pi(s,a)",
            ),
        ),
        says="With exact values one step's surprise is the advantage on average.",
        source="Schulman et al. 2016",
    ),
    Rule(
        name="one-sample",
        pattern=r"\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
        becomes=r"G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)",
        relation=r"\approx",
        assuming=("it is an estimate from one sample",),
        where=(
            Side(
                "drawn from the policy itself",
                violated=r"\mathbb{E}_{a\sim\pi_{old}(\cdot\mid s)}\left[f(a)\nabla_\theta\log\pi_\theta(a\mid s)\right]=\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[f(a)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
            ),
        ),
        says="One sample stands for the average: right on average, not sample by sample.",
        source=WILLIAMS,
    ),
    Rule(
        name="unbiased-estimate",
        pattern=r"\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t\mid s_t)(G_t-b(s_t))]",
        becomes=r"\mathbb{E}_{\pi_\theta}[\nabla_\theta\log\pi_\theta(a_t\mid s_t)A^{\pi_\theta}(s_t,a_t)]",
        where=(
            Side(
                "the estimate errs by nothing that depends on the action",
                violated=r"\mathbb{E}_{\pi_\theta}[(A^{\pi_\theta}(s_t,a_t)+Q^{\pi_\theta}(s_t,a_t))\nabla_\theta\log\pi_\theta(a_t\mid s_t)]=\mathbb{E}_{\pi_\theta}[A^{\pi_\theta}(s_t,a_t)\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
            ),
        ),
        says="The return less a baseline is right on average, up to another baseline: it may take the advantage's place.",
        source="Schulman et al. 2016",
    ),
    Rule(
        name="greedy",
        pattern=r"Q(s,\arg\max_{a'}Q(s,a'))",
        becomes=r"\max_{a'}Q(s,a')",
        where=(
            Side(
                "the same values choose and judge",
                violated=r"Q_{\theta^-}(s,\arg\max_{a'}Q_\theta(s,a'))=\max_{a'}Q_{\theta^-}(s,a')",
            ),
        ),
        says="The value of the best action is the best value.",
        source=BOOK,
    ),
)
