"""Names for what can be written out (a ratio, an objective, a group's mean, what is held fixed, entropies …) are classes that no calculation drops."""

import pickle

import pytest
import sympy as sp

from derive.core.terms import CoreClaim
from derive.rules.formulas import bare_name, decide
from derive.symbolic import (
    ActionLaw,
    Advantage,
    Bridge,
    Call,
    Clip,
    CrossEntropy,
    Divergence,
    Entropy,
    Expectation,
    Gradient,
    GroupMean,
    GroupStd,
    Objective,
    Policy,
    Probability,
    Ratio,
    StopGradient,
    SumOver,
    TotalVariation,
    Unsupported,
    Value,
    action,
    from_latex,
    index,
    lambdify,
    mapping,
    parameter,
    policy_letter,
    prove,
    real,
    state,
    to_latex,
)
from derive.symbolic.field import Sigmoid
from derive.verify.verdicts import HOLDS

s, a, theta, old = state("s"), action("a"), parameter("theta"), parameter("theta_old")
pi, before = Policy(policy_letter("pi"), theta), Policy(policy_letter("pi"), old)
x, k, n = real("x"), index("k"), index("n")
r = mapping("r", k.kind)
NAMES = [
    Ratio(pi, before, a, s), Objective(pi), StopGradient(Value(pi, s)), StopGradient(Value(pi, s), theta, old), GroupMean(r, n, k), GroupStd(r, n, k),
    Entropy(ActionLaw(pi, s)), CrossEntropy(ActionLaw(pi, s), ActionLaw(before, s)), Divergence(ActionLaw(pi, s), ActionLaw(before, s)),
    TotalVariation(ActionLaw(pi, s), ActionLaw(before, s)), Clip(x, 0, 1), Advantage(pi, s, a), Sigmoid(x),
    Expectation(x * Value(pi, s), (a, ActionLaw(pi, s))), SumOver(Call(r, k), (k, 1, 3)),
]  # fmt: skip
WHERE = {
    "alone": lambda e: e, "in a sum": lambda e: 1 + e, "in functions": lambda e: sp.sin(e) ** 2 + sp.cos(e) ** 2 * sp.exp(e),
    "in a binder": lambda e: SumOver(e * x, (a,)), "in cases": lambda e: sp.Piecewise((e, x > 0), (1, True)), "in a relation": lambda e: sp.Eq(e, x),
    "in a matrix": lambda e: sp.Matrix([e, 1]), "in what is shorter": lambda e: (e + 1) ** 2 - e**2,
}  # fmt: skip
CALLS = {
    "simplify": sp.simplify, "expand": sp.expand, "factor": sp.factor, "together": sp.together, "cancel": sp.cancel, "nsimplify": sp.nsimplify,
    "subs": lambda e: e.subs(x, x + 1), "evalf": sp.N, "method": lambda e: e.simplify(),
}  # fmt: skip
each = pytest.mark.parametrize("made", NAMES, ids=lambda e: type(e).__name__)


@each
@pytest.mark.parametrize("where", WHERE)
def test_no_calculation_drops_a_name(made, where):
    for name, call in CALLS.items():
        whole = WHERE[where](made)
        if (
            hasattr(whole, "is_Relational")
            and name not in ("simplify", "subs", "method")
            or isinstance(whole, sp.MatrixBase)
            and name != "simplify"
        ):
            continue
        assert call(whole).has(type(made)), name


@each
def test_what_stands_in_a_name_is_simplified(made):
    longer = made.subs(x, (x**2 + x) / (x + 1)) if x in made.free_symbols else made * (x**2 + x) / (x + 1)
    expected = made if x in made.free_symbols else x * made
    assert sp.simplify(longer) in (expected, sp.simplify(expected))  # a value at a point is worked out


@each
def test_a_name_is_made_of_its_arguments_and_crosses_the_bridge(made):
    assert made.func(*made.args) == made
    assert pickle.loads(pickle.dumps(made)) == made
    bridge = Bridge()
    term = bridge.to_core(made)
    assert bridge.to_sympy(term) == made
    assert bridge.to_sympy(bridge.to_core(1 + made)) == 1 + made
    if not made.has(StopGradient):
        claim = CoreClaim(term, "=", bridge.to_core(made.doit()), ())
        assert decide(claim, 5).status in HOLDS


@each
def test_what_is_written_reads_back(made):
    if isinstance(made, Objective):
        made = Objective(policy_letter("pi"))  # J(θ) says which policy moves only beside one
    bridge = Bridge()
    again = from_latex(to_latex(made), parameters=[p for p in (r"\theta", r"\theta_{old}") if p in to_latex(made)])
    names = {bare_name(str(v)): v for v in made.free_symbols}
    again = again.xreplace({v: names[bare_name(str(v))] for v in again.free_symbols})
    assert decide(CoreClaim(bridge.to_core(again), "=", bridge.to_core(made), ()), 5).status in HOLDS


@pytest.mark.parametrize("made", NAMES[:9], ids=lambda e: type(e).__name__)
def test_a_derivative_is_that_of_what_is_written_out(made):
    if isinstance(made, StopGradient):
        assert sp.diff(made, theta) == 0
        return
    one, other = sp.diff(made, theta), sp.diff(made.doit(), theta)
    assert one == other == 0 or prove(sp.Eq(one, other, evaluate=False)).status in HOLDS


@each
def test_a_name_has_a_number_in_a_small_world(made):
    held = made.doit() if not isinstance(made, StopGradient) else made.args[0]
    assert lambdify([], made)() == pytest.approx(lambdify([], held)())


def test_letters_of_a_group_are_bound():
    mean = GroupMean(r, n, k)
    assert k not in mean.free_symbols
    assert mean.subs(k, 3) == mean
    assert mean.subs(n, 4).doit().doit() == sp.Add(*(Call(r, i) for i in range(1, 5))) / 4
    assert mean.subs(r, Policy(mapping("f", k.kind), k)).bound_symbols != {k}
    assert prove(sp.Eq(SumOver(Call(r, k) - mean, (k, 1, n)), 0, evaluate=False)).status == "proved"
    normed = SumOver((Call(r, k) - mean) ** 2, (k, 1, n)) / n
    assert prove(sp.Eq(normed, GroupStd(r, n, k) ** 2, evaluate=False)).status in HOLDS
    with pytest.raises(TypeError):
        GroupMean(r, n, 3)


@pytest.mark.parametrize(
    "made, latex",
    [
        (Ratio(pi, before, a, s), r"\frac{\pi_{\theta}(a|s)}{\pi_{\theta_{old}}(a|s)}"),
        (Objective(pi), r"J(\theta)"),
        ((Call(r, k) - GroupMean(r, n, k)) / GroupStd(r, n, k),
         r"\frac{r_{k}-\operatorname{mean}\left(r_{1},\dots,r_{n}\right)}{\operatorname{std}\left(r_{1},\dots,r_{n}\right)}"),
        (StopGradient(Value(pi, s)), r"\operatorname{sg}\left(V^{\pi_{\theta}}(s)\right)"),
    ],
    ids=["ratio", "objective", "group", "stop"],
)  # fmt: skip
def test_names_are_written_as_the_field_writes_them(made, latex):
    assert (
        to_latex(made) == sp.latex(made) == latex
        if isinstance(made, Ratio | Objective | StopGradient)
        else to_latex(made) == latex
    )


def test_what_is_held_fixed_does_not_move():
    sg = from_latex(r"\operatorname{sg}(V_w(s))", parameters=["w"])
    w = parameter("w")
    assert isinstance(sg, StopGradient)
    assert sp.diff(sg, w) == Gradient(sg, w) == 0
    assert sp.diff(Value(Policy(policy_letter("pi"), StopGradient(theta)), s), theta) == 0
    value = sg.args[0]
    assert sp.diff(value * sg, w) == sg * Gradient(value, w)
    assert StopGradient(sg) == sg
    assert StopGradient(Probability(pi, a, s), theta, old).doit() == Probability(before, a, s)
    assert Ratio(pi, before, a, s).subs(theta, old) == 1


def test_what_a_name_cannot_do_it_refuses():
    with pytest.raises(Unsupported):
        sp.diff(GroupMean(r, x, k), x)
    with pytest.raises(Unsupported):
        sp.lambdify([x], Ratio(pi, before, a, s))
