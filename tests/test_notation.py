"""Reading and printing: the tables in ``tests/notation``, round trips, damage, hostile input."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.build.second_reader import agree, available, read
from derive.check.config import Config
from derive.check.proofreading.meaning import verify
from derive.derivation.written import parse
from derive.diagnostics import NotationError, Span
from derive.syntax.flat import row_key
from derive.syntax.lex.lexer import tokenize
from derive.syntax.lex.tokens import Macro
from derive.syntax.printing import printed
from derive.syntax.sound.damage import damage
from derive.syntax.sound.whole import whole

TABLES = sorted((Path(__file__).parent / "notation").glob("*.md"))
#: How many examples each property is tried on in a long run; see conftest.py.
LONG = int(os.environ.get("DERIVE_EXAMPLES", "0"))
ROW = re.compile(r"^\| (.+?) (?<!\\)\| (.+) \|$")


def rows() -> list[tuple[str, str, str]]:
    found = []
    for table in TABLES:
        for line in table.read_text(encoding="utf-8").splitlines():
            match = ROW.match(line)
            if match and not line.startswith(("| formula", "|---")):
                formula, text = (cell.replace("\\|", "|") for cell in match.groups())
                found.append((table.stem, formula, text))
    return found


ROWS = rows()


def test_the_tables_hold_hundreds_of_formulas():
    assert len(ROWS) >= 400


@pytest.mark.parametrize("table", sorted({table for table, _, _ in ROWS}))
def test_formulas_are_printed_in_normal_spacing(table):
    assert [(f, printed(f), text) for name, f, text in ROWS if name == table and printed(f) != text] == []


@pytest.mark.parametrize("table", sorted({table for table, _, _ in ROWS}))
def test_what_is_printed_reads_back(table):
    formulas = [formula for name, formula, _ in ROWS if name == table]
    assert [f for f in formulas if row_key(whole(printed(f))) != row_key(whole(f))] == []
    assert [f for f in formulas if printed(printed(f)) != printed(f)] == []
    assert [f for f in formulas if parse(printed(f)) != parse(f)] == []


CONSTRUCTS = Path(__file__).parent / "notation" / "constructs"
CONSTRUCT = re.compile(r"^\| (.+?) (?<!\\)\| (.+?) (?<!\\)\| (.+) \|$")


def constructs(name: str) -> list[tuple[str, str, str]]:
    """(construct, formula, text) of each row of a table."""
    text = (CONSTRUCTS / f"{name}.md").read_text(encoding="utf-8")
    found = [match for line in text.splitlines() if (match := CONSTRUCT.match(line)) and not line.startswith("| construct")]
    return [tuple(cell.replace("\\|", "|") for cell in match.groups()) for match in found]  # type: ignore[misc]


@pytest.mark.parametrize(("name", "count"), [("appendix", 61), ("sources", 92)])
def test_every_construct_is_read(name, count):
    """The constructs of real texts, each with an example: all are read, and print back."""
    found = constructs(name)
    assert len(found) == len({construct for construct, _, _ in found}) == count
    assert [(construct, printed(formula)) for construct, formula, _ in found] == [(c, text) for c, _, text in found]
    assert [f for _, f, _ in found if row_key(whole(printed(f))) != row_key(whole(f))] == []


def test_spans_name_the_source():
    source = r"V(s) = \gamma V(s')"
    right = parse(source).statements[0].sides[1].row
    assert source[right[0].start : right[-1].end] == r"\gamma V(s')"
    assert [Span(item.start, item.end).of(source) for item in right] == [r"\gamma", "V", "(s')"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("θ_t ≤ 2×3−1", r"\theta_t \le 2\times3-1"),
        ("∇J ≈ ∑_i x_i·y_i", r"\nabla J \approx \sum_i x_i\cdot y_i"),
        (r"\leq", r"\le"),
        ("（a＋b）", "(a+b)"),
    ],
)
def test_unicode_is_the_same_notation(left, right):
    assert row_key(whole("x " + left)) == row_key(whole("x " + right))


class TestMacros:
    def test_macros(self):
        macros = {"E": Macro("E", 0, r"\mathbb{E}"), "abs": Macro("abs", 1, r"\left|#1\right|")}
        assert row_key(whole(r"\E[\abs{x}]", macros)) == row_key(whole(r"\mathbb{E}[|x|]"))
        with pytest.raises(NotationError, match=r"\\E is not known here"):
            whole(r"\E[x]")

    def test_macros_in_the_formula(self):
        assert row_key(whole(r"\newcommand{\R}{\mathbb{R}} x\in\R^n")) == row_key(whole(r"x\in\mathbb{R}^n"))
        softmax = whole(r"\DeclareMathOperator{\softmax}{softmax}\softmax(z)")
        assert row_key(softmax) == row_key(whole(r"\operatorname{softmax}(z)"))


def damage_rows() -> list[tuple[str, str, str]]:
    """(broken, repaired, code) of each row of the table of damage."""
    text = (Path(__file__).parent / "notation" / "damage" / "kinds.md").read_text(encoding="utf-8")
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("| ")]
    return [(row[1].strip(), row[2].strip(), row[3].strip()) for row in cells if row[0].strip() != "kind"]


class TestDamage:
    @pytest.mark.parametrize(("broken", "repaired", "code"), [row for row in damage_rows() if row[2]])
    def test_it_is_named_and_mended(self, broken, repaired, code):
        with pytest.raises(NotationError) as error:
            whole(broken)
        found = error.value.diagnostic
        assert found.code == code
        assert (found.edit.apply(broken) if found.edit else "") == repaired
        if repaired:
            whole(repaired)
            assert damage(repaired) == []

    @pytest.mark.parametrize("sound", [broken for broken, _, code in damage_rows() if not code])
    def test_what_is_sound_is_left_alone(self, sound):
        assert damage(sound) == []
        whole(sound)

    def test_no_formula_of_the_tables_is_damaged(self):
        assert [formula for _, formula, _ in ROWS if damage(formula)] == []

    def test_braces_that_lost_their_underscore(self):
        with pytest.raises(NotationError, match="missing before"):
            whole(r"\pi{\theta_{old}}(a\mid s)")


UNREADABLE = [
    ("(a+b", 0),
    ("a+b)", 3),
    (r"\left(x", 0),
    ("[a}", 2),
    ("x^", None),
    ("x_", None),
    ("^2", 0),
    ("x_1_2", 3),
    ("x^2^3", 3),
    (r"\foo(x)", 0),
    (r"\frac{1}", None),
    (r"\frac{}{2}", None),
    ("a+", None),
    (r"a\cdot", 1),
    ("", None),
    ("  ", None),
    ("a @ b", 2),
    ("f(,x)", 2),
    (r"\begin{foo}x\end{foo}", 0),
    (r"\begin{bmatrix}1", 0),
    (r"p(a|)", 3),
    ("|x", 0),
    (r"2\times", 1),
    ("/x", 0),
    (r"{a+b}^2", None),
]


@pytest.mark.parametrize(("formula", "place"), UNREADABLE)
def test_what_cannot_be_read_is_refused_with_its_place(formula, place):
    with pytest.raises(NotationError) as error:
        whole(formula)
    span = error.value.span
    assert 0 <= span.start <= span.end <= max(1, len(formula))
    if place is not None:
        assert span.start == place


HOSTILE = {
    "braces": "{" * 500 + "x" + "}" * 500,
    "parentheses": "(" * 500 + "x" + ")" * 500,
    "unclosed": r"\frac{" * 500 + "x",
    "bars": "|" * 5001,
    "scripts": "x" + "^{x" * 300 + "}" * 300,
    "macro without end": r"\newcommand{\a}{\a\a}\a",
    "macro bomb": r"\def\a{\b\b\b\b}\def\b{\c\c\c\c}\def\c{" + "x" * 400 + "}" + r"\a" * 3000,
    "digits": "1" * 100_000,
    "exponent": "1e99999999",
    "control": "a\x00b",
    "right to left": "\u202ea",
    "crossed": "(|)|",
    "lone backslash": "a\\",
    "accents": r"\hat" * 3000 + "x",
}
#: What is flat, however long: it is read.
ENDLESS = {
    "signs": "-" * 5000 + "x",
    "gradients": r"\nabla" * 2000 + " x",
    "logs": r"\log " * 2000 + "x",
    "sums": r"\sum_i " * 2000 + "x",
    "factorials": "x" + "!" * 3000,
    "quotients": "a" + "/a" * 3000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_input_is_refused(name):
    with pytest.raises(NotationError):
        whole(HOSTILE[name])


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_what_is_long_is_read_and_claims_nothing(name):
    whole(ENDLESS[name])
    assert verify(ENDLESS[name], [], Config()).status == "no-claim"


@given(st.text(alphabet=r"\{}[]()^_&|,;:=+-*/ abxVQπθ019." + "'", max_size=40))
@settings(max_examples=LONG or 300)
def test_any_text_is_read_or_refused(text):
    place = Span(0, 0)
    try:
        parse(text), printed(text)
    except NotationError as error:
        place = error.span
    assert 0 <= place.start <= place.end <= max(1, len(text))


@given(st.binary(max_size=60))
@settings(max_examples=LONG or 200)
def test_any_bytes_are_read_or_refused(data):
    for text in (data.decode("utf-8", "replace"), data.decode("latin-1")):
        try:
            parse(text), printed(text)
        except NotationError:
            pass


@given(st.data())
@settings(max_examples=LONG or 200)
def test_a_formula_cut_short_is_read_or_refused(data):
    _, formula, _ = data.draw(st.sampled_from(ROWS))
    start, end = data.draw(st.integers(0, len(formula))), data.draw(st.integers(0, len(formula)))
    try:
        parse(formula[min(start, end) : max(start, end)])
    except NotationError:
        pass


@given(st.data())
@settings(max_examples=LONG or 200)
def test_a_formula_with_a_slip_is_read_or_refused(data):
    _, formula, _ = data.draw(st.sampled_from(ROWS))
    at = data.draw(st.integers(0, len(formula)))
    slip = data.draw(st.sampled_from(["", *"{}()_^|&2", r"\frac", r"\right)", r"\\", r"\text{ or }"]))
    keep = data.draw(st.integers(0, 1))
    try:
        parse(formula[:at] + slip + formula[at + keep :])
    except NotationError:
        pass


# --- details worth a line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [("0.10", "1/10"), (r"20\%", "1/5"), (r"1{,}000.5", "2001/2"), ("1e-3", "1/1000"), (r"10\,000", "10000")],
)
def test_numbers_are_exact(formula, value):
    assert [str(item.value) for item in whole(formula)] == [value]


def test_a_long_display_is_one_chain():
    formula = parse(r"\begin{aligned} a &= b \\ &= c \\ &\approx d. \end{aligned}")
    assert [statement.rels for statement in formula.statements] == [("=", "=", r"\approx")]
    assert [side.latex for side in formula.statements[0].sides] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("formula", [r"p(s'\mid\cdot,a)", r"\pi(\cdot|s)", r"f(\cdot,y)", r"D(p\parallel\cdot)", r"\pi(.)"])
def test_a_dot_holds_the_place_of_an_argument(formula):
    assert whole(formula)


def test_statements_stand_under_their_conditions():
    (statement,) = parse(r"\log x\le x-1 \quad\text{for } x>0").statements
    assert [condition.latex for condition in statement.conditions] == ["x > 0"]


def test_tokens_carry_their_place():
    source = r"\alpha  + 1.5"
    assert [Span(t.start, t.end).of(source) for t in tokenize(source)] == [r"\alpha", "+", "1.5"]


class TestSecondReader:
    def test_it_is_not_trusted_with_what_it_misreads(self):
        for formula in (r"\log x", r"\gamma x", r"\pi_\theta(a\mid s)A", "a=b", r"V(s)", r"20\%", "e^x", r"\sum_i x_i"):
            assert read(formula) is None

    @pytest.mark.skipif(not available()[0], reason="latex2sympy2 cannot be imported here")
    def test_it_agrees_on_plain_algebra(self):
        assert agree(r"\frac{1}{2}x^2+3y", lambda p: p["x"] ** 2 / 2 + 3 * p["y"]) is True
        assert agree(r"(a+b)(a-b)", lambda p: p["a"] ** 2 - p["b"] ** 2) is True
        assert agree("a-b", lambda p: p["b"] - p["a"]) is False
        assert agree("2(x_1-1)", lambda p: 2 * p["x_1"] - 2) is True
