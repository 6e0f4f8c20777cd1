r"""Verdicts over all readings of a claim, in the words of the page.

``proved`` and ``confirmed``: true under the cheapest reading.  ``conditional``: true under a dearer one, which is named.  ``refuted``:
false under every admissible reading.  ``doubtful``: false under the cheapest, but another reading escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import perf_counter
from typing import Any

import flint

from derive.core.constants import CONSTANTS
from derive.core.terms import ONE, ZERO, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, walk
from derive.elaborate.claims import Read, Reading, links_of, readings
from derive.elaborate.closing import is_closed, is_definition
from derive.elaborate.scope import declared
from derive.evaluate.binding import chances
from derive.evaluate.compiler import OUTCOMES, Unmeant, random_value
from derive.models.algebra import Mat, Vec, is_exact
from derive.models.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.models.jets import Jet
from derive.syntax.flat import Row
from derive.verify.judge import Finding, judge
from derive.verify.points import Point, at_point, prepare
from derive.worlds.world import Element, Plan, World

HOLDS = ("proved", "confirmed")
#: A reading that costs no more than this above the cheapest is as good a guess: what holds under it is conditional.
NEAR = 0.5


@dataclass(frozen=True, slots=True)
class LinkVerdict:
    """The verdict on one link: its place in the formula's LaTeX, status and reasons."""

    start: int
    end: int
    lhs: str
    relation: str
    rhs: str
    status: str
    code: str = ""
    message: str = ""
    method: str = ""
    sizes: str = ""
    assumptions: tuple[str, ...] = ()
    witness: Mapping[str, str] | None = None
    readings: tuple[Mapping[str, str], ...] = ()


@dataclass(slots=True)
class Answer:
    """Verdicts on all links of a formula; ``outside`` names what no row reads."""

    links: list[LinkVerdict] = field(default_factory=list)
    outside: str = ""
    premise: bool = False


def answer(
    latex: str,
    given: list[str],
    seconds: float = 2.0,
    macros: Mapping[str, Any] | None = None,
    symbols: Mapping[str, str] | None = None,
) -> Answer:
    """The verdicts on a formula's links under what is given; ``outside`` is set where some link is not in reach.

    Raises: NotationError where the formula or a given cannot be read.
    """
    out = Answer()
    deadline = perf_counter() + seconds
    with declared(symbols or {}):
        read_links = list(readings(latex, given, macros))
    for read in read_links:
        made = link_verdict(read, latex, max(0.05, deadline - perf_counter()))
        if isinstance(made, str):
            out.outside = out.outside or made
            out.premise = out.premise or read.premise
            continue
        out.links.append(made)
    if not out.links and not out.outside:
        out.outside = "no claim"
    return out


def link_verdict(read: Read, latex: str, seconds: float) -> LinkVerdict | str:
    """The verdict on one link over its readings; where it is outside of what rows read, what is not read."""
    base = LinkVerdict(*place(read.lhs, read.rhs), text(read.lhs, latex), read.relation, text(read.rhs, latex), "undecided")
    if not read.readings:
        if read.outside:
            return read.why or "no reading"
        return replace(
            base,
            status="refuted",
            code="D201",
            message=f"No reading gives both sides one type: {read.why}.",
            method="types",
            witness={"types": read.why},
        )
    if is_definition(read.readings[0].claim) and read.relation in ("=", ":=", r"\equiv"):
        return replace(base, status="definition", code="D001", readings=described(read.readings[0]))
    if any(r.claim.relation in ("~", "propto", "!=") and r.claim.order is None or is_closed(r.claim) for r in read.readings):
        return exactly(base, read.readings[0].claim) or "an approximation or a calculation with numbers"
    found: list[tuple[Reading, Finding]] = []
    for i, reading in enumerate(read.readings):
        finding = judge(reading.claim, seconds / (1 if i == 0 else 3))
        if "no meaning yet" in finding.why:
            return finding.why
        found.append((reading, finding))
        if i == 0 and finding.status in HOLDS:
            break
    first = found[0][1]
    base = replace(base, readings=described(found[0][0]))
    if first.status in HOLDS:
        return held(base, found[0][0], first)
    if first.status == "undecided" and "0 of 0 points" in first.why and found[0][0].claim.givens:
        return "what is given, which holds nowhere that was tried"
    if "given could not be used" in first.why:
        # a reading in which what is given cannot hold is not the one that is meant
        other = next(((r, f) for r, f in found[1:] if f.status in HOLDS and r.cost - found[0][0].cost <= NEAR), None)
        if other is not None:
            return held(replace(base, readings=described(other[0])), *other)
    if first.status == "undecided":
        return replace(base, code="D502", message=f"Not decided: {first.why}.")
    escaped = next(((r, f) for r, f in found[1:] if f.status in HOLDS), None)
    if escaped is not None:
        reason = difference(found[0][0], escaped[0])
        near = escaped[0].cost - found[0][0].cost <= NEAR
        return replace(
            base,
            status="conditional" if near else "doubtful",
            code="D420" if near else "D423",
            message=f"True only if {reason}." if near else f"False as it is most likely meant, true if {reason}.",
            assumptions=(reason,),
            witness=witness(found[0][0], first),
        )
    if estimates(found[0][0].claim):
        message = "Not decided: one side hangs on what happens in an episode, the other does not: an estimate."
        return replace(base, code="D504", message=message)
    if is_value_of_example(found[0][0].claim):
        return replace(base, status="definition", code="D001")
    if worded(found[0][0]) or strangers(found[0][0].claim):
        message = "Not decided: nothing here says what the names of the two sides have to do with each other."
        return replace(base, code="D502", message=message)
    unknown = lopsided(found[0][0])
    if unknown:
        return replace(base, code="D502", message=f"Not decided: nothing here says what {unknown} is.")
    if read.cut or any(f.status == "undecided" and f.points for _, f in found):
        return replace(
            base,
            status="doubtful",
            code="D423",
            message="False under the readings that were tried; others were not decided.",
            witness=witness(found[0][0], first),
        )
    sized = for_one_size(found[0][0].claim)
    if sized is not None:
        return replace(
            base, status="conditional", code="D420", message=f"True only if {sized}.", assumptions=(sized,), method="points"
        )
    shown = witness(found[0][0], first)
    return replace(base, status="refuted", code="D401", message=refutation(base, shown), method="a point", witness=shown)


def exactly(base: LinkVerdict, claim: CoreClaim) -> LinkVerdict | None:
    """A calculation that comes out exactly; None where it does not: it may show rounded numbers."""
    if claim.relation != "=" or not is_closed(claim):
        return None
    try:
        point = at_point(prepare(claim), Plan(1, "rational"))
    except (Redraw, Undefined, Irrational, NeedsOrder, ZeroDivisionError, Unmeant):
        return None
    if point.holds and all(is_exact(x) for x in (point.lhs, point.rhs)):
        return replace(
            base, status="proved", code="D400", method="exact arithmetic", sizes="every size", message="The computation is exact."
        )
    return None


def held(base: LinkVerdict, reading: Reading, finding: Finding) -> LinkVerdict:
    sizes = sizes_of(reading.claim)
    if finding.status == "proved":
        return replace(base, status="proved", code="D400", method="identity", sizes=sizes, message="Both sides are equal.")
    return replace(
        base,
        status="confirmed",
        code="D410",
        method="points",
        sizes=f"{finding.points} points",
        message=f"It holds at all {finding.points} points that were tried.",
    )


def sizes_of(claim: CoreClaim) -> str:
    """What was tried of sizes: every size where the claim has none."""
    sorts = {v.type.name for p in claim.parts() for v in walk(p) if isinstance(v, Var)}
    sized = sorts & {"Elem", "Nat", "Vector", "Matrix", "Law", "Policy", "Joint"} or any(
        v.random for p in claim.parts() for v in walk(p) if isinstance(v, Var)
    )
    return "sizes 1 to 5" if sized else "every size"


ON_PATHS = ("state_at", "action_at", "reward_at", "return_from", "path_mass", "path_function")


def hangs_on_path(term: Core) -> bool:
    """Whether a term speaks of an episode outside of any expectation."""
    if isinstance(term, Bind) and term.name in ("episode", "all_paths"):
        return any(isinstance(c, Op) and c.name == "same" for c in term.where)
    return isinstance(term, Op) and term.name in ON_PATHS or any(hangs_on_path(t) for t in below(term))


def estimates(claim: CoreClaim) -> bool:
    """Whether one side is random and the other is not."""
    return (
        claim.relation == "="
        and not isinstance(claim.lhs, Num)
        and not isinstance(claim.rhs, Num)
        and hangs_on_path(claim.lhs) != hangs_on_path(claim.rhs)
    )


MEASURED = frozenset(
    (
        "value",
        "q_value",
        "advantage",
        "prob",
        "mass",
        "joint",
        "divergence",
        "entropy",
        "cross_entropy",
        "entropy_of",
        "call",
        "reward",
        "reward_to",
        "transition",
        "policy_reward",
        "total_variation",
    )
)
NUMBERS = frozenset(("add", "mul", "neg", "div", "power", "root", "log", "exp", "pi"))


def is_value_of_example(claim: CoreClaim) -> bool:
    """Whether a claim gives a quantity a number: the data of an example, not a law."""

    def closed(t: Core) -> bool:
        return t not in (ZERO, ONE) and all(isinstance(x, Num) or isinstance(x, Op) and x.name in NUMBERS for x in walk(t))

    def measured(t: Core) -> bool:
        if isinstance(t, Op) and t.name in ("add", "neg") and any(isinstance(x, Op) and x.name == "entropy_of" for x in walk(t)):
            return all(measured(a) for a in t.args)
        return isinstance(t, Op) and t.name in MEASURED and not any(isinstance(x, Bind) for x in walk(t))

    return claim.relation == "=" and any(measured(a) and closed(b) for a, b in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)))


def strangers(claim: CoreClaim) -> bool:
    """Whether two sides have unknowns and none in common: nothing says how they hang together."""
    if any(isinstance(t, Op) and t.name in CONSTANTS for p in (claim.lhs, claim.rhs) for t in walk(p)):
        return False
    sides = [{v for v in free_variables(p) if v.type.name not in ("Nat", "Elem")} for p in (claim.lhs, claim.rhs)]
    return claim.relation == "=" and bool(sides[0]) and bool(sides[1]) and not sides[0] & sides[1] and not claim.givens


def worded(reading: Reading) -> bool:
    """Whether a claim speaks of something by a word: what it stands for, only the words around say."""
    free = {v.number for p in (reading.claim.lhs, reading.claim.rhs) for v in free_variables(p)}
    return any(n in free and name.startswith(r"\text{") for n, name in reading.names.items())


def lopsided(reading: Reading) -> str:
    """An unknown function whose value or gradient is one side, and that the other does not have: nothing says what it is."""
    claim = reading.claim
    for own, other in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        of_paths = {t.args[0] for t in walk(own) if isinstance(t, Op) and t.name == "path_function"} - set(walk(other))
        if of_paths and claim.relation == "=":
            return "what is measured of an episode"
        head = own
        while isinstance(head, Op) and head.name in ("gradient", "derivative", "neg"):
            head = head.args[0]
        if claim.relation == "=" and isinstance(head, Op) and head.name == "call" and isinstance(other, Op | Bind):
            name = (
                head.args[0] if isinstance(head.args[0], Var) else head.args[0].args[0] if isinstance(head.args[0], Op) else None
            )
            if isinstance(name, Var) and name not in walk(other):
                return reading.names.get(name.number, "a function")
    return ""


def for_one_size(claim: CoreClaim) -> str | None:
    """The size for which a claim about a decimal holds, if there is just one: the numbers of an example."""
    sizes = {t.info[0] for p in claim.parts() for t in walk(p) if isinstance(t, Op) and t.name == "cardinality"}
    decimals = any(isinstance(t, Num) and t.digits for p in (claim.lhs, claim.rhs) for t in walk(p))
    if len(sizes) != 1 or not decimals or claim.givens:
        return None
    sort = next(iter(sizes))
    good = []
    for n in range(1, 8):
        given = CoreClaim(Op("cardinality", (), (sort,)), "=", Num(Fraction(n)))
        finding = judge(replace(claim, givens=(given,)), 0.3)
        if finding.status in HOLDS:
            good.append(n)
    return f"there are {good[0]}" if len(good) == 1 else None


# --- words and places ----------------------------------------------------------------------------


def place(lhs: Row, rhs: Row) -> tuple[int, int]:
    items = [*(rhs or lhs)]
    return (items[0].start, items[-1].end) if items else (0, 0)


def text(row: Row, latex: str) -> str:
    return latex[row[0].start : row[-1].end] if row else ""


def described(reading: Reading) -> tuple[Mapping[str, str], ...]:
    """What was chosen for each name, and why."""
    out = []
    for key, option, others in reading.reasons:
        name = str(
            key[1][0]
            if isinstance(key, tuple) and len(key) > 1 and isinstance(key[1], tuple)
            else key[0]
            if isinstance(key, tuple)
            else key
        )
        made = {"name": name, "taken": option.why}
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
            name = (
                key[1][0]
                if isinstance(key, tuple) and len(key) > 1 and isinstance(key[1], tuple)
                else key[0]
                if isinstance(key, tuple)
                else key
            )
            return f"{str(name).removeprefix('text:')} is {option.why}"
    return "it is read another way"


def refutation(base: LinkVerdict, shown: Mapping[str, str]) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in shown.items() if name not in ("lhs", "rhs"))
    at = f" With {values}" if values else " At one point"
    return f"The two sides differ.{at}, the left side is {shown.get('lhs', '?')} and the right side {shown.get('rhs', '?')}."


def witness(reading: Reading, finding: Finding) -> dict[str, str]:
    """A small point where the claim fails: the values of what is free, under the page's names, and of both sides."""
    point = simplest(finding)
    out: dict[str, str] = {}
    world = point.world
    prepared = finding.prepared
    if world is None or prepared is None:
        return out
    for v in prepared.free:
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
            out[f"number of {SORTS.get(key[1].name, key[1].name)}"] = str(value)
    if "discount" in world.cache:
        out[r"\gamma"] = shown_value(world.cache["discount"])
    out["lhs"], out["rhs"] = shown_value(point.lhs), shown_value(point.rhs)
    return out


def masses_shown(world: World, v: Var) -> str:
    """The masses of a distribution, at the parameters that a claim has it at."""
    found = [
        p
        for key, p in world.cache.items()
        if isinstance(key, tuple) and key[0] == "masses" and isinstance(key[1], tuple) and key[1][:1] == (v.number,)
    ]
    return "; ".join(", ".join(shown_value(x) for x in masses) for masses in found[:2])


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


def shown_value(value: Any) -> str:
    """A value for people: exact where it is short, else to six digits."""
    if isinstance(value, Jet):
        value = value.c[0]
    if isinstance(value, Element):
        return f"no. {value.k + 1}"
    if isinstance(value, Vec):
        return "(" + ", ".join(shown_value(x) for x in value.items) + ")"
    if isinstance(value, Mat):
        return "(" + "; ".join(", ".join(shown_value(x) for x in row) for row in value.rows) + ")"
    if isinstance(value, frozenset):
        return "{" + ", ".join(str(k + 1) for k in sorted(value)) + "}"
    if isinstance(value, flint.arb):
        return str(value.str(8, radius=False))
    said = str(value)
    if len(said) > 16 and isinstance(value, flint.fmpq):
        return f"{float(value.p) / float(value.q):.6g}"
    return said


__all__ = ["Answer", "LinkVerdict", "answer", "link_verdict", "links_of", "prepare"]
