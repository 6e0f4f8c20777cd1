"""Policy gradients, from the bandit to actor and critic.

Data, with the derivation of each result.  May import ``derivation``, the library's ``result.py`` and its values. Begin with
``bandit.py``, where there are no states; ``policy_gradient.py`` has the theorem, its estimates and baselines,
``trajectory.py`` the gradient over whole episodes, ``actor_critic.py`` critics that do not bend it.
"""
