"""Deciders over core terms: one reading at points of worlds, a calculation, an expansion; they propose, the kernel admits.

May import ``evaluate``, ``worlds``, ``values``, ``core``.  Begin with ``judge.py``; ``points.py`` prepares a claim and makes
points, ``premises`` makes them satisfy what is given, ``crowds.py`` tries bounds at their edges, ``descent.py`` where their
sides come nearest.  ``calculation.py`` weighs numbers, ``expansion.py`` orders, ``proportion.py`` factors that do not matter;
``repair.py`` looks for the one edit that makes a claim hold.  ``values_related.py`` compares two values, ``extents.py``
says how far a claim reaches, along an episode and in what is small.
"""
