"""Which rows go on from the one before, and which have lost the sign that joined them."""

from __future__ import annotations

from derive.syntax.lex.symbols import (
    JOINERS,
    RELATIONS,
)
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.joining import is_infix, is_operand_end


def row_facts(tokens: list[Token]) -> dict[int, bool]:
    """For each row separator, whether the row after it holds a relation that is not its first token."""
    facts: dict[int, bool] = {}
    current = -1
    first = True
    for index, token in enumerate(tokens):
        if token.kind == "row":
            current = index
            facts[index] = False
            first = True
        elif current >= 0 and token.kind not in ("amp", "quad"):
            if not first and token.kind == "cmd" and token.text in RELATIONS and token.text not in (r"\in", r"\sim", r"\to"):
                facts[current] = True
            first = False
    return facts


def goes_on(tokens: list[Token], index: int, rows: dict[int, bool], out: list[Token]) -> bool:
    """Whether the row after the separator at ``index`` continues the expression before it."""
    at = index + 1
    empty_cell = False
    while at < len(tokens) and tokens[at].kind in ("amp", "quad"):
        empty_cell = empty_cell or tokens[at].kind == "amp"
        at += 1
    if at >= len(tokens) or not out:
        return True
    following, last = tokens[at], out[-1]
    if following.kind in ("end", "row"):
        return True
    if last.kind == "cmd" and is_infix(last) or last.kind == "op":
        return True
    if following.kind == "cmd" and (following.text in RELATIONS or is_infix(following)):
        if following.text in RELATIONS and conditioned(out):
            return False
        return following.text != r"\to" or empty_cell
    if following.kind == "op":
        return following.text != "-" or empty_cell or not rows[index]
    return False


def conditioned(out: list[Token]) -> bool:
    """Whether the row that ends here has a relation in a column behind its formula: what the formula stands under."""
    row = out[max((n for n, token in enumerate(out) if token.kind == "row" or token.extra == "row"), default=0) :]
    wide = [n for n, token in enumerate(row) if token.kind == "quad"]
    signs = [n for n, token in enumerate(row) if token.kind == "cmd" and token.text in RELATIONS]
    return bool(wide and signs) and signs[0] < wide[0] < signs[-1]


def lost_sign(tokens: list[Token], index: int, rows: dict[int, bool], out: list[Token]) -> Token | None:
    """The first token of a row that stands in the second column, has no relation, and has lost the sign that joined it."""
    at = index + 1
    cells = 0
    while at < len(tokens) and tokens[at].kind in ("amp", "quad"):
        cells += tokens[at].kind == "amp"
        at += 1
    if cells != 1 or at >= len(tokens) or rows[index] or tokens[at].kind == "text":
        return None
    above = out[max((n for n, token in enumerate(out) if token.kind == "row"), default=-1) + 1 :]
    if not above or not is_operand_end(above[-1], True) or any(token.kind in ("quad", "text") for token in above):
        return None
    aligned = any(token.kind == "cmd" and token.text in RELATIONS for token in above)
    starts = tokens[at].kind in ("letter", "num", "symbol", "open", "lbrace") or (
        tokens[at].kind == "cmd" and not is_infix(tokens[at]) and tokens[at].text not in JOINERS
    )
    return tokens[at] if aligned and starts else None
