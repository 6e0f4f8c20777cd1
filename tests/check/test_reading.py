"""``derive explain --parse``: the tree of a formula, and where the meaning of each symbol comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from derive.cli import app

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
    (tmp_path / "derive.toml").write_text('[symbols]\n"\\\\omega" = { kind = "scalar", says = "A rate." }\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def meanings(output: str) -> dict[str, str]:
    """Each symbol and what is said of it."""
    lines = output.split("Symbols\n", 1)[1].splitlines()
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if line.strip()}


def test_the_glossary_names_its_source(folder: Path) -> None:
    code, output = explained("--parse", r"\pi_\theta(a\mid s)")
    assert code == 0
    assert output.startswith("Statement\n  App\n    head: Sym pi_{theta}\n")
    assert meanings(output)["pi"].startswith("policy of a given s: A policy")
    assert meanings(output)["pi"].endswith("[glossary: SB, notation]")


def test_the_settings_are_named(folder: Path) -> None:
    said = meanings(explained("--parse", r"\omega(1+x)")[1])["omega"]
    assert said.startswith("scalar: A rate. In models: an unknown number")
    assert said.endswith("[declared in settings]")


def test_a_page_defines_and_declares(folder: Path) -> None:
    code, output = explained("--parse", r"h(x+1)+\beta\kappa^T", "--page", "page.md")
    assert code == 0
    assert "Transpose" in output
    said = meanings(output)
    assert "defined in page.md:15: h(x) = 3x" in said["h"]
    assert "given in page.md:9: \\beta = 0.5" in said["beta"]
    assert said["kappa"] == "vector: A vector. In models: a vector of unknowns. [declared in page.md:11]"


def test_a_line_of_a_page_knows_what_stands_above_it(folder: Path) -> None:
    said = meanings(explained("--parse", r"h(x)\kappa", "--page", "page.md:10")[1])
    assert "defined in page.md:5: h(x) = x^2 + 1" in said["h"]
    assert said["kappa"] == "nothing is known of it: its use decides" or "declared" not in said["kappa"]


def test_a_letter_that_nobody_knows_says_so(folder: Path) -> None:
    assert meanings(explained("--parse", r"\varpi")[1])["varpi"] == "nothing is known of it: its use decides"


def test_what_cannot_be_read_shows_its_place(folder: Path) -> None:
    code, output = explained("--parse", r"a+\foo")
    assert code == 1
    assert "<formula>:1:3: D102" in output
    assert explained("--parse", "x", "--page", "lost.md")[0] == 2
