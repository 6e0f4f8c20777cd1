r"""A small mark beside the formulas of a page that were verified.

A mark is only ever added: without the marks, a page is what it was.  Formulas are found again in the page by their LaTeX; where
one text occurs more or less often in the page than in its source, none of its occurrences is marked, because it is not
known which is which.

>>> marked(r"<p>\(1+1=2\)</p>", {"1+1=2": [" it holds"]})
'<p>\\(1+1=2\\) it holds</p>'
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from derive.check.findings import FileReport, FormulaReport

#: Which formulas get a badge.
CHOICES = ("none", "display", "all")

#: Maths as pages hold it for MathJax and KaTeX; what is shown as it is written comes first, and holds none.
_MATHS = re.compile(
    r"""<(?P<plain>pre|code|style|textarea)\b.*?</(?P=plain)\s*>
      | <(?P<tag>span|div)\s+class="arithmatex"\s*>(?P<generic>[^<]*)</(?P=tag)>
      | <script\s+type="math/tex(?:;\s*mode=display)?"\s*>(?P<script>.*?)</script>
      | <script\b.*?</script\s*>
      | \\\((?P<paren>[^<]*?)\\\) | \\\[(?P<bracket>[^<]*?)\\\]
      | \$\$(?P<dollars>[^<]*?)\$\$ | \$(?P<dollar>[^$<]+)\$""",
    re.S | re.X,
)
_DELIMITERS = re.compile(r"\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$|\$(.*)\$", re.S)


def normal(latex: str) -> str:
    r"""LaTeX with every stretch of blanks as one.

    >>> normal(" a\n = b ")
    'a = b'
    """
    return " ".join(latex.split())


def badge(formula: FormulaReport, choice: str) -> str | None:
    """The mark of a formula whose every claim was decided and holds; None for any other."""
    if formula.status not in ("proved", "confirmed") or (choice != "all" and formula.kind != "display"):
        return None
    said = next(claim for claim in formula.claims if claim.status == formula.status)
    how = ", ".join(part for part in (said.method, said.sizes) if part)
    label = html.escape(f"{formula.status} by derive" + (f": {how}" if how else ""))
    return f'<span class="derive-badge" role="img" aria-label="{label}" title="{label}" style="font-size:75%">✓</span>'


def badges(file: FileReport, choice: str) -> dict[str, list[str | None]]:
    """For each LaTeX text of a page, the marks of its occurrences in order."""
    found: dict[str, list[str | None]] = {}
    for formula in file.formulas if choice != "none" else ():
        if formula.path == file.path:
            found.setdefault(normal(formula.latex), []).append(badge(formula, choice))
    return found


def placed(occurrences: Sequence[str], marks: Mapping[str, Sequence[str | None]]) -> list[str | None]:
    """The mark of each occurrence in a page, given as LaTeX in order.

    >>> placed(["a=a", "b=b", "a=a"], {"a=a": ["yes", None], "b=b": ["yes", "yes"]})
    ['yes', None, None]
    """
    keys = [normal(text) for text in occurrences]
    left = {key: iter(marks[key]) for key in set(keys) & set(marks) if keys.count(key) == len(marks[key])}
    return [next(left[key]) if key in left else None for key in keys]


def marked(page: str, marks: Mapping[str, Sequence[str | None]]) -> str:
    """The HTML of a page with each mark right behind its formula."""
    found = [match for match in _MATHS.finditer(page) if _latex(match) is not None]
    at, parts = 0, []
    for match, mark in zip(found, placed([_latex(match) or "" for match in found], marks), strict=True):
        if mark:
            parts += [page[at : match.end()], mark]
            at = match.end()
    return "".join([*parts, page[at:]])


def _latex(match: re.Match[str]) -> str | None:
    """The LaTeX of a match; None where it is no formula."""
    kinds = ("generic", "script", "paren", "bracket", "dollars", "dollar")
    kind = next((kind for kind in kinds if match[kind] is not None), None)
    if kind is None:
        return None
    text = match[kind]
    if kind == "generic":
        inner = _DELIMITERS.fullmatch(text.strip())
        text = next(group for group in inner.groups() if group is not None) if inner else text
    # Old previews of mdx_math wrap the text of a script in CDATA marks that MathJax skips.
    return html.unescape(text.removeprefix("% <![CDATA[").removesuffix("%]]>"))
