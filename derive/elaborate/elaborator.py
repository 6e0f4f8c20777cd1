"""The elaborator: all of the grammar in one class, and claims of two sides."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.core.constants import CONSTANTS
from derive.core.terms import CALLED, Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, op, rebuild, strip_coerce, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, NAT, REAL, STATE, Hole
from derive.elaborate.binding.differentials import varied
from derive.elaborate.binding.gradients import NOT_MOVED
from derive.elaborate.closing import Closing, for_all
from derive.elaborate.given.givens import declares
from derive.elaborate.given.recursions import read_recursion, recursion_of
from derive.elaborate.knowledge.scope import Definition, Env, Outside, Premise, Typed, WrongType, compiled_rows, kinds, letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.processes.process_times import is_numbered, steps_of_term
from derive.elaborate.processes.responses import Tokens
from derive.elaborate.processes.said_policies import as_said
from derive.elaborate.randomness.classes import from_to, in_classes
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.elaborate.reading.matching import labels_of, match_items
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.sets import first_and_last, is_whole, least_whole, says_whole
from derive.elaborate.spelling.tabular import value_of
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.remarks import WITHOUT_CHANCE
from derive.syntax.flat import Item, Row, everywhere, is_mark, parts_between, row_key
from derive.syntax.flat import walk as items_of

RELATIONS = {
    "=": "=",
    ":=": "=",
    r"\equiv": "=",
    "<": "<",
    ">": ">",
    r"\le": "<=",
    r"\ge": ">=",
    r"\ne": "!=",
    r"\approx": "~",
    r"\simeq": "~",
    r"\propto": "propto",
}

#: How many values a set may have of which each is met at the points that are tried.
FEW = (2, 3, 4)

DEFINITE = {r"\succ": "definite", r"\succeq": "semidefinite"}


class Elaborator(Tokens):
    """All of the grammar, and claims."""

    def claim(self, lhs: Row, relation: str, rhs: Row, premises: list[Statement], conditions: tuple[Row, ...]) -> CoreClaim:
        env, self.claimed = Env(), relation
        a, b = self.matched(self.side(lhs, env), self.side(rhs, env))
        a, b = self.at_one_point(b, a, lhs), self.at_one_point(a, b, rhs)
        if relation == "=":
            a, b = self.as_problems(a, b)
        givens: list[CoreClaim] = []
        own = {v.number for v in self.k.free.values()}
        told: list[tuple[Sequence[Row], Sequence[str]]] = []
        for premise in premises:
            recursion = recursion_of(premise)
            if recursion is not None:
                givens.append(read_recursion(self, premise, recursion, env))
                continue
            told += [(premise.terms, premise.rels), *map(split_relations, premise.conditions)]
        for row in conditions:
            terms, rels = split_relations(row)
            if not rels and any(i.kind == "text" or i.word for i in row):
                raise Premise("a condition in words")
            told.append((terms, rels))
        for said in sorted(told, key=lambda one: says_whole(*one)):  # which letters are spoken of is known then
            givens += self.premise(*said, env)
        a, b, givens = as_said(self, a, b, givens)
        self.unused((lhs, rhs, *conditions))
        self.undrawn((lhs, rhs))
        givens += self.decays()
        givens += self.memberships((a, b))
        givens += [CoreClaim(*bound) for bound in dict.fromkeys(self.k.between)]
        if (
            self.facts.speaks_of_values
            and (self.facts.timed_sum or self.facts.sums_rewards)
            and not self.facts.discounted
            and self.undiscounted()
        ):
            givens.append(CoreClaim(op("discount"), "=", num(1)))
        a, b, givens = self.one_state(a, b, givens)
        if self.k.moving:
            if any(isinstance(z, Num) for z in (a, b)):
                raise Outside(NOT_MOVED)
            a, b = (moved(z, self.k.moving) for z in (a, b))
            givens = [replace(g, lhs=moved(g.lhs, self.k.moving), rhs=moved(g.rhs, self.k.moving)) for g in givens]
        universal = tuple(v for v in self.k.free.values() if v.number not in own)
        claim = Closing(self).close(
            CoreClaim(
                a,
                relation,
                b,
                tuple(givens),
                self.k.order,
                tuple(self.k.small),
                supports=tuple(self.k.supports.items()),
                clock=self.clock((a, b, *(part for g in givens for part in (g.lhs, g.rhs)))),
                first=int(self.k.clock.get("first", "0")),
                times=tuple(self.k.times.values()),
            )
        )
        claim = in_classes(claim)
        return for_all(claim if self.k.varied is None else varied(claim, self.k.varied), {v.number for v in universal})

    def unused(self, rows: tuple[Row, ...]) -> None:
        """What a page says of a name of the claim must have been used: what is said without it must not be said against the claim."""
        told = {said_key(self.k.definitions[n]) for n in self.k.used}
        for definition in self.k.definitions:
            head = definition.head
            if said_key(definition) in told or visits(definition):
                continue
            if any(
                i.kind == "atom" and stem(i) == stem(head) and (not head.subs or labels_of(i) == labels_of(head))
                for row in rows
                for i in items_of(row)
            ):
                raise Premise(f"what the page says of {self.shown(head)}, which was not used")

    def undrawn(self, rows: tuple[Row, ...]) -> None:
        """A law that is given for a letter must be the one that its expectations say, or must have been used."""
        for key, (law, given) in self.told_laws.items():
            if given and key not in self.drawn_as_told and not any(draws_from(row, key, law) for row in rows):
                raise Premise("what a letter is drawn from, which was not used")

    def decays(self) -> list[CoreClaim]:
        """λ beside γ lies between 0 and 1."""
        found = [
            v
            for key, v in self.k.free.items()
            if isinstance(key, tuple) and key and isinstance(key[0], str) and "decay" in kinds(key[0])
        ]
        if not self.facts.discounted:
            return []
        return [c for v in found if self.numeric_type(v) for c in (CoreClaim(num(0), "<=", v), CoreClaim(v, "<=", num(1)))]

    def numeric_type(self, v: Var) -> bool:
        return self.k.binding.solve(v.type).name in ("Real", "?")

    def at_one_point(self, other: Core, term: Core, row: Row) -> Core:
        r"""What a page defines at θ, beside something that is evaluated at θ = θ_old, is meant there too."""
        point = next((t for t in walk(other) if isinstance(t, Op) and t.name == "at"), None)
        if point is None or any(isinstance(t, Op) and t.name == "at" for t in walk(term)):
            return term
        _, v, where = point.args
        key = next((key for key, x in self.k.free.items() if x == v), ())
        bare = {letter_key(replace(i, sups=())) for i in items_of(row) if i.kind == "atom"}
        named = any(letter == (*key[:4], ()) for letter in bare) if isinstance(key, tuple) else False
        return op("at", term, v, where) if v in free_variables(term) and not named else term

    def side(self, row: Row, env: Env) -> Typed:
        return self.expression(strip_commas(row), env)

    def matched(self, a: Typed, b: Typed) -> tuple[Core, Core]:
        """Both sides of one type."""
        s, t = self.k.binding.solve(a[1]), self.k.binding.solve(b[1])
        for x, y in ((s, t), (t, s)):
            if x.name == "Chosen" and y.name != "Chosen":
                best, one = (a[0], b[0]) if x is s else (b[0], a[0])
                if isinstance(one, Op) and one.name == "chosen" and isinstance(best, Bind):
                    # an action is one of the best where its value is the largest
                    self.unify(x.args[0], y)
                    if not set(best.vars) & free_variables(best.body):
                        raise Outside("an extreme over what does not hang on it")
                    extreme = best.name.removeprefix("arg")
                    return replaced(best.body, {best.vars[0].number: one}), replace(best, name=extreme)
                if self.k.binding.full(x.args[0]) == ACTION and self.is_field(b[0] if x is s else a[0]):
                    raise WrongType("the actions that are best (a set) where the value of a state is needed")
                raise Outside("arguments of an extreme as numbers")
        if s.name == t.name == "Chosen":
            self.unify(s, t)
            return a[0], b[0]
        if s.name == t.name and s.name in ("Policy", "Law") and any(isinstance(z, Bind) for z in (a[0], b[0])):
            self.unify(s, t)
            return self.alike(a[0], b[0], s)
        if s.name in ("Elem", "Function", "Law", "Policy") or t.name in ("Elem", "Function", "Law", "Policy"):
            if s.name in ("Real", "Nat", "Elem") and t.name in ("Real", "Nat", "Elem"):
                return self.real(a), self.real(b)
            raise Outside("an equation of functions")
        (left, s), (right, t) = self.numeric(a), self.numeric(b)
        zero = [isinstance(z, Num) and z.value == 0 for z in (left, right)]
        if not any(zero):
            self.same(s, t)
        return left, right

    def premise(self, terms: Sequence[Row], rels: Sequence[str], env: Env) -> list[CoreClaim]:
        out = []
        for i, rel in enumerate(rels):
            if rel == r"\in" and declares(terms[i + 1]):
                continue  # what the letters are was taken note of
            if rel == r"\in" and is_whole(terms[i + 1]):
                out += self.whole_numbers(terms[i], least_whole(terms[i + 1]), env)
                continue
            ends = first_and_last(terms[i + 1]) if rel == r"\in" else None
            if ends is not None:
                out += self.numbered(terms[i], *ends, env)
                continue
            special = self.structure(terms[i], rel, terms[i + 1], env)
            if special is not None:
                out.append(special)
                continue
            if rel not in RELATIONS or rel in (r"\approx", r"\simeq", r"\propto"):
                raise Premise(f"a premise with {rel}")
            left, right = terms[i], terms[i + 1]
            parts = parts_between(left, ",")
            for part in parts:
                self.premising = True
                a, b = self.expression(strip_commas(part), env), self.expression(strip_commas(right), env)
                self.premising = False
                x, y = self.matched(a, b)
                out.append(CoreClaim(x, RELATIONS[rel], y))
        return out

    def whole_numbers(self, letters: Row, least: int | None, env: Env) -> list[CoreClaim]:
        """That letters are whole numbers, from the least on: what counts is one, any other number is drawn as one."""
        out: list[CoreClaim] = []
        for part in map(strip_commas, parts_between(letters, ",")):
            if len(part) == 1 and part[0].kind == "atom" and letter_key(part[0]) not in self.k.free:
                continue  # the claim does not speak of it, or binds it
            term, t = self.expression(part, env)
            if isinstance(t := self.k.binding.solve(t), Hole):
                self.unify(t, REAL)
            if self.k.binding.solve(t) == NAT:
                out += [CoreClaim(term, ">=", num(least))] if least else []
                continue
            if not isinstance(term, Var) or self.k.binding.solve(t) != REAL:
                raise Premise("whole numbers that are no letters")
            out.append(CoreClaim(term, "among", op("vector")))  # none is named: any whole number
            out += [CoreClaim(term, ">=", num(least))] if least is not None else []
        return out

    def numbered(self, letters: Row, first: Row, last: Row, env: Env) -> list[CoreClaim]:
        """That letters, or all members of a sequence, are whole numbers from the first to the last."""
        out: list[CoreClaim] = []
        low, high = self.whole(first, env), strip_coerce(self.whole(last, env))
        for part in map(strip_commas, parts_between(letters, ",")):
            if len(part) == 1 and letter_key(part[0]) not in self.k.free and not part[0].subs:
                continue  # the claim does not speak of it, or binds it
            term, t = self.expression(part, env)
            if isinstance(t := self.k.binding.solve(t), Hole):
                self.unify(t, REAL if isinstance(term, Op) else NAT)
            name = strip_coerce(term.args[0]) if isinstance(term, Op) and term.name == "call" else strip_coerce(term)
            counts = isinstance(name, Var) and self.k.binding.solve(t).name in ("Nat", "Real")
            if not counts or not isinstance(term, Var) and (low != num(1) or not isinstance(high, Var | Num)):
                raise Premise("a premise with \\in")
            out += from_to(name, low, high, isinstance(term, Var) and self.k.binding.solve(t) == REAL)
        return out

    def structure(self, left: Row, rel: str, right: Row, env: Env) -> CoreClaim | None:
        """Independence, definiteness, orthogonality, transitions without chance: givens that say how something is drawn."""
        if len(left) == 1 and left[0].name == WITHOUT_CHANCE:
            return CoreClaim(num(0), "certain", num(0))
        if rel in DEFINITE:
            if not (len(right) == 1 and right[0].value == 0):
                raise Premise("an order between matrices")
            a, t = self.expression(strip_commas(left), env)
            t = self.k.binding.solve(t)
            if t.name != "Matrix" or not isinstance(a, Var):
                raise Premise("definiteness of what is no matrix with a name")
            self.unify(t.args[0], t.args[1])
            return CoreClaim(a, DEFINITE[rel], num(0))
        if rel == r"\in":
            return self.one_of(left, right, env)
        if rel != r"\perp":
            return None
        x, y = strip_commas(left), tuple(i for i in strip_commas(right) if not is_mark(i, r"\perp"))
        if len(x) != 1 or len(y) != 1 or x[0].kind != "atom" or y[0].kind != "atom":
            raise Premise("independence of what is no letter")
        known = [self.k.free.get(letter_key(i[0])) for i in (x, y)]
        if any(v is not None and self.k.binding.solve(v.type).name == "Vector" for v in known):
            pair = self.expression(x, env), self.expression(y, env)
            return CoreClaim(self.times(*pair, dot=True)[0], "=", num(0))
        if any(v is not None and not v.random for v in known):
            raise Premise("independence of what is not random")
        a_, b_ = self.random_symbol(x[0]), self.random_symbol(y[0])
        return CoreClaim(a_, "independent", b_)

    def one_of(self, left: Row, right: Row, env: Env) -> CoreClaim | None:
        r"""``r\in\{0,1\}``: a number, or each member of a sequence, is one of few; None for any other set."""
        listed = right[0].rows if len(right) == 1 and right[0].kind == "group" and right[0].name == "{}" else ()
        numbers = [signed(row) for row in listed]
        if len(numbers) not in FEW or None in numbers:
            return None
        typed = self.expression(strip_commas(left), env)
        if isinstance(self.k.binding.solve(typed[1]), Hole):
            self.unify(typed[1], REAL)
        term = self.real(typed)
        head = term.args[0] if isinstance(term, Op) and term.name == "call" else term
        if not isinstance(head, Var):
            raise Premise("a premise with \\in")
        return CoreClaim(head, "among", op("vector", *(num(x) for x in numbers if x is not None)))

    def one_state(self, a: Core, b: Core, givens: list[CoreClaim]) -> tuple[Core, Core, list[CoreClaim]]:
        """A policy that names no state is in the state of which the claim speaks."""
        elided = self.k.free.get(("elided state",))
        states = [v for key, v in self.k.free.items() if key != ("elided state",) and self.k.binding.full(v.type) == STATE]
        if elided is None or len(states) != 1:
            return a, b, givens
        table: dict[int, Core] = {elided.number: states[0]}
        return (
            replaced(a, table),
            replaced(b, table),
            [replace(g, lhs=replaced(g.lhs, table), rhs=replaced(g.rhs, table)) for g in givens],
        )

    def clock(self, terms: Sequence[Core]) -> Var | None:
        """The free letter that stands for the time of the first step; none where times are told apart by numbers or by several letters."""
        times = tuple(self.k.times.values())
        numbered = "number" in self.k.clock or any(is_numbered(step) for term in terms for step in steps_of_term(term))
        return times[0] if len(times) == 1 and not numbered else None

    def is_field(self, term: Core) -> bool:
        """Whether a term is a constant of the field, a value of a state or action."""
        return isinstance(term, Op) and term.name in CONSTANTS


def signed(row: Row) -> Fraction | None:
    """The value of a number with its sign; None for anything else."""
    if row and is_mark(row[0], "-"):
        value = value_of(row[1:])
        return None if value is None else -value
    return value_of(row)


def moved(term: Core, moving: Mapping[int, Var]) -> Core:
    """A term in which unknown functions move with parameters."""
    if isinstance(term, Op) and term.name in CALLED and isinstance(term.args[0], Var) and term.args[0].number in moving:
        head = op("at_parameter", term.args[0], moving[term.args[0].number])
        return Op("call", (head, *(moved(t, moving) for t in term.args[1:])), term.info)
    return rebuild(term, lambda t: moved(t, moving))


def said_key(definition: Definition) -> Hashable:
    """What tells a definition from others, wherever it stands, and whatever letter it has for an index."""

    def numbered(part: Row) -> Row:
        holes = definition.holes
        keys = [letter_key(i) if i.kind == "atom" else None for i in part]
        return tuple(Item("text", f"hole {holes.index(k)}") if k in holes else i for i, k in zip(part, keys, strict=True))

    return (row_key(definition.args), row_key(everywhere(definition.body, numbered)))


def draws_from(row: Row, key: Hashable, law: Row) -> bool:
    """Whether an expectation of a row draws a letter from a law."""
    subs = [s for i in items_of(row) if i.kind == "atom" and i.name in EXPECTATIONS for s in i.subs]
    return any(
        letter_key(a) == key and is_mark(b, r"\sim") and row_key(s[at + 2 : at + 2 + len(law)]) == row_key(law)
        for s in subs
        for at, (a, b) in enumerate(pairwise(s))
    )


def visits(definition: Definition) -> bool:
    """Whether a page says how it counts visits: the conventions of a row are all tried."""
    rows = compiled_rows()[0].get(definition.head.name, ())
    return any(c.row.means == "visitation" and match_items(c.items, (definition.head, *definition.args[1:]), 0) for c in rows)
