"""One text for terms that differ in the numbers of their variables and the names of their sorts alone."""

from __future__ import annotations

from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var
from derive.core.types import Type

#: Sorts that are told apart only by being different.
NAMELESS = ("Sort", "Set", "?", "dimension", "length:", "values:")


class Numbering:
    """Variables and nameless sorts in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.sorts: dict[Type, str] = {}

    def type(self, t: Type) -> str:
        if t.name.startswith(NAMELESS):
            return self.sorts.setdefault(t, f"S{len(self.sorts)}")
        return t.name + (f"[{','.join(map(self.type, t.args))}]" if t.args else "")

    def text(self, term: Core) -> str:
        match term:
            case Var():
                return f"v{self.numbers.setdefault(term.number, len(self.numbers))}:{self.type(term.type)}"
            case Num():
                return str(term.value)
            case Op(name="div", args=(Num() as a, Num() as b)) if b.value:
                return str(a.value / b.value)
            case Op(name="add", args=args) if any(isinstance(a, Op) and a.name == "add" for a in args):
                flat = tuple(x for a in args for x in (a.args if isinstance(a, Op) and a.name == "add" else (a,)))
                return self.text(Op("add", flat))
            case Op(name="add", args=(*rest, Num() as last)) if last.value < 0:
                return self.text(Op("add", (*rest, Op("neg", (Num(-last.value),)))))
            case Op(name="joint"):
                return f"joint({','.join(map(self.text, term.args))};{term.info[:2]})"
            case Op():
                return f"{term.name}({','.join(map(self.text, term.args))};{self.info(term.info)})"
            case Bind():
                parts = [",".join(map(self.text, p)) for p in (term.vars, term.args, term.where)]
                return f"{term.name}[{'|'.join(parts)}|{self.info(term.info)}]({self.text(term.body)})"
        raise TypeError(term)

    def info(self, info: tuple[object, ...]) -> str:
        return ",".join(self.type(i) if isinstance(i, Type) else str(i) for i in info)


def canonical(claim: Core | CoreClaim) -> str:
    """A text that two terms, or two claims without their givens, share exactly where they differ in naming alone.

    >>> from derive.core.terms import op
    >>> from derive.core.types import REAL
    >>> canonical(op("log", Var(7, REAL))) == canonical(op("log", Var(1, REAL)))
    True
    """
    names = Numbering()
    if isinstance(claim, CoreClaim):
        return f"{names.text(claim.lhs)} {claim.relation} {names.text(claim.rhs)} {claim.order}"
    return names.text(claim)
