"""Every term as LaTeX."""

from __future__ import annotations

from derive.notation.print.print_levels import (
    ATOM,
    PRODUCT,
    RELATION,
    SUM,
    level,
    spans_sum,
)
from derive.notation.print.print_marks import ESCAPED, fenced, glue, listed, script, words
from derive.notation.print.print_operators import Bound
from derive.notation.trees.term_trees import (
    Add,
    App,
    At,
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
    Placeholder,
    Pos,
    Postfix,
    Pow,
    Quant,
    Rel,
    Seq,
    SetOf,
    Sym,
    Term,
    Text,
    Transpose,
)


class Printer(Bound):
    """Every term as LaTeX, each printed once however often it is looked at."""

    def __init__(self) -> None:
        #: What is printed by its number, and kept, so that no other has the number.
        self.made: dict[int, tuple[Term, str]] = {}

    def latex(self, term: Term, need: int = RELATION, lead: bool = False) -> str:
        """``term``, in brackets when it holds together less tightly than its place needs."""
        if isinstance(term, Big) and spans_sum(term) and not lead:
            return fenced(self.body(term), "()")
        return self.body(term) if level(term) >= need else fenced(self.body(term), "()")

    def body(self, term: Term) -> str:
        known = self.made.get(id(term))
        if known is None:
            known = self.made[id(term)] = (term, self.written(term))
        return known[1]

    def written(self, term: Term) -> str:
        match term:
            case Num():
                return term.text
            case Label():
                return words(term)
            case Sym():
                return self.symbol(term)
            case Dots():
                return "\\" + term.kind
            case Placeholder():
                return r"\cdot"
            case Missing():
                return ""
            case Text():
                return r"\text{" + ESCAPED.sub(r"\\\g<0>", term.text) + "}"
            case Add():
                return self.sum(term)
            case Neg():
                return glue("-", self.latex(term.body, PRODUCT) if not isinstance(term.body, Neg | Pos) else self.body(term.body))
            case Pos():
                return glue("+", self.latex(term.body, PRODUCT) if not isinstance(term.body, Neg | Pos) else self.body(term.body))
            case Mul():
                return self.product(term)
            case Div():
                return self.quotient(term)
            case Pow():
                return self.power(term)
            case Transpose():
                return self.transpose(term)
            case Op():
                return self.infix(term)
            case Postfix():
                body = self.latex(term.body, ATOM)
                return body + (term.mark if term.mark == "!" else term.mark[0] + "{" + term.mark[1:] + "}")
            case Paren():
                return fenced(self.latex(term.body, lead=True), term.fences)
            case Seq():
                sep = "; " if term.fences.endswith(";") else ", "
                inner = sep.join(self.latex(item) for item in term.items)
                return inner if term.fences in ("", ";") else fenced(inner, term.fences.rstrip(";"))
            case SetOf():
                bar = term.bar if term.bar in (r"\mid", ":") else r"\mid"
                return fenced(glue(self.latex(term.element), bar, ", ".join(map(self.latex, term.conditions))), "{}")
            case Matrix():
                rows = r" \\ ".join(" & ".join(self.latex(cell) for cell in row) for row in term.rows)
                columns = "{" + "c" * max((len(row) for row in term.rows), default=1) + "}" if term.env == "array" else ""
                return f"\\begin{{{term.env}}}{columns} {rows} \\end{{{term.env}}}"
            case Cases():
                return r"\begin{cases} " + r" \\ ".join(map(self.case, term.rows)) + r" \end{cases}"
            case Fence():
                return self.fence(term)
            case Item():
                return self.latex(term.body, ATOM) + script("_", listed(term.subs, self.latex))
            case App():
                return self.application(term)
            case Func():
                return self.function(term)
            case Big():
                return self.big(term)
            case Expect():
                return self.expectation(term)
            case Grad():
                return self.gradient(term)
            case Deriv():
                return self.derivative(term)
            case Delta():
                return glue(r"\Delta", self.latex(term.of, ATOM))
            case At():
                return self.latex(term.body, PRODUCT) + r"\Big|" + script("_", listed(term.where, self.latex))
            case Decor():
                return self.decoration(term)
            case Rel():
                return glue(
                    self.latex(term.lhs),
                    term.op,
                    self.latex(term.rhs, SUM) if not isinstance(term.rhs, Seq) else self.latex(term.rhs),
                )
            case Quant():
                return self.quantifier(term)
        raise TypeError(f"{type(term).__name__} cannot be printed")

    def decoration(self, term: Decor) -> str:
        body = self.latex(term.body)
        if term.kind == "unit":
            return body + (self.body(term.note) if term.note is not None else "")
        if term.kind in ("overset", "underset"):
            return rf"\{term.kind}{{{self.latex(term.note) if term.note is not None else ''}}}{{{body}}}"
        if term.kind == "textcolor":
            return rf"\textcolor{{{term.note.text if isinstance(term.note, Label) else 'black'}}}{{{body}}}"
        text = f"\\{term.kind}{{{body}}}"
        if term.note is not None:
            text += ("_" if term.kind == "underbrace" else "^") + "{" + self.note(term.note) + "}"
        return text

    def note(self, note: Term) -> str:
        if isinstance(note, Mul):
            return "".join(self.body(item) if isinstance(item, Text) else self.latex(item) for item in note.factors)
        return self.latex(note)

    def case(self, row: tuple[Term, Term | None]) -> str:
        value, condition = row
        if condition is None:
            return self.latex(value)
        if isinstance(condition, Text):
            return f"{self.latex(value)} & {self.body(condition)}"
        if isinstance(condition, Mul) and isinstance(condition.factors[0], Text):
            return rf"{self.latex(value)} & {self.note(condition)}"
        return rf"{self.latex(value)} & \text{{if }}{self.note(condition)}"

    def quantifier(self, term: Quant) -> str:
        under = ", ".join(map(self.latex, term.under))
        if term.kind in ("forall", "exists"):
            text = glue("\\" + term.kind, under)
        else:
            text = rf"\text{{{term.kind} }}{under}"
        return glue(text, ":", self.latex(term.body)) if term.body is not None else text


def latex(term: Term, need: int = RELATION, lead: bool = False) -> str:
    """A term by itself."""
    return Printer().latex(term, need, lead)


def note(term: Term) -> str:
    """What stands above a relation or below a brace."""
    return Printer().note(term)
