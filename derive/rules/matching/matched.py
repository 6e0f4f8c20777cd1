"""What matching finds: what letters of a pattern stand for, and what of their kind they may stand for."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.core.constants import AT_TIMES
from derive.core.terms import Bind, Core, Op, Var, below, num, op, rebuild
from derive.core.terms import replace as replaced
from derive.core.types import REAL
from derive.rules.matching.keys import SCALAR, key, kind, view, whole_number


@dataclass(frozen=True)
class Abstract:
    """λ letters. body: what a function of the pattern stands for."""

    letters: tuple[Var, ...]
    body: Core


@dataclass(frozen=True)
class Range:
    """What a sum of the pattern runs over in the term: any range will do where its end is named nowhere else."""

    letter: Var
    args: tuple[Core, ...]
    where: tuple[Core, ...]


NOTHING = Var(-1, REAL)


@dataclass(frozen=True)
class Match:
    """What letters of the pattern stand for, which bound letters correspond, and what is still to be compared."""

    found: dict[int, Abstract] = field(default_factory=dict)
    bound: dict[int, Var] = field(default_factory=dict)
    ranges: dict[int, Range] = field(default_factory=dict)
    waiting: tuple[tuple[Core, Core], ...] = ()
    rest: Core | None = None
    rest_of: str = ""
    still: frozenset[int] = frozenset()  # what is differentiated by: letters stand for what does not move with it
    chance: bool = False  # whether what is matched stands under an expectation over chance


#: Binders over what chance makes, and what hangs on it.
CHANCE = ("episode", "mean", "all_paths")
ON_CHANCE = (*AT_TIMES, "path_function", "path_mass", "last_step")


def hangs_on_chance(t: Core) -> bool:
    """Whether a term is made by chance: something of an episode, a random variable."""
    if isinstance(t, Bind) and t.name in CHANCE:
        return any(isinstance(c, Op) and c.name == "same" for c in t.where)  # an average is no chance, given something it may be
    return isinstance(t, Op) and t.name in ON_CHANCE or isinstance(t, Var) and t.random or any(map(hangs_on_chance, below(t)))


def divides(t: Core) -> bool:
    """Whether a term is a power −1: what factors have in place of a quotient."""
    return isinstance(t, Op) and t.name == "power" and t.args[1] == num(-1)


def view_deep(t: Core) -> Core:
    """A chance by its own name, once its law is known."""
    return view(t) if isinstance(t, Op) and t.name == "mass" else t


def apply(f: Abstract, arguments: tuple[Core, ...]) -> Core:
    """λ letters. body, on arguments; letters bound inside are kept apart from what is put in."""
    table = {v.number: a for v, a in zip(f.letters, arguments, strict=True)}
    return replaced(f.body, table)


def exchanged(t: Core, old: Core, new: Core) -> Core:
    """A term with another in place of each that is like a given one."""
    if key(t) == key(old):
        return new
    return rebuild(t, lambda x: exchanged(x, old, new))


def whole(name: str, parts: list[Core]) -> Core:
    return parts[0] if len(parts) == 1 else op(name, *parts)


def key_of_range(r: Range) -> object:
    env = {r.letter.number: 0}
    return (r.letter.type, tuple(key(a) for a in r.args), frozenset(key(c, env) for c in r.where))


def fits(p: Var, t: Core) -> bool:
    """Whether a term is of the kind of a letter."""
    wanted, has = kind(p), kind(t)
    if isinstance(t, Var) and wanted == "vector" and t.type.name == "Real":
        return True  # a parameter, of whatever dimension
    if wanted in (SCALAR, "vector", "row", "matrix"):
        if p.type.name == "Nat":
            return whole_number(t)
        return has == wanted or p.type.name == "Real" and has in ("vector", "row", "matrix")
    if wanted == "Elem":
        sort = p.type.args[0].name
        return has == "Elem" and (sort.startswith("Sort") or not isinstance(t, Var) or t.type.args[0].name == sort)
    if wanted == "Policy":
        return has == "Policy"
    if wanted == "Law":
        return has == "Law"
    return isinstance(t, Var) and t.type.name == p.type.name
