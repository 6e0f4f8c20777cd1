r"""How a formula is read: the tree of its terms, and what each symbol is taken for.

>>> text, code = show_reading(r"\gamma V(s')")
>>> print(text.split("Symbols")[0].rstrip())
Statement
  Mul
    Sym gamma
    App
      head: Sym V
      args: Sym s'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from derive.diagnostics import NotationError
from derive.notation import Lexicon, parse
from derive.notation.show import show
from derive.terms import Dots, Formula, Label, Missing, Num, Placeholder, Relation, Sym, Term, Text

#: Fields that a reader of the tree need not be told about: the usual child of its node.
_PLAIN = {"terms", "factors", "items", "body", "rows", "statements"}
_LEAVES = (Num, Label, Dots, Placeholder, Missing, Text)


def show_reading(latex: str, lexicon: Lexicon | None = None) -> tuple[str, int]:
    """The tree and the symbols, or the place where reading stops; and the exit code."""
    lexicon = lexicon or Lexicon()
    try:
        formula = parse(latex, lexicon)
    except NotationError as error:
        return _stopped(latex, error), 1
    lines = [line for statement in formula.statements for line in _tree(statement, 0)]
    rows = list(_symbols(formula, lexicon))
    if rows:
        width = max(len(name) for name, _ in rows)
        lines += ["", "Symbols", *(f"  {name.ljust(width)}  {meaning}" for name, meaning in rows)]
    return "\n".join(lines) + "\n", 0


def _tree(term: Term, depth: int, label: str = "") -> Iterator[str]:
    pad = "  " * depth + (f"{label}: " if label else "")
    kind = type(term).__name__
    if isinstance(term, _LEAVES):
        yield f"{pad}{kind} {show(term)}"
        return
    if isinstance(term, Relation):
        yield f"{pad}Relation {term.op}"
        return
    if isinstance(term, Sym):
        yield f"{pad}{kind} {show(term)}"
        return
    notes = [
        f"{f.name}={value}"
        for f in fields(term)
        if isinstance(value := getattr(term, f.name), str | int) and value and _told(f.name)
    ]
    yield " ".join([f"{pad}{kind}", *notes])
    if kind == "Statement":
        yield from _statement(term, depth + 1)
        return
    for one in fields(term):
        for child in _terms(getattr(term, one.name)):
            yield from _tree(child, depth + 1, "" if one.name in _PLAIN else one.name)


def _told(name: str) -> bool:
    return name not in ("spelling", "joiner", "closing", "style", "fences", "bar", "sep")


def _statement(statement: Term, depth: int) -> Iterator[str]:
    terms, rels = _terms(getattr(statement, "terms", ())), _terms(getattr(statement, "rels", ()))
    for n, term in enumerate(terms):
        if n:
            yield from _tree(rels[n - 1], depth)
        yield from _tree(term, depth)
    for name in ("conditions", "remarks"):
        for term in _terms(getattr(statement, name, ())):
            yield from _tree(term, depth, name[:-1])


def _terms(value: object) -> list[Term]:
    if isinstance(value, Term):
        return [value]
    if isinstance(value, tuple):
        return [term for item in value for term in _terms(item)]
    return []


def _symbols(formula: Formula, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for term in formula.walk():
        if not isinstance(term, Sym) or term.name in seen:
            continue
        seen.add(term.name)
        entry = lexicon.entry(term.name)
        if entry is None:
            yield term.name, "nothing is known of it: its use decides"
        else:
            yield term.name, f"{entry.role}: {entry.says}" + (f" [{entry.source}]" if entry.source else "")


def _stopped(latex: str, error: NotationError) -> str:
    span = error.span
    begin = latex.rfind("\n", 0, span.start) + 1
    end = latex.find("\n", span.start)
    line = latex[begin : end if end >= 0 else len(latex)]
    number, column = latex.count("\n", 0, span.start) + 1, span.start - begin + 1
    width = max(1, min(span.end, begin + len(line)) - span.start)
    text = f"<formula>:{number}:{column}: {error.diagnostic.code} {error}\n  {line}\n  {' ' * (column - 1)}{'^' * width}\n"
    return text + (f"  help: {error.diagnostic.help}\n" if error.diagnostic.help else "")
