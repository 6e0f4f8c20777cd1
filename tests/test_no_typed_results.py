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
        chain = chain.apply(rule, int(place or 1), bool(back))
    assert chain.check().links
    assert all(link.status in HOLDS for link in chain.links)


def test_a_chain_that_stops_short_of_its_goal_fails():
    with pytest.raises(StepError, match="which is not the goal"):
        started("value/bellman").apply("value-average").check()


@pytest.mark.parametrize(
    "goal, rule", [(r"\log x\ge x-1", "tangent-line"), (r"\log x=x-1", "tangent-line"), (r"\min(x,y)=x", "extreme-bound")]
)
def test_a_chain_shows_no_more_than_its_links_do(goal, rule):
    with pytest.raises(StepError, match="which does not show"):
        Derivation(goal, given=("x>0",)).apply(rule).check()


def test_a_chain_of_orders_shows_an_order():
    assert Derivation(r"\log x\le x-1", given=("x>0",)).apply("tangent-line").check().links
