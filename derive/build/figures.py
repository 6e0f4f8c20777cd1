r"""Figures as SVG: curves and bars computed from the data of worked examples, the same bytes every time.

Each figure has a title and a description for readers who cannot see it, and follows the reader's light or dark scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean, pstdev

from derive.library.taylor import coefficients

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 40, 40
STYLE = (
    "text{font:12px sans-serif;fill:#1c1c22}.axis{stroke:#8a8a94;fill:none}.grid{stroke:#dcdce2}"
    ".c0{stroke:#1f5fbf;fill:none}.c1{stroke:#c2571a;fill:none}.c2{stroke:#2e8540;fill:none}"
    ".f0{fill:#1f5fbf}.f1{fill:#c2571a}.f2{fill:#2e8540}.c1,.c2{stroke-dasharray:6 4}"
    "@media(prefers-color-scheme:dark){text{fill:#e7e7ea}.grid{stroke:#34343c}"
    ".c0{stroke:#7fb0ff}.c1{stroke:#ffa066}.c2{stroke:#7fd08f}.f0{fill:#7fb0ff}.f1{fill:#ffa066}.f2{fill:#7fd08f}}"
)


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


def sampled(label: str, f: Callable[[float], float], low: float, high: float, steps: int = 60) -> Curve:
    """A curve through evenly spaced points.

    >>> sampled("line", lambda x: 2 * x, 0, 1, 2).points
    ((0.0, 0.0), (0.5, 1.0), (1.0, 2.0))
    """
    at = [low + (high - low) * i / steps for i in range(steps + 1)]
    return Curve(label, tuple((x, f(x)) for x in at))


def expansions(body: str = "x^2", x: str = "3", reach: float = 2.5) -> Figure:
    """A function beside its expansions about a point."""
    f0, f1, f2 = (float(c) for c in coefficients(body, x, "x"))
    at = float(x)

    def through(order: int) -> Callable[[float], float]:
        return lambda t: f0 + f1 * (t - at) + (f2 * (t - at) ** 2 / 2 if order > 1 else 0.0)

    low, high = at - reach, at + reach
    true = sampled(f"f(x) = {body.replace('^2', '²').replace('^3', '³')}", lambda t: float(value(body, t)), low, high)
    curves = (true, sampled("first order", through(1), low, high), sampled("second order", through(2), low, high))
    says = f"Function and second-order expansion about {x} run together; the straight line touches them there and falls behind."
    return Figure("taylor", "A function and its expansions", says, curves, marks=(at,))


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
    return Figure("ratio", "The ratio and its expansions", says, curves, marks=(start,))


def clipped(epsilon: float = 0.2) -> Figure:
    """The clipped objective against the ratio, for a good and for a bad action."""

    def objective(advantage: float) -> Callable[[float], float]:
        return lambda r: min(r * advantage, min(max(r, 1 - epsilon), 1 + epsilon) * advantage)

    curves = (sampled("advantage +1", objective(1.0), 0, 2), sampled("advantage −1", objective(-1.0), 0, 2))
    says = (
        "For a good action the objective rises with the ratio and is flat above the upper bound; "
        "for a bad one it is flat below the lower bound and falls above it."
    )
    return Figure("clip", "The clipped objective by the sign of the advantage", says, curves, marks=(1 - epsilon, 1 + epsilon))


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
    )


def figures() -> dict[str, Figure]:
    """Every figure, by name."""
    return {f.name: f for f in (expansions(), ratio(), clipped(), group())}


# --- drawing ---------------------------------------------------------------------------------------


def svg(figure: Figure) -> str:
    """The figure as an SVG document with a title, a description and its own light and dark colours."""
    parts = draw_bars(figure) if figure.bars else draw_curves(figure)
    label = f'role="img" aria-labelledby="{figure.name}-t {figure.name}-d"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {label}>'
        f'<title id="{figure.name}-t">{escape(figure.title)}</title><desc id="{figure.name}-d">{escape(figure.says)}</desc>'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers between two bounds.

    >>> ticks(0, 2)
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    span = high - low
    step = next(s * 10.0**e for e in range(-3, 6) for s in (1, 2, 2.5, 5) if span / (s * 10.0**e) <= wanted)
    first = int(low / step) - 1
    return [round(i * step, 6) for i in range(first, first + wanted + 4) if low - 1e-9 <= i * step <= high + 1e-9]


def scaled(value: float, low: float, high: float, start: float, end: float) -> str:
    return f"{start + (value - low) / (high - low) * (end - start):.1f}"


def draw_curves(figure: Figure) -> list[str]:
    xs = [x for c in figure.curves for x, _ in c.points]
    ys = [y for c in figure.curves for _, y in c.points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)

    def px(x: float) -> str:
        return scaled(x, x0, x1, LEFT, WIDTH - RIGHT)

    def py(y: float) -> str:
        return scaled(y, y0, y1, HEIGHT - BOTTOM, TOP)

    parts = []
    for y in ticks(y0, y1):
        parts.append(f'<path class="grid" d="M{LEFT} {py(y)}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{py(y)}" text-anchor="end" dy="4">{y:g}</text>')
    for x in ticks(x0, x1):
        parts.append(f'<text x="{px(x)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:g}</text>')
    parts += [f'<path class="axis" stroke-dasharray="2 3" d="M{px(m)} {TOP}V{HEIGHT - BOTTOM}"/>' for m in figure.marks]
    for n, curve in enumerate(figure.curves):
        path = "L".join(f"{px(x)} {py(y)}" for x, y in curve.points)
        parts.append(f'<path class="c{n}" stroke-width="2" d="M{path}"/>')
        at = LEFT + 10 + n * 140
        parts.append(
            f'<path class="c{n}" stroke-width="2" d="M{at} 20h24"/><text x="{at + 30}" y="24">{escape(curve.label)}</text>'
        )
    return parts


def draw_bars(figure: Figure) -> list[str]:
    values = [v for _, row in figure.bars for v in row]
    low, high = min(0.0, *values), max(values)

    def py(y: float) -> float:
        return float(scaled(y, low, high, HEIGHT - BOTTOM, TOP))

    parts = [f'<path class="axis" d="M{LEFT} {py(0):.1f}H{WIDTH - RIGHT}"/>']
    width = (WIDTH - LEFT - RIGHT) / (len(values) + len(figure.bars))
    at = LEFT + width / 2
    for n, (label, row) in enumerate(figure.bars):
        parts.append(f'<text x="{at + width * len(row) / 2:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(label)}</text>')
        for v in row:
            top, bottom = min(py(v), py(0)), max(py(v), py(0))
            parts.append(
                f'<rect class="f{n}" x="{at + 4:.1f}" y="{top:.1f}" width="{width - 8:.1f}" height="{bottom - top:.1f}"/>'
            )
            place = top - 5 if v >= 0 else bottom + 14
            parts.append(
                f'<text x="{at + width / 2:.1f}" y="{place:.1f}" text-anchor="middle">{v:.2f}</text>'.replace(
                    ".00<", "<"
                ).replace(">-", ">−")
            )
            at += width
        at += width
    return parts
