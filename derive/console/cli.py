"""The command line: arguments in, exit codes out; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derive.console.commands import register
from derive.console.deriving import register as register_deriving
from derive.console.terminal import Progress, colour, fail, warn, write
from derive.files import visible, visible_name

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import Report

app = typer.Typer(
    name="derive",
    help="Read the formulas of a page, decide whether each is true, and report what is not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


#: Why a full disk, a quota or a broken device refuses what is printed.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


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

    from derive.check.config import ConfigError, PerFile, parse_config
    from derive.check.settings import load_config

    changes: dict[str, Any] = {}
    try:
        config = load_config(start, explicit)
        for key in ("select", "ignore"):
            codes = [code.strip() for item in given.get(key) or () for code in item.split(",") if code.strip()]
            if codes:
                checked = getattr(parse_config({key: codes}, f"--{key}"), key)
                changes[key] = checked if key == "select" else (*config.ignore, *checked)
        levels = dict(item.partition("=")[::2] for item in given.get("severity") or ())
        if levels:
            changes["severity"] = {**config.severity, **parse_config({"severity": levels}, "--severity").severity}
    except ConfigError as error:
        raise fail(str(error)) from None
    if given.get("exclude"):
        changes["exclude"] = (*config.exclude, *given["exclude"])
    for key in ("strict", "seed", "force_exclude"):
        if given.get(key) is not None:
            changes[key] = given[key]
    # What is said at the command line goes before what the settings say of single files.
    above: dict[str, Any] = {key: changes[key] for key in ("strict", "seed", "severity") if key in changes}
    if above:
        changes["per_file"] = (*config.per_file, PerFile("*", above))
    return replace(config, **changes)


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(help="Files, or folders to search; - for standard input.", metavar="PATHS...")],
    format: Annotated[Format, typer.Option("--format", help="How to print the findings.")] = Format.text,
    select: Annotated[list[str] | None, typer.Option("--select", help="Only these codes or prefixes (comma-separated).")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Not these codes or prefixes.")] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option("--severity", help="CODE=LEVEL; levels are error, warning, info, off.", metavar="CODE=LEVEL"),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", help="Leave out files that match, beside those of the settings.", metavar="PATTERN"),
    ] = None,
    force_exclude: Annotated[
        bool | None,
        typer.Option("--force-exclude/--no-force-exclude", help="Leave out excluded files even where they are named one by one."),
    ] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="A file of known findings to keep quiet.")] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write today's findings as the baseline, and report none of them.")
    ] = False,
    strict: Annotated[
        bool | None, typer.Option("--strict/--no-strict", help="Whether undecided and unreadable formulas are errors, too.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Apply unique repairs to the files, then check again.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, change nothing.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Add counts by kind, file and code, and times.")] = False,
    steps: Annotated[
        bool,
        typer.Option(
            "--steps", help="Also name the rules that lead from line to line, as derive steps does; with text, concise or json."
        ),
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes to use; 0 for one per core.")] = 0,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the random models.")] = None,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Use the store in .derive_cache.")] = True,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to a file.")] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="Settings to use instead of the nearest ones.")] = None,
    stdin_filename: Annotated[
        str | None,
        typer.Option("--stdin-filename", help="The file that standard input stands for; its ending says how to read it."),
    ] = None,
) -> None:
    """Check the formulas of pages; exit 0 when clean, 1 when something was found, 2 for a wrong call, 3 for a bug."""
    from dataclasses import replace
    from functools import partial

    from derive.check.config import ConfigError
    from derive.check.report import render
    from derive.check.run import check_again, check_given, check_paths
    from derive.check.store.cache import Cache

    if fix and diff:
        raise fail("--fix and --diff exclude each other.")
    if write_baseline and (fix or diff):
        raise fail("--write-baseline goes with neither --fix nor --diff.")
    if steps and format not in (Format.text, Format.concise, Format.json):
        raise fail(f"--steps goes with text, concise and json, not with {format.value}.")
    piped = "-" in paths
    if piped and (len(paths) > 1 or fix or diff or write_baseline):
        raise fail("- (standard input) goes with no other path, and not with --fix, --diff or --write-baseline.")
    if stdin_filename is not None and not piped:
        raise fail("--stdin-filename goes with - (standard input).")
    config = _settings(
        Path.cwd(), config_file, select=select, ignore=ignore, severity=severity, exclude=exclude, force_exclude=force_exclude,
        strict=strict, seed=seed,
    )  # fmt: skip
    if baseline is not None:
        config = replace(config, baseline=str(baseline.absolute()))
    store = Cache(Path(config.root or ".") / ".derive_cache") if cache else None
    given = sys.stdin.buffer.read() if piped else b""
    name = stdin_filename or "<stdin>"

    def run(config: Config = config) -> Report:
        with Progress() as tick:
            try:
                if piped:
                    return check_given(name, given, config, guarded=True)
                return check_paths(paths, config, jobs=jobs, cache=store, tick=tick, guarded=True)
            except ConfigError as error:
                raise fail(str(error)) from None

    if write_baseline:
        _write_baseline(config, run(replace(config, baseline="")))
        return
    report = run()
    if not report.files and any(os.path.isdir(path) for path in paths):
        warn(f"no pages found in {', '.join(paths)}: nothing was checked.")
    if fix or diff:
        from derive.check.fix import apply_repairs, diff_of

        again = partial(check_again, config=config, cache=store)
        if diff:
            changes = diff_of(report, again)
            write(changes if output is not None else visible(changes), output)
            raise typer.Exit(report.exit_code)
        changed = apply_repairs(report, again)
        if changed:
            print(f"Applied {changed.edits} repair{'s' if changed.edits != 1 else ''}.", file=sys.stderr)
            report = run()
        for path in changed.stale:
            warn(f"{visible_name(path)} has changed since it was checked; nothing was repaired in it.")
        for path, reason in changed.refused:
            warn(f"{visible_name(path)} cannot be written ({reason}); nothing was repaired in it.")
    if not stats:
        report = replace(report, seconds=0.0)  # the same input gives the same bytes
    texts = _source_reader({name: given} if piped else {})
    rendered = render(report, format.value, texts, colour=output is None and colour(), stats=stats)
    if steps:
        from derive.check.report import in_ascii
        from derive.console.marking import beside

        rendered = beside(report, rendered, format.value, texts, config)
        rendered = in_ascii(rendered) if format is Format.json else rendered
    write(rendered, output)
    if format is Format.sarif:  # the others end with it themselves
        from derive.check.report.layout import coverage

        print(coverage(report), file=sys.stderr)
    raise typer.Exit(report.exit_code)


def _write_baseline(config: Config, report: Report) -> None:
    from derive.check.store.baseline import NAME, write_baseline

    target = Path(config.root or ".") / (config.baseline or NAME)
    try:
        known = write_baseline(target, report)
    except OSError as error:
        raise fail(f"{target}: cannot be written ({error.strerror}).") from None
    print(f"Wrote {known} finding{'s' if known != 1 else ''} to {target}.", file=sys.stderr)


def _source_reader(given: Mapping[str, bytes]) -> Callable[[str], str | None]:
    """The texts of files, those first that were given as bytes."""
    from functools import cache

    from derive.check.sources import decode, read

    return cache(lambda path: (decode(path, given[path]) if path in given else read(Path(path)))[0])


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
    from derive.check.findings import INTERNAL
    from derive.check.report import in_ascii
    from derive.check.single import verify_apart, verify_batch

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
        found = internal = False
        # Strings in JSON may have other ends of lines in them.
        for answer in verify_batch(data.decode("utf-8-sig", "replace").split("\n"), config, jobs):
            found = found or answer["status"] == "refuted" or bool(answer.get("error"))
            sys.stdout.write(in_ascii(json.dumps(answer, ensure_ascii=False)) + "\n")
            internal = internal or answer.get("code") == INTERNAL or any(one["code"] == INTERNAL for one in answer["claims"])
        raise typer.Exit(3 if internal else 1 if found else 0)
    assert latex is not None
    report: Report = verify_apart(latex, list(given or ()), config)
    if format is VerifyFormat.json:
        made = report.formulas[0].to_json()
        made["message"] = next((claim["message"] for claim in made["claims"] if claim["status"] == made["status"]), "")
        write(in_ascii(json.dumps(made, ensure_ascii=False, indent=1)) + "\n", None)
    else:
        from derive.check.single import render_verdict

        write(render_verdict(report, latex, colour=colour()), None)
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
    from derive.check.texts.explain import describe, index

    if code is None:
        write(index(), None)
        return
    text = describe(code)
    if text is None:
        raise fail(f"no finding has the code {code!r}; 'derive explain' lists them all.")
    write(text, None)


@app.command()
def glossary(word: Annotated[str, typer.Argument(help="Only rows that hold this word.", metavar="[WORD]")] = "") -> None:
    """List the notation that formulas are read by: spellings, what they mean, who writes them so."""
    from derive.verify.describing import glossary_text

    write(glossary_text(word), None)


def _explain_parse(latex: str, page: str | None) -> int:
    from derive.check.proofreading.formula_reading import context_of, show_reading
    from derive.check.proofreading.meaning import macros_for, symbols_of
    from derive.check.sources import read

    config = _settings(Path.cwd(), None)
    if page is None:
        text, code = show_reading(latex, macros_for(config), symbols_of(config))
        write(visible(text), None)
        return code
    name, _, number = page.rpartition(":") if page.rpartition(":")[2].isdigit() else (page, "", "")
    content, problem = read(Path(name))
    if content is None:
        raise fail(f"{name}: {problem.message if problem else 'cannot be read'}")
    macros, pages, told = context_of(name, content, config.for_file(name), latex, int(number) if number else None)
    text, code = show_reading(latex, macros, pages.symbols, told, name)
    write(visible(text), None)
    return code


register(app)
register_deriving(app)


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
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        # The disk behind standard output is full: what was said is lost, and the exit code says so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        warn(f"standard output cannot be written ({(error.strerror or 'unknown reason').lower()}).")
        sys.exit(2)
