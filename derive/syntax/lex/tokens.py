"""What a token is, and the limits on how many there may be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.diagnostics import NotationError, Span

MAX_SOURCE = 1_000_000
MAX_TOKENS = 400_000
MAX_DIGITS = 400
MAX_MACRO_TOKENS = 20_000
MAX_MACRO_CALLS = 2_000

COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|$)", re.S)
#: Spaces that set off thousands.
THOUSANDS = re.compile(r"\\[,;: ]|~")
#: ``1,000,000`` is one number only where a group starts with 0, which no item of a list does; ``1\,000`` always is.
NUMBER = re.compile(
    r"(?:[1-9]\d{0,2}(?:(?:\\[,;: ]|~)\d{3})+(?!\d)(?:\.\d+)?"
    r"|[1-9]\d{0,2}(?:,\d{3}){0,6}?,0\d\d(?:,\d{3}){0,6}(?:\.\d+)?(?![\d,])|\d+(?:\{,\}\d{3})*(?:\.\d+)?|\.\d+)"
    r"(?:[eE][-+]?\d+(?![\d.]))?(?:\s?\\%)?"
)

SPACE = re.compile(r"[ \t\r\n\u00a0\u2000-\u200b\u3000\ufeff]+")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._\-/'@]*\Z")

DELIMITERS = {
    "(": ("open", "("), ")": ("close", ")"), "[": ("open", "["), "]": ("close", "]"),
    r"\{": ("open", r"\{"), r"\}": ("close", r"\}"), r"\lbrace": ("open", r"\{"), r"\rbrace": ("close", r"\}"),
    r"\lbrack": ("open", "["), r"\rbrack": ("close", "]"), r"\langle": ("open", r"\langle"), r"\rangle": ("close", r"\rangle"),
    r"\lfloor": ("open", r"\lfloor"), r"\rfloor": ("close", r"\rfloor"), r"\lceil": ("open", r"\lceil"),
    r"\rceil": ("close", r"\rceil"), r"\lvert": ("open", "|"), r"\rvert": ("close", "|"), r"\lVert": ("open", r"\|"),
    r"\rVert": ("close", r"\|"), "|": ("bar", "|"), r"\vert": ("bar", "|"), r"\|": ("dbar", r"\|"), r"\Vert": ("dbar", r"\|"),
    r"\lparen": ("open", "("), r"\rparen": ("close", ")"), r"\llbracket": ("open", "["), r"\rrbracket": ("close", "]"),
}  # fmt: skip


def digits(text: str) -> str:
    r"""A number without what sets off its thousands.

    >>> digits(r"10\,000"), digits("1{,}000.5")
    ('10000', '1000.5')
    """
    return THOUSANDS.sub("", text).replace("{,}", "").replace(",", "")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``gap`` is the space command before it (``thin``, ``word``, ``thick``); ``extra`` a font or a size."""

    kind: str
    text: str
    start: int
    end: int
    gap: str = ""
    extra: str = ""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Macro:
    r"""A user's command: ``\newcommand{\name}[arity][default]{body}``; with a default the first argument is optional."""

    name: str
    arity: int
    body: str
    default: str | None = None


class Budget:
    """How much macro expansion is left: expansions of expansions share one allowance."""

    def __init__(self) -> None:
        self.calls = 0
        self.tokens = 0

    def spend(self, tokens: int, span: Span) -> None:
        self.calls += 1
        self.tokens += tokens
        if self.calls > MAX_MACRO_CALLS or self.tokens > MAX_MACRO_TOKENS:
            raise NotationError("the macros of this formula expand without end", span, "D104")
