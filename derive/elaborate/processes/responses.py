r"""Language models: responses are sequences of tokens, ``\pi(y_t|x,y_{<t})`` is the chance of one token, ``|y|`` a length."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from derive.core.terms import Core, Var, num, op
from derive.core.types import ACTION, ACTION_SORT, NAT, REAL, STATE, TOKEN_SORT, Hole, Type, element, function
from derive.elaborate.knowledge.scope import SAMPLE, Env, Outside, Typed, letter_key
from derive.elaborate.knowledge.sequences import is_before, prefix_of, token_of, unbold
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.processes.bandits import Bandits
from derive.elaborate.processes.process_times import shifted
from derive.glossary.marks import ADVANTAGES
from derive.syntax.flat import Item, Row, before_brackets, is_mark, row_key

#: A response, and where it ends: a number, and whether its own token is left out.
Prefix = tuple[Item, tuple[Row, bool]]


def typed(index: Core) -> Type:
    return index.type if isinstance(index, Var) else NAT


def split_prefix(given: tuple[Row, ...]) -> tuple[Prefix | None, tuple[Row, ...]]:
    """The prefix among what stands behind a bar, and the rest: its prompt."""
    prefix = next((p for r in given if (p := prefix_of(r)) is not None), None)
    return prefix, tuple(r for r in given if prefix_of(r) is None)


class Tokens(Bandits):
    """A policy at a token, at a prefix, and the laws of next tokens; lengths of responses."""

    def special(self, row: Row, at: int, env: Env, group: Item | None) -> tuple[Typed, int] | None:
        if group is not None and group.name in ("()", "[]") and "|" in group.seps and self.is_policy(row[at]):
            made = self.of_tokens(row[at], group, env)
            if made is not None:
                return self.raised((made, REAL), group.sups, (), env), at + 2
        return super().special(row, at, env, group)

    def of_tokens(self, head: Item, group: Item, env: Env) -> Core | None:
        """The chance of a token after the ones before it, or of the beginning of a response."""
        cut = group.seps.index("|") + 1
        main, given = group.rows[:cut], group.rows[cut:]
        prefix, rest = split_prefix(given)
        if prefix is None:
            begun = prefix_of(main[0]) if len(main) == 1 else None
            if begun is None or len(given) > 1:
                return None
            response, end = begun
            return op(
                "prefix_prob",
                self.policy((head,), env),
                self.response(response, env),
                self.prompt(given, env),
                self.last(end, env),
            )
        token = token_of(main[0]) if len(main) == 1 else None
        if token is None:
            if len(main) != 1 or len(main[0]) != 1 or not main[0][0].is_letter or main[0][0].subs:
                raise Outside("what follows a prefix, if it is no token")
            any_token = self.element(main[0], element(TOKEN_SORT), env)  # Σ over v: any token
            return op("mass", self.next_token((head,), prefix, rest, env), any_token)
        response, time = token
        if response.key != prefix[0].key or not is_before(prefix[1], time):
            raise Outside("a token after the prefix of another response or another length")
        if self.whole_responses - {stem(response)} == self.whole_responses != set():
            raise Outside("a response beside the tokens of another")
        drawn = env.bound.get(letter_key(main[0][0]))
        if drawn is not None:  # Σ over y_t, or y_t ∼ π(·|x,y_{<t}): any token in this place
            self.unify(drawn[1], element(TOKEN_SORT))
            of = self.policy((head,), env), self.response(response, env), self.prompt(rest, env), self.whole(time, env)
            return op("mass", op("token_law", *of), drawn[0])
        return op(
            "token_prob", self.policy((head,), env), self.response(response, env), self.prompt(rest, env), self.whole(time, env)
        )

    @property
    def whole_responses(self) -> set[Hashable]:
        """Names of what a policy gives as a whole."""
        return {
            stem(unbold(group.rows[0][0]))
            for head, group in before_brackets(self.every_row)
            if "|" in group.seps and self.is_policy(head) and len(group.rows[0]) == 1 and group.rows[0][0].kind == "atom" and group.seps[0] == "|"
            and not any(prefix_of(r) is not None for r in group.rows)
        }  # fmt: skip

    def elided_state(self, env: Env) -> Core:
        if self.facts.responses and self.names_prompt:
            raise Outside("a response whose prompt is left out")
        return super().elided_state(env)

    @property
    def names_prompt(self) -> bool:
        """Whether a response, or a token of one, stands with its prompt somewhere."""
        given = [
            b.rows[b.seps.index("|") + 1 :] for a, b in before_brackets(self.every_row) if "|" in b.seps and self.is_policy(a)
        ]
        return any(prefix_of(r) is None for rows in given for r in rows)

    def last(self, end: tuple[Row, bool], env: Env) -> Core:
        """How many tokens a prefix has: those before t, or those up to t."""
        count = self.whole(end[0], env)
        return shifted(count, -1) if end[1] else count

    def response(self, item: Item, env: Env) -> Core:
        """A response by its name; one with a number is a member of a group of them."""
        sampled = (SAMPLE, letter_key(replace(item, subs=()))) in env.bound
        if not item.subs or letter_key(item) in env.bound or sampled:
            return super().element((item,), ACTION, env)
        indices = [x for s in item.subs for x in self.index_terms(s, env)]
        for index in indices:
            if isinstance(self.k.binding.solve(typed(index)), Hole):
                self.unify(typed(index), NAT)
        types = [typed(i) for i in indices]
        base = replace(item, subs=())
        family = self.k.free_variable(("members", letter_key(base), len(indices)), self.spelled(base), function(*types, ACTION))
        self.unify(family.type, function(*types, ACTION))
        return op("member", family, *indices)

    def element(self, row: Row, want: Type, env: Env) -> Core:
        if len(row) == 1 and row[0].kind == "atom" and stem(unbold(row[0])) in self.facts.responses:
            row = (unbold(row[0]),)
        numbered = len(row) == 1 and row[0].kind == "atom" and bool(row[0].subs) and stem(row[0]) in self.facts.responses
        if numbered and not any(i.word for s in row[0].subs for i in s):
            self.unify(want, ACTION)
            return self.response(row[0], env)
        return super().element(row, want, env)

    def prompt(self, rows: tuple[Row, ...], env: Env) -> Core:
        if len(rows) > 1:
            raise Outside("a response to several prompts")
        return self.element(rows[0], STATE, env) if rows else self.elided_state(env)

    def law(self, row: Row, sort: Type, env: Env) -> Core:
        """The law of the next token."""
        row = tuple(i for i in row if not is_mark(i, r"\quad"))
        if (
            len(row) == 2
            and self.is_policy(row[0])
            and row[1].kind == "group"
            and "|" in row[1].seps
            and self.is_placeholder(row[1].rows[0])
        ):
            prefix, rest = split_prefix(row[1].rows[1:])
            if prefix is not None:
                self.unify(sort, TOKEN_SORT)
                return self.next_token(row[:1], prefix, rest, env)
        alone = len(row) == 1 or len(row) == 2 and row[1].name == "()" and [token_of(r) is None for r in row[1].rows] == [False]
        spoken = self.prefixes if row and alone and self.facts.responses and self.is_policy(row[0]) else {}
        if len(spoken) == 1:
            ((prefix, rest),) = spoken.values()
            if not any(stem(i) in self.facts.binder_letters for i in prefix[1][0] if i.kind == "atom"):
                self.unify(sort, TOKEN_SORT)
                return self.next_token(row[:1], prefix, rest, env)
            if len(rest) == 1:
                self.unify(sort, ACTION_SORT)
                return op("action_law", self.policy(row[:1], env), self.prompt(rest, env))
        return super().law(row, sort, env)

    def next_token(self, policy: Row, prefix: Prefix, given: tuple[Row, ...], env: Env) -> Core:
        """The law of the token that follows a prefix."""
        response, end = prefix
        count = op("add", self.last(end, env), num(1))
        return op("token_law", self.policy(policy, env), self.response(response, env), self.prompt(given, env), count)

    @property
    def prefixes(self) -> dict[Hashable, tuple[Prefix, tuple[Row, ...]]]:
        """The prefixes behind which policies stand in a claim, each with its prompt."""
        out: dict[Hashable, tuple[Prefix, tuple[Row, ...]]] = {}
        for head, group in before_brackets(self.every_row):
            given = group.rows[group.seps.index("|") + 1 :] if "|" in group.seps and self.is_policy(head) else ()
            prefix, rest = split_prefix(given)
            if prefix is not None:
                out[prefix[0].key, row_key(prefix[1][0]), prefix[1][1], tuple(map(row_key, rest))] = prefix, rest
        return out

    # --- lengths -------------------------------------------------------------------------------

    def group(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item = row[at]
        inner = item.rows[0] if len(item.rows) == 1 else ()
        if item.name == "abs" and len(inner) == 1 and inner[0].kind == "atom" and stem(unbold(inner[0])) in self.facts.responses:
            return self.raised((op("length", self.response(unbold(inner[0]), env)), NAT), item.sups, (), env), at + 1
        return super().group(row, at, env)

    def upper_bound(self, upper: Row, env: Env) -> Core:
        known = self.length_called(upper[0], env) if len(upper) == 1 and upper[0].kind == "atom" else None
        return known if known is not None else super().upper_bound(upper, env)

    def letter(self, item: Item, env: Env) -> Typed:
        known = self.length_called(item, env)
        return (known, NAT) if known is not None else super().letter(item, env)

    def length_called(self, item: Item, env: Env) -> Core | None:
        """T, where the tokens of a response are numbered up to it."""
        response = self.facts.ends_of_responses.get(letter_key(item))
        if response is None:
            return None
        numbered = any(stem(i) in self.facts.binder_letters for s in response.subs for i in s)
        drawn = stem(replace(response, subs=())) in self.facts.binder_letters and letter_key(response) not in env.bound
        if numbered or drawn:
            raise Outside("one length for several responses")
        return op("length", self.response(response, env))

    def named(self, item: Item, group: Item | None, at: int, env: Env) -> tuple[Typed, int]:
        """An advantage of a token or of a response is any number."""
        letters = [i for s in item.subs for i in s if i.kind == "atom"]
        of_member = bool(letters) and all(letter_key(i) in env.bound for i in letters)
        if (
            self.facts.responses
            and item.name in ADVANTAGES
            and group is None
            and not item.sups
            and of_member
            and not self.process_here
        ):
            return self.sequence(replace(item, subs=()), tuple(x for s in item.subs for x in self.index_terms(s, env))), at + 1
        return super().named(item, group, at, env)
