"""What the plugins for site generators share: checking their pages, and what each finding says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from derive.check.config import Config
from derive.check.findings import FileReport, Problem, Report
from derive.check.report.layout import Finding, findings
from derive.check.report.text import render_findings
from derive.check.run import check_paths
from derive.check.settings import load_config
from derive.check.sources import SUFFIXES, read
from derive.check.store.cache import Cache

#: Where decided pages are kept, in the folder of the settings.
STORE = ".derive_cache"


def settings(folder: Path, strict: bool = False) -> Config:
    """The nearest settings upwards from a folder.

    Raises:
        ConfigError: the settings cannot be used.
    """
    config = load_config(folder)
    config = replace(config, root=config.root or str(folder))
    return replace(config, strict=True) if strict else config


def store(config: Config) -> Cache:
    """The cache that belongs to some settings, the same that ``derive check`` uses."""
    return Cache(Path(config.root or ".") / STORE)


def shown(path: Path) -> str:
    """A path as messages show it: relative to the working folder where it lies below that.

    >>> shown(Path("docs/page.md").resolve())
    'docs/page.md'
    """
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def check_pages(pages: Iterable[Path], config: Config) -> Report:
    """The report on the pages of a site; those of other formats, and excluded ones, are left out."""
    wanted = [shown(page) for page in pages if page.suffix.lower() in SUFFIXES]
    return check_paths([page for page in wanted if not config.excludes(page)], config, cache=store(config))


def told(report: Report) -> Iterator[tuple[Finding, str]]:
    """Each finding with its text: the message, the source line with carets, the example, the repair."""
    texts = cache(lambda path: read(Path(path))[0])
    for finding in findings(report):
        alone = replace(report, files=(only(finding),))
        yield finding, render_findings(alone, texts).rstrip()


def only(finding: Finding) -> FileReport:
    """A report that holds one finding."""
    if finding.formula is not None and finding.claim is not None:
        return FileReport(finding.path, (replace(finding.formula, claims=(finding.claim,)),))
    place = (finding.path, finding.line, finding.column, finding.code)
    end = (finding.end_line, finding.end_column)
    problem = Problem(*place, finding.message, finding.severity, finding.help, *end, finding.cell, finding.cell_line)
    return FileReport(finding.path, problems=(problem,))
