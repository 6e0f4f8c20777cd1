"""Relation signs, their notes, and what they join inside brackets."""

from __future__ import annotations

from collections.abc import Callable

from derive.notation.parse.sums.parser_lookahead import Lookahead
from derive.notation.trees.statement_trees import Relation
from derive.notation.trees.term_trees import Label, Missing, Mul, Op, Quant, Rel, Sym, Term, Text
from derive.syntax.lex.symbols import (
    ARROWS_WITH_NOTES,
    JOINERS,
    LOGIC_INFIX,
    NEGATED,
    NEGATIONS,
    RELATIONS,
)


class Relations(Lookahead):
    """Relation signs, their notes, and what they join inside brackets."""

    def relation(self) -> Relation:
        """The relation sign that stands here."""
        start = self.i
        token = self.take()
        if token.text == r"\not":
            following = self.take()
            op = NEGATED.get(RELATIONS.get(following.text, ""), "")
            if not op:
                raise self.fail("this relation cannot be negated", following)
            return Relation(op, r"\not" + following.text, span=self.span(start))
        if token.text == r"\perp" and self.is_cmd(r"\perp"):
            self.i += 1  # the doubled sign of independence
        name = token.text[1:]
        if name in ARROWS_WITH_NOTES:
            if self.peek().kind == "open" and self.peek().text == "[":
                self.i = self.closer() + 1
            if self.peek().kind == "lbrace" and self.closer() == self.i + 1:
                self.i += 2
                return Relation(ARROWS_WITH_NOTES[name], token.text + "{}", span=self.span(start))
            note = self.note()
            return Relation(ARROWS_WITH_NOTES[name], token.text, note, span=self.span(start))
        if token.text in (r"\overset", r"\stackrel", r"\underset"):
            note = self.note()
            if self.peek().kind == "lbrace":
                sign = self.inside(self.take)
            else:
                sign = self.take()
            op = RELATIONS[sign.text]
            if op == "=" and isinstance(note, Text | Label) and "def" in note.text:
                op = ":="
            if op == "=" and isinstance(note, Text) and note.text == "?":
                op = "=?"
            return Relation(op, token.text + " " + sign.text, note, span=self.span(start))
        return Relation(RELATIONS[token.text], token.text if RELATIONS[token.text] != token.text else "", span=self.span(start))

    def note(self) -> Term:
        """The annotation of an arrow or a brace: words and terms side by side."""
        if self.peek().kind == "text":
            return Text(self.peek().text, span=self.take().span)
        if self.peek().kind != "lbrace":
            return self.atom()

        start = self.i
        inner = self.tokens[start + 1 : self.closer()]
        if len(inner) > 2 and all(token.kind == "letter" for token in inner):
            self.i = self.closer() + 1
            return Label("".join(token.text for token in inner), span=self.span(start))

        def items() -> list[Term]:
            found: list[Term] = []
            while self.i < self.end:
                token = self.peek()
                if token.kind == "text" or token.kind == "punct" and token.text in "?!":
                    self.i += 1
                    found.append(Text(token.text, span=token.span))
                elif token.kind in ("quad", "punct"):
                    self.i += 1
                else:
                    found.append(self.arg())
            return found

        found = self.inside(items)
        if len(found) == 1:
            return found[0]
        return Mul(tuple(found), ("",) * (len(found) - 1)) if found else Text("")

    def arg(self) -> Term:
        """One argument: a sum, or sums joined by relations, logical signs and implications."""
        start = self.i
        if self.peek().kind == "op" and self.peek().text in "+-" and self.peek(1).kind in ("close", "mid", "eof"):
            return Sym("text:" + self.take().text, span=self.span(start))  # the outcome of a test: P(D | +)
        term = self.conjunction()
        while self.peek().kind == "cmd" and self.peek().text in JOINERS:
            op = JOINERS[self.take().text]
            term = Rel(op, term, self.conjunction(), span=self.span(start))
        return term

    def conjunction(self) -> Term:
        """Relations joined by "and" and "or"; "and" binds more tightly."""
        return self.joined(r"\lor", lambda: self.joined(r"\land", self.related))

    def joined(self, op: str, read: Callable[[], Term]) -> Term:
        start = self.i
        terms = [read()]
        while self.peek().kind == "cmd" and LOGIC_INFIX.get(self.peek().text) == op:
            self.i += 1
            terms.append(read())
        return terms[0] if len(terms) == 1 else Op(op, tuple(terms), span=self.span(start))

    def related(self) -> Term:
        start = self.i
        if self.is_cmd(r"\forall", r"\exists"):
            kind = self.take().text[1:]
            return Quant(kind, (self.related(),), span=self.span(start))
        if self.is_cmd(*NEGATIONS):
            self.i += 1
            self.deeper(self.peek())
            negated = self.related()
            self.depth -= 1
            return Op(r"\neg", (Missing(), negated), span=self.span(start))
        term: Term = Missing() if self.at_relation() else self.sum()
        while self.at_relation() and self.peek().extra != "row":  # a new row goes on with the chain, not with a condition
            op = self.relation().op
            at_end = self.i >= self.end or self.is_punct(",", ";") or self.peek().kind in ("mid", "close", "amp", "row")
            rhs = Missing() if at_end else self.sum()
            term = Rel(op, term, rhs, span=self.span(start))
        return term

    def braced(self) -> Term:
        raise NotImplementedError
