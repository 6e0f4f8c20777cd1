"""SymPy objects of the field: they keep SymPy's conventions, cross the bridge both ways, and refuse what they cannot do."""

import pickle
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import derive.symbolic as S
from derive.core.terms import CoreClaim, free_variables, op
from derive.elaborate.write import Unwritable
from derive.rules.formulas import Unread, decide, expression
from derive.symbolic import (
    ActionLaw,
    Advantage,
    Bridge,
    Call,
    Disproved,
    Divergence,
    Expectation,
    Gradient,
    Hessian,
    Info,
    Objective,
    Policy,
    Probability,
    Product,
    Ratio,
    Slope,
    SumOver,
    Transpose,
    Unbridged,
    Unsupported,
    Value,
    action,
    from_latex,
    index,
    mapping,
    parameter,
    policy_letter,
    prove,
    real,
    state,
    to_core,
    to_latex,
)
from derive.verify.verdicts import HOLDS

TERMS = [
    r"\nabla_\theta\log\pi_\theta(a\mid s)", r"\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)", r"\frac{\pi_\theta(a|s)}{\pi_{\theta_{old}}(a|s)}A^\pi(s,a)",
    r"\mathbb{E}_{x\sim p}[f(x)^2]-\mathbb{E}_{x\sim p}[f(x)]^2", r"\sum_{i=1}^n(r_i-\mu)^2", r"D_{KL}(p\|q)", r"\mathcal{H}(\pi_\theta(\cdot|s))",
    r"\nabla_\theta^2\pi_\theta(a\mid s)", r"\gamma\sum_{s'}P(s'\mid s,a)V^\pi(s')", r"\max_aQ^*(s,a)", r"\mathrm{clip}(x,1-\epsilon,1+\epsilon)",
    r"\frac{1}{2}x^\top Fx", r"\mathbb{E}_\pi[G_t\mid s_t=s]", r"\sqrt{x^2+1}+|x|", r"e^{-x}\sin(\pi x)", r"\sigma(x)(1-\sigma(x))",
    r"\begin{cases}x&\text{if }x>0\\0&\text{otherwise}\end{cases}", r"\lim_{h\to 0}\frac{(x+h)^2-x^2}{h}", r"\frac{d^2}{dx^2}f(x)", r"f'(g(x))",
    r"\mathbb{1}[x>y]", r"\prod_{i=1}^n x_i", r"\min(x,y)\max(x,y)", r"\sum_{k=0}^{\infty}\gamma^k", r"\mathbf{x}^\top\mathbf{y}", r"p(x|y)p(y)",
]  # fmt: skip

s, a, theta, old = state("s"), action("a"), parameter("theta"), parameter("theta_old")
pi, before = Policy(policy_letter("pi"), theta), Policy(policy_letter("pi"), old)
x, y, k = real("x"), real("y"), index("k")


def crossed(term, names, givens=()):
    bridge = Bridge(names)
    made = bridge.to_sympy(term)
    back = bridge.to_core(made)
    again = bridge.to_sympy(back)
    assert again == made or sp.expand(again - made) == 0  # SymPy multiplies a number into a sum by itself
    return decide(CoreClaim(term, "=", back, givens))


@pytest.mark.parametrize("latex", TERMS)
def test_the_bridge_keeps_the_value_of_a_term(latex):
    f = expression(latex)
    itself = decide(CoreClaim(f.term, "=", f.term, f.givens)).status
    assert itself in HOLDS
    assert crossed(f.term, f.names, f.givens).status in HOLDS


SCALARS = [t for t in TERMS if "nabla" not in t]


@given(st.lists(st.sampled_from(SCALARS), min_size=2, max_size=3), st.sampled_from(["add", "mul", "div"]), st.integers(-3, 3))
@settings(max_examples=15, deadline=None)
def test_the_bridge_keeps_the_value_of_sums_and_products_of_terms(parts, name, n):
    """What has no value anywhere (a division by 0) has none on the other side."""
    try:
        f = expression("+".join(rf"\left({p}\right)" for p in parts))
    except Unread:
        return  # terms that no one formula may hold together
    terms = f.term.args if f.term.name == "add" else (f.term,)
    made = op("add", op(name, *terms[:2]) if len(terms) > 1 else terms[0], expression(str(n)).term)
    before = decide(CoreClaim(made, "=", made), 1)
    after = crossed(made, f.names)
    assert (after.status in HOLDS) or after.status == before.status == "undecided"


@pytest.mark.parametrize("latex", TERMS)
def test_an_object_is_made_of_its_arguments_and_survives_pickling(latex):
    made = from_latex(latex)
    for part in sp.preorder_traversal(made):
        if part.args:
            assert part.func(*part.args) == part
    assert pickle.loads(pickle.dumps(made)) == made
    assert not made.has(sp.nan)


@pytest.mark.parametrize("latex", TERMS[:-1])  # a joint's letters are told by the order in which they come
def test_latex_of_an_object_reads_back_as_it(latex):
    made = from_latex(latex)
    try:
        written = to_latex(made)
    except Unwritable:
        assert "cases" in latex  # a comparison is no condition of a case here
        return
    again = from_latex(written)
    assert decide(CoreClaim(*both(made, again))).status in HOLDS


def both(one, other):
    """Two objects as core terms with the same variables, told by name and type."""
    bridge = Bridge()
    return bridge.to_core(one), "=", bridge.to_core(other)


def test_a_gradient_goes_into_sums_and_expectations_and_takes_the_logarithm():
    score = Gradient(sp.log(Probability(pi, a, s)), theta)
    assert sp.diff(Probability(pi, a, s), theta) == Probability(pi, a, s) * score
    assert sp.diff(Ratio(pi, before, a, s), theta) == Ratio(pi, before, a, s) * score
    q = Advantage(before, s, a)
    assert sp.diff(Expectation(q, (a, ActionLaw(pi, s))), theta) == Expectation(q * score, (a, ActionLaw(pi, s)))
    assert sp.diff(SumOver(Probability(before, a, s), a), theta) == 0


@pytest.mark.parametrize(
    "expr",
    [
        Ratio(pi, before, a, s),
        SumOver(Probability(pi, a, s) * Advantage(before, s, a), a),
        Divergence(ActionLaw(before, s), ActionLaw(pi, s)),
        Value(pi, s),
    ],
)
def test_a_derivative_along_a_line_is_the_judges(expr):
    eps, step = real("epsilon"), parameter("Delta")
    along = expr.subs(theta, old + eps * step)
    once = sp.diff(along, eps)
    twice = sp.diff(along, eps, 2)
    for made, times in ((once, 1), (twice, 2)):
        u = real("u")
        whole = Slope(along.subs(eps, u), (u, eps), Info(times))
        assert decide(CoreClaim(*both(whole, made)), 5).status in HOLDS
        assert decide(CoreClaim(*both(whole, 2 * made)), 5).status == "refuted"


def test_substitution_neither_captures_nor_touches_what_is_bound():
    r = mapping("r", k.kind)
    total = SumOver(Call(r, k) * x, (k, 1, index("n")))
    moved = total.subs(x, k)
    assert moved.free_symbols >= {k}
    assert moved.letters != (k,)
    assert total.subs(k, 3) == total
    assert total.bound_symbols == {k}
    assert k not in total.free_symbols
    assert prove(sp.Eq(moved, k * SumOver(Call(r, k), (k, 1, index("n"))), evaluate=False)).status == "proved"


def test_what_a_class_cannot_do_it_refuses():
    for ask in (
        lambda: Value(pi, s).series(x, 0, 2),
        lambda: sp.diff(Probability(pi, a, s), theta, 2),
        lambda: sp.diff(Probability(pi.subs(theta, 2 * theta), a, s), theta),
        lambda: Product(parameter("g"), parameter("h")),
        lambda: to_core(parameter("g") ** 2),
        lambda: to_core(parameter("g") * parameter("h")),
        lambda: to_core(parameter("g") + x),
        lambda: SumOver(x, (sp.Integer(3),)),
        lambda: sp.lambdify([x], x + Value(pi, s)),
    ):
        with pytest.raises((Unsupported, TypeError)):
            ask()


def test_calls_of_sympy_keep_the_classes():
    made = (Ratio(pi, before, a, s) + 1) ** 2 - 1
    for calculate in (sp.expand, sp.factor, sp.simplify, sp.together, sp.cancel):
        assert prove(sp.Eq(made, calculate(made), evaluate=False)).status in HOLDS
    assert made.subs(theta, old).subs(old, theta) == 3


def test_products_keep_their_order_and_go_linear():
    g, h = parameter("g"), parameter("h")
    assert Product(Transpose(g), 2 * g + h) == 2 * Product(Transpose(g), g) + Product(Transpose(g), h)
    assert Product(g, Transpose(h)) != Product(h, Transpose(g))
    assert Transpose(Product(g, Transpose(h))) == Product(h, Transpose(g))
    assert from_latex(r"\nabla_\theta^2\pi_\theta(a\mid s)").has(Hessian)


X, N, J = sp.Symbol("x", positive=True), sp.Symbol("n", integer=True, nonnegative=True), sp.Symbol("i", integer=True)
F = sp.Function("f")
TRUE = [
    sp.Eq(sp.Sum(F(J), (J, 1, 3)), F(1) + F(2) + F(3)), sp.Eq(sp.Abs(X - 2), sp.Max(X - 2, 2 - X)), sp.Eq(sp.sin(sp.pi / 6), sp.Float("0.5"), evaluate=False),
    sp.Eq(sp.Derivative(F(X) ** 2, X), 2 * F(X) * sp.Derivative(F(X), X)), sp.Ge(X**2 + 1, 2 * X), sp.Ne(X**2 + 1, 0, evaluate=False),
    sp.Eq(sp.Product(J, (J, 1, 3)), 6 * X / X), sp.Eq(sp.Piecewise((X, X > 1), (1, True)), sp.Max(X, 1)),
    sp.Eq(sp.Indexed("r", J) + 0 * X, sp.Indexed("r", J), evaluate=False), sp.Eq(sp.Float("0.1") * X, X / 10, evaluate=False),
    sp.Eq(sp.Integral(F(X).diff(X), (X, 0, 1)), F(1) - F(0), evaluate=False), sp.Eq(sp.Integral(F(X), (X, 0, 1)), sp.Integral(F(X), (X, 0, 1)), evaluate=False),
]  # fmt: skip
FALSE = [sp.Eq(sp.Min(X, 1), X), sp.Gt(X, X**2), sp.Eq(sp.Sum(F(J), (J, 1, 3)), F(1) + F(2)), sp.Eq(sp.exp(2 * X), 2 * sp.exp(X))]


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_sympys_own_relations_are_proved(claim):
    assert prove(claim).status in HOLDS


@pytest.mark.parametrize("claim", FALSE, ids=str)
def test_a_false_relation_is_refused(claim):
    with pytest.raises(Disproved, match="refuted"):
        prove(claim)


def test_a_relation_holds_where_another_is_given():
    claim = sp.Eq(sp.Abs(x), x)
    with pytest.raises(Disproved):
        prove(claim)
    assert prove(claim, [x > 0]).status in HOLDS


def test_what_core_has_no_word_for_is_named():
    for expr in (sp.Matrix([[1, 2]]).applyfunc(sp.gamma)[0] * sp.gamma(X), sp.zeta(X), sp.I * X):
        with pytest.raises(Unbridged, match="core has no"):
            to_core(expr)
    with pytest.raises(Unread):
        from_latex(r"\frac{x}{")


def test_matrices_of_numbers_cross_the_bridge():
    m = sp.Matrix([[1, 2], [3, 4]])
    assert str(to_core(m)[0]) == "matrix(1, 2, 3, 4, 2, 2)"
    assert str(to_core(sp.Matrix([x, y]))[0]).startswith("vector(")


@pytest.mark.parametrize("other", ["V^{\\pi}(s)", "x", "\\sum_{a}\\pi(a|s)r(s,a)", "x+1"])
def test_what_stands_beside_visits_is_written(other):
    made = S.from_latex(rf"d^\pi(s)\left({other}\right)")
    assert (S.from_latex(S.to_latex(made)) - made).expand() == 0
    assert S.to_latex(made) != S.to_latex(S.from_latex(r"d^\pi(s)"))


def test_sums_over_letters_stand_in_brackets_in_powers_and_products():
    total = S.from_latex(r"\sum_a\pi_\theta(a\mid s)r(s,a)")
    assert sp.latex(total**2) == rf"\left({sp.latex(total)}\right)^{{2}}"
    assert sp.latex(total * sp.Symbol("x")).count(r"\left(") == 1
    assert sp.latex(total) == S.to_latex(total)


def test_what_sympy_assumes_of_symbols_is_given():
    p, q = sp.symbols("p q", positive=True)
    n = sp.Symbol("n", negative=True)
    assert S.prove(sp.Gt(p + q, 0, evaluate=False)).status in ("proved", "confirmed")
    assert S.prove(sp.Lt(n, 1, evaluate=False)).status in ("proved", "confirmed")
    with pytest.raises(S.Disproved):
        S.prove(sp.Gt(sp.Symbol("x"), 0, evaluate=False))


@pytest.mark.parametrize(
    "said",
    [{"commutative": False}, {"imaginary": True}, {"complex": True}, {"real": False}, {"infinite": True}, {"hermitian": True}],
    ids=str,
)
def test_a_symbol_that_is_no_real_number_is_refused(said):
    z = sp.Symbol("z", **said)
    (name, value), *_ = said.items()
    for work in (
        lambda: to_core(z + 1),
        lambda: prove(sp.Eq(z * x, x * z, evaluate=False)),
        lambda: S.apply("add-and-subtract", z),
    ):
        with pytest.raises(Unbridged, match=f"z is assumed to be {name}={value}"):
            work()


@pytest.mark.parametrize(
    "said", [{"integer": True}, {"even": True}, {"prime": True}, {"rational": True}, {"integer": True, "positive": True}], ids=str
)
def test_what_holds_of_all_numbers_holds_of_some_and_what_fails_says_nothing_of_them(said):
    k = sp.Symbol("k", **said)
    assert prove(sp.Eq(k * (k + 1), k**2 + k, evaluate=False)).status in HOLDS
    assert S.apply("add-and-subtract", k, letters={"y": "z"}).status in HOLDS
    with pytest.raises(Disproved, match=r"undecided|refuted") as caught:
        prove(sp.Eq(sp.Function("f")(k) * (k - 2), 0, evaluate=False))
    assert ("undecided" in str(caught.value)) == (said.keys() != {"integer", "positive"})


def test_signs_of_symbols_of_every_kind_are_given():
    k = sp.Symbol("k", integer=True, positive=True)
    assert prove(sp.Gt(k, 0, evaluate=False)).status in HOLDS
    assert prove(sp.Ne(sp.Symbol("q", nonzero=True), 0, evaluate=False)).status in HOLDS


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
def test_a_float_is_the_decimal_that_it_is_read_from_or_itself(value):
    term, _ = to_core(sp.Float(value))
    assert term.value == Fraction(value) or float(term.value) == value
    if value == int(value) and abs(value) < 2**53:
        assert term.value == int(value)


@pytest.mark.parametrize("n", [53, 60, 64])
def test_whole_floats_of_more_digits_are_whole(n):
    assert to_core(sp.Float(2.0**n))[0].value == 2**n


@pytest.mark.parametrize(
    "made, latex",
    [
        (sp.Integral(x**2, (x, 0, x)), r"\int_{0}^{x}\left(x'\right)^{2}\,dx'"),
        (sp.Sum(x, (x, 0, x)), r"\sum_{x'=0}^{x}x'"),
        (sp.Derivative(sp.Integral(sp.sin(x), (x, 0, x)), x), r"\frac{d}{dx}\left(\int_{0}^{x}\sin\left(x'\right)\,dx'\right)"),
        (sp.Integral(x * y, (x, 0, y), (y, 0, x)), r"\int_{0}^{x}\int_{0}^{y}xy\,dx\,dy"),
        (SumOver(index("k"), (index("k"), 0, index("k"))), r"\sum_{k'=0}^{k}k'"),
    ],
    ids=str,
)
def test_a_bound_letter_gives_way_to_a_free_one_of_its_name(made, latex):
    assert to_latex(made) == latex
    term, names = to_core(made)
    assert {names[v.number] for v in free_variables(term)} == {str(v) for v in made.free_symbols}


def test_a_letter_is_found_by_its_name():
    score = S.gradient(S.from_latex(r"\log\pi_\theta(a\mid s)", parameters=["theta"]), sp.Symbol("theta"))
    assert score.expr != 0
    assert S.lambdify([sp.Symbol("x")], S.from_latex("x^2"))(3) == 9
    with pytest.raises(S.Unsupported):
        S.gradient(S.from_latex("x^2"), sp.Symbol("y"))


def test_substitution_back_and_forth():
    x, y = S.from_latex("x"), S.from_latex("y")
    slope = S.from_latex(r"\frac{d}{dx}x^2")
    assert slope.subs(x, y).subs(y, x).doit() == 2 * x


def test_what_is_held_fixed_has_no_gradient():
    made = S.gradient(S.from_latex(r"(r+\gamma\operatorname{sg}(V_w(s'))-V_w(s))^2", parameters=["w"]), "w")
    assert made.status == "proved"
    assert len(made.expr.atoms(S.Gradient)) == 1


def test_sympys_own_functions_and_bounds_cross_the_bridge():
    x, f, g = sp.Symbol("x"), sp.Function("f"), sp.Function("g")
    assert S.apply("product-rule", sp.Derivative(f(x) * g(x), x)).status in HOLDS
    assert S.to_latex(S.from_latex(r"\int_{-\infty}^{\infty}e^{-x^2}dx")).startswith(r"\int_{-\infty}^{\infty}")
    p, q = sp.symbols("p q", positive=True)
    assert all(holds for _, holds in S.apply("log-of-a-product", sp.log(p * q, evaluate=False)).conditions)


def test_the_gradient_of_an_objective_goes_into_its_mean():
    made = S.policy_gradient(Objective(pi), "theta")
    assert made.status != "refuted"
    assert made.expr.has(Gradient)
    with pytest.raises(Unsupported):
        S.policy_gradient(Probability(pi, a, s), "theta")
