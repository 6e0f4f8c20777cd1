r"""GRPO over tokens: ratio, objective and gradient, and the variants that weight answers and tokens otherwise."""

from derive.derivation import Step
from derive.library.result import Result
from derive.library.updates.group import DR_GRPO, GRPO, MEAN

DAPO = "Yu et al. 2025, DAPO: an open-source LLM reinforcement learning system at scale"
GSPO = "Zheng et al. 2025, Group sequence policy optimization"

NEW, OLD, REF = (rf"\pi_{{{p}}}(o_{{i,t}}\mid q,o_{{i,<t}})" for p in (r"\theta", r"\theta_{old}", "ref"))
SCORE = rf"\nabla_\theta\log{NEW}"
RATIO = rf"\rho_{{i,t}}(\theta)=\frac{{{NEW}}}{{{OLD}}}"
PENALTY = rf"k_{{i,t}}(\theta)=\frac{{{REF}}}{{{NEW}}}-\log\frac{{{REF}}}{{{NEW}}}-1"
CLIPPED = r"\min\left(\rho_{i,t}(\theta)\hat{A}_i,\mathrm{clip}(\rho_{i,t}(\theta),1-\epsilon,1+\epsilon)\hat{A}_i\right)"
MEANS = r"\frac{1}{G}\sum_{i=1}^G\frac{1}{|o_i|}\sum_{t=1}^{|o_i|}"
OBJECTIVE = rf"J(\theta)={MEANS}\left({CLIPPED}-\beta k_{{i,t}}(\theta)\right)"
UNCLIPPED = rf"J(\theta)={MEANS}\left(\rho_{{i,t}}(\theta)\hat{{A}}_i-\beta k_{{i,t}}(\theta)\right)"
PULL = rf"\left(\frac{{{REF}}}{{{NEW}}}-1\right)"
ANSWER = r"\rho(\theta)=\left(\frac{\pi_\theta(o\mid q)}{\pi_{\theta_{old}}(o\mid q)}\right)^{\frac{1}{|o|}}"
AUTOREGRESSIVE = rf"\pi_\theta(o_i\mid q)=\prod_{{t=1}}^{{|o_i|}}{NEW}"

NARROW = r"0<\epsilon<1"


def clipped_steps(case: str, rule: str, says: str) -> tuple[Step, ...]:
    """The gradient of a token's clipped surrogate where the bound does not hold it."""
    return (
        Step(case, r"\nabla_\theta\left(\rho_{i,t}(\theta)\hat{A}_i\right)", says, using=(rule,)),
        Step("constant-factor", r"\hat{A}_i\nabla_\theta\rho_{i,t}(\theta)"),
        Step("grpo/ratio-gradient", rf"\rho_{{i,t}}(\theta)\hat{{A}}_i{SCORE}", "The gradient of a token's ratio."),
    )


RESULTS = (
    Result(
        "grpo/ratio",
        "A token's ratio",
        RATIO,
        "How much likelier the new policy makes a token, given all before it.",
        GRPO,
        define=True,
    ),
    Result(
        "grpo/ratio-gradient",
        "The gradient of a token's ratio",
        rf"\nabla_\theta\rho_{{i,t}}(\theta)=\rho_{{i,t}}(\theta){SCORE}",
        "The ratio times the token's score.",
        GRPO,
        given=(RATIO,),
        steps=(
            Step("definition", rf"\frac{{\nabla_\theta{NEW}}}{{{OLD}}}", "The old policy is a constant."),
            Step("log-derivative", rf"\frac{{{NEW}}}{{{OLD}}}{SCORE}"),
            Step("definition", rf"\rho_{{i,t}}(\theta){SCORE}"),
        ),
    ),
    Result(
        "grpo/penalty",
        "A token's penalty",
        PENALTY,
        "An estimate of the divergence from the reference that is never negative.",
        f"{GRPO}, equation 4",
        define=True,
    ),
    Result(
        "grpo/penalty-gradient",
        "The gradient of a token's penalty",
        rf"\nabla_\theta k_{{i,t}}(\theta)=-{PULL}{SCORE}",
        "It pulls a token up where the reference finds it likelier, and down where it does not.",
        GRPO,
        given=(PENALTY,),
        steps=(
            Step(
                "log-of-a-quotient",
                rf"\nabla_\theta\left(\frac{{{REF}}}{{{NEW}}}+\log{NEW}\right)",
                "What does not depend on the parameters is left out.",
            ),
            Step("quotient-rule", rf"-\frac{{{REF}}}{{{NEW}^2}}\nabla_\theta{NEW}+{SCORE}"),
            Step("log-derivative", rf"-\frac{{{REF}}}{{{NEW}}}{SCORE}+{SCORE}"),
            Step("common-factor", rf"-{PULL}{SCORE}"),
        ),
    ),
    Result(
        "grpo/objective",
        "GRPO's objective",
        OBJECTIVE,
        "The clipped surrogate less the penalty, averaged over an answer's tokens, then over the group.",
        f"{GRPO}, equation 3",
        given=(RATIO, PENALTY),
        define=True,
    ),
    Result(
        "grpo/objective-unclipped",
        "GRPO's objective inside the clipping range",
        UNCLIPPED,
        "Where no ratio is clipped the surrogate is the plain one.",
        GRPO,
        given=(RATIO, PENALTY),
        define=True,
    ),
    Result(
        "grpo/gradient",
        "The gradient of GRPO's objective",
        rf"\nabla_\theta J(\theta)={MEANS}\left(\rho_{{i,t}}(\theta)\hat{{A}}_i+\beta{PULL}\right){SCORE}",
        "Each token's score is weighed by its answer's advantage, and by the pull of the reference.",
        GRPO,
        given=(RATIO, PENALTY, UNCLIPPED),
        steps=(
            Step(
                "gradient-of-a-sum",
                rf"{MEANS}\left(\hat{{A}}_i\nabla_\theta\rho_{{i,t}}(\theta)-\beta\nabla_\theta k_{{i,t}}(\theta)\right)",
                stated="not read as core terms",
            ),
            Step(
                "grpo/ratio-gradient",
                rf"{MEANS}\left(\rho_{{i,t}}(\theta)\hat{{A}}_i{SCORE}-\beta\nabla_\theta k_{{i,t}}(\theta)\right)",
                "The gradient of a token's ratio.",
            ),
            Step(
                "grpo/penalty-gradient",
                rf"{MEANS}\left(\rho_{{i,t}}(\theta)\hat{{A}}_i{SCORE}+\beta{PULL}{SCORE}\right)",
                "The gradient of a token's penalty.",
            ),
            Step("common-factor", rf"{MEANS}\left(\rho_{{i,t}}(\theta)\hat{{A}}_i+\beta{PULL}\right){SCORE}"),
        ),
    ),
    Result(
        "grpo/clipped-good",
        "A token of a good answer, before the bound",
        rf"\nabla_\theta {CLIPPED}=\rho_{{i,t}}(\theta)\hat{{A}}_i{SCORE}",
        "Below the upper bound a good answer's token is pushed as by the policy gradient.",
        GRPO,
        given=(RATIO, r"\hat{A}_i>0", r"\rho_{i,t}(\theta)<1+\epsilon", NARROW),
        steps=clipped_steps("grpo/dapo-good", "least-of-two", "The plain ratio is the smaller."),
    ),
    Result(
        "grpo/clipped-good-bound",
        "A token of a good answer, past the bound",
        rf"\nabla_\theta {CLIPPED}=0",
        "Beyond the upper bound nothing pushes any more.",
        GRPO,
        given=(RATIO, r"\hat{A}_i>0", r"\rho_{i,t}(\theta)>1+\epsilon", NARROW),
        steps=(
            Step(
                "grpo/dapo-good",
                r"\nabla_\theta\left((1+\epsilon)\hat{A}_i\right)",
                "The bound is the smaller.",
                using=("least-of-two",),
            ),
            Step("constant", "0", "A bound does not depend on the parameters."),
        ),
    ),
    Result(
        "grpo/clipped-bad",
        "A token of a bad answer, before the bound",
        rf"\nabla_\theta {CLIPPED}=\rho_{{i,t}}(\theta)\hat{{A}}_i{SCORE}",
        "Above the lower bound a bad answer's token is pushed down, however likely it became.",
        GRPO,
        given=(RATIO, r"\hat{A}_i<0", r"\rho_{i,t}(\theta)>1-\epsilon", NARROW),
        steps=clipped_steps(
            "grpo/dapo-bad", "greatest-of-two", "A negative factor turns the order round: the plain ratio counts."
        ),
    ),
    Result(
        "grpo/clipped-bad-bound",
        "A token of a bad answer, past the bound",
        rf"\nabla_\theta {CLIPPED}=0",
        "Below the lower bound nothing pushes any more.",
        GRPO,
        given=(RATIO, r"\hat{A}_i<0", r"\rho_{i,t}(\theta)<1-\epsilon", NARROW),
        steps=(
            Step(
                "grpo/dapo-bad",
                r"\nabla_\theta\left((1-\epsilon)\hat{A}_i\right)",
                "The bound is the larger.",
                using=("greatest-of-two",),
            ),
            Step("constant", "0", "A bound does not depend on the parameters."),
        ),
    ),
    Result(
        "grpo/answer-score",
        "The score of an answer",
        rf"\nabla_\theta\log\pi_\theta(o_i\mid q)=\sum_{{t=1}}^{{|o_i|}}{SCORE}",
        "An answer's log-probability is the sum of its tokens'.",
        GRPO,
        given=(AUTOREGRESSIVE,),
        steps=(
            Step("definition", rf"\nabla_\theta\log\prod_{{t=1}}^{{|o_i|}}{NEW}", stated="not read as core terms"),
            Step("log-of-a-product", rf"\nabla_\theta\sum_{{t=1}}^{{|o_i|}}\log{NEW}", stated="not read as core terms"),
            Step("gradient-of-a-sum", rf"\sum_{{t=1}}^{{|o_i|}}{SCORE}", stated="not read as core terms"),
        ),
    ),
    Result(
        "grpo/dr-grpo",
        "Dr. GRPO's objective",
        r"J(\theta)=\frac{1}{G}\sum_{i=1}^G\sum_{t=1}^{|o_i|}\min\left(\rho_{i,t}(\theta)(r_i-\mu),\mathrm{clip}(\rho_{i,t}(\theta),1-\epsilon,1+\epsilon)(r_i-\mu)\right)",
        "No division by an answer's length or by the group's deviation: long wrong answers are not let off, easy questions not weighed up.",
        DR_GRPO,
        given=(RATIO, MEAN.replace("n", "G")),
        define=True,
    ),
    Result(
        "grpo/dapo",
        "DAPO's objective",
        r"J(\theta)=\frac{1}{\sum_{i=1}^G|o_i|}\sum_{i=1}^G\sum_{t=1}^{|o_i|}\min\left(\rho_{i,t}(\theta)\hat{A}_i,\mathrm{clip}(\rho_{i,t}(\theta),1-\epsilon_l,1+\epsilon_h)\hat{A}_i\right)",
        "Every token counts the same, and the upper bound is wider than the lower.",
        DAPO,
        given=(RATIO,),
        define=True,
    ),
    Result(
        "grpo/dapo-weights",
        "What a mean over tokens weighs",
        r"\frac{1}{\sum_{i=1}^G|o_i|}\sum_{i=1}^G\sum_{t=1}^{|o_i|}x_{i,t}=\sum_{i=1}^G\frac{|o_i|}{\sum_{j=1}^G|o_j|}\cdot\frac{1}{|o_i|}\sum_{t=1}^{|o_i|}x_{i,t}",
        "A mean over all tokens weighs answers by their length.",
        DAPO,
        steps=(
            Step("constant-factor", r"\sum_{i=1}^G\frac{1}{\sum_{j=1}^G|o_j|}\sum_{t=1}^{|o_i|}x_{i,t}"),
            Step(
                "multiply-and-divide",
                r"\sum_{i=1}^G\frac{|o_i|}{\sum_{j=1}^G|o_j|}\cdot\frac{1}{|o_i|}\sum_{t=1}^{|o_i|}x_{i,t}",
            ),
        ),
    ),
    Result(
        "grpo/dapo-good",
        "A good action with a wider upper bound",
        r"\min(rA,\mathrm{clip}(r,1-\epsilon_l,1+\epsilon_h)A)=\min(r,1+\epsilon_h)A",
        "Only the upper bound limits it, so it may be set on its own.",
        DAPO,
        given=("A>0", r"0<\epsilon_l<1", r"\epsilon_h>0"),
        steps=(
            Step(
                "clip",
                r"\min(r,\min(\max(r,1-\epsilon_l),1+\epsilon_h))A",
                "A positive factor comes out of a minimum.",
                using=("positive-factor",),
            ),
            Step("absorption", r"\min(r,1+\epsilon_h)A", "The lower bound never matters: the plain ratio is smaller still."),
        ),
    ),
    Result(
        "grpo/dapo-bad",
        "A bad action with bounds of its own",
        r"\min(rA,\mathrm{clip}(r,1-\epsilon_l,1+\epsilon_h)A)=\max(r,1-\epsilon_l)A",
        "Only the lower bound limits it, whatever the upper one.",
        DAPO,
        given=("A<0", r"0<\epsilon_l<1", r"\epsilon_h>0"),
        steps=(
            Step(
                "clip",
                r"\max(r,\min(\max(r,1-\epsilon_l),1+\epsilon_h))A",
                "A negative factor turns a minimum into a maximum.",
                using=("negative-factor",),
            ),
            Step(
                "absorption",
                r"\max(r,1-\epsilon_l)A",
                "The upper bound never matters: the plain ratio is larger still.",
                using=("least-of-two",),
            ),
        ),
    ),
    Result(
        "grpo/gspo-ratio",
        "GSPO's ratio",
        ANSWER,
        "The geometric mean of the tokens' ratios: one ratio for a whole answer.",
        f"{GSPO}, equation 7",
        define=True,
    ),
    Result(
        "grpo/gspo-ratio-log",
        "GSPO's ratio from log-probabilities",
        r"\rho(\theta)=\exp\left(\frac{1}{|o|}\log\frac{\pi_\theta(o\mid q)}{\pi_{\theta_{old}}(o\mid q)}\right)",
        "The mean of the tokens' log-ratios, exponentiated.",
        f"{GSPO}, equation 7",
        given=(ANSWER,),
        steps=(
            Step(
                "exp-log",
                r"\exp\left(\log\left(\left(\frac{\pi_\theta(o\mid q)}{\pi_{\theta_{old}}(o\mid q)}\right)^{\frac{1}{|o|}}\right)\right)",
            ),
            Step(
                "log-of-a-power",
                r"\exp\left(\frac{1}{|o|}\log\frac{\pi_\theta(o\mid q)}{\pi_{\theta_{old}}(o\mid q)}\right)",
            ),
        ),
    ),
    Result(
        "grpo/gspo-gradient",
        "The gradient of GSPO's ratio",
        r"\nabla_\theta\rho(\theta)=\rho(\theta)\frac{1}{|o|}\nabla_\theta\log\pi_\theta(o\mid q)",
        "All tokens of an answer are pushed alike.",
        GSPO,
        given=(ANSWER,),
        steps=(
            Step(
                "policy-log-derivative",
                r"\rho(\theta)\nabla_\theta\log\rho(\theta)",
                "A gradient is the quantity times the gradient of its logarithm.",
            ),
            Step(
                "log-of-a-power",
                r"\rho(\theta)\frac{1}{|o|}\nabla_\theta\log\frac{\pi_\theta(o\mid q)}{\pi_{\theta_{old}}(o\mid q)}",
            ),
            Step(
                "log-of-a-quotient",
                r"\rho(\theta)\frac{1}{|o|}\nabla_\theta\log\pi_\theta(o\mid q)",
                "The old policy is a constant.",
            ),
        ),
    ),
)
