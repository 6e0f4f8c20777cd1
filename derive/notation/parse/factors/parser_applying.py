"""Application or product: what the bracket after a symbol is."""

from __future__ import annotations

from derive.notation.parse.factors.parser_scripts import FENCES, Inside, Scripts, bare_occurrence, named_bare
from derive.notation.trees.term_trees import (
    Add,
    App,
    Div,
    Fence,
    Func,
    Item,
    Label,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Placeholder,
    Pow,
    Seq,
    Sym,
    Term,
)
from derive.syntax.lex.symbols import DIVERGENCES


class Applying(Scripts):
    """Application or product: what the bracket after a symbol is."""

    def after_transpose(self, start: int) -> bool:
        r"""Whether the symbol stands right after a transpose: the matrix of ``x^\top H (x - y)`` is no function."""
        if start < 2:
            return False
        before = self.tokens[start - 1]
        if before.kind == "rbrace" and start > 3:
            return self.tokens[start - 2].text in (r"\top", r"\intercal", "T") and self.tokens[start - 4].kind == "sup"
        return before.text in (r"\top", r"\intercal", "T") and self.tokens[start - 2].kind == "sup"

    #: A bracket that was read and found to be a factor: read once, used once.
    held: tuple[int, int, Inside] | None = None

    def is_divergence(self, sym: Sym) -> bool:
        plain = sym.name.split(":", 1)[-1]
        return (
            plain in DIVERGENCES
            or plain in ("D", "KL", "d", "H", "B", "L", "W")
            or any(isinstance(s, Label) and s.text in DIVERGENCES for s in sym.subs)
        )

    def is_named_divergence(self, sym: Sym) -> bool:
        """Whether even a single bar parts two distributions: KL(p|q), as tables that eat a bar print it."""
        plain = sym.name.split(":", 1)[-1]
        return plain in DIVERGENCES or plain == "KL" or any(isinstance(s, Label) and s.text in DIVERGENCES for s in sym.subs)

    def is_information(self, sym: Sym) -> bool:
        return sym.name.split(":", 1)[-1] in ("I", "MI", "CMI")

    def takes_square(self, sym: Sym, applies: str, opener: str) -> bool:
        """Whether ``sym[`` may be an application: a functional or an indicator."""
        role = self.lexicon.role(sym.name)
        if role in ("indicator", "expectation") or self.is_divergence(sym) and sym.subs:
            return True
        if opener == r"\{":
            return sym.name in ("text:KL", "I", "mathbb:I", "P", "Pr", "mathbb:P")
        at = self.close[self.i]
        content = self.tokens[self.i + 1 : min(at, self.i + 40)]
        if applies == "yes":
            plus = any(t.kind == "op" for t in content)
            return not plus or sym.name in ("H", "mathcal:H", "P", "Pr", "mathbb:P", "mathbb:V")
        if applies == "either" and self.followed_by_bracket(at) and len(content) < 6 and not any(t.kind == "op" for t in content):
            return True  # S[π](s)
        return sym.name.startswith("text:") and not any(t.kind == "op" for t in content)

    def followed_by_bracket(self, at: int) -> bool:
        return at + 1 < self.end and self.tokens[at + 1].kind == "open" and self.tokens[at + 1].text == "("

    def is_application(self, sym: Sym, applies: str, inside: Inside, opener: str) -> bool:
        if self.lexicon.role(sym.name) in ("indicator", "expectation"):
            return True
        if inside.listed or inside.given:
            return not (opener == "[" and inside.listed and not inside.given and applies == "no")
        if len(inside.items) != 1:
            return applies == "yes" or sym.name.startswith("text:")
        content = inside.items[0]
        if sym.name == "e" and sym.subs:
            applies = "either"  # an eligibility trace, not Euler's number
        if isinstance(content, Placeholder | Seq):
            return True
        if sym.name == "o" and not sym.subs and not sym.sups and isinstance(content, Sym | Pow | Fence | Div | Func):
            return True  # a smaller order
        if applies == "yes":
            role = self.lexicon.role(sym.name)
            if sym.subs and isinstance(content, Add) and (role == "advantage" or sym.name == "g"):
                return False
            if role in ("value-function", "q-function", "advantage") and isinstance(content, Add) and self.is_weight(content):
                return False
            if sym.accents and isinstance(content, Add) and self.lexicon.role(sym.name) == "advantage":
                return False
            if sym.subs and role == "distribution" and isinstance(content, Add) and named_bare(content, sym.name):
                return False  # p_i(δ_ij - p_j)
            return (
                not any(bare_occurrence(term, sym) for term in content.children())
                if isinstance(content, Add | Mul | Neg)
                else True
            )
        plain = isinstance(content, Sym | App | Item) or (isinstance(content, Sym) and bool(content.sups))
        if applies == "either":
            if isinstance(content, Num):
                return (
                    sym.name in self.lexicon.functions
                    or not sym.subs
                    and self.lexicon.role(sym.name) not in ("index", "count", "scalar")
                )
            return plain
        if sym.name in self.lexicon.scalars:
            return False
        if isinstance(content, Sym) and content.name in ("theta", "phi", "omega", "psi"):
            return self.lexicon.role(sym.name) in ("scalar", "state", "action", "trajectory", "observation")
        return (
            isinstance(content, Sym)
            and content.name in ("s", "t", "a", "x", "o", "S", "i", "k", "n")
            and sym.name != content.name
            and self.lexicon.role(sym.name) in ("scalar", "state", "action", "parameter-vector", "trajectory")
            and not sym.subs
        )

    def is_weight(self, content: Add) -> bool:
        """Whether a sum is a number of the kind of 1 - γ, which weighs a value rather than being its argument."""
        roles = [self.lexicon.role(part.name) for part in content.walk() if isinstance(part, Sym)]
        return bool(roles) and all(role in ("scalar", "constant") for role in roles)

    # --- brackets --------------------------------------------------------------------------------

    def bracket(self) -> Inside:
        """The content of the bracket that opens here."""
        if self.held is not None and self.held[0] == self.i:
            _, self.i, inside = self.held
            self.held = None
            return inside
        opener = self.peek()
        closer = self.tokens[self.closer()]
        fences = FENCES.get(opener.text, ".") + FENCES.get(closer.text, ".")
        return self.inside(lambda: self.bracket_content(fences))

    def bracket_content(self, fences: str) -> Inside:
        items: list[Term] = []
        given: list[Term] = []
        sep = bar = ""
        target = items
        listed = False
        while self.i < self.end:
            if self.peek().kind == "quad":
                self.i += 1
                continue
            if self.is_divider():
                # P_θ(·): nothing stands before the bar
                raise self.unexpected()
            item: Term = Missing() if self.is_punct(":") else self.arg()
            if self.is_punct(":") and not (fences == "{}" and not bar):
                start = self.i
                self.i += 1
                stop = self.i >= self.end or self.is_punct(",")
                item = Op(":", (item, Missing() if stop else self.arg()), span=self.span(start))
            target.append(item)
            while self.peek().kind == "quad":
                self.i += 1
            token = self.peek()
            if token.kind == "eof":
                break
            if token.kind == "punct" and token.text == ",":
                self.i += 1
                listed = True
                while self.peek().kind == "quad":
                    self.i += 1
                if self.i >= self.end:
                    raise self.fail("an argument is missing after the comma", token)
            elif self.is_divider() or self.is_punct(":"):
                self.i += 1
                mark = (
                    ":"
                    if token.text == ":"
                    else ";"
                    if token.text == ";"
                    else r"\|"
                    if token.kind in ("dmid",) or token.text == r"\parallel"
                    else r"\mid"
                )
                if self.i >= self.end:
                    raise self.fail(f"nothing stands after {token.text!r}", token)
                if bar:
                    start = self.i
                    more = self.arg()
                    target[-1] = Op(";" if mark == ";" else "|", (target[-1], more), span=self.span(start))
                    if self.is_punct(","):
                        self.i += 1
                        continue
                    if self.i < self.end:
                        raise self.unexpected()
                    break
                bar = mark
                target = given
            else:
                raise self.unexpected()
        return Inside(tuple(items), tuple(given), sep or ",", bar or r"\mid", fences, listed)

    def is_divider(self) -> bool:
        token = self.peek()
        return (
            token.kind in ("mid", "dmid")
            or (token.kind == "cmd" and token.text in (r"\mid", r"\parallel"))
            or (token.kind == "punct" and token.text == ";")
        )
