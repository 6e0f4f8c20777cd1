"""From a formula and what is given to readings: typed claims, closed and with every hole filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from derive.core.terms import CoreClaim, Var, free_variables
from derive.elaborate.elaborator import RELATIONS, Elaborator
from derive.elaborate.given.chains import dependences
from derive.elaborate.given.elided_arguments import ordered_everywhere
from derive.elaborate.given.examples import of_example, where_it_is
from derive.elaborate.given.given_remarks import stands_still, without_remarks
from derive.elaborate.given.givens import (
    given_shapes,
    introduces,
    joint_names,
    own_head,
    redefines,
    sorted_givens,
    spells_out,
    told_law,
    told_laws,
    with_arguments,
)
from derive.elaborate.given.listed import by_lists
from derive.elaborate.given.partial_givens import definitions_behind, gives_law, in_cases, says_what_stands_in
from derive.elaborate.given.preferences import as_rewards
from derive.elaborate.given.recursions import own_recursions
from derive.elaborate.knowledge.facts import facts_of
from derive.elaborate.knowledge.glances import of_sums
from derive.elaborate.knowledge.scope import (
    Definition,
    Knowledge,
    OfVectors,
    Outside,
    Premise,
    WrongType,
    also_declared,
    hole_name,
    is_moved_parameter,
    kinds,
    letter_key,
)
from derive.elaborate.knowledge.search import Found, Misread, Oracle, Search
from derive.elaborate.knowledge.sequences import given_at_any
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.components import listed_components
from derive.elaborate.letters.implied import implied
from derive.elaborate.parametric import reached_together
from derive.elaborate.processes.bare_policies import at_any_action
from derive.elaborate.processes.identities import at_any_pair
from derive.elaborate.randomness.random_values import by_values
from derive.elaborate.randomness.randoms import names_of_random, of_vectors
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.elaborate.reading.sequence_means import means_over_ranges
from derive.elaborate.reading.statements import Statement, statements_of
from derive.elaborate.spelling.compounds import says_soft, without_soft
from derive.elaborate.spelling.drawn_steps import advantages_of_steps
from derive.elaborate.spelling.parameters import (
    applied_to_parameters,
    labelled_parameters,
    policies_of,
    starred_policies,
    with_priors,
)
from derive.elaborate.spelling.sets import chain_of, of_any_sign, opened
from derive.elaborate.spelling.spellings import in_one_spelling
from derive.elaborate.spelling.superscripts import lowered
from derive.elaborate.spelling.tabular import lists_given, logarithm_of, of_lists
from derive.elaborate.spelling.units import has_mixed_number, in_bits, of_differentials, of_two_units, without_units
from derive.glossary.marks import ADVANTAGES, ENDS, ENTROPIES, VALUE_NAMES
from derive.syntax.flat import Item, Row, row_key
from derive.syntax.flat import walk as items_of
from derive.syntax.row_reader import read


def runs_with(item: Item, definition: Definition) -> bool:
    """Whether a name in a definition has an index for which any may stand: a member of a sequence."""
    below = {definition.holes[int(name)] for s in definition.args[0].subs for j in s if (name := hole_name(j))}
    own = [s for s in item.subs if not is_moved_parameter(s) or letter_key(s[0]) in below]
    return any(j.kind == "atom" and letter_key(j) in definition.holes for s in own for j in items_of(s))


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a claim: the core claim, its cost, the reasons, and the page's names of its variables.

    ``uneven``: the last term of a sum with dots does not continue those before them; ``explained``: the variables of which used definitions speak.
    """

    claim: CoreClaim
    cost: float
    reasons: tuple[Any, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    indexed: frozenset[int] = frozenset()
    tends: tuple[Var, ...] = ()
    coefficients: tuple[Var, ...] = ()
    drawn: tuple[Var, ...] = ()
    forms: tuple[Var, ...] = ()
    uneven: bool = False
    explained: frozenset[int] = frozenset()
    features: tuple[Var, ...] = ()


@dataclass(slots=True)
class Read:
    """The readings of one link, or why there are none; ``places`` where they say where extremes are reached,
    ``everywhere`` where it is said of all values of its letters."""

    lhs: Row
    rhs: Row
    relation: str
    readings: list[Reading] = field(default_factory=list)
    why: str = ""
    outside: bool = False
    cut: bool = False
    objective: bool = False
    lone: str = ""
    premise: bool = False
    misfit: bool = False
    estimate: bool = False
    places: bool = False
    everywhere: bool = False
    givens: tuple[Statement, ...] = ()


def links_of(latex: str, macros: Mapping[str, Any] | None = None) -> list[Statement]:
    """The statements of a formula."""
    return list(plain_statements(latex)) if not macros else statements_of(read(latex, macros))


@lru_cache(maxsize=1000)
def plain_statements(latex: str) -> tuple[Statement, ...]:
    """The statements of a formula without commands of its own."""
    return tuple(statements_of(read(latex)))


def given_statements(latex: str, macros: Mapping[str, Any] | None = None) -> list[Statement]:
    """The statements of something given, remarks aside of which nothing can matter."""
    row = read(latex, macros)
    plain = without_remarks(row)
    found = statements_of(row if plain is None else plain) if plain != () else []
    return [s for statement in found for s in opened(statement) if s.rels or statement.rels != (r"\in",)]


def given_links(latex: str, given: list[str], macros: Mapping[str, Any] | None = None) -> list[Read]:
    """The readings of something given, under other things given; an equation of values at any state and action."""
    under = [s for g in given for s in given_statements(g, macros)]
    return [
        read_link(s.terms[i], rel, s.terms[i + 1], under, s.conditions)
        for s in map(with_arguments, given_statements(latex, macros))
        for i, rel in enumerate(s.rels)
    ]


def read_link(
    lhs: Row,
    relation: str,
    rhs: Row,
    givens: list[Statement],
    conditions: tuple[Row, ...] = (),
    later: bool = False,
) -> Read:
    """All readings of ``lhs relation rhs`` under what is given; ``later`` where the text counts the reward of a step with the next."""
    conditions, said = definitions_behind(conditions)
    givens = [*givens, *said]
    told = implied([lhs, rhs, *conditions, *(t for g in givens for t in g.terms)])
    if told:
        with also_declared(told):
            return read_link(lhs, relation, rhs, givens, conditions, later)
    hatted = advantages_of_steps([lhs, rhs, *conditions, *(t for g in givens for t in g.terms)])
    if hatted is not None:
        lhs, rhs, conditions = hatted(lhs), hatted(rhs), tuple(map(hatted, conditions))
        givens = [replace(g, terms=tuple(map(hatted, g.terms))) for g in givens]
    rows = [lhs, rhs, *conditions]
    givens = [made for g in map(in_cases, givens) for made in ordered_everywhere(g, rows)]
    out = Read(lhs, rhs, relation, givens=tuple(givens))
    together = reached_together(lhs, rhs, givens) if relation == "=" and lhs and lhs[0].name.startswith("arg") else None
    if together is not None:
        of_places = read_link(together[0], relation, together[1], givens, conditions, later)
        if of_places.readings:
            return replace(of_places, lhs=lhs, rhs=rhs, places=True)
    if relation not in RELATIONS:
        out.why, out.outside = f"the relation {relation}", True
        return out
    lists = lists_given(givens)
    spelled = [of_lists(row, lists, logarithm_of([lhs, rhs], givens)) for row in (lhs, rhs)]
    if spelled != [lhs, rhs]:
        givens = [g for g in givens if g.terms[0][0].name not in ENTROPIES]
    lhs, rhs = in_bits(*spelled)
    spoken = {letter_key(replace(i, subs=())) for row in (lhs, rhs) for i in items_of(row) if i.kind == "atom"}
    used = lists.keys() - spoken
    givens = [g for g in givens if not (len(g.terms[0]) == 1 and letter_key(g.terms[0][0]) in used)]
    if of_two_units(lhs, rhs):
        out.why, out.outside = "two units", True
        return out
    if of_differentials(lhs, rhs):
        out.why, out.outside = "a differential", True
        return out
    if has_mixed_number([lhs, rhs]):
        out.why, out.outside = "a number before a fraction: their sum, or their product", True
        return out
    if of_vectors([lhs, rhs]):
        out.why, out.outside = "a random vector", True
        return out
    conditions = tuple(c if (chain := chain_of(c)) is None else chain for c in conditions)
    softly = says_soft([lhs, rhs])
    if softly:
        if any(i.name in VALUE_NAMES for g in givens if not says_soft(g.terms) for t in g.terms for i in items_of(t)):
            out.why, out.outside, out.premise = "what is given of values that are not soft", True, True
            return out
        lhs, rhs = without_soft(lhs), without_soft(rhs)
        givens = [replace(g, terms=tuple(map(without_soft, g.terms))) for g in givens]
    try:
        lhs, rhs, conditions, givens = lowered(*in_one_spelling(without_units(lhs), without_units(rhs), conditions, givens))
        sides = with_priors([lhs, rhs, *(t for g in givens for t in g.terms)])
    except Outside as why:
        out.why, out.outside = str(why), True
        return out
    lhs, rhs, *sides = at_any_action(applied_to_parameters(sides))
    left = iter(sides)
    givens = [replace(g, terms=tuple(next(left) for _ in g.terms)) for g in givens]
    lhs, rhs, givens = where_it_is(*at_any_pair(lhs, rhs), givens)
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in g.terms), *(c for g in givens for c in g.conditions)]
    givens = [*givens, *dependences(rows)]
    lhs, rhs = means_over_ranges(lhs, rhs)
    lhs, rhs, givens = by_lists(*of_example(lhs, rhs, givens))
    lhs, rhs = as_rewards(lhs, rhs, givens)
    lhs, rhs, conditions, givens = by_values(lhs, rhs, conditions, givens, names_of_random(rows)[0])
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in g.terms), *(c for g in givens for c in g.conditions)]
    facts = facts_of(rows, 2, {stem(r.head): stem(r.letter) for r in own_recursions(givens)})
    still = frozenset(row_key(row) for row in map(stands_still, givens) if row is not None)
    facts.later_rewards = facts.later_rewards or later
    sums = {stem(g.terms[0][0]) for g in givens if g.rels == ("=",) and g.terms[0] and begins_sum(g.terms[1])}
    facts.greedy = facts.greedy or of_sums([lhs, rhs], sums)
    random_names, fixed_names, alone_names = names_of_random(rows)
    facts.events_here = bool(random_names) or facts.events_here
    listed = dict(made for g in givens if (made := listed_components(g)) is not None)
    givens = [g for g in givens if listed_components(g) is None]
    try:
        if any(not g.rels and any(i.kind == "text" or i.word for t in g.terms for i in t) for g in givens):
            raise Outside("a condition in words")
        if any(gives_law(g, (lhs, rhs)) for g in givens):
            raise Premise("a law that a formula gives at every value")
        laws = told_laws(givens, rows)
        plain = [g for g in givens if stands_still(g) is None and told_law(g) is None and not spells_out(g)]
        definitions, premises = sorted_givens(plain, facts, (lhs, rhs))
    except Outside as why:
        out.why, out.outside, out.premise = str(why), True, isinstance(why, Premise)
        return out
    facts.indexed |= given_at_any((lhs, rhs), (t for g in premises for t in g.terms))
    facts.indexed |= {stem(i) for d in definitions for i in items_of(d.body) if i.kind == "atom" and runs_with(i, d)}
    joints = joint_names(rows)
    gradients = any(i.kind == "nabla" for r in rows for i in items_of(r))
    shapes = given_shapes(premises)
    any_sign = of_any_sign([*((g.terms, g.rels) for g in premises), *map(split_relations, conditions)])
    facts.tensorial = facts.tensorial or any(shapes.values())
    last: list[Misread] = []
    outside_costs: list[float] = []
    redefined = any(redefines(d) for d in definitions)
    parameters = [
        i for r in rows for i in items_of(r) if i.kind == "atom" and "parameter" in kinds(i.name) and not i.subs and not i.primes
    ]
    heads = policies_of(rows)
    labelled = labelled_parameters(rows)
    starred = starred_policies(rows) if not (facts.best or facts.speaks_of_values) else frozenset()
    starred |= {
        letter_key(d.args[0]) for d in definitions if len(d.args) == 1 and d.body and d.body[0].name in ("argmax", "argmin")
    }
    implicit = not parameters and any(i.kind == "nabla" and not i.subs for r in rows for i in items_of(r))

    def run(oracle: Oracle) -> Reading:
        knowledge = Knowledge(oracle, definitions=definitions, softly=softly)
        e = Elaborator(knowledge, facts)
        e.still = still
        e.random_names, e.joint_names, e.gradients = random_names, joints, gradients
        e.fixed_names, e.alone_names = fixed_names, alone_names
        e.redefined = redefined
        e.listed = listed
        e.process_here = facts.process
        e.given_shapes, e.any_sign = shapes, any_sign
        e.implicit = implicit
        e.policy_heads = heads
        e.all_rows, e.every_row = (lhs, rhs), tuple(rows)
        e.labelled_parameters = labelled
        e.told_policies = starred
        e.told_laws = laws
        e.unknown_objective = not heads and not facts.process
        e.parameter_letter = parameters[0] if len({letter_key(i) for i in parameters}) == 1 else None
        try:
            claim = e.claim(lhs, RELATIONS[relation], rhs, premises, conditions)
            kinds_of = ("small",), ("coefficient", "decay", "share"), ("reward", "error"), ("form",), ("features",)
            told = (frozenset().union(*map(knowledge.of_kind, names)) for names in kinds_of)
            tends, coefficients, drawn, forms, features = (
                tuple(v for v in free_in(claim) if v.number in numbers) for numbers in told
            )
            return Reading(
                claim,
                0.0,
                (),
                dict(knowledge.names),
                knowledge.indexed(),
                tends,
                coefficients,
                drawn,
                forms,
                knowledge.uneven,
                knowledge.explained(),
                features,
            )
        except Misread as why:
            last.append(why)
            if isinstance(why, Outside):
                outside_costs.append(oracle.cost)
            raise

    side = max((lhs, rhs), key=lone)
    if relation in ("=", ":=", r"\propto") and lone(side) and all(says_nothing_of(side[0], g) for g in givens):
        out.lone = lone(side)
    estimates = [(a, b) for a, b in ((lhs, rhs), (rhs, lhs)) if relation in ("=", ":=") and is_estimate(a)]
    own = has_own_end((lhs, rhs)) and not any(is_estimate(g.terms[0]) for g in givens)
    out.estimate = own and any(stem(a[0]) not in map(stem, items_of(b)) for a, b in estimates)
    out.objective = relation in ("=", ":=") and any(is_objective(row) for row in (lhs, rhs))
    ordered = relation in ("<", ">", r"\le", r"\ge") and any(
        i.kind == "atom" and kinds(i.name).get("process") == 0 for row in (lhs, rhs) for i in items_of(row)
    )
    out.objective = (out.objective or ordered and not heads) and not any(
        kinds(d.head.name).get("process") == 0 for d in definitions
    )
    search = Search(run)
    for found in search.readings():
        assert isinstance(found, Found)
        out.readings.append(replace(found.result, cost=found.cost, reasons=found.reasons))
    out.cut = search.cut
    if out.readings and outside_costs and min(outside_costs) < out.readings[0].cost - 0.01:
        # the likeliest reading is one that no row reads: the dearer ones say nothing of it
        out.readings = []
    if not out.readings:
        wrong = [w for w in last if isinstance(w, WrongType)]
        if wrong and isinstance(last[0], WrongType):
            out.why = str(wrong[0])
            return out
        outside = [w for w in last if isinstance(w, Outside)]
        out.outside = True
        out.misfit = not outside and any(isinstance(w, OfVectors) for w in last)
        out.premise = any(isinstance(w, Premise) for w in last)
        out.why = str(outside[0] if outside else last[0] if last else "no reading")
    return out


#: Relations by which something given bounds a name and says nothing else of what it is.
BOUNDS = frozenset(("<", ">", r"\le", r"\ge", r"\in"))


def says_nothing_of(name: Item, given: Statement) -> bool:
    """Whether something given leaves open what a name of the field is: a bound, or what a name of the page's own is without it."""
    own = own_head(given) is not None and stem(name) not in (
        stem(i) for t in given.terms for i in items_of(t) if i.kind == "atom"
    )
    return own or bool(given.rels) and set(given.rels) <= BOUNDS


def begins_sum(row: Row) -> bool:
    """Whether a sum or an integral stands first."""
    return bool(row) and row[0].kind == "big" and row[0].name in ("sum", "int")


def lone(row: Row) -> str:
    """Whether a side is one name of the field, ``applied`` or at a ``time``: what a text may say what it means by."""
    row = strip_commas(row)
    if not 0 < len(row) <= 2 or row[0].kind != "atom":
        return ""
    if len(row) == 2:
        return "applied" if row[1].kind == "group" else ""
    return "time" if row[0].subs and kinds(row[0].name).keys() & {"error", "process"} else ""


def is_estimate(row: Row) -> bool:
    r"""Whether a side is ``\hat A_t`` alone: what a text may say how it estimates."""
    row = strip_commas(row)
    return len(row) == 1 and row[0].name in ADVANTAGES and "hat" in row[0].accents and len(row[0].subs) == 1 and not row[0].sups


def has_own_end(rows: Iterable[Row]) -> bool:
    """Whether an estimate has no decay, or ends at a time of its own."""
    atoms = [i for row in rows for i in items_of(row) if i.kind == "atom"]
    return not any("decay" in kinds(i.name) for i in atoms) or any(i.name in ENDS for i in atoms)


def is_objective(row: Row) -> bool:
    """Whether a side is J alone: what a text says of it may say what it means by it."""
    row = strip_commas(row)
    return (
        0 < len(row) <= 2
        and row[0].kind == "atom"
        and kinds(row[0].name).get("process") == 0
        and (len(row) == 1 or row[1].kind == "group")
    )


def free_in(claim: CoreClaim) -> list[Var]:
    return sorted(set().union(*(free_variables(p) for p in (claim.lhs, claim.rhs))), key=lambda v: v.number)


def readings(latex: str, given: list[str], macros: Mapping[str, Any] | None = None) -> Iterator[Read]:
    """The readings of each link of a formula by itself."""
    givens = [s for g in given for s in given_statements(g, macros)]
    statements = links_of(latex, macros)
    if any(word in latex for word in ("s.t.", "subject to")):
        return
    said: list[Statement] = []
    for at, statement in enumerate(statements):
        own = [*givens, *said]
        if statement.rels[:1] in ((":=",), ("=",)) and len(statements) > 1:
            first = Statement(statement.terms[:2], statement.rels[:1])
            if introduces(first):
                said.append(first)
        own += [s for s in statements[at + 1 :] if not s.joiner and says_what_stands_in(s, statement)]
        if statement.joiner and at:
            own.append(statements[at - 1])  # what an arrow leads from is given
        if at + 1 < len(statements) and statements[at + 1].joiner:
            if statements[at + 1].joiner == "iff":
                own.append(statements[at + 1])
            else:
                continue
        for i, rel in enumerate(statement.rels):
            yield read_link(statement.terms[i], rel, statement.terms[i + 1], own, statement.conditions)
