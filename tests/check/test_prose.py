"""What a page says is what its readers see: no comment gives a formula a role, and a notebook's JSON is no text."""

from __future__ import annotations

import json

import pytest

from derive.check.proofreading.sentences import words_around
from derive.check.sources import scan
from derive.check.sources.text.words import prose

PAGES = {
    "a.md": "We know <!-- it would be wrong to say --> that $x=1$ holds, <!-- or not --> see below.",
    "a.mdx": "We know {/* it would be wrong to say */} that $x=1$ holds, see below.",
    "a.tex": "We know % it would be wrong to say\nthat $x=1$ holds, see below. % a remark",
    "a.rst": "We know that :math:`x=1` holds, see below.\n\n.. it would be wrong to say",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_comment_is_no_word_of_a_sentence(name: str) -> None:
    page = scan(name, PAGES[name])
    words = words_around(page, next(page.formulas))
    assert (words.before, words.after) == ("We know that", "holds, see below.") or name == "a.md"
    assert "wrong" not in words.before + words.after


@pytest.mark.parametrize("lines", [True, False])
def test_the_sentences_of_a_notebook_are_those_of_its_cells(lines: bool) -> None:
    text = ["# A heading\n", "It is wrong.\n", "\n", "We know that\n", "always $x=1$ holds.\n", "\n", "- More.\n"]
    cells = [
        {"cell_type": "markdown", "source": text if lines else "".join(text)},
        {"cell_type": "code", "source": "it is wrong"},
        {"cell_type": "markdown", "source": "so $y=2$"},
    ]
    page = scan("a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    first, second = (words_around(page, piece) for piece in page.formulas)
    assert (first.before, first.after, first.fresh) == ("We know that always", "holds.", True)
    assert (second.before, second.after, second.fresh) == ("so", "", True)


@pytest.mark.parametrize("flavour", ["markdown", "latex", "rst", "notebook"])
@pytest.mark.parametrize(
    "text", ["a <!-- b", "<!--<!-- a --> b", "50% of\n %x\n", ".. a\n.. b:: c\n.. _d:\n", "\\% a % b", "{/* a"]
)
def test_every_character_keeps_its_place(text: str, flavour: str) -> None:
    shown = prose(text, flavour)
    assert len(shown) == len(text)
    assert all(a in (b, " ") or flavour == "notebook" for a, b in zip(shown, text, strict=True))


def test_what_is_no_comment_stays() -> None:
    assert prose("50% of <b>x</b> <!-- open", "markdown") == "50% of <b>x</b> <!-- open"
    assert prose(r"50\% of x", "latex") == r"50\% of x"
    assert prose(".. note:: x", "rst") == ".. note:: x"
