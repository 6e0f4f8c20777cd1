"""Findings of old pages that are known and left for later: kept quiet, until they are gone.

A baseline is a JSON file with one finding a line, told by its page, its code and the text of its claim, so that moving a formula
changes nothing.  An entry that no longer finds its finding is a finding itself.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from derive.check.config import Config, ConfigError
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem, Report
from derive.check.suppress import reported
from derive.files import replace_file

#: Why a finding is quiet.
KNOWN = "in the baseline"

#: The name of the file where none is given.
NAME = "derive-baseline.json"

#: Spaces that say nothing: all but those between a command and a letter, and a space that is escaped.
NEEDLESS = re.compile(r"(?<!\\) (?![A-Za-z])|(?<![A-Za-z\\]) (?=[A-Za-z])")
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Known findings, each with how often it occurs and the line of the file where it stands."""

    path: Path
    counts: dict[Key, int] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)


def load_baseline(path: Path) -> Baseline:
    """The baseline in a file.

    Raises:
        ConfigError: the file cannot be read, or is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
        entries = json.loads(text)["findings"]
        keys = [((str(one["path"]), str(one["code"]), str(one["formula"])), int(one.get("count", 1))) for one in entries]
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be read ({error.strerror}); --write-baseline makes one.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError(f"{path}: not a baseline; --write-baseline makes one.") from None
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith('{"path"')]
    lines = {key: number for (key, _), number in zip(keys, starts, strict=False)}
    return Baseline(path, dict(keys), lines)


def write_baseline(path: Path, report: Report) -> int:
    """Write the findings of a run as the baseline, entries on pages that it did not read kept; how many there are."""
    found: Counter[Key] = Counter(key for file in report.files for key in _found(file, path))
    read = {_named(file.path, path) for file in report.files}
    try:
        old = load_baseline(path).counts
    except ConfigError:
        old = {}
    for key, count in old.items():
        if key[0] not in read and (path.parent / key[0]).exists():
            found[key] = count
    rows = [
        json.dumps({"path": key[0], "code": key[1], "formula": key[2], **({"count": n} if n > 1 else {})}, ensure_ascii=False)
        for key, n in sorted(found.items())
    ]
    body = "\n".join(f"  {row}{',' if n < len(rows) else ''}" for n, row in enumerate(rows, 1))
    replace_file(path, '{"version": 1, "findings": [\n' + body + ("\n" if rows else "") + "]}\n")
    return sum(found.values())


def quieten(report: Report, baseline: Baseline, config: Config) -> Report:
    """The report with known findings kept quiet, and a finding for each entry that the pages no longer have."""
    left = dict(baseline.counts)
    files = []
    for file in report.files:
        name = _named(file.path, baseline.path)

        def known(code: str, text: str, name: str = name) -> bool:
            key = (name, code, text)
            if left.get(key, 0) < 1:
                return False
            left[key] -= 1
            return True

        formulas = tuple(replace(one, claims=tuple(_quiet(one, known))) for one in file.formulas)
        problems = tuple(one for one in file.problems if not known(one.code, _text(one.message)))
        files.append(replace(file, formulas=formulas, problems=problems))
    read = {_named(file.path, baseline.path) for file in report.files}
    stale = [
        key
        for key, count in left.items()
        if count > 0
        and (key[0] in read or not (baseline.path.parent / key[0]).exists())
        and reported(key[1], config.for_file(str(baseline.path.parent / key[0])))
    ]
    name = os.path.relpath(baseline.path)
    gone = tuple(
        Problem(
            name, baseline.lines.get(key, 1), 1, "D304",
            f"This {key[1]} is no longer in {key[0]}: {key[2]}", "warning", "Write the baseline again: --write-baseline.",
        )
        for key in sorted(stale, key=lambda key: baseline.lines.get(key, 1))
    )  # fmt: skip
    return replace(report, files=tuple(files), beside=gone)


def _quiet(formula: FormulaReport, known: Any) -> Iterator[ClaimReport]:
    for claim in formula.claims:
        silent = claim.weight() and known(claim.code, _said(formula, claim))
        yield replace(claim, suppressed=KNOWN) if silent else claim


def _found(file: FileReport, path: Path) -> Iterator[Key]:
    name = _named(file.path, path)
    for formula in file.formulas:
        for claim in formula.claims:
            if claim.weight():
                yield name, claim.code, _said(formula, claim)
    for problem in file.problems:
        yield name, problem.code, _text(problem.message)


def _named(page: str, baseline: Path) -> str:
    """A page as the baseline names it: from the baseline's own folder."""
    return Path(os.path.relpath(page, baseline.parent)).as_posix()


def _said(formula: FormulaReport, claim: ClaimReport) -> str:
    """A claim in its own words, so that an edit of its neighbours changes nothing; the formula where it has none."""
    return NEEDLESS.sub("", _text(f"{claim.lhs} {claim.relation} {claim.rhs}" if claim.lhs or claim.rhs else formula.latex))


def _text(latex: str) -> str:
    return " ".join(latex.split())
