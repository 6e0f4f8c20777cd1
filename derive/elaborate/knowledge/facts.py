"""What a glance over all rows of a claim shows: which names carry indices, which are applied, which are transposed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType

from derive.elaborate.knowledge.glances import (
    counts_of_steps,
    dotted,
    drawn_from,
    end_of_dots,
    from_both_sides,
    has_one_index,
    last_times,
    only_above,
    only_capitals,
    over_outcomes,
    rewards_come_later,
    speaks_of_earnings,
    speaks_of_one_step,
    speaks_of_optima,
    steps_outside_means,
    sums_without_end,
    timed_state,
)
from derive.elaborate.knowledge.scope import compiled_rows, is_moved_parameter, kinds
from derive.elaborate.knowledge.sequences import ends_of, heads_of, members_of_groups, responses_of
from derive.elaborate.knowledge.shapes import Facts, stem
from derive.glossary.functions import DIVERGENCE_WORDS, EXPECTATIONS, PROBABILITIES
from derive.glossary.letters import letters
from derive.glossary.marks import (
    ADVANTAGES,
    AVERAGES,
    BOLD,
    CAPITAL_VALUES,
    CHAIN_MATRICES,
    DIFFERENTIALS,
    DISCOUNTS,
    ENDS,
    ENTROPIES,
    IDENTITIES,
    LETTER_TRANSPOSES,
    LOGARITHMS,
    ONES,
    OPERANDS,
    OPERATORS,
    REALS,
    RETURNS,
    SIZED_WORDS,
    STATE_VALUES,
    TENSOR_WORDS,
    TRANSPOSES,
    VALUE_LETTERS,
    VALUE_NAMES,
)
from derive.syntax.flat import Item, Row, inner_rows, is_mark, numeral, row_key, walk


def facts_of(rows: Iterable[Row], own: int | None = None, recursive: Mapping[Hashable, Hashable] = MappingProxyType({})) -> Facts:
    """The facts of all rows of a claim and its givens; the first ``own`` rows are the claim's.

    A function that the claim applies is none the less one where something given names it alone.  ``recursive`` are
    the names of sequences that are given by recursions, each with the letter that counts them.
    """
    facts = Facts(recursive=set(recursive), counting=set(recursive.values()))
    rows = list(rows)
    identity = False
    facts.tensorial = any(
        is_mark(a, *DEFINITE) and b.value == 0 for row in rows for part in inner_rows(row) for a, b in pairwise(part)
    )
    facts.t_transposes = only_above(rows)
    for row in rows:
        indicators = {
            id(a)
            for part in inner_rows(row)
            for a, b in pairwise(part)
            if a.name in ONES and b.kind == "group" and b.name != "row"
        }
        before_sums = {
            id(a) for part in inner_rows(row) for a, b in pairwise(part) if b.kind == "big" and b.name in ("sum", "int")
        }
        for item in walk(row):
            if id(item) in indicators:
                continue
            if item.kind == "atom" and any(len(s) == 1 and s[0].kind == "atom" and s[0].name in PARAMETERS for s in item.subs):
                facts.moving.add(stem(item))
            if item.kind == "big" and item.name in ("max", "argmax") and item.subs:
                facts.greedy = True
            if item.kind == "atom" and item.name in LOGARITHMS and id(item) in before_sums:
                facts.greedy = True  # log Σ exp and log ∫ exp are soft largest values
            if item.kind == "big":
                for sub in item.subs:
                    if sub and sub[0].kind == "atom":
                        facts.binder_letters.add(stem(sub[0]))
                    facts.binder_letters |= {
                        stem(i) for i in sub if i.kind == "atom" and "index" in kinds(i.name) and not i.name.isupper()
                    }
            if item.kind == "atom" and item.name in EXPECTATIONS:
                for sub in item.subs:
                    facts.drawn |= {
                        stem(part) for i, part in enumerate(sub) if part.kind == "atom" and i and is_mark(sub[i - 1], r"\sim")
                    }
                    triples = zip(sub, sub[1:], sub[2:], strict=False)
                    facts.state_laws |= {
                        stem(c) for a, b, c in triples if is_mark(b, r"\sim") and c.kind == "atom" and "state" in kinds(a.name)
                    }
                    for i, part in enumerate(sub[:-1]):
                        if part.kind == "atom" and is_mark(sub[i + 1], r"\sim"):
                            facts.binder_letters.add(stem(part))
            if (
                item.kind == "group"
                and item.name == "norm"
                or item.kind == "matrix"
                or item.kind == "group"
                and item.name == "<>"
                and len(item.rows) == 2
            ):
                facts.tensorial = True
                facts.normed = facts.normed or item.name == "norm"
                if item.name == "norm" or item.kind == "matrix":
                    parts = item.rows if item.kind == "matrix" else item.subs
                    facts.weights |= {stem(i) for part in parts for i in walk(part) if i.kind == "atom"}
            if item.kind == "atom" and item.name in IDENTITIES and not item.subs and not item.sups:
                identity = True
            if item.kind == "atom" and (item.name in TENSOR_WORDS or item.name.startswith(BOLD)):
                facts.tensorial = True
                facts.normed = facts.normed or item.name in ONES | SIZED_WORDS
            if item.kind == "atom" and item.name in REALS and item.sups:
                facts.tensorial = True
            if item.kind == "frac":
                above, below = item.rows
                quotient = len(below) > 1 and bool(above) and above[0].name in PARTIALS and below[0].name in PARTIALS
                facts.differentiates = facts.differentiates or quotient
                by = [b for a, b in pairwise(below) if a.name in PARTIALS and b.kind == "atom" and has_one_index(b)]
                facts.partials |= set(map(stem, by))
                facts.slopes |= {row_key(b.subs[0]) for b in by}
            facts.differentiates = facts.differentiates or item.kind == "nabla" or is_mark(item, r"\partial") and bool(item.subs)
            if item.kind == "nabla":
                facts.tensorial = facts.tensorial or bool(item.sups)
            if item.kind == "atom" or item.kind == "group":
                for sup in item.sups:
                    if len(sup) == 1 and sup[0].kind == "atom" and sup[0].name in TRANSPOSES:
                        if (
                            sup[0].name in LETTER_TRANSPOSES
                            and not facts.t_transposes
                            and not (item.kind == "atom" and (item.name[-1:].isupper() or item.name.startswith("math")))
                        ):
                            continue
                        facts.tensorial = True
                        facts.transposed.update(stem(i) for i in ((item,) if item.kind == "atom" else ()))
                    if (
                        len(sup) == 2
                        and is_mark(sup[0], "-")
                        and sup[1].name == "1"
                        and item.kind == "atom"
                        and item.name[-1:].isupper()
                    ):
                        facts.inverted.add(stem(item))
                        facts.tensorial = True
    facts.best = speaks_of_optima(rows)
    facts.earns = speaks_of_earnings(rows)
    facts.returns = any(i.kind == "atom" and i.name in RETURNS and i.subs for row in rows for i in walk(row))
    facts.responses, facts.ends_of_responses = responses_of(rows), ends_of(rows)
    facts.token_heads = heads_of(rows)
    lengths_of(rows, facts)
    for row in rows:
        if any(i.kind == "dots" for i in walk(row)):
            facts.indexed |= {
                stem(i) for i in walk(row) if i.kind == "atom" and i.subs and not any(j.word for s in i.subs for j in s)
            }
        _times(row, facts)
    timed_sum = facts.timed_sum = any("time" in kinds(str(key[0])) for key in facts.binder_letters if isinstance(key, tuple))
    everything = [i for row in rows for i in walk(row) if i.kind == "atom"]
    facts.later_rewards = rewards_come_later(rows)
    facts.open_end = any(
        ("process" in kinds(i.name) and kinds(i.name).keys() & {"state", "action"} or i.name in RETURNS)
        and any(j.name in ENDS for s in i.subs if not any(is_mark(k, ":") for k in s) for j in s)
        for i in everything
    )
    ends = {row_key(s) for s in last_times(rows)}
    whole_episodes = any(
        i.name in EXPECTATIONS or i.name in PROBABILITIES or "episode" in kinds(i.name) or kinds(i.name).get("process") == 0
        for i in everything
    )
    facts.open_end = facts.open_end or len(ends) > 1 and not whole_episodes  # at most one of them is the end
    facts.process = facts.process or (facts.errors or timed_sum or facts.open_end) and facts.state_letter is not None
    facts.steps = counts_of_steps(rows) if whole_episodes or facts.returns else set()
    facts.process = facts.process or speaks_of_one_step(rows) or bool(facts.steps)
    facts.dotted_end = None if facts.open_end else end_of_dots(rows)
    facts.outside_means = any(map(steps_outside_means, rows))
    for at, row in enumerate(rows):
        if at == own:
            bare, applied = set(facts.bare), set(facts.applied)
        _uses(row, facts, False)
    if own is not None and own < len(rows):
        facts.bare -= applied - bare
    facts.operated |= {  # what has a norm, and a value at a state, is all its values
        stem(a)
        for row in rows for i in walk(row) if i.kind == "group" and i.name == "norm" for part in i.rows
        for a, b in pairwise((*part, Item("mark", "end")))
        if a.kind == "atom" and b.kind != "group" and not (a.subs or a.sups) and stem(a) in facts.at_letters
        and "policy" not in kinds(a.name)
    }  # fmt: skip
    if facts.responses and facts.state_letter is None:
        facts.process = False  # what has a time are tokens
    numbered = {stem(i) for row in rows for i in drawn_from(row) if i.subs}
    facts.indexed |= {
        stem(i) for i in everything
        if stem(i) in facts.drawn - numbered and len(i.subs) == 1 and len(i.subs[0]) == 1 and names_outcome(i.subs[0][0], facts)
    }  # fmt: skip
    facts.groups = members_of_groups(rows)
    facts.indexed |= facts.groups
    facts.stateless = (
        facts.process
        and not facts.errors
        and not (any(i.name in DISCOUNTS for i in everything) and any(map(sums_without_end, rows)))
        and not any(
            {"state", "episode"} & kinds(i.name).keys()
            or i.name in VALUE_LETTERS
            or kinds(i.name).get("process") == 0
            or i.name in ADVANTAGES
            and i.accents
            and i.subs
            for i in everything
        )
    )
    facts.averaged = any(i.name in EXPECTATIONS or i.name in PROBABILITIES for i in everything)
    earned = {
        row_key(s) for i in everything if "reward" in kinds(i.name) for s in i.subs
        if not any(stem(j) in facts.binder_letters for j in walk(s))
    }  # fmt: skip
    facts.stateless = facts.stateless and not (facts.averaged and len(earned) > 1)  # states may lie between the times
    if facts.stateless and not facts.averaged and any(i.subs and "reward" in kinds(i.name) for i in everything):
        facts.process = False  # rewards alone, of which nothing is averaged: any numbers, one for each time
    facts.pointwise = (
        not facts.averaged and not facts.errors and not facts.speaks_of_values
        and not any(i.name in VALUE_LETTERS or kinds(i.name).get("process") == 0 for i in everything)
    )  # fmt: skip
    facts.sums_rewards = any(
        "reward" in kinds(i.name) and any(stem(j) in facts.binder_letters for s in i.subs for j in s) for i in everything
    )
    facts.beyond_end = not any(
        len(s) == 1 and s[0].name in ENDS for row in rows for i in walk(row) if i.kind == "big" for s in i.sups
    )
    timed = [i for i in everything if "process" in kinds(i.name) and i.subs]
    of_field = any(
        i.name in VALUE_NAMES | VALUE_LETTERS or kinds(i.name).get("policy") == 0 or "episode" in kinds(i.name)
        for i in everything
    )
    rewards = all("reward" in kinds(i.name) for i in timed)
    discounted = any(i.name in DISCOUNTS for i in everything)
    facts.plain = not facts.process and not facts.averaged and not of_field and (rewards or not discounted)
    values = compiled_rows()[0]
    facts.valued = any(i.name in values and kinds(i.name).keys() <= {"law", "reward", "process", "index"} for i in everything)
    facts.discounted = any(i.name in DISCOUNTS for i in everything)
    facts.chain = facts.discounted and any(i.name in CHAIN_MATRICES for i in everything)
    facts.chain = facts.chain and not {(name, (), 0) for name in CHAIN_MATRICES} & (facts.multi | facts.at_letters)
    if facts.chain and any(i.kind == "atom" and i.name in CHAIN_MATRICES and not i.subs for row in rows for i in walk(row)):
        facts.tensorial = True
    if only_capitals(everything) and any(
        a.kind in ("atom", "group") and b.kind in ("atom", "group")
        for row in rows for part in inner_rows(row) for a, b in pairwise([i for i in part if not is_mark(i, "*")])
    ):  # fmt: skip
        facts.capitals = facts.tensorial = True  # products of capitals alone: matrices, if nothing says otherwise
    facts.sided = dotted(rows) | (set() if facts.averaged else from_both_sides(rows))
    facts.tensorial = facts.tensorial or bool(facts.sided)
    if identity and not {(name, (), 0) for name in IDENTITIES} & (facts.applied.keys() | facts.binder_letters):
        facts.tensorial = True
    head = facts.value_head
    if facts.own_value is not None and head is not None and not head.accents and any(of_policy(s) for s in head.subs):
        facts.value_head = facts.own_value  # V beside v_π is an estimate of it
    return facts


def of_policy(sub: Row) -> bool:
    """Whether a policy stands below a name."""
    return len(sub) == 1 and sub[0].kind == "atom" and kinds(sub[0].name).get("policy") == 0


def names_outcome(item: Item, facts: Facts) -> bool:
    """Whether a letter below a distribution is one of its outcomes: an index or an action, or a letter that stands by itself too."""
    return bool(kinds(item.name).keys() & {"index", "action"}) or stem(item) in facts.bare and "parameter" not in kinds(item.name)


def lengths_of(rows: list[Row], facts: Facts) -> None:
    """How far the sequences of a claim go, where a sum over their index or a list of them says so."""
    every = [i for row in rows for i in walk(row)]
    beside = (pair for row in rows for part in inner_rows(row) for pair in pairwise(part))
    ends: dict[Hashable, Row] = {total.subs[0][0].key: size for share, total in beside for size in shared(share, total)}
    for item in every:
        if item.kind == "big" and item.subs and item.sups and item.subs[0]:
            ends.setdefault(item.subs[0][0].key, item.sups[0])
        if item.kind == "group" and any(len(r) == 1 and r[0].kind == "dots" for r in item.rows):
            last = item.rows[-1]
            if len(last) == 1 and last[0].kind == "atom" and len(last[0].subs) == 1:
                facts.lengths.setdefault(stem(last[0]), last[0].subs[0])
    for item in every:
        if item.kind == "atom" and len(item.subs) == 1 and len(item.subs[0]) == 1 and item.subs[0][0].key in ends:
            facts.lengths.setdefault(stem(item), ends[item.subs[0][0].key])
    alike: dict[Hashable, set[Hashable]] = {}
    for item in every:
        if item.kind == "atom" and len(item.subs) == 1 and len(item.subs[0]) == 1 and "index" in kinds(item.subs[0][0].name):
            alike.setdefault(item.subs[0][0].key, set()).add(stem(item))
    for names in alike.values():  # what has one index goes as far: Σ_j A_j, where A_i is made of r_i
        known = {row_key(facts.lengths[name]): facts.lengths[name] for name in names if name in facts.lengths}
        for name in names if len(known) == 1 else ():
            facts.lengths.setdefault(name, next(iter(known.values())))


def shared(share: Item, total: Item) -> list[Row]:
    r"""By how many a sum over an index of which no end is said is divided: ``\frac1G\sum_i``."""
    over = total.kind == "big" and len(total.subs) == 1 and len(total.subs[0]) == 1 and not total.sups
    mean = over and share.kind == "frac" and row_key(share.rows[0]) == row_key((numeral(1),)) and len(share.rows[1]) == 1
    return [share.rows[1]] if mean and share.rows[1][0].kind == "atom" else []


def _times(row: Row, facts: Facts) -> None:
    """Whether a claim speaks of a process: a reward or return at a time, a trajectory, a capital state at a time."""
    for item in walk(row):
        if item.kind != "atom" or stem(item) in facts.recursive:
            continue
        may = kinds(item.name)
        if "episode" in may and not item.subs:
            facts.process = True
        if "process" in may and "state" in may and len(item.subs) == 1 and len(item.subs[0]) == 1 and facts.state_letter is None:
            facts.state_letter = item
        timed = any(part.kind == "atom" and "time" in kinds(part.name) for sub in item.subs for part in sub)
        if "weight" in may and timed and any(is_mark(part, ":") for sub in item.subs for part in sub):
            facts.process = True
        if "process" in may and timed and ("reward" in may or item.name.isupper()):
            facts.process = True
        facts.errors = facts.errors or "error" in may and timed


def _uses(row: Row, facts: Facts, inside: bool) -> None:
    """Uses of each name, and whether it stands outside of every expectation."""
    for i, item in enumerate(row):
        following = row[i + 1] if i + 1 < len(row) else None
        if item.kind == "atom":
            if item.name in DISCOUNTS:
                facts.exponents |= {stem(s[0]) for s in item.sups if len(s) == 1 and s[0].kind == "atom"}
            applied = following is not None and following.kind == "group" and following.name in ("()", "[]", "{}")
            if applied and following is not None:
                first = following.rows[0]
                if over_outcomes(item, following):
                    facts.sampled |= {stem(r[0]) for r in following.rows[:1] if len(r) == 1 and r[0].kind == "atom" and r[0].subs}
                facts.state_values = facts.state_values or item.name in STATE_VALUES and len(following.rows) == 1
                facts.speaks_of_values = facts.speaks_of_values or item.name in VALUE_NAMES
                if len(first) == 1 and "episode" in kinds(first[0].name) and not kinds(item.name).keys() & {"law", "policy"}:
                    facts.path_head = item
                if item.name in PROBABILITIES and any(is_mark(i, "=") for i in first) and any(timed_state(i) for i in first):
                    facts.process = True
                if (
                    item.name in STATE_VALUES
                    and len(following.rows) == 1
                    and (item.accents or item.subs)
                    and facts.value_head is None
                ):
                    facts.value_head = item
                elif item.name in STATE_VALUES and len(following.rows) == 1 and not (item.sups or item.primes or item.subs):
                    facts.own_value = item
                facts.applied.setdefault(stem(item), set()).add(len(following.rows))
                if len(following.rows) > 1:
                    facts.multi.add(stem(item))
                elif len(following.rows[0]) == 1 and following.rows[0][0].kind == "atom":
                    facts.at_letters.add(stem(item))
                elif any(is_mark(j, "+", "-") for j in first):
                    facts.summed.add(stem(item))
            elif not (i > 0 and is_mark(row[i - 1], r"\sim")):
                facts.bare.add(stem(item))
            if item.name in EXPECTATIONS and following is not None and following.kind == "group":
                # E_π beside π_θ may be the average under the one or the other
                named = [s[0] for s in item.subs if len(s) == 1 and s[0].kind == "atom" and kinds(s[0].name).get("policy") == 0]
                policies = [j for j in named if j.subs or stem(j) not in facts.moving]
                told = list(following.rows[1:]) if "|" in following.seps else []
                opening = [
                    j
                    for r in following.rows
                    for j in walk(r)
                    if timed_state(j) and len(j.subs[0]) == 1 and j.subs[0][0].value == 0
                ]
                steps = [j for r in following.rows for j in walk(r) if timed_state(j)]
                met = {kind for j in steps for kind in kinds(j.name)}
                stepped = met >= {"state", "action"} or "state" in met and not facts.outside_means
                of_policy = bool(opening) or any(timed_state(j) for r in told for j in r)
                later = (
                    not item.subs
                    and any(timed_state(j) for r in told for j in r)
                    and any(timed_state(j) and len(j.subs[0]) > 1 for j in walk(following.rows[0]))
                )  # E[… s_{t+1} … | s_t]: what happens next
                facts.process = facts.process or later or bool(named) and stepped or bool(policies) and of_policy
            if (item.name in ENTROPIES or item.name in DIVERGENCE_WORDS) and following is not None and following.kind == "group":
                facts.as_laws |= {stem(r[0]) for r in following.rows if len(r) == 1 and r[0].kind == "atom"}
            if (
                item.name in OPERATORS
                and following is not None
                and (":" in item.name or item.subs or item.sups or following.name in CAPITAL_VALUES)
            ):
                operands = (
                    (following,)
                    if following.kind == "atom"
                    else following.rows[0]
                    if following.kind == "group" and len(following.rows) == 1
                    else ()
                )
                facts.operated |= {
                    stem(i) for i in operands if i.kind == "atom" and i.name in OPERANDS and not i.subs and not i.sups
                }
            if not inside:
                facts.outside.add(stem(item))
            if item.name in VALUE_NAMES:
                facts.valued_policies |= {
                    stem(s[0]) for s in (*item.subs, *item.sups) if len(s) == 1 and "policy" in kinds(s[0].name)
                }
            if not item.subs:
                facts.whole.add(stem(item))
            if any(len(s) == 1 and s[0].kind == "atom" and s[0].name in PARAMETERS for s in item.subs):
                facts.parametrised.add(stem(item))
            for sub in item.subs:
                letters = {stem(part) for part in walk(sub) if part.kind == "atom"}
                moved = any(is_mark(part, "+", "-") and len(sub) > 1 for part in sub) and not is_moved_parameter(sub)
                if moved or letters & (facts.binder_letters | facts.counting):
                    facts.indexed.add(stem(item))
        for part in item.rows:
            _uses(
                part,
                facts,
                inside or (i > 0 and item.kind == "group" and row[i - 1].kind == "atom" and row[i - 1].name in AVERAGES),
            )
        for part in (*item.subs, *item.sups) if item.kind != "nabla" else ():
            _uses(part, facts, inside)


#: What stands before the letter by which something is differentiated, each by a mark or an atom.
PARTIALS = DIFFERENTIALS | {"\\partial"}
#: What a matrix is to zero.
DEFINITE = (r"\succ", r"\succeq")
PARAMETERS = frozenset(letter.name for letter in letters() if letter.kind == "parameter")


__all__ = ["facts_of", "row_key"]
