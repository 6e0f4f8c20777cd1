"""Markdown pages: which formulas are found, and that every place is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.check.sources import DirectivePiece, FormulaPiece, HeadingPiece, scan
from derive.diagnostics import Edit, Span


def found(text: str, path: str = "page.md") -> list[tuple[str, str]]:
    return [(piece.kind, piece.latex.strip()) for piece in scan(path, text).formulas]


def places(text: str, path: str = "page.md") -> list[tuple[int, int, str]]:
    page = scan(path, text)
    return [(*page.position(piece.start), piece.latex.strip()) for piece in page.formulas]


CASES = {
    "inline": ("so $x=1$ holds", [("inline", "x=1")]),
    "one line display": ("$$x=1$$", [("display", "x=1")]),
    "display on its own lines": ("$$\nx\n=1\n$$", [("display", "x\n=1")]),
    "display inside a paragraph": ("we have $$x=1$$ here", [("display", "x=1")]),
    "display after a line of text": ("we have\n$$\nx\n=\n1\n$$\nhere", [("display", "x\n=\n1")]),
    "text after the closing dollars": ("$$\nx\n- y\n$$ where $z$", [("display", "x\n- y"), ("inline", "z")]),
    "label after the closing dollars": ("$$\nx\n$$ (eq:one)", [("display", "x")]),
    "list item": ("- a\n\n  $$\n  x\n  = 1\n  $$\n\n- $y$", [("display", "x\n  = 1"), ("inline", "y")]),
    "numbered list": ("1. a\n   $$\n   x\n   $$\n2. $y$", [("display", "x"), ("inline", "y")]),
    "quotation": ("> $$\n> x\n> = 1\n> $$\n> and $y$", [("display", "x\n= 1"), ("inline", "y")]),
    "quotation in a list": ("- > $$\n  > x\n  > $$\n", [("display", "x")]),
    "table": ("| a | b |\n|---|---|\n| $x$ | `$y$` |", [("table", "x")]),
    "escaped bar in a table": ("| a | b |\n|---|---|\n| $\\pi(a\\|s)$ | $y$ |", [("table", "\\pi(a|s)"), ("table", "y")]),
    "bare bar in a table": ("| a | b |\n|---|---|\n| $\\pi(a|s)$ | y |", [("table", "\\pi(a|s)")]),
    "money": ("it costs $5 and $6, or $7", []),
    "money and maths": ("it costs $5, so $x=5$ and $6 left", [("inline", "x=5")]),
    "money range": ("between $5-$6 each", []),
    "escaped dollars": (r"it costs \$5 and \$6 and $x$", [("inline", "x")]),
    "inline code": ("`$x$` and ``$$y$$`` but $z$", [("inline", "z")]),
    "code fence": ("```python\n$x$\n$$\ny\n$$\n```\n$z$", [("inline", "z")]),
    "tilde fence": ("~~~\n$x$\n~~~\n", []),
    "indented code": ("text\n\n    $x$\n", []),
    "front matter": ("---\ntitle: $x$\n---\n\n$y$", [("inline", "y")]),
    "html comment": ("<!-- $x$ -->\n\n<!--\n$$\ny\n$$\n-->\n\n$z$", [("inline", "z")]),
    "inline html comment": ("a <!-- $x$ --> $z$", [("inline", "z")]),
    "github fence": ("```math\nx=1\n```", [("display", "x=1")]),
    "github ticks": ("so $`x=1`$ holds", [("inline", "x=1")]),
    "brackets": ("\\[\nx=1\n\\]\n\nand \\(y\\) too", [("display", "x=1"), ("inline", "y")]),
    "doubled brackets": ("\\\\[ x=1 \\\\]\n\nand \\\\(y\\\\)", [("display", "x=1"), ("inline", "y")]),
    "escaped brackets in prose": ("see \\[1\\] and \\(the notes\\)", []),
    "environment": ("\\begin{align}\nx&=1\\\\\ny&=2\n\\end{align}",
                    [("display", "\\begin{align}\nx&=1\\\\\ny&=2\n\\end{align}")]),
    "myst fence": ("```{math}\n:label: one\n\nx=1\n```", [("display", "x=1")]),
    "myst colons": (":::{math}\n:label: one\nx=1\n:::\n$y$", [("display", "x=1"), ("inline", "y")]),
    "myst role": ("so {math}`x=1` holds", [("inline", "x=1")]),
    "myst directive": ("```{note}\nso $x$\n\n$$\ny\n$$\n```", [("inline", "x"), ("display", "y")]),
    "myst code": ("```{code-block} python\n$x$\n```", []),
    "vitepress container": ("::: tip Note\n$$\nx\n$$\n:::\n\n$y$", [("display", "x"), ("inline", "y")]),
    "mkdocs admonition": ('!!! note "On $x$"\n\n    $$\n    y\n    $$\n\n    and $z$\n\n$w$',
                          [("inline", "x"), ("display", "y"), ("inline", "z"), ("inline", "w")]),
    "mkdocs tabs": ('=== "One"\n\n    $y$\n', [("inline", "y")]),
    "html block": ("<details>\n<summary>More</summary>\n\n$$\nx\n$$\n\n</details>", [("display", "x")]),
    "html block without blank lines": ("<div>\n$$\nx\n$$\n</div>", [("display", "x")]),
    "script": ("<script>\nlet a = `$b$`\n</script>\n\n$x$", [("inline", "x")]),
    "footnote": ("a[^1]\n\n[^1]: $x$ is long", [("inline", "x")]),
    "emphasis": ("**the $a_1*b$ and $c*d_2$**", [("inline", "a_1*b"), ("inline", "c*d_2")]),
    "link": ("[the $x$](y.md)", [("inline", "x")]),
    "heading": ("## The $x$ ##\n", [("inline", "x")]),
    "setext heading": ("The $x$\n=======\n", [("inline", "x")]),
    "two lines of a paragraph": ("a $x\n= y$ b", [("inline", "x\n= y")]),
    "blank line inside a display": ("$$\nx = 1\n\n+ y_1\n$$\n\n$z$", [("display", "x = 1\n\n+ y_1"), ("inline", "z")]),
    "dollar inside text": ("costs \\text{$} but $x$", [("inline", "x")]),
    "spaces inside": ("so $ x = 1 $ holds", [("inline", "x = 1")]),
    "chinese": ("因此$x=1$。所以$$y$$", [("inline", "x=1"), ("display", "y")]),
    "mdx comment": ("{/* $x$ */}\n\n$y$", [("inline", "y")]),
    "empty": ("$$\n$$\n\n$$$$ $x$", [("inline", "x")]),
    "adjacent displays": ("$$\na\n$$\n$$\nb\n$$", [("display", "a"), ("display", "b")]),
    "money in a list": ("- $5\n- $10\n- $x$", [("inline", "x")]),
    "money in a table": ("| a | b |\n|---|---|\n| $5 | $6 |\n| $x$ | $7 |", [("table", "x")]),
    "money of a country": ("US$5 or US$6; A$ 7, so $x$", [("inline", "x")]),
    "names of variables": ("set $HOME and $PATH first", []),
    "list item on one line": ("- $$x$$\n- so $$y$$ holds\n* $z$", [("display", "x"), ("display", "y"), ("inline", "z")]),
    "list in a list": ("1. a\n   - b\n\n     $$\n     x\n     $$\n2. $$y$$", [("display", "x"), ("display", "y")]),
    "list in a quotation": ("> - a\n>\n>   $$\n>   x\n>   $$\n> $$y$$", [("display", "x"), ("display", "y")]),
    "brackets in a list": ("- a\n\n  \\[\n  x\n  \\]\n", [("display", "x")]),
    "brackets over two lines": ("so \\(y\n+z\\) and \\(n-1\\)", [("inline", "y\n+z"), ("inline", "n-1")]),
    "escaped brackets with a number": ("as in \\(1\\), \\(2, 3\\) and \\[a-z\\]", []),
    "code in a list": ("- ```\n  $x$\n  ```\n- $y$", [("inline", "y")]),
    "code in html": ("<code>$x$</code> and <kbd>$y$</kbd> and $z$", [("inline", "z")]),
    "preformatted html": ("<pre>\n$x$\n</pre>\n\n$y$", [("inline", "y")]),
    "toml front matter": ('+++\ntitle = "$x$"\n+++\n\n$y$', [("inline", "y")]),
    "quarto label": ("$$\nx = 1\n$$ {#eq-one}\n\nsee @eq-one and $y$", [("display", "x = 1"), ("inline", "y")]),
    "quarto label on one line": ("$$x = 1$$ {#eq-one}\n\n$y$", [("display", "x = 1"), ("inline", "y")]),
    "myst argument": ("```{math} x=1\n:label: a\n```", [("display", "x=1")]),
    "myst options between dashes": ("```{math}\n---\nlabel: a\n---\nx=1\n```", [("display", "x=1")]),
    "myst label below": ("$$\nx\n$$ (eq-x)\n\nsee {eq}`eq-x` and $y$", [("display", "x"), ("inline", "y")]),
    "spaced github fence": ("``` math\nx\n```", [("display", "x")]),
    "github fence in a quotation": ("> ```math\n> x\n> = 1\n> ```", [("display", "x\n= 1")]),
    "jekyll": ("{% raw %}\n$$x$$\n{% endraw %}", [("display", "x")]),
    "thematic break inside": ("$$\na\n---\nb\n$$", [("display", "a\n---\nb")]),
}  # fmt: skip


MDX = {
    "imports": ('import X from "./$x$.js"\nexport const cost = "$5 and $6"\n\n# The $y$', [("inline", "y")]),
    "a function": ("export const f = () => {\n  return '$a$' + '$b$'\n}\n\n$y$", [("inline", "y")]),
    "imports below": ('$y$\n\nimport X from "$x$"\n\n$z$', [("inline", "y"), ("inline", "z")]),
    "attributes": ('<Plot title="cost $x$" data={[1,2]} />\n\nsee <Tex m="$x$" /> and $y$', [("inline", "y")]),
    "children": ('<Tabs>\n<TabItem value="a">\n\n$$\nx\n$$\n\n</TabItem>\n</Tabs>', [("display", "x")]),
    "expressions": ("the value {`$x$`} and $y$ {/* $z$ */}", [("inline", "y")]),
    "admonitions": (":::note The $t$\n\n$$\nx\n$$\n\n:::", [("inline", "t"), ("display", "x")]),
    "details": ("<details>\n  <summary>The $s$</summary>\n\n$$x$$\n\n</details>", [("inline", "s"), ("display", "x")]),
}


@pytest.mark.parametrize("name", MDX)
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_mdx_leaves_its_code_alone(name: str, newline: str) -> None:
    text, expected = MDX[name]
    original = text.replace("\n", newline)
    page = scan("page.mdx", original)
    assert [(piece.kind, piece.latex.strip()) for piece in page.formulas] == expected
    for piece in page.formulas:
        assert [original[piece.offset_of(at)] for at, char in enumerate(piece.latex) if char != "\n"] == [
            char for char in piece.latex if char != "\n"
        ]


@pytest.mark.parametrize("name", CASES)
def test_finds_the_formulas(name: str) -> None:
    text, expected = CASES[name]
    assert found(text) == expected


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_exact_whatever_the_line_ends(name: str, newline: str, mark: str) -> None:
    text, expected = CASES[name]
    original = mark + text.replace("\n", newline)
    page = scan("page.md", original)
    assert [(piece.kind, piece.latex.replace("\r\n", "\n").strip()) for piece in page.formulas] == expected
    for piece in page.formulas:
        inside = original[piece.start : piece.end]
        for at, char in enumerate(piece.latex):
            here = original[piece.offset_of(at)]
            assert here == char or (char == "\n" and here == "\r") or (char == "|" and here == "\\")
        if piece.strand.contiguous:
            assert piece.verbatim in inside or "|" in piece.latex


def test_line_is_that_of_the_opening_delimiter() -> None:
    assert places("a\n\nb $x$\n\n$$\ny\n$$\n\n> - $$\n>   z\n>   $$") == [(3, 3, "x"), (5, 1, "y"), (9, 5, "z")]


def test_table_cells_keep_their_column() -> None:
    assert places("| a | b |\n|---|---|\n| p\\|q | $x$ and $y$ |") == [(3, 10, "x"), (3, 18, "y")]


@pytest.mark.parametrize(
    ("text", "line", "others"),
    [
        ("$$\nx = 1\n\nThe next paragraph says that $y$ is small.\n\n$$\nz\n$$", 1, ["y", "z"]),
        ("a\n\n$$\nx = 1\n\n## Next\n\n$y$", 3, ["y"]),
        ("- item\n\n  $$\n  x\n\n- other $y$", 3, ["y"]),
        ("> $$\n> x\n\n$y$", 1, ["y"]),
        ("$$ x = 1\n\n$y$", 1, ["y"]),
        ("we have $$x = 1\n\n$y$", 1, ["y"]),
        ("\\begin{align}\nx\n\n$y$", 1, ["y"]),
    ],
)
def test_unclosed_display_is_reported_and_swallows_nothing_else(text: str, line: int, others: list[str]) -> None:
    page = scan("page.md", text)
    assert [(report.line, report.status, report.claims[0].code) for report in page.broken] == [(line, "unreadable", "D110")]
    assert [piece.latex.strip() for piece in page.formulas] == others


def test_headings_and_directives_stand_in_source_order() -> None:
    page = scan(
        "page.md",
        "# One $x$\n\n<!-- derive: assume \\gamma = 1 -->\n\n"
        "text <!-- derive: ignore D401, D402 because of a reason --> $y$\n\nTwo\n---\n",
    )
    kinds = [type(piece) for piece in page.pieces]
    assert kinds == [HeadingPiece, FormulaPiece, DirectivePiece, DirectivePiece, FormulaPiece, HeadingPiece]
    assume, ignore = (piece for piece in page.pieces if isinstance(piece, DirectivePiece))
    assert (assume.verb, assume.body, assume.reason) == ("assume", r"\gamma = 1", None)
    assert (ignore.verb, ignore.body, ignore.reason) == ("ignore", "D401, D402", "of a reason")
    assert [piece.level for piece in page.pieces if isinstance(piece, HeadingPiece)] == [1, 2]


def test_macros_of_the_page_are_exposed() -> None:
    page = scan("page.md", "$$\n\\newcommand{\\E}{\\mathbb{E}}\n\\def\\KL#1#2{D(#1\\|#2)}\n$$\n\n$\\E[x]$")
    assert {name: macro[:2] for name, macro in page.macros.items()} == {"E": (0, r"\mathbb{E}"), "KL": (2, r"D(#1\|#2)")}
    assert [piece.latex for piece in page.formulas] == [r"\E[x]"]


def test_an_edit_of_a_quoted_formula_keeps_the_quotation_marks() -> None:
    text = "> $$\n> f(x)\n> g(x)\n> h(x)\n> $$\n"
    page = scan("page.md", text)
    piece = next(page.formulas)
    start, end = piece.latex.index("g"), piece.latex.index("h") + 1
    edit = page.edit(piece, Edit(Span(start, end), "+g(x)\n+h"))
    assert edit is not None
    assert text[: edit["start"]] + edit["text"] + text[edit["end"] :] == "> $$\n> f(x)\n> +g(x)\n> +h(x)\n> $$\n"


@given(st.text(alphabet=st.sampled_from("$$$$\\[]()ab=+|`>-# \n\n\t{}<!--:~1."), max_size=80))
def test_scanning_never_raises_and_every_formula_is_where_it_says(text: str) -> None:
    page = scan("page.md", text)
    for piece in page.formulas:
        assert 0 <= piece.start < piece.end <= len(text)
        for at, char in enumerate(piece.latex):
            here = text[piece.offset_of(at)]
            assert here == char or (char == " " and here.isspace()) or (char == "|" and here == "\\")


@given(st.text(max_size=60))
def test_any_text_can_be_scanned(text: str) -> None:
    scan("page.md", f"$${text}$$ and ${text}$")
