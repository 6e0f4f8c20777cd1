"""What words say that a letter stands for: the discount, or a step size in the discount's place."""

from __future__ import annotations

import re

from derive.elaborate.knowledge.scope import kinds
from derive.page.words.stated_conditions import denied

_THE = r"(?:an?\s+|the\s+|our\s+|some\s+)?"
#: What a letter may stand for, the kind of the glossary that it is, and the words for it.
NOUNS = (
    ("discount", r"discount(?:ing)?(?:\s+(?:factor|rate|parameter))?"),
    ("number", r"(?:constant\s+)?(?:step[- ]?size|learning\s+rate|mixing\s+parameter|trace\s+parameter)"),
)
_BEFORE = tuple(
    (
        kind,
        re.compile(
            rf"(?<![\w-])(?:(?:the|an?|our|with|where|and|by|is)\s+)*{noun}\s*(?:is|:|,|of|will be|be|as)?\s*$", re.IGNORECASE
        ),
    )
    for kind, noun in NOUNS
)
_BEHIND = tuple(
    (
        kind,
        re.compile(
            rf"\s*,?\s*(?:(?:is|be|denotes?|stands for|as|plays the role of|are)\s+)?{_THE}{noun}(?![\w-])(?!\s+(?:is|of)\s*§)",
            re.IGNORECASE,
        ),
    )
    for kind, noun in NOUNS
)
#: Words before a letter by which things are discounted.
_WITH = re.compile(
    r"\bdiscount(?:ed|s|ing)?\s+(?:everything\s+|rewards\s+|costs\s+|all\s+rewards\s+)?(?:with|by)\s*$", re.IGNORECASE
)
#: Words by which others call it so.
_OTHERS = re.compile(r"\b(?:some|others?|many|often|sometimes|elsewhere|usually|instead|rather)\b", re.IGNORECASE)


def kind_in_words(name: str, before: str, after: str) -> str:
    """The kind of letter that words around one say that it is, where its spelling may be of another; empty where they say none.

    >>> kind_in_words("beta", "Let", " be the discount factor."), kind_in_words("gamma", "and the step size is", ".")
    ('discount', 'number')
    >>> kind_in_words("beta", "with discount factor", ","), kind_in_words("gamma", "Let", " be the discount factor.")
    ('discount', '')
    >>> kind_in_words("alpha", "with learning rate", ""), kind_in_words("beta", "the discount factor is not", "")
    ('', '')
    """
    own = "discount" in kinds(name)
    if denied(before.lower()) or _OTHERS.search(before):
        return ""
    said = next((kind for kind, words in (*_BEFORE, ("discount", _WITH)) if words.search(before)), "")
    said = said or next((kind for kind, words in _BEHIND if words.match(after)), "")
    return said if own != (said == "discount") else ""


__all__ = ["kind_in_words"]
