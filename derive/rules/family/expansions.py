# ruff: noqa: E501  (a formula stays on one line)
r"""Rules of expansion: what stands for a function near a point."""

from derive.rules.rule import Rule, Side

TAYLOR = "Apostol 1967, Calculus I, chapter 7"
MANY = "Nocedal and Wright 2006, Numerical Optimization, theorem 2.1"
PPO = "Schulman et al. 2017"

RULES = (
    Rule(
        name="fundamental-theorem",
        pattern="f(x+h)",
        becomes=r"f(x)+\int_0^hf'(x+u)\,du",
        where=(Side("from the first point to the second", violated=r"f(x+h)=f(x)+\int_0^xf'(h+u)\,du"),),
        also=((r"\int_a^bf'(u)\,du", "f(b)-f(a)"),),
        says="A function changes by what its slope adds up to on the way.",
        source=TAYLOR,
    ),
    Rule(
        name="integration-by-parts",
        pattern=r"\int_0^hf'(x+u)\,du",
        becomes=r"f'(x)h+\int_0^h(h-u)f''(x+u)\,du",
        where=(Side("the factor vanishes at the upper end", violated=r"\int_0^hf'(x+u)\,du=f'(x)h-\int_0^huf''(x+u)\,du"),),
        also=(
            (r"\int_0^h(h-u)f''(x+u)\,du", r"\frac{1}{2}f''(x)h^2+\frac{1}{2}\int_0^h(h-u)^2f'''(x+u)\,du"),
            (r"\int_0^h(h-u)^2f'''(x+u)\,du", r"\frac{1}{3}f'''(x)h^3+\frac{1}{3}\int_0^h(h-u)^3f''''(x+u)\,du"),
        ),
        says="What is integrated is differentiated once more, and the other factor integrated.",
        source=TAYLOR,
    ),
    Rule(
        name="higher-order",
        pattern=r"c+\int_0^h(h-u)f''(x+u)\,du",
        becomes="c",
        relation=r"\approx",
        where=(
            Side(
                "of a higher order than all that is kept",
                violated=r"f(x)+f'(x)h+\int_0^h(h-u)f''(x+u)\,du\approx f(x)+f'(x)h+h^2",
            ),
        ),
        also=((r"c+\frac{1}{2}\int_0^h(h-u)^2f'''(x+u)\,du", "c"),),
        says="What is left over is of a higher order in the step.",
        source=TAYLOR,
    ),
    Rule(
        name="along-a-line",
        pattern=r"f(\theta+\Delta\theta)",
        becomes=r"f(\theta)+\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}",
        relation=r"\approx",
        where=(
            Side(
                "the second derivative is halved",
                violated=r"f(\theta+\Delta\theta)\approx f(\theta)+\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}+\frac{d^2}{du^2}f(\theta+u\Delta\theta)\Big|_{u=0}",
            ),
        ),
        also=(
            (
                r"f(\theta+\Delta\theta)",
                r"f(\theta)+\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}+\frac{1}{2}\frac{d^2}{du^2}f(\theta+u\Delta\theta)\Big|_{u=0}",
            ),
        ),
        says="On the line from one point to the other a function of many variables is one of a single variable, from 0 to 1.",
        source=MANY,
    ),
    Rule(
        name="taylor-first",
        pattern="f(x+h)",
        becomes="f(x)+f'(x)h",
        relation=r"\approx",
        where=(Side("added, not multiplied", violated=r"f(x+h)\approx f(x)f'(x)h"),),
        says="A value and a slope.",
        source=TAYLOR,
    ),
    Rule(
        name="taylor-second",
        pattern="f(x+h)",
        becomes=r"f(x)+f'(x)h+\frac{1}{2}f''(x)h^2",
        relation=r"\approx",
        where=(Side("the second derivative is halved", violated=r"f(x+h)\approx f(x)+f'(x)h+f''(x)h^2"),),
        says="A value, a slope and half a curvature.",
        source=TAYLOR,
    ),
    Rule(
        name="taylor-many",
        pattern=r"f(\theta+\Delta\theta)",
        becomes=r"f(\theta)+\nabla f(\theta)^\top\Delta\theta+\frac{1}{2}\Delta\theta^\top\nabla^2f(\theta)\Delta\theta",
        relation=r"\approx",
        also=(
            (r"f(\theta_0)+\nabla_\theta f(\theta)\Big|_{\theta=\theta_0}^\top(\theta-\theta_0)", r"f(\theta)"),
            (
                r"f(\theta_0)+\nabla_\theta f(\theta)\Big|_{\theta=\theta_0}^\top(\theta-\theta_0)"
                r"+\frac{1}{2}(\theta-\theta_0)^\top\left(\nabla_\theta^2f(\theta)\Big|_{\theta=\theta_0}\right)(\theta-\theta_0)",
                r"f(\theta)",
            ),
        ),
        where=(
            Side(
                "every term is added",
                violated=r"f(\theta+\Delta\theta)\approx f(\theta)\nabla f(\theta)^\top\Delta\theta\frac{1}{2}\Delta\theta^\top\nabla^2f(\theta)\Delta\theta",
            ),
            Side(
                "the quadratic term is halved",
                violated=r"f(\theta+\Delta\theta)\approx f(\theta)+\nabla f(\theta)^\top\Delta\theta+\Delta\theta^\top\nabla^2f(\theta)\Delta\theta",
            ),
        ),
        says="A value, a gradient and half a Hessian.",
        source=MANY,
    ),
    Rule(
        name="ratio-gradient",
        pattern=r"\nabla_\theta\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}",
        becomes=r"\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}\nabla_\theta\log\pi_\theta(a\mid s)",
        where=(
            Side(
                "the score of the new policy",
                violated=r"\nabla_\theta\frac{\pi_\theta(a\mid s)}{\pi_{\theta_{old}}(a\mid s)}=\nabla_\theta\log\pi_\theta(a\mid s)",
            ),
        ),
        says="The gradient of the ratio is the ratio times the score.",
        source=PPO,
    ),
)
