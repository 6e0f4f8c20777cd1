"""Parts of rows: words that letters spell, numbers, cells, and the tables that a reader of rows goes by."""

from __future__ import annotations

from fractions import Fraction

from derive.syntax.flat import Item, Kind, Row
from derive.syntax.lex.tokens import digits

#: Operators that take what stands below and above them, and a body to their right.
BIGS = {
    "sum": "sum", "prod": "prod", "int": "int", "iint": "int", "oint": "int", "lim": "lim", "max": "max", "min": "min", "sup": "sup", "inf": "inf",
    "argmax": "argmax", "argmin": "argmin", "bigcup": "union", "bigcap": "intersection", "limsup": "limsup", "liminf": "liminf",
}  # fmt: skip

#: Named functions as commands; others come as words in an upright font.
FUNCTIONS = frozenset(
    [
        "log",
        "ln",
        "exp",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "det",
        "tr",
        "gcd",
        "deg",
        "dim",
        "ker",
        "Pr",
        "rank",
        "diag",
        "sign",
        "sgn",
        "lg",
        "erf",
    ]
)

DECORATIONS = frozenset(
    [
        "boxed",
        "fbox",
        "underbrace",
        "overbrace",
        "cancel",
        "bcancel",
        "xcancel",
        "color",
        "textcolor",
        "colorbox",
        "mathcolor",
        "tag",
        "operatorname",
        "mathop",
        "mbox",
        "underline",
    ]
)

#: Functions that people write without a backslash.
PLAIN_WORDS = (
    "argmax",
    "argmin",
    "log",
    "exp",
    "max",
    "min",
    "sin",
    "cos",
    "tanh",
    "clip",
    "Var",
    "Cov",
    "KL",
    "std",
    "mean",
    "ln",
)


def spelled_words(row: list[Item]) -> Row:
    """Letters that spell the name of a function are one name; two dots or more are an ellipsis."""
    row = with_dots(row)
    out: list[Item] = []
    i = 0
    letters = "".join(item.name if item.kind == "atom" and len(item.name) == 1 else " " for item in row)
    while i < len(row):
        for word in PLAIN_WORDS:
            if letters.startswith(word, i) and not any(
                x.subs or x.sups or x.primes or x.accents for x in row[i : i + len(word) - 1]
            ):
                if (
                    (i and letters[i - 1] != " ")
                    or letters[i + len(word) : i + len(word) + 1].strip()
                    and not row[i + len(word) - 1].subs
                    and word not in ("log", "exp", "ln")
                ):
                    continue
                last = row[i + len(word) - 1]
                kind: Kind
                kind, name = ("big", BIGS[word]) if word in BIGS else ("atom", f"text:{word}")
                out.append(Item(kind, name, subs=last.subs, sups=last.sups, primes=last.primes, start=row[i].start, end=last.end))
                i += len(word)
                break
        else:
            out.append(row[i])
            i += 1
    return tuple(out)


def with_dots(row: list[Item]) -> list[Item]:
    out: list[Item] = []
    for item in row:
        dot = item.kind == "mark" and item.name == "."
        if (
            dot
            and out
            and out[-1].kind == "dots"
            and out[-1].end == item.start
            or dot
            and out
            and out[-1].kind == "mark"
            and out[-1].name == "."
            and out[-1].end == item.start
        ):
            out[-1] = Item("dots", "ldots", start=out[-1].start, end=item.end)
        else:
            out.append(item)
    return out


#: What stands between its two parts, and what it makes of them.
INFIX: dict[str, Kind] = {r"\over": "frac", r"\choose": "binom"}


def is_infix(item: Item) -> bool:
    return item.kind == "mark" and item.name in INFIX


def accent(name: str) -> str:
    return {"widehat": "hat", "overline": "bar", "widetilde": "tilde", "underbar": "underline", "widecheck": "check"}.get(
        name, name
    )


def decimals(text: str) -> int:
    r"""How many decimals a number shows: ``0.25`` two, ``33\%`` two, ``12.5\%`` three, ``1.5e-3`` four."""
    body, _, power = digits(text).lower().partition("e")
    percent = body.endswith("%")
    shown = len(body.rstrip("\\% ").partition(".")[2])
    if not shown and not power:
        return 2 * percent
    return max(0, shown + 2 * percent - int(power or 0))


def number(text: str) -> Fraction:
    body = digits(text)
    if body.endswith("%"):
        return Fraction(body.rstrip("\\% ")) / 100
    return Fraction(body)


def split(row: Row) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The parts of a bracket between commas, bars and semicolons, and what stands between them."""
    rows: list[Row] = []
    seps: list[str] = []
    current: list[Item] = []
    for item in row:
        if item.kind == "mark" and item.name in (",", ";", "|", "||", r"\parallel", r"\mid"):
            rows.append(tuple(current))
            seps.append({r"\parallel": "||", r"\mid": "|"}.get(item.name, item.name))
            current = []
        elif item.kind == "mark" and item.name == r"\quad":
            continue
        else:
            current.append(item)
    rows.append(tuple(current))
    return tuple(rows), tuple(seps)


def split_rows(row: Row) -> list[Row]:
    """Rows of an environment, between line ends."""
    out: list[list[Item]] = [[]]
    for item in row:
        if item.kind == "mark" and item.name == r"\\":
            out.append([])
        else:
            out[-1].append(item)
    return [tuple(r) for r in out if r]


def cells(row: Row) -> list[Row]:
    """Cells of a row, between ampersands."""
    out: list[list[Item]] = [[]]
    for item in row:
        if item.kind == "mark" and item.name == "&":
            out.append([])
        else:
            out[-1].append(item)
    return [tuple(c) for c in out]
