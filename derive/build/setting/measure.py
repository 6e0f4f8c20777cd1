r"""About how wide a formula is when it is set, in letters: fractions stand above one another, scripts are small.

>>> measure(r"\frac{\alpha}{b_i}") < measure(r"\alpha b_i") < measure(r"\log\alpha + b_i")
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKENS = re.compile(r"\\(?:left|right|[Bb]ig+[lr]?)(?![A-Za-z])|\\[A-Za-z]+|\\.|.", re.S)
#: Commands that take no room of their own, and names that are set in letters.
UNSEEN = frozenset(
    (r"\left", r"\right", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\Big", r"\big", r"\mathbb", r"\mathrm", r"\mathcal", r"\hat", r"\tilde", r"\bar",
     r"\text", r"\begin", r"\end", r"\displaystyle", r"\operatorname", "&", " ", "\n", "{", "}")
)  # fmt: skip
NAMES = {name: 0.9 * len(name) for name in ("log", "exp", "min", "max", "sin", "cos", "arg", "det", "clip", "ln", "std")}
#: What has room around it, and operators whose scripts stand above and below.
ROOMY = {
    "=": 2.2,
    "<": 2.2,
    ">": 2.2,
    "+": 2.0,
    "-": 1.8,
    ",": 0.9,
    r"\mid": 1.8,
    r"\|": 1.2,
    r"\quad": 2.0,
    r"\qquad": 4.0,
    r"\top": 1.1,
}
WIDE = {r"\sum": 2.2, r"\prod": 2.0, r"\max": 2.7, r"\min": 2.7, r"\int": 1.6}
RELATION = re.compile(r"\\(?:le|ge|leq|geq|approx|sim|equiv|propto|to|times|cdot)\Z")
SMALL = 0.7


def measure(latex: str) -> float:
    """About how many letters wide a formula is."""
    return _row(list(TOKENS.findall(latex)))


def _row(tokens: list[str]) -> float:
    total, at = 0.0, 0
    limits = 0.0  # the room of an operator whose scripts may be wider than it is
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token in ("_", "^"):
            script, at = _group(tokens, at)
            small = SMALL * _row(script)
            if limits:
                total += max(0.0, small - limits)
                limits = max(limits, small)
            else:
                total += small
            continue
        if token in (r"\frac", r"\dfrac", r"\tfrac"):
            above, at = _group(tokens, at)
            below, at = _group(tokens, at)
            total += max(_row(above), _row(below)) + 0.4
        elif token == "{":
            inner, at = _group(tokens, at - 1)
            total += _row(inner)
        elif token in WIDE:
            total += WIDE[token]
        elif token not in UNSEEN:
            total += ROOMY.get(token) or (2.0 if RELATION.match(token) else NAMES.get(token[1:], 1.0 if token != "\\\\" else 0.0))
        limits = WIDE.get(token, 0.0)
    return total


def _group(tokens: list[str], at: int) -> tuple[list[str], int]:
    """The group or the single token at a place, and where it ends."""
    at = next(_seen(tokens, at), len(tokens))
    if at == len(tokens) or tokens[at] != "{":
        return tokens[at : at + 1], at + 1
    depth, end = 0, at
    for end in range(at, len(tokens)):
        depth += (tokens[end] == "{") - (tokens[end] == "}")
        if depth == 0:
            break
    return tokens[at + 1 : end], end + 1


def _seen(tokens: list[str], at: int) -> Iterator[int]:
    """Places from one on that hold no space."""
    return (i for i in range(at, len(tokens)) if not tokens[i].isspace())


__all__ = ["measure"]
