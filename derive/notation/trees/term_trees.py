"""The terms of the field's notation: frozen trees that print as written.

A term keeps what a page shows (order, grouping, spelling of a number, the mark of a transpose) and
nothing else; what a formula means is for the elaborator to say.  Two terms are equal when they would be
printed alike; spans never take part in comparison.

Conventions.  A name is a letter (``x``), a macro without its backslash (``theta``), or one of these
with a font (``mathbb:E``, ``mathcal:D``, ``mathbf:w``, ``text:reward``).  Subscripts and
superscripts of a symbol are terms: an index (``t+1``), a parameter (the ``θ`` of ``π_θ``), or a
:class:`Label` (``old``, ``CLIP``, ``*``, ``-``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from derive.notation.trees.nodes import Term

# --- atoms ---------------------------------------------------------------------------------------


#: What sets off the thousands of a number.
SET_OFF = re.compile(r"\\[,;: ]|~|\{,\}|,")


@dataclass(frozen=True, slots=True)
class Num(Term):
    r"""A decimal literal: its exact value and the text that shows its digits (``0.90``, ``1{,}000``, ``20\%``).

    The value of a percentage is already divided by 100.
    """

    value: Fraction
    text: str

    @property
    def digits(self) -> int:
        """Decimals shown after the point (of the text, before any percent sign)."""
        body = SET_OFF.sub("", self.text).rstrip("\\%").strip()
        return len(body.split(".")[1]) if "." in body else 0


@dataclass(frozen=True, slots=True)
class Label(Term):
    r"""A word or mark that names a variant: ``old``, ``CLIP``, ``*``, ``-``; ``font`` is ``text``, ``mathrm`` or empty."""

    text: str
    font: str = ""


@dataclass(frozen=True, slots=True)
class Sym(Term):
    r"""A symbol: ``\hat{A}_{t+1}^{\pi}`` is ``Sym("A", accents=("hat",), subs=(t+1,), sups=(π,))``.

    ``sups`` holds labels, policies and bracketed indices, never a power; ``primes`` counts ``'``.
    """

    name: str
    accents: tuple[str, ...] = ()
    subs: tuple[Term, ...] = ()
    sups: tuple[Term, ...] = ()
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Dots(Term):
    r"""An ellipsis that stands for what the neighbours suggest; ``kind`` is its macro (``cdots``, ``ldots``, ``dots``)."""

    kind: str = "cdots"


@dataclass(frozen=True, slots=True)
class Placeholder(Term):
    r"""The ``\cdot`` of ``\pi(\cdot\mid s)``."""


@dataclass(frozen=True, slots=True)
class Text(Term):
    r"""Words inside a formula (``\text{if }``), kept and shown, never read as mathematics."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing(Term):
    """The absent left side of a display that starts with a relation (or right side of one that ends with it)."""


# --- arithmetic ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Add(Term):
    """A sum in printed order; a subtracted term is a :class:`Neg`."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Neg(Term):
    body: Term


@dataclass(frozen=True, slots=True)
class Pos(Term):
    """An explicit plus sign in front of a term."""

    body: Term


@dataclass(frozen=True, slots=True)
class Mul(Term):
    r"""A product in printed order; ``ops[i]`` stands between factors i and i+1: ``""``, ``\cdot``, ``\times`` or ``*``."""

    factors: tuple[Term, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Div(Term):
    r"""A quotient; ``style`` is ``frac``, ``tfrac``, ``dfrac``, ``/`` or ``div``."""

    num: Term
    den: Term
    style: str = "frac"


@dataclass(frozen=True, slots=True)
class Pow(Term):
    base: Term
    exp: Term


@dataclass(frozen=True, slots=True)
class Transpose(Term):
    r"""``mark`` is what was printed: ``\top``, ``T``, ``\intercal``, ``\mathsf{T}``, ``'``."""

    body: Term
    mark: str = r"\top"


@dataclass(frozen=True, slots=True)
class Op(Term):
    r"""Another infix operator, left to right: ``\odot``, ``\otimes``, ``\circ``, ``\pm``, ``\cup``, ``\setminus``, ``\land``, ``\bmod``."""

    op: str
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Postfix(Term):
    r"""A mark after a term: factorial ``!``, degree; ``[x]_+`` is ``Postfix("_+", Paren(x, "[]"))``."""

    mark: str
    body: Term


# --- grouping and collections --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paren(Term):
    r"""Brackets around one term, kept because the page shows them; ``fences`` is ``()``, ``[]`` or ``{}``."""

    body: Term
    fences: str = "()"


@dataclass(frozen=True, slots=True)
class Seq(Term):
    r"""A tuple, list, set or interval: ``(s,a,r,s')``, ``[2,4,6,8]``, ``\{1,2\}``, ``(0,1]``; bare lists have ``fences=""``."""

    items: tuple[Term, ...]
    fences: str = "()"


@dataclass(frozen=True, slots=True)
class SetOf(Term):
    r"""``\{ element \mid condition \}``."""

    element: Term
    conditions: tuple[Term, ...]
    bar: str = r"\mid"


@dataclass(frozen=True, slots=True)
class Matrix(Term):
    """Rows of a matrix environment; ``env`` is ``bmatrix``, ``pmatrix``, … ."""

    rows: tuple[tuple[Term, ...], ...]
    env: str = "bmatrix"


@dataclass(frozen=True, slots=True)
class Cases(Term):
    r"""``\begin{cases}``: (value, condition) rows; a condition is a relation, a :class:`Text` such as "otherwise", or None."""

    rows: tuple[tuple[Term, Term | None], ...]


@dataclass(frozen=True, slots=True)
class Fence(Term):
    r"""``kind``: ``abs`` \|x|, ``norm``, ``floor``, ``ceil``, ``inner`` ⟨x,y⟩ (two arguments); ``sub`` is the p of a norm."""

    kind: str
    args: tuple[Term, ...]
    sub: Term | None = None


@dataclass(frozen=True, slots=True)
class Item(Term):
    r"""An element or power of a bracketed thing: ``[x]_i``, ``(\nabla f)_i``."""

    body: Term
    subs: tuple[Term, ...]


# --- application ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class App(Term):
    r"""Application of a symbol: ``π_θ(a|s)`` is ``App(π_θ, (a,), given=(s,), bar="\\mid")``.

    ``sep`` separates the arguments: ``,`` as a rule, ``\|`` in ``D_{KL}(p\|q)``, ``;`` in ``I(X;Y)``.
    ``bar`` separates what is given: ``\mid``, ``|``, ``;``.  ``fences`` is ``()``, ``[]`` or ``{}``.
    """

    head: Term
    args: tuple[Term, ...]
    given: tuple[Term, ...] = ()
    sep: str = ","
    bar: str = r"\mid"
    fences: str = "()"


@dataclass(frozen=True, slots=True)
class Func(Term):
    r"""A named function: ``log``, ``ln``, ``exp``, ``sqrt``, ``min``, ``max``, ``clip``, ``softmax``, ``Var``, ``det``, ….

    ``sub`` is a base or an index (``\log_2``, ``\sqrt[3]{x}`` has ``sub=3``), ``sup`` a power written on the
    name (``\log^2 x``); ``fences=""`` when the argument stands bare (``\log x``).
    ``spelling`` is how the name was written (``\log``, ``\mathrm{clip}``, ``\text{clip}``).
    """

    name: str
    args: tuple[Term, ...]
    sub: Term | None = None
    sup: Term | None = None
    given: tuple[Term, ...] = ()
    fences: str = "()"
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Big(Term):
    r"""An operator with bound variables: ``op`` is ``sum``, ``prod``, ``int``, ``max``, ``min``, ``sup``, ``inf``, ``argmax``, ``argmin``, ``lim``, ….

    ``under`` lists what stands below: a bare variable, or relations (``i=1``, ``s'\in S``, ``j\ne i``, ``x\to 0``);
    ``upper`` is what stands above; ``measure`` the ``x`` of an integral's ``dx``.
    """

    op: str
    under: tuple[Term, ...]
    upper: Term | None
    body: Term
    measure: tuple[Term, ...] = ()
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Expect(Term):
    r"""An expectation: ``under`` holds ``a\sim\pi`` relations, a policy, a time index, or nothing.

    ``head`` is its symbol (``\mathbb{E}``, ``E``, ``\hat{\mathbb{E}}``); ``given`` what stands after the bar;
    ``fences=""`` where no bracket is printed.
    """

    under: tuple[Term, ...]
    body: Term
    given: tuple[Term, ...] = ()
    head: Term = Sym("mathbb:E")
    fences: str = "[]"
    bar: str = r"\mid"
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Grad(Term):
    r"""``\nabla_wrt^order body``; ``body`` is None for the operator alone."""

    body: Term | None
    wrt: Term | None = None
    order: int = 1


@dataclass(frozen=True, slots=True)
class Deriv(Term):
    r"""``d/dx`` and ``∂/∂x``: ``wrt`` pairs each variable with how often; ``kind`` is ``d`` or ``partial``.

    ``style`` is ``over`` when the body stands in the numerator (``dL/dθ``), ``beside`` when it follows the fraction.
    """

    body: Term | None
    wrt: tuple[tuple[Term, int], ...]
    kind: str = "d"
    style: str = "over"


@dataclass(frozen=True, slots=True)
class Delta(Term):
    r"""``\Delta\theta``: an increment of a variable, one name."""

    of: Term


@dataclass(frozen=True, slots=True)
class At(Term):
    r"""``body \Big|_{\theta=\theta_{old}}``."""

    body: Term
    where: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Decor(Term):
    r"""Decoration without meaning: ``boxed``, ``underbrace``, ``overbrace``, ``color``, ``cancel``, …; ``note`` is its annotation."""

    kind: str
    body: Term
    note: Term | None = None


@dataclass(frozen=True, slots=True)
class Rel(Term):
    r"""A relation used as a term, in conditions and below operators: ``i=1``, ``a\sim\pi``, ``s'\in S``; ``op`` is its LaTeX."""

    op: str
    lhs: Term
    rhs: Term


@dataclass(frozen=True, slots=True)
class Quant(Term):
    r"""``\forall x\in X`` or ``\exists …``; ``body`` is None when it trails a statement."""

    kind: str
    under: tuple[Term, ...]
    body: Term | None = None


# --- changing terms ------------------------------------------------------------------------------


def replace_terms(term: Term, table: dict[Term, Term]) -> Term:
    """``term`` with every occurrence of a key of ``table`` replaced, outermost first.

    >>> replace_terms(Add((Sym("x"), Sym("y"))), {Sym("x"): Sym("z")}).terms[0].name
    'z'
    """
    if term in table:
        return table[term]
    return term.map_children(lambda child: replace_terms(child, table))


def strip(term: Term) -> Term:
    """``term`` without brackets and decorations around the whole of it."""
    while isinstance(term, Paren | Decor | Pos):
        term = term.body
    return term
