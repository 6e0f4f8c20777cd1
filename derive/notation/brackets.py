r"""Which bracket closes which, what each ``|`` means, and which rows go on from the one before.

Two passes over the tokens, both linear.  The first groups the tokens by brackets and decides every bar: the first
or second half of an absolute value, the "given" of a probability, or the bar of "evaluated at".  The second pairs the
brackets and settles rows: a row that starts with a relation or a binary operator goes on from the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derive.diagnostics import Edit, NotationError, Span
from derive.notation.symbols import (
    ARROWS_WITH_NOTES,
    CASES_ENVIRONMENTS,
    DOTS,
    JOINERS,
    LETTER_LIKE,
    LOGIC_INFIX,
    MATRIX_ENVIRONMENTS,
    OPTIMA,
    PRODUCT_INFIX,
    PRODUCT_OPS,
    RELATIONS,
    ROW_ENVIRONMENTS,
    SUM_INFIX,
)
from derive.notation.tokens import Token

MAX_DEPTH = 50
#: Commands that set one thing above or below another.
STACKERS = frozenset((r"\overset", r"\underset", r"\stackrel"))

CLOSES = {
    "(": (")", "]"),
    "[": ("]", ")"),
    r"\{": (r"\}",),
    r"\langle": (r"\rangle",),
    r"\lfloor": (r"\rfloor",),
    r"\lceil": (r"\rceil",),
    "|": ("|",),
    r"\|": (r"\|",),
}


@dataclass(slots=True)
class Group:
    """One open bracket: its token's index, its bars, and what stands directly inside it."""

    at: int
    opener: str
    sized: bool = False
    bars: list[tuple[int, bool, bool]] = field(default_factory=list)
    relation: bool = False
    environment: bool = False
    row: bool = False
    singles: int = 0


@dataclass(slots=True)
class Structure:
    """Tokens ready to parse: ``close[i]`` is the index of the bracket that closes the one at ``i``."""

    tokens: list[Token]
    close: dict[int, int]
    environment: str = ""
    tag: str = ""


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


def structure(tokens: list[Token]) -> Structure:
    """Brackets paired, bars decided, rows settled.

    Raises: NotationError where a bracket has no partner or the nesting is too deep.
    """
    decided: list[Token] = []
    groups = _decide_bars(_rejoined(tokens), decided)
    return _pair(decided, groups)


def _rejoined(tokens: list[Token]) -> list[Token]:
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


def _decide_bars(source: list[Token], tokens: list[Token]) -> dict[int, Group]:
    """Fill ``tokens`` with the tokens of ``source``, every bar decided."""
    groups: dict[int, Group] = {}
    top = Group(-1, "")
    stack = [top]
    before = False
    before_script = False
    for place, token in enumerate(source):
        kind = token.kind
        index = len(tokens)
        following = source[place + 1] if place + 1 < len(source) else None
        if token.extra == "||" and before and stack[-1].singles % 2:
            # |x||y|: the end of one absolute value and the start of the next
            stack[-1].bars += [(index, True, False), (index + 1, False, False)]
            half = replace(token, kind="bar", text="|", end=token.start + 1, extra="")
            tokens += [half, replace(half, start=token.start + 1, end=token.end)]
            stack[-1].singles += 2
            before = False
            continue
        tokens.append(token)
        if kind in ("open", "lbrace", "begin"):
            if len(stack) > MAX_DEPTH:
                raise NotationError(f"the brackets are nested more than {MAX_DEPTH} deep", token.span, "D107")
            if kind == "begin":
                stack[-1].environment = True
            group = Group(index, token.text if kind == "open" else kind, token.extra == "left")
            groups[index] = group
            stack.append(group)
            before = False
            continue
        if kind in ("close", "rbrace", "end"):
            group = stack[-1]
            if not _fits(group, token, tokens):
                raise _mismatch(group, token, tokens)
            _resolve(tokens, group)
            stack.pop()
            before = True
            continue
        if kind in ("bar", "dbar"):
            stack[-1].singles += kind == "bar"
            stack[-1].bars.append((index, before, following is not None and following.kind == "sub"))
            before = False
            continue
        if kind == "cmd" and (token.text in RELATIONS or token.text in JOINERS):
            stack[-1].relation = True
        if kind == "row":
            stack[-1].row = True
        before = before_script and kind not in ("sup", "sub") or is_operand_end(token, before)
        before_script = kind in ("sup", "sub")
    if len(stack) > 1:
        opener = tokens[stack[-1].at]
        raise NotationError(f"{_show(opener)} is never closed", opener.span, "D106")
    _resolve(tokens, top)
    return groups


def _fits(group: Group, token: Token, tokens: list[Token]) -> bool:
    if group.at < 0:
        return False
    opener = tokens[group.at]
    if token.kind == "rbrace" or opener.kind == "lbrace":
        return token.kind == "rbrace" and opener.kind == "lbrace"
    if token.kind == "end" or opener.kind == "begin":
        return token.kind == "end" and opener.kind == "begin" and opener.text == token.text
    if (token.extra == "left") != group.sized:
        return False
    if group.sized:
        return True
    return token.text in CLOSES.get(opener.text, ())


def _mismatch(group: Group, token: Token, tokens: list[Token]) -> NotationError:
    if group.at < 0:
        return NotationError(f"{_show(token)} closes a bracket that was never opened", token.span, "D106")
    opener = tokens[group.at]
    return NotationError(
        f"{_show(token)} does not close {_show(opener)}",
        token.span,
        "D106",
        help=f"{_show(opener)} stands at character {opener.start + 1}",
    )


def _show(token: Token) -> str:
    if token.kind in ("begin", "end"):
        return f"\\{token.kind}{{{token.text}}}"
    return (
        r"\left" if token.kind == "open" and token.extra == "left" else r"\right" if token.extra == "left" else ""
    ) + token.text


def _resolve(tokens: list[Token], group: Group) -> None:
    """Decide the bars directly inside one bracket."""
    for kinds in ("bar", "dbar"):
        bars = [bar for bar in group.bars if tokens[bar[0]].kind == kinds]
        opened: list[int] = []
        for place, (index, operand_before, sub_after) in enumerate(bars):
            token = tokens[index]
            rest = len(bars) - place - 1
            if not operand_before:
                role = "open"
            elif opened:
                role = "close"
            elif sub_after and kinds == "bar":
                role = "at"
            elif rest % 2 == 1:
                role = "open"
            else:
                role = "mid" if kinds == "bar" else "dmid"
            if role == "open":
                opened.append(index)
            elif role == "close":
                opened.pop()
            tokens[index] = replace(token, kind=role)
        if opened:
            raise NotationError("this bar is never closed", tokens[opened[-1]].span, "D106")


def _pair(tokens: list[Token], groups: dict[int, Group]) -> Structure:
    """Pair the brackets; drop what only lays out rows; join rows that go on."""
    out: list[Token] = []
    close: dict[int, int] = {}
    stack: list[tuple[Token, int, bool]] = []  # opener, its index in out, whether it only lays out
    environment = tag = ""
    ampersands = 0
    joining = False  # a row goes on: the space that indents it says nothing
    wide = False  # a quad inside brackets is only a space before the next token
    free = True  # every open bracket only lays out
    rows = _row_facts(tokens)
    for index, token in enumerate(tokens):
        kind = token.kind
        if joining and kind in ("quad", "amp"):
            ampersands += kind == "amp"
            continue
        joining = False
        if kind == "tag":
            tag = token.text
        elif kind in ("open", "lbrace", "begin"):
            layout = free and _is_layout(tokens, groups, index, out)
            if layout and kind == "begin" and token.text in ROW_ENVIRONMENTS:
                environment = environment or token.text
            if layout and out and out[-1].text == r"\boxed":
                out.pop()
            if len(stack) > MAX_DEPTH:
                raise NotationError(f"the brackets are nested more than {MAX_DEPTH} deep", token.span, "D107")
            stack.append((token, len(out), layout))
            free = free and layout
            ampersands = 0 if layout else ampersands
            if not layout:
                out.append(token)
        elif kind in ("close", "rbrace", "end"):
            opener, place, layout = stack.pop()
            free = all(entry[2] for entry in stack) if len(stack) < 8 else False
            if not layout:
                if (opener.text == "|") != (token.text == "|") and "left" not in (opener.extra, token.extra):
                    raise NotationError("a bar and a bracket cross here", token.span, "D106")
                close[place] = len(out)
                out.append(token)
        elif kind == "quad" and not free:
            wide = True
        elif kind == "amp" and stack and stack[-1][0].text in ROW_ENVIRONMENTS and not free:
            pass  # alignment inside a bracketed system of equations
        elif kind == "amp" and not _in_cells(stack):
            ampersands += 1
            if free and ampersands % 2 == 0 and _layout_name(stack) != "array":
                out.append(replace(token, kind="quad", text=r"\quad"))
        elif kind == "row" and not _in_cells(stack):
            ampersands = 0
            if free and not _goes_on(tokens, index, rows, out):
                if lost := _lost_sign(tokens, index, rows, out):
                    raise NotationError(
                        "a sign is missing at the start of this row: it would be a factor of the row above",
                        lost.span,
                        "D113",
                        "write '+' or '=' in front of it",
                        Edit(Span(lost.start, lost.start), "+ "),
                    )
                out.append(token)
            elif stack and stack[-1][0].kind == "lbrace" and not free:
                out.append(replace(token, kind="punct", text=","))
            else:
                joining = free
                if free and out and out[-1].kind == "punct" and out[-1].text in (",", ".", ";"):
                    out.pop()
        else:
            out.append(replace(token, gap="thick") if wide else token)
            wide = False
    return Structure(out, close, environment, tag)


def _is_layout(tokens: list[Token], groups: dict[int, Group], index: int, out: list[Token]) -> bool:
    token = tokens[index]
    if token.kind == "begin":
        return token.text in ROW_ENVIRONMENTS or (token.text == "array" and groups[index].relation and groups[index].row)
    if token.kind == "lbrace":
        group = groups[index]
        last = out[-1] if out else None
        if last is not None and last.text == r"\boxed":
            return group.relation or group.environment
        alone = last is None or last.kind in ("row", "quad")
        return alone and (group.environment or group.row)
    return False


def _layout_name(stack: list[tuple[Token, int, bool]]) -> str:
    return next((entry[0].text for entry in reversed(stack) if entry[0].kind == "begin"), "")


def _in_cells(stack: list[tuple[Token, int, bool]]) -> bool:
    """Whether a row or cell separator here belongs to a matrix or to cases."""
    if not stack:
        return False
    opener, _, layout = stack[-1]
    return (
        opener.kind == "begin"
        and not layout
        and (opener.text in MATRIX_ENVIRONMENTS or opener.text in CASES_ENVIRONMENTS or opener.text in ROW_ENVIRONMENTS)
    )


def _row_facts(tokens: list[Token]) -> dict[int, bool]:
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


def _goes_on(tokens: list[Token], index: int, rows: dict[int, bool], out: list[Token]) -> bool:
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
        return following.text != r"\to" or empty_cell
    if following.kind == "op":
        return following.text != "-" or empty_cell or not rows[index]
    return False


def _lost_sign(tokens: list[Token], index: int, rows: dict[int, bool], out: list[Token]) -> Token | None:
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


def span_of(tokens: list[Token]) -> Span:
    """The place of a whole token list."""
    return Span(tokens[0].start, tokens[-1].end) if tokens else Span(0, 0)
