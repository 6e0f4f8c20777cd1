r"""Estimates from one step, ``Q(s,a) \approx r + \gamma V(s')``, or from the mean of samples, as statements that they are right on average."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive.elaborate.claims import Read, read_link
from derive.elaborate.knowledge.glances import parameter_below, timed_state
from derive.elaborate.knowledge.scope import is_episode, kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS, MEAN
from derive.glossary.marks import (
    ACTION_LETTER,
    ACTION_VALUES,
    ADVANTAGES,
    FUNCTION_LETTERS,
    POLICIES,
    STATE_LETTER,
    STATE_VALUES,
    VALUE_NAMES,
)
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, is_mark, row_key, walk

#: What contexts are drawn from of which nothing is said.
CONTEXTS = Item("atom", "mathcal:D")


def mean_of(read: Read) -> Row | None:
    """The mean of the right side of a link, given the states and actions of the left one; None where it names none."""
    places: dict[object, Item] = {}
    for item in (i for part in walk(read.lhs) if part.kind == "group" for row in part.rows for i in row):
        if item.kind == "atom" and kinds(item.name).keys() & {"state", "action"} and not item.word:
            places.setdefault(letter_key(item), item)
    if not places or not read.rhs:
        return None
    start, end = read.rhs[0].start, read.rhs[-1].end
    given = tuple((item,) for item in places.values())
    inside: tuple[Row, ...] = (read.rhs, *given)
    seps = ("|", *("," for _ in given[1:]))
    return Item("atom", MEAN, start=start, end=start), Item("group", "[]", inside, seps, start=start, end=end)


def mean_of_samples(read: Read) -> tuple[Row, tuple[Statement, ...]] | None:
    r"""``\frac1N\sum_{i=1}^N f(s_{i,t},a_{i,t})`` as the mean of f, and what is given beside it.

    The mean is over what is given as the law of a sample, over what the other side averages, over the episodes of a law, or under a
    policy; None where no such sum stands there, or nothing says what its samples are drawn from.
    """
    rhs = read.rhs
    if len(rhs) < 3 or rhs[0].kind != "frac" or rhs[1].kind != "big" or not is_one(rhs[0].rows[0]):
        return None
    index = sampled_by(rhs[1], rhs[0].rows[1])
    if index is None or read.relation == "=" and not any(i.key == index.key for i in walk(rhs[2:])):
        return None  # of an estimate the samples may go without their numbers
    body = tuple(one_sample(item, index) for item in rhs[2:])
    start, end = rhs[0].start, rhs[-1].end
    drawn = [letter_key(one_sample(i, index)) for i in walk(rhs[2:]) if i.kind == "atom" and one_sample(i, index) != i]
    told = next((g for g in read.givens if g.rels == (r"\sim",) and one_letter(g.terms[0], index) in drawn), None)
    if told is not None:
        letter = one_sample(told.terms[0][0], index)
        over: Item | None = Item("atom", MEAN, subs=((letter, Item("mark", r"\sim"), *told.terms[1]),))
    else:
        over = law_of_samples(read, body, drawn)
    if over is None:
        return None
    mean = replace(over, start=start, end=start), Item("group", "[]", (body,), start=start, end=end)
    return mean, tuple(g for g in read.givens if g is not told)


def one_letter(row: Row, index: Item) -> object:
    """The letter of a sample without its number, where a row is one; None for every other row."""
    return letter_key(one_sample(row[0], index)) if len(row) == 1 and row[0].kind == "atom" else None


def law_of_samples(read: Read, body: Row, drawn: list[object]) -> Item | None:
    """The expectation, without its body, that a mean of samples stands for."""
    divided = weighed_by(body, drawn)
    if divided is not None:
        return divided
    first = read.lhs[0] if read.lhs else None
    if first is not None and first.kind == "atom" and first.name in EXPECTATIONS and first.subs:
        return first  # what the other side is the average over
    for row in (read.lhs, *(t for g in read.givens for t in g.terms)):
        for item in walk(row):
            if item.kind == "atom" and item.name in EXPECTATIONS and len(item.subs) == 1 and len(item.subs[0]) > 2:
                letter, sign, *_ = item.subs[0]
                if is_mark(sign, r"\sim") and letter_key(letter) in drawn:
                    return item
    chosen = chosen_by_policy(body, drawn)
    if chosen is not None:
        return chosen
    applied = [(a, b.rows[0]) for part in (read.lhs, body) for r in inner_rows(part) for a, b in pairwise(r) if b.kind == "group"]
    episodes = [(a, r[0]) for a, r in applied if a.kind == "atom" and len(r) == 1 and is_episode(r[0])]
    for head, letter in episodes:
        if kinds(head.name).keys() & {"law", "policy"}:
            return Item("atom", MEAN, subs=((letter, Item("mark", r"\sim"), replace(head, sups=())),))
    policies = [i for i in (*walk(body), *walk(read.lhs)) if i.kind == "atom" and kinds(i.name).get("policy") == 0]
    collected = [r for a, r in applied if kinds(a.name).get("process") == 0 and len(r) == 1 and "parameter" in kinds(r[0].name)]
    if not policies and not collected:
        return None
    policy = policies[0] if policies else Item("atom", POLICIES[0], subs=(collected[0],))
    over = (episodes[0][1], Item("mark", r"\sim")) if episodes else ()
    return Item("atom", MEAN, subs=((*over, policy),))


def weighed_by(body: Row, drawn: list[object]) -> Item | None:
    r"""The mean over the law by whose chance each sample is divided, ``\frac{p(x_i)}{q(x_i)}``; None where none is."""
    for item in (i for i in walk(body) if i.kind == "frac"):
        head, group = item.rows[1] if len(item.rows[1]) == 2 else (None, None)
        if head is None or group is None or head.kind != "atom" or group.kind != "group" or len(group.rows) != 1:
            continue
        letter = group.rows[0][0] if len(group.rows[0]) == 1 else None
        above = item.rows[0][1] if len(item.rows[0]) == 2 else None
        if letter is not None and letter_key(letter) in drawn and above is not None and above.key == group.key:
            return Item("atom", MEAN, subs=((letter, Item("mark", r"\sim"), head),))
    return None


def chosen_by_policy(body: Row, drawn: list[object]) -> Item | None:
    r"""The mean over what a policy chooses in a context: ``o_i`` of ``\pi(o_i\mid q)``, or of contexts that are samples too; None elsewhere."""
    for head, group in before_brackets([body]):
        policy = kinds(head.name).get("policy") == 0 and group.seps == ("|",)
        if not policy or len(group.rows[0]) != 1 or letter_key(group.rows[0][0]) not in drawn:
            continue
        law = (head, replace(group, rows=((Item("placeholder"),), group.rows[1])))
        over: Row = (group.rows[0][0], Item("mark", r"\sim"), *law)
        contexts = [i for i in walk(group.rows[1]) if i.kind == "atom" and letter_key(i) in drawn]
        if not contexts:
            return Item("atom", MEAN, subs=(over,))
        if group.rows[1] == (contexts[0],) and not (contexts[0].subs or contexts[0].sups):
            return Item("atom", MEAN, subs=((contexts[0], Item("mark", r"\sim"), CONTEXTS, Item("mark", ","), *over),))
    return None


def stood_for(read: Read) -> tuple[Row, Row, tuple[str, ...]] | None:
    r"""A link with what its estimates stand for, and what is then taken to be so; None where it has none.

    ``\hat A_t`` is ``A^\pi(s_t,a_t)``, a bare δ the error of the step, and ``\mathbb{E}_t``, or an expectation that names nothing, the
    mean over what a policy meets.
    """
    sides = (read.lhs, read.rhs)
    atoms = [i for side in sides for i in walk(side) if i.kind == "atom"]
    policy = next(((i,) for i in atoms if kinds(i.name).get("policy") == 0), None)
    times = {row_key(i.subs[0]): i.subs[0] for i in atoms if timed_state(i) and i.subs[0]}
    time = next(iter(times.values())) if len(times) == 1 else None
    said = len(read.lhs) == 1 and read.lhs[0].kind == "atom" and "error" in kinds(read.lhs[0].name)
    error = written_out(sides) if not times and not said else None  # of δ alone in front, the link says what it is
    says: list[str] = []

    def change(part: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(part):
            applied = at + 1 < len(part) and part[at + 1].kind == "group"
            found = of_policy(item, applied, policy) if policy is not None else None
            found = found or (of_step(item, time, error) if not applied else None)
            found = found or (of_value(item) if applied and read.relation != "=" else None)
            out += (item,) if found is None else found[0]
            says.extend(() if found is None else (found[1],))
        return tuple(out)

    lhs, rhs = (everywhere(side, change) for side in sides)
    return (lhs, rhs, tuple(dict.fromkeys(says))) if says else None


def of_any_functions(read: Read) -> Read | None:
    """A link with an unknown function for each value of states and actions: what holds for any function holds for values; None without values."""
    rows = [read.lhs, read.rhs, *(t for g in read.givens for t in g.terms)]
    heads = [a for a, _ in before_brackets(rows) if a.name in VALUE_NAMES]
    taken = {i.name for row in rows for i in walk(row)}
    names = [name for name in FUNCTION_LETTERS if name not in taken]
    keys = list(dict.fromkeys(a.key for a in heads))
    if not keys or len(keys) > len(names):
        return None

    def change(part: Row) -> Row:
        return tuple(
            replace(i, name=names[keys.index(i.key)], subs=(), sups=(), accents=()) if i.kind == "atom" and i.key in keys else i
            for i in part
        )

    givens = [replace(g, terms=tuple(everywhere(t, change) for t in g.terms)) for g in read.givens]
    return read_link(everywhere(read.lhs, change), read.relation, everywhere(read.rhs, change), givens)


def of_policy(item: Item, applied: bool, policy: Row) -> tuple[Row, str] | None:
    """An estimate of an advantage, or an average that names no law, as what it is under a policy; None for anything else."""
    if item.kind != "atom" or item.sups:
        return None
    below = item.subs[0] if len(item.subs) == 1 else ()
    timed = len(below) == 1 and "time" in kinds(below[0].name)
    if item.name in EXPECTATIONS and (timed or not item.subs) and applied:
        return (replace(item, accents=(), subs=(policy,)),), "the mean is over what the policy meets"
    if item.name not in ADVANTAGES or item.accents != ("hat",) or not (timed if not applied else not item.subs):
        return None
    made: Row = (replace(item, accents=(), subs=(), sups=(policy,)),)
    if not applied:
        where = tuple(
            (Item("atom", letter, subs=(below,), start=item.start, end=item.end),) for letter in (STATE_LETTER, ACTION_LETTER)
        )
        made = (*made, Item("group", "()", where, (",",), start=item.start, end=item.end))
    return made, "the estimate of the advantage is right on average"


def of_value(item: Item) -> tuple[Row, str] | None:
    r"""What is learnt of a value, ``V_\phi(s)`` or ``\hat V(s)``, as the value; None for anything else."""
    if not is_learnt(item) or item.primes:
        return None
    return (replace(item, accents=(), subs=() if parameter_below(item) else item.subs),), "what is learnt of a value is right"


def is_learnt(item: Item) -> bool:
    r"""Whether a name stands for what is learnt of a value: with a hat, or a parameter below it."""
    value = item.kind == "atom" and item.name in STATE_VALUES | ACTION_VALUES
    return value and (item.accents == ("hat",) or parameter_below(item) and not item.accents)


def of_step(item: Item, time: Row | None, error: Row | None) -> tuple[Row, str] | None:
    """A bare δ as the error of the one time, or of the one step, of which a link speaks; None for anything else."""
    if item.kind != "atom" or "error" not in kinds(item.name) or item.subs or item.primes or item.accents:
        return None
    says = "the error is that of the step"
    if time is not None and not item.sups:
        return (replace(item, subs=(time,)),), says
    return ((Item("group", "()", (error,), sups=item.sups, start=item.start, end=item.end),), says) if error is not None else None


def written_out(sides: tuple[Row, Row]) -> Row | None:
    r"""``r+\gamma V(s')-V(s)`` in the letters of a link that has the values of a state and of the next one; None where it has none."""
    values = [(a, b) for a, b in before_brackets(sides) if a.name in STATE_VALUES and len(b.rows) == 1 and len(b.rows[0]) == 1]
    after = [(a, b) for a, b in values if b.rows[0][0].primes == 1]
    before = [(a, b) for a, b in values if not b.rows[0][0].primes and any(c.key == a.key for c, _ in after)]
    rewards = [i for side in sides for i in walk(side) if i.kind == "atom" and kinds(i.name).get("reward") == 0 and not i.subs]
    discounts = [i for side in sides for i in walk(side) if i.kind == "atom" and "discount" in kinds(i.name)]
    if not (after and before and rewards and discounts):
        return None
    plus, minus = Item("mark", "+"), Item("mark", "-")
    return (replace(rewards[0], sups=()), plus, replace(discounts[0], sups=()), *after[0], minus, *before[0])


def is_one(row: Row) -> bool:
    return len(row) == 1 and row[0].value == 1


def sampled_by(total: Item, count: Row) -> Item | None:
    """The index of a sum over as many samples as it is divided by: ``i=1`` to N over N, or ``τ in D`` over ``|D|``."""
    if total.name != "sum" or len(total.subs) != 1 or not total.subs[0] or total.subs[0][0].kind != "atom":
        return None
    if len(total.subs[0]) == 1 and not total.sups and "index" in kinds(total.subs[0][0].name):
        number = len(count) == 1 and count[0].kind == "atom" and "time" not in kinds(count[0].name)
        return total.subs[0][0] if number else None
    if len(total.subs[0]) != 3:
        return None
    letter, sign, last = total.subs[0]
    numbered = is_mark(sign, "=") and last.value == 1 and len(total.sups) == 1 and row_key(total.sups[0]) == row_key(count)
    size = count[0] if len(count) == 1 and count[0].kind == "group" and len(count[0].rows) == 1 else None
    over = is_mark(sign, r"\in") and size is not None and size.name == "abs" and row_key(size.rows[0]) == row_key((last,))
    return letter if numbered or over else None


def one_sample(item: Item, index: Item) -> Item:
    """A quantity of one sample without the number of the sample: ``s_{i,t}``, ``s_t^{(i)}``, ``R(τ^{(i)})``."""

    def without(row: Row) -> Row:
        kept = tuple(one_sample(i, index) for i in row if i.key != index.key)
        return kept[1:] if kept and is_mark(kept[0], ",") else kept[:-1] if kept and is_mark(kept[-1], ",") else kept

    def numbered(row: Row) -> bool:
        return len(row) == 1 and row[0].kind == "group" and len(row[0].rows) == 1 and row_key(row[0].rows[0]) == row_key((index,))

    return replace(
        item,
        rows=tuple(tuple(one_sample(i, index) for i in r) for r in item.rows),
        subs=tuple(r for s in item.subs if (r := without(s))),
        sups=tuple(
            tuple(one_sample(i, index) for i in s) for s in item.sups if not numbered(s) and row_key(s) != row_key((index,))
        ),
    )


__all__ = ["is_learnt", "mean_of", "mean_of_samples", "of_any_functions", "stood_for"]
