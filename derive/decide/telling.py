"""How a witness is told: the numbers that were drawn, by names that a reader knows, and the values of both sides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from math import factorial, prod
from typing import Any

import flint

from derive.models.trial import Outcome
from derive.notation.printer import to_latex
from derive.values.algebra import Mat, Vec
from derive.values.display import show_value
from derive.values.jets import Jet, constant

#: Numbers of a witness; a world of a few states and actions has about so many.
MOST = 40
#: A ball no wider than this that holds a fraction with a denominator no larger is told by it.
NARROW, LARGEST_DENOMINATOR = 1e-12, 20
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
#: Names of the parts of a world that are of use to nobody else.
INTERNAL = (
    "param", "next", "choice", "element", "numeric", "variable", "advantage", "baseline", "token", "objective", "int", "jet", "simplex",
    "values",
)  # fmt: skip


def tell(outcome: Outcome) -> dict[str, str]:
    """The values drawn for the claim's symbols, those of both sides last."""
    world = outcome.world
    told: dict[str, str] = {}
    for name, value in _drawn(world.memo, outcome.order) if world is not None else ():
        if len(told) < MOST:
            told.setdefault(name, value)
    names = tuple(increment_names(world.setting.variables)) if world is not None else ()
    told["lhs"], told["rhs"] = show_side(outcome.lhs, outcome.order, names), show_side(outcome.rhs, outcome.order, names)
    return told


def _drawn(memo: dict[Any, Any], order: int) -> Iterator[tuple[str, str]]:
    """Names and values, those first that a reader needs first.

    In a decision process these are the state and the action that were drawn, the values of the states, and then the distributions and
    rewards, those of this state and this action before the others.
    """
    named = [(k[1], v) for k, v in memo.items() if isinstance(k, tuple) and k[:1] == ("named",)]
    yield from ((plain(to_latex(letter)), f"{at.sort[0]}{at.k}") for letter, at in named if at.sort in ("state", "action"))
    first = {at.sort: at.k for _, at in reversed(named)}
    here = (first.get("state"), first.get("action"))
    pairs = [(k[0], v) for k, v in memo.items() if isinstance(k, tuple) and len(k) == 2 and isinstance(k[1], str)]
    rewards = [(key, v) for key, v in pairs if isinstance(key, tuple) and key[0] == "r" and len(key) == 4]
    others = [(key, v) for key, v in pairs if not (isinstance(key, tuple) and key[0] == "r" and len(key) == 4)]
    yield from _variables(memo)
    yield from _arrays(others)
    for key, value in others:
        name = symbol_name(key, order)
        if name:
            # A function is drawn by its Taylor coefficients, which are its derivatives over factorials.
            yield name, show(constant(value) * prod(map(factorial, degrees(key))))
            moved = next((v for k, v in memo.items() if isinstance(k, tuple) and k[:2] == ("jet", key)), None)
            if order == 0 and (slopes := _slopes(moved)):
                yield f"∇{name}", "(" + ", ".join(slopes) + ")"
    values = memo.get(("values", "pi"))
    if rewards and isinstance(values, tuple) and isinstance(values[0], dict):
        yield from ((f"V(s{k})", show(constant(v))) for k, v in sorted(values[0].items()) if k >= 0)
    parts: list[tuple[int, str, str]] = []
    for key, value in memo.items():
        if isinstance(key, tuple) and key and key[0] == "simplex" and isinstance(value, tuple) and distribution_name(key[1]):
            far, name = _far(_given(key[1]), here), distribution_name(key[1])
            parts.append((far, name, "(" + ", ".join(show(constant(x)) for x in value) + ")"))
            rows = [_slopes(x) for x in value] if order == 0 else []
            if any(rows):
                parts.append((far, f"∇{name}", "(" + "; ".join(", ".join(row) for row in rows) + ")"))
    parts += [(_far(key[1:3], here), symbol_name(key), show(constant(value))) for key, value in rewards]
    for _, name, said in sorted(parts, key=lambda one: one[0]):
        yield name, said


def _slopes(value: Any) -> list[str]:
    """The first derivatives of a value in the parameters; none where it does not move."""
    if not isinstance(value, Jet):
        return []
    found = [c for monomial, c in zip(value.ring.monomials, value.c, strict=False) if sum(monomial) == 1]
    return [show(c) for c in found] if any(not (isinstance(c, int | flint.fmpq) and c == 0) for c in found) else []


def _variables(memo: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """The values that random variables take, and with which probabilities."""
    numbers: dict[str, list[str]] = {}
    for key, value in memo.items():
        if (
            isinstance(key, tuple)
            and len(key) == 2
            and isinstance(key[0], tuple)
            and key[0][:1] == ("numeric",)
            and len(key[0]) == 3
        ):
            numbers.setdefault(str(key[0][1]).upper(), []).append(show(constant(value)))
    for key, value in memo.items():
        joint = key[1] if isinstance(key, tuple) and key[:1] == ("simplex",) else None
        if not (isinstance(joint, tuple) and joint[:2] == ("joint", "variables") and all(x in numbers for x in joint[2])):
            continue
        yield from ((x, f"{', '.join(numbers[x][:-1])} or {numbers[x][-1]}") for x in joint[2])
        yield f"P({', '.join(joint[2])})", "(" + ", ".join(show(constant(x)) for x in value) + ")"


def _arrays(pairs: list[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    """Vectors and matrices from their entries."""
    found: dict[str, dict[tuple[int, ...], str]] = {}
    for key, value in pairs:
        if not (isinstance(key, tuple) and len(key) > 1):
            continue
        index: tuple[Any, ...] = key[1:]
        if key[0] == "param" and len(key) == 3:
            name, index = str(key[1]).rpartition(":")[2], key[2:]
        elif isinstance(key[0], tuple) and len(key[0]) == 1 and isinstance(key[0][0], str):
            name = key[0][0].rpartition(":")[2]
        else:
            continue
        if len(index) < 3 and all(isinstance(n, int) for n in index):
            found.setdefault(readable(name), {})[index] = show(constant(value))
    for name, entries in found.items():
        rows: dict[int, list[str]] = {}
        for index, said in sorted(entries.items()):
            rows.setdefault(index[0] if len(index) > 1 else 0, []).append(said)
        if len({len(row) for row in rows.values()}) == 1:
            yield name, "(" + "; ".join(", ".join(row) for row in rows.values()) + ")"


def _given(key: Any) -> tuple[Any, ...]:
    """The state (and the action) that a distribution is conditioned on."""
    if isinstance(key, tuple) and key and key[0] == "P":
        return tuple(key[1:3])
    if isinstance(key, tuple) and len(key) > 3 and key[0] == "cond":
        return tuple(g.k for g in key[3] if hasattr(g, "sort"))
    return ()


def _far(place: tuple[Any, ...], here: tuple[Any, Any]) -> int:
    """How many of a state and an action are others than those of the claim."""
    return sum(mine is not None and one != mine for one, mine in zip(place, here, strict=False))


def increment_names(variables: tuple[str, ...]) -> list[str]:
    """h, Δθ₁, Δθ₂, … for the increments of a Taylor claim; empty for what it only differentiates in."""
    out = []
    for v in variables:
        name, _, index = v.partition("[")
        increment = name.startswith("(Delta ")
        name = readable(name.removeprefix("(Delta ").removesuffix(")").rpartition(":")[2])
        many = sum(x.partition("[")[0] == v.partition("[")[0] for x in variables) > 1
        mark = name + ("₁₂₃₄₅"[int(index.rstrip("]"))] if many and index else "")
        alone = len({x.partition("[")[0] for x in variables if not x.startswith("slot")}) == 1
        if increment:
            out.append(f"Δ{mark}")
        else:
            out.append(mark if name in ("h", "ε", "d") else f"Δ{mark}" if alone else "")
    return out


def show_side(value: Any, order: int = 0, names: tuple[str, ...] = ()) -> str:
    """A side's value: its base value, or for a Taylor claim its polynomial."""
    if isinstance(value, Vec):
        return "(" + ", ".join(show_side(x, order, names) for x in value.items) + ")"
    if isinstance(value, Mat):
        return "(" + "; ".join(", ".join(show_side(x, order, names) for x in r) for r in value.rows) + ")"
    if isinstance(value, Jet) and order:
        parts = []
        for monomial, c in zip(value.ring.monomials, value.c, strict=False):
            if any(e and not names[i] for i, e in enumerate(monomial)):
                continue
            if sum(monomial) <= order and not (isinstance(c, int) and c == 0) and not (isinstance(c, flint.fmpq) and c == 0):
                mark = " ".join(f"{names[i]}^{e}" if e > 1 else names[i] for i, e in enumerate(monomial) if e)
                parts.append((show(c), mark))
        return polynomial(parts) + " + …"
    value = constant(value)
    if value is None or isinstance(value, int | flint.fmpq | flint.arb):
        return "" if value is None else show(value)
    return str(value)


def polynomial(parts: list[tuple[str, str]]) -> str:
    """Coefficients and monomials as one writes them.

    >>> polynomial([("4", ""), ("-2", "h"), ("1", "h^2"), ("-1", "h^3")])
    '4 - 2 h + h^2 - h^3'
    """
    said = ""
    for number, mark in parts:
        size = number.removeprefix("-")
        term = mark if mark and size == "1" else f"{size} {mark}".strip()
        sign = "-" if number.startswith("-") else "+"
        said += f" {sign} {term}" if said else (f"-{term}" if sign == "-" else term)
    return said or "0"


def readable(name: str) -> str:
    """A letter as a page shows it.

    >>> readable("A_hat"), readable("pi_old"), readable("epsilon")
    ('Â', 'π_old', 'ε')
    """
    head, *rest = name.split("_")
    head = GREEK.get(head, head)
    for part in rest:
        if part in MARKS and len(head) == 1:
            head = unicodedata.normalize("NFC", head + MARKS[part])
        else:
            head = f"{head}_{GREEK.get(part, part)}"
    return head


def show(value: Any) -> str:
    """A value for people; a ball that holds a small fraction is shown as that.

    >>> show(flint.arb(2) / 3), show(flint.arb(12)), show(flint.arb(2).log())
    ('2/3', '12', '0.693147')
    """
    if isinstance(value, flint.arb):
        for denominator in range(1, LARGEST_DENOMINATOR + 1):
            multiple = value * denominator
            whole = multiple.unique_fmpz()
            if whole is not None and multiple.rad() < NARROW:
                return show_value(flint.fmpq(whole, denominator))
    return show_value(value)


def plain(name: str) -> str:
    """The name of a letter or an element without its commands.

    >>> plain("state0"), plain("s'"), plain(r"\\tilde{a}")
    ('s0', "s'", 'ã')
    """
    numbered = re.fullmatch(r"(state|action)(\d+)", name)
    if numbered:
        return numbered[1][0] + numbered[2]
    marked = re.fullmatch(r"\\(hat|bar|tilde)\{?(\w)\}?", name)
    return readable(f"{marked[2]}_{marked[1]}") if marked else re.sub(r"\\([a-zA-Z]+)", lambda m: readable(m[1]), name)


def symbol_name(key: Any, order: int = 0) -> str:
    """A readable name for a drawn unknown; empty for internal ones, and for derivatives beyond an order."""
    if isinstance(key, str):
        return readable(key) if key == "gamma" else ""
    if isinstance(key, tuple) and key and isinstance(key[0], str):
        if key[0] in ("r",) and len(key) == 4:
            return f"r(s{key[1]},a{key[2]},{'s' + str(key[3]) if key[3] != -1 else 'end'})"
        if key[0] in INTERNAL:
            return ""
        if len(key) == 2 and isinstance(key[1], tuple) and all(isinstance(k, tuple) for k in key[1]):
            return f"{readable(key[0])}({', '.join(f'{k[0][0]}{k[1]}' for k in key[1])})"
        rest = ",".join(str(k) for k in key[1:])
        return readable(key[0]) + (f"_{rest}" if len(rest) == 1 else f"_{{{rest}}}" if rest else "")
    if isinstance(key, tuple) and len(key) > 1 and isinstance(key[0], tuple) and isinstance(key[0][0], str):
        if not isinstance(key[1], tuple):
            return ""
        if sum(degrees(key)) > max(order, 1):
            return ""
        return (
            derivative(readable("_".join(str(k) for k in key[0])), degrees(key)) + f"({', '.join(plain(str(x)) for x in key[1])})"
        )
    return ""


def degrees(key: Any) -> tuple[int, ...]:
    """How often a drawn function is differentiated in each of its arguments."""
    return key[2] if isinstance(key, tuple) and len(key) > 2 and isinstance(key[0], tuple) and isinstance(key[2], tuple) else ()


def derivative(name: str, degrees: tuple[int, ...]) -> str:
    """A function's derivative as one writes it.

    >>> derivative("f", ()), derivative("f", (2,)), derivative("f", (1, 2))
    ('f', "f''", '∂₁∂₂∂₂f')
    """
    if len(degrees) == 1:
        return name + "'" * degrees[0]
    return "".join(f"∂{'₁₂₃₄₅₆₇₈₉'[n]}" * times for n, times in enumerate(degrees[:9])) + name


def distribution_name(key: Any) -> str:
    if isinstance(key, tuple) and key and key[0] == "cond":
        given = ",".join(f"{g.sort[0]}{g.k}" for g in key[3] if hasattr(g, "sort")) if len(key) > 3 else ""
        return f"{readable(str(key[1]))}(·|{given})" if given else readable(str(key[1]))
    if isinstance(key, tuple) and key and key[0] == "P":
        return f"P(·|s{key[1]},a{key[2]})"
    return ""
