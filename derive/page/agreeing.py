"""What a section says in one way: how many steps an episode has, by what entropy is weighed."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from derive.core.terms import ONE, Core, Op, Var
from derive.core.terms import walk as walk_terms
from derive.decide.judge import judge
from derive.diagnostics import NotationError
from derive.elaborate.claims import Reading, read_link
from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.search import ELIDED, agreed
from derive.elaborate.knowledge.shapes import latex_name, stem
from derive.elaborate.randomness.randoms import names_of_random
from derive.elaborate.reading.sequence_means import barred, ranges
from derive.elaborate.reading.statements import Statement
from derive.elaborate.softness import soft_weights, with_soft_values
from derive.glossary.functions import EXPECTATIONS, FUNCTION_ROWS, VARIANCES
from derive.glossary.marks import ENTROPIES, LOGARITHMS, MEAN, NAMELESS
from derive.page.claim_forms import TRYING
from derive.page.link_outcomes import Judged, weakened
from derive.page.misprints.lengths import Steps, listed_steps, steps_of
from derive.page.saying.roles import Role
from derive.page.saying.told import Told, whole
from derive.page.standing import Objection, of_costs
from derive.page.suppositions import PLAYED, VALUED, Supposing
from derive.page.words.cues import COSTS, IN_A_CASE, REWARDED
from derive.page.words.role_names import DEFINITION
from derive.page.words.stated_conditions import plain
from derive.syntax.flat import Item, Row, everywhere, row_key, walk
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS

TEMPERATURE = re.compile(r"(?<!\w)temperature(?!\w)|entropy(?: \w+)? is (?:weighted|scaled|multiplied) by|温度")
#: What a weight of entropy stands beside.
WEIGHED = frozenset((*ENTROPIES, *LOGARITHMS, "exp"))


@dataclass(slots=True)
class Agreeing(Supposing):
    """Links that hold in another way than what the section has said before."""

    steps: list[Steps] = field(default_factory=list)
    soft: int = 0  # the line of this section that counts entropy in values
    weighed: int = 0  # the line of this section that weighs entropy by a letter
    meant: dict[Hashable, tuple[Hashable, str, int]] = field(
        default_factory=dict
    )  # over what bars of this section are means, and where
    elided: dict[str, int] = field(
        default_factory=dict
    )  # what values without a mark are in this section, with the line that says so
    marked: dict[Hashable, Item] = field(default_factory=dict)  # whose values those without a mark are said to be: ``V=V^*``

    def with_marks(self, statement: Statement) -> Statement:
        """A statement with values as those that this section says they are."""

        def change(part: Row) -> Row:
            named = (self.marked.get(i.key) if i.kind == "atom" else None for i in part)
            return tuple(i if m is None else replace(m, start=i.start, end=i.end) for i, m in zip(part, named, strict=True))

        terms = tuple(everywhere(t, change) for t in statement.terms) if self.marked else statement.terms
        return replace(statement, terms=terms)

    def in_one_way(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds, and says the same in the same way as before; conditional where it does not."""
        self.steps += listed_steps(one, latex, self.said.section, line)
        if made.verdict is not None and made.verdict.status == "conditional":
            self.weigh(one, line)
        used = [u.statement for u in made.under if isinstance(u, Told) and u.role == DEFINITION]
        own = any(s.terms[0] and s.terms[0][0].name in VALUED for s in used)  # values as the page defines them, soft or not
        ways = (self.of_one_length, self.of_one_mean, *(() if own else (self.of_one_weight,)), self.of_one_policy, self.of_costs)
        for says in ways:
            if made.verdict is None or made.verdict.status not in HOLDS:
                return made
            if condition := says(one, made.verdict, latex, line):
                return replace(made, verdict=weakened(made.verdict, Objection(condition, "conditional")))
        defined = [t for s in used for t in s.terms]
        if (
            made.verdict is not None
            and made.verdict.status in HOLDS
            and (condition := self.as_words_say(one, [*one.terms, *defined]))
        ):
            return replace(made, verdict=weakened(made.verdict, Objection(condition, "conditional")))
        return made

    def of_one_length(self, one: Statement, made: LinkVerdict, latex: str, line: int) -> str:
        """That episodes have the length that a link gives them, where the section has given them another."""
        own = [*steps_of(one, latex, self.said.section, line)]
        known = {s.last: s for s in reversed(self.steps) if s.section == self.said.section and s.line != line}
        self.steps += own
        for steps in own:
            other = known.get(steps.last)
            if other is not None and other.key != steps.key:
                return f"an episode has the steps {steps.text}; line {other.line} has {other.text}"
        return ""

    def of_one_mean(self, one: Statement, made: LinkVerdict, latex: str, line: int) -> str:
        """That a bar is the mean of as many as a link takes it over, where the section has taken it over others."""
        for item in barred(list(one.terms)):
            over = {row_key((*t.subs[0][2:], *t.sups[0])): whole(t.sups[0], latex) for t, _ in ranges(list(one.terms), item)}
            if len(over) == 1:
                [(own, text)] = over.items()
                known, said, before = self.meant.setdefault(item.key, (own, text, line))
                if own != known:
                    return f"{latex_name(item)} is the mean up to {text}; in line {before} it is the mean up to {said}"
        return ""

    def weigh(self, one: Statement, line: int) -> set[Core]:
        """By what a link weighs entropy in its values; the section is held to it from here on."""
        names = {i.name for t in one.terms for i in walk(t)}
        if not names & VALUED or not names & WEIGHED:
            return set()
        weights: set[Core] = next((w for r in readings_of(one) if (w := soft_weights(r.claim))), set())
        self.soft = self.soft or (line if weights else 0)
        self.weighed = self.weighed or (line if any(isinstance(w, Var) for w in weights) else 0)
        return weights

    def of_one_weight(self, one: Statement, made: LinkVerdict, latex: str, line: int) -> str:
        """That entropy counts by itself, or in no value, where the section has weighed it by a letter, or counted it."""
        weights = self.weigh(one, line)
        if not weights and self.soft and {i.name for t in one.terms for i in walk(t)} & VALUED:
            soft = (r.claim.changed(lambda t: with_soft_values(t, ONE)) for r in readings_of(one)[:1])
            hard = any(judge(claim, TRYING).status == "refuted" for claim in soft)
            return f"values are those of rewards alone; line {self.soft} counts entropy in them" if hard else ""
        if weights != {ONE}:
            return ""
        if self.weighed:
            return f"entropy is weighed by 1; line {self.weighed} weighs it by a letter"
        said = TEMPERATURE.search(plain(self.said.heard))
        return f"entropy is weighed by 1; the words say {said.group()!r}" if said else ""

    def of_one_policy(self, one: Statement, made: LinkVerdict, latex: str, line: int) -> str:
        """That values without a mark are the best ones, or a policy's, where a link holds for these alone and the section has taken them as the others."""
        taken = next((r["taken"] for r in made.readings if r["name"] == ELIDED[0]), "")
        if (
            not taken
            or taken in self.elided
            or IN_A_CASE.match(self.said.own_words)
            or sum(fails_under(one, option) for option in (True, False)) != 1
        ):
            return ""
        other = next(iter(self.elided.values()), 0)
        self.elided[taken] = line
        return f"values without a mark are {taken} here; in line {other} they are not" if other else ""

    def of_costs(self, one: Statement, made: LinkVerdict, latex: str, line: int) -> str:
        """That values are of rewards, where a link does not hold of costs and the section has no rewards but costs."""
        if COSTS not in self.said.supposes or REWARDED.search(plain(self.said.words)) or COSTS in made.message:
            return ""
        claim = next((r.claim for r in readings_of(one)), None)
        costly = of_costs(claim) if claim is not None else None
        fails = costly is not None and costly != claim and judge(costly, TRYING).status == "refuted"
        return "values are of rewards; the words speak of costs" if fails else ""

    def holds_of_any(self, one: Statement, law: Item, valued: bool) -> bool:
        """Whether a link holds whatever function a name stands for that is no distribution, or where it is ``valued``, no value."""
        other = replace(law, accents=("hat", *law.accents)) if valued else replace(law, name=NAMELESS)

        def free(row: Row) -> Row:
            return everywhere(
                row,
                lambda part: tuple(
                    replace(i, name=other.name, accents=other.accents) if stem(i) == stem(law) else i for i in part
                ),
            )

        told = [replace(t.statement, terms=tuple(map(free, t.statement.terms))) for t in self.said.givens(one)]
        link = replace(one, terms=tuple(map(free, one.terms)))
        found, _, _ = self.verdict(link, told, "", Role("claim"), True)
        return found is not None and found.status in HOLDS

    def as_words_say(self, one: Statement, terms: list[Row]) -> str:
        """That a name is what it is spelled as, where words say that it is something else, or random."""
        items = [i for t in terms for i in walk(t) if i.kind == "atom"]
        for item in items:
            valued = stem(item) in self.said.any
            other = self.said.other.get(stem(item), "") or self.said.any.get(stem(item), "")
            if other and not self.holds_of_any(one, item, valued):
                function = FUNCTION_ROWS.get(item.name.removeprefix("\\"))
                kind = "a value" if valued else "a distribution"
                kind = "a mean" if item.accents == MEAN else f"the {function}" if function else kind
                return f"{latex_name(item)} is {kind}; the words say {other!r}"
        averaged = [i for i in items if i.name in EXPECTATIONS | set(VARIANCES)]
        if self.said.any and averaged and any(goes_on_with_values(r) for r in readings_of(one)[:1]):
            return f"what it goes on with are the values of the policy; the words say {next(iter(self.said.any.values()))!r}"
        if not self.said.random or not averaged:
            return ""
        random = names_of_random(terms)[0]
        drawn = {i.name for a in averaged for s in (*a.subs, *a.sups) for i in walk(s)}
        drawn |= {i.name for i in items if {stem(i), letter_key(i)} & random}
        for item in items:
            played = PLAYED & {k for k, cost in kinds(item.name).items() if not cost}
            if stem(item) in self.said.random and item.name not in drawn and not item.name.isupper() and not played:
                return f"{latex_name(item)} is a constant; the words say that it is random"
        return ""


def whose(first: Statement) -> tuple[Item, Item] | None:
    """The name for values without a mark and the one that an equation says it is, ``V=V^*``; None for anything else."""
    names = [t[0] for t in first.terms if len(t) == 1 and t[0].kind == "atom"]
    if first.rels not in (("=",), (":=",)) or len(names) != 2:
        return None
    bare, full = names
    unmarked = bare.key == Item("atom", bare.name).key and not full.accents and bool(full.sups or full.subs)
    return (bare, full) if bare.name in VALUED and full.name == bare.name and unmarked else None


def best_over_policies(first: Statement) -> bool:
    r"""Whether values without a mark are said to be the best ones: ``V(s)=\max_\pi V^\pi(s)``."""
    lhs, rhs = first.terms[0], first.terms[1]
    if first.rels not in (("=",), (":=",)) or len(lhs) != 2 or len(rhs) != 3 or rhs[0].name not in ("max", "sup"):
        return False
    bare, of = lhs[0], rhs[1]
    ranged = [s for s in rhs[0].subs if len(s) == 1 and "policy" in kinds(s[0].name)]
    unmarked = bare.key == Item("atom", bare.name).key and bare.name in VALUED and of.name == bare.name
    return unmarked and len(ranged) == 1 and row_key(ranged[0]) in map(row_key, (*of.sups, *of.subs))


def readings_of(one: Statement) -> list[Reading]:
    """The readings of a link by itself; none where it cannot be read."""
    try:
        return read_link(one.terms[0], one.rels[0], one.terms[1], []).readings
    except (NotationError, RecursionError):
        return []


def goes_on_with_values(reading: Reading) -> bool:
    """Whether a claim has returns that go on with values, or errors of these, which it does not name."""
    parts = [t for p in (reading.claim.lhs, reading.claim.rhs) for t in walk_terms(p)]
    return any(isinstance(t, Op) and t.name in ("n_step_return", "lambda_return", "td_error") for t in parts)


def fails_under(one: Statement, best: bool) -> bool:
    """Whether a link is false where values without a mark are the best ones, or where they are those of a policy."""
    with agreed({ELIDED: best}):
        return any(judge(r.claim, TRYING).status == "refuted" for r in readings_of(one)[:1])


__all__ = ["Agreeing", "best_over_policies", "whose"]
