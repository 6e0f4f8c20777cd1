r"""Figures as SVG: curves and bars computed from the data of worked examples, the same bytes every time.

Each figure has a title and a description for readers who cannot see it, and follows the reader's light or dark scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, pstdev

from derive.build.graphics.drawing import draw
from derive.library.basics.taylor import coefficients


@dataclass(frozen=True, slots=True)
class Curve:
    """A line with its label: points in data coordinates."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: curves over a range, or bars in groups, with a title and words that say what is seen."""

    name: str
    title: str
    says: str
    curves: tuple[Curve, ...] = ()
    bars: tuple[tuple[str, tuple[float, ...]], ...] = ()
    marks: tuple[float, ...] = ()
    across: str = ""
    up: str = ""


def sampled(label: str, f: Callable[[float], float], low: float, high: float, steps: int = 60) -> Curve:
    """A curve through evenly spaced points.

    >>> sampled("line", lambda x: 2 * x, 0, 1, 2).points
    ((0.0, 0.0), (0.5, 1.0), (1.0, 2.0))
    """
    at = [low + (high - low) * i / steps for i in range(steps + 1)]
    return Curve(label, tuple((x, f(x)) for x in at))


def expansions(body: str = "x^3", x: str = "1", reach: float = 1.2) -> Figure:
    """A function beside its expansions about a point."""
    f0, f1, f2 = (float(c) for c in coefficients(body, x, "x"))
    at = float(x)

    def through(order: int) -> Callable[[float], float]:
        return lambda t: f0 + f1 * (t - at) + (f2 * (t - at) ** 2 / 2 if order > 1 else 0.0)

    low, high = at - reach, at + reach
    true = sampled(f"f(x) = {body.replace('^2', '²').replace('^3', '³')}", lambda t: float(value(body, t)), low, high)
    curves = (true, sampled("first order", through(1), low, high), sampled("second order", through(2), low, high))
    says = f"Near {x} the parabola hugs the curve when the straight line has left it already; far out both have."
    return Figure("taylor", "A function and its expansions", says, curves, marks=(at,), across="x", up="value")


def value(body: str, at: float) -> float:
    """A function at a number, through the exact coefficients at a nearby decimal."""
    return float(coefficients(body, f"{at:.6f}", "x")[0])


def ratio() -> Figure:
    """PPO's ratio for a logistic policy of one parameter, beside its expansions about the old parameter."""
    from math import exp

    def policy(t: float) -> float:
        return 1 / (1 + exp(-t))

    start = -1.0
    old = policy(start)
    # The score at the old parameter, and the ratio's second derivative there.
    slope, bend = 1 - old, (1 - old) * (1 - 2 * old)
    low, high = start - 2.5, start + 2.5
    curves = (
        sampled("ratio", lambda t: policy(t) / old, low, high),
        sampled("first order", lambda t: 1 + slope * (t - start), low, high),
        sampled("second order", lambda t: 1 + slope * (t - start) + bend * (t - start) ** 2 / 2, low, high),
    )
    says = "Near the old parameter the parabola stays closer to the ratio than the line does; far out neither can be trusted."
    return Figure("ratio", "The ratio and its expansions", says, curves, marks=(start,), across="parameter θ", up="ratio")


def clipped(epsilon: float = 0.2) -> Figure:
    """The clipped objective against the ratio, for a good and for a bad action."""

    def objective(advantage: float) -> Callable[[float], float]:
        return lambda r: min(r * advantage, min(max(r, 1 - epsilon), 1 + epsilon) * advantage)

    curves = (sampled("advantage +1", objective(1.0), 0, 2), sampled("advantage −1", objective(-1.0), 0, 2))
    says = (
        "For a good action the objective rises with the ratio and is flat above the upper bound; "
        "for a bad one it is flat below the lower bound and falls above it."
    )
    return Figure(
        "clip",
        "The clipped objective by the sign of the advantage",
        says,
        curves,
        marks=(1 - epsilon, 1 + epsilon),
        across="ratio",
        up="objective",
    )


def group(rewards: Sequence[float] = (2, 4, 6, 8)) -> Figure:
    """A group's rewards and its advantages."""
    mean, deviation = fmean(rewards), pstdev(rewards)
    advantages = tuple((r - mean) / deviation for r in rewards)
    says = "The rewards of a group, all positive, and their advantages: centred on zero, half below and half above."
    return Figure(
        "group",
        "A group before and after normalisation",
        says,
        bars=(("reward", tuple(map(float, rewards))), ("advantage", advantages)),
        across="answer",
    )


def figures() -> dict[str, Figure]:
    """Every figure, by name."""
    return {f.name: f for f in (expansions(), ratio(), clipped(), group())}


@cache
def svg(figure: Figure) -> str:
    """The figure as an SVG document with a title, a description and its own light and dark colours."""
    return draw(figure)
