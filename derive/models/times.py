r"""What a claim says of time and of sizes: steps, rewards before or after, lengths of sums and sequences."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.models.elements import time_like
from derive.models.heads import (
    head_of,
)
from derive.terms import (
    Add,
    App,
    Big,
    Decor,
    Dots,
    Expect,
    Fence,
    Func,
    Matrix,
    Mul,
    Neg,
    Num,
    Op,
    Rel,
    Seq,
    Sym,
    Term,
)

ONE = Num(Fraction(1), "1")


def literal(t: Term) -> Fraction | None:
    """The number that a side is, if it is one."""
    return t.value if isinstance(t, Num) else None


def speaks_of_time(terms: list[Term]) -> bool:
    """Whether time-indexed variables, returns or a discount occur."""
    return any(
        isinstance(x, Sym)
        and (x.name in ("gamma", "tau") or any(time_like(i) for i in x.subs) or x.name in ("G", "delta") and x.subs)
        for t in terms
        for x in t.walk()
    )


def counts_rounds(terms: list[Term]) -> bool:
    """Whether t is a number of rounds, under a logarithm or a root, in a claim that walks through no episode."""
    steps = ("s", "S", "r", "R", "G", "delta", "a")
    if any(isinstance(x, Sym) and x.name in steps and any(time_like(i) for i in x.subs) for t in terms for x in t.walk()):
        return False
    return any(
        isinstance(x, Func) and x.name in ("log", "ln", "sqrt") and any(y == Sym("t") for a in x.args for y in outside_scripts(a))
        for t in terms
        for x in t.walk()
    )


def outside_scripts(t: Term) -> Iterator[Term]:
    """The parts of a term that are no part of a symbol's name."""
    yield t
    if not isinstance(t, Sym):
        for c in t.children():
            yield from outside_scripts(c)


def size_names(terms: list[Term]) -> list[str]:
    """Letters that sums, products and dotted lists run up to."""
    out: dict[str, None] = {}
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and x.upper is not None and x.op in ("sum", "prod"):
                for y in x.upper.walk():
                    if (
                        isinstance(y, Sym)
                        and y.name not in ("infty", "T", "t")
                        and not y.subs
                        and len(head_of(y).base) == 1
                        and isinstance(x.upper, Sym | Add)
                    ):
                        out.setdefault(y.name)
            if isinstance(x, Seq | Add | Mul | Func | Matrix):
                items = list(x.children())
                for i, y in enumerate(items):
                    if isinstance(y, Dots) and i + 1 < len(items):
                        last = items[i + 1].head if isinstance(items[i + 1], App) else items[i + 1]  # type: ignore[attr-defined]
                        if (
                            isinstance(last, Sym)
                            and last.subs
                            and isinstance(last.subs[-1], Sym)
                            and last.subs[-1].name not in ("t", "T")
                        ):
                            out.setdefault(last.subs[-1].name)
    return list(out)


def sequence_letters(terms: list[Term]) -> Iterator[str]:
    """Letters with a token range (``y_{<t}``) or a length that a sum runs up to (``|a|``): sequences."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and isinstance(x.upper, Fence) and x.upper.kind == "abs" and isinstance(x.upper.args[0], Sym):
                yield x.upper.args[0].name
            if (
                isinstance(x, Sym)
                and any(isinstance(i, Rel) and i.op == "<" or isinstance(i, Op) and i.op == ":" for i in x.subs)
                and x.name not in ("rho", "prod", "G")
            ):
                yield x.name


def log_base(terms: list[Term]) -> int:
    """2 where the claim writes log_2 or bits, else 0 for natural."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Func) and x.name == "log" and isinstance(x.sub, Num):
                return int(x.sub.value)
            if isinstance(x, Decor) and x.kind == "unit" and "bit" in getattr(x.note, "text", ""):
                return 2
    return 0


def reward_shift(terms: list[Term]) -> int | None:
    """1 where rewards are written one step later than their action (R_{t+1}, R_t given A_{t-1}), 0 where r_t stands."""
    plain = later = False
    if any(acts_before(x) for t in terms for x in t.walk()) and not any(acts_now(x) for t in terms for x in t.walk()):
        return 1
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and x.name in ("r", "R") and len(x.subs) == 1 and not x.sups and not x.accents:
                index = x.subs[0]
                if isinstance(index, Sym) and index.name == "t":
                    plain = True
                elif isinstance(index, Add) and index.terms[0] == Sym("t") and isinstance(index.terms[1], Num):
                    later = True
    if later and not plain:
        return 1
    return 0 if plain else None


def acts_before(x: Term) -> bool:
    """A_{t-1}: an action one step before t."""
    return isinstance(x, Sym) and x.name in ("a", "A") and x.subs == (Add((Sym("t"), Neg(ONE))),)


def acts_now(x: Term) -> bool:
    """A_t, or a reward of another step: then R_t alone tells nothing."""
    return isinstance(x, Sym) and (
        x.name in ("a", "A") and x.subs == (Sym("t"),) or x.name in ("r", "R") and len(x.subs) == 1 and isinstance(x.subs[0], Add)
    )


def enumerates(terms: list[Term]) -> bool:
    """Whether episodes are enumerated: an expectation, an objective or a sum over trajectories."""
    return any(isinstance(x, Expect) or isinstance(x, Sym) and x.name in ("J", "eta", "tau") for t in terms for x in t.walk())


def time_offset(terms: list[Term]) -> int:
    """How many steps after t the claim looks."""
    best = 0
    free = not enumerates(terms)  # enumerated episodes are too many to be long
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym):
                for i in x.subs:
                    if isinstance(i, Add) and i.terms[0] == Sym("t") and isinstance(i.terms[-1], Num):
                        best = max(best, int(i.terms[-1].value))
                    elif free and isinstance(i, Add) and i.terms[0] == Sym("t") and isinstance(i.terms[-1], Sym):
                        best = max(best, 4)  # t+k with k up to a group's size: still before the end
                    elif isinstance(i, Num) and x.name in ("r", "G", "s", "a", "R", "delta") and i.value.denominator == 1:
                        best = max(best, min(int(i.value), 6))
    return min(best, 6)
