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
            Side(
                r"$\mu$ is the group's own mean",
                violated=r"\sum_{i=1}^n(r_i-\mu)=0",
                given=(r"\mu=\frac{1}{n-1}\sum_{i=1}^n r_i",),
            ),
        ),
        says="Distances from the mean cancel.",
        source=GRPO,
    ),
)
