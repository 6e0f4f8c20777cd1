"""How large the values of a claim may become: beyond these it is not decided, whatever time it has.

The bounds count, and nothing is measured, so that the outcome is the same on every machine.  Time has limits of its own: the
seconds that :mod:`derive.decide` is given, and behind them :mod:`derive.guard`.
"""

from __future__ import annotations

#: Bits of one exact number.
LARGEST_NUMBER = 400_000

#: Products of coefficients that multiplying two jets may take.
LARGEST_PRODUCT = 300_000


class Exhausted(Exception):
    """What a claim asks for is larger than any budget."""
