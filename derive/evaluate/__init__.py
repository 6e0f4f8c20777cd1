"""The meaning of core terms: one function for each operation, compiled once and run at many points.

A term's value depends on the term and the world, nothing else.  May import ``core``, ``worlds``, the arithmetics.
Begin with ``compiler.py``; ``operations.py`` holds the plain ones, ``chances.py`` laws and means, ``process.py`` decision processes.
"""
