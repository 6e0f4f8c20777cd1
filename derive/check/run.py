"""From paths to a report: one document is one unit of work, so files can be read in parallel and cached."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from derive.check.config import Config
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem, Report
from derive.check.fix import digest
from derive.check.sources import SUFFIXES, Document, decode, read, scan
from derive.check.sources.cells import in_cells
from derive.check.store.baseline import load_baseline, quieten
from derive.check.store.cache import Cache
from derive.check.suppress import suppress
from derive.check.workers import spread
from derive.files import real
from derive.guard import silence

if TYPE_CHECKING:
    from derive.page.ledger import Ledger

Proofreader = Callable[[Document, Config], Iterator[FormulaReport]]


def proofreader() -> Callable[[Document, Config, Ledger | None, Mapping[int, str]], Iterator[FormulaReport]]:
    """The proof-reader; imported on first use, because it brings the arithmetic libraries."""
    from derive.check.proofreading.proofread import proofread

    return proofread


def find_files(paths: Iterable[str], config: Config) -> list[Path]:
    """The files that some paths name, each once: files as they are, folders searched for the suffixes that can be read.

    A folder that may not be searched is among them, so that it is reported where files are read.
    """
    found: dict[str, Path] = {}
    for name in paths:
        if os.path.isdir(name):
            for file in _below(Path(name), config):
                found.setdefault(os.path.abspath(file), file)
        elif not (config.force_exclude and config.excludes(name)):
            found.setdefault(os.path.abspath(name), Path(name))
    return _without_included(list(found.values()))


def _below(top: Path, config: Config) -> Iterator[Path]:
    """The files in a folder that can be read, and the folders that cannot be searched."""
    refused: list[Path] = []
    for folder, folders, names in os.walk(top, onerror=lambda error: refused.append(Path(error.filename))):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in ("node_modules", "__pycache__"))
        for one in sorted(names):
            file = Path(folder) / one
            # A link that leads nowhere is a file that cannot be read; a pipe or a socket is none.
            special = os.path.exists(file) and not os.path.isfile(file)
            if file.suffix.lower() in SUFFIXES and not special and not config.excludes(str(file)):
                yield file
    yield from refused


def _without_included(files: list[Path]) -> list[Path]:
    """Without the LaTeX files that another of the files inputs: they are read there, with its macros and context."""
    sources = [file for file in files if SUFFIXES.get(file.suffix.lower()) == "latex"]
    if len(sources) < 2:
        return files
    # Local import: only LaTeX projects need it.
    from derive.check.sources.formats.latex import included

    taken: set[Path] = set()
    for file in sources:
        text, _ = read(file)
        taken.update(target for one in included(file, text or "") if (target := real(one)) != real(file))
    return [file for file in files if real(file) not in taken] or files


def check_text(
    path: str,
    text: str,
    config: Config,
    proofread: Proofreader | None = None,
    ledger: Ledger | None = None,
    without: Mapping[int, str] = MappingProxyType({}),
) -> FileReport:
    """The report on one document; what a ledger knows is not decided again, and formulas that it is to be ``without`` not at all."""
    started = time.perf_counter()
    own = config.for_file(path)
    document = scan(path, text, own)
    reports: list[FormulaReport] = []
    problems = list(document.problems)
    try:
        for report in proofread(document, own) if proofread else proofreader()(document, own, ledger, without):
            reports.append(report)
    except Exception as error:  # a bug must not cost the rest of the page its report
        reports.extend(_after_crash(document, len(reports), error))
        problems.append(Problem(path, 1, 1, "D590", f"Internal error while checking: {_one_line(error)}."))
    texts = tuple((name, digest(source.text)) for name, source in document.sources.items())
    formulas = tuple(_merged(reports, document.broken))
    made = FileReport(path, formulas, tuple(problems), time.perf_counter() - started, document.needs, texts)
    return in_cells(suppress(made, document, own), document)


def _merged(reports: list[FormulaReport], broken: Iterable[FormulaReport]) -> list[FormulaReport]:
    """Reports with those on broken formulas put in their places, file by file."""
    made = list(reports)
    for one in broken:
        same = [n for n, other in enumerate(made) if other.path == one.path]
        later = (n for n in same if (made[n].line, made[n].column) > (one.line, one.column))
        made.insert(next(later, same[-1] + 1 if same else len(made)), one)
    return made


def _after_crash(document: Document, done: int, error: Exception) -> Iterator[FormulaReport]:
    """Formulas that a crash left undecided are said to be so."""
    for piece in list(document.formulas)[done:]:
        place = document.locate(piece)
        message = f"Not decided: an internal error stopped the check ({_one_line(error)})."
        yield document.report(piece, (ClaimReport(*place, "D590", "", "", "", "undecided", message=message),))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__


def check_file(path: Path, config: Config, cache: Cache | None = None) -> FileReport:
    """The report on one file, from the cache where nothing has changed."""
    return remembered(path, config, cache) or checked(path, config, cache)


def remembered(path: Path, config: Config, cache: Cache | None) -> FileReport | None:
    """The report of an earlier run, or on a file that cannot be read; None where the file must be checked."""
    text, problem = read(path)
    if text is None:
        return FileReport(path.as_posix(), problems=(problem,) if problem else ())
    return cache.load(path.as_posix(), text, config) if cache is not None else None


def checked(path: Path, config: Config, cache: Cache | None, without: Mapping[int, str] = MappingProxyType({})) -> FileReport:
    """The report on a file, made now; claims that an earlier version of it had are not decided again."""
    text, problem = read(path)
    if text is None:
        return FileReport(path.as_posix(), problems=(problem,) if problem else ())
    ledger = cache.ledger(path.as_posix()) if cache is not None else None
    made = check_text(path.as_posix(), text, config, ledger=ledger, without=without)
    if cache is not None and ledger is not None:
        cache.store(path.as_posix(), text, config, made, made.needs)
        cache.keep(path.as_posix(), ledger)
    return made


def check_given(name: str, data: bytes, config: Config, *, guarded: bool = False) -> Report:
    """The report on a page that is given as bytes, such as the text in an editor, under the name of a file.

    Raises:
        ConfigError: the settings name a baseline that cannot be used.
    """
    text, problem = decode(name, data)
    if text is None:
        made = FileReport(name, problems=(problem,) if problem else ())
    else:
        made = next(apart([_Task(Path(name), text)], config)) if guarded else check_text(name, text, config)
    return _against_baseline(Report((made,)), config)


def check_again(path: str, text: str, config: Config, cache: Cache | None = None) -> FileReport:
    """The report on what a file would hold; claims that it holds already are not decided again."""
    ledger = cache.ledger(path) if cache is not None else None
    return _against_baseline(Report((check_text(path, text, config, ledger=ledger),)), config).files[0]


def _against_baseline(report: Report, config: Config) -> Report:
    if not config.baseline:
        return report
    return quieten(report, load_baseline(Path(config.root or ".") / config.baseline), config)


@dataclass(frozen=True, slots=True)
class _Task:
    """A file, or a text under its name, for a worker; formulas that have cost a worker are left out."""

    path: Path
    text: str | None = None
    without: Mapping[int, str] = field(default_factory=dict)

    def less(self, number: int, reason: str) -> _Task:
        return replace(self, without={**self.without, number: reason})


def _done(task: _Task, config: Config, cache: Cache | None) -> FileReport:
    if task.text is not None:
        return check_text(task.path.as_posix(), task.text, config, without=task.without)
    return checked(task.path, config, cache, task.without)


def _lost(task: _Task, reason: str) -> FileReport:
    path = task.path.as_posix()
    return FileReport(path, problems=(Problem(path, 1, 1, "D590", f"This file was not checked: {reason}."),))


def apart(tasks: list[_Task], config: Config, cache: Cache | None = None, jobs: int = 1) -> Iterator[FileReport]:
    """The reports on some files from processes of their own: whatever a formula does to its process costs that formula alone."""
    longest = silence(max([config.budget, *(one.settings.get("budget", 0.0) for one in config.per_file)]))
    return spread(partial(_done, config=config, cache=cache), tasks, _lost, jobs=jobs, deadline=longest, without=_Task.less)


def check_paths(
    paths: Iterable[str],
    config: Config,
    *,
    jobs: int = 0,
    cache: Cache | None = None,
    tick: Callable[[FileReport, int, int], None] | None = None,
    guarded: bool = False,
) -> Report:
    """The report on some files and folders; the same whatever the number of jobs.

    Where it is ``guarded``, a single job has a process of its own, too.

    Raises:
        ConfigError: the settings name a baseline that cannot be used.
    """
    started = time.perf_counter()
    if config.baseline:
        load_baseline(Path(config.root or ".") / config.baseline)  # one that cannot be used is told at once
    files = find_files(paths, config)
    known = {n: found for n, file in enumerate(files) if (found := remembered(file, config, cache)) is not None}
    todo = [file for n, file in enumerate(files) if n not in known]
    workers = min(jobs or os.cpu_count() or 1, len(todo))
    if workers > 1 or guarded and todo:
        made = apart([_Task(file) for file in todo], config, cache, workers)
    else:
        made = map(partial(checked, config=config, cache=cache), todo)
    reports: list[FileReport] = []
    for n in range(len(files)):
        reports.append(known[n] if n in known else next(made))
        if tick:
            tick(reports[-1], n + 1, len(files))
    if cache is not None and todo:
        cache.prune()
    return replace(_against_baseline(Report(tuple(reports)), config), seconds=time.perf_counter() - started)
