"""Gradients: the letter that they are in, how far they reach, and what moves below them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, below, free_variables, op, rebuild, walk
from derive.core.types import REAL, Hole, Type, hole, matrix, vector
from derive.elaborate.knowledge.scope import Definition, Env, Outside, Typed, kinds, letter_key, mentions
from derive.elaborate.knowledge.search import Misread, Option
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.heads import Heads
from derive.glossary.functions import FUNCTIONS
from derive.glossary.marks import ADVANTAGES, BOLD, NAMELESS, TRANSPOSES
from derive.syntax.flat import Item, Row, is_mark, row_key
from derive.syntax.flat import walk as items_of

#: Why a gradient of what has no parameter, or another one, is not read.
NOT_MOVED = "a gradient of what does not move"

#: What a process is made of, whatever the policy: nothing in it moves with parameters.
OF_PROCESS = frozenset(
    (
        "start_mass",
        "transition",
        "outcome",
        "reward",
        "reward_to",
        "reward_law",
        "reward_at",
        "state_at",
        "action_at",
        "return_from",
        "first_step",
    )
)

PLAIN = frozenset(("add", "mul", "neg", "div", "power", "log", "exp", "discount", "last_step"))


class Gradients(Heads):
    """Operators that differentiate by all of a vector."""

    #: What is given not to move.
    still: frozenset[Hashable] = frozenset()

    def gradient(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        order = 1
        for sup in item.sups:
            if len(sup) == 1 and sup[0].kind == "number" and sup[0].value == 2:
                order = 2
            else:
                raise Outside("a power of a gradient")
        following = row[at + 1] if at + 1 < len(row) else None
        if following is None:
            raise Outside("a gradient of nothing")
        several = self.gradient_of_several(row, at, order, env)
        if several is not None:
            return several
        if item.subs:
            sub = item.subs[0]
            if len(sub) != 1 or sub[0].kind != "atom":
                raise Outside("a gradient by what is no letter")
            drawn = env.bound.get(letter_key(sub[0]))
            if drawn is not None and isinstance(drawn[0], Op) and drawn[1] == REAL:
                return self.slope_of_drawn(row, at, sub[0], drawn[0], order, env)
            variable, t = self.gradient_variable(sub[0], env)
        elif self.at_an_expression(row, at):
            point, s = self.numeric(self.expression(row[at + 2].rows[0], env))
            if isinstance(self.k.binding.solve(s), Hole):
                self.unify(s, vector(hole()))
            letter, variable, t = Item("atom", NAMELESS), self.k.variable(s, NAMELESS), self.k.binding.solve(s)
            named = (*row[:at], replace(item, subs=((letter,),)), *row[at + 1 :])
            return self.gradient_at(named, at, variable, order, (), env.bind(letter_key(letter), variable, t), point)
        else:
            variable, t = self.elided_gradient(row, at, env)
        row, flipped = without_transpose(row, at + 1)
        if item.subs and isinstance(variable, Var) and self.at_other_point(row, at, item.subs[0][0]):
            if not self.moves(self.factor(row, at + 1, env)[0][0], variable):
                point, s = self.numeric(self.expression(row[at + 2].rows[0], env))
                if t.name == "Vector" or s.name == "Vector":
                    self.unify(t, s)
                return self.gradient_at(row, at, variable, order, flipped, env, point)
        # a bar behind it evaluates the gradient: a gradient of what is evaluated already would be none
        bar = next((i for i in range(at + 1, len(row)) if row[i].kind == "bar" and row[i].subs), len(row))
        body, end = self.reach(row[:bar], at + 1, env, variable)
        term, s = self.numeric(body)
        if not self.moves(term, variable) and variable in free_variables(term):
            raise Misread("a gradient of what is held fixed")
        if (
            not self.moves(term, variable)
            and not isinstance(term, Num)
            and not self.premising
            and not self.stands_still(term)
            and not is_of_process(term)
            and row_key(row[at + 1 : end]) not in self.still
            and not self.made_to_move(term, variable)
        ):
            raise Outside(NOT_MOVED)
        for _ in range(order):
            term = op("gradient", term, variable)
            if t.name == "Matrix":
                if s.name not in ("Real", "Nat") or order > 1:
                    raise Misread("the derivatives by a matrix of what is no number")
                s = t
            if t.name in ("Vector",):
                if s.name in ("Real", "Nat"):
                    s = vector(t.args[0])
                elif s.name == "Vector":
                    s = matrix(s.args[0], t.args[0])
                else:
                    raise Misread("a gradient of a matrix")
        return (self.power((term, s), flipped, env) if flipped else (term, s)), end

    def slope_of_drawn(self, row: Row, at: int, letter: Item, point: Core, order: int, env: Env) -> tuple[Typed, int]:
        """The derivative by a number that is drawn, at what it is."""
        u = self.k.variable(REAL, self.spelled(letter))
        body, end = self.reach(row, at + 1, env.bind(letter_key(letter), u, REAL), u)
        return (Bind("slope", (u,), self.real(body), (point,), info=(order,)), REAL), end

    def gradient_of_several(self, row: Row, at: int, order: int, env: Env) -> tuple[Typed, int] | None:
        """The derivatives of what the page says ``f(x, y)`` is, by each of its letters, at its arguments; None for anything else."""
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        if group is not None and (group.kind != "group" or group.name != "()"):
            group = None
        for number, definition in enumerate(self.k.definitions):
            places = definition.args[1].rows if len(definition.args) == 2 else ()
            if number in env.unfolding or definition.args[0].key != replace(head, sups=()).key or len(places) < 2:
                continue
            if len(definition.holes) != len(places) or group is not None and len(group.rows) != len(places):
                return None
            by = row[at].subs[0] if row[at].subs else ()
            named = [letter_key(i) for i in by] + [letter_key(i) for s in head.subs for i in s if "parameter" in kinds(i.name)]
            if any(mentions([definition.body, *head.subs], key) for key in named):
                return None  # by a letter that it has besides
            self.k.used.add(number)
            letters = {letter_key(i): i for r in self.every_row for i in items_of(r) if i.kind == "atom"}
            rows = group.rows if group is not None else tuple((letters[key],) for key in definition.holes)
            point = [self.real(self.expression(r, env)) for r in rows]
            size = Type(str(len(rows)))
            if order == 1:
                slopes = [self.slope_in(definition, number, point, (i,), env) for i in range(len(rows))]
                made: Typed = (op("vector", *slopes), vector(size))
            else:
                pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows))]
                cells = [self.slope_in(definition, number, point, pair, env) for pair in pairs]
                made = (op("matrix", *cells, info=(len(rows), len(rows))), matrix(size, size))
            return self.raised(made, (*head.sups, *(group.sups if group is not None else ())), (), env), at + 2 + (
                group is not None
            )
        return None

    def slope_in(self, definition: Definition, number: int, point: list[Core], by: tuple[int, ...], env: Env) -> Core:
        """The derivative, at a point, of what a definition says by its letters with these places."""
        own = {i: self.k.variable(REAL, "u") for i in by}
        values = [own.get(i, x) for i, x in enumerate(point)]
        bound = {key: (x, REAL) for key, x in zip(definition.holes, values, strict=True)}
        inner = replace(env, unfolding=(*env.unfolding, number), bound={**env.bound, **bound})
        term = self.real(self.expression(definition.body, inner))
        for i, v in own.items():
            term = Bind("slope", (v,), term, (point[i],), info=(by.count(i),))
        return term

    def made_to_move(self, term: Core, variable: Core) -> bool:
        """Whether a gradient of unknown functions of outcomes stands here: then they move with the parameters, wherever they stand."""
        heads = [t.args[0] for t in walk(term) if isinstance(t, Op) and t.name == "call"]
        found = {h for h in heads if isinstance(h, Var) and h in self.k.free.values()}
        others = {v for v in free_variables(term) - found if self.k.binding.solve(v.type).name not in ("Elem", "?")}
        if not found or len(found) < len(set(heads)) or others or not isinstance(variable, Var):
            return False
        self.k.moving.update({h.number: variable for h in found})
        return True

    def at_other_point(self, row: Row, at: int, letter: Item) -> bool:
        r"""Whether ``\nabla_\theta f(\theta_0)`` stands here: the gradient of f, at another point than its letter."""
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        return (
            head.kind == "atom" and group is not None and group.kind == "group" and group.name == "()" and len(group.rows) == 1
            and not mentions([group.rows[0]], letter_key(letter))
            and any(i.kind == "atom" and (i.name == letter.name or "parameter" in kinds(i.name)) for i in group.rows[0])
        )  # fmt: skip

    def at_an_expression(self, row: Row, at: int) -> bool:
        r"""Whether ``\nabla f(x+h)`` stands here: the gradient of an unknown f, a step away from a point.

        By x it is the same, while ``\nabla f(g(x))`` and ``\nabla f(2x)`` may be of what is composed; so is what a prime makes a function of a number.
        """
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        if group is None or group.kind != "group" or group.name != "()" or len(group.rows) != 1:
            return False
        point, rest = group.rows[0][:1], group.rows[0][1:]
        if not rest or point[0].kind != "atom" or not is_mark(rest[0], "+", "-") or mentions([rest], letter_key(point[0])):
            return False
        by = self.parameter_letter and letter_key(self.parameter_letter)
        primed = any(i.name == head.name and i.primes for r in self.every_row for i in items_of(r))
        known = head.kind == "atom" and "function" in kinds(head.name) and not under_policy(head)
        if not known or primed or not by or not mentions([rest], by):
            return known and not primed
        options = (Option(0, True, "∇ is taken at the point"), Option(0.5, False, "∇ is by the parameter"))
        return bool(self.k.oracle.choose(("composed", row[at].start), options))

    def gradient_at(self, row: Row, at: int, variable: Var, order: int, flipped: Row, env: Env, point: Core) -> tuple[Typed, int]:
        there = replace(row[at + 2], rows=((row[at].subs[0][0],),))
        plain = (*row[: at + 2], there, *row[at + 3 :])
        if flipped:
            plain = (*row[: at + 2], replace(there, sups=(*there.sups, flipped)), *row[at + 3 :])
        (term, s), end = self.gradient(plain, at, env)
        return (op("at", term, variable, point), s), end

    def varied_letter(self, letter: Item, env: Env) -> Typed:
        """A letter by which is differentiated: the discount is one then."""
        term, t = self.letter(letter, env)
        if term == op("discount"):
            term = self.k.varied = self.k.free_variable(("varied", letter_key(letter)), letter.name, REAL)
        return term, t

    def gradient_variable(self, letter: Item, env: Env) -> Typed:
        found = env.bound.get(letter_key(letter))
        if found is not None and isinstance(found[0], Var) and self.k.binding.solve(found[1]).name in ("Vector", "Real"):
            return found[0], self.k.binding.solve(found[1])
        if found is not None:
            raise Outside("a gradient by a bound letter")
        for font in BOLD:
            bold = replace(letter, name=font + letter.name)
            if stem(bold) in self.facts.whole and stem(letter) not in self.facts.bare:
                letter = bold  # the same letter, set bold where it is a vector
        term, t = self.varied_letter(letter, env)
        if not isinstance(term, Var):
            raise Outside("a gradient by what is no letter")
        t = self.k.binding.solve(t)
        if isinstance(t, Hole):
            self.unify(t, vector(hole()) if "parameter" in kinds(letter.name) or self.facts.tensorial else REAL)
        t = self.k.binding.solve(t)
        if t.name not in ("Vector", "Real", "Matrix"):
            raise Misread(f"a gradient by {t}")
        return term, t

    def elided_gradient(self, row: Row, at: int, env: Env) -> Typed:
        """∇ without a letter: by the argument of f(x), by the one parameter of the claim, or by parameters that it does not name."""
        head, group = row[at + 1], row[at + 2] if at + 2 < len(row) else None
        if (
            head.kind == "atom"
            and group is not None
            and group.kind == "group"
            and len(group.rows) == 1
            and len(group.rows[0]) == 1
            and group.rows[0][0].kind == "atom"
        ):
            letter = group.rows[0][0]
            if (
                "function" in kinds(head.name)
                and not under_policy(head)
                or letter_key(letter) == (self.parameter_letter and letter_key(self.parameter_letter))
            ):
                return self.gradient_variable(letter, env)
        if self.parameter_letter is not None:
            return self.gradient_variable(self.parameter_letter, env)
        if self.implicit:
            made = self.implicit_parameter()
            return made, made.type
        raise Outside("a gradient without its variable")

    def reach(self, row: Row, at: int, env: Env, variable: Core) -> tuple[Typed, int]:
        """The body of ∇: an application, or a product of bare letters; more only where its right neighbour moves too."""
        first, end = self.factor(row, at, env)
        if end >= len(row) or not (is_mark(row[end], "*", "x") or self.juxtaposed(row[end])) or row[end].kind == "nabla":
            return first, end
        if is_mark(row[end], "*", "x") and end + 1 < len(row) and row[end + 1].kind == "nabla":
            return first, end
        simple = row[at].kind in ("atom", "number") and end == at + 1
        whole, far = self.product_until_gradient(row, at, env)
        if not self.moves(first[0], variable):
            return whole, far  # a constant in front of what is differentiated
        if self.k.binding.solve(first[1]).name == "Row":
            return whole, far  # there is no gradient of a row: of the number that it makes with what follows
        moving_rest = self.rest_moves(row, end, env, variable)
        if simple and moving_rest:
            return whole, far
        if not moving_rest:
            return first, end
        reach = self.k.oracle.choose(
            ("reach", row[at].start), (Option(0, "first", "∇ ends at an application"), Option(1.0, "all", "∇ takes the product"))
        )
        return (first, end) if reach == "first" else (whole, far)

    def juxtaposed(self, item: Item) -> bool:
        return item.kind in ("atom", "number", "group", "frac", "root", "big", "nabla")

    def product_until_gradient(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        stop = next((i for i in range(at, len(row)) if row[i].kind == "nabla"), len(row))
        return self.product(row[:stop], at, env)

    def rest_moves(self, row: Row, at: int, env: Env, variable: Core) -> bool:
        at += is_mark(row[at], "*", "x")
        if row[at].kind == "nabla":
            return False
        rest, _ = self.product_until_gradient(row, at, env)
        return self.moves(rest[0], variable)

    def stands_still(self, term: Core) -> bool:
        """Whether a term has estimates of an episode in it and, beside them, nothing but numbers and letters that stand for small ones."""
        found = free_variables(term)
        named = [(key, v.number) for key, v in self.k.free.items() if isinstance(key, tuple) and len(key) > 1]
        small = {n for key, n in named if "small" in kinds(str(key[0]))}
        estimates = {n for key, n in named if key[0] in ADVANTAGES and "hat" in key[1]}
        numbers = {v.number for v in found}
        return bool(numbers & estimates) and numbers <= estimates | small

    def moves(self, term: Core, variable: Core) -> bool:
        """Whether a term depends on a variable, by its own occurrence or a family's parameter."""
        if variable == self.k.varied and op("discount") in walk(term):
            return True
        return isinstance(variable, Var) and variable in free_variables(without_stopped(term))


def under_policy(head: Item) -> bool:
    """Whether a name is that of a policy's own, as v is in v_π(s)."""
    return any(len(s) == 1 and kinds(s[0].name).get("policy") == 0 for s in (*head.subs, *head.sups))


def is_of_process(term: Core) -> bool:
    """Whether a term is made of the process alone: its gradient is zero."""
    parts = list(outside_members(term))
    plain = all(isinstance(t, Num) or isinstance(t, Bind) and t.name in ("sum", "prod") or isinstance(t, Op) and t.name in OF_PROCESS | PLAIN
                or isinstance(t, Var) and t.type.name in ("Elem", "Nat") and not t.random for t in parts)  # fmt: skip
    return plain and any(isinstance(t, Op) and t.name in OF_PROCESS for t in parts)


def outside_members(term: Core) -> Iterator[Core]:
    """A term and what is below it, but for what stands at an index: ``s_{t+1}`` of the states."""
    if not (isinstance(term, Op) and term.name == "member"):
        yield term
        for part in below(term):
            yield from outside_members(part)


def without_stopped(term: Core) -> Core:
    """A term with what is held fixed left out."""
    if isinstance(term, Op) and term.name == "stop":
        return ONE
    return rebuild(term, without_stopped)


def without_transpose(row: Row, at: int) -> tuple[Row, Row]:
    r"""``\nabla f(x)^\top`` is the gradient transposed: the row without the mark behind the application, and the mark."""
    while at < len(row) and row[at].kind == "atom" and row[at].said in FUNCTIONS:
        at += 1
    place = at + 1 if at + 1 < len(row) and row[at].kind == "atom" and row[at + 1].kind == "group" else at
    if place >= len(row) or row[place].kind not in ("group", "atom") or not row[place].sups:
        return row, ()
    last = row[place].sups[-1]
    if place == at and (row[at].kind == "atom" and not row[at].name.isupper() or row[at].kind == "group"):
        return row, ()
    if len(last) != 1 or last[0].name not in TRANSPOSES or last[0].kind != "atom":
        return row, ()
    return (*row[:place], replace(row[place], sups=row[place].sups[:-1]), *row[place + 1 :]), last
