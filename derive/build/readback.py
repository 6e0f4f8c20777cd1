r"""Reading a page back: every formula found in the emitted text must mean what the kernel proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive.build.second_reader import agree, available, plain
from derive.build.slots import BuildError, Printable
from derive.build.targets import Target


@dataclass(frozen=True, slots=True)
class Count:
    """What was read back from a page: formulas by kind, and sides that the second reader agreed on."""

    formulas: int = 0
    theorems: int = 0
    definitions: int = 0
    names: int = 0
    links: int = 0
    second: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, f) + getattr(other, f) for f in self.__slots__))


def read_back(text: str, printed: list[Printable], target: Target) -> Count:
    """Counts of what a page says, once every formula on it was found to be one of those printed, in order.

    Raises:
        BuildError: the page holds another formula, or one that reads back as something else.
    """
    found = target.found(text)
    if len(found) != len(printed):
        raise BuildError(f"{len(printed)} formulas were printed but {len(found)} are on the page")
    total = Count()
    for latex, p in zip(found, printed, strict=True):
        if not p.means(latex):
            raise BuildError(f"{p.name or p.kind}: the page says {latex}, which does not read back as {p.latex}")
        theorems, definitions = p.kind in ("proved", "confirmed", "conditional"), p.kind == "definition"
        links = len(p.proved.theorems) if p.proved else 0
        names = p.kind in ("notation", "condition")
        total += Count(1, int(theorems), int(definitions), int(names), links, second_readings(latex, p))
    return total


def second_readings(latex: str, p: Printable) -> int:
    """How many sides of a formula latex2sympy2 reads and gives the same value.

    Raises:
        BuildError: it reads one and gives it another value.
    """
    if not available()[0]:
        return 0
    count = 0
    for statement in p.formula.statements:
        for side in statement.sides:
            said = _agrees(side.latex)
            if said is False:
                raise BuildError(f"{p.name or latex}: the second reader gives {side.latex} another value")
            count += said is True
    return count


@lru_cache(maxsize=2048)
def _agrees(latex: str) -> bool | None:
    def value(point: Mapping[str, Fraction]) -> Fraction:
        # Our own reading, by way of the bridge: the comparison is between two readings, so no kernel is needed.
        import sympy

        from derive.symbolic.spelling import from_latex

        expression: Any = from_latex(latex)
        named = {s: point[plain(s.name)] for s in expression.free_symbols}
        table = {s: sympy.Rational(x.numerator, x.denominator) for s, x in named.items()}
        made = sympy.nsimplify(expression.subs(table))
        return Fraction(int(made.p), int(made.q))

    return agree(latex, value)
