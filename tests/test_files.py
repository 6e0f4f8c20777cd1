"""Files of other people: links, modes, full disks, pipes, and names that mean harm."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import derive.files
from derive.check.config import Config
from derive.check.run import check_paths, check_text
from derive.check.sources import read
from derive.console.cli import app

OLD = "<!-- derive: result=group/zero-sum -->\n$$\nx\n$$\n<!-- /derive -->\n"
WRONG = "$1 = 2$\n"
NASTY = "a\x1b[2J\x1b]0;owned\x07\n::error::b\x9b31m\u202e.md"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return call


#: A command that changes a page, the page, and what it says of one that it does not change.
WRITERS = [(("sync",), OLD, "was not updated"), (("check", "--fix", "--no-cache"), WRONG, "nothing was repaired in it")]
writers = pytest.mark.parametrize(("command", "text", "refusal"), WRITERS, ids=["sync", "fix"])


@writers
def test_a_link_stays_one_and_its_target_keeps_its_mode(run: Run, command: tuple[str, ...], text: str, refusal: str) -> None:
    Path("deep").mkdir()
    Path("deep/target.md").write_text(text)
    os.chmod("deep/target.md", 0o751)
    Path("page.md").symlink_to("deep/target.md")
    run(*command, "page.md")
    assert Path("page.md").is_symlink()
    assert Path("deep/target.md").read_text() != text
    assert os.stat("deep/target.md").st_mode & 0o777 == 0o751
    assert sorted(os.listdir(".")) == ["deep", "page.md"]
    assert os.listdir("deep") == ["target.md"]


@writers
def test_what_is_read_only_is_left_alone_whoever_asks(run: Run, command: tuple[str, ...], text: str, refusal: str) -> None:
    Path("page.md").write_text(text)
    os.chmod("page.md", 0o444)
    code, out, error = run(*command, "page.md")
    assert code == 1
    assert "updated" not in out
    assert refusal in error
    assert Path("page.md").read_text() == text


@writers
def test_a_full_disk_costs_nothing_and_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], text: str, refusal: str
) -> None:
    Path("page.md").write_text(text)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(derive.files.os, "fsync", full)
    code, out, error = run(*command, "page.md")
    assert code == 1
    assert "updated" not in out
    assert "no space left on device" in error
    assert refusal in error
    assert Path("page.md").read_text() == text
    assert os.listdir(".") == ["page.md"]


@writers
def test_what_has_changed_meanwhile_is_left_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], text: str, refusal: str
) -> None:
    Path("page.md").write_text(text)
    chmod = os.chmod

    def meanwhile(*arguments: object) -> None:
        Path("page.md").write_text("something else")
        chmod(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(derive.files.os, "chmod", meanwhile)
    code, out, error = run(*command, "page.md")
    assert code == 1
    assert "updated" not in out
    assert "changed since it was" in error
    assert Path("page.md").read_text() == "something else"


def test_a_page_that_cannot_be_updated_does_not_keep_the_others_back(run: Run) -> None:
    for name in ("a.md", "b.md"):
        Path(name).write_text(OLD)
    os.chmod("a.md", 0o444)
    code, out, error = run("sync", "a.md", "b.md")
    assert (code, out) == (1, "b.md: updated\n")
    assert error == "derive: a.md was not updated (permission denied).\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_pipes_and_devices_are_no_pages(run: Run) -> None:
    os.mkfifo("pipe.md")
    Path("null.md").symlink_to("/dev/zero")
    Path("a.tex").write_text("\\input{/dev/zero}\\input{pipe.md} $1=1$")
    code, out, _ = run("check", "pipe.md", "null.md", "a.tex", "--format", "concise", "--no-cache")
    assert code == 1
    assert out.count("D150 This file cannot be read: it is a pipe, a socket or a device.") == 2
    assert out.count("D154") == 2
    assert "1 proved" in out
    for name in ("pipe.md", "null.md"):
        code, _, error = run("sync", name)
        assert (code, "a pipe, a socket or a device" in error) == (2, True)


def test_names_that_are_too_long_are_told(run: Run) -> None:
    long = "x" * 300 + ".md"
    Path("a.tex").write_text(f"\\input{{{'y' * 300}}} $1=1$")
    code, out, _ = run("check", long, "a.tex", "--format", "concise", "--no-cache")
    assert code == 1
    assert "file name too long" in out
    assert "D154" in out
    assert run("sync", long)[0] == 2
    assert run("check", "a.tex", "--config", long)[0] == 2
    assert run("check", "a.tex", "-o", long)[0] == 2
    nearly = "x" * 250 + ".md"
    Path(nearly).write_text(OLD)
    assert run("sync", nearly) == (0, f"{nearly}: updated\n", "")


ACTING = {chr(n) for n in (*range(9), *range(11, 32), *range(127, 160))} | {"\u202e"}


@pytest.mark.parametrize("format", ["text", "concise", "json", "sarif", "github"])
def test_nothing_acts_on_a_terminal(run: Run, format: str) -> None:
    Path(NASTY).write_text(
        "$x\x1b[31m = \x9b2$\n\n$1 = 2$\n\n$y = \\text{\u202e}$\n\n<!-- derive: \x1b[2J -->\n$\\unknown\x07{1}=2$\n"
    )
    code, out, error = run("check", NASTY, "--format", format, "--no-cache", "--stats")
    assert code == 1
    assert not ACTING & set(out + error)
    if format in ("json", "sarif"):
        told = json.loads(out)
        assert NASTY in {f["path"] for f in told["formulas"]} if format == "json" else told["runs"]
    else:
        assert not any(line.startswith("::error::b") for line in out.splitlines())


def test_no_command_prints_a_name_raw(run: Run) -> None:
    Path(NASTY).write_text(f"\x1b[2J\n{OLD}")
    Path("batch").write_text(
        '{"id": "\x9b", "latex": "\x1b[2J=\\\\text{\x9b}"}\n{"id": "\x9b2J", "latex": "x = \\\\text{\x9b}"}\n'
    )
    calls = [
        ("sync", "--check", NASTY), ("sync", "--diff", NASTY), ("sync", NASTY), ("sync", f"{NASTY}.none"), ("check", NASTY, "--diff"),
        ("check", f"{NASTY}.none", "--no-cache"), ("coverage", NASTY), ("check", "--config", NASTY, "."), ("verify", "\x1b[2J=1"),
        ("explain", "\x1b[2J"), ("verify", "--batch", f"{NASTY}.none"), ("check", ".", "-o", f"none/{NASTY}"), ("show", "\x1b[2J"),
        ("explain", "--parse", "x\x1b[2J"), ("explain", "--parse", "x\\text{\x9b2J}", "--page", NASTY), ("verify", "x \\text{\x9b}\x1b"),
        ("verify", "\\text{\x9b}", "--format", "json"), ("verify", "--batch", "batch"), ("coverage", NASTY, "--format", "json"),
    ]  # fmt: skip
    for call in calls:
        _, out, error = run(*call)
        assert not ACTING & set(out + error), call
        assert not any(line.startswith("::") for line in (out + error).splitlines()), call


def test_a_full_standard_output_ends_without_a_traceback(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no device that is always full")
    (tmp_path / "a.md").write_text(WRONG)
    (tmp_path / "b.md").write_text(OLD)
    for call in (["check", "a.md", "--no-cache"], ["sync", "--check", "b.md"], ["verify", "1=1"], ["list"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "derive", *call], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True
            )
        assert done.returncode == 2, done.stderr
        assert done.stderr == "derive: standard output cannot be written (no space left on device).\n"


# --- what LaTeX inputs ---------------------------------------------------------------------------


def test_inputs_stay_inside_the_project_unless_allowed(run: Run, tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    (project / "chapters").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.tex").write_text("$1 = 2$")
    (project / "macros.tex").write_text("$1 = 1$")
    (project / "link.tex").symlink_to(outside / "secret.tex")
    page = project / "chapters" / "a.tex"
    inputs = ("../macros", "../../outside/secret", str(outside / "secret.tex"), "../link", "~/none", "/etc/passwd")
    page.write_text("".join(f"\\input{{{name}}}\n" for name in inputs))

    def said(config: Config) -> tuple[list[str], list[str]]:
        found = check_text(str(page), page.read_text(), config)
        return [formula.status for formula in found.formulas], [one.message for one in found.problems]

    statuses, problems = said(Config(root=str(project)))
    assert statuses == ["proved"]
    assert [("outside of the project" in one) for one in problems] == [True, True, True, False, True]
    statuses, problems = said(Config(root=str(project), inputs=("../outside",)))
    assert set(statuses) == {"proved", "refuted"}
    assert any("/etc/passwd" in one for one in problems)
    os.chdir("/")
    assert "outside" in said(Config())[1][0], "without settings the page's own folder is the project"
    (project / ".git").mkdir()
    assert said(Config())[0] == ["proved"]


def test_a_file_that_cannot_be_read_is_told_where_it_is_asked_for() -> None:
    assert check_paths(["no-such-page.md"], Config()).files[0].problems[0].code == "D150"
    assert read(Path("/dev/null"))[1] is not None


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "", " "])
def test_what_is_no_name_is_no_file(name: str) -> None:
    found = check_text("a.tex", f"\\input{{{name}}} $1 = 1$", Config())
    assert [one.code for one in found.problems] == ["D154"]
    assert found.formulas[0].status == "proved"
