"""Most links of derivations that were not written for the rules are named, and each name leads there again."""

import pytest
from hand_links import LINKS

from derive.derivation.explaining import KINDS, explained
from derive.rules.applying.leading import leads, leads_back
from derive.rules.applying.searching import known_rules
from derive.rules.formulas import equation

FOUND: dict[str, list] = {}
NAMED = 42


@pytest.mark.parametrize("latex", [latex for _, latex in LINKS])
def test_a_link_that_is_named_is_led_to_by_its_rule(latex):
    (link,) = FOUND.setdefault(latex, explained(latex))
    assert KINDS[link.kind] is not False  # none of them is wrong
    if link.kind == "named" and len(link.rules) == 1:
        left, relation, right = equation(latex)
        (rule,) = [r for r in known_rules() if r.name == link.rules[0]]
        assert leads(rule, left, right.term, relation) or leads_back(rule, left, right.term, relation)


def test_most_are_named():
    kinds = [FOUND.setdefault(latex, explained(latex))[0].kind for _, latex in LINKS]
    assert len(kinds) == 60
    assert kinds.count("named") >= NAMED
