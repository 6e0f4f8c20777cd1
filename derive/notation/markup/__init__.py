"""Terms as MathML.

For: pages that no script typesets.  May import ``syntax``, ``notation.print`` and ``notation.parse``. Begin with
``mathml.py``; ``mathml_tables.py`` has the characters that commands stand for.
"""
