"""The words of the sentence in which a formula stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the sentence around a formula, with other formulas as ``§``.

    ``fresh`` where a new paragraph begins before it, ``apart`` where a new sentence does; ``behind`` are the formulas of its sentence
    that stand after it, each with its file, line and column, ``supposing`` the sentence before it where that supposes something,
    ``heard`` what its section says up to the end of its sentence.
    """

    before: str = ""
    after: str = ""
    display: bool = True
    fresh: bool = False
    apart: bool = False
    behind: tuple[tuple[str, tuple[str, int, int]], ...] = ()
    supposing: str = ""
    heard: str = ""


__all__ = ["Words"]
