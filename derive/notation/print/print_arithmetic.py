"""Sums, products, quotients, powers and infix operators as LaTeX."""

from __future__ import annotations

from derive.notation.print.applying import reads_as_application, reads_as_power
from derive.notation.print.print_base import Printing
from derive.notation.print.print_levels import (
    ATOM,
    PREFIX,
    PRODUCT,
    QUOTIENT,
    RELATION,
    SUM,
    level,
    runs_on,
)
from derive.notation.print.print_marks import fenced, glue, script
from derive.notation.trees.term_trees import (
    Add,
    App,
    At,
    Big,
    Decor,
    Delta,
    Deriv,
    Div,
    Func,
    Grad,
    Item,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Pos,
    Postfix,
    Pow,
    Rel,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import SUM_INFIX


class Arithmetic(Printing):
    """Sums, products, quotients, powers and infix operators as LaTeX."""

    def sum(self, term: Add) -> str:
        parts: list[str] = []
        for place, item in enumerate(term.terms):
            if (
                isinstance(item, Add)
                or (place and level(item) == SUM and not isinstance(item, Neg | Pos))
                or level(item) == RELATION
                or place == 0
                and len(term.terms) > 1
                and isinstance(item, Big)
                and item.op.startswith("arg")
            ):
                text = fenced(self.body(item), "()")
            elif place and isinstance(item, Neg):
                body = self.body(item.body) if isinstance(item.body, Neg | Pos) else self.latex(item.body, PRODUCT)
                parts += [" - ", body]
                continue
            else:
                text = self.latex(item)
            if place:
                parts.append(" + ")
            parts.append(text)
        return "".join(parts)

    def product(self, term: Mul) -> str:
        pieces: list[str] = []
        for place, factor in enumerate(term.factors):
            last = place == len(term.factors) - 1
            op = term.ops[place - 1] if place else ""
            if isinstance(factor, Neg | Pos) and place and op:
                piece = (
                    self.body(factor)
                    if level(factor.body) > SUM and not isinstance(factor.body, Mul | Op)
                    else fenced(self.body(factor), "()")
                )
            elif not last and self.bare_nabla(factor) and self.bare_nabla(term.factors[place + 1]):
                piece = self.body(factor)
            elif runs_on(factor, None if last else term.ops[place]) and not last or (isinstance(factor, At) and place):
                piece = fenced(self.body(factor), "()")
            elif isinstance(factor, At):
                piece = self.body(factor)
            else:
                piece = self.latex(factor, QUOTIENT)
            if (
                place
                and not op
                and piece.startswith(("(", "[", r"\{", r"\left"))
                and reads_as_application(term.factors[place - 1], factor, term.factors[place - 2] if place > 1 else None)
            ):
                op = r"\cdot"
            if place and not op and isinstance(term.factors[place - 1], Sym) and term.factors[place - 1] == Sym("d"):
                pieces.append(" ")  # dk would be a differential beside other differentials
            pieces += [op, piece]
        return glue(*pieces)

    def bare_nabla(self, term: Term) -> bool:
        r"""A gradient sign alone, perhaps transposed: the parts of ``\nabla\nabla^\top f``."""
        nabla = term.body if isinstance(term, Transpose) else term
        return isinstance(nabla, Grad) and nabla.body is None

    def quotient(self, term: Div) -> str:
        if term.style in ("/", "div"):
            sign = "/" if term.style == "/" else r" \div "
            num = self.latex(term.num, QUOTIENT)
            if runs_on(term.num, ""):
                num = fenced(self.body(term.num), "()")
            den = (
                self.body(term.den)
                if isinstance(term.den, Neg | Pos) and level(term.den.body) >= PREFIX
                else self.latex(term.den, PREFIX)
            )
            return glue(num, sign, den) if sign != "/" else num + "/" + den
        return "\\" + term.style + "{" + self.latex(term.num) + "}{" + self.latex(term.den) + "}"

    def power(self, term: Pow) -> str:
        base = term.base
        if isinstance(base, Delta) and (
            isinstance(base.of, App) or (isinstance(base.of, Sym) and self.takes_power(base.of, term.exp))
        ):
            return glue(r"\Delta", self.power(Pow(base.of, term.exp)))
        exponent = script("^", self.latex(term.exp))
        if isinstance(base, Sym) and (base.sups or base.primes):
            return "{" + self.symbol(base) + "}" + exponent
        if isinstance(base, Sym) and not self.takes_power(base, term.exp):
            return fenced(self.symbol(base), "()") + exponent
        if isinstance(base, Pow | Transpose | Postfix | Div | Decor | Deriv | At | Num) and not (
            isinstance(base, Num) and not base.text.endswith("%")
        ):
            return fenced(self.body(base), "()") + exponent
        if isinstance(base, Item):
            return self.body(base) + exponent
        return self.latex(base, ATOM) + exponent

    def takes_power(self, sym: Sym, exponent: Term) -> bool:
        """Whether a superscript printed on ``sym`` is read as a power rather than as a label."""
        return isinstance(exponent, Num) or reads_as_power(self.symbol(sym) + script("^", self.latex(exponent)))

    def transpose(self, term: Transpose) -> str:
        if term.mark.startswith("-") and isinstance(term.body, Pow):
            base = term.body.base
            inner = (
                "{" + self.symbol(base) + "}" if isinstance(base, Sym) and (base.sups or base.primes) else self.latex(base, ATOM)
            )
            return (fenced(self.body(base), "()") if isinstance(base, Pow | Transpose) else inner) + "^{" + term.mark + "}"
        mark = {"T": "^T", "'": "'", r"\top": r"^\top"}.get(term.mark, "^{" + term.mark + "}")
        body = term.body
        if isinstance(body, Grad) and body.body is not None and self.hoists(body.body):
            return glue(self.nabla(body), self.transpose(Transpose(body.body, term.mark)))
        if isinstance(body, Grad) and body.body is None:
            return self.nabla(body) + mark
        if isinstance(body, Delta):
            return glue(r"\Delta", self.transpose(Transpose(body.of, term.mark)))
        if (
            isinstance(body, Func)
            and body.fences == ""
            and body.args
            and level(body) == PREFIX
            and not isinstance(body.args[0], Paren)
        ):
            return glue(self.function_name(body), self.transpose(Transpose(body.args[0], term.mark)))
        if isinstance(body, Sym) and term.mark == "T" and not reads_as_power(self.symbol(body) + mark):
            return fenced(self.symbol(body), "()") + r"^\top"
        if isinstance(body, Sym) and (body.sups or body.primes) and term.mark != "'":
            return "{" + self.symbol(body) + "}" + mark
        if isinstance(body, Pow | Transpose):
            return fenced(self.body(body), "()") + mark
        return self.latex(body, ATOM) + mark

    def hoists(self, body: Term) -> bool:
        """Whether a transpose printed on ``body`` is read as one of the whole gradient."""
        if isinstance(body, Func) and body.fences == "" and body.args and level(body) == PREFIX:
            return not isinstance(body.args[0], Paren)
        return level(body) == ATOM and not self.transpose(Transpose(body)).startswith(("(", "[", r"\left"))

    def infix(self, term: Op) -> str:
        if term.op == ":":
            return ":".join(self.latex(arg, SUM) for arg in term.args)
        if term.op in ("|", ";"):
            sign = r"\mid" if term.op == "|" else ";"
            return glue(self.latex(term.args[0], SUM), sign, *(self.latex(arg) for arg in term.args[1:]))
        if term.op == r"\neg":
            body = term.args[1]
            return glue(term.op, self.latex(body, RELATION if isinstance(body, Rel) else SUM))
        if term.op == r"\pmod":
            return glue(self.latex(term.args[0], SUM), rf"\pmod{{{self.latex(term.args[1])}}}")
        if isinstance(term.args[0], Missing):
            return glue(term.op, self.latex(term.args[1], ATOM if level(term) == PREFIX else PRODUCT))
        if term.op in (r"\land", r"\lor"):
            return f" {term.op} ".join(self.connected(arg, term.op) for arg in term.args)
        need = SUM if term.op in SUM_INFIX else PRODUCT
        first = term.args[0]
        pieces = [
            self.latex(first, need) if not (isinstance(first, Op) and first.op == term.op) else fenced(self.body(first), "()")
        ]
        for arg in term.args[1:]:
            above = level(arg) <= need and not (isinstance(arg, Mul) or (isinstance(arg, Neg | Pos) and need == SUM))
            pieces.append(fenced(self.body(arg), "()") if above else self.body(arg))
        return glue(*[part for piece in pieces for part in (term.op, piece)][1:])

    def connected(self, arg: Term, op: str) -> str:
        """One part of a conjunction or disjunction."""
        tighter = isinstance(arg, Op) and (arg.op == r"\neg" or arg.op == r"\land" and op == r"\lor")
        return self.latex(arg) if tighter or not isinstance(arg, Op | Seq) else self.latex(arg, SUM)
