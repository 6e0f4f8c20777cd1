"""What each finding means, why it matters, and how to silence it: the texts of ``derive explain``."""

from __future__ import annotations

import textwrap

from derive.check.texts.explanations import READING, Explanation
from derive.check.texts.explanations_verdicts import VERDICTS

_FAMILIES = {
    "D10": "A formula that cannot be read",
    "D11": "Damage to a formula's source",
    "D1": "Reading",
    "D2": "Types and shapes",
    "D3": "Names, scope and directives",
    "D4": "False, or true only under conditions",
    "D5": "Not decided",
}


EXPLANATIONS: dict[str, Explanation] = {**READING, **VERDICTS}


def family(code: str) -> str:
    """What a code's first digits say.

    >>> family("D4")
    'False, or true only under conditions'
    """
    return next((text for prefix, text in _FAMILIES.items() if code.startswith(prefix)), "Unknown")


def describe(code: str) -> str | None:
    """The text of ``derive explain CODE``; None for a code that does not exist."""
    code = code.upper()
    text = EXPLANATIONS.get(code)
    if text is None:
        return None
    parts = [
        f"{code} {text.name}: {text.title}",
        "",
        "What it does",
        _wrapped(text.what),
        "",
        "Why this matters",
        _wrapped(text.why),
    ]
    if text.example:
        parts += ["", "Example", textwrap.indent(text.example, "    ")]
    if text.mend:
        parts += ["", "How to mend it", _wrapped(text.mend)]
    parts += ["", "How to silence it", _wrapped(text.silence(code)[0].upper() + text.silence(code)[1:])]
    return "\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def index() -> str:
    """All codes with their titles."""
    return "".join(f"{code}  {text.title}\n" for code, text in sorted(EXPLANATIONS.items()))
