r"""Formulas on core terms: an expression read from LaTeX with the names of its letters, and another read beside it.

>>> f = expression(r"\nabla_\theta\pi_\theta(a\mid s)")
>>> str(f.term)
'gradient(prob(at_parameter(v2, v1), v3, v4), v1)'
>>> f.latex
'\\nabla_{\\theta} \\pi_{\\theta}(a|s)'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, free_variables, rebuild, unused, walk
from derive.core.terms import replace as replaced
from derive.core.types import NAT, Type
from derive.diagnostics import NotationError
from derive.elaborate.claims import readings
from derive.elaborate.write import Unwritable, write
from derive.kernel import Verdict
from derive.verify import admitting
from derive.verify.verdicts import chosen


class Unread(ValueError):
    """LaTeX that no reading makes a term of: why, and where if that is known."""

    def __init__(self, why: str, start: int | None = None):
        super().__init__(why)
        self.start = start


@dataclass(frozen=True)
class Formula:
    """A term, the names of its letters, and what is given of them."""

    term: Core
    names: Mapping[int, str] = field(default_factory=dict)
    givens: tuple[CoreClaim, ...] = ()
    given: tuple[str, ...] = ()

    @property
    def latex(self) -> str:
        """The formula as LaTeX, by the glossary.

        Raises: Unwritable.
        """
        return write(self.term, self.names, indexed=sequences(self.term))

    def claim(self, other: Core, relation: str = "=") -> CoreClaim:
        """The claim that this stands in a relation to another term."""
        return CoreClaim(self.term, relation, other, self.givens)

    def to(self, term: Core, names: Mapping[int, str] | None = None) -> Formula:
        """Another term under the same givens."""
        return replace(self, term=term, names={**self.names, **(names or {})})

    def __str__(self) -> str:
        try:
            return self.latex
        except Unwritable:
            return str(self.term)


def sequences(term: Core) -> frozenset[int]:
    """Functions that are applied to whole numbers: they are written with an index."""
    return frozenset(
        t.args[0].number
        for t in walk(term)
        if isinstance(t, Op) and t.name == "call" and isinstance(t.args[0], Var) and t.args[0].type.args[:1] == (NAT,)
    )


def claims(latex: str, given: Iterable[str] = (), taking: Iterable[str] = ()) -> list[tuple[CoreClaim, Mapping[int, str]]]:
    """The likeliest reading of each link of a formula; ``taking`` says what names are taken for.

    Raises: Unread.
    """
    try:
        given = tuple(given)
        found = [chosen(read, taking) for read in readings(latex, list(given))]
    except NotationError as why:
        raise Unread(str(why), why.span.start) from why
    if not found:
        raise Unread("it says nothing")
    for read in found:
        if not read.readings:
            if read.premise:  # what is given may speak of something else: the formula is read without it
                for i in range(len(given)):
                    try:
                        return claims(latex, given[:i] + given[i + 1 :], taking)
                    except Unread:
                        continue
            raise Unread(read.why)
    return [(read.readings[0].claim, read.readings[0].names) for read in found]


@lru_cache(maxsize=4096)
def _expression(latex: str, given: tuple[str, ...]) -> Formula:
    found = claims(rf"{latex} = 0", given)
    if len(found) != 1:
        raise Unread("a relation where an expression is wanted")
    claim, names = found[0]
    return Formula(claim.lhs, dict(names), claim.givens, given)


def expression(latex: str, given: Iterable[str] = ()) -> Formula:
    """An expression.

    Raises: Unread.
    """
    return _expression(latex, tuple(given))


def moving(latex: str, given: Iterable[str], name: str) -> Formula:
    r"""An expression as it is read where it is differentiated by a letter, if it is no letter elsewhere: the discount, a value somewhere.

    >>> moving(r"\gamma^2", (), r"\gamma").term == expression(r"\gamma^2").term
    False

    Raises: Unread.
    """
    formula = expression(latex, given)
    occurs = any(same_name(formula.names.get(v.number, ""), name) for v in free_variables(formula.term))
    if not occurs and bare_name(name) in bare_name(latex):
        under = expression(slope(latex, name), given)
        if isinstance(under.term, Op) and under.term.name in ("gradient", "derivative"):
            return under.to(under.term.args[0])
    return formula


def slope(latex: str, name: str) -> str:
    r"""The derivative of an expression by a letter, or by a value somewhere, ``V(s)``."""
    sign = rf"\frac{{\partial}}{{\partial {name}}}" if "(" in name else rf"\nabla_{{{name}}}"
    return rf"{sign}\left({latex}\right)"


def equation(latex: str, given: Iterable[str] = (), taking: Iterable[str] = ()) -> tuple[Formula, str, Formula]:
    """A formula of one link: its left side, its relation, its right side.

    Raises: Unread.
    """
    found = claims(latex, given, taking)
    if len(found) != 1:
        raise Unread(f"{len(found)} links where one is expected")
    claim, names = found[0]
    left = Formula(claim.lhs, dict(names), claim.givens, tuple(given))
    return left, claim.relation, left.to(claim.rhs)


def beside(known: Formula, latex: str) -> Formula:
    """An expression whose letters are those of a formula that is known.

    Raises: Unread.
    """
    try:
        claim, names = claims(f"{known.latex} = {latex}", known.given)[0]
        term = claim.rhs
    except (Unwritable, Unread):
        alone = expression(latex, known.given)
        term, names = alone.term, alone.names
    made, more = aligned(term, names, known)
    return known.to(made, more)


def aligned(term: Core, names: Mapping[int, str], known: Formula) -> tuple[Core, dict[int, str]]:
    """A term with the variables of a formula that is known, by their names; all others get new numbers."""
    own = {
        known.names.get(v.number, ""): v
        for p in (known.term, *(p for g in known.givens for p in g.parts()))
        for v in free_variables(p)
    }
    start = unused([known.term], known.names)
    table: dict[int, Core] = {}
    more: dict[int, str] = {}
    for v in sorted(free_variables(term), key=lambda v: v.number):
        name = names.get(v.number, "")
        if name in own:
            table[v.number] = own[name]
        else:
            table[v.number] = replace(v, number=start)
            more[start] = name
            start += 1
    return renumbered(replaced(term, table), names, start, more), more


def renumbered(term: Core, names: Mapping[int, str], start: int, more: dict[int, str]) -> Core:
    """A term whose bound variables have new numbers, all different."""
    counter = [start]

    def go(t: Core, table: dict[int, Core]) -> Core:
        if isinstance(t, Var):
            return table.get(t.number, t)
        if isinstance(t, Bind):
            inner = dict(table)
            fresh = []
            for v in t.vars:
                made = replace(v, number=counter[0])
                more[counter[0]] = names.get(v.number, "")
                counter[0] += 1
                inner[v.number] = made
                fresh.append(made)
            return Bind(
                t.name,
                tuple(fresh),
                go(t.body, inner),
                tuple(go(a, table) for a in t.args),
                tuple(go(c, inner) for c in t.where),
                t.info,
            )
        return rebuild(t, lambda x: go(x, table))

    return go(term, {})


def as_vector(formula: Formula, name: str) -> tuple[Formula, Var]:
    """A formula in which a parameter is a vector of unknown length, where nothing makes it a number.

    Raises: Unread where no free letter has the name.
    """
    found = [v for v in free_variables(formula.term) if same_name(formula.names.get(v.number, ""), name)]
    if not found:
        raise Unread(f"{name} does not occur in {formula}")
    (v,) = found
    inside = {a for t in walk(formula.term) if isinstance(t, Op) and t.name == "at_parameter" for a in t.args[1:]}
    plain = any(v in t.args and t.name != "at_parameter" for t in walk(formula.term) if isinstance(t, Op))
    if v.type.name == "Real" and v in inside and not plain:
        made = replace(v, type=Type("Vector", (Type("Parameters"),)))
        table: dict[int, Core] = {v.number: made}
        formula = formula.to(replaced(formula.term, table))
        return formula, made
    return formula, v


def as_differentiated(formula: Formula, latex: str, name: str) -> Formula:
    r"""A formula whose letters have the types that they have where it is differentiated by one that only unknown functions are of: ``J(\theta)``.

    Raises: Unread where no free letter has the name.
    """
    formula, v = as_vector(formula, name)
    if v.type.name != "Real" or not only_in_calls(formula.term, v):
        return formula
    try:
        under = expression(slope(latex, name), formula.given)
    except Unread:
        return formula
    types = {bare_name(under.names.get(v.number, "")): v.type for v in free_variables(under.term)}
    own = {v: types.get(bare_name(formula.names.get(v.number, "")), v.type) for v in free_variables(formula.term)}
    moved: dict[int, Core] = {v.number: replace(v, type=t) for v, t in own.items() if t != v.type}
    return formula.to(replaced(formula.term, moved)) if own[v].name == "Vector" else formula


def only_in_calls(term: Core, v: Var) -> bool:
    """Whether a letter is an argument of unknown functions, and nothing else."""
    uses = [t for t in walk(term) if isinstance(t, Op) and v in t.args]
    return bool(uses) and all(t.name == "call" and not t.info and t.args[0] != v for t in uses)


def same_name(a: str, b: str) -> bool:
    return bare_name(a) == bare_name(b)


def bare_name(name: str) -> str:
    r"""A name without what is only notation: ``theta_old`` for ``\theta_{old}``."""
    return "".join(c for c in name if c not in " {}\\")


def decide(claim: CoreClaim, seconds: float = 2.0) -> Verdict:
    """The verdict that the kernel admits on one claim."""
    return admitting.decide(claim, seconds).verdict
