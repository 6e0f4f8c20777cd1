r"""LaTeX files: displays, inline formulas, section headings, ``\input``, and the macros of the preamble.

>>> from derive.check.sources import scan
>>> [piece.latex for piece in scan("a.tex", "so $x$ % not $y$").formulas]
['x']
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from derive.check.sources.text.document import RUN_IN, RUN_IN_LEVEL, Document, Gathering
from derive.check.sources.text.places import braces, closing_brace, find, search
from derive.check.sources.text.strand import Strand, normalise_newlines
from derive.files import real

_ROWS = r"(?:align|alignat|flalign|gather|multline|eqnarray|xalignat|xxalignat|dmath|dgroup|IEEEeqnarray)\*?"
_BODY = r"(?:equation\*?|displaymath|math)"
_SKIPPED = r"verbatim\*?|Verbatim|lstlisting|minted|comment|alltt|filecontents\*?|tikzpicture|filecontents|listing"
#: What a file can be called: without a NUL, and in characters that there are.
_IS_NAME = re.compile("[^\x00\ud800-\udfff]+")
#: What stands in the folder of a project.
_MARKS = (".git", ".hg", "derive.toml", "pyproject.toml")
_LEVELS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}

_TOKEN = re.compile(
    rf"""(?P<comment>%[^\n]*)
  | (?P<verb>\\(?:verb|lstinline|mintinline\{{\w+\}})\*?(?P<mark>[^\w\s*{{])(?:(?!(?P=mark))[^\n]){{0,1000}}(?P=mark))
  | (?P<hidden>\\iffalse(?![A-Za-z]))
  | (?P<address>\\(?:url|path|nolinkurl|href)\s*\{{[^}}]{{0,2000}}\}})
  | (?P<skip>\\begin\s*\{{(?P<skipped>{_SKIPPED})\}})
  | (?P<rows>\\begin\s*\{{(?P<rowenv>{_ROWS})\}})
  | (?P<body>\\begin\s*\{{(?P<bodyenv>{_BODY})\}})
  | (?P<table>\\begin\s*\{{(?:tabular\*?|tabularx|longtable|array|tblr)\}})
  | (?P<tableend>\\end\s*\{{(?:tabular\*?|tabularx|longtable|array|tblr)\}})
  | (?P<stop>\\end\s*\{{document\}})
  | (?P<macro>\\(?:(?:new|renew|provide)command|DeclareMathOperator|def)(?![A-Za-z]))
  | (?P<heading>\\(?P<level>part|chapter|section|subsection|subsubsection|paragraph)\*?\s*(?:\[[^\]]{{0,500}}\])?\{{)
  | (?P<exercise>\\begin\s*\{{(?:exercise|problem|question)\*?\}}|\\textbf\s*\{{\s*{RUN_IN}[^{{}}$]{{0,60}}\}})
  | (?P<input>\\(?:input|include|subfile)\s*\{{(?P<file>[^}}]{{0,1000}})\}})
  | (?P<open>\\\[|\\\()
  | (?P<dollars>\$\$?)
  | (?P<escape>\\.)""",
    re.X | re.S,
)
_BLANK = r"\n[ \t]*\n"
_ESCAPED = re.compile(r"\\.|%[^\n]*|\$\$?", re.S)
#: Characters of the longest heading that is kept.
LONGEST_TITLE = 1000
_COMMENT = r"(?<!\\)%[^\n]*"


def scan_latex(path: str, text: str, root: str = "", inputs: tuple[str, ...] = ()) -> Document:
    """Every formula of a LaTeX file and of the files it inputs from its project, or from a folder that ``inputs`` names."""
    gathered = Gathering(path, text)
    own = real(Path(path))
    base = real(Path(root)) if root else project_of(own)
    allowed = (base if own.is_relative_to(base) else own.parent, *(real(base / one) for one in inputs))
    _gather(gathered, Path(path).parent, (own,), allowed)
    return gathered.document("latex")


def project_of(page: Path) -> Path:
    """The folder that a page without settings belongs to: its repository, the folder one works in, or its own."""
    for folder in page.parents:
        if any(os.path.exists(folder / mark) for mark in _MARKS):
            return folder
    here = Path.cwd()
    return here if page.is_relative_to(here) and here not in (Path(here.anchor), Path(os.path.expanduser("~"))) else page.parent


def _gather(gathered: Gathering, folder: Path, chain: tuple[Path, ...], allowed: tuple[Path, ...]) -> None:
    source = normalise_newlines(Strand.of(gathered.text))
    text = source.text
    at, tables = 0, 0
    while match := _TOKEN.search(text, at):
        at, start, kind = match.end(), match.start(), match.lastgroup
        inline = "table" if tables else "inline"
        if kind == "comment":
            body = source.cut(start + 1, at)
            gathered.directive(body.text, body, source.place(start), source.place_end(at))
        elif kind == "hidden":
            end = search(text, r"\\fi(?![A-Za-z])", at)
            at = end[1] if end is not None else start + 2
        elif kind == "skipped" or match["skip"]:
            stop = find(text, f"\\end{{{match['skipped']}}}", at)
            at = len(text) if stop < 0 else stop
        elif match["table"]:
            tables += 1
        elif match["tableend"]:
            tables = max(0, tables - 1)
        elif match["stop"]:
            return
        elif match["macro"]:
            at = gathered.take_macro(text, start) or at
        elif match["heading"]:
            close = closing_brace(text, at)
            title = text[at : at if close is None else min(close, at + LONGEST_TITLE)]
            gathered.heading(_LEVELS[match["level"]], title, source.place(start), source.place_end(at + len(title) + 1))
        elif match["exercise"]:
            gathered.heading(RUN_IN_LEVEL, match["exercise"], source.place(start), source.place_end(at))
        elif match["input"]:
            _input(gathered, source.place(start), match["file"].strip(), folder, chain, allowed)
        elif match["rows"] or match["body"]:
            name = match["rowenv"] or match["bodyenv"]
            at = _environment(gathered, source, start, at, name, whole=bool(match["rows"]), inline=inline)
        elif match["open"] or match["dollars"]:
            at = _delimited(gathered, source, start, match.group(), inline)


def _clean(body: Strand) -> Strand:
    return body.replace(_COMMENT, "")


def _environment(gathered: Gathering, source: Strand, start: int, at: int, name: str, *, whole: bool, inline: str) -> int:
    closer = search(source.text, r"\\end\s*\{" + re.escape(name) + r"\}", at)
    if closer is None:
        return _broken(gathered, source, start, source.text[start:at], at)
    close, end = closer
    body = source.cut(start, end) if whole else source.cut(at, close)
    kind = inline if name == "math" else "display"
    gathered.formula(kind, _clean(body), source.place(start), source.place_end(end), name if whole else "")
    return end


def _delimited(gathered: Gathering, source: Strand, start: int, opener: str, inline: str) -> int:
    r"""Read ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]``; a blank line ends what TeX would not accept."""
    text = source.text
    at = start + len(opener)
    closer = {r"\[": r"\]", r"\(": r"\)"}.get(opener, opener)
    limit = _next_blank(text, at)
    end = _closer(text, at, limit, closer)
    if end is None:
        return _broken(gathered, source, start, opener, at)
    kind = "display" if opener in ("$$", r"\[") else inline
    gathered.formula(kind, _clean(source.cut(at, end)), source.place(start), source.place_end(end + len(closer)))
    return end + len(closer)


def _next_blank(text: str, at: int) -> int:
    """Offset of the first blank line from ``at`` on, or of the end."""
    found = search(text, _BLANK, at)
    return len(text) if found is None else found[0]


def _closer(text: str, at: int, limit: int, closer: str) -> int | None:
    r"""Offset of the closing delimiter, outside braces (``\text{if $x$}`` nests); inside them when there is no other."""
    depth, start = 0, at
    groups = braces(text, tex=True)
    while start < limit:
        char = text[start]
        if text.startswith(closer, start):
            return start
        if char == "\\":
            start += 1
        elif char == "%":
            end = text.find("\n", start)
            start = limit if end < 0 else end
        elif char == "}":
            depth -= 1
        elif char == "{" and depth < 0:
            depth += 1
        elif char == "{":
            end = groups.get(start, limit)
            if end >= limit:  # a group without an end holds all that follows
                return _first(text, at, limit, closer)
            start = end
        start += 1
    return _first(text, at, limit, closer)


def _first(text: str, at: int, limit: int, closer: str) -> int | None:
    """Offset of a delimiter, whatever it stands in but comments."""
    for match in _ESCAPED.finditer(text, at, limit):
        if match.group().startswith(closer):
            return match.start()
    return None


def _broken(gathered: Gathering, source: Strand, start: int, opener: str, at: int) -> int:
    end = _next_blank(source.text, at)
    gathered.unclosed(opener, source.cut(at, end), source.place(start), "inline" if opener in ("$", r"\(") else "display")
    return end


def _input(gathered: Gathering, offset: int, name: str, folder: Path, chain: tuple[Path, ...], allowed: tuple[Path, ...]) -> None:
    # Local import: the reader of files imports the scanners.
    from derive.check.sources.scan import read

    if not _IS_NAME.fullmatch(name):
        gathered.problem(offset, "D154", "An included file was not read: what is named is no file.")
        return
    target = folder / name
    if not target.suffix or not os.path.exists(target):
        target = folder / f"{name}.tex"
    if not any(real(target).is_relative_to(place) for place in allowed):
        help = "Name its folder in the setting inputs if it may be read."
        gathered.problem(offset, "D154", f"The included file {name} was not read: it lies outside of the project.", help)
        return
    if real(target) in chain:
        gathered.problem(offset, "D154", f"{name} includes itself.")
        return
    if target.as_posix() in gathered.sources:
        return
    text, problem = read(target)
    if text is None:
        why = problem.message if problem else ""
        gathered.problem(offset, "D154", f"The included file {name} was not read. {why}".strip())
        return
    _gather(gathered.within(target.as_posix(), text), folder, (*chain, real(target)), allowed)


def included(path: Path, text: str) -> list[Path]:
    """The existing files that a LaTeX text inputs."""
    found = []
    for match in re.finditer(r"^(?:[^%\n\\]|\\.)*?\\(?:input|include|subfile)\s*\{([^}]*)\}", text, re.M):
        for target in (path.parent / match[1].strip(), path.parent / f"{match[1].strip()}.tex"):
            if os.path.isfile(target):
                found.append(target)
    return found
