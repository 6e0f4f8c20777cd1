r"""When two core terms are the same modulo order, grouping, bound names and the spelling of quotients.

>>> from derive.rules.formulas import expression
>>> f, g = expression(r"x(y+z)+1-1"), expression(r"(z+y)x")
>>> key(f.term) == key(g.term)
False
>>> key(expression("t+1-1").term) == key(expression("t").term)
True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeGuard

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Num, Op, Var, free_variables, num, op

Env = Mapping[int, int]
SCALAR = "scalar"
TRANSPOSED = {"vector": "row", "row": "vector", "matrix": "matrix"}


def kind(term: Core) -> str:
    """``scalar``, ``vector``, ``row``, ``matrix``, or the name of another type (``Elem``, ``Law``, ``Policy``, ``Function``)."""
    match term:
        case Num():
            return SCALAR
        case Var():
            name = term.type.name
            return SCALAR if name in ("Real", "Nat") else name.lower() if name in ("Vector", "Row", "Matrix") else name
        case Bind():
            return "set" if term.name.startswith("arg") else kind(term.body)
        case Op():
            return of_operation(term)
    return SCALAR


def of_operation(term: Op) -> str:
    name, args = term.name, term.args
    if name in ("add", "neg", "at", "at_parameter"):
        return kind(args[0])
    if name == "transpose":
        return TRANSPOSED.get(kind(args[0]), SCALAR)
    if name == "div":
        return kind(args[0])
    if name == "mul":
        found = [k for k in map(kind, args) if k != SCALAR]
        return SCALAR if not found else found[0] if len(found) == 1 else product(found)
    if name in ("gradient", "value_vector", "vector", "ones"):
        if name == "gradient" and kind(args[1]) == SCALAR:
            return SCALAR
        return "matrix" if name == "gradient" and kind(args[0]) == "vector" else "vector"
    if name in ("matrix", "inverse", "identity", "transition_matrix") or name == "power" and kind(args[0]) == "matrix":
        return "matrix"
    if name in ("state_at", "action_at"):
        return "Elem"
    if name in CONSTANTS:
        gives = CONSTANTS[name].gives.name
        return SCALAR if gives in ("Real", "Nat") else gives.lower() if gives in ("Vector", "Matrix") else gives
    return SCALAR


def product(found: list[str]) -> str:
    out = found[0]
    for k in found[1:]:
        pair = (out, k)
        out = {
            ("row", "vector"): SCALAR,
            ("vector", "row"): "matrix",
            ("row", "matrix"): "row",
            ("matrix", "vector"): "vector",
        }.get(pair, k if out == SCALAR else "matrix")
    return out


# --- views: a chance by its law, a quotient as a power, a derivative by a number -------------------


def view(term: Core) -> Core:
    """A term at its head as it is told from others."""
    if isinstance(term, Op):
        law = term.args[0] if term.args else None
        if term.name == "mass" and isinstance(law, Op):
            x = term.args[1]
            if law.name == "action_law":
                return op("prob", law.args[0], x, law.args[1])
            if law.name == "next_law":
                return op("transition", x, *law.args)
        if term.name == "power" and term.args[0] == op("exp", num(1)):
            return op("exp", term.args[1])
        if term.name == "derivative" and len(term.args) == 2:
            return op("gradient", *term.args)
        if term.name == "root":
            return op("power", term.args[0], op("div", num(1), term.args[1]))
        if term.name == "dot":
            return op("mul", op("transpose", term.args[0]), term.args[1])
        if term.name == "at":
            return evaluated(*term.args)
        if term.name == "transpose":
            return transposed(term)
        if term.name == "add":
            return without_opposites(term)
    return term


def without_opposites(t: Core) -> Core:
    """A count in which nothing is added and taken away again: t+n−t is n."""
    if not (isinstance(t, Op) and t.name == "add" and whole_number(t)):
        return t
    parts: list[Core] = []
    queue = list(t.args)
    while queue:
        a = queue.pop(0)
        if isinstance(a, Op) and a.name == "add":
            queue = [*a.args, *queue]
        elif isinstance(a, Op) and a.name == "neg" and isinstance(a.args[0], Op) and a.args[0].name in ("add", "neg"):
            inner = a.args[0]
            queue = [*(op("neg", x) for x in inner.args), *queue] if inner.name == "add" else [*inner.args, *queue]
        else:
            other = a.args[0] if isinstance(a, Op) and a.name == "neg" else op("neg", a)
            if other in parts:
                parts.remove(other)
            else:
                parts.append(a)
    if len(parts) == len(t.args):
        return t
    return op("add", *parts) if len(parts) > 1 else parts[0] if parts else num(0)


def transposed(term: Op) -> Core:
    """(cAB)⊤ = cB⊤A⊤, and twice transposed is not at all."""
    body = view(term.args[0])
    if isinstance(body, Op) and body.name == "transpose":
        return view(body.args[0])
    if not (isinstance(body, Op) and body.name == "mul"):
        return term
    numbers = [a for a in body.args if kind(a) == SCALAR]
    tight = [a for a in body.args if kind(a) != SCALAR]
    if not tight or not numbers and len(tight) == 1:
        return term
    return op("mul", *numbers, *(op("transpose", a) for a in reversed(tight)))


#: What is not the value of its body at a point, but of how that moves there.
DERIVATIVES = ("gradient", "derivative", "partial", "hessian")


def evaluated(body: Core, v: Core, point: Core) -> Core:
    """f |_{v = point}, with the bar where a derivative by v stands: elsewhere the point is put in."""
    if body == v:
        return point
    if v not in free_variables(body):
        return body
    if isinstance(body, Bind):
        parts = (tuple(op("at", x, v, point) for x in xs) for xs in (body.args, body.where))
        args, where = parts
        return Bind(body.name, body.vars, op("at", body.body, v, point), args, where, body.info)
    if isinstance(body, Op) and not (body.name in DERIVATIVES and v in body.args[1:]) and body.name != "at":
        return view(
            Op(
                body.name,
                tuple(evaluated(a, v, point) if isinstance(a, Var) else op("at", a, v, point) for a in body.args),
                body.info,
            )
        )
    return Op("at", (body, v, point))


def summands(term: Core) -> list[Core]:
    """The terms of a sum, signs inside; numbers are added up and stand last."""
    out: list[Core] = []
    total = Fraction(0)

    def go(t: Core, sign: int) -> None:
        nonlocal total
        t = view(t)
        if isinstance(t, Op) and t.name == "add":
            for a in t.args:
                go(a, sign)
        elif isinstance(t, Op) and t.name == "neg" and isinstance(t.args[0], Op) and t.args[0].name in ("neg", "add"):
            go(t.args[0], -sign)
        elif isinstance(t, Op) and t.name == "neg" and isinstance(t.args[0], Num):
            total -= sign * t.args[0].value
        elif isinstance(t, Num):
            total += sign * t.value
        else:
            out.append(t if sign > 0 else t.args[0] if isinstance(t, Op) and t.name == "neg" else op("neg", t))

    go(term, 1)
    return [*out, num(total)] if total or not out else out


def flat(tight: list[Core]) -> Core:
    """A product whose order counts, in one row."""
    out: list[Core] = []
    for a in tight:
        out += a.args if isinstance(a, Op) and a.name == "mul" else (a,)
    return op("mul", *out) if len(out) > 1 else out[0]


def factors(term: Core) -> tuple[Fraction, list[Core]]:
    """The number in front of a product, and its factors in order; what divides is a power −1."""
    out: list[Core] = []
    number = Fraction(1)

    def go(t: Core, inverse: bool) -> None:
        nonlocal number
        t = view(t)
        if isinstance(t, Num) and (t.value or not inverse):
            number = number / t.value if inverse else number * t.value
        elif isinstance(t, Op) and t.name == "mul":
            tight = [a for a in t.args if kind(a) != SCALAR]
            if inverse and tight:  # g⊤F⁻¹g divides as one number
                for a in (a for a in t.args if kind(a) == SCALAR):
                    go(a, inverse)
                out.append(op("power", flat(tight), num(-1)))
                return
            for a in t.args:
                go(a, inverse)
        elif isinstance(t, Op) and t.name == "neg":
            number = -number
            go(t.args[0], inverse)
        elif isinstance(t, Op) and t.name == "div":
            go(t.args[0], inverse)
            go(t.args[1], not inverse)
        elif isinstance(t, Op) and t.name == "power" and t.args[1] in (num(-1), op("neg", num(1))) and kind(t) == SCALAR:
            go(t.args[0], not inverse)
        else:
            out.append(op("power", t, num(-1)) if inverse else t)

    go(term, False)
    return number, out


#: What is associative, commutative and idempotent.
LATTICE = ("minimum", "maximum")


def joined_parts(t: Core, name: str) -> list[Core]:
    """What a minimum or a maximum is taken of, those inside of it of the same kind taken apart."""
    t = view(t)
    return [x for a in t.args for x in joined_parts(a, name)] if isinstance(t, Op) and t.name == name else [t]


def is_sum(t: Core) -> TypeGuard[Op]:
    return isinstance(t, Op) and t.name == "add"


def is_product(t: Core) -> TypeGuard[Op]:
    return isinstance(t, Op) and (
        t.name in ("mul", "div", "neg") or t.name == "power" and t.args[1] == num(-1) and kind(t) == SCALAR
    )


def whole_number(t: Core) -> bool:
    """Whether a term counts something."""
    if isinstance(t, Num):
        return t.value.denominator == 1
    if isinstance(t, Op) and t.name in ("add", "neg"):
        return all(map(whole_number, t.args))
    return isinstance(t, Var) and t.type.name == "Nat" or isinstance(t, Op) and t.name in ("cardinality", "last_step")


# --- keys ------------------------------------------------------------------------------------------


def key(term: Core, env: Env | None = None) -> Any:
    """What two terms have in common exactly if order, grouping, bound names and the spelling of quotients are all that tells them apart."""
    env = env or {}
    t = view(term)
    if is_sum(t):
        parts = summands(t)
        if len(parts) > 1:
            return ("add", frozenset(Counter(key(p, env) for p in parts).items()))
        t = parts[0]
    if is_product(t):
        number, parts = factors(t)
        if number == 1 and len(parts) == 1 and not is_product(parts[0]):
            return key(parts[0], env)
        return product_key(number, parts, env)
    return head_key(t, env, key)


def product_key(number: Fraction, parts: list[Core], env: Env) -> Any:
    if not parts:
        return ("num", number)
    loose = Counter(power_key(p, env) for p in parts if kind(p) == SCALAR)
    tight = tuple(key(p, env) for p in parts if kind(p) != SCALAR)
    return ("mul", number, frozenset(loose.items()), tight)


def power_key(t: Core, env: Env) -> Any:
    if isinstance(t, Op) and t.name == "power" and t.args[1] == num(-1):
        return ("inverse", key(t.args[0], env))
    return key(t, env)


def deeper(env: Env) -> int:
    """The depth of the next binder."""
    return 1 + max(env.values(), default=-1)


def head_key(t: Core, env: Env, below: Any) -> Any:
    """The key of a term that is neither sum nor product, with those below it by a function of one's choice."""
    match t:
        case Num():
            return ("num", t.value)
        case Var():
            return ("bound", env[t.number]) if t.number in env else ("var", t.number)
        case Op(name="at"):
            body, v, point = t.args
            inner = {**env, v.number: deeper(env)} if isinstance(v, Var) else env
            return ("at", below(body, inner), below(point, env))
        case Op(name="eq" | "ne"):
            sides = frozenset(below(a, env) for a in t.args)
            return ("same", next(iter(sides))) if t.name == "eq" and len(sides) == 1 else (t.name, sides)
        case Op(name="minimum" | "maximum"):
            return (t.name, frozenset(below(a, env) for a in joined_parts(t, t.name)))
        case Op():
            return (t.name, *(below(a, env) for a in t.args), t.info)
        case Bind():
            inner = dict(env)
            for v in t.vars:
                inner[v.number] = deeper(inner)
            return (
                "bind", t.name, tuple(v.type for v in t.vars), below(t.body, inner), tuple(below(a, env) for a in t.args),
                frozenset(below(c, inner) for c in t.where), t.info,
            )  # fmt: skip
    return t
