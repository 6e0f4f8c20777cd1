r"""Responses as sequences of tokens: the leaves of a tree, a policy's chance of a prefix, of the next token, lengths.

Every action is a response.  No response begins as another one ends, so that a policy over responses and one over next tokens say the
same: π(y_t | x, y_{<t}) is the mass of the responses that begin as y does through t tokens, over that of those that do through t − 1.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from derive.core.terms import Op
from derive.core.types import ACTION_SORT
from derive.evaluate.chances import policy_row
from derive.evaluate.compiler import Code, Compiler
from derive.evaluate.scalar_functions import applied, whole_number
from derive.values.arith import Redraw
from derive.worlds.world import Drawn, Element, World

#: How often a response goes on by a token that could not have been another.
FORCED = 0.25


def responses(w: World) -> list[tuple[int, ...]]:
    """The tokens of each response: a tree that is drawn with the world."""
    if "responses" not in w.cache:
        made: dict[int, tuple[int, ...]] = {}
        grow(w.rng("responses"), list(range(w.size(ACTION_SORT))), (), made, w.branches)
        w.cache["responses"] = [made[k] for k in sorted(made)]
    return list(w.cache["responses"])


def grow(rng: random.Random, leaves: list[int], prefix: tuple[int, ...], made: dict[int, tuple[int, ...]], many: int) -> None:
    """Give every leaf its tokens: those of the node, then one for each branch, of which there are as ``many`` everywhere, or as it comes."""
    if len(leaves) == 1:
        tail = (0,) * (0 if many else (not prefix) + (rng.random() < FORCED))
        made[leaves[0]] = (*prefix, *tail)
        return
    branches = many or rng.randint(2, len(leaves))
    size = len(leaves)
    cuts = [size * k // many for k in range(1, many)] or sorted(rng.sample(range(1, size), branches - 1))
    for token, (start, stop) in enumerate(pairwise([0, *cuts, size])):
        grow(rng, leaves[start:stop], (*prefix, token), made, many)


def length(w: World, y: Element) -> int:
    return len(responses(w)[y.k])


def prefix_prob(w: World, policy: Drawn, y: Element, x: Element, t: Any) -> Any:
    """How likely a response begins as y does through t tokens."""
    count, every = whole_number(t), responses(w)
    if not 0 <= count <= len(every[y.k]):
        raise Redraw
    if count == 0:
        return 1
    start = every[y.k][:count]
    row = policy_row(w, policy, x.k)
    return w.algebra.total([p for tokens, p in zip(every, row, strict=True) if tokens[:count] == start])


def token_prob(w: World, policy: Drawn, y: Element, x: Element, t: Any) -> Any:
    """How likely the t-th token of y is after those before it."""
    count = whole_number(t)
    if count < 1:
        raise Redraw
    return w.algebra.div(prefix_prob(w, policy, y, x, count), prefix_prob(w, policy, y, x, count - 1))


def token_law(w: World, policy: Drawn, y: Element, x: Element, t: Any) -> list[Any]:
    """The chances of all tokens that may follow the first t − 1 of y."""
    count, every = whole_number(t), responses(w)
    if not 1 <= count <= len(every[y.k]):
        raise Redraw
    before = prefix_prob(w, policy, y, x, count - 1)
    start = every[y.k][: count - 1]
    row = policy_row(w, policy, x.k)
    tokens = sorted({r[count - 1] for r in every if r[: count - 1] == start and len(r) >= count})
    return [
        w.algebra.div(w.algebra.total([p for r, p in zip(every, row, strict=True) if r[:count] == (*start, token)]), before)
        for token in tokens
    ]


TOKENS: dict[str, Callable[[Compiler, Op], Code]] = {
    "length": applied(length),
    "prefix_prob": applied(prefix_prob),
    "token_prob": applied(token_prob),
    "token_law": applied(token_law),
}
