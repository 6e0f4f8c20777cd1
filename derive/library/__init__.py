"""Results and derivations as data, one file per family.

For: what chapters print and derivations cite.  May import ``derivation`` and all below it.  Begin with ``result.py`` (what a
result is). The families: ``basics`` (information, sampling, Taylor, distributions), ``values``, ``gradients``, ``updates``
(trust regions, PPO, GRPO, preferences).  ``numbers.py`` keeps decimals exact, ``sources.py`` says where to read more,
``tally.py`` counts how steps come about.
"""

from __future__ import annotations

from difflib import get_close_matches

from derive.library.basics import distributions, information, sampling, taylor
from derive.library.gradients import actor_critic, bandit, policy_gradient, trajectory
from derive.library.result import KNOWN, Result, as_rule
from derive.library.updates import group, grpo, ppo, preference, trust
from derive.library.values import dqn, gae, returns, value

FAMILIES: tuple[tuple[Result, ...], ...] = (
    bandit.RESULTS,
    policy_gradient.RESULTS,
    trajectory.RESULTS,
    taylor.RESULTS,
    group.RESULTS,
    grpo.RESULTS,
    value.RESULTS,
    returns.RESULTS,
    dqn.RESULTS,
    actor_critic.RESULTS,
    gae.RESULTS,
    ppo.RESULTS,
    trust.RESULTS,
    information.RESULTS,
    sampling.RESULTS,
    distributions.RESULTS,
    preference.RESULTS,
)
LIBRARY: dict[str, Result] = {result.name: result for family in FAMILIES for result in family}
KNOWN.update({name: rule for name, one in LIBRARY.items() if (rule := as_rule(one)) is not None})


class UnknownResult(KeyError):
    """A name that no result has, with the nearest names."""

    def __init__(self, name: str):
        near = nearest(name)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; 'derive list' shows them all"
        super().__init__(f"no result is called {name!r}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


def nearest(name: str) -> list[str]:
    """Names of results that look like ``name``.

    >>> nearest("policy-gradient/log-derivativ")[0]
    'policy-gradient/log-derivative'
    """
    found = get_close_matches(name, LIBRARY, n=3, cutoff=0.6)
    tails = [full for full in LIBRARY if full.split("/")[1] == name.split("/")[-1]]
    return list(dict.fromkeys([*tails, *found]))[:3]


def result(name: str) -> Result:
    """The result of that name.

    Raises:
        UnknownResult: there is none; the message names the nearest.
    """
    if name not in LIBRARY:
        raise UnknownResult(name)
    return LIBRARY[name]


__all__ = ["FAMILIES", "LIBRARY", "Result", "UnknownResult", "nearest", "result"]
