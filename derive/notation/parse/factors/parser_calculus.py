"""Gradients, derivatives and increments."""

from __future__ import annotations

from dataclasses import replace

from derive.notation.parse.factors.parser_symbols import Symbols
from derive.notation.trees.term_trees import (
    App,
    Delta,
    Deriv,
    Div,
    Func,
    Grad,
    Label,
    Missing,
    Mul,
    Num,
    Op,
    Paren,
    Pow,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import (
    ACCENTS,
    BIG_OPERATORS,
    FONTS,
    LETTER_LIKE,
)


class Calculus(Symbols):
    """Gradients, derivatives and increments."""

    # --- gradients and derivatives ---------------------------------------------------------------

    def gradient(self) -> Term:
        start = self.i
        self.i += 1
        wrt: Term | None = None
        order = 1
        while self.peek().kind in ("sub", "sup"):
            if self.take().kind == "sub":
                items = self.script_items()
                wrt = items[0] if len(items) == 1 else Seq(items, "")
            else:
                kind, terms = self.superscript()
                if kind == "transpose":
                    return Transpose(
                        Grad(None, wrt, order), terms[0].text if isinstance(terms[0], Label) else r"\top", span=self.span(start)
                    )
                if len(terms) == 1 and isinstance(terms[0], Num) and terms[0].value.denominator == 1 and 0 < terms[0].value < 10:
                    order = int(terms[0].value)
                else:
                    raise self.fail("the order of a gradient is a small number")
        if not self.starts_factor() or self.is_prose(self.i):
            return Grad(None, wrt, order, span=self.span(start))
        before = self.i
        body = self.differentiated()
        if isinstance(body, Transpose) and isinstance(body.body, Grad) and body.body.body is None:
            self.i = before  # ∇∇ᵀ f: operators side by side
            return Grad(None, wrt, order, span=self.span(start))
        plain = without_power_t(body)
        if plain is not None:  # ∇ log p(x)^T: a gradient is transposed, no probability has the power T
            return Transpose(Grad(plain, wrt, order, span=self.span(start)), "T", span=self.span(start))
        if isinstance(body, Transpose) and not isinstance(body.body, Paren):
            return Transpose(Grad(body.body, wrt, order, span=self.span(start)), body.mark, span=self.span(start))
        return Grad(body, wrt, order, span=self.span(start))

    def differentiated(self) -> Term:
        """One factor, with the constants that stand before it."""
        start = self.i
        factors = [self.factor()]
        while self.is_constant(factors[-1]) and self.starts_factor() and not self.is_prose(self.i) and not self.ends_integral():
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else Mul(tuple(factors), ("",) * (len(factors) - 1), span=self.span(start))

    def is_constant(self, term: Term) -> bool:
        if isinstance(term, Num):
            return True
        if isinstance(term, Div):
            return self.is_constant(term.num) and self.is_constant(term.den)
        if isinstance(term, Pow):
            return self.is_constant(term.base)
        return (
            isinstance(term, Sym)
            and self.lexicon.role(term.name) in ("scalar", "count", "index")
            and term.name in ("gamma", "lambda", "alpha", "beta", "eta", "N", "n", "G", "K", "M", "T")
            and not term.subs
        )

    def is_d(self, ahead: int, kind: str) -> int:
        """How many tokens a differential sign takes at this distance (0 when there is none)."""
        token = self.peek(ahead)
        if kind == "partial":
            return 1 if token.kind == "cmd" and token.text == r"\partial" else 0
        if token.kind == "letter" and token.text == "d":
            return 1
        if (
            token.kind == "cmd"
            and token.text in (r"\mathrm", r"\mathsf")
            and self.peek(ahead + 1).kind == "lbrace"
            and self.peek(ahead + 2).text == "d"
            and self.peek(ahead + 3).kind == "rbrace"
        ):
            return 4
        return 0

    def is_derivative_fraction(self) -> bool:
        r"""``\frac{dL}{d\theta}``: both parts start with the same differential sign."""
        if self.peek().kind != "lbrace":
            return False
        top = self.i
        bottom = self.close[top] + 1
        if bottom >= self.end or self.tokens[bottom].kind != "lbrace":
            return False
        for kind in ("partial", "d"):
            above = self.is_d(1, kind)
            below = self.is_d(bottom + 1 - top, kind)
            if above and below:
                after_top = self.tokens[top + 1 + above]
                after_bottom = self.tokens[bottom + 1 + below]
                if kind == "d" and after_top.kind in ("sub", "open", "punct", "prime"):
                    return False
                if (
                    after_top.kind == "sup"
                    and kind == "d"
                    and self.tokens[top + 2 + above].kind != "num"
                    and self.tokens[top + 2 + above].kind != "letter"
                ):
                    return False
                return after_bottom.kind in ("letter", "symbol", "lbrace", "text") or (
                    after_bottom.kind == "cmd" and after_bottom.text[1:] in LETTER_LIKE | ACCENTS | frozenset(FONTS)
                )
        return False

    def derivative(self, start: int) -> Term:
        kind = "partial" if self.is_d(1, "partial") else "d"

        def top() -> Term | None:
            self.i += self.is_d(0, kind)
            if self.peek().kind == "sup":
                self.i += 1
                self.superscript()
            return self.product() if self.starts_factor() else None

        def bottom() -> tuple[tuple[Term, int], ...]:
            found: list[tuple[Term, int]] = []
            while self.i < self.end:
                width = self.is_d(0, kind)
                if not width:
                    raise self.unexpected()
                self.i += width
                variable = self.factor()
                times = 1
                if (
                    isinstance(variable, Pow)
                    and isinstance(variable.exp, Num)
                    and variable.exp.value.denominator == 1
                    and 0 < variable.exp.value < 10
                ):
                    times = int(variable.exp.value)
                    variable = variable.base
                found.append((variable, times))
            return tuple(found)

        body = self.inside(top)
        wrt = self.inside(bottom)
        if body is not None:
            made = Deriv(body, wrt, kind, "over", span=self.span(start))
            return self.derivative_at(made, start) if isinstance(body, Sym) else made
        if not self.starts_factor() or self.is_prose(self.i):
            return Deriv(None, wrt, kind, "beside", span=self.span(start))
        return Deriv(self.differentiated(), wrt, kind, "beside", span=self.span(start))

    def derivative_at(self, made: Deriv, start: int) -> Term:
        r"""``\frac{dQ}{d\phi}(s,a)`` is the derivative as a function; a sum in brackets is a factor."""
        following = self.peek()
        assert isinstance(made.body, Sym)
        if following.kind != "open" or following.text != "(" or self.lexicon.applies(made.body.name) != "yes":
            return made
        before = self.i
        inside = self.bracket()
        if not inside.given and not all(isinstance(item, Sym | Num | App) for item in inside.items):
            self.i = before
            return made
        return App(made, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))

    def partial(self) -> Term:
        r"""``\partial_\theta f`` and ``\partial f / \partial x``; a bare ``\partial f`` is a symbol's increment."""
        start = self.i
        self.i += 1
        if self.peek().kind == "sub":
            self.i += 1
            wrt = tuple((item, 1) for item in self.script_items())
            body = self.differentiated() if self.starts_factor() and not self.is_prose(self.i) else None
            return Deriv(body, wrt, "partial", "sub", span=self.span(start))
        if not self.starts_factor():
            return self.scripted(Sym("partial"), start)
        body = self.factor()
        if self.peek().text == "/" and self.peek(1).text == r"\partial":
            self.i += 2
            return Deriv(body, ((self.factor(), 1),), "partial", "/", span=self.span(start))
        return Op(r"\partial", (Missing(), body), span=self.span(start))

    def is_differential(self) -> bool:
        r"""Whether a differential such as ``\mathrm{d}x`` stands here, outside an integral."""
        if self.integrals or self.peek().text not in ("d", r"\mathrm", r"\mathsf"):
            return False
        roman = self.is_roman_d()
        if not roman and not (self.peek().kind == "letter" and self.in_differentials()):
            return False
        after = self.peek(4 if roman else 1)
        if not roman and after.start != self.peek().end:
            return False
        return after.kind in ("letter", "symbol") or (
            after.kind == "cmd" and (after.text[1:] in LETTER_LIKE or after.text[1:] in ACCENTS or after.text[1:] in FONTS)
        )

    def in_differentials(self) -> bool:
        r"""Whether a formula speaks of differentials: ``\,dx``, or ``dx = …dt`` from the start of a side on."""
        if self.differentials is None:
            tokens = self.tokens
            pairs = [
                n
                for n in range(len(tokens) - 1)
                if tokens[n].kind == "letter"
                and tokens[n].text == "d"
                and tokens[n].end == tokens[n + 1].start
                and (tokens[n + 1].kind == "letter" or tokens[n + 1].text[1:] in LETTER_LIKE)
            ]
            integral = any("int" in token.text and token.text[1:] in BIG_OPERATORS for token in tokens)
            first = len(pairs) > 1 and pairs[0] == 0
            self.differentials = not integral and (first or any(tokens[n].gap == "thin" for n in pairs))
        return self.differentials

    differentials: bool | None = None

    def differential(self) -> Term:
        start = self.i
        self.i += 4 if self.is_roman_d() else 1
        return Op(r"\mathrm{d}", (Missing(), self.factor()), span=self.span(start))

    def is_inline_derivative(self) -> bool:
        """``dL/dx`` typed on one line."""
        first, second = self.peek(1), self.peek(2)
        return (
            first.kind in ("letter", "cmd")
            and (first.kind == "letter" or first.text[1:] in LETTER_LIKE)
            and second.text == "/"
            and self.peek(3).text == "d"
            and self.peek(4).kind in ("letter", "cmd")
            and self.peek(4).text != r"\cdot"
        )

    def inline_derivative(self) -> Term:
        start = self.i
        self.i += 1
        body = self.symbol()
        self.i += 2
        return Deriv(body, ((self.factor(), 1),), "d", "/", span=self.span(start))

    def increment(self) -> Term:
        r"""``\Delta\theta`` is one name; ``\Delta`` alone is a symbol."""
        start = self.i
        following = self.peek(1)
        joined = following.kind in ("letter", "symbol") or (
            following.kind == "cmd"
            and following.text != r"\Delta"
            and (following.text[1:] in LETTER_LIKE or following.text[1:] in ACCENTS or following.text[1:] in FONTS)
        )
        if not joined:
            return self.letter()
        self.i += 1
        body = self.factor()
        if isinstance(body, Pow) and isinstance(body.base, Sym | App):
            return Pow(Delta(body.base, span=self.span(start)), body.exp, span=self.span(start))
        if isinstance(body, Transpose):
            return Transpose(Delta(body.body, span=self.span(start)), body.mark, span=self.span(start))
        return Delta(body, span=self.span(start))

    def letter(self) -> Term:
        raise NotImplementedError


def without_power_t(body: Term) -> Term | None:
    """``f(x)^T`` or ``log p(x)^T`` without its mark; None for anything else."""
    if isinstance(body, Pow) and body.exp == Sym("T") and isinstance(body.base, App):
        return body.base
    if isinstance(body, Func) and body.fences == "" and len(body.args) == 1:
        inner = without_power_t(body.args[0])
        return replace(body, args=(inner,)) if inner is not None else None
    return None
