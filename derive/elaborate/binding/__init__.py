"""Operators that bind letters: sums, products, extremes, limits, derivatives.

For: what each binds and how far it reaches.  May import ``elaborate.letters`` and what that may. Begin with ``binders.py``;
``differentials.py`` reads derivatives and gradients, ``extremes.py`` largest and smallest values and where they are.
``integrals.py`` reads limits and integrals, ``gradients.py`` gradients in all of a vector.
"""
