r"""Terms as LaTeX, in the textbook's order and spacing.

What is printed reads back as the term it was printed from; brackets are added where a tree built by a program needs
them and has no :class:`~derive.notation.trees.term_trees.Paren` of its own.

>>> from derive.notation import parse
>>> to_latex(parse(r"\nabla_{\theta}J(\theta)=E_\pi [ R ]"))
'\\nabla_\\theta J(\\theta) = E_\\pi\\left[R\\right]'
"""

from __future__ import annotations

import re

from derive.notation.print.print_marks import ESCAPED, glue
from derive.notation.print.print_terms import latex, note
from derive.notation.trees.statement_trees import Formula, Relation, Statement
from derive.notation.trees.term_trees import Mul, Term, Text


def to_latex(term: Term) -> str:
    """The LaTeX of a term, a statement or a whole formula."""
    if isinstance(term, Formula):
        return _formula(term)
    if isinstance(term, Statement):
        return _statement(term, False)
    return latex(term)


def _relation(rel: Relation) -> str:
    if rel.note is not None:
        parts = (rel.spelling or r"\overset =").split(" ")
        above = note(rel.note) if isinstance(rel.note, Mul | Text) else latex(rel.note)
        sign = parts[1] if len(parts) > 1 else ""
        return f"{parts[0]}{{{above}}}" + (f"{{{sign}}}" if sign else "")
    return rel.spelling or rel.op


def _statement(statement: Statement, rows: bool) -> str:
    parts: list[str] = []
    for place, term in enumerate(statement.terms):
        if place:
            if rows and place > 1:
                parts.append("\\\\\n")
            parts.append(("&" if rows else "") + _relation(statement.rels[place - 1]))
        parts.append(latex(term, lead=True))
    text = " ".join(part for part in parts if part)
    for condition in statement.conditions:
        text += (r" \quad " if text else "") + latex(condition)
    for remark in statement.remarks:
        text += r"\text{ " + ESCAPED.sub(r"\\\g<0>", remark.text) + "}"
    return text


def _formula(formula: Formula) -> str:
    rows = bool(formula.env) and formula.env in ("aligned", "align", "align*", "split", "alignedat")
    rows = rows and all("\\\\" in statement.joiner for statement in formula.statements[1:])
    text = ""
    for statement in formula.statements:
        text += glue("", statement.joiner) + (" " if statement.joiner and text else "") + _statement(statement, rows)
    text = re.sub(r"\\\\(?=\S)", r"\\\\ ", text)
    if formula.env and formula.env != "array":
        argument = "{1}" if formula.env.startswith("alignat") or formula.env == "alignedat" else ""
        text = f"\\begin{{{formula.env}}}{argument}\n{text}{formula.closing}\n\\end{{{formula.env}}}"
    elif formula.env:
        text = f"\\begin{{array}}{{l}}\n{text} \\\\\n\\end{{array}}{formula.closing}"
    else:
        text += formula.closing
    return text + (rf" \tag{{{formula.tag}}}" if formula.tag else "")
