"""Chapters: found in any folder of templates, in any language that it has words for; displays that fit; pages that pass our own check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.build import pages
from derive.build.chapters import chapters, chosen
from derive.build.setting.folds import WRITERS, folded
from derive.build.setting.measure import measure
from derive.build.setting.row_breaks import broken
from derive.build.slots import BuildError, Page, claims_of
from derive.build.templates import folder, render
from derive.check.config import Config
from derive.check.run import check_text
from derive.derivation.written import parse
from derive.library import LIBRARY

HEAD = '{% set title = "One" %}\n'


def templates(tmp_path: Path, **files: str) -> Path:
    """A folder with chapters of its own, and nothing else."""
    (tmp_path / "chapters").mkdir()
    for name, text in files.items():
        (tmp_path / "chapters" / f"{name}.md.j2").write_text(text, encoding="utf-8")
    return tmp_path


# --- finding chapters -----------------------------------------------------------------------------------


def test_shipped_chapters_say_their_titles_in_order():
    found = chapters()
    assert [c.name for c in found] == ["derivations", "formulas", "derivations.zh"]
    assert all(c.title and c.says for c in found)
    assert found[-1].language == "zh"


def test_a_folder_of_ones_own_takes_its_parts_from_the_shipped_ones(tmp_path):
    root = templates(
        tmp_path, one=HEAD + '{% from "parts/box.md.j2" import box with context %}\n# One\n\n{{ box("taylor/first-order") }}\n'
    )
    (page,) = pages.build(["markdown"], root)
    assert page.path.as_posix() == "markdown/one.md"
    assert "**Taylor's expansion to first order.**" in page.text


def test_chapters_are_chosen_by_name():
    assert [c.name for c in chosen(["formulas"])] == ["formulas"]
    with pytest.raises(BuildError, match=r"no chapter is called 'formula'; there are .*; did you mean formulas\?"):
        chosen(["formula"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# One\n", "templates/chapters/one.md.j2: the chapter has no title"),
        ("{% set title = 1 + x %}\n", "templates/chapters/one.md.j2:1: title must be written out"),
        ("{% set title = %}\n", "templates/chapters/one.md.j2:1: "),
    ],
)
def test_a_chapter_that_says_no_title_is_named(tmp_path, text, message):
    with pytest.raises(BuildError, match=re.escape(message)):
        chapters(templates(tmp_path, one=text))


@pytest.mark.parametrize(
    "other", ["no title\n", HEAD + "$x^2$\n", "{% set title %\n", '{% set title = "A" %}{% set dialect = "none" %}\n']
)
def test_a_chapter_that_is_asked_for_is_built_whatever_another_says(tmp_path, other):
    root = templates(tmp_path, mine=HEAD + "Words.\n", other=other)
    (page,) = pages.build(["markdown"], root, only=["mine"])
    assert "Words." in page.text
    with pytest.raises(BuildError, match="no chapter is called 'none'; there are mine, other"):
        chosen(["none"], root)
    with pytest.raises(BuildError):
        chosen([], root)


def test_a_folder_without_chapters_is_named(tmp_path):
    with pytest.raises(BuildError, match="there are no chapters here"):
        chapters(tmp_path)


# --- what is around the formulas -----------------------------------------------------------------------


def test_a_language_without_words_is_refused(tmp_path):
    root = templates(tmp_path, one=HEAD + '{% set language = "eo" %}\n# One\n\n{{ say("Result") }}\n')
    with pytest.raises(BuildError, match="no templates speak 'eo'"):
        pages.build(["markdown"], root)


def test_a_sentence_without_words_is_refused(tmp_path):
    root = templates(tmp_path, one=HEAD + '{% set language = "zh" %}\n# One\n\n{{ say("No such sentence.") }}\n')
    with pytest.raises(BuildError, match=r"has no words for 'No such sentence\.'"):
        pages.build(["markdown"], root)


def test_both_editions_of_a_chapter_print_the_same_results():
    english, chinese = (pages.chapter_text(c)[1] for c in chosen(["derivations", "derivations.zh"]))
    assert [r.name for r in english.results] == [r.name for r in chinese.results]


def test_a_number_must_be_given_before_it_is_referred_to(tmp_path):
    root = templates(tmp_path, one='{{ display("taylor/first-order", label=true) }} see {{ ref("taylor/first-order") }}')
    assert render("chapters/one.md.j2", Page(), root).endswith("see (1)")
    root = templates(tmp_path / "other", one='{{ ref("taylor/first-order") }}') if (tmp_path / "other").mkdir() is None else root
    with pytest.raises(BuildError, match="has no number"):
        render("chapters/one.md.j2", Page(), root)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_what_is_folded_keeps_its_words(name):
    text = folded("before\n\n::: details How\n1. one\n2. two\n:::\n\nafter\n", WRITERS[name])
    assert all(words in text for words in ("How", "1. one", "2. two"))
    assert text.index("before") < text.index("1. one") < text.index("after")


# --- displays that fit ------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [24.0, 38.0, 58.0])
@pytest.mark.parametrize("name", [n for n, r in LIBRARY.items() if len(r.latex) > 60])
def test_a_broken_display_says_what_it_said(name, most):
    latex = LIBRARY[name].latex
    assert claims_of(parse(broken(latex, most))) == claims_of(parse(latex))


TERM = st.recursive(
    st.sampled_from(["x", "y_i", r"\alpha", r"\frac{a}{b}", "2z"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - "]), inner).map("".join),
        inner.map(lambda t: rf"\left({t}\right)c"),
        inner.map(lambda t: rf"\exp({t})"),
        st.tuples(inner, inner).map(lambda p: rf"\min({p[0]}, {p[1]})"),
    ),
    max_leaves=9,
)


@given(TERM, TERM, st.sampled_from(["=", r"\le", r"\approx"]), st.floats(8, 40))
def test_any_broken_formula_says_what_it_said(left, right, relation, most):
    latex = f"{left} {relation} {right}"
    assert claims_of(parse(broken(latex, most))) == claims_of(parse(latex))


def test_rows_that_can_be_broken_are_no_wider_than_asked():
    latex = "y = " + " + ".join(f"a_{i}x" for i in range(20))
    rows = re.sub(r"\\(?:begin|end)\{aligned\}", "", broken(latex, 30.0)).split("\\\\")
    assert len(rows) > 2
    assert max(map(measure, rows)) <= 30.0 + 2


# --- our own check ----------------------------------------------------------------------------------------

#: Formulas that our own check may leave undecided, of a hundred.
UNDECIDED = 6


@pytest.mark.parametrize("target", ["markdown", "mkdocs", "latex"])
@pytest.mark.parametrize("chapter", [c.name for c in chapters()])
def test_what_is_printed_passes_our_own_check(chapter, target):
    if target != "markdown" and chapter != "derivations":
        pytest.skip("the same formulas in other marks: one chapter of each will do")
    (page, *_) = pages.build([target], only=[chapter])
    report = check_text(page.path.name, page.text, Config(budget=8.0))
    claims = [claim for formula in report.formulas for claim in formula.claims]
    statuses = [claim.status for claim in claims]
    assert [c for c in claims if c.status in {"refuted", "doubtful", "unreadable", "conditional"}] == []
    assert statuses.count("undecided") * 100 <= UNDECIDED * len(statuses)


def test_templates_are_where_the_package_is():
    assert (folder() / "words" / "zh.toml").is_file()
