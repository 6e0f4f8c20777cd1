"""Tokens that belong together before any bracket is paired, and what may end or join a term."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.syntax.lex.symbols import (
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
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.chain_remarks import SPACES

#: Commands that set one thing above or below another.
STACKERS = frozenset((r"\overset", r"\underset", r"\stackrel"))

#: Commands that paint what stands in the braces behind them.
COLOURS = frozenset((r"\color", r"\textcolor", r"\colorbox"))


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


def unpainted(tokens: list[Token]) -> list[Token]:
    r"""Without the braces of a colour whose brackets do not pair inside them: ``\textcolor{red}{\Big(} x \textcolor{red}{\Big)}``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> [token.text for token in unpainted(tokenize(r"\textcolor{red}{(}x\textcolor{red}{)}"))]
    ['(', 'x', ')']
    """
    dropped: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind != "cmd" or token.text not in COLOURS or index + 1 >= len(tokens) or tokens[index + 1].kind != "lbrace":
            continue
        depth, brackets, crossed, at = 1, 0, False, index + 2
        while at < len(tokens) and depth:
            kind = tokens[at].kind
            depth += (kind == "lbrace") - (kind == "rbrace")
            brackets += (kind == "open") - (kind == "close")
            crossed = crossed or brackets < 0
            at += 1
        if not depth and (brackets or crossed):
            dropped |= {index, index + 1, at - 1}
    return [token for index, token in enumerate(tokens) if index not in dropped] if dropped else tokens


#: Functions whose names are typed as letters side by side: nobody multiplies these letters.
TYPED = ("max", "min", "log", "exp", "argmax", "argmin", "sin", "cos", "tanh")


def typed(tokens: list[Token]) -> list[Token]:
    r"""With commands for functions that are typed as plain letters, ``max_a Q``, ``log P(x)``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> [token.text for token in typed(tokenize("x = max(a, b)"))][2:4]
    ['\\max', '(']
    >>> [token.text for token in typed(tokenize("maxi"))]
    ['m', 'a', 'x', 'i']
    """
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        run = index
        while (
            run < len(tokens)
            and tokens[run].kind == "letter"
            and len(tokens[run].text) == 1
            and (run == index or tokens[run].start == tokens[run - 1].end)
        ):
            run += 1
        word = "".join(token.text for token in tokens[index:run])
        if word in TYPED:
            first, last = tokens[index], tokens[run - 1]
            out.append(replace(first, kind="cmd", text=rf"\{word}", end=last.end))
        else:
            out += tokens[index : max(run, index + 1)]
        index = max(run, index + 1)
    return out


#: Environments of matrices whose one cell is an expression in brackets, and the brackets.
FENCED = {"bmatrix": "[]", "bmatrix*": "[]", "pmatrix": "()", "pmatrix*": "()"}


def fenced(tokens: list[Token]) -> list[Token]:
    r"""With brackets for a matrix of one cell, as which many write them: ``\mathbb{E}\begin{bmatrix} G_t | s \end{bmatrix}``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> "".join(token.text for token in fenced(tokenize(r"\begin{bmatrix}x+y\\\end{bmatrix}\begin{bmatrix}x&y\end{bmatrix}")))
    '[x+y]bmatrixx&ybmatrix'
    """
    out = list(tokens)
    opened: list[list[int]] = []  # of each open environment: its index, and those of its rows and cells
    for index, token in enumerate(tokens):
        if token.kind == "begin":
            opened.append([index])
        elif token.kind in ("row", "amp") and opened:
            opened[-1].append(index)
        elif token.kind == "end" and opened:
            start, *parts = opened.pop()
            if token.text in FENCED and tokens[start].text == token.text and parts in ([], [index - 1]):
                fences = FENCED[token.text]
                out[start] = replace(tokens[start], kind="open", text=fences[0], extra="left")
                out[index] = replace(token, kind="close", text=fences[1], extra="left")
                for at in parts:
                    out[at] = replace(tokens[at], kind="")
    return [token for token in out if token.kind]


def evaluated(tokens: list[Token]) -> list[Token]:
    r"""``f(x) \rvert_{x=a}``: a closing bar that nothing opens and that has a subscript is the bar of "evaluated at"."""
    opened = 0
    out = list(tokens)
    for index, token in enumerate(tokens):
        if token.text != "|" or token.kind not in ("open", "close") or token.extra == "left":
            continue
        following = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        if token.kind == "open":
            opened += 1
        elif opened:
            opened -= 1
        elif following == "sub":
            out[index] = replace(token, kind="bar")
    return out


def hyphenated(tokens: list[Token]) -> list[Token]:
    r"""``_{f\text{-DPO}}``: a letter and the rest of its compound are one word.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> [token.text for token in hyphenated(tokenize(r"L_{f\text{-DPO}}"))]
    ['L', '_', '{', 'f-DPO', '}']
    """
    out: list[Token] = []
    for token in tokens:
        compound = token.kind == "text" and re.match(r"-[A-Za-z]", token.text) is not None
        if compound and len(out) > 1 and out[-1].kind in ("letter", "text") and out[-2].kind == "lbrace":
            out[-1] = replace(token, text=out[-1].text + token.text, start=out[-1].start)
        else:
            out.append(token)
    return out


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


def with_asides(tokens: list[Token]) -> list[Token]:
    r"""Sentences with formulas in them as one text: ``\text{(because } x>0 \text{)}`` beside a row, ``\frac{\text{sum of } r \text{ so far}}…``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> [token.text for token in with_asides(tokenize(r"y \quad\text{(for } x \text{)}"))][-1]
    '(for x )'
    """
    if sum(token.kind == "text" for token in tokens) < 1:
        return tokens
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _sentence_end(tokens, index) if token.kind == "text" else _bracket_end(tokens, index) if token.kind == "open" else 0
        if end:
            words = re.sub(r"\s+", " ", " ".join(t.text for t in tokens[index:end]))
            out.append(replace(token, kind="text", text=words, end=tokens[end - 1].end, extra="text"))
            index = end
            continue
        out.append(token)
        index += 1
    return out


#: Words that begin the reason for a step, where what they speak of may be written in formulas.
REASON = re.compile(
    r"\s*[(（]?\s*(?:,\s*)?(?:since|because|by|using|from|due to|recall|note|noting|applying|apply|substitut\w+|"
    r"(?:the )?(?:definition|linearity|law|tower|markov|chain rule|product rule|property|independence)\b[^$]*?|"
    r"由|因|根据|利用|代入|注意|即|其中用到)(?![a-z])",
    re.IGNORECASE,
)


def _bracket_end(tokens: list[Token], index: int) -> int:
    r"""Where ``(\text{because } x>0)`` behind a space ends; 0 for every other bracket."""
    inside = tokens[index + 1] if index + 1 < len(tokens) else None
    if (
        not index
        or tokens[index - 1].kind not in SPACES
        or inside is None
        or inside.kind != "text"
        or not REASON.match(inside.text)
    ):
        return 0
    depth = 0
    for at in range(index, len(tokens)):
        depth += (tokens[at].kind == "open") - (tokens[at].kind == "close")
        if tokens[at].kind in ("row", "end"):
            return 0
        if depth == 0:
            return at + 1
    return 0


def _sentence_end(tokens: list[Token], index: int) -> int:
    """Where a sentence that starts with the text at ``index`` ends, if it holds formulas too; 0 for words alone."""
    before = tokens[index - 1] if index else None
    text = tokens[index].text
    open_words = text.count("(") - text.count(")")
    if open_words > 0 and text.lstrip().startswith("(") and (before is None or before.kind in ("quad", "amp", "row")):
        for at in range(index + 1, len(tokens)):
            token = tokens[at]
            if token.kind in ("row", "end", "amp"):
                return 0
            if token.kind == "text":
                open_words += token.text.count("(") - token.text.count(")")
            elif token.kind in ("open", "close") and token.text in ("(", ")"):
                open_words += 1 if token.kind == "open" else -1
            if open_words <= 0:
                return at + 1
        return 0
    if before is not None and before.kind in SPACES and REASON.match(text):
        depth = 0
        for at in range(index + 1, len(tokens)):
            kind = tokens[at].kind
            depth += (kind in ("lbrace", "open", "begin")) - (kind in ("rbrace", "close", "end"))
            if depth < 0 or depth == 0 and kind in ("row", "quad", "amp", "tag") or kind == "punct" and ends_sentence(tokens, at):
                return at if at - index > 1 else 0
        return len(tokens) if len(tokens) - index > 1 else 0
    if before is not None and before.kind == "lbrace" and " " in text.strip():
        depth = 0
        for at in range(index + 1, len(tokens)):
            token = tokens[at]
            depth += (token.kind == "lbrace") - (token.kind == "rbrace")
            if token.kind in ("row", "end", "begin"):
                return 0
            if depth < 0:
                return at if any(t.kind == "text" for t in tokens[index + 1 : at]) or at - index == 2 else 0
    return 0


def ends_sentence(tokens: list[Token], at: int) -> bool:
    """Whether a comma is followed by a space that sets the next statement apart."""
    return at + 1 < len(tokens) and tokens[at + 1].kind in SPACES


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
    if (
        not word
        and name not in OPTIMA
        or takes_argument
        or before is not None
        and (before.kind in ("rbrace", "sub", "sup") or before.text in STACKERS)
    ):
        return
    out[start:] = inner
