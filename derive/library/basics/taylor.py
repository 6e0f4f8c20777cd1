# ruff: noqa: E501  (a formula stays on one line)
r"""Taylor expansions: one variable, many, a worked example recomputed from its data, and PPO's ratio."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from derive.derivation import Step
from derive.library.numbers import shown
from derive.library.result import Result
from derive.syntax.printing import printed

TAYLOR = "Taylor 1715; Apostol 1967, Calculus I, chapter 7"
MANY = "Nocedal and Wright 2006, Numerical Optimization, theorem 2.1"
PPO = "Schulman et al. 2017, Proximal policy optimization algorithms"
TRPO = "Schulman et al. 2015, Trust region policy optimization"

RATIO = r"r_t(\theta)=\frac{\pi_\theta(a_t\mid s_t)}{\pi_{\theta_{old}}(a_t\mid s_t)}"
AT_OLD = r"\Big|_{\theta=\theta_{old}}"
SCORE = r"\nabla_\theta\log\pi_\theta(a_t\mid s_t)"


def worked_example(body: str, x: str, h: str, variable: str = "x") -> tuple[Result, ...]:
    r"""A function expanded at a point, every number computed from the data.

    >>> [r.latex for r in worked_example("x^2", "3", "0.1")][1]
    'f(3.1)=9.61'
    """
    f0, f1, f2 = coefficients(body, x, variable)
    at, step = Fraction(x), Fraction(h)
    moved, true = at + step, value_of(body, at + step, variable)
    first, second = f0 + f1 * step, f0 + f1 * step + f2 * step**2 / 2
    given = (f"f({variable})={body}", f"{variable}={x}", f"h={h}")
    source = "worked example"
    start = shown(at)
    linear = rf"f({start})+f'({start})h"
    return (
        Result(
            "taylor/example-data",
            "The example's data",
            rf"f({variable})={body},\qquad {variable}={x},\qquad h={h}",
            "A function, a point and a step.",
            source,
            define=True,
        ),
        Result(
            "taylor/example-true",
            "The true value",
            f"f({shown(moved)})={shown(true)}",
            "The function itself at the point reached.",
            source,
            given,
        ),
        Result(
            "taylor/example-first",
            "The first-order value",
            rf"{linear}={shown(f0)}+{shown(f1)}\times{h}={shown(first)}",
            "Value plus slope times step.",
            source,
            given,
        ),
        Result(
            "taylor/example-error",
            "The first-order error",
            rf"f({shown(moved)})-\left({linear}\right)={shown(true)}-{shown(first)}={shown(true - first)}",
            "What the straight line misses.",
            source,
            given,
        ),
        Result(
            "taylor/example-curvature",
            "The second derivative",
            f"f''({variable})={second_derivative(body, variable)}",
            "How fast the slope itself changes.",
            source,
            given[:1],
        ),
        Result(
            "taylor/example-second",
            "The second-order value",
            rf"{linear}+\frac{{1}}{{2}}f''({start})h^2={shown(f0)}+{shown(f1)}\times{h}+\frac{{1}}{{2}}\times{shown(f2)}\times{h}^2={shown(second)}",
            "Value, slope and curvature.",
            source,
            given,
        ),
    )


@cache
def coefficients(body: str, x: str, variable: str) -> tuple[Fraction, Fraction, Fraction]:
    """f, f′ and f″ at a rational point, by SymPy."""
    import sympy  # heavy to load, and only the worked example needs it

    from derive.symbolic import from_latex
    from derive.symbolic.calculus.lines import derivatives, symbol_of

    f = from_latex(body)
    found = [sympy.Rational(c) for c in derivatives(f, symbol_of(f, variable), sympy.Rational(x), sympy.S.One, 2)]
    return (
        Fraction(int(found[0].p), int(found[0].q)),
        Fraction(int(found[1].p), int(found[1].q)),
        Fraction(int(found[2].p), int(found[2].q)),
    )


@cache
def second_derivative(body: str, variable: str) -> str:
    """LaTeX of f″, by SymPy."""
    from derive.symbolic import from_latex, hessian

    return printed(hessian(from_latex(body), variable).latex)


@cache
def value_of(body: str, x: Fraction, variable: str) -> Fraction:
    """The function at a rational point, by SymPy."""
    return coefficients(body, str(x), variable)[0]


STEP = r"(\theta-\theta_{old})"
AT_ONE = r"\frac{\pi_{\theta_{old}}(a_t\mid s_t)}{\pi_{\theta_{old}}(a_t\mid s_t)}"
SLOPE = rf"\left(\nabla_\theta r_t(\theta){AT_OLD}\right)^\top{STEP}"
BEND = rf"\frac{{1}}{{2}}{STEP}^\top\left(\nabla_\theta^2r_t(\theta){AT_OLD}\right){STEP}"
SCORED = rf"\left({SCORE}{AT_OLD}\right)^\top{STEP}"

RESULTS = (
    Result(
        "taylor/first-order",
        "Taylor's expansion to first order",
        r"f(x+h)\approx f(x)+f'(x)h",
        "Near a point a smooth function is its value plus its slope times the step.",
        TAYLOR,
        steps=(
            Step("fundamental-theorem", r"f(x)+\int_0^hf'(x+u)\,du"),
            Step("integration-by-parts", r"f(x)+f'(x)h+\int_0^h(h-u)f''(x+u)\,du"),
            Step("higher-order", r"\approx f(x)+f'(x)h", "What is left over is of the order of the step's square."),
        ),
    ),
    Result(
        "taylor/second-order",
        "Taylor's expansion to second order",
        r"f(x+h)\approx f(x)+f'(x)h+\frac{1}{2}f''(x)h^2",
        "The second derivative, halved, corrects for the bend.",
        TAYLOR,
        steps=(
            Step("fundamental-theorem", r"f(x)+\int_0^hf'(x+u)\,du"),
            Step("integration-by-parts", r"f(x)+f'(x)h+\int_0^h(h-u)f''(x+u)\,du"),
            Step(
                "integration-by-parts",
                r"f(x)+f'(x)h+\frac{1}{2}f''(x)h^2+\frac{1}{2}\int_0^h(h-u)^2f^{(3)}(x+u)\,du",
                "Once more: the factor h − u integrates to half its square.",
            ),
            Step(
                "higher-order",
                r"\approx f(x)+f'(x)h+\frac{1}{2}f''(x)h^2",
                "What is left over is of the order of the step's cube.",
            ),
        ),
    ),
    Result(
        "taylor/third-order",
        "Taylor's expansion to third order",
        r"f(x+h)=f(x)+f'(x)h+\frac{1}{2}f''(x)h^2+\frac{1}{6}f'''(x)h^3+O(h^4)",
        "Each further term divides by the next factorial.",
        TAYLOR,
    ),
    *worked_example("x^2", "3", "0.1"),
    Result(
        "taylor/many-first",
        "First order in many variables",
        r"f(\theta+\Delta\theta)\approx f(\theta)+\nabla f(\theta)^\top\Delta\theta",
        "The slope becomes the gradient, the product an inner product.",
        MANY,
        steps=(
            Step("along-a-line", r"\approx f(\theta)+\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}"),
            Step("chain-rule", r"f(\theta)+\nabla f(\theta)^\top\Delta\theta"),
        ),
    ),
    Result(
        "taylor/many-second",
        "Second order in many variables",
        r"f(\theta+\Delta\theta)\approx f(\theta)+\nabla f(\theta)^\top\Delta\theta+\frac{1}{2}\Delta\theta^\top\nabla^2f(\theta)\Delta\theta",
        "The second derivative becomes the Hessian: a bend for every direction.",
        MANY,
        steps=(
            Step(
                "along-a-line",
                r"\approx f(\theta)+\frac{d}{du}f(\theta+u\Delta\theta)\Big|_{u=0}+\frac{1}{2}\frac{d^2}{du^2}f(\theta+u\Delta\theta)\Big|_{u=0}",
            ),
            Step(
                "chain-rule",
                r"f(\theta)+\nabla f(\theta)^\top\Delta\theta+\frac{1}{2}\frac{d^2}{du^2}f(\theta+u\Delta\theta)\Big|_{u=0}",
            ),
            Step(
                "chain-rule",
                r"f(\theta)+\nabla f(\theta)^\top\Delta\theta+\frac{1}{2}\Delta\theta^\top\nabla^2f(\theta)\Delta\theta",
                "Twice: each derivative brings the step once.",
            ),
        ),
    ),
    Result(
        "taylor/ratio",
        "The probability ratio",
        RATIO,
        "How much likelier the new policy makes the action taken.",
        PPO,
        define=True,
    ),
    Result(
        "taylor/ratio-gradient",
        "The gradient of the ratio",
        rf"\nabla_\theta r_t(\theta)=r_t(\theta){SCORE}",
        "The ratio's gradient is the ratio times the score.",
        PPO,
        given=(RATIO,),
        steps=(
            Step(
                "definition",
                r"\frac{\nabla_\theta\pi_\theta(a_t\mid s_t)}{\pi_{\theta_{old}}(a_t\mid s_t)}",
                "The old policy is a constant.",
            ),
            Step("log-derivative", rf"\frac{{\pi_\theta(a_t\mid s_t)}}{{\pi_{{\theta_{{old}}}}(a_t\mid s_t)}}{SCORE}"),
            Step("definition", rf"r_t(\theta){SCORE}", "The quotient is the ratio again."),
        ),
    ),
    Result(
        "taylor/ratio-gradient-old",
        "The ratio's gradient at the old policy",
        rf"\nabla_\theta r_t(\theta){AT_OLD}={SCORE}{AT_OLD}",
        "Where the policies agree, the ratio's gradient is the score.",
        PPO,
        given=(RATIO,),
        steps=(
            Step("ratio-gradient", rf"r_t(\theta){SCORE}{AT_OLD}"),
            Step("at-old", rf"{SCORE}{AT_OLD}", "Where the policies agree the ratio is one."),
        ),
    ),
    Result(
        "taylor/policy-hessian",
        "The Hessian of a policy",
        r"\nabla_\theta^2\pi_\theta(a\mid s)=\pi_\theta(a\mid s)\left(\nabla_\theta^2\log\pi_\theta(a\mid s)+\nabla_\theta\log\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)^\top\right)",
        "Differentiating the log-derivative identity once more.",
        TRPO,
        steps=(
            Step("log-derivative", r"\nabla_\theta\left(\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)\right)"),
            Step(
                "product-rule",
                r"\pi_\theta(a\mid s)\nabla_\theta^2\log\pi_\theta(a\mid s)+\nabla_\theta\log\pi_\theta(a\mid s)\nabla_\theta\pi_\theta(a\mid s)^\top",
            ),
            Step(
                "log-derivative",
                r"\pi_\theta(a\mid s)\nabla_\theta^2\log\pi_\theta(a\mid s)+\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)^\top",
            ),
            Step(
                "cancel",
                r"\pi_\theta(a\mid s)\left(\nabla_\theta^2\log\pi_\theta(a\mid s)+\nabla_\theta\log\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)^\top\right)",
            ),
        ),
    ),
    Result(
        "taylor/ratio-hessian-old",
        "The ratio's Hessian at the old policy",
        rf"\nabla_\theta^2 r_t(\theta){AT_OLD}=\nabla_\theta^2\log\pi_\theta(a_t\mid s_t){AT_OLD}+{SCORE}{SCORE}^\top{AT_OLD}",
        "The curvature of the ratio: that of the log-probability, plus the score's outer product.",
        TRPO,
        given=(RATIO,),
        steps=(
            Step(
                "constant-factor",
                rf"\frac{{\nabla_\theta^2\pi_\theta(a_t\mid s_t)}}{{\pi_{{\theta_{{old}}}}(a_t\mid s_t)}}{AT_OLD}",
                "The old policy is a constant.",
            ),
            Step(
                "second-log-derivative",
                rf"r_t(\theta)\left(\nabla_\theta^2\log\pi_\theta(a_t\mid s_t)+{SCORE}{SCORE}^\top\right){AT_OLD}",
            ),
            Step(
                "at-old",
                rf"\nabla_\theta^2\log\pi_\theta(a_t\mid s_t){AT_OLD}+{SCORE}{SCORE}^\top{AT_OLD}",
                "Where the policies agree the ratio is one.",
            ),
        ),
    ),
    Result(
        "taylor/ratio-first",
        "The ratio to first order",
        rf"r_t(\theta)\approx 1+{SLOPE}",
        "A small update moves the ratio along its gradient.",
        PPO,
        given=(RATIO,),
        steps=(
            Step(
                "taylor-many",
                rf"\approx {AT_ONE}+{SLOPE}",
                "The ratio is a function of the parameters like any other.",
            ),
            Step("cancel", rf"1+{SLOPE}", "At the old parameters the ratio is one."),
        ),
    ),
    Result(
        "taylor/ratio-second",
        "The ratio to second order",
        rf"r_t(\theta)\approx 1+{SLOPE}+{BEND}",
        "One, a linear change, and a bend that a larger step makes visible.",
        PPO,
        given=(RATIO,),
        steps=(
            Step(
                "taylor-many",
                rf"\approx {AT_ONE}+{SLOPE}+{BEND}",
                "The ratio is a function of the parameters like any other.",
            ),
            Step("cancel", rf"1+{SLOPE}+{BEND}", "At the old parameters the ratio is one."),
        ),
    ),
    Result(
        "taylor/ratio-first-score",
        "The ratio to first order, by its score",
        rf"r_t(\theta)\approx 1+{SCORED}",
        "A small update moves the ratio along the score.",
        PPO,
        given=(RATIO,),
        steps=(
            Step("taylor-many", rf"\approx {AT_ONE}+{SLOPE}", "A value and a gradient."),
            Step("cancel", rf"1+{SLOPE}", "At the old parameters the ratio is one."),
            Step("ratio-gradient", rf"1+{SCORED}", "Its gradient there is the score.", using=("at-old",)),
        ),
    ),
    Result(
        "taylor/ratio-second-score",
        "The ratio to second order, by its score",
        rf"r_t(\theta)\approx 1+{SCORED}+\frac{{1}}{{2}}{STEP}^\top\left(\nabla_\theta^2\log\pi_\theta(a_t\mid s_t){AT_OLD}+{SCORE}{SCORE}^\top{AT_OLD}\right){STEP}",
        "The bend has two parts: that of the log-probability, and the square of the linear change.",
        TRPO,
        given=(RATIO,),
        steps=(
            Step("taylor-many", rf"\approx {AT_ONE}+{SLOPE}+{BEND}", "A value, a gradient and half a Hessian."),
            Step("cancel", rf"1+{SLOPE}+{BEND}", "At the old parameters the ratio is one."),
            Step("ratio-gradient", rf"1+{SCORED}+{BEND}", "Its gradient there is the score.", using=("at-old",)),
            Step(
                "taylor/ratio-hessian-old",
                rf"1+{SCORED}+\frac{{1}}{{2}}{STEP}^\top\left(\nabla_\theta^2\log\pi_\theta(a_t\mid s_t){AT_OLD}+{SCORE}{SCORE}^\top{AT_OLD}\right){STEP}",
                "Its Hessian is that of the log-probability plus the score's outer product.",
            ),
        ),
    ),
)
