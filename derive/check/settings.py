"""Where settings stand: the nearest ``derive.toml``, or ``pyproject.toml`` with ``[tool.derive]``, read with its places."""

from __future__ import annotations

import os
import re
import tomllib
from functools import partial
from pathlib import Path

from derive.check.config import Config, ConfigError, parse_config
from derive.files import real

_HEADER = re.compile(r"\s*\[+(.+?)\]+\s*(?:#.*)?")
_KEY = re.compile(r"\s*([^=#\s][^=]*?)\s*=")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


def load_config(start: Path, explicit: Path | None = None) -> Config:
    """The settings of a file, or of the nearest one from a folder upwards.

    Raises:
        ConfigError: the settings cannot be used.
    """
    if explicit is not None:
        return _load(explicit, required=True) or Config()
    start = real(start)
    for folder in (start, *start.parents):
        for name in ("derive.toml", "pyproject.toml"):
            if os.path.isfile(folder / name) and (found := _load(folder / name)) is not None:
                return found
    return Config()


def _load(path: Path, required: bool = False) -> Config | None:
    """The settings in a file; None for a ``pyproject.toml`` that has none."""
    shown = _shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror}).", shown) from None
    except UnicodeDecodeError:
        raise ConfigError("not in UTF-8.", shown) from None
    except (ValueError, RecursionError) as error:  # beside what is no TOML: numbers of thousands of digits, brackets in thousands
        if path.name == "pyproject.toml" and not required and "tool.derive" not in text:
            return None
        at = _AT.search(str(error))
        place = f":{at[1]}:{at[2]}" if at and at[1] else f":{text.count(chr(10)) + 1}:1" if at else ""
        why = "it is nested too deeply" if isinstance(error, RecursionError) else _AT.sub("", str(error)).rstrip(".")
        raise ConfigError(f"not valid TOML: {why}.", shown + place) from None
    above: tuple[str, ...] = ()
    if path.name == "pyproject.toml":
        above = ("tool", "derive")
        tools = table.get("tool")
        ours = tools.get("derive") if isinstance(tools, dict) else None
        if ours is None:
            return None
        if not isinstance(ours, dict):
            raise ConfigError("tool.derive must be a table of settings.", shown + position(text, above))
        table = ours
    return parse_config(table, shown, str(real(path.parent)), partial(_below, text, above))


def _below(text: str, above: tuple[str, ...], keys: tuple[str, ...]) -> str:
    return position(text, (*above, *keys))


def _shown(path: Path) -> str:
    """A path relative to the working folder where it lies below that, as findings show theirs."""
    try:
        return real(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def position(text: str, keys: tuple[str, ...]) -> str:
    r"""Where in a TOML text a setting stands, as ``:line:column``: its own line, or that of the innermost table around it.

    >>> position('seed = 1\n[per-file."old/*"]\n  strict = 3\n', ("per-file", "old/*", "strict"))
    ':3:3'
    """
    best, found = 0, ""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.fullmatch(line)
        assigned = _KEY.match(line)
        if header:
            path = table = _path(header[1])
        elif assigned:
            path = (*table, *_path(assigned[1]))
        else:
            continue
        if len(path) > best and path == keys[: len(path)]:
            best, found = len(path), f":{number}:{len(line) - len(line.lstrip()) + 1}"
    return found


def _path(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted TOML key; none for what is no key."""
    try:
        made = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(made, dict):
        name = next(iter(made))
        parts.append(name)
        made = made[name]
    return tuple(parts)
