"""The place in a token list, and what every part of the parser needs of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from derive.diagnostics import Edit, NotationError, Span
from derive.notation.glossary import Lexicon
from derive.notation.trees.term_trees import Term
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.brackets import MAX_DEPTH, Structure

T = TypeVar("T")
MAX_RECURSION = 64


class Cursor:
    """Tokens ``i`` up to ``end``; ``close`` pairs the brackets."""

    def __init__(self, parts: Structure, lexicon: Lexicon):
        self.tokens = parts.tokens
        self.close = parts.close
        self.lexicon = lexicon
        self.i = 0
        self.end = len(parts.tokens)
        last = parts.tokens[-1].end if parts.tokens else 0
        self.eof = Token("eof", "", max(0, last - 1), last)
        self.depth = 0
        self.integrals = 0
        self.in_matrix = 0

    def peek(self, ahead: int = 0) -> Token:
        at = self.i + ahead
        return self.tokens[at] if at < self.end else self.eof

    def take(self) -> Token:
        token = self.peek()
        if token.kind == "eof":
            raise self.fail("the formula ends where something more is needed")
        self.i += 1
        return token

    def is_cmd(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind == "cmd" and token.text in texts

    def is_punct(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind == "punct" and token.text in texts

    def fail(
        self, message: str, token: Token | None = None, code: str = "D101", help: str | None = None, edit: Edit | None = None
    ) -> NotationError:
        token = token or self.peek()
        return NotationError(message, token.span, code, help, edit)

    def span(self, start: int) -> Span:
        """From token ``start`` to the last token read."""
        last = max(start, self.i - 1)
        if start >= len(self.tokens):
            return self.eof.span
        return Span(self.tokens[start].start, max(self.tokens[start].end, self.tokens[last].end))

    def inside(self, read: Callable[[], T]) -> T:
        """Read all of the bracket that opens here, brackets consumed."""
        opener = self.i
        closer = self.close.get(opener)
        if closer is None:
            raise self.fail("this bracket is never closed", code="D106")
        outer_end, outer_integrals = self.end, self.integrals
        self.i, self.end, self.integrals = opener + 1, closer, 0
        self.deeper(self.tokens[opener])
        result = read()
        self.depth -= 1
        if self.i < self.end:
            raise self.unexpected()
        self.i, self.end, self.integrals = closer + 1, outer_end, outer_integrals
        return result

    def unexpected(self) -> NotationError:
        token = self.peek()
        if token.kind == "cmd" and token.text.startswith("\\"):
            name = token.text
            return self.fail(
                f"{name} is not known here", token, "D102", rf"define it: \newcommand{{{name}}}{{…}} on the page, or [macros]"
            )
        return self.fail(f"{token.text!r} was not expected here", token)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_RECURSION:
            raise self.fail(f"the formula is nested more than {MAX_DEPTH} deep", token, "D107")

    def closer(self) -> int:
        """The index of the bracket that closes the one opening here."""
        return self.close[self.i]

    # The parts of the parser call one another through these.

    def sum(self) -> Term:
        raise NotImplementedError

    def arg(self) -> Term:
        raise NotImplementedError

    def product(self) -> Term:
        raise NotImplementedError

    def factor(self) -> Term:
        raise NotImplementedError

    def atom(self) -> Term:
        raise NotImplementedError

    def starts_factor(self) -> bool:
        raise NotImplementedError
