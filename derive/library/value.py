r"""Values: Bellman equations, temporal differences, fitted values and the losses that fit them."""

from derive.derivation import Step
from derive.library.result import Result

BELLMAN = "Bellman 1957, Dynamic Programming"
BOOK = "Sutton and Barto 2018, Reinforcement Learning, chapters 3, 4 and 7"
DQN = "Mnih et al. 2015, Human-level control through deep reinforcement learning, equation 2"
TD = "Sutton 1988, Learning to predict by the methods of temporal differences"
DIFFERENCE = "Kakade and Langford 2002, Approximately optimal approximate reinforcement learning, lemma 6.1"
DOUBLE = "van Hasselt, Guez and Silver 2016, Deep reinforcement learning with double Q-learning, equation 4"

TARGET = r"y_t=r_{t+1}+\gamma\max_{a'}Q_{\theta^-}(s_{t+1},a')"
LOSS = r"L(\theta)=\frac{1}{2}\left(Q_\theta(s_t,a_t)-y_t\right)^2"
ERROR = r"\delta_t=y_t-Q_\theta(s_t,a_t)"
TD_ERROR = r"\delta_t=R_{t+1}+\gamma V(s_{t+1})-V(s_t)"
TRUE_ERROR = r"\delta_t=R_{t+1}+\gamma V^\pi(s_{t+1})-V^\pi(s_t)"

RESULTS = (
    Result(
        "value/return",
        "The return",
        r"G_t=\sum_{k=0}^{\infty}\gamma^k R_{t+k+1}",
        "Rewards to come, each later one counting a little less.",
        BOOK,
    ),
    Result(
        "value/return-recursion",
        "The return, one step at a time",
        r"G_t=R_{t+1}+\gamma G_{t+1}",
        "The next reward, and what follows it discounted once more.",
        BOOK,
        steps=(
            Step("definition", r"\sum_{k=0}^{\infty}\gamma^k R_{t+k+1}"),
            Step("split-first-term", r"R_{t+1}+\sum_{k=1}^{\infty}\gamma^k R_{t+k+1}"),
            Step("shift-index", r"R_{t+1}+\gamma\sum_{k=0}^{\infty}\gamma^k R_{t+k+2}"),
            Step("definition", r"R_{t+1}+\gamma G_{t+1}"),
        ),
    ),
    Result(
        "value/geometric",
        "A constant reward for ever",
        r"\sum_{k=0}^{\infty}\gamma^k=\frac{1}{1-\gamma}",
        "The weight of all rewards together.",
        "Euclid, Elements IX.35",
        given=(r"0<\gamma<1",),
    ),
    Result(
        "value/state-value",
        "State values from action values",
        r"V^\pi(s)=\sum_a\pi(a\mid s)Q^\pi(s,a)",
        "A state is worth what its actions are worth on average.",
        BOOK,
    ),
    Result(
        "value/action-value",
        "Action values from state values",
        r"Q^\pi(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')",
        "An action is worth its reward and the discounted worth of where it leads.",
        BELLMAN,
    ),
    Result(
        "value/bellman",
        "Bellman's equation for a policy",
        r"V^\pi(s)=\sum_a\pi(a\mid s)\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')\right]",
        "Values are consistent from one step to the next.",
        BELLMAN,
        steps=(
            Step("bellman", r"\sum_a\pi(a\mid s)Q^\pi(s,a)"),
            Step("bellman", r"\sum_a\pi(a\mid s)\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')\right]"),
        ),
    ),
    Result(
        "value/bellman-action",
        "Bellman's equation for action values",
        r"Q^\pi(s,a)=R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)\sum_{a'}\pi(a'\mid s')Q^\pi(s',a')",
        "The same consistency between pairs of state and action.",
        BELLMAN,
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
            Step("total-probability", r"V^\pi(s)-V^\pi(s)", "The first sum is the value; probabilities sum to one."),
            Step("cancel", "0", "A value minus itself."),
        ),
    ),
    Result(
        "value/performance-difference",
        "The performance difference",
        r"J(\pi')-J(\pi)=\frac{1}{1-\gamma}\sum_s d^{\pi'}(s)\sum_a\pi'(a\mid s)A^\pi(s,a)",
        "A new policy gains the old one's advantages, where the new one goes.",
        DIFFERENCE,
    ),
    Result("value/td-error", "The TD error", TD_ERROR, "What a step brought beyond what was expected.", TD),
    Result(
        "value/td-error-advantage",
        "The TD error estimates the advantage",
        r"\mathbb{E}_\pi[\delta_t\mid s_t=s,a_t=a]=A^\pi(s,a)",
        "With the true values the TD error is the advantage on average.",
        "Schulman et al. 2016, equation 8",
        given=(TRUE_ERROR,),
    ),
    Result(
        "value/td-error-mean",
        "The TD error averages to zero",
        r"\mathbb{E}_\pi[\delta_t\mid s_t=s]=0",
        "True values leave nothing to be surprised by on average.",
        TD,
        given=(TRUE_ERROR,),
    ),
    Result(
        "value/telescoping",
        "TD errors telescope",
        r"\sum_{l=0}^{k-1}\gamma^l\delta_{t+l}=\sum_{l=0}^{k-1}\gamma^l R_{t+l+1}+\gamma^k V(s_{t+k})-V(s_t)",
        "Inner values cancel; the first and the last remain.",
        TD,
        given=(TD_ERROR,),
    ),
    Result(
        "value/td-sum",
        "All TD errors together",
        r"\sum_{l=0}^{\infty}\gamma^l\delta_{t+l}=G_t-V(s_t)",
        "Discounted surprises add up to the return less what was expected.",
        TD,
        given=(TD_ERROR,),
    ),
    Result(
        "value/n-step",
        "The two-step return",
        r"R_{t+1}+\gamma R_{t+2}+\gamma^2V(s_{t+2})-V(s_t)=\delta_t+\gamma\delta_{t+1}",
        "Two rewards and an estimate, as two TD errors.",
        BOOK,
        given=(TD_ERROR,),
    ),
    Result(
        "dqn/target", "The DQN target", TARGET, "The reward and the best that the frozen network sees next.", DQN, define=True
    ),
    Result("dqn/loss", "The DQN loss", LOSS, "Half the squared distance from the target.", DQN, given=(TARGET,), define=True),
    Result(
        "dqn/loss-short",
        "The DQN loss, in short",
        r"L=\frac{1}{2}(Q_\theta-y_t)^2",
        "The loss with its arguments left out.",
        DQN,
        given=(TARGET,),
        define=True,
    ),
    Result(
        "dqn/semi-gradient",
        "The semi-gradient",
        r"\nabla_\theta L(\theta)=\left(Q_\theta(s_t,a_t)-y_t\right)\nabla_\theta Q_\theta(s_t,a_t)",
        "The target is a constant, so only the prediction is differentiated.",
        DQN,
        given=(TARGET, LOSS),
        steps=(
            Step("definition", r"\nabla_\theta\left(\frac{1}{2}\left(Q_\theta(s_t,a_t)-y_t\right)^2\right)"),
            Step("chain-rule-square", r"\left(Q_\theta(s_t,a_t)-y_t\right)\nabla_\theta\left(Q_\theta(s_t,a_t)-y_t\right)"),
            Step(
                "constant",
                r"\left(Q_\theta(s_t,a_t)-y_t\right)\nabla_\theta Q_\theta(s_t,a_t)",
                "The target network does not move with the parameters.",
            ),
        ),
    ),
    Result("dqn/error", "The DQN error", ERROR, "Target minus prediction.", DQN, given=(TARGET,), define=True),
    Result(
        "dqn/gradient-error",
        "The semi-gradient with the error",
        r"\nabla_\theta L(\theta)=-\delta_t\nabla_\theta Q_\theta(s_t,a_t)",
        "Descending the loss raises predictions that were too low.",
        DQN,
        given=(TARGET, LOSS, ERROR),
    ),
    Result(
        "dqn/double-target",
        "The double DQN target",
        r"y_t=r_{t+1}+\gamma Q_{\theta^-}(s_{t+1},\arg\max_{a'}Q_\theta(s_{t+1},a'))",
        "One network chooses the action, the other values it.",
        DOUBLE,
        define=True,
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
    ),
    Result(
        "value/advantage-expectation",
        "The advantage averages to zero",
        r"\mathbb{E}_{a\sim\pi(\cdot\mid s)}\left[A^\pi(s,a)\right]=0",
        "The same fact as an expectation.",
        BOOK,
    ),
    Result(
        "value/optimal-bellman",
        "Bellman's optimality equation for states",
        r"V^*(s)=\max_a\left[R(s,a)+\gamma\sum_{s'}P(s'\mid s,a)V^*(s')\right]",
        "The best action, valued by its reward and what can be done next.",
        BELLMAN,
    ),
    Result(
        "value/running-average",
        "Two forms of an update",
        r"(1-\alpha)V+\alpha(r+\gamma W)=V+\alpha(r+\gamma W-V)",
        "Mixing in a target is a step along the error.",
        TD,
    ),
    Result(
        "value/lambda-weights",
        "The weights of the λ-return",
        r"(1-\lambda)\sum_{n=1}^{\infty}\lambda^{n-1}=1",
        "The returns of every length are averaged.",
        BOOK,
        given=(r"0<\lambda<1",),
    ),
    Result(
        "value/off-policy",
        "A value from another policy's actions",
        r"\mathbb{E}_{a\sim b(\cdot\mid s)}\left[\frac{\pi(a\mid s)}{b(a\mid s)}Q^\pi(s,a)\right]=V^\pi(s)",
        "Actions of the behaviour policy, weighed by the ratio.",
        BOOK,
    ),
)
