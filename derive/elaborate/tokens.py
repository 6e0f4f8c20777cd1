r"""Chances of the tokens of an answer: ``\pi_\theta(o_t \mid q, o_{<t})``, what has come before being one state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.core.terms import op
from derive.core.types import ACTION, NAT, REAL, STATE, function
from derive.elaborate.scope import Env, Outside, Typed, letter_key
from derive.syntax.flat import Item, Row, is_mark, row_key, walk

if TYPE_CHECKING:
    from derive.elaborate.names import Names


def is_slice(item: Item) -> bool:
    """Whether a name stands for what has come before a time: ``o_{<t}``, ``o_{i,<t}``."""
    return item.kind == "atom" and any(is_mark(i, "<") for s in item.subs for i in s)


def token_chance(e: Names, item: Item, group: Item, env: Env) -> Typed | None:
    """The chance of a token where an answer has come to; None where no slice of the answer is spoken of.

    How a state goes over into the next is left open, so that what holds is so of every model; a claim that also speaks of whole
    answers, or averages over them, would need to know it.
    """
    if len(group.rows) < 2 or not group.seps or group.seps[0] != "|":
        return None
    slices = [i for row in group.rows[1:] for i in row if is_slice(i)]
    if len(slices) != 1 or len(group.rows[0]) != 1:
        return None
    token, past = group.rows[0][0], slices[0]
    if token.kind != "atom" or token.name != past.name or e.facts.averaged or any(map(whole_answer, e.all_rows)):
        raise Outside("tokens beside whole answers")
    policy = e.policy((item,), env)
    places = [[i for i in s if i.kind == "atom"] for s in (*token.subs, *past.subs)]
    if len(token.subs) != 1 or len(past.subs) != 1 or [letter_key(i) for i in places[0]] != [letter_key(i) for i in places[1]]:
        raise Outside("a token that does not follow what has come before")
    indices = tuple(
        env.bound[letter_key(i)][0] if letter_key(i) in env.bound else e.k.free_variable(letter_key(i), e.spelled(i), NAT)
        for i in places[0]
    )
    if not indices:
        return None
    kinds_of = tuple(NAT for _ in indices)
    plain = tuple(row_key(row) for row in group.rows[1:] if not any(map(is_slice, row)))
    made = []
    for key, sort in ((("tokens", token.name), ACTION), (("pasts", token.name, plain), STATE)):
        family = e.k.free_variable((*key, len(indices)), e.spelled(token), function(*kinds_of, sort))
        made.append(op("member", family, *indices))
    return op("prob", policy, *made), REAL


def whole_answer(row: Row) -> bool:
    """Whether a row speaks of the chance of a whole answer, or of the token after this one."""
    groups = [i for i in walk(row) if i.kind == "group" and i.seps and i.seps[0] == "|" and len(i.rows) > 1]
    return any(len(g.rows[0]) == 1 and not any(is_slice(i) for r in g.rows[1:] for i in r) for g in groups)
