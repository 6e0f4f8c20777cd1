"""Symbols with their scripts and arguments."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.notation.parse.factors.parser_applying import Applying
from derive.notation.parse.factors.parser_scripts import is_index_letter
from derive.notation.trees.term_trees import (
    Add,
    App,
    Func,
    Item,
    Label,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Postfix,
    Pow,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import ACCENTS, FONTS

MINUS_ONE = Neg(Num(Fraction(1), "1"))


class Symbols(Applying):
    """A letter, its accents and scripts, and its arguments."""

    # --- names -----------------------------------------------------------------------------------

    def name(self) -> Sym:
        """A letter with its font and accents, without scripts."""
        start = self.i
        token = self.take()
        if token.kind in ("letter", "symbol"):
            return Sym(token.text, span=token.span)
        if token.kind == "text":
            return Sym("text:" + token.text.strip(), span=token.span)
        command = token.text[1:]
        if command in ACCENTS:
            self.deeper(token)
            inner = self.argument_of(token.text)
            self.depth -= 1
            if isinstance(inner, Sym):
                return replace(inner, accents=(command, *inner.accents), span=self.span(start))
            if isinstance(inner, Mul):
                return replace(self.with_font(inner, "", start), accents=(command,))
            raise self.fail(f"{token.text} stands over more than one symbol", token)
        if command in FONTS:
            self.deeper(token)
            inner = self.argument_of(token.text)
            self.depth -= 1
            return self.with_font(inner, FONTS[command], start)
        return Sym(command, span=token.span)

    def argument_of(self, command: str) -> Term:
        """The argument of an accent or a font: one symbol, perhaps with scripts inside the braces."""
        token = self.peek()
        if token.kind == "lbrace":
            held = self.inside(self.bare_list)
            return held
        if token.kind == "num":
            return self.single_script()
        if token.kind == "eof" or not self.starts_factor():
            raise self.fail(f"{command} needs a symbol", token, "D105")
        return self.bare_atom()

    def with_font(self, inner: Term, font: str, start: int) -> Sym:
        prefix = font + ":" if font else ""
        if isinstance(inner, Sym):
            plain = inner.name.split(":", 1)[1] if ":" in inner.name and not inner.name.startswith("text:") else inner.name
            return replace(inner, name=prefix + plain, span=self.span(start))
        if isinstance(inner, Num):
            return Sym(prefix + inner.text, span=self.span(start))
        if isinstance(inner, Pow) and isinstance(inner.base, Sym):
            return replace(self.with_font(inner.base, font, start), sups=(*inner.base.sups, inner.exp))
        if (
            isinstance(inner, Mul)
            and set(inner.ops) == {""}
            and all(isinstance(f, Sym) and not f.subs and not f.sups for f in inner.factors)
        ):
            return Sym(prefix + "".join(f.name for f in inner.factors if isinstance(f, Sym)), span=self.span(start))
        raise self.fail("this font stands over more than one symbol", self.tokens[start])

    # --- a symbol with scripts and arguments -------------------------------------------------------

    def symbol(self) -> Term:
        start = self.i
        return self.scripted(self.name(), start)

    def scripted(self, sym: Sym, start: int) -> Term:
        """``sym`` with the scripts that follow, then its arguments."""
        exponent: Term | None = None
        transpose: Label | None = None
        while True:
            token = self.peek()
            if token.kind == "prime":
                self.i += 1
                sym = replace(sym, primes=sym.primes + 1)
            elif token.kind == "sub":
                if sym.subs:
                    raise self.fail("a second subscript", token, "D113")
                self.i += 1
                sym = replace(sym, subs=self.script_items())
                if not sym.subs:
                    raise self.fail("this subscript is empty", token, "D113")
            elif token.kind == "sup":
                if exponent is not None or transpose is not None:
                    raise self.fail("a second superscript", token, "D113")
                self.i += 1
                sym, exponent, transpose = self.classify(sym)
            else:
                break
        sym = replace(sym, span=self.span(start))
        head: Term = sym
        if exponent is not None:
            head = Pow(sym, exponent, span=self.span(start))
        if transpose is not None:
            return Transpose(head, transpose.text, span=self.span(start))
        return self.applied(head, sym, start)

    def classify(self, sym: Sym) -> tuple[Sym, Term | None, Label | None]:
        """Whether a superscript is a label of the symbol, a power, or a transpose."""
        kind, terms = self.superscript()
        if kind == "empty":
            return sym, None, None
        if kind == "prime":
            count = terms[0]
            assert isinstance(count, Num)
            return replace(sym, primes=sym.primes + int(count.value)), None, None
        if kind == "transpose":
            assert isinstance(terms[0], Label)
            return sym, None, terms[0]
        if kind == "inverse-transpose":
            assert isinstance(terms[0], Label)
            return sym, MINUS_ONE, terms[0]
        name = sym.name
        labels = self.lexicon.labels(name)
        if kind == "label":
            return replace(sym, sups=(*sym.sups, *terms)), None, None
        if kind == "inverse":
            return sym, terms[0], None
        if kind == "index":
            if self.lexicon.role(name) in ("scalar", "constant") and not sym.subs:
                return sym, terms[0], None
            return replace(sym, sups=(*sym.sups, *terms)), None, None
        if len(terms) > 1 and not all(isinstance(t, Sym) and is_index_letter(t) for t in terms):
            return replace(sym, sups=(*sym.sups, *terms)), None, None
        term = terms[0] if len(terms) == 1 else Mul(terms, ("",) * (len(terms) - 1))
        if isinstance(term, Sym):
            if term.name == "T" and not term.subs and not term.primes:
                if self.lexicon.is_vector(name) and not sym.primes:
                    return sym, None, Label("T")
                if labels and self.lexicon.role(name) in ("policy", "value-function", "q-function"):
                    return replace(sym, sups=(*sym.sups, term)), None, None
                if self.lexicon.role(name) == "advantage":
                    return sym, None, Label("T")
                return sym, term, None
            role = self.lexicon.role(term.name)
            if name != "e" and (
                role == "policy" or (role in ("value-function", "q-function") and name not in ("gamma", "lambda"))
            ):
                return replace(sym, sups=(*sym.sups, term)), None, None
            if (
                labels
                and role == "action"
                or (labels and name not in ("P", "p", "T", "mathcal:T", "B", "mathcal:B", "x", "f", "d", "y"))
            ):
                return replace(sym, sups=(*sym.sups, term)), None, None
            if term.name.startswith("text:"):
                return replace(sym, sups=(*sym.sups, term)), None, None
            return sym, term, None
        if (
            labels
            and isinstance(term, Add | Mul | App)
            and self.lexicon.role(name) in ("policy", "value-function", "q-function", "parameter-vector", "advantage")
        ):
            return replace(sym, sups=(*sym.sups, term)), None, None
        return sym, term, None

    def applied(self, head: Term, sym: Sym, start: int) -> Term:
        """``head`` applied to the bracket that follows, or ``head`` alone when that bracket is a factor."""
        token = self.peek()
        if token.kind != "open" or token.text not in ("(", "[", r"\{") or self.is_bracketed_remark():
            return head
        applies = self.lexicon.applies(sym.name)
        if isinstance(head, Pow) and applies != "yes":
            return head
        if token.text != "(" and not self.takes_square(sym, applies, token.text):
            return head
        before = self.i
        inside = self.bracket()
        quadratic = (
            self.after_transpose(start) and len(inside.items) == 1 and isinstance(inside.items[0], Add) and not inside.given
        )
        if not quadratic and self.is_application(sym, applies, inside, token.text):
            sep, bar, items, given = inside.sep, inside.bar, inside.items, inside.given
            if bar == r"\|" and self.is_divergence(sym) or given and self.is_named_divergence(sym):
                sep, bar, items, given = r"\|", r"\mid", (*items, *given), ()
            if bar == ";" and self.is_information(sym):
                sep, bar, items, given = ";", r"\mid", (*items, *given), ()
                if given == () and items and isinstance(items[-1], Op) and items[-1].op == "|":
                    last = items[-1].args
                    items, given = (*items[:-1], last[0]), last[1:]
            found = App(head, items, given, sep, bar, inside.fences, span=self.span(start))
            return self.functional(found, applies, start)
        self.held = (before, self.i, inside)
        self.i = before
        return head

    def functional(self, found: App, applies: str, start: int) -> Term:
        r"""``S[\pi_\theta](s_t)``: what a functional gives is itself a function."""
        following = self.peek()
        if (
            found.fences != "[]"
            or applies == "no"
            or following.kind != "open"
            or following.text != "("
            or following.gap == "thick"
        ):
            return found
        if len(found.args) != 1 or found.given or not isinstance(found.args[0], Sym):
            return found
        inside = self.bracket()
        return App(found, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))

    def postfixed(self, term: Term, start: int) -> Term:
        """Powers, indices and marks after something in brackets."""
        while True:
            token = self.peek()
            if token.kind == "sup":
                self.i += 1
                kind, terms = self.superscript()
                if kind == "prime":
                    term = Transpose(term, "'", span=self.span(start))
                elif kind == "transpose":
                    assert isinstance(terms[0], Label)
                    term = Transpose(term, terms[0].text, span=self.span(start))
                elif kind == "inverse-transpose":
                    assert isinstance(terms[0], Label)
                    term = Transpose(Pow(term, MINUS_ONE), terms[0].text, span=self.span(start))
                elif kind == "label" and len(terms) == 1 and isinstance(terms[0], Label) and terms[0].text in "*+-":
                    term = Postfix("^" + terms[0].text, term, span=self.span(start))
                elif kind == "empty":
                    pass
                else:
                    exponent = terms[0] if len(terms) == 1 else Mul(terms, ("",) * (len(terms) - 1))
                    if isinstance(exponent, Sym) and exponent.name == "T" and not exponent.subs and self.has_vector(term):
                        term = Transpose(term, "T", span=self.span(start))
                    else:
                        term = Pow(term, exponent, span=self.span(start))
            elif token.kind == "sub":
                self.i += 1
                if (
                    self.peek().text == r"\nabla"
                    or (self.peek().kind == "lbrace" and self.peek(1).text in (r"\nabla", r"\bot", r"\perp"))
                    or self.peek().text in (r"\bot", r"\perp")
                ):
                    mark = self.peek(1).text if self.peek().kind == "lbrace" else self.peek().text
                    self.i += 3 if self.peek().kind == "lbrace" else 1
                    if isinstance(term, Paren):
                        term = Func("sg", (term.body,), fences=term.fences, spelling="[]_" + mark, span=self.span(start))
                        continue
                    raise self.fail("a stop-gradient mark needs a bracket", token)
                subs = self.script_items()
                if len(subs) == 1 and isinstance(subs[0], Label) and subs[0].text in "+-":
                    term = Postfix("_" + subs[0].text, term, span=self.span(start))
                else:
                    term = Item(term, subs, span=self.span(start))
            elif token.kind == "prime":
                self.i += 1
                term = Transpose(term, "'", span=self.span(start))
            elif token.kind == "punct" and token.text == "!":
                self.i += 1
                term = Postfix("!", term, span=self.span(start))
            else:
                return term

    def has_vector(self, term: Term) -> bool:
        """Whether something in brackets, raised to T, is a vector."""
        todo = [term]
        for _ in range(60):
            if not todo:
                return False
            item = todo.pop()
            if isinstance(item, Sym):
                if self.lexicon.is_vector(item.name):
                    return True
            elif not isinstance(item, App | Func):
                todo.extend(item.children())
            elif isinstance(item, App) and isinstance(item.head, Sym) and item.head.name in ("phi", "varphi", "psi"):
                return True
        return False
