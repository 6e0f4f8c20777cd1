"""What a formula comes to by itself where nothing decides it: a slip, an update, a definition, as on a page that says only this."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.proofreading.meaning import verify

TD = r"U(S_t)\leftarrow U(S_t)+\alpha[R_{t+1}+\gamma U(S_{t+1})-U(S_t)]"


@pytest.mark.parametrize(
    ("latex", "given", "want"),
    [
        (r"V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}\gamma V(S_{t+1})-V(S_t)]", [], "D430"),
        (r"V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_t)-V(S_t)]", [], "D430"),
        (r"V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_{t+1})-V(S_t)]", [], "no-claim"),
        (r"V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_t)-V(S_t)]", ["V(s)=2h(s)"], "undecided"),
        (r"q(s,a)=r+\gamma v v_\pi(s')", [], "D432"),
        (r"\mathcal{K}(\theta)=-\mathbb{E}_{x\sim D}[\log p_\theta(x)]", [], "definition"),
        (r"\text{progress}\approx\text{effort}", [], "undecided"),
    ],
)
def test_what_nothing_decides_is_read_as_on_a_page(latex: str, given: list[str], want: str) -> None:
    report = verify(latex, given, Config())
    codes = {claim.code for claim in report.claims if claim.status == "refuted"}
    assert want in codes if want.startswith("D") else report.status == want


def test_an_update_of_any_name_is_no_claim() -> None:
    assert verify(TD, [], Config()).status == "no-claim"
