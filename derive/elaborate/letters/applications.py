"""What is applied: unknown functions, distributions at a point, joints of several letters."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import pairwise

from derive.core.terms import Core, Op, op
from derive.core.types import NAT, REAL, Hole, Type, element, function, hole, law, vector
from derive.elaborate.knowledge.scope import Env, Outside, Typed, is_moved_parameter, kinds, letter_key
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.elements import Elements
from derive.elaborate.letters.same_coordinates import same_coordinates
from derive.elaborate.reading.chains_of_rows import hole_like
from derive.syntax.flat import Item, Row, inner_rows, is_mark, row_key

CALLS = ("()", "[]", "{}")


class Applications(Elements):
    """A head with its argument in brackets."""

    #: Whether J is a function like any other: a claim that speaks of nothing else of the field.
    unknown_objective: bool = False

    def applied(self, item: Item, group: Item, env: Env, powers: tuple[Row, ...]) -> Typed:
        """An unknown function, or a distribution, at its arguments."""
        may = kinds(item.name)
        if stem(item) in self.facts.state_laws or stem(item) in self.facts.drawn and not self.is_policy(item):
            may = {"law": 0.0}  # what something is drawn from is a distribution
        if may.get("process") == 0 and not self.unknown_objective:
            raise Outside(f"{self.shown(item)}, an objective that the page does not define")
        if ("|" in group.seps or stem(item) in self.joint_names) and "law" in may:
            return self.raised(self.joint(item, group, env), (*powers, *group.sups), (), env)
        if "|" in group.seps and not may.keys() & {"law", "policy", "joint"} and not item.word:
            group = replace(group, seps=tuple("," for _ in group.seps))  # r(y|x): the score of y, for x
        if "|" in group.seps or "||" in group.seps:
            raise Outside("a bar in the argument of a function")
        starred = any(len(s) == 1 and s[0].name in ("*", "star", "ast") for s in (*item.subs, *item.sups))
        weighs = "visitation" in may and "law" not in may and not item.subs and not item.accents
        lawful = ("law" in may or weighs) and not starred and len(group.rows) == 1 and not item.primes
        if lawful and self.single_letter(group.rows[0], env):
            options = (
                Option(may.get("law", 0.4), "law", "a distribution"),
                Option(0.0 if weighs else 2.2 if not may["law"] else 1.0, "function", "a function"),
            )
            if self.k.oracle.choose(("law", stem(item)), options) == "law":
                sort = hole()
                x = self.element(group.rows[0], element(sort), env)
                return self.raised((op("mass", self.copy(item, law(sort), env), x), REAL), (*powers, *group.sups), (), env)
        of_element = (
            len(group.rows) == 1 and len(group.rows[0]) == 1 and bool(kinds(group.rows[0][0].name).keys() & {"state", "action"})
        )
        if item.primes and of_element and self.facts.speaks_of_values:
            other = self.k.free_variable(("function", letter_key(item)), self.spelled(item))
            return self.called((other, other.type), group, 0, env, powers)
        head = replace(item, primes=0)
        if item.word:
            raise Outside(f"{self.shown(item)}, a function that nothing here explains")
        if any(hole_like(sub) for sub in head.subs) and not may.keys() & {"function", "law"}:
            raise Outside("a function that its name describes")
        for sub in head.subs:
            if len(sub) > 1 and is_moved_parameter(sub):
                base = replace(head, subs=tuple(s for s in head.subs if s is not sub))
                moving = self.k.free_variable(("function", letter_key(base)), self.spelled(base))
                at = self.numeric(self.expression(sub, env))[0]
                return self.called((op("at_parameter", moving, at), moving.type), group, item.primes, env, powers)
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                key = ("function", letter_key(replace(head, subs=tuple(s for s in head.subs if s is not sub))))
                moving = self.k.free_variable(key, self.spelled(replace(head, subs=tuple(s for s in head.subs if s is not sub))))
                return self.called(
                    (op("at_parameter", moving, self.parameter(sub[0], env)), moving.type), group, item.primes, env, powers
                )
        family = self.k.free_variable(("function", letter_key(head)), self.spelled(head))
        return self.called((family, family.type), group, item.primes, env, powers)

    def single_letter(self, row: Row, env: Env) -> bool:
        return (
            len(row) == 1
            and row[0].kind == "atom"
            and not (row[0].sups and len(row[0].sups[0]) == 1 and row[0].sups[0][0].kind == "number")
        )

    def called(self, head: Typed, group: Item, primes: int, env: Env, powers: tuple[Row, ...]) -> Typed:
        """A function at its arguments, differentiated as often as it has primes."""
        if any(s not in (",", ";") for s in group.seps):
            raise Outside("a bar in the argument of a function")
        args: list[Core] = []
        types: list[Type] = []
        featured = self.facts.tensorial and not primes and self.of_elements(group, env)
        for r in group.rows:
            if featured:
                want = element(hole())
                args.append(self.element(r, want, env))
                types.append(want)
                continue
            if self.is_placeholder(r):
                raise Outside("a function without its argument")
            if len(r) == 1 and r[0].kind == "atom" and r[0].subs and stem(r[0]) in self.facts.sampled:
                want = element(hole())
                args.append(self.element(r, want, env))
                types.append(want)
                continue
            term, t = self.expression(r, env)
            t = self.k.binding.solve(t)
            if t.name == "Matrix":
                raise Outside("an unknown function of a matrix")
            if t == NAT:
                t = REAL
            if t.name == "Chosen":
                want = element(hole())
                term, t = self.best_of((term, t), want), want
            if t.name == "Row":
                raise Misread("a row as an argument")
            args.append(term)
            types.append(t)
        known = self.k.binding.solve(head[1])
        if featured and self.gives_vector(head[0], known):
            n = hole() if isinstance(known, Hole) else known.args[-1].args[0]
            self.unify(known, function(*types, vector(n)))
            return self.raised((op("call_vector", head[0], *args, info=(n,)), vector(n)), (*powers, *group.sups), group.subs, env)
        if isinstance(known, Hole):
            self.unify(known, function(*types, REAL))
        elif known.name != "Function" or len(known.args) != len(args) + 1:
            raise Misread("another number of arguments")
        else:
            for t, want in zip(types, known.args, strict=False):
                self.unify(t, want)
        if primes and len(args) != 1:
            raise Outside("a prime on a function of several arguments")
        made: Core = op("call", head[0], *args, info=(primes,) if primes else ())
        return self.raised((made, REAL), (*powers, *group.sups), group.subs, env)

    def of_elements(self, group: Item, env: Env) -> bool:
        """Whether the arguments are states and actions: letters that are, beside letters that are bound to an element."""
        letters = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom" and not r[0].sups]
        if len(letters) < len(group.rows):
            return False
        acted = self.of_policies
        known = [
            letter_key(x) in acted or bool(kinds(x.name).keys() & {"state", "action"}) and (x.name.islower() or bool(x.subs))
            for x in letters
        ]
        bound = [env.bound.get(letter_key(x)) for x in letters]
        elements = [b is not None and (isinstance(t := self.k.binding.solve(b[1]), Hole) or t.name == "Elem") for b in bound]
        return any(known) and all(a or b for a, b in zip(known, elements, strict=True))

    @property
    def of_policies(self) -> dict[Hashable, str]:
        r"""What letters are by their places at policies, what these do or where: b and z of ``\mu(b\mid z)``, ``b\sim\mu``; of one place alone."""
        parts = [part for row in self.every_row for part in inner_rows(row)]
        placed = [
            (row, what)
            for head, group in (pair for part in parts for pair in pairwise(part))
            if group.kind == "group" and group.seps == ("|",) and head.kind == "atom" and self.is_policy(head)
            for row, what in zip(group.rows, ("action", "state"), strict=True)
        ]
        drawn = (three for part in parts for three in zip(part, part[1:], part[2:], strict=False))
        placed += [((one,), "action") for one, by, law in drawn if is_mark(by, r"\sim") and self.is_policy(law)]
        found: dict[Hashable, str] = {}
        for row, what in placed:
            if len(row) == 1 and row[0].kind == "atom":
                key = letter_key(row[0])
                found[key] = what if found.get(key, what) == what else ""
        return {key: what for key, what in found.items() if what}

    def gives_vector(self, head: Core, known: Type) -> bool:
        """Whether a function of states and actions gives a vector: the features of a linear model."""
        if not isinstance(known, Hole):
            return known.name == "Function" and self.k.binding.solve(known.args[-1]).name == "Vector"
        key = next((key for key, v in self.k.free.items() if v == head and isinstance(key, tuple) and key[0] == "function"), None)
        if key is None:
            return False
        may = kinds(key[1][0]).keys()
        likely = "vector" in may or {"parameter", "function"} <= may
        options = (
            Option(1.5 if likely else 0.0, False, "a function"),
            Option(0.0 if likely else 1.5, True, "a function whose values are vectors"),
        )
        return bool(self.k.oracle.choose(("values of", key), options))

    def joint(self, item: Item, group: Item, env: Env) -> Typed:
        """p of several letters: a marginal or a conditional of one joint distribution."""
        out: list[Core] = []
        key = ("joint", stem(item), tuple(row_key(s) for s in item.subs))
        variable = self.k.free_variable(key, self.spelled(item), Type("Joint"))
        given_at = len(group.rows)
        for i, sep in enumerate(group.seps):
            if sep == "|":
                given_at = i + 1
            elif sep != ",":
                raise Outside("a bar in a distribution")
        coordinates = []
        for r in group.rows:
            r = tuple(i for i in r if not is_mark(i, r"\quad"))
            if len(r) != 1 or r[0].kind != "atom" or r[0].word:
                raise Outside("a distribution of what is no letter")
            letter = r[0]
            place = self.coordinates.setdefault(
                (key, self.coordinate_of(key, item, letter)), (len([c for c in self.coordinates if c[0] == key]), hole())
            )
            out.append(self.element(r, element(place[1]), env))
            coordinates.append(place[0])
        return op("joint", variable, *out, info=(tuple(coordinates[:given_at]), tuple(coordinates[given_at:]))), REAL

    def law_of_joint(self, item: Item, group: Item, letter: Item | None, sort: Type, env: Env) -> Core:
        r"""The distribution of one letter of a joint, given others: ``p(w|D)``, or ``p(\cdot|y)`` of the letter that is drawn from it."""
        if not (len(group.rows) == 1 or group.seps[0] == "|" and all(s == "," for s in group.seps[1:])):
            raise Outside("a distribution of several letters")
        if not self.is_placeholder(group.rows[0]):
            if len(group.rows[0]) != 1 or letter is not None and group.rows[0][0].key != letter.key:
                raise Outside("a distribution of what is no letter")
            letter = group.rows[0][0]
        if letter is None:
            raise Outside("a conditional distribution of a letter that is not named")
        v = self.k.variable(element(sort), self.spelled(letter))
        named = replace(group, rows=((letter,), *group.rows[1:]))
        made = self.joint(item, named, env.bind(letter_key(letter), v, v.type))[0]
        assert isinstance(made, Op)
        joint, _, *given = made.args
        return op("joint_law", joint, *given, info=(made.info[0], made.info[1]))

    def coordinate_of(self, law: Hashable, head: Item, letter: Item) -> Hashable:
        """The first letter of a joint distribution that stands for the same coordinate as a letter does."""
        known = self.__dict__.setdefault("_same_coordinates", {})
        if law not in known:
            known[law] = same_coordinates(head, self.every_row)
        return known[law].get(letter_key(letter), letter_key(letter))

    @property
    def coordinates(self) -> dict[tuple[Hashable, Hashable], tuple[int, Type]]:
        return self.__dict__.setdefault("_coordinates", {})

    def known_as_function(self, item: Item) -> bool:
        found = self.k.free.get(letter_key(replace(item, primes=0)))
        return found is not None and self.k.binding.solve(found.type).name == "Function"
