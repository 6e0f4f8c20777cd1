"""Gradients and expansions agree with plain floating-point arithmetic on random softmax policies, which knows nothing of ours."""

from __future__ import annotations

import math
from random import Random

import pytest
import sympy as sp

from derive.rules.formulas import claims, decide
from derive.symbolic import (
    ActionLaw,
    ActionValue,
    Advantage,
    CrossEntropy,
    Disproved,
    Divergence,
    Entropy,
    Expectation,
    Policy,
    Probability,
    Ratio,
    Slope,
    SumOver,
    Unsupported,
    Value,
    action,
    from_latex,
    gradient,
    hessian,
    log_derivative,
    parameter,
    policy_letter,
    prove,
    real,
    state,
    taylor,
)
from derive.symbolic.calculus.lines import policy_gradient
from derive.verify.verdicts import HOLDS

s, a = state("s"), action("a")
theta, old = parameter("theta"), parameter("theta_old")
new, before, other = (Policy(policy_letter("pi"), p) for p in (theta, old, parameter("phi")))
STATES, ACTIONS, SIZE, GAMMA = 2, 3, 3, 0.8


class World:
    """A small decision process with a softmax policy whose scores are curved in θ; everything in floats."""

    def __init__(self, seed: int):
        rng = Random(seed)
        self.scores = [
            [[[rng.uniform(-1, 1) for _ in range(SIZE)] for _ in range(2)] for _ in range(ACTIONS)] for _ in range(STATES)
        ]
        self.rewards = [[rng.uniform(-1, 1) for _ in range(ACTIONS)] for _ in range(STATES)]
        self.steps = [[self.law(rng) for _ in range(ACTIONS)] for _ in range(STATES)]
        self.values = {name: [[rng.uniform(-1, 1) for _ in range(ACTIONS)] for _ in range(STATES)] for name in ("q", "advantage")}
        self.points = {name: [rng.uniform(-1, 1) for _ in range(SIZE)] for name in ("theta_old", "phi", "Delta")}

    @staticmethod
    def law(rng: Random) -> list[float]:
        made = [rng.uniform(0.1, 1) for _ in range(STATES)]
        return [x / sum(made) for x in made]

    def policy(self, point: list[float], s: int) -> list[float]:
        heights = []
        for first, second in self.scores[s]:
            heights.append(
                sum(w * x for w, x in zip(first, point, strict=True))
                + math.sin(sum(w * x for w, x in zip(second, point, strict=True)))
            )
        weights = [math.exp(z) for z in heights]
        return [w / sum(weights) for w in weights]

    def outcomes(self, s: int) -> tuple[list[float], list[list[float]]]:
        return self.rewards[s], self.steps[s]

    def value(self, point: list[float], s: int) -> float:
        """V, by going round."""
        v = [0.0] * STATES
        for _ in range(300):
            after = [
                [r + GAMMA * sum(map(math.prod, zip(q, v, strict=True))) for r, q in zip(*self.outcomes(x), strict=True)]
                for x in range(STATES)
            ]
            v = [sum(map(math.prod, zip(self.policy(point, x), after[x], strict=True))) for x in range(STATES)]
        return v[s]


def number(expr, world: World, at: dict) -> float:
    """The value of an object in a world; slopes by differences of a fine grid."""
    go = lambda x: number(x, world, at)  # noqa: E731
    if expr.is_Number:
        return float(expr)
    if expr in at:
        return at[expr]
    if isinstance(expr, sp.Add):
        return sum(map(go, expr.args))
    if isinstance(expr, sp.Mul):
        return math.prod(map(go, expr.args))
    if isinstance(expr, sp.Pow):
        return go(expr.base) ** go(expr.exp)
    if isinstance(expr, sp.log):
        return math.log(go(expr.args[0]))
    if isinstance(expr, Probability):
        return world.policy(point_of(expr.args[0].args[1], world, at), at[expr.args[2]])[at[expr.args[1]]]
    if isinstance(expr, Value):
        return world.value(point_of(expr.args[0].args[1], world, at), at[expr.args[1]])
    if isinstance(expr, ActionValue | Advantage):
        return world.values["q" if isinstance(expr, ActionValue) else "advantage"][at[expr.args[1]]][at[expr.args[2]]]
    if isinstance(expr, SumOver):
        return sum(number(expr.body, world, {**at, expr.letters[0]: k}) for k in range(ACTIONS))
    if isinstance(expr, Expectation | Divergence | Entropy | CrossEntropy | Ratio):
        return go(expr.doit())
    if isinstance(expr, Slope):
        (u,), (base,) = expr.letters, expr.bounds
        h, n = 0.02, expr.times
        f = lambda k: number(expr.body, world, {**at, u: go(base) + k * h})  # noqa: E731
        return differences(f, n) / h**n
    raise AssertionError(f"no number for {expr}")


#: Central differences of the eighth order, for the first three derivatives.
STENCILS = {
    1: {k: (-1) ** (k + 1) * c for k, c in ((1, 4 / 5), (2, 1 / 5), (3, 4 / 105), (4, 1 / 280))},
    2: {0: -205 / 72, 1: 8 / 5, 2: -1 / 5, 3: 8 / 315, 4: -1 / 560},
    3: {1: -488 / 240, 2: 338 / 240, 3: -72 / 240, 4: 7 / 240},
}


def differences(f, n: int) -> float:
    sign = 1 if n == 2 else -1
    table = STENCILS[n]
    return table.get(0, 0) * f(0) + sum(c * (f(k) + sign * f(-k)) for k, c in table.items() if k)


def point_of(expr, world: World, at: dict) -> list[float]:
    """A vector of parameters: a letter, or letters with numbers in front."""
    if isinstance(expr, sp.Add):
        return [sum(parts) for parts in zip(*(point_of(x, world, at) for x in expr.args), strict=True)]
    if isinstance(expr, sp.Mul):
        (vector,) = [x for x in expr.args if x.free_symbols and getattr(x, "kind", None) is not None and x.kind.name == "Vector"]
        scale = math.prod(number(x, world, at) for x in expr.args if x is not vector)
        return [scale * x for x in point_of(vector, world, at)]
    return world.points[expr.name]


Q = ActionValue(policy_letter("mu"), s, a)
FUNCTIONS = {
    "policy": Probability(new, a, s),
    "ratio": Ratio(new, before, a, s),
    "surrogate": Expectation(Ratio(new, before, a, s) * Q, (a, ActionLaw(before, s))),
    "surrogate of our own": SumOver(Probability(new, a, s) * Q**2 - Q * sp.log(Probability(new, a, s)), a),
    "objective": Value(new, s),
    "divergence to the new": Divergence(ActionLaw(before, s), ActionLaw(new, s)),
    "divergence from the new": Divergence(ActionLaw(new, s), ActionLaw(before, s)),
    "entropy": Entropy(ActionLaw(new, s)),
    "cross-entropy": CrossEntropy(ActionLaw(new, s), ActionLaw(other, s)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_expansion_is_right_to_its_order(name):
    f, order = FUNCTIONS[name], 3
    made = taylor(f, theta, old, order)
    assert made.status == "proved"
    for seed in range(2):
        world = World(seed)
        at = {s: seed % STATES, a: seed % ACTIONS}
        h = 0.02
        eps = real("way")
        line = f.subs(theta, old + eps * made.step)
        grid = {i: number(line, world, {**at, eps: i * h}) for i in range(-4, 5)}
        for k in range(1, order + 1):
            measured = differences(grid.__getitem__, k) / h**k / math.factorial(k)
            assert measured == pytest.approx(number(made.terms[k], world, at), rel=1e-5, abs=1e-6), (name, k)
        # what is left out shrinks with the next power of the step
        coefficients = [number(c, world, at) for c in made.terms]
        left = [number(line, world, {**at, eps: t}) - sum(c * t**k for k, c in enumerate(coefficients)) for t in (0.1, 0.05)]
        if abs(left[1]) > 1e-8:
            assert 2 ** (order + 0.4) < abs(left[0] / left[1]) < 2 ** (order + 1.8), (name, left)


def test_a_divergence_begins_with_fishers_information():
    for name in ("divergence to the new", "divergence from the new"):
        zero, one, two = taylor(FUNCTIONS[name], theta, old, 2).terms
        assert zero == one == 0
        (score,), (total,) = two.atoms(Slope), two.atoms(SumOver)
        assert score.times == 1
        assert sp.expand(2 * two) == SumOver(Probability(before, total.letters[0], s) * score**2, total.letters)


def test_a_wrong_coefficient_is_refused(monkeypatch):
    from derive.symbolic.calculus import lines, taylor_series

    right = lines.derivatives
    for module in (lines, taylor_series):
        monkeypatch.setattr(module, "derivatives", lambda *args: [2 * x for x in right(*args)])
    with pytest.raises(Disproved, match="wrong"):
        taylor(Ratio(new, before, a, s), theta, old, 1)
    with pytest.raises(Disproved, match="wrong"):
        gradient(Probability(new, a, s), theta)


GRADIENTS = [
    (r"\frac{1}{2}x^\top Fx-g^\top x", "x"), (r"\theta^\top\theta+\log\pi_\theta(a|s)", r"\theta"), (r"\sigma(\pi_\theta(a|s))", r"\theta"),
    (r"\prod_{i=1}^n\pi_\theta(a_i|s_i)", r"\theta"),
    (r"\sum_a\pi_\theta(a|s)(Q^\mu(s,a)-\beta\log\pi_\theta(a|s))", r"\theta"), (r"x^3+\sin x", "x"), (r"f(x)^2", "x"),
]  # fmt: skip


@pytest.mark.parametrize("latex, name", GRADIENTS, ids=[g[0] for g in GRADIENTS])
def test_a_gradient_is_decided(latex, name):
    try:
        expr = from_latex(latex, parameters=[name])
    except ValueError:
        pytest.skip("no reading of it yet")
    assert gradient(expr, name).status in ("proved", "confirmed")


def test_second_derivatives_and_scores():
    assert hessian(Probability(new, a, s), theta).status == "proved"
    assert hessian(from_latex(r"\frac{1}{2}x^\top Fx", parameters=["x"]), "x").status == "proved"
    assert log_derivative(Probability(new, a, s), theta).status == "proved"
    assert hessian(Entropy(ActionLaw(new, s)), theta).status == "proved"


@pytest.mark.parametrize(
    "made, given, conditions",
    [
        (Probability(new, a, s), (), ()), (from_latex(r"\frac{e^{h_\theta(s,a)}}{\sum_be^{h_\theta(s,b)}}", parameters=[r"\theta"]), (), ()),
        (Value(new, s), (), (r"V^{\pi_{\theta}}(s)>0",)), (Value(new, s), (Value(new, s) > 1,), ()), (1 - sp.log(Probability(new, a, s)), (), ()),
    ],
    ids=["a probability", "a softmax", "a value", "a value that is given", "what is shown"],
)  # fmt: skip
def test_a_score_states_the_condition_that_nothing_shows(made, given, conditions):
    found = log_derivative(made, theta, given)
    assert found.status in HOLDS
    assert found.conditions == conditions


@pytest.mark.parametrize("made", [sp.log(Probability(new, a, s)), -Probability(new, a, s)], ids=str)
def test_what_is_nowhere_positive_has_no_score(made):
    with pytest.raises(Unsupported, match="nowhere positive"):
        log_derivative(made, theta)


@pytest.mark.parametrize(
    "f, scores",
    [
        (Entropy(ActionLaw(new, s)), 1), (Divergence(ActionLaw(new, s), ActionLaw(before, s)), 2),
        (Expectation(sp.log(Probability(new, a, s)), (a, ActionLaw(new, s))), 1),
        (SumOver(Probability(new, a, s) * (1 + Q), a), 1), (SumOver(Probability(new, a, s) * (1 + Value(before, s)), a), 0),
    ],
    ids=["entropy", "divergence", "an expectation of the logarithm", "a sum with a baseline", "a sum of what is the same for all"],
)  # fmt: skip
def test_a_gradient_has_no_score_that_averages_to_nothing(f, scores):
    made = gradient(f, theta)
    assert made.status in HOLDS
    assert sum(len(sp.Add.make_args(total.body)) for total in made.expr.atoms(SumOver, Expectation)) == scores


def judged(latex):
    ((claim, _),) = claims(latex)
    return decide(claim).status


TABLES = [
    (r"\frac{e^{\theta_a}}{\sum_be^{\theta_b}}",
     r"\frac{e^{\theta_a}}{\sum_be^{\theta_b}}\left(\mathbb{1}[a=c]-\frac{e^{\theta_c}}{\sum_be^{\theta_b}}\right)"),
    (r"\log\frac{e^{\theta_a}}{\sum_be^{\theta_b}}", r"\mathbb{1}[a=c]-\frac{e^{\theta_c}}{\sum_be^{\theta_b}}"),
    (r"\sum_ae^{\theta_a}r(a)", r"e^{\theta_c}r(c)"),
]  # fmt: skip


@pytest.mark.parametrize("latex, entry", TABLES, ids=[t[0] for t in TABLES])
def test_a_table_of_parameters_is_differentiated_by_any_one_of_its_entries(latex, entry):
    made = gradient(from_latex(latex), r"\theta")
    assert made.status in HOLDS
    assert made.start.startswith(r"\frac{\partial}{\partial \theta_{c}}")
    for known in (made.latex, entry):
        assert judged(f"{made.start}={known}") in HOLDS
    assert judged(f"{made.start}=2({entry})") == "refuted"


def test_a_function_of_numbers_is_no_table():
    with pytest.raises(Unsupported, match="no table"):
        gradient(from_latex(r"f(x)"), "f")


@pytest.mark.parametrize(
    "latex, given, kind",
    [(r"J(\theta)", (), "Vector"), (r"f(\theta)^2-1", (), "Vector"), (r"f(\theta)", (r"\theta\in\mathbb{R}",), "Real"), (r"f'(\theta)", (), "Real"),
     (r"f(\theta)+\theta^2", (), "Real"), (r"\pi_\theta(a|s)", (), "Vector")],
)  # fmt: skip
def test_parameters_are_a_vector_unless_something_makes_them_a_number(latex, given, kind):
    expr = from_latex(latex, given, parameters=[r"\theta"])
    (letter,) = [v for v in expr.free_symbols if str(v) == "theta"]
    assert letter.kind.name == kind
    about = taylor(expr, letter, "theta_old", 1)
    assert about.status in HOLDS
    assert about.step.kind.name == kind
    assert gradient(expr, letter).status in HOLDS


def test_the_policy_gradient_theorem_is_the_gradient_of_a_value():
    for sampled in (False, True):
        made = policy_gradient(Value(new, s), theta, sampled)
        assert made.status == "proved"
        assert r"\gamma^{k}" in made.latex


def test_expansions_in_one_variable():
    x = sp.Symbol("x")
    made = taylor(sp.exp(x) * sp.sin(x), x, 0, 3)
    assert sp.expand(made.expr.subs(made.step, x)) == x + x**2 + x**3 / 3
    f = taylor(from_latex("f(x)"), "x", "c", 3)
    assert f.status == "proved"
    assert r"f'''\left(c\right)" in f.latex
    polynomial = taylor(x**3 - x, x, 2, 3)
    assert prove(sp.Eq(polynomial.expr.subs(polynomial.step, x - 2), x**3 - x, evaluate=False)).status == "proved"
    assert polynomial.latex.endswith(r"+O((x-2)^{4})")


def test_what_does_not_move_or_cannot_be_told_is_refused():
    with pytest.raises(Unsupported, match="does not occur"):
        gradient(Probability(before, a, s), "theta")
    with pytest.raises(Unsupported):
        taylor(sp.Abs(real("x")) + Value(new, s), theta, sp.sin(theta), 1)
