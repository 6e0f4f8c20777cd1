"""What a section says in one way: how many steps an episode has, by what entropy is weighed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from derive.core.terms import ONE, Core, Var
from derive.decide.judge import judge
from derive.diagnostics import NotationError
from derive.elaborate.claims import read_link
from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.search import agreed
from derive.elaborate.knowledge.shapes import latex_name, stem
from derive.elaborate.randomness.randoms import names_of_random
from derive.elaborate.reading.sequence_means import MEAN
from derive.elaborate.reading.statements import Statement
from derive.elaborate.softness import soft_weights
from derive.glossary.functions import EXPECTATIONS, VARIANCES
from derive.glossary.marks import ACTION_VALUES, ENTROPIES, LOGARITHMS, STATE_VALUES
from derive.page.link_outcomes import Judged
from derive.page.misprints.lengths import Steps, steps_of
from derive.page.saying.cues import COSTS, REWARDED
from derive.page.saying.stated_conditions import plain
from derive.page.standing import TRYING, of_costs
from derive.page.suppositions import Supposing
from derive.syntax.flat import walk
from derive.verify.verdicts import HOLDS

#: The choice whose values those without a mark are.
ELIDED = ("elided values",)
#: Kinds of letters of which an episode says what they are.
PLAYED = {"state", "action", "reward", "process", "policy", "episode", "time"}
TEMPERATURE = re.compile(r"(?<!\w)temperature(?!\w)|温度")
#: What a weight of entropy stands beside.
WEIGHED = frozenset((*ENTROPIES, *LOGARITHMS, "exp"))


@dataclass(slots=True)
class Agreeing(Supposing):
    """Links that hold in another way than what the section has said before."""

    steps: list[Steps] = field(default_factory=list)
    elided: dict[int, dict[str, int]] = field(
        default_factory=dict
    )  # lines that take values without a mark as the best ones, or as a policy's
    weighed: dict[int, int] = field(default_factory=dict)  # sections that weigh entropy by a letter, with the line that does

    def in_one_way(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds, and says the same in the same way as before; conditional where it does not."""
        if made.verdict is None or made.verdict.status not in HOLDS:
            return made
        for check in (self.of_one_length, self.of_one_weight, self.of_one_policy, self.of_costs, self.as_words_say):
            made = check(one, made, latex, line)
            if made.verdict is None or made.verdict.status not in HOLDS:
                return made
        return made

    def of_one_length(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds for episodes of its own length, where the section has given them another; any other as it is."""
        own = [*steps_of(one, latex, self.said.section, line)]
        known = {s.last: s for s in reversed(self.steps) if s.section == self.said.section and s.line != line}
        self.steps += own
        for steps in own:
            other = known.get(steps.last)
            if other is not None and other.key != steps.key:
                return only_if(made, f"an episode has the steps {steps.text}; line {other.line} has {other.text}")
        return made

    def of_one_weight(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds where entropy counts by itself, where the section has weighed it by a letter; any other as it is."""
        names = {i.name for t in one.terms for i in walk(t)}
        if not names & (STATE_VALUES | ACTION_VALUES) or not names & WEIGHED:
            return made
        try:
            readings = read_link(one.terms[0], one.rels[0], one.terms[1], []).readings
        except (NotationError, RecursionError):
            return made
        weights: set[Core] = next((w for r in readings if (w := soft_weights(r.claim))), set())
        if any(isinstance(w, Var) for w in weights):
            self.weighed.setdefault(self.said.section, line)
        before = self.weighed.get(self.said.section)
        if weights == {ONE} and before is not None:
            return only_if(made, f"entropy is weighed by 1; line {before} weighs it by a letter")
        if weights == {ONE} and (said := TEMPERATURE.search(plain(self.said.heard))):
            return only_if(made, f"entropy is weighed by 1; the words speak of a {said.group()}")
        return made

    def of_one_policy(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds for the best values alone, or for those of a policy alone, where the section has taken values without a mark as the others."""
        taken = (
            next((r["taken"] for r in made.verdict.readings if r["name"] == ELIDED[0]), "") if made.verdict is not None else ""
        )
        before = self.elided.setdefault(self.said.section, {})
        if not taken or taken in before:
            return made
        options = (True, False)
        failed = [o for o in options if self.fails_under(one, o)]
        if len(failed) != 1:
            return made
        other = next((at for name, at in before.items() if name != taken), None)
        before[taken] = line
        if other is None:
            return made
        return only_if(made, f"values without a mark are {taken} here; in line {other} they are not")

    def fails_under(self, one: Statement, option: bool) -> bool:
        """Whether a link is false where values without a mark are the best ones, or where they are those of a policy."""
        with agreed({ELIDED: option}):
            try:
                readings = read_link(one.terms[0], one.rels[0], one.terms[1], []).readings
            except (NotationError, RecursionError):
                return False
        return bool(readings) and judge(readings[0].claim, TRYING).status == "refuted"

    def of_costs(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds of values of rewards, and not of costs, where the section has no rewards but costs; any other as it is."""
        if (
            COSTS not in self.said.supposes
            or REWARDED.search(plain(self.said.words))
            or COSTS in str(made.verdict and made.verdict.message)
        ):
            return made
        try:
            readings = read_link(one.terms[0], one.rels[0], one.terms[1], []).readings
        except (NotationError, RecursionError):
            return made
        costly = of_costs(readings[0].claim) if readings else None
        if costly is None or costly == readings[0].claim or judge(costly, TRYING).status != "refuted":
            return made
        return only_if(made, "values are of rewards; the words speak of costs")

    def as_words_say(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds of a name as it is spelled, where words say that it is something else, or random; any other as it is."""
        items = [i for t in one.terms for i in walk(t) if i.kind == "atom"]
        for item in items:
            if other := self.said.other.get(stem(item), ""):
                kind = "a mean" if item.accents == MEAN else "a distribution"
                return only_if(made, f"{latex_name(item)} is {kind}; the words say {other!r}")
        averaged = [i for i in items if i.name in EXPECTATIONS | set(VARIANCES)]
        if not self.said.random or not averaged:
            return made
        drawn = {i.name for a in averaged for s in (*a.subs, *a.sups) for i in walk(s)}
        random = names_of_random(list(one.terms))[0]
        drawn |= {i.name for i in items if {stem(i), letter_key(i)} & random}
        for item in items:
            if (
                stem(item) in self.said.random
                and item.name not in drawn
                and not item.name.isupper()
                and not PLAYED & {k for k, cost in kinds(item.name).items() if not cost}
            ):
                return only_if(made, f"{latex_name(item)} is a constant; the words say that it is random")
        return made


def only_if(made: Judged, says: str) -> Judged:
    """A link that holds under a condition."""
    assert made.verdict is not None
    held = replace(made.verdict, status="conditional", code="D420", message=f"True only if {says}.", assumptions=(says,))
    return replace(made, verdict=held)


__all__ = ["Agreeing"]
