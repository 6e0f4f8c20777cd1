"""Calculus of any dimension on objects of the field: derivatives along a line, Taylor expansions, numbers in a small world.

May import what stands beside it in ``symbolic``.  Begin with ``lines.py`` (gradients, Hessians, scores; ``entries.py`` for tables of
parameters); ``taylor_series.py`` expands, ``small_worlds.py`` evaluates: in the process of ``small_process.py``, over the episodes of
``episode_paths.py``.
"""
