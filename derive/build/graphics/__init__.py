"""Figures of the chapters, computed from the data of worked examples.

For: the same figure as SVG and as LaTeX, the same bytes every time.  May import ``library`` and the page builder's
``prose.py``. Begin with ``figures.py`` (what a figure is, and each of them); ``drawing.py`` draws one with Matplotlib,
``plots.py`` writes one as pgfplots.
"""
