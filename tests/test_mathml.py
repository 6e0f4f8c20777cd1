"""MathML of everything that is printed: well formed, every box with its parts, the characters that a reader should see."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import derive
from derive.notation import parse, parse_term, to_mathml

NOTATION = Path(__file__).parent / "notation"
PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mroot": 2}


def formulas() -> list[str]:
    found = []
    for table in sorted(NOTATION.glob("*.md")):
        for line in table.read_text(encoding="utf-8").splitlines():
            match = re.match(r"^\| (.+?) (?<!\\)\| (.+) \|$", line)
            if match and not line.startswith(("| formula", "|---")):
                found.append(match.group(1).replace("\\|", "|"))
    return found


def tag(element: ElementTree.Element) -> str:
    return element.tag.removeprefix("{http://www.w3.org/1998/Math/MathML}")


@pytest.mark.parametrize("display", [False, True])
def test_every_formula_is_well_formed(display):
    for formula in formulas():
        root = ElementTree.fromstring(to_mathml(parse(formula), display))
        assert tag(root) == "math"
        for element in root.iter():
            assert len(element) == PARTS.get(tag(element), len(element)), formula
            assert tag(element) not in ("mi", "mo", "mn") or element.text, formula
            assert not re.fullmatch(r"\\[A-Za-z]+", element.text or ""), formula


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\pi_\theta(a\mid s)", "πθ(a∣s)"),
        (r"\mathbb{E}_{x\sim p}[f(x)]", "𝔼x∼p[f(x)]"),
        (r"\sum_{i=1}^n x_i^2", "∑i=1nxi2"),
        (r"a-b\le c", "a−b≤c"),
        (r"\|\mathbf{w}\|_2", "‖𝐰‖2"),
        (r"\log_2 x", "log2\u2061x"),
        (r"\hat{A}_t", "A^t"),
        (r"\text{if } x<1", "if\u00a0x<1"),
        (r"1{,}000+20\%", "1,000+20%"),
        (r"o_{i,<t}\implies\neg p", "oi,<t⟹¬p"),
        (r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise} \end{cases}", "{1if\u00a0x>00otherwise"),
        (r"\boldsymbol{\theta}\in\mathcal{L}", "𝜽∈ℒ"),
    ],
)
def test_what_is_seen(formula, expected):
    root = ElementTree.fromstring(to_mathml(parse(formula)))
    assert "".join(root.itertext()) == expected


def test_limits_stand_below_and_above():
    root = ElementTree.fromstring(to_mathml(parse_term(r"\sum_{i=1}^n x_i"), display=True))
    assert root.get("display") == "block"
    assert [tag(child) for child in root] == ["munderover", "msub"]
    assert tag(ElementTree.fromstring(to_mathml(parse_term(r"\int_0^1 x\,dx")))[0]) == "msubsup"
    assert tag(ElementTree.fromstring(to_mathml(parse_term(r"\max_a Q(s,a)")))[0]) == "munder"


def test_rows_and_fences():
    root = ElementTree.fromstring(to_mathml(parse_term(r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}")))
    assert [[len(row) for row in table] for table in root.iter("{http://www.w3.org/1998/Math/MathML}mtable")] == [[2, 2]]
    assert [e.text for e in root.iter("{http://www.w3.org/1998/Math/MathML}mo")] == ["[", "]"]


def test_markup_in_a_formula_is_text():
    assert "<script>" not in to_mathml(r"\text{<script>alert(1)</script>} = y")
    assert ElementTree.fromstring(to_mathml(r'\textcolor{"><b}{y}')) is not None


def test_the_public_names():
    assert derive.to_mathml(derive.parse_term("x")) == '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>'
    assert derive.parse("a=b", context=derive.Lexicon().with_scalar("a")) == derive.parse("a=b")
