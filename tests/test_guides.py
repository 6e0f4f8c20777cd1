"""Guides and README run as written: every command, in a folder that holds the files shown before it.

A fenced block with a title (```` ```markdown title="page.md" ````) is a file.  A block ```` ```console ```` holds commands, each
after ``$``, and what they print; ``...`` stands for anything.  A block ```` ```console install ```` changes the environment: it is
run, and all that follows it in that environment, where ``DERIVE_TEST_INSTALL=1`` says so.  A block ```` ```sh ```` holds targets of
the Makefile.  ``DERIVE_UPDATE=1`` writes what commands print into the pages, where no ``...`` stands.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import pty
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from derive.check.config import Config, parse_config
from derive.console.cli import app
from derive.guides import names, text

ROOT = Path(__file__).parent.parent
GUIDES = sorted((ROOT / "derive" / "guides").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDES]
FENCE = re.compile(r"^(?P<marks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=marks)[ \t]*$", re.M | re.S)
TITLE = re.compile(r'title="([^"]+)"')
INSTALL = bool(os.environ.get("DERIVE_TEST_INSTALL"))
UPDATE = bool(os.environ.get("DERIVE_UPDATE"))


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text, and where that stands in the page."""

    language: str
    words: str
    body: str
    start: int
    line: int


@dataclass(frozen=True)
class Command:
    """A command, and what it is said to print."""

    call: str
    prints: str
    start: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    found = []
    for match in FENCE.finditer(page):
        language, _, words = match["info"].strip().partition(" ")
        found.append(Block(language, words, match["body"], match.start("body"), page.count("\n", 0, match.start()) + 1))
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block; a line that ends in a backslash goes on."""
    for match in re.finditer(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block.body, re.M):
        yield Command(match[1], match[2], block.start + match.start(2))


def agrees(said: str, printed: str) -> bool:
    """Whether what is said to be printed is what was; ``...`` stands for anything, and ends of lines do not count."""
    pattern = ".*".join(re.escape(part) for part in _trimmed(said).split("..."))
    return re.fullmatch(pattern, _trimmed(printed), re.S) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


class Shell:
    """A folder with a page's files, and an environment in which its commands run."""

    def __init__(self, folder: Path):
        self.folder, self.code = folder / "project", 0
        self.folder.mkdir()
        self.programs = Path(sys.executable).parent
        self.home = folder / "home"
        self.home.mkdir()

    def install(self) -> None:
        """From here on in an environment of its own, which holds what is installed next and nothing else."""
        self.programs = self.home / "venv" / "bin"
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.home / "venv"], check=True)

    def run(self, call: str) -> str:
        """What a command prints, both streams together."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DERIVE", "GIT_", "COLUMNS"))}
        if INSTALL:
            own.pop("PYTHONPATH", None)
        own |= {"PATH": f"{self.programs}{os.pathsep}{own['PATH']}", "NO_COLOR": "1", "HOME": str(self.home)}
        own |= {"GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
        own |= {f"GIT_{who}_{what}": "reader" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        script = f"(exit {self.code})\n{call.replace('path/to/derive', str(ROOT))}"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        self.code = done.returncode
        return done.stdout

    def has(self, call: str) -> bool:
        """Whether the program of a command can be found."""
        return shutil.which(call.split()[0], path=f"{self.programs}{os.pathsep}{os.environ['PATH']}") is not None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_print_what_is_said(path, tmp_path):
    page = path.read_text(encoding="utf-8")
    shell, wrong, edits, missing = Shell(tmp_path), [], [], set()
    for block in blocks(page):
        title = TITLE.search(block.words)
        if title:
            target = shell.folder / title[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        if block.language != "console":
            continue
        if block.words == "install":
            if not INSTALL:
                continue
            shell.install()
        assert list(commands(block)), f"line {block.line}: no command after '$ '"
        for command in commands(block):
            if not shell.has(command.call):
                missing.add(command.call.split()[0])
                continue
            printed = shell.run(command.call)
            if agrees(command.prints, printed):
                continue
            wrong.append(f"{path.name}:{block.line}: $ {command.call}\n{printed}")
            if "..." not in command.prints:
                edits.append((command.start, len(command.prints), _trimmed(printed) + "\n" if printed.strip() else ""))
    if UPDATE and edits:
        for start, length, new in sorted(edits, reverse=True):
            page = page[:start] + new + page[start + length :]
        path.write_text(page, encoding="utf-8")
    assert not wrong, "\n" + "\n".join(wrong)
    if missing:
        pytest.skip(f"not installed: {', '.join(sorted(missing))}")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_examples_in_python_work(path):
    found = doctest.testfile(str(path), module_relative=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
    assert found.attempted == path.read_text(encoding="utf-8").count("\n>>> ")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_targets_exist(path):
    for block in blocks(path.read_text(encoding="utf-8")):
        for line in block.body.splitlines() if block.language == "sh" else ():
            call = line.partition("#")[0].split()
            assert call[0] == "make"
            assert subprocess.run([*call, "--dry-run"], cwd=ROOT, capture_output=True, check=False).returncode == 0, line


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_settings_are_known(path):
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.language == "toml":
            assert parse_config(tomllib.loads(block.body), "derive.toml") != Config()


def test_what_is_said_is_compared_in_full():
    assert agrees("a\n...\nd\n", "a\nb\nc\nd\n")
    assert agrees("took ... s", "took 0.1 s\n")
    assert not agrees("a\n", "a\nb\n")
    assert not agrees("", "a\n")
    assert not agrees("a\n...\nd\n", "a\nd e\n")


def test_every_command_of_a_block_is_seen():
    block = Block("console", "", "$ a \\\n  b\nc\n$ d\n$ e\nf\n", 0, 1)
    assert [(command.call, command.prints) for command in commands(block)] == [("a \\\n  b", "c\n"), ("d", ""), ("e", "f\n")]


def test_guides_come_with_the_tool():
    assert set(names()) == {path.stem for path in GUIDES} >= {"author", "reviewer", "teacher", "site", "python", "mistakes"}
    assert all(names().values())
    done = CliRunner().invoke(app, ["guide", "mistakes"])
    assert done.stdout == text("mistakes")
    listed = CliRunner().invoke(app, ["guide"]).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(names())
    wrong = CliRunner().invoke(app, ["guide", "cook"])
    assert wrong.exit_code == 2
    assert "there is no guide 'cook'; there are author" in wrong.stderr


def test_a_terminal_shows_a_guide_without_its_marks():
    ours, theirs = pty.openpty()
    own = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen([sys.executable, "-m", "derive", "guide", "teacher"], stdout=theirs, env=own) as running:
        os.close(theirs)
        shown = b""
        # Linux says "input/output error" where others say that there is no more.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    assert running.returncode == 0
    assert b"\x1b[" in shown
    assert b"why is this step wrong?" in shown
    assert b"## One step" not in shown
    assert b"```" not in shown


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)\)", re.sub(FENCE, "", path.read_text(encoding="utf-8"))):
        assert target.startswith("http") or (path.parent / target).exists(), target
