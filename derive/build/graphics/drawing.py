r"""Figures drawn by Matplotlib as SVG: one document for light and dark, with a title and a description.

The colours of curves, axes and letters become classes, so that the reader's scheme chooses them; identifiers and the date
are fixed, so the same data give the same bytes.
"""

from __future__ import annotations

import io
import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.build.graphics.figures import Figure

#: Colour in the drawing, class, and what the class is in light and in dark.
COLOURS = (
    ("#1f5fbf", "c0", "#1f5fbf", "#7fb0ff"),
    ("#c2571a", "c1", "#b94f14", "#ffa066"),
    ("#2e8540", "c2", "#2a7a3b", "#7fd08f"),
    ("#1c1c22", "ink", "#1c1c22", "#e7e7ea"),
    ("#8a8a94", "axis", "#8a8a94", "#8a8a94"),
    ("#dcdce2", "grid", "#dcdce2", "#34343c"),
)
CURVES, INK, AXIS, GRID = [row[0] for row in COLOURS[:3]], COLOURS[3][0], COLOURS[4][0], COLOURS[5][0]
WIDTHS = (3.6, 2.0, 1.7)
DASHES = ("-", (0, (6, 3)), (0, (2, 2)))
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "derive", "font.family": "sans-serif", "font.size": 11, "path.simplify": False,
    "text.color": INK, "axes.edgecolor": AXIS, "axes.labelcolor": INK, "axes.unicode_minus": True,
    "xtick.color": AXIS, "ytick.color": AXIS, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "grid.color": GRID,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
}  # fmt: skip


def draw(figure: Figure) -> str:
    """The figure as an SVG document."""
    # Imported here: only a build draws, and Matplotlib takes a while to import.
    import matplotlib
    from matplotlib.figure import Figure as Canvas
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context(SETTINGS):
        canvas = Canvas(figsize=(6.4, 3.9), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08))
        (bars if figure.bars else curves)(canvas, figure)
        out = io.StringIO()
        canvas.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return restyled(out.getvalue(), figure, matplotlib.__version__)


def curves(canvas: Any, figure: Figure) -> None:
    """Lines over a range, each with its own colour and dashes, and thin lines at the marked places."""
    axes = canvas.subplots()
    axes.grid(True, linewidth=0.8)
    for place in figure.marks:
        axes.axvline(place, color=AXIS, linewidth=0.9, linestyle=(0, (2, 3)))
    for n, curve in enumerate(figure.curves):
        xs, ys = zip(*curve.points, strict=True)
        axes.plot(xs, ys, color=CURVES[n], linestyle=DASHES[n], linewidth=WIDTHS[n], label=curve.label)
    axes.margins(x=0)
    axes.set_xlabel(figure.across)
    axes.set_ylabel(figure.up)
    canvas.legend(loc="outside upper center", ncols=len(figure.curves), frameon=False)


def bars(canvas: Any, figure: Figure) -> None:
    """Bars side by side in panels, each with its number."""
    panels = canvas.subplots(1, len(figure.bars))
    for n, (axes, (label, row)) in enumerate(zip(panels, figure.bars, strict=True)):
        shown = axes.bar(range(1, len(row) + 1), row, color=CURVES[n], width=0.7)
        axes.bar_label(shown, [f"{v:.2f}".removesuffix(".00").replace("-", "−") for v in row], padding=3)
        axes.axhline(0, color=AXIS, linewidth=0.9)
        axes.set_title(label, fontsize=11)
        axes.set_xticks(range(1, len(row) + 1))
        axes.set_xlabel(figure.across)
        axes.margins(y=0.15)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="x", length=0)


def restyled(svg: str, figure: Figure, version: str) -> str:
    """Matplotlib's SVG with a title, a description, and classes in place of colours."""
    body = svg[svg.index("<svg") :]
    head, body = body.split(">", 1)
    view = re.search(r'viewBox="([^"]+)"', head)
    assert view is not None
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.S)
    for colour, name, _, _ in COLOURS:
        for kind in ("stroke", "fill"):
            # a style that names one of our colours gives way to the class that has it in both schemes
            body = re.sub(rf'style="([^"]*?)\b{kind}: {colour};? ?([^"]*)"', rf'class="{name}-{kind}" style="\1\2"', body)
    body = re.sub(r'class="([\w-]+)" class="([\w-]+)"', r'class="\1 \2"', body)
    body = re.sub(r"(?<=\d\.\d{3})\d+", "", body)  # a thousandth of a point is more than any screen shows
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.S)
    body = re.sub(r"font-family: [^;]*;", "font-family: sans-serif;", body)
    made = f'data-by="matplotlib {version}" data-source="{sha256(repr(figure).encode()).hexdigest()[:16]}"'
    label = f'role="img" aria-labelledby="{figure.name}-t {figure.name}-d"'
    body = re.sub(r'\b(id="|url\(#|href="#)', rf"\1{figure.name}-", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{view[1]}" {made} {label} '
        f'stroke-linejoin="round">'
        f'<title id="{figure.name}-t">{escape(figure.title)}</title><desc id="{figure.name}-d">{escape(figure.says)}</desc>'
        f"<style>{style()}</style>{body.strip()}\n"
    )


def style() -> str:
    """Rules for the classes, in light and in dark."""

    def rules(scheme: int) -> str:
        return "".join(f".{row[1]}-stroke{{stroke:{row[scheme]}}}.{row[1]}-fill{{fill:{row[scheme]}}}" for row in COLOURS)

    dark = rules(3) + f"text{{fill:{COLOURS[3][3]}}}"
    return f"text{{fill:{COLOURS[3][2]}}}{rules(2)}@media(prefers-color-scheme:dark){{{dark}}}"
