"""What must hold for a step, in the letters of the step: each condition shown to hold, or to be assumed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.core.terms import ZERO, Core, CoreClaim, Num, Op, Var, free_variables, num, op, unused
from derive.core.types import REAL
from derive.elaborate.write import Unwritable, write, write_claim
from derive.rules.applying.tidying import tidy
from derive.rules.formulas import Formula, Unread, beside, decide, same_name, sequences
from derive.rules.matching.keys import SCALAR, factors, is_product, kind
from derive.rules.matching.matched import Match, divides, exchanged, whole
from derive.rules.matching.patterns import Form, surely
from derive.rules.matching.rings import ring_key
from derive.rules.rule import LETTER
from derive.verify.verdicts import HOLDS

FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


@dataclass(frozen=True)
class Condition:
    """What must hold for a step: shown to hold, or to be assumed; without a claim where it is said in words."""

    claim: CoreClaim | None
    latex: str
    holds: bool
    written: bool = True  # whether the glossary writes it: the term itself stands there otherwise


#: Processor seconds in which a condition is shown to hold: many more than most take, so that what is printed does not hang on the machine.
SHOWING = 3.0


def condition(claim: CoreClaim, formula: Formula) -> Condition:
    """A condition in the formula's own letters, and whether it is known to hold there."""
    (lhs, rhs), names = in_given_names(formula, (tidy(claim.lhs), tidy(claim.rhs)))
    written = True
    try:
        latex = write_claim(replace(claim, lhs=lhs, rhs=rhs), names, indexed=sequences(claim.lhs))
    except Unwritable:
        latex, written = str(claim), False
    if ordered(claim) in map(ordered, formula.givens):
        return Condition(claim, latex, True, written)
    speaks = free_variables(claim.lhs) | free_variables(claim.rhs)
    own = replace(claim, givens=tuple(g for g in formula.givens if speaks & (free_variables(g.lhs) | free_variables(g.rhs))))
    chance = claim.relation in (">", "!=") and claim.rhs == ZERO and surely(claim.lhs)
    return Condition(claim, latex, chance or decide(own, SHOWING).status in HOLDS, written)


def certain(claim: CoreClaim) -> bool:
    """Whether a claim is that a number other than 0 is not 0."""
    return claim.relation == "!=" and claim.rhs == ZERO and isinstance(claim.lhs, Num) and claim.lhs != ZERO


def ordered(claim: CoreClaim) -> tuple[object, ...]:
    """What two claims have in common that say the same, from whichever side."""
    sides = (ring_key(claim.lhs), ring_key(claim.rhs))
    return (FLIPPED[claim.relation], *sides[::-1]) if claim.relation in (">", ">=") else (claim.relation, *sides)


def words_with(one: Form, m: Match, formula: Formula) -> tuple[str, ...]:
    """What a rule needs in words, with what its letters stand for in a formula; nothing where one of them is not known there."""
    out = []
    for words in one.words:
        letters = LETTER.findall(words)
        found = [stands_for(one, m, formula, name) for name in letters]
        if all(found):
            put_in = iter(found)
            out.append(LETTER.sub(lambda _, put_in=put_in: f"${next(put_in)}$", words))  # type: ignore[misc]
    return tuple(out)


def stands_for(one: Form, m: Match, formula: Formula, name: str) -> str:
    """What a letter of a rule stands for, in LaTeX; empty where nothing is found for it or nothing writes that."""
    numbers = [n for n, own in one.names.items() if same_name(own, name) and (n in m.found or n in m.bound)]
    if not numbers:
        return ""
    found: Core = m.found[numbers[0]].body if numbers[0] in m.found else m.bound[numbers[0]]
    (term,), names_ = in_given_names(formula, (in_one_quotient(tidy(found)),))
    try:
        return write(term, names_, indexed=sequences(formula.term))
    except Unwritable:
        return ""


def in_one_quotient(t: Core) -> Core:
    r"""A product with all that divides below one line, and its sign in front.

    >>> from derive.rules.formulas import expression
    >>> f = expression(r"-c\frac{1}{n}")
    >>> f.to(in_one_quotient(f.term)).latex
    '-\\frac{c}{n}'
    """
    number, parts = factors(t)
    if not is_product(t) or any(kind(p) != SCALAR for p in parts):
        return t
    above = [p for p in parts if not divides(p)]
    below = [p.args[0] for p in parts if isinstance(p, Op) and divides(p)]
    top = whole("mul", [*([num(abs(number))] if abs(number) != 1 or not above else []), *above])
    made = op("div", top, whole("mul", below)) if below else top
    return op("neg", made) if number < 0 else made


def in_given_names(formula: Formula, terms: tuple[Core, ...]) -> tuple[tuple[Core, ...], dict[int, str]]:
    r"""Terms of a formula with the names of what is given in place of what they stand for, and the names of its letters.

    >>> from derive.rules.formulas import expression
    >>> f = expression("z^2", ("z=x+y",))
    >>> (term,), names = in_given_names(f, (f.term,))
    >>> write(f.term, f.names), write(term, names)
    ('\\left(x+y\\right)^{2}', 'z^{2}')
    """
    names = dict(formula.names)
    for said in reversed(formula.given):
        name, equal, means = said.partition("=")
        if not equal or name.endswith(("\\", "<", ">", ":")):
            continue
        try:
            meant = beside(formula, means).term
        except (Unread, ValueError):
            continue
        number = unused([*terms, formula.term, meant], names)
        made = tuple(exchanged(t, meant, Var(number, REAL)) for t in terms)
        if made != terms and not isinstance(meant, Var):
            terms, names[number] = made, name.strip()
    return terms, names
