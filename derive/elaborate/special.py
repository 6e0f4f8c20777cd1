"""Named functions, expectations, probabilities, divergences: heads that are words of the field rather than letters."""

from __future__ import annotations

from dataclasses import replace

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Op, Var, free_variables, num, op
from derive.core.terms import walk as walk_terms
from derive.core.types import ACTION, EVENT, NAT, POLICY, REAL, STATE, Hole, Type, element, hole, law, vector
from derive.elaborate.binders import Binders, commas
from derive.elaborate.ellipses import from_first
from derive.elaborate.expressions import split_relations, strip_commas
from derive.elaborate.facts import stem
from derive.elaborate.scope import Env, Outside, Typed, Unsure, kinds, letter_key
from derive.elaborate.search import Misread, Option
from derive.glossary.functions import (
    DIVERGENCE_WORDS,
    EXPECTATIONS,
    FUNCTION_ROWS,
    FUNCTIONS,
    GROUP_WORDS,
    INDICATORS,
    INVERSES,
    MATRIX_FUNCTIONS,
    PROBABILITIES,
    VARIANCES,
)
from derive.glossary.marks import (
    AMBIGUOUS_INDICATORS,
    COMPLEMENTS,
    DIVERGENCE_NAMES,
    DIVERGENCES,
    ENTROPIES,
    IDENTITIES,
    INFORMATION,
    PLAIN_EXPECTATIONS,
    RANDOM_CAPITALS,
)
from derive.syntax.flat import Item, Row, is_mark, walk

#: What is drawn with the world: random where a text averages it, without a word of it here.
UNSAID = (frozenset(CONSTANTS) | {"call", "mass", "joint"}) - {"discount"}


class Special(Binders):
    """Heads with a meaning of their own."""

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        item = row[at]
        word = item.word
        if word in FUNCTIONS:
            return self.function(row, at, env, FUNCTIONS[word])
        if word in MATRIX_FUNCTIONS:
            return self.matrix_function(row, at, env, MATRIX_FUNCTIONS[word])
        if item.name in FUNCTION_ROWS and group is not None and group.name == "()" and len(group.rows) == 1 and not item.subs:
            return self.primed(FUNCTION_ROWS[item.name], item, group, env), at + 2
        if word in GROUP_WORDS and group is not None and GROUP_WORDS[word] in ("mean", "std") and self.is_list(item, group):
            return self.raised(self.statistic(GROUP_WORDS[word], group, env), group.sups, (), env), at + 2
        if word == "clip" and group is not None and len(group.rows) == 3:
            a, b, c = (self.real(self.expression(r, env)) for r in group.rows)
            return self.raised((op("clip", a, b, c), REAL), group.sups, (), env), at + 2
        if word in ("max", "min") and group is not None and len(group.rows) > 1:
            parts = [self.real(self.expression(r, env)) for r in group.rows]
            return self.raised((op("maximum" if word == "max" else "minimum", *parts), REAL), group.sups, (), env), at + 2
        if item.name in EXPECTATIONS and not (item.name in PLAIN_EXPECTATIONS and group is None and not item.subs):
            return self.expectation(row, at, env)
        if item.name in VARIANCES and group is not None and (bool(word) or group.name == "[]"):
            return self.variance(item, group, env), at + 2
        if item.name in INDICATORS and item.subs and item.name not in AMBIGUOUS_INDICATORS:
            inside = item.subs[0]
            if len(inside) == 1 and inside[0].kind == "group" and inside[0].name in ("{}", "[]", "()", "row"):
                inside = inside[0].rows[0]
            made_one = op("indicator", self.relation(inside, env))
            return self.raised((made_one, REAL), item.sups, (), env), at + 1
        if item.name in INDICATORS and group is not None and (item.name not in INFORMATION or group.name != "()"):
            return self.indicator(item, group, env), at + 2
        if item.name in PROBABILITIES and group is not None and self.speaks_of_events(group, env):
            return self.raised(self.probability(group, env), group.sups, (), env), at + 2
        if group is not None and self.is_divergence(item):
            return self.divergence(item, group, env), at + 2
        if item.name in ENTROPIES and group is not None:
            made = self.entropy(item, group, env)
            if made is not None:
                return self.raised(made, group.sups, (), env), at + 2
        if item.name in INFORMATION and group is not None and ";" in group.seps:
            return self.mutual_information(group, env), at + 2
        return None

    # --- groups --------------------------------------------------------------------------------

    def is_list(self, item: Item, group: Item) -> bool:
        """Whether the members of a group stand in the brackets, and nothing random."""
        atoms = [i for r in group.rows for i in walk(r) if i.kind == "atom"]
        random = any(i.name in RANDOM_CAPITALS and not i.subs for i in atoms)
        return not (item.name in VARIANCES and random and not any(stem(i) in self.facts.lengths for i in atoms))

    def statistic(self, name: str, group: Item, env: Env) -> Typed:
        r"""``\mathrm{mean}(r_1,\dots,r_G)``, ``\mathrm{std}(r)``: over the members of a sequence."""
        k, body, low, high = self.members_of(group, env)

        def average(term: Core) -> Core:
            count = high if low == num(1) else op("add", op("add", high, op("neg", low)), num(1))
            return op("div", Bind("sum", (k,), term, (low, high)), count)

        mean = average(body)
        if name == "mean":
            return mean, REAL
        gap = op("add", body, op("neg", mean))
        spread = average(op("mul", gap, gap))
        options = (Option(0.0, False, "divided by the number of members"), Option(0.4, True, "divided by one less than the number of members"))
        if self.k.oracle.choose(("spread",), options):
            spread = op("mul", spread, op("div", high, op("add", high, num(-1))))
        return op("root", spread, num(2)), REAL

    def members_of(self, group: Item, env: Env) -> tuple[Var, Core, Core, Core]:
        """A number, the member with that number, and the first and last numbers."""
        while len(group.rows) == 1 and len(group.rows[0]) == 1 and group.rows[0][0].kind == "group" and not group.subs:
            group = group.rows[0][0]
        k = self.k.variable(NAT, "j")
        if group.subs and group.sups and len(group.rows) == 1:
            terms, rels = split_relations(group.subs[0])
            if rels == ["="] and len(terms[0]) == 1:
                low, high = self.whole(terms[1], env), self.whole(group.sups[0], env)
                self.k.ranges[k.number] = (low, high)
                inner = env.bind(letter_key(terms[0][0]), k, NAT)
                return k, self.real(self.expression(group.rows[0], inner)), low, high
            raise Outside("a list that is not read")
        places = [i for i, r in enumerate(group.rows) if len(r) == 1 and r[0].kind == "dots"]
        if len(places) == 1 and 0 < places[0] < len(group.rows) - 1:
            first = self.real(self.expression(group.rows[0], env))
            last = self.real(self.expression(group.rows[-1], env))
            found = from_first(first, last, k)
            if found is not None:
                return k, found[0], found[1], found[2]
        if len(group.rows) == 1 and len(group.rows[0]) == 1 and group.rows[0][0].kind == "atom":
            letter = group.rows[0][0]
            length = self.facts.lengths.get(stem(letter))
            if length is not None and not letter.subs:
                high = self.whole(length, env)
                return k, self.real(self.sequence(letter, (k,))), num(1), high
        raise Outside("a statistic of what is no list")

    # --- functions -----------------------------------------------------------------------------

    def function(self, row: Row, at: int, env: Env, name: str) -> tuple[Typed, int]:
        item = row[at]
        base: Core | None = None
        if item.subs:
            if name != "log":
                raise Outside("an index on a function")
            base = self.real(self.expression(item.subs[0], env))
        inverse = False
        powers: tuple[Row, ...] = item.sups
        if len(item.sups) == 1 and [i.name for i in item.sups[0]] == ["-", "1"] and name in INVERSES:
            name, powers, inverse = INVERSES[name], (), True
        following = row[at + 1] if at + 1 < len(row) else None
        if (
            following is not None
            and following.kind == "group"
            and following.name in ("()", "[]", "{}")
            and len(following.rows) == 1
        ):
            argument, end = self.expression(following.rows[0], env), at + 2
            powers = (*powers, *following.sups)
        else:
            argument, end = self.bare_argument(row, at + 1, env)
        x = self.real(argument)
        made = self.unary(name, x)
        if base is not None:
            made = op("div", made, op("log", base))
        del inverse
        return self.raised((made, REAL), powers, (), env), end

    def unary(self, name: str, x: Core) -> Core:
        if name == "relu":
            return op("maximum", x, num(0))
        if name == "softplus":
            return op("log", op("add", num(1), op("exp", x)))
        return op(name, x)

    def bare_argument(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        """What a function without brackets takes: an application, or a product of bare letters and numbers."""
        if at < len(row) and is_mark(row[at], "-"):
            inner, end = self.bare_argument(row, at + 1, env)
            return (op("neg", self.real(inner)), REAL), end
        total, end = self.factor(row, at, env)
        simple = row[at].kind in ("atom", "number") and end == at + 1
        while simple and end < len(row) and row[end].kind in ("atom", "number", "frac", "root"):
            following = row[end + 1] if end + 1 < len(row) else None
            if row[end].said in FUNCTIONS or following is not None and following.kind == "group":
                break
            more, end = self.factor(row, end, env)
            total = self.times(total, more)
        if end < len(row) and is_mark(row[end], "/") and simple:
            more, end = self.factor(row, end + 1, env)
            total = self.quotient(total, more)
        return total, end

    def primed(self, name: str, item: Item, group: Item, env: Env) -> Typed:
        """σ(x), σ'(x)."""
        x = self.real(self.expression(group.rows[0], env))
        made: Core
        if item.primes:
            u = self.k.variable(REAL, "u")
            made = Bind("slope", (u,), op(name, u), (x,), info=(item.primes,))
        else:
            made = op(name, x)
        return self.raised((made, REAL), (*item.sups, *group.sups), (), env)

    def matrix_function(self, row: Row, at: int, env: Env, name: str) -> tuple[Typed, int]:
        following = row[at + 1] if at + 1 < len(row) else None
        if following is not None and following.kind == "group" and len(following.rows) == 1:
            inner, end, powers = self.expression(following.rows[0], env), at + 2, following.sups
        else:
            inner, end = self.bare_argument(row, at + 1, env)
            powers = ()
        x, t = self.numeric(inner)
        if name == "diag" and t.name == "Vector":
            return (op("diagonal", x), Type("Matrix", (t.args[0], t.args[0]))), end
        if t.name != "Matrix":
            raise Misread(f"{name} of {self.k.binding.full(t)}")
        self.unify(t.args[0], t.args[1])
        return self.raised((op(name, x), REAL), powers, (), env), end

    def indicator(self, item: Item, group: Item, env: Env) -> Typed:
        conditions = [self.relation(r, env) for r in group.rows]
        made = op("indicator", *conditions)
        return self.raised((made, REAL), group.sups, (), env)

    # --- expectations --------------------------------------------------------------------------

    def expectation(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        following = row[at + 1] if at + 1 < len(row) else None
        if item.accents or item.sups and not any(len(s) == 1 and self.is_policy(s[0]) for s in item.sups):
            raise Outside("an estimate of an expectation")
        if following is None:
            raise Outside("an expectation of nothing")
        under = item.subs[0] if item.subs else (item.sups[0] if item.sups else ())
        given: Row = ()
        if following.kind == "group" and following.name in ("()", "[]", "{}") and all(s in ("|", ",") for s in following.seps):
            cut = following.seps.index("|") + 1 if "|" in following.seps else len(following.rows)
            if cut != 1:
                raise Outside("an expectation of a list")
            content = following.rows[0]
            given = joined(following.rows[cut:])
            end = at + 2

            def body(inner: Env) -> Typed:
                return self.expression(content, inner)

            powers = following.sups
        else:
            stop = at + 1
            while stop < len(row) and not is_mark(row[stop], "+", "-"):
                stop += 1
            content = row[at + 1 : stop]
            end, powers = stop, ()

            def body(inner: Env) -> Typed:
                return self.expression(content, inner)

        made = self.averaged(under, content, given, body, env)
        return self.raised(made, powers, (), env), end

    def averaged(self, under: Row, content: Row, given: Row, body: object, env: Env) -> Typed:
        """E_under[content | given]."""
        draws, policy = self.draws(under, env)
        if not draws and (policy is not None or not under):
            made = self.one_step(policy, content, given, env)
            if made is not None:
                return made
        if policy is not None and not draws:
            raise Outside("an expectation over a process")
        if draws:
            if given:
                raise Outside("a condition in an expectation over a stated law")
            return self.over_laws(draws, content, env)
        if under:
            raise Outside("an expectation whose law is not stated")
        return self.over_outcomes(content, given, env)

    def one_step(self, policy: Item | None, content: Row, given: Row, env: Env) -> Typed | None:
        """E[… | s, a] and E_π[… | s]: what is not given is drawn by the policy and the transition; None where that is not what stands here."""
        parts = [self.plain_given(p) for p in commas(given)] if not any(self.timed(i) for i in walk(content)) else commas(given)
        if any(len(p) != 1 or p[0].kind != "atom" or p[0].subs for p in parts) or policy is None and not parts:
            return None
        inner = env
        known: dict[str, Core] = {}
        for part in parts:
            kind = "state" if "state" in kinds(part[0].name) else "action" if "action" in kinds(part[0].name) else ""
            if not kind or kind in known or part[0].name[-1:].isupper():
                return None
            known[kind] = self.element(part, STATE if kind == "state" else ACTION, env)
        letters = {
            letter_key(i): i for i in walk(content) if i.kind == "atom" and len(i.name) == 1 and not i.subs and i.name.islower()
        }
        given_keys = {letter_key(p[0]) for p in parts}
        if (
            policy is not None
            and not parts
            and any(i.kind == "atom" and i.subs and "process" in kinds(i.name) for i in walk(content))
        ):
            return None
        fresh = {
            key: i
            for key, i in letters.items()
            if key not in given_keys and key not in env.bound and not any(letter_key(j) == key for j in bound_inside(content))
        }
        find = {}
        for key, i in fresh.items():
            for kind in ("state", "action", "reward"):
                if kind in kinds(i.name) and i.primes <= 1 and not self.is_applied(content, i):
                    find[kind, i.primes] = (key, i)
        if "state" not in known:
            if ("state", 0) in find and policy is not None and not parts:
                known["state"] = self.free(find["state", 0][1], STATE)
            elif policy is not None and not parts and ("action", 0) in find:
                known["state"] = self.elided_state(env)
            else:
                return None
        binds: list[tuple[str, Var]] = []
        if "action" not in known and ("action", 0) in find:
            if policy is None:
                return None
            a = self.k.variable(ACTION, "a")
            inner = inner.bind(find["action", 0][0], a, ACTION)
            known["action"] = a
            binds.append(("action", a))
        ahead = ("state", 1) in find or ("reward", 0) in find
        if ahead:
            if "action" not in known:
                if policy is None:
                    return None
                known["action"] = self.k.variable(ACTION, "a")
                binds.append(("action", known["action"]))  # type: ignore[arg-type]
            t = self.k.variable(STATE, "s'")
            known["next"] = t
            if ("state", 1) in find:
                inner = inner.bind(find["state", 1][0], t, STATE)
            binds.append(("next", t))
            if ("reward", 0) in find:
                r = self.k.variable(element(Type("RewardOutcome")), "r")
                inner = inner.bind(find["reward", 0][0], r, r.type)
                binds.append(("reward", r))
        if ("action", 1) in find and "next" in known:
            if policy is None:
                return None
            b = self.k.variable(ACTION, "a'")
            inner = inner.bind(find["action", 1][0], b, ACTION)
            binds.append(("action'", b))
        if not binds and policy is None:
            return None
        term, t_ = self.numeric(self.expression(content, inner))
        if t_ == NAT:
            t_ = REAL
        under = self.policy((policy,), env) if policy is not None else None
        reward = next((v for kind, v in binds if kind == "reward"), None)
        for kind, v in reversed(binds):
            if kind == "reward":
                continue
            if kind == "next" and reward is not None:
                weight = op("outcome", v, reward, known["state"], known["action"])
                term = Bind("sum", (v,), Bind("sum", (reward,), op("mul", weight, term)))
            elif kind == "next":
                term = Bind("expect", (v,), term, (op("next_law", known["state"], known["action"]),))
            else:
                assert under is not None
                at_state = known["state"] if kind == "action" else known["next"]
                term = Bind("expect", (v,), term, (op("action_law", under, at_state),))
        return term, t_

    def timed(self, item: Item) -> bool:
        late = any(i.kind == "atom" and "time" in kinds(i.name) for s in item.subs for i in s)
        return item.kind == "atom" and (late or "process" in kinds(item.name) and bool(item.subs))

    def plain_given(self, part: Row) -> Row:
        """``S_t=s`` where nothing else has a time says only that the state is s."""
        terms, rels = split_relations(part)
        if rels == ["="] and len(terms[0]) == 1 and self.timed(terms[0][0]) and len(terms[1]) == 1 and terms[1][0].kind == "atom":
            return terms[1]
        return part

    def is_applied(self, content: Row, item: Item) -> bool:
        """Whether a letter is followed by a bracket somewhere: a function, no reward."""
        return any(
            row[i].kind == "atom" and letter_key(row[i]) == letter_key(item) and i + 1 < len(row) and row[i + 1].kind == "group" and row[i + 1].name == "()"
            for row in rows_of(content) for i in range(len(row))
        )  # fmt: skip

    def draws(self, under: Row, env: Env) -> tuple[list[tuple[Item, Row]], Item | None]:
        """The letters that an expectation draws, each with its law; or the policy that it names."""
        found: list[tuple[Item, Row]] = []
        if len(under) == 1 and under[0].kind == "atom" and self.is_policy(under[0]):
            return [], under[0]
        if len(under) == 2 and under[0].kind == "atom" and under[1].kind == "group" and len(under[1].rows) in (1, 2):
            letter = under[1].rows[0]
            if len(letter) == 1 and letter[0].kind == "atom" and ("law" in kinds(under[0].name) or self.is_policy(under[0])):
                return [(letter[0], under)], None
        pending: list[Item] = []
        for part in commas(under):
            terms, rels = split_relations(part)
            if rels == []:
                if len(part) == 1 and part[0].kind == "atom":
                    pending.append(part[0])
                    continue
                raise Outside("an expectation whose law is not read")
            if terms[0] and "episode" in kinds(terms[0][0].name):
                raise Outside("an expectation over episodes")
            if rels != [r"\sim"] or len(terms[0]) != 1 or terms[0][0].kind != "atom":
                raise Outside("an expectation whose law is not read")
            if pending:
                raise Outside("several letters of one law")
            found.append((terms[0][0], terms[1]))
        if pending:
            raise Outside("an expectation whose law is not stated")
        return found, None

    def over_laws(self, draws: list[tuple[Item, Row]], content: Row, env: Env) -> Typed:
        """Nested expectations, each law seeing the letters that were drawn before it, in whatever order they are written."""
        inner = env
        made: list[tuple[Var, Item, Row]] = []
        for letter, law_row in draws:
            variable = self.k.variable(element(hole()), self.spelled(letter))
            made.append((variable, letter, law_row))
            inner = inner.bind(letter_key(letter), variable, variable.type)
        term, t = self.numeric(self.expression(content, inner))
        laws: list[tuple[Var, Core]] = []
        for variable, letter, law_row in made:
            sort = self.k.binding.solve(variable.type).args[0]
            without = replace(inner, bound={k: v for k, v in inner.bound.items() if v[0] != variable})
            for other, _, _ in made:
                if other == variable:
                    break
            own = self.first_law(letter, law_row, sort) or self.next_law(letter, law_row, sort, without) or self.state_law(letter, law_row, sort, without)
            laws.append((variable, own or self.law(law_row, sort, without)))
            del letter
        ordered: list[tuple[Var, Core]] = []
        names = {v for v, _ in laws}
        while laws:
            ready = [(v, p) for v, p in laws if not (free_variables(p) & names - {w for w, _ in ordered})]
            if not ready:
                raise Misread("laws that depend on each other")
            ordered.append(ready[0])
            laws.remove(ready[0])
        for variable, p in reversed(ordered):
            term = Bind("expect", (variable,), term, (p,))
        return term, REAL if t == NAT else t

    def state_law(self, letter: Item, row: Row, sort: Type, env: Env) -> Core | None:
        """A law of states is no policy, though its letter may be one elsewhere."""
        if "state" in kinds(letter.name) and len(row) == 1 and row[0].kind == "atom" and kinds(row[0].name).get("policy", 0) > 0:
            return self.copy(row[0], law(sort), env)
        return None

    def next_law(self, letter: Item, row: Row, sort: Type, env: Env) -> Core | None:
        """The law of the next state where only the name of the transitions is written: after the state and action in force."""
        return None

    def first_law(self, letter: Item, row: Row, sort: Type) -> Core | None:
        """The law of the state in which an episode begins, whatever it is called."""
        return None

    # --- random variables ----------------------------------------------------------------------

    def over_outcomes(self, content: Row, given: Row, env: Env) -> Typed:
        """E[… | …] over random variables of a finite space."""
        inner = replace(env, random=True)
        term, t = self.numeric(self.random_term(content, inner))
        where = self.given_terms(given, inner)
        if not any(isinstance(x, Var) and x.random for x in walk_terms(term)) and any(isinstance(x, Op) and x.name in UNSAID for x in walk_terms(term)):
            raise Unsure("an expectation of functions of which nothing says that they are random")
        return (Bind("mean", (), term, (), where), t)

    def random_term(self, content: Row, env: Env) -> Typed:
        return self.expression(content, env)

    def given_terms(self, given: Row, env: Env) -> tuple[Core, ...]:
        """Conditions: an event, ``X=x``, or a random variable whose value is the one that holds."""
        out: list[Core] = []
        for part in commas(given):
            rels = split_relations(part)[1]
            if not rels:
                x = self.expression(part, env)
                solved = self.k.binding.solve(x[1])
                out.append(x[0] if solved == EVENT or solved.name == "Bool" else op("same", x[0]))
                continue
            if rels[0] not in ("=", "<", ">", r"\le", r"\ge", r"\ne"):
                raise Outside("a condition that is not read")
            out.append(self.relation(part, env))
        return tuple(out)

    def letter(self, item: Item, env: Env) -> Typed:
        """Inside an expectation without a law, what is no constant of the claim is random."""
        known = self.k.free.get(letter_key(item))
        if known is not None:
            return known, known.type
        if item.accents and item.name[-1:].isupper() and (env.random or self.random_anywhere(replace(item, accents=()))):
            raise Unsure("a mean of random variables under a name")
        if self.facts.events_here and item.name[-1:].isupper() and ":" not in item.name and len(item.name) == 1:
            if not env.random and not self.random_anywhere(item):
                return super().letter(item, env)
            may = kinds(item.name)
            if "index" in may or not may and stem(item) in self.facts.outside and item.name not in RANDOM_CAPITALS:
                likely = stem(item) in self.facts.outside or "index" in may
                options = (Option(0.0 if likely else 0.6, False, "a constant"), Option(0.6 if likely else 0.0, True, "a random variable"))
                if not self.k.oracle.choose(("random", letter_key(item)), options):
                    return super().letter(item, env)
            made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
            return made, REAL
        if env.random and self.could_be_random(item):
            only = stem(item) not in self.facts.outside
            if self.facts.events_here and only and len(item.name) == 1 and not item.accents:
                options = (Option(1.2, True, "a random variable"), Option(0.0, False, "a constant"))
                if self.k.oracle.choose(("random", letter_key(item)), options):
                    made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
                    return made, REAL
                return super().letter(item, env)
            options = (Option(0.0 if only else 1.5, True, "a random variable"), Option(1.2 if only else 0.0, False, "a constant"))
            if self.k.oracle.choose(("random", letter_key(item)), options):
                made = self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)
                return made, REAL
        return super().letter(item, env)

    def random_anywhere(self, item: Item) -> bool:
        return stem(item) in self.random_names

    random_names: frozenset[object] = frozenset()

    def could_be_random(self, item: Item) -> bool:
        may = kinds(item.name)
        moved = self.gradients or bool(self.facts.parametrised)
        fixed = {"circle-constant", "euler", "discount", "policy"} | ({"parameter"} if moved and not item.accents else set())
        return not may.keys() & fixed and item.name not in IDENTITIES

    def variance(self, item: Item, group: Item, env: Env) -> Typed:
        name = VARIANCES[item.name]
        inner = replace(env, random=True)
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
        main, given = group.rows[:cut], joined(group.rows[cut:])
        where = self.given_terms(given, inner)
        draws, policy = self.draws(item.subs[0], env) if item.subs else ([], None)
        if policy is not None or item.accents:
            raise Outside("a variance over a process")
        parts = [self.real(self.expression(r, inner)) for r in main] if not draws else []
        if draws:
            if len(main) != 1 or given:
                raise Outside("a variance that is not read")
            x, _ = self.over_laws(draws, main[0], env)
            assert isinstance(x, Bind)
            square = deepest(x, lambda body: op("mul", body, body))
            made: Core = op("add", square, op("neg", op("mul", x, x)))
        elif name == "covariance" and len(parts) == 2:
            product = Bind("mean", (), op("mul", parts[0], parts[1]), (), where)
            means = [Bind("mean", (), p, (), where) for p in parts]
            made = op("add", product, op("neg", op("mul", *means)))
        elif len(parts) == 1:
            square = Bind("mean", (), op("mul", parts[0], parts[0]), (), where)
            mean = Bind("mean", (), parts[0], (), where)
            made = op("add", square, op("neg", op("mul", mean, mean)))
        else:
            raise Outside("a variance of a list")
        if name == "deviation":
            made = op("root", made, num(2))
        return self.raised((made, REAL), (*item.sups, *group.sups), (), env)

    def speaks_of_events(self, group: Item, env: Env) -> bool:
        """Whether the arguments of P are events: capital letters, or relations."""
        for r in group.rows:
            if any(i.kind == "mark" and i.name in ("=", "<", ">", r"\le", r"\ge", r"\cap", r"\cup") for i in r):
                return not any(i.kind == "atom" and i.subs for i in r)
        return all(len(r) == 1 and r[0].kind == "atom" and len(r[0].name) == 1 and r[0].name.isupper() for r in group.rows)

    def probability(self, group: Item, env: Env) -> Typed:
        inner = replace(env, random=True)
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
        if any(s not in ("|", ",") for s in group.seps):
            raise Outside("a probability that is not read")
        events = [self.event(r, inner) for r in group.rows[:cut]]
        given = tuple(self.event(r, inner) for r in group.rows[cut:])
        return Bind("mean", (), op("indicator", *events), (), given), REAL

    def event(self, row: Row, env: Env) -> Core:
        """An event: a letter, a complement, an intersection, a union, or a relation of random variables."""
        row = strip_commas(row)
        rels = split_relations(row)[1]
        if rels:
            return self.relation(row, env)
        for name, made in ((r"\cup", "or"), (r"\cap", "and")):
            if any(is_mark(i, name) for i in row):
                parts: list[list[Item]] = [[]]
                for i in row:
                    if is_mark(i, name):
                        parts.append([])
                    else:
                        parts[-1].append(i)
                return op(made, *(self.event(tuple(p), env) for p in parts))
        if len(row) == 1 and row[0].kind == "group" and row[0].name in ("()", "row") and len(row[0].rows) == 1:
            return self.event(row[0].rows[0], env)
        if len(row) == 1 and row[0].kind == "atom":
            item = row[0]
            complement = bool(item.sups) and len(item.sups[0]) == 1 and item.sups[0][0].name in COMPLEMENTS
            if item.accents == ("bar",):
                complement, item = True, replace(item, accents=())
            if complement:
                item = replace(item, sups=())
            if any(letter_key(i) in env.bound for s in item.subs for i in s if i.kind == "atom"):
                raise Outside("events of a sequence")
            made_event = self.k.free_variable(("event", letter_key(item)), self.spelled(item), EVENT, random=True)
            return op("not", made_event) if complement else made_event
        if len(row) == 2 and is_mark(row[0], r"\neg", r"\lnot"):
            return op("not", self.event(row[1:], env))
        raise Outside("an event that is not read")

    # --- divergences and entropies -------------------------------------------------------------

    def is_divergence(self, item: Item) -> bool:
        if item.name in DIVERGENCE_WORDS:
            label = "".join(i.said for s in item.subs for i in s)
            if item.name in DIVERGENCE_NAMES:
                return True
            return label in DIVERGENCES
        return False

    def divergence(self, item: Item, group: Item, env: Env) -> Typed:
        if len(group.rows) != 2 and not (len(group.rows) == 2):
            raise Outside("a divergence of other than two distributions")
        label = item.said + "".join(i.said for s in item.subs for i in s)
        sort = hole()
        p, q = self.law(group.rows[0], sort, env), self.law(group.rows[1], sort, env)
        name = "total_variation" if "TV" in label else "divergence"
        return self.raised((op(name, p, q), REAL), (*item.sups, *group.sups), (), env)

    def entropy(self, item: Item, group: Item, env: Env) -> Typed | None:
        rows = group.rows
        capitals = [len(r) == 1 and r[0].kind == "atom" and r[0].name in RANDOM_CAPITALS and not r[0].subs for r in rows]
        if all(capitals):
            cut = group.seps.index("|") + 1 if "|" in group.seps else len(rows)
            parts = [self.random_symbol(r[0]) for r in rows]
            return op("entropy_of", *parts, info=(cut,)), REAL
        if len(rows) == 2 and group.seps == (",",):
            sort = hole()
            return op("cross_entropy", self.law(rows[0], sort, env), self.law(rows[1], sort, env)), REAL
        if len(rows) == 1:
            if len(rows[0]) == 1 and rows[0][0].kind == "atom" and not kinds(rows[0][0].name).keys() & {"law", "policy"}:
                return None
            return op("entropy", self.law(rows[0], hole(), env)), REAL
        return None

    def random_symbol(self, item: Item) -> Core:
        return self.k.free_variable(letter_key(item), self.spelled(item), REAL, random=True)

    def mutual_information(self, group: Item, env: Env) -> Typed:
        """I(X;Y|Z) = H(X|Z) − H(X|Y,Z)."""
        rows = group.rows
        if not all(len(r) == 1 and r[0].kind == "atom" for r in rows) or group.seps[0] != ";":
            raise Outside("an information that is not read")
        cut = group.seps.index("|") + 1 if "|" in group.seps else len(rows)
        x, *more = (self.random_symbol(r[0]) for r in rows)
        y, z = more[: cut - 1], more[cut - 1 :]
        return op("add", op("entropy_of", x, *z, info=(1,)), op("neg", op("entropy_of", x, *y, *z, info=(1,)))), REAL


def bound_inside(row: Row) -> list[Item]:
    """Letters that operators of a row bind."""
    return [i for item in walk(row) if item.kind == "big" for sub in item.subs for i in walk(sub) if i.kind == "atom"]


def rows_of(row: Row) -> list[Row]:
    """A row and every row in it."""
    out = [row]
    for item in row:
        for part in (*item.rows, *item.subs, *item.sups):
            out += rows_of(part)
    return out


def deepest(term: Bind, change: object) -> Core:
    """A nest of expectations with its innermost body changed."""
    body = deepest(term.body, change) if isinstance(term.body, Bind) and term.body.name == "expect" else change(term.body)  # type: ignore[operator]
    return Bind(term.name, term.vars, body, term.args, term.where, term.info)


def joined(rows: tuple[Row, ...]) -> Row:
    """Rows with commas between them again."""
    out: list[Item] = []
    for i, row in enumerate(rows):
        if i:
            out.append(Item("mark", ","))
        out.extend(row)
    return tuple(out)


__all__ = ["ACTION", "GROUP_WORDS", "POLICY", "STATE", "Hole", "Special", "Type", "law", "vector"]
