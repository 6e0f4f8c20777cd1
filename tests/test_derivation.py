"""Derivations: what is given, steps that follow, and steps that do not."""

import pytest
import sympy

import derive
from derive import symbolic
from derive.derivation import Derivation, StepError, chain, prove
from derive.derivation.given import check_given
from derive.rules.formulas import Unread
from derive.symbolic import from_latex, to_latex

GOAL = r"\nabla_\theta\pi_\theta(a\mid s)=\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)"
MIDDLE = r"\pi_\theta(a\mid s)\frac{\nabla_\theta\pi_\theta(a\mid s)}{\pi_\theta(a\mid s)}"
END = r"\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)"


def test_a_chain_is_checked_link_by_link():
    checked = Derivation(GOAL).by("multiply-and-divide", MIDDLE).by("log-derivative", END).check()
    assert [s.status for s in checked.steps] == ["proved", "proved"]
    assert checked.goal.status == "proved"
    assert checked.steps[1].rule is not None
    assert checked.chain.latex.startswith(r"\begin{aligned}")
    assert len(checked.chain.theorems) == 2
    assert checked._repr_latex_().startswith("$")
    assert checked._repr_html_().count("<tr>") == 3


def test_a_false_step_is_refused_with_its_number_and_a_witness():
    with pytest.raises(StepError, match=r"step 2 \(log-derivative\).*for example") as caught:
        Derivation(GOAL).by("multiply-and-divide", MIDDLE).by("log-derivative", r"\nabla_\theta\log\pi_\theta(a\mid s)").check()
    assert caught.value.verdict is not None
    assert caught.value.verdict.status == "refuted"
    assert caught.value.verdict.witness


def test_a_misspelt_rule_is_named_with_the_nearest():
    with pytest.raises(StepError, match="step 1: no rule is called 'log-derivativ'; did you mean 'log-derivative'"):
        Derivation(GOAL).by("log-derivativ", END).check()
    assert Derivation(GOAL).by("as Williams does", END).check().steps[0].reason == "as Williams does"


SCORES = r"\sum_a\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)=0"
MISTAKES = [
    ("a false step", lambda: Derivation(SCORES).by("log-derivative", r"\sum_a\nabla_\theta\log\pi_\theta(a\mid s)"), r"step 1 \(log-der.*for example .*lhs = "),
    ("a rule that there is not", lambda: Derivation(SCORES).by("magic", "0"), "step 1: no rule is called 'magic'"),
    ("LaTeX with a slip", lambda: Derivation(SCORES).by("log-derivative", r"\sum_a\nabla_\theta\pi_\theta(a\mid s"), "step 1 .*cannot be read at character"),
    ("a string that is not raw", lambda: Derivation("\nabla_\theta x=0"), "raw string"),
    ("a goal without a relation", lambda: Derivation(r"\sum_a\pi(a\mid s)"), "the goal is no relation"),
    ("two goals", lambda: Derivation(r"x=1,\quad y=2"), "one goal; this holds 2"),
    ("a false goal", lambda: Derivation(r"\sum_a\pi(a\mid s)=2"), "refuted.*for example"),
    ("steps that go elsewhere", lambda: Derivation("xy+xz=x").by("common-factor", "x(y+z)"), "do not reach the goal"),
    ("a step the wrong way", lambda: Derivation(r"\log x\le x-1", given=("x>0",)).by("tangent-line", r"\ge\log x-1"), "tangent-line does not lead there"),
    ("a false lemma", lambda: Derivation(SCORES).by("total-probability", r"\sum_a\pi_\theta(a\mid s)=0"), "step 1 .*refuted"),
    ("a string for a tuple", lambda: Derivation(SCORES, given="x=1"), r"given=\('x=1',\), with the comma"),
    ("nothing given", lambda: Derivation(SCORES, given=("x+1",)), "it gives nothing"),
    ("an assumption by a wrong name", lambda: Derivation(SCORES, assuming=("values-fixed",)), "no condition is called 'values-fixed'"),
    ("no expression", lambda: Derivation(SCORES).by("log-derivative", None), "LaTeX or a SymPy expression is wanted, not None"),
    ("a SymPy object without a word", lambda: Derivation(SCORES).by("cancel", sympy.zeta(sympy.Symbol("x"))), "not zeta"),
    ("a division by zero", lambda: Derivation(r"x=\frac{0x}{0}").by("multiply-and-divide", r"\frac{0x}{0}"), "division by zero"),
]  # fmt: skip


@pytest.mark.parametrize("made, message", [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_said_with_its_step_and_its_reason(made, message):
    with pytest.raises(StepError, match=message):
        made().check()


def test_a_step_may_have_a_relation_of_its_own():
    d = Derivation(r"x-1-\log x\ge 0", given=["x>0"])
    checked = d.by("tangent-line", r"\ge (x-1)-(x-1)").by("cancel", "0").check()
    assert [step.relation for step in checked.steps] == [r"\ge", "="]
    assert checked.chain.latex.count(r"&\ge") == 1
    # without a relation before it, the last step has the goal's
    assert d.by("tangent-line", "0").check().steps[0].relation == r"\ge"


def test_steps_that_stop_short_of_the_goal_are_refused():
    with pytest.raises(StepError, match="do not reach the goal"):
        Derivation("f(x)+g(x)=g(x)+f(x)+x").by("", "g(x)+f(x)", "Swap.").check()


def test_a_lemma_stands_beside_the_chain():
    goal = r"\sum_a\pi_\theta(a\mid s)\nabla_\theta\log\pi_\theta(a\mid s)=0"
    d = Derivation(goal).by("log-derivative", r"\sum_a\nabla_\theta\pi_\theta(a\mid s)")
    d = d.by("total-probability", r"\sum_a\pi_\theta(a\mid s)=1").by("total-probability", "0")
    assert len(d.check().steps) == 3


def test_sympy_expressions_are_steps():
    x = sympy.Symbol("x")
    made = Derivation(r"\frac{d}{dx}(x^3+2x)=3x^2+2").by("power-rule", sympy.diff(x**3 + 2 * x, x)).check()
    assert made.steps[0].proved.latex.endswith("3x^2 + 2")


@pytest.mark.parametrize(
    "given, message",
    [((r"x +* 1",), "cannot be read"), ((r"x+1",), "gives nothing"), ((r"x\to y",), "cannot be given")],
)
def test_what_is_given_must_make_sense(given, message):
    with pytest.raises(StepError, match=message):
        check_given(given)


def test_an_unknown_assumption_is_refused():
    with pytest.raises(StepError, match="no condition is called"):
        prove("1+1=2", (), ("sunshine",))


def test_a_condition_that_is_not_stated_is_reported_by_the_proof():
    objective = r"J(\theta)=\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)"
    gradient = r"\nabla_\theta J(\theta)=\sum_a\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a)"
    assert prove(gradient, (objective,)).status == "conditional"
    assert prove(gradient, (objective,), ("pi is a policy of its own, held fixed",)).status == "proved"
    assert prove(gradient, (objective, r"\nabla_\theta Q^\pi(s,a)=0")).status in ("proved", "confirmed")


def test_an_expression_is_no_claim():
    with pytest.raises(StepError, match="says nothing"):
        prove(r"\pi_\theta(a\mid s)")


BOTH_WAYS = [
    r"\pi_\theta(a \mid s)", r"\frac{x^2}{y}", r"\frac{1}{2}x", r"e^{-x} + \log(x)", r"\sqrt{x + 1}", r"\theta_{old}",
    r"\frac{\pi_\theta(a \mid s)}{\pi_{\theta_{old}}(a \mid s)}", r"f(x)", r"\sum_{i=1}^nr_i", r"-x", r"\mu",
]  # fmt: skip


@pytest.mark.parametrize("latex", BOTH_WAYS)
def test_the_bridge_goes_both_ways(latex):
    expression = from_latex(latex)
    assert from_latex(to_latex(expression)) == expression


def test_policies_are_functions_of_their_parameters():
    assert str(from_latex(r"\pi_\theta(a\mid s)")) == "Probability(Policy(pi, theta), a, s)"


def test_what_nothing_reads_is_said():
    with pytest.raises(Unread):
        from_latex(r"\mathbb{E}[r(s,a)]")


# --- SymPy objects ---------------------------------------------------------------------------------


def test_sympy_objects_are_proved_and_derived():
    x, y = sympy.symbols("x y")
    squares = sympy.Eq((x + y) ** 2, x**2 + 2 * x * y + y**2)
    assert derive.prove(squares).status == "proved"
    assert Derivation(squares).calculate("expand").check().links[0].rule == "expand"
    assert Derivation("(x+y)^2").to(squares.rhs).links[0].status == "proved"
    with pytest.raises(StepError, match="evaluate=False"):
        derive.prove(sympy.Eq(x, x))


def test_rules_compute_on_sympy_objects():
    start = symbolic.from_latex(r"\nabla_\theta J(\theta)+\nabla_\theta\pi_\theta(a\mid s)", parameters=["theta"])
    first, second = symbolic.places("log-derivative", start)[:2]
    assert {first.status, second.status} == {"proved"}
    conditions = [c for made in (first, second) for c in made.conditions]
    assert [(type(c), holds) for c, holds in conditions] == [
        (sympy.StrictGreaterThan, False)
    ]  # J may be anything, a chance may not
    assert symbolic.apply("log-derivative", start, at=2).expr == second.expr
    with pytest.raises(ValueError, match="does not apply"):
        symbolic.apply("bellman", start)


def test_places_of_a_rule_are_listed():
    both = r"\nabla_\theta\pi_\theta(a\mid s)+\nabla_\theta\pi_\theta(b\mid s)"
    found = Derivation(both).places("log-derivative")
    assert len(found) == 2
    assert str(derive.RULES["log-derivative"].apply(both, at=2).after) == str(found[1].after)
    assert "log-derivative" in derive.RULES["log-derivative"]._repr_html_()


def test_a_logarithm_that_a_rule_brings_in_needs_what_is_positive():
    made = derive.RULES["log-derivative"].apply(r"\nabla_\theta V^{\pi_\theta}(s)")
    assert [(c.latex, c.holds) for c in made.conditions] == [(r"V^{\pi_{\theta}}(s)>0", False)]
    assert not derive.RULES["log-derivative"].apply(r"\nabla_\theta\pi_\theta(a|s)").conditions


@pytest.mark.parametrize("relation", ["<", ">", r"\ne"])
def test_equality_alone_shows_no_strict_relation(relation):
    with pytest.raises(StepError, match="by =, which does not show"):
        chain(rf"x {relation} x").check()
    assert chain(r"x \le x").check().relation == "<="
