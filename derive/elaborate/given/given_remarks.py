"""Remarks in words beside formulas that are given: what is left of a given once those are passed over of which nothing can matter."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.chains_of_rows import RELATION_MARKS, split_relations
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import STOP_MARKS, STOPS
from derive.glossary.marks import STATE_LETTER, VALUE_NAMES
from derive.glossary.remarks import WITHOUT_CHANCE, Remark, remarks
from derive.syntax.flat import Item, Row, is_mark, numeral, parts_between, walk
from derive.syntax.row_reader import read

#: What may stand before a clause, and what parts clauses.
OPENING = re.compile(
    r"^(?:and|with|where|here|assume|assuming|suppose|supposing|provided|such that|that|so that|also|but)\b[ ,]*"
)
PARTING = re.compile(r"[;:]|,(?!\d)|[()]|\.(?!\w)")


def without_remarks(row: Row) -> Row | None:
    """A given without the remarks of which nothing can matter; None where words are left that nothing here explains."""
    if not any(spoken(i) for i in row):
        return row
    kept: list[Row] = []
    for words, formulas in clauses(row):
        said = OPENING.sub("", words)
        if said in ("", "#"):
            kept += formulas
            continue
        found = understood(said, formulas)
        if found is None:
            return None
        kept += found
    return tuple(i for n, part in enumerate(kept) for i in (*((Item("mark", r"\quad"),) if n else ()), *part))


def spoken(item: Item) -> bool:
    """Whether words stand here, and no name of one word."""
    return item.kind == "text" or bool(item.word) and item.word.lower() in single_words()


@lru_cache(maxsize=1)
def single_words() -> frozenset[str]:
    """The words that a remark may be alone: a name is none of them."""
    said = "deterministic fixed finite bounded given constant smooth differentiable continuous known"
    lying = "positive negative nonnegative nonpositive nonzero integer integers independent"
    return frozenset(f"{said} {lying} and".split())


def clauses(row: Row) -> list[tuple[str, list[Row]]]:
    """The clauses of a given: their words, ``#`` where a formula stands, and the formulas."""
    out: list[tuple[str, list[Row]]] = []
    words, formulas, run = "", [], []  # type: ignore[var-annotated]

    def close() -> None:
        nonlocal words, formulas, run
        if run:
            words, formulas, run = f"{words} # ", [*formulas, tuple(run)], []
        if " ".join(words.split()):
            out.append((" ".join(words.split()), formulas))
        words, formulas = "", []

    for item in row:
        if not spoken(item):
            run.append(item)
            continue
        if run:
            words, formulas, run = f"{words} # ", [*formulas, tuple(run)], []
        first, *rest = PARTING.split(item.said.lower())
        words += first
        for part in rest:
            close()
            words = part
    close()
    return out


def understood(said: str, formulas: list[Row]) -> list[Row] | None:
    """What is left of a clause: the relations in it that must be read; None where no remark of the glossary is worded so."""
    # a relation with a remark behind it: "|γ| ≤ 1 and the sum converges"
    if (
        said.startswith("# ")
        and formulas
        and is_relation(formulas[0])
        and (found := meant(OPENING.sub("", said[2:]))) is not None
    ):
        return [formulas[0]] if found.means == "anyway" else None
    found = meant(said)
    if found is not None and found.means == "apart":
        each = [p for r in formulas for p in parts_between(r, ",")]
        return [(*a, Item("mark", r"\perp"), *b) for a, b in combinations(each, 2)] if len(each) > 1 else None
    if found is not None and found.means == "so":
        whole = [r for r in formulas if is_relation(r)]
        if whole and len(formulas) > 1 or whole and found.relation[:1] in "<>":
            return None
        return [*whole, *((*(before_relation(r) if whole else r), *read(found.relation)) for r in formulas)]
    if found is not None and found.means == "certain" and formulas and (policy := only_policy(formulas[0])) is not None:
        return [without_choice(policy)]
    if found is not None and found.means == "certain" and (not formulas or is_next_state(formulas[0])):
        nought = numeral(0)
        return [(Item("atom", WITHOUT_CHANCE), Item("mark", "="), nought)]
    if found is None or found.means == "certain" or not formulas and found.means != "anyway":
        return None
    if found.means == "ended":
        return [] if is_worthless(formulas[0]) else None
    if found.means == "notation":
        return [] if is_stop(formulas[0]) else None
    left = [r for r in formulas[:1] if is_relation(r)]
    if found.means == "still" and len(formulas) > 1:
        left += [held_still(before_relation(formulas[0]), by) for by in formulas[1:]]
    return left


def meant(said: str) -> Remark | None:
    return next((r for r in remarks() if r.pattern.fullmatch(said)), None)


def is_relation(row: Row) -> bool:
    return any(i.kind == "mark" and i.name in RELATION_MARKS for i in row)


def is_next_state(row: Row) -> bool:
    r"""Whether ``s_{t+1}=f(s_t,a_t)`` stands here, by which a next state is a function of the one before it."""
    terms, rels = split_relations(row)
    letter = terms[0][0] if len(terms[0]) == 1 else None
    later = letter is not None and (letter.primes == 1 or any(is_mark(i, "+") for s in letter.subs for i in s))
    return rels == ["="] and letter is not None and later and "state" in kinds(letter.name) and len(terms[1]) == 2


def only_policy(row: Row) -> Item | None:
    """The letter for a policy that stands alone."""
    return row[0] if len(row) == 1 and row[0].kind == "atom" and "policy" in kinds(row[0].name) else None


def without_choice(policy: Item) -> Row:
    r"""That a policy has one action in each state, as a formula: ``\pi(\pi(s)|s)=1``."""
    s = (Item("atom", STATE_LETTER),)
    chosen = (policy, Item("group", "()", rows=(s,)))
    return (policy, Item("group", "()", rows=(chosen, s), seps=("|",)), Item("mark", "="), numeral(1))


def is_stop(row: Row) -> bool:
    """Whether brackets stand here that hold fixed what is in them, by their mark or by a word."""
    marks = [i.name or i.kind for sub in row[0].subs for i in sub]
    return row[0].kind == "group" and bool(marks) and set(marks) <= STOP_MARKS or row[0].word in STOPS


def is_worthless(row: Row) -> bool:
    """Whether rewards and values are said to be nought."""
    heads = [i for i in row if i.kind == "atom"]
    numbers = [i for i in row if i.kind == "number"]
    earned = all(i.name in VALUE_NAMES or "reward" in kinds(i.name) for i in heads)
    return bool(heads) and earned and [i.value for i in numbers] == [0] and row[-1] == numbers[0]


def held_still(row: Row, by: Row) -> Row:
    """That something does not move, as a formula: its gradient is nought."""
    nought = numeral(0)
    return (Item("nabla", subs=(by,)), *row, Item("mark", "="), nought)


def before_relation(row: Row) -> Row:
    return split_relations(row)[0][0]


# --- what does not move ----------------------------------------------------------------------------


def stillness(given: Statement) -> tuple[Row, Row] | None:
    r"""What ``\nabla_\theta f=0`` says to stand still, and by what it is differentiated; None for any other statement."""
    if given.rels != ("=",) or given.conditions or len(given.terms[0]) < 2:
        return None
    operator, *rest = given.terms[0]
    nought = [i.value for i in given.terms[1]] == [0]
    if operator.kind != "nabla" or operator.sups or not nought or any(is_mark(i, "+", "-") for i in rest):
        return None
    return tuple(rest), operator.subs[0] if operator.subs else ()


def stands_still(given: Statement) -> Row | None:
    """What a given says not to move, where it does not move anyway: it names no parameter, and is no value and no policy that may be the one that moves."""
    found = stillness(given)
    if found is None:
        return None
    row, by = found
    moving = {letter_key(i) for i in by}
    for item in walk(row):
        if item.kind != "atom":
            continue
        plain_policy = kinds(item.name).get("policy") == 0 and not (item.subs or item.sups or item.primes or item.accents)
        if letter_key(item) in moving or item.name in VALUE_NAMES or plain_policy or kinds(item.name).get("process") == 0:
            return None
    return row
