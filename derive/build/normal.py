r"""Terms without what is only notation: two that differ in nothing else are written alike."""

from __future__ import annotations

from dataclasses import replace

from derive.glossary.marks import ALIKE
from derive.notation.trees.term_trees import App, Big, Decor, Expect, Func, Label, Mul, Num, Paren, Pos, Rel, Seq, Sym, Term

MARK = "text:·"


def normal(term: Term) -> Term:
    r"""A term without what is only notation: brackets, decorations, fonts of labels, signs of multiplication, spellings.

    >>> from derive.notation import parse
    >>> normal(parse(r"(x\cdot y)").statements[0].terms[0]) == normal(parse("xy").statements[0].terms[0])
    True
    """
    term = renamed(term.map_children(normal))
    match term:
        case Paren() | Decor() | Pos():
            return term.body
        case Label():
            return Label(term.text.lower())
        case Num():
            return Num(term.value, str(term.value))
        case Mul():
            factors: list[Term] = []
            for f in term.factors:
                factors.extend(f.factors if isinstance(f, Mul) else (f,))
            return Mul(tuple(factors), ("",) * (len(factors) - 1))
        case Func():
            return Func(term.name, term.args, term.sub, term.sup, term.given)
        case App():
            return App(term.head, term.args, term.given, ",", r"\mid")
        case Expect():
            return Expect(term.under, term.body, term.given, term.head)
    return term


def renamed(term: Term) -> Term:
    r"""A sum or an average with its bound variable called by its kind and its depth.

    >>> from derive.notation import parse
    >>> first, second = (normal(parse(x).statements[0].terms[0]) for x in (r"\sum_i r_i c_j", r"\sum_k r_k c_j"))
    >>> first == second, first == normal(parse(r"\sum_j r_j c_j").statements[0].terms[0])
    (True, False)
    """
    if not isinstance(term, Big | Expect):
        return term
    depth = 1 + max(
        (int(x.name.rsplit("·", 1)[1]) for x in term.walk() if isinstance(x, Sym) and x.name.startswith(MARK)), default=0
    )
    inside: dict[Sym, Sym] = {}
    for n, variable in enumerate(bound(term)):
        kind = next((n for n, row in enumerate(ALIKE) if variable.name in row), None)
        if kind is not None and not (variable.subs or variable.sups or variable.accents):
            inside[variable] = Sym(f"{MARK}{kind}·{depth + n}")
    if not inside:
        return term
    if isinstance(term, Big):  # what stands above a sum is outside of it
        upper, term = term.upper, replace(term, upper=None)
        made = put(term, inside)
        return replace(made, upper=upper) if isinstance(made, Big) else made
    return put(term, inside)


def bound(term: Big | Expect) -> list[Sym]:
    """The variables that an operator binds, in the order in which they stand below it."""
    found: list[Sym] = []
    for u in term.under:
        for item in u.items if isinstance(u, Seq) else (u,):
            left = item.lhs if isinstance(item, Rel) and item.op in (r"\sim", r"\in", "=", r"\ne", r"\neq") else item
            named = left.items if isinstance(left, Seq) else (left,)
            found += [v for v in named if isinstance(v, Sym) and (isinstance(term, Big) or left is not item)]
    return found


def put(term: Term, names: dict[Sym, Sym]) -> Term:
    """A term with its variables called otherwise."""
    if isinstance(term, Sym) and term in names:
        return names[term]
    return term.map_children(lambda x: put(x, names))
