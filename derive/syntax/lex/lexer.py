r"""Tokens of a formula, each with its place in the source, in linear time.

The reader is our own rather than pylatexenc's because every token needs an exact span, Unicode letters and typed
operators are normalised on the way, and hostile input must cost no more than its length.

>>> [token.text for token in tokenize(r"\pi_θ(a\mid s) ≤ 1.5")]
['\\pi', '_', '\\theta', '(', 'a', '\\mid', 's', ')', '\\le', '1.5']
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from derive.diagnostics import NotationError, Span
from derive.syntax.lex.lexer_commands import Commands
from derive.syntax.lex.tokens import DELIMITERS, MAX_DIGITS, MAX_SOURCE, MAX_TOKENS, NUMBER, SPACE, Budget, Macro, Token
from derive.syntax.lex.unicode_tables import BLACKBOARD, PLAIN, SUBSCRIPTS, SUPERSCRIPTS, UNICODE


def tokenize(source: str, macros: Mapping[str, Macro] | None = None) -> list[Token]:
    """The tokens of ``source`` with user macros expanded.

    Raises: NotationError where a character, an argument or a macro cannot be read.
    """
    if len(source) > MAX_SOURCE:
        raise NotationError(f"the formula has {len(source)} characters; at most {MAX_SOURCE} are read", Span(0, 1), "D103")
    table = dict(macros or {})
    return _Scanner(source, table, Budget()).run()


DIGITS = frozenset("0123456789")


class _Scanner(Commands):
    """Reads one source text from left to right; never goes back."""

    def again(self, body: str) -> _Scanner:
        return _Scanner(body, self.macros, self.budget, self.depth + 1)

    def run(self) -> list[Token]:
        source = self.source
        size = len(source)
        while self.at < size:
            char = source[self.at]
            if char == "\\":
                self.command()
            elif char.isascii() and char.isalpha():
                self.put("letter", char, 1)
            elif (char.isascii() and char.isdigit()) or (char == "." and source[self.at + 1 : self.at + 2] in DIGITS):
                self.number()
            elif space := SPACE.match(source, self.at):
                self.at = space.end()
            elif source.startswith("...", self.at):
                self.put("cmd", r"\ldots", 3)
            elif char == "%":
                end = source.find("\n", self.at)
                self.at = size if end < 0 else end + 1
            elif char == "$":
                self.at += 1
            else:
                self.character(char)
            if len(self.out) > MAX_TOKENS:
                raise NotationError(f"the formula has more than {MAX_TOKENS} tokens", Span(self.at - 1, self.at), "D103")
        return self.out

    def number(self) -> None:
        match = NUMBER.match(self.source, self.at)
        assert match is not None
        exponent = re.search(r"[eE][-+]?(\d+)", match.group())
        if len(match.group()) > MAX_DIGITS or (exponent and (len(exponent.group(1)) > 4 or int(exponent.group(1)) > MAX_DIGITS)):
            raise NotationError(f"this number has more than {MAX_DIGITS} digits", Span(match.start(), match.end()), "D103")
        self.put("num", match.group(), match.end() - self.at)

    def character(self, char: str) -> None:
        """A character that is neither an ASCII letter nor a digit nor a space."""
        at = self.at
        char = PLAIN.get(char, char)
        if char in UNICODE:
            name = UNICODE[char]
            if name in DELIMITERS:
                self.put(*DELIMITERS[name], 1)
            else:
                self.put("cmd", name, 1)
        elif char in BLACKBOARD:
            self.put("symbol", "mathbb:" + BLACKBOARD[char], 1)
        elif char in SUPERSCRIPTS or char in SUBSCRIPTS:
            self.raised(SUPERSCRIPTS if char in SUPERSCRIPTS else SUBSCRIPTS, "sup" if char in SUPERSCRIPTS else "sub")
        elif char in "([":
            self.put("open", char, 1)
        elif char in ")]":
            self.put("close", char, 1)
        elif char == "|":
            double = self.source[at + 1 : at + 2] == "|"
            self.put("dbar" if double else "bar", r"\|" if double else "|", 2 if double else 1, "||" if double else "")
        elif char == ":" and self.source[at + 1 : at + 2] == "=":
            self.put("cmd", ":=", 2)
        elif char in "<>" and self.source[at + 1 : at + 2] == "=":
            self.put("cmd", r"\le" if char == "<" else r"\ge", 2)
        elif char in "=<>":
            self.put("cmd", char, 1)
        elif char in "+-*/":
            self.put("op", char, 1)
        elif char in ",;:.!?":
            self.put("punct", char, 1)
        elif char == "'":
            self.put("prime", "'", 1)
        elif char in "{}":
            self.put("lbrace" if char == "{" else "rbrace", char, 1)
        elif char in "^_&":
            self.put({"^": "sup", "_": "sub", "&": "amp"}[char], char, 1)
        elif char == "~":
            self.at += 1
            self.gap = "word"
        elif char == "@":
            raise NotationError("'@' has no meaning in a formula", Span(at, at + 1), "D102")
        elif char.isalpha():
            # Words in another script stand for themselves, as a text would.
            end = at + 1
            while (
                end < len(self.source)
                and ord(self.source[end]) > 127
                and self.source[end].isalpha()
                and self.source[end] not in UNICODE
            ):
                end += 1
            self.put("text", self.source[at:end], end - at)
        else:
            raise NotationError(f"the character {char!r} has no meaning in a formula", Span(at, at + 1), "D102")

    def raised(self, table: Mapping[str, str], kind: str) -> None:
        """Unicode superscripts and subscripts: ``x²`` is ``x^{2}``."""
        at = self.at
        end = at
        while end < len(self.source) and self.source[end] in table:
            end += 1
        span = (at, end)
        self.out.append(Token(kind, "^" if kind == "sup" else "_", *span))
        self.out.append(Token("lbrace", "{", *span))
        text = "".join(table[c] for c in self.source[at:end])
        for piece in re.findall(r"\d+|\D", text):
            token = "num" if piece.isdigit() else "op" if piece in "+-" else "letter"
            self.out.append(Token(token, piece, *span))
        self.out.append(Token("rbrace", "}", *span))
        self.at = end
        self.gap = ""

    # --- commands --------------------------------------------------------------------------------
