"""Decorations, matrices and cases."""

from __future__ import annotations

from derive.notation.parse.factors.parser_big import BigOperators
from derive.notation.trees.term_trees import (
    Cases,
    Decor,
    Label,
    Matrix,
    Missing,
    Mul,
    Op,
    Seq,
    Sym,
    Term,
    Text,
)
from derive.syntax.lex.symbols import (
    CASES_ENVIRONMENTS,
    CONDITION_WORDS,
    MATRIX_ENVIRONMENTS,
    ROW_ENVIRONMENTS,
)

BRACE_NOTES = ("underbrace", "overbrace")


class Blocks(BigOperators):
    """Decorations, matrices and cases."""

    # --- decorations and environments ------------------------------------------------------------

    def decoration(self) -> Term:
        start = self.i
        token = self.take()
        name = token.text[1:]
        if name == "color":
            if self.peek().kind == "lbrace":
                return self.coloured(token, start)
            return self.atom()  # colours what follows; prints nothing of its own
        if name in ("textcolor", "colorbox"):
            return self.coloured(token, start)
        body = self.inside(self.bare_list) if self.peek().kind == "lbrace" else self.bare_atom()
        note: Term | None = None
        if name in BRACE_NOTES and self.peek().kind in ("sub", "sup"):
            self.i += 1
            note = self.note()
        return Decor(name, body, note, span=self.span(start))

    def coloured(self, token: object, start: int) -> Term:
        colour = getattr(token, "extra", "")
        body = self.inside(self.bare_list) if self.peek().kind == "lbrace" else self.bare_atom()
        return Decor("textcolor", body, Label(colour), span=self.span(start))

    def environment(self) -> Term:
        start = self.i
        name = self.peek().text
        if name in CASES_ENVIRONMENTS:
            rows = self.inside(self.case_rows)
            return Cases(rows, span=self.span(start))
        if name not in MATRIX_ENVIRONMENTS and name not in ROW_ENVIRONMENTS:
            raise self.fail(f"the environment {name!r} is not known", code="D102")
        before = self.tokens[start - 1] if start else None
        self.in_matrix += 1
        matrix = self.inside(self.matrix_rows)
        self.in_matrix -= 1
        after = self.peek()
        if (
            before is not None
            and before.kind == "open"
            and before.text == r"\{"
            and after.kind == "eof"
            and self.i < len(self.tokens)
            and self.tokens[self.i].text == "."
        ):
            return Cases(tuple((row[0], self.as_condition(row[1:])) for row in matrix if row), span=self.span(start))
        return Matrix(matrix, name, span=self.span(start))

    def as_condition(self, cells: tuple[Term, ...]) -> Term | None:
        if not cells:
            return None
        first = cells[0]
        if len(cells) == 1 and isinstance(first, Sym) and first.name.startswith("text:"):
            return Text(first.name[5:], span=first.span)
        return first if len(cells) == 1 else Seq(cells, "")

    def matrix_rows(self) -> tuple[tuple[Term, ...], ...]:
        rows: list[tuple[Term, ...]] = []
        cells: list[Term] = []
        while self.i < self.end:
            token = self.peek()
            if token.kind == "row":
                self.i += 1
                rows.append(tuple(cells))
                cells = []
            elif token.kind == "amp":
                self.i += 1
                if self.peek().kind in ("amp", "row", "eof"):
                    cells.append(Missing())
            elif token.kind == "quad" or self.is_punct(",", ".", ";"):
                self.i += 1
            elif token.kind == "text" and (self.is_prose(self.i) and self.i > 0):
                cells.append(self.condition_cell())
            else:
                cells.append(self.arg())
        if cells:
            rows.append(tuple(cells))
        return tuple(rows)

    def condition_cell(self) -> Term:
        r"""``\text{if } x>0``, ``\text{otherwise}``."""
        token = self.take()
        word = token.text.strip()
        if self.peek().kind in ("amp", "row", "eof") or self.is_punct(",", "."):
            return Text(token.text.strip(), span=token.span)
        start = self.i
        items = [self.arg()]
        while self.is_punct(",") and self.i + 1 < self.end and self.peek(1).kind not in ("row", "eof"):
            self.i += 1
            items.append(self.arg())
        condition = items[0] if len(items) == 1 else Seq(tuple(items), "", span=self.span(start))
        condition = self.worded(condition)
        if word in CONDITION_WORDS:
            return condition
        return Mul((Text(token.text, span=token.span), condition), ("",), span=self.span(start))

    def worded(self, condition: Term) -> Term:
        r"""``x>0 \text{ and } y>0``, ``A \text{ holds}``: a condition and the words after it."""
        start = self.i
        while self.peek().kind == "text":
            token = self.take()
            word = token.text.strip()
            more = self.starts_factor() and self.peek().kind != "text"
            if more and word in ("and", "or"):
                op = r"\land" if word == "and" else r"\lor"
                parts = condition.args if isinstance(condition, Op) and condition.op == op else (condition,)
                condition = Op(op, (*parts, self.related()), span=self.span(start))
            else:
                factors: tuple[Term, ...] = (condition, Text(token.text, span=token.span))
                if isinstance(condition, Mul) and any(isinstance(f, Text) for f in condition.factors):
                    factors = (*condition.factors, factors[-1])
                if more:
                    factors = (*factors, self.related())
                condition = Mul(factors, ("",) * (len(factors) - 1), span=self.span(start))
        return condition

    def case_rows(self) -> tuple[tuple[Term, Term | None], ...]:
        rows: list[tuple[Term, Term | None]] = []
        while self.i < self.end:
            value = self.arg()
            condition: Term | None = None
            while self.peek().kind in ("amp", "quad") or self.is_punct(",", ";", "."):
                self.i += 1
            if self.peek().kind not in ("row", "eof"):
                if self.peek().kind == "text":
                    condition = self.condition_cell()
                else:
                    condition = self.worded(self.arg())
            while self.is_punct(",", ";", "."):
                self.i += 1
            rows.append((value, condition))
            if self.peek().kind == "row":
                self.i += 1
            elif self.i < self.end:
                raise self.unexpected()
        return tuple(rows)
