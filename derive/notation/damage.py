"""What a formatter or a slip of the keyboard leaves behind, and the edit that mends it."""

from __future__ import annotations

import re

from derive.diagnostics import Diagnostic, Edit, Span

STAR_FOR_UNDERSCORE = re.compile(
    r"(\\(?:sum|prod|max|min|nabla|int|log|lim|sup|inf|arg\s*\\?max|arg\s*\\?min|argmax|argmin)"
    r"|\\mathbb\{E\}|\\mathbb\s?E)\s*(\*)\s*(?=[\\{A-Za-z0-9])"
)
STAR_BEFORE_BRACE = re.compile(
    r"(?<=[A-Za-z0-9}])(?<!\\operatorname)(?<!\\hspace)(?<!\\tag)(?<!\\vspace)(?<!\\newcommand)(?<!align)(\*)(?=\{)"
)
STAR_POLICY = re.compile(r"\\pi(\*)(?=\\(?:theta|phi|omega|vartheta)\b|\{)")
LOST_UNDERSCORE = re.compile(r"\\pi(?=(?:\\theta|\\phi)\s*\([^()]*(?:\||\\mid))")
ZERO_FOR_E = re.compile(r"\\mathbb\{0\}|\\mathbb 0(?!\d)")


def damage(latex: str) -> list[Diagnostic]:
    r"""Signs of damage, in order, each with the edit that repairs it.

    >>> damage(r"\nabla\log\pi*\theta(a\mid s)")[0].edit.text
    '_'
    """
    found: list[Diagnostic] = []
    seen: set[int] = set()
    for pattern in (STAR_FOR_UNDERSCORE, STAR_BEFORE_BRACE, STAR_POLICY):
        for match in pattern.finditer(latex):
            at = match.start(match.lastindex or 1)
            if at in seen:
                continue
            seen.add(at)
            span = Span(at, at + 1)
            found.append(
                Diagnostic(
                    "D111",
                    "a '*' stands where an underscore was: a formatter took '_' for emphasis",
                    span,
                    help="write '_'",
                    edit=Edit(span, "_"),
                )
            )
    for match in LOST_UNDERSCORE.finditer(latex):
        span = Span(match.end(), match.end())
        found.append(
            Diagnostic(
                "D111",
                "an underscore is missing after \\pi: a parameter cannot take arguments",
                Span(match.start(), match.end()),
                help="write '\\pi_\\theta'",
                edit=Edit(span, "_"),
            )
        )
    for match in ZERO_FOR_E.finditer(latex):
        span = Span(match.start(), match.end())
        found.append(
            Diagnostic(
                "D112", r"\mathbb{0} is not an expectation", span, help=r"write \mathbb{E}", edit=Edit(span, r"\mathbb{E}")
            )
        )
    return sorted(found, key=lambda d: d.span.start if d.span else 0)
