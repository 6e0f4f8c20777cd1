"""What a section says in one way: how many steps an episode has, by what entropy is weighed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derive.core.terms import ONE, Var
from derive.diagnostics import NotationError
from derive.elaborate.claims import read_link
from derive.elaborate.reading.statements import Statement
from derive.elaborate.softness import soft_weights
from derive.glossary.marks import ACTION_VALUES, ENTROPIES, LOGARITHMS, STATE_VALUES
from derive.page.link_outcomes import Judged
from derive.page.misprints.lengths import Steps, steps_of
from derive.page.suppositions import Supposing
from derive.syntax.flat import walk
from derive.verify.verdicts import HOLDS

#: What a weight of entropy stands beside.
WEIGHED = frozenset((*ENTROPIES, *LOGARITHMS, "exp"))


@dataclass(slots=True)
class Agreeing(Supposing):
    """Links that hold in another way than what the section has said before."""

    steps: list[Steps] = field(default_factory=list)
    weighed: dict[int, int] = field(default_factory=dict)  # sections that weigh entropy by a letter, with the line that does

    def in_one_way(self, one: Statement, made: Judged, latex: str, line: int) -> Judged:
        """A link that holds, and says the same in the same way as before; conditional where it does not."""
        if made.verdict is None or made.verdict.status not in HOLDS:
            return made
        return self.of_one_weight(one, self.of_one_length(one, made, latex, line), line)

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

    def of_one_weight(self, one: Statement, made: Judged, line: int) -> Judged:
        """A link that holds where entropy counts by itself, where the section has weighed it by a letter; any other as it is."""
        names = {i.name for t in one.terms for i in walk(t)}
        if not names & (STATE_VALUES | ACTION_VALUES) or not names & WEIGHED:
            return made
        try:
            readings = read_link(one.terms[0], one.rels[0], one.terms[1], []).readings
        except (NotationError, RecursionError):
            return made
        weights = next((w for r in readings if (w := soft_weights(r.claim))), set())
        if any(isinstance(w, Var) for w in weights):
            self.weighed.setdefault(self.said.section, line)
        before = self.weighed.get(self.said.section)
        if weights == {ONE} and before is not None:
            return only_if(made, f"entropy is weighed by 1; line {before} weighs it by a letter")
        return made


def only_if(made: Judged, says: str) -> Judged:
    """A link that holds under a condition."""
    assert made.verdict is not None
    held = replace(made.verdict, status="conditional", code="D420", message=f"True only if {says}.", assumptions=(says,))
    return replace(made, verdict=held)


__all__ = ["Agreeing"]
