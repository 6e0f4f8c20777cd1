"""The verdict on one link as it stands, over its readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time
from typing import Any

from derive.core.terms import CoreClaim, Var, walk
from derive.decide.calculation import compare, is_closed
from derive.decide.judge import NO_TIME, VALUELESS, Finding, judge
from derive.decide.proportion import compared
from derive.decide.repair import Repair
from derive.elaborate.claims import Read, Reading, read_link
from derive.elaborate.estimates import mean_of
from derive.kernel import HOLDS, Certificate, Numbers, Proposal, Trivial, Untyped, Verdict
from derive.values.shown_numbers import show_value
from derive.verify.admitting import admitted, certificate_of, expanded, for_derivatives, refutation_of
from derive.verify.averaging import averaged, begun
from derive.verify.conditions import (
    begins_there,
    condition_of,
    for_rounded_size,
    is_gap_of_values,
    is_sure_chance,
    scaled_by_rewards,
    with_bounded_rewards,
)
from derive.verify.defining import is_definition, own_names, says_bar, says_discount, says_law, says_number, says_policy
from derive.verify.silence import (
    bounded,
    eigen,
    estimates,
    functional,
    greedy,
    held_still,
    is_value_of_example,
    iterated,
    lopsided,
    samples,
    strangers,
    unrelated,
    values_a_step,
    without_law,
    worded,
)
from derive.verify.wording import (
    both_sides,
    described,
    difference,
    expansion_witness,
    grouped_alone,
    place,
    refutation,
    text,
    unlikeliness,
    unlikely,
    witness,
)

NUMBERS_ALONE = "an approximation or a calculation with numbers"

NO_VALUE = "Not decided: it has no value anywhere, as with a division by zero or the logarithm of a negative number."

#: Said where no world of the field's meets what is given.
NOWHERE = "what is given, which holds nowhere that was tried"

UNTIMELY = f"Not decided: {NO_TIME}."

LOWER_ORDER = "The two sides differ in a term of lower order than what is left out."

NO_EXPANSION = "The right side is not the Taylor expansion of the left side: their coefficients differ."

ORDERS = frozenset(("<", ">", r"\le", r"\ge"))

#: A reading that costs no more than this above the cheapest is as good a guess: what holds under it is conditional.
NEAR = 0.5

#: How means are decided.
ON_AVERAGE = "expectation at random points"

UNEVEN = "The last term does not continue those before the dots: its power and its index end the sum at two places."

ELSEWHERE = "At the point shown they grow in different directions, each of which is told by its gradient in units of its size."

FIRST_STEP = "an episode begins at the time that is named"

#: How much dearer than what is likeliest a choice is that nobody means.
UNLIKELY = 2.9

#: Most readings of which it is asked whether they hold on average.
MOST_AVERAGED = 4

#: Most readings, each as good a guess, of which a condition is sought.
MOST_CONDITIONED = 3

#: Seconds that a mean over episodes may take.
AVERAGING = 3.0

NOTHING = Trivial()


@dataclass(frozen=True, slots=True)
class LinkVerdict:
    """The verdict on one link: its place in the formula's LaTeX, status and reasons; ``certificate`` is what the kernel saw of it."""

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
    repair: Repair | None = None
    certificate: Certificate = NOTHING

    @property
    def proposal(self) -> Proposal:
        """The verdict and what shows it."""
        said = Verdict(self.status, self.message, self.method, self.sizes, self.code, self.assumptions, self.witness)
        return Proposal(said, self.certificate)

    def shown(self, certificate: Certificate) -> LinkVerdict:
        """The verdict as the kernel admits it: where the certificate does not show it, it is not decided."""
        made = replace(self, certificate=certificate)
        seen = admitted(made.proposal.verdict, certificate).verdict
        if seen.status == self.status:
            return made
        return replace(self, status=seen.status, code=seen.code, message=seen.message, assumptions=(), witness=None)

    def only_if(self, says: str, certificate: Certificate, **more: Any) -> LinkVerdict:
        """The verdict that the claim holds under a condition; how it was seen to, as the certificate has it."""
        exact = replace(self, status="proved").shown(certificate).status == "proved"
        more.setdefault("method", "identity" if exact else "points")
        made = replace(self, status="conditional", code="D420", message=f"True only if {says}.", assumptions=(says,), **more)
        return made.shown(certificate)


def base_of(read: Read, latex: str) -> LinkVerdict:
    """A link of which nothing is known yet, at its place."""
    return LinkVerdict(*place(read.lhs, read.rhs), text(read.lhs, latex), read.relation, text(read.rhs, latex), "undecided")


def verdict_on(read: Read, latex: str, seconds: float) -> LinkVerdict | str:
    """The verdict on one link as it stands."""
    base = base_of(read, latex)
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
        ).shown(Untyped(read.why))
    if is_definition(read.readings[0].claim) and read.relation in ("=", ":=", r"\equiv", r"\propto"):
        if read.readings[0].uneven:
            return replace(base, status="doubtful", code="D423", message=UNEVEN, readings=described(read.readings[0]))
        return replace(base, status="definition", code="D001", readings=described(read.readings[0]))
    if unlikeliness(read.readings[0]) >= UNLIKELY:
        return f"nothing that is likely, only that {unlikely(read.readings[0])}"
    if is_closed(read.readings[0].claim):
        if any(is_closed(g) and compare(g).status == "refuted" for g in read.readings[0].claim.givens):
            return NOWHERE
        return reckoned(base, read.readings)
    if any(r.claim.relation == "!=" and r.claim.order is None or is_closed(r.claim) for r in read.readings):
        return NUMBERS_ALONE
    found: list[tuple[Reading, Finding]] = []
    end = process_time() + seconds
    for i, reading in enumerate(read.readings):
        share = seconds if i == 0 else max(seconds / 3, (end - process_time()) / 2)
        finding = judge(compared(reading.claim), share) if reading.claim.relation != "~" else expanded(reading, share)
        if finding is None:
            told = for_derivatives(reading, share / 2)
            if told is not None:
                return base.only_if(*told)
            sized = for_rounded_size(reading.claim)
            if sized is None:
                return on_average(base, read.readings, seconds) or estimated(base, read, seconds) or NUMBERS_ALONE
            return base.only_if(f"there are {sized[0]}", Numbers(sized[1], compare(sized[1])))
        if "no meaning yet" in finding.why:
            return finding.why
        if finding.why == NO_TIME:
            continue  # no reading of what is meant
        found.append((reading, finding))
        if len(found) == 1 and finding.status in HOLDS:
            break
    if not found:
        return replace(base, code="D502", message=UNTIMELY)
    first = found[0][1]
    base = replace(base, readings=described(found[0][0]))
    if first.status == "confirmed" and is_gap_of_values(found[0][0].claim):
        return replace(
            base, code="D502", message="Not decided: how far values may lie apart shows in processes that are not tried."
        )
    if first.status in HOLDS and is_sure_chance(found[0][0].claim):
        return replace(base, code="D502", message="Not decided: what has no chance to happen, or is sure to, is not tried.")
    if first.status in HOLDS:
        if begins_there(found[0][0].claim, seconds / 2):
            return base.only_if(FIRST_STEP, shows(found[0][0], first))
        return held(base, found[0][0], first)
    if first.status == "undecided" and "0 of 0 points" in first.why and not first.late and found[0][0].claim.givens:
        return NOWHERE
    if "given could not be used" in first.why:
        # a reading in which what is given cannot hold is not the one that is meant
        found = in_time(found, seconds)
        other = next(((r, f) for r, f in found[1:] if f.status in HOLDS and r.cost - found[0][0].cost <= 3 * NEAR), None)
        if other is not None:
            return held(replace(base, readings=described(other[0])), *other)
    if first.without_value:
        return replace(base, code="D511", message=NO_VALUE)
    if first.status == "undecided":
        late = ", and its time was up" if first.late else ""
        valueless = first.why.startswith(VALUELESS)
        return replace(base, code="D511" if valueless else "D502", message=f"Not decided: {first.why}{late}.")
    found = in_time(found, seconds)
    if any(without_law(r) for r, _ in found):
        return replace(base, code="D502", message="Not decided: an expectation does not say what it is over.")
    escaped = next(((r, f) for r, f in found[1:] if f.status in HOLDS), None)
    if escaped is not None and grouped_alone(found[0][0], escaped[0]):
        return held(replace(base, readings=described(escaped[0])), *escaped)
    if escaped is not None:
        reason = difference(found[0][0], escaped[0])
        fails = witness(found[0][0], first)
        if escaped[0].cost - found[0][0].cost <= NEAR:
            return base.only_if(reason, shows(*escaped), witness=fails)
        if is_value_of_example(found[0][0].claim) or says_number(read.lhs, read.rhs):
            return replace(base, status="definition", code="D001")
        message = f"False as it is most likely meant, true if {reason}."
        return replace(base, status="doubtful", code="D423", message=message, assumptions=(reason,), witness=fails)
    shorthand = on_average(base, [r for r, _ in found], seconds)
    if shorthand is None and values_a_step(found[0][0].claim):
        shorthand = estimated(base, read, seconds)
    if shorthand is not None:
        return shorthand
    from_there = begun(found[0][0].claim) if found[0][0].claim.relation == "=" else None
    if from_there is not None and (failed := judge(compared(from_there), seconds)).status == "refuted":
        found, first = [(replace(found[0][0], claim=from_there), failed)], failed
    elif estimates(found[0][0].claim) or samples(found[0][0].claim):
        message = "Not decided: one side hangs on what happens in an episode, the other does not: an estimate."
        return replace(base, code="D504", message=message)
    if is_value_of_example(found[0][0].claim):
        return replace(base, status="definition", code="D001")
    if read.objective and read.relation not in ("=", ":="):
        return replace(base, code="D502", message="Not decided: nothing here says what the objective is.")
    if found[0][0].uneven and (read.objective or read.estimate):
        return replace(base, status="doubtful", code="D423", message=UNEVEN, witness=witness(found[0][0], first))
    if read.objective:
        return replace(base, status="definition", code="D001", message="An objective of the page's own.")
    if read.estimate:
        return replace(base, status="definition", code="D001", message="An estimate of the page's own.")
    if says_policy(found[0][0]):
        return replace(base, status="definition", code="D001", message="What a policy or a reward is here.")
    if says_discount(found[0][0].claim):
        return replace(base, status="definition", code="D001", message="What the discount is here.")
    if read.relation in ("=", ":=") and says_bar(read.lhs, read.rhs) or read.lone and own_names(found[0][0], read.lone):
        return replace(base, status="definition", code="D001", message="What a name of the page's own stands for.")
    if worded(found[0][0]) or strangers(found[0][0].claim):
        message = "Not decided: nothing here says what the names of the two sides have to do with each other."
        return replace(base, code="D502", message=message)
    if says_law(found[0][0].claim):
        return replace(base, code="D502", message="Not decided: it says how a random variable is distributed.")
    pair = unrelated(found[0][0]) if not read.everywhere else None
    if pair:
        return replace(base, code="D502", message=f"Not decided: nothing here says how {' and '.join(pair)} hang together.")
    if taker := greedy(found[0][0]):
        return replace(base, code="D502", message=f"Not decided: nothing here says which steps {taker} takes.")
    unknown = lopsided(found[0][0]) or held_still(found[0][0]) or bounded(found[0][0]) or functional(found[0][0])
    unknown = unknown or eigen(found[0][0]) or iterated(read)
    if unknown and not read.everywhere:
        return replace(base, code="D502", message=f"Not decided: nothing here says what {unknown} is.")
    if read.cut or any(f.status == "undecided" and (f.points or f.late) for _, f in found):
        return replace(
            base,
            status="doubtful",
            code="D423",
            message="False under the readings that were tried; others were not decided.",
            witness=witness(found[0][0], first),
        )
    for reading, _ in [pair for pair in found if pair[0].cost - found[0][0].cost <= NEAR][:MOST_CONDITIONED]:
        condition = condition_of(reading)
        if condition is not None:
            says = condition[0] if reading is found[0][0] else f"{difference(found[0][0], reading)} and {condition[0]}"
            return base.only_if(says, condition[1], witness=witness(found[0][0], first))
    claim = found[0][0].claim
    scaled = claim.relation != "=" and scaled_by_rewards(claim)
    if scaled and any(f.status != "refuted" for _, _, f in with_bounded_rewards(claim)):
        return replace(base, code="D502", message="Not decided: nothing here says how large rewards are.")
    failing = refutation_of(found)
    if claim.relation == "~" or claim.order is not None and len(claim.small) == 1:
        approximate = claim.relation == "~"
        small = first.why.partition(" in ")[2] if approximate else found[0][0].names.get(claim.small[0].number, "h")
        shown = expansion_witness(found[0][0], first, small)
        code, message = ("D403", NO_EXPANSION) if approximate else ("D401", f"{LOWER_ORDER} {both_sides(shown)}")
        return replace(base, status="refuted", code=code, method="a point", message=message, witness=shown).shown(failing)
    shown = witness(found[0][0], first)
    message = f"The two are not reached at the same place. {ELSEWHERE}" if read.places else refutation(shown)
    return replace(base, status="refuted", code="D401", message=message, method="a point", witness=shown).shown(failing)


def shows(reading: Reading, finding: Finding) -> Certificate:
    """What shows a reading's claim."""
    return certificate_of(reading.claim, finding, tuple(reading.tends))


def in_time(found: list[tuple[Reading, Finding]], seconds: float) -> list[tuple[Reading, Finding]]:
    """The findings, those of dearer readings with more time where that was what they lacked: false under every reading, or not refuted."""
    left = max(AVERAGING, seconds)
    out = found[:1]
    for reading, finding in found[1:]:
        if finding.late and left > 0 and reading.claim.relation != "~":
            started = process_time()
            finding = judge(compared(reading.claim), left)
            left -= process_time() - started
        out.append((reading, finding))
        if finding.status in HOLDS:
            return [*out, *found[len(out) :]]
    return out


def on_average(base: LinkVerdict, tried: list[Reading], seconds: float) -> LinkVerdict | None:
    """The verdict on a claim that holds on average over the steps of an episode; None where none of its readings does."""
    for reading in tried[:MOST_AVERAGED]:
        for claim, says in averaged(reading.claim):
            finding = judge(compared(claim), max(AVERAGING, seconds / 2))
            if finding.status in HOLDS:
                other = "" if reading is tried[0] else difference(tried[0], reading)
                says = f"{says} and {other}" if other and other not in says else says
                return base.only_if(says, certificate_of(claim, finding), method=ON_AVERAGE, readings=described(reading))
    return None


def estimated(base: LinkVerdict, read: Read, seconds: float) -> LinkVerdict | None:
    """The verdict on an estimate from one step that is right on average; None where it is not."""
    mean = mean_of(read)
    for reading in read_link(read.lhs, "=", mean, []).readings[:MOST_AVERAGED] if mean is not None else ():
        finding = judge(reading.claim, seconds / 2)
        if finding.status in HOLDS:
            says = "it is an average over what may happen"
            return base.only_if(says, shows(reading, finding), method=ON_AVERAGE, readings=described(reading))
    return None


def reckoned(base: LinkVerdict, readings: Sequence[Reading]) -> LinkVerdict:
    """The verdict on a calculation: as it is most likely meant, or else in another way that is named."""
    likely = readings[0]
    closed = [r for r in readings if is_closed(r.claim)]
    made = [calculated(base, r.claim) for r in closed if r.cost <= likely.cost or grouped_alone(likely, r)]
    out = next((m for status in ((*HOLDS,), ("conditional",)) for m in made if m.status in status), made[0])
    for reading in closed if out.status == "refuted" else ():
        if reading.cost - likely.cost <= NEAR and (found := compare(reading.claim)).status in (*HOLDS, "conditional"):
            said = {name: str(value) for name, value in (out.witness or {}).items()}
            return base.only_if(
                difference(likely, reading), Numbers(reading.claim, found), witness=said, readings=described(reading)
            )
    return out


def calculated(base: LinkVerdict, claim: CoreClaim) -> LinkVerdict:
    """The verdict on a calculation with numbers alone, with the rounding that it shows."""
    found = compare(claim)
    shown = Numbers(claim, found)
    left, right = show_value(found.lhs), show_value(found.rhs)
    values = {"lhs": left, "rhs": right}
    told = f"the left side is {left}, the right side {right}"
    if found.status == "proved":
        said = {
            "exact": "The computation is exact.",
            "rounded": f"Rightly rounded to {found.digits} decimals.",
            "order": "The order holds.",
        }
        message = said.get(found.why, "Right within the rounding shown.")
        return replace(base, status="proved", code="D400", method="exact arithmetic", sizes="every size", message=message).shown(
            shown
        )
    if found.status == "confirmed":
        return replace(
            base, status="confirmed", code="D410", method="balls", message=f"Both sides agree to {found.digits} digits."
        ).shown(shown)
    if found.status == "conditional":
        what = "equal within the rounding shown"
        if found.digits and found.why.startswith("cut"):
            what = f"cut off after {found.digits} decimals, not rounded"
        elif found.digits:
            what = f"equal after rounding to {found.digits} decimals"
        return replace(
            base, status="conditional", code="D421", method="exact arithmetic", assumptions=(what,), witness=values,
            message=f"Not equal but {what}: {told}.",
        ).shown(shown)  # fmt: skip
    if found.status == "refuted":
        message = f"The left side is {left}, the right side is {right}."
        return replace(base, status="refuted", code="D402", method="exact arithmetic", message=message, witness=values).shown(
            shown
        )
    if found.why == "no value":
        return replace(base, code="D511", message=NO_VALUE)
    return replace(base, code="D512", message=f"Not decided: {found.why}.")


def held(base: LinkVerdict, reading: Reading, finding: Finding) -> LinkVerdict:
    sizes, shown = sizes_of(reading.claim), shows(reading, finding)
    if reading.claim.relation == "~" and finding.status in HOLDS:
        order, _, small = finding.why.removeprefix("order ").partition(" ")
        last = int(order) - 1
        return replace(
            base, status=finding.status, code="D400", method="comparison of Taylor coefficients", sizes=sizes,
            message=f"The Taylor coefficients agree through order {last}; the remainder is O({small}^{order}).",
        ).shown(shown)  # fmt: skip
    if finding.status == "proved":
        return replace(base, status="proved", code="D400", method="identity", sizes=sizes, message="Both sides are equal.").shown(
            shown
        )
    return replace(
        base,
        status="confirmed",
        code="D410",
        method="points",
        sizes=f"{finding.points} points",
        message=f"It holds at all {finding.points} points that were tried.",
    ).shown(shown)


def sizes_of(claim: CoreClaim) -> str:
    """What was tried of sizes: every size where the claim has none."""
    sorts = {v.type.name for p in claim.parts() for v in walk(p) if isinstance(v, Var)}
    sized = sorts & {"Elem", "Nat", "Vector", "Matrix", "Law", "Policy", "Joint"} or any(
        v.random for p in claim.parts() for v in walk(p) if isinstance(v, Var)
    )
    return "sizes 1 to 5" if sized else "every size"
