"""Conditions that a page states in words: what holds under them only is true where the words stand.  A table of data and its lookup."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from derive.verify.links import LinkVerdict

#: What a condition of a verdict says, by some of its own words, and the words by which texts state the same.
IN_WORDS: tuple[tuple[str, str], ...] = (
    (
        "a policy of its own, held fixed",
        "held fixed; as fixed; as a constant; as constants; treated as constant; does not depend on θ; do not depend on θ; does not depend on theta;"
        " independent of θ; independent of theta; does not depend on the parameters; 不依赖 θ; 不依赖 theta; 视为常数; 看作常数; 保持固定",
    ),
    ("the policy that moves with the parameters", "moves with the parameters; changes with the parameters; 随参数变化"),
    ("each weighed by its discount", "each weighed by its discount; weighted by its discount; 按折扣加权"),
    ("all weighed alike", "all weighed alike; weighted equally; 等权"),
    (
        "visits are a sum",
        "visits are a sum; unnormalised visitation; unnormalized visitation; unnormalised state distribution; unnormalized state distribution;"
        " expected number of visits; discounted number of visits; 未归一化; 访问次数",
    ),
    (
        "visits are a distribution",
        "visits are a distribution; normalised visitation; normalized visitation; normalised state distribution; normalized state distribution;"
        " 归一化的状态分布",
    ),
    (
        "the estimate of the advantage is right on average",
        "right on average; unbiased estimate; unbiased estimator; unbiased estimates; 无偏",
    ),
    ("the mean of the samples stands for the mean of all", "on average; in expectation; 平均意义下; 期望意义下"),
    ("F is symmetric", "F is symmetric; symmetric matrix F; F 对称"),
)
#: Ways of deciding that leave no point untried.
EXACT = frozenset(("identity", "exact arithmetic", "comparison of Taylor coefficients"))
_MARKUP = re.compile(r"[$\\{}*_`>\s]+")


def plain(words: str) -> str:
    """Words without markup, in small letters, so that a letter reads the same in a formula and beside it."""
    return " ".join(_MARKUP.sub(" ", words.replace(r"\theta", "θ")).split()).lower()


@cache
def phrases(condition: str) -> tuple[re.Pattern[str], ...]:
    """How texts state a condition: in its own words, and in those of the table."""
    said = [condition]
    for own, others in IN_WORDS:
        if own in condition:
            said += others.split(";")
    return tuple(re.compile(rf"(?<!\w){re.escape(plain(one))}(?!\w)" if one.isascii() else re.escape(plain(one))) for one in said)


def is_stated(condition: str, words: str) -> bool:
    """Whether plain words state a condition.

    >>> is_stated("pi is a policy of its own, held fixed", plain("Here $Q^\\\\pi$ does not depend on $\\\\theta$."))
    True
    """
    return any(pattern.search(words) for pattern in phrases(condition))


def conceded(found: LinkVerdict, words: str) -> LinkVerdict:
    """The verdict on a link where the page states in words what it holds under: true, if nothing else is left to assume."""
    if found.status != "conditional" or found.code != "D420":
        return found
    left = tuple(one for one in found.assumptions if not is_stated(one, words))
    if left == found.assumptions:
        return found
    if left:
        return replace(found, assumptions=left, message=f"True only if {'; '.join(left)}.")
    status, code = ("proved", "D400") if found.method in EXACT else ("confirmed", "D410")
    message = f"It holds, since {'; '.join(found.assumptions)}, as the page says."
    return replace(found, status=status, code=code, message=message, assumptions=(), witness=None)


__all__ = ["conceded", "is_stated", "plain"]
