"""What words say that a matrix, a vector or a random variable is like: ``a symmetric matrix §``.  A table of data and its lookup."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from derive.page.words.around import Words
from derive.page.words.cues import PROPERTIES
from derive.page.words.stated_conditions import IN_PART, denied

#: What says that the components of a name sum to one.
SIMPLEX = r"§ \in \Delta"
#: What a formula says of a name ``§`` (with the index ``%``), the words that say the same, and a word that must stand in their sentence.
LIKENESSES = (
    (
        r"§ = §^\top",
        "symmetric; hessian; covariance matrix; gram matrix; fisher matrix; fisher information matrix; 对称; 海森矩阵",
        "",
    ),
    (r"§ = -§^\top", "skew-symmetric; skew symmetric; antisymmetric; 反对称", ""),
    (r"§ \succ 0", "positive definite; positive-definite; 正定", ""),
    (
        r"§ \succeq 0",
        "positive semidefinite; positive semi-definite; positive-semidefinite; positive-semi-definite; nonnegative definite; 半正定",
        "",
    ),
    (r"§^\top § = I", "orthogonal; orthonormal; 正交", r"matri(?:x|ces)|矩阵"),
    (r"§^2 = §", "idempotent; projection; 幂等; 投影", r"matri(?:x|ces)|idempotent|矩阵|幂等"),
    (r"\|§\| = 1", "unit; unit norm; unit length; unit-norm; 单位", r"vectors?|norm|length|向量"),
    (
        r"\sum_{%} § = 1",
        "sum to one; sum to 1; summing to one; summing to 1; add up to one; add up to 1; adding up to one; adding up to 1; probabilities; shares;"
        " 之和为 1; 之和为1; 和为 1; 和为1; 概率",
        "",
    ),
    (r"\sum_{%} § = 1", "normalised; normalized; 归一化", r"weights?|probabilit|shares|attention|权重|概率"),
    (
        SIMPLEX,
        "mixed strategy; mixed strategies; probability vector; probability vectors; stochastic vector; in the simplex; on the simplex;"
        " in the probability simplex; on the probability simplex; in the unit simplex; in the standard simplex; 混合策略; 概率向量",
        "",
    ),
    (r"\sum_{s} §(s) = 1", "belief; belief state; belief vector; 信念; 信念状态", ""),
    (r"\mathbb{E}[§] = 0", "zero mean; zero-mean; mean zero; 零均值", ""),
)
_CASE = r"(?:the\s+)?(?:class|outcome|symbol|category|atom|point|value|bin|token)"
_CHOOSES = r"(?:plays?|chooses?|chosen|selects?|selected|picks?|picked|pulls?|draws?|drawn|samples?|sampled)"
#: Words before the number of things that there are, and not of those that a walk has.
_WALK = r"(?:walks?|paths?|trajector(?:y|ies)|episodes?|sequences?|rollouts?|histor(?:y|ies)|loops?|cycles?|samples?)"
_THERE_ARE = (
    rf"^(?![\s\S]*\b{_WALK}\s+(?:with|of|over|has|have|having)\s*$)[\s\S]*"
    r"\b(?:there (?:are|exist)|with|has|have|having|over|among|between|set of|consisting of|bandit of)\s*(?:the|exactly|only|finitely many)?\s*$"
    r"|有\s*$|共\s*$"
)
#: What a formula says of a name with an index, or of one at an argument ``¦`` given others, and phrases before and behind it that say the same.
PHRASED = (
    (r"\sum_{%} § = 1", r"\bwith probability\s*$", rf"\s*,?\s*(?:the\s+\w+\s+|one\s+|it\s+)?{_CHOOSES}\b"),
    (r"\sum_{%} § = 1", rf"\b{_CHOOSES}\b[^.;]{{0,24}}?\bwith probability\s*$", ""),
    (r"\sum_{%} § = 1", rf"\b(?:probability|mass|chance)\s+of\s+{_CASE}\s*§?\s*(?:is|be|equals)\s*$", ""),
    (
        r"\sum_{%} § = 1",
        r"\b(?:with|puts?|places?|assigns?)(?:\s+(?:the|a))?(?:\s+(?:probability|mass))?\s*$",
        rf"\s*(?:on|to|at)\s+{_CASE}\b",
    ),
    (
        r"\sum_{¦} § = 1",
        "",
        r"\s*,?\s*(?:be|is|denotes?)\s+(?:an?|the)\s+(?:\w+\s+)?(?:kernel|conditional (?:distribution|law)|channel|likelihood)\b",
    ),
    (r"\sum_{¦} § = 1", r"\b(?:kernel|conditional (?:distribution|law)|channel)\s*$", ""),
    (
        r"|\mathcal{A}| = §",
        _THERE_ARE,
        r"\s*(?:(?:possible|available|discrete|different)\s+)?(?:actions|arms)\b|\s*个(?:动作|臂)",
    ),
    (r"|\mathcal{S}| = §", _THERE_ARE, r"\s*(?:(?:possible|discrete|different)\s+)?states\b|\s*个状态"),
)
#: What a formula says of two names, the words that say the same, and a word that must stand in their sentence.
PAIRS = (
    (r"§ \perp %", "independent; 独立; 相互独立", ""),
    (r"\mathrm{Cov}(§, %) = 0", "uncorrelated; 不相关", ""),
    (r"§^\top % = 0", "orthogonal; perpendicular; 正交", r"vectors?|向量"),
    (r"§ % = % §", "commuting; commute; 可交换", r"matri(?:x|ces)|commute|矩阵"),
)
#: Words that may stand between a name and these, and say nothing against them.
FILLING = (
    "a; an; the; any; some; every; be; is; lie; lies; lying;"
    " are; being; has; have; having; with; and; real; square; finite; matrix; matrices; vector; vectors; random;"
    " variable; variables; noise; full-rank; invertible; non-singular; nonsingular; fixed; constant; always; also; both;"
    " all; that; which; weights; non-negative; nonnegative; positive; numbers;"
    " 的; 矩阵; 向量; 随机变量; 是; 为; 实; 且"
)


@cache
def table() -> dict[str, tuple[str, str]]:
    """Each word with what it says as a formula, and what must stand in its sentence."""
    return {word: (formula, beside) for formula, words, beside in LIKENESSES for word in words.split("; ")}


@cache
def phrases() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words of the tables before the end, words of them at the beginning, one of the first."""

    def among(words: list[str]) -> str:
        return "|".join(
            rf"(?<![\w-]){re.escape(w)}(?![\w-])" if w.isascii() else re.escape(w) for w in sorted(words, key=len, reverse=True)
        )

    said = among([*table()])
    run = rf"(?:(?:{said}|{among(FILLING.split('; '))})[\s,、]*)+"
    return re.compile(rf"{run}$", re.IGNORECASE), re.compile(rf"[\s,]*{run}", re.IGNORECASE), re.compile(said, re.IGNORECASE)


def likenesses(before: str, after: str) -> list[tuple[str, str]]:
    r"""What the words around a name say that it is like: each word, and the formula that says the same.

    >>> likenesses("Let", " be a symmetric positive definite matrix.")
    [('symmetric', '§ = §^\\top'), ('positive definite', '§ \\succ 0')]
    >>> likenesses("For a unit vector", " we have"), likenesses("Where", " is not symmetric"), likenesses("of orthogonal", "")
    ([('unit', '\\|§\\| = 1')], [], [])
    """
    ahead, behind, word = phrases()
    out: list[tuple[str, str]] = []
    for found, clause in ((ahead.search(before), before), (behind.match(after), after)):
        if found is None or denied(before[: found.start()].lower() if clause is before else before.lower()):
            continue
        for match in word.finditer(found.group()):
            formula, beside = table()[match.group().lower()]
            if re.search(beside, f"{before} {after}", re.IGNORECASE):
                out.append((match.group().lower(), formula))
    for formula, start, end in PHRASED:
        if (
            re.search(start, before, re.IGNORECASE)
            and re.match(end, after, re.IGNORECASE)
            and not denied(f"{before} {after}".lower())
        ):
            out.append(("", formula))
    return out


@cache
def pairs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two names with such words behind them, and the second of two with them before."""
    said = "|".join(re.escape(w) for _, words, _ in PAIRS for w in words.split("; "))
    filling = r"(?:a|be|are|is|two|mutually|random|variables?|vectors?|matrices|events?|of each other|是|为|相互|两个|\s)*"
    joined = r"\s*(?:and|,|与|和)\s*§"
    return (
        re.compile(rf"{joined}\s*(?:be|are|是|为)?{filling}(?P<word>{said})", re.IGNORECASE),
        re.compile(rf"(?P<word>{said}){filling}$", re.IGNORECASE),
    )


def pair_likeness(before: str, after: str) -> tuple[str, str] | None:
    r"""What the words around two names, the second just behind the first, say of both: the word, and the formula; None where they say nothing.

    >>> pair_likeness("Let", " and § be independent random variables."), pair_likeness("For orthogonal vectors", " and § we have")
    (('independent', '§ \\perp %'), ('orthogonal', '§^\\top % = 0'))
    >>> pair_likeness("If", " and § are not independent"), pair_likeness("Unless", " and § are independent")
    (None, None)
    """
    behind, ahead = pairs()
    found = behind.match(after) or (ahead.search(before) if re.match(r"\s*(?:and|,|与|和)\s*§", after) else None)
    partly = found is not None and (IN_PART.search(before) or IN_PART.match(found.string[found.end("word") :].lstrip()))
    if found is None or partly or denied(before.lower()):
        return None
    word = found["word"].lower()
    for formula, words, beside in PAIRS:
        if word in words.split("; ") and re.search(beside, f"{before} {after}", re.IGNORECASE):
            return word, formula
    return None


#: What formulas say of the mean and the variance of a name ``§``, with ``%`` for what the words say that it is.
_OF = {"均值": "mean", "期望": "mean", "方差": "variance"}
MOMENTS = {"mean": r"\mathbb{E}[§] = %", "expectation": r"\mathbb{E}[§] = %", "variance": r"\mathrm{Var}(§) = %"}
_MOMENT = r"(?:an?\s+)?(?:finite\s+)?(mean|variance|expectation)\s+§"
MOMENTS_AFTER = re.compile(r"\s*的?(均值|期望|方差)(?:为|是)\s*§(?:[，,、且和与\s]*(方差|均值|期望)(?:为|是)\s*§)?")
MOMENTS_BEHIND = re.compile(
    rf"[^§.;]{{0,40}}?\b(?:has|have|having|with|of)\s+{_MOMENT}(?:\s*(?:and|,)\s*{_MOMENT})?", re.IGNORECASE
)


def moments(before: str, after: str) -> list[str]:
    r"""What words behind a name say that its moments are: for each of the formulas behind it, what it says of the name.

    >>> moments("Let", " have mean § and variance §.")
    ['\\mathbb{E}[§] = %', '\\mathrm{Var}(§) = %']
    >>> moments("Let", " be a state with § actions")
    []
    """
    found = MOMENTS_BEHIND.match(after) or MOMENTS_AFTER.match(after)
    if found is None or denied(before.lower()) or denied(found.group().lower()):
        return []
    return [MOMENTS[_OF.get(word, word.lower())] for word in found.groups() if word]


@cache
def properties() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before a name of which nothing is made, and what behind it."""
    words = sorted(PROPERTIES.split("; "), key=len, reverse=True)
    said = "|".join(rf"(?<![\w-]){re.escape(w.strip())}(?![\w-])" if w.strip().isascii() else re.escape(w.strip()) for w in words)
    return (
        re.compile(rf"(?P<word>{said})(?:\s+(?:and\s+)?[\w-]+){{0,3}}\s*$", re.IGNORECASE),
        re.compile(
            rf"\s*,?\s*(?:is|are|be|being|has|have|为|是)\s+(?:an?\s+|the\s+)?(?:\w+\s+){{0,2}}?(?P<word>{said})", re.IGNORECASE
        ),
    )


#: What a name that is introduced does, and is not: "let X take only the values".
LET = re.compile(r"\b(?:let|suppose(?: that)?|assume(?: that)?)\s*$", re.IGNORECASE)
DOES = re.compile(
    r"\s*(?P<word>(?!(?:be|is|are|denotes?|stands?|and|or|for|with|in|on|at|by|as|where|such|from|to|of|have|has|given|when|if|"
    r"that|hold|holds|the)\b)[a-z]+"
    r"(?:\s+[\w-]+){0,3})",
)


#: Words around a matrix by which its columns are distributions, where the field has rows.
COLUMNS, SUM_TO_ONE = (
    re.compile(r"\bcolumns of\s*$", re.IGNORECASE),
    re.compile(r"\s*(?:each |all )?(?:sum|add)s?\b", re.IGNORECASE),
)


def property_in_words(before: str, after: str) -> str:
    """The word for what a name is like of which no formula is made; empty where there is none.

    >>> property_in_words("Let", " take only the values § and §")
    'take only the values'
    >>> property_in_words("For a binary variable", ""), property_in_words("Let", " be a Bernoulli variable"), property_in_words("of", " is")
    ('binary', 'bernoulli', '')
    """
    if COLUMNS.search(before) and SUM_TO_ONE.match(after):
        return "columns that sum to one"
    ahead, behind = properties()
    told = DOES.match(after) if LET.search(before) else None
    if told is not None:
        return told["word"].lower()
    for found in (ahead.search(before), behind.match(after)):
        if found is not None and not denied(before[: found.start()].lower() if found.string is before else before.lower()):
            return found["word"].lower()
    return ""


_END = r"\b(?:episode|trajectory|rollout|terminal|terminates?|terminated|ends?|ended|done|absorbing|is over|finished)\b"
_MARK = r"(?:masks?|(?:done|terminal|termination)[- ]?flags?)"
#: Words behind a value by which it is that of a mark of the end, and words behind a name, and before one, by which it is such a mark.
VALUE_AT_END = re.compile(rf"\s*,?\s*(?:if|when|iff|once|unless)\b[^.;§]{{0,40}}(?:§[^.;§]{{0,20}})?{_END}", re.IGNORECASE)
MARKS_END = re.compile(
    rf"\s*(?:is|be|equals?|takes|has)\s+(?:the\s+value\s+)?(?:zero|one|0|1|true|false|§)\s*(?:if|when|iff|once|unless)\b[^.;§]{{0,40}}(?:§[^.;§]{{0,20}})?{_END}"
    rf"|\s*(?:tells?|says|shows|marks?|indicates?|denotes?|is|be)\s+(?:whether|that|the|a|an)\b[^.;§]{{0,30}}(?:{_MARK}|end of (?:the|an) episode|{_END})",
    re.IGNORECASE,
)
MARK_BEFORE = re.compile(rf"\b{_MARK}\s*$", re.IGNORECASE)


def ends_in_words(before: str, after: str, valued: bool) -> bool:
    """Whether words say that a name tells where an episode has ended; ``valued`` where its value stands before them.

    >>> ends_in_words("Let", " if the episode ends after step §", True), ends_in_words("The mask", " is zero", False)
    (True, True)
    >>> ends_in_words("where", " is one if the episode has ended", False), ends_in_words("and", " changes when the episode ends", False)
    (True, False)
    """
    return bool(MARK_BEFORE.search(before) or (VALUE_AT_END if valued else MARKS_END).match(after))


#: Names that words speak of together, behind the first of them and before the second.
TOGETHER = re.compile(r"\s*(?:and|,|与|和)\s*§")
PLURAL = re.compile(r"(?P<said>.*?\b(?:matrices|vectors|variables))\s+§\s*(?:and|,)\s*$", re.IGNORECASE | re.DOTALL)


def likenesses_together(before: str, after: str) -> list[tuple[str, str]]:
    r"""What words say of two names alike, the second just behind the first: each word, and the formula for either.

    >>> likenesses_together("Since", " and § are orthogonal matrices"), likenesses_together("For symmetric matrices", " and §, we")
    ([('orthogonal', '§^\\top § = I')], [('symmetric', '§ = §^\\top')])
    >>> likenesses_together("For a symmetric matrix", " and a vector §"), likenesses_together("of", " and §")
    ([], [])
    """
    both = TOGETHER.match(after)
    if both is None or denied(before.lower()):
        return []
    plural = PLURAL.match(f"{before} § and")
    return [*likenesses("", after[both.end() :]), *(likenesses(plural["said"], "") if plural is not None else [])]


def without(words: Words, understood: frozenset[str]) -> Words:
    """Words without those that a formula has been made of."""
    if not understood:
        return words
    said = re.compile("|".join(rf"(?<![\w-]){re.escape(w)}(?![\w-])" if w.isascii() else w for w in understood), re.IGNORECASE)
    return replace(words, before=said.sub("", words.before), supposing=said.sub("", words.supposing))


__all__ = [
    "SIMPLEX",
    "ends_in_words",
    "likenesses",
    "likenesses_together",
    "moments",
    "pair_likeness",
    "property_in_words",
    "without",
]
