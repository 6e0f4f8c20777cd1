r"""From LaTeX to rows of items: scripts attach, brackets nest, and nothing else is decided.

>>> [item.name for item in read(r"\pi_\theta(a\mid s)")]
['pi', '()']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from derive.diagnostics import NotationError, Span
from derive.syntax.flat import Item, Row, is_mark
from derive.syntax.lex.lexer import tokenize
from derive.syntax.lex.symbols import ACCENTS, DOTS, FONTS, LETTER_LIKE, RELATIONS
from derive.syntax.lex.tokens import NUMBER, Macro, Token
from derive.syntax.pairing.brackets import Structure, structure
from derive.syntax.row_parts import (
    BIGS,
    DECORATIONS,
    FUNCTIONS,
    INFIX,
    accent,
    cells,
    is_infix,
    number,
    spelled_words,
    split,
    split_rows,
)

FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"])
BINOMIALS = frozenset(["binom", "dbinom", "tbinom"])
#: Fonts in which the number one is a vector of ones, or an indicator.
BOLD_FONTS = frozenset(["mathbf", "boldsymbol"])
OPEN = {"(": "(", "[": "[", r"\{": "{", r"\langle": "<", r"\lfloor": "floor", r"\lceil": "ceil", "|": "|", r"\|": "||", ".": ""}
CLOSE = {")": ")", "]": "]", r"\}": "}", r"\rangle": ">", r"\rfloor": "floor", r"\rceil": "ceil", "|": "|", r"\|": "||", ".": ""}
#: Above an equality of two random variables that have one distribution.
IN_LAW = frozenset(("d", "D", "text:d", "text:D", "mathcal:D", "mathcal:L", "text:dist", "text:law"))
DASHES = {"prime": 1}
TIMES = {r"\cdot": "*", r"\times": "x", "*": "*", r"\ast": "*", r"\bullet": "*", r"\centerdot": "*"}


def read(latex: str, macros: Mapping[str, Macro] | None = None) -> Row:
    """The row that LaTeX writes.

    Raises: NotationError at the first place that cannot be read.
    """
    return plain(latex) if not macros else FlatReader(structure(tokenize(latex, dict(macros))), len(latex)).whole()


@lru_cache(maxsize=2000)
def plain(latex: str) -> Row:
    """The row of LaTeX without commands of its own."""
    return FlatReader(structure(tokenize(latex, {})), len(latex)).whole()


def is_increment(item: Item) -> bool:
    r"""Whether ``\Delta`` stands alone: with the letter behind it, it is one name."""
    return item.kind == "atom" and item.name == "Delta" and not (item.subs or item.sups or item.primes or item.accents)


def dashes_of(item: Item) -> int:
    r"""The primes that an item of a superscript is: ``s^{\prime}``, ``s^{'}``."""
    if item.kind == "group" and item.name == "row" and not (any(item.rows) or item.subs or item.sups):
        return item.primes
    return item.kind == "atom" and DASHES.get(item.name, 0) or int(is_mark(item, "'"))


class FlatReader:
    """Reads the tokens of one formula from left to right."""

    def __init__(self, parts: Structure, size: int):
        self.tokens, self.close = list(parts.tokens), parts.close
        self.i = 0
        self.size = size

    def whole(self) -> Row:
        row = self.row(len(self.tokens))
        return row

    def fail(self, message: str, token: Token | None = None) -> NotationError:
        at = token.span if token is not None else Span(max(0, self.size - 1), self.size)
        return NotationError(message, at, "D101")

    def row(self, end: int) -> Row:
        out: list[Item] = []
        while self.i < end:
            token = self.tokens[self.i]
            if token.kind in ("sub", "sup", "prime"):
                if not out or out[-1].kind == "mark":
                    out.append(Item("group", "row", ((),), start=token.start, end=token.start))
                out[-1] = self.scripted(out[-1], end)
                continue
            if token.extra == "row" and any(i.kind == "text" or is_mark(i, r"\quad") for i in out):
                out.append(
                    Item("mark", r"\\", start=token.start, end=token.start)
                )  # a line that carries on a chain, behind words
            made = self.item(end)
            if made is None:
                continue
            made = self.scripted(made, end)
            if is_infix(made):
                rest = self.row(end)
                return (
                    Item(
                        INFIX[made.name],
                        made.name[1:],
                        (tuple(out), rest),
                        start=out[0].start if out else made.start,
                        end=rest[-1].end if rest else made.end,
                    ),
                )
            if made.kind == "atom" and out and is_increment(out[-1]):
                before = out.pop()
                made = replace(made, accents=("Delta", *made.accents), start=before.start)
            out.append(made)
        return spelled_words(out)

    def scripted(self, item: Item, end: int) -> Item:
        subs, sups, primes = list(item.subs), list(item.sups), item.primes
        last = item.end
        changed = False
        while self.i < end and self.tokens[self.i].kind in ("sub", "sup", "prime"):
            token = self.tokens[self.i]
            self.i += 1
            changed = True
            last = token.end
            if token.kind == "prime":
                primes += 1
                continue
            if self.i >= end:
                raise self.fail("a script is missing", token)
            row = self.argument(end)
            last = self.tokens[self.i - 1].end
            dashes = list(map(dashes_of, row))
            if token.kind == "sup" and all(dashes):
                primes += sum(dashes)
            elif token.kind == "sub":
                subs.append(row)
            else:
                sups += turned_apart(row)
        if not changed:
            return item
        return Item(
            item.kind,
            item.name,
            item.rows,
            item.seps,
            tuple(subs),
            tuple(sups),
            primes,
            item.accents,
            item.value,
            item.start,
            last,
        )

    def argument(self, end: int) -> Row:
        """A braced group's content, or one item."""
        if self.i >= end:
            raise self.fail("an argument is missing")
        token = self.tokens[self.i]
        if token.kind == "lbrace":
            return self.braced()
        if token.kind == "num" and len(token.text) > 1 and token.text[0].isdigit():
            # TeX takes one digit where no brace stands: \\frac12 is one half
            rest = token.text[1:]
            kind = "num" if NUMBER.fullmatch(rest) else "rest"
            self.tokens[self.i] = replace(token, kind=kind, text=rest, start=token.start + 1)
            return (Item("number", token.text[0], value=Fraction(int(token.text[0])), start=token.start, end=token.start + 1),)
        made = self.item(end, alone=True)
        return () if made is None else (made,)

    def braced(self) -> Row:
        close = self.close[self.i]
        self.i += 1
        row = self.row(close)
        self.i = close + 1
        return row

    def item(self, end: int, alone: bool = False) -> Item | None:
        token = self.tokens[self.i]
        kind, text, span = token.kind, token.text, (token.start, token.end)
        if kind in ("open", "bar", "dbar") and self.i in self.close:
            return self.group(token)
        self.i += 1
        match kind:
            case "letter":
                return Item("atom", text, start=span[0], end=span[1])
            case "symbol":
                return Item("atom", text, start=span[0], end=span[1])
            case "num":
                return Item("number", text, value=number(text), start=span[0], end=span[1])
            case "rest":  # of a number: its percent sign, its exponent, its thousands
                parts = [replace(t, start=t.start + span[0], end=t.end + span[0]) for t in tokenize(text)]
                row = FlatReader(structure(parts), self.size).whole()
                return row[0] if len(row) == 1 else Item("group", "row", (row,), start=span[0], end=span[1])
            case "text":
                words = text.strip()
                return Item(
                    "text" if " " in words or not words.isascii() or not words.isalnum() else "atom",
                    f"text:{words}",
                    start=span[0],
                    end=span[1],
                )
            case "lbrace":
                self.i -= 1
                row = self.braced()
                if len(row) == 1:
                    return replace(row[0], start=span[0], end=self.tokens[self.i - 1].end)
                return Item("group", "row", (row,), start=span[0], end=self.tokens[self.i - 1].end)
            case "op" | "mid" | "dmid" | "row" | "amp" | "quad" | "close" | "bar" | "dbar":
                name = {"mid": "|", "dmid": "||", "bar": "|", "dbar": "||", "quad": r"\quad"}.get(kind, TIMES.get(text, text))
                return Item("mark", name, start=span[0], end=span[1])
            case "punct":
                return Item("mark", text, start=span[0], end=span[1])
            case "open":
                return Item("mark", text, start=span[0], end=span[1])
            case "evalbar" | "evaluated" | "at":
                return Item("bar", "", start=span[0], end=span[1])
            case "begin":
                return self.environment(token)
            case "cmd":
                return self.command(token, end)
            case "tag":
                return None
        raise self.fail(f"{text!r} cannot be read here", token)

    # --- brackets and environments -------------------------------------------------------------

    def group(self, token: Token) -> Item:
        at = self.i
        close = self.close[at]
        self.i += 1
        inner = self.row(close)
        closer = self.tokens[close]
        self.i = close + 1
        rows, seps = split(inner)
        fences = OPEN.get(token.text, token.text) + CLOSE.get(closer.text, closer.text)
        fences = {"||": "abs", "||||": "norm", "floorfloor": "floor", "ceilceil": "ceil"}.get(fences, fences)
        return Item("group", fences, rows, seps, start=token.start, end=closer.end)

    def environment(self, token: Token) -> Item | None:
        close = self.close.get(self.i - 1)
        if close is None:
            raise self.fail("an environment without its end", token)
        inner = self.row(close)
        self.i = close + 1
        rows = tuple(tuple(cells(r)) for r in split_rows(inner))
        flat = tuple(cell for r in rows for cell in r)
        shape = tuple(str(len(r)) for r in rows)
        name = token.text
        if name.endswith("cases") or name.endswith("cases*"):
            return Item("cases", name, flat, shape, start=token.start, end=self.tokens[close].end)
        if "matrix" in name or name == "array":
            return Item("matrix", name, flat, shape, start=token.start, end=self.tokens[close].end)
        return Item("group", "env", (inner,), start=token.start, end=self.tokens[close].end)

    # --- commands ------------------------------------------------------------------------------

    def command(self, token: Token, end: int) -> Item | None:
        name, at = token.text[1:] if token.text.startswith("\\") else token.text, token.start
        if token.text in RELATIONS:
            return Item("mark", RELATIONS[token.text], start=at, end=token.end)
        if token.text in TIMES:
            return (
                Item("mark", TIMES[token.text], start=at, end=token.end)
                if not self.placeholder(end)
                else Item("placeholder", start=at, end=token.end)
            )
        if name in FRACTIONS or name in BINOMIALS:
            top, bottom = self.argument(end), self.argument(end)
            return Item("frac" if name in FRACTIONS else "binom", name, (top, bottom), start=at, end=self.tokens[self.i - 1].end)
        if name == "sqrt":
            index: Row = ()
            if self.i < end and self.tokens[self.i].kind == "open" and self.tokens[self.i].text == "[":
                group = self.group(self.tokens[self.i])
                index = group.rows[0]
            body = self.argument(end)
            return Item("root", "", (body, index), start=at, end=self.tokens[self.i - 1].end)
        if name in ACCENTS:
            row = self.argument(end)
            if len(row) == 1 and row[0].kind == "atom":
                inner = row[0]
                return Item(
                    "atom", inner.name, subs=inner.subs, sups=inner.sups, primes=inner.primes, accents=(accent(name), *inner.accents),
                    start=at, end=self.tokens[self.i - 1].end,
                )  # fmt: skip
            return Item("group", f"accent:{accent(name)}", (row,), start=at, end=self.tokens[self.i - 1].end)
        if name in FONTS and name not in DECORATIONS or name in ("operatorname", "operatorname*"):
            font = FONTS.get(name.rstrip("*"), "mathrm")
            row = self.argument(end)
            return self.fonted(font, row, at)
        if name in ("overset", "stackrel", "underset"):
            note, base = self.argument(end), self.argument(end)
            if name == "underset" and len(base) == 1:
                return Item(
                    base[0].kind, base[0].name, base[0].rows, base[0].seps, (*base[0].subs, note), base[0].sups, base[0].primes,
                    base[0].accents, base[0].value, at, self.tokens[self.i - 1].end,
                )  # fmt: skip
            if len(base) == 1 and is_mark(base[0], "=", ":=") and len(note) == 1 and note[0].name in IN_LAW:
                return Item("mark", r"\sim", start=at, end=self.tokens[self.i - 1].end)  # equal in law, and not in value
            return base[0] if len(base) == 1 else Item("group", "row", (base,), start=at, end=self.tokens[self.i - 1].end)
        if name == "color":
            return None  # the lexer has taken the colour along
        if name in DECORATIONS:
            row = self.argument(end)
            if name == "mathcolor":
                row = self.argument(end)
            made = Item("group", "row", (row,), start=at, end=self.tokens[self.i - 1].end)
            if name in ("underbrace", "overbrace") and self.i < end and self.tokens[self.i].kind in ("sub", "sup"):
                self.i += 1
                self.argument(end)
            return made
        if name == "nabla":
            return Item("nabla", "", start=at, end=token.end)
        if name == "arg":
            following = self.tokens[self.i].text if self.i < end else ""
            if following in (r"\max", r"\min"):
                self.i += 1
                return Item("big", "arg" + following[1:], start=at, end=self.tokens[self.i - 1].end)
        if name in BIGS:
            return Item("big", BIGS[name], start=at, end=token.end)
        if name in DOTS:
            return Item("dots", DOTS[name], start=at, end=token.end)
        if token.text in INFIX:
            return Item("mark", token.text, start=at, end=token.end)
        if name in FUNCTIONS and name != "Pr":
            return Item("atom", f"text:{name}", start=at, end=token.end)
        if name in LETTER_LIKE:
            return Item("atom", name, start=at, end=token.end)
        return Item("mark", token.text, start=at, end=token.end)

    def placeholder(self, end: int) -> bool:
        """Whether the dot just read stands for an argument: nothing on one of its sides."""
        before = self.tokens[self.i - 2] if self.i >= 2 else None
        after = self.tokens[self.i] if self.i < end else None
        left = before is None or before.kind in ("open", "mid", "dmid") or before.kind == "punct"
        right = after is None or after.kind in ("close", "mid", "dmid", "punct") or after.text in (r"\mid", r"\parallel")
        return left and right or left and before is not None and before.kind == "open" and right

    def fonted(self, font: str, row: Row, at: int) -> Item | None:
        end = self.tokens[self.i - 1].end
        if all(part.kind == "atom" and len(part.name) == 1 and not part.subs and not part.sups for part in row) and len(row) > 1:
            word = "".join(part.name for part in row)
            return Item("atom", f"text:{word}", start=at, end=end)
        if len(row) == 1 and row[0].kind == "atom":
            inner = row[0]
            name = (
                inner.name
                if font in ("", "mathit") or ":" in inner.name and not inner.name.startswith("text:")
                else f"{font}:{inner.name}"
            )
            if font in ("mathrm", "mathsf", "mathtt") or inner.name.startswith("text:"):
                name = inner.name if inner.name.startswith("text:") else f"text:{inner.name}"
            return Item(
                "atom", name, subs=inner.subs, sups=inner.sups, primes=inner.primes, accents=inner.accents, start=at, end=end
            )
        if len(row) == 1 and row[0].kind == "number" and (font == "mathbb" or font in BOLD_FONTS and row[0].name == "1"):
            return Item("atom", f"{font}:{row[0].name}", start=at, end=end)
        if len(row) == 1:
            return row[0]
        words = [part.name.removeprefix("text:") for part in row if part.kind in ("atom", "number", "mark")]
        if (
            font in ("mathrm", "mathsf", "mathit", "mathtt")
            and len(words) == len(row)
            and all(w.isalnum() or w == "-" for w in words)
        ):
            return Item("atom", "text:" + "".join(words), start=at, end=end)
        return Item("group", "row", (row,), start=at, end=end)


#: What turns a vector or matrix over, whatever stands before it.
TURNED = ("top", "intercal")


def turned_apart(sup: Row) -> list[Row]:
    r"""A superscript with what turns over what bears it as one of its own: ``x^{*\top}``."""
    return [sup[:-1], sup[-1:]] if len(sup) > 1 and sup[-1].kind == "atom" and sup[-1].name in TURNED else [sup]
