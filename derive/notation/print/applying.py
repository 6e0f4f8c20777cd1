"""Whether two printed factors would read back as a function and its argument."""

from __future__ import annotations

from functools import lru_cache

from derive.diagnostics import NotationError
from derive.notation.glossary import Lexicon
from derive.notation.parse.factors.parser_scripts import Inside
from derive.notation.parse.factors.parser_symbols import Symbols
from derive.notation.parse.reading import parse_term
from derive.notation.print.print_levels import ATOM, QUOTIENT, level
from derive.notation.trees.term_trees import (
    Add,
    App,
    At,
    Decor,
    Delta,
    Deriv,
    Div,
    Func,
    Grad,
    Item,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Pos,
    Postfix,
    Pow,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import FUNCTIONS, OPTIMA
from derive.syntax.pairing.brackets import Structure


@lru_cache(maxsize=4096)
def reads_as_power(text: str) -> bool:
    """Whether a symbol with a superscript is read as a power or a transpose, not as a labelled symbol."""
    try:
        return isinstance(parse_term(text), Pow | Transpose)
    except NotationError:
        return False


_DEFAULT = Symbols(Structure([], {}), Lexicon())


def reads_as_application(before: Term, after: Term, prior: Term | None = None) -> bool:
    """Whether ``before``, printed right in front of ``after``, would take the bracket that ``after`` starts with as its argument."""
    before = _last_name(before)
    head = before.base if isinstance(before, Pow) else before
    if not isinstance(head, Sym):
        return False
    first = _first_bracket(after)
    if not isinstance(first, Paren | Seq) or not first.fences.startswith(("(", "[", "{")):
        return False
    if isinstance(prior, Transpose) and prior.mark != "'" and isinstance(first, Paren) and isinstance(first.body, Add):
        return False
    if head.name.startswith("text:") and head.name[5:] in FUNCTIONS | OPTIMA:
        return True
    if isinstance(first, Paren) and isinstance(first.body, App) and first.body.fences == "":
        items, given = first.body.args, first.body.given
    else:
        items, given = (first.body,) if isinstance(first, Paren) else first.items, ()
    inside = Inside(items, given, ",", r"\mid", first.fences, isinstance(first, Seq) and len(items) > 1)
    applies = _DEFAULT.lexicon.applies(head.name)
    if isinstance(before, Pow) and applies != "yes":
        return False
    opener = {"{": r"\{"}.get(first.fences[0], first.fences[0])
    if opener != "(":
        role = _DEFAULT.lexicon.role(head.name)
        if role not in ("indicator", "expectation") and (
            opener == r"\{" or (applies != "yes" and not head.name.startswith("text:"))
        ):
            return False
    return _DEFAULT.is_application(head, applies, inside, opener)


def _last_name(term: Term) -> Term:
    r"""The part of a printed factor that stands last: the V of ``a/V``, of ``\log V`` and of ``\nabla V``."""
    while True:
        match term:
            case Div(style="/" | "div"):
                term = term.den
            case Func(fences="", args=(*_, last)) if term.name not in ("sqrt", "binom"):
                term = last
            case Grad(body=Term() as body) | Deriv(style="beside" | "sub" | "/", body=Term() as body):
                term = term.wrt[-1][0] if isinstance(term, Deriv) and term.style == "/" else body
            case Delta(of=of):
                term = of
            case Mul(factors=(*_, last)) | Op(args=(*_, last)):
                term = last
            case Neg(body=body) | Pos(body=body):
                term = body
            case _:
                return term


def _first_bracket(term: Term) -> Term:
    """The bracket that a printed factor starts with, whether the term holds it or the printer adds it."""
    while True:
        match term:
            case Pow(base=inner) | Transpose(body=inner) | Postfix(body=inner) | Item(body=inner) | At(body=inner):
                if level(inner) < ATOM or isinstance(inner, Num | Decor | Div | Pow | Transpose):
                    return Paren(inner)
                term = inner
            case App(head=Paren() as head):
                return head
            case Div(style="/" | "div", num=num):
                if level(num) < QUOTIENT:
                    return Paren(num)
                term = num
            case Paren() | Seq():
                return term
            case _:
                return Paren(term) if level(term) < QUOTIENT else term
