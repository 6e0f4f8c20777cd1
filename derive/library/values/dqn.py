# ruff: noqa: E501  (a formula stays on one line)
r"""Deep Q-learning: targets from a frozen network, the loss that fits them, and its semi-gradient."""

from derive.derivation import Step
from derive.library.result import Result

DQN = "Mnih et al. 2015, Human-level control through deep reinforcement learning"
DOUBLE = "van Hasselt, Guez and Silver 2016, Deep reinforcement learning with double Q-learning"
TARGET = r"y_t=r_{t+1}+\gamma\max_{a'}Q_{\theta^-}(s_{t+1},a')"
LOSS = r"L(\theta)=\frac{1}{2}\left(Q_\theta(s_t,a_t)-y_t\right)^2"
ERROR = r"\delta_t=y_t-Q_\theta(s_t,a_t)"

RESULTS = (
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
        steps=(
            Step("chain-rule-square", r"\left(Q_\theta(s_t,a_t)-y_t\right)\nabla_\theta Q_\theta(s_t,a_t)", "The semi-gradient."),
            Step("definition", r"-\delta_t\nabla_\theta Q_\theta(s_t,a_t)", "The error is target minus prediction."),
        ),
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
        "dqn/double-equal",
        "With one network the two targets agree",
        r"r_{t+1}+\gamma Q_\theta(s_{t+1},\arg\max_{a'}Q_\theta(s_{t+1},a'))=r_{t+1}+\gamma\max_{a'}Q_\theta(s_{t+1},a')",
        "The value of the best action is the best value; only a second network makes a difference.",
        DOUBLE,
        steps=(Step("greedy", r"r_{t+1}+\gamma\max_{a'}Q_\theta(s_{t+1},a')", stated="not read as core terms"),),
    ),
    Result(
        "dqn/double-below",
        "Double targets are never higher",
        r"r_{t+1}+\gamma Q_{\theta^-}(s_{t+1},\arg\max_{a'}Q_\theta(s_{t+1},a'))\le r_{t+1}+\gamma\max_{a'}Q_{\theta^-}(s_{t+1},a')",
        "No choice beats the best one, so overestimates shrink.",
        DOUBLE,
        steps=(Step("extreme-bound", r"r_{t+1}+\gamma\max_{a'}Q_{\theta^-}(s_{t+1},a')", stated="not read as core terms"),),
    ),
    Result(
        "dqn/full-gradient",
        "What the semi-gradient leaves out",
        r"\nabla_\theta\left(\frac{1}{2}\left(Q_\theta(s,a)-r-\gamma Q_\theta(s',a')\right)^2\right)=\left(Q_\theta(s,a)-r-\gamma Q_\theta(s',a')\right)\left(\nabla_\theta Q_\theta(s,a)-\gamma\nabla_\theta Q_\theta(s',a')\right)",
        "If the target moved with the parameters, its own gradient would count as well.",
        "Baird 1995, Residual algorithms: reinforcement learning with function approximation",
        steps=(
            Step(
                "chain-rule-square",
                r"\left(Q_\theta(s,a)-r-\gamma Q_\theta(s',a')\right)\nabla_\theta\left(Q_\theta(s,a)-r-\gamma Q_\theta(s',a')\right)",
            ),
            Step(
                "linearity-of-gradient",
                r"\left(Q_\theta(s,a)-r-\gamma Q_\theta(s',a')\right)\left(\nabla_\theta Q_\theta(s,a)-\gamma\nabla_\theta Q_\theta(s',a')\right)",
            ),
        ),
    ),
)
