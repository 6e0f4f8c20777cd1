r"""Terms as compact s-expressions, for tests and for ``derive explain --parse``.

>>> from derive.notation import parse
>>> print(show(parse(r"\gamma V(s') - 1")))
(+ (* gamma (V s')) (- 1))

Symbols print as ``hat.A^{pi}_{t}``; ``(f x y | z)`` is an application; a product with signs names them: ``(*[\cdot] a b)``.
"""

from __future__ import annotations

from derive.notation.trees.statement_trees import Formula, Statement
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


def show(term: Term | None) -> str:
    """The s-expression of a term, a statement or a formula."""
    match term:
        case None:
            return "nil"
        case Formula():
            return " ;; ".join(show(s) for s in term.statements)
        case Statement():
            return _statement(term)
        case Num():
            return term.text
        case Label():
            return f"'{term.text}'"
        case Sym():
            return _symbol(term)
        case Dots():
            return "..."
        case Placeholder():
            return "."
        case Missing():
            return "?"
        case Text():
            return f'"{term.text}"'
        case Mul() if any(term.ops):
            return f"(*[{' '.join(op or '_' for op in term.ops)}] {_all(term.factors)})"
        case Mul():
            return f"(* {_all(term.factors)})"
        case Add():
            return f"(+ {_all(term.terms)})"
        case Neg():
            return f"(- {show(term.body)})"
        case Pos():
            return f"(pos {show(term.body)})"
        case Div():
            return f"({'/' if term.style != 'div' else 'div'} {show(term.num)} {show(term.den)})"
        case Pow():
            return f"(^ {show(term.base)} {show(term.exp)})"
        case Transpose():
            return f"(T {show(term.body)})"
        case Op():
            return f"({term.op} {_all(term.args)})"
        case Postfix():
            return f"(post {term.mark} {show(term.body)})"
        case Paren():
            return f"{term.fences[0]}{show(term.body)}{term.fences[1]}" if term.fences != "()" else f"(p {show(term.body)})"
        case Seq():
            return f"(seq{term.fences} {_all(term.items)})"
        case SetOf():
            return f"(setof {show(term.element)} | {_all(term.conditions)})"
        case Matrix():
            return f"({term.env} {' / '.join(_all(row) for row in term.rows)})"
        case Cases():
            return f"(cases {' / '.join(show(v) + (' if ' + show(c) if c is not None else '') for v, c in term.rows)})"
        case Fence():
            return f"({term.kind}{'_' + show(term.sub) if term.sub is not None else ''} {_all(term.args)})"
        case Item():
            return f"(item {show(term.body)} {_all(term.subs)})"
        case App():
            return _application(term)
        case Func():
            name = (
                term.name
                + (f"_{{{show(term.sub)}}}" if term.sub is not None else "")
                + (f"^{{{show(term.sup)}}}" if term.sup is not None else "")
            )
            return f"<{' '.join([name, *map(show, term.args)])}{_given(term.given)}>"
        case Big():
            upper = f" to {show(term.upper)}" if term.upper is not None else ""
            measure = f" d {_all(term.measure)}" if term.measure else ""
            return f"({term.op} {{{', '.join(map(show, term.under))}}}{upper} {show(term.body)}{measure})"
        case Expect():
            head = "" if term.head == Sym("mathbb:E") else ":" + show(term.head)
            return f"(E{head} {{{', '.join(map(show, term.under))}}} {show(term.body)}{_given(term.given)})"
        case Grad():
            order = f"^{term.order}" if term.order != 1 else ""
            return f"(grad{order}{'_' + show(term.wrt) if term.wrt is not None else ''} {show(term.body)})"
        case Deriv():
            wrt = " ".join(show(v) + (f"^{n}" if n != 1 else "") for v, n in term.wrt)
            return f"({term.kind}/{wrt} {show(term.body)})"
        case Delta():
            return f"(Delta {show(term.of)})"
        case At():
            return f"(at {show(term.body)} {_all(term.where)})"
        case Decor():
            return f"({term.kind} {show(term.body)}{' ' + show(term.note) if term.note is not None else ''})"
        case Rel():
            return f"({term.op} {show(term.lhs)} {show(term.rhs)})"
        case Quant():
            return f"({term.kind} {_all(term.under)}{' : ' + show(term.body) if term.body is not None else ''})"
    raise TypeError(f"{type(term).__name__} is not a term")


def _all(terms: tuple[Term, ...]) -> str:
    return " ".join(map(show, terms))


def _given(given: tuple[Term, ...]) -> str:
    return f" | {_all(given)}" if given else ""


def _symbol(sym: Sym) -> str:
    name = "".join(accent + "." for accent in sym.accents) + sym.name.replace(" ", "~") + "'" * sym.primes
    if sym.sups:
        name += "^{" + ",".join(map(show, sym.sups)) + "}"
    if sym.subs:
        name += "_{" + ",".join(map(show, sym.subs)) + "}"
    return name


def _application(term: App) -> str:
    sep = f"[{term.sep}]" if term.sep != "," else ""
    bar = "|" if term.bar == r"\mid" else term.bar
    head = show(term.head) + sep + ("" if term.fences == "()" else term.fences)
    return f"({' '.join([head, *map(show, term.args)])}{f' {bar} ' + _all(term.given) if term.given else ''})"


def _statement(statement: Statement) -> str:
    text = show(statement.terms[0]) if statement.terms else ""
    for rel, term in zip(statement.rels, statement.terms[1:], strict=True):
        note = f"[{show(rel.note)}]" if rel.note is not None else ""
        text += f" {rel.op}{note} {show(term)}"
    for condition in statement.conditions:
        text += f" :: {show(condition)}"
    for remark in statement.remarks:
        text += f" # {show(remark)}"
    return text.strip()
