"""What a page says around its formulas in another language than English: a table of sentences, none of which may be missing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from derive.build.slots import BuildError

#: A number in a sentence: ``sizes {n} to {m}``.
HOLE = re.compile(r"\\\{(\w+)\\\}")
ENGLISH = "en"


@cache
def catalogue(folders: tuple[Path, ...], language: str) -> Mapping[str, str]:
    """The sentences of a language, from the first of some folders that has them.

    Raises:
        BuildError: no folder has that language, or its file cannot be read.
    """
    for folder in folders:
        path = folder / "words" / f"{language}.toml"
        if path.is_file():
            try:
                return {str(k): str(v) for k, v in tomllib.loads(path.read_text(encoding="utf-8")).items()}
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
                raise BuildError(f"{path}: {why}") from why
    raise BuildError(f"no templates speak {language!r}: there is no words/{language}.toml in {', '.join(map(str, folders))}")


@cache
def patterns(folders: tuple[Path, ...], language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with numbers in them, as patterns."""
    found = []
    for own, other in catalogue(folders, language).items():
        if "{" in own:
            found.append((re.compile(HOLE.sub(r"(?P<\1>[\\d,.]+)", re.escape(own)) + r"\Z"), other))
    return tuple(found)


def said(text: str, language: str, folders: tuple[Path, ...]) -> str:
    """A sentence in a language.

    Raises:
        BuildError: the language has no words for it.
    """
    if language == ENGLISH or not text.strip():
        return text
    table = catalogue(folders, language)
    if text in table:
        return table[text]
    for pattern, other in patterns(folders, language):
        match = pattern.match(text)
        if match:
            return other.format(**match.groupdict())
    raise BuildError(f"words/{language}.toml has no words for {text!r}")


__all__ = ["said"]
