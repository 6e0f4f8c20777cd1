"""Verdicts in the words of the page: places, choices, witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flint

from derive.core.terms import Core, Op, Var, below
from derive.decide.judge import Finding
from derive.decide.points import Point, at_point
from derive.elaborate.claims import Reading
from derive.elaborate.knowledge.scope import letter_of_discount
from derive.elaborate.knowledge.search import Option
from derive.evaluate.compiler import OUTCOMES, random_value
from derive.evaluate.means import chances
from derive.syntax.flat import Row
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec
from derive.worlds.world import Element, Plan, World


def place(lhs: Row, rhs: Row) -> tuple[int, int]:
    items = [*(rhs or lhs)]
    return (items[0].start, items[-1].end) if items else (0, 0)


def text(row: Row, latex: str) -> str:
    return latex[row[0].start : row[-1].end] if row else ""


def name_of(key: Any) -> tuple[str, bool]:
    """What a choice is about, and whether this is a letter of the page."""
    if isinstance(key, tuple):
        letter = len(key) > 1 and isinstance(key[1], tuple)
        return str(key[1][0] if letter else key[0]), letter
    return str(key), False


def described(reading: Reading) -> tuple[Mapping[str, str], ...]:
    """What was chosen for each name, and why."""
    out = []
    for key, option, others in reading.reasons:
        if not option.why:
            continue  # nothing to choose between
        made = {"name": name_of(key)[0], "taken": option.why}
        if others:
            made["else"] = "; ".join(o.why for o in others)
        out.append(made)
    return tuple(out)


def difference(first: Reading, other: Reading) -> str:
    """How another reading differs: what it takes for what."""
    base = {key: option for key, option, _ in first.reasons}
    for key, option, _ in other.reasons:
        known = base.get(key)
        if known is not None and known.value != option.value:
            return choice(key, option)
    return "it is read another way"


def grouped_alone(first: Reading, other: Reading) -> bool:
    """Whether two readings differ in nothing but what belongs together: whichever holds is the one that is meant."""
    base = {key: option for key, option, _ in first.reasons}
    return all(option.grouping or key in base and base[key].value == option.value for key, option, _ in other.reasons)


def choice(key: Any, option: Option) -> str:
    """What a name is taken for, as a condition."""
    name, letter = name_of(key)
    said = not letter and {"is", "are"} & set(option.why.split())
    return option.why if said else f"{name.removeprefix('text:')} is {option.why}"


def unlikeliness(reading: Reading) -> float:
    """How much dearer the least likely choice of a reading is than the likeliest one in its place.

    That a name is one of the page's own says nothing that is false of it, however likely another meaning is.
    """
    made = ((option, others) for _, option, others in reading.reasons if option.value is not None)
    return max((option.cost - min(o.cost for o in (option, *others)) for option, others in made), default=0.0)


def unlikely(reading: Reading) -> str:
    """The least likely choice of a reading."""
    key, option, _ = max(reading.reasons, key=lambda r: r[1].cost - min(o.cost for o in (r[1], *r[2])))
    return choice(key, option)


def place_shown(shown: Mapping[str, str], otherwise: str) -> str:
    """Where a claim fails: ``With x = 2, n = 3``."""
    values = ", ".join(f"{name} = {value}" for name, value in shown.items() if name not in ("lhs", "rhs"))
    return f"With {values}" if values else otherwise


def refutation(shown: Mapping[str, str]) -> str:
    return f"The two sides differ. {both_sides(shown)}"


def both_sides(shown: Mapping[str, str]) -> str:
    """Both sides where a claim fails."""
    return f"{place_shown(shown, 'At one point')}, the left side is {shown.get('lhs', '?')} and the right side {shown.get('rhs', '?')}."


def witness(reading: Reading, finding: Finding) -> dict[str, str]:
    """A small point where the claim fails: the values of what is free, under the page's names, and of both sides."""
    point = simplest(finding)
    out: dict[str, str] = {}
    world = point.world
    prepared = finding.prepared
    if world is None or prepared is None:
        return out
    for v in (v for v in prepared.free if any(stands(part, v) for part in prepared.claim.parts())):
        name = reading.names.get(v.number, f"v{v.number}")
        if v.type.name in ("Real", "Nat", "Elem", "Vector", "Matrix") and not v.random:
            out[name] = shown_value(world.free(v))
        elif v.random:
            values = [random_value(world, v, omega) for omega in range(OUTCOMES)]
            out[name] = ", ".join(("yes" if x else "no") if isinstance(x, bool) else shown_value(x) for x in values)
        elif v.type.name == "Law":
            out[name] = masses_shown(world, v)
    if prepared.random:
        out["probabilities"] = ", ".join(shown_value(p) for p in chances(world))
    for key, value in list(world.cache.items()):
        if isinstance(key, tuple) and key[0] == "size":
            out[f"number of {SORTS.get(key[1].name, 'elements')}"] = str(value)
    if "discount" in world.cache:
        out[letter_of_discount()] = shown_value(world.cache["discount"])
    out["lhs"], out["rhs"] = shown_value(point.lhs), shown_value(point.rhs)
    return out


def stands(term: Core, v: Var) -> bool:
    """Whether a letter stands in a term, and is not what a gradient was taken in before it was evaluated elsewhere."""
    if isinstance(term, Op) and term.name == "at" and term.args[1] == v:
        return stands(term.args[2], v)
    return term == v or any(stands(part, v) for part in below(term))


def expansion_witness(reading: Reading, finding: Finding, small: str) -> dict[str, str]:
    """A point where an expansion fails: the values of what is free, and both sides as polynomials in what is small."""
    out = witness(reading, finding)
    point, prepared = simplest(finding), finding.prepared
    if prepared is None or point.world is None or len(prepared.claim.small) != 1:
        return out
    places = point.world.epsilons.get(prepared.claim.small[0].number, ())
    if not places:
        return out
    out.pop(small, None)
    stem = f"{{{small}}}" if " " in small or "_" in small else small
    names = {place: small if len(places) == 1 else f"{stem}_{i}" for i, place in enumerate(places, 1)}
    for side, value in (("lhs", point.lhs), ("rhs", point.rhs)):
        out[side] = polynomial(value, names, prepared.claim.order or 2)
    return out


def polynomial(value: Any, names: Mapping[int, str], order: int) -> str:
    """The terms of a jet in its increments, below an order."""
    if not isinstance(value, Jet):
        return shown_value(value)
    terms = []
    for monomial, c in zip(value.ring.monomials, value.c, strict=False):
        own = sum(monomial[place] for place in names)
        if sum(monomial) != own or own >= order or (isinstance(c, int | flint.fmpq) and c == 0):
            continue
        power = "".join(
            name if monomial[place] == 1 else f"{name}^{monomial[place]}" for place, name in names.items() if monomial[place]
        )
        number = shown_value(c)
        terms.append(number + power if not power or number not in ("1", "-1") else number.removesuffix("1") + power)
    return " + ".join(terms or ["0"]).replace("+ -", "- ") + " + …"


def masses_shown(world: World, v: Var) -> str:
    """The masses of a distribution, at the parameters that a claim has it at."""
    found = [
        p
        for key, p in world.cache.items()
        if isinstance(key, tuple) and key[0] == "masses" and isinstance(key[1], tuple) and key[1][:1] == (v.number,)
    ]
    return "; ".join(listed([shown_value(x) for x in masses]) for masses in found[:2])


def listed(values: list[str]) -> str:
    """Values in a row; of many, the first ones and how many there are."""
    shown = ", ".join(values[:MANY])
    return shown if len(values) <= MANY else f"{shown}, … ({len(values)} of them)"


#: Most values of one thing that are shown.
MANY = 8
SORTS = {"State": "states", "Action": "actions", "RewardOutcome": "rewards"}


def simplest(finding: Finding) -> Point:
    """A failing point with small numbers, if there is one near."""
    assert finding.witness is not None
    assert finding.prepared is not None
    if finding.witness.plan.arithmetic in ("rational", "balls"):
        return finding.witness
    arithmetic = "balls" if "balls" in finding.witness.plan.arithmetic else "rational"
    for i in range(24):
        try:
            point = at_point(finding.prepared, Plan(7001 + i, arithmetic, spread=i))
        except Exception:  # a point that cannot be used: the first one stands
            continue
        if point.holds is False:
            return point
    return finding.witness


#: A ball about zero that lies within this is shown as zero.
NOTHING = 1e-20


def shown_value(value: Any) -> str:
    """A value for people: exact where it is short, else to six digits."""
    if isinstance(value, Jet):
        value = value.c[0]
    if isinstance(value, Element):
        return f"no. {value.k + 1}"
    if isinstance(value, Vec):
        return "(" + listed([shown_value(x) for x in value.items]) + ")"
    if isinstance(value, Mat):
        return "(" + "; ".join(", ".join(shown_value(x) for x in row) for row in value.rows) + ")"
    if isinstance(value, frozenset):
        return "{" + ", ".join(str(k + 1) for k in sorted(value)) + "}"
    if isinstance(value, flint.arb) and value.is_finite() is False:
        return "-\u221e" if value < 0 else "\u221e"
    if isinstance(value, flint.arb):
        return "0" if value.contains(0) and value.abs_upper() < NOTHING else str(value.str(8, radius=False))
    said = str(value)
    if len(said) > 16 and isinstance(value, flint.fmpq):
        return str(flint.arb(value).str(6, radius=False))
    return said
