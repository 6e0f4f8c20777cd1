r"""What a return comes to in an example that gives the rewards of an episode, its discount and where it ends.

With :math:`R_1=2`, :math:`R_2=4`, T = 2 and γ = 0.5 the return from step 0 is :math:`R_1+\gamma R_2=4` (Sutton and Barto, 2018, equation 3.8);
a text that counts the reward of the step at t as :math:`r_t` has :math:`G_0=r_0+\gamma r_1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.marks import RETURNS
from derive.page.examples.quantities import Fact, index_of, is_capital, whole_number
from derive.syntax.flat import Item, Row, numeral, walk

#: The kinds of letters of which what a return comes to may be written.
MADE_OF = frozenset(("reward", "discount", "time"))


def returns(name: Row, facts: Iterable[Fact], later: bool | None = None) -> tuple[list[Row], bool]:
    """What a return at a number is made of, by each way to count the rewards that the numbers allow, and whether they say where the episode ends.

    ``later`` says whether the reward of the step at t has the index t + 1, where the page settles it.  Without an end it ends with
    the last reward that is given.
    """
    facts = list(facts)
    at, rewards = index_of(name), at_steps(facts)
    discount = next((f.name for f in facts if len(f.name) == 1 and "discount" in kinds(f.name[0].name)), ())
    if at is None or name[0].name not in RETURNS or not rewards or not discount:
        return [], False
    low, high = min(rewards), max(rewards)
    endless = rewards[high].endless
    said = next((whole_number(f.number) for f in facts if is_capital(f.name, "time")), None)
    ways = [shift for shift in (1, 0) if counted_so(shift, low, high, said) and later in (None, bool(shift))]
    if low and (at == 0 or any(index_of(f.name) == 0 and f.name[0].name in RETURNS for f in facts)):
        ways = [shift for shift in ways if shift]  # the return from step 0 begins with the first reward
    if any(k not in rewards for k in range(low, high + 1)) or endless and said is not None:
        return [], False
    out: list[Row] = []
    for first in (at + shift for shift in ways if low <= at + shift <= high + 1 or endless and at + shift > high):
        each = [rewards[k].name for k in range(first, high + 1 - endless)]
        row = discounted([*each, for_ever(rewards[high].name, discount)] if endless else each, discount)
        out.append((Item("group", "()", (row,)),))
    return out, endless or said is not None


def counted_so(shift: int, low: int, high: int, end: int | None) -> bool:
    """Whether rewards from one number to another are those of an episode that ends at a time, or at one that is not given, where the reward of
    the step at t has the index t, or t + 1 (``shift``)."""
    if shift:
        return low > 0 and end in (None, high)
    return end in ((None, high, high + 1) if low == 0 else (None, high) if low == 1 else ())


def discounted(rewards: list[Row], discount: Row) -> Row:
    """The first reward, and γ times what the others come to: nothing where there are none."""
    if not rewards:
        return (numeral(0),)
    first, *others = rewards
    rest = Item("group", "()", (discounted(others, discount),))
    return (*first, Item("mark", "+"), *discount, Item("mark", "*"), rest) if others else first


def for_ever(reward: Row, discount: Row) -> Row:
    """What one reward after another comes to that are all the same: r / (1 - γ)."""
    rest = Item("group", "()", ((numeral(1), Item("mark", "-"), *discount),))
    return (Item("group", "()", ((*reward, Item("mark", "/"), rest),)),)


def says_nothing_else(row: Row) -> bool:
    """Whether a row is made of numbers, rewards and the discount alone."""
    return all(i.kind not in ("atom", "text") or kinds(i.name).keys() & MADE_OF for i in walk(row) if not i.word)


def at_steps(facts: Iterable[Fact]) -> Mapping[int, Fact]:
    """The rewards of steps by their number; empty where two letters stand for rewards."""
    found = {(f.name[0].name, n): f for f in facts if (n := index_of(f.name)) is not None and "reward" in kinds(f.name[0].name)}
    return {n: fact for (_, n), fact in found.items()} if len({letter for letter, _ in found}) == 1 else {}


__all__ = ["returns", "says_nothing_else"]
