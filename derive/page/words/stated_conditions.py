"""Conditions that a page states in words: what holds under them only is true where the words stand.  A table of data and its lookup."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache

from derive.elaborate.knowledge.scope import letter_table
from derive.page.words.cues import COSTS, REWARDED, SUPPOSING
from derive.verify.links import LinkVerdict

#: What a condition of a verdict says, by some of its own words, and the words by which texts state the same; ``@`` is any letter for parameters.
IN_WORDS: tuple[tuple[str, str], ...] = (
    (
        "a policy of its own, held fixed",
        "held fixed; treated as fixed; treated as constant; treated as a constant; treated as constants; does not depend on @; do not depend on @;"
        " independent of @; does not depend on the parameters; do not depend on the parameters; 不依赖 @; 不依赖参数; 视为常数; 看作常数; 保持固定",
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
    (
        "returns are not discounted",
        "undiscounted; not discounted; no discounting; without discounting; without a discount; without discount; nothing is discounted; 不折扣;"
        " 无折扣; 不打折",
    ),
    (
        "the distribution of states in the long run",
        "stationary distribution; stationary state distribution; steady-state distribution; limiting distribution; invariant distribution;"
        " long-run distribution; 平稳分布; 稳态分布",
    ),
    (
        "rewards are between 0 and 1",
        "rewards lie in [0,1]; rewards are in [0,1]; rewards in [0,1]; reward in [0,1]; rewards take values in [0,1]; rewards lie between 0 and 1;"
        " rewards between 0 and 1; reward is between 0 and 1; 奖励在 [0,1]; 奖励取值于 [0,1]; 奖励介于 0 和 1",
    ),
    (
        "the policy takes all actions equally often",
        "uniform policy; uniform random policy; uniformly random policy; equiprobable; actions are equally likely; all actions equally likely;"
        " actions uniformly at random; policy is uniform; uniform over actions; 均匀策略; 均匀随机策略; 等概率",
    ),
    (
        "every reward is 1",
        "every reward is one; rewards are all 1; rewards are all one; reward is always 1; reward is 1 at every step; reward is 1 at each step;"
        " reward is 1 in every state; reward of 1 at every step; reward of 1 at each step; reward of 1 per step; reward 1 at every step;"
        " reward of +1 at every step; reward of +1 at each step; reward of +1 per step; 每步奖励为 1; 每一步的奖励都是 1; 奖励恒为 1",
    ),
    (
        "every reward is -1",
        "rewards are all -1; reward is always -1; reward is -1 at every step; reward is -1 at each step; reward of -1 at every step;"
        " reward of -1 at each step; reward of -1 per step; reward -1 at every step; 每步奖励为 -1; 奖励恒为 -1",
    ),
    (
        "entropy is counted in values",
        "soft value; soft values; soft bellman; soft q; soft state value; entropy-regularised; entropy-regularized; entropy regularised;"
        " entropy regularized; maximum entropy; maximum-entropy; entropy bonus; 最大熵; 软值; 熵正则",
    ),
    (
        "the probabilities of a distribution",
        "probability vector; probability vectors; probability distribution; probability distributions; distribution on; distribution over;"
        " distributions on; distributions over; on the simplex; in the simplex; 概率向量; 概率分布; 单纯形",
    ),
    (
        "the end of the episode",
        "episode ends at; episodes end at; ends at step t; ends at time t; episode of length t; episodes of length t; terminal time t; terminal step t;"
        " final step t; final time step t; last step t; horizon t; terminates at; 在时刻 t 结束; 终止时刻 t",
    ),
    (
        "rewards are between -1 and 1",
        "rewards lie in [-1,1]; rewards are in [-1,1]; rewards in [-1,1]; rewards between -1 and 1; bounded by 1 in absolute value",
    ),
)
#: Words before a phrase in its sentence by which it says the opposite, or speaks of what is not done.
DENIED = re.compile(
    r"\b(?:not|never|no longer|cannot|nor|neither|without|instead of|rather than|unless)\b|n't|n’t|不|没有|并非|而非"
)
#: Words of a sentence by which an independence is asked for, or is there under something alone.
IN_PART = re.compile(r"\b(?:whether|only if|or not|conditionally|given)\b|条件独立|是否", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?:;。！？：；]")
#: Ways of deciding that leave no point untried.
EXACT = frozenset(("identity", "exact arithmetic", "comparison of Taylor coefficients"))
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_GREEK = re.compile(r"[α-ω]")
_MARKUP = re.compile(r"[$\\{}*_`>\s]+")


def plain(words: str) -> str:
    """Words without markup, in small letters, so that a letter reads the same in a formula and beside it; a paragraph ends a sentence."""
    words = _PARAGRAPH.sub(" ; ", words)
    bare = " ".join(_MARKUP.sub(" ", _GREEK.sub(lambda m: f" {unicodedata.name(m[0]).split()[-1]} ", words)).split())
    return bare.lower()


@cache
def parameters() -> str:
    """Any letter for parameters, as plain words have it."""
    names = (name for name, of in letter_table().items() if any(one.kind == "parameter" for one in of))
    return f"(?:{'|'.join(sorted({plain(name.rpartition(':')[2]) for name in names}))})"


@cache
def phrases(condition: str) -> tuple[re.Pattern[str], ...]:
    """How texts state a condition: in its own words, and in those of the table."""
    said = [condition]
    for own, others in (*IN_WORDS, (COSTS, SUPPOSING[COSTS])):
        if own in condition:
            said += others.split(";")
    found = []
    for one in said:
        pattern = re.escape(plain(one)).replace("@", parameters())
        found.append(re.compile(rf"(?<!\w){pattern}(?!\w)" if one.isascii() else pattern))
    return tuple(found)


def is_stated(condition: str, words: str) -> bool:
    r"""Whether plain words state a condition; a sentence that denies it does not.

    >>> fixed = "pi is a policy of its own, held fixed"
    >>> is_stated(fixed, plain("Here $Q^\\pi$ does not depend on $\\phi$.")), is_stated(fixed, plain("It is not held fixed."))
    (True, False)
    """
    if condition == COSTS and REWARDED.search(words):
        return False  # costs beside rewards are those of a fit, it may be
    return any(not denied(words[: match.start()]) for pattern in phrases(condition) for match in pattern.finditer(words))


def denied(before: str) -> bool:
    """Whether the sentence that ends in some words denies what follows."""
    return bool(DENIED.search(SENTENCE.split(before)[-1]))


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


__all__ = ["conceded", "denied", "is_stated", "plain"]
