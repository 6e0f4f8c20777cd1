r"""Rows of names held against rows of numbers: the line before with its numbers put in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.marks import TRANSPOSES
from derive.syntax.flat import Item, Row, is_mark, row_key, walk
from derive.syntax.row_parts import decimals

#: Kinds of names that are a factor of the bracket behind them.
NUMBERS = frozenset(("coefficient", "decay", "discount", "error", "small", "time", "index"))
TIMES = ("*", "x")
#: Brackets that only group, whichever is written.
FENCES = frozenset(("()", "[]", "{}"))
#: Signs between the names that a quantity is applied to.
PLACED = (",", "|", "=", "\\|", ";")


def is_number(row: Row) -> bool:
    """Whether a row is a number, with a sign or as a fraction of numbers."""
    return any(i.kind == "number" for i in walk(row)) and all(
        i.kind in ("number", "frac", "root") or is_mark(i, "-", "+", "/") for i in walk(row)
    )


def is_table(row: Row) -> bool:
    """Whether a row is a matrix, or a column, of numbers."""
    if len(row) != 1 or row[0].kind not in ("matrix", "group") or not row[0].rows or not all(map(is_number, row[0].rows)):
        return False
    return row[0].kind == "matrix" or row[0].name == "()" and set(row[0].seps) == {","} and is_transposed(row[0])


def is_transposed(item: Item) -> bool:
    """Whether a sign of transposition stands above an item, and nothing else."""
    return len(item.sups) == 1 and len(item.sups[0]) == 1 and item.sups[0][0].name in TRANSPOSES


def is_inverse(item: Item) -> bool:
    """Whether minus one stands above an item, and nothing else."""
    return len(item.sups) == 1 and len(item.sups[0]) == 2 and is_mark(item.sups[0][0], "-") and item.sups[0][1].value == 1


def is_place(row: Row) -> bool:
    """Whether what a name is applied to is a list of names and numbers: a place, no calculation."""
    return all(i.kind in ("atom", "text", "number") or i.kind == "mark" and i.name in PLACED for i in row)


def is_power(item: Item) -> bool:
    """Whether what stands above a name is a whole number."""
    return len(item.sups) == 1 and len(item.sups[0]) == 1 and item.sups[0][0].kind == "number"


def is_argument(name: Item, behind: Item | None) -> bool:
    """Whether the bracket behind a name holds what it is applied to."""
    if behind is None or behind.kind != "group" or behind.name not in ("()", "[]"):
        return False
    return bool(behind.seps) or all(map(is_place, behind.rows))


def aligned(symbols: Row, numbers: Row) -> dict[Row, Row] | None:
    """The numbers that stand where the quantities of a row do, if all else is the same; a quantity has one number."""
    out: dict[Row, list[Row]] = {}
    if not match(factors(symbols), factors(numbers), out) or not out or any(len(n) > 1 for n in out.values()):
        return None
    return {name: number for name, (number,) in out.items()}


def given_twice(symbols: Row, numbers: Row) -> tuple[Row, Row, Row] | None:
    """The one constant, or value somewhere, that a line puts two numbers in for, and these; None where all else is not the same."""
    out: dict[Row, list[Row]] = {}
    if not match(factors(symbols), factors(numbers), out) or len(out) < 3:
        return None
    twice = [(name, *given) for name, given in out.items() if len(given) > 1]
    if len(twice) != 1 or len(twice[0]) != 3 or any(i.kind == "frac" for n in twice[0][1:] for i in n):
        return None
    name, first, second = twice[0]
    constant = len(name) > 1 or kinds(name[0].name).keys() & {"discount", "decay", "coefficient"}
    return (name, first, second) if constant else None


def factors(row: Row) -> Row:
    """A row without the signs of products."""
    return tuple(i for i in row if not is_mark(i, *TIMES))


def match(a: Row, b: Row, out: dict[Row, list[Row]]) -> bool:
    """Match a row with names against one with numbers, and keep the numbers that stand for each name."""
    i = j = 0
    while i < len(a):
        if j >= len(b):
            return False
        x, y = a[i], b[j]
        if x.kind in ("atom", "text"):
            name: Row = (replace(x, sups=()) if is_power(x) else x,)
            if i + 1 < len(a) and is_argument(x, a[i + 1]):
                name = (x, a[i + 1])
            number, taken = literal(b, j)
            if number is not None:
                above = a[i + len(name) - 1].sups if is_power(a[i + len(name) - 1]) else ()
                if row_keys(above) != row_keys(y.sups):
                    return False
                before = out.setdefault(next((k for k in out if row_key(k) == row_key(name)), name), [])
                if not any(agree(n, number) for n in before):
                    before.append(number)
                i, j = i + len(name), j + taken
                continue
        if x.key == y.key:
            i, j = i + 1, j + 1
            continue
        same = (
            x.kind == y.kind
            and (x.name == y.name or {x.name, y.name} <= FENCES)
            and x.seps == y.seps
            and row_keys(x.sups) == row_keys(y.sups)
        )
        if same and x.rows and len(x.rows) == len(y.rows) and x.kind in ("group", "frac", "root"):
            if not all(match(factors(r), factors(s), out) for r, s in zip(x.rows, y.rows, strict=True)):
                return False
            i, j = i + 1, j + 1
            continue
        return False
    return j == len(b)


def plainly(row: Row) -> tuple[object, ...]:
    """A calculation as it is written without need: no brackets around one number, its sign with the one before it, products without signs."""
    out: list[object] = []
    for item in factors(row):
        rows = item.rows
        if item.kind == "group" and len(rows) == 1 and is_number(rows[0]) and len(rows[0]) <= 2 and not item.sups:
            number = rows[0]
            if len(number) == 2 and is_mark(number[0], "-"):
                if out and out[-1] in ("+", "-"):
                    out[-1] = "-" if out[-1] == "+" else "+"
                else:
                    out.append("-")
            out.append(number[-1].key)
            continue
        inner = tuple(plainly(r) for r in rows)
        if is_mark(item, "+", "-"):
            out.append(item.name)
        elif rows:
            out.append((item.kind, "()" if item.name in FENCES else item.name, inner, row_keys(item.sups)))
        else:
            out.append(item.key)
    return tuple(out)


def agree(a: Row, b: Row) -> bool:
    """Whether two numbers may be one, of the same value or one of them rounded: ``0.9`` and ``0.90``, ``0.33`` and ``0.333``."""
    if row_key(a) == row_key(b):
        return True
    signs = [[i.name for i in row[:-1]] for row in (a, b)]
    first, second = a[-1].value, b[-1].value
    if first is None or second is None or signs[0] != signs[1]:
        return False
    shown = min(decimals(a[-1].name), decimals(b[-1].name))
    return first == second or shown > 0 and abs(first - second) <= Fraction(1, 2 * 10**shown)


def shifted(number: Row, side: int) -> Row:
    """A rounded number half a unit of its last digit lower or higher."""
    if not number or number[-1].kind != "number":
        return number
    last, value = number[-1], number[-1].value or Fraction(0)
    half = Fraction(side, 2 * 10 ** decimals(last.name))
    return (*number[:-1], replace(last, value=value + half, name=f"{float(value + half)!r}"))


def row_keys(rows: tuple[Row, ...]) -> tuple[object, ...]:
    return tuple(row_key(r) for r in rows)


def literal(row: Row, at: int) -> tuple[Row | None, int]:
    """The number at a place of a row, its sign with it where it stands in brackets or in front, and how many items it takes."""
    item = row[at]
    if item.kind == "number":
        return (replace(item, sups=()),), 1
    if item.kind == "group" and item.name == "()" and len(item.rows) == 1 and is_number(item.rows[0]):
        return item.rows[0], 1
    if is_mark(item, "-") and at == 0 and len(row) > 1 and row[1].kind == "number" and not row[1].sups:
        return (item, row[1]), 2
    return None, 0


__all__ = [
    "agree",
    "aligned",
    "factors",
    "given_twice",
    "is_argument",
    "is_number",
    "is_place",
    "is_power",
    "plainly",
    "row_keys",
    "shifted",
]
