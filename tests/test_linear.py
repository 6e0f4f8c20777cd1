"""Scanners take time in proportion to a text's length, also where nothing that opens is ever closed."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest

from derive.build.sync import sync_text
from derive.check.sources import scan
from derive.check.sources.text.places import braces, find, search
from derive.diagnostics import NotationError
from derive.syntax.printing import printed
from derive.syntax.sound.whole import whole

MANY = 32_000

#: What is written again and again.
OPENERS = {
    "comments": "<!-- ", "comments on lines of their own": "<!--\n\n", "dollars": "$x ", "dollars and letters": "$x", "lone dollars": "$x\n\n",
    "ticked": "`$", "ticked the other way": "$`", "ticks of two kinds": "$``x`$", "prices": "$a$b", "environments": "\\begin{",
    "equations": "\\begin{equation} ", "equations on lines": "\\begin{equation}\n\n", "pairs": "\\left(", "groups": "${", "roles": "{math}`",
    "parentheses": "\\(x=1 ", "brackets": "\\[x=1 ", "displays": "$$ ", "code": "<code ", "code and its end": "<code></", "macros": "\\newcommand{\\a}{",
    "definitions": "\\def\\a{", "sections": "\\section{", "conditions": "\\iffalse ", "addresses": "\\url{", "inputs": "\\input{",
    "verbatim": "\\verb|x\\verb!", "roles of reStructuredText": ":math:`", "literals": "``", "directives": ".. math::\n\n", "closed before": "-->",
}  # fmt: skip


def nested(count: int) -> str:
    return "".join(" " * (2 * (n % 40)) + "- $x$\n" for n in range(count // 8))


def table(count: int) -> str:
    """As many cells as a page has of anything here, less what a hundred thousand characters of links cost."""
    return "| a | b |\n|---|---|\n" + "| $x$ | 2 |\n" * (count // 8)


def shapes() -> list[tuple[str, object]]:
    return [
        *((name, lambda count, unit=unit: unit * count) for name, unit in OPENERS.items()),
        ("lists", nested),
        ("tables", table),
    ]


@pytest.mark.parametrize(
    "unit", ["~~~a\n", "````x\n```\n", "```math\n```\n", "```\n<!-- derive: result=x -->\n```\n", "% derive: result"]
)
def test_markers_are_found_in_linear_time(unit: str) -> None:
    def taken_by(count: int) -> float:
        started = time.process_time()
        sync_text(unit * count)
        return time.process_time() - started

    assert grows_linearly(lambda n: min(taken_by((MANY // 4, MANY // 2)[n]) for _ in range(3)))


def notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text.splitlines(keepends=True)}], "nbformat": 4})


def taken(name: str, text: str) -> float:
    """Processor seconds that scanning takes, the best of three."""
    times = []
    for n in range(3):
        fresh = text + " " * n  # nothing is remembered of it
        started = time.process_time()
        scan(name, fresh)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("suffix", ["md", "tex", "rst", "ipynb"])
@pytest.mark.parametrize(("name", "made"), shapes(), ids=[name for name, _ in shapes()])
def test_twice_the_text_takes_about_twice_the_time(name: str, made: object, suffix: str) -> None:
    texts = [made(count) for count in (MANY // 8, MANY // 4)]  # type: ignore[operator]
    pages = [notebook(text) if suffix == "ipynb" else text for text in texts]
    assert grows_linearly(lambda n: taken(f"page.{suffix}", pages[n]))


def grows_linearly(seconds: Callable[[int], float]) -> bool:
    """Whether the second of two sizes takes about twice the first, in one of five rounds: what else a machine does only adds to either."""
    rounds = ((seconds(0), seconds(1)) for _ in range(5))
    return any(double < max(0.15, 3.2 * single) for single, double in rounds)


#: What makes up a long formula that is read.
PIECES = (
    "x+", "x,", r"\cdots ", r"a\circ b+", "|x|+", r"\text{word}+", r"x_{t+1}y^2+", "x=", r"\int\frac{dx}{x}+", "f(x)", "dx+", "{x}", "-", "x!",
    r"\log ", r"\sum_i ", r"\nabla ", "a/",
)  # fmt: skip


@pytest.mark.parametrize("unit", ["\\left(", "\\begin{aligned}", "{", "$", "x_", "\\frac", "(", "\\text{", "|", "-", *PIECES])
def test_reading_a_formula_is_linear_too(unit: str) -> None:
    def taken_by(count: int) -> float:
        started = time.process_time()
        with contextlib.suppress(NotationError):
            whole(unit * count)
        return time.process_time() - started

    assert grows_linearly(lambda n: min(taken_by((MANY // 8, MANY // 4)[n]) for _ in range(3)))


@pytest.mark.parametrize(
    "around",
    [
        r"x^{#}",
        r"\sin^{#}x",
        r"\log_{#}x",
        r"\Delta x^{#}",
        r"\det_x x^{#}",
        r"f(#)^\top",
        r"\sum_{i=#}x^{i}",
        r"-#",
        r"a(#)",
    ],
)
def test_what_stands_deep_inside_is_printed_once(around: str) -> None:
    def taken_by(depth: int) -> float:
        text = "y"
        for _ in range(depth):
            text = around.replace("#", text)
        started = time.process_time()
        printed(text)
        return time.process_time() - started

    assert min(taken_by(10) for _ in range(5)) < 0.02, "twice for each level would be thousands of times"


def test_what_is_found_once_is_what_is_found_each_time() -> None:
    text = "a{b\\{c}%}\n{d{}"
    assert [find(text, "{", n) for n in range(len(text))] == [text.find("{", n) for n in range(len(text))]
    assert search(text, r"\}", 3) == (6, 7)
    assert (braces(text), braces(text, tex=True)) == ({1: 6, 12: 13}, {1: 6, 12: 13})
    assert braces("{%}\n}") == {0: 2}
    assert braces("{%}\n}", tex=True) == {0: 4}
