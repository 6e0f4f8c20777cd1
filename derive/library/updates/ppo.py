# ruff: noqa: E501  (a formula stays on one line)
r"""PPO: the surrogate, the clipped objective and what it says by the sign of the advantage."""

from derive.derivation import Step
from derive.library.basics.taylor import PPO, RATIO, TRPO
from derive.library.result import Result

CLIP = r"L^{CLIP}(\theta)=\mathbb{E}_t\left[\min\left(r_t(\theta)\hat{A}_t,\mathrm{clip}(r_t(\theta),1-\epsilon,1+\epsilon)\hat{A}_t\right)\right]"
INNER = r"\min(r_t(\theta)\hat{A}_t,\mathrm{clip}(r_t(\theta),1-\epsilon,1+\epsilon)\hat{A}_t)"
NARROW = r"0<\epsilon<1"
SCORE = r"\nabla_\theta\log\pi_\theta(a_t\mid s_t)"
SPINNING = "Achiam 2018, Simplified PPO-clip objective"

RESULTS = (
    Result(
        "ppo/ratio",
        "The ratio with the old policy",
        r"r_t(\theta)=\frac{\pi_\theta(a_t\mid s_t)}{\pi_{old}(a_t\mid s_t)}",
        "How much likelier the new policy makes the action taken.",
        PPO,
    ),
    Result(
        "ppo/clipped-objective",
        "The clipped objective",
        CLIP,
        "The worse of the plain and the clipped surrogate, on average.",
        f"{PPO}, equation 7",
        define=True,
    ),
    Result(
        "ppo/clip",
        "Clipping",
        r"\mathrm{clip}(x,1-\epsilon,1+\epsilon)=\min(\max(x,1-\epsilon),1+\epsilon)",
        "First not below the lower bound, then not above the upper.",
        PPO,
        given=(NARROW,),
        steps=(Step("clip", r"\min(\max(x,1-\epsilon),1+\epsilon)"),),
    ),
    Result(
        "ppo/positive",
        "A good action",
        rf"{INNER}=\min(r_t(\theta),1+\epsilon)\hat{{A}}_t",
        "Its probability is raised, and credit stops at the upper bound.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t>0", NARROW),
        steps=(
            Step(
                "clip",
                r"\min(r_t(\theta),\min(\max(r_t(\theta),1-\epsilon),1+\epsilon))\hat{A}_t",
                "A positive factor comes out of a minimum.",
                using=("positive-factor",),
            ),
            Step(
                "absorption",
                r"\min(r_t(\theta),1+\epsilon)\hat{A}_t",
                "The lower bound never matters: the plain ratio is smaller still.",
            ),
        ),
    ),
    Result(
        "ppo/negative",
        "A bad action",
        rf"{INNER}=\max(r_t(\theta),1-\epsilon)\hat{{A}}_t",
        "Its probability is lowered, and credit stops at the lower bound.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t<0", NARROW),
        steps=(
            Step(
                "clip",
                r"\max(r_t(\theta),\min(\max(r_t(\theta),1-\epsilon),1+\epsilon))\hat{A}_t",
                "A negative factor turns a minimum into a maximum.",
                using=("negative-factor",),
            ),
            Step(
                "absorption",
                r"\max(r_t(\theta),1-\epsilon)\hat{A}_t",
                "The upper bound never matters: the plain ratio is larger still.",
                using=("least-of-two",),
            ),
        ),
    ),
    Result(
        "ppo/one-formula",
        "Both cases at once",
        r"\min(rA,\mathrm{clip}(r,1-\epsilon,1+\epsilon)A)=\min(rA,g(\epsilon,A))",
        "The clipped term can be replaced by a bound that does not depend on the ratio.",
        SPINNING,
        given=(r"g(\epsilon,A)=\begin{cases}(1+\epsilon)A & A\ge0\\(1-\epsilon)A & A<0\end{cases}", NARROW),
    ),
    Result(
        "ppo/pessimistic",
        "Clipping is pessimistic",
        rf"{INNER}\le r_t(\theta)\hat{{A}}_t",
        "The clipped objective never promises more than the plain one.",
        PPO,
        given=(
            RATIO,
            NARROW,
        ),
        steps=(Step("extreme-bound", r"r_t(\theta)\hat{A}_t"),),
    ),
    Result(
        "ppo/short",
        "The clipped objective, inside",
        r"\min(r_t\hat{A}_t,\mathrm{clip}(r_t,1-\epsilon,1+\epsilon)\hat{A}_t)=\min(r_t\hat{A}_t,\max(1-\epsilon,\min(r_t,1+\epsilon))\hat{A}_t)",
        "Written with minimum and maximum alone.",
        PPO,
        given=(
            r"r_t=\frac{\pi_\theta(a_t\mid s_t)}{\pi_{\theta_{old}}(a_t\mid s_t)}",
            NARROW,
        ),
        steps=(
            Step("clip", r"\min(r_t\hat{A}_t,\min(\max(r_t,1-\epsilon),1+\epsilon)\hat{A}_t)"),
            Step(
                "clip",
                r"\min(r_t\hat{A}_t,\max(1-\epsilon,\min(r_t,1+\epsilon))\hat{A}_t)",
                "The lower bound lies below the upper one, so the order of the two does not matter.",
            ),
        ),
    ),
    Result(
        "ppo/surrogate-gradient",
        "The surrogate's gradient at the old policy",
        r"\nabla_\theta\left(r_t(\theta)\hat{A}_t\right)\Big|_{\theta=\theta_{old}}=\hat{A}_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)\Big|_{\theta=\theta_{old}}",
        "Where the policies agree, the surrogate has the policy gradient.",
        TRPO,
        given=(RATIO,),
        steps=(
            Step("constant-factor", r"\hat{A}_t\nabla_\theta r_t(\theta)\Big|_{\theta=\theta_{old}}"),
            Step("ratio-gradient", rf"\hat{{A}}_tr_t(\theta){SCORE}\Big|_{{\theta=\theta_{{old}}}}"),
            Step("at-old", rf"\hat{{A}}_t{SCORE}\Big|_{{\theta=\theta_{{old}}}}", "Where the policies agree the ratio is one."),
        ),
    ),
    Result(
        "ppo/ratio-log",
        "The ratio from log-probabilities",
        r"\frac{\pi_\theta(a\mid s)}{\pi_{old}(a\mid s)}=\exp\left(\log\pi_\theta(a\mid s)-\log\pi_{old}(a\mid s)\right)",
        "How the ratio is computed without underflow.",
        PPO,
        steps=(
            Step("exp-log", r"\exp\left(\log\frac{\pi_\theta(a\mid s)}{\pi_{old}(a\mid s)}\right)"),
            Step("log-of-a-quotient", r"\exp\left(\log\pi_\theta(a\mid s)-\log\pi_{old}(a\mid s)\right)"),
        ),
    ),
    Result(
        "ppo/ratio-mean",
        "The ratio averages to one",
        r"\sum_a\pi_{old}(a\mid s)\frac{\pi_\theta(a\mid s)}{\pi_{old}(a\mid s)}=1",
        "What one action gains others lose.",
        PPO,
        steps=(Step("cancel", r"\sum_a\pi_\theta(a\mid s)"), Step("total-probability", "1")),
    ),
    Result(
        "ppo/gradient-good",
        "The gradient for a good action",
        rf"\nabla_\theta {INNER}=r_t(\theta)\hat{{A}}_t{SCORE}",
        "Below the upper bound a good action is pushed as by the policy gradient.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t>0", r"r_t(\theta)<1+\epsilon", NARROW),
        steps=(
            Step(
                "ppo/positive",
                r"\nabla_\theta\left(r_t(\theta)\hat{A}_t\right)",
                "The plain ratio is the smaller.",
                using=("least-of-two",),
            ),
            Step("constant-factor", r"\hat{A}_t\nabla_\theta r_t(\theta)"),
            Step("ratio-gradient", rf"r_t(\theta)\hat{{A}}_t{SCORE}"),
        ),
    ),
    Result(
        "ppo/gradient-good-clipped",
        "The gradient for a good action, clipped",
        rf"\nabla_\theta {INNER}=0",
        "Beyond the upper bound nothing pushes any more.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t>0", r"r_t(\theta)>1+\epsilon", NARROW),
        steps=(
            Step(
                "ppo/positive",
                r"\nabla_\theta\left((1+\epsilon)\hat{A}_t\right)",
                "The bound is the smaller.",
                using=("least-of-two",),
            ),
            Step("constant", "0", "A bound does not depend on the parameters."),
        ),
    ),
    Result(
        "ppo/gradient-bad",
        "The gradient for a bad action",
        rf"\nabla_\theta {INNER}=r_t(\theta)\hat{{A}}_t{SCORE}",
        "Above the lower bound a bad action is pushed down, however likely it became.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t<0", r"r_t(\theta)>1-\epsilon", NARROW),
        steps=(
            Step(
                "ppo/negative",
                r"\nabla_\theta\left(r_t(\theta)\hat{A}_t\right)",
                "The plain ratio is the larger.",
                using=("greatest-of-two",),
            ),
            Step("constant-factor", r"\hat{A}_t\nabla_\theta r_t(\theta)"),
            Step("ratio-gradient", rf"r_t(\theta)\hat{{A}}_t{SCORE}"),
        ),
    ),
    Result(
        "ppo/gradient-bad-clipped",
        "The gradient for a bad action, clipped",
        rf"\nabla_\theta {INNER}=0",
        "Below the lower bound nothing pushes any more.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t<0", r"r_t(\theta)<1-\epsilon", NARROW),
        steps=(
            Step(
                "ppo/negative",
                r"\nabla_\theta\left((1-\epsilon)\hat{A}_t\right)",
                "The bound is the larger.",
                using=("greatest-of-two",),
            ),
            Step("constant", "0", "A bound does not depend on the parameters."),
        ),
    ),
    Result(
        "ppo/gradient-cases",
        "The clipped gradient for a good action, by cases",
        rf"\nabla_\theta {INNER}=\begin{{cases}}0 & r_t(\theta)>1+\epsilon\\\hat{{A}}_t\nabla_\theta r_t(\theta) & \text{{otherwise}}\end{{cases}}",
        "Nothing past the upper bound, the plain surrogate's gradient before it.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t>0", NARROW),
        steps=(
            Step(
                "ppo/positive",
                r"\nabla_\theta\left(\min(r_t(\theta),1+\epsilon)\hat{A}_t\right)",
                "Only the upper bound matters for a good action.",
            ),
            Step(
                "gradient-of-an-extreme",
                r"\begin{cases}0 & r_t(\theta)>1+\epsilon\\\hat{A}_t\nabla_\theta r_t(\theta) & \text{otherwise}\end{cases}",
                "The bound does not move with the parameters; the ratio does.",
            ),
        ),
    ),
    Result(
        "ppo/gradient-cases-bad",
        "The clipped gradient for a bad action, by cases",
        rf"\nabla_\theta {INNER}=\begin{{cases}}0 & r_t(\theta)<1-\epsilon\\\hat{{A}}_t\nabla_\theta r_t(\theta) & \text{{otherwise}}\end{{cases}}",
        "Nothing below the lower bound, the plain surrogate's gradient above it.",
        SPINNING,
        given=(RATIO, r"\hat{A}_t<0", NARROW),
        steps=(
            Step(
                "ppo/negative",
                r"\nabla_\theta\left(\max(r_t(\theta),1-\epsilon)\hat{A}_t\right)",
                "Only the lower bound matters for a bad action.",
            ),
            Step(
                "gradient-of-an-extreme",
                r"\begin{cases}0 & r_t(\theta)<1-\epsilon\\\hat{A}_t\nabla_\theta r_t(\theta) & \text{otherwise}\end{cases}",
                "The bound does not move with the parameters; the ratio does.",
            ),
        ),
    ),
)
