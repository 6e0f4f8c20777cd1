"""The steps of the library: what rules compute is computed, what they do not is stated with its reason, and nothing fails to lead there."""

import pytest

from derive.derivation import Derivation, StepError
from derive.derivation.computing import CALCULATED
from derive.library.tally import counted, summary

ROWS = counted()


def test_every_step_is_computed_or_says_why_not():
    assert len(ROWS) >= 530
    for row in ROWS:
        assert row.computed or row.reason, row
        assert "does not" not in row.reason, row  # a rule that was cited and does not lead there
        assert "together" not in row.reason, row


def test_most_are_computed_and_rules_are_used_more_than_once():
    made = summary(ROWS)
    assert made["computed"] + made["stated"] == len(ROWS)
    assert made["computed"] >= 0.9 * len(ROWS)
    calculated = sum(row.computed and row.rule in CALCULATED for row in ROWS)
    assert 4 * calculated <= made["computed"]
    assert made["once"] == sum(1 for row in ROWS if row.computed and any(made["uses"][rule] == 1 for rule in row.rules))


def test_a_stated_step_says_so_and_several_rules_may_make_one():
    d = Derivation(r"\log(xy)-\log x=\log y", given=("x>0", "y>0"))
    checked = d.by("log-of-a-product", r"\log x+\log y-\log x").by("cancel", r"\log y").check()
    assert [step.how.computed for step in checked.steps] == [True, True]
    assert checked.steps[0].how.places == 1
    assert {c.latex for c in checked.steps[0].how.conditions} == {"x>0", "y>0"}
    both = d.by("log-of-a-product", r"\log y", using=("cancel",), stated="").check()
    assert both.steps[0].how.computed
    mine = d.by("as I was taught", r"\log y").check()
    assert not mine.steps[0].how.computed
    assert mine.steps[0].how.reason == "a reason in words"
    with pytest.raises(StepError, match="do not lead there together"):
        d.by("bellman", r"\log y", using=("cancel",)).check()
