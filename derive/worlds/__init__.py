"""Worlds: sizes, draws and values of what is free.  May import ``core``, ``values`` (the arithmetics).  Begin with ``world.py``."""
