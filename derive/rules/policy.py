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
        says="Under the policy's own actions the score averages to zero.",
        source=WILLIAMS,
    ),
    Rule(
        name="baseline",
        pattern=r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[b(s)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
        becomes="0",
        where=(
            Side(
                "b depends on the state alone",
                violated=r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[b(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]=0",
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
)
