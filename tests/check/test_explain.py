"""Every code that the tool can report has a text."""

from __future__ import annotations

import re
from pathlib import Path

import derive.check.explain
from derive.check.explain import EXPLANATIONS, describe

PACKAGE = Path(derive.check.explain.__file__).parent.parent


def test_every_code_is_explained() -> None:
    used = {code for file in PACKAGE.rglob("*.py") for code in re.findall(r"\"(D\d{3})\"", file.read_text(encoding="utf-8"))}
    assert used - set(EXPLANATIONS) == set()


def test_texts_are_whole_sentences() -> None:
    for code, text in EXPLANATIONS.items():
        assert re.fullmatch(r"[a-z-]+", text.name), code
        assert text.what.endswith("."), code
        assert text.why.endswith("."), code
        assert describe(code)


def test_names_are_unique() -> None:
    names = [text.name for text in EXPLANATIONS.values()]
    assert len(names) == len(set(names))
