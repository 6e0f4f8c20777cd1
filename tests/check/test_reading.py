"""``derive explain --parse``: what each name of a formula is taken for, what a page has said of it, and where reading stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from derive.console.cli import app

PAGE = r"""# Scores

The score of an action is

$$
h(x) = x^2 + 1
$$

with $\beta = 0.5$.

<!-- derive: symbol \kappa vector -->

## Later

$$
h(x) = 3x
$$
"""


def explained(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "derive.toml").write_text('[symbols]\n"\\\\omega" = "vector"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_names_are_told_with_what_they_are_taken_for(folder: Path) -> None:
    code, output = explained("--parse", r"v_\pi(s)=\sum_u\pi(u\mid s)q_\pi(s,u)")
    assert code == 0
    assert "reading 1 of '=', cost 0" in output
    for said in (r"\pi: a policy", "s: a state", "u: an action"):
        assert said in output


def test_an_expression_is_read_like_an_equation(folder: Path) -> None:
    assert r"\pi: a policy" in explained("--parse", r"\pi(a\mid s)")[1]


def test_the_settings_are_used(folder: Path) -> None:
    assert r"\omega: a vector" in explained("--parse", r"\|\omega\|^2=\omega^\top\omega")[1]


def test_a_page_defines_and_declares(folder: Path) -> None:
    code, output = explained("--parse", r"h(x+1)=\beta\|\kappa\|^2", "--page", "page.md")
    assert code == 0
    assert "page.md:15: definition: h(x)=3x" in output
    assert r"\kappa: a vector" in output


def test_a_line_of_a_page_knows_what_stands_above_it(folder: Path) -> None:
    output = explained("--parse", r"h(x+1)=x", "--page", "page.md:10")[1]
    assert "page.md:5: definition: h(x)=x^2 + 1" in output
    assert "3x" not in output


def test_a_name_that_no_row_reads_is_named_with_what_helps(folder: Path) -> None:
    output = explained("--parse", r"\gamma V(s_{t+1})=\text{the target}")[1]
    assert "no reading of '='" in output
    assert "derive: symbol LATEX KIND" in output


def test_what_cannot_be_read_shows_its_place(folder: Path) -> None:
    code, output = explained("--parse", r"a+\foo")
    assert code == 1
    assert "<formula>:1:3: D102" in output
    assert explained("--parse", "x", "--page", "lost.md")[0] == 2
