r"""latex2sympy2 as an independent second reader of plain arithmetic and algebra.

It is trusted with nothing else: it takes ``\log`` for base 10, ``\gamma`` for a constant, ``\pi_\theta(a|s)A`` for π, and of
``a = b`` it returns b.  A formula is handed to it only when every item of it is in a short list, and its answer is
taken only when it names the very same symbols.

>>> ok, reason = available()
>>> ok or bool(reason)
True
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from derive.diagnostics import NotationError
from derive.syntax.flat import Item, Row, is_mark, walk
from derive.syntax.lex.tokens import digits
from derive.syntax.printing import printed
from derive.syntax.sound.whole import whole

#: Letters that latex2sympy2 reads as symbols: not e, i, d, nor the greek letters it has constants or functions for.
LETTERS = frozenset("abchkmnpqrstuvwxyzABCDFGHKLMPQRTUVWXYZ") | frozenset(
    ("alpha", "beta", "theta", "mu", "tau", "rho", "sigma", "omega")
)
POINTS = (
    Fraction(2, 3),
    Fraction(5, 4),
    Fraction(7, 2),
    Fraction(3, 7),
    Fraction(11, 5),
    Fraction(13, 3),
    Fraction(17, 6),
    Fraction(19, 8),
)


def available() -> tuple[bool, str]:
    """Whether the second reader can be imported here, and if not, why."""
    try:
        _reader()
    except Exception as error:  # its grammar raises errors of many kinds on import
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return False, f"latex2sympy2 cannot be used on Python {version}: {type(error).__name__}: {error}"
    return True, ""


def _reader() -> Callable[[str], Any]:
    # Imported here because it costs a second and fails on Python 3.13 and later.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("latex2sympy2").latex2sympy


def trusted(row: Row) -> bool:
    """Whether a row holds only what the second reader is known to read rightly; of a letter before brackets, it may be applied."""
    applied = any(a.kind == "atom" and b.kind == "group" for a, b in pairwise(row))
    return bool(row) and not applied and all(map(trusted_item, row))


def trusted_item(item: Item) -> bool:
    if item.accents or item.primes or len(item.sups) > 1 or not all(map(trusted, item.sups)):
        return False
    if item.kind == "atom":
        indexed = len(item.subs) == 1 and len(item.subs[0]) == 1 and item.subs[0][0].kind == "number"
        return item.name in LETTERS and (not item.subs or indexed)
    if item.subs:
        return False
    if item.kind == "number":
        return digits(item.name) == item.name and not any(c in item.name for c in "%eE")
    if item.kind == "root":
        return trusted(item.rows[0]) and not item.rows[1]
    if item.kind == "frac" or item.kind == "group" and item.name in ("()", "row"):
        return item.name not in ("over", "cfrac", "nicefrac", "sfrac") and not item.seps and all(map(trusted, item.rows))
    return is_mark(item, "+", "-", "*", "x", "/")


def read(latex: str) -> Any | None:
    r"""What the second reader makes of ``latex`` as a SymPy expression; None where it is not to be trusted.

    >>> read(r"\log x") is None
    True
    """
    try:
        row = whole(latex)
    except NotationError:
        return None
    if not trusted(row):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expression = _reader()(printed(latex))
        names = {plain(str(symbol)) for symbol in expression.free_symbols}
    except Exception:  # a reader that cannot read is no reader: say nothing
        return None
    return expression if names <= names_of(row) else None


def agree(latex: str, value: Callable[[Mapping[str, Fraction]], Fraction]) -> bool | None:
    """Whether the second reader gives ``latex`` the same value as ours at a rational point; None where it cannot say.

    ``value`` maps names such as ``x`` and ``x_1`` to a number.
    """
    expression = read(latex)
    if expression is None:
        return None
    symbols = sorted(names_of(whole(latex)))
    if len(symbols) > len(POINTS):
        return None
    sympy = importlib.import_module("sympy")
    point = dict(zip(symbols, POINTS, strict=False))
    try:
        ours = value(point)
        table = {
            s: sympy.Rational(point[plain(str(s))].numerator, point[plain(str(s))].denominator) for s in expression.free_symbols
        }
        theirs = (
            sympy.nsimplify(expression.subs(table), rational=True)
            if not expression.atoms(sympy.Float)
            else expression.subs(table)
        )
    except Exception:  # a value that either side cannot work out decides nothing
        return None
    if not getattr(theirs, "is_Rational", False):
        return None
    return Fraction(int(theirs.p), int(theirs.q)) == ours


def names_of(row: Row) -> set[str]:
    """The letters of a row, each with its number: ``x``, ``x_1``."""
    return {i.name + (f"_{i.subs[0][0].name}" if i.subs else "") for i in walk(row) if i.kind == "atom"}


def plain(name: str) -> str:
    """A symbol's name without what only LaTeX needs."""
    return name.replace("{", "").replace("}", "").replace("\\", "")
