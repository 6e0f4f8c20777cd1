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
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from derive.check.texts.explain import EXPLANATIONS
from derive.check.vocabulary import VocabularyError, checked_convention, declared
from derive.files import real

CODE = re.compile(r"D\d{0,3}")

#: Tells where in a file the setting with some keys stands, as ``:line:column``.
Locate = Callable[[tuple[str, ...]], str]


class ConfigError(Exception):
    """A setting that cannot be used: what is wrong with it, where it stands, and the keys that lead to it."""

    def __init__(self, message: str, where: str = "", keys: tuple[str, ...] = ()):
        super().__init__(f"{where}: {message}" if where else message)
        self.message, self.keys = message, keys


@dataclass(frozen=True, slots=True)
class PerFile:
    """Settings for the files that match a pattern."""

    pattern: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """What a check is told besides the documents.

    ``symbols`` maps a symbol's LaTeX to what it is (a kind, or a table with ``kind``, ``says``, ``source``);
    ``conventions`` names assumptions of the catalogue that every page of the project makes; ``assume`` holds relations taken as given; ``macros``
    maps names without backslash to their LaTeX; ``severity`` maps codes or their beginnings to error, warning, info or off;
    ``baseline`` names a file of known findings; ``budget`` is in seconds per claim; with ``force_exclude`` what ``exclude`` names is
    left out even where it is named on the command line; ``inputs`` names folders outside of the project that LaTeX files may input from.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    force_exclude: bool = False
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
        for quiet in ("root", "baseline", "exclude", "force_exclude"):
            kept.pop(quiet)
        return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def _matches(path: str, pattern: str, root: str) -> bool:
    full = Path(path)
    names = {full.as_posix(), full.name}
    if root:
        try:
            names.add(real(full).relative_to(root).as_posix())
        except ValueError:
            pass
    return any(fnmatch(name, pattern) or fnmatch(name, f"{pattern.rstrip('/')}/*") for name in names)


_TUPLES = ("select", "ignore", "exclude", "inputs", "conventions", "assume")
_TABLES = ("symbols", "macros", "severity")
#: Seconds that a claim may be given: a day.  An infinite number, or none, would be no limit.
LONGEST = 86_400
LEVELS = ("error", "warning", "info", "off")
_KEYS = {one.name.replace("_", "-") for one in fields(Config)} - {"root"}


def parse_config(table: Mapping[str, Any], where: str, root: str = "", locate: Locate = lambda _: "") -> Config:
    """A configuration from a TOML table; unknown keys and wrong types are errors that name the nearest key.

    ``locate`` says behind ``where`` on which line the setting with some keys stands.
    """
    made: dict[str, Any] = {"root": root}
    try:
        for key, value in table.items():
            name = key.replace("_", "-")
            if name not in _KEYS:
                raise ConfigError(f"unknown setting {key!r}.{_nearest(name, _KEYS)}", keys=(key,))
            made[name.replace("-", "_")] = _per_file(key, value) if name == "per-file" else _value((key,), value)
    except ConfigError as error:
        raise ConfigError(error.message, f"{where}{locate(error.keys)}", error.keys) from None
    return Config(**made)


def _per_file(key: str, value: Any) -> tuple[PerFile, ...]:
    if not isinstance(value, dict):
        raise ConfigError("per-file must be a table from file patterns to settings.", keys=(key,))
    entries = []
    allowed = _KEYS - {"per-file", "exclude", "force-exclude", "inputs", "baseline"}
    for pattern, settings in value.items():
        if not isinstance(settings, dict):
            raise ConfigError(f'per-file."{pattern}" must be a table of settings.', keys=(key, pattern))
        for inner in settings:
            if inner.replace("_", "-") not in allowed:
                wrong = f'unknown setting {inner!r} in per-file."{pattern}".{_nearest(inner, allowed)}'
                raise ConfigError(wrong, keys=(key, pattern, inner))
        made = {inner.replace("-", "_"): _value((key, pattern, inner), item) for inner, item in settings.items()}
        entries.append(PerFile(pattern, made))
    return tuple(entries)


def _value(keys: tuple[str, ...], value: Any) -> Any:
    """The value of a setting; its last key is its name."""
    name = keys[-1].replace("_", "-")
    if name in _TUPLES:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ConfigError(f"{name} must be a list of strings.", keys=keys)
        for item in items:
            if name == "conventions":
                _checked(keys, checked_convention, item)
            elif name in ("select", "ignore"):
                _coded(keys, item)
        return tuple(items)
    if name in _TABLES:
        return _table(name, keys, value)
    if name == "baseline":
        if not isinstance(value, str):
            raise ConfigError("baseline must be the name of a file.", keys=keys)
        return value
    if name in ("strict", "force-exclude"):
        if not isinstance(value, bool):
            raise ConfigError(f"{name} must be true or false.", keys=keys)
        return value
    if name == "seed":
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError("seed must be a whole number.", keys=keys)
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= LONGEST:
        raise ConfigError(f"{name} must be a positive number of seconds, {LONGEST:,} at most.", keys=keys)
    return float(value)


def _table(name: str, keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{name} must be a table.", keys=keys)
    if name == "macros":
        value = {key.removeprefix("\\"): _macro(item) for key, item in value.items()}
        if not all(isinstance(item, str) for item in value.values()):
            raise ConfigError("each macro must be a string of LaTeX, or a list of it and its number of arguments.", keys=keys)
    if name == "symbols":
        for latex, what in value.items():
            _checked((*keys, latex), declared, latex, what)
    if name == "severity":
        for code, level in value.items():
            if level not in LEVELS or not CODE.fullmatch(code):
                wrong = f"severity maps codes such as D420 to one of {', '.join(LEVELS)}, not {code!r} to {level!r}."
                raise ConfigError(wrong, keys=(*keys, code))
            _coded((*keys, code), code)
    return dict(value)


def _coded(keys: tuple[str, ...], code: str) -> None:
    """Refuse what is neither the code of a finding nor the beginning of one: it would choose nothing, and say nothing."""
    if not code or not any(known.startswith(code) for known in EXPLANATIONS):
        raise ConfigError(f"no finding has the code {code!r}; 'derive explain' lists them all.", keys=keys)


def _macro(value: Any) -> Any:
    """The LaTeX of a macro in the forms of KaTeX (a string) and MathJax (a string, or a list of it and the number of arguments)."""
    return value[0] if isinstance(value, list) and value and all(isinstance(part, int | str) for part in value[1:]) else value


def _checked(keys: tuple[str, ...], check: Callable[..., object], *arguments: object) -> None:
    try:
        check(*arguments)
    except VocabularyError as error:
        raise ConfigError(str(error), keys=keys) from None


def _nearest(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else f" Known settings: {', '.join(sorted(known))}."
