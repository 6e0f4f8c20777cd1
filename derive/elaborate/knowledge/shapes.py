"""Shapes of use that a glance over a claim may find, each by the names without scripts that have it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from derive.glossary.marks import BOUND_LABELS
from derive.syntax.flat import Item, Row


def stem(item: Item) -> Hashable:
    """A name without its scripts."""
    return (item.name, item.accents, item.primes)


@dataclass(slots=True)
class Facts:
    """Shapes of use, by name without scripts."""

    binder_letters: set[Hashable] = field(default_factory=set)
    counting: set[Hashable] = field(default_factory=set)
    recursive: set[Hashable] = field(default_factory=set)
    indexed: set[Hashable] = field(default_factory=set)
    groups: set[Hashable] = field(default_factory=set)
    steps: set[Hashable] = field(default_factory=set)  # letters that count the steps of an episode
    applied: dict[Hashable, set[int]] = field(default_factory=dict)
    bare: set[Hashable] = field(default_factory=set)
    transposed: set[Hashable] = field(default_factory=set)
    inverted: set[Hashable] = field(default_factory=set)
    multi: set[Hashable] = field(default_factory=set)
    outside: set[Hashable] = field(default_factory=set)
    events_here: bool = False
    tensorial: bool = False
    normed: bool = False
    weights: set[Hashable] = field(default_factory=set)  # what norms are weighed by and matrices are made of: no lengths
    at_letters: set[Hashable] = field(default_factory=set)
    summed: set[Hashable] = field(default_factory=set)
    drawn: set[Hashable] = field(default_factory=set)
    process: bool = False
    stateless: bool = False
    chain: bool = False
    valued: bool = False
    state_letter: Item | None = None
    later_rewards: bool = False
    errors: bool = False
    greedy: bool = False
    differentiates: bool = False
    best: bool = False
    responses: set[Hashable] = field(default_factory=set)
    token_heads: set[Hashable] = field(default_factory=set)
    ends_of_responses: dict[Hashable, Item] = field(default_factory=dict)
    state_laws: set[Hashable] = field(default_factory=set)
    state_values: bool = False
    t_transposes: bool = False
    lengths: dict[Hashable, Row] = field(default_factory=dict)
    capitals: bool = False
    timed_sum: bool = False
    sampled: set[Hashable] = field(default_factory=set)
    exponents: set[Hashable] = field(default_factory=set)
    speaks_of_values: bool = False
    earns: bool = False
    returns: bool = False
    pointwise: bool = False
    plain: bool = False
    open_end: bool = False
    dotted_end: int | None = None
    outside_means: bool = False
    sums_rewards: bool = False
    beyond_end: bool = True
    averaged: bool = False
    moving: set[Hashable] = field(default_factory=set)
    as_laws: set[Hashable] = field(default_factory=set)
    operated: set[Hashable] = field(default_factory=set)
    discounted: bool = False
    path_head: Item | None = None
    value_head: Item | None = None
    own_value: Item | None = None
    whole: set[Hashable] = field(default_factory=set)
    parametrised: set[Hashable] = field(default_factory=set)
    partials: set[Hashable] = field(default_factory=set)
    slopes: set[Hashable] = field(default_factory=set)
    sided: set[Hashable] = field(default_factory=set)
    valued_policies: set[Hashable] = field(default_factory=set)


#: The font of a name that is a value at a place, ``V(s)``: it is printed as it is.
PLACE = "place"


#: Primes of a letter of our own: no text has them.
OWN = 9


def latex_name(item: Item) -> str:
    """A name as LaTeX, with its accents, primes and labels."""
    font, _, letter = item.name.rpartition(":")
    if font == "text" and letter in BOUND_LABELS:
        return "\\" + letter
    body = letter if font == PLACE else rf"\{font}{{{letter}}}" if font else letter if len(letter) == 1 else "\\" + letter
    for accent in reversed(item.accents):
        body = rf"\Delta {body}" if accent == "Delta" else rf"\{accent}{{{body}}}"
    body += "'" * (item.primes if item.primes < OWN else 0)
    for mark, rows in (("_", item.subs), ("^", item.sups)):
        for row in rows:
            body += mark + "{" + "".join(latex_name(i) if i.kind == "atom" else i.name for i in row) + "}"
    return body
