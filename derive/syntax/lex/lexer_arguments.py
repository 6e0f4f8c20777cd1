"""Arguments of commands, lengths, and a user's macros."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.diagnostics import NotationError, Span
from derive.syntax.lex.tokens import COMMAND, MAX_MACRO_TOKENS, Budget, Macro, Token

LENGTH = re.compile(r"\s*(-?\d*\.?\d+)\s*(pt|pc|bp|em|ex|mm|cm|in|px|mu|sp)?(?:\s*(?:plus|minus)\s*-?\d*\.?\d+\s*[a-z]+)*")
POINTS = {
    "pt": 1.0,
    "bp": 1.0,
    "px": 0.8,
    "pc": 12.0,
    "em": 10.0,
    "ex": 4.3,
    "mm": 2.85,
    "cm": 28.5,
    "in": 72.0,
    "mu": 0.56,
    "sp": 0.0,
}
#: A space at least this wide, in points, sets two statements apart as ``\\quad`` does.
QUAD_POINTS = 8.0

#: Characters of the longest optional argument.
LONGEST_OPTION = 200


class Arguments:
    """The place in a source text; what stands behind a command."""

    def __init__(self, source: str, macros: dict[str, Macro], budget: Budget, depth: int = 0):
        self.source = source
        self.macros = macros
        self.budget = budget
        self.depth = depth
        self.at = 0
        self.gap = ""
        self.out: list[Token] = []

    def put(self, kind: str, text: str, length: int, extra: str = "") -> None:
        self.out.append(Token(kind, text, self.at, self.at + length, self.gap, extra))
        self.gap = ""
        self.at += length

    def run(self) -> list[Token]:
        raise NotImplementedError

    def again(self, body: str) -> Arguments:
        """A reader of the text that a macro expands to."""
        raise NotImplementedError

    def raw_argument(self) -> str:
        """The source text of a braced argument (or of one character)."""
        source = self.source
        while self.at < len(source) and source[self.at] in " \t\r\n":
            self.at += 1
        if self.at >= len(source):
            raise NotationError("an argument is missing here", Span(max(0, len(source) - 1), len(source)), "D105")
        if source[self.at] != "{":
            match = COMMAND.match(source, self.at)
            text = match.group() if match else source[self.at]
            self.at += len(text)
            return text
        start = self.at
        level = 0
        while self.at < len(source):
            char = source[self.at]
            if char == "\\":
                self.at += 2
                continue
            level += (char == "{") - (char == "}")
            self.at += 1
            if level == 0:
                return source[start + 1 : self.at - 1]
        raise NotationError("this brace is never closed", Span(start, start + 1), "D106")

    def optional_argument(self) -> str:
        if self.source[self.at : self.at + 1] == "[":
            end = self.source.find("]", self.at, self.at + 60)
            if end > 0:
                text = self.source[self.at + 1 : end]
                if re.fullmatch(r"[tbclr\d]+", text):
                    self.at = end + 1
                    return text
        return ""

    def option(self) -> str | None:
        """What stands in square brackets here, brackets and braces inside it paired; None where there are none."""
        start = self.at
        while start < len(self.source) and self.source[start] in " \t\r\n":
            start += 1
        if self.source[start : start + 1] != "[":
            return None
        level = 0
        for at in range(start, min(len(self.source), start + LONGEST_OPTION)):
            char = self.source[at]
            level += (char in "[{") - (char in "]}")
            if level == 0:
                self.at = at + 1
                return self.source[start + 1 : at]
        return None

    def braces_ahead(self) -> int:
        """How many braced arguments stand here, three at most."""
        here, count = self.at, 0
        try:
            while count < 3 and re.match(r"\s*\{", self.source[self.at : self.at + 20]):
                self.raw_argument()
                count += 1
        except NotationError:
            pass
        self.at = here
        return count

    def length(self) -> float:
        """A length in points, in braces or bare; 0 where it cannot be read."""
        braced = self.source[self.at : self.at + 1] == "{"
        text = self.raw_argument() if braced else self.source[self.at :]
        match = LENGTH.match(text)
        if match is None:
            return 0.0
        if not braced:
            self.at += match.end()
        return float(match.group(1)) * POINTS.get(match.group(2) or "", 0.0)

    # --- macros ----------------------------------------------------------------------------------

    def definition(self, name: str, length: int) -> None:
        start = self.at
        self.at += length
        new = self.raw_argument().strip()
        arity, default = 0, None
        if name.startswith(("new", "renew", "provide")):
            match = re.compile(r"\s*\[(\d)\]").match(self.source, self.at)
            if match:
                arity = int(match.group(1))
                self.at = match.end()
                default = self.option()
        elif name in ("def", "gdef"):
            match = re.compile(r"(?:#\d)*").match(self.source, self.at)
            if match:
                arity = match.group().count("#")
                self.at = match.end()
        body = self.raw_argument()
        if not re.fullmatch(r"\\(?:[A-Za-z]+|.)", new):
            raise NotationError("a macro needs a name such as \\R", Span(start, self.at), "D104")
        if name.startswith("DeclareMathOperator"):
            body = name.replace("DeclareMathOperator", r"\operatorname") + "{" + body + "}"
        self.macros[new[1:]] = Macro(new[1:], arity, body, default)

    def expand(self, macro: Macro, start: int) -> None:
        arguments: list[str] = []
        if macro.default is not None:
            given = self.option()
            arguments.append(macro.default if given is None else given)
        arguments.extend(self.raw_argument() for _ in range(macro.arity - len(arguments)))
        end = self.at
        span = Span(start, end)
        if self.depth > 12:
            raise NotationError(f"the macro \\{macro.name} expands without end", span, "D104")
        body = re.sub(
            r"#(\d)", lambda m: arguments[int(m.group(1)) - 1] if 0 < int(m.group(1)) <= len(arguments) else "", macro.body
        )
        if len(body) > MAX_MACRO_TOKENS:
            raise NotationError(f"the macro \\{macro.name} expands to too much", span, "D104")
        self.budget.spend(len(body), span)
        try:
            tokens = self.again(body).run()
        except NotationError as error:
            raise NotationError(f"in the macro \\{macro.name}: {error}", span, error.diagnostic.code) from None
        for index, token in enumerate(tokens):
            self.out.append(replace(token, start=start, end=end, gap=self.gap if index == 0 else token.gap))
        self.gap = ""
