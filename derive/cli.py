"""The command line: arguments in, exit codes out; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import json
import os
import sys
import time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derive.commands import register

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import FileReport, Report

app = typer.Typer(
    name="derive",
    help="Read the formulas of a page, decide whether each is true, and report what is not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(str, Enum):
    """Output formats of ``check``."""

    text = "text"
    concise = "concise"
    json = "json"
    sarif = "sarif"
    github = "github"


class VerifyFormat(str, Enum):
    """Output formats of ``verify``."""

    text = "text"
    json = "json"


def fail(message: str) -> typer.Exit:
    """Say what is wrong with the call on standard error; exit code 2."""
    print(f"derive: {message}", file=sys.stderr)
    return typer.Exit(2)


def _version(value: bool) -> None:
    if value:
        from derive.check.version import version

        print(f"derive {version()}")
        raise typer.Exit()


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def _settings(start: Path, explicit: Path | None, **given: Any) -> Config:
    """The configuration, with what the command line says on top."""
    from dataclasses import replace

    from derive.check.config import ConfigError, load_config, parse_config

    try:
        config = load_config(start, explicit)
    except ConfigError as error:
        raise fail(str(error)) from None
    changes: dict[str, Any] = {}
    for key in ("select", "ignore"):
        codes = tuple(code.strip() for item in given.get(key) or () for code in item.split(",") if code.strip())
        if codes:
            changes[key] = codes if key == "select" else (*config.ignore, *codes)
    levels = dict(item.partition("=")[::2] for item in given.get("severity") or ())
    if levels:
        try:
            changes["severity"] = {**config.severity, **parse_config({"severity": levels}, "--severity").severity}
        except ConfigError as error:
            raise fail(str(error)) from None
    if given.get("strict"):
        changes["strict"] = True
    if given.get("seed") is not None:
        changes["seed"] = given["seed"]
    return replace(config, **changes)


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(help="Files, or folders to search.", metavar="PATHS...")],
    format: Annotated[Format, typer.Option("--format", help="How to print the findings.")] = Format.text,
    select: Annotated[list[str] | None, typer.Option("--select", help="Only these codes or prefixes (comma-separated).")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Not these codes or prefixes.")] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option("--severity", help="CODE=LEVEL; levels are error, warning, info, off.", metavar="CODE=LEVEL"),
    ] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="A file of known findings to keep quiet.")] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write today's findings as the baseline, and report none of them.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Undecided and unreadable formulas are errors too.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Apply unique repairs to the files, then check again.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, change nothing.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Add counts by kind, file and code, and times.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes to use; 0 for one per core.")] = 0,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the random models.")] = None,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Use the store in .derive_cache.")] = True,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to a file.")] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="Settings to use instead of the nearest ones.")] = None,
) -> None:
    """Check the formulas of pages; exit 0 when clean, 1 when something was found, 2 for a wrong call."""
    from dataclasses import replace

    from derive.check.cache import Cache
    from derive.check.config import ConfigError
    from derive.check.report import render
    from derive.check.run import check_paths

    if fix and diff:
        raise fail("--fix and --diff exclude each other.")
    if write_baseline and (fix or diff):
        raise fail("--write-baseline goes with neither --fix nor --diff.")
    config = _settings(Path.cwd(), config_file, select=select, ignore=ignore, strict=strict, seed=seed, severity=severity)
    if baseline is not None:
        config = replace(config, baseline=str(baseline.absolute()))
    store = Cache(Path(config.root or ".") / ".derive_cache") if cache else None

    def run(config: Config = config) -> Report:
        with _progress() as tick:
            try:
                return check_paths(paths, config, jobs=jobs, cache=store, tick=tick)
            except ConfigError as error:
                raise fail(str(error)) from None

    if write_baseline:
        from derive.check.baseline import NAME
        from derive.check.baseline import write_baseline as write

        target = Path(config.root or ".") / (config.baseline or NAME)
        try:
            known = write(target, run(replace(config, baseline="")))
        except OSError as error:
            raise fail(f"{target}: cannot be written ({error.strerror}).") from None
        print(f"Wrote {known} finding{'s' if known != 1 else ''} to {target}.", file=sys.stderr)
        return
    report = run()
    if fix or diff:
        from derive.check.fix import apply_repairs, diff_of

        if diff:
            _write(diff_of(report), output)
            raise typer.Exit(report.exit_code)
        changed = apply_repairs(report)
        if changed:
            print(f"Applied {changed.edits} repair{'s' if changed.edits != 1 else ''}.", file=sys.stderr)
            report = run()
        for path in changed.stale:
            print(f"derive: {path} has changed since it was checked; nothing was repaired in it.", file=sys.stderr)
    if not stats:
        report = replace(report, seconds=0.0)  # the same input gives the same bytes
    text = render(report, format.value, _source_reader(), colour=output is None and _colour(), stats=stats)
    _write(text, output)
    if format is Format.sarif:  # the others end with it themselves
        from derive.check.report.layout import coverage

        print(coverage(report), file=sys.stderr)
    raise typer.Exit(report.exit_code)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _source_reader() -> Any:
    from functools import cache

    from derive.check.sources import read

    return cache(lambda path: read(Path(path))[0])


class _progress:
    """A progress bar on standard error with rate and time left, for runs of more than a second at a terminal."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.bar: Any = None

    def __enter__(self) -> Any:
        return self.tick if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else None

    def tick(self, _: FileReport, done: int, total: int) -> None:
        if self.bar is None:
            if total < 2 or time.monotonic() - self.started < 1.0:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
            )  # fmt: skip
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("checking", total=total, rate="")
        self.bar.update(self.task, completed=done, rate=f"{done / (time.monotonic() - self.started):.1f} pages/s")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"{output}: cannot be written ({error.strerror}).") from None


@app.command()
def verify(
    latex: Annotated[str | None, typer.Argument(help="The claim, as LaTeX.", metavar="LATEX")] = None,
    given: Annotated[list[str] | None, typer.Option("--given", help="Something the claim may rely on; repeat as needed.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help="JSON lines: id, latex, given; - for standard input.")] = None,
    format: Annotated[VerifyFormat, typer.Option("--format", help="How to print the verdict.")] = VerifyFormat.text,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes to use for a batch; 0 for one per core.")] = 0,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the random models.")] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="Settings to use instead of the nearest ones.")] = None,
) -> None:
    """Decide one claim, or a batch of them."""
    from derive.check.single import verify_batch, verify_one

    config = _settings(Path.cwd(), config_file, seed=seed)
    if (latex is None) == (batch is None):
        raise fail("verify takes either a claim or --batch FILE.")
    if batch is not None:
        if given:
            raise fail("--given goes with a single claim; in a batch each item has its own.")
        try:
            data = sys.stdin.buffer.read() if str(batch) == "-" else batch.read_bytes()
        except OSError as error:
            raise fail(f"{batch}: cannot be read ({error.strerror}).") from None
        found = False
        for answer in verify_batch(data.decode("utf-8", "replace").splitlines(), config, jobs):
            found = found or answer["status"] == "refuted" or bool(answer.get("error"))
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        raise typer.Exit(1 if found else 0)
    assert latex is not None
    report: Report = verify_one(latex, list(given or ()), config)
    if format is VerifyFormat.json:
        made = report.formulas[0].to_json()
        made["message"] = next((claim["message"] for claim in made["claims"] if claim["status"] == made["status"]), "")
        _write(json.dumps(made, ensure_ascii=False, indent=1) + "\n", None)
    else:
        from derive.check.single import render_verdict

        _write(render_verdict(report, latex, colour=_colour()), None)
    raise typer.Exit(report.exit_code)


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="A finding's code, such as D401; none for the list.", metavar="CODE")] = None,
    parse: Annotated[str | None, typer.Option("--parse", help="Show how a formula is read, as a tree.", metavar="LATEX")] = None,
    page: Annotated[
        str | None, typer.Option("--page", help="Read it as it would stand in a page, at a line.", metavar="PAGE[:LINE]")
    ] = None,
) -> None:
    """Say what a finding means, why it matters and how to silence it; or how a formula is read."""
    if parse is not None:
        raise typer.Exit(_explain_parse(parse, page))
    from derive.check.explain import describe, index

    if code is None:
        _write(index(), None)
        return
    text = describe(code)
    if text is None:
        raise fail(f"no finding has the code {code!r}; 'derive explain' lists them all.")
    _write(text, None)


def _explain_parse(latex: str, page: str | None) -> int:
    from derive.check.proofread import begin
    from derive.check.reading import context_of, show_reading
    from derive.check.sources import read

    config = _settings(Path.cwd(), None)
    if page is None:
        text, code = show_reading(latex, begin(config)[1])
        _write(text, None)
        return code
    name, _, number = page.rpartition(":") if page.rpartition(":")[2].isdigit() else (page, "", "")
    content, problem = read(Path(name))
    if content is None:
        raise fail(f"{name}: {problem.message if problem else 'cannot be read'}")
    text, code = show_reading(latex, *context_of(name, content, config.for_file(name), int(number) if number else None))
    _write(text, None)
    return code


register(app)


def main() -> None:
    """Entry point of the ``derive`` command."""
    try:
        app()
    except KeyboardInterrupt:
        print("derive: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader went away (``derive check … | head``); nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
