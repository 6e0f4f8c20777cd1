"""Words beside the formulas of a chain: the column of remarks behind them, and what leads to them."""

from __future__ import annotations

import re

from derive.syntax.lex.symbols import RELATIONS
from derive.syntax.lex.tokens import Token

#: Tokens of space.
SPACES = ("quad", "amp")
#: Marks that begin a comment.
MARKS = (";", "#", "/")
#: Words that begin what a row stands under, or what goes on as a formula: no remark beside a step.
NO_REMARK = re.compile(
    r"\W*(?:if|for|when|whenever|where|with|given|as|provided|since|assum\w+|suppos\w+|unless|only|otherwise|and|or|so|then|hence|thus|therefore|"
    r"implies|i\.e|that|subject|such|s\.t|let|define|若|当|如果|对|假设|其中|设)(?![A-Za-z])",
    re.IGNORECASE,
)
#: Words anywhere in a remark that say when the step beside it holds.
HOLDS_WHEN = re.compile(
    r"\b(?:if|when|whenever|unless|provided|assum\w+|suppos\w+|valid for|holds for|as long as|independen\w+)\b", re.I
)


def without_remarks(tokens: list[Token]) -> list[Token]:
    r"""Without the column of remarks beside the rows of a chain: ``&= b & \scriptstyle{\text{; by the product rule}} \\``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> row = r"\begin{aligned} a &= b && \text{the product rule} \\ &= c \end{aligned}"
    >>> [token.text for token in without_remarks(tokenize(row))][:7]
    ['aligned', 'a', '&', '=', 'b', '&', '&']
    """
    if not any(token.kind == "text" for token in tokens):
        return tokens
    out: list[Token] = []
    index = cells = 0
    said = False
    while index < len(tokens):
        token = tokens[index]
        if token.kind in ("begin", "row"):
            cells, said = 0, False
        cells += token.kind in SPACES
        said = said or token.kind not in ("begin", "row", "amp", "quad", "lbrace", "text")
        if said and cells and index and (end := _remark_end(tokens, index)):
            index = end
            continue
        out.append(token)
        index += 1
    return out


#: Words that lead from one formula to the next and say nothing of either.
LEADS = re.compile(
    r"(?:(?:and|so|but)\s+)?(?:thus|hence|therefore|so|then|finally|now|similarly|likewise|consequently|namely|in other words|"
    r"that is|i\.e\.?|this (?:gives|yields|means)|which (?:gives|yields|means)|(?:we|one) (?:have|get|gets|obtain|find|see|know)|"
    r"it follows|recall|note|因此|所以|于是|从而|故|即|可得|得到|得)"
    r"(?:,?\s+(?:that|we (?:have|get|obtain|find|see)|finally|also|again))?\s*[,:，：]?",
    re.IGNORECASE,
)


def without_leads(tokens: list[Token]) -> list[Token]:
    r"""Without the words before a formula that only lead to it: ``\text{Thus, } x = y``.

    >>> from derive.syntax.lex.lexer import tokenize
    >>> [token.text for token in without_leads(tokenize(r"\text{Thus, we have } x \text{, so } y"))]
    ['x', ', so ', 'y']
    """
    out: list[Token] = []
    begun = False
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        applied = after is not None and after.kind in ("open", "sub", "sup")
        leads = token.kind == "text" and not applied and LEADS.fullmatch(token.text.strip()) or token.text == r"\therefore"
        if leads and not begun:
            continue
        begun = token.kind not in ("begin", "row") and (begun or token.kind not in SPACES)
        out.append(token)
    return out


def _remark_end(tokens: list[Token], index: int) -> int:
    """Where a row ends whose last cell, at ``index``, is words with formulas at most in braces beside them; 0 for any other cell."""
    if tokens[index].kind == "lbrace" and (end := _braced_remark_end(tokens, index)):
        return end
    if tokens[index - 1].kind not in SPACES:
        return 0
    at = index
    while at < len(tokens) and tokens[at].kind == "lbrace":
        at += 1
    if at >= len(tokens) or tokens[at].kind != "text":
        return 0
    words = tokens[at].text.strip()
    marked = words[:1] in MARKS
    if HOLDS_WHEN.search(words) or not marked and (" " not in words or NO_REMARK.match(words)):
        return 0
    depth = 0
    for place in range(index, len(tokens)):
        token = tokens[place]
        depth += _deeper(token)
        if depth <= 0 and token.kind in ("row", "end"):
            return place
        if depth == 0 and (token.kind in SPACES or token.kind == "cmd" and token.text in RELATIONS and not marked):
            return 0
    return 0


def _braced_remark_end(tokens: list[Token], index: int) -> int:
    r"""Where a row ends that ends with a group in braces, at ``index``, of a remark: ``\scriptstyle{r \text{ is not a function of } \theta}``.

    It is one where the group is a cell with words in it that say no condition, or begins with the mark of a comment.
    """
    depth, end = 0, index
    while end < len(tokens):
        depth += _deeper(tokens[end])
        end += 1
        if depth <= 0:
            break
    after = end
    while after < len(tokens) and tokens[after].kind in ("punct", *SPACES):
        after += 1
    if after >= len(tokens) or tokens[after].kind not in ("row", "end"):
        return 0
    texts = [t.text.strip() for t in tokens[index:end] if t.kind == "text"]
    if not texts or any(map(HOLDS_WHEN.search, texts)):
        return 0
    first = next((t for t in tokens[index:end] if t.kind != "lbrace"), tokens[index])
    marked = first.kind == "text" and texts[0][:1] in MARKS
    cell = tokens[index - 1].kind in SPACES and any(" " in words for words in texts)
    return after if marked or cell and not (first.kind == "text" and NO_REMARK.match(texts[0])) else 0


def _deeper(token: Token) -> int:
    return (token.kind in ("lbrace", "open")) - (token.kind in ("rbrace", "close"))
