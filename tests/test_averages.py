"""What holds on average: a mean under a policy that names no step, and estimates from one step."""

from __future__ import annotations

import pytest

from derive.verify.verdicts import answer

MEAN = "mean over all steps"
SHARE = "not by their share"
DERIVATIVES = "the matrix of second derivatives"
WRONG_SAMPLES = r"\nabla_\theta J(\theta) \approx \frac1N\sum_{i=1}^N\sum_{t=0}^T\nabla_\theta\pi_\theta(a_t^{(i)}\mid s_t^{(i)})R(\tau^{(i)})"
ESTIMATE = "the estimate of the advantage"
SAMPLES = "the mean of the samples"
LEFT_OUT = "which is left out"
CHANCE = "an average over what may happen"


@pytest.mark.parametrize(
    ("latex", "says"),
    [
        (r"\nabla_\theta J(\theta) = \mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]", MEAN),
        (r"\nabla_\theta J(\theta) = \mathbb{E}_{\pi_\theta}[A^\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]", MEAN),
        (r"\nabla_\theta J(\theta) \approx G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)", MEAN),
        (r"\nabla_\theta J(\theta) = \mathbb{E}_{s\sim d^\pi,a\sim\pi}[Q^\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]", SHARE),
        (r"Q(s,a) \approx r+\gamma V(s')", CHANCE),
        (r"V(s_t) \approx G_t", CHANCE),
        (
            r"\nabla_\theta J(\theta) \approx \frac1N\sum_{i=1}^N\sum_{t=0}^T\nabla_\theta\log\pi_\theta(a_t^{(i)}\mid s_t^{(i)})R(\tau^{(i)})",
            SAMPLES,
        ),
        (r"\nabla_w J(w) \approx \frac1{|D|}\sum_{\tau\in D}\sum_{t=0}^T\nabla_w\log\pi_w(a_t\mid s_t)R(\tau)", SAMPLES),
        (
            r"\nabla_w J(w) \approx \mathbb{E}_{\tau\sim\pi_w}[\sum_{t=0}^T\nabla_w\log\pi_w(a_t\mid s_t)\sum_{k=t}^T\gamma^{k-t}r_k]",
            LEFT_OUT,
        ),
        (r"\mathbb{E}_{x\sim p}[f(x)] \approx \frac1N\sum_{i=1}^Nf(x_i)", SAMPLES),
        (r"\mathbb{E}_{x\sim q}[\frac{p(x)}{q(x)}f(x)] \approx \frac1N\sum_{i=1}^N\frac{p(x_i)}{q(x_i)}f(x_i)", SAMPLES),
        (r"\nabla_\theta J(\theta) \simeq \frac1N\sum_{i=1}^N(R(\tau_i)-b)\nabla_\theta\log p_\theta(\tau_i)", SAMPLES),
        (r"J(\theta) \approx \frac1M\sum_{m=1}^M R(\tau^{(m)})", SAMPLES),
        (r"\nabla_\theta J(\theta) \approx \frac1G\sum_{i=1}^Gr(q,o_i)\nabla_\theta\log\pi_\theta(o_i\mid q)", SAMPLES),
        (
            r"\nabla_\theta J(\theta) \approx \frac1N\sum_{i=1}^N(r(x_i,y_i)-b(x_i))\nabla_\theta\log\pi_\theta(y_i\mid x_i)",
            SAMPLES,
        ),
        (
            r"\nabla_\theta J(\theta) \approx \frac1N\sum_{i=1}^N(\sum_{t=1}^T\nabla_\theta\log\pi_\theta(a_{i,t}|s_{i,t}))"
            r"(\sum_{k=t}^T\gamma^{k-t}r(s_{i,k},a_{i,k}))",
            SAMPLES,
        ),
        (r"A^\pi(s_t,a_t) \approx r(s_t,a_t)+\gamma V^\pi(s_{t+1})-V^\pi(s_t)", CHANCE),
        (r"\nabla_\theta J(\theta) \approx \hat A_t\nabla_\theta\log\pi_\theta(a_t|s_t)", ESTIMATE),
        (r"\nabla_\theta J(\theta) = \hat{\mathbb{E}}_t[\hat A_t\nabla_\theta\log\pi_\theta(a_t|s_t)]", ESTIMATE),
        (r"(r+\gamma V_w(s')-V_w(s))^2 = \delta^2", "the error is that of the step"),
        (r"\nabla_\theta J \approx \delta\,\nabla_\theta\log\pi_\theta(a_t|s_t)", "the error is that of the step"),
        (
            r"\nabla_\theta J(\theta) = \mathbb{E}_{s\sim\rho,a\sim\pi_\theta(\cdot|s)}[Q^\pi(s,a)\nabla_\theta\log\pi_\theta(a|s)]",
            SHARE,
        ),
        (
            r"\nabla_\theta J(\theta) = \mathbb{E}_{x\sim D,y\sim\pi_\theta(\cdot|x)}[r(x,y)\nabla_\theta\log\pi_\theta(y|x)]",
            "one step",
        ),
        (r"f(\theta+\delta) \approx f(\theta)+\nabla f(\theta)^\top\delta+\frac12\delta^\top H\delta", DERIVATIVES),
        (
            r"D_{KL}(\pi_{\theta_{old}}\|\pi_\theta) \approx \frac12(\theta-\theta_{old})^\top F(\theta_{old})(\theta-\theta_{old})",
            DERIVATIVES,
        ),
        (r"L(\theta) \approx L(\theta_k)+g^\top(\theta-\theta_k)", "g is the gradient"),
    ],
)
def test_what_holds_on_average_is_true_under_that_condition(latex, says):
    link = answer(latex, []).links[0]
    assert link.status == "conditional"
    assert says in link.assumptions[0]


@pytest.mark.parametrize(
    "latex",
    [
        r"\nabla_\theta J(\theta) = -\mathbb{E}_\pi[G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
        r"\nabla_\theta J(\theta) = \mathbb{E}_\pi[2G_t\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
        r"\nabla_\theta J(\theta) = \mathbb{E}_\pi[G_t\nabla_\theta\pi_\theta(a_t\mid s_t)]",
        r"\nabla_\theta J(\theta) = \mathbb{E}_\pi[r_{t+1}\nabla_\theta\log\pi_\theta(a_t\mid s_t)]",
        r"\nabla_\theta J(\theta) = \mathbb{E}_{\tau\sim\pi_\theta}[\sum_{t=0}^T\nabla_\theta\log\pi_\theta(a_t\mid s_t)\sum_{k=t}^T\gamma^{t-k}r_k]",
        r"\nabla_\theta J(\theta) = \mathbb{E}_{s\sim d^\pi,a\sim\pi}[V^\pi(s)\nabla_\theta\log\pi_\theta(a\mid s)]",
        r"\nabla_\theta J(\theta) = 2\mathbb{E}_{s\sim d^\pi,a\sim\pi}[Q^\pi(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]",
    ],
)
def test_what_fails_on_average_is_refuted(latex):
    assert answer(latex, []).links[0].status == "refuted"


@pytest.mark.parametrize(
    "latex",
    [
        r"(r+\gamma V_w(s')-V_w(s))^2 = 2\delta^2",
        r"Q(s,a) \approx r-\gamma V(s')",
        r"V(s) \approx r+V(s')",
        r"V(s_t) \approx G_{t+1}",
        WRONG_SAMPLES,
    ],
)
def test_no_estimate_is_taken_for_another(latex):
    assert all(link.status not in ("conditional", "proved", "confirmed") for link in answer(latex, []).links)
