"""Sums and products over indices, expectations, gradients, derivatives, named functions, matrices."""

from __future__ import annotations

from dataclasses import replace

from derive.notation.parser_symbols import Inside, Symbols, number
from derive.notation.symbols import (
    ACCENTS,
    BARE_FUNCTIONS,
    BIG_OPERATORS,
    CASES_ENVIRONMENTS,
    COMMAND_FUNCTIONS,
    CONDITION_WORDS,
    DIVERGENCES,
    DOTS,
    FONTS,
    FUNCTIONS,
    LETTER_LIKE,
    MATRIX_ENVIRONMENTS,
    OPTIMA,
    RELATIONS,
    ROW_ENVIRONMENTS,
)
from derive.terms import (
    Add,
    App,
    Big,
    Cases,
    Decor,
    Delta,
    Deriv,
    Div,
    Dots,
    Expect,
    Fence,
    Func,
    Grad,
    Item,
    Label,
    Matrix,
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
    Text,
    Transpose,
)

FRACTIONS = {"frac": "frac", "tfrac": "tfrac", "dfrac": "dfrac", "cfrac": "dfrac", "sfrac": "frac"}
BRACE_NOTES = ("underbrace", "overbrace")
WRAPPERS = ("boxed", "cancel", "bcancel", "xcancel", "phantom", "fbox")
ONE_INDEX = frozenset(("a", "s", "i", "j", "k", "t", "n", "b", "o", "y", "x", "u", "c", "l", "m"))


class Operators(Symbols):
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
        if token.kind == "letter" and self.peek(1).kind == "letter":
            typed = self.typed_name()
            if typed:
                return self.named(typed, start)
        if token.text[1:] in ACCENTS:
            wide = self.wide_accent()
            if wide is not None:
                return wide
        sym = self.name()
        return self.after_name(sym, start)

    def typed_name(self) -> str:
        """A known name typed as plain letters in front of its bracket: ``KL(p||q)``, ``clip(…)``."""
        at = self.i
        while at < self.end and self.tokens[at].kind == "letter" and at - self.i < 14 and not (at > self.i and self.tokens[at].gap):
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
        if not any(t.kind == "op" or t.text in ("(", r"\frac", r"\log") for t in inner[:200]):
            return None
        kind = self.take().text[1:]
        return Decor(kind, self.inside(self.arg), span=self.span(start))

    def word(self) -> Term:
        start = self.i
        token = self.take()
        name = token.text.strip()
        command = {"textbf": "mathbf"}.get(token.extra, token.extra) or "text"
        spelling = f"\\{command}{{{name}}}"
        if name in ("argmax", "arg max", "argmin", "arg min", "max", "min", "sup", "inf", "limsup", "liminf"):
            self.i = start
            return self.optimum()
        if name in FUNCTIONS and self.peek().kind in ("open", "sub", "sup", "lbrace"):
            return self.function(name, spelling)
        if name in FUNCTIONS and name in ("tr", "Tr", "log", "ln", "exp", "sign", "rank", "det", "sg", "Cov", "Var") and self.starts_factor():
            return self.function(name, spelling)
        font = "mathbf:" if command == "mathbf" else "text:"
        return self.after_name(Sym(font + name, span=token.span), start)

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
        if before is not None and before.kind in ("letter", "symbol", "rbrace") or (before is not None and before.kind == "cmd" and before.text[1:] in LETTER_LIKE):
            if isinstance(held, Rel) or (isinstance(held, Seq) and held.fences == "") or before.text in (r"\pi", "V", "Q", "A", "E"):
                raise self.fail("braces print nothing: a '_' or '^' seems to be missing before them", token, "D111")
        if isinstance(held, Sym) and (following.kind in ("sup", "sub", "prime") or following.kind == "open"):
            if held.subs and following.kind == "sub" or held.sups and following.kind == "sup":
                return held
            return self.after_name(held, start)
        if isinstance(held, Add | Neg | Rel | Mul) and following.kind in ("sup", "sub"):
            raise self.fail("braces print nothing, so this script stands on the last symbol only; brackets are missing", following)
        if isinstance(held, Add) and (self.starts_factor() or self.tokens[start - 1].kind not in ("op", "cmd", "open", "lbrace", "punct", "quad", "row") and start > 0):
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
            return Fence("inner", items, span=self.span(start))
        if opener.text == ".":
            body = self.inside(self.arg)
            if closer.text == "|" and self.peek().kind == "sub":
                return self.evaluated(body, start)
            if closer.text == "." :
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
        if len(items) == 1 and not (inside.fences == "{}" and isinstance(items[0], Sym | Num | App | Seq)):
            term = Paren(items[0], inside.fences, span=span)
            return self.operator_applied(term, start)
        return Seq(items, inside.fences, span=span)

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

    # --- fractions, roots, functions -------------------------------------------------------------

    def fraction(self) -> Term:
        start = self.i
        style = FRACTIONS[self.take().text[1:]]
        if self.is_derivative_fraction():
            return self.derivative(start)
        num = self.braced()
        den = self.braced()
        return Div(num, den, style, span=self.span(start))

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
                kind, terms = self.superscript()
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
        """One factor; a number also takes the plain symbols beside it (``\\log 2\\pi\\sigma^2``)."""
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

    # --- operators with bound variables ----------------------------------------------------------

    def under_items(self) -> tuple[Term, ...]:
        """What stands below an operator: variables and relations; ``i=1,2`` is one of them."""
        items = list(self.script_items())
        merged: list[Term] = []
        for item in items:
            last = merged[-1] if merged else None
            if isinstance(last, Rel) and isinstance(item, Num | Dots) and not isinstance(last.rhs, Missing):
                values = last.rhs.items if isinstance(last.rhs, Seq) and last.rhs.fences == "" else (last.rhs,)
                merged[-1] = replace(last, rhs=Seq((*values, item), ""))
            elif isinstance(last, Rel) and isinstance(last.rhs, Seq) and last.rhs.fences == "" and isinstance(last.rhs.items[-1], Dots):
                merged[-1] = replace(last, rhs=Seq((*last.rhs.items, item), ""))
            else:
                merged.append(item)
        return tuple(merged)

    def limits(self) -> tuple[tuple[Term, ...], Term | None]:
        """What stands below and above a large operator, in either order."""
        under: tuple[Term, ...] = ()
        upper: Term | None = None
        while self.peek().kind in ("sub", "sup"):
            token = self.take()
            if token.kind == "sub":
                if self.is_cmd(r"\substack"):
                    self.i += 1
                elif self.peek().kind == "lbrace" and self.peek(1).text == r"\substack":
                    closer = self.closer()
                    self.i += 2
                    under = self.under_items()
                    self.i = closer + 1
                    continue
                under = self.under_items()
            elif self.peek().kind == "lbrace":
                upper = self.inside(self.arg)
            else:
                upper = self.single_script()
                if isinstance(upper, Label):
                    upper = Label(upper.text, upper.font)
        return under, upper

    def big(self) -> Term:
        start = self.i
        token = self.take()
        op = BIG_OPERATORS[token.text[1:]]
        under, upper = self.limits()
        if "int" in op:
            return self.integral(op, under, upper, start)
        if not self.starts_factor() or self.is_prose(self.i):
            if self.peek().kind == "op" and self.peek().text in "-" :
                body: Term = self.signed_product(first=True)
                return Big(op, under, upper, body, span=self.span(start))
            return Big(op, under, upper, Missing(), span=self.span(start))
        return Big(op, under, upper, self.product(), span=self.span(start))

    def integral(self, op: str, under: tuple[Term, ...], upper: Term | None, start: int) -> Term:
        self.integrals += 1
        measure: list[Term] = []
        body: Term | None = None
        if self.ends_integral():
            measure = self.measures()
            self.integrals -= 1
            body = self.product() if self.starts_factor() else Num(number("1", None).value, "1")
            return Big(op, under, upper, body, tuple(measure), "first", span=self.span(start))
        has_measure = self.measure_ahead()
        body = self.sum() if has_measure else self.product()
        if self.ends_integral():
            measure = self.measures()
        self.integrals -= 1
        return Big(op, under, upper, body, tuple(measure), span=self.span(start))

    def measure_ahead(self) -> bool:
        """Whether the integral's ``dx`` stands ahead in this bracket."""
        at = self.i
        found = False
        save = self.i
        while at < min(self.end, save + 400):
            self.i = at
            token = self.peek()
            if token.kind in ("open", "lbrace") and not self.is_roman_d():
                at = self.close.get(at, at) + 1
                continue
            if token.kind in ("row", "quad") or (token.kind == "cmd" and self.at_relation()):
                break
            if self.ends_integral():
                found = True
                break
            at += 1
        self.i = save
        return found

    def measures(self) -> list[Term]:
        found: list[Term] = []
        while self.ends_integral():
            self.i += 4 if self.is_roman_d() else 1
            start = self.i
            sym = self.name()
            while self.peek().kind in ("sub", "prime"):
                if self.take().kind == "prime":
                    sym = replace(sym, primes=sym.primes + 1)
                else:
                    sym = replace(sym, subs=self.script_items())
            found.append(replace(sym, span=self.span(start)))
        return found

    def optimum(self) -> Term:
        r"""``\max_a``, ``\arg\min_\theta``, ``\lim_{x\to0}``; a plain ``\max(a,b)`` is a function."""
        start = self.i
        token = self.take()
        name = token.text[1:] if token.kind == "cmd" else token.text.strip().replace(" ", "")
        spelling = token.text if token.kind == "cmd" else f"\\{token.extra}{{{token.text.strip()}}}"
        if name == "arg":
            following = self.peek()
            inner = following.text[1:] if following.kind == "cmd" else following.text.strip()
            if inner not in ("max", "min", "sup", "inf"):
                return self.scripted(Sym("text:arg", span=token.span), start)
            self.i += 1
            name = "arg" + inner
            spelling = r"\arg" + (following.text if following.kind == "cmd" else f"\\{following.extra}{{{inner}}}")
        elif name in ("argmax", "argmin"):
            spelling = r"\operatorname*{" + name + "}"
        usual = spelling == {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(name, "\\" + name)
        under, upper = self.limits()
        following = self.peek()
        if not under and upper is None and following.kind == "open" and following.text in ("(", r"\{", "["):
            inside = self.bracket()
            items = inside.items
            if len(items) == 1 and isinstance(items[0], Seq) and items[0].fences == "":
                items = items[0].items
            return Func(name, items, None, None, inside.given, inside.fences, spelling, span=self.span(start))
        spelling = "" if usual else spelling
        while self.peek().kind == "quad" and not self.depth > 2:
            self.i += 1
            following = self.peek()
        if not self.starts_factor() or self.is_prose(self.i):
            if following.kind == "op" and following.text == "-" and under:
                return Big(name, under, upper, self.signed_product(first=True), spelling=spelling, span=self.span(start))
            return Big(name, under, upper, Missing(), spelling=spelling, span=self.span(start))
        if self.takes_rest(name, under, start):
            body = self.sum()
        else:
            body = self.product()
        return Big(name, under, upper, body, spelling=spelling, span=self.span(start))

    def takes_rest(self, name: str, under: tuple[Term, ...], start: int) -> bool:
        """Whether an optimum spans the plus and minus signs after it."""
        before = self.tokens[start - 1] if start > 0 else None
        leads = before is None or before.kind in ("open", "row", "quad", "punct") or (before.kind == "cmd" and self.is_relation_text(before.text)) or self.leading == start
        if not leads:
            return False
        following = self.peek()
        if name.startswith("arg"):
            return True
        if name.startswith("lim"):
            return False
        self.leading = self.i
        if following.gap == "thick" or self.tokens[self.i - 1].kind == "quad":
            return True
        if following.text[1:] in ("max", "min") :
            return True
        bound = under[0] if under else None
        if isinstance(bound, Rel):
            bound = bound.lhs
        is_index = isinstance(bound, Sym) and bound.name in ONE_INDEX
        expectation = following.text in (r"\mathbb", r"\hat", r"\widehat") or following.text in ("mathbb:E", "E")
        return expectation and not is_index

    #: Where a nested optimum would still be leading.
    leading = -1

    def is_relation_text(self, text: str) -> bool:
        return text in RELATIONS

    # --- expectations ----------------------------------------------------------------------------

    def expectation(self, head: Sym, start: int, under: tuple[Term, ...] = (), stacked: bool = False) -> Term | None:
        """``E_{a~π}[X | Y]``, with or without its bracket; None when nothing follows."""
        save = self.i
        while self.peek().kind in ("sub", "sup", "prime"):
            token = self.take()
            if token.kind == "sub":
                under = self.under_items()
            elif token.kind == "prime":
                head = replace(head, primes=head.primes + 1)
            else:
                _, terms = self.superscript()
                head = replace(head, sups=(*head.sups, *terms))
        following = self.peek()
        head = replace(head, span=None)
        if following.kind == "open" and following.text in ("(", "[", r"\{"):
            powered = following.text == "(" and self.tokens[min(self.closer() + 1, len(self.tokens) - 1)].kind == "sup" and self.closer() + 1 < self.end
            if not powered:
                inside = self.bracket()
                body = inside.items[0] if len(inside.items) == 1 else Seq(inside.items, "")
                return Expect(under, body, inside.given, head, inside.fences, inside.bar, stacked, span=self.span(start))
        if not self.starts_factor() or self.is_prose(self.i) or (head.name == "E" and not under):
            if not stacked:
                self.i = save
            return None
        return Expect(under, self.product(), (), head, "", stacked=stacked, span=self.span(start))

    def stacked(self) -> Term:
        r"""``\underset{a\sim\pi}{\mathbb{E}}`` and ``\underset{a}{\max}``."""
        start = self.i
        token = self.take()
        note = self.inside(self.script_list) if self.peek().kind == "lbrace" else (self.braced(),)
        if self.peek().kind == "lbrace":
            opener = self.i
            closer = self.closer()
            inner = self.tokens[opener + 1 : closer]
            name = "".join(t.text.strip("\\") for t in inner).replace("arg\\", "arg")
            if token.text == r"\underset" and name.replace(" ", "") in ("max", "min", "sup", "inf", "argmax", "argmin", "lim"):
                self.i = closer + 1
                body: Term = Missing()
                if self.starts_factor():
                    body = self.sum() if name.startswith("arg") else self.product()
                return Big(name, note, None, body, spelling=r"\underset", span=self.span(start))
            held = self.inside(self.arg)
        else:
            held = self.bare_atom()
        if isinstance(held, Sym) and self.lexicon.role(held.name) == "expectation" and token.text == r"\underset":
            found = self.expectation(held, start, note, stacked=True)
            if found is not None:
                return found
        return Decor(token.text[1:], held, note[0] if len(note) == 1 else Seq(note, ""), span=self.span(start))

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
                    return Transpose(Grad(None, wrt, order), terms[0].text if isinstance(terms[0], Label) else r"\top", span=self.span(start))
                if len(terms) == 1 and isinstance(terms[0], Num) and terms[0].value.denominator == 1 and 0 < terms[0].value < 10:
                    order = int(terms[0].value)
                else:
                    raise self.fail("the order of a gradient is a small number")
        if not self.starts_factor() or self.is_prose(self.i):
            return Grad(None, wrt, order, span=self.span(start))
        body = self.differentiated()
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
        return isinstance(term, Sym) and self.lexicon.role(term.name) in ("scalar", "count", "index") and term.name in ("gamma", "lambda", "alpha", "beta", "eta", "N", "n", "G", "K", "M", "T") and not term.subs

    def is_d(self, ahead: int, kind: str) -> int:
        """How many tokens a differential sign takes at this distance (0 when there is none)."""
        token = self.peek(ahead)
        if kind == "partial":
            return 1 if token.kind == "cmd" and token.text == r"\partial" else 0
        if token.kind == "letter" and token.text == "d":
            return 1
        if token.kind == "cmd" and token.text == r"\mathrm" and self.peek(ahead + 1).kind == "lbrace" and self.peek(ahead + 2).text == "d" and self.peek(ahead + 3).kind == "rbrace":
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
                if after_top.kind == "sup" and kind == "d" and self.tokens[top + 2 + above].kind != "num" and self.tokens[top + 2 + above].kind != "letter":
                    return False
                return after_bottom.kind in ("letter", "symbol", "lbrace", "text") or (after_bottom.kind == "cmd" and after_bottom.text[1:] in LETTER_LIKE | ACCENTS | frozenset(FONTS))
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
                if isinstance(variable, Pow) and isinstance(variable.exp, Num) and variable.exp.value.denominator == 1 and 0 < variable.exp.value < 10:
                    times = int(variable.exp.value)
                    variable = variable.base
                found.append((variable, times))
            return tuple(found)

        body = self.inside(top)
        wrt = self.inside(bottom)
        if body is not None:
            return Deriv(body, wrt, kind, "over", span=self.span(start))
        if not self.starts_factor() or self.is_prose(self.i):
            return Deriv(None, wrt, kind, "beside", span=self.span(start))
        return Deriv(self.differentiated(), wrt, kind, "beside", span=self.span(start))

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
        return Mul((Sym("partial"), body), ("",), span=self.span(start))

    def is_inline_derivative(self) -> bool:
        """``dL/dx`` typed on one line."""
        first, second = self.peek(1), self.peek(2)
        return first.kind in ("letter", "cmd") and (first.kind == "letter" or first.text[1:] in LETTER_LIKE) and second.text == "/" and self.peek(3).text == "d" and self.peek(4).kind in ("letter", "cmd") and self.peek(4).text != r"\cdot"

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
            following.kind == "cmd" and following.text != r"\Delta" and (following.text[1:] in LETTER_LIKE or following.text[1:] in ACCENTS or following.text[1:] in FONTS)
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

    # --- decorations and environments ------------------------------------------------------------

    def decoration(self) -> Term:
        start = self.i
        token = self.take()
        name = token.text[1:]
        if name == "color":
            if self.peek().kind == "lbrace":
                return self.coloured(token, start)
            return self.atom()  # colours what follows; prints nothing of its own
        if name in ("textcolor", "colorbox"):
            return self.coloured(token, start)
        body = self.inside(self.bare_list) if self.peek().kind == "lbrace" else self.bare_atom()
        note: Term | None = None
        if name in BRACE_NOTES and self.peek().kind in ("sub", "sup"):
            self.i += 1
            note = self.note()
        return Decor(name, body, note, span=self.span(start))

    def coloured(self, token: object, start: int) -> Term:
        colour = getattr(token, "extra", "")
        body = self.inside(self.bare_list) if self.peek().kind == "lbrace" else self.bare_atom()
        return Decor("textcolor", body, Label(colour), span=self.span(start))

    def environment(self) -> Term:
        start = self.i
        name = self.peek().text
        if name in CASES_ENVIRONMENTS:
            rows = self.inside(self.case_rows)
            return Cases(rows, span=self.span(start))
        if name not in MATRIX_ENVIRONMENTS and name not in ROW_ENVIRONMENTS:
            raise self.fail(f"the environment {name!r} is not known", code="D102")
        before = self.tokens[start - 1] if start else None
        matrix = self.inside(self.matrix_rows)
        after = self.peek()
        if before is not None and before.kind == "open" and before.text == r"\{" and after.kind == "eof" and self.i < len(self.tokens) and self.tokens[self.i].text == ".":
            return Cases(tuple((row[0], self.as_condition(row[1:])) for row in matrix), span=self.span(start))
        return Matrix(matrix, name, span=self.span(start))

    def as_condition(self, cells: tuple[Term, ...]) -> Term | None:
        if not cells:
            return None
        return cells[0] if len(cells) == 1 else Seq(cells, "")

    def matrix_rows(self) -> tuple[tuple[Term, ...], ...]:
        rows: list[tuple[Term, ...]] = []
        cells: list[Term] = []
        while self.i < self.end:
            token = self.peek()
            if token.kind == "row":
                self.i += 1
                rows.append(tuple(cells))
                cells = []
            elif token.kind == "amp":
                self.i += 1
                if self.peek().kind in ("amp", "row", "eof"):
                    cells.append(Missing())
            elif token.kind == "quad" or self.is_punct(",", ".", ";"):
                self.i += 1
            elif token.kind == "text" and (self.is_prose(self.i) and self.i > 0):
                cells.append(self.condition_cell())
            else:
                cells.append(self.arg())
        if cells:
            rows.append(tuple(cells))
        return tuple(rows)

    def condition_cell(self) -> Term:
        """``\\text{if } x>0``, ``\\text{otherwise}``."""
        token = self.take()
        word = token.text.strip()
        if self.peek().kind in ("amp", "row", "eof") or self.is_punct(",", "."):
            return Text(token.text.strip(), span=token.span)
        if word not in CONDITION_WORDS:
            raise self.fail("a condition was expected here", token)
        start = self.i
        items = [self.arg()]
        while self.is_punct(",") and self.i + 1 < self.end and self.peek(1).kind not in ("row", "eof"):
            self.i += 1
            items.append(self.arg())
        return items[0] if len(items) == 1 else Seq(tuple(items), "", span=self.span(start))

    def case_rows(self) -> tuple[tuple[Term, Term | None], ...]:
        rows: list[tuple[Term, Term | None]] = []
        while self.i < self.end:
            value = self.arg()
            condition: Term | None = None
            while self.peek().kind in ("amp", "quad") or self.is_punct(",", ";", "."):
                self.i += 1
            if self.peek().kind not in ("row", "eof"):
                if self.peek().kind == "text":
                    condition = self.condition_cell()
                else:
                    condition = self.arg()
                    if self.peek().kind == "text":
                        condition = Mul((condition, Text(self.take().text.strip())), ("",))
            while self.is_punct(",", ";", "."):
                self.i += 1
            rows.append((value, condition))
            if self.peek().kind == "row":
                self.i += 1
            elif self.i < self.end:
                raise self.unexpected()
        return tuple(rows)


__all__ = ["Add", "Item", "Operators"]
