"""What words say of where an action leads, and of which policies something is said.  Patterns and their lookup."""

from __future__ import annotations

import re

#: Words between an action and the state to which it leads.
LEADS_TO = re.compile(
    r"\b(?:leads?|takes?|brings?|moves?|sends?|goes|ends up|transitions|results)(?:\s+(?:us|it|him|her|them|the\s+\w+))?\s+(?:to|in|into)"
    r"(?:\s+the)?(?:\s+(?:next|new|following|successor))?(?:\s+[a-z]+)?\s*$",
    re.IGNORECASE,
)
#: Words by which that is so at times.
BY_CHANCE = re.compile(
    r"\b(?:probabilit\w+|chances?|random\w*|may|might|can|could|sometimes|often|usually|likely|either|or|if|noisy|stochastic\w*)\b",
    re.IGNORECASE,
)
#: Words by which what follows is said of all policies.
EVERY_POLICY = re.compile(r"\b(?:every|any|all|each|arbitrary)\s+(?:[\w-]+\s+)?polic(?:y|ies)\b", re.IGNORECASE)
#: Words by which a policy is one of the best.
BEST_POLICY = re.compile(
    r"\boptimal\s+(?:[\w-]+\s+)?polic(?:y|ies)\s+§|§\s+(?:is|be|are)\s+(?:an?\s+|the\s+)?optimal\b", re.IGNORECASE
)


def leads_surely(before: str, after: str) -> bool:
    """Whether words say that an action leads to a state, and to no other.

    >>> leads_surely("A move § in position § leads to the position", ".")
    True
    >>> leads_surely("The action § may lead to", "."), leads_surely("it leads to", " with probability §"), leads_surely("Let", "")
    (False, False, False)
    """
    said = LEADS_TO.search(before)
    return said is not None and not BY_CHANCE.search(before) and not BY_CHANCE.search(after)


__all__ = ["BEST_POLICY", "EVERY_POLICY", "leads_surely"]
