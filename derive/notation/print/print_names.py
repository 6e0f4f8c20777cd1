"""Symbols, applications, named functions and fences as LaTeX."""

from __future__ import annotations

from derive.notation.print.print_arithmetic import Arithmetic
from derive.notation.print.print_levels import (
    PREFIX,
    PRODUCT,
    level,
    numbered,
)
from derive.notation.print.print_marks import fenced, font_name, glue, listed, script
from derive.notation.trees.term_trees import (
    App,
    Decor,
    Deriv,
    Fence,
    Func,
    Label,
    Paren,
    Pow,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import BARE_FUNCTIONS, COMMAND_FUNCTIONS


class Names(Arithmetic):
    """Symbols, applications, named functions and fences as LaTeX."""

    def symbol(self, sym: Sym) -> str:
        text = font_name(sym.name)
        for accent in reversed(sym.accents):
            text = f"\\{accent}{{{text}}}"
        if sym.primes:
            text += "'" * sym.primes
            if sym.sups:
                text = "{" + text + "}"
        if sym.subs:
            subs = sym.subs
            paired = (
                len(subs) == 2
                and sym.name.isupper()
                and all(isinstance(s, Sym) and s.name in "ijklmn" and s == Sym(s.name) for s in subs)
            )
            text += script("_", "".join(s.name for s in subs if isinstance(s, Sym)) if paired else listed(subs, self.latex))
        if sym.sups:
            text += script("^", listed(sym.sups, self.latex))
        return text

    def arguments(self, args: tuple[Term, ...], given: tuple[Term, ...], sep: str, bar: str) -> str:
        mark = {",": ",", ";": ";", r"\|": r"\|"}.get(sep, sep)
        text = mark.join(self.latex(arg, lead=True) for arg in args)
        if given:
            text = glue(text, bar, ",".join(self.latex(g) for g in given))
        return text

    def application(self, term: App) -> str:
        inner = self.arguments(term.args, term.given, term.sep, term.bar)
        if term.fences == "":
            return inner
        head = term.head
        bare = isinstance(head, Sym | Label | Pow | Paren | App) or isinstance(head, Deriv) and head.style == "over"
        text = self.body(head) if bare else fenced(self.body(head), "()")
        return text + fenced(inner, term.fences)

    def function_name(self, term: Func) -> str:
        name = term.spelling if term.spelling.startswith("\\") and "_" not in term.spelling[:4] else ""
        if not name:
            name = (
                "\\" + term.name
                if term.name in COMMAND_FUNCTIONS or term.name in ("max", "min", "sup", "inf")
                else f"\\mathrm{{{term.name}}}"
            )
        if term.sub is not None:
            name += script("_", self.latex(term.sub))
        if term.sup is not None:
            name += script("^", self.latex(term.sup))
        return name

    def function(self, term: Func) -> str:
        if term.name == "sqrt":
            index = f"[{self.latex(term.sub)}]" if term.sub is not None else ""
            return rf"\sqrt{index}{{{self.latex(term.args[0])}}}"
        if term.name.startswith("accent:"):
            return self.accented(term)
        if term.name == "binom":
            return rf"\binom{{{self.latex(term.args[0])}}}{{{self.latex(term.args[1])}}}"
        if term.spelling.startswith("[]_"):
            return fenced(self.latex(term.args[0]), term.fences or "[]") + "_{" + term.spelling[3:] + "}"
        name = self.function_name(term)
        if term.fences == "":
            if not term.args:
                return name
            argument = term.args[0]
            bare = term.name in BARE_FUNCTIONS and len(term.args) == 1 and not term.given
            if bare and isinstance(argument, Paren):
                return name + fenced(self.latex(argument.body), argument.fences)
            if (
                bare
                and (level(argument) >= PREFIX or numbered(argument))
                and not (isinstance(argument, Decor) and argument.kind == "unit")
            ):
                text = self.latex(argument, PRODUCT)
                if isinstance(argument, Transpose) or text.startswith(("(", "[", r"\{", r"\left")):
                    return name + fenced(text, "()")
                return glue(name, text)
        return name + fenced(self.arguments(term.args, term.given, ",", r"\mid"), term.fences or "()")

    def accented(self, term: Func) -> str:
        accent, nabla, _ = term.spelling.partition(r"\nabla")
        if nabla:
            return f"{accent}{{{nabla}}}" + self.body(term.args[0]).removeprefix(nabla)
        return f"{term.spelling}{{{self.latex(term.args[0])}}}"

    def fence(self, term: Fence) -> str:
        inner = ", ".join(self.latex(arg) for arg in term.args)
        left, right = {
            "abs": (r"\lvert", r"\rvert"),
            "norm": (r"\lVert", r"\rVert"),
            "floor": (r"\lfloor", r"\rfloor"),
            "ceil": (r"\lceil", r"\rceil"),
            "inner": (r"\langle", r"\rangle"),
        }[term.kind]
        return glue(left, inner, right) + (script("_", self.latex(term.sub)) if term.sub is not None else "")
