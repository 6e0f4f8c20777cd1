"""The meaning of what happens in an episode.

For: states, actions and rewards at times, returns, laws of trajectories.  May import what ``evaluate`` may, and its other
modules. Begin with ``episodes.py``; ``paths.py`` lists paths with their probabilities, ``pieces.py`` takes means apart so
that few are needed, ``visits.py`` counts how often a state is met, ``token_trees.py`` holds responses as leaves of a tree.
"""
