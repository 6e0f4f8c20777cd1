"""Names that nothing else explains: applied or bare, with indices or labels, of a type that their use tells."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from derive.core.constants import CONSTANTS
from derive.core.terms import Core, Num, Var, num, op
from derive.core.types import ACTION, NAT, REAL, Hole, Type, function, hole, law, matrix, vector
from derive.elaborate.knowledge.scope import Env, Outside, Premise, Typed, Unsure, kinds, letter_key
from derive.elaborate.knowledge.search import Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.elements import PARAMETER_SHAPES
from derive.elaborate.letters.name_indices import Indices
from derive.glossary.marks import (
    ACTION_VALUES,
    CHAIN_MATRICES,
    ENTROPIES,
    ESTIMATE,
    IDENTITIES,
    INFINITY,
    LENGTHS,
    MARKS_OF_NAMES,
    MEAN,
    ONES,
    REAL_TOO,
    RETURNS,
    SCRIPTS,
    VALUE_NAMES,
)
from derive.glossary.values import bare_rows
from derive.syntax.flat import Item, inner_rows, is_mark, row_key, walk

CALLS = ("()", "[]", "{}")


class Names(Indices):
    """Unknowns."""

    gradients: bool = False
    #: Letters that are random.
    random_names: frozenset[object] = frozenset()
    #: Letters that are whole numbers of either sign.
    any_sign: frozenset[Hashable] = frozenset()
    given_shapes: Mapping[Hashable, tuple[str, ...]] = MappingProxyType({})

    def is_estimate(self, item: Item, env: Env) -> bool:
        r"""Whether an estimate of a return or a reward stands outside of means, ``\hat R_t``: a number, whatever it is made of."""
        earned = "reward" in kinds(item.name) or item.name in RETURNS
        return earned and item.accents == ESTIMATE and not env.random and not self.facts.averaged

    def named(self, item: Item, group: Item | None, at: int, env: Env) -> tuple[Typed, int]:
        """A name that nothing else explains: applied or bare, of a type that its use tells."""
        base = stem(item)
        if (
            not self.facts.stateless
            and not self.facts.plain
            and base not in self.facts.recursive
            and "process" in kinds(item.name)
            and any(part.kind == "atom" and "time" in kinds(part.name) for sub in item.subs for part in sub)
            and not self.is_estimate(item, env)
        ):
            raise Outside(f"{self.shown(item)} at a time")
        of_chain = self.facts.chain and item.name in chain_letters() and not (item.subs or item.sups or item.primes)
        aim = item.name in ENTROPIES and group is None and (item.accents or item.subs)  # an entropy to be reached: a number
        if item.name.startswith(SCRIPTS) and not (of_chain or aim):
            raise Outside(f"{self.shown(item)}, which nothing here explains")
        scripts = (*item.sups, *item.subs)
        estimate = (
            item.name in VALUE_NAMES
            and group is not None
            and ("hat" in item.accents or any(len(s) == 1 and "parameter" in kinds(s[0].name) for s in scripts))
        )
        if not estimate and any(len(s) == 1 and s[0].kind == "atom" and kinds(s[0].name).get("policy") == 0 for s in scripts):
            raise Outside(f"{self.shown(item)} of a policy")
        if "discount" in kinds(item.name) and item.subs and self.facts.process:
            raise Outside("a discount that changes with time")
        if "discount" in kinds(item.name) and group is not None and not item.subs:
            group = None
        if item.word and group is not None:
            raise Outside(f"{self.shown(item)}, a function that nothing here explains")
        if group is not None and kinds(item.name).get("policy") == 0:
            if self.is_optimal(item) and len(group.rows) == 1:
                return (self.element((item, group), ACTION, env), ACTION), at + 2
            raise Outside("a policy that gives an action")
        indices = self.indices(item, env)
        plain = replace(item, subs=() if indices is not None else item.subs)
        may = kinds(item.name)
        labels, powers = self.labels(plain, group is not None)
        name = replace(plain, sups=labels)
        if item.name.islower() and stem(item) in self.random_names:
            group = None  # what is random multiplies
        if group is not None and indices is None and "number" not in may:  # what is declared to be a number multiplies
            # what a divergence or an entropy is of is a law: it stands alone there, and is none the less applied elsewhere
            always = base not in self.facts.bare or base in self.facts.as_laws and "law" in may
            single = len(group.rows) == 1
            sum_inside = single and any(is_mark(i, "+", "-") for i in group.rows[0])
            lawful = (
                "law" in may and single and self.single_letter(group.rows[0], env) or always and base in self.facts.at_letters
            )
            sloped = single and any(stem(replace(item, primes=n)) in self.facts.applied for n in (1, 2))
            is_function = "function" in may or lawful or bool(item.primes) or sloped or self.known_as_function(name)
            beside_sums = base in self.facts.summed - self.facts.at_letters
            compound = single and (len(group.rows[0]) > 1 or beside_sums) and not is_function
            sum_inside = sum_inside or compound
            options = []
            if group.name == "()" or not single or is_function and not sum_inside:
                cost = 0.0 if is_function or not single else 0.3 if always and not sum_inside else 2.0
                cost += 0.0 if always else 1.0
                cost += 1.5 if base in self.facts.inverted & self.facts.bare else 0.0
                powered = bool(powers) and any(is_mark(i, "+", "-") for i in group.rows[0]) and not item.word
                powered = powered or self.powered_twice(base)
                cost += 3.0 if powered and not self.known_as_function(name) else 0.0  # g²(R − b) is a product
                options.append(Option(cost, True, "applied"))
            argument = group.rows[0]
            # nobody sets a single letter in brackets to multiply by it
            lone = (
                single
                and group.name == "()"
                and len(argument) == 1
                and argument[0].kind == "atom"
                and not argument[0].sups
                and not powers
            )
            if single and not (lone and options):
                featured = "function" in may and len(argument) == 1 and bool(kinds(argument[0].name).keys() & {"state", "action"})
                if featured and always:
                    cost = 9.0
                else:
                    cost = 2.5 if is_function and always else 2.0 if is_function else 1.0 if always and not sum_inside else 0.0
                options.append(Option(cost - (0.0 if always else 1.5), False, "a factor"))
            if options and self.k.oracle.choose(("apply", base, len(group.rows)), tuple(options)):
                return self.applied(name, group, env, powers), at + 2
        if item.primes and group is None and may.keys() & {"function"} and base not in self.facts.bare:
            raise Outside("a derivative without its argument")
        if (
            indices is not None
            and len(indices) == 1
            and base in self.facts.partials
            and isinstance(indices[0], Var | Num)
            and group is None
        ):
            return self.raised((self.coordinate(name, indices[0]), REAL), powers, (), env), at + 1
        alone = group is None or item.subs and self.is_said(self.whole_vector(item))
        part = self.component(item, env) if alone and item.subs else None
        if part is not None:
            return self.raised((op("component", *part), REAL), powers, (), env), at + 1
        if indices is not None and len(indices) == 2 and base in self.facts.bare and self.facts.tensorial and group is None:
            entry = self.entry(name, indices, env)
            if entry is not None:
                return self.raised(entry, powers, (), env), at + 1
        vec = self.whole_vector(item) if indices is not None and group is not None and not powers else None
        if vec is not None and indices is not None and group is not None:
            whole, t = self.expression((vec, replace(group, sups=())), env)
            if self.k.binding.solve(t).name == "Vector" and isinstance(indices[0], Var):
                self.index_into(self.k.binding.solve(t), indices[0])
                return self.raised((op("component", whole, indices[0]), REAL), group.sups, (), env), at + 2
        if indices is not None and group is not None and self.is_family_of_functions(item, group):
            made = self.member_function(name, indices, group, env)
            return self.raised(made, (*powers, *group.sups), (), env), at + 2
        if (
            indices is not None
            and len(item.subs) == 1
            and self.is_policy(item)
            and stem(item) in self.facts.drawn
            and group is None
        ):
            mass = op(
                "prob",
                self.policy((replace(name, sups=labels),), env),
                self.element(item.subs[0], ACTION, env),
                self.elided_state(env),
            )
            return self.raised((mass, REAL), powers, (), env), at + 1
        if indices is not None and len(indices) == 1 and may.get("law") == 0 and not env.random and self.lawful(item):
            return self.raised(
                (op("mass", self.copy(name, law(hole_of := hole()), env), self.nth(indices[0], hole_of)), REAL), powers, (), env
            ), at + 1
        if indices is not None and len(indices) == 2 and may.get("law") == 0:
            raise Unsure("probabilities with two indices, or numbers")
        if indices is not None:
            return self.raised(self.sequence(name, indices, env.random), powers, (), env), at + 1
        if item.name in INFINITY:
            raise Outside("infinity as a number")
        return self.raised(self.letter(name, env), powers, (), env), at + 1

    def entry(self, name: Item, indices: tuple[Core, ...], env: Env) -> Typed | None:
        """An entry of a matrix that a claim speaks of as a whole."""
        m, t = self.letter(name, env)
        t = self.k.binding.solve(t)
        if t.name != "Matrix":
            return None
        for place, index in enumerate(indices):
            self.index_into(t, index, place)
        return op("component", m, *indices), REAL

    def statistic(self, name: str, group: Item, env: Env) -> Typed:
        raise NotImplementedError

    def letter(self, item: Item, env: Env) -> Typed:
        """A bare letter: a number, or a vector or matrix where the claim has them."""
        may = kinds(item.name)
        key = letter_key(item)
        known = self.k.free.get(key)
        if known is not None:
            return known, known.type
        plain = not item.subs and not item.sups and not item.primes and not item.accents
        if (
            self.premising
            and plain
            and stem(item) in self.facts.at_letters | self.facts.multi
            and stem(item) not in self.facts.bare
        ):
            raise Premise("a function without its argument")
        dimensions = self.given_shapes.get(key)
        if (
            plain
            and dimensions is None
            and "function" in may
            and stem(item) in self.facts.at_letters
            and not self.facts.tensorial
        ):
            if self.elided_argument is None or env.random:
                raise Outside("a function without its argument")
            made = self.k.free_variable(("function", key), self.spelled(item))
            self.unify(made.type, function(self.elided_argument[1], REAL))
            return op("call", made, self.elided_argument[0]), REAL
        if dimensions is not None:
            sizes = [self.size_called(d) for d in dimensions]
            if item.name in IDENTITIES and len(sizes) == 2 and sizes[0] == sizes[1]:
                return op("identity", info=(sizes[0],)), matrix(*sizes)
            if item.name in ONES and len(sizes) == 1:
                return op("ones", info=(sizes[0],)), vector(sizes[0])
            return self.typed_letter(
                item, REAL if not sizes else vector(sizes[0]) if len(sizes) == 1 else matrix(sizes[0], sizes[1])
            )
        if item.accents == MEAN and not item.subs and (item.name, (), 0) in self.facts.indexed:
            if (item.name, (), 0) in self.facts.lengths and not env.random:
                inside = Item("group", "()", ((replace(item, accents=()),),))
                return self.statistic("mean", inside, env)
            raise Unsure("a bar over the letter of a sequence: its mean, if nothing else is said")
        if self.facts.chain and plain and item.name in chain_letters():
            return self.of_chain(item)
        late = {"time", "index"} if self.process_here else {"time"}
        timed = any(i.kind == "number" or i.kind == "atom" and kinds(i.name).keys() & late for s in item.subs for i in s)
        if "error" in may and (item.subs or self.facts.valued):
            raise Outside(f"{item.name}, a quantity of an episode")
        numbered = timed and self.facts.plain and ("reward" not in may or all(i.kind == "number" for s in item.subs for i in s))
        if (
            "process" in may
            and not self.is_estimate(item, env)
            and (timed and not numbered or may["process"] == 0 and not self.unknown_objective)
            or "episode" in may
            and not (plain and self.is_factor(item))
        ):
            raise Outside(f"{item.name}, a quantity of an episode")
        if plain and "circle-constant" in may:
            pairs = (p for r in self.all_rows for part in inner_rows(r) for p in pairwise(part))
            if any(a.key == item.key and b.kind == "atom" and b.name in CHAIN_MATRICES for a, b in pairs):
                raise Outside("a letter before a matrix of chances: a distribution, or a number")
            return op("pi"), REAL
        if plain and "euler" in may:
            return op("exp", num(1)), REAL
        if "discount" in may and plain:
            return op("discount"), REAL
        if item.name in IDENTITIES and plain and self.facts.tensorial and stem(item) not in self.facts.applied:
            n = hole()
            return op("identity", info=(self.dimension(n),)), matrix(n, n)
        if item.name in IDENTITIES and len(item.subs) == 1 and not item.sups and self.facts.tensorial:
            of = item.subs[0]
            if len(of) == 1 and of[0].kind in ("atom", "number") and not (of[0].subs or of[0].sups):
                size = self.size_called(str(of[0].value) if of[0].kind == "number" else of[0].name)
                return op("identity", info=(size,)), matrix(size, size)
        if item.name in ONES and plain and all(i.name in ONES for row in self.all_rows for i in walk(row) if i.kind == "atom"):
            return num(1), NAT  # a number that is set off
        if item.name in ONES and plain:
            n = hole()
            return op("ones", info=(self.dimension(n),)), vector(n)
        measures = item.name in LENGTHS and plain and self.facts.normed and stem(item) not in self.facts.weights
        if measures and (item.key,) not in map(row_key, self.facts.lengths.values()):
            self.k.lengths.append(self.free(item, NAT))
            return self.k.lengths[-1], NAT
        if self.facts.tensorial:
            if item.name in ACTION_VALUES and any(
                len(s) == 1 and (s[0].name in MARKS_OF_NAMES or self.is_policy(s[0])) for s in (*item.subs, *item.sups)
            ):
                raise Outside("the values of all actions as a vector")
            if plain and item.name in CHAIN_MATRICES and self.k.oracle.choose(("chances", key), OF_CHANCES):
                return self.of_chain(item)
            if self.facts.capitals:
                shape = self.k.oracle.choose(("capitals",), CAPITALS)
            else:
                shape = self.k.oracle.choose(("shape", key), self.shapes(item, may))
            n, m = hole(), hole()
            if shape == "vector":
                return self.typed_letter(item, vector(n))
            if shape == "matrix":
                if stem(item) in self.facts.inverted:
                    m = n
                return self.typed_letter(item, matrix(n, m))
            return self.typed_letter(item, hole())
        if "parameter" in may and self.gradients:
            shape = self.k.oracle.choose(("parameters",), PARAMETER_SHAPES)
            return self.typed_letter(item, vector(hole()) if shape == "vector" else REAL)
        counted = plain and bool(may.keys() & {"index", "time"}) and not may.keys() & {"law", "parameter", "policy", "vector"}
        counted = counted and letter_key(item) not in self.any_sign
        if counted and (item.name not in REAL_TOO or stem(item) in self.facts.exponents or self.shares_out(item)):
            counts = (Option(0.0, True, "a whole number"), Option(0.5, False, "a number"))
            return self.typed_letter(item, NAT if self.k.oracle.choose(("whole", key), counts) else hole())
        return self.typed_letter(item, hole())

    def of_chain(self, item: Item) -> Typed:
        """What a letter is of a Markov chain."""
        constant = CONSTANTS[chain_letters()[item.name]]
        return op(constant.name, self.policy_in_force()), constant.gives

    def shares_out(self, item: Item) -> bool:
        r"""Whether a sum is divided by a letter, or by one less: ``\frac1G\sum_j``."""
        for part in (p for r in self.every_row for p in inner_rows(r)):
            for share, total in pairwise(part):
                if share.kind == "frac" and total.kind == "big" and [i.value for i in share.rows[0]] == [1]:
                    below = share.rows[1]
                    less = len(below) == 3 and is_mark(below[1], "-") and below[2].value == 1
                    if below and below[0].key == item.key and (len(below) == 1 or less):
                        return True
        return False

    def size_called(self, name: str) -> Type:
        """A size that a given names: the number of that name, where the claim has it."""
        if name.isdigit():
            return Type(name)
        if any(i.kind == "atom" and stem(i) == (name, (), 0) for row in self.all_rows for i in walk(row)):
            return Type(f"length:{self.free(Item('atom', name), NAT).number}")
        return Type(f"dimension {name}")

    def dimension(self, n: Hole) -> Type:
        self.dimensions.append(n)
        return n

    @property
    def dimensions(self) -> list[Type]:
        return self.__dict__.setdefault("_dimensions", [])

    def typed_letter(self, item: Item, t: Type) -> Typed:
        made = self.free(item, t)
        return made, made.type

    def is_factor(self, item: Item) -> bool:
        r"""Whether a letter stands nowhere as an argument or below an operator: ``\tau`` in ``e^{x/\tau}`` is a temperature, no episode."""
        for row in (part for r in self.every_row for part in inner_rows(r)):
            for head, group in pairwise((Item("mark", ""), *row)):
                arguments = group.rows if group.kind == "group" and head.kind in ("atom", "big") else ()
                if any(len(r) == 1 and r[0].key == item.key for r in (*arguments, *group.subs)):
                    return False
                if any(i.key == item.key for r in group.subs for i in walk(r)):
                    return False
        return True

    def shapes(self, item: Item, may: dict[str, float]) -> tuple[Option, ...]:
        transposed = stem(item) in self.facts.transposed
        upper = (
            item.name[-1:].isupper() or may.keys() & {"form", "features"} and item.name[:1].isupper()
        ) and ":" not in item.name
        number, vec, mat = 0.0, 1.2, 3.0
        if "vector" in may or item.accents == ("vec",):
            number, vec = 3.0, 0.0
        if "matrix" in may or stem(item) in self.facts.inverted:
            number, vec, mat = 3.0, 2.0, 0.0
        elif upper:
            number, vec, mat = 0.4 if "index" in may else 2.2, 1.5, 0.0
        elif "parameter" in may:
            number, vec = 0.3, 0.0
        elif transposed:
            vec = 0.0
        if transposed:
            number += 5
        if "index" in may and not transposed and not upper:
            vec, mat = 3.0, 5.0
        if item.name in self.facts.sided:
            number, vec = number + 4.0, vec if upper else 0.0
        return (Option(number, "number", "a number"), Option(vec, "vector", "a vector"), Option(mat, "matrix", "a matrix"))


#: What the letter of a transition matrix is where nothing is discounted.
OF_CHANCES = (Option(0.0, False, "any matrix"), Option(0.4, True, "a matrix of chances"))

#: What capitals alone are: all of one kind.
CAPITALS = (Option(0.0, "matrix", "matrices"), Option(1.0, "number", "numbers"))


@lru_cache(maxsize=1)
def chain_letters() -> dict[str, str]:
    """Letters of a Markov chain in vectors, and the constant that each is."""
    return {row.pattern: row.means for row in bare_rows()}
