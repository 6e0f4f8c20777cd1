r"""Where things stand in a text, found once for each text: what opens again and again and is never closed costs one look.

A scanner that looks for the end of each opener by itself takes the square of a text's length where nothing closes them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

_BRACES = re.compile(r"\\.|[{}]", re.S)
_BRACES_OF_TEX = re.compile(r"\\.|%[^\n]*|[{}]", re.S)


@lru_cache(maxsize=64)
def _places(text: str, needle: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(needle)})", text)]


def find(text: str, needle: str, at: int = 0) -> int:
    """``text.find(needle, at)``, for many openers of one text.

    >>> find("a-->b-->", "-->", 2), find("a", "-->")
    (5, -1)
    """
    places = _places(text, needle)
    n = bisect_left(places, at)
    return places[n] if n < len(places) else -1


def count(text: str, needle: str, end: int) -> int:
    r"""``text.count(needle, 0, end)`` of one character, for many ends of one text.

    >>> count("a\nb\nc", "\n", 3)
    1
    """
    return bisect_left(_places(text, needle), end)


@lru_cache(maxsize=32)
def _spans(text: str, pattern: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text)]


def search(text: str, pattern: str, at: int = 0) -> tuple[int, int] | None:
    """Where a pattern matches first from ``at`` on, for many openers of one text."""
    spans = _spans(text, pattern)
    n = bisect_left(spans, (at, 0))
    return spans[n] if n < len(spans) else None


@lru_cache(maxsize=8)
def braces(text: str, tex: bool = False) -> dict[int, int]:
    """Where the group of each opening brace is closed; braces in comments of TeX are none.

    >>> braces("{a{b}c} {")
    {2: 4, 0: 6}
    """
    made: dict[int, int] = {}
    opened: list[int] = []
    for match in (_BRACES_OF_TEX if tex else _BRACES).finditer(text):
        if match.group() == "{":
            opened.append(match.start())
        elif match.group() == "}" and opened:
            made[opened.pop()] = match.start()
    return made


def closing_brace(text: str, start: int) -> int | None:
    """Offset of the brace that closes a group whose inside begins at ``start``; None when nothing does.

    >>> closing_brace("{a{b}c} d", 1)
    6
    """
    return braces(text).get(start - 1)
