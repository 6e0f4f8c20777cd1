"""Which scanner reads which file, and how bytes become text."""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from derive.check.findings import Problem
from derive.check.sources.text.document import Document
from derive.check.sources.text.strand import Lines
from derive.files import read_regular

#: Bytes of the largest file that is read.
LARGEST = 32 * 2**20

#: File name suffixes and the flavour that reads them.
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".myst": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".tex": "latex",
    ".ltx": "latex",
    ".rst": "rst",
    ".ipynb": "notebook",
}


def scan(path: str, text: str, config: Any = None) -> Document:
    r"""The document in a text, read as its path's suffix says (Markdown for unknown ones).

    >>> scan("a.md", "# Title\n\n$$\nx=1\n$$\n").pieces[0].text
    'Title'
    """
    # A page makes many small things that all stay, which the collector of garbage would look through again and again.
    collects = gc.isenabled()
    gc.disable()
    try:
        made = _scanned(path, text, config)
        return made if config is None else _with_site(made)
    finally:
        if collects:
            gc.enable()


def _scanned(path: str, text: str, config: Any) -> Document:
    flavour = SUFFIXES.get(Path(path).suffix.lower(), "markdown")
    # Local imports: each scanner brings its own parser, and a page needs one of them.
    if flavour == "latex":
        from derive.check.sources.formats.latex import scan_latex

        return scan_latex(path, text, config.root, config.inputs) if config is not None else scan_latex(path, text)
    if flavour == "rst":
        from derive.check.sources.formats.rst import scan_rst

        return scan_rst(path, text)
    if flavour == "notebook":
        from derive.check.sources.formats.notebook import scan_notebook

        return scan_notebook(path, text)
    from derive.check.sources.formats.markdown import scan_markdown

    return scan_markdown(path, text)


def _with_site(document: Document) -> Document:
    """A document with the macros of its site, which those of its own come before."""
    # Local import: only a check of files looks beside them.
    from derive.check.sources.formats.site_macros import site_macros

    macros, used, broken = site_macros(Path(document.path), document.flavour)
    if not used:
        return document
    notes = tuple(Problem(document.path, 1, 1, "D154", f"Macros of {file} were not read: {why}.", "info") for file, why in broken)
    return replace(document, macros={**macros, **document.macros}, problems=(*document.problems, *notes), beside=tuple(used))


def read(path: Path) -> tuple[str | None, Problem | None]:
    """The text of a file, or the finding that says why there is none.

    >>> read(Path("no-such-page.md"))[1].code
    'D150'
    """
    try:
        data = read_regular(path, LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        what = "folder" if os.path.isdir(path) else "file"
        return None, Problem(path.as_posix(), 1, 1, "D150", f"This {what} cannot be read: {reason.lower()}.")
    except ValueError:  # a NUL in the name
        return None, Problem(path.as_posix(), 1, 1, "D150", "This file cannot be read: it is no name of a file.")
    if len(data) > LARGEST:
        message = f"This file is larger than {LARGEST // 2**20} MiB."
        help = (
            "Clear the outputs of the notebook."
            if path.suffix == ".ipynb"
            else "Split it, or leave it out of the paths to check."
        )
        return None, Problem(path.as_posix(), 1, 1, "D155", message, help=help)
    return decode(path.as_posix(), data)


def decode(path: str, data: bytes) -> tuple[str | None, Problem | None]:
    """UTF-8 text of some bytes, byte order mark and line endings kept."""
    encoding = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(data[:2])
    if encoding:
        return None, Problem(
            path, 1, 1, "D152", "This file is in UTF-16; it is read as UTF-8 only.", help=_CONVERT.format("UTF-16")
        )
    if b"\x00" in data[:65536]:
        offset = data.index(b"\x00")
        line, column = data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
        return None, Problem(
            path, line, column, "D151", "This file is binary, not text.", help="Leave it out of the paths to check."
        )
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = Lines.of(before).position(len(before))
        message = f"This file is not in UTF-8: byte 0x{data[error.start]:02x} starts no character."
        return None, Problem(path, line, column, "D152", message, help=_CONVERT.format("LATIN1"))


_CONVERT = "Convert it, for example with: iconv -f {} -t UTF-8."
