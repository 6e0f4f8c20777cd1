"""What a page says: the role of a statement, what binds it, and which failures are errors of the page."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.run import check_text
from derive.elaborate.claims import links_of
from derive.page.saying.roles import role_of
from derive.page.words.around import Words


@pytest.mark.parametrize(
    ("latex", "before", "display", "role"),
    [
        ("x > 0", "for a positive", False, "condition"),
        ("f(x) = x^2", "Let", False, "definition"),
        ("f(x) = x^2", "and so", True, "claim"),
        ("t = t + 1", "we set", True, "update"),
        (r"V(s) \leftarrow V(s) + \alpha\delta", "", True, "update"),
        (r"w := w + 1", "", True, "update"),
        (r"g(x) := x + 1", "", True, "definition"),
        (r"s \in S", "", False, "range"),
        ("x = 1, 2", "", False, "range"),
        ("a = b", "If", True, "condition"),
        ("a = b", "If it is so, then", True, "claim"),
        ("a = b", "Suppose that", False, "premise"),
        ("a = b", "或者", False, "alternative"),
        ("a = b", "如果", True, "condition"),
        ("a = b", "因此", True, "claim"),
        ("a = b", "It is tempting to write", True, "quotation"),
        ("a + b = c", "where", True, "claim"),
        (r"G_t = R_{t+1} + \gamma G_{t+1}", "defined as", True, "claim"),
    ],
)
def test_a_role_comes_from_form_place_and_cue_words(latex, before, display, role):
    assert role_of(links_of(latex)[0], Words(before, "", display)).name == role


def statuses(text: str) -> list[str]:
    report = check_text("page.md", text, Config())
    return [claim.status for formula in report.formulas for claim in formula.claims if claim.role != "range"]


@pytest.mark.parametrize(
    "text",
    [
        "We set $$t = t + 1$$",
        "Solve $$A x = b$$",
        "the reward is $$R_t = 3$$",
        "a first guess is $$p(0) = p$$",
        "$$\\bar r = \\frac{1}{G}\\sum_{i=1}^G r_i + c$$",
        "$$S = 1 + \\lambda S$$",
        "$$V_{k+1}(s) = \\mathbb{E}_\\pi[r + \\gamma V_k(s') \\mid S_t = s]$$",
        "$$A^\\pi(s,a) = r(s,a) + \\gamma\\mathbb{E}[V^\\pi(s')] - V^\\pi(s)$$",
        "$$v_\\pi(s) = \\max_a \\mathbb{E}[R_{t+1} + \\gamma v_\\pi(S_{t+1}) \\mid S_t = s, A_t = a]$$",
        "$$\\sum_s d^\\pi(s)\\sum_a\\pi(a\\mid s)P(s'\\mid s,a) = d^\\pi(s')$$",
        "$$\\phi(x) = \\frac12 x^TAx - b^Tx$$\n\nand so\n\n$$\\nabla_x\\phi(x) = Ax - b$$",
        "The first guess is $x=2$. Solve $$3x+1=10$$",
        "We start with $x=2$. Find $x$ such that $$3x+1=10$$",
        "Let $a=1$ and $b=2$. It would be wrong to write $$a+b=4$$",
        "it is 1 with $p(1) = 1 - p$",
        "$$prob(a) = prob(b) \\cdot prob(c)$$",
    ],
)
def test_what_only_words_can_settle_is_no_error(text):
    assert "refuted" not in statuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "$$V^\\pi(s) = \\sum_a \\pi(a\\mid s)\\,(Q^\\pi(s,a) + A^\\pi(s,a) + V^\\pi(s))$$",
        "$$q_\\pi(s,a) = \\mathbb{E}_\\pi[R_{t+1} + \\gamma q_\\pi(S_{t+1}, A_{t+1}) \\mid S_t = s]$$",
        "$$(a+b)^2 = a^2 + b^2$$",
        "so $(a-b)(a+b) = a^2 + b^2$ holds",
        "The discount is $\\gamma$.\n\n$$q_\\pi(s,a) = \\sum_{s',r} p(s',r\\mid s,a)[r + v_\\pi(s')]$$",
        "$$\\color{red}{a} + b = a - b$$",
    ],
)
def test_what_the_page_says_itself_is_an_error(text):
    assert "refuted" in statuses(text)


def test_conditions_bind_what_follows_in_their_sentence():
    assert statuses("For $x < 0$ we have $$|x| = -x$$")[-1] in ("proved", "confirmed")
    assert statuses("$$|x| = -x$$") == ["refuted"]


def test_a_condition_beside_a_formula_holds_for_it():
    assert "proved" in statuses("$$|x| = x,\\qquad x > 0$$") or "confirmed" in statuses("$$|x| = x,\\qquad x > 0$$")


def test_nothing_is_discounted_where_no_discount_is_written():
    undiscounted = "$$V^\\pi(s) = \\sum_a\\pi(a\\mid s)\\left(r(s,a) + \\sum_{s'}P(s'\\mid s,a)V^\\pi(s')\\right)$$"
    assert statuses(undiscounted) == ["conditional"]


def test_a_prime_marks_what_follows_in_the_episode():
    found = statuses("$$q_\\pi(s,a) = \\mathbb{E}_\\pi[R_{t+1} + \\gamma v_\\pi(s') \\mid S_t = s, A_t = a]$$")
    assert found == ["proved"]


def test_rewards_are_counted_by_one_clock_in_a_section():
    text = "$$G_t = \\sum_{k=0}^\\infty \\gamma^k R_{t+k+1}$$\n\nand then\n\n$$G_t = \\gamma G_{t+1} + R_t$$"
    assert statuses(text)[0] == "proved"
    assert statuses(text)[1] in ("refuted", "doubtful")


def test_a_formula_that_is_a_paragraph_is_a_display():
    report = check_text("page.md", "We have\n\n$a = b + c$\n\nand $x$ is one.\n", Config())
    assert [formula.kind for formula in report.formulas] == ["display", "inline"]


def test_a_claim_says_its_role():
    report = check_text("page.md", "Suppose that $$f(x) = x$$", Config())
    assert report.formulas[0].claims[0].to_json()["role"] == "premise"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("With $\\kappa=0.9$ and $c_1=2,\\ c_2=3$ we get $$W_1 = c_1+\\kappa c_2 = 2+0.9\\times3 = 4.7$$", "proved"),
        ("With $\\kappa=0.9$ and $c_1=2,\\ c_2=3$ we get $$W_1 = c_1+\\kappa c_2 = 4.8$$", "refuted"),
        ("With $\\kappa=0.9$ and then $\\kappa=0.5$ and $c=2$ we get $$W = \\kappa c = 1.2$$", "undecided"),
        ("If $\\kappa=0.9$, with $c=2$: $$W = \\kappa c = 1.2$$", "refuted"),
        ("$$f(x)=x^2+1$$ and so $$f(3)=10$$", "proved"),
        ("$$f(x)=x^2+1$$ and so $$f(3)=9$$", "refuted"),
        ("$$f(x)=x^2+1$$ and so $$f'(3)=6$$", "proved"),
        ("$$f(x)=x^2+1$$ and so $$f'(3)=5$$", "refuted"),
        ("$$w \\leftarrow 0.2+0.1\\times1.2 = 0.32$$", "proved"),
        ("$$w \\leftarrow 0.2+0.1\\times1.2 = 0.34$$", "refuted"),
        ("$$H=-0.5\\log_2 0.5-0.5\\log_2 0.5=1\\text{ bit}$$", "proved"),
        ("$$H=-0.5\\log_2 0.5-0.5\\log_2 0.5=2\\text{ bits}$$", "refuted"),
        ("$$m=\\frac{2+4}{4}\\approx1.5$$", "proved"),
        ("$$m=\\frac{2+4}{4}\\approx1.6$$", "refuted"),
    ],
)
def test_lines_of_an_example_come_out_with_its_numbers(text, last):
    assert statuses(text)[-1] == last


def test_what_there_was_no_time_to_try_refutes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for all that is tried for a link is over before it begins: nothing is decided, and it says so."""
    page = "The sum is\n\n$$(a+b)^2=a^2+b^2$$\n"
    (before,) = check_text("page.md", page, Config()).formulas
    monkeypatch.setattr("derive.page.page_reader.TRIES", -1)
    (after,) = check_text("page.md", page, Config()).formulas
    assert (before.status, after.status) == ("refuted", "undecided")
    assert "no time" in after.claims[0].message
