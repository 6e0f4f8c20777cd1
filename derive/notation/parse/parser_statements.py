"""Chains, conditions, remarks, and several statements in one display."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derive.diagnostics import Span
from derive.notation.parse.factors.parser_ops import Operators
from derive.notation.trees.statement_trees import Relation, Statement
from derive.notation.trees.term_trees import Dots, Missing, Num, Op, Quant, Rel, Seq, Term, Text
from derive.syntax.lex.symbols import CONDITION_WORDS, JOINERS, JOINING_WORDS, LOGIC_INFIX, NEGATIONS


@dataclass(slots=True)
class Piece:
    """A run of terms and relations between two separators, before lists are put together."""

    terms: list[Term] = field(default_factory=list)
    rels: list[Relation] = field(default_factory=list)
    conditions: list[Term] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)
    comma: bool = False
    quad: str = ""
    row: bool = False
    words: str = ""
    start: int = 0
    apart: bool = False

    @property
    def joiner(self) -> str:
        """The LaTeX printed in front of the statement."""
        text = "," if self.comma else ""
        text += self.quad or ("\\ " if self.comma and self.apart and not self.row and not self.words else "")
        if self.row:
            text += "\\\\"
        if self.words:
            text += self.words
        return text


class Statements(Operators):
    """A whole formula."""

    def formula(self) -> tuple[tuple[Statement, ...], str]:
        closing = self.strip_closing()
        pieces: list[Piece] = []
        while self.i < self.end:
            piece = Piece(start=self.i)
            self.separators(piece, first=not pieces)
            if self.i >= self.end:
                break
            piece.apart = self.peek().gap in ("word", "thick")
            self.chain(piece)
            if not piece.terms and not piece.conditions and not piece.remarks:
                raise self.unexpected()
            pieces.append(piece)
        merged = self.merge(pieces)
        return tuple(self.statement(p, n == 0) for n, p in enumerate(merged)), closing

    def strip_closing(self) -> str:
        closing = ""
        while self.end > 0:
            last = self.tokens[self.end - 1]
            if last.kind == "punct" and last.text in (".", ",", ";", ":"):
                closing = last.text + closing
                self.end -= 1
            elif last.kind in ("row", "quad"):
                self.end -= 1
            else:
                break
        return closing

    def separators(self, piece: Piece, first: bool) -> None:
        """What stands between two statements."""
        while self.i < self.end:
            token = self.peek()
            if token.kind == "punct" and token.text in (",", ";", "."):
                piece.comma = not first
            elif token.kind == "quad":
                piece.quad = "" if first else r"\quad"
            elif token.kind == "row":
                piece.row = not first
            elif token.kind == "cmd" and token.text in JOINERS:
                piece.words += JOINERS[token.text] + " "
            elif token.kind == "text" and self.joins(self.i):
                piece.words += r"\text{" + token.text.strip() + "} "
            else:
                return
            self.i += 1

    def joins(self, index: int) -> bool:
        """Whether the words at ``index`` join two statements rather than stand for a term."""
        token = self.tokens[index]
        word = token.text.strip().rstrip(",:")
        after = self.tokens[index + 1] if index + 1 < self.end else self.eof
        if after.kind in ("eof", "row", "punct"):
            return False
        if after.kind == "cmd" and after.text in ("=", r"\approx", r"\leftarrow", r"\sim") or after.kind == "op":
            return False
        return word in JOINING_WORDS and word not in CONDITION_WORDS or word in ("where", "and", "with", "then", "or")

    def chain(self, piece: Piece) -> None:
        """Terms joined by relations, with the conditions and remarks beside them."""
        while self.i < self.end:
            token = self.peek()
            if self.at_relation():
                if not piece.terms:
                    piece.terms.append(Missing())
                piece.rels.append(self.relation())
                while self.peek().kind == "quad":
                    self.i += 1
                if self.i < self.end and not self.at_separator() and not self.at_relation():
                    piece.terms.append(self.logical())
                else:
                    piece.terms.append(Missing())
            elif token.kind == "punct" and token.text == ":" and piece.terms:
                self.i += 1
                piece.rels.append(Relation(":"))
                piece.terms.append(self.logical())
            elif token.kind == "cmd" and token.text in LOGIC_INFIX and piece.terms:
                left: Term = piece.terms[0]
                for rel, term in zip(piece.rels, piece.terms[1:], strict=True):
                    left = Rel(rel.op, left, term)
                op = LOGIC_INFIX[self.take().text]
                parts = left.args if isinstance(left, Op) and left.op == op else (left,)
                more = self.joined(r"\land", self.related) if op == r"\lor" else self.related()
                piece.terms, piece.rels = [Op(op, (*parts, more))], []
            elif self.is_cmd(r"\forall", r"\exists"):
                self.quantifier(piece, self.take().text[1:])
            elif token.kind == "text" and (piece.terms or piece.conditions or self.is_leading_condition()) and self.is_beside():
                self.beside(piece)
            elif self.is_bracketed_remark():
                closer = self.closer()
                inner = self.tokens[self.i + 1 : closer]
                piece.remarks.append(Text("(" + " ".join(t.text.strip() for t in inner) + ")", span=token.span))
                self.i = closer + 1
            elif (
                token.kind == "quad" and piece.terms and self.relation_follows() or token.kind == "quad" and self.remark_follows()
            ):
                while self.peek().kind == "quad":
                    self.i += 1
            elif token.kind == "punct" and token.text == "," and self.remark_follows():
                self.i += 1
            elif self.is_cmd(r"\mid") or token.kind == "mid":
                self.i += 1
                if not piece.terms:
                    piece.terms.append(Op("|", (Missing(), self.arg() if self.i < self.end else Missing())))
                else:
                    piece.terms[-1] = Op("|", (piece.terms[-1], self.logical()))
            elif not piece.terms and not self.at_separator():
                piece.terms.append(self.logical())
            elif self.at_separator() or token.kind == "text" or (piece.remarks and self.starts_factor()):
                return
            else:
                raise self.unexpected()

    def logical(self) -> Term:
        """One side of a relation; a sentence standing alone is not mathematics."""
        token = self.peek()
        if token.kind == "text" and len(token.text.split()) > 3 and self.peek(1).kind in ("eof", "quad", "row"):
            self.i += 1
            return Text(token.text.strip(), span=token.span)
        return self.related() if self.is_cmd(*NEGATIONS) else self.sum()

    def at_separator(self) -> bool:
        token = self.peek()
        if token.kind in ("quad", "row"):
            return True
        if token.kind == "punct" and token.text in (",", ";", "."):
            return True
        return token.kind == "cmd" and token.text in JOINERS or (token.kind == "text" and self.joins(self.i))

    def remark_follows(self) -> bool:
        """Whether only spaces stand between here and words beside the statement."""
        at = self.i
        while at < min(self.end, self.i + 8) and (
            self.tokens[at].kind == "quad" or (self.tokens[at].kind == "punct" and self.tokens[at].text == ",")
        ):
            at += 1
        if at >= self.end:
            return False
        token = self.tokens[at]
        if token.kind == "cmd" and token.text in (r"\forall", r"\exists"):
            return True
        if token.kind == "open" and token.text == "(" and at + 1 < self.end and self.tokens[at + 1].kind == "text":
            save, self.i = self.i, at
            found = self.is_bracketed_remark()
            self.i = save
            return found
        if token.kind != "text" or self.joins(at):
            return False
        after = self.tokens[at + 1] if at + 1 < self.end else self.eof
        word = token.text.strip()
        if word in CONDITION_WORDS or word.startswith("(") or after.extra == "row":
            return True
        if (
            after.kind in ("sub", "sup", "open")
            or after.kind == "op"
            or (
                after.kind == "cmd"
                and after.text in ("=", r"\approx", r"\leftarrow", r"\sim", r"\le", r"\ge", "<", ">", r"\propto")
            )
        ):
            return False
        return after.kind in ("eof", "row") and (" " in word or token.text != word)

    def relation_follows(self) -> bool:
        """Whether only spaces stand between here and a relation."""
        save = self.i
        while self.peek().kind == "quad" and self.i < save + 8:
            self.i += 1
        found = self.at_relation()
        self.i = save
        return found

    def is_leading_condition(self) -> bool:
        return self.peek().text.strip() in CONDITION_WORDS

    def is_beside(self) -> bool:
        token = self.peek()
        if self.joins(self.i):
            return False
        word = token.text.strip()
        after = self.peek(1)
        if word in CONDITION_WORDS or after.kind in ("eof", "row", "quad") or after.extra == "row":
            return True
        return self.is_prose(self.i)

    def beside(self, piece: Piece) -> None:
        """A condition or a remark in words."""
        token = self.take()
        word = token.text.strip()
        while self.peek().kind == "quad":
            self.i += 1
        has_more = self.i < self.end and (
            self.starts_factor() or self.is_cmd(r"\forall") or (self.peek().kind == "op" and self.peek().text == "-")
        )
        if word in CONDITION_WORDS and has_more:
            self.quantifier(piece, word)
        elif has_more and not self.is_bracketed_remark() and self.peek().kind != "text":
            # Words between two formulas: the second is a statement of its own.
            piece.remarks.append(Text(word, span=token.span))
        else:
            piece.remarks.append(Text(word, span=token.span))

    def quantifier(self, piece: Piece, kind: str) -> None:
        start = self.i - 1
        under = [self.arg()]
        while (
            self.is_punct(",")
            and self.i + 1 < self.end
            and self.peek(1).kind not in ("quad", "text", "row")
            and not (self.peek(1).kind == "cmd" and self.peek(1).text in JOINERS)
        ):
            save = self.i
            self.i += 1
            item = self.arg()
            if kind in ("forall", "exists") and getattr(item, "op", "") in ("=", r"\le", r"\ge") and not isinstance(item, Num):
                self.i = save
                break
            under.append(item)
        if self.is_punct(":") and not piece.terms or self.is_punct(",", ";") and not piece.terms and not piece.rels:
            self.i += 1
        while self.peek().kind == "quad" and not piece.terms:
            self.i += 1
        piece.conditions.append(Quant(kind, tuple(under), span=self.span(start)))

    # --- putting lists together ------------------------------------------------------------------

    def merge(self, pieces: list[Piece]) -> list[Piece]:
        """Join pieces that a comma split but that are one list."""
        if (
            len(pieces) > 1
            and all(self.is_bare(p) and not p.words and not p.row for p in pieces)
            and all(p.comma for p in pieces[1:])
        ):
            first = pieces[0]
            final = pieces[-1]
            items = tuple(p.terms[0] for p in pieces)
            return [replace(first, terms=[Seq(items, "")], conditions=final.conditions, remarks=final.remarks)]
        out: list[Piece] = []
        for piece in pieces:
            last = out[-1] if out else None
            simple = piece.comma and not piece.quad and not piece.row and not piece.words
            if (
                last is not None
                and simple
                and last.rels
                and self.is_bare(piece)
                and not last.conditions
                and not last.remarks
                and self.continues_list(last.terms[-1], piece.terms[0], last.rels[-1])
            ):
                tail = last.terms[-1]
                items = tail.items if isinstance(tail, Seq) and tail.fences == "" else (tail,)
                last.terms[-1] = Seq((*items, piece.terms[0]), "")
                last.conditions.extend(piece.conditions)
                last.remarks.extend(piece.remarks)
            elif (
                last is not None
                and simple
                and self.is_bare(last)
                and not last.conditions
                and piece.rels
                and not piece.apart
                and piece.rels[0].op not in ("=", ":=", r"\approx", r"\leftarrow")
            ):
                head = last.terms[0]
                items = head.items if isinstance(head, Seq) and head.fences == "" else (head,)
                last.terms = [Seq((*items, piece.terms[0]), ""), *piece.terms[1:]]
                last.rels, last.conditions, last.remarks = piece.rels, piece.conditions, [*last.remarks, *piece.remarks]
            elif last is not None and simple and self.is_bare(last) and self.is_bare(piece):
                head = last.terms[0]
                items = head.items if isinstance(head, Seq) and head.fences == "" else (head,)
                last.terms = [Seq((*items, piece.terms[0]), "")]
                last.conditions.extend(piece.conditions)
                last.remarks.extend(piece.remarks)
            else:
                out.append(piece)
        return out

    def is_bare(self, piece: Piece) -> bool:
        return not piece.rels and len(piece.terms) == 1 and not isinstance(piece.terms[0], Missing)

    def continues_list(self, tail: Term, item: Term, rel: Relation) -> bool:
        items = tail.items if isinstance(tail, Seq) and tail.fences == "" else (tail,)
        if isinstance(item, Dots) or isinstance(items[-1], Dots):
            return True
        return isinstance(item, Num) and isinstance(items[-1], Num)

    def statement(self, piece: Piece, first: bool) -> Statement:
        spans = [t.span for t in (*piece.terms, *piece.conditions) if t.span is not None]
        span = Span(min(s.start for s in spans), max(s.end for s in spans)) if spans else None
        terms = tuple(piece.terms)
        joiner = piece.words if first else piece.joiner or r"\quad"
        return Statement(terms, tuple(piece.rels), tuple(piece.conditions), tuple(piece.remarks), joiner, span=span)
