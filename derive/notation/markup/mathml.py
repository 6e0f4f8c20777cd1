r"""Terms as MathML, from the LaTeX that the printer makes of them.

The printer decides where brackets, spaces and product signs stand; this module only lays out its LaTeX, whose commands are
known and few, so that both outputs show the same formula.

>>> from derive.notation import parse_term
>>> to_mathml(parse_term(r"\gamma^k V"))
'<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>γ</mi><mi>k</mi></msup><mi>V</mi></math>'
"""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from derive.notation.markup.mathml_tables import ACCENT_SIGNS, FENCES, LARGE, SIGNS, WORDS_AS_NAMES, in_font
from derive.notation.parse.reading import parse
from derive.notation.print.printer import to_latex
from derive.notation.trees.term_trees import Term
from derive.syntax.lex.lexer import tokenize
from derive.syntax.lex.symbols import (
    ACCENTS,
    ARROWS_WITH_NOTES,
    CASES_ENVIRONMENTS,
    COMMAND_FUNCTIONS,
    FONTS,
    MATRIX_ENVIRONMENTS,
    OPTIMA,
    RELATIONS,
)
from derive.syntax.lex.tokens import Token

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
GAPS = {"thin": "0.17em", "word": "0.33em", "thick": "0.28em"}
MATRIX_FENCES = {
    "bmatrix": ("[", "]"),
    "bmatrix*": ("[", "]"),
    "pmatrix": ("(", ")"),
    "pmatrix*": ("(", ")"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "Bmatrix": ("{", "}"),
}
END = Token("eof", "", 0, 0)


def to_mathml(term: Term | str, display: bool = False) -> str:
    """The MathML of a term, a statement or a formula (or of LaTeX, which is read first), as one ``math`` element.

    ``display`` sets it as a display: limits below and above, fractions in full size.
    """
    layout = _Layout(tokenize(to_latex(parse(term) if isinstance(term, str) else term)))
    mode = ' display="block"' if display else ""
    return f'<math xmlns="{NAMESPACE}"{mode}>{layout.row()}</math>'


def element(tag: str, content: str, **attributes: str) -> str:
    """One element; attributes with an underscore for a hyphen."""
    stated = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{stated}>{content}</{tag}>"


def sign(text: str, **attributes: str) -> str:
    return element("mo", escape(text), **attributes)


class _Layout:
    """Reads tokens from left to right, one box after another."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.at = 0

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def row(self, *stops: str) -> str:
        """Boxes side by side up to a token of one of the kinds."""
        boxes: list[str] = []
        while self.peek().kind not in ("eof", *stops):
            if self.peek().gap in GAPS and boxes:
                boxes.append(f'<mspace width="{GAPS[self.peek().gap]}"/>')
            boxes.append(self.scripted())
        return "".join(boxes)

    def group(self) -> str:
        """The box of a braced group, or of one token."""
        token = self.peek()
        if token.kind == "num" and len(token.text) > 1:
            self.tokens[self.at] = replace(token, text=token.text[1:])
            return element("mn", token.text[0])  # TeX takes one digit
        if token.kind != "lbrace":
            return self.box()
        self.at += 1
        inner = self.row("rbrace")
        self.at += 1
        return element("mrow", inner)

    def scripted(self) -> str:
        """A box with what stands below and above it."""
        applied = sign("\u2061") if self.peek().text.removeprefix("\\") in COMMAND_FUNCTIONS else ""
        large = self.peek().kind == "cmd" and (self.peek().text[1:] in LARGE or self.peek().text[1:] in OPTIMA)
        integral = "int" in self.peek().text
        base = self.box() if self.peek().kind not in ("sub", "sup", "prime") else "<mrow></mrow>"
        below = above = primes = ""
        while self.peek().kind in ("sub", "sup", "prime"):
            kind = self.take().kind
            if kind == "prime":
                primes += "′"
            elif kind == "sub":
                below = self.group()
            else:
                above = self.group()
        if primes:
            above = element("mrow", sign(primes) + above) if above else sign(primes)
        names = ("munder", "mover", "munderover") if large and not integral else ("msub", "msup", "msubsup")
        if below and above:
            base = element(names[2], base + below + above)
        elif below or above:
            base = element(names[0] if below else names[1], base + (below or above))
        return base + applied

    def box(self) -> str:
        token = self.take()
        kind, text = token.kind, token.text
        if kind == "num":
            return element("mn", escape(text.replace("{,}", ",").replace("\\%", "%")))
        if kind == "letter":
            return element("mi", text)
        if kind == "symbol":
            font, _, letter = text.partition(":")
            return element("mi", escape(in_font(letter, font)))
        if kind == "text":
            if token.extra in WORDS_AS_NAMES:
                return element("mi", escape(text))
            return element("mtext", escape(text.replace(" ", "\u00a0") if text != text.strip() else text))
        if kind in ("open", "close", "bar", "dbar", "mid", "dmid"):
            if text == ".":
                return ""
            tall = {"stretchy": "true"} if token.extra in ("left", "big") else {}
            shown = FENCES.get(text, text)
            return sign(shown, fence="true", **tall) if kind in ("open", "close") else sign(shown, **tall)
        if kind == "lbrace":
            self.at -= 1
            return self.group()
        if kind == "quad":
            return f'<mspace width="{"2em" if text == chr(92) + "qquad" else "1em"}"/>'
        if kind == "row":
            return '<mspace linebreak="newline"/>'
        if kind == "tag":
            return '<mspace width="2em"/>' + element("mtext", f"({escape(text)})")
        if kind == "begin":
            return self.environment(text)
        if kind == "op":
            return sign({"-": "−", "*": "∗"}.get(text, text))
        if kind == "punct":
            return sign(text, separator="true") if text in ",;" else sign(text)
        if kind == "cmd":
            return self.command(token)
        return ""

    def command(self, token: Token) -> str:
        text = token.text
        name = text.removeprefix("\\")
        if name in ("frac", "dfrac", "tfrac", "cfrac", "sfrac"):
            return element("mfrac", self.group() + self.group())
        if name in ("binom", "tbinom", "dbinom"):
            stack = element("mfrac", self.group() + self.group(), linethickness="0")
            return element("mrow", sign("(", fence="true") + stack + sign(")", fence="true"))
        if name == "sqrt":
            if self.peek().text == "[" and self.peek().kind == "open":
                self.at += 1
                index = element("mrow", self.row("close"))
                self.at += 1
                return element("mroot", self.group() + index)
            return element("msqrt", self.group())
        if name in ("underbrace", "overbrace"):
            body = self.group()
            if name == "underbrace":
                return element("munder", body + sign("⏟", stretchy="true"))
            return element("mover", body + sign("⏞", stretchy="true"))
        if name in ACCENTS:
            tag = "munder" if name.startswith("under") else "mover"
            wide = {"stretchy": "true" if name.startswith(("wide", "over", "under")) else "false"}
            return element(tag, self.group() + sign(ACCENT_SIGNS.get(name, "¯"), **wide), accent="true")
        if name in ("overset", "stackrel", "underset"):
            note, base = self.group(), self.group()
            return element("munder" if name == "underset" else "mover", base + note)
        if name in ARROWS_WITH_NOTES:
            return element("mover", sign(SIGNS[ARROWS_WITH_NOTES[name]], stretchy="true") + self.group())
        if name in FONTS:
            return self.fonted(FONTS[name])
        if name in ("textcolor", "color", "colorbox"):
            return element("mstyle", self.group(), mathcolor=token.extra)
        if name in ("boxed", "fbox"):
            return element("menclose", self.group(), notation="box")
        if name in ("cancel", "bcancel", "xcancel"):
            kinds = {
                "cancel": "updiagonalstrike",
                "bcancel": "downdiagonalstrike",
                "xcancel": "updiagonalstrike downdiagonalstrike",
            }
            return element("menclose", self.group(), notation=kinds[name])
        if name == "pmod":
            return element("mrow", sign("(") + element("mi", "mod") + '<mspace width="0.33em"/>' + self.group() + sign(")"))
        if name == "not":
            return sign(SIGNS.get(RELATIONS.get(self.peek().text, ""), self.take().text.removeprefix("\\")) + "\u0338")
        if name in COMMAND_FUNCTIONS:
            return element("mi", name)
        if name in OPTIMA or name in ("arg", "Pr"):
            return element("mi", name)
        return self.symbol(text)

    def symbol(self, text: str) -> str:
        name = text.removeprefix("\\")
        shown = SIGNS.get(text)
        if shown is None:
            return element("mi", escape(name))
        return element("mi", escape(shown)) if shown.isalpha() or name in ("infty", "emptyset", "varnothing") else sign(shown)

    def fonted(self, font: str) -> str:
        """A symbol or a word in a font: each letter as its own character of the Unicode alphabets."""
        braced = self.peek().kind == "lbrace"
        if braced:
            self.at += 1
        letters = ""
        boxes: list[str] = []
        while self.peek().kind not in ("rbrace", "eof"):
            token = self.take()
            plain = token.text if token.kind in ("letter", "num") else SIGNS.get(token.text, "") if token.kind == "cmd" else ""
            if len(plain) != 1 and token.kind != "num":
                self.at -= 1
                boxes.append(self.scripted())
            else:
                letters += in_font(plain, font)
            if not braced:
                return element("mi", escape(letters)) + "".join(boxes)
        self.at += 1
        return element("mrow", (element("mi", escape(letters)) if letters else "") + "".join(boxes))

    def environment(self, name: str) -> str:
        rows: list[list[str]] = [[]]
        while self.peek().kind not in ("eof", "end"):
            rows[-1].append(element("mtd", self.row("amp", "row", "end")))
            kind = self.peek().kind
            if kind == "amp":
                self.at += 1
            elif kind == "row":
                self.at += 1
                if self.peek().kind != "end":
                    rows.append([])
        self.at += 1
        body = "".join(element("mtr", "".join(cells)) for cells in rows)
        if name in CASES_ENVIRONMENTS:
            table = element("mtable", body, columnalign="left left")
            return element("mrow", sign("{", fence="true", stretchy="true") + table)
        if name not in MATRIX_ENVIRONMENTS:
            return element("mtable", body, columnalign="right left", columnspacing="0em")
        table = element("mtable", body)
        if name not in MATRIX_FENCES:
            return table
        left, right = MATRIX_FENCES[name]
        return element("mrow", sign(left, fence="true", stretchy="true") + table + sign(right, fence="true", stretchy="true"))
