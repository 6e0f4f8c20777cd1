"""Chances: random variables, what an expectation draws, and functions that are words of the field.

May import ``elaborate.binding`` and what that may.  Begin with ``special.py`` (named functions, expectations, probabilities,
divergences); ``draws.py`` finds the letters below an expectation and their laws, ``unstated.py`` what it leaves to its
reader, ``outcomes.py`` and ``random_values.py`` read variables of a finite space, ``randoms.py`` finds what is random,
``groups.py`` means over a group.  ``single_steps.py`` reads means over one step of a process.
"""
