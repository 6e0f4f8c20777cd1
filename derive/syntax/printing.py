r"""A formula in the textbook's spacing: as it was written, with one spelling for spaces, braces and brackets that grow.

>>> printed(r"\nabla_{\theta}J(\theta)=\mathbb{E}_\pi [ R|s ]")
'\\nabla_\\theta J(\\theta) = \\mathbb{E}_\\pi\\left[R \\mid s\\right]'
"""

from __future__ import annotations

import re

from derive.syntax.lex.lexer import tokenize
from derive.syntax.lex.symbols import JOINERS, LETTER_LIKE, LOGIC_INFIX, PRODUCT_INFIX, PRODUCT_OPS, RELATIONS, SUM_INFIX
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.brackets import Structure, structure
from derive.syntax.pairing.joining import is_operand_end
from derive.syntax.sound.operands import ARGUMENTS

#: What makes the brackets around it grow.
TALL = re.compile(r"\\(?:[dt]?frac|sum|prod|int|begin|underbrace|overbrace|sqrt|binom|left|big|Big)")
ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
#: What stands in a script without braces.
ONE_PIECE = re.compile(r"(?:[A-Za-z0-9*]|\\[A-Za-z]+)\Z")
ESCAPED = re.compile(r"[_%&#$]")
#: Signs with a space on either side.
SPACED = frozenset((*RELATIONS, *JOINERS, *SUM_INFIX, *PRODUCT_OPS, *PRODUCT_INFIX, *LOGIC_INFIX, r"\div", r"\parallel"))
LETTERS = frozenset(f"\\{name}" for name in LETTER_LIKE)
MARKS = {"mid": r" \mid ", "dmid": r"\|", "row": r" \\ ", "amp": " & ", "quad": r"\quad "}
#: Spaces that were written: thin ones are kept before names alone.
GAPS = {"thin": r"\,", "word": r"\ ", "thick": r"\;"}
LETTERED = ("letter", "symbol", "cmd", "num")
#: Brackets that are bars, as they are printed: a plain bar would end a cell of a table.
BARS = {"|": (r"\lvert", r"\rvert"), r"\|": (r"\lVert", r"\rVert")}


def printed(latex: str) -> str:
    """A formula in normal spacing; it reads as it did.

    Raises: NotationError where brackets do not pair.
    """
    parts = structure(tokenize(latex))
    return text_of(parts, 0, len(parts.tokens))


def text_of(parts: Structure, start: int, end: int) -> str:
    """Some tokens of a formula as LaTeX."""
    return _Printer(parts).row(start, end, False).strip()


class _Printer:
    """Puts tokens side by side: brackets, scripts and arguments one in another."""

    def __init__(self, parts: Structure):
        self.tokens, self.close = parts.tokens, parts.close

    def row(self, start: int, end: int, tight: bool) -> str:
        """A row of tokens; ``tight`` in scripts, where signs have no spaces."""
        out: list[str] = []
        at, operand = start, False
        while at < end:
            token = self.tokens[at]
            piece, following = self.piece(at, end, tight, operand)
            spaced = (
                token.gap and out and not tight and not piece.startswith(" ") and (token.gap != "thin" or token.kind in LETTERED)
            )
            put(out, GAPS[token.gap] + piece if spaced else piece)
            operand = token.kind in ("sub", "sup") or is_operand_end(self.tokens[following - 1], operand)
            at = following
        return "".join(out)

    def piece(self, at: int, end: int, tight: bool, operand: bool) -> tuple[str, int]:
        """The text of what stands at a place, and where the next thing stands."""
        token = self.tokens[at]
        kind, text = token.kind, token.text
        if kind in ("sub", "sup"):
            return self.scripts(at, end)
        if at in self.close:
            return self.bracket(at, tight, operand), self.close[at] + 1
        if kind in MARKS:
            return MARKS[kind], at + 1
        if text == r"\mid":
            return MARKS["mid"], at + 1
        if kind == "text":
            return worded(token), at + 1
        if kind == "punct":
            listed = (
                text == "," and at and self.tokens[at - 1].kind == "num" and at + 1 < end and self.tokens[at + 1].kind == "num"
            )
            return (", " if listed else text), at + 1
        if kind == "at":
            return r"\Big|", at + 1
        if kind == "num":
            return text, at + 1
        if kind == "symbol":
            font, _, letter = text.partition(":")
            return rf"\{font}{{{letter}}}", at + 1
        if kind == "op" and text in "+-":
            return f" {text} " if operand and not tight else text, at + 1
        if text in SPACED and (operand or text not in LETTERS) and not self.is_alone(at, end):
            return ("< " if text == "<" else text) if tight else f" {text} ", at + 1
        if kind == "cmd" and text[1:] in ARGUMENTS:
            return self.command(at, end, tight)
        return text, at + 1

    def is_alone(self, at: int, end: int) -> bool:
        r"""Whether a sign has nothing on its two sides: the dot of ``\pi(\cdot|s)``."""
        before = self.tokens[at - 1].kind if at else "open"
        after = self.tokens[at + 1].kind if at + 1 < end else "close"
        return (
            self.tokens[at].text in PRODUCT_OPS
            and before in ("open", "lbrace", "punct", "mid")
            and after in ("close", "rbrace", "punct", "mid", "dmid")
        )

    def scripts(self, at: int, end: int) -> tuple[str, int]:
        """Scripts side by side, what stands below before what stands above."""
        found: list[str] = []
        while at < end and self.tokens[at].kind in ("sub", "sup"):
            sign, digit = self.tokens[at].text, self.digits(at + 1, end)
            if digit:  # x^12 is x^1 and a 2
                return "".join(found) + sign + digit, at + 2
            inner, at = self.argument(at + 1, end)
            found.append(sign + (inner if ONE_PIECE.match(inner) else f"{{{inner}}}"))
        return "".join(sorted(found, key=lambda script: script[0] == "^")), at

    def argument(self, at: int, end: int, tight: bool = True) -> tuple[str, int]:
        """What a command or a script takes, without its braces."""
        if at >= end:
            return "", at
        token = self.tokens[at]
        if token.kind == "lbrace":
            return self.row(at + 1, self.close[at], tight).strip(), self.close[at] + 1
        if token.kind == "cmd" and token.text[1:] in ARGUMENTS:
            return self.command(at, end, tight)
        piece, following = self.piece(at, end, tight, False)
        return piece.strip(), following

    def digits(self, at: int, end: int) -> str:
        """A number of several digits, of which TeX takes one where a brace could stand; empty for anything else."""
        token = self.tokens[at] if at < end else None
        several = token is not None and token.kind == "num" and len(token.text) > 1 and token.text[0].isdigit()
        return token.text if token is not None and several else ""

    def command(self, at: int, end: int, tight: bool) -> tuple[str, int]:
        token = self.tokens[at]
        text, name = token.text, token.text[1:]
        count = ARGUMENTS[name][0]
        at += 1
        if name in ("color", "textcolor", "colorbox", "mathcolor"):
            text += f"{{{token.extra}}}"
        if text == r"\sqrt" and at < end and self.tokens[at].text == "[" and at in self.close:
            text += f"[{self.row(at + 1, self.close[at], True)}]"
            at = self.close[at] + 1
        while count > 0:
            if digits := self.digits(at, end):  # \\frac12 is one half
                taken = min(count, len(digits)) if digits.isdigit() else 1
                text += "".join(f"{{{digit}}}" for digit in digits[:taken])
                count, at = count - taken, at + 1
                if digits[taken:]:
                    return text + digits[taken:], at
                continue
            inner, at = self.argument(at, end, tight)
            text += f"{{{inner}}}"
            count -= 1
        return text, at

    def bracket(self, at: int, tight: bool, operand: bool) -> str:
        token, closer = self.tokens[at], self.tokens[self.close[at]]
        inner = self.row(at + 1, self.close[at], tight)
        if token.kind == "lbrace":
            return f"{{{inner.strip()}}}"
        if token.kind == "begin":
            columns = (
                "{" + "l" * (1 + max(row.count(" & ") for row in inner.split(MARKS["row"]))) + "}"
                if token.text == "array"
                else ""
            )
            return rf"\begin{{{token.text}}}{columns} {inner.strip()} \end{{{token.text}}}"
        inner = inner.strip()
        if "." in (token.text, closer.text) or TALL.search(inner) or token.text == "[" and operand:
            return rf"\left{token.text}" + spaced(token.text, inner) + rf"\right{closer.text}"
        opening, closing = BARS.get(token.text, (token.text, closer.text))
        return opening + spaced(opening, inner) + closing


def spaced(before: str, inner: str) -> str:
    """What stands behind a command, with a space where the command would swallow its first letter."""
    return f" {inner}" if inner[:1].isalnum() and ENDS_IN_COMMAND.search(before) else inner


def put(out: list[str], piece: str) -> None:
    """One more piece: with a space where a command would swallow a letter, or two numbers would be one."""
    if not piece:
        return
    last = out[-1] if out else ""
    if last.endswith(" ") or not last:
        piece = piece.lstrip(" ")
    elif piece[0].isalnum() and ENDS_IN_COMMAND.search(last):
        piece = f" {piece}"
    elif last[-1].isdigit() and piece[0].isdigit():
        piece = rf"\,{piece}"
    out.append(piece)


def worded(token: Token) -> str:
    r"""Words as they were written: ``\text{if }``, ``\mathrm{KL}``."""
    text = ESCAPED.sub(r"\\\g<0>", token.text)
    return rf"\{token.extra}{{{text}}}" if token.extra else rf"\text{{{text}}}" if token.text.isascii() else token.text


__all__ = ["printed", "text_of"]
