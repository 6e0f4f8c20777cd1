"""What cannot be read, written or understood is said in a sentence with its place, and nothing else is lost."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import derive.check.fix
from derive.check.config import Config
from derive.check.run import find_files
from derive.check.sources import read
from derive.console.cli import app

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, given: bytes | None = None) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments), input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return call


# --- notebooks -----------------------------------------------------------------------------------

CELLS = [
    {"cell_type": "markdown", "source": ["Let $x = 2$.\n"]},
    {"cell_type": "code", "source": ["print(1)"], "outputs": []},
    {
        "cell_type": "markdown",
        "source": [
            "<!-- derive: ignore D401 because it was wrong -->\n", "\n", "$1 = 1$\n", "\n", "<!-- derive: asume y -->\n", "\n",
            "$$\n", "\\begin{aligned}\n", "2 &= 2 \\\\\n", "x + 1 &= 4\n", "\\end{aligned}\n", "$$\n", "\n", "| a |\n", "|---|\n", "| $x = 3$ |\n",
        ],
    },
]  # fmt: skip


@pytest.mark.parametrize("lines", [True, False], ids=["a string for each line", "one string"])
def test_every_place_in_a_notebook_has_its_cell(run: Run, lines: bool) -> None:
    cells = [{**cell, "source": cell["source"] if lines else "".join(cell["source"])} for cell in CELLS]
    Path("a.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}, indent=1))
    _, out, _ = run("check", "a.ipynb", "--format", "concise")
    said = [(line.split(": ")[1][:4], line[line.index("(cell") :]) for line in out.splitlines() if "(cell" in line]
    assert said[:2] == [("D301", "(cell 3, line 1)"), ("D303", "(cell 3, line 5)")]
    assert said[2][1].startswith("(cell 3, line 10)"), "in the row that is wrong, not where the display begins"
    assert "(cell 1, line 1): x is given its value here" in said[2][1]
    data = json.loads(run("check", "a.ipynb", "--format", "json")[1])
    assert [(one["cell"], one["cell_line"]) for one in data["problems"]] == [(3, 1), (3, 5)]
    wrong = next(claim for formula in data["formulas"] for claim in formula["claims"] if claim["status"] == "refuted")
    assert wrong["cell_line"] == 10
    assert (wrong["related"][0]["cell"], wrong["related"][0]["cell_line"]) == (1, 1)
    assert "(cell 3, line 10)" in run("check", "a.ipynb")[1]
    assert "(cell 3, line 10)" in run("check", "a.ipynb", "--format", "github")[1]
    assert "(cell 3, line 10)" in run("check", "a.ipynb", "--format", "sarif")[1]


@pytest.mark.parametrize(
    "cells", ['[{"cell_type": "markdown", "source": 5}]', '[{"cell_type": [1]}]', "[7]", '[{"cell_type": "markdown"}]', "{}"]
)
def test_a_notebook_of_another_shape_is_read_as_far_as_it_goes(run: Run, cells: str) -> None:
    Path("a.ipynb").write_text(f'{{"cells": {cells}, "worksheets": [{{"cells": 3}}, 4]}}')
    assert run("check", "a.ipynb", "--format", "concise")[1].startswith("Read 0 of 0 formulas in 1 file.")


# --- files ---------------------------------------------------------------------------------------


def test_a_folder_without_pages_is_said_to_be_one(run: Run) -> None:
    Path("empty").mkdir()
    code, _, error = run("check", "empty")
    assert (code, error) == (0, "derive: no pages found in empty: nothing was checked.\n")


def test_names_that_are_none_and_links_in_a_circle_cost_nothing_else(run: Run) -> None:
    Path("circle.tex").symlink_to("circle.tex")
    Path("round.md").symlink_to("round.md")
    Path("derive.toml").write_text('inputs = ["circle.tex"]\nexclude = ["none"]\n')
    names = ["circle", "circle.tex/a", "x" * 300, "x/" * 900, "a\x00b"]
    Path("preamble.tex").write_text(
        "\\newcommand{\\one}{1}\n" + "".join(f"\\input{{{name}}}\n\\usepackage{{{name}}}\n" for name in names)
    )
    Path("a.tex").write_text("\\documentclass{a}\n" + "".join(f"\\input{{{name}}}\n" for name in names[:-1]) + "\n$\\one=2$\n")
    for paths in (["."], ["circle.tex", "a.tex", "round.md"]):
        code, out, _ = run("check", *paths, "--format", "concise", "--no-cache")
        assert code == 1
        assert "D402" in out
        assert [f"{name}:1:1: D150" in out for name in ("circle.tex", "round.md")] == [True, True]


def test_a_file_that_is_too_large_is_not_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["derive.check.sources.scan"], "LARGEST", 100)
    Path("a.md").write_text("$1=2$" * 30)
    assert run("check", "a.md", "--format", "concise")[1].startswith("a.md:1:1: D155 This file is larger than")


def test_a_page_nested_too_deeply_says_where_it_is_not_read(run: Run) -> None:
    Path("a.md").write_text("\n".join(" " * 2 * n + "- $1=1$" for n in range(60)))
    _, out, _ = run("check", "a.md", "--format", "concise", "--no-cache")
    assert out.startswith("a.md:49:1: D156 Lists and quotations stand more than 50 deep")
    Path("a.md").write_text("\n".join(" " * 2 * n + "- $1=1$" for n in range(45)))
    assert run("check", "a.md", "--no-cache", "--format", "concise")[1].startswith("Read 45 of 45 formulas")


def test_what_may_not_be_searched_is_reported_and_pipes_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("docs/closed").mkdir(parents=True)
    Path("docs/a.md").write_text("")
    Path("docs/lost.md").symlink_to("nowhere.md")
    Path("docs/up").symlink_to("..")
    os.mkfifo("docs/pipe.md")
    scandir = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    found = find_files(["docs", "docs/a.md", str(tmp_path / "docs" / "a.md")], Config())
    assert [path.as_posix() for path in found] == ["docs/a.md", "docs/lost.md", "docs/closed"]
    assert read(found[1])[1].message == "This file cannot be read: no such file or directory."  # type: ignore[union-attr]
    assert read(found[2])[1].message.startswith("This folder cannot be read:")  # type: ignore[union-attr]


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_mended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.md", "b.md"):
        Path(name).write_text("$1 = 2$\n")
    written = derive.check.fix.replace_file

    def refuse(path: Path, text: str, before: str) -> None:
        if path.name == "a.md":
            raise PermissionError(errno.EACCES, "Permission denied")
        written(path, text, before)

    monkeypatch.setattr(derive.check.fix, "replace_file", refuse)
    code, _, error = run("check", "a.md", "b.md", "--fix")
    assert code == 1
    assert error == "Applied 1 repair.\nderive: a.md cannot be written (permission denied); nothing was repaired in it.\n"
    assert Path("b.md").read_text() == "$1 = 1$\n"


def test_a_file_marked_as_read_only_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "a.md"
    page.write_text("before")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError):
        derive.check.fix.replace_file(page, "after")
    assert page.read_text() == "before"
    assert list(tmp_path.iterdir()) == [page]


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("derive.toml", "# c\nbudget = 3\n\n[per-file.\"*.md\"]\n  severty = {}\n",
         "derive.toml:5:3: unknown setting 'severty' in per-file.\"*.md\". Did you mean 'severity'?"),
        ("derive.toml", "select = [\n  'D4',\n  'X4',\n]\n", "derive.toml:1:1: no finding has the code 'X4'"),
        ("derive.toml", "[severity]\nD999 = 'off'\n", "derive.toml:2:1: no finding has the code 'D999'"),
        ("derive.toml", "severity.D401 = 'fatal'\n", "derive.toml:1:1: severity maps codes"),
        ("derive.toml", "seed = 1\n[symbols]\nw = 'vektor'\n", "derive.toml:3:1: the symbol 'w' has no kind 'vektor'."),
        ("derive.toml", "x = = 3\n", "derive.toml:1:5: not valid TOML: Invalid value."),
        ("derive.toml", "\ufeffstrict = 3\n", "derive.toml:1:1: strict must be true or false."),
        ("pyproject.toml", "[tool]\nderive = 3\n", "pyproject.toml:2:1: tool.derive must be a table"),
        ("pyproject.toml", "[tool.ruff]\nignore = 1\n[tool.derive]\nignore = 1\n", "pyproject.toml:4:1: ignore must be a list"),
        ("pyproject.toml", "[tool.derive\n", "pyproject.toml:1:13: not valid TOML"),
        ("derive.toml", "# \u2028\nstrict = 3\n", "derive.toml:2:1: strict must be true or false."),
        ("derive.toml", f"seed = {'9' * 5000}\n", "derive.toml: not valid TOML: Exceeds the limit"),
        ("derive.toml", f"select = {'[' * 5000}\n", "derive.toml: not valid TOML: it is nested too deeply."),
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_with_its_place(run: Run, name: str, text: str, said: str) -> None:
    Path(name).write_text(text, encoding="utf-8")
    Path("a.md").write_text("")
    code, out, error = run("check", "a.md")
    assert (code, out) == (2, "")
    assert error.startswith(f"derive: {said}")


def test_a_broken_pyproject_that_is_not_about_us_is_passed_over(run: Run) -> None:
    Path("pyproject.toml").write_text("[tool.other\n")
    Path("a.md").write_text("$1=2$")
    assert run("check", "a.md")[0] == 1


def test_a_code_that_does_not_exist_is_refused(run: Run) -> None:
    Path("a.md").write_text("$1=2$")
    for option in ("--select", "--ignore"):
        code, _, error = run("check", "a.md", option, "D4,D999")
        assert (code, error) == (2, f"derive: {option}: no finding has the code 'D999'; 'derive explain' lists them all.\n")


def test_the_command_line_goes_before_the_settings_of_single_files(run: Run) -> None:
    Path("a.md").write_text(r"$\unknown x = 1$")
    Path("derive.toml").write_text('strict = true\n[per-file."a.md"]\nstrict = false\n')
    assert run("check", "a.md")[0] == 0
    assert run("check", "a.md", "--strict")[0] == 1
    Path("derive.toml").write_text('[per-file."a.md"]\nstrict = true\nseverity = {D102 = "warning"}\n')
    assert run("check", "a.md")[0] == 1
    assert run("check", "a.md", "--no-strict")[0] == 0
    assert run("check", "a.md", "--severity", "D102=off")[0] == 0


def test_excluded_files_are_left_out_even_by_name_where_that_is_asked_for(run: Run) -> None:
    Path("drafts").mkdir()
    Path("drafts/a.md").write_text("$1=2$")
    Path("derive.toml").write_text('exclude = ["drafts"]\n')
    assert run("check", "drafts/a.md")[0] == 1
    assert run("check", "drafts/a.md", "--force-exclude")[0] == 0
    assert run("check", "drafts/a.md", "--exclude", "*.tex", "--force-exclude")[0] == 0
    Path("derive.toml").write_text('exclude = ["drafts"]\nforce-exclude = true\n')
    assert run("check", "drafts/a.md")[0] == 0
    assert run("check", "drafts/a.md", "--no-force-exclude")[0] == 1


# --- standard input ------------------------------------------------------------------------------


def test_a_page_may_come_from_standard_input(run: Run) -> None:
    code, out, _ = run("check", "-", given=b"so $1=2$")
    assert code == 1
    assert out.startswith("<stdin>:1:7: D402 refuted")
    assert "  1 | so $1=2$\n" in out
    code, out, _ = run("check", "-", "--stdin-filename", "a.tex", "--format", "concise", given=rb"\[1=2\]")
    assert out.startswith("a.tex:1:5: D402")
    assert run("check", "-", given=b"\xff")[1].startswith("<stdin>:1:1: D152")
    assert not Path(".derive_cache").exists()
    for wrong in (("-", "a.md"), ("-", "--fix"), ("a.md", "--stdin-filename", "b.md")):
        assert run("check", *wrong, given=b"")[0] == 2


# --- repairs -------------------------------------------------------------------------------------


def test_all_damage_of_a_formula_is_mended_at_once(run: Run) -> None:
    Path("a.md").write_text("> $$\n> \\sum*a \\pi*\\theta(a\\mid s)\n> + \\sum*b \\pi*\\theta(b\\mid s) = 3\n> $$\n")
    code, shown, _ = run("check", "a.md", "--diff")
    assert code == 1
    assert "+> \\sum_a \\pi_\\theta(a\\mid s)\n+> + \\sum_b \\pi_\\theta(b\\mid s) = 3\n" in shown
    code, out, error = run("check", "a.md", "--fix", "--format", "concise")
    # What could be read then is decided, and mended, too.
    assert "Applied" in error
    assert "D111" not in out


def test_repairs_go_on_until_nothing_is_left_and_the_difference_shows_all_of_them(run: Run) -> None:
    page = "$$\n(x-y)^2 = x^2-2xy-y^2 = x^2-2xy+2y^2-y^2+x\n$$\n\n$1=2$\n"
    Path("a.md").write_text(page)
    _, shown, _ = run("check", "a.md", "--diff")
    run("check", "a.md", "--fix")
    fixed = Path("a.md").read_text()
    assert fixed != page
    assert [line[1:] for line in shown.splitlines() if line.startswith("+") and not line.startswith("+++")] == [
        line for line in fixed.splitlines() if line not in page.splitlines()
    ]
    assert "$1=1$" in fixed
    assert "(x-y)^2 = x^2-2xy+y^2 = " in fixed
    assert run("check", "a.md", "--diff")[1] == "", "nothing is left that can be repaired for certain"
