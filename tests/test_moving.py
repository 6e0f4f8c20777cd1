"""What moves under a gradient: both sides of a claim must not be zero because nothing does."""

from __future__ import annotations

import pytest

from derive.check.config import Config
from derive.check.proofread import verify_by_terms as verify

LOSS = (r"L=\delta^2", r"\delta=r+\gamma V(s')-V(s)")
SEMI = "held fixed"


@pytest.mark.parametrize(
    ("latex", "given", "status", "condition"),
    [
        (r"\nabla_\theta f(x)=2\nabla_\theta f(x)", (), "refuted", ""),
        (r"\nabla_\theta L=3\nabla_\theta L", (), "refuted", ""),
        (r"\nabla_\theta\left(V(s)^2\right)=2V(s)\nabla_\theta V(s)", (), "proved", ""),
        (r"\nabla_\theta\left(V(s)^2\right)=3V(s)\nabla_\theta V(s)", (), "refuted", ""),
        (r"\nabla_w\hat v(s)=3\nabla_w\hat v(s)", (), "refuted", ""),
        (r"\nabla_\theta[L-\beta D]=\nabla_\theta L-\beta\nabla_\theta D", (), "proved", ""),
        (r"\nabla_\theta[L-\beta D]=\nabla_\theta L+\beta\nabla_\theta D", (), "refuted", ""),
        (r"\nabla_\theta L=-2\delta\nabla_\theta V(s)", LOSS, "conditional", SEMI),
        (r"\nabla_\theta L=2\delta\nabla_\theta V(s)", LOSS, "refuted", ""),
        (r"\nabla_\theta\tfrac{1}{2}\delta_t^2=-\delta_t\nabla_\theta V(s_t)", (), "conditional", SEMI),
        (r"\nabla_\theta b(s)=0", (), "proved", ""),
        (r"\frac{\partial L}{\partial w}=2\frac{\partial L}{\partial w}", (), "undecided", ""),
        (r"\frac{\partial L}{\partial V(s)}=-2(G_t-V(s))", (r"L=(G_t-V(s))^2",), "proved", ""),
        (r"\frac{\partial L}{\partial V(s)}=2(G_t-V(s))", (r"L=(G_t-V(s))^2",), "refuted", ""),
        (r"\nabla_w Q^{\pi_\theta}(s,a)=0", (), "undecided", ""),
        (r"\nabla_\phi V^{\pi_\theta}(s)=2\nabla_\phi V^{\pi_\theta}(s)", (), "undecided", ""),
        (
            r"\nabla_w\sum_a\pi_\theta(a|s)\tfrac12(Q^\pi(s,a)-f_w(s,a))^2=-\sum_a\pi_\theta(a|s)(Q^\pi(s,a)-f_w(s,a))\nabla_wf_w(s,a)",
            (),
            "proved",
            "",
        ),
        (
            r"\nabla_w\sum_a\pi_\theta(a|s)\tfrac12(Q^\pi(s,a)-f_w(s,a))^2=\sum_a\pi_\theta(a|s)(Q^\pi(s,a)-f_w(s,a))\nabla_wf_w(s,a)",
            (),
            "refuted",
            "",
        ),
        (r"\frac{dy}{dx}=2x", (r"y=x^2",), "proved", ""),
        (r"\frac{dy}{dx}=3x", (r"y=x^2",), "refuted", ""),
        (r"\nabla_\theta\left(c\,f(\theta)\right)=c\nabla_\theta f(\theta)", (), "proved", ""),
    ],
)
def test_a_gradient_moves_what_it_differentiates(latex, given, status, condition):
    (found,) = verify(latex, given, Config()).claims
    assert found.status == status, found.message
    assert condition in " ".join(found.assumptions)
