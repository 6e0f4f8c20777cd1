# ruff: noqa: SIM905  word lists read better as text
"""Sums, products, relations inside brackets: everything that joins one factor to the next."""

from __future__ import annotations

from collections.abc import Callable

from derive.notation.cursor import Cursor
from derive.notation.symbols import ACCENTS as ACCENT_NAMES
from derive.notation.symbols import (
    ARROWS_WITH_NOTES,
    BIG_OPERATORS,
    CONDITION_WORDS,
    DOTS,
    FONTS,
    FUNCTIONS,
    JOINERS,
    JOINING_WORDS,
    LETTER_LIKE,
    LOGIC_INFIX,
    NEGATED,
    NEGATIONS,
    OPTIMA,
    PRODUCT_INFIX,
    PRODUCT_OPS,
    RELATIONS,
    SUM_INFIX,
    UNITS,
)
from derive.notation.tokens import Token
from derive.terms import (
    Add,
    At,
    Decor,
    Div,
    Label,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Placeholder,
    Pos,
    Quant,
    Rel,
    Relation,
    Seq,
    Term,
    Text,
)

ATOM_COMMANDS = (
    LETTER_LIKE
    | ACCENT_NAMES
    | frozenset(FONTS)
    | frozenset(DOTS)
    | frozenset(BIG_OPERATORS)
    | frozenset(
        "frac tfrac dfrac cfrac sfrac sqrt nabla partial binom tbinom dbinom underbrace overbrace boxed"
        " cancel bcancel xcancel"
        " color textcolor colorbox operatorname argmax argmin arg max min sup inf lim limsup liminf underset"
        " overset substack Delta int fbox"
        " log ln lg exp sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan det dim ker deg gcd hom mathbin".split()
    )
)


class Expressions(Cursor):
    """Everything between the relations of a chain."""

    # --- relations inside brackets ---------------------------------------------------------------

    def at_relation(self) -> bool:
        token = self.peek()
        if token.kind != "cmd":
            return False
        if token.text in (r"\bot", r"\perp"):
            return False
        return (
            token.text in RELATIONS
            or token.text == r"\not"
            or token.text[1:] in ARROWS_WITH_NOTES
            or self.at_annotated_relation()
        )

    def at_annotated_relation(self) -> bool:
        """``\\overset{(a)}{=}`` and its like."""
        if not self.is_cmd(r"\overset", r"\stackrel", r"\underset"):
            return False
        note = self.i + 1
        if note >= self.end:
            return False
        after = self.close.get(note, note) + 1
        if after >= self.end:
            return False
        if self.tokens[after].kind == "lbrace":
            after += 1
        token = self.tokens[after]
        return token.kind == "cmd" and token.text in RELATIONS

    def relation(self) -> Relation:
        """The relation sign that stands here."""
        start = self.i
        token = self.take()
        if token.text == r"\not":
            following = self.take()
            op = NEGATED.get(RELATIONS.get(following.text, ""), "")
            if not op:
                raise self.fail("this relation cannot be negated", following)
            return Relation(op, r"\not" + following.text, span=self.span(start))
        name = token.text[1:]
        if name in ARROWS_WITH_NOTES:
            if self.peek().kind == "open" and self.peek().text == "[":
                self.i = self.closer() + 1
            if self.peek().kind == "lbrace" and self.closer() == self.i + 1:
                self.i += 2
                return Relation(ARROWS_WITH_NOTES[name], token.text + "{}", span=self.span(start))
            note = self.note()
            return Relation(ARROWS_WITH_NOTES[name], token.text, note, span=self.span(start))
        if token.text in (r"\overset", r"\stackrel", r"\underset"):
            note = self.note()
            if self.peek().kind == "lbrace":
                sign = self.inside(self.take)
            else:
                sign = self.take()
            op = RELATIONS[sign.text]
            if op == "=" and isinstance(note, Text | Label) and "def" in note.text:
                op = ":="
            if op == "=" and isinstance(note, Text) and note.text == "?":
                op = "=?"
            return Relation(op, token.text + " " + sign.text, note, span=self.span(start))
        return Relation(RELATIONS[token.text], token.text if RELATIONS[token.text] != token.text else "", span=self.span(start))

    def note(self) -> Term:
        """The annotation of an arrow or a brace: words and terms side by side."""
        if self.peek().kind == "text":
            return Text(self.peek().text, span=self.take().span)
        if self.peek().kind != "lbrace":
            return self.atom()

        start = self.i
        inner = self.tokens[start + 1 : self.closer()]
        if len(inner) > 2 and all(token.kind == "letter" for token in inner):
            self.i = self.closer() + 1
            return Label("".join(token.text for token in inner), span=self.span(start))

        def items() -> list[Term]:
            found: list[Term] = []
            while self.i < self.end:
                token = self.peek()
                if token.kind == "text" or token.kind == "punct" and token.text in "?!":
                    self.i += 1
                    found.append(Text(token.text, span=token.span))
                elif token.kind in ("quad", "punct"):
                    self.i += 1
                else:
                    found.append(self.arg())
            return found

        found = self.inside(items)
        if len(found) == 1:
            return found[0]
        return Mul(tuple(found), ("",) * (len(found) - 1)) if found else Text("")

    def arg(self) -> Term:
        """One argument: a sum, or sums joined by relations, logical signs and implications."""
        start = self.i
        term = self.conjunction()
        while self.peek().kind == "cmd" and self.peek().text in JOINERS:
            op = JOINERS[self.take().text]
            term = Rel(op, term, self.conjunction(), span=self.span(start))
        return term

    def conjunction(self) -> Term:
        """Relations joined by "and" and "or"; "and" binds more tightly."""
        return self.joined(r"\lor", lambda: self.joined(r"\land", self.related))

    def joined(self, op: str, read: Callable[[], Term]) -> Term:
        start = self.i
        terms = [read()]
        while self.peek().kind == "cmd" and LOGIC_INFIX.get(self.peek().text) == op:
            self.i += 1
            terms.append(read())
        return terms[0] if len(terms) == 1 else Op(op, tuple(terms), span=self.span(start))

    def related(self) -> Term:
        start = self.i
        if self.is_cmd(r"\forall", r"\exists"):
            kind = self.take().text[1:]
            return Quant(kind, (self.related(),), span=self.span(start))
        if self.is_cmd(*NEGATIONS):
            self.i += 1
            self.deeper(self.peek())
            negated = self.related()
            self.depth -= 1
            return Op(r"\neg", (Missing(), negated), span=self.span(start))
        term: Term = Missing() if self.at_relation() else self.sum()
        while self.at_relation():
            op = self.relation().op
            at_end = self.i >= self.end or self.is_punct(",", ";") or self.peek().kind in ("mid", "close", "amp", "row")
            rhs = Missing() if at_end else self.sum()
            term = Rel(op, term, rhs, span=self.span(start))
        return term

    # --- sums ------------------------------------------------------------------------------------

    def sum(self) -> Term:
        """Products joined by plus, minus and their like."""
        self.deeper(self.peek())
        start = self.i
        terms: list[Term] = [self.signed_product(first=True)]
        while True:
            token = self.peek()
            if token.kind == "op" and token.text in "+-":
                self.i += 1
                if self.at_end_of_sum() and token.text == "+":
                    raise self.fail("a term is missing after the plus sign", token)
                body = self.signed_product(first=False)
                terms.append(Neg(body, span=self.span(start)) if token.text == "-" else body)
            elif token.kind == "cmd" and token.text in SUM_INFIX and self.infix_follows():
                self.i += 1
                left = terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.span(start))
                right = self.signed_product(first=False)
                if isinstance(left, Op) and left.op == token.text:
                    terms = [Op(token.text, (*left.args, right), span=self.span(start))]
                else:
                    terms = [Op(token.text, (left, right), span=self.span(start))]
            else:
                break
        self.depth -= 1
        total = terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.span(start))
        if self.is_cmd(r"\pmod"):
            self.i += 1
            total = Op(r"\pmod", (total, self.braced()), span=self.span(start))
        return total

    def infix_follows(self) -> bool:
        return True

    def at_end_of_sum(self) -> bool:
        return self.i >= self.end

    def signed_product(self, first: bool) -> Term:
        start = self.i
        token = self.peek()
        if token.kind == "op" and token.text in "+-":
            self.i += 1
            self.deeper(token)
            body = self.signed_product(first=False)
            self.depth -= 1
            return Neg(body, span=self.span(start)) if token.text == "-" else Pos(body, span=self.span(start))
        if token.kind == "cmd" and token.text in (r"\pm", r"\mp"):
            self.i += 1
            body = self.signed_product(first=False)
            return Op(token.text, (Missing(), body), span=self.span(start))
        return self.product()

    # --- products --------------------------------------------------------------------------------

    def product(self) -> Term:
        """Factors side by side or joined by product signs; ``\\odot`` and its like bind less tightly."""
        start = self.i
        segments: list[tuple[list[Term], list[str]]] = [([], [])]
        infix: list[str] = []
        factors, ops = segments[0]
        while True:
            token = self.peek()
            if token.kind == "at":
                if not factors:
                    raise self.unexpected()
                self.i += 1
                body = self.pack(factors, ops, start)
                factors[:], ops[:] = [self.evaluated(body, start)], []
            elif token.kind == "cmd" and token.text in PRODUCT_OPS and factors:
                self.i += 1
                ops.append(PRODUCT_OPS[token.text])
                factors.append(self.signed_factor(token))
            elif token.kind == "op" and token.text == "*" and factors:
                self.i += 1
                ops.append("*")
                factors.append(self.signed_factor(token))
            elif (token.kind == "op" and token.text == "/") or (token.kind == "cmd" and token.text == r"\div"):
                if not factors:
                    raise self.fail("nothing stands before the division sign", token)
                self.i += 1
                den = self.signed_factor(token)
                factors[-1] = Div(factors[-1], den, "/" if token.text == "/" else "div", span=self.span(start))
            elif token.kind == "cmd" and token.text in PRODUCT_INFIX and factors and self.factor_after():
                self.i += 1
                infix.append(token.text)
                factors, ops = [], []
                segments.append((factors, ops))
            elif token.kind == "text" and factors and self.is_unit(factors[-1]):
                self.i += 1
                factors[-1] = Decor("unit", factors[-1], Text(token.text, span=token.span), span=self.span(start))
            elif (
                self.starts_factor()
                and not (factors and (self.is_prose(self.i) or self.is_bracketed_remark()))
                and not self.ends_integral()
            ):
                if len(ops) < len(factors):
                    ops.append("")
                factors.append(self.factor())
            else:
                break
        for part, _ in segments:
            if not part:
                raise self.missing_factor()
        result = self.pack(*segments[0], start)
        for op, segment in zip(infix, segments[1:], strict=True):
            right = self.pack(*segment, start)
            if isinstance(result, Op) and result.op == op:
                result = Op(op, (*result.args, right), span=self.span(start))
            else:
                result = Op(op, (result, right), span=self.span(start))
        return result

    def missing_factor(self) -> Exception:
        token = self.peek()
        if token.kind == "eof":
            return self.fail("the formula ends where a term is needed")
        if token.kind in ("sup", "sub"):
            return self.fail(f"{token.text!r} has nothing before it to stand on", token, "D113")
        if token.kind == "cmd" and token.text not in RELATIONS and token.text not in PRODUCT_OPS:
            return self.unexpected()
        return self.fail(f"a term is missing before {token.text!r}", token)

    def factor_after(self) -> bool:
        self.i += 1
        found = self.starts_factor()
        self.i -= 1
        return found

    def pack(self, factors: list[Term], ops: list[str], start: int) -> Term:
        if len(factors) == 1:
            return factors[0]
        for factor in factors:
            if isinstance(factor, Decor) and isinstance(factor.body, Add) and factor.kind in ("color", "textcolor"):
                raise self.fail("a product of an unbracketed sum reads two ways", self.tokens[start])
        return Mul(tuple(factors), tuple(ops), span=self.span(start))

    def signed_factor(self, after: Token) -> Term:
        """The factor after a product sign, which may carry a sign of its own."""
        token = self.peek()
        if token.kind == "op" and token.text in "+-":
            start = self.i
            self.i += 1
            self.deeper(token)
            body = self.signed_factor(token)
            self.depth -= 1
            return Neg(body, span=self.span(start)) if token.text == "-" else Pos(body, span=self.span(start))
        if not self.starts_factor():
            raise self.fail(f"a factor is missing after {after.text}", after)
        return self.factor()

    def is_placeholder(self) -> bool:
        """Whether the dot here stands for an argument rather than a product."""
        following = self.peek(1)
        return (
            following.kind in ("eof", "mid", "dmid", "close")
            or (following.kind == "punct" and following.text in ",;")
            or (following.kind == "cmd" and following.text in (r"\mid", r"\parallel"))
        )

    def evaluated(self, body: Term, start: int) -> Term:
        """What stands below the bar of "evaluated at"."""
        if self.peek().kind != "sub":
            raise self.fail("the bar needs the point of evaluation below it")
        self.i += 1
        where = self.script_items()
        return At(body, where, span=self.span(start))

    def script_items(self) -> tuple[Term, ...]:
        raise NotImplementedError

    def braced(self) -> Term:
        raise NotImplementedError

    def is_unit(self, before: Term) -> bool:
        token = self.peek()
        if not isinstance(before, Num):
            return False
        word = token.text.strip()
        after = self.peek(1)
        if after.kind in ("open", "sub", "sup"):
            return False
        return word in UNITS

    def is_bracketed_remark(self) -> bool:
        r"""``\ (\text{terminal})``: words alone in brackets, set apart by a space."""
        token = self.peek()
        if token.kind != "open" or token.text != "(" or token.gap not in ("word", "thick"):
            return False
        inner = self.tokens[self.i + 1 : min(self.close[self.i], self.i + 9)]
        return bool(inner) and all(t.kind == "text" for t in inner)

    def is_prose(self, index: int) -> bool:
        """Whether the text at ``index``, which follows a term, is a remark rather than a factor."""
        token = self.tokens[index] if index < self.end else self.eof
        if token.kind != "text":
            return False
        text = token.text
        word = text.strip()
        after = self.tokens[index + 1] if index + 1 < self.end else self.eof
        if word in CONDITION_WORDS or word in JOINING_WORDS or word.startswith("("):
            return True
        if after.kind == "open" and after.text == "(" and " " not in word:
            return False
        if text != word or " " in word or not word[0].isalnum():
            return True
        if word in FUNCTIONS or after.kind in ("sub", "sup"):
            return False
        return token.gap in ("word", "thick")

    def ends_integral(self) -> bool:
        """Whether the ``dx`` of the integral being read stands here."""
        if not self.integrals:
            return False
        token = self.peek()
        is_d = (token.kind == "letter" and token.text == "d") or self.is_roman_d()
        if not is_d:
            return False
        after = self.peek(4 if self.is_roman_d() else 1)
        return after.kind in ("letter", "symbol") or (
            after.kind == "cmd" and after.text[1:] in ATOM_COMMANDS and after.text[1:] not in ("frac", "log")
        )

    def is_roman_d(self) -> bool:
        return (
            self.is_cmd(r"\mathrm", r"\rm")
            and self.peek(1).kind == "lbrace"
            and self.peek(2).text == "d"
            and self.peek(3).kind == "rbrace"
        )

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.kind in ("num", "letter", "symbol", "text", "lbrace", "open", "begin"):
            return True
        if token.kind == "cmd":
            if token.text in (r"\cdot", r"\bullet", r"\ast", r"\star", r"\circ"):
                return self.is_placeholder()
            name = token.text[1:]
            if name in ("overset", "underset", "stackrel"):
                return not self.at_annotated_relation()
            return name in ATOM_COMMANDS or name in OPTIMA
        if token.kind == "op" and token.text == "*":
            return self.is_placeholder()
        return token.kind == "punct" and token.text == "." and self.peek(1).kind in ("mid", "dmid")

    def placeholder(self) -> Term:
        start = self.i
        self.i += 1
        return Placeholder(span=self.span(start))

    def bare_list(self) -> Term:
        """Arguments separated by commas, without a bracket of their own."""
        start = self.i
        items = [self.arg()]
        while self.is_punct(",", ";"):
            self.i += 1
            if self.i >= self.end:
                break
            items.append(self.arg())
        return items[0] if len(items) == 1 else Seq(tuple(items), "", span=self.span(start))
