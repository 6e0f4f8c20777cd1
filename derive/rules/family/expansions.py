r"""Rules of expansion: what stands for a function near a point."""

from derive.rules.rule import Rule, Side

TAYLOR = "Apostol 1967, Calculus I, chapter 7"
MANY = "Nocedal and Wright 2006, Numerical Optimization, theorem 2.1"
PPO = "Schulman et al. 2017"

RULES = (
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
