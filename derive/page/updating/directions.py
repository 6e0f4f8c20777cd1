r"""Which way a step along a gradient goes, ``\theta\leftarrow\theta+\alpha\nabla_\theta J(\theta)``, and which way the words say that it does."""

from __future__ import annotations

import re

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import ADVANTAGES
from derive.page.saying.roles import is_name
from derive.page.updating.updates import is_value_letter, signed
from derive.page.words.cues import DOWNHILL, OTHERWISE_SIGNED, UPHILL
from derive.syntax.flat import Item, Row

#: Where a clause begins that is of something else than the one before it.
ANOTHER = re.compile(r"[,;:，；：。§]|\b(?:and|but|while|whereas)\b", re.IGNORECASE)


def against_words(one: Statement, before: str) -> str:
    """What is wrong with a step along a gradient that goes the other way than the clause before it says; empty where nothing is, or nothing is said."""
    clause = ANOTHER.split(before.rstrip(" ,:，："))[-1]
    up, down = UPHILL.search(clause), DOWNHILL.search(clause)
    sign = sign_of_step(one)
    if not sign or bool(up) == bool(down) or OTHERWISE_SIGNED.search(clause):
        return ""
    said = (up or down or [""])[0]
    if (sign == "+") == bool(up):
        return ""
    return f"It goes {'up' if sign == '+' else 'down'} along the gradient; the words say {said!r}."


def sign_of_step(one: Statement) -> str:
    """The sign of the gradient of a function in a step from where a name stands, of which one size is all that it has before it; or empty."""
    if len(one.terms) != 2 or len(one.terms[0]) != 1 or not one.terms[1]:
        return ""
    name, parts = one.terms[0][0], signed(one.terms[1])
    if len(parts) != 2 or parts[0][0] != "+" or not is_same(parts[0][1], name):
        return ""
    sign, step = parts[1]
    at = next((n for n, i in enumerate(step) if i.kind == "nabla"), len(step))
    sizes, of = [i for i in step[:at] if i.kind == "atom"], step[at + 1 :]
    plain = len(sizes) < 2 and all(i.kind in ("atom", "number", "frac") and is_size(i) for i in step[:at])
    return sign if plain and is_name(of) and not is_value_letter(of[0]) else ""


def is_size(item: Item) -> bool:
    """Whether a factor of a step says how far it goes, and not, as an error does, which way."""
    return item.kind != "atom" or not kinds(item.name).keys() & {"error", "reward", "process"} and item.name not in ADVANTAGES


def is_same(row: Row, name: Item) -> bool:
    """Whether a name stands alone, at whatever step."""
    return len(row) == 1 and row[0].kind == "atom" and stem(row[0]) == stem(name)


__all__ = ["against_words"]
