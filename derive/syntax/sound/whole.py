r"""All of a formula, or nothing of it: its row, or the first place that cannot be read.

>>> [item.name for item in whole(r"V(s) = r")]
['V', '()', '=', 'r']
>>> whole("(a+b = c")
Traceback (most recent call last):
    ...
derive.diagnostics.NotationError: ( is never closed
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.diagnostics import NotationError, Span
from derive.syntax.flat import Row
from derive.syntax.lex.lexer import tokenize
from derive.syntax.lex.tokens import Macro
from derive.syntax.pairing.brackets import structure
from derive.syntax.row_reader import FlatReader
from derive.syntax.sound.damage import damage
from derive.syntax.sound.mending import bracket_edit
from derive.syntax.sound.operands import check_operands

#: The longest formula whose brackets are mended by trying.
MAX_MENDED = 5_000


def whole(latex: str, macros: Mapping[str, Macro] | None = None) -> Row:
    """The row of a formula in which nothing is broken.

    Raises: NotationError at the first place that is, with the edit that would mend it where there is one.
    """
    try:
        return _whole(latex, macros)
    except NotationError as error:
        found = error.diagnostic
        if found.code != "D106" or found.edit is not None or len(latex) > MAX_MENDED:
            raise
        edit = bracket_edit(latex, error, lambda text: reads(text, macros))
        raise NotationError(found.message, error.span, found.code, found.help, edit) from None


def reads(latex: str, macros: Mapping[str, Macro] | None = None) -> bool:
    """Whether nothing in a formula is broken."""
    try:
        _whole(latex, macros)
    except NotationError:
        return False
    return True


def _whole(latex: str, macros: Mapping[str, Macro] | None) -> Row:
    try:
        return _all_of(latex, macros)
    except RecursionError:
        raise NotationError("the formula is nested too deeply", Span(0, len(latex)), "D107") from None


def _all_of(latex: str, macros: Mapping[str, Macro] | None) -> Row:
    if findings := damage(latex):
        first = findings[0]
        assert first.span is not None
        raise NotationError(first.message, first.span, first.code, first.help, first.edit)
    parts = structure(tokenize(latex, macros))
    if not parts.tokens:
        raise NotationError("the formula is empty", Span(0, len(latex)), "D101")
    check_operands(parts, len(latex))
    return FlatReader(parts, len(latex)).whole()
