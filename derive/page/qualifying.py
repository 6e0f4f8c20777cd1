"""Whether words before a claim that fails may say under what it holds."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import ZERO, Core, CoreClaim, Num, Op, Var, free_variables, num, op, walk
from derive.decide.judge import VALUELESS, judge
from derive.page.claim_forms import ARITHMETIC, is_algebra
from derive.page.words.cues import BINARY, NONNEGATIVE, OF_CHANCES, OF_SEVERAL

#: Seconds for trying what words say of a letter.
TRYING = 0.3
#: Functions of one number that need no others.
OF_NUMBERS = ARITHMETIC | {"sigmoid", "sin", "cos", "tan", "tanh", "factorial"}


def may_rescue(words: str, claim: CoreClaim) -> bool:
    """Whether what words suppose may make a claim hold that fails: what they say has to be of something that it speaks of.

    Of one number in a letter they can only say what number it may be, and that is tried.
    """
    if says(words, OF_CHANCES) and is_algebra(claim):
        return False
    letters = [*(free_variables(claim.lhs) | free_variables(claim.rhs))]
    parts = [t for side in (claim.lhs, claim.rhs) for t in walk(side)]
    if len(letters) > 1 or not all(map(of_one_number, parts)):
        return True
    if says(words, f"{OF_CHANCES}; {OF_SEVERAL}"):
        return any(isinstance(t, Op) and t.name == "power" and free_variables(t.args[1]) for t in parts)
    if not letters or not says(words, f"{NONNEGATIVE}; {BINARY}"):
        return bool(letters)
    (letter,) = letters
    nonnegative = CoreClaim(ZERO, "<=", letter)
    one_of_two = CoreClaim(op("mul", letter, op("add", letter, num(-1))), "=", ZERO)
    given = nonnegative if says(words, NONNEGATIVE) else one_of_two
    found = judge(replace(claim, givens=(*claim.givens, given)), TRYING)
    return not (found.status == "refuted" or found.why.startswith(VALUELESS))


def says(words: str, some: str) -> bool:
    """Whether words are one of some, which a semicolon divides."""
    return words.lower() in some.split("; ")


def of_one_number(part: Core) -> bool:
    """Whether a part of a claim is made of numbers, a letter for one, and what is calculated with them."""
    return (
        isinstance(part, Num)
        or isinstance(part, Var)
        and part.type.name == "Real"
        or isinstance(part, Op)
        and part.name in OF_NUMBERS
    )


__all__ = ["may_rescue"]
