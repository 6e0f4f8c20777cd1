"""Daily use: only what changed is decided again, and no run can tell from the store that another has been before it."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from derive.check.config import Config
from derive.check.findings import FileReport
from derive.check.report import render
from derive.check.run import check_file, check_paths, check_text
from derive.check.store.cache import Cache
from derive.elaborate.claims import links_of
from derive.page import link_reader as reader
from derive.page.ledger import key_of
from derive.syntax.flat import walk

#: Twenty formulas: f is used by two others, g by one, π by none that is written with f or g.
LINES = [
    "f(x)=x^2+1",
    "f(x+1)-f(x)=2x+1",
    "f(2y)=4y^2+1",
    "g(x)=3x",
    "g(x+1)=g(x)+3",
    "(a+b)^2=a^2+2ab+b^2",
    "(a-b)(a+b)=a^2-b^2",
    r"\sum_a\pi(a|s)=1",
    r"\nabla_\theta\log\pi_\theta(a|s)=\frac{\nabla_\theta\pi_\theta(a|s)}{\pi_\theta(a|s)}",
    r"\sum_a\nabla_\theta\pi_\theta(a|s)=0",
    r"\log(uv)=\log u+\log v",
    r"\exp(u+v)=\exp(u)\exp(v)",
    r"\sum_{i=1}^n(x_i+y_i)=\sum_{i=1}^nx_i+\sum_{i=1}^ny_i",
    "(a+b)^3=a^3+3a^2b+3ab^2+b^3",
    "2(a+b)=2a+2b",
    r"\frac{a}{b}+\frac{c}{b}=\frac{a+c}{b}",
    "(uv)^2=u^2v^2",
    "a(b+c)=ab+ac",
    "(a+b)^2=a^2+b^2",
    "5(u-v)=5u-5v",
]


def page(lines: list[str]) -> str:
    return "# Twenty\n\n" + "\n\n".join(f"$$\n{line}\n$$" for line in lines) + "\n"


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every link that is decided, as it is written."""
    made: list[str] = []
    real = reader.link_verdict

    def counted(read, latex, seconds):
        made.append(f"{latex} {read.relation}")
        return real(read, latex, seconds)

    monkeypatch.setattr(reader, "link_verdict", counted)
    return made


def check(cache: Cache, lines: list[str]) -> FileReport:
    ledger = cache.ledger("page.md")
    report = check_text("page.md", page(lines), Config(), ledger=ledger)
    cache.keep("page.md", ledger)
    return report


def edited(n: int, latex: str) -> list[str]:
    return [*LINES[:n], latex, *LINES[n + 1 :]]


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (LINES, 0),
        (["x^1=x", *LINES], 1),
        (edited(5, "(a+b)^2=a^2+b^2+2ab"), 1),
        (edited(3, "g(x)=3x+0"), 2),
        (edited(0, "f(x)=1+x^2"), 3),
    ],
    ids=["nothing", "a line more above", "a claim", "a definition with one use", "a definition with two uses"],
)
def test_an_edit_decides_again_what_depends_on_it(tmp_path: Path, decided: list[str], change: list[str], again: int) -> None:
    """That a definition is one is decided, too."""
    cache = Cache(tmp_path / "store")
    check(cache, LINES)
    assert len(decided) > 20
    decided.clear()
    warm = check(cache, change)
    assert len(decided) == again, decided
    assert warm == check_text("page.md", page(change), Config())


def test_the_whole_page_is_remembered_too(tmp_path: Path, decided: list[str]) -> None:
    file = tmp_path / "page.md"
    file.write_text(page(LINES[:8]))
    cache = Cache(tmp_path / "store")
    first = check_file(file, Config(), cache)
    made = len(decided)
    decided.clear()
    assert check_file(file, Config(), cache) == first
    assert decided == []
    check_file(file, Config(seed=2), cache)
    assert len(decided) == made > 0, "another seed is another run"


def pages(folder: Path) -> list[str]:
    names = []
    for n in range(4):
        file = folder / f"page{n}.md"
        file.write_text(page(LINES[4 * n : 4 * n + 6]))
        names.append(str(file))
    return names


def printed(paths: list[str], cache: Cache | None, jobs: int) -> str:
    report = check_paths(paths, Config(), jobs=jobs, cache=cache)
    data = report.to_json()
    data["summary"].pop("seconds")
    return json.dumps(data) + render(report, "text", lambda path: Path(path).read_text())


def test_the_same_bytes_cold_and_warm_with_one_process_and_more(tmp_path: Path) -> None:
    paths = pages(tmp_path)
    cold = printed(paths, None, 1)
    cache = Cache(tmp_path / "store")
    assert printed(paths, cache, 2) == cold
    assert printed(paths, cache, 1) == cold
    for file in (tmp_path / "store").rglob("*.report.json"):
        file.unlink()
    assert printed(paths, cache, 2) == cold, "from the verdicts alone"


def test_verdicts_with_readings_and_witnesses_come_back_as_they_were(tmp_path: Path) -> None:
    text = (
        "$$\nV^\\pi(s)=\\sum_a\\pi(a|s)Q^\\pi(s,a)\n$$\n\n$$\nV^\\pi(s)=\\max_aQ^\\pi(s,a)\n$$\n\n$$\n\\delta_t=r_t+\\gamma V(s_{t+1})+V(s_t)\n$$\n"
        "\nLet $x=2$.\n\n$$\nx+1=4\n$$\n"
    )
    file = tmp_path / "page.md"
    file.write_text(text)
    cache = Cache(tmp_path / "store")
    first = check_file(file, Config(), cache)
    file.write_text(text + "\nMore.\n")
    assert check_file(file, Config(), cache).formulas == first.formulas == check_text(str(file), text, Config()).formulas
    assert {one.status for one in first.formulas} >= {"proved", "refuted", "definition"}


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"{}", b"0\n{}", None], ids=["empty", "no text", "no checksum", "a wrong checksum", "one word"]
)
def test_damaged_verdicts_are_decided_again(tmp_path: Path, decided: list[str], damage: bytes | None) -> None:
    cache = Cache(tmp_path / "store")
    first = check(cache, LINES[:7])
    made = len(decided)
    (entry,) = (tmp_path / "store").rglob("*.claims.json")
    entry.write_bytes(entry.read_bytes().replace(b"proved", b"refuted", 1) if damage is None else damage)
    decided.clear()
    assert check(cache, LINES[:7]) == first
    assert len(decided) == made


def test_another_version_of_the_tool_believes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decided: list[str]
) -> None:
    cache = Cache(tmp_path / "store")
    check(cache, LINES[:4])
    decided.clear()
    monkeypatch.setattr("derive.check.store.cache.tool_digest", lambda: "another")
    check(cache, LINES[:4])
    assert decided


def test_a_bug_costs_its_own_formula_and_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reader.link_verdict

    def broken(read, *rest):
        if any(i.name == "u" for i in walk(read.lhs)):
            raise ZeroDivisionError("broken")
        return real(read, *rest)

    file = tmp_path / "page.md"
    file.write_text(page(LINES[3:7] + LINES[16:18] + LINES[:3]))
    cache = Cache(tmp_path / "store")
    with monkeypatch.context() as patched:
        patched.setattr(reader, "link_verdict", broken)
        first = check_file(file, Config(), cache)
    assert [one.status for one in first.formulas].count("undecided") == 1
    (crashed,) = [one for formula in first.formulas for one in formula.claims if one.code == "D590"]
    assert "ZeroDivisionError: broken" in crashed.message
    assert check_file(file, Config(), cache) == check_text(str(file), file.read_text(), Config())


def _write(folder: str, n: int) -> None:
    cache = Cache(Path(folder))
    for _ in range(20):
        ledger = cache.ledger("page.md")
        check_text("page.md", page(LINES[n : n + 3]), Config(), ledger=ledger)
        cache.keep("page.md", ledger)


def test_two_writers_leave_one_whole_file(tmp_path: Path) -> None:
    workers = [multiprocessing.get_context().Process(target=_write, args=(str(tmp_path / "store"), n)) for n in (0, 5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert not list((tmp_path / "store").rglob("*.tmp"))
    assert len(Cache(tmp_path / "store").ledger("page.md").known) >= 2


def test_the_store_is_bounded(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "store")
    for n in range(6):
        cache.store(f"{n}.md", "", Config(), FileReport(f"{n}.md"))
    size = sum(file.stat().st_size for file in (tmp_path / "store").rglob("*.json"))
    cache.prune(size // 2)
    assert 1 <= len(list((tmp_path / "store").rglob("*.json"))) <= 3


def test_keys_tell_apart_what_differs() -> None:
    def key(latex: str, given: tuple[str, ...] = (), *rest: object) -> str:
        return key_of("link", links_of(latex, {})[0], [links_of(g, {})[0] for g in given], *rest)

    keys = [
        key("x=y"), key("y=x"), key(r"x\le y"), key("x=y", ("y=1",)), key("x=y", ("y=2",)), key("x'=y"), key("x_1=y"), key("x=y", (), True),
        key(r"x=y,\quad x>0"),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert key("x=y") == key("  x = y"), "where it stands does not matter"
