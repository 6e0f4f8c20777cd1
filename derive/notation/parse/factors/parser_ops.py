"""One factor and everything it may take."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.notation.parse.factors.parser_groups import Groups
from derive.notation.parse.factors.parser_scripts import number
from derive.notation.trees.term_trees import (
    Big,
    Decor,
    Div,
    Dots,
    Func,
    Mul,
    Num,
    Paren,
    Pow,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import (
    ACCENTS,
    BARE_FUNCTIONS,
    BIG_OPERATORS,
    COMMAND_FUNCTIONS,
    DIVERGENCES,
    DOTS,
    FONTS,
    FUNCTIONS,
    LETTER_LIKE,
    MAXIMIZERS,
    OPTIMA,
)

FRACTIONS = {"frac": "frac", "tfrac": "tfrac", "dfrac": "dfrac", "cfrac": "dfrac", "sfrac": "frac"}
BRACE_NOTES = ("underbrace", "overbrace")
WRAPPERS = ("boxed", "cancel", "bcancel", "xcancel", "fbox")


class Operators(Groups):
    """One factor and everything it may take."""

    def factor(self) -> Term:
        self.deeper(self.peek())
        start = self.i
        term = self.atom()
        if not isinstance(term, Big):
            term = self.postfixed(term, start)
        self.depth -= 1
        return term

    def atom(self) -> Term:
        token = self.peek()
        if token.kind == "num":
            self.i += 1
            return self.powered(number(token.text, token))
        if token.kind in ("letter", "symbol"):
            return self.letter()
        if token.kind == "text":
            return self.word()
        if token.kind == "lbrace":
            return self.group()
        if token.kind == "open":
            return self.fenced()
        if token.kind == "begin":
            return self.environment()
        if token.kind == "cmd":
            return self.command()
        if self.starts_factor():
            return self.placeholder()
        raise self.unexpected()

    def powered(self, term: Term) -> Term:
        return term

    def command(self) -> Term:
        token = self.peek()
        name = token.text[1:]
        if token.text in (r"\cdot", r"\bullet") or (token.text in (r"\ast", r"\star", r"\circ") and self.is_placeholder()):
            return self.placeholder()
        if name in FRACTIONS:
            return self.fraction()
        if name == "sqrt":
            return self.root()
        if name in COMMAND_FUNCTIONS:
            self.i += 1
            return self.function(name, token.text)
        if name in ("argmax", "argmin") or name in OPTIMA or name == "arg":
            return self.optimum()
        if name in BIG_OPERATORS:
            return self.big()
        if name == "nabla":
            return self.gradient()
        if name == "partial":
            return self.partial()
        if name in DOTS:
            self.i += 1
            return Dots(DOTS[name], span=token.span)
        if name == "Delta":
            return self.increment()
        if name in ("binom", "tbinom", "dbinom"):
            start = self.i
            self.i += 1
            return Func("binom", (self.braced(), self.braced()), spelling=r"\binom", span=self.span(start))
        if name in BRACE_NOTES or name in WRAPPERS or name in ("color", "textcolor", "colorbox"):
            return self.decoration()
        if name in ("overset", "underset"):
            return self.stacked()
        if name in ACCENTS or name in FONTS or name in LETTER_LIKE:
            return self.letter()
        raise self.unexpected()

    def braced(self) -> Term:
        """A macro's argument: a braced group or one character."""
        token = self.peek()
        if token.kind == "lbrace":
            return self.inside(self.bare_list_or_nothing)
        if token.kind == "num":
            return self.single_script()
        if token.kind == "eof" or not self.starts_factor():
            raise self.fail("an argument is missing here", token, "D105")
        return self.bare_atom()

    def bare_list_or_nothing(self) -> Term:
        if self.i >= self.end:
            raise self.fail("this argument is empty", self.tokens[self.i - 1], "D105")
        return self.bare_list()

    # --- letters, words, groups ------------------------------------------------------------------

    def letter(self) -> Term:
        start = self.i
        token = self.peek()
        if token.kind == "letter" and token.text == "d" and self.is_inline_derivative():
            return self.inline_derivative()
        if self.is_differential():
            return self.differential()
        if token.kind == "letter" and self.peek(1).kind == "letter":
            typed = self.typed_name()
            if typed:
                return self.named(typed, start)
        if token.text[1:] in ACCENTS:
            if self.accented_nabla():
                return self.natural_gradient()
            wide = self.wide_accent()
            if wide is not None:
                return wide
        sym = self.name()
        return self.after_name(sym, start)

    def typed_name(self) -> str:
        """A known name typed as plain letters in front of its bracket: ``KL(p||q)``, ``clip(…)``."""
        at = self.i
        while (
            at < self.end and self.tokens[at].kind == "letter" and at - self.i < 14 and not (at > self.i and self.tokens[at].gap)
        ):
            at += 1
        name = "".join(token.text for token in self.tokens[self.i : at])
        follows = at < self.end and self.tokens[at].kind == "open" and self.tokens[at].text == "("
        if self.tokens[at - 1].end - self.tokens[self.i].start != len(name) or not follows:
            return ""
        return name if name in DIVERGENCES or (len(name) > 2 and (name in FUNCTIONS or name in OPTIMA)) or name == "ln" else ""

    def named(self, name: str, start: int) -> Term:
        """The term of a name typed as plain letters."""
        self.i += len(name)
        if name in DIVERGENCES:
            return self.after_name(Sym("text:" + name, span=self.span(start)), start)
        return self.function(name, "\\" + name if name in COMMAND_FUNCTIONS or name in OPTIMA else rf"\mathrm{{{name}}}")

    def after_name(self, sym: Sym, start: int) -> Term:
        """A name is an expectation, or a symbol with scripts and arguments."""
        if self.lexicon.role(sym.name) == "expectation":
            found = self.expectation(sym, start)
            if found is not None:
                return found
        if sym.name == "mathbb:V" and self.peek().kind in ("open", "sub"):
            return self.function("Var", r"\mathbb{V}")
        return self.scripted(sym, start)

    def wide_accent(self) -> Term | None:
        """An accent over more than one symbol is a decoration."""
        start = self.i
        if self.peek(1).kind != "lbrace":
            return None
        close = self.close[self.i + 1]
        inner = self.tokens[self.i + 2 : close]
        if not any(t.kind == "op" or t.text in ("(", r"\frac", r"\log", r"\nabla") for t in inner[:200]):
            return None
        accent = self.take().text
        body = self.inside(self.arg)
        if accent in (r"\underline", r"\underbar"):
            return Decor("underline", body, span=self.span(start))
        return Func("accent:" + accent[1:], (body,), spelling=accent, span=self.span(start))

    def accented_nabla(self) -> bool:
        at = self.i + 1
        if at < self.end and self.tokens[at].kind == "lbrace" and self.close[at] == at + 2:
            at += 1
        return at < self.end and self.tokens[at].text == r"\nabla"

    def natural_gradient(self) -> Term:
        r"""``\tilde\nabla J``: a gradient of another kind, whose meaning the page must give."""
        start = self.i
        accent = self.take().text
        if self.peek().kind == "lbrace":
            self.i += 2  # gradient() passes over the brace as it would over the sign
        return Func("accent:" + accent[1:], (self.gradient(),), spelling=accent + r"\nabla", span=self.span(start))

    def word(self) -> Term:
        start = self.i
        token = self.take()
        name = token.text.strip()
        command = {"textbf": "mathbf"}.get(token.extra, token.extra) or "text"
        spelling = f"\\{command}{{{name}}}"
        if name in ("argmax", "arg max", "argmin", "arg min", "max", "min", "sup", "inf", "limsup", "liminf") or (
            name in MAXIMIZERS and self.peek().kind in ("sub", "letter", "cmd")
        ):
            self.i = start
            return self.optimum()
        if name in FUNCTIONS and self.peek().kind in ("open", "sub", "sup", "lbrace"):
            return self.function(name, spelling)
        if (
            name in FUNCTIONS
            and name in ("tr", "Tr", "log", "ln", "exp", "sign", "rank", "det", "sg", "Cov", "Var")
            and self.starts_factor()
        ):
            return self.function(name, spelling)
        font = "mathbf:" if command == "mathbf" else "text:"
        return self.after_name(Sym(font + name, span=token.span), start)

    # --- fractions, roots, functions -------------------------------------------------------------

    def fraction(self) -> Term:
        start = self.i
        style = FRACTIONS[self.take().text[1:]]
        if self.is_derivative_fraction():
            return self.derivative(start)
        num = self.integrand() if self.integrals and self.peek().kind == "lbrace" else self.braced()
        den = self.braced()
        return Div(num, den, style, span=self.span(start))

    def integrand(self) -> Term:
        r"""A numerator, which may hold the differential of the integral: ``\frac{dx}{x}``, ``\frac{x\,dx}{1+x^2}``."""
        found: list[Term] = []

        def top() -> Term:
            self.integrals = 1
            if self.ends_integral():
                found.extend(self.measures())
                return self.bare_list() if self.i < self.end else Num(Fraction(1), "1")
            body = self.bare_list_or_nothing()
            if self.ends_integral():
                found.extend(self.measures())
            return body

        num = self.inside(top)
        if found:
            self.fraction_measure = found
        return num

    def root(self) -> Term:
        start = self.i
        self.i += 1
        index: Term | None = None
        if self.peek().kind == "open" and self.peek().text == "[":
            index = self.inside(self.arg)
        return Func("sqrt", (self.braced(),), index, spelling=r"\sqrt", span=self.span(start))

    def function(self, name: str, spelling: str) -> Term:
        """A named function: its base, its power, its arguments."""
        start = self.i - 1
        sub: Term | None = None
        sup: Term | None = None
        while self.peek().kind in ("sub", "sup"):
            if self.take().kind == "sub":
                items = self.under_items()
                sub = items[0] if len(items) == 1 else Seq(items, "")
            else:
                _, terms = self.superscript()
                sup = terms[0] if terms else None
        following = self.peek()
        if following.kind == "open" and following.text in ("(", "[", r"\{"):
            inside = self.bracket()
            items = inside.items
            if len(items) == 1 and isinstance(items[0], Seq) and items[0].fences == "":
                items = items[0].items
            if inside.bar == ";" and inside.given and name not in ("log",):
                items, inside = (*items, *inside.given), replace(inside, given=())
            return Func(name, items, sub, sup, inside.given, inside.fences, spelling, span=self.span(start))
        if not self.starts_factor() or self.is_prose(self.i):
            if name in BARE_FUNCTIONS or spelling.startswith("\\" + name):
                return Func(name, (), sub, sup, (), "", spelling, span=self.span(start))
            return Sym("text:" + name, subs=(sub,) if sub is not None else (), span=self.span(start))
        argument = self.bare_argument()
        if isinstance(argument, Transpose) and not isinstance(argument.body, Paren):
            inner = Func(name, (argument.body,), sub, sup, (), "", spelling, span=self.span(start))
            return Transpose(inner, argument.mark, span=self.span(start))
        return Func(name, (argument,), sub, sup, (), "", spelling, span=self.span(start))

    def bare_argument(self) -> Term:
        r"""One factor; a number also takes the plain symbols beside it (``\log 2\pi\sigma^2``)."""
        start = self.i
        factors = [self.factor()]
        if isinstance(factors[0], Num):
            while self.starts_factor() and self.peek().kind in ("letter", "cmd") and not self.ends_integral():
                if self.peek().kind == "cmd" and self.peek().text[1:] not in LETTER_LIKE:
                    break
                before = self.i
                more = self.factor()
                if not isinstance(more, Sym | Pow) or (isinstance(more, Pow) and not isinstance(more.base, Sym)):
                    self.i = before
                    break
                factors.append(more)
        return factors[0] if len(factors) == 1 else Mul(tuple(factors), ("",) * (len(factors) - 1), span=self.span(start))
