r"""What a formatter, an escape or a slip of the keyboard leaves behind, and the edit that mends it.

Each pattern is one that nobody writes on purpose: a product ``2\pi*\theta``, a starred command and a vector of zeros stay alone.
"""

from __future__ import annotations

import re

from derive.diagnostics import Diagnostic, Edit, Span

OPERATORS = r"\\(?:sum|prod|max|min|nabla|int|log|lim|sup|inf|arg\s*\\?max|arg\s*\\?min|argmax|argmin)(?![A-Za-z])"
EXPECTATION = r"\\(?:mathbb|mathrm|mathcal)\s*(?:\{E\}|E(?![A-Za-z]))"
STAR_FOR_UNDERSCORE = re.compile(rf"(?:{OPERATORS}|{EXPECTATION})[ \t]*(\*)[ \t]*(?=[\\{{A-Za-z0-9])")
STAR_BEFORE_BRACE = re.compile(r"(?<=[A-Za-z}])(\*)(?=\{)")
STARRED_COMMAND = re.compile(
    r"\\(?:operatorname|hspace|vspace|tag|(?:re)?newcommand|providecommand|DeclareMathOperator|(?:sub)*section|xrightarrow"
    r"|chapter|paragraph)\Z"
)
STAR_POLICY = re.compile(r"(?<!\d)(?<!\d )\\pi(\*)(?=\\(?:theta|phi|omega|vartheta)(?![A-Za-z])|\{)")
LOST_UNDERSCORE = re.compile(r"\\pi(?=(?:\\theta|\\phi)\s*\([^()]*(?:\||\\mid))")
LOST_BEFORE_BRACES = re.compile(r"\\pi(?=\{)")
LOST_BEFORE_BOUNDS = re.compile(
    rf"(?:\\(?:sum|prod|max|min)|{EXPECTATION})\s*(?=\{{[^{{}}]*(?:=|\\in(?![A-Za-z])|\\sim(?![A-Za-z])))"
)
#: Braces around a letter alone where an index belongs: ``\max{a'} Q(s, a')``; the letter stands in what follows, too.
LOST_BEFORE_LETTER = re.compile(
    r"\\(?:sum|prod|max|min|sup|inf)\s*(?=\{\s*(?P<letter>\\?[A-Za-z]+'*)\s*\}\s*(?:\\[A-Za-z]|[A-Za-z(\[]))"
)
GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
#: A sum of nothing, by which an equals sign slipped in; ``\sum_t = \sum_{t=0}^T`` says what a sum without bounds means.
NO_BODY = re.compile(
    rf"\\(?:sum|prod)(?:\s*\\(?:no)?limits)?(?:\s*[_^]\s*(?:{GROUP}|\\[A-Za-z]+|[A-Za-z0-9]))+[\s&]*(?P<sign>=)(?!\s*\\(?:sum|prod))"
)
ZERO = r"\\mathbb\s*(?:\{0\}|0(?!\d))"
ZERO_FOR_E = re.compile(
    rf"{ZERO}(?=\s*(?:_(?:\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}|\\?[A-Za-z]+)\s*)?(?:\\!\s*)?(?:\\(?:left|[bB]ig+l?)\s*)?(?:\[|\\\{{))"
    rf"|{ZERO}(?=_\{{[^{{}}]*\\sim)"
)
#: A mark escaped outside of words; words are passed over whole.
ESCAPED_MARK = re.compile(
    r"\\(?:text[a-z]*|mathrm|mathsf|mathtt|mathit|operatorname\*?|mbox|hbox|tag\*?|label|ref|eqref)\s*\{[^{}]*\}|\\\\|\\([_*])"
)
ENTITY = re.compile(r"&(lt|gt|amp);")
ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
LOST_ROW_BREAK = re.compile(r"(?<!\\)\\(?=[ \t]*\r?\n[ \t]*&)")


def damage(latex: str) -> list[Diagnostic]:
    r"""Signs of damage, in order, each with the edit that repairs it.

    >>> damage(r"\nabla\log\pi*\theta(a\mid s)")[0].edit.text
    '_'
    >>> damage(r"2\pi*\theta + \mathbb{0}_n")
    []
    """
    found = _stars(latex) + _underscores(latex) + _escapes(latex) + _bodies(latex)
    for match in ZERO_FOR_E.finditer(latex):
        found.append(_finding("D112", r"\mathbb{0} is not an expectation", match.start(), match.end(), r"\mathbb{E}"))
    return sorted(found, key=lambda d: d.span.start if d.span else 0)


def _finding(code: str, message: str, start: int, end: int, text: str, shown: int | None = None) -> Diagnostic:
    """A finding whose edit replaces ``start`` to ``end``; its span begins at ``shown`` where that is another place."""
    span = Span(start if shown is None else shown, end)
    return Diagnostic(code, message, span, help=f"write '{text}'", edit=Edit(Span(start, end), text))


def _stars(latex: str) -> list[Diagnostic]:
    found: dict[int, Diagnostic] = {}
    message = "a '*' stands where an underscore was: a formatter took '_' for emphasis"
    for pattern in (STAR_FOR_UNDERSCORE, STAR_BEFORE_BRACE, STAR_POLICY):
        for match in pattern.finditer(latex):
            at = match.start(1)
            if pattern is not STAR_BEFORE_BRACE or not STARRED_COMMAND.search(latex[max(0, at - 24) : at]):
                found[at] = _finding("D111", message, at, at + 1, "_")
    return list(found.values())


def _underscores(latex: str) -> list[Diagnostic]:
    found = []
    for match in LOST_UNDERSCORE.finditer(latex):
        message = "an underscore is missing after \\pi: a parameter cannot take arguments"
        found.append(_finding("D111", message, match.end(), match.end(), "_", match.start()))
    for match in (*LOST_BEFORE_BRACES.finditer(latex), *LOST_BEFORE_BOUNDS.finditer(latex)):
        found.append(
            _finding("D111", "an underscore is missing before these braces", match.end(), match.end(), "_", match.start())
        )
    for match in LOST_BEFORE_LETTER.finditer(latex):
        again = re.compile(rf"(?<![A-Za-z\\]){re.escape(match['letter'])}(?![A-Za-z'])")
        if again.search(latex, match.end("letter")):
            message = "an underscore is missing before these braces"
            found.append(_finding("D111", message, match.end(), match.end(), "_", match.start()))
    return found


def _bodies(latex: str) -> list[Diagnostic]:
    message = "nothing stands behind this sum but a relation"
    return [_finding("D114", message, m.start("sign"), m.end("sign"), "", m.start()) for m in NO_BODY.finditer(latex)]


def _escapes(latex: str) -> list[Diagnostic]:
    found = []
    for match in ESCAPED_MARK.finditer(latex):
        if mark := match.group(1):
            message = f"'\\{mark}' prints a mark: a formatter escaped the '{mark}'"
            found.append(_finding("D111", message, match.start(), match.end(), mark))
    for match in ENTITY.finditer(latex):
        text = ENTITIES[match.group(1)]
        found.append(_finding("D111", f"'{match.group()}' is an escape of HTML for '{text}'", match.start(), match.end(), text))
    for match in LOST_ROW_BREAK.finditer(latex):
        found.append(_finding("D111", "a row break has lost one of its two backslashes", match.start(), match.end(), "\\\\"))
    return found
