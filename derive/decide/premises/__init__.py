"""What is given, made to hold at a point.

May import ``evaluate``, ``worlds``, ``values`` and ``core``.  Begin with ``solved_premises.py``, which solves equations and moves numbers to the
right side of bounds; ``drawn_premises.py`` draws what premises say of random variables, sequences and rewards, ``drawn_matrices.py`` what
they say of matrices.
"""
