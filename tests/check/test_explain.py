"""Every code that the tool can report has a text."""

from __future__ import annotations

import re
from pathlib import Path

import derive.check.texts.explain
from derive.check.config import Config
from derive.check.run import check_text
from derive.check.texts.explain import EXPLANATIONS, describe

PACKAGE = Path(derive.check.texts.explain.__file__).parent.parent.parent


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


def test_every_text_has_an_example_and_a_way_to_silence_it() -> None:
    for code, text in EXPLANATIONS.items():
        assert text.example, code
        assert "How to silence it" in (describe(code) or ""), code


#: Examples that are described: too long to be printed, or nothing small is known.
DESCRIBED = frozenset(("D103", "D107", "D422", "D503", "D511", "D512", "D513", "D514"))


def test_examples_give_the_findings_that_they_are_examples_of() -> None:
    wrong = {}
    for code, text in EXPLANATIONS.items():
        if "$" in text.example and code not in DESCRIBED:
            report = check_text("page.md", text.example + "\n", Config())
            found = {claim.code for formula in report.formulas for claim in formula.claims}
            found |= {problem.code for problem in report.problems}
            if code not in found:
                wrong[code] = found
    assert wrong == {}
