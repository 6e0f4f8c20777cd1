"""Witnesses: a small point where a claim fails, and how it is told."""

from __future__ import annotations

from typing import Any

import flint

from derive.kernel import Witness, order_holds
from derive.models.algebra import Mat, Vec
from derive.models.budget import Budget
from derive.models.closed import show_value
from derive.models.jets import Jet, constant
from derive.models.trial import TROUBLE, Outcome, Prepared, run_trial

#: After so many steps a witness is taken as it comes: a simpler one is not looked for.
ENOUGH = 40_000


def find_witness(
    prepared: Prepared, budget: Budget, relation: str = "=", tries: int = 24, assumptions: frozenset[str] = frozenset()
) -> tuple[Witness, dict[str, str], Outcome] | None:
    """The simplest of the first few small points where the claim certainly fails; None when none was found."""
    best: tuple[int, Witness, dict[str, str], Outcome] | None = None
    found, start = 0, budget.left()
    for arithmetic in ("rational", "balls"):
        for seed in range(budget.first(), budget.first() + tries * (12 if prepared.claim.scope.conditions else 1)):
            try:
                outcome = run_trial(prepared, arithmetic, seed, assumptions, budget)
            except TROUBLE as trouble:
                if type(trouble).__name__ in ("Irrational", "Unknown", "Exhausted", "ShapeError"):
                    break
                continue
            except (ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError):
                break
            if order_holds(outcome, relation) is not False:
                continue
            values = tell(outcome)
            cost = sum(len(v) for v in values.values())
            if best is None or cost < best[0]:
                best = (cost, Witness(prepared.claim, arithmetic, seed, assumptions), values, outcome)
            found += 1
            if found >= 6 or start - budget.left() > ENOUGH:
                break
        if best is not None:
            return best[1], best[2], best[3]
    return None


def tell(outcome: Outcome) -> dict[str, str]:
    """The values drawn for the claim's symbols, and those of both sides."""
    told: dict[str, str] = {}
    world = outcome.world
    if world is not None:
        for (key, kind), value in (
            (k, v) for k, v in world.memo.items() if isinstance(k, tuple) and len(k) == 2 and isinstance(k[1], str)
        ):
            name = symbol_name(key)
            if name and len(told) < 8:
                told[name] = show_value(value)
            del kind
        for k, v in world.memo.items():
            if isinstance(k, tuple) and k and k[0] == "simplex" and len(told) < 8 and isinstance(v, tuple):
                name = distribution_name(k[1])
                if name:
                    told[name] = "(" + ", ".join(show_value(constant(x)) for x in v) + ")"
    names = tuple(increment_names(world.setting.variables)) if world is not None else ()
    told["lhs"], told["rhs"] = show_side(outcome.lhs, outcome.order, names), show_side(outcome.rhs, outcome.order, names)
    return told


def increment_names(variables: tuple[str, ...]) -> list[str]:
    """h, Δθ₁, Δθ₂, … for the increments of a Taylor claim; empty for what it only differentiates in."""
    out = []
    for v in variables:
        name, _, index = v.partition("[")
        name = name.replace("(Delta ", "Δ").replace(")", "").replace("theta", "θ")
        many = sum(x.partition("[")[0] == v.partition("[")[0] for x in variables) > 1
        mark = name + ("₁₂₃₄₅"[int(index.rstrip("]"))] if many and index else "")
        alone = len({x.partition("[")[0] for x in variables if not x.startswith("slot")}) == 1
        out.append(mark if name.startswith("Δ") or name in ("h", "ε", "d") else f"Δ{mark}" if alone else "")
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
                parts.append(f"{show_value(c)}{' ' + mark if mark else ''}")
        return " + ".join(parts) + " + …" if parts else f"0 through order {order}"
    value = constant(value)
    if value is None or isinstance(value, int | flint.fmpq | flint.arb):
        return "" if value is None else show_value(value)
    return str(value)


def symbol_name(key: Any) -> str:
    """A readable name for a drawn unknown; empty for internal ones."""
    if isinstance(key, str):
        return {"gamma": "γ"}.get(key, "")
    if isinstance(key, tuple) and key and isinstance(key[0], str):
        if key[0] in ("r",) and len(key) == 4:
            return f"r(s{key[1]},a{key[2]},{'s' + str(key[3]) if key[3] != -1 else 'end'})"
        if key[0] in ("param", "next", "choice", "element", "numeric", "variable", "advantage", "baseline", "token", "objective"):
            return ""
        if len(key) == 2 and isinstance(key[1], tuple) and all(isinstance(k, tuple) for k in key[1]):
            return f"{key[0].replace('_', ' ')}({', '.join(f'{k[0][0]}{k[1]}' for k in key[1])})"
        rest = [str(k) for k in key[1:]]
        return key[0] + (f"_{{{','.join(rest)}}}" if rest else "")
    if isinstance(key, tuple) and key and isinstance(key[0], tuple) and isinstance(key[0][0], str):
        return (
            f"{'_'.join(str(k) for k in key[0])}({', '.join(map(str, key[1]))})"
            if len(key) > 1 and isinstance(key[1], tuple)
            else ""
        )
    return ""


def distribution_name(key: Any) -> str:
    if isinstance(key, tuple) and key and key[0] == "cond":
        given = ",".join(f"{g.sort[0]}{g.k}" for g in key[3] if hasattr(g, "sort")) if len(key) > 3 else ""
        return f"{key[1]}(·|{given})" if given else f"{key[1]}"
    if isinstance(key, tuple) and key and key[0] == "P":
        return f"P(·|s{key[1]},a{key[2]})"
    return ""
