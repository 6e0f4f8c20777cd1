r"""Updates against the known backups: what a right one leaves as it is.

At the true values (those of a policy, or the optimal ones) a known update of V or Q changes nothing, on average over the step that it uses.
So the estimates ``V_k`` and ``V_{k+1}`` are read as those values, and an update whose average change is not 0 under any reading is an error.
Only what has the shape of a known update is looked at: rewards, discounted values, chances, maxima, and one step size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.core.terms import ZERO, Bind, Core, CoreClaim, Op, Var, below, free_variables, op, rebuild, unused, walk
from derive.core.types import ACTION, POLICY, STATE
from derive.decide.judge import Finding, judge
from derive.diagnostics import NotationError
from derive.elaborate.claims import Reading, read_link
from derive.elaborate.knowledge.scope import compiled_rows, kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.letters import letters
from derive.syntax.flat import Item, Row, everywhere, is_mark, numeral, row_key
from derive.syntax.flat import walk as items_of
from derive.verify.wording import place_shown

VALUES = ("value", "q_value")
BEST = {"value": "optimal_value", "q_value": "optimal_q"}
REWARDS = frozenset(("reward", "reward_at", "reward_to", "policy_reward", "outcome"))
RETURNS = frozenset(("return_from", "n_step_return", "lambda_return"))
#: What a known update is made of.
SHAPE = frozenset(
    ("add", "mul", "neg", "div", "discount", "state_at", "action_at", "coerce", "prob", "transition", "policy_transition", "next_law",
     "action_law", "chosen", "td_error", "eq", "same", *VALUES, *BEST.values(), *REWARDS, *RETURNS)
)  # fmt: skip
BINDERS = frozenset(("sum", "max", "expect", "episode"))
#: Sources of names of steps, actions and rewards in a row.
STEPPED = frozenset(("state", "action", "reward"))


@dataclass(frozen=True, slots=True)
class Backup:
    """A known update: what its right side has and has not, and its name."""

    name: str
    has: tuple[str, ...] = ()
    sampled: bool = False
    greedy: bool = False
    actions: bool = False


#: The first that fits is the one that an update is compared with.
BACKUPS = (
    Backup("a Monte Carlo update", ("return_from",), sampled=True),
    Backup("an n-step update", ("n_step_return",), sampled=True),
    Backup("a λ-return update", ("lambda_return",), sampled=True),
    Backup("Q-learning", sampled=True, greedy=True, actions=True),
    Backup("expected SARSA", ("prob",), sampled=True, actions=True),
    Backup("SARSA", sampled=True, actions=True),
    Backup("TD(0)", sampled=True),
    Backup("the Bellman optimality backup", greedy=True),
    Backup("the Bellman expectation backup"),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """An update that leaves the values of no reading as they are: which known one it was compared with, and where it fails."""

    backup: str
    reading: Reading
    finding: Finding


def compared(statement: Statement, arrow: bool, seconds: float, later: bool = False) -> Compared | None:
    """An update with the shape of a known one that is none; None for a right one and for all others.

    ``later`` where the rewards around it have the index of the next step.
    """
    if len(statement.terms) != 2 or statement.conditions or not all(statement.terms):
        return None
    sides = of_values(statement.terms, arrow)
    if sides is None:
        return None
    lhs, rhs = sides
    tried: list[tuple[Reading, CoreClaim, Finding]] = []
    for left, right in (sides, stepped(lhs, rhs)):
        try:
            read = read_link(left, "=", right, [], (), later)
        except (NotationError, RecursionError):
            return None
        for reading in read.readings:
            for claim in fixed_points(reading.claim):
                found = judge(claim, seconds)
                if found.late:  # a pause of the process is no property of the claim
                    found = judge(claim, seconds)
                if found.status != "refuted":
                    return None
                tried.append((reading, claim, found))
    if not tried:
        return None
    reading, claim, found = tried[0]
    return Compared(name_of(claim, reading.claim), replace(reading, claim=claim), found)


def by_error(statement: Statement) -> Statement | None:
    """The update by an error, ``V(s) ← V(s) + δ`` for ``δ = … − V(s)``: an error is what a known update adds; None for what has no value alone."""
    rhs = of_any_policy(statement.terms[1])
    alone = [(sign, part) for sign, part in signed(rhs) if is_one_value(part)]
    taken = [part for sign, part in alone if sign == "-"] or [part for _, part in alone]
    if len(taken) != 1 or not rhs:
        return None
    whole = Item("group", "()", (rhs,), start=rhs[0].start, end=rhs[-1].end)
    return replace(statement, terms=(taken[0], (*taken[0], Item("mark", "+"), whole)))


def of_any_policy(row: Row) -> Row:
    r"""A row whose values are all of one policy: ``V^\pi(s)`` as ``V(s)``."""
    marks = {row_key(m) for i in items_of(row) if i.kind == "atom" and is_value_letter(i) for m in (*i.subs, *i.sups)}
    policies = {row_key(m) for i in items_of(row) for m in (*i.subs, *i.sups) if len(m) == 1 and "policy" in kinds(m[0].name)}
    if len(marks) != 1 or not marks <= policies:
        return row

    def plain(part: Row) -> Row:
        return tuple(replace(i, subs=(), sups=()) if i.kind == "atom" and is_value_letter(i) else i for i in part)

    return everywhere(row, plain)


def signed(row: Row) -> list[tuple[str, Row]]:
    """The terms of a sum, each with its sign."""
    out: list[tuple[str, list[Item]]] = [("+", [])]
    for item in row:
        if is_mark(item, "+", "-"):
            out.append((item.name, []))
        else:
            out[-1][1].append(item)
    return [(sign, tuple(part)) for sign, part in out if part]


def is_one_value(row: Row) -> bool:
    """The estimate of one value: V(s_t), Q(s_t, a_t)."""
    return len(row) == 2 and row[0].kind == "atom" and is_value_letter(row[0]) and row[1].kind == "group"


# --- what is iterated -------------------------------------------------------------------------------------------------


def of_values(terms: tuple[Row, ...], arrow: bool) -> tuple[Row, Row] | None:
    """Both sides with estimates at two iterations as one value; None for what is no update of one."""
    head = terms[0][0]
    if head.kind != "atom" or head.accents or head.primes or not is_value_letter(head) or len(terms[0]) > 2:
        return None
    same = [i for i in items_of(terms[1]) if i.kind == "atom" and i.name == head.name and not i.accents]
    if not same:
        return None
    if not head.subs and not head.sups:
        return (terms[0], terms[1]) if arrow and all(not i.subs and not i.sups for i in same) else None
    new, old = mark_of(head), {row_key(m) if (m := mark_of(i)) else None for i in same}
    if new is None or len(old) != 1 or None in old:
        return None
    before = next(m for i in same if (m := mark_of(i)))
    if not follows(new, before):
        return None
    left = (without_mark(head), *terms[0][1:])
    right = tuple(unmarked(i, head) for i in terms[1])
    if len(left) == 1:
        group = applied(terms[1], head)
        if group is None:
            return None
        left = (left[0], group)
    return left, right


def is_value_letter(item: Item) -> bool:
    """A letter for values whose policy is left out."""
    return any(c.row.means in VALUES and "?policy" in c.row.takes for c in compiled_rows()[0].get(item.name, ()))


def mark_of(item: Item) -> Row | None:
    """The one script of an estimate: its iteration."""
    scripts = (*item.subs, *item.sups)
    if len(scripts) != 1:
        return None
    row = scripts[0]
    if len(row) == 1 and row[0].kind == "group" and row[0].name == "()" and len(row[0].rows) == 1:
        row = row[0].rows[0]
    return row or None


def follows(new: Row, old: Row) -> bool:
    """Whether one iteration is the next of another: k+1 and k, k and k−1."""

    def split(row: Row) -> tuple[object, int] | None:
        first = row[0]
        if first.kind != "atom" or not kinds(first.name).keys() & {"index", "time"}:
            return None
        if len(row) == 1:
            return letter_key(first), 0
        if len(row) == 3 and is_mark(row[1], "+", "-") and row[2].kind == "number" and row[2].value is not None:
            return letter_key(first), int(row[2].value) * (1 if row[1].name == "+" else -1)
        return None

    a, b = split(new), split(old)
    return a is not None and b is not None and a[0] == b[0] and a[1] == b[1] + 1


def without_mark(item: Item) -> Item:
    return replace(item, subs=(), sups=())


def unmarked(item: Item, head: Item) -> Item:
    """An item with the iterations of a head in it left out."""
    if item.kind == "atom" and item.name == head.name and not item.accents:
        return without_mark(item)
    rows = tuple(tuple(unmarked(i, head) for i in row) for row in item.rows)
    return replace(item, rows=rows) if rows != item.rows else item


def applied(row: Row, head: Item) -> Item | None:
    """The arguments of a head at the next step, taken at this one."""
    for part in (row, *(r for i in items_of(row) for r in i.rows)):
        for item, group in pairwise(part):
            if item.kind == "atom" and item.name == head.name and group.kind == "group" and group.name == "()":
                return replace(group, rows=tuple(tuple(replace(i, primes=0) for i in r) for r in group.rows))
    return None


# --- what a step draws ------------------------------------------------------------------------------------------------


def stepped(lhs: Row, rhs: Row) -> tuple[Row, Row]:
    """Both sides with s, a, r, s', a' as what an episode has at a time and at the next; letters that an operator binds stay."""
    bound = {
        letter_key(i)
        for item in items_of(rhs)
        if item.kind == "big"
        for sub in item.subs
        for i in items_of(sub)
        if i.kind == "atom"
    }
    time = Item("atom", next(x.name for x in letters() if x.kind == "time"))
    after = (time, Item("mark", "+"), numeral(1))

    def change(item: Item) -> Item:
        rows = tuple(tuple(change(i) for i in row) for row in item.rows)
        item = replace(item, rows=rows) if rows != item.rows else item
        plain = item.kind == "atom" and not (item.subs or item.sups or item.accents) and item.primes < 2
        if not plain or letter_key(item) in bound or not kinds(item.name).keys() & STEPPED:
            return item
        return replace(item, primes=0, subs=(after if item.primes else (time,),))

    return tuple(change(i) for i in lhs), tuple(change(i) for i in rhs)


# --- what a right update leaves as it is ------------------------------------------------------------------------------


def fixed_points(claim: CoreClaim) -> list[CoreClaim]:
    """That an update changes nothing, on average, at the values of a policy and at the optimal ones; none where it has another shape."""
    value = claim.lhs
    if not isinstance(value, Op) or value.name not in (*VALUES, *BEST.values()):
        return []
    parts = walk(claim.rhs)
    names = {t.name for t in parts if isinstance(t, Op)}
    if names - SHAPE or any(isinstance(t, Bind) and t.name not in BINDERS for t in parts):
        return []
    if any(isinstance(t, Bind) and t.name == "max" and hangs_on(t.body, "reward_at") for t in parts):
        return []  # the reward of a step that is taken says nothing of other actions
    later = any(isinstance(t, Op) and t.name in (*VALUES, *BEST.values()) and t != value for t in parts)
    rewarded = names & REWARDS and ("discount" in names or later) or names & (RETURNS | {"td_error"})
    free = free_variables(claim.rhs)
    known = free_variables(value)
    steps = {v for v in free - known if v.type.name == "Real"}
    averages = any(isinstance(t, Bind) and t.name == "episode" for t in parts)
    if averages:
        free = {v for v in free if v.type.name != "Nat"}  # the time of a step over which a mean is taken
    if not rewarded or len(steps) > 1 or any(v.type != POLICY for v in free - known - steps) or claim.givens:
        return []
    sampled = is_sampled(claim.rhs)
    if steps and not sampled or averages and (sampled or is_sampled(value)):
        return []
    made = [claim, optimal(claim)] if any(isinstance(t, Op) and t.name in VALUES for t in (value, *parts)) else [claim]
    return [averaged(c) if sampled else c for c in made]


def hangs_on(term: Core, name: str) -> bool:
    """Whether a term hangs on something of a step, over which nothing in it is a mean."""
    if isinstance(term, Bind) and term.name == "episode":
        return False
    return isinstance(term, Op) and term.name == name or any(hangs_on(t, name) for t in below(term))


def is_sampled(term: Core) -> bool:
    """Whether a term hangs on the state that a step meets."""
    return hangs_on(term, "state_at")


def optimal(claim: CoreClaim) -> CoreClaim:
    """The claim for the optimal values."""

    def change(t: Core) -> Core:
        if isinstance(t, Op) and t.name in BEST:
            return Op(BEST[t.name], tuple(change(a) for a in t.args[1:]), t.info)
        return rebuild(t, change)

    return replace(claim, lhs=change(claim.lhs), rhs=change(claim.rhs))


def averaged(claim: CoreClaim) -> CoreClaim:
    """The mean change, given the state (and action) that is updated, is 0."""
    value = claim.lhs
    assert isinstance(value, Op)
    policy = next((v for v in (*free_variables(claim.rhs), *free_variables(value)) if v.type == POLICY), None)
    number = unused((claim.lhs, claim.rhs), (v.number for v in claim.times))
    policy = policy or Var(number, POLICY)
    where: list[Core] = []
    for n, at in enumerate(a for a in value.args if isinstance(a, Op)):
        letter = Var(number + 1 + n, ACTION if at.name == "action_at" else STATE)
        where.append(op("eq", at, letter))
    change = op("add", claim.rhs, op("neg", value))
    return replace(claim, lhs=Bind("episode", (), change, (policy,), tuple(where)), rhs=ZERO)


def name_of(claim: CoreClaim, written: CoreClaim) -> str:
    """The known update that has the most of an update's parts."""
    parts = walk(written.rhs)
    names = {t.name for t in parts if isinstance(t, Op)}
    greedy = any(isinstance(t, Bind) and t.name == "max" for t in parts)
    actions = isinstance(written.lhs, Op) and written.lhs.name in ("q_value", "optimal_q")
    sampled = is_sampled(written.rhs)
    for known in BACKUPS:
        if known.sampled == sampled and set(known.has) <= names and greedy >= known.greedy and (actions or not known.actions):
            return known.name
    return BACKUPS[-1].name


def discounts(found: Compared) -> bool:
    """Whether the update that was compared writes a discount, or a return, which has one."""
    return any(
        isinstance(t, Op) and t.name in ("discount", *RETURNS)
        for t in walk(found.reading.claim.lhs) + walk(found.reading.claim.rhs)
    )


def message(found: Compared, shown: Mapping[str, str]) -> str:
    """The finding in a sentence, with the numbers."""
    told = f"the value is {shown.get('lhs', '?')} and the update makes it {shown.get('rhs', '?')}."
    if isinstance(found.reading.claim.lhs, Bind):
        told = f"the mean change at the true values is {shown.get('lhs', 'not 0')} and not 0."
    at = place_shown(shown, "There")
    return f"Not {found.backup}: at the true values it should change nothing on average, and it does. {at}, {told}"


__all__ = ["Compared", "compared", "discounts", "message"]
