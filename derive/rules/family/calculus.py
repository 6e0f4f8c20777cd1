r"""Rules of differentiation and of logarithms."""

from derive.rules.rule import Rule, Side

APOSTOL = "Apostol 1967, Calculus I"
MATRIX = "Petersen and Pedersen 2012, The Matrix Cookbook, section 2.4"
WILLIAMS = "Williams 1992"

RULES = (
    Rule(
        name="log-derivative",
        pattern=r"\nabla_\theta p_\theta(x)",
        becomes=r"p_\theta(x)\,\nabla_\theta\log p_\theta(x)",
        where=(Side(r"p_\theta(x)>0", violated=r"0=0\cdot\frac{0}{0}"),),
        also=((r"\nabla_\theta f(\theta)", r"f(\theta)\nabla_\theta\log f(\theta)"),),
        says="The gradient of a probability is the probability times the gradient of its logarithm.",
        source=WILLIAMS,
    ),
    Rule(
        name="chain-rule-log",
        pattern=r"\nabla_\theta\log p_\theta(x)",
        becomes=r"\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}",
        where=(Side(r"p_\theta(x)>0", violated=r"0=\frac{0}{0}"),),
        also=(
            (r"\nabla_\theta\log f(\theta)", r"\frac{\nabla_\theta f(\theta)}{f(\theta)}"),
            (r"\nabla_\theta\log(cf(\theta))", r"\nabla_\theta\log f(\theta)"),
        ),
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
                violated=r"\nabla_\theta\left(\frac{1}{2}(V_\theta(s)-Q_\theta(s,a))^2\right)=(V_\theta(s)-Q_\theta(s,a))\nabla_\theta V_\theta(s)",
            ),
        ),
        also=(
            (r"\nabla_\theta\left(\frac{1}{2}f(\theta)^2\right)", r"f(\theta)\nabla_\theta f(\theta)"),
            (r"\nabla_\theta f(\theta)^2", r"2f(\theta)\nabla_\theta f(\theta)"),
            (r"\nabla_\theta(f(\theta)-c)^2", r"2(f(\theta)-c)\nabla_\theta f(\theta)"),
        ),
        says="Half a square differentiates to the base times its gradient.",
        source=APOSTOL,
    ),
    Rule(
        name="constant",
        pattern=r"\nabla_\theta(f(\theta)+c)",
        becomes=r"\nabla_\theta f(\theta)",
        where=(Side(r"$c$ does not depend on $\theta$", violated=r"\nabla_\theta p_\theta(x)=0"),),
        also=(
            (r"\nabla_\theta 1", r"0"),
            (r"\nabla_\theta\hat{A}", r"0"),
            (r"\nabla_\theta(f(\theta)-c)", r"\nabla_\theta f(\theta)"),
        ),
        says="The gradient of a constant vanishes.",
        source=APOSTOL,
    ),
    Rule(
        name="product-rule",
        pattern=r"\nabla_\theta\left(f(\theta)g(\theta)\right)",
        becomes=r"g(\theta)\nabla_\theta f(\theta)+f(\theta)\nabla_\theta g(\theta)",
        also=(
            (
                r"\nabla_\theta\left(f(\theta)\nabla_\theta g(\theta)\right)",
                r"f(\theta)\nabla_\theta^2 g(\theta)+\nabla_\theta g(\theta)\nabla_\theta f(\theta)^\top",
            ),
            (
                r"\nabla_\theta\sum_x f_\theta(x)g_\theta(x)",
                r"\sum_x\left(g_\theta(x)\nabla_\theta f_\theta(x)+f_\theta(x)\nabla_\theta g_\theta(x)\right)",
            ),
        ),
        says="Each factor is differentiated in turn while the other stands.",
        source=APOSTOL,
    ),
    Rule(
        name="quotient-rule",
        pattern=r"\nabla_\theta\frac{f(\theta)}{g(\theta)}",
        becomes=r"\frac{g(\theta)\nabla_\theta f(\theta)-f(\theta)\nabla_\theta g(\theta)}{g(\theta)^2}",
        given=(r"g(\theta)\ne 0",),
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
        also=(
            (r"\frac{d}{dx}f(x)^n", r"nf(x)^{n-1}\frac{d}{dx}f(x)"),
            (r"\frac{d}{dx}x^n", r"nx^{n-1}"),
            (r"\frac{d}{dx}(x-c)^2", r"2(x-c)"),
            (r"\frac{d}{dx}(c-x)^2", r"-2(c-x)"),
            (r"\frac{d}{dx}\frac{1}{x^2}", r"-\frac{2}{x^3}"),
        ),
        says="The power comes down and loses one.",
        source=APOSTOL,
    ),
    Rule(
        name="log-of-a-product",
        pattern=r"\log(xy)",
        becomes=r"\log x+\log y",
        given=("x>0", "y>0"),
        where=(Side("x>0", violated=r"\log((-1)(-2))=\log(-1)+\log(-2)"), Side("y>0", violated=r"\log(2\cdot 0)=\log 2+\log 0")),
        also=((r"\log\prod_{i=1}^nx_i", r"\sum_{i=1}^n\log x_i"),),
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
        also=(
            (r"\log\frac{x}{y}", r"-\log\frac{y}{x}"),
            (r"\log\frac{1}{y}", r"-\log y"),
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
        also=((r"\log x^y", r"y\log x"),),
        says="An exponent comes out of a logarithm as a factor.",
        source=APOSTOL,
    ),
    Rule(
        name="root-of-a-square",
        pattern=r"\sqrt{x^2}",
        becomes="x",
        given=(r"x\ge 0",),
        where=(Side(r"x\ge 0", violated=r"\sqrt{(-2)^2}=-2"),),
        also=((r"\sqrt{x^2z}", r"x\sqrt{z}"), (r"\sqrt{x}^2", "x"), (r"\sqrt{\frac{z}{x}}x", r"\sqrt{zx}", "x>0")),
        says="The root of a square is the number itself, where it is not negative.",
        source=APOSTOL,
    ),
    Rule(
        name="chain-rule",
        pattern=r"\nabla_\theta f(g(\theta))",
        becomes=r"f'(g(\theta))\nabla_\theta g(\theta)",
        where=(Side("the inner function's gradient counts", violated=r"\frac{d}{dx}\exp(2x)=\exp(2x)"),),
        also=(
            (r"\nabla_\theta\log f(\theta)", r"\frac{\nabla_\theta f(\theta)}{f(\theta)}"),
            (r"\nabla_\theta\exp(f(\theta))", r"\exp(f(\theta))\nabla_\theta f(\theta)"),
            (r"\nabla_\theta f(\theta)^n", r"nf(\theta)^{n-1}\nabla_\theta f(\theta)"),
            (r"\nabla_\theta\sin(f(\theta))", r"\cos(f(\theta))\nabla_\theta f(\theta)"),
            (r"\nabla_\theta\cos(f(\theta))", r"-\sin(f(\theta))\nabla_\theta f(\theta)"),
            (r"\nabla_\theta\tanh(f(\theta))", r"(1-\tanh(f(\theta))^2)\nabla_\theta f(\theta)"),
            (r"\frac{d}{dx}\sigma(x)", r"\sigma(x)(1-\sigma(x))"),
            (r"\sigma'(x)", r"\sigma(x)(1-\sigma(x))"),
            (r"\nabla_\theta\sigma(f(\theta))", r"\sigma(f(\theta))(1-\sigma(f(\theta)))\nabla_\theta f(\theta)"),
            (r"\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}", r"\nabla f(\theta)^\top\Delta\theta"),
            (r"\frac{d^2}{du^2}f(\theta+u\Delta\theta)\Big|_{u=0}", r"\Delta\theta^\top\nabla^2f(\theta)\Delta\theta"),
        ),
        says="The outer derivative times the inner gradient.",
        source=APOSTOL,
    ),
    Rule(
        name="linearity-of-gradient",
        pattern=r"\nabla_\theta\left(f(\theta)-c g(\theta)\right)",
        becomes=r"\nabla_\theta f(\theta)-c\nabla_\theta g(\theta)",
        where=(
            Side(
                r"$c$ does not depend on $\theta$",
                violated=r"\nabla_\theta\left(f(\theta)-g(\theta)g(\theta)\right)=\nabla_\theta f(\theta)-g(\theta)\nabla_\theta g(\theta)",
            ),
        ),
        says="Sums are differentiated term by term, and constant factors come out.",
        source=APOSTOL,
    ),
    Rule(
        name="gradient-of-an-extreme",
        pattern=r"\nabla_\theta\left(\min(f(\theta),c)y\right)",
        becomes=r"\begin{cases}0 & f(\theta)>c\\y\nabla_\theta f(\theta) & \text{otherwise}\end{cases}",
        where=(
            Side(
                r"$c$ does not depend on $\theta$",
                violated=r"\nabla_\theta\min(f(\theta),g(\theta))=\begin{cases}0 & f(\theta)>g(\theta)\\\nabla_\theta f(\theta) & \text{otherwise}\end{cases}",
            ),
        ),
        also=(
            (
                r"\nabla_\theta\left(\max(f(\theta),c)y\right)",
                r"\begin{cases}0 & f(\theta)<c\\y\nabla_\theta f(\theta) & \text{otherwise}\end{cases}",
            ),
        ),
        says="Past the bound nothing moves; before it, what is bounded does.",
        source=APOSTOL,
    ),
    Rule(
        name="second-log-derivative",
        pattern=r"\nabla_\theta^2 p_\theta(x)",
        becomes=r"p_\theta(x)\left(\nabla_\theta^2\log p_\theta(x)+\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top\right)",
        where=(
            Side(
                "the product of the scores counts",
                violated=r"\nabla_\theta^2 p_\theta(x)=p_\theta(x)\nabla_\theta^2\log p_\theta(x)",
            ),
        ),
        also=(
            (
                r"p_\theta(x)\nabla_\theta^2\log p_\theta(x)",
                r"\nabla_\theta^2 p_\theta(x)-p_\theta(x)\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top",
            ),
            (
                r"p_\theta(x)\nabla_\theta\log p_\theta(x)\nabla_\theta\log p_\theta(x)^\top",
                r"\nabla_\theta^2 p_\theta(x)-p_\theta(x)\nabla_\theta^2\log p_\theta(x)",
            ),
            (
                r"\nabla_\theta^2\pi_\theta(a\mid s)",
                r"\pi_\theta(a\mid s)\left(\nabla_\theta^2\log\pi_\theta(a\mid s)"
                r"+\nabla_\theta\log\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)^\top\right)",
            ),
        ),
        says="The log-derivative identity, differentiated once more.",
        source=WILLIAMS,
    ),
    Rule(
        name="linear-form",
        pattern=r"\nabla_x\left(g^\top x\right)",
        becomes="g",
        where=(Side("$g$ does not depend on $x$", violated=r"\nabla_x\left(x^\top x\right)=x"),),
        also=(
            (r"\nabla_x\left(c\,g^\top x\right)", r"cg"),
            (r"\nabla_x\left(x^\top g\right)", r"g"),
        ),
        says="The gradient of an inner product with a constant vector is that vector.",
        source=MATRIX,
    ),
    Rule(
        name="quadratic-form",
        pattern=r"\nabla_x\left(\frac{1}{2}x^\top Fx\right)",
        becomes="Fx",
        given=(r"F=F^\top",),
        where=(
            Side("the form is halved", violated=r"\nabla_x\left(x^\top Fx\right)=Fx"),
            Side("$F$ is symmetric", violated=r"\nabla_x\left(\frac{1}{2}x^\top Ax\right)=Ax"),
        ),
        says="Half a quadratic form differentiates to the matrix times the vector.",
        source=MATRIX,
    ),
    Rule(
        name="lagrange-condition",
        pattern=r"\nabla_x\left(g^\top x-\lambda\left(\frac{1}{2}x^\top Fx-\delta\right)\right)",
        becomes=r"g-\lambda Fx",
        given=(r"F=F^\top",),
        where=(
            Side(
                "the bound does not lie on the step",
                violated=r"\nabla_x\left(g^\top x-\lambda\left(\frac{1}{2}x^\top Fx-g^\top x\right)\right)=g-\lambda Fx",
            ),
        ),
        says="At the best point under a bound, the gain's gradient is the price times the bound's gradient.",
        source="Nocedal and Wright 2006, Numerical Optimization, theorem 12.1",
    ),
    Rule(
        name="exp-log",
        pattern=r"\exp(\log x)",
        becomes="x",
        given=("x>0",),
        where=(Side("x>0", violated=r"\exp(\log(-1))=-1"),),
        says="The exponential undoes the logarithm.",
        source=APOSTOL,
    ),
    Rule(
        name="log-exp",
        pattern=r"\log(\exp(x))",
        becomes="x",
        where=(Side("natural, both of them", violated=r"\log(2^3)=3"),),
        says="The logarithm undoes the exponential.",
        source=APOSTOL,
    ),
    Rule(
        name="exp-of-a-difference",
        pattern=r"\frac{\exp(x)}{\exp(y)}",
        becomes=r"\exp(x-y)",
        where=(Side("a quotient, not a difference", violated=r"\exp(x)-\exp(y)=\exp(x-y)"),),
        says="The exponential of a difference is the quotient of the exponentials.",
        source=APOSTOL,
    ),
    Rule(
        name="log-of-one",
        pattern=r"\log 1",
        becomes="0",
        where=(Side("of one alone", violated=r"\log 2=0"),),
        says="The logarithm of one is zero.",
        source=APOSTOL,
    ),
    Rule(
        name="tangent-line",
        pattern=r"\log x",
        becomes="x-1",
        relation=r"\le",
        given=("x>0",),
        where=(
            Side("x>0", violated=r"\log(-1)\le -1-1"),
            Side("the tangent at one", violated=r"\log x\le\frac{x-1}{2}", given=("x>0",)),
        ),
        says="The logarithm lies below its tangent at one.",
        source=APOSTOL,
    ),
    Rule(
        name="vanishing-power",
        pattern=r"\lim_{n\to\infty}\gamma^n",
        becomes="0",
        given=(r"0<\gamma<1",),
        where=(Side(r"\gamma<1", violated=r"\lim_{n\to\infty}1^n=0"),),
        says="Powers of a number between zero and one vanish.",
        source=APOSTOL,
    ),
)
