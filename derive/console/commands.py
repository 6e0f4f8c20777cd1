"""The commands that make pages: ``build``, ``sync``, ``list``, ``show``, ``coverage``; and ``guide``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from derive.console.terminal import fail, warn, write
from derive.files import visible, visible_name


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("build")(build)
    app.command("sync")(sync)
    app.command("list")(list_results)
    app.command("show")(show)
    app.command("coverage")(coverage)
    app.command("guide")(guide)


def build(
    chapter: Annotated[
        list[str] | None, typer.Argument(help="Only these chapters; all of the templates' by default.", metavar="CHAPTER...")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            "-t",
            help="A kind of page: markdown, latex, fragment, html, json, mkdocs, myst, docusaurus, quarto; all by default.",
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the pages go.")] = Path("output"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where a page differs from what would be built.")
    ] = False,
    templates: Annotated[
        Path | None, typer.Option("--templates", help="A folder of templates; what it lacks is taken from the shipped ones.")
    ] = None,
    dialect: Annotated[
        str, typer.Option("--dialect", help="Whose notation to print in; each chapter's own by default.", metavar="NAME")
    ] = "",
) -> None:
    """Build the chapters from the library; every formula is decided, printed, and read back."""
    from derive.build.pages import build as make
    from derive.build.pages import drift
    from derive.build.pages import write as write_pages
    from derive.build.second_reader import available
    from derive.build.slots import BuildError

    def tick(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)

    try:
        pages = make(target or ["all"], templates, tick, os.cpu_count() or 1, chapter or (), dialect)
    except BuildError as error:
        raise fail(str(error), 1) from None
    finally:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
    if check:
        changed = drift(pages, output)
        for path in changed:
            print(f"{path}: differs from what the library gives")
        raise typer.Exit(1 if changed else 0)
    try:
        written = write_pages(pages, output)
    except OSError as error:
        raise fail(f"{output}: cannot be written ({error.strerror}).") from None
    total = pages[0].count
    for page in pages[1:]:
        total = total + page.count
    print(f"{len(pages)} pages, {len(written)} new or changed, in {output}.")
    usable, reason = available()
    second = f"{total.second} sides read back by latex2sympy2 too." if usable else f"done without a second reader: {reason}."
    print(f"{total.formulas} formulas read back by our reader, all as proved; {second}")


def sync(
    paths: Annotated[list[Path], typer.Argument(help="Pages with markers.", metavar="PAGE...")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a formula is out of date.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, change nothing.")] = False,
) -> None:
    """Rewrite the formulas between markers from the library, and touch nothing else."""
    from derive.build.sync import SyncError, save, sync_file

    try:
        pages = [sync_file(path) for path in paths]  # all of them are read before any is written
    except SyncError as error:
        raise fail(visible_name(error)) from None
    failed = False
    for page in [page for page in pages if page.changed]:
        if diff:
            write(visible(page.diff))
        elif check:
            print(f"{visible_name(page.path)}: out of date")
        else:
            try:
                save(page)
            except OSError as error:
                failed = True
                warn(f"{visible_name(page.path)} was not updated ({(error.strerror or 'unknown reason').lower()}).")
            else:
                print(f"{visible_name(page.path)}: updated")
    raise typer.Exit(1 if failed or check and any(page.changed for page in pages) else 0)


def list_results(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Only results whose name, title, sentence or source has these words.", metavar="WORDS..."),
    ] = None,
    steps: Annotated[bool, typer.Option("--steps", help="How the steps come about: computed by rules, or stated.")] = False,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """List the results of the library."""
    _format(format, "text", "json")
    from derive.library import LIBRARY

    if steps:
        _list_steps(words or [], format)
        return

    def text(r: Any) -> str:
        return f"{r.name} {r.title} {r.says} {r.source}".lower()

    chosen = [r for r in LIBRARY.values() if all(w.lower() in text(r) for w in words or ())]
    if format == "json":
        print(
            json.dumps(
                [{"name": r.name, "title": r.title, "latex": r.latex, "source": r.source} for r in chosen],
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    width = max((len(r.name) for r in chosen), default=0)
    family = ""
    for r in chosen:
        if r.family != family:
            print(("\n" if family else "") + r.family)
            family = r.family
        print(f"  {r.name:<{width}}  {r.title}")
    print(f"\n{len(chosen)} result{'s' if len(chosen) != 1 else ''}.")


def _list_steps(words: list[str], format: str) -> None:
    """How many steps are computed and how many stated, why, and how often each rule is used."""
    from derive.library.tally import counted, summary

    rows = counted(words)
    made = summary(rows)
    if format == "json":
        print(json.dumps({**made, "steps": [row.described() for row in rows]}, ensure_ascii=False, indent=1))
        return
    for row in rows:
        print(f"{row.result} {row.number}: {row.rule}: {'computed' if row.computed else 'stated: ' + row.reason}")
    print("\nUses of each rule:")
    for rule, uses in made["uses"].items():
        print(f"  {uses:>3}  {rule}")
    print(
        f"\n{made['computed']} steps computed, {made['stated']} stated ({made['once']} of them by a rule that nothing else uses)."
    )


def show(
    name: Annotated[str, typer.Argument(help="A result, or a family of them.", metavar="NAME")],
    format: Annotated[str, typer.Option("--format", help="text, latex or json.")] = "text",
) -> None:
    """Show a result with its derivation, decided while you wait."""
    _format(format, "text", "latex", "json")
    from derive.library import LIBRARY, UnknownResult, result

    family = [r for r in LIBRARY.values() if r.family == name]
    try:
        chosen = family or [result(name)]
    except UnknownResult as error:
        raise fail(str(error)) from None
    if format == "json":
        print(json.dumps([_described(r) for r in chosen], ensure_ascii=False, indent=1))
        return
    if format == "latex":
        for r in chosen:
            print(r.prove().latex)
        return
    for i, r in enumerate(chosen):
        print(("\n" if i else "") + _text(r))


def _format(name: str, *known: str) -> None:
    """Refuse a format that does not exist."""
    if name not in known:
        raise fail(f"there is no format {name!r}; there are {', '.join(known)}.")


def _described(r: Any) -> dict[str, Any]:
    from derive.library.sources import link

    proved = r.prove()
    steps = r.derivation().steps if r.steps else ()
    return {
        "name": r.name, "title": r.title, "latex": proved.latex, "status": proved.status, "evidence": proved.evidence,
        "given": list(r.given), "conditions": list(proved.conditions), "says": r.says, "source": r.source,
        "link": link(r.source),
        "steps": [
            {
                "rule": s.step.rule, "latex": s.proved.latex, "status": s.status, "reason": s.reason, "evidence": s.proved.evidence,
                "conditions": list(s.conditions), "source": s.source,
            }
            for s in steps
        ],
    }  # fmt: skip


def _text(r: Any) -> str:
    d = _described(r)
    lines = [f"{d['title']}  ({d['name']})", f"  {d['latex']}", f"  {d['status']}: {d['evidence']}"]
    lines += [f"  given    {text}" for text in d["given"]]
    lines += [f"  assumes  {text}" for text in d["conditions"]]
    lines += [f"  source   {d['source']}", f"  {d['says']}"]
    for n, step in enumerate(d["steps"], 1):
        lines += [f"    {n}. {step['latex']}", f"       {step['reason']} ({step['rule']}, {step['status']})"]
        lines += [f"       needs    {'; '.join(step['conditions'])}"] if step["conditions"] else []
        lines += [f"       source   {step['source']}"] if step["source"] else []
    return "\n".join(lines)


def coverage(
    page: Annotated[Path, typer.Argument(help="A page.", metavar="PAGE")],
    against: Annotated[str, typer.Option("--against", help="What to compare with: library.")] = "library",
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Say which formulas of a page the library already derives, by meaning."""
    _format(format, "text", "json")
    if against != "library":
        raise fail(f"there is nothing called {against!r} to compare with; there is only library.")
    from derive.build.coverage import Place, coverage
    from derive.check.report import in_ascii
    from derive.check.sources import FormulaPiece, read, scan

    text, problem = read(page)
    if text is None:
        raise fail(f"{page}: {problem.message if problem else 'cannot be read'}")
    document = scan(str(page), text)
    pieces = [piece for piece in document.pieces if isinstance(piece, FormulaPiece)]
    covers = list(coverage(Place(document.locate(piece)[0], piece.latex) for piece in pieces))
    if format == "json":
        rows = [
            {
                "line": c.place.line,
                "latex": c.place.latex,
                "status": c.status,
                "how": c.how,
                "results": [n for n in c.names if n],
                "near": list(c.near),
            }
            for c in covers
        ]
        print(in_ascii(json.dumps(rows, ensure_ascii=False, indent=1)))
    else:
        for c in covers:
            if c.status not in ("none",):
                short = " ".join(c.place.latex.split())
                found = ", ".join(dict.fromkeys(n for n in c.names if n)) or "-"
                near = f" (near {', '.join(c.near)})" if c.near and c.status == "missing" else ""
                print(visible_name(f"{page}:{c.place.line}: {c.status}: {found}{near}: {short[:90]}"))
        said = [c for c in covers if c.status not in ("none",)]
        print(f"\n{sum(c.status == 'covered' for c in said)} of {len(said)} formulas that say something are in the library.")
    raise typer.Exit(0 if all(c.status in ("covered", "none") for c in covers) else 1)


def guide(
    name: Annotated[str | None, typer.Argument(help="A guide; none for the list.", metavar="NAME")] = None,
) -> None:
    """Show a guide: for authors, reviewers, teachers, maintainers of sites, users of Python; and kinds of mistakes."""
    from derive.guides import names, text

    if name is None:
        width = max(len(one) for one in names())
        for one, title in names().items():
            print(f"{one:<{width}}  {title}")
        return
    try:
        page = text(name)
    except KeyError:
        raise fail(f"there is no guide {name!r}; there are {', '.join(names())}.") from None
    if not sys.stdout.isatty():
        sys.stdout.write(page)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(page, code_theme="ansi_dark"))
