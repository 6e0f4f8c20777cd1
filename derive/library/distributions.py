r"""Policies by name: softmax, sigmoid and Gaussian, with their scores."""

from derive.library.result import Result

BOOK = "Sutton and Barto 2018, Reinforcement Learning, section 13.1"
BISHOP = "Bishop 2006, Pattern Recognition and Machine Learning, section 4.2"
WILLIAMS = "Williams 1992, Simple statistical gradient-following algorithms for connectionist reinforcement learning"

SOFTMAX = r"\pi_\theta(a\mid s)=\frac{e^{h_\theta(s,a)}}{\sum_{b}e^{h_\theta(s,b)}}"
SIGMOID = r"\sigma(z)=\frac{1}{1+e^{-z}}"

RESULTS = (
    Result("distributions/softmax", "The softmax policy", SOFTMAX, "Preferences made into probabilities.", BOOK, define=True),
    Result(
        "distributions/softmax-score",
        "The score of a softmax",
        r"\nabla_\theta\log\pi_\theta(a\mid s)=\nabla_\theta h_\theta(s,a)-\sum_{b}\pi_\theta(b\mid s)\nabla_\theta h_\theta(s,b)",
        "The gradient of the preference, less its average under the policy.",
        BOOK,
        given=(SOFTMAX,),
    ),
    Result(
        "distributions/softmax-odds",
        "The odds of a softmax",
        r"\log\frac{\pi_\theta(a\mid s)}{\pi_\theta(b\mid s)}=h_\theta(s,a)-h_\theta(s,b)",
        "Preferences are log-odds; the normaliser cancels.",
        BOOK,
        given=(SOFTMAX,),
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
    ),
    Result(
        "distributions/sigmoid-symmetry",
        "The sigmoid's symmetry",
        r"1-\sigma(z)=\sigma(-z)",
        "The probability of the other side.",
        BISHOP,
        given=(SIGMOID,),
    ),
    Result(
        "distributions/sigmoid-log-derivative",
        "The derivative of the log-sigmoid",
        r"\frac{d}{dz}\log\sigma(z)=1-\sigma(z)",
        "What drives learning from preferences.",
        BISHOP,
        given=(SIGMOID,),
    ),
    Result(
        "distributions/two-way-softmax",
        "A softmax over two is a sigmoid",
        r"\frac{e^{x}}{e^{x}+e^{y}}=\sigma(x-y)",
        "Only the difference counts.",
        BISHOP,
        given=(SIGMOID,),
    ),
    Result(
        "distributions/gaussian-score-mean",
        "The Gaussian score in the mean",
        r"\frac{\partial}{\partial\mu}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma\right)=\frac{x-\mu}{\sigma^2}",
        "Move the mean towards what was drawn.",
        WILLIAMS,
        given=(r"\sigma>0",),
    ),
    Result(
        "distributions/gaussian-score-deviation",
        "The Gaussian score in the deviation",
        r"\frac{\partial}{\partial\sigma}\left(-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma\right)=\frac{(x-\mu)^2-\sigma^2}{\sigma^3}",
        "Widen when draws fall outside, narrow when inside.",
        WILLIAMS,
        given=(r"\sigma>0",),
    ),
    Result(
        "distributions/softplus",
        "The derivative of the softplus",
        r"\frac{d}{dx}\log(1+e^x)=\frac{1}{1+e^{-x}}",
        "The softplus rises as the sigmoid.",
        BISHOP,
    ),
)
