"""What is given: definitions of heads, premises, and names that a claim takes apart or averages."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from derive.core.constants import ADVANTAGES, VALUE_FAMILY
from derive.elaborate.given.listed import list_of
from derive.elaborate.given.recursions import by_one_another, recursion_of
from derive.elaborate.knowledge.facts import facts_of
from derive.elaborate.knowledge.scope import (
    Definition,
    Outside,
    Premise,
    compiled_rows,
    hole_name,
    is_episode,
    kinds,
    letter_key,
    mentions,
)
from derive.elaborate.knowledge.sequences import prefixes
from derive.elaborate.knowledge.shapes import Facts, stem
from derive.elaborate.reading.matching import labels_of, match_items
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import DIVERGENCE_WORDS, EXPECTATIONS, FUNCTIONS, PROBABILITIES, VARIANCES
from derive.glossary.marks import (
    ACTION_LETTER,
    DISCOUNTS,
    ENDS,
    ENTROPIES,
    FIXED_WORDS,
    INDEX,
    INFORMATION,
    MULTIPLICATIONS,
    PLAIN_ENTROPIES,
    RATIOS,
    REALS,
    STATE_LETTER,
    VALUE_NAMES,
)
from derive.glossary.remarks import WITHOUT_CHANCE
from derive.syntax.flat import Item, Row, before_brackets, is_mark, numeral, parts_between, row_key
from derive.syntax.flat import walk as items_of

NOT_DEFINED = EXPECTATIONS | PROBABILITIES | set(VARIANCES) | PLAIN_ENTROPIES | INFORMATION | FIXED_WORDS


def sorted_givens(
    givens: list[Statement], facts: Facts, rows: Iterable[Row] = ()
) -> tuple[tuple[Definition, ...], list[Statement]]:
    """What is given, as definitions of heads and as premises."""
    said = tuple(rows)
    every = (*said, *(t for g in givens for t in g.terms))
    plain = [s for g in givens for s in members_of(g, every, facts)]
    made = [definition_of(g, facts, said) if not g.conditions and recursion_of(g) is None else None for g in plain]
    tied = by_one_another([d for d in made if d is not None])
    first = {row_key(d.args): d for d in reversed(made) if d is not None and not d.holes and len(d.args) == 1}
    again = [d for d in made if d is not None and row_key(first.get(row_key(d.args), d).body) != row_key(d.body)]
    definitions = [None if d is None or d in tied or d in again else d for d in made]
    return tuple(d for d in definitions if d is not None), [g for g, d in zip(plain, definitions, strict=True) if d is None]


def members_of(given: Statement, every: tuple[Row, ...], facts: Facts) -> list[Statement]:
    """``r=[2,4,6]`` as what its members are, and as many as sums over them run to; any other given as it is."""
    values, head = list_of(given), given.terms[0]
    if not values or stem(head[0]) not in facts.indexed:
        return [given]
    index = Item("atom", INDEX)
    number = [(numeral(k),) for k in range(1, len(values) + 1)]
    rows = tuple(r for v, k in zip(values, number, strict=True) for r in (v, (index, Item("mark", "="), *k)))
    cases = Item("cases", "cases", rows, ("2",) * len(values))
    out = [Statement(((replace(head[0], subs=((index,),)),), (cases,)), ("=",))]
    ends = {
        letter_key(i.sups[0][0]): i.sups[0]
        for t in every for row in (t, *(r for x in items_of(t) for r in x.rows)) for at, i in enumerate(row)
        if i.kind == "big" and len(i.sups) == 1 and len(i.sups[0]) == 1 and i.sups[0][0].kind == "atom"
        and any(x.kind == "atom" and stem(x) == stem(head[0]) and x.subs for x in items_of(row[at + 1 :]))
    }  # fmt: skip
    return [*out, *(Statement((end, number[-1]), ("=",)) for end in ends.values())]


def definition_of(given: Statement, facts: Facts, said: tuple[Row, ...] = ()) -> Definition | None:
    r"""A given that says what a head is, where something else is ``said``: ``f(x)=…``, ``r_i=…``, ``\bar r=…``."""
    if len(given.rels) != 1 or given.rels[0] not in ("=", ":=", r"\equiv"):
        return None
    lhs, rhs = given.terms[0], given.terms[1]
    if len(lhs) == 1 and lhs[0].name == WITHOUT_CHANCE:
        return None
    if (
        not lhs
        or lhs[0].kind != "atom"
        or len(lhs) > 2
        or len(lhs) == 2
        and (lhs[1].kind != "group" or lhs[1].sups or lhs[1].subs)
    ):
        return None
    chosen = bool(rhs) and rhs[0].kind == "big" and rhs[0].name in ("argmax", "argmin") and "policy" in kinds(lhs[0].name)
    applied = stem(lhs[0]) in facts.at_letters | facts.multi and stem(lhs[0]) not in facts.bare
    if len(lhs) == 1 and not lhs[0].subs and applied and not chosen:
        raise Premise("an equation of functions without their arguments")
    if len(lhs) == 1 and "discount" in kinds(lhs[0].name) and not lhs[0].subs:
        return None  # values and returns know it too
    if facts.speaks_of_values and kinds(lhs[0].name).get("reward") == 0 and len(rhs) == 1 and rhs[0].kind in ("atom", "number"):
        if not speaks_of(lhs, rhs[0], False):
            return None  # values are made of it: every reward is that number
    if speaks_of(rhs, lhs[0], len(lhs) == 2):
        if "joint" in kinds(lhs[0].name) and len(lhs) == 2 and not lhs[0].subs and "|" not in lhs[1].seps:
            return None
        if lhs[0].subs or len(lhs) == 2:
            raise Outside("a recursion that is given")
        return None
    if (
        stem(lhs[0]) in facts.recursive
        or any(i.kind == "number" for s in (*lhs[0].subs, *lhs[0].sups) for i in s if not is_shifted(s))
        and (stem(lhs[0]) in facts.indexed or any(i.kind == "number" for s in lhs[0].sups for i in s))
        or lhs[0].name in NOT_DEFINED
        and not (compares(lhs, rhs) or len(lhs) == 1 and not lhs[0].subs and stem(lhs[0]) in facts.bare - facts.applied.keys())
        or len(lhs) == 1
        and "discount" in kinds(lhs[0].name)
        or lhs[0].name.removeprefix("text:") in FUNCTIONS
    ):
        return None
    keys: list[Hashable] = []

    def as_hole(item: Item) -> Item:
        key = letter_key(item)
        if key not in keys:
            keys.append(key)
        return Item("text", f"text:hole {keys.index(key)}")

    head = lhs[0]
    by_another = kinds(head.name).get("policy") == 0 and any(stem(i) == stem(head) for i in items_of(rhs) if i.kind == "atom")
    shifts: dict[str, Row] = {}
    subs = []
    for sub in head.subs:
        new = []
        for part in sub:
            runs = kinds(part.name).keys() & {"index", "time"} or numbers_members(part, rhs, said)
            if by_another and part.kind == "atom":
                new.append(part)  # π_{k+1} as π_k makes it: that one, and no other
            elif part.kind == "atom" and not part.subs and (runs and not part.name.isupper() or counts_terms(part, rhs)):
                new.append(as_hole(part))
            elif part.kind in ("atom", "mark", "number"):
                new.append(part)
            else:
                return None
        shift = shift_of(new) if mentions([rhs], letter_key(sub[0])) else ()
        if shift:
            shifts[hole_name(new[0])] = shift
        subs.append(tuple(new[:1] if shift else new))
    if any(len(s) != 1 or s[0].kind not in ("atom", "mark") for s in head.sups):
        return None
    sups = tuple((as_hole(s[0]),) if len(lhs) == 2 and is_argument(s[0], rhs) else s for s in head.sups)
    args: list[Item] = [replace(head, subs=tuple(subs), sups=sups)]
    somewhere = len(lhs) == 2 and (names_point(lhs[1], rhs) or at_number(lhs[1], rhs))
    if somewhere or len(lhs) == 2 and lhs[0].name in VALUE_NAMES and is_one_value(lhs[1], rhs):
        return None  # the value somewhere
    if len(lhs) == 2:
        rows = []
        for r in lhs[1].rows:
            if not all(i.kind == "atom" or i.kind == "mark" and i.name in PAIRING for i in r) or len(r) not in (1, 3):
                return None
            if is_episode(r[0]):
                rows.append(r)  # the episode at hand, and no other
                continue
            rows.append(tuple(as_pattern(i, as_hole) if i.kind == "atom" else i for i in r))
        args.append(replace(lhs[1], rows=tuple(rows)))
    return Definition(head, tuple(args), tuple(keys), rhs, tuple(shifts.items()))


def is_one_value(places: Item, value: Row) -> bool:
    """Whether a number is given at letters: where these are, and nowhere else."""
    plain = all(i.kind != "atom" or not i.subs for r in places.rows for i in r)
    return plain and all(i.kind in ("number", "frac", "mark") for i in items_of(value))


def is_shifted(place: Sequence[Item]) -> bool:
    """Whether a letter and a number stand here: ``n+1``."""
    return len(place) == 3 and place[0].kind != "number" and is_mark(place[1], "+", "-") and place[2].kind == "number"


def shift_of(place: Sequence[Item]) -> Row:
    """What brings n + 1 back to n."""
    if not is_shifted(place) or not hole_name(place[0]):
        return ()
    return (replace(place[1], name="-" if place[1].name == "+" else "+"), place[2])


def counts_terms(letter: Item, body: Row) -> bool:
    r"""Whether what a name is hangs on the letter below it as on a number: ``V_N=\frac1N\sum_{i=1}^NG_i``, ``y_N=2N``."""
    if letter.word or len(letter.name) != 1 or not letter.name.isalpha():
        return False
    ends = any(i.key == letter.key for big in items_of(body) if big.kind == "big" for s in big.sups for i in items_of(s))
    return ends or letter.name.isupper() and mentions([body], letter_key(letter))


def numbers_members(letter: Item, body: Row, said: tuple[Row, ...]) -> bool:
    """Whether a letter below a name stands below others in what it is, too, or is what one is applied to: ``p_a = e^{z_a}``, ``z_a = f(a)``.

    Where nothing is said of a policy or a parameter, its letter stands for any.
    """
    if letter.kind != "atom" or letter.word:
        return False
    below = any(len(s) == 1 and s[0].key == letter.key for i in items_of(body) if i.kind == "atom" for s in i.subs)
    chooses = kinds(letter.name).get("policy") == 0 or "parameter" in kinds(letter.name)
    if below or chooses and (not said or mentions(said, letter_key(letter))):
        return below
    return any(len(r) == 1 and r[0].key == letter.key for _, group in before_brackets([body]) for r in group.rows)


def is_argument(letter: Item, body: Row) -> bool:
    r"""Whether a letter above a name that is applied is one of its arguments: ``L_2^\tau(u)``, where τ stands in what it is."""
    plain = letter.kind == "atom" and not (letter.word or letter.subs or letter.sups)
    return plain and not kinds(letter.name).keys() & {"policy", "index", "time"} and mentions([body], letter_key(letter))


def names_point(group: Item, body: Row) -> bool:
    """Whether a capital in brackets is a state of an example, of which a number is said: ``V(B)=2``."""
    capitals = all(len(r) == 1 and r[0].kind == "atom" and r[0].name.isupper() and not r[0].word for r in group.rows)
    return capitals and bool(body) and not any(i.kind == "atom" for i in items_of(body))


def at_number(places: Item, body: Row) -> bool:
    """Whether a number is said of a name at a letter with a number below it: there, and nowhere else."""
    numbered = [i for r in places.rows for i in r if i.subs and all(j.kind == "number" for s in i.subs for j in s)]
    return bool(numbered) and bool(body) and not any(i.kind == "atom" for i in items_of(body))


#: Relations between the letters of an argument, one of which is preferred to the other.
PAIRING = frozenset((">", "<", r"\succ", r"\prec", r"\succeq", r"\preceq"))


def compares(lhs: Row, rhs: Row) -> bool:
    r"""Whether a chance of a preference is defined, ``P(y_1>y_2|x)`` or ``P(i\succ j)``, by what the two that are compared are."""
    pairs = [r for r in lhs[1].rows if len(r) == 3] if len(lhs) == 2 else []
    return bool(pairs) and all(mentions([rhs], letter_key(i)) for r in pairs for i in (r[0], r[2]))


def as_pattern(item: Item, as_hole: Callable[[Item], Item]) -> Item:
    """An argument of a definition: any in its place, or the member of its sequence with any index."""
    if "parameter" in kinds(item.name):
        return as_hole(item)  # θ_k is one of its copies
    counted = [i for s in item.subs for i in s if "index" in kinds(i.name)]
    indexed = len(counted) == 1 and len(item.subs) == len(item.subs[0]) == 1 and not counted[0].name.isupper() and not item.sups
    if counted and not indexed:
        raise Outside("a definition at one index")
    return replace(item, subs=((as_hole(item.subs[0][0]),),)) if indexed else as_hole(item)


def speaks_of(row: Row, head: Item, applied: bool) -> bool:
    """Whether a row speaks of a head again, as it is used: applied, or with an index."""
    for part in (row, *(r for i in items_of(row) for r in (*i.rows, *i.subs, *i.sups))):
        for at, item in enumerate(part):
            same = item.kind == "atom" and stem(item) == stem(head) and labels_of(item) == labels_of(head)
            same = same and not (kinds(head.name).get("policy") == 0 and letter_key(item) != letter_key(head))
            if same and is_ranged(item) == is_ranged(head):
                following = part[at + 1] if at + 1 < len(part) else None
                if item.subs or not applied and not head.subs or following is not None and following.kind == "group" and applied:
                    return True
    return False


def is_ranged(item: Item) -> bool:
    r"""Whether a name is one of several steps, ``\rho_{0:t}``, which is made of those of single ones."""
    return any(is_mark(i, ":") for s in item.subs for i in s)


def redefines(definition: Definition) -> bool:
    """Whether a page gives a value of the field a meaning of its own, and with it those that are made of it: of an advantage none is."""
    by_name, _ = compiled_rows()
    return any(
        c.row.means in VALUE_FAMILY
        and c.row.means not in ADVANTAGES
        and match_items(c.items, (definition.head, *definition.args[1:]), 0)
        for c in by_name.get(definition.head.name, ())
    )


def may_be_known(given: Statement) -> bool:
    """Whether a given may be one of what holds anyway: of the constants of the field, or no definition of a name.

    What a ratio is at one place is not known at others; that a letter may be as small as a bound widens what it is taken for;
    that a policy has an action in each state says what policy it is.
    """
    if any(is_policys_action(a, b) for a, b in before_brackets(given.terms)):
        return False
    if set(given.rels) & {r"\le", r"\ge", r"\leq", r"\geq"} and any(len(t) == 1 and t[0].kind == "atom" for t in given.terms):
        return False
    if given.terms and given.terms[0] and given.terms[0][0].name in RATIOS:
        return False
    return states_values(with_arguments(given)) or states_law(given) or not defines(given)


def is_policys_action(head: Item, group: Item) -> bool:
    r"""Whether ``\pi(s)`` stands here."""
    named = head.kind == "atom" and kinds(head.name).get("policy") == 0
    return named and group.kind == "group" and group.name == "()" and len(group.rows) == 1 and not group.seps


def ends_of_ranges(rows: Iterable[Row]) -> frozenset[int]:
    """How ranges name the end of an episode, by the length of what they say: T, or T − 1."""
    highs = [i.sups[0] for row in rows for i in items_of(row) if i.kind == "big" and len(i.sups) == 1 and i.sups[0]]
    return frozenset(len(h) for h in highs if h[0].name in ENDS and not any(i.kind == "atom" for i in h[1:]))


def is_value_of_discount(given: Statement) -> bool:
    """Whether a given is a number for the discount."""
    named = [t for t in given.terms if len(t) == 1 and t[0].kind == "atom" and t[0].name in DISCOUNTS and not t[0].subs]
    return given.rels == ("=",) and len(named) == 1 and any(len(t) == 1 and t[0].kind == "number" for t in given.terms)


def with_arguments(given: Statement) -> Statement:
    r"""An equation of values without their arguments, ``A^\pi=Q^\pi-V^\pi``, at any state and action; any other as it is."""
    if given.rels != ("=",) or given.conditions or not all(is_of_values(t) for t in given.terms):
        return given

    def at_any(row: Row) -> Row:
        out: list[Item] = []
        for item in row:
            behind = arguments_of(item) if item.kind == "atom" else None
            out += (item,) if behind is None else (item, behind)
        return tuple(out)

    return replace(given, terms=tuple(map(at_any, given.terms)))


def is_of_values(row: Row) -> bool:
    """Whether a row is a sum of values of the field alone."""
    return bool(row) and all(i.kind == "atom" and arguments_of(i) is not None or is_mark(i, "+", "-") for i in row)


def arguments_of(head: Item) -> Item | None:
    """The arguments with which a row of the glossary has a value: a state, or a state and an action."""
    state, action = ((Item("atom", name),) for name in (STATE_LETTER, ACTION_LETTER))
    for rows in ((state,), (state, action)):
        group = Item("group", "()", rows, seps=(",",) * (len(rows) - 1))
        found = compiled_rows()[0].get(head.name, ())
        if any(c.row.means in VALUE_FAMILY and match_items(c.items, (head, group), 0) for c in found):
            return group
    return None


def defines(given: Statement) -> bool:
    """Whether a given says what a name stands for, or is no statement at all."""
    try:
        return not given.rels or definition_of(given, facts_of(list(given.terms))) is not None
    except Outside:
        return True


def spells_out(given: Statement) -> bool:
    r"""Whether a given only says how the members of a sequence are called: ``a=(a_1,\dots,a_n)``."""
    if given.rels != ("=",) or given.conditions or len(given.terms[0]) != 1 or len(given.terms[1]) != 1:
        return False
    whole, group = given.terms[0][0], given.terms[1][0]
    members = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom"] if group.kind == "group" else []
    dotted = any(len(r) == 1 and r[0].kind == "dots" for r in group.rows)
    plain = whole.kind == "atom" and len(members) + dotted == len(group.rows) > 1 and dotted
    return plain and all(stem(i) == stem(whole) and i.subs for i in members)


def states_law(given: Statement) -> bool:
    """Whether a given says how likely a trajectory is."""
    if given.rels != ("=",) or len(given.terms[0]) != 2:
        return False
    head, group = given.terms[0]
    of_episode = group.kind == "group" and all(len(r) == 1 and is_episode(r[0]) for r in group.rows[:1])
    return of_episode and "law" in kinds(head.name)


def states_values(given: Statement) -> bool:
    """Whether a given is an equation for values, for an entropy, a divergence or the weights of an episode."""
    if given.rels != ("=",) or given.conditions:
        return False
    made = recursion_of(given)
    if made is not None:
        return "process" in kinds(made.head.name)
    if len(given.terms[0]) == 1 and "weight" in kinds(given.terms[0][0].name) and given.terms[0][0].subs:
        return True
    if len(given.terms[0]) != 2:
        return False
    if prefixes(given.terms[1]):
        return True
    head = given.terms[0][0]
    if head.name in DIVERGENCE_WORDS or head.name in ENTROPIES:
        return True
    rows_ = compiled_rows()[0].get(head.name, ())
    return any(c.row.means in VALUE_FAMILY and match_items(c.items, given.terms[0], 0) for c in rows_)


def introduces(given: Statement) -> bool:
    """Whether a statement of several introduces a name of its own, with which the next are read."""
    head = own_head(given)
    return head is not None and (given.rels[0] == ":=" or not kinds(head.name) or bool(head.subs))


def own_head(given: Statement) -> Item | None:
    """The name that a statement defines, where the field has no meaning for what is written so."""
    try:
        made = definition_of(given, facts_of(list(given.terms)))
    except Outside:
        return None
    by_name, _ = compiled_rows()
    if made is None or any(match_items(c.items, made.args, 0) for c in by_name.get(made.head.name, ())):
        return None
    return made.head


def joint_names(rows: list[Row]) -> frozenset[Hashable]:
    """Names of distributions that a claim takes apart: with a bar, or of several letters."""
    out: set[Hashable] = set()
    for row in rows:
        stack = [row]
        while stack:
            current = stack.pop()
            for i, item in enumerate(current):
                stack += [*item.rows, *item.subs, *item.sups]
                following = current[i + 1] if i + 1 < len(current) else None
                if (
                    item.kind == "atom"
                    and following is not None
                    and following.kind == "group"
                    and len(following.rows) > 1
                    and "law" in kinds(item.name)
                ):
                    if all(s in ("|", ",") for s in following.seps) and ("|" in following.seps or "joint" in kinds(item.name)):
                        out.add(stem(item))
    return frozenset(out)


def told_law(given: Statement) -> tuple[Hashable, Row] | None:
    r"""The letter that a given says to be drawn, and its law: ``y\sim\pi(\cdot|x)``."""
    if given.rels != (r"\sim",) or given.conditions or len(given.terms[0]) != 1 or given.terms[0][0].kind != "atom":
        return None
    return letter_key(given.terms[0][0]), given.terms[1]


def told_laws(givens: list[Statement], rows: list[Row]) -> dict[Hashable, tuple[Row, bool]]:
    """The laws of letters, by their letter, and whether each is given: else an expectation beside says it, and no other says otherwise."""
    out: dict[Hashable, tuple[Row, bool]] = {}
    other: set[Hashable] = set()
    for sub in (s for row in rows for i in items_of(row) if i.kind == "atom" and i.name in EXPECTATIONS for s in i.subs):
        for part in parts_between(sub, ","):
            if len(part) > 2 and part[0].kind == "atom" and is_mark(part[1], r"\sim"):
                key = letter_key(part[0])
                known = out.setdefault(key, (part[2:], False))
                other |= {key} if row_key(known[0]) != row_key(part[2:]) else set()
    told = dict(found for g in givens if (found := told_law(g)) is not None)
    return {key: law for key, law in out.items() if key not in other} | {key: (law, True) for key, law in told.items()}


def declares(row: Row) -> bool:
    """Whether a set is one of numbers, vectors or matrices: the real numbers, with or without dimensions."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in REALS and len(row[0].sups) <= 1 and not row[0].subs


def given_shapes(premises: list[Statement]) -> dict[Hashable, tuple[str, ...]]:
    """Letters that a given puts into the reals, with the names of their dimensions."""
    out: dict[Hashable, tuple[str, ...]] = {}
    for premise in premises:
        if premise.rels != (r"\in",) or not declares(premise.terms[1]):
            continue
        sups = premise.terms[1][0].sups
        parts = [i for i in (sups[0] if sups else ()) if not (i.kind == "mark" and i.name in MULTIPLICATIONS)]
        for item in premise.terms[0]:
            if item.kind == "atom":
                out[letter_key(item)] = tuple(i.name for i in parts)
    return out
