r"""Figures for LaTeX: the same data as pgfplots code, set by LaTeX in the document's own type.

Code and not a picture, so that a page is one file that can be compared line by line.  Its description is printed as the
caption, by the page.
"""

from __future__ import annotations

from derive.build.graphics.drawing import COLOURS
from derive.build.graphics.figures import Figure
from derive.build.setting.prose import escape

DASHES = ("solid", "dash pattern=on 6pt off 3pt", "dash pattern=on 2pt off 2pt")
WIDTHS = ("1.6pt", "1pt", "0.9pt")


def plot(figure: Figure) -> str:
    r"""The figure as LaTeX that needs ``\usepackage{pgfplots}``.

    >>> from derive.build.graphics.figures import clipped
    >>> plot(clipped()).split("\n")[0:2]
    ['% figure: The clipped objective by the sign of the advantage', '\\begin{center}']
    """
    drawn = bars(figure) if figure.bars else curves(figure)
    return "\n".join([f"% figure: {escape(figure.title)}", r"\begin{center}", *drawn, r"\end{center}"])


def curves(figure: Figure) -> list[str]:
    """Lines over a range, and thin lines at the marked places."""
    lines = [
        r"\begin{tikzpicture}",
        rf"\begin{{axis}}[width=0.85\linewidth,height=0.52\linewidth,grid=major,xlabel={{{escape(figure.across)}}},"
        rf"ylabel={{{escape(figure.up)}}},enlarge x limits=false,legend columns=-1,"
        r"legend style={draw=none,at={(0.5,1.03)},anchor=south,/tikz/every even column/.append style={column sep=1em}}]",
    ]
    for place in figure.marks:
        at = f"axis cs:{number(place)},0"
        lines.append(rf"\draw[gray,dotted] ({{{at}}}|-{{rel axis cs:0,0}}) -- ({{{at}}}|-{{rel axis cs:0,1}});")
    for n, curve in enumerate(figure.curves):
        points = [f"({number(x)},{number(y)})" for x, y in curve.points]
        lines.append(rf"\addplot[{colour(n)},{DASHES[n]},line width={WIDTHS[n]}] coordinates {{")
        lines += [" ".join(points[i : i + 8]) for i in range(0, len(points), 8)]
        lines += ["};", rf"\addlegendentry{{{escape(curve.label)}}}"]
    return [*lines, r"\end{axis}", r"\end{tikzpicture}"]


def bars(figure: Figure) -> list[str]:
    """Bars side by side in panels, each with its number."""
    lines: list[str] = []
    for n, (label, row) in enumerate(figure.bars):
        points = " ".join(f"({i},{number(v)})" for i, v in enumerate(row, 1))
        ground = "ymin=0," if min(row) >= 0 else ""
        lines += [
            r"\begin{tikzpicture}",
            rf"\begin{{axis}}[ybar,{ground}bar width=14pt,width=0.48\linewidth,height=0.42\linewidth,title={{{escape(label)}}},"
            rf"xlabel={{{escape(figure.across)}}},xtick={{1,...,{len(row)}}},nodes near coords,enlarge x limits=0.2,"
            r"enlarge y limits=0.2,every node near coord/.append style={font=\footnotesize},"
            r"nodes near coords={\pgfmathprintnumber[fixed,precision=2]{\pgfplotspointmeta}}]",
            rf"\addplot[draw=none,fill={colour(n)[6:]}] coordinates {{{points}}};",
            r"\draw[gray] ({rel axis cs:0,0}|-{axis cs:1,0}) -- ({rel axis cs:1,0}|-{axis cs:1,0});",
            r"\end{axis}",
            r"\end{tikzpicture}",
        ]
    return lines


def colour(n: int) -> str:
    """The colour of a curve, as on screens."""
    red, green, blue = (int(COLOURS[n][0][i : i + 2], 16) for i in (1, 3, 5))
    return f"color={{rgb,255:red,{red};green,{green};blue,{blue}}}"


def number(value: float) -> str:
    """A coordinate: more digits than any printer shows.

    >>> number(1.0), number(-0.33333333), number(-0.0)
    ('1', '-0.33333', '0')
    """
    return f"{value + 0.0:.5g}"
