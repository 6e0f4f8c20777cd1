"""Core terms: typed, closed, every name resolved, every binder explicit.

For: what a formula means once it has been read.  May import nothing of the project but ``diagnostics``. Begin with
``types.py``; ``constants.py`` lists every operation with its signature, ``terms.py`` builds and prints terms,
``canonical.py`` gives one text to terms that differ in the numbers of their variables alone.
"""
