"""What a letter is: bound, defined by the page, a row of the glossary, or an unknown whose type its use tells."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Bind, Core, Var, op
from derive.core.types import ACTION, NAT, POLICY, REAL, STATE, Hole, Type, element, hole
from derive.elaborate.knowledge.glances import timed_state
from derive.elaborate.knowledge.scope import SAMPLE, Definition, Env, Outside, Typed, hole_name, kinds, letter_key
from derive.elaborate.knowledge.search import AGREED, ELIDED, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.row_heads import CALLS, RowHeads
from derive.elaborate.reading.matching import labels_of, match_items
from derive.glossary.functions import FUNCTION_ROWS, FUNCTIONS, INVERSES
from derive.glossary.marks import ACTION_VALUES, DIFFERENTIALS, STATE_VALUES
from derive.syntax.flat import Item, Row, walk

#: How much dearer values of the policy in force are where values of a policy stand beside them.
LESS = 0.4


#: Why nothing is read where what is given says names by one another.
AROUND = "names that are said by one another"


class Heads(RowHeads):
    """Atoms and what is applied to them."""

    #: Both sides of the claim.
    all_rows: tuple[Row, ...] = ()

    def head(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        group = following if following is not None and following.kind == "group" and following.name in CALLS else None
        known = self.bound(item, env)
        if known is not None and not self.acts(item, known[0], group):
            typed, sups, subs = known
            kind = self.k.binding.solve(typed[1])
            if kind.name == "Function" and group is not None:
                return self.called(typed, group, item.primes, env, sups), at + 2
            places = group.rows if group is not None else subs
            if kind.name == "Law" and len(places) == 1:
                chance = op("mass", typed[0], self.element(places[0], element(kind.args[0]), env))
                above, end = (sups, at + 1) if group is None else ((*sups, *group.sups), at + 2)
                return self.raised((chance, REAL), above, subs if group is not None else (), env), end
            return self.raised(typed, sups, subs, env), at + 1
        base = replace(item, subs=(), sups=())
        if group is None and len(item.subs) == 1 and (SAMPLE, letter_key(base)) in env.bound:
            drawn = element(hole())
            return self.raised((self.element((replace(item, sups=()),), drawn, env), drawn), item.sups, (), env), at + 1
        defined = self.defined(row, at, env)
        if defined is not None:
            return defined
        if (
            group is not None
            and group.name == "()"
            and any([i.name for i in s] == ["-", "1"] for s in item.sups)
            and self.inverts(item, group)
        ):
            raise Outside("the inverse of a function")
        special = self.special(row, at, env, group)
        if special is not None:
            return special
        if group is not None and self.is_ratio(item, group):
            return self.raised((self.ratio(item, group, env), REAL), (*item.sups, *group.sups), (), env), at + 2
        fitting = self.fitting_rows(row, at, env)
        options = [Option(c.row.cost, (c, holes, end, sups), c.row.says) for c, holes, end, sups in fitting]
        if fitting:
            if group is not None or not item.subs and not item.sups:
                named = any(c.row.cost > 0 and "?policy" in c.row.takes for c, *_ in fitting)
                others = named and self.beside_a_policys(item)
                if others:
                    options = [replace(o, cost=o.cost + LESS) for o in options]
                if named or not self.redefined:
                    options.append(Option(0.0 if others else 1.0 if named else 3.0, None, "a name of its own"))
            elif item.sups and all(len(s) == 1 and s[0].kind == "number" for s in item.sups):
                options.append(Option(0.3, None, "a power of a member"))
            key = ("row", stem(item), tuple(sorted(c.row.pattern for c, *_ in fitting)))
            chosen = self.k.oracle.choose(key, tuple(options))
            if chosen is not None:
                pattern = chosen[0].row.pattern
                for compiled, holes, end, sups in fitting:
                    if compiled.row.pattern == pattern:
                        return self.raised(self.meant(compiled, holes, env), sups, (), env), end
        return self.named(item, group, at, env)

    def acts(self, item: Item, known: Typed, group: Item | None) -> bool:
        r"""Whether a bound letter is a policy, applied to an action and a state, or a reward of which a policy has a mean, ``r(\pi)``."""
        if group is not None and len(group.rows) == 1 == len(group.rows[0]) and self.is_policy(group.rows[0][0]):
            return "reward" in kinds(item.name)
        return self.conditional(item, group) and self.k.binding.solve(known[1]).name in ("?", "Policy")

    def conditional(self, item: Item, group: Item | None) -> bool:
        return group is not None and group.kind == "group" and group.seps == ("|",) and self.is_policy(item)

    def beside_a_policys(self, item: Item) -> bool:
        """Whether values of no policy stand beside the same values of one, ``|V(s) - v_π(s)|``: they are others."""
        if ELIDED in AGREED.get():
            return False
        alike = next((names for names in (STATE_VALUES, ACTION_VALUES) if item.name in names), frozenset())
        own = [i for row in self.all_rows for i in walk(row) if i.kind == "atom" and i.name in alike and not i.accents]
        return any(kinds(s[0].name).get("policy") == 0 for i in own for s in (*i.subs, *i.sups) if len(s) == 1)

    def inverts(self, item: Item, group: Item) -> bool:
        """Whether a function with −1 above it is applied: its inverse, and no reciprocal."""
        if item.word:
            return item.word in FUNCTIONS and FUNCTIONS[item.word] not in INVERSES
        if item.name in FUNCTION_ROWS or len(group.rows) != 1:
            return item.name in FUNCTION_ROWS
        return (
            "function" in kinds(item.name)
            or stem(item) not in self.facts.bare
            and (item.name[-1:].isupper() or item.name.istitle())
        )

    def bound(self, item: Item, env: Env) -> tuple[Typed, tuple[Row, ...], tuple[Row, ...]] | None:
        """A bound letter, with the scripts that are not part of its name."""
        timed = self.process_here and timed_state(item)  # a_t beside a bound a is the action at t
        for sups, subs in ((item.sups, item.subs), ((), item.subs), (item.sups, ()), ((), ())):
            if timed and not subs:
                continue
            if item.subs and not subs and "parameter" in kinds(item.name) and stem(item) not in self.facts.indexed:
                continue  # θ_k is a copy of θ, no part of it
            found = env.bound.get(letter_key(replace(item, sups=sups, subs=subs)))
            if found is not None:
                rest_sups = item.sups if not sups else ()
                rest_subs = item.subs if not subs else ()
                return found, rest_sups, rest_subs
        return None

    def defined(self, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        item = row[at]
        same_name = False
        following = row[at + 1] if at + 1 < len(row) else None
        for number, definition in enumerate(self.k.definitions):
            want = definition.args
            if number in env.unfolding:
                around = (definition.holes or len(want) > 1) and env.unfolding[-1] != number
                if around and at + len(want) <= len(row) and match_items(want, row, at) is not None:
                    raise Outside(AROUND)
                continue
            if want[0].name != item.name:
                continue
            bare = len(want) == 2 and (following is None or following.kind != "group") and match_items(want[:1], row, at)
            if bare and self.differentiates & set(definition.holes):
                self.k.used.add(number)  # df/dx of f(x, y): at the letters with which the page defines it
                return self.expression(definition.body, replace(env, unfolding=(*env.unfolding, number))), at + 1
            if bare and len(definition.holes) == 1:
                if self.elided_argument is None:
                    raise Outside(f"{self.shown(item)} without its argument")
                self.k.used.add(number)
                inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: self.elided_argument})
                return self.expression(definition.body, inner), at + 1
            if at + len(want) > len(row) or len(want) == 1 and self.conditional(item, following):
                continue
            found = match_items(want, row, at)
            if found is None:
                if kinds(item.name).get("policy") == 0 and letter_key(item) != letter_key(definition.head):
                    if item.primes != want[0].primes or any(stem(i) == stem(item) for i in walk(definition.body)):
                        continue  # one policy by another: π' by π, π_{k+1} by π_k
                same_name = same_name or (
                    stem(want[0]) == stem(replace(item, primes=want[0].primes))
                    and len(want) > 1
                    and labels_of(want[0]) == labels_of(item)
                )
                if item.primes and len(want) == 2 and len(definition.holes) == 1:
                    slope = self.defined_slope(definition, number, row, at, env)
                    if slope is not None:
                        return slope
                continue
            holes, end, sups = found
            if len(want) == 1 and not definition.holes and following is not None and self.names_what_moves(following):
                end, sups = end + 1, (*sups, *following.sups)  # L(π_θ; π_ref), where the page says what L is
            self.k.used.add(number)
            inner = replace(env, unfolding=(*env.unfolding, number), bound=self.outer_bound(env))
            bound = dict(inner.bound)
            for name, filled in holes.items():
                key, given = definition.holes[int(name)], (*filled, *dict(definition.shifts).get(name, ()))
                if len(given) == 1 and given[0].kind == "atom" and kinds(given[0].name).get("policy") == 0:
                    bound[key] = (self.policy(given, env), POLICY)
                    continue
                if len(given) == 1 and given[0].kind == "atom" and "time" in kinds(given[0].name):
                    self.origin_of(given[0], env)
                place = self.place_in_policy(want, name)
                if place is not None and not self.is_placeholder(given):
                    bound[key] = (self.element(given, place, env), place)
                    continue
                below = name in {hole_name(j) for sub in want[0].subs for j in sub}
                if below and len(given) == 1 and "parameter" in kinds(given[0].name) and letter_key(given[0]) not in env.bound:
                    bound[key] = (
                        index := self.free(given[0]),
                        index.type,
                    )  # w of y_w tells names apart, it is no parameter there
                else:
                    bound[key] = self.expression(given, env) if not self.is_placeholder(given) else self.placeholder(key)
                if name in counting(want) and isinstance(self.k.binding.solve(bound[key][1]), Hole):
                    self.unify(bound[key][1], NAT)
            points: list[tuple[Var, Core]] = []
            for key in [k for k in bound if k in definition.holes and differentiates_by(definition.body, k)]:
                term, t = bound[key]
                if not (isinstance(term, Var) and term in self.k.free.values()):
                    u = self.k.variable(t, "u")
                    points.append((u, term))
                    bound[key] = (u, t)
            made = self.expression(definition.body, replace(inner, bound=bound))
            for u, point in points:
                made = (op("at", made[0], u, self.numeric((point, u.type))[0]), made[1])
            return self.raised(made, sups, (), env), end
        if same_name and at + 1 < len(row) and row[at + 1].kind == "group":
            raise Outside(f"{self.shown(item)} in another form than the page defines")
        return None

    def place_in_policy(self, head: Row, name: str) -> Type | None:
        """The type of an argument of a policy that a page defines: what it does, and where; None for other heads."""
        if len(head) != 2 or not self.conditional(head[0], head[1]) or len(head[1].rows) != 2:
            return None
        places = [n for n, row in enumerate(head[1].rows) if len(row) == 1 and hole_name(row[0]) == name]
        return (ACTION, STATE)[places[0]] if len(places) == 1 else None

    def names_what_moves(self, group: Item) -> bool:
        """Whether brackets name policies and parameters alone: what an objective hangs on."""
        plain = group.kind == "group" and group.name == "()" and all(len(r) == 1 and r[0].kind == "atom" for r in group.rows)
        return plain and all(self.is_policy(r[0]) or "parameter" in kinds(r[0].name) for r in group.rows)

    def defined_slope(self, definition: Definition, number: int, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        """f'(x) where the page says what f(x) is, f''(x) where it says what f'(x) is."""
        times = row[at].primes - definition.args[0].primes
        plain = (replace(row[at], primes=definition.args[0].primes), *row[at + 1 :])
        found = match_items(definition.args, plain, 0)
        if found is None or "0" not in found[0] or times < 1:
            return None
        self.k.used.add(number)
        u = self.k.variable(REAL, "u")
        point = self.real(self.expression(found[0]["0"], env))
        inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: (u, REAL)})
        body = self.real(self.expression(definition.body, inner))
        made = Bind("slope", (u,), body, (point,), info=(times,))
        return self.raised((made, REAL), found[2], (), env), at + found[1]

    #: The letters by which what is being read is differentiated.
    differentiates: frozenset[Hashable] = frozenset()

    def origin_of(self, item: Item, env: Env) -> None:
        """A free time that a definition is used at starts the clock."""

    def outer_bound(self, env: Env) -> dict[Hashable, Typed]:
        """A letter that is free in a definition and bound where it is used is the same letter: k₁ = −log r, r = p(x)/q(x) under E_{x∼q}."""
        return env.bound

    def is_placeholder(self, row: Row) -> bool:
        return len(row) == 1 and row[0].kind == "placeholder"

    def placeholder(self, key: Hashable) -> Typed:
        raise Outside("a definition used without its argument")

    def is_timed(self, item: Item) -> bool:
        """Whether a name is a quantity at a time."""
        late = any(i.kind == "atom" and ("time" in kinds(i.name) or i.key in self.facts.steps) for s in item.subs for i in s)
        return item.kind == "atom" and (
            late or "process" in kinds(item.name) and any(i.kind == "number" for s in item.subs for i in s)
        )

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        """Named functions, expectations and the like."""
        return None


def counting(pattern: Row) -> set[str]:
    """The holes that stand for an index of an argument: a whole number."""
    arguments = [i for group in pattern[1:] for r in group.rows for i in r]
    return {hole_name(j) for i in arguments for sub in i.subs for j in sub if hole_name(j)}


def differentiates_by(body: Row, key: Hashable) -> bool:
    """Whether a letter is differentiated by in a row."""
    return any(
        item.kind == "nabla" and any(letter_key(i) == key for sub in item.subs for i in sub)
        or item.kind == "frac" and any(is_d(a) and letter_key(b) == key for a, b in pairwise(item.rows[1]))
        for item in walk(body)
    )  # fmt: skip


def is_d(item: Item) -> bool:
    """Whether the d or ∂ of a derivative stands here."""
    return item.kind == "atom" and item.name in DIFFERENTIALS or item.kind == "mark" and item.name == r"\partial"
