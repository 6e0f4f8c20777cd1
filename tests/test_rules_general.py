"""Rules apply wherever their pattern is found, whatever ranges, letters and factors 1 it is written with, and say what they need in those letters."""

import pytest

from derive.derivation import Derivation
from derive.derivation.explaining import explained
from derive.rules import RULES
from derive.rules.applying.application import NotApplicable
from derive.rules.formulas import beside, expression
from derive.rules.matching.keys import key

#: A rule, a formula, and what it makes of it at the first place.
APPLIES = [
    ("cancel", r"\frac{xy}{x}", "y"), ("cancel", r"\frac{x}{xy}", r"\frac{1}{y}"), ("cancel", r"\frac{x}{x}", "1"),
    ("cancel", r"\frac{ab}{ac}+d", r"\frac{b}{c}+d"),
    ("swap-sums", r"\sum_{i=1}^n\sum_{j=1}^m x_iy_j", r"\sum_{j=1}^m\sum_{i=1}^nx_iy_j"),
    ("swap-sums", r"\sum_{i=1}^n\sum_{j=1}^m f(i,j)", r"\sum_{j=1}^m\sum_{i=1}^nf(i,j)"),
    ("swap-sums", r"\sum_s\sum_ad(s)\pi(a\mid s)", r"\sum_a\sum_sd(s)\pi(a\mid s)"),
    ("swap-sums", r"\sum_{t=0}^{T}\sum_sf(s,t)", r"\sum_s\sum_{t=0}^{T}f(s,t)"),
    ("geometric-series", r"\sum_{k=0}^{n}\gamma^k", r"\frac{1-\gamma^{n+1}}{1-\gamma}"), ("geometric-series", r"\sum_{k=0}^Tx^k", r"\frac{1-x^{T+1}}{1-x}"),
    ("geometric-series", r"\sum_{k=1}^{n}x^k", r"\frac{x-x^{n+1}}{1-x}"), ("geometric-series", r"\sum_{k=1}^{\infty}x^k", r"\frac{x}{1-x}"),
    ("telescoping", r"\sum_{k=1}^n(x_k-x_{k-1})", "x_n-x_0"), ("telescoping", r"\sum_{k=0}^n(x_{k+1}-x_k)", "x_{n+1}-x_0"),
    ("tower", r"\mathbb{E}[\mathbb{E}[X\mid Y]]", r"\mathbb{E}[X]"), ("chain-rule", r"\frac{d}{dx}\sin(x^2)", r"\cos(x^2)\frac{d}{dx}x^2"),
    (
        "baseline",
        r"\mathbb{E}_{a\sim\pi_\theta}[(Q^\pi(s,a)-b(s))\nabla\log\pi_\theta(a\mid s)]",
        r"\mathbb{E}_{a\sim\pi_\theta}[Q^\pi(s,a)\nabla\log\pi_\theta(a\mid s)]",
    ),
]  # fmt: skip


@pytest.mark.parametrize("rule, latex, result", APPLIES, ids=[f"{r} {x}" for r, x, _ in APPLIES])
def test_a_rule_applies_wherever_its_pattern_is_found(rule, latex, result):
    made = RULES[rule].apply(latex)
    assert key(made.after.term) == key(beside(expression(latex), result).term), str(made.after)


@pytest.mark.parametrize(
    "rule, latex",
    [
        ("swap-sums", r"\sum_{i=1}^n\sum_{j=1}^ix_iy_j"),
        ("swap-sums", r"\sum_{t=0}^{T}\sum_{k=t}^{T}f(k,t)"),
        ("cancel", r"\frac{x+y}{x}"),
        ("cancel", r"\frac{x}{y}"),
        ("telescoping", r"\sum_{k=1}^n(x_k-x_{k-2})"),
        ("geometric-series", r"\sum_{k=0}^nk^x"),
        ("baseline", r"\mathbb{E}_{a\sim\pi_\theta}[(Q^\pi(s,a)-b(a))\nabla\log\pi(a\mid s)]"),
    ],
)
def test_a_rule_applies_nowhere_else(rule, latex):
    with pytest.raises(NotApplicable, match="does not apply"):
        RULES[rule].apply(latex)


#: Links of hand derivations, and the rules by which they come about.
NAMED = [
    (r"\sum_xp(x)\log p(x)-\sum_xp(x)\log q(x)=H(p,q)-H(p)", {"entropy-definition", "cross-entropy-definition"}),
    (r"\log\frac{e^{x}}{e^x+e^y}=x-\log(e^x+e^y)", {"log-of-a-quotient", "log-exp"}),
    (r"\frac{d}{dx}\sigma(x)=\sigma(x)(1-\sigma(x))", {"chain-rule"}),
    (r"\frac{e^{-x}}{(1+e^{-x})^2}=\sigma(x)(1-\sigma(x))", {"sigmoid-definition"}),
    (r"R_{t+1}+\gamma R_{t+2}+\gamma^2G_{t+2}=R_{t+1}+\gamma G_{t+1}", {"return-step"}),
    (
        r"\log p_\theta(\tau)=\log d_0(s_0)+\sum_t\log\pi_\theta(a_t\mid s_t)+\sum_t\log P(s_{t+1}\mid s_t,a_t)",
        {"trajectory-probability"},
    ),
]


@pytest.mark.parametrize("latex, rules", NAMED, ids=[latex for latex, _ in NAMED])
def test_links_are_named_from_either_side(latex, rules):
    (link,) = explained(latex)
    assert (link.kind, set(link.rules)) == ("named", rules)


#: A step, its rule, what is given, and what the step needs.
NEEDS = [
    (r"\log(uv) = \log u+\log v", "log-of-a-product", (), ("u>0", "v>0")), (r"\log(uv) = \log u+\log v", "log-of-a-product", ("u>0",), ("v>0",)),
    (r"\log(\pi(a\mid s)v) = \log\pi(a\mid s)+\log v", "log-of-a-product", (), ("v>0",)), (r"\frac{ab}{ac} = \frac{b}{c}", "cancel", (), (r"ac\ne 0",)),
    (r"\frac{ab}{ac} = \frac{b}{c}", "cancel", ("a>0", "c<0"), ()), (r"f(s) = \pi(a\mid s)\frac{f(s)}{\pi(a\mid s)}", "multiply-and-divide", (), ()),
    (r"\sum_{j=1}^m\gamma x_j = \gamma\sum_{j=1}^mx_j", "constant-factor", (), (r"$\gamma$ does not depend on $j$",)),
    (r"\nabla_w(g(w)+h) = \nabla_wg(w)", "constant", (), ("$h$ does not depend on $w$",)),
    (r"\frac{f}{\sigma+1} = \frac{f\sigma}{(\sigma+1)\sigma}", "multiply-and-divide", (r"\sigma=x-y",), (r"\sigma\ne 0",)),
    (r"\frac{x}{x+y-y} = 1", "cancel", (), (r"x+y-y\ne 0",)), (r"\sqrt{x^2} = x", "root-of-a-square", (r"x\ge 0",), ()),
]  # fmt: skip


@pytest.mark.parametrize("goal, rule, given, needs", NEEDS, ids=[f"{n[0]} {n[2]}" for n in NEEDS])
def test_a_step_says_what_it_needs_in_its_own_letters(goal, rule, given, needs):
    made = Derivation(goal, given).by(rule, goal.partition(" = ")[2]).check()
    assert made.steps[0].conditions == needs
