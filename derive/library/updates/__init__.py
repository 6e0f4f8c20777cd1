"""Updates that stay near a policy, and those that learn from answers and preferences.

Data, with the derivation of each result.  May import ``derivation``, the library's ``result.py``, ``numbers.py`` and basics.
Begin with ``trust.py`` (trust regions) and ``ppo.py`` (the clipped surrogate); ``group.py`` normalises rewards of a group,
``grpo.py`` is the objective over tokens, ``preference.py`` Bradley–Terry and DPO.
"""
