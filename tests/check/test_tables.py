"""Tables: a cell is refuted where the rest of its column bears the header out, and nowhere else."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.run import check_text
from derive.check.sources.text.grid import grid_at

TD = """With $\\gamma=0.9$:

| $t$ | $r_t$ | $V(s_t)$ | $V(s_{t+1})$ | TD target $r_t+\\gamma V(s_{t+1})$ | $\\delta_t=r_t+\\gamma V(s_{t+1})-V(s_t)$ |
| --- | --- | --- | --- | --- | --- |
| 0 | 1 | 2.0 | 3.0 | 3.7 | $1.7$ |
| 1 | 0 | 3.0 | 1.0 | 0.9 | -2.1 |
| 2 | 2 | 1.0 | 0.5 | 2.45 | $1.45$ |
| 3 | 2 | 0.5 | 0.0 | 2.0 | **1.5** |
| 4 | 2 | 0.0 | 0.0 | 2.0 | $2+0-0=2$ |
"""
RUN = """Let $\\gamma=0.5$.

| $t$ | $R_t$ | $G_t = R_t + \\gamma G_{t+1}$ |
| --- | --- | --- |
| 0 | 1 | 2.25 |
| 1 | 2 | 2.5 |
| 2 | 0 | 1 |
| 3 | 1 | 2 |
| 4 | 2 | 2 |
"""
REGIONS = """$$
\\bar{r}_t=\\text{clip}(r_t,1-\\epsilon,1+\\epsilon)
$$

| range | clipped $\\bar{r}_tA_t$ |
| --- | --- |
| $r_t>1+\\epsilon$ | $(1+\\epsilon)A_t$ |
| $1-\\epsilon\\le r_t\\le 1+\\epsilon$ | $r_tA_t$ |
| $r_t<1-\\epsilon$ | $(1-\\epsilon)A_t$ |
"""
RENAMED = """| $x$ | old $y$ | $2x+y$ |
| --- | --- | --- |
| 1 | 5 | 3 |
| 2 | 6 | 5 |
| 3 | 7 | 13 |
"""


RETURNS = """One episode has the rewards $4, 2, 6, 0, 1$.

| $\\gamma$ | return |
| --- | --- |
| $0.5$ | $4+0.5\\times2+0.25\\times6+0.125\\times0+0.0625\\times1\\approx6.56$ |
| $0.9$ | $4+0.9\\times2+0.81\\times6+\\cdots\\approx11.32$ |
"""


def failing(text: str) -> list[tuple[int, str]]:
    report = check_text("page.md", text, Config())
    return [(f.line, c.code) for f in report.formulas for c in f.claims if c.status == "refuted"]


@pytest.mark.parametrize("text", [TD, RUN, REGIONS, RENAMED, RETURNS, TD.replace("\n", "\r\n")])
def test_a_table_that_follows_its_headers_or_none_of_them_is_left_alone(text: str) -> None:
    assert failing(text) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (TD, "| 2.45 |", "| 2.54 |", 7),
        (TD, "| $1.45$ |", "| $1.55$ |", 7),
        (TD, "**1.5**", "**1.6**", 8),
        (TD, "| 0.9 | -2.1 |", "| 0.9 | 2.1 |", 6),
        (RUN, "| 1 | 2 | 2.5 |", "| 1 | 2 | 4.5 |", 6),
    ],
)
def test_a_cell_that_does_not_follow_is_refuted(text: str, old: str, new: str, line: int) -> None:
    assert text.count(old) == 1
    assert failing(text.replace(old, new)) == [(line, "D405")]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("6, 0, 1", "6, 0", []),
        ("0.81\\times6+\\cdots\\approx11.32", "0.81\\times7+\\cdots\\approx19.32", []),
    ],
)
def test_a_sum_that_breaks_off_goes_on_with_the_list_that_its_terms_begin(
    old: str, new: str, found: list[tuple[int, str]]
) -> None:
    assert RETURNS.count(old) == 1
    text = RETURNS.replace(old, new)
    if new == "6, 0":
        text = text.replace("11.32", "10.66")
    assert failing(text) == found


def test_a_failing_cell_without_a_formula_is_found_where_it_stands() -> None:
    report = check_text("page.md", TD.replace("| 2.45 |", "| 2.54 |"), Config())
    (found,) = [f for f in report.formulas if f.status == "refuted"]
    assert (found.line, found.column, found.latex) == (7, 23, "2.54")
    assert found.claims[0].witness == {"lhs": "2.45", "rhs": "2.54"}


def test_formulas_stay_in_order_when_cells_are_reported_between_them() -> None:
    text = TD.replace("| 2.45 |", "| 2.54 |") + "\nand $1+1=2$.\n"
    places = [(f.line, f.column) for f in check_text("page.md", text, Config()).formulas]
    assert places == sorted(places)


def test_bars_in_formulas_part_no_cells() -> None:
    grid = grid_at("| $\\pi(a\\|s)$ | $|x|$ |\n| :-- | --: |\n| `a` | 2 |\n", 0)
    assert grid is not None
    assert [cell.text for cell in grid.header] == ["$\\pi(a\\|s)$", "$|x|$"]
    assert grid.header[0].formulas == ["\\pi(a|s)"]


@pytest.mark.parametrize("text", ["$a|b$ alone\n", "| a | b |\n| 1 | 2 |\n| 3 | 4 |\n", ""])
def test_what_is_no_table_has_no_grid(text: str) -> None:
    assert grid_at(text, 0) is None
