r"""Rules for markdown-it that recognise mathematics and note exactly where it stands.

The tokens carry offsets into the text being parsed: block rules in ``token.meta["lines"]`` (one
``(start, end)`` per source line, container prefixes left out), inline rules relative to their block.
Delimiters: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]``, amsmath environments, GitHub's ``$`…`$``, MyST's
``{math}`` role.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote import footnote_plugin

from derive.check.sources.text.places import find
from derive.check.sources.text.words import BRACKETS
from derive.syntax.lex.symbols import GREEK

#: More lines than any display has; a bound on what an unclosed delimiter can cost.
MAX_LINES = 5000
ENVIRONMENTS = "equation|multline|gather|align|alignat|flalign|eqnarray|displaymath|math|dmath"
BEGIN = re.compile(r"\\begin\s*\{((?:" + ENVIRONMENTS + r")\*?)\}")
_DISPLAY = re.compile(r"\$\$|\\\\?\[|\\begin\s*\{(?:" + ENVIRONMENTS + r")\*?\}")
_LABEL = re.compile(r"(?:\([\w:.\- ]+\)|\{#?[^}]*\})?\s*[.,;:]?")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]?)\s+\S")
_PROSE = re.compile(r"(?:^|\s)[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}")
#: What a line begins with that goes on from the one before it, and what one ends with that is to be gone on from.
_GOES_ON = re.compile(r"\s*(?:&\s*)*(?:=(?!=)|[≤≥≈+]|\\(?:leq?|geq?|approx|equiv|propto|times|cdot|quad)(?![A-Za-z]))")
_TO_GO_ON = re.compile(r"(?:\\\\|[=+&])\s*\Z")
_STRUCTURE = re.compile(r"\s*(?:#{1,6}\s|[-*]\s+\S|\d+\.\s|>|```|~~~|\||:::|</?[a-z])")


#: Letters, numbers and at least one operator between them, in round brackets or none.
_SHORT_SUM = re.compile(
    r"[(-]*(?:[A-Za-zΑ-ω]|\d[\d.]*[A-Za-zΑ-ω]?)['!)]*(?:\s*[-+*/|,][\s(]*(?:[A-Za-zΑ-ω]|\d[\d.]*[A-Za-zΑ-ω]?)['!)]*)+"
)
_WORD = re.compile(r"[A-Za-z]{2}|\A[\d\s.,/-]*\Z|\A[a-zA-Z]-[a-zA-Z]\Z")


def looks_like_maths(text: str) -> bool:
    r"""Whether text between doubtful delimiters (``\[…\]``, ``$ … $``) reads as mathematics.

    >>> looks_like_maths("x = 1"), looks_like_maths("see notes"), looks_like_maths(" N ")
    (True, False, True)
    """
    body = text.strip()
    if _SHORT_SUM.fullmatch(body) and not _WORD.search(body):
        return True
    return bool(re.search(r"[\\^_=<>≤≥≈]", body)) or bool(re.fullmatch(r"[A-Za-zΑ-ω](?:'|\([^)]*\))?", body))


#: Blocks in blocks are read so deep; a list counts twice, for itself and for its item.
NESTING = 100


def parser() -> MarkdownIt:
    """A CommonMark parser with tables, footnotes and the rules of this module."""
    md = MarkdownIt("commonmark", {"maxNesting": NESTING}).enable(["table", "strikethrough"])
    footnote_plugin(md, inline=False, move_to_end=False)
    stops: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("fence", "derive_display", _display_block, stops)
    md.block.ruler.before("fence", "derive_colons", _colon_line, stops)
    md.block.ruler.before("fence", "derive_admonition", _admonition, stops)
    md.inline.ruler.before("escape", "derive_maths", _inline_maths)
    md.inline.ruler.before("escape", "derive_comment", _inline_comment)
    md.inline.ruler.before("escape", "derive_code", _inline_code)
    return md


# --- blocks --------------------------------------------------------------------------------------


def _begin(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _display_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    if state.is_code_block(first):
        return False
    start = _begin(state, first)
    opening = _DISPLAY.match(state.src, start, state.eMarks[first])
    if not opening:
        return False
    delimiter = opening.group()
    environment = BEGIN.match(delimiter)
    if environment:
        closer = re.compile(r"\\end\s*\{" + re.escape(environment[1]) + r"\}")
    elif delimiter == "$$":
        closer = re.compile(r"(?<!\\)(?:\\\\)*\$\$")
    else:
        closer = re.compile(re.escape(delimiter.replace("[", "]")))
    found = _find_closer(state, closer, opening.end(), first, last)
    if found is None:
        return _unclosed_block(state, first, last, opening.end(), delimiter, silent)
    line, close, end = found
    tail = state.src[end : state.eMarks[line]]
    if line == first and not _LABEL.fullmatch(tail.strip()):
        return False  # a paragraph that begins with a display: the inline rule reads it
    body = _slices(state, opening.end(), first, close, line)
    if delimiter.lstrip("\\") == "[" and not looks_like_maths("".join(state.src[a:b] for a, b in body)):
        return False
    if silent:
        return True
    token = state.push("derive_display", "", 0)
    token.map = [first, line + 1]
    token.meta = {"start": start, "end": end, "lines": body, "env": environment[1] if environment else ""}
    if tail.strip() and not _LABEL.fullmatch(tail.strip()):
        _push_text(state, tail, line)
    state.line = line + 1
    return True


def _find_closer(state: StateBlock, closer: re.Pattern[str], at: int, first: int, last: int) -> tuple[int, int, int] | None:
    """(line, start, end) of the closing delimiter, unless the page's prose begins before it."""
    blank, before = False, ""
    positions = _closers(state.src, closer)
    if not positions or positions[-1] < at:
        return None
    for line in range(first, min(last, first + MAX_LINES)):
        if line > first:
            if state.isEmpty(line):
                blank = True
                continue
            if state.sCount[line] < state.blkIndent:
                return None
            at = _begin(state, line)
        match = closer.search(state.src, at, state.eMarks[line])
        text = state.src[at : match.start() if match else state.eMarks[line]]
        # A row that goes on from the one above the blank line is no prose, however many delimiters the page has.
        if blank and not _GOES_ON.match(text):
            if _PROSE.search(_without_words(text)) or _STRUCTURE.match(text):
                return None
            if not _TO_GO_ON.search(before) and not _parity(state, closer, first, last):
                return None
        blank, before = blank and not _GOES_ON.match(text), text
        if match:
            end = match.end()
            return line, end - len(match.group().lstrip("\\")) if match.group().endswith("$$") else match.start(), end
    return None


def _without_words(text: str) -> str:
    return re.sub(r"\\(?:text\w*|mbox|mathrm|operatorname)\s*\{[^}]*\}", "", text)


def _parity(state: StateBlock, closer: re.Pattern[str], first: int, last: int) -> bool:
    """Whether the remaining delimiters pair up, so that a blank line inside a display can be meant."""
    if "$$" not in closer.pattern.replace("\\", ""):
        return True
    positions = _closers(state.src, closer)
    inside = bisect_left(positions, state.eMarks[last - 1]) - bisect_left(positions, state.bMarks[first])
    return inside % 2 == 0


@lru_cache(maxsize=32)
def _closers(text: str, closer: re.Pattern[str]) -> list[int]:
    """Where the closing delimiters of a text end, code fences left out."""
    outside = re.sub(r"^[ >]*(```|~~~).*?^[ >]*\1", lambda match: " " * len(match[0]), text, flags=re.S | re.M)
    return [match.end() for match in closer.finditer(outside)]


def _slices(state: StateBlock, start: int, first: int, close: int, last: int) -> list[tuple[int, int]]:
    """The body of a display as one stretch, or line by line where a container puts marks before each line."""
    marked = any(state.bMarks[line] != state.eMarks[line - 1] + 1 for line in range(first + 1, last + 1))
    if not marked:
        return [(start, close)]
    inner = [(state.bMarks[line], state.eMarks[line]) for line in range(first + 1, last)]
    ends = [(state.bMarks[last], close)] if last > first else []
    return [(start, state.eMarks[first] if last > first else close), *inner, *ends]


def _unclosed_block(state: StateBlock, first: int, last: int, at: int, delimiter: str, silent: bool) -> bool:
    if delimiter.startswith("\\") and delimiter.endswith("["):
        return False  # an escaped bracket in prose is no damage
    stop = first
    while stop + 1 < last and not state.isEmpty(stop + 1) and state.sCount[stop + 1] >= state.blkIndent:
        stop += 1
    if silent:
        return True
    token = state.push("derive_unclosed", "", 0)
    token.map = [first, stop + 1]
    token.meta = {
        "start": _begin(state, first),
        "lines": _slices(state, at, first, state.eMarks[stop], stop),
        "delimiter": delimiter,
    }
    state.line = stop + 1
    return True


def _push_text(state: StateBlock, text: str, line: int) -> None:
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text.strip(), [line, line + 1], []
    state.push("paragraph_close", "p", -1)


def _colon_line(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """``::: tip`` and its kin stand for themselves; ``:::{math}`` and code-like directives hold their content."""
    if state.is_code_block(first):
        return False
    text = state.src[_begin(state, first) : state.eMarks[first]]
    match = re.match(r"(:{3,})\s*(?:\{([\w-]+)\})?(.*)$", text)
    if not match:
        return False
    if silent:
        return True
    fence, name, title = match[1], match[2], match[3]
    state.line = first + 1
    if name and not holds_markdown(name):
        end = next((n for n in range(first + 1, last) if state.src[_begin(state, n) : state.eMarks[n]].strip() == fence), last)
        token = state.push("fence", "code", 0)
        token.info, token.map, token.markup = f"{{{name}}}{title}", [first, min(end + 1, last)], fence
        state.line = min(end + 1, last)
    elif title.strip():
        _push_text(state, title, first)
    return True


def _admonition(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """MkDocs admonitions and tabs: the lines below, indented by four, are Markdown again."""
    if state.is_code_block(first):
        return False
    text = state.src[_begin(state, first) : state.eMarks[first]]
    if not _ADMONITION.match(text):
        return False
    if silent:
        return True
    indent = state.sCount[first] + 4
    stop = first + 1
    while stop < last and (state.isEmpty(stop) or state.sCount[stop] >= indent):
        stop += 1
    quoted = re.search(r"\"(.*)\"", text)
    if quoted:
        _push_text(state, quoted[1], first)
    old = state.blkIndent, state.lineMax
    state.blkIndent, state.lineMax = indent, stop
    state.md.block.tokenize(state, first + 1, stop)
    state.blkIndent, state.lineMax = old
    state.line = stop
    return True


def holds_markdown(directive: str) -> bool:
    """Whether a MyST directive's content is Markdown."""
    return directive.lower() not in {
        "math", "code", "code-block", "code-cell", "sourcecode", "literalinclude", "eval-rst", "figure", "image",
        "mermaid", "raw", "toctree", "bibliography", "csv-table", "list-table", "doctest", "highlight", "include", "python",
        "parsed-literal",
    }  # fmt: skip


# --- inline --------------------------------------------------------------------------------------

_ROLE = re.compile(r"\{math\}(`{1,20})")
_TICKED = re.compile(r"\$(`{1,20})")
_DOUBLE = re.compile(r"\$\$(.+?)(?<!\\)((?:\\\\)*)\$\$", re.S)
_OPENING = re.compile(r"(\\\\?)([(\[])")


def _inline_maths(state: StateInline, silent: bool) -> bool:
    char = state.src[state.pos]
    if char == "$":
        found = _dollars(state.src, state.pos)
    elif char == "\\":
        found = _brackets(state.src, state.pos)
    elif char == "{" and (role := _ROLE.match(state.src, state.pos)):
        found = _ticked(state.src, role, "")
    else:
        return False
    if found is None:
        return False
    kind, start, end, after = found
    if not silent:
        token = state.push("derive_inline" if kind != "unclosed" else "derive_inline_unclosed", "", 0)
        token.meta = {"kind": kind, "start": state.pos, "body": (start, end), "end": after}
        token.content = state.src[start:end]
    state.pos = after
    return True


def _dollars(text: str, at: int) -> tuple[str, int, int, int] | None:
    if (opening := _TICKED.match(text, at)) and (ticked := _ticked(text, opening, "$")):
        return ticked
    if text.startswith("$$$$", at):
        return "inline", at + 2, at + 2, at + 4  # an empty display
    if text.startswith("$$", at):
        if find(text, "$$", at + 3) >= 0 and (match := _DOUBLE.match(text, at)):
            return "display", match.start(1), match.end(2), match.end()
        return "unclosed", at + 2, len(text), len(text)
    end = at + 1
    while True:
        end = text.find("$", end)
        if end < 0:
            return None
        if not _escaped(text, end):
            break
        end += 1
    body = text[at + 1 : end]
    if at and text[at - 1] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" and body[:1].isdigit():
        return None  # US$5, A$20
    if not body.strip() or text[end + 1 : end + 2].isdigit():
        return None
    if body[0].isspace() or body[-1].isspace():
        # Money ("costs $5 and $6") looks like this; so do a few authors' formulas.
        if not (body[0].isspace() and body[-1].isspace() and looks_like_maths(body)):
            return None
    return "inline", at + 1, end, end + 1


def _ticked(text: str, opening: re.Match[str], last: str) -> tuple[str, int, int, int] | None:
    """A formula between as many backquotes on either side; of an opening that nothing closes, the shorter ones."""
    for count in range(len(opening[1]), 0, -1):
        start = opening.start(1) + count
        closer = "`" * count + last
        end = find(text, closer, start + 1)
        if end >= 0:
            return "inline", start, end, end + len(closer)
    return None


def _escaped(text: str, at: int) -> bool:
    count = 0
    while at > 0 and text[at - 1] == "\\":
        count, at = count + 1, at - 1
    return count % 2 == 1


def _brackets(text: str, at: int) -> tuple[str, int, int, int] | None:
    if opening := _OPENING.match(text, at):
        closer, kind = opening[1] + {"(": ")", "[": "]"}[opening[2]], {"(": "inline", "[": "display"}[opening[2]]
        end = find(text, closer, opening.end() + 1)
        body = text[opening.end() : end] if end >= 0 else ""
        # behind two backslashes no words are set in brackets: a lone name of a letter has lost its own
        if end >= 0 and (looks_like_maths(body) or len(opening[1]) == 2 and body.strip() in GREEK):
            return kind, opening.end(), end, end + len(closer)
    if match := BEGIN.match(text, at):
        ending = f"\\end{{{match[1]}}}"
        end = find(text, ending, match.end())
        if end >= 0:
            after = end + len(ending)
            return "display", at, after, after
    return None


_CODE = re.compile(r"<(code|kbd|samp|tt)\b")


def _inline_code(state: StateInline, silent: bool) -> bool:
    """Code in HTML: no site sets its dollars as mathematics."""
    match = _CODE.match(state.src, state.pos) if state.src[state.pos] == "<" else None
    opened = find(state.src, ">", match.end()) if match else -1
    closed = find(state.src, f"</{match[1]}>", opened + 1) if match and opened >= 0 else -1
    if match is None or closed < 0:
        return False
    state.pos = closed + len(match[1]) + 3
    return True


def _inline_comment(state: StateInline, silent: bool) -> bool:
    found = comment_at(state.src, state.pos)
    if found is None:
        return False
    start, end, after = found
    if not silent:
        state.push("derive_comment", "", 0).meta = {"start": state.pos, "end": after, "body": (start, end)}
    state.pos = after
    return True


def comment_at(text: str, at: int) -> tuple[int, int, int] | None:
    """Where a comment of HTML or MDX that opens at an offset has its words, and where it ends."""
    for opener, closer in BRACKETS:
        if text.startswith(opener, at):
            start = at + len(opener)
            end = find(text, closer, start)
            return (start, end, end + len(closer)) if end >= 0 else None
    return None


def comments(text: str) -> Iterator[tuple[int, int, int, int]]:
    """The comments of HTML in a text: where each begins, where its words do, where they end and where it ends."""
    at = text.find("<!--")
    while at >= 0:
        found = comment_at(text, at)
        if found is None:
            return
        yield at, *found
        at = text.find("<!--", found[2])
