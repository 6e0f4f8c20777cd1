"""Derivations of the library run from start to goal by rules alone: nothing is typed but the goal."""

import re
from pathlib import Path

import pytest

from derive.derivation import Derivation, StepError
from derive.library import result
from derive.library.result import KNOWN
from derive.verify.verdicts import HOLDS

TABLE = Path(__file__).with_name("no_typed_results.md").read_text(encoding="utf-8")
RULE = re.compile(r"`([\w/-]+)(?:@(\d+))?( back)?`")
ROWS = [(line.split("|")[1].strip(), RULE.findall(line)) for line in TABLE.splitlines() if "`" in line and line.startswith("| ")]


def started(name):
    found = result(name)
    return Derivation(found.latex, found.given, found.assuming, (), KNOWN).chain()


def test_there_are_sixty():
    assert len({name for name, _ in ROWS}) >= 60


@pytest.mark.parametrize("name, rules", ROWS, ids=[name for name, _ in ROWS])
def test_rules_lead_from_the_start_to_the_goal(name, rules):
    chain = started(name)
    for rule, place, back in rules:
        chain = chain.apply(rule, int(place or 1) - 1, bool(back))
    assert chain.check().links
    assert all(link.status in HOLDS for link in chain.links)


def test_a_chain_that_stops_short_of_its_goal_fails():
    with pytest.raises(StepError, match="which is not the goal"):
        started("value/bellman").apply("value-average").check()
