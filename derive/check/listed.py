r"""Sums that break off: an ellipsis after terms that are those of a sequence which the page lists, discounted."""

from __future__ import annotations

from fractions import Fraction

from derive.models.closed import closed_value
from derive.models.scope import Scope
from derive.models.trial import TROUBLE
from derive.terms import Add, Dots, Num, Seq, Term, strip
from derive.values.arith import fraction

#: Terms that must be seen before a sum is taken for a discounted list.
SEEN = 3


def listed(t: Term) -> tuple[Fraction, ...]:
    """The numbers of a list, as ``2, 1, 3, 0, 1``; empty for anything else."""
    t = strip(t)
    if not isinstance(t, Seq):
        return ()
    values = [exact(x) for x in t.items]
    return tuple(v for v in values if v is not None) if None not in values and len(values) > SEEN else ()


def exact(t: Term) -> Fraction | None:
    """A closed term's value as a fraction; None where it has none."""
    try:
        return Fraction(fraction(closed_value(t, Scope())))
    except (*TROUBLE, TypeError, ValueError, AttributeError):
        return None


def continued(t: Term, lists: list[tuple[Fraction, ...]]) -> Term | None:
    r"""``x_0+\gamma x_1+\gamma^2x_2+\cdots`` to the end of the list that its terms begin; None where they begin none, or several.

    >>> from derive.notation import parse_term, to_latex
    >>> to_latex(continued(parse_term(r"2+0.5+0.75+\cdots"), [(Fraction(2), Fraction(1), Fraction(3), Fraction(8))]))
    '2 + 0.5 + 0.75 + 1'
    """
    if not isinstance(t, Add) or not isinstance(t.terms[-1], Dots) or any(isinstance(x, Dots) for x in t.terms[:-1]):
        return None
    seen = [exact(x) for x in t.terms[:-1]]
    found = {rest for xs in lists if (rest := rest_of(seen, xs)) is not None}
    if len(found) != 1:
        return None
    return Add((*t.terms[:-1], *(Num(v, str(v)) for v in found.pop())))


def rest_of(seen: list[Fraction | None], xs: tuple[Fraction, ...]) -> tuple[Fraction, ...] | None:
    """The terms after those seen, if those are γ^k x_k with one γ."""
    n = len(seen)
    if n < SEEN or len(xs) <= n or seen[0] != xs[0] or seen[1] is None or not xs[1]:
        return None
    gamma = seen[1] / xs[1]
    if any(v != gamma**k * x for k, (v, x) in enumerate(zip(seen, xs, strict=False))):
        return None
    return tuple(gamma**k * xs[k] for k in range(n, len(xs)))
