"""What stands below and above a symbol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from derive.notation.parse.sums.parser_expr import Expressions
from derive.notation.trees.term_trees import (
    Add,
    App,
    Dots,
    Label,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Pos,
    Pow,
    Seq,
    Sym,
    Term,
)
from derive.syntax.lex.symbols import ACCENTS, FONTS, LABEL_WORDS, LETTER_LIKE
from derive.syntax.lex.tokens import digits

FENCES = {"(": "(", "[": "[", r"\{": "{", ")": ")", "]": "]", r"\}": "}"}
TRANSPOSE_MARKS = {r"\top": r"\top", r"\intercal": r"\intercal", r"\mathsf": r"\mathsf{T}", r"\mathrm": r"\mathrm{T}"}
MARKS = frozenset(("*", "+", "-", r"\star", r"\ast", r"\dagger", r"\ddagger", r"\circ", r"\bullet"))


@dataclass(frozen=True, slots=True)
class Inside:
    """What a bracket holds: its items, what is given, and the marks between them."""

    items: tuple[Term, ...]
    given: tuple[Term, ...]
    sep: str
    bar: str
    fences: str
    listed: bool


class Scripts(Expressions):
    """Subscripts, superscripts and the labels in them."""

    # --- scripts ---------------------------------------------------------------------------------

    def script_items(self) -> tuple[Term, ...]:
        """The terms of a subscript: indices, parameters and labels."""
        if self.peek().kind == "lbrace":
            return self.inside(self.script_list)
        return (self.single_script(),)

    def script_list(self) -> tuple[Term, ...]:
        found: list[Term] = []
        if self.is_cmd(r"\substack") and self.peek(1).kind == "lbrace":
            self.i += 1
            return self.inside(self.script_list)
        while self.i < self.end:
            found.extend(self.script_item())
            if self.is_punct(",", ";"):
                self.i += 1
            elif self.i < self.end:
                raise self.unexpected()
        return tuple(found)

    def script_item(self) -> tuple[Term, ...]:
        start = self.i
        token = self.peek()
        after = self.peek(1)
        alone = after.kind == "eof" or (after.kind == "punct" and after.text in ",;")
        if alone and (token.text in MARKS):
            self.i += 1
            return (Label(token.text, span=token.span),)
        if token.kind == "text" and (alone or self.is_hyphenated()):
            return (self.text_label(),)
        if token.kind == "text" and after.kind == "open":
            self.i += 1
            return (self.applied_label(Label(token.text.strip(), token.extra, span=token.span), start),)
        if alone and token.kind == "cmd" and token.text[1:] in ("max", "min", "sup", "inf", "det", "log", "arg", "lim", "exp"):
            self.i += 1
            return (Label(token.text[1:], "cmd", span=token.span),)
        run = self.letter_run()
        joined = self.joined_words() if run else ""
        if joined:
            return (Label(joined, span=self.span(start)),)
        if run:
            following = self.peek(len(run))
            if following.kind == "open" and following.text == "(":
                self.i += len(run)
                return (self.applied_label(Label(run, span=self.span(start)), start),)
            if following.kind == "eof" or (following.kind == "punct" and following.text in ",;"):
                self.i += len(run)
                return (Label(run, span=self.span(start)),)
        if self.is_punct(":"):
            first: Term = Missing()
        else:
            first = self.arg()
        if self.is_punct(":"):
            parts = [first]
            while self.is_punct(":"):
                self.i += 1
                parts.append(Missing() if self.i >= self.end or self.is_punct(",") else self.arg())
            return (Op(":", tuple(parts), span=self.span(start)),)
        if self.peek().kind == "mid":
            self.i += 1
            return (Op("|", (first, self.arg()), span=self.span(start)),)
        if isinstance(first, Mul) and set(first.ops) == {""} and self.are_indices(first.factors):
            return first.factors
        return (first,)

    def are_indices(self, factors: tuple[Term, ...]) -> bool:
        """Whether letters and digits side by side are indices: ``ij``, ``m1``, ``1n``, and ``2n`` in a matrix."""
        if not all(isinstance(f, Sym) and is_index_letter(f) or isinstance(f, Num) and len(f.text) == 1 for f in factors):
            return False
        first = factors[0]
        return (
            isinstance(first, Sym) or len(factors) == 2 and isinstance(first, Num) and (first.text == "1" or self.in_matrix > 0)
        )

    def is_hyphenated(self) -> bool:
        r"""``\text{max}-\text{ent}``: words joined by a hyphen are one label."""
        return self.peek(1).text == "-" and self.peek(2).kind == "text"

    def text_label(self) -> Label:
        token = self.take()
        text = token.text.strip()
        start = self.i - 1
        while self.peek().text == "-" and self.peek(1).kind == "text":
            self.i += 1
            text += "-" + self.take().text.strip()
        return Label(text, token.extra, span=self.span(start))

    def applied_label(self, label: Label, start: int) -> Term:
        inside = self.bracket()
        return App(label, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))

    def letter_run(self) -> str:
        """A run of letters that is a word (``old``, ``CLIP``), empty when it is indices (``ij``)."""
        at = self.i
        while at < self.end and self.tokens[at].kind == "letter":
            at += 1
        run = "".join(token.text for token in self.tokens[self.i : at])
        if at < self.end and self.tokens[at].kind in ("sub", "sup", "prime"):
            return ""
        if len(run) < 2:
            return ""
        if run in LABEL_WORDS:
            return run
        if (
            len(run) == 2
            or set(run) <= set("ijklmnt")
            or set(run) <= set("sa")
            or set(run) <= set("SAR")
            or set(run) <= set("xyz")
        ):
            return ""
        return run

    def joined_words(self) -> str:
        """Words joined by signs, as in ``L^{CLIP+VF+S}``; empty when there is but one word."""
        at = self.i
        text = ""
        while at < self.end and (
            self.tokens[at].kind == "letter" or (self.tokens[at].kind == "op" and self.tokens[at].text in "+-")
        ):
            text += self.tokens[at].text
            at += 1
        ended = at >= self.end or (self.tokens[at].kind == "punct" and self.tokens[at].text == ",")
        if not ended or not ("+" in text or "-" in text) or not text[-1].isalpha() or not text[0].isupper():
            return ""
        self.i = at
        return text

    def single_script(self) -> Term:
        """A script without braces: one character or one command."""
        token = self.peek()
        decimal = self.tokens[self.i - 1].kind == "sub" and token.text[:2].isdigit() and token.text.replace(".", "", 1).isdigit()
        if token.kind == "num" and len(token.text) > 1 and (token.text.isdigit() or decimal):  # \log_20.5 is the log of 0.5
            self.tokens[self.i] = replace(token, text=token.text[1:], start=token.start + 1)
            return number(token.text[0], token)
        if token.text in MARKS:
            self.i += 1
            return Label(token.text, span=token.span)
        if token.kind == "text":
            self.i += 1
            return Label(token.text.strip(), token.extra, span=token.span)
        if token.kind == "cmd" and token.text[1:] in ("max", "min", "sup", "inf", "log"):
            self.i += 1
            return Label(token.text[1:], "cmd", span=token.span)
        if not self.starts_factor() or token.kind == "open":
            raise self.fail("a subscript or superscript is missing here", token, "D113")
        return self.bare_atom()

    def bare_atom(self) -> Term:
        """An atom that takes neither scripts nor arguments."""
        token = self.peek()
        if token.kind in ("letter", "symbol") or (
            token.kind == "cmd" and (token.text[1:] in LETTER_LIKE or token.text[1:] in FONTS or token.text[1:] in ACCENTS)
        ):
            return self.name()
        if token.kind == "cmd" and token.text in (r"\nabla", r"\Delta"):
            self.i += 1
            return Sym(token.text[1:], span=token.span)
        return self.atom()

    def superscript(self) -> tuple[str, tuple[Term, ...]]:
        """What stands above: its kind (``prime``, ``transpose``, ``label``, ``index``, ``inverse``, ``term``) and its terms."""
        token = self.peek()
        if token.kind == "lbrace":
            inner, after = self.peek(1), self.peek(2)
            closed = self.closer() == self.i + 2
            if closed and inner.kind == "cmd" and inner.text in (r"\top", r"\intercal"):
                self.i += 3
                return "transpose", (Label(TRANSPOSE_MARKS[inner.text]),)
            if inner.kind == "prime" or inner.text == r"\prime":
                count = self.closer() - self.i - 1
                if all(t.kind == "prime" or t.text == r"\prime" for t in self.tokens[self.i + 1 : self.closer()]):
                    self.i = self.closer() + 1
                    return "prime", (Num(Fraction(count), str(count)),)
            if inner.text in (r"\mathsf", r"\mathrm", r"\mathbf", r"\rm", r"\text") and self.is_roman_t(self.i + 1):
                self.i = self.closer() + 1
                return "transpose", (Label(r"\mathsf{T}" if inner.text == r"\mathsf" else r"\mathrm{T}"),)
            if inner.kind == "text" and inner.text == "T" and closed:
                self.i += 3
                return "transpose", (Label(r"\mathrm{T}"),)
            if inner.kind == "open" and inner.text in ("(", "[") and self.close[self.i + 1] == self.closer() - 1:
                closer = self.closer()
                start = self.i
                self.i += 1
                held = self.inside(self.bare_list)
                self.i = closer + 1
                fences = "()" if inner.text == "(" else "[]"
                term = replace(held, fences=fences) if isinstance(held, Seq) else Paren(held, fences, span=self.span(start))
                return "index", (term,)
            if inner.text == "-" and after.text in (r"\top", r"\intercal") and self.closer() == self.i + 3:
                self.i += 4
                return "inverse-transpose", (Label("-" + TRANSPOSE_MARKS[after.text]),)
            if inner.text == "-" and after.text == "1" and self.closer() == self.i + 3:
                start = self.i
                self.i += 4
                return "inverse", (Neg(Num(Fraction(1), "1"), span=self.span(start)),)
            terms = self.inside(self.script_list)
            if not terms:
                return "empty", ()
            labelled = any(isinstance(t, Label) or (isinstance(t, App) and isinstance(t.head, Label)) for t in terms)
            return ("label" if labelled else "term"), terms
        if token.kind == "prime" or token.text == r"\prime":
            self.i += 1
            return "prime", (Num(Fraction(1), "1"),)
        if token.kind == "cmd" and token.text in (r"\top", r"\intercal"):
            self.i += 1
            return "transpose", (Label(TRANSPOSE_MARKS[token.text]),)
        if token.text in (r"\mathsf", r"\mathrm") and self.is_roman_t(self.i):
            self.i += 4
            return "transpose", (Label(TRANSPOSE_MARKS[token.text]),)
        if token.kind == "text" and token.text == "T":
            self.i += 1
            return "transpose", (Label(r"\mathrm{T}"),)
        above = self.single_script()
        return ("label" if isinstance(above, Label) else "term"), (above,)

    def is_roman_t(self, at: int) -> bool:
        tokens = self.tokens[at : at + 4]
        if len(tokens) > 2 and tokens[1].text == "T" and tokens[2].kind == "rbrace" and at > self.i:
            return True
        return len(tokens) == 4 and tokens[1].kind == "lbrace" and tokens[2].text == "T" and tokens[3].kind == "rbrace"

    def name(self) -> Sym:
        raise NotImplementedError

    def bracket(self) -> Inside:
        raise NotImplementedError


def is_index_letter(sym: Sym) -> bool:
    """A single Latin letter, perhaps primed: ``i``, ``s'``."""
    return len(sym.name) == 1 and sym.name.isalpha() and not sym.subs and not sym.sups and not sym.accents


def bare_occurrence(term: Term, sym: Sym) -> bool:
    """Whether ``sym`` stands in ``term`` without arguments of its own, as the second p of ``p(1-p)``."""
    if term == sym:
        return True
    if isinstance(term, App):
        return False
    if isinstance(term, Sym | Num | Dots):
        return False
    return (
        any(bare_occurrence(child, sym) for child in term.children())
        if isinstance(term, Add | Mul | Neg | Pos | Paren | Pow)
        else False
    )


def named_bare(content: Add, name: str) -> bool:
    """Whether a part of a sum is, but for its scripts, the name in front of the bracket."""
    parts = [part.body if isinstance(part, Neg) else part for part in content.terms]
    return any(isinstance(part, Sym) and part.name == name for part in parts)


def number(text: str, token: object) -> Num:
    """A literal with its exact value."""
    plain = digits(text)
    percent = plain.endswith("\\%")
    value = Fraction(plain.rstrip("%").rstrip("\\").strip() if percent else plain)
    return Num(value / 100 if percent else value, text, span=getattr(token, "span", None))
