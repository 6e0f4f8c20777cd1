"""Core types and terms: unification, closed terms, substitution that no binder captures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Var, free_variables, num, op, replace, walk
from derive.core.types import NAT, REAL, STATE, Binding, Type, TypeMismatch, element, function, hole, law, vector
from derive.elaborate.letters.row_heads import instance


def types() -> st.SearchStrategy[Type]:
    base = st.sampled_from([REAL, NAT, STATE, Type("A"), Type("B")])
    return st.recursive(
        base,
        lambda t: st.builds(lambda a, b: Type("Function", (a, b)), t, t) | st.builds(vector, t) | st.builds(law, t),
        max_leaves=6,
    )


@given(types())
def test_a_type_unifies_with_itself_and_with_a_hole(t: Type) -> None:
    binding = Binding()
    h = hole()
    binding.unify(h, t)
    binding.unify(t, t)
    assert binding.full(h) == t


@given(types(), types())
def test_unification_is_symmetric(a: Type, b: Type) -> None:
    def meet(x: Type, y: Type) -> bool:
        try:
            Binding().unify(x, y)
        except TypeMismatch:
            return False
        return True

    assert meet(a, b) == meet(b, a) == (a == b)


def test_a_mismatch_names_both_types() -> None:
    with pytest.raises(TypeMismatch, match=r"Elem\[State\] where Real is needed"):
        Binding().unify(STATE, REAL)


def test_a_type_is_no_part_of_itself() -> None:
    h = hole()
    with pytest.raises(TypeMismatch):
        Binding().unify(h, function(h, REAL))


def test_a_signature_has_fresh_sorts_each_time() -> None:
    (p, x), _ = instance(CONSTANTS["mass"])
    (q, y), _ = instance(CONSTANTS["mass"])
    binding = Binding()
    binding.unify(x, element(Type("Coin")))
    binding.unify(y, element(Type("Die")))
    assert binding.full(p) == law(Type("Coin"))
    assert binding.full(q) == law(Type("Die"))


X, Y = Var(1, REAL), Var(2, REAL)


def terms() -> st.SearchStrategy[Core]:
    leaves = st.sampled_from([X, Y, num(2)])
    return st.recursive(
        leaves,
        lambda t: st.builds(lambda a, b: op("add", a, b), t, t) | st.builds(lambda a: Bind("sum", (X,), a, (num(1), Y)), t),
        max_leaves=8,
    )


@given(terms())
def test_replacing_a_variable_frees_nothing_and_binds_nothing(term: Core) -> None:
    made = replace(term, {1: num(7)})
    assert X not in free_variables(made)
    assert free_variables(made) == free_variables(term) - {X}
    assert sum(isinstance(t, Bind) for t in walk(made)) == sum(isinstance(t, Bind) for t in walk(term))
