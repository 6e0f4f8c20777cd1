"""Formulas in other dialects: spelled as the dialect spells them, meaning what they meant."""

from pathlib import Path

import pytest
from result_tables import formulas

from derive.build import pages
from derive.build.slots import BuildError
from derive.library import LIBRARY
from derive.library.respelling import HOLES, dialects, filled, respelled, spellings
from derive.library.spoken import latex_in, meaning, spoken
from derive.syntax.printing import printed

FAMILIES = sorted({r.family for r in LIBRARY.values()})
TABLE = Path(__file__).with_name("dialects.md").read_text(encoding="utf-8")
SPELLED = [(line.split("|")[1].strip(), *formulas(line)) for line in TABLE.splitlines() if line.startswith("| ") and "`" in line]
#: Families in which a definition is read as an equation under another spelling, or a state at a time as an element: decided alike.
DECIDED_ALIKE = ("gae", "taylor", "ppo")


@pytest.mark.parametrize("dialect, written, wanted", SPELLED)
def test_a_formula_is_spelled_as_the_dialect_does(dialect, written, wanted):
    assert latex_in(written, dialect, True) == wanted


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("family", FAMILIES)
def test_a_result_in_a_dialect_means_what_it_meant(family, dialect):
    if dialect not in ("course", "sutton-barto") and family != "value":
        pytest.skip("two dialects for all families, all dialects for one")
    for result in (r for r in LIBRARY.values() if r.family == family):
        made = spoken(result, dialect)
        assert spoken(made, dialect) == made  # nothing is left to respell
        if meaning(result.latex, result.given) is not None and family not in DECIDED_ALIKE:
            assert meaning(made.latex, made.given) == meaning(result.latex, result.given)


@pytest.mark.parametrize("dialect", dialects())
def test_a_spelling_of_the_dialect_itself_stays(dialect):
    letters = {hole: {"pi": r"\pi", "t": "s'"}.get(hole, hole) for hole in HOLES}
    for _, own in spellings(dialect):
        assert respelled(filled(own, letters), dialect) == filled(own, letters)


def test_a_chapter_is_built_in_its_own_dialect_or_in_the_one_asked_for(tmp_path):
    folder = tmp_path / "chapters"
    folder.mkdir()
    lines = ['{% set title = "Values" %}', '{% set dialect = "sutton-barto" %}', '{{ display("value/bellman") }}', ""]
    (folder / "values.md.j2").write_text("\n".join(lines), encoding="utf-8")
    (own,) = pages.build(["markdown"], tmp_path)
    (asked,) = pages.build(["markdown"], tmp_path, dialect="course")
    assert r"v_\pi(s) = " in own.text
    assert r"V^\pi" not in own.text
    assert r"V^\pi(s) = " in asked.text
    with pytest.raises(BuildError, match="there is no dialect 'klingon'"):
        pages.build(["markdown"], tmp_path, dialect="klingon")


def test_a_formula_that_claims_nothing_is_respelled_too():
    assert printed(respelled(r"Q^\pi(s,a)", "sutton-barto")) == r"q_\pi(s,a)"
