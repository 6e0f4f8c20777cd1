"""Every result and every step of the library is decided by the kernel, with what it states and nothing more."""

import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from derive.console.cli import app
from derive.derivation import StepError
from derive.derivation.computing import CALCULATED
from derive.kernel import STANDS, Theorem
from derive.library import FAMILIES, LIBRARY, UnknownResult, result
from derive.library.basics.taylor import worked_example
from derive.library.updates.group import worked_group
from derive.rules import RULES

DERIVED = [r for r in LIBRARY.values() if r.steps]


@pytest.mark.parametrize("r", LIBRARY.values(), ids=lambda r: r.name)
def test_a_result_is_proved_as_stated(r):
    proved = r.prove()
    assert proved.theorems or r.define
    assert all(isinstance(t, Theorem) and t.verdict.status in STANDS for t in proved.theorems)
    assert all(set(t.verdict.assumptions) <= set(r.assuming) for t in proved.theorems)


@pytest.mark.parametrize("r", DERIVED, ids=lambda r: r.name)
def test_a_derivation_holds_step_by_step(r):
    checked = r.derivation()
    assert len(checked.steps) == len(r.steps)
    relations = [step.proved.formula.statements[-1].rels[-1] for step in checked.steps]
    assert all(op in ("=", r"\approx", r"\le", r"\ge", "<", ">") for op in relations)
    assert all(step.status in STANDS and set(step.proved.conditions) <= set(r.assuming) for step in checked.steps)


@pytest.mark.parametrize("r", DERIVED, ids=lambda r: r.name)
def test_steps_name_rules_or_results(r):
    for step in r.steps:
        assert step.rule in RULES or step.rule in LIBRARY or step.rule in ("definition", *CALCULATED), step.rule


@pytest.mark.parametrize("r", LIBRARY.values(), ids=lambda r: r.name)
def test_a_result_documents_itself(r):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*", r.name)
    assert r.title
    assert r.says.endswith(".")
    assert r.source


def test_there_are_enough_and_no_name_is_used_twice():
    assert len(LIBRARY) == sum(map(len, FAMILIES)) >= 100


#: Where derivations start: what is recalled and decided as it stands.
STARTING_POINTS = {
    "taylor/third-order", "value/state-return", "value/action-return", "value/advantage", "value/optimal-state", "value/td-error", "returns/return",
    "information/entropy", "information/cross-entropy", "information/divergence", "information/mutual",
    "information/chain-rule", "ppo/ratio", "ppo/one-formula",
    "group/advantage-inline",
}  # fmt: skip


def test_whatever_is_no_definition_and_no_starting_point_is_derived():
    bare = {r.name for r in LIBRARY.values() if not r.steps and not r.define and r.source != "worked example"}
    assert bare == STARTING_POINTS


WRONG = [
    ("policy-gradient/theorem", r"\sum_a q_\pi(s,a)", r"\sum_a \pi_\theta(a\mid s)q_\pi(s,a)"),
    ("policy-gradient/log-derivative-product", r"=\pi_\theta(a\mid s)\nabla", r"=\nabla"),
    ("taylor/second-order", r"\frac{1}{2}", ""),
    ("taylor/many-second", r"+\frac{1}{2}", r"\frac{1}{2}"),
    ("taylor/ratio-second", r"\frac{1}{2}", ""),
    ("taylor/example-first", "9.6", "9.7"),
    ("group/zero-sum", "=0", "=1"),
    ("group/leave-one-out", r"\frac{n}{n-1}", r"\frac{n-1}{n}"),
    ("returns/telescoping", "-V(s_t)", "+V(s_t)"),
    ("dqn/semi-gradient", r"=\left(", r"=2\left("),
    ("gae/recursion", r"\gamma\lambda", r"\gamma"),
    ("ppo/positive", r"1+\epsilon)\hat{A}_t", r"1-\epsilon)\hat{A}_t"),
    ("information/decomposition", "+D", "-D"),
    ("sampling/importance", r"\frac{p(x)}{q(x)}", r"\frac{q(x)}{p(x)}"),
    ("distributions/sigmoid-derivative", r"1-\sigma", r"1+\sigma"),
    ("grpo/clipped-good", r"\rho_{i,t}(\theta)\hat{A}_i", r"\hat{A}_i"),
    ("ppo/gradient-cases-bad", r"r_t(\theta)<1-\epsilon", r"r_t(\theta)>1-\epsilon"),
    ("actor-critic/compatible-theorem", r"=-\nabla_w", r"=\nabla_w"),
    ("preference/difference", r"\beta\log\frac{\pi^*(y_w", r"\log\frac{\pi^*(y_w"),
]


@pytest.mark.parametrize("name, right, wrong", WRONG, ids=[w[0] for w in WRONG])
def test_a_damaged_result_is_no_theorem(name, right, wrong):
    r = result(name)
    head, _, tail = r.latex.rpartition(right)
    assert head or tail
    with pytest.raises(StepError):
        replace(r, latex=head + wrong + tail).prove()


def test_an_unknown_result_names_the_nearest():
    with pytest.raises(UnknownResult, match="policy-gradient/log-derivative"):
        result("policy-gradient/log-derivativ")


def test_worked_examples_take_other_data():
    for r in (*worked_example("x^3-x", "2", "0.5"), *worked_group((1, 3, "2.5"))):
        assert r.prove().status in ("proved", "definition")


def test_every_kind_of_result_is_shown_in_a_notebook():
    for name in ("gae/sum", "gae/recursion", "ppo/clip", "group/example-data"):
        assert result(name)._repr_latex_().startswith("$")
        shown = result(name)._repr_html_()
        assert ("<table>" in shown) == bool(result(name).steps)
        assert result(name).title in shown
        assert "$" in result(name).derivation()._repr_latex_()


def test_sources_have_addresses():
    from derive.library.sources import LINKS, link

    books = (
        "worked example",
        "Apostol",
        "Bellman",
        "Bishop",
        "Euclid",
        "Ross",
        "Strang",
        "Taylor",
        "Watkins",
        "Kakade and",
        "Graham",
    )
    without = {r.source for r in LIBRARY.values() if link(r.source) is None and not r.source.startswith(books)}
    assert without == set()
    used = [r.source for r in LIBRARY.values()] + [rule.source for rule in RULES.values()]
    assert [start for start in LINKS if not any(source.startswith(start) for source in used)] == []


def test_a_family_can_be_listed_and_shown():
    listed = CliRunner().invoke(app, ["list", "baseline"])
    assert "policy-gradient/baseline" in listed.stdout
    shown = CliRunner().invoke(app, ["show", "gae/recursion"])
    assert "proved" in shown.stdout
    assert "shift-index" in shown.stdout
    assert "needs" in shown.stdout
    assert "Concrete Mathematics" in shown.stdout
    missing = CliRunner().invoke(app, ["show", "gae/recursio"])
    assert missing.exit_code == 2
    assert "gae/recursion" in missing.stderr
