"""What a letter is: bound, defined by the page, a row of the glossary, or an unknown whose type its use tells."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Var, num, op
from derive.core.types import EVENT, NAT, POLICY, REAL, STATE, Hole, Type, element, function, hole, law, matrix, vector
from derive.elaborate.expressions import Expressions
from derive.elaborate.facts import stem
from derive.elaborate.matching import Holes, match_items
from derive.elaborate.scope import Compiled, Definition, Env, Outside, Typed, Unsure, compiled_rows, hole_name, kinds, letter_key
from derive.elaborate.search import Misread, Option
from derive.glossary.functions import FUNCTIONS, FUNCTION_ROWS
from derive.glossary.values import bare_rows
from derive.syntax.flat import Item, Row, is_mark, row_key

CALLS = ("()", "[]", "{}")


class Heads(Expressions):
    """Atoms and what is applied to them."""

    def head(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        group = following if following is not None and following.kind == "group" and following.name in CALLS else None
        known = self.bound(item, env)
        if known is not None:
            typed, sups, subs = known
            if self.k.binding.solve(typed[1]).name == "Function" and group is not None:
                return self.called(typed, group, item.primes, env, sups), at + 2
            return self.raised(typed, sups, subs, env), at + 1
        defined = self.defined(row, at, env)
        if defined is not None:
            return defined
        special = self.special(row, at, env, group)
        if special is not None:
            return special
        fitting = self.fitting_rows(row, at, env)
        options = [Option(c.row.cost, (c, holes, end, sups), c.row.says) for c, holes, end, sups in fitting]
        if fitting:
            if group is not None or not item.subs and not item.sups:
                named = any(c.row.cost > 0 and "?policy" in c.row.takes for c, *_ in fitting)
                if named or not self.redefined:
                    options.append(Option(1.0 if named else 3.0, None, "a name of its own"))
            key = ("row", stem(item), tuple(sorted(c.row.pattern for c, *_ in fitting)))
            chosen = self.k.oracle.choose(key, tuple(options))
            if chosen is not None:
                pattern = chosen[0].row.pattern
                for compiled, holes, end, sups in fitting:
                    if compiled.row.pattern == pattern:
                        return self.raised(self.meant(compiled, holes, env), sups, (), env), end
        return self.named(item, group, at, env)

    def bound(self, item: Item, env: Env) -> tuple[Typed, tuple[Row, ...], tuple[Row, ...]] | None:
        """A bound letter, with the scripts that are not part of its name."""
        for sups, subs in ((item.sups, item.subs), ((), item.subs), (item.sups, ()), ((), ())):
            found = env.bound.get(letter_key(replace(item, sups=sups, subs=subs)))
            if found is not None:
                rest_sups = item.sups if not sups else ()
                rest_subs = item.subs if not subs else ()
                return found, rest_sups, rest_subs
        return None

    # --- definitions of the page ---------------------------------------------------------------

    def defined(self, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        item = row[at]
        same_name = False
        following = row[at + 1] if at + 1 < len(row) else None
        for number, definition in enumerate(self.k.definitions):
            if number in env.unfolding:
                continue
            want = definition.args
            if want[0].name != item.name:
                continue
            if len(want) == 2 and len(definition.holes) == 1 and (following is None or following.kind != "group") and match_items(want[:1], row, at):
                if self.elided_argument is None:
                    raise Outside(f"{self.shown(item)} without its argument")
                inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: self.elided_argument})
                return self.expression(definition.body, inner), at + 1
            if at + len(want) > len(row):
                continue
            found = match_items(want, row, at)
            if found is None:
                same_name = same_name or stem(want[0]) == stem(replace(item, primes=want[0].primes)) and len(want) > 1
                if item.primes and len(want) == 2 and len(definition.holes) == 1:
                    made = self.defined_slope(definition, number, row, at, env)
                    if made is not None:
                        return made
                continue
            holes, end, sups = found
            inner = replace(env, unfolding=(*env.unfolding, number), bound=self.outer_bound(env))
            bound = dict(inner.bound)
            for name, given in holes.items():
                key = definition.holes[int(name)]
                if len(given) == 1 and given[0].kind == "atom" and kinds(given[0].name).get("policy") == 0:
                    bound[key] = (self.policy(given, env), POLICY)
                    continue
                if len(given) == 1 and given[0].kind == "atom" and "time" in kinds(given[0].name):
                    self.origin_of(given[0], env)
                bound[key] = self.expression(given, env) if not self.is_placeholder(given) else self.placeholder(key)
            made = self.expression(definition.body, replace(inner, bound=bound))
            return self.raised(made, sups, (), env), end
        if same_name and at + 1 < len(row) and row[at + 1].kind == "group":
            raise Outside(f"{self.shown(item)} in another form than the page defines")
        return None

    def defined_slope(self, definition: Definition, number: int, row: Row, at: int, env: Env) -> tuple[Typed, int] | None:
        """f'(x) where the page says what f(x) is."""
        plain = (replace(row[at], primes=definition.args[0].primes), *row[at + 1 :])
        found = match_items(definition.args, plain, 0)
        if found is None or "0" not in found[0]:
            return None
        u = self.k.variable(REAL, "u")
        point = self.real(self.expression(found[0]["0"], env))
        inner = replace(env, unfolding=(*env.unfolding, number), bound={definition.holes[0]: (u, REAL)})
        body = self.real(self.expression(definition.body, inner))
        made = Bind("slope", (u,), body, (point,), info=(row[at].primes,))
        return self.raised((made, REAL), found[2], (), env), at + found[1]

    def origin_of(self, item: Item, env: Env) -> None:
        """A free time that a definition is used at starts the clock."""

    def outer_bound(self, env: Env) -> dict[Hashable, Typed]:
        """A letter that is free in a definition and bound where it is used is the same letter: k₁ = −log r, r = p(x)/q(x) under E_{x∼q}."""
        return env.bound

    def is_placeholder(self, row: Row) -> bool:
        return len(row) == 1 and row[0].kind == "placeholder"

    def placeholder(self, key: Hashable) -> Typed:
        raise Outside("a definition used without its argument")

    # --- rows ----------------------------------------------------------------------------------

    def fitting_rows(self, row: Row, at: int, env: Env) -> list[tuple[Compiled, Holes, int, tuple[Row, ...]]]:
        """Rows whose pattern matches here, longest first."""
        by_name, open_heads = compiled_rows()
        out = []
        for compiled in (*by_name.get(row[at].name, ()), *(open_heads if self.is_policy(row[at]) else ())):
            if compiled.row.means not in CONSTANTS:
                continue
            found = match_items(compiled.items, row, at)
            if found is None:
                continue
            holes, end, sups = found
            if hole_name(compiled.items[0]) and (row[at].sups and not self.is_policy(row[at])):
                continue
            loose = compiled.row.means in OF_ANY_LAW and "law" in kinds(row[at].name) or compiled.row.means == "policy_reward" and "?policy" in compiled.row.takes
            if loose and not self.names_process(compiled, holes, env):
                continue
            if compiled.row.means in OF_VECTORS and end < len(row) and row[end].kind == "group" and row[end].name in CALLS and all(len(r) == 1 and r[0].kind in ("atom", "placeholder") for r in row[end].rows):
                continue
            if "pi" in holes and not (len(holes["pi"]) == 1 and self.is_policy(holes["pi"][0])):
                continue
            out.append((compiled, holes, end, sups))
        longest = max((end for _, _, end, _ in out), default=0)
        return [x for x in out if x[2] == longest]

    def names_process(self, compiled: Compiled, holes: Holes, env: Env) -> bool:
        """Whether a head that may be any distribution is one of the process's: its letters are states, actions and rewards."""
        takes, _ = CONSTANTS[compiled.row.means].instance()
        known = 0
        for name, want in zip(compiled.row.takes, takes, strict=True):
            if want.name != "Elem" or name not in holes:
                continue
            row = holes[name]
            if len(row) != 1 or row[0].kind != "atom":
                return False
            found = env.bound.get(letter_key(row[0])) or ((v, v.type) if (v := self.k.free.get(letter_key(row[0]))) is not None else None)
            solved = self.k.binding.solve(found[1]) if found is not None else None
            sort = self.k.binding.solve(solved.args[0]) if solved is not None and solved.name == "Elem" else None
            if sort is not None and not isinstance(sort, Hole):
                if sort != want.args[0]:
                    return False
                known += 1
                continue
            may = kinds(row[0].name).keys() & {"state", "action", "reward"}
            if KIND_OF_SORT[want.args[0].name] in may:
                known += 1
            elif may:
                return False
        return known >= min(2, len(takes) - ("?policy" in compiled.row.takes))

    def is_policy(self, item: Item) -> bool:
        if item.kind != "atom" or "policy" not in kinds(item.name) and stem(item) not in self.declared_policies:
            return False
        return all(not is_mark(s[0], "*") if s else True for s in (*item.sups, *item.subs)) and not any(
            len(s) == 1 and s[0].kind in ("atom", "mark") and s[0].name in ("*", "ast", "star") for s in (*item.sups, *item.subs)
        )

    redefined: bool = False
    process_here: bool = False
    implicit: bool = False
    parameter_letter: Item | None = None
    declared_policies: frozenset[Hashable] = frozenset()

    def meant(self, compiled: Compiled, holes: Holes, env: Env) -> Typed:
        """The constant that a row names, applied to what fills its holes."""
        constant = CONSTANTS[compiled.row.means]
        if self.redefined and constant.name in VALUE_FAMILY:
            raise Misread("a value beside one that the page defines in its own way")
        takes, gives = constant.instance()
        args: list[Core] = []
        elided_policy = -1
        for name, want in zip(compiled.row.takes, takes, strict=True):
            if name == "?state":
                args.append(self.elided_state(env))
                continue
            if name == "?policy":
                elided_policy = len(args)
                args.append(self.policy_in_force())
                continue
            args.append(self.argument(holes[name], want, env))
        return op(constant.name, *args), gives

    def policy_in_force(self) -> Core:
        """The policy of V and Q that name none: the one policy of the claim."""
        key = ("policy in force",)
        return self.k.free_variable(key, r"\pi", POLICY)

    def argument(self, row: Row, want: Type, env: Env) -> Core:
        """A term of a given type."""
        want = self.k.binding.solve(want)
        if want == POLICY:
            return self.policy(row, env)
        if want.name == "Law":
            return self.law(row, want.args[0], env)
        if want.name == "Elem":
            return self.element(row, want, env)
        term, t = self.expression(row, env)
        if want == REAL:
            return self.real((term, t))
        self.unify(t, want)
        return term

    def element(self, row: Row, want: Type, env: Env) -> Core:
        """An element of a finite sort: a bound letter, or a free one."""
        row = tuple(i for i in row if not is_mark(i, r"\quad"))
        if len(row) != 1 or row[0].kind != "atom":
            if len(row) == 1 and row[0].kind == "number":
                raise Outside("a number where an element is needed")
            term, t = self.expression(row, env)
            self.unify(t, want)
            return term
        item = row[0]
        found = env.bound.get(letter_key(item))
        if found is not None:
            self.unify(found[1], want)
            return found[0]
        path = self.path_variable(item, env)
        if path is not None:
            self.unify(path[1], want)
            return path[0]
        for definition in self.k.definitions:
            if len(definition.args) == 1 and definition.args[0].key == item.key:
                raise Outside("an element that the page defines")
        may = kinds(item.name)
        if self.k.binding.solve(want.args[0]).name == "Action" and "state" in may and "action" not in may:
            raise Misread("a state where an action is needed")
        if self.process_here and "process" in may and any("time" in kinds(i.name) for s in item.subs for i in s):
            raise Outside(f"{self.shown(item)} at a time")
        numbered = any(i.kind == "number" for s in item.subs for i in s)
        if item.name.startswith("text:") or numbered and may.keys() & {"state", "action"} and not self.process_here:
            raise Outside("elements of an example")
        if self.k.binding.solve(want.args[0]).name in ("State", "Action") and item.name.isupper() and len(item.name) == 1 and not may.keys() & {"state", "action"} and not item.subs:
            raise Outside("states of an example")
        if "parameter" in may or "index" in may and self.k.binding.solve(want.args[0]).name in ("State", "Action"):
            self.k.oracle.cost += UNLIKELY  # a parameter or an index where an element is needed
        if "episode" in may:
            raise Outside(f"{item.name}, an episode")
        return self.free(item, want)

    def path_variable(self, item: Item, env: Env) -> Typed | None:
        return None

    def free(self, item: Item, want: Type | None = None) -> Var:
        """The free variable of a letter with all its scripts."""
        key = letter_key(item)
        known = self.k.free.get(key)
        if known is not None:
            if want is not None:
                self.unify(known.type, want)
            return known
        return self.k.free_variable(key, self.spelled(item), want)

    def spelled(self, item: Item) -> str:
        return latex_name(item)

    source: str = ""

    def policy(self, row: Row, env: Env) -> Core:
        """A policy: a name with a label, or a family at its parameter."""
        if len(row) != 1 or not self.is_policy(row[0]):
            raise Misread("no policy")
        item = row[0]
        return self.copy(item, POLICY, env)

    def copy(self, item: Item, type_: Type, env: Env) -> Core:
        """A name, or a family at the parameter that stands below it."""
        bound = env.bound.get(letter_key(item))
        if bound is not None:
            self.unify(bound[1], type_)
            return bound[0]
        for sub in item.subs:
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                family = self.free(replace(item, subs=tuple(s for s in item.subs if s is not sub)), type_)
                return op("at_parameter", family, self.parameter(sub[0], env))
        if self.implicit and not item.subs and not item.sups and not item.primes and type_.name in ("Policy", "Law"):
            return op("at_parameter", self.free(item, type_), self.implicit_parameter())
        if type_ == POLICY and not item.subs and not item.sups and not item.primes and stem(item) in self.facts.parametrised and self.parameter_letter is not None:
            options = (Option(0.0, False, "a policy of its own"), Option(1.0, True, "the policy that moves with the parameters"))
            if self.k.oracle.choose(("same policy", stem(item)), options):
                return op("at_parameter", self.free(item, type_), self.parameter(self.parameter_letter, env))
        return self.free(item, type_)

    def implicit_parameter(self) -> Var:
        """The parameters of a gradient that names none."""
        return self.k.free_variable(("implicit parameter",), r"\theta", vector(hole()))

    def parameter(self, item: Item, env: Env) -> Core:
        """The parameter of a model: a vector, whose copies (θ', θ_old) are points of one space."""
        found = env.bound.get(letter_key(item))
        if found is not None:
            return found[0]
        return self.letter(item, env)[0]

    def law(self, row: Row, sort: Type, env: Env) -> Core:
        """A distribution: its name, or a policy in a state."""
        row = tuple(i for i in row if not is_mark(i, r"\quad"))
        if not row or row[0].kind != "atom" or len(row) > 2:
            raise Misread("no distribution")
        item = row[0]
        if self.is_policy(item) and (len(row) == 1 or row[1].kind == "group" and len(row[1].rows) == 2):
            self.unify(sort, Type("Action"))
            if len(row) == 2:
                first = row[1].rows[0]
                if not self.is_placeholder(first) and not (len(first) == 1 and first[0].kind == "atom"):
                    raise Misread("no distribution")
                return op("action_law", self.policy(row[:1], env), self.element(row[1].rows[1], STATE, env))
            return op("action_law", self.policy(row, env), self.elided_state(env))
        if len(row) == 2 and row[1].kind == "group" and len(row[1].rows) == 3 and row[1].seps == ("|", ","):
            if not kinds(item.name).keys() & {"law"} and item.name not in ("T", "mathcal:P", "mathcal:T"):
                raise Misread("no distribution")
            self.unify(sort, Type("State"))
            s, a = self.element(row[1].rows[1], STATE, env), self.element(row[1].rows[2], element(Type("Action")), env)
            return op("next_law", s, a)
        if len(row) == 2:
            inner = row[1]
            if inner.kind != "group" or len(inner.rows) != 1:
                raise Outside("a conditional distribution")
            if not self.is_placeholder(inner.rows[0]):
                x = inner.rows[0]
                if len(x) != 1 or x[0].kind != "atom":
                    raise Misread("no distribution")
        if letter_key(item) in env.bound:
            raise Misread("no distribution")
        if item.name[-1:].isupper() and "law" not in kinds(item.name) or stem(item) in self.joint_names:
            raise Outside("a distribution that the claim takes apart")
        if any(d.args[0].name == item.name for d in self.k.definitions):
            raise Outside("a distribution that the page defines")
        return self.copy(item, law(sort), env)

    joint_names: frozenset[Hashable] = frozenset()

    def elided_state(self, env: Env) -> Core:
        """The state of a policy that names none: the one state of which the claim speaks."""
        states = [t for t, s in reversed(env.bound.values()) if self.k.binding.full(s) == STATE and isinstance(t, Var)]
        states += [v for v in self.k.free.values() if self.k.binding.full(v.type) == STATE]
        if len(states) > 1:
            chosen = self.k.oracle.choose(("elided state", len(states)), tuple(Option(0.2 * i, i, "the state of the policy") for i in range(len(states))))
            return states[chosen]
        return states[0] if states else self.k.free_variable(("elided state",), "s", STATE)

    # --- names ---------------------------------------------------------------------------------

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        """Named functions, expectations and the like."""
        return None

    def named(self, item: Item, group: Item | None, at: int, env: Env) -> tuple[Typed, int]:
        """A name that nothing else explains: applied or bare, of a type that its use tells."""
        base = stem(item)
        if "process" in kinds(item.name) and any(part.kind == "atom" and "time" in kinds(part.name) for sub in item.subs for part in sub):
            raise Outside(f"{self.shown(item)} at a time")
        if item.name.startswith(("mathcal:", "mathscr:")):
            raise Outside(f"{self.shown(item)}, which nothing here explains")
        if any(len(s) == 1 and s[0].kind == "atom" and kinds(s[0].name).get("policy") == 0 for s in (*item.sups, *item.subs)):
            raise Outside(f"{self.shown(item)} of a policy")
        if "discount" in kinds(item.name) and group is not None and not item.subs:
            group = None
        if item.name.startswith("text:") and group is not None:
            raise Outside(f"{self.shown(item)}, a function that nothing here explains")
        if group is not None and kinds(item.name).get("policy") == 0:
            raise Outside("a policy that gives an action")
        indices = self.indices(item, env)
        plain = replace(item, subs=() if indices is not None else item.subs)
        may = kinds(item.name)
        labels, powers = self.labels(plain, group is not None)
        name = replace(plain, sups=labels)
        if group is not None and indices is None:
            always = base not in self.facts.bare
            single = len(group.rows) == 1
            sum_inside = single and any(is_mark(i, "+", "-") for i in group.rows[0])
            lawful = "law" in may and single and self.single_letter(group.rows[0], env)
            is_function = "function" in may or lawful or bool(item.primes) or self.known_as_function(name)
            compound = single and len(group.rows[0]) > 1 and not is_function
            sum_inside = sum_inside or compound
            options = []
            if group.name == "()" or not single or is_function and not sum_inside:
                cost = 0.0 if is_function or not single else 0.3 if always and not sum_inside else 2.0
                cost += 0.0 if always else 1.0
                options.append(Option(cost, True, "applied"))
            if single:
                cost = 2.5 if is_function and always else 2.0 if is_function else 1.0 if always and not sum_inside else 0.0
                options.append(Option(cost - (0.0 if always else 1.5), False, "a factor"))
            if options and self.k.oracle.choose(("apply", base, len(group.rows)), tuple(options)):
                return self.applied(name, group, env, powers), at + 2
        if item.primes and group is None and may.keys() & {"function"} and base not in self.facts.bare:
            raise Outside("a derivative without its argument")
        if indices is not None and base in self.facts.bare and self.facts.tensorial and len(indices) == 1 and base in self.facts.whole:
            vec, t = self.letter(name, env)
            t = self.k.binding.solve(t)
            index = indices[0]
            if t.name != "Vector" or not isinstance(index, Var):
                raise (Unsure if self.facts.normed or base in self.facts.transposed else Outside)("components by numbers")
            if isinstance(self.k.binding.solve(index.type), Hole) or self.k.binding.solve(index.type).name == "Elem":
                self.unify(index.type, element(t.args[0]))
            else:
                raise Outside("components over a range")
            return self.raised((op("component", vec, index), REAL), powers, (), env), at + 1
        bold = {(f"{font}:{item.name}", item.accents, item.primes) for font in ("mathbf", "boldsymbol")}
        if item.subs and bold & self.facts.whole and (indices is not None or any(i.kind == "number" for s in item.subs for i in s)):
            raise Outside("components of a vector in another font")
        if indices is None and item.subs and base in self.facts.whole and self.facts.tensorial and any(i.kind == "number" for s in item.subs for i in s):
            raise (Unsure if self.facts.normed or base in self.facts.transposed else Outside)("components by numbers")
        if indices is not None:
            return self.raised(self.sequence(name, indices), powers, (), env), at + 1
        if (item.name == "infty"):
            raise Outside("infinity as a number")
        return self.raised(self.letter(name, env), powers, (), env), at + 1

    def known_as_function(self, item: Item) -> bool:
        found = self.k.free.get(letter_key(replace(item, primes=0)))
        return found is not None and self.k.binding.solve(found.type).name == "Function"

    def labels(self, item: Item, applied: bool) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Superscripts that belong to a name, and those that are powers."""
        labels, powers = [], []
        for sup in item.sups:
            one = sup[0] if len(sup) == 1 else None
            if one is not None and (
                one.kind == "atom" and (one.name.startswith("text:") and one.name not in ("text:T",) or one.name in ("*", "star", "ast", "dagger"))
                or one.kind == "mark"
                or one.kind == "group" and one.name == "()"
                or one.kind == "atom" and kinds(one.name).get("policy") == 0 and self.is_policy(one)
            ) or len(sup) > 1 and all(i.kind == "atom" and i.name.isupper() and len(i.name) == 1 for i in sup):
                labels.append(sup)
            else:
                powers.append(sup)
        return tuple(labels), tuple(powers)

    def indices(self, item: Item, env: Env) -> tuple[Core, ...] | None:
        """The indices of a member of a sequence, None where subscripts are part of the name."""
        if not item.subs or stem(item) not in self.facts.indexed:
            return None
        if any(hole_like(sub) for sub in item.subs):
            return None
        out: list[Core] = []
        for sub in item.subs:
            out += self.index_terms(sub, env)
        return tuple(out)

    def index_terms(self, sub: Row, env: Env) -> list[Core]:
        parts: list[Row] = []
        plain = tuple(i for i in sub if not is_mark(i, r"\quad"))
        if any(is_mark(i, ",") for i in plain):
            current: list[Item] = []
            for i in plain:
                if is_mark(i, ","):
                    parts.append(tuple(current))
                    current = []
                else:
                    current.append(i)
            parts.append(tuple(current))
        elif len(plain) > 1 and all(i.kind in ("atom", "number") for i in plain):
            parts = [(i,) for i in plain]
        else:
            parts = [plain]
        out = []
        for part in parts:
            if len(part) == 1 and part[0].kind == "atom":
                found = env.bound.get(letter_key(part[0]))
                if found is not None:
                    out.append(found[0])
                    continue
                if part[0].name.startswith("text:"):
                    raise Outside("a word as an index")
                out.append(self.free(part[0]))
                continue
            out.append(self.real(self.expression(part, env)))
        return out

    def sequence(self, name: Item, indices: tuple[Core, ...]) -> Typed:
        """A member of a family of numbers."""
        types = []
        for index in indices:
            types.append(index.type if isinstance(index, Var) else NAT)
        key = ("sequence", letter_key(name), len(indices))
        family = self.k.free_variable(key, self.spelled(name), None)
        self.unify(family.type, function(*types, REAL))
        return op("call", family, *indices), REAL

    def letter(self, item: Item, env: Env) -> Typed:
        """A bare letter: a number, or a vector or matrix where the claim has them."""
        may = kinds(item.name)
        key = letter_key(item)
        known = self.k.free.get(key)
        if known is not None:
            return known, known.type
        plain = not item.subs and not item.sups and not item.primes and not item.accents
        if self.facts.chain and plain and item.name in chain_letters():
            constant = CONSTANTS[chain_letters()[item.name]]
            return op(constant.name, self.policy_in_force()), constant.gives
        timed = any(i.kind == "number" or i.kind == "atom" and kinds(i.name).keys() & {"time", "index"} for s in item.subs for i in s)
        if "error" in may and (item.subs or self.facts.valued):
            raise Outside(f"{item.name}, a quantity of an episode")
        if "process" in may and (timed or may["process"] == 0) or "episode" in may:
            raise Outside(f"{item.name}, a quantity of an episode")
        if plain and "circle-constant" in may:
            return op("pi"), REAL
        if plain and "euler" in may:
            return op("exp", num(1)), REAL
        if "discount" in may and plain:
            return op("discount"), REAL
        if item.name in ("mathbf:I", "I") and plain and self.facts.tensorial and stem(item) not in self.facts.applied:
            n = hole()
            return op("identity", info=(self.dimension(n),)), matrix(n, n)
        if item.name in ("mathbf:1", "boldsymbol:1") and plain:
            n = hole()
            return op("ones", info=(self.dimension(n),)), vector(n)
        if item.name in ("n", "d", "m", "N", "D") and plain and self.facts.normed:
            raise Outside(f"{item.name}, which may be the length of a vector")
        if self.facts.tensorial:
            options = self.shapes(item, may)
            shape = self.k.oracle.choose(("shape", key), options)
            n, m = hole(), hole()
            if shape == "vector":
                return self.typed_letter(item, vector(n))
            if shape == "matrix":
                if stem(item) in self.facts.inverted:
                    m = n
                return self.typed_letter(item, matrix(n, m))
            return self.typed_letter(item, hole())
        if "parameter" in may and stem(item) not in self.facts.differentiated and self.gradients:
            return self.typed_letter(item, vector(hole()))
        return self.typed_letter(item, hole())

    gradients: bool = False

    def dimension(self, n: Hole) -> Type:
        self.dimensions.append(n)
        return n

    @property
    def dimensions(self) -> list[Type]:
        return self.__dict__.setdefault("_dimensions", [])

    def typed_letter(self, item: Item, t: Type) -> Typed:
        made = self.free(item, t)
        return made, made.type

    def shapes(self, item: Item, may: dict[str, float]) -> tuple[Option, ...]:
        transposed = stem(item) in self.facts.transposed
        upper = item.name[-1:].isupper() and ":" not in item.name
        number, vec, mat = 0.0, 1.2, 3.0
        if "vector" in may or item.accents == ("vec",):
            number, vec = 3.0, 0.0
        if "matrix" in may or stem(item) in self.facts.inverted:
            number, vec, mat = 3.0, 2.0, 0.0
        elif upper:
            number, vec, mat = 0.4, 1.5, 0.0
        elif "parameter" in may:
            number, vec = 0.3, 0.0
        elif transposed:
            vec = 0.0
        if transposed:
            number += 5
        if "index" in may and not transposed and not upper:
            vec, mat = 3.0, 5.0
        return (Option(number, "number", "a number"), Option(vec, "vector", "a vector"), Option(mat, "matrix", "a matrix"))

    def applied(self, item: Item, group: Item, env: Env, powers: tuple[Row, ...]) -> Typed:
        """An unknown function, or a distribution, at its arguments."""
        may = kinds(item.name)
        if may.get("process") == 0:
            raise Outside(f"{self.shown(item)}, an objective that the page does not define")
        if ("|" in group.seps or stem(item) in self.joint_names) and "law" in may:
            return self.raised(self.joint(item, group, env), (*powers, *group.sups), (), env)
        if "|" in group.seps or "||" in group.seps:
            raise Outside("a bar in the argument of a function")
        starred = any(len(s) == 1 and s[0].name in ("*", "star", "ast") for s in (*item.subs, *item.sups))
        if "law" in may and not starred and len(group.rows) == 1 and not item.primes and self.single_letter(group.rows[0], env):
            options = (Option(may["law"], "law", "a distribution"), Option(2.2 if not may["law"] else 1.0, "function", "a function"))
            if self.k.oracle.choose(("law", stem(item)), options) == "law":
                sort = hole()
                x = self.element(group.rows[0], element(sort), env)
                return self.raised((op("mass", self.copy(item, law(sort), env), x), REAL), (*powers, *group.sups), (), env)
        head = replace(item, primes=0)
        if item.name.startswith("text:"):
            raise Outside(f"{self.shown(item)}, a function that nothing here explains")
        if any(hole_like(sub) for sub in head.subs) and not may.keys() & {"function", "law"}:
            raise Outside("a function that its name describes")
        for sub in head.subs:
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                key = ("function", letter_key(replace(head, subs=tuple(s for s in head.subs if s is not sub))))
                moving = self.k.free_variable(key, self.spelled(head))
                return self.called((op("at_parameter", moving, self.parameter(sub[0], env)), moving.type), group, item.primes, env, powers)
        family = self.k.free_variable(("function", letter_key(head)), self.spelled(head))
        return self.called((family, family.type), group, item.primes, env, powers)

    def single_letter(self, row: Row, env: Env) -> bool:
        return len(row) == 1 and row[0].kind == "atom" and not (row[0].sups and len(row[0].sups[0]) == 1 and row[0].sups[0][0].kind == "number")

    def called(self, head: Typed, group: Item, primes: int, env: Env, powers: tuple[Row, ...]) -> Typed:
        """A function at its arguments, differentiated as often as it has primes."""
        if any(s not in (",", ";") for s in group.seps):
            raise Outside("a bar in the argument of a function")
        args: list[Core] = []
        types: list[Type] = []
        for r in group.rows:
            if self.is_placeholder(r):
                raise Outside("a function without its argument")
            term, t = self.expression(r, env)
            t = self.k.binding.solve(t)
            if t.name == "Matrix":
                raise Outside("an unknown function of a matrix")
            if t == NAT:
                t = REAL
            if t.name == "Row":
                raise Misread("a row as an argument")
            args.append(term)
            types.append(t)
        known = self.k.binding.solve(head[1])
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
            if len(r) != 1 or r[0].kind != "atom" or r[0].name.startswith("text:"):
                raise Outside("a distribution of what is no letter")
            letter = r[0]
            place = self.coordinates.setdefault((key, letter_key(letter)), (len([c for c in self.coordinates if c[0] == key]), hole()))
            out.append(self.element(r, element(place[1]), env))
            coordinates.append(place[0])
        return op("joint", variable, *out, info=(tuple(coordinates[:given_at]), tuple(coordinates[given_at:]))), REAL

    @property
    def coordinates(self) -> dict[tuple[Hashable, Hashable], tuple[int, Type]]:
        return self.__dict__.setdefault("_coordinates", {})


def latex_name(item: Item) -> str:
    """A name as LaTeX, with its accents, primes and labels."""
    font, _, letter = item.name.rpartition(":")
    body = rf"\{font}{{{letter}}}" if font else letter if len(letter) == 1 else "\\" + letter
    for accent in reversed(item.accents):
        body = rf"\{accent}{{{body}}}"
    body += "'" * item.primes
    for mark, rows in (("_", item.subs), ("^", item.sups)):
        for row in rows:
            body += mark + "{" + "".join(latex_name(i) if i.kind == "atom" else i.name for i in row) + "}"
    return body


VALUE_FAMILY = ("value", "q_value", "advantage", "optimal_value", "optimal_q", "optimal_advantage")
OF_VECTORS = ("value_vector", "reward_vector", "transition_matrix", "optimal_vector")
OF_ANY_LAW = ("transition", "policy_transition", "outcome", "reward_law")
#: The cost of a letter that is a parameter or an index everywhere else.
UNLIKELY = 1.5
KIND_OF_SORT = {"State": "state", "Action": "action", "RewardOutcome": "reward"}


@lru_cache(maxsize=1)
def chain_letters() -> dict[str, str]:
    """Letters of a Markov chain in vectors, and the constant that each is."""
    return {row.pattern: row.means for row in bare_rows()}


def hole_like(sub: Row) -> bool:
    """A word or a mark below a name: a label."""
    return len(sub) == 1 and (sub[0].kind == "atom" and sub[0].name.startswith("text:") or sub[0].kind == "mark")


__all__ = ["EVENT", "FUNCTIONS", "FUNCTION_ROWS", "Heads", "Misread", "num"]
