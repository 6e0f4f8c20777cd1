"""What every part of the printer needs of the others."""

from __future__ import annotations

from derive.notation.print.print_levels import RELATION
from derive.notation.trees.term_trees import Func, Grad, Sym, Term


class Printing:
    """Terms as LaTeX, in brackets where they hold together less tightly than their place needs."""

    def latex(self, term: Term, need: int = RELATION, lead: bool = False) -> str:
        raise NotImplementedError

    def body(self, term: Term) -> str:
        raise NotImplementedError

    def symbol(self, sym: Sym) -> str:
        raise NotImplementedError

    def function_name(self, term: Func) -> str:
        raise NotImplementedError

    def nabla(self, term: Grad) -> str:
        raise NotImplementedError
