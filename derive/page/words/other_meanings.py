"""What words say of a name that its spelling does not: that it is random, that it is no distribution, that its bar is no mean."""

from __future__ import annotations

import re

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.functions import FUNCTION_ROWS
from derive.glossary.marks import MEAN, VALUE_NAMES
from derive.page.words.stated_conditions import denied
from derive.syntax.flat import Item

#: Words that take back what was supposed.
DROPPED = re.compile(
    r"\b(?:drop|drops|dropping|lift|lifts|lifting|remove|removing|relax|relaxing|abandon|give up"
    r"|without(?!\s+(?:any|further|additional|other|extra|more|strong)\b))\b[^.§]{0,24}"
    r"\b(?:assumptions?|restrictions?|hypothes[ie]s|independence)\b|\bno longer\s+(?:assume|suppose|assumed|supposed|require)\b"
    r"|去掉.{0,6}假设|不再假设|放宽.{0,6}假设",
    re.IGNORECASE,
)
#: Words that bring random variables in anew: what was supposed of those of their names before is of others.
ANEW = re.compile(
    r"\bfor\s+(?:(?:all|any|every|each|arbitrary|general|an?|two|three)\s+)+(?:[\w-]+\s+){0,2}?random\s+variables?\b"
    r"|\blet\s+(?:§|\w)\s+(?:(?:and|,)\s+(?:§|\w)\s+)*be\s+(?:(?:any|arbitrary|two|an?)\s+)*random\s+variables?\b",
    re.IGNORECASE,
)
#: Words before a name of something that is no number.
OF_ANOTHER_KIND = re.compile(
    r"\b(?:operators?|functions?|functionals?|distributions?|polic(?:y|ies)|matri(?:x|ces)|vectors?|spaces?|sets?|networks?|kernels?|mappings?|maps?)\s*$"
    r"|(?:算子|函数|分布|策略|矩阵|向量|空间|集合|网络)\s*$",
    re.IGNORECASE,
)
_IS = r"\s*,?\s*(?:(?:is|are|be|being|denotes?|stands for|为|是|表示)\s*)"
RANDOM_BEHIND = re.compile(
    rf"{_IS}(?:an?\s+|the\s+|some\s+)?(?:[\w-]+\s+){{0,2}}?(?:random|noise|noisy|drawn|sampled|stochastic|随机|噪声)|\s*independent of\s*§",
    re.IGNORECASE,
)
RANDOM_BEFORE = re.compile(
    r"(?:\b(?:random|noise|noisy|stochastic)\b|随机|噪声)(?:\s+(?!and\b|or\b|with\b)[\w-]+){0,2}\s*$", re.IGNORECASE
)
#: What a name is said to be, up to the end of its clause.
NOUNS = re.compile(rf"{_IS}(?:an?\s+|the\s+)?(?P<nouns>[^.,;:§]{{1,80}})", re.IGNORECASE)
#: Words before a name that is introduced.
INTRODUCES = re.compile(r"\b(?:let|where|here|denote by|write)\s*$|[设令记]\s*$", re.IGNORECASE)
AVERAGES = re.compile(r"mean|average|均值|平均", re.IGNORECASE)
LAWS = re.compile(
    r"distribution|probabilit|polic|densit|\blaw\b|measure|occupanc|frequenc|visitation|strateg|belief|chance|kernel|weights|分布|概率|策略",
    re.IGNORECASE,
)
THINGS = re.compile(
    r"\b(?:mean|value|number|reward|price|cost|count|estimate|return|score|ratio|parameter|median|baseline|maximum|sum|total)s?\b"
    r"|均值|数量|奖励|价格|次数",
    re.IGNORECASE,
)
#: Words for what has the place of a distribution, and no probabilities that add up to one.
UNNORMALISED = re.compile(r"\b(?:un-?normali[sz]ed|sub-?(?:stochastic|probability))\b|未归一化", re.IGNORECASE)
UNNORMALISED_BEFORE = re.compile(rf"(?:{UNNORMALISED.pattern})(?:\s+[\w-]+){{0,2}}\s*$", re.IGNORECASE)
#: Words for a function that has the place of a value, and need not be one.
_LEARNT = r"(?:estimat(?:e|es|or)|approximat(?:ion|or)s?|critics?|(?:neural )?networks?|guess|candidate)"
ANY_BEFORE = re.compile(
    rf"(?:\b(?:any|every|each|(?:an )?arbitrary|some)(?:\s+(?:bounded|real-valued|other|such))?(?:\s+(?:value\s+)?(?:functions?|vectors?|{_LEARNT}))?"
    r"|\b(?:approximate|approximated|learn(?:ed|t)|estimated|current|inaccurate)\s+(?:state[- ])?(?:values?(?:\s+functions?)?|baseline)"
    rf"|\b{_LEARNT}|任意(?:的)?(?:函数)?|(?:估计|近似|评论家|网络))\s*$",
    re.IGNORECASE,
)
ANY_BEHIND = re.compile(
    rf"{_IS}(?:(?:any|some|an arbitrary|arbitrary|任意)\b|(?:an?\s+|our\s+|some\s+|the\s+)?(?:(?!true\b|exact\b)[\w-]+\s+){{0,3}}?{_LEARNT}\b)",
    re.IGNORECASE,
)
RIGHT = re.compile(r"\s*(?:is|are)\s+(?:exact|right|correct|accurate|perfect|equal)", re.IGNORECASE)
#: What a letter for a function of the field may be said to be instead.
FUNCTIONS = re.compile(
    rf"{_IS}(?:an?\s+|the\s+)?(?P<function>(?:leaky\s+)?ReLU|rectif\w+|tanh|hyperbolic tangent|softplus|identity|[GS]?ELU|swish|step function|"
    r"Heaviside\w*|sign function|error function|softmax)",
    re.IGNORECASE,
)


def random_in_words(before: str, after: str) -> bool:
    """Whether words say that a name is random.

    >>> random_in_words("Let", " be a random baseline."), random_in_words("Let", " be a baseline"), random_in_words("with noise", "")
    (True, False, True)
    """
    found = RANDOM_BEHIND.match(after) or RANDOM_BEFORE.search(before)
    return found is not None and not denied(before.lower()) and not denied(found.group().lower())


def other_in_words(item: Item, applied: bool, before: str, after: str) -> str:
    """What words say that a name is, where its spelling says that it is something else: a distribution, or a mean; empty where they do not.

    >>> other_in_words(Item("atom", "x", accents=MEAN), False, "Let", " be the median of the sample")
    'median of the sample'
    >>> other_in_words(Item("atom", "x"), False, "Let", " be the median of the sample")
    ''
    """
    lawful = applied and {k for k, cost in kinds(item.name).items() if not cost} & {"law", "visitation", "policy"}
    unlike = UNNORMALISED_BEFORE.search(before)
    if unlike is not None and not denied(unlike.group().lower()):
        return unlike.group().strip()
    function = FUNCTIONS.match(after) if item.name.removeprefix("\\") in FUNCTION_ROWS else None
    if function is not None and not denied(function.group().lower()):
        return function["function"]
    found = NOUNS.match(after) if INTRODUCES.search(before) else None
    if found is None or denied(found.group().lower()):
        return ""
    nouns = found["nouns"].strip()
    if item.accents == MEAN and not item.subs:
        return "" if AVERAGES.search(nouns) else nouns
    if UNNORMALISED.match(nouns):
        return nouns
    return nouns if lawful and THINGS.search(nouns) and not LAWS.search(nouns) else ""


def any_in_words(item: Item, before: str, after: str) -> str:
    """What words say of a name for values that need not be any: that it is any function, or learnt; empty where they do not.

    >>> any_in_words(Item("atom", "V"), "Let", " be any function of the state"), any_in_words(Item("atom", "V"), "for any", "")
    ('be any', 'any')
    >>> any_in_words(Item("atom", "V"), "Let", " be the value function of"), any_in_words(Item("atom", "V"), "the estimate", " is exact")
    ('', '')
    """
    if item.name not in VALUE_NAMES or item.sups or RIGHT.match(after):
        return ""
    said = ANY_BEHIND.match(after) if INTRODUCES.search(before) else ANY_BEFORE.search(before)
    return said.group().strip(" ,") if said is not None and not denied(said.group().lower()) else ""


#: Words for a norm, and the index that it would have: 0 for the largest component.
_NORMS = (
    (0, re.compile(r"\b(?:(?:supremum|sup|max|maximum|infinity|uniform)[- ]norm|最大范数|无穷范数)\b", re.IGNORECASE)),
    (2, re.compile(r"\b(?:(?:euclidean|ell[_-]?2|l2|two|2)[- ]norm|欧几里得范数|欧氏范数)\b", re.IGNORECASE)),
)


def norm_in_words(words: str) -> int | None:
    """Which norm bars without an index are by words; None where they say nothing.

    >>> norm_in_words("We write § for the supremum norm"), norm_in_words("in the Euclidean norm"), norm_in_words("the norm of")
    (0, 2, None)
    """
    return next((index for index, said in _NORMS if said.search(words)), None)


#: Words for visits that add up to one, or that do not; and what they are of.
_VISITS = r"(?:state[- ]action\s+|state\s+|discounted\s+|discounted\s+state\s+)?(?:occupanc(?:y|ies)|visits?|visitations?|visit counts?|measures?)"
SHARES = re.compile(
    rf"\bnormali[sz]ed\s+{_VISITS}|{_VISITS}[^.;§]{{0,20}}\bnormali[sz]ed\b|归一化的?(?:占用|访问)", re.IGNORECASE
)
SUMS = re.compile(
    rf"\bun-?normali[sz]ed\s+{_VISITS}|{_VISITS}[^.;§]{{0,20}}\b(?:without normali[sz]ation|un-?normali[sz]ed|not normali[sz]ed)|未归一化的?(?:占用|访问)",
    re.IGNORECASE,
)


#: Words by which what follows is not so here.
UNLIKE = re.compile(
    r"\b(?:unlike|in contrast to|contrary to|as opposed to|instead of|rather than|other than|not)\b|不同于", re.IGNORECASE
)
#: Words of a section in which values are what a network makes of them, or a policy's that learns.
LEARNT = re.compile(
    r"\b(?:networks?|critics?|actor|dueling|current policy|approximat\w+|learnt|learned)\b|网络|近似", re.IGNORECASE
)
_POLICY = (
    r"(?:any|every|each|all|an?\s+arbitrary|arbitrary|another|some\s+other|an?\s+deterministic|deterministic|the\s+greedy|a\s+greedy"
    r"|an\s+optimal|the\s+optimal)"
)
ANY_POLICY_BEFORE = re.compile(rf"\b{_POLICY}\s+(?:[\w-]+\s+)?polic(?:y|ies)\s*$", re.IGNORECASE)
ANY_POLICY_BEHIND = re.compile(rf"\s*(?:is|be|denotes?|stands for)\s+{_POLICY}\s+(?:[\w-]+\s+)?policy\b", re.IGNORECASE)


def any_policy(before: str, after: str) -> bool:
    """Whether words say that a letter stands for any policy, or for another one.

    >>> any_policy("Let", " be any policy."), any_policy("For an arbitrary policy", " we have"), any_policy("Let", " be the policy")
    (True, True, False)
    """
    return bool(ANY_POLICY_BEFORE.search(before) or ANY_POLICY_BEHIND.match(after))


def shares_in_words(words: str) -> bool | None:
    """Whether visits add up to one by words; None where they say nothing.

    >>> shares_in_words("With normalised occupancies"), shares_in_words("the discounted visits without normalisation,"), shares_in_words("visits")
    (True, False, None)
    """
    if UNLIKE.search(words):
        return None
    return False if SUMS.search(words) else True if SHARES.search(words) else None


#: Words around a name for values by which it is those of the best policy.
_OPTIMAL = r"(?:the\s+)?(?:corresponding\s+)?optimal\s+(?:state[- ]|action[- ])?(?:value|q)(?:[- ]functions?|s)?\b"
OPTIMAL_BEHIND = re.compile(rf"\s*(?:is|are|be|denotes?|for|as|to be|stands for|means)\s+{_OPTIMAL}", re.IGNORECASE)
OPTIMAL_BEFORE = re.compile(rf"\b{_OPTIMAL}\s*(?:(?:is|are)\s+)?(?:denoted|written|called)?\s*(?:by|as|is|,)?\s*$", re.IGNORECASE)


#: Words by which all values without a mark are those of the best policy.
OPTIMAL_UNMARKED = re.compile(
    r"\b(?:value(?:s|\s+functions?)|functions?)\s+without\s+(?:an?\s+|any\s+|the\s+)?(?:superscripts?|subscripts?|stars?|marks?|index|indices)\s+"
    r"(?:are|is|denotes?|means?|stands?\s+for|belongs?\s+to|refers?\s+to)\s+(?:(?:those|that)\s+of\s+)?(?:the\s+|an?\s+)?optimal\b",
    re.IGNORECASE,
)


def optimal_in_words(item: Item, before: str, after: str) -> bool:
    """Whether words say that values without a mark are the best ones.

    >>> v = Item("atom", "V")
    >>> optimal_in_words(v, "We write", " for the optimal value function"), optimal_in_words(v, "We denote the optimal value function by", "")
    (True, True)
    >>> optimal_in_words(v, "Let", " be the value function"), optimal_in_words(Item("atom", "x"), "the optimal value", "")
    (False, False)
    """
    if item.name not in VALUE_NAMES or item.sups or item.subs or denied(before.lower()):
        return False
    return bool(OPTIMAL_BEHIND.match(after) or OPTIMAL_BEFORE.search(before))


__all__ = [
    "ANEW",
    "DROPPED",
    "INTRODUCES",
    "LEARNT",
    "OF_ANOTHER_KIND",
    "OPTIMAL_UNMARKED",
    "any_in_words",
    "any_policy",
    "norm_in_words",
    "optimal_in_words",
    "other_in_words",
    "random_in_words",
    "shares_in_words",
]
