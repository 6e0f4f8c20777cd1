r"""One spelling for what texts write in several places: parameters, the label of a sample, empty braces.

``s_t^{(i)}`` is ``s_t`` where a claim speaks of one sample
alone; ``\E{}[x]``, as macros leave it, is ``\E[x]``; ``\nabla_x\left.f\right|_{x=a}`` is ``(\nabla_xf)|_{x=a}``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.sequences import listed_tokens, whole_responses
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.reach import occurs_free
from derive.elaborate.reading.slashed import slashed
from derive.elaborate.reading.statements import Statement, rewritten
from derive.elaborate.spelling.bracketed import evaluated_from_operator, evaluated_last, families, in_places, means_bracketed
from derive.elaborate.spelling.compounds import (
    errors_of_values,
    in_words,
    increments,
    labels_above,
    labels_set,
    lone_capitals,
    of_one_argument,
    primed_parameters,
    squared_names,
    squares_by_name,
    token_ratio,
    traces,
    with_labels,
    with_quotient,
)
from derive.elaborate.spelling.counting import counted_from_zero, over_elements, with_lengths, without_end
from derive.elaborate.spelling.drawn_steps import drawn_by_name, on_the_way
from derive.elaborate.spelling.parameters import (
    at_centre,
    bound_letters,
    centre_of,
    moved_below,
    moved_copy,
    names_at,
    not_moved,
    unnamed_movers,
    with_parameter,
    with_variables,
)
from derive.elaborate.spelling.superscripts import bracketed
from derive.elaborate.spelling.tabular import as_letters, as_members, rows_of_tables, tables, values_met, without_row
from derive.elaborate.spelling.underlaws import distances, drawn_under, draws_under, with_densities
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ACTION_VALUES, ADVANTAGES, ALIKE, PARTIAL, REWARD_LETTERS, STARS, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, everywhere, is_mark, row_key, walk


def in_one_spelling(
    lhs: Row, rhs: Row, conditions: tuple[Row, ...], givens: list[Statement]
) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
    """All rows of a claim, each with its parameters below its names and without the label of its one sample."""

    def changed(change: Callable[[Row], Row]) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
        return rewritten(change, lhs, rhs, conditions, givens)

    def said() -> list[Row]:
        return [lhs, rhs, *conditions, *(t for g in givens for t in g.terms)]

    lhs, rhs, conditions, givens = changed(
        lambda row: everywhere(without_empty(row), lambda part: known_values(over_letters(part)))
    )
    lhs, rhs, conditions, givens = changed(on_the_way(said()))
    fonts = labels_set(said())
    lhs, rhs, conditions, givens = changed(lambda row: with_labels(row, fonts))
    small = met_next(said())
    if small:
        lhs, rhs, conditions, givens = changed(lambda row: everywhere(row, lambda part: tuple(in_small(i, small) for i in part)))
    lhs, rhs, conditions, givens = changed(labels_above(said()))
    lhs, rhs, conditions, givens = changed(listed_tokens)
    lhs, rhs, conditions, givens = changed(whole_responses(said()))
    alone = lone_capitals([lhs, rhs, *(t for g in givens for t in g.terms)])
    lhs, rhs, conditions, givens = changed(lambda row: in_words(row, alone))
    lhs, rhs, conditions, givens = changed(increments(said()))
    lhs, rhs, conditions, givens = changed(
        lambda row: everywhere(row, lambda part: primed_parameters(means_bracketed(traces(part))))
    )
    squares = squared_names([*said(), *(c for g in givens for c in g.conditions)], givens)
    lhs, rhs, conditions, givens = changed(lambda row: squares_by_name(row, squares))
    lhs, rhs, conditions, givens = changed(lambda row: everywhere(row, errors_of_values))
    made = token_ratio([lhs, rhs], givens)
    if made is not None:
        lhs, rhs, conditions, givens = changed(lambda row: with_quotient(row, made))
    named = rows_of_tables(said())
    if named:
        lhs, rhs, conditions, givens = changed(lambda row: without_row(row, named))
    heads = tables(said())
    if heads:
        lhs, rhs, conditions, givens = changed(lambda row: as_members(row, heads))
    met = values_met(said())
    if met:
        lhs, rhs, conditions, givens = changed(lambda row: as_letters(row, met))
    letters = draws_under(said())
    if letters:
        lhs, rhs, conditions, givens = changed(lambda row: drawn_under(row, letters))
    lhs, rhs, conditions, givens = changed(starred)
    of = families(said())
    lhs, rhs, conditions, givens = changed(lambda row: in_places(row, of))
    lhs, rhs, conditions, givens = changed(evaluated_last)
    lhs, rhs, conditions, givens = changed(lambda row: everywhere(row, slashed))
    lhs, rhs, conditions, givens = changed(evaluated_from_operator)
    lhs, rhs, conditions, givens = changed(of_one_argument(said()))
    lhs, rhs, conditions, givens = changed(distances(said()))
    lhs, rhs, givens = with_densities(*with_next_step(*with_lengths(lhs, rhs, givens)))
    lhs, rhs, conditions, givens = changed(drawn_by_name)
    lhs, rhs, conditions, givens = changed(conditions_apart)
    lhs, rhs = with_own_arguments(lhs, rhs), with_own_arguments(rhs, lhs)
    plain = applied_names([lhs, rhs, *(t for g in givens for t in g.terms)])
    lhs, rhs, conditions, givens = changed(lambda row: with_primes(row, plain))
    lhs, rhs, conditions, givens = changed(without_end)
    lhs, rhs, conditions, givens = changed(over_elements)
    lhs, rhs, conditions, givens = changed(counted_from_zero)
    lhs, rhs = (reaching_on(row, (lhs, rhs)) for row in (lhs, rhs))
    rows = [*said(), *(c for g in givens for c in g.conditions)]
    fixed = not_moved(rows) | bound_letters(rows)
    lhs, rhs, conditions, givens = changed(lambda row: moved_below(row, fixed))
    rows = [*said(), *(c for g in givens for c in g.conditions)]
    copy = moved_copy(rows)
    if copy is not None:
        lhs, rhs, conditions, givens = changed(lambda row: with_variables(row, copy))
    expanded = centre_of([lhs, rhs])
    if expanded is not None:
        names = names_at([lhs, rhs], expanded[0])
        lhs, rhs, conditions, givens = changed(lambda row: at_centre(row, names, *expanded))
    movers = unnamed_movers([lhs, rhs])
    if movers:
        lhs, rhs, conditions, givens = changed(lambda row: with_parameter(row, movers))
    label = sample_label(rows)
    return changed(lambda row: without_label(row, label)) if label is not None else (lhs, rhs, conditions, givens)


def without_empty(row: Row) -> Row:
    """A row without braces around nothing; what they carry as scripts stands on what is before them."""

    def drop(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            empty = item.kind == "group" and item.name == "row" and not any(item.rows)
            if empty and out and out[-1].kind == "atom":
                out[-1] = replace(out[-1], subs=(*out[-1].subs, *item.subs), sups=(*out[-1].sups, *item.sups))
            elif not empty or item.subs or item.sups or len(part) == 1:
                out.append(item)
        return tuple(out)

    return everywhere(row, drop)


def met_next(rows: Iterable[Row]) -> dict[tuple[str, int], str]:
    r"""The small letters for capitals with a prime that follow on them, :math:`S'` beside s where no S stands alone, and for the reward beside them."""
    plain = [i for row in rows for i in walk(row) if i.kind == "atom" and not (i.subs or i.sups or i.accents)]
    named = {(i.name, i.primes) for i in plain}
    found = {
        (capital, 1): small
        for small, capital in ((row[0], row[-1]) for row in ALIKE[:2])
        if (capital, 1) in named and (capital, 0) not in named and (small, 0) in named and (small, 1) not in named
    }
    small, capital = REWARD_LETTERS
    return found | {(capital, 0): small} if found and (small, 0) not in named else found


def in_small(item: Item, small: Mapping[tuple[str, int], str]) -> Item:
    """A capital as a small letter, where it is meant so."""
    name = small.get((item.name, item.primes)) if item.kind == "atom" and not (item.subs or item.sups or item.accents) else None
    return item if name is None else replace(item, name=name)


def over_letters(row: Row) -> Row:
    r"""``\partial_xf`` and ``\partial_x^2f`` as derivatives by the letter below."""
    return tuple(over_letter(i) if is_mark(i, PARTIAL) and len(i.subs) == 1 else i for i in row)


def known_values(row: Row) -> Row:
    """A row in which what is given to have its own value is given: of ``s_0=s_0`` the one is the variable, the other its value."""
    return tuple(known_behind(i, i.seps.index("|") + 1) if "|" in i.seps else i for i in row)


def known_behind(item: Item, bar: int) -> Item:
    return replace(item, rows=(*item.rows[:bar], *map(value_of_own, item.rows[bar:])))


def value_of_own(row: Row) -> Row:
    half = len(row) // 2
    return row[:half] if half and row[half].name == "=" and row_key(row[:half]) == row_key(row[half + 1 :]) else row


def over_letter(item: Item) -> Item:
    """The operator that differentiates by the letter below a sign; the sign itself where that is no letter."""
    letter, bare = item.subs[0], replace(item, subs=(), sups=())
    if item.primes or len(letter) != 1 or letter[0].kind != "atom" or letter[0].word:
        return item
    below = (bare, replace(letter[0], sups=item.sups))
    return Item("frac", rows=((replace(bare, sups=item.sups),), below), start=item.start, end=item.end)


def starred(row: Row) -> Row:
    r"""A row in which ``V^\star``, ``V^{\mathrm{opt}}`` are ``V^*``."""

    def mark(script: Row) -> Row:
        return (Item("mark", "*"),) if len(script) == 1 and script[0].kind == "atom" and script[0].name in STARS else script

    def change(part: Row) -> Row:
        return tuple(
            replace(i, subs=tuple(map(mark, i.subs)), sups=tuple(map(mark, i.sups))) if i.subs or i.sups else i for i in part
        )

    return everywhere(row, change)


# --- orders of derivatives -------------------------------------------------------------------------


def applied_names(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Functions that are applied without any mark."""
    return frozenset(stem(a) for a, _ in before_brackets(rows) if not a.sups and "function" in kinds(a.name))


def with_primes(row: Row, plain: frozenset[Hashable]) -> Row:
    """A row in which ``f^{(2)}(x)`` is f''(x), where f(x) stands beside it."""

    def change(part: Row) -> Row:
        out = list(part)
        for at, (head, group) in enumerate(pairwise(part)):
            inner = bracketed(head) if head.kind == "atom" and group.kind == "group" else None
            order = inner[0].value if inner is not None and len(inner) == 1 else None
            if order is not None and order.denominator == 1 and stem(head) in plain and not head.subs:
                out[at] = replace(head, sups=(), primes=int(order))
        return tuple(out)

    return everywhere(row, change)


# --- what is drawn with the next step --------------------------------------------------------------


def with_next_step(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    r"""A claim with ``r+\gamma V(s')-V(s)`` for the δ that is given so, where it averages: r and s' are drawn where δ stands."""
    if not any(i.kind == "atom" and i.name in EXPECTATIONS for row in (lhs, rhs) for i in walk(row)):
        return lhs, rhs, givens
    kept: list[Statement] = []
    puts: list[Callable[[Row], Row]] = []
    for g in givens:
        head = g.terms[0][0] if g.rels in (("=",), (":=",)) and len(g.terms[0]) == 1 and not g.conditions else None
        after = any(i.kind == "atom" and i.primes == 1 and kinds(i.name).get("state") == 0 for i in walk(g.terms[-1]))
        if head is None or head.kind != "atom" or head.subs or not after:
            kept.append(g)
            continue
        put = partial(in_place_of, head=head, body=g.terms[1])
        lhs, rhs = everywhere(lhs, put), everywhere(rhs, put)
        puts.append(put)
    for one in puts:  # what else is given may speak of it, too
        kept = [replace(g, terms=tuple(everywhere(t, one) for t in g.terms)) for g in kept]
    return lhs, rhs, kept


def in_place_of(row: Row, head: Item, body: Row) -> Row:
    """A row with what a name stands for, in brackets that carry its powers."""
    return tuple(
        Item("group", "()", (body,), sups=i.sups[len(head.sups) :], start=i.start, end=i.end)
        if i.kind == "atom" and replace(i, sups=i.sups[: len(head.sups)]).key == head.key
        else i
        for i in row
    )


# --- conditions without a comma --------------------------------------------------------------------


def conditions_apart(row: Row) -> Row:
    r"""A row in which ``P(s'|s\,a)`` has its state and its action apart, as ``P(s'|s,a)`` has them."""

    def change(part: Row) -> Row:
        return tuple(
            replace(b, rows=(b.rows[0], b.rows[1][:1], b.rows[1][1:]), seps=("|", ","))
            if b.kind == "group" and b.seps == ("|",) and len(b.rows[1]) == 2 and is_step(b.rows[1])
            else b
            for b in part
        )

    return everywhere(row, change)


def is_step(row: Row) -> bool:
    """Whether a state and an action stand side by side."""
    return all(i.kind == "atom" and kinds(i.name).get(kind) == 0 for i, kind in zip(row, ("state", "action"), strict=True))


# --- arguments that are left out -------------------------------------------------------------------


def with_own_arguments(side: Row, other: Row) -> Row:
    r"""``v_\pi`` as ``v_\pi(s)``, where the other side speaks of one state s (and for ``q_\pi`` of one action) that nothing binds."""
    head = side[0] if len(side) == 1 and side[0].kind == "atom" and side[0].name in VALUE_NAMES else None
    if (
        head is None
        or not (head.subs or head.sups)
        or any(letter_key(i) == letter_key(head) for i in walk(other) if i.kind == "atom")
    ):
        return side
    wanted = ("state", "action") if head.name in ACTION_VALUES | ADVANTAGES else ("state",)
    arguments: list[Row] = []
    for kind in wanted:
        free = {
            letter_key(i): i for i in walk(other)
            if i.kind == "atom" and kinds(i.name).get(kind) == 0 and i.name.islower() and not (i.subs or i.sups)
            and occurs_free(other, letter_key(i))
        }  # fmt: skip
        if len(free) != 1:
            return side
        (letter,) = free.values()
        arguments.append((replace(letter, start=head.start, end=head.end),))
    group = Item("group", "()", tuple(arguments), (",",) * (len(arguments) - 1), start=head.start, end=head.end)
    return (head, group)


# --- sums in brackets whose letter stands behind them -----------------------------------------------


def reaching_on(row: Row, sides: tuple[Row, Row]) -> Row:
    r"""A row in which ``(\sum_tf_t)(\sum_{k\ge t}g_k)`` is ``(\sum_tf_t(\sum_{k\ge t}g_k))``: nothing else binds the t of the second brackets."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            letter = summed_in(out[-1]) if out else None
            if letter is not None and item.kind == "group" and occurs_free((item,), letter_key(letter)):
                if not any(occurs_free(drop(side, item), letter_key(letter)) for side in sides):
                    sign, *body = out[-1].rows[0]
                    inside = (
                        tuple(body)
                        if len(body) == 1
                        else (Item("group", "()", (tuple(body),), start=body[0].start, end=body[-1].end),)
                    )
                    out[-1] = replace(out[-1], rows=((sign, *inside, item),), end=item.end)
                    continue
            out.append(item)
        return tuple(out)

    return everywhere(row, change)


def summed_in(item: Item) -> Item | None:
    """The letter of a sum that is all there is in brackets."""
    if item.kind != "group" or item.name not in ("()", "[]", "{}") or item.sups or item.subs or len(item.rows) != 1:
        return None
    row = item.rows[0]
    if len(row) < 2 or row[0].kind != "big" or row[0].name != "sum" or len(row[0].subs) != 1 or not row[0].subs[0]:
        return None
    return row[0].subs[0][0] if row[0].subs[0][0].kind == "atom" else None


def drop(row: Row, gone: Item) -> Row:
    """A row without one item of it, wherever it stands."""
    return everywhere(row, lambda part: tuple(i for i in part if i.start != gone.start or i.key != gone.key))


# --- the label of one sample -----------------------------------------------------------------------


def sample_label(rows: list[Row]) -> Hashable | None:
    r"""The label ``(i)`` above states and actions at times, or below an episode, where it is one letter all through a claim and nothing else."""
    found = [(item, timed_label(item)) for row in rows for item in walk(row) if item.kind == "atom"]
    labels = {row_key(label) for _, label in found if label is not None}
    whose = {kind for item, label in found if label is not None for kind in kinds(item.name)}
    if len(labels) != 1 or not whose & {"state", "episode"}:
        return None  # a return or an advantage alone has a number of steps there
    label_key = next(iter(labels))
    others = (item for row in rows for item in walk(row) if item.kind != "atom" or timed_label(item) is None)
    bound = any(row_key((i,)) == label_key for item in others for s in item.subs for i in s)
    return None if bound else label_key


def timed_label(item: Item) -> Row | None:
    r"""What stands in brackets above a quantity of an episode, of a state at a time or of the episode, or below the episode: ``\tau_i``."""
    below = item.subs[0] if len(item.subs) == 1 and not item.sups and kinds(item.name).get("episode") == 0 else None
    inner = bracketed(item) or below
    if inner is None or len(inner) != 1 or "index" not in kinds(inner[0].name):
        return None
    may = kinds(item.name)
    timed = any("time" in kinds(i.name) or i.kind == "number" for s in item.subs for i in s)
    return inner if "process" in may and timed or "episode" in may else None


def without_label(row: Row, label: Hashable) -> Row:
    """A row whose states, actions and episodes have no label."""

    def drop(part: Row) -> Row:
        def one(item: Item) -> Item:
            inner = timed_label(item) if item.kind == "atom" else None
            if inner is None or row_key(inner) != label:
                return item
            return replace(item, sups=()) if item.sups else replace(item, subs=())

        return tuple(map(one, part))

    return everywhere(row, drop)
