r"""Claims by kind: ``tests/meaning/claims.md`` says what each must come to; and a claim's verdict does not hang on how it is written."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.verify.verdicts import answer

CELLS = re.compile(r"(?<!\\)\|")
FORMULA = re.compile(r"`([^`]*)`")
ORDER = ("refuted", "undecided", "doubtful", "conditional", "confirmed", "proved", "definition")
HOLDS = ("proved", "confirmed")


def table() -> list[tuple[str, list[str], str, str]]:
    """(kind, given, formula, what it must come to) of each formula."""
    out = []
    for line in (Path(__file__).parent / "meaning" / "claims.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in CELLS.split(line)[1:-1]]
        if len(cells) == 5 and "`" in line:
            givens, *formulas = (
                [f.replace(r"\|", "|") if r"\|q" not in f else f for f in FORMULA.findall(cell)] for cell in cells[1:]
            )
            for want, found in zip(("true", "false", "open"), formulas, strict=True):
                out += [(cells[0], givens, formula, want) for formula in found]
    return out


#: Processor seconds that a claim may take here: what it comes to must not hang on how fast the machine is.
PLENTY = 10.0


def status(latex: str, givens: list[str] | None = None) -> str:
    found = answer(latex, givens or [], PLENTY)
    return "outside" if found.outside else min((link.status for link in found.links), key=ORDER.index)


@pytest.mark.parametrize(("kind", "givens", "formula", "want"), table(), ids=lambda x: x if isinstance(x, str) else "")
def test_claims_come_to_what_they_must(kind: str, givens: list[str], formula: str, want: str) -> None:
    found = status(formula, givens)
    if want == "true":
        assert found in HOLDS
    elif want == "false":
        assert found == "refuted"
    else:
        assert found not in (*HOLDS, "refuted")


#: Claims with a bound letter Z, true and false ones.
BOUND = [
    (r"V^\pi(s)=\sum_Z\pi(Z|s)Q^\pi(s,Z)", True),
    (r"V^*(s)=\max_ZQ^*(s,Z)", True),
    (r"\sum_{Z=1}^n(x_Z-y_Z)=\sum_{Z=1}^nx_Z-\sum_{Z=1}^ny_Z", True),
    (r"\mathbb{E}_{Z\sim p}[f(Z)+1]=\mathbb{E}_{Z\sim p}[f(Z)]+1", True),
    (r"V^\pi(s)=\sum_Z\pi(Z|s)Q^\pi(s,Z)^2", False),
    (r"\sum_{Z=1}^nx_Z^2=\left(\sum_{Z=1}^nx_Z\right)^2", False),
    (r"D_{\mathrm{KL}}(p\|q)=\sum_Zp(Z)\log\frac{q(Z)}{p(Z)}", False),
]
LETTERS = "abcdgijklmouvwz"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(BOUND), st.sampled_from(LETTERS))
def test_a_bound_letter_may_be_any(claim: tuple[str, bool], letter: str) -> None:
    latex = claim[0].replace("Z", letter)
    assert status(latex) in (HOLDS if claim[1] else ("refuted",)), latex


EQUATIONS = [
    (r"q_\pi(s,a)", r"\sum_{s',r}p(s',r|s,a)[r+\gamma v_\pi(s')]", True),
    (r"\nabla_\theta\log\pi_\theta(a|s)", r"\frac{\nabla_\theta\pi_\theta(a|s)}{\pi_\theta(a|s)}", True),
    (r"H(p,q)", r"H(p)+D_{\mathrm{KL}}(p\|q)", True),
    (r"\mathrm{Var}(X)", r"\mathbb{E}[X^2]-\mathbb{E}[X]^2", True),
    (r"\mathrm{Var}(X)", r"\mathbb{E}[X^2]+\mathbb{E}[X]^2", False),
    (r"q_\pi(s,a)", r"\sum_{s',r}p(s',r|s,a)[r+v_\pi(s')]", False),
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(EQUATIONS), st.sampled_from(("swap", "times", "constant", "discount")))
def test_a_verdict_does_not_hang_on_how_it_is_written(equation: tuple[str, str, bool], way: str) -> None:
    lhs, rhs, holds = equation
    latex = {
        "swap": f"{rhs} = {lhs}",
        "times": rf"3\left({lhs}\right) = 3\left({rhs}\right)",
        "constant": rf"c\left({lhs}\right) = c\left({rhs}\right)",
        "discount": rf"\gamma\left({lhs}\right) = \gamma\left({rhs}\right)",
    }[way]
    found = status(latex)
    assert found in (HOLDS if holds else ("refuted", "doubtful")), latex


def test_proofs_compose() -> None:
    a, b, c = r"v_\pi(s)", r"\sum_a\pi(a|s)q_\pi(s,a)", r"\sum_a\pi(a|s)\sum_{s',r}p(s',r|s,a)[r+\gamma v_\pi(s')]"
    assert status(f"{a}={b}") == status(f"{b}={c}") == status(f"{a}={c}") == "proved"


def test_a_witness_does_not_hang_on_what_was_decided_before() -> None:
    """What is drawn at a point hangs on the claim alone: not on the order in which sets of its letters are gone through."""
    latex = r"\nabla_\theta\mathbb{E}_{x\sim p_\theta}[f(x)]=\mathbb{E}_{x\sim p_\theta}[\nabla_\theta f(x)]"
    found = []
    for before in ("x=x", r"\sum_a\pi(a|s)=1", r"f(x)g(y)=g(y)f(x)", r"\mathbb{E}_{z\sim q}[h(z)]=0"):
        answer(before, [])
        found.append(dict(answer(latex, []).links[0].witness or {}))
    assert found[0]
    assert all(one == found[0] for one in found)


@settings(max_examples=20, deadline=None)
@given(st.permutations(["x", "y", "z", "w"]), st.integers(2, 4))
def test_what_fails_where_all_are_zero_is_refuted(letters: list[str], count: int) -> None:
    """A given that is solved for one letter is met by others too: all of them at once at 0 are tried before the many points of one sign."""
    used = letters[:count]
    alike = ",".join(f"{a}={b}" for a, b in itertools.pairwise(used))
    assert status(rf"\mathbb{{1}}[{alike}]=0", [f"{''.join(used)}=0"]) == "refuted", used


@pytest.mark.parametrize("power", [2, 3])
def test_a_given_that_played_no_part_confirms_nothing(power: int) -> None:
    """Also where a side is piecewise constant: π(b|s) may be 0, and no point has it so."""
    latex = r"\sum_a\mathbb{1}[a=b]\pi(a|s)=1"
    assert status(latex, [rf"\pi(b|s)^{power}=\pi(b|s)"]) == "undecided"
    assert status(r"\sum_a\mathbb{1}[a=b]\pi(a|s)=\pi(b|s)") == "confirmed"


@pytest.mark.parametrize("letters", ["abcd", "abcdefgh"])
def test_a_pattern_of_elements_or_events_that_is_hardly_drawn_proves_nothing(letters: str) -> None:
    """That all differ, or that all happen, may be so at no point that is tried."""
    apart = "".join(rf"\mathbb{{1}}[{a}\ne {b}]" for a, b in itertools.combinations(letters, 2))
    assert status(apart + "".join(rf"\pi({a}|s)" for a in letters) + "=0") != "proved"
    assert status("P(" + r"\cap ".join(letters.upper()) + ")=0") != "proved"


def test_a_declared_symbol_is_what_it_is_declared_to_be() -> None:
    found = answer(r"\sum_u\zeta(u|s)=1", [], symbols={"zeta": "policy"})
    assert [link.status for link in found.links] == ["proved"]


def test_a_name_without_a_reading_is_named() -> None:
    assert "mathcal:K" in answer(r"\mathcal{K}f=f", []).outside


def test_every_choice_has_a_reason() -> None:
    link = answer(r"V(s)=\sum_a\pi(a|s)Q(s,a)", []).links[0]
    assert any(reading["name"] == "V" and "value" in reading["taken"] for reading in link.readings)
