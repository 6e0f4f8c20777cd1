r"""Identities of functions: ``A^\pi = Q^\pi - V^\pi``, ``Q^\pi = r + \gamma P V^\pi``, ``\mathcal{T}^\pi Q^\pi = Q^\pi`` hold at every state and action.

Values of actions that stand without a place are functions of a state and an action; an equation of such functions says
the same of their values at any of these.  Values of states beside them are those at the state, and P takes what is
behind it to the mean over the next state: (P V)(s, a) = Σ_s' P(s'|s, a) V(s').
"""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.marks import (
    ACTION_LETTER,
    ACTION_VALUES,
    ADVANTAGES,
    DISCOUNTS,
    IDENTITIES,
    OPERATORS,
    STATE_LETTER,
    STATE_VALUES,
    TRANSITION_LETTER,
    TRANSITION_LETTERS,
)
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key, walk

# no row that is read here has a place in it: these letters are free
STATE, ACTION = Item("atom", STATE_LETTER), Item("atom", ACTION_LETTER)
PAIR = Item("group", "()", ((STATE,), (ACTION,)), (",",))
HERE = Item("group", "()", ((STATE,),))


def at_any_pair(lhs: Row, rhs: Row) -> tuple[Row, Row]:
    """Both sides at any state and action, where both are functions of these; any others as they are."""
    operators = (i for i in walk(lhs + rhs) if i.kind == "atom" and i.name in OPERATORS)
    if len({tuple(map(row_key, (*i.subs, *i.sups))) for i in operators}) > 1:
        return lhs, rhs  # that two operators make the same of values says which policy is the best there
    left, right = map(at_pair, solved(lhs, rhs))
    if left is None or right is None or not (of_pairs(left) and of_pairs(right)):
        return lhs, rhs
    return left, right


def solved(lhs: Row, rhs: Row) -> tuple[Row, Row]:
    r"""``Q^\pi=(I-\gamma P^\pi)^{-1}r`` as the equation that it solves, ``Q^\pi-\gamma P^\pi Q^\pi=r``; any other as it is."""
    for values, row, flip in ((lhs, rhs, False), (rhs, lhs, True)):
        inverse = row[0] if len(row) > 1 and len(values) == 1 and of_values(values[0], ACTION_VALUES) else None
        if inverse is None or inverse.kind != "group" or inverse.subs or len(inverse.sups) != 1 or len(inverse.rows) != 1:
            continue
        inside = inverse.rows[0]
        of_one = [(i.name, i.value) for i in inverse.sups[0]] == [("-", None), ("1", 1)]
        if of_one and len(inside) > 2 and inside[0].name in IDENTITIES and is_mark(inside[1], "-") and len(inside) < 5:
            applied_to = (*values, *inside[1:], *values)
            return (row[1:], applied_to) if flip else (applied_to, row[1:])
    return lhs, rhs


def of_pairs(row: Row) -> bool:
    """Whether a side has values of actions or means over what follows them."""
    return any(item == PAIR for part in inner_rows(row) for item in part)


def of_values(item: Item, names: frozenset[str]) -> bool:
    """Whether a name of values says whose they are."""
    return item.name in names and bool(whose(item))


def whose(item: Item) -> Row:
    """The policy, or the star, by which a name says whose values it stands for; empty for every other."""
    scripts = (*item.subs, *item.sups)
    plain = item.kind == "atom" and not item.primes and not item.accents and len(scripts) == 1
    return scripts[0] if plain and tells(scripts[0]) else ()


def tells(script: Row) -> bool:
    return len(script) == 1 and (is_mark(script[0], "*") or "policy" in kinds(script[0].name))


def at_pair(row: Row) -> Row | None:
    """A side at a state and an action; None where something stands in it that is no function of these for sure."""
    out: list[Item] = []
    at = 0
    while at < len(row):
        made = factor_at(row, at)
        if made is None or out and (out[-1] in (PAIR, HERE) and row[at].kind == "atom"):
            return None  # a product of values: no identity of the field
        if row[at].name in OPERATORS and at and not is_mark(row[at - 1], "+", "-"):
            return None  # with a factor before it, it may be of transitions alone
        out += made[0]
        at = made[1]
    return tuple(out)


def factor_at(row: Row, at: int) -> tuple[Row, int] | None:
    """What stands at a place, at a state and an action, and where it ends."""
    item, behind = row[at], row[at + 1] if at + 1 < len(row) else None
    bare = item.kind == "atom" and not (item.primes or item.accents or item.subs or item.sups)
    if item.kind == "number" and not item.sups or is_mark(item, "+", "-") or bare and item.name in DISCOUNTS:
        return (item,), at + 1
    if item.kind == "group" and item.name == "()" and len(item.rows) == 1 and not item.sups and not item.subs:
        inside = at_pair(item.rows[0])
        return None if inside is None else ((replace(item, rows=(inside,)),), at + 1)
    if behind is not None and item.name in OPERATORS | TRANSITION_LETTERS:
        made = applied(item, behind)
        return None if made is None else (made, at + 2)
    if of_values(item, ACTION_VALUES | ADVANTAGES) or bare and "reward" in kinds(item.name):
        return (item, PAIR), at + 1
    here = values_of_states((item,), STATE)
    return None if here is None else (here, at + 1)


def values_of_states(row: Row, state: Item) -> Row | None:
    """Values of states, and sums of such in brackets, at a state; None for anything else."""
    if len(row) == 1 and row[0].kind == "group" and row[0].name == "()" and len(row[0].rows) == 1 and not row[0].sups:
        inside = values_of_states(row[0].rows[0], state)
        return None if inside is None else (replace(row[0], rows=(inside,)),)
    out: list[Item] = []
    for item in row:
        if not is_mark(item, "+", "-") and not of_values(item, STATE_VALUES):
            return None
        out += (item,) if item.kind == "mark" else (item, Item("group", "()", ((state,),)))
    return tuple(out)


def applied(item: Item, values: Item) -> Row | None:
    """What transitions, or a Bellman operator, make of values, at a state and an action."""
    scripts = (*item.subs, *item.sups)
    if item.primes or item.accents or len(scripts) > 1 or scripts and not tells(scripts[0]):
        return None
    of_actions = of_values(values, ACTION_VALUES)
    if item.name in OPERATORS:  # of values of states it makes such
        return (Item("group", "()", ((item, values),)), PAIR) if of_actions else None
    fits = of_actions and not is_mark(scripts[0][0], "*") if scripts else values_of_states((values,), STATE) is not None
    return (Item("group", "()", ((replace(item, name=TRANSITION_LETTER), values),)), PAIR) if fits else None
