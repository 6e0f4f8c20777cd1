"""The rules, one file per family.  Data only.

Each rule names its pattern, what it becomes, its side conditions, each with a formula that violates it, and its source. May
import ``rules.rule``.  Begin with ``probability.py``; the others are ``arithmetic.py``, ``calculus.py``, ``policy.py``,
``expansions.py`` and ``group_rewards.py``.
"""
