"""An update is compared with the known backups: right ones and unusual ones say nothing, those that are known but for an error are found."""

from __future__ import annotations

import pytest

from derive.elaborate.claims import links_of
from derive.page.updating.updates import compared

RIGHT = r"""
V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_{t+1})-V(S_t)]
V(S_t)\leftarrow V(S_t)+\alpha[G_t-V(S_t)]
Q(S_t,A_t)\leftarrow Q(S_t,A_t)+\alpha[R_{t+1}+\gamma Q(S_{t+1},A_{t+1})-Q(S_t,A_t)]
Q(s,a)\leftarrow(1-\alpha)Q(s,a)+\alpha\left(r+\gamma\max_{a'}Q(s',a')\right)
Q(S_t,A_t)\leftarrow Q(S_t,A_t)+\alpha[R_{t+1}+\gamma\sum_a\pi(a|S_{t+1})Q(S_{t+1},a)-Q(S_t,A_t)]
V(s)\leftarrow V(s)+\alpha(V(s')-V(s))
V(s_t)\leftarrow V(s_t)+\alpha(R_t-V(s_t))
V(S_t)\leftarrow V(S_t)+\alpha\rho_t[R_{t+1}+\gamma V(S_{t+1})-V(S_t)]
v_{k+1}(s)=\sum_a\pi(a|s)\sum_{s',r}p(s',r|s,a)[r+\gamma v_k(s')]
V_{k+1}(s)=\max_a\left[R(s,a)+\gamma\sum_{s'}P(s'|s,a)V_k(s')\right]
q_{k+1}=\sum_{s',r}p(s',r|s,a)[r+\gamma\max_{a'}q_k(s',a')]
Q_{n+1}=Q_n+\frac1n[R_n-Q_n]
Q(s^t,a^t)\leftarrow Q(s^t,a^t)+\alpha[r^t+\gamma\max_{a'}Q(s^{t+1},a')-Q(s^t,a^t)]
V(s^t)\leftarrow V(s^t)+\alpha[r^t+\gamma V(s^{t+1})-V(s^t)]
""".strip().splitlines()

WRONG = r"""
V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+V(S_{t+1})-V(S_t)] :: TD(0)
V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_{t+1})+V(S_t)] :: TD(0)
V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+\gamma V(S_t)-V(S_t)] :: TD(0)
V(S_t)\leftarrow V(S_t)+\alpha[G_t+V(S_t)] :: a Monte Carlo update
Q(s,a)\leftarrow Q(s,a)+\alpha[r+\gamma\max_{a'}Q(s,a')-Q(s,a)] :: Q-learning
Q(s^t,a^t)\leftarrow Q(s^t,a^t)+\alpha[r^t+\gamma\max_{a'}Q(s^{t+1},a')+Q(s^t,a^t)] :: Q-learning
Q(S_t,A_t)\leftarrow Q(S_t,A_t)+\alpha[R_{t+1}+\gamma Q(S_{t+1},A_t)-Q(S_t,A_t)] :: SARSA
Q(S_t,A_t)\leftarrow Q(S_t,A_t)+\alpha[R_{t+1}+\gamma\sum_a\pi(a|S_t)Q(S_{t+1},a)-Q(S_t,A_t)] :: expected SARSA
v_{k+1}(s)=\sum_a\pi(a|s)\sum_{s',r}p(s',r|s,a)[r+\gamma v_k(s)] :: the Bellman expectation backup
q_{k+1}(s,a)=\sum_{s',r}p(s',r|s,a)[r+\gamma\sum_{a'}\pi(a'|s)q_k(s',a')] :: the Bellman expectation backup
q_{k+1}(s,a)=\max_{a'}\sum_{s',r}p(s',r|s,a)[r+\gamma q_k(s',a')] :: the Bellman optimality backup
""".strip().splitlines()


def found(latex: str) -> str:
    (statement,) = links_of(latex)
    made = compared(statement, statement.rels[0] != "=", 5.0)
    return made.backup if made is not None else ""


@pytest.mark.parametrize("latex", RIGHT)
def test_a_right_or_unusual_update_says_nothing(latex: str) -> None:
    assert found(latex) == ""


@pytest.mark.parametrize("row", WRONG)
def test_a_known_update_with_an_error_is_found(row: str) -> None:
    latex, _, backup = row.partition(" :: ")
    assert found(latex) == backup


def test_a_pause_while_an_update_is_compared_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    late = iter([0.0, *[9.0] * 3])  # a deadline is set, and is over at once
    monkeypatch.setattr("derive.decide.judge.process_time", lambda: next(late, 9.0))
    assert found(r"V(S_t)\leftarrow V(S_t)+\alpha[R_{t+1}+V(S_{t+1})-V(S_t)]") == "TD(0)"
