r"""Indices and arguments that are not where they should be: a discount that grows, a sum whose letter its terms do not have.

No reading of such a formula is what its author means, whatever its names stand for; nothing is evaluated to see that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.shapes import latex_name
from derive.elaborate.reading.reach import next_term_end, occurs_free
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ACTION_VALUES, DISCOUNTS, MULTIPLICATIONS
from derive.syntax.flat import Item, Row, inner_rows, is_mark, numeral, parts_between, row_key, walk

ONE = numeral(1)
#: Operators that choose an action.
EXTREMES = frozenset(("max", "min", "argmax", "argmin"))


def misbound(one: Statement) -> str:
    """What is wrong with the indices of a statement, in a sentence; empty where nothing is."""
    for part in (p for term in one.terms for p in inner_rows(term)):
        for at, item in enumerate(part):
            if item.kind == "big" and len(item.subs) == 1:
                if letterless(item):
                    return "The sum says where it starts and not over what it runs."
                rest = part[at + 1 :]
                body = rest[: next_term_end(rest, 0)]
                for found in (*growing(item, body), *unreached(item, body, rest), *unchosen(item, body, rest)):
                    return found
    return next(iter((*short(one), *untimed(one), *interval(one), "")))


def escaped(one: Statement) -> str:
    r"""A letter behind the bracket in which a sum over it is closed, ``(\sum_tx_t)(\sum_{k=t}y_k)``, in a sentence; empty where there is none."""
    for side, others in ((t, [r for r in one.terms if r is not t]) for t in one.terms):
        for item in closed_before(side, frozenset()):
            if not any(occurs_free(r, letter_key(item)) for r in others):
                return f"A bracket closes the sum over {latex_name(item)}, and behind it stands {latex_name(item)} again, which nothing binds."
    return ""


def closed_before(row: Row, bound: frozenset[Hashable]) -> Iterator[Item]:
    """The letters over which something is summed in a bracket that stand behind it in the same product, bound by nothing around it."""
    for at, item in enumerate(row):
        bound |= {
            letter_key(i) for sub in item.subs if item.kind == "big" or item.name in EXPECTATIONS for i in sub if i.kind == "atom"
        }
        if item.kind == "group":
            behind = next(iter(parts_between(row[at + 1 :], "+", "-")), ())
            for inner in item.rows:
                for letter in (i.subs[0][0] for i in inner if i.kind == "big" and i.subs and len(i.subs[0]) > 2):
                    if letter.kind == "atom" and letter_key(letter) not in bound and occurs_free(behind, letter_key(letter)):
                        yield letter
        for inner in (*item.rows, *item.sups):
            yield from closed_before(inner, bound)


def running(total: Item) -> tuple[Item, Item] | None:
    r"""The letter of a sum and the letter at which it starts: t' and t of ``\sum_{t'=t}``."""
    under = total.subs[0]
    if total.name != "sum" or len(under) < 3 or not is_mark(under[1], "="):
        return None
    index, start = under[0], under[2]
    timed = all(
        i.kind == "atom" and "time" in kinds(i.name) or i.kind == "atom" and "index" in kinds(i.name) for i in (index, start)
    )
    rest = under[3:]
    later = not rest or len(rest) == 2 and is_mark(rest[0], "+") and rest[1].kind == "number"
    return (index, start) if timed and later and letter_key(index) != letter_key(start) else None


def growing(total: Item, body: Row) -> Iterator[str]:
    r"""``\sum_{k=t}\gamma^{t-k}``: every later term counts more."""
    ends = running(total)
    if ends is None:
        return
    index, start = ends
    for item in walk(body):
        power = item.sups[0] if item.kind == "atom" and item.name in DISCOUNTS and len(item.sups) == 1 else ()
        if len(power) == 3 and is_mark(power[1], "-") and row_key(power) == row_key((start, Item("mark", "-"), index)):
            yield "The discount grows: its exponent is negative for every term behind the first."


def unreached(total: Item, body: Row, rest: Row) -> Iterator[str]:
    r"""``\sum_{k=t}^Tr(s_t,a_t)``: what is summed is at the time where the sum starts, and its letter stands in no later term."""
    ends = running(total)
    if ends is None or occurs_free(rest, letter_key(ends[0])):
        return
    _, start = ends
    timed = [i for i in walk(body) if i.kind == "atom" and "process" in kinds(i.name) and len(i.subs) == 1]
    if any(len(i.subs[0]) == 1 and letter_key(i.subs[0][0]) == letter_key(start) for i in timed):
        yield "The sum runs over a letter that its terms do not have: all are at the time at which it starts."


def unchosen(extreme: Item, body: Row, rest: Row) -> Iterator[str]:
    r"""``\max_{a'}Q(s',a)``: the extreme is over an action that its body does not have."""
    under = extreme.subs[0]
    if extreme.name not in EXTREMES or len(under) != 1 or under[0].kind != "atom" or "action" not in kinds(under[0].name):
        return
    if occurs_free(rest, letter_key(under[0])):
        return
    for part in inner_rows(body):
        for head, group in pairwise(part):
            last = group.rows[-1] if group.kind == "group" and len(group.rows) == 2 else ()
            if head.kind == "atom" and head.name in ACTION_VALUES and len(last) == 1 and last[0].kind == "atom":
                if last[0].name == under[0].name and last[0].primes != under[0].primes:
                    yield "The extreme is over an action that what stands behind it does not have."


def short(one: Statement) -> Iterator[str]:
    r"""``q_*(s)`` beside ``q_*(s',a')``: the value of an action without its action."""
    alone, whole = set(), set()
    for part in (p for term in one.terms for p in inner_rows(term)):
        for head, group in pairwise(part):
            if head.kind == "atom" and head.name in ACTION_VALUES and (head.subs or head.sups) and group.kind == "group":
                letters = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom"]
                if len(letters) == len(group.rows) and letters and "state" in kinds(letters[0].name):
                    if len(letters) == 1:
                        alone.add(head.key)
                    elif len(letters) == 2 and "action" in kinds(letters[1].name):
                        whole.add(head.key)
    if alone & whole:
        yield "The value of an action stands here without its action, and there with it."


def letterless(total: Item) -> bool:
    r"""``\\sum_{k+1}^n``: a range without its letter."""
    under = total.subs[0]
    plain = all(i.kind in ("atom", "number") or is_mark(i, "+", "-") for i in under)
    return total.name in ("sum", "prod") and bool(total.sups) and len(under) == 3 and plain and is_mark(under[1], "+", "-")


def interval(one: Statement) -> Iterator[str]:
    r"""``\\gamma=[0,1]``: a discount is a number of an interval."""
    lhs, rhs = one.terms
    if one.rels[0] == "=" and len(lhs) == len(rhs) == 1 and "discount" in kinds(lhs[0].name) and rhs[0].kind == "group":
        if len(rhs[0].rows) == 2 and all(len(r) == 1 and r[0].kind == "number" for r in rhs[0].rows):
            yield "A discount is no interval: it is a number of one."


def untimed(one: Statement) -> Iterator[str]:
    """``R_{r+1}`` beside ``S_t``: a quantity of an episode at what is no time, and another at one."""
    steps = [i for term in one.terms for i in walk(term) if i.kind == "atom" and "process" in kinds(i.name) and len(i.subs) == 1]
    if not any(i.subs[0] and i.subs[0][0].kind == "atom" and "time" in kinds(i.subs[0][0].name) for i in steps):
        return
    for item in steps:
        under = item.subs[0]
        if item.name.isupper() and len(under) == 3 and is_mark(under[1], "+", "-"):
            may = kinds(under[0].name).keys() if under[0].kind == "atom" and not under[0].subs else set()
            if under[2].kind == "number" and may & {"reward", "action"} and not may & {"time", "index", "number"}:
                yield "A quantity of an episode is counted by a letter that is no time."


def miscounted(one: Statement, laws: Iterable[Statement]) -> str:
    r"""What is wrong with ``\rho_{0:2}=2\times2`` where ``\rho_{0:T}=\prod_{t=0}^T\cdots``, in a sentence; empty where nothing is."""
    ends = ends_of(one.terms[0])
    factors = parts_between(one.terms[1], *MULTIPLICATIONS)
    if ends is None or len(factors) < 2 or not all(len(f) == 1 and f[0].kind == "number" for f in factors):
        return ""
    low, high = (e[0].value if len(e) == 1 else None for e in ends)
    for law in laws if low is not None and high is not None else ():
        names, rhs = ends_of(law.terms[0]), law.terms[1] if len(law.terms) == 2 else ()
        total = rhs[0] if rhs and rhs[0].kind == "big" and rhs[0].name == "prod" else None
        if (
            names is None
            or total is None
            or law.terms[0][0].name != one.terms[0][0].name
            or len(total.subs) != 1
            or len(total.sups) != 1
        ):
            continue
        last = {row_key(names[1]): 1, row_key((*names[1], Item("mark", "-"), ONE)): 0}.get(row_key(total.sups[0]))
        if row_key(total.subs[0][2:]) == row_key(names[0]) and last is not None and low is not None and high is not None:
            count = int(high - low) + last
            if count != len(factors):
                return f"The product has {count} factors, as the page defines it, and not {len(factors)}."
    return ""


def ends_of(side: Row) -> tuple[Row, Row] | None:
    r"""The ends of the range below a name that stands alone: 0 and T of ``\rho_{0:T}``."""
    under = side[0].subs[0] if len(side) == 1 and side[0].kind == "atom" and len(side[0].subs) == 1 else ()
    place = next((n for n, i in enumerate(under) if is_mark(i, ":")), 0)
    return (under[:place], under[place + 1 :]) if place else None


__all__ = ["misbound", "miscounted"]
