r"""Names that are written with several letters or marks, as one: ``UCB(a)``, ``\overline{VE}``, ``\sigma_n^2``, ``\delta_t^V``, ``r_{i,t}(\theta)``.

And ``\Delta`` before a name: the change of it, or a number that stands before it, as the gap of a bandit does in ``n\Delta\log n``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.glances import is_big
from derive.elaborate.knowledge.scope import Outside, kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import LABELS, RATIOS, SOFT_WORDS, STATE_VALUES, TRACE, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, is_mark, row_key, walk
from derive.syntax.row_reader import is_increment

#: Fewest capitals that make a word.
WORD = 3


def errors_of_values(row: Row) -> Row:
    r"""A row with ``\delta_t`` for ``\delta_t^V`` and ``\delta_t^{V^\pi}``: the values that it is an error of are those of the claim."""

    def of_values(item: Item) -> bool:
        above: Row = item.sups[0] if len(item.sups) == 1 and len(item.sups[0]) == 1 else ()
        timed = item.kind == "atom" and len(item.subs) == 1 and "error" in kinds(item.name)
        return timed and bool(above) and (above[0].name in STATE_VALUES or kinds(above[0].name).get("policy") == 0)

    return tuple(replace(i, sups=()) if of_values(i) else i for i in row)


def traces(row: Row) -> Row:
    """A row in which ``E_t(s)``, ``E_{t-1}(s,a)`` are names: the trace of a state or an action, and no expectation."""
    out: list[Item] = []
    for item, behind in pairwise((*row, Item("mark", ""))):
        timed = len(item.subs) == 1 and all(i.kind in ("mark", "number") or "time" in kinds(i.name) for i in item.subs[0])
        if item.name == TRACE and timed and not item.sups and behind.kind == "group" and behind.name == "()":
            plain = all(len(r) == 1 and r[0].kind == "atom" for r in behind.rows) and set(behind.seps) <= {","}
            if plain and "state" in kinds(behind.rows[0][0].name):
                item = replace(item, name=f"text:{TRACE} ")
        out.append(item)
    return tuple(out)


def increments(rows: Iterable[Row]) -> Callable[[Row], Row]:
    r"""How a row of a claim is read: with ``\Delta`` apart from what is behind it where it also stands alone.

    Raises: Outside where it stands before a function and nowhere else.
    """
    rows = tuple(rows)
    if any(map(adds_increment, rows)) or any(map(has_increment, rows)) and not any(map(changes_a_function, rows)):
        return increments_apart
    if any(map(differs_functions, rows)):
        raise Outside("a difference of a function")
    return lambda row: row


def adds_increment(row: Row) -> bool:
    r"""Whether ``\Delta`` by itself is added to something that functions are of: ``f(x+\Delta)``."""
    return any(is_mark(a, "+", "-") and is_increment(b) for item in walk(row) for inner in item.rows for a, b in pairwise(inner))


def has_increment(row: Row) -> bool:
    r"""Whether ``\Delta`` stands as a number of its own: with nothing behind it that it could be the change of, ``f(x+\Delta)``, ``n\Delta^2``."""
    for part in inner_rows(row):
        for item, behind in pairwise((*part, Item("mark", ""))):
            bare = is_increment(replace(item, sups=())) and all(len(s) == 1 and s[0].kind == "number" for s in item.sups)
            if bare and behind.kind != "group":
                return True
    return False


def changes_a_function(row: Row) -> bool:
    r"""Whether ``\Delta`` stands before what is applied, ``\Delta V(s)``: the change of it, as likely as a factor."""
    named = ((head, group) for head, group in before_brackets([row]) if group.name == "()")
    return any(head.accents[:1] == ("Delta",) and not head.word for head, _ in named)


def differs_functions(row: Row) -> bool:
    r"""Whether ``\Delta`` stands before a function, ``\Delta\log x``: a factor, or the change of what it makes."""
    return any(i.accents[:1] == ("Delta",) and (bool(i.word) or "euler" in kinds(i.name) and bool(i.sups)) for i in walk(row))


def increments_apart(row: Row) -> Row:
    r"""A row in which ``\Delta`` is a letter of its own, as where it is also added alone: ``f(x+\Delta)=f(x)+\Delta f'(x)``."""

    def split(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            if item.accents[:1] == ("Delta",):
                out.append(Item("atom", "Delta", start=item.start, end=item.start))
                item = replace(item, accents=item.accents[1:])
            out.append(item)
        return tuple(out)

    return everywhere(row, split)


def primed_parameters(row: Row) -> Row:
    r"""A row with ``Q_{\phi'}(s,a)`` for ``Q_\phi'(s,a)``: of several arguments a prime marks the parameters, and no derivative."""
    out: list[Item] = []
    for item, behind in pairwise((*row, Item("mark", ""))):
        several = behind.kind == "group" and behind.name == "()" and behind.seps == (",",)
        below = item.subs[0] if item.kind == "atom" and item.primes and len(item.subs) == 1 else ()
        if several and len(below) == 1 and "parameter" in kinds(below[0].name) and not item.sups:
            moved = replace(below[0], primes=below[0].primes + item.primes)
            item = replace(item, primes=0, subs=((moved,),))
        out.append(item)
    return tuple(out)


def squared_names(rows: list[Row], givens: list[Statement]) -> frozenset[str]:
    r"""Names with an index that something given says the square of, and that stand nowhere but squared: ``\sigma_n^2``."""
    heads = [g.terms[0][0] for g in givens if g.rels in (("=",), (":=",)) and len(g.terms[0]) == 1]
    named = {i.name for i in heads if i.kind == "atom" and len(i.subs) == 1 and is_squared(i)}
    other = {i.name for row in rows for i in walk(row) if i.kind == "atom" and not is_squared(i)}
    return frozenset(named - other)


def is_squared(item: Item) -> bool:
    return [[i.value for i in s] for s in item.sups] == [[2]]


def squares_by_name(row: Row, names: frozenset[str]) -> Row:
    """A row in which such a square is a name."""

    def change(part: Row) -> Row:
        return tuple(
            replace(i, name=f"text:{i.name} squared", sups=()) if i.kind == "atom" and i.name in names else i for i in part
        )

    return everywhere(row, change) if names else row


def runs_of_capitals(row: Row, whole: bool = False) -> Iterator[tuple[int, int]]:
    """Where three capitals or more stand close together and name something: applied, with an index, or a ``whole`` side."""
    at = 0
    while at < len(row):
        end = at
        while (
            end < len(row) and is_big(row[end]) and (end == at or unmarked(row[end - 1]) and row[end - 1].end == row[end].start)
        ):
            end += 1
        called = end < len(row) and row[end].kind == "group" and row[end].name == "()"
        if end - at >= WORD and (called or row[end - 1].subs or whole and end - at == len(row)):
            yield at, end
        at = max(end, at + 1)


def lone_capitals(rows: list[Row]) -> frozenset[str]:
    """Capitals that stand by themselves somewhere: a run of them is a product."""
    found: set[str] = set()
    sides = set(map(id, rows))
    for part in (p for row in rows for p in (row, *(q for q in inner_rows(row) if q is not row))):
        inside = {n for start, end in runs_of_capitals(part, id(part) in sides) for n in range(start, end)}
        found |= {i.name for n, i in enumerate(part) if n not in inside and is_big(i)}
    return frozenset(found)


def in_words(row: Row, alone: frozenset[str]) -> Row:
    """A row with the words that capitals make as one name: ``UCB(a)``, ``ELBO``."""

    def change(part: Row) -> Row:
        part = tuple(overlined(i) for i in part)
        out: list[Item] = []
        last = 0
        for start, end in runs_of_capitals(part, part == row):
            run = part[start:end]
            if not any(i.name in alone for i in run):
                out += [*part[last:start], as_word(run)]
                last = end
        return (*out, *part[last:])

    return everywhere(row, change)


def as_word(run: Row) -> Item:
    """Letters side by side as one name, with what stands on the last."""
    return replace(run[-1], name="text:" + "".join(i.name for i in run), start=run[0].start)


def labels_above(rows: list[Row]) -> Callable[[Row], Row]:
    r"""``V^{soft}`` as ``V^{\text{soft}}``: letters that stand side by side above a name are a word where they make one.

    Raises: Outside where they make none and are no product of letters that stand elsewhere.
    """
    parts = [p for row in rows for p in inner_rows(row)]
    runs = {id(s): s for part in parts for i in part if "euler" not in kinds(i.name) for s in i.sups if is_run(s)}
    spoken = {i.key for part in parts if id(part) not in runs for i in part if i.kind == "atom"}

    def labelled(item: Item) -> Item:
        if item.kind != "atom" or "euler" in kinds(item.name) or not any(map(is_run, item.sups)):
            return item
        sups: list[Row] = []
        for sup in item.sups:
            word = "".join(i.name for i in sup)
            if is_run(sup) and word in LABELS:
                sups.append((as_word(sup),))
            elif is_run(sup) and not all(i.key in spoken for i in sup):
                raise Outside("letters above a name: a word, or a product")
            else:
                sups.append(sup)
        return replace(item, sups=tuple(sups))

    return lambda row: everywhere(row, lambda part: tuple(map(labelled, part))) if runs else row


def labels_set(rows: Iterable[Row]) -> frozenset[str]:
    r"""The words that label names in a font of their own, ``\pi_{\text{ref}}``."""
    return frozenset(
        s[0].word for row in rows for i in walk(row) if i.kind == "atom" for s in i.subs if len(s) == 1 and s[0].word
    )


def with_labels(row: Row, words: frozenset[str]) -> Row:
    r"""``\pi_{ref}`` and ``r_{\max}`` as ``\pi_{\text{ref}}`` and ``r_{\text{max}}``, for words that are set in a font elsewhere."""

    def labelled(script: Row) -> Row:
        word = "".join(i.name for i in script)
        bound = len(script) == 1 and script[0].kind == "big" and not (script[0].subs or script[0].sups)
        if word not in words or not (bound or is_run(script)):
            return script
        return (replace(as_word(script), kind="atom"),)

    def change(item: Item) -> Item:
        if item.kind != "atom" or not item.subs:
            return item
        return replace(item, subs=tuple(map(labelled, item.subs)))

    return everywhere(row, lambda part: tuple(map(change, part))) if words else row


def says_soft(rows: Iterable[Row]) -> bool:
    r"""Whether all values of rows are called soft, ``V_{\text{soft}}^\pi``, and there are any."""
    values = [i for row in rows for i in walk(row) if i.kind == "atom" and i.name in VALUE_NAMES and not i.accents]
    return bool(values) and all(any(map(is_soft, (*i.subs, *i.sups))) for i in values)


def is_soft(script: Row) -> bool:
    return "".join(i.name.removeprefix("text:") for i in script) in SOFT_WORDS


def without_soft(row: Row) -> Row:
    """A row in which soft values go by their letters alone."""

    def bare(item: Item) -> Item:
        if item.kind != "atom" or item.name not in VALUE_NAMES:
            return item
        subs, sups = (tuple(s for s in scripts if not is_soft(s)) for scripts in (item.subs, item.sups))
        return replace(item, subs=subs, sups=sups)

    return everywhere(row, lambda part: tuple(map(bare, part)))


def of_one_argument(rows: Iterable[Row]) -> Callable[[Row], Row]:
    r"""How a row is read: with ``\hat y`` for ``\hat y(x)`` where a law is of that, ``p(\hat y(x)\mid w)``, and x stands nowhere else."""
    rows = tuple(rows)
    called = [
        r
        for head, group in before_brackets(rows)
        if "law" in kinds(head.name)
        for r in group.rows
        if len(r) == 2 and r[0].kind == "atom" and r[1].kind == "group" and r[1].name == "()" and len(r[1].rows) == 1
    ]
    names = {row_key(r[:1]) for r in called if not kinds(r[0].name).keys() & {"law", "policy"}}
    places = {row_key(g.rows[0]) for head, g in before_brackets(rows) if row_key((head,)) in names}
    if len(places) != 1 or not all(len(r[1].rows[0]) == 1 for r in called):
        return lambda row: row

    def whole(part: Row) -> Row:
        return tuple(
            i
            for at, i in enumerate(part)
            if not (at and row_key((part[at - 1],)) in names and i.kind == "group" and i.name == "()")
        )

    apart = any(row_key((i,)) in places for row in rows for i in walk(everywhere(row, whole)))
    return lambda row: row if apart else everywhere(row, whole)


def is_run(row: Row) -> bool:
    """Whether three plain letters or more stand side by side, with no space between them."""
    plain = len(row) >= WORD and all(i.is_letter and i.name.islower() and unmarked(i) for i in row)
    return plain and all(a.end == b.start for a, b in pairwise(row))


def overlined(item: Item) -> Item:
    r"""Capitals under one accent as a word: ``\\overline{VE}``; anything else as it is."""
    inner = item.rows[0] if item.kind == "group" and item.name.startswith("accent:") and len(item.rows) == 1 else ()
    if len(inner) < 2 or not all(is_big(i) and unmarked(i) for i in inner):
        return item
    word = "text:" + "".join(i.name for i in inner)
    accent = item.name.removeprefix("accent:")
    return Item("atom", word, subs=item.subs, sups=item.sups, accents=(accent,), start=item.start, end=item.end)


def unmarked(item: Item) -> bool:
    return not (item.subs or item.sups or item.primes or item.accents)


# --- ratios of tokens --------------------------------------------------------------------------------


def token_ratio(rows: Iterable[Row], givens: Iterable[Statement]) -> tuple[Row, Row] | None:
    """A ratio's name at a parameter, and the quotient that it stands for; None where policies stand at several places, or the page says what it is."""
    pairs = list(before_brackets(rows))
    ratios = {row_key((a, b)): (a, b) for a, b in pairs if is_ratio(a, b)}
    if len(ratios) != 1 or any(g.terms and g.terms[0][:1] and g.terms[0][0].name in RATIOS for g in givens):
        return None
    head, group = next(iter(ratios.values()))
    policies = {letter_key(a): (a, b) for a, b in pairs if kinds(a.name).get("policy") == 0}
    places = {row_key((b,)) for a, b in pairs if kinds(a.name).get("policy") == 0}
    parameter = row_key(group.rows[0])
    now = [(a, b) for a, b in policies.values() if any(row_key(s) == parameter for s in a.subs)]
    if len(policies) != 2 or len(places) != 1 or len(now) != 1 or not after_others(now[0][1]):
        return None
    other = next(p for p in policies.values() if p != now[0])
    return (head, group), (Item("frac", "frac", (now[0], other), start=head.start, end=group.end),)


def is_ratio(head: Item, group: Item) -> bool:
    """Whether the name of a ratio with two indices stands at a parameter alone."""
    alone = group.name == "()" and len(group.rows) == 1 == len(group.rows[0]) and group.rows[0][0].kind == "atom"
    return head.name in RATIOS and len(head.subs) == 1 and alone and "parameter" in kinds(group.rows[0][0].name) and not head.sups


def after_others(group: Item) -> bool:
    """Whether a token stands in brackets, behind a bar what it follows."""
    return "|" in group.seps and len(group.rows) > 2


def with_quotient(row: Row, made: tuple[Row, Row]) -> Row:
    """A row with the quotient for the name."""
    name, quotient = made
    key = row_key(name)

    def change(part: Row) -> Row:
        out: list[Item] = []
        at = 0
        while at < len(part):
            found = row_key(part[at : at + 2]) == key
            out += quotient if found else (part[at],)
            at += 2 if found else 1
        return tuple(out)

    return everywhere(row, change)


__all__ = ["errors_of_values", "in_words", "lone_capitals", "squared_names", "squares_by_name", "with_labels"]
