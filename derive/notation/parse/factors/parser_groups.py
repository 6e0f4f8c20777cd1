"""Braces, brackets and fences that are no argument list."""

from __future__ import annotations

from dataclasses import replace

from derive.diagnostics import Edit, Span
from derive.notation.parse.factors.parser_blocks import Blocks
from derive.notation.parse.factors.parser_scripts import Inside
from derive.notation.trees.term_trees import (
    Add,
    App,
    Big,
    Fence,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Pow,
    Rel,
    Seq,
    SetOf,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import (
    FONTS,
    LETTER_LIKE,
)


class Groups(Blocks):
    """Braces, brackets and fences that are no argument list."""

    def group(self) -> Term:
        """Invisible braces."""
        start = self.i
        token = self.peek()
        closer = self.closer()
        if closer == self.i + 1:
            # An empty group only separates.
            self.i = closer + 1
            if self.peek().kind in ("sup", "sub"):
                raise self.fail(f"{self.peek().text!r} has nothing before it to stand on", self.peek(), "D113")
            if self.starts_factor():
                return self.atom()
            raise self.fail("an empty group where a term is needed", token)
        first = self.peek(1)
        if first.kind == "cmd" and first.text in (r"\bf", r"\rm", r"\cal", r"\it"):

            def styled() -> Term:
                self.i += 1
                return self.bare_list()

            held = self.inside(styled)
            return self.after_name(self.with_font(held, FONTS[first.text[1:]], start), start)
        held = self.inside(self.bare_list)
        following = self.peek()
        before = self.tokens[start - 1] if start else None
        if (
            before is not None
            and before.kind in ("letter", "symbol", "rbrace")
            or (before is not None and before.kind == "cmd" and before.text[1:] in LETTER_LIKE)
        ):
            if (
                isinstance(held, Rel)
                or (isinstance(held, Seq) and held.fences == "")
                or before.text in (r"\pi", "V", "Q", "A", "E")
            ):
                raise self.fail(
                    "braces print nothing: a '_' or '^' seems to be missing before them",
                    token,
                    "D111",
                    "write '_' before them",
                    Edit(Span(token.start, token.start), "_"),
                )
        if isinstance(held, Sym) and (following.kind in ("sup", "sub", "prime") or following.kind == "open"):
            if held.subs and following.kind == "sub" or held.sups and following.kind == "sup":
                return held
            return self.after_name(held, start)
        if isinstance(held, Add | Neg | Rel | Mul) and following.kind in ("sup", "sub"):
            raise self.fail(
                "braces print nothing, so this script stands on the last symbol only; brackets are missing", following
            )
        if isinstance(held, Add) and (
            self.starts_factor()
            or self.tokens[start - 1].kind not in ("op", "cmd", "open", "lbrace", "punct", "quad", "row")
            and start > 0
        ):
            raise self.fail("braces print nothing, so this sum is not grouped; brackets are missing", token)
        return held

    def fenced(self) -> Term:
        """Something in brackets that is not an argument list."""
        start = self.i
        opener = self.peek()
        closer = self.tokens[self.closer()]
        if opener.text in ("|", r"\|"):
            norm = opener.text == r"\|"
            body = self.inside(self.bare_list)
            sub = None
            if self.peek().kind == "sub" and norm:
                self.i += 1
                items = self.script_items()
                sub = items[0] if len(items) == 1 else Seq(items, "")
            return Fence("norm" if norm else "abs", (body,), sub, span=self.span(start))
        if opener.text in (r"\lfloor", r"\lceil"):
            return Fence("floor" if opener.text == r"\lfloor" else "ceil", (self.inside(self.arg),), span=self.span(start))
        if opener.text == r"\langle":
            inside = self.bracket()
            items = (*inside.items, *inside.given)
            if len(items) > 2:
                return Seq(items, "⟨⟩", span=self.span(start))
            return Fence("inner", items, span=self.span(start))
        if opener.text == ".":
            body = self.inside(self.arg)
            if closer.text == "|" and self.peek().kind == "sub":
                return self.evaluated(body, start)
            if closer.text == ".":
                return body
            raise self.fail("a bracket has no left half", opener, "D106")
        if closer.text == "." and opener.text == r"\{" and self.peek(1).kind == "begin":
            return self.inside(self.arg)
        if closer.text == ".":
            raise self.fail("a bracket has no right half", opener, "D106")
        inside = self.bracket()
        return self.grouped(inside, opener.text, start)

    def grouped(self, inside: Inside, opener: str, start: int) -> Term:
        span = self.span(start)
        items = inside.items
        if len(items) == 1 and isinstance(items[0], Seq) and items[0].fences == "":
            items = items[0].items
            inside = replace(inside, listed=True)
        if inside.given:
            if opener == r"\{":
                element = items[0] if len(items) == 1 else Seq(items, "")
                return SetOf(element, inside.given, inside.bar, span=span)
            if inside.bar == ";":
                return Seq((*items, *inside.given), inside.fences + ";", span=span)
            body = items[0] if len(items) == 1 else Seq(items, "")
            return Paren(App(Missing(), (body,), inside.given, inside.sep, inside.bar, ""), inside.fences, span=span)
        if inside.fences not in ("()", "[]", "{}"):
            if len(items) == 2:
                return Seq(items, inside.fences, span=span)
            raise self.fail("these brackets do not match", self.tokens[start], "D106")
        if self.peek().kind == "sub" and self.is_family():
            held: Term = (
                Paren(items[0], inside.fences) if len(items) == 1 and inside.fences != "{}" else Seq(items, inside.fences)
            )
            under, upper = self.limits()
            return Big("family", under, upper, replace(held, span=span), span=self.span(start))
        if len(items) == 1 and not (inside.fences == "{}" and isinstance(items[0], Sym | Num | App | Seq)):
            term = Paren(items[0], inside.fences, span=span)
            return self.operator_applied(term, start)
        return Seq(items, inside.fences, span=span)

    def is_family(self) -> bool:
        r"""``\{x_i\}_{i=1}^n``: a relation stands below the bracket."""
        opener = self.i + 1
        if opener >= self.end or self.tokens[opener].kind != "lbrace":
            return False
        inner = self.tokens[opener + 1 : min(self.close[opener], opener + 60)]
        return any(t.kind == "cmd" and t.text in ("=", r"\in", r"\le", r"\ge") for t in inner)

    def operator_applied(self, term: Paren, start: int) -> Term:
        r"""``(\mathcal{T}q)(s)`` applies what the bracket makes."""
        following = self.peek()
        if following.kind != "open" or following.text != "(":
            return term
        if isinstance(term.body, Op) and term.body.op == r"\circ":
            inside = self.bracket()
            return App(term, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))
        if not isinstance(term.body, Mul):
            return term
        head = term.body.factors[0]
        if isinstance(head, Pow | Transpose):
            head = head.base if isinstance(head, Pow) else head.body
        if not (isinstance(head, Sym) and self.lexicon.role(head.name) == "operator") or set(term.body.ops) != {""}:
            return term
        last = term.body.factors[-1]
        if not isinstance(last, Sym) or self.lexicon.applies(last.name) == "no":
            return term
        inside = self.bracket()
        return App(term, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))

    def after_name(self, sym: Sym, start: int) -> Term:
        raise NotImplementedError
