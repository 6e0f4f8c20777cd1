"""What commands share at a terminal: colour, progress, output and errors."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import typer

from derive.files import replace_file, visible_name


def fail(message: str, code: int = 2) -> typer.Exit:
    """Say what is wrong on standard error; the exit code is that of a wrong call."""
    warn(message)
    return typer.Exit(code)


def warn(message: str) -> None:
    """Say on standard error what the reader of the report ought to know."""
    print(visible_name(f"derive: {message}"), file=sys.stderr)


def colour() -> bool:
    """Whether standard output is a terminal that shows colours, and its user wants them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(text: str, output: Path | None = None) -> None:
    """Print a text, or put it in a file at one stroke."""
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    try:
        if output.exists() and not output.is_file():  # a pipe or a device has no other name to be renamed from
            output.write_text(text, encoding="utf-8", errors="replace")
        else:
            replace_file(output, text)
    except OSError as error:
        raise fail(f"{output}: cannot be written ({error.strerror}).") from None


class Progress:
    """A progress bar on standard error with rate and time left, for runs of more than a second at a terminal."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.bar: Any = None

    def __enter__(self) -> Any:
        return self.tick if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else None

    def tick(self, _: Any, done: int, total: int) -> None:
        if self.bar is None:
            if total < 2 or time.monotonic() - self.started < 1.0:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (
                TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
            )  # fmt: skip
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("checking", total=total, rate="")
        self.bar.update(self.task, completed=done, rate=f"{done / (time.monotonic() - self.started):.1f} pages/s")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
