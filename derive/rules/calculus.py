r"""Rules of differentiation and of logarithms."""

from derive.rules.rule import Rule, Side

APOSTOL = "Apostol 1967, Calculus I"
WILLIAMS = "Williams 1992"

RULES = (
    Rule(
        name="log-derivative",
        pattern=r"\nabla_\theta p_\theta(x)",
        becomes=r"p_\theta(x)\,\nabla_\theta\log p_\theta(x)",
        where=(Side(r"p_\theta(x)>0", violated=r"0=0\cdot\frac{0}{0}"),),
        says="The gradient of a probability is the probability times the gradient of its logarithm.",
        source=WILLIAMS,
    ),
    Rule(
        name="chain-rule-log",
        pattern=r"\nabla_\theta\log p_\theta(x)",
        becomes=r"\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}",
        where=(Side(r"p_\theta(x)>0", violated=r"0=\frac{0}{0}"),),
        says="The derivative of log u is u′/u.",
        source=APOSTOL,
    ),
    Rule(
        name="chain-rule-square",
        pattern=r"\nabla_\theta\left(\frac{1}{2}(V_\theta(s)-y)^2\right)",
        becomes=r"(V_\theta(s)-y)\nabla_\theta V_\theta(s)",
        where=(
            Side(
                r"\nabla_\theta y=0",
                violated=r"\nabla_\theta\left(\frac{1}{2}(V_\theta(s)-\gamma V_\theta(s'))^2\right)=(V_\theta(s)-\gamma V_\theta(s'))\nabla_\theta V_\theta(s)",
            ),
        ),
        says="Half a square differentiates to the base times its gradient.",
        source=APOSTOL,
    ),
    Rule(
        name="constant",
        pattern=r"\nabla_\theta c",
        becomes="0",
        where=(Side(r"c does not depend on \theta", violated=r"\nabla_\theta p_\theta(x)=0"),),
        says="The gradient of a constant vanishes.",
        source=APOSTOL,
    ),
    Rule(
        name="product-rule",
        pattern=r"\nabla_\theta\left(f(\theta)g(\theta)\right)",
        becomes=r"g(\theta)\nabla_\theta f(\theta)+f(\theta)\nabla_\theta g(\theta)",
        says="Each factor is differentiated in turn while the other stands.",
        source=APOSTOL,
    ),
    Rule(
        name="quotient-rule",
        pattern=r"\nabla_\theta\frac{f(\theta)}{g(\theta)}",
        becomes=r"\frac{g(\theta)\nabla_\theta f(\theta)-f(\theta)\nabla_\theta g(\theta)}{g(\theta)^2}",
        where=(Side(r"g(\theta)\ne 0", violated=r"\frac{0\cdot 1-1\cdot 1}{0^2}=-1"),),
        says="Denominator times derivative of the numerator, less the other way round, over the square.",
        source=APOSTOL,
    ),
    Rule(
        name="exponential-derivative",
        pattern=r"\nabla_\theta\exp(f(\theta))",
        becomes=r"\exp(f(\theta))\nabla_\theta f(\theta)",
        says="The exponential is its own derivative, times that of its argument.",
        source=APOSTOL,
    ),
    Rule(
        name="power-rule",
        pattern=r"\frac{d}{dx}x^4",
        becomes=r"4x^3",
        says="The power comes down and loses one.",
        source=APOSTOL,
    ),
    Rule(
        name="log-of-a-product",
        pattern=r"\log(xy)",
        becomes=r"\log x+\log y",
        given=("x>0", "y>0"),
        where=(Side("x>0", violated=r"\log((-1)(-2))=\log(-1)+\log(-2)"), Side("y>0", violated=r"\log(2\cdot 0)=\log 2+\log 0")),
        says="The logarithm of a product is the sum of the logarithms.",
        source=APOSTOL,
    ),
    Rule(
        name="log-of-a-quotient",
        pattern=r"\log\frac{x}{y}",
        becomes=r"\log x-\log y",
        given=("x>0", "y>0"),
        where=(
            Side("x>0", violated=r"\log\frac{-1}{-2}=\log(-1)-\log(-2)"),
            Side("y>0", violated=r"\log\frac{1}{0}=\log 1-\log 0"),
        ),
        says="The logarithm of a quotient is the difference of the logarithms.",
        source=APOSTOL,
    ),
    Rule(
        name="log-of-a-power",
        pattern=r"\log x^n",
        becomes=r"n\log x",
        given=("x>0",),
        where=(Side("x>0", violated=r"\log(-3)^2=2\log(-3)"),),
        says="An exponent comes out of a logarithm as a factor.",
        source=APOSTOL,
    ),
    Rule(
        name="root-of-a-square",
        pattern=r"\sqrt{x^2}",
        becomes="x",
        given=("x>0",),
        where=(Side(r"x\ge 0", violated=r"\sqrt{(-2)^2}=-2"),),
        says="The root of a square is the number itself, where it is not negative.",
        source=APOSTOL,
    ),
)
