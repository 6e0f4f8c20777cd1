r"""Prose from the chapters' neutral Markdown to LaTeX and HTML; formulas stay tokens throughout."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape as escape_html

from markdown_it import MarkdownIt
from markdown_it.token import Token

from derive.build.setting.folds import FOLD, element

ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "/": r"/\allowbreak{}",
}
#: Signs of running text that LaTeX sets as mathematics; Greek letters have their own names.
SIGNS = {
    "λ": r"\lambda", "Σ": r"\Sigma", "∇": r"\nabla", "′": "'", "≥": r"\ge", "≤": r"\le", "≈": r"\approx",
    "→": r"\to", "×": r"\times", "−": "-", "∞": r"\infty", "√": r"\surd",
}  # fmt: skip
SUPERSCRIPTS = {"^π": r"\textsuperscript{\ensuremath{\pi}}", "^t": r"\textsuperscript{t}"}
HEADINGS = {"h1": "section", "h2": "subsection", "h3": "subsubsection", "h4": "paragraph"}


@cache
def reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(text: str) -> str:
    """HTML of neutral Markdown; what is folded away is an element that opens."""
    parts, at = [], 0
    for fold in FOLD.finditer(text):
        parts += [reader().render(text[at : fold.start()]), element(escape_html(fold["title"]), reader().render(fold["body"]))]
        at = fold.end()
    return "".join([*parts, reader().render(text[at:])])


def escape(text: str) -> str:
    r"""Plain text for LaTeX.

    >>> escape("50% of Q^π at θ")
    '50\\% of Q\\textsuperscript{\\ensuremath{\\pi}} at \\ensuremath{\\theta}'
    """
    special = "|".join(map(re.escape, (*SUPERSCRIPTS, *ESCAPES)))
    return re.sub(rf"{special}|[^\x00-\x7f]", lambda m: SUPERSCRIPTS.get(m[0]) or ESCAPES.get(m[0]) or _letter(m[0]), text)


def _letter(letter: str) -> str:
    if letter in SIGNS:
        return rf"\ensuremath{{{SIGNS[letter]}}}"
    name = unicodedata.name(letter, "")
    if name.startswith("GREEK SMALL LETTER "):
        return rf"\ensuremath{{\{name.split()[-1].lower()}}}"
    return letter


def to_latex_prose(text: str) -> str:
    """LaTeX of neutral Markdown: headings, paragraphs, lists, tables, emphasis, code, links; what is folded away is a footnote."""
    parts, at = [], 0
    for fold in FOLD.finditer(text):
        inside = "".join(_block(reader().parse(fold["body"]))).strip()
        before = "".join(_block(reader().parse(text[at : fold.start()]))).rstrip()
        parts.append(f"{before}\\footnote{{{escape(fold['title'])}: {inside}}}\n\n")
        at = fold.end()
    parts.append("".join(_block(reader().parse(text[at:]))))
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip() + "\n"


def _block(tokens: list[Token]) -> list[str]:
    out: list[str] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                out.append(f"\n\\{HEADINGS.get(token.tag, 'paragraph')}{{")
            case "heading_close":
                out.append("}\n\n")
            case "inline":
                out.append(_inline(token.children or []))
            case "paragraph_close":
                out.append("\n" if token.hidden else "\n\n")
            case "bullet_list_open" | "ordered_list_open":
                out.append(f"\\begin{{{'itemize' if token.tag == 'ul' else 'enumerate'}}}\n")
            case "bullet_list_close" | "ordered_list_close":
                out.append(f"\\end{{{'itemize' if token.tag == 'ul' else 'enumerate'}}}\n\n")
            case "list_item_open":
                out.append("\\item ")
            case "blockquote_open":
                out.append("\\begin{quote}\n")
            case "blockquote_close":
                out.append("\\end{quote}\n\n")
            case "table_open":
                at = tokens.index(token)
                columns = sum(t.type == "th_open" for t in tokens[at : _close(tokens, at, "table_close")])
                width = f">{{\\raggedright\\arraybackslash}}p{{{0.9 / columns:.2f}\\linewidth}}"
                out.append(f"\\begin{{center}}\n\\begin{{tabular}}{{{width * columns}}}\n\\hline\n")
            case "table_close":
                out.append("\\hline\n\\end{tabular}\n\\end{center}\n\n")
            case "thead_close":
                out.append("\\hline\n")
            case "th_close" | "td_close":
                out.append(" & ")
            case "tr_close":
                if out[-1] == " & ":
                    out.pop()
                out.append(" \\\\\n")
            case "hr":
                out.append("\\bigskip\n\n")
            case "fence" | "code_block":
                out.append(f"\\begin{{verbatim}}\n{token.content}\\end{{verbatim}}\n\n")
    return out


def _close(tokens: list[Token], at: int, kind: str) -> int:
    return next(i for i in range(at, len(tokens)) if tokens[i].type == kind)


def _inline(children: list[Token]) -> str:
    out = []
    for token in children:
        match token.type:
            case "text":
                out.append(escape(token.content))
            case "softbreak" | "hardbreak":
                out.append("\n")
            case "code_inline":
                out.append(rf"\texttt{{{escape(token.content)}}}")
            case "strong_open":
                out.append(r"\textbf{")
            case "em_open":
                out.append(r"\emph{")
            case "strong_close" | "em_close":
                out.append("}")
            case "link_open":
                out.append(rf"\href{{{token.attrGet('href')}}}{{" if token.attrGet("href") else "{")
            case "link_close":
                out.append("}")
    return "".join(out)
