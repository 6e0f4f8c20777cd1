r"""Verdicts over all readings of a claim, in the words of the page.

``proved`` and ``confirmed``: true under the cheapest reading.  ``conditional``: true under a dearer one, which is named.  ``refuted``:
false under every admissible reading.  ``doubtful``: false under the cheapest, but another reading escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import process_time
from typing import Any

from derive.decide.judge import SEED, UNUSED
from derive.elaborate.claims import Read, given_links, given_statements, links_of, read_link, readings
from derive.elaborate.closing import OWN_POLICY
from derive.elaborate.elaborator import RELATIONS
from derive.elaborate.estimates import mean_of_samples, of_any_functions, stood_for
from derive.elaborate.given.elided_arguments import filled_in
from derive.elaborate.given.examples import with_numbers
from derive.elaborate.given.given_numbers import pinned
from derive.elaborate.given.givens import ends_of_ranges, is_value_of_discount, may_be_known
from derive.elaborate.knowledge.scope import declarations, declared, kinds
from derive.elaborate.knowledge.search import AGREED, agreed
from derive.elaborate.parametric import for_every_pair, reached_together
from derive.elaborate.reading.statements import Statement
from derive.kernel import HOLDS, STANDS
from derive.syntax.flat import Row, row_key
from derive.verify.links import AVERAGING, ORDERS, LinkVerdict, base_of, estimated, verdict_on
from derive.verify.text_conventions import Convention, binding, conventions_of
from derive.verify.wording import choice

#: Seconds for finding that something given is a law of the field.
KNOWING = 0.6
#: Seconds after which no further given is asked which conventions it settles.
SETTLED = 1.0


#: Said where a name may stand for its value at the arguments with which it is defined.
LEFT_OUT = "Not decided: a name stands without the arguments with which it is defined."


#: Links of a formula that share its time.
SHARED = 3


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

    ``seconds`` are for a formula of three links or fewer; a longer chain has as much for each more.

    Raises: NotationError where the formula or a given cannot be read.
    """
    out = Answer()
    read_links = read_formula(latex, given, (), macros, symbols, min(KNOWING, seconds / 2))
    deadline = process_time() + seconds * max(1.0, len(read_links) / SHARED)
    every: list[Read] = []
    for at, read in enumerate(read_links):
        made = link_verdict(read, latex, max(0.05, deadline - process_time()))
        if given and not isinstance(made, str) and made.status in ("refuted", "doubtful"):
            # what holds anyway may say what a name is, beside another that is said to be something else
            every = every or read_formula(latex, given, (), macros, symbols, 0.0)
            more = len(every) > at and len(every[at].givens) > len(read.givens)
            told = link_verdict(every[at], latex, max(0.05, deadline - process_time())) if more else ""
            made = told if not isinstance(told, str) and told.status in HOLDS else made
        if isinstance(made, str):
            out.outside = out.outside or made
            out.premise = out.premise or read.premise
            continue
        out.links.append(made)
    if not out.links and not out.outside:
        out.outside = "no claim"
    return out


def read_formula(
    latex: str,
    given: Iterable[str] = (),
    taking: Iterable[str] = (),
    macros: Mapping[str, Any] | None = None,
    symbols: Mapping[str, str] | None = None,
    seconds: float = KNOWING,
) -> list[Read]:
    """The readings of a formula's links under what is given; ``taking`` says what names are taken for, where they may be several things.

    What holds anyway gives no name a meaning: it is left out where that is seen in so many ``seconds``.

    Raises: NotationError where the formula or a given cannot be read.
    """
    with declared(symbols or {}):
        given = list(given)
        settled = [g for g in given if settles(g, macros)]
        ends = [ends_of_ranges(rows_of(g, macros)) for g in (latex, *given)]
        apart = len(frozenset().union(*ends)) > 1  # what says how an episode is numbered says something that may matter
        heads = [head_of(g, macros) for g in given]
        twice = [heads.count(head) > 1 for head in heads]
        kept = [not seconds or bool(e) and apart or g in settled or two for g, e, two in zip(given, ends[1:], twice, strict=True)]
        under = tuple(settled)
        used = [
            g for g, keep in zip(given, kept, strict=True)
            if keep or not alone(("known", g, under, seconds), macros, partial(known, g, macros, seconds, under))
        ]  # fmt: skip
        told, deadline = [], process_time() + SETTLED
        for g in given:
            if process_time() < deadline:
                told += alone(("settles", g), macros, partial(settled_by, g, macros))
        with agreed(binding(told, rows_of(latex, macros))):
            return [chosen(read, taking) for read in readings(latex, used, macros)]


#: What was found of givens by themselves, by all that it hangs on: claim after claim is made under the same.
FOUND_ALONE: dict[Hashable, Any] = {}
#: Findings from which on none is kept.
MOST_FOUND = 4000


def alone(asked: Hashable, macros: Mapping[str, Any] | None, find: Callable[[], Any]) -> Any:
    """What is found of something given by itself, found once."""
    context = (SEED.get(), frozenset(declarations().items()), frozenset(map(repr, AGREED.get().items())))
    key = (asked, frozenset((macros or {}).items()), context)
    if key not in FOUND_ALONE:
        found = find()
        if len(FOUND_ALONE) >= MOST_FOUND:
            FOUND_ALONE.clear()
        FOUND_ALONE[key] = found
    return FOUND_ALONE[key]


def settled_by(given: str, macros: Mapping[str, Any] | None) -> list[Convention]:
    """The conventions that something given settles by itself."""
    return [c for read in given_links(given, [], macros) for c in conventions_of(read)]


def chosen(read: Read, taking: Iterable[str]) -> Read:
    """The readings in which names are, as often as they may, what they are said to be."""
    for says in taking:
        often = [sum(says == choice(key, option) for key, option, _ in r.reasons) for r in read.readings]
        read.readings = [r for r, n in zip(read.readings, often, strict=True) if n == max(often)]
    return read


def rows_of(latex: str, macros: Mapping[str, Any] | None) -> list[Row]:
    """The terms of a formula's statements."""
    return [t for s in links_of(latex, macros) for t in s.terms]


def settles(given: str, macros: Mapping[str, Any] | None) -> bool:
    """Whether something given is the value of the discount."""
    statements = given_statements(given, macros)
    return len(statements) == 1 and is_value_of_discount(statements[0])


def head_of(given: str, macros: Mapping[str, Any] | None) -> Hashable:
    """The name of which a given says something, with whose it is: what is said of it twice is no law of the field."""
    rows = [row for statement in links_of(given, macros) for row in statement.terms[:1] if row and row[0].kind == "atom"]
    if not rows:
        return given
    head = rows[0][0]
    return (
        head.name,
        head.accents,
        tuple(row_key(s) for s in head.subs if s and kinds(s[0].name).keys() & {"parameter", "policy"}),
    )


def known(given: str, macros: Mapping[str, Any] | None, seconds: float, settled: Sequence[str] = ()) -> bool:
    """Whether something given is what holds anyway: it then gives no name a meaning of its own, and bounds nothing."""
    statements = given_statements(given, macros)
    if len(statements) != 1 or not may_be_known(statements[0]):
        return False
    for under in dict.fromkeys(((), tuple(settled))):
        verdicts = [link_verdict(read, given, seconds) for read in given_links(given, list(under), macros)]
        if verdicts and all(map(holds_anyway, verdicts)):
            return True
    return False


def holds_anyway(verdict: LinkVerdict | str) -> bool:
    """Whether a link is true: proved, or for an order, which points alone can show, confirmed."""
    if isinstance(verdict, str):
        return False
    return verdict.status == "proved" or verdict.status == "confirmed" and verdict.relation in ORDERS


def link_verdict(read: Read, latex: str, seconds: float) -> LinkVerdict | str:
    """The verdict on one link over its readings; where it is outside of what rows read, what is not read."""
    made = as_written(read, latex, seconds)
    if (
        not isinstance(made, str)
        and made.status in ("refuted", "doubtful")
        and any(pinned(g, (read.lhs, read.rhs)) for g in read.givens)
    ):
        made = replace(left_out(made), message=f"Not decided: {UNUSED}.")  # such a number refutes nothing said of others
    open_ = isinstance(made, str) or made.status not in HOLDS
    full = filled_in((read.lhs, read.rhs), read.givens) if open_ else None
    if full and row_key(full[0]) == row_key(full[1]):
        return made  # it says which arguments a name leaves out
    if not full:
        return made if full is None or isinstance(made, str) else left_out(made)
    lhs, rhs = full
    givens = [replace(g, terms=filled_in(g.terms, read.givens) or g.terms) for g in read.givens]
    inner = link_verdict(read_link(lhs, read.relation, rhs, givens), latex, seconds)
    if isinstance(inner, str):
        return made
    base = base_of(read, latex)
    return in_full(made, replace(inner, lhs=base.lhs, rhs=base.rhs), read.lhs)


def in_full(made: LinkVerdict | str, full: LinkVerdict, lhs: Row) -> LinkVerdict | str:
    """The verdict on a link whose names leave out arguments: what holds with them is meant, and what is open with them is not refuted without.

    A name that stands alone on the left may have been given a value, or another meaning.
    """
    alone = len(lhs) == 1 and lhs[0].kind == "atom" and not lhs[0].primes
    if full.status in STANDS or full.status == "refuted" and not alone:
        return full
    return made if isinstance(made, str) else left_out(made)


def left_out(made: LinkVerdict) -> LinkVerdict:
    """A verdict on a link in which a name may stand for something at its arguments, or for all its values: it is not refuted."""
    if made.status not in ("refuted", "doubtful"):
        return made
    return LinkVerdict(made.start, made.end, made.lhs, made.relation, made.rhs, "undecided", "D502", LEFT_OUT)


def as_written(read: Read, latex: str, seconds: float) -> LinkVerdict | str:
    """The verdict on a link in which names have the arguments that are written."""
    mean = mean_of_samples(read) if RELATIONS.get(read.relation) in ("=", "~") else None
    estimate = RELATIONS.get(read.relation) == "~" and mean is not None
    if mean is not None and estimate and (of_means := mean_verdict(read, latex, mean, seconds)) is not None:
        return of_means
    made = verdict_on(read, latex, seconds)
    if isinstance(made, LinkVerdict) and made.status in (*STANDS, "definition"):
        return made
    if isinstance(made, str) and RELATIONS.get(read.relation) == "~" and (step := estimated(base_of(read, latex), read, seconds)):
        return step
    if mean is not None and not estimate and (of_means := mean_verdict(read, latex, mean, seconds)) is not None:
        return of_means
    if isinstance(made, str) and (of_parameters := extremes_verdict(read, latex, seconds)) is not None:
        return of_parameters
    meant = stood_for(read) if isinstance(made, str) and RELATIONS.get(read.relation) in ("=", "~") else None
    if meant is not None:
        lhs, rhs, says = meant
        inner = link_verdict(read_link(lhs, read.relation, rhs, []), latex, seconds)
        if not isinstance(inner, str) and inner.status in STANDS:
            return conditional_on(read, latex, (*says, *inner.assumptions), inner)
    general = of_any_functions(read) if made == OWN_POLICY else None
    if general is not None:
        inner = verdict_on(general, latex, seconds)
        if not isinstance(inner, str) and inner.status in HOLDS:
            base = base_of(read, latex)
            return replace(inner, lhs=base.lhs, rhs=base.rhs)
    for any_ in with_numbers(read.lhs, read.rhs, read.givens) if isinstance(made, str) else ():
        inner = link_verdict(read_link(any_.lhs, read.relation, any_.rhs, any_.givens), latex, seconds)
        if not isinstance(inner, str) and (inner.status in HOLDS or any_.alike and inner.status == "refuted"):
            base = base_of(read, latex)
            return replace(inner, lhs=base.lhs, rhs=base.rhs)
    return made


def extremes_verdict(read: Read, latex: str, seconds: float) -> LinkVerdict | None:
    """The verdict on two extremes over the same parameters: of their values, or of where they are reached; None where the sides are none."""
    pairs = for_every_pair(read.lhs, read.rhs) if read.relation == "=" else None
    together = reached_together(read.lhs, read.rhs, read.givens) if pairs is not None else None
    if pairs is None or together is None:
        return None
    values, places = (link_verdict(read_link(a, "=", b, list(read.givens)), latex, seconds) for a, b in (pairs, together))
    if isinstance(values, str) or values.status in STANDS:
        return None if isinstance(values, str) else values
    if not isinstance(places, str) and places.status in STANDS:
        return conditional_on(read, latex, ("max and min stand for where they are reached", *places.assumptions), places)
    return values


def mean_verdict(read: Read, latex: str, mean: tuple[Row, tuple[Statement, ...]], seconds: float) -> LinkVerdict | None:
    """The verdict on a mean of samples as what it is on average; None where that is not so."""
    row, givens = mean
    for relation in dict.fromkeys(("=", read.relation)):
        of_means = verdict_on(read_link(read.lhs, relation, row, list(givens)), latex, max(AVERAGING, seconds))
        if not isinstance(of_means, str) and of_means.status in STANDS:
            return conditional_on(
                read, latex, ("the mean of the samples stands for the mean of all", *of_means.assumptions), of_means
            )
    return None


def conditional_on(read: Read, latex: str, says: tuple[str, ...], shown: LinkVerdict) -> LinkVerdict:
    """The verdict on a link that holds for what it stands for."""
    message = f"True only if {'; '.join(says)}."
    base = replace(base_of(read, latex), status="conditional", code="D420")
    return replace(base, message=message, assumptions=says, method=shown.method, readings=shown.readings).shown(shown.certificate)


__all__ = ["HOLDS", "Answer", "answer", "in_full", "left_out", "link_verdict", "links_of"]
