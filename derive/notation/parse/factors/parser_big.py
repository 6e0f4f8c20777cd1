"""Operators with bound variables: sums, integrals, optima, expectations."""

from __future__ import annotations

from dataclasses import replace

from derive.notation.parse.factors.parser_calculus import Calculus
from derive.notation.parse.factors.parser_scripts import number
from derive.notation.trees.term_trees import (
    App,
    Big,
    Decor,
    Div,
    Dots,
    Expect,
    Func,
    Label,
    Missing,
    Mul,
    Num,
    Rel,
    Seq,
    Sym,
    Term,
)
from derive.syntax.lex.symbols import (
    BIG_OPERATORS,
    MAXIMIZERS,
    RELATIONS,
)

ONE_INDEX = frozenset(("a", "s", "i", "j", "k", "t", "n", "b", "o", "y", "x", "u", "c", "l", "m"))


class BigOperators(Calculus):
    """Operators with bound variables: sums, integrals, optima, expectations."""

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
            elif (
                isinstance(last, Rel)
                and isinstance(last.rhs, Seq)
                and last.rhs.fences == ""
                and isinstance(last.rhs.items[-1], Dots)
            ):
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
            if self.peek().kind == "op" and self.peek().text in "-":
                body: Term = self.signed_product(first=True)
                return Big(op, under, upper, body, span=self.span(start))
            return Big(op, under, upper, Missing(), span=self.span(start))
        return Big(op, under, upper, self.product(), span=self.span(start))

    #: The differential found in the numerator of a fraction below the integral sign.
    fraction_measure: list[Term] = []  # noqa: RUF012  never changed in place

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
        outer, self.fraction_measure = self.fraction_measure, []
        body = self.sum() if has_measure else self.product()
        if self.ends_integral():
            measure = self.measures()
        self.integrals -= 1
        found, self.fraction_measure = self.fraction_measure, outer
        if found:
            if measure or not any(isinstance(f, Div) for f in (body.factors if isinstance(body, Mul) else (body,))):
                raise self.fail("the differential of this integral stands inside a fraction", self.tokens[start])
            return Big(op, under, upper, body, tuple(found), "frac", span=self.span(start))
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
            sym = replace(sym, span=self.span(start))
            measure: Term = sym
            if self.peek().kind == "open" and self.peek().text == "(" and self.lexicon.applies(sym.name) == "yes":
                inside = self.bracket()  # dF(x)
                measure = App(sym, inside.items, inside.given, inside.sep, inside.bar, inside.fences, span=self.span(start))
            found.append(measure)
        return found

    def optimum(self) -> Term:
        r"""``\max_a``, ``\arg\min_\theta``, ``\lim_{x\to0}``; a plain ``\max(a,b)`` is a function."""
        start = self.i
        token = self.take()
        name = token.text[1:] if token.kind == "cmd" else token.text.strip().replace(" ", "")
        name = MAXIMIZERS.get(name, name)
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
        leads = (
            before is None
            or before.kind in ("open", "row", "quad", "punct")
            or (before.kind == "cmd" and self.is_relation_text(before.text))
            or self.leading == start
        )
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
        if following.text[1:] in ("max", "min"):
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
            powered = (
                following.text == "("
                and self.tokens[min(self.closer() + 1, len(self.tokens) - 1)].kind == "sup"
                and self.closer() + 1 < self.end
            )
            if head.name == "E" and following.text == "(" and self.is_trace(under):
                self.i = save
                return None
            if not powered:
                inside = self.bracket()
                body = inside.items[0] if len(inside.items) == 1 else Seq(inside.items, "")
                return Expect(under, body, inside.given, head, inside.fences, inside.bar, stacked, span=self.span(start))
        if not self.starts_factor() or self.is_prose(self.i) or (head.name == "E" and not under):
            if not stacked:
                self.i = save
            return None
        return Expect(under, self.product(), (), head, "", stacked=stacked, span=self.span(start))

    def is_trace(self, under: tuple[Term, ...]) -> bool:
        """Whether ``E_t(s)`` is an eligibility trace: a step below, and a bare state or pair in round brackets."""
        if len(under) != 1 or not any(isinstance(t, Sym) and t.name in ("t", "k") for t in under[0].walk()):
            return False
        inner = self.tokens[self.i + 1 : self.closer()]
        return all(t.text in ("s", "a", ",", "S", "A") or t.kind == "prime" for t in inner)

    def stacked(self) -> Term:
        r"""``\underset{a\sim\pi}{\mathbb{E}}`` and ``\underset{a}{\max}``."""
        start = self.i
        token = self.take()
        body: Term
        note = self.inside(self.script_list) if self.peek().kind == "lbrace" else (self.braced(),)
        if self.peek().kind == "lbrace":
            opener = self.i
            closer = self.closer()
            inner = self.tokens[opener + 1 : closer]
            name = "".join(t.text.strip("\\") for t in inner).replace("arg\\", "arg")
            word = "".join(t.text.strip() for t in inner if t.kind == "text")
            if token.text == r"\underset" and word in MAXIMIZERS:
                self.i = closer + 1
                while self.peek().kind == "quad":
                    self.i += 1
                body = self.sum() if self.starts_factor() else Missing()
                spelling = rf"\underset\text{{{word}}}"
                return Big(MAXIMIZERS[word], note, None, body, spelling=spelling, span=self.span(start))
            if token.text == r"\underset" and name.replace(" ", "") in ("max", "min", "sup", "inf", "argmax", "argmin", "lim"):
                self.i = closer + 1
                body = Missing()
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

    def braced(self) -> Term:
        raise NotImplementedError
