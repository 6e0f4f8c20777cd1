r"""How a claim counts the steps of an episode: which letters count them, which names the last one, where they start and end.

The world's episodes are as long as what a claim writes of them: ``\sum_{k=0}^{T-1}`` beside ``G_t`` ends with the episode, and
where a claim also writes r_T, the step T is one of the episode too.  So no quantity that a claim writes lies beyond the end,
where everything counts nothing, and none vanishes that the claim did not mean to vanish.

Math: steps are numbered f, f+1, …, f+n−1 (n of them); a claim that writes T+c at most has T = f + n − 1 − c.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive.models.heads import head_of
from derive.terms import Add, App, Big, Div, Mul, Neg, Num, Op, Paren, Pow, Rel, Sym, Term

#: A sum of multiples of terms; the key None holds the constant.
Linear = dict[Term | None, Fraction]
Bounds = dict[Term, tuple[Linear | None, Linear | None]]

STEPS = frozenset({"s", "S", "a", "A", "r", "R", "delta"})
STATES = frozenset({"s", "S"})
ACTIONS = frozenset({"a", "A"})
VALUES = frozenset({"V", "v", "U"})
#: What is there at the end of an episode as at any other step, or counts nothing there by what it is.
AT_THE_END = frozenset({"s", "S", "G", "V", "v", "o", "U"})
#: Letters that may name the last step where a whole episode is spoken of; elsewhere they are any number of steps.
HORIZONS = ("H", "N", "K", "L")
COUNTING = frozenset({"t", "h", "k", "l", "tau", "u"})
LAST = Sym("T")


@dataclass(frozen=True, slots=True)
class Timeline:
    """``counters`` count steps, ``lengths`` are numbers of them, ``first`` is the number of the first.

    ``lasts`` are the letters that name the last one, with ``ends`` the claim has one of them; ``beyond`` is c + 1.
    """

    counters: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset({"T"})
    lengths: frozenset[str] = frozenset()
    first: int = 0
    beyond: int = 0
    ends: bool = False


def timeline(terms: list[Term], shift: int) -> Timeline:
    """The time line of a claim whose rewards come ``shift`` steps after their actions."""
    whole = any(whole_episode(x) for t in terms for x in t.walk())
    written = [w for t in terms for w in quantities(t, {}, shift)]
    lasts = {"T"}
    if whole:
        lasts |= {x.name for t in terms for b in t.walk() if isinstance(b, Big) for x in bounding(b) if in_time(b)}
    bigs = [b for t in terms for b in t.walk() if isinstance(b, Big) and in_time(b)]
    counting, reaching = {in_time(b) for b in bigs}, {c for b in bigs for c in upper_letters(b)}
    last = max((c for name in lasts for c in steps_at(written, Sym(name))), default=-1)
    return Timeline(
        frozenset(counting | reaching),
        frozenset(lasts),
        frozenset(reaching - counting - lasts - {"t"}),
        int(starts_at_one(terms, shift)),
        max(-1, last) + 1,
        any(isinstance(x, Sym) and x.name in lasts and plain(x) for t in terms for x in t.walk()),
    )


def linear(t: Term) -> Linear | None:
    """A term as a sum of multiples of symbols; None for anything else.

    >>> linear(Add((Sym("t"), Neg(Num(Fraction(1), "1"))))) == {Sym("t"): 1, None: -1}
    True
    """
    if isinstance(t, Num):
        return {None: t.value}
    if isinstance(t, Paren):
        return linear(t.body)
    if isinstance(t, Neg):
        return scaled(linear(t.body), Fraction(-1))
    if isinstance(t, Add):
        total: Linear = {}
        for x in t.terms:
            part = linear(x)
            if part is None:
                return None
            total = plus(total, part)
        return total
    if isinstance(t, Mul) and len(t.factors) == 2 and isinstance(t.factors[0], Num):
        return scaled(linear(t.factors[1]), t.factors[0].value)
    return {t: Fraction(1)} if isinstance(t, Sym) else None


def plus(a: Linear, b: Linear) -> Linear:
    out = dict(a)
    for key, value in b.items():
        out[key] = out.get(key, Fraction(0)) + value
    return {k: v for k, v in out.items() if v or k is None}


def scaled(a: Linear | None, by: Fraction) -> Linear | None:
    return None if a is None else {k: v * by for k, v in a.items()}


def highest(index: Linear, bounds: Bounds) -> Linear | None:
    """The largest value of an index over the ranges of the counters in it; None where a range is not known."""
    for _ in range(8):
        counter = next((k for k in index if k in bounds and k is not None), None)
        if counter is None:
            return index
        by = index[counter]
        end = bounds[counter][1 if by > 0 else 0]
        if end is None:
            return None
        index = plus({k: v for k, v in index.items() if k != counter}, scaled(end, by) or {})
    return None


def bounds_of(b: Big) -> Bounds:
    """The ranges of the counters of a sum or product."""
    out: Bounds = {}
    for u in b.under:
        if isinstance(u, Rel) and isinstance(u.lhs, Sym) and u.op in ("=", "<", r"\lt", r"\le", r"\leq"):
            if u.op == "=":
                out[u.lhs] = linear(u.rhs), None if b.upper is None else linear(b.upper)
            else:
                end = linear(u.rhs)
                strict = u.op in ("<", r"\lt")
                out[u.lhs] = None, None if end is None else plus(end, {None: Fraction(-1 if strict else 0)})
    return out


def quantities(t: Term, bounds: Bounds, shift: int) -> Iterator[Linear]:
    """The last step at which each quantity is written: the steps of what is chosen, paid or measured there."""
    if isinstance(t, Big):
        for child in (*t.under, *((t.upper,) if t.upper is not None else ())):
            yield from quantities(child, bounds, shift)
        yield from quantities(t.body, {**bounds, **bounds_of(t)}, shift)
        return
    if isinstance(t, App) and isinstance(t.head, Sym) and head_of(t.head).base in VALUES:
        for a in t.args:
            if isinstance(a, Sym) and head_of(a).base in STATES:
                yield from reached(a, bounds, 0)
    if isinstance(t, Sym) and head_of(t).base not in AT_THE_END:
        later = shift if head_of(t).base in ("r", "R") else 0
        yield from reached(t, bounds, later)
    for child in t.children():
        yield from quantities(child, bounds, shift)


def plain(head: Sym) -> bool:
    """A bare letter."""
    return not (head.subs or head.sups or head.accents or head.primes)


def reached(t: Sym, bounds: Bounds, later: int) -> Iterator[Linear]:
    for i in head_of(t).indices:
        index = linear(i.args[-1]) if isinstance(i, Op) and i.op == ":" else linear(i)
        step = None if index is None else highest(index, bounds)
        if step is not None:
            yield plus(step, {None: Fraction(-later)})


def steps_at(written: list[Linear], last: Sym) -> Iterator[int]:
    """The c of every T + c among the steps written."""
    for step in written:
        if step.get(last) == 1 and not set(step) - {last, None}:
            c = step.get(None, Fraction(0))
            if c.denominator == 1:
                yield int(c)


def at_the_end(t: Term, lasts: frozenset[str]) -> bool:
    """A state at the last step or after it: ``S_T``, ``s_{T+1}``."""
    indices = head_of(t).indices if isinstance(t, Sym) else ()
    written = [index for i in indices if (index := linear(i)) is not None]
    return any(c >= 0 for name in lasts for c in steps_at(written, Sym(name)))


def whole_episode(x: Term) -> bool:
    """What speaks of an episode to its end: its return, its probability, a true value, an objective, a sum without end."""
    if isinstance(x, Big):
        return bool(in_time(x)) and x.upper is not None and any(isinstance(y, Sym) and y.name == "infty" for y in x.upper.walk())
    if not isinstance(x, Sym):
        return False
    h = head_of(x)
    if h.base in ("J", "eta", "tau", "G") and not h.labels:
        return len(h.indices) < 2 and not any(isinstance(i, Op) for i in h.indices)
    return h.base in ("V", "v", "Q", "q", "A") and (h.policy is not None or "*" in h.labels)


def bounding(b: Big) -> Iterator[Sym]:
    """The horizon letters that a sum over steps runs up to by themselves: ``H``, ``H-1``."""
    end = linear(b.upper) if b.upper is not None else None
    for key in end or ():
        if isinstance(key, Sym) and key.name in HORIZONS and not set(end or ()) - {key, None} and plain(key):
            yield key


def upper_letters(b: Big) -> Iterator[str]:
    """The letters of steps that a sum over time runs up to: the n of s_n."""
    for key in (linear(b.upper) if b.upper is not None else None) or ():
        if isinstance(key, Sym) and plain(key) and key.name != "infty":
            yield key.name


def in_time(b: Big) -> str:
    """The letter of a sum or product that counts steps of time; empty where it counts anything else.

    It does where its range starts at t or ends at T, and where what it adds is of a step and discounted by the same counter, goes
    on without end, or is of the state and of the action of one step.
    """
    if b.op not in ("sum", "prod") or len(b.under) != 1 or not isinstance(b.under[0], Rel) or b.under[0].op != "=":
        return ""
    counter = b.under[0].lhs
    if not isinstance(counter, Sym):
        return ""
    ends = (b.under[0].rhs, *((b.upper,) if b.upper is not None else ()))
    if any(isinstance(y, Sym) and y.name in ("t", "T") for e in ends for y in e.walk()):
        return counter.name
    found = {
        head_of(x).base
        for x in b.body.walk()
        if isinstance(x, Sym) and head_of(x).base in STEPS
        for i in head_of(x).indices
        if any(y == counter for y in i.walk())
    }
    if not found:
        return ""
    endless = any(isinstance(y, Sym) and y.name == "infty" for e in ends for y in e.walk())
    discounted = any(
        isinstance(x, Pow)
        and any(isinstance(y, Sym) and y.name in ("gamma", "lambda") for y in x.base.walk())
        and any(y == counter for y in x.exp.walk())
        for x in b.body.walk()
    )
    paired = bool(found & STATES) and bool(found & ACTIONS) and counter.name in COUNTING
    named = counter.name in ("t", "h")
    averaged = any(isinstance(x, Div) for x in b.body.walk())
    return counter.name if endless and not averaged or discounted or paired or named else ""


def starts_at_one(terms: list[Term], shift: int) -> bool:
    """Whether steps are numbered from 1: a sum over time starts there, or episodes do, and nothing is of step 0."""
    starts = False
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and in_time(x):
                low = linear(x.under[0].rhs)  # type: ignore[attr-defined]
                for y in x.body.walk():
                    if isinstance(y, Sym) and head_of(y).base in STEPS:
                        for i in head_of(y).indices:
                            index = linear(i)
                            if index is None or low is None or index.get(x.under[0].lhs) != 1:  # type: ignore[attr-defined]
                                continue
                            index = plus({k: v for k, v in index.items() if k != x.under[0].lhs}, low)  # type: ignore[attr-defined]
                            if set(index) <= {None}:
                                first = index.get(None, Fraction(0)) - (shift if head_of(y).base in ("r", "R") else 0)
                                if first < 1:
                                    return False
                                starts = starts or first == 1
            elif isinstance(x, App) and isinstance(x.head, Sym) and len(x.args) == 1 and not x.given and step_of(x.args[0]) == 1:
                starts = starts or head_of(x.head).base in ("p", "P", "rho", "mu", "d")
            elif isinstance(x, Sym) and head_of(x).base in STEPS | {"G"} and step_of(x) == 0:
                return False
    return starts


def discounted_shift(terms: list[Term]) -> int | None:
    r"""How much later a reward is written than its action, by its discount: the 1 of ``\gamma^{k-t}R_{k+1}``; None if it shows nothing."""
    found = set()
    for t in terms:
        for x in t.walk():
            if not isinstance(x, Mul):
                continue
            powers = [f.exp for f in x.factors if isinstance(f, Pow) and f.base == Sym("gamma")]
            rewards = [f for f in x.factors if isinstance(f, Sym) and head_of(f).base in ("r", "R") and len(f.subs) == 1]
            if len(powers) == len(rewards) == 1:
                exponent, index = linear(powers[0]), linear(rewards[0].subs[0])
                if exponent is None or index is None or set(exponent) <= {None}:
                    continue
                gap = plus(index, scaled(exponent, Fraction(-1)) or {})
                from_t = gap.get(Sym("t")) == 1 and set(gap) <= {Sym("t"), None}
                if from_t or set(gap) <= {None} and index.get(None, Fraction(0)) == gap.get(None, Fraction(0)):
                    found.add(gap.get(None, Fraction(0)))
    return int(found.pop()) if len(found) == 1 and found <= {0, 1} else None


def step_of(t: Term) -> Fraction | None:
    """The number that a symbol has for its step: the 1 of s_1."""
    if not isinstance(t, Sym) or not t.subs:
        return None
    return t.subs[0].value if isinstance(t.subs[0], Num) else None
