r"""Policies by name: softmax, sigmoid and Gaussian, with their scores."""

from derive.derivation import Step
from derive.library.result import Result

BOOK = "Sutton and Barto 2018, Reinforcement Learning, section 13.1"
BISHOP = "Bishop 2006, Pattern Recognition and Machine Learning, chapter 4"
NORMAL = "Bishop 2006, Pattern Recognition and Machine Learning, section 2.3"
COVER = "Cover and Thomas 2006, Elements of Information Theory, chapter 11"
WILLIAMS = "Williams 1992, Simple statistical gradient-following algorithms for connectionist reinforcement learning"

SOFTMAX = r"\pi_\theta(a\mid s)=\frac{e^{h_\theta(s,a)}}{\sum_{b}e^{h_\theta(s,b)}}"
SIGMOID = r"\sigma(z)=\frac{1}{1+e^{-z}}"
PLAIN = r"p_i=\frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}"
GAUSSIAN = r"p(x)=\frac{1}{\sqrt{2\pi}\sigma}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"

RESULTS = (
    Result("distributions/softmax", "The softmax policy", SOFTMAX, "Preferences made into probabilities.", BOOK, define=True),
    Result(
        "distributions/softmax-score",
        "The score of a softmax",
        r"\nabla_\theta\log\pi_\theta(a\mid s)=\nabla_\theta h_\theta(s,a)-\sum_{b}\pi_\theta(b\mid s)\nabla_\theta h_\theta(s,b)",
        "The gradient of the preference, less its average under the policy.",
        BOOK,
        given=(SOFTMAX,),
        steps=(
            Step("log-of-a-quotient", r"\nabla_\theta\left(h_\theta(s,a)-\log\sum_be^{h_\theta(s,b)}\right)", using=("log-exp",)),
            Step(
                "chain-rule-log",
                r"\nabla_\theta h_\theta(s,a)-\frac{\sum_b\nabla_\theta e^{h_\theta(s,b)}}{\sum_be^{h_\theta(s,b)}}",
            ),
            Step(
                "exponential-derivative",
                r"\nabla_\theta h_\theta(s,a)-\frac{\sum_be^{h_\theta(s,b)}\nabla_\theta h_\theta(s,b)}{\sum_be^{h_\theta(s,b)}}",
            ),
            Step(
                "constant-factor",
                r"\nabla_\theta h_\theta(s,a)-\sum_b\pi_\theta(b\mid s)\nabla_\theta h_\theta(s,b)",
            ),
        ),
    ),
    Result(
        "distributions/softmax-odds",
        "The odds of a softmax",
        r"\log\frac{\pi_\theta(a\mid s)}{\pi_\theta(b\mid s)}=h_\theta(s,a)-h_\theta(s,b)",
        "Preferences are log-odds; the normaliser cancels.",
        BOOK,
        given=(SOFTMAX,),
        steps=(
            Step("cancel", r"\log\frac{e^{h_\theta(s,a)}}{e^{h_\theta(s,b)}}", "The normaliser is the same for both."),
            Step("log-of-a-quotient", r"\log e^{h_\theta(s,a)}-\log e^{h_\theta(s,b)}"),
            Step("log-exp", r"h_\theta(s,a)-h_\theta(s,b)"),
        ),
    ),
    Result(
        "distributions/sigmoid", "The logistic sigmoid", SIGMOID, "A real number made into a probability.", BISHOP, define=True
    ),
    Result(
        "distributions/sigmoid-derivative",
        "The derivative of the sigmoid",
        r"\sigma'(z)=\sigma(z)(1-\sigma(z))",
        "Steepest where it is least certain.",
        BISHOP,
        given=(SIGMOID,),
        steps=(
            Step("diff", r"\frac{1}{1+e^{-z}}\cdot\frac{e^{-z}}{1+e^{-z}}"),
            Step("common-denominator", r"\sigma(z)(1-\sigma(z))"),
        ),
    ),
    Result(
        "distributions/sigmoid-symmetry",
        "The sigmoid's symmetry",
        r"1-\sigma(z)=\sigma(-z)",
        "The probability of the other side.",
        BISHOP,
        given=(SIGMOID,),
        steps=(
            Step("definition", r"1-\frac{1}{1+e^{-z}}"),
            Step("common-denominator", r"\frac{e^{-z}}{1+e^{-z}}"),
            Step("simplify", r"\frac{1}{1+e^{z}}"),
            Step("definition", r"\sigma(-z)"),
        ),
    ),
    Result(
        "distributions/sigmoid-log-derivative",
        "The derivative of the log-sigmoid",
        r"\frac{d}{dz}\log\sigma(z)=1-\sigma(z)",
        "What drives learning from preferences.",
        BISHOP,
        given=(SIGMOID,),
        steps=(
            Step("diff", r"\frac{\sigma'(z)}{\sigma(z)}"),
            Step(
                "distributions/sigmoid-derivative", r"\frac{\sigma(z)(1-\sigma(z))}{\sigma(z)}", "The derivative of the sigmoid."
            ),
            Step("common-factor", r"1-\sigma(z)"),
        ),
    ),
    Result(
        "distributions/two-way-softmax",
        "A softmax over two is a sigmoid",
        r"\frac{e^{x}}{e^{x}+e^{y}}=\sigma(x-y)",
        "Only the difference counts.",
        BISHOP,
        given=(SIGMOID,),
        steps=(
            Step("cancel", r"\frac{1}{1+\frac{e^y}{e^x}}"),
            Step("exp-of-a-difference", r"\frac{1}{1+e^{-(x-y)}}"),
            Step("definition", r"\sigma(x-y)"),
        ),
    ),
    Result(
        "distributions/gaussian-score-mean",
        "The Gaussian score in the mean",
        r"\frac{\partial}{\partial\mu}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma\right)=\frac{x-\mu}{\sigma^2}",
        "Move the mean towards what was drawn.",
        WILLIAMS,
        given=(r"\sigma>0",),
        steps=(
            Step(
                "linearity-of-gradient",
                r"-\frac{1}{2\sigma^2}\cdot\frac{\partial}{\partial\mu}(x-\mu)^2",
            ),
            Step("power-rule", r"-\frac{1}{2\sigma^2}\cdot(-2)(x-\mu)"),
            Step("common-factor", r"\frac{x-\mu}{\sigma^2}"),
        ),
    ),
    Result(
        "distributions/gaussian-score-deviation",
        "The Gaussian score in the deviation",
        r"\frac{\partial}{\partial\sigma}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma\right)=\frac{(x-\mu)^2-\sigma^2}{\sigma^3}",
        "Widen when draws fall outside, narrow when inside.",
        WILLIAMS,
        given=(r"\sigma>0",),
        steps=(
            Step("diff", r"\frac{(x-\mu)^2}{\sigma^3}-\frac{1}{\sigma}"),
            Step("common-denominator", r"\frac{(x-\mu)^2-\sigma^2}{\sigma^3}"),
        ),
    ),
    Result(
        "distributions/softplus",
        "The derivative of the softplus",
        r"\frac{d}{dx}\log(1+e^x)=\frac{1}{1+e^{-x}}",
        "The softplus rises as the sigmoid.",
        BISHOP,
        steps=(
            Step("chain-rule-log", r"\frac{\frac{d}{dx}(1+e^x)}{1+e^x}"),
            Step("exponential-derivative", r"\frac{e^x}{1+e^x}"),
            Step("simplify", r"\frac{1}{1+e^{-x}}"),
        ),
    ),
    Result(
        "distributions/softmax-gradient",
        "The gradient of a softmax",
        r"\nabla_\theta\pi_\theta(a\mid s)=\pi_\theta(a\mid s)\left(\nabla_\theta h_\theta(s,a)-\sum_{b}\pi_\theta(b\mid s)\nabla_\theta h_\theta(s,b)\right)",
        "An action gains where its preference rises faster than the average.",
        BOOK,
        given=(SOFTMAX,),
        steps=(
            Step("policy-log-derivative", r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)"),
            Step(
                "distributions/softmax-score",
                r"\pi_\theta(a\mid s)\left(\nabla_\theta h_\theta(s,a)-\sum_b\pi_\theta(b\mid s)\nabla_\theta h_\theta(s,b)\right)",
                "The score of a softmax.",
            ),
        ),
    ),
    Result(
        "distributions/softmax-jacobian-diagonal",
        "The softmax Jacobian on its diagonal",
        r"\frac{\partial p_i}{\partial z_i}=p_i(1-p_i)",
        "Raising a preference raises its own probability, most where it is undecided.",
        BISHOP,
        given=(PLAIN,),
        steps=(
            Step(
                "quotient-rule",
                r"\frac{e^{z_i}\sum_{k=1}^ne^{z_k}-e^{z_i}e^{z_i}}{\left(\sum_{k=1}^ne^{z_k}\right)^2}",
                stated="not read as core terms",
            ),
            Step("cancel", r"\frac{e^{z_i}}{\sum_{k=1}^ne^{z_k}}\left(1-\frac{e^{z_i}}{\sum_{k=1}^ne^{z_k}}\right)"),
            Step("definition", r"p_i(1-p_i)"),
        ),
    ),
    Result(
        "distributions/softmax-jacobian",
        "The softmax Jacobian off its diagonal",
        r"\frac{\partial p_i}{\partial z_j}=-p_ip_j",
        "Raising a preference lowers every other probability.",
        BISHOP,
        given=(PLAIN, r"i\ne j"),
        steps=(
            Step(
                "quotient-rule",
                r"-\frac{e^{z_i}e^{z_j}}{\left(\sum_{k=1}^ne^{z_k}\right)^2}",
                "Only the denominator moves.",
                stated="not read as core terms",
            ),
            Step("definition", r"-p_ip_j"),
        ),
    ),
    Result(
        "distributions/gaussian",
        "The Gaussian density",
        GAUSSIAN,
        "A mean and a deviation.",
        NORMAL,
        given=(r"\sigma>0",),
        define=True,
    ),
    Result(
        "distributions/gaussian-log",
        "The Gaussian log-density",
        r"\log p(x)=-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\frac{1}{2}\log(2\pi)",
        "A parabola and two constants.",
        NORMAL,
        given=(r"\sigma>0", GAUSSIAN),
        steps=(
            Step("definition", r"\log\left(\frac{1}{\sqrt{2\pi}\sigma}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)\right)"),
            Step("log-of-a-product", r"\log\frac{1}{\sqrt{2\pi}\sigma}+\log\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)"),
            Step("log-exp", r"\log\frac{1}{\sqrt{2\pi}\sigma}-\frac{(x-\mu)^2}{2\sigma^2}"),
            Step("log-of-a-quotient", r"-\frac{(x-\mu)^2}{2\sigma^2}-\log\left(\sqrt{2\pi}\sigma\right)"),
            Step("log-of-a-product", r"-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\log\sqrt{2\pi}"),
            Step(
                "log-of-a-power",
                r"-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\frac{1}{2}\log(2\pi)",
                "The root is a power of one half.",
            ),
        ),
    ),
    Result(
        "distributions/gaussian-score",
        "The score of a Gaussian in its mean",
        r"\frac{\partial}{\partial\mu}\log p(x)=\frac{x-\mu}{\sigma^2}",
        "The distance from the mean in units of the variance.",
        WILLIAMS,
        given=(r"\sigma>0", GAUSSIAN),
        steps=(
            Step(
                "distributions/gaussian-log",
                r"\frac{\partial}{\partial\mu}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\frac{1}{2}\log(2\pi)\right)",
                "The Gaussian log-density.",
            ),
            Step("chain-rule", r"\frac{x-\mu}{\sigma^2}", "Only the parabola moves with the mean."),
        ),
    ),
    Result(
        "distributions/gaussian-score-spread",
        "The score of a Gaussian in its deviation",
        r"\frac{\partial}{\partial\sigma}\log p(x)=\frac{(x-\mu)^2-\sigma^2}{\sigma^3}",
        "Positive for draws beyond one deviation.",
        WILLIAMS,
        given=(r"\sigma>0", GAUSSIAN),
        steps=(
            Step(
                "distributions/gaussian-log",
                r"\frac{\partial}{\partial\sigma}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\frac{1}{2}\log(2\pi)\right)",
                "The Gaussian log-density.",
            ),
            Step("diff", r"\frac{(x-\mu)^2}{\sigma^3}-\frac{1}{\sigma}"),
            Step("common-denominator", r"\frac{(x-\mu)^2-\sigma^2}{\sigma^3}"),
        ),
    ),
    Result(
        "distributions/gaussian-score-mean-zero",
        "The Gaussian score averages to zero",
        r"\mathbb{E}_{x\sim\mathcal{N}(\mu,\sigma^2)}\left[\frac{x-\mu}{\sigma^2}\right]=0",
        "Draws fall on both sides of the mean alike.",
        WILLIAMS,
        given=(r"\sigma>0",),
        steps=(
            Step(
                "linearity",
                r"\frac{\mathbb{E}_{x\sim\mathcal{N}(\mu,\sigma^2)}[x]-\mu}{\sigma^2}",
                stated="not read as core terms",
            ),
            Step(
                "definition", r"\frac{\mu-\mu}{\sigma^2}", "The mean of the draws is the mean.", stated="not read as core terms"
            ),
            Step("cancel", "0", "A number minus itself."),
        ),
    ),
    Result(
        "distributions/gaussian-fisher",
        "The Fisher information of a Gaussian's mean",
        r"\mathbb{E}_{x\sim\mathcal{N}(\mu,\sigma^2)}\left[\left(\frac{x-\mu}{\sigma^2}\right)^2\right]=\frac{1}{\sigma^2}",
        "The narrower the policy, the more a step of its mean counts.",
        COVER,
        given=(r"\sigma>0",),
        steps=(
            Step(
                "constant-factor",
                r"\frac{1}{\sigma^4}\mathbb{E}_{x\sim\mathcal{N}(\mu,\sigma^2)}[(x-\mu)^2]",
                stated="not read as core terms",
            ),
            Step(
                "definition",
                r"\frac{1}{\sigma^4}\cdot\sigma^2",
                "The variance is the mean squared distance from the mean.",
                stated="not read as core terms",
            ),
            Step("cancel", r"\frac{1}{\sigma^2}"),
        ),
    ),
    Result(
        "distributions/softmax-jacobian-both",
        "The softmax Jacobian",
        r"\frac{\partial p_i}{\partial z_j}=p_i(\delta_{ij}-p_j)",
        "Both cases at once: one on the diagonal, less the other's probability.",
        BISHOP,
        given=(PLAIN,),
        steps=(
            Step(
                "chain-rule",
                r"p_i\frac{\partial}{\partial z_j}\log p_i",
                "The derivative is the quantity times that of its logarithm.",
                stated="not read as core terms",
            ),
            Step(
                "log-of-a-quotient",
                r"p_i\frac{\partial}{\partial z_j}\left(z_i-\log\sum_{k=1}^ne^{z_k}\right)",
                stated="not read as core terms",
            ),
            Step("chain-rule-log", r"p_i\delta_{ij}-p_i\frac{e^{z_j}}{\sum_{k=1}^ne^{z_k}}", stated="not read as core terms"),
            Step("definition", r"p_i(\delta_{ij}-p_j)", stated="not read as core terms"),
        ),
    ),
)
