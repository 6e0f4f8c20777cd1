"""LaTeX, reStructuredText and notebooks: formulas, places, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import docutils.core
import docutils.nodes
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.check.sources import DirectivePiece, Document, HeadingPiece, scan
from derive.diagnostics import Edit, Span


def found(page: Document) -> list[tuple[str, str]]:
    return [(piece.kind, piece.latex.strip()) for piece in page.formulas]


def assert_places_exact(page: Document) -> None:
    for piece in page.formulas:
        text = page.sources[piece.path or page.path].text
        assert [text[piece.offset_of(at)] for at in range(len(piece.latex))] == [*piece.latex.replace("\n", "\n")]


LATEX = {
    "dollars": ("so $x$ and $$y$$", [("inline", "x"), ("display", "y")]),
    "brackets": (r"so \(x\) and \[y\]", [("inline", "x"), ("display", "y")]),
    "equation": ("\\begin{equation}\\label{a}\nx\n\\end{equation}", [("display", "\\label{a}\nx")]),
    "align": ("\\begin{align*}x&=1\\\\y&=2\\end{align*}", [("display", "\\begin{align*}x&=1\\\\y&=2\\end{align*}")]),
    "comments": ("a % not $x$\n$y$ \\% $z$", [("inline", "y"), ("inline", "z")]),
    "comment inside": ("\\[\nx % half\n+ y\n\\]", [("display", "x \n+ y")]),
    "verbatim": ("\\begin{verbatim}$x$\\end{verbatim}\\begin{lstlisting}\n$y$\n\\end{lstlisting}$z$", [("inline", "z")]),
    "verb": (r"\verb|$x$| and \verb+$y$+ and $z$", [("inline", "z")]),
    "rows": (
        "\\begin{multline*}a\\\\+b\\end{multline*}\\begin{gather}x\\end{gather}\\begin{eqnarray}a&=&b\\end{eqnarray}",
        [
            ("display", "\\begin{multline*}a\\\\+b\\end{multline*}"),
            ("display", "\\begin{gather}x\\end{gather}"),
            ("display", "\\begin{eqnarray}a&=&b\\end{eqnarray}"),
        ],
    ),
    "rows of equations": (
        "\\begin{subequations}\n\\begin{align}a&=b\\end{align}\n\\end{subequations}",
        [("display", "\\begin{align}a&=b\\end{align}")],
    ),
    "alignat": ("\\begin{alignat}{2}u&=v\\end{alignat}", [("display", "\\begin{alignat}{2}u&=v\\end{alignat}")]),
    "math": ("\\begin{math}x\\end{math}\\begin{displaymath}y\\end{displaymath}", [("inline", "x"), ("display", "y")]),
    "switched off": ("\\iffalse $x$ \\fi $y$ \\begin{comment}$z$\\end{comment}", [("inline", "y")]),
    "addresses": ("\\url{http://a/$x$} \\href{http://b/$y$}{the $z$}", [("inline", "z")]),
    "after the document": ("\\begin{document}$x$\\end{document}\n$z$", [("inline", "x")]),
    "escaped dollars": (r"costs \$5 and \$6, $x$", [("inline", "x")]),
    "line break": (r"a \\[2pt] b $x$", [("inline", "x")]),
    "text inside": (r"$x \text{ if $y$ holds}$ and $z$", [("inline", r"x \text{ if $y$ holds}"), ("inline", "z")]),
    "tabular": ("\\begin{tabular}{c}$x$ & 1\\\\\\end{tabular} $y$", [("table", "x"), ("inline", "y")]),
    "macros": ("\\newcommand{\\cost}{\\$5 $x$}\n\\begin{document}$\\cost$\\end{document} $y$", [("inline", r"\cost")]),
}


@pytest.mark.parametrize("name", LATEX)
def test_latex(name: str) -> None:
    text, expected = LATEX[name]
    page = scan("a.tex", text)
    assert found(page) == expected
    assert not page.broken
    assert_places_exact(page)


def test_latex_headings_directives_and_macros() -> None:
    page = scan(
        "a.tex", "\\DeclareMathOperator*{\\argmax}{arg\\,max}\n\\section{One $x$}\n% derive: ignore D401 because so\n$y$\n"
    )
    assert [(piece.level, piece.text) for piece in page.pieces if isinstance(piece, HeadingPiece)] == [(2, "One $x$")]
    assert [piece.reason for piece in page.pieces if isinstance(piece, DirectivePiece)] == ["so"]
    assert page.macros["argmax"].body == r"\operatorname*{arg\,max}"


def test_unclosed_latex_is_reported_and_the_rest_read() -> None:
    page = scan("a.tex", "a $x\n\nb $y$\n\n\\[ z\n\n$w$\n\\begin{align}\nq\n\n$v$")
    assert [(report.line, report.claims[0].code) for report in page.broken] == [(1, "D110"), (5, "D110"), (8, "D110")]
    assert [latex for _, latex in found(page)] == ["y", "w", "v"]


def test_input_is_followed_and_places_are_those_of_the_included_file(tmp_path: Path) -> None:
    (tmp_path / "part.tex").write_text("\n\n  $y$\n\\input{main}\n")
    main = tmp_path / "main.tex"
    main.write_text("$x$\n\\input{part}\n$z$ \\input{lost}\n")
    page = scan(str(main), main.read_text())
    reports = [page.report(piece) for piece in page.formulas]
    assert [(Path(report.path).name, report.line, report.column, report.latex) for report in reports] == [
        ("main.tex", 1, 1, "x"), ("part.tex", 3, 3, "y"), ("main.tex", 3, 1, "z"),
    ]  # fmt: skip
    assert [problem.code for problem in page.problems] == ["D154", "D154"]
    assert page.needs == (str(tmp_path / "part.tex"),)


RST = {
    "role": ("so :math:`x=1` holds", [("inline", "x=1")]),
    "suffix role": ("so `x=1`:math: holds", [("inline", "x=1")]),
    "argument": (".. math:: x = 1\n", [("display", "x = 1")]),
    "content": (".. math::\n   :label: one\n\n   x\n   = 1\n\ntext :math:`y`", [("display", "x\n   = 1"), ("inline", "y")]),
    "nowrap": (
        ".. math::\n   :nowrap:\n\n   \\begin{eqnarray}\n   a & = & b\n   \\end{eqnarray}\n",
        [("display", "\\begin{eqnarray}\n   a & = & b\n   \\end{eqnarray}")],
    ),
    "several": (".. math::\n\n   x = 1\n\n   y = 2\n", [("display", "x = 1"), ("display", "y = 2")]),
    "inside a note": (".. note::\n\n   so :math:`x`\n\n   .. math:: y\n", [("inline", "x"), ("display", "y")]),
    "list": ("- so :math:`x`\n\n  .. math:: y\n", [("inline", "x"), ("display", "y")]),
    "literal": ("such as ``:math:`x``` here::\n\n   :math:`y`\n\n:math:`z`", [("inline", "z")]),
    "code": (".. code-block:: rst\n\n   :math:`x`\n\n:math:`z`", [("inline", "z")]),
    "comment": (".. a comment :math:`x`\n   :math:`y`\n\n:math:`z`", [("inline", "z")]),
    "default role": (".. default-role:: math\n\nso `x=1` and `text`_", [("inline", "x=1")]),
    "simple table": ("=== ===\na   b\n=== ===\n:math:`x` c\n=== ===\n", [("table", "x")]),
    "grid table": ("+----------+\n| :math:`x`|\n+----------+\n", [("table", "x")]),
    "two lines": ("so :math:`x\n= 1` holds", [("inline", "x\n= 1")]),
}


@pytest.mark.parametrize("name", RST)
def test_rst(name: str) -> None:
    text, expected = RST[name]
    page = scan("a.rst", text)
    assert found(page) == expected
    assert_places_exact(page)


@pytest.mark.parametrize("name", ["role", "argument", "content", "several", "list", "literal", "comment", "two lines"])
def test_rst_agrees_with_docutils(name: str) -> None:
    text, _ = RST[name]
    tree = docutils.core.publish_doctree(text.replace("   :label: one\n", ""), settings_overrides={"report_level": 5})
    theirs = [
        node.astext() for node in tree.findall(lambda node: isinstance(node, docutils.nodes.math | docutils.nodes.math_block))
    ]
    assert [" ".join(latex.split()) for _, latex in found(scan("a.rst", text))] == [" ".join(latex.split()) for latex in theirs]


def test_rst_headings_and_directives() -> None:
    page = scan("a.rst", "One\n===\n\n.. derive: assume \\gamma = 1\n\nTwo\n---\n")
    assert [(piece.level, piece.text) for piece in page.pieces if isinstance(piece, HeadingPiece)] == [(1, "One"), (2, "Two")]
    assert [(piece.verb, piece.body) for piece in page.pieces if isinstance(piece, DirectivePiece)] == [("assume", r"\gamma = 1")]


def notebook(*cells: str, indent: int | None = 1) -> str:
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell(cell) for cell in cells]
    book.cells.insert(1, nbformat.v4.new_code_cell("x = '$y$'"))
    return json.dumps(json.loads(nbformat.writes(book)), indent=indent, ensure_ascii=True)


@pytest.mark.parametrize("indent", [1, None])
def test_notebook_places_in_file_and_cell(indent: int | None) -> None:
    text = notebook("# One\n\n$\\alpha$", "two\n\n$$\nγ=\\beta\n$$\n\n| $x$ |\n|---|\n", indent=indent)
    page = scan("a.ipynb", text)
    assert [(p.kind, p.latex.strip(), p.cell, p.cell_line) for p in page.formulas] == [
        ("inline", r"\alpha", 1, 3), ("display", r"γ=\beta", 3, 3), ("table", "x", 3, 7),
    ]  # fmt: skip
    alpha = next(page.formulas)
    assert text[alpha.start : alpha.end] == r"$\\alpha$"
    edit = page.edit(alpha, Edit(Span(0, 6), r"\frac{1}{\alpha}"))
    assert edit is not None
    changed = json.loads(text[: edit["start"]] + edit["text"] + text[edit["end"] :])
    assert "".join(changed["cells"][0]["source"]).endswith(r"$\frac{1}{\alpha}$")


def test_only_markdown_cells_are_read() -> None:
    cells = [{"cell_type": kind, "metadata": {}, "source": ["a\n", "$x$ in ", kind]} for kind in ("raw", "code", "markdown")]
    page = scan("a.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert [(p.latex, p.cell, p.cell_line) for p in page.formulas] == [("x", 3, 2)]


@pytest.mark.parametrize(("text", "message"), [("{", "not valid JSON"), ("[1]", "no cells"), ("[" * 100000, "nested too deeply")])
def test_broken_notebooks_are_findings(text: str, message: str) -> None:
    page = scan("a.ipynb", text)
    assert [problem.code for problem in page.problems] == ["D153"]
    assert message in page.problems[0].message


@given(st.text(alphabet=st.sampled_from("$$\\[](){}%`:.\n\n abx=-|+&\"'beginalignendinput"), max_size=80))
def test_scanning_never_raises(text: str) -> None:
    for path in ("a.tex", "a.rst", "a.ipynb"):
        page = scan(path, text)
        for piece in page.formulas:
            assert 0 <= piece.start < piece.end <= len(text)


@given(st.text(alphabet=st.sampled_from('$$\\[](){}"\n απ𝔼xy=^_|'), max_size=60))
def test_a_notebook_and_its_page_have_the_same_formulas(text: str) -> None:
    book = notebook(text)
    assert found(scan("a.ipynb", book)) == found(scan("a.md", text))
