r"""Tables: a column that follows its header in the other rows, and a cell that does not.

A header writes what its column holds: ``$\delta$``, ``$r+\gamma V(s')$``, ``$A_t=G_t-V(s_t)$``.  A row gives its symbols
their numbers; a cell is held against its header read with the numbers of its row (and with those of the rows around it where a
column counts them: ``$V(s_{t+1})$``).  A table may mean something else by its header, so a cell is refuted only where the other
rows bear the header out: at least twice as many as fail, and two at least, with different values.

Where the first cell of a row is a condition, the row claims its cells under it: ``$r_t>1+\epsilon$``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import flint

from derive.check.context import LinkResult, Reader
from derive.check.shapes import assignable, mentions_head, name_of, without_brackets
from derive.check.sources.grid import Cell, Grid
from derive.decide.relations import closed
from derive.diagnostics import NotationError
from derive.models.closed import ball, closed_value, compare_closed, half_unit, shown, significant
from derive.models.facts import closure
from derive.models.heads import PARAMETERS
from derive.models.kernel import ORDERS, Numbers, Proposal, Verdict
from derive.models.scope import Definition, Scope, canonical
from derive.models.trial import TROUBLE, Claim
from derive.notation import Lexicon, parse
from derive.notation.reading import parse_term
from derive.statements import Relation
from derive.terms import App, Mul, Num, Rel, Sym, Term, replace_terms
from derive.values.algebra import Mat, Vec
from derive.values.arith import fmpq

NUMBER = re.compile(r"[+\-−]?\d+(?:\.\d+)?")
INDICES = ("t", "k", "n", "i", "j", "m")
SHIFTS = (-1, 1, 2)
TOO_SMALL = 2


@dataclass(frozen=True, slots=True)
class Column:
    """What a header says of its cells: the symbol that names them, the formula that gives them."""

    symbol: Term | None = None
    formula: Term | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """A cell that does not hold what its column says, as a link of its own."""

    cell: Cell
    link: LinkResult


def failing_cells(grid: Grid, reader: Reader, lexicon: Lexicon) -> list[Failing]:
    """The cells of a table that do not follow their column, where the rest of the column does."""
    columns = [column_of(cell, lexicon) for cell in grid.header]
    names = [canonical(c.symbol) for c in columns if c.symbol is not None]
    columns = [Column(None, c.formula) if c.symbol is not None and names.count(canonical(c.symbol)) > 1 else c for c in columns]
    values = [[value_of(cell, lexicon) for cell in row] for row in grid.rows]
    found: list[Failing] = []
    for j, column in enumerate(columns):
        if column.formula is None and column.symbol is not None and reader.scope.find(column.symbol) is not None:
            column = replace(column, formula=column.symbol)
        if column.formula is not None:
            found += numeric(grid, columns, values, j, column.formula, reader)
            found += symbolic(grid, j, column.formula, reader, lexicon)
    return sorted(found, key=lambda f: f.cell.start)


def column_of(cell: Cell, lexicon: Lexicon) -> Column:
    """The column under a header with one formula: a symbol, an expression, or a symbol and what it equals."""
    if len(cell.formulas) != 1:
        return Column()
    try:
        statements = parse(cell.formulas[0], lexicon).statements
    except NotationError:
        return Column()
    if len(statements) != 1 or statements[0].conditions or any(r.op != "=" for r in statements[0].rels):
        return Column()
    terms = statements[0].terms
    symbol = without_brackets(terms[0]) if assignable(terms[0]) else None
    formula = terms[-1] if len(terms) > 1 or symbol is None else None
    return Column(symbol, None if formula is not None and closed(formula) else formula)


def value_of(cell: Cell, lexicon: Lexicon) -> Term | None:
    """The number in which a cell ends: of a bare number, or of one formula; None where it is no number."""
    text = cell.text.strip("*_ ")
    if NUMBER.fullmatch(text):
        latex = text.replace("−", "-")
    elif len(cell.formulas) == 1 and not re.search(r"\d", cell.words):
        latex = cell.formulas[0]
    else:
        return None
    try:
        statements = parse(latex, lexicon).statements
    except NotationError:
        return None
    if len(statements) != 1 or not statements[0].terms or any(r.op not in ("=", r"\approx") for r in statements[0].rels):
        return None
    end = statements[0].terms[-1]
    return end if shown(end) is not None and closed(end) else None


def row_data(grid: Grid, columns: list[Column], values: list[list[Term | None]], at: int, but: int) -> dict[Term, Term | None]:
    """What a row says of symbols: its own columns' and, by an index column, those of the rows around it; None for no number."""
    data: dict[Term, Term | None] = {}
    counter = next(
        (
            (j, c.symbol)
            for j, c in enumerate(columns)
            if isinstance(c.symbol, Sym) and c.symbol.name in INDICES and not c.symbol.subs and counts([row[j] for row in values])
        ),
        None,
    )
    if counter is not None:
        j, index = counter
        here = shown_value(values[at][j])
        for shift in SHIFTS:
            row = next((r for r in values if shown_value(r[j]) == here + shift), None)
            moved = parse_term(f"{name_of(index)}{shift:+d}")
            for k, column in enumerate(columns):
                if column.symbol is not None and column.symbol != index and any(x == index for x in column.symbol.walk()):
                    data[canonical(replace_terms(column.symbol, {index: moved}))] = row[k] if row is not None else None
    for k, column in enumerate(columns):
        if column.symbol is not None and k != but:
            data[canonical(column.symbol)] = values[at][k]
    return data


def counts(column: list[Term | None]) -> bool:
    """Whether a column counts its rows: whole numbers, each once."""
    found = [shown_value(v) for v in column]
    return all(v is not None and v.denominator == 1 for v in found) and len(set(found)) == len(found)


def shown_value(t: Term | None):  # type: ignore[no-untyped-def]
    return None if t is None else closed_value(t, Scope())


def numeric(
    grid: Grid, columns: list[Column], values: list[list[Term | None]], j: int, formula: Term, reader: Reader
) -> Iterator[Failing]:
    """The cells of a column of numbers that their row's numbers do not give."""
    holding: list[str] = []
    failing: list[tuple[int, Claim]] = []
    page = {k: v for k, v in reader.scope.data.items() if reader.data_sections.get(k) == reader.section}
    own = columns[j].symbol
    for i, row in enumerate(values):
        value = row[j]
        if value is None or shown(value) is None:
            continue
        said = row_data(grid, columns, values, i, j)
        data = {k: v for k, v in page.items() if k not in said and (own is None or k != canonical(own))}
        data |= {k: v for k, v in said.items() if v is not None}
        if not any(v is not None and mentions(formula, k, reader) for k, v in said.items()):
            return
        scope = replace(reader.scope, data=data, use_data=True)
        fits = within_rounding(formula, value, scope, said)
        if fits is None:
            continue
        if fits:
            holding.append(name_of(value))
        else:
            failing.append((i, Claim(put_in(formula, data, reader), value, r"\approx", Scope())))
    wrong = {values[i][j] for i, _ in failing}
    used = [{k: v for k, v in row_data(grid, columns, values, i, j).items() if mentions(formula, k, reader)} for i, _ in failing]
    failing = [f for f, said in zip(failing, used, strict=True) if not leans(columns[j], said, wrong - {values[f[0]][j]})]
    if not failing or len(set(holding)) < TOO_SMALL or len(holding) < TOO_SMALL * len(failing):
        return
    for i, claim in failing:
        if i in (0, len(values) - 1) and len(holding) <= TOO_SMALL:
            continue  # the first and the last row of a run may be set rather than computed
        try:
            comparison = compare_closed(claim.lhs, claim.rhs, claim.relation, claim.scope)
        except TROUBLE:
            continue
        if comparison.supports != "refuted":
            continue
        cell = grid.rows[i][j]
        message = (
            f"In {len(holding)} other rows this column is {name_of(formula)}; with the numbers of this row that is"
            f" {comparison.lhs}, not {comparison.rhs}."
        )
        verdict = Verdict(
            "refuted", message, "the numbers of the table", "", "D405", witness={"lhs": comparison.lhs, "rhs": comparison.rhs}
        )
        admitted = reader.admitted(Proposal(verdict, Numbers(claim, comparison)), claim, reader.budget)
        yield Failing(cell, LinkResult(claim.lhs, Relation("="), claim.rhs, admitted, claim))


def leans(column: Column, said: dict[Term, Term | None], wrong: set[Term | None]) -> bool:
    """Whether a row takes its column's own value from a row that fails: ``G_{t+1}``, wrong in the next row."""
    head = column.symbol.head if isinstance(column.symbol, App) else column.symbol
    return isinstance(head, Sym) and any(
        v is not None and v in wrong and any(isinstance(x, Sym) and x.name == head.name for x in k.walk())
        for k, v in said.items()
    )


def mentions(formula: Term, what: Term, reader: Reader) -> bool:
    """Whether a formula speaks of a symbol, itself or by a definition one step away."""
    found = reader.scope.find(formula) if assignable(formula) else None
    body = replace_terms(found[0].body, dict(found[1])) if found is not None else formula
    return any(canonical(x) == what for x in body.walk())


def put_in(formula: Term, data: dict[Term, Term], reader: Reader) -> Term:
    """The formula with the numbers of its row in place of its symbols."""
    found = reader.scope.find(formula) if assignable(formula) else None
    body = replace_terms(found[0].body, dict(found[1])) if found is not None else formula
    return replace_terms(body, data)


def within_rounding(formula: Term, value: Term, scope: Scope, said: dict[Term, Term | None]) -> bool | None:
    """Whether a value is the formula's, to the digits shown and as far as rounded data reach; None where it has no value."""
    literal = shown(value)
    assert literal is not None
    try:
        exact = closed_value(formula, scope)
        if isinstance(exact, Vec | Mat):
            return None
        shown_here = ball(closed_value(value, Scope()))
        gap = abs(ball(exact) - shown_here)
        slack = flint.arb(fmpq(half_unit(literal)))
        if literal.digits and abs(shown_here) < abs(ball(exact)):
            slack *= flint.arb("1.9999999999")  # cut off rather than rounded
        for k, v in said.items():
            number = shown(v) if v is not None else None
            if v is None or number is None or number.digits < TOO_SMALL or significant(number.text) < TOO_SMALL:
                continue
            moved = replace_terms(v, {number: Num(number.value + half_unit(number), number.text)})
            slack += abs(ball(closed_value(formula, replace(scope, data={**scope.data, k: moved}))) - ball(exact))
    except (*TROUBLE, TypeError, ValueError, AttributeError, KeyError, IndexError):
        return None
    return bool(gap <= slack * flint.arb("1.0000000001"))


def symbolic(grid: Grid, j: int, formula: Term, reader: Reader, lexicon: Lexicon) -> Iterator[Failing]:
    """The cells of a column of formulas that are not the header's under their row's condition, where another row's is."""
    borne_out = False
    failing: list[Failing] = []
    for row in grid.rows:
        conditions = conditions_of(row[0], lexicon)
        if not conditions or j == 0 or len(row[j].formulas) != 1:
            continue
        try:
            cell = parse(row[j].formulas[0], lexicon).statements
        except NotationError:
            continue
        if len(cell) != 1 or cell[0].rels or closed(cell[0].terms[0]):
            continue
        scope = without_parameters(reader.scope, conditions)
        claim = Claim(formula, cell[0].terms[0], "=", replace(scope, conditions=(*scope.conditions, *conditions)))
        told = {x for t in (*closure((formula,), scope), *conditions) for x in t.walk() if isinstance(x, Sym)}
        if (
            plain_products(claim.lhs) == plain_products(claim.rhs)
            or not {x for x in claim.rhs.walk() if isinstance(x, Sym)} <= told
        ):
            continue
        claim = replace(claim, scope=replace(claim.scope, trusting=True))  # whatever its letters are
        reader.open_budget()
        found = reader.judge(claim)
        if found.verdict.status == "proved":
            borne_out = True
        elif found.verdict.status == "refuted":
            failing.append(Failing(row[j], LinkResult(claim.lhs, Relation("="), claim.rhs, found.verdict, claim)))
    if borne_out:
        for f in failing:
            says = f"In this row's range the column is not always {name_of(f.link.rhs)}. {f.link.verdict.message}"
            yield Failing(f.cell, replace(f.link, verdict=replace(f.link.verdict, message=says, code="D405")))


def plain_products(t: Term) -> Term:
    """A term with its products written side by side, whatever sign stood between the factors."""
    t = without_brackets(t.map_children(plain_products))
    return replace(t, ops=("",) * len(t.ops)) if isinstance(t, Mul) else t


def conditions_of(cell: Cell, lexicon: Lexicon) -> tuple[Rel, ...]:
    """The orders that the first cell of a row states, and nothing else."""
    if len(cell.formulas) != 1 or cell.words:
        return ()
    try:
        statements = parse(cell.formulas[0], lexicon).statements
    except NotationError:
        return ()
    links = [link for s in statements for link in s.links()]
    return tuple(Rel(r.op, a, b) for a, r, b in links) if all(r.op in ORDERS for _, r, _ in links) else ()


def without_parameters(scope: Scope, conditions: tuple[Rel, ...]) -> Scope:
    r"""The scope with ``r_t`` for ``r_t(\theta)``, and free what the conditions restrict."""

    def bare(t: Term) -> Term:
        t = t.map_children(bare)
        if isinstance(t, App) and isinstance(t.head, Sym) and t.args and not t.given:
            if all(isinstance(a, Sym) and a.name in PARAMETERS for a in t.args):
                return t.head
        return t

    restricted = {x for c in conditions for x in c.walk() if isinstance(x, Sym)}
    definitions = tuple(Definition(bare(d.pattern), bare(d.body), d.line, d.section) for d in scope.definitions)
    return replace(
        scope,
        definitions=tuple(d for d in definitions if d.pattern not in restricted and not mentions_head(d.body, d.pattern)),
        data={},
        use_data=False,
    )
