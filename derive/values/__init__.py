"""Arithmetics that exchange for one another, and jets: what the meaning of a term is computed in.

Residues of two primes (``modular.py``), rationals (``rational.py``), balls (``balls.py``), each a field with the same
operations (``arith.py``); ``jets.py`` has truncated Taylor series over any of them.  May import nothing of the project.
Begin with ``fields.py``; ``algebra.py`` has vectors and matrices, ``budget.py`` how large values may become;
``matrices.py`` says what these are, ``shown_numbers.py`` prints values for people.
"""
