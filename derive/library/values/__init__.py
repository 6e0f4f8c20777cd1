"""Values and what is learned of them.

Data, with the derivation of each result.  May import ``derivation`` and the library's ``result.py``. Begin with ``value.py``
(Bellman equations, temporal differences); ``returns.py`` has returns of every length, ``gae.py`` advantages estimated from
them, ``dqn.py`` targets from a frozen network.
"""
