"""The command as people run it all day: interrupted, at a terminal, over pages in other encodings of a line's end."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

DERIVE = [sys.executable, "-m", "derive"]
WRONG = "$(a-b)(a+b)=a^2+b^2$"
RIGHT = "$(a-b)(a+b)=a^2-b^2$"


def derive(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DERIVE, *arguments], cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


def slow_page(n: int) -> str:
    """A page of claims that take a while, none like those of another page."""
    claim = r"$$\sum_a\pi(a|s)\left(Q^\pi(s,a)-V^\pi(s)+%d\right)=%d$$"
    return "\n\n".join(claim % (20 * n + k, 20 * n + k) for k in range(20)) + "\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path, jobs: str) -> None:
    for n in range(4):
        (tmp_path / f"p{n}.md").write_text(slow_page(n))
    process = subprocess.Popen(
        [*DERIVE, "check", ".", "-j", jobs, "-o", "report.txt"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    store = tmp_path / ".derive_cache"
    while process.poll() is None and not list(store.rglob("*.json")):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the command and its workers
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("*.tmp"))
    assert not (tmp_path / "report.txt").exists()
    again = derive(tmp_path, "check", ".", "--format", "json")
    assert again.stdout == derive(tmp_path, "check", ".", "--format", "json", "--no-cache").stdout


def test_repairs_keep_every_other_byte(tmp_path: Path) -> None:
    before = ("\ufeffTitle\r\n\r\nso " + WRONG + " é\u2028\t\r\n\r\nmixed\nends, no last one").encode()
    page = tmp_path / "page.md"
    page.write_bytes(before)
    shown = derive(tmp_path, "check", "page.md", "--diff")
    assert shown.returncode == 1
    assert f"+so {RIGHT} é" in shown.stdout
    assert page.read_bytes() == before
    fixed = derive(tmp_path, "check", "page.md", "--fix")
    assert (fixed.returncode, fixed.stderr) == (0, "Applied 1 repair.\n")
    assert "1 proved" in fixed.stdout, "it checks again"
    assert page.read_bytes() == before.replace(WRONG.encode(), RIGHT.encode())
    assert derive(tmp_path, "check", "page.md", "--fix").stderr == ""


def at_terminal(folder: Path, *arguments: str) -> str:
    """What a terminal shows of a run's standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*DERIVE, *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = b""
    while True:
        ready, _, _ = select.select([ours], [], [], 60)
        try:
            part = os.read(ours, 65536) if ready else b""
        except OSError:
            part = b""
        if not part:
            break
        shown += part
    process.wait()
    os.close(ours)
    return shown.decode()


def test_a_long_run_shows_its_rate_and_the_time_left_at_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "p0.md").write_text("$a=a$\n")
    assert at_terminal(tmp_path, "check", ".") == ""
    for n in range(4):
        (tmp_path / f"p{n}.md").write_text(slow_page(n))
    shown = at_terminal(tmp_path, "check", ".", "-j", "1")
    assert "pages/s" in shown
    assert "/4" in shown
    assert derive(tmp_path, "check", ".", "--no-cache").stderr == ""


def test_a_warm_run_needs_no_arithmetic(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"{WRONG}\n")
    code = (
        "import sys\nfrom derive.console.cli import main\nsys.argv = ['derive', 'check', 'page.md']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print({'sympy', 'flint', 'latex2sympy2', 'derive.kernel', 'multiprocessing.popen_fork'} & set(sys.modules), file=sys.stderr)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False) for _ in range(2)
    ]
    assert "popen" in runs[0].stderr, "claims are decided in a process of their own"
    assert runs[1].stderr.strip() == "set()"
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_workers_need_not_be_forked(tmp_path: Path, method: str) -> None:
    """Windows and macOS start a worker as a new interpreter, which imports the module that was run."""
    for n in range(3):
        (tmp_path / f"p{n}.md").write_text(f"{WRONG}\n\n$x^{n + 2} = x x^{n + 1}$\n")
    code = f"import multiprocessing as m, runpy; m.set_start_method({method!r}); runpy.run_module('derive', run_name='__main__', alter_sys=True)"
    call = [sys.executable, "-c", code, "check", ".", "--format", "json", "--no-cache"]
    spread, alone = (
        subprocess.run([*call, "-j", jobs], cwd=tmp_path, capture_output=True, text=True, check=False) for jobs in ("2", "1")
    )
    assert spread.stderr == ""
    assert spread.stdout == alone.stdout
    assert '"refuted": 3' in spread.stdout


def test_an_interrupt_while_loading_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    own = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([*DERIVE, "check", "."], cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_known_findings_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"{WRONG}\n")
    written = derive(tmp_path, "check", ".", "--write-baseline", "--baseline", "known.json")
    assert (written.returncode, written.stdout) == (0, "")
    assert "Wrote 1 finding to" in written.stderr
    assert derive(tmp_path, "check", ".", "--baseline", "known.json").returncode == 0
    (tmp_path / "derive.toml").write_text('baseline = "known.json"\n')
    (tmp_path / "docs").mkdir()
    assert derive(tmp_path / "docs", "check", "..").returncode == 0
    missing = derive(tmp_path, "check", ".", "--baseline", "lost.json")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "lost.json: the baseline cannot be read" in missing.stderr


def test_levels_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"{WRONG}\n")
    assert derive(tmp_path, "check", ".").returncode == 1
    assert derive(tmp_path, "check", ".", "--severity", "D4=warning").returncode == 0
    wrong = derive(tmp_path, "check", ".", "--severity", "D4=wrning")
    assert wrong.returncode == 2
    assert "error, warning, info, off" in wrong.stderr


def test_every_format_says_what_was_checked(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"{WRONG}\n")
    for format in ("text", "concise", "github", "sarif"):
        done = derive(tmp_path, "check", ".", "--format", format)
        assert "Read 1 of 1 formula in 1 file. Decided 1 of 1 claim: 1 refuted." in done.stdout + done.stderr, format
