"""Units beside numbers: a change of unit is no equality of numbers, and a wrong number stays wrong."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.run import check_text


@pytest.mark.parametrize(
    ("latex", "status"),
    [
        (r"1\text{ nat}=\log_2e\approx1.443\text{ bit}", "undecided"),
        (r"-0.5\ln0.5-0.5\ln0.5\approx0.693\text{ nat}", "proved"),
        (r"-0.5\ln0.5-0.5\ln0.5\approx0.793\text{ nat}", "refuted"),
    ],
)
def test_units(latex, status):
    (formula,) = check_text("page.md", f"$${latex}$$", Config()).formulas
    assert formula.claims[0].status == status
