r"""Values: Bellman equations, temporal differences, fitted values and the losses that fit them."""

from derive.derivation import Step
from derive.library.result import Result

BELLMAN = "Bellman 1957, Dynamic Programming"
BOOK = "Sutton and Barto 2018, Reinforcement Learning, chapters 3, 4 and 7"
TD = "Sutton 1988, Learning to predict by the methods of temporal differences"
DIFFERENCE = "Kakade and Langford 2002, Approximately optimal approximate reinforcement learning, lemma 6.1"

TD_ERROR = r"\delta_t=R_{t+1}+\gamma V(s_{t+1})-V(s_t)"
TRUE_ERROR = r"\delta_t=R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)"

RESULTS = (
    Result(
        "value/state-value",
        "State values from action values",
        r"V^\pi(s)=\sum_a\pi(a\mid s)Q^\pi(s,a)",
        "A state is worth what its actions are worth on average.",
        BOOK,
        steps=(
            Step("value/state-return", r"\mathbb{E}_\pi[G_t\mid s_t=s]", "A value is an expected return."),
            Step("tower", r"\sum_a\pi(a\mid s)\mathbb{E}_\pi[G_t\mid s_t=s,a_t=a]", "Average over the first action."),
            Step("value/action-return", r"\sum_a\pi(a\mid s)Q^\pi(s,a)", "An action value is an expected return."),
        ),
    ),
    Result(
        "value/action-value",
        "Action values from state values",
        r"Q^\pi(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')",
        "An action is worth its reward and the discounted worth of where it leads.",
        BELLMAN,
        steps=(
            Step("value/action-return", r"\mathbb{E}_\pi[G_t\mid s_t=s,a_t=a]", "An action value is an expected return."),
            Step("return-step", r"\mathbb{E}_\pi[R_{t+1}+\gamma G_{t+1}\mid s_t=s,a_t=a]"),
            Step(
                "definition",
                r"R(s,a)+\gamma\mathbb{E}_\pi[G_{t+1}\mid s_t=s,a_t=a]",
                "What the action earns at once, on average.",
            ),
            Step(
                "tower",
                r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\mathbb{E}_\pi[G_t\mid s_t=s']",
                "Average over the next state.",
                stated="time is counted from the next state on",
            ),
            Step("value/state-return", r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')", "A value is an expected return."),
        ),
    ),
    Result(
        "value/bellman",
        "Bellman's equation for a policy",
        r"V^\pi(s)=\sum_a\pi(a\mid s)\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')\right]",
        "Values are consistent from one step to the next.",
        BELLMAN,
        steps=(
            Step("value-average", r"\sum_a\pi(a\mid s)Q^\pi(s,a)"),
            Step("bellman", r"\sum_a\pi(a\mid s)\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')\right]"),
        ),
    ),
    Result(
        "value/unrolled",
        "A value, unrolled without end",
        r"V^\pi(s)=\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_\pi[g(s_{t+k})\mid s_t=s]",
        "Every state that can be reached adds what its actions earn at once, discounted by how late it comes.",
        BELLMAN,
        given=(r"g(s)=\sum_a\pi(a\mid s)R(s,a)",),
        steps=(
            Step("value-average", r"\sum_a\pi(a\mid s)Q^\pi(s,a)"),
            Step("bellman", r"g(s)+\gamma\sum_a\pi(a\mid s)\sum_{s'}P(s'\mid s,a)V^\pi(s')"),
            Step("next-state", r"g(s)+\gamma\mathbb{E}_\pi[V^\pi(s_{t+1})\mid s_t=s]"),
            Step(
                "unrolling",
                r"\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_\pi[g(s_{t+k})\mid s_t=s]",
                "The value of the next state is the same sum from there on.",
            ),
        ),
    ),
    Result(
        "value/bellman-action",
        "Bellman's equation for action values",
        r"Q^\pi(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\sum_{a'}\pi(a'\mid s')Q^\pi(s',a')",
        "The same consistency between pairs of state and action.",
        BELLMAN,
        steps=(
            Step("bellman", r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')"),
            Step("value-average", r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\sum_{a'}\pi(a'\mid s')Q^\pi(s',a')"),
        ),
    ),
    Result(
        "value/optimal-state", "Optimal values", r"V^*(s)=\max_a Q^*(s,a)", "The best value is that of the best action.", BELLMAN
    ),
    Result(
        "value/optimality",
        "Bellman's optimality equation",
        r"Q^*(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\max_{a'}Q^*(s',a')",
        "Act, then do the best that can be done.",
        BELLMAN,
        steps=(
            Step(
                "bellman",
                r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')",
                "An action is worth its reward and what follows it.",
            ),
            Step(
                "value/optimal-state",
                r"R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\max_{a'}Q^*(s',a')",
                "The best value is that of the best action.",
            ),
        ),
    ),
    Result(
        "value/advantage",
        "The advantage",
        r"A^\pi(s,a)=Q^\pi(s,a)-V^\pi(s)",
        "How much better an action is than what the policy does on average.",
        BOOK,
    ),
    Result(
        "value/advantage-mean",
        "Advantages average to zero",
        r"\sum_a\pi(a\mid s)A^\pi(s,a)=0",
        "The policy cannot be better than itself.",
        BOOK,
        steps=(
            Step("definition", r"\sum_a\pi(a\mid s)\left(Q^\pi(s,a)-V^\pi(s)\right)"),
            Step("split-sum", r"\sum_a\pi(a\mid s)Q^\pi(s,a)-V^\pi(s)\sum_a\pi(a\mid s)"),
            Step(
                "total-probability",
                r"V^\pi(s)-V^\pi(s)",
                "The first sum is the value; probabilities sum to one.",
                using=("value-average",),
            ),
            Step("cancel", "0", "A value minus itself."),
        ),
    ),
    Result(
        "value/performance-difference",
        "The performance difference",
        r"J(\pi')-J(\pi)=\frac{1}{1-\gamma}\sum_s d^{\pi'}(s)\sum_a\pi'(a\mid s)A^\pi(s,a)",
        "A new policy gains the old one's advantages, where the new one goes.",
        DIFFERENCE,
        steps=(
            Step(
                "definition",
                r"\mathbb{E}_{\pi'}\left[\sum_{t=0}^{\infty}\gamma^tR_{t+1}\right]-J(\pi)",
                "The new policy's value is the return of its own trajectories.",
            ),
            Step(
                "telescoping",
                r"\mathbb{E}_{\pi'}\left[\sum_{t=0}^{\infty}\gamma^t\left(R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)\right)\right]",
                "The old values telescope: all but the first cancel along the trajectory.",
                stated="the values telescope inside of an average, and the first of them is the old objective",
            ),
            Step(
                "tower",
                r"\mathbb{E}_{\pi'}\left[\sum_{t=0}^{\infty}\gamma^tA^\pi(s_t,a_t)\right]",
                "Given state and action, a step's surprise averages to the advantage.",
                stated="given every step's state and action at once",
            ),
            Step("visitation", r"\frac{1}{1-\gamma}\sum_s d^{\pi'}(s)\sum_a\pi'(a\mid s)A^\pi(s,a)"),
        ),
    ),
    Result("value/td-error", "The TD error", TD_ERROR, "What a step brought beyond what was expected.", TD),
    Result(
        "value/td-error-advantage",
        "The TD error estimates the advantage",
        r"\mathbb{E}_\pi[\delta_t\mid s_t=s,a_t=a]=A^\pi(s,a)",
        "With the true values the TD error is the advantage on average.",
        "Schulman et al. 2016, High-dimensional continuous control using generalized advantage estimation, section 3",
        given=(TRUE_ERROR,),
        steps=(
            Step("definition", r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)\mid s_t=s,a_t=a]"),
            Step(
                "known-factor",
                r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})\mid s_t=s,a_t=a]-V^\pi(s)",
                "Given the state, its value is a constant.",
            ),
            Step("bellman", r"Q^\pi(s,a)-V^\pi(s)"),
            Step("advantage", r"A^\pi(s,a)"),
        ),
    ),
    Result(
        "value/td-error-mean",
        "The TD error averages to zero",
        r"\mathbb{E}_\pi[\delta_t\mid s_t=s]=0",
        "True values leave nothing to be surprised by on average.",
        TD,
        given=(TRUE_ERROR,),
        steps=(
            Step("tower", r"\sum_a\pi(a\mid s)\mathbb{E}_\pi[\delta_t\mid s_t=s,a_t=a]"),
            Step("value/td-error-advantage", r"\sum_a\pi(a\mid s)A^\pi(s,a)", "Given the action it is the advantage."),
            Step("value/advantage-mean", "0", "Advantages average to zero."),
        ),
    ),
    Result(
        "value/state-return",
        "A value is an expected return",
        r"V^\pi(s)=\mathbb{E}_\pi[G_t\mid s_t=s]",
        "What the return will be on average.",
        BOOK,
    ),
    Result(
        "value/action-return",
        "An action value is an expected return",
        r"Q^\pi(s,a)=\mathbb{E}_\pi[G_t\mid s_t=s,a_t=a]",
        "The same average once the action is chosen.",
        BOOK,
    ),
    Result(
        "value/action-expectation",
        "Action values as an expectation",
        r"Q^\pi(s,a)=\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})\mid s_t=s,a_t=a]",
        "The next reward and the discounted value of the next state, on average.",
        BELLMAN,
        steps=(
            Step("value/action-return", r"\mathbb{E}_\pi[G_t\mid s_t=s,a_t=a]", "An action value is an expected return."),
            Step("return-step", r"\mathbb{E}_\pi[R_{t+1}+\gamma G_{t+1}\mid s_t=s,a_t=a]"),
            Step(
                "tower",
                r"\mathbb{E}_\pi[R_{t+1}+\gamma V^\pi(s_{t+1})\mid s_t=s,a_t=a]",
                "What follows the next state averages to its value.",
            ),
        ),
    ),
    Result(
        "value/advantage-expectation",
        "The advantage averages to zero",
        r"\mathbb{E}_{a\sim\pi(\cdot\mid s)}\left[A^\pi(s,a)\right]=0",
        "The same fact as an expectation.",
        BOOK,
        steps=(
            Step("expectation-to-sum", r"\sum_a\pi(a\mid s)A^\pi(s,a)"),
            Step("value/advantage-mean", "0", "Advantages average to zero."),
        ),
    ),
    Result(
        "value/optimal-bellman",
        "Bellman's optimality equation for states",
        r"V^*(s)=\max_a\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')\right]",
        "The best action, valued by its reward and what can be done next.",
        BELLMAN,
        steps=(
            Step("value/optimal-state", r"\max_aQ^*(s,a)", "The best value is that of the best action."),
            Step(
                "bellman",
                r"\max_a\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')\right]",
                "An action is worth its reward and what follows it.",
            ),
        ),
    ),
    Result(
        "value/running-average",
        "Two forms of an update",
        r"(1-\alpha)V+\alpha(r+\gamma W)=V+\alpha(r+\gamma W-V)",
        "Mixing in a target is a step along the error.",
        TD,
        steps=(
            Step("split-sum", r"V-\alpha V+\alpha(r+\gamma W)"),
            Step("common-factor", r"V+\alpha(r+\gamma W-V)"),
        ),
    ),
    Result(
        "value/off-policy",
        "A value from another policy's actions",
        r"\mathbb{E}_{a\sim b(\cdot\mid s)}\left[\frac{\pi(a\mid s)}{b(a\mid s)}Q^\pi(s,a)\right]=V^\pi(s)",
        "Actions of the behaviour policy, weighed by the ratio.",
        BOOK,
        steps=(
            Step("expectation-to-sum", r"\sum_a b(a\mid s)\frac{\pi(a\mid s)}{b(a\mid s)}Q^\pi(s,a)"),
            Step("cancel", r"\sum_a\pi(a\mid s)Q^\pi(s,a)"),
            Step("value-average", r"V^\pi(s)"),
        ),
    ),
)
