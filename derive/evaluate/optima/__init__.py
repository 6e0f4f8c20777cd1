"""Largest and smallest values: over numbers on a line (``line_extremes.py``), over distributions and policies (``simplices.py``).

May import what ``evaluate`` may.  Those over vectors are ``quadratics.py`` in the folder above.
"""
