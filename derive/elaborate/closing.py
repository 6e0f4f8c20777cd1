"""Closing a claim: types of letters that nothing told, sorts, ends of ranges, letters that a given has for all."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from derive.core.constants import CONSTANTS, SOFT_VALUES, VALUE_FAMILY, VALUE_VECTORS
from derive.core.terms import (
    CALLED,
    Bind,
    Core,
    CoreClaim,
    Num,
    Op,
    Var,
    below,
    free_variables,
    num,
    rebuild,
    strip_coerce,
    variables,
    walk,
)
from derive.core.types import ACTION, NAT, REAL, STATE, Hole, Type, element
from derive.elaborate.differential import differential
from derive.elaborate.given.given_rewards import BOUNDS, is_any_step, of_every_reward, out_of_bars
from derive.elaborate.given.recursions import FOLLOWS, without_unspoken
from derive.elaborate.knowledge.scope import Definition, Outside, Premise, Unsure, is_episode, kinds, letter_key
from derive.elaborate.knowledge.search import Misread
from derive.elaborate.normalised import normalised
from derive.elaborate.processes.process import Process
from derive.elaborate.processes.said_policies import family_of, stands
from derive.elaborate.softness import softened, temperature
from derive.glossary.marks import DATA

PROCESS = frozenset(
    ("prob", "value", "q_value", "transition", "outcome", "policy_transition", "state_at", "reward_at", "outcome_at")
)
VALUES = frozenset((*VALUE_FAMILY, *VALUE_VECTORS, *SOFT_VALUES))
MADE_OF_POLICIES = frozenset(("value", "advantage", "optimal_value", "entropy", "divergence", "cross_entropy", "action_law"))
VISITS = frozenset(("visitation", "visitation_law", "stationary"))
OWN_POLICY = "a policy or a reward that the page defines, beside values or distributions of the field"
FIELD = frozenset(CONSTANTS) | {"cardinality"}


class Closing:
    """Fills what is left open: types of letters that nothing told, sorts, sizes, ends of ranges."""

    def __init__(self, e: Process):
        self.e = e
        self.sorts: dict[int, Type] = {}
        self.coordinates: dict[Hashable, list[Type]] = {}

    def close(self, claim: CoreClaim) -> CoreClaim:
        k = self.e.k
        coerced = {
            t.args[0].number
            for part in claim.parts()
            for t in walk(part)
            if isinstance(t, Op) and t.name == "coerce" and isinstance(t.args[0], Var)
        }
        ends = [
            strip_coerce(t.args[1])
            for part in claim.parts()
            for t in walk(part)
            if isinstance(t, Bind)
            and len(t.args) == 2
            and t.name in ("sum", "prod")
            and isinstance(strip_coerce(t.args[1]), Var | Num)
        ]
        counts = [
            v
            for key, v in k.free.items()
            if isinstance(key, tuple)
            and isinstance(key[0], str)
            and k.binding.solve(v.type) == NAT
            and "index" in kinds(key[0])
            and not key[3]
        ]
        for v in k.unranged + k.finite:
            solved = k.binding.solve(v.type)
            if isinstance(solved, Hole):
                if v.number in coerced:
                    raise Outside("a range that is not said")
                if len(counts) == 1 and not ends and v in k.unranged and "index" in kinds(k.letters.get(v.number, "")):
                    k.binding.unify(solved, NAT)  # as many as the number that the claim names
                    k.ordered.add(v.number)
                    continue
                may = kinds(k.letters.get(v.number, ""))
                sort = "State" if "state" in may else "Action" if "action" in may else "Index"
                k.binding.unify(solved, element(Type(sort)))
            elif solved.name not in ("Elem", "Nat"):
                raise Outside("a range that is not said")
        self.bounded_by_count(claim, counts, bool(ends))
        counted = any(v.number in k.ordered for v in k.unranged)
        # Sums without a range end where the others do: at the one letter for an end, or the one number.
        letters: list[Core] = list(dict.fromkeys(e for e in ends if isinstance(e, Var))) or list(dict.fromkeys(ends))
        if ends:
            self.end = letters[0] if len(letters) == 1 else None
        elif counted:
            self.end = counts[0] if len(counts) == 1 else k.free_variable(("last",), "n", NAT)
        else:
            self.end = None
        for (key, _), (place, t) in self.e.coordinates.items():
            own = self.coordinates.setdefault(key, [])
            while len(own) <= place:
                own.append(Type("?"))
            own[place] = self.sort(t)
        self.measure(claim)
        table = {v.number: v for v in self.all_variables(claim)}
        made = {n: replace(v, type=self.filled(v.type)) for n, v in table.items()}
        self.made = made

        weight = temperature(claim)
        claim = differential(normalised(softened(claim, weight, self.e.k), self.e.k))
        ops = {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Op)}
        if (
            weight is None  # with one, which values are meant is a choice
            and ops & {"value", "optimal_value", "advantage"}
            and any(soft(p) for p in (claim.lhs, claim.rhs))
            and not any("Dist" in t for t in ops)
        ):
            raise Unsure("values beside an entropy or a logarithm of their exponentials: soft values, or not")
        defined = {
            kind
            for d in k.definitions
            for kind in kinds(d.head.name)
            if kinds(d.head.name)[kind] == 0 and len(d.args) == 2 and not any(is_episode(i) for r in d.args[1].rows for i in r)
        }
        if (
            "reward" in defined
            and ops & VALUES
            or ops & MADE_OF_POLICIES
            and any(self.drawn_too(d, claim) for d in k.definitions)
        ):
            raise Unsure(OWN_POLICY)
        free_of_claim = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p)}
        said_of = {v for g in claim.givens for p in g.parts() for v in free_variables(p)} - free_of_claim
        rewards = {
            v
            for key, v in k.free.items()
            if isinstance(key, tuple) and isinstance(key[0], str) and kinds(key[0]).get("reward") == 0 and not key[3]
        }
        timed = any(is_any_step(out_of_bars(p), free_of_claim) for g in claim.givens for p in (g.lhs, g.rhs))
        if ops & VALUES and (rewards & said_of or timed):
            state, action = k.variable(STATE, "s"), k.variable(ACTION, "a")
            made |= {state.number: state, action.number: action}
            bounded = of_every_reward(claim, rewards & said_of, state, action)
            if bounded is None:
                raise Unsure("what is given of rewards, beside values that are made of them")
            claim = bounded
        sized = {t.info[0].name for p in claim.parts() for t in walk(p) if isinstance(t, Op) and t.name == "cardinality"}
        if any(n.startswith("Set") for n in sized) and ops & {"entropy_of", "entropy"}:
            raise Unsure("the number of outcomes of something random")
        if k.ended and ops & VISITS:
            raise Unsure("what is done in an episode that ends, beside visits for ever")
        if any("path_mass" in own_operations(a) and of_few_steps(b) for a, b in claim.both_ways()):
            raise Outside("how many steps the episode has")
        if any(weighs_members(p) for p in (claim.lhs, claim.rhs)):
            raise Unsure("probabilities of the members of a sequence, added: all the outcomes, or a sample")
        if len(ops & {"state_reward", "arrival_reward", "reward", "reward_to", "outcome"}) > 1 and ops & {
            "state_reward",
            "arrival_reward",
        }:
            raise Unsure("rewards of states beside other rewards")
        joints = [key[1] for key in k.free if isinstance(key, tuple) and key[0] == "joint"]
        drawn = all(isinstance(name, tuple) and name[0] in DATA for name in joints)
        if ops & {"joint", "joint_law"} and ops & (PROCESS - {"prob"} if drawn else PROCESS):
            raise Unsure("distributions of several letters beside a process")
        sides = (claim.lhs, claim.rhs)
        if (
            drawn
            and joints
            and any(drawn_from_data(a) - drawn_from_data(b) and draws_otherwise(b) for a, b in (sides, sides[::-1]))
        ):
            raise Unsure("what a data set is made of")
        if ops & {"entropy", "entropy_of", "divergence", "cross_entropy"} and any(
            isinstance(t, Op)
            and t.name == "div"
            and isinstance(t.args[1], Op)
            and t.args[1].name == "log"
            and isinstance(t.args[1].args[0], Num)
            for p in claim.parts()
            for t in walk(p)
        ):
            raise Unsure("logarithms of two bases: bits or nats")
        laws = [n for n, v in made.items() if v.type.name in ("Law", "Joint")]
        spelled = {self.e.k.names.get(n, "") for n in laws}
        if any(a != b and a.lower() == b.lower() for a in spelled for b in spelled):
            raise Unsure("a distribution in capitals beside one that is not")
        if any(v.random for v in made.values()) and any(v.type.name in ("Law", "Joint") for v in made.values()):
            raise Unsure("random variables beside distributions that may be theirs")

        def part(c: CoreClaim) -> CoreClaim:
            return CoreClaim(
                self.term(c.lhs),
                c.relation,
                self.term(c.rhs),
                tuple(part(g) for g in c.givens),
                c.order,
                tuple(made.get(v.number, v) for v in c.small),
                supports=c.supports,
                clock=None if c.clock is None else made.get(c.clock.number, c.clock),
                first=c.first,
                times=tuple(made.get(v.number, v) for v in c.times),
            )

        return part(claim)

    def bounded_by_count(self, claim: CoreClaim, counts: list[Var], ended: bool) -> None:
        """The number in a bound on one distribution, ``H(p) <= log n``, is that of its outcomes, if nothing else is counted."""
        k = self.e.k
        laws = [v for v in k.free.values() if k.binding.solve(v.type).name == "Law"]
        sorts = {k.binding.solve(k.binding.solve(v.type).args[0]) for v in laws}
        if claim.relation in ("<=", ">=") and len(counts) == 1 and not ended and len(sorts) == 1:
            (sort,) = sorts
            if isinstance(sort, Hole):
                k.binding.unify(sort, Type(f"length:{counts[0].number}"))

    def measure(self, claim: CoreClaim) -> None:
        """The letter for a length beside vectors is how many components they have, where they are all of one size.

        Raises: Outside where they are not.
        """
        named = set(self.e.k.lengths)
        if not named:
            return
        binding = self.e.k.binding
        of_variables = [
            a
            for v in self.all_variables(claim)
            for t in (binding.solve(v.type),)
            if t.name in ("Vector", "Matrix")
            for a in t.args
        ]
        sizes = {binding.solve(a) for a in (*of_variables, *self.e.dimensions)}
        size = next(iter(sizes)) if len(sizes) == len(named) == 1 else None
        if not isinstance(size, Hole):
            raise Outside("a letter that may be the length of a vector")
        binding.unify(size, Type(f"length:{next(iter(named)).number}"))

    def drawn_too(self, definition: Definition, claim: CoreClaim) -> bool:
        """Whether a policy that the page defines is drawn with the world as well: under the same name, or as the family that it is one of."""
        if kinds(definition.head.name).get("policy") != 0:
            return False
        alone, family = (self.e.k.free.get(letter_key(i)) for i in (definition.head, family_of(definition.head)[0]))
        return any(stands(t, alone, False) or stands(t, family, True) for p in claim.parts() for t in walk(p))

    def all_variables(self, claim: CoreClaim) -> list[Var]:
        """The variables of a claim in the order of their numbers: what is drawn for a sort hangs on its name, and so on this order."""
        clock = () if claim.clock is None else (claim.clock,)
        return sorted({*claim.small, *clock, *claim.times}.union(*map(variables, claim.parts())), key=lambda v: v.number)

    def filled(self, t: Type) -> Type:
        t = self.e.k.binding.solve(t)
        if isinstance(t, Hole):
            return REAL
        if t.name in ("Elem", "Law"):
            return Type(t.name, (self.sort(t.args[0]),))
        if t.name in ("Vector", "Row", "Matrix"):
            return Type(t.name, tuple(self.sort(a) for a in t.args))
        return Type(t.name, tuple(self.filled(a) for a in t.args))

    def sort(self, t: Type) -> Type:
        t = self.e.k.binding.solve(t)
        if isinstance(t, Hole):
            return self.sorts.setdefault(t.number, Type(f"Sort{len(self.sorts) + 1}"))
        return t

    def term(self, t: Core) -> Core:
        if isinstance(t, Var):
            return self.made.get(t.number, t)
        if isinstance(t, Op) and t.name == "coerce" and isinstance(t.args[0], Var):
            made = self.made.get(t.args[0].number, t.args[0])
            if made.type.name not in ("Real", "Nat", "Elem"):
                raise Misread(f"{made.type} where a number is needed")
            return made if made.type.name != "Elem" else Op("coerce", (made,))
        if isinstance(t, Op) and t.name == "member" and isinstance(t.args[0], Var):
            sort = self.made[t.args[0].number].type.args[-1].args[0]
            return Op("member", tuple(self.term(a) for a in t.args), (sort,))
        if isinstance(t, Op) and t.info:
            t = Op(t.name, t.args, tuple(self.sort(i) if isinstance(i, Type) else i for i in t.info))
            if t.name in ("joint", "joint_law"):
                key = next(key for key, v in self.e.k.free.items() if v == t.args[0])
                t = Op(t.name, t.args, (*t.info[:2], tuple(self.coordinates[key])))
        if isinstance(t, Bind):
            vars_ = tuple(self.made[v.number] for v in t.vars)
            args = tuple(self.term(a) for a in t.args)
            if t.name in ("sum", "prod", "max", "min", "argmax", "argmin") and not args and vars_[0].type == NAT:
                end = length_of_tokens(t.body, t.vars[0]) or self.end
                if end is None:
                    raise Outside("a range that is not said")
                args = (num(1), self.term(end))
            return Bind(t.name, vars_, self.term(t.body), args, tuple(self.term(a) for a in t.where), t.info)
        return rebuild(t, self.term)


def length_of_tokens(body: Core, index: Var) -> Core | None:
    """The length of the one response whose tokens an index counts; None where it counts none, or those of several."""
    counted = {t.args[1] for t in walk(body) if isinstance(t, Op) and t.name == "token_prob" and strip_coerce(t.args[3]) == index}
    return Op("length", (next(iter(counted)),)) if len(counted) == 1 else None


def drawn_from_data(term: Core) -> frozenset[int]:
    """The letters that a side draws from a data set."""
    return frozenset(t.info[0][0] for t in walk(term) if isinstance(t, Op) and t.name == "joint_law")


def draws_otherwise(term: Core) -> bool:
    """Whether something is drawn on a side that is drawn from no data set."""
    laws = [t.args[0] for t in walk(term) if isinstance(t, Bind) and t.name == "expect"]
    return any(not (isinstance(law, Op) and law.name == "joint_law") for law in laws)


def own_operations(term: Core) -> set[str]:
    """The operations in a term, but for what is averaged over episodes."""
    if isinstance(term, Bind) and term.name in ("episode", "all_paths"):
        return set()
    own = {term.name} if isinstance(term, Op) else set()
    return own.union(*map(own_operations, below(term)))


def of_few_steps(term: Core) -> bool:
    """Whether a term lists steps of an episode by their numbers and does not go to its end."""
    inner = [*walk(term)]
    listed = any(isinstance(t, Op) and t.name in ("state_at", "action_at") and isinstance(t.args[0], Num) for t in inner)
    ranged = any(
        isinstance(t, Bind) and t.name in ("sum", "prod") and t.args and all(isinstance(a, Num) for a in t.args) for t in inner
    )
    ends = any(isinstance(t, Op) and t.name in ("last_step", "path_mass") for t in inner)
    return (listed or ranged) and not ends


def weighs_members(term: Core) -> bool:
    """Whether a sum over numbers weighs its terms by the probability of a member of a sequence."""
    if isinstance(term, Bind) and term.name == "sum" and term.args:
        factors = [term.body]
        while any(isinstance(f, Op) and f.name in ("mul", "neg") for f in factors):
            factors = [a for f in factors for a in (f.args if isinstance(f, Op) and f.name in ("mul", "neg") else (f,))]
        for f in factors:
            if (
                isinstance(f, Op)
                and f.name in ("prob", "mass", "joint")
                and any(isinstance(a, Op) and a.name == "member" for a in f.args)
            ):
                return True
    return any(weighs_members(t) for t in below(term))


def soft(term: Core) -> bool:
    """Whether an entropy, the logarithm of a policy, or log Σ exp stands outside of every gradient."""
    if isinstance(term, Op):
        if term.name in ("gradient", "derivative", "partial"):
            return False
        if (
            term.name == "entropy"
            or term.name == "log"
            and any(
                isinstance(t, Op) and t.name == "prob" or isinstance(t, Bind) and t.name in ("sum", "expect")
                for t in walk(term.args[0])
            )
        ):
            return True
    return any(soft(t) for t in below(term))


def for_all(claim: CoreClaim, numbers: set[int]) -> CoreClaim:
    """Letters that only a given has are universal in it: an element is each of its sort; a number cannot be tried."""
    claim = without_unspoken(claim)
    if not claim.givens:
        return claim
    used = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p)}
    givens = []
    for g in claim.givens:
        if g.relation == FOLLOWS:
            givens.append(g)
            continue
        free = {v for p in (g.lhs, g.rhs) for v in free_variables(p)}
        apart = free if g.relation == "!=" and free <= used else set()  # two letters of the claim that are not the same
        every = tuple(
            v for v in free - apart if v.type.name == "Elem" or v.type.name == "Nat" and (v.number in numbers or is_step(v, g))
        )
        ours = {v for v in free if v.type.name != "Elem"}
        if ours and not ours & used and not {t.name for p in (g.lhs, g.rhs) for t in walk(p) if isinstance(t, Op)} & FIELD:
            linked = any(
                v in ours for other in claim.givens if other is not g for p in (other.lhs, other.rhs) for v in free_variables(p)
            )
            if not linked and is_bound(g):
                continue  # there are such numbers: nothing in the claim hangs on it
            if not linked:
                raise Premise("a premise that speaks of nothing in the claim")
        if any(v.number in numbers and v.type.name == "Real" and is_argument(v, g) for v in free):
            raise Premise("a premise for all numbers")
        givens.append(replace(g, every=every))
    return replace(claim, givens=tuple(givens))


def is_bound(g: CoreClaim) -> bool:
    """Whether a given bounds one letter by a number."""
    sides = {type(strip_coerce(p)) for p in (g.lhs, g.rhs)}
    return sides == {Var, Num} and g.relation in (*BOUNDS, "!=")


def is_step(v: Var, g: CoreClaim) -> bool:
    """Whether an order that is given compares members of a sequence at an index and beyond it: it is said of every step."""
    if g.relation not in BOUNDS:
        return False
    own: set[Core] = set()
    shifted: set[Core] = set()
    for p in (g.lhs, g.rhs):
        for t in walk(p):
            if isinstance(t, Op) and t.name in CALLED and len(t.args) == 2:
                index = strip_coerce(t.args[1])
                (own if index == v else shifted if v in free_variables(index) else set()).add(t.args[0])
    return bool(own & shifted)


def is_argument(v: Var, g: CoreClaim) -> bool:
    """Whether a variable is the argument of an unknown function of a given."""
    return any(
        isinstance(t, Op) and t.name in CALLED and v in {strip_coerce(a) for a in t.args[1:]}
        for p in (g.lhs, g.rhs)
        for t in walk(p)
    )
