r"""What is missing beside a sign, in a script or in a bracket, and what nobody defines.

One pass over the tokens of every bracket.  Nothing is decided of what the names mean: a place is refused only where TeX would
print a hole, or something else than what is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from derive.diagnostics import Edit, NotationError, Span
from derive.syntax.lex.symbols import (
    ACCENTS,
    ARROWS_WITH_NOTES,
    BIG_OPERATORS,
    CASES_ENVIRONMENTS,
    COMMAND_FUNCTIONS,
    DOTS,
    FONTS,
    JOINERS,
    LETTER_LIKE,
    LOGIC_INFIX,
    MATRIX_ENVIRONMENTS,
    NEGATIONS,
    OPTIMA,
    PRODUCT_INFIX,
    PRODUCT_OPS,
    RELATIONS,
    ROW_ENVIRONMENTS,
    SUM_INFIX,
)
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.brackets import Structure
from derive.syntax.row_parts import BIGS, DECORATIONS, INFIX
from derive.syntax.row_parts import FUNCTIONS as NAMED
from derive.syntax.row_reader import BINOMIALS, FRACTIONS

#: Commands with arguments, how many, and whether one may be empty.
ARGUMENTS = {
    **dict.fromkeys((*FONTS, *DECORATIONS, "xcancel", "substack", "pmod"), (1, True)),
    **dict.fromkeys((*ACCENTS, "sqrt"), (1, False)),
    **dict.fromkeys(ARROWS_WITH_NOTES, (1, True)),
    **dict.fromkeys((*FRACTIONS, *BINOMIALS), (2, False)),
    **dict.fromkeys(("overset", "underset", "stackrel"), (2, True)),
}
#: Signs that may stand before a term, and those that need one on either side.
SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
BETWEEN = frozenset(("*", "/", r"\div", *PRODUCT_OPS, *PRODUCT_INFIX))
#: Bars between what is spoken of and what is given.
GIVEN = (r"\mid", r"\parallel", r"\nmid")
#: Signs that may hold the place of an argument.
DOTTED = (r"\cdot", "*", r"\bullet")
#: Signs that are letters too.
LETTERS = frozenset(f"\\{name}" for name in LETTER_LIKE)
#: Commands without arguments.
PLAIN = frozenset(
    (
        *(f"\\{name}" for table in (LETTER_LIKE, DOTS, BIG_OPERATORS, BIGS, NAMED, COMMAND_FUNCTIONS, OPTIMA) for name in table),
        *RELATIONS, *JOINERS, *SIGNS, *BETWEEN, *SUM_INFIX, *LOGIC_INFIX, *NEGATIONS, *INFIX, r"\nabla", r"\partial", r"\arg",
        r"\forall", r"\exists", r"\nexists", r"\not", *GIVEN, r"\bmod", r"\mod", ":=", "=:", r"\angle",
    )
)  # fmt: skip
ENVIRONMENTS = ROW_ENVIRONMENTS | MATRIX_ENVIRONMENTS | CASES_ENVIRONMENTS
#: Signs between two terms, behind which another begins.
JOINING = frozenset((*GIVEN, *RELATIONS, *JOINERS, *SUM_INFIX, *LOGIC_INFIX, *INFIX))
#: What cannot be the argument of a command or a script, and signs that cannot be one that prints something.
NO_ARGUMENT = frozenset(("rbrace", "close", "end", "row", "amp", "quad", "sub", "sup", "mid", "dmid", "tag"))
NOTHING = frozenset((*RELATIONS, ",", "+", "/"))
#: What is said of braces behind a letter in which relations or lists stand.
LOST = "braces print nothing: a '_' or '^' seems to be missing before them"
#: What parts a row: behind it a term begins.
PARTS = frozenset(("row", "amp", "quad", "tag"))


@dataclass(slots=True)
class Behind:
    """What stands before a place: the token, whether a term may end with it, the scripts that it has, empty braces."""

    token: Token | None = None
    operand: bool = False
    scripts: set[str] = field(default_factory=set)
    empty: bool = False


def check_operands(parts: Structure, size: int) -> None:
    """Refuse the first place of a formula where something is missing.

    Raises: NotationError.
    """
    Check(parts, size).run()


class Check:
    """The tokens of a formula, bracket by bracket, the outermost first."""

    def __init__(self, parts: Structure, size: int):
        self.tokens, self.close = parts.tokens, parts.close
        self.end = Span(max(0, size - 1), size)
        self.todo: list[tuple[int, int]] = [(0, len(parts.tokens))]

    def run(self) -> None:
        found: list[NotationError] = []
        while self.todo:
            start, end = self.todo.pop()
            try:
                self.row(start, end)
            except NotationError as error:
                found.append(error)
        if found:
            raise min(found, key=lambda error: error.span.start)

    def row(self, start: int, end: int) -> None:
        """One row, from a token to another; the brackets in it are put off."""
        behind = Behind()
        at = start
        while at < end:
            token = self.tokens[at]
            if token.kind in ("sub", "sup"):
                at = self.script(at, end, behind)
            elif token.kind == "prime":
                at += 1
            elif at in self.close:
                at = self.bracket(at, end, behind)
            else:
                following = self.tokens[at + 1] if at + 1 < end else None
                alone = start == at and following is None
                at = self.single(at, end, behind, following, alone)

    # --- scripts ---------------------------------------------------------------------------------

    def script(self, at: int, end: int, behind: Behind) -> int:
        token = self.tokens[at]
        last = behind.token
        stands = last is not None and (behind.operand or last.kind not in (*PARTS, "op", "punct")) and not behind.empty
        if not stands:
            raise NotationError(f"{token.text!r} has nothing before it to stand on", token.span, "D113")
        if token.kind in behind.scripts:
            what = "subscript" if token.kind == "sub" else "superscript"
            raise NotationError(f"a second {what}", token.span, "D113")
        following = self.tokens[at + 1] if at + 1 < end else None
        if (
            following is None
            or following.kind in NO_ARGUMENT
            or following.kind == "open"
            or following.text in RELATIONS
            and following.text not in LETTERS
        ):
            span = following.span if following is not None else self.end
            raise NotationError("a subscript or superscript is missing here", span, "D113")
        if token.kind == "sub" and self.is_empty(at + 1):
            raise NotationError("this subscript is empty", following.span.cover(self.tokens[at + 2].span), "D113")
        behind.scripts.add(token.kind)
        behind.operand = True
        return self.argument(at + 1, end)

    def is_empty(self, at: int) -> bool:
        return self.tokens[at].kind == "lbrace" and self.close.get(at) == at + 1

    def argument(self, at: int, end: int) -> int:
        """Where an argument ends: a group, a command with its own arguments, or one token."""
        token = self.tokens[at]
        if at in self.close:
            self.todo.append((at + 1, self.close[at]))
            return self.close[at] + 1
        if token.kind == "cmd":
            self.known(token)
            if token.text[1:] in ARGUMENTS:
                return self.arguments(at, end)
        return at + 1

    def arguments(self, at: int, end: int) -> int:
        """Where the arguments of a command end."""
        command = self.tokens[at]
        count, may_be_empty = ARGUMENTS[command.text[1:]]
        at += 1
        if command.text == r"\sqrt" and at < end and self.tokens[at].text == "[" and at in self.close:
            at = self.close[at] + 1
        left = count + (command.text == r"\mathcolor")
        while left > 0:
            token = self.tokens[at] if at < end else None
            if token is None or token.kind in NO_ARGUMENT or not may_be_empty and token.text in NOTHING:
                if may_be_empty:
                    return at  # a colour or a font that holds for what follows
                raise NotationError("an argument is missing here", token.span if token is not None else self.end, "D105")
            if not may_be_empty and self.is_empty(at):
                raise NotationError("this argument is empty", self.tokens[at + 1].span, "D105")
            left -= min(2, len(token.text)) if token.kind == "num" else 1  # \\frac12 is one half
            at = self.argument(at, end)
        return at

    # --- brackets --------------------------------------------------------------------------------

    def bracket(self, at: int, end: int, behind: Behind) -> int:
        token, closer = self.tokens[at], self.close[at]
        following = self.tokens[closer + 1] if closer + 1 < end else None
        inner = range(at + 1, closer)
        if token.kind == "begin":
            if token.text not in ENVIRONMENTS:
                raise NotationError(f"the environment {token.text!r} is not known", token.span, "D102")
        elif token.kind == "lbrace":
            if not inner:
                behind.empty = True
                behind.token = behind.token or token
                return closer + 1
            self.grouped(at, closer, behind, following)
        elif token.text != "." and token.kind == "open":
            self.listed(at, closer)
        self.todo.append((at + 1, closer))
        self.stood(behind, self.tokens[closer], True)
        return closer + 1

    def grouped(self, at: int, closer: int, behind: Behind, following: Token | None) -> None:
        """Braces print nothing: what is in them must not need them."""
        inner = list(self.outside(at + 1, closer))
        joined = any(t.text in SIGNS and n or t.text in BETWEEN or t.text in RELATIONS for n, t in enumerate(inner))
        listed = any(t.text in RELATIONS or t.text == "," for t in inner)
        last = behind.token
        if listed and last is not None and not behind.scripts and (last.kind in ("letter", "symbol") or last.text in LETTERS):
            span = self.tokens[at].span
            edit = Edit(Span(span.start, span.start), "_")
            raise NotationError(LOST, span, "D111", "write '_' before them", edit)
        factors = sum(t.kind in ("letter", "symbol", "num") or t.text in LETTERS for t in inner) > 1
        if following is not None and following.kind in ("sub", "sup") and (joined or factors):
            message = "braces print nothing, so this script stands on the last symbol only; brackets are missing"
            raise NotationError(message, following.span)
        summed = any(t.text in SIGNS and n for n, t in enumerate(inner)) and not any(t.text in RELATIONS for t in inner)
        starts = following is not None and (
            following.kind in ("letter", "symbol", "num", "open", "lbrace") or following.text in LETTERS
        )
        if summed and (starts or behind.operand and behind.token is not None and behind.token.kind != "rbrace"):
            raise NotationError("braces print nothing, so this sum is not grouped; brackets are missing", self.tokens[at].span)

    def outside(self, start: int, end: int) -> Iterator[Token]:
        """The tokens of a row that stand in no bracket and no script of it; of a bracket, the one that opens it."""
        at = start
        while at < end:
            token = self.tokens[at]
            if token.kind in ("sub", "sup") and at + 1 < end:
                at = self.close.get(at + 1, at + 1) + 1
                continue
            yield token
            at = self.close.get(at, at) + 1

    def listed(self, at: int, closer: int) -> None:
        """Between the commas and bars of a bracket something stands."""
        inner = [self.tokens[at], *self.outside(at + 1, closer), self.tokens[closer]]
        for before, token in pairwise([t for t in inner if t.kind != "quad"]):
            divides = token.text in (",", ";") or token.kind in ("mid", "dmid")
            if divides and (before is inner[0] or before.text == ","):
                raise NotationError(f"a term is missing before {token.text!r}", token.span)
            if token is inner[-1] and before.text == ",":
                raise NotationError("an argument is missing after the comma", before.span)
            if token is inner[-1] and (before.kind in ("mid", "dmid") or before.text == ";"):
                raise NotationError(f"nothing stands after {before.text!r}", before.span)

    # --- single tokens ---------------------------------------------------------------------------

    def single(self, at: int, end: int, behind: Behind, following: Token | None, alone: bool) -> int:
        token = self.tokens[at]
        text = token.text
        if text in SIGNS or text in BETWEEN:
            letter = text in LETTERS and not behind.operand or text in DOTTED and self.is_placeholder(behind, following)
            if not (alone or letter):
                self.between(token, behind, following)
            self.stood(behind, token, alone or letter)
            return at + 1
        if token.kind == "cmd":
            self.known(token)
            if text[1:] in ARGUMENTS:
                self.stood(behind, token, True)
                return self.arguments(at, end)
        parts = text in JOINING or token.kind in (*PARTS, "punct", "mid", "dmid") and text != "!"
        self.stood(behind, token, not parts)
        return at + 1

    def between(self, token: Token, behind: Behind, following: Token | None) -> None:
        """A sign has a term behind it, and one before it unless it may stand alone there."""
        if token.text not in SIGNS and not behind.operand:
            what = "nothing stands before the division sign" if token.text == "/" else f"a term is missing before {token.text!r}"
            raise NotationError(what, token.span)
        if following is not None and (following.kind not in ("row", "mid", "dmid", "punct") or following.text == "."):
            if following.text not in RELATIONS and (following.text not in BETWEEN or following.text in LETTERS):
                return
        raise self.lacking(token, following)

    def is_placeholder(self, behind: Behind, following: Token | None) -> bool:
        """Whether a dot stands where an argument would."""
        closed = (
            following is None or following.kind in ("mid", "dmid", "punct") or following.text in (r"\mid", r"\parallel", r"\sim")
        )
        return not behind.operand and closed

    def lacking(self, token: Token, following: Token | None) -> NotationError:
        if token.text in ("+", "-"):
            what = "plus" if token.text == "+" else "minus"
            return NotationError(f"a term is missing after the {what} sign", token.span if following is not None else self.end)
        return NotationError(f"a factor is missing after {token.text}", token.span)

    def known(self, token: Token) -> None:
        if token.text in PLAIN or token.text[1:] in ARGUMENTS or not token.text.startswith("\\"):
            return
        help = rf"define it: \newcommand{{{token.text}}}{{…}} on the page, or [macros]"
        raise NotationError(f"{token.text} is not known here", token.span, "D102", help)

    @staticmethod
    def stood(behind: Behind, token: Token, operand: bool) -> None:
        behind.token, behind.operand, behind.empty = token, operand, False
        behind.scripts = set()
