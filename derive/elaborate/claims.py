r"""From a formula and what is given to readings: typed claims, closed and with every hole filled."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, op, rebuild, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION, NAT, REAL, STATE, Hole, Type, element
from derive.elaborate.expressions import split_relations, strip_commas
from derive.elaborate.facts import Facts, facts_of, stem
from derive.elaborate.heads import VALUE_FAMILY
from derive.elaborate.matching import match_items
from derive.elaborate.process import Process
from derive.elaborate.scope import Definition, Env, Knowledge, Outside, Premise, Typed, Unsure, compiled_rows, kinds, letter_key
from derive.elaborate.search import Found, Misread, Oracle, Search
from derive.elaborate.statements import Statement, statements_of
from derive.glossary.functions import EXPECTATIONS, FUNCTIONS, PROBABILITIES, VARIANCES
from derive.syntax.flat import Item, Row, is_mark, walk as items_of
from derive.syntax.reader import read

NOT_DEFINED = EXPECTATIONS | PROBABILITIES | set(VARIANCES) | {"H", "I", "text:KL", "text:log", "text:det", "text:tr"}
RELATIONS = {"=": "=", ":=": "=", r"\equiv": "=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!=", r"\approx": "~", r"\simeq": "~", r"\propto": "propto"}


class Elaborator(Process):
    """All of the grammar."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a claim: the core claim, its cost, the reasons, and the page's names of its variables."""

    claim: CoreClaim
    cost: float
    reasons: tuple[Any, ...]
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """The readings of one link, or why there are none."""

    lhs: Row
    rhs: Row
    relation: str
    readings: list[Reading] = field(default_factory=list)
    why: str = ""
    outside: bool = False
    cut: bool = False
    premise: bool = False


def links_of(latex: str, macros: Mapping[str, Any] | None = None) -> list[Statement]:
    """The statements of a formula."""
    return statements_of(read(latex, macros))


def read_link(lhs: Row, relation: str, rhs: Row, givens: list[Statement], source: str = "", conditions: tuple[Row, ...] = ()) -> Read:
    """All readings of ``lhs relation rhs`` under what is given."""
    out = Read(lhs, rhs, relation)
    if relation not in RELATIONS:
        out.why, out.outside = f"the relation {relation}", True
        return out
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in g.terms), *(c for g in givens for c in g.conditions)]
    facts = facts_of(rows)
    random_names = names_of_random(rows)
    facts.events_here = bool(random_names) or facts.events_here
    try:
        definitions, premises = sorted_givens(givens, facts)
    except Outside as why:
        out.why, out.outside, out.premise = str(why), True, isinstance(why, Premise)
        return out
    joints = joint_names(rows)
    gradients = any(i.kind == "nabla" for r in rows for i in items_of(r))
    last: list[Misread] = []
    outside_costs: list[float] = []
    redefined = any(redefines(d) for d in definitions)
    parameters = [i for r in rows for i in items_of(r) if i.kind == "atom" and "parameter" in kinds(i.name) and not i.subs and not i.primes]
    implicit = not parameters and any(i.kind == "nabla" and not i.subs for r in rows for i in items_of(r))

    def run(oracle: Oracle) -> tuple[CoreClaim, Mapping[int, str]]:
        knowledge = Knowledge(oracle, definitions=definitions)
        e = Elaborator(knowledge, facts)
        e.source = source
        e.random_names, e.joint_names, e.gradients = random_names, joints, gradients
        e.redefined = redefined
        e.process_here = facts.process
        e.implicit = implicit
        e.parameter_letter = parameters[0] if len({letter_key(i) for i in parameters}) == 1 else None
        e.source = source
        try:
            return e.claim(lhs, RELATIONS[relation], rhs, premises, conditions), dict(knowledge.names)
        except Misread as why:
            last.append(why)
            if isinstance(why, Outside):
                outside_costs.append(oracle.cost)
            raise

    search = Search(run)
    for found in search.readings():
        assert isinstance(found, Found)
        claim, names = found.result
        out.readings.append(Reading(claim, found.cost, found.reasons, names))
    out.cut = search.cut
    if out.readings and outside_costs and min(outside_costs) < out.readings[0].cost - 0.01:
        # the likeliest reading is one that no row reads: the dearer ones say nothing of it
        out.readings = []
    if not out.readings:
        wrong = [w for w in last if isinstance(w, WrongType)]
        if wrong and not any(isinstance(w, Outside) for w in last):
            out.why = str(wrong[0])
            return out
        outside = [w for w in last if isinstance(w, Outside)]
        out.outside = True
        out.premise = any(isinstance(w, Premise) for w in last)
        out.why = str(outside[0] if outside else last[0] if last else "no reading")
    return out


def speaks_of(row: Row, head: Item, applied: bool) -> bool:
    """Whether a row speaks of a head again, as it is used: applied, or with an index."""
    for part in (row, *(r for i in items_of(row) for r in (*i.rows, *i.subs, *i.sups))):
        for at, item in enumerate(part):
            if item.kind == "atom" and stem(item) == stem(head):
                following = part[at + 1] if at + 1 < len(part) else None
                if item.subs or not applied and not head.subs or following is not None and following.kind == "group" and applied:
                    return True
    return False


def redefines(definition: Definition) -> bool:
    """Whether a page gives a value of the field a meaning of its own."""
    by_name, _ = compiled_rows()
    return any(c.row.means in VALUE_FAMILY and match_items(c.items, (definition.head, *definition.args[1:]), 0) for c in by_name.get(definition.head.name, ()))


def names_of_random(rows: list[Row]) -> frozenset[Hashable]:
    """Capital letters that stand inside an expectation without a law, or a variance."""
    out: set[Hashable] = set()
    for row in rows:
        flat = [row]
        while flat:
            current = flat.pop()
            for i, item in enumerate(current):
                for part in (*item.rows, *item.subs, *item.sups):
                    flat.append(part)
                following = current[i + 1] if i + 1 < len(current) else None
                if following is None or following.kind != "group" or item.kind != "atom":
                    continue
                lawless = item.name in ("mathbb:E", "E", "text:E") and not item.subs
                spread = item.name in ("text:Var", "text:Cov", "text:var", "text:cov", "text:std", "text:Std", "mathbb:V") and not item.subs
                entropic = item.name in ("H", "I") and (len(following.rows) > 1 or item.name == "I")
                if lawless or spread or entropic:
                    for inner in following.rows:
                        out |= {stem(x) for x in items_of(inner) if x.kind == "atom" and len(x.name) == 1 and x.name.isupper() and not x.subs and not x.sups}
    return frozenset(out - {("E", (), 0), ("I", (), 0)})


def joint_names(rows: list[Row]) -> frozenset[Hashable]:
    """Names of distributions that a claim takes apart: with a bar, or of several letters."""
    out: set[Hashable] = set()
    for row in rows:
        stack = [row]
        while stack:
            current = stack.pop()
            for i, item in enumerate(current):
                stack += [*item.rows, *item.subs, *item.sups]
                following = current[i + 1] if i + 1 < len(current) else None
                if item.kind == "atom" and following is not None and following.kind == "group" and len(following.rows) > 1 and "law" in kinds(item.name):
                    if all(s in ("|", ",") for s in following.seps) and ("|" in following.seps or "joint" in kinds(item.name)):
                        out.add(stem(item))
    return frozenset(out)


# --- givens ------------------------------------------------------------------------------------------


def sorted_givens(givens: list[Statement], facts: Facts) -> tuple[tuple[Definition, ...], list[Statement]]:
    """What is given, as definitions of heads and as premises."""
    definitions: list[Definition] = []
    premises: list[Statement] = []
    for given in givens:
        made = definition_of(given, facts) if not given.conditions else None
        if made is not None:
            definitions.append(made)
        else:
            premises.append(given)
    return tuple(definitions), premises


def definition_of(given: Statement, facts: Facts) -> Definition | None:
    r"""A given that says what a head is: ``f(x)=…``, ``r_i=…``, ``\bar r=…``."""
    if len(given.rels) != 1 or given.rels[0] not in ("=", ":=", r"\equiv"):
        return None
    lhs, rhs = given.terms[0], given.terms[1]
    if not lhs or lhs[0].kind != "atom" or len(lhs) > 2 or len(lhs) == 2 and (lhs[1].kind != "group" or lhs[1].sups or lhs[1].subs):
        return None
    if speaks_of(rhs, lhs[0], len(lhs) == 2):
        if "joint" in kinds(lhs[0].name) and len(lhs) == 2 and not lhs[0].subs and "|" not in lhs[1].seps:
            raise Premise("a premise on a distribution")
        if lhs[0].subs or len(lhs) == 2:
            raise Outside("a recursion that is given")
        return None
    if any(i.kind == "number" for s in (*lhs[0].subs, *lhs[0].sups) for i in s) and (stem(lhs[0]) in facts.indexed or lhs[0].sups) or lhs[0].name in NOT_DEFINED or lhs[0].name.removeprefix("text:") in FUNCTIONS:
        return None
    keys: list[Hashable] = []

    def as_hole(item: Item) -> Item:
        key = letter_key(item)
        if key not in keys:
            keys.append(key)
        return Item("text", f"text:hole {keys.index(key)}")

    head = lhs[0]
    subs = []
    for sub in head.subs:
        new = []
        for part in sub:
            if part.kind == "atom" and kinds(part.name).keys() & {"index", "time"} and not part.subs and not part.name.isupper():
                new.append(as_hole(part))
            elif part.kind in ("atom", "mark", "number"):
                new.append(part)
            else:
                return None
        subs.append(tuple(new))
    if any(len(s) != 1 or s[0].kind not in ("atom", "mark") for s in head.sups):
        return None
    args: list[Item] = [replace(head, subs=tuple(subs))]
    if len(lhs) == 2:
        rows = []
        for r in lhs[1].rows:
            if len(r) != 1 or r[0].kind != "atom":
                return None
            if any("index" in kinds(i.name) for s in r[0].subs for i in s):
                raise Outside("a definition whose argument has an index")
            rows.append((as_hole(r[0]),))
        args.append(replace(lhs[1], rows=tuple(rows)))
    return Definition(head, tuple(args), tuple(keys), rhs)


# --- closing -----------------------------------------------------------------------------------------


def _claim(self: Elaborator, lhs: Row, relation: str, rhs: Row, premises: list[Statement], conditions: tuple[Row, ...]) -> CoreClaim:
    env = Env()
    a, b = self.side(lhs, env), self.side(rhs, env)
    a, b = self.matched(a, b)
    givens: list[CoreClaim] = []
    own = {v.number for v in self.k.free.values()}
    for premise in premises:
        givens += self.premise(premise.terms, premise.rels, env)
        for c in premise.conditions:
            givens += self.premise(*split_relations(c), env)
    for row in conditions:
        terms, rels = split_relations(row)
        givens += self.premise(tuple(terms), tuple(rels), env)
    a, b, givens = self.one_state(a, b, givens)
    universal = tuple(v for v in self.k.free.values() if v.number not in own)
    claim = Closing(self).close(CoreClaim(a, relation, b, tuple(givens), self.k.order, tuple(self.k.small), supports=tuple(self.k.supports.items()), clock=_clock(self), first=int(self.k.clock.get("first", "0"))))
    return for_all(claim, {v.number for v in universal})


def _clock(self: Elaborator) -> Var | None:
    """The free letter that stands for the time of the first step."""
    name = self.k.clock.get("letter")
    return next((v for key, v in self.k.free.items() if isinstance(key, tuple) and key[0] == name and self.k.binding.solve(v.type) == NAT), None) if name else None


def _one_state(self: Elaborator, a: Core, b: Core, givens: list[CoreClaim]) -> tuple[Core, Core, list[CoreClaim]]:
    """A policy that names no state is in the state of which the claim speaks."""
    elided = self.k.free.get(("elided state",))
    states = [v for key, v in self.k.free.items() if key != ("elided state",) and self.k.binding.full(v.type) == STATE]
    if elided is None or len(states) != 1:
        return a, b, givens
    table: dict[int, Core] = {elided.number: states[0]}
    return replaced(a, table), replaced(b, table), [replace(g, lhs=replaced(g.lhs, table), rhs=replaced(g.rhs, table)) for g in givens]


def for_all(claim: CoreClaim, numbers: set[int]) -> CoreClaim:
    """Letters that only a given has are universal in it: an element is each of its sort; a number cannot be tried."""
    if not claim.givens:
        return claim
    used = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p)}
    givens = []
    for g in claim.givens:
        free = {v for p in (g.lhs, g.rhs) for v in free_variables(p)}
        every = tuple(v for v in free if v.type.name == "Elem")
        ours = {v for v in free if v.type.name != "Elem"}
        if ours and not ours & used and not {t.name for p in (g.lhs, g.rhs) for t in walk(p) if isinstance(t, Op)} & FIELD:
            linked = any(v in ours for other in claim.givens if other is not g for p in (other.lhs, other.rhs) for v in free_variables(p))
            if not linked:
                raise Outside("a premise that speaks of nothing in the claim")
        if any(v.number in numbers and v.type.name in ("Real", "Nat") and is_argument(v, g) for v in free):
            raise Premise("a premise for all numbers")
        givens.append(replace(g, every=every))
    return replace(claim, givens=tuple(givens))


PROCESS = frozenset(("prob", "value", "q_value", "transition", "outcome", "policy_transition", "state_at", "reward_at"))
FIELD = frozenset(CONSTANTS) | {"cardinality"}


def is_argument(v: Var, g: CoreClaim) -> bool:
    """Whether a variable is the argument of an unknown function of a given."""
    return any(isinstance(t, Op) and t.name == "call" and v in {strip_coerce(a) for a in t.args[1:]} for p in (g.lhs, g.rhs) for t in walk(p))


def is_definition(claim: CoreClaim) -> bool:
    """Whether a claim only says what an unknown is: a bare variable, or an unknown function of bare letters, that occurs nowhere else."""
    if claim.relation != "=" or claim.order is not None:
        return False
    head = claim.lhs
    if isinstance(head, Op) and head.name == "call" and isinstance(head.args[0], Var) and head.args[0].type.args[:1] == (NAT,) and not head.info:
        # a member of a sequence: what it is, or how it follows from another
        return head not in walk(claim.rhs)
    if isinstance(head, Op) and head.name == "call" and isinstance(head.args[0], Var) and all(isinstance(strip_coerce(a), Var) for a in head.args[1:]) and not head.info:
        name = head.args[0]
    elif isinstance(head, Op) and head.name == "mass" and isinstance(head.args[0], Var):
        name = head.args[0]
    elif isinstance(head, Op) and head.name == "prob" and all(isinstance(a, Var) for a in head.args[1:]) and any(v.type.name in ("Function", "Vector") for v in free_variables(claim.rhs)):
        # a policy by a formula of unknown scores or preferences
        policy = head.args[0].args[0] if isinstance(head.args[0], Op) else head.args[0]
        return policy not in walk(claim.rhs)
    elif isinstance(head, Var):
        name = head
    else:
        return False
    others = set(walk(claim.rhs)) | {t for g in claim.givens for p in g.parts() for t in walk(p)}
    return name not in others


def strip_coerce(t: Core) -> Core:
    return t.args[0] if isinstance(t, Op) and t.name == "coerce" else t


def is_closed(claim: CoreClaim) -> bool:
    """Whether a claim is a computation with numbers alone."""
    plain = ("add", "mul", "neg", "div", "power", "root", "log", "exp", "sigmoid", "maximum", "minimum", "clip", "abs", "factorial", "binomial", "pi", "sin", "cos", "tan", "tanh", "floor", "ceil")
    return all(isinstance(t, Num) or isinstance(t, Op) and t.name in plain for p in (claim.lhs, claim.rhs) for t in walk(p))


def _side(self: Elaborator, row: Row, env: Env) -> Typed:
    return self.expression(strip_commas(row), env)


def _matched(self: Elaborator, a: Typed, b: Typed) -> tuple[Core, Core]:
    """Both sides of one type."""
    s, t = self.k.binding.solve(a[1]), self.k.binding.solve(b[1])
    for x, y in ((s, t), (t, s)):
        if x.name == "Chosen" and y.name != "Chosen":
            if self.k.binding.full(x.args[0]) == ACTION and self.is_field(b[0] if x is s else a[0]):
                raise WrongType("the actions that are best (a set) where the value of a state is needed")
            raise Outside("arguments of an extreme as numbers")
    if s.name == t.name == "Chosen":
        self.unify(s, t)
        return a[0], b[0]
    if s.name in ("Elem", "Function", "Law", "Policy") or t.name in ("Elem", "Function", "Law", "Policy"):
        if s.name in ("Real", "Nat", "Elem") and t.name in ("Real", "Nat", "Elem"):
            return self.real(a), self.real(b)
        raise Outside("an equation of functions")
    (x, s), (y, t) = self.numeric(a), self.numeric(b)
    zero = [isinstance(z, Num) and z.value == 0 for z in (x, y)]
    if not any(zero):
        self.same(s, t)
    return x, y


def _premise(self: Elaborator, terms: tuple[Row, ...] | list[Row], rels: tuple[str, ...] | list[str], env: Env) -> list[CoreClaim]:
    out = []
    for i, rel in enumerate(rels):
        if rel not in RELATIONS or rel in (r"\approx", r"\simeq", r"\propto"):
            raise Premise(f"a premise with {rel}")
        left, right = terms[i], terms[i + 1]
        parts = split_list(left)
        for part in parts:
            a, b = self.expression(strip_commas(part), env), self.expression(strip_commas(right), env)
            x, y = self.matched(a, b)
            out.append(CoreClaim(x, RELATIONS[rel], y))
    return out


def split_list(row: Row) -> list[Row]:
    out: list[list[Item]] = [[]]
    for item in row:
        if is_mark(item, ","):
            out.append([])
        else:
            out[-1].append(item)
    return [tuple(r) for r in out if r]


Elaborator.claim = _claim  # type: ignore[attr-defined]
Elaborator.side = _side  # type: ignore[attr-defined]
Elaborator.matched = _matched  # type: ignore[attr-defined]
Elaborator.premise = _premise  # type: ignore[attr-defined]
Elaborator.one_state = _one_state  # type: ignore[attr-defined]


def _is_field(self: Elaborator, term: Core) -> bool:
    """Whether a term is a constant of the field, a value of a state or action."""
    return isinstance(term, Op) and term.name in CONSTANTS


Elaborator.is_field = _is_field  # type: ignore[attr-defined]


class WrongType(Misread):
    """Sides of types that no reading makes one: a finding of its own."""


class Closing:
    """Fills what is left open: types of letters that nothing told, sorts, sizes, ends of ranges."""

    def __init__(self, e: Elaborator):
        self.e = e
        self.sorts: dict[int, Type] = {}
        self.coordinates: dict[Hashable, list[Type]] = {}

    def close(self, claim: CoreClaim) -> CoreClaim:
        k = self.e.k
        coerced = {t.args[0].number for part in claim.parts() for t in walk(part) if isinstance(t, Op) and t.name == "coerce" and isinstance(t.args[0], Var)}
        ends = [t.args[1] for part in claim.parts() for t in walk(part) if isinstance(t, Bind) and len(t.args) == 2 and t.name in ("sum", "prod") and isinstance(t.args[1], Var | Num)]
        for v in k.unranged + k.finite:
            solved = k.binding.solve(v.type)
            if isinstance(solved, Hole):
                if v.number in coerced:
                    raise Outside("a range that is not said")
                may = kinds(k.letters.get(v.number, ""))
                sort = "State" if "state" in may else "Action" if "action" in may else "Index"
                k.binding.unify(solved, element(Type(sort)))
            elif solved.name not in ("Elem", "Nat"):
                raise Outside("a range that is not said")
        self.end = ends[0] if ends else None
        for (key, _), (place, t) in self.e.coordinates.items():
            own = self.coordinates.setdefault(key, [])
            while len(own) <= place:
                own.append(Type("?"))
            own[place] = self.sort(t)
        table = {v.number: v for v in self.all_variables(claim)}
        made = {n: replace(v, type=self.filled(v.type)) for n, v in table.items()}
        self.made = made

        ops = {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Op)}
        if "joint" in ops and ops & PROCESS:
            raise Unsure("distributions of several letters beside a process")
        if ops & {"entropy", "entropy_of", "divergence", "cross_entropy"} and any(isinstance(t, Op) and t.name == "div" and isinstance(t.args[1], Op) and t.args[1].name == "log" and isinstance(t.args[1].args[0], Num) for p in claim.parts() for t in walk(p)):
            raise Unsure("logarithms of two bases: bits or nats")
        laws = [n for n, v in made.items() if v.type.name in ("Law", "Joint")]
        spelled = {self.e.k.names.get(n, "") for n in laws}
        if any(a != b and a.lower() == b.lower() for a in spelled for b in spelled):
            raise Unsure("a distribution in capitals beside one that is not")
        if any(v.random for v in made.values()) and any(v.type.name in ("Law", "Joint") for v in made.values()):
            raise Unsure("random variables beside distributions that may be theirs")

        def part(c: CoreClaim) -> CoreClaim:
            return CoreClaim(self.term(c.lhs), c.relation, self.term(c.rhs), tuple(part(g) for g in c.givens), c.order, tuple(made.get(v.number, v) for v in c.small), supports=c.supports, clock=None if c.clock is None else made.get(c.clock.number, c.clock), first=c.first)

        return part(claim)

    def all_variables(self, claim: CoreClaim) -> set[Var]:
        out: set[Var] = set(claim.small) | ({claim.clock} if claim.clock is not None else set())
        for p in claim.parts():
            for t in walk(p):
                if isinstance(t, Var):
                    out.add(t)
                elif isinstance(t, Bind):
                    out.update(t.vars)
        return out

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
        if isinstance(t, Op) and t.info:
            t = Op(t.name, t.args, tuple(self.sort(i) if isinstance(i, Type) else i for i in t.info))
            if t.name == "joint":
                key = next(key for key, v in self.e.k.free.items() if v == t.args[0])
                t = Op(t.name, t.args, (*t.info[:2], tuple(self.coordinates[key])))
        if isinstance(t, Bind):
            vars_ = tuple(self.made[v.number] for v in t.vars)
            args = tuple(self.term(a) for a in t.args)
            if t.name in ("sum", "prod", "max", "min", "argmax", "argmin") and not args and vars_[0].type == NAT:
                if self.end is None:
                    raise Outside("a range that is not said")
                args = (num(1), self.term(self.end))
            return Bind(t.name, vars_, self.term(t.body), args, tuple(self.term(a) for a in t.where), t.info)
        return rebuild(t, self.term)


def introduces(given: Statement) -> bool:
    """Whether a statement of several introduces a name of its own, with which the next are read."""
    try:
        made = definition_of(given, facts_of(list(given.terms)))
    except Outside:
        return False
    by_name, _ = compiled_rows()
    if made is None or any(match_items(c.items, made.args, 0) for c in by_name.get(made.head.name, ())):
        return False
    return given.rels[0] == ":=" or not kinds(made.head.name) or bool(made.head.subs)


def readings(latex: str, given: list[str]) -> Iterator[Read]:
    """The readings of each link of a formula by itself."""
    givens = [s for g in given for s in links_of(g)]
    statements = links_of(latex)
    if any(word in latex for word in ("s.t.", "subject to")):
        return
    said: list[Statement] = []
    for at, statement in enumerate(statements):
        own = [*givens, *said]
        if statement.rels[:1] in ((":=",), ("=",)) and len(statements) > 1:
            first = Statement(statement.terms[:2], statement.rels[:1])
            if introduces(first):
                said.append(first)
        if statement.joiner and at:
            own.append(statements[at - 1])  # what an arrow leads from is given
        if at + 1 < len(statements) and statements[at + 1].joiner:
            if statements[at + 1].joiner == "iff":
                own.append(statements[at + 1])
            else:
                continue
        for i, rel in enumerate(statement.rels):
            yield read_link(statement.terms[i], rel, statement.terms[i + 1], own, latex, statement.conditions)


__all__ = ["Elaborator", "Facts", "Oracle", "Read", "Reading", "links_of", "op", "read_link", "readings"]
