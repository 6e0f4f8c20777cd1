"""A plugin for pytest: with ``--derive``, each claim of a page is a test.

``pytest --derive docs/`` collects the pages in ``docs/``; a test is called after its place, ``docs/page.md::12:5``, and
carries the status and the code of the finding as keywords (``-k refuted``, ``-k D401``).  What is proved or confirmed passes; what
holds under a condition passes with a warning; what is undecided or unreadable is skipped, and fails with ``--derive-strict``.

Without ``--derive`` nothing but this file is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import ClaimReport, FileReport, FormulaReport

#: Statuses that make a claim a test; the others claim nothing.
TESTED = ("proved", "confirmed", "conditional", "refuted", "undecided", "unreadable")


class DeriveWarning(pytest.PytestWarning):
    """A claim that holds only under a condition, or a warning about a page."""


class DeriveFailure(Exception):
    """A finding; the text is what ``derive check`` prints."""


@dataclass(slots=True)
class Session:
    """The settings of a session, the reports on its pages, and the files that are read as parts of others."""

    config: Config
    reports: dict[str, FileReport] = field(default_factory=dict)
    included: frozenset[Path] = frozenset()


SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("derive")
    group.addoption("--derive", action="store_true", help="Check the formulas of pages: each claim is a test.")
    group.addoption("--derive-strict", action="store_true", help="As --derive; undecided and unreadable formulas fail.")


def pytest_configure(config: pytest.Config) -> None:
    if not (config.option.derive or config.option.derive_strict):
        return
    from derive.check.config import ConfigError
    from derive.integrations.site import settings

    try:
        config.stash[SESSION] = Session(settings(config.rootpath, config.option.derive_strict))
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Check all pages at once, on all cores, before xdist starts workers: each of those finds every page decided."""
    config = session.config
    if SESSION not in config.stash:
        return
    from derive.check.run import check_paths, find_files
    from derive.integrations.site import shown, store

    ours = config.stash[SESSION]
    pages = list(_pages(config, ours.config))
    read = set(find_files([str(page) for page in pages], ours.config))
    ours.included = frozenset(page for page in pages if page not in read)
    if hasattr(config, "workerinput"):
        return
    tick = _tick if sys.stderr.isatty() and config.option.verbose >= 0 else None
    report = check_paths([shown(page) for page in pages], ours.config, cache=store(ours.config), tick=tick)
    ours.reports = {file.path: file for file in report.files}


def _tick(_: FileReport, done: int, total: int) -> None:
    print(f"\r\033[Kderive: {done} of {total} pages", end="\r\033[K" if done == total else "", file=sys.stderr, flush=True)


def pytest_report_header(config: pytest.Config) -> str | None:
    """What was and what was not checked."""
    if SESSION not in config.stash or not config.stash[SESSION].reports:
        return None
    from derive.check.findings import Report
    from derive.check.report.layout import coverage

    return f"derive: {coverage(Report(tuple(config.stash[SESSION].reports.values())))}"


def _pages(config: pytest.Config, settings: Config) -> Iterator[Path]:
    """The pages that the arguments name, as pytest will collect them."""
    seen: set[Path] = set()
    for argument in config.args:
        path = Path(os.path.normpath(config.invocation_params.dir / argument.split("::")[0]))
        for page in _below(path, config, settings) if path.is_dir() else [path] if _readable(path) else []:
            if page not in seen:
                seen.add(page)
                yield page


def _below(folder: Path, config: pytest.Config, settings: Config) -> Iterator[Path]:
    """Pages in a folder, without what pytest ignores: virtual environments, ``norecursedirs``, ``--ignore``."""
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if not (path.is_dir() or _readable(path)) or config.hook.pytest_ignore_collect(collection_path=path, config=config):
            continue
        if path.is_dir():
            yield from _below(path, config, settings)
        elif not settings.excludes(str(path)):
            yield path


def _readable(path: Path) -> bool:
    from derive.check.sources import SUFFIXES

    return path.suffix.lower() in SUFFIXES


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A page is a file of tests, unless it is excluded or part of another page."""
    if SESSION not in parent.config.stash or not _readable(file_path):
        return None
    ours = parent.config.stash[SESSION]
    named = parent.session.isinitpath(file_path) and not ours.config.force_exclude
    left_out = ours.config.excludes(str(file_path)) and not named
    return None if left_out or file_path in ours.included else Page.from_parent(parent, path=file_path)


class Page(pytest.File):
    """A page; its claims are its tests, and so is what was found about the file."""

    def collect(self) -> Iterator[pytest.Item]:
        from derive.check.run import check_file
        from derive.integrations.site import shown, store

        ours = self.config.stash[SESSION]
        name = shown(self.path)
        file = ours.reports.get(name) or check_file(Path(name), ours.config, store(ours.config))
        names: dict[str, int] = {}
        for formula in file.formulas:
            for claim in formula.claims:
                weight = claim.weight()
                if weight or claim.status in TESTED:
                    one = replace(file, formulas=(replace(formula, claims=(claim,)),), problems=())
                    name = _unique(_place(file, formula, claim), names)
                    yield Claim.from_parent(self, name=name, file=one, weight=weight, about=claim)
        for problem in file.problems:
            one = replace(file, formulas=(), problems=(problem,))
            place = f"{problem.line}:{problem.column}" if problem.cell is None else f"cell {problem.cell}:{problem.cell_line}"
            name = _unique(f"{place}:{problem.code}", names)
            yield Claim.from_parent(self, name=name, file=one, weight=problem.severity, about=problem)


def _place(file: FileReport, formula: FormulaReport, claim: ClaimReport) -> str:
    """Line and column of a claim; in a notebook cell and line, in an included file its name too."""
    place = f"{claim.line}:{claim.column}" if formula.cell is None else f"cell {formula.cell}:{claim.cell_line}"
    return place if formula.path == file.path else f"{formula.path}:{place}"


def _unique(name: str, names: dict[str, int]) -> str:
    """A name, with a number where there was one like it before."""
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name}-{names[name]}"


class Claim(pytest.Item):
    """One claim of a page, or one finding about it; all of it is already decided."""

    def __init__(self, *, file: FileReport, weight: str, about: Any, **rest: Any):
        super().__init__(**rest)
        self.file, self.weight, self.about = file, weight, about
        self.extra_keyword_matches.update(word for word in (getattr(about, "status", ""), about.code) if word)
        if weight == "info":
            self.add_marker(pytest.mark.skip(reason=self._said()))

    def runtest(self) -> None:
        if self.weight == "error":
            raise DeriveFailure(self._text())
        if self.weight == "warning":
            self.warn(DeriveWarning(self._said()))

    def _said(self) -> str:
        """The finding without its source line, which pytest shows itself."""
        status, left = getattr(self.about, "status", ""), getattr(self.about, "residual", None)
        return f"{self.about.code} {status}: {self.about.message}" + (f"\nleft over: {left}" if left else "")

    def _text(self) -> str:
        from derive.check.findings import Report
        from derive.integrations.site import told

        return "\n".join(text for _, text in told(Report((self.file,))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The finding alone; what is below it is no business of its reader."""
        return str(excinfo.value) if isinstance(excinfo.value, DeriveFailure) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.about.line - 1, f"{self.parent.name if self.parent else ''} {self.name}"
