"""Conditions that a page states in words, and definitions that say what the field means: what holds under them is not conditional."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.run import check_text

GRADIENT = r"""# One state

$$
J(\theta)=\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)
$$

{words}

$$
\nabla_\theta J(\theta)=\sum_aQ^\pi(s,a)\nabla_\theta\pi_\theta(a\mid s)
$$
"""
CLIPPED = r"\min(\rho_t(\theta)\hat{A}_t,\mathrm{clip}(\rho_t(\theta),1-\epsilon,1+\epsilon)\hat{A}_t)"
RATIO = r"\rho_t(\theta)=\frac{\pi_\theta(a_t\mid s_t)}{\pi_{\theta_{old}}(a_t\mid s_t)}"


def last(text: str) -> str:
    """The status of the last claim of a page."""
    report = check_text("page.md", text, Config())
    return [claim.status for formula in report.formulas for claim in formula.claims][-1]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (r"Here $Q^\pi(s,a)$ does not depend on $\theta$:", "proved"),
        ("With the values treated as constants,", "proved"),
        (r"对参数求梯度时，$Q^\pi(s,a)$ 不依赖 $\theta$：", "proved"),
        (r"Here ^\pi(s,a)$ is independent of $θ$:", "proved"),
        ("The values are not held fixed here. And so", "conditional"),
        ("Since they never were treated as constants,", "conditional"),
        ("价值并不保持固定，于是", "conditional"),
        ("Here $ does not depend on $:", "conditional"),
        ("And so", "conditional"),
        (r"Here $s$ does not depend on much:", "conditional"),
    ],
)
def test_a_condition_may_be_stated_in_words(words, status):
    assert last(GRADIENT.replace("{words}", words)) == status


def test_words_of_another_section_state_nothing_here():
    text = GRADIENT.replace("{words}", "And so") + "\n\n# Elsewhere\n\nThere, values are held fixed.\n"
    assert last(text) == "conditional"


def test_words_do_not_make_a_false_formula_true():
    text = GRADIENT.replace("{words}", "With the values held fixed,").replace(r"J(\theta)=\sum_aQ", r"J(\theta)=2\sum_aQ")
    assert last(text) not in ("proved", "confirmed", "conditional")


@pytest.mark.parametrize(
    ("claim", "statuses"),
    [
        (rf"{CLIPPED}\le\rho_t(\theta)\hat{{A}}_t", {"proved", "confirmed"}),
        (rf"{CLIPPED}\ge\rho_t(\theta)\hat{{A}}_t", {"refuted", "doubtful"}),
    ],
)
def test_what_the_field_means_by_a_name_is_used_where_nothing_else_says_it(claim, statuses):
    assert last(f"Let\n\n$$\n{RATIO}\n$$\n\nThen\n\n$$\n{claim}\n$$\n") in statuses


def test_a_name_of_another_section_need_not_mean_the_same():
    text = r"""# One step

$$
J(\theta)=\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)
$$

# All states

Visits are a sum.

$$
\nabla_\theta J(\theta)=\sum_sd^\pi(s)\sum_aq_\pi(s,a)\nabla_\theta\pi_\theta(a\mid s)
$$
"""
    assert last(text) == "proved"
