# ruff: noqa: E501  (a formula stays on one line)
r"""Policy gradients: from the logarithmic derivative to the theorem, its estimates and its baselines."""

from derive.derivation import Step
from derive.library.result import Result

WILLIAMS = "Williams 1992, Simple statistical gradient-following algorithms for connectionist reinforcement learning"
SUTTON = "Sutton, McAllester, Singh and Mansour 2000, Policy gradient methods for reinforcement learning, theorem 1"
BOOK = "Sutton and Barto 2018, Reinforcement Learning, chapter 13"
GAE = "Schulman et al. 2016, High-dimensional continuous control using generalized advantage estimation"

OBJECTIVE = r"J(\theta)=\sum_a \pi_\theta(a\mid s)Q^\pi(s,a)"
#: What a formula takes names and averages for where it leaves that open: in the words of verdicts.
FIXED = ("pi is a policy of its own, held fixed",)
MOVING = ("pi is the policy that moves with the parameters",)
VISITED = (*MOVING, "visits are a sum, Σγ^t P(s_t=s)")
EACH_STEP = (*MOVING, "it is the mean over all steps of an episode, each weighed by its discount")
ONE_SAMPLE = "it is an estimate from one sample"

LOG = r"\frac{\nabla_\theta \pi_\theta(a\mid s)}{\pi_\theta(a\mid s)}"
DIRECT = r"\sum_a \nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)"
WEIGHTED = r"\sum_a \pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)Q^\pi(s,a)"
EXPECTED = r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[\nabla_\theta\log\pi_\theta(a\mid s)Q^\pi(s,a)\right]"
SCORE_VALUE = r"\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)Q^\pi(s_t,a_t)]"
EXACT = r"g(s)=\sum_aQ^{\pi_\theta}(s,a)\nabla_\theta\pi_\theta(a\mid s)"
SHARED = r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a q_\pi(s,a)\nabla_\theta\pi_\theta(a\mid s)"
THEOREM = r"\sum_s d^\pi(s)\sum_a q_\pi(s,a)\nabla_\theta\pi_\theta(a\mid s)"
OVER_TIME = r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_{\pi_\theta}\left[\sum_aQ^{\pi_\theta}(s_t,a)\nabla_\theta\pi_\theta(a\mid s_t)\right]"
STEPS = r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_{\pi_\theta}\left[Q^{\pi_\theta}(s_t,a_t)\nabla_\theta\log\pi_\theta(a_t\mid s_t)\right]"
COLLECTED = Step("policy-gradient/over-time", OVER_TIME, "The gradient, collected by time.")

RESULTS = (
    Result(
        "policy-gradient/log-derivative",
        "The log-derivative identity",
        rf"\nabla_\theta \log \pi_\theta(a\mid s)={LOG}",
        "The gradient of a log-probability is the gradient of the probability over the probability.",
        WILLIAMS,
        steps=(Step("chain-rule-log", LOG, "The chain rule: the derivative of log u is u′/u."),),
    ),
    Result(
        "policy-gradient/log-derivative-product",
        "The log-derivative identity as a product",
        r"\nabla_\theta \pi_\theta(a\mid s)=\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)",
        "The gradient of a probability is the probability times its score.",
        WILLIAMS,
        steps=(
            Step(
                "multiply-and-divide", rf"\pi_\theta(a\mid s){LOG}", "Multiply and divide by the probability, which is positive."
            ),
            Step("log-derivative", r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)"),
        ),
    ),
    Result(
        "policy-gradient/log-derivative-short",
        "The log-derivative identity, in short",
        r"\nabla\pi(a\mid s)=\pi(a\mid s)\nabla\log\pi(a\mid s)",
        "The same identity with its parameters left out.",
        WILLIAMS,
        steps=(
            Step("multiply-and-divide", r"\pi(a\mid s)\frac{\nabla\pi(a\mid s)}{\pi(a\mid s)}"),
            Step("log-derivative", r"\pi(a\mid s)\nabla\log\pi(a\mid s)"),
        ),
    ),
    Result(
        "policy-gradient/objective",
        "The objective at one state",
        OBJECTIVE,
        "The value of a policy at a state is the average of its action values.",
        BOOK,
        define=True,
    ),
    Result(
        "policy-gradient/gradient",
        "The gradient of the objective",
        rf"\nabla_\theta J(\theta)={DIRECT}",
        "With the action values held fixed, the gradient acts on the policy alone.",
        BOOK,
        given=(OBJECTIVE,),
        assuming=FIXED,
        steps=(
            Step("definition", r"\nabla_\theta\sum_a \pi_\theta(a\mid s)Q^\pi(s,a)", "Write the objective out."),
            Step("gradient-of-a-sum", r"\sum_a \nabla_\theta(\pi_\theta(a\mid s)Q^\pi(s,a))"),
            Step("constant-factor", DIRECT, "The action values are held fixed."),
        ),
    ),
    Result(
        "policy-gradient/gradient-general",
        "The gradient of the objective, in full",
        r"\nabla_\theta J(\theta)=\sum_a \nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\sum_a\pi_\theta(a\mid s)\nabla_\theta Q^\pi(s,a)",
        "Nothing held fixed: the second sum is what the usual formula leaves to the visitation weights.",
        SUTTON,
        given=(OBJECTIVE,),
        steps=(
            Step("gradient-of-a-sum", r"\sum_a \nabla_\theta(\pi_\theta(a\mid s)Q^\pi(s,a))"),
            Step(
                "product-rule",
                r"\sum_a \left(\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\pi_\theta(a\mid s)\nabla_\theta Q^\pi(s,a)\right)",
            ),
            Step(
                "split-sum",
                r"\sum_a \nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\sum_a\pi_\theta(a\mid s)\nabla_\theta Q^\pi(s,a)",
            ),
        ),
    ),
    Result(
        "policy-gradient/substitution",
        "The gradient with the score put in",
        rf"\nabla_\theta J(\theta)={WEIGHTED}",
        "The log-derivative identity turns the gradient into a weighted sum of scores.",
        WILLIAMS,
        given=(OBJECTIVE,),
        assuming=FIXED,
        steps=(Step("gradient-of-a-sum", DIRECT), Step("log-derivative", WEIGHTED)),
    ),
    Result(
        "policy-gradient/expectation",
        "The gradient as an expectation",
        rf"\nabla_\theta J(\theta)={EXPECTED}",
        "A sum weighted by the policy is an average over its actions.",
        WILLIAMS,
        given=(OBJECTIVE,),
        assuming=FIXED,
        steps=(Step("gradient-of-a-sum", DIRECT), Step("log-derivative", WEIGHTED), Step("sum-to-expectation", EXPECTED)),
    ),
    Result(
        "policy-gradient/unrolled",
        "The gradient of a value, one step unrolled",
        r"\nabla_\theta V^\pi(s)=\sum_a\left(\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\pi_\theta(a\mid s)\gamma\sum_{s'}P(s'\mid s,a)\nabla_\theta V^\pi(s')\right)",
        "The gradient of a value is a local term plus the discounted gradient where the process goes next.",
        SUTTON,
        steps=(
            Step("value-average", r"\nabla_\theta\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)"),
            Step(
                "product-rule",
                r"\sum_a\left(\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\pi_\theta(a\mid s)\nabla_\theta Q^\pi(s,a)\right)",
            ),
            Step(
                "bellman",
                r"\sum_a\left(\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)+\pi_\theta(a\mid s)\gamma\sum_{s'}P(s'\mid s,a)\nabla_\theta V^\pi(s')\right)",
                "Only the value of the next state depends on the parameters.",
                using=("split-sum",),
            ),
        ),
    ),
    Result(
        "policy-gradient/unrolled-sum",
        "The gradient of a value, unrolled without end",
        r"\nabla_\theta V^{\pi_\theta}(s)=\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_{\pi_\theta}[g(s_{t+k})\mid s_t=s]",
        "Every state that can be reached adds its local term, discounted by how late it comes.",
        SUTTON,
        given=(EXACT,),
        steps=(
            Step("value-average", r"\nabla_\theta\sum_a\pi_\theta(a\mid s)Q^{\pi_\theta}(s,a)"),
            Step("product-rule", r"g(s)+\sum_a\pi_\theta(a\mid s)\nabla_\theta Q^{\pi_\theta}(s,a)"),
            Step(
                "bellman",
                r"g(s)+\gamma\sum_a\pi_\theta(a\mid s)\sum_{s'}P(s'\mid s,a)\nabla_\theta V^{\pi_\theta}(s')",
                "Of an action's value only what follows the reward depends on the parameters.",
            ),
            Step("next-state", r"g(s)+\gamma\mathbb{E}_{\pi_\theta}[\nabla_\theta V^{\pi_\theta}(s_{t+1})\mid s_t=s]"),
            Step(
                "unrolling",
                r"\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_{\pi_\theta}[g(s_{t+k})\mid s_t=s]",
                "The gradient at the next state is the same sum from there on: put in again and again, what is left over is discounted away.",
            ),
        ),
    ),
    Result(
        "policy-gradient/over-time",
        "The policy gradient, collected by time",
        rf"\nabla_\theta J(\theta)={OVER_TIME}",
        "Every step of an episode adds the local term of its state, discounted by how late it comes.",
        SUTTON,
        assuming=MOVING,
        steps=(
            Step("start-value", r"\nabla_\theta\mathbb{E}_{s_0}[V^{\pi_\theta}(s_0)]"),
            Step(
                "gradient-of-a-sum",
                r"\mathbb{E}_{s_0}[\nabla_\theta V^{\pi_\theta}(s_0)]",
                "The first state is not the policy's choice.",
            ),
            Step(
                "policy-gradient/unrolled-sum",
                r"\mathbb{E}_{s_0}\left[\sum_{k=0}^{\infty}\gamma^k\mathbb{E}_{\pi_\theta}\left[\sum_aQ^{\pi_\theta}(s_{t+k},a)\nabla_\theta\pi_\theta(a\mid s_{t+k})\mid s_t=s_0\right]\right]",
                "The gradient of a value, unrolled without end.",
            ),
            Step("tower", OVER_TIME, "An episode begins in its first state: averaged over it too, nothing is given any more."),
        ),
    ),
    Result(
        "policy-gradient/theorem",
        "The policy gradient theorem",
        rf"\nabla_\theta J(\theta)={THEOREM}",
        "States are weighted by how often they are visited; the gradient of the visitation itself never appears.",
        SUTTON,
        assuming=VISITED,
        steps=(COLLECTED, Step("visitation", THEOREM)),
    ),
    Result(
        "policy-gradient/theorem-shares",
        "The policy gradient theorem, visits counted by their share",
        rf"\nabla_\theta J(\theta)={SHARED}",
        "The same with weights that add up to one: the share of its visits that a state has.",
        SUTTON,
        assuming=MOVING,
        steps=(COLLECTED, Step("visitation", SHARED)),
    ),
    Result(
        "policy-gradient/theorem-steps",
        "The policy gradient theorem, step by step of an episode",
        rf"\nabla_\theta J(\theta)={STEPS}",
        "Every step adds its score, weighted by what the action is worth and by how late it comes.",
        SUTTON,
        assuming=MOVING,
        steps=(
            COLLECTED,
            Step(
                "log-derivative",
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_{\pi_\theta}\left[\sum_a\pi_\theta(a\mid s_t)Q^{\pi_\theta}(s_t,a)\nabla_\theta\log\pi_\theta(a\mid s_t)\right]",
            ),
            Step("sum-to-expectation", STEPS, "Each action is drawn where it is taken."),
        ),
    ),
    Result(
        "policy-gradient/exact",
        "The policy gradient theorem, every weight written out",
        r"\nabla_\theta J(\theta)=\mathbb{E}_{\pi_\theta}\left[\sum_{t=0}^{\infty}\gamma^tG_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)\right]",
        "What is meant by the average of return times score: summed over all steps of an episode, the step at t with weight γ to the t.",
        SUTTON,
        assuming=MOVING,
        steps=(
            Step("policy-gradient/theorem-steps", STEPS, "The policy gradient theorem."),
            Step(
                "tower",
                r"\sum_{t=0}^{\infty}\gamma^t\mathbb{E}_{\pi_\theta}\left[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)\right]",
                "The return is the action's value on average.",
            ),
            Step(
                "linearity",
                r"\mathbb{E}_{\pi_\theta}\left[\sum_{t=0}^{\infty}\gamma^tG_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)\right]",
            ),
        ),
    ),
    Result(
        "policy-gradient/theorem-expectation",
        "The policy gradient theorem as an expectation",
        r"\nabla_\theta J(\theta)=\frac{1}{1-\gamma}\mathbb{E}_{s\sim d^\pi,a\sim\pi}\left[q_\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
        "Both sums become one average over visited states, each drawn by its share of the visits, and chosen actions.",
        SUTTON,
        assuming=MOVING,
        steps=(
            Step("policy-gradient/theorem-shares", SHARED, "The policy gradient theorem."),
            Step(
                "log-derivative",
                r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a q_\pi(s,a)\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)",
            ),
            Step(
                "sum-to-expectation",
                r"\frac{1}{1-\gamma}\mathbb{E}_{s\sim d^\pi,a\sim\pi}\left[q_\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
            ),
        ),
    ),
    Result(
        "policy-gradient/theorem-in-time",
        "The policy gradient theorem along a trajectory",
        r"\nabla_\theta J(\theta)=\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)Q^\pi(s_t,a_t)]",
        "The same average, written with the states and actions of a trajectory.",
        SUTTON,
        assuming=EACH_STEP,
        steps=(
            Step(
                "policy-gradient/theorem-steps",
                SCORE_VALUE,
                "The policy gradient theorem.",
                stated="the sum over the steps is left out",
            ),
        ),
    ),
    Result(
        "policy-gradient/theorem-short",
        "The policy gradient theorem, in short",
        r"\nabla J=\mathbb{E}_\pi[\nabla\log\pi(a_t\mid s_t)Q^\pi(s_t,a_t)]",
        "The theorem with its parameters left out.",
        SUTTON,
        assuming=EACH_STEP,
        steps=(
            Step(
                "policy-gradient/theorem-in-time",
                r"\mathbb{E}_\pi[\nabla\log\pi(a_t\mid s_t)Q^\pi(s_t,a_t)]",
                "The theorem along a trajectory.",
                stated="the parameters are left out",
            ),
        ),
    ),
    Result(
        "policy-gradient/return",
        "The gradient with the return",
        r"\nabla_\theta J(\theta)=\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
        "The return is an unbiased sample of the action value.",
        WILLIAMS,
        assuming=EACH_STEP,
        steps=(
            Step(
                "policy-gradient/theorem-in-time",
                SCORE_VALUE,
                "The policy gradient theorem along a trajectory.",
                stated="the sum over the steps is left out",
            ),
            Step(
                "value/action-return",
                r"\mathbb{E}_\pi[\mathbb{E}_\pi[G_t\mid s_t,a_t]\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
                "An action value is the return's average.",
            ),
            Step(
                "known-factor",
                r"\mathbb{E}_\pi[\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)\mid s_t,a_t]]",
                "Given the state and the action, the score is known.",
            ),
            Step("tower", r"\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]"),
        ),
    ),
    Result(
        "policy-gradient/reinforce",
        "REINFORCE",
        r"\nabla_\theta J(\theta)\approx G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)",
        "One sample of the gradient: unbiased, and noisy.",
        WILLIAMS,
        assuming=(*EACH_STEP, ONE_SAMPLE),
        steps=(
            Step(
                "policy-gradient/return",
                r"\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
                "The gradient as an average of returns times scores.",
                stated="the sum over the steps is left out",
            ),
            Step("one-sample", r"G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)"),
        ),
    ),
    Result(
        "policy-gradient/advantage",
        "The advantage form",
        r"\nabla_\theta J(\theta)=\frac{1}{1-\gamma}\mathbb{E}_{s\sim d^\pi,a\sim\pi}\left[A_\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
        "Subtracting the state's value changes nothing on average.",
        GAE,
        assuming=MOVING,
        steps=(
            Step("policy-gradient/theorem-shares", SHARED, "The policy gradient theorem."),
            Step(
                "baseline",
                r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a (q_\pi(s,a)-v_\pi(s))\nabla_\theta\pi_\theta(a\mid s)",
                "The value of the state is a baseline.",
            ),
            Step("advantage", r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a A_\pi(s,a)\nabla_\theta\pi_\theta(a\mid s)"),
            Step(
                "log-derivative",
                r"\frac{1}{1-\gamma}\sum_s d^\pi(s)\sum_a\pi_\theta(a\mid s)A_\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)",
            ),
            Step(
                "sum-to-expectation",
                r"\frac{1}{1-\gamma}\mathbb{E}_{s\sim d^\pi,a\sim\pi}\left[A_\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)\right]",
            ),
        ),
    ),
    Result(
        "policy-gradient/advantage-estimate",
        "The gradient with an estimated advantage",
        r"\nabla_\theta J(\theta)=\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)\hat{A}_t]",
        "The return less a baseline is an estimate of the advantage that is right on average, up to another baseline: it gives the right gradient.",
        GAE,
        given=(r"\hat{A}_t=G_t-b(s_t)",),
        assuming=EACH_STEP,
        steps=(
            Step(
                "policy-gradient/advantage",
                r"\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)A^\pi(s_t,a_t)]",
                "The advantage form.",
                stated="the sum over the steps is left out",
            ),
            Step(
                "unbiased-estimate",
                r"\mathbb{E}_\pi[\nabla_\theta\log\pi_\theta(a_t\mid s_t)\hat{A}_t]",
            ),
        ),
    ),
    Result(
        "policy-gradient/zero-gradient-sum",
        "Probabilities sum to one",
        r"\sum_a\nabla_\theta\pi_\theta(a\mid s)=0",
        "What one action gains in probability the others lose.",
        BOOK,
        steps=(
            Step("gradient-of-a-sum", r"\nabla_\theta\sum_a\pi_\theta(a\mid s)"),
            Step("total-probability", r"\nabla_\theta 1"),
            Step("constant", "0", "The gradient of a constant vanishes."),
        ),
    ),
    Result(
        "policy-gradient/zero-mean-score",
        "The score averages to zero",
        r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[\nabla_\theta\log\pi_\theta(a\mid s)\right]=0",
        "Under the policy's own actions the score has mean zero.",
        WILLIAMS,
        steps=(
            Step("expectation-to-sum", r"\sum_a\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)"),
            Step("log-derivative", r"\sum_a\nabla_\theta\pi_\theta(a\mid s)"),
            Step("total-probability", "0"),
        ),
    ),
    Result(
        "policy-gradient/baseline",
        "A baseline costs nothing",
        r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[b(s)\nabla_\theta\log\pi_\theta(a\mid s)\right]=0",
        "A baseline that depends on the state alone adds no bias.",
        WILLIAMS,
        steps=(
            Step(
                "constant-factor",
                r"b(s)\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[\nabla_\theta\log\pi_\theta(a\mid s)\right]",
            ),
            Step("zero-mean-score", "0"),
        ),
    ),
    Result(
        "policy-gradient/with-baseline",
        "The gradient with a baseline",
        r"\nabla_\theta J(\theta)=\sum_s d^\pi(s)\sum_a (q_\pi(s,a)-b(s))\nabla_\theta\pi_\theta(a\mid s)",
        "The policy gradient theorem with any baseline subtracted.",
        BOOK,
        assuming=VISITED,
        steps=(
            Step("policy-gradient/theorem", THEOREM, "The policy gradient theorem."),
            Step("add-and-subtract", r"\sum_s d^\pi(s)\sum_a (q_\pi(s,a)-b(s)+b(s))\nabla_\theta\pi_\theta(a\mid s)"),
            Step(
                "split-sum",
                r"\sum_s d^\pi(s)\sum_a (q_\pi(s,a)-b(s))\nabla_\theta\pi_\theta(a\mid s)+\sum_s d^\pi(s)b(s)\sum_a\nabla_\theta\pi_\theta(a\mid s)",
            ),
            Step(
                "total-probability",
                r"\sum_s d^\pi(s)\sum_a (q_\pi(s,a)-b(s))\nabla_\theta\pi_\theta(a\mid s)",
                "The gradients of the probabilities cancel at every state.",
            ),
        ),
    ),
)
