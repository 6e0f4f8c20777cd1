"""What words say of the time at which a reward comes: with the action that it is for, or one step later.  Patterns and their lookup."""

from __future__ import annotations

import re

from derive.elaborate.knowledge.scope import kinds
from derive.page.words.stated_conditions import denied
from derive.syntax.flat import Item, Row, is_mark, row_key

#: Words between a reward and the action that it is for, and between such an action and its reward.
FOLLOWS = re.compile(
    r"\s*,?\s*(?:(?:is|be|denotes?|for|as)\s+)?(?:(?:the|a|an)\s+)?(?:immediate\s+)?(?:reward\s+)?(?:that\s+)?(?:is\s+)?(?:received|obtained|earned|given|collected)?\s*"
    r"(?:follows|comes after|comes with|belongs to|for|of|after|by)(?:\s+taking|\s+choosing|\s+the)*(?:\s+action|\s+step)?\s*$",
    re.IGNORECASE,
)
REWARD_OF = re.compile(
    r"\brewards?\s+(?:of|for|after|that follows|that belongs to)(?:\s+taking|\s+choosing|\s+the)*(?:\s+action)?\s*$",
    re.IGNORECASE,
)
CALLED = re.compile(r"\s*(?:is|are|will be)?\s*(?:denoted|called|written|named)?\s*(?:by|as)?\s*$", re.IGNORECASE)
#: Words before the first reward of a return.
STARTS = re.compile(
    r"\breturns?\s+(?:§\s+)?(?:starts?|begins?)\s+with(?:\s+the\s+reward)?\s*$|\bsum\s+of\s+(?:the\s+|all\s+)*(?:discounted\s+)?rewards\s+from\s*$",
    re.IGNORECASE,
)

#: Words by which something is so elsewhere, or is asked.
ELSEWHERE = re.compile(
    r"^\W*in\s+(?!this\b|our\b|these\b|what\b|the following\b)|\b(?:some|many|most|other|others|elsewhere|whether|does|do|would|could|if)\b",
    re.IGNORECASE,
)


def clock_in_words(name: Row, before: str, after: str, behind: Row) -> bool | None:
    """Whether the reward of a step has the index of the next step, by the words around a name and the one ``behind`` it; None where they say nothing.

    >>> from derive.syntax.row_reader import read
    >>> clock_in_words(read("r_{t+1}"), "We say that the reward", " follows the action ", read("a_t"))
    True
    >>> clock_in_words(read("r_t"), "The return starts with", ".", ()), clock_in_words(read("a_t"), "The reward of", " is ", read("r_t"))
    (False, False)
    >>> clock_in_words(read("r_t"), "The update uses", ".", ()) is None
    True
    """
    if len(name) != 1 or denied(before.lower()) or ELSEWHERE.search(before) or "?" in after:
        return None
    words = after.partition("§")[0]
    first, second = name[0], behind[0] if len(behind) == 1 else None
    if is_timed(first, "reward") and STARTS.search(before):
        return ends_with_one(first)
    if second is not None and is_timed(first, "reward") and is_timed(second, "action") and FOLLOWS.fullmatch(words):
        return later(second, first)
    if (
        second is not None
        and is_timed(first, "action")
        and is_timed(second, "reward")
        and REWARD_OF.search(before)
        and CALLED.fullmatch(words)
    ):
        return later(first, second)
    return None


def is_timed(item: Item, kind: str) -> bool:
    """Whether a reward, or an action, stands at a time."""
    return item.kind == "atom" and kind in kinds(item.name) and len(item.subs) == 1 and not item.sups and not item.primes


def ends_with_one(item: Item) -> bool:
    """Whether an index is one more than a letter."""
    index = item.subs[0]
    return len(index) == 3 and is_mark(index[1], "+") and index[2].value == 1


def later(action: Item, reward: Item) -> bool | None:
    """Whether a reward has the next index after an action's; False where they have the same one, None where they have others."""
    same = row_key(action.subs[0]) == row_key(reward.subs[0])
    follows = ends_with_one(reward) and row_key(reward.subs[0][:1]) == row_key(action.subs[0])
    return False if same else True if follows else None


def stands_otherwise(name: Row, chosen: int) -> bool:
    """Whether a reward that stands alone has another index than the chosen clock gives the reward of an action at t."""
    return len(name) == 1 and is_timed(name[0], "reward") and ends_with_one(name[0]) != bool(chosen)


__all__ = ["clock_in_words", "stands_otherwise"]
