"""A content-addressed store of file reports: the same text, settings and tool give the same report.

Entries are written to a temporary file and renamed, so that parallel writers never see half of one, and
carry a checksum, so that a damaged entry is made again rather than believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import cache as memoise
from pathlib import Path
from typing import Any

from derive.check.config import Config
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem, Related

FORMAT = "1"


@memoise
def tool_digest() -> str:
    """A hash of this tool as installed: names, sizes and times of its files, and its libraries' versions."""
    from importlib.metadata import PackageNotFoundError, version

    seen = hashlib.sha256(FORMAT.encode())
    package = Path(__file__).resolve().parent.parent
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            state = file.stat()
            seen.update(f"{file.relative_to(package)}:{state.st_size}:{state.st_mtime_ns};".encode())
    for library in ("sympy", "python-flint", "latex2sympy2", "markdown-it-py", "mdit-py-plugins"):
        try:
            seen.update(f"{library}={version(library)};".encode())
        except PackageNotFoundError:
            continue
    return seen.hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries."""

    folder: Path

    def _file(self, path: str, text: str, config: Config) -> Path:
        parts = (tool_digest(), config.for_file(path).digest(), path, text)
        seen = hashlib.sha256()
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            seen.update(f"{len(data)}:".encode())
            seen.update(data)
        name = seen.hexdigest()
        return self.folder / name[:2] / f"{name[2:]}.json"

    def load(self, path: str, text: str, config: Config) -> FileReport | None:
        """The stored report, or None when there is none that can be trusted."""
        try:
            head, body = self._file(path, text, config).read_text(encoding="utf-8").split("\n", 1)
            if head != hashlib.sha256(body.encode()).hexdigest():
                return None
            data = json.loads(body)
            if any(_digest_of(name) != digest for name, digest in data["needs"].items()):
                return None
            return file_report(data["report"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def store(self, path: str, text: str, config: Config, report: FileReport, needs: tuple[str, ...] = ()) -> None:
        """Keep a report; a folder that cannot be written is no reason to fail."""
        if any(problem.code == "D590" for problem in report.problems):
            return
        data = {"needs": {name: _digest_of(name) for name in needs}, "report": asdict(report)}
        body = json.dumps(data, ensure_ascii=False, default=str)
        target = self._file(path, text, config)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            marker = self.folder / ".gitignore"
            if not marker.exists():
                marker.write_text("*\n", encoding="utf-8")
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(hashlib.sha256(body.encode()).hexdigest() + "\n" + body)
                os.replace(temporary, target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except (OSError, UnicodeEncodeError):
            return


def _digest_of(name: str) -> str:
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return ""


def file_report(data: dict[str, Any]) -> FileReport:
    """A file report from its stored form."""
    formulas = tuple(formula_report(formula) for formula in data["formulas"])
    problems = tuple(Problem(**problem) for problem in data["problems"])
    return FileReport(data["path"], formulas, problems, data["seconds"], tuple(data["needs"]))


def formula_report(data: dict[str, Any]) -> FormulaReport:
    """A formula report from its stored form."""
    claims = []
    for claim in data["claims"]:
        related = tuple(Related(**place) for place in claim["related"])
        claims.append(ClaimReport(**{**claim, "assumptions": tuple(claim["assumptions"]), "related": related}))
    return FormulaReport(**{**data, "claims": tuple(claims)})
