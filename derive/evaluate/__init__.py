"""The meaning of core terms: one function for each operation, compiled once and run at many points.

A term's value depends on the term and the world, nothing else.  May import ``core``, ``worlds``, the arithmetics. Begin with
``compiler.py``; ``operations.py`` holds the plain ones, ``binding.py`` binders, ``chances.py`` laws and means (with
``means.py``), ``analysis.py`` limits and integrals, ``optima`` extremes, ``quadratics.py`` forms and eigenvalues, ``recursive_sequences.py``
recursions, ``processes`` episodes.  ``laws.py`` has laws, entropies and divergences by themselves, ``scalar_functions.py``
functions of numbers.
"""
