"""Commands: spaces, sizes, paired brackets, words, environments."""

from __future__ import annotations

import re

from derive.diagnostics import NotationError, Span
from derive.syntax.lex.lexer_arguments import QUAD_POINTS, Arguments
from derive.syntax.lex.packages import PACKAGED, WITH_ORDER, packaged
from derive.syntax.lex.symbols import (
    IGNORED,
    IGNORED_WITH_ARGUMENTS,
    QUADS,
    SPACES_WITH_LENGTHS,
    SWITCHES,
    TEXT_COMMANDS,
    THICK_SPACES,
    THIN_SPACES,
    WORD_FONTS,
)
from derive.syntax.lex.tokens import COMMAND, DELIMITERS, WORD, Token

STARRED = ("operatorname*", "hspace*", "vspace*", "newcommand*", "renewcommand*", "DeclareMathOperator*", "tag*", "xrightarrow*")
MACRO_COMMANDS = (
    "newcommand",
    "renewcommand",
    "providecommand",
    "newcommand*",
    "renewcommand*",
    "def",
    "gdef",
    "DeclareMathOperator",
    "DeclareMathOperator*",
)
#: What an old font switch holds for when it stands in front of letters: a word, perhaps with thin spaces and hyphens in it.
SWITCHED = re.compile(r"\s*((?:[A-Za-z]|\\[,!;: ]|-(?=[A-Za-z]))+)")


#: Fonts in which a lone d is a differential, and the letter that may follow them without braces.
ROMAN = ("mathrm", "mathsf")
ONE_LETTER = re.compile(r"\s+([A-Za-z])")


class Commands(Arguments):
    """What starts with a backslash."""

    def command(self) -> None:
        match = COMMAND.match(self.source, self.at)
        assert match is not None
        name = match.group(1)
        length = match.end() - self.at
        start = self.at
        starred = name.endswith("*") and len(name) > 1
        if starred and name not in STARRED:
            # ``\pi*\theta`` is a product sign after a command, not a starred command.
            name = name[:-1]
            length -= 1
        if name in self.macros:
            self.at += length
            self.expand(self.macros[name], start)
        elif (name in PACKAGED or match.group(1) in PACKAGED) and self.packaged(match.group(1), start):
            pass
        elif name == "":
            raise NotationError("the formula ends with a lone backslash", Span(start, start + 1), "D102")
        elif name in THIN_SPACES:
            self.at += length
            self.gap = "word" if name in (" ", "\n", "nobreakspace", "enspace") else self.gap or "thin"
        elif name in THICK_SPACES:
            self.at += length
            self.gap = "thick"
        elif name in QUADS:
            self.put("quad", "\\" + name, length)
        elif name in ("\\", "newline", "cr", "tabularnewline"):
            self.row(length)
        elif name in ("[", "]", "(", ")") or name in IGNORED:
            self.sized(name, length)
        elif name in SPACES_WITH_LENGTHS:
            self.space(length)
        elif name in IGNORED_WITH_ARGUMENTS:
            self.at += length
            for _ in range(IGNORED_WITH_ARGUMENTS[name]):
                self.raw_argument()
        elif name in ("left", "right", "middle"):
            self.paired(name, length)
        elif name in TEXT_COMMANDS or name in WORD_FONTS and self.word_follows(start + length):
            self.words(name, length)
        elif name in SWITCHES and self.switched(name, length):
            pass
        elif name in ROMAN and (letter := ONE_LETTER.match(self.source, start + length)):
            self.put("cmd", "\\" + name, length)
            self.at = letter.end()
            for kind, text in (("lbrace", "{"), ("letter", letter.group(1)), ("rbrace", "}")):
                self.out.append(Token(kind, text, letter.start(1), letter.end(1)))
        elif name in MACRO_COMMANDS:
            self.definition(name, length)
        elif name in ("begin", "end"):
            self.at += length
            where = self.at
            environment = self.raw_argument().strip()
            if name == "begin" and environment in ("array", "alignat", "alignat*", "alignedat"):
                self.optional_argument()
                self.raw_argument()
            elif name == "begin":
                self.optional_argument()
            self.out.append(Token(name, environment, start, max(self.at, where), self.gap))
            self.gap = ""
        elif name in ("tag", "tag*"):
            self.at += length
            text = self.raw_argument()
            self.out.append(Token("tag", text.strip(), start, self.at))
        elif name in ("color", "textcolor", "colorbox"):
            self.at += length
            colour = self.raw_argument()
            self.out.append(Token("cmd", "\\" + name, start, self.at, self.gap, colour))
            self.gap = ""
        elif "\\" + name in DELIMITERS:
            self.put(*DELIMITERS["\\" + name], length, self.size_before(start))
        elif name in ("%", "$", "#", "_"):
            kind = {"%": "punct", "$": "currency", "#": "punct", "_": "punct"}[name]
            if kind == "currency":
                self.at += length  # an amount of money is its number
            else:
                self.put(kind, "\\" + name, length)
        else:
            self.put("cmd", "\\" + name, length)

    def packaged(self, name: str, start: int) -> bool:
        """Expand a command of a well-known package; False where it is not used as there."""
        self.at = start + 1 + len(name)
        option = self.option() if name.rstrip("*") in WITH_ORDER else None
        macro = packaged(name if name in PACKAGED else name.rstrip("*"), self.braces_ahead(), option)
        if macro is None:
            self.at = start
            return False
        self.expand(macro, start)
        return True

    def size_before(self, start: int) -> str:
        return self.pending_size if self.pending_at == start else ""

    pending_size = ""
    pending_at = -1

    def sized(self, name: str, length: int) -> None:
        r"""Sizes print nothing, but ``\Big|_{x=0}`` needs to know that its bar was sized."""
        start = self.at
        self.at += length
        if name[:3].lower() != "big":
            return
        while self.at < len(self.source) and self.source[self.at] in " \t\n":
            self.at += 1
        side = name[-1] if name[-1] in "lr" else "m"
        rest = self.source[self.at : self.at + 10]
        match = COMMAND.match(rest)
        delimiter = match.group() if match else rest[:1]
        if delimiter in DELIMITERS and DELIMITERS[delimiter][0] in ("bar", "dbar"):
            kind, text = DELIMITERS[delimiter]
            if side != "m":
                kind = "open" if side == "l" else "close"
            width = len(delimiter)
            self.out.append(Token(kind, text, start, self.at + width, self.gap, "big"))
            self.gap = ""
            self.at += width
        elif delimiter == "." or delimiter == "/":
            self.at += len(delimiter) if delimiter == "." else 0

    def paired(self, name: str, length: int) -> None:
        r"""``\left(``, ``\right]``, ``\middle|`` and the invisible ``\left.``."""
        start = self.at
        self.at += length
        while self.at < len(self.source) and self.source[self.at] in " \t\r\n":
            self.at += 1
        match = COMMAND.match(self.source, self.at)
        delimiter = match.group() if match else self.source[self.at : self.at + 1]
        delimiter = {"⟨": r"\langle", "⟩": r"\rangle", "‖": r"\|", "<": r"\langle", ">": r"\rangle"}.get(delimiter, delimiter)
        width = match.end() - match.start() if match else 1
        if delimiter in DELIMITERS:
            text = DELIMITERS[delimiter][1]
        elif delimiter in (".", "/"):
            text = delimiter
        else:
            raise NotationError(f"\\{name} needs a bracket after it", Span(start, min(self.at + 1, len(self.source))), "D106")
        self.at += width
        if name == "middle":
            self.out.append(Token("mid" if text != r"\|" else "dmid", text, start, self.at, self.gap))
        elif text != "/":
            self.out.append(Token("open" if name == "left" else "close", text, start, self.at, self.gap, "left"))
        else:
            raise NotationError(r"a slash cannot be a bracket here", Span(start, self.at), "D106")
        self.gap = ""

    def row(self, length: int) -> None:
        start = self.at
        self.at += length
        match = re.compile(r"\*?[ \t]*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|px|\\baselineskip)\s*\]").match(self.source, self.at)
        if match:
            self.at = match.end()
        self.out.append(Token("row", r"\\", start, self.at))
        self.gap = ""

    def word_follows(self, at: int) -> bool:
        r"""Whether ``\mathrm`` and its like are followed by a word of at least two letters."""
        match = re.compile(r"\s*\{").match(self.source, at)
        if not match:
            return False
        end = self.source.find("}", match.end(), match.end() + 80)
        if end < 0:
            return False
        inner = re.sub(
            r"\\[,;:! _-]", lambda m: m.group()[1] if m.group()[1] in "_-" else " ", self.source[match.end() : end]
        ).strip()
        return len(inner) >= 2 and WORD.match(inner) is not None and not inner.isdigit()

    def space(self, length: int) -> None:
        r"""``\hspace{1cm}``: as wide as a quad, it sets two statements apart."""
        start = self.at
        self.at += length
        if self.length() >= QUAD_POINTS:
            self.out.append(Token("quad", r"\quad", start, self.at))
            self.gap = ""
        else:
            self.gap = self.gap or "thin"

    def switched(self, name: str, length: int) -> bool:
        r"""``{\rm old}``: the letters after an old font switch are one word in that font."""
        match = SWITCHED.match(self.source, self.at + length)
        if match is None:
            return False
        start = self.at
        word = re.sub(r"\\[,!;: ]", " ", match.group(1)).strip()
        self.at = match.end()
        if len(word) == 1 or name == "cal":
            for kind, text in (("cmd", "\\" + SWITCHES[name]), ("lbrace", "{")):
                self.out.append(Token(kind, text, start, self.at, self.gap if kind == "cmd" else ""))
            self.out += [Token("letter", letter, start, self.at) for letter in word if letter != " "]
            self.out.append(Token("rbrace", "}", start, self.at))
        else:
            self.out.append(Token("text", word, start, self.at, self.gap, SWITCHES[name]))
        self.gap = ""
        return True

    def words(self, name: str, length: int) -> None:
        start = self.at
        self.at += length
        text = self.raw_argument()
        text = text.replace(r"\textunderscore{}", "_").replace(r"\textunderscore", "_")
        text = re.sub(r"\\[,;:! ]", " ", text)
        text = re.sub(r"\\([_%&#$\-{}])", r"\1", text).replace("~", " ")
        text = re.sub(r"\s+", " ", text)
        if not text.strip():
            self.gap = self.gap or "thin"
            return
        self.out.append(Token("text", text, start, self.at, self.gap, name))
        self.gap = ""
