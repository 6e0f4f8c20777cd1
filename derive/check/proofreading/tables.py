r"""Tables: a column that follows its header in the other rows, and a cell that does not.

A header writes what its column holds: ``$\delta$``, ``$r+\gamma V(s')$``, ``$A_t=G_t-V(s_t)$``.  A row gives its quantities
their numbers; a cell is held against its header read with the numbers of its row (and with those of the rows around it where a
column counts them: ``$V(s_{t+1})$``).  A table may mean something else by its header, so a cell is refuted only where the other
rows bear the header out: at least twice as many as fail, and two at least, with different values.

Where the first cell of a row is a condition, the row claims its cells under it: ``$r_t>1+\epsilon$``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.check.sources.text.grid import Cell, Grid
from derive.diagnostics import NotationError
from derive.elaborate.claims import links_of
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.page.examples.quantities import Fact, closed, is_quantity, put
from derive.page.page_reader import PageReader
from derive.page.saying.numbers_put_in import is_number
from derive.page.saying.roles import ORDERS, Role
from derive.page.words.role_names import CLAIM
from derive.syntax.flat import Item, Row, row_key, walk
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS

NUMBER = re.compile(r"[+\-−]?\d+(?:\.\d+)?")
SHIFTS = (-1, 1, 2)
TOO_SMALL = 2
#: Verdicts on a number that is right as far as it is printed.
RIGHT = (*HOLDS, "conditional")


@dataclass(frozen=True, slots=True)
class Column:
    """What a header says of its cells: the quantity that names them, the formula that gives them."""

    name: Row = ()
    formula: Row = ()


@dataclass(frozen=True, slots=True)
class Failing:
    """A cell that does not hold what its column says, with the verdict."""

    cell: Cell
    verdict: LinkVerdict


@dataclass(frozen=True, slots=True)
class Number:
    """The number in which a cell ends, and the LaTeX that it stands in."""

    row: Row
    latex: str


def failing_cells(grid: Grid, pages: PageReader) -> list[Failing]:
    """The cells of a table that do not follow their column, where the rest of the column does."""
    columns = [column_of(cell, pages) for cell in grid.header]
    names = [row_key(c.name) for c in columns if c.name]
    columns = [replace(c, name=()) if c.name and names.count(row_key(c.name)) > 1 else c for c in columns]
    values = [[number_of(cell, pages) for cell in row] for row in grid.rows]
    found: list[Failing] = []
    for j, column in enumerate(columns):
        formula = column.formula or defined(column.name, pages)
        if formula:
            found += numeric(grid, columns, values, j, formula, pages)
            found += symbolic(grid, j, formula, pages)
    return sorted(found, key=lambda f: f.cell.start)


def statement_of(latex: str, pages: PageReader) -> Statement | None:
    """The one statement that a formula makes; None where it makes several or cannot be read."""
    try:
        made = links_of(latex, pages.macros)
    except (NotationError, RecursionError):
        return None
    return made[0] if len(made) == 1 else None


def column_of(cell: Cell, pages: PageReader) -> Column:
    """The column under a header with one formula: a quantity, an expression, or a quantity and what it equals."""
    made = statement_of(cell.formulas[0], pages) if len(cell.formulas) == 1 else None
    if made is None or made.conditions or set(made.rels) - {"="} or not all(made.terms):
        return Column()
    name = made.terms[0] if is_quantity(made.terms[0]) else ()
    formula = made.terms[-1] if len(made.terms) > 1 or not name else ()
    return Column(name, () if is_number(formula) else formula)


def defined(name: Row, pages: PageReader) -> Row:
    """What the page says that a quantity is; empty where it says nothing."""
    told = (t for t in reversed(pages.said.told) if t.statement.rels and row_key(t.statement.terms[0]) == row_key(name))
    return next((t.statement.terms[1] for t in told if not is_number(t.statement.terms[1])), ()) if name else ()


def number_of(cell: Cell, pages: PageReader) -> Number | None:
    """The number in which a cell ends: a bare number, or that of one formula; None where it is no number."""
    text = cell.text.strip("*_ ")
    if NUMBER.fullmatch(text):
        latex = text.replace("−", "-")
    elif len(cell.formulas) == 1 and not re.search(r"\d", cell.words):
        latex = cell.formulas[0]
    else:
        return None
    made = statement_of(latex, pages)
    if made is None or set(made.rels) - {"=", r"\approx"} or not is_number(made.terms[-1]):
        return None
    return Number(made.terms[-1], latex)


def facts_of(columns: list[Column], values: list[list[Number | None]], at: int, but: int) -> dict[object, Fact | None]:
    """What a row says of quantities: its own columns' and, by a column that counts, those of the rows around it; None for no number."""
    facts: dict[object, Fact | None] = {}

    def say(name: Row, number: Number | None) -> None:
        facts[row_key(name)] = Fact(name, number.row, 0, 0, number.latex) if number is not None else None

    counter = next((j for j, c in enumerate(columns) if is_index(c.name) and counts([row[j] for row in values])), None)
    if counter is not None:
        index = columns[counter].name[0]
        here = whole_number(values[at][counter])
        for shift in SHIFTS:
            row = next((r for r in values if here is not None and whole_number(r[counter]) == here + shift), None)
            for k, column in enumerate(columns):
                if k != counter and column.name and any(i.key == index.key for i in walk(column.name)):
                    say(moved(column.name, index, shift), row[k] if row is not None else None)
    for k, column in enumerate(columns):
        if column.name and k != but:
            say(column.name, values[at][k])
    return facts


def is_index(name: Row) -> bool:
    return len(name) == 1 and not name[0].subs and bool(kinds(name[0].name).keys() & {"time", "index"})


def whole_number(number: Number | None) -> int | None:
    if number is None or len(number.row) != 1 or number.row[0].value is None or number.row[0].value.denominator != 1:
        return None
    return int(number.row[0].value)


def counts(column: list[Number | None]) -> bool:
    """Whether a column counts its rows: whole numbers, each once."""
    found = [whole_number(n) for n in column]
    return None not in found and len(set(found)) == len(found)


def moved(name: Row, index: Item, shift: int) -> Row:
    """A quantity at a later or an earlier step: ``V(s_{t+1})``."""

    def change(row: Row) -> Row:
        out: list[Item] = []
        for item in row:
            if item.key == index.key:
                digit = str(abs(shift))
                out += [item, Item("mark", "+" if shift > 0 else "-"), Item("number", digit, value=abs(shift))]  # type: ignore[arg-type]
            else:
                rows, subs, sups = (tuple(map(change, part)) for part in (item.rows, item.subs, item.sups))
                out.append(replace(item, rows=rows, subs=subs, sups=sups))
        return tuple(out)

    return change(name)


def numeric(
    grid: Grid, columns: list[Column], values: list[list[Number | None]], j: int, formula: Row, pages: PageReader
) -> Iterator[Failing]:
    """The cells of a column of numbers that their row's numbers do not give."""
    holding: list[object] = []
    failing: list[tuple[int, LinkVerdict, set[object]]] = []
    own = row_key(columns[j].name) if columns[j].name else None
    page = {k: f for k, f in pages.worked.latest(pages.said.section).items() if f.section == pages.said.section and k != own}
    for i, row in enumerate(values):
        number = row[j]
        if number is None:
            continue
        said = facts_of(columns, values, i, j)
        facts = {k: f for k, f in page.items() if k not in said} | {k: f for k, f in said.items() if f is not None}
        used: dict[object, Fact] = {}
        filled = put(formula, sorted(facts.values(), key=lambda f: -len(f.name)), used)
        if not used.keys() & said.keys():
            return
        base = LinkVerdict(0, 0, written(formula, grid, j), r"\approx", number.latex, "undecided")
        found = closed(base, filled, number.row)
        if found is None or found.status not in (*RIGHT, "refuted"):
            continue
        if found.status in RIGHT:
            holding.append(row_key(number.row))
        else:
            failing.append((i, found, {row_key(f.number) for k, f in used.items() if k in said and leans(columns[j], f)}))
    wrong = [row_key(values[i][j].row) for i, _, _ in failing]  # type: ignore[union-attr]
    failing = [f for f in failing if not f[2] & set(wrong)]
    if not failing or len(set(holding)) < TOO_SMALL or len(holding) < TOO_SMALL * len(failing):
        return
    for i, found, _ in failing:
        if i in (0, len(values) - 1) and len(holding) <= TOO_SMALL:
            continue  # the first and the last row of a run may be set rather than computed
        shown = found.witness or {}
        message = (
            f"In {len(holding)} other rows this column is {found.lhs}; with the numbers of this row that is"
            f" {shown.get('lhs', '?')}, not {shown.get('rhs', '?')}."
        )
        yield Failing(
            grid.rows[i][j], replace(found, relation="=", code="D405", method="the numbers of the table", message=message)
        )


def leans(column: Column, fact: Fact) -> bool:
    """Whether a number is one of the column itself, in another row: ``G_{t+1}``, wrong if that is wrong."""
    return bool(column.name) and column.name[0].name == fact.name[0].name


def written(row: Row, grid: Grid, j: int) -> str:
    """A formula as its header writes it."""
    latex = grid.header[j].formulas[0] if grid.header[j].formulas else ""
    end = row[-1].end
    return latex[row[0].start : end].strip() if end <= len(latex) else latex


def symbolic(grid: Grid, j: int, formula: Row, pages: PageReader) -> Iterator[Failing]:
    """The cells of a column of formulas that are not the header's under their row's condition, where another row's is."""
    borne_out = False
    failing: list[Failing] = []
    for row in grid.rows:
        conditions = conditions_of(row[0], pages)
        made = statement_of(row[j].formulas[0], pages) if len(row[j].formulas) == 1 and j else None
        if not conditions or made is None or made.rels or not made.terms[0] or is_number(made.terms[0]):
            continue
        one = Statement((formula, made.terms[0]), ("=",))
        if row_key(formula) == row_key(made.terms[0]):
            continue
        under = [*pages.said.fixed, *(t.statement for t in pages.said.givens(one)), *conditions]
        found, _, _ = pages.verdict(one, under, row[j].formulas[0], Role(CLAIM), True)
        if found is not None and found.status == "proved":
            borne_out = True
        elif found is not None and found.status == "refuted":
            said = f"In this row's range the column is not always {row[j].formulas[0]}. {found.message}"
            made_of = replace(found, lhs=written(formula, grid, j), code="D405", message=said)
            failing.append(Failing(row[j], made_of))
    if borne_out:
        yield from failing


def conditions_of(cell: Cell, pages: PageReader) -> list[Statement]:
    """The orders that the first cell of a row states, and nothing else."""
    made = statement_of(cell.formulas[0], pages) if len(cell.formulas) == 1 and not cell.words else None
    if made is None or not made.rels or set(made.rels) - set(ORDERS):
        return []
    return [Statement(made.terms[n : n + 2], (rel,)) for n, rel in enumerate(made.rels)]


__all__ = ["Failing", "failing_cells"]
