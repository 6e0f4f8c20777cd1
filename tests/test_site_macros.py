"""Macros from where sites keep them are read as data, the nearest first."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.check.config import Config
from derive.check.run import check_text

PAGE = "# A\n\n$$\\E{G_t\\mid S_t=s} = \\vpi(s)$$\n"
SITES = {
    "conf.py": "import os\nos.makedirs('run')\nmathjax3_config = {'tex': {'macros': {'E': [r'\\mathbb{E}_{#1}[#2]', 2, r'\\pi'], 'n': os.sep}}}\n"
    "latex_elements = {'preamble': r'\\newcommand{\\vpi}{v_\\pi}'}\n",
    "_includes/head.html": '<script>MathJax = {tex: {macros: { // ours\n E: ["\\\\mathbb{E}_{#1}[#2]", 2, "\\\\pi"], vpi: String.raw`v_\\pi` }}}</script>',
    "_quarto.yml": 'math:\n  macros:\n    "\\\\E": ["\\\\mathbb{E}_{\\\\pi}[#1]", 1]\n    vpi: v_\\pi\nother: 1\n',
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", SITES)
def test_macros_of_a_site_are_known_to_its_pages(
    tmp_path: Path, name: str, newline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(SITES[name], "utf-8", newline=newline)
    (tmp_path / "sub").mkdir()
    report = check_text((tmp_path / "sub" / "a.md").as_posix(), PAGE, Config())
    assert [f.status for f in report.formulas] == ["proved"]
    assert not report.problems
    assert not (tmp_path / "run").exists()


def test_a_broken_configuration_is_a_note(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "conf.py").write_text("x = {\n", "utf-8")
    report = check_text((tmp_path / "a.md").as_posix(), "$$1+1=2$$\n", Config())
    assert [(p.code, p.severity) for p in report.problems] == [("D154", "info")]


def test_a_part_of_a_latex_project_knows_the_preamble_of_its_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ch").mkdir()
    (tmp_path / "main.tex").write_text(
        "\\documentclass{book}\n\\input{mine}\n\\newcommand{\\vpi}{v_\\pi}\n\\begin{document}\n\\include{ch/one}\n\\end{document}\n",
        "utf-8",
    )
    (tmp_path / "mine.tex").write_text("\\newcommand{\\E}[2][\\pi]{\\mathbb{E}_{#1}[#2]}\n", "utf-8")
    part = tmp_path / "ch" / "one.tex"
    part.write_text("$$\\E{G_t\\mid S_t=s} = \\vpi(s)$$\n", "utf-8")
    assert [f.status for f in check_text(part.as_posix(), part.read_text("utf-8"), Config()).formulas] == ["proved"]


def test_lists_in_lists_are_no_macros(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "mathjax.js").write_text("macros: {a: " + "[" * 90_000, "utf-8")
    report = check_text((tmp_path / "a.md").as_posix(), "$$1+1=2$$\n", Config())
    assert [(f.status) for f in report.formulas] == ["proved"]
    assert [p.code for p in report.problems] == ["D154"]


def test_a_preamble_reads_nothing_outside_of_its_project(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("\\newcommand{\\vpi}{v_\\pi}\n", "utf-8")
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "preamble.tex").write_text("\\input{../secret}\n", "utf-8")
    part = project / "one.tex"
    part.write_text("$$\\vpi(s)=v_\\pi(s)$$\n", "utf-8")
    assert [f.status for f in check_text(part.as_posix(), part.read_text("utf-8"), Config()).formulas] == ["unreadable"]
