"""Signs that words give: ``if § is negative``, ``for positive §``, ``when the advantage is negative``.  A table of data and its lookup."""

from __future__ import annotations

import re
from functools import cache

from derive.glossary.marks import ADVANTAGES
from derive.page.saying.stated_conditions import denied

#: How a quantity lies to zero, and the words for it.
SIGNS = (
    ("<", "strictly negative; negative; less than zero; below zero; 为负; 是负的; 小于零; 小于 0"),
    (">", "strictly positive; positive; greater than zero; above zero; 为正; 是正的; 大于零; 大于 0"),
    (r"\ge", "nonnegative; non-negative; not negative; 非负"),
    (r"\le", "nonpositive; non-positive; not positive; 非正"),
)
#: What words name, and the letters for it.
NOUNS = (("advantage; advantages; advantage estimate; estimated advantage; 优势", ADVANTAGES),)
#: What may not stand behind a sign: it is of something else.
OTHERWISE = r"(?![\w-]|\s+(?:definite|semi|or\b|constant|number|integer|probability|reward|then\s+negative))"


@cache
def signs() -> tuple[str, dict[str, str]]:
    """A pattern of all words for signs, and the relation of each."""
    table = {word: rel for rel, words in SIGNS for word in words.split("; ")}
    return "|".join(map(re.escape, sorted(table, key=len, reverse=True))), table


@cache
def patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands behind a formula of which a sign is said, and what before it."""
    words, _ = signs()
    behind = re.compile(rf"\s*,?\s*(?:is|are|was|be|being|always)?\s*({words}){OTHERWISE}", re.IGNORECASE)
    before = re.compile(rf"(?<![\w-])({words})\s*$", re.IGNORECASE)
    return behind, before


def sign_of_formula(before: str, after: str) -> str:
    """The relation to zero that the words around a formula give it; empty where they give none.

    >>> sign_of_formula("If", " is negative, then"), sign_of_formula("for positive", ""), sign_of_formula("Unless", " is negative")
    ('<', '>', '')
    """
    behind, ahead = patterns()
    if denied(before.lower()):
        return ""
    found = behind.match(after) or ahead.search(before)
    return signs()[1][found[1].lower()] if found else ""


def signs_of_nouns(before: str) -> dict[str, str]:
    """The letters of which the words before a formula give the sign by a name, and their relation to zero.

    >>> signs_of_nouns("If the advantage is negative, we get")
    {'A': '<'}
    """
    out: dict[str, str] = {}
    words, table = signs()
    for names, letters in NOUNS:
        noun = "|".join(map(re.escape, names.split("; ")))
        said = rf"(?<!\w)(?:{noun})\s*(?:is|are|was)?\s*({words}){OTHERWISE}|(?<![\w-])({words})\s+(?:{noun})(?!\w)"
        for found in re.finditer(said, before, re.IGNORECASE):
            if denied(before[: found.start()].lower()):
                continue
            out |= dict.fromkeys(letters, table[(found[1] or found[2]).lower()])
    return out


__all__ = ["sign_of_formula", "signs_of_nouns"]
