"""Fuzzing of what reads texts of others (``make fuzz TARGET=reader SECONDS=600``): nothing of them may crash, hang or fill the memory.

An input is some fields with ``SEP`` between them; each target says what they are, and ``fuzz_inputs.py`` makes them.  What is found is
kept in ``.fuzz/findings``, once for each place that it comes from; ``--replay FILE`` runs it again, and ``--shrink FILE`` makes it
smaller.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from fuzz_inputs import CHOICES, SEP, TOKEN, mutated, seeds

STATE = Path(__file__).parent.parent / ".fuzz"
#: Processor seconds that an input may take, and a page, on which every claim has its time.
LIMIT, LIMIT_OF_PAGE = 10.0, 40.0
#: Bytes of memory, and characters of a text that is written again and again.
MEMORY, REPEATED = 4 * 2**30, 20_000
#: Seeds that a run begins with; all of them are spliced.
FIRST = 250
#: Seconds for a claim: enough to go through everything that decides.
BUDGET = 0.05


# --- targets ---------------------------------------------------------------------------------------


def reader(latex: str, *given: str) -> None:
    """A formula and what is given with it, read for its meaning and for printing."""
    from derive.derivation.written import parse
    from derive.diagnostics import NotationError
    from derive.elaborate.claims import readings

    with suppress(NotationError, RecursionError):  # what is nested too deeply is said to be so
        for read in readings(latex, list(given)):
            for reading in read.readings:
                str(reading.claim)
    with suppress(NotationError):
        parse(parse(latex).latex)


def page_of(kind: str, text: str) -> tuple[str, str]:
    """The name and the text of a page; a kind with a star writes its text again and again, ``cells`` puts it into a notebook."""
    if kind.endswith("*"):
        kind, text = kind[:-1], text[:500] * (REPEATED // max(1, len(text[:500])))
    if kind == "cells":
        cell = {"cell_type": "markdown", "source": text.splitlines(keepends=True)}
        kind, text = "ipynb", json.dumps({"cells": [cell], "nbformat": 4})
    return f"page.{kind}", text


def scanner(kind: str, text: str = "", *_: str) -> None:
    """A page, scanned, and every place of its formulas."""
    from derive.check.sources import FormulaPiece, scan
    from derive.diagnostics import Edit, Span

    document = scan(*page_of(kind, text))
    for piece in document.pieces[:200]:
        document.locate(piece)
        if isinstance(piece, FormulaPiece):
            size = len(piece.latex)
            for span in (Span(0, size), Span(size // 2, size), Span(max(0, size - 1), size)):
                line, column, end_line, end_column = document.locate(piece, span)
                assert (1, 1) <= (line, column) <= (end_line, end_column), "a place that is none"
                document.edit(piece, Edit(span, "x"))


def page(kind: str, text: str = "", *_: str) -> None:
    """A page, checked and reported in every format."""
    from derive.check.config import Config
    from derive.check.findings import Report
    from derive.check.report import FORMATS, render
    from derive.check.run import check_text

    name, text = page_of(kind, text)
    report = Report((check_text(name, text, Config(budget=BUDGET)),))
    for format in FORMATS:
        render(report, format, lambda _: text, stats=True)
    internal([one.code for one in report.files[0].problems] + [c.code for f in report.files[0].formulas for c in f.claims])


def batch(kind: str, *parts: str) -> None:
    """JSON lines, each decided, or the line of a claim with what is given."""
    from derive.check.config import Config
    from derive.check.single import _gone, _work

    for line in parts if kind == "lines" else [json.dumps({"id": 1, "latex": parts[0], "given": parts[1:]})] if parts else []:
        answer = _work(line, Config(budget=BUDGET))
        json.loads(json.dumps(answer))
        assert _gone(line, "gone")["id"] == answer["id"], "another item"
        internal([answer.get("code"), *(claim["code"] for claim in answer["claims"])])


def configuration(kind: str, text: str = "", *_: str) -> None:
    """Settings, or what a site says of its macros, and a formula that uses them; comments on a page."""
    from derive.check.config import ConfigError
    from derive.check.proofreading.meaning import macros_for, page_reader
    from derive.check.settings import load_config
    from derive.check.sources.formats.site_macros import macros_of
    from derive.diagnostics import NotationError
    from derive.syntax.lex.tokens import Macro
    from derive.syntax.sound.whole import whole

    if kind == "comments.md":
        return page("md", "".join(f"<!-- derive: {line} -->\n\n$x=x$\n\n" for line in text.splitlines()[:8]))
    macros = {}
    file = folder() / kind
    if kind.endswith(".toml"):
        file.write_text(text, encoding="utf-8", newline="")
        with suppress(ConfigError):
            config = load_config(file.parent, file)
            config.digest(), config.excludes("old/a.md")
            macros = macros_for(config.for_file("old/a.md"))
            page_reader(config, macros)
    else:
        for name, macro in macros_of(file, text, []).items():
            macros[name] = Macro(name, macro.arity, macro.body, macro.default)
    for name in macros:
        with suppress(NotationError):
            whole(rf"\{name} x{{y}}z = 1", macros)
    return None


def sync(kind: str, text: str = "", *_: str) -> None:
    """Formulas between markers, renewed: the second time changes nothing."""
    from derive.build.sync import SyncError, sync_notebook, sync_text

    name, text = page_of(kind, text)
    renew = sync_notebook if name.endswith(".ipynb") else sync_text
    with suppress(SyncError):
        after, markers = renew(text, name)
        assert renew(after, name) == (after, markers), "renewed twice"


TARGETS = {f.__name__: f for f in (reader, scanner, page, batch, configuration, sync)}


@cache
def folder() -> Path:
    """Where settings are read from."""
    return Path(tempfile.mkdtemp())


def internal(codes: list[str | None]) -> None:
    """Refuse a report that tells of an error inside the tool."""
    assert {"D590", "D591"}.isdisjoint(codes), f"an internal error is reported: {sorted(filter(None, codes))}"


# --- findings --------------------------------------------------------------------------------------

#: Errors that the tool has caught and told of, since the last input began.
CAUGHT: list[BaseException] = []


def watch() -> None:
    """Note the errors that are caught to be told of, with where they come from."""
    import derive.check.proofreading.proofread as proofread
    import derive.check.run as run
    import derive.check.single as single

    def noting(real: Callable[..., Any], *arguments: Any) -> Any:
        error = sys.exception()
        CAUGHT.extend([error] if error is not None else [])
        return real(*arguments)

    for module, name in ((proofread, "crashed"), (run, "_after_crash"), (single, "_lost")):
        setattr(module, name, partial(noting, getattr(module, name)))


def tried(target: str, text: str) -> BaseException | None:
    """What is wrong with how a target takes an input, if anything is."""
    from derive.guard import Overrun, limited

    CAUGHT.clear()
    fields = text.split(SEP)
    if target in CHOICES and fields[0] not in CHOICES[target]:
        return None
    started, limit = time.process_time(), LIMIT_OF_PAGE if target == "page" else LIMIT
    try:
        with limited(limit):
            TARGETS[target](*fields)
    except (Exception, Overrun) as error:
        return CAUGHT[0] if CAUGHT else error
    if (seconds := time.process_time() - started) > limit:
        return TimeoutError(f"{seconds:.1f} seconds")
    return None


def place(error: BaseException) -> str:
    """Where an error comes from: its type and the innermost functions of ours; for endless recursion, the function that calls itself."""
    frames = [f"{Path(f.filename).stem}.{f.name}" for f in traceback.extract_tb(error.__traceback__) if "/derive/" in f.filename]
    inner = [Counter(frames[50:]).most_common(1)[0][0]] if isinstance(error, RecursionError) and frames[50:] else frames[-2:]
    return "-".join([type(error).__name__, *inner] if inner else [type(error).__name__, str(error)[:60]])


def keep(target: str, text: str, error: BaseException) -> None:
    """Keep the first input that leads to a place."""
    found = STATE / "findings"
    found.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", f"{target}-{place(error)}")[:150]
    if not (found / f"{name}.input").exists():
        (found / f"{name}.input").write_text(text, encoding="utf-8", newline="")
        (found / f"{name}.txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        print(f"\nfinding: {name}", file=sys.stderr, flush=True)


def shrunk(target: str, text: str) -> str:
    """A smaller input that leads to the same place."""
    wanted = place(tried(target, text) or SystemExit("nothing is found"))
    tokens, size = TOKEN.findall(text), len(TOKEN.findall(text)) // 2
    while size:
        for at in range(len(tokens) - size, -1, -1):
            rest = tokens[:at] + tokens[at + size :]
            error = tried(target, "".join(rest))
            if error is not None and place(error) == wanted:
                tokens = rest
        size //= 2
    return "".join(tokens)


# --- runs ------------------------------------------------------------------------------------------


def fuzz(target: str, seconds: int) -> None:
    """Run a target for some time."""
    import atheris

    corpus = STATE / target
    corpus.mkdir(parents=True, exist_ok=True)
    for text in random.Random(seconds).sample(seeds(target), min(FIRST, len(seeds(target)))):
        (corpus / hashlib.sha1(text.encode()).hexdigest()).write_text(text, encoding="utf-8", newline="")

    def once(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        if (error := tried(target, text)) is not None:
            keep(target, text, error)

    def mutator(data: bytes, size: int, seed: int) -> bytes:
        return mutated(target, data.decode("utf-8", "replace"), seed).encode()[:size]

    options = ["-max_len=12000", "-timeout=900", "-rss_limit_mb=0", "-verbosity=0", "-print_final_stats=1"]
    options += [f"-max_total_time={seconds}", f"-artifact_prefix={STATE}/", str(corpus)]
    with atheris.instrument_imports(include=["derive"]):
        watch()
        atheris.Setup([sys.argv[0], *options], once, custom_mutator=mutator)
        atheris.Fuzz()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", choices=TARGETS, nargs="?", default="reader")
    options.add_argument("seconds", type=int, nargs="?", default=600)
    options.add_argument("--replay", type=Path)
    options.add_argument("--shrink", type=Path)
    chosen = options.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    file = chosen.replay or chosen.shrink
    if file is None:
        fuzz(chosen.target, chosen.seconds)
        return
    watch()
    target, text = file.name.partition("-")[0], file.read_bytes().decode("utf-8")
    text = shrunk(target, text) if chosen.shrink else text
    print(json.dumps(text.split(SEP), ensure_ascii=False))
    if (error := tried(target, text)) is not None:
        traceback.print_exception(error, limit=-8)


if __name__ == "__main__":
    main()
