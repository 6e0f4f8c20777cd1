"""The words of the sentence around a formula, with the other formulas in it as one sign each."""

from __future__ import annotations

import re

from derive.check.sources.text.document import Document, FormulaPiece, HeadingPiece
from derive.check.sources.text.grid import grid_at
from derive.page.words.around import Words

#: What stands in a sentence for a formula.
SIGN = "§"
#: Characters of the longest stretch of a sentence that is looked at.
REACH = 400

_END = re.compile(
    r"[.!?]['\")*_]*(?=\s)|[。！？]|\n[ \t>]*\n|\n[ \t>]*(?:[-*+]|\d+[.)])[ \t]|\n[ \t]*#|\\item\b|\\par\b|\||\\(?:sub)*section\*?\{|\n[ \t]*:::"
)
#: The end of a sentence, whatever the lines are.
_STOP = re.compile(r"[.!?]['\")*_]*(?=\s)|[。！？]")
#: A paragraph that begins with a capital letter, behind a display that may end without a point.
_ANEW = re.compile(r"\n[ \t>]*\n\s*[A-Z]")
#: Words by which a sentence says what follows from the one before it.
_THEN = re.compile(r"\s*(?:then|hence|thus|therefore|so|consequently|那么|因此|所以|则)\b", re.IGNORECASE)
#: How a sentence begins that supposes something.
_SUPPOSES = re.compile(
    r"(?:(?:let|suppose|assume|consider|if|when|for|with|take|here|costs|we (?:assume|suppose|consider|minimi[sz]e|take|let))\b|设|令|假设|若)",
    re.IGNORECASE,
)
#: What a sentence may say of things that the next one counts on.
_STATES = re.compile(r"\b(?:independen\w+|uncorrelated|disjoint|exclusive|exclude each|exclude one|[\w-]*norm)\b", re.IGNORECASE)
#: What goes on with the sentence of a display below it.
_GOES_ON = re.compile(r"\s*(?:[a-z(]|其中|这里|即|因为|由于)")
#: The header of a column of what is wrong.
_WRONG = re.compile(r"\b(?:wrong|false|incorrect|mistaken?s?|bad)\b|错", re.IGNORECASE)
#: A cell that says that its row is wrong.
_NO = re.compile(r"no|false|wrong|incorrect|✗|✘|❌|×|否|错", re.IGNORECASE)
#: A list behind such words is of what may be false.
_TRUE_OR_FALSE = re.compile(
    r"\btrue or false\b|\b(?:which|are|is|do|does)\b[^.?]*\b(?:true|correct|hold|holds|valid|right)\b[^.?]*\?[\s*_]*$"
    r"|\b(?:choose|pick|tick|select|mark)\b[^.?]*\b(?:correct|right|true|valid)\b[^.?]*[:.?][\s*_]*$|哪些.*[?？]|是否正确",
    re.IGNORECASE,
)
#: The end of a question that the next sentence is to be held against, and a sentence that says that the one before it is wrong.
_ASKED = re.compile(
    r"\b(?:true or false|right or wrong|correct or not|(?:prove|proof) or (?:give|find) a counterexample|true/false\W*(?:justify your answers?)?)\W*$"
    r"|\*\*[^*\n]{0,30}\b(?:wrong|false|incorrect|mistake|myth|pitfall)\b[^*\n]{0,20}\*\*\W*$|(?:对错|是否正确)\W*$",
    re.IGNORECASE,
)
_CALLED_WRONG = re.compile(
    r"\W*(?:(?:the )?(?:answer|solution|verdict)\W+)?(?:this is |it is |that is )?(?:false|wrong|incorrect|untrue|not true|no(?=\s*[.,:!;]))\b"
    r"|\W*(?:please )?(?:explain|find|spot|identify|correct|locate)\b[^.§]{0,40}\b(?:errors?|mistakes?|flaws?|bugs?)\b"
    r"|\W*(?:what|where) (?:is|went) (?:the (?:error|mistake)|wrong)\b|\W*(?:这是错|错误)",
    re.IGNORECASE,
)
#: The end of a line, or a heading, above a list of what is wrong.
_LIST_OF_WRONGS = re.compile(
    r"(?:\b(?:misconceptions?|mistakes?|errors?|pitfalls?|myths?|fallacies|slips|misunderstandings?|wrong (?:formulas?|versions?|ways?)|false claims?)\b"
    r"|误区|错误|陷阱)[^.]{0,30}[:：]?[\s*_#]*$",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\n[ \t>]*\n|\\par\b")
_ITEM = re.compile(r"\n[ \t>]*(?:[-*+]|\d+[.)])[ \t]|\n[ \t]*#|\\item\b|\|")
_LISTED = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)]|\(?[a-zA-Z]\)|[A-H]\.)[ \t]|[ \t]*\\item\b")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|cf|eq|eqs|resp|vs|w\.r\.t|s\.t|fig|sec|etc)|(?<!§)\b[A-Z])\.$", re.IGNORECASE)
_MARKUP = re.compile(r"\\(?:label|ref|eqref|cite\w*)\{[^}]*\}|\\(?:emph|textbf|textit|text)\b|[{}*_`~$\\]")


def words_around(document: Document, piece: FormulaPiece) -> Words:
    """The words before and after a formula in its sentence; those that lead to a display may stand a blank line above it."""
    path = piece.path or document.path
    text = document.prose[path]
    display = piece.kind == "display"
    start = max(0, piece.start - REACH)
    before, after = text[start : piece.start], text[piece.end : piece.end + REACH]
    others = [p for p in formulas_of(document, path) if p.end > start and p.start < piece.end + REACH and p is not piece]
    for other in reversed(others):
        if other.end <= piece.start:
            a, b = max(0, other.start - start), other.end - start
            before = before[:a] + SIGN + before[b:]
    later = [other for other in others if other.start >= piece.end]
    for other in reversed(later):
        a, b = other.start - piece.end, other.end - piece.end
        after = after[:a] + SIGN + after[b:]
    if display:
        before = before.rstrip()
    begins = piece.end
    if display and _GOES_ON.match(after) and not piece.latex.rstrip().endswith("."):
        begins += len(after) - len(after.lstrip())
        after = after.lstrip()
    earlier = max((other.end for other in others if other.end <= piece.start), default=start)
    between = text[earlier : piece.start]
    listed = _LISTED.match(text[text.rfind("\n", 0, max(earlier - 1, 0)) + 1 : earlier])
    fresh = bool(_ITEM.search(between) or (listed or not display) and _BLANK.search(between))
    apart = (
        fresh or bool(_ANEW.search(between)) or any(not _ABBREVIATION.search(between[: m.end()]) for m in _STOP.finditer(between))
    )
    sentence = plain(first_sentence(after))
    behind = tuple((other.latex, (path, *document.locate(other)[:2])) for other in later[: sentence.count(SIGN)])
    last = last_sentence(before)
    earlier_one = plain(last_sentence(before[: len(before) - len(last)].rstrip(" .!?")))
    supposing = earlier_one if _SUPPOSES.match(earlier_one) or _THEN.match(last) or _STATES.search(earlier_one) else ""
    headings = (p.end for p in document.pieces if isinstance(p, HeadingPiece) and (p.path or document.path) == path)
    section = max((end for end in headings if end <= piece.start), default=0)
    heard = text[section : begins + len(first_sentence(text[begins : begins + REACH]))]
    told = announced(text, piece.start) or judged_around(before[: len(before) - len(last)], after)
    led = f"{told} {plain(last)}".strip()
    return Words(led, sentence, display, fresh, apart, behind, supposing, heard)


def judged_around(earlier: str, after: str) -> str:
    """Cue words for what a question before it asks, or what the sentence behind it calls wrong: nobody claims it."""
    asked = _ASKED.search(earlier) or _CALLED_WRONG.match(plain(after[len(first_sentence(after)) :]))
    return "true or false:" if asked else ""


def announced(text: str, at: int) -> str:
    """Cue words for what is struck out, or stands in a list behind a question: nobody claims it."""
    paragraph = text[max(0, at - REACH) : at].rpartition("\n\n")[2]
    if paragraph.count("~~") % 2:
        return "struck out:"
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if line.lstrip().startswith("|") and (grid := grid_at(text, at)) is not None:
        here = next(((row, j) for row in grid.rows for j, cell in enumerate(row) if cell.start <= at < cell.end), None)
        if here is None:
            return ""
        denied = any(_NO.fullmatch(cell.words.strip(" *_")) for cell in here[0])
        return "wrong:" if denied or _WRONG.search(grid.header[here[1]].words) else ""
    if not _LISTED.match(line):
        return ""
    above = text[max(0, at - 4 * REACH) : at].rstrip()
    lines = above.split("\n")[:-1]
    while lines and (not lines[-1].strip() or _LISTED.match(lines[-1])):
        lines.pop()
    if not lines:
        return ""
    return "true or false:" if _TRUE_OR_FALSE.search(lines[-1]) else "wrong:" if _LIST_OF_WRONGS.search(lines[-1]) else ""


def formulas_of(document: Document, path: str) -> list[FormulaPiece]:
    return [p for p in document.formulas if (p.path or document.path) == path]


def last_sentence(text: str) -> str:
    at = 0
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[: match.end()]):
            at = match.end()
    return text[at:]


def first_sentence(text: str) -> str:
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[: match.end()]):
            return text[: match.end()]
    return text


def plain(text: str) -> str:
    """Words without markup."""
    return " ".join(_MARKUP.sub(" ", text).split())


__all__ = ["words_around"]
