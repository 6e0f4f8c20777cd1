"""What has pieces is never proved where it fails in one of them: an exact evaluation on a grid, that shares nothing with the judge's, agrees."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from derive.verify.verdicts import answer

GRID = tuple(Fraction(x) for x in ("-3", "-1", "-1/2", "0", "1/10", "1/2", "1", "3"))
LETTERS = ("x", "y", "u")

#: A formula as LaTeX beside what it comes to at three numbers.
ATOMS = st.sampled_from(
    [(name, lambda *v, i=i: v[i]) for i, name in enumerate(LETTERS)] + [(str(n), lambda *v, n=n: Fraction(n)) for n in (1, 2)]
)


class NoValue(Exception):
    """A formula that has no value somewhere."""


def clipped(x, low, high):
    if low > high:
        raise NoValue
    return min(max(x, low), high)


def both(a, b):
    (la, fa), (lb, fb) = a, b
    return st.sampled_from(
        [
            (rf"\min({la},{lb})", lambda *v: min(fa(*v), fb(*v))),
            (rf"\max({la},{lb})", lambda *v: max(fa(*v), fb(*v))),
            (rf"({la}-{lb})", lambda *v: fa(*v) - fb(*v)),
            (rf"({la}){lb}" if lb in LETTERS else rf"{lb}({la})", lambda *v: fa(*v) * fb(*v)),
            (rf"\mathrm{{clip}}({la},1-{lb},1+{lb})", lambda *v: clipped(fa(*v), 1 - fb(*v), 1 + fb(*v))),
            (rf"\left|{la}\right|", lambda *v: abs(fa(*v))),
        ]
    )


FORMULAS = st.recursive(ATOMS, lambda inner: st.tuples(inner, inner).flatmap(lambda pair: both(*pair)), max_leaves=5)


def valued(left, right, v):
    """The two sides at a point, where both have a value."""
    try:
        return [(left(*v), right(*v))]
    except NoValue:
        return []


@settings(max_examples=60, deadline=None)
@given(FORMULAS, FORMULAS, st.sampled_from(["=", r"\le"]))
def test_what_fails_somewhere_on_a_grid_is_not_said_to_hold(left, right, relation):
    (la, fa), (lb, fb) = left, right
    points = list(product(GRID, repeat=len(LETTERS)))
    values = [(a, b) for v in points for a, b in valued(fa, fb, v)]
    fails = any(a != b if relation == "=" else a > b for a, b in values)
    statuses = {link.status for link in answer(f"{la} {relation} {lb}", [], 4.0, {}, {}).links}
    if fails:
        assert not statuses & {"proved", "confirmed"}, (la, relation, lb)
