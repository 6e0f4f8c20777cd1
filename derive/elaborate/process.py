"""Random variables of a decision process: states, actions and rewards at times, returns; expectations over an episode."""

from __future__ import annotations

from derive.elaborate.special import Special


class Process(Special):
    """What an expectation over a process speaks of."""
