"""What a statement looks like, from its letters and their places alone: errors, values, places, names written as letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from derive.core.constants import ADVANTAGES, VALUE_FAMILY
from derive.elaborate.knowledge.scope import compiled_rows, kinds, letter_key
from derive.elaborate.reading.matching import match_items
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS, FUNCTIONS
from derive.glossary.marks import DIFFERENTIALS, ENTROPIES, VALUE_NAMES
from derive.page.saying.bearing import rows_of, says_reward
from derive.page.saying.occurrences import is_numeric, occurrences, says_what, stands_in
from derive.syntax.flat import Item, Row, is_mark, walk

#: Kinds of letters whose value is an example's: which state, which step.
PLACES = frozenset(("state", "action", "time", "index"))


def is_table_of_policy(row: Row) -> bool:
    r"""Whether a row is the probability of any action in any state under a policy: ``\pi(a|s)``."""
    if len(row) != 2 or row[0].kind != "atom" or "policy" not in kinds(row[0].name) or row[1].seps != ("|",):
        return False
    action, state = row[1].rows
    return all(len(r) == 1 and not r[0].subs and kind in kinds(r[0].name) for r, kind in ((action, "action"), (state, "state")))


def is_error(row: Row) -> bool:
    """An error by its letter alone: δ, δ_t; no power of one."""
    raised = any(i.kind == "number" for item in row for s in item.sups for i in s)
    return len(row) == 1 and row[0].kind == "atom" and "error" in kinds(row[0].name) and not raised


def acts_somewhere(one: Statement) -> bool:
    """Whether an action is drawn from a policy whose state is left out, or its entropy taken, where there are states at several times."""
    drawn = any(
        is_mark(sub[i], r"\sim")
        and i + 2 == len(sub)
        and sub[i + 1].kind == "atom"
        and "policy" in kinds(sub[i + 1].name)
        and "episode" not in kinds(sub[i - 1].name)
        and not any(part.kind == "atom" and "state" in kinds(part.name) for part in sub[:i])
        for row in one.terms
        for item in walk(row)
        for sub in item.subs
        for i in range(len(sub) - 1)
    )
    bare = any(
        head.name in ENTROPIES and group is not None and len(group.rows) == 1 and is_policy(group.rows[0])
        for head, group in occurrences(one.terms)
    )
    states = {letter_key(i) for row in one.terms for i in walk(row) if i.kind == "atom" and i.subs and "state" in kinds(i.name)}
    return (drawn or bare) and len(states) > 1


def is_policy(row: Row) -> bool:
    return len(row) == 1 and row[0].kind == "atom" and kinds(row[0].name).get("policy") == 0


def looks_applied(item: Item, following_: Item | None) -> bool:
    """Whether a letter stands before a bracket that holds a letter or a number alone: ``p(1)``."""
    group = following_ if not item.word else None
    return group is not None and group.kind == "group" and group.name == "()" and all(len(r) == 1 for r in group.rows)


def two_sizes(rows: list[Row]) -> str:
    """A function that is applied in capitals and in small letters, as often as not one and the same."""
    applied = {
        (item.name, len(group.rows))
        for item, group in occurrences(rows)
        if group is not None
        and group.kind == "group"
        and group.name == "()"
        and len(item.name) == 1
        and not item.subs
        and not item.sups
    }
    return next(
        (
            name
            for name, count in sorted(applied)
            if name.islower() and (name.upper(), count) in applied and "process" not in kinds(name)
        ),
        "",
    )


#: Letters of the shortest name that is written as letters side by side; of a shorter one where an argument follows.
LONGEST_PRODUCT = 4


def spelled_words(row: Row) -> list[str]:
    """Names that are written as letters side by side, with no space between: ``prob(x)``."""
    out: list[str] = []
    run: list[Item] = []
    for item in (*row, Item("mark", "")):
        if item.is_letter and (not run or run[-1].end == item.start and not run[-1].subs and not run[-1].sups):
            run.append(item)
            continue
        applied = item.kind == "group" and item.name == "()"
        if len(run) >= LONGEST_PRODUCT or len(run) == LONGEST_PRODUCT - 1 and applied:
            out.append("".join(i.name for i in run))
        run = [item] if item.is_letter else []
        named = item.kind == "atom" and item.name in VALUE_NAMES  # \hat A^{GAE(γ,λ)}: a label
        for part in (*item.rows, *(() if named else (*item.subs, *item.sups))):
            out += spelled_words(part)
    return out


def stand_alone(word: str, one: Statement) -> bool:
    """Whether each letter of a word stands by itself somewhere else in a statement: they are letters."""
    written = Counter(i.name for t in one.terms for i in walk(t) if i.is_letter)
    return all(written[letter] > times for letter, times in Counter(word).items())


def reaching(one: Statement) -> Statement:
    """The statement with what follows an operator at the beginning of a side in brackets; itself where there is none."""
    return replace(one, terms=tuple(wide(t) for t in one.terms))


def wide(row: Row) -> Row:
    """A row whose first operator reaches over all of it."""
    for at, item in enumerate(row):
        if is_mark(item, "+", "-"):
            return row
        if item.kind in ("nabla", "big") or item.kind == "frac" and item.rows[1][:1] and item.rows[1][0].name in DIFFERENTIALS:
            rest = row[at + 1 :]
            if len(rest) > 1 and any(is_mark(i, "+", "-") for i in rest):
                return (*row[: at + 1], Item("group", "()", (rest,), start=rest[0].start, end=rest[-1].end))
            return row
    return row


def is_known(row: Row) -> bool:
    """Whether the glossary has a row for what is defined, or it is a quantity of an episode at a time: what the field calls so."""
    if not row or row[0].kind != "atom" or len(row) > 2:
        return False
    by_name, _ = compiled_rows()
    mine = by_name.get(row[0].name, ())
    if any(match_items(c.items, row, 0) for c in mine):
        return True
    if len(row) == 1 and (row[0].subs or row[0].sups) and any(c.row.means in VALUE_FAMILY for c in mine):
        return True  # a value without its arguments
    return len(row) == 1 and bool(row[0].subs) and "process" in kinds(row[0].name)


def is_episode(one: Statement) -> bool:
    """Whether a statement says what an episode is made of, as the field does: τ = (s_1, a_1, …)."""
    lhs, rhs = one.terms
    if len(lhs) != 1 or lhs[0].kind != "atom" or "episode" not in kinds(lhs[0].name) or len(rhs) != 1 or rhs[0].kind != "group":
        return False
    named = [i for part in rhs[0].rows for i in part if i.kind == "atom"]
    return bool(named) and len(rhs[0].rows) > 1 and all(kinds(i.name).keys() & {"state", "action", "reward"} for i in named)


def is_value(row: Row) -> bool:
    """Whether what is defined is a value of states or actions, in any spelling."""
    return any(c.row.means in VALUE_FAMILY for c in compiled_rows()[0].get(row[0].name, ()))


def is_advantage(row: Row) -> bool:
    """Whether what is defined is an advantage, in any spelling: what a text subtracts there is its own choice."""
    means = {c.row.means for c in compiled_rows()[0].get(row[0].name, ())}
    return bool(means & {*ADVANTAGES})


def two_laws(rows: tuple[Row, ...]) -> bool:
    """Whether episodes have a law with a parameter and one of the same name without: ``p_θ(τ)`` beside ``p(τ)``."""
    found: dict[str, set[bool]] = {}
    for item, group in occurrences(rows):
        inside = group.rows[0] if group is not None and group.kind == "group" and len(group.rows) == 1 else ()
        if len(inside) == 1 and inside[0].kind == "atom" and "episode" in kinds(inside[0].name):
            found.setdefault(item.name, set()).add(bool(item.subs))
    return any(len(marks) > 1 for marks in found.values())


def counted(item: Item) -> bool:
    """Whether a name is of what an episode collects, whose discount may go without saying: a reward, a return, a value, an error."""
    may = kinds(item.name).keys()
    return bool(may & {"reward", "error"}) or "process" in may and bool(item.subs) or is_value((item,))


def is_place(row: Row) -> bool:
    """A bare letter for a state, an action, a time or an index."""
    return len(row) == 1 and row[0].kind == "atom" and not row[0].subs and bool(kinds(row[0].name).keys() & PLACES)


def speaks_of_letters(row: Row) -> bool:
    """Whether a formula is made of letters and numbers alone, without anything that is averaged or chosen."""
    return not any(
        i.kind == "atom" and (i.name in EXPECTATIONS or kinds(i.name).get("policy") == 0 or kinds(i.name).get("episode") == 0)
        for i in walk(row)
    )


def as_limit(one: Statement) -> Statement | None:
    r"""``\frac{\ln t}t\to0`` as what it says of the limit for late times, where a time is its only letter; None for any other."""
    lhs, rhs = one.terms
    letters = {i.key: i for i in walk(lhs) if i.kind == "atom" and i.said not in FUNCTIONS}
    named = len(lhs) == 1 and lhs[0].kind == "atom"
    if one.rels != (r"\to",) or one.conditions or named or len(letters) != 1 or not is_numeric(rhs):
        return None
    letter = next(iter(letters.values()))
    plain = not (letter.subs or letter.sups or letter.primes or letter.accents or letter.word)
    if not plain or "time" not in kinds(letter.name) or any(i.kind in ("text", "dots", "big") for i in walk(lhs)):
        return None
    late = (letter, Item("mark", r"\to"), Item("atom", "infty"))
    group = Item("group", "()", (lhs,), start=lhs[0].start, end=lhs[-1].end)
    return Statement(((Item("big", "lim", subs=(late,), start=lhs[0].start, end=lhs[0].start), group), rhs), ("=",))


def names_a_place(first: Statement) -> bool:
    """Whether a letter for a state, an action, a time or an index is said to be another such letter, or to lie some steps from it."""
    letters = ((i,) for i in walk(first.terms[1]) if i.kind == "atom")
    return is_place(first.terms[0]) and all(map(is_place, letters))


def of_all_rewards(first: Statement) -> bool:
    """Whether an equation says what number every reward is: ``r_t = 1``, ``r(s,a) = c``, and not ``r_1 = 1``."""
    letters = [i for i in walk(first.terms[0]) if i.kind != "group"]
    plain = all(i.kind == "atom" and not (i.subs and j) for j, i in enumerate(letters))
    number = is_numeric(first.terms[1]) or len(first.terms[1]) == 1 and first.terms[1][0].kind == "atom"
    return says_reward(first) and plain and number and not any(i.key == first.terms[1][0].key for i in letters)


def says_anew(first: Statement) -> bool:
    """Whether an equation says in other words what a name of the field is, at letters."""
    name = first.terms[0]
    if is_numeric(first.terms[-1]):
        return False  # a value in an example
    stepped = bool(name[0].subs) and not any(i.key == name[0].key for t in first.terms[1:] for i in walk(t))  # Q_{n+1} = Q_n + …
    return (is_known(name) or is_error(name)) and says_what(name) and (stepped or not stands_in(name[0], first.terms[1:]))


def discounts_in(statement: Statement) -> bool:
    """Whether a statement writes a discount, and not only that it is 1."""
    first, last = statement.terms[0], statement.terms[-1]
    if statement.rels == ("=",) and len(first) == len(last) == 1 and last[0].value == 1:
        return False
    return names_discount(statement)


def names_discount(statement: Statement) -> bool:
    """Whether the letter of a discount stands in a statement."""
    return any(i.kind == "atom" and "discount" in kinds(i.name) for t in rows_of(statement) for i in walk(t))
