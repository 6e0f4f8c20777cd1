"""The role of a statement: from its form, its place in the sentence and the cue words before it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cache

from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.page.saying.bearing import speaks_of_values
from derive.page.words.around import Words
from derive.page.words.cues import CUES, DENYING, HEDGES, NORMS_IN_WORDS, QUALIFIERS, ROUGHLY, SOLVING_FOR, Cue
from derive.page.words.role_names import (
    AIM,
    ALTERNATIVE,
    CLAIM,
    CONDITION,
    DEFINITION,
    ORDERS,
    PREMISE,
    QUOTATION,
    RANGE,
    UPDATE,
)
from derive.page.words.signs import conditions_behind
from derive.syntax.flat import Row, is_mark, parts_between, row_key, walk

#: Words behind which something only looks to be so.
SEEMING = re.compile(
    r"\b(?:look|looks|looked|seem|seems|seemed|appear|appears|appeared)(?:\s+to\s+be|\s+like)?(?:\s+\w+)?\s*$", re.IGNORECASE
)
UPDATES = (r"\leftarrow", r"\gets", r"\mapsto", r"\Leftarrow")
DEFINES = (":=", r"\equiv", r"\triangleq", r"\doteq", r"\coloneqq")


@dataclass(frozen=True, slots=True)
class Role:
    """A role and why: the form, or the cue word; ``follows`` where the words say that it follows from what stands before it.

    ``same`` where they say that it says the same in other words, or what holds of a thing that is known.
    ``lasts`` where they say that it holds from there on.
    ``plain`` where it is said in a sentence whose words say nothing of when it holds, ``claimed`` where words claim it and say no more of that than formulas.
    ``anywhere`` where they say that it holds for all numbers.
    ``under``: the words that say under what it holds and that no formula says; empty where there are none.
    """

    name: str
    why: str = ""
    follows: bool = False
    under: str = ""
    lasts: bool = False
    same: bool = False
    plain: bool = False
    claimed: bool = False
    anywhere: bool = False


#: Words by which something holds for all numbers; a noun before what its name stands for; words that no alternative follows, nor an aim.
ANYWHERE = re.compile(r"\b(?:for|of) (?:every|all|any|each) real\b|\bwhatever the sign\b|对任意实数", re.IGNORECASE)
NAMED = re.compile(
    r"\bfor (?:the|an?|our) (?!.*\b(?:case|choice|value|limit|special|particular)\b)[a-z][\w -]{2,40}$", re.IGNORECASE
)
WHETHER = re.compile(r"\bwhether\b[^,;:.]*$", re.IGNORECASE)
AND_FIND, ARE = re.compile(r"\band\s*$", re.IGNORECASE), re.compile(r"\s*(?:is|are)\b", re.IGNORECASE)
#: Words behind a formula that say when it holds.
CONDITIONED = re.compile(
    r"[\s,;:.)]*(?:only |precisely |exactly )?(?:if|when|whenever|provided|as long as|assuming|unless|at the|in the limit|by|under|for|because|since|as|"
    r"due to|thanks to)\b",
    re.IGNORECASE,
)
#: Why an equation without an arrow is an update.
NAMES_ITSELF = "its left side stands on its right"
#: Why a statement is no more than one of several cases.
ONE_OF_TWO = "it is one of two, or what must not be"
#: Why numbers alone claim something, and what they may stand in that claims nothing.
CALCULATION, SUPPOSED = "a calculation, whatever it is for", (CONDITION, AIM, ALTERNATIVE)
#: Why a statement behind an arrow claims something.
ARROW = "an arrow leads to it"
#: What stands for another formula in the words around one.
OTHER = "§"
#: Words by which a formula behind a cue only says of what all the next one speaks.
EVERY = re.compile(r"(?:that )?(?:for|with|over|in)? ?(?:all|each|every|any|some|对|对于|对所有)?", re.IGNORECASE)
#: A condition that is over before a display: ``if §, then``.
THEN = re.compile(r"\s*§\s*[,，]\s*(?:then|we have|it follows that|one has|则|那么)?\s*[:：]?\s*", re.IGNORECASE)
#: Words between formulas that a cue speaks of alike.
LISTED = re.compile(r"(?:,? ?(?:and|or|both|with)|、|和|与|且|或)?", re.IGNORECASE)
#: A verb by which a thing is said to be a formula: ``let its error at a state be §``, and not ``at a state whose value is §``.
SAYS_WHAT = re.compile(r"^(?:(?!\b(?:which|whose|that|where)\b)[^,;:.§])*\b(?:is|are|be)\b[^,;:.§]*$", re.IGNORECASE)
#: Words by which what is said is said of something that is made of an aim: "the gradient of the objective is §".
MADE_OF = re.compile(r"\bof\s+(?:the|this|our|an?|its|such an?)\s*(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
#: What is wanted is to show that something holds; and what solves an equation meets it.
TO_SHOW = re.compile(r"\s*(?:to\s+)?(?:show|prove|verify|check|see|establish|demonstrate|recall)\b", re.IGNORECASE)
SOLVES = re.compile(
    r"\b(?:values?|functions?|policy|policies|solutions?|it|they|which|that|weights?)\s+solves?\s*$", re.IGNORECASE
)
#: What something is found to be, and what may be wrong without what is said of it being so.
LED_TO = re.compile(
    r"\b(?:gives?|yields?|leads? to|results? in|shows?|we (?:get|obtain|find|have)|one (?:gets|obtains|finds))\b", re.IGNORECASE
)
OBJECT = re.compile(
    r"\s+(?:answers?|responses?|completions?|outputs?|samples?|predictions?|labels?|tokens?|guess(?:es)?|actions?|arms?)\b"
    r"(?!\s*(?:is|are|was|would|reads?|to\b|:|$))",
    re.IGNORECASE,
)
#: Words that ask, before a word that says what is wanted: how much something should be is no aim.
ASKED = re.compile(r"\bhow (?:much|many|often|far|long)\b[^,;:.]*$", re.IGNORECASE)


#: The end of a sentence before a formula, which is no abbreviation.
ENDED = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bs\.t)(?<!\bcf)(?<!\bw\.r\.t)(?<!\bresp)(?<!\betc)(?<!\bvs)[.。!?！？][\"'”’)*_]*\s*$"
)
#: Words behind a formula that says where something is looked at: no value.
LOOKED_AT = re.compile(r"\s*(?:附近|周围|的?邻域|处的?(?:泰勒)?展开)")
#: A clause that says no more than that what follows holds of all.
NOUNS = (
    r"(?:polic(?:y|ies)|states?|actions?|pairs?|steps?|times?|functions?|distributions?|numbers?|vectors?|matri(?:x|ces)|trajector(?:y|ies)|episodes?|"
    r"parameters?|samples?|inputs?|prompts?|responses?|events?|random variables?)"
)
UNIVERSAL = re.compile(
    rf"for (?:all|any|every|each)(?: (?:fixed|given|real|stochastic|possible|two|pair of))* {NOUNS}(?:(?: and |/| or |, )(?:every |all |any )?{NOUNS})*,",
    re.IGNORECASE,
)
#: Words by which an equation says what something is that solves it.
SOLVED = re.compile(
    r"\b(?:solves|solutions? (?:of|to)|roots? of|zeros? of|fixed points? of|equating|indifferent)\b[^,;:.§]*$|的解|的根|不动点",
    re.IGNORECASE,
)


@cache
def qualifiers(words: str) -> re.Pattern[str]:
    """Any of some words."""
    parts = sorted((w.strip() for w in words.split(";")), key=len, reverse=True)
    return re.compile(
        "|".join(rf"(?<![\w-]){re.escape(w)}(?![\w-])" if w.isascii() else re.escape(w) for w in parts), re.IGNORECASE
    )


def qualified(words: Words, relation: str) -> str:
    """The words before a formula that say under what it holds; empty where there are none."""
    said = f"{words.supposing} {words.before}"
    told = (
        next((m for m in qualifiers(QUALIFIERS).finditer(said) if not SEEMING.search(said[: m.start()])), None)
        or CONDITIONED.match(words.after)
        and qualifiers(QUALIFIERS).search(words.after.partition(".")[0])
        or relation == "="
        and qualifiers(ROUGHLY).search(words.before)
        or UNLESS.search(words.before)
        or OTHERWISE.match(words.after)
        or (WHEN_IN_WORDS.match(words.after) if not conditions_behind(words.after) else None)
        or EVALUATED.search(words.after)
    )
    return told.group() if told else ""


@cache
def cue_words() -> tuple[re.Pattern[str], dict[str, Cue]]:
    """A pattern of every cue word, the longest first, and the cue of each."""
    cues: dict[str, Cue] = {}
    for cue in CUES:
        for phrase in cue.phrases:
            cues.setdefault(phrase.lower(), cue)
    spelled: dict[bool, list[str]] = {True: [], False: []}
    for phrase in sorted(cues, key=len, reverse=True):
        spelled[phrase.isascii() and phrase[-1].isalnum()].append(re.escape(phrase).replace(r"\ ", r"\s+"))
    # the borders of words stand once, around all of them: before each phrase they would be looked for at every letter
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled[True])})(?![\w-])|{'|'.join(spelled[False])}", re.IGNORECASE), cues


def cues_in(words: str) -> list[tuple[Cue, re.Match[str]]]:
    """The cue words in some words, each with where it stands."""
    pattern, cues = cue_words()
    return [(cues[" ".join(match.group().lower().split())], match) for match in pattern.finditer(words)]


def cue_of(before: str, display: bool = True) -> Role | None:
    """The role that the last cue word before a formula gives it."""
    last: Role | None = None
    over = ENDED.search(before) is not None
    spoken, before = before, before.rstrip(" ,;:，；：—")
    end_of_clause = max((before.rfind(c) for c in ",;:，；：—"), default=-1)
    for cue, match in cues_in(before):
        if cue.inline and display:
            continue
        if cue.near and match.end() <= end_of_clause:
            continue
        if cue.role == CONDITION and (has_its_own if display else is_over)(spoken[match.end() :]):
            continue
        if cue.role == CONDITION and over:
            continue  # "It is scaled until the bound is met.": the sentence is over
        if cue.role == CONDITION and UNIVERSAL.fullmatch(spoken[match.start() :].strip()):
            continue  # "For every policy, §": without a condition
        if cue.own and is_over(spoken[match.end() :]) or cue.noun and SAYS_WHAT.search(spoken[match.end() :]):
            continue
        if cue.role == AIM and before[match.end() :].lstrip().startswith(OTHER):
            continue  # "the goal $g$"
        if cue.role == AIM and (ASKED.search(before[: match.start()]) or MADE_OF.search(before[: match.start()])):
            continue
        if cue.role == ALTERNATIVE and WHETHER.search(before[: match.start()]):
            continue  # "whether or not X and Y are independent, §"
        if cue.role == AIM and (
            match.group() == "find" and AND_FIND.search(before[: match.start()]) or ARE.match(before[match.end() :])
        ):
            continue  # "we write § and find §", "the norms that we need are §"
        if cue.role == AIM and (TO_SHOW.match(before[match.end() :]) or SOLVES.search(before[: match.end()])):
            continue
        if cue.role == AIM and match.group().lower().endswith("ing") and "," in spoken[match.end() :]:
            continue  # "Solving for the odds, §"
        if cue.follows and match.group().lower() == "then" and before[: match.start()].lower().endswith("and "):
            continue  # "and then": one after another
        if cue.role == AIM and match.group().lower().endswith("ing") and LED_TO.search(before[match.end() :]):
            last = Role(CLAIM, f"after {match.group().strip()!r}", True, claimed=True)
            continue  # "solving for the reward gives §"
        if cue.role == QUOTATION and OBJECT.match(before[match.end() :]):
            continue  # "a wrong answer has the advantage §"
        if last is not None and last.name == QUOTATION and cue.role in (DEFINITION, UPDATE):
            continue
        last = Role(cue.role, f"after {match.group().strip()!r}", cue.follows, lasts=cue.lasts, same=cue.same)
        last = replace(last, claimed=cue.claims or cue.follows)
    return last


def has_its_own(after: str) -> bool:
    """Whether a formula in the sentence stands behind a cue word, which is then the one that it speaks of: ``if §, $$…$$``."""
    return OTHER in after and (not EVERY.fullmatch(after.partition(OTHER)[0].strip()) or bool(THEN.fullmatch(after)))


def is_over(after: str) -> bool:
    """Whether what a cue word of a sentence leads to has been said: ``for §, …``, ``for § it is …``, and not ``for § and …``."""
    return OTHER in after and not LISTED.fullmatch(after.rpartition(OTHER)[2].strip())


def role_of(statement: Statement, words: Words) -> Role:
    """The role of a statement with the words around it."""
    under = qualified(words, statement.rels[0]) or of_norm(statement, words) if statement.rels else ""
    said = SOLVING_FOR.sub(" ", f"{words.before} {words.after}")
    hedged = bool(qualifiers(HEDGES).search(BY_LAW.sub(" ", WHERE_FORMULAS_SAY.sub(" ", said))))
    role = role_by_words(statement, words)
    anywhere = ANYWHERE.search(words.before) is not None
    return replace(
        role, under=under, anywhere=anywhere, plain=not words.display and not hedged, claimed=role.claimed and not hedged
    )


def of_norm(statement: Statement, words: Words) -> str:
    """The words that say which norm a sign of one without a subscript is; empty where there are none, or no such sign."""
    plain = any(i.kind == "group" and i.name == "norm" and not i.subs for t in statement.terms for i in walk(t))
    told = qualifiers(NORMS_IN_WORDS).search(f"{words.supposing} {words.before}") if plain else None
    return told.group() if told else ""


def role_by_words(statement: Statement, words: Words) -> Role:
    """The role that its form and the words around it give a statement."""
    if denial := re.search(DENYING, words.after, re.IGNORECASE):
        return Role(QUOTATION, f"before {denial.group().strip(' ,;:.)')!r}")
    if DENIED_BEFORE.search(words.before):
        return Role(QUOTATION, "a word before it denies it")
    if LOOKED_AT.match(words.after) and statement.rels == ("=",):
        return Role(RANGE, "it says where something is looked at")
    if SOLVED.search(words.before) and statement.rels == ("=",) and not speaks_of_values(statement):
        return Role(AIM, "an equation to be solved")
    if not words.display and (
        UNLESS_IT.search(words.before) or EITHER_BEFORE.search(words.before) or EITHER_AFTER.match(words.after)
    ):
        return Role(ALTERNATIVE, ONE_OF_TWO)
    form = by_form(statement, words)
    cue = cue_of(words.before, words.display)
    if (
        cue is not None
        and cue.name == CONDITION
        and words.display
        and IN_A_CLAUSE.search(words.before)
        and not THEN_BEHIND.match(words.after)
    ):
        cue = None  # "If the policy is differentiable, $$…$$"
    if form is not None and form.name == CONDITION and cue is not None and (cue.name == PREMISE or cue.lasts):
        return replace(cue, name=PREMISE)  # "Let x > 0." holds from here on
    if form is not None and form.name == CONDITION and cue is not None and cue.name == CLAIM:
        if cue.follows or not any(bare(t) and t[0].kind == "atom" for t in statement.terms):
            return cue  # "we have V(s) ≥ 0"
    if form is not None:
        return form
    says_of = not is_name(statement.terms[0]) or recurs(statement)
    if cue is not None and cue.lasts and not words.display and (says_of or not is_equation(statement)):
        return replace(cue, name=PREMISE)  # "Let a + b = 1.", "Let P² = P."
    if cue is None:
        return Role(CLAIM, "nothing says otherwise")
    if cue.name in SUPPOSED and all(map(is_calculation, statement.terms)):
        return Role(CLAIM, CALCULATION)
    named = NAMED.search(words.before) is not None and is_name(statement.terms[0]) and is_equation(statement)
    if cue.name == CONDITION and named and not is_calculation(statement.terms[-1]):
        return Role(DEFINITION, "a noun before it says what its name is")
    if cue.name == DEFINITION and words.display and not is_name(statement.terms[0]):
        return Role(CLAIM, "its left side is no name")
    if cue.name == UPDATE and not (is_name(statement.terms[0]) and recurs(statement)):
        return Role(CLAIM, "its left side does not stand on its right")
    if cue.name == DEFINITION and recurs(statement):
        return Role(CLAIM, "its name stands on its right, too")
    return cue


def role_behind(role: Role, link: Statement) -> Role:
    """The role of a link behind the first of its chain: that alone is said to be so by definition, and numbers alone are what they are."""
    if role.name in (DEFINITION, UPDATE):
        return Role(CLAIM, "it stands behind the first link of a chain", under=role.under)
    if role.name in SUPPOSED and all(map(is_calculation, link.terms)):
        return Role(CLAIM, CALCULATION, under=role.under)
    return role


#: A condition of regularity that is said in words before a display, which makes nothing hold, and a display that is itself what is supposed.
IN_A_CLAUSE = re.compile(
    r"(?:^|[.;:]\s*)\W*(?:if|when|whenever|as long as|provided)\s+(?:that\s+)?(?:(?:the|a|an|our|this|every|each)\s+)?(?:\w+\s+){1,3}(?:is|are)\s+(?:\w+ly\s+)?"
    r"(?:differentiable|smooth|finite|stochastic|continuous|measurable|well[- ]defined)\s*,\s*$",
    re.IGNORECASE,
)
THEN_BEHIND = re.compile(r"\W*(?:then|is|are|holds?)\b", re.IGNORECASE)
#: Words that say of a formula, and of nothing else, that something holds for it: "For §, …", "when § and § we have …".
WHERE_FORMULAS_SAY = re.compile(
    r"\b(?:for|with|if|when|let)\s+(?:(?:all|any|every|each)\s+)?(?:(?:strictly\s+)?(?:positive|non-?negative|negative)\s+)?§"
    r"(?:\s*(?:,|and)\s*§)*\s*(?:,|\.|we have\b|one has\b|it holds\b|then\b)",
    re.IGNORECASE,
)
#: The law of mathematics by which something holds: no condition.
BY_LAW = re.compile(
    r"\b[Bb]y\s+(?:the\s+)?(?:(?:Jensen|Cauchy|Hölder|Markov|Chebyshev|Hoeffding|Pinsker|Gibbs|Young|Minkowski)(?:['’]s)?(?:[–-]+Schwarz)?"
    r"(?:\s+inequality)?|(?:(?:triangle|mean|AM[–-]+GM|data[ -]processing|log[ -]sum)\s+)?(?:inequality|convexity|concavity))(?!\w)"
)
#: What must not be so that something else holds.
UNLESS, UNLESS_IT = (
    re.compile(r"\bunless\s+§\s*,|\bunless\s[^,;§]*,|\bunless\b[^,;]*\bdependent\s*,|除非\s*§\s*[,，]", re.IGNORECASE),
    re.compile(r"(?:\bunless|除非)\s*$", re.IGNORECASE),
)
#: Words behind a formula that say when it holds, and of which no formula is made.
WHEN_IN_WORDS = re.compile(
    r"[\s,;:.)]*(?:only |precisely |exactly |but only )?(?:if(?: and only if)?|iff|when|whenever|provided|as long as|so long as|as soon as|unless|"
    r"only for|were)\b",
    re.IGNORECASE,
)
#: Words behind a formula of which another one holds elsewhere, and words that say where its sides are looked at.
OTHERWISE = re.compile(
    r"[\s,;:.)]*(?:otherwise|elsewhere|or else|in the (?:first|second|third|other|former|latter) (?:case|one))\b|[\s,;:.)]*否则",
    re.IGNORECASE,
)
EVALUATED = re.compile(r"\bevaluat(?:ed|es|ing) at\b", re.IGNORECASE)
#: Formulas of which one holds: "§ or §".
EITHER_BEFORE = re.compile(r"§\s*,?\s*(?:or|或者?)\s*(?:if\s+|when\s+)?$", re.IGNORECASE)
EITHER_AFTER = re.compile(r"\s*,?\s*(?:or|或者?)\s*(?:if\s+|when\s+)?§", re.IGNORECASE)
#: Words just before what is denied: "not §".
DENIED_BEFORE = re.compile(
    r"(?:\bnot|\b(?:do|does|did) not (?:have|get|mean that|imply(?: that)?|claim(?: that)?|say that)|\bnever (?:have|had|use|used)"
    r"|\bnothing guarantees(?: that)?|\bcontradict(?:s|ing|ion to)?"
    r"|\b(?:disprove|refute|suspect)(?: that)?\s*:?|\bcontrary to [^.;]{0,40}|\b(?:false|untrue|wrong|incorrect|myth|mistake|error)\s*:"
    r"|\((?:false|wrong|incorrect)\)\W*|[❌✗✘]|不是|而非)\s*$",
    re.IGNORECASE,
)
#: Relations between sets.
OF_SETS = ("=", ":=", r"\subset", r"\subseteq", r"\equiv")


def by_form(statement: Statement, words: Words) -> Role | None:
    """The role that a statement's form gives it, whatever the words say."""
    rels = statement.rels
    if not rels:
        return Role(CLAIM, "no relation")
    if any(r in UPDATES for r in rels):
        return Role(UPDATE, "an arrow")
    if rels[0] in DEFINES:
        return Role(UPDATE, "it names itself") if names_itself(statement) else Role(DEFINITION, "its sign defines")
    if len(rels) == 1 and rels[0] in (r"\in", r"\sim", r"\to", r"\subset", r"\subseteq"):
        return Role(RANGE, "it says where a letter lies")
    if set(rels) == {r"\to"}:
        return Role(QUOTATION, "arrows lead from one thing to the next")
    if rels[0] == r"\in" and all(r in OF_SETS for r in rels[1:]):
        return Role(RANGE, "it says where a letter lies, and what that is")
    if len(rels) == 1 and rels[0] == "=" and is_list(statement.terms[1]):
        return Role(RANGE, "it lists what a letter runs through")
    if rels == ("=",) and consists_of(statement):
        return Role(RANGE, "it says what a name consists of")
    if rels == ("=",) and starts_sequence(statement):
        return Role(DEFINITION, "it says where a sequence begins")
    if rels[0] == "=" and names_itself(statement):
        return Role(UPDATE, NAMES_ITSELF)
    if not words.display and all(r in ORDERS for r in rels) and bounds_letter(statement.terms):
        return Role(CONDITION, "it bounds a letter")
    return None


def consists_of(statement: Statement) -> bool:
    """Whether a name is said to be several things side by side that are no numbers."""
    name, parts = statement.terms
    several = len(parts) == 1 and parts[0].kind == "group" and "," in parts[0].seps and "|" not in parts[0].seps
    return several and bare(name) and any(i.kind == "atom" for r in parts[0].rows for i in r)


def starts_sequence(statement: Statement) -> bool:
    """Whether a bare name with the number 0 above it is said to be something: the first of a sequence, where a power would be one."""
    first, value = statement.terms[0], statement.terms[1]
    zero = (
        len(first) == 1
        and first[0].kind == "atom"
        and not first[0].subs
        and [[i.value for i in s] for s in first[0].sups] == [[0]]
    )
    return zero and [i.value for i in value] != [1]


def is_calculation(row: Row) -> bool:
    """Whether a row is made of numbers alone."""
    return bool(row) and all(i.kind not in ("text", "atom", "big", "nabla") or i.word for i in walk(row))


def recurs(statement: Statement) -> bool:
    """Whether the name that a statement begins with stands elsewhere in it."""
    first = statement.terms[0][0]
    return first.kind == "atom" and any(i.kind == "atom" and stem(i) == stem(first) for t in statement.terms[1:] for i in walk(t))


def is_equation(statement: Statement) -> bool:
    """Whether nothing but equals signs joins the terms of a statement."""
    return set(statement.rels) == {"="}


def is_name(row: Row) -> bool:
    """Whether a row is a name, bare or applied."""
    return bool(row) and row[0].kind == "atom" and (len(row) == 1 or len(row) == 2 and row[1].kind == "group")


def names_itself(statement: Statement) -> bool:
    """Whether the left side stands as a term of a sum on the right: ``x = x + 1``."""
    lhs = row_key(statement.terms[0])
    return (
        bool(lhs)
        and any(row_key(part) == lhs for part in parts_between(statement.terms[1], "+", "-"))
        and len(parts_between(statement.terms[1], "+", "-")) > 1
    )


def is_list(row: Row) -> bool:
    """``1, …, T`` or ``0, 1``."""
    return any(is_mark(i, ",") for i in row)


def bounds_letter(terms: tuple[Row, ...]) -> bool:
    r"""Whether an order holds a letter or a number alone against something else: ``x \le 2``, and not ``x \le\log(1+x)``, which is a claim of x."""

    def names(row: Row) -> set[Hashable]:
        return {stem(i) for i in walk(row) if i.kind == "atom" and not i.word}

    return any(bare(t) and not any(names(t) & names(other) for other in terms if other is not t) for t in terms)


def bare(row: Row) -> bool:
    """A single letter or number."""
    return len(row) == 1 and row[0].kind in ("atom", "number")


__all__ = ["CLAIM", "CONDITION", "DEFINITION", "Role", "Words", "cue_of", "role_behind", "role_of"]
