"""The last limit of a claim: where the seconds that it is given do not stop it, the processor's timer does, and costs it alone.

:func:`limited` bounds the processor time of what it encloses, on the main thread of a process that uses no such timer itself.
In a worker the system also ends the process (``RLIMIT_CPU``) where the timer finds no moment between two instructions of Python,
and memory is bounded; the parent, told by :func:`beat` what the worker is at, then goes on without it.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

try:  # Unix only
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

#: How many times its seconds a claim may take before it is stopped.
BEYOND = 7.5

#: Seconds after which what was stopped is stopped again, where a destructor swallowed the first.
AGAIN = 0.5

#: Seconds, whole ones, that the timer has before the system ends the process.
GRACE = 3

#: Bytes of memory that a worker may hold for its data.
MEMORY = 3 * 2**30

#: How many times its last limit a claim may keep its process silent, on a machine that others use, too.
SILENCE = 4

#: Said of what was stopped.
OUT_OF_TIME = "it took too long"

#: Seconds between two signs of life.
PULSE = 0.5


class Overrun(BaseException):
    """What is being decided has taken too long; no error, so that nothing that catches errors keeps it going."""


class Hold:
    """The limits in force, the outermost first, and who is told of progress."""

    def __init__(self) -> None:
        self.ends: list[float] = []
        self.mortal = False
        self.tell: Callable[[int], None] | None = None
        self.mark = -1
        self.told = 0.0


HOLD = Hold()


def last_limit(seconds: float) -> float:
    """Processor seconds after which a claim with a budget of so many seconds is stopped wherever it stands."""
    return BEYOND * seconds + 1.0


def silence(seconds: float) -> float:
    """Seconds after which a process that has said nothing is taken to be lost, where each claim has a budget of so many."""
    return SILENCE * last_limit(seconds)


def beat(mark: int | None = None) -> None:
    """Tell the parent, if there is one, that this process is alive and what it is at."""
    now = time.monotonic()
    if HOLD.tell is not None and (mark is not None or now - HOLD.told > PULSE):
        HOLD.mark = HOLD.mark if mark is None else mark
        HOLD.told = now
        HOLD.tell(HOLD.mark)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``Overrun`` in what is enclosed once it has used the processor for so many seconds; limits may be nested.

    >>> with limited(0.02):
    ...     while True: pass
    Traceback (most recent call last):
    derive.guard.Overrun
    """
    beat()
    if not _may_arm():
        yield
        return
    ends, depth = HOLD.ends, len(HOLD.ends)
    try:
        try:
            ends.append(min([time.process_time() + seconds, *ends]))
            signal.signal(signal.SIGPROF, _stop)
            _arm(ends[-1])
            yield
        finally:
            del ends[depth:]
    finally:  # the timer may strike in the line above, and does not so soon again
        del ends[depth:]
        _arm(ends[-1] if ends else math.inf)


def _may_arm() -> bool:
    """Whether the timer can be had: a main thread, and nobody else (a profiler) who uses it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getsignal(signal.SIGPROF) in (signal.SIG_DFL, _stop)


def _arm(end: float) -> None:
    if math.isinf(end):
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    else:
        signal.setitimer(signal.ITIMER_PROF, max(0.001, end - time.process_time()), AGAIN)
    if HOLD.mortal and resource is not None:
        soft = resource.RLIM_INFINITY if math.isinf(end) else math.ceil(max(end, time.process_time())) + GRACE
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if hard == resource.RLIM_INFINITY or (soft != resource.RLIM_INFINITY and soft <= hard):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _stop(_: int, __: FrameType | None) -> None:
    if HOLD.ends and time.process_time() >= HOLD.ends[-1]:
        raise Overrun


def bound(parent: int, tied: bool = True) -> None:
    """Bind this process to its parent: it takes no more memory than a worker may, and ends when the parent does, however that ends.

    Where it is ``tied``, the system ends it with the thread that made it.
    """
    HOLD.ends.clear()
    HOLD.mortal = True
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            soft = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if os.getppid() == parent:
        if tied and sys.platform == "linux":
            with contextlib.suppress(OSError, AttributeError):
                import ctypes

                ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: of the thread that made this process
        if os.getppid() != parent:  # it was gone before the line above
            os._exit(1)
    threading.Thread(target=_outlive_no_one, daemon=True).start()


def _outlive_no_one() -> None:
    """End this process with its parent, where the system does not."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
