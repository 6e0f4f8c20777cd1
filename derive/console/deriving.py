"""The commands that derive: ``gradient``, ``taylor``, ``apply``, ``steps``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from derive.console import marking
from derive.console.page_links import links_of
from derive.console.terminal import fail, write
from derive.files import visible

if TYPE_CHECKING:
    from derive.derivation.chain import Chain

Given = Annotated[
    list[str] | None, typer.Option("--given", "-g", help="What is given, as LaTeX; may be repeated.", metavar="LATEX")
]
Shown = Annotated[str, typer.Option("--format", help="latex, markdown or json.")]
Spoken = Annotated[str, typer.Option("--dialect", help="Whose notation to print in.", metavar="NAME")]
FORMATS = ("latex", "markdown", "json")
#: How variables of terms show themselves where no row of the glossary writes a term.
UNWRITTEN = re.compile(r"(?<![\\\w])v\d+\b")


class OfExpressions(TyperCommand):
    """A command whose arguments are expressions: one that begins with a minus sign is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        taking = {
            name for p in self.params if p.param_type_name == "option" and not getattr(p, "is_flag", False) for name in p.opts
        }
        options: list[str] = []
        expressions: list[str] = []
        left = iter(args)
        for arg in left:
            if arg == "--":
                expressions += left
            elif arg in taking:
                options += [arg, *islice(left, 1)]
            else:
                (options if arg.startswith("--") else expressions).append(arg)
        return super().parse_args(ctx, [*options, "--", *expressions])


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("gradient", cls=OfExpressions)(gradient)
    app.command("taylor", cls=OfExpressions)(taylor)
    app.command("apply", cls=OfExpressions)(apply)
    app.command("steps")(steps)


def gradient(
    expression: Annotated[str, typer.Argument(help="An expression, as LaTeX.", metavar="EXPR")],
    symbol: Annotated[str, typer.Option("--in", help="The letter to differentiate by.", metavar="SYMBOL")],
    given: Given = None,
    format: Shown = "latex",
    dialect: Spoken = "course",
) -> None:
    """Differentiate an expression by a letter, a number or a vector of parameters; the result is decided before it is printed."""
    checked(format, dialect)
    from derive.rules.formulas import slope
    from derive.symbolic import Gradient
    from derive.symbolic.calculus import lines

    start = slope(expression, symbol)
    expr = differentiated(object_of(expression, given, [symbol]), start, given, [symbol])
    made = calculated(lambda: lines.gradient(expr, symbol))
    start = made.start or start
    stays = made.expr == Gradient(expr, lines.symbol_of(expr, symbol))
    chain = [] if stays else by_rules(start, tuple(given or ()), made)
    says = "It stays: nothing here says how it moves." if stays else "Differentiated along a line, and read off."
    says = "By any one entry of the table." if made.start else says
    rows = [{"rule": r, "latex": x, "says": s} for r, x, s in chain] or [{"rule": "diff", "latex": made.latex, "says": says}]
    rows = [*taken_as(expr, symbol, given), *held_fixed(expr, symbol), *rows]
    shown(format, start, "=", made.latex, made.status, rows, given=given, dialect=dialect)


def taylor(
    expression: Annotated[str, typer.Argument(help="An expression, as LaTeX.", metavar="EXPR")],
    symbol: Annotated[str, typer.Option("--in", help="The letter that moves.", metavar="SYMBOL")],
    about: Annotated[str, typer.Option("--about", help="The point, as LaTeX.", metavar="POINT")],
    order: Annotated[int, typer.Option("--order", help="The highest power of the step.", min=0, max=4)] = 2,
    example: Annotated[
        bool, typer.Option("--example", help="Also every term and the error in numbers, for a small step.")
    ] = False,
    given: Given = None,
    format: Shown = "latex",
    dialect: Spoken = "course",
) -> None:
    """Expand an expression about a point; every term and the order of what is left out are decided before they are printed."""
    checked(format, dialect)
    from derive.rules.formulas import slope
    from derive.symbolic.calculus.taylor_series import pieces_latex
    from derive.symbolic.calculus.taylor_series import taylor as expanded

    expr = differentiated(object_of(expression, given, [symbol, about]), slope(expression, symbol), given, [symbol, about])
    point = point_of(expression, given, about)
    made = calculated(lambda: expanded(expr, symbol, point, order))
    pieces = pieces_latex(made)
    rows = [
        {"rule": name, "latex": latex, "says": f"{why[0].upper()}{why[1:]}."}
        for (name, why), latex in zip(made.steps, pieces, strict=True)
    ]
    rows = [*taken_as(expr, symbol, given), *held_fixed(expr, symbol), *rows]
    numbers = calculated(made.example).rows() if example else []
    shown(format, expression, "=", made.latex, made.status, rows, given=given, dialect=dialect, numbers=numbers)


def apply(
    rule: Annotated[str, typer.Argument(help="A rule.", metavar="RULE")],
    expression: Annotated[str, typer.Argument(help="An expression, as LaTeX.", metavar="EXPR")],
    at: Annotated[int, typer.Option("--at", help="Which of the places where it applies, from 1 on.", min=1)] = 1,
    backwards: Annotated[bool, typer.Option("--backwards", help="Read the rule from right to left.")] = False,
    letter: Annotated[
        list[str] | None, typer.Option("--letter", help="What a letter of the rule's own is: y=LATEX.", metavar="NAME=LATEX")
    ] = None,
    given: Given = None,
    format: Shown = "latex",
    dialect: Spoken = "course",
) -> None:
    """Apply a rule to an expression: what it gives, under which conditions, decided before it is printed."""
    checked(format, dialect)
    from derive.derivation.chain import chain
    from derive.derivation.given import StepError

    letters = dict(x.split("=", 1) for x in letter or () if "=" in x)
    object_of(expression, given, [])  # for a message with the place of what cannot be read
    try:
        start = chain(expression, tuple(given or ()))
        made = start.apply(rule, at, backwards, letters)
    except StepError as error:
        raise fail(visible(str(error)), 1) from None
    link = made.links[-1]
    rows = [{"rule": rule, "latex": str(link.after), "says": link.says}]
    needs = [{"latex": c.latex, "holds": c.holds} for c in link.conditions]
    shown(
        format,
        str(start.start),
        {"<=": r"\le", ">=": r"\ge"}.get(link.relation, link.relation),
        str(link.after),
        link.status,
        rows,
        needs,
        given,
        dialect,
    )


def steps(
    page: Annotated[Path, typer.Argument(help="A page with derivations.", metavar="PAGE")],
    given: Given = None,
    format: Annotated[str, typer.Option("--format", help="text, markdown, json, or patch: the reasons as comments.")] = "text",
    all_links: Annotated[bool, typer.Option("--all", help="Also links that are definitions.")] = False,
) -> None:
    """Name, for each link of the derivations on a page, the rules that lead from one line to the next.

    Every link is held against its writer, whatever the words beside it say of mistakes. The exit code is 1 where a link is wrong; the
    last line says how many are right, wrong and undecided.
    """
    if format not in marking.FORMATS:
        raise fail(f"there is no format {format!r}; there are {', '.join(marking.FORMATS)}.")
    from derive.check.report import in_ascii
    from derive.check.settings import load_config
    from derive.check.sources import read

    text, problem = read(page)
    if text is None:
        raise fail(f"{page}: {problem.message if problem else 'cannot be read'}")
    config = load_config(page)
    found = links_of(str(page), text, config, given or ())
    printed = marking.told(format, str(page), text, found, all_links, get_terminal_size((100, 24)).columns)
    write(in_ascii(printed) + "\n" if format == "json" else printed.rstrip("\n") + "\n" if printed else "")
    raise typer.Exit(1 if any(link.kind == "wrong" for *_, link in found) else 0)


# --- what the commands share ----------------------------------------------------------------------


def checked(format: str, dialect: str = "course") -> None:
    from derive.library.respelling import dialects

    if dialect not in dialects():
        raise fail(f"there is no dialect {dialect!r}; there are {', '.join(dialects())}.")
    if format not in FORMATS:
        raise fail(f"there is no format {format!r}; there are {', '.join(FORMATS)}.")


def held_fixed(expr: Any, symbol: str) -> list[dict[str, str]]:
    """What of an expression is taken not to move with a letter, as lines to show."""
    from derive.symbolic.calculus import lines

    fixed = lines.taken_as_fixed(expr, calculated(lambda: lines.symbol_of(expr, symbol)))
    says = "It names no policy that moves: it is taken as held fixed."
    return [{"rule": "assumed", "latex": lines.latex_of(v), "says": says} for v in fixed]


def taken_as(expr: Any, symbol: str, given: list[str] | None) -> list[dict[str, str]]:
    """What a letter is taken for that only unknown functions are of, as a line to show: no more than its name says it."""
    from derive.symbolic.calculus import lines

    x = calculated(lambda: lines.symbol_of(expr, symbol))
    if not lines.only_in_calls(expr, x) or any(symbol in said for said in given or ()):
        return []
    says = "It is a vector of parameters." if lines.is_vector(x) else "It is a number."
    return [{"rule": "assumed", "latex": lines.latex_of(x), "says": says}]


def differentiated(expr: Any, start: str, given: list[str] | None, parameters: list[str]) -> Any:
    """What stands behind ∇ as it is read there, where some of it may be held fixed; as it is read by itself where nothing reads it there."""
    from derive.rules.formulas import Unread
    from derive.rules.formulas import expression as read
    from derive.symbolic.base import Gradient
    from derive.symbolic.crossing import Bridge

    try:
        formula = of_one_kind(read(start, given or ()), parameters)
    except Unread:
        return expr
    made = Bridge(formula.names).to_sympy(formula.term)
    return made.body if isinstance(made, Gradient) else expr


def object_of(expression: str, given: list[str] | None, parameters: list[str]) -> Any:
    """The SymPy object of an expression; its letters that stand for parameters are vectors.

    Exits with a caret under what cannot be read.
    """
    from derive.rules.formulas import Unread, moving
    from derive.rules.formulas import expression as read
    from derive.symbolic.crossing import Bridge, Unbridged

    try:
        formula = moving(expression, given or (), parameters[0]) if parameters else read(expression, given or ())
        formula = of_one_kind(formula, parameters) if parameters else formula
        return Bridge(formula.names).to_sympy(formula.term)
    except Unread as why:
        raise unreadable(str(why), expression, why.start) from None
    except Unbridged as why:
        raise fail(visible(f"no SymPy object: {why}")) from None


def of_one_kind(formula: Any, parameters: list[str]) -> Any:
    """A formula whose letters for parameters are vectors of one length, where the first is a vector; others need not occur.

    Raises: Unread.
    """
    from dataclasses import replace

    from derive.core.terms import replace as replaced
    from derive.rules.formulas import Unread, as_vector

    formula, first = as_vector(formula, parameters[0])
    for name in parameters[1:]:
        try:
            formula, v = as_vector(formula, name)
        except Unread:
            continue
        if v.type != first.type and v.type.name == first.type.name == "Vector":
            formula = formula.to(replaced(formula.term, {v.number: replace(v, type=first.type)}))
    return formula


def point_of(expression: str, given: list[str] | None, about: str) -> Any:
    """The point to expand about: an expression, or the name of a letter.

    Exits where it cannot be read.
    """
    from derive.core.terms import Var
    from derive.rules.formulas import Unread, beside
    from derive.rules.formulas import expression as read
    from derive.symbolic.crossing import Bridge

    try:
        point = beside(read(expression, given or ()), about)
    except Unread as why:
        raise unreadable(str(why), about, why.start) from None
    return about if isinstance(point.term, Var) else Bridge(point.names).to_sympy(point.term)


def unreadable(why: str, expression: str, start: int | None) -> typer.Exit:
    """Say why an expression cannot be read, with a caret under the place."""
    made = fail(f"cannot be read: {visible(why)}")
    print(f"  {visible(expression)}" + (f"\n  {' ' * start}^" if start is not None else ""), file=sys.stderr)
    return made


def calculated(work: Any) -> Any:
    """What a calculation gives; its refusals as messages."""
    from derive.symbolic import Disproved, Unsupported

    try:
        return work()
    except (Unsupported, Disproved, ZeroDivisionError) as why:
        raise fail(visible(str(why)), 1) from None


def by_rules(start: str, given: tuple[str, ...], made: Any) -> list[tuple[str, str, str]]:
    """The rules that lead from a gradient to what was calculated, if three do."""
    from derive.derivation.chain import chain
    from derive.derivation.given import StepError

    try:
        found: Chain = chain(start, given).to(made.latex)
    except StepError:
        return []
    return [(link.rule, str(link.after), link.says) for link in found.links if link.rule != "arithmetic"]


def shown(
    format: str,
    start: str,
    relation: str,
    latex: str,
    status: str,
    rows: list[dict[str, str]],
    needs: list[dict[str, Any]] | None = None,
    given: list[str] | None = None,
    dialect: str = "course",
    numbers: Sequence[tuple[str, float]] = (),
) -> None:
    """The result and its steps, once what is printed has been read back."""
    from derive.rules.formulas import Unread, claims, decide

    if status not in ("proved", "confirmed"):
        raise fail(f"what was calculated was not decided ({status}): {latex}", 1)
    if UNWRITTEN.search(latex) or any(UNWRITTEN.search(row["latex"]) for row in rows):
        raise fail(f"what was calculated has no spelling in LaTeX here: {latex}", 1)
    assumed = [x["latex"] for x in needs or ()]
    if dialect != "course":
        start, latex = (respelled(x, given, dialect) for x in (start, latex))
        rows = [{**row, "latex": respelled(row["latex"], given, dialect)} for row in rows]
    try:
        back = [decide(claim).status for claim, _ in claims(f"{start} {relation} {latex}", [*(given or ()), *assumed])]
    except Unread:
        back = []  # an order of what is left out is not always read
    if "refuted" in back:  # what was typed may leave to the context what is printed in full
        back = [
            decide(claim).status
            for claim, _ in claims(f"{respelled(start, given, dialect)} {relation} {latex}", [*(given or ()), *assumed])
        ]
    if "refuted" in back:
        raise fail(f"what would be printed reads back as something else: {latex}", 1)
    if format == "json":
        made = {"start": start, "relation": relation, "latex": latex, "status": status, "steps": rows, "conditions": needs or []}
        print(json.dumps(made | ({"example": dict(numbers)} if numbers else {}), ensure_ascii=False, indent=1))
        return
    if format == "markdown":
        lines = [f"$$\n{start} {relation} {latex}\n$$", ""]
        lines += [f"{n}. ${row['latex']}$ — {row['says']} ({row['rule']})" for n, row in enumerate(rows, 1)]
        lines += [f"\nIt holds where ${x['latex']}${' (shown)' if x['holds'] else ' (assumed)'}." for x in needs or ()]
        if numbers:
            lines += ["", "| in numbers | |", "|---|---|", *(f"| {name} | {value:.8f} |" for name, value in numbers)]
        write("\n".join([*lines, "", f"Verdict: {status}.", ""]))
        return
    write(latex + "\n")
    for row in rows:
        write(f"% {row['rule']}: {row['latex']}  ({row['says']})\n")
    for x in needs or ():
        write(f"% where {x['latex']}{' (shown)' if x['holds'] else ' (assumed)'}\n")
    for name, value in numbers:
        write(f"% in numbers, {name}: {value:.8f}\n")
    write(f"% {status}\n")


def respelled(latex: str, given: list[str] | None, dialect: str) -> str:
    """A formula in the notation of a dialect; as it is where nothing reads it."""
    from derive.elaborate.write import Unwritable
    from derive.elaborate.write import write as written
    from derive.rules.formulas import Unread, expression, sequences

    try:
        formula = expression(latex, given or ())
        return written(formula.term, formula.names, dialect, sequences(formula.term))
    except (Unread, Unwritable):
        return latex
