"""The command line as its users run it: exit codes, start-up, bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from derive.check.config import Config
from derive.check.findings import ClaimReport, FormulaReport
from derive.check.sources import Document
from derive.console.cli import app
from derive.diagnostics import Edit, Span


def _proofread(document: Document, config: Config, *_: object) -> Iterator[FormulaReport]:
    for piece in document.formulas:
        claims = (ClaimReport(*document.locate(piece), "", "=", "", "", "proved"),)
        at = piece.latex.find("1=2")
        if at >= 0:
            edit = document.edit(piece, Edit(Span(at + 2, at + 3), "1"))
            repair = {"latex": piece.latex.replace("1=2", "1=1"), "edit": edit}
            place = document.locate(piece, Span(at, at + 3))
            claims = (ClaimReport(*place, "D401", "=", "1", "2", "refuted", message="The sides differ.", repair=repair),)
        yield document.report(piece, claims)


def _verify(latex: str, given: list[str], config: Config) -> FormulaReport:
    if latex == "crash":
        raise ZeroDivisionError("crash")
    if latex == "die":
        import os

        os._exit(9)
    status = "refuted" if latex == "1=2" else "proved"
    claim = ClaimReport(1, 1, 1, len(latex) + 1, "D401", "=", "", "", status, message=f"{latex} given {given}")
    return FormulaReport("<claim>", 1, 1, 1, "display", latex, (claim,))


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A proof-reader that knows only 1=2, and a folder of its own; workers are forked, so they have it too."""
    module = ModuleType("derive.check.proofreading.proofread")
    module.proofread, module.verify = _proofread, _verify  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derive.check.proofreading.proofread", module)
    monkeypatch.setattr("derive.check.proofreading.meaning.verify", _verify)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_help_does_not_import_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom derive.console.cli import main\nsys.argv = ['derive', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sympy', 'flint', 'latex2sympy2', 'jinja2', 'markdown_it', 'docutils', 'nbformat'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "check" in done.stdout


def test_exit_codes(tmp_path: Path) -> None:
    Path("good.md").write_text("$a=b$\n")
    Path("bad.md").write_text("$1=2$\n")
    assert run("check", "good.md")[0] == 0
    assert run("check", "bad.md")[0] == 1
    assert run("check", "good.md", "bad.md")[0] == 1
    assert run("check", "lost.md")[0] == 1
    assert run("check")[0] == 2
    assert run("check", "good.md", "--format", "xml")[0] == 2
    assert run("check", "good.md", "--fix", "--diff")[0] == 2
    Path("derive.toml").write_text("ignroe = []\n")
    code, _, error = run("check", "good.md")
    assert code == 2
    assert "Did you mean 'ignore'" in error


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"ok $1=2$\n\n\xff\xfe", "bad.md:3:1: D152"),
        (b"caf\xe9 $x$", "bad.md:1:4: D152"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bad.md:3:1: D151"),
        (b"\xff\xfe$\x00x\x00$\x00", "bad.md:1:1: D152"),
        (b"one\n\n$$\nx\n\ntwo $1=2$\n", "bad.md:3:1: D110"),
    ],
)
def test_bad_files_are_findings_with_a_place(data: bytes, place: str) -> None:
    Path("bad.md").write_bytes(data)
    Path("good.md").write_text("$a=b$\n")
    code, out, _ = run("check", "bad.md", "good.md", "--format", "concise")
    assert code == 1
    assert any(line.startswith(place) for line in out.splitlines()), out


def test_folders_are_searched_and_excluded_files_left_out() -> None:
    for name in ("docs/a.md", "docs/b/c.tex", "docs/.hidden/d.md", "docs/node_modules/e.md", "docs/drafts/f.md", "docs/g.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("$1=2$\n")
    Path("derive.toml").write_text('exclude = ["docs/drafts"]\n')
    code, out, _ = run("check", "docs", "--format", "json")
    assert code == 1
    assert [formula["path"] for formula in json.loads(out)["formulas"]] == ["docs/a.md", "docs/b/c.tex"]


def test_an_input_file_is_checked_once() -> None:
    Path("docs").mkdir()
    Path("docs/main.tex").write_text("\\input{part}\n")
    Path("docs/part.tex").write_text("$1=2$\n")
    _, out, _ = run("check", "docs", "--format", "json", "--no-cache")
    assert [formula["path"] for formula in json.loads(out)["formulas"]] == ["docs/part.tex"]


def test_same_bytes_with_one_and_two_processes_cold_and_warm() -> None:
    for n in range(4):
        Path(f"p{n}.md").write_text("$1=2$ and $a=b$\n" * n + "$$ open\n")
    first = run("check", ".", "--format", "json", "-j", "1", "--no-cache")
    assert run("check", ".", "--format", "json", "-j", "2") == first
    assert run("check", ".", "--format", "json", "-j", "2") == first
    assert run("check", ".", "--format", "json", "-j", "1") == first


def test_fix_and_diff() -> None:
    Path("bad.md").write_text("so $1=2$\n")
    code, out, _ = run("check", "bad.md", "--diff")
    assert code == 1
    assert "-so $1=2$\n+so $1=1$\n" in out
    assert Path("bad.md").read_text() == "so $1=2$\n"
    code, out, error = run("check", "bad.md", "--fix")
    assert code == 0
    assert "Applied 1 repair" in error
    assert Path("bad.md").read_text() == "so $1=1$\n"


def test_output_goes_to_a_file() -> None:
    Path("bad.md").write_text("$1=2$\n")
    code, out, _ = run("check", "bad.md", "--format", "sarif", "--output", "out.sarif")
    assert (code, out) == (1, "")
    assert json.loads(Path("out.sarif").read_text())["version"] == "2.1.0"
    assert run("check", "bad.md", "--output", "no/such/folder")[0] == 2


def test_stats_and_coverage() -> None:
    Path("a.md").write_text("$1=2$ and $x$\n")
    _, out, _ = run("check", "a.md", "--stats")
    assert "by kind" in out
    assert "Read 2 of 2 formulas in 1 file. Decided 2 of 2 claims: 1 proved, 1 refuted." in out


def test_verify_one_claim() -> None:
    assert run("verify", "1=1")[0] == 0
    code, out, _ = run("verify", "1=2", "--given", "x=1")
    assert code == 1
    assert "given ['x=1']" in out
    code, out, _ = run("verify", "1=2", "--format", "json")
    assert json.loads(out)["status"] == "refuted"
    assert run("verify")[0] == 2
    assert run("verify", "x", "--batch", "f")[0] == 2
    assert "internal error" in run("verify", "crash")[1]


def test_a_batch_answers_every_line_in_order_whatever_happens() -> None:
    lines = [
        '{"id": 1, "latex": "1=1", "given": ["a"]}', "not json", '{"id": 2}', '{"id": 3, "latex": "die"}', "", "[1]",
        '{"id": 4, "latex": "crash"}', '{"id": 5, "latex": "1=2"}', '{"id": 6, "latex": "x", "given": 1}',
    ]  # fmt: skip
    Path("batch.jsonl").write_text("\n".join(lines))
    code, out, _ = run("verify", "--batch", "batch.jsonl")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [(answer["id"], answer["status"]) for answer in answers] == [
        (1, "proved"), (None, "unreadable"), (2, "unreadable"), (3, "undecided"), (None, "unreadable"), (4, "undecided"),
        (5, "refuted"), (6, "unreadable"),
    ]  # fmt: skip
    assert all(answer["message"] for answer in answers)
    assert run("verify", "--batch", "lost.jsonl")[0] == 2


def test_a_line_of_a_batch_ends_where_lines_of_json_do_and_every_answer_is_json() -> None:
    lines = [
        '{"id": "a\u2028b\x85c", "latex": "1=1"}\r',
        '{"id": NaN, "latex": "1=1"}',
        '{"id": 1e999, "latex": "1=1"}',
        "[" * 9000,
    ]
    Path("batch.jsonl").write_text("\ufeff" + "\n".join(lines), encoding="utf-8", newline="")
    answers = [json.loads(line, parse_constant=int) for line in run("verify", "--batch", "batch.jsonl")[1].split("\n") if line]
    assert [one["id"] for one in answers] == ["a\u2028b\x85c", None, None, None]
    assert [one["status"] for one in answers] == ["proved", "unreadable", "unreadable", "unreadable"]


def test_explain() -> None:
    code, out, _ = run("explain", "d401")
    assert code == 0
    for title in ("What it does", "Why this matters", "Example", "How to silence it"):
        assert title in out
    assert run("explain", "D999")[0] == 2
    assert "D301" in run("explain")[1]
