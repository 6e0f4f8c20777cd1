r"""Which bracket closes which, what each ``|`` means, and which rows go on from the one before.

Two passes over the tokens, both linear.  The first groups the tokens by brackets and decides every bar: the first
or second half of an absolute value, the "given" of a probability, or the bar of "evaluated at".  The second pairs the
brackets and settles rows: a row that starts with a relation or a binary operator goes on from the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derive.diagnostics import Edit, NotationError, Span
from derive.syntax.lex.symbols import (
    CASES_ENVIRONMENTS,
    JOINERS,
    MATRIX_ENVIRONMENTS,
    RELATIONS,
    ROW_ENVIRONMENTS,
)
from derive.syntax.lex.tokens import Token
from derive.syntax.pairing.chain_remarks import without_leads, without_remarks
from derive.syntax.pairing.joining import (
    evaluated,
    fenced,
    hyphenated,
    is_operand_end,
    rejoined,
    typed,
    unpainted,
    with_asides,
)
from derive.syntax.pairing.rows import goes_on, lost_sign, row_facts

MAX_DEPTH = 50

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
    opened: int = 0


@dataclass(slots=True)
class Structure:
    """Tokens ready to parse: ``close[i]`` is the index of the bracket that closes the one at ``i``."""

    tokens: list[Token]
    close: dict[int, int]


def structure(tokens: list[Token]) -> Structure:
    """Brackets paired, bars decided, rows settled.

    Raises: NotationError where a bracket has no partner or the nesting is too deep.
    """
    decided: list[Token] = []
    groups = _decide_bars(
        rejoined(hyphenated(evaluated(with_asides(without_remarks(without_leads(fenced(unpainted(typed(tokens))))))))), decided
    )
    return _pair(decided, groups)


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
        ends = before and (stack[-1].opened > 0 or stack[-1].singles % 2)
        if token.extra == "||" and (ends or not before and opens_twice(source, place)):
            # |x||y|: the end of one absolute value and the start of the next; ||x|-|y||: two that begin or end together
            twice = before and stack[-1].opened > 1
            stack[-1].bars += [(index, before, False), (index + 1, twice, False)]
            half = replace(token, kind="bar", text="|", end=token.start + 1, extra="")
            tokens += [half, replace(half, start=token.start + 1, end=token.end)]
            stack[-1].singles += 2
            stack[-1].opened += -2 if twice else 0 if before else 2
            before = twice
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
            stack[-1].opened += (kind == "bar") * (1 if not before else -1 if stack[-1].opened else 0)
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


def opens_twice(source: list[Token], place: int) -> bool:
    """Whether the next bar on the level of a double one is a single one behind an operand: ``||x|-|y||``."""
    depth = 0
    for at in range(place + 1, len(source)):
        kind = source[at].kind
        depth += (kind in ("open", "lbrace", "begin")) - (kind in ("close", "rbrace", "end"))
        if depth < 0 or kind == "dbar" and not depth:
            return False
        if kind == "bar" and not depth:
            return is_operand_end(source[at - 1], False) or source[at - 1].kind in ("close", "rbrace")
    return False


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
    ampersands = 0
    joining = False  # a row goes on: the space that indents it says nothing
    wide = False  # a quad inside brackets is only a space before the next token
    free = True  # every open bracket only lays out
    rows = row_facts(tokens)
    for index, token in enumerate(tokens):
        kind = token.kind
        if joining and kind in ("quad", "amp"):
            ampersands += kind == "amp"
            continue
        if joining and kind == "cmd" and token.text in RELATIONS:
            token = replace(token, extra="row")
        joining = False
        if kind == "tag":
            continue
        if kind in ("open", "lbrace", "begin"):
            layout = free and _is_layout(tokens, groups, index, out)
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
            if free and not goes_on(tokens, index, rows, out):
                if lost := lost_sign(tokens, index, rows, out):
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
    return Structure(out, close)


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
