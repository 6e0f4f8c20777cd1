r"""The targets: how each writes a formula, and how its formulas are found again in the text that was written."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from derive.build.graphics.figures import Figure, figures, svg
from derive.build.graphics.plots import plot
from derive.build.setting.folds import WRITERS, folded
from derive.build.setting.measure import measure
from derive.build.setting.prose import escape, to_html, to_latex_prose
from derive.build.setting.row_breaks import broken
from derive.build.slots import PICTURE, SLOT, BuildError, Printable

#: How many letters wide a display may be: on a printed page, on a site, and in a browser that may be a telephone's.
PRINTED, SITE, BROWSER = 58.0, 54.0, 38.0
#: An inline formula wider than this scrolls by itself on a narrow screen.
WIDE = 24.0
KNOWN = re.compile(r"\\arg(?![A-Za-z])")  # a name that the converter to MathML does not know
#: Words in a formula: the converter copies them as they are, markup and all.
WORDS = re.compile(r"(\\(?:text\w*|mbox|hbox)\s*\{)([^{}]*)")
#: The thin spaces around the name of a function, which the converter leaves out.
THIN = '<mspace width="0.167em" />'
NAMED = re.compile(r"(</m(?:sub|sup|subsup|i|n|frac)>)(<mi>(?:log|exp)</mi>)")
APPLIED = re.compile(r"(<mi>(?:log|exp)</mi>)(?=<m(?!o))")
#: What says a sentence in the language of a chapter.
Say = Callable[[str], str]
QUOTED = re.compile(r"> +")


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of page: its template, its file's ending, its way with formulas and prose.

    ``found`` lists the LaTeX of every formula in an emitted text, in order; ``most`` is how many letters wide a display may be.
    """

    name: str
    template: str
    suffix: str
    says: str
    formula: Callable[[Printable], str]
    prose: Callable[[str], str]
    text: Callable[[str], str]
    found: Callable[[str], list[str]]
    picture: Callable[[Figure, Say], str]
    most: float


def dollars(p: Printable) -> str:
    """``$$`` on lines of their own, ``$`` in the line."""
    return f"$$\n{p.latex}{tag(p)}\n$$" if p.display else f"${p.latex}$"


def tag(p: Printable) -> str:
    r"""The number of a formula as LaTeX: ``\tag{3}``; empty where it has none."""
    return rf" \tag{{{p.tag}}}" if p.tag else ""


def brackets(p: Printable) -> str:
    r"""``\[ … \]`` and ``\( … \)``."""
    if not p.display:
        return f"\\({p.latex}\\)"
    return f"\\[\n{p.latex}{tag(p)}\n\\]"


def mathml(p: Printable) -> str:
    """MathML with the LaTeX as its annotation: read by browsers and screen readers without a script."""
    # Imported here: only HTML pages need it.
    from latex2mathml.converter import convert

    # the converter lines up the rows of ``split``, not of ``aligned``, which says the same
    latex = WORDS.sub(lambda m: m[1] + html.escape(m[2], quote=False), p.latex.replace("{aligned}", "{split}"))
    made = convert(KNOWN.sub(r"\\mathrm{arg}\\,", latex), display="block" if p.display else "inline")
    body = re.sub(r"^<math[^>]*>|</math>$", "", made)
    body = APPLIED.sub(rf"\1{THIN}", NAMED.sub(rf"\1{THIN}\2", body))
    kind = ' display="block"' if p.display else ""
    if p.display and max(map(measure, p.latex.split("\\\\"))) > BROWSER:
        kind += ' class="tight"'  # it could not be broken to the width of a telephone
    note = html.escape(p.latex, quote=False)
    made = (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{kind}><semantics>{body}'
        f'<annotation encoding="application/x-tex">{note}</annotation></semantics></math>'
    )
    if p.tag:
        return f'<span class="numbered">{made}<span>({p.tag})</span></span>'
    return f'<span class="wide">{made}</span>' if not p.display and measure(p.latex) > WIDE else made


def between_dollars(text: str) -> list[str]:
    """Formulas between dollar signs, code left out."""
    text = re.sub(r"^(```+).*?^\1", "", text, flags=re.S | re.M)
    text = re.sub(r"^> ?", "", text, flags=re.M)
    return [(a or b).strip() for a, b in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, flags=re.S)]


def between_brackets(text: str) -> list[str]:
    r"""Formulas between ``\[ \]`` and ``\( \)``."""
    return [(a or b).strip() for a, b in re.findall(r"(?<!\\)\\\[(.+?)(?<!\\)\\\]|\\\((.+?)\\\)", text, flags=re.S)]


def annotated(text: str) -> list[str]:
    """The LaTeX beside each MathML formula."""
    return [
        html.unescape(x) for x in re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', text, flags=re.S)
    ]


def linked(figure: Figure, say: Say) -> str:
    """A picture beside the pages, with its description as the text to read instead."""
    return f"![{say(figure.title)}{say('.')} {say(figure.says)}](../figures/{figure.name}.svg)"


def plotted(figure: Figure, say: Say) -> str:
    """The picture as commands that draw it: without words."""
    return plot(figure)


def inlined(figure: Figure, say: Say) -> str:
    """The picture itself, with its caption."""
    drawn = svg(figure).strip()
    for tag, words in (("title", figure.title), ("desc", figure.says)):
        drawn = drawn.replace(f">{html.escape(words)}</{tag}>", f">{html.escape(say(words))}</{tag}>")
    return f"<figure>{drawn}<figcaption>{html.escape(say(figure.title))}</figcaption></figure>"


def same(text: str) -> str:
    return text


def _markdown(name: str, says: str) -> Target:
    suffix = ".qmd" if name == "quarto" else ".md"
    return Target(
        name,
        f"targets/{name}.md.j2",
        suffix,
        says,
        dollars,
        partial(folded, write=WRITERS[name]),
        same,
        between_dollars,
        linked,
        SITE,
    )


def _latex(name: str, template: str, says: str) -> Target:
    return Target(
        name, f"targets/{template}.tex.j2", ".tex", says, brackets, to_latex_prose, escape, between_brackets, plotted, PRINTED
    )


TARGETS: dict[str, Target] = {
    t.name: t
    for t in (
        _markdown("markdown", "Markdown for VitePress with KaTeX"),
        _markdown("mkdocs", "Markdown for MkDocs Material with arithmatex"),
        _markdown("myst", "Markdown for MyST and Jupyter Book"),
        _markdown("docusaurus", "Markdown for Docusaurus with KaTeX"),
        _markdown("quarto", "Markdown for Quarto"),
        _latex("latex", "article", "a LaTeX article"),
        _latex("fragment", "fragment", "LaTeX to \\input"),
        Target(
            "html",
            "targets/page.html.j2",
            ".html",
            "one HTML file with MathML, no script, no network",
            mathml,
            to_html,
            html.escape,
            annotated,
            inlined,
            BROWSER,
        ),
    )
}


#: A link to a chapter beside this one.
BESIDE = re.compile(r"\]\(\./([\w.-]+)\.md\)")


def fill(text: str, printed: list[Printable], target: Target, say: Say = str) -> str:
    """The text with every token replaced by its formula as the target writes it."""

    def put(match: re.Match[str]) -> str:
        p = printed[int(match[1])]
        start = text.rfind("\n", 0, match.start()) + 1
        line, before = text[start:].split("\n", 1)[0], text[start : match.start()]
        if line.lstrip().startswith("|") and target.formula is dollars and "|" in p.latex:
            raise BuildError(f"{p.latex} has a bar that would end its table cell")
        made = target.formula(replace(p, latex=broken(p.latex, target.most, p.numbers)) if p.display else p)
        # within a quotation every line of a display carries the quotation's mark
        return made.replace("\n", f"\n{before}") if QUOTED.fullmatch(before) else made

    text = PICTURE.sub(lambda match: target.picture(figures()[match[1]], say), text)
    return SLOT.sub(put, text)
