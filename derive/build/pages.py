r"""Building the chapters: render, write formulas, read back, and only then replace the old pages."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.managers import SyncManager
from pathlib import Path
from queue import Empty
from typing import Any

from derive.build.chapters import Chapter, chosen, known_dialect, titles
from derive.build.graphics.figures import figures, svg
from derive.build.readback import Count, read_back
from derive.build.setting.sentences_said import said
from derive.build.slots import CLOSE, OPEN, SLOT, BuildError, Page, Printable, Token
from derive.build.targets import BESIDE, TARGETS, Target, fill, linked
from derive.build.templates import folder, render
from derive.derivation import Checked
from derive.files import replace_file
from derive.guard import bound
from derive.library.sources import link

BODY = Token(f"{OPEN}body{CLOSE}")
PACKAGES = ("sympy", "python-flint", "latex2sympy2", "jinja2", "matplotlib")
#: What of a page may differ between machines: versions, and whether the second reader can be imported; drift is judged without.
DRAWN = re.compile(r'<svg [^>]*data-by="(?P<by>[^"]*)" data-source="(?P<source>[^"]*)".*?</svg>', re.S)
VERSIONS = re.compile(r"derive \d[^\n<]*python-flint[^\n<]*|gave \d+ of their sides")


@dataclass(frozen=True, slots=True)
class Built:
    """A page ready to be written, and what was read back from it."""

    path: Path
    text: str
    count: Count


@cache
def versions() -> str:
    """The versions that verified a page, in one line."""
    said = []
    for name in ("derive", *PACKAGES):
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            said.append(f"{name} absent" if name != "derive" else "derive 0+unknown")
    return ", ".join(said)


def targets_of(names: Iterable[str]) -> list[str]:
    """The targets named; all of them for ``all``.

    Raises:
        BuildError: a name that no target has.
    """
    known = [*TARGETS, "json"]
    chosen = [n for name in names for n in (known if name == "all" else [name])]
    for name in chosen:
        if name not in known:
            raise BuildError(f"no target is called {name!r}; there are {', '.join(known)}")
    return list(dict.fromkeys(chosen))


def build(
    names: Iterable[str],
    root: Path | None = None,
    tick: Callable[[str], None] | None = None,
    jobs: int = 1,
    only: Iterable[str] = (),
    dialect: str = "",
) -> list[Built]:
    """Every chapter, or those of some names ``only``, in every target named, verified; nothing is written.

    With ``jobs`` the chapters share processes; all are in a ``dialect``, or each in its own.

    Raises:
        BuildError: a formula that cannot be printed, with the place that asked for it; a name of no target, chapter or dialect.
    """
    targets = targets_of(names)
    parts = chosen(only, root)
    if dialect:
        parts = [replace(chapter, dialect=known_dialect(dialect)) for chapter in parts]
    tick = tick or (lambda what: None)
    if jobs > 1 and len(parts) > 1:
        made = _beside(parts, targets, root, tick, jobs)
    else:
        made = [_chapter(chapter, targets, root, tick) for chapter in parts]
    pages = [page for built, _ in made for page in built]
    if any(TARGETS[name].picture is linked for name in targets if name in TARGETS):
        pictures = dict.fromkeys(name for _, names in made for name in names)
        pages += [Built(Path("figures") / f"{name}.svg", svg(figures()[name]), Count()) for name in pictures]
    return pages


def _chapter(
    chapter: Chapter, targets: list[str], root: Path | None, tick: Callable[[str], None]
) -> tuple[list[Built], list[str]]:
    """A chapter in every target, and the names of its figures."""
    tick(f"{chapter.name}: deciding its formulas")
    text, page = chapter_text(chapter, root)
    built = []
    for name in targets:
        tick(f"{chapter.name}: {name}")
        built.append(json_page(chapter, page) if name == "json" else target_page(chapter, text, page, TARGETS[name], root))
    return built, [figure.name for figure in page.pictures]


def _beside(
    parts: list[Chapter], targets: list[str], root: Path | None, tick: Callable[[str], None], jobs: int
) -> list[tuple[list[Built], list[str]]]:
    """The chapters in processes of their own, which say what they are doing through a queue."""
    tied = partial(bound, os.getpid(), threading.current_thread() is threading.main_thread())
    manager = SyncManager()
    manager.start(tied)
    with manager, ProcessPoolExecutor(min(jobs, len(parts)), initializer=tied) as pool:
        said = manager.Queue()
        running = [pool.submit(_chapter, chapter, targets, root, said.put) for chapter in parts]
        while not all(future.done() for future in running):
            try:
                tick(said.get(timeout=0.1))
            except Empty:
                continue
        return [future.result() for future in running]


def chapter_text(chapter: Chapter, root: Path | None = None) -> tuple[str, Page]:
    """The chapter in neutral Markdown, with tokens for its formulas."""
    page = Page(say=speaker(chapter, root), others=titles(root), dialect=chapter.dialect)
    return render(f"chapters/{chapter.name}.md.j2", page, root, chapter=chapter), page


def speaker(chapter: Chapter, root: Path | None = None) -> Callable[[str], str]:
    """What says a sentence in a chapter's language."""
    return partial(said, language=chapter.language, folders=tuple(dict.fromkeys((root or folder(), folder()))))


def target_page(chapter: Chapter, text: str, page: Page, target: Target, root: Path | None = None) -> Built:
    """One chapter in one target, read back."""
    prose = target.prose(BESIDE.sub(rf"](./\1{target.suffix})" if target.suffix != ".tex" else "]()", text))
    order = [page.printed[int(n)] for n in SLOT.findall(prose)]
    body = fill(prose, page.printed, target, page.say)
    count = read_back(body, order, target)
    values: dict[str, Any] = {
        "chapter": chapter,
        "title": target.text(chapter.title),
        "says": target.text(chapter.says),
        "body": BODY,
    }
    footer = render(
        "parts/footer.md.j2",
        Page(say=speaker(chapter, root)),
        root,
        count=count,
        versions=versions(),
        sources=sources_of(page),
        link=link,
    )
    values["footer"] = Token(target.prose(footer))
    skeleton = render(target.template, Page(), root, **values)
    whole = re.sub(r"\n{3,}", "\n\n", skeleton.replace(BODY, body)).strip() + "\n"
    read_back(whole, order, target)
    return Built(Path(target.name) / f"{chapter.name}{target.suffix}", whole, count)


def sources_of(page: Page) -> list[str]:
    """The sources of a page's results, each once, in order."""
    return list(dict.fromkeys(r.source for r in page.results if r.source not in ("worked example", "arithmetic")))


def json_page(chapter: Chapter, page: Page) -> Built:
    """The chapter's results for other programs: LaTeX, verdict, assumptions, steps, source."""
    results = []
    for r in page.results:
        proved = r.prove()
        steps = r.derivation().steps if r.steps else ()
        results.append(
            {
                "name": r.name, "title": r.title, "latex": proved.latex, "status": proved.status, "evidence": proved.evidence,
                "conditions": list(proved.conditions), "given": list(r.given), "says": r.says, "source": r.source,
                "link": link(r.source), "steps": [step_for_programs(s) for s in steps],
            }
        )  # fmt: skip
    data = {"version": 1, "chapter": chapter.name, "title": chapter.title, "verified_by": versions(), "results": results}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    count = Count()
    for entry, r in zip(json.loads(text)["results"], page.results, strict=True):
        found = r.prove()
        p = Printable(found.latex, found.formula, found.status, True, found, r.name)
        if not p.means(entry["latex"]):
            raise BuildError(f"{r.name}: {entry['latex']} does not read back as {found.latex}")
        count += Count(1, int(bool(found.theorems)), int(not found.theorems), 0, len(found.theorems))
    return Built(Path("json") / f"{chapter.name}.json", text, count)


def step_for_programs(step: Checked) -> dict[str, Any]:
    """A step with all that is known of it."""
    return {
        "latex": step.proved.latex, "status": step.status, "evidence": step.proved.evidence, "rule": step.step.rule,
        "reason": step.reason, "conditions": list(step.conditions), "source": step.source, "link": link(step.source),
    }  # fmt: skip


def write(pages: list[Built], folder: Path) -> list[Path]:
    """Write pages, each under a temporary name first, so that a reader never sees half of one."""
    written = []
    for page in pages:
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8") == page.text:
            continue
        replace_file(path, page.text)
        written.append(path)
    return written


def drift(pages: list[Built], folder: Path) -> list[Path]:
    """Pages that differ from what would be built, or are missing; the line of versions aside."""
    found = []
    for page in pages:
        path = folder / page.path
        try:
            old = path.read_text(encoding="utf-8")
        except OSError:
            found.append(path)
            continue
        if differ(old, page.text):
            found.append(path)
    return found


def differ(old: str, new: str) -> bool:
    """Whether two pages differ in more than versions; drawings by different versions of Matplotlib are compared by their data."""
    old, new = VERSIONS.sub("", old), VERSIONS.sub("", new)
    if {m["by"] for m in DRAWN.finditer(old)} != {m["by"] for m in DRAWN.finditer(new)}:
        old, new = (DRAWN.sub(lambda m: m["source"], text) for text in (old, new))
    return old != new
