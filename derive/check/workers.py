"""Work spread over processes, results in the order of the items, whatever happens to any one of them.

A worker that dies or overruns its time costs its own item only: it is replaced, and the item's result is
what ``lost`` makes of the reason.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

#: Seconds that a worker has to leave before it is killed.
PATIENCE = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    item: int | None = None
    since: float = field(default=0.0)


def _serve(function: Callable[[Any], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGTERM, _leave)
    while True:
        try:
            item = pipe.recv()
        except EOFError:
            return
        try:
            answer = (True, function(item))
        except BaseException as error:
            answer = (False, f"{type(error).__name__}: {' '.join(str(error).split())}"[:300])
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            return


def _leave(*_: object) -> None:
    """End by an exception, so that what is half written is taken away."""
    raise SystemExit(143)


def _start(function: Callable[[Any], Any]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context().Process(target=_serve, args=(function, theirs), daemon=True)
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
) -> Iterator[Result]:
    """``function`` of each item, in order; ``lost(item, reason)`` where it raised, died or took longer than ``deadline``."""
    todo = list(items)
    results: dict[int, Result] = {}
    workers: list[_Worker] = []
    given = told = 0
    try:
        for _ in range(min(jobs or os.cpu_count() or 1, len(todo))):
            workers.append(_start(function))
        while told < len(todo):
            for worker in workers:
                if worker.item is None and given < len(todo):
                    worker.item, worker.since = given, time.monotonic()
                    with contextlib.suppress(BrokenPipeError):
                        worker.pipe.send(todo[given])
                    given += 1
            ready = wait([worker.pipe for worker in workers if worker.item is not None], timeout=0.2)
            for n, worker in enumerate(workers):
                if worker.item is None:
                    continue
                at = worker.item
                if worker.pipe in ready:
                    try:
                        fine, value = worker.pipe.recv()
                        results[at] = value if fine else lost(todo[at], f"internal error ({value})")
                        worker.item = None
                    except (EOFError, OSError):
                        _stop(worker)
                        code = worker.process.exitcode
                        results[at], workers[n] = lost(todo[at], f"its process died (exit code {code})"), _start(function)
                elif deadline is not None and time.monotonic() - worker.since > deadline:
                    _stop(worker)
                    results[at], workers[n] = lost(todo[at], f"it took longer than {deadline:g} seconds"), _start(function)
            while told in results:
                yield results.pop(told)
                told += 1
    finally:
        for worker in workers:
            _stop(worker)
