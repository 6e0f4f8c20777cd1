r"""latex2sympy2 as an independent second reader of plain arithmetic and algebra.

It is trusted with nothing else: it takes ``\log`` for base 10, ``\gamma`` for a constant, ``\pi_\theta(a|s)A`` for π, and of
``a = b`` it returns b.  A formula is handed to it only when every node of our own tree is in a short list, and its answer is
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
from typing import Any

from derive.diagnostics import NotationError
from derive.notation.parse.reading import parse_term
from derive.notation.print.printer import to_latex
from derive.notation.trees.term_trees import Add, Div, Func, Mul, Neg, Num, Paren, Pos, Pow, Sym, Term
from derive.syntax.lex.tokens import digits

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


def trusted(term: Term) -> bool:
    """Whether a tree holds only what the second reader is known to read rightly."""
    match term:
        case Num(text=text):
            return digits(text) == text and "%" not in text and not any(c in text for c in "eE")
        case Sym():
            plain = not term.accents and not term.sups and not term.primes and term.name in LETTERS
            return plain and (not term.subs or (len(term.subs) == 1 and isinstance(term.subs[0], Num)))
        case Func(name="sqrt", sub=None):
            return all(map(trusted, term.args))
        case Mul():
            return set(term.ops) <= {"", r"\cdot", r"\times"} and all(map(trusted, term.factors))
        case Div(style=style):
            return style in ("frac", "/") and trusted(term.num) and trusted(term.den)
        case Add() | Neg() | Pos() | Paren() | Pow():
            return (not isinstance(term, Paren) or term.fences == "()") and all(map(trusted, term.children()))
    return False


def read(latex: str) -> Any | None:
    r"""What the second reader makes of ``latex`` as a SymPy expression; None where it is not to be trusted.

    >>> read(r"\log x") is None
    True
    """
    try:
        term = parse_term(latex)
    except NotationError:
        return None
    if not trusted(term):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expression = _reader()(to_latex(term))
        names = {plain(str(symbol)) for symbol in expression.free_symbols}
    except Exception:  # a reader that cannot read is no reader: say nothing
        return None
    ours = {_spelled(t) for t in term.walk() if isinstance(t, Sym)}
    return expression if names <= ours else None


def agree(latex: str, value: Callable[[Mapping[str, Fraction]], Fraction]) -> bool | None:
    """Whether the second reader gives ``latex`` the same value as ours at a rational point; None where it cannot say.

    ``value`` maps names such as ``x`` and ``x_1`` to a number.
    """
    expression = read(latex)
    if expression is None:
        return None
    symbols = sorted({_spelled(t) for t in parse_term(latex).walk() if isinstance(t, Sym)})
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


def _spelled(sym: Sym) -> str:
    index = sym.subs[0] if sym.subs else None
    return sym.name + (f"_{index.text}" if isinstance(index, Num) else "")


def plain(name: str) -> str:
    """A symbol's name without what only LaTeX needs."""
    return name.replace("{", "").replace("}", "").replace("\\", "")
