"""Known findings of old pages, levels by code and by file, and where a finding sends its reader."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from derive.check.config import Config, ConfigError, PerFile
from derive.check.findings import Report
from derive.check.fix import apply_repairs
from derive.check.report import render
from derive.check.report.layout import findings
from derive.check.run import check_paths, check_text
from derive.check.store.baseline import load_baseline, quieten, write_baseline

OLD = "# Old\n\n$$\n(a+b)^2 = a^2 + b^2\n$$\n\n"
OLD += "$$\n\\begin{aligned}\n2a &= a + a \\\\\n3a &= a + a\n\\end{aligned}\n$$\n\n"
OLD += "<!-- derive: ignore D401 because it was wrong -->\n"
OLD += "\n$a=a$\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(text: str = OLD, config: Config = Config(), path: str = "docs/old.md") -> Report:  # noqa: B008
    file = Path(path)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return check_paths(["docs"], config, jobs=1)


def known(path: str = "known.json") -> Config:
    return Config(baseline=path)


def said(report: Report) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in findings(report)]


def test_known_findings_are_quiet_and_new_ones_are_not() -> None:
    assert [code for code, _ in said(run())] == ["D401", "D401", "D301"]
    assert write_baseline(Path("known.json"), run()) == 3
    assert said(run(config=known())) == []
    assert run(config=known()).exit_code == 0
    assert [code for code, _ in said(run(OLD + "\n$5a=6a$\n", known()))] == ["D401"]
    assert "2 findings kept quiet" in render(run(config=known()), "text", lambda _: OLD)


@pytest.mark.parametrize(
    "text",
    [
        "A new first line.\n\n" + OLD,
        OLD.replace("2a &= a + a", "2a &= a + 2a - a"),
        OLD.replace("a^2 + b^2", "a^2+b^2"),
        OLD.replace("\n", "\r\n"),
    ],
    ids=["moved", "a neighbour edited", "other spaces", "other line ends"],
)
def test_what_is_known_is_told_by_its_own_words(text: str) -> None:
    write_baseline(Path("known.json"), run())
    assert said(run(text, known())) == []


def test_as_many_as_are_known_are_quiet() -> None:
    write_baseline(Path("known.json"), run())
    assert [code for code, _ in said(run(OLD + "\n$(a+b)^2=a^2+b^2$\n", known()))] == ["D401"]


def test_an_entry_that_finds_nothing_is_a_finding() -> None:
    write_baseline(Path("known.json"), run())
    report = run(OLD.replace("3a &=", "2a &="), known())
    ((code, message),) = said(report)
    assert (code, message) == ("D304", "This D401 is no longer in docs/old.md: 3a=a+a.")
    (problem,) = report.problems
    assert "3a" in Path("known.json").read_text().splitlines()[problem.line - 1]
    assert report.exit_code == 0, "a mended formula must not fail a run"
    assert render(report, "concise", lambda _: None).startswith(f"known.json:{problem.line}:1: D304 ")
    assert "in 1 file." in render(report, "concise", lambda _: None)


def test_only_pages_that_were_read_or_are_gone_can_be_stale() -> None:
    run(path="docs/other.md")
    write_baseline(Path("known.json"), run())
    assert said(check_paths(["docs/old.md"], known(), jobs=1)) == []
    Path("docs/other.md").unlink()
    assert {code for code, _ in said(check_paths(["docs/old.md"], known(), jobs=1))} == {"D304"}


def test_a_code_that_nobody_asked_for_is_not_stale() -> None:
    write_baseline(Path("known.json"), run())
    assert said(run(config=replace(known(), select=("D301",)))) == []


def test_writing_again_keeps_what_was_not_read() -> None:
    run(path="docs/other.md")
    write_baseline(Path("known.json"), run())
    before = Path("known.json").read_bytes()
    write_baseline(Path("known.json"), check_paths(["docs/old.md"], Config(), jobs=1))
    assert Path("known.json").read_bytes() == before


def test_a_baseline_is_written_one_finding_a_line_in_order() -> None:
    write_baseline(Path("known.json"), run())
    lines = Path("known.json").read_text().splitlines()
    assert len(json.loads("\n".join(lines))["findings"]) == len(lines) - 2 == 3
    assert lines[1:-1] == sorted(lines[1:-1], key=lambda line: json.loads(line.rstrip(","))["code"])
    assert load_baseline(Path("known.json")).lines[("docs/old.md", "D301", "This suppression of D401 suppresses nothing.")] == 2
    assert write_baseline(Path("empty.json"), Report()) == 0
    assert quieten(run(), load_baseline(Path("empty.json")), Config()) == run()


@pytest.mark.parametrize("content", [None, "", "[]", '{"findings": [1]}', "\udcff"])
def test_a_file_that_is_no_baseline_is_said_to_be_none(content: str | None) -> None:
    if content is not None:
        Path("known.json").write_text(content, errors="surrogateescape")
    with pytest.raises(ConfigError, match=r"known\.json: .*--write-baseline makes one"):
        run(config=known())


# --- levels ------------------------------------------------------------------------------------------


def levels(config: Config) -> dict[str, str]:
    report = Report((check_text("docs/a.md", OLD + "\n$x=y+z$ $\\frac{a}$\n", config),))
    return {one.code: one.severity for one in findings(report)}


def test_levels_by_code() -> None:
    plain = levels(Config())
    assert (plain["D401"], plain["D301"]) == ("error", "error")
    assert any(level == "info" for level in plain.values())
    chosen = levels(Config(severity={"D4": "info", "D401": "warning", "D301": "off"}))
    assert chosen["D401"] == "warning"
    assert "D301" not in chosen


def test_strict_for_some_files() -> None:
    strict = levels(Config(per_file=(PerFile("docs/*", {"strict": True}),)))
    assert set(strict.values()) == {"error"}
    assert levels(Config(per_file=(PerFile("other/*", {"strict": True}),))) == levels(Config())


# --- places ------------------------------------------------------------------------------------------

USES = "$$\nf(x) = x^2 + 1\n$$\n\nText.\n\n$$\nf(y+1) = y^2 + 1\n$$\n"


def test_a_finding_names_where_its_symbols_are_defined() -> None:
    report = Report((check_text("a.md", USES, Config()),))
    (finding,) = findings(report)
    assert finding.claim is not None
    places = [(place.line, place.column, place.path, place.message) for place in finding.claim.related]
    assert places == [(2, 1, "", "f(x) is defined here")]
    assert "see a.md:2:1: f(x) is defined here" in render(report, "text", lambda _: USES)
    assert "%0ASee a.md:2:1: f(x) is defined here" in render(report, "github", lambda _: USES)
    (result,) = json.loads(render(report, "sarif", lambda _: USES))["runs"][0]["results"]
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 1}
    assert json.loads(render(report, "json", lambda _: USES))["formulas"][1]["claims"][0]["related"][0]["line"] == 2


def test_an_included_file_is_named_with_its_path() -> None:
    Path("part.tex").write_text("\\[ f(x) = x^2 + 1 \\]\n")
    text = "\\input{part}\n\\[ f(y+1) = y^2 + 1 \\]\n"
    (finding,) = findings(Report((check_text("main.tex", text, Config()),)))
    assert finding.claim is not None
    assert [(Path(place.path).name, place.line) for place in finding.claim.related] == [("part.tex", 1)]


def test_a_notebook_finding_names_its_cell() -> None:
    cells = [
        {"cell_type": "code", "source": ["x"]},
        {"cell_type": "markdown", "source": ["# T\n", "$$\n", "(a+b)^2=a^2+b^2\n", "$$"]},
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    report = Report((check_text("a.ipynb", text, Config()),))
    assert "(cell 2, line 3): D401 refuted" in render(report, "text", lambda _: text)


# --- repairs -----------------------------------------------------------------------------------------


def test_a_file_that_changed_meanwhile_is_left_alone() -> None:
    file = Path("a.md")
    file.write_text("$(a-b)(a+b)=a^2+b^2$\n")
    report = check_paths(["a.md"], Config(), jobs=1)
    file.write_text("Other words.\n\n$(a-b)(a+b)=a^2+b^2$\n")
    before = file.read_bytes()
    changed = apply_repairs(report)
    assert (changed.edits, changed.stale) == (0, ("a.md",))
    assert file.read_bytes() == before
    assert apply_repairs(check_paths(["a.md"], Config(), jobs=1)).edits == 1
    assert "$(a-b)(a+b)=a^2-b^2$" in file.read_text()
