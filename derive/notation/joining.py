"""Tokens that belong together before any bracket is paired, and what may end or join a term."""

from __future__ import annotations

from dataclasses import replace

from derive.notation.symbols import (
    ARROWS_WITH_NOTES,
    DOTS,
    LETTER_LIKE,
    LOGIC_INFIX,
    OPTIMA,
    PRODUCT_INFIX,
    PRODUCT_OPS,
    RELATIONS,
    SUM_INFIX,
)
from derive.notation.tokens import Token

#: Commands that set one thing above or below another.
STACKERS = frozenset((r"\overset", r"\underset", r"\stackrel"))


def is_operand_end(token: Token | None, before: bool) -> bool:
    """Whether a term can end with this token; ``before`` says the same of the token in front of it."""
    if token is None:
        return False
    if token.kind in ("num", "letter", "symbol", "text", "close", "rbrace", "prime", "end"):
        return True
    if token.text == r"\cdot" or token.text == ".":
        return not before  # the placeholder of π(·|s)
    if token.kind == "cmd":
        name = token.text[1:]
        if token.text in (r"\star", r"\ast", r"\circ", r"\bullet"):
            return not before
        return name in LETTER_LIKE or name in DOTS or name == "nabla"
    if token.kind == "op":
        return token.text == "*" and not before
    return token.kind == "punct" and token.text == "!" and before


def is_infix(token: Token) -> bool:
    """Whether the token joins what stands on its two sides."""
    text = token.text
    return token.kind == "op" or (
        token.kind == "cmd"
        and (
            text in RELATIONS
            or text in PRODUCT_OPS
            or text in PRODUCT_INFIX
            or text in SUM_INFIX
            or text in LOGIC_INFIX
            or text[1:] in ARROWS_WITH_NOTES
            or text in (r"\div", r"\overset", r"\stackrel", r"\not")
        )
    )


def rejoined(tokens: list[Token]) -> list[Token]:
    r"""A bracket that spans rows as ``\left( … \right. \\ \left. … \right)`` is one bracket."""
    out: list[Token] = []
    pending = -1
    sized: list[int] = []  # where \\left stands, for the \\right that is to come
    for index, token in enumerate(tokens):
        if token.kind == "open" and token.extra == "left":
            sized.append(len(out))
        elif token.kind == "close" and token.extra == "left" and sized:
            opener = sized.pop()
            after = tokens[index + 1].kind if index + 1 < len(tokens) else ""
            if (
                token.text == "|"
                and after != "sub"
                and opener < len(out)
                and out[opener].text == "."
                and out[opener].kind == "open"
            ):
                out[opener] = replace(out[opener], kind="dropped")  # \\left. X \\right| Y is a tall "given"
                out.append(replace(token, kind="mid"))
                continue
        if (
            token.kind == "rbrace"
            and len(out) > 1
            and out[-2].kind == "lbrace"
            and is_infix(out[-1])
            and (len(out) < 3 or out[-3].kind not in ("sup", "sub"))
        ):
            if len(out) < 3 or out[-3].kind != "rbrace" and out[-3].text not in STACKERS:
                out[-2:] = [out[-1]]  # braces around a sign only mend its spacing
                continue
        if token.kind in ("sub", "open") and out and out[-1].kind == "rbrace":
            _unbraced(out)
        if token.kind == "open" and token.text == "." and pending >= 0:
            del out[pending]
            pending = -1
            continue
        if token.kind == "close" and token.text == ".":
            pending = len(out)
        elif token.kind not in ("row", "amp", "quad"):
            pending = -1
        out.append(token)
    return [token for token in out if token.kind != "dropped"]


def _unbraced(out: list[Token]) -> None:
    r"""Drop the braces of ``{\arg\max}`` or ``{\rm clip}`` at the end of ``out``: what follows belongs to the name."""
    start = len(out) - 2
    while start >= 0 and start > len(out) - 5 and out[start].kind != "lbrace":
        start -= 1
    if start < 0 or out[start].kind != "lbrace":
        return
    inner = out[start + 1 : -1]
    name = "".join(token.text.strip("\\").replace(" ", "") for token in inner)
    before = out[start - 1] if start else None
    word = len(inner) == 1 and inner[0].kind == "text"
    takes_argument = before is not None and before.kind == "cmd" and not is_infix(before) and before.text[1:] not in LETTER_LIKE
    if not word and name not in OPTIMA or takes_argument or before is not None and (before.kind in ("rbrace", "sub", "sup") or before.text in STACKERS):
        return
    out[start:] = inner
