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

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from derive.check.config import Config
from derive.check.proofread import begin, directed, with_functions
from derive.check.sources import DirectivePiece, FormulaPiece, HeadingPiece, scan
from derive.diagnostics import NotationError
from derive.notation import Lexicon, parse, to_latex
from derive.notation.glossary_data import KINDS, Entry
from derive.notation.show import show
from derive.statements import Formula, Relation
from derive.terms import App, Dots, Label, Missing, Num, Placeholder, Sym, Term, Text

#: Seconds a claim of a page may take when only the page's definitions are wanted.
READING_SECONDS = 0.05

#: Fields that a reader of the tree need not be told about: the usual child of its node.
_PLAIN = {"terms", "factors", "items", "body", "rows", "statements"}
_LEAVES = (Num, Label, Dots, Placeholder, Missing, Text)


def show_reading(latex: str, lexicon: Lexicon | None = None, origins: Mapping[str, str] | None = None) -> tuple[str, int]:
    """The tree and the symbols with where their meanings come from, or the place where reading stops; and the exit code."""
    lexicon = lexicon or Lexicon()
    try:
        formula = parse(latex, lexicon)
    except NotationError as error:
        return _stopped(latex, error), 1
    lines = [line for statement in formula.statements for line in _tree(statement, 0)]
    rows = list(_symbols(formula, lexicon, origins or {}))
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


def _symbols(formula: Formula, lexicon: Lexicon, origins: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for term in formula.walk():
        if not isinstance(term, Sym) or term.name in seen:
            continue
        seen.add(term.name)
        yield term.name, _meaning(term.name, lexicon, origins)


def _meaning(name: str, lexicon: Lexicon, origins: Mapping[str, str]) -> str:
    """What a symbol is taken for, and who says so: the page before the settings before the glossary."""
    entry = lexicon.entry(name)
    own = next((one for one in reversed(lexicon.own) if one.name == name), None)
    said = _described(entry) if entry is not None else "a symbol of the page" if name in origins else ""
    if name in lexicon.functions and entry is None:
        said = "function"
    if not said:
        return "nothing is known of it: its use decides"
    if own is not None:
        source = f"declared in {own.source}"
    elif entry is not None:
        source = f"glossary: {entry.source}" if entry.source else "glossary"
    else:
        source = ""
    sources = [text for text in (origins.get(name), source) if text]
    return said + (f" [{'; '.join(sources)}]" if sources else "")


def _described(entry: Entry) -> str:
    kind = KINDS[entry.role]
    arguments = f" of {kind.arguments}" if kind.arguments and entry.applies != "no" else ""
    return f"{entry.role}{arguments}: {entry.says} In models: {kind.model}."


def context_of(path: str, text: str, config: Config, line: int | None = None) -> tuple[Lexicon, dict[str, str]]:
    """The lexicon of a page down to a line, and where it defines each symbol."""
    document = scan(path, text, config)
    reader, lexicon = begin(replace(config, budget=min(config.budget, READING_SECONDS)), document)
    origins: dict[str, str] = {}
    for piece in document.pieces:
        at = document.locate(piece)[0]
        if line is not None and at >= line:
            break
        if isinstance(piece, HeadingPiece):
            reader.heading()
        elif isinstance(piece, DirectivePiece):
            lexicon = directed(document, piece, reader, lexicon)
        elif isinstance(piece, FormulaPiece):
            try:
                formula = parse(piece.latex, lexicon)
            except NotationError:
                continue
            before, data = reader.scope.definitions, dict(reader.scope.data)
            reader.read(formula, at, piece.kind == "display")
            lexicon = with_functions(lexicon, reader)
            for made in reader.scope.definitions:
                if made not in before:
                    origins[made.sym.name] = f"defined in {path}:{at}: {to_latex(made.pattern)} = {to_latex(made.body)}"
            for term, value in reader.scope.data.items():
                head = term.head if isinstance(term, App) else term
                if isinstance(head, Sym) and data.get(term) != value:
                    origins[head.name] = f"given in {path}:{at}: {to_latex(term)} = {to_latex(value)}"
    return lexicon, origins


def _stopped(latex: str, error: NotationError) -> str:
    span = error.span
    begin = latex.rfind("\n", 0, span.start) + 1
    end = latex.find("\n", span.start)
    line = latex[begin : end if end >= 0 else len(latex)]
    number, column = latex.count("\n", 0, span.start) + 1, span.start - begin + 1
    width = max(1, min(span.end, begin + len(line)) - span.start)
    text = f"<formula>:{number}:{column}: {error.diagnostic.code} {error}\n  {line}\n  {' ' * (column - 1)}{'^' * width}\n"
    return text + (f"  help: {error.diagnostic.help}\n" if error.diagnostic.help else "")
