r"""Meaning of named functions: log and exp with their algebra, roots, min, max, clip, means, softmax, ….

``log`` and ``exp`` are pushed through products, quotients, powers, sums and definitions *in the term*, so that what
remains is the logarithm of something irreducible, which the arithmetic remembers (:class:`derive.values.arith.Modular`).
Assumes: the arguments of a logarithm are positive, by their kind.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.models.core import HALF, Env, Interpreter, Table, Unknown, absolute, truth
from derive.models.ellipses import expand_dots
from derive.models.heads import head_of
from derive.models.probability import log_factors
from derive.models.ranges import bindings_of
from derive.models.scope import rename_scripts
from derive.models.world import Index
from derive.terms import Add, App, Big, Decor, Div, Func, Mul, Neg, Num, Paren, Pos, Pow, Rel, Seq, Sym, Term
from derive.values.algebra import Mat, Vec, is_exact
from derive.values.arith import Undefined, fmpq, fraction


def function(m: Interpreter, t: Func, env: Env) -> Any:
    """The value of a named function."""
    handler = TABLE.get(t.name)
    if handler is None:
        raise Unknown(f"the function {t.name}")
    value = handler(m, t, env)
    if t.sup is not None:
        value = m.world.power(value, m.value(t.sup, env))
    return value


def one(t: Func) -> Term:
    if len(t.args) != 1:
        raise Unknown(f"{t.name} of {len(t.args)} arguments")
    return t.args[0]


# --- log and exp ---------------------------------------------------------------------------------


def _log(m: Interpreter, t: Func, env: Env) -> Any:
    value = log_of(m, one(t), env)
    base = t.sub
    if base is None and t.name in ("lg", "log10"):
        base = Num(Fraction(10), "10")
    if base is None:
        return value
    return m.world.div(value, m.world.log(m.number(base, env)))


def log_of(m: Interpreter, t: Term, env: Env) -> Any:
    """log t, expanded over products, quotients, powers, exponentials and definitions."""
    w = m.world
    if t in env.vars:
        return w.log(m.number(t, env))
    if isinstance(t, Paren | Decor | Pos):
        return log_of(m, t.body, env)
    if isinstance(t, Mul) and not any(isinstance(f, Neg) for f in t.factors) and closed(t) is False:
        return w.total(log_of(m, f, env) for f in t.factors)
    if isinstance(t, Div) and closed(t) is False:
        return w.sub(log_of(m, t.num, env), log_of(m, t.den, env))
    if isinstance(t, Pow) and closed(t) is False:
        if isinstance(t.base, Sym) and t.base.name == "e" and t.base not in env.vars:
            return m.number(t.exp, env)
        return w.mul(m.number(t.exp, env), log_of(m, t.base, env))
    if isinstance(t, Func) and t.sup is None:
        if t.name == "exp":
            return m.number(one(t), env)
        if t.name == "sqrt" and t.sub is None and closed(t) is False:
            return w.mul(HALF, log_of(m, one(t), env))
        if t.name in ("softmax",):
            return w.log(m.number(t, env))
    if isinstance(t, Big) and t.op == "prod":
        return w.total(log_of(m, t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if isinstance(t, App | Sym):
        found = None if m.scope.use_data and t in m.scope.data else m.scope.find(t)
        if found is not None:
            definition, bound = found
            values = {v: m.value(a, env) for v, a in bound if not (v == a and a not in env.vars)}
            return log_of(m, rename_scripts(definition.body, bound), env.deeper().bind_all(values))
        if isinstance(t, App) and isinstance(t.head, Sym):
            factors = log_factors(m, t, head_of(t.head), env)
            if factors is not None:
                return w.total(w.log(f) for f in factors)
    return w.log(m.number(t, env))


def closed(t: Term) -> bool:
    """Whether a term has no symbols at all: a number to be computed first."""
    return not any(isinstance(x, Sym | App) for x in t.walk())


def _exp(m: Interpreter, t: Func, env: Env) -> Any:
    return exp_of(m, one(t), env)


def exp_of(m: Interpreter, t: Term, env: Env) -> Any:
    """exp t, expanded over sums, products with sums, and logarithms."""
    w = m.world
    t = bare(t)
    if isinstance(t, Add):
        return w.product(exp_of(m, x, env) for x in t.terms)
    if isinstance(t, Neg):
        return w.div(1, exp_of(m, t.body, env))
    if isinstance(t, Func) and t.name in ("log", "ln") and t.sub is None and t.sup is None:
        return positive(m, m.number(one(t), env))
    if isinstance(t, Big) and t.op == "sum":
        return w.product(exp_of(m, t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if isinstance(t, Div) and isinstance(bare(t.num), Add | Neg | Big):
        return exp_of(m, Mul((Div(Num(Fraction(1), "1"), t.den), bare(t.num)), ("",)), env)
    if isinstance(t, Mul):
        factors = [bare(f) for f in t.factors]
        for i, f in enumerate(factors):
            rest = factors[:i] + factors[i + 1 :]
            if isinstance(f, Add):
                return w.product(exp_of(m, product_of([*rest, x]), env) for x in f.terms)
            if isinstance(f, Neg):
                return w.div(1, exp_of(m, product_of([*rest, f.body]), env))
            if isinstance(f, Big) and f.op == "sum":
                spread = product_of([*rest, f.body])
                return w.product(exp_of(m, spread, inner) for inner in bindings_of(m, f.under, f.upper, env, f.body))
            if isinstance(f, Func) and f.name in ("log", "ln") and f.sub is None and f.sup is None and rest:
                power = m.number(product_of(rest), env)
                if is_exact(power):
                    return w.power(m.number(one(f), env), power)
    if isinstance(t, App | Sym) and t not in env.vars and not (m.scope.use_data and t in m.scope.data):
        found = m.scope.find(t)
        if found is not None:
            definition, bound = found
            values = {v: m.value(a, env) for v, a in bound if not (v == a and a not in env.vars)}
            return exp_of(m, rename_scripts(definition.body, bound), env.deeper().bind_all(values))
    return w.exp(m.number(t, env))


def positive(m: Interpreter, value: Any) -> Any:
    """The argument of a logarithm; undefined where it is known not to be positive."""
    known = is_exact(value) or m.world.field.name != "modular"
    if known and m.world.sign(value) <= 0:
        raise Undefined("log of a number that is not positive")
    return value


def bare(t: Term) -> Term:
    while isinstance(t, Paren | Decor | Pos):
        t = t.body
    return t


def product_of(factors: list[Term]) -> Term:
    return factors[0] if len(factors) == 1 else Mul(tuple(factors), ("",) * (len(factors) - 1))


def sigmoid_of(m: Interpreter, t: Term, env: Env) -> Any:
    """σ(x) = 1/(1+e^{−x})."""
    w = m.world
    return w.div(1, w.add(1, exp_of(m, Neg(t), env)))


def _sigmoid(m: Interpreter, t: Func, env: Env) -> Any:
    return sigmoid_of(m, one(t), env)


def _tanh(m: Interpreter, t: Func, env: Env) -> Any:
    w = m.world
    e = exp_of(m, Mul((Num(Fraction(2), "2"), one(t)), ("",)), env)
    return w.div(w.sub(e, 1), w.add(e, 1))


def _softplus(m: Interpreter, t: Func, env: Env) -> Any:
    return m.world.log(m.world.add(1, exp_of(m, one(t), env)))


# --- roots, order --------------------------------------------------------------------------------


def _sqrt(m: Interpreter, t: Func, env: Env) -> Any:
    value = m.number(one(t), env)
    n = 2 if t.sub is None else m.integer(t.sub, env)
    if n < 1:
        raise Undefined("a root of this degree")
    return m.world.power(value, fmpq(Fraction(1, n)))


def arguments(m: Interpreter, t: Func, env: Env) -> list[Any]:
    """The arguments of a symmetric function: listed, dotted, or one vector."""
    args = t.args
    if len(args) == 1 and isinstance(bare(args[0]), Seq):
        args = bare(args[0]).items  # type: ignore[attr-defined]
    values = expand_dots(m, args, env)
    if len(values) == 1 and isinstance(values[0], Vec):
        values = list(values[0].items)
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    return values


def extreme(m: Interpreter, values: list[Any], sign: int) -> Any:
    if not values:
        raise Undefined("an extreme of nothing")
    best = values[0]
    for value in values[1:]:
        if m.world.sign(m.world.sub(value, best)) == sign:
            best = value
    return best


def _max(m: Interpreter, t: Func, env: Env) -> Any:
    return extreme(m, arguments(m, t, env), 1)


def _min(m: Interpreter, t: Func, env: Env) -> Any:
    return extreme(m, arguments(m, t, env), -1)


def _clip(m: Interpreter, t: Func, env: Env) -> Any:
    if len(t.args) == 2:  # clip(ε, A): the bound of PPO written by the sign of the advantage
        raise Unknown("clip of two arguments")
    x, low, high = (m.number(a, env) for a in t.args)
    return extreme(m, [extreme(m, [x, low], 1), high], -1)


def _relu(m: Interpreter, t: Func, env: Env) -> Any:
    return extreme(m, [0, m.number(one(t), env)], 1)


def _abs(m: Interpreter, t: Func, env: Env) -> Any:
    return absolute(m, m.number(one(t), env))


def _sign(m: Interpreter, t: Func, env: Env) -> Any:
    return m.world.sign(m.number(one(t), env))


def _indicator(m: Interpreter, t: Func, env: Env) -> Any:
    condition = bare(one(t))
    return int(truth(m, condition, env))


# --- lists ---------------------------------------------------------------------------------------


def sample(m: Interpreter, t: Func, env: Env) -> list[Any]:
    """The list that a mean or a deviation is taken of: listed values, a vector, or the group r_1 … r_n of a letter."""
    args = t.args
    if len(args) == 1:
        inner = bare(args[0])
        if isinstance(inner, Sym) and not head_of(inner).indices and inner not in env.vars:
            if not (m.scope.use_data and inner in m.scope.data):
                n = m.world.setting.group
                return [
                    m.number(Sym(inner.name, inner.accents, (*inner.subs, Num(Fraction(i), str(i))), inner.sups), env)
                    for i in range(1, n + 1)
                ]
    values = arguments(m, t, env)
    if len(values) < 1 or any(isinstance(v, Index | Table) for v in values):
        raise Unknown("the mean of names")
    return values


def mean(m: Interpreter, values: list[Any]) -> Any:
    return m.world.div(m.world.total(values), len(values))


def variance(m: Interpreter, values: list[Any], ddof: int = 0) -> Any:
    w = m.world
    center = mean(m, values)
    deviations = [w.sub(v, center) for v in values]
    return w.div(w.total(w.mul(d, d) for d in deviations), len(values) - ddof)


def _mean(m: Interpreter, t: Func, env: Env) -> Any:
    return mean(m, sample(m, t, env))


def _std(m: Interpreter, t: Func, env: Env) -> Any:
    return m.world.power(variance(m, sample(m, t, env), int(m.world.holds("sample-deviation"))), HALF)


def _softmax(m: Interpreter, t: Func, env: Env) -> Any:
    w = m.world
    value = m.value(one(t), env)
    if not isinstance(value, Vec):
        raise Unknown("softmax of something that is no list")
    powers = [w.exp(v) for v in value.items]
    total = w.total(powers)
    return Vec(tuple(w.div(p, total) for p in powers), value.row)


# --- matrices and the rest -----------------------------------------------------------------------


def _det(m: Interpreter, t: Func, env: Env) -> Any:
    value = m.number(one(t), env)
    if not isinstance(value, Mat):
        raise Unknown("the determinant of something that is no matrix")
    return m.world.determinant(value)


def _trace(m: Interpreter, t: Func, env: Env) -> Any:
    value = m.number(one(t), env)
    if not isinstance(value, Mat):
        if not isinstance(value, Vec):
            return value
        raise Unknown("the trace of something that is no matrix")
    return m.world.total(value.rows[i][i] for i in range(len(value.rows)))


def _diag(m: Interpreter, t: Func, env: Env) -> Any:
    value = m.number(one(t), env)
    if not isinstance(value, Vec):
        raise Unknown("diag of something that is no vector")
    n = len(value.items)
    return Mat(tuple(tuple(value.items[i] if i == j else 0 for j in range(n)) for i in range(n)))


def _stop(m: Interpreter, t: Func, env: Env) -> Any:
    return m.world.frozen(m.number(one(t), env))


def _circle(name: str) -> Callable[[Interpreter, Func, Env], Any]:
    def handler(m: Interpreter, t: Func, env: Env) -> Any:
        return m.world.circle(name, m.number(one(t), env))

    return handler


def _binom(m: Interpreter, t: Func, env: Env) -> Any:
    n, k = (m.integer(a, env) for a in t.args)
    if not (0 <= k <= 2000 and 0 <= n <= 2000):
        raise Undefined("a binomial out of range")
    return m.world.div(m.world.product(range(n - k + 1, n + 1)), m.world.product(range(1, k + 1)))


def _condition(m: Interpreter, t: Func, env: Env) -> Any:
    raise Unknown(f"the function {t.name}")


TABLE: dict[str, Callable[[Interpreter, Func, Env], Any]] = {
    "log": _log,
    "ln": _log,
    "lg": _log,
    "exp": _exp,
    "sqrt": _sqrt,
    "max": _max,
    "min": _min,
    "clip": _clip,
    "relu": _relu,
    "abs": _abs,
    "sign": _sign,
    "sgn": _sign,
    "indicator": _indicator,
    "mean": _mean,
    "std": _std,
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "logistic": _sigmoid,
    "tanh": _tanh,
    "softplus": _softplus,
    "det": _det,
    "tr": _trace,
    "trace": _trace,
    "diag": _diag,
    "sg": _stop,
    "stopgrad": _stop,
    "detach": _stop,
    "sin": _circle("sin"),
    "cos": _circle("cos"),
    "tan": _circle("tan"),
    "arctan": _circle("atan"),
    "arcsin": _circle("asin"),
    "arccos": _circle("acos"),
    "sinh": _circle("sinh"),
    "cosh": _circle("cosh"),
    "binom": _binom,
}

__all__ = ["TABLE", "Rel", "exp_of", "fraction", "function", "log_of"]
