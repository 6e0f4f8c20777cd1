"""Symbols, macros and conventions declared in settings, in comments and in the page change how its formulas are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from derive.check.config import Config, ConfigError, parse_config
from derive.check.findings import FileReport
from derive.check.proofreading.meaning import verify
from derive.check.proofreading.proofread import proofread
from derive.check.settings import load_config
from derive.check.sources import scan
from derive.check.suppress import suppress
from derive.console.cli import app


def statuses(text: str, config: Config | None = None, path: str = "page.md") -> list[str]:
    """The status of each formula of a page."""
    return [report.status for report in proofread(scan(path, text), config or Config())]


PRODUCT = "Scores add up.\n\n$$\nq(x+y) = q(x)+q(y)\n$$\n"
NORM = "The weights.\n\n$$\n\\kappa^T\\kappa = \\|\\kappa\\|_2^2\n$$\n"
UNDISCOUNTED = "The return.\n\n$$\nG_t = r_{t+1}+G_{t+1}\n$$\n"


def test_a_symbol_of_the_settings_is_read_as_it_is_declared() -> None:
    assert statuses(PRODUCT) != ["proved"]
    assert statuses(PRODUCT, parse_config({"symbols": {"q": "scalar"}}, "derive.toml")) == ["proved"]
    declared = {"symbols": {r"\kappa": {"kind": "vector", "says": "The weights of the scores."}}}
    assert statuses(NORM, parse_config(declared, "derive.toml")) == ["proved"]


@pytest.mark.parametrize("comment", ["<!-- derive: symbol q scalar -->", "<!-- derive: symbol $q$: scalar, a rate -->"])
def test_a_symbol_of_a_comment_holds_from_there_on(comment: str) -> None:
    assert statuses(f"{PRODUCT}\n{comment}\n\n{PRODUCT}")[1:] == ["proved"]
    assert statuses(f"{PRODUCT}\n{comment}\n")[0] != "proved"


def test_a_symbol_of_a_file_is_its_own() -> None:
    config = parse_config({"per-file": {"rates/*": {"symbols": {"q": "scalar"}}}}, "derive.toml")
    assert statuses(PRODUCT, config.for_file("rates/page.md")) == ["proved"]
    assert statuses(PRODUCT, config.for_file("page.md")) != ["proved"]


def test_a_convention_is_made_by_every_page() -> None:
    assert statuses(UNDISCOUNTED) == ["conditional"]
    assert statuses(UNDISCOUNTED, parse_config({"conventions": ["undiscounted"]}, "derive.toml")) == ["proved"]
    assert statuses(f"<!-- derive: convention undiscounted -->\n\n{UNDISCOUNTED}") == ["proved"]


SUM = "\\sum_a \\pol{a}{s} = 1"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("page.md", f"$$\n\\newcommand{{\\pol}}[2]{{\\pi_\\theta(#1\\mid #2)}}\n$$\n\n$$\n{SUM}\n$$\n"),
        ("page.md", f"Text.\n\n$\\newcommand{{\\pol}}[2]{{\\pi(#1\\mid #2)}}$\n\n$${SUM}$$\n"),
        (
            "page.tex",
            f"\\newcommand{{\\pol}}[2]{{\\pi_\\theta(#1\\mid #2)}}\n\\begin{{document}}\n\\[ {SUM} \\]\n\\end{{document}}\n",
        ),
        ("page.tex", f"\\def\\pol#1#2{{\\pi(#1|#2)}}\n\\begin{{document}}\n$${SUM}$$\n\\end{{document}}\n"),
    ],
)
def test_macros_of_the_page_are_known_in_its_formulas(path: str, text: str) -> None:
    assert statuses(text, path=path)[-1] == "proved"


@pytest.mark.parametrize("body", [r"\pi_\theta(#1\mid #2)", [r"\pi_\theta(#1\mid #2)", 2]])
def test_macros_of_the_settings_are_known_everywhere(body: object) -> None:
    """The forms of KaTeX and of MathJax."""
    config = parse_config({"macros": {r"\pol": body}}, "derive.toml")
    assert statuses(f"$$\n{SUM}\n$$\n", config) == ["proved"]
    assert verify(SUM, [], config).status == "proved"
    assert verify(SUM, [], Config()).status == "unreadable"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"symbols": {"w": "vectr"}}, "Did you mean 'vector'"),
        ({"symbols": {"a+b": "vector"}}, "is not one symbol"),
        ({"symbols": {"(": "vector"}}, "cannot be read"),
        ({"symbols": {"w": 3}}, "needs a kind"),
        ({"symbols": {"w": {"kind": "vector", "size": 3}}}, "not 'size'"),
        ({"conventions": ["undiscount"]}, "Did you mean 'undiscounted'"),
        ({"macros": {"E": [1, 2]}}, "string of LaTeX"),
    ],
)
def test_unusable_declarations_are_named(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_config(table, "derive.toml")


@pytest.mark.parametrize("comment", ["symbol w vectr", "symbol w", "convention undiscount"])
def test_a_comment_that_cannot_be_used_is_reported(comment: str) -> None:
    document = scan("page.md", f"<!-- derive: {comment} -->\n\n$$\na = b\n$$\n")
    report = suppress(FileReport("page.md", tuple(proofread(document, Config()))), document, Config())
    assert [(problem.code, problem.line) for problem in report.problems] == [("D303", 1)]


def test_the_settings_of_a_folder_reach_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "derive.toml").write_text('[symbols]\nq = "scalar"\n', encoding="utf-8")
    (tmp_path / "page.md").write_text(PRODUCT, encoding="utf-8")
    assert load_config(tmp_path).symbols == {"q": "scalar"}
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["check", "page.md", "--no-cache", "--format", "json"])
    assert '"proved": 1' in result.output
