"""Names, scripts, brackets and the space between two pieces of LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.notation.trees.term_trees import Label, Term
from derive.syntax.lex.symbols import GREEK, LABEL_WORDS, LETTER_LIKE

ESCAPED = re.compile(r"[_%&#$]")
TALL = re.compile(r"\\(?:[dt]?frac|sum|prod|int|begin|underbrace|overbrace|sqrt|binom|left|big|Big)")
ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
SCRIPTED_DIGIT = re.compile(r"[_^]\d\Z")
JOINED = re.compile(r"[A-Z][A-Za-z]+(?:[+-][A-Za-z]+)+\Z")
ONE_PIECE = re.compile(r"(?:[A-Za-z0-9*]|\\[A-Za-z]+)\Z")


def glue(*pieces: str) -> str:
    """Pieces side by side, with a space where a command would swallow a letter, and around operators."""
    parts: list[str] = []
    tail = ""  # the end of what stands so far: all that decides about a space
    after_operator = False
    for piece in pieces:
        if not piece:
            continue
        if parts and tail[-1].isdigit() and (piece[0].isdigit() or piece[0] == "."):
            parts.append(" " if SCRIPTED_DIGIT.search(tail) else r"\,")
        elif (
            parts
            and tail[-1] != " "
            and (piece in SPACED or after_operator or (piece[0].isalnum() and ENDS_IN_COMMAND.search(tail)))
        ):
            parts.append(" ")
        parts.append(piece)
        tail = (tail + piece)[-48:]
        after_operator = piece in SPACED
    return "".join(parts)


SPACED = frozenset(
    (
        r"\cdot",
        r"\times",
        "*",
        "=",
        "<",
        ">",
        ":=",
        r"\mid",
        ":",
        r"\le",
        r"\ge",
        r"\odot",
        r"\otimes",
        r"\pm",
        r"\in",
        r"\sim",
        r"\approx",
        r"\ne",
        r"\to",
        r"\leftarrow",
        r"\succ",
    )
)


def script(sign: str, text: str) -> str:
    r"""``_t``, ``_\theta``, ``_{t+1}``: braces only where they are needed."""
    text = text.replace(" + ", "+").replace(" - ", "-").replace(" = ", "=")
    text = re.sub(r" (\\sim|\\in|\\to) ", r"\1 ", text)
    text = re.sub(r"(\\(?:sim|in|to)) (?=\\)", r"\1", text)
    return f"{sign}{text}" if ONE_PIECE.match(text) else f"{sign}{{{text}}}"


def listed(terms: tuple[Term, ...], show: Callable[[Term], str]) -> str:
    """Scripts side by side."""
    return ",".join(show(term) for term in terms)


def fenced(inner: str, fences: str, tall: bool = False) -> str:
    """``inner`` in brackets, which grow where the content is tall."""
    left, right = fences[0], fences[1]
    left, right = {"{": r"\{", "⟨": r"\langle "}.get(left, left), {"}": r"\}", "⟩": r"\rangle"}.get(right, right)
    if tall or TALL.search(inner):
        return rf"\left{left}{inner}\right{right}"
    return f"{left}{inner}{right}"


def font_name(name: str) -> str:
    r"""A name as LaTeX: ``mathbb:E`` is ``\mathbb{E}``, ``theta`` is ``\theta``."""
    if ":" in name:
        font, letter = name.split(":", 1)
        if font == "text":
            return r"\text{" + ESCAPED.sub(r"\\\g<0>", letter) + "}"
        return f"\\{font}{{{font_name(letter)}}}"
    if len(name) == 1 or not name.isascii():
        return name
    if name in GREEK or name in LETTER_LIKE or name in ("partial", "nabla", "Delta"):
        return "\\" + name
    return name if name.isalnum() else r"\text{" + name + "}"


def words(label: Label) -> str:
    """A label as it stands in a script."""
    text = label.text
    if label.font == "cmd":
        return "\\" + text
    if label.font:
        font = label.font.rstrip("*")
        return f"\\{font}{{{ESCAPED.sub(lambda m: chr(92) + m.group(), text)}}}"
    if text in LABEL_WORDS or text.startswith("\\") or len(text) == 1 or (text.isalpha() and len(text) > 2) or JOINED.match(text):
        return text
    return rf"\text{{{text}}}"
