"""Work spread over processes, results in the order of the items, whatever happens to any one of them.

A worker that dies or overruns its time costs its own item only, or the part of it that it was at: it is replaced, and the
item's result is what ``lost`` makes of the reason, or that of another try at the item without that part.  No worker outlives
its parent.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from derive.guard import HOLD, OUT_OF_TIME, bound

#: Seconds that a worker has to leave before it is killed.
PATIENCE = 1.0

#: What a worker sends: the part that it is at, its result, or why it has none.
AT, DONE, FAILED = "at", "done", "failed"

#: How often an item is tried again without what has cost it a worker.
TRIES = 20

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    item: int | None = None
    since: float = field(default=0.0)
    at: int = -1


def _serve(function: Callable[[Any], Any], pipe: Connection, parent: int, tied: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGTERM, _leave)
    bound(parent, tied)
    HOLD.tell = partial(_tell, pipe)
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            answer = (DONE, function(item))
        except BaseException as error:
            answer = (FAILED, f"{type(error).__name__}: {' '.join(str(error).split())}"[:300])
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            return


def _tell(pipe: Connection, mark: int) -> None:
    with contextlib.suppress(BrokenPipeError, OSError):
        pipe.send((AT, mark))


def _leave(*_: object) -> None:
    """End by an exception, so that what is half written is taken away."""
    raise SystemExit(143)


def _start(function: Callable[[Any], Any]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    # A process is tied to the thread that made it; one that will end before its process is none to be tied to.
    tied = threading.current_thread() is threading.main_thread()
    process = multiprocessing.get_context().Process(target=_serve, args=(function, theirs, os.getpid(), tied), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    if worker.process.is_alive():
        worker.process.terminate()
        worker.process.join(PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join()


def spread(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    lost: Callable[[Item, str], Result],
    *,
    jobs: int = 0,
    deadline: float | None = None,
    without: Callable[[Item, int, str], Item] | None = None,
) -> Iterator[Result]:
    """``function`` of each item, in order; ``lost(item, reason)`` where it raised, died or took longer than ``deadline``.

    Where the function says what it is at (:func:`derive.guard.beat`), the deadline is one for each part of its work, and
    ``without(item, part, reason)`` is the item to try instead of one whose part has cost a worker.
    """
    todo = list(items)
    results: dict[int, Result] = {}
    workers: list[_Worker] = []
    tries = [0] * len(todo)
    waiting = list(range(len(todo)))[::-1]
    told = 0

    def fallen(n: int, reason: str | None = None) -> None:
        """A worker is replaced; its item is tried again without the part that it was at, or lost."""
        worker = workers[n]
        _stop(worker)
        reason = reason or _ended(worker.process.exitcode)
        at = worker.item
        assert at is not None
        tries[at] += 1
        if without is not None and worker.at >= 0 and tries[at] <= TRIES:
            todo[at] = without(todo[at], worker.at, reason)
            waiting.append(at)
        else:
            results[at] = lost(todo[at], reason)
        workers[n] = _start(function)

    try:
        for _ in range(min(jobs or os.cpu_count() or 1, len(todo))):
            workers.append(_start(function))
        while told < len(todo):
            for worker in workers:
                if worker.item is None and waiting:
                    worker.item, worker.since, worker.at = waiting.pop(), time.monotonic(), -1
                    with contextlib.suppress(BrokenPipeError):
                        worker.pipe.send(todo[worker.item])
            ready = wait([worker.pipe for worker in workers if worker.item is not None], timeout=0.2)
            for n, worker in enumerate(workers):
                if worker.item is None:
                    continue
                if worker.pipe in ready:
                    try:
                        kind, value = worker.pipe.recv()
                    except (EOFError, OSError):
                        fallen(n)
                        continue
                    if kind == AT:
                        worker.at, worker.since = value, time.monotonic()
                        continue
                    at = worker.item
                    results[at] = value if kind == DONE else lost(todo[at], f"internal error ({value})")
                    worker.item = None
                elif deadline is not None and time.monotonic() - worker.since > deadline:
                    fallen(n, OUT_OF_TIME)
            while told in results:
                yield results.pop(told)
                told += 1
    finally:
        for worker in workers:
            _stop(worker)


def _ended(code: int | None) -> str:
    """Why a process ended by itself, as far as its exit code says."""
    if code is not None and hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return OUT_OF_TIME
    return f"its process died (exit code {code})"
