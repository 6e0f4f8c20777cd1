"""Reports: the JSON contract, what counts as an error, suppression, repairs, the cache, every renderer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from derive.check.config import Config, PerFile
from derive.check.findings import STATUSES, ClaimReport, FileReport, FormulaReport, Report, worst
from derive.check.fix import apply_repairs, diff_of, edits_by_file
from derive.check.report import FORMATS, render
from derive.check.report.layout import carets, source_frame
from derive.check.report.layout import findings as listed
from derive.check.run import check_text
from derive.check.sources import Document
from derive.check.store.cache import Cache
from derive.diagnostics import Edit, Span


def proofread(document: Document, config: Config) -> Iterator[FormulaReport]:
    """Stands in for the proof-reader: ``1=2`` is false, ``c=d`` conditional, ``?`` unreadable, ``boom`` a bug."""
    for piece in document.formulas:
        latex = piece.latex
        claims: tuple[ClaimReport, ...] = (
            ClaimReport(*document.locate(piece), "", "=", "", "", "proved", "identity", "every size"),
        )
        if "boom" in latex:
            raise ZeroDivisionError("boom")
        if "1=2" in latex:
            at = latex.index("1=2")
            claim = ClaimReport(
                *document.locate(piece, Span(at, at + 3)), "D401", "=", "1", "2", "refuted",
                message="The sides differ, 100% of the time.", witness={"x": "1/3", "lhs": "1", "rhs": "2"},
                repair={"latex": latex.replace("1=2", "1=1"), "edit": document.edit(piece, Edit(Span(at + 2, at + 3), "1"))},
            )  # fmt: skip
            claims = (claim,)
        elif "c=d" in latex:
            claims = (
                ClaimReport(
                    *document.locate(piece), "D402", "=", "c", "d", "conditional",
                    message="True only if Q is held fixed.", assumptions=("Q held fixed",), residual=r"\sum_a",
                ),
            )  # fmt: skip
        elif "?" in latex:
            claims = (ClaimReport(*document.locate(piece), "D101", "", "", "", "unreadable", message="Unknown."),)
        yield document.report(piece, claims)


PAGE = """# Title

$$
a = b
$$

so $1=2$ and $c=d$ and $?$

> $$
> x
> + 1=2
> $$
"""


def report_on(text: str = PAGE, config: Config = Config(), path: str = "page.md") -> Report:  # noqa: B008
    return Report((check_text(path, text, config, proofread),))


def test_worst_follows_the_contract() -> None:
    assert STATUSES == (
        "refuted",
        "unreadable",
        "undecided",
        "doubtful",
        "conditional",
        "confirmed",
        "proved",
        "definition",
        "no-claim",
    )
    assert worst([]) == "no-claim"
    assert worst(reversed(STATUSES)) == "refuted"


def test_the_json_contract() -> None:
    data = json.loads(render(report_on(), "json", lambda _: PAGE))
    assert data["version"] == 1
    assert set(STATUSES) <= set(data["summary"])
    assert {"files", "formulas", "claims", "seconds"} <= set(data["summary"])
    assert [(f["line"], f["column"], f["end_line"], f["kind"], f["status"]) for f in data["formulas"]] == [
        (3, 1, 5, "display", "proved"), (7, 4, 7, "inline", "refuted"), (7, 14, 7, "inline", "conditional"),
        (7, 24, 7, "inline", "unreadable"), (9, 3, 12, "display", "refuted"),
    ]  # fmt: skip
    claim = data["formulas"][4]["claims"][0]
    wanted = (
        "line column end_line end_column code relation lhs rhs status method sizes message assumptions residual witness repair"
    )
    assert set(wanted.split()) <= set(claim)
    assert (claim["line"], claim["column"], claim["end_line"], claim["end_column"]) == (11, 5, 11, 8)
    assert data["formulas"][0]["latex"] in PAGE


def test_only_errors_fail_a_run() -> None:
    assert report_on("$c=d$ $?$").exit_code == 0
    assert report_on("$1=2$").exit_code == 1
    assert report_on("$?$", Config(strict=True)).exit_code == 1
    assert report_on("$c=d$", Config(strict=True)).exit_code == 0
    assert report_on("$$ x").exit_code == 1


def test_a_bug_costs_one_page_nothing_but_its_verdicts() -> None:
    report = report_on("$1=2$ $boom$ $x$")
    assert [formula.status for formula in report.formulas] == ["refuted", "undecided", "undecided"]
    assert [problem.code for problem in report.problems] == ["D590"]


def test_broken_formulas_stand_among_the_others() -> None:
    report = report_on("$a$\n\n$$ b\n\n$c$")
    assert [(formula.line, formula.status) for formula in report.formulas] == [(1, "proved"), (3, "unreadable"), (5, "proved")]


@pytest.mark.parametrize(
    ("comment", "errors", "codes"),
    [
        ("<!-- derive: ignore D401 because it is an exercise -->", 0, []),
        ("<!-- derive: ignore D4 because it is an exercise -->", 0, []),
        ("<!-- derive: ignore D402 because it is an exercise -->", 2, ["D301"]),
        ("<!-- derive: ignore D401 -->", 2, ["D302"]),
        ("<!-- derive: ignore because so -->", 2, ["D302"]),
        ("<!-- derive: ignroe D401 because so -->", 2, ["D303"]),
        ("<!-- derive: ignore-file D401 because it is a quiz -->", 0, []),
    ],
)
def test_suppression(comment: str, errors: int, codes: list[str]) -> None:
    report = report_on(f"{comment}\n\n$1=2$\n")
    assert [problem.code for problem in report.problems] == codes
    assert report.errors == errors


def test_a_suppression_reaches_the_next_formula_only() -> None:
    report = report_on("<!-- derive: ignore D401 because so -->\n$1=2$ and $1=2$")
    assert [formula.claims[0].suppressed for formula in report.formulas] == ["so", None]


def test_choice_of_codes() -> None:
    assert report_on(config=Config(ignore=("D401",))).exit_code == 0
    assert report_on(config=Config(select=("D402",))).exit_code == 0
    assert report_on(config=Config(per_file=(PerFile("page.md", {"ignore": ("D4",)}),))).exit_code == 0
    assert report_on(config=Config(per_file=(PerFile("other.md", {"ignore": ("D4",)}),))).exit_code == 1


def test_text_shows_the_line_the_caret_the_witness_and_the_repair() -> None:
    text = render(report_on(), "text", lambda _: PAGE)
    assert "page.md:7:5: D401 refuted: The sides differ" in text
    assert "  7 | so $1=2$ and $c=d$ and $?$\n    |     ^^^\n" in text
    assert "take x = 1/3" in text
    assert "left side:  1" in text
    assert "    - > + 1=2\n    + > + 1=1\n" in text
    assert "holds if: Q held fixed" in text
    assert text.endswith("Found 2 errors.\n")
    assert "\x1b" not in text
    assert "\x1b[" in render(report_on(), "text", lambda _: PAGE, colour=True)


def test_text_never_reads_brackets_as_markup() -> None:
    page = "so $[red]1=2[/red]$ :smile:"
    assert page in render(report_on(page), "text", lambda _: page)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_gives_the_same_bytes_twice(format: str) -> None:
    assert render(report_on(), format, lambda _: PAGE) == render(report_on(), format, lambda _: PAGE)


def test_github_annotations_escape_what_they_must() -> None:
    line = next(line for line in render(report_on(), "github", lambda _: PAGE).splitlines() if line.startswith("::error"))
    assert line.startswith("::error file=page.md,line=7,col=5,endColumn=8,title=D401 refuted::The sides differ, 100%25 of")


def test_sarif_has_regions_and_fixes() -> None:
    page = "𝔼 so $1=2$"
    data = json.loads(render(report_on(page, path="a b.md"), "sarif", lambda _: page))
    (result,) = data["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%20b.md"
    assert location["region"] == {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 11}  # 𝔼 is two UTF-16 units
    replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement == {
        "deletedRegion": {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 11}, "insertedContent": {"text": "1"},
    }  # fmt: skip
    assert data["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "D401"


def test_carets_stand_under_wide_characters_and_tabs() -> None:
    assert carets("\t因x=1", 2, 5) == "\t  ^^^"


def test_long_spans_show_their_first_lines() -> None:
    page = "$$\n" + "c=d\n" * 30 + "$$\n"
    (finding,) = listed(report_on(page))
    assert len(source_frame(page, finding)) == 8
    assert "up to line 32" in render(report_on(page), "text", lambda _: page)


def test_repairs_are_written_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    original = ("\ufeff" + PAGE.replace("\n", "\r\n") + "tail without newline é").encode()
    file.write_bytes(original)
    file.chmod(0o640)
    text = original.decode()
    report = Report((check_text(str(file), text, Config(), proofread),))
    assert "+so $1=1$ and" in diff_of(report)
    assert file.read_bytes() == original
    changed = apply_repairs(report)
    assert (changed.edits, changed.files) == (2, 1)
    assert file.read_bytes() == original.replace(b"1=2", b"1=1")
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_of_overlapping_repairs_the_first_is_made() -> None:
    edit = {"start": 1, "end": 3, "text": "x"}
    claim = ClaimReport(1, 1, 1, 1, "D401", "=", "", "", "refuted", repair={"latex": "", "edit": edit})
    other = ClaimReport(1, 1, 1, 1, "D401", "=", "", "", "refuted", repair={"latex": "", "edit": {**edit, "start": 2, "end": 4}})
    report = Report((FileReport("a", (FormulaReport("a", 1, 1, 1, "inline", "", (claim, other, claim)),)),))
    assert edits_by_file(report) == {"a": [edit]}


def test_suppressed_findings_are_not_repaired() -> None:
    assert edits_by_file(report_on("<!-- derive: ignore D401 because so -->\n$1=2$")) == {}


def test_the_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "store")
    made = check_text("page.md", PAGE, Config(), proofread)
    assert cache.load("page.md", PAGE, Config()) is None
    cache.store("page.md", PAGE, Config(), made)
    assert cache.load("page.md", PAGE, Config()) == made
    assert cache.load("page.md", PAGE + " ", Config()) is None
    assert cache.load("page.md", PAGE, Config(seed=2)) is None
    assert cache.load("other.md", PAGE, Config()) is None


@pytest.mark.parametrize("damage", [b"", b"\xff", b"{}", b"0\n{}", None])
def test_a_damaged_entry_is_never_believed(tmp_path: Path, damage: bytes | None) -> None:
    cache = Cache(tmp_path / "store")
    cache.store("page.md", PAGE, Config(), check_text("page.md", PAGE, Config(), proofread))
    (entry,) = (tmp_path / "store").rglob("*.json")
    entry.write_bytes(entry.read_bytes().replace(b"refuted", b"proved ") if damage is None else damage)
    assert cache.load("page.md", PAGE, Config()) is None


def test_a_changed_included_file_makes_an_entry_stale(tmp_path: Path) -> None:
    part = tmp_path / "part.tex"
    part.write_text("$x$")
    cache = Cache(tmp_path / "store")
    made = FileReport("main.tex", needs=(str(part),))
    cache.store("main.tex", "", Config(), made, made.needs)
    assert cache.load("main.tex", "", Config()) == made
    part.write_text("$y$")
    assert cache.load("main.tex", "", Config()) is None


def test_sarif_is_valid_against_the_schema() -> None:
    schema = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0.json").read_text())
    page = PAGE + "\n<!-- derive: ignore D401 -->\n\n$$ open"
    for text in (page, "", "$a$"):
        report = report_on(text)
        jsonschema.Draft4Validator(schema).validate(json.loads(render(report, "sarif", {"page.md": text}.get)))


def test_a_repair_says_what_it_changes() -> None:
    page = "$(x-y)^2 = x^2-2xy-y^2$"
    report = Report((check_text("page.md", page, Config()),))
    (claim,) = report.formulas[0].claims
    assert claim.repair is not None
    assert claim.repair["what"] == "The sign should be plus."
    assert "  repair: the sign should be plus\n" in render(report, "text", lambda _: page)
    assert "%0ASuggested (the sign should be plus): (x-y)^2" in render(report, "github", lambda _: page)
