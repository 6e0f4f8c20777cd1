"""What earlier runs found, page by page: the report of a page that has not changed, and the verdicts of one that has.

Each page has two files of its own.  They are written to a temporary name and renamed, so that parallel writers never see half of
one, and carry a signature by a secret of this machine's user, so that one that is damaged, or was made by somebody else and came
with the pages, is made again rather than believed.  Both name the tool that made them: a digest of its sources and of the
libraries that it computes with.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from functools import cache as memoise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.check.config import Config
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem, Related
from derive.files import read_regular

if TYPE_CHECKING:
    from derive.page.ledger import Ledger

FORMAT = "2"

#: What the folder may hold; beyond it the pages that were not seen for longest go.
LARGEST = 256 * 2**20


@memoise
def tool_digest() -> str:
    """A hash of this tool's sources and of its libraries' versions."""
    from importlib.metadata import PackageNotFoundError, version

    seen = hashlib.sha256(FORMAT.encode())
    package = Path(__file__).resolve().parent.parent.parent
    for file in sorted(package.rglob("*.py")):
        seen.update(f"{file.relative_to(package)}:".encode())
        seen.update(file.read_bytes())
    for library in ("sympy", "python-flint", "latex2sympy2", "markdown-it-py", "mdit-py-plugins"):
        try:
            seen.update(f"{library}={version(library)};".encode())
        except PackageNotFoundError:
            continue
    return seen.hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of pages."""

    folder: Path

    def _file(self, path: str, kind: str) -> Path:
        name = _digest(path)
        return self.folder / name[:2] / f"{name[2:40]}.{kind}.json"

    def load(self, path: str, text: str, config: Config) -> FileReport | None:
        """The stored report, or None when there is none that can be trusted, or the page, its settings or its parts have changed."""
        try:
            data = _read(self._file(path, "report"))
            if data["of"] != _digest(path, text, config.for_file(path).digest()):
                return None
            if any(_digest_of(name) != digest for name, digest in data["needs"].items()):
                return None
            return file_report(data["report"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def store(self, path: str, text: str, config: Config, report: FileReport, needs: tuple[str, ...] = ()) -> None:
        """Keep a report; a folder that cannot be written is no reason to fail."""
        if not report.lasting:
            return
        data = {
            "of": _digest(path, text, config.for_file(path).digest()),
            "needs": {name: _digest_of(name) for name in needs},
            "report": asdict(report),
        }
        self._write(self._file(path, "report"), data)

    def ledger(self, path: str) -> Ledger:
        """The verdicts of a page's earlier versions; empty when there are none that can be trusted."""
        # Local import: a page that has not changed needs no arithmetic.
        from derive.page.ledger import Ledger

        try:
            known = dict(_read(self._file(path, "claims"))["claims"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            known = {}
        return Ledger(known)

    def keep(self, path: str, ledger: Ledger) -> None:
        """Keep the verdicts of a page."""
        if ledger.used:
            self._write(self._file(path, "claims"), {"claims": dict(ledger.kept())})

    def prune(self, largest: int = LARGEST) -> None:
        """Remove the files not written for longest, where the folder has grown beyond its size."""
        files = []
        for file in (*self.folder.glob("*/*.json"), *self.folder.glob("*/*.tmp")):
            try:
                state = file.stat()
            except OSError:
                continue
            files.append((state.st_mtime_ns, state.st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= largest:
                return
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
            total -= size

    def _write(self, target: Path, data: dict[str, Any]) -> None:
        try:
            body = json.dumps({"tool": tool_digest(), **data}, ensure_ascii=False)
            target.parent.mkdir(parents=True, exist_ok=True)
            marker = self.folder / ".gitignore"
            if not marker.exists():
                marker.write_text("*\n", encoding="utf-8")
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(_signed(target, body) + "\n" + body)
                os.replace(temporary, target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except (OSError, UnicodeEncodeError):
            return


def _read(file: Path) -> dict[str, Any]:
    """A stored file's content.

    Raises:
        OSError, ValueError: there is none, it is damaged, or another version of the tool has made it.
    """
    head, body = read_regular(file).decode("utf-8").split("\n", 1)
    if not hmac.compare_digest(head.encode(), _signed(file, body).encode()):
        raise ValueError("damaged, or not ours")
    data: dict[str, Any] = json.loads(body)
    if data["tool"] != tool_digest():
        raise ValueError("of another version")
    return data


def _signed(file: Path, body: str) -> str:
    """What only who knows the secret can write above a stored text, under this name."""
    name = f"{file.parent.name}/{file.name}\n"
    return hmac.new(secret(), (name + body).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


@memoise
def secret() -> bytes:
    """Bytes that nobody else knows: from the environment, or kept for the user of this machine; of this process alone where neither can be."""
    given = os.environ.get("DERIVE_CACHE_KEY")
    if given:
        return given.encode("utf-8", "surrogateescape")
    try:
        base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
        file = (Path(base) if base else Path.home() / ".local" / "state") / "derive" / "cache-key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=file.parent)  # readable by its owner alone
            try:
                with os.fdopen(handle, "wb") as made:
                    made.write(secrets.token_bytes(32))
                os.link(temporary, file)  # the first of several to start wins
            except FileExistsError:
                pass
            finally:
                Path(temporary).unlink(missing_ok=True)
        kept = read_regular(file)
        if len(kept) == 32:
            return kept
    except (OSError, RuntimeError):
        pass
    return secrets.token_bytes(32)


def _digest(*parts: str) -> str:
    seen = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        seen.update(f"{len(data)}:".encode())
        seen.update(data)
    return seen.hexdigest()


def _digest_of(name: str) -> str:
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return ""


def file_report(data: dict[str, Any]) -> FileReport:
    """A file report from its stored form."""
    formulas = tuple(formula_report(formula) for formula in data["formulas"])
    problems = tuple(Problem(**problem) for problem in data["problems"])
    texts = tuple((path, of) for path, of in data["texts"])
    return FileReport(data["path"], formulas, problems, data["seconds"], tuple(data["needs"]), texts)


def formula_report(data: dict[str, Any]) -> FormulaReport:
    """A formula report from its stored form."""
    claims = []
    for claim in data["claims"]:
        related = tuple(Related(**place) for place in claim["related"])
        claims.append(
            ClaimReport(
                **{**claim, "assumptions": tuple(claim["assumptions"]), "readings": tuple(claim["readings"]), "related": related}
            )
        )
    return FormulaReport(**{**data, "claims": tuple(claims)})
