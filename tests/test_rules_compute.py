"""Rules at work: they lead where they say and nowhere else, whatever the letters are called and in whatever order things stand."""

from random import Random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.core.terms import Bind, CoreClaim, Op, Var, free_variables, rebuild, walk
from derive.core.terms import replace as replaced
from derive.derivation import Derivation, StepError, chain
from derive.derivation.computing import computed
from derive.derivation.explaining import explained, share
from derive.rules import RULES
from derive.rules.applying.application import NotApplicable, applications
from derive.rules.applying.leading import leads, leads_back
from derive.rules.applying.searching import way
from derive.rules.applying.unfolding import DEFINITIONS
from derive.rules.formulas import Unread, as_vector, beside, decide, equation, expression
from derive.rules.matching.keys import key
from derive.rules.matching.patterns import forms_of, why_unread
from derive.rules.matching.rings import linear_key, ring_key
from derive.verify.verdicts import HOLDS

READ = [r for r in (*RULES.values(), *DEFINITIONS) if forms_of(r)]
#: What no core term says yet: a constant's gradient, dots, bars, sums over time, choices, the reading of ``F`` as a matrix.
UNREAD = {
    "vanishing-power", "inverse", "write-out", "at-old", "unbiased-estimate", "greedy", "taylor-many", "leave-one-out",
}  # fmt: skip
#: True on average only, of symmetric matrices only, or with a remainder that the rule does not write.
NOT_ALWAYS = {
    "quadratic-form",
    "lagrange-condition",
    "one-sample",
    "taylor-first",
    "taylor-second",
    "taylor-many",
    "higher-order",
    "along-a-line",
    "causality",
    "visitation",
}


def test_nearly_every_rule_is_read():
    assert {r.name for r in RULES.values() if not forms_of(r)} <= UNREAD | {"second-log-derivative", "visitation"}
    assert all(why_unread(r) for r in RULES.values() if not forms_of(r))
    assert not any(why_unread(r) for r in READ)


@pytest.mark.parametrize("rule", [r for r in READ if r.name not in NOT_ALWAYS], ids=lambda r: r.name)
def test_every_spelling_of_a_rule_holds(rule):
    for pattern, becomes, conditions in rule.spellings:
        try:
            left, relation, right = equation(f"{pattern} {rule.relation} {becomes}", conditions)
        except Unread:
            continue
        finding = decide(CoreClaim(left.term, relation, right.term, left.givens), 4)
        assert finding.status in HOLDS or finding.message.startswith(("no meaning yet", "only", "it speaks of times")), (
            pattern,
            becomes,
            finding.message,
        )


@pytest.mark.parametrize("rule", READ, ids=lambda r: r.name)
def test_a_rule_leads_from_its_left_side_to_its_right(rule):
    left, relation, right = equation(rule.latex, rule.given) if not why_read(rule) else (None, "", None)
    if left is None:
        pytest.skip("only another spelling of it is read")
    found = leads(rule, left, right.term, relation)
    assert found
    assert found[0].rule == rule.name


def why_read(rule):
    try:
        equation(rule.latex, rule.given)
    except Unread as why:
        return str(why)
    return ""


PAIRS = [r for r in RULES.values() if not why_read(r)]


@pytest.mark.parametrize("rule", PAIRS, ids=lambda r: r.name)
def test_no_rule_may_be_cited_by_the_name_of_another_unless_that_leads_there_too(rule):
    left, relation, right = equation(rule.latex, rule.given)
    for other in RULES:
        if other == rule.name:
            continue
        found = leads(other, left, right.term, relation) or leads_back(other, left, right.term, relation)
        if found:
            # another rule that leads there is one that makes the same of it: its own application says so
            assert found[-1].after.term == right.term
            assert found[-1].rule == other
            for made in found:
                assert made.closing(made.before.term) != made.closing(made.after.term) or made.open or RULES[other].shorter
        else:
            with pytest.raises(StepError, match="does not"):
                computed(other, rule.pattern, rule.relation, rule.becomes, rule.given)


def test_a_caption_is_not_enough():
    for name in ("bellman", "log-derivative", "total-probability", "cancel", "product-rule"):
        with pytest.raises(StepError, match="does not apply"):
            Derivation("x+y = y+x").by(name, "y+x").check()
    with pytest.raises(StepError, match="it gives"):
        Derivation(r"\log(xy)=\log y+\log x", given=("x>0", "y>0")).by("log-of-a-product", r"\log(yx)").check()


# --- laws of matching ------------------------------------------------------------------------------

TARGETS = [
    ("log-derivative", r"\sum_a\nabla_\theta\pi_\theta(a\mid s)r(s,a)"), ("constant-factor", r"\sum_{s'}\gamma P(s'\mid s,a)V^\pi(s')"),
    ("linearity", r"\mathbb{E}_{x\sim p}[f(x)+g(x)-c]"), ("square-of-a-difference", r"\mathbb{E}_{x\sim p}[(f(x)-b)^2]"),
    ("product-rule", r"\nabla_\theta(\pi_\theta(a|s)Q^{\pi_\theta}(s,a))"), ("sum-to-expectation", r"\sum_a\pi_\theta(a|s)f(a)g(a)"),
    ("bellman", r"\sum_a\pi(a|s)Q^\pi(s,a)"), ("log-of-a-quotient", r"\sum_xp(x)\log\frac{p(x)}{q(x)}"), ("return-step", r"\mathbb{E}_\pi[G_t|s_t=s]"),
    ("common-factor", "xy+xz+w"), ("telescoping", r"\sum_{k=0}^{n-1}(y_{k+1}-y_k)"),
]  # fmt: skip


def shuffled(term, rng):
    """The same with sums and products in another order, and bound letters renamed."""
    if isinstance(term, Bind):
        table = {v.number: Var(v.number + 50_000, v.type, v.moves, v.random) for v in term.vars}
        parts = [replaced(shuffled(x, rng), table) for x in (term.body, *term.where)]
        return Bind(
            term.name,
            tuple(table[v.number] for v in term.vars),
            parts[0],
            tuple(shuffled(a, rng) for a in term.args),
            tuple(parts[1:]),
            term.info,
        )
    made = rebuild(term, lambda t: shuffled(t, rng))
    if isinstance(made, Op) and made.name in ("add", "mul"):
        args = list(made.args)
        rng.shuffle(args)
        return Op(made.name, tuple(args), made.info)
    return made


@given(st.sampled_from(TARGETS), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_order_and_bound_names_change_nothing(target, seed):
    name, latex = target
    f = expression(latex)
    other = f.to(shuffled(f.term, Random(seed)))
    assert key(f.term) == key(other.term)
    assert ring_key(f.term) == ring_key(other.term)
    first = {key(made.after.term) for made in applications(name, f) if not made.open}
    second = {key(made.after.term) for made in applications(name, other) if not made.open}
    assert first
    assert first == second


@pytest.mark.parametrize("name, latex", TARGETS, ids=[t[0] for t in TARGETS])
def test_what_a_rule_gives_is_the_judges(name, latex):
    for made in applications(name, expression(latex)):
        assert made.open or made.finding() in HOLDS


def test_a_letter_matches_nothing_that_is_bound_inside():
    moving = r"\sum_{i=1}^ny_ix_i"
    assert not list(applications("constant-factor", expression(moving)))
    assert not list(applications("total-probability", expression(r"\sum_x p(x)q(x)")))
    assert not list(applications("importance-weight-mean", expression(r"\mathbb{E}_{x\sim p}\left[\frac{p(x)}{q(x)}\right]")))


def test_two_terms_of_different_value_have_different_keys():
    for one, other in (
        ("x-y", "y-x"),
        (r"\sum_{i=1}^nx_i", r"\sum_{i=1}^mx_i"),
        (r"\frac{x}{y}", r"\frac{y}{x}"),
        ("x^2", "2x"),
        (r"\sum_ap(a)", r"\sum_aq(a)"),
    ):
        left, _, right = equation(f"{one}={other}")
        assert key(left.term) != key(right.term)
        assert linear_key(left.term) != linear_key(right.term)


@given(
    st.lists(st.sampled_from(["x", "y", "z", "2", "(x+y)", "(x-1)", "xy", r"\frac{x}{y}", r"\log x"]), min_size=2, max_size=4),
    st.integers(0, 2),
)
@settings(max_examples=40, deadline=None)
def test_equal_ring_keys_are_equal_values(parts, n):
    one = "".join(rf"\cdot {p}" if i else p for i, p in enumerate(parts))
    other = "+".join(parts[n:] + parts[:n])
    left, _, right = equation(f"{one}+{other}={other}+{one}")
    assert ring_key(left.term) == ring_key(right.term)
    left, _, right = equation(f"{one}={other}")
    if ring_key(left.term) == ring_key(right.term):
        assert decide(left.claim(right.term)).status in HOLDS


# --- conditions ------------------------------------------------------------------------------------


def test_conditions_are_shown_or_assumed():
    (made,) = applications("log-of-a-product", expression(r"\log(p(x)q(x))"))
    assert [(c.latex, c.holds) for c in made.conditions] == [("p(x)>0", True), ("q(x)>0", True)]
    (made,) = applications("log-of-a-product", expression("\\log(xy)"))
    assert not any(c.holds for c in made.conditions)
    (made,) = applications("log-of-a-product", expression("\\log(xy)", ["x>0", "y>0"]))
    assert all(c.holds for c in made.conditions)


# --- chains ----------------------------------------------------------------------------------------

START = r"\nabla_\theta\sum_a\pi_\theta(a\mid s)r(s,a)"
SCORED = r"\mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}[r(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]"


def test_a_chain_needs_no_typed_result():
    c = chain(START).apply("gradient-of-a-sum").apply("log-derivative").apply("sum-to-expectation")
    assert all(link.status == "proved" for link in c.links)
    assert key(c.current.term) == key(beside(c.current, SCORED).term)
    assert "aligned" in c.aligned()
    assert c._repr_html_().count("<tr>") == 4
    assert c.expr.has(__import__("derive.symbolic", fromlist=["Expectation"]).Expectation)


def test_a_typed_result_finds_its_rules_shortest_first():
    c = chain(START).to(SCORED)
    assert 1 <= len(c.links) <= 3
    for link, before in zip(c.links, (c.start, *(k.after for k in c.links)), strict=False):
        again = leads(link.rule, before, link.after.term)
        assert again
        assert again[-1].finding() in HOLDS
    with pytest.raises(StepError, match="no three rules lead"):
        chain(START).to(r"\sum_aV^\pi(s)")


def test_a_chain_ends_at_its_goal_or_fails():
    goal = f"{START} = {SCORED}"
    c = Derivation(goal).apply("gradient-of-a-sum").apply("log-derivative").apply("sum-to-expectation")
    assert c.check() is c
    with pytest.raises(StepError, match="which is not the goal"):
        Derivation(goal).apply("gradient-of-a-sum").check()


REFUSED = [
    (lambda: chain("x+y").apply("bellman"), "does not apply"), (lambda: chain("x+y").apply("magic"), "no rule is called"),
    (lambda: chain("xy+xz").apply("common-factor", at=7), "at 1 places"), (lambda: chain("xy+xz").apply("common-factor", at=0), "at 1 places"),
    (lambda: chain("x").apply("multiply-and-divide"), "say what it is"),
    (lambda: chain(r"\frac{x}{"), "cannot be read"), (lambda: chain("x+y").calculate("factor"), "changes nothing"),
    (lambda: chain("x+y").calculate("solve"), "is not asked for"),
    (lambda: chain(r"\sum_xp(x)").by("total-probability", "2"), "does not lead to 2: it gives 1"),
    (lambda: chain("x+y").calculate("collect"), "needs a letter"),
]  # fmt: skip


@pytest.mark.parametrize("ask, message", REFUSED, ids=[r[1] for r in REFUSED])
def test_a_chain_says_why_it_does_not_go_on(ask, message):
    with pytest.raises(StepError, match=message):
        ask()


def test_letters_of_a_rule_may_be_given_or_read_off():
    c = chain("x").apply("multiply-and-divide", letters={"y": "x^2+1"})
    assert c.latex == r"\left(x^{2}+1\right)\frac{x}{x^{2}+1}"
    assert len(chain("x").by("multiply-and-divide", r"y\frac{x}{y}").links) == 1


CALCULATED = [
    ("factor", (), "x^2-y^2"), ("expand", (), "(x+y)^3"), ("together", (), r"\frac{1}{x}+\frac{1}{y}"), ("cancel", (), r"\frac{x^2-y^2}{x-y}"),
    ("apart", (), r"\frac{1}{x(x+1)}"), ("collect", ("x",), "xy+xz+y"), ("diff", (), r"\frac{d}{dx}(x^3\sin x)"), ("diff", (), START),
    ("series", ("x", "0", 3), r"e^x\sin x"),
]  # fmt: skip


@pytest.mark.parametrize("how, arguments, latex", CALCULATED, ids=[f"{c[0]} {c[2]}" for c in CALCULATED])
def test_sympy_works_and_the_judge_decides(how, arguments, latex):
    c = chain(latex).calculate(how, *arguments)
    assert c.links[0].status in HOLDS
    assert c.links[0].relation == ("~" if how == "series" else "=")


# --- somebody's steps ------------------------------------------------------------------------------

HAND = [
    (r"V^\pi(s)=\sum_a\pi(a|s)Q^\pi(s,a)=\sum_a\pi(a|s)\left(r(s,a)+\gamma\sum_{s'}P(s'|s,a)V^\pi(s')\right)", ["value-average", "bellman"]),
    (r"\sum_xp_\theta(x)\nabla_\theta\log p_\theta(x)=\sum_x\nabla_\theta p_\theta(x)=\nabla_\theta\sum_xp_\theta(x)", ["log-derivative", "gradient-of-a-sum"]),
    (r"\mathbb{E}_{x\sim p}[f(x)]=\sum_xp(x)f(x)", ["expectation-to-sum"]),
    (r"\log\frac{p(x)}{q(x)}=\log p(x)-\log q(x)", ["log-of-a-quotient"]),
]  # fmt: skip


@pytest.mark.parametrize("latex, names", HAND, ids=[h[1][0] for h in HAND])
def test_the_rules_of_a_hand_derivation_are_named(latex, names):
    links = explained(latex)
    assert [link.kind for link in links] == ["named"] * len(names)
    for link, name in zip(links, names, strict=True):
        f, relation, g = equation(f"{link.before}={link.after}")
        assert leads(name, f, g.term, relation)  # the rule that its author had in mind
        for other in link.rules if len(link.rules) == 1 else ():
            assert leads(other, f, g.term, relation)  # and the one that is named


def test_a_wrong_step_is_said_to_be_wrong_and_counted():
    links = (
        explained(r"\nabla_\theta\pi_\theta(a|s)=\nabla_\theta\log\pi_\theta(a|s)")
        + explained(r"\log(\exp(x))=x")
        + explained("(x+y)z=xz+yz")
    )
    assert [link.kind for link in links] == ["wrong", "named", "named"]
    assert share(links) == (2, 1, 0)


def test_no_way_is_found_where_there_is_none():
    left, _, right = equation(r"\sum_xp(x)f(x)=\sum_xq(x)f(x)")
    assert way(left, right.term, seconds=2) == []
    with pytest.raises(NotApplicable):
        list(applications("no-such-rule", left))


def test_a_parameter_becomes_a_vector_only_where_nothing_makes_it_a_number():
    f, v = as_vector(expression(r"\pi_\theta(a|s)"), r"\theta")
    assert v.type.name == "Vector"
    assert v in free_variables(f.term)
    _, v = as_vector(expression(r"\theta\pi_\theta(a|s)"), r"\theta")
    assert v.type.name == "Real"


def test_under_an_expectation_a_letter_is_a_number():
    moving = r"\mathbb{E}_{\tau\sim\pi}[R(\tau)F(\tau)]"
    assert not list(applications("linearity", expression(moving)))
    assert list(applications("linearity", expression(r"\mathbb{E}_{\tau\sim\pi}[2R(\tau)]")))


@pytest.mark.parametrize(
    "true, false",
    [
        (r"(x^\top Ay)g=(y^\top A^\top x)g", r"(x^\top Ay)g=(y^\top Ax)g"),
        (r"(F^{-1}g)^\top F x=g^\top(F^{-1})^\top Fx", r"AF^{-1}g=F^{-1}Ag"),
        (
            r"\sum_ap(a)(w^\top\nabla_\theta\log p_\theta(a))\nabla_\theta\log p_\theta(a)"
            r"=\left(\sum_ap(a)\nabla_\theta\log p_\theta(a)\nabla_\theta\log p_\theta(a)^\top\right)w",
            r"\sum_ap(a)(w^\top\nabla_\theta\log p_\theta(a))\nabla_\theta\log p_\theta(a)"
            r"=w\sum_ap(a)\nabla_\theta\log p_\theta(a)^\top\nabla_\theta\log p_\theta(a)",
        ),
        (r"(1-x)\left(\frac{y}{1-x}+z\right)=y+(1-x)z", r"(1-x)\left(\frac{y}{1-x}+z\right)=y+z"),
    ],
)
def test_arithmetic_keeps_the_order_of_vectors_and_matrices(true, false):
    for text, same in ((true, True), (false, False)):
        left, _, right = equation(text)
        assert (linear_key(left.term) == linear_key(right.term)) == same, text


@pytest.mark.parametrize(
    "rule, before, after",
    [
        ("constant", r"\nabla_\theta(f(\theta)+g(\theta))", r"\nabla_\theta f(\theta)"),
        ("constant", r"\nabla_\theta(f(\theta)g(\theta))", "0"),
        ("constant-factor", r"\nabla_\theta(f(\theta)g(\theta))", r"f(\theta)\nabla_\theta g(\theta)"),
        ("add-and-subtract", r"x", r"x+y-z"),
        ("multiply-and-divide", r"x", r"\frac{y}{z}x"),
        ("split-first-term", r"\sum_{j\ne i}r_j", r"\sum_{j=1}^nr_j"),
        (
            "gradient-of-an-extreme",
            r"\nabla_\theta(\min(f(\theta),c)y)",
            r"\begin{cases}0 & f(\theta)<c\\y\nabla_\theta f(\theta) & \text{otherwise}\end{cases}",
        ),
    ],
)
def test_no_letter_under_a_gradient_moves_and_no_part_is_made_up(rule, before, after):
    with pytest.raises(StepError):
        computed(rule, before, "=", after)


@pytest.mark.parametrize("rule", READ, ids=lambda r: r.name)
def test_conditions_speak_of_what_stands_in_the_spelling(rule):
    for form in forms_of(rule):
        own = {t for p in (form.pattern.term, form.becomes) for t in walk(p)}
        for c in form.conditions:
            letters = [t for p in (c.lhs, c.rhs) for t in walk(p) if isinstance(t, Var) and t not in c.every]
            assert not letters or any(v in own for v in letters), str(c)


@pytest.mark.parametrize(
    "latex, given, conditions",
    [
        (r"\sum_{k=0}^{\infty}x^k", (), [(r"\left|x\right|<1", False)]),
        (r"\sum_{k=0}^{\infty}x^k", ("0<x<1",), [(r"\left|x\right|<1", True)]),
        (r"\sum_{k=0}^{n-1}x^k", (), [(r"x\ne 1", False)]),
        (r"\sum_{k=0}^{\infty}\left(\frac{1}{2}\right)^k", (), [(r"\left|\frac{1}{2}\right|<1", True)]),
    ],
)
def test_a_series_is_summed_where_it_converges(latex, given, conditions):
    made = RULES["geometric-series"].apply(latex, given=given)
    assert [(c.latex, c.holds) for c in made.conditions] == conditions


@pytest.mark.parametrize("given", ["x=3", "x>2", "x=-1"])
def test_a_rule_is_refused_where_its_condition_fails(given):
    with pytest.raises(NotApplicable, match=r"needs .*, and that fails here"):
        RULES["geometric-series"].apply(r"\sum_{k=0}^{\infty}x^k", given=(given,))


def test_an_object_of_sympy_is_not_read_as_latex():
    for work in (RULES["log-of-a-product"].apply, RULES["log-of-a-product"].places):
        with pytest.raises(TypeError, match=r"derive\.symbolic\.apply"):
            work(sp.log(2 * sp.Symbol("alpha")))


@pytest.mark.parametrize(
    "latex, given, how, conditions",
    [
        (r"\frac{x^2-1}{x-1}", (), "cancel", [(r"x-1\ne 0", False)]),
        (r"\frac{x^2-1}{x-1}", ("x>1",), "cancel", [(r"x-1\ne 0", True)]),
        (r"\frac{x^2+x}{y}", (), "factor", []),
        ("(x+1)^2", (), "expand", []),
    ],
)
def test_what_is_cancelled_was_not_zero(latex, given, how, conditions):
    (link,) = chain(latex, given).calculate(how).links
    assert [(c.latex, c.holds) for c in link.conditions] == conditions


def test_what_is_shown_of_a_step_has_its_conditions():
    made = Derivation(r"\log(uv) = \log u+\log v", ("u>0",)).by("log-of-a-product", r"\log u+\log v").check()
    for shown in (chain(r"\log(uv)", ("u>0",)).apply("log-of-a-product"), made):
        assert "u>0 (shown); v>0 (assumed)" in repr(shown)
        assert "<td>$u&gt;0$ (shown); $v&gt;0$ (assumed)</td>" in shown._repr_html_()
