r"""Tokens of a formula, each with its place in the source, in linear time.

The reader is our own rather than pylatexenc's because every token needs an exact span, Unicode letters and typed
operators are normalised on the way, and hostile input must cost no more than its length.

>>> [token.text for token in tokenize(r"\pi_θ(a\mid s) ≤ 1.5")]
['\\pi', '_', '\\theta', '(', 'a', '\\mid', 's', ')', '\\le', '1.5']
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from derive.diagnostics import NotationError, Span
from derive.notation.symbols import (
    BLACKBOARD,
    IGNORED,
    IGNORED_WITH_ARGUMENTS,
    PLAIN,
    QUADS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TEXT_COMMANDS,
    THICK_SPACES,
    THIN_SPACES,
    UNICODE,
    WORD_FONTS,
)

MAX_SOURCE = 1_000_000
MAX_TOKENS = 400_000
MAX_DIGITS = 400
MAX_MACRO_TOKENS = 20_000
MAX_MACRO_CALLS = 2_000

COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|$)", re.S)
NUMBER = re.compile(r"(?:\d+(?:\{,\}\d{3})*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+(?![\d.]))?(?:\s?\\%)?")
SPACE = re.compile(r"[ \t\r\n\u00a0\u2000-\u200b\u3000\ufeff]+")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._\-/']*\Z")

DELIMITERS = {
    "(": ("open", "("), ")": ("close", ")"), "[": ("open", "["), "]": ("close", "]"),
    r"\{": ("open", r"\{"), r"\}": ("close", r"\}"), r"\lbrace": ("open", r"\{"), r"\rbrace": ("close", r"\}"),
    r"\lbrack": ("open", "["), r"\rbrack": ("close", "]"), r"\langle": ("open", r"\langle"), r"\rangle": ("close", r"\rangle"),
    r"\lfloor": ("open", r"\lfloor"), r"\rfloor": ("close", r"\rfloor"), r"\lceil": ("open", r"\lceil"),
    r"\rceil": ("close", r"\rceil"), r"\lvert": ("open", "|"), r"\rvert": ("close", "|"), r"\lVert": ("open", r"\|"),
    r"\rVert": ("close", r"\|"), "|": ("bar", "|"), r"\vert": ("bar", "|"), r"\|": ("dbar", r"\|"), r"\Vert": ("dbar", r"\|"),
    r"\lparen": ("open", "("), r"\rparen": ("close", ")"), r"\llbracket": ("open", "["), r"\rrbracket": ("close", "]"),
}  # fmt: skip


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
    r"""A user's command: ``\newcommand{\name}[arity]{body}``."""

    name: str
    arity: int
    body: str


def tokenize(source: str, macros: Mapping[str, Macro] | None = None) -> list[Token]:
    """The tokens of ``source`` with user macros expanded.

    Raises: NotationError where a character, an argument or a macro cannot be read.
    """
    if len(source) > MAX_SOURCE:
        raise NotationError(f"the formula has {len(source)} characters; at most {MAX_SOURCE} are read", Span(0, 1), "D103")
    table = dict(macros or {})
    return _Scanner(source, table, _Budget()).run()


class _Budget:
    """How much macro expansion is left: expansions of expansions share one allowance."""

    def __init__(self) -> None:
        self.calls = 0
        self.tokens = 0

    def spend(self, tokens: int, span: Span) -> None:
        self.calls += 1
        self.tokens += tokens
        if self.calls > MAX_MACRO_CALLS or self.tokens > MAX_MACRO_TOKENS:
            raise NotationError("the macros of this formula expand without end", span, "D104")


class _Scanner:
    """Reads one source text from left to right; never goes back."""

    def __init__(self, source: str, macros: dict[str, Macro], budget: _Budget, depth: int = 0):
        self.source = source
        self.macros = macros
        self.budget = budget
        self.depth = depth
        self.at = 0
        self.gap = ""
        self.out: list[Token] = []

    def run(self) -> list[Token]:
        source = self.source
        size = len(source)
        while self.at < size:
            char = source[self.at]
            if char == "\\":
                self.command()
            elif char.isascii() and char.isalpha():
                self.put("letter", char, 1)
            elif (char.isascii() and char.isdigit()) or (char == "." and source[self.at + 1 : self.at + 2].isdigit()):
                self.number()
            elif space := SPACE.match(source, self.at):
                self.at = space.end()
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

    def put(self, kind: str, text: str, length: int, extra: str = "") -> None:
        self.out.append(Token(kind, text, self.at, self.at + length, self.gap, extra))
        self.gap = ""
        self.at += length

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

    def command(self) -> None:
        match = COMMAND.match(self.source, self.at)
        assert match is not None
        name = match.group(1)
        length = match.end() - self.at
        start = self.at
        starred = name.endswith("*") and len(name) > 1
        if starred and name not in ("operatorname*", "hspace*", "vspace*", "newcommand*", "tag*", "xrightarrow*"):
            # ``\pi*\theta`` is a product sign after a command, not a starred command.
            name = name[:-1]
            length -= 1
        if name in self.macros:
            self.at += length
            self.expand(self.macros[name], start)
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
        elif name in IGNORED_WITH_ARGUMENTS:
            self.at += length
            for _ in range(IGNORED_WITH_ARGUMENTS[name]):
                self.raw_argument()
        elif name in ("left", "right", "middle"):
            self.paired(name, length)
        elif name in TEXT_COMMANDS or name in WORD_FONTS and self.word_follows(start + length):
            self.words(name, length)
        elif name in ("newcommand", "renewcommand", "providecommand", "newcommand*", "def", "DeclareMathOperator"):
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

    # --- macros ----------------------------------------------------------------------------------

    def definition(self, name: str, length: int) -> None:
        start = self.at
        self.at += length
        new = self.raw_argument().strip()
        arity = 0
        if name.startswith(("new", "renew", "provide")):
            match = re.compile(r"\s*\[(\d)\]").match(self.source, self.at)
            if match:
                arity = int(match.group(1))
                self.at = match.end()
        elif name == "def":
            match = re.compile(r"(?:#\d)*").match(self.source, self.at)
            if match:
                arity = match.group().count("#")
                self.at = match.end()
        body = self.raw_argument()
        if not re.fullmatch(r"\\(?:[A-Za-z]+|.)", new):
            raise NotationError("a macro needs a name such as \\R", Span(start, self.at), "D104")
        if name == "DeclareMathOperator":
            body = r"\operatorname{" + body + "}"
        self.macros[new[1:]] = Macro(new[1:], arity, body)

    def expand(self, macro: Macro, start: int) -> None:
        arguments = [self.raw_argument() for _ in range(macro.arity)]
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
            tokens = _Scanner(body, self.macros, self.budget, self.depth + 1).run()
        except NotationError as error:
            raise NotationError(f"in the macro \\{macro.name}: {error}", span, error.diagnostic.code) from None
        for index, token in enumerate(tokens):
            self.out.append(replace(token, start=start, end=end, gap=self.gap if index == 0 else token.gap))
        self.gap = ""
