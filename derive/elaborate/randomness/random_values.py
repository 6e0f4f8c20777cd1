r"""Random variables by their values: sums over ``P(X=x)``, ``p(x,y)`` for them, and divergences of their laws."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Bind, Core, Var, num, op
from derive.core.types import REAL, Type, element
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.randomness.outcomes import Outcomes
from derive.elaborate.randomness.spelled_laws import is_law_at, with_sums
from derive.elaborate.reading.statements import Statement, rewritten
from derive.glossary.functions import CHANCE
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, parts_between, walk

#: The sort of the values of a random variable, by its number.
VALUES = "values:"
#: What may stand between distributions that are multiplied.
TIMES = (r"\otimes", "x", "*", ",")


class Chances(Outcomes):
    """Letters for the values of random variables, and laws that carry their names."""

    def values_of(self, letter: Item, body: Row, env: Env) -> Type:
        key = letter_key(letter)
        owners = {
            stem(part[0]): part[0]
            for part in inner_rows(body)
            if len(part) == 3 and part[0].kind == "atom" and part[0].name.isupper() and not part[0].subs and is_mark(part[1], "=")
            if part[2].kind == "atom" and letter_key(part[2]) == key
        }
        if len(owners) > 1:
            raise Outside("a value of two random variables")
        for item in owners.values():
            v, _ = self.letter(item, replace(env, random=True))
            if isinstance(v, Var) and v.random:
                return element(Type(f"{VALUES}{v.number}"))
        return super().values_of(letter, body, env)

    def standing_for(self, variable: Var) -> Typed:
        sort = variable.type.args[0] if variable.type.name == "Elem" else None
        if sort is not None and sort.name.startswith(VALUES):
            return op("coerce", variable), REAL
        return super().standing_for(variable)

    def divergence(self, item: Item, group: Item, env: Env) -> Typed:
        sides = [self.of_random(r) for r in group.rows] if group.seps == ("||",) else []
        if len(sides) == 2 and all(sides):
            return self.raised((self.between_laws(*sides), REAL), (*item.sups, *group.sups), (), env)
        return super().divergence(item, group, env)

    def of_random(self, row: Row) -> list[list[Var]]:
        r"""The random variables of ``P_{XY}``, ``P_XP_Y`` or ``P(X=x)P(Y=y)``, those of one factor together; none for any other law."""
        out: list[list[Var]] = []
        at = 0
        row = tuple(i for i in row if not is_mark(i, *TIMES))
        while at < len(row):
            head = row[at]
            group = row[at + 1] if at + 1 < len(row) and row[at + 1].kind == "group" else None
            if head.kind != "atom" or "law" not in kinds(head.name):
                return []
            if group is not None:
                names = [r[0] for r in group.rows if len(r) == 3 and is_mark(r[1], "=")]
                if len(names) != len(group.rows) or any(s != "," for s in group.seps):
                    return []
            else:
                names = [i for s in head.subs for i in s if not is_mark(i, ",")]
            if not names or any(i.kind != "atom" or len(i.name) != 1 or not i.name.isupper() or i.subs for i in names):
                return []
            found = [self.random_symbol(i) for i in names]
            out.append([v for v in found if isinstance(v, Var)])
            if len(out[-1]) != len(found):
                return []
            at += 1 + (group is not None)
        return out

    def between_laws(self, first: list[list[Var]], second: list[list[Var]]) -> Core:
        """D(p‖q) of joint laws and products of marginals of the same random variables."""
        every = [v for block in first for v in block]
        if sorted(v.number for v in every) != sorted(v.number for block in second for v in block):
            raise Outside("a divergence of laws of other random variables")
        if len(first) == 1:
            # D(p‖∏ q_b) = Σ_b H(b) − H(all) where the q_b are the marginals of p
            total: Core = op("neg", op("entropy_of", *every, info=(len(every),)))
            for block in second:
                total = op("add", op("entropy_of", *block, info=(len(block),)), total)
            return total
        values = {v.number: self.k.variable(element(Type(f"{VALUES}{v.number}")), "x") for v in every}

        def chance(blocks: list[list[Var]]) -> Core:
            made: Core = num(1)
            for block in blocks:
                events = (op("eq", v, op("coerce", values[v.number])) for v in block)
                made = op("mul", made, Bind("mean", (), op("indicator", *events)))
            return made

        body: Core = op("mul", chance(first), op("log", op("div", chance(first), chance(second))))
        for v in reversed(every):
            body = Bind("sum", (values[v.number],), body)
        return body


#: Fonts of the sets of values.
SCRIPT = ("mathcal:", "mathscr:")

# --- letters in lower case -------------------------------------------------------------------------


def by_values(
    lhs: Row, rhs: Row, conditions: tuple[Row, ...], givens: list[Statement], random: frozenset[Hashable]
) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
    """All rows of a claim with ``P(X=x,Y=y)`` for ``p(x,y)``, where X and Y are its random variables and it speaks of one law alone."""
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in g.terms)]
    named = frozenset(i.name for row in rows for i in walk(row) if i.kind == "atom" and i.name.isupper())
    if named:
        lhs, rhs, conditions, givens = rewritten(
            lambda row: everywhere(row, lambda part: over_values(part, named)), lhs, rhs, conditions, givens
        )
        rows = [lhs, rhs, *conditions, *(t for g in givens for t in g.terms)]
    names = law_names(rows)
    alone = bool(random) and len(names) == 1
    spelled = rewritten(lambda row: with_sums(row, alone), lhs, rhs, conditions, givens)
    lhs, rhs, conditions, givens = spelled
    if not alone:
        return spelled
    return rewritten(changer(next(iter(names)), random), lhs, rhs, conditions, givens)


def over_values(part: Row, named: frozenset[str]) -> Row:
    r"""A row with sums over ``x\in\mathcal{X}`` as over x, where X is named: these are its values."""

    def bound(row: Row) -> Row | None:
        letters = []
        for name in parts_between(row, ","):
            of = [i.name.rpartition(":")[2] for i in name]
            if len(name) != 3 or not is_mark(name[1], r"\in") or of[0].upper() != of[2] or not name[2].name.startswith(SCRIPT):
                return None
            if name[2].subs or name[2].sups or of[2] not in named:
                return None
            letters += [Item("mark", ","), name[0]]
        return tuple(letters[1:])

    def plain(item: Item) -> Item:
        below = bound(item.subs[0]) if item.kind == "big" and len(item.subs) == 1 else None
        return replace(item, subs=(below,)) if below else item

    return tuple(map(plain, part))


def law_names(rows: Iterable[Row]) -> set[Hashable]:
    """Names of distributions that are applied to letters."""
    return {
        (a.name, a.accents, a.primes) for row in rows for part in inner_rows(row) for a, b in pairwise(part) if is_law_at(a, b)
    }


def changer(name: Hashable, random: frozenset[Hashable]) -> Callable[[Row], Row]:
    def variable(letter: Item) -> Item | None:
        plain = not (letter.subs or letter.sups or letter.primes or letter.accents)
        upper = replace(letter, name=letter.name.upper())
        return upper if plain and stem(upper) in random else None

    def change(part: Row) -> Row:
        out = list(part)
        for at, (head, group) in enumerate(pairwise(part)):
            if not is_law_at(head, group) or (head.name, head.accents, head.primes) != name:
                continue
            own = [variable(r[0]) for r in group.rows]
            if None in own or any(not i.name.isupper() for s in head.subs for i in walk(s) if i.kind == "atom"):
                continue
            events = tuple((v, Item("mark", "="), *r) for v, r in zip(own, group.rows, strict=True) if v is not None)
            out[at] = replace(head, name=CHANCE, subs=(), accents=())
            out[at + 1] = replace(group, rows=events)
        return tuple(out)

    return lambda row: everywhere(row, change)


__all__ = ["Chances", "by_values"]
