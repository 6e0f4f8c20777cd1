"""Settings: ``[tool.derive]`` in ``pyproject.toml``, or ``derive.toml``.

>>> config = parse_config({"ignore": ["D402"], "symbols": {"w": "vector"}}, "derive.toml")
>>> config.ignore
('D402',)
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from derive.check.vocabulary import VocabularyError, checked_convention, declared

CODE = re.compile(r"D\d{0,3}")


class ConfigError(Exception):
    """A setting that cannot be used; the message says where and what instead."""


@dataclass(frozen=True, slots=True)
class PerFile:
    """Settings for the files that match a pattern."""

    pattern: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """What a check is told besides the documents.

    ``symbols`` maps a symbol's LaTeX to what it is (a kind, or a table with ``kind``, ``says``, ``applies``, ``source``);
    ``conventions`` names assumptions of the catalogue that every page of the project makes; ``assume`` holds relations taken as given; ``macros``
    maps names without backslash to their LaTeX; ``severity`` maps codes or their beginnings to error, warning, info or off;
    ``baseline`` names a file of known findings; ``budget`` is in seconds per claim.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    baseline: str = ""
    strict: bool = False
    seed: int = 1
    budget: float = 2.0
    symbols: Mapping[str, Any] = field(default_factory=dict)
    conventions: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    macros: Mapping[str, str] = field(default_factory=dict)
    per_file: tuple[PerFile, ...] = ()
    root: str = field(default="", compare=False)

    def for_file(self, path: str) -> Config:
        """The settings that hold for one file, later patterns winning.

        >>> Config(per_file=(PerFile("old/*", {"ignore": ("D4",)}),)).for_file("old/a.md").ignore
        ('D4',)
        """
        made = self
        for entry in self.per_file:
            if _matches(path, entry.pattern, self.root):
                extra = dict(entry.settings)
                for key in ("ignore", "select", "assume", "conventions"):
                    if key in extra:
                        extra[key] = (*getattr(made, key), *extra[key])
                for key in _TABLES:
                    if key in extra:
                        extra[key] = {**getattr(made, key), **extra[key]}
                made = replace(made, **extra)
        return replace(made, per_file=())

    def excludes(self, path: str) -> bool:
        """Whether a file found in a folder is left out."""
        return any(_matches(path, pattern, self.root) for pattern in self.exclude)

    def digest(self) -> str:
        """A hash of everything that can change a verdict."""
        kept = asdict(self)
        for quiet in ("root", "baseline", "exclude"):
            kept.pop(quiet)
        return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def _matches(path: str, pattern: str, root: str) -> bool:
    full = Path(path)
    names = {full.as_posix(), full.name}
    if root:
        try:
            names.add(full.resolve().relative_to(root).as_posix())
        except ValueError:
            pass
    return any(fnmatch(name, pattern) or fnmatch(name, f"{pattern.rstrip('/')}/*") for name in names)


_TUPLES = ("select", "ignore", "exclude", "conventions", "assume")
_TABLES = ("symbols", "macros", "severity")
LEVELS = ("error", "warning", "info", "off")
_KEYS = {one.name.replace("_", "-") for one in fields(Config)} - {"root"}


def parse_config(table: Mapping[str, Any], where: str, root: str = "") -> Config:
    """A configuration from a TOML table; unknown keys and wrong types are errors that name the nearest key."""
    made: dict[str, Any] = {"root": root}
    for key, value in table.items():
        name = key.replace("_", "-")
        if name not in _KEYS:
            raise ConfigError(f"{where}: unknown setting {key!r}.{_nearest(name, _KEYS)}")
        if name == "per-file":
            made["per_file"] = _per_file(value, where)
        else:
            made[name.replace("-", "_")] = _value(name, value, where)
    return Config(**made)


def _per_file(value: Any, where: str) -> tuple[PerFile, ...]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: per-file must be a table from file patterns to settings.")
    entries = []
    allowed = _KEYS - {"per-file", "exclude", "baseline"}
    for pattern, settings in value.items():
        if not isinstance(settings, dict):
            raise ConfigError(f"{where}: per-file.{pattern!r} must be a table of settings.")
        for key in settings:
            if key.replace("_", "-") not in allowed:
                raise ConfigError(f"{where}: unknown setting {key!r} in per-file.{pattern!r}.{_nearest(key, allowed)}")
        entries.append(PerFile(pattern, {key.replace("-", "_"): _value(key, item, where) for key, item in settings.items()}))
    return tuple(entries)


def _value(name: str, value: Any, where: str) -> Any:
    if name in _TUPLES:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ConfigError(f"{where}: {name} must be a list of strings.")
        if name == "conventions":
            for item in items:
                _checked(where, checked_convention, item)
        return tuple(items)
    if name in _TABLES:
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: {name} must be a table.")
        if name == "macros":
            value = {key: _macro(item) for key, item in value.items()}
        if name == "macros" and not all(isinstance(item, str) for item in value.values()):
            raise ConfigError(f"{where}: each macro must be a string of LaTeX, or a list of it and its number of arguments.")
        if name == "symbols":
            for latex, what in value.items():
                _checked(where, declared, latex, what, where)
        if name == "severity":
            for code, level in value.items():
                if level not in LEVELS or not CODE.fullmatch(code):
                    raise ConfigError(
                        f"{where}: severity maps codes such as D420 to one of {', '.join(LEVELS)}, not {code!r} to {level!r}."
                    )
        return {key.removeprefix("\\") if name == "macros" else key: item for key, item in value.items()}
    if name == "baseline":
        if not isinstance(value, str):
            raise ConfigError(f"{where}: baseline must be the name of a file.")
        return value
    if name == "strict":
        if not isinstance(value, bool):
            raise ConfigError(f"{where}: strict must be true or false.")
        return value
    if name == "seed":
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError(f"{where}: seed must be a whole number.")
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise ConfigError(f"{where}: {name} must be a positive number of seconds.")
    return float(value)


def _macro(value: Any) -> Any:
    """The LaTeX of a macro in the forms of KaTeX (a string) and MathJax (a string, or a list of it and the number of arguments)."""
    return value[0] if isinstance(value, list) and value and all(isinstance(part, int | str) for part in value[1:]) else value


def _checked(where: str, check: Callable[..., object], *arguments: object) -> None:
    try:
        check(*arguments)
    except VocabularyError as error:
        raise ConfigError(f"{where}: {error}") from None


def _nearest(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else f" Known settings: {', '.join(sorted(known))}."


def load_config(start: Path, explicit: Path | None = None) -> Config:
    """The nearest ``derive.toml`` or ``pyproject.toml`` with ``[tool.derive]``, from a folder upwards."""
    if explicit is not None:
        return _load(explicit, required=True) or Config()
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in ("derive.toml", "pyproject.toml"):
            if (folder / name).is_file() and (found := _load(folder / name)) is not None:
                return found
    return Config()


def _load(path: Path, required: bool = False) -> Config | None:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if path.name == "pyproject.toml" and not required:
            return None
        raise ConfigError(f"{path}: not valid TOML: {error}.") from None
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("derive")
        if table is None:
            return None
    return parse_config(table, path.name, str(path.parent.resolve()))
