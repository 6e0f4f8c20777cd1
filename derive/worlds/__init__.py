"""Worlds: sizes, draws and values of what is free.

For: points at which the meaning of a term has a value.  May import ``core`` and ``values`` (the arithmetics). Begin with
``world.py``: an arithmetic, the sizes of the sorts, and a value for everything that is free, drawn by the number of its
variable.
"""
