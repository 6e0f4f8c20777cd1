"""Arithmetics that exchange for one another, and jets: what the meaning of a term is computed in.

Residues of two primes, rationals, balls and pairs of them, each a field with the same operations; truncated Taylor series over any of
them.  May import nothing of the project.  Begin with ``fields.py``; ``algebra.py`` has vectors and matrices.
"""
