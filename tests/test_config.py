"""Settings: where they are found, and what is said about those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.check.config import Config, ConfigError, parse_config
from derive.check.settings import load_config
from derive.check.suppress import chosen


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.derive]\nignore = ["D402"]\n[tool.derive.macros]\n"\\\\E" = "\\\\mathbb{E}"\n'
    )
    inner = tmp_path / "docs"
    inner.mkdir()
    assert load_config(inner).ignore == ("D402",)
    assert load_config(inner).macros == {"E": r"\mathbb{E}"}
    (inner / "derive.toml").write_text("strict = true\n")
    assert load_config(inner).strict
    assert load_config(inner).ignore == ()


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "derive.toml").write_text("seed = 7\n")
    inner = tmp_path / "package"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load_config(inner).seed == 7


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"ignroe": []}, "Did you mean 'ignore'"),
        ({"zzz": 1}, "Known settings"),
        ({"ignore": [1]}, "list of strings"),
        ({"strict": 1}, "true or false"),
        ({"seed": "x"}, "whole number"),
        ({"budget": -1}, "positive"),
        ({"macros": {"E": 1}}, "string of LaTeX"),
        ({"severity": {"D401": "fatal"}}, "error, warning, info, off"),
        ({"severity": {"refuted": "error"}}, "codes such as D420"),
        ({"severity": ["D401"]}, "must be a table"),
        ({"baseline": 1}, "name of a file"),
        ({"sverity": {}}, "Did you mean 'severity'"),
        ({"per-file": {"a.md": {"baseline": "x"}}}, "unknown setting 'baseline'"),
        ({"per-file": {"a.md": {"sead": 1}}}, "Did you mean 'seed'"),
        ({"per-file": []}, "must be a table"),
    ],
)
def test_unusable_settings_are_named(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_config(table, "derive.toml")


def test_broken_toml_says_where(tmp_path: Path) -> None:
    (tmp_path / "derive.toml").write_text("a = \n")
    with pytest.raises(ConfigError, match=r"derive\.toml:1:5: not valid TOML"):
        load_config(tmp_path)


def test_settings_of_a_file_add_up() -> None:
    config = parse_config(
        {"ignore": ["D402"], "per-file": {"old/*": {"ignore": ["D401"], "strict": True}, "*.tex": {"seed": 3}}}, "derive.toml"
    )
    assert config.for_file("old/a.tex").ignore == ("D402", "D401")
    assert config.for_file("old/a.tex").seed == 3
    assert not config.for_file("new/a.md").strict


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), True),
        (("D4",), (), True),
        (("D3",), (), False),
        ((), ("D401",), False),
        (("D401",), ("D4",), True),
        (("D4",), ("D401",), False),
    ],
)
def test_the_longest_prefix_decides(select: tuple[str, ...], ignore: tuple[str, ...], expected: bool) -> None:
    assert chosen("D401", Config(select=select, ignore=ignore)) is expected


def test_the_digest_ignores_where_the_project_lies() -> None:
    assert Config(root="/a").digest() == Config(root="/b").digest() != Config(seed=2).digest()
