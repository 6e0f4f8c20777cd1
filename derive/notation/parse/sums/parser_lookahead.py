# ruff: noqa: SIM905  word lists read better as text
"""What stands ahead: a relation, a factor, a remark, the end of an integral."""

from __future__ import annotations

from derive.glossary.marks import UNITS
from derive.notation.parse.sums.cursor import Cursor
from derive.notation.trees.term_trees import (
    Num,
    Term,
)
from derive.syntax.lex.symbols import ACCENTS as ACCENT_NAMES
from derive.syntax.lex.symbols import (
    ARROWS_WITH_NOTES,
    BIG_OPERATORS,
    CONDITION_WORDS,
    DOTS,
    FONTS,
    FUNCTIONS,
    JOINING_WORDS,
    LETTER_LIKE,
    OPTIMA,
    RELATIONS,
)

ATOM_COMMANDS = (
    LETTER_LIKE
    | ACCENT_NAMES
    | frozenset(FONTS)
    | frozenset(DOTS)
    | frozenset(BIG_OPERATORS)
    | frozenset(
        "frac tfrac dfrac cfrac sfrac sqrt nabla partial binom tbinom dbinom underbrace overbrace boxed"
        " cancel bcancel xcancel"
        " color textcolor colorbox operatorname argmax argmin arg max min sup inf lim limsup liminf underset"
        " overset substack Delta int fbox"
        " log ln lg exp sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan det dim ker deg gcd hom mathbin".split()
    )
)


class Lookahead(Cursor):
    """What stands ahead: a relation, a factor, a remark, the end of an integral."""

    def at_relation(self) -> bool:
        token = self.peek()
        if token.kind != "cmd":
            return False
        if token.text == r"\bot" or token.text == r"\perp" and not self.is_orthogonality():
            return False
        return (
            token.text in RELATIONS
            or token.text == r"\not"
            or token.text[1:] in ARROWS_WITH_NOTES
            or self.at_annotated_relation()
        )

    def is_orthogonality(self) -> bool:
        r"""Whether the ``\perp`` here stands between two terms rather than as a mark."""
        before = self.tokens[self.i - 1] if self.i else self.eof
        return before.kind not in ("eof", "sub", "sup", "lbrace", "open") and self.i + 1 < self.end

    def at_annotated_relation(self) -> bool:
        r"""``\overset{(a)}{=}`` and its like."""
        if not self.is_cmd(r"\overset", r"\stackrel", r"\underset"):
            return False
        note = self.i + 1
        if note >= self.end:
            return False
        after = self.close.get(note, note) + 1
        if after >= self.end:
            return False
        if self.tokens[after].kind == "lbrace":
            after += 1
        token = self.tokens[after]
        return token.kind == "cmd" and token.text in RELATIONS

    def is_placeholder(self) -> bool:
        """Whether the dot here stands for an argument rather than a product."""
        following = self.peek(1)
        return (
            following.kind in ("eof", "mid", "dmid", "close")
            or (following.kind == "punct" and following.text in ",;")
            or (following.kind == "cmd" and following.text in (r"\mid", r"\parallel"))
        )

    def is_unit(self, before: Term) -> bool:
        token = self.peek()
        if not isinstance(before, Num):
            return False
        word = token.text.strip()
        after = self.peek(1)
        if after.kind in ("open", "sub", "sup"):
            return False
        return word in UNITS

    def is_bracketed_remark(self) -> bool:
        r"""``\ (\text{terminal})``: words alone in brackets, set apart by a space."""
        token = self.peek()
        if token.kind != "open" or token.text != "(" or token.gap not in ("word", "thick"):
            return False
        inner = self.tokens[self.i + 1 : min(self.close[self.i], self.i + 9)]
        return bool(inner) and all(t.kind == "text" for t in inner)

    def is_prose(self, index: int) -> bool:
        """Whether the text at ``index``, which follows a term, is a remark rather than a factor."""
        token = self.tokens[index] if index < self.end else self.eof
        if token.kind != "text":
            return False
        text = token.text
        word = text.strip()
        after = self.tokens[index + 1] if index + 1 < self.end else self.eof
        if word in CONDITION_WORDS or word in JOINING_WORDS or word.startswith("("):
            return True
        if after.kind == "open" and after.text == "(" and " " not in word:
            return False
        if text != word or " " in word or not word[0].isalnum():
            return True
        if word in FUNCTIONS or after.kind in ("sub", "sup"):
            return False
        return token.gap in ("word", "thick")

    def ends_integral(self) -> bool:
        """Whether the ``dx`` of the integral being read stands here."""
        if not self.integrals:
            return False
        token = self.peek()
        is_d = (token.kind == "letter" and token.text == "d") or self.is_roman_d()
        if not is_d:
            return False
        after = self.peek(4 if self.is_roman_d() else 1)
        return after.kind in ("letter", "symbol") or (
            after.kind == "cmd" and after.text[1:] in ATOM_COMMANDS and after.text[1:] not in ("frac", "log")
        )

    def is_roman_d(self) -> bool:
        return (
            self.is_cmd(r"\mathrm", r"\mathsf", r"\rm")
            and self.peek(1).kind == "lbrace"
            and self.peek(2).text == "d"
            and self.peek(3).kind == "rbrace"
        )

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.kind in ("num", "letter", "symbol", "text", "lbrace", "open", "begin"):
            return True
        if token.kind == "cmd":
            if token.text in (r"\cdot", r"\bullet", r"\ast", r"\star", r"\circ"):
                return self.is_placeholder()
            name = token.text[1:]
            if name == "perp" and self.is_orthogonality():
                return False
            if name in ("overset", "underset", "stackrel"):
                return not self.at_annotated_relation()
            return name in ATOM_COMMANDS or name in OPTIMA
        if token.kind == "op" and token.text == "*":
            return self.is_placeholder()
        return token.kind == "punct" and token.text == "." and self.peek(1).kind in ("mid", "dmid")
