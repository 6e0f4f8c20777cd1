r"""Matching a rule's pattern with a term: modulo order and grouping of sums and products, and modulo bound names.

A pattern's free letters match anything of their kind.  A function of bound letters, ``f(x)`` under ``Σ_x``, matches whatever stands
there and becomes λx of it; a letter matches nothing that a binder inside of the pattern binds, so "c does not depend on i" is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, free_variables, num, op, rebuild, unused, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, REAL, STATE
from derive.rules.matching.keys import LATTICE, SCALAR, factors, is_product, is_sum, joined_parts, key, kind, summands, view
from derive.rules.matching.matched import (
    CHANCE,
    NOTHING,
    ON_CHANCE,
    Abstract,
    Match,
    Range,
    apply,
    divides,
    exchanged,
    fits,
    hangs_on_chance,
    key_of_range,
    view_deep,
    whole,
)

#: Factors or terms that several letters may share out among themselves.
MOST_SHARED = 6


@dataclass(frozen=True)
class Pattern:
    """A term with letters that stand for others (``open``), and the ends of ranges that may be any (``ends``)."""

    term: Core
    open: frozenset[int]
    ends: frozenset[int] = frozenset()
    inside: bool = False  # whether letters may stand for what a binder binds
    ones: frozenset[int] = frozenset()  # letters that may be the factor 1 that nobody writes

    def matches(self, target: Core, part: bool = True) -> Iterator[Match]:
        """Every way to match a term; a sum or a product may match in part, and then has a rest."""
        for m in self.match(self.term, target, Match(), part):
            done = self.settle(m)
            if done is not None:
                yield done

    def settle(self, m: Match) -> Match | None:
        """The match once what waited is compared; None where it does not agree."""
        waiting = m.waiting
        m = replace(m, waiting=())
        for p, t in waiting:
            if key(self.fill(p, m)) != key(t) or self.unfilled(self.fill(p, m)):
                return None
        return m

    # --- matching ------------------------------------------------------------------------------

    def match(self, p: Core, t: Core, m: Match, part: bool = False) -> Iterator[Match]:
        p, t = view(p), view(t)
        if isinstance(p, Var):
            yield from self.letter(p, t, m)
        elif self.is_function(p):
            yield from self.applied(p, t, m)
        elif divides(p) and divides(t):
            assert isinstance(p, Op)
            assert isinstance(t, Op)
            yield from self.match(p.args[0], t.args[0], m)
        elif divides(p) and not is_product(t):
            return
        elif is_sum(p):
            yield from self.shared(p, t, m, part, "add")
        elif is_product(p) or part and is_product(t) and not divides(t):
            yield from self.shared(p, t, m, part, "mul")
        elif part and is_sum(t):
            yield from self.shared(p, t, m, part, "add")
        elif isinstance(p, Op) and p.name in LATTICE:
            if isinstance(t, Op) and t.name == p.name:
                yield from self.shared(p, t, m, part, p.name)
        else:
            yield from self.heads(p, t, m)

    def letter(self, p: Var, t: Core, m: Match) -> Iterator[Match]:
        if p.number in m.bound:
            if t == m.bound[p.number]:
                yield m
        elif p.number in self.open:
            if m.chance and not p.random and hangs_on_chance(t):
                return  # under an expectation a letter is a number, not what chance makes it
            yield from self.assign(p, (), t, m)
        elif p == t:
            yield m

    def assign(self, p: Var, letters: tuple[Var, ...], t: Core, m: Match, any_kind: bool = False) -> Iterator[Match]:
        known = m.found.get(p.number)
        if known is not None:
            if len(known.letters) == len(letters) and key(apply(known, letters)) == key(t):
                yield m
            return
        if not letters and not any_kind and not fits(p, t):
            return
        bound = set() if self.inside else {v.number for v in m.bound.values()}
        hidden = (bound | m.still) - {v.number for v in letters}
        if any(v.number in hidden for v in free_variables(t)):
            return
        yield replace(m, found={**m.found, p.number: Abstract(letters, t)})

    def is_function(self, p: Core) -> bool:
        return isinstance(p, Op) and (
            p.name == "at_parameter" and isinstance(p.args[0], Var) and p.args[0].number in self.open
            or p.name == "path_function" and isinstance(p.args[0], Var) and p.args[0].number in self.open
            or p.name == "call" and self.head_of(p) is not None and not p.info
        )  # fmt: skip

    def head_of(self, p: Op) -> Var | None:
        head = p.args[0]
        if isinstance(head, Op) and head.name == "at_parameter":
            head = head.args[0]
        return head if isinstance(head, Var) and head.number in self.open else None

    def applied(self, p: Core, t: Core, m: Match) -> Iterator[Match]:
        """A function of the pattern on its arguments."""
        assert isinstance(p, Op)
        given_t = t
        head = self.head_of(p) if p.name == "call" else p.args[0]
        assert isinstance(head, Var)
        if p.name == "path_function":  # anything that an episode settles
            if kind(t) in (SCALAR, "vector") and (head.number in m.found or not isinstance(t, Num)):
                yield from self.assign(head, (), t, m, any_kind=True)
            return
        family = p.name == "call" and isinstance(p.args[0], Op)
        arguments = (*(p.args[0].args[1:] if family and isinstance(p.args[0], Op) else ()), *p.args[1:])
        if p.name == "call" and kind(t) not in (SCALAR, "vector", "row", "matrix"):
            return
        if p.name == "call" and head.number not in m.found and self.like_call(p, t, m):
            yield from self.same_function(p, t, arguments, head, m)
        letters: list[Var] = []
        for a in arguments:
            made = self.fill(a, m) if not isinstance(a, Var) else m.bound.get(a.number) or self.stands_for(a, m)
            if isinstance(made, Var) and made.number not in self.open:
                letters.append(made)
            elif isinstance(made, Op) and made.name in ON_CHANCE and not self.unfilled(made) and not family:
                # f(s_t, a_t): what stands here, as a function of the state and the action
                type_ = STATE if made.name == "state_at" else ACTION if made.name == "action_at" else REAL
                fresh = Var(unused([t, *letters, *m.bound.values()], m.still), type_)
                t = exchanged(t, made, fresh)
                letters.append(fresh)
            elif isinstance(a, Var) and a.number in self.open and a.number not in m.found:
                if p.name == "at_parameter":
                    known = m.found.get(head.number)
                    if known is not None and known.letters:  # the same family at another parameter
                        yield from self.match(replaced(known.body, {known.letters[0].number: a}), t, m)
                    elif isinstance(t, Op) and t.name == "at_parameter":
                        yield from self.heads(p, t, m)
                    else:  # what moves is inside: the law of a policy moves with the policy's parameter
                        inside = [x.args[1] for x in walk(t) if isinstance(x, Op) and x.name == "at_parameter"]
                        for w in dict.fromkeys(inside):
                            for n in self.match(a, w, m):
                                yield from self.applied(p, given_t, n)
                    return
                letters.append(a)  # nothing says what it is: what stands here does not hang on it
            else:
                known = m.found.get(head.number)
                if known is None:
                    if isinstance(t, Op) and t.name == p.name:
                        yield from self.heads(p, t, m)
                    yield replace(m, waiting=(*m.waiting, (p, t)))
                elif key(self.fill(p, m)) == key(t):
                    yield m
                return
        known = m.found.get(head.number)
        if known is not None:
            if key(self.fill(p, m)) == key(given_t):
                yield m
            elif len(known.letters) == len(letters) and any(x.number in self.open for x in letters):
                yield from self.match(apply(known, tuple(letters)), given_t, m)  # what stands here says what they are
            return
        if t is not given_t and hangs_on_chance(t):
            return
        if p.name == "at_parameter" or family:
            moved = letters[0]
            if moved not in free_variables(t):
                return
        if len(set(letters)) == len(letters):
            yield from self.assign(head, tuple(letters), t, m)

    def like_call(self, p: Op, t: Core, m: Match) -> bool:
        """Whether a function stands here as in the pattern, and some of its arguments are known by nothing else."""
        if not (isinstance(t, Op) and t.name == "call" and not t.info and len(t.args) == len(p.args)):
            return False
        own, theirs = (x.args[0] for x in (p, t))
        families = [isinstance(x, Op) and x.name == "at_parameter" for x in (own, theirs)]
        return families[0] == families[1] and any(
            isinstance(a, Var) and a.number in self.open and a.number not in m.found for a in p.args[1:]
        )

    def same_function(self, p: Op, t: Core, arguments: tuple[Core, ...], head: Var, m: Match) -> Iterator[Match]:
        """The function of the pattern is the one that stands here, its arguments are what that is applied to."""
        assert isinstance(t, Op)
        theirs = (*(t.args[0].args[1:] if isinstance(t.args[0], Op) else ()), *t.args[1:])
        if len(set(theirs)) == len(theirs) and all(isinstance(x, Var) for x in theirs):
            letters = tuple(x for x in theirs if isinstance(x, Var))
            for n in self.all(tuple(zip(arguments, theirs, strict=True)), m):
                yield from self.assign(head, letters, t, n)

    def stands_for(self, v: Var, m: Match) -> Core:
        known = m.found.get(v.number)
        return known.body if known is not None and not known.letters else v

    def heads(self, p: Core, t: Core, m: Match) -> Iterator[Match]:
        """Terms that are neither sums nor products."""
        if isinstance(p, Num):
            if isinstance(t, Num) and p.value == t.value:
                yield m
        elif isinstance(p, Op) and isinstance(t, Op):
            if p.name == "mass" and t.name in ("prob", "transition"):
                law = op("action_law", t.args[0], t.args[2]) if t.name == "prob" else op("next_law", *t.args[1:])
                t = Op("mass", (law, t.args[1] if t.name == "prob" else t.args[0]))
            if p.name == "eq" and t.name == "same":  # X is what it is: both sides of the pattern are X
                yield from self.all(tuple((a, t.args[0]) for a in p.args), m)
                return
            if p.name != t.name or p.info != t.info or len(p.args) != len(t.args):
                return
            pairs = tuple(zip(p.args, t.args, strict=True))
            if p.name == "gradient":
                yield from self.derivatives(pairs, m)
            else:
                yield from self.all(pairs[::-1] if p.name == "mass" else pairs, m)
        elif isinstance(p, Bind) and isinstance(t, Bind):
            yield from self.binders(p, t, m)

    def derivatives(self, pairs: tuple[tuple[Core, Core], ...], m: Match) -> Iterator[Match]:
        """A letter that is differentiated by comes before what is differentiated; no other letter there moves with it."""
        body, by = pairs
        for n in self.match(*by, m):
            for out in self.match(*body, replace(n, still=n.still | {v.number for v in free_variables(by[1])})):
                yield replace(out, still=n.still)

    def all(self, pairs: tuple[tuple[Core, Core], ...], m: Match) -> Iterator[Match]:
        if not pairs:
            yield m
            return
        for n in self.match(*pairs[0], m):
            yield from self.all(pairs[1:], n)

    def binders(self, p: Bind, t: Bind, m: Match) -> Iterator[Match]:
        if p.name != t.name or p.info != t.info or len(p.vars) != len(t.vars):
            return
        end = self.free_end(p)
        policy = self.any_episode(p)
        if policy is not None and t.where:
            for n in self.all(((p.args[0], t.args[0]),), m):
                inner = replace(n, ranges={**n.ranges, policy: Range(NOTHING, (), t.where)}, chance=True)
                for out in self.match(p.body, t.body, inner):
                    yield replace(out, chance=n.chance)
            return
        if end is None:
            if len(p.args) != len(t.args) or len(p.where) != len(t.where):
                return
            if p.vars and p.vars[0].type.name != t.vars[0].type.name:
                return
            starts: Iterator[Match] = self.all(tuple(zip(p.args, t.args, strict=True)), m)
        else:
            if {v.number for x in (*t.args, *t.where) for v in free_variables(x)} & {v.number for v in m.bound.values()}:
                return  # where it ends hangs on what is summed over outside
            own = Range(t.vars[0], t.args, t.where)
            known = m.ranges.get(end)
            if known is not None and (key_of_range(known) != key_of_range(own)):
                return
            starts = iter((replace(m, ranges={**m.ranges, end: known or own}),))
        for n in starts:
            letters = {a.number: b for a, b in zip(p.vars, t.vars, strict=True)}
            inner = replace(n, bound={**n.bound, **letters}, chance=n.chance or p.name in CHANCE)
            # conditions first: they say what letters stand for
            pairs = (*zip(p.where, t.where, strict=True), (p.body, t.body)) if end is None else ((p.body, t.body),)
            for out in self.conditions(pairs, inner):
                yield replace(out, chance=n.chance)

    def conditions(self, pairs: tuple[tuple[Core, Core], ...], m: Match) -> Iterator[Match]:
        yield from self.all(pairs, m)

    def any_episode(self, p: Bind) -> int | None:
        """The letter of the policy of an expectation over episodes that names no condition: the term's may have any."""
        return (
            p.args[0].number
            if p.name == "episode" and not p.where and isinstance(p.args[0], Var) and p.args[0].number in self.open
            else None
        )

    def free_end(self, p: Bind) -> int | None:
        """The letter of the end of a range that may be any."""
        ends = [v.number for a in p.args for v in free_variables(a) if v.number in self.ends]
        return ends[0] if p.name in ("sum", "prod") and ends and not p.where else None

    # --- sums and products ---------------------------------------------------------------------

    def shared(self, p: Core, t: Core, m: Match, part: bool, name: str) -> Iterator[Match]:
        """The terms of a sum, the factors of a product, in any order; letters share what is left."""
        scale = Fraction(1)
        if name in LATTICE:
            own, theirs = joined_parts(p, name), joined_parts(t, name)
        elif name == "add":
            own, theirs = summands(p) if is_sum(p) else [p], summands(t)
        else:
            (c, own), (d, theirs) = factors(p), factors(t)
            scale = d / c if c else Fraction(1)
            if c < 0 and d > 0 or c == 0:
                return
            tight = [x for x in theirs if kind(x) != SCALAR]
            if len(tight) > 1 or len([x for x in own if kind(x) != SCALAR]) > 1:
                yield from self.in_order(own, theirs, scale, m, part)
                if any(kind(x) != SCALAR for x in own):
                    return
                # where the pattern has none of its own, a product whose order counts is one factor
                theirs = [*(x for x in theirs if kind(x) == SCALAR), whole("mul", tight)]
                own = [x for x in own if not divides(x) or len(theirs) > 1]
                if len(own) > len(theirs) or not own or any(map(is_product, own)) and len(theirs) == 1:
                    return
        if name == "mul" and self.ones:
            yield from self.with_ones(own, theirs, scale, m, part)
            return
        yield from self.shared_out(own, theirs, scale, m, part, name)

    def with_ones(self, own: list[Core], theirs: list[Core], scale: Fraction, m: Match, part: bool) -> Iterator[Match]:
        """The factors of a product, those that may be 1 among them or not."""
        may = [x for x in own if self.one_in(x, m) is not None]
        for n in range(len(may) + 1):
            for absent in combinations(may, n):
                found = dict(m.found)
                for x in absent:
                    letter = self.one_in(x, m)
                    assert letter is not None
                    found[letter.number] = Abstract((), ONE)
                left = [x for x in own if x not in absent]
                if left:
                    yield from self.shared_out(left, theirs, scale, replace(m, found=found), part, "mul")

    def one_in(self, factor: Core, m: Match) -> Var | None:
        """The letter of a factor, or of what divides, that may be 1 and of which nothing is known."""
        letter = factor.args[0] if isinstance(factor, Op) and divides(factor) else factor
        return letter if isinstance(letter, Var) and letter.number in self.ones - m.found.keys() else None

    def shared_out(
        self, own: list[Core], theirs: list[Core], scale: Fraction, m: Match, part: bool, name: str
    ) -> Iterator[Match]:
        """The parts of a pattern that are no letters find theirs; the letters share what is left."""
        rigid = [x for x in own if not self.is_open(x, m)]
        rigid.sort(key=lambda x: not any(isinstance(y, Op) and y.name == "gradient" for y in walk(x)))  # they name the parameter
        loose = [x for x in own if self.is_open(x, m)]
        for left, n in self.fixed(rigid, theirs, m):
            if name == "mul" and scale != 1:
                left = [num(scale), *left]
            yield from self.split(loose, left, n, part, name)

    def is_open(self, p: Core, m: Match) -> bool:
        p = view(p)
        return (
            isinstance(p, Var)
            and p.number in self.open
            or self.is_function(p)
            and isinstance(p, Op)
            and p.name in ("call", "path_function")
        )

    def fixed(self, rigid: list[Core], theirs: list[Core], m: Match) -> Iterator[tuple[list[Core], Match]]:
        if not rigid:
            yield theirs, m
            return
        for i, t in enumerate(theirs):
            for n in self.match(rigid[0], t, m):
                yield from self.fixed(rigid[1:], theirs[:i] + theirs[i + 1 :], n)

    def split(self, loose: list[Core], left: list[Core], m: Match, part: bool, name: str) -> Iterator[Match]:
        """What is left, shared out among letters; the last takes all of it, or there is a rest."""
        if not loose:
            if not left:
                yield m
            elif part and m.rest is None:
                yield replace(m, rest=whole(name, left), rest_of=name)
            return
        first, rest = loose[0], loose[1:]
        if name == "mul" and isinstance(first, Var) and self.stands_for(first, m) == ONE:
            yield from self.split(rest, left, m, part, name)
            return
        if not rest:
            choices: list[tuple[int, ...]] = [tuple(range(len(left)))]
            if part:
                choices += [(i,) for i in range(len(left)) if len(left) > 1]
        elif len(left) <= MOST_SHARED:
            choices = [c for n in range(1, len(left)) for c in combinations(range(len(left)), n)]
        else:
            choices = [(i,) for i in range(len(left))]
        for chosen in choices:
            taken = [left[i] for i in chosen]
            others = [x for i, x in enumerate(left) if i not in chosen]
            if not taken:
                continue
            for n in self.match(first, whole(name, taken), m):
                yield from self.split(rest, others, n, part, name)

    def in_order(self, own: list[Core], theirs: list[Core], scale: Fraction, m: Match, part: bool) -> Iterator[Match]:
        """Products whose order counts."""
        numbers = [x for x in theirs if kind(x) == SCALAR]
        pairs = ([x for x in own if kind(x) != SCALAR], [x for x in theirs if kind(x) != SCALAR])
        loose = [x for x in own if kind(x) == SCALAR]
        front = [num(scale)] if scale != 1 else []
        if not pairs[0] and len(loose) == 2:  # two letters share a product whose order counts: what stands first and what follows
            for k in range(1, len(pairs[1])):
                for first, second in (loose, loose[::-1]):
                    for n in self.match(first, whole("mul", pairs[1][:k]), m):
                        yield from self.match(second, whole("mul", [*front, *numbers, *pairs[1][k:]]), n)
            return
        for n in self.sequence(*pairs, m):
            yield from self.split(loose, front + numbers, n, part, "mul")

    def sequence(self, own: list[Core], theirs: list[Core], m: Match) -> Iterator[Match]:
        if not own:
            if not theirs:
                yield m
            return
        for n in range(1, len(theirs) - len(own) + 2):
            if n > 1 and not self.is_open(own[0], m):
                return
            for out in self.match(own[0], whole("mul", theirs[:n]), m):
                yield from self.sequence(own[1:], theirs[n:], out)

    # --- filling in ----------------------------------------------------------------------------

    def fill(self, p: Core, m: Match) -> Core:
        """The pattern with what its letters stand for put in; letters that nothing says stay."""
        if isinstance(p, Var):
            if p.number in m.bound:
                return m.bound[p.number]
            known = m.found.get(p.number)
            return known.body if known is not None and not known.letters else p
        if self.is_function(p):
            assert isinstance(p, Op)
            head = self.head_of(p) if p.name == "call" else p.args[0]
            assert isinstance(head, Var)
            known = m.found.get(head.number)
            if known is not None and p.name == "path_function":
                return known.body
            if known is not None and known.letters:
                family = p.args[0].args[1:] if p.name == "call" and isinstance(p.args[0], Op) else ()
                return view(apply(known, tuple(self.fill(a, m) for a in (*family, *p.args[1:]))))
        if isinstance(p, Bind):
            end = self.free_end(p)
            made = m.ranges.get(end) if end is not None else None
            args = made.args if made else tuple(self.fill(a, m) for a in p.args)
            where: tuple[Core, ...] = tuple(self.fill(c, m) for c in p.where)
            if made and p.vars:
                # the conditions of the range speak of the letter that was bound in the term
                where = tuple(replaced(c, {made.letter.number: m.bound.get(p.vars[0].number, p.vars[0])}) for c in made.where)
            policy = self.any_episode(p)
            if policy is not None and policy in m.ranges:
                where = m.ranges[policy].where
            letters = tuple(m.bound.get(v.number, v) for v in p.vars)
            return Bind(p.name, letters, self.fill(p.body, m), args, where, p.info)
        return view_deep(rebuild(p, lambda x: self.fill(x, m)))

    def unfilled(self, term: Core) -> set[Var]:
        return {v for v in free_variables(term) if v.number in self.open}
