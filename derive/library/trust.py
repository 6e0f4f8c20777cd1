# ruff: noqa: E501  (a formula stays on one line)
r"""Trust regions: the curvature of divergence, the Fisher information, and surrogates that stay near a policy."""

from derive.derivation import Step
from derive.library.result import Result

TRPO = "Schulman et al. 2015, Trust region policy optimization"
KAKADE = "Kakade 2001, A natural policy gradient"
AMARI = "Amari 1998, Natural gradient works efficiently in learning"
RLHF = "Stiennon et al. 2020, Learning to summarize from human feedback"

OLD = r"\Big|_{\theta=\theta_{old}}"
SCORE = r"\nabla_\theta\log\pi_\theta(a\mid s)"
DIVERGENCE = r"D_{KL}(\pi_{\theta_{old}}(\cdot\mid s)\|\pi_\theta(\cdot\mid s))"
SURROGATE = r"\mathbb{E}_{a\sim\pi_{old}(\cdot\mid s)}\left[\frac{\pi_\theta(a\mid s)}{\pi_{old}(a\mid s)}A(s,a)\right]"

RESULTS = (
    Result(
        "trust/fisher",
        "The Fisher information of a policy",
        rf"F(\theta)=\mathbb{{E}}_{{a\sim\pi_\theta}}\left[{SCORE}{SCORE}^\top\right]",
        "How strongly the policy answers to its parameters, direction by direction.",
        AMARI,
        define=True,
    ),
    Result(
        "trust/divergence-gradient",
        "Divergence is flat where policies agree",
        rf"\nabla_\theta {DIVERGENCE}{OLD}=0",
        "No direction raises the divergence to first order.",
        TRPO,
    ),
    Result(
        "trust/divergence-hessian",
        "Divergence curves as the Fisher information",
        rf"\nabla_\theta^2 {DIVERGENCE}{OLD}=\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}(\cdot\mid s)}}\left[{SCORE}{SCORE}^\top\right]{OLD}",
        "To second order a bound on divergence is a bound on the length of a step.",
        TRPO,
    ),
    Result(
        "trust/surrogate",
        "The surrogate objective",
        rf"{SURROGATE}=\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[A(s,a)\right]",
        "Old data weighed by the ratio stand for new data.",
        f"{TRPO}, equation 14",
        steps=(
            Step("expectation-to-sum", r"\sum_a\pi_{old}(a\mid s)\frac{\pi_\theta(a\mid s)}{\pi_{old}(a\mid s)}A(s,a)"),
            Step("cancel", r"\sum_a\pi_\theta(a\mid s)A(s,a)", "The old probability cancels where it is not zero."),
            Step("sum-to-expectation", r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}\left[A(s,a)\right]"),
        ),
    ),
    Result(
        "trust/reference-gradient",
        "The gradient of the penalty for leaving a reference",
        rf"\nabla_\theta D_{{KL}}(\pi_\theta(\cdot\mid s)\|\pi_{{ref}}(\cdot\mid s))=\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[{SCORE}\log\frac{{\pi_\theta(a\mid s)}}{{\pi_{{ref}}(a\mid s)}}\right]",
        "The log-ratio acts as a cost per action; the ratio's own gradient averages to zero.",
        RLHF,
    ),
    Result(
        "trust/policy-entropy-gradient",
        "The gradient of a policy's entropy",
        r"\nabla_\theta H(\pi_\theta(\cdot\mid s))=-\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)",
        "What an entropy bonus adds to a policy's gradient.",
        "Williams and Peng 1991, Function optimization using connectionist reinforcement learning algorithms",
    ),
)
