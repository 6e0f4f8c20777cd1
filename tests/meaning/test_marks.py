"""A mark on a name makes it another name, or a derivative: no claim that drops it is held to be true."""

from __future__ import annotations

import pytest

from derive.glossary.functions import FUNCTIONS, GROUP_WORDS, MATRIX_FUNCTIONS, VECTOR_FUNCTIONS
from derive.kernel import HOLDS
from derive.verify.verdicts import answer

#: What is its own derivative.
OWN = {"exp"}
OPERATORS = [*MATRIX_FUNCTIONS, *VECTOR_FUNCTIONS, *GROUP_WORDS]


def holds(claim: str) -> bool:
    found = answer(claim, [])
    return not found.outside and all(link.status in HOLDS for link in found.links)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_prime_on_a_function_is_no_ornament(name):
    assert holds(rf"\mathrm{{{name}}}'(x)=\mathrm{{{name}}}(x)") == (FUNCTIONS[name] in OWN)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("marked", ["{}'", r"\hat{{{}}}"], ids=["prime", "hat"])
def test_a_mark_on_an_operator_is_no_ornament(name, marked):
    operator = rf"\mathrm{{{name}}}"
    assert not holds(rf"{marked.format(operator)}(A)={operator}(A)")


@pytest.mark.parametrize("left, right", [
    (r"H_2(p)", r"H(p)"), (r"\mathrm{KL}_{rev}(p\|q)", r"\mathrm{KL}(p\|q)"), (r"\widehat{\mathrm{KL}}(p\|q)", r"\mathrm{KL}(p\|q)"),
    (r"\mathbb{E}'[X]", r"\mathbb{E}[X]"), (r"\mathrm{Var}'(X)", r"\mathrm{Var}(X)"), (r"\max'(x,y)", r"\max(x,y)"),
    (r"|\mathcal{A}'|", r"|\mathcal{A}|"), (r"\sum'_{i=1}^nx_i", r"\sum_{i=1}^nx_i"),
])  # fmt: skip
def test_another_operator_is_another(left, right):
    assert not holds(f"{left}={right}")
    assert not holds(f"{right}={left}")
