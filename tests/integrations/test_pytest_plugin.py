"""``pytest --derive`` in a project of its own, as its users call it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import derive.check.proofreading.proofread  # noqa: F401  (once here, not in each of the runs below)


@pytest.fixture
def project(pytester, page, need):
    need("pytest", "pytest11")
    (pytester.path / "docs").mkdir()
    (pytester.path / "docs" / "squares.md").write_text(page, encoding="utf-8")
    (pytester.path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    return pytester.path


class Done:
    """What a run printed, and its exit code."""

    def __init__(self, result):
        self.stdout, self.stderr, self.returncode = result.stdout.str(), result.stderr.str(), result.ret


@pytest.fixture
def run(pytester):
    """Run pytest in the project, in this process, which has imported what it needs."""
    return lambda *words: Done(pytester.runpytest_inprocess(*words[1:]))


def test_each_claim_is_a_test_named_after_its_place(project, run, places):
    done = run("pytest", "--derive", "-v", "-rs", "docs")
    outcomes = {"proved": "PASSED", "refuted": "FAILED", "conditional": "PASSED", "unreadable": "SKIPPED"}
    for status, outcome in outcomes.items():
        for place in places[status]:
            assert f"docs/squares.md::{place} {outcome}" in done.stdout
    assert "1 failed, 3 passed, 1 skipped, 1 warning" in done.stdout
    assert done.returncode == 1


def test_the_failure_is_the_finding(project, run, places):
    done = run("pytest", "--derive", "docs")
    place = places["refuted"][0]
    said = done.stdout[done.stdout.index("= FAILURES =") :]
    assert f"docs/squares.md:{place}: D401 refuted: The two sides differ" in said
    assert r"10 | (x-y)^2 = x^2+2xy+y^2" in said
    assert "left side:" in said
    assert "Traceback" not in said
    assert ".py:" not in said


def test_a_condition_is_a_warning(project, run):
    page = project / "docs" / "squares.md"
    page.write_text(
        "$$\n\\nabla_\\theta\\sum_a\\pi_\\theta(a\\mid s)Q^\\pi(s,a)=\\sum_a\\nabla_\\theta\\pi_\\theta(a\\mid s)Q^\\pi(s,a)\n$$\n"
    )
    said = run("pytest", "--derive", "docs").stdout
    assert "docs/squares.md:2: DeriveWarning: D420 conditional: True only if" in said


def test_strict_fails_what_is_not_read(project, run, places):
    done = run("pytest", "--derive-strict", "-v", "docs")
    assert f"docs/squares.md::{places['unreadable'][0]} FAILED" in done.stdout
    assert f"docs/squares.md::{places['conditional'][0]} PASSED" in done.stdout


def test_workers_find_every_page_decided(project, pytester):
    done = Done(pytester.runpytest_subprocess("--derive", "-n", "2", "docs"))
    assert "1 failed, 3 passed, 1 skipped, 1 warning" in done.stdout
    assert "docs/squares.md:10:11: D401 refuted" in done.stdout


@pytest.mark.parametrize(
    "words, count",
    [(("-k", "refuted"), 1), (("-k", "D401"), 1), (("-k", "proved"), 2), (("-k", "squares"), 5), (("-k", "10:11"), 1)],
)
def test_claims_are_chosen_by_keyword(project, run, words, count):
    done = run("pytest", "--derive", "--collect-only", "-q", *words, "docs")
    assert f"{count}/5 tests collected" in done.stdout or f"{count} tests collected" in done.stdout


def test_one_claim_is_chosen_by_its_name(project, run, places):
    done = run("pytest", "--derive", f"docs/squares.md::{places['proved'][0]}")
    assert "1 passed" in done.stdout
    assert done.returncode == 0


def test_pages_stay_alone_without_the_option(project, run):
    (project / "test_it.py").write_text("def test_it():\n    pass\n")
    done = run("pytest", "-v")
    assert "1 passed" in done.stdout
    assert "squares.md" not in done.stdout
    assert not (project / ".derive_cache").exists()


def test_the_option_costs_nothing_when_it_is_not_given(project, pytester):
    heavy = ("sympy", "flint", "latex2sympy2", "markdown_it", "derive.check", "derive.integrations.site")
    (project / "test_it.py").write_text(
        f"import sys\ndef test_it():\n    assert [m for m in {heavy} if m in sys.modules] == []\n"
    )
    assert pytester.runpytest_subprocess().ret == 0


def test_settings_hold(project, run):
    (project / "derive.toml").write_text('ignore = ["D401"]\nexclude = ["drafts"]\n')
    (project / "drafts").mkdir()
    (project / "drafts" / "draft.md").write_text("$1 = 2$\n")
    done = run("pytest", "--derive")
    assert "4 passed, 1 skipped" in done.stdout
    assert "draft" not in done.stdout
    (project / "derive.toml").write_text('ignores = ["D401"]\n')
    done = run("pytest", "--derive")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unknown setting 'ignores'" in done.stderr


def test_a_finding_about_the_file_is_a_test_too(project, run):
    (project / "docs" / "squares.md").write_text("<!-- derive: ignore D401 because it is fine -->\n$1 = 1$\n")
    done = run("pytest", "--derive", "docs")
    assert "docs/squares.md:1:1: D301" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_a_notebook_names_cell_and_line(project, run):
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["One is not two,\n", "$1 = 2$"], "id": "a"}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "docs" / "squares.md").unlink()
    (project / "docs" / "book.ipynb").write_text(json.dumps(book))
    assert "docs/book.ipynb::cell 1:2 FAILED" in run("pytest", "--derive", "-v", "docs").stdout


def test_a_file_that_another_includes_is_read_there(project, run):
    (project / "docs" / "main.tex").write_text(
        "\\documentclass{article}\\begin{document}\\newcommand{\\two}{2}\\input{part}\\end{document}\n"
    )
    (project / "docs" / "part.tex").write_text("$1+1=\\two$\n\n$1=\\two$\n")
    said = run("pytest", "--derive", "-v", "docs", "--ignore", "docs/squares.md").stdout
    assert said.count("PASSED") == 1
    assert said.count("FAILED docs/main.tex::docs/part.tex:3:") == 1


def test_virtual_environments_are_left_alone(project, run):
    inside = project / "docs" / "venv"
    inside.mkdir()
    (inside / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    (inside / "other.md").write_text("$1 = 2$\n")
    assert "in 1 file." in run("pytest", "--derive", "docs").stdout
