"""Deciders over core terms: one reading at points of worlds, a calculation, an expansion; they propose, the kernel admits.

May import ``evaluate``, ``worlds``, ``values``, ``core``.  Begin with ``judge.py``; ``points.py`` prepares a claim and makes points,
``premises.py`` makes them satisfy what is given, ``calculation.py`` weighs numbers, ``repair.py`` looks for the one edit that makes a claim hold.
"""
