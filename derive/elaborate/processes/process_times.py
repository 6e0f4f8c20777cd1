"""Times of a process: their letters, where they begin and end, and the random variables that stand at them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.core.constants import AT_TIMES
from derive.core.terms import Bind, Core, Num, Op, below, num, op, terms_of
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, NAT, REAL, STATE
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import CLOCK, Option
from derive.elaborate.randomness.unstated import Unstated
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ENDS, RETURNS, STEP_COUNTERS, VALUE_NAMES
from derive.syntax.flat import Item, Row, is_mark, walk


class Times(Unstated):
    """Times, and what stands at them."""

    def time_of(self, item: Item, env: Env) -> Core | None:
        """The time that stands below a name: a letter for time, a number, and sums of them; None where it is something else."""
        if len(item.subs) != 1 or not item.subs[0]:
            return None
        sub = item.subs[0]
        letters = [i for i in sub if i.kind == "atom"]
        if any(i.kind not in ("atom", "number", "mark") for i in sub) or not all(
            is_mark(i, "+", "-") for i in sub if i.kind == "mark"
        ):
            return None
        if not letters and not self.process_here:
            return None
        late = [i for i in letters if "time" in kinds(i.name) and i.name not in ENDS]
        counts = [i for i in letters if not i.primes and not i.accents and not i.subs and i.name.islower()] if late else []
        steps = self.steps(letters, env) if not late else []
        for i in letters:
            if i in steps:
                continue  # how many steps after the first
            if i in counts and i not in late or self.is_open_end(i) or self.is_dotted_end(i):
                continue  # how many steps after a time, or the time of which a claim says what happens there
            if (
                letter_key(i) not in env.bound
                and not ("time" in kinds(i.name) and (i.name == self.clock_letter or i.primes == 0 and i.name not in ENDS))
                and i.name not in STEP_COUNTERS
            ):
                return None
        if not any(i.kind == "atom" for i in sub):
            self.k.clock["number"] = "0"
        free = steps + [
            i for i in letters
            if letter_key(i) not in env.bound and (i not in counts or i in late) and not (self.is_open_end(i) or self.is_dotted_end(i))
        ]  # fmt: skip
        return self.whole(tuple(self.origin(i) if i in free else i for i in sub), env)

    def origin_of(self, item: Item, env: Env) -> None:
        if self.process_here and letter_key(item) not in env.bound:
            self.origin(item)

    def origin(self, item: Item) -> Item:
        """A free time is where the clock of a claim starts; how late it is, nothing depends on."""
        key = letter_key(item)
        self.k.times[key] = self.k.free_variable(key, self.spelled(item), NAT)
        return item

    def steps(self, letters: list[Item], env: Env) -> list[Item]:
        """Letters for how many steps after the first: whole numbers in an expectation over episodes whose first state is named."""
        named = any(
            "process" in kinds(i.name) and "state" in kinds(i.name) and len(s) == 1 and s[0].kind == "number"
            for row in self.every_row for i in walk(row) if i.kind == "atom" for s in i.subs
        )  # fmt: skip
        if env.process != "path" or not named:
            return []
        return [i for i in letters if "index" in kinds(i.name) and i.name.islower() and letter_key(i) not in env.bound]

    def is_open_end(self, item: Item) -> bool:
        """Whether T stands here, in a claim that says what happens at T."""
        return self.facts.open_end and self.process_here and item.name in ENDS and not (item.subs or item.sups or item.primes)

    def is_dotted_end(self, item: Item) -> bool:
        """Whether T stands here, in a claim whose sum with dots ends at it."""
        plain = item.name in ENDS and not (item.subs or item.sups or item.primes)
        return plain and self.process_here and self.facts.dotted_end is not None

    def last_time(self, item: Item) -> Core:
        """T where a claim says what happens then: any time of an episode.

        Where one side is a lone quantity, it may say what that is at the end, when all rewards are over.
        """
        any_time = Option(0.0, True, "T is any time of the episode")
        options = (
            (any_time, Option(0.4, False, "T is the end of the episode"))
            if any(says_what_is(row, item) for row in self.all_rows)
            else (any_time,)
        )
        if self.k.oracle.choose(("end", item.name), options):
            return self.k.times.setdefault(letter_key(item), self.k.free_variable(letter_key(item), self.spelled(item), NAT))
        return shifted(op("last_step"), 1) if self.facts.beyond_end else op("last_step")

    def index_letter(self, item: Item) -> Core:
        end = None if self.facts.open_end else self.end_of_sums(item)
        return super().index_letter(item) if end is None else end

    def end_of_sums(self, item: Item) -> Core | None:
        """T in a number, where a sum over the steps of an episode goes as far as T, or T − 1, is: the same end; None elsewhere."""
        if not (self.process_here or self.facts.process) or item.name not in ENDS or item.subs or item.sups or item.primes:
            return None
        tops = [i.sups[0] for row in self.every_row for i in walk(row) if i.kind == "big" and len(i.sups) == 1]
        own = [s for s in tops if s and s[0].key == item.key]
        if not own:
            return None
        before = len(own[0]) > 1 and is_mark(own[0][-2], "-") and own[0][-1].value == 1
        return shifted(op("last_step"), 1) if before else op("last_step")

    def upper_bound(self, upper: Row, env: Env) -> Core:
        """A sum up to T goes as far as T is, where a claim says what happens then."""
        return self.whole(upper, env) if any(map(self.is_open_end, upper)) else super().upper_bound(upper, env)

    clock_letter: str = "t"

    def process_variable(self, item: Item, env: Env) -> Typed | None:
        """S_t, A_t, R_{t+1}, G_t: None where the name is none of these."""
        may = kinds(item.name)
        if "process" not in may or item.sups or item.accents or item.primes or not self.process_here:
            return None
        if self.facts.stateless and item.subs:
            raise Outside("rewards without a state")
        time = self.time_of(item, env)
        if time is None:
            return None
        if "state" in may:
            self.one_name("states", item)
            return op("state_at", time), STATE
        if "action" in may:
            self.one_name("actions", item)
            return op("action_at", time), ACTION
        if "reward" in may:
            shift = self.k.oracle.choose(CLOCK, self.clocks(item))
            at = shifted(time, -1) if shift else time
            return op("reward_at", at), REAL
        if item.name in RETURNS:
            return op("return_from", time), REAL
        return None

    def one_name(self, kind: str, item: Item) -> None:
        r"""Refuse two names for the states, or the actions, of one episode: ``s_t`` and ``o_t`` are two things."""
        name = item.name.rpartition(":")[2].lower()
        if self.k.steps.setdefault(kind, name) != name:
            raise Outside(f"two names for the {kind} of one episode")

    def clocks(self, item: Item) -> tuple[Option, ...]:
        """Whether the reward of the step taken at t is called t or t + 1: the clock of a text."""
        later = self.facts.later_rewards
        upper = item.name.isupper()
        after = Option(0.0 if upper or later else 1.0, True, "the reward of the step at t has the index t + 1")
        cost = {(False, False): 0.0, (True, False): 0.5, (False, True): 1.0, (True, True): 2.5}[upper, later]
        at_once = Option(cost, False, "the reward of the step at t has the index t")
        return (after, at_once)


def says_what_is(row: Row, end: Item) -> bool:
    """Whether a side is one quantity: at a time, or at the end."""
    lone = (
        bool(row)
        and row[0].kind == "atom"
        and row[0].name not in EXPECTATIONS
        and (len(row) == 1 or len(row) == 2 and row[1].kind == "group" and row[0].name in VALUE_NAMES)
    )
    return lone and (len(row) == 1 or any(i.key == end.key for i in walk(row)))


def shifted(time: Core, by: int) -> Core:
    """A time some steps later, its number last: t + 1 and one earlier is t."""
    if isinstance(time, Num):
        return num(time.value + by)
    if isinstance(time, Op) and time.name == "add" and len(time.args) == 2 and isinstance(time.args[1], Num):
        whole = time.args[1].value + by
        return op("add", time.args[0], num(whole)) if whole else time.args[0]
    return op("add", time, num(by))


def first_step_of(term: Core) -> Core | None:
    """The earliest step that a term speaks of, where all of them are counted from one; None for any other."""
    counted = sorted(map(counted_from, steps_of_term(term)), key=lambda c: c[1])
    if len({base for base, _ in counted}) != 1:
        return None
    base, past = counted[0]
    return shifted(base, int(past)) if past else base


def steps_of_term(term: Core) -> Iterator[Core]:
    """The steps that a term speaks of; of a sum or product over steps, its first."""
    if isinstance(term, Bind) and term.name in ("sum", "prod") and len(term.vars) == 1 and len(term.args) == 2:
        term = replaced(term.body, {term.vars[0].number: term.args[0]})
    if isinstance(term, Op) and term.name in AT_TIMES:
        yield term.args[0]
    for part in below(term):
        yield from steps_of_term(part)


def is_numbered(time: Core) -> bool:
    """Whether a step is told by numbers alone: it is so late in the episode."""
    return all(isinstance(t, Num) for t in terms_of(time))


def counted_from(time: Core) -> tuple[Core, Fraction]:
    """A time as another one and how many steps it is behind it."""
    terms = terms_of(time)
    steps = sum((t.value for t in terms if isinstance(t, Num)), Fraction(0))
    rest = [t for t in terms if not isinstance(t, Num)]
    return (rest[0] if len(rest) == 1 else op("add", *rest)), steps
