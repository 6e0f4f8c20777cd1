r"""What is broken in a formula: read all of it, or say where it breaks and what would mend it.

May import the rest of ``syntax``.  Begin with ``whole.py``, which reads a formula or refuses it; ``operands.py`` finds what is
missing beside signs and in brackets, ``damage.py`` what formatters leave behind, ``mending.py`` puts a lost bracket in.
"""
