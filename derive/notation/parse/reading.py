"""From LaTeX to a formula: damage, tokens, brackets, statements; and what is said where reading stops."""

from __future__ import annotations

from derive.diagnostics import NotationError, Span
from derive.notation.glossary import Lexicon
from derive.notation.parse.parser_statements import Statements
from derive.notation.trees.statement_trees import Formula
from derive.notation.trees.term_trees import Term
from derive.syntax.lex.lexer import tokenize
from derive.syntax.pairing.brackets import structure
from derive.syntax.sound.damage import damage
from derive.syntax.sound.mending import bracket_edit

MAX_HEIGHT = 220
#: The longest formula whose brackets are mended by trying.
MAX_MENDED = 5_000


def parse(latex: str, context: Lexicon | None = None) -> Formula:
    r"""All of a formula, or nothing of it; ``context`` says what the letters and macros of the text are.

    Raises: NotationError at the first place that cannot be read, with the edit that would mend it where there is one.

    >>> parse(r"V(s) = \sum_a \pi(a\mid s) Q(s,a)").statements[0].rels[0].op
    '='
    """
    lexicon = context or Lexicon()
    try:
        return _read(latex, lexicon)
    except NotationError as error:
        found = error.diagnostic
        if found.code != "D106" or found.edit is not None or len(latex) > MAX_MENDED:
            raise
        edit = bracket_edit(latex, error, lambda text: _reads(text, lexicon))
        raise NotationError(found.message, error.span, found.code, found.help, edit) from None


def _reads(latex: str, lexicon: Lexicon) -> bool:
    try:
        _read(latex, lexicon)
    except NotationError:
        return False
    return True


def _read(latex: str, lexicon: Lexicon) -> Formula:
    try:
        findings = damage(latex)
        if findings:
            first = findings[0]
            assert first.span is not None
            raise NotationError(first.message, first.span, first.code, first.help, first.edit)
        parts = structure(tokenize(latex, {macro.name: macro for macro in lexicon.macros}))
        if not parts.tokens:
            raise NotationError("the formula is empty", Span(0, len(latex)), "D101")
        reader = Statements(parts, lexicon)
        statements, closing = reader.formula()
        formula = Formula(statements, parts.tag, closing, parts.environment, span=Span(0, len(latex)))
        check_height(formula, len(latex))
        return formula
    except RecursionError:
        raise NotationError("the formula is nested too deeply", Span(0, len(latex)), "D107") from None


def check_height(formula: Formula, size: int) -> None:
    """A tree that is too tall would exhaust whoever walks it."""
    level: list[Term] = [formula]
    height = 0
    while level:
        height += 1
        if height > MAX_HEIGHT:
            raise NotationError("the formula is nested too deeply", level[0].span or Span(0, size), "D107")
        level = [child for term in level for child in term.children()]


def parse_term(latex: str, context: Lexicon | None = None) -> Term:
    r"""The single term that ``latex`` writes, without relations.

    >>> parse_term(r"\gamma^k").base.name
    'gamma'
    """
    formula = parse(latex, context)
    if len(formula.statements) == 1:
        statement = formula.statements[0]
        if not statement.rels and len(statement.terms) == 1:
            return statement.terms[0]
    raise NotationError("one term was expected, without a relation", Span(0, len(latex)), "D101")
