"""A name and what it stands for, said in words between two formulas: ``let Z be the sum §``, ``denote § by Z``."""

from __future__ import annotations

import re

_THING = (
    r"(?:sum|product|ratio|quotient|quantity|difference|gap|expression|normali[sz]er|normali[sz]ation|normali[sz]ing constant|constant|"
    r"average|mean|combination|total|weight|factor|term|partition function|shorthand|和|乘积|比值|差|总和)"
)
#: Words between a name and what it stands for; a noun of which what follows is one ("the size of", "the minimiser of") is none of them.
_NOUN = rf"(?:(?:the|an?|our|its|this)\s+)?(?:(?!of\b)[\w-]+\s+){{0,2}}?(?:{_THING}\s*,?\s*)"
NAME_FIRST = re.compile(
    rf"\s*,?\s*(?:be|is|denotes?|stands for|for|as|to be|为|表示|是)\s*(?:{_NOUN})?(?:\s*defined (?:by|as)\s*)?§", re.IGNORECASE
)
NAMED_BEFORE = re.compile(rf"\s*,?\s*{_NOUN}§", re.IGNORECASE)
DENOTES_BY = re.compile(r"\bdenot(?:e|ing) by\s*$", re.IGNORECASE)
LETS = re.compile(
    r"(?:\blet\b[^.;]*\band|\b(?:let|where|here|set|denote by|writ(?:e|ing)|defin(?:e|ing))|[令设记])\s*$", re.IGNORECASE
)
VALUE_FIRST = re.compile(r"\s*,?\s*(?:for short |simply |briefly |in short )?(?:by|as|记为|记作)\s*§", re.IGNORECASE)
DENOTES = re.compile(rf"\b(?:denot(?:e|ing)|abbreviat(?:e|ing))\s*(?:{_NOUN})?$", re.IGNORECASE)
DENOTED = re.compile(
    r"\s*,?\s*(?:(?:is|are|be|will be)\s+(?:denoted|abbreviated|written)(?:\s+(?:by|as))?"
    r"|(?:which|that)?\s*we\s+(?:denote|abbreviate|write)(?:\s+(?:by|as)))\s*§",
    re.IGNORECASE,
)


def apposed(before: str, after: str) -> str:
    """What words say that a formula and the next one are to each other: that the first is a ``name`` for the next, or a ``value`` that the next
    one names; empty where they say neither.

    >>> apposed("Let", " be the sum §."), apposed("Write", " for §"), apposed("Denote", " by §"), apposed("", " is denoted by §")
    ('name', 'name', 'value', 'value')
    >>> apposed("Let", " be the derivative of §"), apposed("", " is §")
    ('', '')
    """
    if LETS.search(before) and NAME_FIRST.match(after) or DENOTES_BY.search(before) and NAMED_BEFORE.match(after):
        return "name"
    if DENOTES.search(before) and VALUE_FIRST.match(after) or DENOTED.match(after):
        return "value"
    return ""


__all__ = ["apposed"]
