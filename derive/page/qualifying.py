"""Whether what is left unsaid may rescue a claim that fails: what words suppose, signs, where a letter lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.core.constants import CONSTANTS
from derive.core.terms import ONE, ZERO, Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, op, unused, walk
from derive.core.types import ACTION_SORT, POLICY, REAL, STATE_SORT, element
from derive.decide.calculation import ORDERS
from derive.decide.judge import VALUELESS, judge
from derive.page.claim_forms import ARITHMETIC, TRYING, UNIVERSAL, is_algebra
from derive.page.words.cues import BINARY, NONNEGATIVE, OF_CHANCES, OF_ONE_ACTION, OF_ONE_STATE, OF_SEVERAL
from derive.verify.verdicts import HOLDS

#: Orders, each with what holds where it fails or there is a tie.
TURNED = {"<": ">=", "<=": ">=", ">": "<=", ">=": "<="}
#: Words, and what is given where what they say holds whatever the rest is.
CASES = (
    (OF_CHANCES, ()),
    (OF_ONE_ACTION, (CoreClaim(Op("cardinality", (), (ACTION_SORT,)), "=", ONE),)),
    (OF_ONE_STATE, (CoreClaim(Op("cardinality", (), (STATE_SORT,)), "=", ONE),)),
)
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


def special_case(words: Iterable[str], claim: CoreClaim) -> tuple[CoreClaim, ...] | None:
    """What is given where all holds that words suppose of a process: what fails there, they do not rescue; None where no case is known."""
    given: list[CoreClaim] = []
    for word in words:
        case = next((case for some, case in CASES if says(word, some)), None)
        if case is None or not case and not is_without_chance(claim):
            return None
        given += [one for one in case if one not in given]
    free = free_variables(claim.lhs) | free_variables(claim.rhs)
    return None if given and any(v.type.name not in UNIVERSAL and v.type != POLICY for v in free) else tuple(given)


def is_without_chance(claim: CoreClaim) -> bool:
    """Whether a claim speaks of nothing that may be independent of something: of no process, law or letter."""
    sides = (claim.lhs, claim.rhs)
    named = any(isinstance(t, Op) and t.name in CONSTANTS for side in sides for t in walk(side))
    of_chance = ("Joint", "Law", "Function", "Vector", "Real")
    return not named and not any(v.random or v.type.name in of_chance for side in sides for v in free_variables(side))


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


def fails_for_each_sign(claim: CoreClaim, letters: list[Var]) -> bool:
    """Whether an order fails where some letters are all shares, all larger than 1 and all negative, or has no value there; functions, at all places."""
    letters = [v for v in letters if v.type.name not in UNIVERSAL]
    if not letters or any(v.type.name not in ("Real", "Function", "Vector") for v in letters):
        return False
    functions = [v.type.args for v in letters if v.type.name == "Function"]
    if any(args[-1:] != (REAL,) or any(a.name not in UNIVERSAL for a in args[:-1]) for args in functions):
        return False
    ranges = (((">", ZERO), ("<", ONE)), ((">", ONE),), (("<", ZERO),))
    above = any(g.lhs == v and g.relation in (">", ">=") and g.rhs == ZERO for g in claim.givens for v in letters)
    for at, bounds in enumerate(ranges[: 2 if above else 3]):
        given = tuple(everywhere(v, rel, end, claim) for v in letters for rel, end in bounds)
        found = judge(replace(claim, givens=(*claim.givens, *given)), TRYING)
        valueless = at == 2 and (found.without_value or found.why.startswith(VALUELESS))
        if found.status != "refuted" and not valueless:
            return False
    return True


def everywhere(v: Var, relation: str, end: Core, claim: CoreClaim) -> CoreClaim:
    """An order of a number, or of all values of a function or a vector."""
    places = v.type.args[:-1] if v.type.name == "Function" else v.type.args if v.type.args[:1] == (STATE_SORT,) else ()
    first = unused(claim.parts())
    at = tuple(Var(first + n, t if v.type.name == "Function" else element(t)) for n, t in enumerate(places))
    value = op("call", v, *at) if v.type.name == "Function" else op("component", v, *at) if at else v
    return CoreClaim(value, relation, end, every=at)


def the_other_way(claim: CoreClaim) -> bool:
    """Whether an order of the same letters holds the other way round, wherever these lie: it picks none of them."""
    return bool(free_variables(claim.lhs)) and free_variables(claim.lhs) == free_variables(claim.rhs) and is_turned(claim)


def places_letter(claim: CoreClaim) -> bool:
    """Whether an order says of a letter on what side of a number it lies."""
    return any(isinstance(side, Var) and not free_variables(other) for side, other in claim.both_ways())


def seeks_number(claim: CoreClaim) -> bool:
    """Whether an extreme over a number stands on a side: whether there is one may hang on signs that a text leaves unsaid."""
    parts = (t for side in (claim.lhs, claim.rhs) for t in walk(side))
    return any(isinstance(t, Bind) and t.name in ("max", "min") and any(v.type.name == "Real" for v in t.vars) for t in parts)


def is_turned(claim: CoreClaim) -> bool:
    """Whether an order holds the other way round, wherever its letters lie."""
    if claim.relation not in TURNED or places_letter(claim):
        return False
    return judge(replace(claim, relation=TURNED[claim.relation]), TRYING).status in HOLDS


def bounds_nothing(claim: CoreClaim) -> bool:
    """Whether an order of a calculation with letters and a number fails wherever these lie: it says nothing of where they do."""
    letters = sorted({v for p in (claim.lhs, claim.rhs) for v in free_variables(p)}, key=lambda v: v.number)
    return claim.relation in ORDERS and bool(letters) and not places_letter(claim) and fails_for_each_sign(claim, letters)


__all__ = [
    "bounds_nothing",
    "everywhere",
    "fails_for_each_sign",
    "is_turned",
    "may_rescue",
    "seeks_number",
    "special_case",
    "the_other_way",
]
