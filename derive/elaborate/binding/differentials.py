"""Derivatives and gradients: by what they differentiate, what they take, and whether it moves."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import Core, CoreClaim, Num, Op, Var, num, op, rebuild, walk
from derive.core.types import REAL, Hole, Type, hole, vector
from derive.elaborate.binding.gradients import Gradients
from derive.elaborate.knowledge.glances import is_member
from derive.elaborate.knowledge.scope import Env, Outside, Typed, kinds, letter_key
from derive.elaborate.knowledge.search import Misread
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.heads import is_d
from derive.elaborate.reading.chains_of_rows import split_relations, strip_commas
from derive.syntax.flat import Item, Row

#: What hangs on the discount only by what it is made of.
OF_NO_DISCOUNT = frozenset(
    ("add", "mul", "neg", "div", "power", "root", "log", "exp", "abs", "maximum", "minimum", "clip", "floor", "ceil", "derivative", "gradient",
     "at", "call", "indicator", "eq", "ne", "lt", "le", "gt", "ge", "coerce", "factorial", "infinity", "discount", "prob", "transition", "outcome",
     "policy_transition", "reward", "reward_to", "reward_law", "policy_reward", "start_mass", "mass", "cardinality", "state_at", "action_at",
     "reward_at", "last_step")
)  # fmt: skip


class Differentials(Gradients):
    """Operators that differentiate."""

    # --- derivatives ---------------------------------------------------------------------------

    def fraction(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        top, below = item.rows
        head = top[0] if top else None
        if head is not None and is_d(head) and len(below) >= 2 and is_d(below[0]):
            return self.derivative(row, at, env)
        made = self.quotient(self.expression(top, env), self.expression(below, env))
        return self.raised(made, item.sups, item.subs, env), at + 1

    def derivative(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        top, below = item.rows
        wrt: list[tuple[Item, int]] = []
        i = 0
        while i < len(below):
            if not is_d(below[i]) or i + 1 >= len(below) or below[i + 1].kind != "atom":
                raise Outside("a derivative with respect to what is no letter")
            letter = below[i + 1]
            times = 1
            if letter.sups and len(letter.sups[-1]) == 1 and letter.sups[-1][0].kind == "number":
                times = int(letter.sups[-1][0].value or 1)
                letter = replace(letter, sups=letter.sups[:-1])
            wrt.append((letter, times))
            i += 2
        rest = top[1:]
        if len(wrt) == 1 and wrt[0][1] == 1 and self.is_vector(wrt[0][0], env):
            nabla = Item("nabla", subs=((wrt[0][0],),), start=item.start, end=item.start)
            if rest:
                whole = Item("group", "()", (rest,), start=rest[0].start, end=rest[-1].end)
                return self.raised(self.gradient((nabla, whole), 0, env)[0], item.sups, (), env), at + 1
            return self.gradient((*row[:at], nabla, *row[at + 1 :]), at, env)
        given = [
            n
            for n, d in enumerate(self.k.definitions)
            if len(d.args) == 1 and not d.holes and any(letter_key(d.head) == letter_key(x) for x, _ in wrt)
        ]
        self.k.used |= set(given)
        outer, env = env, replace(env, unfolding=(*env.unfolding, *given))
        following = row[at + 1] if at + 1 < len(row) else None
        if len(rest) == 1 and following is not None and self.of_function(rest[0], following, wrt):
            body, end = self.head((rest[0], following), 0, env)[0], at + 2
        elif rest:
            self.differentiates, before = frozenset(letter_key(x) for x, _ in wrt), self.differentiates
            try:
                body, end = self.expression(rest, env), at + 1
            finally:
                self.differentiates = before
        else:
            body, end = None, at + 1
        variables = [(self.differentiated(letter, env), times) for letter, times in wrt]
        if body is None:
            bar = next((i for i in range(at + 1, len(row)) if row[i].kind == "bar" and row[i].subs), len(row))
            body, end = self.with_argument(variables[0][0][0], lambda: self.product(row[:bar], at + 1, env))
        elif self.k.binding.solve(body[1]).name == "Function":
            self.elided_argument = (variables[0][0][0], variables[0][0][1])
            body = self.numeric(body)
            self.elided_argument = None
        term, t = self.numeric(body)
        if not (self.premising or isinstance(term, Num) or any(self.moves(term, v) for (v, _, _), _ in variables)):
            raise Outside("a derivative of what nothing says to move")
        if (
            isinstance(term, Var)
            and not any(term == v for (v, _, _), _ in variables)
            or isinstance(term, Op)
            and term.name == "coerce"
            and term.args[0] not in [v for (v, _, _), _ in variables]
        ):
            raise Outside("a derivative of a name that nothing says to move")
        for (variable, kind, index), times in variables:
            for _ in range(times):
                if index is not None:
                    term = op("partial", term, variable, index)
                elif kind.name in ("Vector",):
                    raise Misread("a derivative by a vector written as a quotient")
                else:
                    term = op("derivative", term, variable)
        for n in given:
            definition = self.k.definitions[n]
            here, _, _ = next(
                v for (v, _), (x, _) in zip(variables, wrt, strict=True) if letter_key(x) == letter_key(definition.head)
            )
            if isinstance(here, Var) and self.k.binding.solve(here.type).name == "Vector":
                continue  # by one of its components: what holds at all points does at the one that is defined
            point = self.real(self.expression(definition.body, replace(outer, unfolding=(*outer.unfolding, n))))
            term = op("at", term, here, point)
        return self.raised((term, t), item.sups, (), env), end

    def is_vector(self, letter: Item, env: Env) -> bool:
        """Whether a letter is read as a vector: what is differentiated by it has a gradient."""
        if (
            letter.subs
            or letter.sups
            or letter_key(letter) in env.bound
            or any(d.args[0].key == letter.key for d in self.k.definitions)
        ):
            return False
        known = self.k.free.get(letter_key(letter))
        if known is None and not self.facts.tensorial and "vector" not in kinds(letter.name):
            return False
        t = known.type if known is not None else self.letter(letter, env)[1]
        return self.k.binding.solve(t).name in ("Vector", "Matrix")

    def of_function(self, name: Item, group: Item, wrt: list[tuple[Item, int]]) -> bool:
        r"""Whether ``\frac{\partial f}{\partial x}(x,y)`` stands here: f differentiated in arguments that are its letters."""
        return (
            name.kind == "atom" and group.kind == "group" and group.name == "()" and stem(name) in self.facts.applied
            and all(any(len(r) == 1 and r[0].key == x.key for r in group.rows) for x, _ in wrt)
        )  # fmt: skip

    def with_argument(self, variable: Core, run: object) -> tuple[Typed, int]:
        self.elided_argument = (variable, REAL)
        try:
            return run()  # type: ignore[operator]
        finally:
            self.elided_argument = None

    def differentiated(self, letter: Item, env: Env) -> tuple[Core, Type, Core | None]:
        """What is differentiated by: a variable, or a component of a parameter."""
        found = env.bound.get(letter_key(letter))
        if found is not None:
            return found[0], REAL, None
        part = self.component(letter, env)
        if part is not None:
            return part[0], REAL, part[1]
        if stem(letter) in self.facts.partials and (is_member(letter) or stem(letter) in self.facts.indexed):
            (which,) = self.index_terms(letter.subs[0], env)
            made = self.coordinate(letter, which)
            assert isinstance(made, Op)
            return made.args[0], REAL, which
        if letter.subs and stem(letter) in self.facts.indexed:
            raise Outside("a derivative by a member of a sequence")
        if letter.subs and "parameter" in kinds(letter.name) and letter_key(letter) not in self.k.free:
            index = self.index_terms(letter.subs[0], env)
            base = replace(letter, subs=())
            if len(index) == 1 and stem(base) in self.facts.bare | self.facts.applied.keys():
                known = self.k.free.get(letter_key(base))
                vec = known if known is not None else self.typed_letter(base, vector(hole()))[0]
                return vec, REAL, index[0]
        term, t = self.varied_letter(letter, env)
        if not isinstance(term, Var):
            raise Outside("a derivative by what is no letter")
        t = self.k.binding.solve(t)
        if t.name in ("Matrix", "Vector"):
            raise Misread("a derivative by a vector")
        if not isinstance(t, Hole) and t.name != "Real":
            raise Misread(f"a derivative by {t}")
        self.unify(t, REAL)
        return term, REAL, None

    def evaluated_term(self, inner: Typed, where: Row, env: Env) -> Typed:
        """f |_{x=a}: evaluated at a point."""
        terms, rels = split_relations(strip_commas(where))
        if rels != ["="] or len(terms[0]) != 1:
            raise Outside("a point that is not read")
        letter = terms[0][0]
        variable = self.k.free.get(letter_key(letter))
        if variable is None:
            return inner
        point, t = self.numeric(self.expression(terms[1], env))
        if t.name == "Vector" or self.k.binding.solve(variable.type).name == "Vector":
            self.unify(variable.type, t)
        return op("at", inner[0], variable, point), inner[1]


def varied(claim: CoreClaim, v: Var) -> CoreClaim:
    """A claim that differentiates by the discount, with a letter in its place: all that is made of it must be written out."""
    if {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Op)} - OF_NO_DISCOUNT:
        raise Outside("a derivative by the discount of what does not name it")

    def named(term: Core) -> Core:
        return v if term == Op("discount", ()) else rebuild(term, named)

    between = (CoreClaim(num(0), "<", v), CoreClaim(v, "<", num(1)))
    givens = tuple(replace(g, lhs=named(g.lhs), rhs=named(g.rhs)) for g in claim.givens)
    return replace(claim, lhs=named(claim.lhs), rhs=named(claim.rhs), givens=(*givens, *between))
