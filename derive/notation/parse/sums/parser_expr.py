"""Sums, products, relations inside brackets: everything that joins one factor to the next."""

from __future__ import annotations

from derive.notation.parse.sums.parser_relations import Relations
from derive.notation.trees.term_trees import (
    Add,
    At,
    Decor,
    Div,
    Missing,
    Mul,
    Neg,
    Op,
    Placeholder,
    Pos,
    Seq,
    Term,
    Text,
)
from derive.syntax.lex.symbols import (
    PRODUCT_INFIX,
    PRODUCT_OPS,
    RELATIONS,
    SUM_INFIX,
)
from derive.syntax.lex.tokens import Token


class Expressions(Relations):
    """Everything between the relations of a chain."""

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
        r"""Factors side by side or joined by product signs; ``\odot`` and its like bind less tightly."""
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
