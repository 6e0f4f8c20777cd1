r"""Rules about groups of rewards."""

from derive.rules.rule import Rule, Side

GRPO = "Shao et al. 2024, DeepSeekMath"
MEAN = r"\mu=\frac{1}{n}\sum_{i=1}^n r_i"

RULES = (
    Rule(
        name="centred",
        pattern=r"\sum_{i=1}^n(r_i-\mu)",
        becomes="0",
        given=(MEAN,),
        where=(
            Side("μ is the group's own mean", violated=r"\sum_{i=1}^n(r_i-\mu)=0", given=(r"\mu=\frac{1}{n-1}\sum_{i=1}^n r_i",)),
        ),
        says="Distances from the mean cancel.",
        source=GRPO,
    ),
    Rule(
        name="mean-times-size",
        pattern=r"n\mu",
        becomes=r"\sum_{i=1}^n r_i",
        given=(MEAN,),
        where=(
            Side("μ is the group's own mean", violated=r"n\mu=\sum_{i=1}^n r_i", given=(r"\mu=\frac{1}{n}\sum_{i=1}^n r_i^2",)),
        ),
        says="The mean times the number of answers is their sum.",
        source=GRPO,
    ),
    Rule(
        name="mean-of-a-shift",
        pattern=r"\frac{1}{n}\sum_{i=1}^n(r_i+c)",
        becomes=r"\mu+c",
        given=(MEAN,),
        where=(Side("the same shift for all", violated=r"\frac{1}{n}\sum_{i=1}^n(r_i+y_i)=\mu+y_1", given=(MEAN,)),),
        says="Adding a constant to every reward adds it to their mean.",
        source=GRPO,
    ),
    Rule(
        name="leave-one-out",
        pattern=r"\sum_{j\ne i}r_j",
        becomes=r"\sum_{j=1}^nr_j-r_i",
        where=(Side("all but the one", violated=r"\sum_{j\ne i}r_j=\sum_{j=1}^nr_j"),),
        says="The sum over the others is the whole sum less the one.",
        source="Ahmadian et al. 2024, Back to basics: revisiting REINFORCE style optimization",
    ),
)
