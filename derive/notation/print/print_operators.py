"""Operators with bound variables, expectations, gradients and derivatives as LaTeX."""

from __future__ import annotations

from derive.notation.print.print_levels import (
    ATOM,
    OPTIMUM_NAMES,
    PREFIX,
    PRODUCT,
    QUOTIENT,
    constant,
    passes_lead,
    takes_sums,
)
from derive.notation.print.print_marks import fenced, glue, listed, script
from derive.notation.print.print_names import Names
from derive.notation.trees.term_trees import (
    Add,
    Big,
    Deriv,
    Div,
    Expect,
    Grad,
    Missing,
    Mul,
    Neg,
    Num,
    Pos,
    Sym,
    Term,
    Transpose,
)


class Bound(Names):
    """Operators with bound variables, expectations, gradients and derivatives as LaTeX."""

    def big(self, term: Big) -> str:
        name = "\\" + term.op
        if term.op == "family":
            upper = script("^", self.latex(term.upper)) if term.upper is not None else ""
            return self.latex(term.body, ATOM) + script("_", listed(term.under, self.latex)) + upper
        if term.op in OPTIMUM_NAMES:
            name = term.spelling or (
                r"\arg\max" if term.op == "argmax" else r"\arg\min" if term.op == "argmin" else "\\" + term.op
            )
        under = listed(term.under, self.latex)
        if name.startswith(r"\underset"):
            inner = name[9:] or {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(term.op, "\\" + term.op)
            name = rf"\underset{{{under}}}{{{inner}}}"
        elif under:
            name += script("_", under)
        if term.upper is not None:
            name += script("^", self.latex(term.upper))
        measure = "".join(glue(r"\,d", self.latex(m)) for m in term.measure)
        body = term.body
        if isinstance(body, Missing):
            return name + measure
        if term.spelling == "frac":
            return glue(name, self.with_measure(body, measure))
        if isinstance(body, Add) and not term.measure:
            if takes_sums(term):
                return glue(name, r"\;", self.latex(body))
            return glue(name, fenced(self.latex(body), "()"))
        if isinstance(body, Add | Neg | Pos) and (term.measure or isinstance(body, Neg)):
            text = self.latex(body)
        elif isinstance(body, Big):
            text = self.latex(body, PRODUCT, lead=passes_lead(term))
        else:
            text = self.latex(body, PRODUCT)
        if not under and term.op in OPTIMUM_NAMES and text.startswith(("(", r"\left")):
            text = "{}" + text
        if term.spelling == "first":
            return glue(name, measure, text)
        return glue(name, text, measure)

    def with_measure(self, body: Term, measure: str) -> str:
        """An integrand with its differential in the numerator of its last fraction."""
        factors = body.factors if isinstance(body, Mul) else (body,)
        at = max(place for place, factor in enumerate(factors) if isinstance(factor, Div))
        last = factors[at]
        assert isinstance(last, Div)
        top = (
            measure.removeprefix(r"\,")
            if isinstance(last.num, Num) and last.num.text == "1"
            else glue(self.latex(last.num), measure)
        )
        text = f"\\{last.style}{{{top}}}{{{self.latex(last.den)}}}"
        before = (
            self.latex(Mul(factors[:at], body.ops[: at - 1]), PRODUCT)
            if at and isinstance(body, Mul) and at > 1
            else (self.latex(factors[0], PRODUCT) if at else "")
        )
        after = "".join(self.latex(factor, QUOTIENT) for factor in factors[at + 1 :])
        return glue(before, text, after)

    def expectation(self, term: Expect) -> str:
        head = self.symbol(term.head) if isinstance(term.head, Sym) else self.body(term.head)
        under = listed(term.under, self.latex)
        if term.stacked:
            head = rf"\underset{{{under}}}{{{head}}}"
        elif under:
            head += script("_", under)
        if term.fences == "":
            return glue(head, self.latex(term.body, PRODUCT))
        inner = self.latex(term.body, lead=True)
        if term.given:
            inner = glue(inner, term.bar, ",".join(self.latex(g) for g in term.given))
        return head + fenced(inner, term.fences, tall=True)

    def nabla(self, term: Grad) -> str:
        text = r"\nabla"
        if term.wrt is not None:
            text += script("_", self.latex(term.wrt))
        return text + (f"^{term.order}" if term.order != 1 else "")

    def gradient(self, term: Grad) -> str:
        if term.body is None:
            return self.nabla(term)
        return glue(self.nabla(term), self.differentiated(term.body))

    def differentiated(self, body: Term) -> str:
        if (
            isinstance(body, Mul)
            and not any(body.ops)
            and all(map(constant, body.factors[:-1]))
            and not constant(body.factors[-1])
        ):
            return self.latex(body, PRODUCT)
        text = self.latex(body, PREFIX)
        if isinstance(body, Transpose) and not text.startswith(("(", "[", r"\left")):
            return fenced(text, "()")  # a bare transpose would be read as one of the whole gradient
        return text

    def derivative(self, term: Deriv) -> str:
        d = r"\partial" if term.kind == "partial" else "d"
        order = sum(times for _, times in term.wrt)
        if term.style == "sub":
            return glue(
                r"\partial" + script("_", ",".join(self.latex(v) for v, _ in term.wrt)),
                self.differentiated(term.body) if term.body is not None else "",
            )
        if term.style == "/" and term.body is not None:
            return glue(d, self.latex(term.body, ATOM)) + "/" + glue(d, self.latex(term.wrt[0][0], ATOM))
        below = " ".join(glue(d, self.latex(v, ATOM)) + (f"^{n}" if n != 1 else "") for v, n in term.wrt)
        top = d + (f"^{order}" if order != 1 else "")
        if term.style == "over" and term.body is not None:
            return rf"\frac{{{glue(top, self.latex(term.body, PRODUCT))}}}{{{below}}}"
        return glue(rf"\frac{{{top}}}{{{below}}}", self.differentiated(term.body) if term.body is not None else "")
