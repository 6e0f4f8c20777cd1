"""What stops a claim that neither its steps nor its clock stop, and the processes that it takes with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from derive import guard
from derive.check.config import Config, ConfigError, parse_config
from derive.check.proofreading.meaning import verify
from derive.check.run import check_paths, check_text
from derive.check.single import verify_apart, verify_batch, verify_one
from derive.check.workers import spread
from derive.console.cli import app
from derive.guard import Overrun, limited
from derive.page import link_reader
from derive.verify import verdicts

SHORT = Config(budget=0.02)
PAGE = "$1 + 1 = 2$\n\n$2 + 77 = 79$\n\n$3 + 3 = 7$\n"

linux = pytest.mark.skipif(sys.platform != "linux", reason="what the system is asked for here, it knows on Linux")


def hang() -> None:
    while True:
        pass


def deaf() -> None:
    """Run where no signal reaches Python, as a long computation in a library does."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    hang()


@pytest.fixture
def at_77(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Have something happen where a claim about 77 is decided."""

    def install(what: Callable[[], Any]) -> None:
        def within(real: Callable[..., Any]) -> Callable[..., Any]:
            def decided(read: Any, *rest: Any) -> Any:
                if any(i.name == "77" for row in (read.lhs, read.rhs) for i in row):
                    what()
                return real(read, *rest)

            return decided

        monkeypatch.setattr(verdicts, "link_verdict", within(verdicts.link_verdict))
        monkeypatch.setattr(link_reader, "link_verdict", within(link_reader.link_verdict))

    return install


def codes(report: Any) -> list[list[str]]:
    return [[one.code for one in formula.claims] for formula in report.formulas]


def test_an_inner_limit_does_not_outlast_the_outer_one_and_leaves_none_behind() -> None:
    started = time.process_time()
    with pytest.raises(Overrun), limited(0.05), limited(60):
        hang()
    assert time.process_time() - started < 2
    assert guard.HOLD.ends == []
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0.0


def test_an_overrun_is_nothing_that_code_which_catches_errors_can_keep() -> None:
    assert not issubclass(Overrun, Exception)


def test_a_claim_without_end_is_cut_and_costs_itself_alone(at_77: Callable[[Callable[[], Any]], None]) -> None:
    at_77(hang)
    assert codes(check_text("a.md", PAGE, SHORT)) == [["D400"], ["D514"], ["D402"]]
    assert verify("2+77=79", [], SHORT).claims[0].code == "D514"


@pytest.mark.parametrize("of", [PAGE, "before\n" + PAGE * 2])
def test_a_dead_worker_costs_the_claim_alone(at_77: Callable[[Callable[[], Any]], None], tmp_path: Path, of: str) -> None:
    at_77(partial(os._exit, 7))
    page = tmp_path / "a.md"
    page.write_text(of)
    found = check_paths([str(page)], SHORT, guarded=True)
    times = of.count("77")
    assert codes(found) == [["D400"], ["D590"], ["D402"]] * times
    assert "exit code 7" in found.formulas[1].claims[0].message
    assert verify_apart("2+77=79", [], SHORT).formulas[0].claims[0].code == "D590"


@linux
def test_what_no_signal_reaches_is_ended_by_the_system(
    at_77: Callable[[Callable[[], Any]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GRACE", 1)
    at_77(deaf)
    (tmp_path / "a.md").write_text(PAGE)
    assert codes(check_paths([str(tmp_path / "a.md")], SHORT, guarded=True)) == [["D400"], ["D514"], ["D402"]]


@linux
def test_a_claim_that_takes_all_memory_costs_itself_alone(
    at_77: Callable[[Callable[[], Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MEMORY", 2**30)
    at_77(lambda: bytearray(2**31))
    (found,) = verify_apart("2+77=79", [], SHORT).formulas[0].claims
    assert (found.status, found.code) == ("undecided", "D514")
    assert "memory" in found.message


def test_a_batch_answers_in_order_whatever_one_item_does(at_77: Callable[[Callable[[], Any]], None]) -> None:
    at_77(hang)
    lines = [f'{{"id": {n}, "latex": "{n}={n}"}}' for n in (1, 77, 3)]
    lines[1] = '{"id": 77, "latex": "2+77=79"}'
    assert [(one["id"], one["status"]) for one in verify_batch(lines, SHORT, 2)] == [
        (1, "proved"),
        (77, "undecided"),
        (3, "proved"),
    ]


def test_an_episode_that_nothing_ends_is_none() -> None:
    """Transitions that lead to one next state each may lead in a circle where any state may follow any other."""
    assert verify(r"\mathcal{B}V=\max_ar_a+\gamma\mathcal{T}_aV", [], Config()).status == "undecided"


def test_an_item_whose_parts_all_cost_a_worker_is_lost_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["derive.check.workers"], "TRIES", 2)
    assert list(spread(_dies, [0], lambda item, _: ["lost", item], jobs=1, without=lambda item, _, __: item + 1)) == [["lost", 2]]


def _dies(item: int) -> list[object]:
    guard.beat(item)
    os._exit(3)


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_parent(how: signal.Signals) -> None:
    program = (
        "import os, signal, sys, time\n"
        "from derive.check.workers import spread\n"
        "def work(n):\n"
        "    os.write(1, b'%d\\n' % os.getpid())\n"  # in one piece: two workers write into one pipe
        "    while True: pass\n"
        "list(spread(work, [1, 2], lambda *_: None, jobs=2))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    parent.send_signal(how)
    parent.wait()
    end = time.monotonic() + 5
    while any(_runs(one) for one in workers) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(_runs(one) for one in workers)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 0, 1e300])
def test_a_budget_that_limits_nothing_is_refused(seconds: float) -> None:
    with pytest.raises(ConfigError, match="budget must be a positive number of seconds"):
        parse_config({"budget": seconds}, "derive.toml")
    with pytest.raises(ConfigError, match="budget must be a positive number of seconds"):
        parse_config({"per-file": {"*.md": {"budget": seconds}}}, "derive.toml")


# --- internal errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "given"),
    [
        (r"\forall s\in S", ""),
        (r"\exists t \in T", ""),
        (r"q ;\ \text{for all }s", ""),
        (r"\text{for } x>0", ""),
        (r"\text{s.t.}", ""),
        (r"\nabla_w\log\sigma(wx) = 1-\sigma(wx)", ""),
        (r"\mathbf{x} \le \mathbf{y}", ""),
        (r"V(s)+s \le a", ""),
        (r"\|V-U\| \le L\|x\|", r"s\in[0,1]"),
        (r"-[\mathbf{x}, 1] \in [0, 1]", ""),
        (r"\gamma \in  \text{for } x>0 [ \nabla_w 0, 1]", ""),
    ],
)
def test_nothing_that_pages_say_is_an_internal_error(latex: str, given: str) -> None:
    for text in (f"${latex}$\n", f"$${latex}$$\n"):
        page = check_text("a.md", f"<!-- derive: assume {given} -->\n\n{text}" if given else text, Config())
        assert not page.problems
        assert {"D590", "D591"}.isdisjoint(one.code for formula in page.formulas for one in formula.claims)


FOUND = [
    pytest.param(formula.replace(r"\|", "|"), given.replace(r"\|", "|"), id=f"{cells[1].strip()[:40]}-{n}")
    for line in (Path(__file__).parent / "fuzzed.md").read_text(encoding="utf-8").splitlines()
    if len(cells := re.split(r"(?<!\\)\|", line)) == 5 and "`" in cells[3]
    for given in [cells[2].strip().strip("`")]
    for n, formula in enumerate(re.findall("`([^`]+)`", cells[3]))
]


@pytest.mark.parametrize(("latex", "given"), FOUND)
def test_nothing_that_was_found_by_fuzzing_is_an_internal_error(latex: str, given: str) -> None:
    short = Config(budget=0.2)
    said = f"<!-- derive: assume {given} -->\n\n" if given else ""
    reports = [check_text("a.md", f"{said}$${latex}$$\n", short), *verify_one(latex, [given] if given else [], short).files]
    for report in reports:
        assert not report.problems
        assert {"D590", "D591"}.isdisjoint(one.code for formula in report.formulas for one in formula.claims)


def test_an_internal_error_is_reported_and_makes_the_run_exit_3(
    at_77: Callable[[Callable[[], Any]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(PAGE)
    Path("batch").write_text('{"id": 1, "latex": "1=1"}\n{"id": 2, "latex": "2+77=79"}\n')
    at_77(lambda: 1 // 0)
    result = CliRunner().invoke(app, ["check", "a.md", "--no-cache", "--format", "concise"])
    assert result.exit_code == 3
    assert "a.md:3:1: D590" in result.stdout
    assert "D402 refuted" in result.stdout
    assert CliRunner().invoke(app, ["verify", "2+77=79"]).exit_code == 3
    assert CliRunner().invoke(app, ["verify", "--batch", "batch"]).exit_code == 3
    assert CliRunner().invoke(app, ["verify", "1=2"]).exit_code == 1
