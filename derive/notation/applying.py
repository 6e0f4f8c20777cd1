"""Whether two printed factors would read back as a function and its argument."""

from __future__ import annotations

from functools import lru_cache

from derive.diagnostics import NotationError
from derive.notation.brackets import Structure
from derive.notation.glossary import Lexicon
from derive.notation.parser_scripts import Inside
from derive.notation.parser_symbols import Symbols
from derive.notation.statements import parse_term
from derive.terms import Add, App, Paren, Pow, Seq, Sym, Term, Transpose


@lru_cache(maxsize=4096)
def reads_as_power(text: str) -> bool:
    """Whether a symbol with a superscript is read as a power or a transpose, not as a labelled symbol."""
    try:
        return isinstance(parse_term(text), Pow | Transpose)
    except NotationError:
        return False


_DEFAULT = Symbols(Structure([], {}), Lexicon())


def reads_as_application(before: Term, after: Term, prior: Term | None = None) -> bool:
    """Whether ``before`` followed by the bracket ``after`` would be read as an application."""
    head = before.base if isinstance(before, Pow) else before
    first = after
    while isinstance(first, Pow):
        first = first.base
    if not isinstance(head, Sym) or not isinstance(first, Paren | Seq) or not first.fences.startswith(("(", "[", "{")):
        return False
    if isinstance(prior, Transpose) and prior.mark != "'" and isinstance(first, Paren) and isinstance(first.body, Add):
        return False
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
