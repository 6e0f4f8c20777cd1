"""What a claim may cost: interpreter steps and the size of its values, counted; and a clock behind them, for what these do not foresee.

Steps decide what is tried, so that the outcome is the same on every machine.  The clock is there for the claim whose steps are far
slower than others'; it counts the processor's time, so that a busy machine makes no difference.  What it stops is never more than
undecided, and is not remembered.

Sizes keep a claim within 512 MB.  The values that a trial holds (what is drawn, the cells of tables) are counted at what the
largest kind of number takes, and one trial is over before the next begins; one exact number has so many bits at most, and work
on long ones is charged by their length.  Nothing is measured, so the outcome is the same on every machine and in every thread.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

#: Steps that an ordinary machine takes in a second, measured over whole pages.
STEPS_PER_SECOND = 160_000

#: A trial that takes more than this is given up, whatever the claim may still cost.
LARGEST_TRIAL = 400_000

#: How many times its seconds a claim may take by the clock before it is stopped.
PATIENCE = 5.0

#: Even, since every other point has other sizes, and more than are ever tried of one claim.
POINTS_APART = 20_000


#: Bytes that one element of a field takes with its place in a table: a pair of a residue and a ball is the largest.
CELL = 512

#: Bytes that the values of a trial may take by that count: less than the budget, for the program itself and what the counting leaves out.
LARGEST_HELD = 256 * 2**20

#: Bits of one exact number.
LARGEST_NUMBER = 400_000

#: Work on exact numbers of so many bits takes as long as a step does.
BITS_PER_STEP = 2_048

#: Times as long for a fraction, which is reduced to lowest terms.
REDUCING = 16

#: Products of coefficients that multiplying two jets may take.
LARGEST_PRODUCT = 300_000


class Exhausted(Exception):
    """The budget of the claim is spent, or what it asks for is larger than any budget."""


@dataclass(slots=True)
class Budget:
    """Work that a claim may cost, over all of its trials.

    The ``seed`` of a run says at which random points a claim is tried.  A part of a budget has a limit of its own and is charged
    to the whole.  With ``brief`` only whether a claim holds is asked:
    what does not is neither explained nor refuted.

    >>> whole = Budget(100)
    >>> some = whole.part(4)
    >>> some.spend(30)
    >>> some.spent(), whole.left()
    (True, 70)
    """

    steps: int = 1_500_000
    until: float | None = None
    brief: bool = False
    seed: int = 1
    whole: Budget | None = None
    late: bool = False

    @classmethod
    def of_seconds(cls, seconds: float, seed: int = 1) -> Budget:
        """The budget of one claim, the clock started."""
        return cls(int(seconds * STEPS_PER_SECOND), time.thread_time() + PATIENCE * seconds, seed=seed)

    def part(self, share: int) -> Budget:
        """One ``share``-th of what is left, charged here too."""
        return Budget(self.left() // share, self.until, self.brief, self.seed, self)

    def first(self) -> int:
        """Where the random points of this run begin: apart from those of other seeds, and from those of the kernel."""
        return (self.seed - 1) * POINTS_APART

    def left(self) -> int:
        """Steps that may still be taken."""
        left = self.steps if self.whole is None else min(self.steps, self.whole.left())
        return max(0, left)

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.whole is not None:
            self.whole.spend(steps)

    def spent(self) -> bool:
        """Whether nothing more may be tried."""
        return self.left() <= 0 or self.overrun()

    def overrun(self) -> bool:
        """Whether the clock has run out; once it has, the budget and what it is part of stay late."""
        if self.until is not None and time.thread_time() > self.until:
            one: Budget | None = self
            while one is not None:
                one.late, one = True, one.whole
        return self.late
