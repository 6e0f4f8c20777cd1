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
STEP = r"(\theta-\theta_{old})"
FISHER = rf"F=\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}(\cdot\mid s)}}\left[{SCORE}{SCORE}^\top\right]{OLD}"
LOCAL = r"L(\theta)=\sum_s d^{\pi_{\theta_{old}}}(s)\sum_a\pi_\theta(a\mid s)A^{\pi_{\theta_{old}}}(s,a)"
STEP_TAKEN = r"x=\sqrt{\frac{2\delta}{g^\top F^{-1}g}}F^{-1}g"
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
        steps=(
            Step(
                "definition",
                rf"\nabla_\theta\sum_a\pi_{{\theta_{{old}}}}(a\mid s)\log\frac{{\pi_{{\theta_{{old}}}}(a\mid s)}}{{\pi_\theta(a\mid s)}}{OLD}",
            ),
            Step(
                "log-of-a-quotient",
                rf"-\sum_a\pi_{{\theta_{{old}}}}(a\mid s){SCORE}{OLD}",
                "Only the new policy's logarithm moves.",
            ),
            Step("definition", rf"-\sum_a\pi_\theta(a\mid s){SCORE}{OLD}", "At the old parameters the two policies are one."),
            Step(
                "log-derivative",
                rf"-\sum_a\nabla_\theta\pi_\theta(a\mid s){OLD}",
                "At the old parameters the policies agree.",
            ),
            Step("total-probability", "0"),
        ),
    ),
    Result(
        "trust/divergence-hessian",
        "Divergence curves as the Fisher information",
        rf"\nabla_\theta^2 {DIVERGENCE}{OLD}=\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}(\cdot\mid s)}}\left[{SCORE}{SCORE}^\top\right]{OLD}",
        "To second order a bound on divergence is a bound on the length of a step.",
        TRPO,
        steps=(
            Step(
                "log-of-a-quotient",
                rf"-\sum_a\pi_{{\theta_{{old}}}}(a\mid s)\nabla_\theta^2\log\pi_\theta(a\mid s){OLD}",
                "Only the new policy's logarithm moves.",
                using=("divergence-definition",),
            ),
            Step("definition", rf"-\sum_a\pi_\theta(a\mid s)\nabla_\theta^2\log\pi_\theta(a\mid s){OLD}"),
            Step(
                "second-log-derivative",
                rf"\sum_a\left(\pi_\theta(a\mid s){SCORE}{SCORE}^\top-\nabla_\theta^2\pi_\theta(a\mid s)\right){OLD}",
            ),
            Step(
                "total-probability",
                rf"\sum_a\pi_\theta(a\mid s){SCORE}{SCORE}^\top{OLD}",
                "Probabilities sum to one, so their second derivatives cancel.",
            ),
            Step(
                "sum-to-expectation",
                rf"\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}(\cdot\mid s)}}\left[{SCORE}{SCORE}^\top\right]{OLD}",
            ),
        ),
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
        steps=(
            Step(
                "definition",
                r"\nabla_\theta\sum_a\pi_\theta(a\mid s)\log\frac{\pi_\theta(a\mid s)}{\pi_{ref}(a\mid s)}",
            ),
            Step(
                "product-rule",
                rf"\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\frac{{\pi_\theta(a\mid s)}}{{\pi_{{ref}}(a\mid s)}}+\sum_a\pi_\theta(a\mid s){SCORE}",
                using=("log-of-a-quotient",),
            ),
            Step("zero-mean-score", r"\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\frac{\pi_\theta(a\mid s)}{\pi_{ref}(a\mid s)}"),
            Step("log-derivative", rf"\sum_a\pi_\theta(a\mid s){SCORE}\log\frac{{\pi_\theta(a\mid s)}}{{\pi_{{ref}}(a\mid s)}}"),
            Step(
                "sum-to-expectation",
                rf"\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[{SCORE}\log\frac{{\pi_\theta(a\mid s)}}{{\pi_{{ref}}(a\mid s)}}\right]",
            ),
        ),
    ),
    Result(
        "trust/policy-entropy-gradient",
        "The gradient of a policy's entropy",
        r"\nabla_\theta H(\pi_\theta(\cdot\mid s))=-\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)",
        "What an entropy bonus adds to a policy's gradient.",
        "Williams and Peng 1991, Function optimization using connectionist reinforcement learning algorithms",
        steps=(
            Step("definition", r"-\nabla_\theta\sum_a\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)"),
            Step(
                "product-rule",
                rf"-\sum_a\left(\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)+\pi_\theta(a\mid s){SCORE}\right)",
            ),
            Step(
                "log-derivative",
                r"-\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)-\sum_a\nabla_\theta\pi_\theta(a\mid s)",
            ),
            Step("total-probability", r"-\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)"),
        ),
    ),
    Result(
        "trust/entropy-expectation",
        "The gradient of a policy's entropy as an expectation",
        rf"\nabla_\theta H(\pi_\theta(\cdot\mid s))=-\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[{SCORE}\log\pi_\theta(a\mid s)\right]",
        "An entropy bonus pays for surprise.",
        "Williams and Peng 1991, Function optimization using connectionist reinforcement learning algorithms",
        steps=(
            Step(
                "trust/policy-entropy-gradient",
                r"-\sum_a\nabla_\theta\pi_\theta(a\mid s)\log\pi_\theta(a\mid s)",
                "The gradient of the entropy.",
            ),
            Step("log-derivative", rf"-\sum_a\pi_\theta(a\mid s){SCORE}\log\pi_\theta(a\mid s)"),
            Step(
                "sum-to-expectation",
                rf"-\mathbb{{E}}_{{a\sim\pi_\theta(\cdot\mid s)}}\left[{SCORE}\log\pi_\theta(a\mid s)\right]",
            ),
        ),
    ),
    Result(
        "trust/divergence-second",
        "Divergence to second order",
        rf"{DIVERGENCE}\approx\frac{{1}}{{2}}{STEP}^\top F{STEP}",
        "Value and slope vanish where the policies agree; half the Fisher information is what is left.",
        TRPO,
        given=(FISHER,),
        steps=(
            Step(
                "taylor-many",
                rf"\approx D_{{KL}}(\pi_{{\theta_{{old}}}}(\cdot\mid s)\|\pi_{{\theta_{{old}}}}(\cdot\mid s))"
                rf"+\left(\nabla_\theta {DIVERGENCE}{OLD}\right)^\top{STEP}+\frac{{1}}{{2}}{STEP}^\top\left(\nabla_\theta^2 {DIVERGENCE}{OLD}\right){STEP}",
                "A value, a slope and half the curvature.",
            ),
            Step(
                "trust/divergence-gradient",
                rf"\frac{{1}}{{2}}{STEP}^\top F{STEP}",
                "Value and slope are zero, and the curvature is the Fisher information.",
                using=("information/self", "trust/divergence-hessian"),
            ),
        ),
    ),
    Result(
        "trust/surrogate-gradient",
        "The surrogate has the policy gradient",
        rf"\nabla_\theta J(\theta){OLD}=\nabla_\theta L(\theta){OLD}",
        "At the old policy the surrogate climbs exactly as the objective does.",
        f"{TRPO}, equation 4",
        given=(LOCAL,),
        assuming=("visits are a sum, Σγ^t P(s_t=s)",),
        steps=(
            Step(
                "policy-gradient/theorem",
                rf"\sum_s d^{{\pi_{{\theta_{{old}}}}}}(s)\sum_a\nabla_\theta\pi_\theta(a\mid s)Q^{{\pi_{{\theta_{{old}}}}}}(s,a){OLD}",
                "The policy gradient theorem at the old policy.",
            ),
            Step(
                "baseline",
                rf"\sum_s d^{{\pi_{{\theta_{{old}}}}}}(s)\sum_a\nabla_\theta\pi_\theta(a\mid s)\left(Q^{{\pi_{{\theta_{{old}}}}}}(s,a)-V^{{\pi_{{\theta_{{old}}}}}}(s)\right){OLD}",
                "The value of the state is a baseline.",
            ),
            Step(
                "advantage",
                rf"\sum_s d^{{\pi_{{\theta_{{old}}}}}}(s)\sum_a\nabla_\theta\pi_\theta(a\mid s)A^{{\pi_{{\theta_{{old}}}}}}(s,a){OLD}",
            ),
            Step(
                "gradient-of-a-sum",
                rf"\nabla_\theta L(\theta){OLD}",
                "Visitation and advantages of the old policy are constants.",
            ),
        ),
    ),
    Result(
        "trust/surrogate-first",
        "The objective to first order",
        rf"J(\theta)-J(\theta_{{old}})\approx g^\top{STEP}",
        "Near the old policy the gain is the gradient times the step.",
        TRPO,
        given=(rf"g=\nabla_\theta J(\theta){OLD}",),
        steps=(
            Step(
                "taylor-many",
                r"\approx J(\theta_{old})+g^\top(\theta-\theta_{old})-J(\theta_{old})",
                "A value and a gradient.",
            ),
            Step("cancel", r"g^\top(\theta-\theta_{old})"),
        ),
    ),
    Result(
        "trust/lagrange",
        "The best step under a bound, by Lagrange",
        r"\nabla_x\left(g^\top x-\lambda\left(\frac{1}{2}x^\top Fx-\delta\right)\right)=g-\lambda Fx",
        "The first-order gain less a price on divergence is stationary where the price times the Fisher matrix times the step is the gradient.",
        f"{TRPO}, appendix C",
        given=(r"F=F^\top",),
        steps=(
            Step(
                "linearity-of-gradient", r"\nabla_x\left(g^\top x\right)-\lambda\nabla_x\left(\frac{1}{2}x^\top Fx-\delta\right)"
            ),
            Step("linear-form", r"g-\lambda\nabla_x\left(\frac{1}{2}x^\top Fx-\delta\right)"),
            Step("quadratic-form", r"g-\lambda Fx"),
        ),
    ),
    Result(
        "trust/stationary",
        "The step that the price asks for",
        r"g-\lambda F\left(\frac{1}{\lambda}F^{-1}g\right)=0",
        "Any price is paid by a multiple of the natural gradient.",
        f"{TRPO}, appendix C",
        given=(r"\lambda>0",),
        steps=(
            Step("cancel", r"g-F\left(F^{-1}g\right)"),
            Step("inverse", "g-g"),
            Step("cancel", "0", "A vector minus itself."),
        ),
    ),
    Result(
        "trust/price",
        "The price at which the bound is met",
        r"\frac{1}{2}\left(\frac{1}{\lambda}F^{-1}g\right)^\top F\left(\frac{1}{\lambda}F^{-1}g\right)=\delta",
        "The divergence of the step settles the price.",
        f"{TRPO}, appendix C",
        given=(r"\lambda=\sqrt{\frac{g^\top F^{-1}g}{2\delta}}", r"\delta>0"),
        steps=(
            Step(
                "cancel",
                r"\frac{1}{2\lambda^2}\left(F^{-1}g\right)^\top F\left(F^{-1}g\right)",
                "The price comes out of both factors.",
            ),
            Step("inverse", r"\frac{1}{2\lambda^2}g^\top F^{-1}g"),
            Step("root-of-a-square", r"\delta", "The square of the price is half the quotient of the two."),
        ),
    ),
    Result(
        "trust/step",
        "TRPO's step",
        STEP_TAKEN,
        "The natural gradient, scaled until the bound on divergence is met.",
        f"{TRPO}, appendix C",
        define=True,
    ),
    Result(
        "trust/step-bound",
        "TRPO's step meets the bound",
        r"\frac{1}{2}x^\top Fx=\delta",
        "To second order the divergence of the step is the bound itself.",
        f"{TRPO}, appendix C",
        given=(STEP_TAKEN,),
        steps=(
            Step(
                "root-of-a-square",
                r"\frac{1}{2}\cdot\frac{2\delta}{g^\top F^{-1}g}\left(F^{-1}g\right)^\top F\left(F^{-1}g\right)",
            ),
            Step("inverse", r"\frac{\delta}{g^\top F^{-1}g}g^\top F^{-1}g"),
            Step("cancel", r"\delta"),
        ),
    ),
    Result(
        "trust/step-gain",
        "What TRPO's step gains",
        r"g^\top x=\sqrt{2\delta g^\top F^{-1}g}",
        "To first order no step within the bound gains more.",
        f"{TRPO}, appendix C",
        given=(r"\delta>0", STEP_TAKEN),
        steps=(
            Step("definition", r"\sqrt{\frac{2\delta}{g^\top F^{-1}g}}g^\top F^{-1}g"),
            Step("root-of-a-square", r"\sqrt{2\delta g^\top F^{-1}g}"),
        ),
    ),
    Result(
        "trust/natural-gradient",
        "The natural gradient is steepest",
        r"\nabla_x\left(g^\top x-\frac{\lambda}{2}x^\top Fx\right)=g-\lambda Fx",
        "Steepest with respect to divergence, not to the parameters' own scale: flat where the step is the inverse Fisher matrix times the gradient.",
        AMARI,
        given=(r"F=F^\top",),
        steps=(
            Step("linearity-of-gradient", r"\nabla_x\left(g^\top x\right)-\lambda\nabla_x\left(\frac{1}{2}x^\top Fx\right)"),
            Step("linear-form", r"g-\lambda\nabla_x\left(\frac{1}{2}x^\top Fx\right)"),
            Step("quadratic-form", r"g-\lambda Fx"),
        ),
    ),
)
