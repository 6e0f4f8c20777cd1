"""Pieces of LaTeX that know how tightly they hold together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from derive.core.terms import Core, Num, Op, num, op

#: How tightly a text holds together: a sum, a product, a factor that no power may follow, one that takes scripts.
SUM, PRODUCT, FACTOR, ATOM = range(4)


@dataclass(frozen=True, slots=True)
class Text:
    """LaTeX, how tightly it holds, and whether what is put behind it would belong to it."""

    latex: str
    level: int = ATOM
    open: bool = False


def number(term: Num) -> Text:
    value = term.value
    if term.digits:
        return Text(f"{float(value):.{term.digits}f}", SUM if value < 0 else ATOM)
    if value.denominator == 1:
        return Text(str(value.numerator), SUM if value < 0 else ATOM)
    sign = "-" if value < 0 else ""
    return Text(rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", SUM if sign else FACTOR)


def folded(term: Core) -> Core:
    """t + 1 − 1 as t: a time with its number last."""
    parts: list[Core] = []
    total = Fraction(0)
    stack = [term]
    while stack:
        t = stack.pop()
        if isinstance(t, Op) and t.name == "add":
            stack.extend(reversed(t.args))
        elif isinstance(t, Num):
            total += t.value
        else:
            parts.append(t)
    if not parts:
        return num(total)
    out = parts[0]
    for p in parts[1:]:
        out = op("add", out, p)
    if total > 0:
        return op("add", out, num(total))
    return op("add", out, op("neg", num(-total))) if total else out


def bracketed(latex: str) -> str:
    return rf"\left({latex}\right)"


def joined(a: str, b: str) -> str:
    """Two factors beside each other, with a dot where the second would be an argument, or digits run together."""
    if b.startswith((r"\left(", r"\left[", "(", "[")) or b[0].isdigit():
        return a + r"\cdot " + b
    return a + (" " if re.search(r"\\[A-Za-z]+$", a) and b[0].isalpha() else "") + b


LETTER = re.compile(r"\\[A-Za-z]+|[A-Za-z]")


def shared_letters(a: str, b: str) -> bool:
    """Whether two texts have a letter in common: what stands first might then take the second."""
    return bool(set(LETTER.findall(a)) & set(LETTER.findall(b)))
