"""Symbols with their scripts, and the decision between application and product."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.notation.parser_scripts import FENCES, Inside, Scripts, bare_occurrence, is_index_letter, named_bare
from derive.notation.symbols import ACCENTS, DIVERGENCES, FONTS
from derive.terms import (
    Add,
    App,
    Div,
    Fence,
    Func,
    Item,
    Label,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Placeholder,
    Postfix,
    Pow,
    Seq,
    Sym,
    Term,
    Transpose,
)

MINUS_ONE = Neg(Num(Fraction(1), "1"))


class Symbols(Scripts):
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
            if bar == r"\|" and self.is_divergence(sym):
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
        if found.fences != "[]" or applies == "no" or following.kind != "open" or following.text != "(" or following.gap == "thick":
            return found
        if len(found.args) != 1 or found.given or not isinstance(found.args[0], Sym):
            return found
        inside = self.bracket()
        return App(found, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))

    def after_transpose(self, start: int) -> bool:
        r"""Whether the symbol stands right after a transpose: the matrix of ``x^\top H (x - y)`` is no function."""
        if start < 2:
            return False
        before = self.tokens[start - 1]
        if before.kind == "rbrace" and start > 3:
            return self.tokens[start - 2].text in (r"\top", r"\intercal", "T") and self.tokens[start - 4].kind == "sup"
        return before.text in (r"\top", r"\intercal", "T") and self.tokens[start - 2].kind == "sup"

    #: A bracket that was read and found to be a factor: read once, used once.
    held: tuple[int, int, Inside] | None = None

    def is_divergence(self, sym: Sym) -> bool:
        plain = sym.name.split(":", 1)[-1]
        return (
            plain in DIVERGENCES
            or plain in ("D", "KL", "d", "H", "B", "L", "W")
            or any(isinstance(s, Label) and s.text in DIVERGENCES for s in sym.subs)
        )

    def is_information(self, sym: Sym) -> bool:
        return sym.name.split(":", 1)[-1] in ("I", "MI", "CMI")

    def takes_square(self, sym: Sym, applies: str, opener: str) -> bool:
        """Whether ``sym[`` may be an application: a functional or an indicator."""
        role = self.lexicon.role(sym.name)
        if role in ("indicator", "expectation") or self.is_divergence(sym) and sym.subs:
            return True
        if opener == r"\{":
            return sym.name in ("text:KL", "I", "mathbb:I", "P", "Pr", "mathbb:P")
        at = self.close[self.i]
        content = self.tokens[self.i + 1 : min(at, self.i + 40)]
        if applies == "yes":
            plus = any(t.kind == "op" for t in content)
            return not plus or sym.name in ("H", "mathcal:H", "P", "Pr", "mathbb:P", "mathbb:V")
        if applies == "either" and self.followed_by_bracket(at) and len(content) < 6 and not any(t.kind == "op" for t in content):
            return True  # S[π](s)
        return sym.name.startswith("text:") and not any(t.kind == "op" for t in content)

    def followed_by_bracket(self, at: int) -> bool:
        return at + 1 < self.end and self.tokens[at + 1].kind == "open" and self.tokens[at + 1].text == "("

    def is_application(self, sym: Sym, applies: str, inside: Inside, opener: str) -> bool:
        if self.lexicon.role(sym.name) in ("indicator", "expectation"):
            return True
        if inside.listed or inside.given:
            return not (opener == "[" and inside.listed and not inside.given and applies == "no")
        if len(inside.items) != 1:
            return applies == "yes" or sym.name.startswith("text:")
        content = inside.items[0]
        if sym.name == "e" and sym.subs:
            applies = "either"  # an eligibility trace, not Euler's number
        if isinstance(content, Placeholder | Seq):
            return True
        if sym.name == "o" and not sym.subs and not sym.sups and isinstance(content, Sym | Pow | Fence | Div | Func):
            return True  # a smaller order
        if applies == "yes":
            role = self.lexicon.role(sym.name)
            if sym.subs and isinstance(content, Add) and (role == "advantage" or sym.name == "g"):
                return False
            if role in ("value-function", "q-function", "advantage") and isinstance(content, Add) and self.is_weight(content):
                return False
            if sym.accents and isinstance(content, Add) and self.lexicon.role(sym.name) == "advantage":
                return False
            if sym.subs and role == "distribution" and isinstance(content, Add) and named_bare(content, sym.name):
                return False  # p_i(δ_ij - p_j)
            return (
                not any(bare_occurrence(term, sym) for term in content.children())
                if isinstance(content, Add | Mul | Neg)
                else True
            )
        plain = isinstance(content, Sym | App | Item) or (isinstance(content, Sym) and bool(content.sups))
        if applies == "either":
            if isinstance(content, Num):
                return (
                    sym.name in self.lexicon.functions
                    or not sym.subs
                    and self.lexicon.role(sym.name) not in ("index", "count", "scalar")
                )
            return plain
        return (
            isinstance(content, Sym)
            and content.name in ("s", "t", "a", "x", "o", "S", "i", "k", "n")
            and sym.name != content.name
            and self.lexicon.role(sym.name) in ("scalar", "state", "action", "parameter-vector", "trajectory")
            and not sym.subs
        )

    def is_weight(self, content: Add) -> bool:
        """Whether a sum is a number of the kind of 1 - γ, which weighs a value rather than being its argument."""
        roles = [self.lexicon.role(part.name) for part in content.walk() if isinstance(part, Sym)]
        return bool(roles) and all(role in ("scalar", "constant") for role in roles)

    # --- brackets --------------------------------------------------------------------------------

    def bracket(self) -> Inside:
        """The content of the bracket that opens here."""
        if self.held is not None and self.held[0] == self.i:
            _, self.i, inside = self.held
            self.held = None
            return inside
        opener = self.peek()
        closer = self.tokens[self.closer()]
        fences = FENCES.get(opener.text, ".") + FENCES.get(closer.text, ".")
        return self.inside(lambda: self.bracket_content(fences))

    def bracket_content(self, fences: str) -> Inside:
        items: list[Term] = []
        given: list[Term] = []
        sep = bar = ""
        target = items
        listed = False
        while self.i < self.end:
            if self.peek().kind == "quad":
                self.i += 1
                continue
            if self.is_divider():
                # P_θ(·): nothing stands before the bar
                raise self.unexpected()
            item: Term = Missing() if self.is_punct(":") else self.arg()
            if self.is_punct(":") and not (fences == "{}" and not bar):
                start = self.i
                self.i += 1
                stop = self.i >= self.end or self.is_punct(",")
                item = Op(":", (item, Missing() if stop else self.arg()), span=self.span(start))
            target.append(item)
            while self.peek().kind == "quad":
                self.i += 1
            token = self.peek()
            if token.kind == "eof":
                break
            if token.kind == "punct" and token.text == ",":
                self.i += 1
                listed = True
                while self.peek().kind == "quad":
                    self.i += 1
                if self.i >= self.end:
                    raise self.fail("an argument is missing after the comma", token)
            elif self.is_divider() or self.is_punct(":"):
                self.i += 1
                mark = (
                    ":"
                    if token.text == ":"
                    else ";"
                    if token.text == ";"
                    else r"\|"
                    if token.kind in ("dmid",) or token.text == r"\parallel"
                    else r"\mid"
                )
                if self.i >= self.end:
                    raise self.fail(f"nothing stands after {token.text!r}", token)
                if bar:
                    start = self.i
                    more = self.arg()
                    target[-1] = Op(";" if mark == ";" else "|", (target[-1], more), span=self.span(start))
                    if self.is_punct(","):
                        self.i += 1
                        continue
                    if self.i < self.end:
                        raise self.unexpected()
                    break
                bar = mark
                target = given
            else:
                raise self.unexpected()
        return Inside(tuple(items), tuple(given), sep or ",", bar or r"\mid", fences, listed)

    def is_divider(self) -> bool:
        token = self.peek()
        return (
            token.kind in ("mid", "dmid")
            or (token.kind == "cmd" and token.text in (r"\mid", r"\parallel"))
            or (token.kind == "punct" and token.text == ";")
        )

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
