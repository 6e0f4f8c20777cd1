"""What words around a formula say of its letters: ``if § is negative``, ``when the advantage is negative``, ``…, where § is the gap``.

Tables of data and their lookup.
"""

from __future__ import annotations

import re
from functools import cache

from derive.glossary.marks import ADVANTAGES
from derive.page.words.stated_conditions import denied

#: How a quantity lies to zero, and the words for it.
SIGNS = (
    ("<", "strictly negative; negative; less than zero; below zero; 为负; 是负的; 小于零; 小于 0"),
    (">", "strictly positive; positive; greater than zero; above zero; 为正; 是正的; 大于零; 大于 0"),
    (r"\ge", "nonnegative; non-negative; not negative; 非负"),
    (r"\le", "nonpositive; non-positive; not positive; 非正"),
    (r"\ne", "nonzero; non-zero; different from zero; distinct from zero; 非零; 不为零"),
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


#: What joins the last name of a list to those before it.
AND = r"\s*,?\s*(?:and|与|和|及|、)\s*"


@cache
def patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands behind a formula of which a sign is said, by itself or with those listed behind it, and what before it."""
    words, _ = signs()
    listed = rf"(?:(?:\s*,\s*§)*{AND}§)?"
    behind = re.compile(rf"{listed}\s*,?\s*(?:is|are|was|be|being|always)?\s*(?:both |all )?({words}){OTHERWISE}", re.IGNORECASE)
    before = re.compile(
        rf"(?<![\w-])({words})\s*(?:numbers|reals|scalars|weights|constants)?\s*(?P<others>§(?:\s*,\s*§)*(?:{AND}|\s*,\s*))?$",
        re.IGNORECASE,
    )
    return behind, before


#: What follows on a name in the middle of a list.
GOES_ON = re.compile(rf"(?:\s*,\s*§)*{AND}§", re.IGNORECASE)


def sign_of_formula(before: str, after: str) -> str:
    """The relation to zero that the words around a formula give it; empty where they give none.

    >>> sign_of_formula("If", " is negative, then"), sign_of_formula("for positive", ""), sign_of_formula("Unless", " is negative")
    ('<', '>', '')
    >>> sign_of_formula("Let", ", § and § be positive"), sign_of_formula("for positive § and", " we"), sign_of_formula("for positive §,", " is")
    ('>', '>', '')
    """
    behind, ahead = patterns()
    if denied(before.lower()):
        return ""
    found = behind.match(after) or ahead.search(before)
    if found is not None and found.re is ahead and (found["others"] or "").rstrip().endswith(",") and not GOES_ON.match(after):
        return ""  # the comma ends what was said of the others
    return signs()[1][found[1].lower()] if found else ">" if names_positive(before, after) else ""


#: What is positive by its name.
_POSITIVE = (
    r"(?:step[- ]?sizes?|learning rates?|temperatures?|accurac(?:y|ies)|tolerances?|standard deviations?|bandwidths?|(?:smoothness|lipschitz) constants?"
    r"|步长|学习率|温度)"
)
POSITIVE_BEFORE = re.compile(rf"(?<!\w){_POSITIVE}\s*$", re.IGNORECASE)
POSITIVE_BEHIND = re.compile(
    rf"\s*(?:be|is|denotes?|as|为|是)\s*(?:an?|the|its|our|some)?\s+(?:\w+\s+)?{_POSITIVE}(?!\w)", re.IGNORECASE
)


def names_positive(before: str, after: str) -> bool:
    """Whether words around a name call it what is positive: a temperature, a step size.

    >>> names_positive("with step size", " we have"), names_positive("Let", " be the temperature."), names_positive("Let", " be a rate")
    (True, True, False)
    """
    return bool(POSITIVE_BEFORE.search(before) or POSITIVE_BEHIND.match(after))


#: Words around a letter by which it is a standard deviation, or a variance.
SPREAD_BEFORE = re.compile(r"\b(?:standard deviation|variance)\s*$|(?:标准差|方差)\s*$", re.IGNORECASE)
SPREAD_BEHIND = re.compile(r"\s*(?:be|is|denotes?|as)\s+(?:an?|the|its)\s+(?:standard deviation|variance)\b", re.IGNORECASE)


def spread_in_words(before: str, after: str) -> bool | None:
    """Whether words around a letter call it a standard deviation; False where they call it a variance, None where they do neither.

    >>> spread_in_words("with variance", ", we have"), spread_in_words("where", " is the standard deviation."), spread_in_words("Let", " be")
    (False, True, None)
    """
    found = SPREAD_BEFORE.search(before) or SPREAD_BEHIND.match(after)
    return None if found is None else not re.search("variance|方差", found.group(), re.IGNORECASE)


#: Words around a name that say that it lies between 0 and 1.
UNIT_BEHIND = re.compile(
    r"\s*,?\s*(?:(?:which|that)\s+)?(?:(?:always\s+)?(?:lies?|is|are|be|being|stays?)\s+)?"
    r"(?:an?\s+(?:number|value|fraction|probability|share)\s+)?"
    r"(?:strictly\s+)?(?:between\s+(?:0|zero)\s+and\s+(?:1|one)\b|(?:in|from|of)\s+the\s+(?:closed\s+|open\s+)?unit\s+interval)"
    r"|\s*(?:is|be|denotes?)\s+(?:the|a|some)\s+(?:success\s+)?probability(?:\s+(?:of|that|with)\b|\s*[.,;]|\s*$)|介于\s*0\s*[和与到]\s*1|在\s*0\s*[和与到]\s*1\s*之间",
    re.IGNORECASE,
)
UNIT_BEFORE = re.compile(r"\b(?:success|mixing|acceptance)\s+(?:probability|weight)\s*$|\bwith\s+probability\s*$", re.IGNORECASE)


def is_unit(before: str, after: str) -> bool:
    """Whether words around a name say that it lies between 0 and 1.

    >>> is_unit("The value", " lies between 0 and 1. Then"), is_unit("Let", " be the probability of success."), is_unit("Let", " be a number")
    (True, True, False)
    """
    return not denied(before.lower()) and bool(UNIT_BEHIND.match(after) or UNIT_BEFORE.search(before))


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


#: Words behind a formula that say when it holds, up to the formula that says it.
BEHIND = re.compile(
    r"^[\s,;:.)]*(?:which (?:holds|is valid|is true) |(?:valid|true|holding|holds) )?"
    r"(?:and |but |only |precisely |exactly )?(?:if and only if|iff|if|when|whenever|for|provided|as long as|so long as|as soon"
    r" as|at|given|assuming|under the assumption|若|如果|当|对于|对)(?![a-z])"
    r"(?: that)?(?: all| any| every| each| some| 任意| 所有)?\s*(?P<words>[^§.;]{0,40}?)§",
    re.IGNORECASE,
)
#: The beginning of what is said apart from a formula, and what stands behind a condition of that.
ANOTHER, OF_IT = re.compile(r"\s*(?:[;；]|,?\s*(?:and|but|while|whereas)\b)", re.IGNORECASE), re.compile(r"\s*[,，][^.;]*§")
#: The same where no more than a comma stands before it, and words by which another formula is what holds under a condition.
APART = re.compile(r"\s*(?:[,，;；]|and\b|but\b|while\b|whereas\b)", re.IGNORECASE)
HOLDS_THERE = re.compile(
    r"\s*[,，]?\s*(?:(?:it|this)\s+(?:is|equals|becomes|reads)|then|we\s+(?:have|get|find)|则|那么|有)\b[^.;§]*§", re.IGNORECASE
)
#: Words behind a formula that go on to say what its letters stand for.
EXPLAINING = re.compile(r"^[\s,;:.)]*(?:and |或 )?(?:where|with|in which|here|其中|这里)\b", re.IGNORECASE)
#: Words behind those from which on something else is said.
NO_MORE = re.compile(
    r"\b(?:if|when|whenever|since|because|as|so|thus|hence|therefore|gives?|implies|yields|follows?|use|uses|used|using|unless|provided|for which|"
    r"approximat\w+|now|then|next|replaced?|instead)\b|如果|若|因为|所以|从而|因此|近似",
    re.IGNORECASE,
)
#: Words behind a formula that say of what sign its letters are: "where § and § are positive".
WHERE = re.compile(
    rf"^[\s,;:.)(]*(?:where|with)\s+(?P<words>(?:both )?)"
    rf"(?=§(?:(?:\s*,\s*§)*{AND}§)?\s*(?:is|are)\s*(?:both |all )?(?:strictly )?(?:positive|negative|non-?negative))§",
    re.IGNORECASE,
)
#: What goes on with a list of conditions.
LISTED = re.compile(r"\s*,?\s*(?:and|、|和|且)\s*§")
#: What goes on with a list of names of one sign.
LISTED_ALIKE = re.compile(r"\s*,\s*§(?=(?:\s*,\s*§)*\s*,?\s*and\s*§)")


def conditions_behind(after: str) -> list[tuple[int, str]]:
    """Which formulas behind a formula say when it holds, each with its relation to zero where words give it that.

    >>> conditions_behind("for positive §, § and §.")
    [(0, '>'), (1, '>'), (2, '>')]
    >>> conditions_behind("if § and §."), conditions_behind("for negative §"), conditions_behind("where § is the step")
    ([(0, ''), (1, '')], [(0, '<')], [])
    >>> conditions_behind("; if §, it is §."), conditions_behind(", and when §, §"), conditions_behind(", for § it is §")
    ([], [], [])
    """
    found = BEHIND.match(after) or WHERE.match(after)
    if found is None or SAYS_MORE.search(found["words"]):
        return []
    sign = sign_of_formula(found["words"], after[found.end() :])
    out, at, words = [(0, sign)], found.end(), found["words"]
    if words.strip() and not sign:
        return []
    while (more := LISTED.match(after, at) or (LISTED_ALIKE.match(after, at) if sign else None)) is not None:
        out.append((len(out), sign_of_formula("", after[more.end() :]) or sign))
        at = more.end()
    another = ANOTHER.match(after) and OF_IT.match(after, at) or APART.match(after) and HOLDS_THERE.match(after, at)
    return [] if another else out


def explanations_behind(after: str) -> list[int]:
    """Which formulas behind a formula say what its letters stand for.

    >>> explanations_behind(", where § is the gap and § its square."), explanations_behind("where §, since §")
    ([0, 1], [0])
    >>> explanations_behind("if §"), explanations_behind("and §")
    ([], [])
    """
    cue = EXPLAINING.match(after)
    if cue is None:
        return []
    told = NO_MORE.split(after[cue.end() :])[0]
    return list(range(told.count("§")))


#: Words between such a word and a formula that is of something else.
SAYS_MORE = re.compile(r"\b(?:which|whose|that|instance|example)\b", re.IGNORECASE)


__all__ = [
    "conditions_behind",
    "explanations_behind",
    "is_unit",
    "names_positive",
    "sign_of_formula",
    "signs_of_nouns",
    "spread_in_words",
]
