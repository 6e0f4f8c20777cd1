r"""Letters: SymPy symbols that know the type of what they stand for.

>>> theta, s, a = parameter("theta"), state("s"), action("a")
>>> theta == letter("theta", VECTOR_OF_PARAMETERS), s == a
(True, False)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.core.types import ACTION, NAT, POLICY, REAL, STATE, Type, function, law, vector

PARAMETERS = Type("Parameters")
VECTOR_OF_PARAMETERS = vector(PARAMETERS)
ASSUMED: dict[str, dict[str, bool]] = {"Real": {"real": True}, "Nat": {"integer": True, "nonnegative": True}}


class Letter(sp.Symbol):
    """A symbol with a type; ``tag`` tells letters of one name and type apart, ``random`` is for random variables."""

    __slots__ = ("kind", "random", "tag")
    kind: Type
    tag: int
    random: bool

    def __new__(cls, name: str, kind: Type = REAL, tag: int = 0, random: bool = False, **assumptions: Any) -> Letter:
        made = sp.Symbol.__xnew__(cls, name, **{**ASSUMED.get(kind.name, {}), **assumptions})
        made.kind, made.tag, made.random = kind, tag, random
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), str(self.kind), self.tag, self.random)

    def __getnewargs_ex__(self) -> Any:
        return (self.name, self.kind, self.tag, self.random), dict(self._assumptions_orig)

    def sort_key(self, order: Any = None) -> Any:
        return self.class_key(), (1, (f"{self.name}{self.tag}{self.kind}",)), sp.S.One.sort_key(), sp.S.One

    def fresh(self, taken: set[sp.Basic]) -> Letter:
        """A letter of the same name that is none of those taken."""
        tag = self.tag
        while any(isinstance(x, Letter) and x.name == self.name and x.tag == tag for x in taken):
            tag += 1
        return Letter(self.name, self.kind, tag, self.random)


def letter(name: str, kind: Type = REAL) -> Letter:
    """A letter of a type."""
    return Letter(name, kind)


def state(name: str) -> Letter:
    return Letter(name, STATE)


def action(name: str) -> Letter:
    return Letter(name, ACTION)


def index(name: str) -> Letter:
    """A whole number, or a time."""
    return Letter(name, NAT)


def real(name: str, **assumptions: Any) -> Letter:
    return Letter(name, REAL, **assumptions)


def parameter(name: str) -> Letter:
    """A vector of parameters of unknown length."""
    return Letter(name, VECTOR_OF_PARAMETERS)


def policy_letter(name: str) -> Letter:
    return Letter(name, POLICY)


def distribution(name: str, sort: Type) -> Letter:
    return Letter(name, law(sort))


def mapping(name: str, *types: Type) -> Letter:
    """A function of arguments of the types given, with real values."""
    return Letter(name, function(*types, REAL))


def shape(kind: Type) -> str:
    """``scalar``, ``vector``, ``row``, ``matrix``, or ``thing`` for what is no number."""
    if kind.name in ("Real", "Nat", "Bool", "Event"):
        return "scalar"
    return kind.name.lower() if kind.name in ("Vector", "Row", "Matrix") else "thing"


def plain_name(latex: str) -> str:
    r"""A name as SymPy spells it: ``theta`` for ``\theta``."""
    return latex[1:] if latex[:1] == "\\" and latex[1:].isalpha() else latex


def latex_name(symbol: sp.Basic) -> str:
    """The LaTeX of a symbol's name."""
    name = str(getattr(symbol, "name", symbol))
    return name if "\\" in name or "{" in name or "'" in name else sp.latex(sp.Symbol(name))
